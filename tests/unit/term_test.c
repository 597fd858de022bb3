/* Terminal tables: widths of characters, padding, alignment. */
#include "table/term.h"
#include "table_dump.h"
#include "test.h"

static void widths(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t width;
    } CASE[] = {
        { "", 0 }, { "abc", 3 }, { "柳湾村", 6 }, { "F-0001 超限", 11 }, { "é", 1 }, { "e\xCC\x81", 1 },   /* e and a combining accent */
        { "３", 2 }, { "￥", 2 }, { "¥", 1 }, { "，", 2 }, { "。", 2 }, { "　", 2 }, { "😀", 2 }, { "한글", 4 }, { "カナ", 4 }, { "ｶﾅ", 2 }, { "—", 1 },
        { "\xFF", 1 }, { "a\xE6\x9Dz", 4 },   /* what is no character takes a cell, and does not stop the rest */
        { "\xE2\x80\x8B", 0 },                /* zero width space */
    };
    for (int64_t i = 0; i < COUNT(CASE); i++)
        if (shi_width(shi_str_from(CASE[i].text)) != CASE[i].width)
            fail_msg("\"%s\" is %d wide, not %d", CASE[i].text, (int)shi_width(shi_str_from(CASE[i].text)), (int)CASE[i].width);
    assert_int_equal(shi_width((shi_str){ 0 }), 0);
}

static void padding(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t width;
        bool right;
        const char *want;
    } CASE[] = {
        { "ab", 4, false, "ab  " }, { "ab", 4, true, "  ab" }, { "村", 4, false, "村  " }, { "村", 4, true, "  村" }, { "村村", 3, false, "村村" },
        { "村", 2, true, "村" }, { "", 2, false, "  " }, { "a", 0, true, "a" }, { "a", -3, true, "a" },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        shi_buf out = { 0 };
        shi_pad(&out, shi_str_from(CASE[i].text), CASE[i].width, CASE[i].right);
        assert_str(shi_buf_str(&out), CASE[i].want);
        shi_buf_drop(&out);
    }
}

static void fill(shi_term *term, const char *const *cells, int64_t n)
{
    for (int64_t i = 0; i < n; i++) shi_term_cell(term, shi_str_from(cells[i]));
}

static void a_table(void **state)
{
    (void)state;
    static const char *const CELL[] = { "unit", "reported", "verdict", "柳湾村", "3,000", "impossible", "Ｘ", "10", "" };
    shi_term term = { .columns = 3, .right = { false, true, false } };
    shi_buf out = { 0 };
    fill(&term, CELL, COUNT(CELL));
    shi_term_print(&term, &out);
    assert_str(shi_buf_str(&out), "unit    reported  verdict\n"
                                  "柳湾村     3,000  impossible\n"
                                  "Ｘ            10  \n");
    assert_true(!term.end && !term.cells && !term.text.ptr);   /* freed */
    shi_buf_drop(&out);
}

static void the_last_column_may_stand_to_the_right(void **state)
{
    (void)state;
    static const char *const CELL[] = { "a", "number", "柳湾村", "7" };
    shi_term term = { .columns = 2, .right = { false, true } };
    shi_buf out = { 0 };
    shi_buf_puts(&out, "before\n");
    fill(&term, CELL, COUNT(CELL));
    shi_term_print(&term, &out);
    assert_str(shi_buf_str(&out), "before\na       number\n柳湾村       7\n");
    shi_buf_drop(&out);
}

static void an_empty_table_is_nothing(void **state)
{
    (void)state;
    shi_term term = { .columns = 3 };
    shi_buf out = { 0 };
    shi_term_print(&term, &out);
    assert_int_equal(out.len, 0);
    shi_buf_drop(&out);
}

/* Random tables: every line of a column ends at the same cell of the terminal. */
static void columns_stand_below_each_other(void **state)
{
    (void)state;
    static const char *const PIECE[] = { "a", "村", "é", "３", "12", "", "😀", "-" };
    for (uint64_t seed = 0; seed < 2000; seed++) {
        int columns = 1 + (int)(table_random(seed, 0) % SHI_TERM_COLUMNS);
        int64_t rows = 1 + (int64_t)(table_random(seed, 1) % 30), at = 0;
        shi_term term = { .columns = columns };
        shi_buf out = { 0 };
        for (int c = 0; c < columns; c++) term.right[c] = table_random(seed, 10 + (uint64_t)c) % 2;
        for (int64_t i = 0; i < rows * columns; i++) {
            shi_buf text = { 0 };
            shi_buf_puts(&text, "");
            for (uint64_t k = 0; k < table_random(seed, 100 + (uint64_t)i) % 5; k++)
                shi_buf_puts(&text, PIECE[table_random(seed + k, 1000 + (uint64_t)i) % (uint64_t)COUNT(PIECE)]);
            shi_term_cell(&term, shi_buf_str(&text));
            shi_buf_drop(&text);
        }
        shi_term_print(&term, &out);
        int64_t width = -1, lines = 0;
        for (; at < out.len; lines++) {
            int64_t to = shi_str_find(shi_buf_str(&out), '\n', at);
            assert_true(to >= at);
            int64_t w = shi_width(shi_str_sub(shi_buf_str(&out), at, to));
            if (width < 0) width = w;
            if (term.right[columns - 1]) assert_int_equal(w, width);
            at = to + 1;
        }
        assert_int_equal(lines, rows);
        shi_buf_drop(&out);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(widths),
    cmocka_unit_test(padding),
    cmocka_unit_test(a_table),
    cmocka_unit_test(the_last_column_may_stand_to_the_right),
    cmocka_unit_test(an_empty_table_is_nothing),
    cmocka_unit_test(columns_stand_below_each_other),
};
RUN_TESTS("term")
