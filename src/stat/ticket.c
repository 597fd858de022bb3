/* Tickets and their order. The hex of the seed's hash is 64 bytes, just one block of SHA-256: its state is computed once, and a ticket costs
 * one block. Tickets are compared last digit of the hash first, so the hash mod 10^16, written as 16 decimal digits of four bits with the last
 * digit on top, decides nearly every comparison in one machine word; only where two rows agree in it are their tickets written out. Rows are
 * spread over buckets by the first four digits, as far as the first n reach, and each bucket is sorted by itself. */
#include "shishu/ticket.h"

#include "base/hash.h"
#include "base/text.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* ---- keys ---- */

static void words_of(const shi_sha256 *hash, uint64_t word[4])
{
    for (int w = 0; w < 4; w++) {
        word[w] = 0;
        for (int b = 0; b < 8; b++) word[w] = word[w] << 8 | hash->byte[8 * w + b];
    }
}

/* Eight decimal digits, last one first, each in four bits. Quotients go to the lower half, remainders above them, thrice. */
static uint32_t eight_digits(uint64_t v)
{
    uint64_t q = v / 10000, t = q | (v - q * 10000) << 32;
    q = ((t * 10486) >> 20) & UINT64_C(0x0000007f0000007f);
    t = q | (t - q * 100) << 16;
    q = ((t * 103) >> 10) & UINT64_C(0x000f000f000f000f);
    t = q | (t - q * 10) << 8;
    t = (t | t >> 4) & UINT64_C(0x00ff00ff00ff00ff);
    t = (t | t >> 8) & UINT64_C(0x0000ffff0000ffff);
    return (uint32_t)(t | t >> 16);
}

/* The first 16 digits of a ticket; keys compare as tickets do, as far as they go. 10^16 is the modulus, the factors are 2^192, 2^128, 2^64
 * mod 10^16; the sum stays below 2^120. */
static uint64_t key_of(const shi_sha256 *hash)
{
    uint64_t word[4];
    words_of(hash, word);
    unsigned __int128 sum = (unsigned __int128)word[0] * UINT64_C(5444464034512896) + (unsigned __int128)word[1] * UINT64_C(4607431768211456)
                            + (unsigned __int128)word[2] * UINT64_C(6744073709551616) + word[3];
    uint64_t v = (uint64_t)(sum % UINT64_C(10000000000000000));
    return (uint64_t)eight_digits(v % 100000000) << 32 | eight_digits(v / 100000000);
}

/* The same of digits that are written out. */
static uint64_t leading(const char *digit, int64_t len)
{
    uint64_t key = 0;
    for (int64_t k = 0; k < 16; k++) key = key << 4 | (uint64_t)(k < len ? digit[k] - '0' : 0);
    return key;
}

/* ---- tickets ---- */

/* Decimal digits of the hash, last one first, at least 64; how many. */
static int32_t digits_of(const shi_sha256 *hash, char *out)
{
    uint64_t word[4];
    int32_t len = 0;
    words_of(hash, word);
    while (word[0] | word[1] | word[2] | word[3]) {   /* 19 digits a time: 10^19 < 2^64 */
        unsigned __int128 rest = 0;
        for (int w = 0; w < 4; w++) {
            rest = rest << 64 | word[w];
            word[w] = (uint64_t)(rest / UINT64_C(10000000000000000000));
            rest %= UINT64_C(10000000000000000000);
        }
        uint64_t part = (uint64_t)rest;
        uint32_t eight[] = { eight_digits(part % 100000000), eight_digits(part / 100000000 % 100000000) };
        for (int k = 0; k < 16; k++) out[len + k] = (char)('0' + (eight[k / 8] >> (28 - 4 * (k % 8)) & 15));
        part /= UINT64_C(10000000000000000);
        for (int k = 16; k < 19; k++, part /= 10) out[len + k] = (char)('0' + part % 10);
        len += 19;
    }
    while (len > 64 && out[len - 1] == '0') len--;
    while (len < 64) out[len++] = '0';
    return len;
}

static int32_t nines_of(const shi_ticket *t)
{
    int32_t n = 0;
    while (n < t->len && t->digit[n] == '9') n++;
    return n;
}

