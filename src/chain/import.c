/* import: file → typed rows → checks → Parquet in tmp/ → data/ by rename → one ledger transaction.
 *
 * Until the transaction commits nothing of the file counts: what a killed import leaves in tmp/ or data/ has no row in the ledger, and
 * the next writer sweeps it. Events stream straight into one Parquet file a month; tables with keys pass through a table in DuckDB, where
 * keys and references are checked. */
#include "chain/import.h"

#include "base/json.h"
#include "chain/import_check.h"
#include "chain/import_scan.h"
#include "chain/publish.h"
#include "table/database.h"
#include "table/picked.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHI_SOURCE_MEMORY = 1 << 28 };

typedef struct {
    shi_workspace *ws;
    shi_arena *keep;
    const shi_import_options *options;
    const shi_table *table;
    const char *path;
    shi_source *source;
    shi_source *left[SHI_MAX_APPS + 1];   /* read before a restart: DuckDB may still hold readers of theirs */
    int64_t n_left;
    shi_header_map map;
    shi_scan scan;
    shi_duck duck;
    bool has_duck;
    shi_str option_text;           /* pseudonym of the options: the same options give the same, and it holds none of their values */
    shi_app_tally known[SHI_MAX_APPS];
    int64_t n_known;
    shi_imported *out;
} job;

/* ---- before reading ---- */

static void add_list(shi_json *json, const char *key, const shi_str *item, int64_t n)
{
    shi_json_key(json, key);
    shi_json_begin_array(json);
    for (int64_t i = 0; i < n; i++) shi_json_str(json, item[i]);
    shi_json_end_array(json);
}

static shi_err describe_options(job *j)
{
    const shi_import_options *o = j->options;
    shi_buf text = { 0 };
    shi_json json = { .out = &text };
    shi_json_begin_object(&json);
    if (o->header.n_maps) add_list(&json, "map", o->header.maps, o->header.n_maps);
    if (o->header.n_sets) add_list(&json, "set", o->header.sets, o->header.n_sets);
    if (o->sheet.ptr) shi_json_kstr(&json, "sheet", o->sheet);
    if (o->picked) shi_json_kstr(&json, "recognised", shi_picked_sheet(o->picked));
    if (o->range.ptr) shi_json_kstr(&json, "range", o->range);
    if (o->with_hidden) shi_json_kbool(&json, "with_hidden", true);
    if (o->from_day != INT64_MIN) shi_json_kint(&json, "from_day", o->from_day);
    if (o->to_day != INT64_MAX) shi_json_kint(&json, "to_day", o->to_day);
    if (o->keep_going) shi_json_kbool(&json, "keep_going", true);
    shi_json_end_object(&json);
    char hash[SHI_PSEUDONYM_LEN];   /* --set phone=… must not reach the ledger */
    if (!text.failed) shi_pseudonym(&j->ws->key, "options", shi_buf_str(&text), hash);
    j->option_text = text.failed ? (shi_str){ 0 } : shi_str_copy(j->keep, (shi_str){ hash, sizeof hash });
    shi_buf_drop(&text);
    return j->option_text.ptr ? (shi_err){ 0 } : shi_no_memory();
}

/* Has this very file been imported already? Only a file whose size is known to the ledger is worth reading for its hash beforehand. */
static shi_err already_there(job *j, bool *yes)
{
    shi_import_rows rows;
    int64_t bytes = 0, id = 0;
    bool same_size = false;
    *yes = false;
    if (!strcmp(j->path, "-") || shi_os_size(j->path, &bytes).code) return (shi_err){ 0 };
    SHI_TRY(shi_ledger_imports(j->ws, j->keep, &rows));
    for (int64_t i = 0; i < rows.len; i++) same_size = same_size || (rows.ptr[i].bytes == bytes && !rows.ptr[i].undone_at);
    if (!same_size) return (shi_err){ 0 };
    shi_sha256 hash;
    SHI_TRY(shi_sha256_file(j->path, &hash, &bytes));
    shi_hex(hash.byte, 32, j->out->sha256);
    SHI_TRY(shi_ledger_find(j->ws, shi_str_from(j->table->name), shi_str_from(j->out->sha256), j->option_text, &id));
    for (int64_t i = 0; id && i < rows.len; i++) {
        if (rows.ptr[i].id != id) continue;
        j->out->id = id;
        j->out->bytes = bytes;
        j->out->rows = rows.ptr[i].rows;
        j->out->accepted = rows.ptr[i].accepted;
        j->out->rejected = rows.ptr[i].rejected;
        j->out->already_imported = *yes = true;
    }
    return (shi_err){ 0 };
}

