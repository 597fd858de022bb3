/* Honest tables of 200 villages, 10 indicators and 12 months, with effort before the deadline and offices that stop at the target, made without
 * the method's own code: how often a suspicion stands, and the p-values. Then villages that write part of their figures as whole percentages
 * or tens. */
#include "shishu/digits.h"
#include "sim.h"

enum { VILLAGES = 200, INDICATORS = 10, MONTHS = 12, ROWS = VILLAGES * INDICATORS * MONTHS, PLANTED = 10 };

typedef struct {
    double altered;          /* share of the cells of PLANTED villages */
    bool tens;               /* to tens; else to whole percentages */
    shi_digits_kind kind;    /* that is looked at */
    bool all;                /* whether all rows together are below 0.05, as a p-value that is no part of a search */
} design;

typedef struct {
    double value[ROWS], total[ROWS], target[ROWS];
    int32_t unit[ROWS], thing[ROWS];
    int64_t day[ROWS];
} figures;

/* Gamma-Poisson, so that months differ more than chance; a total is never passed. */
static double honest(shi_random *r, double mean, double total)
{
    double x = (double)shi_random_poisson(r, mean * shi_random_lognormal(r, 1, 0.15));
    return x < total ? x : total;
}

static void fill(figures *f, const design *d, int64_t trial)
{
    int64_t i = 0;
    for (int32_t v = 0; v < VILLAGES; v++) {
        shi_random r = shi_random_of(20261130, 31, trial, v, 0);
        double people = floor(shi_random_lognormal(&r, 1200, 0.5)) + 300;
        bool stops = shi_random_chance(&r, 0.3);
        for (int32_t k = 0; k < INDICATORS; k++) {
            double share = k < 5 ? shi_random_between(&r, 0.35, 0.85) : shi_random_between(&r, 0.03, 0.12);
            double target = floor(people * (k < 5 ? 0.6 : 0.08));
            for (int64_t m = 0; m < MONTHS; m++, i++) {
                double x = honest(&r, people * share, people);
                bool rush = x < target && x > 0.8 * target && shi_random_chance(&r, 0.4);
                if (rush) x = target + (stops ? 0 : (double)shi_random_geometric(&r, 0.02 * target));
                bool alter = v < PLANTED && shi_random_chance(&r, d->altered);
                if (alter && d->tens) x = floor(x / 10) * 10;
                else if (alter) x = floor(floor(100 * x / people + 0.5) * people / 100 + 0.5);
                f->value[i] = x, f->total[i] = people, f->target[i] = target;
                f->unit[i] = v, f->thing[i] = k, f->day[i] = 19000 + 30 * m;
            }
        }
    }
}

/* held: a suspicion of the kind stands (or the p of all rows is below 0.05); width: the share of planted villages that stand. */
static sim_one one_table(const void *context, int64_t trial)
{
    const design *d = context;
    const shi_digits_settings set = { .arrivals = true, .growth = (double)NAN };
    figures *f = calloc(1, sizeof *f);
    shi_arena keep = { 0 }, scratch = { 0 };
    shi_digits out;
    sim_one one = { .held = NAN };
    if (!f) return one;
    fill(f, d, trial);
    const shi_digits_columns c = { .n = ROWS, .keys = 2, .key = { f->unit, f->thing }, .codes = { VILLAGES, INDICATORS }, .day = f->day, .measures = 1,
                                   .measure = { { f->value, f->total, f->target } } };
    bool done = !shi_arena_open(1 << 26, &keep).code && !shi_arena_open(1 << 28, &scratch).code && !shi_digits_find(&keep, scratch, &c, &set, &out).code;
    if (done) one.held = 0;
    for (int64_t i = 0; done && i < out.len; i++) {
        const shi_digits_test *x = &out.ptr[i];
        if (x->kind != d->kind) continue;
        if (d->all ? x->key < 0 && x->log10_p <= log10(0.05) : x->q <= 0.05) one.held = 1;
        if (x->key == 0 && x->code < PLANTED && x->q <= 0.05) one.width += 1.0 / PLANTED;
    }
    shi_arena_drop(&keep);
    shi_arena_drop(&scratch);
    free(f);
    return one;
}

static void honest_tables(void **state)
{
    static const struct { const char *name; shi_digits_kind kind; bool all; } CASES[] = {
        { "honest tables: whole percentages", SHI_DIGITS_PERCENT, false }, { "honest tables: p of all percentages", SHI_DIGITS_PERCENT, true },
        { "honest tables: last digits", SHI_DIGITS_LAST, false }, { "honest tables: p of all last digits", SHI_DIGITS_LAST, true },
        { "honest tables: too even", SHI_DIGITS_EVEN, false },
    };
    (void)state;
    for (int64_t i = 0; i < COUNT(CASES); i++) {
        const design d = { .kind = CASES[i].kind, .all = CASES[i].all };
        sim_errs(CASES[i].name, sim_run(one_table, &d, sim_trials(40, 400)), "planted", 1);
    }
}

static void altered_cells(void **state)
{
    static const double SHARE[] = { 0.1, 0.2, 0.3, 0.5 };
    (void)state;
    for (int tens = 0; tens < 2; tens++)
        for (int64_t i = 0; i < COUNT(SHARE); i++) {
            const design d = { .altered = SHARE[i], .tens = tens, .kind = tens ? SHI_DIGITS_LAST : SHI_DIGITS_PERCENT };
            sim_mean m = sim_run(one_table, &d, sim_trials(4, 40));
            print_message("# %.0f %% of 120 cells to %-18s recall %.3f in %lld tables\n", SHARE[i] * 100, tens ? "tens" : "whole percentages", m.width,
                          (long long)m.trials);
            if (SHARE[i] >= 0.3 && m.width < 0.85) fail_msg("recall %.3f is below 0.85", m.width);
        }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(honest_tables),
    cmocka_unit_test(altered_cells),
};
RUN_TESTS("digits_null")
