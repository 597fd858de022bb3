/* One field check, step by step: plan, commitment, draw, worksheet, visits, conflicts, estimate. Each step says why it comes when it does, and has
 * its button only when it can be taken. */
#include "serve/write.h"

#include "report/worksheet.h"
#include "serve/field.h"
#include "store/checks.h"

#include <string.h>

typedef struct {
    shi_field_check c;
    shi_field_visits drawn;
    shi_visit_conflicts conflicts;
    shi_str frame, commitment;       /* what the hashes are of */
    shi_str seed[8];                 /* of the first rounds */
    shi_estimate *each;              /* of the figures; NULL: not estimated yet */
} subject;

static shi_err load_draw(shi_call *call, shi_workspace *ws, subject *p)
{
    shi_str text;
    shi_spot_draw draw;
    if (!p->c.drawn) return (shi_err){ 0 };
    SHI_TRY(shi_checks_get(ws, call->keep, p->c.id, "draw.json", &text));
    SHI_TRY(shi_spot_draw_read(call->keep, text, &draw));
    for (int64_t i = 0; i < draw.rounds && i < COUNT(p->seed); i++) p->seed[i] = draw.seed[i];
    SHI_TRY(shi_field_drawn(call, ws, p->c.id, &p->drawn));
    return shi_spot_conflicts(ws, call->keep, p->c.id, &p->conflicts);
}

static shi_err load_estimate(shi_call *call, shi_workspace *ws, subject *p)
{
    shi_str text;
    SHI_TRY(shi_checks_get(ws, call->keep, p->c.id, "estimate.json", &text));
    if (!text.ptr) return (shi_err){ 0 };
    shi_spot_concluded concluded;
    SHI_TRY(shi_spot_check_at(ws, call->keep, p->c.id, p->c.plan.confidence, &concluded));
    p->each = concluded.each;
    return (shi_err){ 0 };
}

static shi_err load_from(shi_call *call, shi_workspace *ws, subject *p)
{
    shi_str id = shi_str_copy(call->keep, call->rest);
    if (!id.ptr) return shi_no_memory();
    if (shi_checks_exists(ws, id).code) return shi_not_found(call);
    SHI_TRY(shi_field_look(call, ws, id, &p->c));
    SHI_TRY(shi_checks_get(ws, call->keep, id, "frame.csv", &p->frame));
    SHI_TRY(shi_checks_get(ws, call->keep, id, "commitment.json", &p->commitment));
    SHI_TRY(load_draw(call, ws, p));
    return load_estimate(call, ws, p);
}

static shi_err load(shi_call *call, subject *p)
{
    shi_workspace ws;
    *p = (subject){ 0 };
    SHI_TRY(shi_field_read(call, &ws));
    shi_err e = load_from(call, &ws, p);
    shi_field_end(&ws);
    return e;
}

/* ---- parts ---- */

static void begin_step(shi_call *call, const subject *p, const char *step)
{
    put(call, "<form method=\"post\" class=\"narrow-form\" action=\"/check/");
    shi_page_text(&call->page, p->c.id);
    put(call, "\">");
    shi_csrf_field(call);
    shi_buf_format(call->page.out, "<input type=\"hidden\" name=\"do\" value=\"%s\">\n", step);
}

static void end_step(shi_call *call, const char *label_id, bool main)
{
    put(call, main ? "<p class=\"btns\"><button class=\"btn main\">" : "<p class=\"btns\"><button class=\"btn\">");
    say(call, label_id);
    put(call, "</button></p></form>\n");
}

static void hash_row(shi_call *call, const char *name_id, shi_str text)
{
    shi_sha256 hash;
    char hex[65];
    shi_sha256_text(text, &hash);
    shi_hex(hash.byte, 32, hex);
    put(call, "<dt>");
    say(call, name_id);
    shi_buf_format(call->page.out, "</dt><dd><code class=\"hash\">%s</code></dd>\n", hex);
}

