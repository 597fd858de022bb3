/* Estimates. low and high are the worst case of those not reached: none of them is real for the low end, all are for the high one. The interval
 * `mar` takes them as missing at random: as if only those reached had been drawn. */
#include "field/estimate.h"

#include "shishu/interval.h"
#include "stat/dist.h"

#include <math.h>

typedef struct {
    shi_strata strata;
    const int64_t *unreached;
    const shi_estimate_rule *rule;
    shi_arena scratch;
} checked;

static bool unlimited(const checked *c)
{
    return c->strata.len == 1 && c->strata.ptr[0].size == 0;
}

/* Bounds of the total (or of the share, where the population is unlimited) of strata with these counts, each side at risk alpha. */
static shi_err bounds(const checked *c, shi_strata strata, double alpha, double *low, double *high)
{
    int64_t from, to;
    const shi_stratum *s = strata.ptr;
    if (unlimited(c)) {
        shi_interval i = s->visited > 0 ? shi_clopper_pearson(s->visited, s->real, 1 - 2 * alpha) : (shi_interval){ 0, 1 };
        *low = i.low, *high = i.high;
        return (shi_err){ 0 };
    }
    if (c->rule->sequential) SHI_TRY(shi_strata_sequential(c->scratch, strata, alpha, &from, &to));
    else SHI_TRY(shi_strata_bounds(c->scratch, strata, c->rule->combination, alpha, &from, &to));
    *low = (double)from, *high = (double)to;
    return (shi_err){ 0 };
}

typedef enum { WORST, BEST, REACHED } taken;

/* The strata with the unreached counted as not real, as real, or left out; in *scratch. */
static shi_err as_taken(const checked *c, shi_arena *scratch, taken how, shi_strata *out)
{
    shi_stratum *s = shi_new(scratch, shi_stratum, c->strata.len);
    if (!s) return shi_no_memory();
    for (int64_t h = 0; h < c->strata.len; h++) {
        s[h] = c->strata.ptr[h];
        if (how == BEST) s[h].real += c->unreached[h];
        if (how == REACHED) s[h].visited -= c->unreached[h];
    }
    *out = (shi_strata){ s, c->strata.len };
    return (shi_err){ 0 };
}

static shi_err intervals(checked *c, double alpha, double *low, double *high, double *mar_low, double *mar_high)
{
    shi_strata worst, best, reached;
    double unused;
    SHI_TRY(as_taken(c, &c->scratch, WORST, &worst));
    SHI_TRY(as_taken(c, &c->scratch, BEST, &best));
    SHI_TRY(as_taken(c, &c->scratch, REACHED, &reached));
    SHI_TRY(bounds(c, worst, alpha, low, &unused));
    SHI_TRY(bounds(c, best, alpha, &unused, high));
    return bounds(c, reached, alpha, mar_low, mar_high);
}

/* Sum of N_h p_h over those reached; false where a stratum with people has none. */
static bool point(const checked *c, double *share)
{
    double sum = 0, all = 0;
    for (int64_t h = 0; h < c->strata.len; h++) {
        shi_stratum s = c->strata.ptr[h];
        int64_t reached = s.visited - c->unreached[h];
        double size = unlimited(c) ? 1 : (double)s.size;
        if (reached == 0 && size > 0) return false;
        if (size > 0) sum += size * (double)s.real / (double)reached;
        all += size;
    }
    *share = all > 0 ? sum / all : 0;
    return all > 0;
}

/* n was fixed: the claim is confirmed when the exact low end at the risk reaches the threshold, refuted when the high end stays below. */
static shi_err decide_fixed(checked *c, shi_estimate *out)
{
    shi_strata worst, best;
    double low, high, unused, from = 0, to = 1, risk = c->rule->risk;
    SHI_TRY(as_taken(c, &c->scratch, WORST, &worst));
    SHI_TRY(as_taken(c, &c->scratch, BEST, &best));
    SHI_TRY(bounds(c, worst, risk, &low, &unused));
    SHI_TRY(bounds(c, best, risk, &unused, &high));
    bool refuted = high < (double)out->threshold, confirmed = low >= (double)out->threshold;
    out->decision = refuted ? SHI_CLAIM_REFUTED : confirmed ? SHI_CLAIM_CONFIRMED : SHI_CLAIM_OPEN;
    bool towards = confirmed || (!refuted && out->judged && out->total >= (double)out->threshold);
    for (int k = 0; k < 40; k++) {   /* the risk at which the bound just reaches the threshold */
        double mid = from + (to - from) / 2;
        SHI_TRY(bounds(c, worst, mid, &low, &unused));
        SHI_TRY(bounds(c, best, mid, &unused, &high));
        if (towards ? low >= (double)out->threshold : high < (double)out->threshold) to = mid;
        else from = mid;
    }
    out->p = to;
    return (shi_err){ 0 };
}

