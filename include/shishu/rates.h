/* shishu/rates.h: can two counts be told apart, per head? */
#ifndef SHISHU_RATES_H
#define SHISHU_RATES_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    double ratio;             /* (count a / people a) / (count b / people b); INFINITY or NAN where b's is 0 */
    double low, high;         /* its interval at the given confidence, exact for independent deeds */
    double p;                 /* two-sided, of equal rates */
    double dispersion;        /* how many times its mean the variance of a person's deeds may be before the two can no longer be told apart;
                                 below 1: they cannot be told apart even where every deed is independent */
} shi_rate_ratio;

/* Counts a, b >= 0 of people na, nb > 0; confidence in (0, 1). Given a + b, a is binomial with probability na r / (na r + nb) at ratio r, if
 * deeds are independent; people who click ten times in a row are not ten deeds, hence the dispersion that it would stand. Counts of people, of
 * whom each counts once, vary less: for them the test is on the safe side.
 * Cost     some fifty evaluations of the incomplete beta function
 * Source   Przyborowski & Wilenski 1940; interval: Clopper & Pearson 1934 */
SHI_API void shi_rates_compare(int64_t a, int64_t na, int64_t b, int64_t nb, double confidence, shi_rate_ratio *out);

/* How many of the n(n-1)/2 pairs can be told apart at `confidence`, each pair by itself, if every deed were independent: at most so many.
 * count, people: n; who has no people stands in no pair. */
SHI_API int64_t shi_rates_told_apart(const int64_t *count, const int64_t *people, int64_t n, double confidence, int64_t *pairs);

#ifdef __cplusplus
}
#endif
#endif
