/* Field checks as a list, and the plan of a new one. */
#include "serve/write.h"

#include "serve/field.h"
#include "store/checks.h"

#include <math.h>
#include <string.h>

/* Choices of the form, as words of their own: nothing is typed that could be mistyped. The first is what is usual. */
static const char *const CONFIDENCE[] = { "0.95", "0.99", "0.9" }, *const TOLERANCE[] = { "0.05", "0.02", "0.1" },
    *const RISK[] = { "0.05", "0.01", "0.1" };
enum { CHOICES = 3, FIGURES = 200 };

static double value_of(const char *const *words, shi_str given)
{
    static const double VALUE[] = { 0.95, 0.99, 0.9, 0.05, 0.02, 0.1, 0.01 };
    static const char *const WORD[] = { "0.95", "0.99", "0.9", "0.05", "0.02", "0.1", "0.01" };
    shi_str chosen = shi_str_from(words[0]);
    for (int i = 0; i < CHOICES; i++)
        if (shi_str_eq(given, shi_str_from(words[i]))) chosen = given;
    for (int64_t i = 0; i < COUNT(VALUE); i++)
        if (shi_str_eq(chosen, shi_str_from(WORD[i]))) return VALUE[i];
    return VALUE[0];
}

/* ---- list ---- */

static const char *state_id(const shi_field_check *c)
{
    if (!c->committed) return N_("planned");
    if (!c->drawn) return N_("committed");
    return c->open ? N_("visits go on") : N_("visits are done");
}

static void row(shi_call *call, const shi_field_check *c)
{
    shi_page *page = &call->page;
    shi_page_row(page);
    put(call, "<a ");
    shi_link(call, "/check/", c->id);
    put(call, ">");
    shi_page_text(page, c->id);
    put(call, "</a>");
    shi_page_cell(page);
    for (int64_t i = 0; i < c->plan.figures && i < 3; i++) {
        put(call, i ? "<br><code>" : "<code>");
        shi_page_text(page, c->plan.figure[i].figure);
        put(call, "</code>");
    }
    if (c->plan.figures > 3) put(call, " \xE2\x80\xA6");
    shi_page_cell(page);
    say(call, state_id(c));
    shi_page_cell_number(page);
    if (c->drawn) shi_page_count(page, c->recorded);
    else put(call, "\xE2\x80\x94");
    shi_page_cell_number(page);
    if (c->drawn) shi_page_count(page, c->visits);
    else put(call, "\xE2\x80\x94");
    shi_page_cell_number(page);
    shi_page_count(page, c->conflicts);
    shi_page_row_end(page);
}

typedef struct {
    shi_field_check *ptr;
    int64_t len;
} checks;

static shi_err load(shi_call *call, checks *out)
{
    shi_workspace ws;
    shi_strs ids;
    SHI_TRY(shi_field_read(call, &ws));
    shi_err e = shi_checks_ids(&ws, call->keep, &ids);
    *out = (checks){ 0 };
    if (!e.code) out->ptr = shi_new(call->keep, shi_field_check, ids.len + 1);
    if (!e.code && !out->ptr) e = shi_no_memory();
    for (int64_t i = 0; !e.code && i < ids.len; i++) e = shi_field_look(call, &ws, ids.ptr[i], &out->ptr[out->len++]);
    shi_field_end(&ws);
    return e;
}

/* ---- plan ---- */

static void choose(shi_call *call, const char *name, const char *label_id, const char *const *words)
{
    shi_buf_format(call->page.out, "<label for=\"%s\">", name);
    say(call, label_id);
    shi_buf_format(call->page.out, "</label><select id=\"%s\" name=\"%s\">", name, name);
    for (int i = 0; i < CHOICES; i++) shi_buf_format(call->page.out, "<option>%s</option>", words[i]);
    put(call, "</select>");
}

