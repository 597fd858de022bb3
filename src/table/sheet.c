/* One sheet of a workbook (ECMA-376, SpreadsheetML), row by row.
 *
 * Shared strings and styles are read when the file is opened; the sheet itself is parsed as its rows are asked for, by stopping expat
 * behind a row. A cell becomes the text that a CSV file would hold: numbers in full (codes of twelve digits stay codes), dates as ISO
 * 8601 (a cell is a date by the format of its style), formulas by their stored result. */
#include "table/sheet.h"

#include "table/format.h"
#include "table/xlsx.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SHEETS = 4096, MOST_CELLS = 16384, MOST_FORMATS = 1 << 16, MOST_ROWS = 1 << 20 };

/* A relation of the workbook, or a sheet in it. */
typedef struct link {
    struct link *next;
    shi_str name, id, type, target;
    bool hidden;
} link;

/* The cell, or shared string, that is being read. */
typedef struct {
    shi_buf text;
    int64_t column;
    int64_t style;
    char type;                    /* n number, s shared, t inline, f formula's text, b boolean, e error, d date */
    bool formula, value;          /* has <f>, <v> */
    bool in_text, in_phonetic;    /* inside <v> or <t>; inside <rPh> */
} cell;

struct shi_sheet {
    shi_arena *keep;              /* while the file is opened */
    shi_xlsx *xlsx;
    shi_part *part;               /* the one that is being read */
    link *links, *sheets;
    int64_t sheets_len;
    shi_str name;                 /* of the sheet that is read */
    bool epoch_1904;

    shi_buf strings;              /* shared strings, one after the other */
    shi_buf ends;                 /* int64_t: where each ends */
    shi_buf styles;               /* a byte for each style: what its numbers are shown as */
    char shown_as[MOST_FORMATS];
    bool in_formats, in_styles;

    cell now;
    bool in_row, in_cell, header_done, ended;
    int64_t row, next_column;     /* number of the row, from 1 */
    int64_t columns, records;
    shi_str *names;               /* while the header is read: MOST_CELLS */
    shi_page *page;               /* where the rows go */
    int64_t at;                   /* row of the page; -1: nothing was found in this row yet */
    shi_grid *grid;               /* where all cells go instead, when a sheet is read as a whole */
};



/* ---- relations and workbook ---- */

static shi_err damaged(void)
{
    return shi_fail(SHI_INPUT, N_("the workbook is damaged"), N_("Open it in Excel or WPS, save it again, or copy it again."));
}

static shi_str keep_text(shi_sheet *s, const char *text)
{
    shi_str copy = text ? shi_str_copy(s->keep, shi_str_from(text)) : (shi_str){ 0 };
    if (text && !copy.ptr) shi_part_fail(s->part, shi_no_memory());
    return copy;
}

static void link_add(shi_sheet *s, link **list, link item)
{
    link *fresh = shi_new(s->keep, link, 1);
    if (!fresh) {
        shi_part_fail(s->part, shi_no_memory());
        return;
    }
    *fresh = item;
    while (*list) list = &(*list)->next;
    *list = fresh;
}

static void relation_start(void *context, const char *name, const char **attributes)
{
    shi_sheet *s = context;
    if (strcmp(name, "Relationship")) return;
    if (++s->sheets_len > MOST_SHEETS) {
        shi_part_fail(s->part, damaged());
        return;
    }
    link_add(s, &s->links, (link){ .id = keep_text(s, shi_xml_attribute(attributes, "Id")),
                                   .type = keep_text(s, shi_xml_attribute(attributes, "Type")),
                                   .target = keep_text(s, shi_xml_attribute(attributes, "Target")) });
}

