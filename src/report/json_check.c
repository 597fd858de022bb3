/* JSON of check. Rules that a target or an indicator breaks, and those that cannot be judged for want of a field, stand with each; clear ones
 * are left out. Of many targets (MANY) only what is broken is told: what is unknown stands with their indicator. */
#include "report/check.h"

#include "base/calendar.h"
#include "chain/check_rows.h"
#include "report/json_parts.h"

enum { MANY = 20000, FLUSH = 1 << 22 };

static void day(shi_json *json, const char *key, int64_t at)
{
    char text[16];
    if (at == INT64_MIN) {
        shi_json_knull(json, key);
        return;
    }
    shi_day_write(at, text);
    shi_json_ktext(json, key, text);
}

static void one_rule(shi_json *json, const shi_cited *c)
{
    const char *wording = shi_cite_wording(SHI_ZH, c);
    shi_json_begin_object(json);
    shi_json_kstr(json, "id", c->rule->id);
    shi_json_ktext(json, "state", c->hit ? "hit" : "unknown");
    shi_json_ktext(json, "kind", shi_test_kind_name(c->rule->test.kind));
    shi_json_ktext(json, "severity", shi_severity_name(c->rule->severity));
    shi_json_kbool(json, "in_force", c->in_force);
    day(json, "in_force_from", c->rule->in_force);
    shi_json_kstr(json, "source", c->rule->source);
    shi_json_kstr(json, "article", c->rule->article);
    shi_json_kbool(json, "article_verified", c->rule->article_verified);
    shi_json_ktext(json, "wording", wording);
    shi_json_end_object(json);
}

static void list_rules(shi_json *json, shi_cites cites, bool unknown)
{
    shi_json_begin_array(json);
    for (int64_t i = 0; i < cites.len; i++)
        if (cites.ptr[i].hit || unknown) one_rule(json, &cites.ptr[i]);
    shi_json_end_array(json);
}

static void rules(shi_json *json, shi_cites cites, bool unknown)
{
    shi_json_key(json, "rules");
    list_rules(json, cites, unknown);
}

/* ---- targets ---- */

/* What targets of one list of rules share, written once: the rules, and the reason where it is one of them. */
typedef struct {
    shi_json *json;
    const shi_check *check;
    const shi_target_index *index;   /* targets of those who handed theirs on */
    shi_str *rules, *reason;         /* of each list; missing: not written yet */
    shi_arena *keep;
} writing;

static shi_str kept(shi_arena *keep, shi_buf *text)
{
    shi_str s = text->failed ? (shi_str){ 0 } : shi_str_copy(keep, shi_buf_str(text));
    shi_buf_drop(text);
    return s;
}

static void rules_of_list(writing *w, int64_t law)
{
    if (!w->rules[law].ptr) {
        shi_buf text = { 0 };
        shi_json own = { .out = &text };
        list_rules(&own, w->check->lawful.list[law], w->check->all.targets <= MANY);
        w->rules[law] = kept(w->keep, &text);
    }
    shi_json_key(w->json, "rules");
    shi_json_written(w->json, w->rules[law]);
}

static shi_str write_reason(writing *w, const shi_target_row *t)
{
    shi_buf text = { 0 };
    shi_json own = { .out = &text };
    shi_json_begin_object(&own);
    for (int k = 1; k >= 0; k--) {
        shi_buf say = { 0 };
        shi_cite_target_reason(&say, (shi_lang)k, w->check, t);
        shi_json_kstr(&own, k == SHI_ZH ? "zh" : "en", shi_buf_str(&say));
        text.failed = text.failed || say.failed;
        shi_buf_drop(&say);
    }
    shi_json_end_object(&own);
    return kept(w->keep, &text);
}

static void reason(writing *w, const shi_target_row *t)
{
    bool shared = shi_str_eq(t->why, S("rule")) || shi_str_eq(t->why, S("medium"));
    shi_arena *keep = w->keep, one = *keep;
    if (!shared) w->keep = &one;   /* given back at once */
    shi_str text = shared && w->reason[t->law].ptr ? w->reason[t->law] : write_reason(w, t);
    w->keep = keep;
    if (shared) w->reason[t->law] = text;
    shi_json_key(w->json, "advice_reason");
    shi_json_written(w->json, text);
}

