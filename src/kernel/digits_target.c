/* What the target does to figures. Bunching: distances from the target in steps of half a percent (at least 1), a polynomial through the steps
 * away from it, and its misfit at the other marks of the same table as the unit of z, because a Poisson bootstrap finds bunching at
 * unremarkable marks, too. Exact hits: within a tenth of the mark one value is as likely as the next. */
#include "kernel/digits.h"

#include "shishu/poisson_binomial.h"
#include "stat/dist.h"

#include <math.h>

enum { BINS = 80, HALF = BINS / 2, DEGREE = 5, TERMS = DEGREE + 1, LEAST_FIGURES = 200, LEAST_TARGET = 50, LEAST_EXPECTED = 5 };
enum { BEFORE = 4, AFTER = 2, MARGIN = 8 };      /* bins left out around a mark: those it is reached from, and those next to it */

static bool left_out(int64_t bin, int64_t mark)
{
    return bin >= mark - BEFORE && bin <= mark + AFTER;
}

/* Cholesky of the normal equations, in place; false: bins lie too badly. */
static bool solve(double a[TERMS][TERMS], double *b)
{
    for (int i = 0; i < TERMS; i++)
        for (int j = 0; j <= i; j++) {
            double s = a[i][j];
            for (int k = 0; k < j; k++) s -= a[i][k] * a[j][k];
            if (i == j && !(s > 1e-12)) return false;
            a[i][j] = i == j ? sqrt(s) : s / a[j][j];
        }
    for (int i = 0; i < TERMS; i++) {
        for (int k = 0; k < i; k++) b[i] -= a[i][k] * b[k];
        b[i] /= a[i][i];
    }
    for (int i = TERMS - 1; i >= 0; i--) {
        for (int k = i + 1; k < TERMS; k++) b[i] -= a[k][i] * b[k];
        b[i] /= a[i][i];
    }
    return true;
}

/* What the smooth curve has at the mark, without the bins round it and round the target; NAN: nothing to be said. */
static double smooth_at(const double *count, int64_t mark)
{
    double a[TERMS][TERMS] = { { 0 } }, b[TERMS] = { 0 }, power[TERMS], at = 0;
    for (int64_t i = 0; i < BINS; i++) {
        double x = ((double)i - HALF) / HALF, to = 1;
        if (left_out(i, mark) || left_out(i, HALF)) continue;
        for (int k = 0; k < TERMS; k++, to *= x) power[k] = to;
        for (int k = 0; k < TERMS; k++) {
            b[k] += power[k] * count[i];
            for (int l = 0; l < TERMS; l++) a[k][l] += power[k] * power[l];
        }
    }
    if (!solve(a, b)) return (double)NAN;
    double x = ((double)mark - HALF) / HALF;
    for (int k = TERMS - 1; k >= 0; k--) at = at * x + b[k];
    return at >= LEAST_EXPECTED ? at : (double)NAN;
}

/* Root mean square of the misfit at other marks in units of Poisson's; at least 1. */
static double misfit(const double *count)
{
    double sum = 0, n = 0;
    for (int64_t mark = MARGIN; mark < BINS - MARGIN; mark++) {
        double at = left_out(mark, HALF) || left_out(HALF, mark) ? (double)NAN : smooth_at(count, mark);
        if (isnan(at)) continue;
        sum += (count[mark] - at) * (count[mark] - at) / at;
        n++;
    }
    return n > 0 && sum > n ? sqrt(sum / n) : 1;
}

static void bunch_of(digits_table *t, int m, const digits_group *g)
{
    const shi_digits_measure *of = &t->c->measure[m];
    double count[BINS] = { 0 }, figures = 0;
    for (int64_t i = 0; i < g->len; i++) {
        double x = of->value[g->row[i]], target = of->target[g->row[i]];
        if (!(target >= LEAST_TARGET)) continue;
        double width = fmax(1, floor(target / 200)), bin = floor((t->set->at_most ? target - x : x - target) / width);
        if (!(bin >= -HALF && bin < HALF)) continue;
        count[(int64_t)bin + HALF]++;
        figures++;
    }
    double at = figures >= LEAST_FIGURES ? smooth_at(count, HALF) : (double)NAN;
    if (isnan(at)) return;
    double excess = count[HALF] - at, unit = sqrt(at) * misfit(count);
    shi_digits_add(t, (shi_digits_test){ .kind = SHI_DIGITS_BUNCH, .key = g->key, .code = g->code, .measure = m, .n = (int64_t)figures,
                                         .statistic = count[HALF], .expected = at, .low = excess - 1.96 * unit, .high = excess + 1.96 * unit,
                                         .log10_p = shi_normal_log_above(excess / unit) / SHI_LN_10, .q = (double)NAN });
}

