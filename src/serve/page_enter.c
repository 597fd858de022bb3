/* Coming in and going out: sign-in, the link of an invitation, sign-out. */
#include "serve/write.h"

#include <stdio.h>
#include <string.h>

/* A path of our own to go on to: "/…", not "//…", which would lead away. */
static shi_str next_of(const shi_call *call)
{
    shi_str next = shi_wire_get(&call->query, "next");
    bool ours = next.len > 0 && next.ptr[0] == '/' && !(next.len > 1 && (next.ptr[1] == '/' || next.ptr[1] == '\\'));
    for (int64_t i = 0; i < next.len; i++) ours = ours && (unsigned char)next.ptr[i] > 0x20 && next.ptr[i] != 0x7f;
    return ours ? next : S("/");
}

static void field(shi_call *call, const char *name, const char *type, const char *complete, const char *label_id, const char *hint_id)
{
    shi_buf_format(call->page.out, "<p class=\"field\"><label for=\"%s\">", name);
    say(call, label_id);
    put(call, "</label>");
    if (hint_id) {
        shi_buf_format(call->page.out, "<small id=\"%s-hint\">", name);
        say(call, hint_id);
        put(call, "</small>");
    }
    shi_buf_format(call->page.out, "<input id=\"%s\" name=\"%s\" type=\"%s\" autocomplete=\"%s\" required", name, name, type, complete);
    if (hint_id) shi_buf_format(call->page.out, " aria-describedby=\"%s-hint\"", name);
    put(call, "></p>\n");
}

static void problem(shi_call *call, const char *what_id, const char *next_id)
{
    put(call, "<div class=\"state err\" role=\"alert\"><b>");
    say(call, what_id);
    put(call, "</b>");
    say(call, next_id);
    put(call, "</div>\n");
}

static void sign_in_form(shi_call *call)
{
    call->title_id = N_("Sign in");
    put(call, "<form method=\"post\" action=\"/enter?next=");
    shi_buf next = { 0 };
    shi_wire_encode(&next, next_of(call));
    shi_page_text(&call->page, shi_buf_str(&next));
    shi_buf_drop(&next);
    put(call, "\">\n");
    field(call, "name", "text", "username", N_("Name"), NULL);
    field(call, "password", "password", "current-password", N_("Password"), NULL);
    put(call, "<button class=\"btn main\">");
    say(call, N_("Sign in"));
    put(call, "</button>\n</form>\n</div>\n");
}

static void narrow(shi_call *call, const char *title_id)
{
    put(call, "<div class=\"narrow\"><h1>");
    say(call, title_id);
    put(call, "</h1>\n");
}

shi_err shi_page_enter(shi_call *call)
{
    narrow(call, N_("Sign in"));
    sign_in_form(call);
    return (shi_err){ 0 };
}

static void give_session(shi_call *call, const shi_token *token)
{
    /* a new token for each sign-in; that of a session before, if the browser has one, stops to work */
    shi_str before = shi_wire_cookie(call->request->cookie, "__Host-shishu");
    if (before.len == SHI_TOKEN_LEN) (void)shi_people_leave(call->server->people, before).code;
    shi_buf_format(&call->answer->cookie[0], "__Host-shishu=%s; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=604800", token->text);
}

static shi_err enter(shi_call *call, shi_str name, shi_str password)
{
    shi_token token;
    SHI_TRY(shi_people_enter(call->server->people, call->keep, name, password, call->request->peer, &token));
    give_session(call, &token);
    return (shi_err){ 0 };
}

shi_err shi_post_enter(shi_call *call)
{
    shi_err e = enter(call, shi_wire_get(&call->form, "name"), shi_wire_get(&call->form, "password"));
    if (!e.code) {
        shi_str next = next_of(call);
        shi_send_on(call, "");
        shi_buf_add(&call->answer->location, next);
        return e;
    }
    if (e.code != SHI_CHECK && e.code != SHI_STOPPED) return e;
    narrow(call, N_("Sign in"));
    if (e.code == SHI_STOPPED) {
        call->answer->retry_after = (int)e.line;
        problem(call, N_("Too many wrong passwords"), N_("Wait a quarter of an hour, or ask the admin for a new link."));
    } else {
        problem(call, N_("Name and password do not belong together"), N_("Look at both again; capital letters count."));
    }
    sign_in_form(call);
    shi_page_frame(call, NULL);
    call->answer->status = e.code == SHI_STOPPED ? 429 : 401;
    return (shi_err){ 0 };
}

static void welcome_form(shi_call *call, const shi_person *person)
{
    put(call, "<p>");
    say(call, N_("This link is for"));
    put(call, " <b>");
    shi_page_name(&call->page, person->name, (shi_str){ 0 });
    put(call, "</b></p>\n<form method=\"post\">\n");
    field(call, "password", "password", "new-password", N_("Choose a password"), N_("At least 10 characters; a short sentence is easy to keep in "
        "mind."));
    field(call, "again", "password", "new-password", N_("The same again"), NULL);
    put(call, "<button class=\"btn main\">");
    say(call, N_("Set the password and come in"));
    put(call, "</button>\n</form>\n</div>\n");
}

shi_err shi_page_welcome(shi_call *call)
{
    shi_person person;
    SHI_TRY(shi_people_invited(call->server->people, call->keep, call->rest, &person));
    call->title_id = N_("Welcome");
    narrow(call, N_("Welcome"));
    welcome_form(call, &person);
    return (shi_err){ 0 };
}

shi_err shi_post_welcome(shi_call *call)
{
    shi_person person;
    shi_str password = shi_wire_get(&call->form, "password");
    SHI_TRY(shi_people_invited(call->server->people, call->keep, call->rest, &person));
    shi_err e = { 0 };
    if (!shi_str_eq(password, shi_wire_get(&call->form, "again")))
        e = shi_fail(SHI_INPUT, N_("the two passwords differ"), N_("Type the same into both fields."));
    if (!e.code) e = shi_people_accept(call->server->people, call->keep, call->rest, password);
    if (!e.code) {
        SHI_TRY(enter(call, person.name, password));
        shi_send_on(call, "/");
        return e;
    }
    if (e.code != SHI_INPUT) return e;
    call->title_id = N_("Welcome");
    narrow(call, N_("Welcome"));
    problem(call, e.reason, e.remedy);
    welcome_form(call, &person);
    shi_page_frame(call, NULL);
    call->answer->status = 400;
    return (shi_err){ 0 };
}

shi_err shi_post_leave(shi_call *call)
{
    SHI_TRY(shi_people_leave(call->server->people, shi_wire_cookie(call->request->cookie, "__Host-shishu")));
    shi_buf_puts(&call->answer->cookie[0], "__Host-shishu=; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=0");
    shi_send_on(call, "/enter");
    return (shi_err){ 0 };
}
