/* Cells of every type, as offices write them. What comes out is written as "~" (missing), "12" (i), "12%" (percent), "d 0.5", "s text",
 * or "!reason". */
#include "base/decimal.h"
#include "table/cell.h"
#include "table_dump.h"
#include "test.h"

static const shi_zone CHINA = { .n = 1, .from_us = { INT64_MIN }, .offset_us = { 8 * 3600 * SHI_SECOND_US } };
static const shi_cell_rules RULES = { &CHINA, INT64_C(946684800000000), INT64_C(1719849600000000) };   /* 2000-01-01Z to 2024-07-01T16:00Z */

#define MANY "!the number has more than three decimals"
#define LARGE "!the number is too large"
#define NO_NUMBER "!this is not a number"
#define NEGATIVE "!the value is negative"
#define SHORTENED "!the number was shortened by the spreadsheet, so digits are lost"
#define CODE_SHORTENED "!the code was shortened by the spreadsheet, so digits are lost"
#define NO_TIME "!this is not a time"
#define UNKNOWN "!the word is not known in this column"

/* The text is given in memory of its own length, and the room is dirty. */
static void parse(const shi_column *column, shi_str text, shi_buf *got)
{
    char *exact = malloc((size_t)text.len + (text.len == 0)), *room = malloc(SHI_CELL_ROOM);
    assert_true(exact && room);
    if (text.len) memcpy(exact, text.ptr, (size_t)text.len);
    memset(room, '9', SHI_CELL_ROOM);
    shi_cell cell;
    shi_flaw flaw = shi_cell_parse(column, (shi_str){ text.ptr ? exact : NULL, text.len }, &RULES, room, &cell);
    char number[32];
    got->len = 0;
    if (flaw.reason) {
        shi_buf_format(got, "!%s", flaw.reason);
        assert_true(flaw.remedy && *flaw.remedy);
    } else if (cell.missing) {
        shi_buf_puts(got, "~");
    } else if (column->type == SHI_T_SHARE || column->type == SHI_T_PRICE || column->type == SHI_T_REAL) {
        shi_f64_write(cell.d, number);
        shi_buf_format(got, "d %s", number);
    } else if (column->type == SHI_T_COUNT || column->type == SHI_T_DECIMAL || column->type == SHI_T_REPORTED || column->type == SHI_T_TIME ||
               column->type == SHI_T_DUE) {
        shi_buf_format(got, "%lld%s", (long long)cell.i, cell.percent ? "%" : "");
    } else {
        shi_buf_puts(got, "s ");
        shi_buf_add(got, cell.s);
    }
    free(exact);
    free(room);
}

typedef struct {
    const char *text, *want;
} example;

static void check(shi_type type, const char *words, const example *x, int64_t n)
{
    const shi_column column = { "c", "", type, false, words };
    shi_buf got = { 0 };
    for (int64_t i = 0; i < n; i++) {
        parse(&column, shi_str_from(x[i].text), &got);
        if (strcmp(got.ptr, x[i].want)) fail_msg("\"%s\" gives %s, not %s", x[i].text, got.ptr, x[i].want);
    }
    shi_buf_drop(&got);
}

