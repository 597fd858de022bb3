/* The report, in the order of the design: summary, contents, scope, targets, figures, leads, field checks, ranks, what to do, annex. Targets stand
 * before figures, since a target that cannot be met is a finding against the target. A section without data says so in a line or is left out, and
 * the numbers of those that follow close up. */
#include "report/papers.h"

#include "report/frame.h"
#include "report/html.h"
#include "report/sections.h"
#include "report/word.h"

typedef struct {
    const char *title;               /* message id */
    void (*write)(shi_page *page, const shi_run_view *view);
    bool (*any)(const shi_run_view *view);   /* NULL: always */
} section;

static bool any_checked(const shi_run_view *view)
{
    return view->checked.len > 0;
}

static bool any_ranked(const shi_run_view *view)
{
    return view->rankings.len > 0;
}

static const section SECTIONS[] = {
    { N_("Scope"), shi_section_scope, NULL },
    { N_("Targets"), shi_section_targets, NULL },
    { N_("Figures and verdicts"), shi_section_figures, NULL },
    { N_("Leads"), shi_section_batches, NULL },
    { N_("Field checks"), shi_section_checks, any_checked },
    { N_("Ranks"), shi_section_ranks, any_ranked },
    { N_("What to do"), shi_section_proposals, NULL },
};
#define ANNEX N_("Annex: how it was counted, what was not judged, answers of units, how to recheck")

static bool there(const section *s, const shi_run_view *view)
{
    return !s->any || s->any(view);
}

/* The period of the run, or the only one that its rows have. */
static shi_str only_period(const shi_run_view *view)
{
    if (view->run.period.ptr || view->run.periods != 1) return view->run.period;
    return view->figures.len ? view->figures.ptr[0].period : view->targets.len ? view->targets.ptr[0].period : view->run.period;
}

static void summary(shi_page *page, const shi_run_view *view)
{
    shi_page_para(page, SHI_PARA_SUMMARY);
    shi_page_strong(page, true);
    shi_page_say(page, N_("Summary"));
    shi_page_strong(page, false);
    shi_page_text(page, page->lang == SHI_ZH ? S("\xE3\x80\x80") : S("\xE2\x80\x82"));
    shi_words_summary(&page->slip, page->lang, view);
    shi_page_slip(page);
    shi_page_para_end(page, SHI_PARA_SUMMARY);
}

static void contents_line(shi_page *page, int number, const char *id)
{
    shi_words_section(&page->slip, page->lang, number, id);
    if (page->word) {
        shi_word_contents(page, number);
        return;
    }
    shi_buf_format(page->out, "<li><a href=\"#s%d\">", number);
    shi_page_slip(page);
    shi_page_raw(page, "</a></li>");
}

static void contents(shi_page *page, const shi_run_view *view)
{
    int number = 0;
    shi_page_raw(page, "<nav class=\"toc\" aria-label=\"");
    if (!page->word) shi_page_say(page, N_("Contents"));
    shi_page_raw(page, "\"><p>");
    if (page->word) shi_word_styled(page, "ContentsHead");
    shi_page_say(page, N_("Contents"));
    if (page->word) shi_word_para_end(page);
    shi_page_raw(page, "</p><ol>");
    for (int64_t i = 0; i < COUNT(SECTIONS); i++)
        if (there(&SECTIONS[i], view)) contents_line(page, ++number, SECTIONS[i].title);
    contents_line(page, 0, ANNEX);
    shi_page_raw(page, "</ol></nav>\n");
}

static void report(shi_page *page, const shi_run_view *view)
{
    int number = 0;
    summary(page, view);
    contents(page, view);
    for (int64_t i = 0; i < COUNT(SECTIONS); i++) {
        if (!there(&SECTIONS[i], view)) continue;
        shi_page_section(page, ++number, SECTIONS[i].title);
        SECTIONS[i].write(page, view);
    }
    shi_page_section(page, 0, ANNEX);
    shi_section_annex(page, view);
}

shi_err shi_report_paper(shi_buf *out, shi_lang lang, const shi_run_view *view, const shi_paper_wish *wish)
{
    static const char *const TITLE[SHI_PAPERS] = { N_("Report on reported figures"), "", N_("Audit working paper") };
    static const char *const STAMP[SHI_PAPERS] = { N_("Draft for review"), N_("Draft for legal review; not issued"),
        N_("Working paper; not signed") };
    shi_buf line[2] = { { 0 }, { 0 } }, body = { 0 };
    shi_word word = { 0 };
    shi_page page = { .out = wish->docx ? &body : out, .lang = lang, .small_cell = view->run.small_cell, .period = only_period(view), .paper = true,
                      .word = wish->docx ? &word : NULL };
    const bool notice = wish->paper == SHI_PAPER_NOTICE;
    SHI_TRY(shi_target_index_make(view->targets, &page.targets));
    if (notice) shi_notice_title(line, lang, view, wish->target);
    else shi_frame_about(&line[0], lang, &view->run, page.period);
    if (!notice) shi_buf_puts(&line[1], tr(lang, TITLE[wish->paper]));
    shi_frame_open(&page, &(shi_frame){ .title = { shi_buf_str(&line[0]), shi_buf_str(&line[1]) }, .stamp = STAMP[wish->paper], .body = "",
        .rule = wish->paper == SHI_PAPER_REPORT });
    if (notice) shi_notice(&page, view, wish->target);
    else if (wish->paper == SHI_PAPER_WORKING) shi_working(&page, view, wish->work);
    else report(&page, view);
    shi_frame_close(&page, view->run.run);
    page.out->failed = page.out->failed || page.slip.failed || line[0].failed || line[1].failed;
    shi_buf_drop(&page.slip);
    shi_target_index_drop(&page.targets);
    shi_err e = page.out->failed ? shi_no_memory() : (shi_err){ 0 };
    if (wish->docx && !e.code) {
        shi_buf_format(&line[0], " %s", line[1].ptr ? line[1].ptr : "");
        e = shi_docx_pack(out, lang, shi_buf_str(&line[0]), shi_buf_str(&body), view->run.started_us);
    }
    shi_word_drop(&word);
    shi_buf_drop(&body);
    shi_buf_drop(&line[0]);
    shi_buf_drop(&line[1]);
    return e;
}

shi_err shi_report_html(shi_buf *out, shi_lang lang, const shi_run_view *view)
{
    return shi_report_paper(out, lang, view, &(shi_paper_wish){ .paper = SHI_PAPER_REPORT });
}
