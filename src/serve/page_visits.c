/* The phone: today's list, one visit, what waits to be sent. Without script, or before it, the list can be read; web/visits.js does the rest, also
 * without network. What is said on the phone stands in this page, since its script knows no language. */
#include "serve/write.h"

#include "serve/assets.h"
#include "serve/field.h"

static const struct {
    const char *name, *id;
} WORDS[] = {
    { "next", N_("Next") },
    { "todo", N_("To visit") },
    { "done", N_("Done") },
    { "recheck", N_("re-check") },
    { "recorded", N_("recorded") },
    { "waiting", N_("waiting to be sent") },
    { "missed", N_("not reached, try again") },
    { "line", N_("List line %1$s") },
    { "tosend", N_("%1$s to send") },
    { "left", N_("%1$s answers to go") },
    { "is_real", N_("Counts as: real") },
    { "no_exists", N_("Counts as: not real (no such person)") },
    { "no_lives_here", N_("Counts as: not real (not of this village)") },
    { "no_knows", N_("Counts as: not real (the person does not know of it)") },
    { "no_operates", N_("Counts as: not real (others use it)") },
    { "is_unsure", N_("Counts as: not clear") },
    { "is_missed", N_("Counts as: not reached") },
    { "reason", N_("write one line of reason") },
    { "second", N_("name the second inspector") },
    { "present", N_("confirm that both are present") },
    { "progress", N_("%1$s visits: %2$s recorded, %3$s to go") },
    { "empty", N_("Nothing is to be visited today") },
    { "offline", N_("No signal. Carry on: results stay on this phone.") },
    { "offline_sync", N_("No signal. It sends by itself later; no need to wait.") },
    { "sent", N_("All is sent.") },
    { "sending", N_("Sending …") },
    { "busy", N_("The office's machine is busy. It is tried again in a moment.") },
    { "ended", N_("The session has ended. What was recorded stays on this phone: sign in again, and it is sent.") },
    { "conflict", N_("also recorded by others; both are kept, the county office decides") },
    { "refused", N_("was not taken:") },
    { "none_waiting", N_("Nothing waits") },
    { "synced", N_("last synced %1$s") },
    { "leave", N_("%1$s results are not sent yet. Signing out deletes them from this phone.") },
    { "full", N_("This phone keeps no data. The result was not saved: free some space, or write it on paper.") },
};

/* ---- the list ---- */

static shi_err load(shi_call *call, shi_field_visits *out)
{
    shi_workspace ws;
    SHI_TRY(shi_field_read(call, &ws));
    shi_err e = shi_field_today(call, &ws, out);
    shi_field_end(&ws);
    return e;
}

static void list_row(shi_call *call, const shi_field_visit *v, int64_t order)
{
    shi_page *page = &call->page;
    shi_buf_format(page->out, "<li class=\"row\"><span class=\"ord\">%lld</span><span class=\"wh\">", (long long)order);
    shi_page_name(page, v->place, (shi_str){ 0 });
    put(call, " ");
    shi_buf_format(&page->slip, tr(call->lang, N_("List line %1$s")), shi_str_format(call->keep, "%lld", (long long)v->line).ptr);
    slip(call);
    put(call, "<small class=\"num\">");
    shi_page_text(page, v->key);
    put(call, "</small></span><span class=\"st\">");
    if (v->recorded && v->recheck && !v->again) say(call, N_("re-check"));
    else if (v->recorded) say(call, N_("recorded"));
    put(call, "</span></li>\n");
}

static void list_screen(shi_call *call, const shi_field_visits *v)
{
    put(call, "<section class=\"screen\" id=\"list\" aria-labelledby=\"list-title\">\n<div class=\"bar1\"><h2 id=\"list-title\" tabindex=\"-1\">");
    say(call, N_("Today's visits"));
    put(call, "<small id=\"sub\"></small></h2><a class=\"btn\" href=\"#sync\" id=\"tosend\" hidden></a></div>\n"
              "<div class=\"net off\" role=\"status\" data-net hidden></div>\n<div class=\"prog\" role=\"img\" id=\"prog\" hidden></div>\n"
              "<div class=\"todo\" id=\"todo\">\n");
    if (!v->len) shi_state(call, "", N_("Nothing is to be visited today"), N_("Visits stand here once a field check is drawn."));
    else put(call, "<ol>\n");
    for (int64_t i = 0; i < v->len; i++) list_row(call, &v->ptr[i], i + 1);
    put(call, v->len ? "</ol>\n</div>\n" : "</div>\n");
    put(call, "<noscript><p class=\"pad small\">");
    say(call, N_("Recording needs a browser with scripts. The list can be read without."));
    put(call, "</p></noscript>\n</section>\n");
}

