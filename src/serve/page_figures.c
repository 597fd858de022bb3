/* Figures as a list: filtered by verdict, indicator, period, unit and words, sorted, a page at a time. */
#include "serve/write.h"

#include "report/json.h"
#include "report/line.h"

#include <inttypes.h>
#include <stdio.h>

enum { A_PAGE = 50, PARAMS = 8, MOST_PAGES = 2000 };

/* Words of ?sort=, what they sort by, and their heading. */
static const struct {
    const char *word, *order, *title_id;
} SORTS[] = {
    { "worst", NULL, N_("furthest from possible first") },
    { "reported", " ORDER BY reported DESC NULLS LAST, indicator, period, unit_code", N_("largest report first") },
    { "gap", " ORDER BY coalesce(reported, 0) - coalesce(counted, 0) DESC, indicator, period, unit_code", N_("furthest above the count first") },
    { "suspected", " ORDER BY suspected DESC NULLS LAST, indicator, period, unit_code", N_("most singled out first") },
    { "unit", " ORDER BY unit_code, indicator, period", N_("by unit") },
};

typedef struct {
    shi_str verdict, indicator, period, unit, words;
    int64_t sort, page, total;
    shi_buf where;
    shi_param param[PARAMS];
    int64_t params;
    shi_figures figures;
} list;

/* " AND COLUMN = $n", where a value was given. */
static void add(list *l, const char *column, shi_str value)
{
    if (!value.len) return;
    l->param[l->params++] = SHI_TEXTP(value);
    shi_buf_format(&l->where, " AND %s = $%d", column, (int)l->params);
}

static void add_words(list *l)
{
    if (!l->words.len) return;
    l->param[l->params++] = SHI_TEXTP(l->words);
    int n = (int)l->params;
    shi_buf_format(&l->where, " AND (contains(lower(unit_name), lower($%d)) OR contains(lower(indicator_name), lower($%d)) OR unit_code = $%d "
                   "OR indicator = $%d)", n, n, n, n);
}

static shi_err ask(shi_call *call, list *l)
{
    shi_str page = shi_wire_get(&call->query, "page"), sort = shi_wire_get(&call->query, "sort");
    *l = (list){ .verdict = shi_wire_get(&call->query, "verdict"), .indicator = shi_wire_get(&call->query, "indicator"),
        .period = shi_wire_get(&call->query, "period"), .unit = shi_wire_get(&call->query, "unit"), .words = shi_wire_get(&call->query, "q"),
        .page = 1 };
    for (int64_t i = 0; i < COUNT(SORTS); i++)
        if (shi_str_eq(sort, shi_str_from(SORTS[i].word))) l->sort = i;
    if (page.len && (!shi_count_parse(page, &l->page) || l->page < 1 || l->page > MOST_PAGES)) l->page = 1;
    shi_buf_puts(&l->where, "WHERE true");
    add(l, "verdict", l->verdict);
    add(l, "indicator", l->indicator);
    add(l, "period", l->period);
    add_words(l);
    if (l->unit.len) shi_below_sql(call, l->unit, &l->where);
    shi_reach_sql(call, &l->where);
    return l->where.failed ? shi_no_memory() : (shi_err){ 0 };
}

static shi_err load(shi_call *call, list *l)
{
    shi_buf sql = { 0 };
    shi_duck *duck = &call->reader->duck;
    shi_buf_puts(&sql, "SELECT count(*) FROM figure_out ");
    shi_buf_add(&sql, shi_buf_str(&l->where));
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_int(duck, sql.ptr, l->param, l->params, &l->total);
    sql.len = 0;
    shi_buf_add(&sql, shi_buf_str(&l->where));
    shi_buf_format(&sql, "%s LIMIT %d OFFSET %" PRId64, SORTS[l->sort].order ? SORTS[l->sort].order : shi_worst_first(call->reader), A_PAGE,
                   (l->page - 1) * A_PAGE);
    if (!e.code) e = sql.failed ? shi_no_memory() : shi_run_figures(duck, call->keep, "figure_out", sql.ptr, l->param, l->params, &l->figures);
    shi_buf_drop(&sql);
    return e;
}