static void plan_part(shi_call *call, const subject *p)
{
    static const char *const HEAD[] = { N_("Figure"), N_("Reported"), N_("Stratum"), N_("People"), N_("Visits planned") };
    const shi_spot_plan *plan = &p->c.plan;
    shi_page *page = &call->page;
    shi_section(call, "plan", N_("Plan"), plan->cluster_level.ptr ? N_("Residents' meetings: the number of visits is that of meetings.")
                : plan->sequential ? N_("Stop or go on whenever you like; the results stay valid.") : N_("The number of visits is fixed."));
    shi_page_table(page, N_("Strata of the plan"), HEAD, COUNT(HEAD), "txt");
    for (int64_t h = 0; h < plan->strata; h++) {
        const shi_spot_figure *f = &plan->figure[plan->stratum[h].figure];
        shi_page_row(page);
        put(call, "<a ");
        shi_link_figure(call, f->indicator, f->period, f->unit_code);
        put(call, ">");
        shi_page_text(page, f->figure);
        put(call, "</a>");
        const int64_t cells[] = { f->reported, plan->stratum[h].number, plan->stratum[h].population, plan->stratum[h].n };
        for (int64_t i = 0; i < COUNT(cells); i++) {
            shi_page_cell_number(page);
            if (cells[i] >= 0) shi_page_count(page, cells[i]);
            else put(call, "\xE2\x80\x94");
        }
        shi_page_row_end(page);
    }
    shi_page_table_end(page);
    shi_section_end(call);
}

static void commit_part(shi_call *call, const subject *p)
{
    shi_section(call, "commitment", N_("Commitment"),
                N_("A hash of who may be drawn and of the plan, published before the draw: afterwards nobody can change either unnoticed."));
    if (!p->c.committed) {
        begin_step(call, p, "commit");
        end_step(call, N_("Commit"), true);
    } else {
        put(call, "<dl class=\"facts\">");
        hash_row(call, N_("To publish: SHA-256 of commitment.json"), p->commitment);
        hash_row(call, N_("SHA-256 of frame.csv"), p->frame);
        put(call, "</dl>\n");
    }
    shi_section_end(call);
}

static void draw_form(shi_call *call, const subject *p, bool further)
{
    begin_step(call, p, "draw");
    put(call, "<p class=\"field\"><label for=\"seed\">");
    say(call, further ? N_("Fresh seed of the further round") : N_("Seed"));
    put(call, "</label><small id=\"seed-hint\">");
    say(call, N_("What dice or a lottery gave, in public and after the commitment was published; twenty digits from dice are plenty"));
    put(call, "</small><input id=\"seed\" name=\"seed\" required maxlength=\"200\" autocomplete=\"off\" aria-describedby=\"seed-hint\"></p>\n");
    if (further) {
        put(call, "<p class=\"field\"><label for=\"more\">");
        say(call, N_("How many further visits"));
        put(call, "</label><input id=\"more\" name=\"more\" required inputmode=\"numeric\" pattern=\"[0-9]*\" maxlength=\"9\"></p>\n");
    }
    end_step(call, further ? N_("Draw further ones") : N_("Draw"), !further);
}

static void draw_part(shi_call *call, const subject *p)
{
    shi_section(call, "draw", N_("Draw"), N_("The seed comes from public chance, so that neither the office nor the units decide who is visited."));
    if (!p->c.committed) shi_state(call, "", N_("Nothing is committed to yet"), N_("A seed that is known before the commitment decides nothing."));
    else if (!p->c.drawn) draw_form(call, p, false);
    else {
        put(call, "<dl class=\"facts\">");
        for (int64_t i = 0; i < p->c.rounds && i < COUNT(p->seed); i++) {
            put(call, "<dt>");
            shi_say_count(call, N_("Seed of round %1$s"), i + 1);
            put(call, "</dt><dd>");
            shi_page_name(&call->page, p->seed[i], (shi_str){ 0 });
            put(call, "</dd>\n");
        }
        put(call, "</dl>\n");
        if (p->c.plan.sequential && !p->c.plan.cluster_level.ptr) {
            put(call, "<details><summary>");
            say(call, N_("A further round"));
            put(call, "</summary>");
            draw_form(call, p, true);
            put(call, "</details>\n");
        }
    }
    shi_section_end(call);
}