static shi_err claim_e(const checked *c, shi_strata strata, int64_t threshold, double *confirm, double *refute)
{
    SHI_TRY(shi_strata_claim_log_e(c->scratch, strata, c->unreached, threshold, SHI_CLAIM_CONFIRMED, confirm));
    return shi_strata_claim_log_e(c->scratch, strata, c->unreached, threshold, SHI_CLAIM_REFUTED, refute);
}

/* Would `more` further visits, all real, spread over the strata by what is left in them, confirm? */
static shi_err would_confirm(checked *c, int64_t more, int64_t left, int64_t threshold, bool *yes)
{
    shi_arena scratch = c->scratch;
    shi_stratum *s = shi_new(&scratch, shi_stratum, c->strata.len);
    double e;
    int64_t given = 0, seen = 0;
    if (!s) return shi_no_memory();
    for (int64_t h = 0; h < c->strata.len; h++) {
        s[h] = c->strata.ptr[h];
        seen += s[h].size - s[h].visited;
        int64_t upto = (int64_t)((double)more * (double)seen / (double)left + 0.5), add = upto - given;
        s[h].visited += add;
        s[h].real += add;
        given = upto;
    }
    SHI_TRY(shi_strata_claim_log_e(scratch, (shi_strata){ s, c->strata.len }, c->unreached, threshold, SHI_CLAIM_CONFIRMED, &e));
    *yes = e >= shi_log_e_limit(c->rule->risk);
    return (shi_err){ 0 };
}

static shi_err find_more(checked *c, shi_estimate *out)
{
    int64_t left = out->population - out->visited, low = 1, high = left + 1;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        bool yes = false;
        SHI_TRY(would_confirm(c, mid, left, out->threshold, &yes));
        if (yes) high = mid;
        else low = mid + 1;
        if (mid == left && !yes) break;
    }
    out->more = low <= left ? low : -1;
    return (shi_err){ 0 };
}

static shi_err decide_sequential(checked *c, shi_estimate *out)
{
    double confirm, refute, limit = shi_log_e_limit(c->rule->risk);
    SHI_TRY(claim_e(c, c->strata, out->threshold, &confirm, &refute));
    out->e_confirm = exp(confirm);
    out->e_refute = exp(refute);
    out->decision = refute >= limit ? SHI_CLAIM_REFUTED : confirm >= limit ? SHI_CLAIM_CONFIRMED : SHI_CLAIM_OPEN;
    double nearer = out->decision == SHI_CLAIM_REFUTED ? refute : out->decision == SHI_CLAIM_CONFIRMED ? confirm : fmax(confirm, refute);
    out->p = nearer > 0 ? exp(-nearer) : 1;
    return out->decision == SHI_CLAIM_OPEN ? find_more(c, out) : (shi_err){ 0 };
}

static shi_err decide(checked *c, shi_estimate *out)
{
    out->claim = true;
    out->threshold = shi_claim_threshold(c->rule->claimed, c->rule->tolerance);
    if (out->threshold > out->population) {   /* more were claimed than there are */
        out->decision = SHI_CLAIM_REFUTED;
        out->p = 0;
        out->e_refute = INFINITY;
        return (shi_err){ 0 };
    }
    return c->rule->sequential ? decide_sequential(c, out) : decide_fixed(c, out);
}

static const char *method(const checked *c)
{
    if (unlimited(c)) return "clopper_pearson";
    if (c->rule->sequential) return "confidence_sequence";
    if (c->strata.len == 1) return "hypergeometric";
    return c->rule->combination == SHI_FISHER ? "stratified_fisher" : "stratified_sidak";
}

shi_err shi_estimate_counts(shi_arena scratch, shi_strata strata, const int64_t *unreached, const shi_estimate_rule *rule, shi_estimate *out)
{
    checked c = { strata, unreached, rule, scratch };
    shi_estimate e = { .more = -1, .p = 1, .method = method(&c) };
    double low, high, mar_low, mar_high;
    for (int64_t h = 0; h < strata.len; h++) {
        e.population += strata.ptr[h].size;
        e.visited += strata.ptr[h].visited;
        e.real += strata.ptr[h].real;
        e.unreached += unreached[h];
    }
    e.judged = point(&c, &e.share);
    SHI_TRY(intervals(&c, (1 - rule->confidence) / 2, &low, &high, &mar_low, &mar_high));
    double whole = unlimited(&c) ? 1 : (double)e.population;
    e.total = e.share * whole;
    e.low = low, e.high = high, e.mar_low = mar_low, e.mar_high = mar_high;
    e.share_low = low / whole, e.share_high = high / whole, e.mar_share_low = mar_low / whole, e.mar_share_high = mar_high / whole;
    if (rule->claimed > 0) SHI_TRY(decide(&c, &e));
    *out = e;
    return (shi_err){ 0 };
}

