/* Two rates, by the conditional binomial test. */
#include "shishu/rates.h"

#include "stat/beta.h"

#include <math.h>

/* P(X >= k) and P(X <= k), X ~ Bin(n, t). */
static double upper(double n, double k, double t)
{
    return k <= 0 ? 1 : shi_beta_below(k, n - k + 1, t);
}

static double lower(double n, double k, double t)
{
    return k >= n ? 1 : 1 - shi_beta_below(k + 1, n - k, t);
}

static double two_sided(int64_t a, int64_t na, int64_t b, int64_t nb)
{
    double n = (double)a + (double)b, k = (double)a, t = (double)na / ((double)na + (double)nb);
    double up = upper(n, k, t), down = lower(n, k, t), p = 2 * (up < down ? up : down);
    return n > 0 && p < 1 ? p : 1;
}

/* The number of standard deviations that leave (1 - confidence) outside. */
static double deviations(double confidence)
{
    double low = 0, high = 40;
    for (int k = 0; k < 100; k++) {
        double mid = (low + high) / 2;
        if (erfc(mid / sqrt(2)) > 1 - confidence) low = mid;
        else high = mid;
    }
    return low;
}

void shi_rates_compare(int64_t a, int64_t na, int64_t b, int64_t nb, double confidence, shi_rate_ratio *out)
{
    double n = (double)a + (double)b, k = (double)a, t = (double)na / ((double)na + (double)nb), tail = (1 - confidence) / 2;
    double low = shi_beta_quantile(k, n - k + 1, tail), high = shi_beta_quantile(k + 1, n - k, 1 - tail);
    double z = n > 0 ? (k - n * t) / sqrt(n * t * (1 - t)) : 0, limit = z / deviations(confidence);
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
