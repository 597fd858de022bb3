/* Columns as arrays: one reader, cells parsed as in an import, arrays that double. */
#include "table/arrays.h"

#include "table/cell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ABSENT = -1 };

typedef struct {
    shi_arena *keep;
    const shi_asked *asked;
    int64_t n, cap;
    int64_t column[SHI_MAX_ASKED];           /* of the file */
    int64_t *line, *count[SHI_MAX_ASKED];
    shi_str *text[SHI_MAX_ASKED];
    double *real[SHI_MAX_ASKED];
    shi_arrays *out;
} reading;

static bool is_text(shi_type type)
{
    return type == SHI_T_CODE || type == SHI_T_TEXT;
}

static void *twice(shi_arena *keep, void *old, int64_t len, int64_t cap, int64_t size)
{
    void *more = shi_arena_take(keep, cap, size, 16);
    if (more && len) memcpy(more, old, (size_t)(len * size));
    return more;
}

static shi_err make_room(reading *r)
{
    int64_t rows = r->out->rows, cap = r->cap ? r->cap * 2 : 1024;
    bool room = (r->line = twice(r->keep, r->line, rows, cap, 8)) != NULL;
    for (int64_t k = 0; k < r->n && room; k++) {
        if (is_text(r->asked[k].type)) room = (r->text[k] = twice(r->keep, r->text[k], rows, cap, (int64_t)sizeof(shi_str))) != NULL;
        else if (r->asked[k].type == SHI_T_COUNT) room = (r->count[k] = twice(r->keep, r->count[k], rows, cap, 8)) != NULL;
        else room = (r->real[k] = twice(r->keep, r->real[k], rows, cap, 8)) != NULL;
    }
    r->cap = cap;
    return room ? (shi_err){ 0 } : shi_no_memory();
}

static shi_err at(shi_err e, int64_t line, shi_str column)
{
    e.line = line;
    e.column = column;
    return e;
}

static shi_err take_cell(reading *r, int64_t k, shi_str text, int64_t line)
{
    const shi_asked *asked = &r->asked[k];
    const shi_column column = { .name = asked->header.ptr, .type = asked->type };
    char room[SHI_CELL_ROOM];
    shi_cell cell = { 0 };
    shi_flaw flaw = shi_cell_parse(&column, text, NULL, room, &cell);
    if (flaw.reason) return at(shi_fail_value(SHI_INPUT, text, flaw.reason, N_("Correct the cell.")), line, asked->header);
    if (cell.missing && !asked->may_miss && r->column[k] != ABSENT)
        return at(shi_fail(SHI_INPUT, N_("the cell is empty"), N_("Fill the cell, or leave the row out.")), line, asked->header);
    int64_t row = r->out->rows;
    if (is_text(asked->type)) {
        r->text[k][row] = cell.missing ? (shi_str){ 0 } : shi_str_copy(r->keep, cell.s);
        if (!cell.missing && !r->text[k][row].ptr) return shi_no_memory();
    } else if (asked->type == SHI_T_COUNT) r->count[k][row] = cell.missing ? -1 : cell.i;
    else r->real[k][row] = cell.missing ? (double)NAN : cell.d;
    return (shi_err){ 0 };
}

static shi_err take_batch(reading *r, const shi_batch *batch)
{
    for (int64_t i = 0; i < batch->rows; i++) {
        if (batch->fault[i].reason) {
            shi_err e = shi_fail(SHI_INPUT, batch->fault[i].reason, batch->fault[i].remedy);
            e.line = batch->line[i];
            return e;
        }
        if (r->out->rows == r->cap) SHI_TRY(make_room(r));
        for (int64_t k = 0; k < r->n; k++) SHI_TRY(take_cell(r, k, r->column[k] == ABSENT ? (shi_str){ 0 } : batch->cell[r->column[k]][i], batch->line[i]));
        r->line[r->out->rows++] = batch->line[i];
    }
    return (shi_err){ 0 };
}

static shi_str joined(shi_arena *keep, shi_strs names)
{
    shi_buf text = { 0 };
    for (int64_t i = 0; i < names.len; i++) {
        shi_buf_puts(&text, i ? ", " : "");
        shi_buf_add(&text, names.ptr[i]);
    }
    shi_str copy = shi_str_copy(keep, shi_buf_str(&text));
    shi_buf_drop(&text);
    return copy;
}

