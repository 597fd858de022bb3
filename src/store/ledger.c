/* The ledger in SQLite: WAL, full sync, strict tables. */
#include "store/ledger.h"

#include "store/lite.h"

#include <string.h>

static const char *const SCHEMA[] = {
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    "CREATE TABLE import (id INTEGER PRIMARY KEY, table_name TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL, "
    " options TEXT NOT NULL, columns TEXT NOT NULL, bytes INTEGER NOT NULL, rows INTEGER NOT NULL, accepted INTEGER NOT NULL, rejected INTEGER NOT "
    "NULL, "
    " imported_at INTEGER NOT NULL, undone_at INTEGER) STRICT",
    "CREATE TABLE range (import_id INTEGER NOT NULL REFERENCES import, app TEXT NOT NULL, first_day INTEGER NOT NULL, "
    " last_day INTEGER NOT NULL, rows INTEGER NOT NULL, logins INTEGER NOT NULL, points INTEGER NOT NULL, whole_minutes INTEGER NOT NULL, "
    " whole_hours INTEGER NOT NULL, whole_days INTEGER NOT NULL, PRIMARY KEY (import_id, app)) STRICT",
    "CREATE TABLE part (path TEXT PRIMARY KEY, import_id INTEGER NOT NULL REFERENCES import, period TEXT, "
    " bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, dropped_at INTEGER) STRICT",
    "CREATE TABLE mask (import_id INTEGER NOT NULL REFERENCES import, app TEXT NOT NULL, first_day INTEGER NOT NULL, "
    " last_day INTEGER NOT NULL, PRIMARY KEY (import_id, app)) STRICT",
    "CREATE TABLE word (import_id INTEGER NOT NULL REFERENCES import, app TEXT NOT NULL, action TEXT NOT NULL, rows INTEGER NOT NULL, "
    " PRIMARY KEY (import_id, app, action)) STRICT",
    "CREATE TABLE run (run TEXT PRIMARY KEY, period TEXT, started_at INTEGER NOT NULL, figures INTEGER NOT NULL, sha256 TEXT NOT NULL) STRICT",
    "CREATE TABLE trail (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL, "
    " previous TEXT NOT NULL, hash TEXT NOT NULL) STRICT",
};

static shi_err create(sqlite3 *db)
{
    char version[64];
    SHI_TRY(shi_lite_exec(db, "BEGIN IMMEDIATE", NULL, 0));
    for (int64_t i = 0; i < COUNT(SCHEMA); i++) SHI_TRY(shi_lite_exec(db, SCHEMA[i], NULL, 0));
    snprintf(version, sizeof version, "PRAGMA user_version = %d", SHI_WORKSPACE_VERSION);
    SHI_TRY(shi_lite_exec(db, version, NULL, 0));
    return shi_lite_exec(db, "COMMIT", NULL, 0);
}

static shi_err configure(sqlite3 *db, bool make, bool write)
{
    int64_t version = 0;
    bool found;
    sqlite3_busy_timeout(db, 5000);
    SHI_TRY(shi_lite_exec(db, "PRAGMA foreign_keys = ON", NULL, 0));
    SHI_TRY(shi_lite_exec(db, "PRAGMA trusted_schema = OFF", NULL, 0));
    SHI_TRY(shi_lite_one(db, "PRAGMA user_version", NULL, 0, &version, &found));
    if (version > SHI_WORKSPACE_VERSION)
        return shi_fail(SHI_INPUT, N_("the workspace was made by a newer version of Shishu"),
                        N_("Install the newer version; this one would not understand what is in it."));
    if (make) SHI_TRY(shi_lite_exec(db, "PRAGMA journal_mode = WAL", NULL, 0));
    if (write) SHI_TRY(shi_lite_exec(db, "PRAGMA synchronous = FULL", NULL, 0));
    if (make) return create(db);
    if (version == 0)
        return shi_fail(SHI_INPUT, N_("ledger.db is damaged"), N_("Take the workspace back from a backup; the files in data/ are not affected."));
    return (shi_err){ 0 };
}

