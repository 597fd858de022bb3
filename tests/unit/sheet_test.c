/* xlsx: workbooks put together from their parts. */
#include "table/sheet.h"
#include "table_dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

typedef struct {
    const char *name, *text;
} part;

#define RELS(body) "<Relationships>" body "</Relationships>"
#define REL(id, type, target) "<Relationship Id=\"" id "\" Type=\"http://x/" type "\" Target=\"" target "\"/>"
#define ROOT { "_rels/.rels", RELS(REL("r1", "officeDocument", "xl/workbook.xml")) }
#define BOOK(rels, body) { "xl/_rels/workbook.xml.rels", RELS(rels) }, { "xl/workbook.xml", "<workbook>" body "</workbook>" }
#define ONE_SHEET BOOK(REL("a", "worksheet", "worksheets/s.xml") REL("b", "sharedStrings", "sharedStrings.xml") REL("c", "styles", "styles.xml"), \
                       "<sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"a\"/></sheets>")
#define SHEET(rows) { "xl/worksheets/s.xml", "<?xml version=\"1.0\"?><worksheet><sheetData>" rows "</sheetData></worksheet>" }

/* The bytes of a zip archive with these parts, in a buffer of the caller. */
static shi_str archive(const part *parts, int64_t n, bool store)
{
    zip_error_t error;
    zip_stat_t stat;
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
    assert_non_null(source);
    zip_source_keep(source);
    zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, &error);
    assert_non_null(zip);
    for (int64_t i = 0; i < n; i++) {
        zip_int64_t at = zip_file_add(zip, parts[i].name, zip_source_buffer(zip, parts[i].text, strlen(parts[i].text), 0), ZIP_FL_OVERWRITE);
        assert_true(at >= 0);
        if (store) zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_STORE, 0);
    }
    assert_int_equal(zip_close(zip), 0);
    assert_int_equal(zip_source_open(source), 0);
    assert_int_equal(zip_source_stat(source, &stat), 0);
    char *bytes = malloc(stat.size);
    assert_non_null(bytes);
    assert_int_equal(zip_source_read(source, bytes, stat.size), stat.size);
    zip_source_close(source);
    zip_source_free(source);
    return (shi_str){ bytes, (int64_t)stat.size };
}

static void check_parts(const part *parts, int64_t n, const char *sheet, const char *expect)
{
    shi_str bytes = archive(parts, n, false);
    shi_source_options o = { .sheet = shi_str_from(sheet) };
    char *got = table_dump("t.xlsx", bytes, &o, 0);
    assert_string_equal(got, expect);
    free(got);
    free((void *)(uintptr_t)bytes.ptr);
}

#define CHECK(expect, ...)                                     \
    do {                                                       \
        const part all[] = { ROOT, __VA_ARGS__ };              \
        check_parts(all, COUNT(all), NULL, "xlsx: " expect);   \
    } while (0)
#define H "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>a</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t> b </t></is></c></row>"

static void texts(void **state)
{
    (void)state;
    static const part strings = { "xl/sharedStrings.xml",
        "<sst><si><t>a</t></si><si><r><t>村</t></r><r><rPr/><t>委</t></r><rPh sb=\"0\"><t>cun</t></rPh></si><si><t/></si>"
        "<si><t xml:space=\"preserve\"> x_x000D_&amp;_x005F_x000D_ </t></si></sst>" };
    CHECK("a|村委\n2: a| x\r&_x000D_ \n4: ~|a\n5: a|~ !the cell points to a text that is not there@1\n", ONE_SHEET, strings,
          SHEET("<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c></row>"
                "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"B2\" t=\"s\"><v>3</v></c></row>"
                "<row r=\"3\"><c r=\"A3\" t=\"s\"><v>2</v></c><c r=\"B3\"/></row>"
                "<row r=\"4\" hidden=\"1\"><c r=\"B4\" t=\"s\"><v>0</v></c></row>"
                "<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>4</v></c></row>"));
    CHECK("a|b\n2: x|yz\n", ONE_SHEET,
          SHEET(H "<row r=\"2\"><c r=\"A2\" t=\"str\"><f>B1</f><v>x</v></c>"
                "<c r=\"B2\" t=\"inlineStr\"><is><r><t>y</t></r><r><t>z</t></r></is></c></row>"));
    CHECK("a|b\n7: 1|~\n", ONE_SHEET,
          { "xl/worksheets/s.xml", "<x:worksheet xmlns:x=\"u\"><x:sheetData>" H "<x:row r=\"7\"><x:c><x:v>1</x:v></x:c></x:row>"
                                   "</x:sheetData></x:worksheet>" });
}

