/* Keys, references, cycles: each check is a query that yields the lines at fault. A row is reported once, for the first check it fails. */
#include "chain/import_check.h"

#include "store/pseudonym.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    const char *tables;      /* where it applies, between commas */
    const char *column;
    const char *from;        /* relation with _record of the rows at fault */
    const char *reason, *remedy;
} check;

static const check CHECKS[] = {
    { ",targets,bulletins,reports,", "indicator",
      "SELECT _record FROM staged s ANTI JOIN indicators i ON i.indicator = s.indicator",
      N_("there is no such indicator"), N_("Import table indicators first, or correct the code.") },
    { ",targets,reports,", "unit_code", "SELECT _record FROM staged s ANTI JOIN units u ON u.unit_code = s.unit_code",
      N_("there is no such unit"), N_("Import table units first, or correct the code.") },
    { ",accounts,", "unit_code", "SELECT _record FROM staged s ANTI JOIN units u ON u.unit_code = s.unit_code WHERE s.unit_code IS NOT NULL",
      N_("there is no such unit"), N_("Import table units first, or correct the code.") },
    { ",units,", "parent_code",
      "SELECT _record FROM staged s WHERE parent_code IS NOT NULL AND parent_code NOT IN "
      "(SELECT unit_code FROM units UNION ALL SELECT unit_code FROM staged)",
      N_("there is no such parent unit"), N_("Add the parent's row, or leave parent_code empty for the topmost unit.") },
    /* what cannot be reached from a unit without parent lies in or below a cycle */
    { ",units,", "parent_code",
      "WITH RECURSIVE merged AS (SELECT unit_code, parent_code FROM staged UNION ALL "
      "                          SELECT unit_code, parent_code FROM units WHERE unit_code NOT IN (SELECT unit_code FROM staged)), "
      "reached AS (SELECT unit_code FROM merged WHERE parent_code IS NULL UNION ALL "
      "            SELECT m.unit_code FROM merged m JOIN reached r ON m.parent_code = r.unit_code) "
      "SELECT _record FROM staged WHERE unit_code NOT IN (SELECT unit_code FROM reached)",
      N_("the unit is its own ancestor"), N_("Correct parent_code so that it leads up to a unit without parent.") },
};

/* Rows of _line, _record, the value at fault, and the columns of the table. */
static shi_err add_faults(shi_rows *rows, const shi_table *table, const char *column, const char *reason, const char *remedy, shi_faults *faults)
{
    shi_buf row = { 0 };
    while (shi_rows_next(rows)) {
        row.len = 0;
        for (int c = 0; c < table->columns; c++) {
            shi_buf_addc(&row, ',');
            shi_buf_csv(&row, shi_showable(shi_rows_str(rows, 3 + c)));
        }
        shi_broken broken = { .table_column = shi_table_column(table, shi_str_from(column)), .source_column = -1,
            .line = shi_rows_int(rows, 0), .record = shi_rows_int(rows, 1), .reason = reason, .remedy = remedy,
            .column = shi_str_from(column), .value = shi_showable(shi_rows_str(rows, 2)), .row = shi_buf_str(&row) };
        shi_faults_add(faults, &broken);
    }
    shi_rows_close(rows);
    bool failed = row.failed;
    shi_buf_drop(&row);
    return failed ? shi_no_memory() : (shi_err){ 0 };
}

/* The rows of `from` into faults, and out of staged. */
static shi_err take(shi_duck *duck, const shi_table *table, const char *column, const char *from, const char *reason, const char *remedy,
                    shi_faults *faults)
{
    shi_buf sql = { 0 };
    shi_rows rows;
    int64_t found;
    shi_buf_format(&sql, "CREATE OR REPLACE TEMP TABLE at_fault AS %s", from);
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_exec(duck, sql.ptr, NULL, 0);
    if (!e.code) e = shi_duck_int(duck, "SELECT count(*) FROM at_fault", NULL, 0, &found);
    if (e.code || found == 0) {
        shi_buf_drop(&sql);
        return e;
    }
    sql.len = 0;
    shi_buf_format(&sql, "SELECT _line, _record, CAST(%s AS VARCHAR)", column);
    for (int c = 0; c < table->columns; c++) shi_buf_format(&sql, ", CAST(%s AS VARCHAR)", table->column[c].name);
    shi_buf_puts(&sql, " FROM staged SEMI JOIN at_fault USING (_record) ORDER BY _line, _record");
    e = sql.failed ? shi_no_memory() : shi_duck_query(duck, sql.ptr, NULL, 0, &rows);
    if (!e.code) e = add_faults(&rows, table, column, reason, remedy, faults);
    shi_buf_drop(&sql);
    return e.code ? e : shi_duck_exec(duck, "DELETE FROM staged WHERE _record IN (SELECT _record FROM at_fault)", NULL, 0);
}

/* Of several rows with one key the first in the file is good. */
static shi_err repeated_keys(shi_duck *duck, const shi_table *table, shi_faults *faults)
{
    shi_buf key = { 0 }, sql = { 0 };
    for (int k = 0; k < SHI_MAX_KEY && table->key[k]; k++) shi_buf_format(&key, "%s%s", k ? ", " : "", table->key[k]);
    if (table->latest) shi_buf_format(&key, ", %s", table->latest);
    shi_buf_format(&sql, "SELECT _record FROM staged QUALIFY row_number() OVER (PARTITION BY %s ORDER BY _line, _record) > 1", key.ptr ? key.ptr
                   : "");
    shi_err e = sql.failed || key.failed ? shi_no_memory() : (shi_err){ 0 };
    if (!e.code)
        e = take(duck, table, table->key[0] && !strcmp(table->name, "accounts") ? "account" : table->key[0], sql.ptr,
                 N_("the key stands in this file already"), N_("Keep one of the rows; a later file may replace a row."), faults);
    shi_buf_drop(&key);
    shi_buf_drop(&sql);
    return e;
}

shi_err shi_import_check(shi_duck *duck, const shi_table *table, bool may_repeat, shi_faults *faults)
{
    char name[32];
    int64_t before;
    snprintf(name, sizeof name, ",%s,", table->name);
    if (may_repeat) SHI_TRY(repeated_keys(duck, table, faults));
    /* a row that goes may leave another without its parent, so the checks run until nothing goes */
    do {
        before = faults->count;
        for (int64_t i = 0; i < COUNT(CHECKS); i++)
            if (strstr(CHECKS[i].tables, name)) SHI_TRY(take(duck, table, CHECKS[i].column, CHECKS[i].from, CHECKS[i].reason, CHECKS[i].remedy,
                                                             faults));
    } while (faults->count > before);
    return (shi_err){ 0 };
}
