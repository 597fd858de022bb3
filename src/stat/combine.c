/* Fisher's combination; the tail of chi-square is Rmath's, on the scale of logarithms. */
#include "shishu/combine.h"

#include "stat/dist.h"

#include <math.h>

double shi_fisher_combine_log(const double *log_p, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++) {
        if (!(log_p[i] <= 0)) return NAN;
        sum -= log_p[i];
    }
    if (isinf(sum)) return -INFINITY;
    return n > 0 ? shi_chisq_log_above(2 * sum, 2 * (double)n) : 0;
}

double shi_fisher_combine(const double *p, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++) {
        if (!(p[i] >= 0 && p[i] <= 1)) return NAN;
        sum -= log(p[i]);
    }
    if (isinf(sum)) return 0;
    return n > 0 ? shi_chisq_above(2 * sum, 2 * (double)n) : 1;
}
