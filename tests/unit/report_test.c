/* The report of the village of 700, as HTML, JSON and terminal text: right numbers, nothing unescaped, the contract's keys. */
#include "report/html.h"
#include "report/json.h"
#include "report/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N(n) ((shi_maybe){ true, INT64_C(1000) * (n) })
#define F(x) ((shi_maybe_f64){ true, (x) })
#define HOSTILE "</script></style><img src=x onerror='a(1)'>\"&\xE2\x80\xAE\033[31m"

static shi_target_row target(shi_str unit, shi_str name, shi_str issuer, shi_str issuer_name, int64_t value, int64_t people, double factor,
                             double product)
{
    shi_target_row t = { .indicator = S("jdydt-active"), .period = S("2023-12"), .unit_code = unit, .unit_name = name, .issuer_code = issuer,
                         .issuer_name = issuer_name, .issuer_level = S("town"), .indicator_name = S("active"), .value = value * 1000,
                         .possible = N(people),
                         .factor = factor, .amplification = product, .per_person = F((double)value / (double)people),
                         .price_list = { true, value * 140 }, .price_bulk = { true, value * 125 }, .hours = F((double)value / 10),
                         .hours_available = F(1008) };
    t.impossible = value > people;
    t.feasible = F(t.impossible ? 0 : 0.01);
    return t;
}

static shi_figure figure(shi_str unit, shi_str name, int64_t asked, int64_t reported, int64_t people, double product)
{
    shi_figure f = { .indicator = S("jdydt-active"), .period = S("2023-12"), .unit_code = unit, .unit_name = name, .indicator_name = S("active"),
                     .app = S("jdydt"), .counts = S("active"), .dedupe = S("none"), .target = N(asked), .issuer_code = S("341299101000"),
                     .amplification = F(product), .feasible = F(0), .per_person = F((double)asked / (double)people), .reported = N(reported),
                     .people = N(people), .possible = N(people), .people_by = SHI_PEOPLE_REGISTERED_COVERS, .possible_by = SHI_BY_PEOPLE };
    f.impossible_excess = N(reported > people ? reported - people : 0);
    f.verdict = reported > people ? SHI_IMPOSSIBLE : SHI_NOT_JUDGED;
    f.real_low = N(0);
    f.real_high = N(people);
    return f;
}

typedef struct {
    shi_target_row target[4];
    shi_figure figure[3];
    shi_contradiction contradiction[1];
    shi_run_input input[1];
    shi_run_view view;
} county;

static void fill(county *c, shi_str village)
{
    shi_str town = S("341299101000"), town_name = S("Yanhe"), top = S("341299000000");
    *c = (county){ 0 };
    c->target[0] = target(S("341299101201"), village, town, town_name, 3000, 700, 4, 4.4);
    c->target[1] = target(S("341299101202"), S("Hekou"), town, town_name, 5800, 3050, 4, 4.4);
    c->target[2] = target(town, town_name, top, S("Linjiang"), 3300, 36500, 1.1, 1.1);
    c->target[3] = target(top, S("Linjiang"), (shi_str){ 0 }, (shi_str){ 0 }, 6000, 486000, 1, 1);
    c->figure[0] = figure(S("341299101201"), village, 3000, 3000, 700, 4.4);
    c->figure[1] = figure(S("341299101202"), S("Hekou"), 5800, 2980, 3050, 4.4);
    c->figure[2] = figure(town, town_name, 3300, 0, 36500, 1.1);
    c->figure[2].reported.known = false;
    c->contradiction[0] = (shi_contradiction){ S("child_above_parent"), S("a/p/1"), S("a/p/0"), 19820000, 6010000 };
    c->input[0] = (shi_run_input){ S("units"), S("units.csv"), S("9f3c"), 7 };
    c->view = (shi_run_view){ .run = { .run = S("2026-07-19T09-12-00"), .name = S("Linjiang"), .period = S("2023-12"), .tolerance = 50,
                                       .prior_mean = 0.35, .prior_weight = 4, .small_cell = 5, .figures = 41, .targets = 4,
                                       .targets_impossible = 2, .targets_amplified = 3,
                                       .units = 7, .indicators = 1, .apps = 1, .periods = 1, .took_us = 1234567, .input = c->input, .inputs = 1 },
                              .figures = { c->figure, 3 }, .targets = { c->target, 4 }, .contradictions = { c->contradiction, 1 } };
    c->view.run.verdicts[SHI_IMPOSSIBLE] = 1;
    c->view.run.verdicts[SHI_NOT_JUDGED] = 40;
}

