/* Slices, UTF-8 and buffers: tables of cases, and the validator against a decoder that follows RFC 3629 word by word. */
#include "test.h"

#include "table_dump.h"

static void comparing(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        int order;
        bool eq, nocase;
    } CASE[] = {
        { "", "", 0, true, true },
        { "a", "", 1, false, false },
        { "abc", "abd", -1, false, false },
        { "ab", "abc", -1, false, false },
        { "App", "aPP", -1, false, true },
        { "村", "村", 0, true, true },
        { "z", "村", -1, false, false },
        { "[", "{", -1, false, false },   /* 0x20 apart, but no letters */
        { "@", "`", -1, false, false },
        { "Ä", "ä", -1, false, false },   /* ASCII only */
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        shi_str a = shi_str_from(CASE[i].a), b = shi_str_from(CASE[i].b);
        int order = shi_str_cmp(a, b), back = shi_str_cmp(b, a);
        assert_int_equal((order > 0) - (order < 0), CASE[i].order);
        assert_int_equal((back > 0) - (back < 0), -CASE[i].order);
        assert_int_equal(shi_str_eq(a, b), CASE[i].eq);
        assert_int_equal(shi_str_eq_nocase(a, b), CASE[i].nocase);
        assert_int_equal(shi_str_eq_nocase(b, a), CASE[i].nocase);
    }
    assert_true(shi_str_eq((shi_str){ 0 }, S("")));
    assert_null(shi_str_from(NULL).ptr);
    assert_true(shi_str_starts(S("F-0001"), S("F-")));
    assert_false(shi_str_starts(S("F"), S("F-")));
    assert_true(shi_str_ends(S("95%"), S("%")));
    assert_false(shi_str_ends(S("%"), S("5%")));
    assert_true(shi_str_starts(S("x"), S("")) && shi_str_ends((shi_str){ 0 }, S("")));
}

static void finding_and_parts(void **state)
{
    (void)state;
    shi_str s = S("a=b=c");
    assert_int_equal(shi_str_find(s, '=', 0), 1);
    assert_int_equal(shi_str_find(s, '=', 2), 3);
    assert_int_equal(shi_str_find(s, '=', 4), -1);
    assert_int_equal(shi_str_find(s, '=', 9), -1);
    assert_int_equal(shi_str_find((shi_str){ 0 }, '=', 0), -1);
    assert_str(shi_str_sub(s, 2, 3), "b");
    assert_str(shi_str_sub(s, 2, 99), "b=c");
    assert_str(shi_str_sub(s, 7, 99), "");
    assert_str(shi_str_sub(s, 3, 2), "");
}

static void trimming(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } CASE[] = {
        { "", "" },
        { "a", "a" },
        { " \t\r\n\v\f", "" },
        { "　　村　", "村" },
        { "\xC2\xA0" "3\xC2\xA0\xC2\xA0", "3" },
        { " 　\xC2\xA0 x y　z \xC2\xA0　 ", "x y　z" },
        { "、", "、" },                     /* E3 80 81, next to U+3000 */
        { "　", "" },
        { "\xC2\xA1", "\xC2\xA1" },         /* next to U+00A0 */
        { "à", "à" },                       /* ends in A0 */
        { "ꀀ", "ꀀ" },                       /* ends in 80 80 */
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) assert_str(shi_str_trim(shi_str_from(CASE[i].text)), CASE[i].want);
}

static void cutting(void **state)
{
    (void)state;
    static const char *const TEXT[] = { "", "a", "村村村", "é村😀x", "😀😀", "a村" };
    for (int64_t i = 0; i < COUNT(TEXT); i++) {
        shi_str s = shi_str_from(TEXT[i]);
        for (int64_t most = 0; most <= s.len + 2; most++) {
            int64_t want = most < s.len ? most : s.len;   /* the longest valid beginning that fits */
            while (shi_utf8_valid(s.ptr, want) != want) want--;
            assert_int_equal(shi_str_cut(s, most).len, want);
            assert_ptr_equal(shi_str_cut(s, most).ptr, s.ptr);
        }
    }
}

static void copying(void **state)
{
    (void)state;
    shi_str text = S("柳湾村");
    for (int64_t bytes = 0; bytes <= 12; bytes++) {
        shi_arena keep = test_arena(bytes);
        shi_str copy = shi_str_copy(&keep, text);
        if (bytes < text.len + 1) assert_null(copy.ptr);
        else assert_string_equal(copy.ptr, "柳湾村");   /* NUL-terminated */
        assert_int_equal(copy.len, copy.ptr ? text.len : 0);
        keep = (shi_arena){ keep.base, keep.base + bytes, keep.base };
        shi_str made = shi_str_format(&keep, "%s-%02d", "村", 7);
        if (bytes < 7) assert_null(made.ptr);
        else assert_str(made, "村-07");
        free(keep.base);
    }
}

