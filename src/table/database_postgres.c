/* PostgreSQL as a source: a read-only transaction, and COPY TO STDOUT, which streams. The server writes the CSV; what comes is still parsed as a
 * stranger's file. libpq speaks the language of the thread's locale, and under LANGUAGE=zh_CN (base/tr.c) that is Chinese unless the locale is C;
 * what the server says comes in the server's language, so the reason is ours, by SQLSTATE. Passwords come from PGPASSWORD, ~/.pgpass or a service
 * file, never from the command line, where others can read them. */
#include "table/database.h"

#include <libpq-fe.h>
#include <locale.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    PGconn *con;
    PGcancel *cancel;
    char *row;            /* what COPY gave last, and how much of it was handed on */
    int64_t row_len, row_at;
    bool ended, headed;
    locale_t english;     /* 0: Chinese */
    _Atomic int64_t sent;   /* rows */
    int64_t total;          /* rows; 0: not known */
} feed;

static const char QUERY_REMEDY[] = N_("Correct --query, or the connection.");

static shi_err no_password(shi_str conninfo)
{
    char *words = NULL;
    PQconninfoOption *all = PQconninfoParse(conninfo.ptr, &words);
    shi_err e = { 0 };
    if (!all) e = shi_database_refused(SHI_USAGE, words, N_("the connection is written wrongly"), N_("Write it as postgres:host=… dbname=… user=…."));
    for (PQconninfoOption *o = all; o && o->keyword; o++)
        if (o->val && !strcmp(o->keyword, "password"))
            e = shi_fail(SHI_USAGE, N_("a password may not stand on the command line"), N_("Set PGPASSWORD, or write it into ~/.pgpass."));
    PQconninfoFree(all);
    PQfreemem(words);
    return e;
}

static shi_err lost(const char *words)
{
    return shi_database_refused(SHI_SYSTEM, words, N_("the connection to the database was lost"), N_("Run the command again: nothing was changed."));
}

/* Why the server did not answer as it should. One that is shut down says so before it hangs up: class 57P. */
static shi_err fault(feed *f, PGresult *r)
{
    static const struct { const char *state; shi_refusal refusal; } KNOWN[] = {
        { "42P01", SHI_REFUSED_TABLE }, { "3F000", SHI_REFUSED_TABLE }, { "42703", SHI_REFUSED_COLUMN }, { "42601", SHI_REFUSED_SQL },
        { "42501", SHI_REFUSED_RIGHT }, { "25006", SHI_REFUSED_WRITE },
    };
    const char *words = r ? PQresultErrorMessage(r) : PQerrorMessage(f->con), *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    if (!r || PQstatus(f->con) != CONNECTION_OK || (state && !strncmp(state, "57P", 3))) return lost(words);
    const char *said = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    shi_refusal refusal = SHI_REFUSED;
    for (int64_t i = 0; state && i < COUNT(KNOWN); i++)
        if (!strcmp(state, KNOWN[i].state)) refusal = KNOWN[i].refusal;
    if (!state || !said) return shi_database_refused(SHI_INPUT, words, shi_refusal_reason(refusal), QUERY_REMEDY);
    shi_buf text = { 0 };
    shi_buf_format(&text, "%s: %s", state, said);
    shi_err e = text.failed ? shi_no_memory() : shi_database_refused(SHI_INPUT, text.ptr, shi_refusal_reason(refusal), QUERY_REMEDY);
    shi_buf_drop(&text);
    return e;
}

/* A statement without rows of interest, or COPY. */
static shi_err send(feed *f, const char *sql, ExecStatusType want)
{
    PGresult *r = PQexec(f->con, sql);
    shi_err e = PQresultStatus(r) == want ? (shi_err){ 0 } : fault(f, r);
    PQclear(r);
    return e;
}

/* The end of COPY: did the server say that all is well? */
static shi_err end(feed *f)
{
    PGresult *r = PQgetResult(f->con);
    shi_err e = PQresultStatus(r) == PGRES_COMMAND_OK ? (shi_err){ 0 } : fault(f, r);
    f->ended = true;
    PQclear(r);
    return e;
}

