/* A run: written into tmp/run, renamed into runs/, then entered in the ledger; opened again for explain and report.
 *
 * run.json names every file of the run with its hash, the inputs with theirs, and the settings, so that the run can be recomputed. The
 * clock and the seconds taken stand in run.json only: all other files are the same for the same input. */
#include "chain/run_check.h"
#include "chain/run_figures.h"
#include "chain/run_reason.h"
#include "chain/withheld.h"

#include "base/hash.h"
#include "base/json.h"
#include "store/lite.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* ---- writing ---- */

static shi_err copy_to(shi_chain *chain, const char *select, const char *name)
{
    shi_buf sql = { 0 };
    shi_buf_format(&sql, "COPY (%s) TO ", select);
    shi_sql_literal(&sql, shi_str_from(shi_workspace_path(chain->ws, chain->keep, "tmp/run/%s", name)));
    shi_buf_puts(&sql, " (FORMAT parquet, COMPRESSION zstd)");
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_exec(chain->duck, sql.ptr, NULL, 0);
    shi_buf_drop(&sql);
    return e;
}

static shi_err write_figures(shi_chain *chain, const shi_writer *writer)
{
    const char *path = shi_workspace_path(chain->ws, chain->keep, "tmp/run/figures.parquet");
    SHI_TRY(shi_run_register_reason(chain->duck, writer, chain->ws->settings.tolerance));
    SHI_TRY(shi_run_figures_write(chain, writer, path));
    SHI_SQL(chain, "DROP VIEW IF EXISTS temp.figure_out");
    return shi_duck_view(chain->duck, "figure_out", path);   /* what is read from here on need not be put together again */
}

typedef struct {
    const char *sql;
    size_t offset;
} tally;

static int64_t count_set(const bool *is, int64_t n)
{
    int64_t set = 0;
    for (int64_t i = 0; i < n; i++) set += is[i];
    return set;
}

/* What can be told of the figures themselves. */
static shi_err count_figures(shi_chain *chain, shi_run_info *info)
{
    const shi_figure_rows *r = chain->figures;
    bool *unit = shi_new(chain->keep, bool, r->unit.len), *indicator = shi_new(chain->keep, bool, r->indicator.len);
    bool *period = shi_new(chain->keep, bool, r->period.len);
    if (!unit || !indicator || !period) return shi_no_memory();
    for (int64_t i = 0; i < r->len; i++) {
        unit[shi_figure_unit(r, i)] = true;
        info->verdicts[r->verdict[i]]++;
    }
    for (int64_t g = 0; g < r->groups; g++) {
        if (r->group[g] == r->group[g + 1]) continue;
        indicator[g / r->period.len] = period[g % r->period.len] = true;
    }
    info->figures = r->len;
    info->units = count_set(unit, r->unit.len);
    info->indicators = count_set(indicator, r->indicator.len);
    info->periods = count_set(period, r->period.len);
    return (shi_err){ 0 };
}

/* Numbers of the run, one statement each. */
static shi_err fill_info(shi_chain *chain, shi_run_info *info)
{
    static const tally TALLIES[] = {
        { "SELECT count(*) FROM target_row", offsetof(shi_run_info, targets) },
        { "SELECT count(*) FROM target_row WHERE impossible", offsetof(shi_run_info, targets_impossible) },
        { "SELECT count(*) FROM target_row WHERE amplification > 1", offsetof(shi_run_info, targets_amplified) },
        { "SELECT (SELECT count(*) FROM target_row WHERE impossible) + (SELECT count(DISTINCT (indicator, period, issuer_code)) FROM target_row "
            "WHERE factor > 1)",
          offsetof(shi_run_info, target_findings) },
        { "SELECT count(DISTINCT app) FROM indicator_row SEMI JOIN figure_group USING (indicator)", offsetof(shi_run_info, apps) },
        { "SELECT CAST(coalesce(sum(events), 0) AS BIGINT) FROM unattributed", offsetof(shi_run_info, unattributed_events) },
        { "SELECT (SELECT count(*) FROM (SELECT DISTINCT app, account FROM unknown_account ANTI JOIN accounts USING (app, account))) + "
          "(SELECT count(*) FROM accounts WHERE unit_code IS NULL AND app IN (SELECT CAST(app AS VARCHAR) FROM "
          "indicator_row SEMI JOIN figure_group USING (indicator)))", offsetof(shi_run_info, unattributed_accounts) },
    };
    static const tally FOUND[] = {
        { "SELECT count(*) FROM lead WHERE selected AND kind = 'batch'", offsetof(shi_run_info, findings) },
        { "SELECT count(*) FROM suspected_member", offsetof(shi_run_info, suspected_accounts) },
    };
    for (int64_t i = 0; i < COUNT(TALLIES); i++)
        SHI_TRY(shi_duck_int(chain->duck, TALLIES[i].sql, NULL, 0, (int64_t *)(void *)((char *)info + TALLIES[i].offset)));
    info->detected = chain->detected;
    for (int64_t i = 0; chain->detected && i < COUNT(FOUND); i++)
        SHI_TRY(shi_duck_int(chain->duck, FOUND[i].sql, NULL, 0, (int64_t *)(void *)((char *)info + FOUND[i].offset)));
    return count_figures(chain, info);
}

