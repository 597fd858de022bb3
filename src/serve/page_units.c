/* Units: search, and a unit's own page with all its figures, the worst first. */
#include "serve/write.h"

#include "report/json.h"
#include "report/line.h"

#include <inttypes.h>

enum { SHOWN = 200, FIGURES = 50 };

static bool has(shi_str text, shi_str part)
{
    for (int64_t i = 0; i + part.len <= text.len; i++)
        if (shi_str_eq(shi_str_sub(text, i, i + part.len), part)) return true;
    return false;
}

shi_err shi_page_units(shi_call *call)
{
    const shi_chain_units *u = &call->reader->units;
    shi_str words = shi_wire_get(&call->query, "q");
    int64_t shown = 0, found = 0;
    shi_head(call, N_("All units"));
    put(call, "<form class=\"filter\" action=\"/units\" role=\"search\"><label>");
    say(call, N_("Name or code"));
    put(call, "<input name=\"q\" type=\"search\" value=\"");
    shi_page_text(&call->page, words);
    put(call, "\"></label><button class=\"btn\">");
    say(call, N_("Show"));
    put(call, "</button></form>\n<ul class=\"unit-tree\">");
    for (int64_t i = 0; i < u->len; i++) {
        if (!shi_may_see(call, u->code[i]) || (words.len && !has(u->name[i], words) && !has(u->code[i], words))) continue;
        if (found++ >= SHOWN) continue;
        int depth = 0;
        for (int64_t at = u->parent[i]; at >= 0 && depth < 8; at = u->parent[at]) depth++;
        shi_buf_format(call->page.out, "<li data-d=\"%d\"><a ", words.len ? 0 : depth);
        shi_link(call, "/unit/", u->code[i]);
        put(call, ">");
        shi_page_name(&call->page, u->name[i], u->code[i]);
        put(call, "</a> <span class=\"small muted\">");
        shi_words_level(&call->page.slip, call->lang, u->level[i]);
        slip(call);
        put(call, "</span></li>\n");
        shown++;
    }
    put(call, "</ul>\n");
    if (!found) shi_state(call, "", N_("No unit of that name"), N_("Try a part of the name, or the code."));
    if (found > shown) {
        put(call, "<p class=\"small muted\">");
        shi_say_count(call, N_("%1$s more: search by name."), found - shown);
        put(call, "</p>\n");
    }
    return (shi_err){ 0 };
}

static shi_err load(shi_call *call, int64_t *unit, shi_figures *figures)
{
    shi_buf rest = { 0 };
    const shi_param code = SHI_TEXTP(call->rest);
    *unit = shi_units_find(&call->reader->units, call->rest);
    if (*unit < 0 || !shi_may_see(call, call->rest)) return shi_not_found(call);
    shi_buf_format(&rest, "WHERE unit_code = $1%s LIMIT %d", shi_worst_first(call->reader), FIGURES);
    shi_err e = rest.failed ? shi_no_memory() : shi_run_figures(&call->reader->duck, call->keep, "figure_out", rest.ptr, &code, 1, figures);
    shi_buf_drop(&rest);
    return e;
}

static void list(shi_call *call, const shi_figures *figures)
{
    static const char *const HEAD[] = { N_("Indicator"), N_("Target"), N_("Reported"), N_("Counted"), N_("Possible"), N_("Number line"),
        N_("Verdict") };
    shi_page *page = &call->page;
    shi_page_table(page, N_("Figures"), HEAD, COUNT(HEAD), "wide");
    for (int64_t i = 0; i < figures->len; i++) {
        const shi_figure *f = &figures->ptr[i];
        const shi_maybe number[] = { f->target, f->reported };
        shi_page_row(page);
        put(call, "<a ");
        shi_link_figure(call, f->indicator, f->period, f->unit_code);
        put(call, ">");
        shi_page_name(page, f->indicator_name, f->indicator);
        put(call, "</a><span class=\"sub-name\">");
        shi_words_period(&page->slip, call->lang, f->period);
        slip(call);
        put(call, "</span>");
        for (int64_t k = 0; k < COUNT(number); k++) {
            shi_page_cell_number(page);
            shi_page_maybe(page, number[k]);
        }
        shi_page_cell_number(page);
        shi_page_counted(page, f);
        shi_page_cell_number(page);
        shi_page_maybe(page, f->possible);
        shi_page_cell(page);
        shi_line_mini(page, f);
        shi_page_cell(page);
        shi_page_verdict(page, f->verdict, false);
        shi_page_row_end(page);
    }
    shi_page_table_end(page);
}

shi_err shi_page_unit(shi_call *call)
{
    const shi_chain_units *u = &call->reader->units;
    int64_t unit;
    shi_figures figures;
    SHI_TRY(load(call, &unit, &figures));
    call->title = u->name[unit].len ? u->name[unit] : u->code[unit];
    put(call, "<div class=\"head\"><h1>");
    shi_page_name(&call->page, u->name[unit], u->code[unit]);
    put(call, "</h1><p class=\"meta\"><span>");
    shi_page_text(&call->page, u->code[unit]);
    put(call, "</span><span>");
    shi_words_level(&call->page.slip, call->lang, u->level[unit]);
    slip(call);
    put(call, "</span>");
    if (u->people[unit] >= 0) {
        put(call, "<span>");
        shi_say_count(call, N_("%1$s people"), u->people[unit]);
        put(call, "</span>");
    }
    put(call, "</p></div>\n");
    if (!figures.len) shi_state(call, "", N_("This unit has no figures"), N_("Nothing was reported for it and no target was set."));
    else {
        if (figures.ptr[0].verdict == SHI_IMPOSSIBLE || figures.ptr[0].verdict == SHI_DOUBTFUL || figures.ptr[0].verdict == SHI_REFUTED) {
            put(call, "<p class=\"lead\">");
            shi_words_reason_public(&call->page.slip, call->lang, &figures.ptr[0], call->reader->info.tolerance, call->page.small_cell);
            slip(call);
            put(call, "</p>\n");
        }
        list(call, &figures);
        put(call, "<p class=\"pager\"><a href=\"/figures?unit=");
        shi_page_text(&call->page, u->code[unit]);
        put(call, "\">");
        say(call, N_("All figures of it and of the units below it"));
        put(call, "</a></p>\n");
    }
    return (shi_err){ 0 };
}

shi_err shi_json_unit(shi_call *call)
{
    int64_t unit;
    shi_figures figures;
    shi_json json = shi_json_answer(call);
    SHI_TRY(load(call, &unit, &figures));
    shi_json_begin_object(&json);
    shi_json_kstr(&json, "unit_code", call->rest);
    shi_json_kstr(&json, "name", call->reader->units.name[unit]);
    shi_json_key(&json, "figures");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < figures.len; i++) shi_report_json_figure(&json, &figures.ptr[i]);
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    return (shi_err){ 0 };
}