/* The one app of the workspace, for files without a column app. */
static shi_err find_default_app(job *j)
{
    int c = shi_table_column(j->table, S("app"));
    if (c < 0 || j->table->column[c].type != SHI_T_APP || j->map.source[c] >= 0 || j->map.constant[c].ptr) return (shi_err){ 0 };
    shi_rows rows;
    int64_t n = 0;
    SHI_TRY(shi_duck_query(&j->duck, "SELECT DISTINCT app FROM apps ORDER BY app LIMIT 2", NULL, 0, &rows));
    while (shi_rows_next(&rows)) {
        j->scan.default_app = shi_str_copy(j->keep, shi_rows_str(&rows, 0));
        n++;
    }
    shi_rows_close(&rows);
    if (n == 1) return (shi_err){ 0 };
    shi_err e = shi_fail(SHI_INPUT, n ? N_("the file has no column app, and the workspace has several apps")
                         : N_("the file has no column app, and the workspace has no app"),
                         N_("Say which app it is with --set app=APP, or import table apps first."));
    e.column = S("app");
    e.line = 1;
    return e;
}

/* How the ids of each app are kept, as earlier imports decided. */
static shi_err load_known_apps(job *j)
{
    shi_range_rows ranges[2];
    SHI_TRY(shi_ledger_ranges(j->ws, j->keep, "accounts", &ranges[0]));
    SHI_TRY(shi_ledger_ranges(j->ws, j->keep, "events", &ranges[1]));
    for (int k = 0; k < 2; k++) {
        for (int64_t i = 0; i < ranges[k].len && j->n_known < SHI_MAX_APPS; i++) {
            shi_str app = ranges[k].ptr[i].app, mode;
            bool seen = false;
            for (int64_t a = 0; a < j->n_known; a++) seen = seen || shi_str_eq(j->known[a].app, app);
            if (seen) continue;
            SHI_TRY(shi_ledger_get(j->ws, j->keep, shi_str_format(j->keep, "accounts:%.*s", (int)app.len, app.ptr), &mode));
            if (mode.ptr) j->known[j->n_known++] = (shi_app_tally){ .app = app, .ids = shi_str_eq(mode, S("pseudonym")) ? SHI_IDS_PSEUDONYM
                : SHI_IDS_PLAIN };
        }
    }
    j->scan.known_apps = j->known;
    j->scan.n_known_apps = j->n_known;
    return (shi_err){ 0 };
}

/* 2000-01-01 and the end of tomorrow, in the workspace's zone. */
static void set_rules(job *j)
{
    const shi_zone *zone = &j->ws->zone;
    int64_t today = shi_zone_local_us(zone, j->ws->now_us) / SHI_DAY_US;
    j->scan.rules = (shi_cell_rules){ .zone = zone, .earliest_us = shi_zone_utc_us(zone, shi_day_of(2000, 1, 1) * SHI_DAY_US),
        .latest_us = shi_zone_utc_us(zone, (today + 2) * SHI_DAY_US) };
}

static shi_err open_source(job *j)
{
    shi_source_options options = { .sheet = j->options->sheet, .query = j->options->query, .table = j->table->name,
        .lang = j->options->lang, .size = j->options->engine.listener.tell != NULL, .memory = SHI_SOURCE_MEMORY, .picked = j->options->picked };
    SHI_TRY(shi_source_open(j->keep, shi_str_from(j->path), &options, &j->source));
    j->scan.source = j->source;
    return (shi_err){ 0 };
}

/* Progress is that of the file, or of a database's rows: DuckDB cannot know how much a table function has left. More rows than there should be
 * means that their number was a bad estimate. */
static void tell_progress(void *context, double share, int64_t rows)
{
    const job *j = context;
    const shi_listener *to = &j->options->engine.listener;
    int64_t done = 0, total = 0;
    (void)share;
    if (j->source) shi_source_rows(j->source, &rows, &total);
    if (j->source && rows == 0) shi_source_progress(j->source, &done, &total);
    else done = rows;
    to->tell(to->context, total > 0 && done <= total ? (double)done / (double)total : -1, rows);
}

