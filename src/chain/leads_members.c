/* What SQL is to know of the log once leads are known: of millions of acts those of their members, and who else was there at their moments. */
#include "chain/leads.h"

static const int64_t SLOT_US = INT64_C(300) * 1000000;

static shi_err append_acts(shi_leading *l, const bool *member)
{
    const shi_lead_acts *acts = &l->acts;
    shi_appender a;
    SHI_TRY(shi_append_open(l->chain->duck, "act", &a));
    for (int64_t x = 0; x < acts->accounts; x++)
        for (int64_t i = acts->first[x]; member[x] && i < acts->first[x + 1]; i++) {
            shi_append_int(&a, x);
            if (acts->object[i] < 0) shi_append_null(&a);
            else shi_append_int(&a, acts->object[i]);
            shi_append_int(&a, acts->at_us[i]);
            shi_append_end_row(&a);
        }
    return shi_append_close(&a);
}

static shi_err append_uses(shi_leading *l, const char *table, const shi_lead_uses *uses, const bool *member)
{
    shi_appender a;
    SHI_TRY(shi_append_open(l->chain->duck, table, &a));
    for (int64_t k = 0; k < uses->n; k++) {
        if (!member[uses->use[k].account]) continue;
        shi_append_int(&a, uses->use[k].account);
        shi_append_int(&a, uses->use[k].thing);
        shi_append_int(&a, uses->users[uses->use[k].thing]);
        shi_append_end_row(&a);
    }
    return shi_append_close(&a);
}

shi_err shi_leads_members(shi_leading *l)
{
    SHI_SQL(l->chain, "CREATE OR REPLACE TEMP TABLE act (account INTEGER, object INTEGER, at_us BIGINT)");
    if (l->leads->len == 0) return (shi_err){ 0 };
    SHI_SQL(l->chain, "CREATE OR REPLACE TEMP TABLE device_use (account INTEGER, device INTEGER, users BIGINT)");
    SHI_SQL(l->chain, "CREATE OR REPLACE TEMP TABLE address_use (account INTEGER, address INTEGER, users BIGINT)");
    shi_arena scratch = *l->keep;
    bool *member = shi_new(&scratch, bool, l->acts.accounts);
    if (!member) return shi_no_memory();
    for (int64_t i = 0; i < l->leads->len; i++)
        for (int64_t m = 0; m < l->leads->ptr[i].len; m++) member[l->leads->member[l->leads->ptr[i].first + m]] = true;
    SHI_TRY(append_acts(l, member));
    SHI_TRY(append_uses(l, "device_use", &l->acts.of_device, member));
    return append_uses(l, "address_use", &l->acts.of_address, member);
}

shi_err shi_leads_crowd(shi_leading *l)
{
    const shi_lead_acts *acts = &l->acts;
    shi_arena scratch = *l->keep;
    shi_pulled at;
    shi_appender a;
    SHI_SQL(l->chain, "CREATE OR REPLACE TEMP TABLE crowd_act (account INTEGER, object INTEGER, slot BIGINT)");
    SHI_TRY(shi_leads_pull(l->chain->duck, &scratch, "SELECT DISTINCT object, slot FROM lead_moment ORDER BY object, slot", "il", &at));
    int64_t *first = shi_new(&scratch, int64_t, acts->objects + 2);   /* moments of object o - 1, the first of none */
    if (!first) return shi_no_memory();
    for (int64_t k = 0; k < at.n; k++) first[at.i32[0][k] + 2]++;
    for (int64_t o = 0; o <= acts->objects; o++) first[o + 1] += first[o];
    SHI_TRY(shi_append_open(l->chain->duck, "crowd_act", &a));
    for (int64_t i = 0; i < acts->n; i++) {
        int32_t o = acts->object[i] + 1;
        int64_t slot = acts->at_us[i] / SLOT_US, low = first[o], high = first[o + 1];
        while (low < high) {
            int64_t middle = (low + high) / 2;
            if (at.i64[1][middle] < slot) low = middle + 1;
            else high = middle;
        }
        if (low == first[o + 1] || at.i64[1][low] != slot) continue;
        shi_append_int(&a, acts->account[i]);
        shi_append_int(&a, acts->object[i]);
        shi_append_int(&a, slot);
        shi_append_end_row(&a);
    }
    return shi_append_close(&a);
}