static void size_choice(shi_call *call, const char *kind, const char *label_id, const char *number_id, bool first)
{
    shi_buf_format(call->page.out, "<li><label><input type=\"radio\" name=\"size\" value=\"%s\"%s> ", kind, first ? " checked" : "");
    say(call, label_id);
    put(call, "</label>");
    if (number_id) {
        shi_buf_format(call->page.out, " <input class=\"short\" name=\"%s\" inputmode=\"numeric\" pattern=\"[0-9]*\" maxlength=\"9\" aria-label=\"",
                       kind);
        say(call, number_id);
        put(call, "\">");
    }
    put(call, "</li>\n");
}

static void plan_form(shi_call *call)
{
    shi_section(call, "plan", N_("Plan a check"),
                N_("The plan fixes who may be drawn, how many, and how results will be judged, before anybody knows the draw."));
    put(call, "<form method=\"post\" action=\"/checks\" class=\"narrow-form\">");
    shi_csrf_field(call);
    put(call, "<p class=\"field\"><label for=\"figure\">");
    say(call, N_("Figures"));
    put(call, "</label><small id=\"figure-hint\">");
    say(call, N_("INDICATOR/PERIOD/UNIT, one a line; the page of a figure has a link that fills this in"));
    put(call, "</small><textarea id=\"figure\" name=\"figure\" rows=\"2\" required aria-describedby=\"figure-hint\">");
    shi_page_text(&call->page, shi_wire_get(&call->query, "figure"));
    put(call, "</textarea></p>\n<fieldset class=\"field\"><legend>");
    say(call, N_("How many visits"));
    put(call, "</legend><ul class=\"choices\">\n");
    size_choice(call, "claim", N_("as many as confirm what was reported, if it is true"), NULL, true);
    size_choice(call, "half_width", N_("as many as give each figure to within so many people:"), N_("people, each way"), false);
    size_choice(call, "visits", N_("so many in all:"), N_("visits in all"), false);
    put(call, "<li><label><input type=\"checkbox\" name=\"sequential\" value=\"1\" checked> ");
    say(call, N_("stop or go on whenever you like; the results stay valid"));
    put(call, "</label></li></ul></fieldset>\n<details class=\"field\"><summary>");
    say(call, N_("Confidence, tolerance, risk"));
    put(call, "</summary><div class=\"field\">");
    choose(call, "confidence", N_("how sure the interval is"), CONFIDENCE);
    choose(call, "tolerance", N_("share of what was reported that may be missing"), TOLERANCE);
    choose(call, "risk", N_("risk of a wrong decision, each way"), RISK);
    put(call, "</div></details>\n<p class=\"btns\"><button class=\"btn main\">");
    say(call, N_("Make the plan"));
    put(call, "</button></p></form>\n");
    shi_section_end(call);
}

/* One a line, trimmed. */
static shi_err lines_of(shi_call *call, shi_str text, shi_strs *out)
{
    shi_str *name = shi_new(call->keep, shi_str, FIGURES);
    int64_t n = 0;
    if (!name) return shi_no_memory();
    for (int64_t from = 0; from < text.len && n < FIGURES;) {
        int64_t end = shi_str_find(text, '\n', from);
        if (end < 0) end = text.len;
        shi_str line = shi_str_trim(shi_str_sub(text, from, end));
        if (line.len) name[n++] = shi_str_copy(call->keep, line);
        from = end + 1;
    }
    *out = (shi_strs){ name, n };
    return n ? (shi_err){ 0 } : shi_fail(SHI_USAGE, N_("no figure is named"), N_("Figures are called INDICATOR/PERIOD/UNIT."));
}

static shi_err number_of(shi_call *call, const char *kind, int64_t *out)
{
    shi_str text = shi_str_trim(shi_wire_get(&call->form, kind));
    if (shi_count_parse(text, out) && *out > 0) return (shi_err){ 0 };
    return shi_fail_value(SHI_USAGE, text, N_("this is no number of people or visits"), N_("Write a whole number above 0 beside the choice."));
}