static void state_of(shi_str seed, shi_sha256_state *out)
{
    shi_sha256 hash;
    char hex[65];
    shi_sha256_text(seed, &hash);
    shi_hex(hash.byte, 32, hex);
    shi_sha256_begin((shi_str){ hex, 64 }, out);
}

static void first_of(const shi_sha256_state *seed, shi_str id, shi_ticket *out)
{
    shi_sha256 hash;
    shi_sha256_end(seed, id, &hash);
    out->len = digits_of(&hash, out->digit);
}

void shi_ticket_first(shi_str seed, shi_str id, shi_ticket *out)
{
    shi_sha256_state state;
    state_of(seed, &state);
    first_of(&state, id, out);
}

int shi_ticket_cmp(const shi_ticket *a, const shi_ticket *b)
{
    return shi_str_cmp((shi_str){ a->digit, a->len }, (shi_str){ b->digit, b->len });
}

static const uint64_t NINES = UINT64_C(0x9999999999999999);

/* The next ticket, and its first 16 digits; or false if it lies at or above a cutoff of 16 digits, and then it is not written out. */
static bool next_below(const shi_ticket *now, uint64_t cutoff, shi_ticket *out, uint64_t *lead)
{
    char text[SHI_TICKET_DIGITS + 3], count[24];
    int32_t nines = nines_of(now);
    shi_sha256_state state;
    shi_ticket next;
    assert(nines + 78 <= SHI_TICKET_DIGITS);   /* 82 nines in a row: as likely as to guess a hash */
    memcpy(text, "0.", 2);
    memcpy(text + 2, now->digit, (size_t)now->len);
    text[2 + now->len] = ':';
    shi_sha256_begin((shi_str){ text, now->len + 3 }, &state);
    uint64_t least = leading(now->digit + nines, now->len - nines);
    memcpy(next.digit, now->digit, (size_t)nines);
    for (int64_t i = 1;; i++) {
        int at = (int)sizeof count;
        for (int64_t left = i; left > 0; left /= 10) count[--at] = (char)('0' + left % 10);
        shi_sha256 hash;
        shi_sha256_end(&state, (shi_str){ count + at, (int64_t)sizeof count - at }, &hash);
        uint64_t key = key_of(&hash);
        if (key < least) continue;   /* not larger for sure: no need to write it out */
        *lead = nines == 0 ? key : nines < 16 ? NINES << 4 * (16 - nines) | key >> 4 * nines : NINES;
        if (key > least && *lead >= cutoff) return false;
        next.len = nines + digits_of(&hash, next.digit + nines);
        if (shi_ticket_cmp(&next, now) > 0) break;
    }
    *out = next;
    return *lead < cutoff;
}

void shi_ticket_next(const shi_ticket *now, shi_ticket *out)
{
    uint64_t unused;
    next_below(now, UINT64_MAX, out, &unused);
}

void shi_ticket_write(const shi_ticket *ticket, int64_t digits, char *out)
{
    int64_t n = nines_of(ticket) + digits;
    if (digits == 0 || n > ticket->len) n = ticket->len;
    memcpy(out, "0.", 2);
    memcpy(out + 2, ticket->digit, (size_t)n);
    out[2 + n] = 0;
}

/* ---- the order of a frame ---- */

typedef struct {
    uint64_t key;
    int64_t row;
} pair;

typedef struct {
    const shi_sha256_state *seed;
    const shi_str *id;
} frame;

static bool before(pair a, pair b)
{
    return a.key < b.key || (a.key == b.key && a.row < b.row);
}

static void insertion(pair *p, int64_t n)
{
    for (int64_t i = 1; i < n; i++) {
        pair x = p[i];
        int64_t at = i;
        for (; at > 0 && before(x, p[at - 1]); at--) p[at] = p[at - 1];
        p[at] = x;
    }
}

static pair middle(pair a, pair b, pair c)
{
    if (before(b, a)) { pair t = a; a = b; b = t; }
    return before(c, a) ? a : before(b, c) ? b : c;
}

