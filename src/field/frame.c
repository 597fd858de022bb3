/* The frame: everyone behind the figures of a check, once, under keys of the check's own. */
#include "field/spot.h"

#include "chain/chain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One figure's accounts, as they are read. */
typedef struct {
    shi_workspace *ws;
    shi_arena *keep;
    shi_chain chain;
    shi_spot_plan *plan;
    bool suspects;            /* the latest run has members of findings */
    struct entry *entry;
    int64_t len, cap;
    int64_t *cluster;         /* of each entry, in order of the keys */
} framing;

typedef struct entry {
    shi_str key;
    int64_t figure, unit;     /* unit: place in the register */
    bool suspected;
} entry;

/* $1 app, $2 start, $3 end. One row a person: whichever of his accounts was imported first stands for him (no order hangs on a pseudonym). */
#define ONE_A_PERSON "QUALIFY row_number() OVER (PARTITION BY person ORDER BY _import, _record) = 1 ORDER BY _import, _record"
#define BASE "SELECT account, coalesce(phone, 'account ' || account) AS person, unit_code, registered_at, closed_at, _import, _record " \
             "FROM accounts WHERE app = $1"
#define OF_UNIT "unit_code IN (SELECT unit_code FROM frame_unit)"
static const char SQL_REGISTERED[] = "WITH a AS (" BASE ") SELECT account, unit_code FROM a WHERE " OF_UNIT " "
                                     "AND (registered_at IS NULL OR registered_at < $3) AND (closed_at IS NULL OR closed_at >= $3) "
                                     "AND $2 <= $3 " ONE_A_PERSON;
static const char SQL_NEW[] =
    "WITH a AS (" BASE "), f AS (SELECT * FROM a QUALIFY row_number() OVER (PARTITION BY person ORDER BY registered_at NULLS FIRST, _import, "
    "_record) = 1) "
    "SELECT account, unit_code FROM f WHERE " OF_UNIT " AND registered_at >= $2 AND registered_at < $3 " ONE_A_PERSON;
static const char SQL_ACTIVE[] =
    "WITH a AS (" BASE "), d AS (SELECT DISTINCT account FROM events WHERE app = $1 AND time >= $2 AND time < $3 AND ($4 = '' OR action = $4)) "
    "SELECT account, unit_code FROM a WHERE " OF_UNIT " AND account IN (SELECT account FROM d) " ONE_A_PERSON;

/* The units of the figure's subtree. */
static shi_err make_units(framing *f, shi_str unit)
{
    const shi_chain_units *u = &f->chain.units;
    int64_t top = shi_units_find(u, unit);
    shi_appender a;
    if (top < 0) return shi_fail_value(SHI_INPUT, unit, N_("the unit is not in the register"), N_("Import units first."));
    SHI_SQL(&f->chain, "CREATE OR REPLACE TEMP TABLE frame_unit (unit_code VARCHAR)");
    SHI_TRY(shi_append_open(f->chain.duck, "frame_unit", &a));
    for (int64_t i = 0; i < u->len; i++) {
        int64_t up = i;
        for (int depth = 0; up >= 0 && up != top && depth < 16; depth++) up = u->parent[up];
        if (up != top) continue;
        shi_append_str(&a, u->code[i]);
        shi_append_end_row(&a);
    }
    return shi_append_close(&a);
}

/* The key of an account in this check. */
shi_str shi_spot_key(shi_arena *keep, const shi_key *secret, shi_str check, shi_str app, shi_str account)
{
    char kind[32], key[SHI_DRAWING_KEY_LEN];
    snprintf(kind, sizeof kind, "check %.*s", (int)check.len, check.ptr);
    shi_str text = shi_str_format(keep, "%.*s\x1f%.*s", (int)app.len, app.ptr, (int)account.len, account.ptr);
    if (!text.ptr) return text;
    shi_drawing_key(secret, kind, text, key);
    return shi_str_copy(keep, (shi_str){ key, sizeof key });
}

static shi_err add_entry(framing *f, shi_str app, shi_str account, shi_str unit, int64_t figure, bool suspected)
{
    if (f->len == f->cap) {
        int64_t cap = f->cap ? 2 * f->cap : 4096;
        entry *more = shi_new(f->keep, entry, cap);
        if (!more) return shi_no_memory();
        if (f->len) memcpy(more, f->entry, (size_t)f->len * sizeof *more);
        f->entry = more;
        f->cap = cap;
    }
    shi_str key = shi_spot_key(f->keep, &f->ws->key, f->plan->id, app, account);
    f->entry[f->len++] = (entry){ key, figure, shi_units_find(&f->chain.units, unit), suspected };
    return key.ptr ? (shi_err){ 0 } : shi_no_memory();
}