static shi_err fill_inputs(shi_chain *chain, shi_run_info *info)
{
    shi_import_rows rows;
    SHI_TRY(shi_ledger_imports(chain->ws, chain->keep, &rows));
    info->input = shi_new(chain->keep, shi_run_input, rows.len);
    if (!info->input) return shi_no_memory();
    for (int64_t i = 0; i < rows.len; i++) {
        const shi_import_row *r = &rows.ptr[i];
        int64_t slash = r->file.len;
        while (slash > 0 && r->file.ptr[slash - 1] != '/') slash--;   /* the name: where a file lay says nothing to who rechecks */
        if (!r->undone_at) info->input[info->inputs++] = (shi_run_input){ r->table, shi_str_sub(r->file, slash, r->file.len), r->sha256,
            r->accepted };
    }
    return (shi_err){ 0 };
}

shi_err shi_run_info_fill(shi_chain *chain, shi_run_info *info)
{
    const shi_settings *s = &chain->ws->settings;
    *info = (shi_run_info){ .name = s->name, .zone = s->zone, .period = chain->period, .started_us = chain->ws->now_us, .tolerance = s->tolerance,
        .prior_mean = chain->prior.mean, .prior_weight = chain->prior.weight, .prior_units = chain->prior.units, .small_cell = s->small_cell };
    SHI_TRY(fill_info(chain, info));
    info->judged = chain->judged;
    if (info->judged) SHI_TRY(shi_duck_int(chain->duck, "SELECT count(*) FROM target_check WHERE high", NULL, 0, &info->targets_unlawful));
    return fill_inputs(chain, info);
}

static const char *const RUN_FILES[] = { "figures.parquet", "targets.parquet", "findings.parquet", "members.parquet", "suppliers.parquet",
    "contradictions.parquet",
    "clauses.parquet",
    "advice.parquet", "periods.parquet", "issuers.parquet", "shares.parquet", "report.html" };

static shi_err json_files(shi_chain *chain, shi_json *json)
{
    shi_json_key(json, "files");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < COUNT(RUN_FILES); i++) {
        const char *path = shi_workspace_path(chain->ws, chain->keep, "tmp/run/%s", RUN_FILES[i]);
        shi_sha256 hash;
        int64_t bytes;
        char hex[65];
        if (!shi_os_exists(path)) continue;
        SHI_TRY(shi_sha256_file(path, &hash, &bytes));
        SHI_TRY(shi_os_sync_file(path));
        shi_hex(hash.byte, 32, hex);
        shi_json_begin_object(json);
        shi_json_ktext(json, "file", RUN_FILES[i]);
        shi_json_ktext(json, "sha256", hex);
        shi_json_kint(json, "bytes", bytes);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
    return (shi_err){ 0 };
}

static void json_settings(shi_json *json, const shi_run_info *info)
{
    shi_json_key(json, "settings");
    shi_json_begin_object(json);
    shi_json_kstr(json, "name", info->name);
    shi_json_kstr(json, "zone", info->zone);
    shi_json_kdecimal(json, "tolerance", true, info->tolerance);
    shi_json_kf64(json, "prior_mean", true, info->prior_mean);
    shi_json_kf64(json, "prior_weight", true, info->prior_weight);
    shi_json_kint(json, "prior_units", info->prior_units);
    shi_json_kint(json, "small_cell", info->small_cell);
    shi_json_end_object(json);
}

