/* Rechecking the ledger. */
#include "store/verify.h"

#include "store/checks.h"
#include "store/lite.h"
#include "store/replies.h"

#include <jansson.h>
#include <string.h>

static void note(shi_verified *out, shi_str file, const char *what)
{
    if (out->differences < SHI_MAX_DIFFERENCES) out->difference[out->differences] = (shi_difference){ file, what };
    out->differences++;
}

/* A file against its hash (hex). */
static shi_err check(shi_workspace *ws, shi_arena *keep, shi_str path, shi_str sha256, shi_verified *out)
{
    shi_sha256 hash;
    int64_t bytes;
    char hex[65];
    const char *full = shi_workspace_path(ws, keep, "%s", path.ptr);
    out->files++;
    if (!shi_os_exists(full)) {
        note(out, path, N_("the file is missing"));
        return (shi_err){ 0 };
    }
    SHI_TRY(shi_sha256_file(full, &hash, &bytes));
    shi_hex(hash.byte, 32, hex);
    if (!shi_str_eq(shi_str_from(hex), sha256)) note(out, path, N_("the file was changed"));
    return (shi_err){ 0 };
}

/* run.json against the ledger, then its files against run.json. */
static shi_err check_run(shi_workspace *ws, shi_arena *keep, shi_str run, shi_str sha256, shi_verified *out)
{
    shi_str path = shi_str_format(keep, "runs/%s/run.json", run.ptr), text;
    int64_t before = out->differences;
    json_error_t ignored;
    out->runs++;
    SHI_TRY(check(ws, keep, path, sha256, out));
    if (out->differences > before) return (shi_err){ 0 };   /* what it says cannot be relied on */
    SHI_TRY(shi_os_read(keep, shi_workspace_path(ws, keep, "%s", path.ptr), 1 << 28, &text));
    json_t *root = json_loadb(text.ptr, (size_t)text.len, 0, &ignored), *item;
    shi_err e = { 0 };
    size_t i;
    json_array_foreach(json_object_get(root, "files"), i, item) {
        const char *file = json_string_value(json_object_get(item, "file")), *hash = json_string_value(json_object_get(item, "sha256"));
        if (file && hash && !e.code) e = check(ws, keep, shi_str_format(keep, "runs/%s/%s", run.ptr, file), shi_str_copy(keep, shi_str_from(hash)),
                                               out);
    }
    json_decref(root);
    return e;
}

static shi_err check_runs(shi_workspace *ws, shi_arena *keep, shi_verified *out)
{
    shi_err e = { 0 };
    sqlite3_stmt *st = shi_lite_query(ws->ledger, "SELECT run, sha256 FROM run ORDER BY run", NULL, 0, &e);
    while (shi_lite_next(st, &e)) {
        shi_err one = check_run(ws, keep, shi_lite_str(st, 0, keep), shi_lite_str(st, 1, keep), out);
        if (one.code) e = one;
    }
    sqlite3_finalize(st);
    return e;
}

