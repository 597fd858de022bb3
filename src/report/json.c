/* JSON of figures, targets and runs. Keys stand in chain order; texts for people come in both languages. What a later step of the
 * program will know (rules) is null until then, and says so. */
#include "report/json.h"

#include "report/json_parts.h"

#include <math.h>

static void decision_rate(shi_json *json, const shi_rates *r)
{
    shi_json_key(json, "decision_rate");
    shi_json_begin_object(json);
    shi_part_f64(json, "login", r->login);
    shi_part_f64(json, "phone", r->phone);
    shi_part_f64(json, "device", r->device);
    shi_part_f64(json, "ip", r->ip);
    shi_part_f64(json, "object", r->object);
    shi_part_f64(json, "seconds", r->seconds);
    shi_json_end_object(json);
}

static void cannot_judge(shi_json *json, const shi_figure *f)
{
    shi_buf text[2] = { { 0 }, { 0 } };
    shi_words_unknown(&text[SHI_ZH], SHI_ZH, f);
    shi_words_unknown(&text[SHI_EN], SHI_EN, f);
    if (text[SHI_EN].len) shi_part_both(json, "cannot_judge", text);
}

static void reason(shi_json *json, const shi_figure *f, int64_t tolerance)
{
    shi_buf text[2] = { { 0 }, { 0 } };
    shi_words_reason(&text[SHI_ZH], SHI_ZH, f, tolerance);
    shi_words_reason(&text[SHI_EN], SHI_EN, f, tolerance);
    shi_part_both(json, "reason", text);
}

void shi_report_json_figure(shi_json *json, const shi_figure *f)
{
    shi_json_begin_object(json);
    shi_part_name(json, "figure", f->indicator, f->period, f->unit_code, (shi_str){ 0 });
    shi_part_maybe(json, "reported", f->reported);
    shi_part_maybe(json, "counted", f->counted);
    shi_json_ktext(json, "coverage", shi_coverage_name(f->coverage));
    shi_part_maybe(json, "possible", f->possible);
    shi_part_maybe(json, "impossible_excess", f->impossible_excess);
    shi_part_maybe(json, "not_in_logs", f->not_in_logs);
    shi_part_maybe(json, "sum_of_children", f->sum_of_children);
    shi_json_ktext(json, "verdict", shi_verdict_name(f->verdict));
    decision_rate(json, &f->rates);
    shi_json_kbool(json, "any_action", f->any_action);
    shi_part_f64(json, "undated", f->undated);
    cannot_judge(json, f);
    shi_json_end_object(json);
}

/* The target of a figure; without one, all its numbers are null. */
static void target_link(shi_json *json, const shi_figure *f, const shi_target_index *index)
{
    const shi_target_row *t = shi_words_target_of(index, f);
    const char *why = !f->target.known ? N_("No target was set.") : t ? t->cannot_judge : NULL;
    shi_json_key(json, "target");
    shi_json_begin_object(json);
    shi_part_maybe(json, "value", f->target);
    shi_json_kstr(json, "issuer_code", f->issuer_code);
    shi_part_maybe(json, "possible", t ? t->possible : (shi_maybe){ 0 });
    shi_part_f64(json, "feasible", f->feasible);
    shi_part_f64(json, "amplification", f->amplification);
    shi_part_amplified_by(json, t, index);
    shi_part_f64(json, "per_person", f->per_person);
    shi_part_money(json, "price_list", f->price_list);
    shi_part_money(json, "price_bulk", f->price_bulk);
    if (why) shi_part_message(json, "cannot_judge", why);
    shi_json_end_object(json);
}

/* The sentence of a finding about a target, in both languages. */
static void target_reason(shi_json *json, const shi_target_row *t)
{
    shi_buf text[2] = { { 0 }, { 0 } };
    shi_words_target(&text[SHI_ZH], SHI_ZH, t);
    shi_words_target(&text[SHI_EN], SHI_EN, t);
    shi_part_both(json, "reason", text);
}

