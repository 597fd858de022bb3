/* Days, zones, times, periods. Parsing a time is the hottest line of an import, so the usual forms are read digit by digit. */
#include "base/calendar.h"

#include "base/os.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

int64_t shi_day_of(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400, yoe = year - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void shi_day_split(int64_t day, int64_t *year, int *month, int *dom)
{
    day += 719468;
    int64_t era = (day >= 0 ? day : day - 146096) / 146097, doe = day - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    *dom = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = yoe + era * 400 + (*month <= 2);
}

int shi_days_in_month(int64_t year, int month)
{
    static const int DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return DAYS[month - 1] + (month == 2 && leap);
}

void shi_day_write(int64_t day, char out[16])
{
    int64_t year;
    int month, dom;
    shi_day_split(day, &year, &month, &dom);
    snprintf(out, 16, "%04d-%02d-%02d", (int)(year % 10000), month % 100, dom % 100);
}

/* Reads 1 to `most` digits at s[*i]; how many there were. */
static int digits(shi_str s, int64_t *i, int most, int64_t *value)
{
    int n = 0;
    int64_t v = 0;
    while (n < most && *i < s.len && s.ptr[*i] >= '0' && s.ptr[*i] <= '9') {
        v = v * 10 + (s.ptr[(*i)++] - '0');
        n++;
    }
    *value = v;
    return n;
}

static bool skip(shi_str s, int64_t *i, const char *text)
{
    int64_t n = (int64_t)strlen(text);
    if (s.len - *i < n || memcmp(s.ptr + *i, text, (size_t)n) != 0) return false;
    *i += n;
    return true;
}

static bool real_day(int64_t y, int64_t m, int64_t d, int64_t *day)
{
    if (y < 1 || m < 1 || m > 12 || d < 1 || d > shi_days_in_month(y, (int)m)) return false;
    *day = shi_day_of(y, (int)m, (int)d);
    return true;
}

/* A date that begins at s[*i]. */
static bool date_at(shi_str s, int64_t *i, int64_t *day)
{
    int64_t y, m, d;
    if (digits(s, i, 4, &y) != 4) return false;
    if (*i < s.len && s.ptr[*i] >= '0' && s.ptr[*i] <= '9')   /* 20240630 */
        return digits(s, i, 2, &m) == 2 && digits(s, i, 2, &d) == 2 && real_day(y, m, d, day);
    bool chinese = skip(s, i, "年");
    char sep = chinese || *i >= s.len ? 0 : s.ptr[(*i)++];
    if (!chinese && sep != '-' && sep != '/' && sep != '.') return false;
    if (!digits(s, i, 2, &m)) return false;
    if (chinese ? !skip(s, i, "月") : *i >= s.len || s.ptr[(*i)++] != sep) return false;
    if (!digits(s, i, 2, &d)) return false;
    if (chinese && !skip(s, i, "日")) return false;
    return real_day(y, m, d, day);
}

bool shi_day_parse(shi_str s, int64_t *day)
{
    int64_t i = 0, found;
    if (!date_at(s, &i, &found) || i != s.len) return false;
    *day = found;
    return true;
}

/* Finds the second in (low, high] at which the offset becomes `after`. */
static int64_t bisect(int64_t low, int64_t high, int64_t after)
{
    while (high - low > 1) {
        int64_t mid = low + (high - low) / 2;
        if (shi_os_zone_offset(mid) == after) high = mid;
        else low = mid;
    }
    return high;
}

static shi_err zone_compute(const char *name, shi_zone *out)
{
    if (!shi_os_zone_use(name))
        return shi_fail_value(SHI_INPUT, shi_str_from(name), N_("there is no such time zone"),
                              N_("Use a name such as Asia/Shanghai; package tzdata holds them."));
    int64_t last = shi_os_zone_offset(0);
    *out = (shi_zone){ .n = 1 };
    out->from_us[0] = INT64_MIN;
    out->offset_us[0] = last * SHI_SECOND_US;
    for (int64_t t = 86400; t < INT64_C(4102444800); t += 86400) {   /* to 2100 */
        int64_t offset = shi_os_zone_offset(t);
        if (offset == last || out->n == SHI_ZONE_STEPS) continue;
        out->from_us[out->n] = bisect(t - 86400, t, offset) * SHI_SECOND_US;
        out->offset_us[out->n++] = offset * SHI_SECOND_US;
        last = offset;
    }
    return (shi_err){ 0 };
}

/* The system gives a zone's offsets by way of the environment only, which no two threads may touch. So the last zone is kept: whoever opens it once
 * before threads start can open it again in any of them, and at no cost. */
shi_err shi_zone_open(const char *name, shi_zone *out)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static char last_name[64];
    static shi_zone last;
    shi_err e = { 0 };
    pthread_mutex_lock(&lock);
    if (!last_name[0] || strcmp(name, last_name)) {
        shi_zone fresh;
        e = zone_compute(name, &fresh);
        last_name[0] = 0;
        if (!e.code) last = fresh;
        if (!e.code && strlen(name) < sizeof last_name) memcpy(last_name, name, strlen(name) + 1);
    }
    if (!e.code) *out = last;
    pthread_mutex_unlock(&lock);
    return e;
}