/* ---- visits ---- */

static bool same_place(const shi_field_visit *a, const shi_field_visit *b)
{
    return shi_str_eq(a->place, b->place) && shi_str_eq(a->unit_code, b->unit_code);
}

static void village_rows(shi_call *call, const shi_field_visits *v)
{
    shi_page *page = &call->page;
    for (int64_t from = 0, to; from < v->len; from = to) {
        int64_t recorded = 0, twice = 0, again = 0;
        for (to = from; to < v->len && same_place(&v->ptr[to], &v->ptr[from]); to++) {
            recorded += v->ptr[to].recorded;
            twice += v->ptr[to].recheck;
            again += v->ptr[to].again;
        }
        shi_page_row(page);
        shi_page_name(page, v->ptr[from].place, v->ptr[from].unit_code);
        const int64_t cells[] = { to - from, recorded, twice, again };
        for (int64_t i = 0; i < COUNT(cells); i++) {
            shi_page_cell_number(page);
            shi_page_count(page, cells[i]);
        }
        shi_page_row_end(page);
    }
}

static void sheet_link(shi_call *call, const subject *p, const char *end, const char *label_id)
{
    put(call, "<a class=\"btn\" ");
    shi_link(call, "/worksheet/", shi_str_format(call->keep, "%.*s.%s", (int)p->c.id.len, p->c.id.ptr, end));
    put(call, ">");
    say(call, label_id);
    put(call, "</a>");
}

static void visits_part(shi_call *call, const subject *p)
{
    static const char *const HEAD[] = { N_("Village"), N_("Drawn"), N_("Recorded"), N_("To be visited twice"), N_("Visited twice") };
    if (!p->c.drawn) return;
    shi_section(call, "visits", N_("Visits so far"), N_("What a visit found is not shown before the estimate, so that nobody is guided by it."));
    put(call, "<p>");
    const int64_t n[] = { p->c.recorded, p->c.visits };
    shi_page_say_numbers(&call->page, N_("%1$s of %2$s are recorded."), n, 2);
    if (p->drawn.lost) {
        put(call, " ");
        shi_say_count(call, N_("%1$s of those drawn are no longer in the accounts: they count as not reached."), p->drawn.lost);
    }
    put(call, "</p>\n<div class=\"btns\">");
    sheet_link(call, p, "xlsx", N_("Worksheet, xlsx"));
    sheet_link(call, p, "html", N_("Worksheet, to print"));
    put(call, "</div>\n<p class=\"small muted\">");
    say(call, N_("The worksheet holds accounts: keep it as such papers are kept. Each download is noted. With the office's own list of names and "
                 "doors: \"shishu spotcheck worksheet\" with --list; the list is not stored."));
    put(call, "</p>\n");
    shi_page_table(&call->page, N_("Visits by village"), HEAD, COUNT(HEAD), "txt");
    village_rows(call, &p->drawn);
    shi_page_table_end(&call->page);
    shi_section_end(call);
}

static void record_cells(shi_call *call, const shi_spot_result *x)
{
    static const char *const OUTCOME[] = { N_("not visited"), N_("real"), N_("not real"), N_("not reached") };
    shi_page_cell(&call->page);
    say(call, OUTCOME[x->outcome]);
    put(call, "<span class=\"sub-name\">");
    shi_page_text(&call->page, x->reason);
    put(call, "</span>");
    shi_page_cell(&call->page);
    shi_page_name(&call->page, x->inspector1, (shi_str){ 0 });
    put(call, ", ");
    shi_page_name(&call->page, x->inspector2, (shi_str){ 0 });
    put(call, "<span class=\"sub-name\">");
    shi_page_text(&call->page, x->visited_at);
    put(call, "</span>");
}