/* What was taken for a header may be a row of people. */
static shi_err mask_dropped(job *j)
{
    shi_str *shown = shi_new(j->keep, shi_str, j->map.dropped.len);
    if (!shown) return shi_no_memory();
    for (int64_t i = 0; i < j->map.dropped.len; i++) shown[i] = shi_str_copy(j->keep, shi_showable(j->map.dropped.ptr[i]));
    j->out->dropped.ptr = shown;
    return (shi_err){ 0 };
}

static shi_err prepare(job *j)
{
    shi_engine engine = j->options->engine;
    if (engine.listener.tell) engine.listener = (shi_listener){ tell_progress, j };
    SHI_TRY(shi_views_open(j->ws, *j->keep, &engine, &j->duck));
    j->has_duck = true;
    SHI_TRY(open_source(j));
    j->out->sheet = shi_source_sheet(j->source);
    shi_strs headers = shi_source_columns(j->source);
    const int *schema = shi_source_schema(j->source);
    if (schema) SHI_TRY(shi_header_recognised(j->keep, j->table, headers, schema, &j->options->header, &j->map));
    else SHI_TRY(shi_header_match(j->keep, j->table, headers, &j->options->header, &j->map));
    j->out->dropped = j->map.dropped;
    if (schema) SHI_TRY(mask_dropped(j));
    j->scan.table = j->table;
    j->scan.map = &j->map;
    j->scan.zone = &j->ws->zone;
    j->scan.key = &j->ws->key;
    j->scan.from_day = j->options->from_day;
    j->scan.to_day = j->options->to_day;
    int64_t done, total;
    shi_source_progress(j->source, &done, &total);
    j->scan.may_restart = total > 0 || shi_database_is(shi_str_from(j->path));   /* a pipe has no size and cannot be read again */
    j->scan.faults = &j->out->faults;
    j->scan.keep = j->keep;
    set_rules(j);
    SHI_TRY(find_default_app(j));
    SHI_TRY(load_known_apps(j));
    return shi_scan_register(&j->duck, &j->scan);
}

/* ---- reading ---- */

static const char SQL_STAGE[] = "CREATE OR REPLACE TEMP TABLE staged AS SELECT * FROM shi_import()";
/* an issuer that is not named is the parent of the unit */
static const char SQL_STAGE_TARGETS[] =
    "CREATE OR REPLACE TEMP TABLE staged AS "
    "SELECT s.* REPLACE (coalesce(s.issuer_code, u.parent_code) AS issuer_code) FROM shi_import() s LEFT JOIN units u ON u.unit_code = s.unit_code";

static shi_err copy_events(job *j)
{
    char folder[64];
    SHI_TRY(shi_os_remove_tree(shi_workspace_path(j->ws, j->keep, "tmp/new")));
    snprintf(folder, sizeof folder, "tmp/new");
    SHI_TRY(shi_os_mkdir(shi_workspace_path(j->ws, j->keep, "%s", folder), 0700));
    shi_buf sql = { 0 };
    shi_buf_format(&sql, "COPY (SELECT *, %" PRId64 "::BIGINT AS _import FROM shi_import()) TO ", j->out->id);
    shi_sql_literal(&sql, shi_str_from(shi_workspace_path(j->ws, j->keep, "%s", folder)));
    shi_buf_puts(&sql, " (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (period), OVERWRITE_OR_IGNORE true)");
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_exec(&j->duck, sql.ptr, NULL, 0);
    shi_buf_drop(&sql);
    return e;
}

static shi_err scan_once(job *j)
{
    shi_err e;
    if (!j->table->key[0]) e = copy_events(j);
    else e = shi_duck_exec(&j->duck, strcmp(j->table->name, "targets") ? SQL_STAGE : SQL_STAGE_TARGETS, NULL, 0);
    return j->scan.err.code ? j->scan.err : e;
}

/* Reads the file; once more when its account ids turned out to be phone numbers. */
static shi_err scan_file(job *j)
{
    shi_err e = scan_once(j);
    while (!e.code && j->scan.restart) {
        if (j->n_known == SHI_MAX_APPS) j->scan.may_restart = false;
        else j->known[j->n_known++] = (shi_app_tally){ .app = j->scan.restart_app, .ids = SHI_IDS_PSEUDONYM };
        j->scan.n_known_apps = j->n_known;
        shi_faults_close(&j->out->faults);
        SHI_TRY(shi_faults_open(&j->out->faults, j->options->keep_going));
        shi_scan_reset(&j->scan);
        j->left[j->n_left++] = j->source;
        j->source = NULL;
        SHI_TRY(open_source(j));
        e = scan_once(j);
    }
    return e;
}