static void json_counts(shi_json *json, const shi_run_info *info)
{
    shi_json_kint(json, "figures", info->figures);
    shi_json_key(json, "verdicts");
    shi_json_begin_object(json);
    for (int k = 0; k < 7; k++) shi_json_kint(json, shi_verdict_name((shi_verdict)k), info->verdicts[k]);
    shi_json_end_object(json);
    shi_json_kint(json, "targets", info->targets);
    shi_json_kint(json, "targets_impossible", info->targets_impossible);
    shi_json_kint(json, "targets_amplified", info->targets_amplified);
    if (info->judged) shi_json_kint(json, "targets_unlawful", info->targets_unlawful);
    shi_json_kint(json, "findings", info->findings);
    shi_json_kint(json, "target_findings", info->target_findings);
    if (info->detected) shi_json_kint(json, "suspected_accounts", info->suspected_accounts);
    shi_json_kint(json, "units", info->units);
    shi_json_kint(json, "indicators", info->indicators);
    shi_json_kint(json, "apps", info->apps);
    shi_json_kint(json, "periods", info->periods);
    shi_json_kint(json, "unattributed_events", info->unattributed_events);
    shi_json_kint(json, "unattributed_accounts", info->unattributed_accounts);
}

static shi_err write_json(shi_chain *chain, const shi_run_info *info)
{
    shi_buf text = { 0 };
    shi_json json = { .out = &text };
    shi_json_begin_object(&json);
    shi_json_kstr(&json, "run", info->run);
    shi_json_ktext(&json, "version", SHI_VERSION);
    shi_json_kint(&json, "started_us", info->started_us);
    shi_json_kf64(&json, "seconds", true, (double)info->took_us / 1e6);
    shi_json_kstr(&json, "period", info->period);
    json_settings(&json, info);
    json_counts(&json, info);
    shi_json_key(&json, "inputs");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < info->inputs; i++) {
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "table", info->input[i].table);
        shi_json_kstr(&json, "file", info->input[i].file);
        shi_json_kstr(&json, "sha256", info->input[i].sha256);
        shi_json_kint(&json, "rows", info->input[i].rows);
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_err e = json_files(chain, &json);
    shi_json_end_object(&json);
    shi_buf_addc(&text, '\n');
    if (!e.code && text.failed) e = shi_no_memory();
    if (!e.code) e = shi_os_write_whole(shi_workspace_path(chain->ws, chain->keep, "tmp/run/run.json"), shi_buf_str(&text), 0600);
    shi_buf_drop(&text);
    return e;
}

/* 2024-06-30T081500 in local time; with -2, -3 … when there is one of that second. */
static shi_str run_name(shi_chain *chain)
{
    char at[40];
    shi_time_write(chain->ws->now_us, &chain->ws->zone, at);
    shi_str base = shi_str_format(chain->keep, "%.13s%.2s%.2s", at, at + 14, at + 17), name = base;
    for (int k = 2; shi_os_exists(shi_workspace_path(chain->ws, chain->keep, "runs/%s", name.ptr)) && k < 10000; k++)
        name = shi_str_format(chain->keep, "%s-%d", base.ptr, k);
    return name;
}

/* The paper shows so many rows of a kind at most. */
enum { WORST = 1000 };

/* The first `limit` rows of what is cut. */
static void cut(shi_run_view *view, int64_t limit)
{
    int64_t *const len[] = { &view->figures.len, &view->targets.len, &view->contradictions.len, &view->handed.len, &view->shares.len };
    for (int64_t k = 0; k < COUNT(len); k++)
        if (*len[k] > limit) *len[k] = limit;
}

