/* What reported totals show of a unit by themselves, in the same selection as the batches: more whole percentages, more last digits 0 and 5, or more
 * even arrivals than chance leaves. Bunching, exact hits, growth, repeats and first digits are never asked here: honest offices that stop at the
 * target look the same (design 9c). Figures that a unit adds up from those below it are left out, since a sum has the digits of its parts; so are
 * seconds and points, which come in steps of their own. */
#include "chain/leads.h"

#include "base/calendar.h"
#include "shishu/digits.h"
#include "shishu/evalue.h"

#include <math.h>
#include <string.h>

/* One row a figure, with the target that is nearest to it. */
static const char SQL_ROWS[] =
    "SELECT CAST(w.unit AS INTEGER), CAST(dense_rank() OVER (ORDER BY r.indicator) - 1 AS INTEGER), "
    "       CAST(i.counts IN ('new', 'entries', 'uploads', 'votes') AS INTEGER), " SHI_MILLI("CAST(r.value AS DECIMAL(18,3))") ", "
    "       " SHI_MILLI("CAST(r.base AS DECIMAL(18,3))") ", " SHI_MILLI("CAST(t.target AS DECIMAL(18,3))") ", "
    "       CAST(r.period AS VARCHAR), CAST(r.indicator AS VARCHAR) "
    "FROM   reports r JOIN indicators i USING (indicator) JOIN unit_word w USING (unit_code) "
    "       LEFT JOIN (SELECT r.indicator, r.period, r.unit_code, arg_min(t.value, (abs(t.value - r.value), t.value)) AS target "
    "                  FROM reports r JOIN targets t USING (indicator, period, unit_code) GROUP BY ALL) t USING (indicator, period, unit_code) "
    "       ANTI JOIN (SELECT DISTINCT r.indicator, r.period, u.parent_code AS unit_code FROM reports r JOIN units u USING (unit_code)) p "
    "              USING (indicator, period, unit_code) "
    "WHERE  i.counts NOT IN ('seconds', 'points') ORDER BY w.unit, r.indicator, r.period";
enum { UNIT, INDICATOR, ARRIVALS, VALUE, BASE, TARGET, PERIOD, NAME };

typedef struct {
    shi_leading *l;
    shi_pulled p;
    int64_t indicators;
    double *value, *base, *target, *people;
    int64_t *day;                    /* 7 × the number of the period among those of its kind, so that one always follows the other by 7 */
    int64_t *from_us, *to_us;        /* of the period, local */
    shi_digits all, even;
} totals;

static double of_milli(int64_t v)
{
    return v == INT64_MIN ? (double)NAN : (double)v / 1000;
}

static int64_t days_of(const shi_period *p)
{
    if (p->kind == SHI_WEEK) return p->first_day;
    int64_t in_a_year = p->kind == SHI_MONTH ? 12 : p->kind == SHI_QUARTER ? 4 : 1;
    return 7 * (in_a_year * p->year + (p->number ? p->number - 1 : 0));
}

static shi_err take_rows(totals *t, shi_arena *keep)
{
    const shi_pulled *p = &t->p;
    SHI_TRY(shi_leads_pull(t->l->chain->duck, keep, SQL_ROWS, "iiilllss", &t->p));
    double **const real[] = { &t->value, &t->base, &t->target, &t->people };
    int64_t **const whole[] = { &t->day, &t->from_us, &t->to_us };
    for (int64_t k = 0; k < COUNT(real); k++)
        if (!(*real[k] = shi_new(keep, double, p->n))) return shi_no_memory();
    for (int64_t k = 0; k < COUNT(whole); k++)
        if (!(*whole[k] = shi_new(keep, int64_t, p->n))) return shi_no_memory();
    for (int64_t r = 0; r < p->n; r++) {
        shi_period period;
        int64_t people = t->l->chain->units.people[p->i32[UNIT][r]];
        t->value[r] = of_milli(p->i64[VALUE][r]);
        t->base[r] = of_milli(p->i64[BASE][r]);
        t->target[r] = of_milli(p->i64[TARGET][r]);
        t->people[r] = people < 0 ? (double)NAN : (double)people;
        bool known = shi_period_parse(p->text[PERIOD][r], &period);
        t->day[r] = known ? days_of(&period) : INT64_MIN;
        t->from_us[r] = known ? period.first_day * SHI_DAY_US : INT64_MIN;
        t->to_us[r] = known ? period.end_day * SHI_DAY_US - SHI_SECOND_US : INT64_MIN;
        if (p->i32[INDICATOR][r] >= t->indicators) t->indicators = p->i32[INDICATOR][r] + 1;
    }
    return (shi_err){ 0 };
}

