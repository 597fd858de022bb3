/* Weights that meet known totals: raking cell by cell, calibration by Newton's method on the multipliers, each step solved by an orthonormal basis of
 * the weighted columns (Gram and Schmidt twice, which is as good as Householder: Giraud, Langou & Rozloznik 2005). */
#include "shishu/survey.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

enum { MOST_CROSSED = 1000000, MOST_ROUNDS = 1000 };

/* ---- raking ---- */

static shi_err check_margin(const int64_t *cell, int64_t cells, const double *population, int64_t rows, double *count)
{
    for (int64_t i = 0; i < rows; i++) {
        if (cell[i] < 0 || cell[i] >= cells)
            return (shi_err){ .code = SHI_INPUT, .line = i + 1, .reason = N_("the row is in a group of unknown size"),
                              .remedy = N_("Give the population of each group.") };
        count[cell[i]]++;
    }
    for (int64_t c = 0; c < cells; c++) {
        bool known = population[c] >= 0 && isfinite(population[c]);
        if (!known || (count[c] > 0) != (population[c] > 0))
            return (shi_err){ .code = SHI_INPUT, .line = c + 1, .reason = N_("a group has people but nobody in the sample, or the other way round"),
                              .remedy = N_("Merge the group with one like it.") };
    }
    return (shi_err){ 0 };
}

/* Sums of weights over all margins crossed. */
static void cross(const shi_calibration *c, const double *weight, double *table, int64_t crossed)
{
    memset(table, 0, (size_t)crossed * sizeof *table);
    for (int64_t i = 0; i < c->rows; i++) {
        int64_t at = 0;
        for (int64_t m = 0; m < c->margins; m++) at = at * c->cells[m] + c->cell[m][i];
        table[at] += weight[i];
    }
}

static shi_err margins_agree(const shi_calibration *c, const double *const *population)
{
    double first = 0;
    for (int64_t m = 0; m < c->margins; m++) {
        double sum = 0;
        for (int64_t k = 0; k < c->cells[m]; k++) sum += population[m][k];
        if (m == 0) first = sum;
        if (fabs(sum - first) > 1e-6 * first)
            return shi_fail(SHI_INPUT, N_("the groups of two margins have different sums"), N_("Give margins of one population."));
    }
    return (shi_err){ 0 };
}

static shi_err rake(shi_arena scratch, shi_calibration *c, double *weight, double *const *stepped, const double *const *population, int64_t crossed,
                    double within)
{
    double *old = shi_new(&scratch, double, crossed), *now = shi_new(&scratch, double, crossed);
    if (!old || !now) return shi_no_memory();
    cross(c, weight, old, crossed);
    for (int round = 0; round < MOST_ROUNDS; round++) {
        double moved = 0;
        for (int64_t m = 0; m < c->margins; m++) {
            memset(now, 0, (size_t)c->cells[m] * sizeof *now);
            for (int64_t i = 0; i < c->rows; i++) now[c->cell[m][i]] += weight[i];
            for (int64_t i = 0; i < c->rows; i++) stepped[m][i] = weight[i] *= population[m][c->cell[m][i]] / now[c->cell[m][i]];
        }
        cross(c, weight, now, crossed);
        for (int64_t k = 0; k < crossed; k++) moved = fabs(now[k] - old[k]) > moved ? fabs(now[k] - old[k]) : moved;
        if (moved < within || c->margins == 1) return (shi_err){ 0 };
        memcpy(old, now, (size_t)crossed * sizeof *old);
    }
    return shi_fail(SHI_INPUT, N_("no weights meet all margins"), N_("Merge small groups, or leave a margin out."));
}

shi_err shi_survey_rake(shi_arena *keep, shi_arena scratch, const double *weight, int64_t rows, const int64_t *const *cell, const int64_t *cells,
                        const double *const *population, int64_t margins, double within, shi_calibration *out)
{
    shi_calibration c = { .rows = rows, .base = weight, .margins = margins };
    double *stepped[SHI_SURVEY_MARGINS], *fitted = shi_new(keep, double, rows);
    int64_t crossed = 1;
    if (margins < 1 || margins > SHI_SURVEY_MARGINS)
        return shi_fail(SHI_USAGE, N_("raking takes one to eight margins"), N_("Leave some margins out."));
    if (!fitted) return shi_no_memory();
    for (int64_t m = 0; m < margins; m++) {
        shi_arena here = scratch;
        double *count = shi_new(&here, double, cells[m]);
        if (cells[m] < 1 || cells[m] > MOST_CROSSED / crossed)
            return shi_fail(SHI_USAGE, N_("these are too many groups"), N_("Merge small groups, or leave a margin out."));
        if (!count || !(stepped[m] = shi_new(keep, double, rows))) return shi_no_memory();
        SHI_TRY(check_margin(cell[m], cells[m], population[m], rows, count));
        crossed *= cells[m];
        c.cell[m] = cell[m];
        c.cells[m] = cells[m];
        c.stepped[m] = stepped[m];
    }
    SHI_TRY(margins_agree(&c, population));
    memcpy(fitted, weight, (size_t)rows * sizeof *fitted);
    SHI_TRY(rake(scratch, &c, fitted, stepped, population, crossed, within));
    c.weight = fitted;
    *out = c;
    return (shi_err){ 0 };
}

