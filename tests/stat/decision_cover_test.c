/* How often the sequential tests decide wrongly when visits stop at the first decision, at truths just below and just above the threshold and
 * elsewhere: at most 0.05 each way. And that they do decide: mean visits. */
#include "shishu/batch.h"
#include "shishu/comparison.h"
#include "shishu/interval.h"
#include "shishu/martingale.h"
#include "shishu/polling.h"
#include "shishu/sequential.h"
#include "shishu/strata.h"

#include "sim.h"

static const double ALPHA = 0.05;

/* ---- a claim about a count ---- */

typedef struct {
    const char *name;
    int64_t N, threshold, K, most;
    double reached, reached_real;   /* chance that one who is not real, or is, is reached; the others are visited in vain */
    double dearest;
} claim;

static sim_one one_claim(const void *design, int64_t trial)
{
    const claim *d = design;
    shi_random r = shi_random_of(46, 21, trial, d->N, d->K);
    int64_t left = d->N, real = d->K, k = 0, unreached = 0, n = 0;
    shi_decision now = SHI_CLAIM_OPEN;
    while (now == SHI_CLAIM_OPEN && n < d->most) {
        bool is_real = sim_draw(&r, &left, &real), met = shi_random_chance(&r, is_real ? d->reached_real : d->reached);
        n++;
        k += is_real && met;
        unreached += !met;
        now = shi_sequential_decide(d->N, d->threshold, n, k, unreached, ALPHA);
    }
    return sim_of(now == (d->K >= d->threshold ? SHI_CLAIM_REFUTED : SHI_CLAIM_CONFIRMED), (double)n);
}

static void claims(void **state)
{
    static const claim DESIGNS[] = {
        { "190 of 200 claimed, 189 real", 200, 190, 189, 200, 1, 1, 190 },
        { "190 of 200 claimed, 190 real", 200, 190, 190, 200, 1, 1, 210 },
        { "190 of 200 claimed, 150 real", 200, 190, 150, 200, 1, 1, 18 },
        { "190 of 200 claimed, all real", 200, 190, 200, 200, 1, 1, 57 },
        { "950 of 1,000 claimed, 949 real", 1000, 950, 949, 400, 1, 1, 410 },
        { "950 of 1,000 claimed, 950 real", 1000, 950, 950, 400, 1, 1, 410 },
        { "950 of 1,000 claimed, 930 real", 1000, 950, 930, 400, 1, 1, 380 },
        { "950 of 1,000 claimed, 970 real", 1000, 950, 970, 400, 1, 1, 350 },
        { "500 of 1,000 claimed, 499 real", 1000, 500, 499, 400, 1, 1, 410 },
        { "500 of 1,000 claimed, 500 real", 1000, 500, 500, 400, 1, 1, 410 },
        { "189 real of 190, the not real avoid the visit", 200, 190, 189, 200, 0.2, 1, 210 },
        { "190 real of 190, the real are out at work", 200, 190, 190, 200, 1, 0.7, 210 },
    };
    int64_t n = sim_trials(1000, 10000);
    (void)state;
    for (int64_t i = 0; i < COUNT(DESIGNS); i++) {
        const claim *d = &DESIGNS[i];
        sim_mean m = sim_run(one_claim, d, n);
        sim_errs(d->name, m, "visits", d->dearest);
        if (d->reached < 1 || d->reached_real < 1) continue;
        /* what the planning says of it by dynamic programming */
        shi_sequential_plan plan;
        shi_arena room = test_arena(16 * (d->most + 2) + 64);
        assert_ok(shi_sequential_foresee(room, d->N, d->threshold, d->K, d->most, ALPHA, &plan));
        free(room.base);
        double wrong = d->K >= d->threshold ? plan.refuted : plan.confirmed;
        if (fabs(m.held - wrong) > 4 * sqrt((wrong + 0.0005) / (double)n)) fail_msg("%s: foreseen %.4f", d->name, wrong);
        if (fabs(m.width - plan.expected) > 0.02 * (double)d->most + 1) fail_msg("%s: foreseen %.2f visits", d->name, plan.expected);
    }
}

/* Looking after every visit with the exact test of a fixed n. */
static sim_one one_naive(const void *design, int64_t trial)
{
    const claim *d = design;
    shi_random r = shi_random_of(46, 22, trial, d->N, d->K);
    int64_t left = d->N, real = d->K, low = 0, n = 0;
    while (low < d->threshold && n < d->most) {
        sim_draw(&r, &left, &real);
        n++;
        low = shi_hyper_low(d->N, n, d->K - real, ALPHA);
    }
    return sim_of(low < d->threshold, (double)n);
}

/* ---- strata ---- */

