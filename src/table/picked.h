/* The rows of a recognised table as records: names become codes, a matrix becomes long rows, numbers in 万 are written out. */
#ifndef SHI_TABLE_PICKED_H
#define SHI_TABLE_PICKED_H

#include "table/block.h"
#include "table/layout.h"

typedef struct shi_picked shi_picked;

/* Grid, table and names are borrowed while it is used. Errors: SHI_SYSTEM. */
shi_err shi_picked_open(shi_arena *keep, const shi_grid *grid, const shi_layout_table *table, const shi_names *names, shi_picked **out);
/* The headers of the columns; beyond those of the sheet there are columns that were found elsewhere (a period in the title, the code of a unit). */
shi_strs shi_picked_columns(const shi_picked *picked);
const int *shi_picked_schema(const shi_picked *picked);
shi_str shi_picked_sheet(const shi_picked *picked);
int64_t shi_picked_records(const shi_picked *picked);
/* Rows of a matrix in which no figure stands. */
int64_t shi_picked_blank_rows(const shi_picked *picked);
void shi_picked_rewind(shi_picked *picked);
/* Adds the next records; none: the end. */
shi_err shi_picked_next(shi_picked *picked, shi_page *page);
/* The header above the text of a record's column, which in a matrix changes from record to record. */
shi_str shi_picked_heading(const shi_picked *picked, int64_t record, int64_t column);
/* Where the text of a record's column stands on the sheet, from 0. False: nowhere, as for a period of the title. */
bool shi_picked_cell(const shi_picked *picked, int64_t record, int64_t column, int64_t *row, int64_t *at);

#endif