static void workbook_start(void *context, const char *name, const char **attributes)
{
    shi_sheet *s = context;
    const char *epoch = !strcmp(name, "workbookPr") ? shi_xml_attribute(attributes, "date1904") : NULL;
    if (epoch) s->epoch_1904 = !strcmp(epoch, "1") || !strcmp(epoch, "true");
    if (strcmp(name, "sheet")) return;
    shi_str id = keep_text(s, shi_xml_attribute(attributes, "id"));
    if (++s->sheets_len > MOST_SHEETS) {
        shi_part_fail(s->part, damaged());
        return;
    }
    for (link *l = s->links; l; l = l->next)   /* not charts and dialogs, which are sheets, too */
        if (shi_str_eq(l->id, id) && shi_str_ends(l->type, S("/worksheet"))) {
            const char *state = shi_xml_attribute(attributes, "state");
            link_add(s, &s->sheets, (link){ .name = keep_text(s, shi_xml_attribute(attributes, "name")), .target = l->target,
                                            .hidden = state && strcmp(state, "visible") });
            return;
        }
}

/* The part that the first relation of this type leads to, or NULL. */
static const char *target_of(const shi_sheet *s, shi_str type)
{
    for (link *l = s->links; l; l = l->next)
        if (shi_str_ends(l->type, type) && l->target.len) return l->target.ptr;
    return NULL;
}

/* A target is absolute, or counts from the folder of the workbook. */
static const char *path_of(shi_sheet *s, const char *folder, const char *target)
{
    shi_str path = target[0] == '/' ? shi_str_format(s->keep, "%s", target + 1) : shi_str_format(s->keep, "%s%s", folder, target);
    return path.ptr ? path.ptr : "";
}

static shi_err relations_read(shi_sheet *s, const char *part)
{
    shi_xml xml = { .start = relation_start, .context = s };
    s->links = NULL;
    s->sheets_len = 0;
    return shi_part_read(s->xlsx, part, &xml, &s->part);
}

/* ---- shared strings ---- */

static void text_add(cell *c, const char *text, int len)
{
    /* no more than what shi_page_check refuses */
    int64_t room = SHI_MAX_FIELD + 1 - c->text.len;
    if (c->in_text && !c->in_phonetic) shi_buf_add(&c->text, (shi_str){ text, len < room ? len : room });
}

static int hex_value(const char *p)
{
    int value = 0;
    for (int i = 0; i < 4; i++) {
        const char *digits = "0123456789ABCDEFabcdef", *hit = p[i] ? strchr(digits, p[i]) : NULL;
        if (!hit) return -1;
        value = value * 16 + (int)(hit - digits < 16 ? hit - digits : hit - digits - 6);
    }
    return value;
}

/* Excel writes control characters as _x000D_, and an underscore before such a text as _x005F_. In place. */
static void text_unescape(shi_buf *text)
{
    char *to = text->ptr;
    if (!to || !memchr(to, '_', (size_t)text->len)) return;
    const char *p = to, *end = to + text->len;
    while (p < end) {
        int value = end - p >= 7 && p[0] == '_' && p[1] == 'x' && p[6] == '_' ? hex_value(p + 2) : -1;
        bool ascii = value > 0 && value < 128;
        *to++ = ascii ? (char)value : *p;
        p += ascii ? 7 : 1;
    }
    text->len = to - text->ptr;
}

static void string_start(void *context, const char *name, const char **attributes)
{
    shi_sheet *s = context;
    (void)attributes;
    if (!strcmp(name, "si")) s->now.text.len = 0;
    if (!strcmp(name, "t")) s->now.in_text = true;
    if (!strcmp(name, "rPh")) s->now.in_phonetic = true;
}

static void string_end(void *context, const char *name)
{
    shi_sheet *s = context;
    if (!strcmp(name, "t")) s->now.in_text = false;
    if (!strcmp(name, "rPh")) s->now.in_phonetic = false;
    if (strcmp(name, "si")) return;
    text_unescape(&s->now.text);
    shi_buf_add(&s->strings, shi_buf_str(&s->now.text));
    shi_buf_add(&s->ends, (shi_str){ (const char *)&s->strings.len, sizeof s->strings.len });
    if (s->now.text.failed || s->strings.failed || s->ends.failed) shi_part_fail(s->part, shi_no_memory());
}

