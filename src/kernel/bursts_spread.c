/* What more arrivals than expected are worth as evidence. Households come together, and a unit's rate may differ from what is expected: under the
 * null arrivals are clusters of at most SHI_BURSTS_HOUSEHOLD, of size s with a share m_s of the arrivals, and their number is Poisson with a random
 * mean, gamma with mean 1 and shape K times the expected. Then
 *
 *   E z^arrivals = (1 - expected g(z) / K)^-K,   g(z) = sum of m_s (z^s - 1) / s,
 *
 * so z^count times its inverse is an e-value for every z >= 1 below the pole, and so is the mean over several z that do not depend on the count; the
 * least of the inverses bounds p (Chernoff). Nothing is taken from the tail of what is judged: m is learnt from chains of arrivals with pauses below
 * ten minutes, chance ones included, in the middle half of the units; K from pairs in one window beyond those of households and chance, in the middle
 * unit. So lumps in less than a quarter of the units change neither. With fewer than four units nothing tells the usual spread, and K is 1. */
#include "kernel/bursts.h"

#include "base/sort.h"
#include "base/text.h"

#include <math.h>

enum { BETS = 6, MOST_LOOKED_AT = 1 << 17, LEAST_OF_UNIT = 20, LEAST_UNITS = 4 };
static const double LEAST_VARIANCE = 0.05, MOST_VARIANCE = 1, LN10 = 2.302585092994045684;

/* ---- households ---- */

/* Arrivals of a unit by the size of the chain they stand in: who comes less than ten minutes after the one before is of its household. */
static void count_chains(const shi_bursts_work *w, int64_t u, int64_t in[SHI_BURSTS_HOUSEHOLD + 1])
{
    const int64_t gap = 600 * SHI_BURSTS_SECOND_US;
    for (int64_t from = w->start[u], to; from < w->start[u + 1]; from = to) {
        for (to = from + 1; to < w->start[u + 1] && w->time_us[to] - w->time_us[to - 1] < gap; to++) continue;
        if (to - from <= SHI_BURSTS_HOUSEHOLD) in[to - from] += to - from;
    }
}

/* Of the middle half of the units, by how large their households are: units with lumps are above. */
static shi_err learn_households(shi_arena scratch, shi_bursts_work *w)
{
    shi_keyed *by = shi_new(&scratch, shi_keyed, w->units);
    int64_t units = 0, sum = 0, in[SHI_BURSTS_HOUSEHOLD + 1] = { 0 };
    if (!by) return shi_no_memory();
    for (int64_t u = 0; u < w->units; u++) {
        int64_t own[SHI_BURSTS_HOUSEHOLD + 1] = { 0 }, n = w->start[u + 1] - w->start[u];
        double size = 0;
        if (n == 0) continue;
        count_chains(w, u, own);
        for (int s = 1; s <= SHI_BURSTS_HOUSEHOLD; s++) size += (double)(s * own[s]);
        if (n >= LEAST_OF_UNIT) by[units++] = (shi_keyed){ shi_key_of_f64(size / (double)n), u };
    }
    SHI_TRY(shi_sort_keyed(scratch, by, units));
    for (int64_t i = units / 4; i < units - units / 4; i++) count_chains(w, by[i].row, in);
    for (int s = 1; s <= SHI_BURSTS_HOUSEHOLD; s++) sum += in[s] += s;   /* one more of each size */
    for (int s = 1; s <= SHI_BURSTS_HOUSEHOLD; s++) w->household[s] = (double)in[s] / (double)sum;
    return (shi_err){ 0 };
}

/* ---- how far rates vary ---- */

typedef struct {
    double others, expected;     /* on average over arrivals: more of the unit in the window, and how many were expected */
} crowd;

/* Windows of one length of a unit, of which only each step-th is looked at. A lump counts as a household and what chance adds. */
static crowd crowd_of(const shi_bursts_work *w, const shi_bursts_scale *s, int64_t u, int64_t step)
{
    double others = 0, expected = 0, n = 0;
    for (int64_t from = w->start[u], to; from < w->start[u + 1]; from = to) {
        int64_t x = shi_bursts_window(s, w->time_us[from]), start = s->from_us + x * s->length_us, end = start + s->length_us;
        for (to = from; to < w->start[u + 1] && w->time_us[to] < end; to++) continue;
        if ((x + u) % step) continue;
        double c = (double)(to - from), lambda = shi_bursts_expected(w, u, start, end, to - from, s->which);
        others += c * fmin(c - 1, lambda + SHI_BURSTS_HOUSEHOLD - 1 + 3 * sqrt(lambda));
        expected += c * lambda;
        n += c;
    }
    return (crowd){ n > 0 ? others / n : 0, n > 0 ? expected / n : 0 };
}

