/* shishu/ranks.h: which ranks the data leave open, and which units can be told apart. */
#ifndef SHISHU_RANKS_H
#define SHISHU_RANKS_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Ranks with ties. Rank 1 is the largest x, or the smallest where `ascending`. Of t tied units behind b better ones each has b + 1 + omega (t - 1):
 * omega 0 the best of the ranks they share, 0.5 the middle, 1 the worst.
 * x        n finite numbers; rank: out, n
 * scratch  16 n bytes   Errors  SHI_SYSTEM: scratch   Cost  O(n log n) */
SHI_API SHI_MUST_USE shi_err shi_ranks_of(shi_arena scratch, const double *x, int64_t n, double omega, bool ascending, double *rank);

enum { SHI_RANKS_MOST = 100000 };   /* beyond it the n^2 comparisons take minutes */

/* Independent, normally distributed estimates with known standard errors. */
typedef struct {
    int64_t n;                 /* units, 2 … SHI_RANKS_MOST */
    const double *estimate;    /* finite; rank 1 is the largest */
    const double *se;          /* finite, above 0 */
    double confidence;         /* above 0, at most 0.9999 */
    int64_t draws;             /* of the simulation; 0: as many as n asks for (shi_ranks_draws) */
    uint64_t seed;             /* of the simulation; 0 is a seed like others */
} shi_rank_data;

/* Ranks low … high of a unit, 1 is the best. */
typedef struct {
    int64_t low, high;
} shi_rank_set;

/* How a pair is found to differ: its difference is more than a critical value times its standard error. SINGLE: the quantile of the largest of all
 * studentised differences. STEPDOWN: then again without the directions that were decided, until none is added; never wider. BONFERRONI, HOLM:
 * normal quantiles, no simulation, wider. */
typedef enum { SHI_RANKS_STEPDOWN, SHI_RANKS_SINGLE, SHI_RANKS_BONFERRONI, SHI_RANKS_HOLM } shi_rank_method;

/* Sets that hold the true ranks of all units at once with probability `confidence`.
 * set      out, n
 * apart    out: how many of the n (n - 1) / 2 pairs can be told apart; NULL: not asked
 * scratch  shi_ranks_scratch(n, draws)
 * Errors   SHI_USAGE: n, confidence; SHI_INPUT with line = unit from 1: an estimate that is no number, a standard error not above 0; SHI_SYSTEM:
 *          scratch; outputs then untouched
 * Cost     O(draws n), and O(n^2) comparisons without storing a pair; the same bytes on any number of threads
 * Source   Mogstad, Romano, Shaikh & Wilhelm 2024, "Inference for ranks", algorithm 3.1 (all ordered pairs; the critical value by simulation) */
SHI_API SHI_MUST_USE shi_err shi_ranks_simultaneous(shi_arena scratch, const shi_rank_data *data, shi_rank_method method, shi_rank_set *set,
                                                     int64_t *apart);

/* Sets of which each by itself holds the true rank of its unit with probability `confidence`, step-down. No simulation: given the unit's own error
 * the others are independent, so that the critical value is the root of an integral over one normal variable.
 * scratch  40 n + 400000 bytes   Errors  as above
 * Cost     O(n) comparisons and some ten integrals a unit */
SHI_API SHI_MUST_USE shi_err shi_ranks_marginal(shi_arena scratch, const shi_rank_data *data, shi_rank_set *set);

/* The draws that a simulation makes when none are given, and the room it needs. */
SHI_API int64_t shi_ranks_draws(int64_t n, double confidence);
SHI_API int64_t shi_ranks_scratch(int64_t n, int64_t draws);

/* Counts of one multinomial sample, such as votes: simultaneous sets of the ranks of the probabilities. Pairs are compared given their sum
 * (binomial, exact), over all ordered pairs by Bonferroni or Holm.
 * count    n counts >= 0, 2 <= n <= SHI_RANKS_MOST; confidence in (0, 1); method SHI_RANKS_BONFERRONI or SHI_RANKS_HOLM
 * Errors   SHI_USAGE; SHI_INPUT with line = unit from 1; outputs then untouched
 * Cost     n^2 / 2 binomial tails a pass, some passes
 * Source   Bazylik, Mogstad, Romano, Shaikh & Wilhelm 2021, "Finite- and large-sample inference for ranks using multinomial data" */
SHI_API SHI_MUST_USE shi_err shi_ranks_multinomial(const int64_t *count, int64_t n, double confidence, shi_rank_method method, shi_rank_set *set,
                                                    int64_t *apart);

/* A field check of one unit: of `population` accounts `visited` were drawn without replacement, and `found` of them are real. */
typedef struct {
    int64_t population, visited, found;
} shi_rank_check;

/* Simultaneous sets of the ranks of the real shares, exact: a hypergeometric interval of each count, joint by Sidak, and units whose intervals of
 * shares do not meet are told apart.
 * check    n checks, 0 <= found <= visited <= population, population >= 1; 2 <= n <= SHI_RANKS_MOST; confidence in (0, 1)
 * low, high  out, n: the interval of each count; set: out, n; apart: out or NULL
 * Errors   SHI_USAGE; SHI_INPUT with line = unit from 1; outputs then untouched
 * Cost     O(log population) hypergeometric tails a unit, n^2 comparisons */
SHI_API SHI_MUST_USE shi_err shi_ranks_checks(const shi_rank_check *check, int64_t n, double confidence, int64_t *low, int64_t *high,
                                               shi_rank_set *set, int64_t *apart);

/* From simultaneous sets of n units: who may be among the best k, among the last k, who certainly is among the last k. */
SHI_API bool shi_rank_may_lead(shi_rank_set set, int64_t k);
SHI_API bool shi_rank_may_trail(shi_rank_set set, int64_t n, int64_t k);
SHI_API bool shi_rank_surely_trails(shi_rank_set set, int64_t n, int64_t k);

#ifdef __cplusplus
}
#endif
#endif
