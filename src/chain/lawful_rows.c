/* Loading the rows that rules speak of. Units may be hundreds of thousands, so a cell takes sixteen bytes and only the columns that rules name
 * are held; targets are where the step `target` left them. */
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

/* ---- cells ---- */

int shi_facts_column(const shi_facts *facts, const char *name)
{
    return shi_table_column(facts->table, shi_str_from(name));
}

shi_value shi_facts_value(const shi_facts *facts, int64_t row, int column)
{
    int slot = column >= 0 ? facts->slot[column] : -1;
    if (slot < 0) return (shi_value){ .kind = SHI_V_MISSING };
    const shi_fact *f = &facts->cell[row * facts->slots + slot];
    shi_value v = { .kind = (shi_value_kind)f->kind };
    if (v.kind == SHI_V_NUMBER) v.number = f->is.number;
    if (v.kind == SHI_V_DAY) v.day = f->is.day;
    if (v.kind == SHI_V_TEXT) v.text = (shi_str){ f->is.text, f->len };
    return v;
}

shi_str shi_facts_key(const shi_facts *facts, int64_t row)
{
    return shi_facts_value(facts, row, 0).text;
}

int64_t shi_facts_find(const shi_facts *facts, shi_str key)
{
    int64_t low = 0, high = facts->rows;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        if (shi_str_cmp(shi_facts_key(facts, mid), key) < 0) low = mid + 1;
        else high = mid;
    }
    return low < facts->rows && shi_str_eq(shi_facts_key(facts, low), key) ? low : -1;
}

/* The text above, in the same column, is most often the same one. */
static shi_fact text_cell(shi_arena *keep, const shi_fact *above, shi_str text)
{
    bool same = above && above->kind == SHI_V_TEXT && shi_str_eq((shi_str){ above->is.text, above->len }, text);
    shi_fact f = { .kind = SHI_V_TEXT, .len = (int32_t)text.len };
    f.is.text = same ? above->is.text : shi_str_copy(keep, text).ptr;
    return f;
}

static shi_fact read_cell(shi_chain *chain, shi_rows *rows, int at, shi_type type, const shi_fact *above)
{
    shi_fact f = { .kind = SHI_V_NULL };
    if (shi_rows_null(rows, at)) return f;
    const char *sql = shi_type_sql(type);
    if (!strcmp(sql, "TIMESTAMP")) {
        int64_t local = shi_zone_local_us(&chain->ws->zone, shi_rows_int(rows, at));
        f.kind = SHI_V_DAY;
        f.is.day = (local >= 0 ? local : local - SHI_DAY_US + 1) / SHI_DAY_US;
    } else if (strcmp(sql, "VARCHAR") != 0) {
        f.kind = SHI_V_NUMBER;
        f.is.number = shi_rows_f64(rows, at);
    } else f = text_cell(chain->keep, above, shi_rows_str(rows, at));
    return f;
}

/* ---- tables ---- */

/* Columns that some rule names as LETTER.column; the key of units stands in chain->units. */
static void hold_named(const shi_book *book, char letter, shi_facts *f)
{
    shi_buf fields = { 0 };
    for (int64_t r = 0; r < book->len; r++) {
        const shi_test where = { .kind = SHI_TEST_HIT, .when = book->ptr[r].applies };
        shi_test_fields(&book->ptr[r].test, &fields);
        shi_buf_puts(&fields, ", ");
        if (where.when) shi_test_fields(&where, &fields);
        shi_buf_puts(&fields, ", ");
    }
    shi_str all = shi_buf_str(&fields);
    for (int c = 0; c < f->table->columns; c++) {
        char name[64] = { letter, '.' };
        strncat(name, f->table->column[c].name, sizeof name - 3);
        bool named = false;
        for (int64_t at = shi_str_find(all, letter, 0); at >= 0 && !named; at = shi_str_find(all, letter, at + 1)) {
            shi_str rest = shi_str_sub(all, at, all.len), word = shi_str_from(name);
            named = shi_str_starts(rest, word) && (rest.len == word.len || rest.ptr[word.len] == ',');
        }
        f->slot[c] = named ? f->slots++ : -1;
    }
    shi_buf_drop(&fields);
}

