/* Who buys what from whom, and what insiders add (6-domain, 4.1 and 4.2). A supplier serves several villages from one list; an order is for one
 * app; what a village orders depends on its target and on what its own people did. */
#include "simulate/apps.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- targets: asked for by the market, by the offices and by the orders of a month ---- */

static double factor_of(const shi_sim *sim, int64_t indicator, int64_t issuer, double low, double high)
{
    if (shi_sim_unit_of(sim, SHI_R_TARGET, indicator, issuer, 2) < sim->p.no_addition) return 1;
    return low + (high - low) * shi_sim_unit_of(sim, SHI_R_TARGET, indicator, issuer, 1);
}

int64_t shi_sim_target(const shi_sim *sim, int64_t indicator, int32_t month, int64_t unit)
{
    const shi_parameters *p = &sim->p;
    const shi_sim_indicator *x = &sim->indicator[indicator];
    const shi_sim_unit *u = &sim->unit[unit];
    shi_random r = shi_random_of(sim->seed, SHI_R_TARGET, indicator, 0, 0);
    double per_head = x->level * fmin(8, shi_random_lognormal(&r, p->ambition_median, p->ambition_sigma));
    bool stock = shi_str_eq(x->counts, S("registered")) || shi_str_eq(x->counts, S("follows")) || shi_str_eq(x->counts, S("installs"));
    if (stock) per_head *= 0.7 + 0.6 * (double)(month + 1) / (double)sim->months;
    else if (shi_str_eq(x->counts, S("active"))) per_head *= 0.8 + 0.4 * (double)(month + 1) / (double)sim->months;
    int64_t township = -1, county = unit;
    if (u->level[0] == 'v') {
        township = u->parent;
        county = sim->unit[township].parent;
    } else if (u->level[0] == 't') {
        county = u->parent;
    }
    if (u->level[0] == 'v' || u->level[0] == 't') per_head *= factor_of(sim, indicator, county, p->county_factor_min, p->county_factor_max);
    if (township >= 0) per_head *= factor_of(sim, indicator, township, p->township_factor_min, p->township_factor_max);
    double value = per_head * (double)u->people;
    return value < 500 ? (int64_t)ceil(value) : (int64_t)floor(value / 10 + 0.5) * 10;
}

/* ---- orders ---- */

typedef struct {
    int32_t batch;
    int32_t village;
    int64_t accounts;
    bool exact;
} share;

typedef struct {
    shi_sim *sim;
    share *share;
    int64_t shares, cap;
} market;

static shi_err add_share(market *k, share s)
{
    if (s.accounts <= 0) return (shi_err){ 0 };
    if (k->shares == k->cap) return shi_no_memory();
    k->share[k->shares++] = s;
    return (shi_err){ 0 };
}

static shi_sim_batch *add_batch(shi_sim *sim)
{
    shi_sim_batch *b = shi_new(&sim->ledger, shi_sim_batch, 1);
    if (b) sim->batches++;
    return b;
}

static int64_t own_accounts(const shi_sim *sim, int64_t v, int app)
{
    return sim->village[v].app_first[app + 1] - sim->village[v].app_first[app];
}

/* The counts a village would have to reach in people: registered, else new, else active, else quiz. */
static int64_t need(const shi_sim *sim, int64_t v, int app, bool *exact)
{
    static const shi_str PEOPLE[] = { SHI_S("registered"), SHI_S("active"), SHI_S("quiz") };
    int64_t most = 0;
    *exact = shi_sim_flag(sim, sim->p.exact_topup, v, app, SHI_F_EXACT);
    for (int64_t k = 0; k < COUNT(PEOPLE); k++) {
        int64_t i = shi_sim_indicator_of(sim, app, PEOPLE[k]);
        if (i < 0) continue;
        int64_t target = shi_sim_target(sim, i, sim->months - 1, sim->village[v].unit), have = own_accounts(sim, v, app);
        if (k > 0) have = have * 35 / 100;
        if (target - have > most) most = target - have;
    }
    double over = *exact ? 1 + sim->p.topup_over * shi_sim_unit_of(sim, SHI_R_MARKET, v, app, 1)
                         : 0.5 + 0.8 * shi_sim_unit_of(sim, SHI_R_MARKET, v, app, 2);
    if (shi_sim_flag(sim, sim->p.heavy_villages / fmax(0.01, sim->p.buying_villages), v, 0, SHI_F_HEAVY)) {
        int64_t half = (int64_t)((double)own_accounts(sim, v, app) * (1.1 + 2 * shi_sim_unit_of(sim, SHI_R_MARKET, v, app, 3)));
        if (half > most) most = half;
    }
    most = (int64_t)((double)most * over);
    return *exact || most < 50 ? most : (most + 49) / 50 * 50;   /* shops sell by fifties */
}

