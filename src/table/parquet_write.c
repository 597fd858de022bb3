/* Parquet (apache/parquet-format 2.10) as far as our own files need it: optional columns, at most one level of structs, one data page a column
 * and row group, dictionaries, zstd. DuckDB's writer takes vectors of texts, which have to be made of each row first; here a word is named by
 * its place, a row group costs little more than looking at its cells once, and several can be made at a time.
 * The head of a row group and a column is a few bytes, so constant columns are nearly free.
 * Numbers get a dictionary while they have at most MOST_VALUES values. The bounds of a column in a row group are those that readers skip by. */
#include "table/parquet_write.h"

#include "base/os.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

enum { MOST_VALUES = 16384, SLOTS = 4 * MOST_VALUES, LONGEST_BOUND = 256, LEVEL = 1 };
enum { T_BOOLEAN = 0, T_INT32 = 1, T_INT64 = 2, T_DOUBLE = 5, T_BYTE_ARRAY = 6 };                 /* Type */
enum { C_UTF8 = 0, C_DECIMAL = 5, C_INT_8 = 15, C_INT_64 = 18, C_NONE = -1 };                      /* ConvertedType */
enum { PLAIN = 0, RLE = 3, RLE_DICTIONARY = 8, ZSTD = 6, DATA_PAGE = 0, DICTIONARY_PAGE = 2 };

/* ---- Thrift's compact protocol ---- */

enum { K_I32 = 5, K_I64 = 6, K_BINARY = 8, K_LIST = 9, K_STRUCT = 12 };

static void varint(shi_buf *out, uint64_t v)
{
    for (; v >= 0x80; v >>= 7) shi_buf_addc(out, (char)(v | 0x80));
    shi_buf_addc(out, (char)v);
}

static void zigzag(shi_buf *out, int64_t v)
{
    varint(out, (uint64_t)v << 1 ^ (uint64_t)(v >> 63));
}

/* *last: the field written before in this struct, 0 at its beginning. */
static void field(shi_buf *out, int *last, int id, int kind)
{
    shi_buf_addc(out, (char)((id - *last) << 4 | kind));   /* our fields are never more than 15 apart */
    *last = id;
}

static void number_field(shi_buf *out, int *last, int id, int kind, int64_t v)
{
    field(out, last, id, kind);
    zigzag(out, v);
}

static void binary(shi_buf *out, shi_str text)
{
    varint(out, (uint64_t)text.len);
    shi_buf_add(out, text);
}

static void list_field(shi_buf *out, int *last, int id, int kind, int64_t n)
{
    field(out, last, id, K_LIST);
    shi_buf_addc(out, (char)(n < 15 ? n << 4 | kind : 0xf0 | kind));
    if (n >= 15) varint(out, (uint64_t)n);
}

static void end(shi_buf *out)
{
    shi_buf_addc(out, 0);
}

/* ---- values ---- */

static void little(shi_buf *out, uint64_t v, int bytes)
{
    char text[8];
    for (int i = 0; i < bytes; i++) text[i] = (char)(v >> 8 * i);
    shi_buf_add(out, (shi_str){ text, bytes });
}

static int bits_for(int64_t n)
{
    int width = 1;
    while (width < 32 && (INT64_C(1) << width) < n) width++;
    return width;
}

/* n values of `width` bits, lowest bit first, the last byte filled up with zeros; out has room. */
static void pack(char *out, const uint32_t *v, int64_t n, int width)
{
    uint64_t bits = 0;
    int held = 0;
    for (int64_t i = 0; i < n; i++) {
        bits |= (uint64_t)v[i] << held;
        for (held += width; held >= 8; held -= 8, bits >>= 8) *out++ = (char)bits;
    }
    if (held) *out = (char)bits;
}

static int64_t run_at(const uint32_t *v, int64_t i, int64_t n)
{
    int64_t to = i + 1;
    while (to < n && v[to] == v[i]) to++;
    return to - i;
}

static bool long_run(const uint32_t *v, int64_t i, int64_t n)
{
    for (int64_t k = 1; k < 16; k++)
        if (i + k >= n || v[i + k] != v[i]) return false;
    return true;
}

