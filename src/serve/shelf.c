/* The latest run, opened once for all readers: a database with the run's files as views, which each reader joins with a connection of its own. A
 * thread copies what is asked for again and again into compressed tables in memory (DuckDB opens a Parquet file anew for each query, which costs
 * more than what one figure does); until they are there, and where they do not fit, the files themselves answer. A shelf is closed by whoever
 * lets go of it last. */
#include "serve/server.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { HELD_BYTES_LOG2 = 36, PIECE = 10 * 122880 };   /* rows that one step copies: ten of DuckDB's row groups, held uncompressed meanwhile */

static shi_err load_units(shi_shelf *s)
{
    shi_arena scratch;
    shi_chain chain = { .ws = &s->ws, .keep = &s->held, .duck = &s->duck };
    SHI_TRY(shi_arena_open((int64_t)1 << 30, &scratch));
    shi_err e = shi_views_make(&s->ws, scratch, &s->duck);
    shi_arena_drop(&scratch);
    if (!e.code) e = shi_chain_register(&chain);
    s->units = chain.units;
    return e;
}

/* Rows of two texts; the second may be missing. */
static shi_err load_pairs(shi_shelf *s, const char *sql, shi_pairs *out)
{
    shi_rows rows;
    SHI_TRY(shi_duck_query(&s->duck, sql, NULL, 0, &rows));
    int64_t n = (int64_t)duckdb_row_count(&rows.result);
    *out = (shi_pairs){ .ptr = shi_new(&s->held, shi_pair, n + 1) };
    while (out->ptr && out->len < n && shi_rows_next(&rows))
        out->ptr[out->len++] = (shi_pair){ shi_str_copy(&s->held, shi_rows_str(&rows, 0)),
            shi_rows_null(&rows, 1) ? (shi_str){ 0 } : shi_str_copy(&s->held, shi_rows_str(&rows, 1)) };
    shi_rows_close(&rows);
    return out->ptr ? (shi_err){ 0 } : shi_no_memory();
}

/* What can be chosen from. */
static shi_err load_choices(shi_shelf *s)
{
    shi_pairs periods;
    SHI_TRY(load_pairs(s, "SELECT CAST(period AS VARCHAR), NULL FROM figure_out GROUP BY 1 ORDER BY 1 DESC LIMIT 1000", &periods));
    shi_str *list = shi_new(&s->held, shi_str, periods.len + 1);
    if (!list) return shi_no_memory();
    for (int64_t i = 0; i < periods.len; i++) list[i] = periods.ptr[i].name;
    s->periods = (shi_strs){ list, periods.len };
    return load_pairs(s, "SELECT CAST(indicator AS VARCHAR), any_value(CAST(indicator_name AS VARCHAR)) FROM figure_out GROUP BY 1 ORDER BY 1 "
        "LIMIT 1000",
                      &s->indicators);
}

/* ---- what is read again and again, in memory ---- */

static shi_err step(shi_shelf *s, shi_duck *duck, shi_buf *sql)
{
    if (atomic_load(&s->closing)) return shi_fail(SHI_STOPPED, N_("stopped as asked"), N_("Nothing was changed."));
    SHI_TRY(sql->failed ? shi_no_memory() : shi_duck_exec(duck, sql->ptr, NULL, 0));
    sql->len = 0;
    return (shi_err){ 0 };
}

static shi_err copy_figures(shi_shelf *s, shi_duck *duck, shi_buf *sql)
{
    shi_buf_format(sql, "CREATE TABLE shelf.figure_out AS SELECT *, %s FROM memory.main.figure_out LIMIT 0", SHI_SQL_WORST_COLUMNS);
    SHI_TRY(step(s, duck, sql));
    for (int64_t from = 0; from < s->info.figures; from += PIECE) {
        shi_buf_format(sql, "INSERT INTO shelf.figure_out SELECT * EXCLUDE (file_row_number), %s FROM read_parquet(", SHI_SQL_WORST_COLUMNS);
        shi_sql_file(sql, shi_str_from(s->figures_path));
        shi_buf_format(sql, ", file_row_number = true) WHERE file_row_number >= %" PRId64 " AND file_row_number < %" PRId64, from, from + PIECE);
        SHI_TRY(step(s, duck, sql));
        shi_buf_puts(sql, "CHECKPOINT shelf");
        SHI_TRY(step(s, duck, sql));
    }
    return (shi_err){ 0 };
}