enum { MOST_STRATA = 8 };
typedef enum { IN_TURN, CHASE, FORESEE } order;
typedef struct {
    const char *name;
    order order;
    bool below;                      /* one fewer is real than claimed; else just as many */
    int64_t strata, size[MOST_STRATA], real[MOST_STRATA], most;
} county;

typedef struct {
    shi_stratum s[MOST_STRATA];
    int64_t left[MOST_STRATA], real[MOST_STRATA], last, threshold;
    bool good;                       /* the last visit spoke for the wrong decision */
    shi_random r;
} visits;

static bool visit(const county *d, visits *v, int64_t h)
{
    bool real = sim_draw(&v->r, &v->left[h], &v->real[h]);
    v->s[h].visited++;
    v->s[h].real += real;
    v->last = h;
    v->good = real == d->below;
    return real;
}

/* Whether what was seen makes the wrong decision. */
static int is_wrong(const county *d, const visits *v)
{
    double log_e;
    char room[100 * MOST_STRATA];
    shi_err e = shi_strata_claim_log_e((shi_arena){ room, room + sizeof room, room }, (shi_strata){ v->s, d->strata }, NULL, v->threshold,
                                       d->below ? SHI_CLAIM_CONFIRMED : SHI_CLAIM_REFUTED, &log_e);
    return e.code ? -1 : log_e >= -log(ALPHA) - 1e-9;
}

static int64_t next_stratum(const county *d, const visits *v)
{
    if (d->order == CHASE && v->good && v->left[v->last] > 0) return v->last;
    for (int64_t k = 1; k <= d->strata; k++)
        if (v->left[(v->last + k) % d->strata] > 0) return (v->last + k) % d->strata;
    return -1;
}

/* All is visited in secret, and of each stratum those rows are handed in after which its own e-value was largest. */
static void withhold(const county *d, visits *v)
{
    for (int64_t h = 0; h < d->strata; h++) {
        shi_stratum best = v->s[h];
        double most = 0, share = (double)d->real[h] / (double)d->size[h];
        while (v->left[h] > 0) {
            visit(d, v, h);
            shi_stratum at = v->s[h];
            double e = d->below ? shi_confirm_log_e(at.size, d->real[h], at.visited, at.real) :
                                  shi_refute_log_e(at.size, d->real[h], at.visited, at.real);
            bool towards = ((double)at.real > share * (double)at.visited) == d->below;
            if (towards && e > most) most = e, best = at;
        }
        v->s[h] = best;
    }
}

static sim_one one_county(const void *design, int64_t trial)
{
    const county *d = design;
    visits v = { .last = d->strata - 1, .r = shi_random_of(46, 23, trial, d->strata, d->size[0] + d->real[0]) };
    int wrong = 0;
    int64_t n = 0;
    for (int64_t h = 0; h < d->strata; h++) {
        v.s[h].size = v.left[h] = d->size[h];
        v.real[h] = d->real[h];
        v.threshold += d->real[h];
    }
    v.threshold += d->below;
    if (d->order == FORESEE) {
        withhold(d, &v);
        wrong = is_wrong(d, &v);
    }
    for (int64_t h; d->order != FORESEE && !wrong && n < d->most && (h = next_stratum(d, &v)) >= 0; n++) {
        visit(d, &v, h);
        wrong = is_wrong(d, &v);
    }
    return sim_of(wrong < 0 ? (double)NAN : wrong, (double)n);
}

static void strata(void **state)
{
    static const county DESIGNS[] = {
        { "one stratum as strata, 189 of 190 of 200", IN_TURN, true, 1, { 200 }, { 189 }, 200 },
        { "one stratum as strata, just 190 of 200", IN_TURN, false, 1, { 200 }, { 190 }, 200 },
        { "strata 285 of 300, one below, in turn", IN_TURN, true, 2, { 60, 240 }, { 50, 235 }, 300 },
        { "strata 285 of 300, one below, chasing", CHASE, true, 2, { 60, 240 }, { 50, 235 }, 300 },
        { "strata 285 of 300, just enough, in turn", IN_TURN, false, 2, { 60, 240 }, { 50, 235 }, 300 },
        { "strata 285 of 300, just enough, chasing", CHASE, false, 2, { 60, 240 }, { 50, 235 }, 300 },
        { "four strata of half, one below, chasing", CHASE, true, 4, { 60, 60, 60, 60 }, { 30, 30, 30, 30 }, 240 },
        { "four strata of half, just enough, chasing", CHASE, false, 4, { 60, 60, 60, 60 }, { 30, 30, 30, 30 }, 240 },
    };
    static const county WITHHELD = { "WARNING 8 strata, rows withheld by what they say", FORESEE, true, 8, { 75, 75, 75, 75, 75, 75, 75, 75 },
        { 37, 37, 37, 37, 37, 37, 37, 37 }, 600 };
    int64_t n = sim_trials(100, 2000);
    (void)state;
    for (int64_t i = 0; i < COUNT(DESIGNS); i++) sim_errs(DESIGNS[i].name, sim_run(one_county, &DESIGNS[i], n), "visits", INFINITY);
    sim_mean m = sim_run(one_county, &WITHHELD, sim_trials(1000, 4000));
    print_message("# %-58s %6lld populations, error rate %.4f (a warning: not valid)\n", WITHHELD.name, (long long)m.trials, m.held);
    assert_true(m.held > 0.06);
}

