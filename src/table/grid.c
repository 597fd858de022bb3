/* Cells lie in one array, sorted by row and column, with an index of rows: a cell is found by a search in its row. Nearly all writers put
 * cells in order, so sorting is the exception. Everything is bounded by the sizes that spreadsheets themselves have, and by 16 million
 * cells. */
#include "table/grid.h"

#include "table/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void shi_grid_open(shi_grid *grid, shi_str name)
{
    *grid = (shi_grid){ .name = name, .sorted = true };
}

void shi_grid_drop(shi_grid *grid)
{
    free(grid->cell);
    free(grid->row_at);
    free(grid->row_hidden);
    free(grid->column_hidden);
    free(grid->span);
    *grid = (shi_grid){ 0 };
}

static shi_err too_large(void)
{
    return shi_fail(SHI_INPUT, N_("the sheet is too large to be recognised"),
                    N_("Export the table as .csv and import it by its name: shishu import TABLE FILE.csv."));
}

static uint8_t fault_id(shi_grid *g, const char *reason, const char *remedy)
{
    for (int64_t i = 0; i < g->faults; i++)
        if (g->fault[i].reason == reason) return (uint8_t)(i + 1);
    if (g->faults == SHI_GRID_FAULTS) return SHI_GRID_FAULTS;
    g->fault[g->faults].reason = reason;
    g->fault[g->faults].remedy = remedy;
    return (uint8_t)++g->faults;
}

static bool before(const shi_grid_cell *a, const shi_grid_cell *b)
{
    return a->row != b->row ? a->row < b->row : a->column < b->column;
}

shi_err shi_grid_put(shi_grid *g, int64_t row, int64_t column, shi_str text, shi_grid_kind kind, const char *reason, const char *remedy)
{
    if (row < 0 || row >= SHI_GRID_ROWS || column < 0 || column >= SHI_GRID_COLUMNS || g->cells == SHI_GRID_CELLS) return too_large();
    if (g->cells == g->cells_cap) {
        int64_t cap = g->cells_cap ? g->cells_cap * 2 : 256;
        shi_grid_cell *more = realloc(g->cell, (size_t)cap * sizeof *more);
        if (!more) return shi_no_memory();
        g->cell = more;
        g->cells_cap = cap;
    }
    shi_grid_cell *c = &g->cell[g->cells];
    int64_t len = text.len > SHI_MAX_FIELD ? SHI_MAX_FIELD + 1 : text.len;
    *c = (shi_grid_cell){ .ptr = text.ptr ? text.ptr : "", .len = (int32_t)len, .row = (int32_t)row,
                          .column = (uint16_t)column, .kind = (uint8_t)kind, .fault = reason ? fault_id(g, reason, remedy) : 0 };
    g->sorted = g->sorted && (g->cells == 0 || before(c - 1, c));
    g->cells++;
    return (shi_err){ 0 };
}

shi_err shi_grid_merge(shi_grid *g, shi_span s)
{
    bool inside = s.top >= 0 && s.left >= 0 && s.bottom < SHI_GRID_ROWS && s.right < SHI_GRID_COLUMNS && s.top <= s.bottom && s.left <= s.right;
    if (!inside || (s.top == s.bottom && s.left == s.right)) return (shi_err){ 0 };
    if (g->spans == SHI_GRID_SPANS) return too_large();
    if (g->spans == g->spans_cap) {
        int64_t cap = g->spans_cap ? g->spans_cap * 2 : 64;
        shi_span *more = realloc(g->span, (size_t)cap * sizeof *more);
        if (!more) return shi_no_memory();
        g->span = more;
        g->spans_cap = cap;
    }
    g->span[g->spans++] = s;
    return (shi_err){ 0 };
}

shi_err shi_grid_hide_row(shi_grid *g, int64_t row)
{
    if (row < 0 || row >= SHI_GRID_ROWS) return (shi_err){ 0 };
    if (!g->row_hidden) g->row_hidden = calloc(SHI_GRID_ROWS, 1);
    if (!g->row_hidden) return shi_no_memory();
    g->row_hidden[row] = 1;
    return (shi_err){ 0 };
}

