/* Accounts, objects, devices and addresses as codes, and the acts that name them: what every detector reads. One pass over the events; codes follow
 * the time at which a thing first came, so that they do not depend on how a pseudonym happens to read. */
#include "chain/leads.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const char *const SQL_CODES[] = {
    /* accounts of the register, then those that the log alone knows */
    "CREATE OR REPLACE TEMP TABLE lead_account AS "
    "SELECT CAST(row_number() OVER (ORDER BY known DESC, imported, record, app, first_at, account) - 1 AS INTEGER) AS code, * "
    "FROM   (SELECT true AS known, _import AS imported, _record AS record, app, account, NULL::TIMESTAMP AS first_at, unit_code, registered_at, "
    "closed_at,                device, ip, ip_net, phone, phone_run, inviter, channel, verified_by, operator FROM accounts "
    "        UNION ALL BY NAME "
    "        SELECT false AS known, app, account, min(time) AS first_at FROM events ANTI JOIN accounts USING (app, account) GROUP BY app, account)",
    "CREATE OR REPLACE TEMP TABLE lead_app AS "
    "SELECT CAST(row_number() OVER (ORDER BY app) - 1 AS INTEGER) AS code, app FROM (SELECT DISTINCT app FROM lead_account)",
    "CREATE OR REPLACE TEMP TABLE lead_object AS "
    "SELECT CAST(row_number() OVER (ORDER BY app, first_at, object) - 1 AS INTEGER) AS code, app, object "
    "FROM   (SELECT app, object, min(time) AS first_at FROM events WHERE object IS NOT NULL GROUP BY app, object)",
    "CREATE OR REPLACE TEMP TABLE lead_device AS "
    "SELECT CAST(row_number() OVER (ORDER BY first_at NULLS LAST, imported, record, device) - 1 AS INTEGER) AS code, device "
    "FROM   (SELECT device, min(first_at) AS first_at, min(imported) AS imported, min(record) AS record FROM "
    "        (SELECT device, time AS first_at, NULL::BIGINT AS imported, NULL::BIGINT AS record FROM events WHERE device IS NOT NULL UNION ALL "
    "         SELECT device, registered_at, imported, record FROM lead_account WHERE device IS NOT NULL) GROUP BY device)",
    "CREATE OR REPLACE TEMP TABLE lead_address AS "
    "SELECT CAST(row_number() OVER (ORDER BY first_at NULLS LAST, imported, record, ip) - 1 AS INTEGER) AS code, ip "
    "FROM   (SELECT ip, min(first_at) AS first_at, min(imported) AS imported, min(record) AS record FROM "
    "        (SELECT ip, time AS first_at, NULL::BIGINT AS imported, NULL::BIGINT AS record FROM events WHERE ip IS NOT NULL UNION ALL "
    "         SELECT ip, registered_at, imported, record FROM lead_account WHERE ip IS NOT NULL) GROUP BY ip)",
};

/* The local time of a column stands between the two parts. */
static const char *const SQL_ACT[] = {
    "CREATE OR REPLACE TEMP TABLE act AS SELECT a.code AS account, o.code AS object, ",
    " AS at_us, e.action, d.code AS device, i.code AS address "
    "FROM   events e JOIN lead_account a USING (app, account) LEFT JOIN lead_object o USING (app, object) "
    "       LEFT JOIN lead_device d ON d.device = e.device LEFT JOIN lead_address i ON i.ip = e.ip" };
static const char *const SQL_OPENED[] = {
    "CREATE OR REPLACE TEMP TABLE opened AS SELECT a.code AS account, p.code AS app, ",
    " AS at_us, d.code AS device, i.code AS address "
    "FROM   lead_account a JOIN lead_app p USING (app) LEFT JOIN lead_device d ON d.device = a.device LEFT JOIN lead_address i ON i.ip = a.ip" };

/* `range`: a statement for the first and the last time of the column, since a zone has many steps and a log few of them. */
static shi_err run_at(shi_leading *l, const char *const parts[2], const char *column, const char *range)
{
    shi_rows rows;
    shi_buf sql = { 0 };
    SHI_TRY(shi_duck_query(l->chain->duck, range, NULL, 0, &rows));
    bool any = shi_rows_next(&rows);
    int64_t first = any ? shi_rows_int(&rows, 0) : 0, last = any ? shi_rows_int(&rows, 1) : 0;
    shi_rows_close(&rows);
    shi_buf_puts(&sql, parts[0]);
    shi_chain_local_time(&l->chain->ws->zone, column, first, last + 1, &sql);
    shi_buf_puts(&sql, parts[1]);
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_exec(l->chain->duck, sql.ptr, NULL, 0);
    shi_buf_drop(&sql);
    return e;
}