static void hold_all(shi_facts *f)
{
    for (int c = 0; c < f->table->columns; c++) f->slot[c] = f->slots++;
}

static void select_columns(const shi_facts *f, shi_buf *sql)
{
    const shi_table *t = f->table;
    shi_buf_puts(sql, "SELECT ");
    for (int c = 0; c < t->columns; c++) {
        const char *type = shi_type_sql(t->column[c].type);
        bool number = strcmp(type, "VARCHAR") != 0 && strcmp(type, "TIMESTAMP") != 0;
        if (f->slot[c] >= 0) shi_buf_format(sql, number ? "CAST(%s AS DOUBLE) AS %s, " : "%s AS %s, ", t->column[c].name, t->column[c].name);
    }
    shi_buf_format(sql, "_import FROM %s ORDER BY ", t->name);
    for (int k = 0; k < SHI_MAX_KEY && t->key[k]; k++) shi_buf_format(sql, "%s%s NULLS LAST", k ? ", " : "", t->key[k]);
}

static shi_err load(shi_chain *chain, const shi_import_rows *imports, int64_t ids, shi_facts *out)
{
    const shi_table *t = out->table;
    shi_rows rows;
    shi_buf sql = { 0 };
    bool *has = supplied_by(chain->keep, imports, ids, t);
    select_columns(out, &sql);
    shi_err e = sql.failed || !has ? shi_no_memory() : shi_duck_query(chain->duck, sql.ptr, NULL, 0, &rows);
    shi_buf_drop(&sql);
    if (e.code) return e;
    int64_t n = (int64_t)duckdb_row_count(&rows.result);
    out->cell = shi_new(chain->keep, shi_fact, n * out->slots);
    bool room = out->cell != NULL;
    while (room && out->rows < n && shi_rows_next(&rows)) {
        int64_t import = shi_rows_int(&rows, out->slots);
        for (int c = 0; c < t->columns; c++) {
            int s = out->slot[c];
            bool supplied = s >= 0 && import < ids && has[import * t->columns + c];
            shi_fact *cell = &out->cell[out->rows * out->slots + s];
            if (supplied) *cell = read_cell(chain, &rows, s, t->column[c].type, out->rows ? cell - out->slots : NULL);
            else if (s >= 0) *cell = (shi_fact){ .kind = SHI_V_MISSING };
        }
        out->rows++;
    }
    shi_rows_close(&rows);
    return room ? (shi_err){ 0 } : shi_no_memory();
}

/* Each row of `below` under the row of `above` that its column names. */
static shi_err link_rows(shi_arena *keep, shi_facts *above, shi_facts *below, const char *column)
{
    int c = shi_facts_column(below, column);
    above->below = shi_new(keep, int64_t, below->rows);
    above->first = shi_new(keep, int64_t, above->rows);
    above->count = shi_new(keep, int64_t, above->rows);
    below->owner = shi_new(keep, int64_t, below->rows);
    if (!above->below || !above->first || !above->count || !below->owner) return shi_no_memory();
    for (int64_t i = 0; i < below->rows; i++) {
        shi_value v = shi_facts_value(below, i, c);
        below->owner[i] = v.kind == SHI_V_TEXT ? shi_facts_find(above, v.text) : -1;
        if (below->owner[i] >= 0) above->count[below->owner[i]]++;
    }
    for (int64_t i = 1; i < above->rows; i++) above->first[i] = above->first[i - 1] + above->count[i - 1];
    for (int64_t i = 0; i < above->rows; i++) above->count[i] = 0;
    for (int64_t i = 0; i < below->rows; i++)
        if (below->owner[i] >= 0) above->below[above->first[below->owner[i]] + above->count[below->owner[i]]++] = i;
    return (shi_err){ 0 };
}

