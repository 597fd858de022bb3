#include "chain/cells.h"

shi_str shi_cells_str(shi_cells *c)
{
    int64_t at = c->at++;
    return shi_rows_null(&c->rows, at) ? (shi_str){ 0 } : shi_str_copy(c->keep, shi_rows_str(&c->rows, at));
}

shi_maybe shi_cells_int(shi_cells *c)
{
    int64_t at = c->at++;
    return (shi_maybe){ !shi_rows_null(&c->rows, at), shi_rows_int(&c->rows, at) };
}

shi_maybe_f64 shi_cells_f64(shi_cells *c)
{
    int64_t at = c->at++;
    return (shi_maybe_f64){ !shi_rows_null(&c->rows, at), shi_rows_f64(&c->rows, at) };
}

void shi_cells_strs(shi_cells *c, shi_str *const *into, int64_t n)
{
    for (int64_t i = 0; i < n; i++) *into[i] = shi_cells_str(c);
}

void shi_cells_ints(shi_cells *c, int64_t *const *into, int64_t n)
{
    for (int64_t i = 0; i < n; i++) *into[i] = shi_cells_int(c).v;
}

void shi_cells_f64s(shi_cells *c, shi_maybe_f64 *const *into, int64_t n)
{
    for (int64_t i = 0; i < n; i++) *into[i] = shi_cells_f64(c);
}

shi_err shi_cells_read(shi_duck *duck, shi_arena *keep, const char *sql, const shi_param *params, int64_t n, int64_t size,
                       void (*read)(shi_cells *c, void *item), void **out, int64_t *len)
{
    shi_cells c = { .keep = keep };
    SHI_TRY(shi_duck_query(duck, sql, params, n, &c.rows));
    int64_t count = (int64_t)duckdb_row_count(&c.rows.result);
    char *items = shi_arena_take(keep, count, size, 16);
    *len = 0;
    while (items && *len < count && shi_rows_next(&c.rows)) {
        c.at = 0;
        read(&c, items + size * (*len)++);
    }
    shi_rows_close(&c.rows);
    *out = items;
    return items ? (shi_err){ 0 } : shi_no_memory();
}
