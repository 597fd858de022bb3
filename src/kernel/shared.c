/* Values through which accounts pass in turn. Acts are sorted by value, app and account (stable radix sorts), so that a value's accounts stand
 * together; what is asked of its times is measured on a copy in the order of time, only where three accounts or more are (shared_measure.c); which
 * values stand out is decided over all of them (shared_judge.c). */
#include "kernel/shared.h"

#include "base/sort.h"
#include "base/text.h"

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

/* Keys in order: first account, then value and app on top (both sorts are stable). */
static shi_err sorted_rows(shi_arena scratch, const shi_shared_columns *c, shi_keyed *rows, int64_t n)
{
    SHI_TRY(shi_sort_keyed(scratch, rows, n));
    #pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n; i++) {
        int64_t row = rows[i].row;
        rows[i].key = (uint64_t)c->value[row] << 32 | (uint64_t)(c->app ? c->app[row] + 1 : 0);
    }
    return shi_sort_keyed(scratch, rows, n);
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

/* Two rounds: how many pairs there are with 2 accounts or more, then the pairs. */
static int64_t find_pairs(const shi_keyed *rows, const shi_shared_work *w, shi_shared_pair *pair)
{
    int64_t pairs = 0;
    for (int64_t from = 0, to; from < w->acts; from = to) {
        for (to = from + 1; to < w->acts && rows[to].key == rows[from].key; to++) continue;
        if (w->act[from].account == w->act[to - 1].account) continue;   /* in order of account: only one */
        if (pair) {
            shi_shared_pair *p = &pair[pairs];
            p->first = from;
            p->is = (shi_shared_value){ .value = (int32_t)(rows[from].key >> 32), .app = (int32_t)(rows[from].key & UINT32_MAX) - 1, .group = -1,
                                        .accounts = accounts_of(w->act + from, to - from), .acts = to - from };
        }
        pairs++;
    }
    return pairs;
}

/* On how many values each account is seen (its acts come in order of value). */
static shi_err count_seen(shi_arena *scratch, const shi_keyed *rows, shi_shared_work *w)
{
    w->seen_on = shi_new(scratch, int32_t, w->columns->accounts);
    if (!w->seen_on) return shi_no_memory();
    for (int64_t i = 0; i < w->acts; i++) {
        int32_t a = w->act[i].account;
        if (i > 0 && a == w->act[i - 1].account && rows[i].key == rows[i - 1].key) continue;
        if (++w->seen_on[a] > 1) w->some_elsewhere = true;
    }
    return (shi_err){ 0 };
}

shi_err shi_shared_arrange(shi_arena *scratch, shi_shared_work *w)
{
    const shi_shared_columns *c = w->columns;
    int64_t n = 0;
    SHI_TRY(find_units(scratch, w));
    for (int64_t i = 0; i < c->n; i++) n += usable(c, i);
    w->act = shi_new(scratch, shi_shared_act, n);
    shi_keyed *rows = shi_new(scratch, shi_keyed, n);
    if (!w->act || !rows) return shi_no_memory();
    for (int64_t i = 0, k = 0; i < c->n; i++)
        if (usable(c, i)) rows[k++] = (shi_keyed){ (uint64_t)c->account[i], i };
    SHI_TRY(sorted_rows(*scratch, c, rows, n));
    #pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n; i++)
        w->act[i] = (shi_shared_act){ c->time_us ? c->time_us[rows[i].row] : 0, c->account[rows[i].row] };
    w->acts = n;
    w->pairs = find_pairs(rows, w, NULL);
    w->pair = shi_new(scratch, shi_shared_pair, w->pairs);
    if (!w->pair) return shi_no_memory();
    find_pairs(rows, w, w->pair);
    return count_seen(scratch, rows, w);
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