/* Runs of eight and more by their length, what lies between packed in eights: "RLE / bit-packing hybrid". */
static void hybrid(shi_buf *out, const uint32_t *v, int64_t n, int width)
{
    for (int64_t i = 0, to; i < n; i = to) {
        int64_t run = run_at(v, i, n);
        if (run >= 8 || i + run == n) {
            varint(out, (uint64_t)run << 1);
            little(out, v[i], (width + 7) / 8);
            to = i + run;
            continue;
        }
        for (to = i + 8; to < n && !long_run(v, to, n); to += 8) continue;
        if (to > n) to = n;
        int64_t eights = (to - i + 7) / 8, bytes = eights * width;
        varint(out, (uint64_t)eights << 1 | 1);
        if (!shi_buf_reserve(out, bytes)) return;
        memset(out->ptr + out->len, 0, (size_t)bytes + 1);
        pack(out->ptr + out->len, v + i, to - i, width);
        out->len += bytes;
    }
}

/* ---- one column ---- */

/* Room that is used for one column after the other. */
typedef struct shi_pq_work {
    ZSTD_CCtx *zstd;
    shi_buf page, head;              /* a page before it is packed, and what stands before it */
    uint32_t *level, *place;         /* of each row: is it there; of each that is: its place in the dictionary */
    int64_t *number;                 /* those that are there, or the dictionary */
    int32_t *slot;                   /* SLOTS places in the dictionary, -1: free */
    int32_t *new_place;              /* of each word, -1: not seen */
    int64_t words;
} work;

static int64_t width_of(shi_pq_type type)
{
    return type == SHI_PQ_TINY ? 4 : 8;
}

static void put_page(shi_pq_group *g, work *w, shi_pq_chunk *chunk, int kind, int64_t values, int encoding)
{
    int64_t most = (int64_t)ZSTD_compressBound((size_t)w->page.len), at = 0;
    if (w->page.failed || !shi_buf_reserve(&w->head, most + 64) || !w->page.ptr) {
        g->bytes.failed = true;
        return;
    }
    size_t packed = ZSTD_compressCCtx(w->zstd, w->head.ptr, (size_t)most, w->page.ptr, (size_t)w->page.len, LEVEL);
    if (ZSTD_isError(packed)) {
        g->bytes.failed = true;
        return;
    }
    int64_t before = g->bytes.len;
    int last = 0, inner = 0;
    number_field(&g->bytes, &last, 1, K_I32, kind);
    number_field(&g->bytes, &last, 2, K_I32, w->page.len);
    number_field(&g->bytes, &last, 3, K_I32, (int64_t)packed);
    field(&g->bytes, &last, kind == DATA_PAGE ? 5 : 7, K_STRUCT);
    number_field(&g->bytes, &inner, 1, K_I32, values);
    number_field(&g->bytes, &inner, 2, K_I32, encoding);
    if (kind == DATA_PAGE) {
        number_field(&g->bytes, &inner, 3, K_I32, RLE);
        number_field(&g->bytes, &inner, 4, K_I32, RLE);
    }
    end(&g->bytes);
    end(&g->bytes);
    at = g->bytes.len - before;
    shi_buf_add(&g->bytes, (shi_str){ w->head.ptr, (int64_t)packed });
    chunk->bytes += at + (int64_t)packed;
    chunk->plain_bytes += at + w->page.len;
    w->page.len = 0;
}

/* The levels of a data page: their length, then they. */
static void put_levels(work *w, int64_t rows, bool member)
{
    int64_t from = w->page.len;
    little(&w->page, 0, 4);
    hybrid(&w->page, w->level, rows, member ? 2 : 1);
    for (int i = 0; i < 4 && !w->page.failed; i++) w->page.ptr[from + i] = (char)((uint64_t)(w->page.len - from - 4) >> 8 * i);
}

static void put_places(shi_pq_group *g, work *w, shi_pq_chunk *chunk, const shi_pq_column *column, int64_t rows, int64_t there, int64_t values)
{
    int width = bits_for(values);
    chunk->data_at = g->bytes.len;
    put_levels(w, rows, column->group != NULL);
    shi_buf_addc(&w->page, (char)width);
    hybrid(&w->page, w->place, there, width);
    put_page(g, w, chunk, DATA_PAGE, rows, RLE_DICTIONARY);
}

