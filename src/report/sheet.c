/* The sheet: what a township or village can hand in, on one A4 page. What may be of any length is cut or counted, and the type is chosen by how much
 * there is to say, so that the page holds it in both languages; the style sheet never lets a second page begin. */
#include "report/papers.h"

#include "report/frame.h"
#include "report/line.h"
#include "report/sections.h"
#include "table/term.h"

#include <stdlib.h>

enum { NAME = 60, CLAUSE = 210, QUOTE = 150, OTHERS = 5, CITED = 3 };   /* bytes, bytes, bytes, rows, clauses */

static shi_str short_of(shi_str name, int64_t bytes)
{
    return shi_str_cut(name, bytes);
}

/* Copies with names that fit. */
static shi_err shortened(const shi_run_view *view, shi_run_view *out)
{
    *out = *view;
    out->figures.ptr = malloc((size_t)(view->figures.len + 1) * sizeof *out->figures.ptr);
    out->targets.ptr = malloc((size_t)(view->targets.len + 1) * sizeof *out->targets.ptr);
    if (!out->figures.ptr || !out->targets.ptr) return shi_no_memory();
    for (int64_t i = 0; i < view->figures.len; i++) {
        shi_figure f = view->figures.ptr[i];
        f.unit_name = short_of(f.unit_name, NAME);
        f.indicator_name = short_of(f.indicator_name, NAME);
        f.issuer_name = short_of(f.issuer_name, NAME);
        out->figures.ptr[i] = f;
    }
    for (int64_t i = 0; i < view->targets.len; i++) {
        shi_target_row t = view->targets.ptr[i];
        t.unit_name = short_of(t.unit_name, NAME);
        t.indicator_name = short_of(t.indicator_name, NAME);
        t.issuer_name = short_of(t.issuer_name, NAME);
        out->targets.ptr[i] = t;
    }
    return (shi_err){ 0 };
}

/* ---- the chains ---- */

static void caption(shi_page *page, const shi_figure *f)
{
    shi_page_raw(page, "<figcaption>");
    shi_page_name(page, f->indicator_name, f->indicator);
    shi_page_raw(page, "</figcaption>");
}

static void other_row(shi_page *page, const shi_figure *f)
{
    shi_page_row(page);
    shi_page_name(page, f->indicator_name, f->indicator);
    shi_page_cell_number(page);
    shi_page_maybe(page, f->target);
    shi_page_cell_number(page);
    shi_page_maybe(page, f->reported);
    shi_page_cell_number(page);
    shi_page_counted(page, f);
    shi_page_cell_number(page);
    shi_page_maybe(page, f->possible);
    shi_page_cell(page);
    shi_page_verdict(page, f->verdict, false);
    shi_page_row_end(page);
}

/* One or two figures as chains; of more, the worst as a chain and the others as rows. */
static void chains(shi_page *page, const shi_run_view *view)
{
    static const char *const HEAD[] = { N_("Indicator"), N_("Target"), N_("Reported"), N_("Counted"), N_("Possible"), N_("Verdict") };
    const int64_t whole = view->figures.len <= 2 ? view->figures.len : 1;
    for (int64_t i = 0; i < whole; i++) {
        shi_page_raw(page, "<figure>");
        caption(page, &view->figures.ptr[i]);
        shi_line_chain(page, &view->figures.ptr[i], view->run.tolerance);
        shi_page_raw(page, "</figure>\n");
    }
    shi_line_legend(page, false);
    if (whole == view->figures.len) return;
    shi_page_table(page, N_("The unit's other figures"), HEAD, COUNT(HEAD), "keep");
    for (int64_t i = whole; i < view->figures.len && i < whole + OTHERS; i++) other_row(page, &view->figures.ptr[i]);
    shi_page_table_end(page);
    shi_section_rest(page, N_("%1$s more figures are not listed here."), view->figures.len - whole - OTHERS);
}

/* ---- the target ---- */

