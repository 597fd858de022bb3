/* shishu import: files into the workspace; import --undo takes one back. */
#include "cli/cli.h"

#include "table/database.h"
#include "table/schema.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    shi_texts map, set;
    int64_t from, to, undo;
    const char *sheet, *query;
    bool keep_going, replace, add;
} args;

static const shi_option OPTIONS[] = {
    { "map", SHI_OPT_TEXTS, offsetof(args, map), "COL=HEADER", N_("the column stands under this header; COL:FROM=TO maps a value") },
    { "set", SHI_OPT_TEXTS, offsetof(args, set), "COL=VALUE", N_("one value for all rows") },
    { "from", SHI_OPT_DATE, offsetof(args, from), "DATE", N_("first day that an event file covers; without it the first day in it") },
    { "to", SHI_OPT_DATE, offsetof(args, to), "DATE", N_("last day that an event file covers; the day of a snapshot of accounts") },
    { "sheet", SHI_OPT_TEXT, offsetof(args, sheet), "NAME", N_("sheet of a workbook") },
    { "query", SHI_OPT_TEXT, offsetof(args, query), "SQL", N_("what to read from a database; without it the table of the same name") },
    { "keep-going", SHI_OPT_FLAG, offsetof(args, keep_going), NULL, N_("take the good rows, write the others to rejects/ with reasons") },
    { "replace", SHI_OPT_FLAG, offsetof(args, replace), NULL, N_("exchange the days of an earlier import of events") },
    { "add", SHI_OPT_FLAG, offsetof(args, add), NULL, N_("add events to days that were imported before") },
    { "undo", SHI_OPT_COUNT, offsetof(args, undo), "ID", N_("take an import back") },
};

static void add_fault(shi_buf *text, shi_lang lang, const shi_broken *b)
{
    shi_err e = shi_fail_value(SHI_INPUT, b->value, b->reason, b->remedy);
    e.line = b->line;
    e.column = b->column.len ? b->column : (shi_str){ 0 };
    shi_buf_puts(text, "  ");
    shi_err_write(text, lang, &e);
    shi_buf_addc(text, '\n');
}

/* The broken rows after the first, which has been told, up to twenty in all; then how many more. */
static void complain_of_rows(const shi_cli *cli, const shi_imported *im)
{
    shi_buf text = { 0 };
    int64_t shown = im->faults.len < SHI_FAULTS_SHOWN ? im->faults.len : SHI_FAULTS_SHOWN;
    for (int64_t i = 1; i < shown; i++) add_fault(&text, cli->lang, &im->faults.item[i]);
    if (im->faults.count > shown) {
        shi_buf_format(&text, tr(cli->lang, N_("  … and %1$lld rows more\n")), (long long)(im->faults.count - shown));
    }
    fputs(text.ptr ? text.ptr : "", stderr);
    shi_buf_drop(&text);
}

static void json_strs(shi_json *json, const char *key, shi_strs list)
{
    shi_json_key(json, key);
    shi_json_begin_array(json);
    for (int64_t i = 0; i < list.len; i++) shi_json_str(json, list.ptr[i]);
    shi_json_end_array(json);
}

static void json_import(shi_json *json, const shi_imported *im)
{
    char day[16];
    shi_json_begin_object(json);
    shi_json_kint(json, "import", im->id);
    shi_json_ktext(json, "table", im->table);
    shi_json_kstr(json, "file", im->file);
    shi_json_ktext(json, "sha256", im->sha256);
    shi_json_kint(json, "rows", im->rows);
    shi_json_kint(json, "accepted", im->accepted);
    shi_json_kint(json, "rejected", im->rejected);
    shi_json_kbool(json, "already_imported", im->already_imported);
    shi_json_key(json, "rejects");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < im->faults.len; i++) {
        const shi_broken *b = &im->faults.item[i];
        shi_json_begin_object(json);
        shi_json_kint(json, "line", b->line);
        shi_json_kstr(json, "column", b->column);
        shi_json_kstr(json, "value", b->value);
        shi_json_message(json, "reason", b->reason);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
    shi_json_kstr(json, "rejects_file", im->rejects);
    json_strs(json, "dropped_columns", im->dropped);
    json_strs(json, "unknown_apps", im->unknown_apps);
    json_strs(json, "other_actions", im->words);
    shi_json_kint(json, "masked_phones", im->masked_phones);
    shi_json_kint(json, "invalid_phones", im->invalid_phones);
    shi_json_key(json, "covers");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < im->ranges.len; i++) {
        shi_json_begin_object(json);
        shi_json_kstr(json, "app", im->ranges.ptr[i].app);
        shi_day_write(im->ranges.ptr[i].first_day, day);
        shi_json_ktext(json, "from", day);
        shi_day_write(im->ranges.ptr[i].last_day, day);
        shi_json_ktext(json, "to", day);
        shi_json_kint(json, "rows", im->ranges.ptr[i].rows);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
    shi_json_end_object(json);
}

