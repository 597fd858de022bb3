/* Which database, and what its kinds share. */
#include "table/database.h"

#include <string.h>

static const struct {
    const char *prefix;
    shi_err (*open)(shi_arena *keep, shi_str rest, shi_str query, shi_feed *out);
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

shi_err shi_database_refused(shi_code code, const char *words, const char *reason, const char *remedy)
{
    shi_str text = shi_str_trim(shi_str_from(words));
    int64_t line = shi_str_find(text, '\n', 0);
    return shi_fail_value(code, line >= 0 ? shi_str_sub(text, 0, line) : text, reason, remedy);
}

shi_err shi_database_open(shi_arena *keep, shi_str path, shi_str query, const char *name, shi_feed *out)
{
    shi_buf sql = { 0 };
    if (query.len) {
        query = shi_str_trim(query);
        while (query.len && query.ptr[query.len - 1] == ';') query = shi_str_trim(shi_str_sub(query, 0, query.len - 1));
        shi_buf_add(&sql, query);
    } else {
        shi_buf_format(&sql, "SELECT * FROM %s", name);   /* a table of the contract: no dialect needs quotes */
    }
    shi_str text = sql.failed ? (shi_str){ 0 } : shi_str_copy(keep, shi_buf_str(&sql));
    shi_buf_drop(&sql);
    if (!text.ptr) return shi_no_memory();
    for (int64_t i = 0; i < COUNT(KINDS); i++) {
        shi_str prefix = shi_str_from(KINDS[i].prefix);
        if (!shi_str_starts(path, prefix)) continue;
        /* libpq knows postgresql://… as a whole */
        shi_str rest = shi_str_copy(keep, shi_str_sub(path, prefix.len, path.len));
        if (!rest.ptr) return shi_no_memory();
        return KINDS[i].open(keep, shi_str_starts(rest, S("//")) ? shi_str_copy(keep, path) : rest, text, out);
    }
    return shi_fail_value(SHI_USAGE, path, N_("there is no such kind of database"), N_("Use postgres:, mysql:, sqlite: or duckdb:."));
}
