/* Coverage of the intervals of a fixed n: simulated populations, each with its own truth, and, where it is cheap, every truth there is. Exact
 * intervals must hold everywhere, Wilson's and Jeffreys' on average only; Stringer's bound is observed. */
#include "shishu/interval.h"
#include "shishu/strata.h"

#include "sim.h"
#include "stat/dist.h"

static const double ALPHA = 0.05;

/* ---- one population ---- */

typedef enum { HYPER, CLOPPER, WILSON, WILSON_CORRECTED, JEFFREYS, BINOMIAL_HIGH, POISSON_HIGH, METHODS } method;
static const char *const NAMES[] = { "hypergeometric", "Clopper-Pearson", "Wilson", "Wilson, corrected", "Jeffreys",
                                     "binomial upper bound", "Poisson upper bound" };

typedef struct {
    const char *name;
    method how;
    int64_t N, n;      /* N: for the hypergeometric only */
    double a, b;       /* the share is Beta(a, b) */
    double widest;
} single;

static shi_interval interval_of(method how, int64_t N, int64_t n, int64_t k)
{
    switch (how) {
    case HYPER:
        return (shi_interval){ (double)shi_hyper_low(N, n, k, ALPHA / 2) / (double)N, (double)shi_hyper_high(N, n, k, ALPHA / 2) / (double)N };
    case CLOPPER: return shi_clopper_pearson(n, k, 1 - ALPHA);
    case WILSON: return shi_wilson(n, k, 1 - ALPHA, false);
    case WILSON_CORRECTED: return shi_wilson(n, k, 1 - ALPHA, true);
    case JEFFREYS: return shi_jeffreys(n, k, 1 - ALPHA);
    case BINOMIAL_HIGH: return (shi_interval){ 0, shi_binomial_high(n, k, ALPHA) };
    default: return (shi_interval){ 0, shi_poisson_high(n, k, ALPHA) };
    }
}

static sim_one one_population(const void *design, int64_t trial)
{
    const single *d = design;
    shi_random r = shi_random_of(46, 1, trial, d->how, d->N + 1000 * d->n + (int64_t)(100 * d->a));
    double share;
    int64_t k = 0;
    if (d->how == HYPER) {
        int64_t K = sim_count(&r, d->N, d->a, d->b);
        k = sim_hyper(&r, d->N, K, d->n);
        share = (double)K / (double)d->N;
    } else {
        share = shi_random_beta(&r, d->a, d->b);
        for (int64_t i = 0; i < d->n; i++) k += shi_random_chance(&r, share);
    }
    shi_interval x = interval_of(d->how, d->N, d->n, k);
    return sim_of(x.low <= share && share <= x.high, x.high - x.low);
}

static void one_sample(void **state)
{
    static const single DESIGNS[] = {
        { "hypergeometric, 60 of 200, any share", HYPER, 200, 60, 1, 1, 0.19 },
        { "hypergeometric, 60 of 2,000, nearly all real", HYPER, 2000, 60, 19, 1, 0.13 },
        { "hypergeometric, 15 of 40, about half", HYPER, 40, 15, 4, 4, 0.4 },
        { "Clopper-Pearson, 60, any share", CLOPPER, 0, 60, 1, 1, 0.23 },
        { "Clopper-Pearson, 60, nearly all real", CLOPPER, 0, 60, 19, 1, 0.13 },
        { "Wilson, 60, any share (average)", WILSON, 0, 60, 1, 1, 0.21 },
        { "Wilson corrected, 60, any share (average)", WILSON_CORRECTED, 0, 60, 1, 1, 0.23 },
        { "Jeffreys, 60, any share (average)", JEFFREYS, 0, 60, 1, 1, 0.21 },
        { "binomial upper bound, 60, few errors", BINOMIAL_HIGH, 0, 60, 1, 19, 0.13 },
        { "Poisson upper bound, 60, few errors", POISSON_HIGH, 0, 60, 1, 19, 0.14 },
    };
    int64_t n = sim_trials(4000, 20000);
    (void)state;
    for (int64_t i = 0; i < COUNT(DESIGNS); i++)
        sim_covers(DESIGNS[i].name, sim_run(one_population, &DESIGNS[i], n), DESIGNS[i].how == JEFFREYS || DESIGNS[i].how == WILSON ? 0.945 : 0.95,
                   DESIGNS[i].widest);
}

