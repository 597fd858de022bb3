/* Adjusted p-values and e-BH: one sort, then a running minimum or maximum from the proper end. Hommel's comes from closed testing: with the p-values
 * sorted, q(m) = min over k = 2 … m of m p_(n-m+k) / k is Simes' test of the m largest without their first, and the adjusted value of p_(i) is
 * the largest of p_(i), min(m p_(i), q(m)) over m <= n - i + 1, and min(m p_(n-m+1), q(m)) over larger m. q falls with m while m p rises, so
 * that the first maximum lies where they cross; q(m) / m is the slope of the line from (n - m, 0) that touches the points (l, p_(l)), l > n - m + 1,
 * from below: a lower hull that grows to the left. */
#include "shishu/adjust.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    double value;
    int64_t index;
} ranked;

static int by_value(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (x->value < y->value || x->value > y->value) return x->value < y->value ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static double at_most_1(double p)
{
    return p < 1 ? p : 1;
}

/* Step-up: the smallest of factor(j) p_(j) over j >= i, with factor n c / j, or n - j + 1. */
static void step_up(const ranked *by, int64_t n, double constant, bool hochberg, double *out)
{
    double least = 1;
    for (int64_t i = n; i-- > 0;) {
        double p = by[i].value, times = hochberg ? (double)(n - i) : constant * (double)n / (double)(i + 1), x = times * p;
        if (x < least) least = x;
        out[by[i].index] = least;
    }
}

static void holm(const ranked *by, int64_t n, double *out)
{
    double most = 0;
    for (int64_t i = 0; i < n; i++) {
        double x = (double)(n - i) * by[i].value;
        if (x > most) most = x;
        out[by[i].index] = at_most_1(most);
    }
}

static double slope(const ranked *by, int64_t from, int64_t l)
{
    return by[l - 1].value / (double)(l - from);
}

/* Puts point l before the hull of the points behind it; hull[0 … len - 1] runs from right to left. Returns the new length. */
static int64_t hull_add(const ranked *by, int64_t *hull, int64_t len, int64_t l)
{
    for (; len >= 2; len--) {
        int64_t a = hull[len - 1], b = hull[len - 2];
        double at = by[a - 1].value - by[l - 1].value, to = by[b - 1].value - by[l - 1].value;
        if (at * (double)(b - l) < to * (double)(a - l)) break;   /* a lies below the line from l to b */
    }
    hull[len] = l;
    return len + 1;
}

/* The least slope from (from, 0): along the hull from left to right it falls, then rises. */
static double tangent(const ranked *by, const int64_t *hull, int64_t len, int64_t from)
{
    int64_t low = 0, high = len - 1;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        if (slope(by, from, hull[mid]) <= slope(by, from, hull[mid + 1])) high = mid;
        else low = mid + 1;
    }
    return slope(by, from, hull[low]);
}

/* q[m] for m = 2 … n; q[1] is infinite. */
static void simes_of_largest(const ranked *by, int64_t n, int64_t *hull, double *q)
{
    int64_t len = 0;
    q[1] = INFINITY;
    for (int64_t m = 2; m <= n; m++) {
        len = hull_add(by, hull, len, n - m + 2);
        q[m] = (double)m * tangent(by, hull, len, n - m);
        if (q[m] > q[m - 1]) q[m] = q[m - 1];   /* by rounding only */
    }
}

static double least_of(double a, double b)
{
    return a < b ? a : b;
}

/* The largest min(m p, q[m]) over 1 <= m <= most. */
static double at_crossing(double p, const double *q, int64_t most)
{
    int64_t low = 1, high = most;              /* the last m with m p <= q[m] */
    while (low < high) {
        int64_t mid = low + (high - low + 1) / 2;
        if ((double)mid * p <= q[mid]) low = mid;
        else high = mid - 1;
    }
    double best = least_of((double)low * p, q[low]);
    if (low < most && q[low + 1] > best) best = least_of((double)(low + 1) * p, q[low + 1]);
    return best;
}

static void hommel(const ranked *by, int64_t n, int64_t *hull, double *q, double *out)
{
    double larger = 0;                         /* the largest min(m p_(n-m+1), q(m)) over m > n - i + 1 */
    simes_of_largest(by, n, hull, q);
    for (int64_t i = 1; i <= n; i++) {
        double p = by[i - 1].value, own = least_of((double)(n - i + 1) * p, q[n - i + 1]), best = at_crossing(p, q, n - i + 1);
        if (larger > best) best = larger;
        if (own > larger) larger = own;
        out[by[i - 1].index] = at_most_1(best > p ? best : p);
    }
}

shi_err shi_p_adjust(shi_arena scratch, shi_p_method method, const double *p, int64_t n, double *out)
{
    for (int64_t i = 0; i < n; i++)
        if (!(p[i] >= 0 && p[i] <= 1))
            return (shi_err){ .code = SHI_INPUT, .line = i + 1, .reason = N_("this is no p-value"), .remedy = N_("A p-value lies from 0 to 1.") };
    if (n == 0) return (shi_err){ 0 };
    ranked *by = shi_new(&scratch, ranked, n);
    int64_t *hull = method == SHI_P_HOMMEL ? shi_new(&scratch, int64_t, n) : NULL;
    double *q = method == SHI_P_HOMMEL ? shi_new(&scratch, double, n + 1) : NULL, harmonic = 0;
    if (!by || (method == SHI_P_HOMMEL && (!hull || !q))) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) by[i] = (ranked){ p[i], i };
    if (method != SHI_P_BONFERRONI) qsort(by, (size_t)n, sizeof *by, by_value);
    for (int64_t i = 1; i <= n; i++) harmonic += 1 / (double)i;
    switch (method) {
    case SHI_P_BH: step_up(by, n, 1, false, out); break;
    case SHI_P_BY: step_up(by, n, harmonic, false, out); break;
    case SHI_P_HOCHBERG: step_up(by, n, 1, true, out); break;
    case SHI_P_HOLM: holm(by, n, out); break;
    case SHI_P_HOMMEL: hommel(by, n, hull, q, out); break;
    case SHI_P_BONFERRONI:
        for (int64_t i = 0; i < n; i++) out[i] = at_most_1((double)n * by[i].value);
        break;
    }
    return (shi_err){ 0 };
}

shi_err shi_e_bh(shi_arena scratch, const double *e, int64_t n, double alpha, bool *rejected, int64_t *count)
{
    if (!(alpha > 0 && alpha < 1)) return shi_fail(SHI_USAGE, N_("the risk is out of range"), N_("A risk lies between 0 and 1."));
    for (int64_t i = 0; i < n; i++)
        if (!(e[i] >= 0))
            return (shi_err){ .code = SHI_INPUT, .line = i + 1, .reason = N_("this is no e-value"), .remedy = N_("An e-value is 0 or more.") };
    ranked *by = shi_new(&scratch, ranked, n);
    int64_t most = 0;
    if (!by && n) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) by[i] = (ranked){ -e[i], i };
    qsort(by, (size_t)n, sizeof *by, by_value);
    for (int64_t r = 1; r <= n; r++)
        if (-by[r - 1].value >= (double)n / (alpha * (double)r)) most = r;
    for (int64_t i = 0; i < n; i++) rejected[by[i].index] = i < most;
    *count = most;
    return (shi_err){ 0 };
}
