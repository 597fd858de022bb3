/* check on a terminal: each section at most ROWS rows, the worst first; JSON and the report hold the rest. */
#include "report/check.h"

#include "base/calendar.h"
#include "chain/check_rows.h"
#include "report/words.h"
#include "table/term.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 10, NAME_CELLS = 28, ADVICE_ROWS = 40, CLAUSES = 30 };

typedef struct {
    shi_buf *out;
    shi_lang lang;
    const shi_check *check;
    shi_term term;
    shi_buf cell;
} sheet;

static void cell(sheet *s)
{
    shi_term_cell(&s->term, shi_buf_str(&s->cell));
    s->out->failed = s->out->failed || s->cell.failed;
    s->cell.len = 0;
}

static void begin(sheet *s, const char *title, const char *const *head, int columns, int first_number)
{
    s->term = (shi_term){ .columns = columns };
    for (int i = first_number; i < columns; i++) s->term.right[i] = true;
    shi_buf_format(s->out, "\n%s\n", tr(s->lang, title));
    for (int i = 0; i < columns; i++) shi_term_cell(&s->term, shi_str_from(tr(s->lang, head[i])));
}

static void name_cell(sheet *s, shi_str name, shi_str code)
{
    shi_words_short(&s->cell, name, code, NAME_CELLS);
    cell(s);
}

static void whole_cell(sheet *s, int64_t n)
{
    shi_words_whole(&s->cell, n);
    cell(s);
}

/* Rounded to whole ones. */
static void about_cell(sheet *s, shi_maybe_f64 x)
{
    if (x.known && fabs(x.v) < 9e12) shi_words_number(&s->cell, llround(x.v) * 1000);
    else shi_words_maybe(&s->cell, (shi_maybe){ 0 });
    cell(s);
}

/* What the cell holds, to stand in a sentence. */
static const char *said(sheet *s)
{
    s->out->failed = s->out->failed || s->cell.failed;
    return s->cell.ptr ? s->cell.ptr : "";
}

static void rest(sheet *s, int64_t more)
{
    if (more <= 0) return;
    shi_words_whole(&s->cell, more);
    shi_buf_format(s->out, tr(s->lang, N_("  … and %1$s more\n")), said(s));
    s->cell.len = 0;
}

/* ---- what to do ---- */

static void reasons(sheet *s)
{
    const shi_check *c = s->check;
    int64_t n = c->indicators < ADVICE_ROWS ? c->indicators : ADVICE_ROWS;
    for (int64_t i = 0; i < n; i++) {
        const shi_indicator_row *r = &c->indicator[i];
        if (shi_str_eq(r->advice, S("keep"))) continue;
        shi_buf_puts(s->out, "  ");
        shi_words_short(s->out, r->name, r->indicator, NAME_CELLS);
        shi_buf_puts(s->out, s->lang == SHI_ZH ? "：" : ": ");
        shi_cite_indicator_reason(s->out, s->lang, c, r);
        shi_buf_addc(s->out, '\n');
    }
}

static void indicators(sheet *s)
{
    static const char *const HEAD[] = { N_("indicator"), N_("advice"), N_("units"), N_("targets"), N_("impossible"), N_("hours"), N_("hours saved") };
    const shi_check *c = s->check;
    if (!c->indicators) return;
    begin(s, N_("What to do"), HEAD, COUNT(HEAD), 2);
    for (int64_t i = 0; i < c->indicators && i < ADVICE_ROWS; i++) {
        const shi_indicator_row *r = &c->indicator[i];
        name_cell(s, r->name, r->indicator);
        shi_buf_puts(&s->cell, shi_words_advice(s->lang, r->advice));
        cell(s);
        whole_cell(s, r->units);
        whole_cell(s, r->targets);
        whole_cell(s, r->impossible);
        about_cell(s, r->hours);
        about_cell(s, shi_check_hours_saved(r));
    }
    shi_term_print(&s->term, s->out);
    rest(s, c->indicators - ADVICE_ROWS);
    reasons(s);
}

/* ---- clauses ---- */