static void string_text(void *context, const char *text, int len)
{
    shi_sheet *s = context;
    text_add(&s->now, text, len);
}

static bool shared_string(const shi_sheet *s, int64_t i, shi_str *out)
{
    int64_t from = 0, to, width = sizeof from;
    if (i < 0 || i >= s->ends.len / width) return false;
    if (i) memcpy(&from, s->ends.ptr + (i - 1) * width, sizeof from);
    memcpy(&to, s->ends.ptr + i * width, sizeof to);
    *out = (shi_str){ s->strings.ptr + from, to - from };
    return true;
}

/* ---- styles ---- */

static void style_start(void *context, const char *name, const char **attributes)
{
    shi_sheet *s = context;
    if (!strcmp(name, "numFmts")) s->in_formats = true;
    if (!strcmp(name, "cellXfs")) s->in_styles = true;
    bool format = s->in_formats && !strcmp(name, "numFmt"), style = s->in_styles && !strcmp(name, "xf");
    const char *id = format || style ? shi_xml_attribute(attributes, "numFmtId") : NULL;
    const char *code = format ? shi_xml_attribute(attributes, "formatCode") : NULL;
    int64_t n = 0;
    bool known = id && shi_count_parse(shi_str_from(id), &n) && n < MOST_FORMATS;
    if (known && code) s->shown_as[n] = (char)shi_shown_code(code);
    if (style) shi_buf_addc(&s->styles, known ? s->shown_as[n] : SHI_SHOWN_NUMBER);
    if (s->styles.failed) shi_part_fail(s->part, shi_no_memory());
}

static void style_end(void *context, const char *name)
{
    shi_sheet *s = context;
    if (!strcmp(name, "numFmts")) s->in_formats = false;
    if (!strcmp(name, "cellXfs")) s->in_styles = false;
}

/* ---- values ---- */

static bool all_in(shi_str s, const char *letters)
{
    for (int64_t i = 0; i < s.len; i++)
        if (!s.ptr[i] || !strchr(letters, s.ptr[i])) return false;
    return s.len > 0;
}

static int shown_as(const shi_sheet *s, const cell *c)
{
    return c->style >= 0 && c->style < s->styles.len ? s->styles.ptr[c->style] : SHI_SHOWN_NUMBER;
}

/* A number as stored; the reason when it is none. `out` is in the cell, or in `space`. */
static const char *number_text(const shi_sheet *s, const cell *c, char space[40], shi_str *out)
{
    shi_str v = shi_str_trim(shi_buf_str(&c->text));
    bool date = shown_as(s, c) == SHI_SHOWN_DATE, percent = s->grid && shown_as(s, c) == SHI_SHOWN_PERCENT;
    *out = v;
    if (v.len == 0 || (!date && !percent && all_in(v, "0123456789"))) return NULL;   /* digits as they are: no code loses one */
    char digits[64], *end;
    if (v.len >= 64 || !all_in(v, "0123456789+-.eE")) return N_("the cell does not hold a number");
    memcpy(digits, v.ptr, (size_t)v.len);
    digits[v.len] = 0;
    double x = strtod(digits, &end);
    if (*end || !isfinite(x)) return N_("the cell does not hold a number");
    if (percent && fabs(x) < 1e9) return *out = shi_percent_text(x, space), NULL;
    if (!date) return *out = shi_number_text(x, space), NULL;
    const char *reason = shi_serial_text(x, s->epoch_1904, space);
    if (!reason) *out = shi_str_from(space);
    return reason;
}

