/* Adjusted p-values: R's p.adjust, Hommel against closed testing by hand and against R's way over all m, e-BH as published. */
#include "shishu/adjust.h"

#include "base/random.h"
#include "vectors.h"

enum { MANY = 1000000, ROOM = 1 << 16 };

static void *room(void)
{
    void *p = malloc(ROOM);
    assert_non_null(p);
    return p;
}

static shi_arena arena_of(void *p)
{
    return (shi_arena){ p, (char *)p + ROOM, p };
}

static shi_p_method method_of(const char *name)
{
    static const struct { const char *name; shi_p_method method; } ALL[] = {
        { "BH", SHI_P_BH }, { "BY", SHI_P_BY }, { "holm", SHI_P_HOLM }, { "hochberg", SHI_P_HOCHBERG },
        { "hommel", SHI_P_HOMMEL }, { "bonferroni", SHI_P_BONFERRONI },
    };
    for (size_t i = 0; i < sizeof ALL / sizeof *ALL; i++)
        if (!strcmp(ALL[i].name, name)) return ALL[i].method;
    fail_msg("no method %s", name);
    return SHI_P_BH;
}

static void as_published(void **state)
{
    vectors v = vectors_open("fdr/p_adjust.csv");
    void *work = room();
    double p[64], got[64];
    (void)state;
    for (int from = 0, to; from < v.rows; from = to) {
        const char *method = vectors_text(&v, from, "method");
        for (to = from; to < v.rows && !strcmp(vectors_text(&v, to, "method"), method) && vectors_whole(&v, to, "i") == to - from + 1; to++)
            p[to - from] = vectors_number(&v, to, "p");
        assert_ok(shi_p_adjust(arena_of(work), method_of(method), p, to - from, got));
        for (int i = from; i < to; i++) {
            double want = vectors_number(&v, i, "adjusted");
            assert_near(got[i - from] / want, 1, 1e-9);
        }
    }
    vectors_checked("fdr/p_adjust.csv", v.rows);
    free(work);
    vectors_close(&v);
}