static int32_t supplier_of(const shi_sim *sim, int64_t v)
{
    for (int32_t s = 0; s < sim->suppliers; s++) {
        double reach = sim->p.reach_min + (sim->p.reach_max - sim->p.reach_min) * shi_sim_unit_of(sim, SHI_R_MARKET, s, 0, 4);
        if (shi_sim_unit_of(sim, SHI_R_MARKET, v, s, 5) < reach) return s;
    }
    return (int32_t)(shi_sim_hash(sim, SHI_R_MARKET, v, 0, 6) % (uint64_t)sim->suppliers);
}

static bool careful(const shi_sim *sim, int32_t supplier)
{
    return sim->vendors == SHI_VENDORS_CAREFUL || (sim->vendors == SHI_VENDORS_MIXED && supplier % 2 == 1);
}

int32_t shi_sim_paid_until(const shi_sim *sim, const shi_sim_batch *b)
{
    bool half = b->collapses && b->month < 6 && sim->months > 6;   /* assessments are at half a year and at the end */
    return half ? 6 : sim->months;
}

/* Accounts at once; then each month in which they are to be active, cheaper by the thousand. */
static void price(const shi_sim *sim, shi_sim_batch *b)
{
    const shi_parameters *p = &sim->p;
    bool active = b->tech != 'F' && shi_sim_indicator_of(sim, b->app, S("active")) >= 0;
    double kept = active ? (double)(shi_sim_paid_until(sim, b) - b->month - 1) : 0;
    b->price = SHI_APPS_SIMULATED[b->app].at_first == SHI_ACT_QUIZ ? p->price_quiz : p->price_account;
    double each = b->price + kept * (b->accounts < 1000 ? p->price_active_month : p->price_active_month_bulk);
    b->paid = floor((double)b->accounts * each * 100 + 0.5) / 100;   /* whole fen */
}

/* One order of one supplier for one app: the villages it serves, up to the batch's size. */
static shi_err place_order(market *k, int32_t supplier, int app, int order)
{
    static const char CRUDE[] = "AACCDDF", CAREFUL[] = "BBEEEFA";
    shi_sim *sim = k->sim;
    const shi_parameters *p = &sim->p;
    shi_random r = shi_random_of(sim->seed, SHI_R_BATCH, supplier, app, order);
    double drawn = fmin(p->batch_max, fmax(p->batch_min, shi_random_lognormal(&r, p->batch_median, p->batch_sigma)));
    int64_t room = (int64_t)drawn, first = k->shares, from = shi_random_below(&r, sim->villages);
    shi_sim_batch *b = add_batch(sim);
    if (!b) return shi_no_memory();
    bool mind = careful(sim, supplier);
    char tech = (mind ? CAREFUL : CRUDE)[shi_random_below(&r, 7)];
    *b = (shi_sim_batch){ .supplier = supplier, .app = (uint8_t)app, .tech = tech, .careful = mind, .collapses = shi_random_chance(&r, p->collapse) };
    b->month = (int32_t)shi_random_below(&r, sim->months > 1 ? sim->months - 1 : 1);
    b->ordered_s = (sim->month_day[b->month] + 2 + shi_random_below(&r, 20)) * 86400 + (int64_t)(shi_random_between(&r, 9, 18) * 3600);
    b->method = b->collapses ? 'K' : tech;
    for (int64_t i = 0; i < sim->villages && room > 0; i++) {
        int64_t v = (from + i) % sim->villages;
        bool exact;
        if (!shi_sim_flag(sim, p->buying_villages, v, 0, SHI_F_BUYS) || !shi_sim_flag(sim, 0.45, v, app, SHI_F_BUYS_APP)) continue;
        if (supplier_of(sim, v) != supplier || shi_sim_hash(sim, SHI_R_MARKET, v, app, 7) % 2 != (uint64_t)order) continue;
        int64_t n = need(sim, v, app, &exact);
        if (n > room) {
            n = room;
            exact = false;
        }
        if (n < 10) continue;
        SHI_TRY(add_share(k, (share){ (int32_t)(sim->batches - 1), (int32_t)v, n, exact }));
        room -= n;
        b->accounts += n;
        b->villages++;
    }
    if (k->shares == first) {   /* nobody ordered */
        sim->batches--;
        sim->ledger.at -= sizeof *b;
        return (shi_err){ 0 };
    }
    price(sim, b);
    return (shi_err){ 0 };
}

