/* Fits of a beta distribution: back to what the counts were drawn from, to a maximum of the likelihood, and where nothing can be fitted. */
#include "shishu/feasible.h"

#include "table_dump.h"
#include "test.h"

static double uniform(uint64_t seed, uint64_t index)
{
    return (double)(table_random(seed, index) >> 11) / 9007199254740992.0;
}

/* A share from Beta(a, b) with whole a, b: the a-th smallest of a + b - 1 uniform numbers. */
static double share_of(int a, int b, uint64_t seed)
{
    double u[64];
    int n = a + b - 1;
    for (int i = 0; i < n; i++) u[i] = uniform(seed, (uint64_t)i);
    for (int i = 0; i < n; i++)
        for (int k = i + 1; k < n; k++)
            if (u[k] < u[i]) {
                double t = u[i];
                u[i] = u[k];
                u[k] = t;
            }
    return u[a - 1];
}

static double likelihood(const int64_t *found, const int64_t *size, int64_t n, double a, double b)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += lgamma((double)found[i] + a) + lgamma((double)(size[i] - found[i]) + b) - lgamma((double)size[i] + a + b) + lgamma(a + b) - lgamma(a)
            - lgamma(b);
    return sum;
}

static void comes_back(void **state)
{
    enum { N = 2000 };
    static int64_t found[N], size[N];
    static const int SHAPE[][2] = { { 2, 5 }, { 7, 13 }, { 1, 1 }, { 12, 3 } };
    (void)state;
    for (int64_t s = 0; s < COUNT(SHAPE); s++) {
        double a = 0, b = 0;
        for (uint64_t i = 0; i < N; i++) {
            double p = share_of(SHAPE[s][0], SHAPE[s][1], 1000 * (uint64_t)s + i + 1);
            size[i] = 50 + (int64_t)(table_random(5, i) % 400);
            found[i] = 0;
            for (uint64_t k = 0; k < (uint64_t)size[i]; k++) found[i] += uniform(77 + (uint64_t)s, i * 1000 + k) < p;
        }
        assert_true(shi_beta_fit(found, size, N, &a, &b));
        assert_near(a / (a + b), (double)SHAPE[s][0] / (SHAPE[s][0] + SHAPE[s][1]), 0.02);
        assert_near((a + b) / (SHAPE[s][0] + SHAPE[s][1]), 1, 0.1);
        double best = likelihood(found, size, N, a, b);   /* no neighbour is likelier */
        static const double NEAR[][2] = { { 1.001, 1 }, { 0.999, 1 }, { 1, 1.001 }, { 1, 0.999 }, { 1.001, 1.001 }, { 0.999, 0.999 } };
        for (int64_t k = 0; k < COUNT(NEAR); k++) assert_true(likelihood(found, size, N, a * NEAR[k][0], b * NEAR[k][1]) <= best + 1e-7);
    }
}

static void edges(void **state)
{
    static const int64_t NONE[] = { 0, 0, 0 }, ALL[] = { 9, 9, 9 }, SOME[] = { 3, 3, 3 }, SIZE[] = { 9, 9, 9 }, NOBODY[] = { 0, -1, 9 };
    double a = 7, b = 8;
    (void)state;
    assert_false(shi_beta_fit(NONE, SIZE, 3, &a, &b));
    assert_false(shi_beta_fit(ALL, SIZE, 3, &a, &b));
    assert_false(shi_beta_fit(SOME, NOBODY, 3, &a, &b));   /* one unit with people */
    assert_false(shi_beta_fit(SOME, SIZE, 0, &a, &b));
    assert_near(a, 7, 0);
    assert_true(shi_beta_fit(SOME, SIZE, 3, &a, &b));      /* shares that do not differ at all */
    assert_near(a / (a + b), 1.0 / 3, 1e-4);
    assert_true(a + b > 100);
}

static const struct CMUnitTest TESTS[] = { cmocka_unit_test(comes_back), cmocka_unit_test(edges) };
RUN_TESTS("beta_fit")
