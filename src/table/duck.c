/* DuckDB's C API, wrapped: its errors become ours, Ctrl-C reaches it, and nothing of it is seen above `chain`. */
#include "table/duck.h"

#include "base/os.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static shi_err error_of(duckdb_error_type type, const char *text)
{
    shi_str words = shi_str_from(text ? text : "");
    int64_t line = shi_str_find(words, '\n', 0);
    if (line > 0) words.len = line;
    if (type == DUCKDB_ERROR_INTERRUPT || shi_os_stop_requested())
        return shi_fail(SHI_STOPPED, N_("stopped as asked"), N_("Nothing was changed."));
    if (type == DUCKDB_ERROR_OUT_OF_MEMORY || (text && strstr(text, "Out of Memory"))) return shi_no_memory();
    if (text && (strstr(text, "No space left") || strstr(text, "Disk quota")))
        return shi_fail(SHI_SYSTEM, N_("the disk is full"), N_("Free some space on the disk and run the command again: nothing was changed."));
    if (text && strstr(text, "Could not write"))   /* DuckDB does not say why */
        return shi_fail(SHI_SYSTEM, N_("the disk is full or cannot be written to"),
                        N_("Free some space on the disk and run the command again: nothing was changed."));
    if (text && strstr(text, "Permission denied"))
        return shi_fail(SHI_SYSTEM, N_("permission is missing"), N_("Run it as a user who may read and write there, or change the permissions."));
    bool damaged = text && (strstr(text, "magic bytes") || strstr(text, "arquet"));   /* of a file; the type says INVALID_INPUT */
    if (damaged || type == DUCKDB_ERROR_IO || type == DUCKDB_ERROR_SERIALIZATION)
        return shi_fail_value(SHI_SYSTEM, words, N_("a data file cannot be read or written"),
                              N_("Check the disk; \"shishu verify-ledger\" says which file is damaged."));
    return shi_fail_value(SHI_SYSTEM, words, N_("the engine refused a statement"),
                          N_("This is a fault of Shishu: report it with the command you ran."));
}

/* A pending statement tells its error in words only. */
static duckdb_error_type type_of(const char *text)
{
    if (text && !strncmp(text, "INTERRUPT", 9)) return DUCKDB_ERROR_INTERRUPT;
    return text && strstr(text, "IO Error") ? DUCKDB_ERROR_IO : DUCKDB_ERROR_INVALID;
}

static shi_err set_text(shi_duck *duck, const char *format, const char *value)
{
    shi_buf sql = { 0 };
    shi_buf_puts(&sql, format);
    shi_sql_literal(&sql, shi_str_from(value));
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_exec(duck, sql.ptr, NULL, 0);
    shi_buf_drop(&sql);
    return e;
}

static duckdb_logical_type logical(duckdb_type type)
{
    return type == DUCKDB_TYPE_DECIMAL ? duckdb_create_decimal_type(18, 3) : duckdb_create_logical_type(type);
}

shi_err shi_duck_function(shi_duck *duck, const shi_function *function)
{
    duckdb_scalar_function f = duckdb_create_scalar_function();
    duckdb_logical_type result = logical(function->result);
    duckdb_scalar_function_set_name(f, function->name);
    for (int64_t i = 0; i < function->arguments; i++) {
        duckdb_logical_type type = logical(function->argument[i]);
        duckdb_scalar_function_add_parameter(f, type);
        duckdb_destroy_logical_type(&type);
    }
    duckdb_scalar_function_set_return_type(f, result);
    if (function->takes_null) duckdb_scalar_function_set_special_handling(f);
    if (function->extra) duckdb_scalar_function_set_extra_info(f, function->extra, function->drop);
    duckdb_scalar_function_set_function(f, function->call);
    duckdb_state state = duckdb_register_scalar_function(duck->con, f);
    duckdb_destroy_logical_type(&result);
    duckdb_destroy_scalar_function(&f);
    return state == DuckDBSuccess ? (shi_err){ 0 } : shi_no_memory();
}

