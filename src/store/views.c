/* Views. The stored columns of accounts and events beyond the contract are listed here, as import writes them. */
#include "store/views.h"

#include <inttypes.h>
#include <string.h>

/* What import adds to a table's own columns. */
static const char *extra_columns(const char *table)
{
    if (!strcmp(table, "accounts"))
        return ", NULL::VARCHAR AS phone_class, NULL::VARCHAR AS phone_gap, NULL::INTEGER AS phone_run, NULL::VARCHAR AS ip_net, "
               "NULL::BIGINT AS _record";   /* the row's place in its file */
    if (!strcmp(table, "events")) return ", NULL::VARCHAR AS ip_net";
    if (!strcmp(table, "reports")) return ", NULL::TIMESTAMP AS _since";   /* reported_at, or else when it was imported */
    return "";
}

static void empty_table(shi_buf *sql, const shi_table *t)
{
    shi_buf_puts(sql, "SELECT ");
    for (int c = 0; c < t->columns; c++) shi_buf_format(sql, "%sNULL::%s AS %s", c ? ", " : "", shi_type_sql(t->column[c].type), t->column[c].name);
    shi_buf_format(sql, "%s, NULL::BIGINT AS _import WHERE false", extra_columns(t->name));
}

/* Tables of the register, whose columns may grow with the program: files of an earlier version lack some, which are then NULL. Logs and reports
 * are too large for a detour. */
static bool may_grow(const shi_table *t)
{
    return strcmp(t->name, "events") != 0 && strcmp(t->name, "accounts") != 0 && strcmp(t->name, "reports") != 0;
}

static void files(shi_buf *sql, const shi_workspace *ws, const shi_part_rows *parts, bool grow)
{
    shi_buf_puts(sql, "SELECT * FROM read_parquet([");
    for (int64_t i = 0; i < parts->len; i++) {
        shi_buf path = { 0 };
        shi_buf_add(&path, ws->dir);
        shi_buf_addc(&path, '/');
        shi_buf_add(&path, parts->ptr[i].path);
        if (i) shi_buf_addc(sql, ',');
        sql->failed = sql->failed || path.failed;
        if (!sql->failed) shi_sql_file(sql, shi_buf_str(&path));
        shi_buf_drop(&path);
    }
    shi_buf_format(sql, "], hive_partitioning = false%s)", grow ? ", union_by_name = true" : "");
}

/* Rows that a later --replace took out. */
static void masked(shi_buf *sql, const shi_workspace *ws, const shi_mask_rows *masks)
{
    for (int64_t i = 0; i < masks->len; i++) {
        const shi_mask_row *m = &masks->ptr[i];
        shi_buf_format(sql, "%s NOT (_import < %" PRId64 " AND app = ", i ? " AND" : " WHERE", m->import_id);
        shi_sql_literal(sql, m->app);
        shi_buf_format(sql, " AND time >= make_timestamp(%" PRId64 ") AND time < make_timestamp(%" PRId64 "))",
                       shi_zone_utc_us(&ws->zone, m->first_day * SHI_DAY_US), shi_zone_utc_us(&ws->zone, (m->last_day + 1) * SHI_DAY_US));
    }
}

/* A data file that the ledger knows and that is gone is named, before the engine complains in its own words. */
static shi_err check_files(const shi_workspace *ws, shi_arena scratch, const shi_part_rows *parts)
{
    for (int64_t i = 0; i < parts->len; i++) {
        if (shi_os_exists(shi_workspace_path(ws, &scratch, "%s", parts->ptr[i].path.ptr))) continue;
        return shi_fail_value(SHI_SYSTEM, parts->ptr[i].path, N_("a data file of the workspace is missing"),
                              N_("Take it back from a backup, or take its import back with \"shishu import --undo ID\" and import the file again."));
    }
    return (shi_err){ 0 };
}

