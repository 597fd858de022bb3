/* Figures back into the engine, for the statements that join or group them: a table function that copies a vector of a column at a time, so that
 * they need not be kept a second time. Threads take the next vector each; only the columns that are asked for are copied. */
#include "chain/figure_rows.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 16, WORDS = 3 };   /* WORDS: dictionaries among the types */

typedef enum { OF_WORD, OF_LONG, OF_SHORT } kind;
typedef enum { K_INDICATOR, K_PERIOD, K_UNIT, K_ISSUER } key_part;
typedef struct {
    const char *name;
    kind kind;
    int part;                        /* of a word: key_part */
    size_t offset;                   /* of a number: in shi_figure_rows */
} view_column;

#define AT(field) offsetof(shi_figure_rows, field)
static const view_column COLUMNS[] = {
    { "indicator", OF_WORD, K_INDICATOR, 0 }, { "period", OF_WORD, K_PERIOD, 0 }, { "unit_code", OF_WORD, K_UNIT, 0 },
    { "reported", OF_LONG, 0, AT(reported) }, { "base", OF_LONG, 0, AT(base) }, { "target", OF_LONG, 0, AT(target) },
    { "issuer_code", OF_WORD, K_ISSUER, 0 }, { "counted", OF_LONG, 0, AT(counted) }, { "sum_of_children", OF_LONG, 0, AT(sum_of_children) },
    { "possible", OF_LONG, 0, AT(possible) }, { "suspected", OF_LONG, 0, AT(suspected) },
    { "possible_by", OF_SHORT, 0, AT(possible_by) }, { "cover", OF_SHORT, 0, AT(cover) },
    { "events_cover", OF_SHORT, 0, AT(events_cover) }, { "verdict", OF_SHORT, 0, AT(verdict) },
};

/* What the function knows; type: of indicator, period and unit. */
typedef struct {
    const shi_figure_rows *rows;
    bool worst;
    duckdb_logical_type type[WORDS];
} source;

/* One scan. */
typedef struct {
    const source *of;
    int64_t at;                      /* taken by the threads in turn */
    int64_t columns;
    idx_t column[MOST_COLUMNS];
} scan;

static int64_t rows_of(const source *s)
{
    return s->worst ? s->rows->worsts : s->rows->len;
}

static void on_bind(duckdb_bind_info info)
{
    source *s = duckdb_bind_get_extra_info(info);
    static const duckdb_type TYPE[] = { [OF_LONG] = DUCKDB_TYPE_BIGINT, [OF_SHORT] = DUCKDB_TYPE_TINYINT };
    for (int64_t c = 0; c < COUNT(COLUMNS); c++) {
        bool word = COLUMNS[c].kind == OF_WORD;
        duckdb_logical_type own = word ? NULL : duckdb_create_logical_type(TYPE[COLUMNS[c].kind]);
        duckdb_bind_add_result_column(info, COLUMNS[c].name, word ? s->type[COLUMNS[c].part == K_ISSUER ? K_UNIT : COLUMNS[c].part] : own);
        if (own) duckdb_destroy_logical_type(&own);
    }
    duckdb_bind_set_cardinality(info, (idx_t)rows_of(s), true);
    duckdb_bind_set_bind_data(info, s, NULL);
}

static void on_init(duckdb_init_info info)
{
    scan *k = calloc(1, sizeof *k);
    if (!k) {
        duckdb_init_set_error(info, "Out of Memory");
        return;
    }
    k->of = duckdb_init_get_bind_data(info);
    k->columns = (int64_t)duckdb_init_get_column_count(info);
    if (k->columns > MOST_COLUMNS) k->columns = MOST_COLUMNS;
    for (int64_t c = 0; c < k->columns; c++) k->column[c] = duckdb_init_get_column_index(info, (idx_t)c);
    duckdb_init_set_max_threads(info, (idx_t)shi_os_cores());
    duckdb_init_set_init_data(info, k, free);
}

