/* Purging. Files are immutable: one that holds older rows is written anew without them; the old one is marked in the ledger, whose
 * transaction decides, and is deleted after it. A killed purge leaves either the old files or the new ones, and the next writer sweeps. */
#include "store/purge.h"

#include "base/hash.h"

#include <inttypes.h>
#include <string.h>

typedef struct {
    shi_workspace *ws;
    shi_arena *keep;
    shi_duck duck;
    int64_t day, cut_us;
    shi_purged *out;
    shi_buf dropped, added;   /* for the trail: JSON lists */
    shi_str *gone;            /* paths to delete after the commit */
    int64_t gone_len;
} purging;

static void from_file(shi_buf *sql, const purging *p, shi_str path)
{
    shi_buf_puts(sql, " FROM read_parquet(");
    shi_sql_literal(sql, shi_str_from(shi_workspace_path(p->ws, p->keep, "%s", path.ptr)));
    shi_buf_puts(sql, ", hive_partitioning = false)");
}

/* rows that go, and all rows */
static shi_err count_rows(purging *p, shi_str path, const char *goes, int64_t *gone, int64_t *all)
{
    shi_buf sql = { 0 };
    shi_rows rows;
    /* not count_if: over nothing but NULLs it gives NULL */
    shi_buf_format(&sql, "SELECT count(*) FILTER (WHERE %s), count(*)", goes);
    from_file(&sql, p, path);
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_query(&p->duck, sql.ptr, NULL, 0, &rows);
    shi_buf_drop(&sql);
    if (e.code) return e;
    if (shi_rows_next(&rows)) {
        *gone = shi_rows_int(&rows, 0);
        *all = shi_rows_int(&rows, 1);
    }
    shi_rows_close(&rows);
    return (shi_err){ 0 };
}

/* path-from-2024-06-15.parquet holds what stays. */
static shi_err rewrite(purging *p, const shi_part_row *part, const char *goes)
{
    char day[16];
    shi_sha256 hash;
    char hex[65];
    shi_part_row fresh = *part;
    shi_day_write(p->day, day);
    fresh.path = shi_str_format(p->keep, "%.*s-from-%s.parquet", (int)(part->path.len - 8), part->path.ptr, day);
    const char *made = shi_workspace_path(p->ws, p->keep, "tmp/purged.parquet"), *to = shi_workspace_path(p->ws, p->keep, "%s", fresh.path.ptr);
    shi_buf sql = { 0 };
    shi_buf_puts(&sql, "COPY (SELECT *");
    from_file(&sql, p, part->path);
    shi_buf_format(&sql, " WHERE NOT coalesce(%s, false)) TO ", goes);
    shi_sql_literal(&sql, shi_str_from(made));
    shi_buf_puts(&sql, " (FORMAT parquet, COMPRESSION zstd)");
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_exec(&p->duck, sql.ptr, NULL, 0);
    shi_buf_drop(&sql);
    if (e.code) return e;
    SHI_TRY(shi_sha256_file(made, &hash, &fresh.bytes));
    shi_hex(hash.byte, 32, hex);
    fresh.sha256 = shi_str_from(hex);
    SHI_TRY(shi_os_sync_file(made));
    SHI_TRY(shi_os_rename(made, to));
    shi_buf_format(&p->added, "%s{\"path\":\"%s\",\"sha256\":\"%s\"}", p->added.len ? "," : "", fresh.path.ptr, hex);
    return shi_ledger_add_part(p->ws, &fresh);
}

/* `goes` is a condition over columns of the file. */
static shi_err purge_table(purging *p, const char *prefix, const char *goes, int64_t *deleted)
{
    shi_part_rows parts;
    SHI_TRY(shi_ledger_parts(p->ws, p->keep, NULL, &parts));
    p->gone = shi_new(p->keep, shi_str, parts.len + 1);
    if (!p->gone) return shi_no_memory();
    p->gone_len = 0;
    for (int64_t i = 0; i < parts.len; i++) {
        int64_t gone = 0, all = 0;
        if (!shi_str_starts(parts.ptr[i].path, shi_str_from(prefix))) continue;
        SHI_TRY(count_rows(p, parts.ptr[i].path, goes, &gone, &all));
        if (gone == 0) continue;
        if (gone < all) SHI_TRY(rewrite(p, &parts.ptr[i], goes));
        SHI_TRY(shi_ledger_drop_part(p->ws, parts.ptr[i].path));
        shi_buf_format(&p->dropped, "%s\"%s\"", p->dropped.len ? "," : "", parts.ptr[i].path.ptr);
        p->gone[p->gone_len++] = parts.ptr[i].path;
        p->out->files++;
        *deleted += gone;
    }
    return (shi_err){ 0 };
}

