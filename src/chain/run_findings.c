/* Findings of the run: what arithmetic found of targets and figures, which carries no strength and no q, and what detectors found of accounts.
 * Targets
 * stand before all else. */
#include "chain/run_reason.h"

/* money: what the target would cost at list price. `subject_target` finds the target row whose sentence a finding about a target takes. */
static const char SQL_FOUND[] =
    "CREATE OR REPLACE TEMP TABLE found AS "
    "SELECT 0 AS rank, 'target' AS about, concat_ws('/', indicator, period, unit_code) || "
    "       CASE WHEN count(*) OVER (PARTITION BY indicator, period, unit_code) > 1 THEN coalesce('@' || issuer_code, '') ELSE '' END AS subject, "
    "       'possible' AS detector, CAST(period AS VARCHAR) AS period, CAST((value - possible + 999) // 1000 AS BIGINT) AS size, price_list / 100.0 "
    "AS money, "
    "       CAST(value AS DOUBLE) / greatest(possible, 1) AS weight, indicator, unit_code, issuer_code, NULL::INTEGER AS lead "
    "FROM   target_row WHERE impossible "
    "UNION ALL "   /* the issuer's largest target speaks for it */
    "SELECT 1, 'target', concat_ws('/', indicator, period, issuer_code), 'amplification', CAST(period AS VARCHAR), count(*), NULL, "
    "       max(factor), indicator, arg_max(unit_code, (value, unit_code)), issuer_code, NULL "
    "FROM   target_row WHERE factor > 1 GROUP BY indicator, period, issuer_code "
    "UNION ALL "
    "SELECT CASE verdict WHEN 6 THEN 3 ELSE 4 END, 'figure', concat_ws('/', indicator, period, unit_code), "
    "       CASE verdict WHEN 6 THEN 'possible' ELSE 'counted' END, CAST(period AS VARCHAR), "
    "       CAST((CASE verdict WHEN 6 THEN impossible_excess ELSE not_in_logs END + 999) // 1000 AS BIGINT), NULL, "
    "       CASE verdict WHEN 6 THEN impossible_excess ELSE not_in_logs END, indicator, unit_code, NULL, NULL "
    "FROM   figure_row WHERE verdict = 6 OR (verdict = 3 AND not_in_logs > 0)";

/* Leads as rows that read like findings: batches first, then those that an innocent cause explains, proxies, and what is not judged. */
static const char SQL_BATCH[] =
    "CREATE OR REPLACE TEMP VIEW batch_out AS "
    "SELECT l.lead, NULL::VARCHAR AS finding, "
    "       CASE WHEN kind = 'unit' THEN concat_ws('/', l.of_indicator, top_unit) ELSE concat_ws('/', apps, first_day, top_unit) END AS subject, "
    "       CASE WHEN kind = 'unit' THEN 'unit' ELSE 'account-batch' END AS about, expected, "
    "       CAST(coalesce(n.name, l.of_indicator) AS VARCHAR) AS of_indicator, detector, scale, "
    "       kind, apps, top_unit, CAST(u.name AS VARCHAR) AS top_unit_name, benign, size, things, deeds, units, top_members, "
    "       CASE WHEN isfinite(log10_e) THEN log10_p END AS strength, CASE WHEN isfinite(log10_e) THEN log10_e END AS log10_e, "
    "       CASE WHEN isfinite(log10_e) THEN q END AS q, "
    "       first_seen, last_seen, first_day, last_day, selected, explained, supplier, fen / 100.0 AS money, "
    "       CASE WHEN selected THEN 2 WHEN explained THEN 5 WHEN kind = 'proxy' THEN 6 ELSE 7 END AS rank "
    "FROM   lead_row l LEFT JOIN units u ON u.unit_code = l.top_unit LEFT JOIN indicators n ON n.indicator = l.of_indicator";
static const char SQL_BATCH_FOUND[] =
    "INSERT INTO found SELECT rank, about, subject, detector, left(first_day, 7), size, money, -lead, NULL, NULL, NULL, lead "
    "FROM batch_out";
