/* The most that could be true of each figure (design 4.3): bounds from the register, and from the log where it covers the period fully. */
#include "chain/chain.h"

/* figure_link: each figure with what is known of it, before the verdict. Bounds in thousandths, those beyond DECIMAL(18,3) cut to its largest
 * value, which no report can exceed. Views: the verdict alone makes them rows, once.
 * cover is that of accounts for registered and new, of events otherwise. */
/* NULL stays NULL, which least() would pass over */
#define THOUSANDTHS(n) "CAST(CASE WHEN " n " >= 1000000000000000 THEN 999999999999999999 ELSE CAST(" n " AS HUGEINT) * 1000 END AS BIGINT)"
#define COUNT_THOUSANDTHS(n) "CAST(CASE WHEN " n " >= 1000000000000000 THEN 999999999999999999 ELSE " n " * 1000 END AS BIGINT)"
static const char SQL_LINK[] =
    "CREATE OR REPLACE TEMP VIEW figure_link AS "
    "WITH told AS (SELECT app, period, counts, dedupe, unit_code, " COUNT_THOUSANDTHS("n") " AS n FROM counted_all), "
    "below AS ("   /* children's counts beside the unit's own */
    "  SELECT c.app, c.period, c.counts, c.dedupe, u.parent_code AS unit_code, " COUNT_THOUSANDTHS("sum(c.n)") " AS n "
    "  FROM   counted_all c JOIN unit_row u USING (unit_code) WHERE u.parent_code IS NOT NULL GROUP BY ALL) "
    "SELECT k.*, "
    "       CASE WHEN i.of_accounts THEN coalesce(v.snapshot_cover, 0) ELSE coalesce(v.events_cover, 0) END AS cover, "
    "       coalesce(v.events_cover, 0) AS events_cover, "
    "       CASE WHEN cover > 0 THEN coalesce(n.n, 0) END AS counted, "
    "       CASE WHEN cover > 0 AND u.has_children THEN coalesce(b.n, 0) END AS sum_of_children, "
    "       CASE WHEN i.of_people THEN " THOUSANDTHS("u.people") " END AS by_people, "
    "       CASE WHEN i.counts = 'seconds' THEN " THOUSANDTHS("CAST(u.people AS HUGEINT) * d.seconds") " END AS by_time, "
    "       CASE WHEN i.counts = 'seconds' AND events_cover = 2 THEN CAST(least(coalesce(s.us, 0) // 1000, 999999999999999999) AS BIGINT) END AS "
    "by_sessions, "
    "       CASE WHEN i.dedupe = 'account-object' AND events_cover = 2 THEN "
    THOUSANDTHS("(CAST(u.people AS HUGEINT) + coalesce(a.accounts - a.persons, 0)) * coalesce(o.objects, 0)") " END AS by_objects, "
    "       CASE WHEN i.dedupe = 'account-day' THEN "
    THOUSANDTHS("(CAST(u.people AS HUGEINT) + coalesce(a.accounts - a.persons, 0)) * (d.end_day - d.first_day)") " END AS by_days "
    "FROM   figure_key k JOIN period_row d USING (period) LEFT JOIN indicator_row i USING (indicator) LEFT JOIN unit_row u USING (unit_code) "
    "       LEFT JOIN coverage v ON v.app = i.app AND v.period = k.period "
    "       LEFT JOIN told n ON n.app = i.app AND n.period = k.period AND n.counts = i.counts AND n.dedupe = i.dedupe AND n.unit_code = k.unit_code "
    "       LEFT JOIN below b ON b.app = i.app AND b.period = k.period AND b.counts = i.counts AND b.dedupe = i.dedupe AND b.unit_code = k.unit_code "
    "       LEFT JOIN app_unit a ON a.app = i.app AND a.unit_code = k.unit_code "
    "       LEFT JOIN object_count o ON o.app = i.app AND o.period = k.period AND o.counts = i.counts "
    "       LEFT JOIN session_sum s ON s.app = i.app AND s.period = k.period AND s.unit_code = k.unit_code";

/* The lowest of the bounds there are, and which it was: 1 people, 2 people and time, 3 sessions, 4 objects, 5 days (shi_possible_by). */
static const char SQL_POSSIBLE[] =
    "CREATE OR REPLACE TEMP VIEW figure_possible AS "
    "SELECT * EXCLUDE (by_people, by_time, by_sessions, by_objects, by_days), least(by_people, by_time, by_sessions, by_objects, by_days) AS "
    "possible, "
    "       CAST(CASE WHEN possible IS NULL THEN 0 WHEN possible = by_people THEN 1 WHEN possible = by_sessions THEN 3 "
    "                 WHEN possible = by_objects THEN 4 WHEN possible = by_days THEN 5 ELSE 2 END AS TINYINT) AS possible_by "
    "FROM   figure_link";

shi_err shi_chain_possible(shi_chain *chain)
{
    SHI_SQL(chain, SQL_LINK);
    SHI_SQL(chain, SQL_POSSIBLE);
    return (shi_err){ 0 };
}
