/* From one seed to a block: accounts given cells, cells given accounts, in turns.
 *
 * Given a set on one side, each item of the other side that has acts in it is worth m ln(m / e), e what it would have by its share of the set's
 * strata. Sorted by that, the best prefix maximises g(M, L) / phi - ln C(N, k), g(M, L) = M ln(M / L) - M + L: the log-likelihood of Kulldorff's
 * scan less the price of choosing k of N. The two sides take turns until nothing gets better. From a cell the first set of accounts is all who
 * were there (evenly thinned): one cell alone says nothing about them, their other cells do. Lists of accounts with very many cells are not
 * walked, so that a seed costs a bounded number of steps. */
#include "kernel/blocks.h"

#include "base/sort.h"
#include "stat/dist.h"

#include <math.h>
#include <string.h>

enum { ROUNDS = 8, WARM = 2 };   /* half-steps before the dispersion counts: a seed is not yet a block */

typedef struct {
    int32_t *item;
    int64_t len, mass;
    double expected;
} set;

struct shi_blocks_work {
    const shi_blocks_search *s;
    double *weight;               /* strata: acts of the set there, over all acts there */
    int32_t *stratum;             /* those touched */
    int64_t strata;
    int32_t *count[2];            /* of each item: its acts in the set; 0 between steps */
    int32_t *touched;             /* items */
    int32_t left_out;             /* an item that is no candidate, as it was the seed; -1: none */
    double *expected, *value;     /* of candidates */
    shi_keyed *order;
    shi_arena sorting;
    set now[2], best[2];
};

double shi_blocks_log10_tail(double x, double l)
{
    if (!(x > l) || l <= 0) return 0;
    double t = (x * log(l) - l - shi_log_gamma(x + 1) - log1p(-l / (x + 1))) / log(10);
    return t < 0 ? t : 0;
}

double shi_blocks_log10_ways(int64_t N, int64_t k)
{
    return (shi_log_choose((double)N, (double)k) + log((double)N)) / log(10);
}

shi_blocks_work *shi_blocks_work_make(shi_arena *scratch, const shi_blocks_search *search)
{
    const shi_blocks_acts *a = search->acts;
    int64_t most = a->side[0].n > a->side[1].n ? a->side[0].n : a->side[1].n;
    shi_blocks_work *w = shi_new(scratch, shi_blocks_work, 1);
    if (!w) return NULL;
    w->s = search;
    w->left_out = -1;
    w->weight = shi_new(scratch, double, a->strata);
    w->stratum = shi_new(scratch, int32_t, a->strata);
    bool room = w->weight && w->stratum;
    for (int side = 0; side < 2; side++) {
        w->count[side] = shi_new(scratch, int32_t, a->side[side].n);
        w->now[side].item = shi_room(scratch, int32_t, a->side[side].n);
        w->best[side].item = shi_room(scratch, int32_t, a->side[side].n);
        room = room && w->count[side] && w->now[side].item && w->best[side].item;
    }
    w->touched = shi_room(scratch, int32_t, most);
    w->expected = shi_room(scratch, double, most);
    w->value = shi_room(scratch, double, most);
    w->order = shi_room(scratch, shi_keyed, most);
    int64_t sorting = 16 * most + (1 << 15);
    char *block = shi_room(scratch, char, sorting);
    w->sorting = (shi_arena){ .at = block, .end = block ? block + sorting : NULL };
    return room && w->touched && w->expected && w->value && w->order && block ? w : NULL;
}

void shi_blocks_weigh(shi_blocks_work *w, int side, const int32_t *item, int64_t len)
{
    const shi_blocks_side *from = &w->s->acts->side[side];
    for (int64_t i = 0; i < w->strata; i++) w->weight[w->stratum[i]] = 0;
    w->strata = 0;
    for (int64_t i = 0; i < len; i++)
        for (int64_t r = from->first_run[item[i]]; r < from->first_run[item[i] + 1]; r++) {
            shi_blocks_run run = from->run[r];
            if (w->weight[run.stratum] == 0) w->stratum[w->strata++] = run.stratum;
            w->weight[run.stratum] += run.acts;          /* whole numbers: in any order */
        }
    for (int64_t i = 0; i < w->strata; i++) w->weight[w->stratum[i]] *= w->s->acts->per_act[w->stratum[i]];
}

