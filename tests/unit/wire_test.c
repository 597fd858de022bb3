/* The parts of a request, and the cache of answers. */
#include "serve/cache.h"
#include "serve/wire.h"
#include "test.h"

#include <stdio.h>

static const struct { const char *target, *path; } PATHS[] = {
    { "/", "/" }, { "/figure/a/2024-06/340?x=1", "/figure/a/2024-06/340" }, { "/%E6%9D%91", "/\xE6\x9D\x91" }, { "/a+b", "/a+b" }, { "/a%2Fb", "/a/b" },
    { "/a.b", "/a.b" }, { "/.x", "/.x" }, { "", NULL }, { "a", NULL }, { "*", NULL }, { "http://x/", NULL }, { "/..", NULL }, { "/a..b", NULL },
    { "/%2e%2e/x", NULL }, { "/.%2E", NULL }, { "/a%5cb", NULL }, { "/a\\b", NULL }, { "/%", NULL }, { "/%4", NULL }, { "/%4g", NULL }, { "/%00", NULL },
    { "/%0a", NULL }, { "/%ff", NULL }, { "/%c0%ae", NULL }, { "/%7f", NULL },
};

static void paths(void **state)
{
    shi_arena keep;
    (void)state;
    assert_int_equal(shi_arena_open(1 << 20, &keep).code, SHI_OK);
    for (int64_t i = 0; i < COUNT(PATHS); i++) {
        shi_str path = { 0 };
        bool sound = shi_wire_path(&keep, shi_str_from(PATHS[i].target), &path);
        if (sound != (PATHS[i].path != NULL)) fail_msg("%s", PATHS[i].target);
        if (sound) assert_string_equal(path.ptr, PATHS[i].path);
    }
    shi_arena_drop(&keep);
}

static void forms(void **state)
{
    shi_arena keep;
    shi_pairs p;
    (void)state;
    assert_int_equal(shi_arena_open(1 << 20, &keep).code, SHI_OK);
    assert_true(shi_wire_pairs(&keep, S("a=1&b=x+y&&c=%26&d&a=2"), &p));
    assert_int_equal(p.len, 5);
    assert_true(shi_str_eq(shi_wire_get(&p, "a"), S("1")));
    assert_true(shi_str_eq(shi_wire_get(&p, "b"), S("x y")));
    assert_true(shi_str_eq(shi_wire_get(&p, "c"), S("&")));
    assert_true(shi_wire_get(&p, "d").ptr && shi_wire_get(&p, "d").len == 0);
    assert_null(shi_wire_get(&p, "e").ptr);
    assert_false(shi_wire_pairs(&keep, S("a=%0"), &p));
    assert_false(shi_wire_pairs(&keep, S("a=%00"), &p));
    char many[4096];
    for (size_t i = 0; i < sizeof many; i++) many[i] = i % 2 ? '&' : 'a';
    assert_false(shi_wire_pairs(&keep, (shi_str){ many, sizeof many }, &p));
    shi_arena_drop(&keep);
}

static void headers(void **state)
{
    (void)state;
    assert_true(shi_str_eq(shi_wire_cookie(S("a=1; lang=zh;b=2"), "lang"), S("zh")));
    assert_null(shi_wire_cookie(S("xlang=zh; lang"), "lang").ptr);
    assert_true(shi_wire_same_origin(S("https://a.example:8443"), S("a.example:8443")));
    assert_false(shi_wire_same_origin(S("https://a.example:8443.evil"), S("a.example:8443")));
    assert_false(shi_wire_same_origin(S("null"), S("null")));
    assert_false(shi_wire_same_origin(S("https://"), S("")));
    assert_true(shi_wire_wants_chinese(S("fr, zh-CN;q=0.9, en"), false));
    assert_false(shi_wire_wants_chinese(S("en-US,zh"), true));
    assert_true(shi_wire_wants_chinese(S("fr"), true));
}

/* Against the obvious: whatever is found is what was put last under the key; what is small enough and fresh is found. */
static void cache(void **state)
{
    enum { KEYS = 300, ROUNDS = 20000, MOST = 64 << 10 };
    static int last[KEYS];
    shi_cache *c;
    uint32_t x = 1;
    int64_t found = 0;
    (void)state;
    assert_int_equal(shi_cache_open(MOST, &c).code, SHI_OK);
    for (int i = 0; i < ROUNDS; i++) {
        char key[16], text[1000];
        x = x * 1664525 + 1013904223;
        int k = (int)((x >> 8) % KEYS);
        int n = snprintf(key, sizeof key, "key %d", k);
        if (x >> 31) {
            last[k] = i + 1;
            int len = snprintf(text, sizeof text, "%d %*d", i + 1, (int)((x >> 20) % 900) + 1, k);
            shi_cache_put(c, (shi_str){ key, n }, (shi_str){ text, len });
        }
        shi_buf out = { 0 };
        if (shi_cache_get(c, (shi_str){ key, n }, &out)) {
            found++;
            assert_int_equal(strtol(out.ptr, NULL, 10), last[k]);
        } else {
            assert_false(x >> 31);   /* what was just put is there */
        }
        shi_buf_drop(&out);
    }
    assert_true(found > ROUNDS / 2);
    shi_cache_clear(c);
    shi_buf out = { 0 };
    assert_false(shi_cache_get(c, S("key 1"), &out));
    shi_cache_close(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(paths), cmocka_unit_test(forms), cmocka_unit_test(headers), cmocka_unit_test(cache) };
    return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
