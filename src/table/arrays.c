/* Columns as arrays: a reader a thread, cells parsed as in an import, each batch in arrays of its own, which are laid end to end in the order of
 * the file. */
#include "table/arrays.h"

#include "table/cell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ABSENT = -1 };

/* Rows of one batch. */
typedef struct {
    int64_t first, rows;                     /* first: records of the file before it */
    int64_t *line, *count[SHI_MAX_ASKED];
    shi_str *text[SHI_MAX_ASKED];
    double *real[SHI_MAX_ASKED];
} piece;

typedef struct {
    shi_arena *keep;                         /* under the lock, as all below */
    const shi_asked *asked;
    int64_t n;
    int64_t column[SHI_MAX_ASKED];           /* of the file */
    piece *pieces;
    int64_t len, cap;
    int64_t failed_at;                       /* the first record that is at fault, or INT64_MAX */
    shi_err failure;
    shi_arrays *out;
} reading;

enum { RECENT = 64, PROBE = 4096 };

/* Texts that a column held lately: strata, units and the like come again and again, and are kept once. Given up where few of the first ones do. */
typedef struct {
    shi_str text[RECENT];
    int64_t asked, met;
} recent;

/* Each thread takes memory from a block of its own. */
typedef struct {
    reading *r;
    shi_arena block;
    int64_t block_bytes;
    recent of[SHI_MAX_ASKED];
} worker;

static bool is_text(shi_type type)
{
    return type == SHI_T_CODE || type == SHI_T_TEXT;
}

/* Zeroed, as blocks come zeroed from the arena. */
static void *take(worker *w, int64_t count, int64_t size)
{
    int64_t bytes = count * size, past = size > 1 ? -(int64_t)(uintptr_t)w->block.at & 15 : 0;   /* far from wrapping; texts stand side by side */
    if (past < w->block.end - w->block.at) w->block.at += past;
    else w->block.at = w->block.end;
    if (bytes > w->block.end - w->block.at) {
        if (w->block_bytes < (1 << 20)) w->block_bytes *= 4;
        int64_t more = bytes > w->block_bytes ? bytes : w->block_bytes;
        char *fresh;
        #pragma omp critical(shi_arrays)
        fresh = shi_arena_take(w->r->keep, more, 1, 16);
        if (!fresh) return NULL;
        w->block = (shi_arena){ .at = fresh, .end = fresh + more };
    }
    void *out = w->block.at;
    w->block.at += bytes;
    return out;
}

static shi_err at(shi_err e, int64_t line, shi_str column)
{
    e.line = line;
    e.column = column;
    return e;
}

static shi_err take_text(worker *w, int64_t k, shi_str text, shi_str *out)
{
    recent *before = &w->of[k];
    shi_str *place = NULL;
    if (text.len > 0 && (before->asked < PROBE || 2 * before->met > before->asked)) {
        const unsigned char *c = (const unsigned char *)text.ptr;
        place = &before->text[(c[text.len - 1] + 7 * c[text.len / 2] + 31 * c[0]) % RECENT];
        before->asked++;
        int64_t same = place->len == text.len ? 0 : -1;
        while (same >= 0 && same < text.len && place->ptr[same] == text.ptr[same]) same++;   /* short texts: a call would cost more */
        if (same == text.len) {
            before->met++;
            *out = *place;
            return (shi_err){ 0 };
        }
    }
    char *copy = take(w, text.len + 1, 1);
    if (!copy) return shi_no_memory();
    if (text.len > 0) memcpy(copy, text.ptr, (size_t)text.len);   /* a NUL follows */
    *out = (shi_str){ copy, text.len };
    if (place) *place = *out;
    return (shi_err){ 0 };
}

