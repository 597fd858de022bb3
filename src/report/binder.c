/* Each sheet: title, note, header in bold type that stays in view, then rows. libxlsxwriter keeps one row in memory (constant_memory) and the rest
 * in files of its own without a name; columns take their width, and the filter its range, when the sheet is done. What the library could not
 * write it does not always tell, so the packed file is read again and its cells are counted: a full disk makes no short workbook. */
#include "report/binder.h"

#include "base/calendar.h"
#include "base/decimal.h"
#include "base/os.h"
#include "report/binder_check.h"
#include "report/words.h"
#include "table/term.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

enum { TITLE_ROW, NOTE_ROW, HEAD_ROW, FIRST_ROW, COLUMNS = 24, WRAPPED = 20000, LONGEST = 32000, LOOK = 1024, FULL = 1000000 };
enum { TITLE = SHI_COL_KINDS, NOTE, HEAD, DASH, PLAIN_LONG, DECIMAL, FORMATS };

struct shi_binder {
    shi_binder_options o;
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *format[FORMATS];
    const shi_binder_table *table;
    int64_t rows, row, left;         /* of the table; on the sheet; not yet written */
    int sheets, of, number;          /* all; of the table, and the one at hand */
    int column;
    int64_t width[COLUMNS], lines;   /* lines: of the row at hand */
    shi_buf name, slip;
    shi_sheet_tally tally;
    shi_err err;
};

/* ---- looks ---- */

/* A face of the office's, with the kind of type to take where it is missing. */
static lxw_format *face(shi_binder *b, bool head, double size)
{
    enum { ROMAN = 1, SWISS = 2, MODERN = 3, GB2312 = 134 };
    bool zh = b->o.lang == SHI_ZH;
    lxw_format *f = workbook_add_format(b->book);
    format_set_font_name(f, zh ? head ? "黑体" : "仿宋_GB2312" : head ? "Arial" : "Times New Roman");
    format_set_font_family(f, zh ? MODERN : head ? SWISS : ROMAN);
    if (zh) format_set_font_charset(f, GB2312);
    format_set_font_size(f, size);
    format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
    return f;
}

static lxw_format *cell_face(shi_binder *b, int of)
{
    static const char *const NUMBER[FORMATS] = { [SHI_COL_COUNT] = "#,##0", [SHI_COL_YUAN] = "#,##0.00", [SHI_COL_HOURS] = "#,##0.0",
        [SHI_COL_SHARE] = "[=0]0.0%;[<0.0005]\"<0.1%\";0.0%", [SHI_COL_FACTOR] = "#,##0.00", [SHI_COL_DAY] = "yyyy-mm-dd", [DECIMAL] = "#,##0.0##" };
    lxw_format *f = face(b, of == HEAD, of == HEAD ? 10.5 : 11);
    format_set_border(f, LXW_BORDER_THIN);
    format_set_border_color(f, of == HEAD ? 0x595959 : 0xA6A6A6);
    if (NUMBER[of]) format_set_num_format(f, NUMBER[of]);
    if (of == SHI_COL_TEXT || of == SHI_COL_LONG || of == HEAD) format_set_text_wrap(f);
    if (of == HEAD || of == SHI_COL_WORD || of == SHI_COL_DAY) format_set_align(f, LXW_ALIGN_CENTER);
    else if (NUMBER[of] || of == DASH) format_set_align(f, LXW_ALIGN_RIGHT);
    else format_set_align(f, LXW_ALIGN_LEFT);
    if (of == HEAD) format_set_bg_color(f, 0xEDEDED);
    return f;
}

static void formats(shi_binder *b)
{
    for (int k = 0; k < FORMATS; k++)
        if (k != TITLE && k != NOTE) b->format[k] = cell_face(b, k);
    b->format[TITLE] = face(b, true, 16);
    b->format[NOTE] = face(b, false, 10);
    format_set_font_color(b->format[NOTE], 0x595959);
}

static void page(shi_binder *b)
{
    lxw_worksheet *s = b->sheet;
    worksheet_set_landscape(s);
    worksheet_set_paper(s, 9);   /* A4 */
    worksheet_set_margins(s, 0.6, 0.6, 0.7, 0.7);
    worksheet_center_horizontally(s);
    worksheet_fit_to_pages(s, 1, 0);
    worksheet_repeat_rows(s, HEAD_ROW, HEAD_ROW);
    worksheet_set_footer(s, tr(b->o.lang, N_("&CPage &P of &N")));
    worksheet_freeze_panes(s, FIRST_ROW, 0);
}

/* ---- cells ---- */

static void done(shi_binder *b, lxw_error e)
{
    if (e == LXW_NO_ERROR || b->err.code) return;
    b->err = shi_fail_value(SHI_SYSTEM, shi_str_from(lxw_strerror(e)), N_("the workbook could not be written"),
                            N_("Free some space on the disk and run the command again: nothing was changed."));
}

