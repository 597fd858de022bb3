/* SQLite's C API, wrapped. */
#include "store/lite.h"

shi_err shi_lite_error(sqlite3 *db)
{
    int rc = sqlite3_extended_errcode(db);
    shi_str words = shi_str_from(sqlite3_errmsg(db));
    switch (rc & 0xff) {
    case SQLITE_FULL: return shi_fail(SHI_SYSTEM, N_("the disk is full"),
                                      N_("Free some space on the disk and run the command again: nothing was changed."));
    case SQLITE_NOMEM: return shi_no_memory();
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
        return shi_fail_value(SHI_SYSTEM, words, N_("permission is missing"),
                              N_("Run it as a user who may read and write there, or change the permissions."));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return shi_fail_value(SHI_INPUT, words, N_("ledger.db is damaged"),
                              N_("Take the workspace back from a backup; the files in data/ are not affected."));
    case SQLITE_BUSY:
        return shi_fail_value(SHI_SYSTEM, words, N_("another program is writing to the ledger"),
                              N_("Wait until it has ended and run the command again."));
    default: return shi_fail_value(SHI_SYSTEM, words, N_("the ledger cannot be read or written"),
                                   N_("Check the disk and run the command again: nothing was changed."));
    }
}

sqlite3_stmt *shi_lite_query(sqlite3 *db, const char *sql, const shi_param *params, int64_t n, shi_err *err)
{
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK) {
        *err = shi_lite_error(db);
        return NULL;
    }
    for (int64_t i = 0; i < n; i++) {
        int at = (int)i + 1;
        if (params[i].kind == SHI_P_TEXT && params[i].s.ptr)
            sqlite3_bind_text64(st, at, params[i].s.ptr, (sqlite3_uint64)params[i].s.len, SQLITE_TRANSIENT, SQLITE_UTF8);
        else if (params[i].kind == SHI_P_INT || params[i].kind == SHI_P_TIME) sqlite3_bind_int64(st, at, params[i].i);
        else if (params[i].kind == SHI_P_F64) sqlite3_bind_double(st, at, params[i].d);
        else sqlite3_bind_null(st, at);
    }
    return st;
}

bool shi_lite_next(sqlite3_stmt *st, shi_err *err)
{
    if (!st || err->code) return false;
    int rc = sqlite3_step(st);
    if (rc == SQLITE_ROW) return true;
    if (rc != SQLITE_DONE) *err = shi_lite_error(sqlite3_db_handle(st));
    return false;
}

shi_err shi_lite_exec(sqlite3 *db, const char *sql, const shi_param *params, int64_t n)
{
    shi_err e = { 0 };
    sqlite3_stmt *st = shi_lite_query(db, sql, params, n, &e);
    while (shi_lite_next(st, &e)) continue;
    sqlite3_finalize(st);
    return e;
}

int64_t shi_lite_int(sqlite3_stmt *st, int column)
{
    return sqlite3_column_int64(st, column);
}

shi_str shi_lite_str(sqlite3_stmt *st, int column, shi_arena *keep)
{
    const unsigned char *text = sqlite3_column_text(st, column);
    if (!text) return (shi_str){ 0 };
    return shi_str_copy(keep, (shi_str){ (const char *)text, sqlite3_column_bytes(st, column) });
}

shi_err shi_lite_one(sqlite3 *db, const char *sql, const shi_param *params, int64_t n, int64_t *out, bool *found)
{
    shi_err e = { 0 };
    sqlite3_stmt *st = shi_lite_query(db, sql, params, n, &e);
    *found = shi_lite_next(st, &e);
    if (*found) *out = shi_lite_int(st, 0);
    sqlite3_finalize(st);
    return e;
}
