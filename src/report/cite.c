/* Sentences about rules and advice. Sources carry an English gloss in brackets behind the Chinese title: a sentence leaves it out, JSON and the
 * annex give the whole. */
#include "report/cite.h"

#include "report/words.h"

#include <math.h>

/* ---- rules ---- */

const char *shi_cite_wording(shi_lang lang, const shi_cited *cited)
{
    return shi_rule_is_law(cited->rule) ? shi_words_wording(lang, cited->by_reference) : NULL;
}

void shi_cite_rule(shi_buf *out, shi_lang lang, const shi_rule *rule)
{
    const shi_clause c = { .rule = rule->id, .source = rule->source, .article = rule->article, .text_zh = rule->text_zh, .text_en = rule->text_en,
        .article_verified = rule->article_verified, .law = shi_rule_is_law(rule) };
    shi_words_rule(out, lang, &c);
}

const shi_cited *shi_cite_find(const shi_check *check, shi_str rule)
{
    const shi_lawful *l = &check->lawful;
    for (int64_t i = 0; rule.ptr && i < l->indicators.len + l->lists; i++) {
        shi_cites c = i < l->indicators.len ? l->indicators.ptr[i].cites : l->list[i - l->indicators.len];
        for (int64_t k = 0; k < c.len; k++)
            if (c.ptr[k].hit && shi_str_eq(c.ptr[k].rule->id, rule)) return &c.ptr[k];
    }
    return NULL;
}

/* ---- advice ---- */

static const char *text_of(const shi_buf *b)
{
    return b->ptr ? b->ptr : "";
}

static void drop(shi_buf *out, shi_buf *b)
{
    out->failed = out->failed || b->failed;
    shi_buf_drop(b);
}

/* Whole numbers as a page shows them, for the places of one sentence. */
enum { SLIPS = 6 };
typedef struct {
    shi_buf slip[SLIPS];
    int used;
} slips;

static const char *whole(slips *s, int64_t n)
{
    shi_buf *b = &s->slip[s->used++];
    shi_words_whole(b, n);
    return text_of(b);
}

static void drop_slips(shi_buf *out, slips *s)
{
    while (s->used) drop(out, &s->slip[--s->used]);
}

/* A rule as the reason: breaks, or in principle should not be. */
static void by_rule(shi_buf *out, shi_lang lang, const shi_cited *cited, bool medium)
{
    shi_buf rule = { 0 };
    shi_cite_rule(&rule, lang, cited->rule);
    shi_buf_format(out, tr(lang, cited->by_reference ? N_("By reference to %1$s.") : medium ? N_("In principle against %1$s.") : N_("Breaks %1$s.")),
        text_of(&rule));
    drop(out, &rule);
}

/* Reasons that need no numbers; false: the reason is another. */
static bool plain_reason(shi_buf *out, shi_lang lang, const shi_check *check, shi_str why, shi_str because)
{
    const shi_cited *cited = shi_str_eq(why, S("rule")) || shi_str_eq(why, S("medium")) ? shi_cite_find(check, because) : NULL;
    if (cited) by_rule(out, lang, cited, shi_str_eq(why, S("medium")));
    else if (shi_str_eq(why, S("issuers"))) {
        shi_buf name = { 0 };
        shi_words_name(&name, because);
        shi_buf_format(out, tr(lang, N_("Another issuer asks for the same count of the same app (%1$s): one target is enough.")), text_of(&name));
        drop(out, &name);
    } else if (shi_str_eq(why, S("core"))) shi_buf_puts(out, tr(lang, N_("A core duty: guide the work, without a number to be ranked by.")));
    else if (shi_str_eq(why, S("none"))) shi_buf_puts(out, tr(lang, N_("Nothing speaks against it.")));
    else return false;
    return true;
}

void shi_cite_target_reason(shi_buf *out, shi_lang lang, const shi_check *check, const shi_target_row *t)
{
    shi_str because = shi_str_eq(t->why, S("rule")) ? t->high : shi_str_eq(t->why, S("medium")) ? t->medium : t->merge_with;
    if (plain_reason(out, lang, check, t->why, because)) return;
    shi_buf asked = { 0 }, possible = { 0 };
    shi_words_number(&asked, t->value);
    shi_words_maybe(&possible, t->possible);
    shi_buf_format(out, tr(lang, N_("%1$s are asked for, and at most %2$s are possible.")), text_of(&asked), text_of(&possible));
    drop(out, &asked);
    drop(out, &possible);
}

void shi_cite_indicator_reason(shi_buf *out, shi_lang lang, const shi_check *check, const shi_indicator_row *i)
{
    if (plain_reason(out, lang, check, i->why, i->because)) return;
    slips s = { 0 };
    shi_buf_format(out, tr(lang, N_("%1$s of its %2$s targets cannot be met.")), whole(&s, i->impossible), whole(&s, i->leaves));
    drop_slips(out, &s);
}

