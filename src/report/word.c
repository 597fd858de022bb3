/* Runs, paragraphs and tables of WordprocessingML (ECMA-376, part 1, chapter 17). A table's columns take widths by the widest text of each, so its
 * rows wait in a buffer until the last is known; what a paper shows of a table is bounded, so that is small. */
#include "report/word.h"

#include "table/term.h"

#include <math.h>
#include <string.h>

/* Twentieths of a point: the type area of GB/T 9704 is 156 mm wide. */
enum { TYPE_AREA = 8844 };

void shi_word_drop(shi_word *word)
{
    shi_buf_drop(&word->rows);
    shi_buf_drop(&word->text);
}

/* U+FFFE and U+FFFF, which XML forbids though UTF-8 has them. */
static void without_nonchars(shi_buf *text)
{
    for (int64_t i = 0; i + 2 < text->len; i++)
        if (!memcmp(text->ptr + i, "\xEF\xBF", 2) && (unsigned char)text->ptr[i + 2] >= 0xBE) text->ptr[i + 2] = (char)0xBD;
}

void shi_word_text(shi_page *page, shi_str text, shi_escape *escape)
{
    shi_word *w = page->word;
    if (!text.len) return;
    w->text.len = 0;
    shi_words_name(&w->text, text);
    without_nonchars(&w->text);
    shi_buf_puts(page->out, "<w:r>");
    if (w->strong || w->small || w->code) {
        shi_buf_puts(page->out, "<w:rPr>");
        if (w->code) shi_buf_puts(page->out, "<w:rFonts w:ascii=\"Courier New\" w:hAnsi=\"Courier New\"/>");
        if (w->strong) shi_buf_puts(page->out, "<w:b/>");
        if (w->code) shi_buf_puts(page->out, "<w:sz w:val=\"15\"/>");
        else if (w->small) shi_buf_puts(page->out, "<w:sz w:val=\"18\"/>");
        shi_buf_puts(page->out, "</w:rPr>");
    }
    shi_buf_puts(page->out, "<w:t xml:space=\"preserve\">");
    escape(page->out, shi_buf_str(&w->text));
    shi_buf_puts(page->out, "</w:t></w:r>");
    int64_t cells = shi_width(shi_buf_str(&w->text));
    w->cells += w->small ? 0 : w->code ? text.len / 2 : w->strong ? cells + cells / 6 + 1 : cells;   /* bold type is wider */
    page->out->failed = page->out->failed || w->text.failed;
}

void shi_word_strong(shi_page *page, bool on)
{
    page->word->strong = on;
}

void shi_word_small(shi_page *page, bool on)
{
    if (on) shi_buf_puts(page->out, "<w:r><w:br/></w:r>");
    page->word->small = on;
}

void shi_word_code(shi_page *page, bool on)
{
    page->word->code = on;
}

/* ---- paragraphs ---- */

void shi_word_styled(shi_page *page, const char *style)
{
    shi_buf_format(page->out, "<w:p><w:pPr><w:pStyle w:val=\"%s\"/></w:pPr>", style);
}

void shi_word_para(shi_page *page, shi_para kind)
{
    static const char *const STYLE[SHI_PARA_KINDS] = { "Text", "To", "Sign", "Note", "Stamp", "Summary", "Quote", "Item" };
    shi_word_styled(page, STYLE[kind]);
    if (kind != SHI_PARA_ITEM) return;
    char number[24];
    int n = snprintf(number, sizeof number, "%lld. ", (long long)++page->word->item);
    shi_page_text(page, (shi_str){ number, n });
}

void shi_word_para_end(shi_page *page)
{
    shi_buf_puts(page->out, "</w:p>\n");
}

void shi_word_list(shi_page *page)
{
    page->word->item = 0;
}

void shi_word_heading(shi_page *page, int level, int number)
{
    shi_word_styled(page, level == 1 ? "Heading1" : "Heading2");
    if (number >= 0) shi_buf_format(page->out, "<w:bookmarkStart w:id=\"%d\" w:name=\"s%d\"/>", number, number);
    shi_page_slip(page);
    if (number >= 0) shi_buf_format(page->out, "<w:bookmarkEnd w:id=\"%d\"/>", number);
    shi_word_para_end(page);
}

/* The page's number is a field that is filled in by whoever opens the file, since only he lays it out. */
void shi_word_contents(shi_page *page, int number)
{
    shi_word_styled(page, "Contents");
    shi_buf_format(page->out, "<w:hyperlink w:anchor=\"s%d\" w:history=\"1\">", number);
    shi_page_slip(page);
    shi_buf_format(page->out, "<w:r><w:tab/></w:r><w:r><w:fldChar w:fldCharType=\"begin\" w:dirty=\"true\"/></w:r><w:r><w:instrText "
        "xml:space=\"preserve\"> PAGEREF s%d \\h </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>\xE2\x80\xA6</w:t>"
        "</w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:hyperlink>", number);
    shi_word_para_end(page);
}

/* ---- tables ---- */

