/* Two rates, by the conditional binomial test. */
#include "shishu/rates.h"

#include "stat/dist.h"

#include <math.h>

static double two_sided(int64_t a, int64_t na, int64_t b, int64_t nb)
{
    double t = (double)na / ((double)na + (double)nb);
    double up = shi_binomial_above(a + b, t, a), down = shi_binomial_below(a + b, t, a), p = 2 * (up < down ? up : down);
    return a + b > 0 && p < 1 ? p : 1;
}

void shi_rates_compare(int64_t a, int64_t na, int64_t b, int64_t nb, double confidence, shi_rate_ratio *out)
{
    double n = (double)a + (double)b, k = (double)a, t = (double)na / ((double)na + (double)nb), tail = (1 - confidence) / 2;
    double low = shi_beta_quantile(k, n - k + 1, tail), high = shi_beta_quantile(k + 1, n - k, 1 - tail);
    double z = n > 0 ? (k - n * t) / sqrt(n * t * (1 - t)) : 0, limit = z / shi_normal_quantile_above(tail);
    *out = (shi_rate_ratio){ .ratio = ((double)a / (double)na) / ((double)b / (double)nb), .low = low / (1 - low) * (double)nb / (double)na,
        .high = high / (1 - high) * (double)nb / (double)na, .p = two_sided(a, na, b, nb), .dispersion = limit * limit };
}

int64_t shi_rates_told_apart(const int64_t *count, const int64_t *people, int64_t n, double confidence, int64_t *pairs)
{
    int64_t apart = 0;
    *pairs = 0;
    for (int64_t i = 0; i < n; i++)
        for (int64_t k = i + 1; k < n && people[i] > 0; k++) {
            if (people[k] <= 0) continue;
            ++*pairs;
            apart += two_sided(count[i], people[i], count[k], people[k]) <= 1 - confidence;
        }
    return apart;
}
