/* Shares corrected for checkers' errors: the algebra, the edges, and how often the interval holds the truth. */
#include "shishu/misclassify.h"

#include "test.h"

#include "base/random.h"
#include "stat/dist.h"

static void algebra(void **state)
{
    static const shi_recheck exact = { 100, 80, 20, 20, 10, 10 }, biased = { 1000, 700, 50, 45, 40, 36 };
    shi_corrected c;
    (void)state;
    assert_true(shi_misclassified(&exact, 0.95, &c));
    assert_near(c.share, 0.8, 1e-12);
    assert_true(c.interval.low < 0.8 && c.interval.high > 0.8);
    assert_true(shi_misclassified(&biased, 0.95, &c));
    assert_near(c.share, (0.7 + 0.9 - 1) / 0.8, 1e-12);   /* Rogan & Gladen's formula */
    /* error rates that are guessed from few second visits leave more open than the plain interval */
    shi_interval plain = shi_clopper_pearson(1000, 700, 0.95);
    assert_true(c.interval.high - c.interval.low > plain.high - plain.low);
}

static void nothing_to_say(void **state)
{
    static const shi_recheck none = { 100, 80, 0, 0, 5, 5 }, useless = { 100, 50, 10, 5, 10, 5 }, all = { 10, 10, 10, 10, 0, 0 };
    shi_corrected c = { .share = -1 };
    (void)state;
    assert_false(shi_misclassified(&none, 0.95, &c));
    assert_false(shi_misclassified(&useless, 0.95, &c));
    assert_false(shi_misclassified(&all, 0.95, &c));
    assert_true(c.share < 0);
}

static int64_t draw(shi_random *random, int64_t n, double p)
{
    int64_t k = 0;
    for (int64_t i = 0; i < n; i++) k += shi_random_chance(random, p);
    return k;
}

static void covers(void **state)
{
    enum { TIMES = 60 };
    shi_random random = shi_random_of(20261125, 7, 0, 0, 0);
    int held = 0, judged = 0;
    (void)state;
    for (int t = 0; t < TIMES; t++) {
        const double p = 0.7, u = 0.95, v = 0.9;
        shi_recheck r = { .visited = 200, .again_real = 28, .again_not = 12 };
        shi_corrected c;
        r.found = draw(&random, 200, p * u + (1 - p) * (1 - v));
        r.agreed_real = draw(&random, r.again_real, u);
        r.agreed_not = draw(&random, r.again_not, v);
        if (!shi_misclassified(&r, 0.95, &c)) continue;
        judged++;
        held += c.interval.low <= p && p <= c.interval.high;
    }
    print_message("# %d of %d intervals hold the truth\n", held, judged);
    assert_true(judged > TIMES / 2 && held >= judged * 0.85);
}

static const struct CMUnitTest TESTS[] = { cmocka_unit_test(algebra), cmocka_unit_test(nothing_to_say), cmocka_unit_test(covers) };
RUN_TESTS("misclassify")
