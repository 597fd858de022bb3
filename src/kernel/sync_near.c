/* Near pairs of acts, without ever more of them than asked for.
 *
 * How many others follow an act within reach is known from two pointers before anything is written, so each act has its place in the list, and
 * threads fill it. An object where some act is followed by more than `cap` is hot: each of its acts has a bucket, k bits of its account's hash, and
 * is paired with those of its own bucket and of the k that differ in one bit, with k the least for which (k + 1) / 2^k of the followers are at most
 * cap. Whether a pair is looked at depends on the two accounts and k alone, and those of a larger k are among those of a smaller, so that pairs that
 * repeat stay pairs that repeat; the buckets are a hypercube, so that the sample of a group's pairs holds the group together. cap is halved from
 * 1,024 until all pairs are at most `most`. The list is sorted by pair. */
#include "kernel/sync.h"

#include "base/random.h"
#include "base/room.h"
#include "base/text.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

enum { CAP = 1024, BITS = 24, PURPOSE = 9001 };

typedef struct {
    const shi_sync_acts *acts;
    int64_t accounts, reach, window;
    const int32_t *rank;
    int32_t *end;              /* of each act: where those in reach end, within all acts */
    int64_t *widest;           /* of each object: the most that follow one act */
    uint32_t *bucket;          /* of each account; made when an object is hot */
} near;

static uint32_t hash_of(int32_t account)
{
    return (uint32_t)shi_random_hash(0, PURPOSE, account, 0, 0);
}

static void find_ends(near *w)
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
static int64_t pairs_under(const near *w, int64_t cap)
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

/* The acts of a hot object by bucket: of[0 … n - 1], those of bucket x from start[x] on, each in order of time. While acts are walked in that order,
 * those of x that come after the present one and within its reach are of[next[x]] … of[end[x] - 1]. */
typedef struct {
    int32_t *of, *next, *end;
    uint32_t *own;             /* bucket of each act */
    int bits;
} buckets;

static bool make_buckets(shi_arena *scratch, const near *w, int64_t o, int bits, buckets *out)
{
    int64_t from = w->acts->first[o], to = w->acts->first[o + 1], n = INT64_C(1) << bits, start = 0;
    *out = (buckets){ shi_room(scratch, int32_t, to - from), shi_new(scratch, int32_t, n), shi_room(scratch, int32_t, n),
                      shi_room(scratch, uint32_t, to - from), bits };
    if (!out->of || !out->next || !out->end || !out->own) return false;
    for (int64_t i = from; i < to; i++) out->next[out->own[i - from] = w->bucket[w->acts->act[i].account] & (uint32_t)(n - 1)]++;
    for (int64_t x = 0; x < n; x++) {
        int32_t here = out->next[x];
        out->next[x] = out->end[x] = (int32_t)start;
        start += here;
    }
    for (int64_t i = from; i < to; i++) out->of[out->end[out->own[i - from]]++] = (int32_t)i;
    memcpy(out->end, out->next, (size_t)n * sizeof *out->end);
    return true;
}

static shi_keyed pair_of(const near *w, int64_t i, int64_t j)
{
    int64_t a = w->acts->act[i].account, b = w->acts->act[j].account;
    uint64_t key = a < b ? (uint64_t)(a * w->accounts + b) : (uint64_t)(b * w->accounts + a);
    int64_t hit = w->acts->act[j].at - w->acts->act[i].at <= w->window;
    return (shi_keyed){ a == b ? UINT64_MAX : key, (w->rank ? w->rank[i] : i) << 32 | hit << 31 | j };
}

static int64_t in_bucket(const near *w, const buckets *b, int64_t bucket, int64_t i, shi_keyed *to)
{
    int64_t from = b->next[bucket], n = b->end[bucket] - from;
    for (int64_t k = 0; to && k < n; k++) to[k] = pair_of(w, i, b->of[from + k]);
    return n;
}

