/* shishu/misclassify.h: a share that was measured with errors, corrected by what second visits found. */
#ifndef SHISHU_MISCLASSIFY_H
#define SHISHU_MISCLASSIFY_H

#include "shishu/interval.h"

#ifdef __cplusplus
extern "C" {
#endif

/* First visits found `found` of `visited` real. Of those that a second visit, taken as the truth, found real, first visits had found so too for
 * agreed_real of again_real; of those it found not real, for agreed_not of again_not. */
typedef struct {
    int64_t visited, found, again_real, agreed_real, again_not, agreed_not;
} shi_recheck;

typedef struct {
    double sensitivity, specificity;
    double share;               /* corrected, in [0, 1] */
    shi_interval interval;      /* of the share, by profile likelihood over both error rates */
} shi_corrected;

/* false, and nothing written, where second visits say nothing: none found anybody real or none found anybody not real, or both error rates
 * together leave no information (sensitivity + specificity <= 1). confidence in (0, 1).
 * Cost     some 10^5 evaluations of the likelihood
 * Source   Rogan & Gladen 1978; profile likelihood: Venzon & Moolgavkar 1988, with chi-square on one degree of freedom */
SHI_API bool shi_misclassified(const shi_recheck *r, double confidence, shi_corrected *out);

#ifdef __cplusplus
}
#endif
#endif