static void e_values_as_published(void **state)
{
    vectors v = vectors_open("fdr/e_bh.csv");
    void *work = room();
    (void)state;
    for (int row = 0; row < v.rows; row++) {
        double e[64];
        int64_t want[64], n = vectors_list(&v, row, "e_values", e, 64), wanted = vectors_wholes(&v, row, "rejected_indices_0based", want, 64), count;
        bool rejected[64];
        assert_ok(shi_e_bh(arena_of(work), e, n, vectors_number(&v, row, "alpha"), rejected, &count));
        assert_int_equal(count, wanted);
        for (int64_t i = 0, at = 0; i < n; i++) {
            bool in = at < wanted && want[at] == i;
            assert_int_equal(rejected[i], in);
            at += in;
        }
    }
    vectors_checked("fdr/e_bh.csv", v.rows);
    free(work);
    vectors_close(&v);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* The definition: the largest Simes p-value of all sets that hold i. */
static double closed_testing(const double *p, int n, int i)
{
    double most = 0;
    for (int set = 1; set < 1 << n; set++) {
        double in[16], least = 1;
        int m = 0;
        if (!(set >> i & 1)) continue;
        for (int k = 0; k < n; k++)
            if (set >> k & 1) in[m++] = p[k];
        qsort(in, (size_t)m, sizeof *in, ascending);
        for (int k = 0; k < m; k++)
            if (m * in[k] / (k + 1) < least) least = m * in[k] / (k + 1);
        if (least > most) most = least;
    }
    return most;
}

static void hommel_closes_simes(void **state)
{
    void *work = room();
    (void)state;
    for (int trial = 0; trial < 300; trial++) {
        shi_random r = shi_random_of(7, 1, trial, 0, 0);
        int n = 1 + (int)shi_random_below(&r, 9);
        double p[16], got[16], hochberg[16];
        for (int i = 0; i < n; i++) {
            p[i] = pow(shi_random_unit(&r), 1 + trial % 3);
            if (trial % 4 == 0) p[i] = floor(p[i] * 8) / 8;   /* ties, zeros */
        }
        assert_ok(shi_p_adjust(arena_of(work), SHI_P_HOMMEL, p, n, got));
        assert_ok(shi_p_adjust(arena_of(work), SHI_P_HOCHBERG, p, n, hochberg));
        for (int i = 0; i < n; i++) {
            assert_near(got[i], closed_testing(p, n, i), 1e-12);
            assert_true(got[i] <= hochberg[i] + 1e-12);
        }
    }
    free(work);
}

/* R's p.adjust: a pass over each m. p ascending. */
static void hommel_by_passes(const double *p, int n, double *out)
{
    double q[512], least = INFINITY;
    for (int i = 0; i < n; i++)
        if (n * p[i] / (i + 1) < least) least = n * p[i] / (i + 1);
    for (int i = 0; i < n; i++) q[i] = out[i] = least;
    for (int m = n - 1; m >= 2; m--) {
        double q1 = INFINITY;
        for (int k = 2; k <= m; k++)
            if (m * p[n - m + k - 1] / k < q1) q1 = m * p[n - m + k - 1] / k;
        for (int i = 0; i <= n - m; i++) q[i] = m * p[i] < q1 ? m * p[i] : q1;
        for (int i = n - m + 1; i < n; i++) q[i] = q[n - m];
        for (int i = 0; i < n; i++)
            if (q[i] > out[i]) out[i] = q[i];
    }
    for (int i = 0; i < n; i++)
        if (p[i] > out[i]) out[i] = p[i];
}

static void hommel_as_by_passes(void **state)
{
    void *work = room();
    (void)state;
    for (int trial = 0; trial < 40; trial++) {
        shi_random r = shi_random_of(8, 1, trial, 0, 0);
        int n = 50 + (int)shi_random_below(&r, 400);
        double p[512], want[512], got[512];
        for (int i = 0; i < n; i++) p[i] = shi_random_chance(&r, 0.7) ? shi_random_unit(&r) : pow(shi_random_unit(&r), 4 + 4 * (trial % 3));
        qsort(p, (size_t)n, sizeof *p, ascending);
        hommel_by_passes(p, n, want);
        assert_ok(shi_p_adjust(arena_of(work), SHI_P_HOMMEL, p, n, got));
        for (int i = 0; i < n; i++) assert_near(got[i], want[i], 1e-12);
    }
    free(work);
}

/* A million p-values, four ways and in place; BH against its definition: rejections at alpha are the step-up's. */
static void millions(void **state)
{
    shi_arena work;
    double *p = calloc(MANY, sizeof *p), *out = calloc(MANY, sizeof *out);
    int64_t rejected = 0, below = 0;
    (void)state;
    assert_true(p && out);
    assert_ok(shi_arena_open(INT64_C(40) * MANY, &work));
    shi_random r = shi_random_of(9, 1, 0, 0, 0);
    for (int64_t i = 0; i < MANY; i++) p[i] = i % 10 ? shi_random_unit(&r) : shi_random_unit(&r) * 1e-4;
    assert_ok(shi_p_adjust(work, SHI_P_BH, p, MANY, out));
    double cut = 0;
    for (int64_t i = 0; i < MANY; i++)
        if (out[i] <= 0.01) {
            rejected++;
            cut = p[i] > cut ? p[i] : cut;
        }
    for (int64_t i = 0; i < MANY; i++) below += p[i] <= cut;
    assert_int_equal(below, rejected);
    assert_true(rejected > MANY / 20 && cut <= 0.01 * (double)rejected / MANY);
    assert_ok(shi_p_adjust(work, SHI_P_HOMMEL, p, MANY, out));
    assert_ok(shi_p_adjust(work, SHI_P_HOCHBERG, p, MANY, p));
    for (int64_t i = 0; i < MANY; i++)
        if (!(out[i] <= p[i] * (1 + 1e-12))) fail_msg("Hommel is above Hochberg at %lld", (long long)i);
    shi_arena_drop(&work);
    free(p);
    free(out);
}

static void what_is_no_p_value(void **state)
{
    static const double bad[] = { -1e-9, 1.000001, NAN, INFINITY };
    void *work = room();
    (void)state;
    for (int k = 0; k < 4; k++) {
        double p[] = { 0.5, bad[k], 0.1 }, out[] = { 7, 7, 7 };
        shi_err e = shi_p_adjust(arena_of(work), SHI_P_BH, p, 3, out);
        assert_int_equal(e.code, SHI_INPUT);
        assert_int_equal(e.line, 2);
        assert_true(out[0] == 7 && out[2] == 7);
    }
    bool rejected[3];
    int64_t count = -1;
    double e_values[] = { 1, 2, NAN };
    assert_int_equal(shi_e_bh(arena_of(work), e_values, 3, 0.05, rejected, &count).line, 3);
    e_values[2] = INFINITY;
    assert_int_equal(shi_e_bh(arena_of(work), e_values, 3, 0, rejected, &count).code, SHI_USAGE);
    assert_int_equal(count, -1);
    assert_ok(shi_e_bh(arena_of(work), e_values, 3, 0.05, rejected, &count));
    assert_true(count == 1 && rejected[2] && !rejected[0]);
    assert_ok(shi_e_bh(arena_of(work), NULL, 0, 0.05, NULL, &count));
    assert_int_equal(count, 0);
    assert_ok(shi_p_adjust(arena_of(work), SHI_P_HOMMEL, NULL, 0, NULL));
    free(work);
}

/* An arena that is too small by any amount is refused and nothing is written beyond it. */
static void too_small(void **state)
{
    double p[] = { 0.03, 0.001, 0.4, 0.2 }, out[4];
    bool rejected[4];
    int64_t count, refused = 0;
    (void)state;
    for (int64_t bytes = 0; bytes <= 160; bytes += 8) {
        shi_arena a = test_arena(bytes);
        refused += shi_p_adjust(a, SHI_P_HOMMEL, p, 4, out).code == SHI_SYSTEM;
        refused += shi_e_bh(a, p, 4, 0.1, rejected, &count).code == SHI_SYSTEM;
        if (bytes >= 32 * 4 + 32) assert_ok(shi_p_adjust(a, SHI_P_HOMMEL, p, 4, out));
        free(a.base);
    }
    assert_true(refused > 8);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(as_published), cmocka_unit_test(e_values_as_published), cmocka_unit_test(hommel_closes_simes),
    cmocka_unit_test(hommel_as_by_passes), cmocka_unit_test(millions), cmocka_unit_test(what_is_no_p_value), cmocka_unit_test(too_small),
};
RUN_TESTS("adjust")
