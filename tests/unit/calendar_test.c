/* Dates against a count day by day, weeks against counted Thursdays, zones against the rules that their laws state, times against tables. */
#include "base/calendar.h"
#include "base/os.h"
#include "table_dump.h"
#include "test.h"

enum { SHANGHAI, BERLIN, NEW_YORK, UTC, ZONES };
static const char *const ZONE_NAME[ZONES] = { "Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC" };

typedef struct {
    shi_zone zone[ZONES];
} zones;

static int open_zones(void **state)
{
    zones *z = malloc(sizeof *z);
    if (!z) return -1;
    for (int i = 0; i < ZONES; i++) assert_ok(shi_zone_open(ZONE_NAME[i], &z->zone[i]));
    *state = z;
    return 0;
}

static int close_zones(void **state)
{
    free(*state);
    return 0;
}

static int64_t utc(int64_t y, int mo, int d, int h, int mi, int s)
{
    return shi_day_of(y, mo, d) * SHI_DAY_US + ((h * 60 + mi) * 60 + s) * SHI_SECOND_US;
}

/* ---- dates ---- */

static int naive_month_days(int y, int m)
{
    if (m == 2) return y % 400 == 0 || (y % 4 == 0 && y % 100 != 0) ? 29 : 28;
    return m == 4 || m == 6 || m == 9 || m == 11 ? 30 : 31;
}

static void check_day(int64_t day, int y, int m, int d)
{
    int64_t year, parsed;
    int month, dom;
    char got[16], want[40], text[40];
    assert_int_equal(shi_day_of(y, m, d), day);
    shi_day_split(day, &year, &month, &dom);
    assert_true(year == y && month == m && dom == d);
    shi_day_write(day, got);
    snprintf(want, sizeof want, "%04d-%02d-%02d", y % 10000, m % 100, d % 100);
    assert_string_equal(got, want);
    for (int form = 0; form < 4; form++) {
        if (form == 0) snprintf(text, sizeof text, "%04d-%02d-%02d", y, m, d);
        if (form == 1) snprintf(text, sizeof text, "%04d/%d/%d", y, m, d);
        if (form == 2) snprintf(text, sizeof text, "%04d%02d%02d", y, m, d);
        if (form == 3) snprintf(text, sizeof text, "%04d年%d月%d日", y, m, d);
        assert_true(shi_day_parse(shi_str_from(text), &parsed));
        assert_int_equal(parsed, day);
    }
}

static void every_day_to_2100(void **state)
{
    (void)state;
    int y = 1970, m = 1, d = 1;
    for (int64_t day = 0; y < 2101; day++) {
        check_day(day, y, m, d);
        if (d == 1) assert_int_equal(shi_days_in_month(y, m), naive_month_days(y, m));
        if (d == naive_month_days(y, m)) d = 0, m++;
        if (m == 13) m = 1, y++;
        d++;
    }
    y = 1969, m = 12, d = 31;
    for (int64_t day = -1; y > 1580; day--) {   /* backwards, over 1900 and 1600 */
        check_day(day, y, m, d);
        if (d == 1) m--;
        if (m == 0) m = 12, y--;
        d = d == 1 ? naive_month_days(y, m) : d - 1;
    }
}

static void no_dates(void **state)
{
    (void)state;
    static const char *const TEXT[] = { "", "2024", "2024-06", "2024-06-", "2024-6-31", "2024-02-30", "2023-02-29", "2100-02-29",
        "2024-13-01", "2024-00-10", "2024-06-00", "2024-6/30", "2024/06-30", "24-06-30", "02024-06-30", "2024063", "202406301",
        "2024-006-30", "2024-06-030", "2024年6月", "2024年6月30", "2024年6-30日", "2024月6年30日", "2024-06-30 ", " 2024-06-30", "2024-06-30x",
        "-2024-06-30", "2024--6-30", "2024-06--3", "0000-01-01", "２０２４-06-30", "2024 06 30", "yesterday" };
    for (int64_t i = 0; i < COUNT(TEXT); i++) {
        int64_t day = -7;
        if (shi_day_parse(shi_str_from(TEXT[i]), &day)) fail_msg("\"%s\" is no date", TEXT[i]);
        assert_int_equal(day, -7);   /* untouched */
    }
}

