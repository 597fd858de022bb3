/* shishu forensics: what totals alone show. Any file, no workspace. */
#include "cli/tool.h"

#include "shishu/digits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    shi_texts value, total, target, by;
    const char *parent, *period, *zone;
    bool arrivals, cumulative, at_most;
    double growth, fdr;
} args;

static const shi_option OPTIONS[] = {
    { "value", SHI_OPT_TEXTS, offsetof(args, value), "COL", N_("column of the reported figures; up to three of them") },
    { "total", SHI_OPT_TEXTS, offsetof(args, total), "COL", N_("column of what the figure is a part of (registered people); one for each --value, "
        "in order") },
    { "target", SHI_OPT_TEXTS, offsetof(args, target), "COL", N_("column of the target; one for each --value, in order") },
    { "by", SHI_OPT_TEXTS, offsetof(args, by), "COL", N_("column of the unit, then of the indicator …: each is a family of groups, all of them "
        "together make a series") },
    { "parent", SHI_OPT_TEXT, offsetof(args, parent), "COL", N_("column of the unit above: sums against its own figure, hits among siblings") },
    { "period", SHI_OPT_TEXT, offsetof(args, period), "COL", N_("column of the day, week, month or year") },
    { "arrivals", SHI_OPT_FLAG, offsetof(args, arrivals), NULL, N_("the figures are arrivals (registrations, entries, uploads, votes), so that "
        "they can be too even") },
    { "cumulative", SHI_OPT_FLAG, offsetof(args, cumulative), NULL, N_("the figures are counts to date, whose steps are arrivals") },
    { "at-most", SHI_OPT_FLAG, offsetof(args, at_most), NULL, N_("the target is a limit from above: figures gather below it") },
    { "growth", SHI_OPT_SHARE, offsetof(args, growth), "SHARE", N_("what each period had to add to the one before, such as 5%") },
    { "fdr", SHI_OPT_SHARE, offsetof(args, fdr), "Q", N_("false discovery rate of each test (0.05)") },
    { "zone", SHI_OPT_TEXT, offsetof(args, zone), "NAME", N_("zone of times that name none (Asia/Shanghai)") },
};

/* Names of the tests, and what to read from one that stands: with what looks the same. */
static const struct {
    const char *name, *title, *stands;
} TESTS[SHI_DIGITS_KINDS] = {
    { "whole_percentages", N_("whole percentages"), N_("More figures are whole percentages of their totals than chance gives: they may have been "
        "written to fit a "
      "percentage. Figures that were rounded before they were handed in look the same.") },
    { "last_digit", N_("last digit 0 or 5"), N_("More figures end in 0 or 5 than chance gives: they were rounded or estimated.") },
    { "too_even", N_("too even"), N_("Arrivals are more even than chance leaves them. A daily quota or a fixed team looks the same.") },
    { "bunching", N_("gathering at the target"), N_("Figures gather at the target: it steers them. Honest offices that stop at the target look the "
        "same, so this says "
      "nothing about any unit.") },
    { "exact_hits", N_("exact hits"), N_("More figures are the target to the unit than chance gives: it steers them. Honest offices that stop at "
        "the target look the "
      "same, so this says nothing about any unit.") },
    { "required_growth", N_("required growth"), N_("More figures are what the required growth asks for, to the unit, than chance gives: the "
        "requirement steers them. This "
      "says nothing about any unit.") },
    { "carried_forward", N_("carried forward"), N_("Figures are those of the period before. Where nothing was counted anew, that is honest.") },
    { "parts_and_wholes", N_("parts and wholes"), N_("Wholes are not the sum of their parts: ask which of the two was corrected later.") },
    { "above_total", N_("above the total"), N_("Figures are above what they are a part of: one of the two is wrong.") },
    { "falls", N_("counts to date that fall"), N_("Counts to date fall: something was corrected or taken back.") },
    { "benford", N_("first digits"), N_("First digits are not Benford's. Real figures often are not, so this is never a sign by itself.") },
};
static const char *const CLASS[] = { "suspicion", "target", "fact" };
static const char NOTHING[] = N_("No more than chance gives.");
static const char NO_FACT[] = N_("Nothing of the kind.");
static const char NOT_JUDGED[] = N_("All rows together, for comparison; the groups are what is tested.");