double shi_blocks_largest_share(shi_blocks_work *w, const int32_t *cell, int64_t len)
{
    double most = 0;
    shi_blocks_weigh(w, SHI_CELLS, cell, len);
    for (int64_t i = 0; i < w->strata; i++) most = w->weight[w->stratum[i]] > most ? w->weight[w->stratum[i]] : most;
    return most;
}

double shi_blocks_weighted(const shi_blocks_work *w, const double *value, int64_t step)
{
    double sum = 0;
    for (int64_t i = 0; i < w->strata; i++) sum += w->weight[w->stratum[i]] * value[w->stratum[i] * step];
    return sum;
}

shi_blocks_view shi_blocks_look(shi_blocks_work *w)
{
    return (shi_blocks_view){ w->s->acts, { w->now[0].item, w->now[1].item }, { w->count[0], w->count[1] }, w->touched,
                              { &w->now[0].len, &w->now[1].len } };
}

double shi_blocks_expected(const shi_blocks_work *w, int side, int32_t item)
{
    const shi_blocks_side *of = &w->s->acts->side[side];
    double sum = 0;
    for (int64_t r = of->first_run[item]; r < of->first_run[item + 1]; r++) sum += w->weight[of->run[r].stratum] * of->run[r].acts;
    return sum;
}

/* Runs of candidates lie anywhere: the first of them are asked for before their turn. */
static void ask_ahead(const shi_blocks_side *of, const int32_t *item, int64_t i, int64_t n)
{
    enum { PLACE = 24, RUNS = 12 };
    if (i + PLACE < n) __builtin_prefetch(&of->first_run[item[i + PLACE]]);
    if (i + RUNS >= n) return;
    __builtin_prefetch(&of->run[of->first_run[item[i + RUNS]]]);
}

/* Items of the other side with at least `least` acts in the set, counted, in touched[]; how many. */
static int64_t touch(shi_blocks_work *w, int from_side, const set *from, int32_t least)
{
    const shi_blocks_side *lists = &w->s->acts->side[from_side];
    int32_t *count = w->count[1 - from_side];
    int64_t touched = 0, enough = 0, work = 0;
    for (int64_t i = 0; i < from->len; i++) {
        int64_t first = lists->first[from->item[i]], end = lists->first[from->item[i] + 1];
        if (from_side == SHI_ACCOUNTS && end - first > w->s->most_of_account) continue;
        if ((work += end - first) > w->s->most_work && i) break;
        for (int64_t k = first; k < end; k++)
            if (count[lists->other[k]]++ == 0) w->touched[touched++] = lists->other[k];
    }
    for (int64_t i = 0; i < touched; i++) {
        int32_t item = w->touched[i];
        if (count[item] < least || item == w->left_out) count[item] = 0;
        else w->touched[enough++] = item;
    }
    if (enough) shi_blocks_weigh(w, from_side, from->item, from->len);
    return enough;
}

/* Those of the n that were touched that have more than their share, as order[] by falling value; how many. */
static int64_t candidates(shi_blocks_work *w, int side, int64_t touched)
{
    int32_t *count = w->count[side];
    int64_t n = 0;
    for (int64_t i = 0; i < touched; i++) {
        int32_t item = w->touched[i], m = count[item];
        double e = shi_blocks_expected(w, side, item);
        if (m > e) {
            double value = m * log(m / e);
            uint64_t bits;
            w->expected[n] = e;
            w->value[n] = value;
            memcpy(&bits, &value, sizeof bits);          /* above 0: in the order of the numbers */
            w->order[n] = (shi_keyed){ ~bits, n };
            w->touched[n++] = item;                      /* n <= i */
        } else count[item] = 0;
    }
    return n;
}

/* Counts of the candidates are cleared; the set is the best prefix. Its worth: above 0 if it pays for its choice. */
static double prefix(shi_blocks_work *w, int side, int64_t n, double phi, set *out)
{
    int32_t *count = w->count[side];
    int64_t N = w->s->acts->side[side].n, M = 0;
    double L = 0, choose = 0, best = -INFINITY;
    out->len = 0;
    for (int64_t k = 0; k < n; k++) {
        int64_t c = w->order[k].row;
        M += count[w->touched[c]];
        L += w->expected[c];
        choose += log((double)(N - k) / (double)(k + 1));
        double worth = ((double)M * log((double)M / L) - (double)M + L) / phi - choose;
        out->item[k] = w->touched[c];
        if (worth > best) best = worth, out->len = k + 1, out->mass = M, out->expected = L;
    }
    for (int64_t k = 0; k < n; k++) count[w->touched[k]] = 0;
    return best;
}

