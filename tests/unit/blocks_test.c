/* Blocks: what is planted is found, whole; every figure of every group is counted again the slow way, from the rows; honest rows give nothing; order of
 * rows and threads make no difference; an arena too small by any amount is an error, not a crash. */
#include "shishu/blocks.h"

#include "base/random.h"
#include "stat/dist.h"
#include "test.h"

#include <omp.h>

enum { MOST = 20000, HONEST = 10000, ACCOUNTS = 1000, OBJECTS = 600, UNITS = 3 };
static const int64_t HOUR = INT64_C(3600000000), DAY = INT64_C(86400000000);

typedef struct {
    int32_t account[MOST], object[MOST], unit[MOST];
    int64_t time_us[MOST], n;
} deeds;

static void add(deeds *l, int32_t account, int32_t object, int64_t time_us)
{
    l->account[l->n] = account;
    l->object[l->n] = object;
    l->unit[l->n] = account % UNITS;
    l->time_us[l->n++] = time_us;
}

/* People of uneven activity, objects of uneven heat, over 20 days. */
static void ordinary(deeds *l, int64_t rows, uint64_t seed)
{
    shi_random r = shi_random_of(seed, 61, 0, 0, 0);
    for (int64_t i = 0; i < rows; i++) {
        double who = shi_random_unit(&r), what = shi_random_unit(&r);
        int64_t day = shi_random_below(&r, 20), hour = 7 + shi_random_below(&r, 14);
        add(l, (int32_t)(who * who * ACCOUNTS), (int32_t)(what * what * OBJECTS), day * DAY + hour * HOUR + shi_random_below(&r, HOUR));
    }
}

/* g accounts from `first` on, each on every one of `days` days at a cell of its own. */
static void plant(deeds *l, int32_t first, int32_t g, int64_t days, int64_t step_days)
{
    for (int64_t d = 0; d < days; d++)
        for (int32_t a = 0; a < g; a++) add(l, first + a, (int32_t)((7 * d + first) % OBJECTS), d * step_days * DAY + (7 + d % 14) * HOUR + a * INT64_C(1000000));
}

static deeds *new_log(void)
{
    deeds *l = calloc(1, sizeof *l);
    assert_non_null(l);
    return l;
}

static shi_blocks_columns columns_of(const deeds *l, bool given, bool timed)
{
    return (shi_blocks_columns){ l->n, l->account, ACCOUNTS, l->object, OBJECTS, given ? l->unit : NULL, given ? UNITS : 0, timed ? l->time_us : NULL };
}

static int64_t bin(const shi_blocks_columns *c, int64_t row)
{
    return c->time_us ? c->time_us[row] / HOUR : 0;
}

typedef struct {
    bool account[ACCOUNTS];
    const shi_blocks *b;
    const shi_block *block;
} group;

static bool in_cells(const group *g, const shi_blocks_columns *c, int64_t row)
{
    for (int64_t i = g->block->first_cell; i < g->block->first_cell + g->block->cells; i++)
        if (g->b->object[i] == c->object[row] && (!c->time_us || g->b->start_us[i] / HOUR == bin(c, row))) return true;
    return false;
}

static int64_t stratum(const shi_blocks_columns *c, int64_t row)
{
    return (c->given ? c->given[row] : 0) * 24 + bin(c, row) % 24;
}

/* Acts, expectation and days of a group from the rows, quadratic. */
static void recount(const shi_blocks_columns *c, const group *g, int64_t *acts, double *expected, int64_t *first, int64_t *last)
{
    double in_a[UNITS * 24] = { 0 }, in_c[UNITS * 24] = { 0 }, all[UNITS * 24] = { 0 };
    *acts = 0, *expected = 0, *first = INT64_MAX, *last = INT64_MIN;
    for (int64_t i = 0; i < c->n; i++) {
        bool again = false;
        for (int64_t j = 0; j < i && !again; j++) again = c->account[i] == c->account[j] && c->object[i] == c->object[j] && bin(c, i) == bin(c, j);
        if (again) continue;
        bool a = g->account[c->account[i]], cell = in_cells(g, c, i);
        int64_t s = stratum(c, i);
        in_a[s] += a, in_c[s] += cell, all[s]++;
        *acts += a && cell;
        if (cell && c->time_us && bin(c, i) * HOUR < *first) *first = bin(c, i) * HOUR;
        if (cell && c->time_us && bin(c, i) * HOUR > *last) *last = bin(c, i) * HOUR;
    }
    for (int64_t s = 0; s < UNITS * 24; s++)
        if (all[s] > 0) *expected += in_a[s] * in_c[s] / all[s];
}

