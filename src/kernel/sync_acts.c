/* Acts laid out by object (a count a code, then each act to its place), each object's sorted by time; the same of accounts, for the resolution of
 * the log and for habits. Linear but for the sorting of each object's and account's own acts. */
#include "kernel/sync.h"

#include "base/calendar.h"
#include "base/room.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { FEW = 24 };

static bool valid(const shi_sync_columns *c, int64_t i)
{
    return c->account[i] >= 0 && c->time_us[i] != INT64_MIN;
}

static int by_account(const void *a, const void *b)
{
    const shi_sync_act *x = a, *y = b;
    if (x->account != y->account) return x->account < y->account ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

static int by_time(const void *a, const void *b)
{
    const shi_sync_act *x = a, *y = b;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    return x->account < y->account ? -1 : x->account > y->account;
}

static void sort_acts(shi_sync_act *act, int64_t n, int (*order)(const void *, const void *))
{
    if (n > FEW) {
        qsort(act, (size_t)n, sizeof *act, order);
        return;
    }
    for (int64_t i = 1; i < n; i++) {
        shi_sync_act one = act[i];
        int64_t j = i;
        for (; j > 0 && order(&one, &act[j - 1]) < 0; j--) act[j] = act[j - 1];
        act[j] = one;
    }
}

/* One object's acts in order; how many are left. */
static int64_t arrange(shi_sync_act *act, int64_t n, bool once)
{
    int64_t left = 0;
    if (once) {
        sort_acts(act, n, by_account);
        for (int64_t i = 0; i < n; i++)
            if (left == 0 || act[left - 1].account != act[i].account) act[left++] = act[i];
        n = left;
    }
    sort_acts(act, n, by_time);
    return n;
}

/* Each act to its object's place; objects with one act have none. *n: acts placed. */
static shi_err place(shi_arena *work, shi_arena scratch, const shi_sync_columns *c, int64_t unit_us, shi_sync_acts *out)
{
    int32_t *count = shi_new(&scratch, int32_t, c->objects);
    int64_t *next = shi_new(&scratch, int64_t, c->objects);
    bool *acts = shi_new(&scratch, bool, c->accounts);
    if (!count || !next || !acts) return shi_no_memory();
    for (int64_t i = 0; i < c->n; i++) {
        if (!valid(c, i) || c->object[i] < 0) continue;
        count[c->object[i]]++;
        out->all++;
        out->acting += !acts[c->account[i]];
        acts[c->account[i]] = true;
    }
    for (int64_t o = 0; o < c->objects; o++) {
        next[o] = out->n;
        if (count[o] < 2) continue;
        out->n += count[o];
        out->objects++;
    }
    out->act = shi_room(work, shi_sync_act, out->n);
    out->first = shi_new(work, int64_t, out->objects + 1);
    if (!out->act || !out->first) return shi_no_memory();
    for (int64_t o = 0, k = 0; o < c->objects; o++)
        if (count[o] >= 2) out->first[k++] = next[o];
    out->first[out->objects] = out->n;
    for (int64_t i = 0; i < c->n; i++) {
        if (!valid(c, i) || c->object[i] < 0 || count[c->object[i]] < 2) continue;
        out->act[next[c->object[i]]++] = (shi_sync_act){ shi_floor_div(c->time_us[i], unit_us), c->account[i], c->object[i] };
    }
    return (shi_err){ 0 };
}

shi_err shi_sync_acts_of(shi_arena *work, shi_arena scratch, const shi_sync_columns *c, int64_t unit_us, bool once, shi_sync_acts *out)
{
    shi_sync_acts a = { 0 };
    SHI_TRY(place(work, scratch, c, unit_us, &a));
    int64_t *left = shi_new(&scratch, int64_t, a.objects), n = 0, objects = 0;
    if (!left) return shi_no_memory();
    #pragma omp parallel for schedule(dynamic, 256)
    for (int64_t o = 0; o < a.objects; o++) left[o] = arrange(a.act + a.first[o], a.first[o + 1] - a.first[o], once);
    for (int64_t o = 0; o < a.objects; o++) {
        int64_t from = a.first[o], more = left[o];
        a.all -= a.first[o + 1] - from - more;           /* later acts of the same account on it */
        if (more < 2) continue;
        if (n != from) memmove(a.act + n, a.act + from, (size_t)more * sizeof *a.act);
        a.first[objects++] = n;
        n += more;
    }
    a.first[objects] = n;
    a.n = n;
    a.objects = objects;
    *out = a;
    return (shi_err){ 0 };
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static int by_start(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return x < y ? -1 : x > y;
}

/* The coarsest unit of which 99 % of times are whole multiples. */
static int64_t resolution(const int64_t *time_us, int64_t n)
{
    static const int64_t UNIT_S[] = { 1, 60, 3600, 86400 };
    int64_t whole[COUNT(UNIT_S)] = { 0 }, out = 1, w1 = 0, w2 = 0, w3 = 0;
    #pragma omp parallel for schedule(static) reduction(+: w1, w2, w3)
    for (int64_t i = 0; i < n; i++) {
        if (time_us[i] % (60 * SHI_SECOND_US)) continue;
        w1++;
        if (time_us[i] % (3600 * SHI_SECOND_US)) continue;
        w2++;
        w3 += time_us[i] % SHI_DAY_US == 0;
    }
    whole[1] = w1, whole[2] = w2, whole[3] = w3;
    for (int64_t k = 1; k < COUNT(UNIT_S); k++)
        if (n > 0 && 100 * whole[k] >= 99 * n) out = UNIT_S[k];
    return out;
}

/* Seconds that go up by one from act to act, whatever the time between: more than half of the steps of the accounts are 1 (mod 60). */
static bool counts_up(const shi_sync_log *log)
{
    enum { LEAST = 100 };
    int64_t steps = 0, ones = 0;
    for (int64_t x = 0; x < log->accounts; x++)
        for (int64_t i = log->first[x] + 1; i < log->first[x + 1]; i++) {
            int64_t s = shi_floor_div(log->time_us[i], SHI_SECOND_US) - shi_floor_div(log->time_us[i - 1], SHI_SECOND_US);
            steps++;
            ones += s % 60 == 1;
        }
    return steps >= LEAST && 2 * ones > steps;
}

shi_err shi_sync_log_of(shi_arena *work, const shi_sync_columns *c, shi_sync_log *out)
{
    int64_t *first = shi_new(work, int64_t, c->accounts + 2), rows = 0;
    if (!first) return shi_no_memory();
    for (int64_t i = 0; i < c->n; i++) {
        if (!valid(c, i)) continue;
        first[c->account[i] + 2]++;
        rows++;
    }
    int64_t *time_us = shi_room(work, int64_t, rows);
    if (!time_us) return shi_no_memory();
    for (int64_t x = 0; x < c->accounts; x++) first[x + 2] += first[x + 1];
    for (int64_t i = 0; i < c->n; i++)
        if (valid(c, i)) time_us[first[c->account[i] + 1]++] = c->time_us[i];   /* first[x + 1] becomes the end of x */
    #pragma omp parallel for schedule(dynamic, 64)
    for (int64_t x = 0; x < c->accounts; x++) {
        int64_t n = first[x + 1] - first[x], *t = time_us + first[x], sorted = 1;
        while (sorted < n && t[sorted - 1] <= t[sorted]) sorted++;
        if (sorted < n) qsort(t, (size_t)n, sizeof *t, by_value);
    }
    shi_sync_log log = { .first = first, .time_us = time_us, .accounts = c->accounts, .resolution_s = resolution(time_us, rows) };
    log.counter = log.resolution_s == 1 && counts_up(&log);
    if (log.counter) log.resolution_s = 60;
    *out = log;
    return (shi_err){ 0 };
}

shi_err shi_sync_habits_of(shi_arena *work, const shi_sync_log *log, int64_t gap_slots, shi_sync_habits *out)
{
    int64_t unit_us = log->resolution_s * SHI_SECOND_US, day = 86400 / log->resolution_s;
    int32_t *start = shi_new(work, int32_t, log->first[log->accounts]), *len = shi_new(work, int32_t, log->accounts);
    if (!start || !len) return shi_no_memory();
    #pragma omp parallel for schedule(dynamic, 64)
    for (int64_t x = 0; x < log->accounts; x++) {
        int32_t *own = start + log->first[x], n = 0;
        int64_t before = 0;
        for (int64_t i = log->first[x]; i < log->first[x + 1]; i++) {
            int64_t at = shi_floor_div(log->time_us[i], unit_us);
            if (i == log->first[x] || at - before > gap_slots) own[n++] = (int32_t)(at - shi_floor_div(at, day) * day);
            before = at;
        }
        if (n > 1) qsort(own, (size_t)n, sizeof *own, by_start);
        len[x] = n;
    }
    *out = (shi_sync_habits){ log->first, start, len, day };
    return (shi_err){ 0 };
}

/* How many of n ascending numbers are below x. */
static int64_t below(const int32_t *v, int64_t n, int64_t x)
{
    int64_t low = 0;
    while (n > 0) {
        int64_t half = n / 2;
        bool less = v[low + half] < x;
        low = less ? low + half + 1 : low;
        n = less ? n - half - 1 : half;
    }
    return low;
}

int64_t shi_sync_habit(const shi_sync_habits *h, int32_t account, int64_t at, int64_t within)
{
    const int32_t *own = h->start + h->first[account];
    int64_t n = h->len[account], of_day = at - shi_floor_div(at, h->day) * h->day, low = of_day - within, high = of_day + within + 1;
    if (high - low >= h->day) return n;
    int64_t in = below(own, n, high) - below(own, n, low);
    if (low < 0) in += n - below(own, n, low + h->day);
    if (high > h->day) in += below(own, n, high - h->day);
    return in;
}
