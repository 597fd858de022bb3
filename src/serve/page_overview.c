/* The overview: the sentence, the chain of the county's figure, verdicts, targets before units, batches, the matrix, what cannot be judged. */
#include "serve/write.h"

#include "report/batches.h"
#include "report/json.h"
#include "report/json_parts.h"
#include "report/line.h"
#include "serve/matrix.h"

#include <inttypes.h>
#include <stdio.h>

enum { WORST = 200, LISTED = 5, REASONS = 12 };

static const shi_verdict ORDER[] = { SHI_CONFIRMED, SHI_PLAUSIBLE, SHI_DOUBTFUL, SHI_IMPOSSIBLE, SHI_REFUTED, SHI_CONTRADICTORY, SHI_NOT_JUDGED };

/* The worst figures and targets in reach, and the batches that stand. */
static shi_err load(shi_call *call, shi_run_view *view)
{
    shi_buf rest = { 0 };
    shi_duck *duck = &call->reader->duck;
    *view = (shi_run_view){ .run = call->reader->info };
    shi_buf_puts(&rest, "WHERE true");
    shi_reach_sql(call, &rest);
    int64_t where = rest.len;
    shi_buf_format(&rest, "%s LIMIT %d", shi_worst_first(call->reader), WORST);
    shi_err e = rest.failed ? shi_no_memory() : shi_run_figures(duck, call->keep, "figure_out", rest.ptr, NULL, 0, &view->figures);
    rest.len = where;
    shi_buf_format(&rest, "%s LIMIT %d", SHI_WORST_TARGETS, WORST);
    if (!e.code) e = rest.failed ? shi_no_memory() : shi_run_targets(duck, call->keep, "target_out", rest.ptr, NULL, 0, &view->targets);
    shi_buf_drop(&rest);
    if (!e.code) e = shi_reach_counts(call, &view->run);
    if (!e.code && view->run.detected && call->session.who.role != SHI_VIEWER)
        e = shi_run_batches(duck, call->keep, "finding", "WHERE about = 'account-batch' AND selected AND NOT coalesce(explained, false) "
                            "ORDER BY size DESC, finding LIMIT 5", NULL, 0, &view->batches);
    return e;
}

/* The figure of the highest unit in reach that says most. */
static const shi_figure *top_figure(const shi_call *call, const shi_figures *figures)
{
    const shi_chain_units *u = &call->reader->units;
    const shi_figure *best = NULL;
    int64_t least = INT64_MAX;
    for (int64_t i = 0; i < figures->len; i++) {
        int64_t depth = 0;
        for (int64_t at = shi_units_find(u, figures->ptr[i].unit_code); at >= 0 && depth < SHI_UNITS_DEEPEST; at = u->parent[at]) depth++;
        if (depth > 0 && depth < least) least = depth, best = &figures->ptr[i];
    }
    return best;
}

static shi_err chain(shi_call *call, const shi_run_view *view)
{
    shi_figures top = { 0 };
    shi_buf rest = { 0 };
    shi_buf_puts(&rest, "WHERE reported IS NOT NULL AND CAST(level AS VARCHAR) = (SELECT CAST(level AS VARCHAR) FROM figure_out WHERE true");
    shi_reach_sql(call, &rest);
    shi_buf_puts(&rest, " ORDER BY list_position(['province','city','county','town','village','group'], CAST(level AS VARCHAR)) NULLS LAST LIMIT 1)");
    shi_reach_sql(call, &rest);
    shi_buf_format(&rest, "%s LIMIT 20", shi_worst_first(call->reader));
    shi_err e = rest.failed ? shi_no_memory() : shi_run_figures(&call->reader->duck, call->keep, "figure_out", rest.ptr, NULL, 0, &top);
    shi_buf_drop(&rest);
    const shi_figure *f = e.code ? NULL : top_figure(call, &top);
    if (!f) return e;
    shi_target_rows targets;
    const shi_param p[] = { SHI_TEXTP(f->indicator), SHI_TEXTP(f->period) };
    SHI_TRY(shi_run_targets(&call->reader->duck, call->keep, "target_out", "WHERE indicator = $1 AND period = $2", p, 2, &targets));
    SHI_TRY(shi_target_index_make(targets, &call->page.targets));
    put(call, "<h2 class=\"over\"><a ");
    shi_link_figure(call, f->indicator, f->period, f->unit_code);
    put(call, ">");
    shi_page_name(&call->page, f->unit_name, f->unit_code);
    put(call, " ");
    shi_page_name(&call->page, f->indicator_name, f->indicator);
    put(call, " ");
    shi_words_period(&call->page.slip, call->lang, f->period);
    slip(call);
    put(call, "</a></h2>\n");
    shi_line_chain(&call->page, f, view->run.tolerance);
    shi_line_legend(&call->page, false);
    return e;
}

