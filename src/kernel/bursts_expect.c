/* How many arrivals of a unit may be expected in a window: its share of what all units would show, and of that the largest of several guesses, since
 * a guess that is too low accuses. The days around and the time of day, corrected by what the other units show on this day; and the same corrected by
 * what they show in the window itself and in each longer one about it. The unit's own arrivals in these are left out, so a lump does not hide
 * itself. */
#include "kernel/bursts.h"

#include "base/text.h"

#include <math.h>

enum { AROUND_DAYS = 7, REACH = 6 };
static const double FEW = 5, LEAST_FACTOR = 0.2, ANY_HOUR = 0.05;

/* Share of the day's arrivals before each cell: smoothed over an hour, unless times are coarser; some at any hour. */
static void learn_hours(shi_bursts_work *w)
{
    int64_t cell[SHI_BURSTS_A_DAY] = { 0 }, reach = w->resolution_us > 2 * SHI_BURSTS_CELL_US ? 0 : REACH;
    for (int64_t k = 0; k < w->days * SHI_BURSTS_A_DAY; k++) cell[k % SHI_BURSTS_A_DAY] += w->below[k + 1] - w->below[k];
    for (int64_t k = 0; k < SHI_BURSTS_A_DAY; k++) {
        int64_t near = 0;
        for (int64_t j = -reach; j <= reach; j++) near += cell[(k + j + SHI_BURSTS_A_DAY) % SHI_BURSTS_A_DAY];
        double share = (double)near / (double)(2 * reach + 1) / (double)w->n;
        w->hour[k + 1] = w->hour[k] + (1 - ANY_HOUR) * share + ANY_HOUR / SHI_BURSTS_A_DAY;
    }
}

shi_err shi_bursts_learn(shi_arena *scratch, shi_bursts_work *w)
{
    w->below = shi_new(scratch, int64_t, w->days * SHI_BURSTS_A_DAY + 1);
    if (!w->below) return shi_no_memory();
    for (int64_t i = 0; i < w->n; i++) w->below[(w->time_us[i] - w->day0_us) / SHI_BURSTS_CELL_US + 1]++;
    for (int64_t k = 0; k < w->days * SHI_BURSTS_A_DAY; k++) w->below[k + 1] += w->below[k];
    if (w->n) learn_hours(w);
    return (shi_err){ 0 };
}

/* ---- expected ---- */

static int64_t within(int64_t v, int64_t most)
{
    return v < 0 ? 0 : v > most ? most : v;
}

/* Arrivals of all units in cells [from, to). */
static int64_t county(const shi_bursts_work *w, int64_t from, int64_t to)
{
    int64_t cells = w->days * SHI_BURSTS_A_DAY;
    return w->below[within(to, cells)] - w->below[within(from, cells)];
}

/* Share of a day's arrivals that come in cells [from, to), at most a day. */
static double of_a_day(const shi_bursts_work *w, int64_t from, int64_t to)
{
    int64_t day = SHI_BURSTS_A_DAY, a = ((from % day) + day) % day, b = a + to - from;
    return b <= day ? w->hour[b] - w->hour[a] : w->hour[day] - w->hour[a] + w->hour[b - day];
}

/* All units on a usual day about this cell, `own` arrivals left out; a usual day of the whole log counts as one more, so that it is never 0. */
static double usual_day(const shi_bursts_work *w, int64_t middle, int64_t own)
{
    int64_t cells = w->days * SHI_BURSTS_A_DAY, reach = AROUND_DAYS * SHI_BURSTS_A_DAY + SHI_BURSTS_A_DAY / 2;
    int64_t from = within(middle - reach, cells), to = within(middle + reach, cells);
    double days = (double)(to - from) / SHI_BURSTS_A_DAY;
    return ((double)(w->below[to] - w->below[from] - own) + (double)w->n / (double)w->days) / (days + 1);
}

static int64_t cell_of(const shi_bursts_work *w, int64_t time_us)
{
    return (time_us - w->day0_us + SHI_BURSTS_DAY_US) / SHI_BURSTS_CELL_US - SHI_BURSTS_A_DAY;   /* a shifted window begins before day0_us */
}

int64_t shi_bursts_first(const shi_bursts_work *w, int64_t unit, int64_t time_us)
{
    int64_t low = w->start[unit], high = w->start[unit + 1];
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (w->time_us[middle] < time_us) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* Arrivals of the other units in cells [low, high). */
static double others_in(const shi_bursts_work *w, int64_t unit, int64_t low, int64_t high)
{
    int64_t from_us = w->day0_us + low * SHI_BURSTS_CELL_US, to_us = w->day0_us + high * SHI_BURSTS_CELL_US;
    return (double)(county(w, low, high) - (shi_bursts_first(w, unit, to_us) - shi_bursts_first(w, unit, from_us)));
}

static double share_of(const shi_bursts_work *w, int64_t unit)
{
    return (double)(w->start[unit + 1] - w->start[unit]) / (double)w->n;
}

double shi_bursts_least_expected(const shi_bursts_work *w, int64_t unit, int64_t from_us, int64_t to_us, int64_t own)
{
    int64_t from = cell_of(w, from_us), to = cell_of(w, to_us);
    return share_of(w, unit) * usual_day(w, (from + to) / 2, own) * of_a_day(w, from, to) * LEAST_FACTOR;
}

double shi_bursts_expected(const shi_bursts_work *w, int64_t unit, int64_t from_us, int64_t to_us, int64_t own, int which)
{
    double share = share_of(w, unit);
    int64_t from = cell_of(w, from_us), to = cell_of(w, to_us), middle = (from + to) / 2, half = SHI_BURSTS_A_DAY / 2;
    double usual = usual_day(w, middle, own), others = others_in(w, unit, middle - half, middle + half), most = 1;
    double today = usual * fmax(LEAST_FACTOR, (others + FEW) / (usual * (1 - share) + FEW));
    for (int k = which; k + 1 < SHI_BURSTS_LENGTHS; k++) {
        half = SHI_BURSTS_LENGTH_US[k] / SHI_BURSTS_CELL_US / 2;
        int64_t low = k == which ? from : middle - half, high = k == which ? to : middle + half;
        double all = today * of_a_day(w, low, high);
        most = fmax(most, (others_in(w, unit, low, high) + FEW) / (all * (1 - share) + FEW));
    }
    return share * today * of_a_day(w, from, to) * most;
}
