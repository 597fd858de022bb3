/* Minimal months against counting them account by account on random logs; what cannot be judged; threads; too little room. */
#include "shishu/pulse.h"
#include "base/calendar.h"
#include "stat/dist.h"
#include "base/random.h"
#include "test.h"

#include <omp.h>

enum { N = 6000, ACCOUNTS = 300, UNITS = 9 };

typedef struct {
    int32_t account[N], unit[N];
    bool other[N];
    int64_t time_us[N];
    int months;
    shi_pulse_columns c;
} acts;

static int64_t at(int month, double day)
{
    return (shi_day_of(2023 + month / 12, month % 12 + 1, 1) * INT64_C(86400) + (int64_t)(day * 86400)) * 1000000;
}

static acts *random_log(uint64_t seed, int months)
{
    acts *a = calloc(1, sizeof *a);
    shi_random r = shi_random_of(seed, 5, 0, 0, 0);
    assert_non_null(a);
    a->months = months;
    for (int64_t i = 0; i < N; i++) {
        bool regular = i < ACCOUNTS * months;             /* nearly one act a month */
        a->account[i] = (int32_t)(regular ? i % ACCOUNTS : shi_random_below(&r, ACCOUNTS / 3));
        a->unit[i] = shi_random_chance(&r, 0.001) ? -1 : a->account[i] % UNITS;
        a->other[i] = shi_random_chance(&r, regular ? 0.1 : 0.4);
        a->time_us[i] = at(regular ? (int)(i / ACCOUNTS) : (int)shi_random_below(&r, months), shi_random_between(&r, 0, 28));
        if (shi_random_chance(&r, 0.002)) a->account[i] = -1;
    }
    a->time_us[0] = at(0, 0), a->time_us[1] = at(months - 1, 27.9), a->account[0] = a->account[1] = 0, a->unit[0] = a->unit[1] = 0;
    a->c = (shi_pulse_columns){ N, a->account, a->unit, a->other, a->time_us, ACCOUNTS, UNITS };
    return a;
}

static shi_err find(const acts *a, shi_arena *keep, shi_pulse *out)
{
    shi_arena scratch;
    shi_err e = shi_arena_open(INT64_C(1) << 28, &scratch);
    if (!e.code) e = shi_pulse_find(keep, scratch, &a->c, out);
    shi_arena_drop(&scratch);
    return e;
}

/* Whether an account is active, and a hit, in [from, to). */
static void plainly(const acts *a, int32_t account, int64_t from, int64_t to, int64_t size, bool *active, bool *hit)
{
    int64_t minimal = 0, all = 0;
    for (int m = 0; m < a->months; m++) {
        int64_t logins = 0, others = 0;
        if (at(m, 0) < from || at(m, 0) >= to) continue;
        for (int64_t i = 0; i < N; i++) {
            if (a->account[i] != account || a->unit[i] < 0 || a->time_us[i] < at(m, 0) || a->time_us[i] >= at(m + 1, 0)) continue;
            logins += !a->other[i], others += a->other[i];
        }
        all += logins + others;
        minimal += logins == 1 && others == 0;
    }
    *active = all > 0;
    *hit = minimal >= size - 1;
}

static void as_plainly(void **state)
{
    static const int MONTHS[] = { 4, 6, 14 };
    (void)state;
    for (int64_t k = 0; k < COUNT(MONTHS); k++) {
        acts *a = random_log((uint64_t)k, MONTHS[k]);
        shi_arena keep;
        shi_pulse out;
        assert_ok(shi_arena_open(1 << 24, &keep));
        assert_ok(find(a, &keep, &out));
        assert_true(out.months == (MONTHS[k] < 6 ? MONTHS[k] : 6) && out.windows == (MONTHS[k] < 12 ? 1 : 2) && !out.cannot_judge);
        assert_int_equal(out.units, UNITS * out.windows);
        assert_near(out.bound, shi_binomial_above(out.months, exp(-1), out.months - 1), 1e-12);
        int64_t hits_in_all = 0;
        for (int64_t i = 0; i < out.units; i++) {
            int64_t n = 0, hits = 0;
            for (int32_t account = out.unit[i].unit; account < ACCOUNTS; account += UNITS) {
                bool active, hit;
                plainly(a, account, out.unit[i].from_us, out.unit[i].to_us, out.months, &active, &hit);
                n += active, hits += hit;
            }
            assert_true(out.unit[i].active == n && out.unit[i].hits == hits);
            hits_in_all += hits;
        }
        assert_true(hits_in_all > 0);
        for (int64_t g = 0; g < out.groups.len; g++) {
            const shi_pulse_unit *u = &out.unit[out.group_unit[g]];
            assert_int_equal(out.groups.ptr[g].len, u->hits);
            assert_true((double)u->hits > u->expected && (g == 0 || out.groups.ptr[g].log10_e <= out.groups.ptr[g - 1].log10_e));
            for (int64_t i = 0; i < u->hits; i++) {
                bool active, hit;
                plainly(a, out.groups.member[out.groups.ptr[g].first + i], u->from_us, u->to_us, out.months, &active, &hit);
                assert_true(hit && out.groups.member[out.groups.ptr[g].first + i] % UNITS == u->unit);
            }
        }
        shi_arena_drop(&keep);
        free(a);
    }
}

