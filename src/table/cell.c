/* One cell. The common forms (plain digits, ISO time, a code) take the short way; whatever offices write is first made plain. */
#include "table/cell.h"

#include "base/decimal.h"
#include "table/heading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char REMEDY_CELL[] = N_("Correct the cell and import again, or leave the row out with --keep-going.");

static shi_flaw flaw(const char *reason, const char *remedy)
{
    return (shi_flaw){ reason, remedy ? remedy : REMEDY_CELL };
}

/* Full-width forms (U+FF01..FF5E) as ASCII; commas, spaces and 人/个/次 endings of numbers stay for plain_number. */
static shi_str narrow(shi_str s, char room[SHI_CELL_ROOM])
{
    bool wide = false;
    for (int64_t i = 0; i < s.len && !wide; i++) wide = (unsigned char)s.ptr[i] == 0xEF;
    if (!wide || s.len >= SHI_CELL_ROOM) return s;
    int64_t n = 0;
    for (int64_t i = 0; i < s.len;) {
        const unsigned char *p = (const unsigned char *)s.ptr + i;
        if (s.len - i >= 3 && p[0] == 0xEF && (p[1] == 0xBC || p[1] == 0xBD)) {
            int code = ((p[0] & 0x0F) << 12) | ((p[1] & 0x3F) << 6) | (p[2] & 0x3F);
            if (code >= 0xFF01 && code <= 0xFF5E) {
                room[n++] = (char)(code - 0xFF01 + '!');
                i += 3;
                continue;
            }
        }
        room[n++] = s.ptr[i++];
    }
    return (shi_str){ room, n };
}

/* Written for "nothing": empty, a dash, 无, 空, null. */
static bool says_nothing(shi_str s)
{
    static const shi_str WORDS[] = { SHI_S("-"), SHI_S("--"), SHI_S("—"), SHI_S("——"), SHI_S("/"), SHI_S("\\N"), SHI_S("无"), SHI_S("空"),
        SHI_S("null"), SHI_S("NULL"), SHI_S("N/A"), SHI_S("n/a") };
    static const char FIRST[] = "-\xE2/\\\xE6\xE7nN";   /* their first bytes: most cells begin with a digit */
    if (s.len == 0) return true;
    if (s.len > 6 || !memchr(FIRST, s.ptr[0], sizeof FIRST - 1)) return false;
    for (int64_t i = 0; i < COUNT(WORDS); i++)
        if (shi_str_eq(s, WORDS[i])) return true;
    return false;
}

bool shi_cell_says_nothing(shi_str text)
{
    return says_nothing(shi_str_trim(text));
}

enum { NUMBER_ROOM = 96 };

/* The number in plain digits, NUL-terminated in `to`: thousands commas out when they stand where they belong, % off the end, and 万 or 亿 by
 * moving the point, so that nothing is rounded. NULL when it is too long to be one. */
