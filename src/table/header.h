/* Which column of a file feeds which column of a table: headers and their aliases, --map, --set. */
#ifndef SHI_TABLE_HEADER_H
#define SHI_TABLE_HEADER_H

#include "base/os.h"
#include "table/schema.h"

/* One --map or --set, as given. */
typedef struct {
    const shi_str *maps, *sets;   /* "COL=HEADER" or "COL:FROM=TO"; "COL=VALUE" */
    int64_t n_maps, n_sets;
} shi_header_options;

typedef struct {
    int64_t source[SHI_MAX_TABLE_COLUMNS];        /* column of the file, or -1 */
    shi_str constant[SHI_MAX_TABLE_COLUMNS];      /* value for all rows where source is -1 and ptr is not NULL */
    struct { int column; shi_str from, to; } value_map[64];
    int value_maps;
    shi_strs dropped;                             /* columns of the file outside the contract */
} shi_header_map;

/* Errors: SHI_USAGE for a --map or --set that names no column of the table or no header of the file; SHI_INPUT for a required column
 * that is nowhere (the value lists what the file has) or two headers that mean the same column. Required `app` may be missing; the
 * caller fills it. */
shi_err shi_header_match(shi_arena *keep, const shi_table *table, shi_strs headers, const shi_header_options *options, shi_header_map *out);
/* The same for a table that was recognised: schema[h] is the column of the table that header h feeds, or -1. Only --set and --map COL:FROM=TO
 * are still to be done. A --set or a --map for a column that another table of the workbook has is no error here. */
shi_err shi_header_recognised(shi_arena *keep, const shi_table *table, shi_strs headers, const int *schema, const shi_header_options *options,
                              shi_header_map *out);
/* The mapped value of a cell, or the cell. */
shi_str shi_header_value(const shi_header_map *map, int column, shi_str text);

#endif
