/* One figure: its sentence, its chain, the batches in it, what is beside it and before it, who asked for it. */
#include "serve/write.h"

#include "report/batches.h"
#include "report/json.h"
#include "report/json_parts.h"
#include "report/line.h"

#include <inttypes.h>

enum { SIBLINGS = 60, MONTHS = 36, BATCHES = 30 };

/* A finding and how many of its members lie in the figure's unit and app. */
typedef struct {
    shi_account_batch batch;
    int64_t here;
} held;

typedef struct {
    const shi_figure *f;
    shi_figures siblings, months;
    shi_target_rows targets;
    shi_findings findings;
    held *held;
    int64_t helds;
} subject;

/* The figure, those beside it and those of other periods come in one query, since what a query costs is mostly that it is one. */
static shi_err load_figures(shi_call *call, const shi_str part[3], subject *p)
{
    const shi_chain_units *u = &call->reader->units;
    int64_t unit = shi_units_find(u, part[2]), parent = unit >= 0 ? u->parent[unit] : -1;
    const shi_param key[] = { SHI_TEXTP(part[0]), SHI_TEXTP(part[1]), SHI_TEXTP(part[2]), parent >= 0 ? SHI_TEXTP(u->code[parent]) :
        (shi_param){ 0 } };
    shi_figures all;
    SHI_TRY(shi_run_figures(&call->reader->duck, call->keep, "figure_out",
                            "WHERE indicator = $1 AND (unit_code = $3 OR (period = $2 AND parent_code = $4)) ORDER BY unit_code, period DESC",
                            key, 4, &all));
    p->siblings.ptr = shi_new(call->keep, shi_figure, all.len + 1);
    p->months.ptr = shi_new(call->keep, shi_figure, all.len + 1);
    if (!p->siblings.ptr || !p->months.ptr) return shi_no_memory();
    for (int64_t i = 0; i < all.len; i++) {
        const shi_figure *f = &all.ptr[i];
        bool same_unit = shi_str_eq(f->unit_code, part[2]), same_period = shi_str_eq(f->period, part[1]);
        if (same_unit && same_period) p->f = f;
        if (same_unit && p->months.len < MONTHS) p->months.ptr[p->months.len++] = *f;
        if (same_period && p->siblings.len < SIBLINGS && shi_may_see(call, f->unit_code)) p->siblings.ptr[p->siblings.len++] = *f;
    }
    return p->f ? (shi_err){ 0 } : shi_not_found(call);
}

static shi_err load_batches(shi_call *call, subject *p)
{
    shi_rows rows;
    shi_buf sql = { 0 };
    shi_duck *duck = &call->reader->duck;
    if (!call->reader->info.detected) return (shi_err){ 0 };
    shi_buf_puts(&sql, "SELECT m.finding, count(*) AS n FROM member m JOIN finding g ON g.finding = m.finding WHERE g.selected "
                       "AND NOT coalesce(g.explained, false) AND m.app = $1");
    shi_below_sql(call, p->f->unit_code, &sql);
    shi_buf_format(&sql, " GROUP BY 1 ORDER BY n DESC, 1 LIMIT %d", BATCHES);
    const shi_param app = SHI_TEXTP(p->f->app);
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_query(duck, sql.ptr, &app, 1, &rows);
    sql.len = 0;
    if (!e.code) {
        int64_t n = (int64_t)duckdb_row_count(&rows.result);
        p->held = shi_new(call->keep, held, n + 1);
        shi_buf_puts(&sql, "WHERE finding IN (''");
        while (p->held && p->helds < n && shi_rows_next(&rows)) {
            held *h = &p->held[p->helds++];
            h->batch.finding = shi_str_copy(call->keep, shi_rows_str(&rows, 0));
            h->here = shi_rows_int(&rows, 1);
            shi_buf_addc(&sql, ',');
            shi_sql_literal(&sql, h->batch.finding);
        }
        shi_buf_addc(&sql, ')');
        shi_rows_close(&rows);
    }
    shi_account_batches found = { 0 };
    if (!e.code && (!p->held || sql.failed)) e = shi_no_memory();
    if (!e.code && p->helds) e = shi_run_batches(duck, call->keep, "finding", sql.ptr, NULL, 0, &found);
    shi_buf_drop(&sql);
    shi_reach_batches(call, found);
    for (int64_t i = 0; i < found.len; i++)
        for (int64_t k = 0; k < p->helds; k++)
            if (shi_str_eq(p->held[k].batch.finding, found.ptr[i].finding)) p->held[k].batch = found.ptr[i];
    return e;
}

