/* Longest increasing subsequences against trying all; steps and cells against finding them account by account; lists and chance. */
#include "shishu/order.h"
#include "base/random.h"
#include "stat/dist.h"
#include "test.h"

#include <omp.h>

enum { ACCOUNTS = 60, DAYS = 8, N = 4000 };
#define MINUTE (INT64_C(60) * 1000000)
#define DAY (1440 * MINUTE)

static int64_t slow_lis(const int64_t *x, int64_t n)
{
    int64_t best[64], most = 0;
    for (int64_t i = 0; i < n; i++) {
        best[i] = 1;
        for (int64_t j = 0; j < i; j++)
            if (x[j] < x[i] && best[j] + 1 > best[i]) best[i] = best[j] + 1;
        most = best[i] > most ? best[i] : most;
    }
    return most;
}

static void lis(void **state)
{
    shi_random r = shi_random_of(1, 6, 0, 0, 0);
    (void)state;
    for (int round = 0; round < 500; round++) {
        int64_t n = shi_random_below(&r, 60), x[60], at[120], last = INT64_MIN, on_len = 0;
        bool on[60];
        for (int64_t i = 0; i < n; i++) x[i] = shi_random_below(&r, 40);
        int64_t len = shi_order_lis(x, n, at, on);
        assert_int_equal(len, slow_lis(x, n));
        for (int64_t i = 0; i < n; i++) {
            if (!on[i]) continue;
            assert_true(x[i] > last);
            last = x[i], on_len++;
        }
        assert_int_equal(on_len, len);
    }
}

typedef struct {
    int32_t account[N], by[N];
    int64_t time_us[N], n;
    shi_order_columns c;
} acts;

static void act(acts *a, int32_t account, int32_t day, int64_t us)
{
    a->account[a->n] = account, a->by[a->n] = day, a->time_us[a->n++] = us;
}

/* Accounts below `listed` act every day in their order, five seconds apart, from eight on; the others at any time of the morning's quarter. */
static acts *days(uint64_t seed, int32_t listed)
{
    acts *a = calloc(1, sizeof *a);
    shi_random r = shi_random_of(seed, 7, 0, 0, 0);
    assert_non_null(a);
    for (int32_t d = 0; d < DAYS; d++)
        for (int32_t k = 0; k < ACCOUNTS; k++) {
            if (shi_random_chance(&r, 0.1)) continue;
            int64_t morning = (INT64_C(19000) + d) * DAY + 480 * MINUTE;
            act(a, k, d, morning + (k < listed ? k * 5000000 + shi_random_below(&r, 4000000) : shi_random_below(&r, 15 * MINUTE)));
            for (int64_t more = shi_random_below(&r, 5); more > 0; more--) act(a, k, d, morning + shi_random_below(&r, 600 * MINUTE));
        }
    for (int64_t i = a->n - 1; i > 0; i--) {
        int64_t j = shi_random_below(&r, i + 1), us = a->time_us[i];
        int32_t account = a->account[i], by = a->by[i];
        a->account[i] = a->account[j], a->by[i] = a->by[j], a->time_us[i] = a->time_us[j];
        a->account[j] = account, a->by[j] = by, a->time_us[j] = us;
    }
    a->c = (shi_order_columns){ a->n, a->account, a->by, a->time_us, ACCOUNTS, DAYS };
    return a;
}

static shi_err find(const acts *a, shi_arena *keep, shi_order *out)
{
    shi_arena scratch;
    shi_err e = shi_arena_open(INT64_C(1) << 28, &scratch);
    if (!e.code) e = shi_order_find(keep, scratch, &a->c, out);
    shi_arena_drop(&scratch);
    return e;
}

static int64_t first_of(const acts *a, int32_t account, int32_t day)
{
    int64_t first = INT64_MAX;
    for (int64_t i = 0; i < a->n; i++)
        if (a->account[i] == account && a->by[i] == day && a->time_us[i] < first) first = a->time_us[i];
    return first;
}