static double choose(shi_blocks_work *w, int side, int64_t touched, double phi)
{
    int64_t n = candidates(w, side, touched);
    if (shi_sort_keyed(w->sorting, w->order, n).code) n = 0;   /* has room: see shi_blocks_work_make */
    return prefix(w, side, n, phi, &w->now[side]);
}

static double step(shi_blocks_work *w, int from_side, int32_t least, double phi)
{
    return choose(w, 1 - from_side, touch(w, from_side, &w->now[from_side], least), phi);
}

/* From this e on m acts are worth at most c: m ln(m / e) - m + e <= c. Falls to it from above, so that each step holds. */
static double enough_expected(double m, double c)
{
    double e = m;
    for (int k = 0; k < 4; k++) e = m * exp((e - c) / m - 1);
    return e < m ? e : m;
}

/* About what shi_blocks_expected gives, or less once it is not below `limit`; four sums at once, as no addition then waits for the one before. */
static double expected_below(const shi_blocks_work *w, int side, int32_t item, double limit)
{
    const shi_blocks_side *of = &w->s->acts->side[side];
    const shi_blocks_run *run = of->run + of->first_run[item], *end = of->run + of->first_run[item + 1];
    double a = 0, b = 0, c = 0, d = 0;
    for (; end - run >= 4 && a + b + c + d < limit; run += 4) {
        a += w->weight[run[0].stratum] * run[0].acts;
        b += w->weight[run[1].stratum] * run[1].acts;
        c += w->weight[run[2].stratum] * run[2].acts;
        d += w->weight[run[3].stratum] * run[3].acts;
    }
    for (; end - run < 4 && run < end; run++) a += w->weight[run->stratum] * run->acts;
    return a + b + c + d;
}

/* Whether any prefix of the n touched could pay for its choice at phi = 1. g(M, L) is convex and of degree 1, so a sum is worth at most what its
 * parts are; the kth that is chosen costs ln((N - k + 1) / k), the last of n the least, so that one worth less than that never helps, and its e need
 * not be summed to the end. Hardly any seed gets past this. */
static bool may_pay(shi_blocks_work *w, int side, int64_t n)
{
    enum { TABLE = 64 };
    const double N = (double)w->s->acts->side[side].n, least = log((N - (double)n + 1) / (double)n), SLACK = 1e-6;
    double limit[TABLE] = { 0 }, sum = 0, most = -INFINITY;
    int64_t kept = 0;
    for (int64_t i = 0; i < n; i++) {
        int32_t item = w->touched[i], m = w->count[side][item];
        ask_ahead(&w->s->acts->side[side], w->touched, i, n);
        double *known = m < TABLE ? &limit[m] : NULL, at = known && *known > 0 ? *known : enough_expected(m, least - SLACK);
        if (known) *known = at;
        double e = expected_below(w, side, item, at);
        if (e >= at) continue;
        double worth = m * log(m / e) - m + e;
        uint64_t bits;
        memcpy(&bits, &worth, sizeof bits);
        w->value[kept] = worth;
        w->order[kept] = (shi_keyed){ ~bits, kept };
        kept++;
    }
    if (kept == 0 || shi_sort_keyed(w->sorting, w->order, kept).code) return kept > 0;
    for (int64_t k = 0; k < kept; k++) {
        sum += w->value[w->order[k].row] - log((N - (double)k) / (double)(k + 1));
        most = sum > most ? sum : most;
    }
    return most > -SLACK * (double)kept;
}

static double corrected(const shi_blocks_work *w, int64_t M, double L, int64_t accounts, int64_t cells, double *tail)
{
    const shi_blocks_acts *a = w->s->acts;
    *tail = shi_blocks_log10_tail((double)M / w->s->overdispersion, L / w->s->overdispersion);
    return *tail + shi_blocks_log10_ways(a->side[SHI_ACCOUNTS].n, accounts) + shi_blocks_log10_ways(a->side[SHI_CELLS].n, cells);
}

static void copy(set *to, const set *from)
{
    memcpy(to->item, from->item, (size_t)from->len * sizeof *to->item);
    to->len = from->len;
    to->mass = from->mass;
    to->expected = from->expected;
}

