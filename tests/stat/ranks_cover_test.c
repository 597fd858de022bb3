/* Rank sets: how often the simultaneous ones hold the true ranks of all units at once, and the marginal ones the rank of each. Where units are tied
 * in truth, their sets must hold every rank that the tie leaves open; so, all tied, no pair at all may be told apart. */
#include "shishu/ranks.h"

#include "sim.h"

enum { MOST_UNITS = 20 };

/* Whether set holds all ranks that `truth` leaves to unit i: from 1 + those above to n - those below. */
static bool holds(const double *truth, int64_t n, int64_t i, shi_rank_set set)
{
    int64_t above = 0, below = 0;
    for (int64_t k = 0; k < n; k++) {
        above += truth[k] > truth[i];
        below += truth[k] < truth[i];
    }
    return set.low <= above + 1 && set.high >= n - below;
}

static bool all_hold(const double *truth, int64_t n, const shi_rank_set *set)
{
    for (int64_t i = 0; i < n; i++)
        if (!holds(truth, n, i, set[i])) return false;
    return true;
}

static double mean_size(const shi_rank_set *set, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += (double)(set[i].high - set[i].low + 1);
    return sum / (double)n;
}

typedef enum { TIED, GROUPS, APART } truth_kind;

static double truth_of(truth_kind kind, int64_t i, int64_t n)
{
    return kind == TIED ? 0 : kind == GROUPS ? (double)(i % 3) * 3 : 6 * (double)i / (double)(n - 1);
}

/* ---- estimates with standard errors ---- */

typedef enum { STEPDOWN = SHI_RANKS_STEPDOWN, SINGLE = SHI_RANKS_SINGLE, BONFERRONI = SHI_RANKS_BONFERRONI, HOLM = SHI_RANKS_HOLM, MARGINAL } way;
typedef struct {
    const char *name;
    way how;
    truth_kind kind;
    int64_t n;
    bool uneven;       /* standard errors from 0.3 to 3 instead of 1 */
    double widest;     /* mean number of ranks in a set */
} normal;

static sim_one one_normal(const void *design, int64_t trial)
{
    const normal *d = design;
    shi_random r = shi_random_of(46, 41, trial, d->kind, d->n + d->uneven);
    double truth[MOST_UNITS], estimate[MOST_UNITS], se[MOST_UNITS], held = 0;
    shi_rank_set set[MOST_UNITS];
    shi_arena work;
    const shi_rank_data data = { d->n, estimate, se, 0.95, 4000, (uint64_t)trial };
    for (int64_t i = 0; i < d->n; i++) {
        truth[i] = truth_of(d->kind, i, d->n);
        se[i] = d->uneven ? 0.3 * pow(10, shi_random_unit(&r)) : 1;
        estimate[i] = truth[i] + se[i] * shi_random_normal(&r);
    }
    if (shi_arena_open(d->how == MARGINAL ? 40 * d->n + 400000 : shi_ranks_scratch(d->n, 4000), &work).code) return (sim_one){ .held = NAN };
    shi_err e = d->how == MARGINAL ? shi_ranks_marginal(work, &data, set) : shi_ranks_simultaneous(work, &data, (shi_rank_method)d->how, set, NULL);
    shi_arena_drop(&work);
    if (e.code) return (sim_one){ .held = NAN };
    if (d->how != MARGINAL) return sim_of(all_hold(truth, d->n, set), mean_size(set, d->n));
    for (int64_t i = 0; i < d->n; i++) held += holds(truth, d->n, i, set[i]);
    return sim_of(held / (double)d->n, mean_size(set, d->n));
}

static void estimates(void **state)
{
    static const normal DESIGNS[] = {
        { "step-down, 10 units, all tied", STEPDOWN, TIED, 10, false, 11 }, { "step-down, 20 units, three ties", STEPDOWN, GROUPS, 20, false, 18 },
        { "step-down, 10 units apart", STEPDOWN, APART, 10, false, 9 }, { "step-down, 20 units apart, uneven errors", STEPDOWN, APART, 20, true, 19 },
        { "single step, 10 units, all tied, uneven errors", SINGLE, TIED, 10, true, 11 },
        { "single step, 20 units apart", SINGLE, APART, 20, false, 20 },
        { "Bonferroni, 10 units, all tied", BONFERRONI, TIED, 10, false, 11 }, { "Holm, 10 units, all tied", HOLM, TIED, 10, false, 11 },
        { "Holm, 20 units, three ties", HOLM, GROUPS, 20, false, 18 },
        { "marginal, 10 units, all tied (each by itself)", MARGINAL, TIED, 10, false, 11 },
        { "marginal, 10 units apart (each by itself)", MARGINAL, APART, 10, false, 8.2 },
        { "marginal, 20 units, three ties, uneven errors", MARGINAL, GROUPS, 20, true, 16 },
    };
    int64_t n = sim_trials(100, 2000);
    (void)state;
    for (int64_t i = 0; i < COUNT(DESIGNS); i++) sim_covers(DESIGNS[i].name, sim_run(one_normal, &DESIGNS[i], n), 0.95, DESIGNS[i].widest);
}