static void settle_form(shi_call *call, const subject *p, const shi_visit_conflict *c)
{
    begin_step(call, p, "settle");
    shi_buf_format(call->page.out, "<input type=\"hidden\" name=\"number\" value=\"%lld\"><p class=\"field\"><label for=\"why-%lld\">",
                   (long long)c->number, (long long)c->number);
    say(call, N_("Reason of the decision"));
    shi_buf_format(call->page.out, "</label><input id=\"why-%lld\" name=\"reason\" required maxlength=\"200\" autocomplete=\"off\"></p>"
                   "<p class=\"btns\">", (long long)c->number);
    put(call, "<button class=\"btn\" name=\"which\" value=\"first\">");
    say(call, N_("The first counts"));
    put(call, "</button><button class=\"btn\" name=\"which\" value=\"other\">");
    say(call, N_("The other counts"));
    put(call, "</button></p></form>");
}

static void conflicts_part(shi_call *call, const subject *p)
{
    static const char *const HEAD[] = { N_("Key"), N_("First record"), N_("By whom"), N_("Other record"), N_("By whom"), N_("Decision") };
    if (!p->conflicts.len) return;
    shi_section(call, "conflicts", N_("Two records of one visit"), N_("Both are kept. Until it is decided, the one that came first counts."));
    shi_page_table(&call->page, N_("Conflicts"), HEAD, COUNT(HEAD), "txt");
    for (int64_t i = 0; i < p->conflicts.len; i++) {
        shi_page_row(&call->page);
        shi_page_text(&call->page, p->conflicts.ptr[i].other.key);
        record_cells(call, &p->conflicts.ptr[i].counts);
        record_cells(call, &p->conflicts.ptr[i].other);
        shi_page_cell(&call->page);
        settle_form(call, p, &p->conflicts.ptr[i]);
        shi_page_row_end(&call->page);
    }
    shi_page_table_end(&call->page);
    shi_section_end(call);
}

static void lines(shi_call *call, shi_str text)
{
    for (int64_t from = 0; from < text.len;) {
        int64_t end = shi_str_find(text, '\n', from);
        if (end < 0) end = text.len;
        put(call, "<p>");
        shi_page_text(&call->page, shi_str_sub(text, from, end));
        put(call, "</p>\n");
        from = end + 1;
    }
}

/* Of a sequential plan only the first of the draw, without a gap, are a random sample; visits by the route leave gaps. */
static void counted_so_far(shi_call *call, const subject *p)
{
    int64_t n[2] = { 0, p->c.recorded };
    for (int64_t i = 0; i < p->c.plan.figures; i++) n[0] += p->each[i].visited;
    if (n[0] >= n[1]) return;
    put(call, "<p>");
    shi_page_say_numbers(&call->page, N_("%1$s of %2$s recorded visits count so far: those up to the first, in the order of the draw, that is not "
                                         "recorded yet."), n, 2);
    put(call, "</p>\n");
}

static void estimate_part(shi_call *call, const subject *p)
{
    if (!p->c.drawn) return;
    shi_section(call, "estimate", N_("Estimate and decision"),
                N_("Who was not reached counts against a claim's confirmation and against its refutation."));
    for (int64_t i = 0; p->each && i < p->c.plan.figures; i++) {
        shi_buf text = { 0 };
        put(call, "<h3><code>");
        shi_page_text(&call->page, p->c.plan.figure[i].figure);
        put(call, "</code></h3>\n");
        shi_estimate_say(&text, call->lang, &p->each[i], p->c.plan.confidence);
        lines(call, shi_buf_str(&text));
        call->page.out->failed = call->page.out->failed || text.failed;
        shi_buf_drop(&text);
    }
    if (p->each) counted_so_far(call, p);
    if (p->c.recorded) {
        put(call, "<p class=\"small muted\">");
        say(call, N_("The button stores what the results say now; the next audit takes it from there."));
        put(call, "</p>\n");
        begin_step(call, p, "estimate");
        end_step(call, p->each ? N_("Estimate again") : N_("Estimate"), !p->each);
    } else shi_state(call, "", N_("Nothing is recorded yet"), N_("Results come from the phones under Visits, or by \"shishu spotcheck record\"."));
    shi_section_end(call);
}

