/* Cells by libfreexl; what it does not tell by our own reader, which also runs first, so that libfreexl only sees workbooks whose chains and records
 * are sound. For workbooks older than Excel 97 the sheets come as unseen: their merged ranges and hidden rows are not read, and the import says so. */
#include "table/xls.h"

#include "table/biff.h"
#include "table/cfb.h"
#include "table/source.h"

#include <freexl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_FILE = 1 << 28 };

static shi_err damaged(void)
{
    return shi_fail(SHI_INPUT, N_("this .xls workbook is damaged, or it is no workbook"),
                    N_("Open it in Excel or WPS and save it as .xlsx without a password, or as .csv."));
}

static shi_err put(shi_arena *keep, shi_grid *grid, int64_t row, int64_t column, shi_str text, shi_grid_kind kind)
{
    if (shi_str_trim(text).len == 0) return (shi_err){ 0 };
    if (text.len > SHI_MAX_FIELD) text.len = SHI_MAX_FIELD + 1;
    shi_str copy = shi_str_copy(keep, text);
    return copy.ptr ? shi_grid_put(grid, row, column, copy, kind, NULL, NULL) : shi_no_memory();
}

static shi_err put_fault(shi_grid *grid, int64_t row, int64_t column, const char *reason)
{
    return shi_grid_put(grid, row, column, S(""), SHI_GRID_NUMBER, reason, N_("Correct the cell, or copy it as plain text."));
}

static shi_err put_number(shi_arena *keep, shi_grid *grid, int64_t row, int64_t column, double x, const shi_biff_note *note, bool epoch_1904)
{
    char room[40];
    if (!isfinite(x)) return put_fault(grid, row, column, N_("the cell does not hold a number"));
    if (note && note->kind == SHI_BIFF_PERCENT && fabs(x) < 1e9) return put(keep, grid, row, column, shi_percent_text(x, room), SHI_GRID_NUMBER);
    if (note && note->kind == SHI_BIFF_DATE) {
        const char *reason = shi_serial_text(x, epoch_1904, room);
        return reason ? put_fault(grid, row, column, reason) : put(keep, grid, row, column, shi_str_from(room), SHI_GRID_DATE);
    }
    return put(keep, grid, row, column, shi_number_text(x, room), SHI_GRID_NUMBER);
}

/* A cell whose record says more than its value; false: its value is all. */
static bool put_noted(shi_arena *keep, shi_grid *grid, int64_t row, int64_t column, const shi_biff_note *note, shi_err *e)
{
    if (!note) return false;
    switch (note->kind) {
    case SHI_BIFF_ERROR: *e = put_fault(grid, row, column, N_("the cell holds an error")); return true;
    case SHI_BIFF_TRUE: *e = put(keep, grid, row, column, S("true"), SHI_GRID_NUMBER); return true;
    case SHI_BIFF_FALSE: *e = put(keep, grid, row, column, S("false"), SHI_GRID_NUMBER); return true;
    case SHI_BIFF_TEXT: *e = put(keep, grid, row, column, note->text, SHI_GRID_TEXT); return true;
    case SHI_BIFF_EMPTY: return true;
    default: return false;
    }
}

static shi_err cell_read(shi_arena *keep, const void *xls, shi_grid *grid, const shi_biff_sheet *sheet, bool epoch_1904, int64_t row, int64_t column)
{
    FreeXL_CellValue v;
    shi_err e = { 0 };
    const shi_biff_note *note = sheet ? shi_biff_note_at(sheet, row, column) : NULL;
    if (put_noted(keep, grid, row, column, note, &e)) return e;
    if (freexl_get_cell_value(xls, (unsigned)row, (unsigned short)column, &v) != FREEXL_OK) return damaged();
    switch (v.type) {
    case FREEXL_CELL_INT: return put_number(keep, grid, row, column, v.value.int_value, note, epoch_1904);
    case FREEXL_CELL_DOUBLE: return put_number(keep, grid, row, column, v.value.double_value, note, epoch_1904);
    case FREEXL_CELL_TEXT:
    case FREEXL_CELL_SST_TEXT: return v.value.text_value ? put(keep, grid, row, column, shi_str_from(v.value.text_value), SHI_GRID_TEXT) : e;
    case FREEXL_CELL_DATE:
    case FREEXL_CELL_DATETIME:
    case FREEXL_CELL_TIME: return v.value.text_value ? put(keep, grid, row, column, shi_str_from(v.value.text_value), SHI_GRID_DATE) : e;
    default: return e;
    }
}