static void bound(char out[LONGEST_BOUND], int64_t *len, shi_str text)
{
    *len = text.len <= LONGEST_BOUND ? text.len : -1;
    if (*len > 0) memcpy(out, text.ptr, (size_t)*len);
}

static bool put_texts(shi_pq_group *g, work *w, shi_pq_chunk *chunk, const shi_pq_column *column, const shi_pq_cells *cells)
{
    const uint32_t present = column->group ? 2 : 1;
    int64_t rows = g->rows, there = 0, values = 0;
    shi_str low = { 0 }, high = { 0 };
    if (cells->words > w->words) {
        free(w->new_place);
        w->new_place = malloc((size_t)cells->words * sizeof *w->new_place);
        w->words = w->new_place ? cells->words : 0;
        if (!w->new_place) return false;
    }
    if (cells->words) memset(w->new_place, 0xff, (size_t)cells->words * sizeof *w->new_place);
    for (int64_t i = 0; i < rows; i++) {
        int32_t code = cells->code[i];
        bool is = code >= 0 && cells->word[code].ptr;
        w->level[i] = is ? present : present - 1;
        if (!is) continue;
        if (w->new_place[code] < 0) {
            shi_str word = cells->word[code];
            little(&w->page, (uint64_t)word.len, 4);
            shi_buf_add(&w->page, word);
            w->new_place[code] = (int32_t)values++;
            if (!low.ptr || shi_str_cmp(word, low) < 0) low = word;
            if (!high.ptr || shi_str_cmp(word, high) > 0) high = word;
        }
        w->place[there++] = (uint32_t)w->new_place[code];
    }
    chunk->nulls = rows - there;
    if (there == 0) return true;
    bound(chunk->low, &chunk->low_len, low);
    bound(chunk->high, &chunk->high_len, high);
    chunk->dictionary_at = g->bytes.len;
    put_page(g, w, chunk, DICTIONARY_PAGE, values, PLAIN);
    put_places(g, w, chunk, column, rows, there, values);
    return true;
}

/* The distinct ones of n numbers to the front of the list, and the place of each; -1 where there are too many, and the list as it was. */
static int64_t find_values(work *w, int64_t n)
{
    int64_t values = 0, fresh[MOST_VALUES];
    memset(w->slot, 0xff, SLOTS * sizeof *w->slot);
    for (int64_t i = 0; i < n; i++) {
        int64_t v = w->number[i];
        if (i && v == w->number[i - 1]) {
            w->place[i] = w->place[i - 1];
            continue;
        }
        uint64_t h = (uint64_t)v * UINT64_C(0x9e3779b97f4a7c15) >> 48;
        while (w->slot[h] >= 0 && fresh[w->slot[h]] != v) h = (h + 1) % SLOTS;
        if (w->slot[h] < 0) {
            if (values == MOST_VALUES) return -1;
            fresh[values] = v;
            w->slot[h] = (int32_t)values++;
        }
        w->place[i] = (uint32_t)w->slot[h];
    }
    memcpy(w->number, fresh, (size_t)values * sizeof *fresh);
    return values;
}

static void put_plain(work *w, shi_pq_type type, int64_t n)
{
    if (type == SHI_PQ_BOOL) {
        for (int64_t i = 0; i < n; i++) w->place[i] = w->number[i] != 0;
        if (!shi_buf_reserve(&w->page, n / 8 + 1)) return;
        pack(w->page.ptr + w->page.len, w->place, n, 1);
        w->page.len += (n + 7) / 8;
        return;
    }
    for (int64_t i = 0; i < n; i++) little(&w->page, (uint64_t)w->number[i], (int)width_of(type));
}

static int64_t take_numbers(work *w, const shi_pq_column *column, const shi_pq_cells *cells, int64_t rows)
{
    const uint32_t present = column->group ? 2 : 1;
    int64_t there = 0;
    for (int64_t i = 0; i < rows; i++) {
        int64_t v;
        if (column->type == SHI_PQ_DOUBLE) memcpy(&v, &cells->real[i], sizeof v);
        else v = cells->number[i];
        bool is = column->type == SHI_PQ_DOUBLE ? !isnan(cells->real[i]) : v != SHI_PQ_NONE;
        w->level[i] = is ? present : present - 1;
        w->number[there] = v;
        there += is;
    }
    return there;
}