/* What the trail says of imports, held against the tables that the program reads: each query names what differs. */
static const char *const SQL_AGAINST_TRAIL[] = {
    "WITH said AS (SELECT json_extract(detail, '$.import') AS id, json_extract(detail, '$.table') AS t, json_extract(detail, '$.file') AS f, "
    "              json_extract(detail, '$.sha256') AS h, json_extract(detail, '$.rows') AS r, json_extract(detail, '$.accepted') AS a, "
    "              json_extract(detail, '$.rejected') AS x, at FROM trail WHERE action = 'import'), "
    "held AS (SELECT id, table_name, file, sha256, rows, accepted, rejected, imported_at FROM import) "
    "SELECT DISTINCT 'import ' || id FROM (SELECT * FROM (SELECT * FROM said EXCEPT SELECT * FROM held) "
    "                                      UNION ALL SELECT * FROM (SELECT * FROM held EXCEPT SELECT * FROM said))",
    "WITH said AS (SELECT json_extract(detail, '$.import') AS id FROM trail WHERE action = 'undo'), "
    "held AS (SELECT id FROM import WHERE undone_at IS NOT NULL) "
    "SELECT 'import ' || id || ' (taken back)' FROM (SELECT * FROM (SELECT id FROM said EXCEPT SELECT id FROM held) "
    "                                                UNION ALL SELECT * FROM (SELECT id FROM held EXCEPT SELECT id FROM said))",
    "WITH said AS (SELECT json_extract(detail, '$.import') AS id, json_extract(e.value, '$.app') AS app, json_extract(e.value, '$.first_day') AS f, "
    "              json_extract(e.value, '$.last_day') AS l, json_extract(e.value, '$.rows') AS r, json_extract(e.value, '$.logins') AS n, "
    "              json_extract(e.value, '$.points') AS p FROM trail, json_each(detail, '$.ranges') e WHERE action = 'import'), "
    "held AS (SELECT import_id, app, first_day, last_day, rows, logins, points FROM range) "
    "SELECT DISTINCT 'days of import ' || id FROM (SELECT * FROM (SELECT * FROM said EXCEPT SELECT * FROM held) "
    "                                              UNION ALL SELECT * FROM (SELECT * FROM held EXCEPT SELECT * FROM said))",
    "WITH made AS (SELECT json_extract(e.value, '$.path') AS path, json_extract(e.value, '$.sha256') AS h "
    "              FROM trail, json_each(detail, CASE action WHEN 'import' THEN '$.parts' ELSE '$.added' END) e WHERE action IN ('import', "
    "'purge')), "
    "gone AS (SELECT e.value AS path FROM trail, json_each(detail, '$.dropped') e WHERE action = 'purge'), "
    "said AS (SELECT path, h FROM made WHERE path NOT IN (SELECT path FROM gone)), "
    "held AS (SELECT path, sha256 FROM part WHERE dropped_at IS NULL) "
    "SELECT DISTINCT path FROM (SELECT * FROM (SELECT * FROM said EXCEPT SELECT * FROM held) UNION ALL SELECT * FROM (SELECT * FROM held EXCEPT "
    "SELECT * FROM said))",
    "WITH said AS (SELECT json_extract(detail, '$.run') AS run, json_extract(detail, '$.sha256') AS h FROM trail WHERE action = 'audit'), "
    "held AS (SELECT run, sha256 FROM run) "
    "SELECT DISTINCT 'runs/' || run FROM (SELECT * FROM (SELECT * FROM said EXCEPT SELECT * FROM held) UNION ALL SELECT * FROM (SELECT * FROM held "
    "EXCEPT SELECT * FROM said))",
};

static shi_err check_tables(shi_workspace *ws, shi_arena *keep, shi_verified *out)
{
    shi_err e = { 0 };
    for (int64_t i = 0; i < COUNT(SQL_AGAINST_TRAIL) && !e.code; i++) {
        sqlite3_stmt *st = shi_lite_query(ws->ledger, SQL_AGAINST_TRAIL[i], NULL, 0, &e);
        while (shi_lite_next(st, &e)) {
            shi_str what = shi_lite_str(st, 0, keep);
            note(out, shi_str_format(keep, "ledger.db, %s", what.ptr ? what.ptr : "?"), N_("the ledger differs from its audit trail"));
        }
        sqlite3_finalize(st);
    }
    return e;
}

static void note_check(void *data, shi_str file, const char *what)
{
    note(data, file, what);
}

shi_err shi_verify_ledger(shi_workspace *ws, shi_arena *keep, shi_verified *out)
{
    int64_t bad;
    shi_part_rows parts;
    *out = (shi_verified){ .difference = shi_new(keep, shi_difference, SHI_MAX_DIFFERENCES) };
    if (!out->difference) return shi_no_memory();
    SHI_TRY(shi_trail_verify(ws, &out->entries, &bad, out->head));
    if (bad) note(out, shi_str_format(keep, "ledger.db, trail #%lld", (long long)bad), N_("the audit trail was changed from this entry on"));
    else SHI_TRY(check_tables(ws, keep, out));
    SHI_TRY(shi_ledger_parts(ws, keep, NULL, &parts));
    for (int64_t i = 0; i < parts.len; i++) SHI_TRY(check(ws, keep, parts.ptr[i].path, parts.ptr[i].sha256, out));
    SHI_TRY(check_runs(ws, keep, out));
    SHI_TRY(shi_replies_verify(ws, keep, note_check, out));
    return shi_checks_verify(ws, keep, note_check, out, &out->files);
}
