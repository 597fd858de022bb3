/* CSV: cases by hand, then random texts against a parser that looks at one character at a time. */
#include "table/csv.h"
#include "table_dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *text, *expect;
} example;

static void check(const char *name, shi_str text, const char *expect)
{
    static const int64_t BLOCK[] = { 0, 1, 2, 3, 7, 64 };
    for (int64_t i = 0; i < COUNT(BLOCK); i++) {
        char *got = table_dump(name, text, NULL, BLOCK[i]);
        if (strcmp(got, expect)) print_message("block %d of:\n%.*s\n", (int)BLOCK[i], (int)text.len, text.ptr);
        assert_string_equal(got, expect);
        free(got);
    }
}

#define FEWER " !the row has fewer fields than the header@-1"
#define MORE " !the row has more fields than the header@-1"
#define AFTER " !text follows the quote that closes the field@"

static void cases(void **state)
{
    (void)state;
    static const example CASE[] = {
        { "a,b\n1,2\n", "csv: a|b\n2: 1|2\n" },
        { "a,b\r\n1,2\r\n3,4", "csv: a|b\n2: 1|2\n3: 3|4\n" },
        { "a,b\n1,2\r", "csv: a|b\n2: 1|2\n" },
        { "a,b\n1\r,2\n", "csv: a|b\n2: 1\r|2\n" },
        { "\xEF\xBB\xBF" "a,b\n1,2\n", "csv: a|b\n2: 1|2\n" },
        { "\n \r\n a , b\xE3\x80\x80\n1,2\n", "csv: a|b\n4: 1|2\n" },
        { "a,b\n\n,\n ,\t\r\n1,\n,2\n\n", "csv: a|b\n5: 1|~\n6: ~|2\n" },
        { "a,b\n\"1\",\"2\"\n", "csv: a|b\n2: 1|2\n" },
        { "a,b\n\"\",\"\"\n", "csv: a|b\n2: ~|~\n" },
        { "a,b\n\"1,\n\r\n2\",x\ny,z\n", "csv: a|b\n2: 1,\n\r\n2|x\n5: y|z\n" },
        { "a,b\n\"\"\"\",\"x\"\"y\"\"\"\n", "csv: a|b\n2: \"|x\"y\"\n" },
        { "a,b\n\"1\"\"\",2\n\"x\",y", "csv: a|b\n2: 1\"|2\n3: x|y\n" },
        { "a,b\n5\",x\"y\"\n", "csv: a|b\n2: 5\"|x\"y\"\n" },
        { "a,b\n1, \"2\"\n", "csv: a|b\n2: 1| \"2\"\n" },
        { "a,b\n\"1\"x,2\n3,\"4\" \n5,6\n", "csv: a|b\n2: 1|2" AFTER "0\n3: 3|4" AFTER "1\n4: 5|6\n" },
        { "a,b\n\"1\"x\"\n,\",2\n", "csv: a|b\n2: 1|~" AFTER "0\n" "error 3 line 3: the quote opened here is not closed within 16 MiB\n" },
        { "a,b\n1\n1,2,3\n4,5\n", "csv: a|b\n2: 1|~" FEWER "\n3: 1|2" MORE "\n4: 4|5\n" },
        { "a,b\n1,2,\n", "csv: a|b\n2: 1|2" MORE "\n" },
        { "a\n1\n\n2\n", "csv: a\n2: 1\n4: 2\n" },
        { "a\tb\n1,5\t2\n", "csv: a|b\n2: 1,5|2\n" },
        { "a;b;c\n1,5;2;3,5\n", "csv: a|b|c\n2: 1,5|2|3,5\n" },
        { "a|b\n1|2\n", "csv: a|b\n2: 1|2\n" },
        { "\"a,x;y\",b\n1,2\n", "csv: a,x;y|b\n2: 1|2\n" },
        { "\"a\nb\",c\n1,2\n", "csv: a\nb|c\n3: 1|2\n" },
        { "a,b", "csv: a|b\n" },
        { "a,b\n\n\n", "csv: a|b\n" },
        { "a,,\n1,2,3\n", "csv: a||\n2: 1|2|3\n" },
        /* eight characters say that it is UTF-8 all the same */
        { "a,b\n1,caf\xC3\n2,村村村村村村村村\n", "csv: a|b\n2: 1|caf\xC3" " !the text is not valid UTF-8@1\n3: 2|村村村村村村村村\n" },
        { "a,b\r1,2\r", "error 3 line 1: the lines end in CR alone\n" },
        { "", "error 3: the file is empty\n" },
        { "\n\r\n ,,\n", "error 3: the file is empty\n" },
        { "\xEF\xBB\xBF", "error 3: the file is empty\n" },
        { "\"\",\"\"\n1,2\n", "error 3 line 1: the header names no column\n" },
        { "\n\na, b,b \n1,2,3\n", "error 3 line 3 [b]: the header names a column twice\n" },
        { "a,\"b\"x\n", "error 3 line 1: text follows the quote that closes the field\n" },
        { "a,b\n1,2\n3,\"4\n5\n", "csv: a|b\n2: 1|2\nerror 3 line 3: the quote opened here is not closed within 16 MiB\n" },
        { "a,b\n\"1\n2\",\"4\n5\n", "csv: a|b\nerror 3 line 3: the quote opened here is not closed within 16 MiB\n" },
        { "\na,\"b\n1,2\n", "error 3 line 2: the quote opened here is not closed within 16 MiB\n" },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        check("t", shi_str_from(CASE[i].text), CASE[i].expect);
    }
}

