/* Coverage of the confidence sequences under optional stopping. The adversary looks after every visit and stops as soon as the interval misses the
 * truth; whoever never sees that goes on to the end. So `held` says that no interval on the way missed it. Intervals of a fixed n fail here, and
 * that is shown too. */
#include "shishu/betting.h"
#include "shishu/interval.h"
#include "shishu/strata.h"

#include "sim.h"

static const double ALPHA = 0.05;

/* ---- counts ---- */

typedef enum { TWO_SIDED, CONFIRM_REFUTE, FIXED_N } sequence;
typedef struct {
    const char *name;
    sequence how;
    int64_t N, K, most, look;    /* visits at most; width: after `look` */
    double a, b;                 /* TWO_SIDED: the mixture */
    int64_t threshold;           /* above 0: whoever visits stops when the claim looks decided, not when the truth is missed */
    double widest;
} counted;

static void bounds_of(const counted *d, int64_t n, int64_t k, int64_t *low, int64_t *high)
{
    if (d->how == TWO_SIDED) {
        shi_sequential_bounds(d->N, n, k, d->a, d->b, ALPHA, low, high);
    } else {
        *low = d->how == FIXED_N ? shi_hyper_low(d->N, n, k, ALPHA / 2) : shi_sequential_low(d->N, n, k, ALPHA / 2);
        *high = d->how == FIXED_N ? shi_hyper_high(d->N, n, k, ALPHA / 2) : shi_sequential_high(d->N, n, k, ALPHA / 2);
    }
}

static sim_one one_count(const void *design, int64_t trial)
{
    const counted *d = design;
    shi_random r = shi_random_of(46, 11, trial, d->N, d->K);
    int64_t left = d->N, real = d->K, low = 0, high = d->N;
    sim_one out = { .held = 1 };
    for (int64_t n = 1; n <= d->most; n++) {
        sim_draw(&r, &left, &real);
        if (d->threshold == 0 && out.held < 1 && n > d->look) break;
        bounds_of(d, n, d->K - real, &low, &high);
        bool holds = low <= d->K && d->K <= high;
        if (n == d->look) out.width = (double)(high - low) / (double)d->N;
        if (d->threshold == 0 && !holds) out.held = 0;
        if (d->threshold > 0) {
            out = sim_of(holds, (double)(high - low) / (double)d->N);
            if (low >= d->threshold || high < d->threshold) break;
        }
    }
    return out;
}

static void counts(void **state)
{
    static const counted DESIGNS[] = {
        { "beta-binomial (1, 1), 150 of 300 real", TWO_SIDED, 300, 150, 300, 60, 1, 1, 0, 0.37 },
        { "beta-binomial (1, 1), 285 of 300 real", TWO_SIDED, 300, 285, 300, 60, 1, 1, 0, 0.19 },
        { "beta-binomial (1, 1), all real", TWO_SIDED, 300, 300, 300, 60, 1, 1, 0, 0.11 },
        { "beta-binomial (19, 1), 285 of 300 real", TWO_SIDED, 300, 285, 300, 60, 19, 1, 0, 0.15 },
        { "beta-binomial (19, 1), 150 of 300 real", TWO_SIDED, 300, 150, 300, 60, 19, 1, 0, 0.55 },
        { "beta-binomial (1, 1), stops when decided", TWO_SIDED, 300, 270, 300, 60, 1, 1, 271, 0.039 },
        { "confirm and refute bounds, 150 of 300 real", CONFIRM_REFUTE, 300, 150, 300, 60, 0, 0, 0, 0.48 },
        { "confirm and refute bounds, 285 of 300 real", CONFIRM_REFUTE, 300, 285, 300, 60, 0, 0, 0, 0.18 },
        { "confirm and refute bounds, 1,900 of 2,000 real", CONFIRM_REFUTE, 2000, 1900, 400, 60, 0, 0, 0, 0.2 },
        { "confirm and refute bounds, stops when decided", CONFIRM_REFUTE, 300, 270, 300, 60, 0, 0, 271, 0.027 },
    };
    static const counted WRONG[] = {
        { "fixed-n hypergeometric, looked at after each of 300 visits", FIXED_N, 3000, 1500, 300, 60, 0, 0, 0, 0.28 },
        { "fixed-n hypergeometric, 2,700 of 3,000, 300 visits", FIXED_N, 3000, 2700, 300, 60, 0, 0, 0, 0.18 },
        { "fixed-n hypergeometric, stops when the claim looks decided", FIXED_N, 3000, 2700, 600, 60, 0, 0, 2701, 0.098 },
    };
    int64_t n = sim_trials(200, 4000);
    (void)state;
    for (int64_t i = 0; i < COUNT(DESIGNS); i++) sim_covers(DESIGNS[i].name, sim_run(one_count, &DESIGNS[i], n), 0.95, DESIGNS[i].widest);
    for (int64_t i = 0; i < COUNT(WRONG); i++) sim_warns(WRONG[i].name, sim_run(one_count, &WRONG[i], n), 0.9);
}