/* Shape of the gamma by which rates vary in windows of this length: from pairs beyond those of chance and of households, in the middle unit. */
static shi_err learn_spread(shi_arena scratch, shi_bursts_work *w, const shi_bursts_scale *s)
{
    int64_t units = 0, step = (w->n / MOST_LOOKED_AT + 1) | 1;
    double household = 0;
    shi_keyed *by = shi_new(&scratch, shi_keyed, w->units);
    double *own = shi_new(&scratch, double, w->units);
    if (!by || !own) return shi_no_memory();
    for (int k = 1; k <= SHI_BURSTS_HOUSEHOLD; k++) household += (k - 1) * w->household[k];
    #pragma omp parallel for schedule(dynamic, 16)
    for (int64_t u = 0; u < w->units; u++) {
        crowd c = crowd_of(w, s, u, step);
        own[u] = c.expected > 0 ? (c.others - c.expected - household) / c.expected : (double)NAN;   /* none of its windows was looked at */
    }
    for (int64_t u = 0; u < w->units; u++)
        if (w->start[u + 1] - w->start[u] >= LEAST_OF_UNIT && !isnan(own[u])) by[units++] = (shi_keyed){ shi_key_of_f64(own[u]), u };
    SHI_TRY(shi_sort_keyed(scratch, by, units));
    double variance = units >= LEAST_UNITS ? own[by[units / 2].row] : MOST_VARIANCE;
    w->shape[s->which] = 1 / fmin(fmax(variance, LEAST_VARIANCE), MOST_VARIANCE);
    return (shi_err){ 0 };
}

shi_err shi_bursts_spread(shi_arena scratch, shi_bursts_work *w)
{
    SHI_TRY(learn_households(scratch, w));
    for (int k = 0; k < w->scales; k++)
        if (w->scale[k].from_us == w->day0_us) SHI_TRY(learn_spread(scratch, w, &w->scale[k]));
    return (shi_err){ 0 };
}

/* ---- evidence ---- */

/* E of clusters: sum of m_s / s (z^s - 1). */
static double growth(const double *household, double z)
{
    double sum = 0;
    for (int s = 1; s <= SHI_BURSTS_HOUSEHOLD; s++) sum += household[s] / s * (pow(z, s) - 1);
    return sum;
}

static double slope(const double *household, double z)
{
    double sum = 0;
    for (int s = 1; s <= SHI_BURSTS_HOUSEHOLD; s++) sum += household[s] * pow(z, s - 1);
    return sum;
}

/* ln z at which expected growth / shape is y. */
static double z_of(const double *household, double shape, double expected, double y)
{
    double low = 0, high = 100;
    for (int i = 0; i < 50; i++) {
        double middle = (low + high) / 2;
        if (expected * growth(household, exp(middle)) < y * shape) low = middle;
        else high = middle;
    }
    return low;
}

/* Poisson's bound is below ours: households and varying rates only add to the tail. */
bool shi_bursts_hopeless(double expected, int64_t count, double log10_p)
{
    double c = (double)count;
    return c <= expected || c * log(c / expected) - c + expected < -log10_p * LN10;
}

double shi_bursts_log10_p(const shi_bursts_work *w, int which, double expected, int64_t count)
{
    const double *m = w->household, shape = w->shape[which];
    double low = 0, high = z_of(m, shape, expected, 1);
    for (int i = 0; i < 50; i++) {
        double middle = (low + high) / 2, z = exp(middle);
        double rise = expected * z * slope(m, z) / (1 - expected * growth(m, z) / shape);
        if (rise < (double)count) low = middle;
        else high = middle;
    }
    return -((double)count * low + shape * log1p(-expected * growth(m, exp(low)) / shape)) / LN10;
}

double shi_bursts_log10_e(const shi_bursts_work *w, int which, double expected, int64_t count)
{
    static const double Y[BETS] = { 0.125, 0.25, 0.5, 0.75, 0.875, 0.9375 };
    double log10_e[BETS], most = -INFINITY, sum = 0, shape = w->shape[which];
    for (int k = 0; k < BETS; k++) {
        log10_e[k] = ((double)count * z_of(w->household, shape, expected, Y[k]) + shape * log1p(-Y[k])) / LN10;
        most = fmax(most, log10_e[k]);
    }
    for (int k = 0; k < BETS; k++) sum += pow(10, log10_e[k] - most);
    return most + log10(sum / BETS);
}
