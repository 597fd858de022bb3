/* Blocks of accounts and cells: seeds in batches, each searched from by itself (blocks_search.c), then the best of what overlaps.
 *
 * Seeds are cells with at least two accounts, the fullest first, then accounts with at least three cells. A batch is searched in parallel; before the
 * next, what was found is marked, and a seed most of whose acts are marked is not searched from. Batches are cut alike for any number of threads. At
 * the end blocks are taken in order of strength; one most of whose acts lie in stronger ones is dropped. Each block kept is counted again in full. */
#include "kernel/blocks.h"

#include "base/sort.h"
#include "base/text.h"
#include "shishu/evalue.h"
#include "stat/dist.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BATCH = 64, LARGEST_BATCH = 4096, LEAST_CELL = 2, LEAST_ACCOUNT = 3, LEAST_ALONE = 10, MOST_FOUND = 1 << 16, SLOTS = 84 };
static const int64_t HOUR_US = INT64_C(3600000000), DAY_US = INT64_C(86400000000);

typedef struct {
    const shi_blocks_acts *acts;
    shi_blocks_search search;
    int threads;
    shi_blocks_work **work;          /* one a thread */
    shi_blocks_pair *found;          /* MOST_FOUND */
    int64_t n_found, seeds;
    const shi_blocks_lives *lives;   /* NULL: the scan */
    shi_arena pool;                  /* their items */
    uint8_t *covered;                /* acts, in the order of the cells' lists */
    int32_t *covered_of[2];          /* of each account and cell: its covered acts */
    uint8_t *member;                 /* accounts, while a block is looked at */
} hunt;

/* ---- what is covered ---- */

/* Acts of the pair, and how many of them are not covered; mark: covers them. */
static int64_t acts_of(hunt *h, const shi_blocks_pair *p, bool mark, int64_t *fresh)
{
    const shi_blocks_side *cells = &h->acts->side[SHI_CELLS];
    int64_t n = 0;
    *fresh = 0;
    for (int64_t i = 0; i < p->len[SHI_ACCOUNTS]; i++) h->member[p->item[SHI_ACCOUNTS][i]] = 1;
    for (int64_t i = 0; i < p->len[SHI_CELLS]; i++) {
        int32_t c = p->item[SHI_CELLS][i];
        for (int64_t k = cells->first[c]; k < cells->first[c + 1]; k++) {
            if (!h->member[cells->other[k]]) continue;
            n++;
            *fresh += !h->covered[k];
            if (!mark || h->covered[k]) continue;
            h->covered[k] = 1;
            h->covered_of[SHI_CELLS][c]++;
            h->covered_of[SHI_ACCOUNTS][cells->other[k]]++;
        }
    }
    for (int64_t i = 0; i < p->len[SHI_ACCOUNTS]; i++) h->member[p->item[SHI_ACCOUNTS][i]] = 0;
    return n;
}

static void uncover(hunt *h)
{
    memset(h->covered, 0, (size_t)h->acts->acts);
    for (int s = 0; s < 2; s++) memset(h->covered_of[s], 0, (size_t)h->acts->side[s].n * sizeof *h->covered_of[s]);
}

/* ---- seeds ---- */

static bool worth(const hunt *h, int side, int32_t seed)
{
    const shi_blocks_side *s = &h->acts->side[side];
    return 2 * (int64_t)h->covered_of[side][seed] < s->first[seed + 1] - s->first[seed];
}

/* Copies what a thread found before its work space is used again; false: no room. */
static bool take(hunt *h, shi_blocks_pair *p)
{
    for (int s = 0; s < 2; s++) {
        int32_t *copy;
        #pragma omp critical(shi_blocks_pool)
        copy = shi_new(&h->pool, int32_t, p->len[s]);
        if (!copy) return false;
        memcpy(copy, p->item[s], (size_t)p->len[s] * sizeof *copy);
        p->item[s] = copy;
    }
    return true;
}

