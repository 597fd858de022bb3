/* Exact near-duplicate join. Two sets whose Jaccard is at least t share one of their |A| - ceil(t |A|) + 1 first members in any order that is the
 * same for all sets (prefix filter), so only texts that share one of these are compared, and the rarest come first so that few do. "Rare" is counted
 * in a table of hashed counters without chains: two n-grams that meet there only count as less rare, and the order, (counter, n-gram), stays one
 * order. An n-gram whose counter is 1 is nobody else's and needs no place in the index. Candidates are compared n-gram by n-gram.
 * Cost: two passes over the characters, a sort of what is left of the prefixes, a merge a candidate. */
#include "kernel/texts_join.h"

#include "base/sort.h"
#include "base/text.h"

#include <omp.h>
#include <string.h>

enum { LONG_GRAM = 3, SHORT_GRAM = 2, CHARACTER_BITS = 21, WINDOW = 256, BLOCK = 256 };
#define SHORT_MARK (UINT64_C(1) << 63)   /* pairs and triples of characters never meet */

typedef struct {
    uint64_t gram;
    uint32_t common;        /* its counter */
} ranked;

/* Of one thread. */
typedef struct {
    uint32_t *character;
    ranked *gram;
    uint64_t *seen;         /* of gram + 1; 0: free */
    uint32_t *slot;         /* of each n-gram of the text: its counter */
} desk;

typedef struct {
    const shi_texts_columns *in;
    double similar;
    shi_texts_joined out;
    uint32_t *counter;
    uint64_t counter_mask;
    desk *desks;
    int64_t longest;        /* characters */
    int64_t *first;         /* texts + 1: its postings */
    int32_t *text_of;       /* postings */
    shi_keyed *posting;     /* by hash of the n-gram; row: the posting's own number, rising with the text */
    int64_t *list, *place;  /* postings, by their own number: where their n-gram begins in `posting`, and where they are */
    int64_t postings;
    uint64_t **set;         /* texts: its n-grams, ascending, once it was a candidate */
    int64_t *set_len;
    shi_arena *work;        /* grows */
    int64_t pair_room;
} join;

static uint64_t mixed(uint64_t x)
{
    x = (x ^ x >> 31) * UINT64_C(0x7fb5d329728ea185);
    x = (x ^ x >> 27) * UINT64_C(0x81dadef4bc2dd44d);
    return x ^ x >> 33;
}

/* Bytes of the character that begins here, or 0: none does. */
static int step(const unsigned char *s, int64_t left, uint32_t *character)
{
    if (s[0] < 0x80) return *character = s[0], 1;
    if (s[0] < 0xe0) {
        if (left < 2 || s[0] < 0xc2 || (s[1] & 0xc0) != 0x80) return 0;
        return *character = (s[0] & 0x1fU) << 6 | (s[1] & 0x3fU), 2;
    }
    if (s[0] < 0xf0) {
        if (left < 3 || (s[1] & 0xc0) != 0x80 || (s[2] & 0xc0) != 0x80) return 0;
        *character = (s[0] & 0x0fU) << 12 | (s[1] & 0x3fU) << 6 | (s[2] & 0x3fU);
        return *character >= 0x800 ? 3 : 0;
    }
    if (s[0] > 0xf4 || left < 4 || (s[1] & 0xc0) != 0x80 || (s[2] & 0xc0) != 0x80 || (s[3] & 0xc0) != 0x80) return 0;
    *character = (s[0] & 7U) << 18 | (s[1] & 0x3fU) << 12 | (s[2] & 0x3fU) << 6 | (s[3] & 0x3fU);
    return *character >= 0x10000 && *character < 0x110000 ? 4 : 0;
}

/* -1: no UTF-8. `to` may be NULL. */
static int64_t decode(const shi_texts_columns *in, int64_t t, uint32_t *to)
{
    const unsigned char *s = (const unsigned char *)in->bytes;
    int64_t n = 0, end = in->offset[t + 1];
    for (int64_t i = in->offset[t]; i < end; n++) {
        uint32_t c = 0;
        int bytes = step(s + i, end - i, &c);
        if (!bytes) return -1;
        if (to) to[n] = c;
        i += bytes;
    }
    return n;
}

