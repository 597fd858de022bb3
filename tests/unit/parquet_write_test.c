/* Parquet files of our own, read back by the engine: columns of every type and shape, over several row groups. */
#include "table/duck.h"
#include "table/parquet_write.h"
#include "table_dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 45000, WORDS = 300 };

static const shi_pq_column COLUMN[] = {
    { "text", NULL, SHI_PQ_TEXT }, { "amount", NULL, SHI_PQ_DECIMAL }, { "count", NULL, SHI_PQ_LONG }, { "one", "pair", SHI_PQ_DOUBLE },
    { "two", "pair", SHI_PQ_TEXT }, { "small", NULL, SHI_PQ_TINY }, { "yes", NULL, SHI_PQ_BOOL }, { "real", NULL, SHI_PQ_DOUBLE },
};
static const char SQL_BACK[] =
    "SELECT f.text, f.amount, f.count, f.pair.one, f.pair.two, CAST(f.small AS BIGINT), CAST(f.yes AS BIGINT), f.\"real\" FROM "
    "read_parquet($1, file_row_number = true) f ORDER BY f.file_row_number";

/* How the cells of a column follow each other. */
typedef enum { SAME, RUNS, FEW, MANY, NONE, SHAPES } shape;

typedef struct {
    shi_str word[WORDS];
    char text[WORDS][40];
    int32_t code[COUNT(COLUMN)][MOST];
    int64_t number[COUNT(COLUMN)][MOST];
    double real[COUNT(COLUMN)][MOST];
} table;

static int64_t value_of(shape s, uint64_t seed, int64_t i)
{
    uint64_t r = table_random(seed, (uint64_t)i);
    switch (s) {
    case SAME: return 7;
    case RUNS: return (int64_t)(table_random(seed, (uint64_t)i / 23) % 50);
    case FEW: return (int64_t)(r % 11);
    case MANY: return (int64_t)(r % 40000000);   /* more than a dictionary takes */
    default: return -1;
    }
}

/* Every fifth cell is none, but for the shapes that say otherwise. */
static void fill(table *t, uint64_t seed, int64_t rows)
{
    for (int64_t c = 0; c < COUNT(COLUMN); c++) {
        shape s = (shape)(table_random(seed, (uint64_t)c) % SHAPES);
        for (int64_t i = 0; i < rows; i++) {
            int64_t v = value_of(s, seed * 100 + (uint64_t)c, i);
            bool none = v < 0 || (s != SAME && table_random(seed + 1, (uint64_t)(i * 8 + c)) % 5 == 0);
            t->code[c][i] = none ? -1 : (int32_t)(v % WORDS);
            if (COLUMN[c].type == SHI_PQ_TINY) v = v % 120 - 60;
            if (COLUMN[c].type == SHI_PQ_BOOL) v %= 2;
            t->number[c][i] = none ? SHI_PQ_NONE : v;
            t->real[c][i] = none ? NAN : (double)v / 8;
        }
    }
}

static void write_file(const table *t, const char *path, int64_t rows, int64_t most)
{
    shi_pq *file;
    shi_pq_group group;
    assert_int_equal(shi_pq_open(path, COLUMN, COUNT(COLUMN), &file).code, 0);
    assert_int_equal(shi_pq_group_open(COLUMN, COUNT(COLUMN), most, &group).code, 0);
    for (int64_t from = 0; from < rows; from += most) {
        shi_pq_group_begin(&group, rows - from < most ? rows - from : most);
        for (int64_t c = 0; c < COUNT(COLUMN); c++) {
            const shi_pq_cells cells = { t->code[c] + from, t->word, WORDS, t->number[c] + from, t->real[c] + from };
            assert_int_equal(shi_pq_group_put(&group, &cells).code, 0);
        }
        assert_int_equal(shi_pq_add(file, &group).code, 0);
    }
    shi_pq_group_drop(&group);
    assert_int_equal(shi_pq_close(file, (shi_err){ 0 }).code, 0);
}

