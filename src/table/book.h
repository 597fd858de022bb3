/* A workbook, or a file of text, as grids: every sheet, read as a whole. */
#ifndef SHI_TABLE_BOOK_H
#define SHI_TABLE_BOOK_H

#include "table/sheet.h"

typedef struct {
    shi_grids grids;
    const char *format;          /* "xlsx", "xls", "csv" */
    shi_sheet *sheet;            /* what the texts lie in */
} shi_book;

/* "xlsx" or "xls" by the first bytes, NULL for anything else. Errors: SHI_INPUT: not there, a folder; SHI_SYSTEM. */
shi_err shi_book_kind(const char *path, const char **format);
/* Reads all sheets. Errors: SHI_INPUT: damaged, too large, a format without sheets (JSON lines, Parquet), with file and sheet. */
shi_err shi_book_open(shi_arena *keep, const char *path, shi_book *out);
void shi_book_close(shi_book *book);

#endif
