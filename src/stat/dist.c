/* The one door to Rmath (R's nmath, R Core Team; algorithms: Loader 2000 for densities, Didonato & Morris 1992 for the incomplete beta). Rmath
 * prints on stdout when an argument makes no sense, so each is checked before; its functions that draw random numbers keep state and are not
 * called. */
#include "stat/dist.h"

#define MATHLIB_STANDALONE
#include <Rmath.h>
#include <math.h>

double shi_log_gamma(double x)
{
    return x > 0 ? lgammafn(x) : INFINITY;
}

double shi_digamma(double x)
{
    return x > 0 ? digamma(x) : -INFINITY;
}

double shi_log_choose(double n, double k)
{
    if (!(k >= 0 && k <= n)) return -INFINITY;
    return k == 0 || k == n ? 0 : lgammafn(n + 1) - lgammafn(k + 1) - lgammafn(n - k + 1);
}

double shi_normal_below(double z)
{
    return pnorm(z, 0, 1, 1, 0);
}

double shi_normal_above(double z)
{
    return pnorm(z, 0, 1, 0, 0);
}

double shi_normal_log_above(double z)
{
    return pnorm(z, 0, 1, 0, 1);
}

double shi_normal_quantile_above(double p)
{
    if (!(p > 0)) return INFINITY;
    return p < 1 ? qnorm(p, 0, 1, 0, 0) : -INFINITY;
}

double shi_t_above(double t, double df)
{
    if (isnan(t) || !(df > 0)) return NAN;
    return isinf(df) ? pnorm(t, 0, 1, 0, 0) : pt(t, df, 0, 0);
}

double shi_t_quantile_above(double p, double df)
{
    if (!(df > 0)) return NAN;
    if (!(p > 0)) return INFINITY;
    if (!(p < 1)) return -INFINITY;
    return isinf(df) ? qnorm(p, 0, 1, 0, 0) : qt(p, df, 0, 0);
}

double shi_chisq_above(double x, double df)
{
    return x > 0 && df > 0 ? pchisq(x, df, 0, 0) : 1;
}

double shi_chisq_below(double x, double df)
{
    return x > 0 && df > 0 ? pchisq(x, df, 1, 0) : 0;
}

double shi_chisq_log_below(double x, double df)
{
    return x > 0 && df > 0 ? pchisq(x, df, 1, 1) : -INFINITY;
}

double shi_chisq_log_above(double x, double df)
{
    return x > 0 && df > 0 ? pchisq(x, df, 0, 1) : 0;
}

double shi_chisq_quantile_above(double p, double df)
{
    if (!(p > 0)) return INFINITY;
    return p < 1 && df > 0 ? qchisq(p, df, 0, 0) : 0;
}

double shi_beta_below(double a, double b, double x)
{
    if (x < 0) return 0;
    if (x >= 1 || !(a > 0)) return 1;
    return x > 0 && b > 0 ? pbeta(x, a, b, 1, 0) : 0;
}

double shi_beta_quantile(double a, double b, double p)
{
    if (!(a > 0) || !(p > 0)) return 0;
    return b > 0 && p < 1 ? qbeta(p, a, b, 1, 0) : 1;
}

double shi_gamma_quantile(double a, double p)
{
    if (!(a > 0) || !(p > 0)) return 0;
    return p < 1 ? qgamma(p, a, 1, 1, 0) : INFINITY;
}

double shi_poisson_below(double m, int64_t k)
{
    if (k < 0) return 0;
    return m > 0 ? ppois((double)k, m, 1, 0) : 1;
}

static double poisson_above(double m, int64_t k, int log_p)
{
    if (k <= 0) return log_p ? 0 : 1;
    if (!(m > 0)) return log_p ? -INFINITY : 0;
    return ppois((double)(k - 1), m, 0, log_p);
}

double shi_poisson_above(double m, int64_t k)
{
    return poisson_above(m, k, 0);
}

double shi_poisson_log_above(double m, int64_t k)
{
    return poisson_above(m, k, 1);
}

double shi_negbin_log_above(double m, double phi, int64_t k)
{
    const double least = 1 + 1e-9;   /* nearer to 1 it is the Poisson to all digits that the size, m/(phi - 1), still carries */
    if (!(phi > least)) return poisson_above(m, k, 1);
    if (k <= 0) return 0;
    return m > 0 ? pnbinom((double)(k - 1), m / (phi - 1), 1 / phi, 0, 1) : -INFINITY;
}

static double clamp01(double p)
{
    return p > 0 ? p < 1 ? p : 1 : 0;
}

double shi_binomial_below(int64_t n, double p, int64_t k)
{
    if (k < 0) return 0;
    return k < n ? pbinom((double)k, (double)n, clamp01(p), 1, 0) : 1;
}

static double binomial_above(int64_t n, double p, int64_t k, int log_p)
{
    if (k <= 0) return log_p ? 0 : 1;
    if (k > n) return log_p ? -INFINITY : 0;
    return pbinom((double)(k - 1), (double)n, clamp01(p), 0, log_p);
}

double shi_binomial_above(int64_t n, double p, int64_t k)
{
    return binomial_above(n, p, k, 0);
}

double shi_binomial_log_above(int64_t n, double p, int64_t k)
{
    return binomial_above(n, p, k, 1);
}

/* What a draw of n can hold: from n - (N - K) or 0, up to n or K. */
static int64_t fewest(int64_t N, int64_t K, int64_t n)
{
    return n > N - K ? n - (N - K) : 0;
}

static int64_t most(int64_t K, int64_t n)
{
    return n < K ? n : K;
}

static double hyper_at(int64_t N, int64_t K, int64_t n, int64_t k, int log_p)
{
    if (k < fewest(N, K, n) || k > most(K, n)) return log_p ? -INFINITY : 0;
    return dhyper((double)k, (double)K, (double)(N - K), (double)n, log_p);
}

static double hyper_tail(int64_t N, int64_t K, int64_t n, int64_t k, int below, int log_p)
{
    bool none = below ? k < fewest(N, K, n) : k > most(K, n), all = below ? k >= most(K, n) : k <= fewest(N, K, n);
    if (none) return log_p ? -INFINITY : 0;
    if (all) return log_p ? 0 : 1;
    return phyper((double)(below ? k : k - 1), (double)K, (double)(N - K), (double)n, below, log_p);
}

double shi_hyper_at(int64_t N, int64_t K, int64_t n, int64_t k)
{
    return hyper_at(N, K, n, k, 0);
}

double shi_hyper_below(int64_t N, int64_t K, int64_t n, int64_t k)
{
    return hyper_tail(N, K, n, k, 1, 0);
}

double shi_hyper_above(int64_t N, int64_t K, int64_t n, int64_t k)
{
    return hyper_tail(N, K, n, k, 0, 0);
}

double shi_hyper_log_at(int64_t N, int64_t K, int64_t n, int64_t k)
{
    return hyper_at(N, K, n, k, 1);
}

double shi_hyper_log_below(int64_t N, int64_t K, int64_t n, int64_t k)
{
    return hyper_tail(N, K, n, k, 1, 1);
}

double shi_hyper_log_above(int64_t N, int64_t K, int64_t n, int64_t k)
{
    return hyper_tail(N, K, n, k, 0, 1);
}