shi_err shi_page_one_check(shi_call *call)
{
    subject p;
    SHI_TRY(load(call, &p));
    call->title = shi_str_format(call->keep, tr(call->lang, N_("Field check %1$s")), p.c.id.ptr);
    if (!call->title.ptr) return shi_no_memory();
    put(call, "<div class=\"head\"><h1>");
    shi_page_text(&call->page, call->title);
    put(call, "</h1></div>\n");
    conflicts_part(call, &p);
    plan_part(call, &p);
    commit_part(call, &p);
    draw_part(call, &p);
    visits_part(call, &p);
    estimate_part(call, &p);
    return (shi_err){ 0 };
}

shi_err shi_json_check(shi_call *call)
{
    subject p;
    SHI_TRY(load(call, &p));
    shi_json json = shi_json_answer(call);
    shi_json_begin_object(&json);
    shi_json_kstr(&json, "check", p.c.id);
    shi_spot_strata_json(&json, &p.c.plan);
    shi_json_kbool(&json, "sequential", p.c.plan.sequential);
    shi_json_kbool(&json, "committed", p.c.committed);
    shi_json_kbool(&json, "drawn", p.c.drawn);
    shi_json_kbool(&json, "open", p.c.open);
    shi_json_kint(&json, "rounds", p.c.rounds);
    shi_json_kint(&json, "visits", p.c.visits);
    shi_json_kint(&json, "recorded", p.c.recorded);
    shi_json_kint(&json, "lost", p.drawn.lost);
    shi_json_kint(&json, "conflicts", p.conflicts.len);
    shi_json_key(&json, "estimates");
    shi_json_begin_array(&json);
    for (int64_t i = 0; p.each && i < p.c.plan.figures; i++) {
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "figure", p.c.plan.figure[i].figure);
        shi_estimate_json(&json, &p.each[i]);
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    return (shi_err){ 0 };
}

/* ---- steps ---- */

static shi_err draw(shi_call *call, shi_workspace *ws, shi_str id)
{
    shi_spot_draw drawn;
    int64_t more = 0;
    shi_str seed = shi_wire_get(&call->form, "seed"), text = shi_str_trim(shi_wire_get(&call->form, "more"));
    if (!seed.len) return shi_fail(SHI_USAGE, N_("there is no seed"), N_("Draw it in public, with dice or a lottery."));
    if (text.len && !shi_count_parse(text, &more))
        return shi_fail_value(SHI_USAGE, text, N_("this is no number of people or visits"), N_("Write a whole number above 0 beside the choice."));
    return shi_spot_draw_round(ws, call->keep, id, seed, more, &drawn);
}

static shi_err step(shi_call *call, shi_workspace *ws, shi_str id, shi_str what)
{
    char frame[65], commitment[65];
    shi_spot_concluded concluded;
    int64_t number = 0;
    if (shi_str_eq(what, S("commit"))) return shi_spot_commit(ws, call->keep, id, frame, commitment);
    if (shi_str_eq(what, S("draw"))) return draw(call, ws, id);
    if (shi_str_eq(what, S("estimate"))) return shi_spot_estimate(ws, call->keep, id, &concluded);
    if (!shi_str_eq(what, S("settle")) || !shi_count_parse(shi_wire_get(&call->form, "number"), &number)) return shi_not_found(call);
    bool other = shi_str_eq(shi_wire_get(&call->form, "which"), S("other"));
    return shi_spot_settle(ws, call->keep, id, number, other, shi_wire_get(&call->form, "reason"));
}

