/* Rows of a run: the SQL that gives them their columns, and the way back into C. */
#include "chain/run.h"

#include "chain/cells.h"

#include <string.h>

#define SEVERITY \
    "CASE verdict WHEN 'impossible' THEN 0 WHEN 'contradictory' THEN 1 WHEN 'refuted' THEN 2 WHEN 'doubtful' THEN 3 WHEN 'confirmed' THEN 4 " \
    "WHEN 'not_judged' THEN 6 ELSE 5 END"
#define EXCESS "greatest(coalesce(impossible_excess, 0), coalesce(not_in_logs, 0))"
const char SHI_SQL_WORST_COLUMNS[] = "CAST(" SEVERITY " AS UTINYINT) AS severity, " EXCESS " AS excess";
const char SHI_WORST_FIGURES[] = " ORDER BY " SEVERITY ", " EXCESS " DESC, reported DESC NULLS LAST, indicator, period, unit_code ";
const char SHI_WORST_COLUMNS_FIRST[] = " ORDER BY severity, excess DESC, reported DESC NULLS LAST, indicator, period, unit_code ";
/* how many times over a target exceeds what is possible says more than by how many: a village of 700 with 3,000 stands before a town */
const char SHI_WORST_TARGETS[] =
    " ORDER BY impossible DESC, CASE WHEN impossible THEN CAST(value AS DOUBLE) / greatest(possible, 0.001) ELSE 0 END DESC, amplification DESC, "
    "          value DESC, indicator, period, unit_code, issuer_code ";

bool shi_figure_name_split(shi_str name, shi_str part[3])
{
    int64_t at = shi_str_find(name, '@', 0);
    if (at >= 0) name.len = at;
    int64_t last = name.len;
    while (last > 0 && name.ptr[last - 1] != '/') last--;
    int64_t middle = last - 1;
    while (middle > 0 && name.ptr[middle - 1] != '/') middle--;
    if (last < 4 || middle < 2) return false;
    part[0] = shi_str_sub(name, 0, middle - 1);
    part[1] = shi_str_sub(name, middle, last - 1);
    part[2] = shi_str_sub(name, last, name.len);
    return true;
}

/* ---- out ---- */

/* The columns of the contract, then what explain and report also need. */
const char SHI_SQL_FIGURE_COLUMNS[] =
    "indicator, period, unit_code, shi_decimal(target) AS target, issuer_code, amplification, feasible, "
    "       shi_decimal(reported) AS reported, shi_decimal(counted) AS counted, ['none', 'part', 'full'][cover + 1] AS coverage, "
    "shi_decimal(possible) AS possible, "
    "       shi_decimal(impossible_excess) AS impossible_excess, shi_decimal(not_in_logs) AS not_in_logs, shi_decimal(sum_of_children) AS "
    "sum_of_children, "
    "       struct_pack(login := CASE WHEN accounts > 0 AND events_cover > 0 THEN coalesce(logins, 0) / accounts END, phone := CASE WHEN accounts > "
    "0 THEN phones / accounts END, "
    "                   device := CASE WHEN events > 0 THEN devices / events END, ip := CASE WHEN events > 0 THEN ips / events END, "
    "                   object := CASE WHEN events > 0 THEN objects / events END, seconds := CASE WHEN events > 0 THEN timed / events END) AS "
    "decision_rate, "
    "       shi_decimal(suspected) AS suspected, checked_n, checked_real, shi_decimal(real_low) AS real_low, "
    "shi_decimal(real_high) AS real_high, "
    "       ['not_judged', 'plausible', 'confirmed', 'doubtful', 'refuted', 'contradictory', 'impossible'][verdict + 1] AS verdict, "
    "       indicator_name, app, counts, dedupe, unit_name, level, parent_code, issuer_name, per_person, price_list, price_bulk, people, people_by, "
    "possible_by, "
    "       any_action, CASE WHEN of_accounts AND accounts > 0 THEN undated / accounts END AS undated, "
    "check_id, check_method, [NULL, 'confirmed', 'refuted'][coalesce(decision, 0) + 1] AS check_decision";

