/* SQLite behind one door, for the ledger only. */
#ifndef SHI_STORE_LITE_H
#define SHI_STORE_LITE_H

#include "table/duck.h"

#include <sqlite3.h>

/* Binds, steps once, finalises: for statements without rows. */
shi_err shi_lite_exec(sqlite3 *db, const char *sql, const shi_param *params, int64_t n);
/* A statement to step through: `while (shi_lite_next(st, &e))`; the caller finalises. NULL and *err on failure. */
sqlite3_stmt *shi_lite_query(sqlite3 *db, const char *sql, const shi_param *params, int64_t n, shi_err *err);
bool shi_lite_next(sqlite3_stmt *st, shi_err *err);
int64_t shi_lite_int(sqlite3_stmt *st, int column);
/* Copied into keep; missing for NULL. */
shi_str shi_lite_str(sqlite3_stmt *st, int column, shi_arena *keep);
/* The first cell of the first row; *found is false when there is none. */
shi_err shi_lite_one(sqlite3 *db, const char *sql, const shi_param *params, int64_t n, int64_t *out, bool *found);
shi_err shi_lite_error(sqlite3 *db);

#endif
