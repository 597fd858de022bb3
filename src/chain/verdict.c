/* The verdict on each figure, and the views that join to it what else is known. */
#include "chain/figure_rows.h"

#include "shishu/verdict.h"
#include "store/checks.h"

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

/* $1: periods, $2: units */
static const char SQL_DECISIONS[] =
    "SELECT (CAST(enum_code(indicator) AS BIGINT) * $1 + enum_code(period)) * $2 + enum_code(unit_code) AS key, claimed, decision "
    "FROM   checked_figure ORDER BY key";

/* Figures that carry the mark of a finding about their unit that stands. */
static const char SQL_SUSPICIONS[] =
    "SELECT DISTINCT (CAST(enum_code(i) AS BIGINT) * $1 + enum_code(p)) * $2 + enum_code(u) AS key, 1 FROM "
    "       (SELECT TRY_CAST(indicator AS shi_indicator) AS i, TRY_CAST(period AS shi_period) AS p, TRY_CAST(unit_code AS shi_unit) AS u "
    "        FROM totals_mark JOIN lead USING (mark) WHERE selected) WHERE i IS NOT NULL AND p IS NOT NULL AND u IS NOT NULL ORDER BY key";

/* A decision counts as long as its claim is what is reported. */
static shi_err judge(shi_chain *chain)
{
    shi_figure_rows *r = chain->figures;
    const shi_param size[] = { SHI_INT(r->period.len), SHI_INT(r->unit.len) };
    const int64_t tolerance = chain->ws->settings.tolerance;
    shi_keyed_rows checked, doubted = { 0 };
    SHI_TRY(shi_keyed_load(chain, SQL_DECISIONS, size, 2, &checked));
    if (chain->detected) SHI_TRY(shi_keyed_load(chain, SQL_SUSPICIONS, size, 2, &doubted));
    #pragma omp parallel for schedule(static) if (r->len > 10000)
    for (int64_t i = 0; i < r->len; i++) {
        int64_t hint = 0, from = 0, row = shi_keyed_find(&checked, r->key[i], &hint), claimed = shi_keyed_int(&checked, row, 0);
        bool about = claimed != SHI_NONE && r->reported[i] != SHI_NONE && claimed == r->reported[i] / 1000;
        const shi_links links = { .has_reported = r->reported[i] != SHI_NONE, .has_possible = r->possible[i] != SHI_NONE,
            .has_counted = r->counted[i] != SHI_NONE, .reported = r->reported[i], .possible = r->possible[i], .counted = r->counted[i],
            .coverage = (shi_coverage)r->cover[i], .tolerance = tolerance,
            .has_suspected = r->suspected[i] != SHI_NONE, .suspected = r->suspected[i],
            .suspicion = shi_keyed_find(&doubted, r->key[i], &from) >= 0,
            .checked = about ? (shi_decision)shi_keyed_int(&checked, row, 1) : SHI_CLAIM_OPEN };
        r->verdict[i] = (int8_t)shi_verdict_of(&links);
    }
    return (shi_err){ 0 };
}

/* `%s_joined`: the figures of `%s`, with what the other tables hold of them. */
static const char SQL_FIGURE_JOINED[] =
    "CREATE OR REPLACE TEMP VIEW %1$s_joined AS "
    "SELECT f.*, t.amplification, t.feasible, t.per_person, t.price_list, t.price_bulk, t.issuer_name, "
    "       i.name AS indicator_name, i.app, i.counts, i.dedupe, i.of_accounts, v.any_action AS by_any_action, "
    "       u.name AS unit_name, u.level, u.parent_code, u.people, coalesce(u.people_by, 0) AS people_by, "
    "       c.check_id, c.checked_n, c.checked_real, c.checked_low, c.checked_high, c.check_method, "
    "       CASE WHEN c.claimed * 1000 = f.reported // 1000 * 1000 THEN c.decision END AS decision, "
    "       coalesce(a.accounts, 0) AS accounts, a.phones, a.undated, r.events, r.logins, r.devices, r.ips, r.objects, r.timed "
    "FROM   %1$s f LEFT JOIN indicator_row i USING (indicator) LEFT JOIN unit_row u USING (unit_code) "
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

/* `NAME_row`: the same with what follows from it. */
static shi_err make_views(shi_chain *chain, const char *name)
{
    shi_buf sql = { 0 };
    shi_buf_format(&sql, SQL_FIGURE_JOINED, name);
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_exec(chain->duck, sql.ptr, NULL, 0);
    sql.len = 0;
    shi_buf_format(&sql, "CREATE OR REPLACE TEMP VIEW %s_row AS %s %s_joined", name, SHI_SQL_FIGURE_ROW, name);
    if (!e.code) e = sql.failed ? shi_no_memory() : shi_duck_exec(chain->duck, sql.ptr, NULL, 0);
    shi_buf_drop(&sql);
    return e;
}

shi_err shi_chain_verdict(shi_chain *chain)
{
    SHI_TRY(load_checked(chain));
    SHI_TRY(judge(chain));
    SHI_TRY(shi_figure_rows_view(chain));
    SHI_TRY(make_views(chain, "figure"));
    SHI_TRY(make_views(chain, "worst"));
    return shi_chain_contradictions(chain);
}