static shi_err prepare(shi_call *call, list *l)
{
    shi_err e = ask(call, l);
    if (!e.code) e = load(call, l);
    shi_buf_drop(&l->where);
    return e;
}

/* ---- page ---- */

static void option(shi_call *call, shi_str value, bool chosen)
{
    put(call, "<option value=\"");
    shi_page_text(&call->page, value);
    put(call, chosen ? "\" selected>" : "\">");
}

/* A choice of which nothing need be chosen: open until </select></label>. */
static void choice(shi_call *call, const char *field, const char *label_id)
{
    put(call, "<label>");
    say(call, label_id);
    shi_buf_format(call->page.out, "<select name=\"%s\"><option value=\"\">", field);
    say(call, N_("all"));
    put(call, "</option>");
}

static void indicator_choice(shi_call *call, const list *l)
{
    const shi_pairs *all = &call->reader->indicators;
    choice(call, "indicator", N_("Indicator"));
    for (int64_t i = 0; i < all->len; i++) {
        option(call, all->ptr[i].name, shi_str_eq(all->ptr[i].name, l->indicator));
        shi_words_name(&call->page.slip, all->ptr[i].value.len ? all->ptr[i].value : all->ptr[i].name);
        slip(call);
        put(call, "</option>");
    }
    put(call, "</select></label>\n");
}

static void period_choice(shi_call *call, const list *l)
{
    const shi_strs *all = &call->reader->periods;
    choice(call, "period", N_("Period"));
    for (int64_t i = 0; i < all->len; i++) {
        option(call, all->ptr[i], shi_str_eq(all->ptr[i], l->period));
        shi_words_period(&call->page.slip, call->lang, all->ptr[i]);
        slip(call);
        put(call, "</option>");
    }
    put(call, "</select></label>\n");
}

static void verdict_choice(shi_call *call, const list *l)
{
    choice(call, "verdict", N_("Verdict"));
    for (int k = SHI_NOT_JUDGED; k <= SHI_IMPOSSIBLE; k++) {
        shi_str name = shi_str_from(shi_verdict_name((shi_verdict)k));
        option(call, name, shi_str_eq(name, l->verdict));
        shi_page_text(&call->page, shi_str_from(shi_words_verdict(call->lang, (shi_verdict)k)));
        put(call, "</option>");
    }
    put(call, "</select></label>\n");
}

static void filter(shi_call *call, const list *l)
{
    put(call, "<form class=\"filter\" action=\"/figures\" role=\"search\">\n<label>");
    say(call, N_("Name or code"));
    put(call, "<input name=\"q\" type=\"search\" value=\"");
    shi_page_text(&call->page, l->words);
    put(call, "\"></label>\n");
    verdict_choice(call, l);
    indicator_choice(call, l);
    period_choice(call, l);
    put(call, "<label>");
    say(call, N_("Order"));
    put(call, "<select name=\"sort\">");
    for (int64_t i = 0; i < COUNT(SORTS); i++) {
        option(call, shi_str_from(SORTS[i].word), i == l->sort);
        say(call, SORTS[i].title_id);
        put(call, "</option>");
    }
    put(call, "</select></label>\n");
    if (l->unit.len) {
        put(call, "<input type=\"hidden\" name=\"unit\" value=\"");
        shi_page_text(&call->page, l->unit);
        put(call, "\">");
    }
    put(call, "<button class=\"btn\">");
    say(call, N_("Show"));
    put(call, "</button>\n</form>\n");
}

static void row(shi_call *call, const shi_figure *f)
{
    shi_page *page = &call->page;
    shi_page_row(page);
    put(call, "<a ");
    shi_link_figure(call, f->indicator, f->period, f->unit_code);
    put(call, ">");
    shi_page_name(page, f->unit_name, f->unit_code);
    put(call, "</a>");
    shi_page_cell(page);
    shi_page_name(page, f->indicator_name, f->indicator);
    put(call, "<span class=\"sub-name\">");
    shi_words_period(&page->slip, call->lang, f->period);
    slip(call);
    put(call, "</span>");
    const shi_maybe before[] = { f->target, f->reported };
    for (int64_t i = 0; i < COUNT(before); i++) {
        shi_page_cell_number(page);
        shi_page_maybe(page, before[i]);
    }
    shi_page_cell_number(page);
    shi_page_counted(page, f);
    const shi_maybe after[] = { f->possible, f->suspected };
    for (int64_t i = 0; i < COUNT(after); i++) {
        shi_page_cell_number(page);
        shi_page_maybe(page, after[i]);
    }
    shi_page_cell(page);
    shi_line_mini(page, f);
    shi_page_cell(page);
    shi_page_verdict(page, f->verdict, false);
    shi_page_row_end(page);
}

