/* Poisson-binomial tails by the recursion over trials, from the side on which fewer states are needed. All terms are positive, so nothing cancels;
 * the largest state is kept above 1 by powers of two, which lose no bit, so that those that matter in the end may be 1e-570 times smaller. */
#include "stat/unequal.h"

#include <math.h>

static double clamped(double p)
{
    return p > 0 ? p < 1 ? p : 1 : 0;
}

/* ln P(at most `most` failures). */
static double few_misses(const double *p, int64_t n, int64_t most, double *state)
{
    const double up = 0x1p900;
    double scaled = 0;
    for (int64_t m = 0; m <= most; m++) state[m] = m == 0;
    for (int64_t i = 0; i < n; i++) {
        double x = clamped(p[i]), largest = 0;
        for (int64_t m = most < i + 1 ? most : i + 1; m > 0; m--) {
            state[m] = state[m] * x + state[m - 1] * (1 - x);
            largest = state[m] > largest ? state[m] : largest;
        }
        state[0] *= x;
        largest = state[0] > largest ? state[0] : largest;
        if (largest > 0 && largest < 1) {
            for (int64_t m = 0; m <= most; m++) state[m] *= up;
            scaled += 900;
        }
    }
    double sum = 0;
    for (int64_t m = most; m >= 0; m--) sum += state[m];
    return sum > 0 ? fmin(log(sum) - scaled * log(2), 0) : -INFINITY;
}

/* ln P(at least k successes), k >= 1: what passes k - 1 stays there. */
static double many_hits(const double *p, int64_t n, int64_t k, double *state)
{
    double there = 0;
    for (int64_t h = 0; h < k; h++) state[h] = h == 0;
    for (int64_t i = 0; i < n; i++) {
        double x = clamped(p[i]);
        there += state[k - 1] * x;
        for (int64_t h = k - 1; h > 0; h--) state[h] = state[h] * (1 - x) + state[h - 1] * x;
        state[0] *= 1 - x;
    }
    return there > 0 ? fmin(log(there), 0) : -INFINITY;
}

double shi_unequal_log_above(const double *p, int64_t n, int64_t k, double *work)
{
    if (k <= 0) return 0;
    if (k > n) return -INFINITY;
    double tail = n - k < k ? -INFINITY : many_hits(p, n, k, work);
    return isinf(tail) ? few_misses(p, n, n - k, work) : tail;   /* also where hits underflowed */
}

void shi_unequal_misses(const double *p, int64_t n, int64_t most, double *miss)
{
    for (int64_t m = 0; m <= most; m++) miss[m] = m == 0;
    for (int64_t i = 0; i < n; i++) {
        double x = clamped(p[i]);
        for (int64_t m = most; m > 0; m--) miss[m] = miss[m] * x + miss[m - 1] * (1 - x);
        miss[0] *= x;
    }
}
