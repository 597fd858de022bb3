/* One scale: trials of the pairs, what crowds and habits explain, and what is left.
 *
 * First pass: which near events of a pair are trials (one an episode), and from the pairs with too few of them how often crowds hit, over all and on
 * each object in each stretch of 2 W (its heat). Second pass: each tested pair's probabilities, betting e-value and tail. Sums that are doubles are
 * of one pair and in its order; the others are whole numbers, so threads may add them as they come. */
#include "kernel/sync.h"

#include "base/room.h"
#include "base/text.h"
#include "stat/poisson_binomial.h"

#include <math.h>
#include <omp.h>

enum { DROPPED = -1, BETS = 6, AHEAD = 32 };

static const double MOST_BASE = 0.2, PRIOR = 10;

typedef struct {
    int64_t window, reach, gap;      /* slots */
    double u, base;
    int32_t number;
    const shi_sync_data *data;
    shi_sync_near near;
    shi_sync_habits habits;
    int32_t *cell, *cell_trials, *cell_hits;   /* of each act by its rank; of each cell: trials and hits of pairs that are not tested */
    int64_t chunk[SHI_SYNC_CHUNKS + 1];
    int64_t pair_at[SHI_SYNC_CHUNKS + 1], trial_at[SHI_SYNC_CHUNKS + 1];   /* tested pairs and their trials before each chunk */
    shi_sync_tested *tested;
    shi_sync_trial *trial;
} judge;

static int32_t earlier(const judge *w, int64_t row)
{
    return w->data->by_rank[row >> 32];
}

static int32_t later(int64_t row)
{
    return (int32_t)(row & INT32_MAX);
}

static bool is_hit(int64_t row)
{
    return row >> 31 & 1;
}

/* Stretches of 2 W of each object, numbered in order. */
static shi_err make_cells(judge *w, shi_arena *scratch)
{
    const shi_sync_acts *a = w->data->acts;
    int64_t stretch = 2 * w->reach, cells = 0, before = 0;
    w->cell = shi_room(scratch, int32_t, a->n);
    if (!w->cell) return shi_no_memory();
    for (int64_t i = 0; i < a->n; i++) {
        int64_t now = shi_floor_div(a->act[i].at, stretch);
        cells += i == 0 || now != before || a->act[i].object != a->act[i - 1].object;
        before = now;
        w->cell[w->data->rank[i]] = (int32_t)(cells - 1);
    }
    w->cell_trials = shi_new(scratch, int32_t, cells);
    w->cell_hits = shi_new(scratch, int32_t, cells);
    return w->cell_trials && w->cell_hits ? (shi_err){ 0 } : shi_no_memory();
}

/* Marks what is no trial; returns how many are. */
static int64_t keep_trials(const judge *w, shi_keyed *run, int64_t n)
{
    int64_t kept = 0, last = 0;
    if (n == 1) return 1;
    for (int64_t i = 0; i < n; i++) {
        int64_t at = w->data->acts->act[earlier(w, run[i].row)].at;
        bool fresh = kept == 0 || at - last > w->gap;
        if (fresh) kept++, last = at;
        else run[i].row = DROPPED;
    }
    return kept;
}

/* A pair that is not tested is a sample of what crowds do. */
static void add_reference(judge *w, const shi_keyed *run, int64_t n, int64_t *trials, int64_t *hits)
{
    for (int64_t i = 0; i < n; i++) {
        if (run[i].row == DROPPED) continue;
        bool hit = is_hit(run[i].row);
        int32_t cell = w->cell[run[i].row >> 32];
        #pragma omp atomic
        w->cell_trials[cell]++;
        if (hit) {
            #pragma omp atomic
            w->cell_hits[cell]++;
        }
        ++*trials;
        *hits += hit;
    }
}

