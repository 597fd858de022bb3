/* Loading the rows that rules speak of. Tables of the register are small and held cell by cell; targets may be millions, so each is a
 * small struct. */
#include "chain/lawful_rows.h"

#include <string.h>

/* ---- what each import supplied ---- */

static bool among(shi_str list, const char *name)
{
    return shi_set_has(list, shi_str_from(name));
}

static shi_err load_imports(shi_chain *chain, shi_import_rows *rows, shi_lawful_rows *out)
{
    const shi_table *targets = shi_table_find(S("targets"));
    SHI_TRY(shi_ledger_imports(chain->ws, chain->keep, rows));
    out->imports = rows->len ? rows->ptr[rows->len - 1].id + 1 : 0;
    out->supplied = shi_new(chain->keep, uint32_t, out->imports + 1);
    if (!out->supplied) return shi_no_memory();
    for (int64_t i = 0; i < rows->len; i++)
        for (int c = 0; c < targets->columns; c++)
            if (among(rows->ptr[i].columns, targets->column[c].name)) out->supplied[rows->ptr[i].id] |= UINT32_C(1) << c;
    return (shi_err){ 0 };
}

/* Per import and column: does the file have it? */
static bool *supplied_by(shi_arena *keep, const shi_import_rows *imports, int64_t ids, const shi_table *t)
{
    bool *has = shi_new(keep, bool, (ids + 1) * t->columns);
    for (int64_t i = 0; has && i < imports->len; i++)
        for (int c = 0; c < t->columns; c++) has[imports->ptr[i].id * t->columns + c] = among(imports->ptr[i].columns, t->column[c].name);
    return has;
}

/* ---- small tables ---- */

static shi_value cell(shi_chain *chain, shi_rows *rows, int c, shi_type type, bool supplied)
{
    if (!supplied) return (shi_value){ .kind = SHI_V_MISSING };
    if (shi_rows_null(rows, c)) return (shi_value){ .kind = SHI_V_NULL };
    const char *sql = shi_type_sql(type);
    if (!strcmp(sql, "TIMESTAMP")) {
        int64_t local = shi_zone_local_us(&chain->ws->zone, shi_rows_int(rows, c));
        return (shi_value){ .kind = SHI_V_DAY, .day = local >= 0 ? local / SHI_DAY_US : (local - SHI_DAY_US + 1) / SHI_DAY_US };
    }
    if (strcmp(sql, "VARCHAR") != 0) return (shi_value){ .kind = SHI_V_NUMBER, .number = shi_rows_f64(rows, c) };
    return (shi_value){ .kind = SHI_V_TEXT, .text = shi_str_copy(chain->keep, shi_rows_str(rows, c)) };
}

static void select_columns(const shi_table *t, shi_buf *sql)
{
    shi_buf_puts(sql, "SELECT ");
    for (int c = 0; c < t->columns; c++) {
        const char *type = shi_type_sql(t->column[c].type);
        bool number = strcmp(type, "VARCHAR") != 0 && strcmp(type, "TIMESTAMP") != 0;
        shi_buf_format(sql, number ? "CAST(%s AS DOUBLE) AS %s, " : "%s AS %s, ", t->column[c].name, t->column[c].name);
    }
    shi_buf_format(sql, "_import FROM %s ORDER BY ", t->name);
    for (int k = 0; k < SHI_MAX_KEY && t->key[k]; k++) shi_buf_format(sql, "%s%s NULLS LAST", k ? ", " : "", t->key[k]);
}

static shi_err load(shi_chain *chain, const shi_import_rows *imports, int64_t ids, const char *name, shi_facts *out)
{
    const shi_table *t = shi_table_find(shi_str_from(name));
    shi_rows rows;
    shi_buf sql = { 0 };
    bool *has = supplied_by(chain->keep, imports, ids, t);
    select_columns(t, &sql);
    shi_err e = sql.failed || !has ? shi_no_memory() : shi_duck_query(chain->duck, sql.ptr, NULL, 0, &rows);
    shi_buf_drop(&sql);
    if (e.code) return e;
    int64_t n = (int64_t)duckdb_row_count(&rows.result);
    *out = (shi_facts){ .table = t, .cell = shi_new(chain->keep, shi_value, n * t->columns), .owner = shi_new(chain->keep, int64_t, n),
        .first = shi_new(chain->keep, int64_t, n), .count = shi_new(chain->keep, int64_t, n) };
    bool room = out->cell && out->owner && out->first && out->count;
    while (room && out->rows < n && shi_rows_next(&rows)) {
        int64_t import = shi_rows_int(&rows, t->columns);
        for (int c = 0; c < t->columns; c++)
            out->cell[out->rows * t->columns + c] = cell(chain, &rows, c, t->column[c].type, import < ids && has[import * t->columns + c]);
        out->owner[out->rows++] = -1;
    }
    shi_rows_close(&rows);
    return room ? (shi_err){ 0 } : shi_no_memory();
}