/* ---- periods ---- */

/* ISO 8601: a week belongs to the year of its Thursday, and is numbered by that. */
static void every_iso_week(void **state)
{
    (void)state;
    int weeks_of_53 = 0;
    for (int y = 1970; y < 2100; y++) {
        int number = 0;
        char text[32], back[16];
        shi_period p;
        for (int64_t day = shi_day_of(y, 1, 1); day < shi_day_of(y + 1, 1, 1); day++) {
            if (day % 7 != 0) continue;   /* day 0 was a Thursday */
            snprintf(text, sizeof text, "%d-W%02d", y, ++number);
            assert_true(shi_period_parse(shi_str_from(text), &p));
            assert_true(p.kind == SHI_WEEK && p.year == y && p.number == number);
            assert_int_equal(p.first_day, day - 3);
            assert_int_equal(p.end_day, day + 4);
            shi_period_write(&p, back);
            assert_string_equal(back, text);
        }
        assert_true(number == 52 || number == 53);
        weeks_of_53 += number == 53;
        snprintf(text, sizeof text, "%d-W%02d", y, number + 1);
        assert_false(shi_period_parse(shi_str_from(text), &p));
    }
    assert_int_equal(weeks_of_53, 24);
}

static void periods(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name, *first, *end;
    } CASE[] = {
        { "2024", "2024", "2024-01-01", "2025-01-01" },
        { "2024年", "2024", "2024-01-01", "2025-01-01" },
        { "2024-Q1", "2024-Q1", "2024-01-01", "2024-04-01" },
        { "2024-q2", "2024-Q2", "2024-04-01", "2024-07-01" },
        { "2024-Q4", "2024-Q4", "2024-10-01", "2025-01-01" },
        { "2024年第2季度", "2024-Q2", "2024-04-01", "2024-07-01" },
        { "2024-02", "2024-02", "2024-02-01", "2024-03-01" },
        { "2023-02", "2023-02", "2023-02-01", "2023-03-01" },
        { "2024-12", "2024-12", "2024-12-01", "2025-01-01" },
        { "2024年6月", "2024-06", "2024-06-01", "2024-07-01" },
        { "2024年06月", "2024-06", "2024-06-01", "2024-07-01" },
        { "2024年12月", "2024-12", "2024-12-01", "2025-01-01" },
        { "2020-W53", "2020-W53", "2020-12-28", "2021-01-04" },
        { "2021-W01", "2021-W01", "2021-01-04", "2021-01-11" },
        { "2024-W01", "2024-W01", "2024-01-01", "2024-01-08" },
        { "2024-w52", "2024-W52", "2024-12-23", "2024-12-30" },
        { "2025-W01", "2025-W01", "2024-12-30", "2025-01-06" },
        { "2026-W53", "2026-W53", "2026-12-28", "2027-01-04" },
        { "2024年第23周", "2024-W23", "2024-06-03", "2024-06-10" },
        { "2024年第6周", "2024-W06", "2024-02-05", "2024-02-12" },
        { "1970", "1970", "1970-01-01", "1971-01-01" },
        { "2099-12", "2099-12", "2099-12-01", "2100-01-01" },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        shi_period p;
        char text[16];
        if (!shi_period_parse(shi_str_from(CASE[i].text), &p)) fail_msg("\"%s\" is a period", CASE[i].text);
        shi_period_write(&p, text);
        assert_string_equal(text, CASE[i].name);
        shi_day_write(p.first_day, text);
        assert_string_equal(text, CASE[i].first);
        shi_day_write(p.end_day, text);
        assert_string_equal(text, CASE[i].end);
    }
}

