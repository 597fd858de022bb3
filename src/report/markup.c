/* Escapes, paragraphs and tables. A cell ends where the next one begins, so the state of a row is whether its head is still open. Each call is
 * written in HTML here, or handed to word.c. */
#include "report/markup.h"

#include "base/decimal.h"
#include "report/word.h"

#include <math.h>
#include <string.h>

/* One symbol a verdict: shape, beside word and colour. */
const char SHI_PAGE_SYMBOLS[] =
    "<svg width=\"0\" height=\"0\" class=\"symbols\" aria-hidden=\"true\"><defs>"
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

void shi_page_raw(shi_page *page, const char *markup)
{
    if (!page->word) shi_buf_puts(page->out, markup);
}

static void escape(shi_buf *out, shi_str text)
{
    int64_t from = 0;
    for (int64_t i = 0; i < text.len; i++) {
        const char *instead = NULL;
        switch (text.ptr[i]) {
        case '<': instead = "&lt;"; break;
        case '>': instead = "&gt;"; break;
        case '&': instead = "&amp;"; break;
        case '"': instead = "&quot;"; break;
        case '\'': instead = "&#39;"; break;
        default: continue;
        }
        shi_buf_add(out, shi_str_sub(text, from, i));
        shi_buf_puts(out, instead);
        from = i + 1;
    }
    shi_buf_add(out, shi_str_sub(text, from, text.len));
}

void shi_page_text(shi_page *page, shi_str text)
{
    if (page->word) shi_word_text(page, text, escape);
    else escape(page->out, text);
}

void shi_page_say(shi_page *page, const char *id)
{
    shi_page_text(page, shi_str_from(tr(page->lang, id)));
}

void shi_page_fill(shi_page *page, const char *id, const int64_t *number, int64_t n)
{
    shi_buf b[4] = { { 0 }, { 0 }, { 0 }, { 0 } };
    const char *at[4] = { "", "", "", "" };
    for (int64_t i = 0; i < n; i++) {
        shi_words_whole(&b[i], number[i]);
        if (b[i].ptr) at[i] = b[i].ptr;
    }
    shi_words_fill(&page->slip, tr(page->lang, id), at, n);
    for (int i = 0; i < 4; i++) {
        page->out->failed = page->out->failed || b[i].failed;
        shi_buf_drop(&b[i]);
    }
}

void shi_page_say_numbers(shi_page *page, const char *id, const int64_t *number, int64_t n)
{
    shi_page_fill(page, id, number, n);
    shi_page_slip(page);
}

void shi_page_slip(shi_page *page)
{
    shi_page_text(page, shi_buf_str(&page->slip));
    page->out->failed = page->out->failed || page->slip.failed;
    page->slip.len = 0;
}

void shi_page_name(shi_page *page, shi_str name, shi_str code)
{
    shi_page_raw(page, "<bdi>");
    shi_words_name(&page->slip, name.len ? name : code);
    shi_page_slip(page);
    shi_page_raw(page, "</bdi>");
}

void shi_page_places(shi_page *page, const char *const *names, const double *percent)
{
    char text[24];
    if (page->word) return;
    if (!page->live) shi_page_raw(page, " style=\"");
    for (int64_t i = 0; names[i]; i++) {
        if (isnan(percent[i])) continue;
        double p = percent[i] > 100 ? 100 : percent[i] > 0 ? percent[i] : 0;
        shi_decimal_write(llround(p * 1000), text);
        shi_buf_format(page->out, page->live ? " data-%s=\"%s\"" : "--%s:%s;", names[i], text);
    }
    if (!page->live) shi_page_raw(page, "\"");
}

/* A long number may be broken after a comma where a column is too narrow for it. */
void shi_page_number(shi_page *page, int64_t thousandths)
{
    char text[32];
    int n = shi_decimal_write_grouped(thousandths, text);
    if (page->word) {
        shi_page_text(page, (shi_str){ text, n });
        return;
    }
    for (int i = 0; i < n; i++) {
        shi_buf_addc(page->out, text[i]);
        if (text[i] == ',' && n > 9) shi_page_raw(page, "<wbr>");
    }
}

