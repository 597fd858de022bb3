/* A grid of any content through the recogniser, and the rows of what it finds: shared by fuzzers of the grid's makers. */
#include "table/picked.h"

#include <stdlib.h>
#include <string.h>

static void names_make(shi_arena *keep, shi_names *names)
{
    shi_names_open(keep, names);
    shi_err e = shi_names_add_unit(names, S("3401"), S("沿河镇"), S(""), 4);
    if (!e.code) e = shi_names_add_unit(names, S("340101"), S("柳湾村"), S("3401"), 5);
    if (!e.code) e = shi_names_add_unit(names, S("340102"), S("新村"), S("3401"), 5);
    if (!e.code) e = shi_names_add_unit(names, S("340201"), S("新村"), S("3402"), 5);
    if (!e.code) e = shi_names_add_indicator(names, S("active"), S("月活"));
    if (!e.code) e = shi_names_ready(names);
    if (e.code) abort();
}

static void rows_read(shi_arena *keep, const shi_grid *grid, const shi_layout_table *table, const shi_names *names)
{
    static bool needed[SHI_MAX_COLUMNS];
    shi_picked *picked;
    shi_page page;
    int64_t records = 0;
    memset(needed, 1, sizeof needed);
    if (shi_picked_open(keep, grid, table, names, &picked).code) return;
    if (shi_page_open(shi_picked_columns(picked).len, needed, false, &page).code) abort();
    while (!shi_picked_next(picked, &page).code && page.rows) {
        for (int64_t r = 0; r < page.rows; r++)
            for (int64_t c = -1; c < page.columns; c++) {
                int64_t row, at;
                if (shi_picked_cell(picked, page.first_record + r, c, &row, &at) && (row < 0 || row >= grid->rows || at < 0)) abort();
                if (c >= 0) (void)shi_picked_heading(picked, page.first_record + r, c);
            }
        records += page.rows;
    }
    if (records != shi_picked_records(picked)) abort();
    shi_page_drop(&page);
}

/* All of it, as any table and as targets. The arena is the caller's. */
static void recognise(shi_arena *keep, const shi_grid *grid)
{
    const shi_layout_options how[] = { { .with_hidden = false }, { .with_hidden = true, .only = shi_table_find(S("targets")) } };
    shi_names names;
    names_make(keep, &names);
    for (int64_t h = 0; h < COUNT(how); h++) {
        shi_layout layout;
        if (shi_layout_find(keep, grid, &names, &how[h], &layout).code) continue;
        for (int64_t i = 0; i < layout.tables; i++) rows_read(keep, grid, &layout.table[i], &names);
    }
    shi_names_drop(&names);
}