static shi_column_kind kind_now(const shi_binder *b)
{
    assert(b->column < b->table->columns);
    return b->table->column[b->column].kind;
}

static void widen(shi_binder *b, int64_t cells)
{
    if (cells > b->width[b->column]) b->width[b->column] = cells;
}

/* Widths of columns at most, in digits; a character of the type is a tenth wider than the digit that Excel measures by. */
static const double MOST[SHI_COL_KINDS] = { [SHI_COL_TEXT] = 24, [SHI_COL_WORD] = 18, [SHI_COL_LONG] = 48, [SHI_COL_COUNT] = 22, [SHI_COL_YUAN] = 22,
    [SHI_COL_HOURS] = 20, [SHI_COL_SHARE] = 10, [SHI_COL_FACTOR] = 18, [SHI_COL_DAY] = 14 };
static const double A_CELL = 1.15, MARGIN = 1.5;

/* Lines that a wrapped text takes; words that do not fit at the end of a line cost a tenth. LibreOffice and WPS give a row no height of their own. */
static void heighten(shi_binder *b, shi_column_kind kind, int64_t cells)
{
    double a_line = (MOST[kind] - MARGIN) / A_CELL;
    int64_t lines = (double)cells <= a_line ? 1 : (int64_t)((double)cells * 1.1 / a_line) + 1;
    if (lines > b->lines) b->lines = lines;
}

/* Excel reads _x0041_ as A; the mark in front is written as itself. */
static bool coded(shi_str s, int64_t at)
{
    if (at + 7 > s.len || s.ptr[at] != '_' || s.ptr[at + 1] != 'x' || s.ptr[at + 6] != '_') return false;
    for (int k = 2; k < 6; k++)
        if (!strchr("0123456789abcdefABCDEF", s.ptr[at + k])) return false;
    return true;
}

/* On one line, without what XML forbids, not longer than a cell holds; NULL: there is nothing. */
static const char *cleaned(shi_binder *b, shi_str text)
{
    int64_t from = 0;
    b->name.len = b->slip.len = 0;
    shi_words_name(&b->name, text);
    shi_str s = shi_str_cut(shi_buf_str(&b->name), LONGEST);
    for (int64_t i = 0; i < s.len; i++) {
        bool never = i + 3 <= s.len && (!memcmp(s.ptr + i, "\xEF\xBF\xBE", 3) || !memcmp(s.ptr + i, "\xEF\xBF\xBF", 3));
        if (!never && !coded(s, i)) continue;
        shi_buf_add(&b->slip, shi_str_sub(s, from, i));
        shi_buf_puts(&b->slip, never ? "\xEF\xBF\xBD" : "_x005F_");
        from = i + (never ? 3 : 1);
    }
    if (s.len) shi_buf_add(&b->slip, shi_str_sub(s, from, s.len));
    if (b->name.failed || b->slip.failed) b->err = shi_no_memory();
    return b->slip.len && !b->slip.failed ? b->slip.ptr : NULL;
}

static void put(shi_binder *b, const char *text, int format)
{
    lxw_col_t c = (lxw_col_t)b->column;
    if (b->err.code) return;
    b->tally.cells++;
    if (text) done(b, worksheet_write_string(b->sheet, (lxw_row_t)b->row, c, text, b->format[format]));
    else done(b, worksheet_write_blank(b->sheet, (lxw_row_t)b->row, c, b->format[format]));
}

static void put_number(shi_binder *b, double x, int format)
{
    b->column++;
    if (b->err.code) return;
    b->tally.cells++;
    done(b, worksheet_write_number(b->sheet, (lxw_row_t)b->row, (lxw_col_t)(b->column - 1), x, b->format[format]));
}

static void dash(shi_binder *b)
{
    put(b, "\xE2\x80\x94", kind_now(b) == SHI_COL_DAY ? SHI_COL_WORD : DASH);
    b->column++;
}

void shi_binder_text(shi_binder *b, shi_str text)
{
    shi_column_kind kind = kind_now(b);
    const char *clean = cleaned(b, text);
    int64_t cells = shi_width(shi_buf_str(&b->slip));
    bool plain = kind == SHI_COL_LONG && b->rows > WRAPPED;
    widen(b, cells);
    if (!plain && (kind == SHI_COL_LONG || kind == SHI_COL_TEXT)) heighten(b, kind, cells);
    put(b, clean, plain ? PLAIN_LONG : (int)kind);
    b->column++;
}

void shi_binder_said(shi_binder *b, const char *text)
{
    shi_binder_text(b, shi_str_from(text));
}

