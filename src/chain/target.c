/* Targets: what the register allows, how likely an honest unit is to reach them, who added how much, what they cost in hours and at
 * market prices (design 4.1). Whether a target is lawful is for the rules. All of it is arithmetic on arrays: the engine only joins the codes
 * to their places and sorts. */
#include "chain/target.h"

#include "shishu/amplification.h"
#include "shishu/feasible.h"
#include "table/schema.h"

#include <math.h>

static const char SQL_INDICATOR_WORD[] =
    "CREATE OR REPLACE TEMP TABLE indicator_word AS "
    "SELECT CAST(row_number() OVER (ORDER BY indicator) - 1 AS INTEGER) AS ind, indicator, name, app, counts, coalesce(dedupe, 'none') AS dedupe, "
    "class, "
    "       honest_minutes "
    "FROM   indicators";

/* Issuers that are no units of the register: offices, committees. */
static const char SQL_STRANGER_WORD[] =
    "CREATE OR REPLACE TEMP TABLE stranger_word AS "
    "SELECT CAST(row_number() OVER (ORDER BY issuer_code) - 1 AS INTEGER) AS stranger, issuer_code "
    "FROM   (SELECT DISTINCT issuer_code FROM targets t ANTI JOIN unit_word u ON u.unit_code = t.issuer_code WHERE issuer_code IS NOT NULL)";

static const char SQL_LOAD[] =
    "SELECT i.ind, d.place, u.unit, coalesce(s.unit, -1) AS issuer, " SHI_MILLI("t.value") ", t.issued_at, t.due_at, t.issuer_type, "
    "t.addressee_type, "
    "       t.document, t._import, coalesce(x.stranger, -1) "
    "FROM   targets t JOIN period_row d ON d.period = t.period JOIN indicator_word i ON i.indicator = t.indicator "
    "       JOIN unit_word u ON u.unit_code = t.unit_code LEFT JOIN unit_word s ON s.unit_code = t.issuer_code "
    "       LEFT JOIN stranger_word x ON x.issuer_code = t.issuer_code "
    "ORDER  BY i.ind, d.place, u.unit, t.issuer_code NULLS LAST";

/* A decimal of eighteen digits holds no more. */
static const int64_t MOST = INT64_C(999999999999999);

typedef struct {
    bool of_people, of_seconds, of_days;
    double minutes;                  /* of honest work for one; -1: not known */
} kind;

typedef struct {
    shi_chain_targets *t;
    kind *kind;                      /* of each indicator */
    double *price;                   /* indicators × periods × (list, bulk): yuan for one; -1: not known */
} loading;

/* ---- what indicators and periods say ---- */

static shi_err load_indicators(shi_chain *chain, loading *l)
{
    shi_rows rows;
    SHI_SQL(chain, SQL_INDICATOR_WORD);
    SHI_TRY(shi_duck_query(chain->duck, "SELECT counts, dedupe, honest_minutes, indicator, name FROM indicator_word ORDER BY ind", NULL, 0, &rows));
    int64_t n = (int64_t)duckdb_row_count(&rows.result);
    l->kind = shi_new(chain->keep, kind, n);
    l->t->indicator_code = shi_new(chain->keep, shi_str, n);
    l->t->indicator_name = shi_new(chain->keep, shi_str, n);
    l->t->of_people = shi_new(chain->keep, bool, n);
    bool room = l->kind && l->t->indicator_code && l->t->indicator_name && l->t->of_people;
    while (room && shi_rows_next(&rows)) {
        shi_str counts = shi_rows_str(&rows, 0);
        int64_t i = l->t->indicators++;
        kind *k = &l->kind[i];
        k->of_people = shi_str_eq(counts, S("registered")) || shi_str_eq(counts, S("new")) || shi_str_eq(counts, S("active"))
            || shi_str_eq(counts, S("quiz"));
        k->of_seconds = shi_str_eq(counts, S("seconds"));
        k->of_days = !k->of_people && !k->of_seconds && !shi_str_eq(counts, S("points")) && shi_str_eq(shi_rows_str(&rows, 1), S("account-day"));
        k->minutes = shi_rows_null(&rows, 2) ? -1 : (double)shi_rows_int(&rows, 2) / 1000;
        l->t->of_people[i] = k->of_people;
        l->t->indicator_code[i] = shi_str_copy(chain->keep, shi_rows_str(&rows, 3));
        l->t->indicator_name[i] = shi_str_copy(chain->keep, shi_rows_str(&rows, 4));
    }
    shi_rows_close(&rows);
    return room ? (shi_err){ 0 } : shi_no_memory();
}

