/* Marginal rank sets: the unit against all others, over both directions of each pair, step-down. Given the unit's own error z the others' are
 * independent, so the largest studentised difference stays within c with probability
 *     integral of phi(z) product over k of P(k's differences stay within c | z) dz,
 * where a pair whose direction is decided keeps its reverse only. The integrand is analytic and falls like phi, so that equal steps are as good as
 * any rule; the root c is found by the secant on the logarithm of what is missing, from the root of the unit next to it in standard error; and after
 * each step one integral, at the largest difference not decided, says whether there is another. Beyond DIRECT units the others are gathered by log
 * standard error into BINS, each as two points with the bin's mean and variance: the product changes in its sixth digit.
 * Normal tails come from a table with cubic Hermite steps, right to 1e-10. */
#include "stat/ranks_data.h"

#include "base/text.h"
#include "stat/dist.h"

#include <math.h>
#include <stdlib.h>

enum { DIRECT = 128, BINS = 64, POINTS = 2 * BINS > DIRECT ? 2 * BINS : DIRECT, CELLS = 9 * 64, WORKERS = 16 };

typedef struct {
    double tail[CELLS + 2], slope[CELLS + 2];   /* Q and its derivative times the step, at multiples of 1/64 */
} table;

/* Rivals of one standard error: how many are not decided, have the unit above them, below them. reach, own: sqrt(s^2 + se^2) / se, s / se. */
typedef struct {
    double se, open, above, below, reach, own;
} point;

typedef struct {
    int64_t len;
    double s, step, cut, next;   /* step of z; critical value; the largest studentised difference that it leaves open */
    point at[POINTS];
} rivals;

static double tail_of(const table *t, double x)
{
    double at = x * 64;
    if (at < 0) return 1 - tail_of(t, -x);
    if (at >= CELLS) return 0;
    int i = (int)at;
    double u = at - i, d = t->tail[i + 1] - t->tail[i], a = t->slope[i] - d, b = d - t->slope[i + 1];
    return t->tail[i] + u * d + u * (1 - u) * (a * (1 - u) + b * u);
}

/* ln(1 - q) */
static double log_rest(double q)
{
    if (q < 1e-3) return -q * (1 + q * (0.5 + q * (1.0 / 3 + q * 0.25)));
    return q < 1 ? log1p(-q) : -INFINITY;
}

/* Probabilities that all stay within c, given the unit's own error z, and given -z. */
static void within(const table *t, const rivals *r, double c, double z, double *plus, double *minus)
{
    double log_plus = 0, log_minus = 0;
    for (int64_t k = 0; k < r->len && (log_plus > -50 || log_minus > -50); k++) {
        const point *p = &r->at[k];
        double far = tail_of(t, c * p->reach + p->own * z), near = tail_of(t, c * p->reach - p->own * z);
        double open = p->open > 0 ? p->open * log_rest(far + near) : 0;
        log_plus += open;
        log_minus += open;
        if (p->above > 0 || p->below > 0) {
            double log_far = log_rest(far), log_near = log_rest(near);
            log_plus += (p->above > 0 ? p->above * log_far : 0) + (p->below > 0 ? p->below * log_near : 0);
            log_minus += (p->above > 0 ? p->above * log_near : 0) + (p->below > 0 ? p->below * log_far : 0);
        }
    }
    *plus = exp(log_plus);
    *minus = exp(log_minus);
}

/* The probability that some difference goes beyond c. */
static double beyond(const table *t, const rivals *r, double c)
{
    double sum = 0, plus = 1, minus = 1;
    for (int64_t i = 0;; i++) {
        double z = (double)i * r->step, density = 0.3989422804014327 * exp(-z * z / 2);
        if (z > 6) break;
        if (plus > 1e-12 || minus > 1e-12) within(t, r, c, z, &plus, &minus);   /* both fall with z once they are small */
        sum += density * (i ? (1 - plus) + (1 - minus) : 1 - plus);
    }
    return sum * r->step;
}

/* c with beyond(c) = alpha, by the secant on ln beyond against c, kept inside a bracket. */
static double critical(const table *t, const rivals *r, double alpha, double start)
{
    double low = 0, high = 40, c = start, last_c = 0, last_f = 0;
    for (int i = 0; i < 60; i++) {
        double f = log(beyond(t, r, c) / alpha), next = c + f / (c + 0.5);   /* ln Q falls by about c */
        if (f > 0) low = c;
        else high = c;
        if (i && (f - last_f > 0 || f - last_f < 0)) next = c - f * (c - last_c) / (f - last_f);
        if (fabs(next - c) < 1e-6 || high - low < 1e-6) return next > low && next < high ? next : c;
        last_c = c;
        last_f = f;
        c = next > low && next < high ? next : (low + high) / 2;
    }
    return c;
}

typedef struct {
    double count[3], sum, squares;   /* of standard errors, less the least one */
} bin;

typedef struct {
    double se;
    int64_t unit;
    int32_t bin;
} placed;