/* ---- one visit ---- */

static void choice(shi_call *call, const char *name, const char *value, const char *label_id)
{
    shi_buf_format(call->page.out, "<label><input type=\"radio\" name=\"%s\" value=\"%s\"><span>", name, value);
    say(call, label_id);
    put(call, "</span></label>");
}

static void question(shi_call *call, int number, const char *name, const char *ask_id, const char *hint_id)
{
    shi_buf_format(call->page.out, "<fieldset data-layer=\"%s\"><legend>%d\xE3\x80\x80", name, number);
    say(call, ask_id);
    shi_buf_format(call->page.out, "</legend><p class=\"hint\" id=\"hint-%s\">", name);
    say(call, hint_id);
    put(call, "</p><div class=\"tap\">");
    choice(call, name, "yes", N_("Yes"));
    choice(call, name, "no", N_("No"));
    choice(call, name, "unsure", N_("Not sure"));
    put(call, "</div></fieldset>\n");
}

static void back(shi_call *call)
{
    put(call, "<a class=\"back\" href=\"#list\" aria-label=\"");
    say(call, N_("Back to the list"));
    put(call, "\">\xE2\x80\xB9</a>");
}

static void present(shi_call *call)
{
    put(call, "<fieldset class=\"last\"><legend>");
    say(call, N_("Both present"));
    put(call, "</legend><p class=\"field\" id=\"partner-field\"><label for=\"partner\">");
    say(call, N_("Second inspector: name or number"));
    put(call, "</label><input id=\"partner\" maxlength=\"64\" autocomplete=\"off\"></p><div class=\"tap four\">"
              "<label><input type=\"checkbox\" name=\"i1\"><span id=\"i1\"></span></label>"
              "<label id=\"i2-label\"><input type=\"checkbox\" name=\"i2\"><span id=\"i2\"></span></label></div>"
              "<button type=\"button\" class=\"link-like\" id=\"other\">");
    say(call, N_("Another second inspector"));
    put(call, "</button></fieldset>");
}

static void visit_screen(shi_call *call)
{
    put(call, "<form class=\"screen\" id=\"visit\" aria-labelledby=\"where\" autocomplete=\"off\" hidden>\n<div class=\"bar1\">");
    back(call);
    put(call, "<h2 id=\"where\" tabindex=\"-1\"></h2></div>\n<details class=\"miss\"><summary>");
    say(call, N_("Person not reached?"));
    put(call, "</summary><fieldset><legend class=\"vh\">");
    say(call, N_("Person not reached?"));
    put(call, "</legend><div class=\"tap four\">");
    choice(call, "miss", "absent", N_("Not at home"));
    choice(call, "miss", "refused", N_("Would not talk"));
    choice(call, "miss", "moved", N_("Moved away"));
    choice(call, "miss", "dead", N_("Deceased"));
    put(call, "</div><button type=\"button\" class=\"link-like\" id=\"reached\">");
    say(call, N_("Reached after all"));
    put(call, "</button></fieldset></details>\n<div class=\"ask\">");
    question(call, 1, "exists", N_("Is there such a person?"), N_("Ask the person or a neighbour; copy no id number"));
    question(call, 2, "lives_here", N_("Is it someone of this village?"), N_("Away for work but coming back counts as yes"));
    question(call, 3, "knows", N_("Does the person know of this account?"), N_("Show the app's icon"));
    question(call, 4, "operates", N_("Does the person use it themselves?"), N_("Relatives or cadres doing it counts as no"));
    put(call, "<fieldset><legend><label for=\"reason\">");
    say(call, N_("One line of reason"));
    put(call, "</label></legend><p class=\"hint\" id=\"hint-reason\">");
    say(call, N_("Needed with \"no\" or \"not sure\". No names, no numbers"));
    put(call, "</p><p class=\"field\"><input id=\"reason\" maxlength=\"160\" aria-describedby=\"hint-reason\" placeholder=\"");
    say(call, N_("for instance: says he never had a phone"));
    put(call, "\"></p></fieldset>\n");
    present(call);
    put(call, "</div>\n<div class=\"sum\"><p class=\"out\" id=\"out\" role=\"status\"></p><button class=\"btn main\" id=\"save\" disabled>");
    say(call, N_("Save, next visit"));
    put(call, "</button></div></form>\n");
}

