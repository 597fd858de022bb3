/* From a request to an answer, in this order: the path is sound (400) · a file of the page · who asks (401, or on to the sign-in) · the route and
 * who may (403, 404) · for a POST, that it comes from our own page (403) · the run · the route. Of what is not in reach nobody learns whether it is
 * there. */
#include "serve/server.h"

#include "serve/assets.h"

#include <stdio.h>
#include <string.h>

enum { FORM = 64 << 10 };
static const char COOKIE[] = "__Host-shishu";

/* Routes below a path win over shorter ones. */
static const shi_route *route_of(shi_str path, shi_str *rest)
{
    const shi_route *best = NULL;
    int64_t longest = -1;
    for (int64_t i = 0; i < SHI_ROUTES_LEN; i++) {
        shi_str p = shi_str_from(SHI_ROUTES[i].path);
        bool below = p.len > 1 && p.ptr[p.len - 1] == '/';
        if (below ? !shi_str_starts(path, p) || path.len == p.len : !shi_str_eq(path, p)) continue;
        if (p.len <= longest) continue;
        longest = p.len;
        best = &SHI_ROUTES[i];
        *rest = shi_str_sub(path, p.len, path.len);
    }
    return best;
}

static shi_str without_api(shi_str path, bool *api)
{
    *api = shi_str_starts(path, S("/api/")) || shi_str_eq(path, S("/api"));
    if (!*api) return path;
    return path.len <= 5 ? S("/") : shi_str_sub(path, 4, path.len);
}

/* Room for a large body is there for those only who may hand it over. */
static bool may_send(shi_server *server, shi_arena *scratch, const shi_request *request, const shi_route *route)
{
    shi_session session;
    return !shi_people_session(server->people, scratch, shi_wire_cookie(request->cookie, COOKIE), &session).code &&
           (route->roles >> session.who.role & 1) && session.who.role != SHI_NOBODY;
}

int64_t shi_server_room(void *context, const shi_request *request)
{
    shi_arena scratch;
    shi_str path, rest;
    bool api;
    int64_t room = FORM;
    if (shi_arena_open(1 << 20, &scratch).code) return 0;
    if (shi_wire_path(&scratch, request->target, &path)) {
        const shi_route *route = route_of(without_api(path, &api), &rest);
        if (route && route->room && may_send(context, &scratch, request, route)) room = route->room;
    }
    shi_arena_drop(&scratch);
    return room;
}

/* Asked for by ?lang=, else by the cookie of an earlier choice, else by the browser. */
static shi_lang lang_of(const shi_call *call)
{
    shi_str asked = shi_wire_get(&call->query, "lang"), kept = shi_wire_cookie(call->request->cookie, "lang");
    shi_str choice = asked.ptr ? asked : kept;
    if (shi_str_eq(choice, S("zh"))) return SHI_ZH;
    if (shi_str_eq(choice, S("en"))) return SHI_EN;
    return shi_wire_wants_chinese(call->request->languages, call->server->options->lang == SHI_ZH) ? SHI_ZH : SHI_EN;
}

static void keep_lang(shi_call *call)
{
    if (shi_wire_get(&call->query, "lang").ptr)
        shi_buf_format(&call->answer->cookie[1], "lang=%s; Path=/; Max-Age=31536000; SameSite=Strict; Secure", call->lang == SHI_ZH ? "zh" : "en");
}

static bool from_our_page(const shi_call *call)
{
    const shi_request *r = call->request;
    if (r->fetch_site.ptr && !shi_str_eq(r->fetch_site, S("same-origin")) && !shi_str_eq(r->fetch_site, S("none"))) return false;
    return !r->origin.ptr || shi_wire_same_origin(r->origin, r->host);
}

/* The session's token in the form or the header. */
static bool has_token(const shi_call *call)
{
    shi_str given = call->request->csrf.ptr ? call->request->csrf : shi_wire_get(&call->form, "csrf"), want = call->session.csrf;
    unsigned char differs = 0;
    if (given.len != want.len || !want.len) return false;
    for (int64_t i = 0; i < want.len; i++) differs |= (unsigned char)(given.ptr[i] ^ want.ptr[i]);
    return !differs;
}

/* ---- what is refused before a route is asked ---- */

static void refuse(shi_call *call, int status, const char *reason, const char *remedy)
{
    shi_err e = shi_fail(SHI_USAGE, reason, remedy);
    shi_fault(call, status, &e);
}

static void sign_in_first(shi_call *call)
{
    if (call->api) {
        refuse(call, 401, N_("nobody is signed in"), N_("Sign in first; the cookie that you then get goes with each request."));
        return;
    }
    if (call->request->method == SHI_POST) {
        refuse(call, 401, N_("the session has ended, and nothing was changed"), N_("Sign in again; what was typed is still in the page before this "
            "one."));
        return;
    }
    shi_send_on(call, "/enter?next=");
    shi_buf next = { 0 }, encoded = { 0 };
    shi_wire_encode(&next, call->path);
    shi_str query = shi_wire_query(call->request->target);
    if (query.len) shi_buf_addc(&next, '?');
    shi_buf_add(&next, query);
    shi_wire_encode(&encoded, shi_buf_str(&next));
    shi_buf_add(&call->answer->location, shi_buf_str(&encoded));
    shi_buf_drop(&next);
    shi_buf_drop(&encoded);
}