/* Row i of the scan among all figures. */
static int64_t row_of(const source *s, int64_t i)
{
    return s->worst ? s->rows->worst[i] : i;
}

static int64_t code_of(const shi_figure_rows *r, key_part part, int64_t row)
{
    int64_t rest = r->key[row] / r->unit.len;
    switch (part) {
    case K_INDICATOR: return rest / r->period.len;
    case K_PERIOD: return rest % r->period.len;
    case K_UNIT: return shi_figure_unit(r, row);
    case K_ISSUER: break;
    }
    return r->issuer[row];
}

static void put_words(const source *s, const view_column *column, int64_t from, int64_t n, void *data, uint64_t *valid)
{
    duckdb_type width = duckdb_enum_internal_type(s->type[column->part == K_ISSUER ? K_UNIT : column->part]);
    for (int64_t i = 0; i < n; i++) {
        int64_t code = code_of(s->rows, (key_part)column->part, row_of(s, from + i));
        if (code < 0) duckdb_validity_set_row_invalid(valid, (idx_t)i);
        if (code < 0) code = 0;
        if (width == DUCKDB_TYPE_UTINYINT) ((uint8_t *)data)[i] = (uint8_t)code;
        else if (width == DUCKDB_TYPE_USMALLINT) ((uint16_t *)data)[i] = (uint16_t)code;
        else ((uint32_t *)data)[i] = (uint32_t)code;
    }
}

static void put_numbers(const source *s, const view_column *column, int64_t from, int64_t n, void *data, uint64_t *valid)
{
    const void *list = *(void *const *)(const void *)((const char *)s->rows + column->offset);
    for (int64_t i = 0; i < n; i++) {
        int64_t row = row_of(s, from + i);
        if (column->kind == OF_SHORT) {
            ((int8_t *)data)[i] = ((const int8_t *)list)[row];
            continue;
        }
        int64_t v = ((const int64_t *)list)[row];
        ((int64_t *)data)[i] = v;
        if (v == SHI_NONE) duckdb_validity_set_row_invalid(valid, (idx_t)i);
    }
}

static void on_rows(duckdb_function_info info, duckdb_data_chunk chunk)
{
    scan *k = duckdb_function_get_init_data(info);
    const int64_t size = (int64_t)duckdb_vector_size(), all = rows_of(k->of);
    int64_t from = __atomic_fetch_add(&k->at, size, __ATOMIC_RELAXED);
    int64_t n = from >= all ? 0 : all - from < size ? all - from : size;
    for (int64_t c = 0; c < k->columns && n > 0; c++) {
        if (k->column[c] >= (idx_t)COUNT(COLUMNS)) continue;   /* only the number of rows is asked for */
        const view_column *column = &COLUMNS[k->column[c]];
        duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, (idx_t)c);
        duckdb_vector_ensure_validity_writable(vector);
        void *data = duckdb_vector_get_data(vector);
        uint64_t *valid = duckdb_vector_get_validity(vector);
        if (column->kind == OF_WORD) put_words(k->of, column, from, n, data, valid);
        else put_numbers(k->of, column, from, n, data, valid);
    }
    duckdb_data_chunk_set_size(chunk, (idx_t)n);
}

static void drop_source(void *data)
{
    source *s = data;
    for (int k = 0; k < WORDS; k++)
        if (s->type[k]) duckdb_destroy_logical_type(&s->type[k]);
    free(s);
}

