/* What may be expected in a window: the county's mean of the days around it, the time of day, and how much the counts of units spread about it. The
 * spread is a trimmed mean over cells (unit x window), most of which are empty: they are put into bins by their lambda alone, then those with
 * arrivals are moved. Counts in bins are whole numbers, so the result does not depend on the threads. Where lambda is small, the mean hangs on the
 * few cells that the trimming takes away: hence strata of lambda, and the largest of their means and the mean of all. */
#include "kernel/bursts.h"

#include <math.h>
#include <string.h>

enum { AROUND_DAYS = 7, STRATA = 4, BINS = 2048, ALL_BINS = STRATA * BINS, LEAST_CELLS = 2000, MANTISSA = 5, BIN_0 = (1023 - 32) << MANTISSA };
static const int64_t MOST_CELLS = INT64_C(1) << 22;

/* ---- the county ---- */

static void count_county(const shi_bursts_work *w, shi_bursts_scale *s)
{
    for (int64_t i = 0; i < w->n; i++) s->county[shi_bursts_window(s, w->time_us[i])]++;
}

/* Of a slot of the day: how many times the mean; for the 10 minutes, of the hour round it. */
static double slot_factor(const int64_t *slot, int64_t slots, int64_t at, int64_t all)
{
    int64_t reach = slots > 24 ? 3 : 0, sum = 0;
    for (int64_t k = -reach; k <= reach; k++) sum += slot[(at + k + slots) % slots];
    return all ? (double)sum / (double)(2 * reach + 1) * (double)slots / (double)all : 0;
}

static shi_err find_base(shi_arena scratch, const shi_bursts_work *w, shi_bursts_scale *s)
{
    int64_t *below = shi_new(&scratch, int64_t, s->windows + 1), *slot = shi_new(&scratch, int64_t, s->a_day), around = AROUND_DAYS * s->a_day;
    double *factor = shi_new(&scratch, double, s->a_day);
    if (!below || !slot || !factor) return shi_no_memory();
    for (int64_t x = 0; x < s->windows; x++) {
        below[x + 1] = below[x] + s->county[x];
        slot[x % s->a_day] += s->county[x];
    }
    for (int64_t k = 0; k < s->a_day; k++) factor[k] = slot_factor(slot, s->a_day, k, w->n);
    #pragma omp parallel for schedule(static)
    for (int64_t x = 0; x < s->windows; x++) {
        int64_t from = x > around ? x - around : 0, to = x + around + 1 < s->windows ? x + around + 1 : s->windows;
        s->base[x] = (double)(below[to] - below[from]) / (double)(to - from) * factor[x % s->a_day];
    }
    return (shi_err){ 0 };
}

/* ---- phi ---- */

static int bin_of(double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    int64_t bin = (int64_t)(bits >> (52 - MANTISSA)) - BIN_0;
    return (int)(bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin);
}

static double middle_of(int bin)
{
    uint64_t bits = ((uint64_t)(bin + BIN_0) << (52 - MANTISSA)) + (UINT64_C(1) << (51 - MANTISSA));
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

/* Whether the window is one of those looked at: a step that meets every time of the day. */
static int64_t step_of(const shi_bursts_work *w, const shi_bursts_scale *s)
{
    int64_t step = 1 + w->units * s->windows / MOST_CELLS;
    while (step > 1 && (step % 2 == 0 || step % 3 == 0)) step++;
    return step;
}

static void put(int64_t *bins, double lambda, int64_t c, int64_t how)
{
    static const double LEAST[STRATA] = { 0.02, 0.2, 1, 5 };
    int stratum = 0;
    if (!(lambda > LEAST[0])) return;
    while (stratum + 1 < STRATA && lambda > LEAST[stratum + 1]) stratum++;
    bins[stratum * BINS + bin_of(((double)c - lambda) * ((double)c - lambda) / lambda)] += how;
}

static void bins_of_empty(const shi_bursts_work *w, const shi_bursts_scale *s, int64_t step, int64_t bins[ALL_BINS])
{
    #pragma omp parallel for reduction(+: bins[:ALL_BINS]) schedule(static)
    for (int64_t u = 0; u < w->units; u++) {
        double share = shi_bursts_share(w, u);
        for (int64_t x = 0; x < s->windows && share > 0; x += step) put(bins, shi_bursts_expected(s->base[x], share, s->county[x], 0), 0, 1);
    }
}

static void bins_of_others(const shi_bursts_work *w, const shi_bursts_scale *s, int64_t step, int64_t bins[ALL_BINS])
{
    #pragma omp parallel for reduction(+: bins[:ALL_BINS]) schedule(dynamic, 16)
    for (int64_t u = 0; u < w->units; u++) {
        double share = shi_bursts_share(w, u);
        for (int64_t from = w->start[u], to; from < w->start[u + 1]; from = to) {
            int64_t x = shi_bursts_window(s, w->time_us[from]);
            for (to = from; to < w->start[u + 1] && shi_bursts_window(s, w->time_us[to]) == x; to++) continue;
            if (x % step) continue;
            put(bins, shi_bursts_expected(s->base[x], share, s->county[x], 0), 0, -1);
            put(bins, shi_bursts_expected(s->base[x], share, s->county[x], to - from), to - from, 1);
        }
    }
}

/* Mean without the largest 0.5 %; 0 of fewer cells than `least`. */
static double trimmed(const int64_t bins[BINS], int64_t least)
{
    int64_t all = 0, left;
    double sum = 0;
    for (int b = 0; b < BINS; b++) all += bins[b];
    left = all - all / 200;
    if (all < least) return 0;
    int64_t kept = left;
    for (int b = 0; b < BINS && left > 0; b++) {
        int64_t here = bins[b] < left ? bins[b] : left;
        sum += (double)here * middle_of(b);
        left -= here;
    }
    return sum / (double)kept;
}

/* Of each stratum that has cells enough, and of all cells; bins of the first become those of all. */
static double phi_of(int64_t bins[ALL_BINS])
{
    double phi = 1;
    for (int s = 0; s < STRATA; s++) phi = fmax(phi, trimmed(bins + s * BINS, LEAST_CELLS) / 0.9);
    for (int b = BINS; b < ALL_BINS; b++) bins[b % BINS] += bins[b];
    return fmax(phi, trimmed(bins, 1) / 0.9);
}

shi_err shi_bursts_expect(shi_arena *scratch, shi_bursts_work *w)
{
    int64_t (*bins)[ALL_BINS] = shi_arena_take(scratch, SHI_BURSTS_LENGTHS, (int64_t)sizeof *bins, 64);
    if (!bins) return shi_no_memory();
    for (int k = 0; k < w->scales; k++) {
        shi_bursts_scale *s = &w->scale[k];
        s->county = shi_new(scratch, int64_t, s->windows);
        s->base = shi_new(scratch, double, s->windows);
        if (!s->county || !s->base) return shi_no_memory();
        count_county(w, s);
        SHI_TRY(find_base(*scratch, w, s));
        int64_t step = step_of(w, s);
        bins_of_empty(w, s, step, bins[s->which]);
        bins_of_others(w, s, step, bins[s->which]);
        w->phi[s->which] = 1;
    }
    for (int k = 0; k < SHI_BURSTS_LENGTHS; k++)
        if (!isnan(w->phi[k])) w->phi[k] = phi_of(bins[k]);
    return (shi_err){ 0 };
}
