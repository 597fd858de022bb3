/* One file that opens anywhere: the style sheet inside, no script, nothing loaded from elsewhere. */
#include "report/frame.h"

#include "report/word.h"

extern const unsigned char shi_asset_report_css[];
extern const unsigned long shi_asset_report_css_len;

/* One symbol a verdict: shape, beside word and colour. */
static const char SYMBOLS[] =
    "<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\"><defs>"
    "<symbol id=\"v-c\" viewBox=\"0 0 16 16\"><path fill-rule=\"evenodd\" d=\"M8 .8a7.2 7.2 0 1 1 0 14.4A7.2 7.2 0 0 1 8 .8Zm3.3 3.9L6.9 "
    "9.1 4.8 7 3.5 8.3l3.4 3.4 5.7-5.7Z\"/></symbol>"
    "<symbol id=\"v-p\" viewBox=\"0 0 16 16\"><path fill-rule=\"evenodd\" d=\"M8 .8a7.2 7.2 0 1 1 0 14.4A7.2 7.2 0 0 1 8 .8Zm0 2.3a4.9 4.9 0 "
    "1 0 0 9.8 4.9 4.9 0 0 0 0-9.8Z\"/></symbol>"
    "<symbol id=\"v-d\" viewBox=\"0 0 16 16\"><path fill-rule=\"evenodd\" d=\"M8 .9 15.6 14.6H.4ZM7 5.6v4.6h2V5.6Zm0 5.6v1.9h2v-1.9Z\"/></symbol>"
    "<symbol id=\"v-i\" viewBox=\"0 0 16 16\"><path d=\"M1.2 1.2h5.4v13.6H1.2ZM9 1.2h2.2v13.6H9ZM13 1.2h1.8v13.6H13Z\"/></symbol>"
    "<symbol id=\"v-r\" viewBox=\"0 0 16 16\"><path fill-rule=\"evenodd\" d=\"M8 .2 15.8 8 8 15.8.2 8ZM5.8 4.7 4.7 5.8 6.9 8l-2.2 2.2 1.1 "
    "1.1L8 9.1l2.2 2.2 1.1-1.1L9.1 8l2.2-2.2-1.1-1.1L8 6.9Z\"/></symbol>"
    "<symbol id=\"v-x\" viewBox=\"0 0 16 16\"><path d=\"M1 1.5 7.4 8 1 14.5ZM15 1.5 8.6 8 15 14.5Z\"/></symbol>"
    "<symbol id=\"v-n\" viewBox=\"0 0 16 16\"><path d=\"M1 6.8h3.6v2.4H1ZM6.2 6.8h3.6v2.4H6.2ZM11.4 6.8H15v2.4h-3.6Z\"/></symbol>"
    "</defs></svg>\n";

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
    shi_page_raw(page, SYMBOLS);
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
