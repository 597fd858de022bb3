/* Findings of the run: arithmetic so far, so they carry no strength and no q. Targets stand before units. */
#include "chain/run_reason.h"

/* money: what the target would cost at list price. `subject_target` finds the target row whose sentence a finding about a target takes. */
static const char SQL_FOUND[] =
    "CREATE OR REPLACE TEMP TABLE found AS "
    "SELECT 0 AS rank, 'target' AS about, concat_ws('/', indicator, period, unit_code) || "
    "       CASE WHEN count(*) OVER (PARTITION BY indicator, period, unit_code) > 1 THEN coalesce('@' || issuer_code, '') ELSE '' END AS subject, "
    "       'possible' AS detector, period, CAST((value - possible + 999) // 1000 AS BIGINT) AS size, price_list / 100.0 AS money, "
    "       CAST(value AS DOUBLE) / greatest(possible, 1) AS weight, indicator, unit_code, issuer_code "
    "FROM   target_row WHERE impossible "
    "UNION ALL "   /* the issuer's largest target speaks for it */
    "SELECT 1, 'target', concat_ws('/', indicator, period, issuer_code), 'amplification', period, count(*), NULL, "
    "       max(factor), indicator, arg_max(unit_code, (value, unit_code)), issuer_code "
    "FROM   target_row WHERE factor > 1 GROUP BY indicator, period, issuer_code "
    "UNION ALL "
    "SELECT CASE verdict WHEN 6 THEN 2 ELSE 3 END, 'figure', concat_ws('/', indicator, period, unit_code), "
    "       CASE verdict WHEN 6 THEN 'possible' ELSE 'counted' END, period, "
    "       CAST((CASE verdict WHEN 6 THEN impossible_excess ELSE not_in_logs END + 999) // 1000 AS BIGINT), NULL, "
    "       CASE verdict WHEN 6 THEN impossible_excess ELSE not_in_logs END, indicator, unit_code, NULL "
    "FROM   figure_row WHERE verdict IN (3, 6)";

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

/* The columns of the contract. */
static const char SQL_FINDING[] =
    "CREATE OR REPLACE TEMP TABLE finding AS "
    "SELECT printf('F-%%04d', row_number() OVER (ORDER BY rank, weight DESC, subject, detector)) AS finding, f.about, subject, detector, f.period, "
    "size, "
    "       NULL::DOUBLE AS strength, NULL::DOUBLE AS q, CAST(money AS DOUBLE) AS money, NULL::TIMESTAMP AS first_seen, NULL::TIMESTAMP AS "
    "last_seen, "
    "       coalesce(t.reason, g.reason) AS reason, NULL::VARCHAR AS benign "
    "FROM   found f "
    /* equalities only: any other condition makes the engine compare all with all */
    "       LEFT JOIN (SELECT 'target' AS about, *, coalesce(issuer_code, '') AS issuer FROM target_sentence) t "
    "              ON t.about = f.about AND t.indicator = f.indicator AND t.period = f.period AND t.unit_code = f.unit_code "
    "             AND t.issuer = coalesce(f.issuer_code, '') "
    "       LEFT JOIN (SELECT 'figure' AS about, indicator, period, unit_code, %s AS reason FROM figure_row WHERE verdict IN (3, 6)) g "
    "              ON g.about = f.about AND g.indicator = f.indicator AND g.period = f.period AND g.unit_code = f.unit_code";

shi_err shi_run_findings_make(shi_chain *chain, const shi_writer *writer)
{
    shi_buf call = { 0 }, sql = { 0 };
    SHI_SQL(chain, SQL_FOUND);
    SHI_TRY(write_target_sentences(chain, writer));
    shi_run_reason_call(&call);
    shi_buf_format(&sql, SQL_FINDING, call.ptr ? call.ptr : "");
    shi_err e = sql.failed || call.failed ? shi_no_memory() : shi_duck_exec(chain->duck, sql.ptr, NULL, 0);
    shi_buf_drop(&call);
    shi_buf_drop(&sql);
    return e;
}
