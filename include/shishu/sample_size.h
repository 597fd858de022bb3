/* shishu/sample_size.h: how many to visit so that few enough errors prove a claim. */
#ifndef SHISHU_SAMPLE_SIZE_H
#define SHISHU_SAMPLE_SIZE_H

#include "shishu/interval.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Everywhere: `tolerable` is the share of errors, in (0, 1), at or above which the claim is false; `alpha` the risk of accepting it then.
 * `most` is the largest size tried; a size that does not suffice up to there is reported as -1. */

/* The smallest n for which P(X <= allowed) <= alpha at the tolerable share, X binomial or Poisson (n tolerable), or hypergeometric among N, of
 * which ceil(N tolerable) are errors (then most is N).
 * Cost     O(log most) tails (the binomial and the Poisson), O(log N) for the hypergeometric
 * Source   AICPA, Audit Sampling (2008), appendix A */
SHI_API int64_t shi_size_allowed(shi_likelihood likelihood, int64_t N, double tolerable, double alpha, int64_t allowed, int64_t most);

/* The smallest n for which the errors allowed are those expected, ceil(n expected), 0 <= expected < tolerable; *allowed (may be NULL) gets
 * them. Computed with the rates in parts of `scale` (10,000: basis points), so that ceil is exact. */
SHI_API int64_t shi_size_attributes(int64_t expected, int64_t tolerable, int64_t scale, double alpha, int64_t most, int64_t *allowed);

/* Monetary-unit sampling: the smallest n for which a gamma with shape 1 + n expected puts at most alpha above n tolerable.
 * Source   Stewart 2012, Technical Notes on the AICPA Audit Guide, table C */
SHI_API int64_t shi_size_mus(double expected, double tolerable, double alpha, int64_t most);

/* A plan in stages of equal size n: at each stage fewer errors than allowed[s] accept at once, exactly allowed[s] go on to the next stage, more
 * reject; the last stage accepts up to allowed[last]. The smallest n a stage for which acceptance at the tolerable share has probability
 * <= alpha. Each stage counts as drawn from the whole population, as in the published plans: what is left after a stage with few errors holds
 * a larger share of them, so this asks for a few visits more than the exact chain does.
 * Cost     O(n stages) tails
 * Source   R package jfa 0.7, planning() with a vector of expected errors */
SHI_API int64_t shi_size_stages(shi_likelihood likelihood, int64_t N, double tolerable, double alpha, const int64_t *allowed,
                                int64_t stages, int64_t most);

/* The smallest n of N for which the two-sided hypergeometric interval at `confidence` is no wider than 2 half_width (a count of the N), if the
 * share that comes out is `share`: what an estimate needs. N where only a full count does it.
 * Cost     O(log^2 N) tails */
SHI_API int64_t shi_size_half_width(int64_t N, double share, double half_width, double confidence);

#ifdef __cplusplus
}
#endif
#endif