shi_err shi_grid_hide_columns(shi_grid *g, int64_t from, int64_t to)
{
    if (!g->column_hidden) g->column_hidden = calloc(SHI_GRID_COLUMNS, 1);
    if (!g->column_hidden) return shi_no_memory();
    for (int64_t c = from < 0 ? 0 : from; c <= to && c < SHI_GRID_COLUMNS; c++) g->column_hidden[c] = 1;
    return (shi_err){ 0 };
}

static int by_place(const void *a, const void *b)
{
    const shi_grid_cell *x = a, *y = b;
    if (before(x, y)) return -1;
    if (before(y, x)) return 1;
    return 0;
}

static bool is_tall(const shi_span *s)
{
    return s->bottom - s->top >= SHI_GRID_TALL;
}

static int by_corner(const void *a, const void *b)
{
    const shi_span *x = a, *y = b;
    if (is_tall(x) != is_tall(y)) return is_tall(x) ? -1 : 1;
    if (x->top != y->top) return x->top < y->top ? -1 : 1;
    return x->left < y->left ? -1 : x->left > y->left;
}

shi_err shi_grid_finish(shi_grid *g)
{
    if (!g->sorted && g->cells > 1) {
        qsort(g->cell, (size_t)g->cells, sizeof *g->cell, by_place);
        int64_t n = 1;
        for (int64_t i = 1; i < g->cells; i++) {
            if (before(&g->cell[n - 1], &g->cell[i])) n++;
            g->cell[n - 1] = g->cell[i];
        }
        g->cells = n;
    }
    if (g->spans > 1) qsort(g->span, (size_t)g->spans, sizeof *g->span, by_corner);
    while (g->tall < g->spans && is_tall(&g->span[g->tall])) g->tall++;
    if (g->tall > SHI_GRID_TALL_SPANS) return too_large();
    g->rows = g->cells ? g->cell[g->cells - 1].row + 1 : 0;
    g->row_at = calloc((size_t)g->rows + 1, sizeof *g->row_at);
    if (!g->row_at) return shi_no_memory();
    g->columns = 0;
    for (int64_t i = 0; i < g->cells; i++) {
        g->row_at[g->cell[i].row + 1] = i + 1;
        if (g->cell[i].column >= g->columns) g->columns = g->cell[i].column + 1;
    }
    for (int64_t r = 0; r < g->rows; r++)
        if (g->row_at[r + 1] < g->row_at[r]) g->row_at[r + 1] = g->row_at[r];
    return (shi_err){ 0 };
}

const shi_grid_cell *shi_grid_row(const shi_grid *g, int64_t row, int64_t *n)
{
    *n = 0;
    if (row < 0 || row >= g->rows) return NULL;
    *n = g->row_at[row + 1] - g->row_at[row];
    return g->cell + g->row_at[row];
}

const shi_grid_cell *shi_grid_at(const shi_grid *g, int64_t row, int64_t column)
{
    int64_t low = 0, high;
    const shi_grid_cell *cells = shi_grid_row(g, row, &high);
    while (low < high) {
        int64_t mid = (low + high) / 2;
        if (cells[mid].column == column) return &cells[mid];
        if (cells[mid].column < column) low = mid + 1;
        else high = mid;
    }
    return NULL;
}

shi_str shi_grid_text(const shi_grid *g, int64_t row, int64_t column)
{
    const shi_grid_cell *c = shi_grid_at(g, row, column);
    return c ? shi_str_trim((shi_str){ c->ptr, c->len }) : S("");
}

bool shi_grid_row_hidden(const shi_grid *g, int64_t row)
{
    return g->row_hidden && row >= 0 && row < SHI_GRID_ROWS && g->row_hidden[row];
}

bool shi_grid_column_hidden(const shi_grid *g, int64_t column)
{
    return g->column_hidden && column >= 0 && column < SHI_GRID_COLUMNS && g->column_hidden[column];
}

