/* Stratified bounds and totals against every published row, and against trying all splits. */
#include "shishu/strata.h"

#include "vectors.h"

#include "stat/dist.h"

static void exact_bounds(void **state)
{
    vectors v = vectors_open("design/stratified_exact.csv");
    shi_arena scratch = test_arena(4096);
    (void)state;
    for (int r = 0; r < v.rows; r++) {
        int64_t N[16], n[16], k[16], H = vectors_wholes(&v, r, "N_h", N, 16), low, high;
        double alpha = vectors_number(&v, r, "alpha_each_side"), total, variance;
        shi_stratum s[16];
        assert_int_equal(vectors_wholes(&v, r, "n_h", n, 16), H);
        assert_int_equal(vectors_wholes(&v, r, "found_real_h", k, 16), H);
        for (int64_t h = 0; h < H; h++) s[h] = (shi_stratum){ N[h], n[h], k[h] };
        const shi_strata strata = { s, H };
        assert_ok(shi_strata_bounds(scratch, strata, SHI_SIDAK, alpha, &low, &high));
        assert_int_equal(low, vectors_whole(&v, r, "sidak_lower"));
        assert_int_equal(high, vectors_whole(&v, r, "sidak_upper"));
        assert_ok(shi_strata_bounds(scratch, strata, SHI_FISHER, alpha, &low, &high));
        assert_int_equal(low, vectors_whole(&v, r, "fisher_lower"));
        assert_int_equal(high, vectors_whole(&v, r, "fisher_upper"));
        assert_ok(shi_strata_total(strata, &total, &variance));
        assert_near(total, vectors_number(&v, r, "point_total"), 1e-12);
    }
    free(scratch.base);
    vectors_checked("design/stratified_exact.csv", v.rows);
    vectors_close(&v);
}

/* The least total of three strata not refuted, over all splits. */
static int64_t by_trying(const shi_stratum s[3], double alpha)
{
    double need = -shi_chisq_quantile_above(alpha, 6) / 2;
    int64_t best = s[0].size + s[1].size + s[2].size;
    for (int64_t a = 0; a <= s[0].size; a++)
        for (int64_t b = 0; b <= s[1].size; b++)
            for (int64_t c = 0; c <= s[2].size && a + b + c < best; c++)
                if (shi_hyper_log_above(s[0].size, a, s[0].visited, s[0].real) + shi_hyper_log_above(s[1].size, b, s[1].visited, s[1].real) +
                        shi_hyper_log_above(s[2].size, c, s[2].visited, s[2].real) > need)
                    best = a + b + c;
    return best;
}

static void greedy_is_exact(void **state)
{
    shi_arena scratch = test_arena(4096);
    uint64_t x = 1;
    (void)state;
    for (int r = 0; r < 60; r++) {
        shi_stratum s[3], m[3];
        int64_t low, high, all = 0;
        for (int h = 0; h < 3; h++) {
            x = x * UINT64_C(6364136223846793005) + 1442695040888963407;
            s[h].size = 1 + (int64_t)(x >> 33) % 14;
            s[h].visited = (int64_t)(x >> 41) % (s[h].size + 1);
            s[h].real = (int64_t)(x >> 50) % (s[h].visited + 1);
            m[h] = (shi_stratum){ s[h].size, s[h].visited, s[h].visited - s[h].real };
            all += s[h].size;
        }
        assert_ok(shi_strata_bounds(scratch, (shi_strata){ s, 3 }, SHI_FISHER, 0.05, &low, &high));
        assert_int_equal(low, by_trying(s, 0.05));
        assert_int_equal(high, all - by_trying(m, 0.05));
    }
    free(scratch.base);
}

