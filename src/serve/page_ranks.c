/* Ranks: first how many pairs of units can be told apart, then each unit's set of possible ranks; what was reported is not looked at. */
#include "serve/write.h"

#include "field/places.h"
#include "report/json.h"
#include "store/checks.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

enum { CHOICES = 400, SHOWN = 300, MANY = 30 };

/* INDICATOR/PERIOD, the indicator may hold a slash. */
static bool split(shi_str rest, shi_str *indicator, shi_str *period)
{
    int64_t at = rest.len;
    while (at > 0 && rest.ptr[at - 1] != '/') at--;
    *indicator = shi_str_sub(rest, 0, at ? at - 1 : 0);
    *period = shi_str_sub(rest, at, rest.len);
    return at > 1 && at < rest.len;
}

static shi_err load(shi_call *call, shi_places *out)
{
    shi_reader *r = call->reader;
    shi_str indicator, period;
    shi_figures figures;
    shi_checked_rows rows;
    if (!split(call->rest, &indicator, &period)) return shi_not_found(call);
    const shi_param p[] = { SHI_TEXTP(indicator), SHI_TEXTP(period) };
    const shi_places_wish wish = { .level = shi_wire_get(&call->query, "level"), .per_head = shi_str_eq(shi_wire_get(&call->query, "per_head"),
        S("1")),
        .confidence = 0.95 };
    SHI_TRY(shi_run_figures(&r->duck, call->keep, "figure_out", "WHERE indicator = $1 AND period = $2 ORDER BY unit_code", p, 2, &figures));
    if (!figures.len) return shi_not_found(call);
    SHI_TRY(shi_checks_concluded(&r->ws, call->keep, &rows));
    return shi_places_make(&r->ws, call->keep, &wish, &figures, &rows, out);
}

static void number(shi_call *call, double x)
{
    if (!isfinite(x)) shi_words_maybe(&call->page.slip, (shi_maybe){ 0 });
    else if (x > 0 && x < 1) shi_buf_format(&call->page.slip, "%.3f", x);
    else shi_words_whole(&call->page.slip, llround(x));
}

static void row(shi_call *call, const shi_places *r, const shi_place *p)
{
    shi_page *page = &call->page;
    shi_buf_format(page->out, "<div class=\"rk%s\" data-n=\"%" PRId64 "\" role=\"listitem\"><div class=\"nm\"><a ", r->len > MANY ? " many" : "",
                   r->len);
    shi_link_figure(call, r->indicator, r->period, p->unit_code);
    put(call, ">");
    shi_page_name(page, p->unit_name, p->unit_code);
    put(call, "</a></div><div class=\"tr\" aria-hidden=\"true\">");
    shi_buf_format(page->out, "<span class=\"set\" data-a=\"%" PRId64 "\" data-b=\"%" PRId64 "\"></span>", p->best, p->worst);
    if (p->known) shi_buf_format(page->out, "<span class=\"pt\" data-v=\"%" PRId64 "\"></span>", p->rank);
    put(call, "</div><div class=\"val\">");
    shi_words_ranks(&page->slip, call->lang, p);
    slip(call);
    put(call, "<small>");
    if (p->known) {
        number(call, p->estimate);
        slip(call);
        put(call, call->lang == SHI_ZH ? "（" : " (");
    }
    number(call, p->low);
    shi_buf_puts(&page->slip, call->lang == SHI_ZH ? "\xE2\x80\x94" : "\xE2\x80\x93");
    number(call, p->high);
    slip(call);
    if (p->known) put(call, call->lang == SHI_ZH ? "）" : ")");
    put(call, "</small></div></div>\n");
}

shi_err shi_page_ranking(shi_call *call)
{
    shi_places r;
    SHI_TRY(load(call, &r));
    put(call, "<nav><ol class=\"where\"><li><a href=\"/ranks\">");
    say(call, N_("Ranks"));
    put(call, "</a></li></ol></nav>\n");
    call->title_id = N_("Ranks");
    put(call, "<div class=\"head\"><h1>");
    shi_page_name(&call->page, r.indicator_name, r.indicator);
    put(call, " ");
    shi_words_period(&call->page.slip, call->lang, r.period);
    slip(call);
    put(call, "</h1></div>\n<p class=\"lead\">");
    shi_words_apart(&call->page.slip, call->lang, &r);
    slip(call);
    put(call, "</p>\n");
    shi_section(call, "sets", N_("Possible ranks of each unit"), N_("The band holds the ranks that are possible, all bands together at 95 %; the "
        "point "
        "is the rank of the estimate. Beside it: estimate and interval of what is real."));
    put(call, "<div role=\"list\">\n");
    for (int64_t i = 0; i < r.len && i < SHOWN; i++) row(call, &r, &r.ptr[i]);
    put(call, "</div>\n");
    shi_section_end(call);
    put(call, "<p class=\"note\">");
    say(call, N_("A ranking that is published says more than these data carry wherever bands overlap. Rules against frequent rankings stand under "
                 "Targets."));
    put(call, "</p>\n");
    return (shi_err){ 0 };
}

shi_err shi_json_ranking(shi_call *call)
{
    shi_places r;
    shi_json json = shi_json_answer(call);
    SHI_TRY(load(call, &r));
    shi_report_json_places(&json, &r);
    return (shi_err){ 0 };
}

static const char SQL_CHOICES[] =
    "SELECT CAST(indicator AS VARCHAR), any_value(CAST(indicator_name AS VARCHAR)), CAST(period AS VARCHAR), count(*), count(check_id) FROM "
        "figure_out "
    "GROUP BY 1, 3 ORDER BY 5 DESC, 3 DESC, 1 LIMIT 400";

shi_err shi_page_ranks(shi_call *call)
{
    static const char *const HEAD[] = { N_("Indicator"), N_("Period"), N_("Figures"), N_("Checked in the field") };
    shi_rows rows;
    shi_page *page = &call->page;
    SHI_TRY(shi_duck_query(&call->reader->duck, SQL_CHOICES, NULL, 0, &rows));
    shi_head(call, N_("Ranks"));
    put(call, "<p class=\"lead\">");
    say(call, N_("Choose an indicator and a period. Without field checks hardly any two units can be told apart, and the page says so."));
    put(call, "</p>\n");
    shi_page_table(page, N_("Indicators and periods, those with field checks first"), HEAD, COUNT(HEAD), "");
    while (shi_rows_next(&rows)) {
        shi_str indicator = shi_rows_str(&rows, 0), period = shi_rows_str(&rows, 2);
        shi_str rest = shi_str_format(call->keep, "%.*s/%.*s", (int)indicator.len, indicator.ptr, (int)period.len, period.ptr);
        shi_page_row(page);
        put(call, "<a ");
        shi_link(call, "/ranks/", rest);
        put(call, ">");
        shi_page_name(page, shi_rows_null(&rows, 1) ? (shi_str){ 0 } : shi_rows_str(&rows, 1), indicator);
        put(call, "</a>");
        shi_page_cell(page);
        shi_words_period(&page->slip, call->lang, period);
        slip(call);
        shi_page_cell_number(page);
        shi_page_count(page, shi_rows_int(&rows, 3));
        shi_page_cell_number(page);
        shi_page_count(page, shi_rows_int(&rows, 4));
        shi_page_row_end(page);
    }
    shi_rows_close(&rows);
    shi_page_table_end(page);
    return (shi_err){ 0 };
}