static void bound_numbers(shi_pq_chunk *chunk, shi_pq_type type, const int64_t *v, int64_t n)
{
    int64_t low = v[0], high = v[0];
    if (type == SHI_PQ_DOUBLE || type == SHI_PQ_BOOL) return;
    for (int64_t i = 1; i < n; i++) {
        if (v[i] < low) low = v[i];
        if (v[i] > high) high = v[i];
    }
    for (int i = 0; i < 8; i++) {
        chunk->low[i] = (char)((uint64_t)low >> 8 * i);
        chunk->high[i] = (char)((uint64_t)high >> 8 * i);
    }
    chunk->low_len = chunk->high_len = width_of(type);
}

static void put_numbers(shi_pq_group *g, work *w, shi_pq_chunk *chunk, const shi_pq_column *column, const shi_pq_cells *cells)
{
    int64_t rows = g->rows, there = take_numbers(w, column, cells, rows);
    chunk->nulls = rows - there;
    if (there == 0) return;
    bound_numbers(chunk, column->type, w->number, there);
    int64_t values = column->type == SHI_PQ_BOOL ? -1 : find_values(w, there);
    if (values >= 0) {
        put_plain(w, column->type, values);
        chunk->dictionary_at = g->bytes.len;
        put_page(g, w, chunk, DICTIONARY_PAGE, values, PLAIN);
        put_places(g, w, chunk, column, rows, there, values);
        return;
    }
    chunk->data_at = g->bytes.len;
    put_levels(w, rows, column->group != NULL);
    put_plain(w, column->type, there);
    put_page(g, w, chunk, DATA_PAGE, rows, PLAIN);
}

static void work_close(work *w)
{
    if (!w) return;
    ZSTD_freeCCtx(w->zstd);
    shi_buf_drop(&w->page);
    shi_buf_drop(&w->head);
    free(w->level);
    free(w->place);
    free(w->number);
    free(w->slot);
    free(w->new_place);
    free(w);
}

static work *work_open(int64_t rows)
{
    const size_t n = (size_t)rows + 1;
    work *w = calloc(1, sizeof *w);
    if (!w) return NULL;
    *w = (work){ .zstd = ZSTD_createCCtx(), .level = malloc(n * sizeof *w->level), .place = malloc(n * sizeof *w->place),
        .number = malloc((n + MOST_VALUES) * sizeof *w->number), .slot = malloc(SLOTS * sizeof *w->slot) };
    if (w->zstd && w->level && w->place && w->number && w->slot) return w;
    work_close(w);
    return NULL;
}

shi_err shi_pq_group_open(const shi_pq_column *column, int64_t columns, int64_t most_rows, shi_pq_group *out)
{
    shi_pq_group g = { .column = column, .columns = columns, .work = work_open(most_rows), .chunk = calloc((size_t)columns, sizeof *g.chunk) };
    if (!g.work || !g.chunk) {
        shi_pq_group_drop(&g);
        return shi_no_memory();
    }
    *out = g;
    return (shi_err){ 0 };
}

void shi_pq_group_begin(shi_pq_group *group, int64_t rows)
{
    group->rows = rows;
    group->at = 0;
    group->bytes.len = 0;
}

shi_err shi_pq_group_put(shi_pq_group *group, const shi_pq_cells *cells)
{
    shi_pq_chunk *chunk = &group->chunk[group->at];
    const shi_pq_column *column = &group->column[group->at++];
    work *w = group->work;
    bool room = true;
    *chunk = (shi_pq_chunk){ .dictionary_at = -1, .data_at = group->bytes.len, .low_len = -1, .high_len = -1 };
    if (column->type == SHI_PQ_TEXT) room = put_texts(group, w, chunk, column, cells);
    else put_numbers(group, w, chunk, column, cells);
    if (chunk->nulls == group->rows) {
        put_levels(w, group->rows, column->group != NULL);
        put_page(group, w, chunk, DATA_PAGE, group->rows, PLAIN);
    }
    return room && !group->bytes.failed ? (shi_err){ 0 } : shi_no_memory();
}