static void one_target(writing *w, const shi_target_row *t)
{
    shi_json *json = w->json;
    shi_json_begin_object(json);
    shi_part_name(json, "target", t->indicator, t->period, t->unit_code, t->several ? t->issuer_code : (shi_str){ 0 });
    shi_json_kstr(json, "indicator_name", t->indicator_name);
    shi_json_kstr(json, "unit_name", t->unit_name);
    shi_json_kdecimal(json, "value", true, t->value);
    shi_json_kstr(json, "issuer_code", t->issuer_code);
    shi_json_kstr(json, "issuer_level", t->issuer_level);
    shi_part_maybe(json, "possible", t->possible);
    shi_json_kbool(json, "impossible", t->impossible);
    shi_part_f64(json, "feasible", t->feasible);
    if (t->cannot_judge) shi_part_message(json, "cannot_judge", t->cannot_judge);
    shi_json_kf64(json, "amplification", true, t->amplification);
    shi_part_amplified_by(json, t, w->index);
    shi_part_f64(json, "per_person", t->per_person);
    shi_part_f64(json, "hours", t->hours);
    shi_part_f64(json, "hours_available", t->hours_available);
    shi_part_money(json, "price_list", t->price_list);
    shi_part_money(json, "price_bulk", t->price_bulk);
    rules_of_list(w, t->law);
    shi_json_kstr(json, "advice", t->advice);
    reason(w, t);
    shi_json_end_object(json);
}

static shi_err drained(shi_json *json, const shi_drain *drain)
{
    if (json->out->failed) return shi_no_memory();
    return json->out->len > FLUSH && drain->flush ? drain->flush(drain->context) : (shi_err){ 0 };
}

static shi_err targets(shi_json *json, const shi_check *check, shi_chain *chain, const shi_drain *drain)
{
    shi_check_rows rows;
    shi_target_rows own;
    shi_target_index index;
    writing w = { .json = json, .check = check, .index = &index, .keep = chain->keep, .rules = shi_new(chain->keep, shi_str, check->lawful.lists),
        .reason = shi_new(chain->keep, shi_str, check->lawful.lists) };
    if (!w.rules || !w.reason) return shi_no_memory();
    shi_json_key(json, "targets");
    shi_json_begin_array(json);
    SHI_TRY(shi_check_rows_open(chain, check, &rows));
    SHI_TRY(shi_check_rows_issuers(&rows, &own));
    SHI_TRY(shi_target_index_make(own, &index));
    shi_err e = { 0 };
    for (int64_t i = 0; i < check->all.targets && !e.code; i++) {
        shi_target_row row;
        shi_check_row(&rows, i, &row);
        one_target(&w, &row);
        e = drained(json, drain);
    }
    shi_target_index_drop(&index);
    shi_json_end_array(json);
    return e;
}

/* ---- indicators, bulletins and the rest ---- */

