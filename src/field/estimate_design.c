/* Estimates that rest on the design of a sample and large-sample theory: clusters, and predictions for everyone. As in estimate.c the ends of the
 * interval take those not reached at their worst. They decide no claim: their intervals are not exact, and none may be looked at again and again. */
#include "field/estimate.h"

#include "base/text.h"
#include "shishu/ppi.h"
#include "shishu/survey.h"

#include <math.h>

typedef enum { WORST, BEST, REACHED } taken;

static double as_taken(double x, taken how)
{
    return isnan(x) ? how == BEST ? 1 : 0 : x;
}

static double inside(double x)
{
    return x > 0 ? x < 1 ? x : 1 : 0;
}

static shi_err no_claim(const shi_estimate_rule *rule)
{
    if (rule->claimed == 0) return (shi_err){ 0 };
    return shi_fail(SHI_USAGE, N_("claims are decided from plain or stratified draws only"), N_("Leave out --claim."));
}

/* ---- clusters ---- */

static bool counts(const double *x, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (!isnan(x[i]) && x[i] > 0 && x[i] < 1) return false;
    return true;
}

/* Rows that count, as a survey: stage 0 draws clusters, stage 1 accounts in them. */
typedef struct {
    double *y, *weight, *clusters, *size;
    int64_t *cluster, *stratum;
    int64_t n;
} rows;

static int64_t clusters_of(const shi_clusters *s, int64_t row)
{
    return s->stratum ? s->clusters_in[s->stratum[row]] : s->clusters;
}

static int64_t drawn_of(const shi_clusters *s, int64_t row)
{
    return s->stratum ? s->drawn_in[s->stratum[row]] : s->drawn;
}

static shi_err make_rows(shi_arena *scratch, const shi_clusters *s, taken how, rows *out)
{
    int64_t *drawn = shi_new(scratch, int64_t, s->drawn);
    *out = (rows){ .y = shi_new(scratch, double, s->n), .weight = shi_new(scratch, double, s->n), .clusters = shi_new(scratch, double, s->n),
        .size = shi_new(scratch, double, s->n), .cluster = shi_new(scratch, int64_t, s->n), .stratum = shi_new(scratch, int64_t, s->n) };
    if (!out->y || !out->weight || !out->clusters || !out->size || !out->cluster || !out->stratum || !drawn) return shi_no_memory();
    for (int64_t i = 0; i < s->n; i++) drawn[s->cluster[i]] += how != REACHED || !isnan(s->x[i]);
    for (int64_t i = 0; i < s->n; i++) {
        if (how == REACHED && isnan(s->x[i])) continue;
        int64_t k = out->n++, in = s->size ? s->size[i] : drawn[s->cluster[i]];
        if (in < drawn[s->cluster[i]])
            return (shi_err){ .code = SHI_INPUT, .line = i + 1, .reason = N_("more were visited in the cluster than it has"),
                .remedy = N_("Correct its size.") };
        out->y[k] = as_taken(s->x[i], how);
        out->cluster[k] = s->cluster[i];
        out->stratum[k] = s->stratum ? s->stratum[i] : 0;
        out->clusters[k] = (double)clusters_of(s, i);
        out->size[k] = (double)in;
        out->weight[k] = (double)clusters_of(s, i) / (double)drawn_of(s, i) * (double)in / (double)drawn[s->cluster[i]];
    }
    return (shi_err){ 0 };
}

static shi_err share_of(shi_arena scratch, const shi_clusters *s, taken how, double confidence, shi_survey_estimate *share, double *accounts)
{
    rows r;
    SHI_TRY(make_rows(&scratch, s, how, &r));
    shi_survey survey = { .rows = r.n, .weight = r.weight, .stages = s->size ? 2 : 1, .stratum = { r.stratum, NULL }, .unit = { r.cluster, NULL },
        .population = { r.clusters, r.size } };
    *accounts = 0;
    for (int64_t i = 0; i < r.n; i++) *accounts += r.weight[i];
    if (counts(s->x, s->n)) return shi_survey_share(scratch, &survey, r.y, NULL, SHI_SHARE_LOGIT, confidence, share);
    return shi_survey_mean(scratch, &survey, r.y, NULL, confidence, share);
}

