/* Which windows hold too much. A unit's candidates stand in its own stretch of one array, so units are tested in parallel; then, strongest first,
 * what overlaps a stronger one of the same unit is dropped, on a grid of half the shortest window. */
#include "kernel/bursts.h"

#include "base/sort.h"
#include "base/text.h"

#include <math.h>

enum { MOST_HELPED = 150, DAY_FROM = 7, DAY_TO = 22 };
static const double FEW_SHORT = 0.1, WIDE = -1.301029995663981;   /* log10 0.05 */

/* Number of the window's length. */
static int length_of(const shi_burst *b)
{
    int which = 0;
    while (b->to_us - b->from_us > SHI_BURSTS_LENGTH_US[which]) which++;
    return which;
}

/* log10 of p times what was searched. */
static double corrected(const shi_bursts_work *w, const shi_burst *b)
{
    return b->log10_p + w->log10_searched[length_of(b)];
}

static double log10_e(const shi_bursts_work *w, const shi_burst *b)
{
    return shi_bursts_log10_e(w, length_of(b), b->expected, b->count) - w->log10_searched[length_of(b)];
}

/* Windows of a unit at one scale that may hold too much: how many, or, with room for them, those that do. */
static int64_t test_unit(const shi_bursts_work *w, const shi_bursts_scale *s, int64_t u, shi_burst *out)
{
    double least_log10_p = -w->log10_searched[s->which];
    int64_t found = 0;
    for (int64_t from = w->start[u], to; from < w->start[u + 1]; from = to) {
        int64_t x = shi_bursts_window(s, w->time_us[from]), start = s->from_us + x * s->length_us, end = start + s->length_us;
        for (to = from; to < w->start[u + 1] && w->time_us[to] < end; to++) continue;
        if (to - from < w->least || shi_bursts_hopeless(shi_bursts_least_expected(w, u, start, end, to - from), to - from, least_log10_p)) continue;
        if (out) {
            double lambda = shi_bursts_expected(w, u, start, end, to - from, s->which);
            if (shi_bursts_hopeless(lambda, to - from, least_log10_p)) continue;
            double log10_p = shi_bursts_log10_p(w, s->which, lambda, to - from);
            if (log10_p >= least_log10_p) continue;
            out[found] = (shi_burst){ .unit = (int32_t)u, .from_us = start, .to_us = end, .wide_from_us = start, .wide_to_us = end,
                                      .count = to - from, .expected = lambda, .log10_p = log10_p };
        }
        found++;
    }
    return found;
}

