/* Advice, by SQL over the rows that the rules were judged of. A target is to be cancelled where a rule of law of severity high is broken, or
 * where it cannot be met and is no core duty; merged where two issuers ask a unit for the same count of the same app; turned into guidance
 * where it is a core duty or breaks a rule of severity medium; else kept. What is said of an indicator is what holds of the indicator
 * itself, or of at least half of the targets that are not handed further down. */
#include "chain/advice.h"

/* ---- lists of rules that targets share ---- */

static bool is_broken(const shi_cited *c)
{
    return c->hit && c->in_force && shi_rule_forbids(c->rule);
}

static const char SQL_LAW_LIST[] =
    "CREATE OR REPLACE TEMP TABLE law_list (law BIGINT, in_force_hits VARCHAR, high VARCHAR, medium VARCHAR)";
static const char SQL_TARGET_LAW[] = "CREATE OR REPLACE TEMP TABLE target_law (place INTEGER, law BIGINT)";
static const char SQL_INDICATOR_LAW[] = "CREATE OR REPLACE TEMP TABLE indicator_law (ind INTEGER, law BIGINT)";

static void join(shi_buf *out, shi_str word)
{
    if (out->len) shi_buf_addc(out, ';');
    shi_buf_add(out, word);
}

/* What is broken outright goes before what is broken by reference; else the book's order. */
static shi_str worst(shi_cites cites, shi_severity severity)
{
    const shi_cited *best = NULL;
    for (int64_t i = 0; i < cites.len; i++) {
        const shi_cited *c = &cites.ptr[i];
        if (is_broken(c) && c->rule->severity == severity && (!best || (best->by_reference && !c->by_reference))) best = c;
    }
    return best ? best->rule->id : (shi_str){ 0 };
}

static void append_list(shi_appender *a, int64_t law, shi_cites cites)
{
    shi_buf in_force = { 0 };
    for (int64_t i = 0; i < cites.len; i++) {
        const shi_cited *c = &cites.ptr[i];
        if (c->hit && c->in_force) join(&in_force, c->rule->id);
    }
    shi_append_int(a, law);
    shi_append_str(a, shi_buf_str(&in_force));
    shi_append_str(a, worst(cites, SHI_HIGH));
    shi_append_str(a, worst(cites, SHI_MEDIUM));
    shi_append_end_row(a);
    a->failed = a->failed || in_force.failed;
    shi_buf_drop(&in_force);
}

/* The lists of targets, then one of each indicator. */
static shi_err write_lists(shi_chain *chain, const shi_lawful *lawful)
{
    shi_appender a;
    SHI_SQL(chain, SQL_LAW_LIST);
    SHI_TRY(shi_append_open(chain->duck, "law_list", &a));
    for (int64_t i = 0; i < lawful->lists; i++) append_list(&a, i, lawful->list[i]);
    for (int64_t i = 0; i < lawful->indicators.len; i++) append_list(&a, lawful->lists + i, lawful->indicators.ptr[i].cites);
    return shi_append_close(&a);
}

static shi_err write_laws(shi_chain *chain, const shi_lawful *lawful)
{
    shi_appender a;
    SHI_SQL(chain, SQL_TARGET_LAW);
    SHI_TRY(shi_append_open(chain->duck, "target_law", &a));
    for (int64_t t = 0; t < lawful->targets; t++) {
        shi_append_int(&a, t);
        shi_append_int(&a, lawful->target[t]);
        shi_append_end_row(&a);
    }
    SHI_TRY(shi_append_close(&a));
    SHI_SQL(chain, SQL_INDICATOR_LAW);
    SHI_TRY(shi_append_open(chain->duck, "indicator_law", &a));
    for (int64_t i = 0; i < lawful->indicators.len; i++) {
        shi_append_int(&a, i);
        shi_append_int(&a, lawful->lists + i);
        shi_append_end_row(&a);
    }
    return shi_append_close(&a);
}

/* ---- advice ---- */

/* who asks: units from 0, others below -1; -1: nobody */
#define ISSUER "coalesce(t.iss, -2 - t.stranger, -1)"