typedef struct {
    const shi_rank_data *data;
    const table *tails;
    const placed *by;          /* units by standard error */
    double least;
} contest;

static int by_se(const void *a, const void *b)
{
    const placed *x = a, *y = b;
    if (x->se < y->se || x->se > y->se) return x->se < y->se ? -1 : 1;
    return x->unit < y->unit ? -1 : x->unit > y->unit;
}

static void put_point(rivals *r, double se, double open, double above, double below)
{
    r->at[r->len++] = (point){ se, open, above, below, sqrt(r->s * r->s + se * se) / se, r->s / se };
}

static void put_bins(rivals *r, const bin *bins, double least)
{
    for (int b = 0; b < BINS; b++) {
        double open = bins[b].count[0], above = bins[b].count[1], below = bins[b].count[2], count = open + above + below;
        if (!(count > 0)) continue;
        double mean = bins[b].sum / count, variance = bins[b].squares / count - mean * mean, off = variance > 0 ? sqrt(variance) : 0;
        for (int sign = -1; sign <= 1; sign += 2) put_point(r, least + mean + sign * off, open / 2, above / 2, below / 2);
    }
}

/* Whom unit j meets at r->cut. */
static void gather(const contest *c, int64_t j, rivals *r, shi_rank_set *set)
{
    const shi_rank_data *d = c->data;
    int64_t n = d->n, above = 0, below = 0;
    double own = d->se[j] * d->se[j], next = 0;
    bin bins[BINS];
    for (int b = 0; b < BINS; b++) bins[b] = (bin){ 0 };
    r->len = 0;
    for (int64_t k = 0; k < n; k++) {
        const placed *p = &c->by[k];
        if (p->unit == j) continue;
        double off = d->estimate[j] - d->estimate[p->unit], square = off * off / (own + p->se * p->se);
        int side = square > r->cut * r->cut ? off > 0 ? 1 : 2 : 0;
        if (!side && square > next) next = square;
        above += side == 1;
        below += side == 2;
        if (n <= DIRECT) {
            put_point(r, p->se, side == 0, side == 1, side == 2);
            continue;
        }
        bin *b = &bins[p->bin];
        b->count[side] += 1;
        b->sum += p->se - c->least;
        b->squares += (p->se - c->least) * (p->se - c->least);
    }
    if (n > DIRECT) put_bins(r, bins, c->least);
    r->next = sqrt(next);
    *set = (shi_rank_set){ below + 1, n - above };
}

/* *start: a guess of the first critical value, and then that value. */
static shi_rank_set set_of(const contest *c, int64_t j, rivals *r, double *start)
{
    shi_rank_set set;
    double alpha = 1 - c->data->confidence, ratio = c->least / c->data->se[j];
    r->s = c->data->se[j];
    r->step = ratio > 1.0 / 16 ? ratio / 4 : 1.0 / 64;   /* the product over rivals turns within a fraction of their errors */
    r->cut = INFINITY;
    gather(c, j, r, &set);
    r->cut = *start = critical(c->tails, r, alpha, *start);
    gather(c, j, r, &set);
    while (r->next > 0 && beyond(c->tails, r, r->next) < alpha) {   /* there is another step */
        r->cut = critical(c->tails, r, alpha, r->cut);
        gather(c, j, r, &set);
    }
    return set;
}

static void fill_table(table *t)
{
    for (int i = 0; i < CELLS + 2; i++) {
        double x = i / 64.0;
        t->tail[i] = shi_normal_above(x);
        t->slope[i] = -0.3989422804014327 * exp(-x * x / 2) / 64;
    }
}

static void place(const shi_rank_data *data, placed *by)
{
    int64_t n = data->n;
    for (int64_t i = 0; i < n; i++) by[i] = (placed){ data->se[i], i, 0 };
    qsort(by, (size_t)n, sizeof *by, by_se);
    double least = by[0].se, most = by[n - 1].se, scale = most > least ? BINS / log(most / least) : 0;
    for (int64_t i = 0; i < n; i++) {
        int32_t b = (int32_t)(scale * log(by[i].se / least));
        by[i].bin = b < BINS ? b : BINS - 1;
    }
}

shi_err shi_ranks_marginal(shi_arena scratch, const shi_rank_data *data, shi_rank_set *set)
{
    SHI_TRY(shi_ranks_flaw(data));
    table *tails = shi_new(&scratch, table, 1);
    rivals *work = shi_new(&scratch, rivals, WORKERS);
    placed *by = shi_new(&scratch, placed, data->n);
    if (!tails || !work || !by) return shi_no_memory();
    fill_table(tails);
    place(data, by);
    const contest c = { data, tails, by, by[0].se };
#pragma omp parallel for schedule(dynamic, 1) if (data->n > 50)
    for (int64_t w = 0; w < WORKERS; w++) {
        double start = shi_normal_quantile_above((1 - data->confidence) / 2 / sqrt((double)data->n));
        for (int64_t i = w; i < data->n; i += WORKERS) set[by[i].unit] = set_of(&c, by[i].unit, &work[w], &start);
    }
    return (shi_err){ 0 };
}