typedef struct {
    const char *path;
    shi_arrays file;
    int by, total, target, parent, period;   /* places of the columns; -1: none */
    int64_t *day;
    int32_t *parent_unit;
    shi_digits_columns columns;
    shi_digits found;
} table;

static int ask(shi_asked *asked, int *n, const shi_texts *names, shi_type type)
{
    int first = names->len ? *n : -1;
    for (int64_t i = 0; i < names->len; i++)
        asked[(*n)++] = (shi_asked){ .header = names->item[i], .type = type, .may_miss = true, .coded = type == SHI_T_CODE };
    return first;
}

static shi_err read_table(shi_cli *cli, const args *a, const shi_zone *zone, table *t)
{
    shi_asked asked[SHI_MAX_ASKED];
    int n = 0;
    ask(asked, &n, &a->value, SHI_T_REAL);
    t->total = ask(asked, &n, &a->total, SHI_T_REAL);
    t->target = ask(asked, &n, &a->target, SHI_T_REAL);
    t->by = ask(asked, &n, &a->by, SHI_T_CODE);
    t->parent = a->parent ? n : -1;
    if (a->parent) asked[n++] = (shi_asked){ .header = shi_str_from(a->parent), .type = SHI_T_CODE, .may_miss = true, .coded = true };
    t->period = a->period ? n : -1;
    if (a->period) asked[n++] = (shi_asked){ .header = shi_str_from(a->period), .type = SHI_T_TEXT, .may_miss = true, .coded = true };
    return shi_tool_read(cli, t->path, zone, asked, n, &t->file);
}

/* First day of a day, a period or a time. */
static bool first_day(shi_str text, const shi_zone *zone, int64_t *day)
{
    shi_period period;
    int64_t us;
    if (shi_day_parse(text, day)) return true;
    if (shi_period_parse(text, &period)) *day = period.first_day;
    else if (shi_time_parse(text, zone, &us)) {
        int64_t local = shi_zone_local_us(zone, us);
        *day = local >= 0 ? local / SHI_DAY_US : -((-local + SHI_DAY_US - 1) / SHI_DAY_US);
    } else return false;
    return true;
}

static shi_err take_days(shi_cli *cli, const shi_zone *zone, table *t)
{
    shi_strs word = t->file.word[t->period];
    const int32_t *code = t->file.code[t->period];
    int64_t *of = shi_new(&cli->keep, int64_t, word.len);
    t->day = shi_new(&cli->keep, int64_t, t->file.rows);
    if (!of || !t->day) return shi_no_memory();
    for (int64_t i = 0; i < word.len; i++)
        if (!first_day(shi_str_trim(word.ptr[i]), zone, &of[i])) of[i] = INT64_MIN;
    for (int64_t i = 0; i < t->file.rows; i++) {
        t->day[i] = code[i] < 0 ? INT64_MIN : of[code[i]];
        if (code[i] >= 0 && t->day[i] == INT64_MIN)
            return shi_arrays_fault(t->path, &t->file, i, t->file.header[t->period], word.ptr[code[i]], N_("this is not a day or a period"),
                                    N_("Write 2024-06-30, 2024-W23, 2024-06, 2024-Q2 or 2024."));
    }
    return (shi_err){ 0 };
}

static int by_word(const void *a, const void *b)
{
    return shi_str_cmp(**(const shi_str *const *)a, **(const shi_str *const *)b);
}

/* A parent's own code among the units; a unit that names itself as its parent has none. */
static shi_err take_parents(shi_cli *cli, table *t)
{
    shi_strs parent = t->file.word[t->parent], unit = t->file.word[t->by];
    const shi_str **sorted = shi_new(&cli->keep, const shi_str *, unit.len);
    t->parent_unit = shi_new(&cli->keep, int32_t, parent.len);
    int32_t *code = shi_new(&cli->keep, int32_t, t->file.rows);
    if (!sorted || !t->parent_unit || !code) return shi_no_memory();
    for (int64_t i = 0; i < unit.len; i++) sorted[i] = &unit.ptr[i];
    if (unit.len) qsort(sorted, (size_t)unit.len, sizeof *sorted, by_word);
    for (int64_t i = 0; i < parent.len; i++) {
        const shi_str *key = &parent.ptr[i];
        const shi_str **at = unit.len ? bsearch(&key, sorted, (size_t)unit.len, sizeof *sorted, by_word) : NULL;
        t->parent_unit[i] = at ? (int32_t)(*at - unit.ptr) : -1;
    }
    for (int64_t i = 0; i < t->file.rows; i++) {
        int32_t p = t->file.code[t->parent][i];
        code[i] = p >= 0 && t->parent_unit[p] >= 0 && t->parent_unit[p] == t->file.code[t->by][i] ? -1 : p;
    }
    t->columns.parent = code;
    t->columns.parent_unit = t->parent_unit;
    t->columns.parents = parent.len;
    return (shi_err){ 0 };
}

