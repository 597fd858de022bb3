/* The upper tail of the beta-binomial, summed from its end by the ratio of neighbouring terms: P(X = 0) and P(X = n) are known in closed
 * form, so only their logarithms need the gamma function. The shorter tail is summed. */
#include "shishu/feasible.h"

#include <math.h>

/* P(X <= last), from P(X = 0) = B(a, n + b) / B(a, b) upward. */
static double lower_tail(double n, double a, double b, int64_t last)
{
    double log_first = lgamma(n + b) + lgamma(a + b) - lgamma(n + a + b) - lgamma(b);
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
    if (value <= 0) return 1;
    if (value > size) return 0;
    double n = (double)size;
    /* X >= value is n - X <= n - value, and n - X ~ BetaBinomial(n, b, a) */
    if (size - value <= value) return lower_tail(n, b, a, size - value);
    return 1 - lower_tail(n, a, b, value - 1);
}
