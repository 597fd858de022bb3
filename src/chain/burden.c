/* Burden, by SQL over target_check. */
#include "chain/burden.h"

static const char SQL_WORK[] =
    "CREATE OR REPLACE TEMP TABLE burden_work AS "
    "SELECT indicator, period, unit_code, bool_and(leaf) AS leaf, max(hours) AS hours, any_value(hours_available) AS available, "
    "       max(price_list) / 100.0 AS price_list, max(price_bulk) / 100.0 AS price_bulk, any_value(unit_name) AS unit_name, "
    "       any_value(level) AS level "
    "FROM   target_check GROUP BY ALL";

static const char SQL_UNIT[] =
    "CREATE OR REPLACE TEMP TABLE burden AS "
    "SELECT unit_code, any_value(unit_name) AS unit_name, any_value(level) AS level, period, count(*) AS indicators, sum(hours) AS hours, "
    "       any_value(available) AS available, coalesce(sum(hours) > any_value(available), false) AS over, sum(price_list) AS price_list, "
    "       sum(price_bulk) AS price_bulk "
    "FROM   burden_work GROUP BY unit_code, period ORDER BY period, unit_code";

static const char SQL_ISSUER[] =
    "CREATE OR REPLACE TEMP TABLE burden_issuer AS "
    "SELECT issuer_code AS unit_code, any_value(issuer_name) AS name, any_value(issuer_level) AS level, d.kind, "
    "       count(DISTINCT indicator) AS indicators, count(*) AS targets, sum(hours) FILTER (WHERE leaf) AS hours "
    "FROM   target_check JOIN period_row d USING (period) WHERE issuer_code IS NOT NULL GROUP BY issuer_code, d.kind ORDER BY issuer_code, d.kind";

static const char SQL_PERIOD[] =
    "CREATE OR REPLACE TEMP TABLE burden_period AS "
    "WITH told AS (SELECT period, count(*) AS targets, count(*) FILTER (WHERE impossible) AS impossible, count(*) FILTER (WHERE high IS NOT NULL) "
    "                     AS unlawful FROM target_check GROUP BY period), "
    "work AS (SELECT period, count(DISTINCT indicator) AS indicators, sum(hours) FILTER (WHERE leaf) AS hours, sum(price_bulk) FILTER (WHERE leaf) "
    "                AS price_bulk FROM burden_work GROUP BY period), "
    "time AS (SELECT period, sum(available) AS available FROM burden WHERE (period, unit_code) IN (SELECT (period, unit_code) FROM burden_work "
    "         WHERE leaf) GROUP BY period) "
    "SELECT t.period, d.kind, d.weekdays, w.indicators, t.targets, w.hours, "
    "       m.available, t.impossible, t.unlawful, w.price_bulk, d.first_day "
    "FROM   told t JOIN period_row d USING (period) LEFT JOIN work w USING (period) LEFT JOIN time m USING (period) ORDER BY d.kind, t.period";

shi_err shi_chain_burden(shi_chain *chain)
{
    SHI_SQL(chain, SQL_WORK);
    SHI_SQL(chain, SQL_UNIT);
    SHI_SQL(chain, SQL_ISSUER);
    SHI_SQL(chain, SQL_PERIOD);
    return (shi_err){ 0 };
}