static void duplicates(shi_json *json, const shi_check *check, const shi_indicator_row *i)
{
    shi_json_key(json, "duplicates");
    shi_json_begin_array(json);
    for (int64_t k = 0; k < i->duplicates; k++) {
        const shi_duplicate *d = &check->duplicate[i->first_duplicate + k];
        shi_json_begin_object(json);
        shi_json_kstr(json, "indicator", d->indicator);
        shi_json_kstr(json, "name", d->name);
        shi_json_kstr(json, "app", d->app);
        shi_json_kf64(json, "alike", true, d->share);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
}

static void one_indicator(shi_json *json, const shi_check *check, const shi_indicator_row *i)
{
    shi_buf why[2] = { { 0 }, { 0 } }, harden[2] = { { 0 }, { 0 } };
    shi_json_begin_object(json);
    shi_json_kstr(json, "indicator", i->indicator);
    shi_json_kstr(json, "name", i->name);
    shi_json_kstr(json, "app", i->app);
    shi_json_kstr(json, "counts", i->counts);
    shi_json_kstr(json, "class", i->clazz);
    shi_json_kint(json, "targets", i->targets);
    shi_json_kint(json, "units", i->units);
    shi_json_kint(json, "impossible", i->impossible);
    shi_part_f64(json, "total", i->total);
    shi_part_f64(json, "feasible_median", i->feasible);
    shi_part_f64(json, "hours", i->hours);
    shi_part_f64(json, "price_list", i->price_list);
    shi_part_f64(json, "price_bulk", i->price_bulk);
    rules(json, i->judged->cites, true);
    shi_json_kstr(json, "advice", i->advice);
    for (int k = 0; k < 2; k++) {
        shi_cite_indicator_reason(&why[k], (shi_lang)k, check, i);
        shi_cite_hardening(&harden[k], (shi_lang)k, i);
    }
    shi_part_both(json, "advice_reason", why);
    shi_part_f64(json, "hours_saved", shi_check_hours_saved(i));
    duplicates(json, check, i);
    shi_json_ktext(json, "hardening", shi_cite_hardening_name(i->harden));
    shi_part_both(json, "hardening_reason", harden);
    shi_json_end_object(json);
}

static void judged(shi_json *json, const char *key, const char *id, shi_judged_rows rows, bool unknown)
{
    shi_json_key(json, key);
    shi_json_begin_array(json);
    for (int64_t i = 0; i < rows.len; i++) {
        const shi_judged *row = &rows.ptr[i];
        shi_json_begin_object(json);
        shi_json_kstr(json, id, row->id);
        if (row->name.ptr) shi_json_kstr(json, "name", row->name);
        if (row->zw.ptr) shi_json_kstr(json, "zw", row->zw);
        rules(json, row->cites, unknown);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
}

/* How many pairs of the ranked units differ per head by more than chance, if every deed were independent. */
static void told_apart(shi_json *json, const shi_ranked *r)
{
    shi_json_key(json, "told_apart");
    shi_json_begin_object(json);
    shi_json_kstr(json, "period", r->period);
    shi_json_kstr(json, "level", r->level);
    shi_json_kint(json, "units", r->units);
    shi_json_kint(json, "pairs", r->pairs);
    shi_json_kint(json, "distinguishable", r->apart);
    shi_json_kf64(json, "dispersion", !r->of_people, r->dispersion);
    shi_json_end_object(json);
}

static void bulletins(shi_json *json, const shi_check *check)
{
    const shi_lawful *l = &check->lawful;
    shi_json_key(json, "bulletins");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < l->bulletins.len; i++) {
        const shi_judged *b = &l->bulletins.ptr[i];
        shi_json_begin_object(json);
        shi_json_kstr(json, "indicator", b->id);
        shi_json_kstr(json, "kind", b->kind);
        shi_json_kstr(json, "frequency", b->frequency);
        shi_json_kstr(json, "issuer_code", b->issuer_code);
        day(json, "published_at", b->day);
        rules(json, b->cites, true);
        if (check->ranked[i].pairs) told_apart(json, &check->ranked[i]);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
}

/* A number of the check, -1 where it is not known. */
static void known(shi_json *json, const char *key, double x)
{
    shi_json_kf64(json, key, x >= 0, x);
}

static void known_int(shi_json *json, const char *key, int64_t n)
{
    if (n >= 0) shi_json_kint(json, key, n);
    else shi_json_knull(json, key);
}

static void issuers(shi_json *json, const shi_check *check)
{
    shi_json_key(json, "issuers");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < check->issuers; i++) {
        const shi_issuer_row *r = &check->issuer[i];
        shi_json_begin_object(json);
        shi_json_kstr(json, "unit_code", check->units->code[r->unit]);
        shi_json_kstr(json, "name", check->units->name[r->unit]);
        shi_json_kstr(json, "level", check->units->level[r->unit]);
        shi_json_kstr(json, "indicator", check->targets->indicator_code[r->indicator]);
        shi_json_kstr(json, "period", check->targets->period_code[r->period]);
        known(json, "own", r->own);
        shi_json_kf64(json, "handed", true, r->handed);
        shi_json_kf64(json, "factor", true, r->factor);
        known(json, "hours", r->hours);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
}

static shi_err allocation(shi_json *json, const shi_check *check, const shi_drain *drain)
{
    shi_json_key(json, "allocation");
    shi_json_begin_array(json);
    for (int64_t k = 0; k < check->allocations.len; k++) {
        const shi_allocation *a = &check->allocations.ptr[k];
        shi_json_begin_object(json);
        shi_json_kstr(json, "indicator", check->targets->indicator_code[a->indicator]);
        shi_json_kstr(json, "period", check->targets->period_code[a->period]);
        known_int(json, "total", a->total);
        known_int(json, "infeasible", a->infeasible);
        if (a->cannot_judge) shi_part_message(json, "cannot_judge", a->cannot_judge);
        shi_json_kint(json, "units_without_people", a->unknown);
        shi_json_key(json, "units");
        shi_json_begin_array(json);
        for (int64_t i = 0; i < a->units && !a->cannot_judge; i++) {
            shi_json_begin_object(json);
            shi_json_kstr(json, "unit_code", check->units->code[a->unit[i].unit]);
            shi_json_kint(json, "value", a->unit[i].value);
            shi_json_kint(json, "now", a->unit[i].now);
            known(json, "feasible", a->unit[i].feasible);
            shi_json_end_object(json);
            SHI_TRY(drained(json, drain));
        }
        shi_json_end_array(json);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
    return (shi_err){ 0 };
}

static void unit_burden(shi_json *json, const shi_check *check, const shi_unit_burden *b)
{
    shi_json_begin_object(json);
    shi_json_kstr(json, "unit_code", check->units->code[b->unit]);
    shi_json_kstr(json, "period", check->targets->period_code[b->period]);
    shi_json_kint(json, "indicators", b->indicators);
    known(json, "hours", b->hours);
    known(json, "hours_available", b->available);
    shi_json_kbool(json, "over", b->over);
    known(json, "price_list", b->price_list);
    known(json, "price_bulk", b->price_bulk);
    shi_json_end_object(json);
}

static void issuer_burden(shi_json *json, const shi_check *check, const shi_issuer_burden *b)
{
    shi_json_begin_object(json);
    shi_json_kstr(json, "unit_code", check->units->code[b->unit]);
    shi_json_kstr(json, "level", check->units->level[b->unit]);
    shi_json_kstr(json, "kind", b->kind);
    shi_json_kint(json, "indicators", b->indicators);
    shi_json_kint(json, "targets", b->targets);
    known(json, "hours", b->hours);
    shi_json_end_object(json);
}

static void period_burden(shi_json *json, const shi_period_burden *b)
{
    shi_json_begin_object(json);
    shi_json_kstr(json, "period", b->period);
    shi_json_kstr(json, "kind", b->kind);
    shi_json_kint(json, "indicators", b->indicators);
    shi_json_kint(json, "targets", b->targets);
    shi_json_kint(json, "impossible", b->impossible);
    shi_json_kint(json, "unlawful", b->unlawful);
    known(json, "hours", b->hours);
    known(json, "hours_available", b->available);
    shi_json_kint(json, "weekdays", b->weekdays);
    known(json, "price_bulk", b->price_bulk);
    shi_json_end_object(json);
}

/* Hours for a working day and targets for a period, before and after the rules of a day. */
static void effects(shi_json *json, const shi_check *check)
{
    shi_json_key(json, "after_rules");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < check->effects; i++) {
        const shi_rule_effect *e = &check->effect[i];
        shi_json_begin_object(json);
        day(json, "in_force_from", e->day);
        shi_json_kstr(json, "kind", e->kind);
        shi_json_kint(json, "periods_before", e->periods_before);
        shi_json_kint(json, "periods_after", e->periods_after);
        known(json, "hours_a_day_before", e->hours_before);
        known(json, "hours_a_day_after", e->hours_after);
        shi_json_kf64(json, "targets_a_period_before", true, e->targets_before);
        shi_json_kf64(json, "targets_a_period_after", true, e->targets_after);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
}

static shi_err burden(shi_json *json, const shi_check *check, const shi_drain *drain)
{
    shi_json_key(json, "burden");
    shi_json_begin_object(json);
    shi_json_key(json, "units");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < check->unit_burdens; i++) {
        unit_burden(json, check, &check->unit_burden[i]);
        SHI_TRY(drained(json, drain));
    }
    shi_json_end_array(json);
    shi_json_key(json, "issuers");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < check->issuer_burdens; i++) issuer_burden(json, check, &check->issuer_burden[i]);
    shi_json_end_array(json);
    shi_json_key(json, "periods");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < check->period_burdens; i++) period_burden(json, &check->period_burden[i]);
    shi_json_end_array(json);
    effects(json, check);
    shi_json_end_object(json);
    return (shi_err){ 0 };
}

