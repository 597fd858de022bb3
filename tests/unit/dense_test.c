/* Dense blocks against all blocks there are of small tensors: at least 1/N as dense as the densest; mass and density counted again; cells of a block are
 * gone for the next; equal rows add up; far masses; edges. */
#include "shishu/dense.h"

#include "base/random.h"
#include "test.h"

enum { MOST = 3000, MODES = 3 };

typedef struct {
    int32_t code[MODES][MOST];
    int64_t mass[MOST], n;
    int64_t values[MODES];
} rows;

static rows *random_rows(uint64_t seed, int64_t n, int64_t values, int64_t most_mass)
{
    rows *r = calloc(1, sizeof *r);
    shi_random x = shi_random_of(seed, 71, n, values, most_mass);
    assert_non_null(r);
    r->n = n;
    for (int k = 0; k < MODES; k++) r->values[k] = values + k;
    for (int64_t i = 0; i < n; i++) {
        for (int k = 0; k < MODES; k++) r->code[k][i] = (int32_t)(pow(shi_random_unit(&x), 1.5) * (double)r->values[k]);
        r->mass[i] = shi_random_below(&x, most_mass + 1);
    }
    return r;
}

static shi_dense_tensor tensor_of(const rows *r, int modes, bool mass)
{
    return (shi_dense_tensor){ r->n, modes, { r->code[0], r->code[1], r->code[2] }, { r->values[0], r->values[1], r->values[2] }, mass ? r->mass : NULL };
}

/* By the header's formulas; taken: rows that earlier blocks hold. */
static double density_of(const shi_dense_tensor *t, shi_dense_measure measure, double M, const int64_t *size, double R, const int64_t *all)
{
    double sum = 0, logs = 0, product = 1, shares = 0;
    for (int k = 0; k < t->modes; k++) {
        sum += (double)size[k];
        logs += log((double)size[k]);
        product *= (double)size[k] / (double)all[k];
        shares += log((double)size[k] / (double)all[k]);
    }
    switch (measure) {
    case SHI_DENSE_ARITHMETIC: return M / (sum / t->modes);
    case SHI_DENSE_GEOMETRIC: return M / exp(logs / t->modes);
    case SHI_DENSE_SUSPICIOUSNESS: return M > 0 ? M * (log(M / R) - 1) + R * product - M * shares : 0;
    case SHI_DENSE_CAMOUFLAGE: break;
    }
    return M / sum;
}

static double mass_at(const shi_dense_tensor *t, int64_t i)
{
    return t->mass ? (double)t->mass[i] : 1;
}

/* Weight of a row: mass, or what camouflage leaves of it. */
static double weight_at(const shi_dense_tensor *t, shi_dense_measure measure, int64_t i)
{
    double x = 0;
    if (measure != SHI_DENSE_CAMOUFLAGE) return mass_at(t, i);
    for (int64_t j = 0; j < t->n; j++)
        if (t->code[1][j] == t->code[1][i]) x += mass_at(t, j);
    return mass_at(t, i) / log(x + 5);
}

static void used_values(const shi_dense_tensor *t, int64_t *all, double *R)
{
    bool seen[MODES][64] = { { false } };
    *R = 0;
    for (int k = 0; k < t->modes; k++) all[k] = 0;
    for (int64_t i = 0; i < t->n; i++) {
        *R += mass_at(t, i);
        for (int k = 0; k < t->modes; k++) {
            if (!seen[k][t->code[k][i]]) all[k]++;
            seen[k][t->code[k][i]] = true;
        }
    }
}