static void one_clause(sheet *s, const shi_cited *cited, const int64_t n[SHI_SUBJECTS])
{
    static const char *const NAME[SHI_SUBJECTS] = { N_("targets"), N_("indicators"), N_("apps"), N_("bulletins"), N_("forms"), N_("units") };
    const char *wording = shi_cite_wording(s->lang, cited);
    bool asked = cited->rule->test.kind == SHI_TEST_LEAD || cited->rule->test.kind == SHI_TEST_ASK;
    shi_buf_format(s->out, "  [%s] ", asked ? tr(s->lang, N_("to ask")) : wording ? wording : tr(s->lang, N_("arithmetic")));
    shi_cite_rule(s->out, s->lang, cited->rule);
    if (!cited->in_force) shi_buf_puts(s->out, tr(s->lang, N_(" – not yet in force on the day")));
    for (int64_t k = 0; k < SHI_SUBJECTS; k++)
        if (n[k]) {
            shi_buf_format(s->out, "  %s ", tr(s->lang, NAME[k]));
            shi_words_whole(s->out, n[k]);
        }
    shi_buf_addc(s->out, '\n');
}

static void clauses(sheet *s)
{
    const shi_check *c = s->check;
    int64_t shown = 0, more = 0;
    for (int64_t i = 0; i < c->lawful.book.len; i++) {
        int64_t n[SHI_SUBJECTS];
        const shi_cited *cited = shi_check_broken(c, &c->lawful.book.ptr[i], n);
        if (!cited || shown == CLAUSES) {
            more += cited != NULL;
            continue;
        }
        if (!shown++) shi_buf_format(s->out, "\n%s\n", tr(s->lang, N_("Clause by clause; a legal officer should read them before they are quoted")));
        one_clause(s, cited, n);
    }
    rest(s, more);
}

/* ---- targets ---- */

static void targets(sheet *s, const shi_target_rows *rows)
{
    static const char *const HEAD[] = { N_("unit"), N_("indicator"), N_("period"), N_("advice"), N_("rules"), N_("target"), N_("possible"),
                                        N_("chance"), N_("amplified"), N_("hours") };
    int64_t shown = 0;
    for (int64_t i = 0; i < rows->len; i++) {
        const shi_target_row *t = &rows->ptr[i];
        if (!shown++) begin(s, N_("Targets, the furthest from possible first"), HEAD, COUNT(HEAD), 5);
        name_cell(s, t->unit_name, t->unit_code);
        name_cell(s, t->indicator_name, t->indicator);
        shi_words_name(&s->cell, t->period);
        cell(s);
        shi_buf_puts(&s->cell, shi_words_advice(s->lang, t->advice));
        cell(s);
        shi_words_short(&s->cell, t->rules, S(""), NAME_CELLS);
        cell(s);
        shi_words_number(&s->cell, t->value);
        cell(s);
        shi_words_maybe(&s->cell, t->possible);
        cell(s);
        if (t->feasible.known) shi_words_share(&s->cell, t->feasible.v);
        else shi_words_maybe(&s->cell, (shi_maybe){ 0 });
        cell(s);
        shi_buf_puts(&s->cell, "\xC3\x97");
        shi_words_times(&s->cell, t->amplification);
        cell(s);
        about_cell(s, t->hours);
    }
    if (!shown) return;
    shi_term_print(&s->term, s->out);
    rest(s, s->check->all.targets - shown);
    shi_buf prior[2] = { { 0 }, { 0 } };
    shi_words_times(&prior[0], s->check->prior_mean);
    shi_words_times(&prior[1], s->check->prior_weight);
    if (s->check->prior_units > 0)
        shi_buf_format(s->out, tr(s->lang, N_("  Chance: from the shares that field checks verified in %3$lld units (mean %1$s, weight %2$s).\n")),
            prior[0].ptr ? prior[0].ptr : "", prior[1].ptr ? prior[1].ptr : "", (long long)s->check->prior_units);
    else shi_buf_format(s->out, tr(s->lang, N_("  Chance: with the prior of the settings (mean %1$s, weight %2$s), since fewer than 20 units have "
        "been "
        "checked.\n")),
        prior[0].ptr ? prior[0].ptr : "", prior[1].ptr ? prior[1].ptr : "");
    for (int i = 0; i < 2; i++) shi_buf_drop(&prior[i]);
}

