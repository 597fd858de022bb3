/* Targets: what the register allows, how likely an honest unit is to reach them, who added how much, what they cost in hours and at
 * market prices (design 4.1). Whether a target is lawful is for the rules. */
#include "chain/chain.h"

#include "shishu/amplification.h"
#include "shishu/feasible.h"

#include <math.h>
#include <string.h>

/* value in thousandths. `possible` stays within DECIMAL(18,3): a report cannot exceed that, so the bound loses nothing. */
static const char SQL_LOAD[] =
    "SELECT t.indicator, t.period, t.unit_code, t.issuer_code, " SHI_MILLI("t.value") ", i.counts, u.at, s.at, p.people, u.phone_share, "
    /* least() passes over NULL, so what is not known goes first */
    "       CAST(CASE WHEN p.people IS NULL THEN NULL "
    "                 WHEN i.counts IN ('registered', 'new', 'active', 'quiz') THEN least(p.people, 999999999999999) "
    "                 WHEN i.counts = 'seconds' THEN least(CAST(p.people AS DECIMAL(38,0)) * d.seconds, 999999999999999) "
    "                 WHEN i.dedupe = 'account-day' AND i.counts <> 'points' THEN least(CAST(p.people AS DECIMAL(38,0)) * (d.end_day - "
    "d.first_day), 999999999999999) "
    "            END AS BIGINT) AS possible, "
    "       dense_rank() OVER (ORDER BY t.indicator, t.period) AS grouped "
    "FROM   targets t JOIN period_row d USING (period) LEFT JOIN indicators i USING (indicator) LEFT JOIN people p USING (unit_code) "
    "       LEFT JOIN units_in_order u USING (unit_code) LEFT JOIN units_in_order s ON s.unit_code = t.issuer_code "
    "ORDER  BY t.indicator, t.period, t.unit_code, t.issuer_code NULLS LAST";

typedef struct {
    shi_str indicator, period, unit_code, issuer_code;
    int64_t people, possible;      /* -1: unknown */
    double phone_share;            /* -1: unknown */
    bool of_people;                /* registered, new, active, quiz */
} loaded;

typedef struct {
    loaded *row;
    shi_target *target;
    double *factor, *product;
    int64_t n, units;
    int64_t *parent;
} targets;

static bool counts_people(shi_str counts)
{
    return shi_str_eq(counts, S("registered")) || shi_str_eq(counts, S("new")) || shi_str_eq(counts, S("active")) || shi_str_eq(counts, S("quiz"));
}

static shi_err load_parents(shi_chain *chain, targets *t)
{
    shi_rows rows;
    SHI_TRY(shi_duck_int(chain->duck, "SELECT count(*) FROM units_in_order", NULL, 0, &t->units));
    t->parent = shi_new(chain->keep, int64_t, t->units);
    if (!t->parent) return shi_no_memory();
    SHI_TRY(shi_duck_query(chain->duck, "SELECT u.at, p.at FROM units_in_order u LEFT JOIN units_in_order p ON p.unit_code = u.parent_code ORDER BY "
        "u.at", NULL, 0, &rows));
    while (shi_rows_next(&rows)) t->parent[shi_rows_int(&rows, 0)] = shi_rows_null(&rows, 1) ? -1 : shi_rows_int(&rows, 1);
    shi_rows_close(&rows);
    return (shi_err){ 0 };
}

