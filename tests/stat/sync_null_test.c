/* sync on honest counties: its e-values sum to no more than they may, its tail probabilities are no smaller than they claim, and no group is selected,
 * with meetings, reminders and pushes too; and on the same counties with planted groups, who of them is found.
 *
 * The generator knows nothing of the method: people with hours of their own read a feed from the newest article down, some by an alarm, some after a
 * push; a meeting is twenty people who sign in within five minutes once a week; a reminder goes to five hundred, of whom two fifths answer. */
#include "shishu/sync.h"
#include "sim.h"

enum { VILLAGE = 150, MOST_HABITS = 3 };
static const int64_t SECOND = 1000000, DAY = 86400;

typedef struct {
    const char *name;
    int64_t villages, days;
    int64_t meetings, reminders;             /* of four groups of 20, weeks; rounds to the same 500 */
    int64_t team, orders, spread_s;          /* planted: none if team is 0 */
    double part;                             /* share of the team that takes part in an order; below 1 the accounts also live their own lives */
} county;

typedef struct {
    int64_t n, room, accounts, objects;
    int32_t *account, *object;
    int64_t *time_us;
} acts;

static void act(acts *a, int64_t account, int64_t object, double second)
{
    if (a->n == a->room) {
        a->room = a->room ? 2 * a->room : 4096;
        a->account = realloc(a->account, (size_t)a->room * 4);
        a->object = realloc(a->object, (size_t)a->room * 4);
        a->time_us = realloc(a->time_us, (size_t)a->room * 8);
        assert_true(a->account && a->object && a->time_us);
    }
    a->account[a->n] = (int32_t)account;
    a->object[a->n] = (int32_t)object;
    a->time_us[a->n++] = (int64_t)second * SECOND;
}

enum { ARTICLES = 6 };   /* a day */

static double published(uint64_t seed, int64_t article)
{
    shi_random r = shi_random_of(seed, 11, article, 0, 0);
    return (double)(article / ARTICLES) * (double)DAY + shi_random_between(&r, 6.5, 21) * 3600;
}

static void reads(acts *a, shi_random *r, uint64_t seed, int64_t account, double at)
{
    int64_t left = 1 + shi_random_geometric(r, 1.6), newest = ((int64_t)at / DAY + 1) * ARTICLES - 1;
    for (int64_t k = newest; k >= 0 && k > newest - 4 * ARTICLES && left > 0; k--) {
        if (published(seed, k) > at || shi_random_chance(r, 0.25)) continue;
        act(a, account, k, at);
        at += shi_random_lognormal(r, 40, 0.9);
        left--;
    }
}

static void lives(acts *a, const county *c, uint64_t seed, int64_t account)
{
    shi_random r = shi_random_of(seed, 12, account, 0, 0);
    double often = shi_random_beta(&r, 0.8, 1.4), hour[MOST_HABITS], wide[MOST_HABITS];
    int64_t habits = 1 + shi_random_below(&r, MOST_HABITS);
    bool alarm = shi_random_chance(&r, 0.05);
    for (int64_t k = 0; k < habits; k++) {
        hour[k] = k == 0 && alarm ? 8 : shi_random_chance(&r, 0.5) ? shi_random_between(&r, 18.5, 22) : shi_random_between(&r, 6, 18);
        wide[k] = k == 0 && alarm ? 0.02 : shi_random_lognormal(&r, 0.6, 0.6);
    }
    for (int64_t d = 0; d < c->days; d++) {
        if (!shi_random_chance(&r, often)) continue;
        int64_t k = shi_random_below(&r, habits);
        double at = (hour[k] + wide[k] * shi_random_normal(&r)) * 3600;
        if (at > 0 && at < (double)DAY) reads(a, &r, seed, account, (double)(d * DAY) + at);
    }
    for (int64_t k = 0; k < c->days * ARTICLES; k += 3) {    /* every third article is pushed */
        if (!shi_random_chance(&r, 0.03 * often)) continue;
        act(a, account, k, published(seed, k) + shi_random_lognormal(&r, 600, 1.2));
    }
}

static void meets(acts *a, const county *c, uint64_t seed)
{
    shi_random r = shi_random_of(seed, 13, 0, 0, 0);
    for (int64_t g = 0; g < 4 && c->meetings; g++) {
        int64_t village = shi_random_below(&r, c->villages);
        double start = shi_random_between(&r, 9, 20) * 3600;
        for (int64_t week = 0; week < c->meetings; week++, a->objects++)
            for (int64_t x = 0; x < 20; x++)
                if (shi_random_chance(&r, 0.9))
                    act(a, village * VILLAGE + 20 * g + x, a->objects, (double)(7 * week * DAY) + start + shi_random_between(&r, 0, 300));
    }
    for (int64_t round = 0; round < c->reminders; round++, a->objects++) {
        double sent = (double)((3 + 5 * round) * DAY) + shi_random_between(&r, 9, 19) * 3600;
        for (int64_t x = 0; x < 500 && x < a->accounts; x++)
            if (shi_random_chance(&r, 0.4)) act(a, x, a->objects, sent + shi_random_between(&r, 0, 900));
    }
}

static void planted(acts *a, const county *c, uint64_t seed)
{
    shi_random r = shi_random_of(seed, 14, 0, 0, 0);
    for (int64_t o = 0; o < c->orders; o++) {
        int64_t article = shi_random_below(&r, c->days * ARTICLES);
        double start = published(seed, article) + shi_random_between(&r, 600, 6 * 3600);
        for (int64_t x = 0; x < c->team; x++)
            if (shi_random_chance(&r, c->part)) act(a, x, article, start + shi_random_between(&r, 0, (double)c->spread_s));
    }
}

