/* One finding: what it is, when it was seen, whom it serves, which innocent causes were asked for; its members behind permission, each look noted. */
#include "serve/write.h"

#include "report/batches.h"

#include <inttypes.h>
#include <stdio.h>

enum { MEMBERS = 500 };

typedef struct {
    const shi_account_batch *b;
    shi_batch_units units;
} subject;

static shi_err load(shi_call *call, shi_str finding, subject *p)
{
    shi_account_batches found;
    const shi_param id = SHI_TEXTP(finding);
    *p = (subject){ 0 };
    SHI_TRY(shi_run_batches(&call->reader->duck, call->keep, "finding", "WHERE finding = $1 AND about IN ('account-batch', 'unit')", &id, 1, &found));
    if (!found.len) return shi_not_found(call);
    p->b = &found.ptr[0];
    return shi_run_batch_units(&call->reader->duck, call->keep, finding, &p->units);
}

static void item(shi_call *call, const char *name_id)
{
    put(call, "</b>");
    say(call, name_id);
    put(call, "</li><li><b>");
}

/* Six facts. */
static void facts(shi_call *call, const shi_account_batch *b)
{
    shi_page *page = &call->page;
    put(call, "<ul class=\"kpis\"><li><b>");
    shi_page_count(page, b->size);
    item(call, N_("accounts"));
    shi_page_count(page, b->units);
    item(call, N_("units"));
    shi_page_count(page, b->deeds);
    item(call, N_("deeds"));
    if (b->money.known) shi_words_money(&page->slip, b->money.v);
    else shi_words_maybe(&page->slip, (shi_maybe){ 0 });
    slip(call);
    item(call, N_("yuan at market prices"));
    if (b->log10_p.known) shi_buf_format(page->out, "%.1f", b->log10_p.v);
    else shi_words_maybe(page->out, (shi_maybe){ 0 });
    item(call, N_("strength: log10 of p, all searching counted"));
    if (b->q.known) shi_buf_format(page->out, b->q.v < 0.001 ? "&lt;0.001" : "%.3f", b->q.v);
    else shi_words_maybe(page->out, (shi_maybe){ 0 });
    put(call, "</b>");
    say(call, N_("q: expected share of false ones among those that stand"));
    put(call, "</li></ul>\n");
}

static void units(shi_call *call, const subject *p)
{
    static const char *const HEAD[] = { N_("Unit"), N_("Accounts") };
    shi_page *page = &call->page;
    shi_section(call, "units", N_("Which units it serves"), N_("That a unit is served does not say that it asked for it."));
    shi_page_table(page, N_("Accounts by unit"), HEAD, COUNT(HEAD), "");
    for (int64_t i = 0; i < p->units.len; i++) {
        const shi_batch_unit *u = &p->units.ptr[i];
        shi_page_row(page);
        if (u->unit_code.len) {
            put(call, "<a ");
            shi_link(call, "/unit/", u->unit_code);
            put(call, ">");
            shi_page_name(page, u->unit_name, u->unit_code);
            put(call, "</a>");
        } else {
            say(call, N_("not attributed"));
        }
        shi_page_cell_number(page);
        if (u->members < page->small_cell) {
            put(call, "&lt;");
            shi_page_count(page, page->small_cell);
        } else {
            shi_page_count(page, u->members);
        }
        shi_page_row_end(page);
    }
    shi_page_table_end(page);
    shi_section_end(call);
}

static void causes(shi_call *call, const shi_account_batch *b)
{
    shi_section(call, "benign", N_("Innocent causes that were asked for"), N_("What one of them explains is not counted as suspected."));
    put(call, "<ul class=\"list\"><li>");
    shi_words_causes(&call->page.slip, call->lang, b);
    slip(call);
    put(call, "</li></ul>\n");
    shi_section_end(call);
}

static void on_site(shi_call *call)
{
    static const char *const ASK[] = { N_("Is there somebody with this account, and does the person know it?"),
        N_("Do you usually press the buttons yourself?"), N_("Who helped with the registration, where, and on which evening?"),
        N_("Is the phone your own, or one of the office?") };
    shi_section(call, "ask", N_("What to ask on site"), NULL);
    put(call, "<ul class=\"list\">");
    for (int64_t i = 0; i < COUNT(ASK); i++) {
        put(call, "<li>");
        say(call, ASK[i]);
        put(call, "</li>");
    }
    put(call, "</ul>\n");
    shi_section_end(call);
}

static void title(shi_call *call, const shi_account_batch *b)
{
    shi_page *page = &call->page;
    call->title = b->finding;
    put(call, "<nav><ol class=\"where\"><li><a href=\"/findings\">");
    say(call, N_("Findings"));
    put(call, "</a></li><li>");
    shi_page_text(page, b->finding);
    put(call, "</li></ol></nav>\n<div class=\"head\"><h1>");
    shi_page_text(page, b->finding);
    put(call, call->lang == SHI_ZH ? "\xE3\x80\x80" : ", ");
    shi_page_text(page, shi_str_from(shi_words_detector(call->lang, b->detector)));
    put(call, "</h1><p class=\"meta\"><span>");
    shi_page_text(page, b->apps);
    put(call, "</span><span>");
    shi_page_text(page, b->first_day);
    put(call, call->lang == SHI_ZH ? " \xE2\x80\x94 " : " \xE2\x80\x93 ");
    shi_page_text(page, b->last_day);
    put(call, "</span><span>");
    say(call, b->selected ? N_("stands") : b->explained ? N_("explained by an innocent cause") : N_("listed apart, not judged"));
    put(call, "</span></p></div>\n<p class=\"lead\">");
    shi_words_batch(&page->slip, call->lang, b);
    slip(call);
    put(call, "</p>\n");
}