/* Ranks taken as they come, each unit alone where its estimate puts it. */
static sim_one as_they_come(const void *design, int64_t trial)
{
    const normal *d = design;
    shi_random r = shi_random_of(46, 41, trial, d->kind, d->n + d->uneven);
    double truth[MOST_UNITS], estimate[MOST_UNITS], rank[MOST_UNITS];
    char room[64 * MOST_UNITS];
    shi_rank_set set[MOST_UNITS];
    for (int64_t i = 0; i < d->n; i++) {
        truth[i] = truth_of(d->kind, i, d->n);
        estimate[i] = truth[i] + shi_random_normal(&r);
    }
    if (shi_ranks_of((shi_arena){ room, room + sizeof room, room }, estimate, d->n, 0, false, rank).code) return (sim_one){ .held = NAN };
    for (int64_t i = 0; i < d->n; i++) set[i] = (shi_rank_set){ (int64_t)rank[i], (int64_t)rank[i] };
    return sim_of(all_hold(truth, d->n, set), mean_size(set, d->n));
}

static void plain_ranks_are_wrong(void **state)
{
    static const normal DESIGN = { "ranks as they come, 10 units apart", SINGLE, APART, 10, false, 1.1 };
    (void)state;
    sim_warns(DESIGN.name, sim_run(as_they_come, &DESIGN, sim_trials(500, 2000)), 0.1);
}

/* ---- counts ---- */

typedef struct {
    const char *name;
    truth_kind kind;
    shi_rank_method method;   /* of one multinomial sample; checks: not used */
    int64_t n, visited;
    double widest;
} counted;

/* Votes of one sample of 2,000. */
static sim_one one_vote(const void *design, int64_t trial)
{
    const counted *d = design;
    shi_random r = shi_random_of(46, 42, trial, d->kind, d->n);
    double truth[MOST_UNITS], all = 0;
    int64_t count[MOST_UNITS] = { 0 };
    shi_rank_set set[MOST_UNITS];
    for (int64_t i = 0; i < d->n; i++) all += truth[i] = 3 + truth_of(d->kind, i, d->n);
    for (int64_t v = 0; v < d->visited; v++) {
        double at = shi_random_unit(&r) * all;
        int64_t i = 0;
        while (i < d->n - 1 && at >= truth[i]) at -= truth[i++];
        count[i]++;
    }
    if (shi_ranks_multinomial(count, d->n, 0.95, d->method, set, NULL).code) return (sim_one){ .held = NAN };
    return sim_of(all_hold(truth, d->n, set), mean_size(set, d->n));
}

/* Field checks of units of 60 to 500 people. */
static sim_one one_check(const void *design, int64_t trial)
{
    const counted *d = design;
    shi_random r = shi_random_of(46, 43, trial, d->kind, d->n);
    double truth[MOST_UNITS];
    int64_t low[MOST_UNITS], high[MOST_UNITS];
    shi_rank_check check[MOST_UNITS];
    shi_rank_set set[MOST_UNITS];
    for (int64_t i = 0; i < d->n; i++) {
        int64_t N = 20 * (3 + shi_random_below(&r, 23)), K = N / 20 * (d->kind == TIED ? 12 : d->kind == GROUPS ? 6 * (1 + i % 3) : 1 + i % 19);
        truth[i] = d->kind == TIED ? 12 : d->kind == GROUPS ? (double)(6 * (1 + i % 3)) : (double)(1 + i % 19);
        check[i] = (shi_rank_check){ N, d->visited, sim_hyper(&r, N, K, d->visited) };
    }
    if (shi_ranks_checks(check, d->n, 0.95, low, high, set, NULL).code) return (sim_one){ .held = NAN };
    return sim_of(all_hold(truth, d->n, set), mean_size(set, d->n));
}

static void counts(void **state)
{
    static const counted VOTES[] = {
        { "votes, Holm, 10 units, all tied", TIED, SHI_RANKS_HOLM, 10, 2000, 11 },
        { "votes, Holm, 12 units, three ties", GROUPS, SHI_RANKS_HOLM, 12, 2000, 5 },
        { "votes, Bonferroni, 10 units apart", APART, SHI_RANKS_BONFERRONI, 10, 2000, 5.3 },
    };
    static const counted CHECKS[] = {
        { "checks, 10 units, all tied", TIED, SHI_RANKS_HOLM, 10, 40, 11 }, { "checks, 20 units, three ties", GROUPS, SHI_RANKS_HOLM, 20, 40, 16 },
        { "checks, 19 units apart", APART, SHI_RANKS_HOLM, 19, 40, 14 },
    };
    int64_t n = sim_trials(300, 4000);
    (void)state;
    for (int64_t i = 0; i < COUNT(VOTES); i++) sim_covers(VOTES[i].name, sim_run(one_vote, &VOTES[i], n), 0.95, VOTES[i].widest);
    for (int64_t i = 0; i < COUNT(CHECKS); i++) sim_covers(CHECKS[i].name, sim_run(one_check, &CHECKS[i], n), 0.95, CHECKS[i].widest);
}

static const struct CMUnitTest TESTS[] = { cmocka_unit_test(estimates), cmocka_unit_test(plain_ranks_are_wrong), cmocka_unit_test(counts) };
RUN_TESTS("ranks_cover")
