/* A viewer sees one unit and all below it, by the register; everybody else of the office sees all. Whoever asks for what is not in reach is told
 * that it is not there. */
#include "serve/server.h"

#include <stdio.h>

static bool sees_all(const shi_call *call)
{
    return call->session.who.role != SHI_VIEWER;
}

/* Whether unit i is `root` or lies below it; a register with a ring in it ends the way up. */
static bool is_below(const shi_chain_units *u, int64_t i, int64_t root)
{
    for (int64_t steps = 0; i >= 0 && steps <= SHI_UNITS_DEEPEST; steps++, i = u->parent[i])
        if (i == root) return true;
    return false;
}

bool shi_may_see(const shi_call *call, shi_str unit_code)
{
    if (sees_all(call)) return true;
    if (!call->reader || !call->reader->run.ptr) return false;
    const shi_chain_units *u = &call->reader->units;
    int64_t root = shi_units_find(u, call->session.who.unit_code), i = shi_units_find(u, unit_code);
    return root >= 0 && i >= 0 && is_below(u, i, root);
}

void shi_below_sql(const shi_call *call, shi_str unit_code, shi_buf *sql)
{
    const shi_chain_units *u = &call->reader->units;
    int64_t root = shi_units_find(u, unit_code);
    bool any = false;
    shi_buf_puts(sql, " AND unit_code IN (");
    for (int64_t i = 0; i < u->len && root >= 0; i++) {
        if (!is_below(u, i, root)) continue;
        if (any) shi_buf_addc(sql, ',');
        shi_sql_literal(sql, u->code[i]);
        any = true;
    }
    if (!any) shi_sql_literal(sql, root < 0 ? unit_code : S(""));
    shi_buf_addc(sql, ')');
}

void shi_reach_sql(const shi_call *call, shi_buf *sql)
{
    if (!sees_all(call)) shi_below_sql(call, call->session.who.unit_code, sql);
}

void shi_reach_batches(const shi_call *call, shi_account_batches batches)
{
    for (int64_t i = 0; i < batches.len; i++) {
        shi_account_batch *b = &batches.ptr[i];
        if (sees_all(call) || (b->top_unit.len && shi_may_see(call, b->top_unit))) continue;
        b->top_unit = b->top_unit_name = b->subject = (shi_str){ 0 };
        b->top_members = 0;
    }
}

/* One count over a relation, of rows in reach; `rest` stands behind the reach. */
static shi_err count(shi_call *call, const char *select, const char *rest, int64_t *out)
{
    shi_buf sql = { 0 };
    shi_buf_puts(&sql, select);
    shi_reach_sql(call, &sql);
    shi_buf_puts(&sql, rest);
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_int(&call->reader->duck, sql.ptr, NULL, 0, out);
    shi_buf_drop(&sql);
    return e;
}

shi_err shi_reach_counts(shi_call *call, shi_run_info *run)
{
    char verdict[64];
    if (sees_all(call)) return (shi_err){ 0 };
    for (int k = 0; k < 7; k++) {
        snprintf(verdict, sizeof verdict, " AND verdict = '%s'", shi_verdict_name((shi_verdict)k));
        SHI_TRY(count(call, "SELECT count(*) FROM figure_out WHERE true", verdict, &run->verdicts[k]));
    }
    SHI_TRY(count(call, "SELECT count(*) FROM figure_out WHERE true", "", &run->figures));
    SHI_TRY(count(call, "SELECT count(DISTINCT unit_code) FROM figure_out WHERE true", "", &run->units));
    SHI_TRY(count(call, "SELECT count(*) FROM target_out WHERE true", "", &run->targets));
    SHI_TRY(count(call, "SELECT count(*) FROM target_out WHERE true", " AND impossible", &run->targets_impossible));
    SHI_TRY(count(call, "SELECT count(*) FROM target_out WHERE true", " AND amplification > 1", &run->targets_amplified));
    if (run->judged) SHI_TRY(count(call, "SELECT count(*) FROM target_out WHERE true", " AND high IS NOT NULL", &run->targets_unlawful));
    run->target_findings = 0;        /* they are not told apart by unit */
    if (!run->detected) return (shi_err){ 0 };
    return count(call, "SELECT count(*) FROM finding WHERE about = 'account-batch' AND selected AND NOT coalesce(explained, false) "
                 "AND finding IN (SELECT finding FROM member WHERE true", ")", &run->findings);
}

shi_err shi_not_found(shi_call *call)
{
    call->answer->status = 404;
    return shi_fail(SHI_INPUT, N_("there is nothing here"), N_("It may not exist, or not be yours to see: who grants more is the admin."));
}