static shi_err copy_all(shi_shelf *s, shi_duck *duck, shi_buf *sql)
{
    static const char *const SMALL[] = { "target_out", "finding", "member" };
    SHI_TRY(shi_duck_exec(duck, "ATTACH ':memory:' AS shelf (COMPRESS)", NULL, 0));
    SHI_TRY(copy_figures(s, duck, sql));
    for (int64_t i = 0; i < COUNT(SMALL); i++) {
        shi_buf_format(sql, "CREATE TABLE shelf.%1$s AS SELECT * FROM memory.main.%1$s", SMALL[i]);
        SHI_TRY(step(s, duck, sql));
    }
    shi_buf_puts(sql, "CHECKPOINT shelf");
    SHI_TRY(step(s, duck, sql));
    atomic_store(&s->copied, true);
    return (shi_err){ 0 };
}

/* An error leaves the files to answer: more slowly, and no less right. */
static void *copy(void *shelf)
{
    shi_shelf *s = shelf;
    shi_buf sql = { 0 };
    (void)copy_all(s, &s->copier, &sql).code;
    shi_buf_drop(&sql);
    return NULL;
}

static void start_copy(shi_shelf *s)
{
    if (shi_duck_join(&s->duck, &s->copier).code) return;
    s->copying = pthread_create(&s->thread, NULL, copy, s) == 0;
    if (!s->copying) shi_duck_close(&s->copier);
}

const char *shi_worst_first(const shi_reader *reader)
{
    return reader->in_memory ? SHI_WORST_COLUMNS_FIRST : SHI_WORST_FIGURES;
}

/* ---- open, hold, let go ---- */

static void close_shelf(shi_shelf *s)
{
    atomic_store(&s->closing, true);
    if (s->copying) {
        duckdb_interrupt(s->copier.con);
        pthread_join(s->thread, NULL);
        shi_duck_close(&s->copier);
    }
    shi_duck_close(&s->duck);
    shi_workspace_close(&s->ws);
    shi_arena_drop(&s->held);
    free(s);
}

static shi_err open_shelf(const shi_serve_options *options, const char *name, shi_shelf *s)
{
    SHI_TRY(shi_arena_open((int64_t)1 << HELD_BYTES_LOG2, &s->held));
    shi_err e = shi_workspace_open(&s->held, options->dir, SHI_READ, shi_os_now_us(), &s->ws);
    if (e.code) {
        shi_arena_drop(&s->held);
        return e;
    }
    /* one thread: each connection's queries run in the thread that asks, and none waits for another's */
    const shi_engine engine = { .memory = options->engine.memory, .threads = 1 };
    e = shi_run_open(&s->ws, &s->held, shi_str_from(name), &engine, &s->duck, &s->info);
    if (e.code) {
        shi_workspace_close(&s->ws);
        shi_arena_drop(&s->held);
        return e;
    }
    s->figures_path = shi_workspace_path(&s->ws, &s->held, "runs/%s/figures.parquet", s->info.run.ptr);
    e = s->figures_path ? load_units(s) : shi_no_memory();
    if (!e.code) e = load_choices(s);
    if (!e.code) {
        start_copy(s);
        return e;
    }
    shi_duck_close(&s->duck);
    shi_workspace_close(&s->ws);
    shi_arena_drop(&s->held);
    return e;
}

void shi_shelf_let_go(shi_server *server, shi_shelf *s)
{
    if (!s) return;
    pthread_mutex_lock(&server->lock);
    bool last = --s->holders == 0;
    pthread_mutex_unlock(&server->lock);
    if (last) close_shelf(s);
}

/* The shelf of this run, held once more; NULL: another run is on it. */
static shi_shelf *hold(shi_server *server, const char *name)
{
    pthread_mutex_lock(&server->lock);
    shi_shelf *s = server->shelf;
    if (s && shi_str_eq(s->info.run, shi_str_from(name))) s->holders++;
    else s = NULL;
    pthread_mutex_unlock(&server->lock);
    return s;
}

shi_err shi_shelf_hold(shi_server *server, const char *name, shi_shelf **out)
{
    shi_err e = { 0 };
    pthread_mutex_lock(&server->opening);   /* whoever comes meanwhile needs the same run */
    *out = hold(server, name);
    if (!*out) {
        shi_shelf *s = calloc(1, sizeof *s), *before;
        e = s ? open_shelf(server->options, name, s) : shi_no_memory();
        if (e.code) free(s);
        else {
            s->holders = 2;          /* the server's, and the caller's */
            pthread_mutex_lock(&server->lock);
            before = server->shelf;
            server->shelf = s;
            pthread_mutex_unlock(&server->lock);
            if (before) shi_readers_let_go(server, before);
            shi_shelf_let_go(server, before);
            *out = s;
        }
    }
    pthread_mutex_unlock(&server->opening);
    return e;
}