static const char SQL_NO_BATCH[] =
    "CREATE OR REPLACE TEMP VIEW batch_out AS SELECT * FROM (SELECT NULL::INTEGER AS lead, NULL::VARCHAR AS finding, NULL::VARCHAR AS subject, "
    "NULL::VARCHAR AS detector, NULL::VARCHAR AS scale, NULL::VARCHAR AS kind, NULL::VARCHAR AS apps, NULL::VARCHAR AS top_unit, NULL::VARCHAR AS "
    "top_unit_name, NULL::VARCHAR AS benign, NULL::BIGINT AS size, NULL::BIGINT AS things, NULL::BIGINT AS deeds, NULL::BIGINT AS units, "
    "NULL::BIGINT AS top_members, NULL::DOUBLE AS strength, NULL::DOUBLE AS log10_e, NULL::DOUBLE AS q, NULL::TIMESTAMP AS first_seen, "
    "NULL::TIMESTAMP AS last_seen, NULL::VARCHAR AS "
    "first_day, NULL::VARCHAR AS last_day, "
    "NULL::VARCHAR AS about, NULL::DOUBLE AS expected, NULL::VARCHAR AS of_indicator, NULL::BOOLEAN AS selected, NULL::BOOLEAN AS "
    "explained, NULL::DOUBLE AS money, NULL::INTEGER AS supplier, NULL::INTEGER AS rank) WHERE false";

static const char SQL_TARGETS_OF_FOUND[] =
    "WHERE (indicator, period, unit_code, coalesce(issuer_code, '')) IN "
    "      (SELECT (indicator, period, unit_code, coalesce(issuer_code, '')) FROM found WHERE about = 'target')";

static shi_err write_target_sentences(shi_chain *chain, const shi_writer *writer)
{
    shi_target_rows targets;
    shi_appender a;
    shi_buf text = { 0 };
    SHI_TRY(shi_run_targets(chain->duck, chain->keep, "target_out", SQL_TARGETS_OF_FOUND, NULL, 0, &targets));
    SHI_SQL(chain, "CREATE OR REPLACE TEMP TABLE target_sentence (indicator VARCHAR, period VARCHAR, unit_code VARCHAR, issuer_code VARCHAR, reason "
        "VARCHAR)");
    SHI_TRY(shi_append_open(chain->duck, "target_sentence", &a));
    for (int64_t i = 0; i < targets.len; i++) {
        const shi_target_row *t = &targets.ptr[i];
        text.len = 0;
        writer->target(&text, writer->lang, t);
        shi_append_str(&a, t->indicator);
        shi_append_str(&a, t->period);
        shi_append_str(&a, t->unit_code);
        shi_append_str(&a, t->issuer_code);
        shi_append_str(&a, shi_buf_str(&text));
        shi_append_end_row(&a);
    }
    shi_err e = shi_append_close(&a);
    if (!e.code && text.failed) e = shi_no_memory();
    shi_buf_drop(&text);
    return e;
}

static shi_err write_batch_sentences(shi_chain *chain, const shi_writer *writer)
{
    shi_account_batches batches;
    shi_appender a;
    shi_buf text = { 0 };
    SHI_SQL(chain, "CREATE OR REPLACE TEMP TABLE batch_sentence (lead INTEGER, reason VARCHAR)");
    SHI_TRY(shi_run_batches(chain->duck, chain->keep, "batch_out", "ORDER BY lead", NULL, 0, &batches));
    SHI_TRY(shi_append_open(chain->duck, "batch_sentence", &a));
    for (int64_t i = 0; i < batches.len; i++) {   /* leads are numbered from 0 */
        text.len = 0;
        writer->batch(&text, writer->lang, &batches.ptr[i]);
        shi_append_int(&a, i);
        shi_append_str(&a, shi_buf_str(&text));
        shi_append_end_row(&a);
    }
    shi_err e = shi_append_close(&a);
    if (!e.code && text.failed) e = shi_no_memory();
    shi_buf_drop(&text);
    return e;
}

