/* Parquet through DuckDB, in an instance of its own that can reach nothing but this file.
 *
 * DuckDB is given the open file as /proc/self/fd/N and not its name: a name may hold *, [ or quotes, or folders like a=b that would
 * become columns, and may be given to another file between the hash and the reading. Every column is cast to text in SQL, except
 * BLOB, which is checked here, and what was asked for as numbers: writing and reading a time costs ten times what its column does.
 * Streaming, in the order of the file; cells lie in DuckDB's chunks, so nothing is copied. */
#include "table/parquet.h"

#include "table/duck.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct shi_parquet {
    int fd;
    char path[32];
    shi_duck duck;
    bool opened, started;
    shi_strs columns;
    duckdb_type *type;
    int32_t *place;            /* of a column in the chunk; -1: not needed */
    bool *as_number;
    duckdb_prepared_statement statement;
    duckdb_pending_result pending;
    duckdb_result result;
    int64_t records;
};

/* DuckDB's words without our name for the file, and without values, which may be phones. */
static void words_clean(const shi_parquet *p, const char *words, char out[256])
{
    size_t n = 0, skip = strlen(p->path);
    while (*words && *words != '\n' && n < 255) {
        if (!strncmp(words, p->path, skip)) words += skip;
        else if (!strncmp(words, "value \"", 7)) break;
        else out[n++] = *words++;
    }
    out[n] = 0;
}

static shi_err engine_error(const shi_parquet *p, duckdb_error_type type, const char *words)
{
    char clean[256] = "";
    if (shi_os_stop_requested()) return shi_fail(SHI_STOPPED, N_("stopped as asked"), N_("Nothing was changed."));
    if (type == DUCKDB_ERROR_OUT_OF_MEMORY) return shi_no_memory();
    if (words) words_clean(p, words, clean);
    return shi_fail_value(SHI_INPUT, shi_str_from(clean), N_("the Parquet file cannot be read"),
                          N_("It may be damaged or cut off: export or copy it again."));
}

static shi_err result_error(const shi_parquet *p, duckdb_result *result)
{
    shi_err e = engine_error(p, duckdb_result_error_type(result), duckdb_result_error(result));
    duckdb_destroy_result(result);
    return e;
}

static shi_err set_up(shi_parquet *p, int64_t memory)
{
    char allow[96];
    shi_duck_options options = { .memory = memory };
    snprintf(allow, sizeof allow, "SET allowed_paths = ['%s']", p->path);
    const char *const SETTING[] = { "SET preserve_insertion_order = true", "SET enable_external_file_cache = false", allow,
                                    "SET enable_external_access = false", "SET lock_configuration = true" };
    SHI_TRY(shi_duck_open(&options, &p->duck));
    p->opened = true;
    for (int64_t i = 0; i < COUNT(SETTING); i++) SHI_TRY(shi_duck_exec(&p->duck, SETTING[i], NULL, 0));
    return (shi_err){ 0 };
}

static shi_err columns_find(shi_parquet *p, shi_arena *keep)
{
    char sql[128];
    duckdb_result result;
    snprintf(sql, sizeof sql, "SELECT * FROM read_parquet('%s', hive_partitioning = false) LIMIT 0", p->path);
    if (duckdb_query(p->duck.con, sql, &result) == DuckDBError) return result_error(p, &result);
    int64_t n = (int64_t)duckdb_column_count(&result);
    shi_str *name = NULL;
    if (n <= SHI_MAX_COLUMNS) {
        name = shi_new(keep, shi_str, n);
        p->type = shi_new(keep, duckdb_type, n);
        p->place = shi_new(keep, int32_t, n);
        p->as_number = shi_new(keep, bool, n);
    }
    bool memory = n > SHI_MAX_COLUMNS || (name && p->type && p->place && p->as_number);
    for (int64_t c = 0; name && p->type && c < n; c++) {
        name[c] = shi_str_copy(keep, shi_str_from(duckdb_column_name(&result, (idx_t)c)));
        p->type[c] = duckdb_column_type(&result, (idx_t)c);
        memory = memory && name[c].ptr;
    }
    duckdb_destroy_result(&result);
    if (!memory) return shi_no_memory();
    p->columns = (shi_strs){ name, n };
    return (shi_err){ 0 };
}