static shi_err write_report(shi_chain *chain, const shi_writer *writer, const shi_run_info *info, shi_run_view view)
{
    shi_buf html = { 0 };
    if (!writer->report) return (shi_err){ 0 };
    cut(&view, WORST);
    if (writer->more) SHI_TRY(writer->more(chain->ws, chain->duck, chain->keep, &view));
    /* the paper names the time, not the folder: a second run of the same second gives the same bytes */
    view.run.run = shi_str_sub(info->run, 0, (int64_t)strlen("2024-06-30T081500"));
    shi_err e = writer->report(&html, writer->lang, &view);
    if (!e.code && html.failed) e = shi_no_memory();
    if (!e.code) e = shi_os_write_whole(shi_workspace_path(chain->ws, chain->keep, "tmp/run/report.html"), shi_buf_str(&html), 0600);
    shi_buf_drop(&html);
    return e;
}

static shi_err enter(shi_chain *chain, const shi_run_info *info)
{
    shi_sha256 hash;
    int64_t bytes;
    char hex[65];
    SHI_TRY(shi_sha256_file(shi_workspace_path(chain->ws, chain->keep, "tmp/run/run.json"), &hash, &bytes));
    shi_hex(hash.byte, 32, hex);
    SHI_TRY(shi_os_sync_file(shi_workspace_path(chain->ws, chain->keep, "tmp/run")));
    SHI_TRY(shi_os_rename(shi_workspace_path(chain->ws, chain->keep, "tmp/run"), info->dir.ptr));
    SHI_TRY(shi_os_sync_file(shi_workspace_path(chain->ws, chain->keep, "runs")));
    const shi_run_row row = { .run = info->run, .period = info->period, .sha256 = shi_str_from(hex), .started_at = info->started_us,
        .figures = info->figures };
    SHI_TRY(shi_ledger_begin(chain->ws));
    shi_err e = shi_ledger_add_run(chain->ws, &row);
    if (!e.code) e = shi_trail_add(chain->ws, "audit", shi_str_format(chain->keep, "{\"run\":\"%s\",\"sha256\":\"%s\"}", info->run.ptr, hex));
    if (!e.code) return shi_ledger_commit(chain->ws);
    shi_ledger_rollback(chain->ws);
    return e;
}

shi_err shi_run_write(shi_chain *chain, const shi_writer *writer, int64_t started_tick, int64_t limit, shi_run_info *info, shi_run_view *view)
{
    SHI_TRY(shi_os_remove_tree(shi_workspace_path(chain->ws, chain->keep, "tmp/run")));
    SHI_TRY(shi_os_mkdir(shi_workspace_path(chain->ws, chain->keep, "tmp/run"), 0700));
    SHI_TRY(shi_run_info_fill(chain, info));
    info->run = run_name(chain);
    info->dir = shi_str_from(shi_workspace_path(chain->ws, chain->keep, "runs/%s", info->run.ptr));
    SHI_TRY(write_figures(chain, writer));
    SHI_TRY(copy_to(chain, "SELECT * FROM target_out ORDER BY indicator, period, unit_code, issuer_code NULLS LAST", "targets.parquet"));
    SHI_TRY(shi_run_findings_make(chain, writer));
    SHI_TRY(copy_to(chain, "SELECT * EXCLUDE (lead) FROM finding ORDER BY finding", "findings.parquet"));
    SHI_TRY(copy_to(chain, "SELECT * FROM member_out", "members.parquet"));
    if (chain->detected) SHI_TRY(copy_to(chain, "SELECT * FROM supplier ORDER BY supplier", "suppliers.parquet"));
    SHI_TRY(copy_to(chain, "SELECT * FROM contradiction ORDER BY kind, figure, other NULLS LAST", "contradictions.parquet"));
    for (int64_t i = 0; chain->judged && SHI_CHECK_TABLES[i]; i++) {
        const char *name = SHI_CHECK_TABLES[i];
        SHI_TRY(copy_to(chain, shi_str_format(chain->keep, "SELECT * FROM %s ORDER BY rowid", name).ptr,   /* as they were put in */
                        shi_str_format(chain->keep, "%s.parquet", name).ptr));
    }
    SHI_TRY(shi_run_chain_view(chain, info, limit > WORST ? limit : WORST, view));
    SHI_TRY(write_report(chain, writer, info, *view));
    cut(view, limit);
    info->took_us = shi_os_tick_us() - started_tick;
    view->run = *info;
    SHI_TRY(write_json(chain, info));
    return enter(chain, info);
}

/* ---- reading ---- */

