/* Figures out of the engine: their columns are copied a vector at a time, and put in order by their keys, which are numbers, digit by digit. Cost:
 * O(n), some hundred bytes a figure. */
#include "chain/figure_rows.h"

#include <math.h>
#include <string.h>

enum { LONGS = 4, DIGIT = 11, DIGITS = 1 << DIGIT };

/* The columns of the statement, but for the issuer, which stands last. */
typedef struct {
    int64_t **of[LONGS];
} columns;

static columns columns_of(shi_figure_rows *r)
{
    return (columns){ { &r->key, &r->reported, &r->base, &r->target } };
}

shi_err shi_dictionary_load(shi_chain *chain, const char *type, shi_dictionary_words *out)
{
    shi_rows rows;
    shi_buf sql = { 0 };
    shi_buf_format(&sql, "SELECT unnest(enum_range(CAST(NULL AS %s)))", type);
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_query(chain->duck, sql.ptr, NULL, 0, &rows);
    shi_buf_drop(&sql);
    if (e.code) return e;
    int64_t n = (int64_t)duckdb_row_count(&rows.result), at = 0;
    shi_str *word = shi_new(chain->keep, shi_str, n);
    while (word && at < n && shi_rows_next(&rows)) word[at++] = shi_str_copy(chain->keep, shi_rows_str(&rows, 0));
    shi_rows_close(&rows);
    *out = (shi_dictionary_words){ word, at };
    return word && (at == 0 || word[at - 1].ptr) ? (shi_err){ 0 } : shi_no_memory();   /* an arena that is full stays so */
}

/* ---- order ---- */

static bool ascends(const int64_t *key, int64_t n)
{
    for (int64_t i = 1; i < n; i++)
        if (key[i] < key[i - 1]) return false;
    return true;
}

/* The places of the keys in their order, least digit first. */
static int32_t *order_of(shi_arena *scratch, const int64_t *key, int64_t n, int64_t most)
{
    int32_t *from = shi_new(scratch, int32_t, n), *to = shi_new(scratch, int32_t, n);
    int64_t *count = shi_new(scratch, int64_t, DIGITS);
    if (!from || !to || !count) return NULL;
    for (int64_t i = 0; i < n; i++) from[i] = (int32_t)i;
    for (int shift = 0; most >> shift > 0; shift += DIGIT) {
        int64_t sum = 0;
        memset(count, 0, DIGITS * sizeof *count);
        for (int64_t i = 0; i < n; i++) count[key[i] >> shift & (DIGITS - 1)]++;
        for (int d = 0; d < DIGITS; d++) {
            int64_t here = count[d];
            count[d] = sum;
            sum += here;
        }
        for (int64_t i = 0; i < n; i++) to[count[key[from[i]] >> shift & (DIGITS - 1)]++] = from[i];
        int32_t *swap = from;
        from = to;
        to = swap;
    }
    return from;
}

static shi_err put_in_order(shi_figure_rows *r, int64_t most)
{
    columns c = columns_of(r);
    shi_arena scratch;
    if (ascends(r->key, r->len)) return (shi_err){ 0 };
    SHI_TRY(shi_arena_open(24 * r->len + (1 << 20), &scratch));
    const int32_t *from = order_of(&scratch, r->key, r->len, most);
    int64_t *room = from ? shi_new(&scratch, int64_t, r->len) : NULL;
    int32_t *small = (void *)room;
    for (int k = 0; room && k < LONGS; k++) {
        int64_t *old = *c.of[k];
        for (int64_t i = 0; i < r->len; i++) room[i] = old[from[i]];
        memcpy(old, room, (size_t)r->len * sizeof *old);
    }
    for (int64_t i = 0; room && i < r->len; i++) small[i] = r->issuer[from[i]];
    if (room) memcpy(r->issuer, small, (size_t)r->len * sizeof *small);
    shi_arena_drop(&scratch);
    return room ? (shi_err){ 0 } : shi_no_memory();
}

/* ---- out of the engine ---- */

static void take(shi_figure_rows *r, duckdb_data_chunk chunk)
{
    columns c = columns_of(r);
    size_t n = duckdb_data_chunk_get_size(chunk);
    for (idx_t k = 0; k < LONGS; k++)
        memcpy(*c.of[k] + r->len, duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, k)), n * sizeof(int64_t));
    memcpy(r->issuer + r->len, duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, LONGS)), n * sizeof(int32_t));
    r->len += (int64_t)n;
}

static shi_err room_for(shi_arena *keep, shi_figure_rows *r, int64_t n)
{
    int64_t **const longs[] = { &r->key, &r->reported, &r->base, &r->target, &r->counted, &r->sum_of_children, &r->possible,
        &r->suspected };
    int8_t **const shorts[] = { &r->possible_by, &r->cover, &r->events_cover, &r->verdict };
    bool room = n <= INT32_MAX;
    for (int k = 0; room && k < COUNT(longs); k++) room = (*longs[k] = shi_new(keep, int64_t, n)) != NULL;
    for (int k = 0; room && k < COUNT(shorts); k++) room = (*shorts[k] = shi_new(keep, int8_t, n)) != NULL;
    if (room) room = (r->issuer = shi_new(keep, int32_t, n)) != NULL && (r->group = shi_new(keep, int64_t, r->groups + 1)) != NULL;
    return room ? (shi_err){ 0 } : shi_no_memory();
}

