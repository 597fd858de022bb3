#include "store/checks.h"

#include "store/lite.h"

#include <stdio.h>

/* Made when the first check is planned, so that a workspace of before has them too. */
static const char *const SCHEMA[] = {
    "CREATE TABLE IF NOT EXISTS check_file (id TEXT NOT NULL, name TEXT NOT NULL, content TEXT NOT NULL, sha256 TEXT NOT NULL, previous TEXT, "
    " PRIMARY KEY (id, name)) STRICT",
    "CREATE TABLE IF NOT EXISTS check_stratum (id TEXT NOT NULL, stratum INTEGER NOT NULL, figure TEXT NOT NULL, suspected INTEGER NOT NULL, "
    " PRIMARY KEY (id, stratum)) STRICT",
    "CREATE TABLE IF NOT EXISTS check_cluster (id TEXT NOT NULL, cluster INTEGER NOT NULL, unit_code TEXT NOT NULL, "
    " PRIMARY KEY (id, cluster, unit_code)) STRICT",
    "CREATE TABLE IF NOT EXISTS checked (indicator TEXT NOT NULL, period TEXT NOT NULL, unit_code TEXT NOT NULL, id TEXT NOT NULL, "
    " visited INTEGER NOT NULL, real INTEGER NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL, total INTEGER NOT NULL, claimed INTEGER NOT "
    "NULL, "
    " method TEXT NOT NULL, decision TEXT, "
    " PRIMARY KEY (indicator, period, unit_code)) STRICT",
};

static shi_err have_tables(shi_workspace *ws, bool *have)
{
    int64_t n;
    bool found;
    SHI_TRY(shi_lite_one(ws->ledger, "SELECT count(*) FROM sqlite_master WHERE name = 'check_file'", NULL, 0, &n, &found));
    *have = n > 0;
    return (shi_err){ 0 };
}

static shi_err make_tables(shi_workspace *ws)
{
    for (int64_t i = 0; i < COUNT(SCHEMA); i++) SHI_TRY(shi_lite_exec(ws->ledger, SCHEMA[i], NULL, 0));
    return (shi_err){ 0 };
}

shi_err shi_checks_next(shi_workspace *ws, shi_arena *keep, shi_str *id)
{
    int64_t n = 0;
    bool found, have;
    SHI_TRY(have_tables(ws, &have));
    if (have) SHI_TRY(shi_lite_one(ws->ledger, "SELECT count(DISTINCT id) FROM check_file", NULL, 0, &n, &found));
    *id = shi_str_format(keep, "C-%04lld", (long long)n + 1);
    return id->ptr ? (shi_err){ 0 } : shi_no_memory();
}

shi_err shi_checks_ids(shi_workspace *ws, shi_arena *keep, shi_strs *out)
{
    int64_t n = 0, len = 0;
    bool found, have;
    shi_err e = { 0 };
    *out = (shi_strs){ 0 };
    SHI_TRY(have_tables(ws, &have));
    if (!have) return e;
    SHI_TRY(shi_lite_one(ws->ledger, "SELECT count(DISTINCT id) FROM check_file", NULL, 0, &n, &found));
    shi_str *id = shi_new(keep, shi_str, n + 1);
    if (!id) return shi_no_memory();
    sqlite3_stmt *st = shi_lite_query(ws->ledger, "SELECT DISTINCT id FROM check_file ORDER BY length(id), id", NULL, 0, &e);
    while (len < n && shi_lite_next(st, &e)) id[len++] = shi_lite_str(st, 0, keep);
    sqlite3_finalize(st);
    *out = (shi_strs){ id, len };
    return e;
}

shi_err shi_checks_exists(shi_workspace *ws, shi_str id)
{
    const shi_param p = SHI_TEXTP(id);
    int64_t n = 0;
    bool found, have;
    SHI_TRY(have_tables(ws, &have));
    if (have) SHI_TRY(shi_lite_one(ws->ledger, "SELECT count(*) FROM check_file WHERE id = ?", &p, 1, &n, &found));
    if (n > 0) return (shi_err){ 0 };
    return shi_fail_value(SHI_INPUT, id, N_("there is no such field check"),
                          N_("The folders below checks/ carry their names; \"shishu spotcheck plan\" "
        "makes one."));
}

