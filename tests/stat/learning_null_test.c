/* learning on honest learners: a habit of the hour with a spread, several sessions a day, a video that sends an event every minute or so. Nobody overlaps
 * himself, and at most 5 % of the classes have anybody who starts "by the clock"; an alarm to the minute and a script are found. */
#include "shishu/learning.h"
#include "sim.h"

enum { LEARNERS = 60, DAYS = 40, MOST = LEARNERS * DAYS * 40 };

typedef struct {
    double spread_minutes;     /* of the start round the habit */
    double attends;            /* chance of a day */
    int beats;                 /* events a session */
} class_of;

typedef struct {
    int32_t account[MOST];
    int64_t start_us[MOST];
    double seconds[MOST];
} events;

static sim_one one(const void *what, int64_t trial)
{
    const class_of *d = what;
    events *e = calloc(1, sizeof *e);
    shi_random r = shi_random_of(40, 701, trial, d->beats, (int64_t)(100 * d->spread_minutes));
    shi_arena keep, scratch;
    shi_learning_found f;
    int64_t n = 0;
    if (!e || shi_arena_open(8 << 20, &keep).code || shi_arena_open(64 << 20, &scratch).code) return sim_of((double)NAN, 0);
    for (int32_t a = 0; a < LEARNERS; a++) {
        double habit = shi_random_between(&r, 6 * 60, 21 * 60);
        for (int64_t day = 0; day < DAYS; day++) {
            if (!shi_random_chance(&r, d->attends)) continue;
            double at = fmin(fmax(habit + d->spread_minutes * shi_random_normal(&r), 1), 22 * 60);
            for (int b = 0; b < d->beats; b++) {
                e->account[n] = a;
                e->start_us[n] = (int64_t)(((double)(day * 1440) + at) * 60) * 1000000;
                e->seconds[n++] = 55;
                at += shi_random_between(&r, 1, 3);
            }
        }
    }
    const shi_learning_columns columns = { n, e->account, LEARNERS, e->start_us, e->seconds, NULL, 0 };
    shi_err error = shi_learning_find(&keep, scratch, &columns, &(shi_learning_settings){ 0 }, &f);
    double found = error.code ? (double)NAN : (double)f.groups.len, excess = error.code ? 0 : f.excess;
    shi_arena_drop(&keep);
    shi_arena_drop(&scratch);
    free(e);
    return (sim_one){ .held = found > 0 ? 1 : found, .width = excess, .naive = found };
}

static void honest(void **state)
{
    static const class_of CLASSES[] = { { 90, 0.9, 12 }, { 30, 0.7, 30 }, { 10, 0.9, 8 }, { 5, 1, 10 }, { 3, 0.9, 20 } };
    (void)state;
    for (int64_t k = 0; k < COUNT(CLASSES); k++) {
        char name[80];
        snprintf(name, sizeof name, "starts spread by %g min", CLASSES[k].spread_minutes);
        sim_errs(name, sim_run(one, &CLASSES[k], sim_trials(20, 2000)), "seconds claimed twice", 0);
    }
}

static void by_the_clock(void **state)
{
    static const struct { class_of d; double least; } CLASSES[] = { { { 0.5, 0.9, 10 }, 0.9 }, { { 0, 0.9, 10 }, 1 } };
    (void)state;
    for (int64_t k = 0; k < COUNT(CLASSES); k++) {
        sim_mean m = sim_run(one, &CLASSES[k].d, sim_trials(10, 200));
        print_message("# starts spread by %g min: %.3f of the learners listed\n", CLASSES[k].d.spread_minutes, m.naive / LEARNERS);
        assert_true(m.naive / LEARNERS >= CLASSES[k].least);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(honest),
    cmocka_unit_test(by_the_clock),
};
RUN_TESTS("learning_null")
