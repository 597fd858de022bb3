/* BRAVO next to every published risk and size, next to its own definition, and at the edges of what may be claimed. */
#include "shishu/polling.h"
#include "vectors.h"

static shi_claim claim_of(const vectors *v, int row)
{
    return (shi_claim){ vectors_whole(v, row, "ballots"), vectors_whole(v, row, "winner_votes"), vectors_whole(v, row, "loser_votes") };
}

static void risks_as_published(void **state)
{
    (void)state;
    vectors v = vectors_open("rla/bravo_risk.csv");
    for (int row = 0; row < v.rows; row++) {
        double log_p = shi_bravo_log_p(claim_of(&v, row), vectors_whole(&v, row, "sample_winner"), vectors_whole(&v, row, "sample_loser"));
        assert_near(exp(log_p) / vectors_number(&v, row, "p_value"), 1, 1e-9);
        assert_int_equal(log_p <= log(0.1), vectors_whole(&v, row, "stops_at_10pct"));
    }
    vectors_checked("rla/bravo_risk.csv", v.rows);
    vectors_close(&v);
}

static void sizes_as_published(void **state)
{
    (void)state;
    static const struct {
        const char *column;
        double chance;
    } SIZE[] = { { "n_40", 0.4 }, { "n_60", 0.6 }, { "n_70", 0.7 }, { "n_80", 0.8 }, { "n_90", 0.9 } };
    vectors v = vectors_open("rla/bravo_sizes.csv");
    for (int row = 0; row < v.rows; row++) {
        const shi_claim claim = claim_of(&v, row);
        double risk = vectors_number(&v, row, "risk_limit");
        int64_t mean = shi_bravo_mean_size(claim, risk, 0, 0);
        assert_int_equal(mean, vectors_whole(&v, row, "arlo_asn"));
        assert_int_equal(mean, vectors_whole(&v, row, "ballotPollTools_asn"));
        assert_true(fabs(shi_bravo_chance(claim, risk, 0, 0, mean) - vectors_number(&v, row, "arlo_prob_at_asn")) <= 0.005 + 1e-9);   /* two decimals */
        for (int64_t k = 0; k < COUNT(SIZE); k++)
            assert_int_equal(shi_bravo_size(claim, risk, 0, 0, SIZE[k].chance), vectors_whole(&v, row, SIZE[k].column));
    }
    vectors_checked("rla/bravo_sizes.csv", v.rows);
    vectors_close(&v);
}

/* What was drawn already counts: after enough of it nothing is missing, before that less. */
static void what_was_drawn_counts(void **state)
{
    (void)state;
    const shi_claim claim = { 1000, 600, 400 };
    int64_t before = shi_bravo_size(claim, 0.05, 0, 0, 0.8), mean = shi_bravo_mean_size(claim, 0.05, 0, 0);
    assert_true(shi_bravo_size(claim, 0.05, 12, 4, 0.8) < before && shi_bravo_mean_size(claim, 0.05, 12, 4) < mean);
    assert_true(shi_bravo_size(claim, 0.05, 4, 12, 0.8) > before && shi_bravo_mean_size(claim, 0.05, 4, 12) > mean);
    assert_true(shi_bravo_log_p(claim, 30, 10) <= log(0.05));
    assert_int_equal(shi_bravo_size(claim, 0.05, 30, 10, 0.8), 0);
    assert_int_equal(shi_bravo_mean_size(claim, 0.05, 30, 10), 0);
    assert_true(shi_bravo_chance(claim, 0.05, 30, 10, 0) == 1);
    assert_true(shi_bravo_chance(claim, 0.05, 0, 0, 0) == 0);
    assert_near(shi_bravo_log_p(claim, 1000000, 0), -1e6 * log(1.2), 1e-12);   /* below any double */
}

/* All of one kind: each draw gains log 2. */
static void all_of_one_kind(void **state)
{
    (void)state;
    const shi_claim all = { 100, 100, 0 }, half = { 100, 50, 0 };
    assert_near(shi_bravo_log_p(all, 5, 0), -5 * log(2), 1e-12);
    assert_true(shi_bravo_log_p(all, 50, 1) == 0);   /* one of the other kind: the claim is wrong */
    assert_int_equal(shi_bravo_size(all, 0.05, 0, 0, 0.9), 5);
    assert_int_equal(shi_bravo_size(half, 0.05, 0, 0, 0.9), 10);
    assert_true(shi_bravo_chance(all, 0.05, 0, 0, 4) == 0 && shi_bravo_chance(all, 0.05, 0, 0, 5) == 1);
    assert_int_equal(shi_bravo_mean_size(all, 0.05, 0, 0), 5);   /* log 20 / log 2 = 4.3, and half a step of overshoot */
}

static void what_cannot_be(void **state)
{
    (void)state;
    static const shi_claim BAD[] = { { 100, 50, 50 }, { 100, 40, 50 }, { 100, 60, 50 }, { 100, 60, -1 }, { 0, 0, 0 } };
    for (int64_t i = 0; i < COUNT(BAD); i++) {
        assert_true(isnan(shi_bravo_log_p(BAD[i], 1, 1)) && isnan(shi_bravo_chance(BAD[i], 0.05, 0, 0, 9)));
        assert_true(shi_bravo_size(BAD[i], 0.05, 0, 0, 0.5) == -1 && shi_bravo_mean_size(BAD[i], 0.05, 0, 0) == -1);
    }
    const shi_claim good = { 100, 60, 40 };
    assert_true(isnan(shi_bravo_log_p(good, -1, 1)));
    assert_int_equal(shi_bravo_size(good, 1, 0, 0, 0.5), -1);
    assert_int_equal(shi_bravo_size(good, 0.05, 0, 0, 1), -1);
    assert_int_equal(shi_bravo_mean_size(good, 0, 0, 0), -1);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(risks_as_published), cmocka_unit_test(sizes_as_published), cmocka_unit_test(what_was_drawn_counts),
    cmocka_unit_test(all_of_one_kind),    cmocka_unit_test(what_cannot_be),
};
RUN_TESTS("polling")
