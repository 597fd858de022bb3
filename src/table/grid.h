/* A sheet as it lies before the reader: cells of text, merged ranges, hidden rows and columns. */
#ifndef SHI_TABLE_GRID_H
#define SHI_TABLE_GRID_H

#include "base/text.h"

enum { SHI_GRID_ROWS = 1 << 20, SHI_GRID_COLUMNS = 1 << 14, SHI_GRID_CELLS = 1 << 24, SHI_GRID_SPANS = 1 << 16,
       SHI_GRID_TALL = 1024, SHI_GRID_TALL_SPANS = 256, SHI_GRID_FAULTS = 16 };

/* What the spreadsheet keeps the cell as; its text is what a CSV file would hold. */
typedef enum { SHI_GRID_TEXT, SHI_GRID_NUMBER, SHI_GRID_DATE } shi_grid_kind;

typedef struct {
    const char *ptr;           /* borrowed from the arena or the workbook; never NULL */
    int32_t len, row;          /* row and column from 0 */
    uint16_t column;
    uint8_t kind;
    uint8_t fault;             /* 0: none; else its number in `fault` of the grid, from 1 */
} shi_grid_cell;

/* Rows and columns from 0, both ends included. */
typedef struct {
    int32_t top, left, bottom, right;
} shi_span;

typedef struct {
    shi_str name;              /* of the sheet; missing: a file without sheets */
    bool hidden;               /* the sheet as a whole */
    shi_grid_cell *cell;       /* by row, then column; none is empty */
    int64_t cells, cells_cap;
    int64_t *row_at;           /* rows + 1: where the cells of a row begin */
    int64_t rows, columns;
    uint8_t *row_hidden;       /* SHI_GRID_ROWS while it is filled, NULL: none is hidden */
    uint8_t *column_hidden;
    shi_span *span;            /* merged ranges of more than one cell: first the tall ones, then the others, each by top, then left */
    int64_t spans, spans_cap, tall;
    struct { const char *reason, *remedy; } fault[SHI_GRID_FAULTS];
    int64_t faults;
    bool sorted;               /* so far the cells came in order */
} shi_grid;

void shi_grid_open(shi_grid *grid, shi_str name);
void shi_grid_drop(shi_grid *grid);
/* Adds a cell that is not empty; a second one at the same place replaces the first. reason NULL: the cell is good. Errors: SHI_INPUT: beyond
 * the limits above; SHI_SYSTEM. */
shi_err shi_grid_put(shi_grid *grid, int64_t row, int64_t column, shi_str text, shi_grid_kind kind, const char *reason, const char *remedy);
shi_err shi_grid_merge(shi_grid *grid, shi_span span);
shi_err shi_grid_hide_row(shi_grid *grid, int64_t row);
shi_err shi_grid_hide_columns(shi_grid *grid, int64_t from, int64_t to);
/* After the last cell: sorts and indexes. Only then may the functions below be called. */
shi_err shi_grid_finish(shi_grid *grid);

/* NULL: the cell is empty. */
const shi_grid_cell *shi_grid_at(const shi_grid *grid, int64_t row, int64_t column);
/* The text, trimmed; "" for an empty cell. */
shi_str shi_grid_text(const shi_grid *grid, int64_t row, int64_t column);
/* The cells of a row, from left to right. */
const shi_grid_cell *shi_grid_row(const shi_grid *grid, int64_t row, int64_t *n);
bool shi_grid_row_hidden(const shi_grid *grid, int64_t row);
bool shi_grid_column_hidden(const shi_grid *grid, int64_t column);
/* The merged range that covers the cell, or NULL. Looks at those that begin in the 1,024 rows above, and at the few that are taller. */
const shi_span *shi_grid_span(const shi_grid *grid, int64_t row, int64_t column);

/* The text of a CSV file (UTF-8, whole), as a grid: records become rows, also those of different lengths. Texts of quoted fields lie in
 * keep, others in `text`. */
shi_err shi_grid_read_csv(shi_arena *keep, shi_str text, char delimiter, shi_grid *grid);

/* "B17" of row 16, column 1. */
enum { SHI_CELL_NAME = 24 };
void shi_cell_name(int64_t row, int64_t column, char out[SHI_CELL_NAME]);

#endif
