/* Two passes over the sheets: the first finds units and indicators, whose names the second needs to know a village or an indicator above a column
 * of figures; in between these names join those of the workspace. What is unclear is an error before anything is written. Then each table is an
 * import of its own, in the order of the chain, inside one transaction of the ledger: an error in one takes all back. */
#include "chain/workbook.h"

#include "store/pseudonym.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    shi_workspace *ws;
    const shi_import_options *options;
    shi_layout_options how;
    shi_workbook *book;
    shi_layout *layout;            /* one a sheet; no table on a sheet that is not looked at */
} finder;

/* ---- names ---- */

static shi_err names_of_workspace(finder *f)
{
    static const char UNITS[] = "SELECT unit_code, name, parent_code, level FROM units ORDER BY unit_code";
    static const char INDICATORS[] = "SELECT indicator, name FROM indicators ORDER BY indicator";
    shi_engine engine = f->options->engine;
    shi_duck duck;
    shi_rows rows;
    engine.listener = (shi_listener){ 0 };
    SHI_TRY(shi_views_open(f->ws, f->book->arena, &engine, &duck));
    shi_err e = shi_duck_query(&duck, UNITS, NULL, 0, &rows);
    if (!e.code) {
        while (!e.code && shi_rows_next(&rows)) {
            shi_str cell[4];
            for (int c = 0; c < 4; c++) cell[c] = shi_str_copy(&f->book->arena, shi_rows_str(&rows, c));   /* a cell is borrowed until the next */
            e = shi_names_add_unit(&f->book->names, cell[0], cell[1], cell[2], shi_level_of(cell[3]));
        }
        shi_rows_close(&rows);
    }
    if (!e.code) e = shi_duck_query(&duck, INDICATORS, NULL, 0, &rows);
    if (!e.code) {
        while (!e.code && shi_rows_next(&rows)) {
            shi_str code = shi_str_copy(&f->book->arena, shi_rows_str(&rows, 0)), name = shi_str_copy(&f->book->arena, shi_rows_str(&rows, 1));
            e = shi_names_add_indicator(&f->book->names, code, name);
        }
        shi_rows_close(&rows);
    }
    shi_duck_close(&duck);
    return e.code ? e : shi_names_ready(&f->book->names);
}

static int64_t column_fed(const int *schema, int64_t n, int column)
{
    for (int64_t c = 0; c < n; c++)
        if (schema[c] == column) return c;
    return -1;
}

static shi_str cell_of(const shi_batch *batch, int64_t column, int64_t r)
{
    return column >= 0 && batch->cell[column] ? shi_str_trim(batch->cell[column][r]) : S("");
}

/* The units or indicators of a table join the names. */
static shi_err names_of_table(finder *f, const shi_grid *grid, const shi_layout_table *t)
{
    shi_picked *picked;
    shi_page page;
    bool needed[SHI_MAX_COLUMNS], units = !strcmp(t->table->name, "units");
    memset(needed, 1, sizeof needed);
    SHI_TRY(shi_picked_open(&f->book->arena, grid, t, &f->book->names, &picked));
    int64_t n = shi_picked_columns(picked).len, at[4];
    static const char *const NAME[2][4] = { { "indicator", "name", "name", "name" }, { "unit_code", "name", "parent_code", "level" } };
    for (int i = 0; i < 4; i++) at[i] = column_fed(shi_picked_schema(picked), n, shi_table_column(t->table, shi_str_from(NAME[units][i])));
    SHI_TRY(shi_page_open(n, needed, false, &page));
    shi_err e = shi_picked_next(picked, &page);
    while (!e.code && page.rows) {
        shi_batch batch = { .rows = page.rows, .cell = page.cell };
        for (int64_t r = 0; r < page.rows && !e.code; r++) {
            shi_str code = cell_of(&batch, at[0], r), name = cell_of(&batch, at[1], r);
            if (code.len == 0 || name.len == 0) continue;
            if (units) e = shi_names_add_unit(&f->book->names, code, name, cell_of(&batch, at[2], r), shi_level_of(cell_of(&batch, at[3], r)));
            else e = shi_names_add_indicator(&f->book->names, code, name);
        }
        if (!e.code) e = shi_picked_next(picked, &page);
    }
    shi_page_drop(&page);
    return e;
}

