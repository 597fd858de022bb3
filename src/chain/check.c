/* check: the steps of the chain that need no report and no log, then their tables read into C. */
#include "chain/check.h"

#include "chain/cells.h"
#include "chain/run.h"
#include "shishu/names.h"

#include <string.h>

/* Names that share half of their character pairs are taken to ask for the same; a person decides. */
static const double ALIKE = 0.5;

/* ---- indicators ---- */

static const char SQL_INDICATORS[] =
    "SELECT indicator, name, app, counts, class, targets, leaves, units, impossible, CAST(total AS DOUBLE), CAST(hours AS DOUBLE), "
    "       CAST(price_list AS DOUBLE), CAST(price_bulk AS DOUBLE), CAST(feasible AS DOUBLE), advice, why, because "
    "FROM   indicator_check ORDER BY indicator";

/* Which check of the person makes the count one that cannot be bought: a face cannot be lent by the thousand, an entry is made where the thing
 * stands. Likes, reads and the like are worth nothing whoever gives them, so no check helps. */
static shi_hardening harden(shi_str counts)
{
    static const struct {
        const char *counts;
        shi_hardening by;
    } BY[] = { { "registered", SHI_HARDEN_HOUSEHOLDER }, { "new", SHI_HARDEN_HOUSEHOLDER }, { "installs", SHI_HARDEN_HOUSEHOLDER },
        { "active", SHI_HARDEN_FACE }, { "quiz", SHI_HARDEN_FACE }, { "votes", SHI_HARDEN_FACE }, { "checkins", SHI_HARDEN_ONSITE },
        { "entries", SHI_HARDEN_ONSITE }, { "uploads", SHI_HARDEN_ONSITE } };
    for (int64_t i = 0; i < COUNT(BY); i++)
        if (shi_str_eq(counts, shi_str_from(BY[i].counts))) return BY[i].by;
    return SHI_HARDEN_NONE;
}

static void read_indicator(shi_cells *r, void *item)
{
    shi_indicator_row *i = item;
    shi_cells_strs(r, (shi_str *const[]){ &i->indicator, &i->name, &i->app, &i->counts, &i->clazz }, 5);
    shi_cells_ints(r, (int64_t *const[]){ &i->targets, &i->leaves, &i->units, &i->impossible }, 4);
    shi_cells_f64s(r, (shi_maybe_f64 *const[]){ &i->total, &i->hours, &i->price_list, &i->price_bulk, &i->feasible }, 5);
    shi_cells_strs(r, (shi_str *const[]){ &i->advice, &i->why, &i->because }, 3);
    i->harden = harden(i->counts);
}

/* Each indicator's like ones, from the pairs of names. */
static shi_err list_duplicates(shi_chain *chain, shi_check *out, const shi_name_pair *pair, int64_t pairs)
{
    int64_t n = 0;
    out->duplicate = shi_new(chain->keep, shi_duplicate, 2 * pairs);
    if (!out->duplicate) return shi_no_memory();
    for (int64_t k = 0; k < pairs; k++) {
        out->indicator[pair[k].a].duplicates++;
        out->indicator[pair[k].b].duplicates++;
    }
    for (int64_t i = 0; i < out->indicators; i++) {
        out->indicator[i].first_duplicate = n;
        n += out->indicator[i].duplicates;
        out->indicator[i].duplicates = 0;
    }
    for (int64_t k = 0; k < pairs; k++)
        for (int side = 0; side < 2; side++) {
            shi_indicator_row *i = &out->indicator[side ? pair[k].b : pair[k].a], *other = &out->indicator[side ? pair[k].a : pair[k].b];
            out->duplicate[i->first_duplicate + i->duplicates++] = (shi_duplicate){ other->indicator, other->name, other->app, pair[k].share };
        }
    return (shi_err){ 0 };
}

static shi_err find_duplicates(shi_chain *chain, shi_check *out)
{
    int64_t n = out->indicators, bytes = 0, pairs;
    shi_str *name = shi_new(chain->keep, shi_str, n);
    int64_t *group = shi_new(chain->keep, int64_t, n);
    shi_name_pair *pair;
    shi_arena scratch;
    if (!name || !group) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) {
        name[i] = out->indicator[i].name;
        bytes += name[i].len + 1;
        while (group[i] < i && !shi_str_eq(out->indicator[group[i]].counts, out->indicator[i].counts)) group[i]++;
    }
    SHI_TRY(shi_arena_open(16 * bytes + 64 * n + (1 << 16), &scratch));
    shi_err e = shi_names_alike(chain->keep, scratch, name, group, n, ALIKE, &pair, &pairs);
    shi_arena_drop(&scratch);
    return e.code ? e : list_duplicates(chain, out, pair, pairs);
}