/* DECIMAL(18,3) and BIGINT hold the same bits. */
static void on_same_bits(duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out)
{
    duckdb_vector v = duckdb_data_chunk_get_vector(in, 0);
    const uint64_t *valid = duckdb_vector_get_validity(v);
    idx_t n = duckdb_data_chunk_get_size(in);
    (void)info;
    if (n) memcpy(duckdb_vector_get_data(out), duckdb_vector_get_data(v), n * sizeof(int64_t));
    if (!valid) return;
    duckdb_vector_ensure_validity_writable(out);
    memcpy(duckdb_vector_get_validity(out), valid, (n + 63) / 64 * sizeof *valid);
}

static shi_err add_numbers(shi_duck *duck)
{
    static const duckdb_type DECIMAL = DUCKDB_TYPE_DECIMAL, INTEGER = DUCKDB_TYPE_BIGINT;
    SHI_TRY(shi_duck_function(duck, &(shi_function){ "shi_milli", &DECIMAL, 1, INTEGER, true, on_same_bits, NULL, NULL }));
    return shi_duck_function(duck, &(shi_function){ "shi_decimal", &INTEGER, 1, DECIMAL, true, on_same_bits, NULL, NULL });
}

shi_err shi_duck_open(const shi_duck_options *options, shi_duck *out)
{
    shi_duck duck = { .listener = options->listener };
    if (duckdb_open(NULL, &duck.db) == DuckDBError) return shi_no_memory();
    if (duckdb_connect(duck.db, &duck.con) == DuckDBError) {
        duckdb_close(&duck.db);
        return shi_no_memory();
    }
    char text[64];
    shi_err e = shi_duck_exec(&duck, "SET autoinstall_known_extensions = false", NULL, 0);
    if (!e.code) e = shi_duck_exec(&duck, "SET autoload_known_extensions = false", NULL, 0);
    if (!e.code) e = shi_duck_exec(&duck, "SET TimeZone = 'UTC'", NULL, 0);
    if (!e.code) e = shi_duck_exec(&duck, "SET preserve_insertion_order = false", NULL, 0);
    if (!e.code && options->threads > 0) {
        snprintf(text, sizeof text, "SET threads = %d", options->threads);
        e = shi_duck_exec(&duck, text, NULL, 0);
    }
    if (!e.code && options->memory > 0) {
        snprintf(text, sizeof text, "SET memory_limit = '%" PRId64 " KiB'", options->memory / 1024);
        e = shi_duck_exec(&duck, text, NULL, 0);
    }
    if (!e.code) e = set_text(&duck, "SET temp_directory = ", options->spill ? options->spill : "");
    if (!e.code) e = add_numbers(&duck);
    if (e.code) shi_duck_close(&duck);
    else *out = duck;
    return e;
}

shi_err shi_duck_join(const shi_duck *first, shi_duck *out)
{
    *out = (shi_duck){ .listener = first->listener };
    if (duckdb_connect(first->db, &out->con) == DuckDBError) return shi_no_memory();
    shi_err e = shi_duck_exec(out, "SET TimeZone = 'UTC'", NULL, 0);   /* the one setting of ours that each connection has */
    if (e.code) shi_duck_close(out);
    return e;
}

/* ---- statements that are kept ---- */

enum { KEPT = 64 };
typedef struct {
    char *sql;
    duckdb_prepared_statement statement;
    int64_t used;
} kept;
struct shi_kept_statements {
    kept slot[KEPT];
    int64_t uses;
};

shi_err shi_duck_keep_statements(shi_duck *duck)
{
    if (!duck->kept) duck->kept = calloc(1, sizeof *duck->kept);
    return duck->kept ? (shi_err){ 0 } : shi_no_memory();
}

static void forget(kept *k)
{
    free(k->sql);
    if (k->statement) duckdb_destroy_prepare(&k->statement);
    *k = (kept){ 0 };
}