static void no_periods(void **state)
{
    (void)state;
    static const char *const TEXT[] = { "", "2024-13", "2024-00", "2024-Q0", "2024-Q5", "2024-W00", "2024-W53", "2023-W53", "2021-W53",
        "2024-W54", "2024-6", "2024-W6", "2024-", "2024-Q", "2024-W", "2024Q2", "202406", "24-06", "1969", "2100", "2024-06-01",
        "2024-06 ", " 2024-06", "2024-006", "2024-W001", "2024年13月", "2024年0月", "2024年第5季度", "2024年第53周", "2024年第0周", "2024年6", "2024年第",
        "2024年第6", "2024年第6月", "2024年Q2", "2024年6月30日", "2024-06月", "2024-X2", "２０２４", "二〇二四年", "2024-Q-1", "2024--6" };
    for (int64_t i = 0; i < COUNT(TEXT); i++) {
        shi_period p = { .kind = SHI_WEEK, .year = -7 };
        if (shi_period_parse(shi_str_from(TEXT[i]), &p)) fail_msg("\"%s\" is no period", TEXT[i]);
        assert_int_equal(p.year, -7);
    }
}

static void periods_begin_and_end_at_local_midnight(void **state)
{
    const zones *z = *state;
    shi_period p;
    int64_t start, end;
    assert_true(shi_period_parse(S("2024-06"), &p));
    shi_period_bounds(&p, &z->zone[SHANGHAI], &start, &end);
    assert_true(start == utc(2024, 5, 31, 16, 0, 0) && end == utc(2024, 6, 30, 16, 0, 0));
    shi_period_bounds(&p, &z->zone[UTC], &start, &end);
    assert_true(start == utc(2024, 6, 1, 0, 0, 0) && end == utc(2024, 7, 1, 0, 0, 0));
    assert_true(shi_period_parse(S("2024-03"), &p));   /* loses an hour in Berlin */
    shi_period_bounds(&p, &z->zone[BERLIN], &start, &end);
    assert_true(start == utc(2024, 2, 29, 23, 0, 0) && end == utc(2024, 3, 31, 22, 0, 0));
    assert_true(shi_period_parse(S("2024-W44"), &p));  /* begins after the night of 25 hours */
    shi_period_bounds(&p, &z->zone[NEW_YORK], &start, &end);
    assert_true(start == utc(2024, 10, 28, 4, 0, 0) && end == utc(2024, 11, 4, 5, 0, 0));
}

/* ---- zones ---- */

static int64_t sunday(int y, int m, int nth)   /* nth from 1; 0: the last */
{
    int64_t first = shi_day_of(y, m, 1), day = first;
    while ((day + 4) % 7 != 0) day++;   /* 1970-01-01 was a Thursday */
    if (nth) return day + 7 * (nth - 1);
    while (day + 7 < first + naive_month_days(y, m)) day += 7;
    return day;
}

static void zones_keep_their_laws(void **state)
{
    const zones *z = *state;
    const int64_t H = 3600 * SHI_SECOND_US;
    for (int y = 2007; y < 2100; y++) {
        const struct {
            int zone;
            int64_t step, before, after;
        } CASE[] = {
            { BERLIN, sunday(y, 3, 0) * SHI_DAY_US + H, H, 2 * H },          /* Directive 2000/84/EC */
            { BERLIN, sunday(y, 10, 0) * SHI_DAY_US + H, 2 * H, H },
            { NEW_YORK, sunday(y, 3, 2) * SHI_DAY_US + 7 * H, -5 * H, -4 * H },   /* Energy Policy Act of 2005 */
            { NEW_YORK, sunday(y, 11, 1) * SHI_DAY_US + 6 * H, -4 * H, -5 * H },
            { SHANGHAI, sunday(y, 5, 1) * SHI_DAY_US, 8 * H, 8 * H },
            { UTC, sunday(y, 5, 1) * SHI_DAY_US, 0, 0 },
        };
        for (int64_t i = 0; i < COUNT(CASE); i++) {
            const shi_zone *zone = &z->zone[CASE[i].zone];
            assert_int_equal(shi_zone_local_us(zone, CASE[i].step - 1), CASE[i].step - 1 + CASE[i].before);
            assert_int_equal(shi_zone_local_us(zone, CASE[i].step), CASE[i].step + CASE[i].after);
        }
    }
    /* China had summer time from 1986 to 1991, and none since. */
    const shi_zone *shanghai = &z->zone[SHANGHAI];
    for (int y = 1970; y < 2100; y++) {
        bool summer = y >= 1986 && y <= 1991;
        if (summer && !shi_os_exists("/usr/share/zoneinfo/Asia/Shanghai")) continue;
        assert_int_equal(shi_zone_local_us(shanghai, utc(y, 7, 1, 0, 0, 0)) - utc(y, 7, 1, 0, 0, 0), (summer ? 9 : 8) * H);
        assert_int_equal(shi_zone_local_us(shanghai, utc(y, 1, 1, 0, 0, 0)) - utc(y, 1, 1, 0, 0, 0), 8 * H);
    }
}

