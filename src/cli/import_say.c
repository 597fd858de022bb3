/* What an import says, to people and as JSON. */
#include "cli/import_say.h"

#include "base/decimal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void add_fault(shi_buf *text, shi_lang lang, const shi_imported *im, const shi_broken *b)
{
    shi_err e = shi_fail_value(SHI_INPUT, b->value, b->reason, b->remedy);
    e.line = b->line;
    e.sheet = im->sheet;
    e.cell_column = b->cell_column;
    e.column = b->column.len ? b->column : (shi_str){ 0 };
    shi_buf_puts(text, "  ");
    shi_err_write(text, lang, &e);
    shi_buf_addc(text, '\n');
}

/* The broken rows after the first, which has been told, up to twenty in all; then how many more. */
void shi_import_complain(const shi_cli *cli, const shi_imported *im)
{
    shi_buf text = { 0 };
    int64_t shown = im->faults.len < SHI_FAULTS_SHOWN ? im->faults.len : SHI_FAULTS_SHOWN;
    for (int64_t i = 1; i < shown; i++) add_fault(&text, cli->lang, im, &im->faults.item[i]);
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

static void json_left(shi_json *json, const shi_workbook *book)
{
    for (int64_t i = 0; i < book->lefts; i++) {
        const shi_workbook_left *l = &book->left[i];
        char rows[48];
        snprintf(rows, sizeof rows, "%" PRId64 "-%" PRId64, l->first, l->last);
        shi_json_begin_object(json);
        shi_json_kstr(json, "file", book->file);
        shi_json_kstr(json, "sheet", l->sheet);
        shi_json_ktext(json, "rows", l->first ? rows : NULL);
        shi_json_kint(json, "count", l->rows);
        shi_json_message(json, "why", l->why);
        shi_json_end_object(json);
    }
}

static void json_totals(shi_json *json, const shi_workbook *book)
{
    for (int64_t i = 0; i < book->totals; i++) {
        const shi_workbook_total *t = &book->total[i];
        shi_json_begin_object(json);
        shi_json_kstr(json, "file", book->file);
        shi_json_kstr(json, "sheet", t->sheet);
        shi_json_ktext(json, "cell", t->cell);
        shi_json_kdecimal(json, "total", true, t->says);
        shi_json_kdecimal(json, "sum", true, t->sum);
        shi_json_end_object(json);
    }
}

void shi_book_json_lists(shi_json *left, shi_json *totals, const shi_workbook *book)
{
    json_left(left, book);
    json_totals(totals, book);
}

void shi_import_json(shi_json *json, const shi_imported *im, const shi_workbook *book)
{
    char day[16], cell[SHI_CELL_NAME];
    shi_json_begin_object(json);
    shi_json_kint(json, "import", im->id);
    shi_json_ktext(json, "table", im->table);
    shi_json_kstr(json, "file", im->file);
    shi_json_kstr(json, "sheet", im->sheet);
    shi_json_kstr(json, "range", im->range);
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
        if (b->cell_column) shi_cell_name(b->line - 1, b->cell_column - 1, cell);
        shi_json_ktext(json, "cell", b->cell_column ? cell : NULL);
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
    if (book) {
        shi_json_key(json, "left_out");
        shi_json_begin_array(json);
        json_left(json, book);
        shi_json_end_array(json);
        shi_json_key(json, "totals_differ");
        shi_json_begin_array(json);
        json_totals(json, book);
        shi_json_end_array(json);
    }
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

void shi_import_print(shi_cli *cli, const shi_imported *im)
{
    char from[16], to[16];
    if (im->already_imported) {
        shi_buf_format(&cli->out, tr(cli->lang, N_("%1$s: imported before as number %2$lld; nothing was changed.\n")), im->file.ptr,
                       (long long)im->id);
        return;
    }
    if (im->range.ptr && im->sheet.ptr)
        shi_buf_format(&cli->out,
                       tr(cli->lang, N_("%1$s, sheet %2$s, %3$s: taken for table %4$s, %5$lld rows taken, %6$lld rejected (import %7$lld).\n")),
                       im->file.ptr, im->sheet.ptr, im->range.ptr, im->table, (long long)im->accepted, (long long)im->rejected, (long long)im->id);
    else if (im->range.ptr)
        shi_buf_format(&cli->out, tr(cli->lang, N_("%1$s, %2$s: taken for table %3$s, %4$lld rows taken, %5$lld rejected (import %6$lld).\n")),
                       im->file.ptr, im->range.ptr, im->table, (long long)im->accepted, (long long)im->rejected, (long long)im->id);
    else
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

/* ---- workbooks ---- */

static void print_left(const shi_cli *cli, const shi_workbook_left *l)
{
    const char *sheet = l->sheet.ptr ? l->sheet.ptr : "", *why = tr(cli->lang, l->why);
    if (!l->first && !l->sheet.ptr) shi_say(cli, N_("  left out: %1$s"), why);
    else if (!l->first) shi_say(cli, N_("  sheet %1$s left out: %2$s"), sheet, why);
    else if (l->sheet.ptr && l->first == l->last) shi_say(cli, N_("  sheet %1$s, row %2$lld left out: %3$s"), sheet, (long long)l->first, why);
    else if (l->sheet.ptr)
        shi_say(cli, N_("  sheet %1$s, rows %2$lld to %3$lld: %4$lld left out: %5$s"), sheet, (long long)l->first, (long long)l->last,
                (long long)l->rows, why);
    else shi_say(cli, N_("  rows %1$lld to %2$lld: %3$lld left out: %4$s"), (long long)l->first, (long long)l->last, (long long)l->rows, why);
}

void shi_book_print(const shi_cli *cli, const shi_workbook *book)
{
    char says[24], sum[24];
    for (int64_t i = 0; i < book->lefts; i++) print_left(cli, &book->left[i]);
    for (int64_t i = 0; i < book->totals; i++) {
        const shi_workbook_total *t = &book->total[i];
        shi_decimal_write(t->says, says);
        shi_decimal_write(t->sum, sum);
        shi_say(cli, N_("  sheet %1$s, cell %2$s: the total says %3$s, the rows that were taken add up to %4$s"), t->sheet.ptr ? t->sheet.ptr : "",
                t->cell, says, sum);
    }
    if (book->hidden_columns) shi_say(cli, N_("  hidden columns that were taken: %1$lld"), (long long)book->hidden_columns);
}
