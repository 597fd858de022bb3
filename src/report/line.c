/* The number line. One scale a chain: from zero to the larger of target and report (or the count, where that is larger still), with a
 * little air behind it. Everything is a share of that, given as a custom property, so the style sheet alone decides how it looks. A bound
 * beyond the scale is an arrow with its number. */
#include "report/line.h"

#include "report/word.h"
#include "table/term.h"

#include <math.h>
#include <stdio.h>

#define AIR 1.03

static double place(double v, double max)
{
    return max > 0 ? 100 * v / max : 0;
}

static double scale_of(const shi_figure *f)
{
    shi_maybe all[] = { f->target, f->reported, f->withheld ? (shi_maybe){ 0 } : f->counted };
    double max = 0;
    for (int64_t i = 0; i < COUNT(all); i++)
        if (all[i].known && (double)all[i].v > max) max = (double)all[i].v;
    if (max <= 0 && f->possible.known) max = (double)f->possible.v;
    return (max > 0 ? max : 1) * AIR;
}

/* ---- parts ---- */

/* The name of a link, then its track is open. */
static void link_open(shi_page *page, const char *label_id, bool tall)
{
    shi_page_raw(page, tall ? "<div class=\"link tall\"><div class=\"nm\">" : "<div class=\"link\"><div class=\"nm\">");
    shi_page_say(page, label_id);
    shi_page_raw(page, "</div><div class=\"track\"><span class=\"line\"></span>");
}

static void link_value(shi_page *page)
{
    shi_page_raw(page, "</div><div class=\"val\">");
}

static void link_end(shi_page *page)
{
    shi_page_raw(page, "</div></div>\n");
}

static void segment(shi_page *page, const char *kind, double a, double b)
{
    if (page->word) return;
    shi_buf_format(page->out, "<span class=\"seg %s\"", kind);
    shi_page_places(page, (const char *const[]){ "a", "b", NULL }, (const double[]){ a, b });
    shi_page_raw(page, "></span>");
}

/* A mark at a place: open until </span>. */
static void at(shi_page *page, const char *kind, double v)
{
    if (page->word) return;
    shi_buf_format(page->out, "<span class=\"at %s\"", kind);
    shi_page_places(page, (const char *const[]){ "v", NULL }, &v);
    shi_page_raw(page, ">");
}

static void mark(shi_page *page, const char *kind, double v)
{
    at(page, kind, v);
    shi_page_raw(page, "</span>");
}

/* The text in page->slip above the segment a to b, if it is about as wide as that; on a telephone the widest only. */
static void caption(shi_page *page, double a, double b, bool widest)
{
    double percent_of_cell = 1.75;   /* a character cell of the caption on the narrowest paper track */
    double need = (double)shi_width(shi_buf_str(&page->slip)) * percent_of_cell;
    if (b - a < need && !(widest && need < 60)) {
        page->slip.len = 0;
        return;
    }
    const char *edge = (a + b) / 2 < need / 2 ? " l" : (a + b) / 2 > 100 - need / 2 ? " e" : "";
    char kind[24];
    snprintf(kind, sizeof kind, "cap%s%s", edge, widest ? "" : " hide-n");
    at(page, kind, edge[0] == ' ' && edge[1] == 'l' ? a : edge[0] ? b : (a + b) / 2);
    shi_page_slip(page);
    shi_page_raw(page, "</span>");
}

static void whole_number(shi_buf *out, double thousandths)
{
    shi_words_number(out, llround(thousandths / 1000) * 1000);
}

/* ---- the target's bar ---- */

/* Edges of the bar: edge[0] as first asked, then after each level, from the top down; the last is the target. */
typedef struct {
    double edge[SHI_WAY_MAX + 3];
    const shi_way_step *by[SHI_WAY_MAX + 3];   /* who added up to edge[i]; NULL: levels that are not at hand */
    int n;
} rise;

/* Levels that took away make the pieces overlap; then only the whole is shown. */
static void rise_of(rise *r, double target, double amplification, const shi_way_step *step, int steps)
{
    double at = target / amplification, known = 1;
    bool falls = false;
    *r = (rise){ .edge = { at }, .n = 1 };
    for (int i = 0; i < steps; i++) {
        known *= step[i].factor;
        falls = falls || !(step[i].factor > 1 - 1e-9);
    }
    double rest = amplification / known;
    if (falls || !(rest > 1 - 1e-9)) {
        r->edge[r->n++] = target;
        return;
    }
    if (rest > 1 + 1e-6) r->edge[r->n++] = at *= rest;
    for (int i = steps - 1; i >= 0; i--) {
        if (step[i].factor < 1 + 1e-9) continue;
        at *= step[i].factor;
        r->by[r->n] = &step[i];
        r->edge[r->n++] = at;
    }
}

