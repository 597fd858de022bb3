/* Sentences: the right numbers in the right sentence, for each verdict, bound and kind of count. */
#include "report/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N(n) ((shi_maybe){ true, INT64_C(1000) * (n) })
#define F(x) ((shi_maybe_f64){ true, (x) })

static void says(shi_buf *b, const char *expect)
{
    const char *got = b->ptr ? b->ptr : "";
    if (strcmp(got, expect)) print_message("got: %s\n", got);
    assert_string_equal(got, expect);
    assert_false(b->failed);
    shi_buf_drop(b);
    *b = (shi_buf){ 0 };
}

static void numbers(void **state)
{
    (void)state;
    shi_buf b = { 0 };
    shi_words_number(&b, INT64_C(3000000));
    says(&b, "3,000");
    shi_words_maybe(&b, (shi_maybe){ 0 });
    says(&b, "\xE2\x80\x94");
    static const struct { int64_t fen; const char *text; } MONEY[] = { { 420000, "4,200" }, { 45, "0.45" }, { 50, "0.50" }, { 121250, "1,212.50" } };
    for (int64_t i = 0; i < COUNT(MONEY); i++) {
        shi_words_money(&b, MONEY[i].fen);
        says(&b, MONEY[i].text);
    }
    static const struct { double x; const char *text; } TIMES[] = { { 3000.0 / 700, "4.29" }, { 4.4, "4.4" }, { 1, "1" }, { 0.001, "<0.01" },
                                                                     { 0, "0" }, { 12345.678, "12,345.68" }, { HUGE_VAL, "\xE2\x80\x94" } };
    for (int64_t i = 0; i < COUNT(TIMES); i++) {
        shi_words_times(&b, TIMES[i].x);
        says(&b, TIMES[i].text);
    }
    shi_words_share(&b, 0.05);
    says(&b, "5%");
    shi_words_share(&b, 0.01234);
    says(&b, "1.2%");
    static const struct { const char *code, *text; } PERIOD[] = { { "2023-12", "December 2023" }, { "2024", "the year 2024" },
                                                                   { "2024-Q2", "quarter 2 of 2024" }, { "2024-W23", "week 23 of 2024" },
                                                                       { "soon", "soon" } };
    for (int64_t i = 0; i < COUNT(PERIOD); i++) {
        shi_words_period(&b, SHI_EN, shi_str_from(PERIOD[i].code));
        says(&b, PERIOD[i].text);
    }
}

static void names_are_cleaned(void **state)
{
    (void)state;
    static const struct { const char *raw, *clean; } CASE[] = {
        { "柳湾村", "柳湾村" }, { "a\nb\tc", "a b c" }, { "\033[31mred", "\xEF\xBF\xBD[31mred" }, { "a\xE2\x80\xAE" "b", "a\xEF\xBF\xBD" "b" },
        { "x\xE2\x81\xA6y", "x\xEF\xBF\xBDy" }, { "broken \xE6\x9F", "broken \xEF\xBF\xBD\xEF\xBF\xBD" }, { "\xF0\xA0\xAE\xB7", "\xF0\xA0\xAE\xB7" },
        { "\xC2\x85", "\xEF\xBF\xBD" }, { "", "" },
    };
    shi_buf b = { 0 };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        shi_words_name(&b, shi_str_from(CASE[i].raw));
        says(&b, CASE[i].clean);
    }
}

static shi_figure village(void)
{
    return (shi_figure){ .counts = S("active"), .unit_code = S("1"), .reported = N(3000), .people = N(700), .possible = N(700),
                         .impossible_excess = N(2300), .people_by = SHI_PEOPLE_REGISTERED, .possible_by = SHI_BY_PEOPLE,
                         .verdict = SHI_IMPOSSIBLE };
}