/* In each stratum two clusters with somebody who was reached, or all there are: else nothing tells how those reached vary. */
static shi_err reached_enough(shi_arena scratch, const shi_clusters *s, bool *enough)
{
    int64_t H = s->stratum ? s->strata : 1, *count = shi_new(&scratch, int64_t, H);
    bool *seen = shi_new(&scratch, bool, s->drawn);
    if (!count || (s->drawn && !seen)) return shi_no_memory();
    for (int64_t i = 0; i < s->n; i++) {
        if (isnan(s->x[i]) || seen[s->cluster[i]]) continue;
        seen[s->cluster[i]] = true;
        count[s->stratum ? s->stratum[i] : 0]++;
    }
    *enough = true;
    for (int64_t h = 0; h < H; h++) *enough = *enough && (count[h] > 1 || (count[h] == 1 && (s->stratum ? s->clusters_in[h] : s->clusters) == 1));
    return (shi_err){ 0 };
}

shi_err shi_estimate_clusters(shi_arena scratch, const shi_clusters *s, const shi_estimate_rule *rule, shi_estimate *out)
{
    shi_survey_estimate worst, best, reached;
    double accounts, ignored;
    shi_estimate e = { .method = s->size ? "two_stage_cluster" : "cluster", .visited = s->n, .more = -1, .p = 1, .values = !counts(s->x, s->n) };
    SHI_TRY(no_claim(rule));
    if (s->drawn < 2 && s->drawn < s->clusters)
        return shi_fail(SHI_INPUT, N_("one cluster says nothing about the others"), N_("Draw at least two."));
    if (s->drawn > s->clusters) return shi_fail(SHI_INPUT, N_("more clusters were visited than there are"), N_("Correct --clusters."));
    for (int64_t i = 0; i < s->n; i++) {
        e.unreached += isnan(s->x[i]);
        e.real += s->x[i] >= 1;
    }
    SHI_TRY(share_of(scratch, s, WORST, rule->confidence, &worst, &accounts));
    SHI_TRY(share_of(scratch, s, BEST, rule->confidence, &best, &ignored));
    SHI_TRY(reached_enough(scratch, s, &e.judged));
    if (e.judged) SHI_TRY(share_of(scratch, s, REACHED, rule->confidence, &reached, &ignored));
    e.share_low = inside(worst.low), e.share_high = inside(best.high);
    if (e.judged) e.share = reached.value, e.mar_share_low = inside(reached.low), e.mar_share_high = inside(reached.high);
    e.population = s->population > 0 ? s->population : (int64_t)llround(accounts);
    double N = (double)e.population;
    e.total = e.share * N, e.low = e.share_low * N, e.high = e.share_high * N, e.mar_low = e.mar_share_low * N, e.mar_high = e.mar_share_high * N;
    *out = e;
    return (shi_err){ 0 };
}

/* What was found in the drawn clusters, of those not real or of those real: `found` of `size` each. */
typedef struct {
    const int64_t *size, *found;
    int64_t drawn, clusters, largest;
} sought;

enum { FRACTIONS = 10 };

/* Is "a share of r or more of all accounts is such" refuted at 1 / limit? A bet on each draw, z = found - r size, that there are fewer. Under the
 * hypothesis the mean of z over the clusters that are left is at least (r drawn accounts - found so far) / left, and no z is above (1 - r) largest,
 * so a factor 1 - fraction (z - mean) / (most - mean) is never negative and has a mean of 1 or less. Ten fractions, half of the stake on all. */
