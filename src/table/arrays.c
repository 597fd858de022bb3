/* Columns as arrays: a reader a thread, cells parsed as in an import, each batch in arrays of its own, which are laid end to end in the order of
 * the file. The words of a coded column get numbers of their thread first, and those of the file when the batches are in order. */
#include "table/arrays.h"

#include "base/decimal.h"
#include "base/dictionary.h"
#include "table/cell.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ABSENT = -1, UNMET = -1, MET = -2 };   /* a column; a word that has no number in the file yet, or gets one just now */

struct worker;

/* Rows of one batch. Which of a column's arrays there is says its form; count holds times too. */
typedef struct {
    int64_t first, rows;                     /* first: records of the file before it */
    int64_t *line, **count;                  /* of as many columns as are asked for: a file may have many batches */
    shi_str **text;
    double **real;
    int32_t **code;
    const struct worker *by;                 /* whose codes they are */
} piece;

typedef struct {
    shi_arena *keep;                         /* under the lock, as all below */
    const shi_asked *asked;
    int64_t n;
    int64_t column[SHI_MAX_ASKED];           /* of the file */
    bool *native;                            /* of each column of the file: it comes as numbers */
    piece *pieces;
    int64_t len, cap;
    int64_t failed_at;                       /* the first record that is at fault, or INT64_MAX */
    shi_err failure;
    shi_arrays *out;
    struct worker *workers;                  /* by thread */
} reading;

enum { RECENT = 64, PROBE = 4096 };

/* Texts that a column held lately: strata, units and the like come again and again, and are kept once. Given up where few of the first ones do. */
typedef struct {
    shi_str text[RECENT];
    int64_t asked, met;
} recent;

/* Each thread takes memory from a block of its own, and has words of its own. */
typedef struct worker {
    reading *r;
    shi_arena block;
    int64_t block_bytes;
    shi_arena words;                         /* of the dictionaries; opened when a column is coded */
    shi_dictionary dictionary[SHI_MAX_ASKED];
    int32_t *file_code[SHI_MAX_ASKED];       /* of each of its codes */
    recent of[SHI_MAX_ASKED];
} worker;

typedef enum { AS_TEXT, AS_CODE, AS_WHOLE, AS_REAL } form;

static form form_of(const shi_asked *asked)
{
    if (asked->type == SHI_T_CODE || asked->type == SHI_T_TEXT) return asked->coded ? AS_CODE : AS_TEXT;
    return asked->type == SHI_T_COUNT || asked->type == SHI_T_DUE ? AS_WHOLE : AS_REAL;
}