/* ---- UTF-8 ---- */

/* Decodes one character by the tables of RFC 3629, section 3: its length, or 0. */
static int64_t naive_char(const unsigned char *p, int64_t left)
{
    uint32_t code;
    int n;
    if (p[0] <= 0x7F) code = p[0], n = 1;
    else if ((p[0] & 0xE0) == 0xC0) code = p[0] & 0x1F, n = 2;
    else if ((p[0] & 0xF0) == 0xE0) code = p[0] & 0x0F, n = 3;
    else if ((p[0] & 0xF8) == 0xF0) code = p[0] & 0x07, n = 4;
    else return 0;
    if (n > left) return 0;
    for (int i = 1; i < n; i++) {
        if (p[i] < 0x80 || p[i] > 0xBF) return 0;
        code = code << 6 | (p[i] & 0x3F);
    }
    static const uint32_t LEAST[] = { 0, 1, 0x80, 0x800, 0x10000 };   /* 1: NUL is refused */
    bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return code < LEAST[n] || code > 0x10FFFF || surrogate ? 0 : n;
}

static int64_t naive_valid(const unsigned char *p, int64_t len)
{
    int64_t i = 0, n;
    while (i < len && (n = naive_char(p + i, len - i)) > 0) i += n;
    return i;
}

static void check_bytes(const unsigned char *p, int64_t len)
{
    int64_t got = shi_utf8_valid((const char *)p, len), want = naive_valid(p, len);
    if (got == want) return;
    for (int64_t i = 0; i < len; i++) print_error("%02x ", p[i]);
    print_error(": got %lld, want %lld\n", (long long)got, (long long)want);
    fail();
}

/* Every text of up to three bytes, and of four where the first can begin a character. */
static void utf8_of_all_short_texts(void **state)
{
    (void)state;
    unsigned char p[4];
    for (uint32_t v = 0; v < 1u << 24; v++) {
        p[0] = (unsigned char)(v >> 16), p[1] = (unsigned char)(v >> 8), p[2] = (unsigned char)v;
        check_bytes(p, 3);
    }
    for (uint32_t v = 0; v < 1u << 16; v++) {
        p[0] = (unsigned char)(v >> 8), p[1] = (unsigned char)v;
        check_bytes(p, 2);
        if ((v & 0xFF) == 0) check_bytes(p, 1);
    }
    for (uint32_t v = 0; v < 1u << 24; v += 1 + v % 3) {
        p[0] = (unsigned char)(0xEC + (v >> 20)), p[1] = (unsigned char)(v >> 12), p[2] = (unsigned char)(v >> 4);
        p[3] = (unsigned char)(v << 4 | (v & 15));
        check_bytes(p, 4);
    }
}

/* Runs of ASCII with one oddity somewhere, so that the eight-byte steps and their ends are crossed at every place. */
static void utf8_of_random_texts(void **state)
{
    (void)state;
    static const char *const PIECE[] = { "村", "é", "😀", "\xE6\x9D", "\xED\xA0\x80", "\xC0\x80", "\xF4\x90\x80\x80", "\x80", "\xFF",
        "\x7F", "\xF0\x8F\xBF\xBF" };
    for (uint64_t seed = 0; seed < 200000; seed++) {
        unsigned char p[64];
        int64_t len = 0, want = (int64_t)(table_random(seed, 0) % 40);
        for (uint64_t i = 1; len < want; i++) {
            uint64_t r = table_random(seed, i);
            if (r % 9) {
                p[len++] = (unsigned char)(r % 127 == 0 ? 0 : 0x20 + r / 128 % 90);
                continue;
            }
            const char *piece = PIECE[r / 16 % (uint64_t)COUNT(PIECE)];
            memcpy(p + len, piece, strlen(piece));
            len += (int64_t)strlen(piece);
        }
        unsigned char *exact = malloc((size_t)len + 1);   /* no byte after the end may be read */
        memcpy(exact, p, (size_t)len);
        exact = realloc(exact, (size_t)(len ? len : 1));
        check_bytes(exact, len);
        free(exact);
    }
}

/* ---- buffers ---- */

