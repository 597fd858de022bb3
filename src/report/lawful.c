/* What check adds: clause by clause in the section about targets; what to do, a fair allocation and hours by period in that of proposals. */
#include "report/sections.h"

#include <math.h>

static void about(shi_page *page, shi_maybe_f64 x)
{
    bool known = x.known && fabs(x.v) < 9e12;
    shi_page_cell_number(page);
    shi_page_maybe(page, (shi_maybe){ known, known ? llround(x.v) * 1000 : 0 });
}

static void whole(shi_page *page, int64_t n)
{
    shi_page_cell_number(page);
    shi_page_count(page, n);
}

/* ---- clause by clause ---- */

static void clause(shi_page *page, const shi_clause *c)
{
    const int64_t n[] = { c->targets, c->indicators, c->apps, c->bulletins, c->forms, c->units };
    static const char *const NAME[] = { N_("targets"), N_("indicators"), N_("apps"), N_("bulletins"), N_("forms"), N_("units") };
    shi_page_para(page, SHI_PARA_ITEM);
    shi_words_clause(&page->slip, page->lang, c);
    shi_page_slip(page);
    shi_page_raw(page, "<small>");
    for (int64_t k = 0; k < COUNT(n); k++) {
        if (!n[k]) continue;
        shi_page_text(page, S(" "));
        shi_page_say(page, NAME[k]);
        shi_page_text(page, S(" "));
        shi_page_count(page, n[k]);
    }
    shi_page_raw(page, "</small>");
    shi_page_para_end(page, SHI_PARA_ITEM);
}

/* Rules of law, then our own arithmetic; questions to people apart from what is broken. */
static void clauses(shi_page *page, const shi_run_view *view)
{
    const struct {
        const char *head;
        bool law, asked;
    } PARTS[] = { { N_("Rules in force that are not kept:"), true, false }, { N_("To be asked by a person:"), true, true },
        { N_("By arithmetic, not by law:"), false, false } };
    int64_t shown = 0;
    for (int64_t k = 0; k < COUNT(PARTS); k++) {
        int64_t n = 0;
        for (int64_t i = 0; i < view->clauses.len; i++) {
            const shi_clause *c = &view->clauses.ptr[i];
            bool asked = shi_str_eq(c->kind, S("lead")) || shi_str_eq(c->kind, S("ask"));
            if (c->law != PARTS[k].law || (c->law && asked != PARTS[k].asked)) continue;
            if (!n++) {
                shi_section_said(page, PARTS[k].head);
                shi_page_list(page);
            }
            clause(page, c);
        }
        if (n) shi_page_list_end(page);
        shown += n;
    }
    if (!shown) shi_section_said(page, N_("No rule in force is broken, as far as the tables say."));
    else shi_section_said(page, N_("The texts are working summaries: a legal officer should read them before they are quoted."));
}

/* ---- what to do ---- */

static void advice_row(shi_page *page, const shi_advice_row *a)
{
    shi_page_row(page);
    shi_page_name(page, a->name, a->indicator);
    shi_page_cell(page);
    shi_page_strong(page, true);
    shi_page_text(page, shi_str_from(shi_words_advice(page->lang, a->advice)));
    shi_page_strong(page, false);
    shi_page_cell(page);
    shi_page_text(page, page->lang == SHI_ZH ? a->reason_zh : a->reason_en);
    if (!shi_str_eq(a->advice, S("cancel"))) {
        shi_page_small(page, true);
        shi_page_text(page, page->lang == SHI_ZH ? a->harden_zh : a->harden_en);
        shi_page_small(page, false);
    }
    whole(page, a->units);
    whole(page, a->targets);
    whole(page, a->impossible);
    about(page, a->hours);
    about(page, a->hours_saved);
    shi_page_row_end(page);
}