/* Arrivals by themselves: the other figures' values are taken out, and so are their parts of the search. */
static shi_err run_kernel(totals *t, shi_arena *keep, shi_arena scratch)
{
    const shi_pulled *p = &t->p;
    const shi_digits_settings plain = { .growth = (double)NAN }, arriving = { .arrivals = true, .growth = (double)NAN };
    double *arrived = shi_new(&scratch, double, p->n);
    if (!arrived) return shi_no_memory();
    shi_digits_columns c = { .n = p->n, .keys = 2, .key = { p->i32[UNIT], p->i32[INDICATOR] }, .codes = { t->l->chain->units.len, t->indicators },
        .day = t->day, .measures = 1, .measure = { { t->value, t->base, t->target } } };
    SHI_TRY(shi_digits_find(keep, scratch, &c, &plain, &t->all));
    for (int64_t r = 0; r < p->n; r++) arrived[r] = p->i32[ARRIVALS][r] ? t->value[r] : (double)NAN;
    c.measure[0] = (shi_digits_measure){ arrived, t->people, t->target };
    return shi_digits_find(keep, scratch, &c, &arriving, &t->even);
}

/* What can become a finding about a unit: its own figures, or one of its series. `even`: of the second run. */
static bool is_hypothesis(const shi_digits_test *x, bool even)
{
    if (even) return x->kind == SHI_DIGITS_EVEN && x->key == SHI_DIGITS_OF_SERIES;
    return (x->kind == SHI_DIGITS_PERCENT || x->kind == SHI_DIGITS_LAST) && x->key == 0;
}

/* ---- which figures carry the mark ---- */

static bool near_target(const totals *t, int64_t r)
{
    return fabs(t->value[r] - t->target[r]) <= fmax(0.02 * t->target[r], 6);
}

/* Whether the test looked at the figure, as in the kernel; *marked: it is what the test counts. */
static bool looked_at(const totals *t, shi_digits_kind kind, int64_t r, bool *marked)
{
    double k = t->value[r], n = t->base[r];
    if (near_target(t, r)) return false;
    if (kind == SHI_DIGITS_LAST) {
        *marked = fmod(k, 5) < 0.5;
        return k >= 103 && k < 9e15 && k == floor(k) && k != n;
    }
    if (!(n >= 100 && n < 1e14 && k >= 0.01 * n && k <= 0.99 * n && k == floor(k) && n == floor(n))) return false;
    *marked = shi_digits_is_percent((int64_t)n, (int64_t)k);
    return true;
}

/* T1: a form or a custom that rounds: of other units' figures of the same indicators half and more carry the mark as well. */
static shi_cause_result rounding(const totals *t, shi_digits_kind kind, int32_t unit, shi_arena scratch)
{
    int64_t others = 0, marks = 0;
    bool *own = shi_new(&scratch, bool, t->indicators), marked = false;
    if (!own) return SHI_CAUSE_UNKNOWN;
    for (int64_t r = 0; r < t->p.n; r++)
        if (t->p.i32[UNIT][r] == unit && looked_at(t, kind, r, &marked)) own[t->p.i32[INDICATOR][r]] = true;
    for (int64_t r = 0; r < t->p.n; r++) {
        if (t->p.i32[UNIT][r] == unit || !own[t->p.i32[INDICATOR][r]] || !looked_at(t, kind, r, &marked)) continue;
        others++;
        marks += marked;
    }
    if (others < 20) return SHI_CAUSE_UNKNOWN;
    return 2 * marks >= others ? SHI_CAUSE_EXPLAINS : SHI_CAUSE_NO;
}

static void append_mark(shi_appender *a, const totals *t, int32_t mark, int64_t r)
{
    shi_append_int(a, mark);
    shi_append_str(a, t->p.text[NAME][r]);
    shi_append_str(a, t->p.text[PERIOD][r]);
    shi_append_str(a, t->l->chain->units.code[t->p.i32[UNIT][r]]);
    shi_append_end_row(a);
}

