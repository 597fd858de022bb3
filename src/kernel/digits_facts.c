/* Facts, which have no p: figures carried forward, wholes that are not the sum of their parts, parts above their wholes, counts to date that
 * fall, and first digits, where figures span three orders of magnitude. */
#include "kernel/digits.h"

#include <math.h>

enum { LEAST_FIRST = 100 };

static void add_fact(digits_table *t, shi_digits_kind kind, int m, const digits_group *g, int64_t n, double statistic, double expected)
{
    if (n == 0) return;
    shi_digits_add(t, (shi_digits_test){ .kind = kind, .key = g->key, .code = g->code, .measure = m, .n = n, .statistic = statistic,
                                         .expected = expected, .low = (double)NAN, .high = (double)NAN, .log10_p = (double)NAN, .q = (double)NAN });
}

/* Carried forward: two figures of different periods are equal, 0 left out, as nothing to report is no figure. */
static void carried(digits_table *t, int m, const digits_group *g)
{
    int64_t pairs = 0, same = 0;
    for (int64_t i = 0; i < g->len; i++) {
        double x = t->c->measure[m].value[g->row[i]], last = t->before[m][g->row[i]];
        if (!(x > 0) || isnan(last)) continue;
        pairs++;
        same += x == last;
    }
    add_fact(t, SHI_DIGITS_CARRIED, m, g, pairs, (double)same, (double)NAN);
}

static void falls(digits_table *t, int m, const digits_group *g)
{
    int64_t pairs = 0, fell = 0;
    double deepest = 0;
    for (int64_t i = 0; i < g->len; i++) {
        double step = t->c->measure[m].value[g->row[i]] - t->before[m][g->row[i]];
        if (isnan(step)) continue;
        pairs++;
        fell += step < 0;
        deepest = fmin(deepest, step);
    }
    add_fact(t, SHI_DIGITS_FALLS, m, g, pairs, (double)fell, deepest);
}

static void above(digits_table *t, int m, const digits_group *g)
{
    int64_t n = 0, over = 0;
    for (int64_t i = 0; i < g->len; i++) {
        double x = t->c->measure[m].value[g->row[i]], total = t->c->measure[m].total[g->row[i]];
        if (isnan(x) || isnan(total)) continue;
        n++;
        over += x > total;
    }
    add_fact(t, SHI_DIGITS_ABOVE, m, g, n, (double)over, (double)NAN);
}

static int first_digit(double x)
{
    while (x >= 10) x /= 10;
    while (x < 1) x *= 10;
    return (int)x;
}

/* Nigrini's mean absolute deviation of the shares of first digits; 0.015 and more is called nonconformity. */
static void benford(digits_table *t, int m, const digits_group *g)
{
    double count[10] = { 0 }, low = INFINITY, high = 0, off = 0, n = 0;
    for (int64_t i = 0; i < g->len; i++) {
        double x = t->c->measure[m].value[g->row[i]];
        if (!(x > 1e-9 && x < 1e300)) continue;
        low = fmin(low, x);
        high = fmax(high, x);
        count[first_digit(x)]++;
        n++;
    }
    if (n < LEAST_FIRST || !(high >= 1000 * low)) return;
    for (int d = 1; d < 10; d++) off += fabs(count[d] / n - log10(1 + 1.0 / d)) / 9;
    add_fact(t, SHI_DIGITS_BENFORD, m, g, (int64_t)n, off, 0.015);
}

/* What a unit reports of a period, and what its children do. */
typedef struct {
    double own, parts;
    int64_t owns, children;
} whole;

/* Each row stands twice: as its unit, and as its parent's part. Rows of one unit, period and further keys get one code. */
static int64_t tuples(shi_arena *hold, const digits_table *t, int32_t *code)
{
    const shi_digits_columns *c = t->c;
    int64_t n = c->n;
    int32_t *next = shi_new(hold, int32_t, 2 * n);
    shi_arena scratch = *hold;
    if (!next) return -1;
    for (int64_t i = 0; i < n; i++) {
        code[i] = c->key[0][i];
        code[n + i] = c->parent[i] >= 0 ? c->parent_unit[c->parent[i]] : -1;
    }
    for (int k = 1; k < c->keys; k++) {
        for (int64_t i = 0; i < 2 * n; i++) next[i] = c->key[k][i % n];
        if (shi_digits_pairs(scratch, code, next, 2 * n, code) < 0) return -1;
    }
    for (int64_t i = 0; i < 2 * n; i++) next[i] = c->day && c->day[i % n] != INT64_MIN ? (int32_t)c->day[i % n] : 0;
    return shi_digits_pairs(scratch, code, next, 2 * n, code);
}

static shi_err parts(shi_arena scratch, digits_table *t)
{
    const shi_digits_columns *c = t->c;
    int64_t n = c->n;
    int32_t *code = shi_new(&scratch, int32_t, 2 * n);
    if (!code) return shi_no_memory();
    int64_t codes = tuples(&scratch, t, code);
    whole *all = codes < 0 ? NULL : shi_new(&scratch, whole, codes);
    if (!all) return shi_no_memory();
    for (int m = 0; m < c->measures; m++) {
        const double *value = c->measure[m].value;
        for (int64_t i = 0; i < codes; i++) all[i] = (whole){ 0 };
        for (int64_t i = 0; i < n; i++) {
            if (isnan(value[i])) continue;
            all[code[i]].own += value[i], all[code[i]].owns++;
            all[code[n + i]].parts += value[i], all[code[n + i]].children++;
        }
        for (int64_t g = 0; g < t->children; g++) {
            const digits_group *of = &t->child[g];
            int64_t compared = 0, differ = 0;
            double largest = 0;
            if (c->parent_unit[of->code] < 0) continue;
            for (int64_t i = 0; i < of->len; i++) {
                whole *w = &all[code[n + of->row[i]]];
                if (w->owns == 0 || w->children == 0) continue;
                compared++;
                differ += w->own < w->parts || w->own > w->parts;
                if (fabs(w->own - w->parts) > fabs(largest)) largest = w->own - w->parts;
                w->children = 0;                  /* each whole once */
            }
            add_fact(t, SHI_DIGITS_PARTS, m, of, compared, (double)differ, largest);
        }
    }
    return (shi_err){ 0 };
}

static void each_group(digits_table *t, shi_digits_kind kind)
{
    for (int m = 0; m < t->c->measures; m++) {
        if (kind == SHI_DIGITS_ABOVE && !t->c->measure[m].total) continue;
        for (int64_t i = 0; i < t->groups; i++) {
            const digits_group *g = &t->group[i];
            if (kind == SHI_DIGITS_CARRIED) carried(t, m, g);
            else if (kind == SHI_DIGITS_FALLS) falls(t, m, g);
            else if (kind == SHI_DIGITS_ABOVE) above(t, m, g);
            else benford(t, m, g);
        }
    }
}

shi_err shi_digits_facts(shi_arena scratch, digits_table *t)
{
    if (t->step) each_group(t, SHI_DIGITS_CARRIED);
    if (t->c->parent && t->c->keys) SHI_TRY(parts(scratch, t));
    each_group(t, SHI_DIGITS_ABOVE);
    if (t->step && t->set->cumulative) each_group(t, SHI_DIGITS_FALLS);
    each_group(t, SHI_DIGITS_BENFORD);
    return (shi_err){ 0 };
}