/* Members of the latest run's findings, as table suspect; none where no detector has run. */
static shi_err load_suspects(framing *f)
{
    shi_run_row run;
    int64_t runs;
    SHI_SQL(&f->chain, "CREATE OR REPLACE TEMP TABLE suspect (app VARCHAR, account VARCHAR)");
    SHI_TRY(shi_ledger_run_count(f->ws, &runs));
    if (runs == 0) return (shi_err){ 0 };
    SHI_TRY(shi_ledger_run(f->ws, f->keep, (shi_str){ 0 }, &run));
    const char *path = shi_workspace_path(f->ws, f->keep, "runs/%s/members.parquet", run.run.ptr);
    if (!path || !shi_os_exists(path)) return (shi_err){ 0 };
    const shi_param p = SHI_TEXTP(shi_str_from(path));
    return shi_duck_exec(f->chain.duck, "INSERT INTO suspect SELECT DISTINCT app, account FROM read_parquet($1)", &p, 1);
}

static const char SQL_FIGURE[] =
    "SELECT i.app, i.counts, (SELECT CAST(floor(value) AS BIGINT) FROM reports WHERE indicator = $1 AND period = $2 AND unit_code = $3) "
    "FROM indicators i WHERE i.indicator = $1";

typedef struct {
    shi_str app, counts, login;   /* login: the action that makes an account active; "": any */
    int64_t start_us, end_us;
} counted_by;

static shi_err look_up(framing *f, shi_spot_figure *figure, counted_by *out)
{
    static const char *const PEOPLE[] = { "registered", "new", "active", "quiz" };
    const shi_param p[] = { SHI_TEXTP(figure->indicator), SHI_TEXTP(figure->period), SHI_TEXTP(figure->unit_code) };
    shi_rows rows;
    shi_period period;
    bool found, of_people = false;
    int64_t logins;
    SHI_TRY(shi_duck_query(f->chain.duck, SQL_FIGURE, p, 3, &rows));
    found = shi_rows_next(&rows);
    if (found) {
        out->app = shi_str_copy(f->keep, shi_rows_str(&rows, 0));
        out->counts = shi_str_copy(f->keep, shi_rows_str(&rows, 1));
        figure->reported = shi_rows_null(&rows, 2) ? -1 : shi_rows_int(&rows, 2);
    }
    shi_rows_close(&rows);
    if (!found) return shi_fail_value(SHI_INPUT, figure->figure, N_("there is no such indicator"), N_("Figures are called INDICATOR/PERIOD/UNIT."));
    if (!shi_period_parse(figure->period, &period))
        return shi_fail_value(SHI_INPUT, figure->figure, N_("this is no period"), N_("Figures are called INDICATOR/PERIOD/UNIT."));
    for (int64_t i = 0; i < COUNT(PEOPLE); i++) of_people |= shi_str_eq(out->counts, shi_str_from(PEOPLE[i]));
    if (!of_people)
        return shi_fail_value(SHI_INPUT, figure->figure, N_("visits show whether people are real, not whether deeds are: this figure counts deeds"),
                              N_("Check a figure of registered, new or active people, or of a quiz."));
    shi_period_bounds(&period, &f->ws->zone, &out->start_us, &out->end_us);
    const shi_param app = SHI_TEXTP(out->app);
    SHI_TRY(shi_duck_int(f->chain.duck, "SELECT count(*) FROM (SELECT 1 FROM events WHERE app = $1 AND action = 'login' LIMIT 1)", &app, 1, &logins));
    out->login = shi_str_eq(out->counts, S("quiz")) ? S("quiz") : logins > 0 ? S("login") : S("");
    return (shi_err){ 0 };
}

