/* Parquet: files written by DuckDB itself, then damaged. */
#include "table/duck.h"
#include "table_dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const NAMES[] = { "t.parquet", "a'b.parquet", "x*[1]?.parquet", "period=2024\\.csv", "-- \"; drop" };

/* A file that holds what the query gives. */
static char *parquet_file(const char *name, const char *query)
{
    char *path = table_file(name, S(""));
    shi_duck duck;
    shi_buf sql = { 0 }, plain = { 0 };
    shi_buf_puts(&plain, path);
    assert_int_equal(remove(path), 0);
    plain.len = strrchr(path, '/') - path;
    shi_buf_puts(&plain, "/plain");   /* DuckDB cannot write to every name that it will be given to read */
    assert_int_equal(shi_duck_open(&(shi_duck_options){ .threads = 1 }, &duck).code, 0);
    assert_int_equal(shi_duck_exec(&duck, "SET preserve_insertion_order = true", NULL, 0).code, 0);
    shi_buf_format(&sql, "COPY (%s) TO ", query);
    shi_sql_literal(&sql, shi_buf_str(&plain));
    shi_buf_puts(&sql, " (FORMAT parquet, ROW_GROUP_SIZE 10000)");
    shi_err e = shi_duck_exec(&duck, sql.ptr, NULL, 0);
    if (e.code) print_message("%s: %s\n", sql.ptr, e.value);
    assert_int_equal(e.code, 0);
    assert_int_equal(rename(plain.ptr, path), 0);
    shi_duck_close(&duck);
    shi_buf_drop(&sql);
    shi_buf_drop(&plain);
    return path;
}

static void check(const char *name, const char *query, const char *expect)
{
    char *path = parquet_file(name, query), *got = table_dump_file(path, NULL);
    assert_string_equal(got, expect);
    free(got);
    table_file_drop(path);
}

static void cases(void **state)
{
    (void)state;
    static const struct {
        const char *query, *expect;
    } CASE[] = {
        { "SELECT 'x' AS a, 1 AS \"b \" UNION ALL SELECT NULL, NULL UNION ALL SELECT '', 2", "parquet: a|b\n1: x|1\n2: ~|~\n3: ~|2\n" },
        { "SELECT TIMESTAMP '2024-06-01 08:00:00' AS a, TIMESTAMP '2024-06-01 08:00:00.000001' AS b, DATE '2024-06-01' AS c",
          "parquet: a|b|c\n1: 2024-06-01 08:00:00|2024-06-01 08:00:00.000001|2024-06-01\n" },
        { "SELECT TIMESTAMPTZ '2024-06-01 08:00:00+08' AS a", "parquet: a\n1: 2024-06-01 00:00:00+00\n" },
        { "SELECT 340123101205::BIGINT AS a, 340123101205::DOUBLE AS b, 0.1::DOUBLE AS c, 'nan'::DOUBLE AS d, 1.50::DECIMAL(9,2) AS e, "
          "1e300::DOUBLE AS f", "parquet: a|b|c|d|e|f\n1: 340123101205|340123101205|0.1|~|1.50|1e+300\n" },
        { "SELECT true AS a, encode('村') AS b, '\\xFF'::BLOB AS c, '\\x00'::BLOB AS d",
          "parquet: a|b|c|d\n1: true|村|\xFF|? !the text is not valid UTF-8@2\n" },
        { "SELECT 'x' AS a, 1 AS \"q\"\"'*\"", "parquet: a|q\"'*\n1: x|1\n" },
        { "SELECT 1 AS a WHERE false", "parquet: a\n" },
        { "SELECT 1 AS a, 2 AS \" a\"", "error 3 [a]: the header names a column twice\n" },
        { "SELECT 1 AS a, [1] AS b", "parquet: a|b\nerror 3 b: the column holds lists or records\n" },
        { "SELECT 1 AS a, {'x': 1} AS b", "parquet: a|b\nerror 3 b: the column holds lists or records\n" },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) check("t.parquet", CASE[i].query, CASE[i].expect);
    for (int64_t i = 0; i < COUNT(NAMES); i++) check(NAMES[i], "SELECT 1 AS a", "parquet: a\n1: 1\n");
}

