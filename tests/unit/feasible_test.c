/* Feasibility: the upper tail of the beta-binomial against sums of its terms in long double, against closed forms, and by its symmetries. */
#include "shishu/feasible.h"

#include "table_dump.h"
#include "test.h"

static const struct {
    double a, b;
} PRIOR[] = { { 1.4, 2.6 }, { 1, 1 }, { 0.5, 0.5 }, { 0.1, 3 }, { 3, 0.1 }, { 0.01, 0.01 }, { 4, 50 }, { 50, 4 }, { 350, 650 }, { 2, 2 } };

static long double log_beta(long double a, long double b)
{
    return lgammal(a) + lgammal(b) - lgammal(a + b);
}

/* P(X = k), Skellam 1948: C(n, k) B(k + a, n - k + b) / B(a, b). */
static long double term(int64_t n, double a, double b, int64_t k)
{
    long double N = (long double)n, K = (long double)k, choose = lgammal(N + 1) - lgammal(K + 1) - lgammal(N - K + 1);
    return expl(choose + log_beta(K + a, N - K + b) - log_beta(a, b));
}

static void against_the_sum_of_its_terms(void **state)
{
    (void)state;
    for (int64_t p = 0; p < COUNT(PRIOR); p++) {
        double a = PRIOR[p].a, b = PRIOR[p].b;
        for (int64_t n = 0; n <= 200; n += n < 24 ? 1 : 59) {
            long double want = 0, all = 0;
            for (int64_t k = 0; k <= n; k++) all += term(n, a, b, k);
            assert_near((double)all, 1, 1e-13);   /* the reference itself */
            for (int64_t v = n + 2; v >= -1; v--) {
                if (v >= 0 && v <= n) want += term(n, a, b, v);
                double got = shi_feasible(n, a, b, v), exact = v <= 0 ? 1 : (double)want;
                bool shorter = n - v <= v;   /* summed itself, so the error is a share of it; the other is 1 minus a sum */
                double off = fabs(got - exact);
                if (off > 1e-10 * (shorter ? exact : 1)) fail_msg("BB(%d, %g, %g) >= %d: %.17g, not %.17g", (int)n, a, b, (int)v, got, exact);
            }
        }
    }
}

static void edges(void **state)
{
    (void)state;
    static const int64_t SIZE[] = { 0, 1, 2, 700, 1000000 };
    for (int64_t s = 0; s < COUNT(SIZE); s++) {
        int64_t n = SIZE[s];
        assert_true(shi_feasible(n, 1.4, 2.6, 0) == 1);
        assert_true(shi_feasible(n, 1.4, 2.6, -5) == 1);
        assert_true(shi_feasible(n, 1.4, 2.6, INT64_MIN) == 1);
        assert_true(shi_feasible(n, 1.4, 2.6, n + 1) == 0);
        assert_true(shi_feasible(n, 1.4, 2.6, INT64_MAX) == 0);
        if (n > 0) assert_true(shi_feasible(n, 1.4, 2.6, n) > 0 && shi_feasible(n, 1.4, 2.6, 1) < 1);
    }
    assert_near(shi_feasible(1, 1.4, 2.6, 1), 0.35, 1e-14);   /* one person takes part with the prior's mean */
}

/* a = b = 1: all numbers from 0 to n are equally likely. */
static void uniform_prior(void **state)
{
    (void)state;
    static const int64_t SIZE[] = { 1, 10, 700, 3000, 1000000 };
    for (int64_t s = 0; s < COUNT(SIZE); s++) {
        int64_t n = SIZE[s], step = n / 50 + 1;
        for (int64_t v = 1; v <= n; v += step) {
            double want = (double)(n + 1 - v) / (double)(n + 1);
            assert_near(shi_feasible(n, 1, 1, v), want, n > 100000 ? 1e-8 : 1e-10);
        }
        double last = shi_feasible(n, 1, 1, n) * (double)(n + 1);
        assert_near(last, 1, n > 100000 ? 1e-8 : 1e-10);
    }
}

static void falls_as_the_value_grows(void **state)
{
    (void)state;
    for (int64_t p = 0; p < COUNT(PRIOR); p++) {
        for (int64_t n = 1; n <= 900; n = n * 3 + 1) {
            double before = 1, sum = 0;
            for (int64_t v = 1; v <= n + 1; v++) {
                double now = shi_feasible(n, PRIOR[p].a, PRIOR[p].b, v);
                assert_true(now >= 0 && now <= before + 1e-12);
                before = now;
                sum += now;
            }
            /* E X = sum of P(X >= v) */
            assert_near(sum, (double)n * PRIOR[p].a / (PRIOR[p].a + PRIOR[p].b), 1e-9);
        }
    }
}