static shi_err load_indicators(shi_chain *chain, shi_check *out)
{
    static const char *const ADVICE[] = { "cancel", "merge", "guidance", "keep" };
    void *items;
    SHI_TRY(shi_cells_read(chain->duck, chain->keep, SQL_INDICATORS, NULL, 0, (int64_t)sizeof(shi_indicator_row), read_indicator, &items,
                           &out->indicators));
    out->indicator = items;
    for (int64_t i = 0; i < out->indicators; i++) {
        out->indicator[i].judged = &out->lawful.indicators.ptr[i];   /* both are in order of the indicator */
        for (int k = 0; k < COUNT(ADVICE); k++) out->advised[k] += shi_str_eq(out->indicator[i].advice, shi_str_from(ADVICE[k]));
    }
    return find_duplicates(chain, out);
}

/* ---- issuers and burden ---- */

static double known(shi_cells *r)
{
    shi_maybe_f64 x = shi_cells_f64(r);
    return x.known ? x.v : -1;
}

static void read_issuer(shi_cells *r, void *item)
{
    shi_issuer_row *i = item;
    i->indicator = (int32_t)shi_cells_int(r).v;
    i->period = (int32_t)shi_cells_int(r).v;
    i->unit = (int32_t)shi_cells_int(r).v;
    i->own = known(r);
    i->handed = known(r);
    i->targets = shi_cells_int(r).v;
    i->factor = known(r);
    i->hours = known(r);
}

static void read_unit_burden(shi_cells *r, void *item)
{
    shi_unit_burden *b = item;
    b->period = (int32_t)shi_cells_int(r).v;
    b->unit = (int32_t)shi_cells_int(r).v;
    b->indicators = (int32_t)shi_cells_int(r).v;
    b->over = shi_cells_int(r).v != 0;
    b->hours = known(r);
    b->available = known(r);
    b->price_list = known(r);
    b->price_bulk = known(r);
}

static void read_issuer_burden(shi_cells *r, void *item)
{
    shi_issuer_burden *b = item;
    b->unit = (int32_t)shi_cells_int(r).v;
    b->kind = shi_cells_str(r);
    b->indicators = shi_cells_int(r).v;
    b->targets = shi_cells_int(r).v;
    b->hours = known(r);
}

static void read_period_burden(shi_cells *r, void *item)
{
    shi_period_burden *b = item;
    shi_cells_strs(r, (shi_str *const[]){ &b->period, &b->kind }, 2);
    shi_cells_ints(r, (int64_t *const[]){ &b->indicators, &b->targets, &b->impossible, &b->unlawful, &b->weekdays, &b->first_day, &b->end_day }, 7);
    b->hours = known(r);
    b->available = known(r);
    b->price_bulk = known(r);
}

static const char SQL_ISSUERS[] = "SELECT ind, per, iss, own, handed, targets, factor, CAST(hours AS DOUBLE) FROM issuer_check ORDER BY ind, per, "
    "iss";
static const char SQL_UNITS[] =
    "SELECT per, unit, indicators, CAST(over AS BIGINT), CAST(hours AS DOUBLE), CAST(available AS DOUBLE), CAST(price_list AS DOUBLE), "
    "       CAST(price_bulk AS DOUBLE) FROM burden ORDER BY per, unit";
static const char SQL_ISSUER_HOURS[] = "SELECT iss, kind, indicators, targets, CAST(hours AS DOUBLE) FROM burden_issuer ORDER BY iss, kind";
static const char SQL_PERIODS[] =
    "SELECT CAST(period AS VARCHAR), kind, indicators, targets, impossible, unlawful, weekdays, first_day, end_day, CAST(hours AS DOUBLE), "
    "       CAST(available AS DOUBLE), CAST(price_bulk AS DOUBLE) FROM burden_period ORDER BY kind, period";