int shi_facts_column(const shi_facts *facts, const char *name)
{
    return shi_table_column(facts->table, shi_str_from(name));
}

int64_t shi_facts_find(const shi_facts *facts, shi_str key)
{
    int64_t low = 0, high = facts->rows;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        if (shi_str_cmp(facts->cell[mid * facts->table->columns].text, key) < 0) low = mid + 1;
        else high = mid;
    }
    return low < facts->rows && shi_str_eq(facts->cell[low * facts->table->columns].text, key) ? low : -1;
}

shi_str shi_word_at(const char *words, int32_t at)
{
    shi_str all = shi_str_from(words);
    int64_t from = 0;
    for (int32_t k = 0; k < at && from >= 0; k++) {
        from = shi_str_find(all, '|', from);
        if (from >= 0) from++;
    }
    if (at < 0 || from < 0) return (shi_str){ 0 };
    int64_t to = from;
    while (to < all.len && all.ptr[to] != '|' && all.ptr[to] != '=') to++;
    return shi_str_sub(all, from, to);
}

/* Each row of `below` under the row of `above` that its column names. */
static shi_err link_rows(shi_arena *keep, shi_facts *above, shi_facts *below, const char *column)
{
    int c = shi_facts_column(below, column);
    above->below = shi_new(keep, int64_t, below->rows);
    if (!above->below) return shi_no_memory();
    for (int64_t i = 0; i < below->rows; i++) {
        shi_value v = below->cell[i * below->table->columns + c];
        below->owner[i] = v.kind == SHI_V_TEXT ? shi_facts_find(above, v.text) : -1;
        if (below->owner[i] >= 0) above->count[below->owner[i]]++;
    }
    for (int64_t i = 1; i < above->rows; i++) above->first[i] = above->first[i - 1] + above->count[i - 1];
    for (int64_t i = 0; i < above->rows; i++) above->count[i] = 0;
    for (int64_t i = 0; i < below->rows; i++)
        if (below->owner[i] >= 0) above->below[above->first[below->owner[i]] + above->count[below->owner[i]]++] = i;
    return (shi_err){ 0 };
}

/* ---- units ---- */

static shi_err load_units(shi_chain *chain, shi_lawful_rows *out)
{
    shi_rows rows;
    int64_t n = out->unit.rows, i = 0;
    out->people = shi_new(chain->keep, int64_t, n);
    out->parent = shi_new(chain->keep, int64_t, n);
    if (!out->people || !out->parent) return shi_no_memory();
    SHI_TRY(shi_duck_query(chain->duck, "SELECT coalesce(people, -1) FROM people ORDER BY unit_code", NULL, 0, &rows));
    while (i < n && shi_rows_next(&rows)) out->people[i++] = shi_rows_int(&rows, 0);
    shi_rows_close(&rows);
    int parent = shi_facts_column(&out->unit, "parent_code");
    for (i = 0; i < n; i++) {
        shi_value v = out->unit.cell[i * out->unit.table->columns + parent];
        out->parent[i] = v.kind == SHI_V_TEXT ? shi_facts_find(&out->unit, v.text) : -1;
    }
    return (shi_err){ 0 };
}

/* ---- targets ---- */

