/* One door to all formats.
 *
 * Line formats (CSV, TSV, JSON lines): the source hands out blocks of about 1 MiB of whole records under its lock, knowing the first
 * line and record of each; readers cut them on their own threads. xlsx and Parquet: one parser fills a reader's rows under the lock,
 * since XML has to be read in order and DuckDB is parallel inside. */
#include "table/block.h"
#include "table/csv.h"
#include "table/jsonl.h"
#include "table/parquet.h"
#include "table/picked.h"
#include "table/sheet.h"
#include "table/stream.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1 << 20, HEAD = 1 << 16, KEY_LINES = 1000 };

struct shi_source {
    shi_str path;
    const char *format;
    shi_strs columns;
    shi_stream *stream;
    shi_jsonl *jsonl;          /* one of these four, or CSV */
    shi_sheet *sheet;
    shi_parquet *parquet;
    shi_picked *picked;        /* not owned: rows recognised in the file, which is only hashed */
    shi_csv csv;               /* also cuts JSON lines into blocks */
    int64_t block_bytes;

    pthread_mutex_t lock;      /* for all below */
    shi_err failure;           /* ends the source for every reader */
    char *pending;             /* read and not yet handed out: [pending_at, pending_len) */
    int64_t pending_at, pending_len, pending_cap;
    bool ended;                /* the stream has no more */
    int64_t line, record;      /* where the next block begins */
};

struct shi_reader {
    shi_source *source;
    shi_page page;
    shi_block block;
};

/* ---- blocks ---- */

static shi_err bytes_reserve(char **ptr, int64_t *cap, int64_t want)
{
    if (*cap >= want) return (shi_err){ 0 };
    char *more = realloc(*ptr, (size_t)want);
    if (!more) return shi_no_memory();
    *ptr = more;
    *cap = want;
    return (shi_err){ 0 };
}

static shi_err source_read(shi_source *s, char *into, int64_t cap, int64_t *got)
{
    *got = 0;
    if (s->ended || cap == 0) return (shi_err){ 0 };
    SHI_TRY(shi_stream_read(s->stream, into, cap, got));
    s->ended = *got < cap;
    return (shi_err){ 0 };
}

/* Makes the block `want` bytes long, or shorter at the end of the file. */
static shi_err block_fill(shi_source *s, shi_block *b, int64_t want)
{
    int64_t got, n = s->pending_len - s->pending_at;
    SHI_TRY(bytes_reserve(&b->ptr, &b->cap, want));
    if (n > want - b->len) n = want - b->len;
    if (n) memcpy(b->ptr + b->len, s->pending + s->pending_at, (size_t)n);
    s->pending_at += n;
    b->len += n;
    SHI_TRY(source_read(s, b->ptr + b->len, want - b->len, &got));
    b->len += got;
    return (shi_err){ 0 };
}

/* Gives back what follows the last whole record. */
static shi_err block_trim(shi_source *s, shi_block *b, int64_t keep)
{
    int64_t n = b->len - keep;
    b->len = keep;
    if (s->pending_at < s->pending_len) {
        s->pending_at -= n;   /* all of the block came from there */
        return (shi_err){ 0 };
    }
    SHI_TRY(bytes_reserve(&s->pending, &s->pending_cap, n));
    if (n) memcpy(s->pending, b->ptr + keep, (size_t)n);
    s->pending_at = 0;
    s->pending_len = n;
    return (shi_err){ 0 };
}

static shi_err endless(const shi_source *s, shi_extent e)
{
    shi_err err = shi_fail(SHI_INPUT, N_("the line is longer than 16 MiB"), N_("Check that this is a text file with one record a line."));
    err.line = s->line;
    if (e.open_line < 0) return err;
    err.reason = N_("the quote opened here is not closed within 16 MiB");
    err.remedy = N_("Close the quote, or cut the field short; inside a quoted field write each quote twice.");
    err.line += e.open_line;
    return err;
}

/* The next whole records; b->len 0: the end. Under the lock. */
static shi_err block_next(shi_source *s, shi_block *b)
{
    shi_extent e = { 0 };
    b->len = b->at = 0;
    if (shi_os_stop_requested()) return shi_fail(SHI_STOPPED, N_("stopped as asked"), N_("Nothing was changed."));
    for (int64_t want = s->block_bytes; e.bytes == 0; want *= 2) {
        if (want > SHI_MAX_RECORD) want = SHI_MAX_RECORD + 1;
        SHI_TRY(block_fill(s, b, want));
        bool last = s->ended && s->pending_at == s->pending_len;
        e = shi_csv_whole(&s->csv, (shi_str){ b->ptr, b->len }, last);
        if (e.bytes == 0 && b->len == 0) return (shi_err){ 0 };
        if (e.bytes == 0 && (last || want > SHI_MAX_RECORD)) return endless(s, e);
    }
    SHI_TRY(block_trim(s, b, e.bytes));
    b->line = s->line;
    b->record = s->record;
    b->quoted = e.quoted;
    s->line += e.lines;
    s->record += e.records;
    return (shi_err){ 0 };
}

