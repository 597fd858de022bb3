/* learning: unions, overlaps on devices and starts against a clock of seconds by hand; resolutions; the same with 1 and 3 threads; too little memory. */
#include "base/random.h"
#include "shishu/learning.h"
#include "stat/dist.h"
#include "test.h"

#include <omp.h>

enum { ROWS = 400, PEOPLE = 7, DEVICES = 4, DAYS = 30, CLOCK = 86400 * (DAYS + 2) };
static const int64_t S1 = 1000000;

typedef struct {
    int32_t account[ROWS], device[ROWS];
    int64_t start_us[ROWS];
    double seconds[ROWS];
    shi_learning_columns columns;
} course;

static course *make(uint64_t seed, int64_t unit, bool regular)
{
    course *c = calloc(1, sizeof *c);
    shi_random r = shi_random_of(seed, 95, 0, 0, 0);
    assert_non_null(c);
    for (int i = 0; i < ROWS; i++) {
        c->account[i] = (int32_t)shi_random_below(&r, PEOPLE + 1) - 1;
        c->device[i] = (int32_t)shi_random_below(&r, DEVICES + 1) - 1;
        int64_t day = shi_random_below(&r, DAYS), clock = 28800 + shi_random_below(&r, 30000);
        if (regular && c->account[i] == 3) clock = 30000 + shi_random_below(&r, 40);
        c->start_us[i] = (day * 86400 + clock) / unit * unit * S1;
        c->seconds[i] = (double)shi_random_below(&r, 4000);
        if (shi_random_chance(&r, 0.02)) c->start_us[i] = INT64_MIN;
        if (shi_random_chance(&r, 0.02)) c->seconds[i] = (double)NAN;
    }
    c->columns = (shi_learning_columns){ ROWS, c->account, PEOPLE, c->start_us, c->seconds, c->device, DEVICES };
    return c;
}

static bool counts(const course *c, int i)
{
    return c->account[i] >= 0 && c->start_us[i] != INT64_MIN && !isnan(c->seconds[i]);
}

static void check_union(const course *c, const shi_learning_found *f, int64_t wide)
{
    static bool on[CLOCK];
    double all = 0;
    for (int a = 0; a < PEOPLE; a++) {
        int64_t length = 0, claimed = 0;
        memset(on, 0, sizeof on);
        for (int i = 0; i < ROWS; i++) {
            if (!counts(c, i) || c->account[i] != a) continue;
            claimed += (int64_t)c->seconds[i];
            for (int64_t t = 0; t < (int64_t)c->seconds[i] + wide; t++) on[c->start_us[i] / S1 + t] = true;
        }
        for (int64_t t = 0; t < CLOCK; t++) length += on[t];
        assert_near(f->account[a].claimed, (double)claimed, 1e-12);
        assert_near(f->account[a].possible, (double)length, 1e-12);
        double excess = claimed > length ? (double)(claimed - length) : 0;
        assert_near(f->account[a].excess, excess, 1e-9);
        all += excess;
    }
    assert_near(f->excess, all, 1e-9);
}

static void check_devices(const course *c, const shi_learning_found *f)
{
    static int64_t by[CLOCK];   /* bits of the accounts */
    int64_t listed = 0;
    for (int d = 0; d < DEVICES; d++) {
        int64_t together = 0, people = 0;
        memset(by, 0, sizeof by);
        for (int i = 0; i < ROWS; i++) {
            if (!counts(c, i) || c->device[i] != d) continue;
            people |= (int64_t)1 << c->account[i];
            for (int64_t t = 0; t < (int64_t)c->seconds[i]; t++) by[c->start_us[i] / S1 + t] |= (int64_t)1 << c->account[i];
        }
        for (int64_t t = 0; t < CLOCK; t++) together += (by[t] & (by[t] - 1)) != 0;
        if (!together) continue;
        int64_t k = 0;
        while (k < f->devices && f->device[k].device != d) k++;
        assert_true(k < f->devices);
        assert_near(f->device[k].together, (double)together, 1e-12);
        assert_int_equal(f->device[k].accounts, __builtin_popcountll((unsigned long long)people));
        listed++;
    }
    assert_int_equal(listed, f->devices);
}

static void check_starts(const course *c, const shi_learning_found *f)
{
    double searched = 0;
    int64_t trials[PEOPLE] = { 0 }, hits[PEOPLE] = { 0 };
    for (int a = 0; a < PEOPLE; a++) {
        bool starts[ROWS] = { 0 };
        for (int i = 0; i < ROWS; i++) {
            if (!counts(c, i) || c->account[i] != a) continue;
            starts[i] = true;
            for (int k = 0; k < ROWS; k++) {   /* something before it ends less than 30 min before, or of equal ones one counts */
                if (k == i || !counts(c, k) || c->account[k] != a) continue;
                bool before = c->start_us[k] < c->start_us[i] || (c->start_us[k] == c->start_us[i] && k < i);
                if (before && c->start_us[i] - c->start_us[k] - (int64_t)c->seconds[k] * S1 <= 1800 * S1) starts[i] = false;
            }
        }
        for (int i = 0; i < ROWS; i++) {
            int64_t next = INT64_MAX, best = INT64_MAX, day = c->start_us[i] / S1 / 86400;
            if (!starts[i]) continue;
            for (int k = 0; k < ROWS; k++)
                if (starts[k] && c->start_us[k] / S1 / 86400 > day && c->start_us[k] / S1 / 86400 < next) next = c->start_us[k] / S1 / 86400;
            for (int k = 0; k < ROWS; k++)
                if (starts[k] && c->start_us[k] / S1 / 86400 == next) {
                    int64_t apart = llabs(c->start_us[k] / S1 % 86400 - c->start_us[i] / S1 % 86400);
                    best = apart < best ? apart : best;
                }
            trials[a] += best <= 1800;
            hits[a] += best <= 60;
        }
        searched += trials[a] >= 10;
    }
    assert_int_equal(f->searched, (int64_t)searched);
    for (int a = 0; a < PEOPLE; a++) {
        assert_int_equal(f->account[a].trials, trials[a]);
        assert_int_equal(f->account[a].hits, hits[a]);
        if (trials[a] < 10) continue;
        double p = shi_binomial_log_above(trials[a], 0.3, hits[a]) / log(10) + log10(searched);
        assert_near(f->account[a].log10_p, fmin(p, 0), 1e-10);
    }
}

