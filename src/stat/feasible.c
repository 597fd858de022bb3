/* The upper tail of the beta-binomial, summed from its end by the ratio of neighbouring terms: P(X = 0) and P(X = n) are known in closed
 * form, so only their logarithms need the gamma function. The shorter tail is summed. */
#include "shishu/feasible.h"

#include "stat/dist.h"

#include <math.h>

/* P(X <= last), from P(X = 0) = B(a, n + b) / B(a, b) upward. */
static double lower_tail(double n, double a, double b, int64_t last)
{
    double log_first = shi_log_gamma(n + b) + shi_log_gamma(a + b) - shi_log_gamma(n + a + b) - shi_log_gamma(b);
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

double shi_feasible(int64_t size, double a, double b, int64_t value)
{
    enum { SUMMED = 1 << 20 };
    if (value <= 0) return 1;
    if (value > size) return 0;
    /* among millions of people chance hardly moves the share: X / n is Beta(a, b) to within about 1 / n */
    if (size > SUMMED) return 1 - shi_beta_below(a, b, ((double)value - 0.5) / (double)size);
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