static shi_err compute(shi_cli *cli, const args *a, const shi_zone *zone, table *t)
{
    const shi_digits_settings settings = { a->arrivals, a->cumulative, a->at_most, a->growth };
    shi_arena scratch;
    t->columns.n = t->file.rows;
    t->columns.keys = (int)a->by.len;
    t->columns.measures = (int)a->value.len;
    for (int k = 0; k < t->columns.keys; k++) {
        t->columns.key[k] = t->file.code[t->by + k];
        t->columns.codes[k] = t->file.word[t->by + k].len;
    }
    for (int m = 0; m < t->columns.measures; m++)
        t->columns.measure[m] = (shi_digits_measure){ t->file.real[m], m < a->total.len ? t->file.real[t->total + m] : NULL,
                                                      m < a->target.len ? t->file.real[t->target + m] : NULL };
    if (a->period) SHI_TRY(take_days(cli, zone, t));
    t->columns.day = t->day;
    if (a->parent) SHI_TRY(take_parents(cli, t));
    SHI_TRY(shi_tool_scratch(&scratch));
    shi_err e = shi_digits_find(&cli->keep, scratch, &t->columns, &settings, &t->found);
    shi_arena_drop(&scratch);
    return e;
}

/* ---- output ---- */

static bool stands(const args *a, const table *t, const shi_digits_test *x)
{
    (void)t;
    if (x->kind == SHI_DIGITS_BENFORD) return x->statistic >= x->expected;
    if (isnan(x->log10_p)) return x->statistic > 0;
    return x->q <= a->fdr;
}

static const char *reading(const args *a, const table *t, const shi_digits_test *x)
{
    if (stands(a, t, x)) return TESTS[x->kind].stands;
    if (!isnan(x->log10_p) && isnan(x->q)) return NOT_JUDGED;
    return isnan(x->log10_p) ? NO_FACT : NOTHING;
}

static void group_name(const table *t, const shi_digits_test *x, shi_buf *out)
{
    if (x->key == SHI_DIGITS_OF_PARENT) shi_buf_add(out, t->file.word[t->parent].ptr[x->code]);
    else if (x->key != SHI_DIGITS_OF_SERIES) shi_buf_add(out, t->file.word[t->by + x->key].ptr[x->code]);
    else for (int k = 0; k < t->columns.keys; k++) {
        int32_t code = t->columns.key[k][x->code];
        shi_buf_puts(out, k ? " / " : "");
        if (code >= 0) shi_buf_add(out, t->file.word[t->by + k].ptr[code]);
    }
}

static void test_json(shi_json *json, const args *a, const table *t, const shi_digits_test *x)
{
    shi_buf name = { 0 };
    double excess = x->statistic - x->expected, p = pow(10, x->log10_p);
    shi_json_begin_object(json);
    shi_json_ktext(json, "test", TESTS[x->kind].name);
    shi_json_ktext(json, "class", CLASS[shi_digits_class_of(x->kind)]);
    if (x->key >= 0) group_name(t, x, &name);
    shi_json_kstr(json, "group", x->key >= 0 ? shi_buf_str(&name) : (shi_str){ 0 });
    shi_buf_drop(&name);
    if (x->key >= 0 && x->key < SHI_DIGITS_KEYS) shi_json_kstr(json, "by", t->file.header[t->by + x->key]);
    else if (x->key == SHI_DIGITS_OF_PARENT) shi_json_kstr(json, "by", t->file.header[t->parent]);
    else shi_json_ktext(json, "by", x->key == SHI_DIGITS_OF_SERIES ? "series" : NULL);
    shi_json_kstr(json, "value", t->file.header[x->measure]);
    shi_json_kint(json, "n", x->n);
    shi_json_kf64(json, "statistic", true, x->statistic);
    shi_json_kf64(json, "expected", true, x->expected);
    if (!isnan(x->low)) {
        shi_json_kf64(json, "excess", true, excess);
        shi_json_kf64(json, "excess_low", true, x->low);
        shi_json_kf64(json, "excess_high", true, x->high);
    }
    shi_json_kf64(json, "p", true, p);
    shi_json_kf64(json, "log10_p", true, x->log10_p);
    shi_json_kf64(json, "q", true, x->q);
    shi_json_kbool(json, "stands", stands(a, t, x));
    shi_json_message(json, "reading", reading(a, t, x));
    shi_json_end_object(json);
}

