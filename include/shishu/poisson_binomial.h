/* shishu/poisson_binomial.h: how likely it is that so many of independent events of different probabilities happen. */
#ifndef SHISHU_POISSON_BINOMIAL_H
#define SHISHU_POISSON_BINOMIAL_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Natural logarithm of P(X >= k), X the number of n independent events, event i with probability p[i] (clamped into [0, 1]). Exact by the
 * recursion over events, however small, up to 4,096 of them or where the variance is below 100; above that the normal with the half correction.
 * log_p    out
 * scratch  8 (n + k) bytes
 * Errors   SHI_SYSTEM: scratch is too small; log_p then untouched
 * Cost     O(n k) of the exact one
 * Source   Howard 1972, Biometrika 59 */
SHI_API SHI_MUST_USE shi_err shi_poisson_binomial_log_above(shi_arena scratch, const double *p, int64_t n, int64_t k, double *log_p);

#ifdef __cplusplus
}
#endif
#endif