/* ---- issuers ---- */

static int by_factor(const void *a, const void *b)
{
    const shi_issuer_row *x = *(const shi_issuer_row *const *)a, *y = *(const shi_issuer_row *const *)b;
    if (x->factor > y->factor || x->factor < y->factor) return x->factor > y->factor ? -1 : 1;
    return x < y ? -1 : x > y;
}

static void indicator_cell(sheet *s, int32_t indicator)
{
    name_cell(s, s->check->targets->indicator_name[indicator], s->check->targets->indicator_code[indicator]);
}

static void period_cell(sheet *s, int32_t period)
{
    shi_words_name(&s->cell, s->check->targets->period_code[period]);
    cell(s);
}

static void issuers(sheet *s)
{
    static const char *const HEAD[] = { N_("issuer"), N_("level"), N_("indicator"), N_("period"), N_("own target"), N_("handed down"), N_("times") };
    const shi_check *c = s->check;
    const shi_issuer_row **by = c->issuers ? malloc((size_t)c->issuers * sizeof *by) : NULL;
    int64_t n = 0, shown = 0;
    if (!by) return;
    for (int64_t i = 0; i < c->issuers; i++)
        if (c->issuer[i].own >= 0 && fabs(c->issuer[i].factor - 1) > 1e-6) by[n++] = &c->issuer[i];
    qsort(by, (size_t)n, sizeof *by, by_factor);
    for (; shown < n && shown < ROWS; shown++) {
        const shi_issuer_row *r = by[shown];
        if (!shown) begin(s, N_("Who handed down more, or less, than was asked"), HEAD, COUNT(HEAD), 4);
        name_cell(s, c->units->name[r->unit], c->units->code[r->unit]);
        shi_words_level(&s->cell, s->lang, c->units->level[r->unit]);
        cell(s);
        indicator_cell(s, r->indicator);
        period_cell(s, r->period);
        about_cell(s, (shi_maybe_f64){ true, r->own });
        about_cell(s, (shi_maybe_f64){ true, r->handed });
        shi_buf_puts(&s->cell, "\xC3\x97");
        shi_words_times(&s->cell, r->factor);
        cell(s);
    }
    if (shown) shi_term_print(&s->term, s->out);
    if (shown) rest(s, n - shown);
    free(by);
}

/* ---- rankings ---- */

/* What the ranking bulletins compare. */
static void rankings(sheet *s)
{
    const shi_check *c = s->check;
    int64_t shown = 0;
    for (int64_t i = 0; i < c->lawful.bulletins.len && shown < ROWS; i++) {
        const shi_ranked *r = &c->ranked[i];
        if (!r->pairs) continue;
        if (!shown++) shi_buf_format(s->out, "\n%s\n", tr(s->lang, N_("Rankings, and what the numbers can carry")));
        shi_buf name = { 0 }, limit = { 0 }, n[3] = { { 0 }, { 0 }, { 0 } };
        shi_words_name(&name, c->lawful.bulletins.ptr[i].id);
        shi_words_times(&limit, r->dispersion);
        shi_words_whole(&n[0], r->pairs);
        shi_words_whole(&n[1], r->units);
        shi_words_whole(&n[2], r->apart);
        shi_buf_format(s->out, tr(s->lang, N_("  %1$s, %2$s: of %3$s pairs of %4$s units, at most %5$s can be told apart per head.")),
            name.ptr ? name.ptr : "", r->period.ptr, n[0].ptr ? n[0].ptr : "", n[1].ptr ? n[1].ptr : "", n[2].ptr ? n[2].ptr : "");
        for (int k = 0; k < 3; k++) shi_buf_drop(&n[k]);
        if (!r->of_people && r->dispersion > 1)
            shi_buf_format(s->out, tr(s->lang, N_(" The first and the last no longer when the variance of a person's count is over %1$s times its "
                "mean.")),
                limit.ptr ? limit.ptr : "");
        shi_buf_addc(s->out, '\n');
        s->out->failed = s->out->failed || name.failed || limit.failed;
        shi_buf_drop(&name);
        shi_buf_drop(&limit);
    }
}