/* ---- martingales ---- */

typedef enum { BINARY, SKEWED, BETWEEN } values;
typedef struct {
    const char *name;
    shi_martingale test;
    values values;
} drawn;

enum { MOST_VALUES = 600 };

/* A population with mean t exactly (or, drawn with replacement, in expectation): its first values. */
static double value_of(shi_random *r, values kind, double t)
{
    if (kind == BINARY) return shi_random_chance(r, t);
    if (kind == SKEWED) return shi_random_chance(r, 0.9) ? t * 0.5 : t * 5.5;   /* the mean is t */
    return 2 * t * shi_random_unit(r);
}

static sim_one one_martingale(const void *design, int64_t trial)
{
    const drawn *d = design;
    shi_random r = shi_random_of(46, 24, trial, d->test.kind, d->values);
    double x[MOST_VALUES], sum = 0, enough = log(ALPHA);
    int64_t n = 0, most = d->test.N > 0 ? d->test.N : MOST_VALUES;
    shi_martingale test = d->test;
    shi_martingale_state state;
    for (int64_t i = 0; i < most; i++) sum += x[i] = value_of(&r, d->values, test.t);
    if (test.N > 0) test.t = sum / (double)most;   /* just the mean that is to be refuted */
    if (shi_martingale_begin(&test, &state).code) return (sim_one){ .held = NAN };
    while (n < most && shi_martingale_log_p(&state) > enough) shi_martingale_step(&test, &state, x[n++]);
    return sim_of(shi_martingale_log_p(&state) <= enough, (double)n);
}

static void martingales(void **state)
{
    static const drawn DESIGNS[] = {
        { "ALPHA, shrink-truncate, 0 or 1, without replacement",
          { .kind = SHI_ALPHA_SHRINK, .N = 600, .t = 0.5, .u = 1, .eta0 = 0.6, .c = 0.05, .d = 20 }, BINARY },
        { "ALPHA, shrink-truncate, skewed, with replacement",
          { .kind = SHI_ALPHA_SHRINK, .t = 0.15, .u = 1, .eta0 = 0.3, .c = 0.05, .d = 50 }, SKEWED },
        { "ALPHA, fixed (SPRT), 0 or 1, with replacement", { .kind = SHI_ALPHA_FIXED, .t = 0.5, .u = 1, .eta0 = 0.6 }, BINARY },
        { "ALPHA, fixed, uniform, without replacement", { .kind = SHI_ALPHA_FIXED, .N = 600, .t = 0.4, .u = 1, .eta0 = 0.6 }, BETWEEN },
        { "bet, fixed, 0 or 1, with replacement", { .kind = SHI_BET_FIXED, .t = 0.5, .u = 1, .lambda = 0.4 }, BINARY },
        { "bet, AGRAPA, skewed, without replacement",
          { .kind = SHI_BET_AGRAPA, .N = 600, .t = 0.15, .u = 1, .lambda = 0.5, .bet_from = 0.75, .bet_to = 0.99, .bet_growth = 0.1 }, SKEWED },
        { "bet, square Kelly, 0 or 1, without replacement", { .kind = SHI_BET_SQUARE_KELLY, .N = 600, .t = 0.5, .u = 1 }, BINARY },
        { "bet, square Kelly, uniform, with replacement", { .kind = SHI_BET_SQUARE_KELLY, .t = 0.4, .u = 1 }, BETWEEN },
        { "Kaplan-Markov, skewed", { .kind = SHI_KAPLAN_MARKOV, .t = 0.15, .u = 1, .g = 0.1 }, SKEWED },
        { "Kaplan-Wald, skewed", { .kind = SHI_KAPLAN_WALD, .t = 0.15, .u = 1, .g = 0.1 }, SKEWED },
        { "Kaplan-Wald, uniform", { .kind = SHI_KAPLAN_WALD, .t = 0.4, .u = 1, .g = 0.5 }, BETWEEN },
        { "Kaplan-Kolmogorov, 0 or 1, without replacement", { .kind = SHI_KAPLAN_KOLMOGOROV, .N = 600, .t = 0.5, .u = 1, .g = 0.5 }, BINARY },
    };
    int64_t n = sim_trials(1000, 10000);
    (void)state;
    for (int64_t i = 0; i < COUNT(DESIGNS); i++) sim_errs(DESIGNS[i].name, sim_run(one_martingale, &DESIGNS[i], n), "draws", INFINITY);
}