shi_err shi_checks_put(shi_workspace *ws, shi_str id, const char *name, shi_str content)
{
    shi_sha256 hash;
    char hex[65], detail[256];
    SHI_TRY(make_tables(ws));
    shi_sha256_text(content, &hash);
    shi_hex(hash.byte, 32, hex);
    const shi_param p[] = { SHI_TEXTP(id), SHI_TEXTP(shi_str_from(name)), SHI_TEXTP(content), SHI_TEXTP(shi_str_from(hex)) };
    SHI_TRY(shi_lite_exec(ws->ledger, "INSERT INTO check_file VALUES (?1, ?2, ?3, ?4, NULL) ON CONFLICT (id, name) DO UPDATE SET previous = sha256, "
                          "content = ?3, sha256 = ?4", p, COUNT(p)));
    snprintf(detail, sizeof detail, "{\"check\":\"%.*s\",\"file\":\"%s\",\"sha256\":\"%s\"}", (int)id.len, id.ptr, name, hex);
    return shi_trail_add(ws, "spotcheck", shi_str_from(detail));
}

/* What lies on disk: the file's hash in hex, or "" where there is none. */
static shi_err on_disk(const char *path, char hex[65])
{
    shi_sha256 hash;
    int64_t bytes;
    hex[0] = 0;
    if (!shi_os_exists(path)) return (shi_err){ 0 };
    SHI_TRY(shi_sha256_file(path, &hash, &bytes));
    shi_hex(hash.byte, 32, hex);
    return (shi_err){ 0 };
}

/* The error that names the first line in which the file is not what is recorded. */
static shi_err changed(shi_arena *keep, const char *path, shi_str recorded)
{
    enum { MOST = 1 << 30 };
    shi_str text = { 0 };
    int64_t line = 1, i = 0, start = 0;
    SHI_TRY(shi_os_read(keep, path, MOST, &text));
    for (; i < text.len && i < recorded.len && text.ptr[i] == recorded.ptr[i]; i++)
        if (text.ptr[i] == '\n') line++, start = i + 1;
    int64_t end = shi_str_find(text, '\n', start);
    shi_err e = shi_fail_value(SHI_INPUT, shi_str_sub(text, start, end < 0 ? text.len : end),
                               N_("the file was changed by somebody: this line is the first that is not as recorded"),
                               N_("Put the recorded file back, or delete it: it is written again."));
    e.file = shi_str_from(path);
    e.line = line;
    return e;
}

static shi_err settle_file(shi_workspace *ws, shi_arena *keep, shi_str id, sqlite3_stmt *st)
{
    shi_str name = shi_lite_str(st, 0, keep), sha256 = shi_lite_str(st, 2, keep), previous = shi_lite_str(st, 3, keep);
    const char *path = shi_workspace_path(ws, keep, "checks/%s/%s", id.ptr, name.ptr);
    const shi_str content = { (const char *)sqlite3_column_text(st, 1), sqlite3_column_bytes(st, 1) };
    char hex[65];
    if (!name.ptr || !sha256.ptr || !path) return shi_no_memory();
    SHI_TRY(on_disk(path, hex));
    if (shi_str_eq(shi_str_from(hex), sha256)) return (shi_err){ 0 };
    if (hex[0] && !shi_str_eq(shi_str_from(hex), previous)) return changed(keep, path, content);
    return shi_os_write_whole(path, content, 0644);
}

