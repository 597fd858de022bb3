/* Cells nearly all of whose accounts do nothing else: what a supplier leaves who sends accounts once and never again.
 *
 * The scan cannot see them: for accounts that come once, to choose A costs more than it brings. Here A is no choice, it follows from C: all
 * accounts whose acts all lie in C. How many accounts with at least D acts would do so by chance is bounded by the shares of strata that C holds,
 * for nine D. Newcomers whom one message brings look the same, so this is a list, not a judgement; the dispersion is measured at all cells, so
 * that where visitors often come once only more than the usual stands out. Cost: the lists of up to 128 accounts with few acts for each cell, and
 * most cells are dropped before, as their accounts have other lives. */
#include "kernel/blocks.h"

#include "base/sort.h"
#include "stat/dist.h"

#include <math.h>
#include <string.h>

enum { LEAST_CELL = 10, LEAST_REFERENCE = 20, LONGEST = SHI_BLOCKS_LIVES, SAMPLE = 128 };
static const int8_t AT_LEAST[] = { 1, 2, 3, 4, 6, 8, 12, 16, 32 };
enum { CHOICES = sizeof AT_LEAST };
static const double LEAST_EXPECTED = 0.02;
static const double MOST_OF = 0.8;      /* of the acts in the cells are by accounts that do nothing else */

static int64_t life(const shi_blocks_side *accounts, int64_t a)
{
    return accounts->first[a + 1] - accounts->first[a];
}

/* Variance over mean of the number of accounts that come once, at cells with at least LEAST_CELL; the top half percent does not count. Infinite where
 * there are too few such cells to know what is usual: then nothing is listed. */
static shi_err measure_dispersion(shi_arena scratch, const shi_blocks_acts *a, const double *single,
                                  double *out)
{
    const shi_blocks_side *accounts = &a->side[SHI_ACCOUNTS], *cells = &a->side[SHI_CELLS];
    int64_t n = 0;
    double sum = 0;
    shi_keyed *ratio = shi_new(&scratch, shi_keyed, cells->n);
    if (!ratio) return shi_no_memory();
    for (int64_t c = 0; c < cells->n; c++) {
        if (cells->first[c + 1] - cells->first[c] < LEAST_CELL) continue;
        double e = 0, k = 0;
        for (int64_t r = cells->first_run[c]; r < cells->first_run[c + 1]; r++)
            e += single[cells->run[r].stratum * (LONGEST + 1)] * a->per_act[cells->run[r].stratum] * cells->run[r].acts;
        for (int64_t i = cells->first[c]; i < cells->first[c + 1]; i++) k += life(accounts, cells->other[i]) == 1;
        double x = (k - e) * (k - e) / (e > LEAST_EXPECTED ? e : LEAST_EXPECTED);
        uint64_t bits;
        memcpy(&bits, &x, sizeof bits);
        ratio[n++] = (shi_keyed){ bits, c };
    }
    SHI_TRY(shi_sort_keyed(scratch, ratio, n));
    int64_t kept = n - 1 - n / 200;
    for (int64_t i = 0; i < kept; i++) {
        double x;
        memcpy(&x, &ratio[i].key, sizeof x);
        sum += x;
    }
    *out = n >= LEAST_REFERENCE ? sum / (double)kept / 0.9 : INFINITY;
    return (shi_err){ 0 };
}

shi_err shi_blocks_lives_make(shi_arena *scratch, const shi_blocks_acts *a, double least_dispersion, shi_blocks_lives *out)
{
    const shi_blocks_side *accounts = &a->side[SHI_ACCOUNTS];
    double *acts_of = shi_new(scratch, double, a->strata * (LONGEST + 1));
    if (!acts_of) return shi_no_memory();
    for (int64_t i = 0; i < accounts->n; i++) {
        int64_t d = life(accounts, i);
        for (int64_t r = accounts->first_run[i]; r < accounts->first_run[i + 1] && d <= LONGEST; r++)
            acts_of[accounts->run[r].stratum * (LONGEST + 1) + d] += accounts->run[r].acts;
    }
    out->acts_of = acts_of;
    SHI_TRY(measure_dispersion(*scratch, a, acts_of + 1, &out->dispersion));
    if (out->dispersion < least_dispersion) out->dispersion = least_dispersion;
    return (shi_err){ 0 };
}

/* Accounts of the cells at least `part` of whose acts lie there, into now[SHI_ACCOUNTS]; returns their acts there. */
static int64_t mostly_here(shi_blocks_view *v, double part)
{
    const shi_blocks_side *accounts = &v->acts->side[SHI_ACCOUNTS], *cells = &v->acts->side[SHI_CELLS];
    int64_t touched = 0, acts = 0;
    *v->len[SHI_ACCOUNTS] = 0;
    for (int64_t i = 0; i < *v->len[SHI_CELLS]; i++)
        for (int64_t k = cells->first[v->item[SHI_CELLS][i]]; k < cells->first[v->item[SHI_CELLS][i] + 1]; k++)
            if (v->count[SHI_ACCOUNTS][cells->other[k]]++ == 0) v->touched[touched++] = cells->other[k];
    for (int64_t i = 0; i < touched; i++) {
        int32_t who = v->touched[i];
        if ((double)v->count[SHI_ACCOUNTS][who] >= part * (double)life(accounts, who)) {
            v->item[SHI_ACCOUNTS][(*v->len[SHI_ACCOUNTS])++] = who;
            acts += v->count[SHI_ACCOUNTS][who];
        }
        v->count[SHI_ACCOUNTS][who] = 0;
    }
    return acts;
}

