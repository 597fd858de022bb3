/* Reading rules: the cells by the reader of all tables, the tests by parse.c. */
#include "rules/book.h"

#include "base/calendar.h"
#include "table/source.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MAX_RULES = 4096 };
enum { C_ID, C_SOURCE, C_ARTICLE, C_SEVERITY, C_TEST, C_TEXT_ZH, C_TEXT_EN, C_NEEDED, C_BASIS = C_NEEDED, C_IN_FORCE, C_APPLIES, C_EXEMPTION,
    COLUMNS };
static const char *const NAMES[COLUMNS] = { "id", "source", "article", "severity", "test", "text_zh", "text_en", "article_basis", "in_force",
    "applies", "exemption" };
static const char *const SEVERITIES[] = { "self", "info", "low", "medium", "high" };

typedef struct {
    shi_arena *keep;
    shi_source *source;
    int64_t at[COLUMNS];
    shi_rule *rule;
    int64_t len;
} reading;

const char *shi_severity_name(shi_severity severity)
{
    return SEVERITIES[severity];
}

const shi_rule *shi_book_find(const shi_book *book, shi_str id)
{
    for (int64_t i = 0; i < book->len; i++)
        if (shi_str_eq(book->ptr[i].id, id)) return &book->ptr[i];
    return NULL;
}

static shi_err at_fault(const shi_rule *r, int column, shi_str value, const char *reason, const char *remedy)
{
    shi_err e = shi_fail_value(SHI_INPUT, value, reason, remedy);
    e.line = r->line;
    e.column = shi_str_from(NAMES[column]);
    return e;
}

/* "17: offf": the character's position, and the word there */
static shi_err bad_test(const shi_rule *r, int column, const shi_language_error *error)
{
    char value[88];
    snprintf(value, sizeof value, "%" PRId64 ": %.*s", error->at, (int)shi_str_cut(error->value, 60).len, error->value.ptr ? error->value.ptr : "");
    return at_fault(r, column, shi_str_from(value), error->reason, error->remedy);
}

/* A rule is judged of the narrowest thing that it speaks of; documents and reports hang on their target. */
static shi_row_kind subject_of(const bool uses[SHI_ROWS])
{
    static const struct {
        shi_row_kind uses, subject;
    } ORDER[] = { { SHI_ROW_T, SHI_ROW_T }, { SHI_ROW_D, SHI_ROW_T }, { SHI_ROW_R, SHI_ROW_T }, { SHI_ROW_B, SHI_ROW_B }, { SHI_ROW_I, SHI_ROW_I },
        { SHI_ROW_A, SHI_ROW_A }, { SHI_ROW_U, SHI_ROW_U }, { SHI_ROW_F, SHI_ROW_F } };
    for (int64_t k = 0; k < COUNT(ORDER); k++)
        if (uses[ORDER[k].uses]) return ORDER[k].subject;
    return SHI_ROW_X;
}

static shi_err parse(reading *r, shi_rule *rule, shi_str applies)
{
    shi_language_error error;
    bool uses[SHI_ROWS] = { false };
    if (!shi_test_parse(r->keep, rule->test_text, &rule->test, &error)) return bad_test(rule, C_TEST, &error);
    if (!shi_predicate_parse(r->keep, applies, &rule->applies, uses, &error)) return bad_test(rule, C_APPLIES, &error);
    for (int k = 0; k < SHI_ROWS; k++) uses[k] = uses[k] || rule->test.uses[k];
    bool words = rule->test.kind == SHI_TEST_PRODUCT || rule->test.kind == SHI_TEST_TEXT;
    rule->subject = words ? SHI_ROW_NONE : subject_of(uses);
    return (shi_err){ 0 };
}

static shi_err read_row(reading *r, const shi_batch *batch, int64_t row)
{
    shi_str cell[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) {
        shi_str text = r->at[c] >= 0 ? shi_str_trim(batch->cell[r->at[c]][row]) : (shi_str){ 0 };
        cell[c] = text.len ? shi_str_copy(r->keep, text) : (shi_str){ 0 };
    }
    if (r->len == MAX_RULES) {
        shi_err e = shi_fail(SHI_INPUT, N_("a file of rules holds at most 4,096 rules"), N_("Leave out the rules that are not needed."));
        e.line = batch->line[row];
        return e;
    }
    shi_rule *rule = &r->rule[r->len];
    *rule = (shi_rule){ .id = cell[C_ID], .source = cell[C_SOURCE], .article = cell[C_ARTICLE], .text_zh = cell[C_TEXT_ZH], .text_en =
        cell[C_TEXT_EN],
        .exemption = cell[C_EXEMPTION], .test_text = cell[C_TEST], .article_basis = cell[C_BASIS], .in_force = INT64_MIN, .line = batch->line[row] };
    for (int c = 0; c < C_NEEDED; c++)
        if (cell[c].len == 0) return at_fault(rule, c, S(""), N_("the cell is empty"), N_("Fill the cell in."));
    for (int64_t k = 0; k < r->len; k++)
        if (shi_str_eq(r->rule[k].id, rule->id))
            return at_fault(rule, C_ID, rule->id, N_("the rule stands in this file already"), N_("Give each rule a name of its own."));
    int severity = 0;
    while (severity < COUNT(SEVERITIES) && !shi_str_eq(cell[C_SEVERITY], shi_str_from(SEVERITIES[severity]))) severity++;
    if (severity == COUNT(SEVERITIES))
        return at_fault(rule, C_SEVERITY, cell[C_SEVERITY], N_("this is not a severity"), N_("Write high, medium, low, info or self."));
    rule->severity = (shi_severity)severity;
    if (cell[C_IN_FORCE].len && !shi_day_parse(cell[C_IN_FORCE], &rule->in_force))
        return at_fault(rule, C_IN_FORCE, cell[C_IN_FORCE], N_("this is not a day"), N_("Write a day as 2026-01-25, or leave the cell empty."));
    rule->article_verified = shi_str_eq(rule->article_basis, S("text")) || shi_str_eq(rule->article_basis, S("quoted"));
    SHI_TRY(parse(r, rule, cell[C_APPLIES]));
    r->len++;
    return (shi_err){ 0 };
}