/* The first twenty names of a list, joined. */
static const char *joined(shi_cli *cli, shi_strs list)
{
    shi_buf text = { 0 };
    for (int64_t i = 0; i < list.len && i < 20; i++) {
        shi_buf_puts(&text, i ? ", " : "");
        shi_buf_add(&text, list.ptr[i]);
    }
    if (list.len > 20) shi_buf_puts(&text, ", …");
    shi_str copy = shi_str_copy(&cli->keep, shi_buf_str(&text));
    shi_buf_drop(&text);
    return copy.ptr ? copy.ptr : "";
}

static void print_import(shi_cli *cli, const shi_imported *im)
{
    char from[16], to[16];
    if (im->already_imported) {
        shi_buf_format(&cli->out, tr(cli->lang, N_("%1$s: imported before as number %2$lld; nothing was changed.\n")), im->file.ptr,
                       (long long)im->id);
        return;
    }
    shi_buf_format(&cli->out, tr(cli->lang, N_("%1$s: %2$lld rows of table %3$s taken, %4$lld rejected (import %5$lld).\n")), im->file.ptr,
                   (long long)im->accepted, im->table, (long long)im->rejected, (long long)im->id);
    for (int64_t i = 0; i < im->ranges.len; i++) {
        shi_day_write(im->ranges.ptr[i].first_day, from);
        shi_day_write(im->ranges.ptr[i].last_day, to);
        bool snapshot = !strcmp(im->table, "accounts");
        if (snapshot) shi_say(cli, N_("  %1$s: accounts as of %2$s"), im->ranges.ptr[i].app.ptr, to);
        else shi_say(cli, N_("  %1$s: events from %2$s to %3$s"), im->ranges.ptr[i].app.ptr, from, to);
    }
    if (im->masked_phones || im->invalid_phones)
        shi_say(cli, N_("  %1$lld phones are masked or placeholders and %2$lld are no phone numbers: these accounts count by their account."),
                (long long)im->masked_phones, (long long)im->invalid_phones);
    if (im->dropped.len) shi_say(cli, N_("  columns outside the contract were left out: %1$s"), joined(cli, im->dropped));
    if (im->unknown_apps.len) shi_say(cli, N_("  apps that table apps does not hold: %1$s"), joined(cli, im->unknown_apps));
    if (im->words.len) shi_say(cli, N_("  action words outside the contract (they count for active without login and for seconds): %1$s"),
                               joined(cli, im->words));
    if (im->rejects.ptr) shi_say(cli, N_("  rejected rows with reasons: %1$s"), im->rejects.ptr);
}

static shi_err import_all(shi_cli *cli, shi_workspace *ws, const char *table, shi_strs files, shi_import_options *options)
{
    shi_json json = { .out = &cli->out };
    SHI_TRY(shi_ledger_next_id(ws, &options->first_of_command));
    if (cli->json && files.len > 1) {
        shi_json_begin_object(&json);
        shi_json_key(&json, "imports");
        shi_json_begin_array(&json);
    }
    for (int64_t i = 0; i < files.len; i++) {
        shi_imported im;
        shi_err e = shi_import_file(ws, &cli->keep, table, files.ptr[i].ptr, options, &im);
        shi_progress_end(cli);
        if (!e.code && cli->json) json_import(&json, &im);
        if (!e.code && !cli->json) print_import(cli, &im);
        bool rows = e.code == SHI_INPUT && im.has_faults && im.faults.count > 0;
        if (rows) {
            shi_complain(cli, &e);
            if (im.faults.count > 1) complain_of_rows(cli, &im);
            shi_say(cli, N_("%1$s: %2$lld of %3$lld rows break a rule; nothing of the file was taken."), files.ptr[i].ptr,
                    (long long)im.faults.count, (long long)im.rows);
            e.reason = NULL;   /* told already */
        }
        if (im.has_faults) shi_faults_close(&im.faults);
        if (e.code) return e;
        options->engine = shi_cli_engine(cli, N_("Importing"));
    }
    if (cli->json && files.len > 1) {
        shi_json_end_array(&json);
        shi_json_end_object(&json);
    }
    if (cli->json) shi_buf_addc(&cli->out, '\n');
    return (shi_err){ 0 };
}

