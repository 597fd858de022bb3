/* What visits say of a total: intervals, the decision on a claim, how many more visits it needs. Pure arithmetic over counts; the tool
 * `shishu estimate` and the field checks of a workspace both end here. */
#ifndef SHI_FIELD_ESTIMATE_H
#define SHI_FIELD_ESTIMATE_H

#include "base/json.h"
#include "base/tr.h"
#include "shishu/betting.h"
#include "shishu/sequential.h"
#include "shishu/strata.h"

typedef struct {
    double confidence;             /* of intervals, both sides together */
    bool sequential;               /* visits stopped or went on by what was seen: confidence sequence and e-processes, else n was fixed */
    shi_combination combination;   /* of strata, when n was fixed */
    int64_t claimed;               /* 0: no claim */
    double tolerance, risk;        /* the claim: at least claimed (1 - tolerance) are real; risk of a wrong decision, each way */
} shi_estimate_rule;

typedef struct {
    const char *method;            /* hypergeometric, clopper_pearson, stratified_sidak, stratified_fisher, confidence_sequence, betting, ... */
    int64_t population;            /* 0: not known, drawn with replacement */
    int64_t visited, real, unreached;
    bool values;                   /* outcomes are values, not counts: real says nothing */
    bool judged;                   /* somebody was reached in each stratum: share and total are known */
    double share, share_low, share_high, mar_share_low, mar_share_high;
    double total, low, high, mar_low, mar_high;   /* of the population */
    /* the claim */
    bool claim;
    int64_t threshold;
    shi_decision decision;
    double e_confirm, e_refute;    /* sequential */
    double p;                      /* of the hypothesis that the decision, or the nearer one, rejects; NAN: there is none */
    int64_t more;                  /* further visits that confirm if all are real; -1: decided, or none do */
    /* clusters of known sizes */
    int64_t clusters, drawn;       /* there are, were drawn; 0: none */
    double sure_low, sure_high;    /* total, whatever the clusters are like: no large-sample theory */
} shi_estimate;

/* strata   H >= 1; `visited` counts all drawn, the unreached too; one stratum of size 0: an unlimited population
 * unreached  H
 * scratch  100 H bytes
 * Errors   SHI_INPUT, line = stratum from 1; SHI_SYSTEM */
shi_err shi_estimate_counts(shi_arena scratch, shi_strata strata, const int64_t *unreached, const shi_estimate_rule *rule, shi_estimate *out);

/* Values in [0, 1], in the order drawn, NAN: not reached; population 0: with replacement. One stratum. scratch: 16 n bytes. */
shi_err shi_estimate_values(shi_arena scratch, const double *x, int64_t n, int64_t population, const shi_estimate_rule *rule, shi_estimate *out);

/* A sample of clusters, such as villages of which everyone was asked at a residents' meeting: `clusters` of them there are, those in the rows were
 * drawn. Share and total by Horvitz-Thompson with linearised variance, the share's interval on the logit scale, with t.
 * x        of each row: 1 real, 0 not, NAN not reached, or a value in [0, 1]; n rows. Where only one cluster of a stratum has anybody who was reached
 *          there is no best guess, and nothing at random
 * cluster  of each row, codes 0 … ; size: accounts of the row's cluster where only some of them were drawn in it; NULL: all were
 * population  accounts of all clusters, or 0: not known, then the total is estimated as well
 * stratum  of each row, from 0, with so many clusters and drawn ones in each of `strata`; NULL: one
 * scratch  400 n + 64 KiB
 * Errors   SHI_INPUT, line = row from 1, or none; SHI_SYSTEM
 * Source   shishu/survey.h */
typedef struct {
    const double *x;
    const int64_t *cluster, *size;
    int64_t n, drawn, clusters, population;
    const int64_t *stratum, *clusters_in, *drawn_in;
    int64_t strata;
} shi_clusters;
shi_err shi_estimate_clusters(shi_arena scratch, const shi_clusters *sample, const shi_estimate_rule *rule, shi_estimate *out);

/* Bounds of the number of real accounts in all clusters, valid for whatever is in the clusters that were not drawn, at every size of the sample:
 * bets on draws without replacement, on how far each drawn cluster is below the share of all that is tested.
 * size, not_real, real  of each drawn cluster, accounts, in the order drawn; who was not reached counts in both
 * largest  accounts of the largest cluster, drawn or not   population: of all   alpha: risk, both ends together
 * Cost     O(600 drawn)   Source  Waudby-Smith & Ramdas 2024, section 5 and appendix (constant fractions); the sizes as what is known before: ours */
void shi_estimate_clusters_sure(const int64_t *size, const int64_t *not_real, const int64_t *real, int64_t drawn, int64_t clusters, int64_t largest,
                                int64_t population, double alpha, double *low, double *high);

/* Scores of a detector on everyone, outcomes of some: the prediction-powered mean with power tuning. x, score: n visited (NAN: not reached); others:
 * scores of those not visited. Errors: SHI_INPUT where fewer than 30 were reached. scratch: 40 n + 64 KiB. Source: shishu/ppi.h */
shi_err shi_estimate_predicted(shi_arena scratch, const double *x, const double *score, int64_t n, const double *others, int64_t rest,
                               int64_t population, const shi_estimate_rule *rule, shi_estimate *out);

/* share, share_low … more, as keys of the object that json is in. */
void shi_estimate_json(shi_json *json, const shi_estimate *e);
/* The same in sentences. */
void shi_estimate_say(shi_buf *out, shi_lang lang, const shi_estimate *e, double confidence);
/* "confirmed", "refuted", "more" */
const char *shi_decision_name(shi_decision decision);

#endif