static char *html(const shi_run_view *view, shi_lang lang)
{
    shi_buf b = { 0 };
    shi_err e = shi_report_html(&b, lang, view);
    assert_int_equal(e.code, SHI_OK);
    return b.ptr;
}

static void has(const char *text, const char *part)
{
    if (!strstr(text, part)) print_message("missing: %s\n", part);
    assert_non_null(strstr(text, part));
}

static int times(const char *text, const char *part)
{
    int n = 0;
    for (; (text = strstr(text, part)); text += strlen(part)) n++;
    return n;
}

static void village_of_700(void **state)
{
    (void)state;
    county c;
    fill(&c, S("Liuwan"));
    char *text = html(&c.view, SHI_EN);
    has(text, "<html lang=\"en\">");
    has(text, "Liuwan was given a target of 3,000 for active, 4.29 times the 700 people there: it cannot be met.");
    has(text, "The levels above multiplied what was first asked by 4.4, Yanhe alone by 4.");
    has(text, "At market prices it would cost 4,200 yuan (list), 3,750 yuan (bulk).");
    has(text, "so at least 2,300 cannot be real.");
    has(text, "Yanhe was asked for 3,300 and asked the units below for 13,200 together, 4 times as much.");
    has(text, "town +2,250");
    has(text, "38 more rows are in figures.parquet.");
    has(text, "--poss:22.654;");                  /* 700 of 3,000 and a little air */
    assert_int_equal(times(text, "<h1>"), 1);
    assert_true(strstr(text, "id=\"s2\"") < strstr(text, "id=\"s3\""));   /* targets before figures */
    assert_null(strstr(text, "<script"));
    assert_null(strstr(text, "http://"));
    assert_null(strstr(text, "https://"));
    free(text);
    text = html(&c.view, SHI_ZH);
    has(text, "<html lang=\"zh-CN\">");
    free(text);
}

static void same_bytes_again(void **state)
{
    (void)state;
    county c;
    fill(&c, S("Liuwan"));
    char *a = html(&c.view, SHI_EN), *b = html(&c.view, SHI_EN);
    assert_string_equal(a, b);
    free(a);
    free(b);
}

static void whatever_a_name_holds_is_escaped(void **state)
{
    (void)state;
    enum { LONG = 500 };
    char *hostile = calloc(LONG + sizeof HOSTILE, 1);
    assert_non_null(hostile);
    memset(hostile, 'x', LONG);
    memcpy(hostile, HOSTILE, sizeof HOSTILE - 1);
    shi_str h = shi_str_from(hostile);
    county c;
    fill(&c, h);
    for (int i = 0; i < 3; i++) {
        c.figure[i].indicator_name = c.figure[i].app = c.figure[i].issuer_name = c.figure[i].counts = c.figure[i].dedupe = h;
        c.figure[i].period = h;
    }
    for (int i = 0; i < 4; i++) c.target[i].indicator_name = c.target[i].issuer_name = c.target[i].issuer_level = c.target[i].period = h;
    c.contradiction[0].kind = c.contradiction[0].figure = c.contradiction[0].other = h;
    c.input[0].table = c.input[0].file = c.input[0].sha256 = h;
    c.view.run.name = c.view.run.run = c.view.run.period = h;
    for (int lang = SHI_EN; lang <= SHI_ZH; lang++) {
        char *text = html(&c.view, (shi_lang)lang);
        assert_null(strstr(text, "</script>"));
        assert_null(strstr(text, "<img"));
        assert_null(strstr(text, "onerror='"));
        assert_null(strstr(text, "\xE2\x80\xAE"));
        assert_null(strchr(text, '\033'));
        assert_int_equal(times(text, "</style>"), 1);
        has(text, "&lt;/script&gt;&lt;/style&gt;&lt;img src=x onerror=&#39;a(1)&#39;&gt;&quot;&amp;");
        free(text);
        shi_buf b = { 0 };
        shi_report_terminal(&b, (shi_lang)lang, &c.view, false);
        shi_report_explain(&b, (shi_lang)lang, &c.figure[0], c.view.targets, 50, false);
        assert_null(strchr(b.ptr, '\033'));
        shi_buf_drop(&b);
    }
    free(hostile);
}