static shi_err cells_read(shi_arena *keep, const void *xls, unsigned short number, shi_grid *grid, const shi_biff_sheet *sheet, bool epoch_1904)
{
    unsigned rows;
    unsigned short columns;
    if (freexl_select_active_worksheet(xls, number) != FREEXL_OK || freexl_worksheet_dimensions(xls, &rows, &columns) != FREEXL_OK) return damaged();
    for (unsigned r = 0; r < rows; r++) {
        if (shi_os_stop_requested()) return shi_fail(SHI_STOPPED, N_("stopped as asked"), N_("Nothing was changed."));
        for (unsigned short c = 0; c < columns; c++) SHI_TRY(cell_read(keep, xls, grid, sheet, epoch_1904, r, c));
    }
    return shi_grid_finish(grid);
}

static const shi_biff_sheet *sheet_named(const shi_biff *biff, const char *name)
{
    for (int64_t i = 0; i < biff->len; i++)
        if (shi_str_eq(biff->ptr[i].grid.name, shi_str_from(name))) return &biff->ptr[i];
    return NULL;
}

/* What our reader found goes into the grid that the cells go to. */
static void take_over(shi_grid *grid, shi_biff *biff, const shi_biff_sheet *sheet)
{
    shi_grid *from = &biff->ptr[sheet - biff->ptr].grid;
    grid->hidden = from->hidden;
    grid->row_hidden = from->row_hidden;
    grid->column_hidden = from->column_hidden;
    grid->span = from->span;
    grid->spans = from->spans;
    grid->spans_cap = from->spans_cap;
    from->row_hidden = from->column_hidden = NULL;
    from->span = NULL;
    from->spans = from->spans_cap = 0;
}

static shi_err sheets_read(shi_arena *keep, const void *xls, shi_biff *biff, shi_grids *out)
{
    unsigned n = 0;
    const char *name;
    if (freexl_get_info(xls, FREEXL_BIFF_SHEET_COUNT, &n) != FREEXL_OK || n > 256) return damaged();
    out->ptr = shi_new(keep, shi_grid, n);
    if (!out->ptr) return shi_no_memory();
    for (unsigned i = 0; i < n; i++) {
        if (freexl_get_worksheet_name(xls, (unsigned short)i, &name) != FREEXL_OK || !name) continue;
        const shi_biff_sheet *sheet = sheet_named(biff, name);
        if (!sheet && !biff->old) continue;   /* a chart */
        shi_str copy = shi_str_copy(keep, shi_str_from(name));
        if (!copy.ptr) return shi_no_memory();
        shi_grid *grid = &out->ptr[out->len++];
        shi_grid_open(grid, copy);
        if (sheet) take_over(grid, biff, sheet);
        else grid->unseen = true;
        shi_err e = cells_read(keep, xls, (unsigned short)i, grid, sheet, biff->epoch_1904);
        if (e.code) return e.sheet = copy, e;
    }
    return (shi_err){ 0 };
}

/* libfreexl makes room for all cells of a sheet at once. */
static shi_err check_sizes(const shi_biff *biff)
{
    int64_t cells = 0;
    for (int64_t i = 0; i < biff->len; i++) cells += biff->ptr[i].rows * biff->ptr[i].columns;
    if (cells <= SHI_GRID_CELLS) return (shi_err){ 0 };
    return shi_fail(SHI_INPUT, N_("the sheet is too large to be recognised"),
                    N_("Export the table as .csv and import it by its name: shishu import TABLE FILE.csv."));
}

static shi_err biff_read(shi_arena *keep, const char *path, shi_biff *out)
{
    shi_str file;
    shi_buf stream = { 0 };
    shi_arena whole;
    SHI_TRY(shi_arena_open((int64_t)MOST_FILE + (1 << 16), &whole));
    shi_err e = shi_os_read(&whole, path, MOST_FILE, &file);
    if (!e.code) e = shi_cfb_read(file, "Workbook", &stream);
    if (!e.code && stream.len == 0) e = shi_cfb_read(file, "Book", &stream);
    if (!e.code && stream.len == 0) e = damaged();
    if (!e.code) e = shi_biff_read(keep, shi_buf_str(&stream), out);
    shi_buf_drop(&stream);
    shi_arena_drop(&whole);
    return e;
}

shi_err shi_xls_grids(shi_arena *keep, const char *path, shi_grids *out)
{
    const void *xls = NULL;
    shi_biff biff = { .len = 0 };
    *out = (shi_grids){ 0 };
    SHI_TRY(biff_read(keep, path, &biff));
    shi_err e = check_sizes(&biff);
    if (!e.code && freexl_open(path, &xls) != FREEXL_OK) e = damaged();
    if (!e.code) e = sheets_read(keep, xls, &biff, out);
    if (!e.code && out->len == 0) e = shi_fail(SHI_INPUT, N_("the workbook has no sheet of cells"), N_("Save the table as .xlsx or as .csv."));
    if (xls) freexl_close(xls);
    shi_biff_drop(&biff);
    if (!e.code) return e;
    for (int64_t i = 0; i < out->len; i++) shi_grid_drop(&out->ptr[i]);
    *out = (shi_grids){ 0 };
    return e;
}
