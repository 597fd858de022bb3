/* What was looked at in the field, what ranks the data carry, and what units answered. */
#include "report/sections.h"

#include <math.h>

/* ---- field checks ---- */

enum { ROWS = 60 };

static void range(shi_page *page, shi_maybe low, shi_maybe high)
{
    shi_words_maybe(&page->slip, low);
    shi_buf_puts(&page->slip, page->lang == SHI_ZH ? "—" : "–");
    shi_words_maybe(&page->slip, high);
    shi_page_slip(page);
}

static void checked_row(shi_page *page, const shi_figure *f)
{
    shi_page_row(page);
    shi_page_name(page, f->unit_name, f->unit_code);
    shi_page_cell(page);
    shi_page_name(page, f->indicator_name, f->indicator);
    shi_section_period(page, f->period);
    shi_page_cell(page);
    shi_page_text(page, f->check);
    shi_page_cell_number(page);
    shi_page_maybe(page, f->reported);
    shi_page_cell_number(page);
    shi_page_maybe(page, f->checked_n);
    shi_page_cell_number(page);
    if (f->checked_real.v > 0 && f->checked_real.v < page->small_cell * 1000) {
        shi_page_text(page, S("<"));
        shi_page_count(page, page->small_cell);
    } else {
        shi_page_maybe(page, f->checked_real);
    }
    shi_page_cell_number(page);
    range(page, f->real_low, f->real_high);
    shi_page_cell(page);
    shi_page_verdict(page, f->verdict, false);
    shi_page_row_end(page);
}

void shi_section_checks(shi_page *page, const shi_run_view *view)
{
    static const char *const HEAD[] = { N_("Unit"), N_("Indicator"), N_("Check"), N_("Reported"), N_("Reached"), N_("Real"), N_("Really there"),
                                        N_("Verdict") };
    const shi_figures *all = &view->checked;
    int64_t of[7] = { 0 };
    for (int64_t i = 0; i < all->len; i++) of[all->ptr[i].verdict]++;
    shi_section_counted(page, SHI_PARA, N_("%1$s figures were checked by visits to people drawn at random: %2$s are confirmed, %3$s refuted, and for "
        "%4$s the register and the visits contradict each other; the others are not decided."), 4,
        (int64_t[4]){ all->len, of[SHI_CONFIRMED], of[SHI_REFUTED], of[SHI_CONTRADICTORY] });
    shi_section_said(page, N_("The hash of the frame is published before the seed is known, so nobody can choose who is drawn; with the published "
        "files anyone can redo the draw and the estimate. Who was not reached is counted as the worst case allows."));
    shi_page_table(page, N_("Field checks"), HEAD, COUNT(HEAD), all->len <= SHI_PAGE_ROWS ? "wide keep" : "wide");
    for (int64_t i = 0; i < all->len && i < ROWS; i++) checked_row(page, &all->ptr[i]);
    shi_page_table_end(page);
    shi_section_rest(page, N_("%1$s more rows are in figures.parquet."), all->len - ROWS);
}

/* ---- ranks ---- */

static void estimate(shi_page *page, bool known, double x)
{
    bool fits = known && isfinite(x) && fabs(x) < 9e12;
    shi_page_cell_number(page);
    shi_page_maybe(page, (shi_maybe){ fits, fits ? llround(x) * 1000 : 0 });
}

static void place_row(shi_page *page, const shi_place *p)
{
    shi_page_row(page);
    shi_page_name(page, p->unit_name, p->unit_code);
    estimate(page, p->known, (double)p->rank);
    shi_page_cell_number(page);
    shi_words_ranks(&page->slip, page->lang, p);
    shi_page_slip(page);
    estimate(page, p->known, p->estimate);
    estimate(page, true, p->low);
    estimate(page, true, p->high);
    shi_page_row_end(page);
}

static void ranking(shi_page *page, const shi_places *r)
{
    static const char *const HEAD[] = { N_("Unit"), N_("Rank"), N_("Possible ranks"), N_("Really there"), N_("At least"), N_("At most") };
    shi_page_para(page, SHI_PARA);
    shi_words_name(&page->slip, r->indicator_name.len ? r->indicator_name : r->indicator);
    shi_buf_puts(&page->slip, page->lang == SHI_ZH ? "，" : ", ");
    shi_words_period(&page->slip, page->lang, r->period);
    shi_buf_puts(&page->slip, page->lang == SHI_ZH ? "：" : ": ");
    shi_words_apart(&page->slip, page->lang, r);
    shi_page_slip(page);
    shi_page_para_end(page, SHI_PARA);
    shi_page_table(page, N_("Rank sets"), HEAD, COUNT(HEAD), r->len <= SHI_PAGE_ROWS ? "keep" : "");
    for (int64_t i = 0; i < r->len && i < ROWS; i++) place_row(page, &r->ptr[i]);
    shi_page_table_end(page);
    shi_section_rest(page, N_("%1$s more units are not listed here."), r->len - ROWS);
}

void shi_section_ranks(shi_page *page, const shi_run_view *view)
{
    for (int64_t i = 0; i < view->rankings.len; i++) ranking(page, &view->rankings.ptr[i]);
    shi_section_said(page, N_("Ranks that cannot be told apart carry no reward and no blame."));
}

/* ---- answers ---- */

void shi_section_reply_head(shi_page *page, const shi_reply *r)
{
    shi_words_name(&page->slip, r->unit_name.len ? r->unit_name : r->unit_code);
    shi_buf_puts(&page->slip, page->lang == SHI_ZH ? "（" : " (");
    shi_buf_add(&page->slip, r->day);
    if (r->by.len) {
        shi_buf_puts(&page->slip, page->lang == SHI_ZH ? "，" : ", ");
        shi_words_name(&page->slip, r->by);
    }
    shi_buf_puts(&page->slip, page->lang == SHI_ZH ? "）" : ")");
    if (r->about.len) {
        shi_buf_puts(&page->slip, page->lang == SHI_ZH ? "，" : ", ");
        shi_words_name(&page->slip, r->about);
        if (r->run.len) {
            shi_buf_puts(&page->slip, page->lang == SHI_ZH ? "，" : ", ");
            shi_words_name(&page->slip, r->run);
        }
    }
    shi_buf_puts(&page->slip, page->lang == SHI_ZH ? "：" : ": ");
    shi_page_slip(page);
}

void shi_section_reply_texts(shi_page *page, const shi_run_view *view)
{
    if (!view->replies.len) {
        shi_section_said(page, N_("No unit has handed in an answer."));
        return;
    }
    shi_section_said(page, N_("Word for word as they were handed in; only runs of seven or more digits are masked."));
    for (int64_t i = 0; i < view->replies.len; i++) {
        const shi_reply *r = &view->replies.ptr[i];
        shi_page_para(page, SHI_PARA);
        shi_section_reply_head(page, r);
        shi_page_para_end(page, SHI_PARA);
        for (int64_t from = 0, to; from < r->text.len; from = to + 1) {
            to = shi_str_find(r->text, '\n', from);
            if (to < 0) to = r->text.len;
            if (!shi_str_trim(shi_str_sub(r->text, from, to)).len) continue;
            shi_words_name(&page->slip, shi_str_trim(shi_str_sub(r->text, from, to)));
            shi_page_slipped(page, SHI_PARA_QUOTE);
        }
    }
}

void shi_section_replies(shi_page *page, const shi_run_view *view)
{
    shi_page_heading(page, N_("Answers of units"));
    shi_section_reply_texts(page, view);
}
