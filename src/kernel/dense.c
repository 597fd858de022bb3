/* Densest blocks by peeling, with a queue of buckets for each mode.
 *
 * Equal rows become one cell (a sort). A value's mass lies in the bucket of that mass: up to 2,048 one bucket a number, above that 512 a doubling, so
 * that the smallest is found, and most losses of a heavy value cost nothing, whatever the masses are. What was peeled is one list; the densest
 * state is a place in it. Cells in the block are taken out, and the next block is sought in what is left. */
#include "shishu/dense.h"

#include "base/sort.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

enum { EXACT_BITS = 11, FINE_BITS = 9, EXACT = 1 << EXACT_BITS, BUCKETS = EXACT + (63 - EXACT_BITS) * (1 << FINE_BITS), WORDS = (BUCKETS + 63) / 64 };
static const int64_t MOST_MASS = INT64_C(1) << 31;
static const double UNIT = 1 << 16;   /* of a weight that is a fraction */

static int bucket_of(int64_t mass)
{
    if (mass < EXACT) return (int)mass;
    int e = 63 - __builtin_clzll((unsigned long long)mass);
    return EXACT + (e - EXACT_BITS) * (1 << FINE_BITS) + (int)(mass >> (e - FINE_BITS) & ((1 << FINE_BITS) - 1));
}

/* One mode: its values by mass. */
typedef struct {
    int64_t values, alive;        /* alive: not peeled, of those that had mass when the block was begun */
    int64_t *mass;
    int32_t *next, *before, *bucket;   /* bucket: -1: not in the queue */
    int32_t *head;                /* BUCKETS */
    uint64_t *used;               /* WORDS: buckets that hold something */
    int low;                      /* no word before it is used */
    const int64_t *first;         /* values + 1: cells of each value */
    const int32_t *cell;
} mode;

typedef struct {
    const shi_dense_tensor *t;
    shi_dense_measure measure;
    int modes;
    int64_t cells;
    int32_t *code[SHI_DENSE_MODES];   /* of each cell */
    int64_t *mass, *weight;           /* weight: what is peeled by; mass itself but for camouflage */
    uint8_t *gone;                    /* taken by an earlier block, or peeled in this one (2) */
    int32_t *taken_by;                /* block of each cell; -1 */
    mode mode[SHI_DENSE_MODES];
    double all, all_values[SHI_DENSE_MODES];   /* of the whole tensor, for suspiciousness */
    int32_t *peeled;                  /* values in order, with their modes */
    uint8_t *peeled_mode;
    int64_t n_peeled;
} peel;

/* ---- the queue ---- */

static void put(mode *m, int32_t v)
{
    int b = bucket_of(m->mass[v]), word = b >> 6;
    int32_t head = m->head[b];
    m->bucket[v] = b;
    m->next[v] = head;
    m->before[v] = -1;
    if (head >= 0) m->before[head] = v;
    m->head[b] = v;
    m->used[word] |= UINT64_C(1) << (b & 63);
    if (word < m->low) m->low = word;
}

static void pull(mode *m, int32_t v)
{
    int b = m->bucket[v];
    if (m->before[v] >= 0) m->next[m->before[v]] = m->next[v];
    else m->head[b] = m->next[v];
    if (m->next[v] >= 0) m->before[m->next[v]] = m->before[v];
    if (m->head[b] < 0) m->used[b >> 6] &= ~(UINT64_C(1) << (b & 63));
    m->bucket[v] = -1;
}

static int32_t smallest(mode *m)
{
    while (m->low < WORDS && !m->used[m->low]) m->low++;
    return m->low == WORDS ? -1 : m->head[m->low * 64 + __builtin_ctzll(m->used[m->low])];
}

static void lose(mode *m, int32_t v, int64_t mass)
{
    m->mass[v] -= mass;
    if (m->bucket[v] < 0 || bucket_of(m->mass[v]) == m->bucket[v]) return;
    pull(m, v);
    put(m, v);
}

/* ---- density ---- */

/* Of mass M in the block that is left when mode k loses `less` values. */
static double density(const peel *p, double M, int k, int64_t less)
{
    double sum = 0, logs = 0, share = 0;
    for (int i = 0; i < p->modes; i++) {
        double size = (double)(p->mode[i].alive - (i == k ? less : 0));
        if (size < 1) return -INFINITY;
        sum += size;
        if (p->measure == SHI_DENSE_GEOMETRIC) logs += log(size);
        if (p->measure == SHI_DENSE_SUSPICIOUSNESS) share += log(size / p->all_values[i]);
    }
    switch (p->measure) {
    case SHI_DENSE_GEOMETRIC: return M / exp(logs / p->modes);
    case SHI_DENSE_SUSPICIOUSNESS: return M > 0 ? M * (log(M / p->all) - 1) + p->all * exp(share) - M * share : 0;
    case SHI_DENSE_CAMOUFLAGE: return M / UNIT / sum;
    case SHI_DENSE_ARITHMETIC: break;
    }
    return M / (sum / p->modes);
}

