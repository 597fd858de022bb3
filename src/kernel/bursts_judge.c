/* Which windows hold too much. A unit's candidates stand in its own stretch of one array, so units are tested in parallel; then, strongest first,
 * what overlaps a stronger one of the same unit is dropped, on a grid of half the shortest window. */
#include "kernel/bursts.h"

#include "base/sort.h"
#include "base/text.h"
#include "shishu/evalue.h"
#include "stat/dist.h"

#include <math.h>

enum { MOST_HELPED = 150, DAY_FROM = 7, DAY_TO = 22 };
static const double LN10 = 2.302585092994045684, FEW_SHORT = 0.1, WIDE = -1.301029995663981;   /* log10 0.05 */
#define GRID_US (300 * SHI_BURSTS_SECOND_US)

/* Windows of a unit at one scale with `least` arrivals or more: how many, or, with room for them, tested. */
static int64_t test_unit(const shi_bursts_work *w, const shi_bursts_scale *s, int64_t u, shi_burst *out)
{
    double share = shi_bursts_share(w, u);
    int64_t found = 0;
    for (int64_t from = w->start[u], to; from < w->start[u + 1]; from = to) {
        int64_t x = shi_bursts_window(s, w->time_us[from]), start = s->from_us + x * s->length_us, end = start + s->length_us;
        for (to = from; to < w->start[u + 1] && w->time_us[to] < end; to++) continue;
        if (to - from < w->least) continue;
        if (out) {
            double lambda = shi_bursts_expected(s->base[x], share, s->county[x], to - from);
            double log10_p = shi_negbin_log_above(lambda, w->phi[s->which], to - from) / LN10;
            out[found] = (shi_burst){ .unit = (int32_t)u, .from_us = start, .to_us = end, .wide_from_us = start, .wide_to_us = end,
                                      .count = to - from, .expected = lambda, .log10_p = log10_p };
        }
        found++;
    }
    return found;
}

/* All windows tested, by unit and scale; those with p times searched below 1. */
static shi_err test_all(shi_arena *scratch, const shi_bursts_work *w, double log10_m, shi_burst **out, int64_t *n)
{
    int64_t cells = w->units * w->scales, *place = shi_new(scratch, int64_t, cells + 1), kept = 0;
    if (!place) return shi_no_memory();
    #pragma omp parallel for schedule(dynamic, 64)
    for (int64_t i = 0; i < cells; i++) place[i + 1] = test_unit(w, &w->scale[i % w->scales], i / w->scales, NULL);
    for (int64_t i = 0; i < cells; i++) place[i + 1] += place[i];
    shi_burst *b = shi_new(scratch, shi_burst, place[cells]);
    if (!b) return shi_no_memory();
    #pragma omp parallel for schedule(dynamic, 64)
    for (int64_t i = 0; i < cells; i++) test_unit(w, &w->scale[i % w->scales], i / w->scales, b + place[i]);
    for (int64_t i = 0; i < place[cells]; i++)
        if (b[i].log10_p + log10_m < 0) b[kept++] = b[i];
    *out = b;
    *n = kept;
    return (shi_err){ 0 };
}

/* The stronger one that it overlaps, from 1; 0: none. */
static int32_t owner_of(const int32_t *owner, int64_t from, int64_t to)
{
    for (int64_t k = from; k < to; k++)
        if (owner[k]) return owner[k];
    return 0;
}

static void mark(const shi_bursts_work *w, const shi_burst *b, int32_t *owner, int64_t which)
{
    int64_t origin = w->day0_us - SHI_BURSTS_DAY_US;
    for (int64_t k = (b->from_us - origin) / GRID_US; k < (b->to_us - origin) / GRID_US; k++) owner[k] = (int32_t)which;
}

