/* Distributions, for the kernels of this folder and for field checks: the one door to Rmath. Tails are summed from the small end, so that
 * 1e-300 is as exact as 0.3; a `log` one is its natural logarithm. Arguments out of range are met before Rmath sees them (it would print). */
#ifndef SHI_STAT_DIST_H
#define SHI_STAT_DIST_H

#include "shishu/base.h"

/* What rounding may add to the logarithm of a p-value: one that is alpha by exact arithmetic counts as alpha, hence as refuted. */
#define SHI_TIE 1e-9

/* ln Gamma(x) and psi(x) = d ln Gamma / dx, x > 0; ln of the binomial coefficient, 0 <= k <= n. */
double shi_log_gamma(double x);
double shi_digamma(double x);
double shi_log_choose(double n, double k);

/* Standard normal: P(Z <= z), P(Z > z), and the z that leaves p above it, 0 < p < 1 (0: INFINITY, 1: -INFINITY). */
double shi_normal_below(double z);
double shi_normal_above(double z);
double shi_normal_log_above(double z);
double shi_normal_quantile_above(double p);

/* Student's t: P(T > t) and the t that leaves p above it; df > 0, INFINITY is normal. */
double shi_t_above(double t, double df);
double shi_t_quantile_above(double p, double df);

/* P(X > x) and P(X <= x) of chi-square with df degrees of freedom, x >= 0, and the x that leaves p above it. */
double shi_chisq_above(double x, double df);
double shi_chisq_below(double x, double df);
double shi_chisq_log_below(double x, double df);
double shi_chisq_log_above(double x, double df);
double shi_chisq_quantile_above(double p, double df);

/* Beta(a, b), a, b >= 0: P(B <= x), and the x with P(B <= x) = p. a = 0: all mass at 0, b = 0: all at 1. */
double shi_beta_below(double a, double b, double x);
double shi_beta_quantile(double a, double b, double p);

/* Gamma with shape a and scale 1: the x with P(G <= x) = p; a = 0: 0. Poisson: the mean at which P(X <= k) = 1 - p is at a = k + 1. */
double shi_gamma_quantile(double a, double p);

/* Poisson with mean m >= 0: P(X <= k), P(X >= k). */
double shi_poisson_below(double m, int64_t k);
double shi_poisson_above(double m, int64_t k);
double shi_poisson_log_above(double m, int64_t k);

/* ln P(X >= k) of the negative binomial with mean m >= 0 and variance phi m, phi >= 1 (1: Poisson). */
double shi_negbin_log_above(double m, double phi, int64_t k);

/* Binomial, n >= 0 trials with probability p: P(X <= k), P(X >= k). */
double shi_binomial_below(int64_t n, double p, int64_t k);
double shi_binomial_above(int64_t n, double p, int64_t k);
double shi_binomial_log_above(int64_t n, double p, int64_t k);

/* Hypergeometric: n drawn without replacement of N, of which K are marked, 0 <= K, n <= N: P(X = k), P(X <= k), P(X >= k), all 0 or 1
 * outside of what is possible. */
double shi_hyper_at(int64_t N, int64_t K, int64_t n, int64_t k);
double shi_hyper_below(int64_t N, int64_t K, int64_t n, int64_t k);
double shi_hyper_above(int64_t N, int64_t K, int64_t n, int64_t k);
double shi_hyper_log_at(int64_t N, int64_t K, int64_t n, int64_t k);
double shi_hyper_log_below(int64_t N, int64_t K, int64_t n, int64_t k);
double shi_hyper_log_above(int64_t N, int64_t K, int64_t n, int64_t k);

#endif
