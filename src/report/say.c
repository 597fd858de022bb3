/* Sentences with their own numbers. A sentence is one message with places for numbers, so that a translator may turn it round; where a
 * fact is not known, another message is taken, never half a sentence. */
#include "report/words.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* Texts that fill the places of one sentence. */
enum { SLIPS = 20 };
typedef struct {
    shi_lang lang;
    int64_t small_cell;              /* 0: every count is told */
    shi_buf slip[SLIPS];
    int used;
} slips;

static shi_buf *next(slips *s)
{
    assert(s->used < SLIPS);
    return &s->slip[s->used++];
}

static const char *text(const shi_buf *b)
{
    return b->ptr ? b->ptr : "";
}

static void drop(slips *s, shi_buf *out)
{
    for (int i = 0; i < s->used; i++) {
        out->failed = out->failed || s->slip[i].failed;
        shi_buf_drop(&s->slip[i]);
    }
    s->used = 0;
}

/* shi_buf_format for sentences all of whose places are %1$s, %2$s …, in one pass: an audit writes millions. */
SHI_PRINTF(2, 3) static void put(shi_buf *out, const char *sentence, ...)
{
    const char *text[SLIPS] = { 0 };
    int known = 0;
    va_list args;
    va_start(args, sentence);
    for (const char *at = sentence, *mark; *at; at = mark) {
        mark = at + strcspn(at, "%");
        shi_buf_add(out, (shi_str){ at, mark - at });
        if (!*mark) break;
        int place = mark[1] - '0';
        assert(place >= 1 && place <= SLIPS && place <= 9 && mark[2] == '$' && mark[3] == 's');
        for (; known < place; known++) text[known] = va_arg(args, const char *);
        shi_buf_puts(out, text[place - 1]);
        mark += 4;
    }
    va_end(args);
}

static const char *number(slips *s, int64_t thousandths)
{
    shi_buf *b = next(s);
    shi_words_number(b, thousandths);
    return text(b);
}

static const char *whole(slips *s, int64_t n)
{
    shi_buf *b = next(s);
    shi_words_whole(b, n);
    return text(b);
}

/* A count with its unit, where the number alone would not say it. */
static const char *quantity(slips *s, shi_count_kind kind, int64_t thousandths)
{
    const char *n = number(s, thousandths);
    if (kind != SHI_KIND_SECONDS && kind != SHI_KIND_POINTS) return n;
    shi_buf *b = next(s);
    if (kind == SHI_KIND_SECONDS) shi_buf_format(b, tr(s->lang, N_("%1$s seconds")), n);
    else shi_buf_format(b, tr(s->lang, N_("%1$s points")), n);
    return text(b);
}

bool shi_words_small(const shi_figure *f, int64_t small_cell)
{
    return shi_words_kind(f->counts) == SHI_KIND_PEOPLE && f->counted.known && f->counted.v > 0 && f->counted.v / 1000 < small_cell;
}

bool shi_words_told(const shi_figure *f, int64_t small_cell)
{
    return !f->withheld && !shi_words_small(f, small_cell);
}

/* "<5" for a small count, ">995" for what is missing then. */
static const char *bounded(slips *s, char sign, int64_t thousandths)
{
    shi_buf *b = next(s);
    shi_buf_addc(b, sign);
    shi_words_number(b, thousandths);
    return text(b);
}

/* A number of people that a check found. */
static const char *few(slips *s, int64_t thousandths)
{
    bool small = thousandths > 0 && thousandths < s->small_cell * 1000;
    return small ? bounded(s, '<', s->small_cell * 1000) : number(s, thousandths);
}

static const char *counted(slips *s, const shi_figure *f)
{
    if (shi_words_small(f, s->small_cell)) return bounded(s, '<', s->small_cell * 1000);
    return quantity(s, shi_words_kind(f->counts), f->counted.v);
}

static const char *missing(slips *s, const shi_figure *f)
{
    if (shi_words_small(f, s->small_cell) && f->reported.v > s->small_cell * 1000)
        return bounded(s, '>', f->reported.v - s->small_cell * 1000);
    if (shi_words_small(f, s->small_cell)) return bounded(s, '<', f->reported.v);
    return quantity(s, shi_words_kind(f->counts), f->not_in_logs.known ? f->not_in_logs.v : f->reported.v - f->counted.v);
}