static void counts(void **state)
{
    (void)state;
    static const example CASE[] = {
        { "0", "0" }, { "3000", "3000" }, { " 3000 ", "3000" }, { "　３０００　", "3000" }, { "3,000", "3000" }, { "1,234,567", "1234567" },
        { "３，０００", "3000" }, { "3000.0", "3000" }, { "3000.000", "3000" }, { "+5", "5" }, { "007", "7" }, { "1.2万", "12000" }, { "3万", "30000" },
        { "1.25 万", "12500" }, { "0.5万", "5000" }, { "１．２万", "12000" }, { "1.2亿", "120000000" }, { "1,000万", "10000000" },
        { "1.2345万", "12345" }, { "1,234.5678万", "12345678" }, { "0.00001亿", "1000" }, { "1.23456789亿", "123456789" },
        { "999999999999999", "999999999999999" }, { "99999999999万", "999999999990000" },
        { "", "~" }, { "   ", "~" }, { "　", "~" }, { "-", "~" }, { "--", "~" }, { "—", "~" }, { "——", "~" }, { "－", "~" }, { "/", "~" },
        { "无", "~" }, { "空", "~" }, { "null", "~" }, { "NULL", "~" }, { "N/A", "~" }, { "n/a", "~" }, { "\\N", "~" }, { " 无 ", "~" },
        { "-3", NEGATIVE }, { "-0.5", NEGATIVE }, { "－3", NEGATIVE }, { "-1万", NEGATIVE }, { "-999999999999999", NEGATIVE },
        { "0.5", "!the value is not a whole number" }, { "3000.001", "!the value is not a whole number" },
        { "1.23456万", "!the value is not a whole number" }, { "1.23456789万", MANY },
        { "3000.0001", MANY }, { "1000000000000000", LARGE }, { "99999999999999999999", LARGE }, { "-1000000000000000", LARGE },
        { "100000000000万", LARGE }, { "9999999999亿", LARGE }, { "1e300", NO_NUMBER }, { "1E5", NO_NUMBER }, { "3.40123E+11", SHORTENED },
        { "3.4e+11", SHORTENED }, { "1.20E+03", SHORTENED }, { "5E+11", SHORTENED }, { "95.18%", "!a percentage stands where a number belongs" },
        { "50%", "!a percentage stands where a number belongs" }, { "3,00", NO_NUMBER }, { ",300", NO_NUMBER }, { "3,0000", NO_NUMBER },
        { "3000,", NO_NUMBER }, { "1,234.5,6", NO_NUMBER }, { "3，00", NO_NUMBER }, { "万", NO_NUMBER }, { "%", NO_NUMBER },
        { "abc", NO_NUMBER }, { "3000人", NO_NUMBER }, { "约3000", NO_NUMBER }, { "3 000", NO_NUMBER }, { "nan", NO_NUMBER },
        { "inf", NO_NUMBER }, { "0x10", NO_NUMBER }, { "1.2.3", NO_NUMBER }, { "1.2万万", NO_NUMBER }, { "三千", NO_NUMBER },
        { "3000-", NO_NUMBER }, { "---", NO_NUMBER }, { "２０２４年", NO_NUMBER },
    };
    check(SHI_T_COUNT, NULL, CASE, COUNT(CASE));
}

static void decimals(void **state)
{
    (void)state;
    static const example CASE[] = {
        { "0", "0" }, { "0.5", "500" }, { ".5", "500" }, { "12.125", "12125" }, { "1,234.5", "1234500" }, { "1.2万", "12000000" },
        { "1.23456万", "12345600" }, { "1,234.56789万", "12345678900" },
        { "0.0001", MANY }, { "999999999999999.999", "999999999999999999" }, { "-0.001", NEGATIVE }, { "-0", "0" },
        { "5%", "!a percentage stands where a number belongs" }, { "无", "~" }, { "12.5秒", NO_NUMBER },
    };
    check(SHI_T_DECIMAL, NULL, CASE, COUNT(CASE));
    static const example REPORTED[] = {
        { "3000", "3000000" }, { "95.18%", "95180%" }, { "95.18 %", "95180%" }, { "９５．１８％", "95180%" }, { "100%", "100000%" }, { "0%", "0%" },
        { "104.5%", "104500%" }, { "95.1234%", MANY }, { "-5%", NEGATIVE }, { "%", NO_NUMBER }, { "95.18%%", NO_NUMBER }, { "—", "~" },
    };
    check(SHI_T_REPORTED, NULL, REPORTED, COUNT(REPORTED));
}