static shi_err load_burdens(shi_chain *chain, shi_check *out)
{
    void *items;
    SHI_TRY(shi_cells_read(chain->duck, chain->keep, SQL_ISSUERS, NULL, 0, (int64_t)sizeof(shi_issuer_row), read_issuer, &items, &out->issuers));
    out->issuer = items;
    SHI_TRY(shi_cells_read(chain->duck, chain->keep, SQL_UNITS, NULL, 0, (int64_t)sizeof(shi_unit_burden), read_unit_burden, &items,
                           &out->unit_burdens));
    out->unit_burden = items;
    SHI_TRY(shi_cells_read(chain->duck, chain->keep, SQL_ISSUER_HOURS, NULL, 0, (int64_t)sizeof(shi_issuer_burden), read_issuer_burden, &items,
                           &out->issuer_burdens));
    out->issuer_burden = items;
    SHI_TRY(shi_cells_read(chain->duck, chain->keep, SQL_PERIODS, NULL, 0, (int64_t)sizeof(shi_period_burden), read_period_burden, &items,
                           &out->period_burdens));
    out->period_burden = items;
    return (shi_err){ 0 };
}

/* ---- before and after a rule ---- */

typedef struct {
    int64_t periods, targets, weekdays;
    double hours;
    bool known;                          /* the hours of all of them */
} span;

static void add_period(span *s, const shi_period_burden *p)
{
    s->known = (s->known || !s->periods) && p->hours >= 0;
    s->periods++;
    s->targets += p->targets;
    s->weekdays += p->weekdays;
    s->hours += p->hours;
}

static double a_day(const span *s)
{
    return s->known && s->weekdays ? s->hours / (double)s->weekdays : -1;
}

/* Periods of one kind stand together, in order. */
static void measure_effect(shi_check *out, int64_t day, int64_t from, int64_t to)
{
    span before = { 0 }, after = { 0 };
    for (int64_t i = from; i < to; i++) {
        const shi_period_burden *p = &out->period_burden[i];
        if (p->end_day <= day) add_period(&before, p);
        if (p->first_day >= day) add_period(&after, p);
    }
    if (!before.periods || !after.periods) return;
    out->effect[out->effects++] = (shi_rule_effect){ .day = day, .kind = out->period_burden[from].kind, .periods_before = before.periods,
        .periods_after = after.periods, .hours_before = a_day(&before), .hours_after = a_day(&after),
        .targets_before = (double)before.targets / (double)before.periods, .targets_after = (double)after.targets / (double)after.periods };
}

static shi_err measure_effects(shi_chain *chain, const shi_book *book, shi_check *out)
{
    enum { KINDS = 4 };
    int64_t last = INT64_MIN;
    out->effect = shi_new(chain->keep, shi_rule_effect, KINDS * book->len);
    if (!out->effect) return shi_no_memory();
    for (;;) {   /* the days of the rules, each once, in order */
        int64_t day = INT64_MAX;
        for (int64_t r = 0; r < book->len; r++) {
            const shi_rule *rule = &book->ptr[r];
            bool counts = rule->severity == SHI_HIGH && shi_rule_forbids(rule);
            if (counts && rule->in_force > last && rule->in_force < day) day = rule->in_force;
        }
        if (day == INT64_MAX) return (shi_err){ 0 };
        for (int64_t from = 0, to; from < out->period_burdens; from = to) {
            for (to = from + 1; to < out->period_burdens && shi_str_eq(out->period_burden[to].kind, out->period_burden[from].kind);) to++;
            measure_effect(out, day, from, to);
        }
        last = day;
    }
}

/* ---- totals, and what if ---- */

/* %s: which indicators are left out */
static const char SQL_TOTALS[] =
    "WITH gone AS (SELECT ind FROM indicator_word WHERE indicator IN (SELECT indicator FROM cancelled%s)), "
    "kept AS (SELECT count(DISTINCT ind) AS indicators, count(*) AS targets, count(*) FILTER (WHERE impossible) AS impossible, "
    "                count(*) FILTER (WHERE high) AS unlawful FROM target_check ANTI JOIN gone USING (ind)), "
    "asked AS (SELECT count(*) AS figures, count(work) AS with_hours, count(price_bulk) AS with_price, CAST(sum(work) AS DOUBLE) / 1e6 AS hours, "
    "                 CAST(sum(price_bulk) AS DOUBLE) / 100.0 AS price FROM target_figure ANTI JOIN gone USING (ind) WHERE leaf), "
    "work AS (SELECT sum(work) AS work, max(available) AS available FROM target_figure ANTI JOIN gone USING (ind) GROUP BY per, unit), "
    "busy AS (SELECT count(*) FILTER (WHERE work > available * 1e6) AS over, count(*) FILTER (WHERE work IS NOT NULL AND available IS NOT NULL) AS "
    "                compared FROM work) "
    "SELECT k.indicators, k.targets, k.impossible, k.unlawful, a.figures, a.with_hours, a.with_price, "
    "       CASE WHEN b.compared > 0 OR k.targets = 0 THEN b.over END, CASE WHEN k.targets = 0 THEN 0 ELSE a.hours END, "
    "       CASE WHEN k.targets = 0 THEN 0 ELSE a.price END "
    "FROM   kept k, asked a, busy b";

