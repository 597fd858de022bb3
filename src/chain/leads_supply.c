/* Suppliers: findings that hold the same accounts, or accounts of the same phones in other apps, are one supply. Components of such links; a phone
 * farm
 * that serves five villages and two apps comes out as one. */
#include "chain/leads.h"

/* Pairs of selected batches that share a fifth of the smaller one. */
static const char *const SQL_LINKS[] = {
    "CREATE OR REPLACE TEMP TABLE supplied AS "
    "SELECT m.lead, m.account, a.phone FROM lead l JOIN lead_member m USING (lead) JOIN lead_account a ON a.code = m.account WHERE l.selected",
    "CREATE OR REPLACE TEMP TABLE supplied_size AS SELECT lead, count(*) AS accounts, count(DISTINCT phone) AS phones FROM supplied GROUP BY lead",
    "CREATE OR REPLACE TEMP TABLE supply_link AS "
    "SELECT DISTINCT a, b FROM (SELECT x.lead AS a, y.lead AS b, count(*) AS n, false AS of_phones FROM supplied x JOIN supplied y USING (account) "
    "                           WHERE x.lead < y.lead GROUP BY a, b "
    "                           UNION ALL "
    "                           SELECT x.lead, y.lead, count(DISTINCT x.phone), true FROM supplied x JOIN supplied y USING (phone) "
    "                           WHERE x.lead < y.lead GROUP BY x.lead, y.lead) "
    "       JOIN supplied_size s ON s.lead = a JOIN supplied_size t ON t.lead = b "
    "WHERE  5 * n >= CASE WHEN of_phones THEN greatest(5, least(s.phones, t.phones)) ELSE least(s.accounts, t.accounts) END ORDER BY a, b",
    "CREATE OR REPLACE TEMP TABLE lead_supplier (lead INTEGER, supplier INTEGER)",
};

/* One row a supplier, the largest first. An account is paid for once, and for each month of each app once. */
static const char SQL_SUPPLIERS[] =
    "CREATE OR REPLACE TEMP TABLE supplier AS "
    "WITH price AS (SELECT counts, arg_max(price, (kind = 'list', seen_at)) AS yuan FROM prices WHERE counts IN ('registered', 'active') GROUP BY "
    "               counts), "
    "member AS (SELECT DISTINCT supplier, account FROM lead_supplier JOIN lead_member USING (lead)), "
    "month AS (SELECT supplier, count(*) AS months FROM (SELECT DISTINCT supplier, account, date_trunc('month', make_timestamp(at_us)) FROM member "
    "JOIN           act USING (account)) GROUP BY supplier), "
    "seen AS (SELECT supplier, count(*) AS findings, min(first_day) AS first_day, max(last_day) AS last_day FROM lead JOIN lead_supplier USING "
    "(lead)          GROUP BY supplier) "
    "SELECT supplier, any_value(findings) AS findings, count(*) AS accounts, string_agg(DISTINCT app, ';' ORDER BY app) AS apps, "
    "       count(DISTINCT unit_code) AS units, any_value(first_day) AS first_day, any_value(last_day) AS last_day, "
    "       count(*) * (SELECT yuan FROM price WHERE counts = 'registered') + coalesce(any_value(months), 0) * coalesce((SELECT yuan FROM price "
    "WHERE        counts = 'active'), 0) AS money "
    "FROM   member JOIN lead_account a ON a.code = member.account LEFT JOIN month USING (supplier) JOIN seen USING (supplier) GROUP BY supplier";

static int32_t root_of(int32_t *up, int32_t x)
{
    while (up[x] != x) x = up[x] = up[up[x]];
    return x;
}

static shi_err number(shi_leading *l, int32_t *up)
{
    int32_t *of = shi_new(l->keep, int32_t, l->leads->len);
    int32_t next = 0;
    shi_appender a;
    if (!of) return shi_no_memory();
    SHI_TRY(shi_append_open(l->chain->duck, "lead_supplier", &a));
    for (int32_t i = 0; i < l->leads->len; i++) {   /* leads are in their order, so that the first supplier has the first lead */
        if (!l->leads->ptr[i].selected || l->leads->ptr[i].explained) continue;
        int32_t root = root_of(up, i);
        if (!of[root]) of[root] = ++next;
        shi_append_int(&a, i);
        shi_append_int(&a, of[root]);
        shi_append_end_row(&a);
    }
    return shi_append_close(&a);
}

shi_err shi_leads_suppliers(shi_leading *l)
{
    shi_pulled links;
    for (int64_t i = 0; i < COUNT(SQL_LINKS); i++) SHI_SQL(l->chain, SQL_LINKS[i]);
    SHI_TRY(shi_leads_pull(l->chain->duck, l->keep, "SELECT a, b FROM supply_link ORDER BY a, b", "ii", &links));
    int32_t *up = shi_new(l->keep, int32_t, l->leads->len);
    if (!up) return shi_no_memory();
    for (int32_t i = 0; i < l->leads->len; i++) up[i] = i;
    for (int64_t i = 0; i < links.n; i++) {
        int32_t a = root_of(up, links.i32[0][i]), b = root_of(up, links.i32[1][i]);
        if (a != b) up[a < b ? b : a] = a < b ? a : b;
    }
    SHI_TRY(number(l, up));
    return shi_duck_exec(l->chain->duck, SQL_SUPPLIERS, NULL, 0);
}