/* ---- opening ---- */

/* Reads on until `want` bytes are pending, or all of the file. */
static shi_err pending_grow(shi_source *s, int64_t want)
{
    int64_t got;
    SHI_TRY(bytes_reserve(&s->pending, &s->pending_cap, want));
    SHI_TRY(source_read(s, s->pending + s->pending_len, want - s->pending_len, &got));
    s->pending_len += got;
    return (shi_err){ 0 };
}

static shi_str pending_text(const shi_source *s)
{
    return (shi_str){ s->pending + s->pending_at, s->pending_len - s->pending_at };
}

/* Until `records` whole records are pending, or all of the file, or as much as one record may hold. */
static shi_err pending_records(shi_source *s, int64_t records, shi_extent *e)
{
    for (int64_t want = HEAD;; want *= 2) {
        if (want > SHI_MAX_RECORD) want = SHI_MAX_RECORD + 1;
        SHI_TRY(pending_grow(s, want));
        *e = shi_csv_whole(&s->csv, pending_text(s), s->ended);
        if (e->records >= records || s->ended || want > SHI_MAX_RECORD) break;
    }
    if (e->records > 0) return (shi_err){ 0 };
    if (e->bytes < s->pending_len) return s->line += e->lines, endless(s, *e);
    return shi_fail(SHI_INPUT, N_("the file is empty"), N_("Check that this is the right file and that it was exported whole."));
}

static shi_err csv_open(shi_source *s, shi_arena *keep)
{
    int64_t used, lines;
    shi_extent e;
    bool tsv = !strcmp(s->format, "tsv");
    s->csv = (shi_csv){ .delimiter = tsv ? '\t' : shi_csv_sniff(shi_str_sub(pending_text(s), 0, HEAD)), .quotes = true };
    SHI_TRY(pending_records(s, 1, &e));
    SHI_TRY(shi_csv_header(&s->csv, keep, pending_text(s), &s->columns, &used, &lines));
    s->pending_at += used;
    s->line += lines;
    return (shi_err){ 0 };
}

static shi_err jsonl_open(shi_source *s, shi_arena *keep)
{
    shi_extent e;
    s->csv = (shi_csv){ .delimiter = ' ' };
    SHI_TRY(pending_records(s, KEY_LINES, &e));
    SHI_TRY(shi_jsonl_open(keep, shi_str_sub(pending_text(s), 0, e.bytes), KEY_LINES, &s->jsonl, &s->columns));
    return (shi_err){ 0 };
}

static const char *format_by_name(shi_str path)
{
    static const char *const PACKED[] = { ".gz", ".gzip", ".zst", ".zstd" };
    static const char *const FORMAT[][2] = { { ".jsonl", "jsonl" }, { ".ndjson", "jsonl" }, { ".json", "jsonl" },
                                             { ".tsv", "tsv" }, { ".csv", "csv" } };
    for (int64_t i = 0; i < COUNT(PACKED); i++) {
        shi_str tail = shi_str_from(PACKED[i]);
        if (path.len > tail.len && shi_str_eq_nocase(shi_str_sub(path, path.len - tail.len, path.len), tail)) path.len -= tail.len;
    }
    for (int64_t i = 0; i < COUNT(FORMAT); i++) {
        shi_str tail = shi_str_from(FORMAT[i][0]);
        if (path.len >= tail.len && shi_str_eq_nocase(shi_str_sub(path, path.len - tail.len, path.len), tail)) return FORMAT[i][1];
    }
    return NULL;
}

static const char *format_known(shi_str name)
{
    static const char *const FORMAT[] = { "csv", "tsv", "jsonl", "parquet", "xlsx" };
    for (int64_t i = 0; i < COUNT(FORMAT); i++)
        if (shi_str_eq(name, shi_str_from(FORMAT[i]))) return FORMAT[i];
    return NULL;
}

/* Formats told by the bytes on disk; NULL: text, perhaps compressed. */
static shi_err format_binary(shi_str head, const char **format)
{
    *format = shi_str_starts(head, S("PAR1")) ? "parquet" : shi_str_starts(head, S("PK\x03\x04")) ? "xlsx" : NULL;
    if (shi_str_starts(head, S("\xD0\xCF\x11\xE0")))
        return shi_fail(SHI_INPUT, N_("this is an old .xls file, or a workbook with a password"),
                        N_("Open it in Excel or WPS and save it as .xlsx without a password, or as .csv."));
    return (shi_err){ 0 };
}

