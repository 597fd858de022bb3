/* The ranks of units on what is real, as far as field checks and bounds carry them: sets of ranks, and which pairs can be told apart. */
#ifndef SHI_FIELD_RANK_H
#define SHI_FIELD_RANK_H

#include "base/json.h"
#include "chain/run.h"

typedef struct {
    shi_str indicator, period;
    shi_str level;                   /* of the units; missing: the level that most figures have */
    bool per_head;                   /* compare shares of the people there, not numbers */
    double confidence;               /* of all rank sets together */
} shi_rank_wish;

/* A unit and what is known of its real number, or share. */
typedef struct {
    const shi_figure *figure;
    bool checked, known;             /* known: there is an estimate */
    double estimate, low, high;
    int64_t rank, best, worst;       /* from 1; rank: of the estimates */
} shi_rank_place;

enum { SHI_RANK_LAST = 5 };
typedef struct {
    shi_rank_place *ptr;             /* known ones by rank, then the others by code */
    int64_t len, pairs, apart, checked;   /* apart: pairs that can be told apart */
} shi_ranking;

/* Over the run that duck has open, and the field checks of the workspace. An interval of a unit that was checked holds together with all others'
 * (Bonferroni); a unit that was not has only its bound. Results in keep. Errors: SHI_INPUT: no such figures; SHI_SYSTEM. */
shi_err shi_rank_make(shi_workspace *ws, shi_arena *keep, shi_duck *duck, const shi_rank_wish *wish, shi_ranking *out);
/* Whether the place is certainly among the last five. */
bool shi_rank_is_last(const shi_ranking *ranking, const shi_rank_place *place);
/* The keys of `rank --json`. */
void shi_rank_json(shi_json *json, const shi_ranking *ranking);

#endif
