/* Values through which accounts pass in turn. Acts are laid out by value and sorted there by app and account, so that a value's accounts stand
 * together; what is asked of its times is measured on a copy in the order of time, only where three accounts or more are (shared_measure.c); which
 * values stand out is decided over all of them (shared_judge.c). */
#include "kernel/shared.h"

#include "base/room.h"
#include "base/text.h"

#include <omp.h>

static bool in_range(const int32_t *code, int64_t i, int64_t codes)
{
    return !code || (code[i] >= -1 && code[i] < codes);
}

static shi_err checked(const shi_shared_columns *c)
{
    int64_t bad = c->n;
    #pragma omp parallel for reduction(min: bad) schedule(static)
    for (int64_t i = 0; i < c->n; i++) {
        bool good = in_range(c->account, i, c->accounts) && in_range(c->value, i, c->values) && in_range(c->unit, i, c->units) &&
                    in_range(c->app, i, c->apps);
        if (!good && i < bad) bad = i;
    }
    if (bad == c->n) return (shi_err){ 0 };
    shi_err e = shi_fail(SHI_INPUT, N_("a code is out of range"), NULL);
    e.line = bad + 1;
    return e;
}

static bool usable(const shi_shared_columns *c, int64_t i)
{
    return c->account[i] >= 0 && c->value[i] >= 0 && (!c->time_us || c->time_us[i] != INT64_MIN);
}

/* The unit of an account's earliest act that names one; of two at once, and without times, the smaller code. */
static shi_err find_units(shi_arena *scratch, shi_shared_work *w)
{
    const shi_shared_columns *c = w->columns;
    w->unit = shi_new(scratch, int32_t, c->accounts);
    if (!w->unit) return shi_no_memory();
    for (int64_t a = 0; a < c->accounts; a++) w->unit[a] = -1;
    if (!c->unit) return (shi_err){ 0 };
    shi_arena spare = *scratch;
    int64_t *since = shi_new(&spare, int64_t, c->accounts);
    if (!since) return shi_no_memory();
    for (int64_t i = 0; i < c->n; i++) {
        int32_t a = c->account[i], u = c->unit[i];
        if (u < 0 || !usable(c, i)) continue;
        int64_t at = c->time_us ? c->time_us[i] : 0;
        if (w->unit[a] >= 0 && (at > since[a] || (at == since[a] && u >= w->unit[a]))) continue;
        w->unit[a] = u;
        since[a] = at;
    }
    return (shi_err){ 0 };
}

/* Places are counted, and acts go there in order of rows; each value's are then sorted by app and account, where they are not in order yet. */
static shi_err place_acts(shi_arena *scratch, shi_shared_work *w)
{
    const shi_shared_columns *c = w->columns;
    int64_t *first = shi_new(scratch, int64_t, c->values + 2);   /* first[v + 1] becomes the end of v */
    if (!first) return shi_no_memory();
    for (int64_t i = 0; i < c->n; i++)
        if (usable(c, i)) first[c->value[i] + 2]++, w->acts++;
    for (int64_t v = 0; v < c->values; v++) first[v + 2] += first[v + 1];
    w->act = shi_room(scratch, shi_shared_act, w->acts);
    if (!w->act) return shi_no_memory();
    for (int64_t i = 0; i < c->n; i++)
        if (usable(c, i))
            w->act[first[c->value[i] + 1]++] = (shi_shared_act){ c->time_us ? c->time_us[i] : 0, c->account[i], c->app ? c->app[i] : -1 };
    w->first_of = first;
    return (shi_err){ 0 };
}

static bool in_order(const shi_shared_act *a, const shi_shared_act *b)
{
    return a->app != b->app ? a->app < b->app : a->account <= b->account;
}

static shi_err sort_acts(shi_arena scratch, shi_shared_work *w)
{
    const int64_t *first = w->first_of, values = w->columns->values, threads = omp_get_max_threads();
    int64_t most = 0;
    for (int64_t v = 0; v < values; v++) most = first[v + 1] - first[v] > most ? first[v + 1] - first[v] : most;
    shi_shared_act *spare = shi_room(&scratch, shi_shared_act, most * threads);
    if (!spare) return shi_no_memory();
    #pragma omp parallel for schedule(dynamic, 256)
    for (int64_t v = 0; v < values; v++)
        shi_shared_sort(w->act + first[v], first[v + 1] - first[v], spare + most * omp_get_thread_num(), in_order);
    return (shi_err){ 0 };
}

