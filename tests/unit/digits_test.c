/* Tables of figures against the same tests done the slow obvious way, on random tables; edges of whole percentages; threads; too little room. */
#include "shishu/digits.h"
#include "stat/dist.h"
#include "base/random.h"
#include "test.h"

#include <omp.h>

enum { ROWS = 900, UNITS = 12, THINGS = 2, DAYS = 60 };

typedef struct {
    double value[ROWS], total[ROWS], target[ROWS];
    int32_t unit[ROWS], thing[ROWS], parent[ROWS], parent_unit[3];
    int64_t day[ROWS];
    int64_t n;
    shi_digits_columns c;
    shi_digits_settings set;
} table;

static table *random_table(uint64_t seed, bool cumulative)
{
    table *t = calloc(1, sizeof *t);
    shi_random r = shi_random_of(seed, 2, 0, 0, 0);
    assert_non_null(t);
    for (int32_t u = 0; u < UNITS; u++)
        for (int32_t k = 0; k < THINGS; k++) {
            double sum = 0;
            for (int64_t d = 0; d < DAYS && t->n < ROWS; d++) {
                if (shi_random_chance(&r, 0.4)) continue;
                int64_t i = t->n++;
                double x = (double)shi_random_poisson(&r, k ? 30 : 300);
                if (shi_random_chance(&r, 0.1)) x = floor(x / 10) * 10;
                if (cumulative) x = sum = shi_random_chance(&r, 0.05) ? sum - 1 : sum + x;
                else if (i > 0 && shi_random_chance(&r, 0.1)) x = t->value[i - 1];
                t->value[i] = shi_random_chance(&r, 0.03) ? (double)NAN : x;
                t->total[i] = shi_random_chance(&r, 0.05) ? (double)NAN : shi_random_chance(&r, 0.05) ? x : (double)(90 + shi_random_below(&r, 600));
                t->target[i] = shi_random_chance(&r, 0.5) ? (double)NAN : x + (double)shi_random_below(&r, 40) - 20;
                t->unit[i] = u, t->thing[i] = k, t->day[i] = 18000 + d;
                t->parent[i] = u < 3 ? -1 : u % 3;
            }
        }
    for (int64_t i = t->n - 1; i > 0; i--) {                 /* any order */
        int64_t j = shi_random_below(&r, i + 1);
#define SWAP(a) do { __typeof__((a)[0]) x = (a)[i]; (a)[i] = (a)[j]; (a)[j] = x; } while (0)
        SWAP(t->value); SWAP(t->total); SWAP(t->target); SWAP(t->unit); SWAP(t->thing); SWAP(t->parent); SWAP(t->day);
    }
    t->parent_unit[0] = 0, t->parent_unit[1] = 1, t->parent_unit[2] = -1;
    t->c = (shi_digits_columns){ .n = t->n, .keys = 2, .key = { t->unit, t->thing }, .codes = { UNITS, THINGS }, .parent = t->parent,
                                 .parent_unit = t->parent_unit, .parents = 3, .day = t->day, .measures = 1,
                                 .measure = { { t->value, t->total, t->target } } };
    t->set = (shi_digits_settings){ .arrivals = !cumulative, .cumulative = cumulative, .growth = 0.05 };
    return t;
}

static shi_err find(const table *t, shi_arena *keep, shi_digits *out)
{
    shi_arena scratch;
    shi_err e = shi_arena_open(INT64_C(1) << 30, &scratch);
    if (!e.code) e = shi_digits_find(keep, scratch, &t->c, &t->set, out);
    shi_arena_drop(&scratch);
    return e;
}

static bool in_group(const table *t, const shi_digits_test *x, int64_t i)
{
    if (x->key == SHI_DIGITS_OF_PARENT) return t->parent[i] == x->code;
    if (x->key == SHI_DIGITS_OF_SERIES) return t->unit[i] == t->unit[x->code] && t->thing[i] == t->thing[x->code];
    return x->key < 0 || (x->key ? t->thing : t->unit)[i] == x->code;
}

