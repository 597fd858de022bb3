/* Minimal months. Acts are sorted by account and month; a run over them tells which months hold one log-in and nothing else. Then units are
 * compared with their siblings, window by window. One sort of the acts, the rest is linear. */
#include "shishu/pulse.h"

#include "base/calendar.h"
#include "base/room.h"
#include "base/sort.h"
#include "shishu/adjust.h"
#include "shishu/evalue.h"
#include "stat/dist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOW = 6, LEAST_MONTHS = 4, LEAST_UNITS = 5, LEEWAY_DAYS = 2, MAX_WINDOWS = 64 };
static const double LN_10 = 2.302585092994045684;

typedef struct {
    const shi_pulse_columns *c;
    int64_t first_month, months;           /* full ones; months since year 0 */
    int64_t size, windows;                 /* months of a window; windows end with the last full month */
    int32_t *unit_of;                      /* by account */
    uint8_t *hit;                          /* account x windows: 1 active, 2 a hit */
    shi_pulse_unit *all;                   /* window x unit */
} work;

static int64_t day_of(int64_t us)
{
    return us >= 0 ? us / SHI_DAY_US : -((-us + SHI_DAY_US - 1) / SHI_DAY_US);
}

static int64_t month_of(int64_t day)
{
    int64_t year;
    int month, dom;
    shi_day_split(day, &year, &month, &dom);
    return 12 * year + month - 1;
}

static int64_t month_start(int64_t month)
{
    return shi_day_of(month / 12, (int)(month % 12) + 1, 1);
}

static bool counts(const shi_pulse_columns *c, int64_t i)
{
    return c->account[i] >= 0 && c->unit[i] >= 0;
}

/* Months that the acts cover but for two days at each end. */
static void find_months(work *w)
{
    const shi_pulse_columns *c = w->c;
    int64_t low = INT64_MAX, high = INT64_MIN;
    for (int64_t i = 0; i < c->n; i++) {
        if (!counts(c, i)) continue;
        low = c->time_us[i] < low ? c->time_us[i] : low;
        high = c->time_us[i] > high ? c->time_us[i] : high;
    }
    if (low > high) return;
    int64_t first = month_of(day_of(low)), last = month_of(day_of(high));
    if (day_of(low) > month_start(first) + LEEWAY_DAYS) first++;
    if (day_of(high) < month_start(last + 1) - 1 - LEEWAY_DAYS) last--;
    w->first_month = first;
    w->months = last >= first ? last - first + 1 : 0;
    w->size = w->months < WINDOW ? w->months : WINDOW;
    w->windows = w->months >= LEAST_MONTHS ? w->months / w->size : 0;
    if (w->windows > MAX_WINDOWS) w->windows = MAX_WINDOWS;
}

/* Which window a month lies in, -1: none; the last window is windows - 1. */
static int64_t window_of(const work *w, int64_t month)
{
    int64_t back = w->first_month + w->months - 1 - month;
    if (back < 0 || month < w->first_month) return -1;
    int64_t window = w->windows - 1 - back / w->size;
    return window >= 0 ? window : -1;
}

/* The unit of an account's earliest act; of several at once that of the first row. */
static shi_err find_units(shi_arena scratch, work *w)
{
    const shi_pulse_columns *c = w->c;
    int64_t *since = shi_new(&scratch, int64_t, c->accounts);
    if (!since) return shi_no_memory();
    for (int64_t a = 0; a < c->accounts; a++) w->unit_of[a] = -1;
    for (int64_t i = 0; i < c->n; i++) {
        if (!counts(c, i)) continue;
        int32_t a = c->account[i];
        if (w->unit_of[a] >= 0 && since[a] <= c->time_us[i]) continue;
        w->unit_of[a] = c->unit[i];
        since[a] = c->time_us[i];
    }
    return (shi_err){ 0 };
}

/* Acts of accounts by month, sorted: key = account x months + month, from the first that a window holds. */
static shi_err find_hits(shi_arena scratch, work *w)
{
    const shi_pulse_columns *c = w->c;
    int64_t span = w->windows * w->size, from = w->first_month + w->months - span, len = 0, known_day = INT64_MIN, month = 0;
    shi_keyed *by = shi_room(&scratch, shi_keyed, c->n);
    if (!by) return shi_no_memory();
    for (int64_t i = 0; i < c->n; i++) {
        if (!counts(c, i)) continue;
        int64_t day = day_of(c->time_us[i]);
        if (day != known_day) month = month_of(day), known_day = day;
        if (window_of(w, month) >= 0) by[len++] = (shi_keyed){ (uint64_t)(c->account[i] * span + month - from), c->other && c->other[i] };
    }
    SHI_TRY(shi_sort_keyed(scratch, by, len));
    uint8_t *minimal = shi_new(&scratch, uint8_t, c->accounts * w->windows);
    if (!minimal) return shi_no_memory();
    for (int64_t i = 0, end; i < len; i = end) {
        for (end = i + 1; end < len && by[end].key == by[i].key; end++) {}
        int64_t cell = (int64_t)by[i].key / span * w->windows + (int64_t)by[i].key % span / w->size;
        w->hit[cell] |= 1;
        minimal[cell] = (uint8_t)(minimal[cell] + (end == i + 1 && by[i].row == 0));
        if (minimal[cell] >= w->size - 1) w->hit[cell] |= 2;
    }
    return (shi_err){ 0 };
}