shi_err shi_parquet_open(shi_arena *keep, const char *path, int64_t memory, shi_parquet **out, shi_strs *columns)
{
    shi_parquet *p = shi_new(keep, shi_parquet, 1);
    if (!p) return shi_no_memory();
    p->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (p->fd < 0) return shi_os_input_error(shi_str_from(path));
    snprintf(p->path, sizeof p->path, "/proc/self/fd/%d", p->fd);
    shi_err e = set_up(p, memory);
    if (!e.code) e = columns_find(p, keep);
    if (!e.code && p->columns.len > SHI_MAX_COLUMNS) e = shi_names_check(p->columns, 0);
    shi_str *name = e.code ? NULL : shi_new(keep, shi_str, p->columns.len);
    if (!e.code && !name) e = shi_no_memory();
    for (int64_t c = 0; name && c < p->columns.len; c++) name[c] = shi_str_trim(p->columns.ptr[c]);
    if (name) e = shi_names_check((shi_strs){ name, p->columns.len }, 0);
    if (e.code) return shi_parquet_close(p), e;
    *columns = (shi_strs){ name, p->columns.len };
    *out = p;
    return e;
}

static bool nested(duckdb_type type)
{
    return type == DUCKDB_TYPE_LIST || type == DUCKDB_TYPE_STRUCT || type == DUCKDB_TYPE_MAP || type == DUCKDB_TYPE_ARRAY ||
           type == DUCKDB_TYPE_UNION;
}

shi_native shi_parquet_native(const shi_parquet *p, int64_t c)
{
    switch (p->type[c]) {
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
    case DUCKDB_TYPE_DATE: return SHI_NATIVE_CLOCK;
    case DUCKDB_TYPE_TIMESTAMP_TZ: return SHI_NATIVE_UTC;
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER: return SHI_NATIVE_WHOLE;
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE: return SHI_NATIVE_REAL;
    default: return SHI_NATIVE_NONE;
    }
}

/* A column as text. Whole numbers are often stored as doubles, by programs that have no missing integer: those are written without
 * ".0", and NaN, which they use for a missing number, is missing. */
static void column_sql(const shi_parquet *p, int64_t c, shi_buf *sql)
{
    shi_buf name = { 0 };
    shi_sql_ident(&name, p->columns.ptr[c]);
    const char *x = name.ptr ? name.ptr : "NULL";
    const char *const AS[] = { [SHI_NATIVE_CLOCK] = "TIMESTAMP", [SHI_NATIVE_UTC] = "TIMESTAMPTZ", [SHI_NATIVE_WHOLE] = "BIGINT",
                               [SHI_NATIVE_REAL] = "DOUBLE" };
    if (p->as_number[c]) shi_buf_format(sql, "CAST(%s AS %s)", x, AS[shi_parquet_native(p, c)]);
    else if (p->type[c] == DUCKDB_TYPE_BLOB) shi_buf_puts(sql, x);
    else if (p->type[c] == DUCKDB_TYPE_DOUBLE || p->type[c] == DUCKDB_TYPE_FLOAT)
        shi_buf_format(sql, "CASE WHEN isnan(%s) THEN NULL WHEN abs(%s) < 1e15 AND %s = trunc(%s) THEN CAST(CAST(%s AS BIGINT) AS VARCHAR) "
                            "ELSE CAST(%s AS VARCHAR) END", x, x, x, x, x, x);
    else shi_buf_format(sql, "CAST(%s AS VARCHAR)", x);
    sql->failed = sql->failed || name.failed;
    shi_buf_drop(&name);
}

