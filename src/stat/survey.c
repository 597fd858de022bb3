/* Design-based estimators. A statistic becomes one linearised number z a row, w times the derivative of the statistic by the row's total. What the
 * calibration explains is taken out of z. Then the variance is that of the sum of z: rows are sorted by stratum and unit, stage after stage, and
 * with t the sums of units in a stratum of n out of N
 *     V = sum over strata of (1 - n/N) n/(n-1) sum (t - mean t)^2  +  n/N times the V within each unit, by its own stages.
 * Drawn with unequal probability p, a unit has its own 1 - p in place of 1 - n/N (Brewer's approximation). */
#include "shishu/survey.h"

#include "base/text.h"
#include "stat/dist.h"

#include <math.h>
#include <stdlib.h>

static const char CORRECT[] = N_("Correct the sample, or leave the row out.");

typedef struct {
    int64_t key[2 * SHI_SURVEY_STAGES];   /* stratum, unit; stage after stage */
    int64_t row;
} sorted;

typedef struct {
    const shi_survey *s;
    const double *weight;
    sorted *by;
    double *z;
    double units, strata;      /* of stage 0 */
    shi_err e;                 /* the first fault met */
} survey;

static int by_keys(const void *a, const void *b)
{
    const sorted *x = a, *y = b;
    for (int k = 0; k < 2 * SHI_SURVEY_STAGES; k++)
        if (x->key[k] != y->key[k]) return x->key[k] < y->key[k] ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static shi_err bad_row(int64_t row, const char *reason)
{
    return (shi_err){ .code = SHI_INPUT, .line = row + 1, .reason = reason, .remedy = CORRECT };
}

static shi_err open_survey(shi_arena *scratch, const shi_survey *s, double confidence, survey *out)
{
    if (!(confidence > 0 && confidence < 1))
        return shi_fail(SHI_USAGE, N_("the confidence is out of range"), N_("Give a confidence between 0 and 1, such as 0.95."));
    if (s->stages < 1 || s->stages > SHI_SURVEY_STAGES)
        return shi_fail(SHI_USAGE, N_("a sample has one to three stages"), N_("Merge the last stages into one."));
    if (s->rows < 1) return shi_fail(SHI_INPUT, N_("the sample is empty"), N_("Give the rows of the sample."));
    *out = (survey){ .s = s, .weight = s->calibration ? s->calibration->weight : s->weight, .by = shi_new(scratch, sorted, s->rows),
                     .z = shi_new(scratch, double, s->rows) };
    if (!out->by || !out->z) return shi_no_memory();
    for (int64_t i = 0; i < s->rows; i++) {
        sorted *r = &out->by[i];
        if (!(s->weight[i] > 0) || !isfinite(s->weight[i])) return bad_row(i, N_("the weight is not above 0"));
        if (s->inclusion && !(s->inclusion[i] > 0 && s->inclusion[i] <= 1)) return bad_row(i, N_("the probability of inclusion is not in (0, 1]"));
        r->row = i;
        for (int64_t k = 0; k < s->stages; k++) {
            r->key[2 * k] = s->stratum[k] ? s->stratum[k][i] : 0;
            r->key[2 * k + 1] = s->unit[k] ? s->unit[k][i] : i;
        }
    }
    qsort(out->by, (size_t)s->rows, sizeof *out->by, by_keys);
    return (shi_err){ 0 };
}

/* ---- the variance of the sum of z ---- */

/* The end of the run from `from` in which key k and those before stay the same. */
static int64_t run_end(const survey *v, int64_t from, int64_t to, int64_t k)
{
    int64_t i = from + 1;
    while (i < to && v->by[i].key[k] == v->by[from].key[k]) i++;
    return i;
}

static double sum_of(const survey *v, int64_t from, int64_t to)
{
    double sum = 0;
    for (int64_t i = from; i < to; i++) sum += v->z[v->by[i].row];
    return sum;
}

static void fault(survey *v, int64_t at, const char *reason, const char *remedy)
{
    if (v->e.code) return;
    v->e = (shi_err){ .code = SHI_INPUT, .line = v->by[at].row + 1, .reason = reason, .remedy = remedy };
}

/* How many units of a stratum there are (INFINITY: with replacement), the same in all its rows and not below n. */
static double population_of(survey *v, int64_t from, int64_t to, int64_t stage, double n)
{
    const double *population = v->s->population[stage];
    if (!population) return INFINITY;
    double N = population[v->by[from].row];
    for (int64_t i = from; i < to; i++) {
        double here = population[v->by[i].row];
        if (!(here >= N && here <= N)) fault(v, i, N_("the population of the stratum is not the same in all its rows"), CORRECT);
    }
    if (!(N >= n)) fault(v, from, N_("more units were drawn than there are"), N_("Correct the population of the stratum."));
    return N;
}

/* 1 - n/N, or the unit's own 1 - p. */
static double rest_of(survey *v, int64_t from, int64_t to, int64_t stage, double n, double N)
{
    if (stage > 0 || !v->s->inclusion) return isinf(N) ? 1 : (N - n) / N;
    double p = v->s->inclusion[v->by[from].row];
    for (int64_t i = from; i < to; i++) {
        double here = v->s->inclusion[v->by[i].row];
        if (!(here >= p && here <= p)) fault(v, i, N_("the probability of inclusion is not the same in all rows of the unit"), CORRECT);
    }
    return 1 - p;
}

static double within_units(survey *v, int64_t from, int64_t to, int64_t stage, double n, double N);

static double of_stratum(survey *v, int64_t from, int64_t to, int64_t stage)
{
    double n = 0, sum = 0, squares = 0, left = 0;
    int64_t k = 2 * stage + 1;
    for (int64_t i = from; i < to; i = run_end(v, i, to, k)) n++;
    if (stage == 0) {
        v->units += n;
        v->strata++;
    }
    double N = population_of(v, from, to, stage, n);
    for (int64_t i = from, end; i < to; i = end) {
        end = run_end(v, i, to, k);
        sum += sum_of(v, i, end);
    }
    for (int64_t i = from, end; i < to; i = end) {
        end = run_end(v, i, to, k);
        double off = sum_of(v, i, end) - sum / n, rest = rest_of(v, i, end, stage, n, N);
        squares += rest * off * off;
        if (rest > 1e-7) left++;           /* a unit that was sure to be drawn stands for itself alone */
    }
    if (n < 2 && left > 0)
        fault(v, from, N_("a stratum has one unit in the sample and more in the population, so nothing tells its variance"),
              N_("Draw a second unit, or merge the stratum with one like it."));
    return (n > 1 ? squares * n / (n - 1) : 0) + within_units(v, from, to, stage, n, N);
}

static double variance_of(survey *v, int64_t from, int64_t to, int64_t stage)
{
    double sum = 0;
    for (int64_t i = from, end; i < to; i = end) {
        end = run_end(v, i, to, 2 * stage);
        sum += of_stratum(v, i, end, stage);
    }
    return sum;
}

static double within_units(survey *v, int64_t from, int64_t to, int64_t stage, double n, double N)
{
    double sum = 0;
    if (stage + 1 == v->s->stages || isinf(N)) return 0;
    for (int64_t i = from, end; i < to; i = end) {
        end = run_end(v, i, to, 2 * stage + 1);
        sum += variance_of(v, i, end, stage + 1);
    }
    return sum * n / N;
}

/* ---- calibration: what it explains leaves z ---- */

static shi_err take_margins(shi_arena scratch, const shi_calibration *c, double *z)
{
    for (int round = 0; round < 10; round++)   /* alternating projections; as R's survey */
        for (int64_t m = 0; m < c->margins; m++) {
            shi_arena here = scratch;
            double *sum = shi_new(&here, double, c->cells[m]), *base = shi_new(&here, double, c->cells[m]);
            if (!sum || !base) return shi_no_memory();
            for (int64_t i = 0; i < c->rows; i++) {
                sum[c->cell[m][i]] += c->base[i] * (z[i] / c->stepped[m][i]);
                base[c->cell[m][i]] += c->base[i];
            }
            for (int64_t i = 0; i < c->rows; i++) z[i] -= c->stepped[m][i] * (sum[c->cell[m][i]] / base[c->cell[m][i]]);
        }
    return (shi_err){ 0 };
}

static void take_columns(const shi_calibration *c, double *z)
{
    for (int64_t i = 0; i < c->rows; i++) z[i] = z[i] / c->weight[i] * sqrt(c->base[i]);
    for (int twice = 0; twice < 2; twice++)
        for (int64_t k = 0; k < c->columns; k++) {
            const double *q = c->basis + k * c->rows;
            double dot = 0;
            for (int64_t i = 0; i < c->rows; i++) dot += q[i] * z[i];
            for (int64_t i = 0; i < c->rows; i++) z[i] -= dot * q[i];
        }
    for (int64_t i = 0; i < c->rows; i++) z[i] = z[i] * c->weight[i] / sqrt(c->base[i]);
}

/* The variance of the sum of v->z. */
static shi_err variance(shi_arena scratch, survey *v, double *out)
{
    const shi_calibration *c = v->s->calibration;
    if (c && c->margins) SHI_TRY(take_margins(scratch, c, v->z));
    if (c && c->columns) take_columns(c, v->z);
    v->units = v->strata = 0;
    *out = variance_of(v, 0, v->s->rows, 0);
    return v->e;
}

/* ---- statistics ---- */

/* Weighted sums over the domain: of y, of x (NULL: of ones). */
static shi_err sums(const survey *v, const double *y, const double *x, const bool *in, double *of_y, double *of_x)
{
    *of_y = *of_x = 0;
    for (int64_t i = 0; i < v->s->rows; i++) {
        if (in && !in[i]) continue;
        if (!isfinite(y[i]) || (x && !isfinite(x[i]))) return bad_row(i, N_("the value is no finite number"));
        *of_y += v->weight[i] * y[i];
        *of_x += v->weight[i] * (x ? x[i] : 1);
    }
    return (shi_err){ 0 };
}

static shi_survey_estimate interval(const survey *v, double value, double var, double confidence)
{
    double df = v->units - v->strata, se = sqrt(var), reach = se > 0 ? se * shi_t_quantile_above((1 - confidence) / 2, df) : 0;
    return (shi_survey_estimate){ value, se, value - reach, value + reach, df };
}

shi_err shi_survey_total(shi_arena scratch, const shi_survey *s, const double *y, const bool *in, double confidence, shi_survey_estimate *out)
{
    survey v;
    double total, size, var;
    SHI_TRY(open_survey(&scratch, s, confidence, &v));
    SHI_TRY(sums(&v, y, NULL, in, &total, &size));
    for (int64_t i = 0; i < s->rows; i++) v.z[i] = in && !in[i] ? 0 : v.weight[i] * y[i];
    SHI_TRY(variance(scratch, &v, &var));
    *out = interval(&v, total, var, confidence);
    return (shi_err){ 0 };
}

/* The ratio of sums, its variance in *var; x NULL: the mean. */
static shi_err ratio_of(shi_arena *scratch, survey *v, const double *y, const double *x, const bool *in, double *ratio, double *var)
{
    double of_y, of_x;
    SHI_TRY(sums(v, y, x, in, &of_y, &of_x));
    if (!(of_x < 0 || of_x > 0)) {
        if (x) return shi_fail(SHI_INPUT, N_("the sum that a ratio is divided by is 0"), N_("Choose another variable to divide by."));
        return shi_fail(SHI_INPUT, N_("nobody of the sample is in this group"), N_("Choose a group that the sample reaches."));
    }
    *ratio = of_y / of_x;
    for (int64_t i = 0; i < v->s->rows; i++) v->z[i] = in && !in[i] ? 0 : v->weight[i] * (y[i] - *ratio * (x ? x[i] : 1)) / of_x;
    return variance(*scratch, v, var);
}

shi_err shi_survey_ratio(shi_arena scratch, const shi_survey *s, const double *y, const double *x, const bool *in, double confidence,
                         shi_survey_estimate *out)
{
    survey v;
    double ratio, var;
    SHI_TRY(open_survey(&scratch, s, confidence, &v));
    SHI_TRY(ratio_of(&scratch, &v, y, x, in, &ratio, &var));
    *out = interval(&v, ratio, var, confidence);
    return (shi_err){ 0 };
}

shi_err shi_survey_mean(shi_arena scratch, const shi_survey *s, const double *y, const bool *in, double confidence, shi_survey_estimate *out)
{
    return shi_survey_ratio(scratch, s, y, NULL, in, confidence, out);
}

shi_err shi_survey_design_effect(shi_arena scratch, const shi_survey *s, const double *y, const bool *in, double *effect)
{
    survey v;
    double mean, var, squares = 0, size = 0, n = 0;
    SHI_TRY(open_survey(&scratch, s, 0.95, &v));
    SHI_TRY(ratio_of(&scratch, &v, y, NULL, in, &mean, &var));
    for (int64_t i = 0; i < s->rows; i++) {
        if (in && !in[i]) continue;
        squares += v.weight[i] * (y[i] - mean) * (y[i] - mean);
        size += v.weight[i];
        n++;
    }
    *effect = squares > 0 && n > 1 ? var / (squares / size / (n - 1)) : NAN;
    return (shi_err){ 0 };
}

/* ---- shares ---- */

static double inverse_logit(double x)
{
    return x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x));
}

