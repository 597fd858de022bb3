/* SQLite as a source: opened read-only, one SELECT, each cell as its text. */
#include "table/database.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
    sqlite3 *db;
    sqlite3_stmt *st;
    shi_buf text;
    int64_t at;
    _Atomic int64_t sent;   /* rows */
    int64_t total;          /* rows; 0: not known */
} feed;

static shi_err refused(sqlite3 *db)
{
    return shi_database_refused(SHI_INPUT, sqlite3_errmsg(db), N_("the database refused the query"), N_("Correct --query, or the name of the file."));
}

static void put_row(feed *f, int columns, bool names)
{
    for (int c = 0; c < columns; c++) {
        if (c) shi_buf_addc(&f->text, ',');
        const char *cell = names ? sqlite3_column_name(f->st, c) : (const char *)sqlite3_column_text(f->st, c);
        int64_t len = names ? shi_str_from(cell).len : sqlite3_column_bytes(f->st, c);
        shi_buf_csv(&f->text, (shi_str){ cell, cell ? len : 0 });
    }
    shi_buf_addc(&f->text, '\n');
}

static shi_err next(void *state, char *into, int64_t cap, int64_t *len)
{
    feed *f = state;
    while (f->st && f->text.len < cap) {
        int rc = sqlite3_step(f->st);
        if (rc == SQLITE_ROW) {
            atomic_fetch_add(&f->sent, 1);
            put_row(f, sqlite3_column_count(f->st), false);
            continue;
        }
        if (rc != SQLITE_DONE) return rc == SQLITE_INTERRUPT ? shi_fail(SHI_STOPPED, N_("stopped as asked"), N_("Nothing was changed."))
            : refused(f->db);
        sqlite3_finalize(f->st);
        f->st = NULL;
    }
    if (f->text.failed) return shi_no_memory();
    shi_feed_take(&f->text, &f->at, into, cap, len);
    return (shi_err){ 0 };
}

static void stop(void *state)
{
    sqlite3_interrupt(((feed *)state)->db);
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
    sqlite3_finalize(f->st);
    sqlite3_close(f->db);
    shi_buf_drop(&f->text);
    free(f);
}

/* Not that of a view, which would have to be made twice. 0: not known. */
static int64_t table_rows(sqlite3 *db, const char *table)
{
    sqlite3_stmt *st = NULL;
    int64_t n = 0;
    char sql[256];
    snprintf(sql, sizeof sql, "SELECT CASE WHEN EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '%.40s') "
                              "THEN (SELECT count(*) FROM %.40s) END", table, table);   /* of the schema: no quotes in it */
    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW) n = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return n;
}

static shi_err start(feed *f, shi_str file, const shi_database_ask *ask)
{
    shi_str query = ask->query;
    const char *rest = NULL;
    if (sqlite3_open_v2(file.ptr, &f->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_FULLMUTEX, NULL) != SQLITE_OK)
        return shi_database_refused(SHI_INPUT, sqlite3_errmsg(f->db), N_("the database cannot be opened"), N_("Check the file and its permissions."));
    /* a database of a stranger: its views and triggers may call nothing, its schema is checked */
    sqlite3_db_config(f->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(f->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_busy_timeout(f->db, 10000);
    if (sqlite3_prepare_v2(f->db, query.ptr, (int)query.len, &f->st, &rest) != SQLITE_OK || !f->st) return refused(f->db);
    if (rest && shi_str_trim(shi_str_from(rest)).len)
        return shi_fail_value(SHI_INPUT, shi_str_from(rest), N_("the query holds more than one statement"), N_("Give one SELECT."));
    if (!sqlite3_stmt_readonly(f->st) || sqlite3_column_count(f->st) == 0)
        return shi_fail_value(SHI_INPUT, query, N_("the query is no SELECT"), N_("Give one SELECT."));
    put_row(f, sqlite3_column_count(f->st), true);
    if (ask->size) f->total = table_rows(f->db, ask->table);
    return (shi_err){ 0 };
}

shi_err shi_sqlite_open(shi_arena *keep, shi_str file, const shi_database_ask *ask, shi_feed *out)
{
    (void)keep;
    if (!shi_os_exists(file.ptr)) return shi_os_input_error(file);
    feed *f = calloc(1, sizeof *f);
    if (!f) return shi_no_memory();
    shi_err e = start(f, file, ask);
    if (e.code) {
        finish(f);
        return e;
    }
    *out = (shi_feed){ next, stop, finish, count, f };
    return e;
}