static const char *times(slips *s, double factor)
{
    shi_buf *b = next(s);
    shi_words_times(b, factor);
    return text(b);
}

static const char *share(slips *s, double part)
{
    shi_buf *b = next(s);
    shi_words_share(b, part);
    return text(b);
}

static const char *money(slips *s, int64_t fen)
{
    shi_buf *b = next(s);
    shi_words_money(b, fen);
    return text(b);
}

static const char *called(slips *s, shi_str name, shi_str code)
{
    shi_buf *b = next(s);
    shi_words_name(b, name.len ? name : code);
    return text(b);
}

static void gap(shi_buf *out, shi_lang lang)
{
    if (out->len && lang == SHI_EN) shi_buf_addc(out, ' ');
}

/* ---- figures ---- */

static void impossible(shi_buf *out, slips *s, const shi_figure *f)
{
    shi_count_kind kind = shi_words_kind(f->counts);
    const char *reported = quantity(s, kind, f->reported.v), *possible = quantity(s, kind, f->possible.v);
    const char *excess = quantity(s, kind, f->impossible_excess.v);
    const char *people = number(s, f->people.v), *basis = shi_words_people_by(s->lang, f->people_by);
    switch (f->possible_by) {
    case SHI_BY_PEOPLE:
        put(out, tr(s->lang, N_("Reported %1$s, but the register knows at most %2$s people here (%3$s), so at least %4$s cannot be "
            "real.")), reported, possible, basis, excess);
        break;
    case SHI_BY_PEOPLE_TIME:
        put(out, tr(s->lang, N_("Reported %1$s, but %2$s people (%3$s) have %4$s between them in the whole period, so at least %5$s "
            "cannot be real.")), reported, people, basis, possible, excess);
        break;
    case SHI_BY_SESSIONS:
        put(out, tr(s->lang, N_("Reported %1$s, but the sessions in the log, with overlaps of an account taken once, last %2$s at "
            "most, so at least %3$s cannot be real.")), reported, possible, excess);
        break;
    case SHI_BY_OBJECTS:
        put(out, tr(s->lang, N_("Reported %1$s, but %2$s people (%3$s), counted once for each object in the log and with further "
            "accounts added, reach %4$s at most, so at least %5$s cannot be real.")), reported, people, basis, possible, excess);
        break;
    case SHI_BY_DAYS:
        put(out, tr(s->lang, N_("Reported %1$s, but %2$s people (%3$s), counted once a day and with further accounts added, reach "
            "%4$s at most, so at least %5$s cannot be real.")), reported, people, basis, possible, excess);
        break;
    case SHI_BY_NOTHING:
        put(out, tr(s->lang, N_("Reported %1$s, but at most %2$s are possible, so at least %3$s cannot be real.")), reported,
            possible, excess);
        break;
    }
}

static const char BY_TOTALS[] =
    N_("Reported %1$s; it is one of the figures whose marks a finding about this unit's totals names as more than chance leaves.");

/* Doubtful by the log: more was reported than it counts; held: by who is counted. Neither: by the unit's totals. */
static bool is_over(const shi_figure *f, int64_t tolerance)
{
    return f->coverage == SHI_COVER_FULL && f->counted.known && (__int128)f->reported.v * 1000 > (__int128)f->counted.v * (1000 + tolerance);
}

static bool is_held(const shi_figure *f, int64_t tolerance)
{
    return f->coverage == SHI_COVER_FULL && f->counted.known && f->suspected.known &&
           shi_verdict_held(f->reported.v, f->counted.v, f->suspected.v, tolerance);
}

