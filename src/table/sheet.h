/* A sheet of an xlsx workbook as rows of text. */
#ifndef SHI_TABLE_SHEET_H
#define SHI_TABLE_SHEET_H

#include "table/block.h"

typedef struct shi_sheet shi_sheet;

/* Opens the file, or the bytes if they are given, finds the sheet (by name, or the only one) and its header: the first row that is not
 * empty. Errors: SHI_INPUT: damaged, too large when unpacked, several sheets and no name (value lists them), no header. */
shi_err shi_sheet_open(shi_arena *keep, const char *path, shi_str memory, shi_str name, shi_sheet **out, shi_strs *columns);
/* Adds the next rows; none: the end. */
shi_err shi_sheet_next(shi_sheet *sheet, shi_page *page);
void shi_sheet_close(shi_sheet *sheet);

#endif