static void arithmetic(shi_page *page, const shi_figure *f)
{
    const shi_target_row *t = shi_words_target_of(&page->targets, f);
    if (!t) {
        shi_section_said(page, N_("No target of this figure is known."));
        return;
    }
    shi_page_para(page, SHI_PARA);
    shi_words_target_plain(&page->slip, page->lang, t);
    shi_page_slip(page);
    shi_line_added(page, f);
    if (page->slip.len) {
        shi_buf way = page->slip;
        page->slip = (shi_buf){ 0 };
        shi_page_raw(page, " ");
        shi_buf_format(&page->slip, tr(page->lang, N_("Who added what: %1$s.")), way.ptr);
        shi_buf_drop(&way);
        shi_page_slip(page);
    }
    shi_page_para_end(page, SHI_PARA);
}

/* ---- ranks ---- */

static void rank_set(shi_page *page, const shi_run_view *view)
{
    const shi_str unit = view->figures.ptr[0].unit_code;
    for (int64_t i = 0; i < view->rankings.len; i++) {
        const shi_places *r = &view->rankings.ptr[i];
        for (int64_t k = 0; k < r->len; k++) {
            if (!shi_str_eq(r->ptr[k].unit_code, unit)) continue;
            shi_buf b[4] = { { 0 }, { 0 }, { 0 }, { 0 } };
            shi_words_name(&b[0], short_of(r->indicator_name.len ? r->indicator_name : r->indicator, NAME));
            shi_words_ranks(&b[1], page->lang, &r->ptr[k]);
            shi_words_whole(&b[2], r->len);
            shi_buf_format(&page->slip, tr(page->lang, N_("In %1$s, by what is really there, its rank may be %2$s of %3$s.")),
                           b[0].ptr ? b[0].ptr : "", b[1].ptr ? b[1].ptr : "", b[2].ptr ? b[2].ptr : "");
            for (int64_t j = 0; j < COUNT(b); j++) shi_buf_drop(&b[j]);
            shi_page_slipped(page, SHI_PARA);
            return;
        }
    }
    shi_section_said(page, N_("There is no rank set: fewer than two units of its level were checked in the field, so no order can be told."));
}

/* ---- the clauses ---- */

static void cited(shi_page *page, const shi_clause *of)
{
    shi_clause c = *of;
    c.text_zh = short_of(c.text_zh, CLAUSE);
    c.text_en = short_of(c.text_en, CLAUSE);
    shi_words_clause_dated(&page->slip, page->lang, &c);
    shi_page_slipped(page, SHI_PARA_ITEM);
}

static void clauses(shi_page *page, const shi_run_view *view, const shi_target_row *t)
{
    int64_t n = 0;
    shi_page_list(page);
    for (int64_t i = 0; t && i < view->clauses.len && n < CITED; i++) {
        const shi_clause *c = &view->clauses.ptr[i];
        if (!c->law || !shi_words_listed(t->rules, c->rule)) continue;
        cited(page, c);
        n++;
    }
    shi_page_list_end(page);
    if (n) shi_page_said(page, SHI_PARA_NOTE, N_("Working summaries, for legal review before they are quoted."));
    else if (t && t->impossible) shi_section_said(page, N_("The target is above what the register allows. This is arithmetic and needs no clause."));
    else shi_section_said(page, N_("No clause in force is known that the target breaks."));
}

/* ---- how to answer ---- */

static void fair_share(shi_page *page, const shi_run_view *view, const shi_figure *f)
{
    for (int64_t i = 0; i < view->shares.len; i++) {
        const shi_share_row *s = &view->shares.ptr[i];
        if (!shi_str_eq(s->indicator, f->indicator)) continue;
        shi_section_counted(page, SHI_PARA, N_("If a number must stay, the unit's share by people of what was first asked for is %1$s, instead of "
            "%2$s."),
            2, (int64_t[4]){ s->value, s->now });
    }
}

static void answer(shi_page *page, const shi_run_view *view)
{
    shi_section_said(page, N_("A unit that sees it otherwise answers in writing, as plain text, to the office that made this sheet; the answer "
        "stands word for word in every later report. Until it is checked, nothing rests on these figures."));
    if (!view->replies.len) return;
    shi_reply last = view->replies.ptr[view->replies.len - 1];
    last.unit_name = short_of(last.unit_name, NAME);
    last.about = short_of(last.about, NAME);
    last.by = short_of(last.by, NAME);
    shi_page_para(page, SHI_PARA_NOTE);
    shi_buf_format(&page->slip, tr(page->lang, N_("Answers recorded: %1$lld. The last: ")), (long long)view->replies.len);
    shi_page_slip(page);
    shi_section_reply_head(page, &last);
    shi_words_name(&page->slip, short_of(last.text, QUOTE));
    if (last.text.len > QUOTE) shi_buf_puts(&page->slip, "\xE2\x80\xA6");
    shi_page_slip(page);
    shi_page_para_end(page, SHI_PARA_NOTE);
}

