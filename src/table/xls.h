/* The sheets of an .xls workbook (Excel 97 to 2003) as grids. */
#ifndef SHI_TABLE_XLS_H
#define SHI_TABLE_XLS_H

#include "table/sheet.h"

/* The file, or the bytes if they are given. Errors: SHI_INPUT: damaged, with a password, older than Excel 97, larger than 256 MiB. */
shi_err shi_xls_grids(shi_arena *keep, const char *path, shi_str memory, shi_grids *out);

#endif
