/* Sample sizes against every published row. */
#include "shishu/sample_size.h"

#include "vectors.h"

enum { MOST = 1000000 };

static void attributes(void **state)
{
    vectors v = vectors_open("audit/aicpa_attributes_sample_size.csv");
    (void)state;
    for (int r = 0; r < v.rows; r++) {
        int64_t allowed = -1;
        int64_t n = shi_size_attributes(vectors_whole(&v, r, "expected_rate_bp"), vectors_whole(&v, r, "tolerable_rate_bp"), 10000,
                                        1 - vectors_number(&v, r, "confidence"), MOST, &allowed);
        assert_int_equal(n, vectors_whole(&v, r, "n_exact_integer_arithmetic"));
        assert_int_equal(allowed, vectors_whole(&v, r, "allowed_deviations"));
    }
    vectors_checked("audit/aicpa_attributes_sample_size.csv", v.rows);
    vectors_close(&v);
}

static void monetary_units(void **state)
{
    vectors v = vectors_open("audit/aicpa_mus_sample_size.csv");
    int apart = 0;
    (void)state;
    for (int r = 0; r < v.rows; r++) {
        double tolerable = vectors_number(&v, r, "tolerable");
        int64_t n = shi_size_mus(tolerable * vectors_number(&v, r, "ratio_expected_to_tolerable"), tolerable, vectors_number(&v, r, "risk"), MOST);
        assert_int_equal(n, vectors_whole(&v, r, "jfa_0_7_4_n"));
        apart += n != vectors_whole(&v, r, "published_n");
    }
    print_message("# %d rows differ from the printed table\n", apart);
    vectors_checked("audit/aicpa_mus_sample_size.csv", v.rows);
    vectors_close(&v);
}

static void without_replacement(void **state)
{
    vectors v = vectors_open("audit/hypergeometric_sample_size.csv"), zero = vectors_open("audit/ezquant_zero_error_sample_size.csv");
    (void)state;
    for (int r = 0; r < v.rows; r++)
        assert_int_equal(shi_size_allowed(SHI_HYPERGEOMETRIC, vectors_whole(&v, r, "N"), vectors_number(&v, r, "tolerable"),
                                          1 - vectors_number(&v, r, "confidence"), vectors_whole(&v, r, "allowed_errors"), 0),
                         vectors_whole(&v, r, "n_exact"));
    for (int r = 0; r < zero.rows; r++)
        assert_int_equal(shi_size_allowed(SHI_HYPERGEOMETRIC, vectors_whole(&zero, r, "N"), vectors_number(&zero, r, "tolerable"),
                                          1 - vectors_number(&zero, r, "confidence"), 0, 0),
                         vectors_whole(&zero, r, "exact"));
    vectors_checked("audit/hypergeometric_sample_size.csv", v.rows);
    vectors_checked("audit/ezquant_zero_error_sample_size.csv", zero.rows);
    vectors_close(&v);
    vectors_close(&zero);
}

static void stages(void **state)
{
    vectors v = vectors_open("audit/multi_stage_plan.csv");
    (void)state;
    for (int r = 0; r < v.rows; r++) {
        int64_t allowed[16], m = vectors_wholes(&v, r, "plan", allowed, 16);
        const char *name = vectors_text(&v, r, "likelihood");
        shi_likelihood likelihood = name[0] == 'b' ? SHI_BINOMIAL : name[0] == 'p' ? SHI_POISSON : SHI_HYPERGEOMETRIC;
        int64_t n = shi_size_stages(likelihood, vectors_whole(&v, r, "N"), vectors_number(&v, r, "tolerable"),
                                    1 - vectors_number(&v, r, "confidence"), allowed, m, 10000);
        assert_int_equal(n, vectors_whole(&v, r, "n_per_stage"));
        assert_int_equal(n * m, vectors_whole(&v, r, "n_total"));
    }
    vectors_checked("audit/multi_stage_plan.csv", v.rows);
    vectors_close(&v);
}

static void half_widths(void **state)
{
    (void)state;
    for (int64_t N = 20; N <= 3000; N = N * 3 / 2)
        for (double share = 0.1; share < 1; share += 0.2)
            for (double half = 0.02; half < 0.3; half *= 2) {
                int64_t n = shi_size_half_width(N, share, half * (double)N, 0.95), k = (int64_t)llround(share * (double)n);
                assert_true(n >= 1 && n <= N);
                assert_true((double)(shi_hyper_high(N, n, k, 0.025) - shi_hyper_low(N, n, k, 0.025)) <= 2 * half * (double)N);
            }
    assert_int_equal(shi_size_half_width(50, 0.5, 0, 0.95), 50);
    assert_int_equal(shi_size_allowed(SHI_HYPERGEOMETRIC, 10, 0.05, 0.05, 3, 0), -1);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(attributes),
    cmocka_unit_test(monetary_units),
    cmocka_unit_test(without_replacement),
    cmocka_unit_test(stages),
    cmocka_unit_test(half_widths),
};
RUN_TESTS("sample_size")