static bool no_targets(const digits_table *t)
{
    for (int m = 0; m < t->c->measures; m++)
        if (t->c->measure[m].target) return false;
    return true;
}

shi_err shi_digits_bunch(shi_arena scratch, digits_table *t)
{
    int64_t len = t->len;
    (void)scratch;
    if (no_targets(t)) {
        t->why[SHI_DIGITS_BUNCH] = N_("gathering at the target: without a column of targets there is none");
        return (shi_err){ 0 };
    }
    for (int m = 0; m < t->c->measures; m++)
        for (int64_t g = 0; g < t->groups && t->c->measure[m].target; g++) bunch_of(t, m, &t->group[g]);
    if (t->len == len) t->why[SHI_DIGITS_BUNCH] = N_("gathering at the target: no group has 200 figures within a fifth of targets of 50 or more");
    return (shi_err){ 0 };
}

/* The figure that the row is held against: its target, or what the growth asks for. */
static double mark_of(const digits_table *t, int m, int64_t row, bool growth)
{
    if (!growth) return shi_digits_of(t->c->measure[m].target, row);
    return floor(t->before[m][row] * (1 + t->set->growth) + 0.5);
}

static shi_err marks_of(shi_arena scratch, digits_table *t, int m, const digits_group *g, bool growth)
{
    double *chance = shi_new(&scratch, double, g->len), expected = 0, log_p;
    int64_t n = 0, hits = 0;
    if (!chance) return shi_no_memory();
    for (int64_t i = 0; i < g->len; i++) {
        double x = t->c->measure[m].value[g->row[i]], mark = mark_of(t, m, g->row[i], growth), reach = floor(0.1 * mark);
        if (!(reach >= 1 && fabs(x - mark) <= reach && mark == floor(mark))) continue;
        chance[n] = 1 / (2 * reach + 1);
        expected += chance[n++];
        hits += x == mark;
    }
    if (n == 0) return (shi_err){ 0 };
    SHI_TRY(shi_poisson_binomial_log_above(scratch, chance, n, hits, &log_p));
    shi_digits_add(t, (shi_digits_test){ .kind = growth ? SHI_DIGITS_GROWTH : SHI_DIGITS_EXACT, .key = g->key, .code = g->code, .measure = m, .n = n,
                                         .statistic = (double)hits, .expected = expected, .low = (double)NAN, .high = (double)NAN,
                                         .log10_p = log_p / SHI_LN_10, .q = (double)NAN });
    return (shi_err){ 0 };
}

static const char *no_growth(const digits_table *t)
{
    if (isnan(t->set->growth)) return N_("required growth: say with --growth how much each period has to add");
    if (t->set->cumulative) return N_("required growth: counts to date grow by themselves, so hitting the required figure says nothing");
    return t->step == 0 ? N_("required growth: without periods there is no growth") : NULL;
}

shi_err shi_digits_marks(shi_arena scratch, digits_table *t, bool growth)
{
    shi_digits_kind kind = growth ? SHI_DIGITS_GROWTH : SHI_DIGITS_EXACT;
    int64_t len = t->len;
    if (growth) t->why[kind] = no_growth(t);
    else if (no_targets(t)) t->why[kind] = N_("exact hits: without a column of targets there are none");
    if (t->why[kind]) return (shi_err){ 0 };
    for (int m = 0; m < t->c->measures; m++)
        for (int64_t g = 0; g < t->children; g++) SHI_TRY(marks_of(scratch, t, m, &t->child[g], growth));
    if (t->len == len)
        t->why[kind] = growth ? N_("required growth: no figure is within a tenth of the required one") : N_("exact hits: no figure is within a "
            "tenth of its target");
    return (shi_err){ 0 };
}
