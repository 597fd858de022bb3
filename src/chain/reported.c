/* Which figures there are: every indicator × period × unit that was reported or asked for, and the days of each period. */
#include "chain/figure_rows.h"

/* Periods with reports of several imports, or of several times: only there can a key stand more than once, since import lets a key stand
 * once in a file, or once with each reported_at. */
static const char SQL_MIXED[] =
    "CREATE OR REPLACE TEMP TABLE mixed_period AS "
    "SELECT period FROM reports_rows GROUP BY period HAVING min(_import) <> max(_import) OR count(reported_at) > 0";

#define NUMBER(x) "coalesce(" x ", CAST(-9223372036854775808 AS BIGINT))"
/* %s: which rows count. Of several issuers' targets the largest stands for the figure. $1, $2: how many periods and units there are; $3: the
 * period. */
static const char SQL_KEYS[] =
    "WITH coded AS (SELECT CAST(indicator AS shi_indicator) AS indicator, CAST(period AS shi_period) AS period, CAST(unit_code AS shi_unit) AS "
    "                      unit_code, shi_milli(value) AS reported, shi_milli(base) AS base, _since, _import "
    "               FROM   reports_rows WHERE $3 IS NULL OR period = $3), "
    "told AS (SELECT indicator, period, unit_code, reported, base FROM coded%s), "
    "asked AS (SELECT CAST(indicator AS shi_indicator) AS indicator, CAST(period AS shi_period) AS period, CAST(unit_code AS shi_unit) AS unit_code, "
    "                 shi_milli(value) AS target, CAST(issuer_code AS shi_unit) AS issuer_code FROM targets WHERE $3 IS NULL OR period = $3 "
    "          QUALIFY row_number() OVER (PARTITION BY indicator, period, unit_code ORDER BY value DESC, issuer_code NULLS LAST) = 1) "
    "SELECT (CAST(enum_code(indicator) AS BIGINT) * $1 + enum_code(period)) * $2 + enum_code(unit_code), " NUMBER("r.reported") ", "
    NUMBER("r.base") ", " NUMBER("a.target") ", coalesce(CAST(enum_code(a.issuer_code) AS INTEGER), -1) "
    "FROM   told r FULL JOIN asked a USING (indicator, period, unit_code)";
/* before a branch of the mixed periods, each with its newest rows */
static const char SQL_MIXED_KEYS[] =
    " WHERE period NOT IN (SELECT CAST(period AS shi_period) FROM mixed_period) UNION ALL "
    "SELECT indicator, period, unit_code, reported, base FROM coded WHERE period IN (SELECT CAST(period AS shi_period) FROM mixed_period)";

static shi_err load_figures(shi_chain *chain)
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
    shi_err e = sql.failed || which.failed ? shi_no_memory() : shi_figure_rows_load(chain, sql.ptr, &period, &chain->figures);
    shi_buf_drop(&which);
    shi_buf_drop(&sql);
    return e;
}

/* `figure_group`: which indicators there are in which periods. */
static shi_err write_groups(shi_chain *chain)
{
    const shi_figure_rows *r = chain->figures;
    shi_appender a;
    SHI_SQL(chain, "CREATE OR REPLACE TEMP TABLE figure_group (indicator shi_indicator, period shi_period)");
    SHI_TRY(shi_append_open(chain->duck, "figure_group", &a));
    for (int64_t g = 0; g < r->groups; g++) {
        if (r->group[g] == r->group[g + 1]) continue;
        shi_append_str(&a, r->indicator.ptr[g / r->period.len]);
        shi_append_str(&a, r->period.ptr[g % r->period.len]);
        shi_append_end_row(&a);
    }
    return shi_append_close(&a);
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
    SHI_TRY(check_period(chain));
    SHI_TRY(load_figures(chain));
    if (chain->figures->len == 0)
        return shi_fail_value(SHI_INPUT, chain->period, N_("there is no figure to judge: nothing was reported or asked for"),
                              N_("Import table reports or targets; \"shishu\" alone shows what there is."));
    SHI_TRY(write_groups(chain));
    return write_periods(chain, "SELECT DISTINCT CAST(period AS VARCHAR) FROM figure_group ORDER BY ALL", NULL, 0);
}

shi_err shi_chain_asked(shi_chain *chain)
{
    const shi_param period = SHI_TEXTP(chain->period);
    SHI_TRY(check_period(chain));
    return write_periods(chain, "SELECT DISTINCT period FROM targets WHERE $1 IS NULL OR period = $1 ORDER BY ALL", &period, 1);
}