static void impossible(void **state)
{
    (void)state;
    static const char *const EXPECT[] = {
        [SHI_BY_NOTHING] = "Reported 3,000, but at most 700 are possible, so at least 2,300 cannot be real.",
        [SHI_BY_PEOPLE] = "Reported 3,000, but the register knows at most 700 people here (registered people), so at least 2,300 cannot be real.",
        [SHI_BY_PEOPLE_TIME] = "Reported 3,000 seconds, but 70 people (registered people) have 700 seconds between them in the whole period, "
                               "so at least 2,300 seconds cannot be real.",
        [SHI_BY_SESSIONS] = "Reported 3,000 seconds, but the sessions in the log, with overlaps of an account taken once, last 700 seconds at "
            "most, so at least 2,300 seconds cannot be real.",
        [SHI_BY_OBJECTS] = "Reported 3,000, but 70 people (registered people), counted once for each object in the log and with further "
                           "accounts added, reach 700 at most, so at least 2,300 cannot be real.",
        [SHI_BY_DAYS] = "Reported 3,000, but 70 people (registered people), counted once a day and with further accounts added, reach 700 at "
            "most, so at least 2,300 cannot be real.",
    };
    shi_buf b = { 0 };
    for (int by = SHI_BY_NOTHING; by <= SHI_BY_DAYS; by++) {
        shi_figure f = village();
        f.possible_by = (shi_possible_by)by;
        bool seconds = by == SHI_BY_PEOPLE_TIME || by == SHI_BY_SESSIONS;
        if (by > SHI_BY_PEOPLE) f.people = N(70);
        f.counts = seconds ? S("seconds") : by > SHI_BY_PEOPLE ? S("reads") : S("active");
        shi_words_reason(&b, SHI_EN, &f, 50);
        says(&b, EXPECT[by]);
    }
}

static void judged_by_the_log(void **state)
{
    (void)state;
    shi_figure f = { .counts = S("points"), .coverage = SHI_COVER_FULL, .reported = N(1000), .counted = N(100), .not_in_logs = N(900),
                     .verdict = SHI_DOUBTFUL };
    shi_buf b = { 0 };
    shi_words_reason(&b, SHI_EN, &f, 50);
    says(&b, "Reported 1,000 points; the log covers the whole period and counts 100 points, so 900 points are not in it, more than the "
             "tolerance of 5% allows.");
    f.verdict = SHI_PLAUSIBLE;
    f.counts = S("active");
    f.counted = N(980);
    shi_words_reason(&b, SHI_EN, &f, 50);
    says(&b, "Reported 1,000; the log covers the whole period and counts 980, which is within the tolerance of 5%.");
    f.possible = N(2000);
    shi_words_reason(&b, SHI_EN, &f, 50);
    says(&b, "Reported 1,000; the log covers the whole period and counts 980, which is within the tolerance of 5%, and up to 2,000 are possible.");
    f.counted = N(1000);
    shi_words_reason(&b, SHI_EN, &f, 50);
    says(&b, "Reported 1,000; the log covers the whole period and counts 1,000, and up to 2,000 are possible.");
    f.possible.known = false;
    shi_words_reason(&b, SHI_EN, &f, 50);
    says(&b, "Reported 1,000; the log covers the whole period and counts 1,000.");
}

static void not_judged(void **state)
{
    (void)state;
    static const struct { const char *counts; shi_coverage coverage; bool reported, possible; const char *expect; } CASE[] = {
        { "active", SHI_COVER_NONE, true, true, "Reported 2,980, and up to 3,050 are possible; without a log of the period no more can be said." },
        { "reads", SHI_COVER_NONE, true, false, "Reported 2,980; there is neither a bound nor a log of the period to judge it by." },
        { "new", SHI_COVER_NONE, true, true, "Reported 2,980, and up to 3,050 are possible; without a list of accounts up to the end of the "
            "period no more can be said." },
        { "registered", SHI_COVER_NONE, true, false, "Reported 2,980; there is neither a bound nor a list of accounts up to the end of the "
            "period to judge it by." },
        { "active", SHI_COVER_PART, true, true, "Reported 2,980, and up to 3,050 are possible; the log covers only part of the period, so no "
            "more can be said." },
        { "active", SHI_COVER_PART, true, false, "Reported 2,980; there is no bound, and the log covers only part of the period." },
        { "active", SHI_COVER_FULL, true, true, "Reported 2,980, and up to 3,050 are possible; the log does not hold what this indicator counts." },
        { "active", SHI_COVER_FULL, true, false, "Reported 2,980; there is no bound, and the log does not hold what this indicator counts." },
        { "active", SHI_COVER_FULL, false, true, "Nothing was reported." },
    };
    shi_buf b = { 0 };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        shi_figure f = { .counts = shi_str_from(CASE[i].counts), .coverage = CASE[i].coverage, .reported = { CASE[i].reported, 2980000 },
                         .possible = { CASE[i].possible, 3050000 } };
        shi_words_reason(&b, SHI_EN, &f, 50);
        says(&b, CASE[i].expect);
        assert_non_null(shi_words_obstacle(&f));
    }
    shi_figure f = { .counts = S("active"), .coverage = SHI_COVER_FULL, .counted = N(12) };
    shi_words_reason(&b, SHI_EN, &f, 50);
    says(&b, "Nothing was reported; the log covers the whole period and counts 12.");
}

