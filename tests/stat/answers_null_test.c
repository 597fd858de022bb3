/* answers on honest contests: abilities and difficulties, distractors that attract, pupils of a class who share a misconception, some who practised the
 * right answers, many perfect papers, answers left out. In at most 5 % of the contests (bar: 2 %) a pair or group is selected at 0.05, and the
 * e-values of a contest sum to at most 1 in the mean. Then the same with copies of one sheet: how many of them are found. */
#include "shishu/answers.h"
#include "sim.h"

enum { MOST_SHEETS = 600, MOST_ITEMS = 60 };

typedef struct {
    int64_t sheets, items, options;
    double easy;             /* logit of a middling person at a middling item */
    double practised;        /* share of people who know nearly all */
    double misconception;    /* chance that a class gets an item wrong in the same way */
    int64_t copies;          /* of sheet 0; 0: honest */
    double noise;            /* answers of a copy that differ */
} contest;

typedef struct {
    int32_t answer[MOST_SHEETS * MOST_ITEMS], key[MOST_ITEMS];
} papers;

static void fill(const contest *d, shi_random *r, papers *p)
{
    double hard[MOST_ITEMS], appeal[MOST_ITEMS];
    int32_t class_wrong[MOST_SHEETS / 25 + 1][MOST_ITEMS];
    for (int64_t j = 0; j < d->items; j++) {
        p->key[j] = (int32_t)shi_random_below(r, d->options);
        hard[j] = 1.2 * shi_random_normal(r);
        appeal[j] = shi_random_between(r, 0.2, 0.8);   /* of the first distractor */
        for (int64_t c = 0; c <= d->sheets / 25; c++)
            class_wrong[c][j] = shi_random_chance(r, d->misconception) ? (int32_t)((p->key[j] + 1 + shi_random_below(r, d->options - 1)) % d->options) : -1;
    }
    for (int64_t i = 0; i < d->sheets; i++) {
        double ability = d->easy + shi_random_normal(r) + (shi_random_chance(r, d->practised) ? 5 : 0);
        for (int64_t j = 0; j < d->items; j++) {
            int32_t wrong = (int32_t)((p->key[j] + 1 + (shi_random_chance(r, appeal[j]) ? 0 : shi_random_below(r, d->options - 1))) % d->options);
            bool knows = shi_random_chance(r, 1 / (1 + exp(hard[j] - ability)));
            if (!knows && class_wrong[i / 25][j] >= 0 && shi_random_chance(r, 0.7)) wrong = class_wrong[i / 25][j];
            p->answer[i * d->items + j] = knows ? p->key[j] : shi_random_chance(r, 0.02) ? -1 : wrong;
        }
    }
    int64_t wrong = 0;
    for (int64_t j = 0; j < d->items; j++) wrong += p->answer[j] != p->key[j];
    for (int64_t j = 0; j < d->items && d->copies && wrong < 3; j++)   /* the sheet that is handed round has three wrong answers or more */
        if (p->answer[j] == p->key[j]) p->answer[j] = (int32_t)((p->key[j] + 1 + shi_random_below(r, d->options - 1)) % d->options), wrong++;
    for (int64_t c = 1; c <= d->copies; c++)
        for (int64_t j = 0; j < d->items; j++)
            p->answer[c * (d->sheets / (d->copies + 1)) * d->items + j] =
                shi_random_chance(r, d->noise) ? (int32_t)shi_random_below(r, d->options) : p->answer[j];
}

