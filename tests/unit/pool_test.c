/* Cells and their pairs against counting them one by one; a pool among readers; nothing where there is none; threads; too little room. */
#include "shishu/pool.h"
#include "base/random.h"
#include "test.h"

#include <omp.h>

enum { UNITS = 60, PEOPLE = 100, DAYS = 40, ORDERS = 12, NEWS = 10, POOL = 1500, N = 200000 };
#define HOUR (INT64_C(3600) * 1000000)

typedef struct {
    int32_t account[N], object[N], unit[N];
    int64_t time_us[N], n;
    shi_pool_columns c;
} acts;

static void act(acts *a, int32_t account, int32_t object, int32_t unit, int64_t us)
{
    if (a->n == N) return;
    a->account[a->n] = account, a->object[a->n] = object, a->unit[a->n] = unit, a->time_us[a->n++] = us;
}

/* Ten news a day, read in the evening by whom they reach; a pool of POOL accounts of all units, a tenth of which goes to each of ORDERS news. */
static acts *county(uint64_t seed, bool pool, int64_t days)
{
    acts *a = calloc(1, sizeof *a);
    shi_random r = shi_random_of(seed, 8, 0, 0, 0);
    assert_non_null(a);
    for (int32_t k = 0; k < UNITS * PEOPLE; k++) {
        double reads = shi_random_lognormal(&r, 0.02, 1);
        for (int64_t d = 0; d < days; d++)
            for (int32_t o = 0; o < NEWS; o++)
                if (shi_random_chance(&r, reads < 0.9 ? reads : 0.9) && shi_random_chance(&r, 0.5))
                    act(a, k, (int32_t)(NEWS * d + o), k % UNITS, (d * 24 + 18) * HOUR + shi_random_below(&r, 5 * HOUR));
    }
    for (int32_t order = 0; pool && order < ORDERS; order++)
        for (int32_t k = 0; k < POOL; k++)
            if (shi_random_chance(&r, 0.1))
                act(a, UNITS * PEOPLE + k, 3 * NEWS * order, k % UNITS, (order * 72 + 19) * HOUR + shi_random_below(&r, 2 * HOUR));
    a->c = (shi_pool_columns){ a->n, a->account, a->object, a->unit, a->time_us, UNITS * PEOPLE + POOL, NEWS * DAYS, UNITS };
    return a;
}

static shi_err find(const acts *a, shi_arena *keep, shi_pool *out)
{
    shi_arena scratch;
    shi_err e = shi_arena_open(INT64_C(1) << 30, &scratch);
    if (!e.code) e = shi_pool_find(keep, scratch, &a->c, out);
    shi_arena_drop(&scratch);
    return e;
}

static void cells_and_pairs(void **state)
{
    acts *a = county(1, false, 8);
    shi_arena keep;
    shi_pool out;
    int64_t count[NEWS * DAYS][DAYS * 4] = { { 0 } }, cells = 0, pairs = 0, object[NEWS * DAYS * 8], quarter[NEWS * DAYS * 8];
    (void)state;
    for (int64_t i = 0; i < a->n; i++) {
        bool first = true;
        for (int64_t j = 0; j < a->n && first; j++)
            first = a->account[j] != a->account[i] || a->object[j] != a->object[i] || a->time_us[j] > a->time_us[i] || (a->time_us[j] == a->time_us[i] && j >= i);
        if (first) count[a->object[i]][a->time_us[i] / (6 * HOUR)]++;
    }
    for (int64_t o = 0; o < NEWS * DAYS; o++)
        for (int64_t q = 0; q < DAYS * 4; q++)
            if (count[o][q] >= 15) object[cells] = o, quarter[cells++] = q;
    for (int64_t i = 0; i < cells; i++)
        for (int64_t j = 0; j < i; j++) pairs += object[i] != object[j] && llabs(quarter[i] - quarter[j]) >= 3;
    assert_ok(shi_arena_open(1 << 24, &keep));
    assert_ok(find(a, &keep, &out));
    assert_true(cells > 10 && pairs > 50);
    assert_int_equal(out.cells, cells);
    assert_int_equal(out.searched, pairs);
    shi_arena_drop(&keep);
    free(a);
}

