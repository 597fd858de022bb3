/* Names alike: by hand, and against every pair compared the slow way on random names. */
#include "shishu/names.h"

#include "base/text.h"
#include "table_dump.h"
#include "test.h"

static void by_hand(void **state)
{
    static const shi_str NAME[] = { SHI_S("月活跃账号数"), SHI_S("月活跃账号"), SHI_S("阅读量"), SHI_S("活跃 账号 (月)"), SHI_S("App Reads"), SHI_S("app-reads"),
        SHI_S("量"), SHI_S("量"), SHI_S("") };
    int64_t group[COUNT(NAME)] = { 0 };
    shi_arena keep, scratch;
    shi_name_pair *pair;
    int64_t n;
    (void)state;
    assert_int_equal(shi_arena_open(1 << 20, &keep).code, SHI_OK);
    assert_int_equal(shi_arena_open(1 << 20, &scratch).code, SHI_OK);
    assert_int_equal(shi_names_alike(&keep, scratch, NAME, group, COUNT(NAME), 0.5, &pair, &n).code, SHI_OK);
    /* 月活 活跃 跃账 账号 号数 against 月活 活跃 跃账 账号: 4 of 5; the third has 活跃 跃账 账号 号月: 3 of 5 with the second */
    assert_int_equal(n, 5);
    assert_int_equal(pair[0].a, 0);
    assert_int_equal(pair[0].b, 1);
    assert_near(pair[0].share, 0.8, 1e-12);
    assert_int_equal(pair[1].b, 3);
    assert_near(pair[1].share, 0.5, 1e-12);
    assert_int_equal(pair[2].a, 1);
    assert_near(pair[2].share, 0.6, 1e-12);
    assert_int_equal(pair[3].a, 4);   /* case, spaces and hyphens are passed over */
    assert_near(pair[3].share, 1, 1e-12);
    assert_int_equal(pair[4].a, 6);   /* one character each; an empty name is like none */
    group[1] = 7;                     /* of another group */
    assert_int_equal(shi_names_alike(&keep, scratch, NAME, group, COUNT(NAME), 0.7, &pair, &n).code, SHI_OK);
    assert_int_equal(n, 2);
    assert_int_equal(shi_names_alike(&keep, scratch, NAME, group, 0, 0.7, &pair, &n).code, SHI_OK);
    assert_int_equal(n, 0);
    shi_arena_drop(&keep);
    shi_arena_drop(&scratch);
}

enum { LETTERS = 6 };

/* Jaccard index of the bigrams of two words of the letters a to f, by a table of all of them. */
static double slow(shi_str x, shi_str y)
{
    bool in[2][LETTERS][LETTERS] = { { { false } } };
    const shi_str *const word[] = { &x, &y };
    int both = 0, any = 0;
    for (int w = 0; w < 2; w++)
        for (int64_t i = 1; i < word[w]->len; i++) in[w][word[w]->ptr[i - 1] - 'a'][word[w]->ptr[i] - 'a'] = true;
    for (int i = 0; i < LETTERS; i++)
        for (int k = 0; k < LETTERS; k++) {
            both += in[0][i][k] && in[1][i][k];
            any += in[0][i][k] || in[1][i][k];
        }
    return any ? (double)both / any : 0;
}

static void against_all_pairs(void **state)
{
    enum { N = 60 };
    static char letter[N][10];
    shi_str name[N];
    int64_t group[N], len;
    shi_arena keep, scratch;
    shi_name_pair *pair;
    (void)state;
    assert_int_equal(shi_arena_open(1 << 22, &keep).code, SHI_OK);
    assert_int_equal(shi_arena_open(1 << 20, &scratch).code, SHI_OK);
    for (uint64_t round = 0; round < 50; round++) {
        for (int64_t i = 0; i < N; i++) {
            int64_t n = 2 + (int64_t)(table_random(1, round * 1000 + (uint64_t)i) % 8);
            for (int64_t k = 0; k < n; k++) letter[i][k] = (char)('a' + table_random(2, (round * N + (uint64_t)i) * 10 + (uint64_t)k) % LETTERS);
            name[i] = (shi_str){ letter[i], n };
            group[i] = (int64_t)(table_random(3, round * N + (uint64_t)i) % 2);
        }
        assert_int_equal(shi_names_alike(&keep, scratch, name, group, N, 0.4, &pair, &len).code, SHI_OK);
        int64_t at = 0;
        for (int64_t a = 0; a < N; a++)
            for (int64_t b = a + 1; b < N; b++) {
                double want = slow(name[a], name[b]);
                if (group[a] != group[b] || want < 0.4) continue;
                assert_true(at < len && pair[at].a == a && pair[at].b == b);
                assert_near(pair[at++].share, want, 1e-12);
            }
        assert_int_equal(at, len);
    }
    shi_arena_drop(&keep);
    shi_arena_drop(&scratch);
}

static void not_utf8(void **state)
{
    static const shi_str NAME[] = { { "\xff\xfe\xe4", 3 }, { "\xe4\xb8", 2 }, { "\xf0\x9f", 2 } };
    static const int64_t GROUP[COUNT(NAME)] = { 0 };
    shi_arena keep, scratch;
    shi_name_pair *pair;
    int64_t n;
    (void)state;
    assert_int_equal(shi_arena_open(1 << 20, &keep).code, SHI_OK);
    assert_int_equal(shi_arena_open(1 << 20, &scratch).code, SHI_OK);
    assert_int_equal(shi_names_alike(&keep, scratch, NAME, GROUP, COUNT(NAME), 0.1, &pair, &n).code, SHI_OK);
    shi_arena_drop(&keep);
    shi_arena_drop(&scratch);
}

static const struct CMUnitTest TESTS[] = { cmocka_unit_test(by_hand), cmocka_unit_test(against_all_pairs), cmocka_unit_test(not_utf8) };
RUN_TESTS("names")
