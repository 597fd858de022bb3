/* Verdicts: the table of design 4.8 row by row, its edges, and random links against plain 128-bit comparisons. */
#include "shishu/verdict.h"

#include "base/decimal.h"
#include "table_dump.h"
#include "test.h"

enum { NONE = SHI_COVER_NONE, PART = SHI_COVER_PART, FULL = SHI_COVER_FULL };

/* -1: not known */
static shi_links links(int64_t reported, int64_t possible, int64_t counted, int coverage, int64_t tolerance)
{
    return (shi_links){ .has_reported = reported >= 0, .has_possible = possible >= 0, .has_counted = counted >= 0, .reported = reported,
        .possible = possible, .counted = counted, .coverage = (shi_coverage)coverage, .tolerance = tolerance };
}

static void rows_and_edges(void **state)
{
    (void)state;
    const int64_t MAX = SHI_DECIMAL_MAX, X = -1;
    const struct {
        int64_t reported, possible, counted;
        int coverage;
        int64_t tolerance;
        shi_verdict want;
    } CASE[] = {
        /* nothing reported, whatever else is known */
        { X, X, X, NONE, 50, SHI_NOT_JUDGED },
        { X, 700000, 100000, FULL, 50, SHI_NOT_JUDGED },
        /* impossible stands before all, with a log and without */
        { 3000000, 700000, X, NONE, 50, SHI_IMPOSSIBLE },
        { 3000000, 700000, 2950000, FULL, 50, SHI_IMPOSSIBLE },
        { 700001, 700000, 700001, FULL, 50, SHI_IMPOSSIBLE },
        { 700000, 700000, X, NONE, 50, SHI_NOT_JUDGED },
        { 1, 0, X, PART, 50, SHI_IMPOSSIBLE },
        { 0, 0, X, NONE, 50, SHI_NOT_JUDGED },
        { 0, 0, 0, FULL, 50, SHI_PLAUSIBLE },
        /* R > C (1 + tau): the edge itself is plausible, a thousandth above is doubtful */
        { 105000, X, 100000, FULL, 50, SHI_PLAUSIBLE },
        { 105001, X, 100000, FULL, 50, SHI_DOUBTFUL },
        { 104999, X, 100000, FULL, 50, SHI_PLAUSIBLE },
        { 1050, X, 1000, FULL, 50, SHI_PLAUSIBLE },
        { 1051, X, 1000, FULL, 50, SHI_DOUBTFUL },
        { 1, X, 1, FULL, 50, SHI_PLAUSIBLE },      /* 0.001 against 0.00105: a thousandth is the least step */
        { 2, X, 1, FULL, 50, SHI_DOUBTFUL },
        { 20, X, 19, FULL, 50, SHI_DOUBTFUL },     /* 0.020 > 0.01995 */
        { 21, X, 20, FULL, 50, SHI_PLAUSIBLE },    /* 0.021 = 0.021 */
        { 10500, X, 10000, FULL, 50, SHI_PLAUSIBLE },
        { 0, X, 0, FULL, 50, SHI_PLAUSIBLE },
        { 1, X, 0, FULL, 50, SHI_DOUBTFUL },
        { 0, X, 5000, FULL, 50, SHI_PLAUSIBLE },   /* less than counted is nobody's fault */
        { 100000, X, 100000, FULL, 0, SHI_PLAUSIBLE },
        { 100001, X, 100000, FULL, 0, SHI_DOUBTFUL },
        { 200000, X, 100000, FULL, 1000, SHI_PLAUSIBLE },
        { 200001, X, 100000, FULL, 1000, SHI_DOUBTFUL },
        /* doubtful and plausible need a log of the whole period */
        { 105001, X, 100000, PART, 50, SHI_NOT_JUDGED },
        { 105001, X, 100000, NONE, 50, SHI_NOT_JUDGED },
        { 100000, X, 100000, PART, 50, SHI_NOT_JUDGED },
        { 105001, X, X, FULL, 50, SHI_NOT_JUDGED },
        { 105001, 105001, 100000, FULL, 50, SHI_DOUBTFUL },
        /* as large as a decimal holds: products of 10^18 x 1,050 must not wrap */
        { MAX, MAX, MAX, FULL, 50, SHI_PLAUSIBLE },
        { MAX, X, MAX - 1, FULL, 0, SHI_DOUBTFUL },
        { MAX, X, MAX / 105 * 100, FULL, 50, SHI_DOUBTFUL },
        { MAX / 105 * 105, X, MAX / 105 * 100, FULL, 50, SHI_PLAUSIBLE },
        { MAX / 105 * 105 + 1, X, MAX / 105 * 100, FULL, 50, SHI_DOUBTFUL },
        { MAX, MAX - 1, MAX, FULL, 1000, SHI_IMPOSSIBLE },
        { MAX, X, 0, FULL, 1000, SHI_DOUBTFUL },
        { 0, X, MAX, FULL, 1000, SHI_PLAUSIBLE },
        { 18446744073709552, X, 1, FULL, 50, SHI_DOUBTFUL },   /* x 1,000 passes 2^64 by a little */
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        shi_links k = links(CASE[i].reported, CASE[i].possible, CASE[i].counted, CASE[i].coverage, CASE[i].tolerance);
        if (shi_verdict_of(&k) != CASE[i].want)
            fail_msg("case %d: %s, not %s", (int)i, shi_verdict_name(shi_verdict_of(&k)), shi_verdict_name(CASE[i].want));
    }
}

