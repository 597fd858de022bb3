/* Detect, ask for innocent causes, select, list; then what of each figure is suspected: the count less the count without the members of selected
 * findings, so that a person with a second account still counts. */
#include "chain/suspected.h"

#include "shishu/evalue.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A batch, or a unit: what a null hypothesis is of. */
static bool is_judged(const shi_lead *x)
{
    return x->kind == SHI_LEAD_BATCH || x->kind == SHI_LEAD_UNIT;
}

/* Each detector and each scale hands over e-values whose sum has expectation at most 1 under its null: the budget is how many of them judged.
 * Proxies and what is only listed have no e-value, and neither has a group that an innocent cause explains: an e-value that is set to 0 is one
 * still, so the false discovery rate holds among the rest. */
static shi_err select_leads(shi_leading *l)
{
    shi_leads *leads = l->leads;
    int64_t budget = 0, count;
    shi_arena scratch = *l->keep;
    double *e = shi_new(&scratch, double, leads->len), *q = shi_new(&scratch, double, leads->len);
    bool *selected = shi_new(&scratch, bool, leads->len);
    if (!e || !q || !selected) return shi_no_memory();
    for (int64_t i = 0; i < leads->looks; i++) budget += !leads->looked[i].cannot_judge;
    if (!budget) return (shi_err){ 0 };
    for (int64_t i = 0; i < leads->len; i++) {
        const shi_lead *x = &leads->ptr[i];
        e[i] = is_judged(x) && !x->explained ? x->log10_e : (double)-INFINITY;
    }
    SHI_TRY(shi_e_select(scratch, e, leads->len, (double)budget, l->chain->ws->settings.risk, selected, q, &count));
    for (int64_t i = 0; i < leads->len; i++) {
        if (leads->ptr[i].explained) continue;   /* keeps what it would have been */
        leads->ptr[i].q = q[i];
        leads->ptr[i].selected = selected[i];
    }
    return (shi_err){ 0 };
}

static int rank_of(const shi_lead *x)
{
    if (is_judged(x)) return 2 * x->explained + (x->kind == SHI_LEAD_UNIT);
    return x->kind == SHI_LEAD_PROXY ? 4 : 5;
}

static int as_listed(const void *a, const void *b)
{
    const shi_lead *x = a, *y = b;
    if (rank_of(x) != rank_of(y)) return rank_of(x) - rank_of(y);
    if (x->log10_e > y->log10_e || x->log10_e < y->log10_e) return x->log10_e > y->log10_e ? -1 : 1;
    if (x->first != y->first) return x->first < y->first ? -1 : 1;
    return x->mark < y->mark ? -1 : x->mark > y->mark;   /* units have no members */
}

/* Batches and units that do not stand are not told: there is nothing to say of them. */
static void drop_unselected(shi_leads *leads)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < leads->len; i++)
        if (!is_judged(&leads->ptr[i]) || leads->ptr[i].selected || leads->ptr[i].explained) leads->ptr[kept++] = leads->ptr[i];
    leads->len = kept;
}

static const char SQL_SUSPECTED[] =
    "CREATE OR REPLACE TEMP TABLE suspected_member AS "
    "SELECT DISTINCT a.app, a.account FROM lead l JOIN lead_member m USING (lead) JOIN lead_account a ON a.code = m.account "
    "WHERE  l.selected AND l.kind = 'batch'";

/* One row a lead as it is told: where most of it lies, and what it would have cost at market prices: an account each, at the price of the day if one
 * is known, and the months in which it was kept alive. */