/* The densest of all blocks: sets of values as bits. */
static double densest(const shi_dense_tensor *t, shi_dense_measure measure)
{
    int bits = 0, shift[MODES] = { 0 };
    int64_t all[MODES], size[MODES];
    double best = 0, R, *weight = calloc((size_t)t->n + 1, sizeof *weight);
    assert_non_null(weight);
    used_values(t, all, &R);
    for (int k = 0; k < t->modes; k++) shift[k] = bits, bits += (int)t->values[k];
    for (int64_t i = 0; i < t->n; i++) weight[i] = weight_at(t, measure, i);
    for (uint32_t set = 0; set < 1u << bits; set++) {
        bool empty = false;
        double M = 0;
        for (int k = 0; k < t->modes; k++) {
            size[k] = __builtin_popcount(set >> shift[k] & ((1u << t->values[k]) - 1));
            empty = empty || !size[k];
        }
        if (empty) continue;
        for (int64_t i = 0; i < t->n; i++) {
            bool in = true;
            for (int k = 0; k < t->modes; k++) in = in && (set >> (shift[k] + t->code[k][i]) & 1);
            M += in ? weight[i] : 0;
        }
        double d = density_of(t, measure, M, size, R, all);
        best = d > best ? d : best;
    }
    free(weight);
    return best;
}

static shi_dense find(shi_arena *keep, const shi_dense_tensor *t, shi_dense_measure measure, int64_t top)
{
    shi_arena scratch;
    shi_dense out;
    assert_ok(shi_arena_open((int64_t)1 << 30, &scratch));
    assert_ok(shi_dense_find(keep, scratch, t, measure, top, &out));
    shi_arena_drop(&scratch);
    return out;
}

static bool holds(const shi_dense *d, int64_t b, int k, int32_t code)
{
    const shi_dense_block *block = &d->ptr[b];
    for (int64_t i = block->first[k]; i < block->first[k] + block->size[k]; i++)
        if (d->value[i] == code) return true;
    return false;
}

static void check(const shi_dense_tensor *t, shi_dense_measure measure, const shi_dense *d)
{
    int64_t all[MODES];
    double R;
    used_values(t, all, &R);
    assert_true((double)d->mass == R);
    for (int64_t b = 0; b < d->len; b++) {
        double M = 0, W = 0;
        for (int64_t i = 0; i < t->n; i++) {
            bool in = true;
            for (int k = 0; k < t->modes; k++) in = in && holds(d, b, k, t->code[k][i]);
            assert_true(d->block_of[i] != b || in);
            if (!in || (d->block_of[i] >= 0 && d->block_of[i] < b)) continue;
            assert_int_equal(d->block_of[i], b);
            M += mass_at(t, i);
            W += weight_at(t, measure, i);
        }
        assert_true((double)d->ptr[b].mass == M);
        assert_near(d->ptr[b].density, density_of(t, measure, W, d->ptr[b].size, R, all), measure == SHI_DENSE_CAMOUFLAGE ? 1e-3 : 1e-9);
    }
}

static void near_the_densest(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 24; seed++)
        for (int measure = 0; measure <= SHI_DENSE_CAMOUFLAGE; measure++) {
            shi_arena keep;
            rows *r = random_rows(seed, 5 + (int64_t)seed * 2, 3, 4);
            int modes = measure == SHI_DENSE_CAMOUFLAGE ? 2 : 2 + (int)(seed % 2);
            shi_dense_tensor t = tensor_of(r, modes, seed % 3 > 0);
            assert_ok(shi_arena_open(1 << 20, &keep));
            shi_dense d = find(&keep, &t, (shi_dense_measure)measure, 3);
            double best = densest(&t, (shi_dense_measure)measure);
            if (d.len) {
                assert_true(d.ptr[0].density <= best * (1 + 1e-3) + 1e-9);
                if (measure != SHI_DENSE_SUSPICIOUSNESS) assert_true(d.ptr[0].density >= best / modes - 1e-9);
            } else assert_true(best <= 0);
            check(&t, (shi_dense_measure)measure, &d);
            free(r);
            shi_arena_drop(&keep);
        }
}

