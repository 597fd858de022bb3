/* Arrivals in a lump. They are sorted by unit and time (stable radix sorts); then each length of window and each shift is looked at by itself: what
 * may be expected (bursts_expect.c), what more than that is worth (bursts_spread.c), and which of a unit's windows stand (bursts_judge.c). */
#include "kernel/bursts.h"

#include "base/sort.h"
#include "base/text.h"

#define MINUTE (60 * SHI_BURSTS_SECOND_US)

const int64_t SHI_BURSTS_LENGTH_US[SHI_BURSTS_LENGTHS] = { 10 * MINUTE, 60 * MINUTE, 360 * MINUTE, 1440 * MINUTE };

static shi_err checked(const shi_bursts_columns *c)
{
    int64_t bad = c->n;
    #pragma omp parallel for reduction(min: bad) schedule(static)
    for (int64_t i = 0; i < c->n; i++) {
        bool unit = !c->unit || (c->unit[i] >= -1 && c->unit[i] < c->units);
        bool account = !c->account || (c->account[i] >= -1 && c->account[i] < c->accounts);
        if ((!unit || !account) && i < bad) bad = i;
    }
    if (bad == c->n) return (shi_err){ 0 };
    shi_err e = shi_fail(SHI_INPUT, N_("a code is out of range"), NULL);
    e.line = bad + 1;
    return e;
}

static bool usable(const shi_bursts_columns *c, int64_t i)
{
    return c->time_us[i] != INT64_MIN && (!c->unit || c->unit[i] >= 0);
}

static shi_err arrange(shi_arena *scratch, shi_bursts_work *w)
{
    const shi_bursts_columns *c = w->columns;
    w->units = c->unit ? c->units : 1;
    w->start = shi_new(scratch, int64_t, w->units + 1);
    for (int64_t i = 0; i < c->n; i++) w->n += usable(c, i);
    w->time_us = shi_new(scratch, int64_t, w->n);
    w->row = shi_new(scratch, int64_t, w->n);
    shi_arena spare = *scratch;
    shi_keyed *rows = shi_new(&spare, shi_keyed, w->n);
    if (!w->start || !w->time_us || !w->row || !rows) return shi_no_memory();
    for (int64_t i = 0, k = 0; i < c->n; i++) {
        if (!usable(c, i)) continue;
        rows[k++] = (shi_keyed){ shi_key_of(c->time_us[i]), i };
        w->start[(c->unit ? c->unit[i] : 0) + 1]++;
    }
    for (int64_t u = 0; u < w->units; u++) w->start[u + 1] += w->start[u];
    SHI_TRY(shi_sort_keyed(spare, rows, w->n));
    for (int64_t i = 0; i < w->n && c->unit; i++) rows[i].key = (uint64_t)c->unit[rows[i].row];
    if (c->unit) SHI_TRY(shi_sort_keyed(spare, rows, w->n));
    #pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < w->n; i++) {
        w->row[i] = rows[i].row;
        w->time_us[i] = c->time_us[rows[i].row];
    }
    return (shi_err){ 0 };
}

static int64_t floor_day(int64_t us)
{
    return us / SHI_BURSTS_DAY_US - (us % SHI_BURSTS_DAY_US < 0);
}

static shi_err find_days(shi_bursts_work *w)
{
    const int64_t most = 36525;
    int64_t first = INT64_MAX, last = INT64_MIN;
    #pragma omp parallel for reduction(min: first) reduction(max: last) schedule(static)
    for (int64_t i = 0; i < w->n; i++) {
        if (w->time_us[i] < first) first = w->time_us[i];
        if (w->time_us[i] > last) last = w->time_us[i];
    }
    if (w->n == 0) return (shi_err){ 0 };
    w->day0_us = floor_day(first) * SHI_BURSTS_DAY_US;
    w->days = floor_day(last) - floor_day(first) + 1;
    if (w->days <= most) return (shi_err){ 0 };
    return shi_fail(SHI_INPUT, N_("the times span more than 100 years"), N_("Take out the rows whose time is wrong."));
}

/* The largest of a day, an hour, 10 minutes, a minute that divides 99 % of the times; else a second. */
static void find_resolution(shi_bursts_work *w)
{
    static const int64_t TRIED[] = { 86400, 3600, 600, 60 };
    w->resolution_us = SHI_BURSTS_SECOND_US;
    for (int64_t k = 0; k < COUNT(TRIED) && w->n; k++) {
        int64_t unit = TRIED[k] * SHI_BURSTS_SECOND_US, divided = 0;
        #pragma omp parallel for reduction(+: divided) schedule(static)
        for (int64_t i = 0; i < w->n; i++) divided += w->time_us[i] % unit == 0;
        if ((double)divided < 0.99 * (double)w->n) continue;
        w->resolution_us = unit;
        return;
    }
}

/* A window as short as the resolution is looked at as it is; a shift must be a step of the clock too. */
static void lay_scales(shi_bursts_work *w)
{
    for (int which = 0; which < SHI_BURSTS_LENGTHS; which++) {
        int64_t length = SHI_BURSTS_LENGTH_US[which], a_day = SHI_BURSTS_DAY_US / length;
        if (length < w->resolution_us || w->n == 0) continue;
        w->scale[w->scales++] = (shi_bursts_scale){ .length_us = length, .from_us = w->day0_us, .windows = w->days * a_day, .which = which };
        if (length / 2 < w->resolution_us) continue;
        w->scale[w->scales++] = (shi_bursts_scale){ .length_us = length, .from_us = w->day0_us - length / 2, .windows = w->days * a_day + 1,
                                                    .which = which };
    }
}

shi_err shi_bursts_find(shi_arena *keep, shi_arena scratch, const shi_bursts_columns *columns, const shi_bursts_settings *settings, shi_bursts *out)
{
    shi_bursts_work w = { .columns = columns, .least = settings->least };
    SHI_TRY(checked(columns));
    SHI_TRY(arrange(&scratch, &w));
    SHI_TRY(find_days(&w));
    find_resolution(&w);
    lay_scales(&w);
    SHI_TRY(shi_bursts_learn(&scratch, &w));
    SHI_TRY(shi_bursts_spread(scratch, &w));
    return shi_bursts_judge(keep, scratch, &w, out);
}
