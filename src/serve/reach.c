/* A viewer sees one unit and all below it, by the register; everybody else of the office sees all. Whoever asks for what is not in reach is told
 * that it is not there. */
#include "serve/server.h"

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

shi_err shi_not_found(shi_call *call)
{
    call->answer->status = 404;
    return shi_fail(SHI_INPUT, N_("there is nothing here"), N_("It may not exist, or not be yours to see: who grants more is the admin."));
}