static void a_run_without_anything(void **state)
{
    (void)state;
    shi_run_view view = { .run = { .run = S("r") } };
    char *text = html(&view, SHI_EN);
    has(text, "There is nothing to judge: neither reports nor targets.");
    has(text, "No targets were imported.");
    has(text, "There are no figures: nothing was reported and no target was set.");
    assert_null(strstr(text, "<table"));
    free(text);
    shi_buf b = { 0 };
    shi_report_terminal(&b, SHI_EN, &view, true);
    assert_string_equal(b.ptr, "There is nothing to judge: neither reports nor targets.\n");
    shi_buf_drop(&b);
    shi_err e = shi_report_json(&b, &view);
    assert_int_equal(e.code, SHI_OK);
    json_t *j = json_loads(b.ptr, 0, NULL);
    assert_non_null(j);
    assert_int_equal(json_array_size(json_object_get(j, "figures")), 0);
    json_decref(j);
    shi_buf_drop(&b);
}

static void a_small_count_stays_off_the_paper(void **state)
{
    (void)state;
    county c;
    fill(&c, S("Liuwan"));
    c.figure[0] = (shi_figure){ .indicator = S("i"), .period = S("2023-12"), .unit_code = S("1"), .counts = S("active"), .coverage = SHI_COVER_FULL,
                                .reported = N(777), .counted = N(3), .not_in_logs = N(774), .verdict = SHI_DOUBTFUL };
    char *text = html(&c.view, SHI_EN);
    has(text, "counts &lt;5, so &gt;772 are not in it");
    has(text, "counted &lt;5, possible");
    assert_null(strstr(text, "774"));
    free(text);
}

/* ---- JSON ---- */

static json_t *parsed(shi_buf *b)
{
    json_error_t where;
    json_t *j = json_loads(b->ptr, JSON_REJECT_DUPLICATES, &where);
    if (!j) print_message("%s\n%s\n", where.text, b->ptr);
    assert_non_null(j);
    shi_buf_drop(b);
    *b = (shi_buf){ 0 };
    return j;
}

static void keys(const json_t *j, const char *const *key, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        if (!json_object_get(j, key[i])) print_message("missing: %s\n", key[i]);
        assert_non_null(json_object_get(j, key[i]));
    }
}

static double number(const json_t *j, const char *key)
{
    assert_true(json_is_number(json_object_get(j, key)));
    return json_number_value(json_object_get(j, key));
}

static void recount_and_audit(void **state)
{
    (void)state;
    static const char *const FIGURE[] = { "figure", "reported", "counted", "coverage", "possible", "impossible_excess", "not_in_logs",
                                          "sum_of_children", "verdict", "decision_rate", "cannot_judge" };
    static const char *const RATE[] = { "login", "phone", "device", "ip", "object", "seconds" };
    static const char *const AUDIT[] = { "run", "period", "figures", "verdicts", "targets", "findings", "target_findings", "seconds", "report" };
    static const char *const VERDICT[] = { "confirmed", "plausible", "doubtful", "impossible", "refuted", "contradictory", "not_judged" };
    static const char *const TARGETS[] = { "impossible", "unlawful", "amplified" };
    county c;
    shi_buf b = { 0 };
    fill(&c, S(HOSTILE));
    shi_json json = { .out = &b };
    shi_report_json_recount(&json, &c.view);
    json_t *j = parsed(&b), *f = json_array_get(json_object_get(j, "figures"), 0);
    keys(f, FIGURE, COUNT(FIGURE));
    keys(json_object_get(f, "decision_rate"), RATE, COUNT(RATE));
    assert_string_equal(json_string_value(json_object_get(f, "figure")), "jdydt-active/2023-12/341299101201");
    assert_true(number(f, "reported") > 2999 && number(f, "impossible_excess") > 2299 && json_is_null(json_object_get(f, "counted")));
    keys(json_object_get(f, "cannot_judge"), (const char *const[]){ "zh", "en" }, 2);
    keys(json_object_get(j, "unattributed"), (const char *const[]){ "events", "accounts" }, 2);
    keys(json_array_get(json_object_get(j, "contradictions"), 0), (const char *const[]){ "kind", "figure", "other", "value", "other_value" }, 5);
    json_decref(j);
    json = (shi_json){ .out = &b };
    shi_report_json_audit(&json, &c.view.run, S("/tmp/report.html"));
    j = parsed(&b);
    keys(j, AUDIT, COUNT(AUDIT));
    keys(json_object_get(j, "verdicts"), VERDICT, COUNT(VERDICT));
    keys(json_object_get(j, "targets"), TARGETS, COUNT(TARGETS));
    json_decref(j);
}

