/* Whole numbers in proportion to weights. Divisor methods and Neyman's optimum are greedy over a heap of priorities, which is exact since the
 * gain of one more falls with each; water-filling sorts the levels at which a fill leaves its floor or meets its cap. */
#include "shishu/apportion.h"

#include <math.h>
#include <stdlib.h>

static int64_t cap_of(const shi_shares *s, int64_t i)
{
    return s->cap ? s->cap[i] : INT64_MAX;
}

static int64_t floor_of(const shi_shares *s, int64_t i)
{
    return s->floor ? s->floor[i] : 0;
}

/* Sum of caps, at most `most`. */
static int64_t sum_caps(const shi_shares *s, int64_t most)
{
    int64_t sum = 0;
    for (int64_t i = 0; i < s->n; i++) {
        int64_t cap = s->weight[i] > 0 ? cap_of(s, i) : floor_of(s, i);
        if (cap >= most - sum) return most;
        sum += cap;
    }
    return sum;
}

static int64_t sum_floors(const shi_shares *s)
{
    int64_t sum = 0;
    for (int64_t i = 0; i < s->n; i++) sum = sum > INT64_MAX - floor_of(s, i) ? INT64_MAX : sum + floor_of(s, i);
    return sum;
}

/* ---- water-filling ---- */

/* At `level` the sum of fills starts (+weight) or ends (-weight) to rise with it. */
typedef struct {
    double level, slope;
} breakpoint;

static int by_level(const void *a, const void *b)
{
    const breakpoint *x = a, *y = b;
    return x->level < y->level ? -1 : x->level > y->level;
}

static double level_of(breakpoint *at, int64_t n, double start, double total)
{
    double sum = start, slope = 0, level = 0;
    qsort(at, (size_t)n, sizeof *at, by_level);
    for (int64_t k = 0; k < n; k++) {
        double next = sum + slope * (at[k].level - level);
        if (next >= total && slope > 0) return level + (total - sum) / slope;
        sum = next;
        level = at[k].level;
        slope += at[k].slope;
    }
    return slope > 0 ? level + (total - sum) / slope : level;
}

shi_err shi_water_fill(shi_arena scratch, const shi_shares *s, double *fill, double *mu, int64_t *excess)
{
    int64_t floors = sum_floors(s), caps = sum_caps(s, s->total + 1), n = 0;
    *excess = floors > s->total ? s->total - floors : caps < s->total ? s->total - caps : 0;
    *mu = caps <= s->total ? INFINITY : 0;
    if (floors <= s->total && caps > s->total) {
        breakpoint *at = shi_new(&scratch, breakpoint, 2 * s->n);
        if (!at) return shi_no_memory();
        for (int64_t i = 0; i < s->n; i++) {
            if (!(s->weight[i] > 0)) continue;
            at[n++] = (breakpoint){ (double)floor_of(s, i) / s->weight[i], s->weight[i] };
            if (s->cap) at[n++] = (breakpoint){ (double)s->cap[i] / s->weight[i], -s->weight[i] };
        }
        *mu = level_of(at, n, (double)floors, (double)s->total);
    }
    for (int64_t i = 0; i < s->n; i++) {
        double low = (double)floor_of(s, i), high = (double)cap_of(s, i), x = s->weight[i] > 0 ? *mu * s->weight[i] : low;
        if (floors > s->total) x = low;
        fill[i] = x < low ? low : x > high ? high : x;
    }
    return (shi_err){ 0 };
}

/* ---- remainders ---- */

typedef struct {
    double remainder;
    int64_t index;
} leftover;