static int64_t row_of(const table *t, int32_t unit, int32_t thing, int64_t day)
{
    for (int64_t i = 0; i < t->n; i++)
        if (t->unit[i] == unit && t->thing[i] == thing && t->day[i] == day) return i;
    return -1;
}

static double before(const table *t, int64_t i)
{
    int64_t last = row_of(t, t->unit[i], t->thing[i], t->day[i] - 1);
    return last < 0 ? (double)NAN : t->value[last];
}

static bool near_target(const table *t, int64_t i)
{
    return fabs(t->value[i] - t->target[i]) <= fmax(0.02 * t->target[i], 6);
}

static double plain_chance(int64_t n, int64_t k)
{
    double sum = 0, p = (double)k / (double)n;
    for (int64_t j = 0; j <= n; j++) {
        bool hit = false;
        for (int64_t q = 0; q <= 100; q++) hit = hit || llabs(2000 * j - 20 * q * n) <= n;
        if (hit) sum += shi_binomial_above(n, p, j) - shi_binomial_above(n, p, j + 1);
    }
    return sum;
}

/* statistic, expected and n of a test, the slow way. */
static void plainly(const table *t, const shi_digits_test *x, double *n, double *found, double *expected)
{
    *n = *found = *expected = 0;
    for (int64_t i = 0; i < t->n; i++) {
        double v = t->value[i], last = before(t, i), mark = x->kind == SHI_DIGITS_GROWTH ? round(last * 1.05) : t->target[i], h = floor(0.1 * mark);
        if (!in_group(t, x, i) || isnan(v)) continue;
        switch (x->kind) {
        case SHI_DIGITS_PERCENT:
            if (isnan(t->total[i]) || near_target(t, i) || t->total[i] < 100 || v < 0.01 * t->total[i] || v > 0.99 * t->total[i]) continue;
            ++*n;
            *found += shi_digits_is_percent((int64_t)t->total[i], (int64_t)v);
            *expected += plain_chance((int64_t)t->total[i], (int64_t)v);
            break;
        case SHI_DIGITS_LAST:
            if (v < 103 || near_target(t, i) || v == last || v == t->total[i]) continue;
            ++*n, *found += fmod(v, 5) == 0, *expected += 0.2;
            break;
        case SHI_DIGITS_EXACT: case SHI_DIGITS_GROWTH:
            if (!(h >= 1) || fabs(v - mark) > h) continue;
            ++*n, *found += v == mark, *expected += 1 / (2 * h + 1);
            break;
        case SHI_DIGITS_CARRIED:
            if (!(v > 0) || isnan(last)) continue;
            ++*n, *found += v == last;
            break;
        case SHI_DIGITS_FALLS:
            if (isnan(last)) continue;
            ++*n, *found += v < last, *expected = fmin(*expected, v - last);
            break;
        case SHI_DIGITS_ABOVE:
            if (isnan(t->total[i])) continue;
            ++*n, *found += v > t->total[i];
            break;
        default: break;
        }
    }
}

static void plain_parts(const table *t, const shi_digits_test *x, double *n, double *found)
{
    *n = *found = 0;
    for (int32_t k = 0; k < THINGS; k++)
        for (int64_t d = 18000; d < 18000 + DAYS; d++) {
            int64_t own = row_of(t, t->parent_unit[x->code], k, d);
            double sum = 0;
            int parts = 0;
            for (int64_t i = 0; i < t->n; i++)
                if (t->parent[i] == x->code && t->thing[i] == k && t->day[i] == d && !isnan(t->value[i])) sum += t->value[i], parts++;
            if (own < 0 || isnan(t->value[own]) || parts == 0) continue;
            ++*n, *found += sum < t->value[own] || sum > t->value[own];
        }
}

