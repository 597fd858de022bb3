/* Results in a file: CSV, xlsx, any that table/ reads. */
#ifndef SHI_FIELD_RECORD_FILE_H
#define SHI_FIELD_RECORD_FILE_H

#include "field/spot.h"
#include "table/arrays.h"

typedef struct {
    shi_arrays rows;
    int64_t *row;      /* of each result its row in the file: rows that say nothing are left out */
} shi_record_file;

/* Columns as in design 2 (results): key, outcome, exists, lives_here, knows, operates, reason, inspector1, inspector2, visited_at, recheck, or their
 * Chinese names, which the worksheet has. Rows without an outcome or an answer are not results yet. */
shi_err shi_record_file_read(shi_arena *keep, const char *path, const shi_source_options *options, shi_record_file *file, shi_spot_results *out);
/* An error at a result, turned into one at the file's line and column. */
shi_err shi_record_file_place(const shi_record_file *file, const char *path, shi_err e);

#endif
