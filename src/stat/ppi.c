/* Prediction-powered mean: the mean prediction of the others, times lambda, plus the mean of outcome less lambda times prediction of the checked.
 * Each part has its own variance. Sums go in row order, so that the same rows give the same bytes. */
#include "shishu/ppi.h"

#include "base/text.h"
#include "stat/dist.h"

#include <math.h>

static shi_err bad(int64_t row, shi_str column, const char *reason)
{
    return (shi_err){ .code = SHI_INPUT, .line = row + 1, .column = column, .reason = reason, .remedy = N_("Correct the row, or leave it out.") };
}

static shi_err flaw(const shi_ppi *d)
{
    if (d->n < 2 || d->N < 1)
        return shi_fail(SHI_INPUT, N_("too few rows are checked, or none has a prediction only"),
                        N_("Check at least two rows, and predict the others."));
    for (int64_t i = 0; i < d->n; i++) {
        if (!isfinite(d->outcome[i])) return bad(i, S("outcome"), N_("the value is no finite number"));
        if (!isfinite(d->prediction[i])) return bad(i, S("prediction"), N_("the value is no finite number"));
        if (d->weight && !(d->weight[i] > 0 && isfinite(d->weight[i]))) return bad(i, S("weight"), N_("the weight is not above 0"));
    }
    for (int64_t i = 0; i < d->N; i++) {
        if (!isfinite(d->others[i])) return bad(i, S("others"), N_("the value is no finite number"));
        if (d->other_weight && !(d->other_weight[i] > 0 && isfinite(d->other_weight[i]))) return bad(i, S("others"), N_("the weight is not above 0"));
    }
    return (shi_err){ 0 };
}

/* What brings the weights to a mean of 1. */
static double scale_of(const double *weight, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n && weight; i++) sum += weight[i];
    return weight ? (double)n / sum : 1;
}

static double weight_of(const double *weight, double scale, int64_t i)
{
    return weight ? weight[i] * scale : 1;
}

typedef struct {
    double checked, other;     /* mean of weighted outcome - lambda prediction; of weighted lambda prediction */
    double var_checked, var_other;
} parts;

static parts parts_of(const shi_ppi *d, double lambda)
{
    double scale = scale_of(d->weight, d->n), other_scale = scale_of(d->other_weight, d->N);
    parts p = { 0 };
    for (int64_t i = 0; i < d->n; i++) p.checked += weight_of(d->weight, scale, i) * (d->outcome[i] - lambda * d->prediction[i]) / (double)d->n;
    for (int64_t i = 0; i < d->N; i++) p.other += weight_of(d->other_weight, other_scale, i) * lambda * d->others[i] / (double)d->N;
    for (int64_t i = 0; i < d->n; i++) {
        double off = weight_of(d->weight, scale, i) * (d->outcome[i] - lambda * d->prediction[i]) - p.checked;
        p.var_checked += off * off / (double)d->n;
    }
    for (int64_t i = 0; i < d->N; i++) {
        double off = weight_of(d->other_weight, other_scale, i) * lambda * d->others[i] - p.other;
        p.var_other += off * off / (double)d->N;
    }
    return p;
}

/* Gradients are weighted distances from the estimate at lambda = 1. */
static double tuned(const shi_ppi *d, bool clip)
{
    parts full = parts_of(d, 1);
    double at = full.checked + full.other, scale = scale_of(d->weight, d->n), other_scale = scale_of(d->other_weight, d->N);
    double n = (double)d->n, N = (double)d->N, mean_y = 0, mean_f = 0, mean_all = 0, cov = 0, var = 0;
    for (int64_t i = 0; i < d->n; i++) {
        double w = weight_of(d->weight, scale, i);
        mean_y += w * (d->outcome[i] - at) / n;
        mean_f += w * (d->prediction[i] - at) / n;
    }
    for (int64_t i = 0; i < d->N; i++) mean_all += weight_of(d->other_weight, other_scale, i) * (d->others[i] - at);
    mean_all = (mean_all + mean_f * n) / (n + N);
    for (int64_t i = 0; i < d->n; i++) {
        double w = weight_of(d->weight, scale, i), f = w * (d->prediction[i] - at);
        cov += (w * (d->outcome[i] - at) - mean_y) * (f - mean_f) / n;
        var += (f - mean_all) * (f - mean_all) / (n + N - 1);
    }
    for (int64_t i = 0; i < d->N; i++) {
        double f = weight_of(d->other_weight, other_scale, i) * (d->others[i] - at);
        var += (f - mean_all) * (f - mean_all) / (n + N - 1);
    }
    if (!(var > 0)) return 0;              /* predictions that are all the same say nothing */
    double lambda = cov / ((1 + n / N) * var);
    if (clip && !(lambda > 0)) return 0;
    return clip && lambda > 1 ? 1 : lambda;
}