/* Findings so far are arithmetic: they carry no p, no e and no q. */
static void findings(shi_json *json, const shi_figure *f, const shi_target_index *index, shi_findings list, int64_t tolerance)
{
    const shi_target_row *t = shi_words_target_of(index, f);
    shi_json_key(json, "findings");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < list.len; i++) {
        const shi_finding *x = &list.ptr[i];
        shi_json_begin_object(json);
        shi_json_kstr(json, "finding", x->finding);
        shi_json_kstr(json, "about", x->about);
        shi_json_kstr(json, "detector", x->detector);
        shi_json_kstr(json, "subject", x->subject);
        shi_json_kint(json, "size", x->size);
        shi_json_knull(json, "log10_p");
        shi_json_knull(json, "e");
        shi_json_knull(json, "q");
        shi_part_money(json, "money", x->money);
        if (shi_str_eq(x->about, S("figure"))) reason(json, f, tolerance);
        else if (t) target_reason(json, t);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
}

/* Without a check null. */
static void checked(shi_json *json, const shi_figure *f)
{
    shi_json_key(json, "checked");
    if (!f->checked_n.known) {
        shi_json_null(json);
        return;
    }
    shi_json_begin_object(json);
    shi_part_maybe(json, "n", f->checked_n);
    shi_part_maybe(json, "real", f->checked_real);
    shi_part_maybe(json, "low", f->real_low);
    shi_part_maybe(json, "high", f->real_high);
    shi_json_kstr(json, "method", f->check_method);
    shi_json_kstr(json, "decision", f->check_decision);
    shi_json_kstr(json, "check", f->check);
    shi_json_end_object(json);
}

static void explain(shi_json *json, const shi_figure *f, const shi_target_index *index, shi_findings list, const shi_replies *replies,
                    int64_t tolerance)
{
    shi_json_begin_object(json);
    shi_part_name(json, "figure", f->indicator, f->period, f->unit_code, (shi_str){ 0 });
    shi_json_kstr(json, "indicator_name", f->indicator_name);
    shi_json_kstr(json, "unit_name", f->unit_name);
    shi_json_kstr(json, "level", f->level);
    shi_json_kstr(json, "app", f->app);
    shi_json_kstr(json, "counts", f->counts);
    target_link(json, f, index);
    shi_part_maybe(json, "reported", f->reported);
    shi_part_maybe(json, "counted", f->counted);
    shi_json_ktext(json, "coverage", shi_coverage_name(f->coverage));
    shi_part_maybe(json, "not_in_logs", f->not_in_logs);
    shi_part_maybe(json, "sum_of_children", f->sum_of_children);
    decision_rate(json, &f->rates);
    shi_part_maybe(json, "possible", f->possible);
    shi_part_maybe(json, "people", f->people);
    shi_part_maybe(json, "impossible_excess", f->impossible_excess);
    shi_part_maybe(json, "suspected", f->suspected);
    checked(json, f);
    shi_json_ktext(json, "verdict", shi_verdict_name(f->verdict));
    shi_part_maybe(json, "real_low", f->real_low);
    shi_part_maybe(json, "real_high", f->real_high);
    shi_json_ktext(json, "real_method", f->checked_n.known ? f->check_method.ptr : f->real_high.known ? "bound" : NULL);
    reason(json, f, tolerance);
    cannot_judge(json, f);
    findings(json, f, index, list, tolerance);
    if (replies) shi_report_json_replies(json, replies);
    shi_json_end_object(json);
}