/* ---- calibration ---- */

/* q: orthonormal columns of sqrt(weight) x; r: columns^2, upper, x = q r by columns. The first column that the others explain, or -1. */
static int64_t orthonormal(const double *x, const double *weight, int64_t rows, int64_t columns, double *q, double *r)
{
    for (int64_t k = 0; k < columns; k++) {
        double *own = q + k * rows, before = 0, after = 0;
        for (int64_t i = 0; i < rows; i++) {
            own[i] = sqrt(weight[i]) * x[k * rows + i];
            before += own[i] * own[i];
        }
        for (int64_t j = 0; j < columns; j++) r[k * columns + j] = 0;
        for (int twice = 0; twice < 2; twice++)
            for (int64_t j = 0; j < k; j++) {
                const double *other = q + j * rows;
                double dot = 0;
                for (int64_t i = 0; i < rows; i++) dot += other[i] * own[i];
                for (int64_t i = 0; i < rows; i++) own[i] -= dot * other[i];
                r[k * columns + j] += dot;
            }
        for (int64_t i = 0; i < rows; i++) after += own[i] * own[i];
        if (!(after > 1e-16 * before)) return k;
        r[k * columns + k] = sqrt(after);
        for (int64_t i = 0; i < rows; i++) own[i] /= sqrt(after);
    }
    return -1;
}

/* What the sums of x lack of the totals. */
static double misfit(const double *x, const double *weight, int64_t rows, int64_t columns, const double *total, double *lack)
{
    double most = 0;
    for (int64_t k = 0; k < columns; k++) {
        double sum = 0;
        for (int64_t i = 0; i < rows; i++) sum += weight[i] * x[k * rows + i];
        lack[k] = total[k] - sum;
        double off = fabs(lack[k]) / (1 + fabs(total[k]));
        if (!(off <= most)) most = off;
    }
    return most;
}

/* Adds to `lambda x` of each row the step that makes up for `lack`: with x = q r, its multipliers r^-1 r^-T lack. */
static void add_step(const double *q, const double *r, const double *weight, int64_t rows, int64_t columns, double *lack, double *exponent)
{
    for (int64_t k = 0; k < columns; k++) {   /* r^T y = lack, forward; y in place */
        for (int64_t j = 0; j < k; j++) lack[k] -= r[k * columns + j] * lack[j];
        lack[k] /= r[k * columns + k];
    }
    for (int64_t i = 0; i < rows; i++) {
        double sum = 0;
        for (int64_t k = 0; k < columns; k++) sum += q[k * rows + i] * lack[k];
        exponent[i] += sum / sqrt(weight[i]);
    }
}

static shi_err explained(int64_t column)
{
    return (shi_err){ .code = SHI_INPUT, .line = column + 1, .reason = N_("the other variables already explain this one"),
                      .remedy = N_("Leave the variable out.") };
}

shi_err shi_survey_calibrate(shi_arena *keep, shi_arena scratch, const double *weight, int64_t rows, const double *x, int64_t columns,
                             const double *total, shi_calibrate_kind kind, shi_calibration *out)
{
    double *basis = shi_new(keep, double, rows * columns), *fitted = shi_new(keep, double, rows);
    double *q = shi_new(&scratch, double, rows * columns), *r = shi_new(&scratch, double, columns * columns);
    double *lack = shi_new(&scratch, double, columns), *exponent = shi_new(&scratch, double, rows);
    if (!basis || !fitted || !q || !r || !lack || !exponent) return shi_no_memory();
    int64_t bad = orthonormal(x, weight, rows, columns, basis, r);
    if (bad >= 0) return explained(bad);
    memcpy(fitted, weight, (size_t)rows * sizeof *fitted);
    double off = misfit(x, fitted, rows, columns, total, lack), last = INFINITY;
    for (int round = 0; round < 100 && off > 1e-14 && (off > 1e-8 || off < last); round++) {
        const double *at = kind == SHI_CALIBRATE_LINEAR ? weight : fitted;
        bad = orthonormal(x, at, rows, columns, q, r);
        if (bad >= 0) return explained(bad);
        add_step(q, r, at, rows, columns, lack, exponent);
        for (int64_t i = 0; i < rows; i++) fitted[i] = weight[i] * (kind == SHI_CALIBRATE_LINEAR ? 1 + exponent[i] : exp(exponent[i]));
        last = off;
        off = misfit(x, fitted, rows, columns, total, lack);
    }
    if (!(off < 1e-8)) return shi_fail(SHI_INPUT, N_("no weights meet these totals"), N_("Check the totals, or leave a variable out."));
    *out = (shi_calibration){ .rows = rows, .base = weight, .weight = fitted, .columns = columns, .basis = basis };
    return (shi_err){ 0 };
}
