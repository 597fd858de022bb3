/* The matrix. Only what is shown is read: the units below one, and one period. */
#include "serve/matrix.h"

#include "report/json_parts.h"
#include "report/line.h"
#include "serve/write.h"

#include <stdlib.h>
#include <string.h>

enum { CELLS = 20000, INDICATORS = 40 };

typedef struct {
    shi_str period;
    shi_str root;                    /* it and its children are the rows; missing: units without a parent */
    shi_str open;                    /* one of the rows, whose children are shown below it */
    shi_figures figures;             /* by unit, then indicator */
    shi_str *indicator, *indicator_name;
    int64_t indicators, more;        /* more: indicators that are not shown */
} matrix;

/* Children of `parent` (-1: units without one), and the last of them. */
static int64_t children(const shi_chain_units *u, int64_t parent, int64_t *last)
{
    int64_t n = 0;
    for (int64_t i = 0; i < u->len; i++)
        if (u->parent[i] == parent) {
            *last = i;
            n++;
        }
    return n;
}

/* Where a viewer's reach begins; else from the top downward as long as there is but one way: a city whose register holds one county begins with that.
 * Missing: above all. */
static shi_str default_root(const shi_call *call)
{
    const shi_chain_units *u = &call->reader->units;
    int64_t at = -1, last = -1;
    if (call->session.who.role == SHI_VIEWER) return call->session.who.unit_code;
    for (int steps = 0; steps < SHI_UNITS_DEEPEST && children(u, at, &last) == 1; steps++) at = last;
    return at >= 0 ? u->code[at] : (shi_str){ 0 };
}

/* The root, what lies right below it, and right below the one that is open. */
static bool row_of(const shi_call *call, const matrix *m, int64_t i, bool *below)
{
    const shi_chain_units *u = &call->reader->units;
    shi_str parent = u->parent[i] >= 0 ? u->code[u->parent[i]] : (shi_str){ 0 };
    *below = m->open.len && parent.ptr && shi_str_eq(parent, m->open);
    if (!m->root.ptr) return !parent.ptr || *below;
    return (parent.ptr && shi_str_eq(parent, m->root)) || shi_str_eq(u->code[i], m->root) || *below;
}

static shi_err load_figures(shi_call *call, matrix *m)
{
    const shi_chain_units *u = &call->reader->units;
    shi_buf rest = { 0 };
    bool below, any = false;
    shi_buf_puts(&rest, "WHERE period = $1 AND unit_code IN (");
    for (int64_t i = 0; i < u->len; i++) {
        if (!row_of(call, m, i, &below) || !shi_may_see(call, u->code[i])) continue;
        if (any) shi_buf_addc(&rest, ',');
        shi_sql_literal(&rest, u->code[i]);
        any = true;
    }
    if (!any) shi_sql_literal(&rest, S(""));
    shi_buf_format(&rest, ") ORDER BY unit_code, indicator LIMIT %d", CELLS);
    const shi_param p = SHI_TEXTP(m->period);
    shi_err e = rest.failed ? shi_no_memory() : shi_run_figures(&call->reader->duck, call->keep, "figure_out", rest.ptr, &p, 1, &m->figures);
    shi_buf_drop(&rest);
    return e;
}

static int by_text(const void *a, const void *b)
{
    return shi_str_cmp(((const shi_str *)a)[0], ((const shi_str *)b)[0]);
}

/* Columns: the indicators of these figures, in order of their codes. */
static shi_err find_columns(shi_call *call, matrix *m)
{
    int64_t n = m->figures.len;
    shi_str(*pair)[2] = shi_arena_take(call->keep, n + 1, (int64_t)sizeof *pair, (int64_t)_Alignof(shi_str));
    m->indicator = shi_new(call->keep, shi_str, n + 1);
    m->indicator_name = shi_new(call->keep, shi_str, n + 1);
    if (!pair || !m->indicator || !m->indicator_name) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) {
        pair[i][0] = m->figures.ptr[i].indicator;
        pair[i][1] = m->figures.ptr[i].indicator_name;
    }
    qsort(pair, (size_t)n, sizeof *pair, by_text);
    for (int64_t i = 0; i < n; i++) {
        if (i && shi_str_eq(pair[i][0], pair[i - 1][0])) continue;
        if (m->indicators == INDICATORS) m->more++;
        else {
            m->indicator[m->indicators] = pair[i][0];
            m->indicator_name[m->indicators++] = pair[i][1];
        }
    }
    return (shi_err){ 0 };
}

