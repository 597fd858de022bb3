/* Decimals: exact both ways, refused where a digit would be lost. */
#include "base/decimal.h"
#include "table_dump.h"
#include "test.h"

static const char LARGE[] = "the number is too large", DIGITS[] = "the number has more than three decimals", NONE[] = "this is not a number";

static void reading(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t want;
        const char *reason;
    } CASE[] = {
        { "0", 0, NULL },
        { "-0", 0, NULL },
        { "+7", 7000, NULL },
        { "3000", 3000000, NULL },
        { "0003", 3000, NULL },
        { "0.5", 500, NULL },
        { ".5", 500, NULL },
        { "5.", 5000, NULL },
        { "-12.125", -12125, NULL },
        { "0.001", 1, NULL },
        { "-0.001", -1, NULL },
        { "0.01", 10, NULL },
        { "1.500000000000000000000000", 1500, NULL },
        { "999999999999999.999", SHI_DECIMAL_MAX, NULL },
        { "-999999999999999.999", -SHI_DECIMAL_MAX, NULL },
        { "999999999999999.9990", SHI_DECIMAL_MAX, NULL },
        { "000000000000000000000000000001", 1000, NULL },
        { "999999999999999.9991", 0, DIGITS },
        { "1000000000000000", 0, LARGE },
        { "-1000000000000000", 0, LARGE },
        { "9223372036854775807", 0, LARGE },
        { "9223372036854775808", 0, LARGE },
        { "18446744073709551617", 0, LARGE },
        { "123456789012345678901234567890", 0, LARGE },
        { "0.0001", 0, DIGITS },
        { "1.2345", 0, DIGITS },
        { "1.0000000001", 0, DIGITS },
        { "", 0, NONE },
        { "-", 0, NONE },
        { "+", 0, NONE },
        { ".", 0, NONE },
        { "-.", 0, NONE },
        { "--1", 0, NONE },
        { "+-1", 0, NONE },
        { "1-", 0, NONE },
        { "1.2.3", 0, NONE },
        { "1,000", 0, NONE },
        { " 1", 0, NONE },
        { "1 ", 0, NONE },
        { "1e3", 0, NONE },
        { "1E3", 0, NONE },
        { "0x1F", 0, NONE },
        { "nan", 0, NONE },
        { "inf", 0, NONE },
        { "１", 0, NONE },
        { "1万", 0, NONE },
        { "/", 0, NONE },   /* the characters next to the digits */
        { ":", 0, NONE },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        int64_t got = -7;
        const char *reason = shi_decimal_parse(shi_str_from(CASE[i].text), &got);
        if (!reason != !CASE[i].reason || (reason && strcmp(reason, CASE[i].reason))) fail_msg("\"%s\": %s", CASE[i].text, reason ? reason : "read");
        assert_int_equal(got, CASE[i].reason ? -7 : CASE[i].want);   /* untouched when refused */
    }
    int64_t got;
    assert_non_null(shi_decimal_parse((shi_str){ 0 }, &got));
    assert_null(shi_decimal_parse((shi_str){ "12.5", 2 }, &got));   /* not past its end */
    assert_int_equal(got, 12000);
}

static void writing(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        const char *plain, *grouped;
    } CASE[] = {
        { 0, "0", "0" },
        { 1, "0.001", "0.001" },
        { -1, "-0.001", "-0.001" },
        { 10, "0.01", "0.01" },
        { 500, "0.5", "0.5" },
        { 1000, "1", "1" },
        { -12125, "-12.125", "-12.125" },
        { 100000, "100", "100" },
        { 999000, "999", "999" },
        { 1000000, "1000", "1,000" },
        { -999000, "-999", "-999" },
        { -1000000, "-1000", "-1,000" },
        { -123456000, "-123456", "-123,456" },
        { 3000000, "3000", "3,000" },
        { 1234567890, "1234567.89", "1,234,567.89" },
        { 1234567125, "1234567.125", "1,234,567.125" },
        { SHI_DECIMAL_MAX, "999999999999999.999", "999,999,999,999,999.999" },
        { -SHI_DECIMAL_MAX, "-999999999999999.999", "-999,999,999,999,999.999" },
        { INT64_MAX, "9223372036854775.807", "9,223,372,036,854,775.807" },
        { INT64_MIN, "-9223372036854775.808", "-9,223,372,036,854,775.808" },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        char plain[24], grouped[32];
        assert_int_equal(shi_decimal_write(CASE[i].value, plain), strlen(CASE[i].plain));
        assert_string_equal(plain, CASE[i].plain);
        assert_int_equal(shi_decimal_write_grouped(CASE[i].value, grouped), strlen(CASE[i].grouped));
        assert_string_equal(grouped, CASE[i].grouped);
    }
}

