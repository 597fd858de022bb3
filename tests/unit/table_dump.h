/* What a source holds, as text, for the tests of src/table. */
#ifndef TABLE_DUMP_H
#define TABLE_DUMP_H

#include "table/block.h"

/* Opens bytes as a file called `name` and returns all of it; the caller frees:
 *   csv: column|column
 *   line: cell|cell|~ !reason@column        ~: missing; ?: NUL; @-1: the record as a whole
 *   error 3 line 2 [value] column: reason
 * Fails the test if first_record does not count the records. */
char *table_dump(const char *name, shi_str bytes, const shi_source_options *options, int64_t block_bytes);
/* The same for a file. */
char *table_dump_file(const char *path, const shi_source_options *options);
/* The same by several readers on threads of their own; the batches are put in order. */
char *table_dump_threads(const char *name, shi_str bytes, int64_t block_bytes, int readers);
/* Writes a file into a fresh folder; returns its path (freed by the caller), and removes both with table_file_drop. */
char *table_file(const char *name, shi_str bytes);
void table_file_drop(char *path);
/* A number that depends on (seed, index) only. */
uint64_t table_random(uint64_t seed, uint64_t index);

#endif
