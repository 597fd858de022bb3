/* Leads in memory, and as tables. */
#include "chain/leads.h"

#include <stdio.h>
#include <string.h>

/* Room for `more` items of `size` bytes behind the first `len`; the array moves. */
static void *grown(shi_arena *keep, void *at, int64_t len, int64_t more, int64_t *cap, int64_t size)
{
    if (len + more <= *cap) return at;
    int64_t want = 2 * *cap > len + more ? 2 * *cap : len + more;
    void *fresh = shi_arena_take(keep, want, size, 16);
    if (!fresh) return NULL;
    if (len) memcpy(fresh, at, (size_t)(len * size));
    *cap = want;
    return fresh;
}

static bool make_room(shi_leads *l, shi_arena *keep, int64_t leads, int64_t members)
{
    int64_t weights = l->member_cap;   /* of the same length */
    shi_lead *lead = grown(keep, l->ptr, l->len, leads, &l->cap, (int64_t)sizeof *lead);
    int32_t *member = grown(keep, l->member, l->members, members, &l->member_cap, (int64_t)sizeof *member);
    double *weight = grown(keep, l->weight, l->members, members, &weights, (int64_t)sizeof *weight);
    bool room = (lead || !leads) && (member || !members) && (weight || !members);
    if (!room) return false;
    l->ptr = lead;
    l->member = member;
    l->weight = weight;
    return true;
}

shi_err shi_leads_add(shi_leads *leads, shi_arena *keep, const char *detector, const char *scale, const shi_groups *groups,
    const shi_lead_kind *kinds)
{
    int64_t members = 0;
    for (int64_t g = 0; g < groups->len; g++) members += groups->ptr[g].len;
    if (!make_room(leads, keep, groups->len, members)) return shi_no_memory();
    for (int64_t g = 0; g < groups->len; g++) {
        const shi_group *x = &groups->ptr[g];
        leads->ptr[leads->len++] = (shi_lead){ .detector = detector, .scale = scale, .kind = kinds ? kinds[g] : SHI_LEAD_BATCH,
            .first = leads->members, .len = x->len, .things = x->things, .deeds = x->deeds, .log10_p = x->log10_p, .log10_e = x->log10_e, .q = 1,
            .from_us = x->from_us, .to_us = x->to_us };
        memcpy(leads->member + leads->members, groups->member + x->first, (size_t)x->len * sizeof *leads->member);
        memcpy(leads->weight + leads->members, groups->weight + x->first, (size_t)x->len * sizeof *leads->weight);
        leads->members += x->len;
    }
    return (shi_err){ 0 };
}

shi_err shi_leads_add_unit(shi_leads *leads, shi_arena *keep, const shi_lead *lead)
{
    if (!make_room(leads, keep, 1, 0)) return shi_no_memory();
    leads->ptr[leads->len] = *lead;
    leads->ptr[leads->len++].first = leads->members;
    return (shi_err){ 0 };
}

shi_err shi_leads_join(shi_leads *leads, shi_arena *keep, const shi_leads *more)
{
    if (!make_room(leads, keep, more->len, more->members)) return shi_no_memory();
    for (int64_t i = 0; i < more->len; i++) {
        leads->ptr[leads->len] = more->ptr[i];
        leads->ptr[leads->len++].first += leads->members;
    }
    if (more->members) {
        memcpy(leads->member + leads->members, more->member, (size_t)more->members * sizeof *leads->member);
        memcpy(leads->weight + leads->members, more->weight, (size_t)more->members * sizeof *leads->weight);
    }
    leads->members += more->members;
    for (int64_t i = 0; i < more->looks; i++) leads->looked[leads->looks++] = more->looked[i];
    return (shi_err){ 0 };
}

static void append_time(shi_appender *a, const shi_zone *zone, int64_t local_us)
{
    if (local_us == INT64_MIN) shi_append_null(a);
    else shi_append_time(a, shi_zone_utc_us(zone, local_us));
}

static void append_day(shi_appender *a, int64_t local_us)
{
    char day[16];
    if (local_us == INT64_MIN) {
        shi_append_null(a);
        return;
    }
    shi_day_write(local_us / SHI_DAY_US - (local_us % SHI_DAY_US < 0), day);
    shi_append_str(a, shi_str_from(day));
}

