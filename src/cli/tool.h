/* What the tools share that look for groups in any file: reading its columns, work space, and handing groups out. */
#ifndef SHI_CLI_TOOL_H
#define SHI_CLI_TOOL_H

#include "cli/cli.h"
#include "shishu/evalue.h"
#include "shishu/groups.h"
#include "table/arrays.h"

/* A zone by its name, for times that name none; NULL: Asia/Shanghai. */
shi_err shi_tool_zone(const char *name, shi_zone *out);
/* The columns with a progress bar; times are taken in `zone`. Errors: as shi_arrays_read. */
shi_err shi_tool_read(shi_cli *cli, const char *path, const shi_zone *zone, shi_asked *asked, int64_t n, shi_arrays *out);
/* Work space for a kernel: all the address space that it may want, of which it touches what it needs. Dropped by the caller. */
shi_err shi_tool_scratch(shi_arena *out);

/* SHI_USAGE unless it lies between 0 and 1. */
shi_err shi_tool_rate(double fdr);

/* Which groups stand at this false discovery rate, if the tool is the only one that looked (budget 1): selected and q, one a group, in keep. */
typedef struct {
    bool *selected;
    double *q;
    int64_t count;
} shi_tool_judged;
shi_err shi_tool_judge(shi_cli *cli, const shi_groups *groups, double alpha, shi_tool_judged *out);

/* Writes OUT of --members: CSV with group (from 1, in order), the account as it stands in the file, and its weight. */
shi_err shi_tool_members(const shi_groups *groups, shi_strs account, const char *path);
/* An open object gets: group, `accounts`, `things` under the given name, log10_p, e (at most 1e300), log10_e, q, selected, first_seen,
 * last_seen (ISO 8601 in zone; NULL zone: there are no times). NULL things: left out. */
void shi_tool_group_json(shi_json *json, const shi_groups *groups, int64_t g, const shi_tool_judged *judged, const char *things,
                         const shi_zone *zone);
/* Text cells for a terminal: a number with at most 3 significant digits; -12.3 for log10 p; a time to the minute in the zone. */
void shi_tool_number_cell(shi_term *term, double x);
void shi_tool_count_cell(shi_term *term, int64_t n);
void shi_tool_time_cell(shi_term *term, int64_t us, const shi_zone *zone);
/* "cannot_judge": {"zh", "en"} in JSON, or the sentence on the terminal: why there is no judgement, as a message id without arguments. */
void shi_tool_cannot_judge(shi_cli *cli, shi_json *json, const char *reason);

#endif
