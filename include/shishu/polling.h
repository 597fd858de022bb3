/* shishu/polling.h: risk and sample sizes when records are drawn and read without knowing what was reported of each. */
#ifndef SHISHU_POLLING_H
#define SHISHU_POLLING_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is claimed: of `records`, `more` are of the kind that is said to lead and `less` of the other; the rest are neither. 0 <= less < more,
 * more + less <= records. */
typedef struct {
    int64_t records, more, less;
} shi_claim;

/* Natural logarithm of BRAVO's risk after `more` and `less` of these kinds were drawn, with replacement: p = (1/2 / s)^more (1/2 / (1 - s))^less
 * with s = more / (more + less) as claimed; at most 0. NAN where the claim or a count makes no sense.
 * Source  Lindeman, Stark & Yates 2012, "BRAVO: ballot-polling risk-limiting audits to verify outcomes" */
SHI_API double shi_bravo_log_p(shi_claim claim, int64_t more, int64_t less);

/* Mean number of draws until the risk is at most `risk`, if the claim is right and `more` and `less` were drawn already. 0: it is there already;
 * -1: the claim or the risk makes no sense.
 * Source  the same, section 2, after Wald's approximation */
SHI_API int64_t shi_bravo_mean_size(shi_claim claim, double risk, int64_t more, int64_t less);

/* Chance that the risk is at most `risk` after n further draws in one round, if the claim is right; normal approximation. NAN as above.
 * Source  Arlo (VotingWorks), after M. Lindeman */
SHI_API double shi_bravo_chance(shi_claim claim, double risk, int64_t more, int64_t less, int64_t n);

/* Draws in one round after which the risk is at most `risk` with that chance, 0 < chance < 1: the normal approximation, then raised until the
 * binomial quantile is enough, then by those that are neither kind. 0, -1 as above. O(log n) binomial tails a step, few steps.
 * Source  the same */
SHI_API int64_t shi_bravo_size(shi_claim claim, double risk, int64_t more, int64_t less, double chance);

#ifdef __cplusplus
}
#endif
#endif