/* True when the call may go on. */
static bool may_pass(shi_call *call, const shi_route *route)
{
    bool open = route && !route->roles && !call->api;
    if (!open && call->session.who.role == SHI_NOBODY) {
        sign_in_first(call);
        return false;
    }
    if (call->request->method == SHI_OTHER_METHOD) {
        refuse(call, 405, N_("this method is not known here"), N_("Use GET, or POST where something is to be changed."));
        return false;
    }
    bool post = call->request->method == SHI_POST;
    if (!route || (post ? !route->post : call->api ? !route->json : !route->page)) {
        shi_err e = shi_not_found(call);
        shi_fault(call, 404, &e);
        return false;
    }
    if (!open && !(route->roles >> call->session.who.role & 1)) {
        refuse(call, 403, N_("this is not yours to see or to do"), N_("The admin can give you another role."));
        return false;
    }
    if (call->request->too_large) {
        refuse(call, 413, N_("this is larger than the page takes, and nothing was changed"),
               N_("Use \"shishu import\" on the machine itself for very large files."));
        return false;
    }
    if (post && (!from_our_page(call) || (!open && !has_token(call)))) {
        refuse(call, 403, N_("this did not come from our own page, and nothing was changed"), N_("Open the page again and repeat the step there."));
        return false;
    }
    return true;
}

/* ---- the route ---- */

static void cache_key(const shi_call *call, shi_buf *key)
{
    bool viewer = call->session.who.role == SHI_VIEWER;
    shi_buf_format(key, "%d %d %d ", call->api, call->lang, viewer ? -1 : (int)call->session.who.role);
    if (viewer) shi_buf_add(key, call->session.who.unit_code);
    shi_buf_addc(key, ' ');
    if (call->reader->run.ptr) shi_buf_add(key, call->reader->run);
    shi_buf_addc(key, ' ');
    shi_buf_add(key, call->request->target);
}

static shi_err run_route(shi_call *call, const shi_route *route)
{
    shi_buf key = { 0 };
    bool kept = route->kept && call->request->method != SHI_POST;
    if (call->request->method == SHI_POST) return route->post(call);
    if (kept) cache_key(call, &key);
    if (kept && !key.failed && shi_cache_get(call->server->cache, shi_buf_str(&key), &call->answer->body)) {
        /* the title stands before the first line end */
        int64_t at = shi_str_find(shi_buf_str(&call->answer->body), '\n', 0);
        call->title = shi_str_copy(call->keep, shi_str_sub(shi_buf_str(&call->answer->body), 0, at));
        memmove(call->answer->body.ptr, call->answer->body.ptr + at + 1, (size_t)(call->answer->body.len - at));
        call->answer->body.len -= at + 1;
        if (call->api) call->answer->type = "application/json; charset=utf-8";
        shi_buf_drop(&key);
        return (shi_err){ 0 };
    }
    shi_err e = call->api ? route->json(call) : route->page(call);
    if (kept && !e.code && call->answer->status == 200 && !call->answer->body.failed && !key.failed) {
        shi_buf text = { 0 };
        if (call->title.len) shi_buf_add(&text, call->title);
        else if (call->title_id) shi_buf_puts(&text, tr(call->lang, call->title_id));
        shi_buf_addc(&text, '\n');
        shi_buf_add(&text, shi_buf_str(&call->answer->body));
        if (!text.failed) shi_cache_put(call->server->cache, shi_buf_str(&key), shi_buf_str(&text));
        shi_buf_drop(&text);
    }
    shi_buf_drop(&key);
    return e;
}

static void answer_route(shi_call *call, const shi_route *route)
{
    shi_err e = run_route(call, route);
    if (e.code) shi_fault(call, 0, &e);
    else if (!call->api && call->answer->status == 200 && !call->answer->type) shi_page_frame(call, route->nav);
}

static void dispatch(shi_call *call)
{
    shi_str path = without_api(call->path, &call->api);
    const shi_route *route = route_of(path, &call->rest);
    shi_err e = shi_people_session(call->server->people, call->keep, shi_wire_cookie(call->request->cookie, COOKIE), &call->session);
    if (e.code) {
        shi_fault(call, 500, &e);
        return;
    }
    keep_lang(call);
    if (!may_pass(call, route)) return;
    if (route->run) e = shi_reader_latest(call->server, call->reader);
    if (e.code) {
        shi_fault(call, 0, &e);
        return;
    }
    if (call->reader->run.ptr) call->page.small_cell = call->reader->info.small_cell;
    answer_route(call, route);
}

void shi_server_answer(void *context, const shi_request *request, shi_answer *out)
{
    shi_server *server = context;
    shi_reader *reader;
    shi_err e = shi_reader_take(server, &reader);
    if (e.code) {
        out->status = 503;
        return;
    }
    shi_call call = { .server = server, .request = request, .answer = out, .keep = &reader->call, .reader = reader, .lang = server->options->lang };
    call.page = (shi_page){ .out = &out->body, .live = true };
    bool form = shi_str_starts(request->content_type, S("application/x-www-form-urlencoded"));
    bool sound = shi_wire_path(call.keep, request->target, &call.path) && shi_wire_pairs(call.keep, shi_wire_query(request->target), &call.query) &&
                 (!form || shi_wire_pairs(call.keep, request->body, &call.form));
    if (sound) {
        call.page.lang = call.lang = lang_of(&call);
        if (!shi_asset_answer(call.path, request, out)) dispatch(&call);
    } else {
        out->status = 400;
        shi_buf_puts(&out->body, "400\n");
    }
    out->body.failed = out->body.failed || call.page.slip.failed;
    shi_buf_drop(&call.page.slip);
    shi_target_index_drop(&call.page.targets);
    shi_reader_give(server, reader);
}
