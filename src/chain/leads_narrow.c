/* Which accounts of a lump belong to it. A lump says only that more were registered than were expected; some of those in its windows would have come
 * anyway, as many as the members' weights leave. How probable that is of one account, its local false discovery rate (Efron 2004), is what was
 * expected of those that look as it does over what came of them, where the expected look as accounts outside of all findings do. So of 60 where 2
 * were expected, 58 of which came through one channel and 2 through another that a third of all use, the 58 stay. One more is added to both, so that
 * a look that hardly anybody has says nothing of few. Looks: channel, operator, and whether there is a phone, a device, an inviter, somebody who
 * verified. */
#include "chain/leads.h"

#include <string.h>

static const char SQL_LOOKS[] =
    "CREATE OR REPLACE TEMP TABLE lead_look AS SELECT code AS account, app, concat_ws(' ', coalesce(channel, ''), coalesce(operator, ''), "
    "       phone IS NULL, device IS NULL, inviter IS NULL, verified_by IS NULL) AS look "
    "FROM   lead_account WHERE registered_at IS NOT NULL AND app IN (SELECT a.app FROM lead JOIN lead_member m USING (lead) "
    "       JOIN lead_account a ON a.code = m.account WHERE detector = 'bursts')";

/* 1 where the account stays. */
static const char SQL_STAY[] =
    "WITH usual AS (SELECT app, look, count(*) / sum(count(*)) OVER (PARTITION BY app) AS share FROM lead_look ANTI JOIN lead_member USING "
    "               (account) GROUP BY app, look), "
    "here AS (SELECT m.lead, m.account, l.app, l.look, sum(1 - weight) OVER (PARTITION BY m.lead) AS expected, "
    "                count(*) OVER (PARTITION BY m.lead, look) AS came "
    "         FROM lead JOIN lead_member m USING (lead) JOIN lead_look l ON l.account = m.account WHERE detector = 'bursts') "
    "SELECT lead, account, CAST((expected * coalesce(share, 0) + 1) / (came + 1) <= 0.2 AS INTEGER) "
    "FROM   here LEFT JOIN usual USING (app, look) ORDER BY lead, account";

/* Members stand in the same order as the rows; a lump that keeps none is none. Other leads stay, those of units without any member too. */
static void keep_members(shi_leads *leads, const shi_pulled *rows)
{
    int64_t kept = 0, row = 0;
    for (int64_t i = 0; i < leads->len; i++) {
        shi_lead x = leads->ptr[i];
        if (!strcmp(x.detector, "bursts")) {
            int64_t len = 0;
            for (int64_t m = x.first; m < x.first + x.len; m++) {
                while (row < rows->n && (rows->i32[0][row] < i || (rows->i32[0][row] == i && rows->i32[1][row] < leads->member[m]))) row++;
                if (row == rows->n || rows->i32[0][row] != i || rows->i32[1][row] != leads->member[m] || !rows->i32[2][row]) continue;
                leads->member[x.first + len] = leads->member[m];
                leads->weight[x.first + len++] = leads->weight[m];
            }
            x.len = len;
            if (!len) continue;
        }
        leads->ptr[kept++] = x;
    }
    leads->len = kept;
}

shi_err shi_leads_narrow(shi_leading *l)
{
    shi_pulled rows;
    SHI_SQL(l->chain, SQL_LOOKS);
    SHI_TRY(shi_leads_pull(l->chain->duck, l->keep, SQL_STAY, "iii", &rows));
    keep_members(l->leads, &rows);
    return shi_leads_tables(l);
}
