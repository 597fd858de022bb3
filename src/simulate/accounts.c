/* Accounts of the county's own people: who takes part, when they registered and how, and the look-alike scenes of registering (L1, L2, L3, L12,
 * L13; 6-domain, 4.3). An account has at most one scene, the first that took it in. */
#include "simulate/apps.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

shi_sim_account *shi_sim_account_add(shi_sim *sim)
{
    shi_sim_account *a = shi_new(&sim->books, shi_sim_account, 1);
    if (!a) return NULL;
    sim->accounts++;
    *a = (shi_sim_account){ .keeper = SHI_NOBODY, .person = SHI_NOBODY, .batch = -1, .inviter = -1 };
    return a;
}

/* An hour of the day at which people register and use apps: morning, noon, evening. */
double shi_sim_daytime(shi_random *r)
{
    double u = shi_random_unit(r), hour;
    if (u < 0.3) hour = 8.5 + 1.6 * shi_random_normal(r);
    else if (u < 0.45) hour = 12.6 + 0.8 * shi_random_normal(r);
    else if (u < 0.86) hour = 20 + 1.7 * shi_random_normal(r);
    else hour = shi_random_between(r, 0, 24);
    return hour < 0.1 ? 0.1 : hour > 23.9 ? 23.9 : hour;
}

static int64_t registers_at(const shi_sim *sim, shi_random *r)
{
    bool before = shi_random_chance(r, sim->p.before_start);
    int64_t from = before ? sim->month_day[0] - 900 : sim->month_day[0], to = before ? sim->month_day[0] : sim->month_day[sim->months];
    return (from + shi_random_below(r, to - from)) * 86400 + (int64_t)(shi_sim_daytime(r) * 3600);
}

static void keep_house(shi_sim *sim, shi_sim_account *a, shi_random *r)
{
    const shi_parameters *p = &sim->p;
    const shi_sim_person *x = &sim->person[a->person];
    a->rate = (float)(shi_random_lognormal(r, p->sessions_median, p->sessions_sigma) * SHI_APPS_SIMULATED[a->app].sessions);
    a->stay = (float)shi_random_beta(r, p->return_mean * p->return_weight, (1 - p->return_mean) * p->return_weight);
    a->phone = shi_random_chance(r, p->phone_bound) ? shi_sim_phone(sim, a->person) : 0;
    a->channel = (uint8_t)shi_random_below(r, 3);
    a->verified = a->phone ? 0 : 4;
    a->fingerprint = shi_random_chance(r, p->same_fingerprint);
    if (shi_random_chance(r, p->closed_a_year * (double)sim->months / 12)) {
        int64_t end = sim->month_day[sim->months] * 86400, from = a->registered_s > sim->month_day[0] * 86400 ? a->registered_s
            : sim->month_day[0] * 86400;
        a->closed_s = from + 86400 + shi_random_below(r, end > from + 86400 ? end - from - 86400 + 1 : 1);
        if (a->closed_s >= end) a->closed_s = 0;
    }
    if (a->fingerprint) a->lookalike = 12;
    else if (x->away) a->lookalike = 4;
}

/* L3: an elder of a household where a younger person has a phone uses that one. */
static void share_phone(shi_sim *sim, shi_sim_account *a, int64_t person, shi_random *r)
{
    if (sim->person[person].age < 60 || !shi_random_chance(r, sim->p.shared_phone)) return;
    for (int64_t near = person - 4; near <= person + 4; near++) {
        if (near < 0 || near >= sim->persons || near == person) continue;
        const shi_sim_person *y = &sim->person[near];
        if (y->household != sim->person[person].household || !y->phone || y->age >= 60 || y->away) continue;
        a->keeper = (int32_t)near;
        a->lookalike = 3;
        a->fingerprint = false;
        return;
    }
}

typedef struct {
    shi_sim *sim;
    int64_t v;
    int app;
    shi_random r;
    bool *taken;               /* persons of the village with an account of this app */
    int32_t first_cadre;       /* a cadre, or SHI_NOBODY */
} opening;

static shi_sim_account *open_for(opening *o, int64_t i)
{
    shi_sim_account *a = shi_sim_account_add(o->sim);
    if (!a) return NULL;
    a->village = (int32_t)o->v;
    a->app = (uint8_t)o->app;
    a->person = (int32_t)(o->sim->village[o->v].first_person + i);
    a->registered_s = registers_at(o->sim, &o->r);
    keep_house(o->sim, a, &o->r);
    o->taken[i] = true;
    return a;
}

