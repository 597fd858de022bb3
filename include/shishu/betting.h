/* shishu/betting.h: confidence sequences for the mean of values in [0, 1], valid at every stopping time. */
#ifndef SHISHU_BETTING_H
#define SHISHU_BETTING_H

#include "shishu/interval.h"

#ifdef __cplusplus
extern "C" {
#endif

/* HEDGED: half the capital bets that the mean is above m, half that it is below, by a predictable plug-in of the variance, bets kept below half of
 * what could be lost (section 4.4). KELLY: ten constant fractions of what can be bet, averaged, both sides (appendix). EMPIRICAL_BERNSTEIN,
 * HOEFFDING: closed forms, wider, cheaper; the first 1/(n log n) of them are weak.
 * Source   Waudby-Smith & Ramdas 2024 (JRSS B 86); without replacement: section 5, and 2020 (NeurIPS) for the closed forms */
typedef enum { SHI_HEDGED, SHI_KELLY, SHI_EMPIRICAL_BERNSTEIN, SHI_HOEFFDING } shi_bet;

/* Bounds of the mean after n draws x[0..n) in [0, 1], in the order drawn: the intersection of the intervals after each of 1..n draws;
 * where it is empty, which has probability alpha at most, low is above high.
 * N        population, of which the draws were taken without replacement, n <= N; 0: with replacement
 * planned  0; or the n that was fixed before, for HEDGED and EMPIRICAL_BERNSTEIN: bets are then sized for it, up to all of the capital (still valid
 * at any time)
 * alpha    risk, both sides together
 * Cost     O(n) for the closed forms, O(50 n) for the others, whose ends are found by halving to 1e-12 */
SHI_API shi_interval shi_betting_bounds(shi_bet bet, const double *x, int64_t n, int64_t N, int64_t planned, double alpha);

/* Capital of the hedged bets against "the mean is m" after each of n draws: an e-process. INFINITY once m has become impossible. */
SHI_API void shi_hedged_capital(const double *x, int64_t n, int64_t N, double m, double alpha, double *capital);

#ifdef __cplusplus
}
#endif
#endif