static shi_err add_function(shi_chain *chain, const char *name, bool worst)
{
    shi_rows rows;
    SHI_TRY(shi_duck_query(chain->duck, "SELECT CAST(NULL AS shi_indicator), CAST(NULL AS shi_period), CAST(NULL AS shi_unit)", NULL, 0, &rows));
    source *s = calloc(1, sizeof *s);
    for (idx_t k = 0; s && k < WORDS; k++) s->type[k] = duckdb_column_logical_type(&rows.result, k);
    shi_rows_close(&rows);
    if (!s) return shi_no_memory();
    s->rows = chain->figures;
    s->worst = worst;
    duckdb_table_function function = duckdb_create_table_function();
    duckdb_table_function_set_name(function, name);
    duckdb_table_function_set_extra_info(function, s, drop_source);
    duckdb_table_function_supports_projection_pushdown(function, true);
    duckdb_table_function_set_bind(function, on_bind);
    duckdb_table_function_set_init(function, on_init);
    duckdb_table_function_set_function(function, on_rows);
    duckdb_state state = duckdb_register_table_function(chain->duck->con, function);
    duckdb_destroy_table_function(&function);
    return state == DuckDBSuccess ? (shi_err){ 0 } : shi_no_memory();
}

shi_err shi_figure_rows_view(shi_chain *chain)
{
    SHI_TRY(add_function(chain, "shi_figures", false));
    SHI_TRY(add_function(chain, "shi_worst", true));
    SHI_SQL(chain, "CREATE OR REPLACE TEMP VIEW figure AS SELECT * FROM shi_figures()");
    SHI_SQL(chain, "CREATE OR REPLACE TEMP VIEW worst AS SELECT * FROM shi_worst()");
    return (shi_err){ 0 };
}

/* ---- the worst ---- */

/* As SHI_WORST_FIGURES orders them; negative: a stands before b. Equal ones stand in the order of their keys. */
static int order(const shi_figure_rows *r, int64_t a, int64_t b)
{
    static const int8_t PLACE[] = { [SHI_IMPOSSIBLE] = 0, [SHI_CONTRADICTORY] = 1, [SHI_REFUTED] = 2, [SHI_DOUBTFUL] = 3, [SHI_CONFIRMED] = 4,
        [SHI_PLAUSIBLE] = 5, [SHI_NOT_JUDGED] = 6 };
    int by = PLACE[r->verdict[a]] - PLACE[r->verdict[b]];
    if (by) return by;
    int64_t weight[2];
    for (int k = 0; k < 2; k++) {
        int64_t row = k ? b : a, excess = shi_figure_excess(r, row), missing = shi_figure_not_in_logs(r, row);
        weight[k] = excess > missing ? excess : missing;   /* SHI_NONE is below all */
        if (weight[k] < 0) weight[k] = 0;
    }
    if (weight[0] != weight[1]) return weight[0] > weight[1] ? -1 : 1;
    if (r->reported[a] != r->reported[b]) return r->reported[a] > r->reported[b] ? -1 : 1;
    return a < b ? -1 : a > b;
}

/* A heap with the best of the worst on top. */
static void sink(const shi_figure_rows *r, int64_t n)
{
    for (int64_t at = 0, below; (below = 2 * at + 1) < n; at = below) {
        if (below + 1 < n && order(r, r->worst[below], r->worst[below + 1]) < 0) below++;
        if (order(r, r->worst[at], r->worst[below]) >= 0) return;
        int64_t swap = r->worst[at];
        r->worst[at] = r->worst[below];
        r->worst[below] = swap;
    }
}

static void rise(const shi_figure_rows *r, int64_t at)
{
    for (int64_t above; at > 0 && order(r, r->worst[at], r->worst[above = (at - 1) / 2]) > 0; at = above) {
        int64_t swap = r->worst[at];
        r->worst[at] = r->worst[above];
        r->worst[above] = swap;
    }
}

shi_err shi_figure_rows_worst(shi_chain *chain, int64_t limit)
{
    shi_figure_rows *r = chain->figures;
    int64_t most = limit < r->len ? limit : r->len;
    r->worst = shi_new(chain->keep, int64_t, most);
    if (!r->worst) return shi_no_memory();
    r->worsts = 0;
    for (int64_t i = 0; i < r->len && most > 0; i++) {
        if (r->worsts < most) {
            r->worst[r->worsts] = i;
            rise(r, r->worsts++);
        } else if (order(r, i, r->worst[0]) < 0) {
            r->worst[0] = i;
            sink(r, most);
        }
    }
    return (shi_err){ 0 };
}