static bool is_called(shi_str header, const shi_asked *asked)
{
    shi_str rest = shi_str_from(asked->aliases ? asked->aliases : ""), one;
    if (shi_str_eq(header, asked->header)) return true;
    while (rest.len > 0) {
        const char *bar = memchr(rest.ptr, '|', (size_t)rest.len);
        one = (shi_str){ rest.ptr, bar ? bar - rest.ptr : rest.len };
        if (shi_str_eq(header, one)) return true;
        rest = bar ? (shi_str){ bar + 1, rest.len - one.len - 1 } : (shi_str){ 0 };
    }
    return false;
}

static shi_err find_columns(reading *r, shi_strs columns, bool *needed)
{
    for (int64_t k = 0; k < r->n; k++) {
        int64_t c = 0;
        while (c < columns.len && !is_called(columns.ptr[c], &r->asked[k])) c++;
        r->column[k] = c < columns.len ? c : ABSENT;
        if (r->column[k] == ABSENT && r->asked[k].optional) continue;
        if (c == columns.len)
            return at(shi_fail_value(SHI_USAGE, joined(r->keep, columns), N_("the file has no such column; it has these"),
                                     N_("Name a header of the file.")), 0, r->asked[k].header);
        needed[c] = true;
    }
    return (shi_err){ 0 };
}

static shi_err read_all(reading *r, shi_source *source)
{
    shi_strs columns = shi_source_columns(source);
    bool *needed = shi_new(r->keep, bool, columns.len);
    shi_reader *reader;
    shi_batch batch;
    if (!needed) return shi_no_memory();
    SHI_TRY(find_columns(r, columns, needed));
    SHI_TRY(shi_reader_open(source, needed, &reader));
    shi_err e = make_room(r);
    while (!e.code) {
        e = shi_reader_next(reader, &batch);
        if (e.code || !batch.rows) break;
        e = take_batch(r, &batch);
    }
    shi_reader_close(reader);
    return e;
}

shi_err shi_arrays_read(shi_arena *keep, const char *path, const shi_source_options *options, const shi_asked *asked, int64_t n, shi_arrays *out)
{
    reading r = { .keep = keep, .asked = asked, .n = n, .out = out };
    shi_source *source;
    *out = (shi_arrays){ 0 };
    SHI_TRY(shi_source_open(keep, shi_str_from(path), options, &source));
    shi_err e = read_all(&r, source);
    shi_source_close(source);
    if (e.code) {
        if (!e.file.ptr) e.file = shi_str_from(path);
        return e;
    }
    out->line = r.line;
    for (int64_t k = 0; k < n; k++) {
        out->text[k] = r.text[k];
        out->count[k] = r.count[k];
        out->real[k] = r.real[k];
    }
    return (shi_err){ 0 };
}

shi_err shi_arrays_fault(const char *path, const shi_arrays *file, int64_t row, shi_str header, shi_str value, const char *reason, const char *remedy)
{
    shi_err e = at(shi_fail_value(SHI_INPUT, value, reason, remedy), file->line[row], header);
    e.file = shi_str_from(path);
    return e;
}

static int by_text(const void *a, const void *b)
{
    const shi_str *x = *(const shi_str *const *)a, *y = *(const shi_str *const *)b;
    int c = shi_str_cmp(*x, *y);
    return c ? c : x < y ? -1 : x > y;
}

shi_err shi_arrays_once(shi_arena *keep, const char *path, const shi_arrays *file, int64_t n, shi_str header)
{
    const shi_str **by = shi_new(keep, const shi_str *, file->rows), *first = NULL;
    if (!by) return shi_no_memory();
    for (int64_t i = 0; i < file->rows; i++) by[i] = &file->text[n][i];
    qsort(by, (size_t)file->rows, sizeof *by, by_text);
    for (int64_t i = 1; i < file->rows; i++)
        if (shi_str_eq(*by[i - 1], *by[i]) && (!first || by[i] < first)) first = by[i];
    if (!first) return (shi_err){ 0 };
    return shi_arrays_fault(path, file, first - file->text[n], header, *first, N_("the unit stands twice"), N_("Leave one of the rows out."));
}