static void local_times_that_come_twice_or_never(void **state)
{
    const zones *z = *state;
    static const struct {
        int zone;
        const char *local, *utc;
    } CASE[] = {
        { BERLIN, "2024-03-31 01:59:59", "2024-03-31T00:59:59Z" },
        { BERLIN, "2024-03-31 02:00:00", "2024-03-31T01:00:00Z" },   /* skipped: the moment of the step */
        { BERLIN, "2024-03-31 02:30:00", "2024-03-31T01:00:00Z" },
        { BERLIN, "2024-03-31 02:59:59", "2024-03-31T01:00:00Z" },
        { BERLIN, "2024-03-31 03:00:00", "2024-03-31T01:00:00Z" },
        { BERLIN, "2024-03-31 03:00:01", "2024-03-31T01:00:01Z" },
        { BERLIN, "2024-10-27 01:59:59", "2024-10-26T23:59:59Z" },
        { BERLIN, "2024-10-27 02:00:00", "2024-10-27T00:00:00Z" },   /* twice: the earlier */
        { BERLIN, "2024-10-27 02:59:59", "2024-10-27T00:59:59Z" },
        { BERLIN, "2024-10-27 03:00:00", "2024-10-27T02:00:00Z" },
        { NEW_YORK, "2024-03-10 01:59:59", "2024-03-10T06:59:59Z" },
        { NEW_YORK, "2024-03-10 02:30:00", "2024-03-10T07:00:00Z" },
        { NEW_YORK, "2024-03-10 03:00:00", "2024-03-10T07:00:00Z" },
        { NEW_YORK, "2024-11-03 00:59:59", "2024-11-03T04:59:59Z" },
        { NEW_YORK, "2024-11-03 01:30:00", "2024-11-03T05:30:00Z" },
        { NEW_YORK, "2024-11-03 02:00:00", "2024-11-03T07:00:00Z" },
        { SHANGHAI, "2024-06-30 08:15:00", "2024-06-30T00:15:00Z" },
        { SHANGHAI, "2000-01-01 00:00:00", "1999-12-31T16:00:00Z" },
        { UTC, "2024-02-29 23:59:59", "2024-02-29T23:59:59Z" },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        int64_t got, want;
        assert_true(shi_time_parse(shi_str_from(CASE[i].local), &z->zone[CASE[i].zone], &got));
        assert_true(shi_time_parse(shi_str_from(CASE[i].utc), &z->zone[CASE[i].zone], &want));
        if (got != want) fail_msg("%s is %s", CASE[i].local, CASE[i].utc);
    }
}

/* utc_us is the first moment at which the clock shows the time or, for a skipped one, something later. */
static void utc_is_the_earliest_moment(void **state)
{
    const zones *z = *state;
    for (uint64_t i = 0; i < 200000; i++) {
        const shi_zone *zone = &z->zone[i % ZONES];
        uint64_t r = table_random(3, i);
        int64_t from = (int64_t)(r % 47000) * SHI_DAY_US, us = (int64_t)(table_random(4, i) % (uint64_t)SHI_DAY_US);
        if (zone->n > 1 && r % 3) from = zone->from_us[1 + r / 3 % (uint64_t)(zone->n - 1)] - SHI_DAY_US / 8, us /= 4;   /* near a step */
        int64_t local = from + us + zone->offset_us[0], got = shi_zone_utc_us(zone, local);
        assert_true(shi_zone_local_us(zone, got) >= local);
        assert_true(shi_zone_local_us(zone, got - 1) < local);
        for (int quarter = 1; quarter <= 12; quarter++) assert_true(shi_zone_local_us(zone, got - quarter * 900 * SHI_SECOND_US) < local);
    }
}