/* Two issuers who ask a unit for the same count of the same app: merge_with is an indicator of the other. */
static const char SQL_TARGETS[] =
    "CREATE OR REPLACE TEMP TABLE target_check AS "
    "WITH what AS (SELECT ind, class IS NOT DISTINCT FROM 'core' AS core, CASE WHEN app IS NOT NULL THEN CAST(dense_rank() OVER (ORDER BY app, "
    "counts) "
    "              AS INTEGER) END AS same FROM indicator_word), "
    "twice AS (SELECT w.same, t.per, t.unit, min(t.ind) AS first, max(t.ind) AS last FROM target_fact t JOIN what w USING (ind) WHERE w.same IS NOT "
    "          NULL GROUP BY ALL HAVING min(" ISSUER ") <> max(" ISSUER ")) "
    "SELECT f.*, w.core, CASE WHEN s.first = f.ind THEN s.last ELSE s.first END AS merge_with, l.law, h.high IS NOT NULL AS high, h.medium IS NOT "
    "NULL "
    "         AS medium, "
    "       CASE WHEN h.high IS NOT NULL OR (f.impossible AND NOT w.core) THEN 'cancel' WHEN s.first IS NOT NULL THEN 'merge' "
    "            WHEN w.core OR h.medium IS NOT NULL THEN 'guidance' ELSE 'keep' END AS advice, "
    "       CASE WHEN h.high IS NOT NULL THEN 'rule' WHEN f.impossible AND NOT w.core THEN 'impossible' "
    "            WHEN s.first IS NOT NULL THEN 'issuers' WHEN h.medium IS NOT NULL THEN 'medium' WHEN w.core THEN 'core' ELSE 'none' END AS why "
    "FROM   target_fact f JOIN target_law l USING (place) JOIN law_list h USING (law) JOIN what w USING (ind) "
    "       LEFT JOIN twice s ON s.same = w.same AND s.per = f.per AND s.unit = f.unit "
    "ORDER  BY f.place";

/* `target_figure`: of several issuers' targets for one figure the largest is worked on once. */
static const char SQL_FIGURES[] =
    "CREATE OR REPLACE TEMP TABLE target_figure AS "
    "SELECT ind, per, unit, max(value) AS value, max(work) AS work, max(hours_available) AS available, max(price_list) AS price_list, "
    "       max(price_bulk) AS price_bulk, bool_or(impossible) AS impossible, min(feasible) AS feasible, bool_and(leaf) AS leaf, "
    "       bool_or(why = 'impossible') AS by_impossible, bool_or(advice = 'cancel') AS cancel, bool_or(advice = 'merge') AS merge, "
    "       max(merge_with) AS merge_with, bool_or(advice = 'guidance') AS guidance, min(law) FILTER (WHERE high) AS high_law, "
    "       min(law) FILTER (WHERE medium) AS medium_law, max(people) AS people, "
    "       max(possible) AS possible "
    "FROM   target_check GROUP BY ind, per, unit";