static void a_small_count_is_not_told(void **state)
{
    (void)state;
    shi_buf b = { 0 };
    shi_figure f = { .counts = S("active"), .coverage = SHI_COVER_FULL, .reported = N(100), .counted = N(3), .not_in_logs = N(97),
                     .verdict = SHI_DOUBTFUL };
    assert_true(shi_words_small(&f, 5));
    shi_words_reason_public(&b, SHI_EN, &f, 50, 5);
    says(&b, "Reported 100; the log covers the whole period and counts <5, so >95 are not in it, more than the tolerance of 5% allows.");
    f.counts = S("reads");
    assert_false(shi_words_small(&f, 5));
    f.counts = S("active");
    f.counted = N(5);
    assert_false(shi_words_small(&f, 5));
    f.counted = N(0);
    assert_false(shi_words_small(&f, 5));
}

static void unknown_numbers(void **state)
{
    (void)state;
    shi_buf b = { 0 };
    shi_figure f = { .counts = S("active") };
    shi_words_unknown(&b, SHI_EN, &f);
    says(&b, "Nothing was reported. Not counted: there is no log of the period. No bound: the register does not say how many people there are.");
    f = (shi_figure){ .counts = S("reads"), .dedupe = S("none"), .reported = N(1), .counted = N(1), .coverage = SHI_COVER_FULL };
    shi_words_unknown(&b, SHI_EN, &f);
    says(&b, "No bound: neither the register nor the log limits this count.");
    f = village();
    f.counted = N(1);
    shi_words_unknown(&b, SHI_EN, &f);
    says(&b, "");
}

static void targets(void **state)
{
    (void)state;
    shi_buf b = { 0 };
    shi_target_row t = { .unit_code = S("1"), .unit_name = S("Liuwan"), .indicator = S("active"), .issuer_code = S("2"), .issuer_name = S("Yanhe"),
                         .value = 3000000, .possible = N(700), .per_person = F(3000.0 / 700), .factor = 4, .amplification = 4.4,
                         .price_list = { true, 420000 }, .price_bulk = { true, 375000 }, .impossible = true };
    shi_words_target(&b, SHI_EN, &t);
    says(&b, "Liuwan was given a target of 3,000 for active, 4.29 times the 700 people there: it cannot be met. The levels above multiplied "
             "what was first asked by 4.4, Yanhe alone by 4. At market prices it would cost 4,200 yuan (list), 3,750 yuan (bulk).");
    t.factor = t.amplification = 1.1;
    t.price_bulk.known = false;
    t.per_person.known = false;
    shi_words_target(&b, SHI_EN, &t);
    says(&b, "Liuwan was given a target of 3,000 for active, 4.29 times the 700 that is possible: it cannot be met. Yanhe handed down 1.1 "
        "times its own target. At market prices it would cost 4,200 yuan (list).");
    t = (shi_target_row){ .unit_code = S("1"), .indicator = S("active"), .value = 350000, .possible = N(700), .feasible = F(0.214), .factor = 1,
                          .amplification = 1 };
    shi_words_target(&b, SHI_EN, &t);
    says(&b, "1 was given a target of 350 for active, 50% of the 700 possible; honest work reaches it with a probability of 21.4%.");
    t.possible = N(0);
    t.impossible = true;
    shi_words_target(&b, SHI_EN, &t);
    says(&b, "1 was given a target of 350 for active, where nothing is possible: it cannot be met.");
    t.possible.known = t.impossible = false;
    shi_words_target(&b, SHI_EN, &t);
    says(&b, "1 was given a target of 350 for active; how much is possible there is not known.");
}

