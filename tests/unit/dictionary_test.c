/* Codes in the order of arrival, the same word the same code, through several growths; words that hold NUL bytes or begin alike. */
#include "base/dictionary.h"
#include "test.h"

static void in_order(void **state)
{
    enum { N = 50000 };
    shi_arena keep;
    (void)state;
    assert_ok(shi_arena_open((int64_t)1 << 28, &keep));
    shi_dictionary d = { .keep = &keep };
    char text[32];
    assert_int_equal(shi_dictionary_find(&d, S("x")), SHI_DICTIONARY_UNKNOWN);
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < N; i++) {
            int n = snprintf(text, sizeof text, "%d", i * 7);
            assert_int_equal(shi_dictionary_add(&d, (shi_str){ text, n }), i);
        }
    assert_int_equal(d.len, N);
    for (int i = 0; i < N; i++) {
        int n = snprintf(text, sizeof text, "%d", i * 7);
        assert_int_equal(shi_dictionary_find(&d, (shi_str){ text, n }), i);
        assert_str(d.word[i], text);
    }
    assert_int_equal(shi_dictionary_find(&d, S("-1")), SHI_DICTIONARY_UNKNOWN);
    shi_arena_drop(&keep);
}

static void odd_words(void **state)
{
    shi_arena keep;
    (void)state;
    assert_ok(shi_arena_open(1 << 20, &keep));
    shi_dictionary d = { .keep = &keep };
    static const shi_str WORD[] = { { "", 0 }, { "\0", 1 }, { "\0\0", 2 }, { "abcdefgh", 8 }, { "abcdefgh\0", 9 }, { "abcdefghi", 9 }, { "村", 3 } };
    for (int64_t i = 0; i < COUNT(WORD); i++) assert_int_equal(shi_dictionary_add(&d, WORD[i]), i);
    for (int64_t i = 0; i < COUNT(WORD); i++) assert_int_equal(shi_dictionary_find(&d, WORD[i]), i);
    shi_arena_drop(&keep);
}

static void full(void **state)
{
    shi_arena keep = test_arena(1024 * 8 + 512 * 16 + 64);
    shi_dictionary d = { .keep = &keep };
    (void)state;
    assert_int_equal(shi_dictionary_add(&d, S("fits")), 0);
    assert_int_equal(shi_dictionary_add(&d, S("this one is too long for what is left of the arena, which is less than so many bytes")), SHI_DICTIONARY_FULL);
    assert_int_equal(shi_dictionary_find(&d, S("fits")), 0);
    free(keep.base);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(in_order),
    cmocka_unit_test(odd_words),
    cmocka_unit_test(full),
};
RUN_TESTS("dictionary")