/* p beyond `share`, towards `end`, where 2 KL(share, p) = most. */
static double likelihood_end(double share, double end, double most)
{
    double inner = share, outer = end;
    for (int i = 0; i < 200; i++) {
        double p = (inner + outer) / 2;
        if (p == inner || p == outer) break;
        double kl = share * log(share / p) + (1 - share) * log((1 - share) / (1 - p));
        if (2 * kl < most) inner = p;
        else outer = p;
    }
    return inner;
}

static void beta_ends(double share, double n, double alpha, shi_survey_estimate *e)
{
    e->low = shi_beta_quantile(n * share, n * (1 - share) + 1, alpha / 2);
    e->high = shi_beta_quantile(n * share + 1, n * (1 - share), 1 - alpha / 2);
}

shi_err shi_survey_share(shi_arena scratch, const shi_survey *s, const double *y, const bool *in, shi_share_interval kind, double confidence,
                         shi_survey_estimate *out)
{
    survey v;
    double p, var, alpha = 1 - confidence, rows = 0;
    for (int64_t i = 0; i < s->rows; i++) {
        rows += !(in && !in[i]);
        if (!(in && !in[i]) && !(y[i] >= 0 && y[i] <= 0) && !(y[i] >= 1 && y[i] <= 1)) return bad_row(i, N_("the value is neither 0 nor 1"));
    }
    SHI_TRY(open_survey(&scratch, s, confidence, &v));
    SHI_TRY(ratio_of(&scratch, &v, y, NULL, in, &p, &var));
    shi_survey_estimate e = interval(&v, p, var, confidence);
    double t = shi_t_quantile_above(alpha / 2, e.df), odds = p * (1 - p);
    if (!(odds > 1e-12)) {
        bool census = s->population[0] && v.units > 0;
        for (int64_t i = 0; i < s->rows && census; i++) census = v.weight[i] <= 1 + 1e-12;
        if (!census) beta_ends(p > 0.5 ? 1 : 0, v.units, alpha, &e);
    } else if (!(var > 0)) {
        ;   /* all were drawn: low and high are the share */
    } else if (kind == SHI_SHARE_LOGIT) {
        double middle = log(p / (1 - p)), reach = t * e.se / odds;
        e.low = inverse_logit(middle - reach);
        e.high = inverse_logit(middle + reach);
    } else if (kind == SHI_SHARE_ARCSINE) {
        double middle = asin(sqrt(p)), reach = t * e.se / (2 * sqrt(odds)), low = middle - reach, high = middle + reach;
        e.low = low > 0 ? sin(low) * sin(low) : 0;
        e.high = high < 1.5707963267948966 ? sin(high) * sin(high) : 1;
    } else if (kind == SHI_SHARE_LIKELIHOOD) {
        double most = t * t * var / odds * (rows > 1 ? rows / (rows - 1) : 1);   /* the scale of n - 1 that svyglm has */
        e.low = likelihood_end(p, 0, most);
        e.high = likelihood_end(p, 1, most);
    } else if (kind == SHI_SHARE_BETA) {
        double ratio = s->rows > 1 ? shi_t_quantile_above(alpha / 2, (double)(s->rows - 1)) / t : 1;
        beta_ends(p, odds / var * ratio * ratio, alpha, &e);
    }
    *out = e;
    return (shi_err){ 0 };
}

shi_err shi_survey_inclusion(const double *size, int64_t units, int64_t n, double *probability)
{
    int64_t sized = 0, sure = -1;
    for (int64_t i = 0; i < units; i++) {
        if (!(size[i] >= 0) || !isfinite(size[i])) return bad_row(i, N_("the size is negative or no finite number"));
        sized += size[i] > 0;
    }
    if (n < 0 || n > sized) return shi_fail(SHI_USAGE, N_("more units are wanted than have a size"), N_("Draw fewer units."));
    for (int64_t i = 0; i < units; i++) probability[i] = 0;
    for (int64_t now = 0; now != sure;) {   /* those with 1 stay there; the others share what is left */
        double rest = 0;
        sure = now;
        for (int64_t i = 0; i < units; i++) rest += probability[i] < 1 ? size[i] : 0;
        now = 0;
        for (int64_t i = 0; i < units; i++) {
            if (probability[i] < 1) probability[i] = rest > 0 ? (double)(n - sure) * size[i] / rest : 0;
            if (probability[i] >= 1) probability[i] = 1;
            now += probability[i] >= 1;
        }
    }
    return (shi_err){ 0 };
}
