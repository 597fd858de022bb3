/* Calibration and selection on the scale of log10, since evidence here goes to 1e5000. */
#include "shishu/evalue.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>

double shi_e_calibrated(double log10_p)
{
    if (!(log10_p <= 0)) return NAN;
    if (isinf(log10_p)) return INFINITY;
    double ln = log10_p * log(10), p = exp(ln);
    if (ln > -1e-3) return log10(0.5 - ln / 6);   /* the first terms at p = 1, where all else cancels: 1/2 - ln p / 6 + … */
    return log10(1 - p + p * ln) - log10_p - 2 * log10(-ln);
}

double shi_log10_sum(const double *log10_x, int64_t n)
{
    double most = -INFINITY, sum = 0;
    for (int64_t i = 0; i < n; i++)
        if (log10_x[i] > most) most = log10_x[i];
    if (isinf(most)) return most;
    for (int64_t i = 0; i < n; i++) sum += pow(10, log10_x[i] - most);
    return most + log10(sum);
}

typedef struct {
    double e;
    int64_t index;
} ranked;

static int largest_first(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (x->e < y->e || x->e > y->e) return x->e > y->e ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

shi_err shi_e_select(shi_arena scratch, const double *log10_e, int64_t n, double budget, double alpha, bool *selected, double *q, int64_t *count)
{
    if (!(budget > 0 && budget < INFINITY) || !(alpha > 0 && alpha < 1))
        return shi_fail(SHI_USAGE, N_("the risk or the number of detectors is no such number"), N_("The risk lies between 0 and 1."));
    for (int64_t i = 0; i < n; i++) {
        if (!isnan(log10_e[i])) continue;
        shi_err e = shi_fail(SHI_INPUT, N_("this is not an e-value"), NULL);
        e.line = i + 1;
        return e;
    }
    ranked *by = shi_new(&scratch, ranked, n);
    if (!by) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) by[i] = (ranked){ log10_e[i], i };
    if (n) qsort(by, (size_t)n, sizeof *by, largest_first);
    double least = 1;
    *count = 0;
    for (int64_t i = n; i-- > 0;) {   /* the smallest budget / (R e_(R)) over R >= rank */
        double x = pow(10, log10(budget) - log10((double)(i + 1)) - by[i].e);
        if (x < least) least = x;
        q[by[i].index] = least;
        selected[by[i].index] = least <= alpha;
        *count += least <= alpha;
    }
    return (shi_err){ 0 };
}
