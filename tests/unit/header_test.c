/* Headers: which column of a file feeds which column of a table, by hand-made cases written as "column=place" in the table's order;
 * "column:value" is a constant, "-name" a column left out. */
#include "table/header.h"
#include "test.h"

static int64_t split(const char *text, shi_str *out)   /* at ; */
{
    shi_str all = shi_str_from(text);
    int64_t n = 0;
    for (int64_t from = 0; all.len > 0 && from <= all.len; n++) {
        int64_t to = shi_str_find(all, ';', from);
        if (to < 0) to = all.len;
        out[n] = shi_str_sub(all, from, to);
        from = to + 1;
    }
    return n;
}

typedef struct {
    const char *table, *headers, *maps, *sets, *want;
} example;

static shi_err match(shi_arena *keep, const example *x, shi_header_map *map)
{
    static shi_str headers[32], maps[100], sets[32];
    shi_header_options options = { maps, sets, split(x->maps, maps), split(x->sets, sets) };
    return shi_header_match(keep, shi_table_find(shi_str_from(x->table)), (shi_strs){ headers, split(x->headers, headers) }, &options, map);
}

static void check(const example *x)
{
    shi_arena keep = test_arena(4096);
    shi_header_map map;
    shi_buf got = { 0 };
    assert_ok(match(&keep, x, &map));
    const shi_table *table = shi_table_find(shi_str_from(x->table));
    for (int c = 0; c < table->columns; c++) {
        if (map.source[c] >= 0) shi_buf_format(&got, "%s=%d ", table->column[c].name, (int)map.source[c]);
        else if (map.constant[c].ptr) shi_buf_format(&got, "%s:%.*s ", table->column[c].name, (int)map.constant[c].len, map.constant[c].ptr);
    }
    for (int64_t i = 0; i < map.dropped.len; i++) shi_buf_format(&got, "-%.*s ", (int)map.dropped.ptr[i].len, map.dropped.ptr[i].ptr);
    for (int c = table->columns; c < SHI_MAX_TABLE_COLUMNS; c++) assert_true(map.source[c] == -1 && !map.constant[c].ptr);
    assert_str(shi_str_trim(shi_buf_str(&got)), x->want);
    shi_buf_drop(&got);
    free(keep.base);
}

static void headers_find_their_columns(void **state)
{
    (void)state;
    static const example CASE[] = {
        { "units", "unit_code;name;level", "", "", "unit_code=0 name=1 level=2" },
        { "units", "level;name;unit_code", "", "", "unit_code=2 name=1 level=0" },
        { "units", "区划代码;名称;级别;常住人口", "", "", "unit_code=0 name=1 level=2 residents=3" },
        { "units", "Unit_Code;NAME;Level", "", "", "unit_code=0 name=1 level=2" },
        { "units", "unit_code;name;level;备注;序号", "", "", "unit_code=0 name=1 level=2 -备注 -序号" },
        /* --map takes a header by its very name, and an alias by which it would have been found is then free to be left out */
        { "units", "村编码;name;level", "unit_code=村编码", "", "unit_code=0 name=1 level=2" },
        { "units", "村编码;区划代码;name;level", "unit_code=村编码", "", "unit_code=0 name=2 level=3 -区划代码" },
        { "units", "unit_code;编码;name;level", "unit_code=编码", "", "unit_code=1 name=2 level=3 -unit_code" },
        { "units", "code;name;level", " 区划代码 = code ", "", "unit_code=0 name=1 level=2" },   /* an alias names a column, too */
        { "reports", "indicator;period;unit_code;value;base", "value=base;base=value", "", "indicator=0 period=1 unit_code=2 value=4 base=3" },
        { "units", "unit_code;name;level", "unit_code=name;unit_code=unit_code", "", "unit_code=0 name=1 level=2" },
        /* --set stands above all */
        { "units", "unit_code;name", "", "level=village", "unit_code=0 name=1 level:village" },
        { "units", "unit_code;name;level", "", "level=village", "unit_code=0 name=1 level:village -level" },
        { "units", "unit_code;name;级别", "", "level=village", "unit_code=0 name=1 level:village -级别" },
        { "units", "unit_code;name;lv", "level=lv", "level=village", "unit_code=0 name=1 level:village -lv" },
        { "units", "unit_code;name;级别", "", "层级=a=b", "unit_code=0 name=1 level:a=b -级别" },
        { "units", "unit_code;name;level", "", "parent_code=", "unit_code=0 name=1 level=2 parent_code:" },
        /* app may be missing where it is required */
        { "events", "account;time;action", "", "", "account=0 time=1 action=2" },
        { "accounts", "账号;手机号码;姓名;身份证号", "", "", "account=0 phone=1 -姓名 -身份证号" },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) check(&CASE[i]);
}

static void one_header_may_feed_two_columns(void **state)
{
    (void)state;
    static const example CASE = { "targets", "indicator;period;unit_code;value", "issuer_code=unit_code;unit_code=unit_code", "",
                                  "indicator=0 period=1 unit_code=2 value=3 issuer_code=2" };
    check(&CASE);
}

