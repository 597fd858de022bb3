/* Findings as a list: what stands, what an innocent cause explains, what is listed apart. */
#include "serve/write.h"

#include "report/batches.h"
#include "report/sections.h"

#include <stdio.h>

/* A viewer sees the findings that hold accounts of units in reach, or are about one of these. */
static shi_err load(shi_call *call, shi_run_view *view)
{
    shi_buf rest = { 0 };
    *view = (shi_run_view){ .run = call->reader->info };
    if (!view->run.detected) return (shi_err){ 0 };
    shi_buf_puts(&rest, "WHERE about IN ('account-batch', 'unit')");
    if (call->session.who.role == SHI_VIEWER) {
        shi_buf_puts(&rest, " AND (finding IN (SELECT finding FROM member WHERE true");
        shi_reach_sql(call, &rest);
        shi_buf_puts(&rest, ") OR (about = 'unit' AND top_unit IN (SELECT unit_code FROM figure_out WHERE true");
        shi_reach_sql(call, &rest);
        shi_buf_puts(&rest, ")))");
    }
    shi_buf_puts(&rest, " ORDER BY finding");
    shi_err e = rest.failed ? shi_no_memory() : shi_run_batches(&call->reader->duck, call->keep, "finding", rest.ptr, NULL, 0, &view->batches);
    shi_buf_drop(&rest);
    shi_reach_batches(call, view->batches);
    if (!e.code && call->session.who.role != SHI_VIEWER) e = shi_run_suppliers(&call->reader->duck, call->keep, 1000, &view->suppliers);
    return e;
}

shi_err shi_page_findings(shi_call *call)
{
    shi_run_view view;
    SHI_TRY(load(call, &view));
    shi_head(call, N_("Findings"));
    call->page.links = call->session.who.role != SHI_VIEWER;
    shi_section_batches(&call->page, &view);
    return (shi_err){ 0 };
}

shi_err shi_json_findings(shi_call *call)
{
    shi_run_view view;
    shi_json json = shi_json_answer(call);
    SHI_TRY(load(call, &view));
    shi_json_begin_object(&json);
    shi_json_key(&json, "findings");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < view.batches.len; i++) shi_report_json_batch(&json, &view.batches.ptr[i], &call->reader->ws.zone);
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    return (shi_err){ 0 };
}
