/* Days, zones, times and periods. Inside the program time is microseconds UTC; zones stand only here, where text is read or written. */
#ifndef SHI_BASE_CALENDAR_H
#define SHI_BASE_CALENDAR_H

#include "base/text.h"

#define SHI_SECOND_US INT64_C(1000000)
#define SHI_DAY_US (INT64_C(86400) * SHI_SECOND_US)

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar, and back. Source: Howard Hinnant 2013, "chrono-compatible
 * low-level date algorithms". */
int64_t shi_day_of(int64_t year, int month, int day);
void shi_day_split(int64_t day, int64_t *year, int *month, int *dom);
int shi_days_in_month(int64_t year, int month);
/* 2024-06-30 */
void shi_day_write(int64_t day, char out[16]);
/* A date of all of `s`: 2024-06-30, 2024/6/30, 20240630, 2024年6月30日. */
bool shi_day_parse(shi_str s, int64_t *day);

/* A zone: its offset from UTC, as steps from 1970 to 2100. */
enum { SHI_ZONE_STEPS = 512 };
typedef struct {
    int32_t n;
    int64_t from_us[SHI_ZONE_STEPS];     /* from_us[0] = INT64_MIN */
    int64_t offset_us[SHI_ZONE_STEPS];
} shi_zone;

/* Errors: SHI_INPUT for a name that the system's zone data do not hold. In threads only for the zone that was opened last before they
 * started. */
shi_err shi_zone_open(const char *name, shi_zone *out);
int64_t shi_zone_local_us(const shi_zone *zone, int64_t utc_us);
/* A local time as UTC; of two times that a clock shows twice the earlier, of a time it skips the moment of the step. */
int64_t shi_zone_utc_us(const shi_zone *zone, int64_t local_us);

/* A time, all of `s`: ISO 8601 date or date and time (T or space, / for -, fractions of up to 9 digits, Z or ±hh[:mm]), 20240630081500,
 * or Unix seconds, milliseconds or microseconds (9 or 10, 13, 16 digits). Without a zone it is taken in `zone`. */
bool shi_time_parse(shi_str s, const shi_zone *zone, int64_t *utc_us);
/* 2024-06-30T08:15:00+08:00 */
void shi_time_write(int64_t utc_us, const shi_zone *zone, char out[40]);

/* A period: 2024, 2024-Q2, 2024-06, 2024-W23 (ISO 8601 week). */
typedef enum { SHI_YEAR = 'Y', SHI_QUARTER = 'Q', SHI_MONTH = 'M', SHI_WEEK = 'W' } shi_period_kind;
typedef struct {
    shi_period_kind kind;
    int32_t year, number;          /* number: quarter, month or week; 0 for a year */
    int64_t first_day, end_day;    /* [first, end) in days since 1970 */
} shi_period;

/* All of `s`, upper or lower case, also 2024年, 2024年6月, 2024年第2季度, 2024年第23周. False: no such period. */
bool shi_period_parse(shi_str s, shi_period *out);
void shi_period_write(const shi_period *period, char out[16]);
void shi_period_bounds(const shi_period *period, const shi_zone *zone, int64_t *start_us, int64_t *end_us);

#endif
