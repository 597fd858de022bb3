/* Bounds of shares and counts, Stringer's bound and the upper limits of attributes against every published row. */
#include "shishu/interval.h"

#include "vectors.h"

static void proportions(void **state)
{
    vectors v = vectors_open("audit/proportion_intervals.csv");
    (void)state;
    for (int r = 0; r < v.rows; r++) {
        int64_t N = vectors_whole(&v, r, "N"), n = vectors_whole(&v, r, "n"), k = vectors_whole(&v, r, "k");
        double c = vectors_number(&v, r, "confidence"), a = 1 - c;
        assert_int_equal(shi_hyper_low(N, n, k, a), vectors_whole(&v, r, "hyper_lower_one_sided"));
        assert_int_equal(shi_hyper_high(N, n, k, a), vectors_whole(&v, r, "hyper_upper_one_sided"));
        assert_int_equal(shi_hyper_low(N, n, k, a / 2), vectors_whole(&v, r, "hyper_lower_two_sided"));
        assert_int_equal(shi_hyper_high(N, n, k, a / 2), vectors_whole(&v, r, "hyper_upper_two_sided"));
        const struct { const char *low, *high; shi_interval got; } both[] = {
            { "cp_lower", "cp_upper", shi_clopper_pearson(n, k, c) },
            { "wilson_lower", "wilson_upper", shi_wilson(n, k, c, false) },
            { "wilson_cc_lower", "wilson_cc_upper", shi_wilson(n, k, c, true) },
            { "jeffreys_lower", "jeffreys_upper", shi_jeffreys(n, k, c) },
        };
        for (size_t i = 0; i < sizeof both / sizeof *both; i++) {
            assert_near(both[i].got.low, vectors_number(&v, r, both[i].low), 1e-11);
            assert_near(both[i].got.high, vectors_number(&v, r, both[i].high), 1e-11);
        }
        assert_near(shi_binomial_high(n, k, a), vectors_number(&v, r, "binomial_upper_one_sided"), 1e-11);
        assert_near(shi_poisson_high(n, k, a), vectors_number(&v, r, "poisson_upper_one_sided"), 1e-11);
    }
    vectors_checked("audit/proportion_intervals.csv", v.rows);
    vectors_close(&v);
}

static int larger_first(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

static void stringer(void **state)
{
    vectors v = vectors_open("audit/stringer_bound.csv");
    (void)state;
    for (int r = 0; r < v.rows; r++) {
        double taint[64], sum = 0, a = 1 - vectors_number(&v, r, "confidence");
        int64_t m = vectors_list(&v, r, "taints", taint, 64), n = vectors_whole(&v, r, "n"), N = vectors_whole(&v, r, "N");
        qsort(taint, (size_t)m, sizeof *taint, larger_first);
        for (int64_t i = 0; i < m; i++) sum += taint[i];
        assert_near(sum / (double)n, vectors_number(&v, r, "most_likely"), 1e-14);
        assert_near(shi_stringer(taint, m, n, N, SHI_BINOMIAL, a), vectors_number(&v, r, "stringer_binomial"), 1e-11);
        assert_near(shi_stringer(taint, m, n, N, SHI_POISSON, a), vectors_number(&v, r, "stringer_poisson"), 1e-11);
        assert_near(shi_stringer(taint, m, n, N, SHI_HYPERGEOMETRIC, a), vectors_number(&v, r, "stringer_hypergeometric"), 1e-11);
    }
    vectors_checked("audit/stringer_bound.csv", v.rows);
    vectors_close(&v);
}

static void upper_limits(void **state)
{
    vectors v = vectors_open("audit/aicpa_attributes_upper_limit.csv");
    (void)state;
    for (int r = 0; r < v.rows; r++) {
        double exact = vectors_number(&v, r, "exact_upper_pct"), printed = vectors_number(&v, r, "published_upper_pct_rounded_up_to_0.1");
        double got = 100 * shi_binomial_high(vectors_whole(&v, r, "n"), vectors_whole(&v, r, "deviations"), 1 - vectors_number(&v, r, "confidence"));
        assert_near(got, exact, 1e-11);
        assert_near(ceil(got * 10 - 1e-9) / 10, printed, 1e-9);
    }
    vectors_checked("audit/aicpa_attributes_upper_limit.csv", v.rows);
    vectors_close(&v);
}

static int64_t choose(int64_t n, int64_t k)
{
    int64_t c = 1;
    if (k < 0 || k > n) return 0;
    for (int64_t i = 0; i < k; i++) c = c * (n - i) / (i + 1);
    return c;
}

/* Is P(X >= k | K) <= 1/20? In whole numbers, so that a tail of exactly 1/20 is. */
static bool refuted(int64_t N, int64_t K, int64_t n, int64_t k)
{
    int64_t ways = 0;
    for (int64_t x = k; x <= n; x++) ways += choose(K, x) * choose(N - K, n - x);
    return 20 * ways <= choose(N, n);
}

/* The bound is the definition: K below it is refuted, it is not. */
static void hypergeometric_by_definition(void **state)
{
    (void)state;
    for (int64_t N = 1; N <= 40; N++)
        for (int64_t n = 1; n <= N; n++)
            for (int64_t k = 0; k <= n; k++) {
                int64_t low = shi_hyper_low(N, n, k, 0.05), high = shi_hyper_high(N, n, k, 0.05);
                assert_true(k <= low && low <= high && high <= N - (n - k));
                if (n == N) assert_true(low == k && high == k);
                assert_true(!refuted(N, low, n, k) && (low == k || refuted(N, low - 1, n, k)));
                assert_int_equal(high, N - shi_hyper_low(N, n, n - k, 0.05));
            }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(proportions),
    cmocka_unit_test(stringer),
    cmocka_unit_test(upper_limits),
    cmocka_unit_test(hypergeometric_by_definition),
};
RUN_TESTS("interval")