shi_err shi_estimate_values(shi_arena scratch, const double *x, int64_t n, int64_t population, const shi_estimate_rule *rule, shi_estimate *out)
{
    double *worst = shi_new(&scratch, double, n), *reached = shi_new(&scratch, double, n), sum = 0, alpha = 1 - rule->confidence;
    shi_estimate e = { .method = "betting", .values = true, .population = population, .visited = n, .more = -1, .p = 1 };
    int64_t m = 0;
    if (n > 0 && (!worst || !reached)) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) {
        worst[i] = isnan(x[i]) ? 0 : x[i];
        if (isnan(x[i])) continue;
        reached[m++] = x[i];
        sum += x[i];
    }
    e.unreached = n - m;
    e.judged = m > 0;
    e.share = m > 0 ? sum / (double)m : 0;
    e.share_low = shi_betting_bounds(SHI_HEDGED, worst, n, population, 0, alpha).low;
    for (int64_t i = 0; i < n; i++) worst[i] = isnan(x[i]) ? 1 : x[i];
    e.share_high = shi_betting_bounds(SHI_HEDGED, worst, n, population, 0, alpha).high;
    shi_interval mar = shi_betting_bounds(SHI_HEDGED, reached, m, population, 0, alpha);
    e.mar_share_low = mar.low, e.mar_share_high = mar.high;
    double N = (double)population;
    e.total = e.share * N, e.low = e.share_low * N, e.high = e.share_high * N, e.mar_low = mar.low * N, e.mar_high = mar.high * N;
    if (rule->claimed > 0) {
        e.claim = true;
        e.threshold = shi_claim_threshold(rule->claimed, rule->tolerance);
        /* one-sided at the risk is two-sided at twice it */
        double low, high, twice = 2 * rule->risk, T = (double)e.threshold;
        high = shi_betting_bounds(SHI_HEDGED, worst, n, population, 0, twice).high * N;
        for (int64_t i = 0; i < n; i++) worst[i] = isnan(x[i]) ? 0 : x[i];
        low = shi_betting_bounds(SHI_HEDGED, worst, n, population, 0, twice).low * N;
        e.decision = e.threshold > population || high < T ? SHI_CLAIM_REFUTED : low >= T ? SHI_CLAIM_CONFIRMED : SHI_CLAIM_OPEN;
        e.p = (double)NAN;   /* the bets hang on the risk, so there is a decision at it and no p */
    }
    *out = e;
    return (shi_err){ 0 };
}

const char *shi_decision_name(shi_decision decision)
{
    static const char *const NAME[] = { "more", "confirmed", "refuted" };
    return NAME[decision];
}

void shi_estimate_json(shi_json *json, const shi_estimate *e)
{
    bool total = e->population > 0;
    shi_json_kint(json, "visited", e->visited);
    if (e->values) shi_json_knull(json, "real");
    else shi_json_kint(json, "real", e->real);
    shi_json_kint(json, "not_reached", e->unreached);
    if (total) shi_json_kint(json, "population", e->population);
    else shi_json_knull(json, "population");
    shi_json_kf64(json, "share", e->judged, e->share);
    shi_json_kf64(json, "share_low", true, e->share_low);
    shi_json_kf64(json, "share_high", true, e->share_high);
    shi_json_kf64(json, "total", total && e->judged, e->total);
    shi_json_kf64(json, "low", total, e->low);
    shi_json_kf64(json, "high", total, e->high);
    shi_json_ktext(json, "method", e->method);
    shi_json_key(json, "mar");
    shi_json_begin_object(json);
    shi_json_kf64(json, "low", total && e->judged, e->mar_low);
    shi_json_kf64(json, "high", total && e->judged, e->mar_high);
    shi_json_kf64(json, "share_low", e->judged, e->mar_share_low);
    shi_json_kf64(json, "share_high", e->judged, e->mar_share_high);
    shi_json_end_object(json);
    if (e->drawn) {
        double N = (double)e->population;
        shi_json_kint(json, "clusters", e->clusters);
        shi_json_kint(json, "clusters_drawn", e->drawn);
        shi_json_key(json, "guaranteed");
        shi_json_begin_object(json);
        shi_json_kf64(json, "low", true, e->sure_low);
        shi_json_kf64(json, "high", true, e->sure_high);
        shi_json_kf64(json, "share_low", true, e->sure_low / N);
        shi_json_kf64(json, "share_high", true, e->sure_high / N);
        shi_json_end_object(json);
    }
    if (e->claim) {
        shi_json_kint(json, "threshold", e->threshold);
        shi_json_ktext(json, "decision", shi_decision_name(e->decision));
        shi_json_kf64(json, "p", true, e->p);
        shi_json_kf64(json, "e_confirm", e->e_confirm > 0 && isfinite(e->e_confirm), e->e_confirm);
        shi_json_kf64(json, "e_refute", e->e_refute > 0 && isfinite(e->e_refute), e->e_refute);
    } else {
        shi_json_knull(json, "threshold");
        shi_json_knull(json, "decision");
        shi_json_knull(json, "p");
    }
    if (e->more >= 0) shi_json_kint(json, "more", e->more);
    else shi_json_knull(json, "more");
}
