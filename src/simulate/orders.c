/* A month of what sellers and insiders do for a village (6-domain, 4.1): the first log-in, keeping accounts alive, and reads, shares, quiz papers,
 * points and hours up to the target. Crude sellers work through a list on few machines with a constant gap; careful ones spread over days,
 * devices and addresses. */
#include "simulate/life.h"

#include <math.h>
#include <stdio.h>

/* What can be ordered besides accounts: the most that one account gives a month, and what one act counts. */
static const struct {
    shi_str counts;
    shi_sim_act act;
    int64_t most, each;
} GOODS[] = {
    { SHI_S("reads"), SHI_ACT_READ, 40, 1 },
    { SHI_S("shares"), SHI_ACT_SHARE, 10, 1 },
    { SHI_S("quiz"), SHI_ACT_QUIZ, 1, 1 },
    { SHI_S("points"), SHI_ACT_POINTS, 10, 30 },
    { SHI_S("seconds"), SHI_ACT_STUDY, 20, 2700 },
};

typedef struct {
    shi_sim_log *log;
    const shi_sim_batch *batch;
    int64_t account;
} worker;

/* From which machine and address the seller works. */
static void sit_down(const worker *w, shi_random *r)
{
    const shi_sim *sim = w->log->sim;
    const shi_sim_account *a = &sim->account[w->account];
    const shi_sim_batch *b = w->batch;
    int64_t own = a->batch, month = w->log->month;
    w->log->who = a;
    if (b->tech == 'G') {
        w->log->device = shi_sim_hash(sim, SHI_R_DEVICE, -1 - a->village, a->rank / 2 % 30, 4);
        w->log->ip = shi_sim_office(sim, a->village);
        return;
    }
    if (b->tech == 'D') w->log->device = 0;   /* no client at all */
    else if (b->careful || b->tech == 'F' || b->tech == 'B') w->log->device = shi_sim_hash(sim, SHI_R_DEVICE, -1 - own, a->rank, 5);
    else if (b->tech == 'C') w->log->device = shi_sim_hash(sim, SHI_R_DEVICE, -1 - b->supplier, a->rank / 35,
                                                           600 + month);   /* ids rewritten each month */
    else w->log->device = shi_sim_hash(sim, SHI_R_DEVICE, -1 - b->supplier, a->rank / 40, 6);
    if (b->tech == 'F' || b->tech == 'B') w->log->ip = shi_sim_anywhere(shi_sim_hash(sim, SHI_R_ADDRESS, own, a->rank, 10));
    else if (b->tech == 'E') w->log->ip = shi_sim_city(sim, a->village, 100 + b->supplier, shi_random_u64(r));   /* a fresh lease each time */
    else if (b->careful) w->log->ip = shi_sim_city(sim, 0, 200 + b->supplier, shi_random_u64(r) % 200);
    else w->log->ip = shi_sim_anywhere(shi_sim_hash(sim, SHI_R_ADDRESS, -1 - b->supplier, a->rank / 400 % 3, 11));
}

void shi_sim_registered_from(const shi_sim *sim, int64_t account, uint64_t *device, uint64_t *ip)
{
    const shi_sim_account *a = &sim->account[account];
    int32_t month = shi_sim_month_of(sim, a->registered_s);
    shi_sim_log log = { .sim = sim, .who = a, .month = month < 0 ? 0 : month, .village = a->village };
    shi_random r = shi_random_of(sim->seed, SHI_R_LIFE, account, log.month, 0);
    if (a->batch < 0) shi_sim_register_somewhere(&log, &r);
    else if (!a->paper) sit_down(&(worker){ &log, &sim->batch[a->batch], account }, &r);
    *device = log.device;
    *ip = log.ip;
}

static bool pays(const shi_sim *sim, const shi_sim_batch *b, int32_t month)
{
    return month >= b->month && month < shi_sim_paid_until(sim, b);
}

/* When the list is worked through: a crude seller's run begins once a month; the same order every month. */
static int64_t turn(const worker *w, shi_random *r, int which)
{
    const shi_sim_log *log = w->log;
    const shi_sim_batch *b = w->batch;
    const shi_sim_account *a = &log->sim->account[w->account];
    int64_t days = (log->end_s - log->start_s) / 86400;
    uint64_t h = shi_sim_hash(log->sim, SHI_R_ORDER, a->batch, log->month, which);
    if (b->tech == 'G')
        return log->start_s + ((int64_t)(h % 20) + a->rank / 40) * 86400 + 9 * 3600 + a->rank % 40 * 150 + shi_random_below(r, 90);
    if (b->careful) return log->start_s + shi_random_below(r, days) * 86400 + (int64_t)(shi_sim_daytime(r) * 3600);
    int64_t gap = 2 + (int64_t)(h >> 32) % 8;
    return log->start_s + (days - 8 + (int64_t)(h % 6)) * 86400 + (int64_t)(h >> 16) % 50000 + a->rank * gap + shi_random_below(r, 2);
}

