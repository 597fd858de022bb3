/* JSON out: what was written is read back by jansson and must be the same. */
#include "base/decimal.h"
#include "base/json.h"
#include "table_dump.h"
#include "test.h"

#include <jansson.h>

static json_t *read_back(const shi_buf *out)
{
    json_error_t error;
    json_t *root = json_loadb(out->ptr, (size_t)out->len, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (!root) fail_msg("%s in %s", error.text, out->ptr);
    return root;
}

static void texts(void **state)
{
    (void)state;
    static const struct {
        shi_str text;
        const char *want;
    } CASE[] = {
        { { "", 0 }, "\"\"" },
        { { NULL, 0 }, "null" },
        { { "abc", 3 }, "\"abc\"" },
        { { "柳湾村", 9 }, "\"柳湾村\"" },
        { { "a\"b\\c", 5 }, "\"a\\\"b\\\\c\"" },
        { { "\n\t\r\b", 4 }, "\"\\n\\t\\u000d\\u0008\"" },
        { { "\x01\x1f\x7f", 3 }, "\"\\u0001\\u001f\\u007f\"" },
        { { "a\0b", 3 }, "\"a\\u0000b\"" },
        { { "a/b", 3 }, "\"a/b\"" },
        { { "</script>", 9 }, "\"<\\/script>\"" },   /* may stand inside a script element */
        { { "/", 1 }, "\"/\"" },
        { { "😀é", 6 }, "\"😀é\"" },
        { { "\xFF", 1 }, "\"\xEF\xBF\xBD\"" },
        { { "a\xE6\x9D" "b", 4 }, "\"a\xEF\xBF\xBD\xEF\xBF\xBD" "b\"" },
        { { "\xE6\x9D", 2 }, "\"\xEF\xBF\xBD\xEF\xBF\xBD\"" },
        { { "\xED\xA0\x80", 3 }, "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"" },
        { { "\xC0\x80x", 3 }, "\"\xEF\xBF\xBD\xEF\xBF\xBDx\"" },
        { { "村\x80村", 7 }, "\"村\xEF\xBF\xBD村\"" },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        shi_buf out = { 0 };
        shi_json json = { .out = &out };
        shi_json_str(&json, CASE[i].text);
        assert_str(shi_buf_str(&out), CASE[i].want);
        json_decref(read_back(&out));
        shi_buf_drop(&out);
    }
}

static void numbers_and_words(void **state)
{
    (void)state;
    shi_buf out = { 0 };
    shi_json json = { .out = &out };
    shi_json_begin_array(&json);
    shi_json_int(&json, INT64_MIN);
    shi_json_int(&json, INT64_MAX);
    shi_json_decimal(&json, -12125);
    shi_json_decimal(&json, SHI_DECIMAL_MAX);
    shi_json_f64(&json, 0.35);
    shi_json_f64(&json, NAN);
    shi_json_f64(&json, INFINITY);
    shi_json_f64(&json, -INFINITY);
    shi_json_bool(&json, true);
    shi_json_bool(&json, false);
    shi_json_null(&json);
    shi_json_text(&json, NULL);
    shi_json_text(&json, "x");
    shi_json_end_array(&json);
    assert_str(shi_buf_str(&out), "[-9223372036854775808,9223372036854775807,-12.125,999999999999999.999,0.35,null,null,null,true,false,null,null,"
                                  "\"x\"]");
    json_decref(read_back(&out));
    shi_buf_drop(&out);
}

static void keys(void **state)
{
    (void)state;
    shi_buf out = { 0 };
    shi_json json = { .out = &out };
    shi_json_begin_object(&json);
    shi_json_kstr(&json, "a", S("村"));
    shi_json_ktext(&json, "b\"", NULL);
    shi_json_kint(&json, "c", -1);
    shi_json_kdecimal(&json, "d", true, 500);
    shi_json_kdecimal(&json, "e", false, 500);
    shi_json_kf64(&json, "f", true, 0.25);
    shi_json_kf64(&json, "g", false, 0.25);
    shi_json_kbool(&json, "h", true);
    shi_json_knull(&json, "i");
    shi_json_key(&json, "j");
    shi_json_begin_object(&json);
    shi_json_end_object(&json);
    shi_json_key(&json, "k");
    shi_json_begin_array(&json);
    shi_json_end_array(&json);
    shi_json_kint(&json, "l", 2);
    shi_json_end_object(&json);
    assert_str(shi_buf_str(&out),
               "{\"a\":\"村\",\"b\\\"\":null,\"c\":-1,\"d\":0.5,\"e\":null,\"f\":0.25,\"g\":null,\"h\":true,\"i\":null,\"j\":{},\"k\":[],\"l\":2}");
    json_decref(read_back(&out));
    shi_buf_drop(&out);
}

/* ---- random documents: written here, and built in memory at the same time ---- */

static shi_str random_text(uint64_t seed, char room[32])
{
    static const char *const PIECE[] = { "a", "\"", "\\", "\n", "<", "/", "村", "😀", "\x01", "\x7f", "é", " ", "\r", "\\u0041" };
    int64_t n = 0;
    for (uint64_t i = 0; i < table_random(seed, 100) % 7; i++) {
        const char *piece = PIECE[table_random(seed, i) % (uint64_t)COUNT(PIECE)];
        memcpy(room + n, piece, strlen(piece));
        n += (int64_t)strlen(piece);
    }
    room[n] = 0;
    return (shi_str){ room, n };
}

static json_t *random_value(shi_json *json, uint64_t seed, int depth)
{
    char room[64], key[32];
    uint64_t kind = depth == 0 ? 7 : table_random(seed, 0) % (depth < 6 ? 8 : 6), items = table_random(seed, 1) % 5;
    if (kind == 0) return shi_json_null(json), json_null();
    if (kind == 1) return shi_json_bool(json, items > 2), json_boolean(items > 2);
    if (kind == 2) return shi_json_int(json, (int64_t)table_random(seed, 2)), json_integer((json_int_t)table_random(seed, 2));
    if (kind == 3) {
        double x = (double)table_random(seed, 2) / 1e18 + 0.5e-3;
        return shi_json_f64(json, x), json_real(x);
    }
    if (kind <= 5) {
        shi_str text = random_text(seed, room);
        return shi_json_str(json, text), json_stringn(text.ptr, (size_t)text.len);
    }
    json_t *whole = kind == 6 ? json_array() : json_object();
    if (kind == 6) shi_json_begin_array(json);
    else shi_json_begin_object(json);
    for (uint64_t i = 0; i < items; i++) {
        if (kind == 7) {
            snprintf(key, sizeof key, "k%d\"%s", (int)i, i % 2 ? "村" : "");
            shi_json_key(json, key);
            json_object_set_new(whole, key, random_value(json, table_random(seed, 10 + i), depth + 1));
        } else {
            json_array_append_new(whole, random_value(json, table_random(seed, 10 + i), depth + 1));
        }
    }
    if (kind == 6) shi_json_end_array(json);
    else shi_json_end_object(json);
    return whole;
}

static void random_documents_read_back_the_same(void **state)
{
    (void)state;
    int64_t longest = 0;
    for (uint64_t seed = 0; seed < 20000; seed++) {
        shi_buf out = { 0 };
        shi_json json = { .out = &out };
        json_t *want = random_value(&json, seed, 0), *got = read_back(&out);
        if (!json_equal(want, got)) fail_msg("read back otherwise: %s", out.ptr);
        assert_int_equal(json.depth, 0);
        if (out.len > longest) longest = out.len;
        json_decref(want);
        json_decref(got);
        shi_buf_drop(&out);
    }
    assert_true(longest > 300);
}

static void deep_nesting(void **state)
{
    (void)state;
    enum { DEEP = 60 };
    shi_buf out = { 0 };
    shi_json json = { .out = &out };
    for (int i = 0; i < DEEP; i++) {
        shi_json_begin_array(&json);
        shi_json_int(&json, i);
    }
    for (int i = 0; i < DEEP; i++) {
        shi_json_end_array(&json);
        if (i < DEEP - 1) shi_json_int(&json, i);
    }
    json_t *root = read_back(&out), *at = root;
    for (int i = 0; i < DEEP; i++) {
        assert_int_equal(json_array_size(at), i < DEEP - 1 ? 3 : 1);
        assert_int_equal(json_integer_value(json_array_get(at, 0)), i);
        if (i < DEEP - 1) assert_int_equal(json_integer_value(json_array_get(at, 2)), DEEP - 2 - i);
        at = json_array_get(at, 1);
    }
    json_decref(root);
    shi_buf_drop(&out);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(texts),
    cmocka_unit_test(numbers_and_words),
    cmocka_unit_test(keys),
    cmocka_unit_test(random_documents_read_back_the_same),
    cmocka_unit_test(deep_nesting),
};
RUN_TESTS("json")
