/* Whole percentages. A figure k of n hits q % when 100 k/n lies within 0.05 of q, in integers |2000 k - 20 q n| <= n; chance is the sum of the
 * binomial with its own share over all such k, within 9 standard deviations and 16. The draws of Kobak's Monte Carlo become sums, so that nothing is
 * random; logarithms of factorials are looked up, which leaves an exponential a term. */
#include "kernel/digits.h"

#include "shishu/poisson_binomial.h"
#include "stat/dist.h"

#include <math.h>

enum { LEAST = 100, MOST_TERMS = 1 << 24 };
static const double REACH = 9, MORE = 16;       /* standard deviations; counts, as small counts are skewed */

bool shi_digits_is_percent(int64_t n, int64_t k)
{
    int64_t q = (100 * k + n / 2) / n;           /* the nearest */
    int64_t off = 2000 * k - 20 * q * n;
    return off <= n && -off <= n;
}

static double log_fact(const double *table, int64_t known, int64_t j)
{
    return j < known ? table[j] : shi_log_gamma((double)j + 1);
}

/* Above 2^24 the windows are so wide beside single counts that the normal is as good. */
static double of_large(double n, double share, int64_t first, int64_t last)
{
    double sd = sqrt(n * share * (1 - share)), sum = 0;
    for (int64_t q = first; q <= last; q++) {
        double low = (n * ((double)q / 100 - 0.0005) - n * share) / sd, high = (n * ((double)q / 100 + 0.0005) - n * share) / sd;
        sum += shi_normal_below(high) - shi_normal_below(low);
    }
    return sum < 1 ? sum : 1;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}

double shi_digits_percent_chance(const double *log_factorial, int64_t known, int64_t n, int64_t k)
{
    double share = (double)k / (double)n, reach = REACH * sqrt((double)n * share * (1 - share)) + MORE, sum = 0;
    int64_t low = (int64_t)fmax(0, ceil((double)k - reach)), high = (int64_t)fmin((double)n, floor((double)k + reach));
    int64_t first = 100 * low / n, last = 100 * high / n + 1;
    if (n > MOST_TERMS) return of_large((double)n, share, first, last < 100 ? last : 100);
    if (k == 0 || k == n) return 1;
    double log_p = log(share), log_q = log1p(-share), all = log_fact(log_factorial, known, n);
    for (int64_t q = first; q <= last && q <= 100; q++) {
        int64_t from = -floor_div(-n * (20 * q - 1), 2000), to = floor_div(n * (20 * q + 1), 2000);
        from = from > low ? from : low;
        to = to < high ? to : high;
        for (int64_t j = from; j <= to; j++)
            sum += exp(all - log_fact(log_factorial, known, j) - log_fact(log_factorial, known, n - j) + (double)j * log_p + (double)(n - j) * log_q);
    }
    return sum < 1 ? sum : 1;
}

typedef struct {
    double *chance;        /* NAN: not judged */
    bool *hit;
} percents;

/* Whole numbers of which the windows cannot wrap. */
static bool whole(double k, double n)
{
    return n >= 1 && n < 1e14 && k >= 0 && k <= n && k == floor(k) && n == floor(n);
}

/* A row is judged as Kobak does: its first total is large enough, and all of its shares lie where the null holds. */
static void of_row(const digits_table *t, const double *table, int64_t known, int64_t row, percents *p)
{
    double missed = 1;
    bool any = false, hit = false, out = false, first = true;
    for (int m = 0; m < t->c->measures; m++) {
        double k = t->c->measure[m].value[row], n = shi_digits_of(t->c->measure[m].total, row);
        if (!whole(k, n) || t->near[m][row]) continue;
        out = out || (first && n < LEAST) || k < 0.01 * n || k > 0.99 * n;
        first = false;
        if (out) break;
        any = true;
        hit = hit || shi_digits_is_percent((int64_t)n, (int64_t)k);
        missed *= 1 - shi_digits_percent_chance(table, known, (int64_t)n, (int64_t)k);
    }
    p->chance[row] = any && !out ? 1 - missed : (double)NAN;
    p->hit[row] = hit;
}

static const double *factorials(shi_arena *scratch, const digits_table *t, int64_t *known)
{
    const double most = 1 << 20;
    double largest = 0, sum = 0;
    for (int m = 0; m < t->c->measures; m++)
        for (int64_t i = 0; i < t->c->n; i++) {
            double n = shi_digits_of(t->c->measure[m].total, i);
            if (n > largest && n < 1e14) largest = n;
        }
    *known = (int64_t)(largest < most ? largest : most) + 1;
    double *table = shi_new(scratch, double, *known), lost = 0;
    if (!table) return NULL;
    for (int64_t j = 1; j < *known; j++) {       /* compensated, so that the millionth is as exact as the first */
        double term = log((double)j) - lost, next = sum + term;
        lost = (next - sum) - term;
        table[j] = sum = next;
    }
    return table;
}

static shi_err judge(shi_arena scratch, digits_table *t, const digits_group *g, const percents *p)
{
    double *chance = shi_new(&scratch, double, g->len), expected = 0, variance = 0, log_p;
    int64_t n = 0, hits = 0;
    if (!chance) return shi_no_memory();
    for (int64_t i = 0; i < g->len; i++) {
        double u = p->chance[g->row[i]];
        if (isnan(u)) continue;
        chance[n++] = u;
        expected += u;
        variance += u * (1 - u);
        hits += p->hit[g->row[i]];
    }
    if (n == 0) return (shi_err){ 0 };
    SHI_TRY(shi_poisson_binomial_log_above(scratch, chance, n, hits, &log_p));
    double excess = (double)hits - expected, half = 1.96 * sqrt(variance);
    shi_digits_add(t, (shi_digits_test){ .kind = SHI_DIGITS_PERCENT, .key = g->key, .code = g->code, .n = n, .statistic = (double)hits,
                                         .expected = expected, .low = excess - half, .high = excess + half, .log10_p = log_p / SHI_LN_10,
                                         .q = (double)NAN });
    return (shi_err){ 0 };
}

shi_err shi_digits_percents(shi_arena scratch, digits_table *t)
{
    int64_t known, n = t->c->n, len = t->len;
    percents p = { shi_new(&scratch, double, n), shi_new(&scratch, bool, n) };
    bool totals = false;
    for (int m = 0; m < t->c->measures; m++) totals = totals || t->c->measure[m].total;
    if (!totals) {
        t->why[SHI_DIGITS_PERCENT] = N_("whole percentages: without a column of totals there is no percentage");
        return (shi_err){ 0 };
    }
    const double *table = factorials(&scratch, t, &known);
    if (!p.chance || !p.hit || !table) return shi_no_memory();
    #pragma omp parallel for schedule(dynamic, 256)
    for (int64_t i = 0; i < n; i++) of_row(t, table, known, i, &p);
    for (int64_t g = 0; g < t->groups; g++) SHI_TRY(judge(scratch, t, &t->group[g], &p));
    if (t->len == len) t->why[SHI_DIGITS_PERCENT] = N_("whole percentages: no figure has a total of 100 or more and a share from 1 % to 99 %");
    return (shi_err){ 0 };
}
