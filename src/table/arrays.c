/* Columns as arrays: one reader, cells parsed as in an import, arrays that double. */
#include "table/arrays.h"

#include "table/cell.h"

#include <math.h>
#include <string.h>

typedef struct {
    shi_arena *keep;
    const shi_asked *asked;
    int64_t n, cap;
    int64_t column[SHI_MAX_ASKED];           /* of the file */
    int64_t *line, *count[SHI_MAX_ASKED];
    shi_str *text[SHI_MAX_ASKED];
    double *price[SHI_MAX_ASKED];
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
        else room = (r->price[k] = twice(r->keep, r->price[k], rows, cap, 8)) != NULL;
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
    const shi_column column = { .type = asked->type };
    char room[SHI_CELL_ROOM];
    shi_cell cell = { 0 };
    shi_flaw flaw = shi_cell_parse(&column, text, NULL, room, &cell);
    if (flaw.reason) return at(shi_fail_value(SHI_INPUT, text, flaw.reason, N_("Correct the cell.")), line, r->out->header[k]);
    if (cell.missing && !asked->may_miss)
        return at(shi_fail(SHI_INPUT, N_("the cell is empty"), N_("Fill the cell, or leave the row out.")), line, r->out->header[k]);
    int64_t row = r->out->rows;
    if (is_text(asked->type)) {
        r->text[k][row] = cell.missing ? (shi_str){ 0 } : shi_str_copy(r->keep, cell.s);
        if (!cell.missing && !r->text[k][row].ptr) return shi_no_memory();
    } else if (asked->type == SHI_T_COUNT) r->count[k][row] = cell.missing ? -1 : cell.i;
    else r->price[k][row] = cell.missing ? (double)NAN : cell.d;
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
        for (int64_t k = 0; k < r->n; k++) SHI_TRY(take_cell(r, k, batch->cell[r->column[k]][i], batch->line[i]));
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

static shi_err find_columns(reading *r, shi_strs columns, bool *needed)
{
    for (int64_t k = 0; k < r->n; k++) {
        int64_t c = 0;
        while (r->asked[k].header.ptr && c < columns.len && !shi_str_eq(columns.ptr[c], r->asked[k].header)) c++;
        if (c == columns.len)
            return at(shi_fail_value(SHI_USAGE, joined(r->keep, columns), N_("the file has no such column; it has these"),
                                     N_("Name a header of the file.")), 0, r->asked[k].header);
        r->column[k] = c;
        r->out->header[k] = columns.ptr[c];
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
    int64_t bytes;
    if (!e.code) shi_source_digest(source, r->out->sha256, &bytes);
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
        out->price[k] = r.price[k];
    }
    return (shi_err){ 0 };
}