/* Writes them unless `to` is NULL; returns how many. */
static int64_t hot_pairs(const near *w, const buckets *b, int64_t o, shi_keyed *to)
{
    int64_t n = 0, from = w->acts->first[o], reached = from;
    for (int64_t i = from; i < w->acts->first[o + 1]; i++) {
        uint32_t own = b->own[i - from];
        for (; reached < w->end[i]; reached++) b->end[b->own[reached - from]]++;
        b->next[own]++;
        n += in_bucket(w, b, own, i, to ? to + n : NULL);
        for (int k = 0; k < b->bits; k++) n += in_bucket(w, b, own ^ (INT64_C(1) << k), i, to ? to + n : NULL);
    }
    return n;
}

static int64_t object_pairs(const near *w, shi_arena scratch, int64_t o, int bits, shi_keyed *to)
{
    const shi_sync_acts *a = w->acts;
    int64_t n = 0;
    buckets b;
    if (bits) return make_buckets(&scratch, w, o, bits, &b) ? hot_pairs(w, &b, o, to) : -1;
    for (int64_t i = a->first[o]; i < a->first[o + 1]; i++) {
        if (to)
            for (int64_t j = i + 1; j < w->end[i]; j++) to[n + j - i - 1] = pair_of(w, i, j);
        n += w->end[i] - i - 1;
    }
    return n;
}

/* Pairs of each object in parallel, each thread with its part of scratch. to: where they go, at place[o]; NULL: place[o + 1] becomes how many. */
static shi_err each_object(const near *w, shi_arena scratch, int64_t cap, int64_t *place, shi_keyed *to)
{
    const shi_sync_acts *a = w->acts;
    int threads = omp_get_max_threads();
    int64_t part = (scratch.end - scratch.at) / threads;
    bool room = true;
    #pragma omp parallel for num_threads(threads) schedule(dynamic, 8)
    for (int64_t o = 0; o < a->objects; o++) {
        char *own = scratch.at + part * omp_get_thread_num();
        int64_t n = object_pairs(w, (shi_arena){ .at = own, .end = own + part }, o, bits_for(w->widest[o], cap), to ? to + place[o] : NULL);
        if (!to) place[o + 1] = n;
        if (n >= 0) continue;
        #pragma omp atomic write
        room = false;
    }
    return room ? (shi_err){ 0 } : shi_no_memory();
}

/* place[o]: where the object's pairs begin, place[objects]: how many there are. */
static shi_err count_pairs(const near *w, shi_arena scratch, int64_t cap, int64_t *place, shi_sync_near *out)
{
    const shi_sync_acts *a = w->acts;
    SHI_TRY(each_object(w, scratch, cap, place, NULL));
    for (int64_t o = 0; o < a->objects; o++) {
        place[o + 1] += place[o];
        if (!bits_for(w->widest[o], cap)) continue;
        out->hot_objects++;
        out->hot_acts += a->first[o + 1] - a->first[o];
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

shi_err shi_sync_near_of(shi_arena *work, shi_arena scratch, const shi_sync_acts *acts, int64_t accounts, int64_t window, int64_t reach,
                         int64_t most, const int32_t *rank, shi_sync_near *out)
{
    near w = { .acts = acts, .accounts = accounts, .reach = reach, .window = window, .rank = rank };
    int64_t cap = CAP, chunk[SHI_SYNC_CHUNKS + 1], *place = shi_new(&scratch, int64_t, acts->objects + 1);
    bool hot = false;
    shi_sync_near got = { 0 };
    w.end = shi_room(&scratch, int32_t, acts->n);
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
    got.n = place[acts->objects];
    got.pair = shi_room(work, shi_keyed, got.n);
    if (!got.pair) return shi_no_memory();
    SHI_TRY(each_object(&w, scratch, cap, place, got.pair));
    SHI_TRY(shi_sort_keyed(scratch, got.pair, got.n));
    while (got.n > 0 && got.pair[got.n - 1].key == UINT64_MAX) got.n--;   /* two acts of one account */
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
