/* Named columns of any file as arrays, for the tools that need no workspace. */
#ifndef SHI_TABLE_ARRAYS_H
#define SHI_TABLE_ARRAYS_H

#include "base/calendar.h"
#include "table/schema.h"
#include "table/source.h"

/* A column that is asked for, by its header. type: SHI_T_CODE, SHI_T_TEXT (text), SHI_T_COUNT (int64_t), SHI_T_PRICE, SHI_T_SHARE (double, not
 * negative; at most 1), SHI_T_REAL (double), SHI_T_DUE (a time from 1970 on, µs UTC). */
typedef struct {
    shi_str header;     /* missing: the first column of the file */
    shi_type type;
    bool may_miss;      /* a blank cell is let through: text missing, its code -1, count -1, price or real NAN, time SHI_NO_TIME */
    const char *aliases;   /* other headers, separated by |; NULL: none */
    bool optional;      /* the file may lack the column: all its cells are blank */
    bool coded;         /* a text as int32_t codes of the column's words, numbered as they first come in the file */
    const shi_zone *zone;   /* of times that name none */
} shi_asked;

#define SHI_NO_TIME INT64_MIN

enum { SHI_MAX_ASKED = 512 };
typedef struct {
    int64_t rows;
    const int64_t *line;                     /* physical line of each row */
    const shi_str *text[SHI_MAX_ASKED];      /* of the nth column asked for, by its type; the others are NULL */
    const int64_t *count[SHI_MAX_ASKED];
    const double *real[SHI_MAX_ASKED];
    const int64_t *time[SHI_MAX_ASKED];
    const int32_t *code[SHI_MAX_ASKED];
    shi_strs word[SHI_MAX_ASKED];            /* of a coded column: the text of each code */
    shi_str header[SHI_MAX_ASKED];           /* as it stands in the file */
    uint8_t sha256[32];                      /* of the file as it lies on disk */
} shi_arrays;

/* Reads the whole file ("-": CSV from standard input); results in keep. Errors: SHI_USAGE: no such header (the value lists what there is);
 * SHI_INPUT with file, line, column and value: a cell that is no such value, a blank one, a damaged file. */
shi_err shi_arrays_read(shi_arena *keep, const char *path, const shi_source_options *options, const shi_asked *asked, int64_t n, shi_arrays *out);

/* An error at a row of the file. */
shi_err shi_arrays_fault(const char *path, const shi_arrays *file, int64_t row, shi_str header, shi_str value, const char *reason,
                         const char *remedy);
/* Units stand once: an error at the second row, in file order, with a text that an earlier row has in the nth column. */
shi_err shi_arrays_once(shi_arena *keep, const char *path, const shi_arrays *file, int64_t n, shi_str header);

#endif
