/* What libfreexl does not tell of an .xls workbook: merged ranges, hidden rows, columns and sheets, errors, percent formats. */
#ifndef SHI_TABLE_BIFF_H
#define SHI_TABLE_BIFF_H

#include "table/format.h"
#include "table/sheet.h"

typedef enum { SHI_BIFF_PERCENT, SHI_BIFF_DATE, SHI_BIFF_ERROR, SHI_BIFF_TRUE, SHI_BIFF_FALSE, SHI_BIFF_TEXT, SHI_BIFF_EMPTY } shi_biff_kind;

/* A cell whose value alone does not say what it is. */
typedef struct {
    int32_t row, column;
    shi_biff_kind kind;
    shi_str text;              /* of a formula, for SHI_BIFF_TEXT */
} shi_biff_note;

typedef struct {
    shi_grid grid;             /* name, hidden, spans, hidden rows and columns; no cells yet */
    shi_biff_note *note;       /* by row, then column */
    int64_t notes, notes_cap;
    int64_t rows, columns;     /* that the sheet says it has */
} shi_biff_sheet;

typedef struct {
    shi_biff_sheet *ptr;       /* sheets of cells; in keep, but their arrays are dropped by shi_biff_drop */
    int64_t len;
    bool epoch_1904;
    bool old;                  /* older than Excel 97: nothing but the version is read */
} shi_biff;

/* `stream`: the stream Workbook of the file. Errors: SHI_INPUT: damaged, with a password, too large. */
shi_err shi_biff_read(shi_arena *keep, shi_str stream, shi_biff *out);
void shi_biff_drop(shi_biff *biff);
const shi_biff_note *shi_biff_note_at(const shi_biff_sheet *sheet, int64_t row, int64_t column);

#endif
