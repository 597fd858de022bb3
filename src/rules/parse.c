/* Parser of the language of rules: recursive descent over the characters of one cell. Cost: linear in the text; nesting is bounded. */
#include "rules/node.h"

#include "base/calendar.h"
#include "base/decimal.h"
#include "table/schema.h"

#include <stdio.h>
#include <string.h>

enum { MAX_DEPTH = 64, MAX_NODES = 4096 };   /* a chain of 'or' is as deep as it is long */

typedef struct {
    shi_arena *keep;
    shi_str text;
    int64_t at;
    int depth, nodes;
    bool *uses;
    bool bound[SHI_ROWS], ranges[SHI_ROWS];
    shi_language_error *error;
    bool failed;
} parser;

static const char *const ROW_NAMES[SHI_ROWS] = { "", "u", "a", "i", "t", "b", "d", "f", "r", "c", "e", "check", "finding", "x" };
static const char *const ROW_TABLES[SHI_ROWS] = { NULL, "units", "apps", "indicators", "targets", "bulletins", "documents", "forms", "reports",
    "accounts", "events", NULL, NULL, NULL };
/* Fields that no table of the contract holds: given by rules, by field checks, or not yet at all. */
static const char *const MORE_FIELDS[SHI_ROWS] = { [SHI_ROW_A] = "zw",
    [SHI_ROW_R] = "verdict,checked_low,checked_high,reported_by,signed_by,source_file",
    [SHI_ROW_CHECK] = "aware,exists,inspectors,signed", [SHI_ROW_FINDING] = "action,answer_due,answer", [SHI_ROW_X] = "legal_basis,authority_doc" };
static const char *const TEST_NAMES[] = { "hit", "lead", "ask", "set", "alias", "product", "text" };

const shi_builtin_info SHI_BUILTIN_INFO[SHI_BUILTINS] = {
    [SHI_B_PEOPLE] = { "people", SHI_ROW_U, false, N_("people of the unit, by the register (4-methods 4.3)") },
    [SHI_B_POSSIBLE] = { "possible", SHI_ROW_T, false, N_("the most that the register allows for the target") },
    [SHI_B_FACTOR] = { "factor", SHI_ROW_T, false, N_("sum of what the issuer handed down, over what it was given itself") },
    [SHI_B_WEEKDAYS] = { "weekdays", SHI_ROW_T, false, N_("days from Monday to Friday in the target's period") },
    [SHI_B_LEVEL] = { "level", SHI_ROW_NONE, true, N_("level of the unit with this code") },
    [SHI_B_PARENT] = { "parent", SHI_ROW_NONE, true, N_("code of the unit above the unit with this code") },
    [SHI_B_TODAY] = { "today", SHI_ROW_NONE, false, N_("the day of the check") },
    [SHI_B_AGE] = { "age", SHI_ROW_A, false, N_("days since the app was launched") },
    [SHI_B_AUDIT_AGE] = { "audit_age", SHI_ROW_X, false, N_("days since the last audit of this workspace") },
    [SHI_B_OPEN_APPS] = { "open_apps", SHI_ROW_A, false, N_("apps for staff that the app's owner runs and has not closed") },
    [SHI_B_ASSESSED_SHARE] = { "assessed_share", SHI_ROW_A, false, N_("share of the app's indicators that are assessed, ranked or deducted for") },
    [SHI_B_ASSESSED_COUNT] = { "assessed_count", SHI_ROW_A, false, N_("how many of the app's indicators are assessed, ranked or deducted for") },
    [SHI_B_ACTIVE_SHARE] = { "active_share", SHI_ROW_A, false, N_("accounts with an event in the last 90 days of the app's log, over the people of "
        "the units at the top") },
    [SHI_B_SAME_FOR_ALL] = { "same_for_all", SHI_ROW_T, false, N_("at least 8 sibling units of very different size were given the same target") },
    [SHI_B_PRICE] = { "price", SHI_ROW_T, false, N_("what one counted unit costs on the market, in yuan, at the lowest known price") },
    [SHI_B_WAGE] = { "wage", SHI_ROW_NONE, false, N_("what an hour of a cadre's work costs, in yuan, from the settings") },
    [SHI_B_CLOSED_AFTER] = { "closed_after", SHI_ROW_T, false, N_("at least half of the unit's accounts that were open at the end of the period, and "
        "of ten or more, were closed within 90 days after it") },
    [SHI_B_OVERLAP] = { "overlap", SHI_ROW_F, false, N_("largest share of the form's items that another form of the same period also asks for") },
    [SHI_B_REPEATS] = { "repeats", SHI_ROW_F, false, N_("how many forms ask for at least half of the form's items in its period, itself included") },
    [SHI_B_CODE_OK] = { "code_ok", SHI_ROW_U, false, N_("the unit's code has the shape of a division code and lies under its parent's") },
};

