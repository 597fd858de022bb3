/* shishu/strata.h: totals from a stratified field check. */
#ifndef SHISHU_STRATA_H
#define SHISHU_STRATA_H

#include "shishu/sequential.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Accounts: N_h in the stratum, n_h drawn from them without replacement, of which so many were found real. */
typedef struct {
    int64_t size, visited, real;
} shi_stratum;

typedef struct {
    const shi_stratum *ptr;
    int64_t len;
} shi_strata;

/* How the strata's tests make one of the total. Sidak: each stratum's exact bound at 1 - (1 - alpha)^(1/H), summed. Fisher: the most extreme total
 * whose strata, however the total is split, are not refuted together by Fisher's combination of their exact tails. Which is shorter depends on
 * the strata, so it is chosen at planning, before results are known. */
typedef enum { SHI_SIDAK, SHI_FISHER } shi_combination;

/* Exact one-sided bounds of the number of real accounts, each at risk alpha in (0, 1): with probability 1 - alpha no fewer, no more, are real.
 * strata   H; 0 <= real <= visited <= size; strata without visits add 0, or their size
 * low, high  out, accounts
 * scratch  48 H bytes
 * Errors   SHI_INPUT, line = stratum from 1: counts that cannot be; SHI_SYSTEM: scratch too small; outputs then untouched
 * Cost     Sidak O(H log N) tails; Fisher O((bound - found) log H) tails
 * Source   design of combining tests: Ottoboni, Stark, Lindeman, McBurnett 2018; the greedy split is exact because the tail P(X >= k | K) is a
 *          distribution function in K with log-concave mass C(K, k-1) C(N-1-K, n-k), hence log-concave itself */
SHI_API SHI_MUST_USE shi_err shi_strata_bounds(shi_arena scratch, shi_strata strata, shi_combination combination, double alpha, int64_t *low,
                                                 int64_t *high);

/* The claim "at least `threshold` of all are real", at any stopping time: ln of the least product of the strata's e-values over all splits of a
 * total of threshold - 1 (SHI_CLAIM_CONFIRMED: against the claim's being false) or of threshold (SHI_CLAIM_REFUTED: against its being true). Strata
 * are
 * drawn independently, so the product is an e-value; ln e is convex in each count, so the greedy split is the least.
 * unreached  accounts drawn and not reached, among `visited`: real for refuting, not real for confirming; NULL: none
 * log_e    out; 0 where the hypothesis has no counts (threshold 0: nothing to refute), INFINITY where it cannot be
 * scratch, Errors: as shi_strata_bounds
 * Cost     O(total log H) e-values
 * Source   as above, with the e-processes of shishu/sequential.h in place of the tails */
SHI_API SHI_MUST_USE shi_err shi_strata_claim_log_e(shi_arena scratch, shi_strata strata, const int64_t *unreached, int64_t threshold,
                                                     shi_decision which, double *log_e);

/* The smallest and the largest total not refuted, each at risk alpha, at any stopping time. */
SHI_API SHI_MUST_USE shi_err shi_strata_sequential(shi_arena scratch, shi_strata strata, double alpha, int64_t *low, int64_t *high);

/* Estimated number of real accounts, and its variance.
 * strata   as above, and visited >= 2 or all
 * total    out, accounts   variance  out, accounts squared
 * Errors   SHI_INPUT, line = stratum from 1; outputs then untouched
 * Memory   none kept   Cost  O(H)
 * Source   Cochran 1977, section 5.10 */
SHI_API SHI_MUST_USE shi_err shi_strata_total(shi_strata strata, double *total, double *variance);

#ifdef __cplusplus
}
#endif
#endif