/* Keeps the strongest of what overlaps; order: candidates of a unit from the strongest down. The grid begins a day before the log, for shifts. */
static int64_t drop_overlaps(const shi_bursts_work *w, const shi_keyed *order, int64_t n, double log10_m, shi_burst *candidate, int32_t *owner)
{
    int64_t kept = 0, origin = w->day0_us - SHI_BURSTS_DAY_US;
    for (int64_t from = 0, to; from < n; from = to) {
        for (to = from; to < n && order[to].key == order[from].key; to++) {
            shi_burst *b = &candidate[order[to].row];
            int32_t other = owner_of(owner, (b->from_us - origin) / GRID_US, (b->to_us - origin) / GRID_US);
            if (!other) {
                mark(w, b, owner, to - from + 1);
                continue;
            }
            shi_burst *strong = &candidate[order[from + other - 1].row];
            b->count = 0;
            if (b->log10_p + log10_m > WIDE) continue;
            if (b->from_us < strong->wide_from_us) strong->wide_from_us = b->from_us;
            if (b->to_us > strong->wide_to_us) strong->wide_to_us = b->to_us;
        }
        for (int64_t k = from; k < to; k++)
            if (candidate[order[k].row].count) mark(w, &candidate[order[k].row], owner, 0);
    }
    for (int64_t i = 0; i < n; i++)
        if (candidate[i].count) candidate[kept++] = candidate[i];
    return kept;
}

static shi_err keep_strongest(shi_arena scratch, const shi_bursts_work *w, double log10_m, shi_burst *candidate, int64_t *n)
{
    shi_keyed *order = shi_new(&scratch, shi_keyed, *n);
    int32_t *owner = shi_new(&scratch, int32_t, (w->days + 2) * (SHI_BURSTS_DAY_US / GRID_US));
    if (!order || !owner) return shi_no_memory();
    for (int64_t i = 0; i < *n; i++) order[i] = (shi_keyed){ shi_key_of_f64(candidate[i].log10_p), i };
    SHI_TRY(shi_sort_keyed(scratch, order, *n));
    for (int64_t i = 0; i < *n; i++) order[i].key = (uint64_t)candidate[order[i].row].unit;
    SHI_TRY(shi_sort_keyed(scratch, order, *n));
    *n = drop_overlaps(w, order, *n, log10_m, candidate, owner);
    return (shi_err){ 0 };
}

/* ---- what a burst looks like ---- */

/* The unit's first arrival at this time or later. */
static int64_t first_of(const shi_bursts_work *w, int32_t unit, int64_t time_us)
{
    int64_t low = w->start[unit], high = w->start[unit + 1];
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (w->time_us[middle] < time_us) low = middle + 1;
        else high = middle;
    }
    return low;
}

static shi_err look_at_gaps(shi_arena scratch, const shi_bursts_work *w, shi_burst *b)
{
    const int64_t minute = 60 * SHI_BURSTS_SECOND_US;
    int64_t first = first_of(w, b->unit, b->from_us), n = b->count - 1, small = 0;
    shi_keyed *gap = shi_new(&scratch, shi_keyed, n);
    bool by_day = true;
    if (!gap) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) {
        gap[i] = (shi_keyed){ (uint64_t)(w->time_us[first + i + 1] - w->time_us[first + i]), i };
        small += gap[i].key < (uint64_t)(minute / 2);
    }
    for (int64_t i = 0; i <= n; i++) {
        int64_t hour = (w->time_us[first + i] - w->day0_us) % SHI_BURSTS_DAY_US / (60 * minute);
        by_day = by_day && hour >= DAY_FROM && hour < DAY_TO;
    }
    SHI_TRY(shi_sort_keyed(scratch, gap, n));
    b->median_gap_us = n ? (int64_t)gap[n / 2].key : 0;
    b->short_gaps = n ? (double)small / (double)n : 0;
    b->explained = by_day && b->count <= MOST_HELPED && b->short_gaps < FEW_SHORT && b->median_gap_us >= minute && b->median_gap_us <= 8 * minute;
    return (shi_err){ 0 };
}

/* ---- groups ---- */

/* Accounts of the arrivals from row `from` to row `to`, ascending, each once. */
static int64_t gather(const shi_bursts_work *w, int64_t from, int64_t to, int32_t *member)
{
    int64_t k = 0, n = 0;
    for (int64_t i = from; i < to; i++) {
        int32_t a = w->columns->account[w->row[i]];
        if (a >= 0) member[k++] = a;
    }
    shi_sort_codes(member, k);
    for (int64_t i = 0; i < k; i++)
        if (i == 0 || member[i] != member[n - 1]) member[n++] = member[i];
    return n;
}

typedef struct {
    int64_t from, to, wide_from, wide_to;   /* arrivals */
} stretch;

static stretch stretch_of(const shi_bursts_work *w, const shi_burst *b)
{
    int64_t from = first_of(w, b->unit, b->from_us);
    return (stretch){ from, from + b->count, first_of(w, b->unit, b->wide_from_us), first_of(w, b->unit, b->wide_to_us) };
}

