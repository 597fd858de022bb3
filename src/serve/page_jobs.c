/* Import by handing a file over, audits by a button, and the jobs these are. */
#include "serve/write.h"

#include "serve/jobs.h"
#include "table/schema.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- a job ---- */

static void state(shi_call *call, shi_job_state s)
{
    static const char *const ID[] = { N_("running"), N_("done"), N_("refused, nothing was changed"), N_("not done, nothing was changed"),
        N_("stopped, nothing was changed") };
    say(call, ID[s]);
}

static void progress(shi_call *call, const shi_job *j)
{
    if (j->state != SHI_JOB_RUNS) return;
    put(call, "<p><progress max=\"1\"");
    if (j->progress >= 0) shi_buf_format(call->page.out, " value=\"%.3f\"", j->progress);
    put(call, " aria-label=\"");
    say(call, N_("Progress"));
    put(call, "\"></progress></p>\n<form method=\"post\" class=\"btns\">");
    shi_csrf_field(call);
    put(call, "<button class=\"btn\" name=\"do\" value=\"stop\">");
    say(call, N_("Stop it"));
    put(call, "</button><a class=\"btn\" href=\"\">");
    say(call, N_("Look again"));
    put(call, "</a></form>\n");
}

static shi_err find(shi_call *call, shi_job *out)
{
    int64_t number;
    if (!shi_count_parse(call->rest, &number) || !shi_jobs_get(call->server->jobs, call->keep, number, out)) return shi_not_found(call);
    return (shi_err){ 0 };
}

shi_err shi_page_job(shi_call *call)
{
    shi_job j;
    SHI_TRY(find(call, &j));
    shi_head(call, N_("Job"));
    shi_buf_format(call->page.out, "<div data-job=\"%" PRId64 "\" data-state=\"%s\">\n<p class=\"lead\" role=\"status\"><b>", j.number,
                   shi_job_state_name(j.state));
    shi_page_name(&call->page, j.what, (shi_str){ 0 });
    put(call, "</b> ");
    state(call, j.state);
    put(call, "</p>\n");
    progress(call, &j);
    if (j.err.len) {
        put(call, j.state == SHI_JOB_DONE ? "<pre>" : "<div class=\"state err\" role=\"alert\"><pre>");
        shi_page_text(&call->page, j.err);
        put(call, j.state == SHI_JOB_DONE ? "</pre>\n" : "</pre></div>\n");
    }
    if (j.out.len) {
        put(call, "<details><summary>");
        say(call, N_("Result as JSON"));
        put(call, "</summary><pre>");
        shi_page_text(&call->page, j.out);
        put(call, "</pre></details>\n");
    }
    put(call, "</div>\n<p class=\"btns\"><a class=\"btn\" href=\"/import\">");
    say(call, N_("Import and audit"));
    put(call, "</a><a class=\"btn\" href=\"/\">");
    say(call, N_("Overview"));
    put(call, "</a></p>\n");
    return (shi_err){ 0 };
}

static void job_json(shi_json *json, const shi_job *j, bool texts)
{
    shi_json_begin_object(json);
    shi_json_kint(json, "job", j->number);
    shi_json_ktext(json, "state", shi_job_state_name(j->state));
    shi_json_kstr(json, "what", j->what);
    shi_json_kstr(json, "by", j->by);
    shi_json_kf64(json, "progress", j->progress >= 0, j->progress);
    shi_json_kint(json, "rows", j->rows);
    shi_json_kf64(json, "seconds", true, (double)((j->ended_us ? j->ended_us : shi_os_now_us()) - j->started_us) / 1e6);
    if (j->ended_us) shi_json_kint(json, "status", j->status);
    if (texts) {
        shi_json_kstr(json, "out", j->out);
        shi_json_kstr(json, "err", j->err);
    }
    shi_json_end_object(json);
}

shi_err shi_json_job(shi_call *call)
{
    shi_job j;
    shi_json json = shi_json_answer(call);
    SHI_TRY(find(call, &j));
    job_json(&json, &j, true);
    return (shi_err){ 0 };
}

shi_err shi_json_jobs(shi_call *call)
{
    shi_job_list list;
    shi_json json = shi_json_answer(call);
    SHI_TRY(shi_jobs_list(call->server->jobs, call->keep, &list));
    shi_json_begin_object(&json);
    shi_json_key(&json, "jobs");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < list.len; i++) job_json(&json, &list.ptr[i], false);
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    return (shi_err){ 0 };
}

/* To the page of a job that was started, or its number as JSON. */
static shi_err started(shi_call *call, int64_t number)
{
    if (call->api) {
        shi_json json = shi_json_answer(call);
        call->answer->status = 202;
        shi_json_begin_object(&json);
        shi_json_kint(&json, "job", number);
        shi_json_end_object(&json);
        return (shi_err){ 0 };
    }
    char path[48];
    snprintf(path, sizeof path, "/job/%" PRId64, number);
    shi_send_on(call, path);
    return (shi_err){ 0 };
}

