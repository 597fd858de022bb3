/* Near pairs of acts, without ever more of them than asked for.
 *
 * How many others follow an act within reach is known from two pointers before anything is written, so each act has its place in the list, and
 * threads fill it. An object where some act is followed by more than `cap` is hot: each of its acts has a bucket, k bits of its account's hash, and
 * is paired with those of its own bucket and of the k that differ in one bit, with k the least for which (k + 1) / 2^k of the followers are at most
 * cap. Whether a pair is looked at depends on the two accounts and k alone, and those of a larger k are among those of a smaller, so that pairs that
 * repeat stay pairs that repeat; the buckets are a hypercube, so that the sample of a group's pairs holds the group together. cap is halved from
 * 1,024 until all pairs are at most `most`.
 *
 * The list takes 9 bytes a pair. It is sorted by pair of accounts a part at a time, so that the 32 bytes a pair which sorting asks for are those of a
 * sixteenth of the longest list. */
#include "kernel/sync.h"

#include "base/random.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { CAP = 1024, BITS = 24, PURPOSE = 9001 };

typedef struct {
    const shi_sync_acts *acts;
    int64_t reach;
    int32_t *end;              /* of each act: where those in reach end, within all acts */
    int64_t *widest;           /* of each object: the most that follow one act */
    uint32_t *bucket;          /* of each account; made when an object is hot */
} search;

static uint32_t hash_of(int32_t account)
{
    return (uint32_t)shi_random_hash(0, PURPOSE, account, 0, 0);
}

static void find_ends(search *w)
{
    const shi_sync_acts *a = w->acts;
    #pragma omp parallel for schedule(dynamic, 256)
    for (int64_t o = 0; o < a->objects; o++) {
        int64_t end = a->first[o], widest = 0;
        for (int64_t i = a->first[o]; i < a->first[o + 1]; i++) {
            while (end < a->first[o + 1] && a->act[end].at - a->act[i].at <= w->reach) end++;
            w->end[i] = (int32_t)end;
            if (end - i - 1 > widest) widest = end - i - 1;
        }
        w->widest[o] = widest;
    }
}

/* Bits of the bucket with which an act that `followers` follow has at most about cap partners. */
static int bits_for(int64_t followers, int64_t cap)
{
    int k = 0;
    while (k < BITS && followers * (k + 1) >> k > cap) k++;
    return k;
}

/* About how many pairs there are under this cap. */
static int64_t pairs_under(const search *w, int64_t cap)
{
    const shi_sync_acts *a = w->acts;
    int64_t sum = 0;
    #pragma omp parallel for schedule(dynamic, 256) reduction(+: sum)
    for (int64_t o = 0; o < a->objects; o++) {
        int k = bits_for(w->widest[o], cap);
        int64_t all = 0;
        for (int64_t i = a->first[o]; i < a->first[o + 1]; i++) all += w->end[i] - i - 1;
        sum += (int64_t)((double)all * (k + 1) / (double)(INT64_C(1) << k));
    }
    return sum;
}

/* The acts of a hot object by bucket: of[0 … n - 1], those of bucket x from start[x] on, each in order of time. */
typedef struct {
    int32_t *of, *start;
    int bits;
} buckets;

static bool make_buckets(shi_arena *scratch, const search *w, int64_t o, int bits, buckets *out)
{
    int64_t from = w->acts->first[o], to = w->acts->first[o + 1], n = INT64_C(1) << bits;
    *out = (buckets){ shi_new(scratch, int32_t, to - from), shi_new(scratch, int32_t, n + 2), bits };
    if (!out->of || !out->start) return false;
    for (int64_t i = from; i < to; i++) out->start[(w->bucket[w->acts->act[i].account] & (n - 1)) + 2]++;
    for (int64_t x = 0; x < n; x++) out->start[x + 2] += out->start[x + 1];
    for (int64_t i = from; i < to; i++) out->of[out->start[(w->bucket[w->acts->act[i].account] & (n - 1)) + 1]++] = (int32_t)i;
    return true;
}

/* The partners of act i in a bucket: later acts within reach. Writes them unless `to` is NULL; returns how many. */
static int64_t in_bucket(const search *w, const buckets *b, int64_t bucket, int64_t i, shi_sync_met *to)
{
    int64_t low = b->start[bucket], high = b->start[bucket + 1], n = 0;
    while (low < high) {
        int64_t middle = (low + high) / 2;
        if (b->of[middle] > i) high = middle;
        else low = middle + 1;
    }
    for (; low < b->start[bucket + 1] && b->of[low] < w->end[i]; low++, n++)
        if (to) to[n] = (shi_sync_met){ (int32_t)i, b->of[low] };
    return n;
}