static void as_by_hand(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        int64_t unit = seed % 2 ? 1 : 60;
        course *c = make(seed, unit, seed > 2);
        shi_learning_found f;
        shi_arena keep = test_arena(1 << 16), scratch = test_arena(1 << 18);
        assert_ok(shi_learning_find(&keep, scratch, &c->columns, &(shi_learning_settings){ 0 }, &f));
        assert_int_equal(f.resolution_us, unit * S1);
        check_union(c, &f, unit > 1 ? unit : 0);
        check_devices(c, &f);
        check_starts(c, &f);
        bool three = false;
        for (int64_t g = 0; g < f.groups.len; g++) three = three || f.groups.member[g] == 3;
        assert_int_equal(three, seed > 2);
        free(keep.base), free(scratch.base), free(c);
    }
}

static void resolutions(void **state)
{
    static const struct { int64_t unit, want; } CASES[] = { { 1, 1 }, { 60, 60 }, { 3600, 3600 }, { 86400, 86400 }, { 7, 1 } };
    (void)state;
    for (int64_t k = 0; k < COUNT(CASES); k++) {
        course *c = make(11, CASES[k].unit, false);
        shi_learning_found f;
        shi_arena keep = test_arena(1 << 16), scratch = test_arena(1 << 18);
        assert_ok(shi_learning_find(&keep, scratch, &c->columns, &(shi_learning_settings){ 0 }, &f));
        assert_int_equal(f.resolution_us, CASES[k].want * S1);
        if (CASES[k].want > 60) assert_non_null(f.cannot_judge);
        for (int i = 0; i < ROWS; i++) {   /* a counter: each account's seconds go up by one */
            c->account[i] = i % PEOPLE;
            c->start_us[i] = ((int64_t)i * 600 + i / PEOPLE % 60) * S1;
        }
        assert_ok(shi_learning_find(&keep, scratch, &c->columns, &(shi_learning_settings){ 0 }, &f));
        assert_int_equal(f.resolution_us, 60 * S1);
        free(keep.base), free(scratch.base), free(c);
    }
}

static void edges(void **state)
{
    course *c = make(3, 1, true);
    shi_learning_found f[2];
    shi_arena keep = test_arena(1 << 16), scratch = test_arena(1 << 18);
    shi_learning_columns none = { 0 };
    (void)state;
    assert_ok(shi_learning_find(&keep, scratch, &none, &(shi_learning_settings){ 0 }, &f[0]));
    assert_true(f[0].cannot_judge && f[0].excess == 0);
    for (int i = 0; i < 2; i++) {
        omp_set_num_threads(i ? 3 : 1);
        assert_ok(shi_learning_find(&keep, scratch, &c->columns, &(shi_learning_settings){ 0 }, &f[i]));
    }
    assert_memory_equal(f[0].account, f[1].account, PEOPLE * sizeof(shi_learning_account));
    assert_memory_equal(f[0].groups.ptr, f[1].groups.ptr, (size_t)f[0].groups.len * sizeof(shi_group));
    for (int64_t bytes = 0; bytes < 1 << 16; bytes = bytes * 5 / 4 + 100) {
        shi_learning_found g = { .searched = -7 };
        shi_arena small = test_arena(bytes);
        shi_err e = shi_learning_find(&keep, small, &c->columns, &(shi_learning_settings){ 0 }, &g);
        assert_true(e.code == SHI_SYSTEM ? g.searched == -7 : e.code == SHI_OK);
        free(small.base);
    }
    static const double BAD[] = { -1, 2e9, (double)INFINITY };
    for (int k = 0; k < 3; k++) {
        c->seconds[5] = BAD[k];
        assert_int_equal(shi_learning_find(&keep, scratch, &c->columns, &(shi_learning_settings){ 0 }, &f[0]).line, 6);
    }
    c->seconds[5] = 1, c->account[8] = PEOPLE;
    assert_int_equal(shi_learning_find(&keep, scratch, &c->columns, &(shi_learning_settings){ 0 }, &f[0]).line, 9);
    c->account[8] = 1, c->device[9] = DEVICES;
    assert_int_equal(shi_learning_find(&keep, scratch, &c->columns, &(shi_learning_settings){ 0 }, &f[0]).line, 10);
    free(keep.base), free(scratch.base), free(c);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(as_by_hand),
    cmocka_unit_test(resolutions),
    cmocka_unit_test(edges),
};
RUN_TESTS("learning")
