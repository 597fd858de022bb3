/* The draft's workspace: a copy of the base's ledger with its register and targets by hard link or copy, without accounts, events and reports;
 * or an empty one with the price book. Then the draft is imported into it like any file, with the same checks and the same errors. */
#include "chain/draft.h"

#include "chain/workbook.h"
#include "store/lite.h"

#include <stdio.h>
#include <string.h>

/* ---- the folder ---- */

static shi_err make_folder(shi_arena *keep, shi_str *out)
{
    const char *where = shi_os_variable("TMPDIR");
    *out = shi_str_format(keep, "%s/shishu-draft.%lld-%lld", where && *where ? where : "/tmp", (long long)shi_os_pid(), (long long)shi_os_tick_us());
    return out->ptr ? shi_os_mkdir(out->ptr, 0700) : shi_no_memory();
}

/* ---- the base ---- */

/* Tables whose rows the draft stands beside. */
static bool stands_beside(shi_str table)
{
    static const char *const NAMES[] = { "units", "apps", "indicators", "prices", "bulletins", "documents", "forms", "targets" };
    for (int64_t i = 0; i < COUNT(NAMES); i++)
        if (shi_str_eq(table, shi_str_from(NAMES[i]))) return true;
    return false;
}

static shi_err copy_file(shi_arena scratch, const char *from, const char *to)
{
    shi_str text;
    SHI_TRY(shi_os_read(&scratch, from, INT64_C(1) << 34, &text));
    return shi_os_write_whole(to, text, 0600);
}

static shi_err copy_parts(shi_arena *keep, shi_workspace *base, shi_draft *d)
{
    shi_import_rows imports;
    SHI_TRY(shi_ledger_imports(base, keep, &imports));
    for (int64_t i = 0; i < imports.len; i++) {
        shi_part_rows parts;
        bool beside = stands_beside(imports.ptr[i].table);
        if (i && shi_str_eq(imports.ptr[i].table, imports.ptr[i - 1].table)) continue;
        SHI_TRY(shi_ledger_parts(&d->ws, keep, imports.ptr[i].table.ptr, &parts));
        for (int64_t p = 0; p < parts.len; p++) {
            const char *to = shi_workspace_path(&d->ws, keep, "%.*s", (int)parts.ptr[p].path.len, parts.ptr[p].path.ptr);
            if (!beside) {
                SHI_TRY(shi_ledger_drop_part(&d->ws, parts.ptr[p].path));
                continue;
            }
            if (shi_os_exists(to)) continue;
            SHI_TRY(shi_os_mkdir(shi_workspace_path(&d->ws, keep, "data/%.*s", (int)imports.ptr[i].table.len, imports.ptr[i].table.ptr), 0700));
            SHI_TRY(copy_file(*keep, shi_workspace_path(base, keep, "%.*s", (int)parts.ptr[p].path.len, parts.ptr[p].path.ptr), to));
        }
    }
    return (shi_err){ 0 };
}

/* The ledger and the settings, before the workspace is opened. */
static shi_err copy_base(shi_arena *keep, shi_workspace *base, shi_str dir)
{
    const char *ini = shi_workspace_path(base, keep, "shishu.ini"), *rules = shi_workspace_path(base, keep, "rules.csv");
    const shi_param to = SHI_TEXTP(shi_str_format(keep, "%s/ledger.db", dir.ptr));
    SHI_TRY(shi_os_remove(to.s.ptr));
    SHI_TRY(shi_lite_exec(base->ledger, "VACUUM INTO ?1", &to, 1));
    SHI_TRY(copy_file(*keep, ini, shi_str_format(keep, "%s/shishu.ini", dir.ptr).ptr));
    return shi_os_exists(rules) ? copy_file(*keep, rules, shi_str_format(keep, "%s/rules.csv", dir.ptr).ptr) : (shi_err){ 0 };
}

static shi_err make_workspace(shi_arena *keep, const shi_draft_options *o, shi_draft *d)
{
    const shi_init_options init = { .name = S("draft"), .now_us = o->now_us };
    SHI_TRY(shi_workspace_init(keep, d->dir.ptr, &init));
    if (o->base) SHI_TRY(copy_base(keep, o->base, d->dir));
    return shi_workspace_open(keep, d->dir.ptr, SHI_WRITE, o->now_us, &d->ws);
}

