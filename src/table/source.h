/* Any file as batches of records: text cells with the physical line each record began on.
 *
 * file → bytes (gzip, zstd and GB18030 undone, hash taken) → records (CSV, TSV, JSON lines, xlsx, Parquet) → batches.
 * Several readers may take batches from one source at once: each holds its own buffers, and the source hands out whole blocks under
 * its lock. Which reader gets which block is not fixed; `first_record` says where a batch belongs. */
#ifndef SHI_TABLE_SOURCE_H
#define SHI_TABLE_SOURCE_H

#include "base/os.h"
#include "base/text.h"
#include "base/tr.h"

enum { SHI_BATCH = 2048, SHI_MAX_COLUMNS = 4096, SHI_MAX_FIELD = 1 << 20, SHI_MAX_RECORD = 1 << 24 };

/* Why a record cannot be used, found while it was cut into cells. column -1: the record as a whole. */
typedef struct {
    const char *reason, *remedy;  /* message ids; NULL: nothing wrong */
    int32_t column;
    shi_str value;                /* what may be shown of it; missing: nothing */
} shi_fault;

/* How a file holds a column that is not text: a time of a clock without zone or of UTC, in µs; whole numbers; doubles. */
typedef enum { SHI_NATIVE_NONE, SHI_NATIVE_CLOCK, SHI_NATIVE_UTC, SHI_NATIVE_WHOLE, SHI_NATIVE_REAL } shi_native;

/* A column of a batch as the file holds it; kind SHI_NATIVE_NONE: its cells are text. */
typedef struct {
    shi_native kind;
    const int64_t *whole;     /* µs, or whole numbers */
    const double *real;
    const uint64_t *valid;    /* bit r of word r / 64: record r has a value; NULL: all have */
} shi_numbers;

/* Up to SHI_BATCH records. Column c of record r is cell[c][r]; ptr NULL: missing (an empty text in any format, a JSON null). cell[c] is
 * NULL for a column that was not asked for. All is borrowed from the reader until its next call. */
typedef struct {
    int64_t rows, first_record;   /* first_record: records before this batch, so 0 for the first */
    shi_str **cell;
    const int64_t *line;      /* physical line of the record's first byte, from 1; sheet row in xlsx; record number in Parquet */
    const shi_fault *fault;   /* one a record */
    const shi_numbers *number;   /* one a column; where it has a kind, cell is NULL */
} shi_batch;

typedef struct {
    shi_str sheet;            /* xlsx: name of the sheet; missing: the only one, or an error that lists them */
    shi_str format;           /* forces csv, tsv, jsonl, parquet, xlsx; missing: by content, then by name */
    shi_str query;            /* of a database; missing: all of its table `table` */
    const char *table;
    shi_lang lang;            /* of what a database says */
    bool size;                /* the number of a database's rows is asked for, see shi_source_rows */
    int64_t memory;           /* bytes that the source may use for its own engine (Parquet) */
    struct shi_picked *picked;   /* the rows of a table that was recognised in the file; NULL: the file is the table */
} shi_source_options;

typedef struct shi_source shi_source;
typedef struct shi_reader shi_reader;

/* Opens a file ("-": CSV from standard input; or a database, see table/database.h), recognises compression, encoding,
 * format and delimiter, reads the header.
 * Errors: SHI_INPUT with file (and line): not there, a folder, empty, no header, a doubled header name, too many columns, damaged;
 * SHI_SYSTEM: may not be read. */
shi_err shi_source_open(shi_arena *keep, shi_str path, const shi_source_options *options, shi_source **out);
/* Column names in file order, trimmed. */
shi_strs shi_source_columns(const shi_source *source);
/* Of a workbook: the name of the sheet; else missing. */
shi_str shi_source_sheet(const shi_source *source);
/* Of a workbook: row and column, from 0, of what a record holds in a column. False: the format has no cells. `line` is the record's. */
bool shi_source_cell(const shi_source *source, int64_t record, int64_t line, int64_t column, int64_t *row, int64_t *at);
/* Of a recognised table: the column of the contract that each column feeds, -1: none. NULL: no table was recognised. */
const int *shi_source_schema(const shi_source *source);
/* "csv", "tsv", "jsonl", "parquet", "xlsx", "xls" */
const char *shi_source_format(const shi_source *source);

/* needed[c] says whether column c is to be filled; all readers of a source must ask for the same. Errors: SHI_INPUT: a column that is
 * needed holds no plain values (Parquet). */
shi_err shi_reader_open(shi_source *source, const bool *needed, shi_reader **out);
/* How the file holds column c: what may be asked for in shi_reader_open_native. */
shi_native shi_source_native(const shi_source *source, int64_t c);
/* The same; a needed column c with native[c] comes as numbers, without the way through text. native: NULL, or one a column, set only where
 * shi_source_native is not NONE; all readers ask for the same. */
shi_err shi_reader_open_native(shi_source *source, const bool *needed, const bool *native, shi_reader **out);
/* rows = 0: the end; all the file has been read and its checksums held. Errors end the source, for all its readers: SHI_INPUT
 * (truncated or damaged file, a quote that never closes), SHI_SYSTEM, SHI_STOPPED. */
shi_err shi_reader_next(shi_reader *reader, shi_batch *out);
void shi_reader_close(shi_reader *reader);

/* After the end: SHA-256 of the bytes of the file as it lies on disk, and their number. */
void shi_source_digest(const shi_source *source, uint8_t sha256[32], int64_t *bytes);
/* Bytes of the file read so far and in all (0: not known), for the progress bar. Any thread. */
void shi_source_progress(const shi_source *source, int64_t *done, int64_t *total);
/* The same in rows of a database: sent so far, and in all (0: not known, or not asked for). 0, 0: a file. */
void shi_source_rows(const shi_source *source, int64_t *done, int64_t *total);
void shi_source_close(shi_source *source);

#endif
