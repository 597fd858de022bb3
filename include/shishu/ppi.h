/* shishu/ppi.h: a mean from few checked rows and predictions for all. */
#ifndef SHISHU_PPI_H
#define SHISHU_PPI_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* n rows with outcome and prediction, and N others with a prediction only. Both are independent draws from what the mean is wanted of. Weights
 * (NULL: equal) are brought to a mean of 1. A prediction may be as wrong as it likes: the checked rows correct it. */
typedef struct {
    int64_t n, N;
    const double *outcome, *prediction, *weight;
    const double *others, *other_weight;
} shi_ppi;

typedef struct {
    double lambda;             /* how far the predictions are used: 0 not at all, 1 fully */
    double value, se;
    double low, high;
} shi_ppi_estimate;

/* The lambda with the least variance, Cov(outcome, prediction) / ((1 + n/N) Var(prediction)), between 0 and 1 where `clip`.
 * Errors   SHI_INPUT: n < 2 or N < 1; a value that is no finite number, a weight not above 0 (line: row from 1; column "others" for those).
 *          out then untouched
 * Cost     O(n + N)
 * Source   Angelopoulos, Duchi & Zrnic 2023, "PPI++", section 6; weights as in their package ppi_py */
SHI_API SHI_MUST_USE shi_err shi_ppi_lambda(const shi_ppi *data, bool clip, double *lambda);

/* The mean and its normal interval; lambda NAN: the best one between 0 and 1. Valid from some 30 checked rows on.
 * confidence in (0, 1)   Errors, cost  as above, and SHI_USAGE: confidence
 * Source   Angelopoulos, Bates, Fannjiang, Jordan & Zrnic 2023, "Prediction-powered inference", proposition 1; lambda: as above */
SHI_API SHI_MUST_USE shi_err shi_ppi_mean(const shi_ppi *data, double lambda, double confidence, shi_ppi_estimate *out);

/* One-sided p-value of "the mean is at most `null`". */
SHI_API double shi_ppi_p_above(const shi_ppi_estimate *e, double null);

/* How many to check (n) and to predict (N). */
typedef struct {
    int64_t n, N;
    double cost;
    double effective;          /* as many checks alone would be as exact */
} shi_ppi_plan;

/* Costs of a row, of checking it, of predicting it; correlation of outcome and prediction, within (-1, 1). */
typedef struct {
    double correlation, row, check, prediction;
} shi_ppi_costs;

/* The most exact plan for a budget, and the cheapest plan as exact as `effective` checks alone; checks alone where predictions do not pay.
 * Numbers are rounded to whole ones, as in the published table, so that the cost may pass the budget by part of a row.
 * Errors   SHI_USAGE: a cost that cannot be; a budget too small for one check
 * Source   Broska, Howes & van Loon 2024, "The mixed subjects design", propositions 2, 3 */
SHI_API SHI_MUST_USE shi_err shi_ppi_plan_budget(const shi_ppi_costs *costs, double budget, shi_ppi_plan *out);
SHI_API SHI_MUST_USE shi_err shi_ppi_plan_effective(const shi_ppi_costs *costs, double effective, shi_ppi_plan *out);

#ifdef __cplusplus
}
#endif
#endif