static void shares_and_prices(void **state)
{
    (void)state;
    static const example SHARE[] = {
        { "0", "d 0" }, { "1", "d 1" }, { "0.62", "d 0.62" }, { "62%", "d 0.62" }, { "95.18%", "d 0.9518" }, { "33.3333%", "d 0.333333" },
        { "100%", "d 1" }, { "0.001", "d 0.001" }, { "0.8125", "d 0.8125" }, { "0.123456789", "d 0.123456789" }, { "50%", "d 0.5" },
        { "６２％", "d 0.62" }, { "无", "~" }, { "1.001", "!a share lies between 0 and 1" }, { "62", "!a share lies between 0 and 1" },
        { "100.001%", "!a share lies between 0 and 1" }, { "1万", "!a share lies between 0 and 1" }, { "-0.1", NEGATIVE },
        { ".", NO_NUMBER }, { ".%", NO_NUMBER }, { "六成", NO_NUMBER },
    };
    check(SHI_T_SHARE, NULL, SHARE, COUNT(SHARE));
    static const example PRICE[] = {
        { "1.4", "d 1.4" }, { "0.0002", "d 0.0002" }, { "0", "d 0" }, { ".5", "d 0.5" }, { "１．２５", "d 1.25" },
        { "999999999", "d 999999999" }, { "—", "~" }, { "1000000000", NO_NUMBER }, { "1e300", NO_NUMBER }, { "-1", NEGATIVE }, { ".", NO_NUMBER },
        { "1.2.3", NO_NUMBER }, { "1,4", NO_NUMBER }, { "nan", NO_NUMBER }, { "0x1", NO_NUMBER }, { "1.4元", NO_NUMBER },
        { "0000000000000000000000000000000000000000000000000000000000000000001", NO_NUMBER },
    };
    check(SHI_T_PRICE, NULL, PRICE, COUNT(PRICE));
    static const example REAL[] = {
        { "1.4", "d 1.4" }, { "-1.4", "d -1.4" }, { "+2", "d 2" }, { "-.5", "d -0.5" }, { "1,234.5", "d 1234.5" }, { "-1,234", "d -1234" },
        { "1.2e-05", "d 0.000012" }, { "1.23456789012345e+15", "d 1.23456789012345e+15" }, { "81.5%", "d 0.815" }, { "-3%", "d -0.03" }, { "－２", "d -2" },
        { "1.5万", "d 15000" }, { "—", "~" }, { "", "~" }, { "nan", NO_NUMBER }, { "inf", NO_NUMBER }, { "1e999", NO_NUMBER }, { "-", "~" },
        { "1.2.3", NO_NUMBER }, { "1e", NO_NUMBER }, { "e5", NO_NUMBER }, { "0x1", NO_NUMBER }, { "--1", NO_NUMBER }, { "1 2", NO_NUMBER },
        { "3.4E+11", "!the number was shortened by the spreadsheet, so digits are lost" },
    };
    check(SHI_T_REAL, NULL, REAL, COUNT(REAL));
}

static void codes(void **state)
{
    (void)state;
    static const example CASE[] = {
        { "340123101205", "s 340123101205" }, { "001", "s 001" }, { " 3401 ", "s 3401" }, { "　３４０１　", "s 3401" }, { "Ａ－１", "s A-1" },
        { "村 7", "s 村 7" }, { "3.40123E+11", CODE_SHORTENED }, { "3.4e+11", CODE_SHORTENED }, { "5E+11", CODE_SHORTENED },
        { "12E+5", CODE_SHORTENED }, { "１．２Ｅ＋１０", CODE_SHORTENED }, { "A1.5E+3", "s A1.5E+3" }, { "3.4E-11", "s 3.4E-11" },
        { "1.5E+", "s 1.5E+" }, { "E+11", "s E+11" }, { "5EA+1", "s 5EA+1" }, { "1.E+5", "s 1.E+5" }, { "", "~" }, { "—", "~" },
        { "无", "~" }, { "NULL", "~" },
    };
    check(SHI_T_CODE, NULL, CASE, COUNT(CASE));
    check(SHI_T_APP, NULL, CASE, COUNT(CASE));
    check(SHI_T_ACCOUNT, NULL, CASE, COUNT(CASE));
    for (int len = 195; len <= 700; len += len < 205 ? 1 : 61) {
        shi_buf text = { 0 }, got = { 0 };
        for (int i = 0; i < len; i++) shi_buf_addc(&text, 'x');
        const shi_column column = { "c", "", SHI_T_CODE, false, NULL };
        parse(&column, shi_buf_str(&text), &got);
        if (len > 200) assert_string_equal(got.ptr, "!the code is longer than 200 bytes");
        else assert_string_equal(got.ptr + 2, text.ptr);
        shi_buf_puts(&text, "ｘ");   /* with something to make narrow, so that the room is used */
        parse(&column, shi_buf_str(&text), &got);
        if (len >= 200) assert_string_equal(got.ptr, "!the code is longer than 200 bytes");
        else assert_int_equal(got.len, 2 + len + 1);
        shi_buf_drop(&text);
        shi_buf_drop(&got);
    }
}