/* The slot of this SQL, else the one that was used longest ago, emptied; NULL: nothing is kept, or no memory. */
static kept *slot_of(shi_duck *duck, const char *sql)
{
    if (!duck->kept) return NULL;
    kept *oldest = &duck->kept->slot[0];
    for (int i = 0; i < KEPT; i++) {
        kept *k = &duck->kept->slot[i];
        if (k->sql && !strcmp(k->sql, sql)) {
            k->used = ++duck->kept->uses;
            return k;
        }
        if (k->used < oldest->used) oldest = k;
    }
    forget(oldest);
    oldest->sql = strdup(sql);
    oldest->used = ++duck->kept->uses;
    return oldest->sql ? oldest : NULL;
}

void shi_duck_forget_statements(shi_duck *duck)
{
    for (int i = 0; duck->kept && i < KEPT; i++) forget(&duck->kept->slot[i]);
}

void shi_duck_close(shi_duck *duck)
{
    shi_duck_forget_statements(duck);
    free(duck->kept);
    duck->kept = NULL;
    duckdb_disconnect(&duck->con);
    duckdb_close(&duck->db);
}

static duckdb_state bind(duckdb_prepared_statement statement, idx_t at, const shi_param *p)
{
    switch (p->kind) {
    case SHI_P_INT: return duckdb_bind_int64(statement, at, p->i);
    case SHI_P_TEXT:
        if (p->s.ptr) return duckdb_bind_varchar_length(statement, at, p->s.ptr, (idx_t)p->s.len);
        return duckdb_bind_null(statement, at);
    case SHI_P_TIME: return duckdb_bind_timestamp(statement, at, (duckdb_timestamp){ p->i });
    case SHI_P_F64: return duckdb_bind_double(statement, at, p->d);
    case SHI_P_NULL: break;
    }
    return duckdb_bind_null(statement, at);
}

/* Runs the pending statement task by task, so that the listener hears of it and a stop is obeyed. False: it failed. */
static bool run_tasks(shi_duck *duck, duckdb_pending_result pending)
{
    int64_t told = 0;
    for (;;) {
        duckdb_pending_state state = duckdb_pending_execute_task(pending);
        if (state == DUCKDB_PENDING_ERROR) return false;
        if (duckdb_pending_execution_is_finished(state)) return true;
        if (shi_os_stop_requested()) duckdb_interrupt(duck->con);
        int64_t now = duck->listener.tell ? shi_os_tick_us() : 0;
        if (now - told < 100000) continue;
        told = now;
        duckdb_query_progress_type progress = duckdb_query_progress(duck->con);
        duck->listener.tell(duck->listener.context, progress.percentage < 0 ? -1 : progress.percentage / 100, 0);
    }
}

static shi_err run(shi_duck *duck, const char *sql, const shi_param *params, int64_t n, bool stream, duckdb_result *result)
{
    kept *slot = slot_of(duck, sql);
    duckdb_prepared_statement statement = slot ? slot->statement : NULL;
    if (!statement && duckdb_prepare(duck->con, sql, &statement) == DuckDBError) {
        const char *text = duckdb_prepare_error(statement);
        shi_err e = error_of(type_of(text), text);
        duckdb_destroy_prepare(&statement);
        if (slot) forget(slot);
        return e;
    }
    if (slot) slot->statement = statement;
    shi_err e = { 0 };
    for (int64_t i = 0; i < n && !e.code; i++)
        if (bind(statement, (idx_t)i + 1, &params[i]) == DuckDBError) e = error_of(DUCKDB_ERROR_INVALID, "a value cannot be bound");
    duckdb_pending_result pending = NULL;
    if (!e.code && (stream ? duckdb_pending_prepared_streaming : duckdb_pending_prepared)(statement, &pending) == DuckDBError)
        e = error_of(DUCKDB_ERROR_INVALID, duckdb_pending_error(pending));
    if (!e.code && !run_tasks(duck, pending)) e = error_of(type_of(duckdb_pending_error(pending)), duckdb_pending_error(pending));
    else if (!e.code && duckdb_execute_pending(pending, result) == DuckDBError) {
        e = error_of(duckdb_result_error_type(result), duckdb_result_error(result));
        duckdb_destroy_result(result);
    }
    duckdb_destroy_pending(&pending);
    if (!slot) duckdb_destroy_prepare(&statement);
    else if (e.code) forget(slot);
    return e;
}