static shi_err load_periods(shi_chain *chain, shi_chain_targets *t)
{
    shi_rows rows;
    SHI_TRY(shi_duck_query(chain->duck, "SELECT first_day, end_day, seconds, weekdays, CAST(period AS VARCHAR) FROM period_row ORDER BY place", NULL,
                           0, &rows));
    t->period = shi_new(chain->keep, shi_chain_period, (int64_t)duckdb_row_count(&rows.result));
    t->period_code = shi_new(chain->keep, shi_str, (int64_t)duckdb_row_count(&rows.result));
    bool room = t->period && t->period_code;
    while (room && shi_rows_next(&rows)) {
        t->period_code[t->periods] = shi_str_copy(chain->keep, shi_rows_str(&rows, 4));
        t->period[t->periods++] = (shi_chain_period){ shi_rows_int(&rows, 0), shi_rows_int(&rows, 1), shi_rows_int(&rows, 2), shi_rows_int(&rows,
            3) };
    }
    shi_rows_close(&rows);
    return room ? (shi_err){ 0 } : shi_no_memory();
}

/* Prices of one counted unit in a period, as known by its end, or else the first known. A price per account and month is paid for each month of
 * the period; an account kept for a week costs a month, since it is sold by the month. It says nothing of points, which are not accounts. */
static const char SQL_PRICES[] =
    "SELECT i.ind, d.place, CASE coalesce(p.kind, 'list') WHEN 'list' THEN 0 ELSE 1 END, "
    "       p.price * CASE WHEN p.per IS DISTINCT FROM 'account-month' THEN 1 WHEN d.kind = 'year' THEN 12 WHEN d.kind = 'quarter' THEN 3 ELSE 1 END "
    "FROM   indicator_word i CROSS JOIN period_row d JOIN prices p ON p.counts = i.counts "
    "WHERE  NOT (p.per IS NOT DISTINCT FROM 'account-month' AND i.counts NOT IN ('registered', 'new', 'active', 'quiz')) "
    "QUALIFY row_number() OVER (PARTITION BY i.ind, d.place, coalesce(p.kind, 'list') "
    "        ORDER BY p.seen_at IS NOT NULL AND p.seen_at >= d.end_at, CASE WHEN p.seen_at < d.end_at THEN -epoch_us(p.seen_at) ELSE "
    "epoch_us(p.seen_at) END NULLS LAST, p.price) = 1 "
    "ORDER  BY ALL";

static shi_err load_prices(shi_chain *chain, loading *l)
{
    shi_rows rows;
    int64_t n = l->t->indicators * l->t->periods * 2;
    l->price = shi_new(chain->keep, double, n);
    if (!l->price) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) l->price[i] = -1;
    SHI_TRY(shi_duck_query(chain->duck, SQL_PRICES, NULL, 0, &rows));
    while (shi_rows_next(&rows))
        l->price[(shi_rows_int(&rows, 0) * l->t->periods + shi_rows_int(&rows, 1)) * 2 + shi_rows_int(&rows, 2)] = shi_rows_f64(&rows, 3);
    shi_rows_close(&rows);
    return (shi_err){ 0 };
}

/* ---- the targets ---- */

static int8_t place_of(const char *words, shi_str word)
{
    for (int8_t k = 0; k < INT8_MAX; k++) {
        shi_str w = shi_word_at(words, k);
        if (!w.ptr) return -1;
        if (shi_str_eq(w, word)) return k;
    }
    return -1;
}

static int64_t day_of(shi_chain *chain, shi_rows *rows, int64_t c)
{
    if (shi_rows_null(rows, c)) return INT64_MIN;
    int64_t local = shi_zone_local_us(&chain->ws->zone, shi_rows_int(rows, c));
    return (local >= 0 ? local : local - SHI_DAY_US + 1) / SHI_DAY_US;
}

static void read_row(shi_chain *chain, shi_rows *rows, const char *words, shi_str before, shi_chain_target_row *r)
{
    *r = (shi_chain_target_row){ .indicator = (int32_t)shi_rows_int(rows, 0), .period = (int32_t)shi_rows_int(rows, 1),
        .unit = (int32_t)shi_rows_int(rows, 2), .issuer = (int32_t)shi_rows_int(rows, 3), .value = shi_rows_int(rows, 4),
        .issued_day = day_of(chain, rows, 5), .due_day = day_of(chain, rows, 6), .import_id = (int32_t)shi_rows_int(rows, 10),
        .stranger = (int32_t)shi_rows_int(rows, 11) };
    r->issuer_type = shi_rows_null(rows, 7) ? -1 : place_of(words, shi_rows_str(rows, 7));
    r->addressee_type = shi_rows_null(rows, 8) ? -1 : place_of(words, shi_rows_str(rows, 8));
    if (shi_rows_null(rows, 9)) return;
    shi_str document = shi_rows_str(rows, 9);
    r->document = before.ptr && shi_str_eq(before, document) ? before : shi_str_copy(chain->keep, document);
}