static int64_t hot_pairs(const search *w, const buckets *b, int64_t o, shi_sync_met *to)
{
    int64_t n = 0, mask = (INT64_C(1) << b->bits) - 1;
    for (int64_t i = w->acts->first[o]; i < w->acts->first[o + 1]; i++) {
        int64_t own = w->bucket[w->acts->act[i].account] & mask;
        n += in_bucket(w, b, own, i, to ? to + n : NULL);
        for (int k = 0; k < b->bits; k++) n += in_bucket(w, b, own ^ (INT64_C(1) << k), i, to ? to + n : NULL);
    }
    return n;
}

static int64_t object_pairs(const search *w, shi_arena scratch, int64_t o, int bits, shi_sync_met *to)
{
    const shi_sync_acts *a = w->acts;
    int64_t n = 0;
    buckets b;
    if (bits) return make_buckets(&scratch, w, o, bits, &b) ? hot_pairs(w, &b, o, to) : -1;
    for (int64_t i = a->first[o]; i < a->first[o + 1]; i++) {
        if (to)
            for (int64_t j = i + 1; j < w->end[i]; j++) to[n + j - i - 1] = (shi_sync_met){ (int32_t)i, (int32_t)j };
        n += w->end[i] - i - 1;
    }
    return n;
}

/* place[o]: where the object's pairs begin, place[objects]: how many there are. Hot objects one after another, as they need room. */
static shi_err count_pairs(const search *w, shi_arena scratch, int64_t cap, int64_t *place, shi_sync_near *out)
{
    const shi_sync_acts *a = w->acts;
    #pragma omp parallel for schedule(dynamic, 256)
    for (int64_t o = 0; o < a->objects; o++)
        if (!bits_for(w->widest[o], cap)) place[o + 1] = object_pairs(w, (shi_arena){ 0 }, o, 0, NULL);
    for (int64_t o = 0; o < a->objects; o++) {
        int bits = bits_for(w->widest[o], cap);
        if (bits) {
            place[o + 1] = object_pairs(w, scratch, o, bits, NULL);
            if (place[o + 1] < 0) return shi_no_memory();
            out->hot_objects++;
            out->hot_acts += a->first[o + 1] - a->first[o];
        }
        place[o + 1] += place[o];
    }
    return (shi_err){ 0 };
}

static shi_err fill(const search *w, shi_arena scratch, int64_t cap, const int64_t *place, shi_sync_met *met)
{
    const shi_sync_acts *a = w->acts;
    #pragma omp parallel for schedule(dynamic, 64)
    for (int64_t o = 0; o < a->objects; o++)
        if (!bits_for(w->widest[o], cap)) object_pairs(w, (shi_arena){ 0 }, o, 0, met + place[o]);
    for (int64_t o = 0; o < a->objects; o++) {
        int bits = bits_for(w->widest[o], cap);
        if (bits && object_pairs(w, scratch, o, bits, met + place[o]) < 0) return shi_no_memory();
    }
    return (shi_err){ 0 };
}

static int by_row(const void *a, const void *b)
{
    const shi_keyed *x = a, *y = b;
    return x->row < y->row ? -1 : x->row > y->row;
}

void shi_sync_run_sort(shi_keyed *pair, int64_t n)
{
    if (n > 24) {
        qsort(pair, (size_t)n, sizeof *pair, by_row);
        return;
    }
    for (int64_t i = 1; i < n; i++) {
        shi_keyed one = pair[i];
        int64_t j = i;
        for (; j > 0 && one.row < pair[j - 1].row; j--) pair[j] = pair[j - 1];
        pair[j] = one;
    }
}

void shi_sync_chunks_of(const shi_keyed *pair, int64_t n, int64_t chunk[SHI_SYNC_CHUNKS + 1])
{
    for (int64_t c = 0; c <= SHI_SYNC_CHUNKS; c++) {
        int64_t at = n / SHI_SYNC_CHUNKS * c + n % SHI_SYNC_CHUNKS * c / SHI_SYNC_CHUNKS;
        while (at > 0 && at < n && pair[at].key == pair[at - 1].key) at++;
        chunk[c] = at;
    }
}

static int64_t smaller_account(const shi_sync_near *near, shi_sync_met m)
{
    int32_t a = near->acts->act[m.i].account, b = near->acts->act[m.j].account;
    return a < b ? a : b;
}

static bool of_one(const shi_sync_near *near, shi_sync_met m)
{
    return near->acts->act[m.i].account == near->acts->act[m.j].account;
}

enum { NO_PART = UINT8_MAX };