/* ---- a block ---- */

static double begin(peel *p)
{
    double M = 0;
    for (int k = 0; k < p->modes; k++) {
        mode *m = &p->mode[k];
        memset(m->mass, 0, (size_t)m->values * sizeof *m->mass);
        memset(m->head, -1, BUCKETS * sizeof *m->head);
        memset(m->used, 0, WORDS * sizeof *m->used);
        m->low = WORDS;
        m->alive = 0;
    }
    for (int64_t c = 0; c < p->cells; c++) {
        if (p->gone[c]) continue;
        M += (double)p->weight[c];
        for (int k = 0; k < p->modes; k++) p->mode[k].mass[p->code[k][c]] += p->weight[c];
    }
    for (int k = 0; k < p->modes; k++) {
        mode *m = &p->mode[k];
        for (int64_t v = m->values - 1; v >= 0; v--) {   /* so that of equals the first is peeled first */
            m->bucket[v] = -1;
            if (!m->mass[v]) continue;
            put(m, (int32_t)v);
            m->alive++;
        }
    }
    p->n_peeled = 0;
    return M;
}

static double peel_value(peel *p, int k, int32_t v, double M)
{
    mode *m = &p->mode[k];
    pull(m, v);
    m->alive--;
    p->peeled[p->n_peeled] = v;
    p->peeled_mode[p->n_peeled++] = (uint8_t)k;
    for (int64_t i = m->first[v]; i < m->first[v + 1]; i++) {
        int32_t c = m->cell[i];
        if (p->gone[c]) continue;
        p->gone[c] = 2;
        M -= (double)p->weight[c];
        for (int o = 0; o < p->modes; o++)
            if (o != k) lose(&p->mode[o], p->code[o][c], p->weight[c]);
    }
    return M;
}

/* Peels all; the number of values peeled where it was densest. */
static int64_t peel_all(peel *p, double *densest)
{
    double M = begin(p);
    int64_t best = 0;
    *densest = density(p, M, -1, 0);
    for (;;) {
        int which = -1;
        int32_t value = -1;
        double after = -INFINITY;
        for (int k = 0; k < p->modes; k++) {
            int32_t v = smallest(&p->mode[k]);
            if (v < 0) continue;
            double d = p->mode[k].alive > 1 ? density(p, M - (double)p->mode[k].mass[v], k, 1) : -1e300;
            if (which < 0 || d > after) which = k, value = v, after = d;
        }
        if (which < 0 || after <= -1e300) return best;
        M = peel_value(p, which, value, M);
        if (after > *densest) *densest = after, best = p->n_peeled;
    }
}

/* What is left where it was densest: values are marked by bucket = 0, all others have -1. */
static void take_block(peel *p, int64_t best, int32_t number, shi_dense_block *out)
{
    for (int k = 0; k < p->modes; k++) {
        mode *m = &p->mode[k];
        for (int64_t v = 0; v < m->values; v++) m->bucket[v] = m->bucket[v] < 0 ? -1 : 0;
        out->size[k] = 0;
    }
    for (int64_t i = best; i < p->n_peeled; i++) p->mode[p->peeled_mode[i]].bucket[p->peeled[i]] = 0;
    for (int k = 0; k < p->modes; k++)
        for (int64_t v = 0; v < p->mode[k].values; v++) out->size[k] += p->mode[k].bucket[v] == 0;
    out->mass = 0;
    for (int64_t c = 0; c < p->cells; c++) {
        bool in = p->gone[c] != 1;
        for (int k = 0; k < p->modes && in; k++) in = p->mode[k].bucket[p->code[k][c]] == 0;
        if (p->gone[c] == 2) p->gone[c] = 0;
        if (!in) continue;
        out->mass += p->mass[c];
        p->taken_by[c] = number;
        p->gone[c] = 1;
    }
}

/* ---- cells ---- */

static int bits_of(int64_t most)
{
    int bits = 0;
    while (bits < 63 && most > 0 && most >> bits) bits++;
    return bits;
}

