/* Records of two bytes of type, two of length, and data (MS-XLS). First the workbook's own, which name the formats and where each sheet begins;
 * then those of each sheet. Texts that are shared are left to libfreexl. All lengths are checked against the stream, and what is walked in all
 * is at most four times its size, however often sheets point to one place. */
#include "table/biff.h"

#include <stdlib.h>
#include <string.h>

enum { R_FORMULA = 0x06, R_EOF = 0x0A, R_DATEMODE = 0x22, R_FILEPASS = 0x2F, R_COLINFO = 0x7D, R_BOUNDSHEET = 0x85, R_MULRK = 0xBD, R_XF = 0xE0,
       R_MERGED = 0xE5, R_DIMENSIONS = 0x200, R_NUMBER = 0x203, R_BOOLERR = 0x205, R_STRING = 0x207, R_ROW = 0x208, R_RK = 0x27E, R_FORMAT = 0x41E,
       R_BOF = 0x809 };
enum { MOST_SHEETS = 256, MOST_FORMATS = 1 << 16, MOST_NOTES = 1 << 22, XLS_ROWS = 65536, XLS_COLUMNS = 256 };

typedef struct {
    unsigned type;
    shi_str data;
} record;

typedef struct {
    shi_arena *keep;
    shi_str stream;
    shi_biff *out;
    int64_t walked;
    shi_buf shown_as;              /* of each XF */
    char format[MOST_FORMATS];
    int64_t begins[MOST_SHEETS];
} reader;

static shi_err damaged(void)
{
    return shi_fail(SHI_INPUT, N_("this .xls workbook is damaged, or it is no workbook"),
                    N_("Open it in Excel or WPS and save it as .xlsx without a password, or as .csv."));
}

static unsigned u16(shi_str s, int64_t at)
{
    if (at < 0 || at + 2 > s.len) return 0;
    const unsigned char *u = (const unsigned char *)s.ptr + at;
    return (unsigned)u[0] | (unsigned)u[1] << 8;
}

static int64_t u32(shi_str s, int64_t at)
{
    return (int64_t)u16(s, at) | (int64_t)u16(s, at + 2) << 16;
}

static unsigned u8(shi_str s, int64_t at)
{
    return at >= 0 && at < s.len ? (unsigned char)s.ptr[at] : 0;
}

/* The record at *at, and past it; false at the end of the stream. */
static bool next(reader *r, int64_t *at, record *out)
{
    if (*at < 0 || *at + 4 > r->stream.len) return false;
    int64_t len = u16(r->stream, *at + 2);
    if (*at + 4 + len > r->stream.len) return false;
    *out = (record){ u16(r->stream, *at), shi_str_sub(r->stream, *at + 4, *at + 4 + len) };
    *at += 4 + len;
    r->walked += 4 + len;
    return r->walked <= 4 * r->stream.len + 4096;
}

static void put_utf8(shi_buf *b, unsigned c)
{
    if (c >= 0xD800 && c < 0xE000) c = 0xFFFD;   /* no name of a sheet needs surrogates */
    if (c < 0x80) {
        shi_buf_addc(b, (char)c);
    } else if (c < 0x800) {
        shi_buf_addc(b, (char)(0xC0 | c >> 6));
        shi_buf_addc(b, (char)(0x80 | (c & 0x3F)));
    } else {
        shi_buf_addc(b, (char)(0xE0 | c >> 12));
        shi_buf_addc(b, (char)(0x80 | (c >> 6 & 0x3F)));
        shi_buf_addc(b, (char)(0x80 | (c & 0x3F)));
    }
}

/* `len` characters behind a byte of flags at `at`: one byte each, or two. */
static shi_str text_at(shi_arena *keep, shi_str data, int64_t at, int64_t len)
{
    shi_buf b = { 0 };
    bool wide = u8(data, at) & 1;
    for (int64_t i = 0; i < len; i++) {
        int64_t from = at + 1 + (wide ? 2 * i : i);
        if (from + 1 + wide > data.len) break;
        put_utf8(&b, wide ? u16(data, from) : u8(data, from));
    }
    shi_str copy = shi_str_copy(keep, shi_buf_str(&b));
    shi_buf_drop(&b);
    return copy;
}

/* ---- the workbook's records ---- */

static shi_err sheet_add(reader *r, shi_str data)
{
    if (r->out->len == MOST_SHEETS) return damaged();
    if ((u8(data, 5) & 0x0F) != 0) return (shi_err){ 0 };   /* a chart or a macro */
    shi_biff_sheet *s = &r->out->ptr[r->out->len];
    shi_grid_open(&s->grid, text_at(r->keep, data, 7, u8(data, 6)));
    s->grid.hidden = (u8(data, 4) & 3) != 0;
    r->begins[r->out->len++] = u32(data, 0);
    return s->grid.name.ptr ? (shi_err){ 0 } : shi_no_memory();
}

