/* MySQL and MariaDB as a source: a read-only transaction, rows streamed as text. The query stands inside SELECT * FROM (…), so it can be nothing
 * else. Passwords come from MYSQL_PWD or the [client] part of ~/.my.cnf. */
#include "table/database.h"

#include <mysql.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    MYSQL *con;
    MYSQL_RES *result;
    shi_buf text;
    int64_t at;
    _Atomic int64_t sent;   /* rows */
    int64_t total;          /* rows; 0: not known */
} feed;

/* host=… port=… dbname=… user=… socket=…, words apart by spaces. */
typedef struct {
    const char *host, *port, *dbname, *user, *socket;
} address;

static shi_err lost_or_refused(MYSQL *con)
{
    unsigned code = mysql_errno(con);
    /* 2006, 2013: gone away, lost; 1053, 1077, 1079, 1927: shutdown, killed */
    static const struct { unsigned code; shi_refusal refusal; } KNOWN[] = {
        { 1146, SHI_REFUSED_TABLE }, { 1049, SHI_REFUSED_TABLE }, { 1054, SHI_REFUSED_COLUMN }, { 1064, SHI_REFUSED_SQL },
        { 1044, SHI_REFUSED_RIGHT }, { 1142, SHI_REFUSED_RIGHT }, { 1143, SHI_REFUSED_RIGHT }, { 1792, SHI_REFUSED_WRITE },
    };
    shi_refusal refusal = SHI_REFUSED;
    for (int64_t i = 0; i < COUNT(KNOWN); i++)
        if (code == KNOWN[i].code) refusal = KNOWN[i].refusal;
    bool lost = code == 2006 || code == 2013 || code == 1053 || code == 1077 || code == 1079 || code == 1927;
    return shi_database_refused(lost ? SHI_SYSTEM : SHI_INPUT, mysql_error(con),
                                lost ? N_("the connection to the database was lost") : shi_refusal_reason(refusal),
                                lost ? N_("Run the command again: nothing was changed.") : N_("Correct --query, or the connection."));
}

static void put_names(feed *f)
{
    const MYSQL_FIELD *field = mysql_fetch_fields(f->result);
    for (unsigned c = 0; c < mysql_num_fields(f->result); c++) {
        if (c) shi_buf_addc(&f->text, ',');
        shi_buf_csv(&f->text, shi_str_from(field[c].name));
    }
    shi_buf_addc(&f->text, '\n');
}

static void put_row(feed *f, MYSQL_ROW row)
{
    const unsigned long *len = mysql_fetch_lengths(f->result);
    for (unsigned c = 0; c < mysql_num_fields(f->result); c++) {
        if (c) shi_buf_addc(&f->text, ',');
        shi_buf_csv(&f->text, (shi_str){ row[c], row[c] ? (int64_t)len[c] : 0 });
    }
    shi_buf_addc(&f->text, '\n');
}

static shi_err next(void *state, char *into, int64_t cap, int64_t *len)
{
    feed *f = state;
    while (f->result && f->text.len < cap) {
        MYSQL_ROW row = mysql_fetch_row(f->result);
        if (row) {
            put_row(f, row);
            atomic_fetch_add(&f->sent, 1);
            continue;
        }
        if (mysql_errno(f->con)) return lost_or_refused(f->con);
        mysql_free_result(f->result);
        f->result = NULL;
    }
    if (f->text.failed) return shi_no_memory();
    shi_feed_take(&f->text, &f->at, into, cap, len);
    return (shi_err){ 0 };
}

/* Shuts the connection down, which ends the query on the server. */
static void stop(void *state)
{
    mariadb_cancel(((feed *)state)->con);
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
    if (f->result) mysql_free_result(f->result);
    if (f->con) mysql_close(f->con);
    shi_buf_drop(&f->text);
    free(f);
}