static void read_totals(shi_cells *r, void *item)
{
    shi_totals *t = item;
    shi_cells_ints(r, (int64_t *const[]){ &t->indicators, &t->targets, &t->impossible, &t->unlawful, &t->figures, &t->with_hours,
        &t->with_price }, 7);
    t->units_over = shi_cells_int(r);
    shi_cells_f64s(r, (shi_maybe_f64 *const[]){ &t->hours, &t->price_bulk }, 2);
}

static shi_err total(shi_chain *chain, const char *but, shi_totals *out)
{
    shi_buf sql = { 0 };
    void *item = NULL;
    int64_t n;
    shi_buf_format(&sql, SQL_TOTALS, but);
    shi_err e = sql.failed ? shi_no_memory() : shi_cells_read(chain->duck, chain->keep, sql.ptr, NULL, 0, (int64_t)sizeof *out, read_totals, &item,
                                                              &n);
    shi_buf_drop(&sql);
    if (!e.code) *out = *(shi_totals *)item;
    return e;
}

static shi_err total_all(shi_chain *chain, const shi_check_options *options, shi_check *out)
{
    shi_appender a;
    SHI_SQL(chain, "CREATE OR REPLACE TEMP TABLE cancelled (indicator VARCHAR)");
    SHI_TRY(shi_append_open(chain->duck, "cancelled", &a));
    for (int64_t i = 0; i < options->cancel.len; i++) {
        shi_append_str(&a, options->cancel.ptr[i]);
        shi_append_end_row(&a);
    }
    SHI_TRY(shi_append_close(&a));
    out->cancel = options->cancel;
    out->prior_mean = chain->prior.mean;
    out->prior_weight = chain->prior.weight;
    out->prior_units = chain->prior.units;
    SHI_TRY(total(chain, " WHERE false", &out->all));
    out->left = out->all;
    if (options->cancel.len) SHI_TRY(total(chain, "", &out->left));
    return shi_duck_int(chain->duck, "SELECT count(*) FROM target_check WHERE amplification > 1", NULL, 0, &out->amplified);
}

static shi_err known_indicators(const shi_check *check, const shi_names *names)
{
    for (int64_t i = 0; i < names->len; i++) {
        int64_t k = 0;
        while (k < check->indicators && !shi_str_eq(check->indicator[k].indicator, names->ptr[i])) k++;
        if (k == check->indicators)
            return shi_fail_value(SHI_USAGE, names->ptr[i], N_("there is no such indicator to cancel"),
                                  N_("Name codes of table indicators, separated by commas: --what-if cancel=A,B."));
    }
    return (shi_err){ 0 };
}

/* ---- targets that wait for what they name ---- */

static const char SQL_WAITING[] =
    "SELECT count(*) FILTER (WHERE i.ind IS NULL), count(*) FILTER (WHERE i.ind IS NOT NULL AND u.unit IS NULL) "
    "FROM   targets t JOIN period_row d ON d.period = t.period LEFT JOIN indicator_word i ON i.indicator = t.indicator "
    "       LEFT JOIN unit_word u ON u.unit_code = t.unit_code";

static void read_waiting(shi_cells *r, void *item)
{
    shi_check *c = item;
    shi_cells_ints(r, (int64_t *const[]){ &c->no_indicator, &c->no_unit }, 2);
}

static shi_err count_waiting(shi_chain *chain, shi_check *out)
{
    void *item;
    int64_t n;
    SHI_TRY(shi_cells_read(chain->duck, chain->keep, SQL_WAITING, NULL, 0, (int64_t)sizeof(shi_check), read_waiting, &item, &n));
    const shi_check *found = item;
    out->no_indicator = found->no_indicator;
    out->no_unit = found->no_unit;
    return (shi_err){ 0 };
}

/* ---- the whole ---- */