shi_err shi_duck_exec(shi_duck *duck, const char *sql, const shi_param *params, int64_t n)
{
    duckdb_result result;
    SHI_TRY(run(duck, sql, params, n, false, &result));
    duckdb_destroy_result(&result);
    return (shi_err){ 0 };
}

shi_err shi_duck_query(shi_duck *duck, const char *sql, const shi_param *params, int64_t n, shi_rows *out)
{
    shi_rows rows = { .row = -1 };
    SHI_TRY(run(duck, sql, params, n, false, &rows.result));
    *out = rows;
    return (shi_err){ 0 };
}

shi_err shi_flow_open(shi_duck *duck, const char *sql, shi_flow *out)
{
    out->duck = duck;
    return run(duck, sql, NULL, 0, true, &out->result);
}

shi_err shi_flow_next(shi_flow *flow, duckdb_data_chunk *out)
{
    if (shi_os_stop_requested()) return error_of(DUCKDB_ERROR_INTERRUPT, NULL);
    *out = duckdb_fetch_chunk(flow->result);
    const char *text = *out ? NULL : duckdb_result_error(&flow->result);
    return text ? error_of(duckdb_result_error_type(&flow->result), text) : (shi_err){ 0 };
}

void shi_flow_close(shi_flow *flow)
{
    duckdb_destroy_result(&flow->result);
}

bool shi_rows_next(shi_rows *rows)
{
    while (++rows->row >= rows->rows) {
        if (rows->chunk) duckdb_destroy_data_chunk(&rows->chunk);
        rows->chunk = duckdb_fetch_chunk(rows->result);
        if (!rows->chunk) {
            rows->row = rows->rows = 0;
            return false;
        }
        rows->rows = (int64_t)duckdb_data_chunk_get_size(rows->chunk);
        rows->row = -1;
    }
    return true;
}

void shi_rows_close(shi_rows *rows)
{
    if (rows->chunk) duckdb_destroy_data_chunk(&rows->chunk);
    duckdb_destroy_result(&rows->result);
}

bool shi_rows_null(shi_rows *rows, int64_t column)
{
    duckdb_vector vector = duckdb_data_chunk_get_vector(rows->chunk, (idx_t)column);
    uint64_t *validity = duckdb_vector_get_validity(vector);
    return validity && !duckdb_validity_row_is_valid(validity, (idx_t)rows->row);
}

int64_t shi_rows_int(shi_rows *rows, int64_t column)
{
    if (shi_rows_null(rows, column)) return 0;
    const void *data = duckdb_vector_get_data(duckdb_data_chunk_get_vector(rows->chunk, (idx_t)column));
    switch (duckdb_column_type(&rows->result, (idx_t)column)) {
    case DUCKDB_TYPE_BOOLEAN: return ((const bool *)data)[rows->row];
    case DUCKDB_TYPE_TINYINT: return ((const int8_t *)data)[rows->row];
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_DATE: return ((const int32_t *)data)[rows->row];
    default: return ((const int64_t *)data)[rows->row];
    }
}

double shi_rows_f64(shi_rows *rows, int64_t column)
{
    if (shi_rows_null(rows, column)) return 0;
    const double *data = duckdb_vector_get_data(duckdb_data_chunk_get_vector(rows->chunk, (idx_t)column));
    return data[rows->row];
}

shi_str shi_rows_str(shi_rows *rows, int64_t column)
{
    if (shi_rows_null(rows, column)) return (shi_str){ 0 };
    return shi_vector_get(duckdb_vector_get_data(duckdb_data_chunk_get_vector(rows->chunk, (idx_t)column)), rows->row);
}

shi_err shi_duck_int(shi_duck *duck, const char *sql, const shi_param *params, int64_t n, int64_t *out)
{
    shi_rows rows;
    SHI_TRY(shi_duck_query(duck, sql, params, n, &rows));
    bool any = shi_rows_next(&rows);
    if (any) *out = shi_rows_int(&rows, 0);
    shi_rows_close(&rows);
    return any ? (shi_err){ 0 } : error_of(DUCKDB_ERROR_INVALID, "no row");
}