static void refusals_name_what_is_at_fault(void **state)
{
    (void)state;
    static const struct {
        example in;
        shi_code code;
        const char *value, *column, *reason;
        int64_t line;
    } CASE[] = {
        { { "units", "unit_code;name", "", "", "" }, SHI_INPUT, "unit_code, name", "level",
          "a required column is missing; the value shows the file's headers", 1 },
        { { "units", "", "", "", "" }, SHI_INPUT, "", "unit_code", "a required column is missing; the value shows the file's headers", 1 },
        { { "units", "unit_code;区划代码;name;level", "", "", "" }, SHI_INPUT, "区划代码", NULL, "two headers mean the same column", 1 },
        { { "units", "区划代码;单位代码;name;level", "", "", "" }, SHI_INPUT, "单位代码", NULL, "two headers mean the same column", 1 },
        { { "units", "unit_code;name;level", "level", "", "" }, SHI_USAGE, "level", NULL, "--map needs COLUMN=HEADER or COLUMN:FROM=TO", 0 },
        { { "units", "unit_code;name;level", "lvl=level", "", "" }, SHI_USAGE, "lvl", NULL, "the table has no such column", 0 },
        { { "units", "unit_code;name;level", "lvl:a=b", "", "" }, SHI_USAGE, "lvl", NULL, "the table has no such column", 0 },
        { { "units", "unit_code;name;level", "level=级", "", "" }, SHI_USAGE, "级", NULL, "the file has no such header", 0 },
        { { "units", "unit_code;name;level", "level=Level", "", "" }, SHI_USAGE, "Level", NULL, "the file has no such header", 0 },
        { { "units", "unit_code;name;level", "", "level", "" }, SHI_USAGE, "level", NULL, "--set needs COLUMN=VALUE", 0 },
        { { "units", "unit_code;name;level", "", "lvl=1", "" }, SHI_USAGE, "lvl", NULL, "the table has no such column", 0 },
        { { "units", "unit_code;name;level", "=level", "", "" }, SHI_USAGE, "", NULL, "the table has no such column", 0 },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        shi_arena keep = test_arena(4096);
        shi_header_map map = { .value_maps = -7 };
        shi_err e = match(&keep, &CASE[i].in, &map);
        assert_int_equal(map.value_maps, -7);   /* untouched */
        assert_int_equal(e.code, CASE[i].code);
        assert_string_equal(e.reason, CASE[i].reason);
        assert_string_equal(e.value, CASE[i].value);
        assert_str(e.column, CASE[i].column);
        assert_int_equal(e.line, CASE[i].line);
        assert_true(e.remedy && *e.remedy);
        free(keep.base);
    }
}

static void values_are_mapped(void **state)
{
    (void)state;
    static const example X = { "units", "unit_code;name;level", "level:行政村=village;级别:片区=town;level:a= b ;name:x=y=z", "", "" };
    static const struct {
        const char *column, *from, *to;
    } CASE[] = {
        { "level", "行政村", "village" }, { "level", "片区", "town" }, { "level", "村", "村" }, { "level", "a", "b" },
        { "level", "行政村 ", "行政村 " }, { "name", "行政村", "行政村" }, { "name", "x", "y=z" }, { "unit_code", "x", "x" },
    };
    shi_arena keep = test_arena(4096);
    shi_header_map map;
    assert_ok(match(&keep, &X, &map));
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        int c = shi_table_column(shi_table_find(S("units")), shi_str_from(CASE[i].column));
        assert_str(shi_header_value(&map, c, shi_str_from(CASE[i].from)), CASE[i].to);
    }
    assert_str(shi_header_value(&map, 0, (shi_str){ 0 }), NULL);
    free(keep.base);
}

static void at_most_64_mapped_values(void **state)
{
    (void)state;
    for (int n = 64; n <= 65; n++) {
        shi_buf maps = { 0 };
        for (int i = 0; i < n; i++) shi_buf_format(&maps, "%slevel:%d=village", i ? ";" : "", i);
        example x = { "units", "unit_code;name;level", maps.ptr, "", "" };
        shi_arena keep = test_arena(4096);
        shi_header_map map;
        shi_err e = match(&keep, &x, &map);
        assert_int_equal(e.code, n == 64 ? SHI_OK : SHI_USAGE);
        if (n == 64) assert_str(shi_header_value(&map, 2, S("63")), "village");
        else assert_string_equal(e.value, "level:64=village");
        free(keep.base);
        shi_buf_drop(&maps);
    }
}

static void a_full_arena_is_an_error(void **state)
{
    (void)state;
    static const example X = { "units", "unit_code;name;level", "", "", "" };
    for (int64_t bytes = 0; bytes < 64; bytes++) {
        shi_arena keep = test_arena(bytes);
        shi_header_map map;
        shi_err e = match(&keep, &X, &map);
        assert_true(e.code == (bytes < 48 ? SHI_SYSTEM : SHI_OK));
        free(keep.base);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(headers_find_their_columns),
    cmocka_unit_test(one_header_may_feed_two_columns),
    cmocka_unit_test(refusals_name_what_is_at_fault),
    cmocka_unit_test(values_are_mapped),
    cmocka_unit_test(at_most_64_mapped_values),
    cmocka_unit_test(a_full_arena_is_an_error),
};
RUN_TESTS("header")