/* ---- targets ---- */

/* Targets of at least 8 units of one level under one issuer that are alike (coefficient of variation below 0.02), while people are not (above
 * 0.3). */
static const char SQL_SAME_FOR_ALL[] =
    "WITH made AS (SELECT f.place, f.ind, f.per, f.iss, f.value, f.people, u.level FROM target_fact f JOIN unit_word u USING (unit) WHERE f.iss IS "
    "NOT "
    "              NULL AND f.people > 0), "
    "alike AS (SELECT ind, per, iss, level FROM made GROUP BY ALL HAVING count(*) >= 8 AND stddev_pop(value) < 0.02 * avg(value) AND "
    "          stddev_pop(people) > 0.3 * avg(people)) "
    "SELECT m.place FROM made m SEMI JOIN alike a ON a.ind = m.ind AND a.per = m.per AND a.iss = m.iss AND a.level = m.level";

static shi_err load_targets(shi_chain *chain, shi_lawful_rows *out)
{
    const shi_chain_targets *t = chain->targets;
    shi_rows rows;
    out->targets = t;
    out->units = &chain->units;
    out->document_row = shi_new(chain->keep, int32_t, t->len);
    out->same_for_all = shi_new(chain->keep, bool, t->len);
    out->closed_after = shi_new(chain->keep, uint8_t, t->len);
    out->indicator_first = shi_new(chain->keep, int64_t, out->indicator.rows);
    out->indicator_count = shi_new(chain->keep, int64_t, out->indicator.rows);
    if (!out->document_row || !out->same_for_all || !out->closed_after || !out->indicator_first || !out->indicator_count) return shi_no_memory();
    for (int64_t i = 0; i < t->len; i++) {
        const shi_chain_target_row *r = &t->row[i];
        bool again = i && r->document.ptr == r[-1].document.ptr;
        out->document_row[i] = again ? out->document_row[i - 1] : r->document.ptr ? (int32_t)shi_facts_find(&out->document, r->document) : -1;
        out->closed_after[i] = SHI_UNKNOWN;
        if (out->indicator_count[r->indicator]++ == 0) out->indicator_first[r->indicator] = i;
    }
    SHI_TRY(shi_duck_query(chain->duck, SQL_SAME_FOR_ALL, NULL, 0, &rows));
    while (shi_rows_next(&rows)) out->same_for_all[shi_rows_int(&rows, 0)] = true;
    shi_rows_close(&rows);
    return (shi_err){ 0 };
}

/* Accounts of the unit's subtree that were open when the period ended, how many of them were closed in the 90 days after it, and whether the
 * accounts are known so far. */
static const char SQL_CLOSED[] =
    "WITH ends AS (SELECT DISTINCT t.per, d.end_at, d.end_at + INTERVAL 90 DAY AS until, d.end_day + 90 AS until_day FROM target_fact t JOIN "
    "              period_row d ON d.place = t.per), "
    "own AS (SELECT a.app, a.unit_code, e.per, count(*) AS open, count(*) FILTER (WHERE a.closed_at < e.until) AS closed "
    "        FROM   accounts a JOIN ends e ON (a.registered_at IS NULL OR a.registered_at < e.end_at) AND (a.closed_at IS NULL OR a.closed_at >= "
    "e.end_at) "
    "        WHERE  a.unit_code IS NOT NULL GROUP BY ALL), "
    "whole AS (SELECT o.app, s.ancestor AS unit_code, o.per, sum(o.open) AS open, sum(o.closed) AS closed FROM own o JOIN subtree s USING "
    "(unit_code) "
    "          GROUP BY ALL) "
    "SELECT t.place, CASE WHEN w.closed IS NULL THEN 1 WHEN w.open >= 10 AND 2 * w.closed >= w.open THEN 2 WHEN e.until_day <= $1 THEN 0 ELSE 1 END "
    "FROM   target_fact t JOIN ends e USING (per) JOIN indicator_word i USING (ind) JOIN unit_word u USING (unit) "
    "       LEFT JOIN whole w ON w.app = i.app AND w.unit_code = u.unit_code AND w.per = t.per";

