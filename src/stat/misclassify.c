/* The likelihood of the share p, sensitivity u and specificity v: three binomials. For each p the best u and v are found by golden sections, one
 * inside the other; the interval holds every p whose best likelihood is within half the chi-square quantile of the best of all. */
#include "shishu/misclassify.h"

#include "stat/dist.h"

#include <math.h>

/* k ln p + (n - k) ln(1 - p), with 0 ln 0 = 0. */
static double term(int64_t k, int64_t n, double p)
{
    double a = k > 0 ? (double)k * log(p) : 0, b = n > k ? (double)(n - k) * log1p(-p) : 0;
    return a + b;
}

static double likelihood(const shi_recheck *r, double p, double u, double v)
{
    return term(r->found, r->visited, p * u + (1 - p) * (1 - v)) + term(r->agreed_real, r->again_real, u) + term(r->agreed_not, r->again_not, v);
}

enum { STEPS = 50 };
static const double GOLDEN = 0.6180339887498949;

static double best_over_v(const shi_recheck *r, double p, double u)
{
    double low = 0, high = 1, a = high - GOLDEN, b = GOLDEN, fa = likelihood(r, p, u, a), fb = likelihood(r, p, u, b);
    for (int k = 0; k < STEPS; k++) {
        if (fa < fb) {
            low = a, a = b, fa = fb;
            b = low + GOLDEN * (high - low), fb = likelihood(r, p, u, b);
        } else {
            high = b, b = a, fb = fa;
            a = high - GOLDEN * (high - low), fa = likelihood(r, p, u, a);
        }
    }
    return fa > fb ? fa : fb;
}

static double profile(const shi_recheck *r, double p)
{
    double low = 0, high = 1, a = high - GOLDEN, b = GOLDEN, fa = best_over_v(r, p, a), fb = best_over_v(r, p, b);
    for (int k = 0; k < STEPS; k++) {
        if (fa < fb) {
            low = a, a = b, fa = fb;
            b = low + GOLDEN * (high - low), fb = best_over_v(r, p, b);
        } else {
            high = b, b = a, fb = fa;
            a = high - GOLDEN * (high - low), fa = best_over_v(r, p, a);
        }
    }
    return fa > fb ? fa : fb;
}

/* The end of the interval between `outside` (0 or 1) and the estimate. */
static double end(const shi_recheck *r, double outside, double inside, double limit)
{
    if (profile(r, outside) >= limit) return outside;
    for (int k = 0; k < 40; k++) {
        double mid = (outside + inside) / 2;
        if (profile(r, mid) >= limit) inside = mid;
        else outside = mid;
    }
    return outside;
}

bool shi_misclassified(const shi_recheck *r, double confidence, shi_corrected *out)
{
    if (r->visited < 1 || r->again_real < 1 || r->again_not < 1) return false;
    double u = (double)r->agreed_real / (double)r->again_real, v = (double)r->agreed_not / (double)r->again_not;
    if (u + v <= 1) return false;
    double p = ((double)r->found / (double)r->visited + v - 1) / (u + v - 1);
    p = p < 0 ? 0 : p > 1 ? 1 : p;
    double limit = profile(r, p) - shi_chisq_quantile_above(1 - confidence, 1) / 2;
    *out = (shi_corrected){ u, v, p, { end(r, 0, p, limit), end(r, 1, p, limit) } };
    return true;
}
