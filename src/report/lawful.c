/* What check adds to the section about targets: clause by clause, what to do, hours by period, a fair allocation. */
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
    shi_page_raw(page, "<li>");
    shi_words_clause(&page->slip, page->lang, c);
    shi_page_slip(page);
    shi_page_raw(page, "<small>");
    for (int64_t k = 0; k < COUNT(n); k++) {
        if (!n[k]) continue;
        shi_page_raw(page, " ");
        shi_page_say(page, NAME[k]);
        shi_page_raw(page, " ");
        shi_page_count(page, n[k]);
    }
    shi_page_raw(page, "</small></li>\n");
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
                shi_page_raw(page, "<ul>\n");
            }
            clause(page, c);
        }
        if (n) shi_page_raw(page, "</ul>\n");
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
    shi_page_raw(page, "<strong>");
    shi_page_text(page, shi_str_from(shi_words_advice(page->lang, a->advice)));
    shi_page_raw(page, "</strong>");
    shi_page_cell(page);
    shi_page_text(page, page->lang == SHI_ZH ? a->reason_zh : a->reason_en);
    if (!shi_str_eq(a->advice, S("cancel"))) {
        shi_page_raw(page, "<small>");
        shi_page_text(page, page->lang == SHI_ZH ? a->harden_zh : a->harden_en);
        shi_page_raw(page, "</small>");
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
    shi_section_heading(page, N_("(5) What to do"));
    shi_page_table(page, N_("Table 4  What to do about each indicator"), HEAD, COUNT(HEAD), view->advice.len <= SHI_PAGE_ROWS ? "txt keep" : "txt");
    for (int64_t i = 0; i < view->advice.len; i++) advice_row(page, &view->advice.ptr[i]);
    shi_page_table_end(page);
}

static void burden(shi_page *page, const shi_run_view *view)
{
    static const char *const HEAD[] = { N_("Period"), N_("Indicators"), N_("Targets"), N_("Impossible"), N_("Unlawful"), N_("Honest hours"),
                                        N_("Cadres' hours"), N_("Bulk price (yuan)") };
    if (view->periods.len < 2) return;
    shi_section_heading(page, N_("(7) Did the burden fall?"));
    shi_page_table(page, N_("Table 6  Burden and temptation by period"), HEAD, COUNT(HEAD), view->periods.len <= SHI_PAGE_ROWS ? "keep" : "");
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
    shi_section_heading(page, N_("(6) If a number must stay: a fair allocation"));
    shi_page_raw(page, "<p>");
    shi_page_name(page, first->indicator_name, first->indicator);
    shi_page_raw(page, " ");
    shi_words_period(&page->slip, page->lang, first->period);
    shi_page_slip(page);
    shi_page_raw(page, page->lang == SHI_ZH ? "：" : ": ");
    shi_words_placed(&page->slip, page->lang, first);
    shi_page_slip(page);
    shi_page_raw(page, "</p>\n");
    while (n < view->shares.len && shi_str_eq(view->shares.ptr[n].indicator, first->indicator)
           && shi_str_eq(view->shares.ptr[n].period, first->period)) n++;
    shi_page_table(page, N_("Table 5  The same total, shared by people"), HEAD, COUNT(HEAD), n <= SHI_PAGE_ROWS ? "keep" : "");
    for (int64_t i = 0; i < n && i < SHARES; i++) {
        const shi_share_row *s = &view->shares.ptr[i];
        shi_page_row(page);
        shi_page_name(page, s->unit_name, s->unit_code);
        shi_page_cell_number(page);
        shi_page_maybe(page, (shi_maybe){ s->people.known, s->people.v * 1000 });
        whole(page, s->now);
        whole(page, s->value);
        shi_page_cell_number(page);
        if (s->feasible.known) shi_words_share(page->out, s->feasible.v);
        else shi_page_maybe(page, (shi_maybe){ 0 });
        shi_page_row_end(page);
    }
    shi_page_table_end(page);
    shi_section_rest(page, N_("%1$s more units are not listed here."), n > SHARES ? n - SHARES : 0);
}

void shi_section_lawful(shi_page *page, const shi_run_view *view)
{
    if (!view->run.judged) return;
    shi_section_heading(page, N_("(4) Clause by clause"));
    clauses(page, view);
    what_to_do(page, view);
    allocation(page, view);
    burden(page, view);
}