static shi_err add_figure(framing *f, int64_t i)
{
    shi_spot_figure *figure = &f->plan->figure[i];
    counted_by by;
    shi_rows rows;
    SHI_TRY(look_up(f, figure, &by));
    SHI_TRY(make_units(f, figure->unit_code));
    bool events = shi_str_eq(by.counts, S("active")) || shi_str_eq(by.counts, S("quiz"));
    const char *sql = events ? SQL_ACTIVE : shi_str_eq(by.counts, S("new")) ? SQL_NEW : SQL_REGISTERED;
    const shi_param p[] = { SHI_TEXTP(by.app), SHI_TIMEP(by.start_us), SHI_TIMEP(by.end_us), SHI_TEXTP(by.login) };
    shi_buf whole = { 0 };
    shi_buf_format(&whole, "SELECT account, unit_code, EXISTS (SELECT 1 FROM suspect s WHERE s.app = $1 AND s.account = p.account) FROM (%s) p", sql);
    shi_err e = whole.failed ? shi_no_memory() : shi_duck_query(f->chain.duck, whole.ptr, p, events ? 4 : 3, &rows);
    shi_buf_drop(&whole);
    if (e.code) return e;
    while (!e.code && shi_rows_next(&rows)) {
        e = add_entry(f, by.app, shi_rows_str(&rows, 0), shi_rows_str(&rows, 1), i, shi_rows_int(&rows, 2) != 0);
        figure->population++;
    }
    shi_rows_close(&rows);
    if (!e.code && figure->population == 0)
        e = shi_fail_value(SHI_INPUT, figure->figure, N_("the log shows nobody behind this figure, so nobody can be drawn"),
                           N_("Import the app's accounts, and its events for active and quiz."));
    return e;
}

static int by_key(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    int c = shi_str_cmp(x->key, y->key);
    return c ? c : (x->figure > y->figure) - (x->figure < y->figure);
}

/* Strata are figure x suspected; one of fewer than 5 people, or the other of nobody, is merged into the figure's other. Clusters run across that. */
static shi_err make_strata(framing *f)
{
    enum { LEAST = 5 };
    shi_spot_plan *plan = f->plan;
    int64_t *size = shi_new(f->keep, int64_t, 2 * plan->figures), *number = shi_new(f->keep, int64_t, 2 * plan->figures);
    plan->stratum = shi_new(f->keep, shi_spot_stratum, 2 * plan->figures);
    if (!size || !number || !plan->stratum) return shi_no_memory();
    for (int64_t k = 0; k < f->len; k++) size[2 * f->entry[k].figure + f->entry[k].suspected]++;
    for (int64_t i = 0; i < plan->figures; i++) {
        bool apart = size[2 * i] >= LEAST && size[2 * i + 1] >= LEAST && !plan->cluster_level.ptr;
        for (int s = 0; s <= apart; s++) {
            number[2 * i + s] = ++plan->strata;
            plan->stratum[plan->strata - 1] = (shi_spot_stratum){ .number = plan->strata, .figure = i, .suspected = apart && s,
                .population = apart ? size[2 * i + s] : size[2 * i] + size[2 * i + 1] };
        }
        if (!apart) number[2 * i + 1] = number[2 * i];
    }
    for (int64_t k = 0; k < f->len; k++) f->entry[k].figure = number[2 * f->entry[k].figure + f->entry[k].suspected];   /* now a stratum */
    return (shi_err){ 0 };
}

static shi_err no_overlap(const framing *f)
{
    for (int64_t k = 1; k < f->len; k++)
        if (shi_str_eq(f->entry[k - 1].key, f->entry[k].key))
            return shi_fail_value(SHI_INPUT, f->plan->figure[f->entry[k].figure].figure,
                                  N_("an account stands behind two of the figures: figures of one check must not share people"),
                                  N_("Plan a check for each of them."));
    return (shi_err){ 0 };
}

/* ---- clusters ---- */

/* The unit of the wanted level that a unit is or lies in; itself where there is none. */
static int64_t cluster_unit(const framing *f, int64_t unit, bool *found)
{
    const shi_chain_units *u = &f->chain.units;
    int64_t up = unit;
    for (int depth = 0; up >= 0 && depth < 16; depth++, up = u->parent[up])
        if (shi_str_eq(u->level[up], f->plan->cluster_level)) {
            *found = true;
            return up;
        }
    return unit;
}

/* Units of one stratum become clusters from *next on: each by itself, and with its next neighbours in order of codes where they have fewer than 5
 * together; of the last ones with those before. */