static void who_added(shi_page *page, const shi_way_step *by, double more)
{
    if (by && by->level.ptr) {
        shi_words_level(&page->slip, page->lang, by->level);
        shi_buf_addc(&page->slip, ' ');
    }
    shi_buf_addc(&page->slip, '+');
    whole_number(&page->slip, more);
}

static void target_bar(shi_page *page, double target, shi_maybe_f64 amplification, const shi_way_step *step, int steps, double max)
{
    if (!amplification.known || !(amplification.v > 1 + 1e-6)) {
        segment(page, "bar lv", 0, place(target, max));
        return;
    }
    rise r;
    rise_of(&r, target, amplification.v, step, steps);
    int widest = 1;
    for (int i = 2; i < r.n; i++)
        if (r.edge[i] - r.edge[i - 1] > r.edge[widest] - r.edge[widest - 1]) widest = i;
    segment(page, "bar lv", 0, place(r.edge[0], max));
    for (int i = 1; i < r.n; i++) segment(page, "bar lv add", place(r.edge[i - 1], max), place(r.edge[i], max));
    shi_buf first = { 0 };
    whole_number(&first, r.edge[0]);
    shi_buf_format(&page->slip, tr(page->lang, N_("first %1$s")), first.ptr ? first.ptr : "");
    shi_buf_drop(&first);
    caption(page, 0, place(r.edge[0], max), false);
    for (int i = 1; i < r.n; i++) {
        who_added(page, r.by[i], r.edge[i] - r.edge[i - 1]);
        caption(page, place(r.edge[i - 1], max), place(r.edge[i], max), i == widest);
    }
}

static void per_person(shi_page *page, shi_maybe_f64 value)
{
    if (!value.known) return;
    shi_buf number = { 0 };
    shi_words_times(&number, value.v);
    shi_page_raw(page, "<small>");
    shi_buf_format(&page->slip, tr(page->lang, N_("%1$s per person")), number.ptr ? number.ptr : "");
    shi_page_slip(page);
    shi_page_raw(page, "</small>");
    shi_buf_drop(&number);
}

/* ---- links ---- */

static void target_link(shi_page *page, const shi_figure *f, double max)
{
    shi_way_step step[SHI_WAY_MAX];
    const shi_target_row *t = shi_words_target_of(&page->targets, f);
    int steps = t ? shi_words_way_up(&page->targets, t, step) : 0;
    bool grew = f->target.known && f->amplification.known && f->amplification.v > 1 + 1e-6;
    link_open(page, N_("Target"), grew);
    if (f->target.known) target_bar(page, (double)f->target.v, f->amplification, step, steps, max);
    link_value(page);
    shi_page_maybe(page, f->target);
    per_person(page, f->per_person);
    link_end(page);
}

static void dot(shi_page *page, const char *kind, shi_maybe v, double max)
{
    if (!v.known) return;
    segment(page, "stem", 0, place((double)v.v, max));
    mark(page, kind, place((double)v.v, max));
}

static void reported_link(shi_page *page, const shi_figure *f, double max)
{
    link_open(page, N_("Reported"), false);
    dot(page, "dot said", f->reported, max);
    link_value(page);
    shi_page_maybe(page, f->reported);
    link_end(page);
}

static void counted_link(shi_page *page, const shi_figure *f, double max)
{
    link_open(page, N_("Counted"), false);
    if (shi_words_told(f, page->small_cell)) dot(page, "dot", f->counted, max);
    link_value(page);
    shi_page_counted(page, f);
    shi_page_raw(page, "<small>");
    shi_page_text(page, shi_str_from(shi_words_coverage(page->lang, f->coverage)));
    shi_page_raw(page, "</small>");
    link_end(page);
}