/* ---- after reading ---- */

static shi_err refuse_overlap(const job *j, const shi_range_row *old, const shi_app_tally *app)
{
    char from[16], to[16], text[160];
    shi_day_write(old->first_day > app->first_day ? old->first_day : app->first_day, from);
    shi_day_write(old->last_day < app->last_day ? old->last_day : app->last_day, to);
    snprintf(text, sizeof text, "%.40s %s..%s, #%" PRId64, app->app.ptr, from, to, old->import_id);
    shi_err e = shi_fail_value(SHI_INPUT, shi_str_from(text), N_("events of these days were imported before"),
                               N_("Use --replace to exchange these days, or --add if the file holds other events of them."));
    e.file = shi_str_from(j->path);
    return e;
}

static shi_err check_overlap(job *j)
{
    shi_range_rows old;
    if (j->table->key[0] || j->options->replace || j->options->add) return (shi_err){ 0 };
    SHI_TRY(shi_ledger_ranges(j->ws, j->keep, "events", &old));
    int64_t first = j->options->first_of_command ? j->options->first_of_command : j->out->id;
    for (int64_t i = 0; i < old.len; i++)
        for (int64_t a = 0; a < j->scan.apps; a++) {
            const shi_app_tally *app = &j->scan.app[a];
            if (old.ptr[i].import_id < first && shi_str_eq(old.ptr[i].app, app->app) && old.ptr[i].first_day <= app->last_day
                && old.ptr[i].last_day >= app->first_day)
                return refuse_overlap(j, &old.ptr[i], app);
        }
    return (shi_err){ 0 };
}

static int by_app(const void *a, const void *b)
{
    return shi_str_cmp(((const shi_app_tally *)a)->app, ((const shi_app_tally *)b)->app);
}

/* What the file covers, by app; --from and --to widen events, --to dates a snapshot of accounts. */
static shi_err collect_ranges(job *j)
{
    shi_range_row *row = shi_new(j->keep, shi_range_row, j->scan.apps);
    if (!row) return shi_no_memory();
    bool events = !j->table->key[0];
    int64_t today = shi_zone_local_us(&j->ws->zone, j->ws->now_us) / SHI_DAY_US;
    if (j->scan.apps > 1) qsort(j->scan.app, (size_t)j->scan.apps, sizeof *j->scan.app, by_app);
    for (int64_t a = 0; a < j->scan.apps; a++) {
        shi_app_tally *t = &j->scan.app[a];
        if (events && j->options->from_day != INT64_MIN) t->first_day = j->options->from_day;
        if (events && j->options->to_day != INT64_MAX) t->last_day = j->options->to_day;
        if (!events) t->first_day = t->last_day = j->options->to_day != INT64_MAX ? j->options->to_day : today;
        row[a] = (shi_range_row){ j->out->id, t->app, t->first_day, t->last_day, t->rows, t->logins, t->points, t->whole_minutes, t->whole_hours,
            t->whole_days };
    }
    j->out->ranges = (shi_range_rows){ row, j->scan.apps };
    return (shi_err){ 0 };
}

static int by_word(const void *a, const void *b)
{
    const shi_word_tally *x = a, *y = b;
    int order = shi_str_cmp(x->app, y->app);
    return order ? order : shi_str_cmp(x->action, y->action);
}

static shi_err collect_words(job *j)
{
    shi_str *text = shi_new(j->keep, shi_str, j->scan.words);
    if (!text) return shi_no_memory();
    if (j->scan.words > 1) qsort(j->scan.word, (size_t)j->scan.words, sizeof *j->scan.word, by_word);
    for (int64_t i = 0; i < j->scan.words; i++) {
        const shi_word_tally *w = &j->scan.word[i];
        text[i] = shi_str_format(j->keep, "%.*s: %.*s (%" PRId64 ")", (int)w->app.len, w->app.ptr, (int)w->action.len, w->action.ptr, w->rows);
    }
    j->out->words = (shi_strs){ text, j->scan.words };
    return (shi_err){ 0 };
}

