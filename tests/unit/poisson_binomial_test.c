/* The tail of a sum of events against all subsets, against the binomial, far out, and with too little room. */
#include "shishu/poisson_binomial.h"
#include "stat/dist.h"
#include "base/random.h"
#include "test.h"

static double tail(const double *p, int64_t n, int64_t k)
{
    double log_p = 1;
    shi_arena scratch = test_arena(8 * (n + (k > 0 ? k : 0)) + 64);
    assert_ok(shi_poisson_binomial_log_above(scratch, p, n, k, &log_p));
    free(scratch.base);
    return log_p;
}

static void all_subsets(void **state)
{
    (void)state;
    shi_random r = shi_random_of(5, 1, 0, 0, 0);
    for (int round = 0; round < 40; round++) {
        double p[10];
        int64_t n = 1 + shi_random_below(&r, 10);
        for (int64_t i = 0; i < n; i++) p[i] = shi_random_chance(&r, 0.1) ? (double)shi_random_below(&r, 2) : shi_random_unit(&r);
        for (int64_t k = -1; k <= n + 1; k++) {
            double sum = 0;
            for (int64_t set = 0; set < INT64_C(1) << n; set++) {
                double one = 1;
                int64_t size = 0;
                for (int64_t i = 0; i < n; i++) one *= set >> i & 1 ? p[i] : 1 - p[i], size += set >> i & 1;
                if (size >= k) sum += one;
            }
            assert_near(exp(tail(p, n, k)), sum, 1e-12);
        }
    }
}

static void equal_chances(void **state)
{
    static double p[5000];
    (void)state;
    for (int64_t i = 0; i < 5000; i++) p[i] = 0.1;
    for (int64_t k = 80; k <= 200; k += 20) assert_near(tail(p, 1000, k), shi_binomial_log_above(1000, 0.1, k), 1e-10);
    for (int64_t k = 450; k <= 560; k += 20) assert_near(exp(tail(p, 5000, k)), shi_binomial_above(5000, 0.1, k), 5e-3);   /* the normal */
    for (int64_t i = 0; i < 5000; i++) p[i] = 1e-4;
    assert_near(tail(p, 5000, 3), shi_binomial_log_above(5000, 1e-4, 3), 1e-10);          /* variance below 100: exact */
    assert_near(tail(p, 4000, 400), shi_binomial_log_above(4000, 1e-4, 400), 1e-10);      /* below what a double holds */
}

static void no_room(void **state)
{
    const double p[] = { 0.5, 0.5, 0.5 };
    double log_p = 7;
    shi_arena scratch = test_arena(15);
    (void)state;
    assert_int_equal(shi_poisson_binomial_log_above(scratch, p, 3, 2, &log_p).code, SHI_SYSTEM);
    assert_true(log_p > 6);
    free(scratch.base);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(all_subsets),
    cmocka_unit_test(equal_chances),
    cmocka_unit_test(no_room),
};
RUN_TESTS("poisson_binomial")