/* Doubtful because of what the log counts, because of who is counted, or because of what the unit reports as a whole. */
static void doubtful(shi_buf *out, slips *s, const shi_figure *f, int64_t tolerance)
{
    shi_count_kind kind = shi_words_kind(f->counts);
    bool held = is_held(f, tolerance), over = is_over(f, tolerance);
    if (!over && !held) put(out, tr(s->lang, BY_TOTALS), quantity(s, kind, f->reported.v));
    if (over)
        put(out, tr(s->lang, N_("Reported %1$s; the log covers the whole period and counts %2$s, so %3$s are not in it, more than the "
            "tolerance of %4$s allows.")), quantity(s, kind, f->reported.v), counted(s, f), missing(s, f), share(s, (double)tolerance / 1000));
    if (!held) return;
    if (over) gap(out, s->lang);
    if (shi_words_small(f, s->small_cell))
        put(out, tr(s->lang, N_("Of what is counted, a fifth or more is of accounts in findings that stand; the rest does not reach the report.")));
    else
        put(out, tr(s->lang, N_("Reported %1$s; of %2$s counted, %3$s are of accounts in findings that stand, and the rest does not reach the "
            "report.")),
            quantity(s, kind, f->reported.v), counted(s, f), quantity(s, kind, f->suspected.v));
}

static void plausible(shi_buf *out, slips *s, const shi_figure *f, int64_t tolerance)
{
    shi_count_kind kind = shi_words_kind(f->counts);
    const char *reported = quantity(s, kind, f->reported.v), *count = counted(s, f);
    bool above = f->reported.v > f->counted.v;
    if (above && f->possible.known)
        put(out, tr(s->lang, N_("Reported %1$s; the log covers the whole period and counts %2$s, which is within the tolerance of "
            "%3$s, and up to %4$s are possible.")), reported, count, share(s, (double)tolerance / 1000),
            quantity(s, kind, f->possible.v));
    else if (above)
        put(out, tr(s->lang, N_("Reported %1$s; the log covers the whole period and counts %2$s, which is within the tolerance of "
            "%3$s.")), reported, count, share(s, (double)tolerance / 1000));
    else if (f->possible.known)
        put(out, tr(s->lang, N_("Reported %1$s; the log covers the whole period and counts %2$s, and up to %3$s are possible.")),
            reported, count, quantity(s, kind, f->possible.v));
    else
        put(out, tr(s->lang, N_("Reported %1$s; the log covers the whole period and counts %2$s.")), reported, count);
}

/* What stands in the way of a verdict: indices of the tables below. */
enum { NO_LOG, NO_ROSTER, PART, NOT_COUNTED, OBSTACLES };

static int obstacle(const shi_figure *f)
{
    bool roster = shi_str_eq(f->counts, S("registered")) || shi_str_eq(f->counts, S("new"));
    if (f->coverage == SHI_COVER_NONE) return roster ? NO_ROSTER : NO_LOG;
    return f->coverage == SHI_COVER_PART ? PART : NOT_COUNTED;
}

const char *shi_words_obstacle(const shi_figure *f)
{
    static const char *const WHY[OBSTACLES] = { N_("no log of the period"), N_("no list of accounts up to the end of the period"),
                                                N_("the log covers only part of the period"), N_("the log does not hold what is counted") };
    if (f->verdict != SHI_NOT_JUDGED) return NULL;
    return f->reported.known ? WHY[obstacle(f)] : N_("nothing was reported");
}

static void not_judged(shi_buf *out, slips *s, const shi_figure *f)
{
    shi_count_kind kind = shi_words_kind(f->counts);
    if (!f->reported.known) {
        if (f->counted.known && f->coverage == SHI_COVER_FULL)
            put(out, tr(s->lang, N_("Nothing was reported; the log covers the whole period and counts %1$s.")),
                counted(s, f));
        else
            shi_buf_puts(out, tr(s->lang, N_("Nothing was reported.")));
        return;
    }
    const char *reported = quantity(s, kind, f->reported.v), *possible = f->possible.known ? quantity(s, kind, f->possible.v) : NULL;
    shi_lang lang = s->lang;
    switch (obstacle(f)) {
    case NO_LOG:
        if (possible) put(out, tr(lang, N_("Reported %1$s, and up to %2$s are possible; without a log of the period no more can be "
            "said.")), reported, possible);
        else put(out, tr(lang, N_("Reported %1$s; there is neither a bound nor a log of the period to judge it by.")), reported);
        break;
    case NO_ROSTER:
        if (possible) put(out, tr(lang, N_("Reported %1$s, and up to %2$s are possible; without a list of accounts up to the end of "
            "the period no more can be said.")), reported, possible);
        else put(out, tr(lang, N_("Reported %1$s; there is neither a bound nor a list of accounts up to the end of the period to "
            "judge it by.")), reported);
        break;
    case PART:
        if (possible) put(out, tr(lang, N_("Reported %1$s, and up to %2$s are possible; the log covers only part of the period, so "
            "no more can be said.")), reported, possible);
        else put(out, tr(lang, N_("Reported %1$s; there is no bound, and the log covers only part of the period.")), reported);
        break;
    default:
        if (possible) put(out, tr(lang, N_("Reported %1$s, and up to %2$s are possible; the log does not hold what this indicator "
            "counts.")), reported, possible);
        else put(out, tr(lang, N_("Reported %1$s; there is no bound, and the log does not hold what this indicator counts.")),
            reported);
    }
}

