/* The language of rules: what parses, where an error lies, Kleene's tables; and the book that is shipped. */
#include "rules/book.h"

#include "test.h"

/* A world of one value a field: i.counts = active, i.basis = ranked;reported, t.value = 3000, a.filing_no empty, a.kind missing. */
static shi_value field(void *context, shi_row_kind row, shi_str name)
{
    (void)context;
    if (row == SHI_ROW_I && shi_str_eq(name, S("counts"))) return (shi_value){ .kind = SHI_V_TEXT, .text = S("active") };
    if (row == SHI_ROW_I && shi_str_eq(name, S("basis"))) return (shi_value){ .kind = SHI_V_TEXT, .text = S("ranked;reported") };
    if (row == SHI_ROW_I && shi_str_eq(name, S("name"))) return (shi_value){ .kind = SHI_V_TEXT, .text = S("领导批示数") };
    if (row == SHI_ROW_I && shi_str_eq(name, S("statutory"))) return (shi_value){ .kind = SHI_V_TEXT, .text = S("yes") };
    if (row == SHI_ROW_T && shi_str_eq(name, S("value"))) return (shi_value){ .kind = SHI_V_NUMBER, .number = 3000 };
    if (row == SHI_ROW_A && shi_str_eq(name, S("launched_at"))) return (shi_value){ .kind = SHI_V_DAY, .day = 20000 };
    if (row == SHI_ROW_A && shi_str_eq(name, S("filing_no"))) return (shi_value){ .kind = SHI_V_NULL };
    return (shi_value){ .kind = SHI_V_MISSING };
}

static shi_value call(void *context, int builtin, shi_row_kind row, const shi_value *argument)
{
    (void)context;
    (void)row;
    (void)argument;
    return builtin == SHI_B_PEOPLE ? (shi_value){ .kind = SHI_V_NUMBER, .number = 700 } : (shi_value){ .kind = SHI_V_MISSING };
}

static shi_truth each(void *context, shi_row_kind kind, int64_t n, bool *found)
{
    (void)context;
    *found = kind == SHI_ROW_T && n >= 0 && n < 2;
    return kind == SHI_ROW_B ? SHI_UNKNOWN : SHI_TRUE;
}

static const shi_world WORLD = { NULL, field, call, each };

static void judged(void **state)
{
    static const struct {
        const char *predicate;
        shi_truth want;
    } CASES[] = {
        { "i.counts = active", SHI_TRUE }, { "i.counts <> active", SHI_FALSE }, { "i.counts in {registered, active}", SHI_TRUE },
        { "i.basis has any {assessed, ranked}", SHI_TRUE }, { "i.basis has deducted", SHI_FALSE }, { "i.basis lacks deducted", SHI_TRUE },
        { "a.features has checkin", SHI_UNKNOWN }, { "a.features lacks complaint", SHI_UNKNOWN }, { "a.filing_no is null", SHI_TRUE },
        { "a.filing_no is not null", SHI_FALSE }, { "a.filing_no = x", SHI_UNKNOWN }, { "a.kind is null", SHI_UNKNOWN },
        { "a.kind = app", SHI_UNKNOWN }, { "a.kind = app and i.counts = reads", SHI_FALSE }, { "a.kind = app or i.counts = active", SHI_TRUE },
        { "not a.kind = app", SHI_UNKNOWN }, { "a.kind = app and i.counts = active", SHI_UNKNOWN }, { "t.value > people(u)", SHI_TRUE },
        { "t.value * 0.25 > people(u) + 50", SHI_FALSE }, { "t.value / 0 > 1", SHI_UNKNOWN }, { "a.launched_at < 2026-01-25", SHI_TRUE },
        { "a.launched_at >= 2024-10-05", SHI_FALSE }, { "i.statutory = true", SHI_TRUE }, { "i.statutory = no", SHI_FALSE },
        { "i.name matches '批示|刊发'", SHI_TRUE }, { "i.name matches '会议'", SHI_FALSE }, { "exists t: t.value > 0", SHI_TRUE },
        { "exists t: t.value > 5000", SHI_FALSE }, { "exists b: b.kind = rank", SHI_UNKNOWN }, { "i.counts > 3", SHI_UNKNOWN },
        { "(i.counts = reads or i.counts = active) and not (t.value < 5)", SHI_TRUE }, { "t.issuer_type in {dept, coord}", SHI_UNKNOWN },
        { "i.basis minus a.filing_no has ranked", SHI_TRUE }, { "i.basis minus i.basis has ranked", SHI_FALSE },
    };
    (void)state;
    for (int64_t k = 0; k < COUNT(CASES); k++) {
        shi_arena keep;
        shi_node *node;
        bool uses[SHI_ROWS] = { false };
        shi_language_error error = { 0 };
        assert_ok(shi_arena_open(1 << 20, &keep));
        if (!shi_predicate_parse(&keep, shi_str_from(CASES[k].predicate), &node, uses, &error))
            fail_msg("%s: %lld %s", CASES[k].predicate, (long long)error.at, error.reason);
        shi_truth got = shi_node_judge(node, &WORLD);
        if (got != CASES[k].want) fail_msg("%s: %d, not %d", CASES[k].predicate, (int)got, (int)CASES[k].want);
        shi_arena_drop(&keep);
    }
}