static void numbers(void **state)
{
    (void)state;
    CHECK("a|b\n2: 340123101205|340123101205\n3: 0.1|-1.5\n4: 12345678901234567890|007\n5: true|false\n", ONE_SHEET,
          SHEET(H "<row><c><v>340123101205</v></c><c><v>3.40123101205E+11</v></c></row><row><c><v>0.10000000000000001</v></c><c><v>-1.5</v></c></row>"
                "<row><c><v>12345678901234567890</v></c><c><v>007</v></c></row><row><c t=\"b\"><v>1</v></c><c t=\"b\"><v>0</v></c></row>"));
    CHECK("a|b\n2: 1|~ !the cell holds an error@1\n3: ~|~ !the cell does not hold a number@0\n"
          "4: ~|2 !the formula has no stored result@0\n5: 3|~\n", ONE_SHEET,
          SHEET(H "<row><c><v>1</v></c><c t=\"e\"><v>#N/A</v></c></row><row><c><v>0x1</v></c><c><v>nan</v></c></row>"
                "<row><c><f>1+1</f></c><c><f>1+1</f><v>2</v></c></row><row><c><v>3</v></c><c t=\"str\"><f>\"\"</f><v></v></c></row>"));
}

static void dates(void **state)
{
    (void)state;
    static const part styles = { "xl/styles.xml",
        "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/>"
        "<numFmt numFmtId=\"165\" formatCode=\"[Red]0.00&quot;d&quot;\\y\"/>"
        "<numFmt numFmtId=\"166\" formatCode=\"[h]:mm\"/><numFmt numFmtId=\"167\" formatCode=\"0;[Red]d\"/></numFmts>"
        "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
        "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"22\"/><xf numFmtId=\"164\"/>"
        "<xf numFmtId=\"165\"/><xf numFmtId=\"166\"/><xf numFmtId=\"31\"/>"
        "<xf numFmtId=\"167\"/></cellXfs><dxfs><dxf><numFmt numFmtId=\"165\" formatCode=\"yyyy\"/></dxf></dxfs></styleSheet>" };
#define C(style, value) "<c s=\"" style "\"><v>" value "</v></c>"
#define R(style1, value1, style2, value2) "<row>" C(style1, value1) C(style2, value2) "</row>"
#define BAD " !the cell is formatted as a date but holds none@"
    CHECK("a|b\n2: 2024-01-01|2024-01-01 12:00:00\n3: 2024-01-01|45292\n4: 45292|12:00:00\n5: 2024-01-01|45292\n6: 1900-01-01|1900-02-28\n"
          "7: ~|1900-03-01" BAD "0\n8: 9999-12-31|~" BAD "1\n9: ~|2024-01-01 08:30:15.250" BAD "0\n10: 2024-01-02|7\n", ONE_SHEET, styles,
          SHEET(H R("1", "45292", "2", "45292.5") R("3", "45292", "4", "45292") R("0", "45292", "5", "0.5")
                R("6", "45292", "7", "45292") R("1", "1", "1", "59") R("1", "60", "1", "61") R("1", "2958465", "1", "2958466")
                R("1", "-1", "2", "45292.354343171296") R("1", "45292.999999999", "99", "7")));
    CHECK("a|b\n2: 1904-01-02|2024-01-01\n", BOOK(REL("a", "worksheet", "/xl/worksheets/s.xml") REL("c", "styles", "styles.xml"),
          "<workbookPr date1904=\"1\"/><sheets><sheet name=\"S\" r:id=\"a\"/></sheets>"), styles, SHEET(H R("1", "1", "1", "43830")));
    CHECK("a|b\n2: 2024-01-01T00:00:00|~\n", ONE_SHEET, SHEET(H "<row><c t=\"d\"><v>2024-01-01T00:00:00</v></c></row>"));
}

