/* Kaplan-Markov comparison in closed form, O(1) each. Logarithms throughout: a large sample without errors has p far below what a double holds. */
#include "shishu/comparison.h"

#include <math.h>

/* Logarithm of what the discrepancies divide p by. */
static double log_divisor(double gamma, shi_discrepancies d)
{
    return d.over1 * log1p(-1 / (2 * gamma)) + d.over2 * log1p(-1 / gamma) + d.under1 * log1p(1 / (2 * gamma)) + d.under2 * log1p(1 / gamma);
}

static bool may_be(double margin, double gamma, shi_discrepancies d)
{
    return margin >= 0 && margin <= 1 && gamma > 1 && d.over1 >= 0 && d.over2 >= 0 && d.under1 >= 0 && d.under2 >= 0;
}

double shi_comparison_log_p(double margin, double gamma, int64_t n, shi_discrepancies found)
{
    if (!may_be(margin, gamma, found) || n < 0) return NAN;
    double log_p = (double)n * log1p(-margin / (2 * gamma)) - log_divisor(gamma, found);
    return margin > 0 && log_p < 0 ? log_p : 0;
}

static double stopping(double risk, double margin, double gamma, shi_discrepancies d)
{
    double n = ceil(-2 * gamma * (log(risk) + log_divisor(gamma, d)) / margin), all = d.over1 + d.over2 + d.under1 + d.under2;
    return n > all ? n : all;
}

static int64_t at_most(double n, int64_t N)
{
    return n < (double)N ? (int64_t)n : N;
}

int64_t shi_comparison_stopping(double risk, double margin, double gamma, shi_discrepancies found, int64_t N)
{
    if (!may_be(margin, gamma, found) || !(margin > 0) || !(risk > 0 && risk < 1) || N < 0) return -1;
    return at_most(stopping(risk, margin, gamma, found), N);
}

static double whole(double x, bool up)
{
    return up ? ceil(x) : floor(x + 0.5);
}

int64_t shi_comparison_initial(double risk, double margin, double gamma, shi_discrepancies rate, shi_size_rounding rounding, int64_t N)
{
    if (!may_be(margin, gamma, rate) || !(margin > 0) || !(risk > 0 && risk < 1) || N < 0) return -1;
    bool exact = rounding == SHI_SIZE_EXPECTED, one = rounding >= SHI_SIZE_CEIL_ONE, two = rounding == SHI_SIZE_CEIL_BOTH;
    double fall = (exact ? log1p(-margin / (2 * gamma)) : -margin / (2 * gamma)) - log_divisor(gamma, rate);   /* of log p, a draw */
    if (!(fall < 0)) return N;
    double n = log(risk) / fall;
    if (exact) return at_most(ceil(n), N);
    for (int i = 0; i < 3; i++) {
        const shi_discrepancies found = { whole(rate.over1 * n, one), whole(rate.over2 * n, two), whole(rate.under1 * n, one),
                                          whole(rate.under2 * n, two) };
        n = stopping(risk, margin, gamma, found);
    }
    return at_most(n, N);
}