static const char SQL_ROW[] =
    "CREATE OR REPLACE TEMP TABLE lead_row AS "
    "WITH place AS (SELECT lead, unit_code, count(*) AS n FROM lead_member m JOIN lead_account a ON a.code = m.account WHERE unit_code IS NOT NULL "
    "               GROUP BY lead, unit_code QUALIFY row_number() OVER (PARTITION BY lead ORDER BY count(*) DESC, unit_code) = 1), "
    "of_app AS (SELECT lead, string_agg(DISTINCT app, ';' ORDER BY app) AS apps, count(DISTINCT unit_code) AS units "
    "           FROM lead_member m JOIN lead_account a ON a.code = m.account GROUP BY lead), "
    "price AS (SELECT counts, arg_max(price, (kind = 'list', seen_at)) AS yuan FROM prices WHERE counts IN ('registered', 'active') GROUP BY "
    "counts), months AS (SELECT lead, count(*) AS n FROM (SELECT DISTINCT lead, account, date_trunc('month', make_timestamp(at_us)) AS month "
    "           FROM lead_member JOIN act USING (account)) GROUP BY lead) "
    "SELECT l.*, s.supplier, coalesce(o.apps, '') AS apps, coalesce(o.units, 1) AS units, coalesce(l.of_unit, p.unit_code) AS top_unit, "
    "       coalesce(p.n, 0) AS top_members, "
    "       CASE WHEN l.kind <> 'unit' THEN CAST(round(100 * (l.size * (SELECT yuan FROM price WHERE counts = 'registered') + "
    "                         coalesce(m.n, 0) * coalesce((SELECT yuan FROM price WHERE counts = 'active'), 0))) AS BIGINT) END AS fen "
    "FROM   lead l LEFT JOIN of_app o USING (lead) LEFT JOIN place p USING (lead) LEFT JOIN months m USING (lead) "
    "       LEFT JOIN lead_supplier s USING (lead)";

static shi_err keep_budget(shi_leading *l)
{
    int64_t budget = 0;
    for (int64_t i = 0; i < l->leads->looks; i++) budget += !l->leads->looked[i].cannot_judge;
    return shi_duck_exec(l->chain->duck, "CREATE OR REPLACE TEMP TABLE lead_budget AS SELECT $1 AS looks", &SHI_INT(budget), 1);
}

/* All that looks at acts. Innocent causes are asked for where they matter: without them more would stand, never less. */
static shi_err find_leads(shi_leading *l)
{
    shi_leads *leads = l->leads;
    SHI_TRY(shi_leads_detect(l));
    SHI_TRY(select_leads(l));
    drop_unselected(leads);
    SHI_TRY(shi_leads_tables(l));
    SHI_TRY(shi_leads_narrow(l));
    SHI_TRY(shi_leads_members(l));
    SHI_TRY(shi_leads_benign(l));
    SHI_TRY(select_leads(l));
    drop_unselected(leads);
    if (leads->len) qsort(leads->ptr, (size_t)leads->len, sizeof *leads->ptr, as_listed);
    return shi_leads_tables(l);
}

shi_err shi_chain_suspected(shi_chain *chain, const shi_strs *only, shi_leads *out)
{
    shi_leading l = { .chain = chain, .keep = chain->keep, .leads = out, .only = only };
    *out = (shi_leads){ 0 };
    for (int64_t i = 0; only && i < only->len; i++) {
        int64_t k = 0;
        while (SHI_DETECTORS[k] && !shi_str_eq(only->ptr[i], shi_str_from(SHI_DETECTORS[k]))) k++;
        if (!SHI_DETECTORS[k]) return shi_fail_value(SHI_USAGE, only->ptr[i], N_("there is no such detector"), N_("\"shishu help detect\" lists "
            "them."));
    }
    SHI_SQL(chain, "CREATE OR REPLACE TEMP TABLE totals_mark (mark INTEGER, indicator VARCHAR, period VARCHAR, unit_code VARCHAR)");
    SHI_TRY(shi_leads_acts_make(chain, &l.acts));
    shi_err e = find_leads(&l);
    shi_leads_acts_drop(&l.acts);
    if (e.code) return e;
    SHI_TRY(shi_leads_suppliers(&l));
    SHI_SQL(chain, SQL_SUSPECTED);
    SHI_SQL(chain, SQL_ROW);
    SHI_TRY(keep_budget(&l));
    chain->detected = true;
    return (shi_err){ 0 };
}

shi_err shi_chain_count_clean(shi_chain *chain)
{
    SHI_SQL(chain, "CREATE OR REPLACE TEMP VIEW left_out AS SELECT app, account FROM suspected_member");
    chain->without = chain->clean = true;
    shi_err e = shi_chain_counted(chain);
    chain->without = chain->clean = false;
    if (!e.code) e = shi_duck_exec(chain->duck, "CREATE OR REPLACE TEMP TABLE counted_clean AS SELECT * FROM counted_all", NULL, 0);
    return e;
}
