/* Targets: what cannot be met, who added how much, what it would take and cost. */
#include "report/line.h"
#include "report/sections.h"

#include <math.h>
#include <stdlib.h>

static const char *text(const shi_buf *b)
{
    return b->ptr ? b->ptr : "";
}

static void times(shi_page *page, bool known, double factor)
{
    if (!known) shi_page_maybe(page, (shi_maybe){ 0 });
    else shi_words_times(&page->slip, factor);
    shi_page_slip(page);
}

/* ---- beyond what is possible ---- */

static void target_row(shi_page *page, const shi_target_row *t)
{
    shi_page_row(page);
    shi_page_name(page, t->unit_name, t->unit_code);
    shi_page_cell(page);
    shi_page_name(page, t->indicator_name, t->indicator);
    shi_section_period(page, t->period);
    shi_page_cell_number(page);
    shi_page_number(page, t->value);
    shi_page_cell_number(page);
    shi_page_maybe(page, t->possible);
    shi_page_cell_number(page);
    times(page, t->per_person.known, t->per_person.v);
    shi_page_cell_number(page);
    if (t->feasible.known) shi_words_share(&page->slip, t->feasible.v);
    else shi_words_maybe(&page->slip, (shi_maybe){ 0 });
    shi_page_slip(page);
    shi_page_cell_number(page);
    times(page, true, t->amplification);
    shi_page_cell(page);
    if (t->issuer_code.ptr) shi_page_name(page, t->issuer_name, t->issuer_code);
    shi_page_cell(page);
    if (t->impossible) shi_page_verdict(page, SHI_IMPOSSIBLE, false);
    else if (!t->possible.known) shi_page_verdict(page, SHI_NOT_JUDGED, false);
    shi_page_row_end(page);
}

static void beyond(shi_page *page, const shi_run_view *view)
{
    static const char *const HEAD[] = { N_("Unit"), N_("Indicator"), N_("Target"), N_("Possible"), N_("Per person"), N_("Chance"),
                                        N_("Enlarged"), N_("Issuer"), N_("Result") };
    const shi_target_row *worst = shi_words_worst_target(view);
    if (!worst || !worst->impossible) shi_buf_puts(&page->slip, tr(page->lang, N_("No target is above what is possible.")));
    else shi_words_target(&page->slip, page->lang, worst);
    shi_page_slipped(page, SHI_PARA);
    if (worst && worst->impossible && !page->word) {
        shi_page_raw(page, "<figure>");
        shi_line_target(page, worst);
        shi_line_legend(page, true);
        shi_page_raw(page, "</figure>\n");
    }
    shi_page_table(page, N_("Targets, those furthest beyond what is possible first"), HEAD, COUNT(HEAD),
        view->targets.len <= SHI_PAGE_ROWS ? "wide keep" : "wide");
    const int64_t rows = shi_section_shown(page, view->targets.len);
    for (int64_t i = 0; i < rows; i++) target_row(page, &view->targets.ptr[i]);
    shi_page_table_end(page);
    shi_section_rest(page, N_("%1$s more targets are not listed here."), view->run.targets - rows);
    shi_page_said(page, SHI_PARA_NOTE, N_("Possible: from the register alone. Chance: the probability that honest work reaches the target. Enlarged: "
        "times what was first asked, all levels together."));
}

/* ---- enlarged on the way down ---- */

static int by_factor(const void *a, const void *b)
{
    const shi_target_row *x = *(const shi_target_row *const *)a, *y = *(const shi_target_row *const *)b;
    if (x->factor > y->factor || x->factor < y->factor) return x->factor > y->factor ? -1 : 1;
    int c = shi_str_cmp(x->issuer_code, y->issuer_code);
    if (!c) c = shi_str_cmp(x->indicator, y->indicator);
    if (!c) c = shi_str_cmp(x->period, y->period);
    return c ? c : shi_str_cmp(x->unit_code, y->unit_code);
}

static bool same_issue(const shi_target_row *a, const shi_target_row *b)
{
    return shi_str_eq(a->issuer_code, b->issuer_code) && shi_str_eq(a->indicator, b->indicator) && shi_str_eq(a->period, b->period);
}

static void issuer_row(shi_page *page, const shi_target_row *t)
{
    shi_way_step step[SHI_WAY_MAX];
    int n = shi_words_way_up(&page->targets, t, step);
    bool own = n > 0 && step[0].has_own;
    shi_maybe mine = { own, own ? step[0].own : 0 }, handed = mine;
    if (own) handed.v = llround((double)step[0].own * t->factor);
    shi_page_row(page);
    shi_page_name(page, t->issuer_name, t->issuer_code);
    shi_page_cell(page);
    shi_words_level(&page->slip, page->lang, t->issuer_level);
    shi_page_slip(page);
    shi_page_cell(page);
    shi_page_name(page, t->indicator_name, t->indicator);
    shi_section_period(page, t->period);
    shi_page_cell_number(page);
    shi_page_maybe(page, mine);
    shi_page_cell_number(page);
    shi_page_maybe(page, handed);
    shi_page_cell_number(page);
    times(page, true, t->factor);
    shi_page_row_end(page);
}