static shi_err load(shi_call *call, subject *p)
{
    shi_str part[3];
    shi_duck *duck = &call->reader->duck;
    *p = (subject){ 0 };
    if (!shi_figure_name_split(call->rest, part) || !shi_may_see(call, part[2])) return shi_not_found(call);
    SHI_TRY(load_figures(call, part, p));
    const shi_param key[] = { SHI_TEXTP(part[0]), SHI_TEXTP(part[1]) };
    SHI_TRY(shi_run_targets(duck, call->keep, "target_out", "WHERE indicator = $1 AND period = $2 ORDER BY unit_code, issuer_code NULLS LAST", key, 2,
                            &p->targets));
    if (call->api) SHI_TRY(shi_run_findings(duck, call->keep, p->f, &p->findings));
    return load_batches(call, p);
}

/* ---- page ---- */

static void where(shi_call *call, const shi_figure *f)
{
    const shi_chain_units *u = &call->reader->units;
    int64_t way[SHI_UNITS_DEEPEST];
    int n = 0;
    put(call, "<nav aria-label=\"");
    say(call, N_("Where"));
    put(call, "\"><ol class=\"where\"><li><a href=\"/\">");
    say(call, N_("Overview"));
    put(call, "</a></li>");
    for (int64_t i = shi_units_find(u, f->unit_code); i >= 0 && n < SHI_UNITS_DEEPEST; i = u->parent[i]) way[n++] = i;
    while (n-- > 0) {
        if (!shi_may_see(call, u->code[way[n]])) continue;
        put(call, "<li><a ");
        shi_link(call, "/unit/", u->code[way[n]]);
        put(call, ">");
        shi_page_name(&call->page, u->name[way[n]], u->code[way[n]]);
        put(call, "</a></li>");
    }
    put(call, "<li>");
    shi_page_name(&call->page, f->indicator_name, f->indicator);
    put(call, "</li></ol></nav>\n");
}

/* To the form that plans a field check of the figure. */
static void plan_link(shi_call *call, const shi_figure *f)
{
    shi_buf name = { 0 };
    if (!(SHI_OFFICE >> call->session.who.role & 1)) return;
    shi_buf_format(&name, "%.*s/%.*s/%.*s", (int)f->indicator.len, f->indicator.ptr, (int)f->period.len, f->period.ptr, (int)f->unit_code.len,
                   f->unit_code.ptr);
    put(call, "<div class=\"btns\"><a class=\"btn\" ");
    shi_link(call, "/checks?figure=", shi_buf_str(&name));
    put(call, ">");
    say(call, N_("Plan a check"));
    put(call, "</a></div>\n");
    call->page.out->failed = call->page.out->failed || name.failed;
    shi_buf_drop(&name);
}

static void head(shi_call *call, const shi_figure *f)
{
    shi_page *page = &call->page;
    shi_buf title = { 0 };
    shi_words_name(&title, f->unit_name.len ? f->unit_name : f->unit_code);
    shi_buf_addc(&title, ' ');
    shi_words_name(&title, f->indicator_name.len ? f->indicator_name : f->indicator);
    call->title = shi_str_copy(call->keep, shi_buf_str(&title));
    shi_buf_drop(&title);
    put(call, "<div class=\"head\"><div class=\"row\"><h1>");
    shi_page_name(page, f->unit_name, f->unit_code);
    put(call, call->lang == SHI_ZH ? "\xE3\x80\x80" : ", ");
    shi_page_name(page, f->indicator_name, f->indicator);
    put(call, "</h1>");
    shi_page_verdict(page, f->verdict, true);
    put(call, "</div>\n<p class=\"meta\"><span>");
    shi_page_name(page, f->app, f->app);
    put(call, "</span><span>");
    shi_words_period(&page->slip, call->lang, f->period);
    slip(call);
    put(call, "</span>");
    if (f->people.known) {
        put(call, "<span>");
        shi_say_count(call, N_("%1$s people"), f->people.v / 1000);
        put(call, " ");
        shi_page_text(&call->page, shi_str_from(shi_words_people_by(call->lang, f->people_by)));
        put(call, "</span>");
    }
    put(call, "</p></div>\n<p class=\"lead\">");
    shi_words_reason_public(&page->slip, call->lang, f, call->reader->info.tolerance, page->small_cell);
    slip(call);
    put(call, "</p>\n");
    plan_link(call, f);
}