/* Of the tables that were found so far. Twice for units: the first time their parents may not be known by name. *any: there were some. */
static shi_err names_of_sheets(finder *f, bool *any)
{
    *any = false;
    for (int pass = 0; pass < 2; pass++) {
        for (int64_t s = 0; s < f->book->book.grids.len; s++)
            for (int64_t i = 0; i < f->layout[s].tables; i++) {
                const shi_layout_table *t = &f->layout[s].table[i];
                bool units = !strcmp(t->table->name, "units"), indicators = !strcmp(t->table->name, "indicators");
                if (!units && !indicators) continue;
                *any = true;
                SHI_TRY(names_of_table(f, &f->book->book.grids.ptr[s], t));
            }
        if (*any) SHI_TRY(shi_names_ready(&f->book->names));
    }
    return (shi_err){ 0 };
}

/* ---- sheets ---- */

static bool looked_at(const finder *f, const shi_grid *grid)
{
    if (f->options->sheet.ptr) return shi_str_eq(grid->name, f->options->sheet);
    return !grid->hidden || f->options->with_hidden;
}

static shi_err sheet_there(const finder *f)
{
    shi_buf list = { 0 };
    bool there = !f->options->sheet.ptr;
    const shi_grids *g = &f->book->book.grids;
    for (int64_t s = 0; s < g->len; s++) {
        shi_buf_puts(&list, s ? ", " : "");
        shi_buf_add(&list, g->ptr[s].name);
        there = there || shi_str_eq(g->ptr[s].name, f->options->sheet);
    }
    shi_err e = { 0 };
    if (!there)
        e = shi_fail_value(SHI_INPUT, shi_buf_str(&list), N_("there is no sheet of that name"), N_("Name one of these sheets with --sheet."));
    else if (f->how.only && !f->options->sheet.ptr && g->len > 1)
        e = shi_fail_value(SHI_INPUT, shi_buf_str(&list), N_("the workbook has several sheets"), N_("Name one of these sheets with --sheet."));
    shi_buf_drop(&list);
    return e;
}

static shi_err find_tables(finder *f)
{
    shi_grids *g = &f->book->book.grids;
    for (int64_t s = 0; s < g->len; s++) {
        f->layout[s] = (shi_layout){ .tables = 0 };
        if (!looked_at(f, &g->ptr[s])) continue;
        shi_err e = shi_layout_find(&f->book->arena, &g->ptr[s], &f->book->names, &f->how, &f->layout[s]);
        if (e.code) return e.sheet = g->ptr[s].name, e;
    }
    return (shi_err){ 0 };
}

/* ---- what was found ---- */

#define GROW(list, len, cap)                                                              \
    do {                                                                                  \
        if ((len) == (cap)) {                                                             \
            int64_t more_ = (cap) ? (cap) * 2 : 32;                                       \
            void *moved_ = realloc((list), (size_t)more_ * sizeof *(list));               \
            if (!moved_) return shi_no_memory();                                          \
            (list) = moved_;                                                              \
            (cap) = more_;                                                                \
        }                                                                                 \
    } while (0)

static shi_err left_add(shi_workbook *b, shi_str sheet, int64_t first, int64_t last, int64_t rows, const char *why)
{
    GROW(b->left, b->lefts, b->lefts_cap);
    b->left[b->lefts++] = (shi_workbook_left){ sheet, first, last, rows, why };
    return (shi_err){ 0 };
}

static shi_err table_add(finder *f, const shi_grid *grid, const shi_layout_table *t)
{
    shi_workbook *b = f->book;
    char from[SHI_CELL_NAME], to[SHI_CELL_NAME];
    if (t->ask.reason) {
        shi_err e = shi_fail_value(SHI_INPUT, shi_showable(shi_str_from(t->ask.value)), t->ask.reason, t->ask.remedy);
        e.file = b->file;
        e.sheet = grid->name;
        e.line = t->ask.row + 1;
        e.cell_column = t->ask.column + 1;
        return e;
    }
    shi_picked *picked;
    SHI_TRY(shi_picked_open(&b->arena, grid, t, &b->names, &picked));
    int64_t records = shi_picked_records(picked), blank = shi_picked_blank_rows(picked);
    if (blank) SHI_TRY(left_add(b, grid->name, t->header_bottom + 2, t->last + 1, blank, N_("rows without a figure")));
    if (records == 0 && !f->how.only) return left_add(b, grid->name, t->header_top + 1, t->header_bottom + 1, 0, N_("a header without rows"));
    GROW(b->table, b->tables, b->tables_cap);
    shi_cell_name(t->header_top, t->left, from);
    shi_cell_name(t->last, t->right, to);
    shi_workbook_table *out = &b->table[b->tables++];
    *out = (shi_workbook_table){ .table = t->table->name, .sheet = grid->name, .picked = picked, .header = t->header_bottom + 1,
                              .range = shi_str_format(&b->arena, "%s:%s", from, to) };
    return out->range.ptr ? (shi_err){ 0 } : shi_no_memory();
}

