/* JSON lines. */
#include "table/jsonl.h"
#include "table_dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void check(const char *name, shi_str text, const char *expect)
{
    static const int64_t BLOCK[] = { 0, 1, 2, 7, 64 };
    for (int64_t i = 0; i < COUNT(BLOCK); i++) {
        char *got = table_dump(name, text, NULL, BLOCK[i]);
        assert_string_equal(got, expect);
        free(got);
    }
}

#define ONLY " !the line is not valid JSON@-1"

static void cases(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expect;
    } CASE[] = {
        { "{\"a\":\"x\",\"b\":1}\n{\"b\":2}", "jsonl: a|b\n1: x|1\n2: ~|2\n" },
        { "\xEF\xBB\xBF\n \r\n{\"a\":1}\r\n\n{\"a\":2}\r\n", "jsonl: a\n3: 1\n5: 2\n" },
        { "{\"a\":null}\n{\"a\":\"\"}\n{\"a\":true}\n{\"a\":false}\n", "jsonl: a\n1: ~\n2: ~\n3: true\n4: false\n" },
        { "{\"a\":340123101205}\n{\"a\":9223372036854775807}\n{\"a\":-5}\n", "jsonl: a\n1: 340123101205\n2: 9223372036854775807\n3: -5\n" },
        { "{\"a\":3.40123101205e11}\n{\"a\":0.1}\n{\"a\":-1.50}\n{\"a\":1e300}\n{\"a\":-0.0}\n",
          "jsonl: a\n1: 340123101205\n2: 0.1\n3: -1.5\n4: 1e+300\n5: 0\n" },
        { "{\"a\":[\"x\",\"y\",1]}\n{\"a\":[]}\n{\"a\":[[1]]}\n{\"a\":{\"b\":1}}\n",
          "jsonl: a\n1: x;y;1\n2: ~\n3: ~ !the value is nested@0\n4: ~ !the value is nested@0\n" },
        { "{\"a\":\"\\u6751\\n\\\"\"}\n", "jsonl: a\n1: 村\n\"\n" },
        { "{\"a\":1}\n{\"a\":1,\"a\":2}\n{\"a\":1} x\n{\"a\":\n[1]\n3\n{a:1}\n{\"a\":99999999999999999999}\n{\"a\":1e999}\n",
          "jsonl: a\n1: 1\n2: ~ !a key stands twice in the object@-1\n3: ~ !text follows the object@-1\n"
          "4: ~ !the object does not end on its line@-1\n5: ~ !the line is not a JSON object@-1\n6: ~" ONLY "\n7: ~" ONLY "\n"
          "8: ~ !a number is too large@-1\n9: ~ !a number is too large@-1\n" },
        { "{\"a\":\"x\\u0000y\"}\n{\"a\":\"x\\ud800\"}\n", "jsonl: a\n1: x?y !the text holds a NUL byte@0\n2: ~" ONLY "\n" },
        { "{\" a \":1}\n", "jsonl: a\n1: 1\n" },
        { "{\"a\":1,\" a\":2}\n", "error 3 [a]: the header names a column twice\n" },
        { "{}\n{}\n", "error 3: no line holds an object with keys\n" },
        { "[{\"a\":1},\n{\"a\":2}]\n", "error 3 line 1: this is a JSON array, not JSON lines\n" },
        { "\n{\n\"a\":1\n}\n", "error 3 line 2: this is JSON over several lines, not JSON lines\n" },
        { "", "error 3: the file is empty\n" },
        { " \n\n", "error 3: the file is empty\n" },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) check("t.jsonl", shi_str_from(CASE[i].text), CASE[i].expect);
}

static void found_without_a_name(void **state)
{
    (void)state;
    check("t", S(" {\"a\":1}\n"), "jsonl: a\n1: 1\n");
    check("t.csv", S("{\"a\":1}\n"), "jsonl: a\n1: 1\n");
    check("t.json", S("x\n"), "error 3: no line holds an object with keys\n");
}

/* Keys are taken from the first 1,000 lines; later ones are ignored. */
static void keys_of_the_first_lines(void **state)
{
    (void)state;
    shi_buf text = { 0 };
    for (int i = 1; i <= 1001; i++) shi_buf_format(&text, i == 1000 ? "{\"a\":1,\"b\":2}\n" : i == 1001 ? "{\"c\":1,\"b\":3}\n" : "{\"a\":1}\n");
    char *got = table_dump("t.jsonl", shi_buf_str(&text), NULL, 0);
    assert_non_null(strstr(got, "jsonl: a|b\n1: 1|~\n"));
    assert_non_null(strstr(got, "1000: 1|2\n1001: ~|3\n"));
    free(got);
    shi_buf_drop(&text);
}

static void hostile(void **state)
{
    (void)state;
    shi_buf text = { 0 };
    shi_buf_puts(&text, "{\"a\":1}\n{\"a\":\"x\\u0000\"}\n{\"a\":");
    for (int i = 0; i < 100000; i++) shi_buf_addc(&text, '[');
    shi_buf_puts(&text, "\n{\"a\":\"");
    for (int i = 0; i <= SHI_MAX_FIELD; i++) shi_buf_addc(&text, 'x');
    shi_buf_puts(&text, "\"}\n");
    char *got = table_dump("t.jsonl", shi_buf_str(&text), NULL, 0);
    assert_true(shi_str_starts(shi_str_from(got), S("jsonl: a\n1: 1\n2: x? !the text holds a NUL byte@0\n"
                                                    "3: ~ !the values are nested too deeply@-1\n4: xxxx")));
    assert_non_null(strstr(got, "x !the field is longer than 1 MiB@0\n"));
    free(got);
    text.len = 0;
    shi_buf_puts(&text, "{\"a\":1}\n{\"a\":\"村村村村村村村村\"}\n{\"a\":\"\xFF\"}\n");
    got = table_dump("t.jsonl", shi_buf_str(&text), NULL, 0);
    assert_string_equal(got, "jsonl: a\n1: 1\n2: 村村村村村村村村\n3: ~ !the text is not valid UTF-8@-1\n");
    free(got);
    text.len = 0;
    shi_buf_puts(&text, "{");
    for (int i = 0; i <= SHI_MAX_COLUMNS; i++) shi_buf_format(&text, "%s\"c%d\":%d", i ? "," : "", i, i);
    shi_buf_puts(&text, "}\n");
    got = table_dump("t.jsonl", shi_buf_str(&text), NULL, 0);
    assert_string_equal(got, "error 3: there are more than 4,096 columns\n");
    free(got);
    shi_buf_drop(&text);
}

static void several_readers_give_the_same(void **state)
{
    (void)state;
    shi_buf text = { 0 };
    for (uint64_t i = 0; i < 10000; i++) {
        uint64_t r = table_random(6, i);
        shi_buf_format(&text, r % 50 == 0 ? "\n" : "{\"a\":%d,\"b\":\"村%d\",\"c\":[\"x\",%d]}\n", (int)i, (int)(r % 1000), (int)(r % 7));
    }
    char *one = table_dump("t.jsonl", shi_buf_str(&text), NULL, 0), *four = table_dump_threads("t.jsonl", shi_buf_str(&text), 1000, 4);
    assert_string_equal(one, four);
    free(one);
    free(four);
    shi_buf_drop(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases),
        cmocka_unit_test(found_without_a_name),
        cmocka_unit_test(keys_of_the_first_lines),
        cmocka_unit_test(hostile),
        cmocka_unit_test(several_readers_give_the_same),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("jsonl", tests, NULL, NULL);
}