shi_err shi_post_job(shi_call *call)
{
    shi_job j;
    SHI_TRY(find(call, &j));
    if (!shi_str_eq(shi_wire_get(&call->form, "do"), S("stop"))) return shi_not_found(call);
    (void)shi_jobs_stop(call->server->jobs, j.number);
    return started(call, j.number);
}

/* Starts the command; noted in the trail first. */
static shi_err start(shi_call *call, const shi_str *words, int64_t n, shi_str folder)
{
    shi_buf what = { 0 }, detail = { 0 };
    int64_t number = 0;
    for (int64_t i = 0; i < n; i++) {
        int64_t from = words[i].len;
        while (from > 0 && words[i].ptr[from - 1] != '/') from--;   /* of a path its name */
        if (i) shi_buf_addc(&what, ' ');
        shi_buf_add(&what, shi_str_sub(words[i], from, words[i].len));
    }
    shi_json json = { .out = &detail };
    shi_json_begin_object(&json);
    shi_json_kstr(&json, "command", shi_buf_str(&what));
    shi_json_end_object(&json);
    shi_err e = what.failed || detail.failed ? shi_no_memory() : (shi_err){ 0 };
    if (!e.code) e = shi_people_trail(call->server->people, call->session.who.id, "start job", shi_buf_str(&detail));
    if (!e.code)
        e = shi_jobs_start(call->server->jobs, words, n, shi_buf_str(&what), call->session.who.name, call->lang == SHI_ZH ? "zh" : "en", folder,
            &number);
    shi_buf_drop(&what);
    shi_buf_drop(&detail);
    return e.code ? e : started(call, number);
}

/* Audit, recount, or an import taken back. */
shi_err shi_post_jobs(shi_call *call)
{
    shi_str what = shi_wire_get(&call->form, "do"), period = shi_wire_get(&call->form, "period"), id = shi_wire_get(&call->form, "id");
    int64_t number;
    if (shi_str_eq(what, S("audit"))) {
        shi_str words[] = { S("audit"), S("--period"), period };
        return start(call, words, period.len ? 3 : 1, (shi_str){ 0 });
    }
    if (shi_str_eq(what, S("undo")) && shi_count_parse(id, &number)) {
        shi_str words[] = { S("import"), S("--undo"), id };
        return start(call, words, 3, (shi_str){ 0 });
    }
    return shi_not_found(call);
}

/* ---- import ---- */

static void choice(shi_call *call)
{
    const shi_table *t;
    put(call, "<p class=\"field\"><label for=\"table\">");
    say(call, N_("What is in the file"));
    put(call, "</label><select id=\"table\" name=\"table\"><option value=\"\">");
    say(call, N_("a workbook, or a list as offices have it: each sheet is recognised"));
    put(call, "</option>");
    for (int64_t i = 0; (t = shi_table_at(i)); i++) {
        shi_str zh = shi_str_from(t->aliases);
        int64_t end = shi_str_find(zh, '|', 0);
        shi_buf_format(call->page.out, "<option value=\"%s\">", t->name);
        shi_page_text(&call->page, call->lang == SHI_ZH ? shi_str_sub(zh, 0, end < 0 ? zh.len : end) : shi_str_from(t->name));
        put(call, "</option>");
    }
    put(call, "</select></p>\n<p class=\"field\"><label for=\"how\">");
    say(call, N_("Days that were imported before"));
    put(call, "</label><select id=\"how\" name=\"how\"><option value=\"\">");
    say(call, N_("refuse the file"));
    put(call, "</option><option value=\"replace\">");
    say(call, N_("exchange these days"));
    put(call, "</option><option value=\"add\">");
    say(call, N_("add to these days"));
    put(call, "</option></select></p>\n<p><label><input type=\"checkbox\" name=\"keep_going\" value=\"1\"> ");
    say(call, N_("Take the good rows, and write the others down with reasons"));
    put(call, "</label></p>\n");
}

static void drop(shi_call *call)
{
    shi_section(call, "file", N_("Hand a file over"), N_("xlsx, xls, csv, tsv, jsonl, parquet, also packed with gzip or zstd. It is taken whole or "
        "not at all. "
                                                         "Phones, devices and addresses become pseudonyms on the way in."));
    put(call, "<form data-upload=\"/api/import\">\n");
    choice(call);
    put(call, "<div class=\"drop\"><label class=\"btn main\" for=\"upload\">");
    say(call, N_("Choose a file"));
    put(call, "</label> <input class=\"vh\" id=\"upload\" type=\"file\"><p class=\"small muted\">");
    say(call, N_("or drop it here"));
    put(call, "</p></div>\n<div class=\"state err\" role=\"alert\" hidden></div>\n<p role=\"status\" hidden data-sending>");
    say(call, N_("The file is on its way"));
    put(call, " <progress max=\"1\"></progress></p>\n</form>\n<noscript>");
    shi_state(call, "", N_("Handing a file over needs script"), N_("Or use \"shishu import\" on the machine itself."));
    put(call, "</noscript>\n");
    shi_section_end(call);
}