static shi_err record(purging *p)
{
    shi_str before;
    char text[24], day[16];
    SHI_TRY(shi_ledger_get(p->ws, p->keep, S("purged_before"), &before));
    int64_t old = 0;
    if (!before.ptr || !shi_count_parse(before, &old) || old < p->day) {
        snprintf(text, sizeof text, "%" PRId64, p->day);
        SHI_TRY(shi_ledger_set(p->ws, S("purged_before"), shi_str_from(text)));
    }
    shi_day_write(p->day, day);
    shi_buf detail = { 0 };
    shi_buf_format(&detail, "{\"before\":\"%s\",\"events\":%" PRId64 ",\"accounts\":%" PRId64 ",\"dropped\":[%s],\"added\":[%s]}", day,
                   p->out->events,
                   p->out->accounts, p->dropped.ptr ? p->dropped.ptr : "", p->added.ptr ? p->added.ptr : "");
    bool failed = detail.failed || p->dropped.failed || p->added.failed;
    shi_err e = failed ? shi_no_memory() : shi_trail_add(p->ws, "purge", shi_buf_str(&detail));
    shi_buf_drop(&detail);
    return e;
}

/* Rejected rows hold people's rows as well. */
static shi_err purge_rejects(purging *p)
{
    shi_import_rows rows;
    SHI_TRY(shi_ledger_imports(p->ws, p->keep, &rows));
    for (int64_t i = 0; i < rows.len; i++) {
        const shi_import_row *r = &rows.ptr[i];
        if (r->rejected == 0 || r->imported_at >= p->cut_us) continue;
        const char *path = shi_workspace_path(p->ws, p->keep, "rejects/%04" PRId64 "-%s.csv", r->id, r->table.ptr);
        if (!shi_os_exists(path)) continue;
        SHI_TRY(shi_os_remove(path));
        p->out->rejects++;
    }
    return (shi_err){ 0 };
}

/* A closed account goes with all its rows: an older one, from before it was closed, would count again. */
static const char SQL_CLOSED[] = "CREATE OR REPLACE TEMP TABLE closed_account AS SELECT app, account FROM accounts WHERE closed_at < $1";

static shi_err in_transaction(purging *p, shi_str **gone, int64_t *gone_len)
{
    char old_events[64];
    const shi_param cut = SHI_TIMEP(p->cut_us);
    snprintf(old_events, sizeof old_events, "time < make_timestamp(%" PRId64 ")", p->cut_us);
    SHI_TRY(shi_duck_exec(&p->duck, SQL_CLOSED, &cut, 1));
    SHI_TRY(purge_table(p, "data/events/", old_events, &p->out->events));
    shi_str *first = p->gone;
    int64_t first_len = p->gone_len;
    SHI_TRY(purge_table(p, "data/accounts/", "(app, account) IN (SELECT (app, account) FROM closed_account)", &p->out->accounts));
    *gone = shi_new(p->keep, shi_str, first_len + p->gone_len + 1);
    if (!*gone) return shi_no_memory();
    memcpy(*gone, first, (size_t)first_len * sizeof **gone);
    memcpy(*gone + first_len, p->gone, (size_t)p->gone_len * sizeof **gone);
    *gone_len = first_len + p->gone_len;
    return record(p);
}

shi_err shi_purge_before(shi_workspace *ws, shi_arena *keep, int64_t day, const shi_engine *engine, shi_purged *out)
{
    purging p = { .ws = ws, .keep = keep, .day = day, .cut_us = shi_zone_utc_us(&ws->zone, day * SHI_DAY_US), .out = out };
    shi_str *gone = NULL;
    int64_t gone_len = 0;
    *out = (shi_purged){ 0 };
    SHI_TRY(shi_views_open(ws, *keep, engine, &p.duck));
    shi_err e = shi_ledger_begin(ws);
    if (!e.code) e = in_transaction(&p, &gone, &gone_len);
    if (!e.code) e = shi_ledger_commit(ws);
    else shi_ledger_rollback(ws);
    shi_duck_close(&p.duck);
    shi_buf_drop(&p.dropped);
    shi_buf_drop(&p.added);
    for (int64_t i = 0; i < gone_len && !e.code; i++) e = shi_os_remove(shi_workspace_path(ws, keep, "%s", gone[i].ptr));
    return e.code ? e : purge_rejects(&p);
}