void shi_words_reason(shi_buf *out, shi_lang lang, const shi_figure *f, int64_t tolerance)
{
    shi_words_reason_public(out, lang, f, tolerance, 0);
}

/* The sentences that tell the count, without it; false: the reason is another, which does not. */
static bool of_the_log(shi_buf *out, slips *s, const shi_figure *f, int64_t tolerance)
{
    shi_lang lang = s->lang;
    if (f->verdict == SHI_DOUBTFUL && !is_over(f, tolerance) && !is_held(f, tolerance))
        put(out, tr(lang, BY_TOTALS), quantity(s, shi_words_kind(f->counts), f->reported.v));
    else if (f->verdict == SHI_DOUBTFUL && f->counted.v >= f->reported.v)
        put(out, tr(lang, N_("Of what is counted, a fifth or more is of accounts in findings that stand; the rest does not reach the report.")));
    else if (f->verdict == SHI_DOUBTFUL)
        put(out, tr(lang, N_("Reported %1$s; the log covers the whole period and counts fewer than the tolerance of %2$s allows.")),
            quantity(s, shi_words_kind(f->counts), f->reported.v), share(s, (double)tolerance / 1000));
    else if (f->verdict == SHI_PLAUSIBLE)
        put(out, tr(lang, N_("Reported %1$s; the log covers the whole period and counts enough, with the tolerance of %2$s.")),
            quantity(s, shi_words_kind(f->counts), f->reported.v), share(s, (double)tolerance / 1000));
    else if (f->verdict == SHI_NOT_JUDGED && !f->reported.known)
        shi_buf_puts(out, tr(lang, N_("Nothing was reported.")));
    else return false;
    drop(s, out);
    gap(out, lang);
    shi_buf_puts(out, tr(lang, N_("The count is withheld, since it would reveal that of a few people beside it.")));
    return true;
}

void shi_words_reason_public(shi_buf *out, shi_lang lang, const shi_figure *f, int64_t tolerance, int64_t small_cell)
{
    slips s = { .lang = lang, .small_cell = small_cell };
    if (small_cell && f->withheld && of_the_log(out, &s, f, tolerance)) return;
    switch (f->verdict) {
    case SHI_IMPOSSIBLE: impossible(out, &s, f); break;
    case SHI_DOUBTFUL: doubtful(out, &s, f, tolerance); break;
    case SHI_PLAUSIBLE: plausible(out, &s, f, tolerance); break;
    case SHI_NOT_JUDGED: not_judged(out, &s, f); break;
    case SHI_CONFIRMED:
        put(out, tr(lang, N_("Reported %1$s; of %2$s reached in a random field check %3$s are real, which confirms it: at least %4$s are "
            "real.")), number(&s, f->reported.v), number(&s, f->checked_n.v), few(&s, f->checked_real.v), number(&s, f->real_low.v));
        break;
    case SHI_REFUTED:
        put(out, tr(lang, N_("Reported %1$s; of %2$s reached in a random field check %3$s are real, so at most %4$s can be real.")),
            number(&s, f->reported.v), number(&s, f->checked_n.v), few(&s, f->checked_real.v), number(&s, f->real_high.v));
        break;
    case SHI_CONTRADICTORY:
        put(out, tr(lang, N_("A random field check confirms %1$s, but the register knows at most %2$s people here: one of the two is "
            "wrong and has to be looked at.")), number(&s, f->reported.v), number(&s, f->possible.v));
        break;
    }
    drop(&s, out);
}