void shi_binder_list(shi_binder *b, shi_str list)
{
    shi_buf text = { 0 };
    for (int64_t i = 0; i < list.len; i++) {
        if (list.ptr[i] != ';') shi_buf_addc(&text, list.ptr[i]);
        else shi_buf_puts(&text, b->o.lang == SHI_ZH ? "、" : ", ");
    }
    shi_binder_buf(b, &text);
}

void shi_binder_buf(shi_binder *b, shi_buf *text)
{
    if (text->failed) b->err = shi_no_memory();
    shi_binder_text(b, text->failed ? (shi_str){ 0 } : shi_buf_str(text));
    shi_buf_drop(text);
}

void shi_binder_int(shi_binder *b, shi_maybe number)
{
    char text[32];
    if (!number.known) {
        dash(b);
        return;
    }
    widen(b, shi_decimal_write_grouped(number.v, text));
    if (kind_now(b) == SHI_COL_YUAN) put_number(b, (double)number.v / 100, SHI_COL_YUAN);
    else put_number(b, (double)number.v / 1000, number.v % 1000 ? DECIMAL : SHI_COL_COUNT);
}

void shi_binder_whole(shi_binder *b, int64_t n)
{
    int64_t thousandths;
    shi_binder_int(b, (shi_maybe){ !shi_mul(n, 1000, &thousandths), thousandths });
}

void shi_binder_real(shi_binder *b, shi_maybe_f64 number)
{
    char text[64];
    shi_column_kind kind = kind_now(b);
    if (!number.known || !(number.v < 1e300 && number.v > -1e300)) {
        dash(b);
        return;
    }
    int n = snprintf(text, sizeof text, "%.0f", number.v < 1e15 ? number.v : 1e15);
    widen(b, kind == SHI_COL_SHARE ? 6 : n + n / 3 + 3);
    put_number(b, number.v, (int)kind);
}

void shi_binder_day(shi_binder *b, int64_t day)
{
    int64_t year;
    int month, dom;
    if (day == INT64_MIN) {
        dash(b);
        return;
    }
    shi_day_split(day, &year, &month, &dom);
    lxw_datetime date = { .year = (int)year, .month = month, .day = dom };
    widen(b, 10);
    b->column++;
    if (b->err.code) return;
    b->tally.cells++;
    done(b, worksheet_write_datetime(b->sheet, (lxw_row_t)b->row, (lxw_col_t)(b->column - 1), &date, b->format[SHI_COL_DAY]));
}

void shi_binder_bounded(shi_binder *b, char sign, int64_t thousandths)
{
    char text[40] = { sign };
    shi_decimal_write_grouped(thousandths, text + 1);
    widen(b, (int64_t)strlen(text));
    put(b, text, DASH);
    b->column++;
}

/* ---- sheets ---- */

static void heading(shi_binder *b)
{
    shi_lang lang = b->o.lang;
    shi_buf title = { 0 };
    shi_buf_puts(&title, b->o.title);
    shi_buf_puts(&title, title.len ? lang == SHI_ZH ? "　" : " – " : "");
    shi_buf_puts(&title, tr(lang, b->table->about));
    if (b->of > 1) shi_buf_format(&title, lang == SHI_ZH ? "（%d/%d）" : " (%d/%d)", b->number, b->of);
    const char *text[] = { cleaned(b, shi_buf_str(&title)), b->o.note };
    b->column = 0;
    for (b->row = TITLE_ROW; b->row <= NOTE_ROW; b->row++) {
        done(b, worksheet_set_row(b->sheet, (lxw_row_t)b->row, b->row == TITLE_ROW ? 30 : 20, NULL));
        put(b, text[b->row], b->row == TITLE_ROW ? TITLE : NOTE);
    }
    shi_buf_drop(&title);
    b->row = HEAD_ROW;
    done(b, worksheet_set_row(b->sheet, (lxw_row_t)b->row, 32, NULL));
    for (; b->column < b->table->columns; b->column++) {
        const char *head = tr(lang, b->table->column[b->column].head);
        int64_t half = (shi_width(shi_str_from(head)) + 1) / 2 + 2;   /* two lines, and the filter's button */
        b->width[b->column] = half > 6 ? half : 6;
        put(b, head, HEAD);
    }
    b->row = FIRST_ROW;
    b->column = 0;
    b->tally.rows += FIRST_ROW;
}

/* Excel compares the names of sheets; each here is of another table or has another number. */
static void next_sheet(shi_binder *b)
{
    char name[128];
    b->number++;
    if (b->of > 1) snprintf(name, sizeof name, "%s %d", tr(b->o.lang, b->table->name), b->number);
    else snprintf(name, sizeof name, "%s", tr(b->o.lang, b->table->name));
    b->sheet = workbook_add_worksheet(b->book, name);
    b->sheets++;
    if (!b->sheet) done(b, LXW_ERROR_PARAMETER_VALIDATION);
    if (!b->sheet) return;
    page(b);
    memset(b->width, 0, sizeof b->width);
    heading(b);
}