const char *shi_test_kind_name(shi_test_kind kind)
{
    return TEST_NAMES[kind];
}

/* ---- characters ---- */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || (unsigned char)c >= 0x80;
}

static void skip(parser *p)
{
    while (p->at < p->text.len && strchr(" \t\r\n", p->text.ptr[p->at])) p->at++;
}

static shi_str word_at(const parser *p)
{
    int64_t end = p->at;
    while (end < p->text.len && is_word(p->text.ptr[end])) end++;
    if (end == p->at && end < p->text.len) end++;
    return shi_str_sub(p->text, p->at, end);
}

static void *fail(parser *p, const char *reason, const char *remedy)
{
    if (!p->failed) {
        int64_t characters = 1;
        for (int64_t i = 0; i < p->at; i++) characters += ((unsigned char)p->text.ptr[i] & 0xC0) != 0x80;
        *p->error = (shi_language_error){ characters, reason, remedy, word_at(p) };
    }
    p->failed = true;
    return NULL;
}

/* Takes `sign` if it is next. */
static bool sign(parser *p, const char *text)
{
    int64_t n = (int64_t)strlen(text);
    skip(p);
    if (p->at + n > p->text.len || memcmp(p->text.ptr + p->at, text, (size_t)n) != 0) return false;
    p->at += n;
    return true;
}

/* Takes the word if it is next, and ends there. */
static bool word(parser *p, const char *text)
{
    skip(p);
    if (p->at >= p->text.len || !is_word(p->text.ptr[p->at]) || !shi_str_eq_nocase(word_at(p), shi_str_from(text))) return false;
    p->at += (int64_t)strlen(text);
    return true;
}

static void need(parser *p, const char *text)
{
    if (p->failed || sign(p, text)) return;
    fail(p, !strcmp(text, ")") ? N_("a ) is missing here") : !strcmp(text, "(") ? N_("a ( is missing here")
            : !strcmp(text, "}") ? N_("a } is missing here") : !strcmp(text, "{") ? N_("a { is missing here")
            : !strcmp(text, ":") ? N_("a : is missing here") : N_("an = is missing here"),
         N_("docs/rules.md shows how a test is written; \"shishu rules --check FILE\" tries it."));
}

static shi_node *node(parser *p, shi_node_op op, shi_node *a, shi_node *b)
{
    if (++p->nodes > MAX_NODES) return fail(p, N_("the test is too long"), N_("Split the rule in two."));
    if (p->failed) return NULL;
    shi_node *n = shi_new(p->keep, shi_node, 1);
    if (!n) return fail(p, N_("the test is too long"), N_("Split the rule in two."));
    n->op = op;
    n->a = a;
    n->b = b;
    return n;
}

/* ---- values ---- */

static bool within(const char *list, shi_str name)
{
    return list && shi_set_has(shi_str_from(list), name);
}

static bool row_of(shi_str name, shi_row_kind *out)
{
    for (int k = SHI_ROW_NONE + 1; k < SHI_ROWS; k++)
        if (shi_str_eq(name, shi_str_from(ROW_NAMES[k]))) return *out = (shi_row_kind)k, true;
    return false;
}

static void use(parser *p, shi_row_kind row)
{
    if (!p->bound[row]) p->uses[row] = true;
}