static shi_err load_strangers(shi_chain *chain, shi_chain_targets *t)
{
    shi_rows rows;
    int64_t n = 0;
    SHI_SQL(chain, SQL_STRANGER_WORD);
    SHI_TRY(shi_duck_query(chain->duck, "SELECT issuer_code FROM stranger_word ORDER BY stranger", NULL, 0, &rows));
    t->stranger_code = shi_new(chain->keep, shi_str, (int64_t)duckdb_row_count(&rows.result));
    while (t->stranger_code && shi_rows_next(&rows)) t->stranger_code[n++] = shi_str_copy(chain->keep, shi_rows_str(&rows, 0));
    shi_rows_close(&rows);
    return t->stranger_code ? (shi_err){ 0 } : shi_no_memory();
}

static shi_err load_rows(shi_chain *chain, shi_chain_targets *t)
{
    const shi_table *targets = shi_table_find(S("targets"));
    const char *words = targets->column[shi_table_column(targets, S("issuer_type"))].words;
    shi_rows rows;
    SHI_TRY(shi_duck_query(chain->duck, SQL_LOAD, NULL, 0, &rows));
    int64_t n = (int64_t)duckdb_row_count(&rows.result);
    t->row = shi_new(chain->keep, shi_chain_target_row, n);
    while (t->row && t->len < n && shi_rows_next(&rows)) {
        read_row(chain, &rows, words, t->len ? t->row[t->len - 1].document : (shi_str){ 0 }, &t->row[t->len]);
        t->len++;
    }
    shi_rows_close(&rows);
    return t->row ? (shi_err){ 0 } : shi_no_memory();
}

/* ---- what they come to ---- */

static bool same_group(const shi_chain_target_row *a, const shi_chain_target_row *b)
{
    return a->indicator == b->indicator && a->period == b->period;
}

/* Bound from the register alone, in thousandths: what a log showed never judges a target. */
static int64_t possible_of(const shi_chain *chain, const loading *l, const shi_chain_target_row *r)
{
    const kind *k = &l->kind[r->indicator];
    const shi_chain_period *p = &l->t->period[r->period];
    int64_t people = chain->units.people[r->unit];
    if (people < 0 || (!k->of_people && !k->of_seconds && !k->of_days)) return -1;
    __int128 most = (__int128)people * (k->of_people ? 1 : k->of_seconds ? p->seconds : p->end_day - p->first_day);
    return (most > MOST ? MOST : (int64_t)most) * 1000;
}

static void price(const loading *l, shi_chain_target_row *r)
{
    const double *yuan = &l->price[((int64_t)r->indicator * l->t->periods + r->period) * 2];
    double ones = (double)r->value / 1000.0;
    int64_t *const fen[] = { &r->price_list, &r->price_bulk };
    r->price = yuan[0] < 0 || (yuan[1] >= 0 && yuan[1] < yuan[0]) ? yuan[1] : yuan[0];
    for (int k = 0; k < 2; k++) {
        double cost = yuan[k] >= 0 ? ones * yuan[k] * 100 : -1;
        *fen[k] = cost >= 0 && cost < 9e18 ? llround(cost) : -1;
    }
}

static void cost(const shi_chain *chain, const loading *l, shi_chain_target_row *r)
{
    double minutes = l->kind[r->indicator].minutes;
    int64_t cadres = chain->units.cadres[r->unit];
    price(l, r);
    r->hours = minutes >= 0 ? (double)r->value / 1000.0 * minutes / 60 : -1;
    r->hours_available = cadres >= 0 ? (double)(cadres * 8 * l->t->period[r->period].weekdays) : -1;
}

int64_t shi_chain_target_size(const shi_chain *chain, int64_t indicator, int64_t unit)
{
    int64_t people = chain->units.people[unit];
    double share = chain->units.phone_share[unit];
    if (!chain->targets->of_people[indicator] || people < 0) return -1;
    return share >= 0 ? (int64_t)floor((double)people * share) : people;
}