static void first_pass(judge *w)
{
    int64_t trials = 0, hits = 0;
    #pragma omp parallel for schedule(dynamic, 1) reduction(+: trials, hits)
    for (int64_t c = 0; c < SHI_SYNC_CHUNKS; c++) {
        int64_t pairs = 0, kept_all = 0;
        for (int64_t i = w->chunk[c], end = i; i < w->chunk[c + 1]; i = end) {
            for (; end == i || (end < w->chunk[c + 1] && w->near.pair[end].key == w->near.pair[i].key); end++)
                if (end + AHEAD < w->chunk[c + 1]) __builtin_prefetch(&w->cell[w->near.pair[end + AHEAD].row >> 32]);   /* no cache holds it */
            int64_t kept = keep_trials(w, w->near.pair + i, end - i);
            if (kept < w->data->min_objects) add_reference(w, w->near.pair + i, end - i, &trials, &hits);
            else pairs++, kept_all += kept;
        }
        w->pair_at[c + 1] = pairs;
        w->trial_at[c + 1] = kept_all;
    }
    for (int64_t c = 0; c < SHI_SYNC_CHUNKS; c++) {
        w->pair_at[c + 1] += w->pair_at[c];
        w->trial_at[c + 1] += w->trial_at[c];
    }
    double rate = ((double)hits + w->u) / ((double)trials + 1);
    rate = rate > w->u ? rate : w->u;
    w->base = rate < MOST_BASE ? rate : MOST_BASE;
}

/* How often x starts a session at this time of day, the trial itself left out. */
static double habit(const judge *w, int32_t account, int64_t at, bool hit)
{
    double near = (double)(shi_sync_habit(&w->habits, account, at, w->window) - hit);
    double wide = (double)(shi_sync_habit(&w->habits, account, at, w->reach) - 1);
    if (near < 0) near = 0;
    if (wide < near) wide = near;
    return (PRIOR * w->base + near) / (PRIOR + wide);
}

/* The most probable that heat or habits make this hit. */
static double chance(const judge *w, const shi_sync_trial *t)
{
    const shi_sync_act *a = &w->data->acts->act[t->i], *b = &w->data->acts->act[t->j];
    int32_t cell = w->cell[w->data->rank[t->i]];
    double heat = (PRIOR * w->base + w->cell_hits[cell]) / (PRIOR + w->cell_trials[cell]);
    double ab = habit(w, b->account, a->at, t->hit), ba = habit(w, a->account, b->at, t->hit);
    double most = heat > w->base ? heat : w->base;
    if (ab > most) most = ab;
    return ba > most ? ba : most;
}

/* log10 of the mean over theta of theta^hits / product of (1 + (theta - 1) p), the likelihood ratio of odds theta times as high. */
static double betting(const double *p, int64_t n, int64_t hits)
{
    double log10_e[BETS], most = -INFINITY, sum = 0;
    for (int k = 0; k < BETS; k++) {
        double less = (double)(1 << (k + 1)) - 1, product = 1, tens = 0;
        for (int64_t i = 0; i < n; i++) {
            product *= 1 + less * p[i];
            if (product < 1e250) continue;
            product *= 1e-250;
            tens += 250;
        }
        log10_e[k] = (double)hits * (k + 1) * log10(2) - tens - log10(product);
        if (log10_e[k] > most) most = log10_e[k];
    }
    for (int k = 0; k < BETS; k++) sum += pow(10, log10_e[k] - most);
    return most + log10(sum / BETS);
}

static void test_pair(const judge *w, const shi_keyed *run, int64_t n, shi_sync_tested *pair, double *p, double *work)
{
    shi_sync_trial *trial = w->trial + pair->first;
    int64_t kept = 0, hits = 0;
    for (int64_t i = 0; i < n; i++) {
        if (run[i].row == DROPPED) continue;
        shi_sync_trial *t = &trial[kept];
        *t = (shi_sync_trial){ earlier(w, run[i].row), later(run[i].row), is_hit(run[i].row) };
        p[kept] = chance(w, t);
        pair->seen.expected += p[kept++];
        hits += t->hit;
    }
    pair->seen.a = (int32_t)(run[0].key / (uint64_t)w->data->accounts);
    pair->seen.b = (int32_t)(run[0].key % (uint64_t)w->data->accounts);
    pair->seen.scale = w->number;
    pair->seen.trials = (int32_t)kept;
    pair->seen.hits = (int32_t)hits;
    pair->seen.log10_e = betting(p, kept, hits);
    pair->seen.log10_p = shi_poisson_binomial_log10_above(p, kept, hits, work);
    pair->seen.q = 1;
}