static shi_node *field(parser *p, shi_row_kind row)
{
    shi_str name = word_at(p);
    if (shi_str_eq(name, S("freq"))) name = S("frequency");
    const shi_table *table = ROW_TABLES[row] ? shi_table_find(shi_str_from(ROW_TABLES[row])) : NULL;
    if (!(table && shi_table_column(table, name) >= 0) && !within(MORE_FIELDS[row], name))
        return fail(p, N_("the table has no such column"), N_("docs/rules.md lists the columns that a rule may name."));
    p->at += word_at(p).len;
    use(p, row);
    shi_node *n = node(p, SHI_N_FIELD, NULL, NULL);
    if (n) {
        n->row = row;
        n->field = name;
    }
    return n;
}

static shi_node *sum(parser *p);

static shi_node *call(parser *p, int builtin)
{
    const shi_builtin_info *info = &SHI_BUILTIN_INFO[builtin];
    shi_node *n = node(p, SHI_N_CALL, NULL, NULL);
    need(p, "(");
    if (++p->depth > MAX_DEPTH) return fail(p, N_("the test is nested too deeply"), N_("Split the rule in two."));
    if (n && info->value) n->a = sum(p);
    p->depth--;
    if (n && info->row != SHI_ROW_NONE) {
        if (!word(p, ROW_NAMES[info->row])) return fail(p, N_("the function is asked of another table"),
                                                        N_("docs/rules.md lists what each function takes."));
        use(p, info->row);
        n->row = info->row;
    }
    need(p, ")");
    if (n) n->builtin = builtin;
    return n;
}

/* dept, coord and office are other words for the contract's. */
static shi_str usual(shi_str w)
{
    if (shi_str_eq(w, S("dept")) || shi_str_eq(w, S("office"))) return S("department");
    return shi_str_eq(w, S("coord")) ? S("coordinating") : w;
}

static shi_node *literal(parser *p, shi_str w)
{
    shi_node *n = node(p, SHI_N_VALUE, NULL, NULL);
    int64_t number, day;
    if (!n) return NULL;
    p->at += w.len;
    if (shi_str_eq(w, S("true"))) n->value = (shi_value){ .kind = SHI_V_TRUTH, .truth = SHI_TRUE };
    else if (shi_str_eq(w, S("false"))) n->value = (shi_value){ .kind = SHI_V_TRUTH, .truth = SHI_FALSE };
    else if (shi_day_parse(w, &day)) n->value = (shi_value){ .kind = SHI_V_DAY, .day = day };
    else if (w.ptr[0] >= '0' && w.ptr[0] <= '9') {
        int64_t end = p->at;   /* the word ends before the point */
        if (end < p->text.len && p->text.ptr[end] == '.')
            for (end++; end < p->text.len && p->text.ptr[end] >= '0' && p->text.ptr[end] <= '9'; end++) continue;
        shi_str digits = shi_str_sub(p->text, p->at - w.len, end);
        if (shi_decimal_parse(digits, &number)) {
            p->at -= w.len;
            return fail(p, N_("this is not a number"), N_("Write a number as 0.25 or 1000, a day as 2026-01-25."));
        }
        p->at = end;
        n->value = (shi_value){ .kind = SHI_V_NUMBER, .number = (double)number / 1000 };
    } else n->value = (shi_value){ .kind = SHI_V_TEXT, .text = usual(w) };
    return n;
}

static shi_node *quoted(parser *p)
{
    int64_t end = shi_str_find(p->text, '\'', p->at + 1);
    if (end < 0) return fail(p, N_("the quote is not closed"), N_("Put a ' at its end."));
    shi_node *n = node(p, SHI_N_VALUE, NULL, NULL);
    if (n) n->value = (shi_value){ .kind = SHI_V_TEXT, .text = shi_str_sub(p->text, p->at + 1, end) };
    p->at = end + 1;
    return n;
}