/* G: one official's phones run many real people's accounts. I: records made from the household list. */
static shi_err insiders(market *k, int64_t v)
{
    static const int PROXY_APPS[] = { 0, 4, 3 }, PAPER_APPS[] = { 2, 7, 1 };
    shi_sim *sim = k->sim;
    for (int kind = 0; kind < 2; kind++) {
        double p = kind ? sim->p.paper_accounts : sim->p.proxy_villages;
        if (!shi_sim_flag(sim, p, v, 0, kind ? SHI_F_PAPER : SHI_F_PROXY)) continue;
        shi_random r = shi_random_of(sim->seed, SHI_R_BATCH, -1 - v, kind, 0);
        shi_sim_batch *b = add_batch(sim);
        if (!b) return shi_no_memory();
        char method = kind ? 'I' : 'G';
        *b = (shi_sim_batch){ .supplier = -1, .app = (uint8_t)(kind ? PAPER_APPS : PROXY_APPS)[shi_random_below(&r, 3)], .method = method,
            .tech = method };
        b->month = (int32_t)shi_random_below(&r, sim->months);
        b->ordered_s = (sim->month_day[b->month] + shi_random_below(&r, 25)) * 86400 + (int64_t)(shi_random_between(&r, 8.6, 15) * 3600);
        b->accounts = kind ? 50 + shi_random_below(&r, 250) : 20 + shi_random_below(&r, 60);
        b->villages = 1;
        SHI_TRY(add_share(k, (share){ (int32_t)(sim->batches - 1), (int32_t)v, b->accounts, false }));
    }
    return (shi_err){ 0 };
}

static int by_village(const void *x, const void *y)
{
    const share *a = x, *b = y;
    if (a->village != b->village) return a->village < b->village ? -1 : 1;
    return a->batch < b->batch ? -1 : a->batch > b->batch;
}

/* ---- the accounts of an order ---- */

/* Virtual operators' segments (6-domain, A); runs of neighbours when the seller does not care. */
static uint64_t seller_phone(const shi_sim *sim, const shi_sim_batch *b, int64_t batch, int64_t rank, char tech)
{
    static const uint64_t VIRTUAL[] = { 162, 165, 167, 170, 171 }, REAL[] = { 135, 136, 137, 152, 155, 156, 157, 178, 180, 181, 182, 183, 185, 198 };
    uint64_t h = shi_sim_hash(sim, SHI_R_BATCH, batch, rank, 1);
    if (tech != 'A' && tech != 'C') return REAL[h % COUNT(REAL)] * 100000000 + (h >> 8) % 100000000;
    if (b->careful) return VIRTUAL[h % COUNT(VIRTUAL)] * 100000000 + (h >> 8) % 100000000;
    uint64_t run = shi_sim_hash(sim, SHI_R_BATCH, batch, rank / 20, 2);
    return VIRTUAL[run % COUNT(VIRTUAL)] * 100000000 + ((run >> 8) % 99990000 + (uint64_t)(rank % 20) * 3 + h % 3) % 100000000;
}

static int64_t seller_registers(const shi_sim *sim, const shi_sim_batch *b, int64_t batch, int64_t rank)
{
    shi_random r = shi_random_of(sim->seed, SHI_R_BATCH, batch, rank, 3);
    if (b->tech == 'I') return b->ordered_s;
    if (b->tech == 'G') return b->ordered_s + rank * 150 + shi_random_below(&r, 100);
    if (!b->careful) return b->ordered_s + 4 * 3600 + rank * (8 + (int64_t)(shi_sim_hash(sim, SHI_R_BATCH, batch, 0, 4) % 25)) + shi_random_below(&r,
        3);
    double days = 2 + 6 * shi_unit_of(shi_sim_hash(sim, SHI_R_BATCH, batch, 0, 5));
    return (b->ordered_s / 86400 + (int64_t)(days * shi_random_unit(&r))) * 86400 + (int64_t)(shi_sim_daytime(&r) * 3600);
}

