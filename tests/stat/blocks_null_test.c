/* Blocks on honest logs made by other code than the method's: how often a group is selected (at most 0.05 of logs), and the mean sum of e-values (at
 * most 1). Four kinds of log: who takes part is drawn from the margins (the null itself); people with habits (hours, favourite topics, an alarm at 8) who
 * read a feed in order, of which new things are read more; the same with village meetings every week for two months and a message to many; and the margins
 * of that log, accounts shuffled inside the hours of the day. And how much of what is planted in it is found. */
#include "shishu/blocks.h"
#include "shishu/evalue.h"

#include "sim.h"

enum { ACCOUNTS = 1500, DAYS = 40, ARTICLES = 160, UNITS = 10, MOST = 80000, PLANTED = 100 };
static const int64_t HOUR = INT64_C(3600000000), DAY = INT64_C(86400000000);

typedef enum { MARGINS, HABITS, MEETINGS, SHUFFLED, BOUGHT, LENT } kind;
typedef struct {
    const char *name;
    kind kind;
    bool given;
} design;

typedef struct {
    int32_t account[MOST], object[MOST], unit[MOST];
    int64_t time_us[MOST], n;
} deeds;

static void add(deeds *d, int32_t account, int32_t object, int64_t time_us)
{
    if (d->n == MOST) return;
    d->account[d->n] = account;
    d->object[d->n] = object;
    d->unit[d->n] = account < ACCOUNTS ? account / (ACCOUNTS / UNITS) : account % UNITS;   /* what is planted lies in all of them */
    d->time_us[d->n++] = time_us;
}

static void margins(shi_random *r, deeds *d)
{
    for (int64_t i = 0; i < 30000; i++) {
        double who = shi_random_unit(r), what = shi_random_unit(r), when = shi_random_unit(r);
        int64_t hour = shi_random_below(r, 16) + 6;
        add(d, (int32_t)(pow(who, 2.5) * ACCOUNTS), (int32_t)(pow(what, 3) * 40), (int64_t)(when * when * DAYS) * DAY + hour * HOUR);
    }
}

/* Each opens the app at hours of their own, on more or fewer days, and reads what is new, mostly of a topic. Article k appears at hour k * DAYS * 24 / ARTICLES. */
static void habits(shi_random *r, deeds *d)
{
    for (int32_t a = 0; a < ACCOUNTS; a++) {
        double eager = shi_random_beta(r, 0.6, 2.5), usual = 6 + 15 * shi_random_unit(r);
        bool alarm = shi_random_chance(r, 0.05);
        int64_t topic = shi_random_below(r, 4);
        for (int64_t day = 0; day < DAYS; day++) {
            if (!shi_random_chance(r, alarm ? 0.9 : eager)) continue;
            double hour = alarm ? 8.02 : usual + 1.5 * shi_random_normal(r);
            if (hour < 0 || hour >= 24) continue;
            int64_t now = day * DAY + (int64_t)(hour * (double)HOUR), newest = now / HOUR * ARTICLES / (DAYS * 24);
            for (int64_t k = newest; k >= 0 && k > newest - 8; k--)
                if (shi_random_chance(r, k % 4 == topic ? 0.5 : 0.12)) add(d, a, (int32_t)k, now);
        }
    }
}

static void meetings(shi_random *r, deeds *d)
{
    for (int64_t week = 0; week < 4; week++)
        for (int32_t who = 0; who < 20; who++)
            if (shi_random_chance(r, 0.9)) add(d, 300 + who, ARTICLES + (int32_t)week, (7 * week + 2) * DAY + 19 * HOUR + shi_random_below(r, HOUR / 12));
    for (int32_t who = 500; who < 1000; who++)
        if (shi_random_chance(r, 0.4)) add(d, who, ARTICLES + 9, 11 * DAY + 10 * HOUR + shi_random_below(r, HOUR / 4));
}

/* Inside each hour of the day accounts change places. */
static void shuffle(shi_random *r, deeds *d)
{
    for (int64_t hour = 0; hour < 24; hour++) {
        static const int64_t NONE = -1;
        int64_t n = 0, *at = calloc((size_t)d->n + 1, sizeof *at);
        assert_non_null(at);
        at[0] = NONE;
        for (int64_t i = 0; i < d->n; i++)
            if (d->time_us[i] / HOUR % 24 == hour) at[n++] = i;
        for (int64_t k = n - 1; k > 0; k--) {
            int64_t j = shi_random_below(r, k + 1);
            int32_t x = d->account[at[k]], y = d->unit[at[k]];
            d->account[at[k]] = d->account[at[j]], d->unit[at[k]] = d->unit[at[j]];
            d->account[at[j]] = x, d->unit[at[j]] = y;
        }
        free(at);
    }
}