/* ---- the page ---- */

static void body(shi_page *page, const shi_run_view *view)
{
    const shi_figure *worst = view->figures.ptr;
    const shi_target_row *t = shi_words_target_of(&page->targets, worst);
    if (t && t->issuer_code.len) {
        shi_page_para(page, SHI_PARA_TO);
        shi_page_name(page, t->issuer_name, t->issuer_code);
        shi_page_text(page, page->lang == SHI_ZH ? S("：") : S(":"));
        shi_page_para_end(page, SHI_PARA_TO);
    }
    shi_page_section(page, 1, N_("Its figures"));
    chains(page, view);
    shi_page_section(page, 2, N_("Target and people"));
    arithmetic(page, worst);
    fair_share(page, view, worst);
    shi_page_section(page, 3, N_("Rank"));
    rank_set(page, view);
    shi_page_section(page, 4, N_("Clauses to cite"));
    clauses(page, view, t);
    shi_page_section(page, 5, N_("How to answer"));
    answer(page, view);
}

/* Character cells of what is read, without markup. */
static int64_t cells_of(shi_str html)
{
    int64_t cells = 0;
    for (int64_t i = 0, from; i < html.len; i++) {
        if (html.ptr[i] == '<') {
            while (i < html.len && html.ptr[i] != '>') i++;
            continue;
        }
        for (from = i; i < html.len && html.ptr[i] != '<';) i++;
        cells += shi_width(shi_str_sub(html, from, i));
        i--;
    }
    return cells;
}

static const char *size_of(shi_lang lang, int64_t cells, int64_t figures)
{
    int64_t much = cells + (figures > 1 ? 300 : 0);
    if (lang == SHI_ZH) return much < 1300 ? " sheet" : much < 1900 ? " sheet tight" : " sheet tighter";
    return much < 2200 ? " sheet" : much < 2900 ? " sheet tight" : " sheet tighter";
}

shi_err shi_report_sheet(shi_buf *out, shi_lang lang, const shi_run_view *all)
{
    shi_buf text = { 0 }, who = { 0 }, when = { 0 };
    shi_run_view view;
    shi_page page = { .out = &text, .lang = lang, .small_cell = all->run.small_cell, .period = all->figures.ptr[0].period };
    shi_err e = shortened(all, &view);
    if (!e.code) e = shi_target_index_make(view.targets, &page.targets);
    if (!e.code) {
        const shi_figure *f = view.figures.ptr;
        body(&page, &view);
        shi_words_name(&when, f->unit_name.len ? f->unit_name : f->unit_code);
        shi_buf_format(&who, tr(lang, N_("Note on the figures of %1$s")), when.ptr ? when.ptr : "");
        when.len = 0;
        shi_words_period(&when, lang, f->period);
        page.out = out;
        const char *size = size_of(lang, cells_of(shi_buf_str(&text)), view.figures.len);
        shi_frame_open(&page, &(shi_frame){ .title = { shi_buf_str(&who), shi_buf_str(&when) }, .body = size, .rule = true });
        shi_buf_add(out, shi_buf_str(&text));
        shi_page_para(&page, SHI_PARA_SIGN);
        shi_page_name(&page, f->unit_name, f->unit_code);
        shi_page_say(&page, N_("  (date)"));
        shi_page_para_end(&page, SHI_PARA_SIGN);
        shi_frame_close(&page, view.run.run);
        shi_target_index_drop(&page.targets);
    }
    out->failed = out->failed || text.failed || page.slip.failed || who.failed || when.failed;
    shi_buf_drop(&text);
    shi_buf_drop(&who);
    shi_buf_drop(&when);
    shi_buf_drop(&page.slip);
    free(view.figures.ptr);
    free(view.targets.ptr);
    return e.code || !out->failed ? e : shi_no_memory();
}