/* "page 2 of 110", and the ways to the one before and after. */
static void pager(shi_call *call, const list *l)
{
    int64_t pages = (l->total + A_PAGE - 1) / A_PAGE;
    if (pages < 2) return;
    const int64_t other[2] = { l->page - 1, l->page + 1 };
    static const char *const WORD[2] = { N_("Page before"), N_("Next page") };
    put(call, "<nav class=\"pager\" aria-label=\"");
    say(call, N_("Pages"));
    put(call, "\">");
    for (int k = 0; k < 2; k++) {
        if (other[k] < 1 || other[k] > pages || other[k] > MOST_PAGES) continue;
        shi_buf query = { 0 };
        for (int64_t i = 0; i < call->query.len; i++) {
            if (shi_str_eq(call->query.ptr[i].name, S("page")) || !call->query.ptr[i].value.len) continue;
            shi_wire_encode(&query, call->query.ptr[i].name);
            shi_buf_addc(&query, '=');
            shi_wire_encode(&query, call->query.ptr[i].value);
            shi_buf_addc(&query, '&');
        }
        shi_buf_format(&query, "page=%" PRId64, other[k]);
        put(call, k ? "<a class=\"btn\" rel=\"next\" href=\"/figures?" : "<a class=\"btn\" rel=\"prev\" href=\"/figures?");
        shi_page_text(&call->page, shi_buf_str(&query));
        put(call, "\">");
        say(call, WORD[k]);
        put(call, "</a>");
        shi_buf_drop(&query);
    }
    put(call, "<span>");
    shi_buf a = { 0 }, b = { 0 };
    shi_words_whole(&a, l->page);
    shi_words_whole(&b, pages);
    shi_buf_format(&call->page.slip, tr(call->lang, N_("page %1$s of %2$s")), a.ptr ? a.ptr : "", b.ptr ? b.ptr : "");
    shi_buf_drop(&a);
    shi_buf_drop(&b);
    slip(call);
    put(call, "</span></nav>\n");
}

shi_err shi_page_figures(shi_call *call)
{
    static const char *const HEAD[] = { N_("Unit"), N_("Indicator"), N_("Target"), N_("Reported"), N_("Counted"), N_("Possible"), N_("Suspected"),
        N_("Number line"), N_("Verdict") };
    list l;
    SHI_TRY(prepare(call, &l));
    shi_head(call, N_("Figures"));
    put(call, "<p class=\"lead\" role=\"status\">");
    shi_say_count(call, N_("%1$s figures"), l.total);
    put(call, call->lang == SHI_ZH ? "，" : ", ");
    say(call, SORTS[l.sort].title_id);
    put(call, "</p>\n");
    filter(call, &l);
    if (!l.figures.len) {
        shi_state(call, "", N_("No figure fits"), N_("Take back one of the choices above."));
        return (shi_err){ 0 };
    }
    shi_page_table(&call->page, N_("Figures"), HEAD, COUNT(HEAD), "wide");
    for (int64_t i = 0; i < l.figures.len; i++) row(call, &l.figures.ptr[i]);
    shi_page_table_end(&call->page);
    pager(call, &l);
    return (shi_err){ 0 };
}

shi_err shi_json_figures(shi_call *call)
{
    list l;
    shi_json json = shi_json_answer(call);
    SHI_TRY(prepare(call, &l));
    shi_json_begin_object(&json);
    shi_json_kint(&json, "total", l.total);
    shi_json_kint(&json, "page", l.page);
    shi_json_kint(&json, "a_page", A_PAGE);
    shi_json_key(&json, "figures");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < l.figures.len; i++) shi_report_json_figure(&json, &l.figures.ptr[i]);
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    return (shi_err){ 0 };
}