void shi_words_suspected(shi_buf *out, shi_lang lang, const shi_figure *f)
{
    slips s = { .lang = lang };
    if (!f->suspected.known) put(out, tr(lang, N_("not examined")));
    else if (f->suspected.v == 0) put(out, tr(lang, N_("no finding that stands holds any of it")));
    else put(out, tr(lang, N_("of the counted, held by accounts in findings that stand: %1$s")), share(&s,
        (double)f->suspected.v / (double)f->counted.v));
    drop(&s, out);
}

bool shi_words_suspected_told(const shi_figure *f, int64_t small_cell)
{
    int64_t most = small_cell * 1000, others = f->counted.v - f->suspected.v;
    if (!f->suspected.known || !shi_words_told(f, small_cell)) return !f->suspected.known;
    if (shi_words_kind(f->counts) != SHI_KIND_PEOPLE) return true;
    return !(f->suspected.v > 0 && f->suspected.v < most) && !(others > 0 && others < most);
}

void shi_words_suspected_public(shi_buf *out, shi_lang lang, const shi_figure *f, int64_t small_cell)
{
    if (shi_words_suspected_told(f, small_cell)) shi_words_suspected(out, lang, f);
    else shi_buf_puts(out, tr(lang, SHI_WITHHELD));
}

void shi_words_checked(shi_buf *out, shi_lang lang, const shi_figure *f, int64_t small_cell)
{
    slips s = { .lang = lang, .small_cell = small_cell };
    if (!f->checked_n.known) shi_buf_puts(out, tr(lang, N_("not checked")));
    else shi_buf_format(out, tr(lang, N_("%1$s reached, %2$s real: between %3$s and %4$s are real (%5$s)")), number(&s, f->checked_n.v),
                        few(&s, f->checked_real.v), number(&s, f->real_low.v), number(&s, f->real_high.v), f->check.ptr ? f->check.ptr : "");
    drop(&s, out);
}

void shi_words_unknown(shi_buf *out, shi_lang lang, const shi_figure *f)
{
    int64_t before = out->len;
    static const char *const WHY[OBSTACLES] = {
        N_("Not counted: there is no log of the period."),
        N_("Not counted: there is no list of accounts up to the end of the period."),
        N_("Not counted: the log covers only part of the period."),
        N_("Not counted: the log does not hold what this indicator counts.") };
    if (!f->reported.known) shi_buf_puts(out, tr(lang, N_("Nothing was reported.")));
    if (!f->counted.known) {
        if (out->len > before) gap(out, lang);
        shi_buf_puts(out, tr(lang, WHY[obstacle(f)]));
    }
    if (!f->possible.known) {
        shi_count_kind kind = shi_words_kind(f->counts);
        bool register_decides = kind == SHI_KIND_PEOPLE || kind == SHI_KIND_SECONDS;
        if (out->len > before) gap(out, lang);
        if (register_decides && !f->people.known) shi_buf_puts(out, tr(lang, N_("No bound: the register does not say how many people there are.")));
        else shi_buf_puts(out, tr(lang, N_("No bound: neither the register nor the log limits this count.")));
    }
}

/* ---- targets ---- */

/* Whether the bound of the target is the number of people: then the target per head is also the target against the bound. */
static bool heads(const shi_target_row *t)
{
    return t->possible.known && t->possible.v > 0 && t->per_person.known
        && fabs(t->per_person.v * (double)t->possible.v - (double)t->value) <= 1e-6 * (double)t->value;
}