/* What the cell holds; the reason when it cannot be used. */
static const char *cell_text(const shi_sheet *s, cell *c, char space[40], shi_str *out)
{
    int64_t i;
    *out = shi_buf_str(&c->text);
    if (c->formula && !c->value) return N_("the formula has no stored result");
    switch (c->type) {
    case 's':
        *out = (shi_str){ 0 };
        if (!c->value) return NULL;
        if (shi_count_parse(shi_str_trim(shi_buf_str(&c->text)), &i) && shared_string(s, i, out)) return NULL;
        return N_("the cell points to a text that is not there");
    case 't':
    case 'f': text_unescape(&c->text); *out = shi_buf_str(&c->text); return NULL;
    case 'b': *out = shi_str_eq(*out, S("1")) ? S("true") : S("false"); return NULL;
    case 'e': return N_("the cell holds an error");
    case 'd': return NULL;
    default: return number_text(s, c, space, out);
    }
}

static const char *remedy_of(const cell *c)
{
    if (c->formula && !c->value) return N_("Open the workbook in Excel or WPS, let it calculate, and save it.");
    return N_("Correct the cell, or copy it as plain text.");
}

/* ---- rows ---- */

static void header_put(shi_sheet *s, shi_str text)
{
    s->names[s->now.column] = shi_str_trim(shi_str_copy(s->keep, text));
    if (!s->names[s->now.column].ptr) shi_part_fail(s->part, shi_no_memory());
    if (s->columns <= s->now.column) s->columns = s->now.column + 1;
}

static void row_put(shi_sheet *s, shi_str text, const char *reason)
{
    int64_t c = s->now.column;
    shi_page *page = s->page;
    if (s->at < 0 && page->rows == page->most) {   /* rows within rows */
        shi_part_fail(s->part, damaged());
        return;
    }
    if (s->at < 0) s->at = shi_page_add(page, s->row);
    if (c >= s->columns) {
        shi_page_fault(page, s->at, -1, N_("the row has more fields than the header"), N_("Give every column a name in the header."));
        return;
    }
    if (!page->cell[c]) return;
    if (reason) shi_page_fault(page, s->at, c, reason, remedy_of(&s->now));
    else page->cell[c][s->at] = s->now.type == 's' ? text : shi_page_keep(page, text);
    if (page->failed) shi_part_fail(s->part, shi_no_memory());
}

/* Texts that are not shared are copied: the parser's own go with the next cell. */
static void grid_put(shi_sheet *s, shi_str text, const char *reason)
{
    bool number = s->now.type == 'n' || s->now.type == 'd';
    bool date = s->now.type == 'd' || (s->now.type == 'n' && shown_as(s, &s->now) == SHI_SHOWN_DATE);
    if (reason) text = S("");
    else if (s->now.type != 's') text = shi_str_copy(s->keep, text);
    shi_err e = text.ptr ? shi_grid_put(s->grid, s->row - 1, s->now.column, text, date ? SHI_GRID_DATE : number ? SHI_GRID_NUMBER : SHI_GRID_TEXT,
                                        reason, reason ? remedy_of(&s->now) : NULL) : shi_no_memory();
    if (e.code) shi_part_fail(s->part, e);
}

static void cell_finish(shi_sheet *s)
{
    char space[40];
    shi_str text;
    if (s->now.text.failed) {
        shi_part_fail(s->part, shi_no_memory());
        return;
    }
    const char *reason = cell_text(s, &s->now, space, &text);
    if (!reason && shi_str_trim(text).len == 0) return;
    if (s->grid) grid_put(s, text, reason);
    else if (s->header_done) row_put(s, text, reason);
    else header_put(s, reason ? shi_buf_str(&s->now.text) : text);
}

/* Column of a reference such as AB12, from 0; -1: none. */
static int64_t column_of(const char *reference)
{
    int64_t c = 0;
    for (; *reference >= 'A' && *reference <= 'Z' && c <= MOST_CELLS; reference++) c = c * 26 + (*reference - 'A' + 1);
    return c - 1;
}

static char type_of(const char *type)
{
    if (!type || !strcmp(type, "n")) return 'n';
    if (!strcmp(type, "inlineStr")) return 't';
    if (!strcmp(type, "str")) return 'f';
    return type[0];
}