/* Targets with their words. %s: what the rules say, and from which table; NULL where they were not asked */
static const char SQL_TARGET_OUT[] =
    "CREATE OR REPLACE TEMP VIEW target_out AS "
    "SELECT CAST(i.indicator AS VARCHAR) AS indicator, CAST(d.period AS VARCHAR) AS period, u.unit_code, coalesce(s.unit_code, x.issuer_code) AS "
    "issuer_code, "
    "       shi_decimal(f.value) AS value, shi_decimal(f.possible) AS possible, f.impossible, f.feasible, f.factor, f.amplification, f.per_person, "
    "       f.price_list, f.price_bulk, f.hours, f.hours_available, f.people, i.name AS indicator_name, i.counts, u.name AS unit_name, u.level, "
    "       s.name AS issuer_name, s.level AS issuer_level, f.several, f.place, f.leaf, a.unit_code AS above_code, "
    "       f.above_factor, %s f "
    "       JOIN indicator_word i ON i.ind = f.ind JOIN period_row d ON d.place = f.per JOIN unit_word u ON u.unit = f.unit "
    "       LEFT JOIN unit_word s ON s.unit = f.iss LEFT JOIN stranger_word x ON x.stranger = f.stranger "
    "       LEFT JOIN unit_word a ON a.unit = f.above %s";
static const char *const TARGET_SOURCE[][2] = {
    { "NULL::BIGINT AS law, NULL::VARCHAR AS rules, NULL::VARCHAR AS high, NULL::VARCHAR AS medium, NULL::VARCHAR AS merge_with, NULL::VARCHAR AS "
      "advice, NULL::VARCHAR AS why FROM target_fact", "" },
    { "f.law, h.in_force_hits AS rules, h.high, h.medium, m.indicator AS merge_with, f.advice, f.why FROM target_check",
      "JOIN law_list h ON h.law = f.law LEFT JOIN indicator_word m ON m.ind = f.merge_with" },
};

shi_err shi_run_target_view(shi_chain *chain)
{
    shi_buf sql = { 0 };
    shi_buf_format(&sql, SQL_TARGET_OUT, TARGET_SOURCE[chain->judged][0], TARGET_SOURCE[chain->judged][1]);
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_exec(chain->duck, sql.ptr, NULL, 0);
    shi_buf_drop(&sql);
    return e;
}

static shi_err make_out(shi_chain *chain, const char *name)
{
    shi_buf sql = { 0 };
    shi_buf_format(&sql, "CREATE OR REPLACE TEMP VIEW %s_out AS SELECT %s FROM %s_row", name, SHI_SQL_FIGURE_COLUMNS, name);
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_exec(chain->duck, sql.ptr, NULL, 0);
    shi_buf_drop(&sql);
    return e;
}

shi_err shi_run_views(shi_chain *chain)
{
    SHI_TRY(make_out(chain, "figure"));
    SHI_TRY(make_out(chain, "worst"));
    return shi_run_target_view(chain);
}

/* ---- back ---- */

/* Decimals come back as thousandths, words of a dictionary as text; the columns in the order that read_figure takes them. */
#define TEXT(x) "CAST(" x " AS VARCHAR)"
static const char FIGURE_COLUMNS[] =
    TEXT("indicator") ", " TEXT("period") ", " TEXT("unit_code") ", " TEXT("indicator_name") ", " TEXT("app") ", " TEXT("counts") ", "
    TEXT("dedupe") ", " TEXT("unit_name") ", " TEXT("level") ", " TEXT("parent_code") ", " TEXT("issuer_code") ", " TEXT("issuer_name") ", "
        "check_id, check_method, check_decision, "
    SHI_MILLI("target") ", " SHI_MILLI("reported") ", " SHI_MILLI("counted") ", " SHI_MILLI("sum_of_children") ", "
    SHI_MILLI("not_in_logs") ", " SHI_MILLI("suspected") ", people * 1000, " SHI_MILLI("possible") ", " SHI_MILLI("impossible_excess") ", "
    SHI_MILLI("real_low") ", " SHI_MILLI("real_high") ", checked_n * 1000, checked_real * 1000, price_list, price_bulk, "
    "amplification, feasible, per_person, undated, decision_rate.login, decision_rate.phone, decision_rate.device, decision_rate.ip, "
    "decision_rate.object, decision_rate.seconds, "
    "coverage, verdict, CAST(people_by AS BIGINT), CAST(possible_by AS BIGINT), CAST(coalesce(any_action, false) AS BIGINT)";

