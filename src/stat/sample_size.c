/* Sizes of samples. The chance of seeing no more than c errors falls with n, so that halving finds the smallest n. */
#include "shishu/sample_size.h"

#include "stat/dist.h"

#include <math.h>

/* P(X <= c) among n. */
static double at_most(shi_likelihood likelihood, int64_t N, int64_t errors, double share, int64_t n, int64_t c)
{
    if (likelihood == SHI_BINOMIAL) return shi_binomial_below(n, share, c);
    return likelihood == SHI_POISSON ? shi_poisson_below((double)n * share, c) : shi_hyper_below(N, errors, n, c);
}

/* ceil(N share), where a product such as 1000 * 0.02 that is whole up to rounding is that number. */
static int64_t errors_among(int64_t N, double share)
{
    double x = (double)N * share, near = round(x);
    return (int64_t)(fabs(x - near) < 1e-9 * (x + 1) ? near : ceil(x));
}

int64_t shi_size_allowed(shi_likelihood likelihood, int64_t N, double tolerable, double alpha, int64_t allowed, int64_t most)
{
    int64_t errors = errors_among(N, tolerable), low = allowed + 1, high = likelihood == SHI_HYPERGEOMETRIC ? N : most;
    if (low > high || at_most(likelihood, N, errors, tolerable, high, allowed) > alpha) return -1;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        if (at_most(likelihood, N, errors, tolerable, mid, allowed) <= alpha) high = mid;
        else low = mid + 1;
    }
    return low;
}

/* With c errors allowed the smallest n is at(c); it answers where ceil(n expected) is c or less. So c rises until it does. */
int64_t shi_size_attributes(int64_t expected, int64_t tolerable, int64_t scale, double alpha, int64_t most, int64_t *allowed)
{
    for (int64_t c = 0; c <= most; c++) {
        int64_t n = shi_size_allowed(SHI_BINOMIAL, 0, (double)tolerable / (double)scale, alpha, c, most);
        if (n < 0) break;
        if ((n * expected + scale - 1) / scale > c) continue;
        if (allowed) *allowed = c;
        return n;
    }
    return -1;
}

int64_t shi_size_mus(double expected, double tolerable, double alpha, int64_t most)
{
    int64_t low = 1, high = most;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        double n = (double)mid;
        if (shi_gamma_quantile(1 + n * expected, 1 - alpha) <= n * tolerable) high = mid;
        else low = mid + 1;
    }
    return shi_gamma_quantile(1 + (double)low * expected, 1 - alpha) <= (double)low * tolerable ? low : -1;
}

static double accepted(shi_likelihood likelihood, int64_t N, int64_t errors, double share, const int64_t *allowed, int64_t stages, int64_t n)
{
    double reach = 1, accept = 0;
    for (int64_t s = 0; s < stages; s++) {
        double fewer = at_most(likelihood, N, errors, share, n, allowed[s] - 1), up_to = at_most(likelihood, N, errors, share, n, allowed[s]);
        accept += reach * (s + 1 < stages ? fewer : up_to);
        reach *= up_to - fewer;
    }
    return accept;
}

int64_t shi_size_stages(shi_likelihood likelihood, int64_t N, double tolerable, double alpha, const int64_t *allowed, int64_t stages, int64_t most)
{
    int64_t errors = errors_among(N, tolerable);
    if (likelihood == SHI_HYPERGEOMETRIC) most = N / stages;
    for (int64_t n = 1; n <= most; n++)
        if (accepted(likelihood, N, errors, tolerable, allowed, stages, n) <= alpha) return n;
    return -1;
}

static int64_t width(int64_t N, double share, int64_t n, double tail)
{
    int64_t k = (int64_t)llround(share * (double)n);
    return shi_hyper_high(N, n, k, tail) - shi_hyper_low(N, n, k, tail);
}

int64_t shi_size_half_width(int64_t N, double share, double half_width, double confidence)
{
    double tail = (1 - confidence) / 2;
    int64_t low = 1, high = N;
    while (low < high) {   /* the width falls with n but for a step or two of rounding k */
        int64_t mid = low + (high - low) / 2;
        if ((double)width(N, share, mid, tail) <= 2 * half_width) high = mid;
        else low = mid + 1;
    }
    while (low < N && (double)width(N, share, low, tail) > 2 * half_width) low++;
    return low;
}
