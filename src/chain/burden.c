/* Burden, by SQL over target_check and target_figure. */
#include "chain/burden.h"

static const char SQL_UNIT[] =
    "CREATE OR REPLACE TEMP TABLE burden AS "
    "SELECT per, unit, count(*) AS indicators, sum(work) / 1e6 AS hours, max(available) AS available, coalesce(sum(work) > max(available) * 1e6, "
    "false) AS "
    "over, "
    "       sum(price_list) / 100.0 AS price_list, sum(price_bulk) / 100.0 AS price_bulk, bool_or(leaf) AS leaf "
    "FROM   target_figure GROUP BY per, unit";

static const char SQL_ISSUER[] =
    "CREATE OR REPLACE TEMP TABLE burden_issuer AS "
    "WITH given AS (SELECT per, iss, ind, count(*) AS targets, sum(work) FILTER (WHERE leaf) AS work FROM target_check WHERE iss IS NOT NULL "
    "               GROUP BY per, iss, ind) "
    "SELECT g.iss, d.kind, count(DISTINCT g.ind) AS indicators, CAST(sum(g.targets) AS BIGINT) AS targets, sum(g.work) / 1e6 AS hours "
    "FROM   given g JOIN period_row d ON d.place = g.per GROUP BY g.iss, d.kind";

static const char SQL_PERIOD[] =
    "CREATE OR REPLACE TEMP TABLE burden_period AS "
    "WITH told AS (SELECT per, count(*) AS targets, count(*) FILTER (WHERE impossible) AS impossible, count(*) FILTER (WHERE high) AS unlawful "
    "              FROM target_check GROUP BY per), "
    "work AS (SELECT per, count(DISTINCT ind) AS indicators, sum(work) FILTER (WHERE leaf) / 1e6 AS hours, sum(price_bulk) FILTER (WHERE leaf) / "
    "100.0 AS "
    "                price_bulk FROM target_figure GROUP BY per), "
    "time AS (SELECT per, sum(available) AS available FROM burden WHERE leaf GROUP BY per) "
    "SELECT d.period, d.kind, d.weekdays, w.indicators, t.targets, w.hours, m.available, t.impossible, t.unlawful, w.price_bulk, d.first_day, "
    "d.end_day "
    "FROM   told t JOIN period_row d ON d.place = t.per LEFT JOIN work w USING (per) LEFT JOIN time m USING (per) ORDER BY d.kind, d.place";

shi_err shi_chain_burden(shi_chain *chain)
{
    SHI_SQL(chain, SQL_UNIT);
    SHI_SQL(chain, SQL_ISSUER);
    SHI_SQL(chain, SQL_PERIOD);
    return (shi_err){ 0 };
}