/* A fifth of the count held by findings that stand makes a figure doubtful, exactly; so does a suspicion against the unit, with or without a log;
 * what is impossible or was checked stands before both. */
static void suspected_rows(void **state)
{
    (void)state;
    shi_links k = links(100000, -1, 100000, FULL, 50);
    k.has_suspected = true;
    for (k.suspected = 0; k.suspected <= 100000; k.suspected += k.suspected >= 19990 && k.suspected < 20010 ? 1 : 10)
        assert_int_equal(shi_verdict_of(&k), k.suspected >= 20000 ? SHI_DOUBTFUL : SHI_PLAUSIBLE);
    k.reported = 50000;                                    /* what is left reaches the report, to its edge */
    for (k.suspected = 52370; k.suspected < 52400; k.suspected++)
        assert_int_equal(shi_verdict_of(&k), 50000 * 1000 > (100000 - k.suspected) * 1050 ? SHI_DOUBTFUL : SHI_PLAUSIBLE);
    k.reported = 100000;
    k.suspected = 100000;
    k.has_suspected = false;
    assert_int_equal(shi_verdict_of(&k), SHI_PLAUSIBLE);
    k.has_suspected = true;
    k.coverage = SHI_COVER_PART;
    assert_int_equal(shi_verdict_of(&k), SHI_NOT_JUDGED);
    k.suspicion = true;
    assert_int_equal(shi_verdict_of(&k), SHI_DOUBTFUL);
    k.checked = SHI_CLAIM_CONFIRMED;
    assert_int_equal(shi_verdict_of(&k), SHI_CONFIRMED);
    k.has_possible = true;
    k.possible = 1;
    k.checked = SHI_CLAIM_OPEN;
    assert_int_equal(shi_verdict_of(&k), SHI_IMPOSSIBLE);
    k = links(0, -1, 0, FULL, 50);
    k.has_suspected = true;
    assert_int_equal(shi_verdict_of(&k), SHI_PLAUSIBLE);   /* a fifth of nothing is nothing */
}

/* Numbers whose flag is off are not looked at. */
static void unknown_numbers_do_not_count(void **state)
{
    (void)state;
    shi_links k = { .has_reported = true, .reported = 5000, .possible = 1, .counted = 1, .coverage = SHI_COVER_FULL, .tolerance = 50 };
    assert_int_equal(shi_verdict_of(&k), SHI_NOT_JUDGED);
    k.has_possible = true;
    assert_int_equal(shi_verdict_of(&k), SHI_IMPOSSIBLE);
    k.has_reported = false;
    assert_int_equal(shi_verdict_of(&k), SHI_NOT_JUDGED);
}

