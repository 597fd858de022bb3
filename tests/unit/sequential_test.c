/* E-processes, decisions and plans against every published row. */
#include "shishu/sequential.h"

#include "vectors.h"

static void bounds(void **state)
{
    vectors v = vectors_open("design/eprocess_bounds.csv"), cs = vectors_open("cs/beta_binomial_hypergeometric.csv");
    (void)state;
    for (int r = 0; r < v.rows; r++) {
        int64_t N = vectors_whole(&v, r, "N"), n = vectors_whole(&v, r, "examined"), k = vectors_whole(&v, r, "found_real");
        double alpha = vectors_number(&v, r, "alpha_each_side");
        assert_int_equal(shi_sequential_low(N, n, k, alpha), vectors_whole(&v, r, "lower_count_confirm_prior"));
        assert_int_equal(shi_sequential_high(N, n, k, alpha), vectors_whole(&v, r, "upper_count_refute_prior"));
    }
    for (int r = 0; r < cs.rows; r++) {
        int64_t low, high;
        shi_sequential_bounds(vectors_whole(&cs, r, "N"), vectors_whole(&cs, r, "n_examined"), vectors_whole(&cs, r, "n_ones"),
                              vectors_number(&cs, r, "prior_a"), vectors_number(&cs, r, "prior_b"), vectors_number(&cs, r, "alpha"), &low, &high);
        assert_int_equal(low, vectors_whole(&cs, r, "count_lower"));
        assert_int_equal(high, vectors_whole(&cs, r, "count_upper"));
    }
    vectors_checked("design/eprocess_bounds.csv", v.rows);
    vectors_checked("cs/beta_binomial_hypergeometric.csv", cs.rows);
    vectors_close(&v);
    vectors_close(&cs);
}

static void decisions(void **state)
{
    json_t *all = vectors_json("design/sequential_decisions.json");
    (void)state;
    for (size_t c = 0; c < json_array_size(all); c++) {
        const json_t *one = json_array_get(all, c);
        const char *draws = json_string_value(json_object_get(one, "draws")), *want = json_string_value(json_object_get(one, "decision"));
        int64_t N = (int64_t)vectors_json_number(one, "N"), T = (int64_t)vectors_json_number(one, "threshold_count"), n = 0, k = 0;
        shi_decision got = SHI_CLAIM_OPEN;
        assert_int_equal(shi_claim_threshold(N, vectors_json_number(one, "tolerance")), T);
        while (draws[n] && got == SHI_CLAIM_OPEN) {
            k += draws[n++] == '1';
            got = shi_sequential_decide(N, T, n, k, 0, 0.05);
        }
        assert_string_equal(got == SHI_CLAIM_CONFIRMED ? "confirmed" : got == SHI_CLAIM_REFUTED ? "refuted" : "undecided", want);
        assert_int_equal(k, (int64_t)vectors_json_number(one, "found_real"));
        if (got) assert_int_equal(n, (int64_t)vectors_json_number(one, "at"));
    }
    vectors_checked("design/sequential_decisions.json", (int64_t)json_array_size(all));
    json_decref(all);
}

static void plans(void **state)
{
    vectors v = vectors_open("design/sequential_planning.csv"), all = vectors_open("design/all_real_visits_needed.csv");
    shi_arena scratch = test_arena(1 << 16);
    (void)state;
    for (int r = 0; r < v.rows; r++) {
        shi_sequential_plan got;
        assert_ok(shi_sequential_foresee(scratch, vectors_whole(&v, r, "N"), vectors_whole(&v, r, "threshold_count"),
                                         vectors_whole(&v, r, "true_real_count"), vectors_whole(&v, r, "max_visits"), 0.05, &got));
        assert_near(got.expected, vectors_number(&v, r, "expected_visits"), 1e-9);
        assert_int_equal(got.median, vectors_whole(&v, r, "median_visits"));
        assert_int_equal(got.p90, vectors_whole(&v, r, "p90_visits"));
        assert_near(got.confirmed, vectors_number(&v, r, "prob_confirmed"), 1e-9);
        assert_near(got.refuted, vectors_number(&v, r, "prob_refuted"), 1e-9);
        assert_near(got.undecided, vectors_number(&v, r, "prob_undecided_at_max"), 1e-9);
    }
    for (int r = 0; r < all.rows; r++) {
        int64_t N = vectors_whole(&all, r, "N"), T = vectors_whole(&all, r, "threshold_count");
        assert_int_equal(shi_claim_threshold(N, vectors_number(&all, r, "tolerance")), T);
        assert_int_equal(shi_fixed_all_real(N, T, 0.05), vectors_whole(&all, r, "fixed_n_all_real_5pct"));
        assert_int_equal(shi_sequential_all_real(N, T, 0.05), vectors_whole(&all, r, "sequential_all_real_5pct"));
    }
    free(scratch.base);
    vectors_checked("design/sequential_planning.csv", v.rows);
    vectors_checked("design/all_real_visits_needed.csv", all.rows);
    vectors_close(&v);
    vectors_close(&all);
}