static void most_enlarged(shi_page *page, const shi_target_row *t)
{
    shi_way_step step[SHI_WAY_MAX];
    int n = shi_words_way_up(&page->targets, t, step);
    bool known = n > 0 && step[0].has_own;
    shi_buf b[4] = { { 0 }, { 0 }, { 0 }, { 0 } };
    shi_words_name(&b[0], t->issuer_name.len ? t->issuer_name : t->issuer_code);
    shi_words_times(&b[1], t->factor);
    if (known) shi_words_number(&b[2], step[0].own);
    if (known) shi_words_number(&b[3], llround((double)step[0].own * t->factor));
    if (known)
        shi_buf_format(&page->slip, tr(page->lang, N_("%1$s was asked for %2$s and asked the units below for %3$s together, %4$s times as much.")),
            text(&b[0]), text(&b[2]), text(&b[3]), text(&b[1]));
    else
        shi_buf_format(&page->slip, tr(page->lang, N_("%1$s asked the units below for %2$s times what it was asked for.")), text(&b[0]), text(&b[1]));
    shi_page_slipped(page, SHI_PARA);
    for (int i = 0; i < 4; i++) {
        page->out->failed = page->out->failed || b[i].failed;
        shi_buf_drop(&b[i]);
    }
}

enum { ISSUERS = 20 };

static void enlarged(shi_page *page, const shi_run_view *view)
{
    static const char *const HEAD[] = { N_("Issuer"), N_("Level"), N_("Indicator"), N_("Own target"), N_("Handed down"), N_("Times") };
    const shi_target_row **by = malloc((size_t)view->targets.len * sizeof *by);
    int64_t n = 0, shown = 0;
    if (!by) {
        page->out->failed = true;
        return;
    }
    for (int64_t i = 0; i < view->targets.len; i++) {
        const shi_target_row *t = &view->targets.ptr[i];
        if (t->issuer_code.ptr && t->factor > 1 + 1e-6) by[n++] = t;
    }
    if (!n) shi_section_said(page, N_("No unit handed down more than it was asked for."));
    else {
        qsort(by, (size_t)n, sizeof *by, by_factor);
        most_enlarged(page, by[0]);
        shi_page_table(page, N_("Who enlarged targets, and by how much"), HEAD, COUNT(HEAD), "keep");
        for (int64_t i = 0; i < n && shown < ISSUERS; i++) {
            if (i && same_issue(by[i], by[i - 1])) continue;
            issuer_row(page, by[i]);
            shown++;
        }
        shi_page_table_end(page);
    }
    free(by);
}

/* ---- hours and prices ---- */

static void cost_row(shi_page *page, const shi_target_row *t)
{
    shi_maybe_f64 hours[] = { t->hours, t->hours_available };
    shi_maybe price[] = { t->price_list, t->price_bulk };
    shi_page_row(page);
    shi_page_name(page, t->unit_name, t->unit_code);
    shi_page_cell(page);
    shi_page_name(page, t->indicator_name, t->indicator);
    shi_section_period(page, t->period);
    shi_page_cell_number(page);
    shi_page_number(page, t->value);
    for (int i = 0; i < 2; i++) {
        shi_page_cell_number(page);
        times(page, hours[i].known, hours[i].v);
    }
    for (int i = 0; i < 2; i++) {
        shi_page_cell_number(page);
        if (price[i].known) shi_words_money(&page->slip, price[i].v);
        else shi_words_maybe(&page->slip, price[i]);
        shi_page_slip(page);
    }
    shi_page_row_end(page);
}

enum { COSTS = 20 };

static void costs(shi_page *page, const shi_run_view *view)
{
    static const char *const HEAD[] = { N_("Unit"), N_("Indicator"), N_("Target"), N_("Honest hours"), N_("Cadres' hours"),
                                        N_("List price (yuan)"), N_("Bulk price (yuan)") };
    int64_t shown = 0;
    for (int64_t i = 0; i < view->targets.len && shown < COSTS; i++) {
        const shi_target_row *t = &view->targets.ptr[i];
        if (!t->hours.known && !t->price_list.known && !t->price_bulk.known) continue;
        if (!shown++) {
            shi_page_heading(page, N_("Hours and temptation"));
            shi_section_said(page, N_("Where a number takes more hours than there are and has a price, the target invites what it should not."));
            shi_page_table(page, N_("What honest work takes, and what the number costs"), HEAD, COUNT(HEAD),
                view->targets.len <= SHI_PAGE_ROWS ? "keep" : "");
        }
        cost_row(page, t);
    }
    if (shown) shi_page_table_end(page);
}

void shi_section_targets(shi_page *page, const shi_run_view *view)
{
    if (!view->targets.len) {
        shi_section_said(page, view->run.targets ? N_("No target stands out.") : N_("No targets were imported."));
        shi_section_lawful(page, view);
        return;
    }
    shi_page_heading(page, N_("Targets beyond what is possible"));
    beyond(page, view);
    shi_page_heading(page, N_("Enlarged on the way down"));
    enlarged(page, view);
    costs(page, view);
    shi_section_lawful(page, view);
}
