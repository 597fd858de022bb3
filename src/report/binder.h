/* A workbook to hand on (xlsx): tables under a title, each on a sheet of its own or on several when one is full; rows go to disk as they come. */
#ifndef SHI_REPORT_BINDER_H
#define SHI_REPORT_BINDER_H

#include "base/tr.h"
#include "chain/figures.h"

/* How a column is written. LONG: sentences, wrapped. COUNT: thousandths. YUAN: fen. HOURS, SHARE, FACTOR: doubles. */
typedef enum { SHI_COL_TEXT, SHI_COL_WORD, SHI_COL_LONG, SHI_COL_COUNT, SHI_COL_YUAN, SHI_COL_HOURS, SHI_COL_SHARE, SHI_COL_FACTOR,
               SHI_COL_DAY, SHI_COL_KINDS } shi_column_kind;
typedef struct {
    const char *head;            /* message id */
    shi_column_kind kind;
    const char *meaning;         /* message id, for the sheet that explains the others */
} shi_binder_column;

/* name: at most 28 characters in each language, of the sheet; empty: what to say instead of rows. Message ids. */
typedef struct {
    const char *name, *about, *empty;
    const shi_binder_column *column;
    int64_t columns;
} shi_binder_table;

typedef struct {
    const char *path;            /* made anew, or overwritten; its mode is kept */
    const char *spill;           /* folder for what is not packed yet; NULL: /tmp */
    shi_lang lang;
    const char *title, *note;    /* the name of the sheet is put behind the title */
    int64_t created_us;          /* the only time in the file */
    int64_t rows_a_sheet;        /* 0: a million, under the 1,048,576 that a sheet holds */
} shi_binder_options;

typedef struct shi_binder shi_binder;

shi_err shi_binder_open(const shi_binder_options *options, shi_binder **out);
/* A table of so many rows; at 0 its empty sentence stands there. */
void shi_binder_begin(shi_binder *b, const shi_binder_table *table, int64_t rows);
/* Cells from left to right; each takes the form of its column. Texts are strings, whatever they begin with; what XML forbids becomes U+FFFD. */
void shi_binder_text(shi_binder *b, shi_str text);
void shi_binder_said(shi_binder *b, const char *text);
void shi_binder_list(shi_binder *b, shi_str list);               /* "A;B" as the language has it */
void shi_binder_buf(shi_binder *b, shi_buf *text);               /* and drops it */
void shi_binder_int(shi_binder *b, shi_maybe number);            /* COUNT, YUAN; unknown: a dash */
void shi_binder_whole(shi_binder *b, int64_t n);                 /* a COUNT that is no thousandths */
void shi_binder_real(shi_binder *b, shi_maybe_f64 number);
void shi_binder_day(shi_binder *b, int64_t day);                 /* INT64_MIN: a dash */
void shi_binder_bounded(shi_binder *b, char sign, int64_t thousandths);   /* "<5" in a column of numbers */
void shi_binder_row(shi_binder *b);
void shi_binder_end(shi_binder *b);
/* What went wrong so far: a table of many rows looks now and then. */
shi_err shi_binder_state(const shi_binder *b);
/* Packs the file, reads it back and counts its cells; after an error, ours or `so_far`, packs nothing. The file of a failed binder is of no use.
 * Errors: SHI_SYSTEM, SHI_STOPPED. */
shi_err shi_binder_close(shi_binder *b, shi_err so_far);

#endif