void shi_page_maybe(shi_page *page, shi_maybe number)
{
    if (number.known) {
        shi_page_number(page, number.v);
        return;
    }
    shi_words_maybe(&page->slip, number);
    shi_page_slip(page);
}

void shi_page_counted(shi_page *page, const shi_figure *f)
{
    if (f->withheld) {
        shi_page_say(page, SHI_WITHHELD);
    } else if (shi_words_small(f, page->small_cell)) {
        shi_page_text(page, S("<"));
        shi_page_count(page, page->small_cell);
    } else {
        shi_page_maybe(page, f->counted);
    }
}

void shi_page_count(shi_page *page, int64_t n)
{
    int64_t thousandths;
    if (!shi_mul(n, 1000, &thousandths)) shi_words_number(&page->slip, thousandths);
    shi_page_slip(page);
}

const char *shi_page_verdict_class(shi_verdict verdict)
{
    static const char *const CLASS[] = { "n", "p", "c", "d", "r", "x", "i" };
    return CLASS[verdict];
}

void shi_page_verdict(shi_page *page, shi_verdict verdict, bool tag)
{
    const char *c = shi_page_verdict_class(verdict);
    if (!page->word)
        shi_buf_format(page->out, "<span class=\"v %s%s\"><svg class=\"s\" aria-hidden=\"true\"><use href=\"#v-%s\"/></svg>",
                       c, tag ? " tag" : "", c);
    if (page->word) shi_word_strong(page, tag);
    shi_page_text(page, shi_str_from(shi_words_verdict(page->lang, verdict)));
    if (page->word) shi_word_strong(page, false);
    shi_page_raw(page, "</span>");
}

/* ---- paragraphs ---- */

static const struct { const char *begin, *end; } PARA[SHI_PARA_KINDS] = {
    [SHI_PARA] = { "<p>", "</p>\n" },
    [SHI_PARA_TO] = { "<p class=\"to\">", "</p>\n" },
    [SHI_PARA_SIGN] = { "<p class=\"sig\">", "</p>\n" },
    [SHI_PARA_NOTE] = { "<p class=\"src\">", "</p>\n" },
    [SHI_PARA_STAMP] = { "<p class=\"stamp\">", "</p>\n" },
    [SHI_PARA_SUMMARY] = { "<div class=\"abs\"><p>", "</p></div>\n" },
    [SHI_PARA_QUOTE] = { "<p class=\"quote\">", "</p>\n" },
    [SHI_PARA_ITEM] = { "<li>", "</li>\n" },
};

void shi_page_para(shi_page *page, shi_para kind)
{
    if (page->word) shi_word_para(page, kind);
    else shi_page_raw(page, PARA[kind].begin);
}

void shi_page_para_end(shi_page *page, shi_para kind)
{
    if (page->word) shi_word_para_end(page);
    else shi_page_raw(page, PARA[kind].end);
}

void shi_page_said(shi_page *page, shi_para kind, const char *id)
{
    shi_page_para(page, kind);
    shi_page_say(page, id);
    shi_page_para_end(page, kind);
}

void shi_page_slipped(shi_page *page, shi_para kind)
{
    shi_page_para(page, kind);
    shi_page_slip(page);
    shi_page_para_end(page, kind);
}

void shi_page_list(shi_page *page)
{
    if (page->word) shi_word_list(page);
    else shi_page_raw(page, "<ol class=\"list\">");
}

void shi_page_list_end(shi_page *page)
{
    shi_page_raw(page, "</ol>\n");
}

void shi_page_strong(shi_page *page, bool on)
{
    if (page->word) shi_word_strong(page, on);
    else shi_page_raw(page, on ? "<strong>" : "</strong>");
}