shi_err shi_ppi_lambda(const shi_ppi *data, bool clip, double *lambda)
{
    SHI_TRY(flaw(data));
    *lambda = tuned(data, clip);
    return (shi_err){ 0 };
}

shi_err shi_ppi_mean(const shi_ppi *data, double lambda, double confidence, shi_ppi_estimate *out)
{
    if (!(confidence > 0 && confidence < 1))
        return shi_fail(SHI_USAGE, N_("the confidence is out of range"), N_("Give a confidence between 0 and 1, such as 0.95."));
    SHI_TRY(flaw(data));
    if (isnan(lambda)) lambda = tuned(data, true);
    parts p = parts_of(data, lambda);
    double value = p.other + p.checked, se = sqrt(p.var_other / (double)data->N + p.var_checked / (double)data->n);
    double reach = se * shi_normal_quantile_above((1 - confidence) / 2);
    *out = (shi_ppi_estimate){ lambda, value, se, value - reach, value + reach };
    return (shi_err){ 0 };
}

double shi_ppi_p_above(const shi_ppi_estimate *e, double null)
{
    if (e->se > 0) return shi_normal_above((e->value - null) / e->se);
    return e->value > null ? 0 : 1;
}

/* ---- planning ---- */

static shi_err costs_flaw(const shi_ppi_costs *c, double wanted)
{
    bool ok = c->correlation > -1 && c->correlation < 1 && c->row >= 0 && c->check > 0 && c->prediction >= 0 && c->row + c->prediction > 0;
    if (!ok || !isfinite(c->row + c->check + c->prediction) || !(wanted > 0) || !(wanted < 1e15))
        return shi_fail(SHI_USAGE, N_("costs and correlation do not make a plan"),
                        N_("Costs are 0 or more, a check costs something, and the correlation lies between -1 and 1."));
    return (shi_err){ 0 };
}

/* What is as exact as one check alone costs at least when predictions help. */
static double mixed_cost(const shi_ppi_costs *c)
{
    double square = c->correlation * c->correlation, gamma = (c->prediction + c->row) / c->check;
    return c->check * (1 - square + gamma * square + 2 * sqrt(gamma * square * (1 - square)));
}

/* As exact as n0 checks alone: n checks, N predictions more (proposition 2). n0 alone checks where this costs less, or is no plan. */
static shi_err plan(const shi_ppi_costs *c, double n0, double alone, shi_ppi_plan *out)
{
    double square = c->correlation * c->correlation, gamma = (c->prediction + c->row) / c->check;
    double n = n0 * (1 - square + sqrt(gamma * square * (1 - square))), N = square > 0 ? n * (n0 - n) / (n - (1 - square) * n0) : 0;
    n = round(n);
    N = round(N);
    if (c->check + c->row < mixed_cost(c) || N < 0) {
        n = round(alone);
        if (n < 1) return shi_fail(SHI_USAGE, N_("the budget does not pay for one check"), N_("Raise the budget."));
        *out = (shi_ppi_plan){ (int64_t)n, 0, n * (c->check + c->row), n };
        return (shi_err){ 0 };
    }
    if (n < 1) return shi_fail(SHI_USAGE, N_("the budget does not pay for one check"), N_("Raise the budget."));
    double effective = n / (1 - square * N / (n + N));
    *out = (shi_ppi_plan){ (int64_t)n, (int64_t)N, n * c->check + (n + N) * (c->prediction + c->row), round(effective) };
    return (shi_err){ 0 };
}

shi_err shi_ppi_plan_budget(const shi_ppi_costs *c, double budget, shi_ppi_plan *out)
{
    SHI_TRY(costs_flaw(c, budget));
    return plan(c, budget / mixed_cost(c), budget / (c->check + c->row), out);
}

shi_err shi_ppi_plan_effective(const shi_ppi_costs *c, double effective, shi_ppi_plan *out)
{
    SHI_TRY(costs_flaw(c, effective));
    return plan(c, effective, effective, out);
}