static int64_t join_small(const int64_t *size, int64_t units, int64_t *next, int64_t *cluster_of)
{
    enum { LEAST = 5 };
    int64_t first = *next, here = 0, begun = 0;
    for (int64_t u = 0; u < units; u++) {
        if (size[u] == 0) continue;
        if (here == 0) begun = u;
        cluster_of[u] = *next;
        here += size[u];
        if (here < LEAST) continue;
        ++*next;
        here = 0;
    }
    if (here > 0 && *next > first)
        for (int64_t u = begun; u < units; u++)
            if (size[u] > 0) cluster_of[u] = *next - 1;
    if (here > 0 && *next == first) ++*next;
    return *next - first;
}

/* Codes in an order that says nothing: that in which the keys, sorted, first name them. */
static shi_err number_clusters(framing *f, int64_t clusters)
{
    int64_t *number = shi_new(f->keep, int64_t, clusters), last = 0;
    if (!number) return shi_no_memory();
    for (int64_t k = 0; k < f->len; k++) {
        int64_t *n = &number[f->cluster[k]];
        if (*n == 0) *n = ++last;
        f->cluster[k] = *n;
    }
    for (int64_t k = 0; k < f->plan->cluster_units; k++) f->plan->cluster_unit[k].cluster = number[f->plan->cluster_unit[k].cluster];
    return (shi_err){ 0 };
}

static shi_err make_clusters(framing *f)
{
    shi_spot_plan *plan = f->plan;
    const shi_chain_units *u = &f->chain.units;
    int64_t next = 0, *size = shi_new(f->keep, int64_t, u->len), *of = shi_new(f->keep, int64_t, u->len);
    bool found = false;
    f->cluster = shi_new(f->keep, int64_t, f->len);
    plan->cluster_unit = shi_new(f->keep, shi_spot_cluster_unit, f->len);
    if (!size || !of || !f->cluster || !plan->cluster_unit) return shi_no_memory();
    for (int64_t k = 0; k < f->len; k++) f->entry[k].unit = cluster_unit(f, f->entry[k].unit, &found);
    if (!found)
        return shi_fail_value(SHI_INPUT, plan->cluster_level, N_("no unit of this level stands behind the figures, so no meeting can be drawn"),
                              N_("Import such units, or take the level that the accounts are registered at: --clusters village or group."));
    for (int64_t h = 0; h < plan->strata; h++) {
        memset(size, 0, (size_t)u->len * sizeof *size);
        for (int64_t k = 0; k < f->len; k++)
            if (f->entry[k].figure == h + 1) size[f->entry[k].unit]++;
        plan->stratum[h].clusters = join_small(size, u->len, &next, of);
        for (int64_t k = 0; k < f->len; k++)
            if (f->entry[k].figure == h + 1) f->cluster[k] = of[f->entry[k].unit];
        for (int64_t k = 0; k < u->len; k++)
            if (size[k] > 0) plan->cluster_unit[plan->cluster_units++] = (shi_spot_cluster_unit){ of[k], u->code[k] };
    }
    return number_clusters(f, next);
}

static shi_err frame(framing *f, shi_spot_frame *out)
{
    SHI_TRY(shi_chain_register(&f->chain));
    SHI_TRY(load_suspects(f));
    for (int64_t i = 0; i < f->plan->figures; i++) SHI_TRY(add_figure(f, i));
    qsort(f->entry, (size_t)f->len, sizeof *f->entry, by_key);
    SHI_TRY(no_overlap(f));
    SHI_TRY(make_strata(f));
    if (f->plan->cluster_level.ptr) SHI_TRY(make_clusters(f));
    out->cluster = f->cluster;
    out->rows = f->len;
    out->key = shi_new(f->keep, shi_str, f->len);
    out->stratum = shi_new(f->keep, int64_t, f->len);
    if (!out->key || !out->stratum) return shi_no_memory();
    for (int64_t k = 0; k < f->len; k++) {
        out->key[k] = f->entry[k].key;
        out->stratum[k] = f->entry[k].figure;
    }
    return (shi_err){ 0 };
}

shi_err shi_spot_frame_make(shi_workspace *ws, shi_arena *keep, const shi_engine *engine, shi_spot_plan *plan, shi_spot_frame *out)
{
    shi_duck duck;
    framing f = { .ws = ws, .keep = keep, .plan = plan };
    SHI_TRY(shi_views_open(ws, *keep, engine, &duck));
    f.chain = (shi_chain){ .ws = ws, .keep = keep, .duck = &duck };
    shi_err e = frame(&f, out);
    shi_duck_close(&duck);
    return e;
}