/* The columns of the contract, then what explain and report also need of batches. */
static const char SQL_FINDING[] =
    "CREATE OR REPLACE TEMP TABLE finding AS "
    "SELECT printf('F-%%04d', row_number() OVER (ORDER BY f.rank, f.weight DESC, f.subject, f.detector)) AS finding, f.about, f.subject, f.detector, "
    "       f.period, f.size, b.strength, b.q, CAST(f.money AS DOUBLE) AS money, b.first_seen, b.last_seen, "
    "       coalesce(t.reason, g.reason, s.reason) AS reason, b.benign, "
    "       b.scale, b.kind, b.apps, b.top_unit, b.top_unit_name, b.things, b.deeds, b.units, b.top_members, b.log10_e, b.first_day, b.last_day, "
    "b.selected,        b.explained, b.expected, b.of_indicator, b.supplier, b.lead "
    "FROM   found f "
    /* equalities only: any other condition makes the engine compare all with all */
    "       LEFT JOIN (SELECT 'target' AS about, *, coalesce(issuer_code, '') AS issuer FROM target_sentence) t "
    "              ON t.about = f.about AND t.indicator = f.indicator AND t.period = f.period AND t.unit_code = f.unit_code "
    "             AND t.issuer = coalesce(f.issuer_code, '') "
    "       LEFT JOIN (SELECT 'figure' AS about, indicator, period, unit_code, %s AS reason FROM figure_row WHERE verdict IN (3, 6)) g "
    "              ON g.about = f.about AND g.indicator = f.indicator AND g.period = f.period AND g.unit_code = f.unit_code "
    "       LEFT JOIN batch_out b ON b.lead = f.lead "
    "       LEFT JOIN batch_sentence s ON s.lead = b.lead";

/* An account's score is its mean e over the detectors, e, shown as 1 - 1 / (1 + e). */
static const char SQL_MEMBERS[] =
    "CREATE OR REPLACE TEMP VIEW member_out AS "
    "WITH m AS (SELECT f.finding, a.code, a.app, a.account, a.unit_code, f.detector, f.scale, f.things, sum(pow(10.0, least(f.log10_e, 300)) * "
    "m.weight)                   OVER (PARTITION BY m.account) / (SELECT greatest(1, looks) FROM lead_budget) AS e "
    "           FROM finding f JOIN lead_member m ON m.lead = f.lead JOIN lead_account a ON a.code = m.account) "
    "SELECT finding, app, account, unit_code, coalesce(1 - 1 / (1 + e), 0) AS score, concat_ws(' ', detector, nullif(scale, ''), things) AS evidence "
    "FROM   m ORDER BY finding, code";
static const char SQL_NO_MEMBERS[] =
    "CREATE OR REPLACE TEMP VIEW member_out AS SELECT * FROM (SELECT NULL::VARCHAR AS finding, NULL::VARCHAR AS app, NULL::VARCHAR AS account, "
    "NULL::VARCHAR AS unit_code, NULL::DOUBLE AS score, NULL::VARCHAR AS evidence) WHERE false";

static shi_err batches_found(shi_chain *chain, const shi_writer *writer)
{
    SHI_SQL(chain, chain->detected ? SQL_BATCH : SQL_NO_BATCH);
    if (chain->detected) SHI_SQL(chain, SQL_BATCH_FOUND);
    return write_batch_sentences(chain, writer);
}

shi_err shi_run_batches_make(shi_chain *chain, const shi_writer *writer)
{
    SHI_SQL(chain, SQL_BATCH);
    SHI_TRY(write_batch_sentences(chain, writer));
    SHI_SQL(chain, "CREATE OR REPLACE TEMP VIEW finding AS SELECT * REPLACE (printf('F-%04d', lead + 1) AS finding) FROM "
                   "batch_out LEFT JOIN batch_sentence USING (lead)");
    return shi_duck_exec(chain->duck, SQL_MEMBERS, NULL, 0);
}

shi_err shi_run_findings_make(shi_chain *chain, const shi_writer *writer)
{
    shi_buf call = { 0 }, sql = { 0 };
    SHI_SQL(chain, SQL_FOUND);
    SHI_TRY(batches_found(chain, writer));
    SHI_TRY(write_target_sentences(chain, writer));
    shi_run_reason_call(&call);
    shi_buf_format(&sql, SQL_FINDING, call.ptr ? call.ptr : "");
    shi_err e = sql.failed || call.failed ? shi_no_memory() : shi_duck_exec(chain->duck, sql.ptr, NULL, 0);
    shi_buf_drop(&call);
    shi_buf_drop(&sql);
    if (!e.code) e = shi_duck_exec(chain->duck, chain->detected ? SQL_MEMBERS : SQL_NO_MEMBERS, NULL, 0);
    return e;
}

shi_err shi_run_members_csv(shi_duck *duck, const char *path)
{
    shi_buf sql = { 0 };
    shi_buf_puts(&sql, "COPY (SELECT * FROM member_out) TO ");
    shi_sql_literal(&sql, shi_str_from(path));
    shi_buf_puts(&sql, " (FORMAT csv, HEADER)");
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_exec(duck, sql.ptr, NULL, 0);
    shi_buf_drop(&sql);
    return e;
}