static void cell_begin(shi_sheet *s, const char **attributes)
{
    const char *reference = shi_xml_attribute(attributes, "r"), *style = shi_xml_attribute(attributes, "s");
    shi_buf text = s->now.text;
    text.len = 0;
    s->now = (cell){ .text = text, .column = reference ? column_of(reference) : s->next_column, .style = -1,
                     .type = type_of(shi_xml_attribute(attributes, "t")) };
    if (style && !shi_count_parse(shi_str_from(style), &s->now.style)) s->now.style = -1;
    if (s->now.column < 0 || s->now.column >= MOST_CELLS) shi_part_fail(s->part, damaged());
    s->next_column = s->now.column + 1;
    s->in_cell = true;
}

/* "B17", or "A1:C3". */
static bool place_of(const char *p, int32_t *row, int32_t *column)
{
    int64_t c = 0, r = 0;
    for (; *p >= 'A' && *p <= 'Z' && c <= MOST_CELLS; p++) c = c * 26 + (*p - 'A' + 1);
    for (; *p >= '0' && *p <= '9' && r <= MOST_ROWS; p++) r = r * 10 + (*p - '0');
    *row = (int32_t)r - 1;
    *column = (int32_t)c - 1;
    return c > 0 && r > 0;
}

/* Merged ranges, hidden rows and columns, for a sheet that is read as a whole. */
static void grid_note(shi_sheet *s, const char *name, const char **attributes)
{
    shi_err e = { 0 };
    const char *hidden = shi_xml_attribute(attributes, "hidden");
    bool hides = hidden && (!strcmp(hidden, "1") || !strcmp(hidden, "true"));
    if (!strcmp(name, "row") && hides) e = shi_grid_hide_row(s->grid, s->row - 1);
    if (!strcmp(name, "col") && hides) {
        const char *min = shi_xml_attribute(attributes, "min"), *max = shi_xml_attribute(attributes, "max");
        int64_t from, to;
        if (min && max && shi_count_parse(shi_str_from(min), &from) && shi_count_parse(shi_str_from(max), &to) && from > 0)
            e = shi_grid_hide_columns(s->grid, from - 1, to - 1);
    }
    if (!strcmp(name, "mergeCell")) {
        const char *reference = shi_xml_attribute(attributes, "ref"), *colon = reference ? strchr(reference, ':') : NULL;
        shi_span span;
        if (colon && place_of(reference, &span.top, &span.left) && place_of(colon + 1, &span.bottom, &span.right))
            e = shi_grid_merge(s->grid, span);
    }
    if (e.code) shi_part_fail(s->part, e);
}

static void sheet_start(void *context, const char *name, const char **attributes)
{
    shi_sheet *s = context;
    if (!strcmp(name, "row")) {
        const char *number = shi_xml_attribute(attributes, "r");
        int64_t row;
        bool given = number && shi_count_parse(shi_str_from(number), &row) && row > 0 && row <= MOST_ROWS;
        s->row = given ? row : s->row + 1;
        s->next_column = 0;
        s->in_row = true;
        s->at = -1;
    }
    if (s->grid) grid_note(s, name, attributes);
    if (s->in_row && !strcmp(name, "c")) cell_begin(s, attributes);
    if (!s->in_cell) return;
    if (!strcmp(name, "f")) s->now.formula = true;
    if (!strcmp(name, "v")) s->now.value = s->now.in_text = true;
    if (!strcmp(name, "t")) s->now.in_text = true;
    if (!strcmp(name, "rPh")) s->now.in_phonetic = true;
}

static void sheet_end(void *context, const char *name)
{
    shi_sheet *s = context;
    if (!strcmp(name, "v") || !strcmp(name, "t")) s->now.in_text = false;
    if (!strcmp(name, "rPh")) s->now.in_phonetic = false;
    if (s->in_cell && !strcmp(name, "c")) {
        s->in_cell = false;
        cell_finish(s);
    }
    if (!s->in_row || strcmp(name, "row")) return;
    s->in_row = false;
    if (s->grid) return;
    if (s->at >= 0) shi_page_check(s->page, s->at);
    if (s->header_done ? s->page->rows == s->page->most : s->columns > 0) shi_part_pause(s->part);
}