static int64_t offset_at(const shi_zone *zone, int64_t utc_us)
{
    int32_t low = 0, high = zone->n;
    if (high > 0 && utc_us >= zone->from_us[high - 1]) return zone->offset_us[high - 1];
    while (high - low > 1) {
        int32_t mid = (low + high) / 2;
        if (zone->from_us[mid] <= utc_us) low = mid;
        else high = mid;
    }
    return zone->offset_us[low];
}

int64_t shi_zone_local_us(const shi_zone *zone, int64_t utc_us)
{
    return utc_us + offset_at(zone, utc_us);
}

int64_t shi_zone_utc_us(const shi_zone *zone, int64_t local_us)
{
    /* The offsets before and after the nearest step; the larger one gives the earlier of two possible moments. */
    int64_t before = offset_at(zone, local_us - SHI_DAY_US), after = offset_at(zone, local_us + SHI_DAY_US);
    int64_t early = local_us - (before > after ? before : after), late = local_us - (before > after ? after : before);
    if (shi_zone_local_us(zone, early) == local_us) return early;
    if (shi_zone_local_us(zone, late) == local_us) return late;
    /* skipped by the clock: the step lies between the two readings */
    for (int32_t k = 0; k < zone->n; k++)
        if (zone->from_us[k] > early && zone->from_us[k] <= late) return zone->from_us[k];
    return late;
}

/* The time of day and the zone after a date; *us is the time of day, *offset the zone's, *zoned whether one was given. */
static bool clock_at(shi_str s, int64_t *i, int64_t *us, int64_t *offset_us, bool *zoned)
{
    int64_t h, m, sec = 0, part = 0;
    if (digits(s, i, 2, &h) == 0 || h > 24 || !skip(s, i, ":") || digits(s, i, 2, &m) != 2 || m > 59) return false;
    if (skip(s, i, ":")) {
        if (digits(s, i, 2, &sec) != 2 || sec > 60) return false;
        if (skip(s, i, ".") || skip(s, i, ",")) {
            int n = digits(s, i, 9, &part);
            if (n == 0) return false;
            for (; n < 6; n++) part *= 10;
            for (; n > 6; n--) part /= 10;
        }
    }
    if (h == 24 && (m || sec || part)) return false;
    *us = ((h * 60 + m) * 60 + sec) * SHI_SECOND_US + part;
    skip(s, i, " ");
    *zoned = *i < s.len;
    *offset_us = 0;
    if (!*zoned || skip(s, i, "Z") || skip(s, i, "z") || skip(s, i, "UTC")) return *i == s.len;
    bool west = skip(s, i, "-");
    if (!west && !skip(s, i, "+")) return false;
    int64_t oh, om = 0;
    if (digits(s, i, 2, &oh) != 2) return false;
    if ((skip(s, i, ":") || *i < s.len) && digits(s, i, 2, &om) != 2) return false;
    if (oh > 18 || om > 59) return false;
    *offset_us = (oh * 60 + om) * 60 * SHI_SECOND_US * (west ? -1 : 1);
    return *i == s.len;
}