static double tail(double x, double l)
{
    if (x <= l) return 0;
    double t = (x * log10(l) - (l + shi_log_gamma(x + 1) + log1p(-l / (x + 1))) / log(10));
    return t < 0 ? t : 0;
}

static void check_group(const shi_blocks_columns *c, const shi_blocks *b, const shi_groups *groups, const shi_block *block, int64_t i, int64_t least_days)
{
    const shi_group *got = &groups->ptr[i];
    group g = { .b = b, .block = &block[i] };
    int64_t acts, first, last;
    double expected;
    for (int64_t m = got->first; m < got->first + got->len; m++) {
        assert_true(m == got->first || groups->member[m] > groups->member[m - 1]);
        assert_true(groups->weight[m] >= 0 && groups->weight[m] <= 1);
        g.account[groups->member[m]] = true;
    }
    recount(c, &g, &acts, &expected, &first, &last);
    assert_int_equal(got->deeds, acts);
    assert_int_equal(got->things, block[i].cells);
    if (c->time_us) assert_true(got->from_us == first && got->to_us == last);
    if (block[i].alone) return;
    double log10_tail = tail((double)acts / 2, expected / 2);
    double ways = (shi_log_choose((double)b->accounts, (double)got->len) + log((double)b->accounts) + shi_log_choose((double)b->cells, (double)got->things) +
                   log((double)b->cells)) / log(10);
    assert_near(block[i].expected, expected, 1e-9);
    assert_near(block[i].log10_tail, log10_tail, 1e-9);
    assert_near(block[i].log10_corrected, log10_tail + ways, 1e-9);
    assert_true(block[i].log10_corrected < 0);
    assert_int_equal(block[i].days >= least_days, groups == &b->groups);
    if (groups == &b->groups) assert_near(got->log10_p, block[i].log10_corrected, 0);
    else assert_true(got->log10_p == 0 && got->log10_e == -INFINITY);
}

static void check_all(const shi_blocks_columns *c, const shi_blocks *b)
{
    for (int64_t i = 0; i < b->groups.len; i++) {
        check_group(c, b, &b->groups, b->block, i, 4);
        assert_true(i == 0 || b->groups.ptr[i].log10_e <= b->groups.ptr[i - 1].log10_e);
    }
    for (int64_t i = 0; i < b->once.len; i++) check_group(c, b, &b->once, b->once_block, i, 4);
}

static shi_blocks find(shi_arena *keep, const shi_blocks_columns *c)
{
    const shi_blocks_settings defaults = { 0 };
    shi_arena scratch;
    shi_blocks out;
    assert_ok(shi_arena_open((int64_t)1 << 33, &scratch));
    assert_ok(shi_blocks_find(keep, scratch, c, &defaults, &out));
    shi_arena_drop(&scratch);
    return out;
}

static shi_arena open_keep(void)
{
    shi_arena keep;
    assert_ok(shi_arena_open((int64_t)1 << 30, &keep));
    return keep;
}

static void planted(void **state)
{
    static const struct { int32_t g; int64_t days, step; bool given, timed, judged; } CASES[] = {
        { 40, 15, 1, false, true, true }, { 40, 15, 1, true, true, true }, { 60, 14, 1, false, true, true }, { 40, 15, 1, false, false, true },
        { 60, 20, 1, false, true, false },
    };
    (void)state;
    for (int64_t k = 0; k < COUNT(CASES); k++) {
        shi_arena keep = open_keep();
        deeds *l = new_log();
        ordinary(l, HONEST, (uint64_t)k);
        plant(l, 200, CASES[k].g, CASES[k].days, CASES[k].step);
        shi_blocks_columns c = columns_of(l, CASES[k].given, CASES[k].timed);
        if (!CASES[k].judged)   /* many objects on the same two days */
            for (int64_t i = HONEST; i < l->n; i++) {
                l->object[i] = (int32_t)((i - HONEST) / 60);
                l->time_us[i] = (i - HONEST) / 60 % 2 * DAY + (7 + (i - HONEST) / 60 % 14) * HOUR;
            }
        shi_blocks b = find(&keep, &c);
        const shi_groups *list = CASES[k].judged ? &b.groups : &b.once;
        assert_null(b.cannot_judge);
        assert_int_equal(list->len, 1);
        assert_int_equal((CASES[k].judged ? &b.once : &b.groups)->len, 0);
        int64_t right = 0;
        for (int64_t m = 0; m < list->members; m++) right += list->member[m] >= 200 && list->member[m] < 200 + CASES[k].g;
        assert_int_equal(right, CASES[k].g);
        assert_true(list->members <= CASES[k].g + 1);
        check_all(&c, &b);
        free(l);
        shi_arena_drop(&keep);
    }
}

