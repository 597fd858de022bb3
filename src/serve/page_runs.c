/* Runs and the ledger: which audits there are, what was imported, and the end of the audit trail. */
#include "serve/write.h"

#include "store/lite.h"

#include <stdio.h>

enum { RUNS = 200, TRAIL = 50 };

static void when(shi_call *call, int64_t us, const shi_zone *zone)
{
    char text[40];
    shi_time_write(us, zone, text);
    put(call, text);
}

static shi_err runs(shi_call *call)
{
    static const char *const HEAD[] = { N_("Run"), N_("Period"), N_("Figures"), N_("SHA-256 of run.json"), N_("Report") };
    shi_page *page = &call->page;
    shi_err e = { 0 };
    const shi_param most = SHI_INT(RUNS);
    sqlite3_stmt *st = shi_lite_query(call->reader->ws.ledger, "SELECT run, period, figures, sha256 FROM run ORDER BY started_at DESC, run DESC "
        "LIMIT ?1",
                                      &most, 1, &e);
    shi_section(call, "runs", N_("Audits"), NULL);
    shi_page_table(page, N_("Audits by date"), HEAD, COUNT(HEAD), "txt");
    while (shi_lite_next(st, &e)) {
        shi_str run = shi_lite_str(st, 0, call->keep), period = shi_lite_str(st, 1, call->keep);
        shi_page_row(page);
        shi_page_text(page, run);
        shi_page_cell(page);
        if (period.ptr) shi_page_text(page, period);
        else say(call, N_("all"));
        shi_page_cell_number(page);
        shi_page_count(page, shi_lite_int(st, 2));
        shi_page_cell(page);
        put(call, "<code>");
        shi_page_text(page, shi_lite_str(st, 3, call->keep));
        put(call, "</code>");
        shi_page_cell(page);
        put(call, "<a ");
        shi_link(call, "/report/", run);
        put(call, ">");
        say(call, N_("Open"));
        put(call, "</a>");
        shi_page_row_end(page);
    }
    sqlite3_finalize(st);
    shi_page_table_end(page);
    shi_section_end(call);
    return e;
}

static shi_err imports(shi_call *call)
{
    static const char *const HEAD[] = { N_("No."), N_("Table"), N_("File"), N_("Rows"), N_("Taken"), N_("When"), N_("SHA-256") };
    shi_page *page = &call->page;
    shi_import_rows rows;
    SHI_TRY(shi_ledger_imports(&call->reader->ws, call->keep, &rows));
    shi_section(call, "imports", N_("What was imported"), NULL);
    shi_page_table(page, N_("Imports"), HEAD, COUNT(HEAD), "txt");
    for (int64_t i = rows.len; i-- > 0;) {
        const shi_import_row *r = &rows.ptr[i];
        shi_page_row(page);
        shi_page_count(page, r->id);
        shi_page_cell(page);
        shi_page_text(page, r->table);
        shi_page_cell(page);
        shi_page_name(page, r->file, (shi_str){ 0 });
        if (r->undone_at) {
            put(call, "<span class=\"sub-name\">");
            say(call, N_("taken back"));
            put(call, "</span>");
        }
        shi_page_cell_number(page);
        shi_page_count(page, r->rows);
        shi_page_cell_number(page);
        shi_page_count(page, r->accepted);
        shi_page_cell(page);
        when(call, r->imported_at, &call->reader->ws.zone);
        shi_page_cell(page);
        put(call, "<code>");
        shi_page_text(page, shi_str_cut(r->sha256, 16));
        put(call, "</code>");
        shi_page_row_end(page);
    }
    shi_page_table_end(page);
    shi_section_end(call);
    return (shi_err){ 0 };
}

static shi_err trail(shi_call *call)
{
    static const char *const HEAD[] = { N_("No."), N_("When"), N_("What"), N_("Details"), N_("Hash") };
    shi_page *page = &call->page;
    shi_err e = { 0 };
    const shi_param most = SHI_INT(TRAIL);
    sqlite3_stmt *st = shi_lite_query(call->reader->ws.ledger, "SELECT seq, at, action, detail, hash FROM trail ORDER BY seq DESC LIMIT ?1", &most,
        1, &e);
    shi_section(call, "trail", N_("Audit trail, the latest entries"), N_("Each entry's hash covers the one before: \"shishu verify-ledger\" rechecks "
                                                                         "all."));
    shi_page_table(page, N_("Audit trail"), HEAD, COUNT(HEAD), "txt");
    while (shi_lite_next(st, &e)) {
        shi_page_row(page);
        shi_page_count(page, shi_lite_int(st, 0));
        shi_page_cell(page);
        when(call, shi_lite_int(st, 1), &call->reader->ws.zone);
        shi_page_cell(page);
        shi_page_text(page, shi_lite_str(st, 2, call->keep));
        shi_page_cell(page);
        put(call, "<code>");
        shi_page_name(page, shi_str_cut(shi_lite_str(st, 3, call->keep), 200), (shi_str){ 0 });
        put(call, "</code>");
        shi_page_cell(page);
        put(call, "<code>");
        shi_page_text(page, shi_str_cut(shi_lite_str(st, 4, call->keep), 16));
        put(call, "</code>");
        shi_page_row_end(page);
    }
    sqlite3_finalize(st);
    shi_page_table_end(page);
    shi_section_end(call);
    return e;
}

shi_err shi_page_runs(shi_call *call)
{
    shi_head(call, N_("Runs"));
    SHI_TRY(runs(call));
    SHI_TRY(imports(call));
    return trail(call);
}

shi_err shi_json_runs(shi_call *call)
{
    shi_err e = { 0 };
    shi_json json = shi_json_answer(call);
    const shi_param most = SHI_INT(RUNS);
    sqlite3_stmt *st = shi_lite_query(call->reader->ws.ledger, "SELECT run, period, figures, sha256 FROM run ORDER BY started_at DESC, run DESC "
        "LIMIT ?1",
                                      &most, 1, &e);
    shi_json_begin_object(&json);
    shi_json_key(&json, "runs");
    shi_json_begin_array(&json);
    while (shi_lite_next(st, &e)) {
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "run", shi_lite_str(st, 0, call->keep));
        shi_json_kstr(&json, "period", shi_lite_str(st, 1, call->keep));
        shi_json_kint(&json, "figures", shi_lite_int(st, 2));
        shi_json_kstr(&json, "sha256", shi_lite_str(st, 3, call->keep));
        shi_json_end_object(&json);
    }
    sqlite3_finalize(st);
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    return e;
}

/* The report of a run, as it was written; its styles are in it, so its policy is another. */
shi_err shi_page_report(shi_call *call)
{
    shi_str text;
    shi_run_row row;
    shi_workspace *ws = &call->reader->ws;
    if (shi_ledger_run(ws, call->keep, call->rest, &row).code) return shi_not_found(call);
    const char *path = shi_workspace_path(ws, call->keep, "runs/%s/report.html", row.run.ptr);
    if (!path || !shi_os_exists(path)) return shi_not_found(call);
    SHI_TRY(shi_os_read(call->keep, path, (int64_t)1 << 28, &text));
    shi_buf_add(&call->answer->body, text);
    call->answer->type = "text/html; charset=utf-8";
    call->answer->csp = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    return (shi_err){ 0 };
}
