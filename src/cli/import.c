/* shishu import: files into the workspace; import --undo takes one back. */
#include "cli/import_say.h"

#include "table/database.h"
#include "table/schema.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    shi_texts map, set;
    int64_t from, to, undo;
    const char *sheet, *query;
    bool keep_going, replace, add, with_hidden;
} args;

static const shi_option OPTIONS[] = {
    { "map", SHI_OPT_TEXTS, offsetof(args, map), "COL=HEADER", N_("the column stands under this header; COL:FROM=TO maps a value") },
    { "set", SHI_OPT_TEXTS, offsetof(args, set), "COL=VALUE", N_("one value for all rows") },
    { "from", SHI_OPT_DATE, offsetof(args, from), "DATE", N_("first day that an event file covers; without it the first day in it") },
    { "to", SHI_OPT_DATE, offsetof(args, to), "DATE", N_("last day that an event file covers; the day of a snapshot of accounts") },
    { "sheet", SHI_OPT_TEXT, offsetof(args, sheet), "NAME", N_("sheet of a workbook") },
    { "with-hidden", SHI_OPT_FLAG, offsetof(args, with_hidden), NULL, N_("take hidden rows and sheets of a workbook, too") },
    { "query", SHI_OPT_TEXT, offsetof(args, query), "SQL", N_("what to read from a database; without it the table of the same name") },
    { "keep-going", SHI_OPT_FLAG, offsetof(args, keep_going), NULL, N_("take the good rows, write the others to rejects/ with reasons") },
    { "replace", SHI_OPT_FLAG, offsetof(args, replace), NULL, N_("exchange the days of an earlier import of events") },
    { "add", SHI_OPT_FLAG, offsetof(args, add), NULL, N_("add events to days that were imported before") },
    { "undo", SHI_OPT_COUNT, offsetof(args, undo), "ID", N_("take an import back") },
};

/* One document at the end: the imports, and of workbooks what was left out. */
typedef struct {
    shi_buf imports, left, totals;
    shi_json import_list, left_list, total_list;
    bool is_list, books;   /* an array of imports; with what was left out beside it */
} document;

static void document_begin(document *d, bool is_list, bool books)
{
    *d = (document){ .is_list = is_list || books, .books = books };
    d->import_list.out = &d->imports;
    d->left_list.out = &d->left;
    d->total_list.out = &d->totals;
    shi_json_begin_array(&d->import_list);
    shi_json_begin_array(&d->left_list);
    shi_json_begin_array(&d->total_list);
}

static void document_end(document *d, shi_buf *out, bool good)
{
    shi_json_end_array(&d->import_list);
    shi_json_end_array(&d->left_list);
    shi_json_end_array(&d->total_list);
    if (good) {
        shi_str all = shi_buf_str(&d->imports);
        if (d->is_list) shi_buf_puts(out, "{\"imports\":");
        shi_buf_add(out, d->is_list ? all : shi_str_sub(all, 1, all.len - 1));   /* one import is a document of its own */
        if (d->books) {
            shi_buf_puts(out, ",\"left_out\":");
            shi_buf_add(out, shi_buf_str(&d->left));
            shi_buf_puts(out, ",\"totals_differ\":");
            shi_buf_add(out, shi_buf_str(&d->totals));
        }
        shi_buf_puts(out, d->is_list ? "}\n" : "\n");
    }
    shi_buf_drop(&d->imports);
    shi_buf_drop(&d->left);
    shi_buf_drop(&d->totals);
}

/* Tells of an import that was refused; all that is said is said here. */
static void refuse(shi_cli *cli, const char *file, const shi_imported *im, shi_err *e, bool workbook)
{
    shi_complain(cli, e);
    if (im->faults.count > 1) shi_import_complain(cli, im);
    if (workbook) shi_say(cli, N_("%1$s, sheet %2$s: %3$lld of %4$lld rows break a rule; nothing of the file was taken."), file,
                          im->sheet.ptr ? im->sheet.ptr : "-", (long long)im->faults.count, (long long)im->rows);
    else shi_say(cli, N_("%1$s: %2$lld of %3$lld rows break a rule; nothing of the file was taken."), file, (long long)im->faults.count,
                 (long long)im->rows);
    e->reason = NULL;   /* told already */
}