static void populate(acts *a, const county *c, uint64_t seed)
{
    *a = (acts){ .accounts = c->villages * VILLAGE, .objects = c->days * ARTICLES };
    for (int64_t x = 0; x < a->accounts; x++)
        if (x >= c->team || c->part < 1) lives(a, c, seed, x);
    meets(a, c, seed);
    planted(a, c, seed);
}

typedef struct {
    int64_t tested, small, tiny, selected, accounts, found, others;
    double sum;                                /* of the e of all groups */
} outcome;

static outcome judge(const county *c, uint64_t seed)
{
    acts a;
    shi_arena keep, scratch;
    shi_sync got;
    outcome out = { 0 };
    populate(&a, c, seed);
    assert_ok(shi_arena_open((int64_t)1 << 36, &keep));
    assert_ok(shi_arena_open((int64_t)1 << 36, &scratch));
    const shi_sync_columns columns = { a.n, a.account, a.object, a.time_us, a.accounts, a.objects };
    assert_ok(shi_sync_find(&keep, scratch, &columns, &(shi_sync_settings){ .alpha = 1 }, &got));
    out.tested = got.searched;
    for (int64_t k = 0; k < got.pairs; k++) {
        out.small += got.pair[k].log10_p <= -2;
        out.tiny += got.pair[k].log10_p <= -4;
    }
    for (int64_t g = 0; g < got.groups.len; g++) {
        const shi_group *one = &got.groups.ptr[g];
        out.sum += pow(10, one->log10_e);
        if (one->log10_e < 2 - log10((double)(g + 1))) continue;   /* e-BH at 0.01 selects at least these */
        out.selected++;
        for (int64_t i = one->first; i < one->first + one->len; i++) {
            out.found += got.groups.member[i] < c->team;
            out.others += got.groups.member[i] >= c->team;
        }
    }
    out.accounts = a.n;
    shi_arena_drop(&keep);
    shi_arena_drop(&scratch);
    free(a.account);
    free(a.object);
    free(a.time_us);
    return out;
}

static void honest(void **state)
{
    static const county COUNTY[] = { { .name = "honest", .villages = 6, .days = 40 },
                                     { .name = "4 meetings in 4 weeks, a reminder", .villages = 6, .days = 40, .meetings = 4, .reminders = 1 },
                                     { .name = "meetings in 5 weeks, 7 reminders", .villages = 6, .days = 40, .meetings = 5, .reminders = 7 },
                                     { .name = "meetings in 8 weeks, 10 reminders", .villages = 20, .days = 60, .meetings = 8, .reminders = 10 } };
    bool full = sim_trials(0, 1);
    (void)state;
    for (int64_t c = 0; c < (full ? 4 : 3); c++) {
        int64_t trials = sim_trials(4, 40), with = 0;
        outcome all = { 0 };
        for (int64_t t = 0; t < trials; t++) {
            outcome o = judge(&COUNTY[c], 100 * (uint64_t)c + (uint64_t)t);
            with += o.selected > 0;
            all.sum += o.sum;
            all.tested += o.tested;
            all.small += o.small;
            all.tiny += o.tiny;
            all.accounts += o.accounts;
        }
        print_message("# %-36s %3lld counties of %lld acts, %lld tests: with a group %lld, mean sum of e %.3f, p <= 1e-2: %.2f, p <= 1e-4: %.2f of nominal\n",
                      COUNTY[c].name, (long long)trials, (long long)(all.accounts / trials), (long long)(all.tested / trials), (long long)with,
                      all.sum / (double)trials, (double)all.small / (0.01 * (double)all.tested), (double)all.tiny / (1e-4 * (double)all.tested));
        assert_true((double)with <= 0.05 * (double)trials);
        assert_true(all.sum / (double)trials <= 1);
        if (COUNTY[c].meetings == 0) assert_true((double)all.small <= 0.01 * (double)all.tested + 3 * sqrt(0.01 * (double)all.tested));
    }
}

static void power(void **state)
{
    static const county COUNTY[] = { { "50 accounts x 10, 60 s", 20, 60, 0, 0, 50, 10, 60, 1 },
                                     { "100 x 10, 180 s", 20, 60, 0, 0, 100, 10, 180, 1 },
                                     { "100 x 30, 600 s", 20, 60, 0, 0, 100, 30, 600, 1 },
                                     { "200 x 10, 600 s", 20, 60, 0, 0, 200, 10, 600, 1 },
                                     { "200 x 30, 600 s, lent, 0.6 take part", 20, 60, 0, 0, 200, 30, 600, 0.6 } };
    bool full = sim_trials(0, 1);
    (void)state;
    for (int64_t c = 0; c < COUNT(COUNTY); c++) {
        county one = COUNTY[c];
        int64_t trials = sim_trials(1, 7), found = 0, others = 0;
        if (!full) one.villages = 4, one.days = 40;
        for (int64_t t = 0; t < trials; t++) {
            outcome o = judge(&one, 5000 + 100 * (uint64_t)c + (uint64_t)t);
            found += o.found;
            others += o.others;
        }
        double recall = (double)found / (double)(trials * one.team), purity = found ? (double)found / (double)(found + others) : 0;
        print_message("# %-40s %lld counties: recall %.3f, purity %.3f\n", one.name, (long long)trials, recall, purity);
        assert_true(recall >= 0.95);
        assert_true(purity >= 0.9);
    }
}

static const struct CMUnitTest TESTS[] = { cmocka_unit_test(honest), cmocka_unit_test(power) };
RUN_TESTS("sync on honest counties")
