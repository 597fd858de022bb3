/* Confidence sequences by betting. The capital that bets on a mean above m falls with m, the other rises, so the means not yet refuted after
 * any number of draws are an interval, and each of its ends is found by halving on "has the capital ever reached 1/alpha". Drawn without
 * replacement, m turns, at each draw, into the mean that is left: (N m - sum so far) / (N - draws so far). */
#include "shishu/betting.h"

#include <math.h>

/* Running estimate of the variance, with one made-up observation of mean 1/2 and variance 1/4 (eq. 15). */
typedef struct {
    double sum, squares, variance;
    int64_t t;   /* draws seen */
} spread;

static const spread NOTHING = { .variance = 0.25 };

static void spread_add(spread *s, double x)
{
    double t = (double)++s->t, mean;
    s->sum += x;
    mean = (0.5 + s->sum) / (t + 1);
    s->squares += (x - mean) * (x - mean);
    s->variance = (0.25 + s->squares) / (t + 1);
}

/* The bet at the next draw: sqrt(2 ln(2/alpha) / (variance t ln(1 + t))), or with the planned n in place of t ln(1 + t), and then at most 1. */
static double plug_in(const spread *s, int64_t planned, double alpha)
{
    double t = (double)(s->t + 1), time = planned > 0 ? (double)planned : t * log1p(t);
    double bet = sqrt(2 * log(2 / alpha) / (time * s->variance));
    return planned > 0 && bet > 1 ? 1 : bet;
}

/* Mean of what is left before draw t (from 0), if the mean of all is m. */
static double left_mean(int64_t N, double m, double sum, int64_t t)
{
    return N > 0 ? ((double)N * m - sum) / (double)(N - t) : m;
}

enum { FRACTIONS = 10 };

typedef struct {
    double above[FRACTIONS], below[FRACTIONS];   /* factors of capital that bet on a mean above m, and below it; hedged: the first alone */
} purse;

/* `risked`: the most of the capital that one draw may cost. */
static void hedged_step(purse *p, double bet, double risked, double x, double m)
{
    double up = m > 0 && bet > risked / m ? risked / m : bet, down = m < 1 && bet > risked / (1 - m) ? risked / (1 - m) : bet;
    p->above[0] *= 1 + up * (x - m);
    p->below[0] *= 1 - down * (x - m);
}

static void kelly_step(purse *p, double x, double m)
{
    for (int d = 0; d < FRACTIONS; d++) {
        double share = (double)(d + 1) / (FRACTIONS + 1);
        p->above[d] *= m > 0 ? 1 + share / m * (x - m) : 1;
        p->below[d] *= m < 1 ? 1 - share / (1 - m) * (x - m) : 1;
    }
}

static double side(const double *factor, int fractions)
{
    double sum = 0;
    for (int d = 0; d < fractions; d++) sum += factor[d];
    return sum / fractions;
}

/* Capital, and whether the bets on a mean above m are the larger part of it. Half the money on each side; the hedged one counts the better half. */
static double worth(const purse *p, shi_bet bet, bool *above)
{
    int fractions = bet == SHI_KELLY ? FRACTIONS : 1;
    double up = side(p->above, fractions), down = side(p->below, fractions);
    *above = up > down;
    return bet == SHI_KELLY ? (up + down) / 2 : (*above ? up : down) / 2;
}

/* A sequence of draws, and how it is bet on. */
typedef struct {
    shi_bet bet;
    const double *x;
    int64_t n, N, planned;
    double alpha;
} draws;

static purse full(void)
{
    purse p;
    for (int d = 0; d < FRACTIONS; d++) p.above[d] = p.below[d] = 1;
    return p;
}

