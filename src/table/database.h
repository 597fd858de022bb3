/* A query of a database as CSV text, for the readers of files: postgres:, mysql:, sqlite:, duckdb:. Read-only throughout. */
#ifndef SHI_TABLE_DATABASE_H
#define SHI_TABLE_DATABASE_H

#include "base/os.h"
#include "base/text.h"
#include "base/tr.h"

/* Bytes that come from elsewhere than a file. next fills up to `cap` bytes, *len 0 at the end; stop, from any thread, makes a waiting next
 * return soon; close frees; count, from any thread, tells the rows so far and in all (0: not known). */
typedef struct {
    shi_err (*next)(void *state, char *into, int64_t cap, int64_t *len);
    void (*stop)(void *state);
    void (*close)(void *state);
    void (*count)(void *state, int64_t *done, int64_t *total);
    void *state;
} shi_feed;

/* Does `path` name a database: "postgres:CONNINFO", "mysql:host=… dbname=…", "sqlite:FILE", "duckdb:FILE"? */
bool shi_database_is(shi_str path);
typedef struct {
    shi_str query;        /* missing: all of `table` */
    const char *table;    /* table or view */
    bool size;            /* find out how many rows a whole table has, where that costs little beside reading it */
    shi_lang lang;        /* for the words of the database and its library, where they have a choice */
} shi_database_ask;

/* Opens it and starts the query. keep holds what errors point to. Errors: SHI_USAGE: a password in the text; SHI_INPUT: no such file, table
 * or column, wrong SQL, more than one statement, no connection (the database's own words as the value); SHI_SYSTEM: the connection was lost. */
shi_err shi_database_open(shi_arena *keep, shi_str path, const shi_database_ask *ask, shi_feed *out);

/* ---- for the one file a kind: `ask` holds a query by now, and no table if the query came from the user ---- */

shi_err shi_postgres_open(shi_arena *keep, shi_str conninfo, const shi_database_ask *ask, shi_feed *out);
shi_err shi_mysql_open(shi_arena *keep, shi_str where, const shi_database_ask *ask, shi_feed *out);
shi_err shi_sqlite_open(shi_arena *keep, shi_str file, const shi_database_ask *ask, shi_feed *out);
shi_err shi_duckdb_open(shi_arena *keep, shi_str file, const shi_database_ask *ask, shi_feed *out);

/* Hands `text` on in pieces of cap bytes; `at` is how much was handed on. True when something was. */
bool shi_feed_take(shi_buf *text, int64_t *at, char *into, int64_t cap, int64_t *len);
/* What a database finds wrong with a query, as far as its codes tell. */
typedef enum { SHI_REFUSED, SHI_REFUSED_TABLE, SHI_REFUSED_COLUMN, SHI_REFUSED_SQL, SHI_REFUSED_RIGHT, SHI_REFUSED_WRITE } shi_refusal;
const char *shi_refusal_reason(shi_refusal refusal);
/* The database refused: its words, without their end of line, as the value. */
shi_err shi_database_refused(shi_code code, const char *words, const char *reason, const char *remedy);

#endif
