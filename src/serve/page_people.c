/* Persons: who may come in, as what; invitations by link; who was shut out. */
#include "serve/write.h"

static const char *role_id(shi_role role)
{
    static const char *const ID[] = { "", N_("viewer: one unit and what lies below it"), N_("inspector: today's visits"),
        N_("auditor: everything but persons"), N_("admin: everything") };
    return ID[role];
}

static void button(shi_call *call, const shi_person *p, const char *what, const char *label_id)
{
    put(call, "<form method=\"post\" action=\"/people\">");
    shi_csrf_field(call);
    shi_buf_format(call->page.out, "<input type=\"hidden\" name=\"id\" value=\"%lld\"><button class=\"btn\" name=\"do\" value=\"%s\">",
        (long long)p->id,
                   what);
    say(call, label_id);
    put(call, "</button></form>");
}

static void row(shi_call *call, const shi_person *p)
{
    shi_page *page = &call->page;
    shi_page_row(page);
    shi_page_name(page, p->name, (shi_str){ 0 });
    shi_page_cell(page);
    say(call, role_id(p->role));
    if (p->unit_code.len) {
        put(call, "<span class=\"sub-name\">");
        shi_page_text(page, p->unit_code);
        put(call, "</span>");
    }
    shi_page_cell(page);
    say(call, p->disabled ? N_("shut out") : p->waits ? N_("has not used the link yet") : N_("may come in"));
    shi_page_cell_number(page);
    shi_page_count(page, p->sessions);
    shi_page_cell(page);
    put(call, "<div class=\"btns\">");
    if (p->sessions) button(call, p, "end", N_("End sessions"));
    if (!p->disabled) button(call, p, "disable", N_("Shut out"));
    put(call, "</div>");
    shi_page_row_end(page);
}

static void invite_form(shi_call *call)
{
    shi_section(call, "invite", N_("Invite a person"), N_("The link works once and for three days. A new link for somebody who is there ends the "
        "old password."));
    put(call, "<form method=\"post\" action=\"/people\">");
    shi_csrf_field(call);
    put(call, "<input type=\"hidden\" name=\"do\" value=\"invite\">\n<p class=\"field\"><label for=\"name\">");
    say(call, N_("Name"));
    put(call, "</label><input id=\"name\" name=\"name\" required maxlength=\"64\" autocomplete=\"off\"></p>\n<p class=\"field\"><label "
        "for=\"role\">");
    say(call, N_("Role"));
    put(call, "</label><select id=\"role\" name=\"role\">");
    for (int r = SHI_VIEWER; r <= SHI_ADMIN; r++) {
        shi_buf_format(call->page.out, "<option value=\"%s\">", shi_role_name((shi_role)r));
        say(call, role_id((shi_role)r));
        put(call, "</option>");
    }
    put(call, "</select></p>\n<p class=\"field\"><label for=\"unit\">");
    say(call, N_("Unit code, of a viewer"));
    put(call, "</label><input id=\"unit\" name=\"unit_code\" autocomplete=\"off\"></p>\n<p class=\"btns\"><button class=\"btn main\">");
    say(call, N_("Make the link"));
    put(call, "</button></p></form>\n");
    shi_section_end(call);
}

static shi_err list(shi_call *call)
{
    static const char *const HEAD[] = { N_("Name"), N_("Role"), N_("State"), N_("Sessions"), N_("Actions") };
    shi_persons persons;
    SHI_TRY(shi_people_list(call->server->people, call->keep, &persons));
    shi_section(call, "list", N_("Who may come in"), NULL);
    shi_page_table(&call->page, N_("Persons"), HEAD, COUNT(HEAD), "txt");
    for (int64_t i = 0; i < persons.len; i++) row(call, &persons.ptr[i]);
    shi_page_table_end(&call->page);
    shi_section_end(call);
    return (shi_err){ 0 };
}

shi_err shi_page_people(shi_call *call)
{
    shi_head(call, N_("Persons"));
    SHI_TRY(list(call));
    invite_form(call);
    return (shi_err){ 0 };
}

shi_err shi_json_people(shi_call *call)
{
    shi_persons persons;
    shi_json json = shi_json_answer(call);
    SHI_TRY(shi_people_list(call->server->people, call->keep, &persons));
    shi_json_begin_object(&json);
    shi_json_key(&json, "people");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < persons.len; i++) {
        const shi_person *p = &persons.ptr[i];
        shi_json_begin_object(&json);
        shi_json_kint(&json, "id", p->id);
        shi_json_kstr(&json, "name", p->name);
        shi_json_ktext(&json, "role", shi_role_name(p->role));
        shi_json_kstr(&json, "unit_code", p->unit_code);
        shi_json_kbool(&json, "waits", p->waits);
        shi_json_kbool(&json, "disabled", p->disabled);
        shi_json_kint(&json, "sessions", p->sessions);
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    return (shi_err){ 0 };
}

static shi_err invite(shi_call *call)
{
    shi_token token;
    shi_str name = shi_wire_get(&call->form, "name");
    SHI_TRY(shi_people_invite(call->server->people, call->session.who.id, name, shi_role_of(shi_wire_get(&call->form, "role")),
                              shi_str_trim(shi_wire_get(&call->form, "unit_code")), &token));
    if (call->api) {
        shi_json json = shi_json_answer(call);
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "link", shi_str_format(call->keep, "/welcome/%s", token.text));
        shi_json_end_object(&json);
        return (shi_err){ 0 };
    }
    shi_head(call, N_("Persons"));
    put(call, "<div class=\"state\" role=\"status\"><b>");
    say(call, N_("Hand this link on yourself; it is shown only now:"));
    put(call, "</b><code>");
    put(call, call->server->options->cert || call->server->options->behind_proxy ? "https://" : "http://");
    shi_page_text(&call->page, call->request->host);
    shi_buf_format(call->page.out, "/welcome/%s</code></div>\n", token.text);
    SHI_TRY(list(call));
    invite_form(call);
    shi_page_frame(call, "/people");
    return (shi_err){ 0 };
}

shi_err shi_post_people(shi_call *call)
{
    shi_str what = shi_wire_get(&call->form, "do");
    int64_t id = 0, by = call->session.who.id;
    if (shi_str_eq(what, S("invite"))) return invite(call);
    if (!shi_count_parse(shi_wire_get(&call->form, "id"), &id)) return shi_not_found(call);
    if (shi_str_eq(what, S("disable"))) SHI_TRY(shi_people_disable(call->server->people, by, id));
    else if (shi_str_eq(what, S("end"))) SHI_TRY(shi_people_end_sessions(call->server->people, by, id));
    else return shi_not_found(call);
    shi_send_on(call, "/people");
    return (shi_err){ 0 };
}