static void words(void **state)
{
    (void)state;
    static const char LEVELS[] = "town=镇=乡|village=村=社区", CONSEQUENCE[] = "none=无|report=通报";
    static const example NONE[] = { { "无", "s none" }, { " none ", "s none" }, { "—", "~" }, { "", "~" }, { "空", "~" } };
    check(SHI_T_WORD, CONSEQUENCE, NONE, COUNT(NONE));
    static const example WORD[] = {
        { "村", "s village" }, { " Village ", "s village" }, { "ｖｉｌｌａｇｅ", "s village" }, { "乡", "s town" }, { "", "~" }, { "—", "~" },
        { "村庄", UNKNOWN }, { "town=镇", UNKNOWN }, { "town|village", UNKNOWN },
    };
    check(SHI_T_WORD, LEVELS, WORD, COUNT(WORD));
    static const example ACTION[] = {
        { "登录", "s login" }, { "LOGIN", "s login" }, { "浏览", "s 浏览" }, { " view ", "s view" }, { "ｌｏｇｉｎ", "s login" }, { "", "~" },
    };
    check(SHI_T_ACTION, "login=登录|read=阅读", ACTION, COUNT(ACTION));
    static const example LIST[] = {
        { "考核", "s assessed" }, { "考核;排名", "s assessed;ranked" }, { "排名,考核", "s ranked;assessed" }, { "考核、排名", "s assessed;ranked" },
        { " 考核 ; ranked ;", "s assessed;ranked" }, { ";;考核", "s assessed" }, { "none", "s " }, { "none;考核", "s assessed" },
        { "考核;评比", UNKNOWN }, { "考核 排名", UNKNOWN }, { "", "~" },
        { "考核；排名", "s assessed;ranked" }, { "排名；扣分，上报", "s ranked;deducted;reported" }, { "考核；", "s assessed" },
        { "无", "s " }, { "—", "~" }, { "无；考核", "s assessed" },   /* 无: an empty set, which is not a missing one */
    };
    check(SHI_T_WORDS, "assessed=考核|ranked=排名|deducted=扣分|reported=上报", LIST, COUNT(LIST));
    static const example YESNO[] = {
        { "是", "s yes" }, { "否", "s no" }, { "Yes", "s yes" }, { "NO", "s no" }, { "1", "s yes" }, { "0", "s no" }, { "true", "s yes" },
        { "y", "s yes" }, { "１", "s yes" }, { "", "~" }, { "也许", "!only yes or no stand in this column" },
        { "2", "!only yes or no stand in this column" },
    };
    check(SHI_T_YESNO, NULL, YESNO, COUNT(YESNO));
    shi_buf text = { 0 }, got = { 0 };
    for (int n = 1; n < 120; n++) {   /* longer than the room: refused, never written past it */
        const shi_column column = { "c", "", SHI_T_WORDS, false, "assessed=考" };
        shi_buf_puts(&text, n > 1 ? ";考" : "考");
        parse(&column, shi_buf_str(&text), &got);
        if (9 * n <= SHI_CELL_ROOM) assert_int_equal(got.len, 2 + 9 * n - 1);
        else assert_string_equal(got.ptr, "!the list is too long");
    }
    shi_buf_drop(&text);
    shi_buf_drop(&got);
}