/* 100 accounts, 15 articles on days of their own, within two hours; lent: accounts of people, of whom six in ten take part each time. */
static void plant(shi_random *r, deeds *d, bool lent)
{
    for (int64_t k = 0; k < 15; k++) {
        int32_t object = (int32_t)shi_random_below(r, ARTICLES);
        int64_t start = shi_random_below(r, DAYS) * DAY + (8 + shi_random_below(r, 12)) * HOUR;
        for (int32_t g = 0; g < PLANTED; g++) {
            int32_t who = lent ? g * (ACCOUNTS / PLANTED) : ACCOUNTS + g;
            if (!lent || shi_random_chance(r, 0.6)) add(d, who, object, start + shi_random_below(r, 2 * HOUR));
        }
    }
}

static sim_one one(const void *design_, int64_t trial)
{
    const design *g = design_;
    shi_random r = shi_random_of(47, 81, trial, g->kind, g->given);
    deeds *d = calloc(1, sizeof *d);
    shi_arena keep, scratch;
    shi_blocks found;
    assert_non_null(d);
    if (g->kind == MARGINS) margins(&r, d);
    else habits(&r, d);
    if (g->kind >= MEETINGS) meetings(&r, d);
    if (g->kind == SHUFFLED) shuffle(&r, d);
    if (g->kind >= BOUGHT) plant(&r, d, g->kind == LENT);
    const shi_blocks_columns columns = { d->n, d->account, ACCOUNTS + PLANTED, d->object, ARTICLES + 10, g->given ? d->unit : NULL, UNITS + 1, d->time_us };
    const shi_blocks_settings settings = { 0 };
    if (shi_arena_open((int64_t)1 << 30, &keep).code || shi_arena_open((int64_t)1 << 32, &scratch).code) return (sim_one){ .held = NAN };
    if (shi_blocks_find(&keep, scratch, &columns, &settings, &found).code) return (sim_one){ .held = NAN };
    double sum = 0, hit = 0, others = 0;
    for (int64_t i = 0; i < found.groups.len; i++) {
        const shi_group *group = &found.groups.ptr[i];
        sum += pow(10, fmin(group->log10_e, 300));
        if (group->log10_e < log10(20)) continue;
        for (int64_t m = group->first; m < group->first + group->len; m++) {
            int32_t who = found.groups.member[m];
            bool planted = g->kind == LENT ? who % (ACCOUNTS / PLANTED) == 0 : who >= ACCOUNTS;
            hit += planted, others += !planted;
        }
    }
    shi_arena_drop(&keep);
    shi_arena_drop(&scratch);
    free(d);
    if (g->kind >= BOUGHT) return (sim_one){ .held = hit / PLANTED, .width = hit + others > 0 ? hit / (hit + others) : 1 };
    return (sim_one){ .held = hit + others > 0, .width = sum };
}

static void honest(void **state)
{
    static const design DESIGNS[] = {
        { "drawn from the margins", MARGINS, false }, { "drawn from the margins, given units", MARGINS, true }, { "habits and a feed", HABITS, false },
        { "habits and a feed, given units", HABITS, true }, { "with a meeting a week for a month and a message", MEETINGS, false },
        { "with meeting and message, given units", MEETINGS, true }, { "the same, accounts shuffled inside hours", SHUFFLED, false },
    };
    (void)state;
    for (int64_t i = 0; i < COUNT(DESIGNS); i++) {
        sim_mean m = sim_run(one, &DESIGNS[i], sim_trials(6, 200));
        sim_errs(DESIGNS[i].name, m, "sum of e", 1);
    }
}

static void planted(void **state)
{
    static const design DESIGNS[] = {
        { "100 bought accounts, 15 articles", BOUGHT, false }, { "the same, given units", BOUGHT, true }, { "100 lent accounts, 6 in 10 each time", LENT, false },
    };
    (void)state;
    for (int64_t i = 0; i < COUNT(DESIGNS); i++) {
        sim_mean m = sim_run(one, &DESIGNS[i], sim_trials(4, 100));
        print_message("# %-58s %6lld populations, recall     %.4f, mean purity %.4f\n", DESIGNS[i].name, (long long)m.trials, m.held, m.width);
        if (DESIGNS[i].kind == BOUGHT && (m.held < 0.95 || m.width < 0.98)) fail_msg("%s: recall %.3f, purity %.3f", DESIGNS[i].name, m.held, m.width);
    }
}

static const struct CMUnitTest TESTS[] = { cmocka_unit_test(honest), cmocka_unit_test(planted) };
RUN_TESTS("blocks_null")