static void totals(shi_json *json, const char *key, const shi_totals *t)
{
    shi_json_key(json, key);
    shi_json_begin_object(json);
    shi_json_kint(json, "indicators", t->indicators);
    shi_json_kint(json, "targets", t->targets);
    shi_json_kint(json, "impossible", t->impossible);
    shi_json_kint(json, "unlawful", t->unlawful);
    shi_json_kint(json, "figures", t->figures);
    shi_json_kint(json, "figures_with_hours", t->with_hours);
    shi_json_kint(json, "figures_with_price", t->with_price);
    shi_part_f64(json, "hours", t->hours);
    if (t->units_over.known) shi_json_kint(json, "units_over", t->units_over.v);
    else shi_json_knull(json, "units_over");
    shi_part_f64(json, "price_bulk", t->price_bulk);
    if (!t->hours.known || !t->units_over.known || !t->price_bulk.known) {
        shi_buf why[2] = { { 0 }, { 0 } };
        for (int k = 0; k < 2; k++) shi_cite_totals_unknown(&why[k], (shi_lang)k, t);
        shi_part_both(json, "cannot_judge", why);
    }
    shi_json_end_object(json);
}

static void what_if(shi_json *json, const shi_check *check)
{
    shi_json_key(json, "what_if");
    shi_json_begin_object(json);
    shi_json_key(json, "cancel");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < check->cancel.len; i++) shi_json_str(json, check->cancel.ptr[i]);
    shi_json_end_array(json);
    totals(json, "before", &check->all);
    totals(json, "after", &check->left);
    shi_json_end_object(json);
}

