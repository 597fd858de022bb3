/* Words for what detectors found. The subject of a sentence is the accounts, never a person, and no sentence says what a court would have to. */
#include "report/batches.h"

#include "report/json_parts.h"
#include "table/term.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    const char *detector, *scale, *name, *found;   /* scale: NULL: any; message ids; found: %1$s accounts, %2$s things, %3$s units */
} words;

static const words WORDS[] = {
    { "sync", NULL, N_("acting together"), N_("%1$s accounts acted on the same %2$s objects at the same moments, again and again, more often than "
        "these objects' heat and the accounts' habits explain.") },
    { "blocks", NULL, N_("taking part together"), N_("%1$s accounts took part in the same %2$s hours of the same objects, more often than their "
        "share of what is done there.") },
    { "shared", "opening", N_("passing through one device"), N_("%1$s accounts, marked as opened by helpers or staff, were opened one after the "
        "other on %2$s phones, most with two or three of them.") },
    { "shared", NULL, N_("passing through one device"), N_("%1$s accounts of %3$s units pass in turn through %2$s devices or addresses, beyond what "
        "households and public places explain.") },
    { "bursts", NULL, N_("registered in a lump"), N_("%1$s accounts were registered in a lump, beyond what the unit and the whole county see at such "
        "times.") },
    { "pulse", NULL, N_("kept alive"), N_("%1$s accounts log in once a month and do nothing else, more of them than in other units.") },
    { "texts", NULL, N_("the same texts"), N_("%1$s accounts posted the same %2$s long texts, more often than their share of all comments.") },
    { "answers", NULL, N_("the same answer sheets"), N_("%1$s accounts handed in answer sheets that agree in their errors beyond what ability and "
        "chance explain.") },
    { "order", NULL, N_("in the same order"), N_("%1$s accounts come in the same order in %2$s periods, as a list that is worked through.") },
    { "pool", NULL, N_("together in changing parts"), N_("%1$s accounts turn up together, in changing parts, on %2$s objects.") },
    { "learning", "clock", N_("hours nobody spent"), N_("%1$s accounts begin at the same minute day after day.") },
    { "learning", "overlap", N_("hours nobody spent"), N_("%1$s accounts claim %2$s hours that lie within other hours of the same account: nobody "
        "learns twice at once.") },
};

/* Of a unit's totals, by test; %1$s: the unit, %2$s figures looked at, %3$s of these with the mark (per cent of what chance gives), %4$s expected,
 * %5$s the indicator. */
static const struct {
    const char *scale, *found, *same;
} TOTALS[] = {
    { "percent", N_("Of %2$s figures that %1$s reported, %3$s are whole percentages of their bases; chance gives %4$s."),
        N_("Figures that were rounded before they were handed in look the same.") },
    { "digit", N_("Of %2$s figures of 103 or more that %1$s reported, %3$s end in 0 or 5; chance gives %4$s."),
        N_("Figures that were rounded before they were handed in look the same.") },
    { "even", N_("The figures that %1$s reported of %5$s in %2$s periods are more even than chance leaves arrivals: they vary by %3$s % of it."),
        N_("A daily quota or a fixed team looks the same.") },
};

static const struct {
    const char *cause, *what;
} CAUSES[] = {
    { "L1", N_("an evening on which a helper registered people") },
    { "L2", N_("a helper's phone for people without one") },
    { "L3", N_("a family with one phone") },
    { "L4", N_("migrants far from home") },
    { "L5", N_("one address for a whole village") },
    { "L6", N_("a meeting, a training or a school evening") },
    { "L7", N_("a message or an event that all units answered") },
    { "L8", N_("a rush before a deadline") },
    { "L9", N_("a quiz contest at work") },
    { "L10", N_("videos left on") },
    { "L11", N_("new phones and numbers") },
    { "L12", N_("one cheap model of phone") },
    { "L13", N_("entries made for others, and marked so") },
    { "L14", N_("a festival or a disaster") },
    { "L15", N_("stock phrases") },
    { "T1", N_("a form or a custom that rounds figures") },
    { "T2", N_("a daily quota or a fixed team") },
};

/* scale: missing: any of them. */
static const words *words_of(shi_str detector, shi_str scale)
{
    for (int64_t i = 0; i < COUNT(WORDS); i++) {
        bool any = !WORDS[i].scale || !scale.ptr || shi_str_eq(scale, shi_str_from(WORDS[i].scale));
        if (any && shi_str_eq(detector, shi_str_from(WORDS[i].detector))) return &WORDS[i];
    }
    return NULL;
}

