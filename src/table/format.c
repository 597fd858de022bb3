/* Format codes are looked through for letters that stand for a date or a time, and for a percent sign (ECMA-376, 18.8.30). */
#include "table/format.h"

#include "base/calendar.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Formats without a code in the file: dates and times of all languages, and those of the Chinese, Japanese and Korean Excel. */
static bool builtin_date(int64_t id)
{
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
}

/* Does a format show a date or a time? A letter y, m, d, h or s that is not quoted, escaped, or in brackets ([h] is a time, [Red] not). */
static bool code_is_date(const char *p)
{
    for (; *p; p++) {
        if (*p == '"' || (*p == '[' && !strchr("hHmMsS", p[1]))) {
            p = strchr(p + 1, *p == '"' ? '"' : ']');
            if (!p) return false;
        } else if ((*p == '\\' || *p == '_' || *p == '*') && p[1]) {
            p++;
        } else if (strchr("yYmMdDhHsS", *p)) {
            return true;
        } else if (*p == ';') {
            return false;   /* what follows is for negative numbers */
        }
    }
    return false;
}

/* A percent sign that is not quoted or escaped: 0.9518 stands for 95.18 %. */
static bool code_is_percent(const char *p)
{
    for (; *p && *p != ';'; p++) {
        if (*p == '"') {
            p = strchr(p + 1, '"');
            if (!p) return false;
        } else if (*p == '\\' && p[1]) {
            p++;
        } else if (*p == '%') {
            return true;
        }
    }
    return false;
}

shi_shown shi_shown_builtin(int64_t id)
{
    return builtin_date(id) ? SHI_SHOWN_DATE : id == 9 || id == 10 ? SHI_SHOWN_PERCENT : SHI_SHOWN_NUMBER;
}

shi_shown shi_shown_code(const char *code)
{
    return code_is_date(code) ? SHI_SHOWN_DATE : code_is_percent(code) ? SHI_SHOWN_PERCENT : SHI_SHOWN_NUMBER;
}

/* The date and time of a serial number: days since 1899-12-30 (1904-01-01 in old Mac files), 60 being a day that never was. */
const char *shi_serial_text(double serial, bool epoch_1904, char out[40])
{
    static const char NO_DATE[] = N_("the cell is formatted as a date but holds none");
    int64_t last = epoch_1904 ? 2957004 : 2958466;
    if (!(serial >= 0) || serial >= (double)last) return NO_DATE;
    int64_t day = (int64_t)floor(serial), ms = llround((serial - floor(serial)) * 86400000.0);
    bool time_only = day == 0;
    if (ms == 86400000) day++, ms = 0;
    if (day == last || (!epoch_1904 && day == 60)) return NO_DATE;
    int n = 0;
    if (!time_only) {
        shi_day_write(epoch_1904 ? day - 24107 : day < 60 ? day - 25568 : day - 25569, out);
        n = (int)strlen(out);
        if (ms == 0) return NULL;
        out[n++] = ' ';
    }
    n += snprintf(out + n, (size_t)(40 - n), "%02d:%02d:%02d", (int)(ms / 3600000), (int)(ms / 60000 % 60), (int)(ms / 1000 % 60));
    if (ms % 1000) snprintf(out + n, (size_t)(40 - n), ".%03d", (int)(ms % 1000));
    return NULL;
}

shi_str shi_percent_text(double x, char out[40])
{
    return (shi_str){ out, snprintf(out, 40, "%.13g%%", x * 100) };
}
