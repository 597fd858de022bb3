/* A workbook, or a file of text, as grids: every sheet, read as a whole. */
#ifndef SHI_TABLE_CELLBOOK_H
#define SHI_TABLE_CELLBOOK_H

#include "table/sheet.h"

typedef struct {
    shi_grids grids;
    const char *format;          /* "xlsx", "xls", "csv" */
    shi_sheet *sheet;            /* what the texts lie in */
} shi_cellbook;

/* "xlsx" or "xls" by the first bytes, NULL for anything else. Errors: SHI_INPUT: not there, a folder; SHI_SYSTEM. */
shi_err shi_cellbook_kind(const char *path, const char **format);
/* Reads all sheets. Errors: SHI_INPUT: damaged, too large, a format without sheets (JSON lines, Parquet), with file and sheet. */
shi_err shi_cellbook_open(shi_arena *keep, const char *path, shi_cellbook *out);
void shi_cellbook_close(shi_cellbook *book);

#endif