static void tsv_by_name_and_option(void **state)
{
    (void)state;
    check("T.TSV", S("a,b\tc\n1,2\t3\n"), "tsv: a,b|c\n2: 1,2|3\n");
    check("t.tsv.gz", S("a\tb\n1\t\n"), "tsv: a|b\n2: 1|~\n");
    shi_source_options o = { .format = S("tsv") };
    char *got = table_dump("t.csv", S("a,b\n1,2\n"), &o, 0);
    assert_string_equal(got, "tsv: a,b\n2: 1,2\n");
    free(got);
    o.format = S("ods");
    got = table_dump("t.csv", S("a,b\n1,2\n"), &o, 0);
    assert_string_equal(got, "error 2 [ods]: this format is not known\n");
    free(got);
}

static void nul_is_a_fault_of_its_record(void **state)
{
    (void)state;
    static const char TEXT[] = "a,b\n1,x\0y\n2,\"p\0q\"\n3,z\n";
    char *got = table_dump("t.csv", (shi_str){ TEXT, sizeof TEXT - 1 }, NULL, 5);
    assert_string_equal(got, "csv: a|b\n2: 1|x?y !the text holds a NUL byte@1\n3: 2|p?q !the text holds a NUL byte@1\n4: 3|z\n");
    free(got);
}

static void columns_not_needed_are_not_filled(void **state)
{
    (void)state;
    shi_arena keep;
    shi_source *source;
    shi_reader *reader;
    shi_batch batch;
    const bool needed[] = { false, true, false };
    assert_int_equal(shi_arena_open(1 << 20, &keep).code, 0);
    shi_source_tuning tuning = { 0, S("村村村村村村村村,b,c\n1,2,3\n\"x\"\"\",\"y\"\"\",z\n\xFF,8,9\n") };
    assert_int_equal(shi_source_open_tuned(&keep, S("t.csv"), NULL, tuning, &source).code, 0);
    assert_int_equal(shi_reader_open(source, needed, &reader).code, 0);
    assert_int_equal(shi_reader_next(reader, &batch).code, 0);
    assert_int_equal(batch.rows, 3);
    assert_null(batch.cell[0]);
    assert_null(batch.cell[2]);
    assert_true(shi_str_eq(batch.cell[1][1], S("y\"")));
    assert_null(batch.fault[2].reason);
    shi_reader_close(reader);
    shi_source_close(source);
    shi_arena_drop(&keep);
}

/* ---- limits ---- */

static char *dump_long(int64_t field, bool quoted, bool closed)
{
    shi_buf b = { 0 };
    shi_buf_puts(&b, quoted ? "a,b\n1,2\nx,\"" : "a,b\n1,2\nx,");
    for (int64_t i = 0; i < field; i++) shi_buf_addc(&b, i % 100 == 99 && quoted ? '\n' : 'y');
    shi_buf_puts(&b, quoted && closed ? "\"\n3,4\n" : "\n3,4\n");
    char *got = table_dump("t.csv", shi_buf_str(&b), NULL, 0), *end = strstr(got, "yyyyyyy");
    /* without the long text itself */
    if (end) {
        char *rest = end + strspn(end, "y\n");
        memmove(end, rest, strlen(rest) + 1);
    }
    shi_buf_drop(&b);
    return got;
}