static void against_possible(shi_buf *out, slips *s, const shi_target_row *t)
{
    const char *unit = called(s, t->unit_name, t->unit_code), *what = called(s, t->indicator_name, t->indicator);
    const char *value = number(s, t->value), *possible = number(s, t->possible.v);
    double ratio = t->possible.known && t->possible.v > 0 ? (double)t->value / (double)t->possible.v : 0;
    shi_lang lang = s->lang;
    if (!t->possible.known)
        shi_buf_format(out, tr(lang, N_("%1$s was given a target of %2$s for %3$s; how much is possible there is not known.")), unit, value,
            what);
    else if (t->impossible && ratio > 0 && heads(t))
        shi_buf_format(out, tr(lang, N_("%1$s was given a target of %2$s for %3$s, %4$s times the %5$s people there: it cannot be met.")), unit,
            value, what, times(s, ratio), possible);
    else if (t->impossible && ratio > 0)
        shi_buf_format(out, tr(lang, N_("%1$s was given a target of %2$s for %3$s, %4$s times the %5$s that is possible: it cannot be met.")),
            unit, value, what, times(s, ratio), possible);
    else if (t->impossible)
        shi_buf_format(out, tr(lang, N_("%1$s was given a target of %2$s for %3$s, where nothing is possible: it cannot be met.")), unit, value,
            what);
    else if (t->feasible.known)
        shi_buf_format(out, tr(lang, N_("%1$s was given a target of %2$s for %3$s, %4$s of the %5$s possible; honest work reaches it with a "
            "probability of %6$s.")), unit, value, what, share(s, ratio), possible, share(s, t->feasible.v));
    else
        shi_buf_format(out, tr(lang, N_("%1$s was given a target of %2$s for %3$s, %4$s of the %5$s possible.")), unit, value, what,
            share(s, ratio), possible);
}

static void added(shi_buf *out, slips *s, const shi_target_row *t)
{
    shi_lang lang = s->lang;
    if (!(t->amplification > 1.0000005)) return;
    bool one_level = fabs(t->amplification - t->factor) <= 1e-9 * t->amplification, issuer = t->issuer_code.ptr && t->factor > 1;
    gap(out, lang);
    if (issuer && one_level)
        shi_buf_format(out, tr(lang, N_("%1$s handed down %2$s times its own target.")), called(s, t->issuer_name, t->issuer_code),
            times(s, t->factor));
    else if (issuer)
        shi_buf_format(out, tr(lang, N_("The levels above multiplied what was first asked by %1$s, %3$s alone by %2$s.")), times(s, t->amplification),
            times(s, t->factor), called(s, t->issuer_name, t->issuer_code));
    else
        shi_buf_format(out, tr(lang, N_("The levels above multiplied what was first asked by %1$s.")), times(s, t->amplification));
}

static void priced(shi_buf *out, slips *s, const shi_target_row *t)
{
    shi_lang lang = s->lang;
    if (!t->price_list.known && !t->price_bulk.known) return;
    gap(out, lang);
    if (t->price_list.known && t->price_bulk.known)
        shi_buf_format(out, tr(lang, N_("At market prices it would cost %1$s yuan (list), %2$s yuan (bulk).")), money(s, t->price_list.v),
            money(s, t->price_bulk.v));
    else if (t->price_list.known)
        shi_buf_format(out, tr(lang, N_("At market prices it would cost %1$s yuan (list).")), money(s, t->price_list.v));
    else
        shi_buf_format(out, tr(lang, N_("At market prices it would cost %1$s yuan (bulk).")), money(s, t->price_bulk.v));
}

void shi_words_target_plain(shi_buf *out, shi_lang lang, const shi_target_row *t)
{
    slips s = { .lang = lang };
    against_possible(out, &s, t);
    drop(&s, out);
    added(out, &s, t);
    drop(&s, out);
}

void shi_words_target(shi_buf *out, shi_lang lang, const shi_target_row *t)
{
    slips s = { .lang = lang };
    shi_words_target_plain(out, lang, t);
    priced(out, &s, t);
    drop(&s, out);
}

/* ---- the run ---- */

const shi_target_row *shi_words_worst_target(const shi_run_view *view)
{
    const shi_figure *f = view->figures.len && view->figures.ptr[0].verdict == SHI_IMPOSSIBLE ? view->figures.ptr : NULL;
    for (int64_t i = 0; f && i < view->targets.len; i++) {
        const shi_target_row *t = &view->targets.ptr[i];
        if (t->impossible && shi_str_eq(t->unit_code, f->unit_code) && shi_str_eq(t->indicator, f->indicator) && shi_str_eq(t->period, f->period))
            return t;
    }
    const shi_target_row *first = view->targets.ptr;
    return view->targets.len && (first->impossible || first->amplification > 1) ? first : NULL;
}