static shi_err read_address(shi_arena *keep, shi_str text, address *out)
{
    static const char *const NAMES[] = { "host", "port", "dbname", "user", "socket" };
    const char **const into[] = { &out->host, &out->port, &out->dbname, &out->user, &out->socket };
    for (int64_t from = 0, to; from < text.len; from = to + 1) {
        to = shi_str_find(text, ' ', from);
        if (to < 0) to = text.len;
        shi_str word = shi_str_sub(text, from, to);
        int64_t sign = shi_str_find(word, '=', 0), k = 0;
        if (word.len == 0) continue;
        shi_str name = shi_str_sub(word, 0, sign < 0 ? word.len : sign);
        if (shi_str_eq(name, S("password")) || shi_str_starts(text, S("//")))
            return shi_fail(SHI_USAGE, N_("a password may not stand on the command line"), N_("Set MYSQL_PWD, or write it into ~/.my.cnf."));
        while (k < COUNT(NAMES) && !shi_str_eq(name, shi_str_from(NAMES[k]))) k++;
        if (k == COUNT(NAMES) || sign < 0)
            return shi_fail_value(SHI_USAGE, name, N_("the connection is written wrongly"), N_("Write it as mysql:host=… dbname=… user=…."));
        *into[k] = shi_str_copy(keep, shi_str_sub(word, sign + 1, word.len)).ptr;
        if (!*into[k]) return shi_no_memory();
    }
    return (shi_err){ 0 };
}

static shi_err dial(feed *f, const address *a)
{
    int64_t port = 0;
    unsigned char no = 0;
    unsigned seconds = 15;
    if (a->port && (!shi_count_parse(shi_str_from(a->port), &port) || port > 65535))
        return shi_fail_value(SHI_USAGE, shi_str_from(a->port), N_("the connection is written wrongly"),
                              N_("Write it as mysql:host=… dbname=… user=…."));
    f->con = mysql_init(NULL);
    if (!f->con) return shi_no_memory();
    mysql_options(f->con, MYSQL_READ_DEFAULT_GROUP, "client");
    mysql_options(f->con, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    mysql_options(f->con, MYSQL_OPT_LOCAL_INFILE, &no);   /* a server may not ask for our files */
    mysql_options(f->con, MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
    if (mysql_real_connect(f->con, a->host, a->user, shi_os_variable("MYSQL_PWD"), a->dbname, (unsigned)port, a->socket, 0)) return (shi_err){ 0 };
    return shi_database_refused(SHI_INPUT, mysql_error(f->con), N_("the database does not answer"),
                                N_("Check host, port, name and user; the password comes from MYSQL_PWD or ~/.my.cnf."));
}

/* As the server estimates them; 0: a view, or not known. */
static int64_t table_rows(MYSQL *con, const char *table)
{
    char sql[256];
    int64_t n = 0;
    snprintf(sql, sizeof sql, "SELECT table_rows FROM information_schema.tables WHERE table_schema = database() AND table_name = '%.40s'", table);
    MYSQL_RES *result = mysql_query(con, sql) ? NULL : mysql_store_result(con);
    MYSQL_ROW row = result ? mysql_fetch_row(result) : NULL;
    if (row && row[0] && !shi_count_parse(shi_str_from(row[0]), &n)) n = 0;
    if (result) mysql_free_result(result);
    return n;
}

static shi_err start(feed *f, const shi_database_ask *ask)
{
    shi_str query = ask->query;
    shi_buf sql = { 0 };
    /* MariaDB knows both, MySQL only English: a server that does not goes on as it is */
    (void)mysql_query(f->con, ask->lang == SHI_ZH ? "SET lc_messages = 'zh_CN'" : "SET lc_messages = 'en_US'");
    if (ask->size) f->total = table_rows(f->con, ask->table);
    if (mysql_query(f->con, "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")) return lost_or_refused(f->con);
    shi_buf_format(&sql, "SELECT * FROM (%.*s\n) AS q", (int)query.len, query.ptr);
    int failed = sql.failed ? 1 : mysql_real_query(f->con, sql.ptr, (unsigned long)sql.len);
    shi_buf_drop(&sql);
    if (failed) return mysql_errno(f->con) ? lost_or_refused(f->con) : shi_no_memory();
    f->result = mysql_use_result(f->con);
    if (!f->result) return lost_or_refused(f->con);
    put_names(f);
    return (shi_err){ 0 };
}

shi_err shi_mysql_open(shi_arena *keep, shi_str where, const shi_database_ask *ask, shi_feed *out)
{
    address a = { 0 };
    SHI_TRY(read_address(keep, where, &a));
    feed *f = calloc(1, sizeof *f);
    if (!f) return shi_no_memory();
    shi_err e = dial(f, &a);
    if (!e.code) e = start(f, ask);
    if (e.code) {
        finish(f);
        return e;
    }
    *out = (shi_feed){ next, stop, finish, count, f };
    return e;
}
