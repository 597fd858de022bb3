/* shishu/comparison.h: risk and sample sizes when each drawn record is compared with what was reported of it. */
#ifndef SHISHU_COMPARISON_H
#define SHISHU_COMPARISON_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Records whose report was too high (over) or too low (under) by one or by two, the most there can be. Counts, or shares of the draws. */
typedef struct {
    double over1, over2, under1, under2;
} shi_discrepancies;

/* The error inflation factor of Colorado and of Stark's tools. */
#define SHI_GAMMA 1.03905

/* Natural logarithm of the risk that the reported outcome is wrong although it looks right: Kaplan-Markov, p = (1 - m / (2 gamma))^n, divided
 * by 1 - 1/(2 gamma), 1 - 1/gamma, 1 + 1/(2 gamma), 1 + 1/gamma for each over1, over2, under1, under2; at most 0.
 * margin  m, the diluted margin: votes the winner leads by, over records, 0 to 1; 0: p = 1
 * gamma   above 1; n: draws, with replacement
 * NAN     where a parameter is out of its range
 * Source  Stark 2010, "Super-simple simultaneous single-ballot risk-limiting audits", (9) */
SHI_API double shi_comparison_log_p(double margin, double gamma, int64_t n, shi_discrepancies found);

/* Draws after which the risk is at most `risk` when these discrepancies (counts) have been found and none follows, by the bound log(1 - x) <= -x;
 * no fewer than the discrepancies, at most N records.
 * -1      where a parameter is out of its range: 0 < risk < 1, 0 < margin <= 1, gamma > 1
 * Source  Lindeman & Stark 2012, "A gentle introduction to risk-limiting audits", (1) */
SHI_API int64_t shi_comparison_stopping(double risk, double margin, double gamma, shi_discrepancies found, int64_t N);

/* Draws to plan for when discrepancies come at these rates. EXPECTED solves p = risk as it stands; the others are the tools': the number of
 * discrepancies in the sample is rounded to the nearest whole one, or (CEIL_ONE) up for those of one, (CEIL_BOTH) up for all, and the stopping
 * size taken, thrice over. N where the rates let the risk never fall, and where more than N would be needed.
 * -1      as above
 * Source  Lindeman & Stark 2012, section "Simultaneous"; their tool auditTools */
typedef enum { SHI_SIZE_EXPECTED, SHI_SIZE_NEAREST, SHI_SIZE_CEIL_ONE, SHI_SIZE_CEIL_BOTH } shi_size_rounding;
SHI_API int64_t shi_comparison_initial(double risk, double margin, double gamma, shi_discrepancies rate, shi_size_rounding rounding, int64_t N);

#ifdef __cplusplus
}
#endif
#endif
