/* Readers wait in a list until a call takes one. A reader whose run is no longer the latest opens it anew; what it held of the old one goes. */
#include "serve/server.h"

#include <stdlib.h>
#include <string.h>

enum { CALL_BYTES_LOG2 = 34, HELD_BYTES_LOG2 = 36 };

static void close_run(shi_reader *r)
{
    if (!r->run.ptr) return;
    shi_duck_close(&r->duck);
    shi_workspace_close(&r->ws);
    shi_arena_drop(&r->held);
    r->run = (shi_str){ 0 };
}

static shi_err load_units(shi_reader *r)
{
    shi_arena scratch;
    shi_chain chain = { .ws = &r->ws, .keep = &r->held, .duck = &r->duck };
    SHI_TRY(shi_arena_open((int64_t)1 << 30, &scratch));
    shi_err e = shi_views_make(&r->ws, scratch, &r->duck);
    shi_arena_drop(&scratch);
    if (!e.code) e = shi_chain_register(&chain);
    r->units = chain.units;
    return e;
}

/* Rows of two texts; the second may be missing. */
static shi_err load_pairs(shi_reader *r, const char *sql, shi_pairs *out)
{
    shi_rows rows;
    SHI_TRY(shi_duck_query(&r->duck, sql, NULL, 0, &rows));
    int64_t n = (int64_t)duckdb_row_count(&rows.result);
    *out = (shi_pairs){ .ptr = shi_new(&r->held, shi_pair, n + 1) };
    while (out->ptr && out->len < n && shi_rows_next(&rows))
        out->ptr[out->len++] = (shi_pair){ shi_str_copy(&r->held, shi_rows_str(&rows, 0)),
            shi_rows_null(&rows, 1) ? (shi_str){ 0 } : shi_str_copy(&r->held, shi_rows_str(&rows, 1)) };
    shi_rows_close(&rows);
    return out->ptr ? (shi_err){ 0 } : shi_no_memory();
}

/* What can be chosen from. */
static shi_err load_choices(shi_reader *r)
{
    shi_pairs periods;
    SHI_TRY(load_pairs(r, "SELECT CAST(period AS VARCHAR), NULL FROM figure_out GROUP BY 1 ORDER BY 1 DESC LIMIT 1000", &periods));
    shi_str *list = shi_new(&r->held, shi_str, periods.len + 1);
    if (!list) return shi_no_memory();
    for (int64_t i = 0; i < periods.len; i++) list[i] = periods.ptr[i].name;
    r->periods = (shi_strs){ list, periods.len };
    return load_pairs(r, "SELECT CAST(indicator AS VARCHAR), any_value(CAST(indicator_name AS VARCHAR)) FROM figure_out GROUP BY 1 ORDER BY 1 "
        "LIMIT 1000",
                      &r->indicators);
}

static shi_err open_run(shi_server *server, shi_reader *r, const char *name)
{
    SHI_TRY(shi_arena_open((int64_t)1 << HELD_BYTES_LOG2, &r->held));
    shi_err e = shi_workspace_open(&r->held, server->options->dir, SHI_READ, shi_os_now_us(), &r->ws);
    if (e.code) {
        shi_arena_drop(&r->held);
        return e;
    }
    const shi_engine engine = { .memory = server->options->engine.memory / 4, .threads = 1 };
    e = shi_run_open(&r->ws, &r->held, shi_str_from(name), &engine, &r->duck, &r->info);
    if (e.code) {
        shi_workspace_close(&r->ws);
        shi_arena_drop(&r->held);
        return e;
    }
    r->run = r->info.run;
    e = load_units(r);
    if (!e.code) e = load_choices(r);
    if (!e.code) e = shi_duck_keep_statements(&r->duck);
    if (e.code) close_run(r);
    return e;
}

shi_err shi_reader_take(shi_server *server, shi_reader **out)
{
    pthread_mutex_lock(&server->lock);
    shi_reader *r = server->idle;
    if (r) server->idle = r->next;
    pthread_mutex_unlock(&server->lock);
    if (!r) r = calloc(1, sizeof *r);
    if (!r) return shi_no_memory();
    shi_err e = shi_arena_open((int64_t)1 << CALL_BYTES_LOG2, &r->call);
    if (e.code) {
        close_run(r);
        free(r);
        return e;
    }
    *out = r;
    return e;
}

shi_err shi_reader_latest(shi_server *server, shi_reader *r)
{
    char latest[sizeof server->run];
    pthread_mutex_lock(&server->lock);
    memcpy(latest, server->run, sizeof latest);
    pthread_mutex_unlock(&server->lock);
    if (!latest[0])
        return shi_fail(SHI_INPUT, N_("there is no audit yet"), N_("Import targets, reports and logs, then run \"shishu audit\" or start it under "
            "Import and audit."));
    if (r->run.ptr && shi_str_eq(r->run, shi_str_from(latest))) return (shi_err){ 0 };
    close_run(r);
    return open_run(server, r, latest);
}

void shi_reader_give(shi_server *server, shi_reader *r)
{
    shi_arena_drop(&r->call);
    pthread_mutex_lock(&server->lock);
    r->next = server->idle;
    server->idle = r;
    pthread_mutex_unlock(&server->lock);
}

void shi_readers_drop(shi_server *server)
{
    while (server->idle) {
        shi_reader *r = server->idle;
        server->idle = r->next;
        close_run(r);
        free(r);
    }
}
