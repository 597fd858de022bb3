/* Confidence sequences by betting against every published sequence. */
#include "shishu/betting.h"

#include "vectors.h"

#include "shishu/sequential.h"

enum { MOST = 4096 };

/* The published hedged and Kelly bounds lie on a grid of 0.001, one step outward; ours are exact roots. The others are full doubles. */
static void near_bound(double got, double want, int outward, bool grid)
{
    if (!grid) {
        assert_near(got, want, 1e-11);
        return;
    }
    double out = (want - got) * outward;   /* how far the published one lies outside of ours */
    if (out < -1e-9 || out > 0.001 + 1e-9) fail_msg("got %.17g, want %.17g", got, want);
}

static int64_t one_method(const json_t *one, const char *name, shi_bet bet, bool without, const double *x, bool grid)
{
    const json_t *result = json_object_get(json_object_get(one, "results"), name);
    double low[MOST], high[MOST], at[MOST];
    int64_t m = vectors_json_list(one, "at", at, MOST), N = without ? (int64_t)vectors_json_number(one, "N") : 0;
    assert_non_null(result);
    assert_int_equal(vectors_json_list(result, "lower", low, MOST), m);
    assert_int_equal(vectors_json_list(result, "upper", high, MOST), m);
    for (int64_t i = 0; i < m; i++) {
        shi_interval got = shi_betting_bounds(bet, x, (int64_t)at[i], N, 0, vectors_json_number(one, "alpha"));
        near_bound(got.low, low[i], -1, grid);
        near_bound(got.high, high[i], 1, grid);
    }
    return m;
}

/* After one draw the e-value against K is (a or b) / (a + b) * N / (K or N - K). */
static bool tie(int64_t N, int64_t K, int64_t n, int64_t k, double a, double b, double alpha)
{
    double e = (k ? a : b) / (a + b) * (double)N / (double)(k ? K : N - K);
    return n == 1 && fabs(e * alpha - 1) < 1e-12;
}

static int64_t counts(const json_t *one, const char *name, const double *x, double a, double b)
{
    const json_t *result = json_object_get(json_object_get(one, "results"), name);
    double low[MOST], high[MOST], at[MOST];
    if (!result) return 0;   /* values other than 0 and 1 */
    int64_t m = vectors_json_list(one, "at", at, MOST), n = 0, k = 0, N = (int64_t)vectors_json_number(one, "N");
    double alpha = vectors_json_number(one, "alpha");
    vectors_json_list(result, "lower", low, MOST);
    vectors_json_list(result, "upper", high, MOST);
    for (int64_t i = 0; i < m; i++) {
        int64_t got_low, got_high;
        for (; n < (int64_t)at[i]; n++) k += x[n] > 0.5;
        shi_sequential_bounds(N, n, k, a, b, alpha, &got_low, &got_high);
        /* where the e-value next to the bound is 1/alpha to the last bit, the published program's rounding decided */
        if (got_low != llround(low[i])) assert_true(tie(N, llround(low[i]), n, k, a, b, alpha) && got_low == llround(low[i]) + 1);
        if (got_high != llround(high[i])) assert_true(tie(N, llround(high[i]), n, k, a, b, alpha) && got_high == llround(high[i]) - 1);
    }
    return m;
}

static int64_t capitals(const json_t *one, const double *x)
{
    const char *key;
    json_t *list;
    int64_t rows = 0;
    json_object_foreach(json_object_get(one, "capital"), key, list)
    {
        double got[MOST];
        int64_t n = (int64_t)json_array_size(list);
        shi_hedged_capital(x, n, (int64_t)vectors_json_number(one, "N"), strtod(key, NULL), vectors_json_number(one, "alpha"), got);
        for (int64_t i = 0; i < n; i++) {
            const json_t *want = json_array_get(list, (size_t)i);
            if (!json_is_number(want)) assert_true(isinf(got[i]));
            else if (isfinite(got[i])) assert_true(fabs(got[i] / json_number_value(want) - 1) < 1e-9);
            else assert_true(json_number_value(want) > 1e300);
            rows++;
        }
    }
    return rows;
}

static void sequences(void **state)
{
    json_t *all = vectors_json("cs/confidence_sequences.json");
    int64_t rows = 0;
    (void)state;
    for (size_t c = 0; c < json_array_size(all); c++) {
        const json_t *one = json_array_get(all, c);
        double x[MOST], fixed[2];
        int64_t n = vectors_json_list(one, "x", x, MOST), N = (int64_t)vectors_json_number(one, "N");
        rows += one_method(one, "hedged_wor", SHI_HEDGED, true, x, true);
        rows += one_method(one, "hedged_wr", SHI_HEDGED, false, x, true);
        rows += one_method(one, "dKelly10_wor", SHI_KELLY, true, x, true);
        rows += one_method(one, "predmix_eb_wor", SHI_EMPIRICAL_BERNSTEIN, true, x, false);
        rows += one_method(one, "predmix_eb_wr", SHI_EMPIRICAL_BERNSTEIN, false, x, false);
        rows += one_method(one, "predmix_hoeffding_wor", SHI_HOEFFDING, true, x, false);
        rows += counts(one, "beta_binomial_hypergeometric_count_a1b1", x, 1, 1);
        rows += counts(one, "beta_binomial_hypergeometric_count_a2b5", x, 2, 5);
        rows += capitals(one, x);
        for (int without = 0; without < 2; without++, rows++) {
            shi_interval got = shi_betting_bounds(SHI_HEDGED, x, n, without ? N : 0, n, vectors_json_number(one, "alpha"));
            vectors_json_list(one, without ? "betting_ci_fixed_n" : "betting_ci_fixed_n_wr", fixed, 2);
            near_bound(got.low, fixed[0], -1, true);
            near_bound(got.high, fixed[1], 1, true);
        }
    }
    json_decref(all);
    vectors_checked("cs/confidence_sequences.json", rows);
}

static void edges(void **state)
{
    static const double ONES[] = { 1, 1, 1, 1, 1 }, HALVES[] = { 0.5, 0.5, 0.5 };
    (void)state;
    for (int bet = SHI_HEDGED; bet <= SHI_HOEFFDING; bet++) {
        shi_interval none = shi_betting_bounds((shi_bet)bet, ONES, 0, 0, 0, 0.05), one = shi_betting_bounds((shi_bet)bet, ONES, 1, 1, 0, 0.05);
        assert_true(none.low <= 0 && none.high >= 1);
        assert_true(one.low <= 1 && one.high >= 1);
        shi_interval half = shi_betting_bounds((shi_bet)bet, HALVES, 3, 3, 0, 0.05);
        assert_true(half.low <= 0.5 && half.high >= 0.5);
    }
    /* all of the population was drawn: the mean is known */
    shi_interval all = shi_betting_bounds(SHI_HEDGED, ONES, 5, 5, 0, 0.05);
    assert_near(all.low, 1, 1e-9);
    assert_near(all.high, 1, 1e-9);
}

static const struct CMUnitTest TESTS[] = { cmocka_unit_test(sequences), cmocka_unit_test(edges) };
RUN_TESTS("betting")