static int64_t count_days(const shi_shared_columns *c)
{
    int64_t first = INT64_MAX, last = INT64_MIN;
    if (!c->time_us) return 0;
    #pragma omp parallel for reduction(min: first) reduction(max: last) schedule(static)
    for (int64_t i = 0; i < c->n; i++) {
        if (c->time_us[i] == INT64_MIN) continue;
        if (c->time_us[i] < first) first = c->time_us[i];
        if (c->time_us[i] > last) last = c->time_us[i];
    }
    return first > last ? 0 : shi_shared_day(last) - shi_shared_day(first) + 1;
}

/* Accounts of one stretch of rows with the same value and app. */
static int64_t accounts_of(const shi_shared_act *act, int64_t n)
{
    int64_t k = 0;
    for (int64_t i = 0; i < n; i++) k += i == 0 || act[i].account != act[i - 1].account;
    return k;
}

/* Where the acts of one app end, among those of its value. */
static int64_t end_of_app(const shi_shared_work *w, int64_t from, int64_t end)
{
    int64_t to = from + 1;
    while (to < end && w->act[to].app == w->act[from].app) to++;
    return to;
}

/* Two rounds: how many pairs there are with 2 accounts or more, then the pairs. */
static int64_t find_pairs(const shi_shared_work *w, shi_shared_pair *pair)
{
    int64_t pairs = 0;
    for (int64_t v = 0; v < w->columns->values; v++)
        for (int64_t from = w->first_of[v], to; from < w->first_of[v + 1]; from = to) {
            to = end_of_app(w, from, w->first_of[v + 1]);
            if (w->act[from].account == w->act[to - 1].account) continue;   /* in order of account: only one */
            if (pair) {
                shi_shared_pair *p = &pair[pairs];
                p->first = from;
                p->is = (shi_shared_value){ .value = (int32_t)v, .app = w->act[from].app, .group = -1,
                                            .accounts = accounts_of(w->act + from, to - from), .acts = to - from };
            }
            pairs++;
        }
    return pairs;
}

/* On how many values each account is seen; an app's side of a value is one. */
static shi_err count_seen(shi_arena *scratch, shi_shared_work *w)
{
    w->seen_on = shi_new(scratch, int32_t, w->columns->accounts);
    if (!w->seen_on) return shi_no_memory();
    for (int64_t v = 0; v < w->columns->values; v++)
        for (int64_t i = w->first_of[v]; i < w->first_of[v + 1]; i++) {
            const shi_shared_act *a = &w->act[i];
            if (i > w->first_of[v] && a->account == a[-1].account && a->app == a[-1].app) continue;
            if (++w->seen_on[a->account] > 1) w->some_elsewhere = true;
        }
    return (shi_err){ 0 };
}

shi_err shi_shared_arrange(shi_arena *scratch, shi_shared_work *w)
{
    SHI_TRY(find_units(scratch, w));
    SHI_TRY(place_acts(scratch, w));
    SHI_TRY(sort_acts(*scratch, w));
    w->pairs = find_pairs(w, NULL);
    w->pair = shi_new(scratch, shi_shared_pair, w->pairs);
    if (!w->pair) return shi_no_memory();
    find_pairs(w, w->pair);
    return count_seen(scratch, w);
}

shi_err shi_shared_find(shi_arena *keep, shi_arena scratch, const shi_shared_columns *columns, const shi_shared_settings *settings, shi_shared *out)
{
    shi_shared_work w = { .columns = columns, .gap_us = settings->gap_us, .address = settings->address };
    SHI_TRY(checked(columns));
    w.days = (double)count_days(columns);
    SHI_TRY(shi_shared_arrange(&scratch, &w));
    SHI_TRY(shi_shared_measure(scratch, &w));
    return shi_shared_judge(keep, scratch, &w, out);
}