static int64_t random_value(uint64_t i)
{
    int64_t v = (int64_t)(table_random(1, i) % (uint64_t)SHI_DECIMAL_MAX);
    for (uint64_t cut = table_random(2, i) % 18; cut > 0; cut--) v /= 10;   /* every length alike */
    return table_random(3, i) % 2 ? v : -v;
}

static void random_round_trips(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 300000; i++) {
        int64_t value = random_value(i), back = -7;
        char plain[24], grouped[32], without[32];
        shi_decimal_write(value, plain);
        assert_null(shi_decimal_parse(shi_str_from(plain), &back));
        assert_int_equal(back, value);
        shi_decimal_write_grouped(value, grouped);
        int n = 0;
        for (const char *c = grouped; *c; c++)
            if (*c != ',') without[n++] = *c;
        without[n] = 0;
        assert_string_equal(without, plain);
        for (const char *c = grouped; *c; c++)   /* a comma has a digit before it and three after */
            if (*c == ',') assert_true(c > grouped && c[-1] >= '0' && c[-1] <= '9' && strspn(c + 1, "0123456789") == 3);
        if (value / 1000 >= 1000 || value / 1000 <= -1000) assert_non_null(strchr(grouped, ','));
        /* the same by way of a format that the code does not use */
        char slow[40];
        snprintf(slow, sizeof slow, "%s%lld.%03lld", value < 0 ? "-" : "", llabs((long long)value) / 1000, llabs((long long)value) % 1000);
        assert_null(shi_decimal_parse(shi_str_from(slow), &back));
        assert_int_equal(back, value);
    }
}

static void doubles_read_back_the_same(void **state)
{
    (void)state;
    static const struct {
        double x;
        const char *want;
    } CASE[] = { { 0, "0" }, { 0.5, "0.5" }, { 0.1, "0.1" }, { -2.25, "-2.25" }, { 0.35, "0.35" }, { 1.0 / 3, "0.3333333333333333" },
                 { 5e-324, "5e-324" }, { 1e300, "1e+300" }, { 4.4, "4.4" }, { 10, "10" }, { 100, "100" }, { 3000000, "3000000" },
                 { 1.5e14, "150000000000000" }, { 1e15, "1e+15" }, { 0.00001, "0.00001" }, { 0.000001, "1e-06" }, { -1250, "-1250" },
                 { 123456.789, "123456.789" } };
    char text[32];
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        assert_int_equal(shi_f64_write(CASE[i].x, text), strlen(CASE[i].want));
        assert_string_equal(text, CASE[i].want);
    }
    for (uint64_t i = 0; i < 100000; i++) {
        uint64_t bits = table_random(4, i);
        double x;
        memcpy(&x, &bits, sizeof x);
        if (i % 2) x = (double)(int64_t)(bits % 2000000) / 1000;
        if (!isfinite(x)) continue;
        int n = shi_f64_write(x, text);
        assert_true(n > 0 && n < 32 && n == (int)strlen(text));
        double back = strtod(text, NULL);
        assert_memory_equal(&back, &x, sizeof x);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(reading),
    cmocka_unit_test(writing),
    cmocka_unit_test(random_round_trips),
    cmocka_unit_test(doubles_read_back_the_same),
};
RUN_TESTS("decimal")