static void possible_link(shi_page *page, shi_maybe possible, shi_maybe excess, double max)
{
    double wall = place((double)possible.v, max);
    link_open(page, N_("Possible"), false);
    if (possible.known) {
        bool far = wall > 100, beyond = excess.known && excess.v > 0;
        shi_buf number = { 0 }, more = { 0 };
        shi_words_number(&number, possible.v);
        if (beyond) shi_words_number(&more, excess.v);
        if (!far) segment(page, "bar bd", 0, wall);
        at(page, far ? "wallmark far" : wall > 55 ? "wallmark e" : "wallmark", far ? 100 : wall);
        shi_page_raw(page, "<b>");
        if (far) shi_buf_format(&page->slip, tr(page->lang, N_("up to %1$s")), number.ptr ? number.ptr : "");
        else if (beyond && wall <= 55)
            shi_buf_format(&page->slip, tr(page->lang, N_("at most %1$s: %2$s beyond")), number.ptr ? number.ptr : "", more.ptr ? more.ptr : "");
        else shi_buf_format(&page->slip, tr(page->lang, N_("at most %1$s")), number.ptr ? number.ptr : "");
        shi_page_slip(page);
        shi_page_raw(page, far ? " \xE2\x86\x92</b></span>" : "</b></span>");
        shi_buf_drop(&number);
        shi_buf_drop(&more);
    }
    link_value(page);
    if (possible.known) shi_page_raw(page, "\xE2\x89\xA4 ");
    shi_page_maybe(page, possible);
    link_end(page);
}

static void empty_link(shi_page *page, const char *label_id, const char *why_id)
{
    shi_page_raw(page, "<div class=\"idle\">");
    link_open(page, label_id, false);
    shi_page_raw(page, "</div><div class=\"val none\">");
    shi_page_say(page, why_id);
    link_end(page);
    shi_page_raw(page, "</div>");
}

/* A link whose words stand in page->slip. */
static void said_link(shi_page *page, const char *label_id)
{
    shi_page_raw(page, "<div class=\"link\"><div class=\"nm\">");
    shi_page_say(page, label_id);
    shi_page_raw(page, "</div><div class=\"say\">");
    shi_page_slip(page);
    link_end(page);
}

/* Of the count, what no finding holds, then what findings single out; in a docx in words. */
static void suspected_link(shi_page *page, const shi_figure *f, double max)
{
    if (!f->suspected.known) {
        empty_link(page, N_("Suspected"), N_("not examined"));
        return;
    }
    if (page->word || (f->suspected.v > 0 && f->suspected.v < page->small_cell * 1000) || !shi_words_told(f, page->small_cell)) {
        shi_words_suspected_public(&page->slip, page->lang, f, page->small_cell);
        said_link(page, N_("Suspected"));
        return;
    }
    double counted = (double)(f->counted.known ? f->counted.v : f->suspected.v), rest = counted - (double)f->suspected.v;
    link_open(page, N_("Suspected"), false);
    if (rest > 0) segment(page, "bar ok", 0, place(rest, max));
    if (f->suspected.v > 0) segment(page, "bar lead", place(rest > 0 ? rest : 0, max), place(counted, max));
    link_value(page);
    shi_page_maybe(page, f->suspected);
    link_end(page);
}

/* The interval of the latest field check on the same line; in a docx, or where it must not be told, in words. */
static void checked_link(shi_page *page, const shi_figure *f, double max)
{
    if (!f->checked_n.known) {
        empty_link(page, N_("Checked"), N_("not checked"));
        return;
    }
    bool small = f->checked_n.v < page->small_cell * 1000 || f->checked_real.v < page->small_cell * 1000;
    if (page->word || small || !f->real_low.known || !f->real_high.known) {
        shi_words_checked(&page->slip, page->lang, f, page->small_cell);
        said_link(page, N_("Checked"));
        return;
    }
    link_open(page, N_("Checked"), false);
    segment(page, "bar ci", place((double)f->real_low.v, max), place((double)f->real_high.v, max));
    link_value(page);
    shi_page_number(page, f->real_low.v);
    shi_page_raw(page, page->lang == SHI_ZH ? "\xE2\x80\x94" : "\xE2\x80\x93");
    shi_page_number(page, f->real_high.v);
    shi_page_raw(page, "<small>");
    shi_page_say_numbers(page, N_("%1$s real of %2$s reached"), (const int64_t[]){ f->checked_real.v / 1000, f->checked_n.v / 1000 }, 2);
    shi_page_raw(page, "</small>");
    link_end(page);
}

