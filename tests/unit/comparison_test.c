/* Comparison audits next to every published p and sample size, and next to their own definition. */
#include "shishu/comparison.h"
#include "vectors.h"

static void p_as_published(void **state)
{
    (void)state;
    vectors v = vectors_open("rla/kaplan_markov_comparison_p.csv");
    for (int row = 0; row < v.rows; row++) {
        double margin = (vectors_number(&v, row, "winner_votes") - vectors_number(&v, row, "loser_votes")) / vectors_number(&v, row, "ballots");
        double log_p = shi_comparison_log_p(margin, SHI_GAMMA, vectors_whole(&v, row, "sample_size"),
                                            (shi_discrepancies){ .over1 = vectors_number(&v, row, "one_vote_over"), .over2 = vectors_number(&v, row, "two_vote_over") });
        double want = vectors_number(&v, row, "p_value");
        assert_near(exp(log_p) / want, 1, 1e-9);
    }
    vectors_checked("rla/kaplan_markov_comparison_p.csv", v.rows);
    vectors_close(&v);
}

static void initial_sizes_as_published(void **state)
{
    (void)state;
    vectors v = vectors_open("rla/supersimple_initial_size.csv");
    for (int row = 0; row < v.rows; row++) {
        const shi_discrepancies rate = { vectors_number(&v, row, "rate_one_over"), vectors_number(&v, row, "rate_two_over"),
                                         vectors_number(&v, row, "rate_one_under"), vectors_number(&v, row, "rate_two_under") };
        bool one = vectors_whole(&v, row, "round_up_one_vote"), two = vectors_whole(&v, row, "round_up_two_vote");
        const char *want = vectors_text(&v, row, "sample_size_or_FULL_of_1000000");
        assert_true(one || !two);
        int64_t got = shi_comparison_initial(vectors_number(&v, row, "risk_limit"), vectors_number(&v, row, "diluted_margin"), SHI_GAMMA, rate,
                                             two ? SHI_SIZE_CEIL_BOTH : one ? SHI_SIZE_CEIL_ONE : SHI_SIZE_EXPECTED, 1000000);
        assert_int_equal(got, strcmp(want, "FULL") ? strtoll(want, NULL, 10) : 1000000);
    }
    vectors_checked("rla/supersimple_initial_size.csv", v.rows);
    vectors_close(&v);
}

static void stopping_sizes_as_published(void **state)
{
    (void)state;
    vectors v = vectors_open("rla/supersimple_stopping_size.csv");
    for (int row = 0; row < v.rows; row++) {
        const shi_discrepancies found = { vectors_number(&v, row, "one_vote_over"), vectors_number(&v, row, "two_vote_over"),
                                          vectors_number(&v, row, "one_vote_under"), vectors_number(&v, row, "two_vote_under") };
        double risk = vectors_number(&v, row, "risk_limit"), margin = vectors_number(&v, row, "diluted_margin");
        int64_t n = shi_comparison_stopping(risk, margin, SHI_GAMMA, found, 1000000);
        assert_int_equal(n, vectors_whole(&v, row, "stopping_sample_size"));
        assert_true(shi_comparison_log_p(margin, SHI_GAMMA, n, found) <= log(risk));   /* the size keeps its promise */
    }
    vectors_checked("rla/supersimple_stopping_size.csv", v.rows);
    vectors_close(&v);
}

/* The expected size is the smallest that brings p to the risk. */
static void expected_size_is_the_smallest(void **state)
{
    (void)state;
    static const double RISK[] = { 0.01, 0.05, 0.1, 0.5 }, MARGIN[] = { 0.001, 0.02, 0.3, 1 };
    for (int64_t r = 0; r < COUNT(RISK); r++)
        for (int64_t m = 0; m < COUNT(MARGIN); m++) {
            int64_t n = shi_comparison_initial(RISK[r], MARGIN[m], 1.1, (shi_discrepancies){ 0 }, SHI_SIZE_EXPECTED, INT64_MAX);
            assert_true(shi_comparison_log_p(MARGIN[m], 1.1, n, (shi_discrepancies){ 0 }) <= log(RISK[r]));
            assert_true(shi_comparison_log_p(MARGIN[m], 1.1, n - 1, (shi_discrepancies){ 0 }) > log(RISK[r]));
        }
    const shi_discrepancies rate = { .over1 = 0.004, .over2 = 0.0004, .under1 = 0.002 };
    int64_t n = shi_comparison_initial(0.05, 0.02, SHI_GAMMA, rate, SHI_SIZE_NEAREST, 1000000);
    shi_discrepancies found = { floor(0.004 * (double)n + 0.5), floor(0.0004 * (double)n + 0.5), floor(0.002 * (double)n + 0.5), 0 };
    assert_int_equal(n, shi_comparison_stopping(0.05, 0.02, SHI_GAMMA, found, 1000000));
}

static void edges(void **state)
{
    (void)state;
    const shi_discrepancies none = { 0 }, bad = { .over1 = -1 };
    assert_true(shi_comparison_log_p(0, SHI_GAMMA, 1000, none) == 0);
    assert_true(shi_comparison_log_p(0.1, SHI_GAMMA, 0, none) == 0);
    assert_near(shi_comparison_log_p(1, SHI_GAMMA, 1000000, none), 1e6 * log(1 - 1 / (2 * SHI_GAMMA)), 1e-12);   /* p is 1e-285000 */
    assert_true(isnan(shi_comparison_log_p(0.1, 1, 9, none)) && isnan(shi_comparison_log_p(-0.1, SHI_GAMMA, 9, none)));
    assert_true(isnan(shi_comparison_log_p(1.1, SHI_GAMMA, 9, none)) && isnan(shi_comparison_log_p(0.1, SHI_GAMMA, -1, none)));
    assert_true(isnan(shi_comparison_log_p(0.1, SHI_GAMMA, 9, bad)) && isnan(shi_comparison_log_p(NAN, SHI_GAMMA, 9, none)));
    assert_int_equal(shi_comparison_stopping(0.05, 0, SHI_GAMMA, none, 100), -1);
    assert_int_equal(shi_comparison_stopping(1, 0.1, SHI_GAMMA, none, 100), -1);
    assert_int_equal(shi_comparison_stopping(0.05, 0.01, SHI_GAMMA, none, 100), 100);
    assert_int_equal(shi_comparison_stopping(0.9, 1, SHI_GAMMA, (shi_discrepancies){ .under2 = 7 }, 100), 7);
    assert_int_equal(shi_comparison_initial(0, 0.01, SHI_GAMMA, none, SHI_SIZE_EXPECTED, 100), -1);
    assert_int_equal(shi_comparison_initial(0.05, 0.01, SHI_GAMMA, none, SHI_SIZE_EXPECTED, 100), 100);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(p_as_published),
    cmocka_unit_test(initial_sizes_as_published),
    cmocka_unit_test(stopping_sizes_as_published),
    cmocka_unit_test(expected_size_is_the_smallest),
    cmocka_unit_test(edges),
};
RUN_TESTS("comparison")
