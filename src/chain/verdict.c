/* The verdict on each figure, and what contradicts what. The decision is kernel/verdict.c's, called by DuckDB a vector at a time. */
#include "chain/chain.h"

#include "shishu/verdict.h"
#include "store/checks.h"

/* shi_verdict(reported, possible, counted, cover, tolerance, checked, suspected, suspicion): BIGINTs that may be NULL */
static void on_verdict(duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out)
{
    enum { LINKS = 8 };
    const int64_t *data[LINKS];
    uint64_t *valid[LINKS];
    (void)info;
    for (int c = 0; c < LINKS; c++) {
        duckdb_vector v = duckdb_data_chunk_get_vector(in, (idx_t)c);
        data[c] = duckdb_vector_get_data(v);
        valid[c] = duckdb_vector_get_validity(v);
    }
    int64_t *result = duckdb_vector_get_data(out), n = (int64_t)duckdb_data_chunk_get_size(in);
    for (int64_t i = 0; i < n; i++) {
        bool has[LINKS];
        for (int c = 0; c < LINKS; c++) has[c] = !valid[c] || duckdb_validity_row_is_valid(valid[c], (idx_t)i);
        const shi_links links = { .has_reported = has[0], .has_possible = has[1], .has_counted = has[2], .reported = data[0][i],
            .possible = data[1][i],
            .counted = data[2][i], .coverage = has[3] ? (shi_coverage)data[3][i] : SHI_COVER_NONE, .tolerance = data[4][i],
            .checked = has[5] ? (shi_decision)data[5][i] : SHI_CLAIM_OPEN, .has_suspected = has[6], .suspected = data[6][i],
            .suspicion = has[7] && data[7][i] };
        result[i] = (int64_t)shi_verdict_of(&links);
    }
}

static shi_err register_verdict(shi_duck *duck)
{
    static const duckdb_type LINKS[] = { DUCKDB_TYPE_BIGINT, DUCKDB_TYPE_BIGINT, DUCKDB_TYPE_BIGINT, DUCKDB_TYPE_BIGINT, DUCKDB_TYPE_BIGINT,
        DUCKDB_TYPE_BIGINT, DUCKDB_TYPE_BIGINT, DUCKDB_TYPE_BIGINT };
    /* NULLs reach it: not known is not zero */
    return shi_duck_function(duck, &(shi_function){ "shi_verdict", LINKS, COUNT(LINKS), DUCKDB_TYPE_BIGINT, true, on_verdict, NULL, NULL });
}

/* What field checks found; decision: shi_decision; claimed: the report that the decision is about, in people. A check of a figure that nobody
 * reports or asks for any more says nothing here. */
static const char SQL_CHECKED[] =
    "CREATE OR REPLACE TEMP TABLE checked_figure (indicator shi_indicator, period shi_period, unit_code shi_unit, check_id VARCHAR, "
    "checked_n BIGINT, checked_real BIGINT, checked_low BIGINT, checked_high BIGINT, claimed BIGINT, decision BIGINT, check_method VARCHAR)";
static const char SQL_CHECKED_ADD[] =
    "INSERT INTO checked_figure SELECT * FROM (SELECT TRY_CAST($1 AS shi_indicator) AS i, TRY_CAST($2 AS shi_period) AS p, TRY_CAST($3 AS shi_unit) "
    "AS u, $4, $5, $6, $7, $8, $9, $10, $11) WHERE i IS NOT NULL AND p IS NOT NULL AND u IS NOT NULL";

static shi_err load_checked(shi_chain *chain)
{
    shi_checked_rows rows;
    SHI_SQL(chain, SQL_CHECKED);
    SHI_TRY(shi_checks_concluded(chain->ws, chain->keep, &rows));
    for (int64_t i = 0; i < rows.len; i++) {
        const shi_checked_row *r = &rows.ptr[i];
        int64_t decision = shi_str_eq(r->decision, S("confirmed")) ? SHI_CLAIM_CONFIRMED
                           : shi_str_eq(r->decision, S("refuted")) ? SHI_CLAIM_REFUTED
                                                                   : SHI_CLAIM_OPEN;
        const shi_param p[] = { SHI_TEXTP(r->indicator), SHI_TEXTP(r->period), SHI_TEXTP(r->unit_code), SHI_TEXTP(r->check), SHI_INT(r->visited),
            SHI_INT(r->real), SHI_INT(r->low), SHI_INT(r->high), SHI_INT(r->claimed), SHI_INT(decision), SHI_TEXTP(r->method) };
        SHI_TRY(shi_duck_exec(chain->duck, SQL_CHECKED_ADD, p, COUNT(p)));
    }
    return (shi_err){ 0 };
}

