/* Honest counties of 3,000 accounts over 14 days: times of day of their own, alarm clocks, a daily message that many answer, weekly meetings. How
 * often a group stands, and how often a cell has p <= 0.01. Then lists that run among them, at a pace, in part, and displaced. */
#include "shishu/order.h"
#include "sim.h"

enum { PEOPLE = 3000, DAYS = 14, MOST = PEOPLE * DAYS * 2 };
#define SECOND INT64_C(1000000)

typedef struct {
    int32_t size;             /* of the list; 0: none */
    double pace_s, present, displaced;
} design;

typedef struct {
    int32_t account[MOST], by[MOST];
    int64_t time_us[MOST], n;
} acts;

static void act(acts *a, int32_t account, int32_t day, double second)
{
    if (a->n == MOST || second < 0 || second >= 86400) return;
    a->account[a->n] = account, a->by[a->n] = day, a->time_us[a->n++] = ((INT64_C(19000) + day) * 86400 + (int64_t)second) * SECOND;
}

/* A person's habit: a time of day that they keep to within minutes or hours; one in twenty by an alarm at eight. */
static void live(acts *a, shi_random *r, int32_t account)
{
    bool alarm = shi_random_chance(r, 0.05), answers = shi_random_chance(r, 0.3), meets = account % 150 < 20;
    double usual = alarm ? 8 * 3600 : shi_random_between(r, 6 * 3600, 22 * 3600), keeps = alarm ? 120 : shi_random_lognormal(r, 3600, 0.8);
    double comes = shi_random_beta(r, 1, 2);
    for (int32_t d = 0; d < DAYS; d++) {
        if (shi_random_chance(r, comes)) act(a, account, d, usual + keeps * shi_random_normal(r));
        if (answers && shi_random_chance(r, 0.5)) act(a, account, d, 7 * 3600 + shi_random_lognormal(r, 480, 1));
        if (meets && d % 7 == 2) act(a, account, d, 19 * 3600 + shi_random_between(r, 0, 300));
    }
}

static void list(acts *a, shi_random *r, const design *d, int32_t first)
{
    for (int32_t day = 0; day < DAYS; day += 2) {
        double start = shi_random_between(r, 9 * 3600, 17 * 3600);
        for (int32_t k = 0; k < d->size; k++) {
            if (!shi_random_chance(r, d->present)) continue;
            double place = shi_random_chance(r, d->displaced) ? shi_random_between(r, 0, d->size) : k;
            act(a, first + k, day, start + d->pace_s * (place + 0.3 * shi_random_unit(r)));
        }
    }
}

/* held: a group of honest accounts stands; width: the share of the list in a group that stands, or of cells with p <= 0.01 (as e). */
static sim_one county(const void *context, int64_t trial)
{
    const design *d = context;
    acts *a = calloc(1, sizeof *a);
    shi_arena keep = { 0 }, scratch = { 0 };
    shi_order out;
    sim_one one = { .held = NAN };
    if (!a) return one;
    for (int32_t p = 0; p < PEOPLE; p++) {
        shi_random r = shi_random_of(20261130, 33, trial, p, 0);
        live(a, &r, p);
    }
    shi_random r = shi_random_of(20261130, 34, trial, 0, 0);
    list(a, &r, d, PEOPLE);
    const shi_order_columns c = { a->n, a->account, a->by, a->time_us, PEOPLE + d->size, DAYS };
    bool done = !shi_arena_open(1 << 26, &keep).code && !shi_arena_open(1 << 28, &scratch).code && !shi_order_find(&keep, scratch, &c, &out).code;
    if (done) one.held = 0;
    for (int64_t g = 0; done && g < out.groups.len; g++) {
        const shi_group *group = &out.groups.ptr[g];
        int64_t listed = 0;
        if (group->log10_e < log10(20)) continue;
        for (int64_t i = 0; i < group->len; i++) listed += out.groups.member[group->first + i] >= PEOPLE;
        if (2 * listed < group->len) one.held = 1;
        if (d->size) one.width += (double)listed / d->size;
    }
    if (done && !d->size) one.width = (double)out.searched;
    shi_arena_drop(&keep);
    shi_arena_drop(&scratch);
    free(a);
    return one;
}

static void honest(void **state)
{
    const design none = { 0 };
    (void)state;
    sim_errs("honest counties", sim_run(county, &none, sim_trials(20, 400)), "cells", 1e9);
}

static void lists(void **state)
{
    static const struct { design d; double least; } CASES[] = {
        { { 200, 5, 0.95, 0.05 }, 0.9 }, { { 50, 10, 0.8, 0.2 }, 0.9 }, { { 30, 20, 0.9, 0.1 }, 0.5 }, { { 100, 60, 0.9, 0.1 }, 0 },
    };
    (void)state;
    for (int64_t i = 0; i < COUNT(CASES); i++) {
        sim_mean m = sim_run(county, &CASES[i].d, sim_trials(4, 100));
        print_message("# list of %3d, every %2.0f s, %2.0f %% present, %2.0f %% displaced: recall %.3f, counties with an honest group %.3f\n", (int)CASES[i].d.size,
                      CASES[i].d.pace_s, CASES[i].d.present * 100, CASES[i].d.displaced * 100, m.width, m.held);
        if (m.width < CASES[i].least) fail_msg("recall %.3f is below %.3f", m.width, CASES[i].least);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(honest),
    cmocka_unit_test(lists),
};
RUN_TESTS("order_null")