static shi_err open_ordinary(opening *o)
{
    shi_sim *sim = o->sim;
    const shi_sim_village *village = &sim->village[o->v];
    double mean = fmin(0.9, sim->p.adoption_mean * SHI_APPS_SIMULATED[o->app].adoption), w = sim->p.adoption_weight;
    double share = shi_random_beta(&o->r, mean * w, (1 - mean) * w);
    for (int64_t i = 0; i < village->persons; i++) {
        const shi_sim_person *x = &sim->person[village->first_person + i];
        double chance = x->age >= 60 ? share * 0.5 : x->away ? share * 0.6 : share;
        if (!x->phone || !(x->cadre || shi_random_chance(&o->r, chance))) continue;
        shi_sim_account *a = open_for(o, i);
        if (!a) return shi_no_memory();
        share_phone(sim, a, a->person, &o->r);
        if (x->cadre && o->first_cadre == SHI_NOBODY) o->first_cadre = a->person;
    }
    return (shi_err){ 0 };
}

/* L1: one evening a cadre and helpers go from house to house. */
static shi_err open_evening(opening *o)
{
    shi_sim *sim = o->sim;
    const shi_parameters *p = &sim->p;
    const shi_sim_village *village = &sim->village[o->v];
    if (!shi_sim_flag(sim, p->evening_share, o->v, o->app, SHI_F_EVENING) || o->first_cadre == SHI_NOBODY) return (shi_err){ 0 };
    int64_t want = (int64_t)shi_random_between(&o->r, p->evening_min, p->evening_max + 1), days = sim->month_day[sim->months] - sim->month_day[0];
    int64_t at = (sim->month_day[0] + shi_random_below(&o->r, days)) * 86400 + (int64_t)(shi_random_between(&o->r, 17.8, 19.2) * 3600);
    int64_t end = at + (int64_t)(shi_random_between(&o->r, 2, 4) * 3600), helpers = 1 + shi_random_below(&o->r, 3);
    int32_t scene = ++sim->scenes;
    for (int64_t i = 0; i < village->persons && want > 0 && at < end; i++) {
        const shi_sim_person *x = &sim->person[village->first_person + i];
        if (o->taken[i] || x->away || x->age < 16 || !(x->phone || x->age >= 60)) continue;
        shi_sim_account *a = open_for(o, i);
        if (!a) return shi_no_memory();
        at += (int64_t)(60 * shi_random_lognormal(&o->r, p->evening_gap_min, 0.6) / (double)helpers) + 1;
        a->registered_s = at;
        if (a->closed_s && a->closed_s <= at) a->closed_s = 0;
        a->evening = true;
        a->keeper = x->phone ? SHI_NOBODY : o->first_cadre;
        a->channel = 3;
        a->verified = 3;
        a->by = 1;
        a->stay *= 0.6f;   /* some registered to please */
        a->lookalike = 1;
        a->scene = scene;
        a->inviter = o->first_cadre;   /* a person; becomes an account below */
        want--;
    }
    return (shi_err){ 0 };
}

/* L2: those without a phone, all on a cadre's for good. */
static shi_err open_kept(opening *o)
{
    shi_sim *sim = o->sim;
    const shi_parameters *p = &sim->p;
    const shi_sim_village *village = &sim->village[o->v];
    if (!shi_sim_flag(sim, p->helper_share, o->v, o->app, SHI_F_HELPER) || o->first_cadre == SHI_NOBODY) return (shi_err){ 0 };
    int64_t want = (int64_t)shi_random_between(&o->r, p->helper_min, p->helper_max + 1);
    int32_t scene = ++sim->scenes;
    for (int64_t i = 0; i < village->persons && want > 0; i++) {
        const shi_sim_person *x = &sim->person[village->first_person + i];
        if (o->taken[i] || x->away || x->age < 60 || x->phone) continue;
        shi_sim_account *a = open_for(o, i);
        if (!a) return shi_no_memory();
        a->keeper = o->first_cadre;
        a->rate *= 0.4f;
        a->fingerprint = false;
        a->channel = 3;
        a->verified = 2;
        a->by = 1;
        a->lookalike = 2;
        a->scene = scene;
        a->inviter = o->first_cadre;
        want--;
    }
    return (shi_err){ 0 };
}

/* L11: a number that changes hands: its account closes, and whoever has it next opens another. */
static shi_err recycle(opening *o, int64_t from)
{
    shi_sim *sim = o->sim;
    int64_t to = sim->accounts, end = sim->month_day[sim->months] * 86400;
    for (int64_t i = from; i < to; i++) {
        shi_sim_account *old = &sim->account[i];
        if (!old->phone || old->closed_s || old->lookalike || !shi_random_chance(&o->r, sim->p.number_recycled * (double)sim->months / 12)) continue;
        int64_t day = sim->month_day[0] * 86400 > old->registered_s ? sim->month_day[0] * 86400 : old->registered_s;
        if (day + 40 * 86400 >= end) continue;
        old->closed_s = day + 86400 + shi_random_below(&o->r, end - day - 30 * 86400);
        old->lookalike = 11;
        old->scene = ++sim->scenes;
        for (int64_t k = 0; k < sim->village[o->v].persons; k++) {
            if (o->taken[k] || !sim->person[sim->village[o->v].first_person + k].phone) continue;
            int32_t scene = old->scene;
            int64_t at = old->closed_s + 86400;
            uint64_t phone = old->phone;
            shi_sim_account *a = open_for(o, k);
            if (!a) return shi_no_memory();
            a->phone = phone;
            a->registered_s = at < end ? at : end - 60;
            a->closed_s = 0;
            a->lookalike = 11;
            a->scene = scene;
            break;
        }
    }
    return (shi_err){ 0 };
}

