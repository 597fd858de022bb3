/* Bursts: no finding in honest counties with a rush before a deadline and families, p below the diagonal, mean sum of e at most 1, and how many of
 * planted batches are found. Registrations are made by other code than the detector's: rates of villages, weekdays, hours, families, a deadline. */
#include "shishu/bursts.h"
#include "shishu/evalue.h"
#include "sim.h"

#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)

enum { MOST_DAYS = 200 };
static const double MOST_PACE = 3;

typedef struct {
    const char *name;
    int villages, people, days;
    double families;             /* mean number who register along with one */
    double rush;                 /* how many times the usual rate in the last three days */
    int batch, minutes, batches; /* planted, each in one village */
    double pace;                 /* sd of the logarithm of how a village's own days differ, at most threefold */
} design;

typedef struct {
    int64_t n;
    int64_t *time;
    int32_t *unit, *account;
} county;

/* An hour of the day: evenings, few at night. */
static int64_t moment(shi_random *r)
{
    static const double HOUR[24] = { .02, .01, .005, .005, .01, .05, .2, .5, .8, 1, 1, .8, .6, .7, .8, .9, .9, 1, 1.3, 1.6, 1.5, 1, .4, .1 };
    int64_t h;
    do h = shi_random_below(r, 24);
    while (!shi_random_chance(r, HOUR[h] / 1.6));
    return h * 3600 + shi_random_below(r, 3600);
}

static void put(county *c, int64_t second, int32_t unit)
{
    c->time[c->n] = second * SECOND;
    c->unit[c->n] = unit;
    c->account[c->n] = (int32_t)c->n;
    c->n++;
}

static county make(const design *d, int64_t trial)
{
    shi_random r = shi_random_of(4711, 9, trial, d->villages, d->batch);
    int64_t room = 8 * (int64_t)d->villages * d->people + (int64_t)d->batch * d->batches + 1000;
    county c = { .time = malloc((size_t)room * sizeof(int64_t)), .unit = malloc((size_t)room * sizeof(int32_t)), .account = malloc((size_t)room * sizeof(int32_t)) };
    double pace[MOST_DAYS];
    assert_true(c.time && c.unit && c.account && d->days <= MOST_DAYS);
    for (int32_t v = 0; v < d->villages; v++) {
        double people = shi_random_lognormal(&r, d->people, 0.6);
        int64_t k = people < 4 * d->people ? (int64_t)people : 4 * d->people;
        for (int day = 0; day < d->days; day++) {
            double own = d->pace > 0 ? shi_random_lognormal(&r, 1, d->pace) : MOST_PACE;
            pace[day] = own < MOST_PACE ? own / MOST_PACE : 1;
        }
        while (k > 0) {
            int64_t day = shi_random_below(&r, d->days), weekend = day % 7 >= 5, last = day >= d->days - 3;
            if (!shi_random_chance(&r, (weekend ? 1.0 : 0.7) * (last ? 1 : 1 / d->rush) * pace[day])) continue;
            int64_t at = day * 86400 + moment(&r), family = shi_random_poisson(&r, d->families);
            if (family > 3) family = 3;
            for (int64_t m = 0; m <= family && k > 0; m++, k--, at += 30 + shi_random_below(&r, 400)) put(&c, at, v);
        }
    }
    for (int b = 0; b < d->batches; b++) {
        int64_t at = shi_random_below(&r, d->days) * 86400 + 28800 + shi_random_below(&r, 40000);
        for (int k = 0; k < d->batch; k++) {
            put(&c, at + shi_random_below(&r, 60 * (d->minutes ? d->minutes : 1)), b);
            c.account[c.n - 1] = 10000000 + b;   /* one name a batch */
        }
    }
    return c;
}

typedef struct {
    double finding, listed, p05, e, caught;
} result;

