/* Figures out of the engine: their columns are copied a vector at a time, and put in order by their keys, which are numbers, digit by digit. The
 * engine would sort whole rows. Cost: O(n), some hundred bytes a figure. */
#include "chain/figure_rows.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#define NUMBER(x) "coalesce(" x ", CAST(-9223372036854775808 AS BIGINT))"
#define SMALL(x) "CAST(coalesce(" x ", 0) AS TINYINT)"
/* %: how many periods, how many units */
static const char SQL_ROWS[] =
    "SELECT (CAST(enum_code(indicator) AS BIGINT) * %" PRId64 " + enum_code(period)) * %" PRId64 " + enum_code(unit_code), "
    NUMBER("reported") ", " NUMBER("target") ", " NUMBER("counted") ", " NUMBER("sum_of_children") ", " NUMBER("possible") ", "
    NUMBER("suspected") ", "
    "       CAST(coalesce(CAST(enum_code(issuer_code) AS INTEGER), -1) AS INTEGER), "
    SMALL("possible_by") ", " SMALL("cover") ", " SMALL("events_cover") ", " SMALL("verdict") " FROM figure";

enum { LONGS = 7, SHORTS = 4, DIGIT = 11, DIGITS = 1 << DIGIT };

typedef struct {
    int64_t **of_long[LONGS];
    int32_t **of_int;
    int8_t **of_short[SHORTS];
} columns;

static columns columns_of(shi_figure_rows *r)
{
    return (columns){ { &r->key, &r->reported, &r->target, &r->counted, &r->sum_of_children, &r->possible, &r->suspected },
        &r->issuer,
        { &r->possible_by, &r->cover, &r->events_cover, &r->verdict } };
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
    char *room = from ? shi_arena_take(&scratch, r->len, sizeof(int64_t), sizeof(int64_t)) : NULL;
    for (int k = 0; room && k < LONGS; k++) {
        int64_t *old = *c.of_long[k], *fresh = (void *)room;
        for (int64_t i = 0; i < r->len; i++) fresh[i] = old[from[i]];
        memcpy(old, fresh, (size_t)r->len * sizeof *old);
    }
    for (int64_t i = 0; room && i < r->len; i++) ((int32_t *)(void *)room)[i] = r->issuer[from[i]];
    if (room) memcpy(r->issuer, room, (size_t)r->len * sizeof *r->issuer);
    for (int k = 0; room && k < SHORTS; k++) {
        int8_t *old = *c.of_short[k], *fresh = (void *)room;
        for (int64_t i = 0; i < r->len; i++) fresh[i] = old[from[i]];
        memcpy(old, fresh, (size_t)r->len);
    }
    shi_arena_drop(&scratch);
    return room ? (shi_err){ 0 } : shi_no_memory();
}

/* ---- out of the engine ---- */

static void take(shi_figure_rows *r, duckdb_data_chunk chunk)
{
    columns c = columns_of(r);
    size_t n = duckdb_data_chunk_get_size(chunk);
    for (idx_t k = 0; k < LONGS; k++)
        memcpy(*c.of_long[k] + r->len, duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, k)), n * sizeof(int64_t));
    memcpy(r->issuer + r->len, duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, LONGS)), n * sizeof(int32_t));
    for (idx_t k = 0; k < SHORTS; k++)
        memcpy(*c.of_short[k] + r->len, duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, LONGS + 1 + k)), n);
    r->len += (int64_t)n;
}

static shi_err room_for(shi_figure_rows *r, int64_t n)
{
    columns c = columns_of(r);
    bool room = n <= INT32_MAX;
    if (room) SHI_TRY(shi_arena_open(n * (int64_t)(LONGS * sizeof(int64_t) + sizeof(int32_t) + SHORTS) + (1 << 16), &r->room));
    for (int k = 0; room && k < LONGS; k++) room = (*c.of_long[k] = shi_new(&r->room, int64_t, n)) != NULL;
    if (room) room = (r->issuer = shi_new(&r->room, int32_t, n)) != NULL;
    for (int k = 0; room && k < SHORTS; k++) room = (*c.of_short[k] = shi_new(&r->room, int8_t, n)) != NULL;
    return room ? (shi_err){ 0 } : shi_no_memory();
}

shi_err shi_figure_rows_load(shi_chain *chain, shi_figure_rows *out)
{
    shi_figure_rows r = { 0 };
    shi_rows rows;
    shi_buf sql = { 0 };
    int64_t most;
    SHI_TRY(shi_dictionary_load(chain, "shi_indicator", &r.indicator));
    SHI_TRY(shi_dictionary_load(chain, "shi_period", &r.period));
    SHI_TRY(shi_dictionary_load(chain, "shi_unit", &r.unit));
    if (shi_mul(r.indicator.len, r.period.len, &most) || shi_mul(most, r.unit.len, &most)) return shi_no_memory();
    shi_buf_format(&sql, SQL_ROWS, r.period.len, r.unit.len);
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_query(chain->duck, sql.ptr, NULL, 0, &rows);
    shi_buf_drop(&sql);
    if (e.code) return e;
    int64_t n = (int64_t)duckdb_row_count(&rows.result);
    e = room_for(&r, n);
    for (duckdb_data_chunk chunk; !e.code && r.len < n && (chunk = duckdb_fetch_chunk(rows.result)) != NULL; duckdb_destroy_data_chunk(&chunk))
        take(&r, chunk);
    shi_rows_close(&rows);
    if (!e.code) e = put_in_order(&r, most);
    if (e.code) shi_figure_rows_drop(&r);
    else *out = r;
    return e;
}

void shi_figure_rows_drop(shi_figure_rows *rows)
{
    if (rows->room.base) shi_arena_drop(&rows->room);
    *rows = (shi_figure_rows){ 0 };
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
