/* What contradicts what among the reports. Figures of one indicator and period stand together in order of their units, so that two such groups
 * are compared in one walk along both. */
#include "chain/figure_rows.h"

#include <inttypes.h>

typedef struct {
    shi_chain *chain;
    const shi_figure_rows *rows;
    shi_appender out;
    shi_buf name, other;
    const int32_t *parent;           /* of each unit */
} finder;

static const char SQL_TABLE[] =
    "CREATE OR REPLACE TEMP TABLE contradiction (kind VARCHAR, figure VARCHAR, other VARCHAR, value BIGINT, other_value BIGINT)";
static const char SQL_PARENTS[] =
    "SELECT CAST(enum_code(unit_code) AS INTEGER) AS key, CAST(enum_code(parent_code) AS INTEGER) FROM unit_row ORDER BY key";
/* indicators that count new or active people, with each that counts registered ones in the same app */
static const char SQL_PAIRS[] =
    "SELECT CAST(enum_code(a.indicator) AS INTEGER) AS key, CAST(enum_code(r.indicator) AS INTEGER) AS registered, CAST(a.counts = 'new' AS INTEGER) "
    "FROM   indicator_row a JOIN indicator_row r ON r.app = a.app AND a.counts IN ('new', 'active') AND r.counts = 'registered' "
    "ORDER  BY key, registered";
static const char SQL_REGISTERED[] =
    "SELECT CAST(enum_code(indicator) AS INTEGER) AS key FROM indicator_row WHERE counts = 'registered' ORDER BY key";
/* periods, with each that begins when they end */
static const char SQL_NEXT[] =
    "SELECT CAST(enum_code(d.period) AS INTEGER) AS key, CAST(enum_code(n.period) AS INTEGER) AS next FROM period_row d JOIN period_row n ON "
    "       n.start_at = d.end_at ORDER BY key, next";
static const char SQL_ODD_TIME[] =
    "INSERT INTO contradiction SELECT kind, concat_ws('/', app, period), NULL, accounts * 1000, NULL FROM odd_time";

static void name_of(const shi_figure_rows *r, int64_t i, shi_buf *out)
{
    int64_t group = r->key[i] / r->unit.len;
    out->len = 0;
    shi_buf_add(out, r->indicator.ptr[group / r->period.len]);
    shi_buf_addc(out, '/');
    shi_buf_add(out, r->period.ptr[group % r->period.len]);
    shi_buf_addc(out, '/');
    shi_buf_add(out, r->unit.ptr[shi_figure_unit(r, i)]);
}

/* other -1: none, and other_value is a number of its own */
static void put(finder *f, shi_str kind, int64_t i, int64_t other, int64_t other_value)
{
    name_of(f->rows, i, &f->name);
    shi_append_str(&f->out, kind);
    shi_append_str(&f->out, shi_buf_str(&f->name));
    if (other >= 0) name_of(f->rows, other, &f->other);
    shi_append_str(&f->out, other >= 0 ? shi_buf_str(&f->other) : (shi_str){ 0 });
    shi_append_int(&f->out, f->rows->reported[i]);
    shi_append_int(&f->out, other >= 0 ? f->rows->reported[other] : other_value);
    shi_append_end_row(&f->out);
}

static bool more(const shi_figure_rows *r, int64_t a, int64_t b)
{
    return r->reported[a] != SHI_NONE && r->reported[b] != SHI_NONE && r->reported[a] > r->reported[b];
}

/* One child reports more than its parent. at: room for a row of each unit. */
static void children_above(finder *f, int64_t group, int32_t *at)
{
    const shi_figure_rows *r = f->rows;
    const int64_t from = r->group[group], to = r->group[group + 1];
    for (int64_t i = from; i < to; i++) at[shi_figure_unit(r, i)] = (int32_t)i;
    for (int64_t i = from; i < to; i++) {
        int32_t parent = f->parent[shi_figure_unit(r, i)];
        int64_t row = parent < 0 ? -1 : at[parent];
        bool of_group = row >= from && row < to && shi_figure_unit(r, row) == parent;   /* what stands there may be of a group before */
        if (of_group && more(r, i, row)) put(f, S("child_above_parent"), i, row, 0);
    }
}

/* Figures of the same unit in two groups of which the first reports more (or, with `fewer`, of which the second reports fewer). */
static void compare(finder *f, shi_str kind, int64_t first, int64_t second, bool fewer)
{
    const shi_figure_rows *r = f->rows;
    for (int64_t a = r->group[first], b = r->group[second]; a < r->group[first + 1] && b < r->group[second + 1];) {
        int64_t by = shi_figure_unit(r, a) - shi_figure_unit(r, b);
        if (by == 0 && more(r, a, b)) put(f, kind, fewer ? b : a, fewer ? a : b, 0);
        a += by <= 0;
        b += by >= 0;
    }
}

static shi_err find_all(finder *f)
{
    const shi_figure_rows *r = f->rows;
    shi_keyed_rows parents, pairs, registered, next;
    int32_t *at = shi_new(f->chain->keep, int32_t, r->unit.len);
    SHI_TRY(shi_keyed_load(f->chain, SQL_PARENTS, NULL, 0, &parents));
    SHI_TRY(shi_keyed_load(f->chain, SQL_PAIRS, NULL, 0, &pairs));
    SHI_TRY(shi_keyed_load(f->chain, SQL_REGISTERED, NULL, 0, &registered));
    SHI_TRY(shi_keyed_load(f->chain, SQL_NEXT, NULL, 0, &next));
    f->parent = shi_keyed_spread(f->chain, r->unit.len, &parents, 0);
    if (!at || !f->parent) return shi_no_memory();
    SHI_TRY(shi_append_open(f->chain->duck, "contradiction", &f->out));
    for (int64_t g = 0; g < r->groups; g++) children_above(f, g, at);
    for (int64_t p = 0; p < pairs.len; p++) {
        shi_str kind = shi_keyed_int(&pairs, p, 1) ? S("new_above_registered") : S("active_above_registered");
        for (int64_t k = 0; k < r->period.len; k++)
            compare(f, kind, pairs.key[p] * r->period.len + k, shi_keyed_int(&pairs, p, 0) * r->period.len + k, false);
    }
    for (int64_t i = 0; i < r->len; i++)
        if (r->base[i] != SHI_NONE && r->reported[i] != SHI_NONE && r->reported[i] > r->base[i]) put(f, S("part_above_whole"), i, -1, r->base[i]);
    /* registered people of the next period fewer than of this one */
    for (int64_t k = 0; k < registered.len; k++)
        for (int64_t p = 0; p < next.len; p++)
            compare(f, S("cumulative_falls"), registered.key[k] * r->period.len + next.key[p],
                    registered.key[k] * r->period.len + shi_keyed_int(&next, p, 0), true);
    return shi_append_close(&f->out);
}

shi_err shi_chain_contradictions(shi_chain *chain)
{
    finder f = { .chain = chain, .rows = chain->figures };
    SHI_SQL(chain, SQL_TABLE);
    shi_err e = find_all(&f);
    if (!e.code && (f.name.failed || f.other.failed)) e = shi_no_memory();
    shi_buf_drop(&f.name);
    shi_buf_drop(&f.other);
    return e.code ? e : shi_duck_exec(chain->duck, SQL_ODD_TIME, NULL, 0);
}