void shi_page_small(shi_page *page, bool on)
{
    if (page->word) shi_word_small(page, on);
    else shi_page_raw(page, on ? "<small>" : "</small>");
}

void shi_page_code(shi_page *page, shi_str hash)
{
    shi_page_raw(page, "<code>");
    if (page->word) shi_word_code(page, true);
    shi_words_name(&page->slip, hash);
    shi_page_slip(page);
    if (page->word) shi_word_code(page, false);
    shi_page_raw(page, "</code>");
}

/* ---- headings ---- */

static const char *const NUMERAL[] = { "", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五" };

void shi_words_section(shi_buf *out, shi_lang lang, int number, const char *id)
{
    if (number > 0 && number < (int)COUNT(NUMERAL)) {
        if (lang == SHI_ZH) shi_buf_format(out, "%s、", NUMERAL[number]);
        else shi_buf_format(out, "%d. ", number);
    }
    shi_buf_puts(out, tr(lang, id));
}

void shi_page_section(shi_page *page, int number, const char *id)
{
    page->part = 0;
    shi_words_section(&page->slip, page->lang, number, id);
    if (page->word) {
        shi_word_heading(page, 1, number);
        return;
    }
    shi_buf_format(page->out, "<h2 id=\"s%d\">", number);
    shi_page_slip(page);
    shi_page_raw(page, "</h2>\n");
}

void shi_page_heading(shi_page *page, const char *id)
{
    if (page->paper && ++page->part < (int)COUNT(NUMERAL)) {
        if (page->lang == SHI_ZH) shi_buf_format(&page->slip, "（%s）", NUMERAL[page->part]);
        else shi_buf_format(&page->slip, "(%d) ", page->part);
    }
    shi_buf_puts(&page->slip, tr(page->lang, id));
    if (page->word) {
        shi_word_heading(page, 2, -1);
        return;
    }
    shi_page_raw(page, "<h3>");
    shi_page_slip(page);
    shi_page_raw(page, "</h3>\n");
}

/* ---- tables ---- */

static void caption(shi_page *page, const char *id)
{
    if (page->paper) shi_buf_format(&page->slip, tr(page->lang, N_("Table %1$d  ")), ++page->table);
    shi_buf_puts(&page->slip, tr(page->lang, id));
}

void shi_page_table(shi_page *page, const char *caption_id, const char *const *head_ids, int64_t columns, const char *kind)
{
    if (page->word) {
        caption(page, caption_id);
        shi_word_table(page, head_ids, columns, strstr(kind, "keep") != NULL);
        return;
    }
    shi_page_raw(page, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    shi_page_say(page, caption_id);
    shi_buf_format(page->out, "\"><table class=\"%s\"><caption>", kind);
    caption(page, caption_id);
    shi_page_slip(page);
    shi_page_raw(page, "</caption><thead><tr>");
    for (int64_t i = 0; i < columns; i++) {
        shi_page_raw(page, "<th scope=\"col\">");
        shi_page_say(page, head_ids[i]);
        shi_page_raw(page, "</th>");
    }
    shi_page_raw(page, "</tr></thead><tbody>\n");
}

void shi_page_table_end(shi_page *page)
{
    if (page->word) shi_word_table_end(page);
    else shi_page_raw(page, "</tbody></table></div>\n");
}

void shi_page_row(shi_page *page)
{
    if (page->word) shi_word_row(page);
    else shi_page_raw(page, "<tr><th scope=\"row\">");
}

/* HTML lets the end tags of cells be left out: a cell ends where the next begins, and with the row. */
void shi_page_cell(shi_page *page)
{
    if (page->word) shi_word_cell(page, false);
    else shi_page_raw(page, "<td>");
}

void shi_page_cell_number(shi_page *page)
{
    if (page->word) shi_word_cell(page, true);
    else shi_page_raw(page, "<td class=\"num\">");
}

void shi_page_row_end(shi_page *page)
{
    if (page->word) shi_word_row_end(page);
    else shi_page_raw(page, "</tr>\n");
}