static shi_err undo(shi_cli *cli, shi_workspace *ws, int64_t id)
{
    shi_import_row row;
    SHI_TRY(shi_import_undo(ws, &cli->keep, id, &row));
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        shi_json_begin_object(&json);
        shi_json_kint(&json, "undone", id);
        shi_json_kstr(&json, "table", row.table);
        shi_json_kstr(&json, "file", row.file);
        shi_json_kint(&json, "rows", row.accepted);
        shi_json_end_object(&json);
        shi_buf_addc(&cli->out, '\n');
        return (shi_err){ 0 };
    }
    shi_buf_format(&cli->out, tr(cli->lang, N_("Took import %1$lld back: %2$s, %3$lld rows of table %4$s no longer count.\n")), (long long)id,
                   row.file.ptr,
                   (long long)row.accepted, row.table.ptr);
    return (shi_err){ 0 };
}

/* Patterns become files, in order; a file that stands twice is taken twice and found to be there. */
static shi_err expand(shi_cli *cli, int n, char **patterns, shi_strs *out)
{
    enum { MOST = 1 << 16 };
    shi_str *paths = shi_new(&cli->keep, shi_str, MOST);
    int64_t len = 0;
    shi_str *database = shi_new(&cli->keep, shi_str, n);
    if (!paths || !database) return shi_no_memory();
    for (int i = 0; i < n; i++) {
        shi_strs hit;
        database[i] = shi_str_from(patterns[i]);
        if (shi_database_is(shi_str_from(patterns[i]))) hit = (shi_strs){ &database[i], 1 };
        else SHI_TRY(shi_os_glob(&cli->keep, patterns[i], &hit));
        for (int64_t k = 0; k < hit.len && len < MOST; k++) paths[len++] = hit.ptr[k];
    }
    *out = (shi_strs){ paths, len };
    return (shi_err){ 0 };
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { .from = INT64_MIN, .to = INT64_MAX, .undo = -1 };
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (a.undo < 0 && argc < 2) return shi_fail(SHI_USAGE, N_("import takes a table and one or more files"),
                                                N_("\"shishu help import\" shows how it is called."));
    if (a.undo >= 0 && argc > 0) return shi_fail_value(SHI_USAGE, shi_str_from(argv[0]), N_("--undo takes only the number of an import"),
                                                       N_("\"shishu\" alone lists the imports."));
    if (a.replace && a.add) return shi_fail(SHI_USAGE, N_("--replace and --add exclude each other"),
                                            N_("\"shishu help import\" shows how it is called."));
    if (a.from != INT64_MIN && a.to != INT64_MAX && a.from > a.to) return shi_fail(SHI_USAGE, N_("--from lies after --to"),
                                                                                   N_("Exchange the two dates."));
    if (a.undo < 0 && !shi_table_find(shi_str_from(argv[0])))
        return shi_fail_value(SHI_USAGE, shi_str_from(argv[0]), N_("there is no such table"),
                              N_("\"shishu help import\" lists the tables and their columns."));
    shi_workspace ws;
    shi_strs files = { 0 };
    if (a.undo < 0) SHI_TRY(expand(cli, argc - 1, argv + 1, &files));
    SHI_TRY(shi_cli_open(cli, SHI_WRITE, &ws));
    shi_import_options options = { .header = { a.map.item, a.set.item, a.map.len, a.set.len }, .sheet = shi_str_from(a.sheet),
        .query = shi_str_from(a.query), .from_day = a.from,
        .to_day = a.to, .keep_going = a.keep_going, .replace = a.replace, .add = a.add, .lang = cli->lang,
        .engine = shi_cli_engine(cli, N_("Importing")) };
    shi_err e = a.undo >= 0 ? undo(cli, &ws, a.undo) : import_all(cli, &ws, argv[0], files, &options);
    shi_workspace_close(&ws);
    return e;
}

const shi_command SHI_CMD_IMPORT = { "import", "TABLE FILE|DATABASE…", N_("take files into the workspace, or take an import back"),
    N_("Reads CSV, TSV, JSON lines, Parquet and xlsx, also packed with gzip or zstd; - is CSV from standard input; postgres:CONNINFO, "
        "mysql:CONNECTION, sqlite:FILE and duckdb:FILE are databases, read with --query. A file is taken whole or not at "
        "all: "
       "when a row breaks a rule, the message names its line, and nothing is changed. A row with a known key replaces the earlier one. Phones, "
       "devices and "
       "addresses become pseudonyms while the file is read. The same file with the same options again changes nothing."),
    OPTIONS, COUNT(OPTIONS), run };