/* Cells to which at least a tenth of the accounts go, and the seed; accounts with long lives do not count. */
static void common_cells(shi_blocks_view *v, int32_t seed, const int32_t *who, int64_t n)
{
    const shi_blocks_side *accounts = &v->acts->side[SHI_ACCOUNTS];
    int64_t touched = 0, few = 0;
    for (int64_t k = 0; k < n; k++) {
        if (life(accounts, who[k]) > LONGEST) continue;
        few++;
        for (int64_t i = accounts->first[who[k]]; i < accounts->first[who[k] + 1]; i++)
            if (v->count[SHI_CELLS][accounts->other[i]]++ == 0) v->touched[touched++] = accounts->other[i];
    }
    *v->len[SHI_CELLS] = 0;
    for (int64_t i = 0; i < touched; i++) {
        int32_t c = v->touched[i];
        if (c == seed || (v->count[SHI_CELLS][c] >= 3 && v->count[SHI_CELLS][c] * 10 >= few)) v->item[SHI_CELLS][(*v->len[SHI_CELLS])++] = c;
        v->count[SHI_CELLS][c] = 0;
    }
}

/* Cells that go with the seed; false: its accounts have other lives. */
static bool gather(shi_blocks_view *v, int32_t seed)
{
    const shi_blocks_side *accounts = &v->acts->side[SHI_ACCOUNTS], *cells = &v->acts->side[SHI_CELLS];
    int64_t first = cells->first[seed], n = cells->first[seed + 1] - first, step = n > SAMPLE ? (n + SAMPLE - 1) / SAMPLE : 1, few = 0, looked = 0;
    int32_t who[SAMPLE];
    for (int64_t k = 0; k < n; k += step) {
        who[looked] = cells->other[first + k];
        few += life(accounts, who[looked++]) <= LONGEST;
    }
    if ((double)few < MOST_OF * (double)looked) return false;
    common_cells(v, seed, who, looked);
    if (*v->len[SHI_CELLS] == 1) return true;
    mostly_here(v, 0.5);                       /* those who come to the cells that go with the seed, but not to the seed */
    common_cells(v, seed, v->item[SHI_ACCOUNTS], *v->len[SHI_ACCOUNTS]);
    return true;
}

/* Accounts with at least d acts that would all lie in the cells by chance: of N_d, at most q^(d - 1) times the mean of what the strata of their acts
 * hold, q the largest share. */
static void expect(shi_blocks_work *work, const shi_blocks_view *v, const shi_blocks_lives *lives, double *expected)
{
    double power = 1, q = shi_blocks_largest_share(work, v->item[SHI_CELLS], *v->len[SHI_CELLS]);
    for (int64_t d = 1; d <= LONGEST; d++, power *= q) expected[d] = power / (double)d * shi_blocks_weighted(work, lives->acts_of + d, LONGEST + 1);
    for (int64_t d = LONGEST - 1; d >= 1; d--) expected[d] += expected[d + 1];
}

bool shi_blocks_alone(shi_blocks_work *work, int32_t seed, const shi_blocks_lives *lives, shi_blocks_pair *out)
{
    shi_blocks_view v = shi_blocks_look(work);
    const shi_blocks_acts *a = v.acts;
    const shi_blocks_side *accounts = &a->side[SHI_ACCOUNTS], *cells = &a->side[SHI_CELLS];
    int64_t all = 0, longer[LONGEST + 2] = { 0 };
    double expected[LONGEST + 2] = { 0 }, best = 0;
    *out = (shi_blocks_pair){ .alone = true };
    if (isinf(lives->dispersion)) return false;
    if (cells->first[seed + 1] - cells->first[seed] < LEAST_CELL || !gather(&v, seed)) return false;
    int64_t acts = mostly_here(&v, 1);
    for (int64_t i = 0; i < *v.len[SHI_CELLS]; i++) all += cells->first[v.item[SHI_CELLS][i] + 1] - cells->first[v.item[SHI_CELLS][i]];
    if (*v.len[SHI_ACCOUNTS] == 0 || (double)acts < MOST_OF * (double)all) return false;
    expect(work, &v, lives, expected);
    for (int64_t i = 0; i < *v.len[SHI_ACCOUNTS]; i++) {
        int64_t d = life(accounts, v.item[SHI_ACCOUNTS][i]);
        longer[d < LONGEST ? d : LONGEST]++;
    }
    for (int64_t d = LONGEST - 1; d >= 1; d--) longer[d] += longer[d + 1];
    for (int k = 0; k < CHOICES; k++) {
        int d = AT_LEAST[k];
        double tail = shi_blocks_log10_tail((double)longer[d] / lives->dispersion, expected[d] / lives->dispersion);
        if (tail < best) best = tail, out->expected = expected[d];
    }
    for (int s = 0; s < 2; s++) out->item[s] = v.item[s], out->len[s] = *v.len[s];
    out->mass = acts;
    out->log10_tail = best;
    out->log10_corrected = best + shi_blocks_log10_ways(cells->n, out->len[SHI_CELLS]) + log10(CHOICES);
    return out->log10_corrected < 0;
}
