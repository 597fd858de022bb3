/* The section of the paper on batches of accounts: what stands, what innocent causes were asked for, when each was seen; without any account's
 * name. */
#include "report/batches.h"
#include "report/sections.h"

#include <stdio.h>

/* Where a batch lies within the time that all of them span, in per cent. */
typedef struct {
    int64_t first_us, last_us;
} span;

static span span_of(const shi_account_batches *batches)
{
    span s = { INT64_MAX, INT64_MIN };
    for (int64_t i = 0; i < batches->len; i++) {
        const shi_account_batch *b = &batches->ptr[i];
        if (b->first_us == INT64_MIN || b->last_us == INT64_MIN) continue;
        if (b->first_us < s.first_us) s.first_us = b->first_us;
        if (b->last_us > s.last_us) s.last_us = b->last_us;
    }
    return s;
}

static double place(span s, int64_t us)
{
    return s.last_us > s.first_us ? 100 * ((double)us - (double)s.first_us) / ((double)s.last_us - (double)s.first_us) : 0;
}

static void day(shi_page *page, shi_str text)
{
    shi_page_raw(page, "<span class=\"day\">");
    shi_page_text(page, text);
    shi_page_raw(page, "</span>");
}

static void apps(shi_page *page, shi_str list)
{
    for (int64_t i = 0; i < list.len; i++) {
        if (list.ptr[i] != ';') shi_buf_addc(&page->slip, list.ptr[i]);
        else shi_buf_puts(&page->slip, page->lang == SHI_ZH ? "、" : ", ");
    }
    shi_page_slip(page);
}

static void when(shi_page *page, const shi_account_batch *b, span s)
{
    day(page, b->first_day);
    if (!shi_str_eq(b->first_day, b->last_day)) {
        shi_page_text(page, page->lang == SHI_ZH ? S("至") : S(" – "));
        day(page, b->last_day);
    }
    if (b->first_us == INT64_MIN || b->last_us == INT64_MIN || page->word) return;
    double from = place(s, b->first_us), to = place(s, b->last_us);
    shi_page_raw(page, "<span class=\"when\" aria-hidden=\"true\"");
    shi_page_places(page, (const char *const[]){ "from", "wide", NULL }, (const double[]){ from < 98 ? from : 98, to - from > 2 ? to - from : 2 });
    shi_page_raw(page, "></span>");
}

static bool of_unit(const shi_account_batch *b)
{
    return shi_str_eq(b->kind, S("unit"));
}

/* Too few to be told; and neither is what they cost, which is so much an account. */
static bool is_small(const shi_page *page, int64_t n)
{
    return n > 0 && n < page->small_cell;
}

/* Accounts, or "<5". */
static void accounts(shi_page *page, int64_t n)
{
    bool small = is_small(page, n);
    if (small) shi_page_raw(page, "&lt;");
    shi_page_count(page, small ? page->small_cell : n);
}

static void row(shi_page *page, const shi_account_batch *b, span s)
{
    shi_page_row(page);
    if (page->links) shi_buf_format(page->out, "<a class=\"nw\" href=\"/finding/%.*s\">", (int)b->finding.len, b->finding.ptr);
    shi_page_text(page, b->finding);
    if (page->links) shi_page_raw(page, "</a>");
    shi_page_cell(page);
    shi_words_batch_public(&page->slip, page->lang, b, page->small_cell);
    shi_page_slip(page);
    shi_page_cell(page);
    apps(page, b->apps);
    shi_page_cell_number(page);
    accounts(page, b->size);
    shi_page_cell_number(page);
    shi_page_count(page, b->units);
    shi_page_cell(page);
    when(page, b, s);
    shi_page_cell_number(page);
    if (b->money.known && !is_small(page, b->size)) shi_words_money(&page->slip, b->money.v);
    shi_page_slip(page);
    shi_page_cell(page);
    shi_words_causes(&page->slip, page->lang, b);
    shi_page_slip(page);
    shi_page_row_end(page);
}

static void table(shi_page *page, const shi_account_batches *batches, const char *caption, bool (*in)(const shi_account_batch *), int64_t most)
{
    static const char *const HEAD[] = { N_("No."), N_("What was found"), N_("App"), N_("Accounts"), N_("Units"), N_("When"), N_("At market prices, "
        "yuan"),
        N_("Innocent causes") };
    int64_t n = 0, shown = 0;
    for (int64_t i = 0; i < batches->len; i++) n += in(&batches->ptr[i]);
    if (!n) return;
    span s = span_of(batches);
    shi_page_table(page, caption, HEAD, COUNT(HEAD), n <= SHI_PAGE_ROWS ? "txt keep" : "txt");
    for (int64_t i = 0; i < batches->len && shown < most; i++) {
        if (!in(&batches->ptr[i])) continue;
        row(page, &batches->ptr[i], s);
        shown++;
    }
    shi_page_table_end(page);
    shi_section_rest(page, N_("%1$s more are in findings.parquet."), n - shown);
}