static shi_err open_village_app(shi_sim *sim, int64_t v, int app, bool *taken)
{
    opening o = { .sim = sim, .v = v, .app = app, .r = shi_random_of(sim->seed, SHI_R_ACCOUNT, v, app, 0), .taken = taken,
        .first_cadre = SHI_NOBODY };
    int64_t from = sim->accounts;
    memset(taken, 0, (size_t)sim->village[v].persons);
    SHI_TRY(open_ordinary(&o));
    SHI_TRY(open_evening(&o));
    SHI_TRY(open_kept(&o));
    SHI_TRY(recycle(&o, from));
    int32_t migrants = 0, fingerprint = 0, cadre = -1;
    for (int64_t i = from; i < sim->accounts; i++)
        if (sim->account[i].person == o.first_cadre) cadre = (int32_t)i;
    for (int64_t i = from; i < sim->accounts; i++) {
        shi_sim_account *a = &sim->account[i];
        if (a->inviter >= 0) a->inviter = i == cadre ? -1 : cadre;
        if (a->lookalike == 4) a->scene = migrants ? migrants : (migrants = ++sim->scenes);
        if (a->lookalike == 12) a->scene = fingerprint ? fingerprint : (fingerprint = ++sim->scenes);
        if (a->lookalike == 3) a->scene = ++sim->scenes;
    }
    return (shi_err){ 0 };
}

shi_err shi_sim_accounts(shi_sim *sim)
{
    int64_t most = 0;
    for (int64_t v = 0; v < sim->villages; v++) most = sim->village[v].persons > most ? sim->village[v].persons : most;
    SHI_TRY(shi_arena_open(INT64_C(1) << 37, &sim->books));   /* address space; touched as accounts are added */
    sim->account = (shi_sim_account *)(void *)sim->books.at;
    bool *taken = shi_new(&sim->people, bool, most);
    if (!taken) return shi_no_memory();
    for (int64_t v = 0; v < sim->villages; v++) {
        for (int app = 0; app < SHI_SIM_APPS; app++) {
            sim->village[v].app_first[app] = sim->accounts;
            SHI_TRY(open_village_app(sim, v, app, taken));
        }
        sim->village[v].app_first[SHI_SIM_APPS] = sim->accounts;
    }
    sim->own_accounts = sim->accounts;
    return (shi_err){ 0 };
}

bool shi_sim_active(const shi_sim *sim, int64_t account, int32_t month)
{
    const shi_sim_account *a = &sim->account[account];
    int64_t start = sim->month_day[month] * 86400, end = sim->month_day[month + 1] * 86400;
    if (a->registered_s >= end || (a->closed_s && a->closed_s <= start + 86400)) return false;
    double p = a->registered_s >= start ? sim->p.first_month : (double)a->stay;
    return shi_sim_unit_of(sim, SHI_R_ACTIVE, account, month, 0) < p;
}

/* ---- numbers ---- */

typedef struct {
    int64_t at;
    int64_t account;
} dated;

static int by_time(const void *x, const void *y)
{
    const dated *a = x, *b = y;
    if (a->at != b->at) return a->at < b->at ? -1 : 1;
    return a->account < b->account ? -1 : a->account > b->account;
}

/* Back ends number accounts as they come, and show the number in another order: by a step that shares no factor with 10^9. */
shi_err shi_sim_number(shi_sim *sim)
{
    uint32_t next[SHI_SIM_APPS] = { 0 };
    shi_arena work;
    SHI_TRY(shi_arena_open(sim->accounts * (int64_t)sizeof(dated) + (1 << 16), &work));
    dated *order = shi_new(&work, dated, sim->accounts);
    for (int64_t i = 0; i < sim->accounts; i++) order[i] = (dated){ sim->account[i].registered_s, i };
    qsort(order, (size_t)sim->accounts, sizeof *order, by_time);
    for (int64_t i = 0; i < sim->accounts; i++) {
        shi_sim_account *a = &sim->account[order[i].account];
        a->serial = (uint32_t)((UINT64_C(387420489) * ++next[a->app] + sim->seed % 1000000007) % 1000000000);
    }
    shi_arena_drop(&work);
    return (shi_err){ 0 };
}