const char *shi_words_detector(shi_lang lang, shi_str detector)
{
    const words *w = words_of(detector, (shi_str){ 0 });
    if (shi_str_eq(detector, S("forensics"))) return tr(lang, N_("totals alone"));
    return w ? tr(lang, w->name) : detector.ptr ? detector.ptr : "";
}

void shi_words_cause(shi_buf *out, shi_lang lang, shi_str cause)
{
    for (int64_t i = 0; i < COUNT(CAUSES); i++)
        if (shi_str_eq(cause, shi_str_from(CAUSES[i].cause))) {
            shi_buf_puts(out, tr(lang, CAUSES[i].what));
            return;
        }
    shi_words_name(out, cause);
}

static void space(shi_buf *out, shi_lang lang)
{
    if (lang != SHI_ZH) shi_buf_addc(out, ' ');
}

/* The next "L6=explains" of a list; false at the end. */
static bool next_cause(shi_str *rest, shi_str *cause, shi_str *result)
{
    if (rest->len == 0) return false;
    int64_t end = shi_str_find(*rest, ';', 0), equals;
    if (end < 0) end = rest->len;
    shi_str one = shi_str_sub(*rest, 0, end);
    *rest = end < rest->len ? shi_str_sub(*rest, end + 1, rest->len) : (shi_str){ 0 };
    equals = shi_str_find(one, '=', 0);
    *cause = shi_str_sub(one, 0, equals < 0 ? one.len : equals);
    *result = equals < 0 ? (shi_str){ 0 } : shi_str_sub(one, equals + 1, one.len);
    return true;
}

/* The causes with this result, with commas; false: there is none. */
static bool list_causes(shi_buf *out, shi_lang lang, shi_str benign, shi_str wanted)
{
    shi_str cause, result;
    bool any = false;
    while (next_cause(&benign, &cause, &result)) {
        if (!shi_str_eq(result, wanted)) continue;
        if (any) shi_buf_puts(out, lang == SHI_ZH ? "、" : ", ");
        shi_words_cause(out, lang, cause);
        any = true;
    }
    return any;
}

/* A sentence of a table, its %1$s … %N$s taken from `slip`: it is no literal, hence by hand. */
static void fill(shi_buf *out, const char *sentence, const shi_buf *slip, int slips)
{
    for (const char *p = sentence; *p; p++) {
        if (p[0] == '%' && p[1] >= '1' && p[1] < '1' + slips && p[2] == '$' && p[3] == 's') {
            shi_buf_add(out, shi_buf_str(&slip[p[1] - '1']));
            p += 3;
        } else shi_buf_addc(out, *p);
    }
}

static bool is_small(int64_t n, int64_t small_cell)
{
    return n > 0 && n < small_cell;
}

/* "<5" where it is small. */
static void accounts(shi_buf *out, int64_t n, int64_t small_cell)
{
    if (is_small(n, small_cell)) shi_buf_addc(out, '<');
    shi_words_whole(out, is_small(n, small_cell) ? small_cell : n);
}

static void found(shi_buf *out, shi_lang lang, const shi_account_batch *b, int64_t small_cell)
{
    const words *w = words_of(b->detector, b->scale);
    shi_buf n[3] = { { 0 }, { 0 }, { 0 } };
    const int64_t number[] = { b->size, b->things, b->units };
    accounts(&n[0], number[0], small_cell);
    for (int i = 1; i < 3; i++) shi_words_whole(&n[i], number[i]);
    fill(out, w ? tr(lang, w->found) : "", n, 3);
    for (int i = 0; i < 3; i++) shi_buf_drop(&n[i]);
}

/* A finding about a unit, with what looks the same. */
static void totals(shi_buf *out, shi_lang lang, const shi_account_batch *b)
{
    shi_buf slip[5] = { { 0 }, { 0 }, { 0 }, { 0 }, { 0 } };
    shi_words_name(&slip[0], b->top_unit_name.len ? b->top_unit_name : b->top_unit);
    shi_words_whole(&slip[1], b->things);
    shi_words_whole(&slip[2], b->deeds);
    shi_buf_format(&slip[3], "%.1f", b->expected.v);
    shi_words_name(&slip[4], b->indicator);
    for (int64_t i = 0; i < COUNT(TOTALS); i++) {
        if (!shi_str_eq(b->scale, shi_str_from(TOTALS[i].scale))) continue;
        fill(out, tr(lang, TOTALS[i].found), slip, 5);
        space(out, lang);
        shi_buf_puts(out, tr(lang, TOTALS[i].same));
    }
    for (int i = 0; i < 5; i++) shi_buf_drop(&slip[i]);
}