static void batches(shi_call *call, const subject *p)
{
    static const char *const HEAD[] = { N_("No."), N_("What was found"), N_("Accounts here"), N_("When"), N_("q"), N_("Units"),
        N_("Innocent causes") };
    shi_page *page = &call->page;
    if (!p->helds) return;
    shi_section(call, "batches", N_("Findings in it"), N_("Accounts of this unit and app that findings single out. A lead says where to look."));
    shi_page_table(page, N_("Findings"), HEAD, COUNT(HEAD), "txt");
    for (int64_t i = 0; i < p->helds; i++) {
        const shi_account_batch *b = &p->held[i].batch;
        shi_page_row(page);
        if (call->session.who.role == SHI_VIEWER) shi_page_text(page, b->finding);
        else {
            put(call, "<a class=\"nw\" ");
            shi_link(call, "/finding/", b->finding);
            put(call, ">");
            shi_page_text(page, b->finding);
            put(call, "</a>");
        }
        shi_page_cell(page);
        shi_page_text(page, shi_str_from(shi_words_detector(call->lang, b->detector)));
        shi_page_cell_number(page);
        if (p->held[i].here < page->small_cell) {
            put(call, "&lt;");
            shi_page_count(page, page->small_cell);
        } else {
            shi_page_count(page, p->held[i].here);
        }
        shi_page_cell(page);
        put(call, "<span class=\"num\">");
        shi_page_text(page, b->first_day);
        put(call, call->lang == SHI_ZH ? " \xE2\x80\x94 " : " \xE2\x80\x93 ");
        shi_page_text(page, b->last_day);
        put(call, "</span>");
        shi_page_cell_number(page);
        if (b->q.known) shi_buf_format(page->out, b->q.v < 0.001 ? "&lt;0.001" : "%.3f", b->q.v);
        shi_page_cell_number(page);
        shi_page_count(page, b->units);
        shi_page_cell(page);
        shi_words_causes(&page->slip, call->lang, b);
        slip(call);
        shi_page_row_end(page);
    }
    shi_page_table_end(page);
    shi_section_end(call);
}

static void small_lines(shi_call *call, const shi_figures *figures, const char *id, const char *title_id, bool by_period)
{
    if (figures->len < 2) return;
    shi_section(call, id, title_id, NULL);
    put(call, "<ul class=\"sm\">");
    for (int64_t i = 0; i < figures->len; i++) {
        const shi_figure *f = &figures->ptr[i];
        put(call, "<li><a ");
        shi_link_figure(call, f->indicator, f->period, f->unit_code);
        put(call, ">");
        if (by_period) {
            shi_words_period(&call->page.slip, call->lang, f->period);
            slip(call);
        } else {
            shi_page_name(&call->page, f->unit_name, f->unit_code);
        }
        put(call, "</a> <b>");
        shi_page_maybe(&call->page, f->reported);
        put(call, "</b><br>");
        shi_line_mini(&call->page, f);
        put(call, " ");
        shi_page_verdict(&call->page, f->verdict, false);
        put(call, "</li>\n");
    }
    put(call, "</ul>\n");
    shi_section_end(call);
}

static void fact(shi_call *call, const char *name_id)
{
    put(call, "</dd><dt>");
    say(call, name_id);
    put(call, "</dt><dd>");
}