static int order_of(const char *table)
{
    int i = 0;
    while (shi_table_at(i) && strcmp(shi_table_at(i)->name, table)) i++;
    return i;
}

static shi_err sheet_found(finder *f, const shi_grid *grid, const shi_layout *found)
{
    shi_workbook *b = f->book;
    if (!looked_at(f, grid)) {
        bool hidden = grid->hidden && !f->options->sheet.ptr;
        return hidden ? left_add(b, grid->name, 0, 0, grid->rows, N_("hidden sheets (--with-hidden or --sheet takes them)")) : (shi_err){ 0 };
    }
    if (grid->cells == 0) return left_add(b, grid->name, 0, 0, 0, N_("the sheet is empty"));
    if (found->tables == 0) return left_add(b, grid->name, 0, 0, grid->rows, N_("no table of the contract was recognised"));
    for (int64_t i = 0; i < found->tables; i++) SHI_TRY(table_add(f, grid, &found->table[i]));
    for (int64_t i = 0; i < found->lefts; i++)
        SHI_TRY(left_add(b, grid->name, found->left[i].first + 1, found->left[i].last + 1, found->left[i].rows, found->left[i].why));
    for (int64_t i = 0; i < found->totals; i++) {
        GROW(b->total, b->totals, b->totals_cap);
        shi_workbook_total *t = &b->total[b->totals++];
        *t = (shi_workbook_total){ .sheet = grid->name, .says = found->total[i].says, .sum = found->total[i].sum };
        shi_cell_name(found->total[i].row, found->total[i].column, t->cell);
    }
    b->hidden_columns += found->hidden_columns;
    return (shi_err){ 0 };
}

/* In the order of the chain; those of one table stay in the order of the sheets. */
static void sort_tables(shi_workbook *b)
{
    for (int64_t i = 1; i < b->tables; i++) {
        shi_workbook_table t = b->table[i];
        int64_t k = i;
        for (; k > 0 && order_of(b->table[k - 1].table) > order_of(t.table); k--) b->table[k] = b->table[k - 1];
        b->table[k] = t;
    }
}

/* No table anywhere: the error names the one that comes nearest, and what it lacks. */
static shi_err nothing_found(const finder *f)
{
    shi_grids *g = &f->book->book.grids;
    for (int64_t s = 0; s < g->len; s++) {
        if (!f->layout[s].nearest) continue;
        char text[80];
        snprintf(text, sizeof text, "%s: %s", f->layout[s].nearest, f->layout[s].lacks);
        shi_err e = shi_fail_value(SHI_INPUT, shi_str_from(text), N_("no table was recognised; the nearest lacks the column that is named"),
                                   N_("Name the header with --map COLUMN=HEADER, give one value for all rows with --set COLUMN=VALUE, or name the "
                                      "table: shishu import TABLE FILE."));
        e.sheet = g->ptr[s].name;
        e.line = f->layout[s].nearest_row + 1;
        return e;
    }
    return shi_fail(SHI_INPUT, N_("no table was recognised in the file"),
                    N_("\"shishu help import\" lists the tables and their headers; name the table: shishu import TABLE FILE."));
}

/* Does a --map or --set fit one of the tables? */
static bool option_fits(const finder *f, shi_str spec, bool is_map)
{
    int64_t eq = shi_str_find(spec, '=', 0), colon = shi_str_find(spec, ':', 0);
    bool of_values = is_map && colon >= 0 && colon < eq;
    shi_str name = shi_str_trim(shi_str_sub(spec, 0, of_values ? colon : eq < 0 ? spec.len : eq));
    for (int64_t i = 0; i < f->book->tables; i++) {
        const shi_workbook_table *t = &f->book->table[i];
        int c = shi_table_header(shi_table_find(shi_str_from(t->table)), name);
        if (c < 0) continue;
        if (!is_map || of_values) return true;
        shi_str header = shi_str_trim(shi_str_sub(spec, eq + 1, spec.len));
        shi_strs columns = shi_picked_columns(t->picked);
        int64_t at = column_fed(shi_picked_schema(t->picked), columns.len, c);
        if (at >= 0 && (shi_str_eq(columns.ptr[at], header) || shi_str_ends(columns.ptr[at], header) || shi_str_starts(columns.ptr[at], header)))
            return true;
    }
    return false;
}

