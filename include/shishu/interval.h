/* shishu/interval.h: bounds of a share and of a count, from a sample of fixed size. */
#ifndef SHISHU_INTERVAL_H
#define SHISHU_INTERVAL_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Everywhere: k of n drawn are real, 0 <= k <= n, n >= 1; confidence in (0, 1); `alpha` is the risk of the one side that is asked about.
 * Valid when n was fixed before the first visit; after optional stopping see shishu/sequential.h. */
typedef struct {
    double low, high;
} shi_interval;

/* The smallest K of N for which P(X >= k) > alpha (a tail of exactly alpha is not), X hypergeometric (N, K, n): at least so many of the N are real.
 * k = 0: 0. shi_hyper_high: the largest K for which P(X <= k) > alpha. n <= N.
 * Cost     O(log N) tails
 * Source   exact one-sided bounds: Wright 1991; Buonaccorsi 1987 */
SHI_API int64_t shi_hyper_low(int64_t N, int64_t n, int64_t k, double alpha);
SHI_API int64_t shi_hyper_high(int64_t N, int64_t n, int64_t k, double alpha);

/* Share of an unlimited population. Source: Clopper & Pearson 1934; Wilson 1927, with the end that covers too seldom at k = 1 and
 * k = n - 1 replaced as Agresti & Coull 1998, section 3, say, or `corrected` for continuity: Newcombe 1998, method 4; Jeffreys: equal tails of
 * Beta(k + 1/2, n - k + 1/2), with low = 0 at k = 0 and high = 1 at k = n: Brown, Cai, DasGupta 2001. */
SHI_API shi_interval shi_clopper_pearson(int64_t n, int64_t k, double confidence);
SHI_API shi_interval shi_wilson(int64_t n, int64_t k, double confidence, bool corrected);
SHI_API shi_interval shi_jeffreys(int64_t n, int64_t k, double confidence);

/* One-sided upper bounds of a share of k errors in n: binomial (Clopper-Pearson) and Poisson (mean of which P(X <= k) = alpha, by n). */
SHI_API double shi_binomial_high(int64_t n, int64_t k, double alpha);
SHI_API double shi_poisson_high(int64_t n, int64_t k, double alpha);

/* Stringer's upper bound of the mean taint of monetary-unit sampling: bound(0) + sum over j of (bound(j) - bound(j-1)) t_(j), taints
 * t_(1) >= t_(2) >= ... in (0, 1] of the m errors found among n items.
 * taint    m <= n of them, largest first
 * likelihood  whose bounds are the multipliers; N: population, for the hypergeometric only
 * Source   Stringer 1963; Bickel 1992. That it covers is observed, not proven */
typedef enum { SHI_BINOMIAL, SHI_POISSON, SHI_HYPERGEOMETRIC } shi_likelihood;
SHI_API double shi_stringer(const double *taint, int64_t m, int64_t n, int64_t N, shi_likelihood likelihood, double alpha);

#ifdef __cplusplus
}
#endif
#endif
