/* What share of a unit's people takes part, before anything of that unit is known: from the county's own verified shares by empirical Bayes where
 * field checks have given one for enough units, else the prior in the settings (design 4.1). */
#include "chain/chain.h"

#include "shishu/feasible.h"
#include "store/checks.h"

/* The verified people of each unit: of several figures of one unit the largest counts, since who takes part in one app can in another. */
static int64_t verified(const shi_chain_units *u, const shi_checked_rows *rows, int64_t *found)
{
    int64_t n = 0;
    for (int64_t i = 0; i < u->len; i++) found[i] = -1;
    for (int64_t k = 0; k < rows->len; k++) {
        const shi_checked_row *r = &rows->ptr[k];
        int64_t i = shi_units_find(u, r->unit_code);
        if (i < 0 || u->people[i] <= 0 || r->total < 0) continue;
        int64_t people = r->total < u->people[i] ? r->total : u->people[i];
        n += found[i] < 0;
        if (people > found[i]) found[i] = people;
    }
    return n;
}

shi_err shi_chain_prior(shi_chain *chain)
{
    enum { ENOUGH = 20 };
    const shi_settings *s = &chain->ws->settings;
    const shi_chain_units *u = &chain->units;
    shi_checked_rows rows;
    double a, b;
    chain->prior = (shi_chain_prior_of){ .mean = s->prior_mean, .weight = s->prior_weight };
    SHI_TRY(shi_checks_concluded(chain->ws, chain->keep, &rows));
    if (rows.len < ENOUGH) return (shi_err){ 0 };
    shi_arena scratch = *chain->keep;   /* given back on return */
    int64_t *found = shi_new(&scratch, int64_t, u->len), *size = shi_new(&scratch, int64_t, u->len);
    if (!found || !size) return shi_no_memory();
    int64_t n = verified(u, &rows, found);
    if (n < ENOUGH) return (shi_err){ 0 };
    for (int64_t i = 0; i < u->len; i++) {
        size[i] = found[i] >= 0 ? u->people[i] : 0;
        if (found[i] < 0) found[i] = 0;
    }
    if (shi_beta_fit(found, size, u->len, &a, &b)) chain->prior = (shi_chain_prior_of){ .mean = a / (a + b), .weight = a + b, .units = n };
    return (shi_err){ 0 };
}