static shi_err query_start(shi_parquet *p, const char *sql)
{
    if (duckdb_prepare(p->duck.con, sql, &p->statement) == DuckDBError)
        return engine_error(p, DUCKDB_ERROR_INVALID, duckdb_prepare_error(p->statement));
    if (duckdb_pending_prepared_streaming(p->statement, &p->pending) == DuckDBError)
        return engine_error(p, DUCKDB_ERROR_INVALID, duckdb_pending_error(p->pending));
    if (duckdb_execute_pending(p->pending, &p->result) == DuckDBError)
        return engine_error(p, duckdb_result_error_type(&p->result), duckdb_result_error(&p->result));
    return (shi_err){ 0 };
}

shi_err shi_parquet_start(shi_parquet *p, const bool *needed, const bool *native)
{
    shi_buf sql = { 0 };
    int32_t places = 0;
    if (p->started) return (shi_err){ 0 };
    shi_buf_puts(&sql, "SELECT ");
    for (int64_t c = 0; c < p->columns.len; c++) {
        p->place[c] = needed[c] ? places : -1;
        p->as_number[c] = needed[c] && native && native[c];
        if (!needed[c]) continue;
        if (nested(p->type[c])) {
            shi_err e = shi_fail(SHI_INPUT, N_("the column holds lists or records"), N_("Export it as plain text, or leave the column out."));
            e.column = p->columns.ptr[c];
            return shi_buf_drop(&sql), e;
        }
        if (places++) shi_buf_puts(&sql, ", ");
        column_sql(p, c, &sql);
    }
    if (places == 0) shi_buf_puts(&sql, "1");
    shi_buf_format(&sql, " FROM read_parquet('%s', hive_partitioning = false)", p->path);
    p->started = true;
    shi_err e = sql.failed ? shi_no_memory() : query_start(p, sql.ptr);
    shi_buf_drop(&sql);
    return e;
}

shi_err shi_parquet_next(shi_parquet *p, shi_page *page)
{
    if (shi_os_stop_requested()) return shi_fail(SHI_STOPPED, N_("stopped as asked"), N_("Nothing was changed."));
    shi_page_clear(page, p->records);
    do {   /* an empty chunk is not the end */
        duckdb_destroy_data_chunk(&page->chunk);
        page->chunk = duckdb_fetch_chunk(p->result);
    } while (page->chunk && duckdb_data_chunk_get_size(page->chunk) == 0);
    if (!page->chunk) {
        const char *words = duckdb_result_error(&p->result);
        return words ? engine_error(p, duckdb_result_error_type(&p->result), words) : (shi_err){ 0 };
    }
    page->rows = (int64_t)duckdb_data_chunk_get_size(page->chunk);
    p->records += page->rows;
    return (shi_err){ 0 };
}

void shi_parquet_cut(const shi_parquet *p, shi_page *page)
{
    for (int64_t c = 0; c < p->columns.len; c++) {
        if (p->place[c] < 0 || page->rows == 0) continue;
        duckdb_vector vector = duckdb_data_chunk_get_vector(page->chunk, (idx_t)p->place[c]);
        uint64_t *valid = duckdb_vector_get_validity(vector);
        const void *data = duckdb_vector_get_data(vector);
        if (p->as_number[c]) {
            shi_native kind = shi_parquet_native(p, c);
            page->number[c] = (shi_numbers){ .kind = kind, .valid = valid, .whole = kind == SHI_NATIVE_REAL ? NULL : data,
                                             .real = kind == SHI_NATIVE_REAL ? data : NULL };
            continue;
        }
        for (int64_t r = 0; r < page->rows; r++) {
            bool is = !valid || duckdb_validity_row_is_valid(valid, (idx_t)r);
            shi_str text = is ? shi_vector_get(data, r) : (shi_str){ 0 };
            page->cell[c][r] = text.len ? text : (shi_str){ 0 };
        }
    }
    for (int64_t r = 0; r < page->rows; r++) {
        page->line[r] = page->first_record + r + 1;
        page->fault[r] = (shi_fault){ 0 };
        shi_page_check(page, r);
    }
}

void shi_parquet_close(shi_parquet *p)
{
    if (!p) return;
    duckdb_destroy_result(&p->result);
    duckdb_destroy_pending(&p->pending);
    duckdb_destroy_prepare(&p->statement);
    if (p->opened) shi_duck_close(&p->duck);
    close(p->fd);
}