/* Unix time in s, ms or µs by the number of digits (s from 2000 on: 9 or 10). */
static bool unix_at(shi_str s, int64_t *utc_us)
{
    int64_t i = 0, n = 0, part = 0;
    int len = digits(s, &i, 18, &n);
    int64_t unit = len == 9 || len == 10 ? SHI_SECOND_US : len == 13 ? 1000 : len == 16 ? 1 : 0;
    if (unit == 0) return false;
    if (i < s.len) {
        if (unit != SHI_SECOND_US || s.ptr[i++] != '.') return false;
        int places = digits(s, &i, 9, &part);
        if (places == 0 || i < s.len) return false;
        for (; places < 6; places++) part *= 10;
        for (; places > 6; places--) part /= 10;
    }
    *utc_us = n * unit + part;
    return true;
}

/* 20240630081500 */
static bool digits_only(shi_str s, int64_t *local_us)
{
    int64_t i = 0, y, mo, d, h, mi, sec, day;
    bool good = digits(s, &i, 4, &y) == 4 && digits(s, &i, 2, &mo) == 2 && digits(s, &i, 2, &d) == 2 && digits(s, &i, 2, &h) == 2 &&
                digits(s, &i, 2, &mi) == 2 && digits(s, &i, 2, &sec) == 2 && i == s.len;
    if (!good || !real_day(y, mo, d, &day) || h > 23 || mi > 59 || sec > 59) return false;
    *local_us = day * SHI_DAY_US + ((h * 60 + mi) * 60 + sec) * SHI_SECOND_US;
    return true;
}

/* "2024-06-01 00:00:00", the form of nearly every log: positions are fixed, so each digit is read where it stands. */
static bool usual_form(const char *p, int64_t *local_us)
{
    static const signed char KIND[19] = { 0, 0, 0, 0, '-', 0, 0, '-', 0, 0, 'T', 0, 0, ':', 0, 0, ':', 0, 0 };
    int d[19];
    for (int k = 0; k < 19; k++) {
        d[k] = p[k] - '0';
        if (KIND[k] == 0 ? (unsigned)d[k] > 9 : p[k] != KIND[k] && !(k == 10 && p[k] == ' ')) return false;
    }
    int y = d[0] * 1000 + d[1] * 100 + d[2] * 10 + d[3], mo = d[5] * 10 + d[6], day = d[8] * 10 + d[9];
    int h = d[11] * 10 + d[12], mi = d[14] * 10 + d[15], sec = d[17] * 10 + d[18];
    if (y < 1 || mo < 1 || mo > 12 || day < 1 || day > shi_days_in_month(y, mo) || h > 23 || mi > 59 || sec > 59) return false;
    *local_us = shi_day_of(y, mo, day) * SHI_DAY_US + ((h * 60 + mi) * 60 + sec) * SHI_SECOND_US;
    return true;
}

bool shi_time_parse(shi_str s, const shi_zone *zone, int64_t *utc_us)
{
    int64_t i = 0, day, us = 0, offset_us = 0;
    bool zoned = false;
    if (s.len == 19 && usual_form(s.ptr, &us)) {
        *utc_us = shi_zone_utc_us(zone, us);
        return true;
    }
    if (s.len == 20 && s.ptr[19] == 'Z' && usual_form(s.ptr, utc_us)) return true;
    if (s.len >= 9 && s.len <= 26 && unix_at(s, utc_us)) return true;
    if (s.len == 14 && digits_only(s, &us)) {
        *utc_us = shi_zone_utc_us(zone, us);
        return true;
    }
    if (!date_at(s, &i, &day)) return false;
    if (i < s.len) {
        if (!skip(s, &i, "T") && !skip(s, &i, " ") && !skip(s, &i, "t")) return false;
        if (!clock_at(s, &i, &us, &offset_us, &zoned)) return false;
    }
    int64_t local = day * SHI_DAY_US + us;
    *utc_us = zoned ? local - offset_us : shi_zone_utc_us(zone, local);
    return true;
}