static shi_err text_open(shi_source *s, shi_arena *keep)
{
    const char *packed;
    SHI_TRY(shi_stream_decode(s->stream));
    SHI_TRY(format_binary(shi_stream_unpacked(s->stream), &packed));
    if (packed)
        return shi_fail_value(SHI_INPUT, shi_str_from(packed), N_("this format is compressed by itself and must not be compressed again"),
                              N_("Unpack the file first."));
    SHI_TRY(pending_grow(s, HEAD));
    if (!s->format) {
        shi_str text = shi_str_trim(shi_str_sub(pending_text(s), 0, 4096));
        s->format = format_by_name(s->path);
        if (!s->format || !strcmp(s->format, "csv")) s->format = shi_str_starts(text, S("{")) ? "jsonl" : "csv";
    }
    return strcmp(s->format, "jsonl") ? csv_open(s, keep) : jsonl_open(s, keep);
}

static shi_err stream_open(shi_source *s, shi_arena *keep, const shi_source_options *options, shi_str memory)
{
    shi_feed feed;
    if (memory.ptr) return shi_stream_open_memory(memory, &s->stream);
    if (!shi_database_is(s->path)) return shi_stream_open(s->path.ptr, &s->stream);
    s->format = "csv";
    const shi_database_ask ask = { .query = options->query, .table = options->table, .lang = options->lang, .size = options->size };
    SHI_TRY(shi_database_open(keep, s->path, &ask, &feed));
    return shi_stream_open_feed(feed, &s->stream);
}

static shi_err source_open(shi_source *s, shi_arena *keep, const shi_source_options *options, shi_str memory)
{
    shi_str head;
    s->format = options->format.ptr ? format_known(options->format) : NULL;
    if (options->format.ptr && !s->format)
        return shi_fail_value(SHI_USAGE, options->format, N_("this format is not known"), N_("Use csv, tsv, jsonl, parquet or xlsx."));
    SHI_TRY(stream_open(s, keep, options, memory));
    SHI_TRY(shi_stream_head(s->stream, &head));
    if (head.len == 0) return shi_fail(SHI_INPUT, N_("the file is empty"), N_("Check that this is the right file and that it was exported whole."));
    if (options->picked) {
        s->picked = options->picked;
        s->format = "xlsx";
        s->columns = shi_picked_columns(s->picked);
        shi_picked_rewind(s->picked);
        shi_stream_hash_only(s->stream);
        return (shi_err){ 0 };
    }
    if (!s->format) SHI_TRY(format_binary(head, &s->format));
    bool parquet = s->format && !strcmp(s->format, "parquet"), sheet = s->format && !strcmp(s->format, "xlsx");
    if (!parquet && !sheet) return text_open(s, keep);
    int64_t done, total;
    shi_stream_progress(s->stream, &done, &total);
    if (total == 0)   /* no file of known size: these formats are read from both ends */
        return shi_fail(SHI_INPUT, N_("only text can come through a pipe"), N_("Save it to a file and name the file."));
    shi_stream_hash_only(s->stream);
    if (sheet) return shi_sheet_open(keep, s->path.ptr, memory, options->sheet, &s->sheet, &s->columns);
    return shi_parquet_open(keep, s->path.ptr, options->memory, &s->parquet, &s->columns);
}

shi_err shi_source_open_tuned(shi_arena *keep, shi_str path, const shi_source_options *options, shi_source_tuning tuning,
                              shi_source **out)
{
    static const shi_source_options NONE = { 0 };
    shi_source *s = shi_new(keep, shi_source, 1);
    shi_str name = shi_str_copy(keep, path);
    if (!s || !name.ptr) return shi_no_memory();
    s->path = name;
    s->block_bytes = tuning.block_bytes > 0 ? tuning.block_bytes : BLOCK;
    s->line = 1;
    pthread_mutex_init(&s->lock, NULL);
    shi_err e = source_open(s, keep, options ? options : &NONE, tuning.memory);
    if (!e.code) return *out = s, e;
    e.file = name;
    shi_source_close(s);
    return e;
}

shi_err shi_source_open(shi_arena *keep, shi_str path, const shi_source_options *options, shi_source **out)
{
    return shi_source_open_tuned(keep, path, options, (shi_source_tuning){ 0 }, out);
}

shi_strs shi_source_columns(const shi_source *s)
{
    return s->columns;
}

const char *shi_source_format(const shi_source *s)
{
    return s->format;
}

shi_str shi_source_sheet(const shi_source *s)
{
    if (s->picked) return shi_picked_sheet(s->picked);
    return s->sheet ? shi_sheet_name(s->sheet) : (shi_str){ 0 };
}