/* As it lies, without a lock or a shared-memory file beside it: for a reader who may not write there. */
static shi_err open_immutable(const char *path, sqlite3 **out)
{
    shi_buf uri = { 0 };
    shi_buf_puts(&uri, "file:");
    for (const char *p = path; *p; p++) {
        if (strchr("%?#", *p)) shi_buf_format(&uri, "%%%02x", (unsigned)*p);
        else shi_buf_addc(&uri, *p);
    }
    shi_buf_puts(&uri, "?immutable=1");
    sqlite3 *db = NULL;
    int rc = uri.failed ? SQLITE_NOMEM : sqlite3_open_v2(uri.ptr, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
    shi_err e = rc == SQLITE_OK ? configure(db, false, false) : rc == SQLITE_NOMEM ? shi_no_memory() : shi_lite_error(db);
    shi_buf_drop(&uri);
    if (e.code) sqlite3_close(db);
    else *out = db;
    return e;
}

/* Nothing waits in the write-ahead log: the database file is all there is. */
static bool log_is_empty(const char *path)
{
    shi_buf wal = { 0 };
    int64_t bytes = 0;
    shi_buf_format(&wal, "%s-wal", path);
    bool empty = !wal.failed && (!shi_os_exists(wal.ptr) || (!shi_os_size(wal.ptr, &bytes).code && bytes == 0));
    shi_buf_drop(&wal);
    return empty;
}

shi_err shi_ledger_open(const char *path, bool make, bool write, sqlite3 **out)
{
    sqlite3 *db = NULL;
    int flags = make ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    shi_err e = sqlite3_open_v2(path, &db, flags, NULL) == SQLITE_OK ? configure(db, make, write) : shi_lite_error(db);
    if (!e.code) {
        *out = db;
        return e;
    }
    sqlite3_close(db);
    return e.code == SHI_SYSTEM && !write && !make && log_is_empty(path) ? open_immutable(path, out) : e;
}

shi_err shi_ledger_begin(shi_workspace *ws)
{
    return ws->held ? (shi_err){ 0 } : shi_lite_exec(ws->ledger, "BEGIN IMMEDIATE", NULL, 0);
}

shi_err shi_ledger_commit(shi_workspace *ws)
{
    if (ws->held) return (shi_err){ 0 };
    shi_err e = shi_lite_exec(ws->ledger, "COMMIT", NULL, 0);
    if (e.code) shi_ledger_rollback(ws);
    return e;
}

void shi_ledger_rollback(shi_workspace *ws)
{
    ws->held = false;
    if (!sqlite3_get_autocommit(ws->ledger)) sqlite3_exec(ws->ledger, "ROLLBACK", NULL, NULL, NULL);
}

shi_err shi_ledger_hold(shi_workspace *ws)
{
    SHI_TRY(shi_ledger_begin(ws));
    ws->held = true;
    return (shi_err){ 0 };
}

shi_err shi_ledger_release(shi_workspace *ws)
{
    ws->held = false;
    return shi_ledger_commit(ws);
}

/* Rows of a query, read by `read` into an array in keep; two passes, the first to count. */
#define LOAD(ws, keep, type, sql_, params_, n_, read, out)                                                   \
    do {                                                                                                      \
        shi_err e_ = { 0 };                                                                                   \
        int64_t count_ = 0, at_ = 0;                                                                          \
        sqlite3_stmt *st_ = shi_lite_query((ws)->ledger, (sql_), (params_), (n_), &e_);                       \
        while (shi_lite_next(st_, &e_)) count_++;                                                             \
        type *rows_ = e_.code ? NULL : shi_new((keep), type, count_);                                         \
        if (!e_.code && !rows_) e_ = shi_no_memory();                                                         \
        if (st_) sqlite3_reset(st_);                                                                          \
        while (at_ < count_ && shi_lite_next(st_, &e_)) read(st_, (keep), &rows_[at_++]);                     \
        sqlite3_finalize(st_);                                                                                \
        if (e_.code) return e_;                                                                               \
        (out)->ptr = rows_;                                                                                   \
        (out)->len = at_;                                                                                     \
    } while (0)

static void read_import(sqlite3_stmt *st, shi_arena *keep, shi_import_row *row)
{
    *row = (shi_import_row){ .id = shi_lite_int(st, 0), .table = shi_lite_str(st, 1, keep), .file = shi_lite_str(st, 2, keep),
        .sha256 = shi_lite_str(st, 3, keep), .options = shi_lite_str(st, 4, keep), .bytes = shi_lite_int(st, 5), .rows = shi_lite_int(st, 6),
        .accepted = shi_lite_int(st, 7), .rejected = shi_lite_int(st, 8), .imported_at = shi_lite_int(st, 9), .undone_at = shi_lite_int(st, 10),
        .columns = shi_lite_str(st, 11, keep) };
}

shi_err shi_ledger_imports(shi_workspace *ws, shi_arena *keep, shi_import_rows *out)
{
    LOAD(ws, keep, shi_import_row,
         "SELECT id, table_name, file, sha256, options, bytes, rows, accepted, rejected, imported_at, coalesce(undone_at, 0), columns "
         "FROM   import ORDER BY id", NULL, 0, read_import, out);
    return (shi_err){ 0 };
}

static void read_range(sqlite3_stmt *st, shi_arena *keep, shi_range_row *row)
{
    *row = (shi_range_row){ .import_id = shi_lite_int(st, 0), .app = shi_lite_str(st, 1, keep), .first_day = shi_lite_int(st, 2),
        .last_day = shi_lite_int(st, 3), .rows = shi_lite_int(st, 4), .logins = shi_lite_int(st, 5), .points = shi_lite_int(st, 6),
        .whole_minutes = shi_lite_int(st, 7), .whole_hours = shi_lite_int(st, 8), .whole_days = shi_lite_int(st, 9) };
}

shi_err shi_ledger_ranges(shi_workspace *ws, shi_arena *keep, const char *table, shi_range_rows *out)
{
    const shi_param table_name = SHI_TEXTP(shi_str_from(table));
    LOAD(ws, keep, shi_range_row,
         "SELECT r.import_id, r.app, max(r.first_day, coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'purged_before'), "
         "r.first_day)), "
         "       r.last_day, r.rows, r.logins, r.points, r.whole_minutes, r.whole_hours, r.whole_days "
         "FROM   range r JOIN import i ON i.id = r.import_id "
         "WHERE  i.table_name = ?1 AND i.undone_at IS NULL ORDER BY r.app, r.import_id", &table_name, 1, read_range, out);
    return (shi_err){ 0 };
}

static void read_part(sqlite3_stmt *st, shi_arena *keep, shi_part_row *row)
{
    *row = (shi_part_row){ .import_id = shi_lite_int(st, 0), .path = shi_lite_str(st, 1, keep), .sha256 = shi_lite_str(st, 2, keep),
        .period = shi_lite_str(st, 3, keep), .bytes = shi_lite_int(st, 4) };
}

shi_err shi_ledger_parts(shi_workspace *ws, shi_arena *keep, const char *table, shi_part_rows *out)
{
    const shi_param table_name = SHI_TEXTP(shi_str_from(table));   /* NULL: of every table, undone imports included */
    LOAD(ws, keep, shi_part_row,
         "SELECT p.import_id, p.path, p.sha256, p.period, p.bytes FROM part p JOIN import i ON i.id = p.import_id "
         "WHERE  p.dropped_at IS NULL AND (?1 IS NULL OR (i.table_name = ?1 AND i.undone_at IS NULL)) ORDER BY p.path",
         &table_name, 1, read_part, out);
    return (shi_err){ 0 };
}

static void read_mask(sqlite3_stmt *st, shi_arena *keep, shi_mask_row *row)
{
    *row = (shi_mask_row){ .import_id = shi_lite_int(st, 0), .app = shi_lite_str(st, 1, keep), .first_day = shi_lite_int(st, 2),
        .last_day = shi_lite_int(st, 3) };
}

shi_err shi_ledger_masks(shi_workspace *ws, shi_arena *keep, shi_mask_rows *out)
{
    LOAD(ws, keep, shi_mask_row,
         "SELECT m.import_id, m.app, m.first_day, m.last_day FROM mask m JOIN import i ON i.id = m.import_id "
         "WHERE  i.undone_at IS NULL ORDER BY m.import_id, m.app", NULL, 0, read_mask, out);
    return (shi_err){ 0 };
}

shi_err shi_ledger_find(shi_workspace *ws, shi_str table, shi_str sha256, shi_str options, int64_t *id)
{
    bool found;
    int64_t hit = 0;
    const shi_param p[] = { SHI_TEXTP(table), SHI_TEXTP(sha256), SHI_TEXTP(options) };
    SHI_TRY(shi_lite_one(ws->ledger, "SELECT id FROM import WHERE table_name = ?1 AND sha256 = ?2 AND options = ?3 AND undone_at IS NULL", p, 3,
                         &hit, &found));
    *id = found ? hit : 0;
    return (shi_err){ 0 };
}

shi_err shi_ledger_next_id(shi_workspace *ws, int64_t *id)
{
    bool found;
    return shi_lite_one(ws->ledger, "SELECT coalesce(max(id), 0) + 1 FROM import", NULL, 0, id, &found);
}

shi_err shi_ledger_add_import(shi_workspace *ws, const shi_import_row *r)
{
    const shi_param p[] = { SHI_INT(r->id), SHI_TEXTP(r->table), SHI_TEXTP(r->file), SHI_TEXTP(r->sha256), SHI_TEXTP(r->options),
        SHI_TEXTP(r->columns), SHI_INT(r->bytes),
        SHI_INT(r->rows), SHI_INT(r->accepted), SHI_INT(r->rejected), SHI_INT(r->imported_at) };
    return shi_lite_exec(ws->ledger, "INSERT INTO import (id, table_name, file, sha256, options, columns, bytes, rows, accepted, rejected, "
        "imported_at) "
                                     "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", p, COUNT(p));
}

shi_err shi_ledger_add_range(shi_workspace *ws, const shi_range_row *r)
{
    const shi_param p[] = { SHI_INT(r->import_id), SHI_TEXTP(r->app), SHI_INT(r->first_day), SHI_INT(r->last_day), SHI_INT(r->rows),
        SHI_INT(r->logins),
        SHI_INT(r->points), SHI_INT(r->whole_minutes), SHI_INT(r->whole_hours), SHI_INT(r->whole_days) };
    return shi_lite_exec(ws->ledger, "INSERT INTO range VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", p, COUNT(p));
}

shi_err shi_ledger_add_part(shi_workspace *ws, const shi_part_row *r)
{
    const shi_param p[] = { SHI_TEXTP(r->path), SHI_INT(r->import_id), SHI_TEXTP(r->period), SHI_INT(r->bytes), SHI_TEXTP(r->sha256) };
    return shi_lite_exec(ws->ledger, "INSERT INTO part (path, import_id, period, bytes, sha256) VALUES (?, ?, ?, ?, ?)", p, COUNT(p));
}

shi_err shi_ledger_add_mask(shi_workspace *ws, int64_t import_id, shi_str app, int64_t first_day, int64_t last_day)
{
    const shi_param p[] = { SHI_INT(import_id), SHI_TEXTP(app), SHI_INT(first_day), SHI_INT(last_day) };
    return shi_lite_exec(ws->ledger, "INSERT INTO mask VALUES (?, ?, ?, ?)", p, COUNT(p));
}

shi_err shi_ledger_add_word(shi_workspace *ws, int64_t import_id, shi_str app, shi_str action, int64_t rows)
{
    const shi_param p[] = { SHI_INT(import_id), SHI_TEXTP(app), SHI_TEXTP(action), SHI_INT(rows) };
    return shi_lite_exec(ws->ledger, "INSERT INTO word VALUES (?, ?, ?, ?)", p, COUNT(p));
}

shi_err shi_ledger_drop_part(shi_workspace *ws, shi_str path)
{
    const shi_param p[] = { SHI_INT(ws->now_us), SHI_TEXTP(path) };
    return shi_lite_exec(ws->ledger, "UPDATE part SET dropped_at = ? WHERE path = ?", p, COUNT(p));
}

shi_err shi_ledger_set_undone(shi_workspace *ws, int64_t import_id)
{
    const shi_param p[] = { SHI_INT(ws->now_us), SHI_INT(import_id) };
    return shi_lite_exec(ws->ledger, "UPDATE import SET undone_at = ? WHERE id = ?", p, COUNT(p));
}

shi_err shi_ledger_get(shi_workspace *ws, shi_arena *keep, shi_str name, shi_str *out)
{
    shi_err e = { 0 };
    const shi_param p = SHI_TEXTP(name);
    sqlite3_stmt *st = shi_lite_query(ws->ledger, "SELECT value FROM meta WHERE name = ?", &p, 1, &e);
    *out = (shi_str){ 0 };
    if (shi_lite_next(st, &e)) *out = shi_lite_str(st, 0, keep);
    sqlite3_finalize(st);
    return e;
}

shi_err shi_ledger_set(shi_workspace *ws, shi_str name, shi_str value)
{
    const shi_param p[] = { SHI_TEXTP(name), SHI_TEXTP(value) };
    return shi_lite_exec(ws->ledger, "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", p, COUNT(p));
}

shi_err shi_ledger_add_run(shi_workspace *ws, const shi_run_row *r)
{
    const shi_param p[] = { SHI_TEXTP(r->run), SHI_TEXTP(r->period), SHI_INT(r->started_at), SHI_INT(r->figures), SHI_TEXTP(r->sha256) };
    return shi_lite_exec(ws->ledger, "INSERT INTO run VALUES (?, ?, ?, ?, ?)", p, COUNT(p));
}

shi_err shi_ledger_run(shi_workspace *ws, shi_arena *keep, shi_str name, shi_run_row *out)
{
    shi_err e = { 0 };
    const shi_param p = SHI_TEXTP(name);
    sqlite3_stmt *st = shi_lite_query(ws->ledger, "SELECT run, period, started_at, figures, sha256 FROM run WHERE ?1 IS NULL OR run = ?1 "
                                                  "ORDER BY started_at DESC, rowid DESC LIMIT 1", &p, 1, &e);
    bool found = shi_lite_next(st, &e);
    if (found) *out = (shi_run_row){ .run = shi_lite_str(st, 0, keep), .period = shi_lite_str(st, 1, keep), .started_at = shi_lite_int(st, 2),
        .figures = shi_lite_int(st, 3), .sha256 = shi_lite_str(st, 4, keep) };
    sqlite3_finalize(st);
    if (!e.code && !found) return shi_fail_value(SHI_INPUT, name, N_("there is no such run"), N_("Run \"shishu audit\" first."));
    return e;
}

shi_err shi_ledger_run_count(shi_workspace *ws, int64_t *runs)
{
    bool found;
    return shi_lite_one(ws->ledger, "SELECT count(*) FROM run", NULL, 0, runs, &found);
}

/* hash = SHA-256 of previous, seq, at, action and detail, each followed by a line feed. */
static void entry_hash(shi_buf *text, shi_str previous, int64_t seq, int64_t at, shi_str action, shi_str detail, char out[65])
{
    shi_sha256 hash;
    text->len = 0;
    shi_buf_add(text, previous);
    shi_buf_format(text, "\n%lld\n%lld\n", (long long)seq, (long long)at);
    shi_buf_add(text, action);
    shi_buf_addc(text, '\n');
    shi_buf_add(text, detail);
    shi_buf_addc(text, '\n');
    shi_sha256_text(shi_buf_str(text), &hash);
    shi_hex(hash.byte, 32, out);
}

static const char FIRST[] = "0000000000000000000000000000000000000000000000000000000000000000";

shi_err shi_trail_add(shi_workspace *ws, const char *action, shi_str detail)
{
    shi_err e = { 0 };
    char previous[65], hash[65];
    int64_t seq = 1;
    strcpy(previous, FIRST);
    sqlite3_stmt *st = shi_lite_query(ws->ledger, "SELECT seq, hash FROM trail ORDER BY seq DESC LIMIT 1", NULL, 0, &e);
    if (shi_lite_next(st, &e)) {
        seq = shi_lite_int(st, 0) + 1;
        snprintf(previous, sizeof previous, "%s", (const char *)sqlite3_column_text(st, 1));
    }
    sqlite3_finalize(st);
    if (e.code) return e;
    shi_buf text = { 0 };
    entry_hash(&text, shi_str_from(previous), seq, ws->now_us, shi_str_from(action), detail, hash);
    bool failed = text.failed;
    shi_buf_drop(&text);
    if (failed) return shi_no_memory();
    const shi_param p[] = { SHI_INT(seq), SHI_INT(ws->now_us), SHI_TEXTP(shi_str_from(action)), SHI_TEXTP(detail), SHI_TEXTP(shi_str_from(previous)),
        SHI_TEXTP(shi_str_from(hash)) };
    return shi_lite_exec(ws->ledger, "INSERT INTO trail VALUES (?, ?, ?, ?, ?, ?)", p, COUNT(p));
}

static shi_str column(sqlite3_stmt *st, int c)
{
    return (shi_str){ (const char *)sqlite3_column_text(st, c), sqlite3_column_bytes(st, c) };
}

shi_err shi_trail_verify(shi_workspace *ws, int64_t *entries, int64_t *bad, char head[65])
{
    shi_err e = { 0 };
    shi_buf text = { 0 };
    char hash[65];
    strcpy(head, FIRST);
    *entries = *bad = 0;
    sqlite3_stmt *st = shi_lite_query(ws->ledger, "SELECT seq, at, action, detail, previous, hash FROM trail ORDER BY seq", NULL, 0, &e);
    while (shi_lite_next(st, &e)) {
        int64_t seq = shi_lite_int(st, 0);
        ++*entries;
        entry_hash(&text, column(st, 4), seq, shi_lite_int(st, 1), column(st, 2), column(st, 3), hash);
        bool fits = seq == *entries && shi_str_eq(column(st, 4), shi_str_from(head)) && shi_str_eq(column(st, 5), shi_str_from(hash));
        if (!fits && !*bad) *bad = seq ? seq : -1;   /* an entry may have been renumbered to 0 */
        snprintf(head, 65, "%s", (const char *)sqlite3_column_text(st, 5));
    }
    sqlite3_finalize(st);
    if (!e.code && text.failed) e = shi_no_memory();
    shi_buf_drop(&text);
    return e;
}