static void what_to_do(shi_page *page, const shi_run_view *view)
{
    static const char *const HEAD[] = { N_("Indicator"), N_("Advice"), N_("Reason"), N_("Units"), N_("Targets"), N_("Impossible"), N_("Honest hours"),
                                        N_("Hours saved") };
    if (!view->advice.len) return;
    shi_page_heading(page, N_("Indicator by indicator"));
    shi_page_table(page, N_("What to do about each indicator"), HEAD, COUNT(HEAD), view->advice.len <= SHI_PAGE_ROWS ? "txt keep" : "txt");
    for (int64_t i = 0; i < view->advice.len; i++) advice_row(page, &view->advice.ptr[i]);
    shi_page_table_end(page);
}

static void burden(shi_page *page, const shi_run_view *view)
{
    static const char *const HEAD[] = { N_("Period"), N_("Indicators"), N_("Targets"), N_("Impossible"), N_("Unlawful"), N_("Honest hours"),
                                        N_("Cadres' hours"), N_("Bulk price (yuan)") };
    if (view->periods.len < 2) return;
    shi_page_heading(page, N_("Did the burden fall?"));
    shi_page_table(page, N_("Burden and temptation by period"), HEAD, COUNT(HEAD), view->periods.len <= SHI_PAGE_ROWS ? "keep" : "");
    for (int64_t i = 0; i < view->periods.len; i++) {
        const shi_period_row *p = &view->periods.ptr[i];
        shi_page_row(page);
        shi_words_name(&page->slip, p->period);
        shi_page_slip(page);
        whole(page, p->indicators);
        whole(page, p->targets);
        whole(page, p->impossible);
        whole(page, p->unlawful);
        about(page, p->hours);
        about(page, p->hours_available);
        about(page, p->price_bulk);
        shi_page_row_end(page);
    }
    shi_page_table_end(page);
}

/* ---- a fair allocation ---- */

enum { SHARES = 20 };

/* The indicator and period of which most cannot be placed stands first among the shares. */
static void allocation(shi_page *page, const shi_run_view *view)
{
    static const char *const HEAD[] = { N_("Unit"), N_("People"), N_("Now"), N_("Fair"), N_("Chance") };
    const shi_share_row *first = view->shares.ptr;
    int64_t n = 0;
    if (!view->shares.len) return;
    shi_page_heading(page, N_("If a number must stay: a fair allocation"));
    shi_page_para(page, SHI_PARA);
    shi_page_name(page, first->indicator_name, first->indicator);
    shi_page_text(page, S(" "));
    shi_words_period(&page->slip, page->lang, first->period);
    shi_page_slip(page);
    shi_page_text(page, page->lang == SHI_ZH ? S("：") : S(": "));
    shi_words_placed(&page->slip, page->lang, first);
    shi_page_slip(page);
    shi_page_para_end(page, SHI_PARA);
    while (n < view->shares.len && shi_str_eq(view->shares.ptr[n].indicator, first->indicator)
           && shi_str_eq(view->shares.ptr[n].period, first->period)) n++;
    shi_page_table(page, N_("The same total, shared by people"), HEAD, COUNT(HEAD), n <= SHI_PAGE_ROWS ? "keep" : "");
    for (int64_t i = 0; i < n && i < SHARES; i++) {
        const shi_share_row *s = &view->shares.ptr[i];
        shi_page_row(page);
        shi_page_name(page, s->unit_name, s->unit_code);
        shi_page_cell_number(page);
        shi_page_maybe(page, (shi_maybe){ s->people.known, s->people.v * 1000 });
        whole(page, s->now);
        whole(page, s->value);
        shi_page_cell_number(page);
        if (s->feasible.known) shi_words_share(&page->slip, s->feasible.v);
        else shi_words_maybe(&page->slip, (shi_maybe){ 0 });
        shi_page_slip(page);
        shi_page_row_end(page);
    }
    shi_page_table_end(page);
    shi_section_rest(page, N_("%1$s more units are not listed here."), n > SHARES ? n - SHARES : 0);
}

void shi_section_lawful(shi_page *page, const shi_run_view *view)
{
    if (!view->run.judged) return;
    shi_page_heading(page, N_("Clause by clause"));
    clauses(page, view);
}

void shi_section_advice(shi_page *page, const shi_run_view *view)
{
    what_to_do(page, view);
    allocation(page, view);
    burden(page, view);
}
