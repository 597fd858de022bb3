/* shishu/evalue.h: what a p-value is worth as evidence that may be added up and searched over, and which of many such pieces stand. */
#ifndef SHISHU_EVALUE_H
#define SHISHU_EVALUE_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* log10 of the e-value (1 - p + p ln p) / (p ln^2 p) of a p-value, given as log10 p <= 0, so that 1e-5000 has one too: the mean of all calibrators
 * kappa p^(kappa - 1). 1e-4 gives 118, 1e-6 5,240; p = 1 gives 1/2. NAN where log10_p is above 0.
 * Source  Vovk & Wang 2021, "E-values: calibration, combination and applications", equation 2 */
SHI_API double shi_e_calibrated(double log10_p);

/* log10 of the sum of the n numbers whose logarithms these are; n = 0: -INFINITY. In order, so that the bits are the same each time. */
SHI_API double shi_log10_sum(const double *log10_x, int64_t n);

/* Selects the R largest, R the largest with e_(R) >= budget / (alpha R): false discovery rate at most alpha under any dependence, if the e-values
 * of the true nulls among all that were looked at sum to at most `budget` in expectation. With each detector's e-values divided by the number of
 * hypotheses it searched, budget is the number of detectors, and groups that were not formed need not be here.
 * log10_e  n, -INFINITY allowed; budget > 0; alpha in (0, 1)
 * selected out, n
 * q        out, n: the smallest alpha at which it is selected, at most 1
 * count    out: R
 * scratch  16 n bytes
 * Errors   SHI_INPUT with line = index from 1: no number; SHI_USAGE: budget or alpha; SHI_SYSTEM: scratch; outputs then untouched
 * Source   Wang & Ramdas 2022, "False discovery rate control with e-values"; compound e-values: Ignatiadis, Wang & Ramdas 2024 */
SHI_API SHI_MUST_USE shi_err shi_e_select(shi_arena scratch, const double *log10_e, int64_t n, double budget, double alpha, bool *selected, double *q,
                                          int64_t *count);

#ifdef __cplusplus
}
#endif
#endif
