/* Rows into a Parquet file, a row group at a time, from words by their places and numbers in arrays. */
#ifndef SHI_TABLE_PARQUET_WRITE_H
#define SHI_TABLE_PARQUET_WRITE_H

#include "base/text.h"

typedef enum { SHI_PQ_TEXT, SHI_PQ_DECIMAL, SHI_PQ_LONG, SHI_PQ_TINY, SHI_PQ_BOOL, SHI_PQ_DOUBLE } shi_pq_type;

/* group: name of the struct that it is a member of, or NULL; the members of one stand side by side. DECIMAL is DECIMAL(18,3). */
typedef struct {
    const char *name, *group;
    shi_pq_type type;
} shi_pq_column;

/* The cells of a column: of TEXT code and word, of DOUBLE real, else number. None: code -1 or a word without ptr, NAN, SHI_PQ_NONE. */
typedef struct {
    const int32_t *code;
    const shi_str *word;
    int64_t words;
    const int64_t *number;
    const double *real;
} shi_pq_cells;
#define SHI_PQ_NONE INT64_MIN

/* What a file takes of a column in a row group. */
typedef struct {
    int64_t dictionary_at, data_at, bytes, plain_bytes, nulls;   /* dictionary_at -1: none; from the start of the group */
    char low[256], high[256];                                    /* as they are stored */
    int64_t low_len, high_len;                                   /* -1: not told */
} shi_pq_chunk;

struct shi_pq_work;
typedef struct {
    shi_buf bytes;
    shi_pq_chunk *chunk;             /* of each column */
    int64_t rows;
    const shi_pq_column *column;
    int64_t columns, at;             /* at: columns that were put */
    struct shi_pq_work *work;
} shi_pq_group;

/* Row groups as the bytes of a file, one after the other in the same room; a maker knows no file, so that there may be several. Same cells, same
 * bytes. Errors: SHI_SYSTEM. open: of at most so many rows; begin: the next one. */
shi_err shi_pq_group_open(const shi_pq_column *column, int64_t columns, int64_t most_rows, shi_pq_group *out);
void shi_pq_group_begin(shi_pq_group *group, int64_t rows);
/* The next column. */
shi_err shi_pq_group_put(shi_pq_group *group, const shi_pq_cells *cells);
void shi_pq_group_drop(shi_pq_group *group);

typedef struct shi_pq shi_pq;
/* column is borrowed until the end. */
shi_err shi_pq_open(const char *path, const shi_pq_column *column, int64_t columns, shi_pq **out);
/* Writes the group, which has all its columns, at the end of the file. */
shi_err shi_pq_add(shi_pq *file, const shi_pq_group *group);
/* Writes what a reader starts from, and closes; hands `so_far` on, or else its own error. */
shi_err shi_pq_close(shi_pq *file, shi_err so_far);

#endif