static shi_err load(shi_call *call, const shi_strs *periods, matrix *m)
{
    shi_str asked = shi_wire_get(&call->query, "period"), root = shi_wire_get(&call->query, "parent");
    *m = (matrix){ .period = asked.ptr ? asked : periods->ptr[0], .root = root.ptr ? root : default_root(call),
        .open = shi_wire_get(&call->query, "open") };
    SHI_TRY(load_figures(call, m));
    return find_columns(call, m);
}

static const shi_figure *cell_of(const matrix *m, shi_str unit, shi_str indicator)
{
    int64_t low = 0, high = m->figures.len;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        const shi_figure *f = &m->figures.ptr[mid];
        int order = shi_str_cmp(f->unit_code, unit);
        if (order == 0) order = shi_str_cmp(f->indicator, indicator);
        if (order == 0) return f;
        if (order < 0) low = mid + 1;
        else high = mid;
    }
    return NULL;
}

/* ---- page ---- */

static void cell(shi_call *call, const shi_figure *f)
{
    if (!f) {
        put(call, "<td>");
        return;
    }
    const char *c = shi_page_verdict_class(f->verdict);
    shi_buf_format(call->page.out, "<td class=\"%s\"><a ", c);
    shi_link_figure(call, f->indicator, f->period, f->unit_code);
    put(call, " aria-label=\"");
    shi_words_name(&call->page.slip, f->unit_name.len ? f->unit_name : f->unit_code);
    shi_buf_puts(&call->page.slip, call->lang == SHI_ZH ? "，" : ", ");
    shi_words_name(&call->page.slip, f->indicator_name.len ? f->indicator_name : f->indicator);
    shi_buf_puts(&call->page.slip, call->lang == SHI_ZH ? "，" : ", ");
    shi_buf_puts(&call->page.slip, shi_words_verdict(call->lang, f->verdict));
    slip(call);
    shi_buf_format(call->page.out, "\"><svg class=\"s\" aria-hidden=\"true\"><use href=\"#v-%s\"/></svg>", c);
    shi_line_mini(&call->page, f);
    put(call, "<span class=\"nn\">");
    shi_page_maybe(&call->page, f->reported);
    put(call, "</span></a>");
}

static void unit_row(shi_call *call, const matrix *m, int64_t i, bool below)
{
    const shi_chain_units *u = &call->reader->units;
    bool opens = !below && !shi_str_eq(u->code[i], m->root);
    put(call, below ? "<tr class=\"sub\"><th scope=\"row\">" : "<tr><th scope=\"row\">");
    if (opens) {
        shi_buf query = { 0 };
        shi_wire_encode(&query, m->period);
        shi_buf_puts(&query, "&open=");
        if (!shi_str_eq(u->code[i], m->open)) shi_wire_encode(&query, u->code[i]);
        put(call, "<a class=\"xp\" href=\"/?period=");
        shi_page_text(&call->page, shi_buf_str(&query));
        put(call, shi_str_eq(u->code[i], m->open) ? "#matrix\" aria-expanded=\"true\">" : "#matrix\">");
        shi_buf_drop(&query);
    }
    shi_page_name(&call->page, u->name[i], u->code[i]);
    put(call, opens ? "</a></th>" : "</th>");
    for (int64_t k = 0; k < m->indicators; k++) cell(call, cell_of(m, u->code[i], m->indicator[k]));
    put(call, "</tr>\n");
}

static void period_choice(shi_call *call, const matrix *m, const shi_strs *periods)
{
    put(call, "<form class=\"filter\" action=\"/#matrix\"><label>");
    say(call, N_("Period"));
    put(call, "<select name=\"period\">");
    for (int64_t i = 0; i < periods->len; i++) {
        put(call, "<option value=\"");
        shi_page_text(&call->page, periods->ptr[i]);
        put(call, shi_str_eq(periods->ptr[i], m->period) ? "\" selected>" : "\">");
        shi_words_period(&call->page.slip, call->lang, periods->ptr[i]);
        slip(call);
        put(call, "</option>");
    }
    put(call, "</select></label><noscript><button class=\"btn\">");
    say(call, N_("Show"));
    put(call, "</button></noscript><button class=\"btn\" type=\"button\" data-do=\"numbers\" aria-pressed=\"false\">");
    say(call, N_("Numbers instead of lines"));
    put(call, "</button></form>\n");
}