static shi_err wish_of(shi_call *call, shi_spot_wish *wish)
{
    shi_str size = shi_wire_get(&call->form, "size");
    *wish = (shi_spot_wish){ .sequential = shi_wire_get(&call->form, "sequential").len > 0, .expect = (double)NAN,
        .confidence = value_of(CONFIDENCE, shi_wire_get(&call->form, "confidence")),
        .tolerance = value_of(TOLERANCE, shi_wire_get(&call->form, "tolerance")), .risk = value_of(RISK, shi_wire_get(&call->form, "risk")) };
    SHI_TRY(lines_of(call, shi_wire_get(&call->form, "figure"), &wish->figures));
    if (shi_str_eq(size, S("half_width"))) return number_of(call, "half_width", &wish->half_width);
    if (shi_str_eq(size, S("visits"))) return number_of(call, "visits", &wish->visits);
    wish->claim = true;
    return (shi_err){ 0 };
}

shi_err shi_post_checks(shi_call *call)
{
    shi_spot_wish wish;
    shi_spot_plan plan;
    shi_workspace ws;
    const shi_engine engine = { .memory = call->server->options->engine.memory / 4, .threads = 1 };
    SHI_TRY(wish_of(call, &wish));
    SHI_TRY(shi_field_write(call, &ws));
    shi_err e = shi_spot_plan_make(&ws, call->keep, &wish, &engine, &plan);
    shi_workspace_close(&ws);
    if (e.code) return e;
    shi_str detail = shi_str_format(call->keep, "{\"check\":\"%s\",\"step\":\"plan\"}", plan.id.ptr);
    if (!detail.ptr) return shi_no_memory();
    SHI_TRY(shi_people_trail(call->server->people, call->session.who.id, "check", detail));
    shi_send_on(call, shi_str_format(call->keep, "/check/%s", plan.id.ptr).ptr);
    return (shi_err){ 0 };
}

/* ---- page ---- */

shi_err shi_page_checks(shi_call *call)
{
    static const char *const HEAD[] = { N_("Check"), N_("Figures"), N_("State"), N_("Recorded"), N_("Drawn"), N_("Conflicts") };
    checks all;
    SHI_TRY(load(call, &all));
    shi_head(call, N_("Field checks"));
    if (shi_wire_get(&call->query, "figure").len) plan_form(call);
    if (all.len) {
        shi_section(call, "list", N_("Checks so far"), NULL);
        shi_page_table(&call->page, N_("Field checks"), HEAD, COUNT(HEAD), "txt");
        for (int64_t i = all.len; i-- > 0;) row(call, &all.ptr[i]);
        shi_page_table_end(&call->page);
        shi_section_end(call);
    } else shi_state(call, "", N_("No field check is planned yet"), N_("Choose a figure and plan one: what random visits find is the only proof."));
    if (!shi_wire_get(&call->query, "figure").len) plan_form(call);
    return (shi_err){ 0 };
}

shi_err shi_json_checks(shi_call *call)
{
    checks all;
    SHI_TRY(load(call, &all));
    shi_json json = shi_json_answer(call);
    shi_json_begin_object(&json);
    shi_json_key(&json, "checks");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < all.len; i++) {
        const shi_field_check *c = &all.ptr[i];
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "check", c->id);
        shi_json_key(&json, "figures");
        shi_json_begin_array(&json);
        for (int64_t k = 0; k < c->plan.figures; k++) shi_json_str(&json, c->plan.figure[k].figure);
        shi_json_end_array(&json);
        shi_json_kbool(&json, "committed", c->committed);
        shi_json_kbool(&json, "drawn", c->drawn);
        shi_json_kbool(&json, "open", c->open);
        shi_json_kint(&json, "recorded", c->recorded);
        shi_json_kint(&json, "visits", c->visits);
        shi_json_kint(&json, "conflicts", c->conflicts);
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    return (shi_err){ 0 };
}