/* Whether accounts were closed in numbers after a period; not known where no account says when it was closed. */
static shi_err load_closed(shi_chain *chain, shi_lawful_rows *out)
{
    shi_rows rows;
    shi_range_rows ranges;
    int64_t any, snapshot = INT64_MIN;
    SHI_TRY(shi_duck_int(chain->duck, "SELECT count(*) FROM (SELECT 1 FROM accounts WHERE closed_at IS NOT NULL LIMIT 1)", NULL, 0, &any));
    if (!any) return (shi_err){ 0 };
    SHI_TRY(shi_chain_subtree(chain));
    SHI_TRY(shi_ledger_ranges(chain->ws, chain->keep, "accounts", &ranges));
    for (int64_t i = 0; i < ranges.len; i++)
        if (snapshot == INT64_MIN || ranges.ptr[i].last_day < snapshot) snapshot = ranges.ptr[i].last_day;
    const shi_param day = SHI_INT(snapshot);
    SHI_TRY(shi_duck_query(chain->duck, SQL_CLOSED, &day, 1, &rows));
    while (shi_rows_next(&rows)) out->closed_after[shi_rows_int(&rows, 0)] = (uint8_t)shi_rows_int(&rows, 1);
    shi_rows_close(&rows);
    return (shi_err){ 0 };
}

/* ---- apps and runs ---- */

/* People who used the app in the last ninety days of its log, as a share of all people. */
static shi_err load_active(shi_chain *chain, shi_lawful_rows *out)
{
    const shi_chain_units *u = &chain->units;
    shi_range_rows ranges;
    int64_t people = 0;
    out->active_share = shi_new(chain->keep, double, out->app.rows);
    if (!out->active_share) return shi_no_memory();
    SHI_TRY(shi_ledger_ranges(chain->ws, chain->keep, "events", &ranges));
    for (int64_t i = 0; i < u->len && people >= 0; i++)
        if (u->parent[i] < 0) people = u->people[i] < 0 ? -1 : people + u->people[i];
    for (int64_t a = 0; a < out->app.rows; a++) {
        int64_t last = INT64_MIN, n;
        shi_str app = shi_facts_key(&out->app, a);
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

shi_err shi_lawful_rows_load(shi_chain *chain, const shi_book *book, shi_lawful_rows *out)
{
    shi_import_rows imports;
    *out = (shi_lawful_rows){ 0 };
    SHI_TRY(load_imports(chain, &imports, out));
    const struct {
        const char *name;
        shi_facts *into;
    } TABLES[] = { { "units", &out->unit }, { "apps", &out->app }, { "indicators", &out->indicator }, { "bulletins", &out->bulletin },
        { "documents", &out->document }, { "forms", &out->form } };
    for (int64_t i = 0; i < COUNT(TABLES); i++) {
        TABLES[i].into->table = shi_table_find(shi_str_from(TABLES[i].name));
        if (i == 0) hold_named(book, 'u', TABLES[i].into);
        else hold_all(TABLES[i].into);
        SHI_TRY(load(chain, &imports, out->imports, TABLES[i].into));
    }
    SHI_TRY(link_rows(chain->keep, &out->app, &out->indicator, "app"));
    SHI_TRY(link_rows(chain->keep, &out->indicator, &out->bulletin, "indicator"));
    SHI_TRY(load_targets(chain, out));
    SHI_TRY(load_closed(chain, out));
    SHI_TRY(load_active(chain, out));
    return load_runs(chain, out);
}