/* Both mixtures are averages of likelihoods: summed over all sequences of length n, e-values under K average to 1 where K makes all of them
 * possible, and to less where not. */
static void expectation_is_at_most_one(void **state)
{
    (void)state;
    for (int64_t N = 1; N <= 12; N++)
        for (int64_t K = 0; K <= N; K++)
            for (int64_t n = 1; n <= N; n++) {
                double confirm = 0, refute = 0, whole = 0;
                for (int seq = 0; seq < 1 << n; seq++) {
                    int64_t k = 0;
                    double p = 1;
                    for (int64_t i = 0; i < n; i++) {
                        bool real = seq >> i & 1;
                        p *= (double)(real ? K - k : N - K - (i - k)) / (double)(N - i);
                        if (p <= 0) break;
                        k += real;
                    }
                    if (p <= 0) continue;
                    whole += p;
                    confirm += p * exp(shi_confirm_log_e(N, K, n, k));
                    refute += p * exp(shi_refute_log_e(N, K, n, k));
                }
                assert_near(whole, 1, 1e-12);
                assert_true(confirm <= 1 + 1e-9 && refute <= 1 + 1e-9);
            }
}

static void edges(void **state)
{
    (void)state;
    assert_int_equal(shi_sequential_low(700, 0, 0, 0.05), 0);
    assert_int_equal(shi_sequential_high(700, 0, 0, 0.05), 700);
    for (int64_t k = 0; k <= 5; k++) {   /* all were visited: nothing is estimated */
        assert_int_equal(shi_sequential_low(5, 5, k, 0.05), k);
        assert_int_equal(shi_sequential_high(5, 5, k, 0.05), k);
        assert_int_equal(shi_sequential_decide(5, 3, 5, k, 0, 0.05), k >= 3 ? SHI_CLAIM_CONFIRMED : SHI_CLAIM_REFUTED);
    }
    assert_int_equal(shi_sequential_decide(1, 1, 1, 1, 0, 0.05), SHI_CLAIM_CONFIRMED);
    assert_int_equal(shi_sequential_decide(1, 1, 1, 0, 0, 0.05), SHI_CLAIM_REFUTED);
    assert_int_equal(shi_sequential_decide(1, 1, 1, 0, 1, 0.05), SHI_CLAIM_OPEN);   /* not reached proves nothing */
    assert_int_equal(shi_claim_threshold(3000, 0.05), 2850);
    assert_int_equal(shi_claim_threshold(INT64_C(4000000000000), 0), INT64_C(4000000000000));
    assert_int_equal(shi_claim_threshold(7, 1), 0);
    assert_int_equal(shi_claim_threshold(7, 0.1), 7);
    for (int64_t bytes = 0; bytes < 8 * 12; bytes += 8) {
        shi_arena small = test_arena(bytes);
        shi_sequential_plan out;
        assert_int_equal(shi_sequential_foresee(small, 20, 19, 19, 10, 0.05, &out).code, SHI_SYSTEM);
        free(small.base);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(bounds),    cmocka_unit_test(decisions), cmocka_unit_test(plans), cmocka_unit_test(expectation_is_at_most_one),
    cmocka_unit_test(edges),
};
RUN_TESTS("sequential")