/* Where most of a batch lies. The number goes where it is small, or where what it leaves is. */
static void mostly(shi_buf *out, shi_lang lang, const shi_account_batch *b, int64_t small_cell)
{
    shi_buf unit = { 0 }, most = { 0 };
    shi_words_name(&unit, b->top_unit_name.len ? b->top_unit_name : b->top_unit);
    shi_words_whole(&most, b->top_members);
    space(out, lang);
    if (is_small(b->top_members, small_cell) || is_small(b->size - b->top_members, small_cell) || is_small(b->size, small_cell))
        shi_buf_format(out, tr(lang, N_("Most of them are of %1$s.")), unit.ptr ? unit.ptr : "");
    else shi_buf_format(out, tr(lang, N_("Most of them, %1$s, are of %2$s.")), most.ptr ? most.ptr : "", unit.ptr ? unit.ptr : "");
    shi_buf_drop(&unit);
    shi_buf_drop(&most);
}

void shi_words_batch(shi_buf *out, shi_lang lang, const shi_account_batch *b)
{
    shi_words_batch_public(out, lang, b, 0);
}

void shi_words_batch_public(shi_buf *out, shi_lang lang, const shi_account_batch *b, int64_t small_cell)
{
    shi_buf causes = { 0 };
    bool of_unit = shi_str_eq(b->kind, S("unit"));
    if (of_unit) totals(out, lang, b);
    else found(out, lang, b, small_cell);
    if (b->top_unit.len && b->units > 1) mostly(out, lang, b, small_cell);
    space(out, lang);
    if (shi_str_eq(b->kind, S("proxy")))
        shi_buf_puts(out, tr(lang, N_("This points to somebody who operates for others; it is not counted as suspected.")));
    else if (shi_str_eq(b->kind, S("together"))) shi_buf_puts(out, tr(lang, N_("Listed, not judged.")));
    else if (b->explained && list_causes(&causes, lang, b->benign, S("explains")))
        shi_buf_format(out, of_unit ? tr(lang, N_("It is explained by %1$s, and makes nothing doubtful."))
                                    : tr(lang, N_("It is explained by %1$s, and not counted as suspected.")), causes.ptr ? causes.ptr : "");
    else if (of_unit) shi_buf_puts(out, tr(lang, N_("A lead: it makes these figures doubtful, and proves nothing.")));
    else shi_buf_puts(out, tr(lang, N_("A lead, to be checked on the spot.")));
    shi_buf_drop(&causes);
}

void shi_words_causes(shi_buf *out, shi_lang lang, const shi_account_batch *b)
{
    static const struct { shi_str result; const char *sentence; } ASKED[] = {
        { SHI_S("explains"), N_("Explained by: %1$s.") }, { SHI_S("no"), N_("Asked for and not found: %1$s.") },
        { SHI_S("unknown"), N_("Cannot be told from the log: %1$s.") } };
    bool any = false;
    for (int64_t i = 0; i < COUNT(ASKED); i++) {
        shi_buf list = { 0 };
        if (list_causes(&list, lang, b->benign, ASKED[i].result)) {
            if (any) space(out, lang);
            fill(out, tr(lang, ASKED[i].sentence), &list, 1);
            any = true;
        }
        shi_buf_drop(&list);
    }
}

/* ---- JSON ---- */

