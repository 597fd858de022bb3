/* shishu/survey.h: means, totals, ratios and shares from samples drawn in strata, clusters, stages or by size. */
#ifndef SHISHU_SURVEY_H
#define SHISHU_SURVEY_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { SHI_SURVEY_STAGES = 3, SHI_SURVEY_MARGINS = 8 };

/* Weights that meet known totals, and how far a variable is explained by what they were fitted to. Made by shi_survey_rake and
 * shi_survey_calibrate; all arrays lie in their `keep`. */
typedef struct {
    int64_t rows;
    const double *base;                             /* weights of the design */
    const double *weight;                           /* after calibration */
    int64_t margins;                                /* raking: margins, else 0 */
    const int64_t *cell[SHI_SURVEY_MARGINS];        /* of each row, borrowed */
    int64_t cells[SHI_SURVEY_MARGINS];
    const double *stepped[SHI_SURVEY_MARGINS];      /* weights right after the last step of the margin */
    int64_t columns;                                /* calibration: orthonormal columns of sqrt(base) x, one after the other */
    const double *basis;
} shi_calibration;

/* A sample. Stage 0 draws units of the first stage, stage 1 within each of these, and so on. Codes are any integers. */
typedef struct {
    int64_t rows;
    const double *weight;                           /* above 0: 1 / inclusion probability */
    int64_t stages;                                 /* 1 … SHI_SURVEY_STAGES */
    const int64_t *stratum[SHI_SURVEY_STAGES];      /* of each row; NULL: one stratum in each unit of the stage above */
    const int64_t *unit[SHI_SURVEY_STAGES];         /* what was drawn; the same code in two strata is two units; NULL: each row is a unit */
    const double *population[SHI_SURVEY_STAGES];    /* units of the stratum that there are; NULL at stage 0: with replacement, later stages
                                                       add nothing. Needed at each later stage otherwise */
    const double *inclusion;                        /* units of stage 0 drawn with unequal probability, without replacement: these
                                                       probabilities, in (0, 1], equal within a unit; then population[0] is NULL */
    const shi_calibration *calibration;             /* NULL: none */
} shi_survey;

typedef struct {
    double value, se;
    double low, high;          /* at the confidence asked for, with t of df degrees of freedom */
    double df;                 /* units less strata of stage 0 */
} shi_survey_estimate;

/* Estimates of the population. Variances are linearised (Taylor); strata whose units were all drawn add none.
 * y, x       of each row, finite
 * in         rows of the domain, NULL: all. The others stay in the design
 * confidence in (0, 1)
 * scratch    120 rows + 4096 bytes
 * Errors     SHI_INPUT with line = row from 1: a weight, code or number that cannot be; a stratum with one unit where there are more; more units
 *            drawn than there are; nobody in the domain (no line); a ratio whose x sums to 0. SHI_USAGE: confidence, stages.
 *            SHI_SYSTEM: scratch. out then untouched
 * Cost       O(rows log rows)
 * Source     Horvitz & Thompson 1952; Saerndal, Swensson & Wretman 1992, chapters 4, 5; several stages: Bellhouse 1985; unequal probability: Brewer
 *            2002, equation 9.17. As the R package survey (Lumley 2004, 2010) has them */
SHI_API SHI_MUST_USE shi_err shi_survey_total(shi_arena scratch, const shi_survey *s, const double *y, const bool *in, double confidence,
                                               shi_survey_estimate *out);
SHI_API SHI_MUST_USE shi_err shi_survey_mean(shi_arena scratch, const shi_survey *s, const double *y, const bool *in, double confidence,
                                              shi_survey_estimate *out);
SHI_API SHI_MUST_USE shi_err shi_survey_ratio(shi_arena scratch, const shi_survey *s, const double *y, const double *x, const bool *in,
                                               double confidence, shi_survey_estimate *out);

/* How many times the variance of the mean of y is what as many rows drawn one by one, with replacement, would have (Kish 1965). */
SHI_API SHI_MUST_USE shi_err shi_survey_design_effect(shi_arena scratch, const shi_survey *s, const double *y, const bool *in,
                                                       double *effect);

/* Intervals of a share. MEAN is symmetric and may leave [0, 1]; LOGIT and ARCSINE are symmetric on these scales; LIKELIHOOD inverts the likelihood
 * ratio, scaled by the design effect (Rao & Scott 1984); BETA is Clopper's and Pearson's with the effective sample size (Korn & Graubard 1998). */
typedef enum { SHI_SHARE_MEAN, SHI_SHARE_LOGIT, SHI_SHARE_ARCSINE, SHI_SHARE_LIKELIHOOD, SHI_SHARE_BETA } shi_share_interval;

/* The share of rows with y = 1; y is 0 or 1. Where all or none are, and others were not drawn, the design tells nothing about the variance: each
 * kind then is BETA's with as many rows as there are units of stage 0. Else as above. */
SHI_API SHI_MUST_USE shi_err shi_survey_share(shi_arena scratch, const shi_survey *s, const double *y, const bool *in, shi_share_interval kind,
                                               double confidence, shi_survey_estimate *out);

/* Raking (iterative proportional fitting; Deming & Stephan 1940): weights whose sums meet the population of each cell of each margin in turn, until
 * no cell of all margins crossed moves by `within` in a round. One margin: post-stratification.
 * cell       per margin: 0 … cells - 1 of each row; borrowed by out
 * population per margin: of each cell, above 0, or 0 where no row is in it
 * scratch    16 times the product of cells; at most 10^6 of these
 * Errors     SHI_INPUT: a cell with a population but no rows (line: cell from 1); a code out of range (line: row); margins with different
 *            sums; 1,000 rounds are not enough. SHI_SYSTEM */
SHI_API SHI_MUST_USE shi_err shi_survey_rake(shi_arena *keep, shi_arena scratch, const double *weight, int64_t rows, const int64_t *const *cell,
                                              const int64_t *cells, const double *const *population, int64_t margins, double within,
                                              shi_calibration *out);

/* Calibration to totals of x (columns one after the other, with a column of ones where the size is known): the weights nearest to the design's by
 * chi-square (LINEAR; this is the regression estimator) or by entropy (ENTROPY, never negative) whose sums of x are `total`.
 * scratch    16 rows columns + 64 columns^2 + 16 rows + 4096 bytes
 * Errors     SHI_INPUT: the totals cannot be met; a column that the others explain (line: column). SHI_SYSTEM
 * Source     Deville & Saerndal 1992, cases 1, 2 */
typedef enum { SHI_CALIBRATE_LINEAR, SHI_CALIBRATE_ENTROPY } shi_calibrate_kind;
SHI_API SHI_MUST_USE shi_err shi_survey_calibrate(shi_arena *keep, shi_arena scratch, const double *weight, int64_t rows, const double *x,
                                                   int64_t columns, const double *total, shi_calibrate_kind kind, shi_calibration *out);

/* Probabilities of inclusion of n of `units` units in proportion to size, those above 1 set to 1 and the others raised, until none is above.
 * size       finite, >= 0; probability: out, units
 * Errors     SHI_USAGE: n above the number of units with a size; SHI_INPUT with line = unit
 * Cost       O(units) a round, at most n rounds
 * Source     Tille 2006, section 2.10 */
SHI_API SHI_MUST_USE shi_err shi_survey_inclusion(const double *size, int64_t units, int64_t n, double *probability);

#ifdef __cplusplus
}
#endif
#endif
