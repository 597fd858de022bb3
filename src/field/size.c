/* How many to draw in each stratum: the fewest for which the check does what was wished, shared among a figure's strata by Neyman's optimum. */
#include "field/spot.h"

#include "shishu/apportion.h"

#include <math.h>

typedef struct {
    const shi_spot_wish *wish;
    shi_spot_plan *plan;
    shi_arena scratch;
    int64_t first, strata;      /* of the figure at hand */
    int64_t *n;                 /* as tried */
} sizing;

/* The share that will be real, for sizes only: as wished, else all where a claim is to be confirmed, and the worst, a half, for an estimate. */
static double expected(const sizing *s)
{
    if (isfinite(s->wish->expect)) return s->wish->expect;
    return s->wish->claim ? 1 : 0.5;
}

/* Guess of the standard deviation, so that all strata get some: suspected accounts vary most. */
static double deviation(const sizing *s, int64_t h)
{
    double p = isfinite(s->wish->expect) ? s->wish->expect : s->plan->stratum[s->first + h].suspected || !s->wish->claim ? 0.5 : 0.95;
    double sd = sqrt(p * (1 - p));
    return sd < 0.1 ? 0.1 : sd;
}

/* At least 2 in each, or all of a stratum of one. */
static shi_err share_out(sizing *s, int64_t total)
{
    shi_arena scratch = s->scratch;
    int64_t *size = shi_new(&scratch, int64_t, s->strata), short_by;
    double *sd = shi_new(&scratch, double, s->strata);
    if (!size || !sd) return shi_no_memory();
    for (int64_t h = 0; h < s->strata; h++) {
        size[h] = s->plan->stratum[s->first + h].population;
        sd[h] = deviation(s, h);
    }
    return shi_neyman(scratch, size, sd, s->strata, total, 2, s->n, &short_by);
}

/* The strata as they would be if the expected share came out. */
static shi_err foreseen(const sizing *s, shi_arena *scratch, shi_strata *out)
{
    shi_stratum *t = shi_new(scratch, shi_stratum, s->strata);
    if (!t) return shi_no_memory();
    for (int64_t h = 0; h < s->strata; h++) {
        int64_t size = s->plan->stratum[s->first + h].population, n = s->n[h] < size ? s->n[h] : size;
        t[h] = (shi_stratum){ size, n, (int64_t)llround(expected(s) * (double)n) };
    }
    *out = (shi_strata){ t, s->strata };
    return (shi_err){ 0 };
}

static double half_width(const sizing *s, shi_combination combination)
{
    shi_arena scratch = s->scratch;
    shi_strata strata;
    int64_t low, high;
    double tail = (1 - s->plan->confidence) / 2;
    shi_err e = foreseen(s, &scratch, &strata);
    if (!e.code) e = s->plan->sequential ? shi_strata_sequential(scratch, strata, tail, &low, &high)
                                         : shi_strata_bounds(scratch, strata, combination, tail, &low, &high);
    return e.code ? (double)NAN : (double)(high - low) / 2;
}

/* Does the claim come out confirmed, if the expected share does? */
static bool confirms(const sizing *s, shi_combination combination, int64_t threshold)
{
    shi_arena scratch = s->scratch;
    shi_strata strata;
    int64_t low, high;
    double log_e;
    if (foreseen(s, &scratch, &strata).code) return false;
    if (s->plan->sequential)
        return !shi_strata_claim_log_e(scratch, strata, NULL, threshold, SHI_CLAIM_CONFIRMED, &log_e).code && log_e >= shi_log_e_limit(s->plan->risk);
    return !shi_strata_bounds(scratch, strata, combination, s->plan->risk, &low, &high).code && low >= threshold;
}

static bool enough(const sizing *s, shi_combination combination, int64_t threshold)
{
    return s->wish->claim ? confirms(s, combination, threshold) : half_width(s, combination) <= (double)s->wish->half_width;
}