/* By key, then row. Keys are digits of hashes, so the median of three divides well. */
static void sort(pair *p, int64_t n)
{
    while (n > 24) {
        pair pivot = middle(p[0], p[n / 2], p[n - 1]);
        int64_t i = 0, k = n - 1;
        for (;; i++, k--) {
            while (before(p[i], pivot)) i++;
            while (before(pivot, p[k])) k--;
            if (i >= k) break;
            pair t = p[i];
            p[i] = p[k];
            p[k] = t;
        }
        if (i < n - i) {   /* the smaller side by a call, the larger one by the loop: the stack stays below log2 n */
            sort(p, i);
            p += i;
            n -= i;
        } else {
            sort(p + i, n - i);
            n = i;
        }
    }
    insertion(p, n);
}

/* Rows with the same key, by their whole tickets; of equal ones the earlier row stays first. Returns the first row whose id an earlier one has,
 * or INT64_MAX: alike ids have alike keys. */
static int64_t settle(const frame *f, pair *p, int64_t n)
{
    int64_t twice = INT64_MAX;
    for (int64_t i = 1; i < n; i++) {
        pair x = p[i];
        shi_ticket mine, other;
        int64_t at = i;
        first_of(f->seed, f->id[x.row], &mine);
        for (; at > 0; at--) {
            first_of(f->seed, f->id[p[at - 1].row], &other);
            if (shi_ticket_cmp(&mine, &other) >= 0) break;
            p[at] = p[at - 1];
        }
        p[at] = x;
    }
    for (int64_t i = 1; i < n; i++)
        if (p[i].row < twice && shi_str_eq(f->id[p[i].row], f->id[p[i - 1].row])) twice = p[i].row;
    return twice;
}

static int64_t sort_bucket(const frame *f, pair *p, int64_t n)
{
    int64_t twice = INT64_MAX;
    sort(p, n);
    for (int64_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && p[to].key == p[from].key;) to++;
        int64_t row = to - from > 1 ? settle(f, p + from, to - from) : INT64_MAX;
        if (row < twice) twice = row;
    }
    return twice;
}

enum { CHUNKS = 8, BUCKETS = 1 << 16, FEW = 1 << 14 };

typedef struct {
    const uint64_t *key;
    int64_t rows;
    int64_t *start;     /* CHUNKS x BUCKETS: counts, then where a chunk's rows of a bucket go */
    int64_t last;       /* the bucket that holds the nth */
    int64_t kept;       /* rows up to its end */
} spread;

static int64_t edge(const spread *s, int64_t chunk)
{
    return s->rows / CHUNKS * chunk + s->rows % CHUNKS * chunk / CHUNKS;
}

static void count(spread *s, int64_t n)
{
    #pragma omp parallel for schedule(static, 1)
    for (int64_t c = 0; c < CHUNKS; c++)
        for (int64_t i = edge(s, c); i < edge(s, c + 1); i++) s->start[c * BUCKETS + (int64_t)(s->key[i] >> 48)]++;
    s->kept = 0;
    for (s->last = 0; s->last < BUCKETS; s->last++) {
        for (int64_t c = 0; c < CHUNKS; c++) {
            int64_t here = s->start[c * BUCKETS + s->last];
            s->start[c * BUCKETS + s->last] = s->kept;
            s->kept += here;
        }
        if (s->kept >= n) break;
    }
}

static void place(const spread *s, pair *p)
{
    #pragma omp parallel for schedule(static, 1)
    for (int64_t c = 0; c < CHUNKS; c++)
        for (int64_t i = edge(s, c); i < edge(s, c + 1); i++) {
            int64_t b = (int64_t)(s->key[i] >> 48);
            if (b <= s->last) p[s->start[c * BUCKETS + b]++] = (pair){ s->key[i], i };
        }
}

/* After place, the last chunk's start of a bucket is the bucket's end. */
static int64_t sort_buckets(const spread *s, const frame *f, pair *p)
{
    const int64_t *end = s->start + (CHUNKS - 1) * (int64_t)BUCKETS;
    int64_t twice = INT64_MAX;
    #pragma omp parallel for schedule(dynamic, 64) reduction(min : twice)
    for (int64_t b = 0; b <= s->last; b++) {
        int64_t from = b ? end[b - 1] : 0, row = sort_bucket(f, p + from, end[b] - from);
        if (row < twice) twice = row;
    }
    return twice;
}

