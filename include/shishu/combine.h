/* shishu/combine.h: one p-value of several independent ones. */
#ifndef SHISHU_COMBINE_H
#define SHISHU_COMBINE_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fisher's combination of n independent p-values, each in [0, 1]: P(chi-square with 2 n degrees of freedom > -2 sum log p). The product of the
 * p-values is no p-value: of five of 1/2 it is 0.03, this one 0.73. n = 0 gives 1; NAN where a p lies outside.
 * Source  Fisher 1932; beside the product: Ottoboni, Stark, Lindeman & McBurnett 2018, "SUITE" */
SHI_API double shi_fisher_combine(const double *p, int64_t n);
/* The same of natural logarithms, -INFINITY to 0, as a logarithm: for what lies below 1e-308. */
SHI_API double shi_fisher_combine_log(const double *log_p, int64_t n);

#ifdef __cplusplus
}
#endif
#endif