/* P(an honest unit reaches the target): exact tails of the prior. */
static shi_err judge_chances(shi_chain *chain, shi_arena scratch)
{
    const shi_chain_prior_of *p = &chain->prior;
    shi_chain_targets *t = chain->targets;
    int64_t *size = shi_new(&scratch, int64_t, t->len), *value = shi_new(&scratch, int64_t, t->len);
    double *chance = shi_new(&scratch, double, t->len);
    if (!size || !value || !chance) return shi_no_memory();
    for (int64_t i = 0; i < t->len; i++) {
        const shi_chain_target_row *r = &t->row[i];
        size[i] = shi_chain_target_size(chain, r->indicator, r->unit);
        value[i] = (r->value + 999) / 1000;
    }
    shi_feasible_all(size, value, t->len, p->mean * p->weight, (1 - p->mean) * p->weight, chance);
    for (int64_t i = 0; i < t->len; i++) t->row[i].feasible = t->row[i].impossible ? 0 : chance[i];
    return (shi_err){ 0 };
}

static shi_err amplify(shi_chain *chain, shi_chain_targets *t, shi_arena scratch)
{
    shi_target *target = shi_new(&scratch, shi_target, t->len);
    double *factor = shi_new(&scratch, double, t->len), *product = shi_new(&scratch, double, t->len);
    int64_t group = 0;
    if (!target || !factor || !product) return shi_no_memory();
    for (int64_t i = 0; i < t->len; i++) {
        const shi_chain_target_row *r = &t->row[i];
        group += i && !same_group(r, r - 1);
        target[i] = (shi_target){ group, r->unit, r->issuer, r->value };
    }
    SHI_TRY(shi_amplification(scratch, target, t->len, chain->units.parent, chain->units.len, factor, product));
    for (int64_t i = 0; i < t->len; i++) {
        t->row[i].factor = factor[i];
        t->row[i].amplification = product[i];
    }
    return (shi_err){ 0 };
}

/* What a group's targets say of a unit: the group, from 1, in which it issued last, and that in which it was asked last. */
typedef struct {
    int64_t issued, asked;
    double factor;                   /* as an issuer */
} standing;

/* The way up that the amplification went: past issuers that were asked for nothing, by their parents. */
static void find_above(const shi_chain_units *units, const standing *of, int64_t group, shi_chain_target_row *r)
{
    int64_t up = r->issuer;
    r->above = -1;
    r->above_factor = 1;
    if (up < 0 || of[up].asked == group) return;
    for (int n = 0; up >= 0 && of[up].asked != group && n < SHI_UNITS_DEEPEST; n++) up = units->parent[up];
    if (up < 0 || of[up].asked != group) return;
    r->above = (int32_t)up;
    if (of[up].issued == group) r->above_factor = of[up].factor;
}

/* Which targets stand beside another issuer's, which are not handed on, and where the way up goes on past an issuer without a target. */
static shi_err mark(shi_chain *chain, shi_chain_targets *t, shi_arena scratch)
{
    standing *of = shi_new(&scratch, standing, chain->units.len);
    int64_t group = 0;
    if (!of) return shi_no_memory();
    for (int64_t from = 0, to; from < t->len; from = to) {
        group++;
        for (to = from; to < t->len && same_group(&t->row[to], &t->row[from]); to++) {
            of[t->row[to].unit].asked = group;
            if (t->row[to].issuer < 0) continue;
            of[t->row[to].issuer].issued = group;
            of[t->row[to].issuer].factor = t->row[to].factor;
        }
        for (int64_t i = from; i < to; i++) {
            shi_chain_target_row *r = &t->row[i];
            r->several = (i > from && r[-1].unit == r->unit) || (i + 1 < to && r[1].unit == r->unit);
            r->leaf = of[r->unit].issued != group;
            find_above(&chain->units, of, group, r);
        }
    }
    return (shi_err){ 0 };
}

static shi_err compute(shi_chain *chain, const loading *l)
{
    shi_chain_targets *t = l->t;
    shi_arena scratch;
    for (int64_t i = 0; i < t->len; i++) {
        shi_chain_target_row *r = &t->row[i];
        r->possible = possible_of(chain, l, r);
        r->impossible = r->possible >= 0 && r->value > r->possible;
        cost(chain, l, r);
    }
    SHI_TRY(shi_arena_open(80 * t->len + 64 * chain->units.len + (1 << 20), &scratch));
    shi_err e = judge_chances(chain, scratch);
    if (!e.code) e = amplify(chain, t, scratch);
    if (!e.code) e = mark(chain, t, scratch);
    shi_arena_drop(&scratch);
    return e;
}

/* ---- out ---- */

