/* Counties of 100 villages x 150 accounts x 60 days who read what is fresh at hours of their own: honest ones, also with reminders (which do make
 * groups: the reason why pools are listed and not judged), and with a pool of 2,000 accounts of which a tenth goes to each order. */
#include "shishu/pool.h"
#include "sim.h"

enum { VILLAGES = 100, PEOPLE = 150, DAYS = 60, NEWS = 6, MOST = 400000, POOL = 2000, OBJECTS = DAYS * NEWS + 100 };
#define HOUR (INT64_C(3600) * 1000000)

typedef struct {
    bool reminders;
    int64_t orders, villages;       /* of the pool: where its accounts are registered */
    double own;                     /* acts of their own that pool accounts have, on average */
} design;

typedef struct {
    int32_t account[MOST], object[MOST], unit[MOST];
    int64_t time_us[MOST], n;
} acts;

static void act(acts *a, int32_t account, int64_t object, int64_t unit, double hour)
{
    if (a->n == MOST || hour < 0) return;
    a->account[a->n] = account, a->object[a->n] = (int32_t)object, a->unit[a->n] = (int32_t)unit, a->time_us[a->n++] = (int64_t)(hour * (double)HOUR);
}

/* Days on which a person comes, and what is read then: mostly of today, sometimes of the days before. */
static void live(acts *a, shi_random *r, const design *d, int32_t account, int32_t unit)
{
    double comes = shi_random_beta(r, 0.4, 4), usual = shi_random_between(r, 7, 22);
    bool reminded = d->reminders && shi_random_chance(r, 0.08);
    for (int64_t day = 0; day < DAYS; day++) {
        if (reminded && day % 7 == 3 && shi_random_chance(r, 0.6)) act(a, account, day * NEWS, unit, (double)day * 24 + 9 + shi_random_exponential(r, 0.3));
        if (!shi_random_chance(r, comes)) continue;
        double hour = (double)day * 24 + usual + 0.7 * shi_random_normal(r);
        for (int64_t k = shi_random_geometric(r, 1.2) + 1; k > 0; k--) {
            int64_t old = day - shi_random_geometric(r, 0.7);
            if (old >= 0) act(a, account, old * NEWS + (int64_t)((double)NEWS * pow(shi_random_unit(r), 1.7)), unit, hour + 0.03 * (double)k);
        }
    }
}

static void supply(acts *a, shi_random *r, const design *d)
{
    for (int32_t k = 0; k < POOL && d->orders; k++)
        for (int64_t own = shi_random_poisson(r, d->own); own > 0; own--)
            act(a, VILLAGES * PEOPLE + k, shi_random_below(r, DAYS * NEWS), k % d->villages, shi_random_between(r, 0, DAYS * 24));
    for (int64_t order = 0; order < d->orders; order++) {
        double start = (double)shi_random_below(r, DAYS) * 24 + shi_random_between(r, 8, 20);
        for (int32_t k = 0; k < POOL; k++)
            if (shi_random_chance(r, 0.1)) act(a, VILLAGES * PEOPLE + k, DAYS * NEWS + order, k % d->villages, start + shi_random_between(r, 0, 2));
    }
}

/* held: a group of honest accounts that is not explained; width: recall of the pool's accounts, or the number of groups where there is no pool; naive:
 * purity of groups in which the pool is the larger part. */
static sim_one county(const void *context, int64_t trial)
{
    const design *d = context;
    acts *a = calloc(1, sizeof *a);
    shi_arena keep = { 0 }, scratch = { 0 };
    shi_pool out;
    sim_one one = { .held = NAN };
    double listed = 0, pool_listed = 0;
    if (!a) return one;
    for (int32_t p = 0; p < VILLAGES * PEOPLE; p++) {
        shi_random r = shi_random_of(20261130, 35, trial, p, 0);
        live(a, &r, d, p, p / PEOPLE);
    }
    shi_random r = shi_random_of(20261130, 36, trial, 0, 0);
    supply(a, &r, d);
    const shi_pool_columns c = { a->n, a->account, a->object, a->unit, a->time_us, VILLAGES * PEOPLE + POOL, OBJECTS, VILLAGES };
    bool done = !shi_arena_open(1 << 26, &keep).code && !shi_arena_open(INT64_C(1) << 30, &scratch).code && !shi_pool_find(&keep, scratch, &c, &out).code;
    if (done) one.held = 0;
    for (int64_t g = 0; done && g < out.groups.len; g++) {
        const shi_group *group = &out.groups.ptr[g];
        int64_t pool = 0;
        for (int64_t i = 0; i < group->len; i++) pool += out.groups.member[group->first + i] >= VILLAGES * PEOPLE;
        if (2 * pool <= group->len) one.held = one.held > 0 || !out.shown[g].explained;
        else listed += (double)group->len, pool_listed += (double)pool;
    }
    if (done) one.width = d->orders ? pool_listed / POOL : (double)out.groups.len;
    one.naive = listed > 0 ? pool_listed / listed : 1;
    shi_arena_drop(&keep);
    shi_arena_drop(&scratch);
    free(a);
    return one;
}

static void counties(void **state)
{
    static const struct { const char *name; design d; double least, most_wrong; } CASES[] = {
        { "honest", { false, 0, 1, 0 }, 0, 0.05 }, { "honest, with reminders", { true, 0, 1, 0 }, 0, 1 },
        { "20 orders, 30 villages", { false, 20, 30, 0 }, 0.5, 0.05 }, { "20 orders, 100 villages", { false, 20, 100, 0 }, 0.5, 0.05 },
        { "10 orders, 30 villages", { false, 10, 30, 0 }, 0.2, 0.05 }, { "20 orders, 30 villages, 2 own acts", { false, 20, 30, 2 }, 0, 0.05 },
        { "20 orders, 10 villages", { false, 20, 10, 0 }, 0, 0.05 }, { "20 orders, 30 villages, reminders", { true, 20, 30, 0 }, 0, 1 },
    };
    (void)state;
    for (int64_t i = 0; i < COUNT(CASES); i++) {
        sim_mean m = sim_run(county, &CASES[i].d, sim_trials(2, 20));
        print_message("# %-36s %3lld counties: %s %.3f, purity %.3f, with an honest group that is not explained %.3f\n", CASES[i].name, (long long)m.trials,
                      CASES[i].d.orders ? "recall" : "groups", m.width, m.naive, m.held);
        if (m.held > CASES[i].most_wrong + 3 * m.error) fail_msg("%s: honest groups in %.3f", CASES[i].name, m.held);
        if (m.width < CASES[i].least) fail_msg("%s: recall %.3f", CASES[i].name, m.width);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(counties),
};
RUN_TESTS("pool_null")