/* The figures that the finding makes doubtful, and when they were. Of a series that is too even, all. */
static void mark_figures(const totals *t, const shi_digits_test *x, shi_lead *lead, shi_appender *a)
{
    bool even = x->kind == SHI_DIGITS_EVEN;
    int64_t from = even ? x->code : 0;
    lead->from_us = INT64_MAX;
    for (int64_t r = 0; r < t->p.n; r++) {
        bool marked = even;
        if (t->p.i32[UNIT][r] != lead->unit || (even && t->p.i32[INDICATOR][r] != t->p.i32[INDICATOR][from])) continue;
        if (!even && !looked_at(t, x->kind, r, &marked)) continue;
        if (t->from_us[r] != INT64_MIN && t->from_us[r] < lead->from_us) lead->from_us = t->from_us[r];
        if (t->to_us[r] > lead->to_us) lead->to_us = t->to_us[r];
        if (marked) append_mark(a, t, lead->mark, r);
    }
    if (lead->from_us == INT64_MAX) lead->from_us = INT64_MIN;
}

/* ---- findings ---- */

/* things: figures that were looked at; deeds: those with the mark, or what even arrivals vary by, in per cent of what chance gives. */
static shi_err add(totals *t, shi_arena scratch, const shi_digits_test *x, shi_looked *out, shi_appender *a)
{
    static const char *const SCALE[] = { [SHI_DIGITS_PERCENT] = "percent", [SHI_DIGITS_LAST] = "digit", [SHI_DIGITS_EVEN] = "even" };
    double log10_e = shi_e_calibrated(x->log10_p) - log10((double)out->searched);
    bool common = x->kind == SHI_DIGITS_LAST && x->statistic < 0.22 * (double)x->n;   /* a share that says nothing, however many there are */
    if (common || !(log10_e > 0)) return (shi_err){ 0 };
    bool even = x->kind == SHI_DIGITS_EVEN;
    shi_lead lead = { .detector = "forensics", .scale = SCALE[x->kind], .kind = SHI_LEAD_UNIT, .mark = (int32_t)++out->groups,
        .unit = even ? t->p.i32[UNIT][x->code] : x->code, .things = even ? x->n * 12 : x->n,
        .deeds = even ? llround(100 * x->statistic) : (int64_t)x->statistic, .expected = x->expected,
        .log10_p = fmin(0, x->log10_p + log10((double)out->searched)), .log10_e = log10_e, .q = 1, .to_us = INT64_MIN };
    if (even) {   /* the columns are given back, the lead stays */
        lead.indicator = shi_str_copy(t->l->keep, t->p.text[NAME][x->code]);
        if (!lead.indicator.ptr) return shi_no_memory();
        lead.cause[SHI_CAUSE_QUOTA] = SHI_CAUSE_UNKNOWN;
    } else {
        lead.cause[SHI_CAUSE_ROUNDING] = (uint8_t)rounding(t, x->kind, lead.unit, scratch);
        lead.explained = lead.cause[SHI_CAUSE_ROUNDING] == SHI_CAUSE_EXPLAINS;
    }
    mark_figures(t, x, &lead, a);
    return shi_leads_add_unit(t->l->leads, t->l->keep, &lead);
}

static shi_err add_all(totals *t, shi_arena scratch, shi_looked *out, shi_appender *a)
{
    const shi_digits *const both[] = { &t->all, &t->even };
    for (int64_t k = 0; k < COUNT(both); k++)
        for (int64_t i = 0; i < both[k]->len; i++)
            if (is_hypothesis(&both[k]->ptr[i], k == 1)) SHI_TRY(add(t, scratch, &both[k]->ptr[i], out, a));
    return (shi_err){ 0 };
}

shi_err shi_leads_totals(shi_leading *l, shi_arena *work, shi_arena scratch, shi_looked *out)
{
    totals t = { .l = l };
    shi_appender a;
    *out = (shi_looked){ .detector = "forensics", .scale = "" };
    SHI_TRY(take_rows(&t, work));
    SHI_TRY(run_kernel(&t, work, scratch));
    for (int64_t i = 0; i < t.all.len; i++) out->searched += is_hypothesis(&t.all.ptr[i], false);
    for (int64_t i = 0; i < t.even.len; i++) out->searched += is_hypothesis(&t.even.ptr[i], true);
    if (!out->searched) {
        out->cannot_judge = N_("no unit has enough reported figures: 50 whole ones of 103 or more, one of a base of 100 or more, or arrivals of 12 "
                               "periods in a row");
        return (shi_err){ 0 };
    }
    SHI_TRY(shi_append_open(l->chain->duck, "totals_mark", &a));
    shi_err e = add_all(&t, scratch, out, &a), closed = shi_append_close(&a);
    return e.code ? e : closed;
}
