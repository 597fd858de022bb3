/* shishu/sequential.h: a claim about N accounts, decided while the visits go on. */
#ifndef SHISHU_SEQUENTIAL_H
#define SHISHU_SEQUENTIAL_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Everywhere: K of the N are real, not known; n were drawn without replacement in random order, k of them real; 0 <= k <= n <= N, N >= 1. An
 * e-process for the hypothesis "it is K" is the probability of what was seen under a mixture over all counts, divided by that under K. Its
 * expectation under K is at most 1 at any stopping time, so with probability 1 - alpha it never reaches 1/alpha (Ville 1939): the bounds hold
 * together at all n, however one decides to stop or to go on.
 * Two mixtures are used. To confirm: half on "all N are real", half on a beta-binomial count with (a, b) = (19, 1), mean 0.95, since what is
 * to be proven is that nearly all are. To refute: the uniform count, (1, 1), since false numbers come in any size.
 * Source   beta-binomial mixtures over the hypergeometric: Waudby-Smith & Ramdas 2020, section 2; e-processes: Ramdas, Grunwald, Vovk, Shafer 2023 */

/* ln of the e-value against "it is K", with either mixture; INFINITY where K cannot be. */
SHI_API double shi_confirm_log_e(int64_t N, int64_t K, int64_t n, int64_t k);
SHI_API double shi_refute_log_e(int64_t N, int64_t K, int64_t n, int64_t k);

/* The ln e that decides at risk alpha: ln(1/alpha), less what rounding may take from a sum of logarithms, so that an e-value which is 20 by exact
 * arithmetic has reached 20. */
SHI_API double shi_log_e_limit(double alpha);

/* The smallest count not refuted by the first mixture, the largest not refuted by the second, each at risk alpha in (0, 1).
 * Cost     O(log N) */
SHI_API int64_t shi_sequential_low(int64_t N, int64_t n, int64_t k, double alpha);
SHI_API int64_t shi_sequential_high(int64_t N, int64_t n, int64_t k, double alpha);

/* The two-sided set at risk alpha with one mixture, Beta(a, b) > 0. */
SHI_API void shi_sequential_bounds(int64_t N, int64_t n, int64_t k, double a, double b, double alpha, int64_t *low, int64_t *high);

typedef enum { SHI_CLAIM_OPEN, SHI_CLAIM_CONFIRMED, SHI_CLAIM_REFUTED } shi_decision;

/* The claim "at least `threshold` are real", 1 <= threshold <= N: refuted when all counts from it upward are, else confirmed when all counts
 * below it are. Of those not reached, `unreached`, none counts as real for confirming and all for refuting; k are known to be real of n drawn,
 * the unreached included. */
SHI_API shi_decision shi_sequential_decide(int64_t N, int64_t threshold, int64_t n, int64_t k, int64_t unreached, double alpha);

/* ln e against the claim's being false (confirm) and its being true (refute): the least over the counts of the hypothesis. */
SHI_API double shi_claim_log_e(int64_t N, int64_t threshold, int64_t n, int64_t k, shi_decision which);

/* How a check goes if K are real, visits stop at the decision or after `most`. */
typedef struct {
    double expected;                       /* visits */
    int64_t median, p90;                   /* visits, smallest with so much probability at or below */
    double confirmed, refuted, undecided;  /* probabilities */
} shi_sequential_plan;

/* Exact, by dynamic programming over (n, k).
 * scratch  16 (most + 2) bytes, and what alignment takes
 * Errors   SHI_SYSTEM when scratch is too small
 * Cost     O(most^2) additions, at worst; most <= N */
SHI_API SHI_MUST_USE shi_err shi_sequential_foresee(shi_arena scratch, int64_t N, int64_t threshold, int64_t K, int64_t most, double alpha,
                                                     shi_sequential_plan *out);

/* Visits needed if every one is real: by the sequential test, and when n is fixed before (P(n of n | threshold - 1) <= alpha). N + 1: more than
 * there are (threshold > N). */
SHI_API int64_t shi_sequential_all_real(int64_t N, int64_t threshold, double alpha);
SHI_API int64_t shi_fixed_all_real(int64_t N, int64_t threshold, double alpha);

/* Of `claimed` at least 1 - tolerance: the threshold ceil(claimed (1 - tolerance)), with tolerance in [0, 1] taken to parts of a million. */
SHI_API int64_t shi_claim_threshold(int64_t claimed, double tolerance);

#ifdef __cplusplus
}
#endif
#endif