static double wide(const shi_binder *b, int64_t column)
{
    double most = MOST[b->table->column[column].kind], want = (double)b->width[column] * A_CELL + MARGIN;
    return want < most ? want : most;
}

static void finish_sheet(shi_binder *b)
{
    if (!b->sheet || b->err.code) return;
    for (int64_t c = 0; c < b->table->columns; c++) done(b, worksheet_set_column(b->sheet, (lxw_col_t)c, (lxw_col_t)c, wide(b, c), NULL));
    if (b->rows) done(b, worksheet_autofilter(b->sheet, HEAD_ROW, 0, (lxw_row_t)(b->row - 1), (lxw_col_t)(b->table->columns - 1)));
    b->sheet = NULL;
}

void shi_binder_begin(shi_binder *b, const shi_binder_table *table, int64_t rows)
{
    assert(table->columns <= COLUMNS);
    b->table = table;
    b->rows = b->left = rows;
    b->of = rows ? (int)((rows + b->o.rows_a_sheet - 1) / b->o.rows_a_sheet) : 1;
    b->number = 0;
    if (!b->err.code) next_sheet(b);
    if (rows || b->err.code) return;
    put(b, tr(b->o.lang, table->empty), NOTE);
    b->tally.rows++;
    b->row++;
}

void shi_binder_row(shi_binder *b)
{
    enum { LINE = 15, HIGHEST = 409 };   /* points; Excel allows no more */
    assert(b->column == b->table->columns && b->left > 0);
    double height = b->lines * LINE < HIGHEST ? (double)(b->lines * LINE) : HIGHEST;
    if (b->lines > 1 && !b->err.code) done(b, worksheet_set_row(b->sheet, (lxw_row_t)b->row, height, NULL));
    b->lines = 1;
    b->column = 0;
    b->row++;
    b->tally.rows++;
    b->left--;
    if (b->row % LOOK == 0 && shi_os_stop_requested() && !b->err.code)
        b->err = shi_fail(SHI_STOPPED, N_("stopped as asked"), N_("Nothing was changed."));
    if (b->row < b->o.rows_a_sheet + FIRST_ROW || !b->left || b->err.code) return;
    finish_sheet(b);
    next_sheet(b);
}

void shi_binder_end(shi_binder *b)
{
    finish_sheet(b);
}

shi_err shi_binder_state(const shi_binder *b)
{
    return b->err;
}

/* ---- the file ---- */

shi_err shi_binder_open(const shi_binder_options *options, shi_binder **out)
{
    shi_binder *b = calloc(1, sizeof *b);
    if (!b) return shi_no_memory();
    b->o = *options;
    if (!b->o.rows_a_sheet) b->o.rows_a_sheet = FULL;
    lxw_workbook_options how = { .constant_memory = LXW_TRUE, .use_zip64 = LXW_TRUE };
    char *spill = options->spill ? strdup(options->spill) : NULL;   /* the library takes no const, and keeps a copy */
    how.tmpdir = spill;
    b->book = workbook_new_opt(options->path, &how);
    free(spill);
    if (!b->book) {
        free(b);
        return shi_no_memory();
    }
    lxw_doc_properties properties = { .created = (time_t)(options->created_us / 1000000) };
    char title[256], by[] = "Shishu " SHI_VERSION;
    snprintf(title, sizeof title, "%s", shi_str_cut(shi_str_from(options->title), 200).len ? options->title : by);
    properties.title = title;
    properties.author = by;
    done(b, workbook_set_properties(b->book, &properties));
    formats(b);
    *out = b;
    return (shi_err){ 0 };
}

/* The library forgets the files behind the sheets when it is not asked to pack them. */
static void abandon(shi_binder *b)
{
    lxw_worksheet *s;
    STAILQ_FOREACH(s, b->book->worksheets, list_pointers)
        if (s->optimize_tmpfile) fclose(s->optimize_tmpfile);
    lxw_workbook_free(b->book);
}

shi_err shi_binder_close(shi_binder *b, shi_err so_far)
{
    if (!b->err.code) b->err = so_far;
    if (b->err.code) abandon(b);
    else done(b, workbook_close(b->book));
    shi_err e = b->err;
    if (!e.code) e = shi_binder_check(b->o.path, b->sheets, &b->tally);
    if (e.code == SHI_SYSTEM && !e.file.ptr) e.file = shi_str_from(b->o.path);
    shi_buf_drop(&b->name);
    shi_buf_drop(&b->slip);
    free(b);
    return e;
}
