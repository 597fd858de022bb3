/* The paper, in the order of the design: summary, contents, scope, targets, figures, contradictions, leads, annex. Targets stand before figures,
 * since a target that cannot be met is a finding against the target. A section without content says so in a line or is left out. */
#include "report/html.h"

#include "report/markup.h"
#include "report/sections.h"


extern const unsigned char shi_asset_report_css[];
extern const unsigned long shi_asset_report_css_len;

/* The period of the run, or the only one that its rows have. */
static shi_str only_period(const shi_run_view *view)
{
    if (view->run.period.ptr || view->run.periods != 1) return view->run.period;
    return view->figures.len ? view->figures.ptr[0].period : view->targets.len ? view->targets.ptr[0].period : view->run.period;
}

static void title(shi_page *page, const shi_run_info *run)
{
    shi_words_name(&page->slip, run->name);
    if (run->name.len && page->period.ptr && page->lang == SHI_EN) shi_buf_puts(&page->slip, ", ");
    else if (run->name.len && page->period.ptr) shi_buf_addc(&page->slip, ' ');
    if (page->period.ptr) shi_words_period(&page->slip, page->lang, page->period);
}

static void head(shi_page *page, const shi_run_info *run)
{
    shi_page_raw(page, "<!doctype html>\n<html lang=\"");
    shi_page_raw(page, page->lang == SHI_ZH ? "zh-CN" : "en");
    shi_page_raw(page, "\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light\">\n"
        "<meta name=\"generator\" content=\"Shishu " SHI_VERSION "\">\n<title>");
    title(page, run);
    if (page->slip.len) shi_buf_addc(&page->slip, ' ');
    shi_buf_puts(&page->slip, tr(page->lang, N_("Report on reported figures")));
    shi_page_slip(page);
    shi_page_raw(page, "</title>\n<style>\n");
    shi_buf_add(page->out, (shi_str){ (const char *)shi_asset_report_css, (int64_t)shi_asset_report_css_len });
    shi_page_raw(page, "</style>\n</head>\n<body>\n");
    shi_page_raw(page, SHI_PAGE_SYMBOLS);
    shi_page_raw(page, "<a class=\"skip\" href=\"#s1\">");
    shi_page_say(page, N_("Skip to content"));
    shi_page_raw(page, "</a>\n<main class=\"page\">\n<p class=\"stamp\">");
    shi_page_say(page, N_("Draft for review"));
    shi_page_raw(page, "</p>\n<h1>");
    title(page, run);
    if (page->slip.len) {
        shi_page_raw(page, "<span>");
        shi_page_slip(page);
        shi_page_raw(page, "</span> ");
    }
    shi_page_raw(page, "<span>");
    shi_page_say(page, N_("Report on reported figures"));
    shi_page_raw(page, "</span></h1>\n<hr class=\"red\">\n");
}

static void summary(shi_page *page, const shi_run_view *view)
{
    shi_page_raw(page, "<div class=\"abs\"><p><b>");
    shi_page_say(page, N_("Summary"));
    shi_page_raw(page, page->lang == SHI_ZH ? "</b>\xE3\x80\x80" : "</b>\xE2\x80\x82");
    shi_words_summary(&page->slip, page->lang, view);
    shi_page_slip(page);
    shi_page_raw(page, "</p></div>\n");
}

/* Headings by number; the contents list the same texts. */
static const char *const HEADING[] = { N_("1. Scope"), N_("2. Targets"), N_("3. Figures"), N_("4. Contradictions"), N_("5. Leads"),
                                       N_("Annex: how it was counted, what was not judged, how to recheck") };
enum { CONTRADICTIONS = 3, LEADS, ANNEX };

static void contents(shi_page *page, bool contradictions)
{
    shi_page_raw(page, "<nav class=\"toc\" aria-label=\"");
    shi_page_say(page, N_("Contents"));
    shi_page_raw(page, "\"><p>");
    shi_page_say(page, N_("Contents"));
    shi_page_raw(page, "</p><ol>");
    for (int i = 0; i < (int)COUNT(HEADING); i++) {
        if (i == CONTRADICTIONS && !contradictions) continue;
        shi_buf_format(page->out, "<li><a href=\"#s%d\">", i + 1);
        shi_page_say(page, HEADING[i]);
        shi_page_raw(page, "</a></li>");
    }
    shi_page_raw(page, "</ol></nav>\n");
}

static void heading(shi_page *page, int section)
{
    shi_buf_format(page->out, "<h2 id=\"s%d\">", section + 1);
    shi_page_say(page, HEADING[section]);
    shi_page_raw(page, "</h2>\n");
}

static void foot(shi_page *page, const shi_run_info *run)
{
    shi_page_raw(page, "<p class=\"src\">");
    shi_words_name(&page->slip, run->run);
    shi_page_slip(page);
    shi_page_raw(page, " \xC2\xB7 Shishu " SHI_VERSION "</p>\n</main>\n</body>\n</html>\n");
}

shi_err shi_report_html(shi_buf *out, shi_lang lang, const shi_run_view *view)
{
    shi_page page = { .out = out, .lang = lang, .small_cell = view->run.small_cell, .period = only_period(view) };
    SHI_TRY(shi_target_index_make(view->targets, &page.targets));
    head(&page, &view->run);
    summary(&page, view);
    contents(&page, view->contradictions.len > 0);
    heading(&page, 0);
    shi_section_scope(&page, view);
    heading(&page, 1);
    shi_section_targets(&page, view);
    heading(&page, 2);
    shi_section_figures(&page, view);
    if (view->contradictions.len) {
        heading(&page, CONTRADICTIONS);
        shi_section_contradictions(&page, view);
    }
    heading(&page, LEADS);
    shi_section_batches(&page, view);
    heading(&page, ANNEX);
    shi_section_annex(&page, view);
    foot(&page, &view->run);
    out->failed = out->failed || page.slip.failed;
    shi_buf_drop(&page.slip);
    shi_target_index_drop(&page.targets);
    return out->failed ? shi_no_memory() : (shi_err){ 0 };
}
