/* A sheet of an xlsx workbook as rows of text; or all its sheets as grids. */
#ifndef SHI_TABLE_SHEET_H
#define SHI_TABLE_SHEET_H

#include "table/block.h"
#include "table/grid.h"

typedef struct shi_sheet shi_sheet;

/* Opens the file, or the bytes if they are given, finds the sheet (by name, or the only one) and its header: the first row that is not
 * empty. Errors: SHI_INPUT: damaged, too large when unpacked, several sheets and no name (value lists them), no header. */
shi_err shi_sheet_open(shi_arena *keep, const char *path, shi_str memory, shi_str name, shi_sheet **out, shi_strs *columns);
shi_str shi_sheet_name(const shi_sheet *sheet);
/* Adds the next rows; none: the end. */
shi_err shi_sheet_next(shi_sheet *sheet, shi_page *page);
/* All sheets of cells, in the order of the workbook. The grids borrow from *owner, which is closed after shi_grid_drop of each. */
typedef struct {
    shi_grid *ptr;
    int64_t len;
} shi_grids;
shi_err shi_sheet_grids(shi_arena *keep, const char *path, shi_str memory, shi_sheet **owner, shi_grids *out);
void shi_sheet_close(shi_sheet *sheet);

#endif