static void periods_and_times(void **state)
{
    (void)state;
    static const example PERIOD[] = {
        { "2024-06", "s 2024-06" }, { "2024年6月", "s 2024-06" }, { "2024-q2", "s 2024-Q2" }, { "２０２４－０６", "s 2024-06" }, { " 2024 ", "s 2024" },
        { "2024-W23", "s 2024-W23" }, { "2024-13", "!this is not a period" }, { "6月", "!this is not a period" },
        { "202406", "!this is not a period" }, { "2024年第二季度", "s 2024-Q2" }, { "2024年6月份", "s 2024-06" },
        { "2024年度", "s 2024" }, { "2024年6月30日", "!this is not a period" }, { "2024年1-6月", "!this is not a period" }, { "", "~" }, { "—", "~" },
    };
    check(SHI_T_PERIOD, NULL, PERIOD, COUNT(PERIOD));
    static const example TIME[] = {   /* [2000-01-01T00:00Z, 2024-07-01T16:00Z) */
        { "2024-06-30 08:15:00", "1719706500000000" }, { "２０２４－０６－３０　０８：１５", NO_TIME }, { "２０２４－０６－３０ ０８：１５", "1719706500000000" },
        { "2024年6月30日", "1719676800000000" }, { "1719706500", "1719706500000000" }, { "2000-01-01T00:00:00Z", "946684800000000" },
        { "1999-12-31T23:59:59.999999Z", "!the time lies before 2000-01-01" }, { "2000-01-01 07:59:59", "!the time lies before 2000-01-01" },
        { "2024-07-01T15:59:59.999999Z", "1719849599999999" }, { "2024-07-01T16:00:00Z", "!the time lies after tomorrow" },
        { "2024-07-02", "!the time lies after tomorrow" }, { "昨天", NO_TIME }, { "45292", "1704038400000000" }, { "73051", NO_TIME }, { "2024-02-30", NO_TIME },
        { "", "~" }, { "—", "~" },
    };
    check(SHI_T_TIME, NULL, TIME, COUNT(TIME));
    static const example DUE[] = {
        { "2024-07-02", "1719849600000000" }, { "2099-12-31", "4102329600000000" }, { "1999-12-31", "!the time lies before 2000-01-01" },
        { "明天", NO_TIME },
    };
    check(SHI_T_DUE, NULL, DUE, COUNT(DUE));
}

/* Texts as written, secrets trimmed; what looks like nothing in a number may be a name or a comment. */
static void texts(void **state)
{
    (void)state;
    static const example TEXT[] = { { " 柳湾村 ", "s  柳湾村 " }, { "ＡＢＣ", "s ＡＢＣ" }, { "无", "s 无" }, { "—", "s —" }, { "", "~" }, { " ", "s  " } };
    check(SHI_T_TEXT, NULL, TEXT, COUNT(TEXT));
    check(SHI_T_SPOKEN, NULL, TEXT, COUNT(TEXT));
    static const example SECRET[] = { { " １３８ 1234 5678 ", "s １３８ 1234 5678" }, { "—", "s —" }, { "无", "s 无" }, { "　", "~" }, { "", "~" } };
    check(SHI_T_PHONE, NULL, SECRET, COUNT(SECRET));
    check(SHI_T_DEVICE, NULL, SECRET, COUNT(SECRET));
    check(SHI_T_IP, NULL, SECRET, COUNT(SECRET));
    shi_buf got = { 0 };
    for (int type = SHI_T_TEXT; type <= SHI_T_SPOKEN; type++) {
        const shi_column column = { "c", "", (shi_type)type, false, "a=b" };
        parse(&column, (shi_str){ 0 }, &got);
        assert_string_equal(got.ptr, "~");
    }
    shi_buf_drop(&got);
}