static void errors_have_a_place(void **state)
{
    static const struct {
        const char *test;
        int64_t at;
    } CASES[] = {
        { "offf(i.counts = active)", 1 }, { "hit(i.count = active)", 7 }, { "hit(i.counts = active", 22 }, { "hit(i.counts)", 13 },
        { "hit(i.counts = active) and more", 24 }, { "hit(persons(u) > 3)", 5 }, { "hit(i.basis has any {assessed)", 30 },
        { "hit(exists u: u.level = town)", 12 }, { "hit(i.name matches '会议)", 20 }, { "set(i.counts = x when true)", 5 },
        { "alias()", 7 }, { "hit(t.value > 1e5)", 15 }, { "", 1 }, { "hit()", 5 }, { "hit(people(t) > 1)", 12 },
    };
    (void)state;
    for (int64_t k = 0; k < COUNT(CASES); k++) {
        shi_arena keep;
        shi_test test;
        shi_language_error error = { 0 };
        assert_ok(shi_arena_open(1 << 20, &keep));
        if (shi_test_parse(&keep, shi_str_from(CASES[k].test), &test, &error)) fail_msg("%s: parses", CASES[k].test);
        if (error.at != CASES[k].at) fail_msg("%s: at %lld, not %lld: %s", CASES[k].test, (long long)error.at, (long long)CASES[k].at, error.reason);
        shi_arena_drop(&keep);
    }
}

static void deep_nesting_is_refused(void **state)
{
    char text[2048] = "hit(";
    shi_arena keep;
    shi_test test;
    shi_language_error error = { 0 };
    (void)state;
    for (int i = 0; i < 500; i++) strcat(text, "(");
    strcat(text, "true");
    assert_ok(shi_arena_open(1 << 20, &keep));
    assert_false(shi_test_parse(&keep, shi_str_from(text), &test, &error));
    shi_arena_drop(&keep);
}

static void the_book(void **state)
{
    shi_arena keep;
    shi_book book = { 0 };
    (void)state;
    assert_ok(shi_arena_open(INT64_C(1) << 30, &keep));
    assert_ok(shi_book_read(&keep, "rules/regulation.csv", &book));
    assert_int_equal(book.len, 111);
    const shi_rule *r = shi_book_find(&book, S("ZW-12"));
    assert_non_null(r);
    assert_int_equal(r->subject, SHI_ROW_T);
    assert_int_equal(r->severity, SHI_HIGH);
    assert_non_null(r->applies);
    assert_int_equal(shi_book_find(&book, S("JF-10"))->subject, SHI_ROW_T);
    assert_int_equal(shi_book_find(&book, S("JF-01"))->subject, SHI_ROW_I);
    assert_int_equal(shi_book_find(&book, S("SR-07"))->subject, SHI_ROW_B);
    assert_int_equal(shi_book_find(&book, S("GB-02"))->subject, SHI_ROW_U);
    shi_arena_drop(&keep);
}

/* Fields that come with field checks: r.verdict refuted, r.value 500 against at most 300 found, i.statutory yes, i.consequence award. */
static shi_value checked_field(void *context, shi_row_kind row, shi_str name)
{
    const bool known = *(const bool *)context;
    if (row == SHI_ROW_I && shi_str_eq(name, S("statutory"))) return (shi_value){ .kind = SHI_V_TEXT, .text = S("yes") };
    if (row == SHI_ROW_I && shi_str_eq(name, S("consequence"))) return (shi_value){ .kind = SHI_V_TEXT, .text = S("award") };
    if (row == SHI_ROW_R && known && shi_str_eq(name, S("verdict"))) return (shi_value){ .kind = SHI_V_TEXT, .text = S("refuted") };
    if (row == SHI_ROW_R && known && shi_str_eq(name, S("value"))) return (shi_value){ .kind = SHI_V_NUMBER, .number = 500 };
    if (row == SHI_ROW_R && known && shi_str_eq(name, S("checked_low"))) return (shi_value){ .kind = SHI_V_NUMBER, .number = 200 };
    if (row == SHI_ROW_R && known && shi_str_eq(name, S("checked_high"))) return (shi_value){ .kind = SHI_V_NUMBER, .number = 300 };
    return (shi_value){ .kind = SHI_V_MISSING };
}

/* TJ-02 and TJ-05 of the cases C-18 and C-19: hit where a check refuted the report, unknown where there was none. */
static void rules_of_checked_reports(void **state)
{
    static const char *const RULES[] = { "TJ-02", "TJ-05" };
    shi_arena keep;
    shi_book book = { 0 };
    (void)state;
    assert_ok(shi_arena_open(INT64_C(1) << 30, &keep));
    assert_ok(shi_book_read(&keep, "rules/regulation.csv", &book));
    for (int64_t k = 0; k < COUNT(RULES); k++)
        for (int known = 0; known < 2; known++) {
            bool context = known != 0;
            const shi_world world = { &context, checked_field, call, each };
            assert_int_equal(shi_node_judge(shi_book_find(&book, shi_str_from(RULES[k]))->test.when, &world), known ? SHI_TRUE : SHI_UNKNOWN);
        }
    shi_arena_drop(&keep);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(judged),
    cmocka_unit_test(errors_have_a_place),
    cmocka_unit_test(deep_nesting_is_refused),
    cmocka_unit_test(the_book),
    cmocka_unit_test(rules_of_checked_reports),
};
RUN_TESTS("rules")
