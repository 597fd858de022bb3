/* The records of an .xls workbook (BIFF8, Excel 97 to 2003) as grids. */
#ifndef SHI_TABLE_BIFF_H
#define SHI_TABLE_BIFF_H

#include "table/sheet.h"

/* `stream`: the stream Workbook of the file. Sheets of cells, in the order of the workbook; texts lie in keep. Errors: SHI_INPUT: damaged, with a
 * password, older than Excel 97. */
shi_err shi_biff_read(shi_arena *keep, shi_str stream, shi_grids *out);

#endif