/* What refutes m within the n draws: -1: bets that the mean is below it, 1: above it, 0: nothing. */
static int refuted(const draws *d, double m)
{
    purse p = full();
    spread s = NOTHING;
    for (int64_t t = 0; t < d->n; t++) {
        double left = left_mean(d->N, m, s.sum, t);
        bool above;
        if (left < 0 || (left <= 0 && d->x[t] > 0)) return 1;
        if (left > 1 || (left >= 1 && d->x[t] < 1)) return -1;
        if (d->bet == SHI_KELLY) kelly_step(&p, d->x[t], left);
        else hedged_step(&p, plug_in(&s, d->planned, d->alpha), d->planned > 0 ? 1 : 0.5, d->x[t], left);
        spread_add(&s, d->x[t]);
        if (worth(&p, d->bet, &above) > 1 / d->alpha) return above ? 1 : -1;
    }
    return 0;
}

/* The end of the interval towards `way`: 1 the lower, -1 the upper. `inside` is not refuted from that side, `outside` is. */
static double end(const draws *d, int way, double outside, double inside)
{
    if (refuted(d, outside) != way) return outside;
    for (int k = 0; k < 60 && fabs(inside - outside) > 1e-12; k++) {
        double mid = outside + (inside - outside) / 2;
        if (refuted(d, mid) == way) outside = mid;
        else inside = mid;
    }
    return outside;
}

static shi_interval by_capital(const draws *d)
{
    double sum = 0, rest = 0;
    for (int64_t t = 0; t < d->n; t++) sum += d->x[t], rest += 1 - d->x[t];
    shi_interval out = { end(d, 1, 0, 1), end(d, -1, 1, 0) };
    if (d->N > 0) {   /* what was seen is in the population, whatever the rest is */
        double low = sum / (double)d->N, high = 1 - rest / (double)d->N;
        if (out.low < low) out.low = low;
        if (out.high > high) out.high = high;
    }
    return out;
}

/* Lower bound of the mean by predictable mixtures: center less (ln(2/alpha) + psi) / weight, x mirrored for the upper one. */
static double closed_low(const draws *d, bool mirror)
{
    double sum = 0, weighted = 0, weight = 0, psi = 0, mean = 0, best = 0, cost = log(2 / d->alpha);
    spread s = NOTHING;
    for (int64_t t = 0; t < d->n; t++) {
        double x = mirror ? 1 - d->x[t] : d->x[t], at = (double)(t + 1), bet;
        if (d->bet == SHI_HOEFFDING) {
            bet = sqrt(8 * log(2 / d->alpha) / (at * log1p(at)));
            if (bet > 1) bet = 1;
            psi += bet * bet / 8;
        } else {
            bet = plug_in(&s, d->planned, d->alpha);
            if (bet > 0.5) bet = 0.5;
            psi += (x - mean) * (x - mean) * (-log1p(-bet) - bet);
        }
        double left = d->N > 0 ? (double)(d->N - t) : INFINITY;
        weighted += bet * (x + sum / left);
        weight += bet * (1 + (double)t / left);
        spread_add(&s, x);
        sum += x;
        mean = sum / at;
        double low = (weighted - cost - psi) / weight;
        if (low > best) best = low;
    }
    return best;
}

shi_interval shi_betting_bounds(shi_bet bet, const double *x, int64_t n, int64_t N, int64_t planned, double alpha)
{
    draws d = { bet, x, n, N, planned, alpha };
    if (bet == SHI_HEDGED || bet == SHI_KELLY) return by_capital(&d);
    return (shi_interval){ closed_low(&d, false), 1 - closed_low(&d, true) };
}

void shi_hedged_capital(const double *x, int64_t n, int64_t N, double m, double alpha, double *capital)
{
    purse p = full();
    spread s = NOTHING;
    bool impossible = false, above;
    for (int64_t t = 0; t < n; t++) {
        double left = left_mean(N, m, s.sum, t);
        impossible |= left < 0 || left > 1;
        if (!impossible) hedged_step(&p, plug_in(&s, 0, alpha), 0.5, x[t], left);
        spread_add(&s, x[t]);
        capital[t] = impossible ? INFINITY : worth(&p, SHI_HEDGED, &above);
    }
}
