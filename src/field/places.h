/* Ranks of units by what is really there: an interval where a field check was made, the bound where none was. */
#ifndef SHI_FIELD_PLACES_H
#define SHI_FIELD_PLACES_H

#include "chain/figures.h"
#include "store/checks.h"

typedef struct {
    shi_str level;           /* missing: the level that most figures have */
    bool per_head;           /* shares of the people there */
    double confidence;       /* of all sets together */
} shi_places_wish;

/* figures: of one indicator and period. checked: all that field checks concluded. Results in keep. Errors: SHI_SYSTEM, SHI_INPUT: a check's files
 * are damaged. */
shi_err shi_places_make(shi_workspace *ws, shi_arena *keep, const shi_places_wish *wish, const shi_figures *figures, const shi_checked_rows *checked,
                        shi_places *out);

#endif