static void buffers_grow(void **state)
{
    (void)state;
    shi_buf buf = { 0 };
    shi_buf_add(&buf, (shi_str){ 0 });
    assert_string_equal(buf.ptr, "");
    for (int i = 0; i < 3000; i++) {
        shi_buf_format(&buf, "%d", i % 10);
        assert_int_equal(buf.len, i + 1);
        assert_true(buf.cap > buf.len && buf.ptr[buf.len] == 0);
    }
    for (int i = 0; i < 3000; i++) assert_int_equal(buf.ptr[i], '0' + i % 10);
    shi_buf_addc(&buf, '!');
    shi_buf_puts(&buf, "end");
    assert_true(shi_str_ends(shi_buf_str(&buf), S("9!end")));
    assert_false(buf.failed);
    shi_buf_drop(&buf);
    assert_true(!buf.ptr && !buf.len && !buf.cap);
    char wide[1001];
    memset(wide, 'x', 1000);
    wide[1000] = 0;
    for (int64_t len = 240; len < 270; len++) {   /* a format that ends round the first growth */
        shi_buf_format(&buf, "%.*s", (int)len, wide);
        assert_int_equal(buf.len, len);
        assert_int_equal(strlen(buf.ptr), len);
        shi_buf_drop(&buf);
    }
}

static void a_failed_buffer_takes_no_more(void **state)
{
    (void)state;
    shi_buf buf = { 0 };
    shi_buf_puts(&buf, "abc");
    buf.failed = true;
    shi_buf_puts(&buf, "def");
    shi_buf_format(&buf, "%d", 1);
    shi_buf_csv(&buf, S("x,y"));
    assert_str(shi_buf_str(&buf), "abc");
    shi_buf_drop(&buf);
}

static void csv_fields(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } CASE[] = {
        { "", "" },
        { "abc", "abc" },
        { " a b ", " a b " },
        { "村,镇", "\"村,镇\"" },
        { "a\nb", "\"a\nb\"" },
        { "a\rb", "\"a\rb\"" },
        { "5\"", "\"5\"\"\"" },
        { "\"", "\"\"\"\"" },
        { ",", "\",\"" },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        shi_buf buf = { 0 };
        shi_buf_csv(&buf, shi_str_from(CASE[i].text));
        assert_str(shi_buf_str(&buf), CASE[i].want);
        shi_buf_drop(&buf);
    }
}

/* ---- counts ---- */

static void counts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t want;   /* -1: refused */
    } CASE[] = {
        { "0", 0 }, { "7", 7 }, { "007", 7 }, { "3000", 3000 }, { "9223372036854775807", INT64_MAX }, { "00000000000000000000000000000000001",
        1 },
        { "", -1 }, { "9223372036854775808", -1 }, { "9223372036854775810", -1 }, { "92233720368547758070", -1 }, { "18446744073709551616", -1 },
        { "18446744073709551617", -1 }, { "99999999999999999999999", -1 }, { "-1", -1 }, { "+1", -1 }, { " 1", -1 }, { "1 ", -1 }, { "1.0", -1 },
        { "0x10", -1 }, { "1e3", -1 }, { "１", -1 }, { "3,000", -1 }, { "nan", -1 },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        int64_t n = -7;
        assert_int_equal(shi_count_parse(shi_str_from(CASE[i].text), &n), CASE[i].want >= 0);
        assert_int_equal(n, CASE[i].want >= 0 ? CASE[i].want : -7);   /* untouched when refused */
    }
    int64_t n;
    assert_false(shi_count_parse((shi_str){ 0 }, &n));
    assert_false(shi_count_parse((shi_str){ "1\0" "2", 3 }, &n));
    assert_true(shi_count_parse((shi_str){ "123", 2 }, &n) && n == 12);   /* not past its end */
}

static void errors_hold_a_cut_value(void **state)
{
    (void)state;
    char text[240];
    for (int i = 0; i < 240; i += 3) memcpy(text + i, "村", 3);
    for (int64_t len = 0; len <= 240; len += 3) {
        shi_err e = shi_fail_value(SHI_INPUT, (shi_str){ text, len }, "why", "what");
        int64_t n = (int64_t)strlen(e.value);
        assert_true(n < (int64_t)sizeof e.value && shi_utf8_valid(e.value, n) == n);
        if (len <= 80) assert_int_equal(n, len);
        else assert_true(n == 78 + 3 && shi_str_ends(shi_str_from(e.value), S("…")));
        assert_int_equal(e.code, SHI_INPUT);
        assert_string_equal(e.reason, "why");
        assert_string_equal(e.remedy, "what");
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(comparing),
    cmocka_unit_test(finding_and_parts),
    cmocka_unit_test(trimming),
    cmocka_unit_test(cutting),
    cmocka_unit_test(copying),
    cmocka_unit_test(utf8_of_all_short_texts),
    cmocka_unit_test(utf8_of_random_texts),
    cmocka_unit_test(buffers_grow),
    cmocka_unit_test(a_failed_buffer_takes_no_more),
    cmocka_unit_test(csv_fields),
    cmocka_unit_test(counts),
    cmocka_unit_test(errors_hold_a_cut_value),
};
RUN_TESTS("text")