static void plain_even(const table *t, const shi_digits_test *x, double *n, double *found)
{
    *n = *found = 0;
    for (int64_t monday = 17997; monday < 18000 + DAYS; monday++) {
        double v[7], sum = 0, d = 0;
        bool good = (monday + 3) % 7 == 0;
        for (int64_t j = 0; j < 7 && good; j++) {
            int64_t i = row_of(t, t->unit[x->code], t->thing[x->code], monday + j);
            good = i >= 0;
            if (!good) break;
            v[j] = t->value[i] - (t->set.cumulative ? before(t, i) : 0);
            good = v[j] > 0 && !near_target(t, i) && !(v[j] > 0.2 * t->total[i]);
            sum += v[j];
        }
        if (!good || sum < 70) continue;
        for (int j = 0; j < 7; j++) d += (v[j] - sum / 7) * (v[j] - sum / 7) / (sum / 7);
        ++*n, *found += 1 - shi_chisq_above(2 * d, 6) <= 0.05;
    }
}

static void as_plainly(void **state)
{
    int64_t seen[SHI_DIGITS_KINDS] = { 0 };
    (void)state;
    for (uint64_t seed = 0; seed < 6; seed++) {
        table *t = random_table(seed, seed % 2);
        shi_arena keep;
        shi_digits out;
        assert_ok(shi_arena_open(1 << 24, &keep));
        assert_ok(find(t, &keep, &out));
        for (int64_t i = 0; i < out.len; i++) {
            const shi_digits_test *x = &out.ptr[i];
            double n, found, expected = 0;
            seen[x->kind]++;
            if (x->kind == SHI_DIGITS_BENFORD || x->kind == SHI_DIGITS_BUNCH) continue;
            if (x->kind == SHI_DIGITS_PARTS) plain_parts(t, x, &n, &found);
            else if (x->kind == SHI_DIGITS_EVEN) plain_even(t, x, &n, &found);
            else plainly(t, x, &n, &found, &expected);
            assert_int_equal(x->n, (int64_t)n);
            assert_near(x->statistic, found, 1e-12);
            if (x->kind < SHI_DIGITS_EVEN || x->kind == SHI_DIGITS_EXACT || x->kind == SHI_DIGITS_GROWTH || x->kind == SHI_DIGITS_FALLS)
                assert_near(x->expected, expected, 1e-9);
            assert_true(x->key >= 0 || isnan(x->q));
            if (!isnan(x->q)) assert_true(x->q >= 0 && x->q <= 1 && x->log10_p <= 0);
        }
        shi_arena_drop(&keep);
        free(t);
    }
    for (int kind = 0; kind < SHI_DIGITS_KINDS; kind++)
        if (kind != SHI_DIGITS_EVEN && kind != SHI_DIGITS_BUNCH && kind != SHI_DIGITS_BENFORD) assert_true(seen[kind] > 0);
}

/* Whole weeks, so that evenness is judged: constant numbers stand, Poisson ones do not. */
static void too_even(void **state)
{
    enum { WEEKS = 30, N = 7 * WEEKS };
    static double value[2 * N];
    static int32_t unit[2 * N];
    static int64_t day[2 * N];
    shi_random r = shi_random_of(3, 3, 0, 0, 0);
    shi_arena keep;
    shi_digits out;
    (void)state;
    for (int64_t i = 0; i < 2 * N; i++) {
        unit[i] = i >= N;
        day[i] = 18000 + i % N;
        value[i] = unit[i] ? (double)shi_random_poisson(&r, 50) : 50 + (double)shi_random_below(&r, 3);
    }
    table t = { .n = 2 * N, .c = { .n = 2 * N, .keys = 1, .key = { unit }, .codes = { 2 }, .day = day, .measures = 1, .measure = { { value, NULL, NULL } } },
                .set = { .arrivals = true, .growth = (double)NAN } };
    assert_ok(shi_arena_open(1 << 24, &keep));
    assert_ok(find(&t, &keep, &out));
    int64_t judged = 0;
    for (int64_t i = 0; i < out.len; i++) {
        if (out.ptr[i].kind != SHI_DIGITS_EVEN) continue;
        judged++;
        assert_true(out.ptr[i].n == WEEKS - 1 || out.ptr[i].n == WEEKS);
        assert_true(unit[out.ptr[i].code] ? out.ptr[i].q > 0.2 : out.ptr[i].log10_p < -20);
    }
    assert_int_equal(judged, 2);
    t.set.arrivals = false;
    assert_ok(find(&t, &keep, &out));
    assert_non_null(out.cannot_judge[SHI_DIGITS_EVEN]);
    for (int64_t i = 0; i < 2 * N; i++) day[i] = 30 * (i % N);          /* months */
    t.set.arrivals = true;
    assert_ok(find(&t, &keep, &out));
    for (int64_t i = 0; i < out.len; i++)
        if (out.ptr[i].kind == SHI_DIGITS_EVEN) assert_true(unit[out.ptr[i].code] ? out.ptr[i].q > 0.2 : out.ptr[i].log10_p < -20);
    shi_arena_drop(&keep);
}