static const char *plain_number(shi_str s, char to[NUMBER_ROOM], bool *percent)
{
    int64_t places = 0, n = 0;
    *percent = shi_str_ends(s, S("%"));
    if (*percent) s = shi_str_trim(shi_str_sub(s, 0, s.len - 1));
    if (shi_str_ends(s, S("万"))) places = 4;
    if (shi_str_ends(s, S("亿"))) places = 8;
    if (places) s = shi_str_trim(shi_str_sub(s, 0, s.len - 3));
    if (s.len == 0 || s.len > 64) return NULL;
    int64_t point = shi_str_find(s, '.', 0), whole = point < 0 ? s.len : point, digits = 0;
    for (int64_t i = 0; i < whole; i++) {
        bool comma = s.ptr[i] == ',' && i > 0 && (whole - i) % 4 == 0;   /* any other comma stays, and is refused */
        if (!comma) to[n++] = s.ptr[i];
        digits += s.ptr[i] >= '0' && s.ptr[i] <= '9';
    }
    for (int64_t i = whole + 1; i < s.len; i++, digits++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return NULL;
    if (digits == 0) return NULL;
    for (int64_t i = whole + 1; i < s.len || places > 0; i++, places--) {
        if (places == 0 && !memchr(to, '.', (size_t)n)) to[n++] = '.';
        to[n++] = i < s.len ? s.ptr[i] : '0';
    }
    to[n] = 0;
    return to;
}

/* A number in Excel's short form, such as 3.40123E+11 or 5E+11: digits are lost. */
static bool excel_short(shi_str s)
{
    if (s.len < 4 || s.ptr[0] < '0' || s.ptr[0] > '9') return false;
    int64_t e = shi_str_find(s, 'E', 0);
    if (e < 0) e = shi_str_find(s, 'e', 0);
    if (e < 1 || e + 2 >= s.len || s.ptr[e + 1] != '+') return false;
    for (int64_t i = 0; i < s.len; i++) {
        bool point = i == 1 && s.ptr[i] == '.' && e > 2;
        if (!point && i != e && i != e + 1 && (s.ptr[i] < '0' || s.ptr[i] > '9')) return false;
    }
    return true;
}

/* Thousandths of a number of any of the office forms. */
static shi_flaw number(shi_str s, shi_cell *out)
{
    char room[NUMBER_ROOM];
    if (excel_short(s))
        return flaw(N_("the number was shortened by the spreadsheet, so digits are lost"),
                    N_("Format the column as text or number in the spreadsheet, enter the full value, and export again."));
    const char *plain = plain_number(s, room, &out->percent);
    const char *reason = plain ? shi_decimal_parse(shi_str_from(plain), &out->i) : N_("this is not a number");
    if (reason) return flaw(reason, NULL);
    if (out->i < 0) return flaw(N_("the value is negative"), N_("Counts start at 0: correct the cell, or import with --keep-going."));
    return (shi_flaw){ 0 };
}

static shi_flaw parse_number(const shi_column *column, shi_str s, shi_cell *out)
{
    shi_flaw f = number(s, out);
    if (f.reason) return f;
    if (out->percent && column->type != SHI_T_REPORTED) return flaw(N_("a percentage stands where a number belongs"), NULL);
    if (column->type == SHI_T_COUNT) {
        if (out->i % 1000) return flaw(N_("the value is not a whole number"), NULL);
        out->i /= 1000;
    }
    return (shi_flaw){ 0 };
}

/* Shares and prices may have many decimals (a second of learning costs 0.0002 yuan), so they are doubles. */
static shi_flaw parse_real(const shi_column *column, shi_str s, shi_cell *out)
{
    char room[NUMBER_ROOM], number_room[NUMBER_ROOM + 4], *end;
    const char *plain = plain_number(s, room, &out->percent);
    if (plain && plain[0] == '-') return flaw(N_("the value is negative"), N_("Counts start at 0: correct the cell, or import with --keep-going."));
    if (!plain || strspn(plain, "0123456789.") != strlen(plain)) return flaw(N_("this is not a number"), NULL);
    /* a percentage is the number two places down, rounded once */
    snprintf(number_room, sizeof number_room, "%s%s", plain, out->percent ? "e-2" : "");
    out->d = strtod(number_room, &end);   /* LC_NUMERIC stays "C" */
    if (end == number_room || *end || out->d >= 1e9) return flaw(N_("this is not a number"), NULL);
    if (column->type == SHI_T_PRICE) return out->percent ? flaw(N_("a percentage stands where a number belongs"), NULL) : (shi_flaw){ 0 };
    return out->d > 1 ? flaw(N_("a share lies between 0 and 1"), NULL) : (shi_flaw){ 0 };
}

/* Estimates and the like: as programs write doubles, with sign and exponent, or in the office forms. */
static shi_flaw parse_any(shi_str s, shi_cell *out)
{
    char room[NUMBER_ROOM], number_room[NUMBER_ROOM + 4], *end;
    if (excel_short(s) && s.len < 12)   /* a double in full has more digits */
        return flaw(N_("the number was shortened by the spreadsheet, so digits are lost"),
                    N_("Format the column as text or number in the spreadsheet, enter the full value, and export again."));
    const char *plain = NULL;
    if (s.len > 0 && s.len < NUMBER_ROOM) {
        memcpy(number_room, s.ptr, (size_t)s.len);
        number_room[s.len] = 0;
        if (strspn(number_room, "0123456789.eE+-") == (size_t)s.len) plain = number_room;
    }
    if (!plain) {
        plain = plain_number(s, room, &out->percent);
        if (!plain || strspn(plain, "-0123456789.") != strlen(plain)) return flaw(N_("this is not a number"), NULL);
        snprintf(number_room, sizeof number_room, "%s%s", plain, out->percent ? "e-2" : "");
    }
    out->d = strtod(number_room, &end);   /* LC_NUMERIC stays "C" */
    if (end == number_room || *end || !(out->d > -1e300 && out->d < 1e300)) return flaw(N_("this is not a number"), NULL);
    return (shi_flaw){ 0 };
}

/* 45292: a date that lost its format on the way from a spreadsheet, in days since 1899-12-30; from 2000 to 2099. No Unix time is so small. */
static bool serial_day(shi_str s, const shi_zone *zone, int64_t *utc_us)
{
    enum { FIRST = 36526, END = 73051, EPOCH = 25569 };
    int64_t day;
    if (s.len != 5 || !shi_count_parse(s, &day) || day < FIRST || day >= END) return false;
    *utc_us = shi_zone_utc_us(zone, (day - EPOCH) * SHI_DAY_US);
    return true;
}

static shi_flaw parse_time(const shi_column *column, shi_str s, const shi_cell_rules *rules, shi_cell *out)
{
    if (!shi_time_parse(s, rules->zone, &out->i) && !serial_day(s, rules->zone, &out->i))
        return flaw(N_("this is not a time"), N_("Write times as 2024-06-30 08:15:00, with or without a zone, or as Unix seconds."));
    if (out->i < rules->earliest_us)
        return flaw(N_("the time lies before 2000-01-01"), N_("Correct the cell; a Unix time must be in seconds, milliseconds or microseconds."));
    if (column->type == SHI_T_TIME && out->i >= rules->latest_us)
        return flaw(N_("the time lies after tomorrow"), N_("Correct the cell, or give the right time of day with --now."));
    return (shi_flaw){ 0 };
}

static shi_flaw parse_words(const shi_column *column, shi_str s, char room[SHI_CELL_ROOM], shi_cell *out)
{
    int64_t n = 0, from = 0;
    if (says_nothing(s) && !shi_str_eq(s, S("无"))) {   /* 无 says that there is none, a dash that nobody said */
        out->missing = true;
        return (shi_flaw){ 0 };
    }
    for (int64_t i = 0; i <= s.len; i++) {
        bool wide = i + 3 <= s.len && (memcmp(s.ptr + i, "；", 3) == 0 || memcmp(s.ptr + i, "，", 3) == 0 || memcmp(s.ptr + i, "、", 3) == 0);
        if (i < s.len && s.ptr[i] != ';' && s.ptr[i] != ',' && !wide) continue;
        shi_str word = shi_str_trim(shi_str_sub(s, from, i)), code;
        from = i + (wide ? 3 : 1);
        i = from - 1;
        if (says_nothing(word) || shi_str_eq(word, S("none"))) continue;   /* an empty set, which is not a missing one */
        if (!column->words || !shi_word_find(column->words, word, &code)) {
            if (column->type == SHI_T_WORDS) return flaw(N_("the word is not known in this column"), NULL);
            code = word;
        }
        if (n + code.len + 1 >= SHI_CELL_ROOM) return flaw(N_("the list is too long"), NULL);
        if (n) room[n++] = ';';
        memcpy(room + n, code.ptr, (size_t)code.len);
        n += code.len;
    }
    out->s = (shi_str){ room, n };
    return (shi_flaw){ 0 };
}

static shi_flaw parse_period(shi_str s, char room[SHI_CELL_ROOM], shi_cell *out)
{
    shi_period period, found[2];
    shi_heading plain;
    int64_t from = 0, to = 0;
    bool good = shi_period_parse(s, &period);
    if (!good && s.len < SHI_HEADING - 8) {   /* 2024年6月份, 2024年第二季度 and other ways that offices have */
        shi_heading_plain(s, &plain);
        good = shi_heading_periods(shi_heading_text(&plain), found, &from, &to) == 1 && from == 0 && to == plain.len;
        if (good) period = found[0];
    }
    if (!good)
        return flaw(N_("this is not a period"), N_("Write a period as 2024, 2024-Q2, 2024-06 or 2024-W23."));
    shi_period_write(&period, room);
    out->s = shi_str_from(room);
    return (shi_flaw){ 0 };
}

static shi_flaw parse_code(shi_str s, shi_cell *out)
{
    if (excel_short(s))
        return flaw(N_("the code was shortened by the spreadsheet, so digits are lost"),
                    N_("Format the column as text in the spreadsheet, enter the full code, and export again."));
    if (s.len > 200) return flaw(N_("the code is longer than 200 bytes"), NULL);
    out->s = s;
    return (shi_flaw){ 0 };
}

static shi_flaw parse_yesno(shi_str s, shi_cell *out)
{
    static const char WORDS[] = "yes=是=true=1=y|no=否=false=0=n";
    return shi_word_find(WORDS, s, &out->s) ? (shi_flaw){ 0 } : flaw(N_("only yes or no stand in this column"), NULL);
}

static shi_flaw parse_word(const shi_column *column, shi_str s, shi_cell *out)
{
    if (shi_word_find(column->words, s, &out->s)) return (shi_flaw){ 0 };
    if (column->type == SHI_T_ACTION && s.len <= 200) {
        out->s = s;
        return (shi_flaw){ 0 };
    }
    return flaw(N_("the word is not known in this column"), N_("See the words that the column takes in the manual, or map the value with --map "
        "COLUMN:FROM=TO."));
}

shi_flaw shi_cell_parse(const shi_column *column, shi_str text, const shi_cell_rules *rules, char room[SHI_CELL_ROOM], shi_cell *out)
{
    *out = (shi_cell){ 0 };
    if (column->type == SHI_T_TEXT || column->type == SHI_T_SPOKEN) {
        out->s = text;
        out->missing = !text.ptr || text.len == 0;
        return (shi_flaw){ 0 };
    }
    shi_str s = shi_str_trim(text);
    if (s.len == 0) {
        out->missing = true;
        return (shi_flaw){ 0 };
    }
    if (column->type == SHI_T_PHONE || column->type == SHI_T_DEVICE || column->type == SHI_T_IP) {
        out->s = s;
        return (shi_flaw){ 0 };
    }
    if (column->type == SHI_T_WORDS || column->type == SHI_T_LIST) return parse_words(column, s, room, out);
    s = narrow(s, room);
    shi_str code;
    bool is_word = column->type == SHI_T_WORD && shi_word_find(column->words, s, &code);   /* 无 may be a word of the column */
    if (!is_word && says_nothing(s)) {
        out->missing = true;
        return (shi_flaw){ 0 };
    }
    switch (column->type) {
    case SHI_T_CODE:
    case SHI_T_APP:
    case SHI_T_ACCOUNT: return parse_code(s, out);
    case SHI_T_WORD:
    case SHI_T_ACTION: return parse_word(column, s, out);
    case SHI_T_YESNO: return parse_yesno(s, out);
    case SHI_T_SHARE:
    case SHI_T_PRICE: return parse_real(column, s, out);
    case SHI_T_REAL: return parse_any(s, out);
    case SHI_T_PERIOD: return parse_period(s, room, out);
    case SHI_T_TIME:
    case SHI_T_DUE: return parse_time(column, s, rules, out);
    default: return parse_number(column, s, out);
    }
}