static void issuer(shi_call *call, const subject *p)
{
    const shi_target_row *t = shi_words_target_of(&call->page.targets, p->f);
    put(call, "<section><h3>");
    say(call, N_("Who asked for it"));
    put(call, "</h3>\n");
    if (!t) {
        put(call, "<p class=\"small\">");
        say(call, N_("No target was set."));
        put(call, "</p></section>\n");
        return;
    }
    put(call, "<dl class=\"facts\"><dt>");
    say(call, N_("Issuer"));
    put(call, "</dt><dd>");
    shi_page_name(&call->page, t->issuer_name, t->issuer_code);
    fact(call, N_("Enlarged"));
    shi_words_times(&call->page.slip, t->amplification);
    slip(call);
    put(call, call->lang == SHI_ZH ? " 倍" : " times");
    if (t->feasible.known) {
        fact(call, N_("Chance of honest work"));
        shi_words_share(&call->page.slip, t->feasible.v);
        slip(call);
    }
    if (t->rules.len && call->session.who.role != SHI_VIEWER) {
        fact(call, N_("Rules"));
        put(call, "<a href=\"/targets#clauses\">");
        shi_page_text(&call->page, t->rules);
        put(call, "</a>");
    }
    if (t->advice.len) {
        fact(call, N_("Advice"));
        put(call, "<span class=\"tag2 ");
        shi_page_text(&call->page, t->advice);
        put(call, "\">");
        shi_page_text(&call->page, shi_str_from(shi_words_advice(call->lang, t->advice)));
        put(call, "</span>");
    }
    put(call, "</dd></dl></section>\n");
}

static void recheck(shi_call *call)
{
    put(call, "<section><h3>");
    say(call, N_("Recheck"));
    put(call, "</h3><dl class=\"facts\"><dt>");
    say(call, N_("Run"));
    put(call, "</dt><dd><code>");
    shi_page_text(&call->page, call->reader->run);
    put(call, "</code></dd><dt>");
    say(call, N_("Command"));
    put(call, "</dt><dd><code>shishu explain ");
    shi_page_text(&call->page, call->rest);
    put(call, "</code></dd></dl></section>\n");
}

shi_err shi_page_figure(shi_call *call)
{
    subject p;
    SHI_TRY(load(call, &p));
    SHI_TRY(shi_target_index_make(p.targets, &call->page.targets));
    where(call, p.f);
    head(call, p.f);
    shi_line_chain(&call->page, p.f, call->reader->info.tolerance);
    shi_line_legend(&call->page, false);
    put(call, "<div class=\"cols\"><div>\n");
    batches(call, &p);
    small_lines(call, &p.siblings, "beside", N_("Beside it, the same period"), false);
    small_lines(call, &p.months, "before", N_("The same unit, other periods"), true);
    shi_section(call, "unknown", N_("What is not known"), NULL);
    put(call, "<p class=\"prose\">");
    shi_words_unknown(&call->page.slip, call->lang, p.f);
    if (!call->page.slip.len) shi_buf_puts(&call->page.slip, tr(call->lang, N_("All links of the chain are known, as far as the files say.")));
    slip(call);
    put(call, "</p>\n");
    shi_section_end(call);
    put(call, "</div><div class=\"aside\">\n");
    issuer(call, &p);
    recheck(call);
    put(call, "</div></div>\n");
    return (shi_err){ 0 };
}

static void figure_list(shi_json *json, const char *key, const shi_figures *figures)
{
    shi_json_key(json, key);
    shi_json_begin_array(json);
    for (int64_t i = 0; i < figures->len; i++) shi_report_json_figure(json, &figures->ptr[i]);
    shi_json_end_array(json);
}

shi_err shi_json_figure(shi_call *call)
{
    subject p;
    shi_json json = shi_json_answer(call);
    SHI_TRY(load(call, &p));
    shi_report_json_explain(&json, p.f, p.targets, p.findings, call->reader->info.tolerance);
    shi_json_reopen_object(&json);
    figure_list(&json, "siblings", &p.siblings);
    figure_list(&json, "months", &p.months);
    shi_json_key(&json, "batches");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < p.helds; i++) {
        shi_report_json_batch(&json, &p.held[i].batch, &call->reader->ws.zone);
        shi_json_reopen_object(&json);
        shi_json_kint(&json, "here", p.held[i].here);
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    return (shi_err){ 0 };
}