static shi_err search_batch(hunt *h, int side, const shi_keyed *seed, int64_t n, shi_blocks_pair *got)
{
    bool room = true;
    #pragma omp parallel for num_threads(h->threads) schedule(dynamic, 4)
    for (int64_t i = 0; i < n; i++) {
        got[i] = (shi_blocks_pair){ 0 };
        if (!worth(h, side, (int32_t)seed[i].row)) continue;
        shi_blocks_pair p;
        shi_blocks_work *work = h->work[omp_get_thread_num()];
        int32_t from = (int32_t)seed[i].row;
        if (!(h->lives ? shi_blocks_alone(work, from, h->lives, &p) : shi_blocks_from(work, side, from, &p))) continue;
        bool taken = take(h, &p);
        #pragma omp atomic
        room &= taken;
        got[i] = p;
    }
    if (!room) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) {
        int64_t fresh, all;
        if (!(got[i].log10_corrected < 0) || h->n_found == MOST_FOUND) continue;
        all = acts_of(h, &got[i], false, &fresh);
        h->found[h->n_found++] = got[i];
        if (2 * fresh >= all || got[i].log10_corrected < -2) acts_of(h, &got[i], true, &fresh);
    }
    return (shi_err){ 0 };
}

static shi_err hunt_side(hunt *h, shi_arena scratch, int side, int64_t least)
{
    const shi_blocks_side *s = &h->acts->side[side];
    shi_keyed *seed = shi_new(&scratch, shi_keyed, s->n);
    shi_blocks_pair *got = shi_new(&scratch, shi_blocks_pair, LARGEST_BATCH);
    int64_t n = 0;
    if (!seed || !got) return shi_no_memory();
    for (int64_t i = 0; i < s->n; i++) {
        int64_t len = s->first[i + 1] - s->first[i];
        if (len >= least) seed[n++] = (shi_keyed){ ~(uint64_t)len, i };
    }
    SHI_TRY(shi_sort_keyed(scratch, seed, n));
    h->seeds += n;
    for (int64_t at = 0, batch = FIRST_BATCH; at < n; at += batch, batch = batch < LARGEST_BATCH ? 2 * batch : batch) {
        if (batch > n - at) batch = n - at;
        SHI_TRY(search_batch(h, side, seed + at, batch, got));
    }
    return (shi_err){ 0 };
}

/* ---- what is kept ---- */

static int by_strength(const void *a, const void *b)
{
    const shi_blocks_pair *x = a, *y = b;
    if (x->alone != y->alone) return x->alone ? 1 : -1;
    if (x->log10_corrected < y->log10_corrected || x->log10_corrected > y->log10_corrected) return x->log10_corrected < y->log10_corrected ? -1 : 1;
    for (int s = 0; s < 2; s++) {
        if (x->len[s] != y->len[s]) return x->len[s] < y->len[s] ? -1 : 1;
        for (int64_t i = 0; i < x->len[s]; i++)
            if (x->item[s][i] != y->item[s][i]) return x->item[s][i] < y->item[s][i] ? -1 : 1;
    }
    return 0;
}

