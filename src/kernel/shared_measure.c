/* What one value shows: from which units its accounts come, whether they stay, and, in the order of time, whether they pass through in turn. Each
 * value is measured by itself, so in parallel. */
#include "kernel/shared.h"

#include "base/room.h"
#include "base/sort.h"
#include "stat/dist.h"

#include <math.h>
#include <omp.h>
#include <string.h>

#define HOUR_US INT64_C(3600000000)

static const double LN10 = 2.302585092994045684;

static int hour_of(int64_t us)
{
    return (int)((us - shi_shared_day(us) * SHI_SHARED_DAY_US) / HOUR_US);
}

static bool before(const shi_shared_act *a, const shi_shared_act *b)
{
    return a->time_us < b->time_us || (a->time_us == b->time_us && a->account <= b->account);
}

void shi_shared_sort(shi_shared_act *act, int64_t n, shi_shared_act *spare, shi_shared_order *order)
{
    for (int64_t width = 1; width < n; width *= 2) {
        for (int64_t from = 0; from + width < n; from += 2 * width) {
            int64_t middle = from + width, end = middle + width < n ? middle + width : n;
            if (order(&act[middle - 1], &act[middle])) continue;
            memcpy(spare, act + from, (size_t)width * sizeof *act);
            for (int64_t i = 0, j = middle, k = from; i < width; k++)
                act[k] = j == end || order(&spare[i], &act[j]) ? spare[i++] : act[j++];
        }
    }
}

/* Accounts with a unit, how many units, and how many accounts are not of the commonest; accounts that act on two days or more. */
static void who(const shi_shared_work *w, shi_shared_pair *p, int32_t *unit)
{
    const shi_shared_act *act = w->act + p->first;
    int64_t most = 0;
    for (int64_t from = 0, to; from < p->is.acts; from = to) {
        int64_t first = act[from].time_us, last = first;
        for (to = from; to < p->is.acts && act[to].account == act[from].account; to++) {
            if (act[to].time_us < first) first = act[to].time_us;
            if (act[to].time_us > last) last = act[to].time_us;
        }
        p->lasting += shi_shared_day(first) != shi_shared_day(last);
        if (w->unit[act[from].account] >= 0) unit[p->known++] = w->unit[act[from].account];
    }
    shi_sort_codes(unit, p->known);
    for (int64_t from = 0, to; from < p->known; from = to) {
        for (to = from; to < p->known && unit[to] == unit[from]; to++) continue;
        p->is.units++;
        if (to - from > most) most = to - from;
    }
    p->is.away = p->known - most;
    p->is.lasting = (double)p->lasting / (double)p->is.accounts;
}

/* Acts that another one follows within the gap, if they come at twice the value's own rate of the hour (mean of it and its neighbours) and nobody
 * waits for anybody: an act is followed with probability 1 - exp(-rate gap). All of them are taken as switches. */
static double expected_switches(const shi_shared_act *act, int64_t n, double days, int64_t gap_us)
{
    int64_t at[24] = { 0 };
    double sum = 0;
    for (int64_t i = 0; i < n; i++) at[hour_of(act[i].time_us)]++;
    for (int h = 0; h < 24; h++) {
        double rate = 2 * (double)(at[(h + 23) % 24] + at[h] + at[(h + 1) % 24]) / (3 * days * (double)HOUR_US);
        sum += (double)at[h] * -expm1(-rate * (double)gap_us);
    }
    return sum;
}

/* A switch after which the earlier account is the next but one. */
static bool back_at_once(const shi_shared_act *act, int64_t n, int64_t i, int64_t gap_us)
{
    int64_t j = i + 1;
    while (j < n && act[j].account == act[i + 1].account) j++;
    return j < n && act[j].account == act[i].account && act[j].time_us - act[i].time_us <= gap_us;
}