/* Exact: of all counts of 300 (all shares in steps of 1/1000), n = 40. The Poisson bound is meant for few errors: up to 0.2. */
static void every_truth(void **state)
{
    enum { N = 300, n = 40 };
    (void)state;
    for (method how = HYPER; how < METHODS; how++) {
        shi_interval x[n + 1];
        int64_t steps = how == HYPER ? N : how == POISSON_HIGH ? 200 : 1000;
        double worst = 1, mean = 0;
        for (int64_t k = 0; k <= n; k++) x[k] = interval_of(how, N, n, k);
        for (int64_t i = 0; i <= steps; i++) {
            double share = (double)i / (how == HYPER ? N : 1000), coverage = 0;
            for (int64_t k = 0; k <= n; k++) {
                double p = how == HYPER ? shi_hyper_above(N, i, n, k) - shi_hyper_above(N, i, n, k + 1) :
                                          shi_binomial_above(n, share, k) - shi_binomial_above(n, share, k + 1);
                if (x[k].low <= share + 1e-12 && share <= x[k].high + 1e-12) coverage += p;
            }
            worst = coverage < worst ? coverage : worst;
            mean += coverage / (double)(steps + 1);
        }
        print_message("# %-58s every truth, n = 40: coverage %.4f on average, %.4f at worst\n", NAMES[how], mean, worst);
        if (how == WILSON || how == JEFFREYS) assert_true(mean > 0.945 && mean < 0.96 && worst > 0.8 && worst < 0.95);
        else assert_true(worst >= 0.95 - 1e-9);
    }
}

/* ---- strata ---- */

enum { MOST_STRATA = 20 };
typedef struct {
    const char *name;
    int64_t strata, copies;            /* shape[0] copies times, then the others once */
    struct { int64_t size, n; double a, b; } shape[4];
    double widest[2];                  /* of the share: Sidak, Fisher */
} layout;
static const layout LAYOUTS[] = {
    { "one stratum", 1, 1, { { 200, 60, 1, 1 } }, { 0.2, 0.2 } },
    { "four villages alike", 1, 4, { { 150, 30, 8, 4 } }, { 0.39, 0.22 } },
    { "one large, five small", 2, 5, { { 40, 8, 2, 2 }, { 1200, 60, 8, 4 } }, { 0.37, 0.39 } },
    { "suspected or not", 2, 1, { { 120, 40, 1, 9 }, { 880, 40, 18, 2 } }, { 0.22, 0.23 } },
    { "suspected or not, scores are noise", 2, 1, { { 120, 40, 8, 4 }, { 880, 40, 8, 4 } }, { 0.33, 0.33 } },
    { "ten small", 1, 10, { { 30, 6, 2, 2 } }, { 0.75, 0.46 } },
    { "nearly all real", 1, 3, { { 300, 40, 60, 1 } }, { 0.14, 0.08 } },
    { "one counted, one of one, one without visits", 4, 1, { { 25, 25, 2, 2 }, { 1, 1, 1, 1 }, { 200, 30, 8, 4 }, { 60, 0, 8, 4 } }, { 0.5, 0.6 } },
    { "twenty of two visits", 1, 20, { { 50, 2, 8, 4 } }, { 1, 0.77 } },
};

typedef struct {
    const layout *l;
    shi_combination how;
    bool normal;                       /* +- 1.96 standard errors instead, as a warning */
} stratified;

static sim_one one_county(const void *design, int64_t trial)
{
    const stratified *d = design;
    const layout *l = d->l;
    shi_random r = shi_random_of(46, 2, trial, l - LAYOUTS, 0);
    shi_stratum s[MOST_STRATA + 4];
    int64_t H = 0, K = 0, N = 0, low, high;
    for (int64_t i = 0; i < l->strata; i++)
        for (int64_t c = 0; c < (i ? 1 : l->copies); c++, H++) {
            int64_t size = l->shape[i].size, real = sim_count(&r, size, l->shape[i].a, l->shape[i].b);
            s[H] = (shi_stratum){ size, l->shape[i].n, sim_hyper(&r, size, real, l->shape[i].n) };
            K += real;
            N += size;
        }
    if (d->normal) {
        double total, variance;
        if (shi_strata_total((shi_strata){ s, H }, &total, &variance).code) return (sim_one){ .held = NAN };
        return sim_of(fabs(total - (double)K) <= 1.96 * sqrt(variance), 2 * 1.96 * sqrt(variance) / (double)N);
    }
    char room[64 * (MOST_STRATA + 4)];
    shi_err e = shi_strata_bounds((shi_arena){ room, room + sizeof room, room }, (shi_strata){ s, H }, d->how, ALPHA / 2, &low, &high);
    if (e.code) return (sim_one){ .held = NAN };
    return sim_of(low <= K && K <= high, (double)(high - low) / (double)N);
}