/* Windows with p times searched below 1, by unit and scale. */
static shi_err test_all(shi_arena *scratch, const shi_bursts_work *w, shi_burst **out, int64_t *n)
{
    int64_t cells = w->units * w->scales, *place = shi_new(scratch, int64_t, cells + 1), *len = shi_new(scratch, int64_t, cells), kept = 0;
    if (!place || !len) return shi_no_memory();
    #pragma omp parallel for schedule(dynamic, 64)
    for (int64_t i = 0; i < cells; i++) place[i + 1] = test_unit(w, &w->scale[i % w->scales], i / w->scales, NULL);
    for (int64_t i = 0; i < cells; i++) place[i + 1] += place[i];
    shi_burst *b = shi_new(scratch, shi_burst, place[cells]);
    if (!b) return shi_no_memory();
    #pragma omp parallel for schedule(dynamic, 64)
    for (int64_t i = 0; i < cells; i++) len[i] = test_unit(w, &w->scale[i % w->scales], i / w->scales, b + place[i]);
    for (int64_t i = 0; i < cells; i++)
        for (int64_t k = place[i]; k < place[i] + len[i]; k++) b[kept++] = b[k];
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

/* Arrivals of the window are honest with at most this probability: as many as are expected among those that came. */
static void judge_arrivals(const shi_bursts_work *w, const shi_burst *b)
{
    int64_t from = shi_bursts_first(w, b->unit, b->from_us);
    double share = b->expected / (double)b->count;
    for (int64_t i = from; i < from + b->count; i++)
        if (share < w->usual[i]) w->usual[i] = share;
}

static void mark(const shi_bursts_work *w, const shi_burst *b, int32_t *owner, int64_t which)
{
    int64_t origin = w->day0_us - SHI_BURSTS_DAY_US;
    for (int64_t k = (b->from_us - origin) / SHI_BURSTS_CELL_US; k < (b->to_us - origin) / SHI_BURSTS_CELL_US; k++) owner[k] = (int32_t)which;
}

/* Keeps the strongest of what overlaps; order: candidates of a unit from the strongest down. The grid begins a day before the log, for shifts. */
static int64_t drop_overlaps(const shi_bursts_work *w, const shi_keyed *order, int64_t n, shi_burst *candidate, int32_t *owner)
{
    int64_t kept = 0, origin = w->day0_us - SHI_BURSTS_DAY_US;
    for (int64_t from = 0, to; from < n; from = to) {
        for (to = from; to < n && order[to].key == order[from].key; to++) {
            shi_burst *b = &candidate[order[to].row];
            int32_t other = owner_of(owner, (b->from_us - origin) / SHI_BURSTS_CELL_US, (b->to_us - origin) / SHI_BURSTS_CELL_US);
            if (!other) {
                mark(w, b, owner, to - from + 1);
                judge_arrivals(w, b);
                continue;
            }
            shi_burst *strong = &candidate[order[from + other - 1].row];
            bool wide = corrected(w, b) <= WIDE;
            if (wide) judge_arrivals(w, b);
            b->count = 0;
            if (!wide) continue;
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

static shi_err keep_strongest(shi_arena scratch, const shi_bursts_work *w, shi_burst *candidate, int64_t *n)
{
    shi_keyed *order = shi_new(&scratch, shi_keyed, *n);
    int32_t *owner = shi_new(&scratch, int32_t, (w->days + 2) * (SHI_BURSTS_DAY_US / SHI_BURSTS_CELL_US));
    if (!order || !owner) return shi_no_memory();
    for (int64_t i = 0; i < *n; i++) order[i] = (shi_keyed){ shi_key_of_f64(corrected(w, &candidate[i])), i };
    SHI_TRY(shi_sort_keyed(scratch, order, *n));
    for (int64_t i = 0; i < *n; i++) order[i].key = (uint64_t)candidate[order[i].row].unit;
    SHI_TRY(shi_sort_keyed(scratch, order, *n));
    *n = drop_overlaps(w, order, *n, candidate, owner);
    return (shi_err){ 0 };
}

/* ---- what a burst looks like ---- */

static shi_err look_at_gaps(shi_arena scratch, const shi_bursts_work *w, shi_burst *b)
{
    const int64_t minute = 60 * SHI_BURSTS_SECOND_US;
    int64_t first = shi_bursts_first(w, b->unit, b->from_us), n = b->count - 1, small = 0;
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
    int64_t from = shi_bursts_first(w, b->unit, b->from_us);
    return (stretch){ from, from + b->count, shi_bursts_first(w, b->unit, b->wide_from_us), shi_bursts_first(w, b->unit, b->wide_to_us) };
}

/* Those of the wide stretch. An account weighs what the surest of its arrivals does. */
static int64_t add_members(const shi_bursts_work *w, stretch s, int32_t *member, double *weight)
{
    if (!w->columns->account) return 0;
    int64_t n = gather(w, s.wide_from, s.wide_to, member);
    for (int64_t i = s.wide_from; i < s.wide_to; i++) {
        int32_t a = w->columns->account[w->row[i]];
        int64_t low = 0, high = n;
        if (a < 0) continue;
        while (low + 1 < high) {
            int64_t middle = (low + high) / 2;
            if (member[middle] <= a) low = middle;
            else high = middle;
        }
        weight[low] = fmax(weight[low], 1 - w->usual[i]);
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
    for (int64_t i = 0; i < n; i++) order[i].key = shi_key_falling(log10_e(w, &b[order[i].row]));
    return shi_sort_keyed(scratch, order, n);
}

static shi_err hand_out(shi_arena *keep, shi_arena scratch, const shi_bursts_work *w, const shi_burst *candidate, int64_t n, shi_bursts *out)
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
        int64_t len = add_members(w, s, member + members, weight + members);
        group[i] = (shi_group){ .first = members, .len = len, .things = 1, .deeds = b->count, .log10_p = fmin(0, corrected(w, b)),
                                .log10_e = log10_e(w, b), .from_us = w->time_us[s.from], .to_us = w->time_us[s.to - 1] };
        members += len;
    }
    out->groups = (shi_groups){ group, n, member, weight, members };
    out->burst = burst;
    return (shi_err){ 0 };
}

/* Each length has the same part of the search, so that a day is not held to what six days' worth of ten minutes ask for. */
static int64_t count_searched(shi_bursts_work *w, int64_t units)
{
    int64_t all = 0, of[SHI_BURSTS_LENGTHS] = { 0 }, lengths = 0;
    for (int k = 0; k < w->scales; k++) of[w->scale[k].which] += w->scale[k].windows * units;
    for (int k = 0; k < SHI_BURSTS_LENGTHS; k++) lengths += of[k] > 0;
    for (int k = 0; k < SHI_BURSTS_LENGTHS; k++) {
        w->log10_searched[k] = of[k] ? log10((double)(of[k] * lengths)) : 0;
        all += of[k];
    }
    return all;
}

shi_err shi_bursts_judge(shi_arena *keep, shi_arena scratch, shi_bursts_work *w, shi_bursts *out)
{
    shi_bursts got = { .arrivals = w->n, .resolution_us = w->resolution_us };
    int64_t n = 0;
    for (int64_t u = 0; u < w->units; u++) got.units += w->start[u + 1] > w->start[u];
    got.searched = count_searched(w, got.units);
    if (w->n == 0) got.cannot_judge = N_("There is no arrival with a time and a unit.");
    else if (got.units < 2) got.caution = N_("Without other units a rush that all share, such as a deadline, looks like a lump.");
    shi_burst *candidate = NULL;
    w->usual = shi_new(&scratch, double, w->n);
    if (!w->usual) return shi_no_memory();
    for (int64_t i = 0; i < w->n; i++) w->usual[i] = 1;
    SHI_TRY(test_all(&scratch, w, &candidate, &n));
    SHI_TRY(keep_strongest(scratch, w, candidate, &n));
    SHI_TRY(hand_out(keep, scratch, w, candidate, n, &got));
    *out = got;
    return (shi_err){ 0 };
}
