/* shishu/adjust.h: which of many p-values or e-values still stand when all of them were looked at. */
#ifndef SHISHU_ADJUST_H
#define SHISHU_ADJUST_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What an adjusted p-value at most alpha controls: the false discovery rate at alpha (BH: independent or positively dependent p-values; BY: any
 * dependence), or the chance of any false rejection (Holm, Bonferroni: any dependence; Hochberg, Hommel: where Simes' test holds). Hommel
 * rejects whatever Hochberg rejects, Holm whatever Bonferroni rejects. */
typedef enum { SHI_P_BH, SHI_P_BY, SHI_P_HOLM, SHI_P_HOCHBERG, SHI_P_HOMMEL, SHI_P_BONFERRONI } shi_p_method;

/* Adjusted p-values, each in [p, 1].
 * p        n p-values in [0, 1]; n >= 0
 * out      n; may be p itself
 * scratch  32 n bytes
 * Errors   SHI_INPUT with line = index from 1: no number in [0, 1]; SHI_SYSTEM: scratch is too small; out then untouched
 * Cost     O(n log n) for all of them
 * Source   Benjamini & Hochberg 1995; Benjamini & Yekutieli 2001; Holm 1979; Hochberg 1988; Hommel 1988, in O(n log n) with the hull of
 *          Meijer, Krebs & Goeman 2019 */
SHI_API SHI_MUST_USE shi_err shi_p_adjust(shi_arena scratch, shi_p_method method, const double *p, int64_t n, double *out);

/* e-BH: rejects the R largest e-values, R the largest with e_(R) >= n / (alpha R): false discovery rate at most alpha under any dependence, if
 * the e-values of true nulls sum to at most their number in expectation.
 * e        n e-values >= 0, INFINITY allowed; alpha in (0, 1)
 * rejected out, n
 * count    out: R
 * scratch  16 n bytes
 * Errors   SHI_INPUT with line = index from 1: negative or no number; SHI_USAGE: alpha; SHI_SYSTEM: scratch; outputs then untouched
 * Cost     O(n log n)
 * Source   Wang & Ramdas 2022, "False discovery rate control with e-values", section 4 */
SHI_API SHI_MUST_USE shi_err shi_e_bh(shi_arena scratch, const double *e, int64_t n, double alpha, bool *rejected, int64_t *count);

#ifdef __cplusplus
}
#endif
#endif
