/* Text for a terminal. The number line is drawn in ASCII, because box characters are two cells wide on some Chinese terminals:
 *   === as first asked   +++ added on the way   --o reported   --* counted   | the most that is possible, /// beyond it */
#include "report/terminal.h"

#include "report/words.h"
#include "table/term.h"

enum { ROWS = 10, NAME_CELLS = 28, LINE = 40 };

static const char *colour_of(shi_verdict v)
{
    static const char *const CODE[] = { "2", "36", "34", "33", "31", "1", "1;35" };
    return CODE[v];
}

static void verdict(shi_buf *out, shi_lang lang, shi_verdict v, bool colour)
{
    if (colour) shi_buf_format(out, "\033[%sm", colour_of(v));
    shi_buf_puts(out, shi_words_verdict(lang, v));
    if (colour) shi_buf_puts(out, "\033[0m");
}

/* A cell made of what `b` holds; b is then empty again. */
static void cell(shi_term *term, shi_buf *b)
{
    shi_term_cell(term, shi_buf_str(b));
    term->text.failed = term->text.failed || b->failed;
    b->len = 0;
}

static void head(shi_term *term, shi_lang lang, const char *id)
{
    shi_term_cell(term, shi_str_from(tr(lang, id)));
}

static void unit_and_what(shi_term *term, shi_buf *b, shi_str unit, shi_str unit_code, shi_str what, shi_str code, shi_str period)
{
    shi_words_short(b, unit, unit_code, NAME_CELLS);
    cell(term, b);
    shi_words_short(b, what, code, NAME_CELLS);
    cell(term, b);
    shi_words_name(b, period);
    cell(term, b);
}

static void targets(shi_buf *out, shi_lang lang, const shi_run_view *view)
{
    shi_term term = { .columns = 8, .right = { [3] = true, [4] = true, [5] = true, [6] = true } };
    shi_buf b = { 0 };
    int64_t shown = 0;
    static const char *const HEAD[] = { N_("unit"), N_("indicator"), N_("period"), N_("target"), N_("possible"), N_("per person"),
                                        N_("amplified"), N_("issuer") };
    for (int64_t i = 0; i < view->targets.len && shown < ROWS; i++) {
        const shi_target_row *t = &view->targets.ptr[i];
        if (!t->impossible && !(t->amplification > 1)) continue;
        for (int64_t h = 0; !shown && h < COUNT(HEAD); h++) head(&term, lang, HEAD[h]);
        unit_and_what(&term, &b, t->unit_name, t->unit_code, t->indicator_name, t->indicator, t->period);
        shi_words_number(&b, t->value);
        cell(&term, &b);
        shi_words_maybe(&b, t->possible);
        cell(&term, &b);
        if (t->per_person.known) shi_words_times(&b, t->per_person.v);
        else shi_words_maybe(&b, (shi_maybe){ 0 });
        cell(&term, &b);
        shi_buf_puts(&b, "\xC3\x97");
        shi_words_times(&b, t->amplification);
        cell(&term, &b);
        if (t->issuer_code.ptr) shi_words_short(&b, t->issuer_name, t->issuer_code, NAME_CELLS);
        cell(&term, &b);
        shown++;
    }
    shi_buf_drop(&b);
    if (!shown) return;
    shi_buf_format(out, "\n%s\n", tr(lang, N_("Targets that cannot be met or grew on the way down")));
    shi_term_print(&term, out);
}

static bool speaks(shi_verdict v)
{
    return v != SHI_NOT_JUDGED && v != SHI_PLAUSIBLE && v != SHI_CONFIRMED;
}