static void explain_in_chain_order(void **state)
{
    (void)state;
    static const char *const CHAIN[] = { "figure", "target", "reported", "counted", "possible", "suspected", "checked", "verdict", "reason",
        "findings" };
    static const char *const TARGET[] = { "value", "issuer_code", "possible", "feasible", "amplification", "amplified_by", "per_person", "price_list",
                                          "price_bulk" };
    county c;
    shi_buf b = { 0 };
    fill(&c, S("Liuwan"));
    shi_json json = { .out = &b };
    shi_report_json_explain(&json, &c.figure[0], c.view.targets, (shi_findings){ 0 }, 50);
    const char *at = b.ptr;
    for (int64_t i = 0; i < COUNT(CHAIN); i++) {
        char key[32];
        snprintf(key, sizeof key, "%c\"%s\":", i ? ',' : '{', CHAIN[i]);
        const char *next = strstr(at, key);
        if (!next) print_message("not in order: %s\n", CHAIN[i]);
        assert_non_null(next);
        at = next;
    }
    json_t *j = parsed(&b), *t = json_object_get(j, "target");
    keys(t, TARGET, COUNT(TARGET));
    assert_true(number(t, "value") > 2999 && number(t, "possible") < 701 && number(t, "amplification") > 4.39);
    assert_int_equal(json_array_size(json_object_get(t, "amplified_by")), 2);
    assert_non_null(strstr(json_string_value(json_object_get(json_object_get(j, "reason"), "en")), "2,300"));
    json_decref(j);
}

static void whole_document(void **state)
{
    (void)state;
    static const char *const TARGET[] = { "target", "value", "issuer_code", "issuer_level", "possible", "feasible", "amplification",
                                          "amplified_by", "hours",
                                          "hours_available", "price_list", "price_bulk" };
    county c;
    shi_buf b = { 0 };
    fill(&c, S(HOSTILE));
    shi_err e = shi_report_json(&b, &c.view);
    assert_int_equal(e.code, SHI_OK);
    assert_null(strstr(b.ptr, "</script"));
    json_t *j = parsed(&b);
    keys(j, (const char *const[]){ "run", "sentence", "targets", "figures", "contradictions" }, 5);
    json_t *t = json_array_get(json_object_get(j, "targets"), 0);
    keys(t, TARGET, COUNT(TARGET));
    assert_string_equal(json_string_value(json_object_get(t, "target")), "jdydt-active/2023-12/341299101201");
    assert_true(number(t, "price_list") > 4199 && number(t, "price_list") < 4201 && number(t, "price_bulk") < 3751);
    json_decref(j);
}

static void terminal(void **state)
{
    (void)state;
    county c;
    shi_buf b = { 0 };
    fill(&c, S("Liuwan"));
    shi_report_terminal(&b, SHI_EN, &c.view, false);
    has(b.ptr, "Liuwan  active     2023-12   3,000       700        4.29");
    has(b.ptr, "Liuwan  active     2023-12     3,000        \xE2\x80\x94       700  impossible\n");
    assert_null(strchr(b.ptr, '\033'));
    assert_true(strstr(b.ptr, "Targets that cannot be met") < strstr(b.ptr, "Figures, the furthest"));
    shi_buf_drop(&b);
    shi_report_explain(&b, SHI_EN, &c.figure[0], c.view.targets, 50, false);
    static const char *const LINK[] = { "\ntarget", "\nreported", "\ncounted", "\npossible", "\nsuspected", "\nchecked", "\nverdict" };
    const char *at = b.ptr;
    for (int64_t i = 0; i < COUNT(LINK); i++) {
        at = strstr(at, LINK[i]);
        assert_non_null(at);
    }
    has(b.ptr, "not examined");
    has(b.ptr, "Linjiang \xC3\x97" "1.1  Yanhe \xC3\x97" "4\n");
    shi_buf_drop(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(village_of_700), cmocka_unit_test(same_bytes_again), cmocka_unit_test(whatever_a_name_holds_is_escaped),
        cmocka_unit_test(a_run_without_anything), cmocka_unit_test(a_small_count_stays_off_the_paper), cmocka_unit_test(recount_and_audit),
        cmocka_unit_test(explain_in_chain_order), cmocka_unit_test(whole_document), cmocka_unit_test(terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