static shi_err take_cell(worker *w, piece *p, int64_t k, shi_str text, int64_t row)
{
    const shi_asked *asked = &w->r->asked[k];
    const shi_column column = { .type = asked->type };
    char room[SHI_CELL_ROOM];
    shi_cell cell = { 0 };
    shi_flaw flaw = shi_cell_parse(&column, text, NULL, room, &cell);
    shi_str header = w->r->out->header[k];
    if (flaw.reason) return at(shi_fail_value(SHI_INPUT, text, flaw.reason, N_("Correct the cell.")), p->line[row], header);
    if (cell.missing && !asked->may_miss && w->r->column[k] != ABSENT)
        return at(shi_fail(SHI_INPUT, N_("the cell is empty"), N_("Fill the cell, or leave the row out.")), p->line[row], header);
    if (is_text(asked->type)) return cell.missing ? (shi_err){ 0 } : take_text(w, k, cell.s, &p->text[k][row]);
    if (asked->type == SHI_T_COUNT) p->count[k][row] = cell.missing ? -1 : cell.i;
    else p->real[k][row] = cell.missing ? (double)NAN : cell.d;
    return (shi_err){ 0 };
}

static shi_err make_piece(worker *w, const shi_batch *batch, piece *p)
{
    *p = (piece){ .first = batch->first_record, .rows = batch->rows };
    bool room = (p->line = take(w, batch->rows, 8)) != NULL;
    for (int64_t k = 0; k < w->r->n && room; k++) {
        if (is_text(w->r->asked[k].type)) room = (p->text[k] = take(w, batch->rows, (int64_t)sizeof(shi_str))) != NULL;
        else if (w->r->asked[k].type == SHI_T_COUNT) room = (p->count[k] = take(w, batch->rows, 8)) != NULL;
        else room = (p->real[k] = take(w, batch->rows, 8)) != NULL;
    }
    return room ? (shi_err){ 0 } : shi_no_memory();
}

/* *record: where it went wrong. */
static shi_err take_batch(worker *w, const shi_batch *batch, piece *p, int64_t *record)
{
    const reading *r = w->r;
    *record = batch->first_record;
    SHI_TRY(make_piece(w, batch, p));
    for (int64_t i = 0; i < batch->rows; i++, ++*record) {
        if (batch->fault[i].reason) {
            shi_err e = shi_fail(SHI_INPUT, batch->fault[i].reason, batch->fault[i].remedy);
            e.line = batch->line[i];
            return e;
        }
        p->line[i] = batch->line[i];
        for (int64_t k = 0; k < r->n; k++) SHI_TRY(take_cell(w, p, k, r->column[k] == ABSENT ? (shi_str){ 0 } : batch->cell[r->column[k]][i], i));
    }
    return (shi_err){ 0 };
}

/* Under the lock. */
static shi_err keep_piece(reading *r, const piece *p)
{
    if (r->len == r->cap) {
        int64_t cap = r->cap ? 2 * r->cap : 16;
        piece *more = shi_new(r->keep, piece, cap);
        if (!more) return shi_no_memory();
        if (r->len) memcpy(more, r->pieces, (size_t)r->len * sizeof *more);
        r->pieces = more;
        r->cap = cap;
    }
    r->pieces[r->len++] = *p;
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
        while (r->asked[k].header.ptr && c < columns.len && !is_called(columns.ptr[c], &r->asked[k])) c++;
        r->column[k] = c < columns.len ? c : ABSENT;
        r->out->header[k] = c < columns.len ? columns.ptr[c] : r->asked[k].header;
        if (r->column[k] == ABSENT && r->asked[k].optional) continue;
        if (c == columns.len)
            return at(shi_fail_value(SHI_USAGE, joined(r->keep, columns), N_("the file has no such column; it has these"),
                                     N_("Name a header of the file.")), 0, r->asked[k].header);
        needed[c] = true;
    }
    return (shi_err){ 0 };
}

/* Batches until the end, or until one that lies behind a fault: those before it are still looked at, so that the first fault of the file is told,
 * however many threads there are. */
static void work(reading *r, shi_reader *reader)
{
    worker w = { .r = r, .block_bytes = 1 << 12 };
    for (bool on = true; on;) {
        shi_batch batch;
        piece p;
        int64_t record = INT64_MAX - 1;      /* a damaged file is told after all faults in what could be read */
        shi_err e = shi_reader_next(reader, &batch);
        if (!e.code && batch.rows == 0) return;
        if (!e.code) {
            #pragma omp critical(shi_arrays)
            on = batch.first_record < r->failed_at;
            if (!on) return;
            e = take_batch(&w, &batch, &p, &record);
        }
        #pragma omp critical(shi_arrays)
        {
            if (!e.code) e = keep_piece(r, &p);
            if (e.code && record < r->failed_at) {
                r->failed_at = record;
                r->failure = e;
            }
        }
        on = !e.code;
    }
}

