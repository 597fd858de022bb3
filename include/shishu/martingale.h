/* shishu/martingale.h: p-values for "the mean is no larger than t" that hold at any stopping time. */
#ifndef SHISHU_MARTINGALE_H
#define SHISHU_MARTINGALE_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Each starts at 1, is multiplied by a factor a draw, and cannot be expected to grow where the mean of the population is t or less: so p = 1 /
 * its value. m is the mean of what is not drawn yet if the population's mean is t: (N t - S) / (N - j + 1) before draw j, S the sum so far;
 * with replacement t. Factors for a value x in [0, u]:
 *   ALPHA   (x eta/m + (u - x) (u - eta)/(u - m)) / u   with eta the estimated mean before the draw
 *     SHRINK  eta = the larger of (d eta0 + S) / (d + j - 1) and m + c / sqrt(d + j - 1), but below u
 *     FIXED   eta as m, for a population of mean eta0; the SPRT (BRAVO where values are 0, 1/2 and 1)
 *   BET     1 + lambda (x - m), lambda at most 1/m
 *     FIXED   lambda; 2 (2 eta0 - 1) is "a priori Kelly" for a mean of eta0 and t = 1/2
 *     AGRAPA  first lambda, then (mean - m) / (variance + (mean - m)^2) of the draws so far, m as it was before the last of them, from 0 to
 *             b/m, b = bet_from + (bet_to - bet_from) (1 - 1 / (1 + bet_growth sqrt(j - 1))); 0 where it is 0/0
 *     SQUARE_KELLY  the mean of bets k / (11 m), k = 1 … 10, weighed by (1/3 - k/11)^2 up to 1/3
 *   KAPLAN, u may be INFINITY
 *     MARKOV      (x + g) / (t + g), with replacement      WALD  (1 - g) x/t + g, with replacement
 *     KOLMOGOROV  (x + g) / m of values and t raised by g, without */
typedef enum {
    SHI_ALPHA_SHRINK, SHI_ALPHA_FIXED, SHI_BET_FIXED, SHI_BET_AGRAPA, SHI_BET_SQUARE_KELLY, SHI_KAPLAN_MARKOV, SHI_KAPLAN_WALD,
    SHI_KAPLAN_KOLMOGOROV
} shi_martingale_kind;

typedef struct {
    shi_martingale_kind kind;
    int64_t N;                     /* the population; 0: draws with replacement */
    double t, u;
    double eta0, c, d;             /* ALPHA; d > 0 */
    double lambda, bet_from, bet_to, bet_growth;
    double g;                      /* KAPLAN: 0 <= g < 1 */
} shi_martingale;

/* Where it stands; nothing of it need be looked at but log_value, the natural logarithm: -INFINITY for ever once a factor was 0, INFINITY once
 * the draws alone make the mean larger than t. */
enum { SHI_KELLY_BETS = 10 };
typedef struct {
    double log_value;
    int64_t draws;
    double sum, mean, squares;     /* of the draws; squares: of differences from the mean */
    double m_before;
    double bet[SHI_KELLY_BETS];
} shi_martingale_state;

/* Errors: SHI_USAGE: a parameter out of its range. */
SHI_API SHI_MUST_USE shi_err shi_martingale_begin(const shi_martingale *test, shi_martingale_state *out);
/* The next draw, 0 <= x <= u, no more than N. O(1). */
SHI_API void shi_martingale_step(const shi_martingale *test, shi_martingale_state *state, double x);
/* Natural logarithm of p as it stands, at most 0. The smallest of all so far is valid too. */
SHI_API double shi_martingale_log_p(const shi_martingale_state *state);

/* All at once.
 * x        n draws in their order; log_p: out, n: after each
 * Errors   SHI_USAGE: a parameter; SHI_INPUT: line = draw from 1: outside of 0 to u, or beyond the population; outputs then undefined
 * Cost     O(n)
 * Source   Stark 2023, "ALPHA: audit that learns from previously hand-audited ballots", (3), (12); Waudby-Smith & Ramdas 2024, B.3 (AGRAPA);
 *          Waudby-Smith, Stark & Ramdas 2021, "RiLACS" (Kelly); Stark 2020, "Sets of half-average nulls", 2.2 (Kaplan) */
SHI_API SHI_MUST_USE shi_err shi_martingale_run(const shi_martingale *test, const double *x, int64_t n, double *log_p);

#ifdef __cplusplus
}
#endif
#endif
