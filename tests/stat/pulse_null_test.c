/* Honest counties of 200 villages x 150 accounts x 6 months: log-ins at rates of their own, months in which nothing else is done, rituals whose
 * share differs from village to village, a monthly message: how often any unit stands. Then accounts that are kept alive. Villages whose people log
 * in once a month and do nothing else cannot be told from them: that is measured, too. */
#include "shishu/pulse.h"
#include "base/calendar.h"
#include "sim.h"

enum { VILLAGES = 200, PEOPLE = 150, MONTHS = 6, MOST = VILLAGES * PEOPLE * MONTHS * 8 };

typedef struct {
    double rituals;           /* mean share of people who log in once a month by habit */
    bool forty;               /* three villages of two fifths */
    bool only;                /* people of the ritual do nothing else, almost always; else in half of the months */
    bool message;             /* a monthly message: a third answers with one log-in */
    int64_t bought;           /* accounts in one village, or in each of the villages below */
    int64_t villages;         /* how many villages hold them */
    double kept;              /* share of months in which they show it */
} design;

typedef struct {
    int32_t account[MOST], unit[MOST];
    bool other[MOST];
    int64_t time_us[MOST], n;
} acts;

static void act(acts *a, int32_t account, int32_t unit, int64_t month, double day, bool other)
{
    if (a->n == MOST) return;
    a->account[a->n] = account, a->unit[a->n] = unit, a->other[a->n] = other;
    a->time_us[a->n++] = (shi_day_of(2024, (int)month + 1, 1) * INT64_C(86400) + (int64_t)(day * 86400)) * 1000000;
}

static void live(acts *a, shi_random *r, const design *d, int32_t account, int32_t unit, double ritual_share)
{
    bool ritual = shi_random_chance(r, ritual_share), answers = d->message && shi_random_chance(r, 0.33);
    double rate = shi_random_lognormal(r, 0.8, 1);
    for (int64_t m = 0; m < MONTHS; m++) {
        int64_t logins = ritual && shi_random_chance(r, 0.9) ? 1 : shi_random_poisson(r, rate);
        if (answers && logins == 0 && shi_random_chance(r, 0.7)) logins = 1;
        for (int64_t i = 0; i < logins; i++) act(a, account, unit, m, shi_random_between(r, 0, 28), false);
        if (logins && !shi_random_chance(r, !ritual ? 0.25 : d->only ? 0.95 : 0.5)) act(a, account, unit, m, shi_random_between(r, 0, 28), true);
    }
}

static void keep_alive(acts *a, shi_random *r, const design *d, int32_t account, int32_t unit)
{
    for (int64_t m = 0; m < MONTHS; m++)
        if (shi_random_chance(r, d->kept)) act(a, account, unit, m, shi_random_between(r, 0, 28), false);
}

/* held: any honest unit stands; width: the share of bought villages that stand. */
static sim_one county(const void *context, int64_t trial)
{
    const design *d = context;
    acts *a = calloc(1, sizeof *a);
    shi_arena keep = { 0 }, scratch = { 0 };
    shi_pulse out;
    sim_one one = { .held = NAN };
    int32_t account = 0;
    if (!a) return one;
    act(a, account, 0, 0, 0, true);
    act(a, account++, 0, MONTHS - 1, 29.9, true);                     /* the file covers all months */
    for (int32_t v = 0; v < VILLAGES; v++) {
        shi_random r = shi_random_of(20261130, 32, trial, v, 0);
        double share = d->rituals > 0 ? shi_random_beta(&r, 4 * d->rituals, 4 * (1 - d->rituals)) * 0.5 + d->rituals / 2 : 0;
        if (d->forty && v >= VILLAGES - 3) share = 0.4;
        for (int64_t p = 0; p < PEOPLE; p++) live(a, &r, d, account++, v, share);
        for (int64_t p = 0; p < d->bought && v < d->villages; p++) keep_alive(a, &r, d, account++, v);
    }
    const shi_pulse_columns c = { a->n, a->account, a->unit, a->other, a->time_us, account, VILLAGES };
    bool done = !shi_arena_open(1 << 26, &keep).code && !shi_arena_open(1 << 28, &scratch).code && !shi_pulse_find(&keep, scratch, &c, &out).code;
    if (done) one.held = 0;
    for (int64_t i = 0; done && i < out.units; i++) {
        if (out.unit[i].q > 0.05) continue;
        if (out.unit[i].unit < d->villages) one.width += 1.0 / (double)d->villages;
        else one.held = 1;
    }
    if (done && !d->villages) one.width = out.dispersion;
    shi_arena_drop(&keep);
    shi_arena_drop(&scratch);
    free(a);
    return one;
}

static const struct { const char *name; double rituals; bool forty, only, message; } LIFE[] = {
    { "Poisson people", 0, false, false, false }, { "rituals of 16 %", 0.16, false, false, false },
    { "rituals, villages of 40 %", 0.16, true, false, false }, { "rituals and a monthly message", 0.16, false, false, true },
    { "rituals of 16 % and nothing else", 0.16, false, true, false }, { "the same, villages of 40 %", 0.16, true, true, false },
};

static void honest_counties(void **state)
{
    (void)state;
    for (int64_t i = 0; i < COUNT(LIFE); i++) {
        const design d = { LIFE[i].rituals, LIFE[i].forty, LIFE[i].only, LIFE[i].message, 0, 0, 0 };
        sim_mean m = sim_run(county, &d, sim_trials(6, 200));
        if (!d.only) sim_errs(LIFE[i].name, m, "dispersion", 1e9);
        else print_message("# %-58s %6lld populations, error rate %.4f (a warning: not separable)\n", LIFE[i].name, (long long)m.trials, m.held);
    }
}

static void kept_alive(void **state)
{
    static const struct { int64_t bought, villages; double kept, least; } CASES[] = {
        { 20, 1, 0.97, 0 }, { 50, 1, 0.97, 0.9 }, { 100, 1, 0.97, 0.9 }, { 100, 1, 0.9, 0.9 }, { 60, 40, 0.97, 0.9 }, { 60, 100, 0.97, 0 },
    };
    (void)state;
    for (int64_t i = 0; i < COUNT(LIFE); i++)
        for (int64_t k = 0; k < COUNT(CASES); k++) {
            const design d = { LIFE[i].rituals, LIFE[i].forty, LIFE[i].only, LIFE[i].message, CASES[k].bought, CASES[k].villages, CASES[k].kept };
            sim_mean m = sim_run(county, &d, sim_trials(2, 40));
            print_message("# %-32s %3lld accounts in %3lld villages, %2.0f %% of months: recall %.3f, counties with an honest unit %.3f\n", LIFE[i].name,
                          (long long)d.bought, (long long)d.villages, d.kept * 100, m.width, m.held);
            if (m.width < CASES[k].least && !d.only) fail_msg("recall %.3f is below %.3f", m.width, CASES[k].least);
        }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(honest_counties),
    cmocka_unit_test(kept_alive),
};
RUN_TESTS("pulse_null")