/* ---- values in [0, 1] ---- */

enum { MOST_VALUES = 400 };
typedef struct {
    const char *name;
    shi_bet bet;
    int64_t N, n, planned;      /* N 0: with replacement */
    int kind;                   /* 0: real or not, share 0.9; 1: Beta(2, 5); 2: mostly 0 or 1, some between; 3: near 1/2 */
    double widest;
} valued;

static double value_of(shi_random *r, int kind)
{
    if (kind == 0) return shi_random_chance(r, 0.9);
    if (kind == 1) return shi_random_beta(r, 2, 5);
    if (kind == 3) return shi_random_beta(r, 60, 60);
    double u = shi_random_unit(r);
    return u < 0.2 ? 0 : u < 0.7 ? 1 : shi_random_unit(r);
}

/* The interval is the intersection of those after each of the draws: that it holds the truth at the end means that all did. */
static sim_one one_sequence(const void *design, int64_t trial)
{
    static const double MEAN[] = { 0.9, 2.0 / 7, 0.65, 0.5 };
    const valued *d = design;
    shi_random r = shi_random_of(46, 12, trial, d->kind, d->N);
    double x[MOST_VALUES], mean = MEAN[d->kind];
    int64_t all = d->N > 0 ? d->N : d->n;
    for (int64_t i = 0; i < all; i++) x[i] = value_of(&r, d->kind);   /* drawn alike, so any order of them is a random one */
    if (d->N > 0) {
        mean = 0;
        for (int64_t i = 0; i < all; i++) mean += x[i];
        mean /= (double)all;
    }
    shi_interval b = shi_betting_bounds(d->bet, x, d->n, d->N, d->planned, ALPHA);
    return sim_of(b.low <= mean + 1e-9 && mean <= b.high + 1e-9, fmax(b.high - b.low, 0));
}

static void values(void **state)
{
    static const valued DESIGNS[] = {
        { "hedged, 0 or 1, 150 with replacement", SHI_HEDGED, 0, 150, 0, 0, 0.15 },
        { "hedged, Beta(2, 5), 150 with replacement", SHI_HEDGED, 0, 150, 0, 1, 0.083 },
        { "hedged, near 1/2, 150 with replacement", SHI_HEDGED, 0, 150, 0, 3, 0.053 },
        { "hedged, mixed, all 300 one by one", SHI_HEDGED, 300, 300, 0, 2, 0.001 },
        { "hedged, 0 or 1, 150 of 300", SHI_HEDGED, 300, 150, 0, 0, 0.12 },
        { "hedged, planned for 150, Beta(2, 5)", SHI_HEDGED, 0, 150, 150, 1, 0.074 },
        { "Kelly, 0 or 1, 150 with replacement", SHI_KELLY, 0, 150, 0, 0, 0.15 },
        { "Kelly, mixed, 150 of 300", SHI_KELLY, 300, 150, 0, 2, 0.16 },
        { "empirical Bernstein, Beta(2, 5), 150 with replacement", SHI_EMPIRICAL_BERNSTEIN, 0, 150, 0, 1, 0.13 },
        { "empirical Bernstein, mixed, all 300 one by one", SHI_EMPIRICAL_BERNSTEIN, 300, 300, 0, 2, 0.045 },
        { "empirical Bernstein, near 1/2, planned for 150", SHI_EMPIRICAL_BERNSTEIN, 0, 150, 150, 3, 0.11 },
        { "Hoeffding, 0 or 1, 150 with replacement", SHI_HOEFFDING, 0, 150, 0, 0, 0.24 },
        { "Hoeffding, mixed, all 300 one by one", SHI_HOEFFDING, 300, 300, 0, 2, 0.056 },
    };
    int64_t n = sim_trials(100, 2000);
    (void)state;
    for (int64_t i = 0; i < COUNT(DESIGNS); i++) sim_covers(DESIGNS[i].name, sim_run(one_sequence, &DESIGNS[i], n), 0.95, DESIGNS[i].widest);
}

