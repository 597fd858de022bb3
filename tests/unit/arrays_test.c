/* Columns as arrays: what a Parquet file holds as numbers and times, and the same as text in CSV, give the same arrays and the same errors. */
#include "table/arrays.h"
#include "table/duck.h"
#include "table_dump.h"
#include "test.h"

#include <unistd.h>

static shi_arena keep;

/* The query's rows as a file; the caller removes it. */
static void write_file(const char *query, const char *path, const char *options)
{
    shi_duck duck;
    shi_buf sql = { 0 };
    assert_ok(shi_duck_open(&(shi_duck_options){ .threads = 1 }, &duck));
    assert_ok(shi_duck_exec(&duck, "SET preserve_insertion_order = true", NULL, 0));
    shi_buf_format(&sql, "COPY (%s) TO '%s' (%s)", query, path, options);
    assert_ok(shi_duck_exec(&duck, sql.ptr, NULL, 0));
    shi_duck_close(&duck);
    shi_buf_drop(&sql);
}

static shi_err read_as(const char *path, shi_asked *asked, int64_t n, shi_arrays *out)
{
    return shi_arrays_read(&keep, path, &(shi_source_options){ .memory = 0 }, asked, n, out);
}

static void same_arrays(const shi_arrays *x, const shi_arrays *y, int64_t n)
{
    assert_int_equal(x->rows, y->rows);
    for (int64_t k = 0; k < n; k++) {
        size_t rows = (size_t)x->rows;
        if (x->count[k]) assert_memory_equal(x->count[k], y->count[k], 8 * rows);
        if (x->time[k]) assert_memory_equal(x->time[k], y->time[k], 8 * rows);
        for (int64_t i = 0; x->real[k] && i < x->rows; i++)
            assert_true(isnan(x->real[k][i]) ? isnan(y->real[k][i]) : x->real[k][i] == y->real[k][i]);
        if (!x->code[k]) continue;
        assert_memory_equal(x->code[k], y->code[k], 4 * rows);
        assert_int_equal(x->word[k].len, y->word[k].len);
        for (int64_t c = 0; c < x->word[k].len; c++) assert_true(shi_str_eq(x->word[k].ptr[c], y->word[k].ptr[c]));
    }
}

/* Columns a (text), t (time), n (whole), x (any number) of a query, from both kinds of file, and with 1 and 3 threads. */
static void both(const char *query, const char *zone_name)
{
    char *csv = table_file("a.csv", S("")), *parquet = table_file("a.parquet", S(""));
    shi_zone zone;
    shi_arrays text, typed;
    assert_ok(shi_zone_open(zone_name, &zone));
    shi_asked asked[] = { { .header = S("a"), .type = SHI_T_CODE, .may_miss = true, .coded = true },
                          { .header = S("t"), .type = SHI_T_DUE, .may_miss = true, .zone = &zone },
                          { .header = S("n"), .type = SHI_T_COUNT, .may_miss = true },
                          { .header = S("x"), .type = SHI_T_REAL, .may_miss = true },
                          { .header = S("n"), .type = SHI_T_PRICE, .may_miss = true },
                          { .header = S("none"), .type = SHI_T_DUE, .may_miss = true, .optional = true } };
    write_file(query, csv, "FORMAT csv");
    write_file(query, parquet, "FORMAT parquet, ROW_GROUP_SIZE 5000");
    assert_ok(read_as(csv, asked, COUNT(asked), &text));
    assert_ok(read_as(parquet, asked, COUNT(asked), &typed));
    same_arrays(&text, &typed, COUNT(asked));
    asked[1].zone = NULL;                     /* the same column as something else: all as text */
    asked[5] = (shi_asked){ .header = S("n"), .type = SHI_T_CODE, .may_miss = true, .coded = true };
    shi_asked only[] = { asked[5], { .header = S("n"), .type = SHI_T_COUNT, .may_miss = true } };
    assert_ok(read_as(csv, only, 2, &text));
    assert_ok(read_as(parquet, only, 2, &typed));
    same_arrays(&text, &typed, 2);
    table_file_drop(csv);
    table_file_drop(parquet);
}

