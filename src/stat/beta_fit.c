/* Fitting a beta distribution to counts. Each step multiplies a and b by the ratio of two sums of digamma differences, which never lowers the
 * likelihood; the starting point is the method of moments. */
#include "shishu/feasible.h"

#include "stat/dist.h"

#include <math.h>

typedef struct {
    const int64_t *found, *size;
    int64_t units;
} counts;

/* Weight a + b of shares with this mean by their variance: var = m (1 - m) (1 / n + (1 - 1 / n) / (w + 1)) for people n. */
static double moments(const counts *c, double mean)
{
    double spread = 0, chance = 0, rest = 0;
    for (int64_t i = 0; i < c->units; i++) {
        if (c->size[i] <= 0) continue;
        double n = (double)c->size[i], d = (double)c->found[i] / n - mean;
        spread += d * d;
        chance += mean * (1 - mean) / n;
        rest += mean * (1 - mean) * (1 - 1 / n);
    }
    double rho = rest > 0 ? (spread - chance) / rest : 0;
    if (rho < 1e-4) rho = 1e-4;
    return rho < 0.99 ? 1 / rho - 1 : 1 / 0.99 - 1;
}

static void step(const counts *c, double *a, double *b)
{
    double up_a = 0, up_b = 0, down = 0, at_a = shi_digamma(*a), at_b = shi_digamma(*b), at_w = shi_digamma(*a + *b);
    for (int64_t i = 0; i < c->units; i++) {
        if (c->size[i] <= 0) continue;
        double k = (double)c->found[i], n = (double)c->size[i];
        up_a += shi_digamma(k + *a) - at_a;
        up_b += shi_digamma(n - k + *b) - at_b;
        down += shi_digamma(n + *a + *b) - at_w;
    }
    *a *= up_a / down;
    *b *= up_b / down;
}

bool shi_beta_fit(const int64_t *found, const int64_t *size, int64_t units, double *a, double *b)
{
    enum { STEPS = 10000 };
    static const double MOST = 1e6;
    const counts c = { found, size, units };
    double k = 0, n = 0;
    int64_t used = 0;
    for (int64_t i = 0; i < units; i++) {
        if (size[i] <= 0) continue;
        k += (double)found[i];
        n += (double)size[i];
        used++;
    }
    if (used < 2 || !(k > 0) || !(k < n)) return false;
    double weight = moments(&c, k / n), x = k / n * weight, y = weight - x;
    for (int s = 0; s < STEPS; s++) {
        double old_x = x, old_y = y;
        step(&c, &x, &y);
        if (x + y > MOST) {
            double m = x / (x + y);
            x = m * MOST;
            y = MOST - x;
            break;
        }
        if (fabs(x - old_x) <= 1e-10 * x && fabs(y - old_y) <= 1e-10 * y) break;
    }
    *a = x;
    *b = y;
    return true;
}