static void larger(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 8; seed++) {
        shi_arena keep;
        rows *r = random_rows(seed, MOST, 40, seed % 2 ? 5 : INT64_C(2000000000));
        shi_dense_tensor t = tensor_of(r, 3, seed % 4 != 0);
        for (int64_t i = 0; i < 800; i++) {                 /* what is planted comes first */
            for (int k = 0; k < MODES; k++) r->code[k][i] = (int32_t)((i / (k ? k == 1 ? 4 : 16 : 1)) % 4) + 30;
            if (t.mass) r->mass[i] = seed % 2 ? 5 : INT64_C(2000000000);
        }
        assert_ok(shi_arena_open(1 << 24, &keep));
        shi_dense d = find(&keep, &t, SHI_DENSE_GEOMETRIC, 5);
        assert_true(d.len >= 1);
        for (int k = 0; k < MODES; k++)
            for (int32_t v = 30; v < 34; v++) assert_true(holds(&d, 0, k, v));
        check(&t, SHI_DENSE_GEOMETRIC, &d);
        free(r);
        shi_arena_drop(&keep);
    }
}

static void edges(void **state)
{
    static const int32_t a[4] = { 0, 0, -1, 1 }, b[4] = { 0, 0, 0, 2 };
    static const int64_t mass[4] = { 3, 4, 5, -1 }, huge[4] = { 1, 1, INT64_C(1) << 40, 1 };
    const shi_dense_tensor good = { 4, 2, { a, b }, { 2, 3 }, NULL }, heavy = { 4, 2, { a, b }, { 2, 3 }, mass }, none = { 0, 2, { a, b }, { 0, 0 }, NULL };
    const shi_dense_tensor too_heavy = { 4, 2, { a, b }, { 2, 3 }, huge }, no_code = { 4, 2, { a, b }, { 2, 2 }, NULL }, modeless = { .n = 4 };
    shi_arena keep;
    shi_dense d = { .len = 77 };
    (void)state;
    assert_ok(shi_arena_open(1 << 22, &keep));
    assert_int_equal(shi_dense_find(&keep, keep, &modeless, SHI_DENSE_GEOMETRIC, 1, &d).code, SHI_USAGE);
    assert_int_equal(shi_dense_find(&keep, keep, &(shi_dense_tensor){ 4, 1, { a }, { 2 }, NULL }, SHI_DENSE_CAMOUFLAGE, 1, &d).code, SHI_USAGE);
    assert_int_equal(shi_dense_find(&keep, keep, &too_heavy, SHI_DENSE_GEOMETRIC, 1, &d).line, 3);
    assert_int_equal(shi_dense_find(&keep, keep, &no_code, SHI_DENSE_GEOMETRIC, 1, &d).line, 4);
    assert_int_equal(d.len, 77);
    d = find(&keep, &none, SHI_DENSE_GEOMETRIC, 3);
    assert_true(d.len == 0 && d.cells == 0);
    d = find(&keep, &good, SHI_DENSE_GEOMETRIC, 3);
    assert_true(d.cells == 2 && d.left_out == 1 && d.len == 2 && d.ptr[0].mass == 2 && d.block_of[2] == -1 && d.cell_mass[1] == 2);
    d = find(&keep, &heavy, SHI_DENSE_ARITHMETIC, 3);
    assert_true(d.cells == 1 && d.left_out == 2 && d.len == 1 && d.ptr[0].mass == 7 && d.ptr[0].density == 7);
    for (int64_t bytes = 0;; bytes += 1 + bytes / 8) {
        shi_arena scratch = test_arena(bytes), own = test_arena(4096);
        shi_err e = shi_dense_find(&own, scratch, &good, SHI_DENSE_GEOMETRIC, 3, &d);
        free(scratch.base);
        free(own.base);
        if (!e.code) break;
        assert_int_equal(e.code, SHI_SYSTEM);
    }
    shi_arena_drop(&keep);
}

static const struct CMUnitTest TESTS[] = { cmocka_unit_test(near_the_densest), cmocka_unit_test(larger), cmocka_unit_test(edges) };
RUN_TESTS("dense")
