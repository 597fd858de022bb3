/* Evaluator of the language of rules. Strong Kleene logic: false and unknown is false, true or unknown is true. A comparison with a value
 * that is missing or null is unknown; only "is null", "is empty" and sets look at null, and only a missing value is unknown to them. */
#include "rules/node.h"

#include <string.h>

static shi_truth inverse(shi_truth t)
{
    return t == SHI_TRUE ? SHI_FALSE : t == SHI_FALSE ? SHI_TRUE : SHI_UNKNOWN;
}

static shi_truth truth(bool yes)
{
    return yes ? SHI_TRUE : SHI_FALSE;
}

bool shi_set_has(shi_str set, shi_str word)
{
    for (int64_t from = 0; from < set.len;) {
        int64_t to = from;
        while (to < set.len && set.ptr[to] != ';' && set.ptr[to] != ',') to++;
        if (shi_str_eq_nocase(shi_str_trim(shi_str_sub(set, from, to)), word)) return true;
        from = to + 1;
    }
    return false;
}

static bool known(const shi_value *v)
{
    return v->kind != SHI_V_MISSING && v->kind != SHI_V_NULL;
}

static shi_value value_of(const shi_node *n, const shi_world *w);

static shi_value arithmetic(const shi_node *n, const shi_world *w)
{
    shi_value a = value_of(n->a, w), b = value_of(n->b, w);
    if (a.kind != SHI_V_NUMBER || b.kind != SHI_V_NUMBER) return (shi_value){ .kind = SHI_V_MISSING };
    if (n->op == SHI_N_DIV && b.number == 0) return (shi_value){ .kind = SHI_V_MISSING };
    double x = n->op == SHI_N_ADD ? a.number + b.number : n->op == SHI_N_SUB ? a.number - b.number
        : n->op == SHI_N_MUL ? a.number * b.number : a.number / b.number;
    return (shi_value){ .kind = SHI_V_NUMBER, .number = x };
}

static shi_value value_of(const shi_node *n, const shi_world *w)
{
    if (!n) return (shi_value){ .kind = SHI_V_MISSING };
    switch (n->op) {
    case SHI_N_VALUE: return n->value;
    case SHI_N_FIELD: return w->field(w->context, n->row, n->field);
    case SHI_N_CALL: {
        shi_value argument = n->a ? value_of(n->a, w) : (shi_value){ .kind = SHI_V_MISSING };
        return w->call(w->context, n->builtin, n->row, n->a ? &argument : NULL);
    }
    case SHI_N_ADD:
    case SHI_N_SUB:
    case SHI_N_MUL:
    case SHI_N_DIV: return arithmetic(n, w);
    default: return (shi_value){ .kind = SHI_V_MISSING };
    }
}

/* yes and no of a table as a truth. */
static shi_value as_truth(const shi_value *v)
{
    bool is = v->kind == SHI_V_TEXT && shi_str_eq(v->text, S("yes")), isnt = v->kind == SHI_V_TEXT && shi_str_eq(v->text, S("no"));
    return is || isnt ? (shi_value){ .kind = SHI_V_TRUTH, .truth = truth(is) } : *v;
}

/* -1, 0, 1; 2: they cannot be compared. Texts are equal or not (1). */
static int compare(const shi_value *a, const shi_value *b)
{
    if (a->kind == SHI_V_NUMBER && b->kind == SHI_V_NUMBER) return a->number < b->number ? -1 : a->number > b->number;
    if (a->kind == SHI_V_DAY && b->kind == SHI_V_DAY) return a->day < b->day ? -1 : a->day > b->day;
    if (a->kind == SHI_V_TEXT && b->kind == SHI_V_TEXT) return shi_str_eq_nocase(a->text, b->text) ? 0 : 1;
    if (a->kind == SHI_V_TRUTH && b->kind == SHI_V_TRUTH && a->truth != SHI_UNKNOWN && b->truth != SHI_UNKNOWN) return a->truth != b->truth;
    return 2;
}

static shi_truth ordered(const shi_node *n, const shi_world *w)
{
    shi_value a = value_of(n->a, w), b = value_of(n->b, w);
    if (!known(&a) || !known(&b)) return SHI_UNKNOWN;
    if (a.kind == SHI_V_TRUTH) b = as_truth(&b);
    if (b.kind == SHI_V_TRUTH) a = as_truth(&a);
    int c = compare(&a, &b);
    bool has_order = a.kind == SHI_V_NUMBER || a.kind == SHI_V_DAY;
    if (c == 2) return SHI_UNKNOWN;
    switch (n->op) {
    case SHI_N_EQ: return truth(c == 0);
    case SHI_N_NE: return truth(c != 0);
    case SHI_N_LT: return has_order ? truth(c < 0) : SHI_UNKNOWN;
    case SHI_N_LE: return has_order ? truth(c <= 0) : SHI_UNKNOWN;
    case SHI_N_GT: return has_order ? truth(c > 0) : SHI_UNKNOWN;
    default: return has_order ? truth(c >= 0) : SHI_UNKNOWN;
    }
}