/* Sums are over targets that are not handed further down. */
static const char SQL_INDICATORS[] =
    "CREATE OR REPLACE TEMP TABLE indicator_check AS "
    "WITH sums AS (SELECT ind, count(*) AS leaves, count(DISTINCT unit) AS units, CAST(sum(CAST(value AS HUGEINT)) AS DOUBLE) / 1000 AS total, "
    "                     sum(work) / 1e6 AS hours, sum(price_list) / 100.0 AS price_list, sum(price_bulk) / 100.0 AS price_bulk, "
    "                     count(*) FILTER (WHERE impossible) AS impossible, median(feasible) AS feasible, "
    "                     2 * count(*) FILTER (WHERE cancel) >= count(*) AS cancel, 2 * count(*) FILTER (WHERE by_impossible) >= count(*) AS "
    "by_impossible, "
    "                     2 * count(*) FILTER (WHERE guidance) >= count(*) AS guidance, min(high_law) AS high_law, "
    "                     CASE WHEN 2 * count(merge_with) >= count(*) THEN min(merge_with) END AS merge_with, "
    "                     CASE WHEN 2 * count(medium_law) >= count(*) THEN min(medium_law) END AS medium_law "
    "              FROM   target_figure WHERE leaf GROUP BY ind), "
    "asked AS (SELECT ind, count(*) AS targets, list_sort(list(DISTINCT " ISSUER ")) AS issuers "
    "          FROM target_check t GROUP BY ind), "
    "same AS (SELECT i.ind, min(j.ind) AS merge_with FROM indicator_word i JOIN asked x ON x.ind = i.ind JOIN indicator_word j ON j.app = i.app "
    "           AND j.counts = i.counts AND j.ind <> i.ind JOIN asked y ON y.ind = j.ind AND y.issuers <> x.issuers "
    "         GROUP BY i.ind), "
    "joined AS (SELECT i.ind, i.indicator, i.name, i.app, i.counts, i.class, coalesce(s.leaves, 0) AS leaves, coalesce(a.targets, 0) AS targets, "
    "                  coalesce(s.units, 0) AS units, s.total, s.hours, s.price_list, s.price_bulk, coalesce(s.impossible, 0) AS impossible, "
    "s.feasible, "
    "                  h.high, coalesce(h.medium, m.medium) AS medium, l.law, coalesce(s.cancel, false) AS cancel, t.high AS target_high, "
    "                  coalesce(s.by_impossible, false) AS by_impossible, w.indicator AS merge_with, coalesce(s.guidance, false) AS guidance "
    "           FROM   indicator_word i JOIN indicator_law l USING (ind) JOIN law_list h USING (law) LEFT JOIN sums s USING (ind) "
    "                  LEFT JOIN asked a USING (ind) LEFT JOIN same e USING (ind) LEFT JOIN law_list t ON t.law = s.high_law "
    "                  LEFT JOIN law_list m ON m.law = s.medium_law LEFT JOIN indicator_word w ON w.ind = coalesce(s.merge_with, e.merge_with)) "
    "SELECT indicator, name, app, counts, class, targets, leaves, units, total, hours, price_list, price_bulk, impossible, feasible, law, "
    "       CASE WHEN high IS NOT NULL OR cancel THEN 'cancel' WHEN merge_with IS NOT NULL THEN 'merge' "
    "            WHEN class = 'core' OR medium IS NOT NULL OR guidance THEN 'guidance' ELSE 'keep' END AS advice, "
    "       CASE WHEN high IS NOT NULL THEN 'rule' WHEN cancel AND by_impossible THEN 'impossible' WHEN cancel THEN 'rule' "
    "            WHEN merge_with IS NOT NULL THEN 'issuers' WHEN medium IS NOT NULL THEN 'medium' WHEN class = 'core' THEN 'core' ELSE 'none' END "
    "         AS why, "
    "       CASE WHEN high IS NOT NULL THEN high WHEN cancel AND by_impossible THEN NULL WHEN cancel THEN target_high "
    "            WHEN merge_with IS NOT NULL THEN merge_with WHEN medium IS NOT NULL THEN medium END AS because "
    "FROM   joined ORDER BY ind";

/* An issuer's own target is the largest that others set it; what it handed down are the targets that it issued. */
static const char SQL_ISSUERS[] =
    "CREATE OR REPLACE TEMP TABLE issuer_check AS "
    "WITH given AS (SELECT ind, per, iss, CAST(sum(CAST(value AS HUGEINT)) AS DOUBLE) / 1000 AS handed, count(*) AS targets, max(factor) AS factor, "
    "                      sum(work) FILTER (WHERE leaf) / 1e6 AS hours "
    "               FROM   target_check WHERE iss IS NOT NULL GROUP BY ind, per, iss) "
    "SELECT g.ind, g.per, g.iss, CAST(o.value AS DOUBLE) / 1000 AS own, g.handed, g.targets, g.factor, g.hours "
    "FROM   given g LEFT JOIN target_figure o ON o.ind = g.ind AND o.per = g.per AND o.unit = g.iss";

shi_err shi_chain_advice(shi_chain *chain, const shi_lawful *lawful)
{
    SHI_TRY(write_lists(chain, lawful));
    SHI_TRY(write_laws(chain, lawful));
    SHI_SQL(chain, SQL_TARGETS);
    /* target_check holds all of target_fact: one of them is enough */
    SHI_SQL(chain, "DROP TABLE target_fact");
    SHI_SQL(chain, "CREATE OR REPLACE TEMP VIEW target_fact AS SELECT * FROM target_check");
    SHI_SQL(chain, SQL_FIGURES);
    SHI_SQL(chain, SQL_INDICATORS);
    SHI_SQL(chain, SQL_ISSUERS);
    return (shi_err){ 0 };
}