/* What totals show of units: there are no accounts, and nothing to pay. */
static void totals(shi_page *page, const shi_account_batches *all, int64_t most)
{
    static const char *const HEAD[] = { N_("No."), N_("What was found"), N_("Figures"), N_("When"), N_("Innocent causes") };
    int64_t n = 0, shown = 0;
    for (int64_t i = 0; i < all->len; i++) n += of_unit(&all->ptr[i]);
    if (!n) return;
    shi_page_table(page, N_("What reported totals show of a unit"), HEAD, COUNT(HEAD), n <= SHI_PAGE_ROWS ? "txt keep" : "txt");
    for (int64_t i = 0; i < all->len && shown < most; i++) {
        const shi_account_batch *b = &all->ptr[i];
        if (!of_unit(b)) continue;
        shown++;
        shi_page_row(page);
        shi_page_text(page, b->finding);
        shi_page_cell(page);
        shi_words_batch_public(&page->slip, page->lang, b, page->small_cell);
        shi_page_slip(page);
        shi_page_cell_number(page);
        shi_page_count(page, b->things);
        shi_page_cell(page);
        day(page, b->first_day);
        shi_page_raw(page, page->lang == SHI_ZH ? "至" : " – ");
        day(page, b->last_day);
        shi_page_cell(page);
        shi_words_causes(&page->slip, page->lang, b);
        shi_page_slip(page);
        shi_page_row_end(page);
    }
    shi_page_table_end(page);
    shi_section_rest(page, N_("%1$s more are in findings.parquet."), n - shown);
}

/* Suppliers by number, without any name: which apps and how many units one hand seems to serve. */
static void suppliers(shi_page *page, const shi_suppliers *all, int64_t most)
{
    static const char *const HEAD[] = { N_("Supply"), N_("Findings"), N_("App"), N_("Accounts"), N_("Units"), N_("When"), N_("At market prices, "
        "yuan") };
    int64_t several = 0, shown = 0;
    for (int64_t i = 0; i < all->len; i++) several += all->ptr[i].units > 1 || all->ptr[i].findings > 1;
    if (!several) return;
    shi_page_table(page, N_("Findings that seem to come from one hand"), HEAD, COUNT(HEAD), several <= SHI_PAGE_ROWS ? "txt keep" : "txt");
    for (int64_t i = 0; i < all->len && shown < most; i++) {
        const shi_supplier *s = &all->ptr[i];
        if (s->units < 2 && s->findings < 2) continue;
        shown++;
        shi_page_row(page);
        shi_page_count(page, s->supplier);
        shi_page_cell_number(page);
        shi_page_count(page, s->findings);
        shi_page_cell(page);
        apps(page, s->apps);
        shi_page_cell_number(page);
        accounts(page, s->accounts);
        shi_page_cell_number(page);
        shi_page_count(page, s->units);
        shi_page_cell(page);
        day(page, s->first_day);
        shi_page_text(page, page->lang == SHI_ZH ? S("至") : S(" – "));
        day(page, s->last_day);
        shi_page_cell_number(page);
        if (s->money.known && !is_small(page, s->accounts)) shi_words_money(&page->slip, s->money.v);
        shi_page_slip(page);
        shi_page_row_end(page);
    }
    shi_page_table_end(page);
    shi_section_said(page, N_("Findings belong together that hold the same accounts, or accounts with the same phones in other apps. Who supplied "
                              "them is not known, and no name is."));
}

static bool stands(const shi_account_batch *b)
{
    return b->selected && !of_unit(b);
}

static bool explained(const shi_account_batch *b)
{
    return b->explained && !b->selected && !of_unit(b);
}

static bool apart(const shi_account_batch *b)
{
    return !b->explained && !b->selected && !of_unit(b);
}

void shi_section_batches(shi_page *page, const shi_run_view *view)
{
    const int64_t most = page->word ? 20 : 100, few = page->word ? 10 : 30;
    const shi_account_batches *all = &view->batches;
    if (!view->run.detected) {
        shi_section_said(page, N_("No detector has run."));
        return;
    }
    shi_section_said(page, N_("A lead is about accounts, not about persons: it says where to look, and a check on the spot decides. Of the findings "
                              "that stand, at most the share of the workspace's risk is expected to be false, however many were looked at."));
    if (!all->len) shi_section_said(page, N_("Nothing stands: no batch of accounts acts as one beyond what chance and honest life explain."));
    table(page, all, N_("Findings that stand"), stands, most);
    suppliers(page, &view->suppliers, few);
    totals(page, all, most);
    table(page, all, N_("Explained by an innocent cause, not counted as suspected"), explained, few);
    table(page, all, N_("Listed apart: operated for others, or not judged"), apart, few);
}