static const char SQL_FACT[] =
    "CREATE OR REPLACE TEMP TABLE target_fact (place INTEGER, ind INTEGER, per INTEGER, unit INTEGER, iss INTEGER, stranger INTEGER, value BIGINT, "
    "  possible BIGINT, price_list BIGINT, price_bulk BIGINT, work BIGINT, feasible DOUBLE, hours DOUBLE, hours_available DOUBLE, "
    "  per_person DOUBLE, factor DOUBLE, amplification DOUBLE, people BIGINT, above INTEGER, above_factor DOUBLE, "
    "  impossible BOOLEAN, several BOOLEAN, leaf BOOLEAN)";

static void append_known(shi_appender *a, int64_t v)
{
    if (v >= 0) shi_append_int(a, v);
    else shi_append_null(a);
}

static void append_known_f64(shi_appender *a, double v)
{
    if (v >= 0) shi_append_f64(a, v);
    else shi_append_null(a);
}

static shi_err write(shi_chain *chain, const shi_chain_targets *t)
{
    shi_appender a;
    SHI_SQL(chain, SQL_FACT);
    SHI_TRY(shi_append_open(chain->duck, "target_fact", &a));
    for (int64_t i = 0; i < t->len; i++) {
        const shi_chain_target_row *r = &t->row[i];
        int64_t people = chain->units.people[r->unit];
        /* millionths of an hour: whole numbers add up to the same sum in any order */
        int64_t work = r->hours >= 0 ? llround(fmin(r->hours, 9e12) * 1e6) : -1;
        const int64_t places[] = { i, r->indicator, r->period, r->unit, r->issuer, r->stranger, r->value, r->possible, r->price_list,
            r->price_bulk, work };
        for (int64_t k = 0; k < COUNT(places); k++) append_known(&a, places[k]);
        append_known_f64(&a, r->feasible);
        append_known_f64(&a, r->hours);
        append_known_f64(&a, r->hours_available);
        append_known_f64(&a, people > 0 ? (double)r->value / 1000.0 / (double)people : -1);
        shi_append_f64(&a, r->factor);
        shi_append_f64(&a, r->amplification);
        append_known(&a, people);
        append_known(&a, r->above);
        append_known_f64(&a, r->above >= 0 ? r->above_factor : -1);
        shi_append_bool(&a, r->impossible);
        shi_append_bool(&a, r->several);
        shi_append_bool(&a, r->leaf);
        shi_append_end_row(&a);
    }
    return shi_append_close(&a);
}

/* `target_row`: with the words; as texts, or as words of the dictionaries where there are any. */
static const char SQL_ROW[] =
    "CREATE OR REPLACE TEMP VIEW target_row AS "
    "SELECT f.place, i.indicator, d.period, u.unit_code, coalesce(s.unit_code, %s) AS issuer_code, coalesce(s.unit_code, %s) AS issuer, "
    "       f.value, f.possible, f.price_list, f.price_bulk, f.feasible, f.hours, f.hours_available, f.per_person, f.factor, f.amplification, "
    "f.people, "
    "       f.impossible, f.several, f.leaf, i.name AS indicator_name, i.counts, u.name AS unit_name, u.level, s.name AS issuer_name, "
    "       s.level AS issuer_level "
    "FROM   target_fact f JOIN %s i ON i.ind = f.ind JOIN period_row d ON d.place = f.per JOIN %s u ON u.unit = f.unit LEFT JOIN %s s ON s.unit = "
    "f.iss LEFT JOIN stranger_word x ON x.stranger = f.stranger";

static shi_err make_view(shi_chain *chain)
{
    shi_buf sql = { 0 };
    const char *units = chain->words ? "unit_row" : "unit_word";
    const char *stranger = chain->words ? "CAST(x.issuer_code AS shi_unit)" : "x.issuer_code";
    const char *any = chain->words ? "CAST(coalesce(x.issuer_code, '') AS shi_unit)" : "coalesce(x.issuer_code, '')";
    shi_buf_format(&sql, SQL_ROW, stranger, any, chain->words ? "indicator_row" : "indicator_word", units, units);
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_exec(chain->duck, sql.ptr, NULL, 0);
    shi_buf_drop(&sql);
    return e;
}

shi_err shi_chain_target(shi_chain *chain)
{
    loading l = { .t = shi_new(chain->keep, shi_chain_targets, 1) };
    if (!l.t) return shi_no_memory();
    SHI_TRY(load_indicators(chain, &l));
    SHI_TRY(load_periods(chain, l.t));
    SHI_TRY(load_prices(chain, &l));
    SHI_TRY(load_strangers(chain, l.t));
    SHI_TRY(load_rows(chain, l.t));
    chain->targets = l.t;
    SHI_TRY(shi_chain_prior(chain));
    SHI_TRY(compute(chain, &l));
    SHI_TRY(write(chain, l.t));
    return make_view(chain);
}