static void second_pass(judge *w, double *work, int64_t longest)
{
    #pragma omp parallel for schedule(dynamic, 1)
    for (int64_t c = 0; c < SHI_SYNC_CHUNKS; c++) {
        double *p = work + 2 * longest * omp_get_thread_num();
        int64_t pair = w->pair_at[c], trial = w->trial_at[c];
        for (int64_t i = w->chunk[c], end; i < w->chunk[c + 1] && pair < w->pair_at[c + 1]; i = end) {
            int64_t kept = 0;
            end = shi_sync_run_end(w->near.pair, i, w->chunk[c + 1]);
            for (int64_t k = i; k < end; k++) kept += w->near.pair[k].row != DROPPED;
            if (kept < w->data->min_objects) continue;
            w->tested[pair].first = trial;
            test_pair(w, w->near.pair + i, end - i, &w->tested[pair++], p, p + longest);
            trial += kept;
        }
    }
}

static int64_t longest_run(const judge *w)
{
    int64_t longest = 0;
    for (int64_t i = 0, end; i < w->near.n; i = end) {
        end = shi_sync_run_end(w->near.pair, i, w->near.n);
        if (end - i > longest) longest = end - i;
    }
    return longest;
}

shi_err shi_sync_scale_judge(shi_arena *work, shi_arena scratch, const shi_sync_data *data, shi_sync_scale scale, int32_t number,
                             shi_sync_scale_result *out)
{
    const int64_t hour_s = 3600, r = data->log->resolution_s;
    judge *w = shi_new(&scratch, judge, 1);
    shi_sync_scale_result got = { .about = { .scale = scale } };
    if (!w) return shi_no_memory();
    *out = got;
    if (scale.window_s < r) return (shi_err){ 0 };
    w->data = data;
    w->number = number;
    w->window = scale.window_s / r;
    w->reach = scale.reach_s / r;
    w->gap = (scale.reach_s > hour_s ? scale.reach_s : hour_s) / r;
    w->u = (double)(2 * w->window + 1) / (double)(2 * w->reach + 1);
    SHI_TRY(shi_sync_near_of(&scratch, *work, data->acts, data->accounts, w->window, w->reach, data->most_pairs, data->rank,
                             &w->near));
    SHI_TRY(make_cells(w, &scratch));
    SHI_TRY(shi_sync_habits_of(&scratch, data->log, w->gap, &w->habits));
    shi_sync_chunks_of(w->near.pair, w->near.n, w->chunk);
    first_pass(w);
    got.pairs = w->pair_at[SHI_SYNC_CHUNKS];
    int64_t longest = longest_run(w), threads = omp_get_max_threads();
    double *room = shi_new(&scratch, double, 2 * longest * threads);
    w->tested = got.pair = shi_new(work, shi_sync_tested, got.pairs);
    w->trial = got.trial = shi_new(work, shi_sync_trial, w->trial_at[SHI_SYNC_CHUNKS]);
    if (!room || !w->tested || !w->trial) return shi_no_memory();
    second_pass(w, room, longest);
    got.about = (shi_sync_scaled){ .scale = scale, .judged = got.pairs > 0, .near = w->near.n, .tested = got.pairs, .base_rate = w->base,
                                   .hot_objects = w->near.hot_objects, .hot_acts = w->near.hot_acts };
    *out = got;
    return (shi_err){ 0 };
}
