/* Which figures there are: every indicator × period × unit that was reported or asked for, and the days of each period. */
#include "chain/chain.h"

/* Periods with reports of several imports, or of several times: only there can a key stand more than once, since import lets a key stand
 * once in a file, or once with each reported_at. */
static const char SQL_MIXED[] =
    "CREATE OR REPLACE TEMP TABLE mixed_period AS "
    "SELECT period FROM reports_rows GROUP BY period HAVING min(_import) <> max(_import) OR count(reported_at) > 0";

/* %s: which rows count. Of several issuers' targets the largest stands for the figure. */
static const char SQL_KEYS[] =
    "CREATE OR REPLACE TEMP TABLE figure_key AS "
    "WITH coded AS (SELECT CAST(indicator AS shi_indicator) AS indicator, CAST(period AS shi_period) AS period, CAST(unit_code AS shi_unit) AS "
    "                      unit_code, shi_milli(value) AS reported, shi_milli(base) AS base, _since, _import "
    "               FROM   reports_rows WHERE $1 IS NULL OR period = $1), "
    "told AS (SELECT indicator, period, unit_code, reported, base FROM coded%s), "
    "asked AS (SELECT CAST(indicator AS shi_indicator) AS indicator, CAST(period AS shi_period) AS period, CAST(unit_code AS shi_unit) AS unit_code, "
    "                 shi_milli(value) AS target, CAST(issuer_code AS shi_unit) AS issuer_code FROM targets WHERE $1 IS NULL OR period = $1 "
    "          QUALIFY row_number() OVER (PARTITION BY indicator, period, unit_code ORDER BY value DESC, issuer_code NULLS LAST) = 1) "
    "SELECT indicator, period, unit_code, r.reported, r.base, a.target, a.issuer_code "
    "FROM   told r FULL JOIN asked a USING (indicator, period, unit_code)";
/* before a branch of the mixed periods, each with its newest rows */
static const char SQL_MIXED_KEYS[] =
    " WHERE period NOT IN (SELECT CAST(period AS shi_period) FROM mixed_period) UNION ALL "
    "SELECT indicator, period, unit_code, reported, base FROM coded WHERE period IN (SELECT CAST(period AS shi_period) FROM mixed_period)";

static shi_err make_keys(shi_chain *chain)
{
    const shi_param period = SHI_TEXTP(chain->period);
    shi_buf which = { 0 }, sql = { 0 };
    int64_t mixed;
    SHI_SQL(chain, SQL_MIXED);
    SHI_TRY(shi_duck_int(chain->duck, "SELECT count(*) FROM mixed_period", NULL, 0, &mixed));
    if (mixed > 0) {
        shi_buf_puts(&which, SQL_MIXED_KEYS);
        shi_views_newest(shi_table_find(S("reports")), &which);
    }
    shi_buf_format(&sql, SQL_KEYS, which.ptr ? which.ptr : "");
    shi_err e = sql.failed || which.failed ? shi_no_memory() : shi_duck_exec(chain->duck, sql.ptr, &period, 1);
    shi_buf_drop(&which);
    shi_buf_drop(&sql);
    return e;
}

/* select: the distinct periods, in order; it may use $1, the period asked for. */
static shi_err write_periods(shi_chain *chain, const char *select, const shi_param *params, int64_t n)
{
    static const char *const KIND[] = { [SHI_YEAR] = "year", [SHI_QUARTER] = "quarter", [SHI_MONTH] = "month", [SHI_WEEK] = "week" };
    shi_rows rows;
    shi_appender a;
    int64_t place = 0;
    shi_buf sql = { 0 };
    shi_buf_format(&sql, "CREATE OR REPLACE TEMP TABLE period_row (place INTEGER, period %s, start_at TIMESTAMP, end_at TIMESTAMP, first_day BIGINT, "
        "end_day BIGINT, seconds BIGINT, weekdays BIGINT, kind VARCHAR)", chain->words ? "shi_period" : "VARCHAR");
    shi_err made = sql.failed ? shi_no_memory() : shi_duck_exec(chain->duck, sql.ptr, NULL, 0);
    shi_buf_drop(&sql);
    if (made.code) return made;
    SHI_TRY(shi_duck_query(chain->duck, select, params, n, &rows));
    shi_err e = shi_append_open(chain->duck, "period_row", &a);
    while (!e.code && shi_rows_next(&rows)) {
        shi_period p;
        int64_t start_us, end_us, weekdays = 0;
        if (!shi_period_parse(shi_rows_str(&rows, 0), &p)) continue;   /* import lets no other period in */
        shi_period_bounds(&p, &chain->ws->zone, &start_us, &end_us);
        for (int64_t day = p.first_day; day < p.end_day; day++) weekdays += (day + 3) % 7 < 5;   /* 1970-01-01 was a Thursday */
        shi_append_int(&a, place++);
        shi_append_str(&a, shi_rows_str(&rows, 0));
        shi_append_time(&a, start_us);
        shi_append_time(&a, end_us);
        shi_append_int(&a, p.first_day);
        shi_append_int(&a, p.end_day);
        shi_append_int(&a, (end_us - start_us) / SHI_SECOND_US);
        shi_append_int(&a, weekdays);
        shi_append_str(&a, shi_str_from(KIND[p.kind]));
        shi_append_end_row(&a);
    }
    shi_rows_close(&rows);
    return e.code ? e : shi_append_close(&a);
}

static shi_err check_period(const shi_chain *chain)
{
    shi_period p;
    if (!chain->period.ptr || shi_period_parse(chain->period, &p)) return (shi_err){ 0 };
    return shi_fail_value(SHI_USAGE, chain->period, N_("this is not a period"), N_("Write a period as 2024, 2024-Q2, 2024-06 or 2024-W23."));
}

shi_err shi_chain_reported(shi_chain *chain)
{
    int64_t n;
    SHI_TRY(check_period(chain));
    SHI_TRY(make_keys(chain));
    SHI_TRY(shi_duck_int(chain->duck, "SELECT count(*) FROM figure_key", NULL, 0, &n));
    if (n == 0)
        return shi_fail_value(SHI_INPUT, chain->period, N_("there is no figure to judge: nothing was reported or asked for"),
                              N_("Import table reports or targets; \"shishu\" alone shows what there is."));
    return write_periods(chain, "SELECT DISTINCT CAST(period AS VARCHAR) FROM figure_key ORDER BY ALL", NULL, 0);
}

shi_err shi_chain_asked(shi_chain *chain)
{
    const shi_param period = SHI_TEXTP(chain->period);
    SHI_TRY(check_period(chain));
    return write_periods(chain, "SELECT DISTINCT period FROM targets WHERE $1 IS NULL OR period = $1 ORDER BY ALL", &period, 1);
}