static void figures(shi_buf *out, shi_lang lang, const shi_run_view *view, bool colour)
{
    shi_term term = { .columns = 7, .right = { [3] = true, [4] = true, [5] = true } };
    shi_buf b = { 0 };
    int64_t shown = 0;
    static const char *const HEAD[] = { N_("unit"), N_("indicator"), N_("period"), N_("reported"), N_("counted"), N_("possible"),
                                        N_("verdict") };
    for (int64_t i = 0; i < view->figures.len && shown < ROWS; i++) {
        const shi_figure *f = &view->figures.ptr[i];
        if (!speaks(f->verdict)) continue;
        for (int64_t h = 0; !shown && h < COUNT(HEAD); h++) head(&term, lang, HEAD[h]);
        unit_and_what(&term, &b, f->unit_name, f->unit_code, f->indicator_name, f->indicator, f->period);
        shi_words_maybe(&b, f->reported);
        cell(&term, &b);
        shi_words_maybe(&b, f->counted);
        cell(&term, &b);
        shi_words_maybe(&b, f->possible);
        cell(&term, &b);
        verdict(&b, lang, f->verdict, colour);
        cell(&term, &b);
        shown++;
    }
    shi_buf_drop(&b);
    if (!shown) return;
    shi_buf_format(out, "\n%s\n", tr(lang, N_("Figures, the furthest from possible first")));
    shi_term_print(&term, out);
}

void shi_report_terminal(shi_buf *out, shi_lang lang, const shi_run_view *view, bool colour)
{
    shi_words_summary(out, lang, view);
    shi_buf_addc(out, '\n');
    targets(out, lang, view);
    figures(out, lang, view, colour);
    if (!view->contradictions.len) return;
    shi_buf_format(out, "\n%s\n", tr(lang, N_("Numbers that cannot both be right")));
    for (int64_t i = 0; i < view->contradictions.len && i < ROWS; i++) {
        shi_words_contradiction(out, lang, &view->contradictions.ptr[i]);
        shi_buf_addc(out, '\n');
    }
}

/* ---- the chain of one figure ---- */

typedef struct {
    shi_buf *out;
    shi_lang lang;
    int64_t max;                     /* thousandths at the end of the line */
    shi_maybe possible;
    int64_t label, value;            /* cells of the two columns */
} chain;

static int64_t cells_of(const chain *c, int64_t v)
{
    double share = c->max > 0 ? (double)v / (double)c->max : 0;
    return (int64_t)(share * LINE + 0.5);
}

/* The line of a link: `stem` up to v, `tip` at its end, the wall behind it. */
static void line(const chain *c, shi_maybe v, char stem, char tip, double base_share)
{
    int64_t to = v.known ? cells_of(c, v.v) : 0, wall = c->possible.known && c->possible.v < c->max ? cells_of(c, c->possible.v) : LINE + 1;
    int64_t base = (int64_t)((double)to * base_share + 0.5);
    if (v.known && to == 0) to = 1;
    for (int64_t i = 0; i < LINE; i++) {
        char mark = i == wall ? '|' : i > wall ? '/' : ' ';
        if (v.known && i < to && i != wall) mark = !tip && i >= base ? '+' : stem;
        if (v.known && tip && i == to - 1) mark = tip;
        shi_buf_addc(c->out, mark);
    }
}

static void label(const chain *c, const char *id)
{
    shi_pad(c->out, shi_str_from(tr(c->lang, id)), c->label, false);
    shi_buf_puts(c->out, "  ");
}

static void value(const chain *c, shi_maybe v, bool bound)
{
    shi_buf b = { 0 };
    if (bound && v.known) shi_buf_puts(&b, "\xE2\x89\xA4 ");
    shi_words_maybe(&b, v);
    shi_pad(c->out, shi_buf_str(&b), c->value, true);
    shi_buf_puts(c->out, "  ");
    c->out->failed = c->out->failed || b.failed;
    shi_buf_drop(&b);
}