static shi_err load(shi_chain *chain, targets *t)
{
    shi_rows rows;
    int64_t n;
    SHI_TRY(load_parents(chain, t));
    SHI_TRY(shi_duck_int(chain->duck, "SELECT count(*) FROM targets", NULL, 0, &n));
    t->row = shi_new(chain->keep, loaded, n);
    t->target = shi_new(chain->keep, shi_target, n);
    t->factor = shi_new(chain->keep, double, n);
    t->product = shi_new(chain->keep, double, n);
    if (!t->row || !t->target || !t->factor || !t->product) return shi_no_memory();
    SHI_TRY(shi_duck_query(chain->duck, SQL_LOAD, NULL, 0, &rows));
    while (t->n < n && shi_rows_next(&rows)) {
        if (shi_rows_null(&rows, 6)) continue;   /* its unit was taken back */
        loaded *r = &t->row[t->n];
        r->indicator = shi_str_copy(chain->keep, shi_rows_str(&rows, 0));
        r->period = shi_str_copy(chain->keep, shi_rows_str(&rows, 1));
        r->unit_code = shi_str_copy(chain->keep, shi_rows_str(&rows, 2));
        r->issuer_code = shi_rows_null(&rows, 3) ? (shi_str){ 0 } : shi_str_copy(chain->keep, shi_rows_str(&rows, 3));
        r->of_people = counts_people(shi_rows_str(&rows, 5));
        r->people = shi_rows_null(&rows, 8) ? -1 : shi_rows_int(&rows, 8);
        r->phone_share = shi_rows_null(&rows, 9) ? -1 : shi_rows_f64(&rows, 9);
        r->possible = shi_rows_null(&rows, 10) ? -1 : shi_rows_int(&rows, 10);
        t->target[t->n++] = (shi_target){ .group = shi_rows_int(&rows, 11), .unit = shi_rows_int(&rows, 6),
            .issuer = shi_rows_null(&rows, 7) ? -1 : shi_rows_int(&rows, 7), .value = shi_rows_int(&rows, 4) };
    }
    shi_rows_close(&rows);
    return (shi_err){ 0 };
}

/* P(an honest unit reaches the target); -1: cannot be judged. */
static double feasible_of(const shi_settings *s, const loaded *r, int64_t value)
{
    if (r->possible >= 0 && value > r->possible * 1000) return 0;
    if (!r->of_people || r->people < 0) return -1;
    int64_t size = r->phone_share >= 0 ? (int64_t)floor((double)r->people * r->phone_share) : r->people;
    return shi_feasible(size, s->prior_mean * s->prior_weight, (1 - s->prior_mean) * s->prior_weight, (value + 999) / 1000);
}

static const char SQL_TABLE[] =
    "CREATE OR REPLACE TEMP TABLE target_made (indicator VARCHAR, period VARCHAR, unit_code VARCHAR, issuer_code VARCHAR, value BIGINT, "
    "  possible BIGINT, feasible DOUBLE, factor DOUBLE, amplification DOUBLE, people BIGINT)";

static shi_err write(shi_chain *chain, const targets *t)
{
    shi_appender a;
    SHI_SQL(chain, SQL_TABLE);
    SHI_TRY(shi_append_open(chain->duck, "target_made", &a));
    for (int64_t i = 0; i < t->n; i++) {
        const loaded *r = &t->row[i];
        double feasible = feasible_of(&chain->ws->settings, r, t->target[i].value);
        shi_append_str(&a, r->indicator);
        shi_append_str(&a, r->period);
        shi_append_str(&a, r->unit_code);
        shi_append_str(&a, r->issuer_code);
        shi_append_int(&a, t->target[i].value);
        if (r->possible >= 0) shi_append_int(&a, r->possible * 1000);
        else shi_append_null(&a);
        if (feasible >= 0) shi_append_f64(&a, feasible);
        else shi_append_null(&a);
        shi_append_f64(&a, t->factor[i]);
        shi_append_f64(&a, t->product[i]);
        if (r->people >= 0) shi_append_int(&a, r->people);
        else shi_append_null(&a);
        shi_append_end_row(&a);
    }
    return shi_append_close(&a);
}

/* Prices as known by the end of the period, or else the first known; fen. A price per account and month says nothing of points, which are
 * not accounts. Hours are those of all indicators of the unit in the period. */