static void sheet_text(void *context, const char *text, int len)
{
    shi_sheet *s = context;
    if (s->in_cell) text_add(&s->now, text, len);
}

/* ---- opening ---- */

shi_str shi_sheet_name(const shi_sheet *s)
{
    return s->name;
}

static shi_err sheet_choose(shi_sheet *s, shi_str name, const char **target)
{
    shi_buf list = { 0 };
    int64_t n = 0;
    *target = NULL;
    for (link *l = s->sheets; l; l = l->next, n++) {
        if (n) shi_buf_puts(&list, ", ");
        shi_buf_add(&list, l->name);
        if (!*target && (name.ptr ? shi_str_eq(l->name, name) : n == 0)) *target = l->target.ptr, s->name = l->name;
    }
    shi_err e = { 0 };
    if (n == 0)
        e = shi_fail(SHI_INPUT, N_("the workbook has no sheet of cells"), N_("Save the table as .xlsx or as .csv."));
    else if (name.ptr && !*target)
        e = shi_fail_value(SHI_INPUT, shi_buf_str(&list), N_("there is no sheet of that name"), N_("Name one of these sheets with --sheet."));
    else if (!name.ptr && n > 1)
        e = shi_fail_value(SHI_INPUT, shi_buf_str(&list), N_("the workbook has several sheets"), N_("Name one of these sheets with --sheet."));
    shi_buf_drop(&list);
    return e;
}

/* Reads all parts but the sheets. */
static shi_err workbook_read(shi_sheet *s, shi_str *folder_out)
{
    const char *book, *target;
    SHI_TRY(relations_read(s, "_rels/.rels"));
    book = target_of(s, S("/officeDocument"));
    book = path_of(s, "", book ? book : "xl/workbook.xml");
    const char *slash = strrchr(book, '/'), *file = slash ? slash + 1 : book;
    shi_str folder = shi_str_format(s->keep, "%.*s", (int)(file - book), book);
    shi_str relations = shi_str_format(s->keep, "%s_rels/%s.rels", folder.ptr ? folder.ptr : "", file);
    if (!folder.ptr || !relations.ptr) return shi_no_memory();
    SHI_TRY(relations_read(s, relations.ptr));
    s->sheets_len = 0;
    SHI_TRY(shi_part_read(s->xlsx, book, &(shi_xml){ .start = workbook_start, .context = s }, &s->part));
    *folder_out = folder;
    for (int64_t id = 0; id < MOST_FORMATS; id++) s->shown_as[id] = (char)shi_shown_builtin(id);
    if ((target = target_of(s, S("/styles"))))
        SHI_TRY(shi_part_read(s->xlsx, path_of(s, folder.ptr, target), &(shi_xml){ style_start, style_end, NULL, s }, &s->part));
    if ((target = target_of(s, S("/sharedStrings"))))
        SHI_TRY(shi_part_read(s->xlsx, path_of(s, folder.ptr, target), &(shi_xml){ string_start, string_end, string_text, s }, &s->part));
    return (shi_err){ 0 };
}

/* Parses up to the end of the header. */
static shi_err header_read(shi_sheet *s, const char *path, shi_strs *columns)
{
    s->now.in_text = s->now.in_phonetic = false;
    s->names = shi_new(s->keep, shi_str, MOST_CELLS);
    if (!s->names) return shi_no_memory();
    for (int64_t c = 0; c < MOST_CELLS; c++) s->names[c] = S("");
    SHI_TRY(shi_part_open(s->xlsx, path, &(shi_xml){ sheet_start, sheet_end, sheet_text, s }, &s->part));
    if (!s->part) return damaged();
    while (!s->ended && s->columns == 0) SHI_TRY(shi_part_run(s->part, &s->ended));
    if (s->columns == 0) return shi_fail(SHI_INPUT, N_("the sheet is empty"), N_("Check that this is the right sheet."));
    s->header_done = true;
    *columns = (shi_strs){ s->names, s->columns };
    return shi_names_check(*columns, s->row);
}