static void strip(shi_call *call, const shi_run_info *run)
{
    put(call, "<div class=\"strip\" aria-hidden=\"true\">");
    for (int64_t i = 0; i < COUNT(ORDER); i++)
        if (run->verdicts[ORDER[i]])
            shi_buf_format(call->page.out, "<span class=\"%s\" data-g=\"%" PRId64 "\"></span>", shi_page_verdict_class(ORDER[i]),
                           run->verdicts[ORDER[i]]);
    put(call, "</div>\n<ul class=\"tally\">");
    for (int64_t i = 0; i < COUNT(ORDER); i++) {
        int64_t n = run->verdicts[ORDER[i]];
        shi_buf_format(call->page.out, "<li><a href=\"/figures?verdict=%s\"><span class=\"w\">", shi_verdict_name(ORDER[i]));
        shi_page_verdict(&call->page, ORDER[i], false);
        put(call, "</span><b>");
        shi_page_count(&call->page, n);
        put(call, "</b><small>");
        if (run->figures > 0) shi_words_share(&call->page.slip, (double)n / (double)run->figures);
        slip(call);
        put(call, "</small></a></li>");
    }
    put(call, "</ul>\n");
}

static void verdicts(shi_call *call, const shi_run_info *run)
{
    put(call, "<section aria-labelledby=\"verdicts\"><header><h2 id=\"verdicts\">");
    shi_say_count(call, N_("How %1$s figures stand"), run->figures);
    put(call, "</h2></header>\n");
    strip(call, run);
    shi_section_end(call);
}

static void target_item(shi_call *call, const shi_target_row *t)
{
    put(call, "<li><div class=\"say\"><a ");
    shi_link_figure(call, t->indicator, t->period, t->unit_code);
    put(call, ">");
    shi_words_target(&call->page.slip, call->lang, t);
    slip(call);
    put(call, "</a></div><div class=\"do\">");
    if (t->advice.ptr) {
        put(call, "<span class=\"tag2 ");
        shi_page_text(&call->page, t->advice);
        put(call, "\">");
        shi_page_text(&call->page, shi_str_from(shi_words_advice(call->lang, t->advice)));
        put(call, "</span>");
    }
    put(call, "</div></li>\n");
}

static void targets(shi_call *call, const shi_run_view *view)
{
    shi_section(call, "targets", N_("Targets first"), N_("What cannot be met, or breaks a rule, is settled with its issuer before anybody looks at "
        "who "
                                                         "reported."));
    int64_t shown = 0;
    put(call, "<ol class=\"finds\">");
    for (int64_t i = 0; i < view->targets.len && shown < LISTED; i++) {
        const shi_target_row *t = &view->targets.ptr[i];
        if (!t->impossible && !(t->amplification > 1 + 1e-6) && !t->high.len) continue;
        target_item(call, t);
        shown++;
    }
    put(call, "</ol>\n");
    if (!shown) shi_state(call, "", N_("No target stands out"), N_("None is above what the register allows, none was enlarged, none breaks a rule."));
    else if (call->session.who.role != SHI_VIEWER) {
        put(call, "<p class=\"pager\"><a href=\"/targets\">");
        say(call, N_("All targets, who enlarged them, clause by clause"));
        put(call, "</a></p>\n");
    }
    shi_section_end(call);
}