/* The chain is open; what it shows is said in page->slip. */
static void chain_open(shi_page *page, shi_maybe possible, double max)
{
    bool wall = possible.known && (double)possible.v <= max;
    bool wide = max > 1e10 || (possible.known && possible.v > 9999999999);   /* ten million: the column of numbers is wider */
    shi_buf_format(page->out, "<div class=\"chain%s%s\"", wall ? "" : " nowall", wide ? " long" : "");
    shi_page_places(page, (const char *const[]){ "poss", NULL }, (const double[]){ wall ? place((double)possible.v, max) : 100 });
    shi_page_raw(page, "><div role=\"img\" aria-label=\"");
    shi_page_slip(page);
    shi_page_raw(page, "\">\n");
}

static void read_out(shi_page *page, const shi_figure *f)
{
    shi_buf n[4] = { { 0 }, { 0 }, { 0 }, { 0 } };
    shi_maybe all[] = { f->target, f->reported, f->counted, f->possible };
    if (shi_words_small(f, page->small_cell)) all[2] = (shi_maybe){ true, page->small_cell * 1000 };
    if (all[2].known && all[2].v != f->counted.v) shi_buf_addc(&n[2], '<');
    for (int i = 0; i < 4; i++) {
        if (i == 2 && f->withheld) shi_buf_puts(&n[i], tr(page->lang, SHI_WITHHELD));
        else shi_words_maybe(&n[i], all[i]);
    }
    shi_buf_format(&page->slip, tr(page->lang, N_("Target %1$s, reported %2$s, counted %3$s, possible at most %4$s")), n[0].ptr ? n[0].ptr : "",
        n[1].ptr ? n[1].ptr : "", n[2].ptr ? n[2].ptr : "", n[3].ptr ? n[3].ptr : "");
    for (int i = 0; i < 4; i++) {
        page->out->failed = page->out->failed || n[i].failed;
        shi_buf_drop(&n[i]);
    }
}

/* ---- in a docx: a table of words ---- */

static void word_row(shi_page *page, const char *label_id)
{
    shi_page_row(page);
    shi_page_say(page, label_id);
    shi_page_cell_number(page);
}

void shi_line_added(shi_page *page, const shi_figure *f)
{
    shi_way_step step[SHI_WAY_MAX];
    const shi_target_row *t = shi_words_target_of(&page->targets, f);
    rise r;
    if (!t || !(t->amplification > 1 + 1e-6)) return;
    rise_of(&r, (double)t->value, t->amplification, step, shi_words_way_up(&page->targets, t, step));
    shi_buf first = { 0 };
    whole_number(&first, r.edge[0]);
    shi_buf_format(&page->slip, tr(page->lang, N_("first %1$s")), first.ptr ? first.ptr : "");
    shi_buf_drop(&first);
    for (int i = 1; i < r.n; i++) {
        shi_buf_puts(&page->slip, page->lang == SHI_ZH ? "，" : ", ");
        who_added(page, r.by[i], r.edge[i] - r.edge[i - 1]);
    }
}

static void chain_in_words(shi_page *page, const shi_figure *f, int64_t tolerance)
{
    static const char *const HEAD[] = { N_("Link"), N_("Number"), N_("What it rests on") };
    shi_word_table(page, HEAD, COUNT(HEAD), true);
    word_row(page, N_("Target"));
    shi_page_maybe(page, f->target);
    shi_page_cell(page);
    shi_line_added(page, f);
    shi_page_slip(page);
    shi_page_row_end(page);
    word_row(page, N_("Reported"));
    shi_page_maybe(page, f->reported);
    shi_page_row_end(page);
    word_row(page, N_("Counted"));
    shi_page_counted(page, f);
    shi_page_cell(page);
    shi_page_text(page, shi_str_from(shi_words_coverage(page->lang, f->coverage)));
    shi_page_row_end(page);
    word_row(page, N_("Possible"));
    shi_page_maybe(page, f->possible);
    shi_page_cell(page);
    if (f->possible.known) shi_page_text(page, shi_str_from(shi_words_possible_by(page->lang, f->possible_by)));
    shi_page_row_end(page);
    word_row(page, N_("Suspected"));
    shi_page_cell(page);
    shi_words_suspected_public(&page->slip, page->lang, f, page->small_cell);
    shi_page_slip(page);
    shi_page_row_end(page);
    word_row(page, N_("Checked"));
    shi_page_cell(page);
    shi_words_checked(&page->slip, page->lang, f, page->small_cell);
    shi_page_slip(page);
    shi_page_row_end(page);
    word_row(page, N_("Verdict"));
    shi_page_verdict(page, f->verdict, true);
    shi_page_cell(page);
    shi_words_reason_public(&page->slip, page->lang, f, tolerance, page->small_cell);
    shi_page_slip(page);
    shi_page_row_end(page);
    shi_word_table_end(page);
}

