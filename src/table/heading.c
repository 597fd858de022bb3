/* One pass over the text makes it plain; then the brackets at its end are looked at. All is bounded by SHI_HEADING bytes. */
#include "table/heading.h"

#include <string.h>

static bool ends(shi_heading *h, const char *tail)
{
    return shi_str_ends((shi_str){ h->room, h->len }, shi_str_from(tail));
}

static int64_t width(unsigned char first)
{
    return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/* Full-width forms as ASCII, letters in lower case, blanks out. */
static void narrow(shi_str text, shi_heading *h)
{
    for (int64_t i = 0; i < text.len && h->len < SHI_HEADING - 4;) {
        const unsigned char *p = (const unsigned char *)text.ptr + i;
        int64_t n = width(p[0]);
        if (i + n > text.len) break;
        i += n;
        if (n == 1) {
            unsigned char c = p[0];
            if (c > ' ' && c != 0x7F) h->room[h->len++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
            continue;
        }
        bool blank = (n == 2 && p[0] == 0xC2 && p[1] == 0xA0) || (n == 3 && !memcmp(p, "\u3000", 3)) || (n == 3 && !memcmp(p, "\uFEFF", 3));
        if (blank) continue;
        if (n == 3 && p[0] == 0xEF && (p[1] == 0xBC || p[1] == 0xBD)) {
            int code = ((p[0] & 0x0F) << 12) | ((p[1] & 0x3F) << 6) | (p[2] & 0x3F);
            if (code >= 0xFF01 && code <= 0xFF5E) {
                int c = code - 0xFF01 + '!';
                h->room[h->len++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
                continue;
            }
        }
        memcpy(h->room + h->len, p, (size_t)n);
        h->len += n;
    }
}

/* Takes the multiple off the front of a unit of measure: 万人, 亿元. */
static int multiple(shi_str *unit)
{
    int places = shi_str_starts(*unit, S("万")) ? 4 : shi_str_starts(*unit, S("亿")) ? 8 : 0;
    if (places) *unit = shi_str_sub(*unit, 3, unit->len);
    return places;
}

static bool measure(shi_str unit)
{
    static const char UNITS[] = "|人|户|个|次|条|名|分|元|家|件|天|小时|分钟|秒|人次|户次|篇|项|台|部|必填|选填|";
    char sought[40];
    if (unit.len == 0 || unit.len > 30) return false;
    sought[0] = '|';
    memcpy(sought + 1, unit.ptr, (size_t)unit.len);
    memcpy(sought + 1 + unit.len, "|", 2);
    return strstr(UNITS, sought) != NULL;
}

/* （人）, （万人）, （单位：人）, （%） at the end. */
static void drop_measure(shi_heading *h)
{
    if (!ends(h, ")")) return;
    int64_t open = h->len - 1;
    while (open > 0 && h->room[open] != '(') open--;
    if (open <= 0) return;
    shi_str unit = { h->room + open + 1, h->len - open - 2 };
    if (shi_str_starts(unit, S("单位:"))) unit = shi_str_sub(unit, 7, unit.len);
    bool percent = shi_str_eq(unit, S("%"));
    int places = percent ? 0 : multiple(&unit);
    if (!percent && !measure(unit) && !(places && unit.len == 0)) return;
    h->percent = percent;
    h->places = places;
    h->unit = true;
    h->len = open;
}

void shi_heading_plain(shi_str text, shi_heading *out)
{
    *out = (shi_heading){ .len = 0 };
    narrow(text, out);
    while (ends(out, ":") || ends(out, "*")) out->len--;
    drop_measure(out);
    while (out->len > 1 && out->room[0] == '*') memmove(out->room, out->room + 1, (size_t)--out->len);
}

shi_str shi_heading_text(const shi_heading *h)
{
    return (shi_str){ h->room, h->len };
}

void shi_heading_name(shi_str text, shi_heading *out)
{
    static const char *const FORMS[][2] = { { "村村民委员会", "村" }, { "村村委会", "村" }, { "村民委员会", "村" }, { "村委会", "村" }, { "社区居民委员会", "社区" },
                                            { "社区居委会", "社区" } };
    *out = (shi_heading){ .len = 0 };
    narrow(text, out);
    for (int64_t i = 0; i < COUNT(FORMS); i++) {
        int64_t tail = (int64_t)strlen(FORMS[i][0]), kept = (int64_t)strlen(FORMS[i][1]);
        if (out->len <= tail || !ends(out, FORMS[i][0])) continue;
        out->len += kept - tail;
        return;
    }
}

/* ---- periods ---- */

static bool take(shi_str s, int64_t *i, const char *word)
{
    shi_str w = shi_str_from(word);
    if (!shi_str_starts(shi_str_sub(s, *i, s.len), w)) return false;
    *i += w.len;
    return true;
}

static int number(shi_str s, int64_t *i, int most)
{
    int n = 0, value = 0;
    for (; n < most && *i < s.len && s.ptr[*i] >= '0' && s.ptr[*i] <= '9'; n++) value = value * 10 + (s.ptr[(*i)++] - '0');
    return n ? value : -1;
}

static bool digit_at(shi_str s, int64_t i)
{
    return i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9';
}

/* What follows 2024年: a quarter, a month, a week, or nothing. False: a day, a range of months, a half year. */
static bool chinese_part(shi_str s, int64_t *i, char kind[2], int *n)
{
    static const char *const QUARTERS[] = { "一季度", "二季度", "三季度", "四季度" };
    bool counted = take(s, i, "第");
    for (int q = 0; q < 4; q++)
        if (take(s, i, QUARTERS[q])) return kind[0] = 'Q', *n = q + 1, true;
    int64_t at = *i;
    int value = number(s, &at, 2);
    if (value >= 0 && take(s, &at, "季度")) return *i = at, kind[0] = 'Q', *n = value, true;
    if (value >= 0 && take(s, &at, "周")) return *i = at, kind[0] = 'W', *n = value, true;
    if (value >= 0 && !counted && take(s, &at, "月")) {
        if (digit_at(s, at)) return false;   /* a day follows */
        (void)take(s, &at, "份");
        return *i = at, kind[0] = 'M', *n = value, true;
    }
    if (value >= 0 || counted || take(s, i, "上半年") || take(s, i, "下半年")) return false;
    (void)take(s, i, "度");
    kind[0] = 'Y';
    return true;
}

/* A period that begins at `from`, where four digits stand. */
static bool period_at(shi_str s, int64_t from, int64_t *to, shi_period *out)
{
    char kind[2] = "", text[32];
    int64_t i = from;
    int year = number(s, &i, 4), n = 0;
    if (year < 1990 || year > 2100) return false;
    if (take(s, &i, "年")) {
        if (!chinese_part(s, &i, kind, &n)) return false;
    } else if (take(s, &i, "-q") || take(s, &i, "q")) {
        kind[0] = 'Q';
        n = number(s, &i, 1);
    } else if (take(s, &i, "-w")) {
        kind[0] = 'W';
        n = number(s, &i, 2);
    } else if (take(s, &i, "-") || take(s, &i, ".") || take(s, &i, "/")) {
        kind[0] = 'M';
        n = number(s, &i, 2);
        bool more = i + 1 < s.len && (s.ptr[i] == '-' || s.ptr[i] == '.' || s.ptr[i] == '/') && digit_at(s, i + 1);
        if (more || digit_at(s, i)) return false;
    } else {
        return false;
    }
    *to = i;
    shi_buf b = { 0 };
    if (kind[0] == 'Y') shi_buf_format(&b, "%04d", year);
    else if (kind[0] == 'M') shi_buf_format(&b, "%04d-%02d", year, n);
    else if (kind[0] == 'W') shi_buf_format(&b, "%04d-W%02d", year, n);
    else shi_buf_format(&b, "%04d-Q%d", year, n);
    shi_str written = shi_str_cut(shi_buf_str(&b), 31);
    if (written.len) memcpy(text, written.ptr, (size_t)written.len);
    bool good = !b.failed && n >= 0 && shi_period_parse((shi_str){ text, written.len }, out);
    shi_buf_drop(&b);
    return good;
}

static bool same(const shi_period *a, const shi_period *b)
{
    return a->kind == b->kind && a->year == b->year && a->number == b->number;
}

int shi_heading_periods(shi_str plain, shi_period found[2], int64_t *from, int64_t *to)
{
    int n = 0;
    for (int64_t i = 0; i + 4 <= plain.len && n < 2; i++) {
        shi_period p;
        int64_t end;
        bool four = digit_at(plain, i) && digit_at(plain, i + 1) && digit_at(plain, i + 2) && digit_at(plain, i + 3);
        if (!four || (i > 0 && digit_at(plain, i - 1)) || digit_at(plain, i + 4) || !period_at(plain, i, &end, &p)) continue;
        if (n == 0) *from = i, *to = end;
        if (n == 0 || !same(&found[0], &p)) found[n++] = p;
        i = end - 1;
    }
    return n;
}

/* ---- totals and notes ---- */

bool shi_heading_is_total(shi_str plain)
{
    static const char *const WORDS[] = { "合计", "小计", "总计", "共计" };
    if (plain.len > 60) return false;
    for (int64_t i = 0; i < COUNT(WORDS); i++)
        if (shi_str_ends(plain, shi_str_from(WORDS[i]))) return true;
    return false;
}

bool shi_heading_is_note(shi_str plain)
{
    static const char *const MARKED[] = { "注", "备注", "说明", "附注", "审核", "日期", "负责人", "联系人" };   /* these need a colon or a number */
    static const char *const WORDS[] = { "填表人", "填表说明", "填表日期", "填报人", "填报单位", "填报日期", "填报时间", "审核人", "复核人", "制表", "单位负责人",
                                         "主要负责人", "联系电话", "统计人", "报送人", "数据来源", "单位(盖章)", "(盖章)", "单位:" };
    for (int64_t i = 0; i < COUNT(WORDS); i++)
        if (shi_str_starts(plain, shi_str_from(WORDS[i]))) return true;
    for (int64_t i = 0; i < COUNT(MARKED); i++) {
        shi_str word = shi_str_from(MARKED[i]);
        if (!shi_str_starts(plain, word)) continue;
        shi_str rest = shi_str_sub(plain, word.len, plain.len);
        if (rest.len == 0 || rest.ptr[0] == ':' || rest.ptr[0] == '(' || digit_at(rest, 0)) return true;
    }
    return false;
}

int shi_heading_scale_note(shi_str plain)
{
    shi_str word = S("单位:");
    for (int64_t i = 0; i + word.len <= plain.len; i++) {
        if (!shi_str_starts(shi_str_sub(plain, i, plain.len), word)) continue;
        shi_str unit = shi_str_sub(plain, i + word.len, plain.len);
        int places = multiple(&unit);
        if (shi_str_ends(unit, S(")"))) unit.len--;
        if (places && (unit.len == 0 || measure(unit))) return places;
    }
    return 0;
}