void shi_time_write(int64_t utc_us, const shi_zone *zone, char out[40])
{
    int64_t local = shi_zone_local_us(zone, utc_us), day = local / SHI_DAY_US, us = local % SHI_DAY_US;
    if (us < 0) day--, us += SHI_DAY_US;
    int64_t offset_min = (local - utc_us) / (60 * SHI_SECOND_US), s = us / SHI_SECOND_US;
    char date[16];
    shi_day_write(day, date);
    int64_t away = offset_min < 0 ? -offset_min : offset_min;
    snprintf(out, 40, "%sT%02d:%02d:%02d%c%02d:%02d", date, (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60),
             offset_min < 0 ? '-' : '+', (int)(away / 60 % 100), (int)(away % 60));
}

/* Monday of ISO week 1: the week that holds 4 January. */
static int64_t first_monday(int64_t year)
{
    int64_t jan4 = shi_day_of(year, 1, 4);
    return jan4 - (jan4 + 3) % 7;   /* 1970-01-01 was a Thursday */
}

static bool fill(shi_period *p)
{
    int64_t y = p->year;
    if (y < 1970 || y > 2099) return false;
    switch (p->kind) {
    case SHI_YEAR:
        p->first_day = shi_day_of(y, 1, 1);
        p->end_day = shi_day_of(y + 1, 1, 1);
        return true;
    case SHI_QUARTER:
        if (p->number < 1 || p->number > 4) return false;
        p->first_day = shi_day_of(y, p->number * 3 - 2, 1);
        p->end_day = p->number == 4 ? shi_day_of(y + 1, 1, 1) : shi_day_of(y, p->number * 3 + 1, 1);
        return true;
    case SHI_MONTH:
        if (p->number < 1 || p->number > 12) return false;
        p->first_day = shi_day_of(y, p->number, 1);
        p->end_day = p->first_day + shi_days_in_month(y, p->number);
        return true;
    case SHI_WEEK:
        if (p->number < 1 || first_monday(y) + 7 * p->number > first_monday(y + 1)) return false;
        p->first_day = first_monday(y) + 7 * (p->number - 1);
        p->end_day = p->first_day + 7;
        return true;
    }
    return false;
}

bool shi_period_parse(shi_str s, shi_period *out)
{
    int64_t i = 0, year, number = 0;
    shi_period_kind kind = SHI_YEAR;
    if (digits(s, &i, 4, &year) != 4) return false;
    bool chinese = skip(s, &i, "年"), counted = chinese && skip(s, &i, "第");
    if (i < s.len && !chinese && !skip(s, &i, "-")) return false;
    if (i < s.len || counted) {
        bool quarter = !chinese && (skip(s, &i, "Q") || skip(s, &i, "q"));
        bool week = !chinese && !quarter && (skip(s, &i, "W") || skip(s, &i, "w"));
        int n = digits(s, &i, 2, &number);
        if (n == 0 || (!chinese && !quarter && n != 2)) return false;
        if (chinese) {
            quarter = skip(s, &i, "季度");
            week = !quarter && skip(s, &i, "周");
            if (!quarter && !week && (counted || !skip(s, &i, "月"))) return false;
        }
        kind = quarter ? SHI_QUARTER : week ? SHI_WEEK : SHI_MONTH;
    } else if (s.ptr[s.len - 1] == '-') return false;
    if (i != s.len) return false;
    shi_period p = { .kind = kind, .year = (int32_t)year, .number = (int32_t)number };
    if (!fill(&p)) return false;
    *out = p;
    return true;
}

static char *put_digits(char *out, int v, int n)
{
    for (int k = n - 1; k >= 0; k--, v /= 10) out[k] = (char)('0' + v % 10);
    return out + n;
}

void shi_period_write(const shi_period *period, char out[16])
{
    int number = period->number % 100;
    char *at = put_digits(out, period->year % 10000, 4);
    if (period->kind != SHI_YEAR) *at++ = '-';
    if (period->kind == SHI_QUARTER) *at++ = 'Q';
    if (period->kind == SHI_WEEK) *at++ = 'W';
    if (period->kind != SHI_YEAR) at = put_digits(at, number, period->kind == SHI_QUARTER ? 1 : 2);
    *at = 0;
}

void shi_period_bounds(const shi_period *period, const shi_zone *zone, int64_t *start_us, int64_t *end_us)
{
    *start_us = shi_zone_utc_us(zone, period->first_day * SHI_DAY_US);
    *end_us = shi_zone_utc_us(zone, period->end_day * SHI_DAY_US);
}