/* Numbers written in an office's ways are the numbers that they were made from. */
static void random_numbers(void **state)
{
    (void)state;
    const shi_column count = { "c", "", SHI_T_COUNT, false, NULL }, decimal = { "c", "", SHI_T_DECIMAL, false, NULL };
    shi_buf got = { 0 };
    for (uint64_t i = 0; i < 100000; i++) {
        int64_t value = (int64_t)(table_random(1, i) % (uint64_t)SHI_DECIMAL_MAX);
        for (uint64_t cut = table_random(2, i) % 18; cut > 0; cut--) value /= 10;
        char plain[24], grouped[32], wide[120], want[32];
        int n = 0;
        shi_decimal_write(value, plain);
        shi_decimal_write_grouped(value, grouped);
        for (const char *c = i % 2 ? plain : grouped; *c; c++) {   /* full-width: U+FF01 + (c - '!') */
            wide[n++] = '\xEF';
            wide[n++] = '\xBC';
            wide[n++] = (char)(0x81 + (*c - '!'));
        }
        snprintf(want, sizeof want, "%lld", (long long)value);
        parse(&decimal, shi_str_from(plain), &got);
        assert_string_equal(got.ptr, want);
        parse(&decimal, shi_str_from(grouped), &got);
        assert_string_equal(got.ptr, want);
        parse(&decimal, (shi_str){ wide, n }, &got);
        assert_string_equal(got.ptr, want);
        long long v = (long long)value;   /* in thousandths, so 1万 has seven digits and 1亿 eleven */
        snprintf(wide, sizeof wide, i % 2 ? "%lld.%07lld万" : "%lld.%07lld 万", v / 10000000, v % 10000000);
        parse(&decimal, shi_str_from(wide), &got);
        assert_string_equal(got.ptr, want);
        snprintf(wide, sizeof wide, "%lld.%011lld亿", v / 100000000000, v % 100000000000);
        parse(&decimal, shi_str_from(wide), &got);
        assert_string_equal(got.ptr, want);
        snprintf(want, sizeof want, "%lld", (long long)(value / 1000));
        parse(&count, shi_str_from(plain), &got);
        assert_string_equal(got.ptr, value % 1000 ? "!the value is not a whole number" : want);
    }
    shi_buf_drop(&got);
}

static void random_bytes_do_no_harm(void **state)
{
    (void)state;
    static const char *const PIECE[] = { "1", "，", "万", "%", "％", "２", "\xEF", "\xEF\xBC", "\xEF\xBD\x9E", "\xEF\xBD\x9F",
        "\xEF\xBC\x80", ".", ",", "E+", "考", ";", "；", "、", "-", "\xC2", "\xC2\xA0", "　", "2024", "年", "Z", ":", "\xFF", "x" };
    shi_buf text = { 0 }, got = { 0 };
    for (uint64_t seed = 0; seed < 200000; seed++) {
        text.len = 0;
        shi_buf_puts(&text, "");
        uint64_t n = seed % 50 ? table_random(seed, 0) % 9 : table_random(seed, 0) % 300;
        for (uint64_t i = 1; i <= n; i++) shi_buf_puts(&text, PIECE[table_random(seed, i) % (uint64_t)COUNT(PIECE)]);
        const shi_column column = { "c", "", (shi_type)(seed % (SHI_T_SPOKEN + 1)), false, "assessed=考|x=1" };
        parse(&column, shi_buf_str(&text), &got);
    }
    shi_buf_drop(&text);
    shi_buf_drop(&got);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(counts),
    cmocka_unit_test(decimals),
    cmocka_unit_test(shares_and_prices),
    cmocka_unit_test(codes),
    cmocka_unit_test(words),
    cmocka_unit_test(periods_and_times),
    cmocka_unit_test(texts),
    cmocka_unit_test(random_numbers),
    cmocka_unit_test(random_bytes_do_no_harm),
};
RUN_TESTS("cell")