/* Written from the design's words, with division instead of products: R > C (1 + t/1000) is R - C > C t / 1000. */
static shi_verdict naive(const shi_links *k)
{
    if (!k->has_reported) return SHI_NOT_JUDGED;
    bool over_possible = k->has_possible && k->reported > k->possible;
    if (over_possible && k->checked == SHI_CLAIM_CONFIRMED) return SHI_CONTRADICTORY;
    if (over_possible) return SHI_IMPOSSIBLE;
    if (k->checked == SHI_CLAIM_REFUTED) return SHI_REFUTED;
    if (k->checked == SHI_CLAIM_CONFIRMED) return SHI_CONFIRMED;
    if (!k->has_counted || k->coverage != SHI_COVER_FULL) return SHI_NOT_JUDGED;
    int64_t over = k->reported - k->counted, whole = k->counted / 1000 * k->tolerance, rest = k->counted % 1000 * k->tolerance;
    int64_t allowed = whole + rest / 1000;   /* rounded down: over is whole, so over > exact and over > rounded down are the same */
    return over > allowed ? SHI_DOUBTFUL : SHI_PLAUSIBLE;
}

static void random_links(void **state)
{
    (void)state;
    int64_t seen[7] = { 0 };
    for (uint64_t i = 0; i < 500000; i++) {
        uint64_t flags = table_random(1, i), size = table_random(2, i) % 18;
        int64_t most = 1;
        for (uint64_t d = 0; d < size; d++) most *= 10;
        int64_t counted = (int64_t)(table_random(3, i) % (uint64_t)(most * 9)), tolerance = (int64_t)(table_random(4, i) % 1001);
        int64_t edge = counted + counted / 1000 * tolerance + counted % 1000 * tolerance / 1000;
        int64_t reported = edge - 2 + (int64_t)(flags / 64 % 5);   /* round the edge */
        if (reported < 0) reported = 0;
        int64_t possible = reported - 2 + (int64_t)(flags / 512 % 200);
        shi_coverage coverage = flags % 5 ? SHI_COVER_FULL : SHI_COVER_PART;
        shi_links k = { .has_reported = flags % 16 != 0, .has_possible = flags / 16 % 2, .has_counted = flags / 32 % 8 != 0, .reported = reported,
                        .possible = possible, .counted = counted, .coverage = coverage, .tolerance = tolerance, .checked = flags / 4096 % 4 ? SHI_CLAIM_OPEN : flags / 16384 % 2 ? SHI_CLAIM_CONFIRMED : SHI_CLAIM_REFUTED };
        shi_verdict got = shi_verdict_of(&k);
        assert_int_equal(got, naive(&k));
        seen[got]++;
    }
    assert_true(seen[SHI_NOT_JUDGED] > 1000 && seen[SHI_IMPOSSIBLE] > 1000 && seen[SHI_DOUBTFUL] > 1000 && seen[SHI_PLAUSIBLE] > 1000);
    assert_true(seen[SHI_CONFIRMED] > 1000 && seen[SHI_REFUTED] > 1000 && seen[SHI_CONTRADICTORY] > 100);
}

static void names(void **state)
{
    (void)state;
    static const char *const NAME[] = { "not_judged", "plausible", "confirmed", "doubtful", "refuted", "contradictory", "impossible" };
    for (int v = SHI_NOT_JUDGED; v <= SHI_IMPOSSIBLE; v++) assert_string_equal(shi_verdict_name((shi_verdict)v), NAME[v]);
    assert_string_equal(shi_coverage_name(SHI_COVER_NONE), "none");
    assert_string_equal(shi_coverage_name(SHI_COVER_PART), "part");
    assert_string_equal(shi_coverage_name(SHI_COVER_FULL), "full");
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(rows_and_edges),
    cmocka_unit_test(suspected_rows),
    cmocka_unit_test(unknown_numbers_do_not_count),
    cmocka_unit_test(random_links),
    cmocka_unit_test(names),
};
RUN_TESTS("verdict")