static shi_err book_record(reader *r, const record *x)
{
    switch (x->type) {
    case R_FILEPASS: return shi_fail(SHI_INPUT, N_("the .xls workbook has a password"),
                                     N_("Open it in Excel or WPS and save it as .xlsx without a password, or as .csv."));
    case R_DATEMODE: r->out->epoch_1904 = u16(x->data, 0) == 1; break;
    case R_BOUNDSHEET: return sheet_add(r, x->data);
    case R_FORMAT: {
        shi_str code = text_at(r->keep, x->data, 4, u16(x->data, 2));
        if (!code.ptr) return shi_no_memory();
        r->format[u16(x->data, 0)] = (char)shi_shown_code(code.ptr);
        break;
    }
    case R_XF: shi_buf_addc(&r->shown_as, (char)u16(x->data, 2)), shi_buf_addc(&r->shown_as, (char)(u16(x->data, 2) >> 8)); break;
    default: break;
    }
    return r->shown_as.failed ? shi_no_memory() : (shi_err){ 0 };
}

static shi_err book_read(reader *r)
{
    int64_t at = 0;
    record x;
    if (!next(r, &at, &x) || x.type != R_BOF) {
        if ((x.type & 0xFF) == 0x09 && r->stream.len > 8) return r->out->old = true, (shi_err){ 0 };   /* the BOF of Excel 2 to 4 */
        return damaged();
    }
    if (u16(x.data, 0) != 0x0600) return r->out->old = true, (shi_err){ 0 };
    for (int64_t id = 0; id < MOST_FORMATS; id++) r->format[id] = (char)shi_shown_builtin(id);
    while (next(r, &at, &x)) {
        if (x.type == R_EOF) return (shi_err){ 0 };
        SHI_TRY(book_record(r, &x));
    }
    return damaged();
}

/* ---- a sheet's records ---- */

static shi_err note_add(shi_biff_sheet *s, int64_t row, int64_t column, shi_biff_kind kind, shi_str text)
{
    if (s->notes == s->notes_cap) {
        int64_t cap = s->notes_cap ? s->notes_cap * 2 : 256;
        shi_biff_note *more = cap > MOST_NOTES ? NULL : realloc(s->note, (size_t)cap * sizeof *more);
        if (!more) return cap > MOST_NOTES ? damaged() : shi_no_memory();
        s->note = more;
        s->notes_cap = cap;
    }
    s->note[s->notes++] = (shi_biff_note){ (int32_t)row, (int32_t)column, kind, text };
    return (shi_err){ 0 };
}

static shi_err note_format(reader *r, shi_biff_sheet *s, int64_t row, int64_t column, unsigned xf)
{
    if (2 * (int64_t)xf + 2 > r->shown_as.len) return (shi_err){ 0 };
    shi_shown shown = (shi_shown)r->format[u16(shi_buf_str(&r->shown_as), 2 * (int64_t)xf)];
    if (shown == SHI_SHOWN_NUMBER) return (shi_err){ 0 };
    return note_add(s, row, column, shown == SHI_SHOWN_PERCENT ? SHI_BIFF_PERCENT : SHI_BIFF_DATE, (shi_str){ 0 });
}

/* A formula's stored result is a number, or one of these. */
static shi_err note_formula(reader *r, shi_biff_sheet *s, shi_str d)
{
    if (u16(d, 12) != 0xFFFF) return note_format(r, s, u16(d, 0), u16(d, 2), u16(d, 4));
    shi_biff_kind kind = SHI_BIFF_EMPTY;
    if (u8(d, 6) == 0) kind = SHI_BIFF_TEXT;   /* the record behind it holds the text */
    if (u8(d, 6) == 1) kind = u8(d, 8) ? SHI_BIFF_TRUE : SHI_BIFF_FALSE;
    if (u8(d, 6) == 2) kind = SHI_BIFF_ERROR;
    return note_add(s, u16(d, 0), u16(d, 2), kind, (shi_str){ 0 });
}

static shi_err note_merged(shi_biff_sheet *s, shi_str d)
{
    int64_t n = u16(d, 0);
    for (int64_t i = 0; i < n && 2 + 8 * (i + 1) <= d.len; i++) {
        int64_t at = 2 + 8 * i;
        shi_span span = { (int32_t)u16(d, at), (int32_t)u16(d, at + 4), (int32_t)u16(d, at + 2), (int32_t)u16(d, at + 6) };
        SHI_TRY(shi_grid_merge(&s->grid, span));
    }
    return (shi_err){ 0 };
}

