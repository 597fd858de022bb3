/* Numbers and names. Every text here is either a whole phrase for the translators or a number; sentences are in say.c. */
#include "report/words.h"

#include "base/decimal.h"
#include "table/term.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define DASH "\xE2\x80\x94"       /* — */
#define UNKNOWN_CHAR "\xEF\xBF\xBD"

typedef struct {
    shi_str code;
    const char *id;
} name;

shi_count_kind shi_words_kind(shi_str counts)
{
    static const shi_str PEOPLE[] = { SHI_S("registered"), SHI_S("new"), SHI_S("active"), SHI_S("quiz") };
    for (int64_t i = 0; i < COUNT(PEOPLE); i++)
        if (shi_str_eq(counts, PEOPLE[i])) return SHI_KIND_PEOPLE;
    if (shi_str_eq(counts, S("seconds"))) return SHI_KIND_SECONDS;
    return shi_str_eq(counts, S("points")) ? SHI_KIND_POINTS : SHI_KIND_EVENTS;
}

/* ---- names ---- */

const char *shi_words_verdict(shi_lang lang, shi_verdict verdict)
{
    static const char *const NAME[] = { N_("not judged"), N_("plausible"), N_("confirmed"), N_("doubtful"),
                                        N_("refuted"), N_("contradictory"), N_("impossible") };
    return tr(lang, NAME[verdict]);
}

const char *shi_words_coverage(shi_lang lang, shi_coverage coverage)
{
    static const char *const NAME[] = { N_("no log"), N_("part of the period"), N_("whole period") };
    return tr(lang, NAME[coverage]);
}

const char *shi_words_possible_by(shi_lang lang, shi_possible_by by)
{
    static const char *const NAME[] = { N_("no bound"), N_("people"), N_("people and the length of the period"),
                                        N_("sessions in the log"), N_("people, accounts and objects in the log"),
                                        N_("people, accounts and days of the period") };
    return tr(lang, NAME[by]);
}

const char *shi_words_people_by(shi_lang lang, shi_people_basis basis)
{
    static const char *const NAME[] = {
        N_("no number in the register"), N_("people who can use the app"), N_("registered people and residents registered elsewhere"),
        N_("registered and resident people together, since more live there than are registered"),
        N_("registered people; fewer live there, and they are taken to be among them"), N_("registered people"), N_("residents"),
        N_("sum of the units below") };
    return tr(lang, NAME[basis]);
}

static void named(shi_buf *out, shi_lang lang, const name *list, int64_t n, shi_str code)
{
    for (int64_t i = 0; i < n; i++) {
        if (!shi_str_eq(list[i].code, code)) continue;
        shi_buf_puts(out, tr(lang, list[i].id));
        return;
    }
    shi_words_name(out, code);
}

void shi_words_level(shi_buf *out, shi_lang lang, shi_str level)
{
    static const name NAME[] = {
        { SHI_S("province"), N_("province") }, { SHI_S("city"), N_("city") }, { SHI_S("county"), N_("county") },
        { SHI_S("town"), N_("town") }, { SHI_S("village"), N_("village") }, { SHI_S("group"), N_("group") },
    };
    named(out, lang, NAME, COUNT(NAME), level);
}

void shi_words_counts(shi_buf *out, shi_lang lang, shi_str counts)
{
    static const name NAME[] = {
        { SHI_S("registered"), N_("people registered by the end of the period") }, { SHI_S("new"), N_("people registered in the period") },
        { SHI_S("active"), N_("people who logged in") }, { SHI_S("quiz"), N_("people who completed a quiz") },
        { SHI_S("seconds"), N_("learning time in seconds") }, { SHI_S("points"), N_("points") }, { SHI_S("reads"), N_("reads") },
        { SHI_S("likes"), N_("likes") }, { SHI_S("comments"), N_("comments") }, { SHI_S("shares"), N_("shares") },
        { SHI_S("checkins"), N_("check-ins") }, { SHI_S("entries"), N_("entries") }, { SHI_S("votes"), N_("votes") },
        { SHI_S("follows"), N_("follows") }, { SHI_S("uploads"), N_("uploads") }, { SHI_S("installs"), N_("installs") },
    };
    named(out, lang, NAME, COUNT(NAME), counts);
}

/* Marks that turn the direction of all that follows, or that nobody sees: LRM, RLM, ALM, embeddings, overrides, isolates, zero width
 * space, line and paragraph separators, byte order mark. Zero width joiners stay: some scripts need them. */
static bool unseen(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || c == 0x200b || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e)
        || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xe0000 && c <= 0xe007f);
}

static uint32_t code_at(const unsigned char *p, int64_t n)
{
    if (n == 1) return p[0];
    if (n == 2) return (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3fu);
    if (n == 3) return (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3fu);
    return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3f) << 12 | (uint32_t)(p[2] & 0x3f) << 6 | (p[3] & 0x3fu);
}