shi_err shi_ticket_order(shi_arena scratch, shi_str seed, const shi_str *id, int64_t rows, int64_t n, int64_t *order, int64_t *twice)
{
    shi_sha256_state state;
    int64_t again;
    if (n > rows || n < 0) return shi_fail(SHI_USAGE, N_("more is to be drawn than there is"), N_("Draw fewer."));
    if (twice) *twice = -1;
    if (n == 0) return (shi_err){ 0 };
    state_of(seed, &state);
    const frame f = { &state, id };
    uint64_t *key = shi_new(&scratch, uint64_t, rows);
    spread s = { .key = key, .rows = rows, .kept = rows };
    bool many = rows > FEW;
    if (many) s.start = shi_new(&scratch, int64_t, CHUNKS * BUCKETS);
    if (!key || (many && !s.start)) return shi_no_memory();
    #pragma omp parallel for schedule(static) if (many)
    for (int64_t i = 0; i < rows; i++) {
        shi_sha256 hash;
        shi_sha256_end(&state, id[i], &hash);
        key[i] = key_of(&hash);
    }
    if (many) count(&s, n);
    pair *p = shi_new(&scratch, pair, s.kept);
    if (!p) return shi_no_memory();
    if (many) {
        place(&s, p);
        again = sort_buckets(&s, &f, p);
    } else {
        for (int64_t i = 0; i < rows; i++) p[i] = (pair){ key[i], i };
        again = sort_bucket(&f, p, rows);
    }
    if (twice && again < INT64_MAX) *twice = again;
    for (int64_t i = 0; i < n; i++) order[i] = p[i].row;
    return (shi_err){ 0 };
}

/* ---- with replacement ---- */

/* The present ticket of a row that was drawn. */
typedef struct {
    int64_t row, generation;
    shi_ticket ticket;
} returned;

static void sift_down(returned **heap, int64_t n, int64_t at)
{
    for (;;) {
        int64_t best = at;
        for (int64_t child = 2 * at + 1; child <= 2 * at + 2 && child < n; child++)
            if (shi_ticket_cmp(&heap[child]->ticket, &heap[best]->ticket) < 0) best = child;
        if (best == at) return;
        returned *t = heap[at];
        heap[at] = heap[best];
        heap[best] = t;
        at = best;
    }
}

static void sift_up(returned **heap, int64_t at)
{
    for (int64_t up; at > 0 && shi_ticket_cmp(&heap[at]->ticket, &heap[up = (at - 1) / 2]->ticket) < 0; at = up) {
        returned *t = heap[at];
        heap[at] = heap[up];
        heap[up] = t;
    }
}

/* Whether the first ticket of an id, with that key, comes before a ticket. */
static bool first_before(const shi_sha256_state *seed, shi_str id, uint64_t key, const shi_ticket *other)
{
    uint64_t theirs = leading(other->digit, other->len);
    shi_ticket first;
    if (key != theirs) return key < theirs;
    first_of(seed, id, &first);
    return shi_ticket_cmp(&first, other) < 0;
}

/* Where there are many more draws than rows. Of n draws no more than n rows can be, and those are the first ones by first tickets: each draw takes
 * the next of them, or the smallest ticket of those that were put back. No draw lies behind the nth first ticket, so what would is not put back.
 * Second tickets are most of the work and are made side by side. */