static shi_err options_fit(const finder *f)
{
    const shi_header_options *o = &f->options->header;
    for (int64_t i = 0; i < o->n_maps; i++)
        if (!option_fits(f, o->maps[i], true))
            return shi_fail_value(SHI_USAGE, o->maps[i], N_("no table of the file has this column and header"),
                                  N_("Headers are compared letter by letter: copy it from the file."));
    for (int64_t i = 0; i < o->n_sets; i++)
        if (shi_str_find(o->sets[i], '=', 0) < 0 || !option_fits(f, o->sets[i], false))
            return shi_fail_value(SHI_USAGE, o->sets[i], N_("no table of the file has this column"),
                                  N_("\"shishu help import\" lists the tables and their columns."));
    return (shi_err){ 0 };
}

static shi_err recognise(finder *f, const char *path)
{
    bool any;
    shi_workbook *b = f->book;
    SHI_TRY(shi_cellbook_open(&b->arena, path, &b->book));
    SHI_TRY(sheet_there(f));
    f->layout = shi_new(&b->arena, shi_layout, b->book.grids.len);
    if (!f->layout) return shi_no_memory();
    SHI_TRY(names_of_workspace(f));
    SHI_TRY(find_tables(f));
    SHI_TRY(names_of_sheets(f, &any));
    if (any) SHI_TRY(find_tables(f));
    for (int64_t s = 0; s < b->book.grids.len; s++) SHI_TRY(sheet_found(f, &b->book.grids.ptr[s], &f->layout[s]));
    if (b->tables == 0) return f->how.only ? (shi_err){ 0 } : nothing_found(f);
    sort_tables(b);
    return options_fit(f);
}

shi_err shi_workbook_open(shi_workspace *ws, shi_arena *keep, const char *path, const shi_table *only, const shi_import_options *options,
                          shi_workbook *out)
{
    finder f = { .ws = ws, .options = options, .book = out,
                 .how = { .header = options->header, .only = only, .with_hidden = options->with_hidden } };
    *out = (shi_workbook){ .file = shi_str_from(path), .failed = -1 };
    SHI_TRY(shi_arena_open((int64_t)1 << 33, &out->arena));
    shi_names_open(&out->arena, &out->names);
    shi_err e = recognise(&f, path);
    if (!e.code) return e;
    if (!e.file.ptr) e.file = shi_str_from(path);
    if (e.sheet.ptr) e.sheet = shi_str_copy(keep, e.sheet);
    shi_workbook_close(out);
    return e;
}

/* ---- importing ---- */

static void take_back(shi_workspace *ws, shi_arena *keep, shi_workbook *b, int64_t done)
{
    shi_ledger_rollback(ws);
    for (int64_t i = 0; i <= done && i < b->tables; i++)
        if (b->table[i].im.rejects.ptr && !b->table[i].im.already_imported)
            (void)shi_os_remove(shi_workspace_path(ws, keep, "%s", b->table[i].im.rejects.ptr));
    (void)shi_workspace_sweep(ws);   /* what is left is swept by the next writer */
}

shi_err shi_workbook_import(shi_workspace *ws, shi_arena *keep, shi_workbook *b, const shi_import_options *options)
{
    shi_err e = shi_ledger_hold(ws);
    int64_t i = 0;
    for (; i < b->tables && !e.code; i++) {
        shi_workbook_table *t = &b->table[i];
        shi_import_options own = *options;
        own.picked = t->picked;
        own.range = t->range;
        e = shi_import_file(ws, keep, t->table, b->file.ptr, &own, &t->im);
        t->im.sheet = t->sheet;
        t->im.range = t->range;
        if (e.code == SHI_INPUT && !e.sheet.ptr) e.sheet = t->sheet, e.line = e.line == 1 ? t->header : e.line;
        if (e.code) b->failed = t->im.has_faults && t->im.faults.count > 0 ? i : -1;
    }
    if (!e.code) e = shi_ledger_release(ws);
    if (e.code) take_back(ws, keep, b, i);
    return e;
}

void shi_workbook_close(shi_workbook *b)
{
    for (int64_t i = 0; i < b->tables; i++)
        if (b->table[i].im.has_faults) shi_faults_close(&b->table[i].im.faults);
    free(b->table);
    free(b->left);
    free(b->total);
    shi_names_drop(&b->names);
    shi_cellbook_close(&b->book);
    shi_arena_drop(&b->arena);
    *b = (shi_workbook){ .failed = -1 };
}
