/* Fisher's combination next to every published row, next to its closed form, and far out in the tail. */
#include "shishu/combine.h"
#include "vectors.h"

static void as_published(void **state)
{
    (void)state;
    vectors v = vectors_open("rla/fisher_vs_product.csv");
    for (int row = 0; row < v.rows; row++) {
        double p[200], log_p[200], product = 1;
        int64_t n = vectors_whole(&v, row, "strata");
        assert_true(n <= 200);
        for (int64_t i = 0; i < n; i++) {
            p[i] = vectors_number(&v, row, "p_each");
            log_p[i] = log(p[i]);
            product *= p[i];
        }
        double fisher = shi_fisher_combine(p, n);
        assert_near(fisher / vectors_number(&v, row, "fisher_p"), 1, 1e-9);
        assert_near(exp(shi_fisher_combine_log(log_p, n)) / fisher, 1, 1e-12);
        assert_true(fabs(fisher - vectors_number(&v, row, "published_fisher_p")) <= 0.00005);
        assert_near(product / vectors_number(&v, row, "product_p"), 1, 1e-9);
    }
    vectors_checked("rla/fisher_vs_product.csv", v.rows);
    vectors_close(&v);
}

/* Of two: P (1 - log P), P the product. */
static void closed_form_of_two(void **state)
{
    (void)state;
    for (double a = 1; a > 1e-200; a *= 0.013)
        for (double b = 1; b > 1e-100; b *= 0.07) {
            const double p[] = { a, b };
            assert_near(shi_fisher_combine(p, 2) / (a * b * (1 - log(a * b))), 1, 1e-11);
        }
    const double far[] = { -1000, -4000 };
    assert_near(shi_fisher_combine_log(far, 2), -5000 + log(5001), 1e-12);
}

static void edges(void **state)
{
    (void)state;
    const double one[] = { 0.03 }, zero[] = { 0.5, 0 }, bad[] = { 0.5, 1.5 }, none[] = { 0.5, NAN }, logs[] = { -1, -INFINITY }, above[] = { 0.1 };
    assert_near(shi_fisher_combine(one, 1), 0.03, 1e-15);
    assert_true(shi_fisher_combine(zero, 2) == 0 && shi_fisher_combine(one, 0) == 1);
    assert_true(isnan(shi_fisher_combine(bad, 2)) && isnan(shi_fisher_combine(none, 2)) && isnan(shi_fisher_combine_log(above, 1)));
    assert_true(shi_fisher_combine_log(logs, 2) == -INFINITY && shi_fisher_combine_log(logs, 0) == 0);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(as_published),
    cmocka_unit_test(closed_form_of_two),
    cmocka_unit_test(edges),
};
RUN_TESTS("combine")