static shi_err collect_unknown_apps(job *j)
{
    shi_str *names = shi_new(j->keep, shi_str, j->scan.apps);
    int64_t n = 0, known;
    if (!names) return shi_no_memory();
    for (int64_t a = 0; a < j->scan.apps; a++) {
        const shi_param app = SHI_TEXTP(j->scan.app[a].app);
        SHI_TRY(shi_duck_int(&j->duck, "SELECT count(*) FROM apps WHERE app = $1", &app, 1, &known));
        if (known == 0) names[n++] = j->scan.app[a].app;
    }
    j->out->unknown_apps = (shi_strs){ names, n };
    return (shi_err){ 0 };
}

/* In a workbook a fault has a cell. */
static void place_faults(job *j)
{
    if (!j->out->sheet.ptr) return;
    for (int64_t i = 0; i < j->out->faults.len; i++) {
        shi_broken *b = &j->out->faults.item[i];
        int64_t row, at, column = b->source_column >= 0 ? b->source_column : b->table_column >= 0 ? j->map.source[b->table_column] : -1;
        if (!shi_source_cell(j->source, b->record, b->line, column, &row, &at)) continue;
        b->line = row + 1;
        b->cell_column = at + 1;
        if (j->options->picked && column >= 0) b->column = shi_picked_heading(j->options->picked, b->record, column);
    }
}

/* Broken rules refuse the file, unless the good rows were asked for. */
static shi_err judge(job *j)
{
    shi_imported *out = j->out;
    place_faults(j);
    shi_faults_sort(&out->faults);
    out->rejected = out->faults.count;
    out->accepted = out->rows - out->rejected;
    if (out->rows == 0) {
        shi_err e = shi_fail(SHI_INPUT, N_("the file holds no rows"), N_("Export it again: only a header stands in it."));
        e.file = shi_str_from(j->path);
        return e;
    }
    if (out->faults.full) return shi_no_memory();
    if (out->rejected == 0 || (j->options->keep_going && out->accepted > 0)) return (shi_err){ 0 };
    const shi_broken *first = &out->faults.item[0];
    shi_err e = shi_fail_value(SHI_INPUT, first->value, first->reason, first->remedy);
    e.file = shi_str_from(j->path);
    e.line = first->line;
    if (first->column.len) e.column = shi_str_copy(j->keep, first->column);
    e.sheet = out->sheet;
    e.cell_column = first->cell_column;
    return e;
}

/* The staged table as one Parquet file in tmp/new. */
static shi_err copy_staged(job *j)
{
    bool accounts = !strcmp(j->table->name, "accounts"), reports = !strcmp(j->table->name, "reports");
    const char *folder = shi_workspace_path(j->ws, j->keep, "tmp/new");
    if (accounts) SHI_TRY(shi_scan_register_phones(&j->duck, &j->scan));
    SHI_TRY(shi_os_remove_tree(folder));
    SHI_TRY(shi_os_mkdir(folder, 0700));
    shi_buf sql = { 0 };
    shi_buf_puts(&sql, "COPY (SELECT ");
    for (int c = 0; c < j->table->columns; c++) shi_buf_format(&sql, "%s, ", j->table->column[c].name);
    if (accounts) shi_buf_puts(&sql, "phone_class, shi_phone_gap(_record) AS phone_gap, shi_phone_run(_record) AS phone_run, ip_net, _record, ");
    if (reports) shi_buf_format(&sql, "coalesce(reported_at, make_timestamp(%" PRId64 ")) AS _since, ", j->ws->now_us);
    shi_buf_format(&sql, "%" PRId64 "::BIGINT AS _import FROM staged) TO ", j->out->id);
    shi_sql_literal(&sql, shi_str_from(shi_workspace_path(j->ws, j->keep, "tmp/new/rows.parquet")));
    shi_buf_puts(&sql, " (FORMAT parquet, COMPRESSION zstd)");
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_exec(&j->duck, sql.ptr, NULL, 0);
    shi_buf_drop(&sql);
    return e;
}

/* rejects/ID-NAME.csv: line, column, value, reason, and the row as it may be shown. */
static shi_err write_rejects(job *j)
{
    shi_imported *out = j->out;
    if (out->rejected == 0) return (shi_err){ 0 };
    shi_buf text = { 0 };
    shi_buf_puts(&text, "line,column,value,reason");
    for (int c = 0; c < j->table->columns; c++) shi_buf_format(&text, ",%s", j->table->column[c].name);
    shi_buf_addc(&text, '\n');
    for (int64_t i = 0; i < out->faults.len; i++) {
        const shi_broken *b = &out->faults.item[i];
        shi_buf_format(&text, "%" PRId64 ",", b->line);
        shi_buf_csv(&text, b->column);
        shi_buf_addc(&text, ',');
        shi_buf_csv(&text, b->value);
        shi_buf_format(&text, ",%s", b->reason);
        shi_buf_add(&text, b->row);
        shi_buf_addc(&text, '\n');
    }
    out->rejects = shi_str_format(j->keep, "rejects/%04" PRId64 "-%s.csv", out->id, j->table->name);
    shi_err e = text.failed ? shi_no_memory() : shi_os_write_whole(shi_workspace_path(j->ws, j->keep, "%s", out->rejects.ptr), shi_buf_str(&text),
                                                                   0600);
    shi_buf_drop(&text);
    return e;
}