static void stands_out(void **state)
{
    acts *a = random_log(9, 6);
    shi_arena keep;
    shi_pulse out;
    (void)state;
    for (int64_t i = 2; i < N; i++) a->other[i] = a->unit[i] != 4 || i >= 6 * ACCOUNTS;
    for (int64_t i = 6 * ACCOUNTS; i < N; i++) a->account[i] -= a->account[i] % UNITS == 4, a->unit[i] -= a->unit[i] == 4;
    assert_ok(shi_arena_open(1 << 24, &keep));
    assert_ok(find(a, &keep, &out));
    assert_true(out.groups.len >= 1 && out.unit[out.group_unit[0]].unit == 4 && out.groups.ptr[0].log10_p < -4 && out.groups.ptr[0].log10_e > 2);
    assert_true(out.unit[out.group_unit[0]].q < 1e-4);
    shi_arena_drop(&keep);
    free(a);
}

static void cannot_judge(void **state)
{
    acts *a = random_log(1, 6);
    shi_arena keep;
    shi_pulse out;
    (void)state;
    assert_ok(shi_arena_open(1 << 24, &keep));
    a->c.n = 0;
    assert_ok(find(a, &keep, &out));
    assert_true(out.cannot_judge && out.groups.len == 0 && out.units == 0);
    a->c.n = N;
    for (int64_t i = 0; i < N; i++) a->unit[i] = 0;
    assert_ok(find(a, &keep, &out));
    assert_true(out.cannot_judge && out.units == 0);
    for (int64_t i = 0; i < N; i++) a->time_us[i] = at(2, (double)(i % 28));
    assert_ok(find(a, &keep, &out));
    assert_true(out.cannot_judge && out.windows == 0);
    shi_arena_drop(&keep);
    free(a);
}

static void threads_and_room(void **state)
{
    acts *a = random_log(2, 7);
    shi_arena keep[2];
    shi_pulse out[2];
    (void)state;
    for (int k = 0; k < 2; k++) {
        omp_set_num_threads(k ? 3 : 1);
        assert_ok(shi_arena_open(1 << 24, &keep[k]));
        assert_ok(find(a, &keep[k], &out[k]));
    }
    assert_true(out[0].units == out[1].units && out[0].groups.len == out[1].groups.len);
    assert_memory_equal(out[0].unit, out[1].unit, (size_t)out[0].units * sizeof *out[0].unit);
    assert_memory_equal(out[0].groups.ptr, out[1].groups.ptr, (size_t)out[0].groups.len * sizeof *out[0].groups.ptr);
    shi_pulse untouched = { .units = 77 };
    for (int64_t bytes = 0; bytes < 900000; bytes = bytes * 5 / 4 + 100) {
        shi_arena scratch = test_arena(bytes);
        shi_err e = shi_pulse_find(&keep[0], scratch, &a->c, &untouched);
        assert_true(e.code == SHI_SYSTEM ? untouched.units == 77 : !e.code);
        free(scratch.base);
        if (!e.code) break;
    }
    for (int k = 0; k < 2; k++) shi_arena_drop(&keep[k]);
    free(a);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(as_plainly),
    cmocka_unit_test(stands_out),
    cmocka_unit_test(cannot_judge),
    cmocka_unit_test(threads_and_room),
};
RUN_TESTS("pulse")