static void benign_json(shi_json *json, const shi_account_batch *b)
{
    shi_str rest = b->benign, cause, result;
    shi_json_key(json, "benign");
    shi_json_begin_array(json);
    while (next_cause(&rest, &cause, &result)) {
        shi_buf text[2] = { { 0 }, { 0 } };
        shi_json_begin_object(json);
        shi_json_kstr(json, "cause", cause);
        shi_json_kstr(json, "result", result);
        for (int k = 0; k < 2; k++) shi_words_cause(&text[k], (shi_lang)k, cause);
        shi_part_both(json, "what", text);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
}

static void time_json(shi_json *json, const char *key, int64_t us, const shi_zone *zone)
{
    char at[40];
    if (us == INT64_MIN) {
        shi_json_knull(json, key);
        return;
    }
    shi_time_write(us, zone, at);
    shi_json_ktext(json, key, at);
}

/* What an open object holds of it. */
static void batch_keys(shi_json *json, const shi_account_batch *b, const shi_zone *zone)
{
    shi_buf text[2] = { { 0 }, { 0 } };
    shi_json_kstr(json, "finding", b->finding);
    shi_json_kstr(json, "about", b->about);
    shi_json_kstr(json, "detector", b->detector);
    shi_json_kstr(json, "scale", b->scale);
    shi_json_kstr(json, "kind", b->kind);
    shi_json_kstr(json, "subject", b->subject);
    shi_json_kstr(json, "apps", b->apps);
    shi_json_kint(json, "size", b->size);
    shi_json_kint(json, "things", b->things);
    shi_json_kint(json, "deeds", b->deeds);
    if (shi_str_eq(b->kind, S("unit"))) {
        shi_json_kf64(json, "expected", b->expected.known, b->expected.v);
        shi_json_kstr(json, "indicator_name", b->indicator);
    }
    shi_json_kint(json, "units", b->units);
    shi_json_kstr(json, "top_unit", b->top_unit);
    shi_json_kint(json, "top_members", b->top_members);
    shi_json_kf64(json, "log10_p", b->log10_p.known, b->log10_p.v);
    shi_json_kf64(json, "e", b->log10_e.known, pow(10, b->log10_e.v < 300 ? b->log10_e.v : 300));
    shi_json_kf64(json, "log10_e", b->log10_e.known, b->log10_e.v);
    shi_json_kf64(json, "q", b->q.known, b->q.v);
    shi_json_kbool(json, "selected", b->selected);
    shi_json_kbool(json, "explained", b->explained);
    benign_json(json, b);
    shi_part_money(json, "money", b->money);
    if (b->supplier) shi_json_kint(json, "supplier", b->supplier);
    else shi_json_knull(json, "supplier");
    time_json(json, "first_seen", b->first_us, zone);
    time_json(json, "last_seen", b->last_us, zone);
    for (int k = 0; k < 2; k++) shi_words_batch(&text[k], (shi_lang)k, b);
    shi_part_both(json, "reason", text);
}

void shi_report_json_batch(shi_json *json, const shi_account_batch *b, const shi_zone *zone)
{
    shi_json_begin_object(json);
    batch_keys(json, b, zone);
    shi_json_end_object(json);
}

void shi_report_json_batch_units(shi_json *json, const shi_account_batch *b, const shi_batch_units *units, const shi_zone *zone)
{
    shi_json_begin_object(json);
    batch_keys(json, b, zone);
    shi_json_key(json, "members_by_unit");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < units->len; i++) {
        shi_json_begin_object(json);
        shi_json_kstr(json, "unit_code", units->ptr[i].unit_code);
        shi_json_kstr(json, "unit_name", units->ptr[i].unit_name);
        shi_json_kint(json, "members", units->ptr[i].members);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
    shi_json_end_object(json);
}

void shi_report_json_memberships(shi_json *json, const shi_memberships *of)
{
    shi_json_begin_object(json);
    shi_json_key(json, "memberships");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < of->len; i++) {
        const shi_membership *m = &of->ptr[i];
        shi_json_begin_object(json);
        shi_json_kstr(json, "app", m->app);
        shi_json_kstr(json, "account", m->account);
        shi_json_kstr(json, "unit_code", m->unit_code);
        shi_json_kstr(json, "finding", m->finding);
        shi_json_kf64(json, "score", m->score.known, m->score.v);
        shi_json_kstr(json, "evidence", m->evidence);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
    shi_json_end_object(json);
}

void shi_report_json_batches(shi_json *json, const shi_account_batches *batches, const shi_leads *looked, const shi_zone *zone)
{
    shi_json_begin_object(json);
    shi_json_key(json, "findings");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < batches->len; i++) shi_report_json_batch(json, &batches->ptr[i], zone);
    shi_json_end_array(json);
    shi_json_key(json, "detectors");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < looked->looks; i++) {
        const shi_looked *x = &looked->looked[i];
        shi_json_begin_object(json);
        shi_json_ktext(json, "detector", x->detector);
        shi_json_ktext(json, "scale", x->scale);
        shi_json_kint(json, "groups", x->groups);
        shi_json_kint(json, "searched", x->searched);
        if (x->cannot_judge) shi_part_message(json, "cannot_judge", x->cannot_judge);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
    shi_json_end_object(json);
}

/* ---- terminal ---- */

static void line(shi_buf *out, shi_lang lang, const shi_account_batch *b, const shi_zone *zone)
{
    char from[40] = "", to[40] = "";
    if (b->first_us != INT64_MIN) shi_time_write(b->first_us, zone, from);
    if (b->last_us != INT64_MIN) shi_time_write(b->last_us, zone, to);
    shi_buf_format(out, "%.*s  ", (int)b->finding.len, b->finding.ptr ? b->finding.ptr : "");
    shi_words_name(out, shi_str_eq(b->kind, S("unit")) ? b->top_unit : b->apps);
    shi_buf_format(out, "  %.10s %.5s – %.10s %.5s\n    ", from, from[0] ? from + 11 : "", to, to[0] ? to + 11 : "");
    shi_words_batch(out, lang, b);
    shi_buf_addc(out, '\n');
    shi_buf_puts(out, b->benign.len ? "    " : "");
    shi_words_causes(out, lang, b);
    shi_buf_puts(out, b->benign.len ? "\n" : "");
}