static int by_remainder(const void *a, const void *b)
{
    const leftover *x = a, *y = b;
    if (x->remainder > y->remainder || x->remainder < y->remainder) return x->remainder > y->remainder ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

/* Whole parts of fill into out, the rest of `total` one by one to the largest remainders, round after round where more is left. */
static shi_err round_off(shi_arena scratch, const shi_shares *s, const double *fill, int64_t total, int64_t *out)
{
    leftover *left = shi_new(&scratch, leftover, s->n);
    int64_t given = 0;
    if (!left) return shi_no_memory();
    for (int64_t i = 0; i < s->n; i++) {
        double whole = floor(fill[i] + 1e-9 * (1 + fabs(fill[i]) * 1e-6));   /* 3 - 1e-12 is 3 */
        out[i] = whole > (double)cap_of(s, i) ? cap_of(s, i) : (int64_t)whole;
        left[i] = (leftover){ fill[i] - whole, i };
        given += out[i];
    }
    qsort(left, (size_t)s->n, sizeof *left, by_remainder);
    for (bool moved = true; given < total && moved;) {
        moved = false;
        for (int64_t k = 0; k < s->n && given < total; k++) {
            int64_t i = left[k].index;
            if (!(s->weight[i] > 0) || out[i] >= cap_of(s, i)) continue;
            out[i]++;
            given++;
            moved = true;
        }
    }
    for (int64_t k = s->n - 1; given > total && k >= 0; k--)   /* rounding may have given one too many */
        if (out[left[k].index] > floor_of(s, left[k].index)) {
            out[left[k].index]--;
            given--;
        }
    return (shi_err){ 0 };
}

shi_err shi_allot(shi_arena scratch, const shi_shares *s, int64_t *out, int64_t *excess)
{
    double mu, *fill = shi_new(&scratch, double, s->n);
    if (!fill) return shi_no_memory();
    SHI_TRY(shi_water_fill(scratch, s, fill, &mu, excess));
    if (*excess == 0) return round_off(scratch, s, fill, s->total, out);
    for (int64_t i = 0; i < s->n; i++) out[i] = *excess < 0 || !(s->weight[i] > 0) ? floor_of(s, i) : cap_of(s, i);
    return (shi_err){ 0 };
}

/* ---- priorities ---- */

typedef struct {
    double priority;
    int64_t index;
} next_one;

static bool before(const next_one *a, const next_one *b)
{
    if (a->priority > b->priority || a->priority < b->priority) return a->priority > b->priority;
    return a->index < b->index;
}

static void sift_down(next_one *heap, int64_t n, int64_t at)
{
    for (;;) {
        int64_t best = at;
        for (int64_t child = 2 * at + 1; child <= 2 * at + 2 && child < n; child++)
            if (before(&heap[child], &heap[best])) best = child;
        if (best == at) return;
        next_one t = heap[at];
        heap[at] = heap[best];
        heap[best] = t;
        at = best;
    }
}

/* Gives `total` one by one to the largest priority(context, index, what it has); -1 from it: no more for this one. */
static void give(next_one *heap, int64_t n, int64_t total, int64_t *out, double (*priority)(const void *, int64_t, int64_t), const void *context)
{
    for (int64_t i = 0; i < n; i++) heap[i] = (next_one){ priority(context, i, out[i]), i };
    for (int64_t i = n / 2 - 1; i >= 0; i--) sift_down(heap, n, i);
    for (int64_t k = 0; k < total && n > 0 && heap[0].priority >= 0; k++) {
        int64_t i = heap[0].index;
        out[i]++;
        heap[0].priority = priority(context, i, out[i]);
        sift_down(heap, n, 0);
    }
}

typedef struct {
    shi_method method;
    const shi_shares *shares;
} divisor;

static double by_divisor(const void *context, int64_t i, int64_t has)
{
    const divisor *d = context;
    double s = (double)has, w = d->shares->weight[i], by;
    if (!(w > 0) || has >= cap_of(d->shares, i)) return -1;
    switch (d->method) {
    case SHI_ADAMS: by = s; break;
    case SHI_DEAN: by = 2 * s * (s + 1) / (2 * s + 1); break;
    case SHI_HILL: by = sqrt(s * (s + 1)); break;
    case SHI_WEBSTER: by = s + 0.5; break;
    default: by = s + 1; break;
    }
    return by > 0 ? w / by : INFINITY;
}

static shi_err by_quota(shi_arena scratch, bool droop, const shi_shares *s, int64_t *out)
{
    double W = 0, *fill = shi_new(&scratch, double, s->n);
    if (!fill) return shi_no_memory();
    for (int64_t i = 0; i < s->n; i++) W += s->weight[i];
    double quota = droop ? floor(W / (double)(s->total + 1)) + 1 : s->total > 0 ? W / (double)s->total : INFINITY;
    for (int64_t i = 0; i < s->n; i++) fill[i] = s->weight[i] > 0 ? s->weight[i] / quota : 0;
    return round_off(scratch, s, fill, s->total, out);
}

shi_err shi_apportion(shi_arena scratch, shi_method method, const shi_shares *s, int64_t *out, int64_t *excess)
{
    int64_t floors = sum_floors(s), caps = sum_caps(s, s->total);
    if (method == SHI_REMAINDER_HARE || method == SHI_REMAINDER_DROOP) {
        *excess = s->total - caps;
        return by_quota(scratch, method == SHI_REMAINDER_DROOP, s, out);
    }
    next_one *heap = shi_new(&scratch, next_one, s->n);
    if (!heap) return shi_no_memory();
    *excess = floors > s->total ? s->total - floors : s->total - caps;
    for (int64_t i = 0; i < s->n; i++) out[i] = floor_of(s, i);
    if (floors < s->total) give(heap, s->n, s->total - floors, out, by_divisor, &(divisor){ method, s });
    return (shi_err){ 0 };
}

/* ---- Neyman ---- */

typedef struct {
    const int64_t *size;
    const double *sd;
} strata_of;

static double by_variance(const void *context, int64_t h, int64_t n)
{
    const strata_of *s = context;
    if (n >= s->size[h]) return -1;
    return n > 0 ? (double)s->size[h] * s->sd[h] / sqrt((double)n * (double)(n + 1)) : INFINITY;
}

shi_err shi_neyman(shi_arena scratch, const int64_t *size, const double *sd, int64_t strata, int64_t total, int64_t least, int64_t *out,
                   int64_t *short_by)
{
    next_one *heap = shi_new(&scratch, next_one, strata);
    int64_t sum = 0;
    if (!heap) return shi_no_memory();
    for (int64_t h = 0; h < strata; h++) sum += out[h] = size[h] < least ? size[h] : least;
    *short_by = sum > total ? sum - total : 0;
    if (sum < total) give(heap, strata, total - sum, out, by_variance, &(strata_of){ size, sd });
    return (shi_err){ 0 };
}
