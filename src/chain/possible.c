/* The most that could be true of each figure (design 4.3): bounds from the register, and from the log where it covers the period fully. Bounds in
 * thousandths, those beyond DECIMAL(18,3) cut to its largest value, which no report can exceed. What an indicator, a period or a unit says is in
 * arrays; what the log says is looked up. */
#include "chain/figure_rows.h"

static const int64_t MOST = INT64_C(999999999999999999);

/* The columns of each, by code. */
enum { I_APP, I_COUNTS, I_DEDUPE, I_PEOPLE, I_ACCOUNTS, I_SECONDS, I_BY, I_ALL };   /* I_BY: 1 once an object, 2 once a day */
enum { EVENTS_COVER, SNAPSHOT_COVER };
enum { PEOPLE, CHILDREN };
enum { SECONDS, DAYS };

typedef struct {
    shi_figure_rows *rows;
    int64_t rules;
    int32_t *indicator[I_ALL];
    int64_t *people, *seconds, *days;   /* of units; of periods */
    int32_t *children;
    shi_keyed_rows coverage, counted, below, more, objects, sessions;
    bool detected;
    shi_keyed_rows clean, touched;      /* counts without suspected members, of the apps that have such */
} bounds;

/* ---- what there is to look up ---- */

#define CODE(x) "CAST(enum_code(" x ") AS INTEGER)"
#define WIDE(x) "CAST(enum_code(" x ") AS BIGINT)"
#define COUNT_THOUSANDTHS(n) "CAST(CASE WHEN " n " >= 1000000000000000 THEN 999999999999999999 ELSE " n " * 1000 END AS BIGINT)"
static const char SQL_INDICATORS[] =
    "SELECT " CODE("indicator") ", " CODE("app") ", " CODE("counts") ", " CODE("dedupe") ", CAST(of_people AS INTEGER), CAST(of_accounts AS "
    "       INTEGER), CAST(counts = 'seconds' AS INTEGER), CASE dedupe WHEN 'account-object' THEN 1 WHEN 'account-day' THEN 2 ELSE 0 END "
    "FROM   indicator_row ORDER BY ALL";
static const char SQL_PERIODS[] = "SELECT " CODE("period") ", seconds, end_day - first_day FROM period_row ORDER BY ALL";
static const char SQL_UNITS[] = "SELECT " CODE("unit_code") ", people, CAST(has_children AS INTEGER) FROM unit_row ORDER BY ALL";
/* $1: periods; of an app in a period */
static const char SQL_COVERAGE[] = "SELECT " WIDE("app") " * $1 + enum_code(period) AS key, events_cover, snapshot_cover FROM coverage ORDER BY key";
/* $2: rules; $3: units. Its own count, and those of the units below it together */
#define COUNTED_KEY "(((" WIDE("app") " * $1 + enum_code(period)) * $2 + enum_code(counts)) * $2 + enum_code(dedupe)) * $3 + enum_code(c.unit_code)"
static const char SQL_COUNTED[] = "SELECT " COUNTED_KEY " AS key, " COUNT_THOUSANDTHS("n") " FROM counted_all c ORDER BY key";
static const char SQL_CLEAN[] = "SELECT " COUNTED_KEY " AS key, " COUNT_THOUSANDTHS("n") " FROM counted_clean c ORDER BY key";
static const char SQL_TOUCHED[] = "SELECT DISTINCT " WIDE("CAST(app AS shi_app)") " AS key, 1 FROM suspected_member ORDER BY key";
static const char SQL_BELOW[] =
    "WITH c AS (SELECT a.app, a.period, a.counts, a.dedupe, u.parent_code AS unit_code, sum(a.n) AS n FROM counted_all a JOIN unit_row u USING "
    "           (unit_code) WHERE u.parent_code IS NOT NULL GROUP BY ALL) "
    "SELECT " COUNTED_KEY " AS key, " COUNT_THOUSANDTHS("n") " FROM c ORDER BY key";
/* accounts beyond one a person; $1: units */
static const char SQL_MORE[] = "SELECT " WIDE("app") " * $1 + enum_code(unit_code) AS key, accounts - persons FROM app_unit ORDER BY key";
static const char SQL_OBJECTS[] =
    "SELECT (" WIDE("app") " * $1 + enum_code(period)) * $2 + enum_code(counts) AS key, objects FROM object_count ORDER BY key";
static const char SQL_SESSIONS[] =
    "SELECT (" WIDE("app") " * $1 + enum_code(period)) * $2 + enum_code(unit_code) AS key, CAST(least(us // 1000, 999999999999999999) AS BIGINT) "
    "FROM   session_sum ORDER BY key";