void shi_pq_group_drop(shi_pq_group *group)
{
    work_close(group->work);
    shi_buf_drop(&group->bytes);
    free(group->chunk);
    *group = (shi_pq_group){ 0 };
}

/* ---- the file ---- */

struct shi_pq {
    const shi_pq_column *column;
    const char *path;
    int64_t columns, groups, rows, at;
    int fd;
    shi_buf told;                    /* of each group, as the footer holds it */
};

static const int TYPE[] = { [SHI_PQ_TEXT] = T_BYTE_ARRAY, [SHI_PQ_DECIMAL] = T_INT64, [SHI_PQ_LONG] = T_INT64, [SHI_PQ_TINY] = T_INT32,
    [SHI_PQ_BOOL] = T_BOOLEAN, [SHI_PQ_DOUBLE] = T_DOUBLE };
static const int CONVERTED[] = { [SHI_PQ_TEXT] = C_UTF8, [SHI_PQ_DECIMAL] = C_DECIMAL, [SHI_PQ_LONG] = C_INT_64, [SHI_PQ_TINY] = C_INT_8,
    [SHI_PQ_BOOL] = C_NONE, [SHI_PQ_DOUBLE] = C_NONE };

shi_err shi_pq_open(const char *path, const shi_pq_column *column, int64_t columns, shi_pq **out)
{
    shi_pq *f = calloc(1, sizeof *f);
    if (!f) return shi_no_memory();
    *f = (shi_pq){ .column = column, .columns = columns, .path = path };
    shi_err e = shi_os_create(path, &f->fd);
    if (e.code) {
        free(f);
        return e;
    }
    e = shi_os_write(f->fd, path, S("PAR1"));
    f->at = 4;
    if (e.code) return shi_pq_close(f, e);
    *out = f;
    return e;
}

static void tell_bounds(shi_buf *b, int *last, const shi_pq_chunk *chunk)
{
    int inner = 0;
    field(b, last, 12, K_STRUCT);
    number_field(b, &inner, 3, K_I64, chunk->nulls);
    if (chunk->low_len >= 0 && chunk->high_len >= 0) {
        field(b, &inner, 5, K_BINARY);
        binary(b, (shi_str){ chunk->high, chunk->high_len });
        field(b, &inner, 6, K_BINARY);
        binary(b, (shi_str){ chunk->low, chunk->low_len });
    }
    end(b);
}

static void tell_chunk(shi_buf *b, const shi_pq_column *column, const shi_pq_chunk *chunk, int64_t rows, int64_t at)
{
    int last = 0, inner = 0;
    int64_t first = chunk->dictionary_at >= 0 ? chunk->dictionary_at : chunk->data_at;
    number_field(b, &last, 2, K_I64, at + first);
    field(b, &last, 3, K_STRUCT);
    number_field(b, &inner, 1, K_I32, TYPE[column->type]);
    list_field(b, &inner, 2, K_I32, chunk->dictionary_at >= 0 ? 3 : 2);
    zigzag(b, PLAIN);
    zigzag(b, RLE);
    if (chunk->dictionary_at >= 0) zigzag(b, RLE_DICTIONARY);
    list_field(b, &inner, 3, K_BINARY, column->group ? 2 : 1);
    if (column->group) binary(b, shi_str_from(column->group));
    binary(b, shi_str_from(column->name));
    number_field(b, &inner, 4, K_I32, ZSTD);
    number_field(b, &inner, 5, K_I64, rows);
    number_field(b, &inner, 6, K_I64, chunk->plain_bytes);
    number_field(b, &inner, 7, K_I64, chunk->bytes);
    number_field(b, &inner, 9, K_I64, at + chunk->data_at);
    if (chunk->dictionary_at >= 0) number_field(b, &inner, 11, K_I64, at + chunk->dictionary_at);
    tell_bounds(b, &inner, chunk);
    end(b);
    end(b);
}