static shi_node *primary(parser *p)
{
    shi_row_kind row;
    if (sign(p, "'")) {
        p->at--;
        return quoted(p);
    }
    if (sign(p, "(")) {   /* after a sign; a bracket that opens a comparison holds predicates */
        shi_node *inner = ++p->depth > MAX_DEPTH ? fail(p, N_("the test is nested too deeply"), N_("Split the rule in two.")) : sum(p);
        p->depth--;
        need(p, ")");
        return inner;
    }
    shi_str w = word_at(p);
    if (w.len == 0 || !is_word(w.ptr[0])) return fail(p, N_("a value is missing here"),
                                                      N_("Write a column as i.counts, a word, a number, a day or 'text'."));
    bool dot = p->at + w.len < p->text.len && p->text.ptr[p->at + w.len] == '.';
    if (dot && row_of(w, &row)) {
        p->at += w.len + 1;
        return field(p, row);
    }
    bool paren = p->at + w.len < p->text.len && p->text.ptr[p->at + w.len] == '(';
    for (int b = 0; paren && b < SHI_BUILTINS; b++)
        if (shi_str_eq(w, shi_str_from(SHI_BUILTIN_INFO[b].name))) {
            p->at += w.len;
            return call(p, b);
        }
    if (paren) return fail(p, N_("there is no such function"), N_("docs/rules.md lists the functions."));
    return literal(p, w);
}

static shi_node *product(parser *p)
{
    shi_node *n = primary(p);
    while (!p->failed) {
        if (sign(p, "*")) n = node(p, SHI_N_MUL, n, primary(p));
        else if (sign(p, "/")) n = node(p, SHI_N_DIV, n, primary(p));
        else break;
    }
    return n;
}

static shi_node *sum(parser *p)
{
    shi_node *n = product(p);
    while (!p->failed) {
        if (sign(p, "+")) n = node(p, SHI_N_ADD, n, product(p));
        else if (sign(p, "- ")) n = node(p, SHI_N_SUB, n, product(p));
        else if (word(p, "minus")) n = node(p, SHI_N_MINUS, n, product(p));
        else break;
    }
    return n;
}

/* ---- predicates ---- */

static shi_node *words_in_braces(parser *p)
{
    shi_node *first = NULL, **last = &first;
    need(p, "{");
    while (!p->failed) {
        shi_node *n = primary(p);
        if (n && n->op != SHI_N_VALUE) return fail(p, N_("a list holds words only"), N_("Compare columns with each other by = instead."));
        *last = n;
        if (n) last = &n->next;
        if (sign(p, "}")) return first;
        if (!p->failed && !sign(p, ",")) return fail(p, N_("a } is missing here"), N_("Write a list as {assessed, ranked}."));
    }
    return NULL;
}

static shi_node *negated(parser *p, shi_node *n, bool yes)
{
    return yes ? node(p, SHI_N_NOT, n, NULL) : n;
}

static shi_node *after_is(parser *p, shi_node *a)
{
    bool isnt = word(p, "not");
    if (word(p, "null")) return negated(p, node(p, SHI_N_IS_NULL, a, NULL), isnt);
    if (word(p, "empty")) return negated(p, node(p, SHI_N_IS_EMPTY, a, NULL), isnt);
    return fail(p, N_("null or empty is missing here"), N_("Write \"is null\", \"is not null\", \"is empty\" or \"is not empty\"."));
}

static shi_node *after_has(parser *p, shi_node *a)
{
    if (word(p, "any")) return node(p, SHI_N_HAS, a, words_in_braces(p));
    return node(p, SHI_N_HAS, a, primary(p));
}

static shi_node *comparison(parser *p)
{
    static const struct {
        const char *sign;
        shi_node_op op;
    } SIGNS[] = { { "<>", SHI_N_NE }, { "<=", SHI_N_LE }, { ">=", SHI_N_GE }, { "=", SHI_N_EQ }, { "<", SHI_N_LT }, { ">", SHI_N_GT } };
    shi_node *a = sum(p);
    for (int64_t s = 0; s < COUNT(SIGNS) && !p->failed; s++)
        if (sign(p, SIGNS[s].sign)) return node(p, SIGNS[s].op, a, sum(p));
    if (p->failed) return NULL;
    if (word(p, "is")) return after_is(p, a);
    if (word(p, "has")) return after_has(p, a);
    if (word(p, "lacks")) return node(p, SHI_N_LACKS, a, primary(p));
    if (word(p, "in")) return node(p, SHI_N_IN, a, words_in_braces(p));
    if (word(p, "matches")) return node(p, SHI_N_MATCHES, a, primary(p));
    if (a && (a->op == SHI_N_CALL || (a->op == SHI_N_VALUE && a->value.kind == SHI_V_TRUTH))) return a;   /* a truth by itself */
    return fail(p, N_("a comparison is missing here"), N_("Say what is compared: =, <>, <, >, in {…}, has, lacks, is null, is empty, matches."));
}