/* Steps between days and how many cells hold eight, the slow way. */
static void as_plainly(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 4; seed++) {
        acts *a = days(seed, 0);
        shi_arena keep;
        shi_order out;
        int64_t steps = 0, cells = 0, size[DAYS][DAYS] = { { 0 } };
        assert_ok(shi_arena_open(1 << 24, &keep));
        assert_ok(find(a, &keep, &out));
        for (int32_t k = 0; k < ACCOUNTS; k++) {
            int64_t last = INT64_MIN / 2;
            int32_t from = -1;
            for (int32_t d = 0; d < DAYS; d++) {
                int64_t now = first_of(a, k, d);
                if (now == INT64_MAX || now - last < DAY / 2) continue;
                if (from >= 0) steps++, size[from][d]++;
                last = now, from = d;
            }
        }
        for (int f = 0; f < DAYS; f++)
            for (int t = 0; t < DAYS; t++) cells += size[f][t] >= 8;
        assert_int_equal(out.pairs, steps);
        assert_int_equal(out.searched, cells);           /* all first acts lie in the same quarter */
        assert_int_equal(out.groups.len, 0);
        shi_arena_drop(&keep);
        free(a);
    }
}

static void a_list(void **state)
{
    acts *a = days(5, 40);
    shi_arena keep[2];
    shi_order out[2];
    (void)state;
    for (int k = 0; k < 2; k++) {
        omp_set_num_threads(k ? 3 : 1);
        assert_ok(shi_arena_open(1 << 24, &keep[k]));
        assert_ok(find(a, &keep[k], &out[k]));
    }
    assert_int_equal(out[0].groups.len, 1);
    assert_memory_equal(out[0].groups.ptr, out[1].groups.ptr, sizeof *out[0].groups.ptr);
    assert_memory_equal(out[0].groups.member, out[1].groups.member, (size_t)out[0].groups.members * 4);
    assert_true(out[0].groups.ptr[0].log10_e > 20 && out[0].groups.ptr[0].log10_p < -20 && out[0].groups.ptr[0].things >= 7);
    assert_true(out[0].shown[0].periods == DAYS && (double)out[0].shown[0].lis > 2 * out[0].shown[0].expected);
    double listed = 0, others = 0;
    for (int64_t i = 0; i < out[0].groups.members; i++) {
        assert_true(i == 0 || out[0].groups.member[i] > out[0].groups.member[i - 1]);
        if (out[0].groups.member[i] < 40) listed += out[0].groups.weight[i] / 40;
        else others += out[0].groups.weight[i] / 20;
    }
    assert_true(listed > 0.8 && others < 0.4);
    for (int k = 0; k < 2; k++) shi_arena_drop(&keep[k]);
    free(a);
}

static void edges(void **state)
{
    acts *a = days(6, 30);
    shi_arena keep;
    shi_order out, untouched = { .pairs = 77 };
    (void)state;
    assert_ok(shi_arena_open(1 << 24, &keep));
    for (int64_t bytes = 0; bytes < 2000000; bytes = bytes * 5 / 4 + 100) {
        shi_arena scratch = test_arena(bytes);
        shi_err e = shi_order_find(&keep, scratch, &a->c, &untouched);
        assert_true(e.code == SHI_SYSTEM ? untouched.pairs == 77 : !e.code);
        free(scratch.base);
        if (!e.code) break;
    }
    assert_true(untouched.pairs != 77);
    for (int64_t i = 0; i < a->n; i++) a->time_us[i] -= a->time_us[i] % (15 * MINUTE);       /* ties alone say nothing */
    assert_ok(find(a, &keep, &out));
    assert_int_equal(out.groups.len, 0);
    for (int64_t i = 0; i < a->n; i++) a->account[i] = 3;
    assert_ok(find(a, &keep, &out));
    assert_true(out.cannot_judge && out.searched == 0);
    for (int64_t i = 0; i < a->n; i++) a->account[i] = -1;
    assert_ok(find(a, &keep, &out));
    assert_true(out.cannot_judge && out.pairs == 0);
    a->c.n = 0;
    assert_ok(find(a, &keep, &out));
    assert_non_null(out.cannot_judge);
    shi_arena_drop(&keep);
    free(a);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(lis),
    cmocka_unit_test(as_plainly),
    cmocka_unit_test(a_list),
    cmocka_unit_test(edges),
};
RUN_TESTS("order")