static int64_t grams_in(int64_t characters)
{
    if (characters < SHI_TEXTS_SHORT) return characters > 1 ? characters - SHORT_GRAM + 1 : characters;
    return characters - LONG_GRAM + 1;
}

static uint64_t gram_at(const uint32_t *c, int64_t characters)
{
    if (characters >= SHI_TEXTS_SHORT) return (uint64_t)c[0] << 2 * CHARACTER_BITS | (uint64_t)c[1] << CHARACTER_BITS | c[2];
    return SHORT_MARK | (uint64_t)c[0] << CHARACTER_BITS | (characters > 1 ? c[1] : 0);
}

/* Members of a set of n that any set must share to be as similar; a little rounding down only compares more. */
static int64_t least_shared(double similar, int64_t n)
{
    double x = similar * (double)n - 1e-9;
    int64_t k = (int64_t)x;
    k += (double)k < x;
    return k > 1 ? k : 1;
}

static int64_t prefix_of(double similar, int64_t n)
{
    return n - least_shared(similar, n) + 1;
}

/* ---- which texts are the same ---- */

static bool same(const shi_texts_columns *in, int64_t a, int64_t b)
{
    int64_t n = in->offset[a + 1] - in->offset[a];
    return n == in->offset[b + 1] - in->offset[b] && !memcmp(in->bytes + in->offset[a], in->bytes + in->offset[b], (size_t)n);
}

static uint64_t hash_of(const char *s, int64_t n)
{
    uint64_t h = (uint64_t)n, word;
    for (; n >= 8; s += 8, n -= 8) {
        memcpy(&word, s, 8);
        h = mixed(h ^ word) + h;
    }
    word = 0;
    if (n > 0) memcpy(&word, s, (size_t)n);
    return mixed(h ^ word);
}

/* Each gets the smallest that is the same; of equal hashes each is held against the different ones before it. */
static shi_err find_wordings(const shi_texts_columns *in, shi_arena scratch, int32_t *wording)
{
    shi_keyed *by = shi_new(&scratch, shi_keyed, in->texts);
    if (!by) return shi_no_memory();
    #pragma omp parallel for schedule(static)
    for (int64_t t = 0; t < in->texts; t++) by[t] = (shi_keyed){ hash_of(in->bytes + in->offset[t], in->offset[t + 1] - in->offset[t]), t };
    SHI_TRY(shi_sort_keyed(scratch, by, in->texts));
    for (int64_t i = 0, from = 0; i < in->texts; i++) {
        int64_t t = by[i].row, k;
        if (by[i].key != by[from].key) from = i;
        wording[t] = (int32_t)t;
        for (k = from; k < i && !(wording[by[k].row] == by[k].row && same(in, by[k].row, t));) k++;
        if (k < i) wording[t] = (int32_t)by[k].row;
        if (in->offset[t] == in->offset[t + 1]) wording[t] = -1;
    }
    return (shi_err){ 0 };
}

/* ---- n-grams ---- */

static bool comes_before(ranked a, ranked b)
{
    return a.common != b.common ? a.common < b.common : a.gram < b.gram;
}

/* Puts the k first of n in front, in any order; the pivot is the middle one of three. */
static void select_first(ranked *a, int64_t n, int64_t k)
{
    int64_t low = 0, high = n - 1;
    while (low < high) {
        int64_t i = low, j = high, middle = low + (high - low) / 2;
        ranked x = a[low], y = a[middle], z = a[high], pivot = comes_before(x, y) ? (comes_before(y, z) ? y : comes_before(x, z) ? z : x)
                                                                                 : (comes_before(x, z) ? x : comes_before(y, z) ? z : y);
        while (i <= j) {
            while (comes_before(a[i], pivot)) i++;
            while (comes_before(pivot, a[j])) j--;
            if (i <= j) {
                ranked keep = a[i];
                a[i++] = a[j];
                a[j--] = keep;
            }
        }
        if (k - 1 <= j) high = j;
        else if (k - 1 >= i) low = i;
        else return;
    }
}