/* Small logs of many kinds: whatever is found is counted right. */
static void recounted(void **state)
{
    int64_t found = 0;
    (void)state;
    for (uint64_t seed = 0; seed < 30; seed++) {
        shi_arena keep = open_keep();
        deeds *l = new_log();
        ordinary(l, 6000 + 500 * (int64_t)(seed % 7), 100 + seed);
        plant(l, (int32_t)(seed * 10 % 300), 20 + (int32_t)seed, 12 + (int64_t)(seed % 9), 1);
        plant(l, 500, 20, 19, 1);
        shi_blocks_columns c = columns_of(l, seed % 2, seed % 3 != 0);
        shi_blocks b = find(&keep, &c);
        check_all(&c, &b);
        found += b.groups.len + b.once.len;
        free(l);
        shi_arena_drop(&keep);
    }
    assert_true(found > 10);
}

static void honest(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 10; seed++) {
        shi_arena keep = open_keep();
        deeds *l = new_log();
        ordinary(l, 4000, 200 + seed);
        for (int32_t a = 0; a < 80; a++)              /* a meeting: three objects in an hour, once */
            for (int32_t o = 0; o < 3; o++) add(l, 3 * a, 20 + o, 5 * DAY + 19 * HOUR + a * INT64_C(10000000));
        shi_blocks_columns c = columns_of(l, seed % 2, true);
        shi_blocks b = find(&keep, &c);
        assert_int_equal(b.groups.len + b.once.len, 0);
        free(l);
        shi_arena_drop(&keep);
    }
}

static void alone(void **state)
{
    shi_arena keep = open_keep();
    deeds *l = new_log();
    (void)state;
    ordinary(l, HONEST, 77);
    for (int32_t i = 0; i < 480; i++) add(l, i * 37 % 300, i / 12, (i / 12 % 20) * DAY + (7 + i / 12 % 14) * HOUR);   /* cells to compare with */
    for (int32_t a = ACCOUNTS; a < ACCOUNTS + 140; a++) add(l, a, 5, 11 * DAY + 14 * HOUR + a);
    shi_blocks_columns c = columns_of(l, false, true);
    c.accounts += 140;
    shi_blocks b = find(&keep, &c);
    assert_int_equal(b.groups.len, 0);
    assert_int_equal(b.once.len, 1);
    assert_true(b.once_block[0].alone);
    assert_int_equal(b.once.ptr[0].len, 140);
    assert_int_equal(b.once.ptr[0].deeds, 140);
    assert_true(b.once.ptr[0].log10_p == 0 && b.once.ptr[0].log10_e == -INFINITY);
    free(l);
    shi_arena_drop(&keep);
}

static void same(const shi_blocks *x, const shi_blocks *y)
{
    assert_int_equal(x->groups.len, y->groups.len);
    assert_int_equal(x->once.len, y->once.len);
    assert_int_equal(x->groups.members, y->groups.members);
    assert_memory_equal(x->groups.ptr, y->groups.ptr, (size_t)x->groups.len * sizeof *x->groups.ptr);
    assert_memory_equal(x->groups.member, y->groups.member, (size_t)x->groups.members * 4);
    assert_memory_equal(x->groups.weight, y->groups.weight, (size_t)x->groups.members * 8);
    for (int64_t i = 0; i < x->groups.len; i++) assert_true(x->block[i].log10_corrected == y->block[i].log10_corrected);
}

static void same_again(void **state)
{
    shi_arena keep = open_keep();
    deeds *l = new_log(), *m = new_log();
    int before = omp_get_max_threads();
    (void)state;
    ordinary(l, HONEST, 9);
    plant(l, 100, 50, 15, 1);
    plant(l, 300, 40, 18, 1);
    for (int64_t i = 0; i < l->n; i++) {               /* another order */
        int64_t k = i * 7919 % l->n;
        add(m, l->account[k], l->object[k], l->time_us[k]);
    }
    shi_blocks_columns c = columns_of(l, true, true), d = columns_of(m, true, true);
    omp_set_num_threads(1);
    shi_blocks one = find(&keep, &c), other = find(&keep, &d);
    omp_set_num_threads(3);
    shi_blocks three = find(&keep, &c);
    omp_set_num_threads(before);
    assert_true(one.groups.len >= 2);
    same(&one, &three);
    same(&one, &other);
    free(l);
    free(m);
    shi_arena_drop(&keep);
}