static void strata(void **state)
{
    int64_t n = sim_trials(1000, 4000);
    (void)state;
    for (int64_t i = 0; i < COUNT(LAYOUTS); i++)
        for (int how = 0; how < 2; how++) {
            char name[80];
            const stratified d = { &LAYOUTS[i], how ? SHI_FISHER : SHI_SIDAK, false };
            snprintf(name, sizeof name, "%s, %s", how ? "Fisher" : "Sidak", LAYOUTS[i].name);
            sim_covers(name, sim_run(one_county, &d, n), 0.95, LAYOUTS[i].widest[how]);
        }
    const stratified normal = { &LAYOUTS[6], SHI_SIDAK, true };
    sim_warns("plus/minus 1.96 standard errors, nearly all real", sim_run(one_county, &normal, n), 0.9);
}

/* ---- Stringer ---- */

enum { ITEMS = 2000 };
typedef struct {
    const char *name;
    shi_likelihood likelihood;
    int kind;                          /* of taints: 0 all 1, 1 uniform, 2 mostly small, 3 two sizes */
    double rate, widest;
} tainted;

static double taint_of(shi_random *r, int kind)
{
    double u = shi_random_unit(r);
    return kind == 0 ? 1 : kind == 1 ? u : kind == 2 ? u * u * u * u : u < 0.8 ? 0.1 : 0.9;
}

/* Money is drawn, so an item is as likely as it is dear; the hypergeometric bound is for items drawn alike, without replacement. */
static sim_one one_book(const void *design, int64_t trial)
{
    enum { VISITS = 80 };
    const tainted *d = design;
    shi_random r = shi_random_of(46, 3, trial, d->kind, d->likelihood);
    double upto[ITEMS], taint[ITEMS], found[VISITS], all = 0, wrong = 0;
    int64_t m = 0, order[ITEMS];
    for (int64_t i = 0; i < ITEMS; i++) {
        double size = d->likelihood == SHI_HYPERGEOMETRIC ? 1 : shi_random_lognormal(&r, 100, 1);
        taint[i] = shi_random_chance(&r, d->rate) ? taint_of(&r, d->kind) : 0;
        upto[i] = all += size;
        wrong += size * taint[i];
        order[i] = i;
    }
    for (int64_t k = 0; k < VISITS; k++) {
        int64_t i;
        if (d->likelihood == SHI_HYPERGEOMETRIC) {
            int64_t at = k + shi_random_below(&r, ITEMS - k), swap = order[k];
            order[k] = order[at];
            order[at] = swap;
            i = order[k];
        } else {
            double at = shi_random_unit(&r) * all;
            int64_t low = 0, high = ITEMS - 1;
            while (low < high) {
                int64_t mid = (low + high) / 2;
                if (upto[mid] > at) high = mid;
                else low = mid + 1;
            }
            i = low;
        }
        if (taint[i] <= 0) continue;
        int64_t j = m++;
        for (; j > 0 && found[j - 1] < taint[i]; j--) found[j] = found[j - 1];
        found[j] = taint[i];
    }
    double bound = shi_stringer(found, m, VISITS, ITEMS, d->likelihood, ALPHA);
    return sim_of(wrong / all <= bound, bound);
}

static void stringer(void **state)
{
    static const tainted DESIGNS[] = {
        { "Stringer, binomial, 10 % wholly wrong", SHI_BINOMIAL, 0, 0.1, 0.19 }, { "Stringer, binomial, 10 % uniform", SHI_BINOMIAL, 1, 0.1, 0.12 },
        { "Stringer, binomial, 30 % mostly small", SHI_BINOMIAL, 2, 0.3, 0.13 },
        { "Stringer, binomial, 10 % of two sizes", SHI_BINOMIAL, 3, 0.1, 0.081 },
        { "Stringer, Poisson, 10 % uniform", SHI_POISSON, 1, 0.1, 0.12 },
        { "Stringer, hypergeometric, 10 % uniform", SHI_HYPERGEOMETRIC, 1, 0.1, 0.12 },
        { "Stringer, hypergeometric, 3 % wholly wrong", SHI_HYPERGEOMETRIC, 0, 0.03, 0.087 },
    };
    int64_t n = sim_trials(500, 4000);
    (void)state;
    for (int64_t i = 0; i < COUNT(DESIGNS); i++) sim_covers(DESIGNS[i].name, sim_run(one_book, &DESIGNS[i], n), 0.95, DESIGNS[i].widest);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(one_sample), cmocka_unit_test(every_truth), cmocka_unit_test(strata), cmocka_unit_test(stringer),
};
RUN_TESTS("interval_cover")