static void members_behind(shi_call *call, const shi_account_batch *b)
{
    shi_section(call, "members", N_("Members"), NULL);
    if (call->session.who.role == SHI_VIEWER) {
        shi_state(call, "lock", N_("Accounts are not shown to viewers"), N_("An auditor can see them; each look is noted."));
    } else {
        put(call, "<p>");
        say(call, N_("Accounts are pseudonyms. Each look is noted in the audit trail, with your name."));
        put(call, "</p><p class=\"btns\"><a class=\"btn\" ");
        shi_link(call, "/members/", b->finding);
        put(call, ">");
        say(call, N_("Show the members"));
        put(call, "</a></p>\n");
    }
    shi_section_end(call);
}

shi_err shi_page_finding(shi_call *call)
{
    subject p;
    SHI_TRY(load(call, call->rest, &p));
    title(call, p.b);
    facts(call, p.b);
    causes(call, p.b);
    units(call, &p);
    on_site(call);
    members_behind(call, p.b);
    return (shi_err){ 0 };
}

shi_err shi_json_finding(shi_call *call)
{
    subject p;
    shi_json json = shi_json_answer(call);
    SHI_TRY(load(call, call->rest, &p));
    shi_report_json_batch_units(&json, p.b, &p.units, &call->reader->ws.zone);
    return (shi_err){ 0 };
}

/* ---- members ---- */

/* Who looked at which rows, before they are shown. */
static shi_err note(shi_call *call, shi_str finding)
{
    shi_buf text = { 0 };
    shi_json json = { .out = &text };
    shi_json_begin_object(&json);
    shi_json_kstr(&json, "finding", finding);
    shi_json_kstr(&json, "run", call->reader->run);
    shi_json_end_object(&json);
    shi_err e = text.failed ? shi_no_memory() : shi_people_trail(call->server->people, call->session.who.id, "view members", shi_buf_str(&text));
    shi_buf_drop(&text);
    return e;
}

static const char SQL_MEMBERS[] = "SELECT app, account, unit_code, score, evidence FROM member WHERE finding = $1 ORDER BY score DESC, app, account "
                                  "LIMIT 500";

static shi_err members(shi_call *call, shi_rows *rows)
{
    subject p;
    const shi_param id = SHI_TEXTP(call->rest);
    SHI_TRY(load(call, call->rest, &p));
    SHI_TRY(note(call, call->rest));
    return shi_duck_query(&call->reader->duck, SQL_MEMBERS, &id, 1, rows);
}

shi_err shi_page_members(shi_call *call)
{
    static const char *const HEAD[] = { N_("App"), N_("Account"), N_("Unit"), N_("Score"), N_("Evidence") };
    shi_rows rows;
    shi_page *page = &call->page;
    SHI_TRY(members(call, &rows));
    shi_head(call, N_("Members"));
    put(call, "<p class=\"note\">");
    say(call, N_("This look was noted. Members are leads: what they are is decided by a check on the spot."));
    put(call, "</p>\n");
    shi_page_table(page, N_("Members"), HEAD, COUNT(HEAD), "txt");
    while (shi_rows_next(&rows)) {
        shi_page_row(page);
        shi_page_text(page, shi_rows_str(&rows, 0));
        shi_page_cell(page);
        put(call, "<code>");
        shi_page_name(page, shi_rows_str(&rows, 1), (shi_str){ 0 });
        put(call, "</code>");
        shi_page_cell(page);
        if (!shi_rows_null(&rows, 2)) shi_page_text(page, shi_rows_str(&rows, 2));
        shi_page_cell_number(page);
        if (!shi_rows_null(&rows, 3)) shi_buf_format(page->out, "%.2f", shi_rows_f64(&rows, 3));
        shi_page_cell(page);
        if (!shi_rows_null(&rows, 4)) shi_page_text(page, shi_rows_str(&rows, 4));
        shi_page_row_end(page);
    }
    shi_rows_close(&rows);
    shi_page_table_end(page);
    return (shi_err){ 0 };
}

shi_err shi_json_members(shi_call *call)
{
    static const char *const KEY[] = { "app", "account", "unit_code" };
    shi_rows rows;
    shi_json json = shi_json_answer(call);
    SHI_TRY(members(call, &rows));
    shi_json_begin_object(&json);
    shi_json_kstr(&json, "finding", call->rest);
    shi_json_key(&json, "members");
    shi_json_begin_array(&json);
    while (shi_rows_next(&rows)) {
        shi_json_begin_object(&json);
        for (int k = 0; k < 3; k++) shi_json_kstr(&json, KEY[k], shi_rows_null(&rows, k) ? (shi_str){ 0 } : shi_rows_str(&rows, k));
        shi_json_kf64(&json, "score", !shi_rows_null(&rows, 3), shi_rows_f64(&rows, 3));
        shi_json_kstr(&json, "evidence", shi_rows_null(&rows, 4) ? (shi_str){ 0 } : shi_rows_str(&rows, 4));
        shi_json_end_object(&json);
    }
    shi_rows_close(&rows);
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    return (shi_err){ 0 };
}
