/* Bounds from a sample of fixed size. The hypergeometric ones halve over K, since both tails are monotone in it. */
#include "shishu/interval.h"

#include "stat/dist.h"

#include <math.h>

int64_t shi_hyper_low(int64_t N, int64_t n, int64_t k, double alpha)
{
    int64_t low = k, high = N - (n - k);   /* with K = high, k or more are certain */
    double limit = alpha * (1 + SHI_TIE);
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        if (shi_hyper_above(N, mid, n, k) > limit) high = mid;
        else low = mid + 1;
    }
    return low;
}

int64_t shi_hyper_high(int64_t N, int64_t n, int64_t k, double alpha)
{
    return N - shi_hyper_low(N, n, n - k, alpha);
}

shi_interval shi_clopper_pearson(int64_t n, int64_t k, double confidence)
{
    double tail = (1 - confidence) / 2, x = (double)k, rest = (double)(n - k);
    return (shi_interval){ shi_beta_quantile(x, rest + 1, tail), shi_beta_quantile(x + 1, rest, 1 - tail) };
}

shi_interval shi_wilson(int64_t n, int64_t k, double confidence, bool corrected)
{
    double z = shi_normal_quantile_above((1 - confidence) / 2), m = (double)n, p = (double)k / m, z2 = z * z;
    double middle = 2 * m * p + z2, down = z * sqrt(z2 + 4 * m * p * (1 - p)), up = down, shift = 0;
    if (corrected) {
        shift = 1;
        down = z * sqrt(z2 - 2 - 1 / m + 4 * p * (m * (1 - p) + 1));
        up = z * sqrt(z2 + 2 - 1 / m + 4 * p * (m * (1 - p) - 1));
    }
    double low = (middle - shift - down) / (2 * (m + z2)), high = (middle + shift + up) / (2 * (m + z2));
    if (!corrected && k == 1) low = -log(confidence) / m;
    if (!corrected && k == n - 1) high = 1 + log(confidence) / m;
    return (shi_interval){ k == 0 || low < 0 ? 0 : low, k == n || high > 1 ? 1 : high };
}

shi_interval shi_jeffreys(int64_t n, int64_t k, double confidence)
{
    double tail = (1 - confidence) / 2, a = (double)k + 0.5, b = (double)(n - k) + 0.5;
    return (shi_interval){ k == 0 ? 0 : shi_beta_quantile(a, b, tail), k == n ? 1 : shi_beta_quantile(a, b, 1 - tail) };
}

double shi_binomial_high(int64_t n, int64_t k, double alpha)
{
    return shi_beta_quantile((double)k + 1, (double)(n - k), 1 - alpha);
}

double shi_poisson_high(int64_t n, int64_t k, double alpha)
{
    return shi_gamma_quantile((double)k + 1, 1 - alpha) / (double)n;
}

static double multiplier(int64_t n, int64_t N, int64_t k, shi_likelihood likelihood, double alpha)
{
    if (likelihood == SHI_POISSON) return shi_poisson_high(n, k, alpha);
    return likelihood == SHI_BINOMIAL ? shi_binomial_high(n, k, alpha) : (double)shi_hyper_high(N, n, k, alpha) / (double)N;
}

double shi_stringer(const double *taint, int64_t m, int64_t n, int64_t N, shi_likelihood likelihood, double alpha)
{
    double before = multiplier(n, N, 0, likelihood, alpha), bound = before;
    for (int64_t j = 1; j <= m; j++) {
        double at = multiplier(n, N, j, likelihood, alpha);
        bound += (at - before) * taint[j - 1];
        before = at;
    }
    return bound;
}
