/* Where the tables lie on a sheet, and what each of their columns means: titles, headers of several rows, totals, notes and hidden rows told
 * apart from data. A pure function of cells, names and options; what it cannot decide it asks. */
#ifndef SHI_TABLE_LAYOUT_H
#define SHI_TABLE_LAYOUT_H

#include "table/grid.h"
#include "table/header.h"
#include "table/names.h"

typedef struct {
    shi_header_options header;   /* --map, --set */
    const shi_table *only;       /* NULL: any table */
    bool with_hidden;            /* take hidden rows */
} shi_layout_options;

typedef struct {
    int32_t at;                  /* column of the sheet, from 0 */
    shi_str heading;             /* as it stands there, rows joined by a blank */
    int schema;                  /* column of the table; -1: outside the contract, or the name of a unit */
    int level;                   /* the name of a unit of this level, or SHI_LEVEL_ANY; 0: none */
    int places;                  /* numbers are in 万 (4) or 亿 (8); 0 */
    bool percent;                /* numbers are in percent */
    bool value;                  /* figures stand in it, of what follows where that is set */
    int64_t indicator, unit;     /* numbers in the names; -1 */
    shi_str period;
} shi_layout_column;

/* Why a table cannot be taken as it lies. reason NULL: it can. */
typedef struct {
    const char *reason, *remedy;
    char value[88];
    int32_t row, column;         /* from 0 */
} shi_layout_ask;

typedef struct {
    const shi_table *table;
    int32_t header_top, header_bottom, left, right, last;   /* last: the last row that belongs to it */
    shi_layout_column *column;
    int64_t columns;
    int32_t *row;                /* rows of data */
    int64_t rows;
    shi_str period;              /* that stands in the title, or missing */
    int64_t indicator;           /* the same; -1 */
    shi_layout_ask ask;
} shi_layout_table;

/* What was left out, and why (a message id); rows from 0, both included. */
typedef struct {
    int32_t first, last;
    int64_t rows;
    const char *why;
} shi_layout_left;

/* A total that is not the sum of the rows that were taken. */
typedef struct {
    int32_t row, column;
    int64_t says, sum;           /* thousandths */
} shi_layout_total;

typedef struct {
    shi_layout_table *table;
    int64_t tables;
    shi_layout_left *left;
    int64_t lefts;
    shi_layout_total *total;
    int64_t totals;
    int64_t hidden_columns;      /* taken, but hidden */
    const char *nearest;         /* a table that the sheet looks like but lacks a column of; NULL: none */
    const char *lacks;
    int32_t nearest_row;
} shi_layout;

enum { SHI_LAYOUT_TABLES = 256, SHI_LAYOUT_WIDTH = 1024 };

/* Everything is in keep. Errors: SHI_INPUT: more tables than SHI_LAYOUT_TABLES; SHI_SYSTEM. */
shi_err shi_layout_find(shi_arena *keep, const shi_grid *grid, const shi_names *names, const shi_layout_options *options, shi_layout *out);

#endif
