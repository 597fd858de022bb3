/* What the columns below a header mean: one table's reading of some rows of a sheet. Used by layout only. */
#ifndef SHI_TABLE_COLUMNS_H
#define SHI_TABLE_COLUMNS_H

#include "table/layout.h"

/* All header words that the schema knows, plain and sorted. */
typedef struct {
    shi_str text;
    int table, column;   /* number of the table and of its column; -1: a name of a unit or an indicator */
    int level;           /* of a unit's name; 0: none */
    bool indicator;      /* the name of an indicator */
} shi_word_entry;
typedef struct {
    shi_word_entry *ptr;
    int64_t len;
} shi_word_index;
shi_err shi_words_open(shi_arena *keep, shi_word_index *out);
/* The entries of a plain text: the first, and how many. */
const shi_word_entry *shi_words_find(const shi_word_index *words, shi_str plain, int64_t *n);

enum { SHI_HEADER_ROWS = 3 };

/* The header as it stands above one column: the texts of its rows, without repetition. */
typedef struct {
    shi_str raw[SHI_HEADER_ROWS];
    shi_heading plain[SHI_HEADER_ROWS];
    int n;
} shi_head;

/* The reading of a header as one table. */
typedef struct {
    const shi_table *table;
    int32_t top, bottom, left, right;
    shi_layout_column *column;
    int64_t columns;
    int64_t score;               /* columns that mean something */
    bool kind_named;             /* a header says that the figures are targets, or reports */
    bool figures;                /* there are columns of figures */
    int missing;                 /* column that is required and nowhere; -1 */
    bool no_period, no_indicator;
    int32_t twice;               /* column of the sheet whose meaning another has too; -1 */
} shi_reading;

typedef struct {
    const shi_grid *grid;
    const shi_names *names;
    const shi_word_index *words;
    const shi_layout_options *options;
    bool titled;                 /* the title names an indicator, and whether these are targets or reports */
} shi_reading_context;

/* The header in rows top to bottom, columns left to right, of the sheet. */
shi_err shi_heads_read(shi_arena *keep, const shi_grid *grid, int32_t top, int32_t bottom, int32_t left, int32_t right, shi_head **out);
/* Reads it as the table of this number. Memory: columns in keep. */
shi_err shi_reading_make(shi_arena *keep, const shi_reading_context *context, const shi_head *head, int table, shi_reading *out);
#endif