void shi_views_newest(const shi_table *t, shi_buf *sql)
{
    shi_buf_puts(sql, " QUALIFY row_number() OVER (PARTITION BY ");
    for (int k = 0; k < SHI_MAX_KEY && t->key[k]; k++) shi_buf_format(sql, "%s%s", k ? ", " : "", t->key[k]);
    shi_buf_puts(sql, " ORDER BY ");
    if (t->latest) shi_buf_puts(sql, "_since DESC, ");
    shi_buf_puts(sql, "_import DESC) = 1");
}

static shi_err make_view(shi_workspace *ws, shi_arena scratch, shi_duck *duck, const shi_table *t)
{
    shi_part_rows parts;
    shi_mask_rows masks;
    shi_buf sql = { 0 };
    SHI_TRY(shi_ledger_parts(ws, &scratch, t->name, &parts));
    SHI_TRY(check_files(ws, scratch, &parts));
    SHI_TRY(shi_ledger_masks(ws, &scratch, &masks));
    shi_buf_format(&sql, "CREATE OR REPLACE VIEW %s_rows AS ", t->name);
    if (parts.len == 0 || may_grow(t)) empty_table(&sql, t);
    if (parts.len > 0 && may_grow(t)) shi_buf_puts(&sql, " UNION ALL BY NAME ");
    if (parts.len > 0) files(&sql, ws, &parts, may_grow(t));
    if (parts.len > 0 && !t->key[0]) masked(&sql, ws, &masks);
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_exec(duck, sql.ptr, NULL, 0);
    sql.len = 0;
    shi_buf_format(&sql, "CREATE OR REPLACE VIEW %s AS SELECT * FROM %s_rows", t->name, t->name);
    /* import has made sure that keys are unique within a file, but for those that have a latest */
    if (t->key[0] && (parts.len > 1 || (parts.len == 1 && t->latest))) shi_views_newest(t, &sql);
    if (!e.code) e = sql.failed ? shi_no_memory() : shi_duck_exec(duck, sql.ptr, NULL, 0);
    shi_buf_drop(&sql);
    return e;
}

shi_err shi_views_make(shi_workspace *ws, shi_arena scratch, shi_duck *duck)
{
    const shi_table *t;
    for (int64_t i = 0; (t = shi_table_at(i)); i++) SHI_TRY(make_view(ws, scratch, duck, t));
    return (shi_err){ 0 };
}

shi_err shi_views_events(shi_workspace *ws, shi_arena scratch, shi_duck *duck, const char *name, int64_t first_day, int64_t end_day)
{
    shi_part_rows parts;
    shi_mask_rows masks;
    shi_buf sql = { 0 };
    SHI_TRY(shi_ledger_parts(ws, &scratch, "events", &parts));
    SHI_TRY(shi_ledger_masks(ws, &scratch, &masks));
    int64_t n = 0;
    for (int64_t i = 0; i < parts.len; i++) {
        shi_period month;
        bool known = shi_period_parse(parts.ptr[i].period, &month);
        if (!known || (month.first_day < end_day && month.end_day > first_day)) parts.ptr[n++] = parts.ptr[i];
    }
    parts.len = n;
    shi_buf_format(&sql, "CREATE OR REPLACE VIEW %s AS ", name);
    if (parts.len == 0) empty_table(&sql, shi_table_find(S("events")));
    else {
        files(&sql, ws, &parts, false);
        masked(&sql, ws, &masks);
    }
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_exec(duck, sql.ptr, NULL, 0);
    shi_buf_drop(&sql);
    return e;
}

shi_err shi_views_open(shi_workspace *ws, shi_arena scratch, const shi_engine *engine, shi_duck *out)
{
    shi_duck_options options = { .memory = engine->memory, .threads = engine->threads, .listener = engine->listener,
        .spill = shi_workspace_spill(ws, &scratch) };
    SHI_TRY(shi_duck_open(&options, out));
    shi_err e = shi_views_make(ws, scratch, out);
    if (e.code) shi_duck_close(out);
    return e;
}
