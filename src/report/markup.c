/* Escapes and tables. A cell ends where the next one begins, so the state of a row is whether its head is still open. */
#include "report/markup.h"

#include "base/decimal.h"

#include <math.h>

void shi_page_raw(shi_page *page, const char *markup)
{
    shi_buf_puts(page->out, markup);
}

void shi_page_text(shi_page *page, shi_str text)
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
        shi_buf_add(page->out, shi_str_sub(text, from, i));
        shi_buf_puts(page->out, instead);
        from = i + 1;
    }
    shi_buf_add(page->out, shi_str_sub(text, from, text.len));
}

void shi_page_say(shi_page *page, const char *id)
{
    shi_page_text(page, shi_str_from(tr(page->lang, id)));
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

void shi_page_place(shi_page *page, const char *name, double percent)
{
    char text[24];
    double p = percent > 100 ? 100 : percent > 0 ? percent : 0;
    shi_decimal_write(llround(p * 1000), text);
    shi_buf_format(page->out, "--%s:%s;", name, text);
}

/* A long number may be broken after a comma where a column is too narrow for it. */
void shi_page_number(shi_page *page, int64_t thousandths)
{
    char text[32];
    int n = shi_decimal_write_grouped(thousandths, text);
    for (int i = 0; i < n; i++) {
        shi_buf_addc(page->out, text[i]);
        if (text[i] == ',' && n > 9) shi_page_raw(page, "<wbr>");
    }
}

void shi_page_maybe(shi_page *page, shi_maybe number)
{
    if (number.known) shi_page_number(page, number.v);
    else shi_words_maybe(page->out, number);
}

void shi_page_counted(shi_page *page, const shi_figure *f)
{
    if (f->withheld) {
        shi_page_say(page, SHI_WITHHELD);
    } else if (shi_words_small(f, page->small_cell)) {
        shi_page_raw(page, "&lt;");
        shi_page_count(page, page->small_cell);
    } else {
        shi_page_maybe(page, f->counted);
    }
}

void shi_page_count(shi_page *page, int64_t n)
{
    int64_t thousandths;
    if (!shi_mul(n, 1000, &thousandths)) shi_words_number(page->out, thousandths);
}

const char *shi_page_verdict_class(shi_verdict verdict)
{
    static const char *const CLASS[] = { "n", "p", "c", "d", "r", "x", "i" };
    return CLASS[verdict];
}

void shi_page_verdict(shi_page *page, shi_verdict verdict, bool tag)
{
    const char *c = shi_page_verdict_class(verdict);
    shi_buf_format(page->out, "<span class=\"v %s%s\"><svg class=\"s\" aria-hidden=\"true\"><use href=\"#v-%s\"/></svg>", c, tag ? " tag" : "", c);
    shi_page_text(page, shi_str_from(shi_words_verdict(page->lang, verdict)));
    shi_page_raw(page, "</span>");
}

void shi_page_table(shi_page *page, const char *caption_id, const char *const *head_ids, int64_t columns, const char *kind)
{
    shi_page_raw(page, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    shi_page_say(page, caption_id);
    shi_buf_format(page->out, "\"><table class=\"%s\"><caption>", kind);
    shi_page_say(page, caption_id);
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
    shi_page_raw(page, "</tbody></table></div>\n");
}

void shi_page_row(shi_page *page)
{
    shi_page_raw(page, "<tr><th scope=\"row\">");
}

/* HTML lets the end tags of cells be left out: a cell ends where the next begins, and with the row. */
void shi_page_cell(shi_page *page)
{
    shi_page_raw(page, "<td>");
}

void shi_page_cell_number(shi_page *page)
{
    shi_page_raw(page, "<td class=\"num\">");
}

void shi_page_row_end(shi_page *page)
{
    shi_page_raw(page, "</tr>\n");
}