static void batches(shi_call *call, const shi_run_view *view)
{
    if (call->session.who.role == SHI_VIEWER) return;
    shi_section(call, "findings", N_("Then the figures"), N_("A finding is a lead, not a conclusion; each lists the innocent causes that were "
        "asked for."));
    put(call, "<ol class=\"finds\">");
    for (int64_t i = 0; i < view->batches.len; i++) {
        const shi_account_batch *b = &view->batches.ptr[i];
        put(call, "<li><div class=\"say\"><a ");
        shi_link(call, "/finding/", b->finding);
        put(call, ">");
        shi_words_batch(&call->page.slip, call->lang, b);
        slip(call);
        put(call, "</a><div class=\"by\">");
        shi_page_text(&call->page, b->finding);
        put(call, " <span>");
        shi_words_causes(&call->page.slip, call->lang, b);
        slip(call);
        put(call, "</span></div></div><div class=\"do\"></div></li>\n");
    }
    put(call, "</ol>\n");
    if (!view->run.detected) shi_state(call, "", N_("No detector has run"), N_("An audit over accounts and logs looks for batches."));
    else if (!view->batches.len) shi_state(call, "", N_("Nothing stands"), N_("No batch of accounts acts as one beyond what chance and honest life "
                                                                              "explain."));
    else {
        put(call, "<p class=\"pager\"><a href=\"/findings\">");
        shi_say_count(call, N_("All %1$s findings"), view->run.findings);
        put(call, "</a></p>\n");
    }
    shi_section_end(call);
}

static void not_judged(shi_call *call, const shi_run_view *view)
{
    int64_t n = view->run.verdicts[SHI_NOT_JUDGED];
    if (!n) return;
    shi_section(call, "not-judged", N_("What cannot be judged"), NULL);
    put(call, "<p><a href=\"/figures?verdict=not_judged\">");
    shi_say_count(call, N_("%1$s figures"), n);
    put(call, "</a> ");
    say(call, N_("rest on logs that are not there, or not whole. That is a result too: they are neither good nor bad."));
    put(call, "</p>\n");
    shi_section_end(call);
}

static void head(shi_call *call, const shi_run_view *view)
{
    const shi_run_info *r = &view->run;
    shi_page *page = &call->page;
    call->title_id = N_("Overview");
    put(call, "<div class=\"head first\"><h1>");
    if (r->period.ptr) {
        shi_words_period(&page->slip, call->lang, r->period);
        shi_buf_addc(&page->slip, ' ');
        slip(call);
    }
    say(call, N_("What the figures show"));
    put(call, "</h1>\n<p class=\"meta\"><span>");
    shi_say_count(call, N_("%1$s apps"), r->apps);
    put(call, "</span><span>");
    shi_say_count(call, N_("%1$s indicators"), r->indicators);
    put(call, "</span><span>");
    shi_say_count(call, N_("%1$s units"), r->units);
    put(call, "</span><span>");
    shi_say_count(call, N_("%1$s figures"), r->figures);
    put(call, "</span></p></div>\n<p class=\"lead\">");
    shi_words_summary(&page->slip, call->lang, view);
    slip(call);
    put(call, "</p>\n");
}

shi_err shi_page_overview(shi_call *call)
{
    shi_run_view view;
    SHI_TRY(load(call, &view));
    head(call, &view);
    SHI_TRY(chain(call, &view));
    verdicts(call, &view.run);
    targets(call, &view);
    batches(call, &view);
    SHI_TRY(shi_matrix(call));
    not_judged(call, &view);
    return (shi_err){ 0 };
}

shi_err shi_json_overview(shi_call *call)
{
    shi_run_view view;
    shi_json json = shi_json_answer(call);
    SHI_TRY(load(call, &view));
    shi_report_json_audit(&json, &view.run, (shi_str){ 0 });
    shi_json_reopen_object(&json);
    shi_buf both[2] = { { 0 }, { 0 } };
    shi_words_summary(&both[SHI_ZH], SHI_ZH, &view);
    shi_words_summary(&both[SHI_EN], SHI_EN, &view);
    shi_part_both(&json, "sentence", both);
    shi_json_key(&json, "top_findings");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < view.batches.len; i++) shi_report_json_batch(&json, &view.batches.ptr[i], &call->reader->ws.zone);
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    return (shi_err){ 0 };
}