void shi_words_name(shi_buf *out, shi_str text)
{
    for (int64_t i = 0; i < text.len;) {
        unsigned char c = (unsigned char)text.ptr[i];
        int64_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
        bool whole = c < 0x80 || (i + n <= text.len && shi_utf8_valid(text.ptr + i, n) == n);
        if (!whole) n = 1;
        if (c == '\t' || c == '\n' || c == '\r') shi_buf_addc(out, ' ');
        else if (!whole || unseen(code_at((const unsigned char *)text.ptr + i, n))) shi_buf_puts(out, UNKNOWN_CHAR);
        else shi_buf_add(out, shi_str_sub(text, i, i + n));
        i += n;
    }
}

void shi_words_short(shi_buf *out, shi_str text, shi_str code, int64_t cells)
{
    shi_buf whole = { 0 };
    shi_words_name(&whole, text.len ? text : code);
    shi_str s = shi_buf_str(&whole);
    if (shi_width(s) > cells) {
        int64_t bytes = s.len > cells * 4 ? cells * 4 : s.len;
        while (bytes > 0 && shi_width(shi_str_cut(s, bytes)) > cells - 1) bytes--;
        s = shi_str_cut(s, bytes);
        shi_buf_add(out, s);
        shi_buf_puts(out, "\xE2\x80\xA6");
    } else {
        shi_buf_add(out, s);
    }
    out->failed = out->failed || whole.failed;
    shi_buf_drop(&whole);
}

/* ---- numbers ---- */

void shi_words_number(shi_buf *out, int64_t thousandths)
{
    char text[32];
    shi_decimal_write_grouped(thousandths, text);
    shi_buf_puts(out, text);
}

void shi_words_whole(shi_buf *out, int64_t n)
{
    int64_t thousandths;
    shi_words_number(out, shi_mul(n, 1000, &thousandths) ? INT64_MAX : thousandths);
}

void shi_words_maybe(shi_buf *out, shi_maybe number)
{
    if (number.known) shi_words_number(out, number.v);
    else shi_buf_puts(out, DASH);
}

/* A yuan is 100 fen, so fen are written as thousandths of ten yuan each. Cents always come in pairs. */
void shi_words_money(shi_buf *out, int64_t fen)
{
    int64_t thousandths;
    char text[32];
    if (shi_mul(fen, 10, &thousandths)) {
        shi_buf_puts(out, DASH);
        return;
    }
    int n = shi_decimal_write_grouped(thousandths, text);
    shi_buf_puts(out, text);
    if (n > 2 && text[n - 2] == '.') shi_buf_addc(out, '0');
}

/* A double as a decimal of at most `places` places; what is not 0 is not shown as 0. */
static void rounded(shi_buf *out, double x, int places)
{
    double step = places == 1 ? 100 : 10, scaled = x * 1000 / step;
    if (!(fabs(scaled) < 9e14)) {
        shi_buf_puts(out, DASH);
        return;
    }
    int64_t n = llround(scaled);
    if (n == 0 && x > 0) {
        shi_buf_addc(out, '<');
        n = 1;
    }
    shi_words_number(out, n * (int64_t)step);
}

void shi_words_times(shi_buf *out, double factor)
{
    rounded(out, factor, 2);
}

void shi_words_share(shi_buf *out, double share)
{
    rounded(out, share * 100, 1);
    shi_buf_addc(out, '%');
}

void shi_words_period(shi_buf *out, shi_lang lang, shi_str period)
{
    static const char *const MONTH[] = { N_("January %1$d"), N_("February %1$d"), N_("March %1$d"), N_("April %1$d"), N_("May %1$d"),
                                         N_("June %1$d"), N_("July %1$d"), N_("August %1$d"), N_("September %1$d"), N_("October %1$d"),
                                         N_("November %1$d"), N_("December %1$d") };
    shi_period p;
    char month[64];
    if (!shi_period_parse(period, &p)) {
        shi_words_name(out, period);
        return;
    }
    switch (p.kind) {
    case SHI_YEAR: shi_buf_format(out, tr(lang, N_("the year %1$d")), (int)p.year); break;
    case SHI_QUARTER: shi_buf_format(out, tr(lang, N_("quarter %2$d of %1$d")), (int)p.year, (int)p.number); break;
    case SHI_WEEK: shi_buf_format(out, tr(lang, N_("week %2$d of %1$d")), (int)p.year, (int)p.number); break;
    case SHI_MONTH:
        snprintf(month, sizeof month, "%s", tr(lang, MONTH[p.number - 1]));
        char *place = strstr(month, "%1$d");
        if (!place) break;
        shi_buf_add(out, (shi_str){ month, place - month });
        shi_buf_format(out, "%d%s", (int)p.year, place + 4);
        break;
    }
}

void shi_words_fill(shi_buf *out, const char *sentence, const char *const *at, int64_t n)
{
    for (const char *p = sentence; *p; p++) {
        int64_t place = p[0] == '%' && p[1] >= '1' && p[1] <= '9' && p[2] == '$' && p[3] == 's' ? p[1] - '1' : n;
        if (place < n) {
            shi_buf_puts(out, at[place]);
            p += 3;
        } else {
            shi_buf_addc(out, *p);
        }
    }
}
