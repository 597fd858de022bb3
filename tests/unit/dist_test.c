/* Distributions: tails against plain sums, the log scale far below what a double holds, quantiles as inverses, and arguments at the edges. */
#include "stat/dist.h"

#include "test.h"

static double choose(int64_t n, int64_t k)
{
    double c = 1;
    for (int64_t i = 0; i < k; i++) c = c * (double)(n - i) / (double)(i + 1);
    return c;
}

static void hypergeometric(void **state)
{
    (void)state;
    for (int64_t N = 1; N <= 9; N++)
        for (int64_t K = 0; K <= N; K++)
            for (int64_t n = 0; n <= N; n++) {
                double below = 0;
                for (int64_t k = -1; k <= n + 1; k++) {
                    double at = k < 0 || k > K || n - k > N - K || k > n ? 0 : choose(K, k) * choose(N - K, n - k) / choose(N, n);
                    below += at;
                    assert_near(shi_hyper_at(N, K, n, k), at, 1e-12);
                    assert_near(shi_hyper_below(N, K, n, k), below > 1 ? 1 : below, 1e-12);
                    assert_near(shi_hyper_above(N, K, n, k), 1 - below + at, 1e-12);
                    if (at > 0) assert_near(shi_hyper_log_at(N, K, n, k), log(at), 1e-11);
                    if (shi_hyper_below(N, K, n, k) > 0) assert_near(shi_hyper_log_below(N, K, n, k), log(shi_hyper_below(N, K, n, k)), 1e-11);
                }
            }
    /* 700 real of 1,400, 500 drawn, all of them real: C(700, 500) / C(1400, 500), about e^-430 */
    double want = shi_log_choose(700, 500) - shi_log_choose(1400, 500);
    assert_near(shi_hyper_log_above(1400, 700, 500, 500), want, 1e-9);
    assert_near(shi_hyper_log_at(1400, 700, 500, 500), want, 1e-9);
}

static void binomial_and_poisson(void **state)
{
    (void)state;
    for (int64_t n = 1; n <= 12; n++)
        for (double p = 0; p <= 1; p += 0.25) {
            double below = 0;
            for (int64_t k = 0; k <= n; k++) {
                assert_near(shi_binomial_above(n, p, k), 1 - below, 1e-12);
                below += choose(n, k) * pow(p, (double)k) * pow(1 - p, (double)(n - k));
                assert_near(shi_binomial_below(n, p, k), below, 1e-12);
            }
        }
    double below = 0, term = exp(-3.5);
    for (int64_t k = 0; k <= 30; k++) {
        assert_near(shi_poisson_above(3.5, k), 1 - below, 1e-12);
        below += term;
        term *= 3.5 / (double)(k + 1);
        assert_near(shi_poisson_below(3.5, k), below, 1e-12);
    }
    /* tails that no double holds: ln 0.001^1000, and a Poisson tail by its leading term and the next two */
    assert_near(shi_binomial_log_above(1000, 0.001, 1000), 1000 * log(0.001), 1e-12);
    double lead = -1 + 200 * log(1) - shi_log_gamma(201);
    assert_near(shi_poisson_log_above(1, 200), lead + log1p(1.0 / 201 + 1.0 / 201 / 202), 1e-9);
    assert_true(isinf(shi_binomial_log_above(5, 0.5, 6)) && isinf(shi_poisson_log_above(0, 1)));
}

static void inverses(void **state)
{
    (void)state;
    for (double p = 0.001; p < 1; p += 0.083) {
        assert_near(shi_normal_above(shi_normal_quantile_above(p)), p, 1e-12);
        assert_near(shi_normal_below(shi_normal_quantile_above(p)), 1 - p, 1e-12);
        assert_near(shi_t_above(shi_t_quantile_above(p, 7), 7), p, 1e-10);
        assert_near(shi_t_quantile_above(p, INFINITY), shi_normal_quantile_above(p), 1e-12);
        assert_near(shi_chisq_above(shi_chisq_quantile_above(p, 6), 6), p, 1e-10);
        assert_near(shi_beta_below(3, 4.5, shi_beta_quantile(3, 4.5, p)), p, 1e-10);
        assert_near(shi_chisq_above(2 * shi_gamma_quantile(4, p), 8), 1 - p, 1e-10);   /* chi-square is twice a gamma */
    }
    assert_true(isinf(shi_normal_quantile_above(0)) && isinf(shi_normal_quantile_above(1)));
    assert_near(shi_beta_quantile(0, 3, 0.5), 0, 0);
    assert_near(shi_beta_quantile(3, 0, 0.5), 1, 0);
    assert_near(shi_log_gamma(5), log(24), 1e-14);
    assert_near(shi_digamma(2) - shi_digamma(1), 1, 1e-13);
    assert_true(isinf(shi_log_choose(3, 4)));
}

static void negative_binomial(void **state)
{
    (void)state;
    for (double phi = 1.5; phi < 6; phi += 1.5) {
        double mean = 2.5, size = mean / (phi - 1), at = pow(1 / phi, size), above = 1;
        for (int64_t k = 0; k < 30; k++) {
            if (above > 1e-6) assert_near(shi_negbin_log_above(mean, phi, k), log(above), 1e-8);
            above -= at;
            at *= (size + (double)k) / ((double)k + 1) * (phi - 1) / phi;
        }
    }
    assert_near(shi_negbin_log_above(3, 1, 9), shi_poisson_log_above(3, 9), 1e-15);
    assert_near(shi_negbin_log_above(3, 1 + 1e-7, 9), shi_poisson_log_above(3, 9), 1e-5);
    assert_true(isinf(shi_negbin_log_above(0, 2, 1)) && shi_negbin_log_above(0, 2, 0) == 0 && shi_negbin_log_above(2, 3, 5000) < -900);
}

/* Chi-square and the normal from both ends. */
static void far_ends(void **state)
{
    (void)state;
    for (double x = 0.5; x < 40; x *= 1.7) {
        assert_near(shi_chisq_below(x, 6) + shi_chisq_above(x, 6), 1, 1e-12);
        assert_near(exp(shi_chisq_log_below(x, 6)), shi_chisq_below(x, 6), 1e-12);
        assert_near(exp(shi_normal_log_above(x - 5)), shi_normal_above(x - 5), 1e-12);
    }
    assert_true(shi_chisq_below(0, 6) <= 0 && isinf(shi_chisq_log_below(0, 6)));
}

static const struct CMUnitTest TESTS[] = { cmocka_unit_test(hypergeometric), cmocka_unit_test(binomial_and_poisson),
                                           cmocka_unit_test(negative_binomial), cmocka_unit_test(far_ends), cmocka_unit_test(inverses) };
RUN_TESTS("dist")
