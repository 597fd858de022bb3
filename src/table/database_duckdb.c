/* DuckDB's own files as a source: opened read-only, without access to other files, rows streamed as text. */
#include "table/database.h"

#include "table/duck.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    duckdb_database db;
    duckdb_connection con;
    duckdb_result result;
    bool has_result, ended;
    shi_buf text;
    int64_t at;
    _Atomic int64_t sent;   /* rows */
    int64_t total;          /* rows; 0: not known */
} feed;

static shi_err refused(const char *words)
{
    return shi_database_refused(SHI_INPUT, words, N_("the database refused the query"), N_("Correct --query, or the name of the file."));
}

static void put_chunk(feed *f, duckdb_data_chunk chunk)
{
    idx_t rows = duckdb_data_chunk_get_size(chunk), columns = duckdb_data_chunk_get_column_count(chunk);
    for (idx_t r = 0; r < rows; r++) {
        for (idx_t c = 0; c < columns; c++) {
            duckdb_vector v = duckdb_data_chunk_get_vector(chunk, c);
            if (c) shi_buf_addc(&f->text, ',');
            if (duckdb_validity_row_is_valid(duckdb_vector_get_validity(v), r)) shi_buf_csv(&f->text, shi_vector_get(duckdb_vector_get_data(v),
                (int64_t)r));
        }
        shi_buf_addc(&f->text, '\n');
    }
}

static shi_err next(void *state, char *into, int64_t cap, int64_t *len)
{
    feed *f = state;
    while (!f->ended && f->text.len < cap) {
        duckdb_data_chunk chunk = duckdb_fetch_chunk(f->result);
        const char *words = duckdb_result_error(&f->result);
        if (words && *words) {
            if (chunk) duckdb_destroy_data_chunk(&chunk);
            return strstr(words, "INTERRUPT") ? shi_fail(SHI_STOPPED, N_("stopped as asked"), N_("Nothing was changed.")) : refused(words);
        }
        f->ended = !chunk;
        if (chunk) {
            put_chunk(f, chunk);
            atomic_fetch_add(&f->sent, (int64_t)duckdb_data_chunk_get_size(chunk));
            duckdb_destroy_data_chunk(&chunk);
        }
    }
    if (f->text.failed) return shi_no_memory();
    shi_feed_take(&f->text, &f->at, into, cap, len);
    return (shi_err){ 0 };
}

static void stop(void *state)
{
    duckdb_interrupt(((feed *)state)->con);
}

static void count(void *state, int64_t *done, int64_t *total)
{
    const feed *f = state;
    *done = atomic_load(&f->sent);
    *total = f->total;
}

static void finish(void *state)
{
    feed *f = state;
    if (f->has_result) duckdb_destroy_result(&f->result);
    if (f->con) duckdb_disconnect(&f->con);
    if (f->db) duckdb_close(&f->db);
    shi_buf_drop(&f->text);
    free(f);
}

static shi_err open_file(feed *f, shi_str file)
{
    static const char *const SETTINGS[][2] = { { "access_mode", "READ_ONLY" }, { "autoinstall_known_extensions", "false" },
        { "autoload_known_extensions", "false" }, { "enable_external_access", "false" } };
    duckdb_config config;
    char *words = NULL;
    if (duckdb_create_config(&config) != DuckDBSuccess) return shi_no_memory();
    for (int64_t i = 0; i < COUNT(SETTINGS); i++) duckdb_set_config(config, SETTINGS[i][0], SETTINGS[i][1]);
    duckdb_state state = duckdb_open_ext(file.ptr, &f->db, config, &words);
    duckdb_destroy_config(&config);
    shi_err e = { 0 };
    if (state != DuckDBSuccess) e = shi_database_refused(SHI_INPUT, words, N_("the database cannot be opened"),
                                                         N_("Check the file and its permissions."));
    else if (duckdb_connect(f->db, &f->con) != DuckDBSuccess) e = shi_no_memory();
    duckdb_free(words);
    return e;
}

/* Wrapped, so that it can only be one SELECT; every column as text. */
static shi_err start(feed *f, shi_str query)
{
    shi_buf sql = { 0 };
    duckdb_prepared_statement st = NULL;
    duckdb_pending_result pending = NULL;
    shi_err e = { 0 };
    shi_buf_format(&sql, "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (%.*s\n) AS q", (int)query.len, query.ptr);
    if (sql.failed) e = shi_no_memory();
    else if (duckdb_prepare(f->con, sql.ptr, &st) != DuckDBSuccess) e = refused(duckdb_prepare_error(st));
    else if (duckdb_pending_prepared_streaming(st, &pending) != DuckDBSuccess) e = refused(duckdb_pending_error(pending));
    else if (duckdb_execute_pending(pending, &f->result) != DuckDBSuccess) {
        f->has_result = true;
        e = refused(duckdb_result_error(&f->result));
    } else {
        f->has_result = true;
    }
    if (pending) duckdb_destroy_pending(&pending);
    if (st) duckdb_destroy_prepare(&st);
    shi_buf_drop(&sql);
    if (e.code) return e;
    for (idx_t c = 0; c < duckdb_column_count(&f->result); c++) {
        if (c) shi_buf_addc(&f->text, ',');
        shi_buf_csv(&f->text, shi_str_from(duckdb_column_name(&f->result, c)));
    }
    shi_buf_addc(&f->text, '\n');
    return (shi_err){ 0 };
}

/* As the catalogue has it, which is exact but for rows that were deleted; 0: a view, or not known. */
static int64_t table_rows(duckdb_connection con, const char *table)
{
    duckdb_result result;
    char sql[256];
    int64_t n = 0;
    snprintf(sql, sizeof sql, "SELECT estimated_size FROM duckdb_tables() WHERE table_name = '%.40s' AND database_name = current_database()", table);
    if (duckdb_query(con, sql, &result) == DuckDBSuccess) {
        duckdb_data_chunk chunk = duckdb_fetch_chunk(result);
        if (chunk && duckdb_data_chunk_get_size(chunk) == 1)
            n = ((const int64_t *)duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0)))[0];
        if (chunk) duckdb_destroy_data_chunk(&chunk);
    }
    duckdb_destroy_result(&result);
    return n;
}

shi_err shi_duckdb_open(shi_arena *keep, shi_str file, const shi_database_ask *ask, shi_feed *out)
{
    (void)keep;
    if (!shi_os_exists(file.ptr)) return shi_os_input_error(file);
    feed *f = calloc(1, sizeof *f);
    if (!f) return shi_no_memory();
    shi_err e = open_file(f, file);
    if (!e.code && ask->size) f->total = table_rows(f->con, ask->table);
    if (!e.code) e = start(f, ask->query);
    if (e.code) {
        finish(f);
        return e;
    }
    *out = (shi_feed){ next, stop, finish, count, f };
    return e;
}