static const char SQL_ROWS[] =
    "CREATE OR REPLACE TEMP TABLE target_row AS "
    "WITH priced AS ("
    "  SELECT t.indicator, t.period, t.unit_code, t.issuer_code, coalesce(p.kind, 'list') AS kind, "
    "         CAST(round(t.value / 1000.0 * p.price * 100) AS BIGINT) AS fen "
    "  FROM   target_made t JOIN period_row d USING (period) JOIN indicators i USING (indicator) JOIN prices p ON p.counts = i.counts "
    "  WHERE  NOT (p.per = 'account-month' AND i.counts NOT IN ('registered', 'new', 'active', 'quiz')) "
    "  QUALIFY row_number() OVER (PARTITION BY t.indicator, t.period, t.unit_code, t.issuer_code, coalesce(p.kind, 'list') "
    "          ORDER BY p.seen_at IS NOT NULL AND p.seen_at >= d.end_at, CASE WHEN p.seen_at < d.end_at THEN -epoch_us(p.seen_at) ELSE "
    "epoch_us(p.seen_at) END NULLS LAST, p.price) = 1), "
    "cost AS (SELECT indicator, period, unit_code, issuer_code, max(fen) FILTER (WHERE kind = 'list') AS price_list, "
    "                max(fen) FILTER (WHERE kind = 'bulk') AS price_bulk FROM priced GROUP BY ALL), "
    "work AS (SELECT t.period, t.unit_code, sum(t.value / 1000.0 * i.honest_minutes / 60) AS unit_hours "
    "         FROM target_made t JOIN indicators i USING (indicator) GROUP BY ALL) "
    "SELECT CAST(t.indicator AS shi_indicator) AS indicator, CAST(t.period AS shi_period) AS period, CAST(t.unit_code AS shi_unit) AS unit_code, "
    "       CAST(t.issuer_code AS shi_unit) AS issuer_code, CAST(coalesce(t.issuer_code, '') AS shi_unit) AS issuer, "
    "       t.* EXCLUDE (indicator, period, unit_code, issuer_code), t.possible IS NOT NULL AND t.value > t.possible AS impossible, "
    "       count(*) OVER (PARTITION BY t.indicator, t.period, t.unit_code) > 1 AS several, "
    "       CASE WHEN t.people > 0 THEN t.value / 1000.0 / t.people END AS per_person, c.price_list, c.price_bulk, "
    "       CAST(t.value / 1000.0 * i.honest_minutes / 60 AS DOUBLE) AS hours, CAST(w.unit_hours AS DOUBLE) AS unit_hours, "
    "       CAST(u.cadres * 8 * d.weekdays AS DOUBLE) AS hours_available, "
    "       CAST(i.name AS shi_label) AS indicator_name, i.counts, CAST(u.name AS shi_label) AS unit_name, CAST(u.level AS shi_label) AS level, "
    "       CAST(s.name AS shi_label) AS issuer_name, CAST(s.level AS shi_label) AS issuer_level "
    "FROM   target_made t JOIN period_row d USING (period) LEFT JOIN indicators i USING (indicator) LEFT JOIN units u USING (unit_code) "
    "       LEFT JOIN units s ON s.unit_code = t.issuer_code LEFT JOIN work w USING (period, unit_code) "
    "       LEFT JOIN cost c ON c.indicator = t.indicator AND c.period = t.period AND c.unit_code = t.unit_code "
    "                       AND c.issuer_code IS NOT DISTINCT FROM t.issuer_code";

shi_err shi_chain_target(shi_chain *chain)
{
    targets t = { 0 };
    shi_arena scratch;
    SHI_TRY(load(chain, &t));
    SHI_TRY(shi_arena_open(64 * t.units + (1 << 20), &scratch));
    shi_err e = shi_amplification(scratch, t.target, t.n, t.parent, t.units, t.factor, t.product);
    shi_arena_drop(&scratch);
    if (e.code) return e;
    SHI_TRY(write(chain, &t));
    SHI_SQL(chain, SQL_ROWS);
    return (shi_err){ 0 };
}