static shi_err draw_by_heap(shi_arena scratch, shi_str seed, const shi_str *id, int64_t rows, int64_t n, int64_t *row, int64_t *generation,
                            shi_ticket *ticket)
{
    shi_sha256_state state;
    shi_ticket last = { 0 };
    int64_t m = n < rows ? n : rows, fresh = 0, len = 0;
    int64_t *order = shi_new(&scratch, int64_t, m);
    uint64_t *key = shi_new(&scratch, uint64_t, m);
    returned *back = shi_new(&scratch, returned, m), **heap = shi_new(&scratch, returned *, m);
    if (!order || !key || !back || !heap) return shi_no_memory();
    SHI_TRY(shi_ticket_order(scratch, seed, id, rows, m, order, NULL));
    state_of(seed, &state);
    #pragma omp parallel for schedule(static) if (m > 1000)
    for (int64_t i = 0; i < m; i++) {
        shi_ticket first;
        first_of(&state, id[order[i]], &first);
        key[i] = leading(first.digit, first.len);
        back[i].row = order[i];
        back[i].generation = 2;
        shi_ticket_next(&first, &back[i].ticket);
    }
    first_of(&state, id[order[m - 1]], &last);
    for (int64_t k = 0; k < n; k++) {
        bool first = fresh < m && (len == 0 || first_before(&state, id[order[fresh]], key[fresh], &heap[0]->ticket));
        returned *r = first ? &back[fresh++] : heap[0];
        row[k] = r->row;
        generation[k] = first ? 1 : r->generation++;
        if (ticket && first) first_of(&state, id[r->row], &ticket[k]);
        if (ticket && !first) ticket[k] = r->ticket;
        if (!first) shi_ticket_next(&r->ticket, &r->ticket);
        bool kept = n > rows || shi_ticket_cmp(&r->ticket, &last) < 0;
        if (first && kept) {
            heap[len] = r;
            sift_up(heap, len++);
        } else if (!first) {
            if (!kept) heap[0] = heap[--len];
            sift_down(heap, len, 0);
        }
    }
    return (shi_err){ 0 };
}

/* Tickets of a row are a process whose mean number below c is -ln(1 - c), so c can be chosen such that all rows have n tickets or a few more below
 * it. No other ticket needs to be known: most second tickets lie above, and finding that out takes one hash or two instead of some ten. */
typedef struct {
    int64_t row, generation;
} drawn;

typedef struct {
    frame f;
    int64_t rows, room;           /* room: tickets of a chunk */
    uint64_t cutoff;
    uint64_t *key;                /* CHUNKS x room, then all together */
    drawn *of;
    int64_t found[CHUNKS];        /* above room: there was none left */
} hunt;

static bool cutoff_for(int64_t n, int64_t rows, hunt *h)
{
    double mean = (double)n + 6 * sqrt((double)n) + 20, below = -expm1(-mean / (double)rows), each = mean / CHUNKS;
    uint64_t left = (uint64_t)(below * 1e16);
    if (below > 0.98 || rows < CHUNKS) return false;
    h->room = (int64_t)(each + 8 * sqrt(each)) + 64;
    h->cutoff = 0;
    for (int k = 0; k < 64; k += 4, left /= 10) h->cutoff |= (left % 10) << k;
    return true;
}

static int64_t begin_of(const hunt *h, int64_t chunk)
{
    return h->rows / CHUNKS * chunk + h->rows % CHUNKS * chunk / CHUNKS;
}

static void hunt_chunk(hunt *h, int64_t c)
{
    int64_t n = 0;
    for (int64_t i = begin_of(h, c); i < begin_of(h, c + 1); i++) {
        shi_sha256 hash;
        shi_ticket t;
        shi_sha256_end(h->f.seed, h->f.id[i], &hash);
        uint64_t key = key_of(&hash);
        if (key >= h->cutoff) continue;
        t.len = digits_of(&hash, t.digit);
        int64_t generation = 1;
        do {
            if (n < h->room) {
                h->key[c * h->room + n] = key;
                h->of[c * h->room + n] = (drawn){ i, generation++ };
            }
            n++;
        } while (n <= h->room && next_below(&t, h->cutoff, &t, &key));
    }
    h->found[c] = n;
}

/* One after the other, in order of rows and generations. How many; -1: a chunk had more than there was room for. */
static int64_t close_up(hunt *h)
{
    int64_t n = 0;
    for (int64_t c = 0; c < CHUNKS; c++) {
        if (h->found[c] > h->room) return -1;
        memmove(h->key + n, h->key + c * h->room, (size_t)h->found[c] * sizeof *h->key);
        memmove(h->of + n, h->of + c * h->room, (size_t)h->found[c] * sizeof *h->of);
        n += h->found[c];
    }
    return n;
}