static void unknown_zones(void **state)
{
    (void)state;
    static const char *const NAME[] = { "", "Asia", "Mars/Phobos", "/etc/localtime", "../../../etc/passwd", "Asia/../UTC",
        "Asia/Shanghai ", "CST-8" };
    for (int64_t i = 0; i < COUNT(NAME); i++) {
        shi_zone zone = { .n = -7 };
        shi_err e = shi_zone_open(NAME[i], &zone);
        assert_int_equal(e.code, SHI_INPUT);
        assert_string_equal(e.value, NAME[i]);
        assert_int_equal(zone.n, -7);
    }
}

/* ---- times ---- */

static void times(void **state)
{
    const zones *z = *state;
    static const struct {
        const char *text;
        int y, mo, d, h, mi, s, us;   /* UTC; texts without a zone are of Shanghai */
    } CASE[] = {
        { "2024-06-30 08:15:00", 2024, 6, 30, 0, 15, 0, 0 },
        { "2024-06-30T08:15:00", 2024, 6, 30, 0, 15, 0, 0 },
        { "2024-06-30t08:15:00", 2024, 6, 30, 0, 15, 0, 0 },
        { "2024-06-30 08:15", 2024, 6, 30, 0, 15, 0, 0 },
        { "2024-06-30 8:15", 2024, 6, 30, 0, 15, 0, 0 },
        { "2024/6/30 8:15:09", 2024, 6, 30, 0, 15, 9, 0 },
        { "2024/06/30", 2024, 6, 29, 16, 0, 0, 0 },
        { "20240630", 2024, 6, 29, 16, 0, 0, 0 },
        { "2024年6月30日", 2024, 6, 29, 16, 0, 0, 0 },
        { "2024年6月30日 08:15:00", 2024, 6, 30, 0, 15, 0, 0 },
        { "2024-06-30 08:15:00.5", 2024, 6, 30, 0, 15, 0, 500000 },
        { "2024-06-30 08:15:00,25", 2024, 6, 30, 0, 15, 0, 250000 },
        { "2024-06-30 08:15:00.123456", 2024, 6, 30, 0, 15, 0, 123456 },
        { "2024-06-30 08:15:00.123456789", 2024, 6, 30, 0, 15, 0, 123456 },
        { "2024-06-30 08:15:00.000001", 2024, 6, 30, 0, 15, 0, 1 },
        { "2024-06-30T08:15:00Z", 2024, 6, 30, 8, 15, 0, 0 },
        { "2024-06-30T08:15:00z", 2024, 6, 30, 8, 15, 0, 0 },
        { "2024-06-30T08:15Z", 2024, 6, 30, 8, 15, 0, 0 },
        { "2024-06-30T08:15:00.5Z", 2024, 6, 30, 8, 15, 0, 500000 },
        { "2024-06-30T08:15:00+08:00", 2024, 6, 30, 0, 15, 0, 0 },
        { "2024-06-30T08:15:00+0800", 2024, 6, 30, 0, 15, 0, 0 },
        { "2024-06-30T08:15:00+08", 2024, 6, 30, 0, 15, 0, 0 },
        { "2024-06-30 08:15:00 +08:00", 2024, 6, 30, 0, 15, 0, 0 },
        { "2024-06-30T08:15:00-03:30", 2024, 6, 30, 11, 45, 0, 0 },
        { "2024-06-30T08:15:00+00:00", 2024, 6, 30, 8, 15, 0, 0 },
        { "2024-06-30T20:15:00-05:00", 2024, 7, 1, 1, 15, 0, 0 },
        { "2024-06-30 24:00:00", 2024, 6, 30, 16, 0, 0, 0 },
        { "2024-06-30 24:00", 2024, 6, 30, 16, 0, 0, 0 },
        { "2024-12-31T24:00:00Z", 2025, 1, 1, 0, 0, 0, 0 },
        { "2016-12-31T23:59:60Z", 2017, 1, 1, 0, 0, 0, 0 },
        { "2024-02-29 00:00:00", 2024, 2, 28, 16, 0, 0, 0 },
        { "20240630081500", 2024, 6, 30, 0, 15, 0, 0 },   /* no Unix time of 2611 */
        { "1719706500", 2024, 6, 30, 0, 15, 0, 0 },
        { "1719706500000", 2024, 6, 30, 0, 15, 0, 0 },
        { "1719706500000000", 2024, 6, 30, 0, 15, 0, 0 },
        { "1719706500.25", 2024, 6, 30, 0, 15, 0, 250000 },
        { "1719706500123", 2024, 6, 30, 0, 15, 0, 123000 },
        { "1719706500123456", 2024, 6, 30, 0, 15, 0, 123456 },
        { "1719706500.123456789", 2024, 6, 30, 0, 15, 0, 123456 },
        { "1000000000", 2001, 9, 9, 1, 46, 40, 0 },
        { "9999999999", 2286, 11, 20, 17, 46, 39, 0 },
        { "0001-01-01T00:00:00Z", 1, 1, 1, 0, 0, 0, 0 },
        { "9999-12-31T23:59:59Z", 9999, 12, 31, 23, 59, 59, 0 },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        int64_t got = 0, want = utc(CASE[i].y, CASE[i].mo, CASE[i].d, CASE[i].h, CASE[i].mi, CASE[i].s) + CASE[i].us;
        if (!shi_time_parse(shi_str_from(CASE[i].text), &z->zone[SHANGHAI], &got)) fail_msg("\"%s\" is a time", CASE[i].text);
        if (got != want) fail_msg("\"%s\": %lld µs off", CASE[i].text, (long long)(got - want));
    }
}