shi_err shi_check_judge(shi_chain *chain, const shi_book *book, const shi_check_options *options, shi_check *out)
{
    const shi_lawful_options lawful = { .all_dates = options->all_dates, .today = options->today };
    *out = (shi_check){ .units = &chain->units, .targets = chain->targets };
    SHI_TRY(shi_chain_lawful(chain, book, &lawful, &out->lawful));
    SHI_TRY(shi_chain_advice(chain, &out->lawful));
    chain->judged = true;
    SHI_TRY(shi_chain_burden(chain));
    SHI_TRY(load_indicators(chain, out));
    SHI_TRY(known_indicators(out, &options->cancel));
    SHI_TRY(load_burdens(chain, out));
    SHI_TRY(measure_effects(chain, book, out));
    SHI_TRY(total_all(chain, options, out));
    SHI_TRY(count_waiting(chain, out));
    return shi_chain_allocate(chain, &out->allocations);
}

/* Targets of the same indicator and period that are known already stay: they tell what the draft's issuers were asked for. */
static shi_err only_draft(shi_chain *chain, int64_t first)
{
    shi_buf sql = { 0 };
    shi_buf_format(&sql, "CREATE OR REPLACE TEMP VIEW targets AS SELECT * FROM memory.main.targets WHERE (indicator, period) IN (SELECT (indicator, "
        "period) "
        "FROM targets_rows WHERE _import >= %lld)", (long long)first);
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_exec(chain->duck, sql.ptr, NULL, 0);
    shi_buf_drop(&sql);
    return e;
}

static shi_err steps(shi_chain *chain, const shi_book *book, const shi_check_options *options, shi_check *out)
{
    SHI_TRY(shi_chain_register(chain));
    if (options->draft_from) SHI_TRY(only_draft(chain, options->draft_from));
    SHI_TRY(shi_chain_asked(chain));
    SHI_TRY(shi_chain_target(chain));
    SHI_TRY(shi_check_judge(chain, book, options, out));
    SHI_TRY(shi_chain_ranked(chain, &out->lawful, &out->ranked));
    if (!out->all.targets && !out->no_indicator && !out->no_unit && !out->indicators && !out->lawful.apps.len && !out->lawful.forms.len)
        return shi_fail(SHI_INPUT, N_("there is nothing to check: no target, no indicator, no app"),
                        N_("Import table targets or indicators; \"shishu\" alone shows what there is."));
    return (shi_err){ 0 };
}

shi_err shi_check_run(shi_workspace *ws, shi_arena *keep, const shi_book *book, const shi_check_options *options, const shi_engine *engine,
                      shi_duck *duck, shi_chain *chain, shi_check *out)
{
    *chain = (shi_chain){ .ws = ws, .keep = keep, .duck = duck, .period = options->period };
    SHI_TRY(shi_views_open(ws, *keep, engine, duck));
    shi_err e = steps(chain, book, options, out);
    if (e.code) shi_duck_close(duck);
    return e;
}

shi_maybe_f64 shi_check_hours_saved(const shi_indicator_row *i)
{
    bool saves = shi_str_eq(i->advice, S("cancel")) || shi_str_eq(i->advice, S("merge"));
    return (shi_maybe_f64){ i->hours.known, saves ? i->hours.v : 0 };
}

static bool find(shi_cites cites, const shi_rule *rule, const shi_cited **found)
{
    for (int64_t i = 0; i < cites.len; i++)
        if (cites.ptr[i].rule == rule && cites.ptr[i].hit) return *found = &cites.ptr[i], true;
    return false;
}

const shi_cited *shi_check_broken(const shi_check *check, const shi_rule *rule, int64_t n[SHI_SUBJECTS])
{
    const shi_lawful *l = &check->lawful;
    const shi_judged_rows *const ROWS_OF[] = { &l->indicators, &l->apps, &l->bulletins, &l->forms, &l->units };
    const shi_cited *found = NULL;
    n[0] = 0;
    for (int64_t i = 0; i < l->lists; i++)
        if (find(l->list[i], rule, &found)) n[0] += l->list_size[i];
    for (int64_t k = 0; k < COUNT(ROWS_OF); k++) {
        n[k + 1] = 0;
        for (int64_t i = 0; i < ROWS_OF[k]->len; i++) n[k + 1] += find(ROWS_OF[k]->ptr[i].cites, rule, &found);
    }
    find(l->workspace, rule, &found);
    return found;
}
