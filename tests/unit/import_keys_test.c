/* Repeated keys by their hashes, against a look at every pair. */
#include "chain/import_keys.h"
#include "table_dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

static const shi_column COLUMN[] = { { .name = "a", .type = SHI_T_CODE }, { .name = "b", .type = SHI_T_CODE }, { .name = "c", .type = SHI_T_COUNT },
    { .name = "t", .type = SHI_T_TIME } };
static const int KEY[] = { 0, 1, 3, -1 };

static void add(shi_key_hashes *keys, const char *a, const char *b, int64_t at)
{
    const shi_cell cell[] = { { .s = shi_str_from(a) }, { .s = shi_str_from(b) }, { .i = keys->len }, { .i = at, .missing = at < 0 } };
    shi_keys_add(keys, COLUMN, KEY, cell);
}

/* No two of these are one key. */
static void near_ones_differ(void **state)
{
    (void)state;
    shi_key_hashes keys = { 0 };
    add(&keys, "12", "3", -1);
    add(&keys, "1", "23", -1);
    add(&keys, "123", "", -1);
    add(&keys, "", "123", -1);
    add(&keys, "12", "3", 0);
    add(&keys, "12", "3", 1);
    add(&keys, "12345678", "", -1);
    add(&keys, "123456780", "", -1);
    assert_false(shi_keys_may_repeat(&keys));
    add(&keys, "12", "3", 1);
    assert_true(shi_keys_may_repeat(&keys));
    shi_keys_drop(&keys);
    assert_false(shi_keys_may_repeat(&keys));
}

/* Many rows of two threads, with one repeated or none. */
static void one_among_many(void **state)
{
    (void)state;
    enum { ROWS = 30000 };
    for (uint64_t seed = 0; seed < 20; seed++) {
        shi_key_hashes part[2] = { { 0 } };
        int64_t again = (int64_t)(table_random(seed, 0) % ROWS), of = (int64_t)(table_random(seed, 1) % ROWS);
        bool repeat = seed % 2 == 0 && again != of;
        for (int64_t i = 0; i < ROWS; i++) {
            char a[32], b[32];
            int64_t row = repeat && i == again ? of : i;
            snprintf(a, sizeof a, "i%03d", (int)(row % 300));
            snprintf(b, sizeof b, "370481%06d", (int)(row / 300));
            add(&part[i % 3 == 0], a, b, -1);
        }
        shi_keys_move(&part[0], &part[1]);
        assert_int_equal(part[0].len, ROWS);
        assert_int_equal(shi_keys_may_repeat(&part[0]), repeat);
        shi_keys_drop(&part[0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(near_ones_differ), cmocka_unit_test(one_among_many) };
    return cmocka_run_group_tests_name("import_keys", tests, NULL, NULL);
}