static void register_and_stay(const worker *w, shi_random *r)
{
    shi_sim_log *log = w->log;
    const shi_sim *sim = log->sim;
    const shi_sim_account *a = &sim->account[w->account];
    const shi_sim_batch *b = w->batch;
    const shi_sim_app *app = &SHI_APPS_SIMULATED[a->app];
    shi_str none = { 0 };
    char room[48];
    if (a->registered_s >= log->start_s && a->registered_s < log->end_s) {
        sit_down(w, r);
        shi_sim_row(log, a->registered_s, SHI_ACT_LOGIN, none, -1, -1, none, none);
        if (b->tech == 'F') shi_sim_row(log, a->registered_s + 20 + shi_random_below(r, 60), SHI_ACT_READ,
            shi_sim_object(log, a->app, a->registered_s, shi_random_below(r, 3), room), -1, -1, none, none);
        if (app->at_first == SHI_ACT_QUIZ) shi_sim_quiz(log, r, a->registered_s + 15, b->careful ? 0.3 : 0.95);
        return;
    }
    if (a->registered_s >= log->end_s || b->tech == 'F' || !pays(sim, b, log->month) || !shi_random_chance(r, sim->p.keep_alive)) return;
    int64_t at = turn(w, r, 0);
    sit_down(w, r);
    shi_sim_row(log, at, SHI_ACT_LOGIN, none, -1, -1, none, none);
    if (b->careful || b->tech == 'G')
        for (int64_t i = shi_random_below(r, 4); i > 0; i--)
            shi_sim_row(log, at + i * 45, SHI_ACT_READ, shi_sim_object(log, a->app, at, 3 - i, room), -1, -1, none, none);
}

static void act_once(const worker *w, shi_random *r, int64_t at, shi_sim_act act, int64_t back)
{
    shi_sim_log *log = w->log;
    char room[48];
    shi_str none = { 0 };
    if (act == SHI_ACT_QUIZ) shi_sim_quiz(log, r, at, w->batch->careful ? 0.3 : 0.95);
    else if (act == SHI_ACT_POINTS) shi_sim_row(log, at, act, none, -1, 30, none, none);
    else shi_sim_row(log, at, act, shi_sim_object(log, w->log->who->app, at, back, room), act == SHI_ACT_STUDY ? 2700 : -1, -1, none, none);
}

/* Accounts [from, to) of one batch do `want` of a good, each up to its most, from a place in the list on. */
static void deliver(shi_sim_log *log, int64_t from, int64_t to, int good, int64_t want)
{
    const shi_sim *sim = log->sim;
    const shi_sim_batch *b = &sim->batch[sim->account[from].batch];
    int64_t n = to - from, start = (int64_t)(shi_sim_hash(sim, SHI_R_ORDER, from, log->month, 10 + good) % (uint64_t)n);
    int64_t acts = (want + GOODS[good].each - 1) / GOODS[good].each, each = (acts + n - 1) / n;
    if (each > GOODS[good].most) each = GOODS[good].most;
    for (int64_t i = 0; i < n && acts > 0; i++) {
        worker w = { log, b, from + (start + i) % n };
        const shi_sim_account *a = &sim->account[w.account];
        shi_random r = shi_random_of(sim->seed, SHI_R_ORDER, w.account, log->month, 20 + good);
        if (a->registered_s >= log->end_s) continue;
        int64_t at = turn(&w, &r, 10 + good);
        if (at < a->registered_s) at = a->registered_s + 60;
        sit_down(&w, &r);
        for (int64_t k = 0; k < each && acts > 0; k++, acts--) {
            act_once(&w, &r, at, GOODS[good].act, k);
            if (GOODS[good].act == SHI_ACT_STUDY) at += b->careful ? 3000 + shi_random_below(&r, 60000) : 2700;
            else at += b->careful ? 5 + (int64_t)shi_random_lognormal(&r, 25, 1) : 3 + shi_random_below(&r, 2);
        }
    }
}

/* Does a bought account of the app do more than log in this month? Then up to the target. */
static void top_up(shi_sim_log *log, int64_t from, int64_t to)
{
    const shi_sim *sim = log->sim;
    const shi_sim_account *a = &sim->account[from];
    const shi_sim_batch *b = &sim->batch[a->batch];
    if (b->supplier < 0 || b->tech == 'F' || !pays(sim, b, log->month)) return;
    for (int good = 0; good < (int)COUNT(GOODS); good++) {
        int64_t i = shi_sim_indicator_of(sim, a->app, GOODS[good].counts);
        if (i < 0 || shi_sim_unit_of(sim, SHI_R_ORDER, log->village, i, 30) < 0.4) continue;
        const shi_sim_tally *t = &log->tally;
        int64_t have = GOODS[good].act == SHI_ACT_STUDY ? t->seconds[a->app] : GOODS[good].act == SHI_ACT_POINTS ? t->points[a->app]
                                                                                                       : t->n[a->app][GOODS[good].act];
        int64_t want = shi_sim_target(sim, i, log->month, sim->village[log->village].unit) - have;
        if (a->method != 'L') want = (int64_t)((double)want * (0.7 + 0.6 * shi_sim_unit_of(sim, SHI_R_ORDER, from, log->month, 31)));
        if (want > 0) deliver(log, from, to, good, want);
    }
}

void shi_sim_orders(shi_sim_log *log)
{
    const shi_sim *sim = log->sim;
    const shi_sim_village *v = &sim->village[log->village];
    int64_t end = v->first_bought + v->bought;
    for (int64_t from = v->first_bought, to; from < end; from = to) {
        for (to = from; to < end && sim->account[to].batch == sim->account[from].batch; to++) {
            worker w = { log, &sim->batch[sim->account[to].batch], to };
            shi_random r = shi_random_of(sim->seed, SHI_R_ORDER, to, log->month, 0);
            if (w.batch->tech != 'I') register_and_stay(&w, &r);
        }
        top_up(log, from, to);
    }
}
