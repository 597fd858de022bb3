/* Communities of graphs whose parts are known: two cliques and a bridge, a ring of cliques, nothing at all; twice the same; bad edges. */
#include "shishu/community.h"
#include "test.h"

static void add(int32_t *a, int32_t *b, double *w, int64_t *m, int32_t x, int32_t y, double weight)
{
    a[*m] = x, b[*m] = y, w[(*m)++] = weight;
}

static void cliques(void **state)
{
    enum { K = 12, SIZE = 7, N = K * SIZE, MOST = K * SIZE * SIZE };
    int32_t a[MOST], b[MOST], part[N + 2], again[N + 2];
    double w[MOST];
    int64_t m = 0, parts, parts_again;
    shi_arena scratch = test_arena(8 * (N + 2));
    (void)state;
    for (int32_t c = 0; c < K; c++) {
        for (int32_t i = 0; i < SIZE; i++)
            for (int32_t j = 0; j < i; j++) add(a, b, w, &m, c * SIZE + i, c * SIZE + j, 2.5);
        add(a, b, w, &m, c * SIZE, (c + 1) % K * SIZE + 1, 0.5);
    }
    assert_ok(shi_communities(scratch, N + 2, a, b, w, m, part, &parts));
    assert_int_equal(parts, K + 2);                     /* the last two points stand alone */
    for (int32_t i = 0; i < N + 2; i++) assert_int_equal(part[i], i < N ? i / SIZE : K + i - N);
    assert_ok(shi_communities(scratch, N + 2, a, b, w, m, again, &parts_again));
    assert_memory_equal(part, again, sizeof part);
    free(scratch.base);
}

static void nothing(void **state)
{
    int32_t part[3];
    int64_t parts;
    shi_arena scratch = test_arena(24);
    (void)state;
    assert_ok(shi_communities(scratch, 3, NULL, NULL, NULL, 0, part, &parts));
    assert_true(parts == 3 && part[0] == 0 && part[1] == 1 && part[2] == 2);
    assert_ok(shi_communities(scratch, 0, NULL, NULL, NULL, 0, part, &parts));
    assert_int_equal(parts, 0);
    free(scratch.base);
}

static void refused(void **state)
{
    static const struct { int32_t a, b; double w; } BAD[] = { { 0, 0, 1 }, { -1, 0, 1 }, { 0, 3, 1 }, { 0, 1, 0 }, { 0, 1, -1 }, { 0, 1, INFINITY } };
    int32_t part[3];
    int64_t parts;
    shi_arena scratch = test_arena(24);
    (void)state;
    for (int64_t i = 0; i < COUNT(BAD); i++) {
        const int32_t a[] = { 0, BAD[i].a }, b[] = { 1, BAD[i].b };
        const double w[] = { 1, BAD[i].w };
        assert_int_equal(shi_communities(scratch, 3, a, b, w, 2, part, &parts).line, 2);
    }
    assert_int_equal(shi_communities((shi_arena){ scratch.at, scratch.at + 8, NULL }, 3, NULL, NULL, NULL, 0, part, &parts).code, SHI_SYSTEM);
    free(scratch.base);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(cliques),
    cmocka_unit_test(nothing),
    cmocka_unit_test(refused),
};
RUN_TESTS("community")
