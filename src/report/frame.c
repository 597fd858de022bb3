/* One file that opens anywhere: the style sheet inside, no script, nothing loaded from elsewhere. */
#include "report/frame.h"

#include "report/word.h"

extern const unsigned char shi_asset_report_css[];
extern const unsigned long shi_asset_report_css_len;

void shi_frame_about(shi_buf *out, shi_lang lang, const shi_run_info *run, shi_str period)
{
    shi_words_name(out, run->name);
    if (run->name.len && period.ptr) shi_buf_puts(out, lang == SHI_EN ? ", " : " ");
    if (period.ptr) shi_words_period(out, lang, period);
}

static void head(shi_page *page, const shi_frame *frame)
{
    shi_page_raw(page, "<!doctype html>\n<html lang=\"");
    shi_page_raw(page, page->lang == SHI_ZH ? "zh-CN" : "en");
    shi_page_raw(page, "\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light\">\n"
        "<meta name=\"generator\" content=\"Shishu " SHI_VERSION "\">\n<title>");
    for (int64_t i = 0; i < COUNT(frame->title); i++) {
        if (i && frame->title[i].len && frame->title[i - 1].len) shi_page_text(page, S(" "));
        shi_page_text(page, frame->title[i]);
    }
    shi_page_raw(page, "</title>\n<style>\n");
    shi_buf_add(page->out, (shi_str){ (const char *)shi_asset_report_css, (int64_t)shi_asset_report_css_len });
    shi_page_raw(page, "</style>\n</head>\n<body>\n");
    shi_page_raw(page, SHI_PAGE_SYMBOLS);
    shi_page_raw(page, "<a class=\"skip\" href=\"#main\">");
    shi_page_say(page, N_("Skip to content"));
    shi_page_raw(page, "</a>\n<main id=\"main\" class=\"page");
    shi_page_raw(page, frame->body);
    shi_page_raw(page, "\">\n");
}

void shi_frame_open(shi_page *page, const shi_frame *frame)
{
    if (!page->word) head(page, frame);
    if (frame->stamp) shi_page_said(page, SHI_PARA_STAMP, frame->stamp);
    shi_page_raw(page, "<h1>");
    for (int64_t i = 0; i < COUNT(frame->title); i++) {
        if (!frame->title[i].len) continue;
        if (page->word) shi_word_styled(page, "Title");
        shi_page_raw(page, "<span>");
        shi_page_text(page, frame->title[i]);
        shi_page_raw(page, "</span> ");
        if (page->word) shi_word_para_end(page);
    }
    shi_page_raw(page, frame->rule ? "</h1>\n<hr class=\"red\">\n" : "</h1>\n");
}

void shi_frame_close(shi_page *page, shi_str run)
{
    shi_page_para(page, SHI_PARA_NOTE);
    shi_words_name(&page->slip, run);
    shi_page_slip(page);
    shi_page_text(page, S(" \xC2\xB7 Shishu " SHI_VERSION));
    shi_page_para_end(page, SHI_PARA_NOTE);
    shi_page_raw(page, "</main>\n</body>\n</html>\n");
}