static void edges(void **state)
{
    static const int32_t zero[5] = { 0 }, missing[5] = { -1, -1, -1, -1, -1 };
    static const int64_t far[5] = { -INT64_C(8000000000000000), 0, INT64_C(9000000000000000), INT64_MIN, 3 };
    shi_arena keep = open_keep();
    (void)state;
    shi_blocks b = find(&keep, &(shi_blocks_columns){ .n = 0, .account = zero, .accounts = 1, .object = zero, .objects = 1 });
    assert_true(b.groups.len == 0 && b.cannot_judge);
    b = find(&keep, &(shi_blocks_columns){ .n = 5, .account = missing, .accounts = 0, .object = zero, .objects = 1 });
    assert_true(b.left_out == 5 && b.cannot_judge);
    b = find(&keep, &(shi_blocks_columns){ .n = 5, .account = zero, .accounts = 1, .object = zero, .objects = 1, .time_us = far });
    assert_true(b.left_out == 1 && b.acts == 3 && b.cells == 3 && b.groups.len == 0);   /* 0 and 3 lie in one hour */
    b = find(&keep, &(shi_blocks_columns){ .n = 5, .account = zero, .accounts = 1, .time_us = far });
    assert_true(b.acts == 3 && !b.cannot_judge);
    b = find(&keep, &(shi_blocks_columns){ .n = 5, .account = zero, .accounts = 1 << 20, .object = zero, .objects = INT32_MAX, .time_us = far });
    assert_true(b.acts == 3);                                                          /* keys do not fit into 64 bits */
    b = find(&keep, &(shi_blocks_columns){ .n = 5, .object = zero, .objects = 1 });
    assert_non_null(b.cannot_judge);
    shi_blocks out = { .seeds = 77 };
    const shi_blocks_settings bad[] = { { .overdispersion = 0.5 }, { .bin_us = -1 }, { .least_days = -1 }, { .most_of_cell = -1 } };
    const shi_blocks_columns good = { .n = 5, .account = zero, .accounts = 1, .object = zero, .objects = 1 };
    for (int64_t i = 0; i < COUNT(bad); i++) assert_int_equal(shi_blocks_find(&keep, keep, &good, &bad[i], &out).code, SHI_USAGE);
    assert_int_equal(shi_blocks_find(&keep, keep, &(shi_blocks_columns){ .n = 5, .account = zero, .accounts = 1 }, &(shi_blocks_settings){ 0 }, &out).code,
                     SHI_USAGE);
    assert_int_equal(out.seeds, 77);
    shi_arena_drop(&keep);
}

static void too_small(void **state)
{
    const shi_blocks_settings defaults = { 0 };
    deeds *l = new_log();
    int before = omp_get_max_threads();
    bool done = false;
    (void)state;
    omp_set_num_threads(1);
    ordinary(l, 6000, 5);
    plant(l, 100, 40, 19, 1);
    shi_blocks_columns c = columns_of(l, false, true);
    for (int64_t bytes = 0, step = 1; !done; bytes += step, step += 1 + step / 2) {
        shi_arena scratch = test_arena(bytes), keep = test_arena(1 << 16);
        shi_blocks out;
        shi_err e = shi_blocks_find(&keep, scratch, &c, &defaults, &out);
        done = !e.code;
        if (e.code) assert_int_equal(e.code, SHI_SYSTEM);
        else assert_int_equal(out.groups.len, 1);
        free(scratch.base);
        free(keep.base);
    }
    done = false;
    for (int64_t bytes = 0; !done; bytes += 1 + bytes / 8) {
        shi_arena scratch = test_arena(1 << 24), keep = test_arena(bytes);
        shi_blocks out;
        done = !shi_blocks_find(&keep, scratch, &c, &defaults, &out).code;
        free(scratch.base);
        free(keep.base);
    }
    omp_set_num_threads(before);
    free(l);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(planted), cmocka_unit_test(recounted), cmocka_unit_test(honest), cmocka_unit_test(alone),
    cmocka_unit_test(same_again), cmocka_unit_test(edges), cmocka_unit_test(too_small),
};
RUN_TESTS("blocks")
