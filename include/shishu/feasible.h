/* shishu/feasible.h: how likely an honest unit reaches a target. */
#ifndef SHISHU_FEASIBLE_H
#define SHISHU_FEASIBLE_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* P(X >= value) for X ~ BetaBinomial(size, a, b): `size` people, each of whom takes part with one share drawn from Beta(a, b).
 * size >= 0, a > 0, b > 0. value <= 0: 1; value > size: 0.
 * Cost     O(min(value, size - value)) after a few logarithms of the gamma function; absolute error below 1e-9. Above 2^20 people the
 *          share itself is taken as Beta(a, b), which is right to about (a + b) / size, at a cost that does not grow
 * Source   Skellam 1948; the ratio of neighbouring terms p(k+1)/p(k) = (n-k)(k+a) / ((k+1)(n-k-1+b)) */
SHI_API double shi_feasible(int64_t size, double a, double b, int64_t value);

/* The same of n units; out[i] = -1 where size[i] is negative (not known). The same numbers for any count of threads. */
SHI_API void shi_feasible_all(const int64_t *size, const int64_t *value, int64_t n, double a, double b, double *out);

/* The Beta(a, b) that the shares of units come from, by maximum likelihood over their counts: found[i] of size[i] people, 0 <= found[i] <=
 * size[i]. Shares that differ no more than chance give a weight a + b of a million.
 * Returns false, and leaves *a, *b, where nothing can be fitted: fewer than two units with people, nobody found, or everybody.
 * Cost     O(units) a step, at most 10,000 steps; some hundred where shares differ as those of villages do
 * Source   empirical Bayes: Morris 1983; fixed point of the Polya likelihood: Minka 2000, eq. 55 */
SHI_API bool shi_beta_fit(const int64_t *found, const int64_t *size, int64_t units, double *a, double *b);

#ifdef __cplusplus
}
#endif
#endif