/* Those of the wide stretch; those of the window itself weigh 1. core: room for the latter. */
static int64_t add_members(const shi_bursts_work *w, stretch s, int32_t *member, double *weight, int32_t *core)
{
    if (!w->columns->account) return 0;
    int64_t n = gather(w, s.wide_from, s.wide_to, member), inner = gather(w, s.from, s.to, core);
    for (int64_t i = 0, k = 0; i < n; i++) {
        while (k < inner && core[k] < member[i]) k++;
        weight[i] = k < inner && core[k] == member[i] ? 1 : 0.5;
    }
    return n;
}

/* By falling strength, then smallest member, then unit and time, as which they come. */
static shi_err order_bursts(shi_arena scratch, const shi_bursts_work *w, const shi_burst *b, int64_t n, int32_t *core, shi_keyed *order)
{
    for (int64_t i = 0; i < n; i++) {
        stretch s = stretch_of(w, &b[i]);
        int64_t members = w->columns->account ? gather(w, s.wide_from, s.wide_to, core) : 0;
        order[i] = (shi_keyed){ members ? (uint64_t)core[0] : 0, i };
    }
    SHI_TRY(shi_sort_keyed(scratch, order, n));
    for (int64_t i = 0; i < n; i++) order[i].key = shi_key_of_f64(b[order[i].row].log10_p);
    return shi_sort_keyed(scratch, order, n);
}

static shi_err hand_out(shi_arena *keep, shi_arena scratch, const shi_bursts_work *w, const shi_burst *candidate, int64_t n, double log10_m,
                        shi_bursts *out)
{
    int64_t room = 0, most = 0, members = 0;
    for (int64_t i = 0; i < n && w->columns->account; i++) {
        stretch s = stretch_of(w, &candidate[i]);
        room += s.wide_to - s.wide_from;
        if (s.wide_to - s.wide_from > most) most = s.wide_to - s.wide_from;
    }
    shi_keyed *order = shi_new(&scratch, shi_keyed, n);
    int32_t *core = shi_new(&scratch, int32_t, most), *member = shi_new(keep, int32_t, room);
    double *weight = shi_new(keep, double, room);
    shi_burst *burst = shi_new(keep, shi_burst, n);
    shi_group *group = shi_new(keep, shi_group, n);
    if (!order || !core || !burst || !group || !member || !weight) return shi_no_memory();
    SHI_TRY(order_bursts(scratch, w, candidate, n, core, order));
    for (int64_t i = 0; i < n; i++) {
        shi_burst *b = &burst[i];
        *b = candidate[order[i].row];
        SHI_TRY(look_at_gaps(scratch, w, b));
        stretch s = stretch_of(w, b);
        int64_t len = add_members(w, s, member + members, weight + members, core);
        group[i] = (shi_group){ .first = members, .len = len, .things = 1, .deeds = b->count, .log10_p = fmin(0, b->log10_p + log10_m),
                                .log10_e = shi_e_calibrated(b->log10_p) - log10_m, .from_us = w->time_us[s.from], .to_us = w->time_us[s.to - 1] };
        members += len;
    }
    out->groups = (shi_groups){ group, n, member, weight, members };
    out->burst = burst;
    return (shi_err){ 0 };
}

shi_err shi_bursts_judge(shi_arena *keep, shi_arena scratch, shi_bursts_work *w, shi_bursts *out)
{
    shi_bursts got = { .arrivals = w->n, .resolution_us = w->resolution_us };
    int64_t windows = 0, n = 0;
    for (int k = 0; k < SHI_BURSTS_LENGTHS; k++) got.phi[k] = w->phi[k];
    for (int64_t u = 0; u < w->units; u++) got.units += w->start[u + 1] > w->start[u];
    for (int k = 0; k < w->scales; k++) windows += w->scale[k].windows;
    got.searched = windows * got.units;
    if (w->n == 0) got.cannot_judge = N_("There is no arrival with a time and a unit.");
    else if (got.units < 2) got.caution = N_("Without other units a rush that all share, such as a deadline, looks like a lump.");
    double log10_m = got.searched > 0 ? log10((double)got.searched) : 0;
    shi_burst *candidate = NULL;
    SHI_TRY(test_all(&scratch, w, log10_m, &candidate, &n));
    SHI_TRY(keep_strongest(scratch, w, log10_m, candidate, &n));
    SHI_TRY(hand_out(keep, scratch, w, candidate, n, log10_m, &got));
    *out = got;
    return (shi_err){ 0 };
}