/* same_for_all: at least 8 units of one level under one issuer, targets alike (coefficient of variation below 0.02), people not (above 0.3). */
static const char SQL_TARGETS[] =
    "WITH made AS (SELECT r.*, t.issued_at, t.due_at, t.issuer_type, t.addressee_type, t.document, t._import, p.people AS unit_people, "
    "                     u.level AS unit_level, d.place AS period_at "
    "              FROM   target_row r JOIN targets t ON t.indicator = CAST(r.indicator AS VARCHAR) AND t.period = CAST(r.period AS VARCHAR) "
    "                                                AND t.unit_code = CAST(r.unit_code AS VARCHAR) "
    "                                                AND coalesce(t.issuer_code, '') = CAST(r.issuer AS VARCHAR) "
    "                     JOIN period_at d ON d.period = r.period LEFT JOIN units u ON u.unit_code = t.unit_code "
    "                     LEFT JOIN people p ON p.unit_code = t.unit_code), "
    "alike AS (SELECT indicator, period, issuer, unit_level FROM made WHERE issuer_code IS NOT NULL AND unit_people > 0 GROUP BY ALL "
    "          HAVING count(*) >= 8 AND stddev_pop(value) < 0.02 * avg(value) AND stddev_pop(unit_people) > 0.3 * avg(unit_people)) "
    "SELECT CAST(m.indicator AS VARCHAR), CAST(m.unit_code AS VARCHAR), m.document, m.period_at, m.value, coalesce(m.possible, -1), m.factor, "
    "       CASE WHEN m.value > 0 THEN coalesce(least(m.price_list, m.price_bulk) / 100.0 / (m.value / 1000.0), -1) ELSE -1 END, "
    "       m.issued_at, m.due_at, m.issuer_type, m.addressee_type, m._import, CAST(m.issuer_code AS VARCHAR), a.indicator IS NOT NULL "
    "FROM   made m LEFT JOIN alike a ON a.indicator = m.indicator AND a.period = m.period AND a.issuer = m.issuer AND a.unit_level = m.unit_level "
    "ORDER  BY m.indicator, m.period, m.unit_code, m.issuer_code NULLS LAST";

static int32_t place_of(const char *words, shi_str word)
{
    for (int32_t k = 0;; k++) {
        shi_str w = shi_word_at(words, k);
        if (!w.ptr) return -1;
        if (shi_str_eq(w, word)) return k;
    }
}

static int64_t day_of(shi_chain *chain, shi_rows *rows, int64_t c)
{
    return shi_rows_null(rows, c) ? INT64_MIN : shi_zone_local_us(&chain->ws->zone, shi_rows_int(rows, c)) / SHI_DAY_US;
}

static shi_target_fact read_target(shi_chain *chain, const shi_lawful_rows *out, shi_rows *rows, shi_str last[2], int32_t at[2])
{
    const shi_table *targets = shi_table_find(S("targets"));
    const char *words = targets->column[shi_table_column(targets, S("issuer_type"))].words;
    shi_target_fact t = { .document = -1, .period = (int32_t)shi_rows_int(rows, 3), .value = shi_rows_int(rows, 4), .possible = shi_rows_int(rows, 5),
        .factor = shi_rows_f64(rows, 6), .price = shi_rows_f64(rows, 7), .issued_day = day_of(chain, rows, 8), .due_day = day_of(chain, rows, 9),
        .import_id = (int32_t)shi_rows_int(rows, 12), .same_for_all = shi_rows_int(rows, 14) != 0 };
    for (int k = 0; k < 2; k++) {   /* neighbours share their indicator, and their unit with few */
        shi_str code = shi_rows_str(rows, k);
        if (last[k].ptr && shi_str_eq(code, last[k])) continue;
        at[k] = (int32_t)shi_facts_find(k ? &out->unit : &out->indicator, code);
        last[k] = at[k] < 0 ? (shi_str){ 0 } : (k ? &out->unit : &out->indicator)->cell[at[k] * (k ? &out->unit
            : &out->indicator)->table->columns].text;
    }
    t.indicator = at[0];
    t.unit = at[1];
    if (!shi_rows_null(rows, 2)) t.document = (int32_t)shi_facts_find(&out->document, shi_rows_str(rows, 2));
    t.issuer_type = shi_rows_null(rows, 10) ? -1 : place_of(words, shi_rows_str(rows, 10));
    t.addressee_type = shi_rows_null(rows, 11) ? -1 : place_of(words, shi_rows_str(rows, 11));
    if (!shi_rows_null(rows, 13)) {
        int64_t issuer = shi_facts_find(&out->unit, shi_rows_str(rows, 13));
        t.issuer_code = issuer >= 0 ? out->unit.cell[issuer * out->unit.table->columns].text : shi_str_copy(chain->keep, shi_rows_str(rows, 13));
    }
    return t;
}