static void target(shi_json *json, const shi_target_row *t, const shi_target_index *index)
{
    shi_buf text[2] = { { 0 }, { 0 } };
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
    shi_json_kf64(json, "amplification", true, t->amplification);
    shi_json_kf64(json, "factor", true, t->factor);
    shi_part_amplified_by(json, t, index);
    shi_part_f64(json, "per_person", t->per_person);
    shi_part_f64(json, "hours", t->hours);
    shi_part_f64(json, "hours_available", t->hours_available);
    shi_part_money(json, "price_list", t->price_list);
    shi_part_money(json, "price_bulk", t->price_bulk);
    shi_words_target(&text[SHI_ZH], SHI_ZH, t);
    shi_words_target(&text[SHI_EN], SHI_EN, t);
    shi_part_both(json, "sentence", text);
    if (t->cannot_judge) shi_part_message(json, "cannot_judge", t->cannot_judge);
    shi_json_end_object(json);
}

void shi_report_json_explain_with(shi_json *json, const shi_figure *f, shi_target_rows rows, shi_findings list, const shi_replies *replies,
                                  int64_t tolerance)
{
    shi_target_index index;
    shi_err e = shi_target_index_make(rows, &index);
    json->out->failed = json->out->failed || e.code;
    explain(json, f, &index, list, replies, tolerance);
    shi_target_index_drop(&index);
}

void shi_report_json_explain(shi_json *json, const shi_figure *f, shi_target_rows rows, shi_findings list, int64_t tolerance)
{
    shi_report_json_explain_with(json, f, rows, list, NULL, tolerance);
}

void shi_report_json_contradiction(shi_json *json, const shi_contradiction *c)
{
    shi_json_begin_object(json);
    shi_json_kstr(json, "kind", c->kind);
    shi_json_kstr(json, "figure", c->figure);
    shi_json_kstr(json, "other", c->other);
    shi_json_kdecimal(json, "value", true, c->value);
    shi_json_kdecimal(json, "other_value", c->other.ptr || shi_str_eq(c->kind, S("part_above_whole")), c->other_value);
    shi_json_end_object(json);
}

static void contradictions(shi_json *json, shi_contradictions list)
{
    shi_json_key(json, "contradictions");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < list.len; i++) shi_report_json_contradiction(json, &list.ptr[i]);
    shi_json_end_array(json);
}

static void unattributed(shi_json *json, const shi_run_info *run)
{
    shi_json_key(json, "unattributed");
    shi_json_begin_object(json);
    shi_json_kint(json, "events", run->unattributed_events);
    shi_json_kint(json, "accounts", run->unattributed_accounts);
    shi_json_end_object(json);
}

void shi_report_json_recount(shi_json *json, const shi_run_view *view)
{
    shi_json_begin_object(json);
    shi_json_key(json, "figures");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < view->figures.len; i++) shi_report_json_figure(json, &view->figures.ptr[i]);
    shi_json_end_array(json);
    unattributed(json, &view->run);
    contradictions(json, view->contradictions);
    shi_json_end_object(json);
}

/* The keys that audit and report share, without the braces. */
static void run_keys(shi_json *json, const shi_run_info *run)
{
    static const shi_verdict ORDER[] = { SHI_CONFIRMED, SHI_PLAUSIBLE, SHI_DOUBTFUL, SHI_IMPOSSIBLE, SHI_REFUTED, SHI_CONTRADICTORY,
                                         SHI_NOT_JUDGED };
    shi_json_kstr(json, "run", run->run);
    shi_json_kstr(json, "period", run->period);
    shi_json_kint(json, "figures", run->figures);
    shi_json_key(json, "verdicts");
    shi_json_begin_object(json);
    for (int64_t i = 0; i < COUNT(ORDER); i++) shi_json_kint(json, shi_verdict_name(ORDER[i]), run->verdicts[ORDER[i]]);
    shi_json_end_object(json);
    shi_json_key(json, "targets");
    shi_json_begin_object(json);
    shi_json_kint(json, "impossible", run->targets_impossible);
    if (run->judged) shi_json_kint(json, "unlawful", run->targets_unlawful);
    else shi_json_knull(json, "unlawful");
    shi_json_kint(json, "amplified", run->targets_amplified);
    if (!run->judged) shi_part_message(json, "cannot_judge", N_("Targets were not held against the rules."));
    shi_json_end_object(json);
    shi_json_kint(json, "findings", run->findings);
    shi_json_kint(json, "target_findings", run->target_findings);
    shi_json_kf64(json, "seconds", true, (double)(run->took_us / 1000) / 1000);
}