void shi_words_summary(shi_buf *out, shi_lang lang, const shi_run_view *view)
{
    const shi_run_info *r = &view->run;
    const int64_t *v = r->verdicts;
    slips s = { .lang = lang };
    if (!r->figures && !r->targets) {
        shi_buf_puts(out, tr(lang, N_("There is nothing to judge: neither reports nor targets.")));
        return;
    }
    shi_buf_format(out, tr(lang, N_("Figures examined: %1$s, of which %2$s impossible, %3$s doubtful, %4$s plausible, %5$s not judged.")),
        whole(&s, r->figures), whole(&s, v[SHI_IMPOSSIBLE]), whole(&s, v[SHI_DOUBTFUL]), whole(&s, v[SHI_PLAUSIBLE]),
        whole(&s, v[SHI_NOT_JUDGED]));
    drop(&s, out);
    if (v[SHI_CONFIRMED] + v[SHI_REFUTED] + v[SHI_CONTRADICTORY]) {
        gap(out, lang);
        shi_buf_format(out, tr(lang, N_("By random field checks, %1$s are confirmed, %2$s refuted, %3$s contradictory.")),
            whole(&s, v[SHI_CONFIRMED]), whole(&s, v[SHI_REFUTED]), whole(&s, v[SHI_CONTRADICTORY]));
        drop(&s, out);
    }
    if (r->targets) {
        gap(out, lang);
        shi_buf_format(out, tr(lang, N_("Targets examined: %1$s, of which %2$s cannot be met and %3$s grew on the way down.")),
            whole(&s, r->targets), whole(&s, r->targets_impossible), whole(&s, r->targets_amplified));
        drop(&s, out);
    }
    const shi_target_row *t = shi_words_worst_target(view);
    if (t) {
        gap(out, lang);
        shi_words_target(out, lang, t);
    }
    const shi_figure *f = view->figures.ptr;
    if (view->figures.len && f->verdict == SHI_IMPOSSIBLE) {
        gap(out, lang);
        shi_buf_format(out, tr(lang, N_("The figure furthest beyond what is possible: %1$s reported %2$s for %3$s, of which at least %4$s "
            "cannot be real.")), called(&s, f->unit_name, f->unit_code), number(&s, f->reported.v), called(&s, f->indicator_name, f->indicator),
            number(&s, f->impossible_excess.v));
    }
    drop(&s, out);
}

void shi_words_contradiction(shi_buf *out, shi_lang lang, const shi_contradiction *c)
{
    static const struct { shi_str kind; const char *id; } WHY[] = {
        { SHI_S("child_above_parent"), N_("A unit's number is above that of the unit it belongs to.") },
        { SHI_S("new_above_registered"), N_("More people are new than are registered.") },
        { SHI_S("active_above_registered"), N_("More people are active than are registered.") },
        { SHI_S("part_above_whole"), N_("A part is above its whole.") },
        { SHI_S("cumulative_falls"), N_("A number that can only grow falls from one period to the next.") },
        { SHI_S("event_before_registration"), N_("Events lie before their account was registered.") },
        { SHI_S("event_after_closing"), N_("Events lie after their account was closed.") },
    };
    slips s = { .lang = lang };
    const char *why = NULL;
    for (int64_t i = 0; i < COUNT(WHY); i++)
        if (shi_str_eq(WHY[i].kind, c->kind)) why = WHY[i].id;
    if (why) shi_buf_puts(out, tr(lang, why));
    else shi_words_name(out, c->kind);
    gap(out, lang);
    if (c->other.ptr)
        shi_buf_format(out, tr(lang, N_("%1$s: %2$s; %3$s: %4$s.")), called(&s, c->figure, c->figure), number(&s, c->value),
            called(&s, c->other, c->other), number(&s, c->other_value));
    else if (shi_str_eq(c->kind, S("part_above_whole")))
        shi_buf_format(out, tr(lang, N_("%1$s: %2$s of %3$s.")), called(&s, c->figure, c->figure), number(&s, c->value), number(&s, c->other_value));
    else
        shi_buf_format(out, tr(lang, N_("%1$s: %2$s accounts.")), called(&s, c->figure, c->figure), number(&s, c->value));
    drop(&s, out);
}
