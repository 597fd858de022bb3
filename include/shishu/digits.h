/* shishu/digits.h: what a table of reported figures shows by itself, without any log: three classes of tests that are never mixed. */
#ifndef SHISHU_DIGITS_H
#define SHISHU_DIGITS_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { SHI_DIGITS_KEYS = 3, SHI_DIGITS_MEASURES = 3 };

/* A column of figures, n values each, NAN: missing. total: what a value is a part of (whole percentages; arrivals of at most a fifth of it);
 * target: what was wanted. Either may be NULL. */
typedef struct {
    const double *value, *total, *target;
} shi_digits_measure;

/* One row a figure. key: what rows are grouped by, the unit first; rows that agree in all keys are one series. parent: whose child the row's
 * unit is, and parent_unit, one a parent: its own code among those of key[0], -1: it reports nothing itself. day: first day of the row's
 * period, in days since 1970, INT64_MIN: missing. parent, parent_unit, day may be NULL; codes of -1 are missing. */
typedef struct {
    int64_t n;
    int keys;
    const int32_t *key[SHI_DIGITS_KEYS];
    int64_t codes[SHI_DIGITS_KEYS];
    const int32_t *parent, *parent_unit;
    int64_t parents;
    const int64_t *day;
    int measures;
    shi_digits_measure measure[SHI_DIGITS_MEASURES];
} shi_digits_columns;

/* arrivals: values are arrivals (registrations, entries, uploads, votes: not people who are active, hours or points), so that they can be too
 * even; cumulative: they are counts to date, whose steps are arrivals; at_most: the target is a limit from above; growth: what each period has to
 * add to the one before, as a share, NAN: nothing is required. */
typedef struct {
    bool arrivals, cumulative, at_most;
    double growth;
} shi_digits_settings;

/* By class: suspicion of the unit; about the target, never about the unit; facts without p. */
typedef enum {
    SHI_DIGITS_PERCENT,      /* figures that are whole percentages of their totals */
    SHI_DIGITS_LAST,         /* last digits 0 and 5 */
    SHI_DIGITS_EVEN,         /* arrivals more even than chance leaves them */
    SHI_DIGITS_BUNCH,        /* figures gather at the target */
    SHI_DIGITS_EXACT,        /* figures that are the target to the unit */
    SHI_DIGITS_GROWTH,       /* figures that are what the required growth asks for, to the unit */
    SHI_DIGITS_CARRIED,      /* figures that are those of the period before */
    SHI_DIGITS_PARTS,        /* wholes that are not the sum of their parts */
    SHI_DIGITS_ABOVE,        /* figures above their totals */
    SHI_DIGITS_FALLS,        /* counts to date that fall */
    SHI_DIGITS_BENFORD,      /* first digits against Benford's; figures over 3 orders of magnitude only */
    SHI_DIGITS_KINDS
} shi_digits_kind;
typedef enum { SHI_DIGITS_SUSPICION, SHI_DIGITS_TARGET, SHI_DIGITS_FACT } shi_digits_class;
SHI_API shi_digits_class shi_digits_class_of(shi_digits_kind kind);

/* key: -1 all rows, 0 … keys - 1 that key, SHI_DIGITS_OF_PARENT, or SHI_DIGITS_OF_SERIES; code: of that key, of a parent, or a row of the
 * series. n: what was looked at; statistic: how many were such (percent, last digit, exact, growth, facts), weeks that were too even of n
 * (periods: the dispersion as a share of chance's), figures in the bin at the target, Benford's mean absolute deviation; expected: how many
 * chance gives; low, high: 95 % interval of statistic - expected (percent, bunching), else NAN. log10_p: 0 or below, NAN for facts; q: BH
 * over all hypotheses of the kind, NAN where there is no p and for all rows together where there are groups. */
enum { SHI_DIGITS_OF_PARENT = 10, SHI_DIGITS_OF_SERIES = 11 };
typedef struct {
    shi_digits_kind kind;
    int key, measure;
    int32_t code;
    int64_t n;
    double statistic, expected, low, high, log10_p, q;
} shi_digits_test;

/* In order of kind, measure, key, code. searched: hypotheses with a p. cannot_judge: by kind, why it was not done at all, or NULL. */
typedef struct {
    const shi_digits_test *ptr;
    int64_t len, searched;
    const char *cannot_judge[SHI_DIGITS_KINDS];
} shi_digits;

/* Tests a table. Null hypotheses, by kind:
 * PERCENT  figure k of n is binomial with its own share k/n: P = sum of Bin(n, k/n) over all j with |2000 j - 20 q n| <= n, q whole, where the first
 *          n of the row is >= 100 and all its shares lie from 1 % to 99 %; of several measures U = 1 - product of (1 - P).
 *          Poisson-binomial tail of the hits. Kobak, Shpilkin & Pshenichnikov 2016, with exact sums for its Monte Carlo.
 * LAST     whole values >= 103 end in 0 or 5 with chance 0.2; >= 50 of them, repeats of the period before and figures that are their
 *          totals dropped; a share below 0.22 counts as p = 1. After Beber & Scacco 2012.
 * EVEN     arrivals of 7 days of a week (mean >= 10, none 0, at most a fifth of the total) have a dispersion of at least half of Poisson's:
 *          weeks with P(chi-square_6 <= 2 D) <= 0.05 are binomial; >= 8 weeks. Periods that are no days: runs of 12, D of all together.
 *          After Kobak 2022.
 * BUNCH    figures near the target lie on a smooth curve (fifth-degree polynomial), whose misfit at other marks of the table is the unit of z.
 *          After Chetty, Friedman, Olsen & Pistaferri 2011.
 * EXACT, GROWTH  of the figures within h = a tenth of the mark t one in 2h + 1 is t. Poisson-binomial tail.
 * Cells within max(2 %, 6) of their target stand outside of the suspicions.
 * scratch  any arena; it takes about 130 bytes a row and measure
 * Errors   SHI_SYSTEM: no memory
 * Cost     O(n log n), and the binomial terms within 9 standard deviations and 16 */
SHI_API SHI_MUST_USE shi_err shi_digits_find(shi_arena *keep, shi_arena scratch, const shi_digits_columns *columns,
                                             const shi_digits_settings *settings, shi_digits *out);

/* P of one figure as above, for 0 <= k <= n, 1 <= n. log_factorial: ln j! for j = 0 … known - 1, or NULL with 0. */
SHI_API double shi_digits_percent_chance(const double *log_factorial, int64_t known, int64_t n, int64_t k);
/* Whether k of n lies within a twentieth of a percent of a whole percentage. */
SHI_API bool shi_digits_is_percent(int64_t n, int64_t k);

#ifdef __cplusplus
}
#endif
#endif