shi_err shi_checks_settle(shi_workspace *ws, shi_arena *keep, shi_str id)
{
    const shi_param p = SHI_TEXTP(id);
    shi_err e = shi_os_mkdir(shi_workspace_path(ws, keep, "checks"), 0755);
    if (!e.code) e = shi_os_mkdir(shi_workspace_path(ws, keep, "checks/%.*s", (int)id.len, id.ptr), 0755);
    if (e.code) return e;
    sqlite3_stmt *st = shi_lite_query(ws->ledger, "SELECT name, content, sha256, previous FROM check_file WHERE id = ? ORDER BY name", &p, 1, &e);
    while (!e.code && shi_lite_next(st, &e)) e = settle_file(ws, keep, id, st);
    sqlite3_finalize(st);
    return e;
}

shi_err shi_checks_get(shi_workspace *ws, shi_arena *keep, shi_str id, const char *name, shi_str *out)
{
    const shi_param p[] = { SHI_TEXTP(id), SHI_TEXTP(shi_str_from(name)) };
    shi_err e = { 0 };
    bool have;
    *out = (shi_str){ 0 };
    SHI_TRY(have_tables(ws, &have));
    if (!have) return e;
    sqlite3_stmt *st = shi_lite_query(ws->ledger, "SELECT content FROM check_file WHERE id = ? AND name = ?", p, 2, &e);
    if (shi_lite_next(st, &e)) *out = shi_lite_str(st, 0, keep);
    sqlite3_finalize(st);
    return e;
}

shi_err shi_checks_add_stratum(shi_workspace *ws, shi_str id, int64_t stratum, shi_str figure, bool suspected)
{
    const shi_param p[] = { SHI_TEXTP(id), SHI_INT(stratum), SHI_TEXTP(figure), SHI_INT(suspected) };
    SHI_TRY(make_tables(ws));
    return shi_lite_exec(ws->ledger, "INSERT INTO check_stratum VALUES (?, ?, ?, ?)", p, COUNT(p));
}

shi_err shi_checks_add_cluster(shi_workspace *ws, shi_str id, int64_t cluster, shi_str unit_code)
{
    const shi_param p[] = { SHI_TEXTP(id), SHI_INT(cluster), SHI_TEXTP(unit_code) };
    return shi_lite_exec(ws->ledger, "INSERT INTO check_cluster VALUES (?, ?, ?)", p, COUNT(p));   /* the tables were made with the strata */
}

shi_err shi_checks_cluster(shi_workspace *ws, shi_arena *keep, shi_str id, int64_t cluster, shi_strs *out)
{
    const shi_param p[] = { SHI_TEXTP(id), SHI_INT(cluster) };
    int64_t n = 0, len = 0;
    bool found;
    SHI_TRY(shi_lite_one(ws->ledger, "SELECT count(*) FROM check_cluster WHERE id = ? AND cluster = ?", p, 2, &n, &found));
    shi_str *code = shi_new(keep, shi_str, n);
    if (n && !code) return shi_no_memory();
    shi_err e = { 0 };
    sqlite3_stmt *st = shi_lite_query(ws->ledger, "SELECT unit_code FROM check_cluster WHERE id = ? AND cluster = ? ORDER BY unit_code", p, 2, &e);
    while (len < n && shi_lite_next(st, &e)) code[len++] = shi_lite_str(st, 0, keep);
    sqlite3_finalize(st);
    *out = (shi_strs){ code, len };
    return e;
}

shi_err shi_checks_conclude(shi_workspace *ws, const shi_checked_row *r)
{
    const shi_param p[] = { SHI_TEXTP(r->indicator), SHI_TEXTP(r->period), SHI_TEXTP(r->unit_code), SHI_TEXTP(r->check), SHI_INT(r->visited),
        SHI_INT(r->real), SHI_INT(r->low), SHI_INT(r->high), SHI_INT(r->total), SHI_INT(r->claimed), SHI_TEXTP(r->method),
        r->decision.ptr ? SHI_TEXTP(r->decision) : (shi_param){ .kind = SHI_P_NULL } };
    return shi_lite_exec(ws->ledger, "INSERT OR REPLACE INTO checked VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", p, COUNT(p));
}

