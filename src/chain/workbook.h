/* A workbook as it is: each table on its sheets recognised, and all of them imported or none. */
#ifndef SHI_CHAIN_WORKBOOK_H
#define SHI_CHAIN_WORKBOOK_H

#include "chain/import.h"
#include "table/cellbook.h"
#include "table/picked.h"

typedef struct {
    const char *table;
    shi_str sheet, range;          /* "A3:F20" */
    int64_t header;                /* row of the header, from 1 */
    struct shi_picked *picked;
    shi_imported im;               /* after the import */
} shi_workbook_table;

typedef struct {
    shi_str sheet;
    int64_t first, last, rows;     /* rows from 1; 0: the sheet as a whole */
    const char *why;               /* message id */
} shi_workbook_left;

typedef struct {
    shi_str sheet;
    char cell[SHI_CELL_NAME];
    int64_t says, sum;             /* thousandths */
} shi_workbook_total;

typedef struct {
    shi_str file;
    shi_arena arena;
    shi_cellbook book;
    shi_names names;
    shi_workbook_table *table;         /* in the order of the chain */
    int64_t tables, tables_cap;
    shi_workbook_left *left;
    int64_t lefts, lefts_cap;
    shi_workbook_total *total;         /* totals that differ from the sum of the rows */
    int64_t totals, totals_cap;
    int64_t hidden_columns;        /* taken, but hidden */
    int64_t failed;                /* table whose rows break a rule, -1 */
} shi_workbook;

/* Reads the file and recognises its tables (or, if only is not NULL, those of this table); nothing is imported yet. *out has no tables when none
 * was recognised and `only` is given. Errors: SHI_INPUT, with sheet and cell: damaged; a table that can be read in several ways, or without
 * period or indicator; no table at all. SHI_USAGE: a --map or --set that fits no table. */
shi_err shi_workbook_open(shi_workspace *ws, shi_arena *keep, const char *path, const shi_table *only, const shi_import_options *options,
                          shi_workbook *out);
/* Imports all tables, or, with an error, none. Results in book->table[i].im. */
shi_err shi_workbook_import(shi_workspace *ws, shi_arena *keep, shi_workbook *book, const shi_import_options *options);
void shi_workbook_close(shi_workbook *book);

#endif