/* The n-grams of a text and the places of their counters, which are on their way from memory when this returns. */
static int64_t spread(const join *j, const desk *d, int64_t t)
{
    int64_t characters = decode(j->in, t, d->character), n = grams_in(characters);
    for (int64_t i = 0; i < n; i++) {
        d->gram[i].gram = gram_at(d->character + i, characters);
        d->slot[i] = (uint32_t)(mixed(d->gram[i].gram) & j->counter_mask);
        __builtin_prefetch(&j->counter[d->slot[i]], 1);
    }
    return n;
}

/* The different n-grams of a text; their number. */
static int64_t gather(const join *j, const desk *d, int64_t t)
{
    int64_t n = spread(j, d, t), kept = 0, slots = 8;
    while (slots < 2 * n) slots *= 2;
    memset(d->seen, 0, (size_t)slots * sizeof *d->seen);
    for (int64_t i = 0; i < n; i++) {
        uint64_t gram = d->gram[i].gram, at = d->slot[i] >> 2 & (uint64_t)(slots - 1);
        while (d->seen[at] && d->seen[at] != gram + 1) at = (at + 1) & (uint64_t)(slots - 1);
        if (d->seen[at]) continue;
        d->seen[at] = gram + 1;
        d->gram[kept++] = (ranked){ gram, j->counter[d->slot[i]] };
    }
    return kept;
}

static void count_grams(join *j)
{
    #pragma omp parallel for schedule(dynamic, BLOCK)
    for (int64_t t = 0; t < j->in->texts; t++) {
        desk *d = &j->desks[omp_get_thread_num()];
        if (j->out.wording[t] != t) continue;
        int64_t n = spread(j, d, t);
        for (int64_t i = 0; i < n; i++) {
            uint32_t *counter = &j->counter[d->slot[i]];
            #pragma omp atomic
            ++*counter;
        }
    }
}

/* Moves the postings together, in order of texts, and sorts them by n-gram. */
static shi_err sort_postings(join *j, shi_keyed *wide, const int64_t *place)
{
    int64_t texts = j->in->texts;
    j->postings = j->first[texts];
    j->text_of = shi_new(j->work, int32_t, j->postings);
    j->list = shi_new(j->work, int64_t, j->postings);
    j->place = shi_new(j->work, int64_t, j->postings);
    if (!j->text_of || !j->list || !j->place) return shi_no_memory();
    for (int64_t t = 0; t < texts; t++)
        for (int64_t p = j->first[t]; p < j->first[t + 1]; p++) {
            wide[p] = (shi_keyed){ wide[place[t] + p - j->first[t]].key, p };
            j->text_of[p] = (int32_t)t;
        }
    SHI_TRY(shi_sort_keyed(*j->work, wide, j->postings));
    for (int64_t i = 0, from = 0; i < j->postings; i++) {
        if (wide[i].key != wide[from].key) from = i;
        j->list[wide[i].row] = from;
        j->place[wide[i].row] = i;
    }
    j->posting = wide;
    return (shi_err){ 0 };
}

/* Postings go to places with room for the most there can be, and are then moved together. */
static shi_err index_grams(join *j)
{
    int64_t texts = j->in->texts, room = 0, *place = shi_new(j->work, int64_t, texts);
    if (!place) return shi_no_memory();
    for (int64_t t = 0; t < texts; t++) {
        place[t] = room;
        if (j->out.wording[t] == t) room += prefix_of(j->similar, grams_in(j->out.characters[t]));
    }
    shi_keyed *wide = shi_new(j->work, shi_keyed, room);
    if (!wide || !(j->first = shi_new(j->work, int64_t, texts + 1))) return shi_no_memory();
    #pragma omp parallel for schedule(dynamic, BLOCK)
    for (int64_t t = 0; t < texts; t++) {
        const desk *d = &j->desks[omp_get_thread_num()];
        int64_t written = 0;
        if (j->out.wording[t] != t) continue;
        int64_t n = gather(j, d, t), prefix = prefix_of(j->similar, n);
        if (prefix < n) select_first(d->gram, n, prefix);
        for (int64_t i = 0; i < prefix; i++)
            if (d->gram[i].common > 1) wide[place[t] + written++].key = mixed(d->gram[i].gram) >> 32;   /* two that meet only compare more */
        j->set_len[t] = n;
        j->first[t + 1] = written;
    }
    for (int64_t t = 0; t < texts; t++) j->first[t + 1] += j->first[t];
    return sort_postings(j, wide, place);
}