/* A column of large numbers by code. */
static int64_t *spread_long(shi_chain *chain, int64_t n, const shi_keyed_rows *from, int64_t column)
{
    int64_t *out = shi_new(chain->keep, int64_t, n);
    for (int64_t i = 0; out && i < n; i++) out[i] = SHI_NONE;
    for (int64_t i = 0; out && i < from->len; i++) out[from->key[i]] = shi_keyed_int(from, i, column);
    return out;
}

static shi_err load_register(shi_chain *chain, bounds *b)
{
    shi_keyed_rows indicators, periods, units;
    const shi_figure_rows *r = b->rows;
    SHI_TRY(shi_keyed_load(chain, SQL_INDICATORS, NULL, 0, &indicators));
    SHI_TRY(shi_keyed_load(chain, SQL_PERIODS, NULL, 0, &periods));
    SHI_TRY(shi_keyed_load(chain, SQL_UNITS, NULL, 0, &units));
    for (int k = 0; k < I_ALL; k++)
        if (!(b->indicator[k] = shi_keyed_spread(chain, r->indicator.len, &indicators, k))) return shi_no_memory();
    b->people = spread_long(chain, r->unit.len, &units, PEOPLE);
    b->children = shi_keyed_spread(chain, r->unit.len, &units, CHILDREN);
    b->seconds = spread_long(chain, r->period.len, &periods, SECONDS);
    b->days = spread_long(chain, r->period.len, &periods, DAYS);
    return b->people && b->children && b->seconds && b->days ? (shi_err){ 0 } : shi_no_memory();
}

static shi_err load_log(shi_chain *chain, bounds *b)
{
    shi_dictionary_words rules;
    SHI_TRY(shi_dictionary_load(chain, "shi_rule", &rules));
    b->rules = rules.len;
    const shi_param size[] = { SHI_INT(b->rows->period.len), SHI_INT(rules.len), SHI_INT(b->rows->unit.len) };
    const shi_param by_unit[] = { size[0], size[2] };
    SHI_TRY(shi_keyed_load(chain, SQL_COVERAGE, size, 1, &b->coverage));
    SHI_TRY(shi_keyed_load(chain, SQL_COUNTED, size, 3, &b->counted));
    SHI_TRY(shi_keyed_load(chain, SQL_BELOW, size, 3, &b->below));
    b->detected = chain->detected;
    if (b->detected) SHI_TRY(shi_keyed_load(chain, SQL_CLEAN, size, 3, &b->clean));
    if (b->detected) SHI_TRY(shi_keyed_load(chain, SQL_TOUCHED, NULL, 0, &b->touched));
    SHI_TRY(shi_keyed_load(chain, SQL_MORE, &size[2], 1, &b->more));
    SHI_TRY(shi_keyed_load(chain, SQL_OBJECTS, size, 2, &b->objects));
    return shi_keyed_load(chain, SQL_SESSIONS, by_unit, 2, &b->sessions);
}

/* ---- a group of figures ---- */

/* What its figures have in common; attributes of an unknown indicator are -1. */
typedef struct {
    int32_t of[I_ALL];
    int64_t seconds, days, app_period, objects, events_cover, cover;
    bool touched;                    /* the app has suspected members */
} common;

static int64_t or_zero(int64_t v)
{
    return v == SHI_NONE ? 0 : v;
}

static int64_t thousandths(__int128 n)
{
    return n >= INT64_C(1000000000000000) ? MOST : (int64_t)n * 1000;
}

static common common_of(const bounds *b, int64_t group)
{
    int64_t indicator = group / b->rows->period.len, period = group % b->rows->period.len, hint = 0;
    common c = { .seconds = or_zero(b->seconds[period]), .days = or_zero(b->days[period]), .objects = 0 };
    for (int k = 0; k < I_ALL; k++) c.of[k] = b->indicator[k][indicator];
    if (c.of[I_APP] < 0) return c;
    c.app_period = c.of[I_APP] * b->rows->period.len + period;
    int64_t row = shi_keyed_find(&b->coverage, c.app_period, &hint);
    c.events_cover = or_zero(shi_keyed_int(&b->coverage, row, EVENTS_COVER));
    c.cover = c.of[I_ACCOUNTS] == 1 ? or_zero(shi_keyed_int(&b->coverage, row, SNAPSHOT_COVER)) : c.events_cover;
    row = shi_keyed_find(&b->objects, c.app_period * b->rules + c.of[I_COUNTS], &hint);
    c.objects = or_zero(shi_keyed_int(&b->objects, row, 0));
    c.touched = shi_keyed_find(&b->touched, c.of[I_APP], &hint) >= 0;
    return c;
}

