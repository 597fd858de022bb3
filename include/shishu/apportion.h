/* shishu/apportion.h: whole numbers in proportion to weights, under caps and floors. */
#ifndef SHISHU_APPORTION_H
#define SHISHU_APPORTION_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is handed out: total at most 10^14. weight > 0 for who may get anything, 0 for who gets its floor. cap, floor: NULL: none;
 * 0 <= floor[i] <= cap[i]. */
typedef struct {
    int64_t n, total;
    const double *weight;
    const int64_t *cap, *floor;
} shi_shares;

/* Proportional fill under caps and floors: fill[i] = clamp(mu weight[i], floor[i], cap[i]) with one level mu, so that the fills sum to the
 * total.
 * fill     out, n
 * mu       out: the level; INFINITY when the caps sum to no more than the total, and then all fills are caps
 * excess   out: total - sum of caps where that is above 0 (never spread), sum of floors - total (negative) where the floors alone are more,
 *          and then all fills are floors; else 0
 * scratch  32 n bytes
 * Errors   SHI_SYSTEM when scratch is too small; outputs then undefined
 * Cost     O(n log n)
 * Source   water-filling (Cover & Thomas 2006, 9.4), with the breakpoints floor/weight and cap/weight sorted */
SHI_API SHI_MUST_USE shi_err shi_water_fill(shi_arena scratch, const shi_shares *shares, double *fill, double *mu, int64_t *excess);

/* The fill in whole numbers: each gets the whole part of its fill, what is left goes one by one to the largest remainders (ties: the smaller
 * index) that are below their caps. What shares->total is above the caps stays undistributed.
 * out      n; sums to total - excess
 * scratch  64 n bytes
 * Errors, excess: as shi_water_fill
 * Source   largest remainder (Hamilton 1792) of the capped fill; design 4.1 */
SHI_API SHI_MUST_USE shi_err shi_allot(shi_arena scratch, const shi_shares *shares, int64_t *out, int64_t *excess);

/* Methods of apportionment (Balinski & Young 2001). Divisor methods give the next unit to the largest weight / d(s), where s is what one has:
 * Adams d = s, Dean 2s(s+1)/(2s+1), Hill sqrt(s(s+1)), Webster s + 1/2, Jefferson s + 1. Remainders: Hare's quota total/n, Droop's
 * floor(W / (total + 1)) + 1. */
typedef enum { SHI_ADAMS, SHI_DEAN, SHI_HILL, SHI_WEBSTER, SHI_JEFFERSON, SHI_REMAINDER_HARE, SHI_REMAINDER_DROOP } shi_method;

/* Ties: the smaller index. Remainder methods look at caps as at who gets no more, and at no floors.
 * scratch  32 n bytes
 * Errors   SHI_SYSTEM as above
 * Cost     divisor methods O((n + total) log n), remainders O(n log n) */
SHI_API SHI_MUST_USE shi_err shi_apportion(shi_arena scratch, shi_method method, const shi_shares *shares, int64_t *out, int64_t *excess);

/* Sizes n_h of the strata of a sample of `total` that make the variance of the estimated total smallest among all whole numbers with
 * least <= n_h <= size[h]: sum of N_h (N_h - n_h) S_h^2 / n_h.
 * size     N_h, strata; sd: S_h >= 0; out: n_h
 * *short_by  out: total less than the minima together need; then all are at their minima (0 otherwise). A total above the sum of sizes leaves
 *          all at their sizes.
 * scratch  16 strata bytes
 * Cost     O((strata + total) log strata)
 * Source   Neyman 1934; exact in whole numbers by priorities N_h S_h / sqrt(n (n + 1)): Wright 2012 */
SHI_API SHI_MUST_USE shi_err shi_neyman(shi_arena scratch, const int64_t *size, const double *sd, int64_t strata, int64_t total, int64_t least,
                                         int64_t *out, int64_t *short_by);

#ifdef __cplusplus
}
#endif
#endif