static int64_t member_int(const json_t *root, const char *key)
{
    return (int64_t)json_integer_value(json_object_get(root, key));
}

static shi_str member_str(shi_arena *keep, const json_t *root, const char *key)
{
    const char *text = json_string_value(json_object_get(root, key));
    return text ? shi_str_copy(keep, shi_str_from(text)) : (shi_str){ 0 };
}

static shi_err read_inputs(shi_arena *keep, const json_t *root, shi_run_info *info)
{
    const json_t *list = json_object_get(root, "inputs");
    info->inputs = (int64_t)json_array_size(list);
    info->input = shi_new(keep, shi_run_input, info->inputs);
    if (!info->input) return shi_no_memory();
    for (int64_t i = 0; i < info->inputs; i++) {
        const json_t *item = json_array_get(list, (size_t)i);
        info->input[i] = (shi_run_input){ member_str(keep, item, "table"), member_str(keep, item, "file"), member_str(keep, item, "sha256"),
            member_int(item, "rows") };
    }
    return (shi_err){ 0 };
}

static shi_err read_json(shi_arena *keep, const json_t *root, shi_run_info *info)
{
    const json_t *settings = json_object_get(root, "settings"), *verdicts = json_object_get(root, "verdicts");
    info->started_us = member_int(root, "started_us");
    info->took_us = (int64_t)(json_number_value(json_object_get(root, "seconds")) * 1e6);
    info->period = member_str(keep, root, "period");
    info->name = member_str(keep, settings, "name");
    info->zone = member_str(keep, settings, "zone");
    info->tolerance = (int64_t)(json_number_value(json_object_get(settings, "tolerance")) * 1000 + 0.5);
    info->prior_mean = json_number_value(json_object_get(settings, "prior_mean"));
    info->prior_weight = json_number_value(json_object_get(settings, "prior_weight"));
    info->prior_units = member_int(settings, "prior_units");
    info->small_cell = member_int(settings, "small_cell");
    for (int k = 0; k < 7; k++) info->verdicts[k] = member_int(verdicts, shi_verdict_name((shi_verdict)k));
    info->figures = member_int(root, "figures");
    info->targets = member_int(root, "targets");
    info->targets_impossible = member_int(root, "targets_impossible");
    info->targets_amplified = member_int(root, "targets_amplified");
    info->judged = json_object_get(root, "targets_unlawful") != NULL;
    info->targets_unlawful = member_int(root, "targets_unlawful");
    info->findings = member_int(root, "findings");
    info->detected = json_object_get(root, "suspected_accounts") != NULL;
    info->suspected_accounts = member_int(root, "suspected_accounts");
    info->target_findings = member_int(root, "target_findings");
    info->units = member_int(root, "units");
    info->indicators = member_int(root, "indicators");
    info->apps = member_int(root, "apps");
    info->periods = member_int(root, "periods");
    info->unattributed_events = member_int(root, "unattributed_events");
    info->unattributed_accounts = member_int(root, "unattributed_accounts");
    return read_inputs(keep, root, info);
}

/* A run of an earlier version has no members and no suppliers; an empty table then stands for them. */
static shi_err open_or_empty(shi_workspace *ws, shi_arena *keep, shi_duck *duck, shi_str run, const char *name, const char *columns)
{
    const char *path = shi_workspace_path(ws, keep, "runs/%s/%ss.parquet", run.ptr, name);
    if (shi_os_exists(path)) return shi_duck_view(duck, name, path);
    return shi_duck_exec(duck, shi_str_format(keep, "CREATE TABLE %s (%s)", name, columns).ptr, NULL, 0);
}