/* The fewest of N that do it, or N. */
static shi_err fewest(sizing *s, shi_combination combination, int64_t N, int64_t threshold, int64_t *out)
{
    int64_t low = 1, high = N;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        SHI_TRY(share_out(s, mid));
        if (enough(s, combination, threshold)) high = mid;
        else low = mid + 1;
    }
    *out = low;
    return (shi_err){ 0 };
}

/* Of Sidak and Fisher the one that needs fewer for most figures is taken for all. */
static shi_err size_figure(sizing *s, int64_t i, int64_t *sidak, int64_t *fisher)
{
    const shi_spot_figure *f = &s->plan->figure[i];
    if (s->wish->claim && f->threshold > f->population) {
        *sidak = *fisher = 0;   /* arithmetic refutes it: nobody needs to be visited, but for what is real */
        return (shi_err){ 0 };
    }
    SHI_TRY(fewest(s, SHI_SIDAK, f->population, f->threshold, sidak));
    return fewest(s, SHI_FISHER, f->population, f->threshold, fisher);
}

static void begin_figure(sizing *s, int64_t i)
{
    s->first = 0;
    while (s->first < s->plan->strata && s->plan->stratum[s->first].figure != i) s->first++;
    s->strata = 0;
    while (s->first + s->strata < s->plan->strata && s->plan->stratum[s->first + s->strata].figure == i) s->strata++;
}

/* A budget of visits over the figures, by their people. */
static shi_err budget(sizing *s, int64_t *total)
{
    shi_arena scratch = s->scratch;
    int64_t n = s->plan->figures, excess, *cap = shi_new(&scratch, int64_t, n);
    double *weight = shi_new(&scratch, double, n);
    if (!cap || !weight) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) {
        cap[i] = s->plan->figure[i].population;
        weight[i] = (double)cap[i];
    }
    const shi_shares shares = { .n = n, .total = s->wish->visits, .weight = weight, .cap = cap };
    return shi_allot(scratch, &shares, total, &excess);
}

/* What the plan foresees of all figures. */
static void foresee(sizing *s)
{
    shi_spot_plan *plan = s->plan;
    plan->half_width = plan->expected_visits = 0;
    for (int64_t i = 0; i < plan->figures; i++) {
        const shi_spot_figure *f = &plan->figure[i];
        shi_sequential_plan foreseen_visits = { 0 };
        begin_figure(s, i);
        for (int64_t h = 0; h < s->strata; h++) s->n[h] = plan->stratum[s->first + h].n;
        plan->half_width += half_width(s, plan->combination);
        bool simple = plan->sequential && f->threshold > 0 && f->threshold <= f->population && s->strata == 1;
        double share = isfinite(s->wish->expect) ? s->wish->expect : 1;
        if (simple && !shi_sequential_foresee(s->scratch, f->population, f->threshold, (int64_t)llround(share * (double)f->population),
                                              plan->stratum[s->first].n, plan->risk, &foreseen_visits).code)
            plan->expected_visits += foreseen_visits.expected;
        else plan->expected_visits = (double)NAN;
    }
}

static shi_err size_all(sizing *s)
{
    shi_spot_plan *plan = s->plan;
    shi_arena *keep = &s->scratch;
    int64_t n = plan->figures, *sidak = shi_new(keep, int64_t, n), *fisher = shi_new(keep, int64_t, n), sum_sidak = 0, sum_fisher = 0;
    s->n = shi_new(keep, int64_t, plan->strata);
    if (!sidak || !fisher || !s->n) return shi_no_memory();
    if (s->wish->visits > 0) {
        SHI_TRY(budget(s, sidak));
        for (int64_t i = 0; i < n; i++) fisher[i] = sidak[i];
    } else {
        for (int64_t i = 0; i < n; i++) {
            begin_figure(s, i);
            SHI_TRY(size_figure(s, i, &sidak[i], &fisher[i]));
            sum_sidak += sidak[i];
            sum_fisher += fisher[i];
        }
    }
    plan->combination = sum_fisher < sum_sidak ? SHI_FISHER : SHI_SIDAK;
    for (int64_t i = 0; i < n; i++) {
        begin_figure(s, i);
        SHI_TRY(share_out(s, plan->combination == SHI_FISHER ? fisher[i] : sidak[i]));
        for (int64_t h = 0; h < s->strata; h++) {
            shi_spot_stratum *t = &plan->stratum[s->first + h];
            t->n = s->n[h] < t->population ? s->n[h] : t->population;
        }
    }
    foresee(s);
    return (shi_err){ 0 };
}