static shi_err find_columns(reading *r, bool *needed)
{
    shi_strs names = shi_source_columns(r->source);
    for (int c = 0; c < COLUMNS; c++) {
        r->at[c] = -1;
        for (int64_t k = 0; k < names.len; k++)
            if (shi_str_eq_nocase(names.ptr[k], shi_str_from(NAMES[c]))) r->at[c] = k;
        if (r->at[c] >= 0) needed[r->at[c]] = true;
        else if (c < C_NEEDED)
            return shi_fail_value(SHI_INPUT, shi_str_from(NAMES[c]), N_("the file of rules lacks a column"),
                                  N_("Its first line names the columns: id,source,"
                "article,severity,test,text_zh,text_en, and if you have them article_basis,in_force,applies,exemption."));
    }
    return (shi_err){ 0 };
}

static shi_err read_rows(reading *r)
{
    bool needed[SHI_MAX_COLUMNS] = { false };
    shi_reader *reader;
    shi_batch batch = { .rows = 1 };
    SHI_TRY(find_columns(r, needed));
    SHI_TRY(shi_reader_open(r->source, needed, &reader));
    shi_err e = { 0 };
    while (!e.code && batch.rows > 0) {
        e = shi_reader_next(reader, &batch);
        for (int64_t i = 0; i < batch.rows && !e.code; i++) {
            if (batch.fault[i].reason) {
                e = shi_fail(SHI_INPUT, batch.fault[i].reason, batch.fault[i].remedy);
                e.line = batch.line[i];
            } else e = read_row(r, &batch, i);
        }
    }
    shi_reader_close(reader);
    return e;
}

/* Aliases name rules of the whole book, and no aliases. Several name rules of several subjects: the narrowest is theirs. */
static shi_err settle_aliases(shi_book *book)
{
    for (int64_t i = 0; i < book->len; i++) {
        shi_rule *rule = &book->ptr[i];
        if (rule->test.kind != SHI_TEST_ALIAS) continue;
        bool uses[SHI_ROWS] = { false }, words = true;
        for (int64_t k = 0; k < rule->test.aliases; k++) {
            const shi_rule *other = shi_book_find(book, rule->test.alias[k]);
            if (!other || other->test.kind == SHI_TEST_ALIAS)
                return at_fault(rule, C_TEST, rule->test.alias[k], other ? N_("an alias names another alias") : N_("there is no such rule"),
                                N_("Name rules that have a test of their own."));
            for (int u = 0; u < SHI_ROWS; u++) uses[u] = uses[u] || other->test.uses[u];
            words = words && other->subject == SHI_ROW_NONE;
        }
        rule->subject = words ? SHI_ROW_NONE : subject_of(uses);
    }
    return (shi_err){ 0 };
}

static shi_err merge(shi_arena *keep, const reading *r, shi_book *book)
{
    shi_rule *all = shi_new(keep, shi_rule, book->len + r->len);
    int64_t n = 0;
    if (!all) return shi_no_memory();
    for (int64_t i = 0; i < book->len; i++) {
        const shi_book read = { r->rule, r->len };
        if (!shi_book_find(&read, book->ptr[i].id)) all[n++] = book->ptr[i];
    }
    for (int64_t i = 0; i < r->len; i++) all[n++] = r->rule[i];
    shi_book merged = { all, n };
    SHI_TRY(settle_aliases(&merged));
    *book = merged;
    return (shi_err){ 0 };
}

shi_err shi_book_read(shi_arena *keep, const char *path, shi_book *book)
{
    reading r = { .keep = keep };
    r.rule = shi_new(keep, shi_rule, MAX_RULES);
    if (!r.rule) return shi_no_memory();
    SHI_TRY(shi_source_open(keep, shi_str_from(path), &(shi_source_options){ 0 }, &r.source));
    shi_err e = read_rows(&r);
    shi_source_close(r.source);
    if (!e.code) e = merge(keep, &r, book);
    if (e.code && !e.file.ptr) e.file = shi_str_from(path);
    return e;
}

bool shi_rule_is_law(const shi_rule *rule)
{
    return !shi_str_starts(rule->source, S("derived"));
}

bool shi_rule_forbids(const shi_rule *rule)
{
    return shi_rule_is_law(rule) && (rule->test.kind == SHI_TEST_HIT || rule->test.kind == SHI_TEST_ALIAS);
}