static void order_is_kept(void **state)
{
    (void)state;
    shi_buf expect = { 0 };
    shi_buf_puts(&expect, "parquet: a|b\n");
    for (int i = 0; i < 50000; i++) shi_buf_format(&expect, "%d: %d|long enough to lie outside %d\n", i + 1, i, i);
    check("t.parquet", "SELECT range AS a, 'long enough to lie outside ' || range AS b FROM range(50000)", expect.ptr);
    shi_buf_drop(&expect);
}

static void only_needed_columns_are_read(void **state)
{
    (void)state;
    char *path = parquet_file("t.parquet", "SELECT 1 AS a, [1] AS b, 3 AS c");
    static const bool NEEDED[][3] = { { false, false, true }, { false, false, false } };
    for (int64_t i = 0; i < COUNT(NEEDED); i++) {
        shi_arena keep;
        shi_source *source;
        shi_reader *reader;
        shi_batch batch;
        assert_int_equal(shi_arena_open(1 << 20, &keep).code, 0);
        assert_int_equal(shi_source_open(&keep, shi_str_from(path), NULL, &source).code, 0);
        assert_int_equal(shi_reader_open(source, NEEDED[i], &reader).code, 0);
        assert_int_equal(shi_reader_next(reader, &batch).code, 0);
        assert_int_equal(batch.rows, 1);
        assert_null(batch.cell[1]);
        if (i == 0) assert_true(shi_str_eq(batch.cell[2][0], S("3")));
        assert_int_equal(shi_reader_next(reader, &batch).code, 0);
        assert_int_equal(batch.rows, 0);
        shi_reader_close(reader);
        shi_source_close(source);
        shi_arena_drop(&keep);
    }
    table_file_drop(path);
}

static shi_str file_read(shi_arena *keep, const char *path)
{
    shi_str all;
    assert_int_equal(shi_os_read(keep, path, 1 << 24, &all).code, 0);
    return all;
}

/* Cut off anywhere, or with a byte changed, it is refused or read: nothing worse. */
static void damage(void **state)
{
    (void)state;
    shi_arena keep;
    assert_int_equal(shi_arena_open(1 << 25, &keep).code, 0);
    char *path = parquet_file("t.parquet", "SELECT range AS a, 'x' || range AS b FROM range(100)");
    shi_str all = file_read(&keep, path);
    table_file_drop(path);
    for (int64_t i = 0; i < 60; i++) {
        shi_str copy = shi_str_copy(&keep, all);
        char *byte = shi_new(&keep, char, all.len);
        memcpy(byte, copy.ptr, (size_t)all.len);
        int64_t at = (int64_t)(table_random(9, (uint64_t)i) % (uint64_t)all.len);
        byte[at] = (char)(byte[at] ^ (1 << (i % 8)));
        bool cut = i % 2 == 0;
        path = table_file("t.parquet", (shi_str){ byte, cut ? at : all.len });
        shi_source_options o = { .format = S("parquet") };
        char *got = table_dump_file(path, &o);
        if (cut) assert_non_null(strstr(got, at == 0 ? "the file is empty" : "error 3 ["));
        if (strstr(got, "error")) assert_null(strstr(got, "/proc/self"));
        free(got);
        table_file_drop(path);
    }
    shi_arena_drop(&keep);
}

static void digest_is_of_the_file(void **state)
{
    (void)state;
    shi_arena keep;
    shi_source *source;
    assert_int_equal(shi_arena_open(1 << 20, &keep).code, 0);
    char *path = parquet_file("t.parquet", "SELECT 1 AS a");
    int64_t size = file_read(&keep, path).len, bytes, done, total;
    uint8_t sha256[32], none[32] = { 0 };
    assert_int_equal(shi_source_open(&keep, shi_str_from(path), NULL, &source).code, 0);
    shi_source_digest(source, sha256, &bytes);
    shi_source_progress(source, &done, &total);
    assert_int_equal(bytes, size);
    assert_int_equal(done, size);
    assert_int_equal(total, size);
    assert_memory_not_equal(sha256, none, 32);
    shi_source_close(source);
    table_file_drop(path);
    shi_arena_drop(&keep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases),
        cmocka_unit_test(order_is_kept),
        cmocka_unit_test(only_needed_columns_are_read),
        cmocka_unit_test(damage),
        cmocka_unit_test(digest_is_of_the_file),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("parquet", tests, NULL, NULL);
}
