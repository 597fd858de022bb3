#include "stat/beta.h"

#include <math.h>

/* ln Gamma(x), x > 0: Stirling's series above 16 (DLMF 5.11.1), reached by x Gamma(x) = Gamma(x + 1); error below 1e-14 relative. The library's
 * lgamma keeps the sign in a global, so it cannot be called from several threads. */
double shi_log_gamma(double x)
{
    double product = 1;
    while (x < 16) product *= x++;
    double z = 1 / (x * x), shift = log(product);
    return (x - 0.5) * log(x) - x + 0.918938533204672742 + (1.0 / 12 - z * (1.0 / 360 - z * (1.0 / 1260 - z * (1.0 / 1680 - z / 1188)))) / x - shift;
}

/* I_x(a, b), the distribution function of Beta(a, b), by its continued fraction (DLMF 8.17.22), evaluated from the front (Lentz 1976). */
double shi_beta_below(double a, double b, double x)
{
    if (x <= 0) return 0;
    if (x >= 1) return 1;
    if (x > (a + 1) / (a + b + 2)) return 1 - shi_beta_below(b, a, 1 - x);   /* where the fraction converges fast */
    double front = exp(shi_log_gamma(a + b) - shi_log_gamma(a) - shi_log_gamma(b) + a * log(x) + b * log1p(-x)) / a;
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

double shi_beta_quantile(double a, double b, double p)
{
    double low = 0, high = 1;
    if (!(a > 0)) return 0;
    if (!(b > 0)) return 1;
    for (int k = 0; k < 200; k++) {
        double mid = low + (high - low) / 2;
        if (mid <= low || mid >= high) break;
        if (shi_beta_below(a, b, mid) < p) low = mid;
        else high = mid;
    }
    return low + (high - low) / 2;
}