static void rows(void **state)
{
    (void)state;
    CHECK("a|b\n3: 1|~\n5: 1|2 !the row has more fields than the header@-1\n", ONE_SHEET,
          SHEET("<row r=\"1\"/><row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>a</t></is></c><c r=\"B2\" t=\"inlineStr\"><is><t>b</t></is></c></row>"
                "<row r=\"3\"><c r=\"A3\"><v>1</v></c></row><row r=\"4\"><c r=\"A4\" t=\"inlineStr\"><is><t> </t></is></c></row>"
                "<row r=\"5\"><c r=\"A5\"><v>1</v></c><c r=\"B5\"><v>2</v></c><c r=\"XFD5\"><v>3</v></c></row>"));
    CHECK("a||c\n", ONE_SHEET, SHEET("<row><c r=\"A1\" t=\"str\"><v>a</v></c><c r=\"C1\" t=\"str\"><v>c</v></c></row>"));
    shi_buf body = { 0 }, expect = { 0 };
    shi_buf_puts(&body, "<worksheet><sheetData>" H);
    shi_buf_puts(&expect, "xlsx: a|b\n");
    for (int i = 2; i < 7000; i++) {
        shi_buf_format(&body, "<row r=\"%d\"><c r=\"A%d\"><v>%d</v></c><c r=\"B%d\" t=\"str\"><v>村%d</v></c></row>", i, i, i, i, i);
        shi_buf_format(&expect, "%d: %d|村%d\n", i, i, i);
    }
    shi_buf_puts(&body, "</sheetData></worksheet>");
    const part all[] = { ROOT, ONE_SHEET, { "xl/worksheets/s.xml", body.ptr } };
    check_parts(all, COUNT(all), NULL, expect.ptr);
    shi_str bytes = archive(all, COUNT(all), false);
    char *got = table_dump_threads("t.xlsx", bytes, 0, 3);
    assert_string_equal(got, expect.ptr);
    free(got);
    free((void *)(uintptr_t)bytes.ptr);
    shi_buf_drop(&body);
    shi_buf_drop(&expect);
}

static void sheets(void **state)
{
    (void)state;
#define TWO BOOK(REL("a", "worksheet", "worksheets/s.xml") REL("b", "worksheet", "worksheets/u.xml") REL("c", "chartsheet", "c.xml"), \
                 "<sheets><sheet name=\"一月\" r:id=\"a\"/><sheet name=\"chart\" r:id=\"c\"/><sheet name=\"二月\" r:id=\"b\"/></sheets>")
    const part two[] = { ROOT, TWO, SHEET(H),
                         { "xl/worksheets/u.xml", "<worksheet><sheetData><row><c t=\"str\"><v>u</v></c></row></sheetData></worksheet>" } };
    check_parts(two, COUNT(two), NULL, "error 3 [一月, 二月]: the workbook has several sheets\n");
    check_parts(two, COUNT(two), "二月", "xlsx: u\n");
    check_parts(two, COUNT(two), "chart", "error 3 [一月, 二月]: there is no sheet of that name\n");
}