static bool any_coded(const reading *r)
{
    bool coded = false;
    for (int64_t k = 0; k < r->n; k++) coded = coded || form_of(&r->asked[k]) == AS_CODE;
    return coded;
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

/* The cell of a column as text, parsed; the error has its place. */
static shi_err parse_cell(const worker *w, int64_t k, shi_str text, int64_t line, char room[SHI_CELL_ROOM], shi_cell *cell)
{
    const shi_asked *asked = &w->r->asked[k];
    const shi_column column = { .type = asked->type };
    const shi_cell_rules rules = { .zone = asked->zone };   /* from 1970 on */
    shi_flaw flaw = shi_cell_parse(&column, text, &rules, room, cell);
    shi_str header = w->r->out->header[k];
    if (flaw.reason) return at(shi_fail_value(SHI_INPUT, text, flaw.reason, N_("Correct the cell.")), line, header);
    if (cell->missing && !asked->may_miss && w->r->column[k] != ABSENT)
        return at(shi_fail(SHI_INPUT, N_("the cell is empty"), N_("Fill the cell, or leave the row out.")), line, header);
    return (shi_err){ 0 };
}

static shi_err take_cell(worker *w, piece *p, int64_t k, shi_str text, int64_t row)
{
    const shi_asked *asked = &w->r->asked[k];
    char room[SHI_CELL_ROOM];
    shi_cell cell;
    SHI_TRY(parse_cell(w, k, text, p->line[row], room, &cell));
    switch (form_of(asked)) {
    case AS_TEXT: return cell.missing ? (shi_err){ 0 } : take_text(w, k, cell.s, &p->text[k][row]);
    case AS_CODE: break;
    case AS_WHOLE: p->count[k][row] = cell.missing ? (asked->type == SHI_T_DUE ? SHI_NO_TIME : -1) : cell.i; break;
    case AS_REAL: p->real[k][row] = cell.missing ? (double)NAN : cell.d; break;
    }
    return (shi_err){ 0 };
}

/* Most codes: printable ASCII of 7 to 200 bytes without a plus. The parser would hand such a text back as it is: nothing to trim, no word for
 * "nothing", no number that a spreadsheet shortened. */
static bool plain_code(const shi_asked *asked, shi_str text)
{
    unsigned odd = 0;
    if (asked->type != SHI_T_CODE || text.len < 7 || text.len > 200) return false;
    for (int64_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        odd |= (unsigned)(c <= ' ') | (unsigned)(c >= 0x7F) | (unsigned)(c == '+');
    }
    return !odd;
}

/* The texts of a column first, then all their codes. *rows: how far it went. */
static shi_err take_codes(worker *w, piece *p, int64_t k, const shi_str *cells, int64_t *rows)
{
    shi_str word[SHI_BATCH];
    shi_err e = { 0 };
    int64_t i = 0;
    for (; i < *rows && !e.code; i++) {
        char room[SHI_CELL_ROOM];
        shi_cell cell;
        if (cells && plain_code(&w->r->asked[k], cells[i])) {
            word[i] = cells[i];
            continue;
        }
        e = parse_cell(w, k, cells ? cells[i] : (shi_str){ 0 }, p->line[i], room, &cell);
        word[i] = e.code || cell.missing ? (shi_str){ 0 } : cell.s;
        bool lent = word[i].ptr >= room && word[i].ptr < room + sizeof room;
        if (lent) e = take_text(w, k, cell.s, &word[i]);
    }
    *rows = e.code ? i - 1 : i;
    if (e.code) return e;
    return shi_dictionary_add_all(&w->dictionary[k], word, *rows, p->code[k]) ? (shi_err){ 0 } : shi_no_memory();
}

/* A value that is not a plain one of its type, as text, so that it is refused in the same words as in any other file. */
static shi_err refuse_number(worker *w, piece *p, int64_t k, const shi_numbers *n, int64_t row)
{
    static const shi_zone UTC = { .n = 1, .from_us = { INT64_MIN } };
    char text[64];
    if (n->kind == SHI_NATIVE_REAL) shi_f64_write(n->real[row], text);
    else if (n->kind == SHI_NATIVE_WHOLE) snprintf(text, sizeof text, "%lld", (long long)n->whole[row]);
    else if (n->whole[row] == INT64_MAX || n->whole[row] == -INT64_MAX) snprintf(text, sizeof text, "infinity");
    else {
        shi_time_write(n->whole[row], &UTC, text);
        if (n->kind == SHI_NATIVE_CLOCK) text[strlen(text) - 6] = 0;
    }
    return take_cell(w, p, k, shi_str_from(text), row);
}

static bool take_number(piece *p, int64_t k, const shi_asked *asked, const shi_numbers *n, int64_t row)
{
    const int64_t END_US = INT64_C(253402300800) * SHI_SECOND_US;   /* of the year 9999 */
    if (asked->type == SHI_T_COUNT) {
        p->count[k][row] = n->whole[row];
        return n->whole[row] >= 0;
    }
    if (asked->type == SHI_T_DUE) {
        int64_t us = n->whole[row];
        if (us < SHI_DAY_US || us >= END_US) return false;
        p->count[k][row] = n->kind == SHI_NATIVE_UTC ? us : shi_zone_utc_us(asked->zone, us);
        return true;
    }
    double x = n->kind == SHI_NATIVE_REAL ? n->real[row] : (double)n->whole[row];
    p->real[k][row] = x;
    if (asked->type == SHI_T_REAL) return x > -1e300 && x < 1e300;
    return x >= 0 && (asked->type == SHI_T_SHARE ? x <= 1 : x < 1e9);
}

static shi_err take_numbers(worker *w, piece *p, int64_t k, const shi_numbers *n, int64_t *rows)
{
    const shi_asked *asked = &w->r->asked[k];
    for (int64_t i = 0; i < *rows; i++) {
        bool missing = (n->valid && !(n->valid[i / 64] >> (i % 64) & 1)) || (n->kind == SHI_NATIVE_REAL && isnan(n->real[i]));
        if (!missing && take_number(p, k, asked, n, i)) continue;
        shi_err e = missing ? take_cell(w, p, k, (shi_str){ 0 }, i) : refuse_number(w, p, k, n, i);
        if (!e.code) continue;
        *rows = i;
        return e;
    }
    return (shi_err){ 0 };
}

/* A column of the batch; *rows, how many of its rows there are to take, becomes the row that is at fault. */
static shi_err take_column(worker *w, piece *p, int64_t k, const shi_batch *batch, int64_t *rows)
{
    int64_t c = w->r->column[k];
    const shi_str *cells = c == ABSENT ? NULL : batch->cell[c];
    if (c != ABSENT && batch->number[c].kind) return take_numbers(w, p, k, &batch->number[c], rows);
    if (form_of(&w->r->asked[k]) == AS_CODE) return take_codes(w, p, k, cells, rows);
    for (int64_t i = 0; i < *rows; i++) {
        shi_err e = take_cell(w, p, k, cells ? cells[i] : (shi_str){ 0 }, i);
        if (!e.code) continue;
        *rows = i;
        return e;
    }
    return (shi_err){ 0 };
}

static shi_err make_piece(worker *w, const shi_batch *batch, piece *p)
{
    *p = (piece){ .first = batch->first_record, .rows = batch->rows, .by = w };
    bool room = (p->line = take(w, batch->rows, 8)) != NULL;
    room = room && (p->count = take(w, w->r->n, (int64_t)sizeof *p->count)) && (p->text = take(w, w->r->n, (int64_t)sizeof *p->text)) &&
           (p->real = take(w, w->r->n, (int64_t)sizeof *p->real)) && (p->code = take(w, w->r->n, (int64_t)sizeof *p->code));
    for (int64_t k = 0; k < w->r->n && room; k++) {
        switch (form_of(&w->r->asked[k])) {
        case AS_TEXT: room = (p->text[k] = take(w, batch->rows, (int64_t)sizeof(shi_str))) != NULL; break;
        case AS_CODE: room = (p->code[k] = take(w, batch->rows, 4)) != NULL; break;
        case AS_WHOLE: room = (p->count[k] = take(w, batch->rows, 8)) != NULL; break;
        case AS_REAL: room = (p->real[k] = take(w, batch->rows, 8)) != NULL; break;
        }
    }
    return room ? (shi_err){ 0 } : shi_no_memory();
}

/* *record: where it went wrong. Column by column, and no further than the first row that is at fault so far. */
static shi_err take_batch(worker *w, const shi_batch *batch, piece *p, int64_t *record)
{
    shi_err first = { 0 };
    int64_t rows = 0;
    *record = batch->first_record;
    SHI_TRY(make_piece(w, batch, p));
    for (; rows < batch->rows && !batch->fault[rows].reason; rows++) p->line[rows] = batch->line[rows];
    if (rows < batch->rows) {
        first = shi_fail(SHI_INPUT, batch->fault[rows].reason, batch->fault[rows].remedy);
        first.line = batch->line[rows];
    }
    for (int64_t k = 0; k < w->r->n; k++) {
        shi_err e = take_column(w, p, k, batch, &rows);
        if (e.code) first = e;
    }
    *record += rows;
    return first;
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

/* Whether what is asked for is what the file holds, so that text is no detour. Whole numbers in a column of doubles, and times in one of
 * numbers, are the parser's business. */
static bool fits(const shi_asked *asked, shi_native kind)
{
    switch (asked->type) {
    case SHI_T_COUNT: return kind == SHI_NATIVE_WHOLE;
    case SHI_T_DUE: return kind == SHI_NATIVE_CLOCK || kind == SHI_NATIVE_UTC;
    case SHI_T_REAL:
    case SHI_T_PRICE:
    case SHI_T_SHARE: return kind == SHI_NATIVE_WHOLE || kind == SHI_NATIVE_REAL;
    default: return false;
    }
}

static shi_err choose_native(reading *r, const shi_source *source, int64_t columns)
{
    r->native = shi_new(r->keep, bool, columns);
    if (!r->native) return shi_no_memory();
    for (int64_t k = 0; k < r->n; k++) {   /* unless it is also asked for as something else */
        int64_t c = r->column[k];
        if (c == ABSENT) continue;
        bool all = true;
        for (int64_t j = 0; j < r->n; j++) all = all && (r->column[j] != c || fits(&r->asked[j], shi_source_native(source, c)));
        r->native[c] = all;
    }
    return (shi_err){ 0 };
}

/* Batches until the end, or until one that lies behind a fault: those before it are still looked at, so that the first fault of the file is told,
 * however many threads there are. */
static void work(worker *w, shi_reader *reader)
{
    reading *r = w->r;
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
            e = take_batch(w, &batch, &p, &record);
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

/* The words of all threads, in the order in which they first come in the file; codes of pieces become those of the file. */
static shi_err number_words(reading *r, int64_t k, const int64_t *start, int32_t *code)
{
    shi_dictionary all = { .keep = r->keep };
    for (int64_t i = 0; i < r->len; i++) {
        const piece *p = &r->pieces[i];
        int32_t *file_code = p->by->file_code[k], fresh[SHI_BATCH], number[SHI_BATCH];
        shi_str word[SHI_BATCH];
        int64_t n = 0;
        for (int64_t row = 0; row < p->rows; row++) {
            int32_t own = p->code[k][row];
            if (own < 0 || file_code[own] != UNMET) continue;
            file_code[own] = MET;
            word[n] = p->by->dictionary[k].word[own];
            fresh[n++] = own;
        }
        if (n && !shi_dictionary_add_all(&all, word, n, number)) return shi_no_memory();
        for (int64_t j = 0; j < n; j++) file_code[fresh[j]] = number[j];
        for (int64_t row = 0; row < p->rows; row++) {
            int32_t own = p->code[k][row];
            code[start[i] + row] = own < 0 ? -1 : file_code[own];
        }
    }
    r->out->word[k] = (shi_strs){ all.word, all.len };
    r->out->code[k] = code;
    return (shi_err){ 0 };
}

static shi_err number_all(reading *r, const int64_t *start, int64_t rows, int threads)
{
    for (int64_t k = 0; k < r->n; k++) {
        if (form_of(&r->asked[k]) != AS_CODE) continue;
        int32_t *code = shi_new(r->keep, int32_t, rows);
        if (!code) return shi_no_memory();
        if (threads == 1) {   /* its words came in the order of the file */
            for (int64_t i = 0; i < r->len; i++) copy(code, r->pieces[i].code[k], start[i], r->pieces[i].rows, sizeof *code);
            r->out->word[k] = (shi_strs){ r->workers[0].dictionary[k].word, r->workers[0].dictionary[k].len };
            r->out->code[k] = code;
            continue;
        }
        for (int t = 0; t < threads; t++) {
            worker *w = &r->workers[t];
            w->file_code[k] = shi_new(&w->words, int32_t, w->dictionary[k].len);
            if (w->dictionary[k].len && !w->file_code[k]) return shi_no_memory();
            for (int64_t c = 0; c < w->dictionary[k].len; c++) w->file_code[k][c] = UNMET;
        }
        SHI_TRY(number_words(r, k, start, code));
    }
    return (shi_err){ 0 };
}

static shi_err join(reading *r, int threads)
{
    int64_t rows = 0, *start = shi_new(r->keep, int64_t, r->len + 1), *line, *count[SHI_MAX_ASKED] = { 0 };
    shi_str *text[SHI_MAX_ASKED] = { 0 };
    double *real[SHI_MAX_ASKED] = { 0 };
    if (!start) return shi_no_memory();
    if (r->len) qsort(r->pieces, (size_t)r->len, sizeof *r->pieces, by_first);
    for (int64_t i = 0; i < r->len; i++) start[i] = rows, rows += r->pieces[i].rows;
    bool room = (line = shi_new(r->keep, int64_t, rows)) != NULL;
    for (int64_t k = 0; k < r->n && room; k++) {
        form as = form_of(&r->asked[k]);
        if (as == AS_TEXT) room = (text[k] = shi_new(r->keep, shi_str, rows)) != NULL;
        if (as == AS_WHOLE) room = (count[k] = shi_new(r->keep, int64_t, rows)) != NULL;
        if (as == AS_REAL) room = (real[k] = shi_new(r->keep, double, rows)) != NULL;
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
        if (r->asked[k].type == SHI_T_DUE) r->out->time[k] = count[k];
        else r->out->count[k] = count[k];
        r->out->real[k] = real[k];
    }
    return number_all(r, start, rows, threads);
}

/* Words of several threads are for the time of reading only. */
static shi_err start_worker(worker *w, reading *r, int threads)
{
    *w = (worker){ .r = r, .block_bytes = 1 << 12 };
    for (int64_t k = 0; k < r->n && threads == 1; k++) w->dictionary[k].keep = r->keep;
    if (!any_coded(r) || threads == 1) return (shi_err){ 0 };
    SHI_TRY(shi_arena_open((int64_t)1 << 36, &w->words));
    for (int64_t k = 0; k < r->n; k++) w->dictionary[k].keep = &w->words;
    return (shi_err){ 0 };
}

static shi_err read_batches(reading *r, shi_source *source, const bool *needed, int threads)
{
    for (int t = 0; t < threads; t++) SHI_TRY(start_worker(&r->workers[t], r, threads));
    #pragma omp parallel num_threads(threads)
    {
        shi_reader *reader = NULL;
        shi_err e = shi_reader_open_native(source, needed, r->native, &reader);
        if (!e.code) work(&r->workers[omp_get_thread_num()], reader);
        #pragma omp critical(shi_arrays)
        if (e.code && r->failed_at == INT64_MAX) {
            r->failed_at = INT64_MAX - 1;
            r->failure = e;
        }
        shi_reader_close(reader);
    }
    return r->failed_at < INT64_MAX ? r->failure : join(r, threads);
}

static shi_err read_all(reading *r, shi_source *source)
{
    shi_strs columns = shi_source_columns(source);
    bool *needed = shi_new(r->keep, bool, columns.len);
    bool parquet = !strcmp(shi_source_format(source), "parquet");   /* DuckDB has threads of its own: what is left for ours is one's work */
    int threads = parquet ? 1 : omp_get_max_threads();
    int64_t bytes;
    r->workers = shi_new(r->keep, worker, threads);
    if (!needed || !r->workers) return shi_no_memory();
    SHI_TRY(find_columns(r, columns, needed));
    SHI_TRY(choose_native(r, source, columns.len));
    shi_err e = read_batches(r, source, needed, threads);
    for (int t = 0; t < threads; t++) shi_arena_drop(&r->workers[t].words);
    if (!e.code) shi_source_digest(source, r->out->sha256, &bytes);
    return e;
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