static void read_figure(shi_cells *c, shi_figure *f)
{
    shi_str *const texts[] = { &f->indicator, &f->period, &f->unit_code, &f->indicator_name, &f->app, &f->counts, &f->dedupe, &f->unit_name,
        &f->level,
                               &f->parent_code, &f->issuer_code, &f->issuer_name, &f->check, &f->check_method, &f->check_decision };
    shi_maybe *const numbers[] = { &f->target, &f->reported, &f->counted, &f->sum_of_children, &f->not_in_logs, &f->suspected, &f->people,
        &f->possible,
        &f->impossible_excess,
                                   &f->real_low, &f->real_high, &f->checked_n, &f->checked_real, &f->price_list, &f->price_bulk };
    shi_maybe_f64 *const shares[] = { &f->amplification, &f->feasible, &f->per_person, &f->undated, &f->rates.login, &f->rates.phone,
        &f->rates.device,
                                      &f->rates.ip, &f->rates.object, &f->rates.seconds };
    for (int64_t i = 0; i < COUNT(texts); i++) *texts[i] = shi_cells_str(c);
    for (int64_t i = 0; i < COUNT(numbers); i++) *numbers[i] = shi_cells_int(c);
    for (int64_t i = 0; i < COUNT(shares); i++) *shares[i] = shi_cells_f64(c);
    shi_str coverage = shi_rows_str(&c->rows, c->at++);
    for (int k = SHI_COVER_NONE; k <= SHI_COVER_FULL; k++)
        if (shi_str_eq(coverage, shi_str_from(shi_coverage_name((shi_coverage)k)))) f->coverage = (shi_coverage)k;
    shi_str verdict = shi_rows_str(&c->rows, c->at++);
    for (int k = SHI_NOT_JUDGED; k <= SHI_IMPOSSIBLE; k++)
        if (shi_str_eq(verdict, shi_str_from(shi_verdict_name((shi_verdict)k)))) f->verdict = (shi_verdict)k;
    f->people_by = (shi_people_basis)shi_cells_int(c).v;
    f->possible_by = (shi_possible_by)shi_cells_int(c).v;
    f->any_action = shi_cells_int(c).v != 0;
}

static const char TARGET_COLUMNS[] =
    TEXT("indicator") ", " TEXT("period") ", " TEXT("unit_code") ", " TEXT("issuer_code") ", " TEXT("indicator_name") ", "
    TEXT("unit_name") ", " TEXT("level") ", " TEXT("issuer_name") ", " TEXT("issuer_level") ", "
    SHI_MILLI("value") ", " SHI_MILLI("possible") ", price_list, price_bulk, feasible, per_person, hours, hours_available, factor, amplification, "
    "CAST(impossible AS BIGINT), CAST(several AS BIGINT), place, law, CAST(leaf AS BIGINT), rules, high, medium, merge_with, advice, why, "
    TEXT("counts") ", above_code, above_factor";

const char *shi_run_no_chance(bool of_people)
{
    return of_people ? N_("the register does not say how many people the unit has")
        : N_("how likely this kind of count is to be reached cannot be told from the register");
}

static void read_target(shi_cells *c, shi_target_row *t)
{
    shi_str *const texts[] = { &t->indicator, &t->period, &t->unit_code, &t->issuer_code, &t->indicator_name, &t->unit_name, &t->level,
        &t->issuer_name, &t->issuer_level };
    for (int64_t i = 0; i < COUNT(texts); i++) *texts[i] = shi_cells_str(c);
    t->value = shi_cells_int(c).v;
    t->possible = shi_cells_int(c);
    t->price_list = shi_cells_int(c);
    t->price_bulk = shi_cells_int(c);
    t->feasible = shi_cells_f64(c);
    t->per_person = shi_cells_f64(c);
    t->hours = shi_cells_f64(c);
    t->hours_available = shi_cells_f64(c);
    t->factor = shi_cells_f64(c).v;
    t->amplification = shi_cells_f64(c).v;
    t->impossible = shi_cells_int(c).v != 0;
    t->several = shi_cells_int(c).v != 0;
    t->at = shi_cells_int(c).v;
    t->law = shi_cells_int(c).v;
    t->leaf = shi_cells_int(c).v != 0;
    shi_str *const said[] = { &t->rules, &t->high, &t->medium, &t->merge_with, &t->advice, &t->why };
    for (int64_t i = 0; i < COUNT(said); i++) *said[i] = shi_cells_str(c);
    shi_str counts = shi_rows_str(&c->rows, c->at++);
    t->above = shi_cells_str(c);
    t->above_factor = shi_cells_f64(c).v;
    bool of_people = shi_str_eq(counts, S("registered")) || shi_str_eq(counts, S("new")) || shi_str_eq(counts, S("active"))
        || shi_str_eq(counts, S("quiz"));
    if (!t->feasible.known) t->cannot_judge = shi_run_no_chance(of_people);
}