void shi_line_chain(shi_page *page, const shi_figure *f, int64_t tolerance)
{
    if (page->word) {
        chain_in_words(page, f, tolerance);
        return;
    }
    double max = scale_of(f);
    read_out(page, f);
    chain_open(page, f->possible, max);
    target_link(page, f, max);
    reported_link(page, f, max);
    counted_link(page, f, max);
    possible_link(page, f->possible, f->impossible_excess, max);
    suspected_link(page, f, max);
    checked_link(page, f, max);
    shi_page_raw(page, "</div><div class=\"link end\"><div class=\"nm\">");
    shi_page_say(page, N_("Verdict"));
    shi_page_raw(page, "</div><div class=\"say\">");
    shi_page_verdict(page, f->verdict, true);
    shi_page_raw(page, " ");
    shi_words_reason_public(&page->slip, page->lang, f, tolerance, page->small_cell);
    shi_page_slip(page);
    shi_page_raw(page, "</div></div></div>\n");
}

void shi_line_target(shi_page *page, const shi_target_row *t)
{
    shi_way_step step[SHI_WAY_MAX];
    int steps = shi_words_way_up(&page->targets, t, step);
    double max = (t->value > 0 ? (double)t->value : 1) * AIR;
    shi_maybe excess = { t->possible.known && t->value > t->possible.v, t->value - t->possible.v };
    shi_words_target(&page->slip, page->lang, t);
    chain_open(page, t->possible, max);
    bool grew = t->amplification > 1 + 1e-6;
    link_open(page, N_("Target"), grew);
    target_bar(page, (double)t->value, (shi_maybe_f64){ true, t->amplification }, step, steps, max);
    link_value(page);
    shi_page_number(page, t->value);
    per_person(page, t->per_person);
    link_end(page);
    possible_link(page, t->possible, excess, max);
    shi_page_raw(page, "</div></div>\n");
}

void shi_line_mini(shi_page *page, const shi_figure *f)
{
    double max = scale_of(f) / AIR;
    shi_page_raw(page, "<span class=\"mini\" role=\"img\" aria-label=\"");
    read_out(page, f);
    shi_page_slip(page);
    shi_page_raw(page, "\"");
    bool told = f->counted.known && shi_words_told(f, page->small_cell), wall = f->possible.known && (double)f->possible.v <= max;
    const double at_percent[] = { f->reported.known ? place((double)f->reported.v, max) : (double)NAN,
        told ? place((double)f->counted.v, max) : (double)NAN, wall ? place((double)f->possible.v, max) : (double)NAN };
    shi_page_places(page, (const char *const[]){ "r", "k", "p", NULL }, at_percent);
    shi_page_raw(page, "></span>");
}

void shi_line_legend(shi_page *page, bool target_only)
{
    /* wide: left out of a sheet, which has one page only and says these two in words */
    static const struct { const char *key, *id; bool figure, wide; } MARK[] = {
        { "k-bound", N_("grey: as first asked, or what is possible"), false, false },
        { "k-add", N_("brown: added on the way down"), false, false },
        { "k-said", N_("hollow: reported"), true, false }, { "k-count", N_("filled: counted in the log"), true, false },
        { "k-wall", N_("hatched: beyond what is possible"), false, false },
        { "k-lead", N_("striped: singled out, a lead"), true, true },
        { "k-real", N_("blue: real, from random checks"), true, true },
    };
    if (page->word) return;
    shi_page_raw(page, "<p class=\"legend\" aria-hidden=\"true\">");
    for (int64_t i = 0; i < COUNT(MARK); i++) {
        if (MARK[i].figure && target_only) continue;
        if (MARK[i].wide && !page->live && !page->paper) continue;
        shi_buf_format(page->out, "<span><i class=\"%s\"></i>", MARK[i].key);
        shi_page_say(page, MARK[i].id);
        shi_page_raw(page, "</span>");
    }
    shi_page_raw(page, "</p>\n");
}