static shi_err count(shi_leading *l, const char *table, int64_t *out)
{
    char sql[64];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    return shi_duck_int(l->chain->duck, sql, NULL, 0, out);
}

shi_err shi_leads_columns(shi_leading *l)
{
    shi_lead_accounts *a = &l->accounts;
    shi_pulled rows;
    for (int64_t i = 0; i < COUNT(SQL_CODES); i++) SHI_SQL(l->chain, SQL_CODES[i]);
    SHI_TRY(run_at(l, SQL_ACT, "e.time", "SELECT epoch_us(min(time)), epoch_us(max(time)) FROM events"));
    SHI_TRY(run_at(l, SQL_OPENED, "a.registered_at", "SELECT epoch_us(min(registered_at)), epoch_us(max(registered_at)) FROM lead_account"));
    SHI_TRY(count(l, "lead_app", &a->apps));
    SHI_TRY(count(l, "lead_object", &a->objects));
    SHI_TRY(count(l, "lead_device", &a->devices));
    SHI_TRY(count(l, "lead_address", &a->addresses));
    SHI_TRY(shi_leads_pull(l->chain->duck, l->keep,
                           "SELECT o.app, CAST(w.unit AS INTEGER), o.at_us FROM opened o JOIN lead_account a ON a.code = o.account "
                           "LEFT JOIN unit_word w USING (unit_code) ORDER BY o.account", "iil", &rows));
    a->n = rows.n;
    a->app = rows.i32[0];
    a->unit = rows.i32[1];
    a->registered_us = rows.i64[2];
    return (shi_err){ 0 };
}

static shi_err copy_chunk(shi_arena *keep, duckdb_data_chunk chunk, const char *forms, shi_pulled *out)
{
    int64_t rows = (int64_t)duckdb_data_chunk_get_size(chunk);
    for (int c = 0; forms[c]; c++) {
        duckdb_vector v = duckdb_data_chunk_get_vector(chunk, (idx_t)c);
        uint64_t *valid = duckdb_vector_get_validity(v);
        const void *data = duckdb_vector_get_data(v);
        for (int64_t r = 0; r < rows; r++) {
            bool is = !valid || duckdb_validity_row_is_valid(valid, (idx_t)r);
            if (forms[c] == 'i') out->i32[c][out->n + r] = is ? ((const int32_t *)data)[r] : -1;
            else if (forms[c] == 'l') out->i64[c][out->n + r] = is ? ((const int64_t *)data)[r] : INT64_MIN;
            else if (is && !(out->text[c][out->n + r] = shi_str_copy(keep, shi_vector_get(data, r))).ptr) return shi_no_memory();
        }
    }
    out->n += rows;
    return (shi_err){ 0 };
}

shi_err shi_leads_pull(shi_duck *duck, shi_arena *keep, const char *sql, const char *forms, shi_pulled *out)
{
    shi_rows rows;
    shi_err e = { 0 };
    *out = (shi_pulled){ 0 };
    assert(strlen(forms) <= SHI_MAX_PULLED);
    SHI_TRY(shi_duck_query(duck, sql, NULL, 0, &rows));
    int64_t n = (int64_t)duckdb_row_count(&rows.result);
    for (int c = 0; forms[c] && !e.code; c++) {
        if (forms[c] == 'i') out->i32[c] = shi_new(keep, int32_t, n);
        else if (forms[c] == 'l') out->i64[c] = shi_new(keep, int64_t, n);
        else out->text[c] = shi_new(keep, shi_str, n);
        if (!out->i32[c] && !out->i64[c] && !out->text[c]) e = shi_no_memory();
    }
    for (duckdb_data_chunk chunk; !e.code && (chunk = duckdb_fetch_chunk(rows.result)) != NULL;) {
        e = copy_chunk(keep, chunk, forms, out);
        duckdb_destroy_data_chunk(&chunk);
    }
    shi_rows_close(&rows);
    return e;
}