static void read_contradiction(shi_cells *c, shi_contradiction *k)
{
    k->kind = shi_cells_str(c);
    k->figure = shi_cells_str(c);
    k->other = shi_cells_str(c);
    k->value = shi_cells_int(c).v;
    k->other_value = shi_cells_int(c).v;
}

/* `select` rows of a relation into an array of `size`-byte items. */
static shi_err load(shi_duck *duck, shi_arena *keep, const char *columns, const char *relation, const char *rest, const shi_param *params, int64_t n,
                    int64_t size, void (*read)(shi_cells *, void *), void **out, int64_t *len)
{
    shi_buf sql = { 0 };
    shi_buf_format(&sql, "SELECT %s FROM %s %s", columns, relation, rest);
    shi_err e = sql.failed ? shi_no_memory() : shi_cells_read(duck, keep, sql.ptr, params, n, size, read, out, len);
    shi_buf_drop(&sql);
    return e;
}

static void finding_into(shi_cells *c, void *item)
{
    shi_finding *f = item;
    f->finding = shi_cells_str(c);
    f->about = shi_cells_str(c);
    f->subject = shi_cells_str(c);
    f->detector = shi_cells_str(c);
    f->size = shi_cells_int(c).v;
    f->money = shi_cells_int(c);
}

static void batch_into(shi_cells *c, void *item)
{
    shi_account_batch *b = item;
    shi_str *const texts[] = { &b->finding, &b->about, &b->subject, &b->detector, &b->scale, &b->kind, &b->indicator, &b->apps,
        &b->top_unit, &b->top_unit_name, &b->benign, &b->first_day, &b->last_day };
    int64_t *const whole[] = { &b->size, &b->things, &b->deeds, &b->units, &b->top_members };
    shi_maybe_f64 *const real[] = { &b->log10_p, &b->log10_e, &b->q, &b->expected };
    shi_cells_strs(c, texts, COUNT(texts));
    shi_cells_ints(c, whole, COUNT(whole));
    shi_cells_f64s(c, real, COUNT(real));
    shi_maybe first = shi_cells_int(c), last = shi_cells_int(c);
    b->first_us = first.known ? first.v : INT64_MIN;
    b->last_us = last.known ? last.v : INT64_MIN;
    b->selected = shi_cells_int(c).v != 0;
    b->explained = shi_cells_int(c).v != 0;
    b->money = shi_cells_int(c);
    b->supplier = shi_cells_int(c).v;
}

static void supplier_into(shi_cells *c, void *item)
{
    shi_supplier *s = item;
    int64_t *const whole[] = { &s->supplier, &s->findings, &s->accounts, &s->units };
    shi_str *const texts[] = { &s->apps, &s->first_day, &s->last_day };
    shi_cells_ints(c, whole, COUNT(whole));
    shi_cells_strs(c, texts, COUNT(texts));
    s->money = shi_cells_int(c);
}

static void figure_into(shi_cells *c, void *item)
{
    read_figure(c, item);
}

static void target_into(shi_cells *c, void *item)
{
    read_target(c, item);
}

static void contradiction_into(shi_cells *c, void *item)
{
    read_contradiction(c, item);
}

shi_err shi_run_figures(shi_duck *duck, shi_arena *keep, const char *relation, const char *rest, const shi_param *params, int64_t n, shi_figures *out)
{
    void *items = NULL;
    SHI_TRY(load(duck, keep, FIGURE_COLUMNS, relation, rest, params, n, (int64_t)sizeof(shi_figure), figure_into, &items, &out->len));
    out->ptr = items;
    return (shi_err){ 0 };
}

shi_err shi_run_targets(shi_duck *duck, shi_arena *keep, const char *relation, const char *rest, const shi_param *params, int64_t n,
                        shi_target_rows *out)
{
    void *items = NULL;
    SHI_TRY(load(duck, keep, TARGET_COLUMNS, relation, rest, params, n, (int64_t)sizeof(shi_target_row), target_into, &items, &out->len));
    out->ptr = items;
    return (shi_err){ 0 };
}

shi_err shi_run_contradictions(shi_duck *duck, shi_arena *keep, const char *relation, const char *rest, shi_contradictions *out)
{
    void *items = NULL;
    SHI_TRY(load(duck, keep, "kind, figure, other, value, other_value", relation, rest, NULL, 0, (int64_t)sizeof(shi_contradiction),
                 contradiction_into, &items, &out->len));
    out->ptr = items;
    return (shi_err){ 0 };
}