static void no_times(void **state)
{
    const zones *z = *state;
    static const char *const TEXT[] = { "", " ", "08:15:00", "2024-06", "2024-06-31 00:00:00", "2023-02-29 00:00:00",
        "2024-00-30 00:00:00", "2024-13-01 00:00:00", "2024-06-00 00:00:00", "2024-06-30 25:00:00", "2024-06-30 24:00:01",
        "2024-06-30 24:01:00", "2024-06-30 23:60:00", "2024-06-30 23:59:61", "2024-06-30 23:59:99", "2024-06-30T", "2024-06-30 8",
        "2024-06-30 08:1", "2024-06-30 08:15:0", "2024-06-30 08:15:", "2024-06-30 08:15:00.", "2024-06-30 08:15:00.1234567890",
        "2024-06-30 08:15:00+", "2024-06-30 08:15:00+8", "2024-06-30 08:15:00+08:", "2024-06-30 08:15:00+08:0",
        "2024-06-30 08:15:00+19:00", "2024-06-30 08:15:00+08:60", "2024-06-30 08:15:00ZZ", "2024-06-30 08:15:00 PM",
        "2024-06-30  08:15:00", "2024-06-30_08:15:00", "2024-06-30 08-15-00", "30.06.2024", "06/30/2024", "2024-6-30T8:15:00 Berlin",
        "0x66809084", "17197065001", "202406300815", "171970650012345", "20240630241500", "20240631081500", "20240630081560",
        "1719706500.", "1719706500 ", "1719706500.5x", "1719706500000.5", "17197065000000000", "-1719706500", "1.7197065e9", "45292",
        "昨天", "null", "0000-01-01 00:00:00", "0000-01-01T00:00:00Z", "2024-06-30T08:15:0ZZ", "2024-06-30 0a:15:00" };
    for (int64_t i = 0; i < COUNT(TEXT); i++) {
        int64_t got;
        if (shi_time_parse(shi_str_from(TEXT[i]), &z->zone[SHANGHAI], &got)) fail_msg("\"%s\" is no time", TEXT[i]);
    }
}