shi_err shi_pq_add(shi_pq *file, const shi_pq_group *group)
{
    shi_buf *b = &file->told;
    int last = 0;
    int64_t plain = 0;
    list_field(b, &last, 1, K_STRUCT, file->columns);
    for (int64_t c = 0; c < file->columns; c++) {
        tell_chunk(b, &file->column[c], &group->chunk[c], group->rows, file->at);
        plain += group->chunk[c].plain_bytes;
    }
    number_field(b, &last, 2, K_I64, plain);
    number_field(b, &last, 3, K_I64, group->rows);
    end(b);
    shi_err e = b->failed ? shi_no_memory() : shi_os_write(file->fd, file->path, shi_buf_str(&group->bytes));
    file->at += group->bytes.len;
    file->rows += group->rows;
    file->groups++;
    return e;
}

/* Members of the struct that begins at column c. */
static int64_t members(const shi_pq *f, int64_t c)
{
    int64_t n = 0;
    while (c + n < f->columns && f->column[c + n].group && !strcmp(f->column[c + n].group, f->column[c].group)) n++;
    return n;
}

static void tell_group(shi_buf *b, const char *name, int64_t children, bool optional)
{
    int last = 0;
    number_field(b, &last, 3, K_I32, optional);
    field(b, &last, 4, K_BINARY);
    binary(b, shi_str_from(name));
    number_field(b, &last, 5, K_I32, children);
    end(b);
}

static void tell_column(shi_buf *b, const shi_pq_column *column)
{
    int last = 0;
    number_field(b, &last, 1, K_I32, TYPE[column->type]);
    number_field(b, &last, 3, K_I32, 1);
    field(b, &last, 4, K_BINARY);
    binary(b, shi_str_from(column->name));
    if (CONVERTED[column->type] != C_NONE) number_field(b, &last, 6, K_I32, CONVERTED[column->type]);
    if (column->type == SHI_PQ_DECIMAL) {
        number_field(b, &last, 7, K_I32, 3);
        number_field(b, &last, 8, K_I32, 18);
    }
    end(b);
}

/* All columns from the top, and the order of their bounds. */
static void tell_schema(shi_buf *b, int *last, const shi_pq *f)
{
    int64_t top = 0, inner = 0;
    for (int64_t c = 0; c < f->columns; top++) {
        inner += f->column[c].group != NULL;
        c += f->column[c].group ? members(f, c) : 1;
    }
    list_field(b, last, 2, K_STRUCT, 1 + inner + f->columns);
    tell_group(b, "shishu", top, false);
    for (int64_t c = 0, left = 0; c < f->columns; c++, left -= left > 0) {
        if (f->column[c].group && left == 0) {
            left = members(f, c);
            tell_group(b, f->column[c].group, left, true);
        }
        tell_column(b, &f->column[c]);
    }
}

static void tell_orders(shi_buf *b, int *last, int64_t columns)
{
    list_field(b, last, 7, K_STRUCT, columns);
    for (int64_t c = 0; c < columns; c++) {
        int inner = 0;
        field(b, &inner, 1, K_STRUCT);   /* TypeDefinedOrder */
        end(b);
        end(b);
    }
}

shi_err shi_pq_close(shi_pq *file, shi_err so_far)
{
    shi_buf b = { 0 };
    int last = 0;
    number_field(&b, &last, 1, K_I32, 1);
    tell_schema(&b, &last, file);
    number_field(&b, &last, 3, K_I64, file->rows);
    list_field(&b, &last, 4, K_STRUCT, file->groups);
    shi_buf_add(&b, shi_buf_str(&file->told));
    field(&b, &last, 6, K_BINARY);
    binary(&b, S("shishu"));
    tell_orders(&b, &last, file->columns);
    end(&b);
    int64_t len = b.len;
    little(&b, (uint64_t)len, 4);
    shi_buf_puts(&b, "PAR1");
    if (!so_far.code && b.failed) so_far = shi_no_memory();
    if (!so_far.code) so_far = shi_os_write(file->fd, file->path, shi_buf_str(&b));
    so_far = shi_os_finish(file->fd, file->path, so_far);
    shi_buf_drop(&b);
    shi_buf_drop(&file->told);
    free(file);
    return so_far;
}