/* A smooth slope, and 60 figures more at the target: the interval holds them. */
static void bunching(void **state)
{
    enum { N = 8060 };
    static double value[N], target[N];
    shi_random r = shi_random_of(4, 3, 0, 0, 0);
    shi_arena keep;
    shi_digits out;
    (void)state;
    for (int64_t i = 0; i < N; i++) {
        target[i] = 1000;
        value[i] = i < 60 ? 1000 + (double)(i % 5) : floor(800 + 400 * sqrt(shi_random_unit(&r)));
    }
    table t = { .c = { .n = N, .measures = 1, .measure = { { value, NULL, target } } }, .set = { .growth = (double)NAN } };
    assert_ok(shi_arena_open(1 << 24, &keep));
    assert_ok(find(&t, &keep, &out));
    for (int64_t i = 0; i < out.len; i++)
        if (out.ptr[i].kind == SHI_DIGITS_BUNCH) {
            assert_true(out.ptr[i].low < 60 && out.ptr[i].high > 60 && out.ptr[i].q < 1e-3);
            shi_arena_drop(&keep);
            return;
        }
    fail_msg("no bunching was looked for");
}

static void edges(void **state)
{
    (void)state;
    assert_true(shi_digits_is_percent(100, 50) && shi_digits_is_percent(2000, 1001) && !shi_digits_is_percent(2000, 1002));
    assert_true(shi_digits_is_percent(150, 75) && !shi_digits_is_percent(150, 76));
    shi_random r = shi_random_of(9, 4, 0, 0, 0);
    for (int i = 0; i < 300; i++) {
        int64_t n = 100 + shi_random_below(&r, 900), k = 1 + shi_random_below(&r, n - 1);
        assert_near(shi_digits_percent_chance(NULL, 0, n, k), plain_chance(n, k), 1e-10);
    }
    assert_near(shi_digits_percent_chance(NULL, 0, 1 << 24, 1 << 23), shi_digits_percent_chance(NULL, 0, (1 << 24) + 2, (1 << 23) + 1), 1e-5);
}

static void threads_and_room(void **state)
{
    table *t = random_table(8, false);
    shi_arena keep[2], scratch;
    shi_digits out[2];
    (void)state;
    for (int k = 0; k < 2; k++) {
        omp_set_num_threads(k ? 3 : 1);
        assert_ok(shi_arena_open(1 << 24, &keep[k]));
        assert_ok(find(t, &keep[k], &out[k]));
    }
    assert_int_equal(out[0].len, out[1].len);
    assert_memory_equal(out[0].ptr, out[1].ptr, (size_t)out[0].len * sizeof *out[0].ptr);
    shi_digits untouched = { .len = 77 };
    for (int64_t bytes = 0; bytes < 700000; bytes = bytes * 5 / 4 + 1000) {
        scratch = test_arena(bytes);
        shi_err e = shi_digits_find(&keep[0], scratch, &t->c, &t->set, &untouched);
        assert_true(e.code == SHI_SYSTEM ? untouched.len == 77 : !e.code);
        free(scratch.base);
        if (!e.code) break;
    }
    t->c.n = 0;
    assert_ok(find(t, &keep[0], &out[0]));
    assert_int_equal(out[0].len, 0);
    for (int k = 0; k < 2; k++) shi_arena_drop(&keep[k]);
    free(t);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(as_plainly),
    cmocka_unit_test(too_even),
    cmocka_unit_test(bunching),
    cmocka_unit_test(edges),
    cmocka_unit_test(threads_and_room),
};
RUN_TESTS("digits")