/* ---- hours ---- */

/* Sums are of what is known: of how much that is. */
static void of_how_many(sheet *s, const shi_totals *t)
{
    shi_buf n[3] = { { 0 }, { 0 }, { 0 } };
    if (t->with_hours == t->figures && t->with_price == t->figures) return;
    shi_words_whole(&n[0], t->figures);
    shi_words_whole(&n[1], t->with_hours);
    shi_words_whole(&n[2], t->with_price);
    shi_buf_format(s->out, tr(s->lang, N_("  Of %1$s targets that are not handed further down, hours are known of %2$s, a bulk price of %3$s.\n")),
        n[0].ptr ? n[0].ptr : "", n[1].ptr ? n[1].ptr : "", n[2].ptr ? n[2].ptr : "");
    for (int i = 0; i < 3; i++) {
        s->out->failed = s->out->failed || n[i].failed;
        shi_buf_drop(&n[i]);
    }
}

static void periods(sheet *s)
{
    static const char *const HEAD[] = { N_("period"), N_("indicators"), N_("targets"), N_("impossible"), N_("unlawful"), N_("honest hours"),
                                        N_("cadres' hours"), N_("bulk price (yuan)") };
    int64_t n = s->check->period_burdens, from = n > 2 * ROWS ? n - 2 * ROWS : 0;
    if (!n) return;
    begin(s, N_("Burden and temptation by period"), HEAD, COUNT(HEAD), 1);
    for (int64_t i = from; i < n; i++) {
        const shi_period_burden *b = &s->check->period_burden[i];
        shi_words_name(&s->cell, b->period);
        cell(s);
        whole_cell(s, b->indicators);
        whole_cell(s, b->targets);
        whole_cell(s, b->impossible);
        whole_cell(s, b->unlawful);
        about_cell(s, (shi_maybe_f64){ b->hours >= 0, b->hours });
        about_cell(s, (shi_maybe_f64){ b->available >= 0, b->available });
        about_cell(s, (shi_maybe_f64){ b->price_bulk >= 0, b->price_bulk });
    }
    shi_term_print(&s->term, s->out);
    rest(s, from);
    of_how_many(s, &s->check->all);
}

/* Did it fall after the rules of a day? */
static void effects(sheet *s)
{
    static const char *const HEAD[] = { N_("rules in force from"), N_("periods before"), N_("periods after"), N_("hours a day before"),
                                        N_("hours a day after"), N_("targets a period before"), N_("targets a period after") };
    const shi_check *c = s->check;
    for (int64_t i = 0; i < c->effects && i < ROWS; i++) {
        const shi_rule_effect *e = &c->effect[i];
        char day[16];
        if (!i) begin(s, N_("Before and after the rules"), HEAD, COUNT(HEAD), 1);
        shi_day_write(e->day, day);
        shi_term_cell(&s->term, shi_str_from(day));
        whole_cell(s, e->periods_before);
        whole_cell(s, e->periods_after);
        about_cell(s, (shi_maybe_f64){ e->hours_before >= 0, e->hours_before });
        about_cell(s, (shi_maybe_f64){ e->hours_after >= 0, e->hours_after });
        about_cell(s, (shi_maybe_f64){ true, e->targets_before });
        about_cell(s, (shi_maybe_f64){ true, e->targets_after });
    }
    if (c->effects) shi_term_print(&s->term, s->out);
}

static shi_maybe_f64 certain(int64_t n)
{
    return (shi_maybe_f64){ true, (double)n };
}

