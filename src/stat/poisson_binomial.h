/* Sums of independent yes-or-no trials, each with a probability of its own. */
#ifndef SHI_STAT_POISSON_BINOMIAL_H
#define SHI_STAT_POISSON_BINOMIAL_H

#include "shishu/base.h"

/* log10 P(X >= k) of n trials with probabilities p in [0, 1]; k > n: -INFINITY. work: k doubles. Exact to rounding, however small: only positive
 * terms are added. Cost: n k. */
double shi_poisson_binomial_log10_above(const double *p, int64_t n, int64_t k, double *work);

/* miss[m], m = 0 … most: P(exactly m of the n trials fail); may underflow to 0 below 1e-300. Source: Wang 1993, by its recursion. */
void shi_poisson_binomial_misses(const double *p, int64_t n, int64_t most, double *miss);

#endif
