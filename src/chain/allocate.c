/* Fair allocation of each indicator and period (design 4.1): in proportion to people(u), capped by what the register allows, whole numbers by
 * largest remainder. The total is what stands at the top: the targets whose issuer was itself asked for nothing. */
#include "chain/allocate.h"

#include "shishu/apportion.h"
#include "shishu/feasible.h"

#include <math.h>

/* One row a unit at the end, with the total of its indicator and period. Of several issuers' targets for one figure the largest counts. */
static const char SQL_LEAVES[] =
    "WITH own AS (SELECT DISTINCT indicator, period, unit_code FROM target_check), "
    "told AS (SELECT t.*, o.unit_code IS NULL AS top FROM target_check t LEFT JOIN own o ON o.indicator = t.indicator AND o.period = t.period "
    "                AND o.unit_code = t.issuer_code), "
    "figure AS (SELECT indicator, period, unit_code, max(value) AS value, bool_and(leaf) AS leaf, any_value(people) AS people, "
    "                  any_value(possible) AS possible, any_value(unit_name) AS unit_name, any_value(indicator_name) AS indicator_name, "
    "                  any_value(counts) AS counts, bool_or(top) AS top FROM told GROUP BY ALL), "
    "tops AS (SELECT indicator, period, CAST(floor(sum(CAST(value AS HUGEINT)) FILTER (WHERE top) / 1000) AS BIGINT) AS total FROM figure GROUP BY "
    "ALL) "
    "SELECT CAST(f.indicator AS VARCHAR), CAST(f.period AS VARCHAR), CAST(f.unit_code AS VARCHAR), CAST(f.unit_name AS VARCHAR), "
    "       CAST(f.indicator_name AS VARCHAR), t.total, f.value // 1000, coalesce(f.people, -1), coalesce(f.possible // 1000, -1), "
    "       f.counts IN ('registered', 'new', 'active', 'quiz'), coalesce(u.phone_share, -1) "
    "FROM   figure f JOIN tops t USING (indicator, period) LEFT JOIN units u ON u.unit_code = CAST(f.unit_code AS VARCHAR) "
    "WHERE  f.leaf ORDER BY f.indicator, f.period, f.unit_code";

typedef struct {
    shi_allocated *unit;
    int64_t *cap;
    double *weight, *phone_share;
    bool *of_people;
    int64_t len;
} leaves;

static shi_err room_for(shi_chain *chain, int64_t n, leaves *l, shi_allocations *out)
{
    *l = (leaves){ .unit = shi_new(chain->keep, shi_allocated, n), .cap = shi_new(chain->keep, int64_t, n),
        .weight = shi_new(chain->keep, double, n), .phone_share = shi_new(chain->keep, double, n), .of_people = shi_new(chain->keep, bool, n) };
    out->ptr = shi_new(chain->keep, shi_allocation, n);
    out->len = 0;
    return l->unit && l->cap && l->weight && l->phone_share && l->of_people && out->ptr ? (shi_err){ 0 } : shi_no_memory();
}

static bool same_group(shi_rows *rows, const shi_allocation *a)
{
    return shi_str_eq(shi_rows_str(rows, 0), a->indicator) && shi_str_eq(shi_rows_str(rows, 1), a->period);
}

static void read_leaf(shi_chain *chain, shi_rows *rows, leaves *l, shi_allocations *out)
{
    if (!out->len || !same_group(rows, &out->ptr[out->len - 1])) {
        out->ptr[out->len++] = (shi_allocation){ .indicator = shi_str_copy(chain->keep, shi_rows_str(rows, 0)),
            .period = shi_str_copy(chain->keep, shi_rows_str(rows, 1)), .name = shi_str_copy(chain->keep, shi_rows_str(rows, 4)),
            .total = shi_rows_int(rows, 5), .unit = &l->unit[l->len] };
    }
    shi_allocation *a = &out->ptr[out->len - 1];
    int64_t people = shi_rows_int(rows, 7), possible = shi_rows_int(rows, 8), i = l->len++;
    l->unit[i] = (shi_allocated){ .unit_code = shi_str_copy(chain->keep, shi_rows_str(rows, 2)),
        .name = shi_str_copy(chain->keep, shi_rows_str(rows, 3)), .now = shi_rows_int(rows, 6), .people = people };
    l->weight[i] = people > 0 ? (double)people : 0;
    l->cap[i] = people <= 0 ? 0 : possible >= 0 ? possible : a->total;
    l->of_people[i] = shi_rows_int(rows, 9) != 0;
    l->phone_share[i] = shi_rows_f64(rows, 10);
    a->unknown += people < 0;
    a->units++;
}

/* As for a target: the prior of the settings, people with a phone where that is known. */
static shi_maybe_f64 feasible_of(const shi_settings *s, const shi_allocated *u, bool of_people, double phone_share)
{
    if (!of_people || u->people < 0) return (shi_maybe_f64){ 0 };
    int64_t size = phone_share >= 0 ? (int64_t)floor((double)u->people * phone_share) : u->people;
    return (shi_maybe_f64){ true, shi_feasible(size, s->prior_mean * s->prior_weight, (1 - s->prior_mean) * s->prior_weight, u->value) };
}

static shi_err allot(shi_chain *chain, shi_arena scratch, shi_allocation *a, const leaves *l)
{
    int64_t first = a->unit - l->unit;
    int64_t *value = shi_new(&scratch, int64_t, a->units);
    if (!value) return shi_no_memory();
    const shi_shares shares = { .n = a->units, .total = a->total, .weight = l->weight + first, .cap = l->cap + first };
    if (a->unknown == a->units) {
        a->cannot_judge = N_("the register does not say how many people the units have");
        return (shi_err){ 0 };
    }
    SHI_TRY(shi_allot(scratch, &shares, value, &a->infeasible));
    for (int64_t i = 0; i < a->units; i++) {
        a->unit[i].value = value[i];
        a->unit[i].feasible = feasible_of(&chain->ws->settings, &a->unit[i], l->of_people[first + i], l->phone_share[first + i]);
    }
    return (shi_err){ 0 };
}

shi_err shi_chain_allocate(shi_chain *chain, shi_allocations *out)
{
    shi_rows rows;
    leaves l;
    shi_arena scratch;
    *out = (shi_allocations){ 0 };
    SHI_TRY(shi_duck_query(chain->duck, SQL_LEAVES, NULL, 0, &rows));
    shi_err e = room_for(chain, (int64_t)duckdb_row_count(&rows.result), &l, out);
    while (!e.code && shi_rows_next(&rows)) read_leaf(chain, &rows, &l, out);
    shi_rows_close(&rows);
    if (e.code) return e;
    SHI_TRY(shi_arena_open(128 * l.len + (1 << 16), &scratch));
    for (int64_t k = 0; k < out->len && !e.code; k++) e = allot(chain, scratch, &out->ptr[k], &l);
    shi_arena_drop(&scratch);
    return e;
}