static void the_way_up(void **state)
{
    (void)state;
    shi_target_row row[] = {
        { .indicator = S("i"), .period = S("p"), .unit_code = S("village"), .issuer_code = S("town"), .value = 3000000, .factor = 4 },
        { .indicator = S("i"), .period = S("p"), .unit_code = S("town"), .issuer_code = S("county"), .value = 3300000, .factor = 1.1 },
        { .indicator = S("i"), .period = S("p"), .unit_code = S("county"), .value = 6000000, .factor = 1 },
        { .indicator = S("i"), .period = S("q"), .unit_code = S("town"), .issuer_code = S("other"), .value = 9000000, .factor = 9 },
        { .indicator = S("i"), .period = S("p"), .unit_code = S("village"), .issuer_code = S("office"), .value = 100000, .factor = 1 },
    };
    shi_target_index index;
    shi_way_step step[SHI_WAY_MAX];
    shi_err e = shi_target_index_make((shi_target_rows){ row, COUNT(row) }, &index);
    assert_int_equal(e.code, SHI_OK);
    assert_int_equal(shi_words_way_up(&index, &row[0], step), 2);
    assert_true(shi_str_eq(step[0].code, S("town")) && step[0].factor > 3.99 && step[0].own == 3300000);
    assert_true(shi_str_eq(step[1].code, S("county")) && step[1].own == 6000000);
    assert_int_equal(shi_words_way_up(&index, &row[2], step), 0);
    shi_figure f = { .indicator = S("i"), .period = S("p"), .unit_code = S("village"), .target = N(3000), .issuer_code = S("town") };
    assert_ptr_equal(shi_words_target_of(&index, &f), &row[0]);
    f.unit_code = S("elsewhere");
    assert_null(shi_words_target_of(&index, &f));
    shi_target_index_drop(&index);
    /* past an issuer that was asked for nothing */
    shi_target_row past[] = {
        { .unit_code = S("village"), .issuer_code = S("zone"), .factor = 1, .value = 4400, .above = S("town"), .above_factor = 2 },
        { .unit_code = S("town"), .unit_name = S("Yanhe"), .level = S("town"), .issuer_code = S("county"), .factor = 1.1, .value = 2200 },
    };
    e = shi_target_index_make((shi_target_rows){ past, 2 }, &index);
    assert_int_equal(e.code, SHI_OK);
    assert_int_equal(shi_words_way_up(&index, &past[0], step), 3);
    assert_true(shi_str_eq(step[1].code, S("town")) && step[1].factor > 1.99 && step[1].own == 2200 && shi_str_eq(step[1].level, S("town")));
    assert_true(shi_str_eq(step[2].code, S("county")) && step[2].factor > 1.09);
    shi_target_index_drop(&index);
    /* two that issue to each other end, too */
    shi_target_row ring[] = { { .unit_code = S("a"), .issuer_code = S("b"), .factor = 1 }, { .unit_code = S("b"), .issuer_code = S("a"),
        .factor = 1 } };
    e = shi_target_index_make((shi_target_rows){ ring, 2 }, &index);
    assert_int_equal(e.code, SHI_OK);
    assert_int_equal(shi_words_way_up(&index, &ring[0], step), 2);
    shi_target_index_drop(&index);
}

static void contradictions(void **state)
{
    (void)state;
    shi_buf b = { 0 };
    shi_contradiction c = { S("child_above_parent"), S("i/p/1"), S("i/p/0"), 19820000, 6010000 };
    shi_words_contradiction(&b, SHI_EN, &c);
    says(&b, "A unit's number is above that of the unit it belongs to. i/p/1: 19,820; i/p/0: 6,010.");
    c = (shi_contradiction){ S("event_after_closing"), S("jdydt/2024-06"), { 0 }, 37000, 0 };
    shi_words_contradiction(&b, SHI_EN, &c);
    says(&b, "Events lie after their account was closed. jdydt/2024-06: 37 accounts.");
    c = (shi_contradiction){ S("part_above_whole"), S("i/p/1"), { 0 }, 412000, 37000 };
    shi_words_contradiction(&b, SHI_EN, &c);
    says(&b, "A part is above its whole. i/p/1: 412 of 37.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers), cmocka_unit_test(names_are_cleaned), cmocka_unit_test(impossible), cmocka_unit_test(judged_by_the_log),
        cmocka_unit_test(not_judged), cmocka_unit_test(a_small_count_is_not_told), cmocka_unit_test(unknown_numbers), cmocka_unit_test(targets),
        cmocka_unit_test(the_way_up), cmocka_unit_test(contradictions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