/* Target findings stand before unit findings, facts last. */
static const shi_digits_class IN_ORDER[] = { SHI_DIGITS_TARGET, SHI_DIGITS_SUSPICION, SHI_DIGITS_FACT };

static void print_json(shi_cli *cli, const args *a, const table *t)
{
    shi_json json = { .out = &cli->out };
    shi_json_begin_object(&json);
    shi_json_kint(&json, "rows", t->file.rows);
    shi_json_kint(&json, "searched", t->found.searched);
    shi_json_kf64(&json, "fdr", true, a->fdr);
    shi_json_key(&json, "tests");
    shi_json_begin_array(&json);
    for (int64_t k = 0; k < COUNT(IN_ORDER); k++)
        for (int64_t i = 0; i < t->found.len; i++)
            if (shi_digits_class_of(t->found.ptr[i].kind) == IN_ORDER[k]) test_json(&json, a, t, &t->found.ptr[i]);
    shi_json_end_array(&json);
    shi_json_key(&json, "cannot_judge");
    shi_json_begin_array(&json);
    for (int k = 0; k < SHI_DIGITS_KINDS; k++) {
        if (!t->found.cannot_judge[k]) continue;
        shi_json_begin_object(&json);
        shi_json_ktext(&json, "test", TESTS[k].name);
        shi_json_message(&json, "reason", t->found.cannot_judge[k]);
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    shi_buf_addc(&cli->out, '\n');
}

enum { SHOWN = 20 };

static int by_strength(const void *a, const void *b)
{
    const shi_digits_test *x = *(const shi_digits_test *const *)a, *y = *(const shi_digits_test *const *)b;
    if (x->log10_p < y->log10_p || x->log10_p > y->log10_p) return x->log10_p < y->log10_p ? -1 : 1;
    if (isnan(x->log10_p) && (x->statistic < y->statistic || x->statistic > y->statistic)) return x->statistic > y->statistic ? -1 : 1;
    return x < y ? -1 : x > y;
}

static void print_rows(shi_cli *cli, const table *t, const shi_digits_test **by, int64_t len)
{
    shi_term term = { .columns = 6, .right = { [2] = true, [3] = true, [4] = true, [5] = true } };
    static const char *const HEAD[] = { N_("group"), N_("figures"), N_("looked at"), N_("found"), N_("expected"), N_("log10 p") };
    for (int64_t i = 0; i < COUNT(HEAD); i++) shi_term_cell(&term, shi_str_from(tr(cli->lang, HEAD[i])));
    for (int64_t i = 0; i < len && i < SHOWN; i++) {
        shi_buf name = { 0 };
        if (by[i]->key >= 0) group_name(t, by[i], &name);
        else shi_buf_puts(&name, tr(cli->lang, N_("all")));
        shi_term_cell(&term, shi_buf_str(&name));
        shi_term_cell(&term, t->file.header[by[i]->measure]);
        shi_tool_count_cell(&term, by[i]->n);
        shi_tool_number_cell(&term, by[i]->statistic);
        shi_tool_number_cell(&term, by[i]->expected);
        shi_tool_number_cell(&term, by[i]->log10_p);
        shi_buf_drop(&name);
    }
    shi_term_print(&term, &cli->out);
    if (len > SHOWN) shi_buf_format(&cli->out, tr(cli->lang, N_("… and %lld more; --json lists all.\n")), (long long)(len - SHOWN));
}

/* One test: how many groups stand, what to read from it, and which they are. */
static shi_err print_test(shi_cli *cli, const args *a, const table *t, shi_digits_kind kind)
{
    const shi_digits_test **by = shi_new(&cli->keep, const shi_digits_test *, t->found.len);
    int64_t len = 0, tested = 0;
    if (!by) return shi_no_memory();
    if (t->found.cannot_judge[kind]) {
        shi_buf_format(&cli->out, "  %s\n", tr(cli->lang, t->found.cannot_judge[kind]));
        return (shi_err){ 0 };
    }
    for (int64_t i = 0; i < t->found.len; i++) {
        const shi_digits_test *x = &t->found.ptr[i];
        if (x->kind != kind || (isnan(x->q) && !isnan(x->log10_p))) continue;
        tested++;
        if (stands(a, t, x)) by[len++] = x;
    }
    if (tested == 0) return (shi_err){ 0 };
    if (len > 1) qsort(by, (size_t)len, sizeof *by, by_strength);
    shi_buf_format(&cli->out, tr(cli->lang, N_("  %1$s: %2$lld of %3$lld groups. %4$s\n")), tr(cli->lang, TESTS[kind].title), (long long)len,
                   (long long)tested, tr(cli->lang, len ? TESTS[kind].stands : shi_digits_class_of(kind) == SHI_DIGITS_FACT ? NO_FACT : NOTHING));
    if (len) print_rows(cli, t, by, len);
    return (shi_err){ 0 };
}

static shi_err print_text(shi_cli *cli, const args *a, const table *t)
{
    static const char *const TITLE[] = { [SHI_DIGITS_SUSPICION] = N_("Doubts about the figures of a group (leads, no verdicts):"),
        [SHI_DIGITS_TARGET] = N_("About the target, never about a unit:"), [SHI_DIGITS_FACT] = N_("Facts, without any probability:") };
    for (int64_t c = 0; c < COUNT(IN_ORDER); c++) {
        shi_buf_format(&cli->out, "%s%s\n", c ? "\n" : "", tr(cli->lang, TITLE[IN_ORDER[c]]));
        for (int k = 0; k < SHI_DIGITS_KINDS; k++)
            if (shi_digits_class_of((shi_digits_kind)k) == IN_ORDER[c]) SHI_TRY(print_test(cli, a, t, (shi_digits_kind)k));
    }
    return (shi_err){ 0 };
}

static shi_err checked(const args *a, int argc)
{
    if (argc != 1 || a->value.len == 0)
        return shi_fail(SHI_USAGE, N_("forensics takes one file and --value COL"), N_("\"shishu help forensics\" shows how it is called."));
    if (a->value.len > SHI_DIGITS_MEASURES || a->by.len > SHI_DIGITS_KEYS)
        return shi_fail(SHI_USAGE, N_("there are more than three columns"), N_("Give --value and --by at most three times."));
    if (a->total.len > a->value.len || a->target.len > a->value.len)
        return shi_fail(SHI_USAGE, N_("there are more totals or targets than values"), N_("Give one for each --value, in the same order."));
    if (a->parent && a->by.len == 0)
        return shi_fail(SHI_USAGE, N_("--parent needs the units: --by COL"), N_("\"shishu help forensics\" shows how it is called."));
    if (a->arrivals && a->cumulative)
        return shi_fail(SHI_USAGE, N_("figures are either arrivals or counts to date"), N_("Give one of --arrivals and --cumulative."));
    return (shi_err){ 0 };
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { .growth = (double)NAN, .fdr = 0.05 };
    table t = { 0 };
    shi_zone zone;
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    SHI_TRY(checked(&a, argc));
    SHI_TRY(shi_tool_zone(a.zone, &zone));
    t.path = argv[0];
    SHI_TRY(read_table(cli, &a, &zone, &t));
    SHI_TRY(compute(cli, &a, &zone, &t));
    if (!cli->json) return print_text(cli, &a, &t);
    print_json(cli, &a, &t);
    return (shi_err){ 0 };
}

const shi_command SHI_CMD_FORENSICS = { "forensics", "FILE", N_("what reported totals show by themselves"),
    N_("Three classes that are kept apart. Doubts: figures that are whole percentages, end in 0 or 5, or arrive more evenly than chance leaves "
        "them, "
       "each with p and q. About the target, never about a unit: figures that gather at it, hit it to the unit, or are what the required growth "
       "asks "
       "for. Facts without any probability: figures carried forward, wholes that are not the sum of their parts, counts to date that fall, first "
       "digits. All are leads. Any file: CSV, TSV, JSON lines, Parquet, gzip or zstd of these; \"-\" reads CSV from standard input."),
    OPTIONS, COUNT(OPTIONS), run };