/* ---- strata ---- */

/* Which stratum is visited next. CHASE: the same as long as real ones are found there. */
typedef enum { IN_TURN, CHASE } order;
enum { MOST_STRATA = 4 };
typedef struct {
    const char *name;
    order order;
    int64_t strata;
    struct { int64_t size, most; double a, b; } shape[MOST_STRATA];
    double widest;
} county;

typedef struct {
    shi_stratum s[MOST_STRATA];
    int64_t left[MOST_STRATA], real[MOST_STRATA];
} visits;

static int64_t next_stratum(const county *d, const visits *v, int64_t last, bool was_real)
{
    if (d->order == CHASE && was_real && v->s[last].visited < d->shape[last].most) return last;
    for (int64_t k = 1; k <= d->strata; k++) {
        int64_t h = (last + k) % d->strata;
        if (v->s[h].visited < d->shape[h].most) return h;
    }
    return -1;
}

static sim_one one_county(const void *design, int64_t trial)
{
    const county *d = design;
    shi_random r = shi_random_of(46, 13, trial, d->strata, d->shape[0].size);
    int64_t all = 0, N = 0, last = d->strata - 1, low = 0, high = 0, K;
    char room[100 * MOST_STRATA];
    const shi_arena scratch = { room, room + sizeof room, room };
    bool was_real = false;
    visits v = { 0 };
    sim_one out = { .held = 1 };
    for (int64_t h = 0; h < d->strata; h++) {
        K = sim_count(&r, d->shape[h].size, d->shape[h].a, d->shape[h].b);
        v.s[h].size = v.left[h] = d->shape[h].size;
        v.real[h] = K;
        all += K;
        N += d->shape[h].size;
    }
    for (int64_t h; (h = next_stratum(d, &v, last, was_real)) >= 0; last = h) {
        was_real = sim_draw(&r, &v.left[h], &v.real[h]);
        v.s[h].visited++;
        v.s[h].real += was_real;
        if (shi_strata_sequential(scratch, (shi_strata){ v.s, d->strata }, ALPHA / 2, &low, &high).code) return (sim_one){ .held = NAN };
        if (all < low || all > high) out.held = 0;
        out.width = (double)(high - low) / (double)N;
    }
    return out;
}

static void strata(void **state)
{
    static const county DESIGNS[] = {
        { "one stratum as strata", IN_TURN, 1, { { 300, 60, 8, 4 } }, 0.5 },
        { "strata, suspected or not, visited in turn", IN_TURN, 2, { { 60, 60, 1, 9 }, { 240, 60, 18, 2 } }, 0.44 },
        { "strata, suspected or not, chasing the real ones", CHASE, 2, { { 60, 60, 1, 9 }, { 240, 60, 18, 2 } }, 0.44 },
        { "strata, nearly all real, chasing", CHASE, 2, { { 100, 60, 19, 1 }, { 200, 60, 19, 1 } }, 0.12 },
        { "strata, four villages, chasing", CHASE, 4, { { 80, 30, 8, 4 }, { 80, 30, 8, 4 }, { 80, 30, 2, 2 }, { 80, 30, 2, 2 } }, 0.43 },
    };
    int64_t n = sim_trials(60, 2000);
    (void)state;
    for (int64_t i = 0; i < COUNT(DESIGNS); i++) sim_covers(DESIGNS[i].name, sim_run(one_county, &DESIGNS[i], n), 0.95, DESIGNS[i].widest);
}

static const struct CMUnitTest TESTS[] = { cmocka_unit_test(counts), cmocka_unit_test(values), cmocka_unit_test(strata) };
RUN_TESTS("sequence_cover")