/* Accounts of the unit's subtree that were open when the period ended, how many of them were closed in the 90 days after it, and whether the
 * accounts are known so far. */
static const char SQL_CLOSED[] =
    "WITH ends AS (SELECT DISTINCT t.period, d.end_at, d.end_at + INTERVAL 90 DAY AS until, d.end_day + 90 AS until_day FROM target_row t JOIN "
    "              period_at d USING (period)), "
    "own AS (SELECT a.app, a.unit_code, e.period, e.until_day, count(*) AS open, count(*) FILTER (WHERE a.closed_at < e.until) AS closed "
    "        FROM   accounts a JOIN ends e ON (a.registered_at IS NULL OR a.registered_at < e.end_at) AND (a.closed_at IS NULL OR a.closed_at >= "
    "e.end_at) "
    "        WHERE  a.unit_code IS NOT NULL GROUP BY ALL), "
    "whole AS (SELECT o.app, s.ancestor AS unit_code, o.period, sum(o.open) AS open, sum(o.closed) AS closed FROM own o JOIN subtree s USING "
    "(unit_code) "
    "          GROUP BY ALL) "
    "SELECT CASE WHEN w.closed IS NULL THEN 1 WHEN w.open >= 10 AND 2 * w.closed >= w.open THEN 2 WHEN e.until_day <= $1 THEN 0 ELSE 1 END "
    "FROM   target_row t JOIN ends e USING (period) LEFT JOIN indicators i ON i.indicator = CAST(t.indicator AS VARCHAR) "
    "       LEFT JOIN whole w ON w.app = i.app AND w.unit_code = CAST(t.unit_code AS VARCHAR) AND w.period = t.period "
    "ORDER  BY t.indicator, t.period, t.unit_code, t.issuer_code NULLS LAST";

/* Whether accounts were closed in numbers after a period; not known where no account says when it was closed. */
static shi_err load_closed(shi_chain *chain, shi_lawful_rows *out)
{
    shi_rows rows;
    shi_range_rows ranges;
    int64_t any, snapshot = INT64_MIN, n = 0;
    for (int64_t i = 0; i < out->targets; i++) out->target[i].closed_after = SHI_UNKNOWN;
    SHI_TRY(shi_duck_int(chain->duck, "SELECT count(*) FROM (SELECT 1 FROM accounts WHERE closed_at IS NOT NULL LIMIT 1)", NULL, 0, &any));
    if (!any) return (shi_err){ 0 };
    SHI_TRY(shi_ledger_ranges(chain->ws, chain->keep, "accounts", &ranges));
    for (int64_t i = 0; i < ranges.len; i++)
        if (snapshot == INT64_MIN || ranges.ptr[i].last_day < snapshot) snapshot = ranges.ptr[i].last_day;
    const shi_param day = SHI_INT(snapshot);
    SHI_TRY(shi_duck_query(chain->duck, SQL_CLOSED, &day, 1, &rows));
    while (n < out->targets && shi_rows_next(&rows)) out->target[n++].closed_after = (int8_t)shi_rows_int(&rows, 0);
    shi_rows_close(&rows);
    return (shi_err){ 0 };
}

static shi_err load_periods(shi_chain *chain, shi_lawful_rows *out)
{
    shi_rows rows;
    int64_t n = 0;
    SHI_SQL(chain, "CREATE OR REPLACE TEMP TABLE period_at AS SELECT *, row_number() OVER (ORDER BY period) - 1 AS place FROM period_row");
    SHI_TRY(shi_duck_query(chain->duck, "SELECT first_day, end_day, weekdays FROM period_at ORDER BY place", NULL, 0, &rows));
    out->period = shi_new(chain->keep, shi_period_fact, (int64_t)duckdb_row_count(&rows.result));
    while (out->period && shi_rows_next(&rows))
        out->period[n++] = (shi_period_fact){ shi_rows_int(&rows, 0), shi_rows_int(&rows, 1), shi_rows_int(&rows, 2) };
    shi_rows_close(&rows);
    return out->period ? (shi_err){ 0 } : shi_no_memory();
}