shi_err shi_sheet_open(shi_arena *keep, const char *path, shi_str memory, shi_str name, shi_sheet **out, shi_strs *columns)
{
    const char *target = NULL;
    shi_str folder;
    shi_sheet *s = calloc(1, sizeof *s);
    if (!s) return shi_no_memory();
    s->keep = keep;
    s->at = -1;
    shi_err e = shi_xlsx_open(path, memory, &s->xlsx);
    if (!e.code) e = workbook_read(s, &folder);
    if (!e.code) e = sheet_choose(s, name, &target);
    if (!e.code) e = header_read(s, path_of(s, folder.ptr, target ? target : ""), columns);
    if (!e.code) return *out = s, e;
    shi_sheet_close(s);
    return e;
}

shi_err shi_sheet_next(shi_sheet *s, shi_page *page)
{
    shi_page_clear(page, s->records);
    s->page = page;
    while (!s->ended && page->rows < page->most) {
        shi_err e = shi_part_run(s->part, &s->ended);
        if (e.code) return e.line = e.code == SHI_INPUT ? s->row : 0, e;
    }
    s->records += page->rows;
    return (shi_err){ 0 };
}

static shi_err grid_read(shi_sheet *s, const char *path, shi_grid *grid)
{
    s->now.in_text = s->now.in_phonetic = s->in_row = s->in_cell = false;
    s->row = 0;
    s->grid = grid;
    shi_err e = shi_part_open(s->xlsx, path, &(shi_xml){ sheet_start, sheet_end, sheet_text, s }, &s->part);
    if (!e.code) e = s->part ? shi_part_run(s->part, &s->ended) : damaged();
    if (e.code == SHI_INPUT) e.line = s->row;
    shi_part_close(s->part);
    s->part = NULL;
    return e.code ? e : shi_grid_finish(grid);
}

static shi_err grids_read(shi_sheet *s, shi_grids *out)
{
    shi_str folder;
    int64_t n = 0;
    SHI_TRY(workbook_read(s, &folder));
    for (link *l = s->sheets; l; l = l->next) n++;
    if (n == 0) return shi_fail(SHI_INPUT, N_("the workbook has no sheet of cells"), N_("Save the table as .xlsx or as .csv."));
    out->ptr = shi_new(s->keep, shi_grid, n);
    if (!out->ptr) return shi_no_memory();
    for (link *l = s->sheets; l; l = l->next) {
        shi_grid *grid = &out->ptr[out->len++];
        shi_grid_open(grid, l->name);
        grid->hidden = l->hidden;
        shi_err e = grid_read(s, path_of(s, folder.ptr, l->target.ptr ? l->target.ptr : ""), grid);
        if (e.code) return e.sheet = l->name, e;
    }
    return (shi_err){ 0 };
}

shi_err shi_sheet_grids(shi_arena *keep, const char *path, shi_str memory, shi_sheet **owner, shi_grids *out)
{
    shi_sheet *s = calloc(1, sizeof *s);
    if (!s) return shi_no_memory();
    *out = (shi_grids){ 0 };
    *owner = NULL;
    s->keep = keep;
    shi_err e = shi_xlsx_open(path, memory, &s->xlsx);
    if (!e.code) e = grids_read(s, out);
    if (!e.code) return *owner = s, e;
    for (int64_t i = 0; i < out->len; i++) shi_grid_drop(&out->ptr[i]);
    *out = (shi_grids){ 0 };
    shi_sheet_close(s);
    return e;
}

void shi_sheet_close(shi_sheet *s)
{
    if (!s) return;
    shi_part_close(s->part);
    shi_xlsx_close(s->xlsx);
    shi_buf_drop(&s->now.text);
    shi_buf_drop(&s->strings);
    shi_buf_drop(&s->ends);
    shi_buf_drop(&s->styles);
    free(s);
}