static void refused(void **state)
{
    (void)state;
    static const struct {
        const char *sheet, *expect;
    } CASE[] = {
        { "<worksheet><sheetData/></worksheet>", "error 3: the sheet is empty\n" },
        { "<worksheet><sheetData><row r=\"2\"><c t=\"str\"><v>a</v></c><c t=\"str\"><v>a </v></c></row></sheetData></worksheet>",
          "error 3 line 2 [a]: the header names a column twice\n" },
        { "<worksheet><sheetData><row><c r=\"XFE1\"><v>1</v></c></row></sheetData></worksheet>", "error 3: the workbook is damaged\n" },
        { "<worksheet><sheetData><row>", "error 3: the workbook is damaged\n" },
        { "<worksheet/>x", "error 3: the workbook is damaged\n" },
        { "<!DOCTYPE w [<!ENTITY e \"eeee\">]><worksheet><sheetData><row><c t=\"str\"><v>&e;</v></c></row></sheetData></worksheet>",
          "error 3: the workbook is damaged\n" },
        { "<worksheet><sheetData>" H "<row r=\"2\"><c><v>1</v></c></row><row r=\"3\"></x></sheetData></worksheet>",
          "xlsx: a|b\nerror 3 line 3: the workbook is damaged\n" },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        const part all[] = { ROOT, ONE_SHEET, { "xl/worksheets/s.xml", CASE[i].sheet } };
        check_parts(all, COUNT(all), NULL, CASE[i].expect);
    }
    const part none[] = { ROOT }, other[] = { { "word/document.xml", "<a/>" } };
    check_parts(none, 1, NULL, "error 3: the workbook has no sheet of cells\n");
    check_parts(other, 1, NULL, "error 3: the workbook has no sheet of cells\n");
    char *got = table_dump("t.xls", S("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more"), NULL, 0);
    assert_string_equal(got, "error 3: this is an old .xls file, or a workbook with a password\n");
    free(got);
    got = table_dump("t.xlsx", S("PK\x03\x04 and more"), NULL, 0);
    assert_string_equal(got, "error 3: the workbook is damaged\n");
    free(got);
}

static void bombs(void **state)
{
    (void)state;
    shi_buf body = { 0 };
    shi_buf_puts(&body, "<worksheet><sheetData>" H);
    for (int i = 0; i < 1500000; i++) shi_buf_puts(&body, "<row></row>           ");
    shi_buf_puts(&body, "</sheetData></worksheet>");
    const part all[] = { ROOT, ONE_SHEET, { "xl/worksheets/s.xml", body.ptr } };
    shi_str bytes = archive(all, COUNT(all), false);
    char *got = table_dump("t.xlsx", bytes, NULL, 0);
    assert_non_null(strstr(got, ": the workbook becomes too large when it is unpacked\n"));
    free(got);
    free((void *)(uintptr_t)bytes.ptr);
    shi_buf_drop(&body);
}

/* Cut off, or with a byte changed: refused, or read the same; never worse. Stored parts have checksums only. */
static void damage(void **state)
{
    (void)state;
    const part all[] = { ROOT, ONE_SHEET, SHEET(H "<row><c><v>1</v></c><c><v>2</v></c></row>"), { "xl/sharedStrings.xml", "<sst/>" } };
    for (int store = 0; store < 2; store++) {
        shi_str bytes = archive(all, COUNT(all), store);
        char *copy = malloc((size_t)bytes.len);
        assert_non_null(copy);
        for (int64_t at = 4; at < bytes.len; at++) {
            memcpy(copy, bytes.ptr, (size_t)bytes.len);
            shi_source_options o = { .format = S("xlsx") };
            char *got = table_dump("t.xlsx", (shi_str){ copy, at }, &o, 0);
            assert_true(shi_str_starts(shi_str_from(got), S("error 3")));
            free(got);
            copy[at] = (char)(copy[at] ^ 0x10);
            got = table_dump("t.xlsx", (shi_str){ copy, bytes.len }, &o, 0);
            if (!strstr(got, "error 3")) assert_string_equal(got, "xlsx: a|b\n2: 1|2\n");
            free(got);
        }
        free(copy);
        free((void *)(uintptr_t)bytes.ptr);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts), cmocka_unit_test(numbers), cmocka_unit_test(dates), cmocka_unit_test(rows),
        cmocka_unit_test(sheets), cmocka_unit_test(refused), cmocka_unit_test(bombs), cmocka_unit_test(damage),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("sheet", tests, NULL, NULL);
}