bool shi_source_cell(const shi_source *s, int64_t record, int64_t line, int64_t column, int64_t *row, int64_t *at)
{
    if (s->picked) return shi_picked_cell(s->picked, record, column, row, at);
    *row = line - 1;
    *at = column;
    return s->sheet && column >= 0;
}

const int *shi_source_schema(const shi_source *s)
{
    return s->picked ? shi_picked_schema(s->picked) : NULL;
}

void shi_source_digest(const shi_source *s, uint8_t sha256[32], int64_t *bytes)
{
    shi_stream_digest(s->stream, sha256, bytes);
}

void shi_source_progress(const shi_source *s, int64_t *done, int64_t *total)
{
    shi_stream_progress(s->stream, done, total);
}

void shi_source_rows(const shi_source *s, int64_t *done, int64_t *total)
{
    shi_stream_rows(s->stream, done, total);
}

void shi_source_close(shi_source *s)
{
    if (!s) return;
    shi_stream_close(s->stream);
    shi_sheet_close(s->sheet);
    shi_parquet_close(s->parquet);
    free(s->pending);
    pthread_mutex_destroy(&s->lock);
}

/* ---- readers ---- */

shi_native shi_source_native(const shi_source *s, int64_t c)
{
    return s->parquet ? shi_parquet_native(s->parquet, c) : SHI_NATIVE_NONE;
}

shi_err shi_reader_open(shi_source *s, const bool *needed, shi_reader **out)
{
    return shi_reader_open_native(s, needed, NULL, out);
}

shi_err shi_reader_open_native(shi_source *s, const bool *needed, const bool *native, shi_reader **out)
{
    shi_err e = { 0 };
    if (s->parquet) {
        pthread_mutex_lock(&s->lock);
        e = shi_parquet_start(s->parquet, needed, native);
        pthread_mutex_unlock(&s->lock);
    }
    shi_reader *r = e.code ? NULL : calloc(1, sizeof *r);
    if (!e.code) e = r ? shi_page_open(s->columns.len, needed, s->parquet != NULL, &r->page) : shi_no_memory();
    if (!e.code) {
        for (int64_t c = 0; s->parquet && native && c < s->columns.len; c++) {   /* numbers have no cells */
            if (!native[c]) continue;
            free(r->page.cell[c]);
            r->page.cell[c] = NULL;
        }
        r->source = s;
        return *out = r, e;
    }
    free(r);
    e.file = s->path;
    return e;
}

/* Under the lock: a failure is kept, so that every reader ends with it. */
static shi_err next_locked(shi_reader *r)
{
    shi_source *s = r->source;
    if (s->failure.code) return s->failure;
    shi_err e;
    if (s->picked) e = shi_picked_next(s->picked, &r->page);
    else if (s->sheet) e = shi_sheet_next(s->sheet, &r->page);
    else if (s->parquet) e = shi_parquet_next(s->parquet, &r->page);
    else e = block_next(s, &r->block);
    if (!e.code && (s->picked || s->sheet || s->parquet) && r->page.rows == 0) e = shi_stream_finish(s->stream);
    if (e.code) e.file = s->path;
    return s->failure = e;
}

static shi_err take_next(shi_reader *r)
{
    pthread_mutex_lock(&r->source->lock);
    shi_err e = next_locked(r);
    pthread_mutex_unlock(&r->source->lock);
    return e;
}

/* Cuts what is left of the block, then takes the next, until there is a row or the end. */
static shi_err lines_next(shi_reader *r)
{
    shi_block *b = &r->block;
    do {
        if (b->at == b->len) {
            SHI_TRY(take_next(r));
            if (b->len == 0) return (shi_err){ 0 };
            b->clean = shi_utf8_valid(b->ptr, b->len) == b->len;
        }
        shi_page_clear(&r->page, b->record);
        if (r->source->jsonl) SHI_TRY(shi_jsonl_cut(r->source->jsonl, b, &r->page));
        else shi_csv_cut(&r->source->csv, b, &r->page);
    } while (r->page.rows == 0);
    return (shi_err){ 0 };
}

shi_err shi_reader_next(shi_reader *r, shi_batch *out)
{
    shi_page *page = &r->page;
    shi_page_clear(page, page->first_record + page->rows);
    SHI_TRY(r->source->picked || r->source->sheet || r->source->parquet ? take_next(r) : lines_next(r));
    if (r->source->parquet) shi_parquet_cut(r->source->parquet, page);
    *out = (shi_batch){ .rows = page->rows, .first_record = page->first_record, .cell = page->cell, .line = page->line, .fault = page->fault,
                         .number = page->number };
    return (shi_err){ 0 };
}

void shi_reader_close(shi_reader *r)
{
    if (!r) return;
    shi_page_drop(&r->page);
    free(r->block.ptr);
    free(r);
}