static void compare(const table *t, shi_rows *rows, int64_t i)
{
    for (int64_t c = 0; c < COUNT(COLUMN); c++) {
        bool text = COLUMN[c].type == SHI_PQ_TEXT, real = COLUMN[c].type == SHI_PQ_DOUBLE;
        bool none = text ? t->code[c][i] < 0 || !t->word[t->code[c][i]].ptr : real ? isnan(t->real[c][i]) : t->number[c][i] == SHI_PQ_NONE;
        assert_int_equal(shi_rows_null(rows, c), none);
        if (none) continue;
        if (text) assert_true(shi_str_eq(shi_rows_str(rows, c), t->word[t->code[c][i]]));
        else if (real) assert_true(shi_rows_f64(rows, c) == t->real[c][i]);
        else assert_int_equal(shi_rows_int(rows, c), t->number[c][i]);
    }
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    static const struct { int64_t rows, most; } SIZE[] = { { 1, 8 }, { 7, 8 }, { 8, 8 }, { 9, 8 }, { 1000, 1000 }, { 20000, 7001 }, { MOST, MOST } };
    table *t = calloc(1, sizeof *t);
    shi_duck duck;
    assert_non_null(t);
    for (int k = 1; k < WORDS; k++) {   /* the first is missing */
        snprintf(t->text[k], sizeof t->text[k], k % 3 ? "%d" : "村%d 比十二字节长", k);
        t->word[k] = shi_str_from(t->text[k]);
    }
    assert_int_equal(shi_duck_open(&(shi_duck_options){ .threads = 2 }, &duck).code, 0);
    for (uint64_t seed = 0; seed < 40; seed++) {
        int64_t rows = SIZE[seed % COUNT(SIZE)].rows, n = 0;
        char *path = table_file("t.parquet", S(""));
        shi_rows back;
        fill(t, seed, rows);
        write_file(t, path, rows, SIZE[seed % COUNT(SIZE)].most);
        const shi_param p = SHI_TEXTP(shi_str_from(path));
        shi_err e = shi_duck_query(&duck, SQL_BACK, &p, 1, &back);
        if (e.code) print_message("%s\n", e.value);
        assert_int_equal(e.code, 0);
        while (shi_rows_next(&back)) compare(t, &back, n++);
        assert_int_equal(n, rows);
        shi_rows_close(&back);
        table_file_drop(path);
    }
    shi_duck_close(&duck);
    free(t);
}

/* A reader that asks for one word or number finds all of them: bounds of row groups do not lie. */
static void bounds_hold(void **state)
{
    (void)state;
    static const char *const SQL[] = { "SELECT count(*) FROM read_parquet($1) WHERE text = $2", "SELECT count(*) FROM read_parquet($1) WHERE small = $2" };
    table *t = calloc(1, sizeof *t);
    shi_duck duck;
    assert_non_null(t);
    for (int k = 1; k < WORDS; k++) {
        snprintf(t->text[k], sizeof t->text[k], "%d", k * 7919 % 1000);
        t->word[k] = shi_str_from(t->text[k]);
    }
    assert_int_equal(shi_duck_open(&(shi_duck_options){ .threads = 2 }, &duck).code, 0);
    char *path = table_file("t.parquet", S(""));
    for (int64_t i = 0; i < 5000; i++) {
        t->code[0][i] = 1 + (int32_t)(i * 13 % (WORDS - 1));
        t->number[5][i] = i * 31 % 100 - 50;
    }
    write_file(t, path, 5000, 500);
    for (int64_t i = 0; i < 40; i++) {
        int64_t found, naive[2] = { 0 };
        for (int64_t k = 0; k < 5000; k++) {
            naive[0] += t->code[0][k] == t->code[0][i];
            naive[1] += t->number[5][k] == t->number[5][i];
        }
        const shi_param p[2][2] = { { SHI_TEXTP(shi_str_from(path)), SHI_TEXTP(t->word[t->code[0][i]]) },
                                    { SHI_TEXTP(shi_str_from(path)), SHI_INT(t->number[5][i]) } };
        for (int q = 0; q < 2; q++) {
            assert_int_equal(shi_duck_int(&duck, SQL[q], p[q], 2, &found).code, 0);
            assert_int_equal(found, naive[q]);
        }
    }
    table_file_drop(path);
    shi_duck_close(&duck);
    free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(what_is_written_is_read), cmocka_unit_test(bounds_hold) };
    return cmocka_run_group_tests_name("parquet_write", tests, NULL, NULL);
}