/* ---- candidates ---- */

static int32_t root_of(int32_t *root, int32_t t)
{
    while (root[t] != t) t = root[t] = root[root[t]];
    return t;
}

/* The set of a candidate, made once: its n-grams ascending. */
static shi_err make_set(join *j, int64_t t)
{
    if (j->set[t]) return (shi_err){ 0 };
    int64_t n = gather(j, &j->desks[0], t);
    shi_keyed *by = NULL;
    shi_arena scratch;
    if (!(j->set[t] = shi_new(j->work, uint64_t, n))) return shi_no_memory();
    scratch = *j->work;
    if (!(by = shi_new(&scratch, shi_keyed, n))) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) by[i] = (shi_keyed){ j->desks[0].gram[i].gram, i };
    SHI_TRY(shi_sort_keyed(scratch, by, n));
    for (int64_t i = 0; i < n; i++) j->set[t][i] = by[i].key;
    return (shi_err){ 0 };
}

/* Members of both, or -1 as soon as there cannot be `least`. */
static int64_t shared_by(const uint64_t *a, int64_t n, const uint64_t *b, int64_t m, int64_t least)
{
    int64_t i = 0, k = 0, both = 0;
    while (i < n && k < m) {
        if (a[i] == b[k]) both++, i++, k++;
        else if (a[i] < b[k]) i++;
        else k++;
        if (both + (n - i < m - k ? n - i : m - k) < least) return -1;
    }
    return both;
}

static shi_err keep_pair(join *j, int64_t a, int64_t b, double jaccard)
{
    if (j->out.pairs == j->pair_room) {
        int64_t room = j->pair_room ? 2 * j->pair_room : 256;
        shi_texts_pair *more = shi_new(j->work, shi_texts_pair, room);
        if (!more) return shi_no_memory();
        if (j->out.pairs) memcpy(more, j->out.pair, (size_t)j->out.pairs * sizeof *more);
        j->out.pair = more;
        j->pair_room = room;
    }
    j->out.pair[j->out.pairs++] = (shi_texts_pair){ (int32_t)a, (int32_t)b, jaccard };
    return (shi_err){ 0 };
}

/* a < b. */
static shi_err compare(join *j, int32_t a, int32_t b, bool pairs)
{
    int64_t n = j->set_len[a], m = j->set_len[b], fewer = n < m ? n : m;
    if (fewer < least_shared(j->similar, n < m ? m : n)) return (shi_err){ 0 };
    int32_t x = root_of(j->out.root, a), y = root_of(j->out.root, b);
    if (x == y && !pairs) return (shi_err){ 0 };
    SHI_TRY(make_set(j, a));
    SHI_TRY(make_set(j, b));
    int64_t both = shared_by(j->set[a], n, j->set[b], m, least_shared(j->similar / (1 + j->similar), n + m));
    if (both < 0) return (shi_err){ 0 };
    double jaccard = (double)both / (double)(n + m - both);
    if (jaccard < j->similar) return (shi_err){ 0 };
    if (x < y) j->out.root[y] = x;
    else j->out.root[x] = y;
    return pairs ? keep_pair(j, a, b, jaccard) : (shi_err){ 0 };
}

static shi_err compare_all(join *j, bool pairs)
{
    int64_t texts = j->in->texts;
    int32_t *stamp = shi_new(j->work, int32_t, texts);   /* text + 1 that it was held against */
    if (!stamp) return shi_no_memory();
    for (int64_t t = 0; t < texts; t++) {
        int64_t before = j->out.pairs;
        for (int64_t p = j->first[t]; p < j->first[t + 1]; p++) {
            int64_t end = j->place[p], from = end - j->list[p] > WINDOW ? end - WINDOW : j->list[p];
            j->out.uncompared += from - j->list[p];
            for (int64_t k = from; k < end; k++) {
                int32_t other = j->text_of[j->posting[k].row];
                if (stamp[other] == (int32_t)t + 1) continue;
                stamp[other] = (int32_t)t + 1;
                SHI_TRY(compare(j, other, (int32_t)t, pairs));
            }
        }
        for (int64_t i = before + 1; i < j->out.pairs; i++)   /* few: in order of a */
            for (int64_t k = i; k > before && j->out.pair[k - 1].a > j->out.pair[k].a; k--) {
                shi_texts_pair keep = j->out.pair[k];
                j->out.pair[k] = j->out.pair[k - 1];
                j->out.pair[k - 1] = keep;
            }
    }
    return (shi_err){ 0 };
}