/* ---- waiting to be sent ---- */

static void sync_screen(shi_call *call)
{
    put(call, "<section class=\"screen\" id=\"sync\" aria-labelledby=\"sync-title\" hidden>\n<div class=\"bar1\">");
    back(call);
    put(call, "<h2 id=\"sync-title\" tabindex=\"-1\">");
    say(call, N_("Sending"));
    put(call, "<small id=\"synced\"></small></h2></div>\n<div class=\"net\" role=\"status\" data-net hidden></div>\n<div class=\"todo\"><h3><span>");
    say(call, N_("Waiting"));
    put(call, "</span><span id=\"waiting-n\"></span></h3></div><ul class=\"queue\" id=\"waiting\"></ul>\n"
              "<div id=\"look-part\" hidden><div class=\"todo\"><h3><span>");
    say(call, N_("Needs a look"));
    put(call, "</span><span id=\"look-n\"></span></h3></div><ul class=\"queue\" id=\"look\"></ul></div>\n<div class=\"pad\">"
              "<button class=\"btn\" type=\"button\" id=\"try\">");
    say(call, N_("Try now"));
    put(call, "</button><p class=\"small muted\">");
    say(call, N_("This phone keeps today's list only, without names and numbers. What is sent is deleted from it, and so is everything after 7 days "
                 "or when you sign out. Tell the office when a phone is lost: it can shut the phone out."));
    put(call, "</p></div></section>\n");
}

static void leave_dialog(shi_call *call)
{
    put(call, "<dialog id=\"leaving\" aria-labelledby=\"leaving-text\"><form method=\"dialog\"><p id=\"leaving-text\"></p>"
              "<div class=\"btns\"><button class=\"btn main\" value=\"stay\">");
    say(call, N_("Stay signed in"));
    put(call, "</button><button class=\"btn\" value=\"leave\">");
    say(call, N_("Sign out and delete"));
    put(call, "</button></div></form></dialog>\n<ul id=\"words\" hidden>\n");
    for (int64_t i = 0; i < COUNT(WORDS); i++) {
        shi_buf_format(call->page.out, "<li data-word=\"%s\">", WORDS[i].name);
        say(call, WORDS[i].id);
        put(call, "</li>\n");
    }
    put(call, "</ul>\n");
}

shi_err shi_page_visits(shi_call *call)
{
    shi_field_visits v;
    SHI_TRY(load(call, &v));
    call->title_id = N_("Visits");
    put(call, "<h1 class=\"vh\">");
    say(call, call->title_id);
    put(call, "</h1>\n<div class=\"stage live\" id=\"visits\">\n");
    list_screen(call, &v);
    visit_screen(call);
    sync_screen(call);
    put(call, "</div>\n");
    leave_dialog(call);
    shi_asset_script(&call->answer->body, "/static/visits.js");
    return (shi_err){ 0 };
}

shi_err shi_json_visits(shi_call *call)
{
    shi_field_visits v;
    SHI_TRY(load(call, &v));
    shi_json json = shi_json_answer(call);
    shi_json_begin_object(&json);
    shi_json_kstr(&json, "csrf", call->session.csrf);   /* a page out of the phone's store may hold that of an older session */
    shi_json_kstr(&json, "who", call->session.who.name);
    shi_json_key(&json, "visits");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < v.len; i++) {
        const shi_field_visit *x = &v.ptr[i];
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "check", x->check);
        shi_json_kstr(&json, "key", x->key);
        shi_json_kstr(&json, "unit_code", x->unit_code);
        shi_json_kstr(&json, "unit_name", x->place);
        shi_json_knull(&json, "group");   /* of the office's own list, which is not stored */
        shi_json_knull(&json, "door");
        shi_json_kint(&json, "line", x->line);
        shi_json_kint(&json, "order", i + 1);
        shi_json_kint(&json, "round", x->round);
        shi_json_kbool(&json, "recheck", x->recheck);
        shi_json_kbool(&json, "recorded", x->recorded);
        shi_json_kbool(&json, "again", x->again);
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    return (shi_err){ 0 };
}