shi_err shi_report_json_check(shi_json *json, const shi_check *check, shi_chain *chain, const shi_drain *drain)
{
    shi_buf text[2] = { { 0 }, { 0 } };
    shi_json_begin_object(json);
    shi_cite_summary(&text[SHI_ZH], SHI_ZH, check);
    shi_cite_summary(&text[SHI_EN], SHI_EN, check);
    shi_part_both(json, "sentence", text);
    shi_json_key(json, "prior");   /* of the chances; units: with shares verified in the field, that it was fitted to */
    shi_json_begin_object(json);
    shi_json_kf64(json, "mean", true, check->prior_mean);
    shi_json_kf64(json, "weight", true, check->prior_weight);
    shi_json_kint(json, "units", check->prior_units);
    shi_json_end_object(json);
    SHI_TRY(targets(json, check, chain, drain));
    shi_json_key(json, "left_out");   /* targets that name what is not there */
    shi_json_begin_object(json);
    shi_json_kint(json, "no_indicator", check->no_indicator);
    shi_json_kint(json, "no_unit", check->no_unit);
    shi_json_end_object(json);
    shi_json_key(json, "indicators");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < check->indicators; i++) {
        one_indicator(json, check, &check->indicator[i]);
        SHI_TRY(drained(json, drain));
    }
    shi_json_end_array(json);
    bulletins(json, check);
    judged(json, "apps", "app", check->lawful.apps, true);
    judged(json, "forms", "form", check->lawful.forms, true);
    judged(json, "units", "unit_code", check->lawful.units, false);
    shi_json_key(json, "workspace");
    shi_json_begin_object(json);
    rules(json, check->lawful.workspace, true);
    shi_json_end_object(json);
    issuers(json, check);
    SHI_TRY(allocation(json, check, drain));
    SHI_TRY(burden(json, check, drain));
    totals(json, "totals", &check->all);
    if (check->cancel.len) what_if(json, check);
    shi_json_end_object(json);
    return json->out->failed ? shi_no_memory() : (shi_err){ 0 };
}