static void target_note(const chain *c, const shi_figure *f, const shi_target_index *index)
{
    shi_way_step step[SHI_WAY_MAX];
    const shi_target_row *t = shi_words_target_of(index, f);
    int n = t ? shi_words_way_up(index, t, step) : 0;
    if (f->per_person.known) {
        shi_buf b = { 0 };
        shi_words_times(&b, f->per_person.v);
        shi_buf_format(c->out, tr(c->lang, N_("  %1$s per person")), b.ptr ? b.ptr : "");
        shi_buf_drop(&b);
    }
    for (int i = n - 1; i >= 0; i--) {
        shi_buf_puts(c->out, "  ");
        shi_words_short(c->out, step[i].name, step[i].code, NAME_CELLS);
        shi_buf_puts(c->out, " \xC3\x97");
        shi_words_times(c->out, step[i].factor);
    }
}

static void title(shi_buf *out, shi_lang lang, const shi_figure *f)
{
    shi_words_name(out, f->unit_name.len ? f->unit_name : f->unit_code);
    shi_buf_puts(out, "  ");
    shi_words_name(out, f->indicator_name.len ? f->indicator_name : f->indicator);
    shi_buf_puts(out, "  ");
    shi_words_period(out, lang, f->period);
    shi_buf_puts(out, "\n\n");
}

static void measure(chain *c, const shi_figure *f)
{
    static const char *const LABEL[] = { N_("target"), N_("reported"), N_("counted"), N_("possible"), N_("suspected"), N_("checked"),
                                         N_("verdict") };
    shi_maybe all[] = { f->target, f->reported, f->counted };
    for (int64_t i = 0; i < COUNT(LABEL); i++) {
        int64_t w = shi_width(shi_str_from(tr(c->lang, LABEL[i])));
        if (w > c->label) c->label = w;
    }
    for (int64_t i = 0; i < COUNT(all); i++)
        if (all[i].known && all[i].v > c->max) c->max = all[i].v;
    shi_maybe widest = { true, c->max > f->possible.v ? c->max : f->possible.v };
    shi_buf b = { 0 };
    shi_words_maybe(&b, widest);
    c->value = shi_width(shi_buf_str(&b)) + 2;
    shi_buf_drop(&b);
}

void shi_report_explain(shi_buf *out, shi_lang lang, const shi_figure *f, shi_target_rows rows, int64_t tolerance, bool colour)
{
    chain c = { .out = out, .lang = lang, .possible = f->possible };
    shi_target_index index;
    shi_err e = shi_target_index_make(rows, &index);
    out->failed = out->failed || e.code;
    measure(&c, f);
    title(out, lang, f);
    bool grew = f->amplification.known && f->amplification.v > 1;
    label(&c, N_("target"));
    value(&c, f->target, false);
    line(&c, f->target, '=', 0, grew ? 1 / f->amplification.v : 1);
    target_note(&c, f, &index);
    shi_target_index_drop(&index);
    shi_buf_addc(out, '\n');
    label(&c, N_("reported"));
    value(&c, f->reported, false);
    line(&c, f->reported, '-', 'o', 1);
    shi_buf_addc(out, '\n');
    label(&c, N_("counted"));
    value(&c, f->counted, false);
    line(&c, f->counted, '-', '*', 1);
    shi_buf_format(out, "  %s\n", shi_words_coverage(lang, f->coverage));
    label(&c, N_("possible"));
    value(&c, f->possible, true);
    line(&c, (shi_maybe){ 0 }, ' ', 0, 1);
    shi_buf_format(out, "  %s\n", f->possible_by == SHI_BY_PEOPLE ? shi_words_people_by(lang, f->people_by)
                                                                  : shi_words_possible_by(lang, f->possible_by));
    label(&c, N_("suspected"));
    value(&c, f->suspected, false);
    shi_words_suspected(out, lang, f);
    shi_buf_addc(out, '\n');
    label(&c, N_("checked"));
    value(&c, f->checked_real, false);
    shi_words_checked(out, lang, f, 0);
    shi_buf_addc(out, '\n');
    label(&c, N_("verdict"));
    verdict(out, lang, f->verdict, colour);
    shi_buf_puts(out, "  ");
    shi_words_reason(out, lang, f, tolerance);
    shi_buf_addc(out, '\n');
}