shi_err shi_checks_concluded(shi_workspace *ws, shi_arena *keep, shi_checked_rows *out)
{
    shi_err e = { 0 };
    bool have, found;
    int64_t n = 0;
    *out = (shi_checked_rows){ 0 };
    SHI_TRY(have_tables(ws, &have));
    if (have) SHI_TRY(shi_lite_one(ws->ledger, "SELECT count(*) FROM checked", NULL, 0, &n, &found));
    if (n == 0) return e;
    out->ptr = shi_new(keep, shi_checked_row, n);
    if (!out->ptr) return shi_no_memory();
    sqlite3_stmt *st = shi_lite_query(ws->ledger, "SELECT indicator, period, unit_code, id, visited, real, low, high, total, claimed, method, "
        "decision "
        "FROM checked "
                                      "ORDER BY indicator, period, unit_code", NULL, 0, &e);
    while (out->len < n && shi_lite_next(st, &e)) {
        out->ptr[out->len++] = (shi_checked_row){ shi_lite_str(st, 0, keep), shi_lite_str(st, 1, keep), shi_lite_str(st, 2, keep),
            shi_lite_str(st, 3, keep), shi_lite_int(st, 4), shi_lite_int(st, 5), shi_lite_int(st, 6), shi_lite_int(st, 7),
            shi_lite_int(st, 8), shi_lite_int(st, 9), shi_lite_str(st, 10, keep), shi_lite_str(st, 11, keep) };
    }
    sqlite3_finalize(st);
    return e;
}

/* Of each file the last entry of the trail counts. */
static const char SQL_AGAINST_TRAIL[] =
    "WITH said AS (SELECT json_extract(detail, '$.check') AS id, json_extract(detail, '$.file') AS name, json_extract(detail, '$.sha256') AS h, "
    "              row_number() OVER (PARTITION BY json_extract(detail, '$.check'), json_extract(detail, '$.file') ORDER BY seq DESC) AS nth "
    "              FROM trail WHERE action = 'spotcheck'), "
    "latest AS (SELECT id, name, h FROM said WHERE nth = 1), held AS (SELECT id, name, sha256 FROM check_file) "
    "SELECT 'checks/' || id || '/' || name FROM (SELECT * FROM (SELECT * FROM latest EXCEPT SELECT * FROM held) "
    "                                            UNION SELECT * FROM (SELECT * FROM held EXCEPT SELECT * FROM latest))";

shi_err shi_checks_verify(shi_workspace *ws, shi_arena *keep, void (*differs)(void *data, shi_str file, const char *what), void *data, int64_t *files)
{
    shi_err e = { 0 };
    bool have;
    SHI_TRY(have_tables(ws, &have));
    if (!have) return e;
    sqlite3_stmt *st = shi_lite_query(ws->ledger, SQL_AGAINST_TRAIL, NULL, 0, &e);
    while (shi_lite_next(st, &e)) differs(data, shi_lite_str(st, 0, keep), N_("the ledger differs from its audit trail"));
    sqlite3_finalize(st);
    if (e.code) return e;
    st = shi_lite_query(ws->ledger, "SELECT 'checks/' || id || '/' || name, content, sha256 FROM check_file ORDER BY id, name", NULL, 0, &e);
    while (!e.code && shi_lite_next(st, &e)) {
        shi_str file = shi_lite_str(st, 0, keep), sha256 = shi_lite_str(st, 2, keep);
        const shi_str content = { (const char *)sqlite3_column_text(st, 1), sqlite3_column_bytes(st, 1) };
        shi_sha256 hash;
        char hex[65];
        ++*files;
        shi_sha256_text(content, &hash);
        shi_hex(hash.byte, 32, hex);
        if (!shi_str_eq(shi_str_from(hex), sha256)) differs(data, file, N_("the ledger differs from its audit trail"));
        e = on_disk(shi_workspace_path(ws, keep, "%s", file.ptr), hex);
        if (e.code || shi_str_eq(shi_str_from(hex), sha256)) continue;
        differs(data, file, hex[0] ? N_("the file was changed") : N_("the file is missing"));
    }
    sqlite3_finalize(st);
    return e;
}