shi_err shi_spot_size(const shi_spot_wish *wish, shi_spot_plan *plan)
{
    sizing s = { .wish = wish, .plan = plan };
    int64_t most = 0;
    for (int64_t i = 0; i < plan->figures; i++) most = plan->figure[i].population > most ? plan->figure[i].population : most;
    SHI_TRY(shi_arena_open(256 * (plan->strata + plan->figures) + 16 * most + (1 << 16), &s.scratch));
    shi_arena opened = s.scratch;
    shi_err e = size_all(&s);
    shi_arena_drop(&opened);
    return e;
}

/* ---- clusters ---- */

/* Meetings over the figures, by their clusters; at least two of each, or all of one that has fewer. */
static shi_err share_meetings(shi_arena scratch, const shi_spot_wish *wish, shi_spot_plan *plan)
{
    int64_t H = plan->strata, excess, *n = shi_new(&scratch, int64_t, H);
    int64_t *cap = shi_new(&scratch, int64_t, H), *floor = shi_new(&scratch, int64_t, H);
    double *weight = shi_new(&scratch, double, H);
    if (!n || !cap || !floor || !weight) return shi_no_memory();
    for (int64_t h = 0; h < H; h++) {
        cap[h] = plan->stratum[h].clusters;
        floor[h] = 2;
        weight[h] = (double)cap[h];
    }
    const shi_shares shares = { .n = H, .total = wish->meetings, .weight = weight, .cap = cap, .floor = floor };
    SHI_TRY(shi_allot(scratch, &shares, n, &excess));
    plan->expected_visits = 0;
    for (int64_t h = 0; h < H; h++) {
        shi_spot_stratum *t = &plan->stratum[h];
        t->n = n[h];
        plan->expected_visits += (double)t->n * (double)t->population / (double)t->clusters;
    }
    return (shi_err){ 0 };
}

shi_err shi_spot_size_clusters(const shi_spot_wish *wish, shi_spot_plan *plan)
{
    shi_arena scratch;
    int64_t clusters = 0;
    plan->combination = SHI_SIDAK;
    plan->half_width = (double)NAN;
    for (int64_t h = 0; h < plan->strata; h++) {
        const shi_spot_stratum *t = &plan->stratum[h];
        clusters += t->clusters;
        if (t->clusters < 2)
            return shi_fail_value(SHI_INPUT, plan->figure[t->figure].figure,
                                  N_("all accounts of this figure lie in one cluster, so there is nothing to draw"),
                                  N_("Plan it without --clusters: its accounts are then drawn one by one."));
    }
    if (wish->meetings > clusters)
        return shi_fail(SHI_INPUT, N_("more meetings are planned than there are clusters"),
                        N_("Lower --meetings; a cluster of fewer than 5 accounts is joined to its neighbour."));
    if (wish->meetings < 2 * plan->strata)
        return shi_fail(SHI_INPUT, N_("one meeting says nothing about the other villages"),
                        N_("Plan at least two for each figure; ten or more are better."));
    SHI_TRY(shi_arena_open(256 * plan->strata + (1 << 16), &scratch));
    shi_err e = share_meetings(scratch, wish, plan);
    shi_arena_drop(&scratch);
    return e;
}