static void table(shi_call *call, const matrix *m)
{
    const shi_chain_units *u = &call->reader->units;
    bool below;
    put(call, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
    say(call, N_("Matrix of units and indicators"));
    put(call, "\"><table class=\"matrix\"><thead><tr><th scope=\"col\">");
    say(call, N_("Unit"));
    put(call, "</th>");
    for (int64_t k = 0; k < m->indicators; k++) {
        put(call, "<th scope=\"col\">");
        shi_page_name(&call->page, m->indicator_name[k], m->indicator[k]);
        put(call, "</th>");
    }
    put(call, "</tr></thead><tbody>\n");
    for (int64_t i = 0; i < u->len; i++) {
        if (!row_of(call, m, i, &below) || below || !shi_may_see(call, u->code[i])) continue;
        unit_row(call, m, i, false);
        if (!m->open.len || !shi_str_eq(u->code[i], m->open)) continue;
        for (int64_t k = 0; k < u->len; k++)
            if (u->parent[k] == i) unit_row(call, m, k, true);
    }
    put(call, "</tbody></table></div>\n");
    if (m->more) {
        put(call, "<p class=\"small muted\">");
        shi_say_count(call, N_("%1$s more indicators are in the list of figures."), m->more);
        put(call, "</p>\n");
    }
}

shi_err shi_matrix(shi_call *call)
{
    const shi_strs *periods = &call->reader->periods;
    matrix m;
    shi_section(call, "matrix", N_("Units by indicator"), N_("One scale a line: stroke, reported; grey, counted; purple stroke, the most that is "
        "possible. A name "
                                                    "opens what lies below it."));
    if (!periods->len) shi_state(call, "", N_("There are no figures"), N_("Nothing was reported and no target was set."));
    else {
        SHI_TRY(load(call, periods, &m));
        period_choice(call, &m, periods);
        table(call, &m);
    }
    shi_section_end(call);
    return (shi_err){ 0 };
}

/* ---- JSON ---- */

static void cell_json(shi_json *json, const shi_figure *f)
{
    shi_json_begin_object(json);
    shi_json_kstr(json, "indicator", f->indicator);
    shi_json_ktext(json, "verdict", shi_verdict_name(f->verdict));
    shi_part_maybe(json, "target", f->target);
    shi_part_maybe(json, "reported", f->reported);
    shi_part_maybe(json, "counted", f->counted);
    shi_part_maybe(json, "possible", f->possible);
    shi_part_maybe(json, "suspected", f->suspected);
    shi_part_maybe(json, "low", f->real_low);
    shi_part_maybe(json, "high", f->real_high);
    shi_json_kstr(json, "method", f->check_method);
    shi_json_end_object(json);
}

shi_err shi_json_matrix(shi_call *call)
{
    const shi_chain_units *u = &call->reader->units;
    shi_json json = shi_json_answer(call);
    matrix m;
    bool below;
    if (!call->reader->periods.len) return shi_not_found(call);
    SHI_TRY(load(call, &call->reader->periods, &m));
    shi_json_begin_object(&json);
    shi_json_kstr(&json, "period", m.period);
    shi_json_kstr(&json, "parent", m.root);
    shi_json_key(&json, "indicators");
    shi_json_begin_array(&json);
    for (int64_t k = 0; k < m.indicators; k++) {
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "indicator", m.indicator[k]);
        shi_json_kstr(&json, "name", m.indicator_name[k]);
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_json_key(&json, "units");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < u->len; i++) {
        if (!row_of(call, &m, i, &below) || !shi_may_see(call, u->code[i])) continue;
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "unit_code", u->code[i]);
        shi_json_kstr(&json, "name", u->name[i]);
        shi_json_kstr(&json, "level", u->level[i]);
        shi_json_key(&json, "cells");
        shi_json_begin_array(&json);
        for (int64_t k = 0; k < m.indicators; k++) {
            const shi_figure *f = cell_of(&m, u->code[i], m.indicator[k]);
            if (f) cell_json(&json, f);
        }
        shi_json_end_array(&json);
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    return (shi_err){ 0 };
}