void shi_report_json_audit(shi_json *json, const shi_run_info *run, shi_str path)
{
    shi_json_begin_object(json);
    run_keys(json, run);
    shi_json_kstr(json, "report", path);
    shi_json_end_object(json);
}

static void inputs(shi_json *json, const shi_run_info *run)
{
    shi_json_key(json, "inputs");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < run->inputs; i++) {
        const shi_run_input *in = &run->input[i];
        shi_json_begin_object(json);
        shi_json_kstr(json, "table", in->table);
        shi_json_kstr(json, "file", in->file);
        shi_json_kstr(json, "sha256", in->sha256);
        shi_json_kint(json, "rows", in->rows);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
}

shi_err shi_report_json(shi_buf *out, const shi_run_view *view)
{
    shi_buf text[2] = { { 0 }, { 0 } };
    shi_json json = { .out = out };
    shi_target_index index;
    SHI_TRY(shi_target_index_make(view->targets, &index));
    shi_json_begin_object(&json);
    shi_json_key(&json, "run");
    shi_json_begin_object(&json);
    run_keys(&json, &view->run);
    shi_json_kstr(&json, "name", view->run.name);
    shi_json_kstr(&json, "zone", view->run.zone);
    shi_json_kdecimal(&json, "tolerance", true, view->run.tolerance);
    shi_json_ktext(&json, "version", SHI_VERSION);
    unattributed(&json, &view->run);
    inputs(&json, &view->run);
    shi_json_end_object(&json);
    shi_words_summary(&text[SHI_ZH], SHI_ZH, view);
    shi_words_summary(&text[SHI_EN], SHI_EN, view);
    shi_part_both(&json, "sentence", text);
    shi_json_key(&json, "targets");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < view->targets.len; i++) target(&json, &view->targets.ptr[i], &index);
    shi_json_end_array(&json);
    shi_json_key(&json, "figures");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < view->figures.len; i++) explain(&json, &view->figures.ptr[i], &index, (shi_findings){ 0 }, NULL, view->run.tolerance);
    shi_json_end_array(&json);
    contradictions(&json, view->contradictions);
    shi_report_json_replies(&json, &view->replies);
    shi_json_end_object(&json);
    shi_buf_addc(out, '\n');
    shi_target_index_drop(&index);
    return out->failed ? shi_no_memory() : (shi_err){ 0 };
}

void shi_report_json_places(shi_json *json, const shi_places *r)
{
    shi_json_begin_object(json);
    shi_json_kint(json, "pairs", r->pairs);
    shi_json_kint(json, "distinguishable", r->apart);
    shi_json_kint(json, "checked", r->checked);
    shi_json_key(json, "last_five");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < r->len; i++)
        if (shi_words_is_last(r, &r->ptr[i])) shi_json_str(json, r->ptr[i].unit_code);
    shi_json_end_array(json);
    shi_json_key(json, "units");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < r->len; i++) {
        const shi_place *p = &r->ptr[i];
        shi_json_begin_object(json);
        shi_json_kstr(json, "unit_code", p->unit_code);
        shi_json_kf64(json, "estimate", p->known, p->estimate);
        if (p->known) shi_json_kint(json, "rank", p->rank);
        else shi_json_knull(json, "rank");
        shi_json_kint(json, "low", p->best);
        shi_json_kint(json, "high", p->worst);
        shi_json_kf64(json, "real_low", true, p->low);
        shi_json_kf64(json, "real_high", isfinite(p->high), p->high);
        shi_json_kbool(json, "checked", p->checked);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
    shi_json_end_object(json);
}