shi_err shi_post_check(shi_call *call)
{
    shi_workspace ws;
    shi_str id = shi_str_copy(call->keep, call->rest), what = shi_wire_get(&call->form, "do");
    if (!id.ptr) return shi_no_memory();
    SHI_TRY(shi_field_write(call, &ws));
    shi_err e = shi_checks_exists(&ws, id).code ? shi_not_found(call) : step(call, &ws, id, what);
    shi_workspace_close(&ws);
    if (e.code) return e;
    shi_str detail = shi_str_format(call->keep, "{\"check\":\"%s\",\"step\":\"%.*s\"}", id.ptr, (int)what.len, what.ptr);
    if (!detail.ptr) return shi_no_memory();
    SHI_TRY(shi_people_trail(call->server->people, call->session.who.id, "check", detail));
    shi_send_on(call, shi_str_format(call->keep, "/check/%s", id.ptr).ptr);
    return (shi_err){ 0 };
}

/* ---- worksheet ---- */

static shi_err sheet_xlsx(shi_call *call, shi_workspace *ws, const shi_visits *visits)
{
    const char *spill = shi_workspace_spill(ws, call->keep);
    shi_str path = shi_str_format(call->keep, "%s/sheet.%p.xlsx", spill ? spill : "", (void *)call->reader), text = { 0 };
    if (!spill || !path.ptr) return shi_fail(SHI_SYSTEM, N_("there is no folder for files on their way"), N_("Is the workspace writable?"));
    shi_err e = shi_worksheet_xlsx(path.ptr, spill, ws->now_us, call->lang, visits);
    if (!e.code) e = shi_os_read(call->keep, path.ptr, (int64_t)1 << 30, &text);
    (void)shi_os_remove(path.ptr).code;
    shi_buf_add(&call->answer->body, text);
    call->answer->type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    return e;
}

static shi_err sheet(shi_call *call, shi_workspace *ws, shi_str id, bool xlsx)
{
    shi_visits visits;
    const shi_engine engine = { .memory = call->server->options->engine.memory / 4, .threads = 1 };
    if (shi_checks_exists(ws, id).code) return shi_not_found(call);
    SHI_TRY(shi_visits_load(ws, call->keep, id, NULL, &engine, &visits));
    if (xlsx) return sheet_xlsx(call, ws, &visits);
    shi_worksheet_html(&call->answer->body, call->lang, &visits);
    call->answer->type = "text/html; charset=utf-8";
    call->answer->csp = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    return (shi_err){ 0 };
}

/* /worksheet/ID.xlsx and ID.html, as the command writes them. It holds accounts, so the look is noted first. */
shi_err shi_page_worksheet(shi_call *call)
{
    shi_workspace ws;
    bool xlsx = shi_str_ends(call->rest, S(".xlsx")), html = shi_str_ends(call->rest, S(".html"));
    if (!xlsx && !html) return shi_not_found(call);
    shi_str id = shi_str_copy(call->keep, shi_str_sub(call->rest, 0, call->rest.len - 5));
    if (!id.ptr) return shi_no_memory();
    SHI_TRY(shi_field_read(call, &ws));
    shi_err e = sheet(call, &ws, id, xlsx);
    shi_field_end(&ws);
    if (e.code) return e;
    shi_str detail = shi_str_format(call->keep, "{\"check\":\"%s\"}", id.ptr);
    if (!detail.ptr) return shi_no_memory();
    shi_buf_format(&call->answer->disposition, "%s; filename=\"%s\"", xlsx ? "attachment" : "inline", shi_str_copy(call->keep, call->rest).ptr);
    return shi_people_trail(call->server->people, call->session.who.id, "view worksheet", detail);
}