/* What of the count members of selected findings hold: nothing where the detectors found nothing in the app; not known where they did not run. */
static const char SQL_SUSPECTED[] =
    "CREATE OR REPLACE TEMP VIEW figure_suspected AS "
    "SELECT f.*, CASE WHEN counted IS NOT NULL THEN greatest(0, counted - CASE WHEN i.app IN (SELECT app FROM suspected_member) THEN "
    "       coalesce(CAST(c.n * 1000 AS BIGINT), 0) ELSE counted END) END AS suspected "
    "FROM   figure_possible f LEFT JOIN indicator_row i USING (indicator) "
    "       LEFT JOIN counted_clean c ON c.app = i.app AND c.period = f.period AND c.counts = i.counts AND c.dedupe = i.dedupe AND "
    "                                    c.unit_code = f.unit_code";
static const char SQL_NOT_SUSPECTED[] = "CREATE OR REPLACE TEMP VIEW figure_suspected AS SELECT *, NULL::BIGINT AS suspected FROM figure_possible";

/* `figure`: one row a figure, of its facts. Real numbers lie between 0 and the bound (design 4.8). */
static const char SQL_FIGURE[] =
    "CREATE OR REPLACE TEMP TABLE figure AS "
    "SELECT indicator, period, unit_code, reported, base, target, issuer_code, counted, sum_of_children, possible, possible_by, suspected, "
    "       CAST(cover AS TINYINT) AS cover, CAST(events_cover AS TINYINT) AS events_cover, "
    "       CAST(shi_verdict(reported, possible, counted, CAST(cover AS BIGINT), $1, CASE WHEN claimed * 1000 = reported // 1000 * 1000 THEN "
    "decision END, suspected, NULL) AS TINYINT) AS verdict "
    "FROM   figure_suspected LEFT JOIN checked_figure USING (indicator, period, unit_code)";

/* `figure_joined`: the same with what the other tables hold of it. */
static const char SQL_FIGURE_JOINED[] =
    "CREATE OR REPLACE TEMP VIEW figure_joined AS "
    "SELECT f.*, t.amplification, t.feasible, t.per_person, t.price_list, t.price_bulk, t.issuer_name, "
    "       i.name AS indicator_name, i.app, i.counts, i.dedupe, i.of_accounts, v.any_action AS by_any_action, "
    "       u.name AS unit_name, u.level, u.parent_code, u.people, coalesce(u.people_by, 0) AS people_by, "
    "       c.check_id, c.checked_n, c.checked_real, c.checked_low, c.checked_high, c.check_method, "
    "       CASE WHEN c.claimed * 1000 = f.reported // 1000 * 1000 THEN c.decision END AS decision, "
    "       coalesce(a.accounts, 0) AS accounts, a.phones, a.undated, r.events, r.logins, r.devices, r.ips, r.objects, r.timed "
    "FROM   figure f LEFT JOIN indicator_row i USING (indicator) LEFT JOIN unit_row u USING (unit_code) "
    "       LEFT JOIN checked_figure c ON c.indicator = f.indicator AND c.period = f.period AND c.unit_code = f.unit_code "
    "       LEFT JOIN coverage v ON v.app = i.app AND v.period = f.period "
    "       LEFT JOIN app_unit a ON a.app = i.app AND a.unit_code = f.unit_code "
    "       LEFT JOIN rate r ON r.app = i.app AND r.period = f.period AND r.unit_code = f.unit_code "
    /* equalities only: any other condition here makes the engine compare each figure with each target */
    "       LEFT JOIN target_row t ON t.indicator = f.indicator AND t.period = f.period AND t.unit_code = f.unit_code "
    "                             AND t.issuer = CASE WHEN f.target IS NOT NULL THEN coalesce(f.issuer_code, CAST('' AS shi_unit)) END";

