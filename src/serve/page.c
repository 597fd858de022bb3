/* The frame: brand, navigation by role, language and theme, the foot; faults in the same frame, or as JSON. */
#include "serve/write.h"

#include "serve/assets.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *path, *title_id;
    unsigned roles;
} NAV[] = {
    { "/", N_("Overview"), SHI_READS }, { "/targets", N_("Targets"), SHI_OFFICE }, { "/figures", N_("Figures"), SHI_READS },
    { "/findings", N_("Findings"), SHI_READS }, { "/checks", N_("Field checks"), SHI_OFFICE }, { "/visits", N_("Today's visits"), SHI_OFFICE |
        1 << SHI_INSPECTOR },
    { "/ranks", N_("Ranks"), SHI_OFFICE }, { "/units", N_("All units"), SHI_READS }, { "/runs", N_("Runs"), SHI_OFFICE },
    { "/import", N_("Import and audit"), SHI_OFFICE },
    { "/people", N_("Persons"), 1 << SHI_ADMIN },
};

/* The path and query of this page, for a link that changes the language only. */
static void here(shi_call *call)
{
    shi_buf text = { 0 };
    bool any = false;
    shi_wire_encode(&text, call->path);
    for (int64_t i = 0; i < call->query.len; i++) {
        if (shi_str_eq(call->query.ptr[i].name, S("lang"))) continue;
        shi_buf_addc(&text, any ? '&' : '?');
        shi_wire_encode(&text, call->query.ptr[i].name);
        shi_buf_addc(&text, '=');
        shi_wire_encode(&text, call->query.ptr[i].value);
        any = true;
    }
    shi_buf_format(&text, "%clang=%s", any ? '&' : '?', call->lang == SHI_ZH ? "en" : "zh");
    shi_page_text(&call->page, shi_buf_str(&text));
    call->page.out->failed = call->page.out->failed || text.failed;
    shi_buf_drop(&text);
}