/* taken: room for a flag a person of the village */
static shi_err fill_share(shi_sim *sim, const share *s, int64_t *rank, bool *taken)
{
    const shi_sim_batch *b = &sim->batch[s->batch];
    int64_t end = sim->month_day[sim->months] * 86400 - 1, person = sim->village[s->village].first_person;
    int64_t last_person = person + sim->village[s->village].persons, first_person = person;
    bool insider = b->supplier < 0;
    memset(taken, 0, (size_t)(last_person - person));
    for (int64_t i = sim->village[s->village].app_first[b->app]; i < sim->village[s->village].app_first[b->app + 1]; i++)
        taken[sim->account[i].person - person] = true;
    for (int64_t i = 0; i < s->accounts; i++) {
        if (insider)   /* real people who take no part themselves, in the order of the household list; a phone registers once */
            while (person < last_person && (taken[person - first_person] || sim->person[person].age < 16)) person++;
        if (insider && person >= last_person) break;
        shi_sim_account *a = shi_sim_account_add(sim);
        if (!a) return shi_no_memory();
        a->village = s->village;
        a->app = b->app;
        a->kind = insider ? SHI_PROXY : SHI_BOUGHT;
        a->method = !b->collapses && s->exact ? 'L' : b->method;
        a->batch = s->batch;
        a->rank = (int32_t)(*rank)++;
        a->registered_s = seller_registers(sim, b, s->batch, a->rank);
        if (a->registered_s > end) a->registered_s = end;
        if (insider) a->person = (int32_t)person++;
        a->phone = insider ? (b->tech == 'I' || sim->person[a->person].phone ? shi_sim_phone(sim, a->person) : 0)
                           : seller_phone(sim, b, s->batch, a->rank, b->tech);
        a->channel = (uint8_t)(b->tech == 'I' ? 4 : b->tech == 'F' ? 3 : b->careful ? 1 + a->rank % 2 : 1);
        a->verified = (uint8_t)(b->tech == 'I' ? 4 : 0);
        a->by = (uint8_t)(b->tech == 'I' ? 2 : b->tech == 'G' ? 1 : 0);
        a->paper = b->tech == 'I';
        if (b->collapses && shi_sim_unit_of(sim, SHI_R_BATCH, s->batch, a->rank, 6) < 0.7) {
            int32_t until = shi_sim_paid_until(sim, b);
            if (until == sim->months) until--;   /* some are closed before the year is out */
            int64_t at = (sim->month_day[until] + 3) * 86400 + (int64_t)(shi_sim_hash(sim, SHI_R_BATCH, s->batch, a->rank, 7) % (8 * 86400));
            if (at > a->registered_s && at < end) a->closed_s = at;
        }
        sim->village[s->village].bought++;
    }
    return (shi_err){ 0 };
}

shi_err shi_sim_market(shi_sim *sim)
{
    shi_arena work;
    market k = { .sim = sim, .cap = sim->villages * 24 + 16 };
    SHI_TRY(shi_arena_open(INT64_C(1) << 32, &sim->ledger));
    sim->batch = (shi_sim_batch *)(void *)sim->ledger.at;
    SHI_TRY(shi_arena_open((k.cap + sim->villages * 24) * (int64_t)sizeof(share) + (INT64_C(1) << 24), &work));
    k.share = shi_new(&work, share, k.cap);
    shi_random r = shi_random_of(sim->seed, SHI_R_MARKET, 0, 0, 8);
    sim->suppliers = sim->vendors == SHI_VENDORS_NONE ? 0
        : (int32_t)(sim->p.suppliers_min + (double)shi_random_below(&r, (int64_t)(sim->p.suppliers_max - sim->p.suppliers_min) + 1));
    shi_err e = { 0 };
    for (int32_t s = 0; s < sim->suppliers && !e.code; s++)
        for (int app = 0; app < SHI_SIM_APPS && !e.code; app++)
            for (int order = 0; order < 2 && SHI_APPS_SIMULATED[app].sold && !e.code; order++) e = place_order(&k, s, app, order);
    for (int64_t v = 0; v < sim->villages && sim->vendors != SHI_VENDORS_NONE && !e.code; v++) e = insiders(&k, v);
    int64_t *rank = shi_new(&work, int64_t, sim->batches), most = 0;
    for (int64_t v = 0; v < sim->villages; v++) most = sim->village[v].persons > most ? sim->village[v].persons : most;
    bool *taken = shi_new(&work, bool, most);
    if (!e.code && (!rank || !taken || !k.share)) e = shi_no_memory();
    if (!e.code && k.shares) qsort(k.share, (size_t)k.shares, sizeof *k.share, by_village);
    for (int64_t v = 0, i = 0; v < sim->villages && !e.code; v++) {
        sim->village[v].first_bought = sim->accounts;
        for (; i < k.shares && k.share[i].village == v && !e.code; i++) e = fill_share(sim, &k.share[i], &rank[k.share[i].batch], taken);
    }
    shi_arena_drop(&work);
    return e;
}