static shi_err take(feed *f, char *into, int64_t cap, int64_t *len)
{
    *len = 0;
    while (*len < cap) {
        int64_t n = f->row_len - f->row_at < cap - *len ? f->row_len - f->row_at : cap - *len;
        if (n > 0) memcpy(into + *len, f->row + f->row_at, (size_t)n);
        *len += n > 0 ? n : 0;
        f->row_at += n > 0 ? n : 0;
        if (*len == cap || f->ended) break;
        PQfreemem(f->row);
        f->row = NULL;
        f->row_at = f->row_len = 0;
        int got = PQgetCopyData(f->con, &f->row, 0);
        if (got == -1 || got == -2) {
            SHI_TRY(end(f));
            if (got == -2) return lost(PQerrorMessage(f->con));
            break;
        }
        f->row_len = got;   /* one row at a time; the header is the first */
        if (f->headed) atomic_fetch_add(&f->sent, 1);
        f->headed = true;
    }
    return (shi_err){ 0 };
}

static shi_err next(void *state, char *into, int64_t cap, int64_t *len)
{
    feed *f = state;
    locale_t before = uselocale(f->english);   /* 0 changes nothing */
    shi_err e = take(f, into, cap, len);
    uselocale(before);
    return e;
}

static void stop(void *state)
{
    char words[256];
    (void)PQcancel(((feed *)state)->cancel, words, sizeof words);
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
    PQfreemem(f->row);
    if (f->cancel) PQfreeCancel(f->cancel);
    PQfinish(f->con);
    if (f->english) freelocale(f->english);
    free(f);
}

static void silent(void *context, const char *words)
{
    (void)context;
    (void)words;
}

/* As the last ANALYZE estimated them; 0: a view, or not known. */
static int64_t table_rows(PGconn *con, const char *table)
{
    int64_t n = 0;
    char sql[256];
    snprintf(sql, sizeof sql, "SELECT CAST(reltuples AS bigint) FROM pg_class WHERE oid = to_regclass('%.40s') AND reltuples > 0", table);
    PGresult *r = PQexec(con, sql);
    if (PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1 && !shi_count_parse(shi_str_from(PQgetvalue(r, 0, 0)), &n)) n = 0;
    PQclear(r);
    return n;
}

static shi_err start(feed *f, shi_str conninfo, const shi_database_ask *ask)
{
    shi_str query = ask->query;
    shi_buf sql = { 0 };
    f->con = PQconnectdb(conninfo.ptr);
    if (PQstatus(f->con) != CONNECTION_OK)
        return shi_database_refused(SHI_INPUT, PQerrorMessage(f->con), N_("the database does not answer"),
                                    N_("Check host, port, name and user; the password comes from PGPASSWORD or ~/.pgpass."));
    PQsetNoticeProcessor(f->con, silent, NULL);
    f->cancel = PQgetCancel(f->con);
    if (!f->cancel) return shi_no_memory();
    if (PQsetClientEncoding(f->con, "UTF8")) return shi_database_refused(SHI_INPUT, PQerrorMessage(f->con), N_("the database refused the query"),
                                                                         QUERY_REMEDY);
    SHI_TRY(send(f, "SET DateStyle = ISO", PGRES_COMMAND_OK));
    if (ask->size) f->total = table_rows(f->con, ask->table);
    SHI_TRY(send(f, "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", PGRES_COMMAND_OK));
    shi_buf_format(&sql, "COPY (%.*s\n) TO STDOUT WITH (FORMAT csv, HEADER true)", (int)query.len, query.ptr);
    shi_err e = sql.failed ? shi_no_memory() : send(f, sql.ptr, PGRES_COPY_OUT);
    shi_buf_drop(&sql);
    return e;
}

shi_err shi_postgres_open(shi_arena *keep, shi_str conninfo, const shi_database_ask *ask, shi_feed *out)
{
    (void)keep;
    feed *f = calloc(1, sizeof *f);
    if (!f) return shi_no_memory();
    if (ask->lang == SHI_EN) f->english = newlocale(LC_MESSAGES_MASK, "C", duplocale(LC_GLOBAL_LOCALE));
    locale_t before = uselocale(f->english);   /* 0 changes nothing */
    shi_err e = no_password(conninfo);
    if (!e.code) e = start(f, conninfo, ask);
    uselocale(before);
    if (e.code) {
        finish(f);
        return e;
    }
    *out = (shi_feed){ next, stop, finish, count, f };
    return e;
}