static void what_if(sheet *s)
{
    const shi_totals *a = &s->check->all, *b = &s->check->left;
    static const char *const HEAD[] = { N_("without the cancelled ones"), N_("before"), N_("after") };
    const struct {
        const char *id;
        shi_maybe_f64 before, after;
    } LINES[] = { { N_("indicators"), certain(a->indicators), certain(b->indicators) }, { N_("targets"), certain(a->targets), certain(b->targets) },
        { N_("impossible"), certain(a->impossible), certain(b->impossible) }, { N_("unlawful"), certain(a->unlawful), certain(b->unlawful) },
        { N_("honest hours"), a->hours, b->hours },
        { N_("units with more hours than cadres"), { a->units_over.known, (double)a->units_over.v },
          { b->units_over.known, (double)b->units_over.v } },
        { N_("bulk price (yuan)"), a->price_bulk, b->price_bulk } };
    if (!s->check->cancel.len) return;
    begin(s, N_("What if"), HEAD, COUNT(HEAD), 1);
    for (int64_t i = 0; i < COUNT(LINES); i++) {
        shi_term_cell(&s->term, shi_str_from(tr(s->lang, LINES[i].id)));
        about_cell(s, LINES[i].before);
        about_cell(s, LINES[i].after);
    }
    shi_term_print(&s->term, s->out);
    of_how_many(s, b);
}

/* ---- allocation ---- */

/* A whole number, -1 where it is not known. */
static void known_cell(sheet *s, int64_t n)
{
    if (n >= 0) shi_words_whole(&s->cell, n);
    else shi_words_maybe(&s->cell, (shi_maybe){ 0 });
    cell(s);
}

static void allocations(sheet *s)
{
    static const char *const HEAD[] = { N_("indicator"), N_("period"), N_("total"), N_("units"), N_("cannot be placed") };
    const shi_allocations *all = &s->check->allocations;
    int64_t shown = 0;
    for (; shown < all->len && shown < ROWS; shown++) {
        const shi_allocation *a = &all->ptr[shown];
        if (!shown) begin(s, N_("If a number must stay: a fair allocation by people (--json lists the units)"), HEAD, COUNT(HEAD), 2);
        indicator_cell(s, a->indicator);
        period_cell(s, a->period);
        known_cell(s, a->total);
        whole_cell(s, a->units);
        known_cell(s, a->infeasible);
    }
    if (shown) shi_term_print(&s->term, s->out);
    rest(s, all->len - shown);
}

/* ---- what is not known ---- */

static bool is_open(const shi_judged_rows *rows, const shi_rule *rule)
{
    for (int64_t i = 0; i < rows->len; i++)
        for (int64_t k = 0; k < rows->ptr[i].cites.len; k++)
            if (rows->ptr[i].cites.ptr[k].rule == rule && !rows->ptr[i].cites.ptr[k].hit) return true;
    return false;
}

/* Rules that a missing column keeps from being judged, each once. */
static void unknown(sheet *s)
{
    const shi_lawful *l = &s->check->lawful;
    int64_t n = 0;
    for (int64_t r = 0; r < l->book.len; r++) {
        const shi_rule *rule = &l->book.ptr[r];
        bool open = is_open(&l->indicators, rule) || is_open(&l->apps, rule) || is_open(&l->bulletins, rule) || is_open(&l->forms, rule);
        for (int64_t i = 0; i < l->lists && !open; i++) open = is_open(&(shi_judged_rows){ &(shi_judged){ .cites = l->list[i] }, 1 }, rule);
        if (!open) continue;
        if (!n++)
            shi_buf_format(s->out, "\n%s\n ", tr(s->lang, N_("Rules that cannot be judged, since a column is missing (\"shishu rules ID\" says "
                "which)")));
        shi_buf_addc(s->out, ' ');
        shi_buf_add(s->out, rule->id);
    }
    if (n) shi_buf_addc(s->out, '\n');
}

shi_err shi_report_terminal_check(shi_buf *out, shi_lang lang, const shi_check *check, shi_chain *chain)
{
    sheet s = { .out = out, .lang = lang, .check = check };
    shi_check_rows rows;
    shi_target_rows worst;
    SHI_TRY(shi_check_rows_open(chain, check, &rows));
    SHI_TRY(shi_check_rows_worst(&rows, ROWS, &worst));
    shi_cite_summary(out, lang, check);
    shi_buf_addc(out, '\n');
    indicators(&s);
    clauses(&s);
    targets(&s, &worst);
    issuers(&s);
    rankings(&s);
    periods(&s);
    effects(&s);
    what_if(&s);
    allocations(&s);
    unknown(&s);
    shi_buf_drop(&s.cell);
    return out->failed ? shi_no_memory() : (shi_err){ 0 };
}
