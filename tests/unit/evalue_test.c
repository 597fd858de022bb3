/* The calibrator at known points and far out, sums of logarithms, and the selection next to e-BH and by hand. */
#include "shishu/adjust.h"
#include "shishu/evalue.h"
#include "test.h"

static void calibrator(void **state)
{
    (void)state;
    assert_near(pow(10, shi_e_calibrated(0)), 0.5, 1e-12);
    assert_true(fabs(pow(10, shi_e_calibrated(-4)) - 118) < 1);          /* design 9, section 5 */
    assert_true(fabs(pow(10, shi_e_calibrated(log10(5e-5))) - 204) < 1);
    assert_true(fabs(pow(10, shi_e_calibrated(-6)) - 5240) < 10);
    assert_near(shi_e_calibrated(-5000), 5000 - 2 * log10(5000 * log(10)), 1e-12);
    assert_true(isnan(shi_e_calibrated(0.1)) && isinf(shi_e_calibrated(-INFINITY)));
    double mean = 0;                                                      /* its mean over uniform p is 1: by the midpoint rule in ln p */
    for (int i = 0; i < 400000; i++) {
        double ln = -(i + 0.5) * 1e-3, p = exp(ln);
        mean += pow(10, shi_e_calibrated(ln / log(10))) * p * 1e-3;
    }
    assert_true(mean > 0.996 && mean < 1);                                /* what lies beyond e^-400 is worth 1 / 400 */
    for (double x = -1e-9; x > -50; x *= 1.01) assert_true(shi_e_calibrated(x * 1.01) > shi_e_calibrated(x));
}

static void sums(void **state)
{
    (void)state;
    const double x[] = { 400, 400, -INFINITY, 399 };
    assert_near(shi_log10_sum(x, 4), 400 + log10(2.1), 1e-14);
    assert_true(shi_log10_sum(x, 0) == -INFINITY && shi_log10_sum(x + 2, 1) == -INFINITY);
}

static void selection(void **state)
{
    (void)state;
    enum { N = 40 };
    double e[N], log10_e[N], q[N];
    bool a[N], b[N];
    int64_t count, plain;
    char room[16 * N + 64];
    shi_arena scratch = { room, room + sizeof room, NULL };
    for (int trial = 0; trial < 200; trial++) {
        for (int i = 0; i < N; i++) log10_e[i] = (double)((i * 7919 + trial * 104729) % 1000) / 249.7, e[i] = pow(10, log10_e[i]);
        for (double alpha = 0.01; alpha < 0.5; alpha *= 2) {
            assert_ok(shi_e_bh(scratch, e, N, alpha, a, &plain));
            assert_ok(shi_e_select(scratch, log10_e, N, N, alpha, b, q, &count));
            assert_int_equal(count, plain);
            for (int i = 0; i < N; i++) assert_true(a[i] == b[i] && b[i] == (q[i] <= alpha));
        }
    }
    const double far[] = { 1000, -INFINITY, 2.4 };
    assert_ok(shi_e_select(scratch, far, 3, 10, 0.05, b, q, &count));
    assert_true(count == 2 && b[0] && b[2] && !b[1] && q[1] == 1);        /* the second needs 10 / (0.05 · 2) = 100 */
    assert_near(q[2], 10 / (2 * pow(10, 2.4)), 1e-12);
    assert_ok(shi_e_select(scratch, far, 0, 1, 0.05, b, q, &count));
    assert_int_equal(count, 0);
}

static void refused(void **state)
{
    (void)state;
    const double bad[] = { 1, NAN };
    double q[2];
    bool selected[2];
    int64_t count;
    char room[64];
    assert_int_equal(shi_e_select((shi_arena){ room, room + 64, NULL }, bad, 2, 1, 0.05, selected, q, &count).line, 2);
    assert_int_equal(shi_e_select((shi_arena){ room, room + 64, NULL }, bad, 1, 0, 0.05, selected, q, &count).code, SHI_USAGE);
    assert_int_equal(shi_e_select((shi_arena){ room, room + 64, NULL }, bad, 1, 1, 1, selected, q, &count).code, SHI_USAGE);
    assert_int_equal(shi_e_select((shi_arena){ room, room + 8, NULL }, bad, 1, 1, 0.05, selected, q, &count).code, SHI_SYSTEM);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(calibrator),
    cmocka_unit_test(sums),
    cmocka_unit_test(selection),
    cmocka_unit_test(refused),
};
RUN_TESTS("evalue")