static shi_node *either(parser *p);

static shi_node *exists(parser *p)
{
    shi_row_kind row;
    skip(p);
    shi_str w = word_at(p);
    if (!row_of(w, &row) || (row != SHI_ROW_B && row != SHI_ROW_T && row != SHI_ROW_I))
        return fail(p, N_("exists speaks of bulletins, targets or indicators only"),
                    N_("Write \"exists b: …\", \"exists t: …\" or \"exists i: …\"."));
    p->at += w.len;
    need(p, ":");
    bool was = p->bound[row];
    p->bound[row] = p->ranges[row] = true;
    shi_node *n = node(p, SHI_N_EXISTS, either(p), NULL);
    p->bound[row] = was;
    if (n) n->row = row;
    /* rows belong to something: bulletins to an indicator, targets and indicators to an app */
    use(p, row == SHI_ROW_B ? SHI_ROW_I : SHI_ROW_A);
    return n;
}

static shi_node *one(parser *p)
{
    if (++p->depth > MAX_DEPTH) return fail(p, N_("the test is nested too deeply"), N_("Split the rule in two."));
    shi_node *n = NULL;
    if (word(p, "not")) n = node(p, SHI_N_NOT, one(p), NULL);
    else if (word(p, "exists")) n = exists(p);
    else if (sign(p, "(")) {
        n = either(p);
        need(p, ")");
    } else n = comparison(p);
    p->depth--;
    return n;
}

static shi_node *both(parser *p)
{
    shi_node *n = one(p);
    while (!p->failed && word(p, "and")) n = node(p, SHI_N_AND, n, one(p));
    return n;
}

static shi_node *either(parser *p)
{
    shi_node *n = both(p);
    while (!p->failed && word(p, "or")) n = node(p, SHI_N_OR, n, both(p));
    return n;
}

/* ---- tests ---- */

/* needs(…): names that must be columns; the predicate itself says what it needs. */
static void needs(parser *p)
{
    shi_row_kind row;
    bool ignored[SHI_ROWS] = { false }, *uses = p->uses;
    need(p, "(");
    p->uses = ignored;
    while (!p->failed && !sign(p, ")")) {
        shi_str w = word_at(p);
        if (!row_of(w, &row)) {
            fail(p, N_("a column is missing here"), N_("Write needs(i.counts, t.value)."));
            break;
        }
        p->at += w.len;
        if (!sign(p, ".")) fail(p, N_("a column is missing here"), N_("Write needs(i.counts, t.value)."));
        else field(p, row);
        sign(p, ",");
        skip(p);
    }
    p->uses = uses;
}

static void parse_set(parser *p, shi_test *out)
{
    need(p, "(");
    skip(p);
    if (p->failed) return;
    shi_str name = word_at(p);
    if (!row_of(name, &out->set_row) || out->set_row != SHI_ROW_A) {
        fail(p, N_("set gives a field of apps only"), N_("Write set(a.zw = direct when …; by_reference when …)."));
        return;
    }
    p->at += name.len;
    if (!sign(p, ".") || !within(MORE_FIELDS[SHI_ROW_A], word_at(p))) {
        fail(p, N_("set gives a field of apps only"), N_("Write set(a.zw = direct when …; by_reference when …)."));
        return;
    }
    out->set_field = word_at(p);
    p->at += out->set_field.len;
    need(p, "=");
    p->uses[SHI_ROW_A] = true;
    do {
        skip(p);
        if (out->sets == SHI_MAX_SETS) fail(p, N_("the test is too long"), N_("Split the rule in two."));
        if (p->failed) return;
        out->set_word[out->sets] = word_at(p);
        p->at += out->set_word[out->sets].len;
        if (!word(p, "when")) fail(p, N_("when is missing here"), N_("Write set(a.zw = direct when …; by_reference when …)."));
        else out->set_when[out->sets++] = either(p);
    } while (!p->failed && sign(p, ";"));
    need(p, ")");
}