static shi_truth in_list(const shi_node *n, const shi_world *w)
{
    shi_value a = value_of(n->a, w);
    if (!known(&a)) return SHI_UNKNOWN;
    for (const shi_node *item = n->b; item; item = item->next)
        if (compare(&a, &item->value) == 0) return SHI_TRUE;
    return SHI_FALSE;
}

/* Sets: the words of a that are not in the set minus. */
static shi_truth has_word(const shi_node *set, shi_str word, const shi_world *w)
{
    if (set->op == SHI_N_MINUS) {
        shi_truth a = has_word(set->a, word, w), b = inverse(has_word(set->b, word, w));
        return a < b ? a : b;
    }
    shi_value v = value_of(set, w);
    if (v.kind == SHI_V_MISSING) return SHI_UNKNOWN;
    return truth(v.kind == SHI_V_TEXT && shi_set_has(v.text, word));
}

static shi_truth has(const shi_node *n, const shi_world *w)
{
    shi_truth best = SHI_FALSE;
    for (const shi_node *item = n->b; item && n->a; item = item->next) {
        shi_truth t = item->value.kind == SHI_V_TEXT ? has_word(n->a, item->value.text, w) : SHI_UNKNOWN;
        if (t > best) best = t;
    }
    return best;
}

static shi_truth is_empty(const shi_node *n, const shi_world *w)
{
    shi_value v = value_of(n->a, w);
    if (v.kind == SHI_V_MISSING) return SHI_UNKNOWN;
    return truth(v.kind == SHI_V_NULL || (n->op == SHI_N_IS_EMPTY && v.kind == SHI_V_TEXT && shi_str_trim(v.text).len == 0));
}

static bool contains(shi_str text, shi_str part)
{
    for (int64_t at = 0; part.len > 0 && at + part.len <= text.len; at++)
        if (memcmp(text.ptr + at, part.ptr, (size_t)part.len) == 0) return true;
    return false;
}

static shi_truth matches(const shi_node *n, const shi_world *w)
{
    shi_value a = value_of(n->a, w), b = value_of(n->b, w);
    if (a.kind != SHI_V_TEXT || b.kind != SHI_V_TEXT) return SHI_UNKNOWN;
    for (int64_t from = 0; from <= b.text.len;) {
        int64_t to = shi_str_find(b.text, '|', from);
        if (contains(a.text, shi_str_sub(b.text, from, to < 0 ? b.text.len : to))) return SHI_TRUE;
        from = to < 0 ? b.text.len + 1 : to + 1;
    }
    return SHI_FALSE;
}

static shi_truth exists(const shi_node *n, const shi_world *w)
{
    shi_truth best = SHI_FALSE;
    bool found = true;
    for (int64_t k = 0; best != SHI_TRUE; k++) {
        shi_truth sure = w->each(w->context, n->row, k, &found);
        if (sure == SHI_UNKNOWN) best = SHI_UNKNOWN;
        if (!found) break;
        shi_truth t = shi_node_judge(n->a, w);
        if (t > best) best = t;
    }
    w->each(w->context, n->row, -1, &found);
    return best;
}

shi_truth shi_node_judge(const shi_node *n, const shi_world *w)
{
    if (!n) return SHI_TRUE;
    switch (n->op) {
    case SHI_N_OR: {
        shi_truth a = shi_node_judge(n->a, w), b = a == SHI_TRUE ? SHI_TRUE : shi_node_judge(n->b, w);
        return a > b ? a : b;
    }
    case SHI_N_AND: {
        shi_truth a = shi_node_judge(n->a, w), b = a == SHI_FALSE ? SHI_FALSE : shi_node_judge(n->b, w);
        return a < b ? a : b;
    }
    case SHI_N_NOT: return inverse(shi_node_judge(n->a, w));
    case SHI_N_EXISTS: return exists(n, w);
    case SHI_N_IN: return in_list(n, w);
    case SHI_N_HAS: return has(n, w);
    case SHI_N_LACKS: return inverse(has(n, w));
    case SHI_N_IS_NULL:
    case SHI_N_IS_EMPTY: return is_empty(n, w);
    case SHI_N_MATCHES: return matches(n, w);
    case SHI_N_CALL:
    case SHI_N_VALUE: {
        shi_value v = value_of(n, w);
        return v.kind == SHI_V_TRUTH ? v.truth : SHI_UNKNOWN;
    }
    default: return ordered(n, w);
    }
}

shi_value shi_set_judge(const shi_test *test, const shi_world *world)
{
    for (int64_t s = 0; s < test->sets; s++) {
        shi_truth t = shi_node_judge(test->set_when[s], world);
        if (t == SHI_TRUE) return (shi_value){ .kind = SHI_V_TEXT, .text = test->set_word[s] };
        if (t == SHI_UNKNOWN) return (shi_value){ .kind = SHI_V_MISSING };
    }
    return (shi_value){ .kind = SHI_V_TEXT, .text = S("none") };
}