/* Ranges of accounts with at most so many pairs each, in steps of so many accounts that there are at most BUCKETS: one step may hold more. */
static shi_err cut_parts(shi_arena *work, shi_sync_near *near, int64_t most)
{
    uint8_t part_of[SHI_SYNC_BUCKETS], *part = shi_new(work, uint8_t, near->all);
    int64_t bucket[SHI_SYNC_BUCKETS] = { 0 }, step = near->accounts / SHI_SYNC_BUCKETS + 1, here = 0;
    if (!part) return shi_no_memory();
    #pragma omp parallel for reduction(+: bucket[:SHI_SYNC_BUCKETS]) schedule(static)
    for (int64_t k = 0; k < near->all; k++)
        if (!of_one(near, near->met[k])) bucket[smaller_account(near, near->met[k]) / step]++;
    for (int64_t x = 0; x < SHI_SYNC_BUCKETS; x++) near->n += bucket[x];
    for (int64_t x = 0; x < SHI_SYNC_BUCKETS; x++) {
        if (here > 0 && here + bucket[x] > most && near->parts < NO_PART - 1) {
            near->parts++;
            here = 0;
        }
        here += bucket[x];
        part_of[x] = (uint8_t)near->parts;
    }
    near->parts++;
    #pragma omp parallel for schedule(static)
    for (int64_t k = 0; k < near->all; k++) part[k] = of_one(near, near->met[k]) ? NO_PART : part_of[smaller_account(near, near->met[k]) / step];
    near->part = part;
    return (shi_err){ 0 };
}

shi_err shi_sync_near_of(shi_arena *work, shi_arena scratch, const shi_sync_acts *acts, int64_t accounts, int64_t reach, int64_t most,
                         const int32_t *rank, shi_sync_near *out)
{
    search w = { .acts = acts, .reach = reach };
    int64_t cap = CAP, *place = shi_new(&scratch, int64_t, acts->objects + 1);
    bool hot = false;
    shi_sync_near got = { .acts = acts, .accounts = accounts, .rank = rank };
    w.end = shi_new(&scratch, int32_t, acts->n);
    w.widest = shi_new(&scratch, int64_t, acts->objects);
    if (!place || !w.end || !w.widest) return shi_no_memory();
    find_ends(&w);
    while (cap > 1 && pairs_under(&w, cap) > most) cap /= 2;
    for (int64_t o = 0; o < acts->objects; o++) hot = hot || bits_for(w.widest[o], cap);
    if (hot) {
        w.bucket = shi_new(&scratch, uint32_t, accounts);
        if (!w.bucket) return shi_no_memory();
        for (int32_t x = 0; x < accounts; x++) w.bucket[x] = hash_of(x);
    }
    SHI_TRY(count_pairs(&w, scratch, cap, place, &got));
    got.all = place[acts->objects];
    got.met = shi_new(work, shi_sync_met, got.all);
    if (!got.met) return shi_no_memory();
    SHI_TRY(fill(&w, scratch, cap, place, got.met));
    SHI_TRY(cut_parts(work, &got, most / SHI_SYNC_PARTS));
    *out = got;
    return (shi_err){ 0 };
}

/* ---- parts ---- */

static shi_keyed pair_of(const shi_sync_near *near, shi_sync_met m)
{
    int64_t a = near->acts->act[m.i].account, b = near->acts->act[m.j].account;
    int64_t key = a < b ? a * near->accounts + b : b * near->accounts + a, order = near->rank ? near->rank[m.i] : m.i;
    return (shi_keyed){ (uint64_t)key, order << 32 | m.j };
}

shi_err shi_sync_part_of(shi_arena *work, shi_arena scratch, const shi_sync_near *near, int64_t part, shi_sync_part *out)
{
    int64_t place[SHI_SYNC_CHUNKS + 1] = { 0 }, chunk[SHI_SYNC_CHUNKS + 1], step = near->all / SHI_SYNC_CHUNKS + 1;
    shi_sync_part got = { 0 };
    #pragma omp parallel for schedule(static)
    for (int64_t c = 0; c < SHI_SYNC_CHUNKS; c++)
        for (int64_t k = c * step; k < (c + 1) * step && k < near->all; k++) place[c + 1] += near->part[k] == part;
    for (int64_t c = 0; c < SHI_SYNC_CHUNKS; c++) place[c + 1] += place[c];
    got.n = place[SHI_SYNC_CHUNKS];
    got.pair = shi_new(work, shi_keyed, got.n);
    if (!got.pair) return shi_no_memory();
    #pragma omp parallel for schedule(static)
    for (int64_t c = 0; c < SHI_SYNC_CHUNKS; c++)
        for (int64_t k = c * step, to = place[c]; k < (c + 1) * step && k < near->all; k++)
            if (near->part[k] == part) got.pair[to++] = pair_of(near, near->met[k]);
    SHI_TRY(shi_sort_keyed(scratch, got.pair, got.n));
    shi_sync_chunks_of(got.pair, got.n, chunk);
    #pragma omp parallel for schedule(dynamic, 1)
    for (int64_t c = 0; c < SHI_SYNC_CHUNKS; c++)
        for (int64_t i = chunk[c], end; i < chunk[c + 1]; i = end) {
            end = shi_sync_run_end(got.pair, i, chunk[c + 1]);
            shi_sync_run_sort(got.pair + i, end - i);
        }
    *out = got;
    return (shi_err){ 0 };
}