static result one(const design *d, int64_t trial)
{
    county c = make(d, trial);
    result r = { 0 };
    shi_arena keep, scratch;
    shi_bursts got;
    bool *caught = calloc((size_t)d->batches + 1, sizeof *caught), *selected;
    double *e, *q;
    int64_t count;
    const shi_bursts_columns columns = { .n = c.n, .time_us = c.time, .unit = c.unit, .account = c.account, .units = d->villages, .accounts = 20000000 };
    assert_ok(shi_arena_open(1 << 26, &keep));
    assert_ok(shi_arena_open(INT64_C(1) << 30, &scratch));
    assert_ok(shi_bursts_find(&keep, scratch, &columns, &SHI_BURSTS_DEFAULTS, &got));
    int64_t n = got.groups.len;
    selected = shi_new(&keep, bool, n);
    e = shi_new(&keep, double, n);
    q = shi_new(&keep, double, n);
    for (int64_t g = 0; g < n; g++) {
        e[g] = got.groups.ptr[g].log10_e;
        r.e += pow(10, e[g]);
        r.p05 = r.p05 > 0 || got.groups.ptr[g].log10_p <= log10(0.05);
    }
    assert_ok(shi_e_select(scratch, e, n, 1, 0.05, selected, q, &count));
    for (int64_t g = 0; g < n; g++) {
        for (int64_t i = got.groups.ptr[g].first; i < got.groups.ptr[g].first + got.groups.ptr[g].len; i++)
            if (got.groups.member[i] >= 10000000 && selected[g]) caught[got.groups.member[i] - 10000000] = true;
    }
    for (int b = 0; b < d->batches; b++) r.caught += (double)caught[b] / d->batches;
    r.finding = count > 0;
    r.listed = (double)n;
    shi_arena_drop(&keep);
    shi_arena_drop(&scratch);
    free(caught);
    free(c.time);
    free(c.unit);
    free(c.account);
    return r;
}

static result run(const design *d, int64_t trials)
{
    result *all = calloc((size_t)trials, sizeof *all), sum = { 0 };
    assert_non_null(all);
    for (int64_t t = 0; t < trials; t++) all[t] = one(d, t);
    for (int64_t t = 0; t < trials; t++) {
        sum.finding += all[t].finding / (double)trials;
        sum.listed += all[t].listed / (double)trials;
        sum.p05 += all[t].p05 / (double)trials;
        sum.e += all[t].e / (double)trials;
        sum.caught += all[t].caught / (double)trials;
    }
    free(all);
    return sum;
}

static void honest_counties(void **state)
{
    static const design HONEST[] = {
        { "60 villages, families, no rush", 60, 60, 120, 0.5, 1, 0, 0, 0, 0 },
        { "60 villages, families, a rush of 6", 60, 60, 120, 0.5, 6, 0, 0, 0, 0 },
        { "60 villages, large families, a rush of 20", 60, 60, 90, 1.0, 20, 0, 0, 0, 0 },
        { "200 villages, families, a rush of 10", 200, 40, 180, 0.5, 10, 0, 0, 0, 0 },
        { "60 villages, families, days of their own", 60, 60, 120, 0.5, 1, 0, 0, 0, 0.7 },
        { "60 large villages, the same", 60, 600, 120, 0.5, 1, 0, 0, 0, 0.7 },
    };
    (void)state;
    for (size_t k = 0; k < COUNT(HONEST); k++) {
        int64_t trials = sim_trials(k == 3 || k == 5 ? 4 : 12, 200);
        result r = run(&HONEST[k], trials);
        double noise = 3 * sqrt(0.05 * 0.95 / (double)trials);
        print_message("# honest: %-45s %4lld counties, with a finding %.3f, with p <= 0.05 %.3f, sum of e %.3f\n", HONEST[k].name, (long long)trials, r.finding,
                      r.p05, r.e);
        if (r.e > 1) fail_msg("%s: the e-values sum to %.3f on average", HONEST[k].name, r.e);
        if (r.finding > 0.05 + noise || r.p05 > 0.05 + noise) fail_msg("%s: findings in %.3f of the counties", HONEST[k].name, fmax(r.finding, r.p05));
    }
}

static void planted_batches(void **state)
{
    static const struct {
        design d;
        double least;
    } PLANTED[] = {
        { { "60 in one village in 2 hours", 60, 60, 120, 0.5, 6, 60, 120, 5, 0 }, 0.95 },
        { { "60 in 30 minutes", 60, 60, 120, 0.5, 6, 60, 30, 5, 0 }, 0.95 },
        { { "30 in 1 hour", 60, 60, 120, 0.5, 6, 30, 60, 5, 0 }, 0.95 },
        { { "300 in 1 hour", 60, 60, 120, 0.5, 6, 300, 60, 5, 0 }, 0.95 },
        { { "300 in 3 days", 60, 60, 120, 0.5, 6, 300, 4320, 5, 0 }, 0.95 },
    };
    (void)state;
    for (size_t k = 0; k < COUNT(PLANTED); k++) {
        int64_t trials = sim_trials(3, 100);
        result r = run(&PLANTED[k].d, trials);
        print_message("# planted: %-44s %4lld counties of 5 batches, selected %.3f\n", PLANTED[k].d.name, (long long)trials, r.caught);
        if (r.caught < PLANTED[k].least) fail_msg("%s: %.3f is below %.2f", PLANTED[k].d.name, r.caught, PLANTED[k].least);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(honest_counties),
    cmocka_unit_test(planted_batches),
};
RUN_TESTS("bursts_null")