shi_err shi_append_open(shi_duck *duck, const char *table, shi_appender *out)
{
    *out = (shi_appender){ 0 };
    if (duckdb_appender_create(duck->con, NULL, table, &out->handle) == DuckDBSuccess) return (shi_err){ 0 };
    shi_err e = error_of(DUCKDB_ERROR_INVALID, duckdb_appender_error(out->handle));
    duckdb_appender_destroy(&out->handle);
    return e;
}

static void note(shi_appender *a, duckdb_state state)
{
    a->failed = a->failed || state == DuckDBError;
}

void shi_append_int(shi_appender *a, int64_t v)
{
    note(a, duckdb_append_int64(a->handle, v));
}

void shi_append_f64(shi_appender *a, double v)
{
    note(a, duckdb_append_double(a->handle, v));
}

void shi_append_bool(shi_appender *a, bool v)
{
    note(a, duckdb_append_bool(a->handle, v));
}

void shi_append_time(shi_appender *a, int64_t us)
{
    note(a, duckdb_append_timestamp(a->handle, (duckdb_timestamp){ us }));
}

void shi_append_str(shi_appender *a, shi_str v)
{
    note(a, v.ptr ? duckdb_append_varchar_length(a->handle, v.ptr, (idx_t)v.len) : duckdb_append_null(a->handle));
}

void shi_append_null(shi_appender *a)
{
    note(a, duckdb_append_null(a->handle));
}

void shi_append_end_row(shi_appender *a)
{
    note(a, duckdb_appender_end_row(a->handle));
}

shi_err shi_append_close(shi_appender *a)
{
    bool failed = duckdb_appender_close(a->handle) == DuckDBError || a->failed;
    const char *text = failed ? duckdb_appender_error(a->handle) : NULL;
    shi_err e = failed ? error_of(DUCKDB_ERROR_INVALID, text ? text : "the appender failed") : (shi_err){ 0 };
    duckdb_appender_destroy(&a->handle);
    return e;
}

static void doubled(shi_buf *sql, shi_str text, char quote)
{
    shi_buf_addc(sql, quote);
    for (int64_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == quote) shi_buf_addc(sql, quote);
        shi_buf_addc(sql, text.ptr[i]);
    }
    shi_buf_addc(sql, quote);
}

void shi_sql_ident(shi_buf *sql, shi_str name)
{
    doubled(sql, name, '"');
}

void shi_sql_literal(shi_buf *sql, shi_str text)
{
    doubled(sql, text, '\'');
}

/* A path is a pattern to DuckDB: its wildcards are quoted as one-letter sets. */
void shi_sql_file(shi_buf *sql, shi_str path)
{
    shi_buf plain = { 0 };
    for (int64_t k = 0; k < path.len; k++) {
        char c = path.ptr[k];
        if (c == '*' || c == '?' || c == '[') shi_buf_format(&plain, "[%c]", c);
        else shi_buf_addc(&plain, c);
    }
    sql->failed = sql->failed || plain.failed;
    if (!sql->failed) shi_sql_literal(sql, shi_buf_str(&plain));
    shi_buf_drop(&plain);
}

void shi_vector_put(duckdb_vector vector, void *data, int64_t row, shi_str text)
{
    if (text.len > 12) {
        duckdb_vector_assign_string_element_len(vector, (idx_t)row, text.ptr, (idx_t)text.len);
        return;
    }
    duckdb_string_t *s = (duckdb_string_t *)data + row;
    memset(s, 0, sizeof *s);
    s->value.inlined.length = (uint32_t)text.len;
    if (text.len) memcpy(s->value.inlined.inlined, text.ptr, (size_t)text.len);
}

shi_err shi_duck_view(shi_duck *duck, const char *view, const char *path)
{
    shi_buf sql = { 0 };
    shi_buf_format(&sql, "CREATE OR REPLACE VIEW %s AS SELECT * FROM read_parquet(", view);
    shi_sql_file(&sql, shi_str_from(path));
    shi_buf_puts(&sql, ")");
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_exec(duck, sql.ptr, NULL, 0);
    shi_buf_drop(&sql);
    return e;
}