static void honest_and_pool(void **state)
{
    shi_arena keep[2];
    shi_pool out[2];
    (void)state;
    for (uint64_t seed = 1; seed < 4; seed++) {
        acts *a = county(seed, false, DAYS);
        assert_ok(shi_arena_open(1 << 24, &keep[0]));
        assert_ok(find(a, &keep[0], &out[0]));
        assert_true(out[0].groups.len == 0 && !out[0].cannot_judge);
        shi_arena_drop(&keep[0]);
        free(a);
    }
    acts *a = county(9, true, DAYS);
    for (int k = 0; k < 2; k++) {
        omp_set_num_threads(k ? 3 : 1);
        assert_ok(shi_arena_open(1 << 24, &keep[k]));
        assert_ok(find(a, &keep[k], &out[k]));
    }
    assert_true(out[0].groups.len >= 1);
    assert_memory_equal(out[0].groups.ptr, out[1].groups.ptr, (size_t)out[0].groups.len * sizeof *out[0].groups.ptr);
    assert_memory_equal(out[0].groups.member, out[1].groups.member, (size_t)out[0].groups.members * 4);
    const shi_group *g = &out[0].groups.ptr[0];
    int64_t pool = 0;
    for (int64_t i = 0; i < g->len; i++) pool += out[0].groups.member[i] >= UNITS * PEOPLE;
    print_message("# %lld members, %lld of the pool, %lld cells, log10 e %.1f\n", (long long)g->len, (long long)pool, (long long)g->things, out[0].shown[0].log10_e);
    assert_true(g->len > 150 && pool > 0.9 * (double)g->len);
    assert_true(isinf(g->log10_e) && g->log10_e < 0 && g->log10_p >= 0 && out[0].shown[0].log10_e > 2 && !out[0].shown[0].explained);
    assert_true(out[0].shown[0].idle > 0.95 && out[0].shown[0].units == UNITS);
    for (int k = 0; k < 2; k++) shi_arena_drop(&keep[k]);
    free(a);
}

static void edges(void **state)
{
    acts *a = county(3, true, 10);
    shi_arena keep;
    shi_pool out, untouched = { .cells = 77 };
    (void)state;
    assert_ok(shi_arena_open(1 << 24, &keep));
    for (int64_t bytes = 0; bytes < 40000000; bytes = bytes * 3 / 2 + 1000) {
        shi_arena scratch = test_arena(bytes);
        shi_err e = shi_pool_find(&keep, scratch, &a->c, &untouched);
        assert_true(e.code == SHI_SYSTEM ? untouched.cells == 77 : !e.code);
        free(scratch.base);
        if (!e.code) break;
    }
    assert_true(untouched.cells != 77);
    for (int64_t i = 0; i < a->n; i++) a->unit[i] = 0;
    assert_ok(find(a, &keep, &out));
    assert_true(out.cannot_judge && out.groups.len == 0);
    for (int64_t i = 0; i < a->n; i++) a->unit[i] = a->account[i] % UNITS, a->object[i] = 0;
    assert_ok(find(a, &keep, &out));
    assert_true(out.cannot_judge && out.groups.len == 0);
    for (int64_t i = 0; i < a->n; i++) a->account[i] = -1;
    assert_ok(find(a, &keep, &out));
    assert_true(out.cannot_judge && out.cells == 0);
    a->c.n = 0;
    assert_ok(find(a, &keep, &out));
    assert_true(out.cannot_judge && out.cells == 0);
    shi_arena_drop(&keep);
    free(a);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(cells_and_pairs),
    cmocka_unit_test(honest_and_pool),
    cmocka_unit_test(edges),
};
RUN_TESTS("pool")
