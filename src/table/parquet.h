/* A Parquet file as rows of text, read by a DuckDB of its own. */
#ifndef SHI_TABLE_PARQUET_H
#define SHI_TABLE_PARQUET_H

#include "table/block.h"

typedef struct shi_parquet shi_parquet;

/* memory: bytes that DuckDB may use; 0: its own default. Errors: SHI_INPUT: damaged, too many columns (value: DuckDB's words). */
shi_err shi_parquet_open(shi_arena *keep, const char *path, int64_t memory, shi_parquet **out, shi_strs *columns);
/* How a column is held, if it can come as numbers. */
shi_native shi_parquet_native(const shi_parquet *parquet, int64_t c);
/* Chooses the columns, and which come as numbers (NULL: none); only the first call counts. Errors: SHI_INPUT: a needed column is nested
 * (column names it). */
shi_err shi_parquet_start(shi_parquet *parquet, const bool *needed, const bool *native);
/* Gives the page the next chunk of rows, not yet cut; none: the end. */
shi_err shi_parquet_next(shi_parquet *parquet, shi_page *page);
/* Fills the cells of that chunk; needs no lock. */
void shi_parquet_cut(const shi_parquet *parquet, shi_page *page);
void shi_parquet_close(shi_parquet *parquet);

#endif