/* ---- importing ---- */

static shi_err import_one(shi_arena *keep, shi_draft *d, const char *table, const char *path, const shi_draft_options *o)
{
    shi_import_options options = { .from_day = INT64_MIN, .to_day = INT64_MAX, .engine = o->engine };
    shi_imported im = { 0 };
    shi_err e = shi_import_file(&d->ws, keep, table, path, &options, &im);
    if (im.has_faults) shi_faults_close(&im.faults);
    return e;
}

/* Codes that the workspace knows, in order. */
static shi_err known_codes(shi_arena *keep, shi_draft *d, const shi_engine *engine, shi_strs known[SHI_DRAFT_PARTS])
{
    static const char *const SQL[SHI_DRAFT_PARTS] = { "SELECT unit_code FROM units ORDER BY unit_code", "SELECT app FROM apps ORDER BY app",
        "SELECT indicator FROM indicators ORDER BY indicator" };
    shi_duck duck;
    SHI_TRY(shi_views_open(&d->ws, *keep, engine, &duck));
    shi_err e = { 0 };
    for (int k = 0; k < SHI_DRAFT_PARTS && !e.code; k++) {
        shi_rows rows;
        e = shi_duck_query(&duck, SQL[k], NULL, 0, &rows);
        if (e.code) break;
        int64_t n = (int64_t)duckdb_row_count(&rows.result);
        shi_str *code = shi_new(keep, shi_str, n);
        known[k] = (shi_strs){ code, 0 };
        while (code && shi_rows_next(&rows)) code[known[k].len++] = shi_str_copy(keep, shi_rows_str(&rows, 0));
        shi_rows_close(&rows);
        if (!code) e = shi_no_memory();
    }
    shi_duck_close(&duck);
    return e;
}

static shi_err import_book(shi_arena *keep, shi_draft *d, const char *path, const shi_draft_options *o)
{
    const shi_import_options options = { .from_day = INT64_MIN, .to_day = INT64_MAX, .engine = o->engine };
    shi_workbook book;
    SHI_TRY(shi_workbook_open(&d->ws, keep, path, NULL, &options, &book));
    shi_err e = shi_workbook_import(&d->ws, keep, &book, &options);
    shi_workbook_close(&book);
    return e;
}

static shi_err import_draft(shi_arena *keep, shi_draft *d, const char *path, const shi_draft_options *o)
{
    shi_strs known[SHI_DRAFT_PARTS];
    shi_draft_part part[SHI_DRAFT_PARTS];
    bool flat;
    if (!o->base) SHI_TRY(import_one(keep, d, "prices", o->prices, o));
    SHI_TRY(shi_ledger_next_id(&d->ws, &d->first_import));
    SHI_TRY(known_codes(keep, d, &o->engine, known));
    SHI_TRY(shi_draft_split(keep, path, shi_workspace_path(&d->ws, keep, "tmp"), known, part, &flat));
    if (!flat) return import_book(keep, d, path, o);
    for (int k = 0; k < SHI_DRAFT_PARTS; k++) {
        if (!part[k].path) continue;
        shi_err e = import_one(keep, d, part[k].table, part[k].path, o);
        if (e.code == SHI_INPUT) {   /* the row is one of the draft; its line there is not known */
            e.file = shi_str_from(path);
            e.line = 0;
        }
        if (e.code) return e;
    }
    return import_one(keep, d, "targets", path, o);
}

shi_err shi_draft_open(shi_arena *keep, const char *path, const shi_draft_options *options, shi_draft *out)
{
    *out = (shi_draft){ .ws = { .lock = -1 } };
    SHI_TRY(make_folder(keep, &out->dir));
    shi_err e = make_workspace(keep, options, out);
    bool open = !e.code;
    if (!e.code && options->base) e = copy_parts(keep, options->base, out);
    if (!e.code) e = import_draft(keep, out, path, options);
    if (!e.code) return e;
    if (open) shi_workspace_close(&out->ws);
    (void)shi_os_remove_tree(out->dir.ptr);
    return e;
}

void shi_draft_close(shi_draft *draft)
{
    shi_workspace_close(&draft->ws);
    (void)shi_os_remove_tree(draft->dir.ptr);
}