static void written_times_read_back(void **state)
{
    const zones *z = *state;
    for (uint64_t i = 0; i < 100000; i++) {
        const shi_zone *zone = &z->zone[i % ZONES];
        int64_t us = (int64_t)(table_random(5, i) % (uint64_t)(utc(2099, 12, 31, 0, 0, 0) / SHI_SECOND_US)) * SHI_SECOND_US, back;
        char text[40];
        shi_time_write(us, zone, text);
        assert_int_equal(strlen(text), 25);
        if (!shi_time_parse(shi_str_from(text), &z->zone[(i + 1) % ZONES], &back)) fail_msg("%s is a time", text);
        if (back != us) fail_msg("%s is %lld s off", text, (long long)((back - us) / SHI_SECOND_US));
    }
    char text[40];
    shi_time_write(utc(2024, 6, 30, 0, 15, 0), &z->zone[SHANGHAI], text);
    assert_string_equal(text, "2024-06-30T08:15:00+08:00");
    shi_time_write(utc(2024, 6, 30, 0, 15, 0) + 999999, &z->zone[NEW_YORK], text);
    assert_string_equal(text, "2024-06-29T20:15:00-04:00");
    shi_time_write(-1, &z->zone[UTC], text);
    assert_string_equal(text, "1969-12-31T23:59:59+00:00");
}

/* Whatever the text, no byte after its end is read, and what is accepted lies in the years that four digits can name. */
static void random_texts_do_no_harm(void **state)
{
    const zones *z = *state;
    static const char *const PIECE[] = { "2024", "06", "3", "-", "/", ":", " ", "T", "Z", "+08", ".5", "年", "月", "日", "1719706500", "9",
        "24:00", "第", "周", "W", "Q" };
    int64_t accepted = 0;
    for (uint64_t seed = 0; seed < 200000; seed++) {
        shi_buf b = { 0 };
        shi_buf_puts(&b, "2024-06-30 08:15:00");
        b.len = (int64_t)(table_random(seed, 0) % 20);
        for (uint64_t i = 1; i < table_random(seed, 0) / 32 % 8; i++) shi_buf_puts(&b, PIECE[table_random(seed, i) % (uint64_t)COUNT(PIECE)]);
        char *exact = malloc((size_t)b.len + (b.len == 0));
        if (b.len) memcpy(exact, b.ptr, (size_t)b.len);
        int64_t us, day;
        shi_period p;
        if (shi_time_parse((shi_str){ exact, b.len }, &z->zone[SHANGHAI], &us)) {
            accepted++;
            assert_true(us > utc(0, 12, 1, 0, 0, 0) && us < utc(10000, 1, 2, 0, 0, 0));
        }
        if (shi_day_parse((shi_str){ exact, b.len }, &day)) assert_true(shi_time_parse((shi_str){ exact, b.len }, &z->zone[UTC],
            &us) && us == day * SHI_DAY_US);
        if (shi_period_parse((shi_str){ exact, b.len }, &p)) assert_true(p.end_day > p.first_day);
        free(exact);
        shi_buf_drop(&b);
    }
    assert_true(accepted > 1000 && accepted < 190000);   /* both ways are tried */
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(every_day_to_2100),
    cmocka_unit_test(no_dates),
    cmocka_unit_test(every_iso_week),
    cmocka_unit_test(periods),
    cmocka_unit_test(no_periods),
    cmocka_unit_test(periods_begin_and_end_at_local_midnight),
    cmocka_unit_test(zones_keep_their_laws),
    cmocka_unit_test(local_times_that_come_twice_or_never),
    cmocka_unit_test(utc_is_the_earliest_moment),
    cmocka_unit_test(unknown_zones),
    cmocka_unit_test(times),
    cmocka_unit_test(no_times),
    cmocka_unit_test(written_times_read_back),
    cmocka_unit_test(random_texts_do_no_harm),
};
int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("calendar", TESTS, open_zones, close_zones);
}
