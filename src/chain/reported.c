/* Which figures there are: every indicator × period × unit that was reported or asked for, and the days of each period. */
#include "chain/chain.h"

/* of several issuers' targets the largest stands for the figure */
static const char SQL_KEYS[] =
    "CREATE OR REPLACE TEMP TABLE figure_key AS "
    "WITH asked AS (SELECT indicator, period, unit_code, value AS target, issuer_code FROM targets "
    "               QUALIFY row_number() OVER (PARTITION BY indicator, period, unit_code ORDER BY value DESC, issuer_code NULLS LAST) = 1) "
    "SELECT indicator, period, unit_code, r.value AS reported, r.base, a.target, a.issuer_code "
    "FROM   reports r FULL JOIN asked a USING (indicator, period, unit_code) "
    "WHERE  $1 IS NULL OR period = $1";

static shi_err write_periods(shi_chain *chain)
{
    shi_rows rows;
    shi_appender a;
    SHI_SQL(chain, "CREATE OR REPLACE TEMP TABLE period_row (period VARCHAR, start_at TIMESTAMP, end_at TIMESTAMP, first_day BIGINT, end_day BIGINT, "
                   "                                         seconds BIGINT, weekdays BIGINT)");
    SHI_TRY(shi_duck_query(chain->duck, "SELECT DISTINCT period FROM figure_key ORDER BY period", NULL, 0, &rows));
    shi_err e = shi_append_open(chain->duck, "period_row", &a);
    while (!e.code && shi_rows_next(&rows)) {
        shi_period p;
        int64_t start_us, end_us, weekdays = 0;
        if (!shi_period_parse(shi_rows_str(&rows, 0), &p)) continue;   /* import lets no other period in */
        shi_period_bounds(&p, &chain->ws->zone, &start_us, &end_us);
        for (int64_t day = p.first_day; day < p.end_day; day++) weekdays += (day + 3) % 7 < 5;   /* 1970-01-01 was a Thursday */
        shi_append_str(&a, shi_rows_str(&rows, 0));
        shi_append_time(&a, start_us);
        shi_append_time(&a, end_us);
        shi_append_int(&a, p.first_day);
        shi_append_int(&a, p.end_day);
        shi_append_int(&a, (end_us - start_us) / SHI_SECOND_US);
        shi_append_int(&a, weekdays);
        shi_append_end_row(&a);
    }
    shi_rows_close(&rows);
    return e.code ? e : shi_append_close(&a);
}

shi_err shi_chain_reported(shi_chain *chain)
{
    const shi_param period = SHI_TEXTP(chain->period);
    int64_t n;
    if (chain->period.ptr) {
        shi_period p;
        if (!shi_period_parse(chain->period, &p))
            return shi_fail_value(SHI_USAGE, chain->period, N_("this is not a period"), N_("Write a period as 2024, 2024-Q2, 2024-06 or 2024-W23."));
    }
    SHI_TRY(shi_duck_exec(chain->duck, SQL_KEYS, &period, 1));
    SHI_TRY(shi_duck_int(chain->duck, "SELECT count(*) FROM figure_key", NULL, 0, &n));
    if (n == 0)
        return shi_fail_value(SHI_INPUT, chain->period, N_("there is no figure to judge: nothing was reported or asked for"),
                              N_("Import table reports or targets; \"shishu\" alone shows what there is."));
    return write_periods(chain);
}
