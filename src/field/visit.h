/* Visits as phones send them: one at a time, perhaps twice, perhaps two of one person. Nothing that was recorded is overwritten. */
#ifndef SHI_FIELD_VISIT_H
#define SHI_FIELD_VISIT_H

#include "field/spot.h"

typedef enum { SHI_VISIT_RECORDED, SHI_VISIT_ALREADY, SHI_VISIT_CONFLICT } shi_visit_taken;

/* Takes a visit. Its outcome follows from the layers; with none of them it is not reached.
 * RECORDED  it is the first of its key, or the first re-check of one that was drawn to be visited twice, or a later visit of who was not reached
 *           before
 * ALREADY   key, inspectors and time are those of one that was taken before, and so are the answers
 * CONFLICT  the key has another record: this one is kept beside it in conflicts.csv, and the office decides (shi_spot_settle)
 * later: the reason that is written where somebody was reached at a later visit. Errors: SHI_INPUT: as of shi_spot_record. */
shi_err shi_spot_take(shi_workspace *ws, shi_arena *keep, shi_str id, const shi_spot_result *visit, shi_str later, shi_visit_taken *out);

/* Two records of one key that nobody has decided between; of each key the first such. number: of the row in conflicts.csv, from 1 */
typedef struct {
    int64_t number;
    shi_spot_result counts, other;
} shi_visit_conflict;
typedef struct {
    shi_visit_conflict *ptr;
    int64_t len;
} shi_visit_conflicts;
shi_err shi_spot_conflicts(shi_workspace *ws, shi_arena *keep, shi_str id, shi_visit_conflicts *out);

/* The office's decision, with its reason: the record that counts is written once more, or the other one in its place. Errors: SHI_INPUT: there is no
 * such conflict (any more), no reason. */
shi_err shi_spot_settle(shi_workspace *ws, shi_arena *keep, shi_str id, int64_t number, bool other, shi_str reason);

#endif
