/* The most that could be true of each figure (design 4.3): bounds from the register, and from the log where it covers the period fully. */
#include "chain/chain.h"

/* figure_link: each figure with what is known of it, before the verdict. Bounds in thousandths, as HUGEINT; those beyond DECIMAL(18,3) are
 * cut to its largest value, which no report can exceed. Views: the verdict alone makes them rows, once.
 * coverage is that of accounts for registered and new, of events otherwise. */
static const char SQL_LINK[] =
    "CREATE OR REPLACE TEMP VIEW figure_link AS "
    "WITH figure AS ("
    "  SELECT k.*, i.app, i.counts, i.name AS indicator_name, "
    "         CASE WHEN i.counts IN ('registered', 'new', 'active', 'quiz', 'seconds', 'points') THEN 'none' ELSE coalesce(i.dedupe, 'none') END AS "
    "dedupe, "
    "         d.seconds, d.end_day - d.first_day AS days "
    "  FROM   figure_key k JOIN period_row d USING (period) LEFT JOIN indicators i USING (indicator)), "
    "below AS ("   /* children's counts beside the unit's own */
    "  SELECT c.app, c.period, c.counts, c.dedupe, child.parent_code AS unit_code, sum(c.n) AS n "
    "  FROM   counted_all c JOIN child USING (unit_code) GROUP BY ALL), "
    "parents AS (SELECT DISTINCT parent_code AS unit_code FROM child) "
    "SELECT f.indicator, f.period, f.unit_code, f.app, f.counts, f.dedupe, f.indicator_name, f.days, "
    "       " SHI_MILLI("f.reported") " AS reported, " SHI_MILLI("f.base") " AS base, " SHI_MILLI("f.target") " AS target, f.issuer_code, "
    "       CASE WHEN f.counts IN ('registered', 'new') THEN coalesce(v.snapshot_cover, 0) ELSE coalesce(v.events_cover, 0) END AS cover, "
    "       coalesce(v.events_cover, 0) AS events_cover, f.counts = 'active' AND coalesce(v.any_action, 0) = 1 AS any_action, "
    "       CASE WHEN cover > 0 THEN CAST(least(coalesce(n.n, 0), 999999999999999) * 1000 AS BIGINT) END AS counted, "
    "       CASE WHEN cover > 0 AND parents.unit_code IS NOT NULL THEN CAST(least(coalesce(b.n, 0), 999999999999999) * 1000 AS BIGINT) END AS "
    "sum_of_children, "
    "       p.people, coalesce(p.people_by, 0) AS people_by, "
    "       CASE WHEN f.counts IN ('registered', 'new', 'active', 'quiz') THEN CAST(p.people AS HUGEINT) END * 1000 AS by_people, "
    "       CASE WHEN f.counts = 'seconds' THEN CAST(p.people AS HUGEINT) * f.seconds END * 1000 AS by_time, "
    "       CASE WHEN f.counts = 'seconds' AND events_cover = 2 THEN coalesce(s.us, 0) // 1000 END AS by_sessions, "
    "       CASE WHEN f.dedupe = 'account-object' AND events_cover = 2 THEN (CAST(p.people AS HUGEINT) + coalesce(a.accounts - a.persons, 0)) * "
    "coalesce(o.objects, 0) END * 1000 AS by_objects, "
    "       CASE WHEN f.dedupe = 'account-day' THEN (CAST(p.people AS HUGEINT) + coalesce(a.accounts - a.persons, 0)) * f.days END * 1000 AS "
    "by_days, "
    "       coalesce(a.accounts, 0) AS accounts, a.phones, a.undated, r.events, r.logins, r.devices, r.ips, r.objects, r.timed "
    "FROM   figure f "
    "       LEFT JOIN coverage v ON v.app = f.app AND v.period = f.period "
    "       LEFT JOIN counted_all n ON n.app = f.app AND n.period = f.period AND n.counts = f.counts AND n.dedupe = f.dedupe AND n.unit_code = "
    "f.unit_code "
    "       LEFT JOIN below b ON b.app = f.app AND b.period = f.period AND b.counts = f.counts AND b.dedupe = f.dedupe AND b.unit_code = f.unit_code "
    "       LEFT JOIN parents ON parents.unit_code = f.unit_code "
    "       LEFT JOIN people p ON p.unit_code = f.unit_code "
    "       LEFT JOIN app_unit a ON a.app = f.app AND a.unit_code = f.unit_code "
    "       LEFT JOIN object_count o ON o.app = f.app AND o.period = f.period AND o.counts = f.counts "
    "       LEFT JOIN session_sum s ON s.app = f.app AND s.period = f.period AND s.unit_code = f.unit_code "
    "       LEFT JOIN rate r ON r.app = f.app AND r.period = f.period AND r.unit_code = f.unit_code";

/* The lowest of the bounds there are, and which it was: 1 people, 2 people and time, 3 sessions, 4 objects, 5 days (shi_possible_by). */
static const char SQL_POSSIBLE[] =
    "CREATE OR REPLACE TEMP VIEW figure_possible AS "
    "SELECT *, CAST(least(by_people, by_time, by_sessions, by_objects, by_days, "
    "                     CASE WHEN coalesce(by_people, by_time, by_sessions, by_objects, by_days) IS NOT NULL THEN 999999999999999999 END) AS "
    "BIGINT) AS possible, "
    "       CASE WHEN possible IS NULL THEN 0 WHEN possible = by_people THEN 1 WHEN possible = by_sessions THEN 3 WHEN possible = by_objects THEN 4 "
    "            WHEN possible = by_days THEN 5 ELSE 2 END AS possible_by "
    "FROM   figure_link";

shi_err shi_chain_possible(shi_chain *chain)
{
    SHI_SQL(chain, SQL_LINK);
    SHI_SQL(chain, SQL_POSSIBLE);
    return (shi_err){ 0 };
}