static shi_err import_plain(shi_cli *cli, shi_workspace *ws, const char *table, const char *file, const shi_import_options *options, document *d)
{
    shi_imported im;
    shi_err e = shi_import_file(ws, &cli->keep, table, file, options, &im);
    shi_progress_end(cli);
    if (!e.code && cli->json) shi_import_json(&d->import_list, &im, NULL);
    if (!e.code && !cli->json) shi_import_print(cli, &im);
    if (e.code == SHI_INPUT && im.has_faults && im.faults.count > 0) refuse(cli, file, &im, &e, false);
    if (im.has_faults) shi_faults_close(&im.faults);
    return e;
}

/* *taken: the file was a workbook in which tables were recognised; else it is to be read as one table, from its first line. text: a file of text may
 * be one, too. */
static shi_err import_book(shi_cli *cli, shi_workspace *ws, const char *table, const char *file, const shi_import_options *options, bool text,
                           document *d, bool *taken)
{
    shi_workbook book;
    const char *kind = NULL;
    *taken = false;
    int64_t bytes = 0;   /* a pipe has no size, and what was looked at in it would be gone */
    bool is_file = strcmp(file, "-") && !shi_database_is(shi_str_from(file)) && !shi_os_size(file, &bytes).code && bytes > 0;
    if (table && (!is_file || shi_cellbook_kind(file, &kind).code || (!kind && !text))) return (shi_err){ 0 };
    shi_err e = shi_workbook_open(ws, &cli->keep, file, table ? shi_table_find(shi_str_from(table)) : NULL, options, &book);
    if (e.code || book.tables == 0) {
        if (!e.code) shi_workbook_close(&book);
        /* what the plain reader says of an .xlsx that is damaged, or lacks a header, says more */
        bool plain = table && (!kind || !strcmp(kind, "xlsx")) && (text ||!e.code || e.code == SHI_USAGE || (e.code == SHI_INPUT && !e.sheet.ptr));
        return e.code && !plain ? (*taken = true, e) : (shi_err){ 0 };
    }
    *taken = true;
    d->is_list = d->is_list || book.tables > 1;
    e = shi_workbook_import(ws, &cli->keep, &book, options);
    shi_progress_end(cli);
    for (int64_t i = 0; i < book.tables && !e.code; i++) {
        if (cli->json) shi_import_json(&d->import_list, &book.table[i].im, !d->books && i == 0 ? &book : NULL);
        else shi_import_print(cli, &book.table[i].im);
    }
    if (!e.code && cli->json && d->books) shi_book_json_lists(&d->left_list, &d->total_list, &book);
    if (!e.code && !cli->json) shi_book_print(cli, &book);
    if (book.failed >= 0) refuse(cli, file, &book.table[book.failed].im, &e, true);
    if (e.sheet.ptr) e.sheet = shi_str_copy(&cli->keep, e.sheet);
    shi_workbook_close(&book);
    return e;
}