const char *shi_cite_hardening_name(shi_hardening hardening)
{
    static const char *const NAME[] = { NULL, "face", "householder", "onsite" };
    return NAME[hardening];
}

void shi_cite_hardening(shi_buf *out, shi_lang lang, const shi_indicator_row *i)
{
    static const char *const SAY[] = {
        N_("No check of the person makes this count worth asking for: give up the number."),
        N_("If the number must stay, let the person show the face at each count: accounts that answer for others then fall away."),
        N_("If the number must stay, let a householder confirm each account on the spot: numbers bought in bulk then fall away."),
        N_("If the number must stay, count only what is entered with a code that hangs on the spot and changes daily.") };
    shi_buf_puts(out, tr(lang, SAY[i->harden]));
}

/* ---- the whole ---- */

void shi_cite_totals_unknown(shi_buf *out, shi_lang lang, const shi_totals *t)
{
    const char *const why[] = {
        t->hours.known ? NULL : N_("No indicator says how many minutes of honest work one of it takes."),
        t->units_over.known || !t->hours.known ? NULL : N_("The register does not say how many cadres the units have."),
        t->price_bulk.known ? NULL : N_("No bulk price of what is counted is known."),
    };
    int64_t before = out->len;
    for (int64_t i = 0; i < COUNT(why); i++) {
        if (!why[i]) continue;
        if (out->len > before && lang != SHI_ZH) shi_buf_addc(out, ' ');
        shi_buf_puts(out, tr(lang, why[i]));
    }
}

/* Honest hours against the cadres'. */
static void hours(shi_buf *out, shi_lang lang, const shi_totals *t)
{
    slips s = { 0 };
    if (!t->hours.known) {
        shi_buf_puts(out, tr(lang, N_("How many hours honest work on them takes is unknown.")));
        return;
    }
    const char *n = whole(&s, llround(t->hours.v)), *over = whole(&s, t->units_over.v);
    if (t->with_hours == t->figures && t->units_over.known)
        shi_buf_format(out, tr(lang, N_("Honest work on them takes %1$s hours; in %2$s cases more than the unit's cadres have.")), n, over);
    else if (t->with_hours == t->figures)
        shi_buf_format(out, tr(lang, N_("Honest work on them takes %1$s hours; how many the cadres have is unknown.")), n);
    else if (t->units_over.known)
        shi_buf_format(out, tr(lang, N_("Honest work takes %1$s hours for the %3$s of %4$s of which it is known; in %2$s cases more than the unit's "
            "cadres have.")), n, over, whole(&s, t->with_hours), whole(&s, t->figures));
    else
        shi_buf_format(out, tr(lang, N_("Honest work takes %1$s hours for the %2$s of %3$s of which it is known; how many the cadres have is "
            "unknown.")), n, whole(&s, t->with_hours), whole(&s, t->figures));
    drop_slips(out, &s);
}

/* Targets that name what is not there. */
static void waiting(shi_buf *out, shi_lang lang, const shi_check *check)
{
    slips s = { 0 };
    if (check->no_indicator) {
        shi_buf_puts(out, lang == SHI_ZH ? "" : " ");
        shi_buf_format(out, tr(lang, N_("%1$s further targets are left out, since table indicators does not hold what they name.")),
            whole(&s, check->no_indicator));
    }
    if (check->no_unit) {
        shi_buf_puts(out, lang == SHI_ZH ? "" : " ");
        shi_buf_format(out, tr(lang, N_("%1$s further targets are left out, since table units does not hold their unit.")),
            whole(&s, check->no_unit));
    }
    drop_slips(out, &s);
}

void shi_cite_summary(shi_buf *out, shi_lang lang, const shi_check *check)
{
    const shi_totals *t = &check->all;
    slips s = { 0 };
    shi_buf_format(out, tr(lang, N_("%1$s indicators and %2$s targets: cancel %3$s indicators, merge %4$s, turn %5$s into guidance, keep %6$s.")),
        whole(&s, check->indicators), whole(&s, t->targets), whole(&s, check->advised[0]), whole(&s, check->advised[1]),
        whole(&s, check->advised[2]), whole(&s, check->advised[3]));
    drop_slips(out, &s);
    waiting(out, lang, check);
    if (!t->targets) return;
    shi_buf_puts(out, lang == SHI_ZH ? "" : " ");
    shi_buf_format(out, tr(lang, N_("%1$s targets are above what is possible, %2$s are of a kind that a rule in force forbids, %3$s grew on the way "
        "down.")), whole(&s, t->impossible), whole(&s, t->unlawful), whole(&s, check->amplified));
    drop_slips(out, &s);
    shi_buf_puts(out, lang == SHI_ZH ? "" : " ");
    hours(out, lang, t);
}
