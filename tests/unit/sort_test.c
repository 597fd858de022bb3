/* Sorting by keys against a plain stable sort, below and above the sizes at which the ways change, with 1 and 3 threads. */
#include "base/random.h"
#include "base/sort.h"
#include "test.h"

#include <omp.h>

static int plain(const void *a, const void *b)
{
    const shi_keyed *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static void as_plain(void **state)
{
    static const int64_t SIZE[] = { 0, 1, 2, 3, 100, 4095, 4096, 40000, 100001 };
    static const uint64_t MASK[] = { UINT64_MAX, 0xff, 0xff0000, UINT64_C(0xffff00000000ffff), 0, 3 };
    (void)state;
    for (int64_t s = 0; s < COUNT(SIZE); s++)
        for (int64_t m = 0; m < COUNT(MASK); m++)
            for (int threads = 1; threads <= 3; threads += 2) {
                int64_t n = SIZE[s];
                shi_keyed *got = calloc((size_t)n + 1, sizeof *got), *want = calloc((size_t)n + 1, sizeof *want);
                shi_arena scratch = test_arena(16 * n + 3 * 2048 + 128);
                omp_set_num_threads(threads);
                for (int64_t i = 0; i < n; i++) got[i] = want[i] = (shi_keyed){ shi_random_hash(7, 1, i, n, m) & MASK[m], i };
                qsort(want, (size_t)n, sizeof *want, plain);
                assert_ok(shi_sort_keyed(scratch, got, n));
                assert_memory_equal(got, want, (size_t)n * sizeof *got);
                free(scratch.base);
                free(got);
                free(want);
            }
}

static void keys(void **state)
{
    static const int64_t V[] = { INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX };
    (void)state;
    for (int64_t i = 1; i < COUNT(V); i++) assert_true(shi_key_of(V[i - 1]) < shi_key_of(V[i]));
}

static void no_room(void **state)
{
    shi_keyed rows[4] = { { 3, 0 }, { 1, 1 }, { 2, 2 }, { 0, 3 } };
    shi_arena scratch = test_arena(63);
    (void)state;
    assert_int_equal(shi_sort_keyed(scratch, rows, 4).code, SHI_SYSTEM);
    free(scratch.base);
}

static void sorts_codes(void **state)
{
    shi_random r = shi_random_of(9, 2, 0, 0, 0);
    int32_t code[64];
    (void)state;
    for (int round = 0; round < 200; round++) {
        int64_t n = shi_random_below(&r, 64), sum = 0;
        for (int64_t i = 0; i < n; i++) sum += code[i] = (int32_t)shi_random_below(&r, 20);
        shi_sort_codes(code, n);
        for (int64_t i = 0; i < n; i++) sum -= code[i];
        assert_int_equal(sum, 0);
        for (int64_t i = 1; i < n; i++) assert_true(code[i - 1] <= code[i]);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(as_plain),
    cmocka_unit_test(keys),
    cmocka_unit_test(no_room),
    cmocka_unit_test(sorts_codes),
};
RUN_TESTS("sort")