static bool share_refuted(const sought *s, double r, double limit)
{
    double stake[FRACTIONS], seen = 0, accounts = 0;
    for (int k = 0; k < FRACTIONS; k++) stake[k] = k + 1 < FRACTIONS ? 0.5 / (FRACTIONS - 1) : 0.5;
    for (int64_t t = 0; t < s->drawn; t++) {
        double mean = (r * accounts - seen) / (double)(s->clusters - t), room = (1 - r) * (double)s->largest - mean, sum = 0;
        double z = (double)s->found[t] - r * (double)s->size[t];
        if (room < 0) return true;   /* more would have to be left than fit into the clusters left */
        for (int k = 0; k < FRACTIONS && room > 0; k++) {
            double factor = 1 - (double)(k + 1) / FRACTIONS * (z - mean) / room;
            stake[k] *= factor > 0 ? factor : 0;
            sum += stake[k];
        }
        if (sum >= limit) return true;
        seen += (double)s->found[t];
        accounts += (double)s->size[t];
    }
    return false;
}

/* The factors rise with r, so the shares not refuted are those below one end. */
static double most_of(const sought *s, double population, double alpha)
{
    double in = 0, out = 1, seen = 0, accounts = 0;
    for (int64_t k = 0; k < s->drawn; k++) {
        seen += (double)s->found[k];
        accounts += (double)s->size[k];
    }
    double most = population - accounts + seen;   /* whatever the others are */
    if (s->drawn == s->clusters) return seen;
    for (int k = 0; k < 60; k++) {
        double mid = in + (out - in) / 2;
        if (share_refuted(s, mid, 2 / alpha)) out = mid;
        else in = mid;
    }
    return out * population < most ? out * population : most;
}

void shi_estimate_clusters_sure(const int64_t *size, const int64_t *not_real, const int64_t *real, int64_t drawn, int64_t clusters, int64_t largest,
                                int64_t population, double alpha, double *low, double *high)
{
    const sought lost = { size, not_real, drawn, clusters, largest }, found = { size, real, drawn, clusters, largest };
    *low = (double)population - most_of(&lost, (double)population, alpha);
    *high = most_of(&found, (double)population, alpha);
}

/* ---- predictions ---- */

shi_err shi_estimate_predicted(shi_arena scratch, const double *x, const double *score, int64_t n, const double *others, int64_t rest,
                               int64_t population, const shi_estimate_rule *rule, shi_estimate *out)
{
    enum { LEAST = 30 };
    double *y = shi_new(&scratch, double, n), *reached = shi_new(&scratch, double, n), *of = shi_new(&scratch, double, n);
    shi_estimate e = { .method = "prediction_powered", .visited = n, .more = -1, .p = 1, .judged = true, .values = !counts(x, n) };
    shi_ppi_estimate worst, best, mar;
    int64_t m = 0;
    SHI_TRY(no_claim(rule));
    if (n > 0 && (!y || !reached || !of)) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) {
        e.real += x[i] >= 1;
        if (isnan(x[i])) continue;
        reached[m] = x[i];
        of[m++] = score[i];
    }
    e.unreached = n - m;
    if (m < LEAST) return shi_fail(SHI_INPUT, N_("predictions help from 30 visits on, and fewer were reached"), N_("Leave out --prediction."));
    shi_ppi data = { .n = n, .N = rest, .outcome = y, .prediction = score, .others = others };
    for (int64_t i = 0; i < n; i++) y[i] = as_taken(x[i], WORST);
    SHI_TRY(shi_ppi_mean(&data, (double)NAN, rule->confidence, &worst));
    for (int64_t i = 0; i < n; i++) y[i] = as_taken(x[i], BEST);
    SHI_TRY(shi_ppi_mean(&data, (double)NAN, rule->confidence, &best));
    data = (shi_ppi){ .n = m, .N = rest, .outcome = reached, .prediction = of, .others = others };
    SHI_TRY(shi_ppi_mean(&data, (double)NAN, rule->confidence, &mar));
    e.population = population > 0 ? population : n + rest;
    double N = (double)e.population;
    e.share = inside(mar.value), e.share_low = inside(worst.low), e.share_high = inside(best.high);
    e.mar_share_low = inside(mar.low), e.mar_share_high = inside(mar.high);
    e.total = e.share * N, e.low = e.share_low * N, e.high = e.share_high * N, e.mar_low = e.mar_share_low * N, e.mar_high = e.mar_share_high * N;
    *out = e;
    return (shi_err){ 0 };
}