/* held: honest: something is selected; planted: share of the copies missed. width: sum of e; planted: honest sheets in selected groups. */
static sim_one one(const void *what, int64_t trial)
{
    const contest *d = what;
    papers *p = calloc(1, sizeof *p);
    shi_random r = shi_random_of(30, 601, trial, d->sheets, d->items);
    shi_arena keep, scratch;
    shi_answers_found f;
    if (!p || shi_arena_open(64 << 20, &keep).code || shi_arena_open(256 << 20, &scratch).code) return sim_of((double)NAN, 0);
    fill(d, &r, p);
    const shi_answers_columns columns = { .sheets = d->sheets, .items = d->items, .answer = p->answer, .options = d->options, .key = p->key };
    shi_err e = shi_answers_find(&keep, scratch, &columns, &(shi_answers_settings){ 0 }, &f);
    double sum = 0, selected = 0, copies = 0, others = 0, step = (double)(d->sheets / (d->copies + 1));
    for (int64_t g = 0; !e.code && g < f.groups.len; g++) {
        const shi_group *group = &f.groups.ptr[g];
        sum += pow(10, group->log10_e);
        if (group->log10_e < log10(20)) continue;
        selected = 1;
        for (int64_t k = 0; k < group->len; k++) {
            bool copy = fmod(f.groups.member[group->first + k], step) < 1 && f.groups.member[group->first + k] <= step * (double)d->copies;
            copies += copy;
            others += !copy;
        }
    }
    for (int64_t k = 0; !e.code && k < f.pairs; k++) {
        sum += pow(10, f.pair[k].log10_e);
        selected = f.pair[k].log10_e >= log10(20) ? 1 : selected;
    }
    double to_find = 1;   /* copies that share three wrong answers with the first still */
    for (int64_t c = 1; c <= d->copies; c++) {
        int64_t shared = 0;
        const int32_t *copy = p->answer + c * (int64_t)step * d->items;
        for (int64_t j = 0; j < d->items; j++) shared += copy[j] == p->answer[j] && copy[j] != p->key[j];
        to_find += shared >= 3;
    }
    shi_arena_drop(&keep);
    shi_arena_drop(&scratch);
    free(p);
    if (e.code) return sim_of((double)NAN, 0);
    return d->copies ? sim_of(1 - copies / to_find, others) : sim_of(selected, sum);
}

static void honest(void **state)
{
    static const contest CONTESTS[] = {
        { 200, 15, 4, 1.5, 0.4, 0.02, 0, 0 }, { 250, 20, 4, 0.5, 0, 0.1, 0, 0 }, { 200, 50, 4, 0, 0.1, 0.05, 0, 0 }, { 300, 20, 2, 1, 0.7, 0.05, 0, 0 },
        { 150, 30, 5, -0.5, 0, 0, 0, 0 },     { 500, 40, 4, 1, 0.2, 0.1, 0, 0 },
    };
    (void)state;
    for (int64_t k = 0; k < COUNT(CONTESTS); k++) {
        char name[80];
        snprintf(name, sizeof name, "%lld papers, %lld items, %g practised", (long long)CONTESTS[k].sheets, (long long)CONTESTS[k].items, CONTESTS[k].practised);
        sim_errs(name, sim_run(one, &CONTESTS[k], sim_trials(24, 2000)), "sum of e", 1);
    }
}

static void planted(void **state)
{
    static const contest CONTESTS[] = {
        { 300, 20, 4, 0.5, 0.2, 0.05, 4, 0 },  { 300, 20, 4, 0.5, 0.2, 0.05, 19, 0.05 }, { 500, 30, 4, 1, 0.3, 0.05, 9, 0.05 },
        { 300, 50, 4, 0.5, 0, 0.05, 9, 0.08 }, { 500, 20, 4, 0.5, 0.3, 0.05, 99, 0.05 },
    };
    (void)state;
    for (int64_t k = 0; k < COUNT(CONTESTS); k++) {
        const contest *d = &CONTESTS[k];
        sim_mean m = sim_run(one, d, sim_trials(16, 400));
        print_message("# %lld sheets alike of %lld, %lld items, %g of answers changed: %.3f found, %.2f honest beside them\n", (long long)d->copies + 1,
                      (long long)d->sheets, (long long)d->items, d->noise, 1 - m.held, m.width);
        assert_true(1 - m.held > 0.85 && m.width < 3);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(honest),
    cmocka_unit_test(planted),
};
RUN_TESTS("answers_null")