static int by_first(const void *a, const void *b)
{
    const piece *x = a, *y = b;
    return x->first < y->first ? -1 : x->first > y->first;
}

static void copy(void *to, const void *from, int64_t at_row, int64_t rows, size_t size)
{
    if (from) memcpy((char *)to + (size_t)at_row * size, from, (size_t)rows * size);
}

static shi_err join(reading *r)
{
    int64_t rows = 0, *start = shi_new(r->keep, int64_t, r->len + 1), *line, *count[SHI_MAX_ASKED] = { 0 };
    shi_str *text[SHI_MAX_ASKED] = { 0 };
    double *real[SHI_MAX_ASKED] = { 0 };
    if (!start) return shi_no_memory();
    if (r->len) qsort(r->pieces, (size_t)r->len, sizeof *r->pieces, by_first);
    for (int64_t i = 0; i < r->len; i++) start[i] = rows, rows += r->pieces[i].rows;
    bool room = (line = shi_new(r->keep, int64_t, rows)) != NULL;
    for (int64_t k = 0; k < r->n && room; k++) {
        if (is_text(r->asked[k].type)) room = (text[k] = shi_new(r->keep, shi_str, rows)) != NULL;
        else if (r->asked[k].type == SHI_T_COUNT) room = (count[k] = shi_new(r->keep, int64_t, rows)) != NULL;
        else room = (real[k] = shi_new(r->keep, double, rows)) != NULL;
    }
    if (!room) return shi_no_memory();
    #pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < r->len; i++) {
        const piece *p = &r->pieces[i];
        copy(line, p->line, start[i], p->rows, sizeof *line);
        for (int64_t k = 0; k < r->n; k++) {
            copy(text[k], p->text[k], start[i], p->rows, sizeof(shi_str));
            copy(count[k], p->count[k], start[i], p->rows, sizeof(int64_t));
            copy(real[k], p->real[k], start[i], p->rows, sizeof(double));
        }
    }
    r->out->rows = rows;
    r->out->line = line;
    for (int64_t k = 0; k < r->n; k++) {
        r->out->text[k] = text[k];
        r->out->count[k] = count[k];
        r->out->real[k] = real[k];
    }
    return (shi_err){ 0 };
}

static shi_err read_all(reading *r, shi_source *source)
{
    shi_strs columns = shi_source_columns(source);
    bool *needed = shi_new(r->keep, bool, columns.len);
    int64_t bytes;
    if (!needed) return shi_no_memory();
    SHI_TRY(find_columns(r, columns, needed));
    #pragma omp parallel
    {
        shi_reader *reader = NULL;
        shi_err e = shi_reader_open(source, needed, &reader);
        if (!e.code) work(r, reader);
        #pragma omp critical(shi_arrays)
        if (e.code && r->failed_at == INT64_MAX) {
            r->failed_at = INT64_MAX - 1;
            r->failure = e;
        }
        shi_reader_close(reader);
    }
    if (r->failed_at < INT64_MAX) return r->failure;
    shi_source_digest(source, r->out->sha256, &bytes);
    return join(r);
}

shi_err shi_arrays_read(shi_arena *keep, const char *path, const shi_source_options *options, const shi_asked *asked, int64_t n, shi_arrays *out)
{
    reading r = { .keep = keep, .asked = asked, .n = n, .failed_at = INT64_MAX, .out = out };
    shi_source *source;
    *out = (shi_arrays){ 0 };
    SHI_TRY(shi_source_open(keep, shi_str_from(path), options, &source));
    shi_err e = read_all(&r, source);
    shi_source_close(source);
    if (e.code && !e.file.ptr) e.file = shi_str_from(path);
    return e;
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