/* "L1=no;L6=explains": the causes that were asked for; T1, T2: those of totals. */
static void append_causes(shi_appender *a, const shi_lead *x)
{
    static const char *const RESULT[] = { "", "no", "explains", "unknown" };
    char text[16 * SHI_CAUSES] = "";
    int n = 0;
    for (int c = 1; c <= SHI_CAUSES; c++) {
        bool totals = c > SHI_SCENES;
        if (x->cause[c] != SHI_CAUSE_NOT_ASKED)
            n += snprintf(text + n, sizeof text - (size_t)n, "%s%c%d=%s", n ? ";" : "", totals ? 'T' : 'L', totals ? c - SHI_SCENES : c,
                          RESULT[x->cause[c]]);
    }
    shi_append_str(a, (shi_str){ text, n });
}

static void append_unit(shi_appender *a, const shi_leading *l, const shi_lead *x)
{
    bool unit = x->kind == SHI_LEAD_UNIT;
    shi_append_str(a, unit ? l->chain->units.code[x->unit] : (shi_str){ 0 });
    shi_append_str(a, x->indicator);
    if (unit) shi_append_f64(a, x->expected);
    else shi_append_null(a);
    shi_append_int(a, x->mark);
}

static shi_err fill_leads(const shi_leading *l)
{
    static const char *const KIND[] = { "batch", "proxy", "together", "unit" };
    shi_appender a;
    SHI_TRY(shi_append_open(l->chain->duck, "lead", &a));
    for (int64_t i = 0; i < l->leads->len; i++) {
        const shi_lead *x = &l->leads->ptr[i];
        shi_append_int(&a, i);
        shi_append_str(&a, shi_str_from(x->detector));
        shi_append_str(&a, shi_str_from(x->scale));
        shi_append_str(&a, shi_str_from(KIND[x->kind]));
        shi_append_int(&a, x->kind == SHI_LEAD_UNIT ? x->things : x->len);
        shi_append_int(&a, x->things);
        shi_append_int(&a, x->deeds);
        shi_append_f64(&a, x->log10_p);
        shi_append_f64(&a, x->log10_e);
        shi_append_f64(&a, x->q);
        append_time(&a, &l->chain->ws->zone, x->from_us);
        append_time(&a, &l->chain->ws->zone, x->to_us);
        append_day(&a, x->from_us);
        append_day(&a, x->to_us);
        shi_append_bool(&a, x->selected && !x->explained);
        shi_append_bool(&a, x->explained);
        append_causes(&a, x);
        append_unit(&a, l, x);
        shi_append_end_row(&a);
    }
    return shi_append_close(&a);
}

static shi_err fill_members(const shi_leading *l)
{
    shi_appender a;
    SHI_TRY(shi_append_open(l->chain->duck, "lead_member", &a));
    for (int64_t i = 0; i < l->leads->len; i++) {
        const shi_lead *x = &l->leads->ptr[i];
        for (int64_t m = x->first; m < x->first + x->len; m++) {
            shi_append_int(&a, i);
            shi_append_int(&a, l->leads->member[m]);
            shi_append_f64(&a, l->leads->weight[m]);
            shi_append_end_row(&a);
        }
    }
    return shi_append_close(&a);
}

shi_err shi_leads_tables(shi_leading *l)
{
    SHI_SQL(l->chain, "CREATE OR REPLACE TEMP TABLE lead (lead INTEGER, detector VARCHAR, scale VARCHAR, kind VARCHAR, size BIGINT, things BIGINT, "
                      "deeds BIGINT, log10_p DOUBLE, log10_e DOUBLE, q DOUBLE, first_seen TIMESTAMP, last_seen TIMESTAMP, first_day VARCHAR, "
                      "last_day VARCHAR, selected BOOLEAN, explained BOOLEAN, benign VARCHAR, of_unit VARCHAR, of_indicator VARCHAR, "
                      "expected DOUBLE, mark INTEGER)");
    SHI_SQL(l->chain, "CREATE OR REPLACE TEMP TABLE lead_member (lead INTEGER, account INTEGER, weight DOUBLE)");
    SHI_TRY(fill_leads(l));
    return fill_members(l);
}
