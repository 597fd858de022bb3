/* The upper tail of the beta-binomial, summed from its end by the ratio of neighbouring terms: P(X = 0) and P(X = n) are known in closed
 * form, so only their logarithms need the gamma function. The shorter tail is summed. */
#include "shishu/feasible.h"

#include <math.h>

/* ln Gamma(x), x > 0: Stirling's series above 16 (DLMF 5.11.1), reached by x Gamma(x) = Gamma(x + 1); error below 1e-14 relative. The library's
 * lgamma keeps the sign in a global, so it cannot be called from several threads. */
static double log_gamma(double x)
{
    double product = 1;
    while (x < 16) product *= x++;
    double z = 1 / (x * x), shift = log(product);
    return (x - 0.5) * log(x) - x + 0.918938533204672742 + (1.0 / 12 - z * (1.0 / 360 - z * (1.0 / 1260 - z * (1.0 / 1680 - z / 1188)))) / x - shift;
}

/* P(X <= last), from P(X = 0) = B(a, n + b) / B(a, b) upward. */
static double lower_tail(double n, double a, double b, int64_t last)
{
    double log_first = log_gamma(n + b) + log_gamma(a + b) - log_gamma(n + a + b) - log_gamma(b);
    double term = 1, sum = 1, scale = log_first;
    for (int64_t k = 0; k < last; k++) {
        double at = (double)k;
        term *= (n - at) * (at + a) / ((at + 1) * (n - at - 1 + b));
        sum += term;
        if (sum > 1e200) {   /* the first term may be as small as e^-700 */
            scale += log(sum);
            term /= sum;
            sum = 1;
        }
    }
    double p = exp(scale + log(sum));
    return p > 1 ? 1 : p;
}

/* I_x(a, b), the distribution function of Beta(a, b), by its continued fraction (DLMF 8.17.22), evaluated from the front (Lentz 1976). */
static double beta_below(double a, double b, double x)
{
    if (x <= 0) return 0;
    if (x >= 1) return 1;
    if (x > (a + 1) / (a + b + 2)) return 1 - beta_below(b, a, 1 - x);   /* where the fraction converges fast */
    double front = exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log1p(-x)) / a;
    double c = 1, d = 1 - (a + b) * x / (a + 1), f;
    d = fabs(d) < 1e-300 ? 1e300 : 1 / d;
    f = d;
    for (int m = 1; m < 100000; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        double before = f;
        for (int k = 0; k < 2; k++) {
            double step = k ? odd : even;
            d = 1 + step * d;
            c = 1 + step / c;
            d = fabs(d) < 1e-300 ? 1e300 : 1 / d;
            c = fabs(c) < 1e-300 ? 1e-300 : c;
            f *= c * d;
        }
        if (fabs(f - before) <= 1e-15 * fabs(f)) break;
    }
    return front * f;
}

double shi_feasible(int64_t size, double a, double b, int64_t value)
{
    enum { SUMMED = 1 << 20 };
    if (value <= 0) return 1;
    if (value > size) return 0;
    /* among millions of people chance hardly moves the share: X / n is Beta(a, b) to within about 1 / n */
    if (size > SUMMED) return 1 - beta_below(a, b, ((double)value - 0.5) / (double)size);
    double n = (double)size;
    /* X >= value is n - X <= n - value, and n - X ~ BetaBinomial(n, b, a) */
    if (size - value <= value) return lower_tail(n, b, a, size - value);
    return 1 - lower_tail(n, a, b, value - 1);
}

void shi_feasible_all(const int64_t *size, const int64_t *value, int64_t n, double a, double b, double *out)
{
#pragma omp parallel for schedule(dynamic, 1024)
    for (int64_t i = 0; i < n; i++) out[i] = size[i] < 0 ? -1 : shi_feasible(size[i], a, b, value[i]);
}