static void head(shi_call *call)
{
    shi_page *page = &call->page;
    put(call, "<!doctype html>\n<html lang=\"");
    put(call, call->lang == SHI_ZH ? "zh-CN" : "en");
    put(call, "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
              "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    if (call->title.len) shi_page_text(page, call->title);
    else if (call->title_id) say(call, call->title_id);
    put(call, " \xC2\xB7 ");
    say(call, N_("Shishu"));
    put(call, "</title>\n");
    if (call->session.csrf.len) {
        put(call, "<meta name=\"csrf\" content=\"");
        shi_page_text(page, call->session.csrf);
        put(call, "\">\n");
    }
    shi_asset_links(page->out);
    put(call, "</head>\n<body>\n");
    put(call, SHI_PAGE_SYMBOLS);
    put(call, "<a class=\"skip\" href=\"#main\">");
    say(call, N_("Skip to content"));
    put(call, "</a>\n");
}

static void nav(shi_call *call, const char *current)
{
    put(call, "<nav class=\"nav\" aria-label=\"");
    say(call, N_("Main"));
    put(call, "\">");
    for (int64_t i = 0; i < COUNT(NAV); i++) {
        if (!(NAV[i].roles >> call->session.who.role & 1)) continue;
        bool is = current && !strcmp(current, NAV[i].path);
        shi_buf_format(call->page.out, "<a href=\"%s\"%s>", NAV[i].path, is ? " aria-current=\"page\"" : "");
        say(call, NAV[i].title_id);
        put(call, "</a>");
    }
    put(call, "</nav>");
}

static void top(shi_call *call, const char *current)
{
    put(call, "<header class=\"top\"><div class=\"wrap\">\n<a class=\"brand\" href=\"/\"><svg viewBox=\"0 0 34 22\" aria-hidden=\"true\">"
              "<path d=\"M1 11h32\" stroke=\"currentColor\" stroke-width=\"1.6\"/><path d=\"M1 7v8\" stroke=\"currentColor\" stroke-width=\"1.6\"/>"
              "<rect class=\"fr\" x=\"6\" y=\"7.5\" width=\"13\" height=\"7\" rx=\"3.5\"/>"
              "<circle class=\"fs\" cx=\"28\" cy=\"11\" r=\"3.6\" stroke=\"currentColor\" stroke-width=\"2\"/></svg><span>");
    say(call, N_("Shishu"));
    put(call, "</span>");
    if (call->session.who.role != SHI_NOBODY) {
        put(call, "<small>");
        shi_page_name(&call->page, call->server->name, (shi_str){ 0 });
        put(call, "</small>");
    }
    put(call, "</a>\n");
    if (call->session.who.role != SHI_NOBODY) nav(call, current);
    else put(call, "<span class=\"nav\"></span>");
    put(call, "\n<div class=\"tools\"><a class=\"tool\" hreflang=\"");
    put(call, call->lang == SHI_ZH ? "en\" lang=\"en\" href=\"" : "zh-CN\" lang=\"zh-CN\" href=\"");
    here(call);
    put(call, call->lang == SHI_ZH ? "\">EN</a>" : "\">\xE4\xB8\xAD\xE6\x96\x87</a>");
    put(call, "<button class=\"tool\" type=\"button\" data-do=\"theme\" aria-label=\"");
    say(call, N_("Switch light and dark"));
    put(call, "\">\xE2\x97\x90</button></div>\n</div></header>\n");
}

static void foot(shi_call *call)
{
    put(call, "<footer class=\"foot\"><div class=\"wrap\"><span>");
    if (call->session.who.role != SHI_NOBODY) {
        shi_page_name(&call->page, call->session.who.name, (shi_str){ 0 });
        put(call, " <form method=\"post\" action=\"/leave\">");
        shi_csrf_field(call);
        put(call, "<button class=\"link-like\">");
        say(call, N_("Sign out"));
        put(call, "</button></form>");
    }
    put(call, "</span><span>");
    if (call->reader && call->reader->run.ptr) {
        say(call, N_("Run"));
        put(call, " ");
        shi_page_text(&call->page, call->reader->run);
        put(call, " \xC2\xB7 ");
    }
    put(call, "Shishu " SHI_VERSION "</span></div></footer>\n</body>\n</html>\n");
}

void shi_page_frame(shi_call *call, const char *current)
{
    shi_buf inner = call->answer->body;
    call->answer->body = (shi_buf){ 0 };
    head(call);
    top(call, current);
    put(call, "<main id=\"main\" class=\"wrap\" tabindex=\"-1\">\n");
    if (inner.len) shi_buf_add(&call->answer->body, shi_buf_str(&inner));
    put(call, "</main>\n");
    foot(call);
    call->answer->body.failed = call->answer->body.failed || inner.failed;
    call->answer->type = "text/html; charset=utf-8";
    shi_buf_drop(&inner);
}

/* ---- faults ---- */

static int status_of(const shi_err *err)
{
    switch (err->code) {
    case SHI_INPUT:
    case SHI_USAGE: return 400;
    case SHI_CHECK: return 409;
    default: return 500;
    }
}

static void fault_json(shi_call *call, const shi_err *err)
{
    shi_json json = { .out = &call->answer->body };
    shi_json_begin_object(&json);
    shi_json_key(&json, "error");
    shi_json_begin_object(&json);
    shi_json_kint(&json, "status", call->answer->status);
    if (err->file.ptr) shi_json_kstr(&json, "file", err->file);
    if (err->sheet.ptr) shi_json_kstr(&json, "sheet", err->sheet);
    if (err->line) shi_json_kint(&json, "line", err->line);
    if (err->column.ptr) shi_json_kstr(&json, "column", err->column);
    if (err->value[0]) shi_json_ktext(&json, "value", err->value);
    const char *const text[] = { err->reason, err->remedy };
    static const char *const NAME[] = { "reason", "remedy" };
    for (int k = 0; k < 2; k++) {
        if (!text[k]) continue;
        shi_json_key(&json, NAME[k]);
        shi_json_begin_object(&json);
        shi_json_ktext(&json, "zh", tr(SHI_ZH, text[k]));
        shi_json_ktext(&json, "en", tr(SHI_EN, text[k]));
        shi_json_end_object(&json);
    }
    shi_json_end_object(&json);
    shi_json_end_object(&json);
    shi_buf_addc(&call->answer->body, '\n');
    call->answer->type = "application/json; charset=utf-8";
}

void shi_fault(shi_call *call, int status, const shi_err *err)
{
    shi_buf_drop(&call->answer->body);
    call->answer->status = status ? status : call->answer->status != 200 ? call->answer->status : status_of(err);
    if (call->api) {
        fault_json(call, err);
        return;
    }
    call->title = (shi_str){ 0 };
    call->title_id = call->answer->status == 404 ? N_("Not here") : call->answer->status == 403 ? N_("Not yours to see") : N_("Not done");
    shi_head(call, call->title_id);
    put(call, call->answer->status == 403 ? "<div class=\"state lock\" role=\"alert\"><b>" : "<div class=\"state err\" role=\"alert\"><b>");
    if (err->file.ptr || err->line || err->value[0]) {
        if (err->file.ptr) shi_page_text(&call->page, err->file);
        if (err->line) shi_buf_format(call->page.out, " %lld ", (long long)err->line);
        shi_page_text(&call->page, shi_str_from(err->value));
        put(call, call->lang == SHI_ZH ? "\xEF\xBC\x9A" : ": ");
    }
    say(call, err->reason ? err->reason : N_("an error without a reason"));
    put(call, "</b>");
    if (err->remedy) say(call, err->remedy);
    put(call, "</div>\n");
    shi_page_frame(call, NULL);
}

/* ---- parts of pages ---- */

void shi_send_on(shi_call *call, const char *path)
{
    call->answer->status = 303;
    call->answer->location.len = 0;
    shi_buf_puts(&call->answer->location, path);
}

void shi_link(shi_call *call, const char *path, shi_str rest)
{
    shi_buf text = { 0 };
    shi_buf_puts(&text, path);
    shi_wire_encode(&text, rest);
    put(call, "href=\"");
    shi_page_text(&call->page, shi_buf_str(&text));
    put(call, "\"");
    call->page.out->failed = call->page.out->failed || text.failed;
    shi_buf_drop(&text);
}

void shi_link_figure(shi_call *call, shi_str indicator, shi_str period, shi_str unit)
{
    shi_buf text = { 0 };
    shi_buf_add(&text, indicator);
    shi_buf_addc(&text, '/');
    shi_buf_add(&text, period);
    shi_buf_addc(&text, '/');
    shi_buf_add(&text, unit);
    shi_link(call, "/figure/", shi_buf_str(&text));
    call->page.out->failed = call->page.out->failed || text.failed;
    shi_buf_drop(&text);
}

void shi_head(shi_call *call, const char *title_id)
{
    call->title_id = title_id;
    put(call, "<div class=\"head\"><h1>");
    say(call, title_id);
    put(call, "</h1></div>\n");
}

void shi_say_count(shi_call *call, const char *id, int64_t n)
{
    shi_page_say_numbers(&call->page, id, &n, 1);
}

void shi_csrf_field(shi_call *call)
{
    put(call, "<input type=\"hidden\" name=\"csrf\" value=\"");
    shi_page_text(&call->page, call->session.csrf);
    put(call, "\">");
}

void shi_section(shi_call *call, const char *id, const char *title_id, const char *note_id)
{
    shi_buf_format(call->page.out, "<section aria-labelledby=\"%s\"><header><h2 id=\"%s\">", id, id);
    say(call, title_id);
    put(call, "</h2>");
    if (note_id) {
        put(call, "<p>");
        say(call, note_id);
        put(call, "</p>");
    }
    put(call, "</header>\n");
}

void shi_section_end(shi_call *call)
{
    put(call, "</section>\n");
}

void shi_state(shi_call *call, const char *kind, const char *what_id, const char *next_id)
{
    shi_buf_format(call->page.out, "<div class=\"state %s\"><b>", kind);
    say(call, what_id);
    put(call, "</b>");
    if (next_id) say(call, next_id);
    put(call, "</div>\n");
}

shi_json shi_json_answer(shi_call *call)
{
    call->answer->type = "application/json; charset=utf-8";
    return (shi_json){ .out = &call->answer->body };
}