/* Keeps what is now if it is better than what was best; last: the side that was chosen last, whose mass counts. */
static bool improve(shi_blocks_work *w, int last, shi_blocks_pair *out)
{
    const set *chosen = &w->now[last];
    double tail;
    if (!w->now[0].len || !w->now[1].len) return false;
    double p = corrected(w, chosen->mass, chosen->expected, w->now[SHI_ACCOUNTS].len, w->now[SHI_CELLS].len, &tail);
    if (!(p < out->log10_corrected)) return false;
    copy(&w->best[0], &w->now[0]);
    copy(&w->best[1], &w->now[1]);
    *out = (shi_blocks_pair){ .mass = chosen->mass, .expected = chosen->expected, .log10_tail = tail, .log10_corrected = p };
    return true;
}

static void alternate(shi_blocks_work *w, int side, shi_blocks_pair *out)
{
    int idle = 0;
    for (int r = 0; r < 2 * ROUNDS && idle < 2; r++, side = 1 - side) {
        double phi = r < WARM ? 1 : w->s->overdispersion;
        step(w, side, w->now[side].len > 1 ? 2 : 1, phi);
        if (!w->now[1 - side].len) return;
        idle = improve(w, 1 - side, out) || r < WARM ? 0 : idle + 1;
    }
}

/* Accounts of the cell, evenly thinned; those with no other cell say nothing. */
static void accounts_of(shi_blocks_work *w, int32_t cell)
{
    const shi_blocks_side *cells = &w->s->acts->side[SHI_CELLS], *accounts = &w->s->acts->side[SHI_ACCOUNTS];
    int64_t first = cells->first[cell], n = cells->first[cell + 1] - first, by = (n + w->s->most_of_cell - 1) / w->s->most_of_cell;
    set *to = &w->now[SHI_ACCOUNTS];
    to->len = 0;
    for (int64_t k = 0; k < n; k += by) {
        int32_t a = cells->other[first + k];
        if (accounts->first[a + 1] - accounts->first[a] > 1) to->item[to->len++] = a;
    }
}

/* Cells of the account that others share, but for the fullest: from those is searched anyway. */
static void cells_of(shi_blocks_work *w, int32_t account)
{
    const shi_blocks_side *accounts = &w->s->acts->side[SHI_ACCOUNTS], *cells = &w->s->acts->side[SHI_CELLS];
    set *to = &w->now[SHI_CELLS];
    to->len = 0;
    for (int64_t k = accounts->first[account]; k < accounts->first[account + 1]; k++) {
        int32_t c = accounts->other[k];
        int64_t n = cells->first[c + 1] - cells->first[c];
        if (n > 1 && n <= w->s->most_of_cell) to->item[to->len++] = c;
    }
}

/* The first half-step from what the seed holds: whether it pays for its choice without the seed itself, which is full by its choice. */
static bool promises(shi_blocks_work *w, int from_side, int32_t seed)
{
    int side = 1 - from_side;
    w->left_out = seed;
    int64_t n = touch(w, from_side, &w->now[from_side], 2);
    w->left_out = -1;
    bool may = n > 0 && may_pay(w, side, n);
    for (int64_t i = 0; i < n && !may; i++) w->count[side][w->touched[i]] = 0;
    if (!may || !(choose(w, side, n, 1) > 0)) return false;
    set *chosen = &w->now[1 - from_side];
    chosen->item[chosen->len++] = seed;
    return true;
}

bool shi_blocks_from(shi_blocks_work *w, int side, int32_t seed, shi_blocks_pair *out)
{
    *out = (shi_blocks_pair){ .log10_corrected = 0 };
    w->now[side].item[0] = seed;
    w->now[side].len = 1;
    if (side == SHI_CELLS) {
        accounts_of(w, seed);
        if (w->now[SHI_ACCOUNTS].len > 1 && promises(w, SHI_ACCOUNTS, seed)) alternate(w, SHI_CELLS, out);
    } else {
        cells_of(w, seed);
        if (w->now[SHI_CELLS].len > 2 && promises(w, SHI_CELLS, seed)) alternate(w, SHI_ACCOUNTS, out);
    }
    for (int s = 0; s < 2; s++) out->item[s] = w->best[s].item, out->len[s] = w->best[s].len;
    return out->log10_corrected < 0;
}