/* ---- elections: the outcome is wrong by a hair, and looks right ---- */

typedef struct {
    const char *name;
    double margin, by2, under;   /* reported lead; share of it that is made of records wrong by two, and what is understated besides */
} compared;

static sim_one one_comparison(const void *design, int64_t trial)
{
    enum { MOST = 1500 };
    const compared *d = design;
    shi_random r = shi_random_of(46, 25, trial, (int64_t)(d->margin * 1000), (int64_t)(d->by2 * 10));
    double over = d->margin + d->under, two = over * d->by2 / 2, one = over * (1 - d->by2), log_p = 0;
    shi_discrepancies found = { 0 };
    int64_t n = 0;
    while (n < MOST && log_p > log(ALPHA)) {
        double u = shi_random_unit(&r);
        n++;
        if (u < two) found.over2++;
        else if (u < two + one) found.over1++;
        else if (u < two + one + d->under) found.under1++;
        log_p = shi_comparison_log_p(d->margin, SHI_GAMMA, n, found);
    }
    return sim_of(log_p <= log(ALPHA), (double)n);
}

static sim_one one_bravo(const void *design, int64_t trial)
{
    enum { MOST = 1500 };
    static const shi_claim CLAIM = { 10000, 6000, 4000 };
    shi_random r = shi_random_of(46, 26, trial, 0, 0);
    int64_t more = 0, n = 0;
    (void)design;
    while (n < MOST && shi_bravo_log_p(CLAIM, more, n - more) > log(ALPHA)) {
        n++;
        more += shi_random_chance(&r, 0.5);
    }
    return sim_of(shi_bravo_log_p(CLAIM, more, n - more) <= log(ALPHA), (double)n);
}

/* 60 villages of 500 records; those of the last third were reported 350 : 150 and are 150 : 350, so that in truth nobody leads. */
static sim_one one_batch(const void *design, int64_t trial)
{
    enum { BATCHES = 60, MOST = 200 };
    shi_random r = shi_random_of(46, 27, trial, 0, 0);
    shi_batch batch[BATCHES];
    shi_batch_count drawn_batches[MOST];
    double bound[BATCHES], total, log_p[MOST];
    int64_t n = 0;
    (void)design;
    for (int64_t b = 0; b < BATCHES; b++) batch[b] = b < 40 ? (shi_batch){ 500, 300, 200 } : (shi_batch){ 500, 350, 150 };
    if (shi_batch_bounds(batch, BATCHES, bound, &total).code) return (sim_one){ .held = NAN };
    for (; n < MOST; n++) {
        double at = shi_random_unit(&r) * total;
        int64_t b = 0;
        while (b < BATCHES - 1 && at >= bound[b]) at -= bound[b++];
        drawn_batches[n] = b < 40 ? (shi_batch_count){ b, 300, 200 } : (shi_batch_count){ b, 150, 350 };
    }
    if (shi_batch_log_p(batch, BATCHES, drawn_batches, MOST, log_p).code) return (sim_one){ .held = NAN };
    for (n = 0; n < MOST && log_p[n] > log(ALPHA); n++) continue;
    return sim_of(n < MOST, (double)n);
}

static void elections(void **state)
{
    static const compared DESIGNS[] = {
        { "super-simple comparison, lead 0.05, all wrong by two", 0.05, 1, 0 },
        { "super-simple comparison, lead 0.1, all wrong by one", 0.1, 0, 0 },
        { "super-simple comparison, lead 0.1, mixed, understated too", 0.1, 0.5, 0.02 },
    };
    int64_t n = sim_trials(1000, 10000);
    (void)state;
    for (int64_t i = 0; i < COUNT(DESIGNS); i++) sim_errs(DESIGNS[i].name, sim_run(one_comparison, &DESIGNS[i], n), "draws", INFINITY);
    sim_errs("BRAVO, 60 : 40 reported, 50 : 50 true", sim_run(one_bravo, NULL, n), "draws", INFINITY);
    sim_errs("batches (Kaplan-Markov), a tie reported as a lead", sim_run(one_batch, NULL, n), "draws", INFINITY);
}

/* The tests that fixed-n bounds make when they are looked at after each visit: wrong far more often. */
static void fixed_n_is_wrong(void **state)
{
    static const claim DESIGN = { "fixed-n bound at each visit, 949 real of 950 claimed", 1000, 950, 949, 400, 1, 1, 380 };
    (void)state;
    sim_warns(DESIGN.name, sim_run(one_naive, &DESIGN, sim_trials(500, 4000)), 0.9);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(claims), cmocka_unit_test(strata), cmocka_unit_test(martingales), cmocka_unit_test(elections),
    cmocka_unit_test(fixed_n_is_wrong),
};
RUN_TESTS("decision_cover")