static void count_units(work *w)
{
    for (int64_t k = 0; k < w->windows; k++)
        for (int64_t u = 0; u < w->c->units; u++) {
            int64_t end = w->first_month + w->months - (w->windows - 1 - k) * w->size;
            w->all[k * w->c->units + u] = (shi_pulse_unit){ .unit = (int32_t)u, .window = (int)k, .from_us = month_start(end - w->size) * SHI_DAY_US,
                                                            .to_us = month_start(end) * SHI_DAY_US };
        }
    for (int64_t a = 0; a < w->c->accounts; a++)
        for (int64_t k = 0; k < w->windows && w->unit_of[a] >= 0; k++) {
            shi_pulse_unit *u = &w->all[k * w->c->units + w->unit_of[a]];
            u->active += w->hit[a * w->windows + k] & 1;
            u->hits += w->hit[a * w->windows + k] >> 1;
        }
}

typedef struct {
    double share;
    shi_pulse_unit *unit;
} ranked;

static int by_share(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (x->share < y->share || x->share > y->share) return x->share < y->share ? -1 : 1;
    return x->unit->unit - y->unit->unit;
}

/* Expected numbers and p of the units of one window; the result's median and dispersion are the largest over windows. */
static shi_err judge_window(shi_arena scratch, work *w, int64_t window, shi_pulse *found)
{
    ranked *by = shi_new(&scratch, ranked, w->c->units);
    int64_t len = 0;
    double sum = 0;
    if (!by) return shi_no_memory();
    for (int64_t u = 0; u < w->c->units; u++) {
        shi_pulse_unit *unit = &w->all[window * w->c->units + u];
        if (unit->active) by[len++] = (ranked){ ((double)unit->hits + 0.5) / ((double)unit->active + 1), unit };
    }
    if (len < LEAST_UNITS) return (shi_err){ 0 };
    qsort(by, (size_t)len, sizeof *by, by_share);
    double median = (by[(len - 1) / 2].share + by[len / 2].share) / 2, p0 = fmax(found->bound, median);
    int64_t calm = 3 * len / 4;
    for (int64_t i = 0; i < len; i++) {
        by[i].unit->expected = p0 * (double)by[i].unit->active;
        double usual = median * (double)by[i].unit->active, off = (double)by[i].unit->hits - usual;
        if (i < calm) sum += off * off / usual;
    }
    double phi = fmax(2, 1.5 * sum / (double)calm);
    for (int64_t i = 0; i < len; i++) {
        double mean = by[i].unit->expected;
        by[i].unit->log10_p = shi_negbin_log_above(mean, phi, by[i].unit->hits) / LN_10;
    }
    found->median_share = fmax(found->median_share, median);
    found->dispersion = fmax(found->dispersion, phi);
    found->searched += len;
    return (shi_err){ 0 };
}

static shi_err keep_units(shi_arena *keep, shi_arena scratch, const work *w, shi_pulse *found)
{
    shi_pulse_unit *unit = shi_new(keep, shi_pulse_unit, found->searched);
    double *p = shi_new(&scratch, double, found->searched);
    if (!unit || !p) return shi_no_memory();
    for (int64_t i = 0; i < w->windows * w->c->units; i++) {
        if (!(w->all[i].expected > 0)) continue;                 /* nobody there, or too few siblings in its window */
        p[found->units] = pow(10, w->all[i].log10_p);
        unit[found->units++] = w->all[i];
    }
    SHI_TRY(shi_p_adjust(scratch, SHI_P_BH, p, found->units, p));
    for (int64_t i = 0; i < found->units; i++) unit[i].q = p[i];
    found->unit = unit;
    return (shi_err){ 0 };
}

typedef struct {
    double log10_p;
    const shi_pulse_unit *unit;
} strong;

static int by_strength(const void *a, const void *b)
{
    const strong *x = a, *y = b;
    if (x->log10_p < y->log10_p || x->log10_p > y->log10_p) return x->log10_p < y->log10_p ? -1 : 1;
    return x->unit < y->unit ? -1 : x->unit > y->unit;
}