/* One stratum is the plain test; of two, the least product over all splits. */
static void sequential_by_trying(void **state)
{
    shi_arena scratch = test_arena(4096);
    uint64_t x = 7;
    (void)state;
    for (int r = 0; r < 200; r++) {
        shi_stratum s[2];
        int64_t low, high, all = 0;
        for (int h = 0; h < 2; h++) {
            x = x * UINT64_C(6364136223846793005) + 1442695040888963407;
            s[h].size = 1 + (int64_t)(x >> 33) % 30;
            s[h].visited = 1 + (int64_t)(x >> 41) % s[h].size;
            s[h].real = (int64_t)(x >> 50) % (s[h].visited + 1);
            all += s[h].size;
        }
        assert_ok(shi_strata_sequential(scratch, (shi_strata){ s, 1 }, 0.05, &low, &high));
        assert_int_equal(low, shi_sequential_low(s[0].size, s[0].visited, s[0].real, 0.05));
        assert_int_equal(high, shi_sequential_high(s[0].size, s[0].visited, s[0].real, 0.05));
        for (int64_t T = 1; T <= all; T += 3)
            for (int which = SHI_CLAIM_CONFIRMED; which <= SHI_CLAIM_REFUTED; which++) {
                double least = INFINITY, got;
                for (int64_t a = 0; a <= s[0].size; a++)
                    for (int64_t b = 0; b <= s[1].size; b++) {
                        if (which == SHI_CLAIM_CONFIRMED ? a + b >= T : a + b < T) continue;
                        double e = which == SHI_CLAIM_CONFIRMED ? shi_confirm_log_e(s[0].size, a, s[0].visited,
                                                                                    s[0].real) + shi_confirm_log_e(s[1].size, b,
                                                                                                                       s[1].visited, s[1].real)
                                                          : shi_refute_log_e(s[0].size, a, s[0].visited, s[0].real) +
                                                                shi_refute_log_e(s[1].size, b, s[1].visited, s[1].real);
                        if (e < least) least = e;
                    }
                assert_ok(shi_strata_claim_log_e(scratch, (shi_strata){ s, 2 }, NULL, T, (shi_decision)which, &got));
                if (isinf(least)) assert_true(isinf(got));
                else assert_near(got, least, 1e-9);
            }
    }
    free(scratch.base);
}

static void published_total(void **state)
{
    vectors v = vectors_open("survey/stratified_sample.csv"), want = vectors_open("survey/synthetic_results.csv");
    shi_stratum s[16] = { { 0 } };
    int64_t H = 0, found = 0;
    double total, variance;
    (void)state;
    for (int r = 0; r < v.rows; r++) {
        if (r == 0 || strcmp(vectors_text(&v, r, "stratum"), vectors_text(&v, r - 1, "stratum")) != 0) s[H++].size = vectors_whole(&v, r, "N");
        s[H - 1].visited++;
        s[H - 1].real += vectors_whole(&v, r, "real");
    }
    assert_ok(shi_strata_total((shi_strata){ s, H }, &total, &variance));
    for (int r = 0; r < want.rows; r++)
        if (!strncmp(vectors_text(&want, r, "design"), "strat", 5) && !strcmp(vectors_text(&want, r, "statistic"), "total") &&
            !strcmp(vectors_text(&want, r, "variable"), "real") && strstr(vectors_text(&want, r, "design"), "fpc")) {
            assert_near(total, vectors_number(&want, r, "estimate"), 1e-10);
            assert_near(sqrt(variance), vectors_number(&want, r, "se"), 1e-10);
            found++;
        }
    vectors_checked("survey/synthetic_results.csv, stratified total", found);
    vectors_close(&v);
    vectors_close(&want);
}

static void a_flaw_names_its_stratum(void **state)
{
    static const shi_stratum bad[] = { { 84, 15, 16 }, { 84, 85, 1 }, { 84, 1, 1 }, { 84, 9, -1 } };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        shi_stratum two[] = { { 9, 9, 9 }, bad[i] };
        double total = -1, variance = -1;
        shi_err e = shi_strata_total((shi_strata){ two, 2 }, &total, &variance);
        assert_int_equal(e.code, SHI_INPUT);
        assert_int_equal(e.line, 2);
        assert_true(total < 0 && variance < 0);   /* untouched */
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(exact_bounds),
    cmocka_unit_test(greedy_is_exact),
    cmocka_unit_test(sequential_by_trying),
    cmocka_unit_test(published_total),
    cmocka_unit_test(a_flaw_names_its_stratum),
};
RUN_TESTS("strata")