static shi_err checked(const shi_dense_tensor *t, shi_dense_measure measure, int64_t top)
{
    bool good = t->modes >= 1 && t->modes <= SHI_DENSE_MODES && t->n >= 0 && t->n < INT32_MAX && top >= 0;
    good = good && (unsigned)measure <= SHI_DENSE_CAMOUFLAGE;
    for (int k = 0; k < t->modes && good; k++) good = t->code[k] && t->values[k] >= 0 && t->values[k] <= INT32_MAX;
    if (!good || (measure == SHI_DENSE_CAMOUFLAGE && t->modes != 2))
        return shi_fail(SHI_USAGE, N_("there is no such measure of density for so many columns"),
                        N_("Camouflage takes two columns, the others up to eight."));
    for (int64_t i = 0; i < t->n; i++) {
        good = !t->mass || (t->mass[i] >= -1 && t->mass[i] <= MOST_MASS);
        for (int k = 0; k < t->modes && good; k++) good = t->code[k][i] >= -1 && t->code[k][i] < t->values[k];
        if (good) continue;
        shi_err e = shi_fail(SHI_INPUT, N_("the mass is above 2147483648, or the code is none"), N_("Correct the cell."));
        e.line = i + 1;
        return e;
    }
    return (shi_err){ 0 };
}

static bool whole(const shi_dense_tensor *t, int64_t row)
{
    bool all = !t->mass || t->mass[row] >= 0;
    for (int k = 0; k < t->modes && all; k++) all = t->code[k][row] >= 0;
    return all;
}

/* Rows in order of their codes, the first mode first: modes are packed into keys from the last on, as many as fit, one stable sort a key. */
static shi_err sorted(shi_arena scratch, const shi_dense_tensor *t, shi_keyed *row, int64_t n)
{
    for (int k = t->modes - 1; k >= 0;) {
        int from = k, bits = bits_of(t->values[k] - 1);
        while (from > 0 && bits + bits_of(t->values[from - 1] - 1) <= 64) bits += bits_of(t->values[--from] - 1);
        for (int64_t i = 0; i < n; i++) {
            uint64_t key = 0;
            for (int j = from; j <= k; j++) key = (j == from ? 0 : key << bits_of(t->values[j] - 1)) | (uint64_t)t->code[j][row[i].row];
            row[i].key = key;
        }
        SHI_TRY(shi_sort_keyed(scratch, row, n));
        k = from - 1;
    }
    return (shi_err){ 0 };
}

static bool same(const shi_dense_tensor *t, int64_t a, int64_t b)
{
    bool equal = true;
    for (int k = 0; k < t->modes && equal; k++) equal = t->code[k][a] == t->code[k][b];
    return equal;
}

static shi_err make_cells(shi_arena *scratch, peel *p, int32_t *cell_of)
{
    const shi_dense_tensor *t = p->t;
    shi_arena work = *scratch;
    int64_t n = 0, most = 0;
    for (int64_t i = 0; i < t->n; i++) most += whole(t, i);
    for (int k = 0; k < p->modes; k++)
        if (!(p->code[k] = shi_new(scratch, int32_t, most))) return shi_no_memory();
    p->mass = shi_new(scratch, int64_t, most);
    p->weight = shi_new(scratch, int64_t, most);
    p->gone = shi_new(scratch, uint8_t, most);
    p->taken_by = shi_new(scratch, int32_t, most);
    work = *scratch;
    shi_keyed *row = shi_new(&work, shi_keyed, most);
    if (!p->mass || !p->weight || !p->gone || !p->taken_by || !row) return shi_no_memory();
    for (int64_t i = 0; i < t->n; i++) {
        cell_of[i] = -1;
        if (whole(t, i)) row[n++].row = i;
    }
    SHI_TRY(sorted(work, t, row, n));
    p->cells = 0;
    for (int64_t i = 0; i < n; i++) {
        int64_t r = row[i].row;
        if (i == 0 || !same(t, row[i - 1].row, r)) {
            for (int k = 0; k < p->modes; k++) p->code[k][p->cells] = t->code[k][r];
            p->taken_by[p->cells++] = -1;
        }
        cell_of[r] = (int32_t)(p->cells - 1);
        p->mass[p->cells - 1] += t->mass ? t->mass[r] : 1;
    }
    return (shi_err){ 0 };
}

