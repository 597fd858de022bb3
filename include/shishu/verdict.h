/* shishu/verdict.h: what can be said of a reported number, from the links of its chain. */
#ifndef SHISHU_VERDICT_H
#define SHISHU_VERDICT_H

#include "shishu/sequential.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { SHI_NOT_JUDGED, SHI_PLAUSIBLE, SHI_CONFIRMED, SHI_DOUBTFUL, SHI_REFUTED, SHI_CONTRADICTORY, SHI_IMPOSSIBLE } shi_verdict;
typedef enum { SHI_COVER_NONE, SHI_COVER_PART, SHI_COVER_FULL } shi_coverage;

/* The links that exist so far. Numbers are thousandths (DECIMAL(18,3)); a number that is not known has its flag off. */
typedef struct {
    bool has_reported, has_possible, has_counted;
    int64_t reported, possible, counted;
    shi_coverage coverage;
    int64_t tolerance;   /* thousandths: 50 is 5 % */
    bool has_suspected, suspicion;   /* suspicion: a test of totals speaks against the unit itself (design 4.5) */
    int64_t suspected;   /* of the counted: what members of selected findings hold */
    shi_decision checked;   /* what a random field check decided about this report */
} shi_links;

/* The first row of design 4.8 that holds: nothing reported, contradictory (a check confirms what the register calls impossible), impossible,
 * refuted, confirmed, doubtful, plausible, not judged. Exact arithmetic; doubt about the count needs a log of the whole
 * period: more was reported than it counts, or selected findings hold a fifth or more of the count and the rest does not reach the report. */
SHI_API shi_verdict shi_verdict_of(const shi_links *links);
/* Whether selected findings hold a fifth or more of the count and the rest of it does not reach the report, with the tolerance; thousandths. */
SHI_API bool shi_verdict_held(int64_t reported, int64_t counted, int64_t suspected, int64_t tolerance);
/* Name in files and JSON: "not_judged". */
SHI_API const char *shi_verdict_name(shi_verdict verdict);
SHI_API const char *shi_coverage_name(shi_coverage coverage);

#ifdef __cplusplus
}
#endif
#endif