static shi_str supplied_columns(job *j)
{
    shi_buf text = { 0 };
    for (int c = 0; c < j->table->columns; c++)
        if (j->map.source[c] >= 0 || j->map.constant[c].ptr) shi_buf_format(&text, "%s%s", text.len ? "," : "", j->table->column[c].name);
    shi_str copy = shi_str_copy(j->keep, shi_buf_str(&text));
    shi_buf_drop(&text);
    return copy;
}

static shi_err record_rows(job *j)
{
    const shi_imported *out = j->out;
    const shi_import_row row = { .id = out->id, .table = shi_str_from(out->table), .file = out->file, .sha256 = shi_str_from(out->sha256),
        .options = j->option_text, .columns = supplied_columns(j), .bytes = out->bytes, .rows = out->rows, .accepted = out->accepted,
        .rejected = out->rejected, .imported_at = j->ws->now_us };
    SHI_TRY(shi_ledger_add_import(j->ws, &row));
    for (int64_t i = 0; i < out->ranges.len; i++) {
        const shi_range_row *r = &out->ranges.ptr[i];
        SHI_TRY(shi_ledger_add_range(j->ws, r));
        if (!j->table->key[0] && j->options->replace) SHI_TRY(shi_ledger_add_mask(j->ws, out->id, r->app, r->first_day, r->last_day));
        shi_ids ids = SHI_IDS_OPEN;
        for (int64_t a = 0; a < j->n_known; a++)
            if (shi_str_eq(j->known[a].app, r->app)) ids = j->known[a].ids;
        SHI_TRY(shi_ledger_set(j->ws, shi_str_format(j->keep, "accounts:%.*s", (int)r->app.len, r->app.ptr), ids == SHI_IDS_PSEUDONYM
                               ? S("pseudonym") : S("plain")));
    }
    for (int64_t i = 0; i < j->scan.words; i++) SHI_TRY(shi_ledger_add_word(j->ws, out->id, j->scan.word[i].app, j->scan.word[i].action,
                                                                            j->scan.word[i].rows));
    return (shi_err){ 0 };
}

/* The trail says all that the ledger's other tables say of the import, so that verify-ledger can hold one against the other. */
static shi_err record_trail(job *j, const shi_part_rows *parts)
{
    const shi_imported *out = j->out;
    shi_buf text = { 0 };
    shi_json json = { .out = &text };
    shi_json_begin_object(&json);
    shi_json_kint(&json, "import", out->id);
    shi_json_ktext(&json, "table", out->table);
    shi_json_kstr(&json, "file", out->file);
    shi_json_ktext(&json, "sha256", out->sha256);
    shi_json_kint(&json, "rows", out->rows);
    shi_json_kint(&json, "accepted", out->accepted);
    shi_json_kint(&json, "rejected", out->rejected);
    shi_json_key(&json, "ranges");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < out->ranges.len; i++) {
        const shi_range_row *r = &out->ranges.ptr[i];
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "app", r->app);
        shi_json_kint(&json, "first_day", r->first_day);
        shi_json_kint(&json, "last_day", r->last_day);
        shi_json_kint(&json, "rows", r->rows);
        shi_json_kint(&json, "logins", r->logins);
        shi_json_kint(&json, "points", r->points);
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_json_key(&json, "parts");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < parts->len; i++) {
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "path", parts->ptr[i].path);
        shi_json_kstr(&json, "sha256", parts->ptr[i].sha256);
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    shi_err e = text.failed ? shi_no_memory() : shi_trail_add(j->ws, "import", shi_buf_str(&text));
    shi_buf_drop(&text);
    return e;
}

