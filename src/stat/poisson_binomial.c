/* P(X >= k) of a sum of independent events: one array of P(X = 0 … k - 1) and of P(X >= k), which takes in what passes k. All terms are
 * positive, so the smallest tail that a double holds is as exact as a large one. */
#include "shishu/poisson_binomial.h"

#include "stat/dist.h"

#include <math.h>

enum { MOST_EXACT = 4096 };

static double clamp01(double p)
{
    return p > 0 ? p < 1 ? p : 1 : 0;
}

/* The tail that has come together is in at[k]. */
static double recursion(double *at, const double *p, int64_t n, int64_t k)
{
    for (int64_t j = 0; j <= k; j++) at[j] = 0;
    at[0] = 1;
    for (int64_t i = 0; i < n; i++) {
        double q = clamp01(p[i]);
        int64_t most = i + 1 < k ? i + 1 : k - 1;
        if (i + 1 >= k) at[k] += at[k - 1] * q;
        for (int64_t j = most; j > 0; j--) at[j] = at[j] * (1 - q) + at[j - 1] * q;
        at[0] *= 1 - q;
    }
    return at[k];
}

/* min over t of E[exp(t X)] / exp(t k), in logarithms; convex in t, so bisection on its slope finds it. */
static double chernoff(const double *p, int64_t n, int64_t k)
{
    double low = 0, high = 700, log_p = 0;
    for (int step = 0; step < 60; step++) {
        double t = (low + high) / 2, grow = exp(t), slope = -(double)k;
        for (int64_t i = 0; i < n; i++) slope += clamp01(p[i]) * grow / (1 - clamp01(p[i]) + clamp01(p[i]) * grow);
        if (slope < 0) low = t;
        else high = t;
    }
    for (int64_t i = 0; i < n; i++) log_p += log1p(clamp01(p[i]) * expm1(low));
    log_p -= low * (double)k;
    return log_p < 0 ? log_p : 0;
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
    double *at = shi_new(&scratch, double, k + 1);
    if (!at) return shi_no_memory();
    double tail = recursion(at, p, n, k);
    *log_p = tail > 1e-290 ? log(tail < 1 ? tail : 1) : chernoff(p, n, k);
    return (shi_err){ 0 };
}