static void parse_alias(parser *p, shi_test *out)
{
    need(p, "(");
    do {
        skip(p);
        shi_str id = word_at(p);
        if (out->aliases == SHI_MAX_ALIASES || id.len == 0 || !is_word(id.ptr[0]))
            fail(p, N_("the name of a rule is missing here"), N_("Write alias(ZW-11, ZW-12)."));
        if (p->failed) return;
        out->alias[out->aliases++] = id;
        p->at += id.len;
    } while (sign(p, ","));
    need(p, ")");
}

/* Words up to the bracket that closes. */
static void parse_words(parser *p, shi_test *out)
{
    need(p, "(");
    if (p->failed) return;
    int64_t from = p->at, depth = 1;
    for (; p->at < p->text.len && depth > 0; p->at++) depth += p->text.ptr[p->at] == '(' ? 1 : p->text.ptr[p->at] == ')' ? -1 : 0;
    if (depth > 0) fail(p, N_("a ) is missing here"), N_("Close the bracket."));
    else out->words = shi_str_trim(shi_str_sub(p->text, from, p->at - 1));
}

bool shi_test_parse(shi_arena *keep, shi_str text, shi_test *out, shi_language_error *error)
{
    *out = (shi_test){ 0 };
    parser p = { .keep = keep, .text = text, .uses = out->uses, .error = error };
    if (word(&p, "needs")) needs(&p);
    int kind = 0;
    while (!p.failed && kind < COUNT(TEST_NAMES) && !word(&p, TEST_NAMES[kind])) kind++;
    if (!p.failed && kind == COUNT(TEST_NAMES))
        fail(&p, N_("a test begins with hit, lead, ask, set, alias, product or text"), N_("docs/rules.md shows how a test is written."));
    if (p.failed) return false;
    out->kind = (shi_test_kind)kind;
    switch (out->kind) {
    case SHI_TEST_HIT:
    case SHI_TEST_LEAD:
    case SHI_TEST_ASK:
        need(&p, "(");
        if (!p.failed) out->when = either(&p);
        need(&p, ")");
        break;
    case SHI_TEST_SET: parse_set(&p, out); break;
    case SHI_TEST_ALIAS: parse_alias(&p, out); break;
    case SHI_TEST_PRODUCT:
    case SHI_TEST_TEXT: parse_words(&p, out); break;
    }
    skip(&p);
    if (!p.failed && p.at < p.text.len) fail(&p, N_("there is more than the test"), N_("Join predicates by and, or; end after the last bracket."));
    memcpy(out->ranges, p.ranges, sizeof out->ranges);
    return !p.failed;
}

bool shi_predicate_parse(shi_arena *keep, shi_str text, shi_node **out, bool uses[SHI_ROWS], shi_language_error *error)
{
    parser p = { .keep = keep, .text = text, .uses = uses, .error = error };
    *out = NULL;
    skip(&p);
    if (p.at == text.len) return true;
    shi_node *n = either(&p);
    skip(&p);
    if (!p.failed && p.at < p.text.len) fail(&p, N_("there is more than the test"), N_("Join predicates by and, or; end after the last bracket."));
    *out = n;
    return !p.failed;
}

/* ---- what a test names ---- */

static void name_fields(const shi_node *n, shi_buf *out)
{
    if (!n) return;
    if (n->op == SHI_N_FIELD) {
        char name[80];
        snprintf(name, sizeof name, "%s.%.*s", ROW_NAMES[n->row], (int)n->field.len, n->field.ptr);
        shi_str all = shi_buf_str(out);
        for (int64_t from = 0; all.ptr && from < all.len;) {
            int64_t to = shi_str_find(all, ',', from);
            if (shi_str_eq(shi_str_trim(shi_str_sub(all, from, to < 0 ? all.len : to)), shi_str_from(name))) return;
            from = to < 0 ? all.len : to + 1;
        }
        shi_buf_format(out, "%s%s", out->len ? ", " : "", name);
    }
    name_fields(n->a, out);
    name_fields(n->b, out);
    name_fields(n->next, out);
}

void shi_test_fields(const shi_test *test, shi_buf *out)
{
    name_fields(test->when, out);
    for (int64_t s = 0; s < test->sets; s++) name_fields(test->set_when[s], out);
}