shi_err shi_run_batches(shi_duck *duck, shi_arena *keep, const char *relation, const char *rest, const shi_param *params, int64_t n,
                        shi_account_batches *out)
{
    static const char COLUMNS[] =
        "finding, about, subject, detector, scale, kind, of_indicator, apps, top_unit, top_unit_name, benign, first_day, last_day, size, things, "
        "deeds, units, top_members, strength, log10_e, q, expected, "
        "epoch_us(first_seen), epoch_us(last_seen), CAST(selected AS BIGINT), CAST(explained AS BIGINT), CAST(round(money * 100) AS BIGINT), "
        "supplier";
    void *items = NULL;
    SHI_TRY(load(duck, keep, COLUMNS, relation, rest, params, n, (int64_t)sizeof(shi_account_batch), batch_into, &items, &out->len));
    out->ptr = items;
    return (shi_err){ 0 };
}

shi_err shi_run_suppliers(shi_duck *duck, shi_arena *keep, int64_t limit, shi_suppliers *out)
{
    static const char SQL[] =
        "SELECT supplier, findings, accounts, units, apps, first_day, last_day, CAST(round(money * 100) AS BIGINT) FROM supplier ORDER BY accounts "
        "DESC, supplier LIMIT $1";
    void *items;
    SHI_TRY(shi_cells_read(duck, keep, SQL, &SHI_INT(limit), 1, (int64_t)sizeof(shi_supplier), supplier_into, &items, &out->len));
    out->ptr = items;
    return (shi_err){ 0 };
}

static void batch_unit_into(shi_cells *c, void *item)
{
    shi_batch_unit *u = item;
    u->unit_code = shi_cells_str(c);
    u->unit_name = shi_cells_str(c);
    u->members = shi_cells_int(c).v;
}

shi_err shi_run_batch_units(shi_duck *duck, shi_arena *keep, shi_str finding, shi_batch_units *out)
{
    const shi_param p = SHI_TEXTP(finding);
    void *items;
    SHI_TRY(shi_cells_read(duck, keep, "SELECT unit_code, any_value(name), count(*) AS n FROM member LEFT JOIN (SELECT DISTINCT unit_code, "
        "unit_name AS name FROM figure_out) USING (unit_code) WHERE finding = $1 GROUP BY unit_code ORDER BY n DESC, unit_code NULLS LAST", &p, 1,
        (int64_t)sizeof(shi_batch_unit), batch_unit_into, &items, &out->len));
    out->ptr = items;
    return (shi_err){ 0 };
}

static void membership_into(shi_cells *c, void *item)
{
    shi_membership *m = item;
    shi_str *const texts[] = { &m->finding, &m->app, &m->account, &m->unit_code, &m->evidence };
    shi_cells_strs(c, texts, COUNT(texts));
    m->score = shi_cells_f64(c);
}

shi_err shi_run_memberships(shi_duck *duck, shi_arena *keep, shi_str account, shi_memberships *out)
{
    const shi_param p = SHI_TEXTP(account);
    void *items;
    SHI_TRY(shi_cells_read(duck, keep, "SELECT finding, app, account, unit_code, evidence, score FROM member WHERE account = $1 OR app || '/' || "
        "account = $1 ORDER BY app, account, finding", &p, 1, (int64_t)sizeof(shi_membership), membership_into, &items, &out->len));
    out->ptr = items;
    return (shi_err){ 0 };
}

shi_err shi_run_findings(shi_duck *duck, shi_arena *keep, const shi_figure *figure, shi_findings *out)
{
    static const char COLUMNS[] = "finding, about, subject, detector, size, CAST(round(money * 100) AS BIGINT)";
    static const char REST[] = "WHERE subject = concat_ws('/', $1, $2, $3) OR starts_with(subject, concat_ws('/', $1, $2, $3) || '@') ORDER BY "
        "finding";
    const shi_param p[] = { SHI_TEXTP(figure->indicator), SHI_TEXTP(figure->period), SHI_TEXTP(figure->unit_code) };
    void *items = NULL;
    SHI_TRY(load(duck, keep, COLUMNS, "finding", REST, p, 3, (int64_t)sizeof(shi_finding), finding_into, &items, &out->len));
    out->ptr = items;
    return (shi_err){ 0 };
}