static void add_members(const work *w, const shi_pulse_unit *u, const int64_t *start, const int32_t *account, int32_t *member, int64_t *members)
{
    for (int64_t i = start[u->unit]; i < start[u->unit + 1]; i++)
        if (w->hit[account[i] * w->windows + u->window] & 2) member[(*members)++] = account[i];
}

/* Accounts by unit, ascending. */
static shi_err by_unit(shi_arena *scratch, const work *w, int64_t **start, int32_t **account)
{
    int64_t units = w->c->units, accounts = w->c->accounts;
    *start = shi_new(scratch, int64_t, units + 2);
    *account = shi_new(scratch, int32_t, accounts);
    if (!*start || !*account) return shi_no_memory();
    int64_t *at = *start + 1;
    for (int64_t a = 0; a < accounts; a++)
        if (w->unit_of[a] >= 0) at[w->unit_of[a] + 1]++;
    for (int64_t u = 0; u < units; u++) at[u + 1] += at[u];
    for (int64_t a = 0; a < accounts; a++)
        if (w->unit_of[a] >= 0) (*account)[at[w->unit_of[a]]++] = (int32_t)a;
    return (shi_err){ 0 };
}

static shi_err make_groups(shi_arena *keep, shi_arena scratch, const work *w, shi_pulse *found)
{
    int64_t members = 0, len = 0, *start, most = 0;
    int32_t *account;
    strong *by = shi_new(&scratch, strong, found->units);
    if (!by) return shi_no_memory();
    for (int64_t i = 0; i < found->units; i++)
        if ((double)found->unit[i].hits > found->unit[i].expected) {
            by[len++] = (strong){ found->unit[i].log10_p, &found->unit[i] };
            most += found->unit[i].hits;
        }
    if (len) qsort(by, (size_t)len, sizeof *by, by_strength);
    SHI_TRY(by_unit(&scratch, w, &start, &account));
    shi_group *group = shi_new(keep, shi_group, len);
    int64_t *place = shi_new(keep, int64_t, len);
    int32_t *member = shi_new(keep, int32_t, most);
    double *weight = shi_new(keep, double, most), m = log10((double)(found->searched > 0 ? found->searched : 1));
    if (!group || !place || !member || !weight) return shi_no_memory();
    for (int64_t i = 0; i < len; i++) {
        const shi_pulse_unit *u = by[i].unit;
        int64_t first = members;
        add_members(w, u, start, account, member, &members);
        place[i] = u - found->unit;
        group[i] = (shi_group){ .first = first, .len = members - first, .things = w->size, .deeds = (members - first) * (w->size - 1),
                                .log10_p = fmin(0, u->log10_p + m), .log10_e = shi_e_calibrated(fmin(0, u->log10_p)) - m,
                                .from_us = u->from_us, .to_us = u->to_us };
    }
    for (int64_t i = 0; i < members; i++) weight[i] = 1;
    found->groups = (shi_groups){ group, len, member, weight, members };
    found->group_unit = place;
    return (shi_err){ 0 };
}

static shi_err judge_all(shi_arena *keep, shi_arena scratch, work *w, shi_pulse *found)
{
    SHI_TRY(find_units(scratch, w));
    SHI_TRY(find_hits(scratch, w));
    count_units(w);
    for (int64_t k = 0; k < w->windows; k++) SHI_TRY(judge_window(scratch, w, k, found));
    if (found->searched == 0) found->cannot_judge = N_("Fewer than five units have active accounts, so there are no siblings to compare with: "
        "cannot judge.");
    SHI_TRY(keep_units(keep, scratch, w, found));
    return make_groups(keep, scratch, w, found);
}

shi_err shi_pulse_find(shi_arena *keep, shi_arena scratch, const shi_pulse_columns *columns, shi_pulse *out)
{
    work w = { .c = columns };
    shi_pulse found = { 0 };
    find_months(&w);
    found.months = w.size;
    found.windows = w.windows;
    if (w.windows == 0) found.cannot_judge = N_("The file covers fewer than four full months: cannot judge.");
    else {
        found.bound = shi_binomial_above(w.size, exp(-1), w.size - 1);
        w.unit_of = shi_new(&scratch, int32_t, columns->accounts);
        w.hit = shi_new(&scratch, uint8_t, columns->accounts * w.windows);
        w.all = shi_new(&scratch, shi_pulse_unit, columns->units * w.windows);
        if (!w.unit_of || !w.hit || !w.all) return shi_no_memory();
        SHI_TRY(judge_all(keep, scratch, &w, &found));
    }
    *out = found;
    return (shi_err){ 0 };
}