static void ticket_of(const frame *f, drawn d, shi_ticket *out)
{
    first_of(f->seed, f->id[d.row], out);
    for (int64_t g = 1; g < d.generation; g++) shi_ticket_next(out, out);
}

/* As settle; of equal tickets the earlier row's stays first. */
static void settle_drawn(const hunt *h, pair *p, int64_t n)
{
    for (int64_t i = 1; i < n; i++) {
        pair x = p[i];
        shi_ticket mine, other;
        int64_t at = i;
        ticket_of(&h->f, h->of[x.row], &mine);
        for (; at > 0 && p[at - 1].key == x.key; at--) {
            ticket_of(&h->f, h->of[p[at - 1].row], &other);
            if (shi_ticket_cmp(&mine, &other) >= 0) break;
            p[at] = p[at - 1];
        }
        p[at] = x;
    }
}

static void sort_some(const hunt *h, pair *p, int64_t n)
{
    sort(p, n);
    for (int64_t i = 1, first = 0; i <= n; i++) {
        if (i < n && p[i].key == p[first].key) continue;
        if (i - first > 1) settle_drawn(h, p + first, i - first);
        first = i;
    }
}

static shi_err sort_drawn(shi_arena scratch, const hunt *h, int64_t found, int64_t n, int64_t *row, int64_t *generation)
{
    bool many = found > FEW;
    spread s = { .key = h->key, .rows = found, .kept = found, .start = many ? shi_new(&scratch, int64_t, CHUNKS * BUCKETS) : NULL };
    pair *p = shi_new(&scratch, pair, found);
    if ((many && !s.start) || !p) return shi_no_memory();
    if (many) {
        count(&s, found);
        place(&s, p);
        const int64_t *end = s.start + (CHUNKS - 1) * (int64_t)BUCKETS;
        #pragma omp parallel for schedule(dynamic, 64)
        for (int64_t b = 0; b <= s.last; b++) sort_some(h, p + (b ? end[b - 1] : 0), end[b] - (b ? end[b - 1] : 0));
    } else {
        for (int64_t i = 0; i < found; i++) p[i] = (pair){ h->key[i], i };
        sort_some(h, p, found);
    }
    for (int64_t k = 0; k < n; k++) {
        row[k] = h->of[p[k].row].row;
        generation[k] = h->of[p[k].row].generation;
    }
    return (shi_err){ 0 };
}

shi_err shi_ticket_draw_again(shi_arena scratch, shi_str seed, const shi_str *id, int64_t rows, int64_t n, int64_t *row, int64_t *generation,
                              shi_ticket *ticket)
{
    shi_sha256_state state;
    hunt h = { .f = { &state, id }, .rows = rows };
    shi_arena whole = scratch;
    if (n == 0) return (shi_err){ 0 };
    if (rows == 0) return shi_fail(SHI_USAGE, N_("more is to be drawn than there is"), N_("Draw fewer."));
    if (!cutoff_for(n, rows, &h)) return draw_by_heap(scratch, seed, id, rows, n, row, generation, ticket);
    state_of(seed, &state);
    h.key = shi_new(&scratch, uint64_t, CHUNKS * h.room);
    h.of = shi_new(&scratch, drawn, CHUNKS * h.room);
    if (!h.key || !h.of) return shi_no_memory();
    #pragma omp parallel for schedule(dynamic, 1) if (rows > 1000)
    for (int64_t c = 0; c < CHUNKS; c++) hunt_chunk(&h, c);
    int64_t found = close_up(&h);
    if (found < n) return draw_by_heap(whole, seed, id, rows, n, row, generation, ticket);   /* ids that stand often, or one chance in 10^8 */
    SHI_TRY(sort_drawn(scratch, &h, found, n, row, generation));
    #pragma omp parallel for schedule(static) if (n > 1000)
    for (int64_t k = 0; k < (ticket ? n : 0); k++) ticket_of(&h.f, (drawn){ row[k], generation[k] }, &ticket[k]);
    return (shi_err){ 0 };
}