/* n - X is beta-binomial with a and b exchanged: P(X >= v) + P(n - X >= n - v + 1) = 1; one of the two is the shorter tail. */
static void tails_add_up(void **state)
{
    (void)state;
    static const int64_t SIZE[] = { 7, 100, 701, 10000, 1000000 };
    for (int64_t p = 0; p < COUNT(PRIOR); p++)
        for (int64_t s = 0; s < COUNT(SIZE); s++)
            for (int64_t k = 0; k <= 20; k++) {
                int64_t n = SIZE[s], v = n * k / 20;
                double up = shi_feasible(n, PRIOR[p].a, PRIOR[p].b, v), down = shi_feasible(n, PRIOR[p].b, PRIOR[p].a, n - v + 1);
                assert_true(up >= 0 && up <= 1);
                assert_near(up + down, 1, 1e-8);
            }
}

/* Above 2^20 people the share itself is taken as Beta: no step where that begins, right to about (a + b) / n, and no
 * longer for a nation. */
static void millions_of_people(void **state)
{
    (void)state;
    const int64_t N = (int64_t)1 << 20;
    for (int64_t p = 0; p < COUNT(PRIOR); p++) {
        double a = PRIOR[p].a, b = PRIOR[p].b, before = 1;
        for (int64_t k = 1; k < 100; k++) {
            int64_t v = N * k / 100;
            double summed = shi_feasible(N, a, b, v), share = shi_feasible(N + 1, a, b, v);
            assert_near(share, summed, 4 * (1 + a + b) / (double)N);
            assert_true(share >= 0 && share <= before + 1e-12);
            before = share;
            assert_near(share + shi_feasible(N + 1, b, a, N + 2 - v), 1, 1e-6);
        }
    }
    static const int64_t SIZE[] = { 5000000, 1400000000, INT64_C(999999999999999) };
    for (int64_t s = 0; s < COUNT(SIZE); s++) {
        for (int64_t k = 0; k <= 20; k++) {
            int64_t v = SIZE[s] / 20 * k;
            assert_near(shi_feasible(SIZE[s], 1, 1, v), 1 - (double)v / (double)SIZE[s], 1e-6);
            /* Beta(2, 2): 1 - 3 x^2 + 2 x^3 */
            double x = (double)v / (double)SIZE[s];
            assert_near(shi_feasible(SIZE[s], 2, 2, v), 1 - 3 * x * x + 2 * x * x * x, 1e-6);
            /* Beta(1/2, 1/2): the arcsine law */
            assert_near(shi_feasible(SIZE[s], 0.5, 0.5, v), 1 - 2 / acos(-1) * asin(sqrt(x)), 1e-3);
        }
        assert_true(shi_feasible(SIZE[s], 1.4, 2.6, SIZE[s] + 1) == 0);
        assert_true(shi_feasible(SIZE[s], 1.4, 2.6, 0) == 1);
    }
}

/* The target of the village of 700 is beyond its people; one of 600 is nearly so. */
static void the_village_of_700(void **state)
{
    (void)state;
    assert_true(shi_feasible(700, 1.4, 2.6, 3000) == 0);
    double p = shi_feasible(700, 1.4, 2.6, 600);
    long double want = 0;
    for (int64_t k = 700; k >= 600; k--) want += term(700, 1.4, 2.6, k);
    assert_near(p / (double)want, 1, 1e-10);
    assert_true(p > 0.005 && p < 0.05);
}

static void many_at_once(void **state)
{
    enum { N = 5000 };
    static int64_t size[N], value[N];
    static double out[N];
    (void)state;
    for (int64_t i = 0; i < N; i++) {
        size[i] = i % 7 ? (int64_t)(table_random(8, (uint64_t)i) % 3000) : -1;
        value[i] = (int64_t)(table_random(9, (uint64_t)i) % 3000);
    }
    shi_feasible_all(size, value, N, 1.4, 2.6, out);
    for (int64_t i = 0; i < N; i++) assert_true(size[i] < 0 ? out[i] < 0 : out[i] == shi_feasible(size[i], 1.4, 2.6, value[i]));
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(against_the_sum_of_its_terms),
    cmocka_unit_test(edges),
    cmocka_unit_test(uniform_prior),
    cmocka_unit_test(falls_as_the_value_grows),
    cmocka_unit_test(tails_add_up),
    cmocka_unit_test(millions_of_people),
    cmocka_unit_test(the_village_of_700),
    cmocka_unit_test(many_at_once),
};
RUN_TESTS("feasible")