static bool covers(const shi_span *s, int64_t row, int64_t column)
{
    return row >= s->top && row <= s->bottom && column >= s->left && column <= s->right;
}

const shi_span *shi_grid_span(const shi_grid *g, int64_t row, int64_t column)
{
    int64_t low = g->tall, high = g->spans;
    for (int64_t i = 0; i < g->tall; i++)
        if (covers(&g->span[i], row, column)) return &g->span[i];
    while (low < high) {
        int64_t mid = (low + high) / 2;
        if (g->span[mid].top < row - SHI_GRID_TALL) low = mid + 1;
        else high = mid;
    }
    for (; low < g->spans && g->span[low].top <= row; low++)
        if (covers(&g->span[low], row, column)) return &g->span[low];
    return NULL;
}

/* ---- CSV ---- */

/* One field from `at`; *at is then at its delimiter, at the line's end, or at the end of the text. */
static shi_err field(shi_arena *keep, shi_str text, char delimiter, int64_t *at, shi_str *out)
{
    int64_t i = *at, from = i;
    if (i < text.len && text.ptr[i] == '"') {
        int64_t end = i + 1, doubled = 0;
        for (; end < text.len; end++) {
            if (text.ptr[end] != '"') continue;
            if (end + 1 >= text.len || text.ptr[end + 1] != '"') break;
            doubled++, end++;
        }
        if (end >= text.len)
            return shi_fail(SHI_INPUT, N_("a quote is not closed"), N_("Close the quote; inside a quoted field write each quote twice."));
        *out = shi_str_sub(text, i + 1, end);
        if (doubled) {
            char *copy = shi_arena_take(keep, out->len + 1, 1, 1);
            int64_t n = 0;
            if (!copy) return shi_no_memory();
            for (int64_t k = 0; k < out->len; k++) {
                copy[n++] = out->ptr[k];
                if (out->ptr[k] == '"') k++;
            }
            *out = (shi_str){ copy, n };
        }
        i = end + 1;
        while (i < text.len && text.ptr[i] != delimiter && text.ptr[i] != '\n') i++;   /* what follows the quote is blank, or a slip */
        *at = i;
        return (shi_err){ 0 };
    }
    while (i < text.len && text.ptr[i] != delimiter && text.ptr[i] != '\n') i++;
    *out = shi_str_sub(text, from, i);
    *at = i;
    return (shi_err){ 0 };
}

static int64_t newlines(shi_str text, int64_t from, int64_t to)
{
    int64_t n = 0;
    for (int64_t i = from; i < to; i++) n += text.ptr[i] == '\n';
    return n;
}

/* A row is a physical line, so that a place means the same as in an editor; a record of several lines leaves the lines after its first empty. */
shi_err shi_grid_read_csv(shi_arena *keep, shi_str text, char delimiter, shi_grid *grid)
{
    int64_t row = 0, column = 0, at = 0, lines = 0;
    while (at < text.len) {
        shi_str cell;
        int64_t from = at;
        shi_err e = field(keep, text, delimiter, &at, &cell);
        if (e.code) return e.line = row + lines + 1, e;
        lines += newlines(text, from, at);
        cell = shi_str_trim(cell);
        if (cell.len) SHI_TRY(shi_grid_put(grid, row, column, cell, SHI_GRID_TEXT, NULL, NULL));
        bool end = at >= text.len || text.ptr[at] == '\n';
        column = end ? 0 : column + 1;
        if (end) row += lines + 1, lines = 0;
        at++;
    }
    return shi_grid_finish(grid);
}

void shi_cell_name(int64_t row, int64_t column, char out[SHI_CELL_NAME])
{
    char letters[8];
    int n = 0;
    for (int64_t c = column + 1; c > 0 && n < 7; c = (c - 1) / 26) letters[n++] = (char)('A' + (c - 1) % 26);
    int k = 0;
    while (n > 0) out[k++] = letters[--n];
    snprintf(out + k, (size_t)(SHI_CELL_NAME - k), "%lld", (long long)(row % 100000000 + 1));
}
