/* The beta distribution, for kernels of this folder. */
#ifndef SHI_STAT_BETA_H
#define SHI_STAT_BETA_H

/* ln Gamma(x), x > 0. */
double shi_log_gamma(double x);
/* I_x(a, b): P(B <= x) for B ~ Beta(a, b), a, b > 0; about 1e-14. */
double shi_beta_below(double a, double b, double x);
/* The x with I_x(a, b) = p, by halving, to the last bits; a = 0: 0, b = 0: 1. */
double shi_beta_quantile(double a, double b, double p);

#endif