static void limits(void **state)
{
    (void)state;
    static const struct {
        int64_t field;
        bool quoted, closed;
        const char *expect;
    } CASE[] = {
        { SHI_MAX_FIELD, false, false, "csv: a|b\n2: 1|2\n3: x|4: 3|4\n" },
        { SHI_MAX_FIELD + 1, false, false, "csv: a|b\n2: 1|2\n3: x| !the field is longer than 1 MiB@1\n4: 3|4\n" },
        { SHI_MAX_FIELD + 1, true, true, "csv: a|b\n2: 1|2\n3: x| !the field is longer than 1 MiB@1\n10489: 3|4\n" },
        { SHI_MAX_RECORD, false, false, "csv: a|b\n2: 1|2\nerror 3 line 3: the line is longer than 16 MiB\n" },
        { SHI_MAX_RECORD, true, true, "csv: a|b\n2: 1|2\nerror 3 line 3: the quote opened here is not closed within 16 MiB\n" },
        { 3 * SHI_MAX_RECORD, true, false, "csv: a|b\n2: 1|2\nerror 3 line 3: the quote opened here is not closed within 16 MiB\n" },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        char *got = dump_long(CASE[i].field, CASE[i].quoted, CASE[i].closed);
        assert_string_equal(got, CASE[i].expect);
        free(got);
    }
}

static void too_many_columns(void **state)
{
    (void)state;
    for (int n = SHI_MAX_COLUMNS; n <= SHI_MAX_COLUMNS + 1; n++) {
        shi_buf b = { 0 };
        for (int i = 0; i < n; i++) shi_buf_format(&b, "%sc%d", i ? "," : "", i);
        shi_buf_puts(&b, "\n1\n");
        char *got = table_dump("t.csv", shi_buf_str(&b), NULL, 64);
        if (n > SHI_MAX_COLUMNS) assert_string_equal(got, "error 3 line 1: there are more than 4,096 columns\n");
        else assert_non_null(strstr(got, FEWER));
        free(got);
        shi_buf_drop(&b);
    }
}

/* ---- random texts against the obvious parser ---- */

typedef struct {
    shi_str text;
    char delimiter;
    int64_t at, line;
    shi_buf cell[64];
    int fields;
    bool blank, after;
    int after_column;
} slow;

static char peek(const slow *s)
{
    return s->at < s->text.len ? s->text.ptr[s->at] : '\n';
}

static bool at_record_end(const slow *s)
{
    if (s->at >= s->text.len || peek(s) == '\n') return true;
    if (peek(s) != '\r') return false;
    return s->at + 1 >= s->text.len || s->text.ptr[s->at + 1] == '\n';
}

/* One field; false when a quote never closes. */
static bool slow_field(slow *s)
{
    shi_buf *cell = &s->cell[s->fields];
    cell->len = 0;
    if (s->at < s->text.len && peek(s) == '"') {
        s->blank = false;
        for (s->at++;; s->at++) {
            if (s->at >= s->text.len) return false;
            if (peek(s) == '\n') s->line++;
            if (peek(s) != '"') shi_buf_addc(cell, peek(s));
            else if (s->at + 1 < s->text.len && s->text.ptr[s->at + 1] == '"') shi_buf_addc(cell, '"'), s->at++;
            else break;
        }
        s->at++;
        for (; !at_record_end(s) && peek(s) != s->delimiter; s->at++)
            if (!s->after) s->after = true, s->after_column = s->fields;
    } else {
        for (; !at_record_end(s) && peek(s) != s->delimiter; s->at++) {
            shi_buf_addc(cell, peek(s));
            if (!strchr(" \t\r", peek(s))) s->blank = false;
        }
    }
    s->fields++;
    return true;
}

/* 1: a record, 0: the end, -1: a quote never closes. */
static int slow_record(slow *s)
{
    if (s->at >= s->text.len) return 0;
    s->fields = 0;
    s->blank = true;
    s->after = false;
    for (;;) {
        if (!slow_field(s)) return -1;
        if (at_record_end(s)) break;
        s->at++;
    }
    if (s->at < s->text.len && peek(s) == '\r') s->at++;
    s->at++;
    return 1;
}