/* Where the last ones were found. */
typedef struct {
    int64_t counted, below, more, sessions, clean;
} hints;

/* The lowest of the bounds there are, and which it was. */
static void bound(const bounds *b, const common *c, int64_t i, int64_t unit, hints *h)
{
    shi_figure_rows *r = b->rows;
    int64_t people = b->people[unit], of[SHI_BY_DAYS + 1];
    for (int k = 0; k < COUNT(of); k++) of[k] = SHI_NONE;
    bool full = c->events_cover == SHI_COVER_FULL;
    if (people != SHI_NONE) {
        bool twice = c->of[I_BY] > 0;
        int64_t more = twice ? or_zero(shi_keyed_int(&b->more, shi_keyed_find(&b->more, c->of[I_APP] * r->unit.len + unit, &h->more), 0)) : 0;
        if (c->of[I_PEOPLE] == 1) of[SHI_BY_PEOPLE] = thousandths(people);
        if (c->of[I_SECONDS] == 1) of[SHI_BY_PEOPLE_TIME] = thousandths((__int128)people * c->seconds);
        if (c->of[I_BY] == 1 && full) of[SHI_BY_OBJECTS] = thousandths(((__int128)people + more) * c->objects);
        if (c->of[I_BY] == 2) of[SHI_BY_DAYS] = thousandths(((__int128)people + more) * c->days);
    }
    if (c->of[I_SECONDS] == 1 && full)
        of[SHI_BY_SESSIONS] = or_zero(shi_keyed_int(&b->sessions, shi_keyed_find(&b->sessions, c->app_period * r->unit.len + unit, &h->sessions), 0));
    /* of equal ones the first named */
    static const int8_t TURN[] = { SHI_BY_PEOPLE, SHI_BY_SESSIONS, SHI_BY_OBJECTS, SHI_BY_DAYS, SHI_BY_PEOPLE_TIME };
    r->possible[i] = SHI_NONE;
    r->possible_by[i] = SHI_BY_NOTHING;
    for (int k = 0; k < COUNT(TURN); k++) {
        int64_t v = of[TURN[k]];
        if (v == SHI_NONE || (r->possible[i] != SHI_NONE && v >= r->possible[i])) continue;
        r->possible[i] = v;
        r->possible_by[i] = TURN[k];
    }
}

/* What suspected members hold of a count: what is missing without them, so that a person with a second account still counts. */
static int64_t suspected(const bounds *b, const common *c, int64_t key, int64_t counted, hints *h)
{
    if (!b->detected || counted == SHI_NONE) return SHI_NONE;
    int64_t clean = c->touched ? or_zero(shi_keyed_int(&b->clean, shi_keyed_find(&b->clean, key, &h->clean), 0)) : counted;
    return counted > clean ? counted - clean : 0;
}

static void fill_group(const bounds *b, int64_t group)
{
    shi_figure_rows *r = b->rows;
    const common c = common_of(b, group);
    const int64_t key = c.of[I_APP] < 0 ? -1 : (c.app_period * b->rules + c.of[I_COUNTS]) * b->rules + c.of[I_DEDUPE];
    hints h = { 0 };
    for (int64_t i = r->group[group]; i < r->group[group + 1]; i++) {
        int64_t unit = shi_figure_unit(r, i);
        r->cover[i] = (int8_t)c.cover;
        r->events_cover[i] = (int8_t)c.events_cover;
        r->counted[i] = r->sum_of_children[i] = SHI_NONE;
        if (c.cover > 0) {
            r->counted[i] = or_zero(shi_keyed_int(&b->counted, shi_keyed_find(&b->counted, key * r->unit.len + unit, &h.counted), 0));
            if (b->children[unit] == 1)
                r->sum_of_children[i] = or_zero(shi_keyed_int(&b->below, shi_keyed_find(&b->below, key * r->unit.len + unit, &h.below), 0));
        }
        r->suspected[i] = suspected(b, &c, key * r->unit.len + unit, r->counted[i], &h);
        bound(b, &c, i, unit, &h);
    }
}

shi_err shi_chain_possible(shi_chain *chain)
{
    bounds b = { .rows = chain->figures };
    SHI_TRY(load_register(chain, &b));
    SHI_TRY(load_log(chain, &b));
    #pragma omp parallel for schedule(dynamic, 16) if (b.rows->len > 10000)
    for (int64_t g = 0; g < b.rows->groups; g++) fill_group(&b, g);
    return (shi_err){ 0 };
}