/* Switches after which the earlier account acts here again within the gap: an act whose account's last one was so near, with another account's in
 * between. `own`: acts in order of account; seen: a place for each of the accounts, with the number of its last act from 1. */
static int64_t count_returns(const shi_shared_act *act, int64_t n, int64_t gap_us, const shi_shared_act *own, shi_shared_act *seen)
{
    int64_t k = 0, returns = 0;
    for (int64_t i = 0; i < n; i++)
        if (i == 0 || own[i].account != own[i - 1].account) seen[k++] = (shi_shared_act){ 0, own[i].account, 0 };
    for (int64_t i = 0; i < n; i++) {
        int64_t low = 0, high = k - 1;
        while (low < high) {
            int64_t middle = (low + high) / 2;
            if (seen[middle].account < act[i].account) low = middle + 1;
            else high = middle;
        }
        int64_t last = seen[low].time_us - 1;
        returns += last >= 0 && last < i - 1 && act[i].time_us - act[last].time_us <= gap_us;
        seen[low].time_us = i + 1;
    }
    return returns;
}

/* Acts in the order of time. */
static void rhythm(const shi_shared_work *w, shi_shared_pair *p, const shi_shared_act *act, shi_shared_act *spare)
{
    int64_t n = p->is.acts, sweep_day = INT64_MIN;
    for (int64_t from = 0, to; from < n; from = to) {
        int32_t other = -1;
        bool three = false;
        for (to = from + 1; to < n && act[to].time_us - act[to - 1].time_us <= w->gap_us; to++) {
            int32_t a = act[to].account;
            if (a != act[to - 1].account) {
                p->is.switches++;
                if (!w->address) p->returns += back_at_once(act, n, to - 1, w->gap_us);
            }
            if (a == act[from].account || a == other) continue;
            three |= other >= 0;
            if (other < 0) other = a;
        }
        if (!three) continue;
        p->swept += to - from;
        p->is.sweep_days += shi_shared_day(act[from].time_us) != sweep_day;
        sweep_day = shi_shared_day(act[from].time_us);
    }
    if (w->address) p->returns = count_returns(act, n, w->gap_us, w->act + p->first, spare);
    p->is.swept = (double)p->swept / (double)n;
    p->is.returned = p->is.switches ? (double)p->returns / (double)p->is.switches : 0;
    p->is.expected = expected_switches(act, n, w->days, w->gap_us);
    p->is.log10_tied = shi_poisson_log_above(p->is.expected, p->is.switches) / LN10;
    p->from_us = act[0].time_us;
    p->to_us = act[n - 1].time_us;
}

/* By time, then account, so that the order of the rows is forgotten. Work space a thread: for the value with the most acts. */
shi_err shi_shared_measure(shi_arena scratch, shi_shared_work *w)
{
    bool timed = w->columns->time_us;
    int64_t most = 0, threads = omp_get_max_threads();
    for (int64_t i = 0; i < w->pairs; i++) most = w->pair[i].is.acts > most ? w->pair[i].is.acts : most;
    int32_t *units = shi_room(&scratch, int32_t, most * threads);
    shi_shared_act *acts = shi_room(&scratch, shi_shared_act, 2 * most * threads);
    if (!units || !acts) return shi_no_memory();
    #pragma omp parallel for schedule(dynamic, 16)
    for (int64_t i = 0; i < w->pairs; i++) {
        shi_shared_pair *p = &w->pair[i];
        shi_shared_act *act = acts + 2 * most * omp_get_thread_num(), *spare = act + most;
        who(w, p, units + most * omp_get_thread_num());
        p->from_us = p->to_us = INT64_MIN;
        if (!timed || p->is.accounts < SHI_SHARED_LEAST) continue;
        memcpy(act, w->act + p->first, (size_t)p->is.acts * sizeof *act);
        shi_shared_sort(act, p->is.acts, spare, before);
        rhythm(w, p, act, spare);
    }
    return (shi_err){ 0 };
}