/* The records of a text whose header is "a<delimiter>b<delimiter>c" on line 1; an unclosed quote ends it without a line. */
static void slow_dump(shi_str text, char delimiter, shi_buf *out)
{
    slow s = { .text = text, .delimiter = delimiter, .line = 1 };
    int rc, columns = 3;
    shi_buf_puts(out, "csv: a|b|c\n");
    for (int64_t n = 0, line = 1; (rc = slow_record(&s)) > 0; line = ++s.line) {
        if (s.blank || n++ == 0) continue;
        shi_buf_format(out, "%lld: ", (long long)line);
        for (int c = 0; c < columns; c++) {
            if (c) shi_buf_addc(out, '|');
            shi_buf_add(out, c < s.fields && s.cell[c].len ? shi_buf_str(&s.cell[c]) : S("~"));
        }
        if (s.after) shi_buf_format(out, AFTER "%d", s.after_column < columns ? s.after_column : -1);
        else if (s.fields != columns) shi_buf_puts(out, s.fields < columns ? FEWER : MORE);
        shi_buf_addc(out, '\n');
    }
    if (rc < 0) shi_buf_puts(out, "unclosed");
    for (int c = 0; c < 64; c++) shi_buf_drop(&s.cell[c]);
}

static void random_text(uint64_t seed, char delimiter, shi_buf *b)
{
    static const char ANY[] = "xy,,,;\"\"\"\n\n\n\r \t", TAME[] = "xxxyyzz,,,,\n\n\r ";
    shi_buf_format(b, "a%cb%cc\n", delimiter, delimiter);
    bool tame = table_random(seed, 1000) % 3 == 0;
    const char *letters = tame ? TAME : ANY;
    int64_t len = (int64_t)(table_random(seed, 1001) % 48), kinds = (int64_t)strlen(letters);
    for (int64_t i = 0; i < len; i++) {
        uint64_t r = table_random(seed, (uint64_t)i);
        /* whole quoted fields now and then, since random quotes rarely pair */
        if (!tame && r % 11 == 0) shi_buf_format(b, "\"p%cq\"\"\n\"%c", delimiter, delimiter);
        else shi_buf_addc(b, letters[(int64_t)(r / 16) % kinds]);
    }
}

static void agrees_with_the_slow_parser(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 6000; seed++) {
        shi_buf text = { 0 }, expect = { 0 };
        random_text(seed, ',', &text);
        slow_dump(shi_buf_str(&text), ',', &expect);
        shi_str csv = S("csv");
        shi_source_options o = { .format = csv };
        if (shi_csv_sniff(shi_buf_str(&text)) == ',') {
            char *got = table_dump("t", shi_buf_str(&text), &o, 1 + (int64_t)(seed % 40)), *error = strstr(got, "error 3 line");
            if (error) assert_non_null(strstr(error, "the quote opened here is not closed within 16 MiB\n"));
            if (error) strcpy(error, "unclosed");
            if (strcmp(got, expect.ptr)) print_message("seed %d: %s\n", (int)seed, text.ptr);
            assert_string_equal(got, expect.ptr);
            free(got);
        }
        shi_buf_drop(&text);
        shi_buf_drop(&expect);
    }
}

static void several_readers_give_the_same(void **state)
{
    (void)state;
    shi_buf text = { 0 };
    shi_buf_puts(&text, "a,b,c\n");
    for (uint64_t i = 0; i < 20000; i++) {
        uint64_t r = table_random(5, i);
        if (r % 50 == 0) shi_buf_puts(&text, "\n");
        if (r % 97 == 0) shi_buf_format(&text, "\"%d\n\",\"x\"\"\",\n", (int)i);
        else shi_buf_format(&text, "%d,村%d,%s\n", (int)i, (int)(r % 1000), r % 7 ? "z" : "");
    }
    char *one = table_dump("t.csv", shi_buf_str(&text), NULL, 0);
    char *four = table_dump_threads("t.csv", shi_buf_str(&text), 1000, 4);
    assert_string_equal(one, four);
    free(one);
    free(four);
    shi_buf_drop(&text);
}

static void a_stop_ends_every_reader(void **state)
{
    (void)state;
    shi_os_stop_request();
    char *got = table_dump("t.csv", S("a,b\n1,2\n"), NULL, 1);
    shi_os_stop_clear();
    assert_string_equal(got, "error 130: stopped as asked\n");
    free(got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases),
        cmocka_unit_test(tsv_by_name_and_option),
        cmocka_unit_test(nul_is_a_fault_of_its_record),
        cmocka_unit_test(columns_not_needed_are_not_filled),
        cmocka_unit_test(limits),
        cmocka_unit_test(too_many_columns),
        cmocka_unit_test(agrees_with_the_slow_parser),
        cmocka_unit_test(several_readers_give_the_same),
        cmocka_unit_test(a_stop_ends_every_reader),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
