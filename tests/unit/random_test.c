/* Philox against the known answers of Random123 1.14 (kat_vectors), streams apart, and the moments of what is drawn. */
#include "test.h"

#include "base/random.h"

#include <math.h>

static void philox_gives_the_published_words(void **state)
{
    (void)state;
    static const struct {
        uint32_t counter[4], key[2], out[4];
    } known[] = {
        { { 0, 0, 0, 0 }, { 0, 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
        { { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff }, { 0xffffffff, 0xffffffff }, { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
        { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 }, { 0xa4093822, 0x299f31d0 }, { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        uint32_t out[4];
        shi_philox(known[i].counter, known[i].key, out);
        for (int k = 0; k < 4; k++) assert_int_equal(out[k], known[i].out[k]);
    }
}

static void names_make_streams_apart(void **state)
{
    (void)state;
    shi_random a = shi_random_of(1, 1, 2, 3, 4), again = shi_random_of(1, 1, 2, 3, 4), b = shi_random_of(1, 1, 3, 2, 4), c = shi_random_of(2, 1, 2, 3, 4);
    uint64_t first = shi_random_u64(&a);
    assert_true(first == shi_random_u64(&again));
    assert_true(first != shi_random_u64(&b) && first != shi_random_u64(&c));
    assert_true(shi_random_hash(1, 1, 2, 3, 4) != shi_random_hash(1, 2, 2, 3, 4));
}

/* mean of n draws within five standard errors of what it should be */
static void moments_are_right(void **state)
{
    (void)state;
    enum { N = 200000 };
    shi_random r = shi_random_of(7, 1, 0, 0, 0);
    double unit = 0, normal = 0, square = 0, expo = 0, poisson = 0, large = 0, geometric = 0, beta = 0;
    for (int i = 0; i < N; i++) {
        double z = shi_random_normal(&r), u = shi_random_unit(&r);
        assert_true(u > 0 && u < 1);
        unit += u;
        normal += z;
        square += z * z;
        expo += shi_random_exponential(&r, 3);
        poisson += (double)shi_random_poisson(&r, 2.5);
        large += (double)shi_random_poisson(&r, 90);
        geometric += (double)shi_random_geometric(&r, 2);
        beta += shi_random_beta(&r, 0.5, 1.5);
        int64_t k = shi_random_below(&r, 3);
        assert_true(k >= 0 && k < 3);
    }
    double se = sqrt(1.0 / N);
    assert_true(fabs(unit / N - 0.5) < 5 * se * sqrt(1.0 / 12));
    assert_true(fabs(normal / N) < 5 * se && fabs(square / N - 1) < 5 * se * sqrt(2));
    assert_true(fabs(expo / N - 3) < 5 * se * 3 && fabs(poisson / N - 2.5) < 5 * se * sqrt(2.5));
    assert_true(fabs(large / N - 90) < 5 * se * sqrt(90) + 0.01 && fabs(geometric / N - 2) < 5 * se * sqrt(6));
    assert_true(fabs(beta / N - 0.25) < 5 * se * 0.25);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(philox_gives_the_published_words),
    cmocka_unit_test(names_make_streams_apart),
    cmocka_unit_test(moments_are_right),
};
RUN_TESTS("random")