void shi_report_batches(shi_buf *out, shi_lang lang, const shi_account_batches *batches, const shi_leads *looked, const shi_zone *zone, int64_t most)
{
    int64_t selected = 0, explained = 0, units = 0;
    for (int64_t i = 0; i < batches->len; i++) {
        bool unit = shi_str_eq(batches->ptr[i].kind, S("unit"));
        selected += batches->ptr[i].selected && !unit;
        explained += batches->ptr[i].explained;
        units += batches->ptr[i].selected && unit;
    }
    shi_buf_format(out, tr(lang, N_("Batches of accounts that stand: %1$lld; explained by an innocent cause: %2$lld; listed apart: %3$lld.\n")),
                   (long long)selected, (long long)explained, (long long)(batches->len - selected - explained - units));
    if (units) shi_buf_format(out, tr(lang, N_("Units whose totals are doubted: %1$lld findings.\n")), (long long)units);
    for (int64_t i = 0; i < looked->looks; i++) {
        const shi_looked *x = &looked->looked[i];
        if (!x->cannot_judge) continue;
        shi_buf_format(out, tr(lang, N_("%1$s cannot judge: %2$s\n")), shi_words_detector(lang, shi_str_from(x->detector)), tr(lang,
            x->cannot_judge));
    }
    for (int64_t i = 0; i < batches->len && i < most; i++) {
        shi_buf_addc(out, '\n');
        line(out, lang, &batches->ptr[i], zone);
    }
    if (batches->len > most) shi_buf_format(out, tr(lang, N_("\n… and %1$lld more: --json lists them all.\n")), (long long)(batches->len - most));
}

void shi_report_batch(shi_buf *out, shi_lang lang, const shi_account_batch *b, const shi_batch_units *units, const shi_zone *zone, int64_t most)
{
    shi_term term = { .columns = 2, .right = { [1] = true } };
    line(out, lang, b, zone);
    if (shi_str_eq(b->kind, S("unit"))) return;   /* it has no members */
    shi_buf_addc(out, '\n');
    shi_term_cell(&term, shi_str_from(tr(lang, N_("Unit"))));
    shi_term_cell(&term, shi_str_from(tr(lang, N_("Accounts"))));
    for (int64_t i = 0; i < units->len && i < most; i++) {
        const shi_batch_unit *u = &units->ptr[i];
        shi_buf name = { 0 }, n = { 0 };
        if (u->unit_code.len) shi_words_name(&name, u->unit_name.len ? u->unit_name : u->unit_code);
        else shi_buf_puts(&name, tr(lang, N_("unit not known")));
        shi_words_whole(&n, u->members);
        shi_term_cell(&term, shi_buf_str(&name));
        shi_term_cell(&term, shi_buf_str(&n));
        shi_buf_drop(&name);
        shi_buf_drop(&n);
    }
    shi_term_print(&term, out);
    if (units->len > most) shi_buf_format(out, tr(lang, N_("… and %1$lld more units.\n")), (long long)(units->len - most));
}

void shi_report_memberships(shi_buf *out, shi_lang lang, const shi_memberships *of)
{
    shi_term term = { .columns = 5, .right = { [3] = true } };
    static const char *const HEAD[] = { N_("Account"), N_("Unit"), N_("Finding"), N_("Score"), N_("Evidence") };
    for (int64_t i = 0; i < COUNT(HEAD); i++) shi_term_cell(&term, shi_str_from(tr(lang, HEAD[i])));
    for (int64_t i = 0; i < of->len; i++) {
        const shi_membership *m = &of->ptr[i];
        char score[32];
        shi_buf name = { 0 };
        shi_words_name(&name, m->app);
        shi_buf_addc(&name, '/');
        shi_words_name(&name, m->account);
        snprintf(score, sizeof score, "%.3f", m->score.v);
        shi_term_cell(&term, shi_buf_str(&name));
        shi_term_cell(&term, m->unit_code);
        shi_term_cell(&term, m->finding);
        shi_term_cell(&term, shi_str_from(score));
        shi_term_cell(&term, m->evidence);
        shi_buf_drop(&name);
    }
    shi_term_print(&term, out);
    shi_buf_puts(out, tr(lang, N_("A lead is about accounts, not about persons: it says where to look, and a check on the spot decides.\n")));
}
