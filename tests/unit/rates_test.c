/* Rates: the clicks of the mission, closed forms, and tails against sums of binomial terms in long double. */
#include "shishu/rates.h"

#include "table_dump.h"
#include "test.h"

/* 300 clicks of 700 people against 180 of 650. */
static void three_hundred_clicks(void **state)
{
    shi_rate_ratio r;
    (void)state;
    shi_rates_compare(300, 700, 180, 650, 0.95, &r);
    assert_near(r.ratio, 1.5476, 1e-4);
    assert_true(r.low > 1.27 && r.low < 1.30 && r.high > 1.84 && r.high < 1.88);   /* apart, if every click were another person's … */
    assert_true(r.p < 1e-5);
    assert_near(r.dispersion, 5.66, 0.02);                                         /* … but not if people click six times each */
    shi_rates_compare(300, 1100, 180, 650, 0.95, &r);                              /* per head they are alike */
    assert_true(r.p > 0.8 && r.low < 1 && r.high > 1 && r.dispersion < 1);
}

static void edges(void **state)
{
    shi_rate_ratio r;
    (void)state;
    shi_rates_compare(0, 10, 0, 10, 0.95, &r);
    assert_near(r.p, 1, 0);
    shi_rates_compare(0, 10, 5, 10, 0.95, &r);
    assert_near(r.ratio, 0, 0);
    assert_near(r.low, 0, 0);
    assert_near(r.p, 0.0625, 1e-12);                /* 2 / 2^5 */
    shi_rates_compare(5, 10, 0, 10, 0.95, &r);
    assert_true(isinf(r.ratio) && isinf(r.high));
    assert_near(r.p, 0.0625, 1e-12);
    shi_rates_compare(1, 1, 1, 1, 0.95, &r);
    assert_near(r.p, 1, 0);
}

static void against_sums(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 300; i++) {
        int64_t a = (int64_t)(table_random(1, i) % 60), b = (int64_t)(table_random(2, i) % 60);
        int64_t na = 1 + (int64_t)(table_random(3, i) % 900), nb = 1 + (int64_t)(table_random(4, i) % 900);
        long double t = (long double)na / (long double)(na + nb), up = 0, down = 0;
        for (int64_t k = 0; k <= a + b; k++) {
            long double n = (long double)(a + b), x = (long double)k;
            long double p = expl(lgammal(n + 1) - lgammal(x + 1) - lgammal(n - x + 1) + x * logl(t) + (n - x) * log1pl(-t));
            if (k >= a) up += p;
            if (k <= a) down += p;
        }
        long double want = 2 * (up < down ? up : down);
        shi_rate_ratio r;
        shi_rates_compare(a, na, b, nb, 0.9, &r);
        assert_near(r.p, (double)(want < 1 ? want : 1), 1e-11);
        if (a && b) assert_true(r.low < r.ratio && r.ratio < r.high);
        if (r.p <= 0.1 - 1e-9) assert_true(r.low > 1 || r.high < 1);   /* the interval and the test agree */
        if (r.p >= 0.1 + 1e-9) assert_true(r.low <= 1 && r.high >= 1);
    }
}

static void pairs(void **state)
{
    static const int64_t COUNT_OF[] = { 300, 180, 181, 0, 9 }, PEOPLE[] = { 700, 650, 650, 650, -1 };
    int64_t n;
    (void)state;
    assert_int_equal(shi_rates_told_apart(COUNT_OF, PEOPLE, 5, 0.95, &n), 5);   /* all but 180 against 181; no people: no pair */
    assert_int_equal(n, 6);
}

static const struct CMUnitTest TESTS[] = { cmocka_unit_test(three_hundred_clicks), cmocka_unit_test(edges), cmocka_unit_test(against_sums),
                                           cmocka_unit_test(pairs) };
RUN_TESTS("rates")
