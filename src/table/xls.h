/* The sheets of an .xls workbook (Excel 97 to 2003) as grids. */
#ifndef SHI_TABLE_XLS_H
#define SHI_TABLE_XLS_H

#include "table/sheet.h"

/* Errors: SHI_INPUT: damaged, with a password, older than Excel 97 with text that cannot be read, too large. */
shi_err shi_xls_grids(shi_arena *keep, const char *path, shi_grids *out);

#endif
