/* Dictionaries: the words that stand in millions of figures, each as an ENUM in the order of its bytes. A figure then carries a few small
 * integers instead of texts: joins, sorts and contradictions over them touch a tenth of the bytes, and Parquet files of them hold the same
 * text. */
#include "chain/chain.h"

/* '' stands in each, since an ENUM of nothing cannot be made. */
static const char *const SQL_TYPES[] = {
    "CREATE TYPE shi_indicator AS ENUM (SELECT DISTINCT word FROM (SELECT indicator AS word FROM reports_rows UNION ALL SELECT indicator FROM "
    "targets_rows UNION ALL SELECT indicator FROM indicators UNION ALL SELECT '') WHERE word IS NOT NULL ORDER BY word)",
    "CREATE TYPE shi_period AS ENUM (SELECT DISTINCT word FROM (SELECT period AS word FROM reports_rows UNION ALL SELECT period FROM targets_rows "
    "UNION ALL SELECT '') WHERE word IS NOT NULL ORDER BY word)",
    "CREATE TYPE shi_unit AS ENUM (SELECT DISTINCT word FROM (SELECT unit_code AS word FROM reports_rows UNION ALL SELECT unit_code FROM "
    "targets_rows UNION ALL SELECT issuer_code FROM targets_rows UNION ALL SELECT unit_code FROM units UNION ALL SELECT parent_code FROM units "
    "UNION ALL SELECT '') WHERE word IS NOT NULL ORDER BY word)",
    "CREATE TYPE shi_app AS ENUM (SELECT DISTINCT word FROM (SELECT app AS word FROM indicators UNION ALL SELECT '') WHERE word IS NOT NULL ORDER BY "
    "word)",
    "CREATE TYPE shi_rule AS ENUM (SELECT DISTINCT word FROM (SELECT counts AS word FROM indicators UNION ALL SELECT dedupe FROM indicators UNION "
    "ALL "
    "SELECT 'none' UNION ALL SELECT '') WHERE word IS NOT NULL ORDER BY word)",
    "CREATE TYPE shi_label AS ENUM (SELECT DISTINCT word FROM (SELECT name AS word FROM units UNION ALL SELECT level FROM units UNION ALL SELECT "
    "name "
    "FROM indicators UNION ALL SELECT '') WHERE word IS NOT NULL ORDER BY word)",
};

/* dedupe says nothing of people, time and points */
static const char SQL_INDICATORS[] =
    "CREATE OR REPLACE TEMP TABLE indicator_row AS "
    "SELECT CAST(row_number() OVER (ORDER BY indicator) - 1 AS INTEGER) AS ind, CAST(indicator AS shi_indicator) AS indicator, CAST(app AS shi_app) "
    "AS app, CAST(counts AS shi_rule) AS counts, "
    "       CAST(CASE WHEN counts IN ('registered', 'new', 'active', 'quiz', 'seconds', 'points') THEN 'none' ELSE coalesce(dedupe, 'none') END AS "
    "shi_rule) AS dedupe, "
    "       CAST(name AS shi_label) AS name, counts IN ('registered', 'new', 'active', 'quiz') AS of_people, counts IN ('registered', 'new') AS "
    "of_accounts "
    "FROM   indicators";

static const char SQL_UNITS[] =
    "CREATE OR REPLACE TEMP TABLE unit_row AS "
    "SELECT CAST(u.unit_code AS shi_unit) AS unit_code, CAST(u.name AS shi_label) AS name, CAST(u.level AS shi_label) AS level, "
    "       CAST(u.parent_code AS shi_unit) AS parent_code, w.people, w.people_by, "
    "       w.unit, u.unit_code IN (SELECT parent_code FROM units WHERE parent_code IS NOT NULL) AS has_children "
    "FROM   units u JOIN unit_word w USING (unit_code)";

shi_err shi_chain_dictionary(shi_chain *chain)
{
    for (int64_t i = 0; i < COUNT(SQL_TYPES); i++) SHI_SQL(chain, SQL_TYPES[i]);
    SHI_SQL(chain, SQL_INDICATORS);
    SHI_SQL(chain, SQL_UNITS);
    chain->words = true;
    return (shi_err){ 0 };
}