static void find_groups(shi_figure_rows *r)
{
    int64_t g = 0;
    for (int64_t i = 0; i < r->len; i++)
        for (int64_t of = r->key[i] / r->unit.len; g <= of; g++) r->group[g] = i;
    for (; g <= r->groups; g++) r->group[g] = r->len;
}

shi_err shi_figure_rows_load(shi_chain *chain, const char *sql, const shi_param *period, shi_figure_rows **out)
{
    shi_figure_rows *r = shi_new(chain->keep, shi_figure_rows, 1);
    shi_rows rows;
    int64_t most;
    if (!r) return shi_no_memory();
    SHI_TRY(shi_dictionary_load(chain, "shi_indicator", &r->indicator));
    SHI_TRY(shi_dictionary_load(chain, "shi_period", &r->period));
    SHI_TRY(shi_dictionary_load(chain, "shi_unit", &r->unit));
    if (shi_mul(r->indicator.len, r->period.len, &r->groups) || shi_mul(r->groups, r->unit.len, &most)) return shi_no_memory();
    const shi_param p[] = { SHI_INT(r->period.len), SHI_INT(r->unit.len), *period };
    SHI_TRY(shi_duck_query(chain->duck, sql, p, COUNT(p), &rows));
    int64_t n = (int64_t)duckdb_row_count(&rows.result);
    shi_err e = room_for(chain->keep, r, n);
    for (duckdb_data_chunk chunk; !e.code && r->len < n && (chunk = duckdb_fetch_chunk(rows.result)) != NULL; duckdb_destroy_data_chunk(&chunk))
        take(r, chunk);
    shi_rows_close(&rows);
    if (!e.code) e = put_in_order(r, most);
    if (e.code) return e;
    find_groups(r);
    *out = r;
    return e;
}

/* ---- what belongs to some of them ---- */

static int64_t bits_of(double x)
{
    int64_t v;
    memcpy(&v, &x, sizeof v);
    return v;
}

shi_err shi_keyed_load(shi_chain *chain, const char *sql, const shi_param *params, int64_t n_params, shi_keyed_rows *out)
{
    shi_rows rows;
    SHI_TRY(shi_duck_query(chain->duck, sql, params, n_params, &rows));
    int64_t n = (int64_t)duckdb_row_count(&rows.result), width = (int64_t)duckdb_column_count(&rows.result) - 1;
    shi_keyed_rows k = { .columns = width, .key = shi_new(chain->keep, int64_t, n), .cell = shi_new(chain->keep, int64_t, n * width) };
    while (k.key && k.cell && k.len < n && shi_rows_next(&rows)) {
        k.key[k.len] = shi_rows_int(&rows, 0);
        for (int64_t c = 0; c < width; c++) {
            bool real = duckdb_column_type(&rows.result, (idx_t)c + 1) == DUCKDB_TYPE_DOUBLE, null = shi_rows_null(&rows, c + 1);
            k.cell[k.len * width + c] = real ? bits_of(null ? NAN : shi_rows_f64(&rows, c + 1)) : null ? SHI_NONE : shi_rows_int(&rows, c + 1);
        }
        k.len++;
    }
    shi_rows_close(&rows);
    *out = k;
    return k.key && k.cell ? (shi_err){ 0 } : shi_no_memory();
}

int64_t shi_keyed_find(const shi_keyed_rows *rows, int64_t key, int64_t *hint)
{
    int64_t low = 0, high = rows->len;
    if (high == 0) return -1;
    for (int64_t k = *hint; k < *hint + 2 && k < rows->len; k++)
        if (rows->key[k] == key && (k == 0 || rows->key[k - 1] < key)) return *hint = k;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        if (rows->key[mid] < key) low = mid + 1;
        else high = mid;
    }
    if (low == rows->len || rows->key[low] != key) return -1;
    return *hint = low;
}

double shi_keyed_f64(const shi_keyed_rows *rows, int64_t row, int64_t column)
{
    double x = NAN;
    if (row >= 0) memcpy(&x, &rows->cell[row * rows->columns + column], sizeof x);
    return x;
}

int32_t *shi_keyed_spread(shi_chain *chain, int64_t n, const shi_keyed_rows *from, int64_t column)
{
    int32_t *code = shi_new(chain->keep, int32_t, n);
    for (int64_t i = 0; code && i < n; i++) code[i] = -1;
    for (int64_t i = 0; code && i < from->len; i++) {
        int64_t v = shi_keyed_int(from, i, column);
        code[from->key[i]] = v == SHI_NONE ? -1 : (int32_t)v;
    }
    return code;
}