static shi_err measure(join *j)
{
    int64_t characters = 0, bad = -1;
    #pragma omp parallel for schedule(static) reduction(+: characters)
    for (int64_t t = 0; t < j->in->texts; t++) {
        int64_t n = decode(j->in, t, NULL);
        j->out.characters[t] = (int32_t)n;
        characters += n > 0 ? n : 0;
    }
    for (int64_t t = 0; t < j->in->texts && bad < 0; t++) {
        if (j->out.characters[t] < 0) bad = t;
        if (j->out.characters[t] > j->longest) j->longest = j->out.characters[t];
    }
    if (bad >= 0) {
        shi_err e = shi_fail(SHI_INPUT, N_("the text is no valid UTF-8"), N_("Save the file as UTF-8."));
        e.line = bad + 1;
        return e;
    }
    int64_t counters = 1 << 12;
    while (2 * counters < characters && counters < INT64_C(1) << 30) counters *= 2;
    j->counter_mask = (uint64_t)counters - 1;
    return (j->counter = shi_new(j->work, uint32_t, counters)) ? (shi_err){ 0 } : shi_no_memory();
}

static shi_err set_desks(join *j)
{
    int threads = omp_get_max_threads();
    int64_t slots = 8;
    while (slots < 2 * j->longest) slots *= 2;
    if (!(j->desks = shi_new(j->work, desk, threads))) return shi_no_memory();
    for (int i = 0; i < threads; i++) {
        desk *d = &j->desks[i];
        d->character = shi_new(j->work, uint32_t, j->longest);
        d->gram = shi_new(j->work, ranked, j->longest);
        d->seen = shi_new(j->work, uint64_t, slots);
        d->slot = shi_new(j->work, uint32_t, j->longest);
        if (!d->character || !d->gram || !d->seen || !d->slot) return shi_no_memory();
    }
    return (shi_err){ 0 };
}

shi_err shi_texts_join(shi_arena *keep, shi_arena scratch, const shi_texts_columns *in, double similar, bool pairs, shi_texts_joined *out)
{
    join j = { .in = in, .similar = similar, .work = &scratch };
    int64_t texts = in->texts;
    j.out.wording = shi_new(keep, int32_t, texts);
    j.out.characters = shi_new(keep, int32_t, texts);
    j.out.root = shi_new(keep, int32_t, texts);
    j.set = shi_new(&scratch, uint64_t *, texts);
    j.set_len = shi_new(&scratch, int64_t, texts);
    if (texts && (!j.out.wording || !j.out.characters || !j.out.root || !j.set || !j.set_len)) return shi_no_memory();
    SHI_TRY(measure(&j));
    SHI_TRY(find_wordings(in, scratch, j.out.wording));
    SHI_TRY(set_desks(&j));
    for (int64_t t = 0; t < texts; t++) j.out.root[t] = j.out.wording[t];
    count_grams(&j);
    SHI_TRY(index_grams(&j));
    SHI_TRY(compare_all(&j, pairs));
    for (int64_t t = 0; t < texts; t++)
        if (j.out.root[t] >= 0) j.out.root[t] = root_of(j.out.root, j.out.root[t]);
    if (j.out.pairs) {
        shi_texts_pair *all = shi_new(keep, shi_texts_pair, j.out.pairs);
        if (!all) return shi_no_memory();
        memcpy(all, j.out.pair, (size_t)j.out.pairs * sizeof *all);
        j.out.pair = all;
    }
    *out = j.out;
    return (shi_err){ 0 };
}