static shi_err sheet_record(reader *r, shi_biff_sheet *s, const record *x)
{
    shi_str d = x->data;
    switch (x->type) {
    case R_DIMENSIONS:
        s->rows = u32(d, 4);
        s->columns = u16(d, 10);
        return s->rows > XLS_ROWS || s->columns > XLS_COLUMNS ? damaged() : (shi_err){ 0 };
    case R_ROW: return u16(d, 12) & 0x20 ? shi_grid_hide_row(&s->grid, u16(d, 0)) : (shi_err){ 0 };
    case R_COLINFO: return u16(d, 8) & 1 ? shi_grid_hide_columns(&s->grid, u16(d, 0), u16(d, 2)) : (shi_err){ 0 };
    case R_MERGED: return note_merged(s, d);
    case R_NUMBER:
    case R_RK: return note_format(r, s, u16(d, 0), u16(d, 2), u16(d, 4));
    case R_MULRK:
        for (int64_t at = 4, c = u16(d, 2); at + 8 <= d.len; at += 6, c++) SHI_TRY(note_format(r, s, u16(d, 0), c, u16(d, at)));
        return (shi_err){ 0 };
    case R_BOOLERR:
        return note_add(s, u16(d, 0), u16(d, 2), u8(d, 7) ? SHI_BIFF_ERROR : u8(d, 6) ? SHI_BIFF_TRUE : SHI_BIFF_FALSE, (shi_str){ 0 });
    case R_FORMULA: return note_formula(r, s, d);
    case R_STRING:
        if (s->notes && s->note[s->notes - 1].kind == SHI_BIFF_TEXT && !s->note[s->notes - 1].text.ptr) {
            s->note[s->notes - 1].text = text_at(r->keep, d, 2, u16(d, 0));
            if (!s->note[s->notes - 1].text.ptr) return shi_no_memory();
        }
        return (shi_err){ 0 };
    default: return (shi_err){ 0 };
    }
}

static int by_place(const void *a, const void *b)
{
    const shi_biff_note *x = a, *y = b;
    if (x->row != y->row) return x->row < y->row ? -1 : 1;
    return x->column < y->column ? -1 : x->column > y->column;
}

/* Charts that lie in a sheet have records of their own, between a BOF and an EOF. */
static shi_err sheet_read(reader *r, shi_biff_sheet *s, int64_t at)
{
    record x;
    int depth = 0;
    while (next(r, &at, &x)) {
        if (x.type == R_BOF) depth++;
        else if (x.type == R_EOF && --depth <= 0) break;
        else if (depth == 1) SHI_TRY(sheet_record(r, s, &x));
        else if (depth == 0) return damaged();
    }
    if (r->walked > 4 * r->stream.len + 4096 || depth > 0) return damaged();
    if (s->notes > 1) qsort(s->note, (size_t)s->notes, sizeof *s->note, by_place);
    return (shi_err){ 0 };
}

shi_err shi_biff_read(shi_arena *keep, shi_str stream, shi_biff *out)
{
    reader *r = calloc(1, sizeof *r);
    *out = (shi_biff){ .ptr = shi_new(keep, shi_biff_sheet, MOST_SHEETS) };
    if (!r || !out->ptr) return free(r), shi_no_memory();
    r->keep = keep;
    r->stream = stream;
    r->out = out;
    shi_err e = book_read(r);
    for (int64_t i = 0; i < out->len && !e.code && !out->old; i++) {
        e = sheet_read(r, &out->ptr[i], r->begins[i]);
        if (e.code) e.sheet = out->ptr[i].grid.name;
    }
    shi_buf_drop(&r->shown_as);
    free(r);
    if (e.code) shi_biff_drop(out);
    return e;
}

void shi_biff_drop(shi_biff *biff)
{
    for (int64_t i = 0; i < biff->len; i++) {
        free(biff->ptr[i].note);
        shi_grid_drop(&biff->ptr[i].grid);
    }
    *biff = (shi_biff){ .len = 0 };
}

const shi_biff_note *shi_biff_note_at(const shi_biff_sheet *s, int64_t row, int64_t column)
{
    shi_biff_note sought = { .row = (int32_t)row, .column = (int32_t)column };
    return s->notes ? bsearch(&sought, s->note, (size_t)s->notes, sizeof *s->note, by_place) : NULL;
}