static shi_err commit(job *j)
{
    shi_part_rows parts;
    SHI_TRY(shi_publish_files(j->ws, j->keep, j->table->name, j->out->id, &parts));
    SHI_TRY(write_rejects(j));
    SHI_TRY(shi_ledger_begin(j->ws));
    shi_err e = record_rows(j);
    for (int64_t i = 0; i < parts.len && !e.code; i++) e = shi_ledger_add_part(j->ws, &parts.ptr[i]);
    if (!e.code) e = record_trail(j, &parts);
    if (!e.code) return shi_ledger_commit(j->ws);
    shi_ledger_rollback(j->ws);
    return e;
}

static shi_err run(job *j)
{
    shi_imported *out = j->out;
    bool there;
    SHI_TRY(describe_options(j));
    SHI_TRY(already_there(j, &there));
    if (there) return (shi_err){ 0 };
    SHI_TRY(shi_ledger_next_id(j->ws, &out->id));
    SHI_TRY(prepare(j));
    SHI_TRY(scan_file(j));
    bool may_repeat = !shi_scan_knows_keys(j->table) || shi_keys_may_repeat(&j->scan.keys);
    if (j->table->key[0]) SHI_TRY(shi_import_check(&j->duck, j->table, may_repeat, &out->faults));
    out->rows = j->scan.rows;
    out->masked_phones = j->scan.masked_phones;
    out->invalid_phones = j->scan.invalid_phones;
    SHI_TRY(judge(j));
    uint8_t hash[32];
    shi_source_digest(j->source, hash, &out->bytes);
    shi_hex(hash, 32, out->sha256);
    int64_t same;
    SHI_TRY(shi_ledger_find(j->ws, shi_str_from(j->table->name), shi_str_from(out->sha256), j->option_text, &same));
    if (same) {   /* from standard input, whose hash is known only now */
        out->id = same;
        out->already_imported = true;
        return (shi_err){ 0 };
    }
    SHI_TRY(collect_ranges(j));
    SHI_TRY(collect_words(j));
    SHI_TRY(collect_unknown_apps(j));
    SHI_TRY(check_overlap(j));
    if (j->table->key[0]) SHI_TRY(copy_staged(j));
    return commit(j);
}

shi_err shi_import_file(shi_workspace *ws, shi_arena *keep, const char *table, const char *path, const shi_import_options *options, shi_imported *out)
{
    job j = { .ws = ws, .keep = keep, .options = options, .path = path, .out = out };
    *out = (shi_imported){ .file = strcmp(path, "-") ? shi_os_absolute(keep, path) : S("-") };
    j.table = shi_table_find(shi_str_from(table));
    if (!j.table) return shi_fail_value(SHI_USAGE, shi_str_from(table), N_("there is no such table"),
                                        N_("\"shishu help import\" lists the tables and their columns."));
    out->table = j.table->name;
    SHI_TRY(shi_faults_open(&out->faults, options->keep_going));
    out->has_faults = true;
    shi_err e = run(&j);
    if (e.code && !e.file.ptr) e.file = shi_str_from(path);
    if (j.has_duck) shi_duck_close(&j.duck);   /* before the sources: its threads hold readers */
    if (j.source) shi_source_close(j.source);
    for (int64_t i = 0; i < j.n_left; i++) shi_source_close(j.left[i]);
    shi_scan_close(&j.scan);
    return e;
}

shi_err shi_import_undo(shi_workspace *ws, shi_arena *keep, int64_t id, shi_import_row *out)
{
    shi_import_rows rows;
    const shi_import_row *hit = NULL;
    SHI_TRY(shi_ledger_imports(ws, keep, &rows));
    for (int64_t i = 0; i < rows.len; i++)
        if (rows.ptr[i].id == id) hit = &rows.ptr[i];
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, id);
    if (!hit) return shi_fail_value(SHI_INPUT, shi_str_from(text), N_("there is no import with this number"),
                                    N_("\"shishu\" alone lists the imports."));
    if (hit->undone_at) return shi_fail_value(SHI_INPUT, shi_str_from(text), N_("this import was taken back already"),
                                              N_("\"shishu\" alone lists the imports."));
    SHI_TRY(shi_ledger_begin(ws));
    shi_err e = shi_ledger_set_undone(ws, id);
    if (!e.code) e = shi_trail_add(ws, "undo", shi_str_format(keep, "{\"import\":%" PRId64 "}", id));
    if (e.code) {
        shi_ledger_rollback(ws);
        return e;
    }
    *out = *hit;
    return shi_ledger_commit(ws);
}