static shi_err load_targets(shi_chain *chain, shi_lawful_rows *out)
{
    shi_rows rows;
    shi_str last[2] = { { 0 }, { 0 } };
    int32_t at[2] = { -1, -1 };
    SHI_TRY(load_periods(chain, out));
    SHI_TRY(shi_duck_query(chain->duck, SQL_TARGETS, NULL, 0, &rows));
    int64_t n = (int64_t)duckdb_row_count(&rows.result);
    out->target = shi_new(chain->keep, shi_target_fact, n);
    out->indicator_first = shi_new(chain->keep, int64_t, out->indicator.rows);
    out->indicator_count = shi_new(chain->keep, int64_t, out->indicator.rows);
    bool room = out->target && out->indicator_first && out->indicator_count;
    while (room && out->targets < n && shi_rows_next(&rows)) {
        shi_target_fact t = read_target(chain, out, &rows, last, at);
        if (t.indicator >= 0 && out->indicator_count[t.indicator]++ == 0) out->indicator_first[t.indicator] = out->targets;
        out->target[out->targets++] = t;
    }
    shi_rows_close(&rows);
    return room ? (shi_err){ 0 } : shi_no_memory();
}

/* ---- logs and runs ---- */

/* Accounts with an event in the last 90 days that the app's log covers, over the people of the units at the top. */
static shi_err load_active(shi_chain *chain, shi_lawful_rows *out)
{
    shi_range_rows ranges;
    int64_t people = 0;
    out->active_share = shi_new(chain->keep, double, out->app.rows);
    if (!out->active_share) return shi_no_memory();
    SHI_TRY(shi_ledger_ranges(chain->ws, chain->keep, "events", &ranges));
    for (int64_t u = 0; u < out->unit.rows && people >= 0; u++)
        if (out->parent[u] < 0) people = out->people[u] < 0 ? -1 : people + out->people[u];
    for (int64_t a = 0; a < out->app.rows; a++) {
        int64_t last = INT64_MIN, n;
        shi_str app = out->app.cell[a * out->app.table->columns].text;
        out->active_share[a] = -1;
        for (int64_t r = 0; r < ranges.len; r++)
            if (shi_str_eq(ranges.ptr[r].app, app) && ranges.ptr[r].last_day > last) last = ranges.ptr[r].last_day;
        if (last == INT64_MIN || people <= 0) continue;
        const shi_param p[] = { SHI_TEXTP(app), SHI_TIMEP(shi_zone_utc_us(&chain->ws->zone, (last - 89) * SHI_DAY_US)) };
        SHI_TRY(shi_views_events(chain->ws, *chain->keep, chain->duck, "recent", last - 89, last + 1));
        SHI_TRY(shi_duck_int(chain->duck, "SELECT count(DISTINCT account) FROM recent WHERE app = $1 AND time >= $2", p, 2, &n));
        out->active_share[a] = (double)n / (double)people;
    }
    return (shi_err){ 0 };
}

static shi_err load_runs(shi_chain *chain, shi_lawful_rows *out)
{
    shi_run_row run;
    int64_t runs;
    out->last_audit_day = INT64_MIN;
    SHI_TRY(shi_ledger_run_count(chain->ws, &runs));
    if (runs == 0) return (shi_err){ 0 };
    SHI_TRY(shi_ledger_run(chain->ws, chain->keep, (shi_str){ 0 }, &run));
    out->last_audit_day = shi_zone_local_us(&chain->ws->zone, run.started_at) / SHI_DAY_US;
    return (shi_err){ 0 };
}

shi_err shi_lawful_rows_load(shi_chain *chain, shi_lawful_rows *out)
{
    shi_import_rows imports;
    *out = (shi_lawful_rows){ 0 };
    SHI_TRY(load_imports(chain, &imports, out));
    const struct {
        const char *name;
        shi_facts *into;
    } TABLES[] = { { "units", &out->unit }, { "apps", &out->app }, { "indicators", &out->indicator }, { "bulletins", &out->bulletin },
        { "documents", &out->document }, { "forms", &out->form } };
    for (int64_t i = 0; i < COUNT(TABLES); i++) SHI_TRY(load(chain, &imports, out->imports, TABLES[i].name, TABLES[i].into));
    SHI_TRY(link_rows(chain->keep, &out->app, &out->indicator, "app"));
    SHI_TRY(link_rows(chain->keep, &out->indicator, &out->bulletin, "indicator"));
    SHI_TRY(load_units(chain, out));
    SHI_TRY(load_targets(chain, out));
    SHI_TRY(load_closed(chain, out));
    SHI_TRY(load_active(chain, out));
    return load_runs(chain, out);
}