/* table NULL: each file is a workbook, or a table whose headers tell which it is. */
static shi_err import_all(shi_cli *cli, shi_workspace *ws, const char *table, shi_strs files, shi_import_options *options)
{
    document d;
    SHI_TRY(shi_ledger_next_id(ws, &options->first_of_command));
    document_begin(&d, files.len > 1, !table);
    shi_err e = { 0 };
    for (int64_t i = 0; i < files.len && !e.code; i++) {
        bool taken;
        e = import_book(cli, ws, table, files.ptr[i].ptr, options, false, &d, &taken);
        if (!e.code && !taken) e = import_plain(cli, ws, table, files.ptr[i].ptr, options, &d);
        /* no header in its first line: there may be titles above it, or names where the contract has codes */
        bool no_header = e.code == SHI_INPUT && !taken && e.reason && e.line == 1 && e.column.len && !shi_str_eq(e.column, S("app"));
        if (no_header) {
            shi_err again = import_book(cli, ws, table, files.ptr[i].ptr, options, true, &d, &taken);
            if (taken) e = again;
        }
        if (!e.code) options->engine = shi_cli_engine(cli, N_("Importing"));
    }
    document_end(&d, &cli->out, !e.code && cli->json);
    return e;
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
    /* a first word that is no table is a file whose headers tell */
    bool named = a.undo >= 0 || (argc > 0 && shi_table_find(shi_str_from(argv[0])));
    if (a.undo < 0 && argc < 1 + named) return shi_fail(SHI_USAGE, N_("import takes a table and one or more files"),
                                                N_("\"shishu help import\" shows how it is called."));
    if (a.undo >= 0 && argc > 0) return shi_fail_value(SHI_USAGE, shi_str_from(argv[0]), N_("--undo takes only the number of an import"),
                                                       N_("\"shishu\" alone lists the imports."));
    if (a.replace && a.add) return shi_fail(SHI_USAGE, N_("--replace and --add exclude each other"),
                                            N_("\"shishu help import\" shows how it is called."));
    if (a.from != INT64_MIN && a.to != INT64_MAX && a.from > a.to) return shi_fail(SHI_USAGE, N_("--from lies after --to"),
                                                                                   N_("Exchange the two dates."));
    bool is_file = argc > 0 && (strpbrk(argv[0], "./*?") || shi_os_exists(argv[0]));
    if (!named && !is_file)
        return shi_fail_value(SHI_USAGE, shi_str_from(argv[0]), N_("there is no such table"),
                              N_("\"shishu help import\" lists the tables and their columns."));
    shi_workspace ws;
    shi_strs files = { 0 };
    if (a.undo < 0) SHI_TRY(expand(cli, argc - named, argv + named, &files));
    SHI_TRY(shi_cli_open(cli, SHI_WRITE, &ws));
    shi_import_options options = { .header = { a.map.item, a.set.item, a.map.len, a.set.len }, .sheet = shi_str_from(a.sheet),
        .query = shi_str_from(a.query), .from_day = a.from,
        .to_day = a.to, .keep_going = a.keep_going, .replace = a.replace, .add = a.add, .with_hidden = a.with_hidden, .lang = cli->lang,
        .engine = shi_cli_engine(cli, N_("Importing")) };
    shi_err e = a.undo >= 0 ? undo(cli, &ws, a.undo) : import_all(cli, &ws, named ? argv[0] : NULL, files, &options);
    shi_workspace_close(&ws);
    return e;
}

const shi_command SHI_CMD_IMPORT = { "import", "[TABLE] FILE|DATABASE…", N_("take files into the workspace, or take an import back"),
    N_("Reads CSV, TSV, JSON lines, Parquet, xlsx and xls, also packed with gzip or zstd; - is CSV from standard input; postgres:CONNINFO, "
        "mysql:CONNECTION, sqlite:FILE and duckdb:FILE are databases, read with --query. A file is taken whole or not at "
        "all: "
       "when a row breaks a rule, the message names its line, and nothing is changed. A row with a known key replaces the earlier one. Phones, "
       "devices and "
       "addresses become pseudonyms while the file is read. The same file with the same options again changes nothing. "
       "Without TABLE each FILE is a workbook (xlsx, xls) or a CSV file as offices have it: every sheet is recognised by its headers, with titles, "
       "headers of several rows, merged cells, totals, notes and hidden rows told apart; units and indicators may stand by their names, figures as a "
       "matrix of units and indicators. It is said what each sheet was taken for and what was left out. What is unclear is asked and not guessed: "
       "the message names the cell and the option that settles it. All tables of a workbook are taken, or none."),
    OPTIONS, COUNT(OPTIONS), run };
