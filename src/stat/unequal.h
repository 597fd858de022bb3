/* Sums of independent trials with unequal probabilities (Poisson-binomial). */
#ifndef SHI_STAT_UNEQUAL_H
#define SHI_STAT_UNEQUAL_H

#include "shishu/base.h"

/* Natural logarithm of P(X >= k), X the number of successes of n trials with probabilities p[i] in [0, 1]; work: n + 1 doubles. Exact to rounding
 * however small it is. Cost O(n min(k, n - k + 1)). Source: Wang 1993, "On the number of successes in independent trials", by its recursion. */
double shi_unequal_log_above(const double *p, int64_t n, int64_t k, double *work);

/* miss[m], m = 0 … most: P(exactly m of the n trials fail); may underflow to 0 below 1e-300. */
void shi_unequal_misses(const double *p, int64_t n, int64_t most, double *miss);

#endif