static void same_as_text(void **state)
{
    (void)state;
    static const char *const QUERY[] = {
        "SELECT 'a' AS a, TIMESTAMP '2024-06-01 08:00:00.5' AS t, 3 AS n, 0.1::DOUBLE AS x UNION ALL SELECT 'b', NULL, NULL, NULL",
        "SELECT 'a' AS a, TIMESTAMPTZ '2024-06-01 08:00:00+08' AS t, 3::TINYINT AS n, -1e5::FLOAT AS x",
        "SELECT 7 AS a, DATE '2024-06-01' AS t, 3::UINTEGER AS n, 12::BIGINT AS x",
        "SELECT 'a' AS a, '2024-06-01 08:00'::TIMESTAMP_S AS t, 3 AS n, 2::DOUBLE AS x",
        "SELECT '无' AS a, '2024-06-01 08:00:00.25'::TIMESTAMP_NS AS t, 3::UBIGINT AS n, 1.5::DECIMAL(9,2) AS x",
        "SELECT (range % 1999)::VARCHAR || CASE WHEN range % 7 = 0 THEN '' ELSE ' a longer word' END AS a, "
        "TIMESTAMP '1987-04-01 00:00:00' + INTERVAL (range * 977) SECOND AS t, range AS n, sin(range) AS x FROM range(30000)",
        "SELECT 'a' AS a, TIMESTAMP '2024-06-01 08:00:00' AS t, 3 AS n, 0.1::DOUBLE AS x WHERE false",
    };
    for (int64_t i = 0; i < COUNT(QUERY); i++) {
        both(QUERY[i], "UTC");
        both(QUERY[i], "Asia/Shanghai");
    }
}

/* What is no such value is refused, with the words of a text file, at the first such row. */
static void refused(void **state)
{
    (void)state;
    static const struct { const char *query, *value, *reason; int64_t line; } CASE[] = {
        { "SELECT TIMESTAMP '1960-01-01 00:00:00' AS t, 1 AS n, 1.0::DOUBLE AS x", "1960-01-01T00:00:00", "2000", 1 },
        { "SELECT 'infinity'::TIMESTAMP AS t, 1 AS n, 1.0::DOUBLE AS x", "infinity", "not a time", 1 },
        { "SELECT TIMESTAMP '2024-01-01' AS t, -3 AS n, 1.0::DOUBLE AS x", "-3", "negative", 1 },
        { "SELECT TIMESTAMP '2024-01-01' AS t, 3 AS n, 'inf'::DOUBLE AS x", "", "not a number", 1 },
        { "SELECT TIMESTAMP '2024-01-01' AS t, 3 AS n, NULL::DOUBLE AS x", "", "empty", 1 },
        { "SELECT TIMESTAMP '2024-01-01' AS t, CASE range WHEN 2500 THEN -1 ELSE 1 END AS n, CASE range WHEN 2499 THEN 'inf'::DOUBLE ELSE 1 END AS x "
          "FROM range(9000)", "", "not a number", 2500 },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        char *path = table_file("a.parquet", S(""));
        shi_zone zone;
        shi_arrays out;
        assert_ok(shi_zone_open("UTC", &zone));
        shi_asked asked[] = { { .header = S("t"), .type = SHI_T_DUE, .zone = &zone }, { .header = S("n"), .type = SHI_T_COUNT },
                              { .header = S("x"), .type = SHI_T_REAL } };
        write_file(CASE[i].query, path, "FORMAT parquet");
        shi_err e = read_as(path, asked, 3, &out);
        assert_int_equal(e.code, SHI_INPUT);
        assert_int_equal(e.line, CASE[i].line);
        assert_non_null(strstr(e.reason, CASE[i].reason));
        if (CASE[i].value[0]) assert_string_equal(e.value, CASE[i].value);
        table_file_drop(path);
    }
}

static int open_keep(void **state)
{
    (void)state;
    return shi_arena_open((int64_t)1 << 32, &keep).code ? 1 : 0;
}

static int drop_keep(void **state)
{
    (void)state;
    shi_arena_drop(&keep);
    return 0;
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test_setup_teardown(same_as_text, open_keep, drop_keep),
    cmocka_unit_test_setup_teardown(refused, open_keep, drop_keep),
};
RUN_TESTS("arrays")