static void cell_open(shi_page *page, const char *style)
{
    page->word->cells = 0;
    shi_buf_format(page->out, "<w:tc><w:p><w:pPr><w:pStyle w:val=\"%s\"/>%s</w:pPr>", style, page->word->keep ? "<w:keepNext/>" : "");
}

static void cell_close(shi_page *page)
{
    shi_word *w = page->word;
    if (w->column < SHI_WORD_COLUMNS && w->cells > w->widest[w->column]) w->widest[w->column] = w->cells;
    w->column++;
    shi_buf_puts(page->out, "</w:p></w:tc>");
}

/* A word of a header is not broken, so its column has room for the longest; Chinese may be broken anywhere. */
static int64_t head_room(shi_lang lang, shi_str text)
{
    int64_t most = 0;
    if (lang == SHI_ZH) return shi_width(text) < 6 ? shi_width(text) : 6;
    for (int64_t from = 0, to; from < text.len; from = to + 1) {
        to = shi_str_find(text, ' ', from);
        if (to < 0) to = text.len;
        if (to - from > most) most = to - from;
    }
    return most + 2;
}

static void head_row(shi_page *page, const char *const *head_ids)
{
    shi_buf_puts(page->out, "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
    page->word->column = 0;
    for (int64_t c = 0; c < page->word->columns; c++) {
        cell_open(page, "CellHead");
        shi_page_say(page, head_ids[c]);
        page->word->cells = head_room(page->lang, shi_str_from(tr(page->lang, head_ids[c])));
        cell_close(page);
    }
    shi_buf_puts(page->out, "</w:tr>\n");
}

void shi_word_table(shi_page *page, const char *const *head_ids, int64_t columns, bool keep)
{
    shi_word *w = page->word;
    if (page->slip.len) {
        shi_word_styled(page, "Caption");
        shi_page_slip(page);
        shi_word_para_end(page);
    }
    w->columns = columns < SHI_WORD_COLUMNS ? columns : SHI_WORD_COLUMNS;
    memset(w->widest, 0, sizeof w->widest);
    w->rows.len = 0;
    w->keep = keep;
    w->body = page->out;
    page->out = &w->rows;
    head_row(page, head_ids);
}

static double share_of(int64_t cells)
{
    return pow((double)cells, .75);
}

/* A column of short texts takes what its widest needs; the others share what is left, the longer the more, but less than their length asks for. */
static void widths(const shi_word *w, shi_lang lang, int width[SHI_WORD_COLUMNS])
{
    enum { MARGINS = 130, SHORT = 12, LEAST = 1300 };   /* twentieths of a point; cells; twentieths */
    const int a_cell = lang == SHI_ZH ? 108 : 92;       /* half of 10.5 pt; a little more than half of 9 pt */
    double left = TYPE_AREA, asked = 0, all = 0;
    for (int64_t c = 0; c < w->columns; c++) {
        bool is_short = w->widest[c] <= SHORT;
        width[c] = is_short ? (int)w->widest[c] * a_cell + MARGINS : 0;
        left -= width[c];
        asked += is_short ? 0 : share_of(w->widest[c]);
    }
    for (int64_t c = 0; c < w->columns; c++) {
        if (!width[c]) width[c] = (int)(left * share_of(w->widest[c]) / asked);
        if (width[c] < LEAST && w->widest[c] > SHORT) width[c] = LEAST;
        all += width[c];
    }
    for (int64_t c = 0; c < w->columns; c++) width[c] = (int)(width[c] * TYPE_AREA / all);   /* too many to fit, or all of them short */
}

void shi_word_table_end(shi_page *page)
{
    shi_word *w = page->word;
    int width[SHI_WORD_COLUMNS];
    page->out = w->body;
    shi_buf_puts(page->out, "<w:tbl><w:tblPr><w:tblStyle w:val=\"Grid\"/><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:tblLayout w:type=\"fixed\"/>"
        "</w:tblPr><w:tblGrid>");
    widths(w, page->lang, width);
    for (int64_t c = 0; c < w->columns; c++) shi_buf_format(page->out, "<w:gridCol w:w=\"%d\"/>", width[c]);
    shi_buf_puts(page->out, "</w:tblGrid>\n");
    shi_buf_add(page->out, shi_buf_str(&w->rows));
    page->out->failed = page->out->failed || w->rows.failed;
    shi_buf_puts(page->out, "</w:tbl>\n<w:p><w:pPr><w:pStyle w:val=\"Gap\"/></w:pPr></w:p>\n");
}

void shi_word_row(shi_page *page)
{
    page->word->column = 0;
    shi_buf_puts(page->out, "<w:tr><w:trPr><w:cantSplit/></w:trPr>");
    cell_open(page, "Cell");
}

void shi_word_cell(shi_page *page, bool number)
{
    cell_close(page);
    cell_open(page, number ? "CellNumber" : "Cell");
}

/* A row that has fewer cells than the header is filled up. */
void shi_word_row_end(shi_page *page)
{
    cell_close(page);
    while (page->word->column < page->word->columns) {
        cell_open(page, "Cell");
        cell_close(page);
    }
    shi_buf_puts(page->out, "</w:tr>\n");
}