static shi_err make_modes(shi_arena *scratch, peel *p)
{
    int64_t values = 0;
    for (int k = 0; k < p->modes; k++) {
        mode *m = &p->mode[k];
        int64_t n = m->values = p->t->values[k];
        int64_t *first = shi_new(scratch, int64_t, n + 1);
        int32_t *cell = shi_new(scratch, int32_t, p->cells);
        m->mass = shi_new(scratch, int64_t, n);
        m->next = shi_new(scratch, int32_t, n);
        m->before = shi_new(scratch, int32_t, n);
        m->bucket = shi_new(scratch, int32_t, n);
        m->head = shi_new(scratch, int32_t, BUCKETS);
        m->used = shi_new(scratch, uint64_t, WORDS);
        if (!first || !cell || !m->mass || !m->next || !m->before || !m->bucket || !m->head || !m->used) return shi_no_memory();
        for (int64_t c = 0; c < p->cells; c++) first[p->code[k][c] + 1]++;
        for (int64_t v = 0; v < n; v++) {
            p->all_values[k] += first[v + 1] > 0;
            first[v + 1] += first[v];
            m->mass[v] = first[v];
        }
        for (int64_t c = 0; c < p->cells; c++) cell[m->mass[p->code[k][c]]++] = (int32_t)c;
        m->first = first;
        m->cell = cell;
        values += n;
    }
    p->peeled = shi_new(scratch, int32_t, values);
    p->peeled_mode = shi_new(scratch, uint8_t, values);
    return p->peeled && p->peeled_mode ? (shi_err){ 0 } : shi_no_memory();
}

static void weigh(peel *p)
{
    const int second = 1;
    int64_t *mass = p->mode[p->modes > 1 ? second : 0].mass;
    for (int64_t c = 0; c < p->cells; c++) p->weight[c] = p->mass[c], p->all += (double)p->mass[c];
    if (p->measure != SHI_DENSE_CAMOUFLAGE) return;
    memset(mass, 0, (size_t)p->mode[second].values * sizeof *mass);
    for (int64_t c = 0; c < p->cells; c++) mass[p->code[second][c]] += p->mass[c];
    for (int64_t c = 0; c < p->cells; c++) p->weight[c] = llround((double)p->mass[c] * UNIT / log((double)mass[p->code[second][c]] + 5));
}

static shi_err keep_values(shi_arena *keep, const peel *p, shi_dense_block *b, int64_t *n)
{
    for (int k = 0; k < p->modes; k++) {
        int32_t *value = shi_new(keep, int32_t, b->size[k]);   /* of one type, so they lie end to end */
        int64_t at = 0;
        if (!value) return shi_no_memory();
        for (int64_t v = 0; v < p->mode[k].values; v++)
            if (p->mode[k].bucket[v] == 0) value[at++] = (int32_t)v;
        b->first[k] = *n;
        *n += at;
    }
    return (shi_err){ 0 };
}

shi_err shi_dense_find(shi_arena *keep, shi_arena scratch, const shi_dense_tensor *tensor, shi_dense_measure measure, int64_t top, shi_dense *out)
{
    SHI_TRY(checked(tensor, measure, top));
    peel p = { .t = tensor, .measure = measure, .modes = tensor->modes };
    int64_t mass = 0, left = 0, n = 0, blocks = 0;
    int32_t *cell_of = shi_new(&scratch, int32_t, tensor->n), *block_of = shi_new(keep, int32_t, tensor->n);
    int64_t *cell_mass = shi_new(keep, int64_t, tensor->n);
    if (!cell_of || !block_of || !cell_mass) return shi_no_memory();
    SHI_TRY(make_cells(&scratch, &p, cell_of));
    SHI_TRY(make_modes(&scratch, &p));
    weigh(&p);
    if (top > p.cells) top = p.cells;
    shi_dense_block *block = shi_new(keep, shi_dense_block, top);
    const int32_t *value = shi_new(keep, int32_t, 0);
    if (!block || !value) return shi_no_memory();
    for (; blocks < top; blocks++) {
        shi_dense_block *b = &block[blocks];
        int64_t best = peel_all(&p, &b->density);
        take_block(&p, best, (int32_t)blocks, b);
        if (b->mass == 0) break;
        SHI_TRY(keep_values(keep, &p, b, &n));
    }
    for (int64_t c = 0; c < p.cells; c++) mass += p.mass[c];
    for (int64_t i = 0; i < tensor->n; i++) {
        block_of[i] = cell_of[i] < 0 ? -1 : p.taken_by[cell_of[i]];
        cell_mass[i] = cell_of[i] < 0 ? 0 : p.mass[cell_of[i]];
        left += cell_of[i] < 0;
    }
    *out = (shi_dense){ block, blocks, value, block_of, cell_mass, p.cells, mass, left };
    return (shi_err){ 0 };
}