shi_err shi_run_open(shi_workspace *ws, shi_arena *keep, shi_str name, const shi_engine *engine, shi_duck *duck, shi_run_info *info)
{
    shi_run_row row;
    shi_str text;
    json_error_t ignored;
    *info = (shi_run_info){ 0 };
    SHI_TRY(shi_ledger_run(ws, keep, name, &row));
    info->run = row.run;
    info->dir = shi_str_from(shi_workspace_path(ws, keep, "runs/%s", row.run.ptr));
    const char *path = shi_workspace_path(ws, keep, "runs/%s/run.json", row.run.ptr);
    SHI_TRY(shi_os_read(keep, path, 1 << 28, &text));
    json_t *root = json_loadb(text.ptr, (size_t)text.len, 0, &ignored);
    shi_err e = root ? read_json(keep, root, info) : shi_fail(SHI_INPUT, N_("run.json is damaged"), N_("Run \"shishu audit\" again."));
    json_decref(root);
    if (e.code) {
        e.file = shi_str_from(path);
        return e;
    }
    const shi_duck_options options = { .memory = engine->memory, .threads = engine->threads, .listener = engine->listener };
    SHI_TRY(shi_duck_open(&options, duck));
    e = shi_duck_view(duck, "figure_out", shi_workspace_path(ws, keep, "runs/%s/figures.parquet", row.run.ptr));
    if (!e.code) e = shi_duck_view(duck, "target_out", shi_workspace_path(ws, keep, "runs/%s/targets.parquet", row.run.ptr));
    if (!e.code) e = shi_duck_view(duck, "finding", shi_workspace_path(ws, keep, "runs/%s/findings.parquet", row.run.ptr));
    if (!e.code)
        e = open_or_empty(ws, keep, duck, row.run, "member", "finding VARCHAR, app VARCHAR, account VARCHAR, unit_code VARCHAR, score DOUBLE, "
                          "evidence VARCHAR");
    if (!e.code)
        e = open_or_empty(ws, keep, duck, row.run, "supplier", "supplier INTEGER, findings BIGINT, accounts BIGINT, apps VARCHAR, units BIGINT, "
                          "first_day VARCHAR, last_day VARCHAR, money DOUBLE");
    if (!e.code) e = shi_duck_view(duck, "contradiction", shi_workspace_path(ws, keep, "runs/%s/contradictions.parquet", row.run.ptr));
    for (int64_t i = 0; !e.code && info->judged && SHI_CHECK_TABLES[i]; i++)
        e = shi_duck_view(duck, SHI_CHECK_TABLES[i], shi_workspace_path(ws, keep, "runs/%s/%s.parquet", row.run.ptr, SHI_CHECK_TABLES[i]));
    if (e.code) shi_duck_close(duck);
    return e;
}

static shi_err load_view(shi_duck *duck, shi_arena *keep, const char *figures, const shi_run_info *info, int64_t limit, shi_run_view *out)
{
    char worst[1024], targets[512], rest[64];
    snprintf(worst, sizeof worst, "%s LIMIT %" PRId64, SHI_WORST_FIGURES, limit);
    snprintf(targets, sizeof targets, "%s LIMIT %" PRId64, SHI_WORST_TARGETS, limit);
    snprintf(rest, sizeof rest, "ORDER BY kind, figure, other NULLS LAST LIMIT %" PRId64, limit);
    *out = (shi_run_view){ .run = *info };
    SHI_TRY(shi_run_figures(duck, keep, figures, worst, NULL, 0, &out->figures));
    SHI_TRY(shi_withheld_find(duck, keep, info->small_cell, &out->withheld));
    shi_withheld_mark(&out->withheld, out->figures);
    SHI_TRY(shi_run_targets(duck, keep, "target_out", targets, NULL, 0, &out->targets));
    if (info->judged) SHI_TRY(shi_run_check_load(duck, keep, limit, out));
    snprintf(worst, sizeof worst, "WHERE about IN ('account-batch', 'unit') ORDER BY finding LIMIT %" PRId64, limit);
    if (info->detected) SHI_TRY(shi_run_batches(duck, keep, "finding", worst, NULL, 0, &out->batches));
    if (info->detected) SHI_TRY(shi_run_suppliers(duck, keep, limit, &out->suppliers));
    return shi_run_contradictions(duck, keep, "contradiction", rest, &out->contradictions);
}

shi_err shi_run_view_load(shi_duck *duck, shi_arena *keep, const shi_run_info *info, int64_t limit, shi_run_view *out)
{
    return load_view(duck, keep, "figure_out", info, limit, out);
}

shi_err shi_run_chain_view(shi_chain *chain, const shi_run_info *info, int64_t limit, shi_run_view *out)
{
    SHI_TRY(shi_figure_rows_worst(chain, limit));
    return load_view(chain->duck, chain->keep, "worst_out", info, limit, out);
}
