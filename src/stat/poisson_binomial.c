/* The distribution of the count so far, 0 to k - 1, and what has reached k, trial by trial: nothing is subtracted, so the smallest tail is as exact
 * as the largest. Each count c is kept as its probability times scale^c, and all of them times a power of ten: with scale = k / mean, the count k is
 * as usual as the mean was, and no tail is too small for a double. */
#include "stat/poisson_binomial.h"

#include "shishu/poisson_binomial.h"
#include "stat/dist.h"

#include <math.h>
#include <string.h>

double shi_poisson_binomial_log10_above(const double *p, int64_t n, int64_t k, double *work)
{
    double mean = 0, reached = 0, tens = 0;
    if (k <= 0) return 0;
    if (k > n) return -INFINITY;
    for (int64_t i = 0; i < n; i++) mean += p[i];
    double scale = mean > 0 && mean < (double)k ? (double)k / mean : 1;
    memset(work, 0, (size_t)k * sizeof *work);
    work[0] = 1;
    for (int64_t i = 0; i < n; i++) {
        double hit = p[i] * scale, miss = 1 - p[i], most = 0;
        int64_t top = i + 1 < k ? i + 1 : k - 1;         /* the most that the trials so far can have given, short of k */
        if (i >= k - 1) reached += work[k - 1] * hit;
        for (int64_t c = top; c > 0; c--) {
            work[c] = work[c] * miss + work[c - 1] * hit;
            if (work[c] > most) most = work[c];
        }
        work[0] *= miss;
        if (most < 1e100 && reached < 1e100) continue;
        for (int64_t c = 0; c < k; c++) work[c] *= 1e-100;
        reached *= 1e-100;
        tens += 100;
    }
    double log10_p = log10(reached) + tens - (double)k * log10(scale);
    return log10_p < 0 ? log10_p : 0;
}

enum { MOST_EXACT = 4096 };

static double clamp01(double p)
{
    return p > 0 ? p < 1 ? p : 1 : 0;
}

shi_err shi_poisson_binomial_log_above(shi_arena scratch, const double *p, int64_t n, int64_t k, double *log_p)
{
    double mean = 0, variance = 0;
    int64_t possible = 0;
    for (int64_t i = 0; i < n; i++) {
        double q = clamp01(p[i]);
        mean += q;
        variance += q * (1 - q);
        possible += q > 0;
    }
    if (k <= 0 || k > possible) {
        *log_p = k <= 0 ? 0 : -INFINITY;
        return (shi_err){ 0 };
    }
    if (n > MOST_EXACT && variance >= 100) {
        *log_p = shi_normal_log_above(((double)k - 0.5 - mean) / sqrt(variance));
        return (shi_err){ 0 };
    }
    double *q = shi_new(&scratch, double, n), *work = shi_new(&scratch, double, k);
    if (!q || !work) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) q[i] = clamp01(p[i]);
    *log_p = shi_poisson_binomial_log10_above(q, n, k, work) * log(10);
    return (shi_err){ 0 };
}

void shi_poisson_binomial_misses(const double *p, int64_t n, int64_t most, double *miss)
{
    for (int64_t m = 0; m <= most; m++) miss[m] = m == 0;
    for (int64_t i = 0; i < n; i++) {
        double x = clamp01(p[i]);
        for (int64_t m = most; m > 0; m--) miss[m] = miss[m] * x + miss[m - 1] * (1 - x);
        miss[0] *= x;
    }
}
