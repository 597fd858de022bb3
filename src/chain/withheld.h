/* Which counts paper must not tell since they would reveal a small one: complementary suppression. */
#ifndef SHI_CHAIN_WITHHELD_H
#define SHI_CHAIN_WITHHELD_H

#include "chain/figures.h"
#include "table/duck.h"

/* Over view figure_out: counts of people, above 0 and below small_cell, are small. Where exactly one child of a parent is small or withheld and
 * the parent's count is told, the child is the difference; then the smallest other child (ties: the smaller code) is withheld with it. A parent
 * that is withheld is the sum of its children, so one of these is withheld, too. Results in keep, in order of indicator, period and unit.
 * Errors: SHI_SYSTEM, SHI_STOPPED. */
shi_err shi_withheld_find(shi_duck *duck, shi_arena *keep, int64_t small_cell, shi_withheld *out);
/* Sets `withheld` of each of these figures. */
void shi_withheld_mark(const shi_withheld *withheld, shi_figures figures);

#endif