static int by_item(const void *a, const void *b)
{
    const int32_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* In full, over all acts, however they were walked. */
static void recount(hunt *h, shi_blocks_pair *p)
{
    const shi_blocks_acts *a = h->acts;
    double phi = h->search.overdispersion, sum = 0;
    int64_t fresh;
    p->mass = acts_of(h, p, false, &fresh);
    if (p->alone) return;
    shi_blocks_weigh(h->work[0], SHI_CELLS, p->item[SHI_CELLS], p->len[SHI_CELLS]);
    for (int64_t i = 0; i < p->len[SHI_ACCOUNTS]; i++) sum += shi_blocks_expected(h->work[0], SHI_ACCOUNTS, p->item[SHI_ACCOUNTS][i]);
    p->expected = sum;
    p->log10_tail = shi_blocks_log10_tail((double)p->mass / phi, p->expected / phi);
    p->log10_corrected = p->log10_tail;
    for (int s = 0; s < 2; s++) p->log10_corrected += shi_blocks_log10_ways(a->side[s].n, p->len[s]);
}

static int64_t keep_best(hunt *h)
{
    int64_t n = 0;
    for (int64_t i = 0; i < h->n_found; i++) {
        shi_blocks_pair *p = &h->found[i];
        for (int s = 0; s < 2; s++) {
            int32_t *item = shi_new(&h->pool, int32_t, p->len[s]);
            if (!item) return -1;
            memcpy(item, p->item[s], (size_t)p->len[s] * sizeof *item);
            qsort(item, (size_t)p->len[s], sizeof *item, by_item);
            p->item[s] = item;
        }
        recount(h, p);
    }
    qsort(h->found, (size_t)h->n_found, sizeof *h->found, by_strength);
    uncover(h);
    for (int64_t i = 0; i < h->n_found; i++) {
        int64_t fresh, all = acts_of(h, &h->found[i], false, &fresh);
        if (!(h->found[i].log10_corrected < 0) || 2 * fresh < all) continue;
        acts_of(h, &h->found[i], true, &fresh);
        h->found[n++] = h->found[i];
    }
    return n;
}

/* ---- out ---- */

typedef struct {
    shi_blocks_pair pair;
    shi_group group;
    shi_block block;
    bool judged;
} made;

static void times_of(const hunt *h, made *m)
{
    const shi_blocks_acts *a = h->acts;
    const shi_blocks_side *cells = &a->side[SHI_CELLS];
    int64_t slot[SLOTS] = { 0 }, most = 0;
    m->block.days = a->timed ? 0 : m->pair.len[SHI_CELLS];
    m->group.from_us = a->timed ? INT64_MAX : 0;
    m->group.to_us = a->timed ? INT64_MIN : 0;
    for (int64_t i = 0; i < m->pair.len[SHI_ACCOUNTS]; i++) h->member[m->pair.item[SHI_ACCOUNTS][i]] = 1;
    for (int64_t i = 0; i < m->pair.len[SHI_CELLS] && a->timed; i++) {
        int32_t c = m->pair.item[SHI_CELLS][i];
        int64_t start = (a->bin[c] + a->bins_before) * a->bin_us, day = start / DAY_US - (start % DAY_US < 0);
        int64_t hours = (start - day * DAY_US) / (2 * HOUR_US), weekday = ((day % 7) + 7) % 7;
        for (int64_t k = cells->first[c]; k < cells->first[c + 1]; k++) slot[weekday * 12 + hours] += h->member[cells->other[k]];
        if (start < m->group.from_us) m->group.from_us = start;
        if (start > m->group.to_us) m->group.to_us = start;
    }
    for (int64_t i = 0; i < m->pair.len[SHI_ACCOUNTS]; i++) h->member[m->pair.item[SHI_ACCOUNTS][i]] = 0;
    for (int64_t s = 0; s < SLOTS; s++) most = slot[s] > most ? slot[s] : most;
    m->block.in_slot = a->timed && a->bin_us <= 2 * HOUR_US ? (double)most / (double)m->pair.mass : 0;
}

static int by_day(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* Distinct days: cells lie in order of objects, so their days are sorted first. */
static int64_t days_of(const hunt *h, shi_arena scratch, const shi_blocks_pair *p)
{
    int64_t *day = shi_new(&scratch, int64_t, p->len[SHI_CELLS]), n = 0;
    if (!day) return -1;
    for (int64_t i = 0; i < p->len[SHI_CELLS]; i++) {
        int64_t start = (h->acts->bin[p->item[SHI_CELLS][i]] + h->acts->bins_before) * h->acts->bin_us;
        day[i] = start / DAY_US - (start % DAY_US < 0);
    }
    qsort(day, (size_t)p->len[SHI_CELLS], sizeof *day, by_day);
    for (int64_t i = 0; i < p->len[SHI_CELLS]; i++) n += i == 0 || day[i] != day[i - 1];
    return n;
}

static shi_err make(hunt *h, shi_arena scratch, int64_t least_days, const shi_blocks_pair *p, made *m)
{
    const shi_blocks_acts *a = h->acts;
    double ways = 0;
    for (int s = 0; s < 2; s++) ways += shi_blocks_log10_ways(a->side[s].n, p->len[s]);
    *m = (made){ .pair = *p };
    times_of(h, m);
    if (a->timed && (m->block.days = days_of(h, scratch, p)) < 0) return shi_no_memory();
    m->judged = !p->alone && m->block.days >= least_days;
    m->block.alone = p->alone;
    m->block.expected = p->expected;
    m->block.log10_tail = p->log10_tail;
    m->block.log10_corrected = p->log10_corrected;
    m->group.len = p->len[SHI_ACCOUNTS];
    m->group.things = p->len[SHI_CELLS];
    m->group.deeds = p->mass;
    m->group.log10_p = m->judged ? p->log10_corrected : 0;
    m->group.log10_e = m->judged ? shi_e_calibrated(p->log10_tail) - ways : -INFINITY;
    return (shi_err){ 0 };
}

static int by_e(const void *a, const void *b)
{
    const made *x = a, *y = b;
    if (x->judged != y->judged) return x->judged ? -1 : 1;
    double d = x->judged ? x->group.log10_e - y->group.log10_e : 0;
    if (d > 0 || d < 0) return d > 0 ? -1 : 1;
    return by_strength(&x->pair, &y->pair);
}

static void lay_cells(const hunt *h, const shi_blocks_pair *p, int32_t *object, int64_t *start)
{
    const shi_blocks_acts *a = h->acts;
    for (int64_t k = 0; k < p->len[SHI_CELLS]; k++) {
        int32_t c = p->item[SHI_CELLS][k];
        object[k] = a->object[c];
        start[k] = a->timed ? (a->bin[c] + a->bins_before) * a->bin_us : 0;
    }
}

/* Adds to covered_of, which counts nothing else by now, the acts of each account in the cells. */
static void count_acts(hunt *h, const shi_blocks_pair *p, int32_t sign)
{
    const shi_blocks_side *cells = &h->acts->side[SHI_CELLS];
    for (int64_t k = 0; k < p->len[SHI_CELLS]; k++)
        for (int64_t i = cells->first[p->item[SHI_CELLS][k]]; i < cells->first[p->item[SHI_CELLS][k] + 1]; i++)
            h->covered_of[SHI_ACCOUNTS][cells->other[i]] += sign;
}

static void lay_members(hunt *h, const shi_blocks_pair *p, int32_t *member, double *weight)
{
    count_acts(h, p, 1);
    shi_blocks_weigh(h->work[0], SHI_CELLS, p->item[SHI_CELLS], p->len[SHI_CELLS]);
    for (int64_t k = 0; k < p->len[SHI_ACCOUNTS]; k++) {
        int32_t who = p->item[SHI_ACCOUNTS][k];
        double e = shi_blocks_expected(h->work[0], SHI_ACCOUNTS, who), acts = h->covered_of[SHI_ACCOUNTS][who];
        member[k] = h->acts->account[who];
        weight[k] = e < acts ? 1 - e / acts : 0;
    }
    count_acts(h, p, -1);
}

static shi_err hand_out(hunt *h, shi_arena *keep, made *m, int64_t n, shi_blocks *out)
{
    int64_t judged = 0, cells = 0, members[2] = { 0 };
    for (int64_t i = 0; i < n; i++) judged += m[i].judged, cells += m[i].group.things, members[!m[i].judged] += m[i].group.len;
    shi_groups *groups[2] = { &out->groups, &out->once };
    shi_block *block = shi_new(keep, shi_block, n);
    shi_group *group = shi_new(keep, shi_group, n);
    int32_t *object = shi_new(keep, int32_t, cells), *member = shi_new(keep, int32_t, members[0] + members[1]);
    int64_t *start = shi_new(keep, int64_t, cells);
    double *weight = shi_new(keep, double, members[0] + members[1]);
    if (!block || !group || !object || !member || !start || !weight) return shi_no_memory();
    for (int k = 0; k < 2; k++)
        *groups[k] = (shi_groups){ .ptr = group + (k ? judged : 0), .len = k ? n - judged : judged, .member = member + (k ? members[0] : 0),
                                   .weight = weight + (k ? members[0] : 0), .members = members[k] };
    int64_t cell = 0, at = 0;
    for (int64_t i = 0; i < n; i++) {
        m[i].block.first_cell = cell;
        m[i].block.cells = m[i].group.things;
        m[i].group.first = at - (m[i].judged ? 0 : members[0]);
        lay_cells(h, &m[i].pair, object + cell, start + cell);
        lay_members(h, &m[i].pair, member + at, weight + at);
        cell += m[i].group.things;
        at += m[i].group.len;
        group[i] = m[i].group;
        block[i] = m[i].block;
    }
    out->block = block;
    out->once_block = block + judged;
    out->object = object;
    out->start_us = start;
    return (shi_err){ 0 };
}

static shi_err finish(hunt *h, shi_arena *keep, shi_arena scratch, int64_t least_days, shi_blocks *out)
{
    int64_t n = keep_best(h);
    if (n < 0) return shi_no_memory();
    made *m = shi_new(&scratch, made, n);
    if (!m) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) SHI_TRY(make(h, scratch, least_days, &h->found[i], &m[i]));
    qsort(m, (size_t)n, sizeof *m, by_e);
    for (int64_t i = 0; i < h->acts->side[SHI_ACCOUNTS].n; i++) h->covered_of[SHI_ACCOUNTS][i] = 0;
    return hand_out(h, keep, m, n, out);
}

static shi_err open_hunt(hunt *h, shi_arena *scratch)
{
    const shi_blocks_acts *a = h->acts;
    h->threads = omp_get_max_threads();
    h->work = shi_new(scratch, shi_blocks_work *, h->threads);
    h->found = shi_room(scratch, shi_blocks_pair, MOST_FOUND);
    h->covered = shi_new(scratch, uint8_t, a->acts);
    h->member = shi_new(scratch, uint8_t, a->side[SHI_ACCOUNTS].n);
    for (int s = 0; s < 2; s++) h->covered_of[s] = shi_new(scratch, int32_t, a->side[s].n);
    if (!h->work || !h->found || !h->covered || !h->member || !h->covered_of[0] || !h->covered_of[1]) return shi_no_memory();
    for (int t = 0; t < h->threads; t++)
        if (!(h->work[t] = shi_blocks_work_make(scratch, &h->search))) return shi_no_memory();
    return (shi_err){ 0 };
}

static shi_err checked(const shi_blocks_columns *c, const shi_blocks_settings *s)
{
    bool columns = c->n >= 0 && c->accounts >= 0 && (c->object || c->time_us) && c->givens <= INT32_MAX / 24 - 1;
    bool settings = s->bin_us >= 0 && (s->overdispersion == 0 || s->overdispersion >= 1) && s->least_days >= 0 && s->most_of_account >= 0 &&
                    s->most_of_cell >= 0;
    if (columns && settings) return (shi_err){ 0 };
    return shi_fail(SHI_USAGE, N_("the search for blocks needs objects or times, and settings that make sense"), NULL);
}

shi_err shi_blocks_find(shi_arena *keep, shi_arena scratch, const shi_blocks_columns *columns, const shi_blocks_settings *settings, shi_blocks *out)
{
    const shi_blocks_settings s = *settings;
    shi_blocks_acts acts;
    shi_blocks_lives lives;
    shi_blocks result = { 0 };
    SHI_TRY(checked(columns, settings));
    if (!columns->account) {
        *out = (shi_blocks){ .cannot_judge = N_("No column says who did it, so nobody can be said to act together.") };
        return (shi_err){ 0 };
    }
    SHI_TRY(shi_blocks_acts_make(&scratch, columns, s.bin_us ? s.bin_us : HOUR_US, &acts));
    hunt h = { .acts = &acts, .search = { .acts = &acts, .overdispersion = s.overdispersion > 0 ? s.overdispersion : 2,
                                          .most_of_account = s.most_of_account ? s.most_of_account : 2000,
                                          .most_of_cell = s.most_of_cell ? s.most_of_cell : 128, .most_work = acts.acts / 4 + 100000 } };
    SHI_TRY(open_hunt(&h, &scratch));
    int64_t half = (scratch.end - scratch.at) / 2;
    h.pool = (shi_arena){ .at = scratch.at + half, .end = scratch.end };
    scratch.end = scratch.at + half;
    SHI_TRY(hunt_side(&h, scratch, SHI_CELLS, LEAST_CELL));
    SHI_TRY(hunt_side(&h, scratch, SHI_ACCOUNTS, LEAST_ACCOUNT));
    SHI_TRY(shi_blocks_lives_make(&scratch, &acts, h.search.overdispersion, &lives));
    h.lives = &lives;
    SHI_TRY(hunt_side(&h, scratch, SHI_CELLS, LEAST_ALONE));
    SHI_TRY(finish(&h, keep, scratch, s.least_days ? s.least_days : 4, &result));
    result.acts = acts.acts;
    result.cells = acts.side[SHI_CELLS].n;
    result.accounts = acts.side[SHI_ACCOUNTS].n;
    result.strata = acts.strata;
    result.left_out = acts.left_out;
    result.seeds = h.seeds;
    for (int64_t i = 0; i < result.accounts; i++) {
        const shi_blocks_side *side = &acts.side[SHI_ACCOUNTS];
        result.not_followed += side->first[i + 1] - side->first[i] > h.search.most_of_account;
    }
    result.log10_searched = (double)(result.accounts + result.cells) * log10(2);
    if (result.acts == 0) result.cannot_judge = N_("No row has all that is needed, so there is nothing to judge.");
    *out = result;
    return (shi_err){ 0 };
}
