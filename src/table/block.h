/* What the readers of all formats share: the rows a reader fills, and blocks of whole records that can be cut on any thread. */
#ifndef SHI_TABLE_BLOCK_H
#define SHI_TABLE_BLOCK_H

#include "table/source.h"

#include <duckdb.h>

/* A reader's own rows, a page at a time. cell[c] is NULL for a column that is not needed; `most` is SHI_BATCH, or less for a very wide table. */
typedef struct {
    int64_t columns, most, rows, first_record;
    shi_str **cell;
    int64_t *line;
    shi_fault *fault;
    shi_numbers *number;       /* Parquet: columns that came as numbers */
    void *chunks;              /* texts that lie in no block, until the next batch */
    bool failed;               /* memory ran out in shi_page_keep */
    duckdb_data_chunk chunk;   /* Parquet: what the cells lie in */
} shi_page;

/* whole_batches: room for SHI_BATCH rows however many columns there are. */
shi_err shi_page_open(int64_t columns, const bool *needed, bool whole_batches, shi_page *out);
void shi_page_drop(shi_page *page);
/* Empties the rows; the next record that is added will be `first_record`. */
void shi_page_clear(shi_page *page, int64_t first_record);
/* A copy that lasts until the rows are cleared; missing when len is 0, or memory ran out: then page->failed is set. */
shi_str shi_page_keep(shi_page *page, shi_str text);
/* Adds a row that begins on `line`, all cells missing; returns its number. There must be room for it. */
int64_t shi_page_add(shi_page *page, int64_t line);
/* Sets the fault of row r unless it has one. */
void shi_page_fault(shi_page *page, int64_t r, int64_t column, const char *reason, const char *remedy);
/* Gives row r a fault if a text in it is too long, not UTF-8 or holds a NUL. */
void shi_page_check(shi_page *page, int64_t r);

/* A number as the user would write it: 340123101205 and not 3.40123101205e11, otherwise the shortest that reads back the same. */
shi_str shi_number_text(double x, char out[32]);

/* Whole records, and how far they have been cut. The cutter may write in them. */
typedef struct {
    char *ptr;
    int64_t len, cap;
    int64_t at, line, record;  /* the next byte to cut, its line from 1, the records before it */
    bool quoted;               /* there is a quote in it */
    bool clean;                /* all of it is valid UTF-8 without NUL */
} shi_block;

/* What lies in the whole records at the front of a text. */
typedef struct {
    int64_t bytes, records, lines;
    bool quoted;
    int64_t open_line;         /* a quote hides the end of the next record: newlines between these bytes and it; else -1 */
} shi_extent;

/* shi_source_open for tests and fuzzers: another size of block, and bytes in memory instead of the file (not for Parquet). */
typedef struct {
    int64_t block_bytes;       /* 0: as usual */
    shi_str memory;
} shi_source_tuning;
shi_err shi_source_open_tuned(shi_arena *keep, shi_str path, const shi_source_options *options, shi_source_tuning tuning,
                              shi_source **out);

/* Refuses a header with too many, no, or doubled names. `line` is where the header stands. */
shi_err shi_names_check(shi_strs names, int64_t line);

#endif