const char SHI_SQL_FIGURE_ROW[] =
    "SELECT *, "
    "       CASE WHEN reported IS NOT NULL AND possible IS NOT NULL THEN greatest(0, reported - possible) END AS impossible_excess, "
    "       CASE WHEN reported IS NOT NULL AND cover = 2 THEN greatest(0, reported - counted) END AS not_in_logs, "
    "       coalesce(checked_low * 1000, CASE WHEN possible IS NOT NULL OR cover = 2 THEN CAST(0 AS BIGINT) END) AS real_low, "
    "       coalesce(checked_high * 1000, CASE WHEN cover = 2 THEN least(possible, counted) ELSE possible END) AS real_high, "
    "       counts = 'active' AND coalesce(by_any_action, 0) = 1 AS any_action "
    "FROM   ";

static const char SQL_CONTRADICTION_TABLE[] =
    "CREATE OR REPLACE TEMP TABLE contradiction (kind VARCHAR, figure VARCHAR, other VARCHAR, value BIGINT, other_value BIGINT)";

#define NAME(of) "concat_ws('/', " of ".indicator, " of ".period, " of ".unit_code)"
static const char *const SQL_CONTRADICTIONS[] = {
    /* one child reports more than its parent */
    "SELECT 'child_above_parent', " NAME("c") ", " NAME("p") ", c.reported, p.reported "
    "FROM   figure c JOIN unit_row u USING (unit_code) "
    "       JOIN figure p ON p.indicator = c.indicator AND p.period = c.period AND p.unit_code = u.parent_code "
    "WHERE  c.reported > p.reported",
    /* more new or active people than registered ones, in the same app, period and unit */
    "SELECT ia.counts || '_above_registered', " NAME("a") ", " NAME("r") ", a.reported, r.reported "
    "FROM   figure a JOIN indicator_row ia ON ia.indicator = a.indicator AND ia.counts IN ('new', 'active') "
    "       JOIN indicator_row ir ON ir.app = ia.app AND ir.counts = 'registered' "
    "       JOIN figure r ON r.indicator = ir.indicator AND r.period = a.period AND r.unit_code = a.unit_code "
    "WHERE  a.reported > r.reported",
    "SELECT 'part_above_whole', " NAME("f") ", NULL, reported, base FROM figure f WHERE reported > base",
    /* registered people of the next period fewer than of this one */
    "SELECT 'cumulative_falls', " NAME("l") ", " NAME("e") ", l.reported, e.reported "
    "FROM   figure e JOIN indicator_row i ON i.indicator = e.indicator AND i.counts = 'registered' JOIN period_row d ON d.period = e.period "
    "       JOIN period_row n ON n.start_at = d.end_at "
    "       JOIN figure l ON l.indicator = e.indicator AND l.period = n.period AND l.unit_code = e.unit_code "
    "WHERE  l.reported < e.reported",
    "SELECT kind, concat_ws('/', app, period), NULL, accounts * 1000, NULL FROM odd_time",
};

static shi_err find_contradictions(shi_chain *chain)
{
    SHI_SQL(chain, SQL_CONTRADICTION_TABLE);
    for (int64_t i = 0; i < COUNT(SQL_CONTRADICTIONS); i++) {
        shi_buf sql = { 0 };
        shi_buf_format(&sql, "INSERT INTO contradiction %s", SQL_CONTRADICTIONS[i]);
        shi_err e = sql.failed ? shi_no_memory() : shi_duck_exec(chain->duck, sql.ptr, NULL, 0);
        shi_buf_drop(&sql);
        if (e.code) return e;
    }
    return (shi_err){ 0 };
}

shi_err shi_chain_verdict(shi_chain *chain)
{
    const shi_param tolerance = SHI_INT(chain->ws->settings.tolerance);
    SHI_TRY(register_verdict(chain->duck));
    SHI_TRY(load_checked(chain));
    SHI_SQL(chain, chain->detected ? SQL_SUSPECTED : SQL_NOT_SUSPECTED);
    SHI_TRY(shi_duck_exec(chain->duck, SQL_FIGURE, &tolerance, 1));
    SHI_SQL(chain, SQL_FIGURE_JOINED);
    shi_buf sql = { 0 };
    shi_buf_format(&sql, "CREATE OR REPLACE TEMP VIEW figure_row AS %s figure_joined", SHI_SQL_FIGURE_ROW);
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_exec(chain->duck, sql.ptr, NULL, 0);
    shi_buf_drop(&sql);
    return e.code ? e : find_contradictions(chain);
}
