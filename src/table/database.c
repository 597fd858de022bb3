/* Which database, and what its kinds share. */
#include "table/database.h"

#include <string.h>

static const struct {
    const char *prefix;
    shi_err (*open)(shi_arena *keep, shi_str rest, const shi_database_ask *ask, shi_feed *out);
} KINDS[] = {
    { "postgres:", shi_postgres_open },
    { "postgresql:", shi_postgres_open },
    { "mysql:", shi_mysql_open },
    { "mariadb:", shi_mysql_open },
    { "sqlite:", shi_sqlite_open },
    { "duckdb:", shi_duckdb_open },
};

bool shi_database_is(shi_str path)
{
    for (int64_t i = 0; i < COUNT(KINDS); i++)
        if (shi_str_starts(path, shi_str_from(KINDS[i].prefix))) return true;
    return false;
}

bool shi_feed_take(shi_buf *text, int64_t *at, char *into, int64_t cap, int64_t *len)
{
    *len = text->len - *at < cap ? text->len - *at : cap;
    if (*len <= 0) return false;
    memcpy(into, text->ptr + *at, (size_t)*len);
    *at += *len;
    if (*at == text->len) text->len = *at = 0;
    return true;
}

const char *shi_refusal_reason(shi_refusal refusal)
{
    static const char *const REASONS[] = {
        [SHI_REFUSED] = N_("the database refused the query"),
        [SHI_REFUSED_TABLE] = N_("the database refused the query: it has no such table"),
        [SHI_REFUSED_COLUMN] = N_("the database refused the query: it has no such column"),
        [SHI_REFUSED_SQL] = N_("the database refused the query: the SQL is written wrongly"),
        [SHI_REFUSED_RIGHT] = N_("the database refused the query: this user may not read there"),
        [SHI_REFUSED_WRITE] = N_("the database refused the query: it would write, and all is read-only here"),
    };
    return REASONS[refusal];
}

shi_err shi_database_refused(shi_code code, const char *words, const char *reason, const char *remedy)
{
    shi_str text = shi_str_trim(shi_str_from(words));
    int64_t line = shi_str_find(text, '\n', 0);
    return shi_fail_value(code, line >= 0 ? shi_str_sub(text, 0, line) : text, reason, remedy);
}

shi_err shi_database_open(shi_arena *keep, shi_str path, const shi_database_ask *ask, shi_feed *out)
{
    shi_database_ask whole = { .table = ask->query.len ? NULL : ask->table, .lang = ask->lang, .size = ask->size && !ask->query.len };
    shi_str query = ask->query;
    shi_buf sql = { 0 };
    if (query.len) {
        query = shi_str_trim(query);
        while (query.len && query.ptr[query.len - 1] == ';') query = shi_str_trim(shi_str_sub(query, 0, query.len - 1));
        shi_buf_add(&sql, query);
    } else {
        shi_buf_format(&sql, "SELECT * FROM %s", ask->table);   /* a table of the contract: no dialect needs quotes */
    }
    whole.query = sql.failed ? (shi_str){ 0 } : shi_str_copy(keep, shi_buf_str(&sql));
    shi_buf_drop(&sql);
    if (!whole.query.ptr) return shi_no_memory();
    for (int64_t i = 0; i < COUNT(KINDS); i++) {
        shi_str prefix = shi_str_from(KINDS[i].prefix);
        if (!shi_str_starts(path, prefix)) continue;
        /* libpq knows postgresql://… as a whole */
        shi_str rest = shi_str_copy(keep, shi_str_sub(path, prefix.len, path.len));
        if (!rest.ptr) return shi_no_memory();
        return KINDS[i].open(keep, shi_str_starts(rest, S("//")) ? shi_str_copy(keep, path) : rest, &whole, out);
    }
    return shi_fail_value(SHI_USAGE, path, N_("there is no such kind of database"), N_("Use postgres:, mysql:, sqlite: or duckdb:."));
}
