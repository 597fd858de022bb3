/* Phones dealt in rows: cases, then random lists against a search of all pairs. */
#include "shishu/phones.h"

#include "table_dump.h"
#include "test.h"

static void check(const int64_t *phone, int64_t n, const char *want)
{
    uint8_t gap[32];
    int32_t run[32];
    shi_buf got = { 0 };
    shi_arena scratch = test_arena(32 * n);
    assert_ok(shi_phones_runs(scratch, (shi_i64s){ phone, n }, gap, run));
    for (int64_t i = 0; i < n; i++) shi_buf_format(&got, "%s%d/%d", i ? " " : "", gap[i], (int)run[i]);
    assert_str(shi_buf_str(&got), want);
    shi_buf_drop(&got);
    free(scratch.base);
}

static void cases(void **state)
{
    (void)state;
    const int64_t P = 13800001000;
    static const struct {
        int64_t n, step[12];
        const char *want;   /* gap/run for each */
    } CASE[] = {
        { 1, { 0 }, "0/0" },
        { 2, { 0, 10 }, "0/0 1/0" },
        { 2, { 0, 11 }, "0/0 2/0" },
        { 2, { 0, 100 }, "0/0 2/0" },
        { 2, { 0, 101 }, "0/0 3/0" },
        { 3, { 5, 5, 5 }, "0/0 0/0 0/0" },
        { 4, { 0, 1, 2, 3 }, "0/0 1/0 1/0 1/0" },                         /* four are no run */
        { 5, { 0, 1, 2, 3, 4 }, "0/1 1/1 1/1 1/1 1/1" },
        { 5, { 40, 30, 20, 10, 0 }, "1/1 1/1 1/1 1/1 0/1" },
        { 5, { 0, 10, 20, 30, 41 }, "0/0 1/0 1/0 1/0 2/0" },              /* the last stands too far off */
        { 6, { 0, 1, 2, 2, 2, 3 }, "0/0 1/0 1/0 1/0 1/0 1/0" },           /* equal ones count once */
        { 6, { 0, 1, 2, 3, 4, 4 }, "0/1 1/1 1/1 1/1 1/1 1/1" },
        { 11, { 504, 503, 502, 501, 500, 0, 1, 2, 3, 4, 250 }, "1/2 1/2 1/2 1/2 3/2 0/1 1/1 1/1 1/1 1/1 3/0" },
    };
    for (int64_t c = 0; c < COUNT(CASE); c++) {
        int64_t phone[12];
        for (int64_t i = 0; i < CASE[c].n; i++) phone[i] = P + CASE[c].step[i];
        check(phone, CASE[c].n, CASE[c].want);
    }
    const int64_t far[] = { INT64_MAX, 0, INT64_MAX - 10 };
    check(far, 3, "1/0 0/0 3/0");
    shi_arena none = test_arena(0);
    assert_ok(shi_phones_runs(none, (shi_i64s){ NULL, 0 }, NULL, NULL));
    free(none.base);
}

/* ---- random lists ---- */

static int64_t next_lower(shi_i64s phone, int64_t p)
{
    int64_t lower = -1;
    for (int64_t i = 0; i < phone.len; i++)
        if (phone.ptr[i] < p && phone.ptr[i] > lower) lower = phone.ptr[i];
    return lower;
}

/* The lowest number of the chain that p stands in. */
static int64_t chain_start(shi_i64s phone, int64_t p)
{
    for (;;) {
        int64_t lower = next_lower(phone, p);
        if (lower < 0 || p - lower > 10) return p;
        p = lower;
    }
}

/* Distinct numbers of the chain that starts at p. */
static int64_t chain_length(shi_i64s phone, int64_t start)
{
    int64_t n = 0;
    for (int64_t i = 0; i < phone.len; i++) {
        bool again = false;
        for (int64_t k = 0; k < i; k++) again = again || phone.ptr[k] == phone.ptr[i];
        n += !again && chain_start(phone, phone.ptr[i]) == start;
    }
    return n;
}

static void random_lists(void **state)
{
    (void)state;
    int64_t in_runs = 0, gaps[4] = { 0 };
    for (uint64_t seed = 0; seed < 3000; seed++) {
        int64_t n = 1 + (int64_t)(table_random(seed, 0) % 40), spread = 1 + (int64_t)(table_random(seed, 1) % 600);
        int64_t *numbers = malloc((size_t)n * sizeof *numbers);
        for (int64_t i = 0; i < n; i++) numbers[i] = 13800000000 + (int64_t)(table_random(seed, 2 + (uint64_t)i) % (uint64_t)spread);
        shi_i64s phone = { numbers, n };
        uint8_t *gap = malloc((size_t)n);
        int32_t *run = malloc((size_t)n * sizeof *run);
        shi_arena scratch = test_arena(32 * n);
        assert_ok(shi_phones_runs(scratch, phone, gap, run));
        for (int64_t i = 0; i < n; i++) {
            int64_t lower = next_lower(phone, numbers[i]), distance = numbers[i] - lower;
            assert_int_equal(gap[i], lower < 0 ? SHI_GAP_LOWEST : distance <= 10 ? SHI_GAP_10 : distance <= 100 ? SHI_GAP_100 : SHI_GAP_MORE);
            gaps[gap[i]]++;
            int64_t start = chain_start(phone, numbers[i]);
            assert_int_equal(run[i] > 0, chain_length(phone, start) >= 5);
            in_runs += run[i] > 0;
            int32_t number = 1;   /* one more than the runs that start lower */
            for (int64_t k = 0; k < n; k++) {
                bool first = run[k] > 0 && chain_start(phone, numbers[k]) == numbers[k] && numbers[k] < start;
                for (int64_t j = 0; j < k && first; j++) first = numbers[j] != numbers[k];
                number += first;
            }
            if (run[i] > 0) assert_int_equal(run[i], number);
        }
        free(numbers);
        free(gap);
        free(run);
        free(scratch.base);
    }
    assert_true(in_runs > 1000 && gaps[0] > 1000 && gaps[1] > 1000 && gaps[2] > 1000 && gaps[3] > 100);
}

static void a_scratch_too_small_by_any_amount(void **state)
{
    (void)state;
    static const int64_t PHONE[] = { 3, 1, 2, 5, 4 };
    for (int64_t bytes = 0; bytes <= 32 * 5; bytes++) {
        uint8_t gap[5] = { 9, 9, 9, 9, 9 };
        int32_t run[5] = { 9, 9, 9, 9, 9 };
        shi_arena scratch = test_arena(bytes);
        shi_err e = shi_phones_runs(scratch, (shi_i64s){ PHONE, 5 }, gap, run);
        assert_int_equal(e.code, bytes < 32 * 5 ? SHI_SYSTEM : SHI_OK);
        for (int i = 0; i < 5; i++) assert_true(e.code ? gap[i] == 9 && run[i] == 9 : run[i] == 1);   /* untouched */
        free(scratch.base);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(cases),
    cmocka_unit_test(random_lists),
    cmocka_unit_test(a_scratch_too_small_by_any_amount),
};
RUN_TESTS("phones")
