/* Targets: how the worst came to be, who enlarged what, clause by clause, what to do, a fair allocation. */
#include "serve/write.h"

#include "chain/run_check.h"
#include "report/line.h"
#include "report/sections.h"

#include <stdio.h>

enum { WORST = 500, SHARES = 400 };

static shi_err load(shi_call *call, shi_run_view *view)
{
    shi_buf rest = { 0 };
    *view = (shi_run_view){ .run = call->reader->info };
    shi_buf_format(&rest, "%s LIMIT %d", SHI_WORST_TARGETS, WORST);
    shi_err e = rest.failed ? shi_no_memory() : shi_run_targets(&call->reader->duck, call->keep, "target_out", rest.ptr, NULL, 0, &view->targets);
    shi_buf_drop(&rest);
    if (!e.code && view->run.judged) e = shi_run_check_load(&call->reader->duck, call->keep, SHARES, view);
    return e;
}

/* How many indicators each piece of advice is for. */
static void lead(shi_call *call, const shi_run_view *view)
{
    static const char *const ADVICE[] = { "cancel", "merge", "guidance", "keep" };
    put(call, "<p class=\"lead\">");
    shi_say_count(call, N_("%1$s targets"), view->run.targets);
    put(call, call->lang == SHI_ZH ? "，" : ", ");
    shi_say_count(call, N_("%1$s above what the register allows"), view->run.targets_impossible);
    put(call, call->lang == SHI_ZH ? "，" : ", ");
    shi_say_count(call, N_("%1$s enlarged on the way down"), view->run.targets_amplified);
    put(call, call->lang == SHI_ZH ? "。" : ". ");
    put(call, "</p>\n<ul class=\"kpis\">");
    for (int64_t k = 0; k < COUNT(ADVICE); k++) {
        int64_t n = 0;
        for (int64_t i = 0; i < view->advice.len; i++) n += shi_str_eq(view->advice.ptr[i].advice, shi_str_from(ADVICE[k]));
        put(call, "<li><b>");
        shi_page_count(&call->page, n);
        put(call, "</b>");
        shi_page_text(&call->page, shi_str_from(shi_words_advice(call->lang, shi_str_from(ADVICE[k]))));
        put(call, "</li>");
    }
    put(call, "</ul>\n");
}

static void worst(shi_call *call, const shi_run_view *view)
{
    const shi_target_row *t = shi_words_worst_target(view);
    if (!t) return;
    put(call, "<section aria-labelledby=\"way\"><header><h2 id=\"way\"><a ");
    shi_link_figure(call, t->indicator, t->period, t->unit_code);
    put(call, ">");
    shi_page_name(&call->page, t->unit_name, t->unit_code);
    put(call, call->lang == SHI_ZH ? "\xE3\x80\x80" : ", ");
    shi_page_name(&call->page, t->indicator_name, t->indicator);
    put(call, "</a></h2><p>");
    shi_words_target(&call->page.slip, call->lang, t);
    slip(call);
    put(call, "</p></header>\n");
    shi_line_target(&call->page, t);
    shi_line_legend(&call->page, true);
    shi_section_end(call);
}

shi_err shi_page_targets(shi_call *call)
{
    shi_run_view view;
    SHI_TRY(load(call, &view));
    SHI_TRY(shi_target_index_make(view.targets, &call->page.targets));
    shi_head(call, N_("Targets"));
    if (!view.run.targets) {
        shi_state(call, "", N_("No target was imported"), N_("Import a table of targets: the page then says which cannot be met, and who enlarged "
            "them."));
        return (shi_err){ 0 };
    }
    lead(call, &view);
    worst(call, &view);
    shi_section(call, "all", N_("All targets, the furthest from possible first"), NULL);
    shi_section_targets(&call->page, &view);
    shi_section_end(call);
    return (shi_err){ 0 };
}

static void maybe(shi_json *json, const char *key, shi_maybe_f64 m)
{
    shi_json_kf64(json, key, m.known, m.v);
}

static void clause_json(shi_json *json, const shi_clause *c)
{
    shi_json_begin_object(json);
    shi_json_kstr(json, "rule", c->rule);
    shi_json_kstr(json, "source", c->source);
    shi_json_kstr(json, "article", c->article);
    shi_json_kbool(json, "article_verified", c->article_verified);
    shi_json_kbool(json, "by_reference", c->by_reference);
    shi_json_kbool(json, "in_force", c->in_force);
    shi_json_key(json, "text");
    shi_json_begin_object(json);
    shi_json_kstr(json, "zh", c->text_zh);
    shi_json_kstr(json, "en", c->text_en);
    shi_json_end_object(json);
    shi_json_kint(json, "targets", c->targets);
    shi_json_kint(json, "indicators", c->indicators);
    shi_json_end_object(json);
}

static void advice_json(shi_json *json, const shi_advice_row *a)
{
    shi_json_begin_object(json);
    shi_json_kstr(json, "indicator", a->indicator);
    shi_json_kstr(json, "name", a->name);
    shi_json_kstr(json, "advice", a->advice);
    shi_json_key(json, "why");
    shi_json_begin_object(json);
    shi_json_kstr(json, "zh", a->reason_zh);
    shi_json_kstr(json, "en", a->reason_en);
    shi_json_end_object(json);
    shi_json_kint(json, "targets", a->targets);
    shi_json_kint(json, "impossible", a->impossible);
    maybe(json, "hours", a->hours);
    maybe(json, "price_bulk", a->price_bulk);
    shi_json_end_object(json);
}

static void issuer_json(shi_json *json, const shi_handed_row *h)
{
    shi_json_begin_object(json);
    shi_json_kstr(json, "unit_code", h->unit_code);
    shi_json_kstr(json, "name", h->name);
    shi_json_kstr(json, "level", h->level);
    shi_json_kstr(json, "indicator", h->indicator);
    shi_json_kstr(json, "period", h->period);
    shi_json_kf64(json, "factor", true, h->factor);
    shi_json_end_object(json);
}

static void target_json(shi_json *json, const shi_target_row *t)
{
    shi_json_begin_object(json);
    shi_json_kstr(json, "indicator", t->indicator);
    shi_json_kstr(json, "period", t->period);
    shi_json_kstr(json, "unit_code", t->unit_code);
    shi_json_kstr(json, "issuer_code", t->issuer_code);
    shi_json_kdecimal(json, "value", true, t->value);
    shi_json_kdecimal(json, "possible", t->possible.known, t->possible.v);
    maybe(json, "feasible", t->feasible);
    shi_json_kf64(json, "amplification", true, t->amplification);
    shi_json_kstr(json, "rules", t->rules);
    shi_json_kstr(json, "advice", t->advice);
    shi_json_end_object(json);
}

shi_err shi_json_targets(shi_call *call)
{
    shi_run_view v;
    shi_json json = shi_json_answer(call);
    SHI_TRY(load(call, &v));
    shi_json_begin_object(&json);
#define LIST(key, from, write) \
    shi_json_key(&json, key); \
    shi_json_begin_array(&json); \
    for (int64_t i = 0; i < (from).len; i++) write(&json, &(from).ptr[i]); \
    shi_json_end_array(&json)
    LIST("targets", v.targets, target_json);
    LIST("indicators", v.advice, advice_json);
    LIST("rules", v.clauses, clause_json);
    LIST("issuers", v.handed, issuer_json);
#undef LIST
    shi_json_end_object(&json);
    return (shi_err){ 0 };
}