static void audit(shi_call *call)
{
    shi_section(call, "audit", N_("Audit"), N_("Judges every figure anew, over all that was imported, and writes the report."));
    put(call, "<form method=\"post\" action=\"/jobs\" class=\"filter\">");
    shi_csrf_field(call);
    put(call, "<label>");
    say(call, N_("Period, as 2024-06; empty: all"));
    put(call, "<input name=\"period\" pattern=\"[0-9]{4}(-(Q[1-4]|W[0-9]{2}|[0-9]{2}))?\"></label><button class=\"btn main\" name=\"do\" "
        "value=\"audit\">");
    say(call, N_("Start the audit"));
    put(call, "</button></form>\n");
    shi_section_end(call);
}

static shi_err jobs(shi_call *call)
{
    static const char *const HEAD[] = { N_("No."), N_("Command"), N_("State"), N_("By"), N_("Seconds") };
    shi_job_list list;
    SHI_TRY(shi_jobs_list(call->server->jobs, call->keep, &list));
    shi_section(call, "jobs", N_("Jobs since the start of the server"), NULL);
    if (!list.len) shi_state(call, "", N_("None yet"), N_("Imports and audits that are started here are listed with what became of them."));
    else {
        shi_page_table(&call->page, N_("Jobs"), HEAD, COUNT(HEAD), "txt");
        for (int64_t i = 0; i < list.len; i++) {
            const shi_job *j = &list.ptr[i];
            shi_page_row(&call->page);
            shi_buf_format(call->page.out, "<a href=\"/job/%" PRId64 "\">%" PRId64 "</a>", j->number, j->number);
            shi_page_cell(&call->page);
            shi_page_name(&call->page, j->what, (shi_str){ 0 });
            shi_page_cell(&call->page);
            state(call, j->state);
            shi_page_cell(&call->page);
            shi_page_name(&call->page, j->by, (shi_str){ 0 });
            shi_page_cell_number(&call->page);
            shi_page_count(&call->page, ((j->ended_us ? j->ended_us : shi_os_now_us()) - j->started_us) / 1000000);
            shi_page_row_end(&call->page);
        }
        shi_page_table_end(&call->page);
    }
    shi_section_end(call);
    return (shi_err){ 0 };
}

shi_err shi_page_import(shi_call *call)
{
    shi_head(call, N_("Import and audit"));
    drop(call);
    audit(call);
    return jobs(call);
}

/* A name for the file in a folder of ours: what stands behind the last slash, without anything that a file may not be called. */
static bool name_of(shi_str given, shi_str *out)
{
    int64_t from = given.len;
    while (from > 0 && given.ptr[from - 1] != '/' && given.ptr[from - 1] != '\\') from--;
    *out = shi_str_sub(given, from, given.len);
    if (out->len < 1 || out->len > 200 || out->ptr[0] == '.' || out->ptr[0] == '-') return false;
    for (int64_t i = 0; i < out->len; i++)
        if ((unsigned char)out->ptr[i] < 0x20 || out->ptr[i] == 0x7f || out->ptr[i] == '*' || out->ptr[i] == '?' || out->ptr[i] == '[') return false;
    return true;
}

/* The body becomes a file of its own name in a folder of its own. */
static shi_err place(shi_call *call, shi_str name, shi_str *folder, shi_str *path)
{
    const shi_request *r = call->request;
    *folder = shi_str_format(call->keep, "%s.d", r->file);
    if (!folder->ptr) return shi_no_memory();
    SHI_TRY(shi_os_mkdir(folder->ptr, 0700));
    *path = shi_str_format(call->keep, "%s/%.*s", folder->ptr, (int)name.len, name.ptr);
    return path->ptr ? shi_os_rename(r->file, path->ptr) : shi_no_memory();
}

shi_err shi_post_import(shi_call *call)
{
    shi_str name, folder, path, table = shi_wire_get(&call->query, "table"), how = shi_wire_get(&call->query, "how");
    if (!call->request->file || !call->request->file_bytes)
        return shi_fail(SHI_INPUT, N_("no file came"), N_("The body of the request is the file; its name stands in ?name=."));
    if (!name_of(shi_wire_get(&call->query, "name"), &name))
        return shi_fail(SHI_INPUT, N_("this is no name for a file"), N_("Give the file's own name, as targets.xlsx, in ?name=."));
    if (table.len && !shi_table_find(table)) return shi_fail_value(SHI_INPUT, table, N_("there is no such table"),
        N_("\"shishu help import\" lists them."));
    SHI_TRY(place(call, name, &folder, &path));
    shi_str words[6] = { S("import") };
    int64_t n = 1;
    if (table.len) words[n++] = table;
    words[n++] = path;
    if (shi_wire_get(&call->query, "keep_going").len) words[n++] = S("--keep-going");
    if (shi_str_eq(how, S("replace"))) words[n++] = S("--replace");
    if (shi_str_eq(how, S("add"))) words[n++] = S("--add");
    shi_err e = start(call, words, n, folder);
    if (e.code) (void)shi_os_remove_tree(folder.ptr).code;
    return e;
}
