/* Ten sheets, in the order in which an office acts: what to do, why, targets, who enlarged them, hours, fair shares; then every figure,
 * contradictions, units' answers, and what all of it means. The short tables come from the view, the long ones in parts from the run. */
#include "report/annex.h"

#include "report/annex_tables.h"
#include "report/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void joined(shi_annexing *a, const char *first, const char *second, const char *third)
{
    shi_binder_said(a->binder, first);
    shi_binder_said(a->binder, second);
    shi_binder_said(a->binder, third);
    shi_binder_row(a->binder);
}

/* ---- what to do ---- */

static int rank(const shi_advice_row *r)
{
    static const char *const ORDER[] = { "cancel", "merge", "guidance", "keep" };
    for (int k = 0; k < (int)COUNT(ORDER); k++)
        if (shi_str_eq(r->advice, shi_str_from(ORDER[k]))) return k;
    return (int)COUNT(ORDER);
}

/* What saves most comes first among what is treated alike. */
static int by_advice(const void *x, const void *y)
{
    const shi_advice_row *a = *(const shi_advice_row *const *)x, *b = *(const shi_advice_row *const *)y;
    double p = a->hours_saved.known ? a->hours_saved.v : -1, q = b->hours_saved.known ? b->hours_saved.v : -1;
    if (rank(a) != rank(b)) return rank(a) - rank(b);
    if (p > q || p < q) return p > q ? -1 : 1;
    return shi_str_cmp(a->indicator, b->indicator);
}

static shi_maybe fen(shi_maybe_f64 yuan)
{
    bool fits = yuan.known && yuan.v < 9e13;
    return (shi_maybe){ fits, fits ? (int64_t)(yuan.v * 100 + 0.5) : 0 };
}

static void advice_row(shi_annexing *a, const shi_advice_row *r)
{
    shi_binder *b = a->binder;
    shi_buf counts = { 0 };
    bool cancel = shi_str_eq(r->advice, S("cancel"));
    shi_binder_said(b, shi_words_advice(a->lang, r->advice));
    shi_binder_text(b, r->name.len ? r->name : r->indicator);
    shi_binder_text(b, r->indicator);
    shi_binder_text(b, r->app);
    shi_words_counts(&counts, a->lang, r->counts);
    shi_binder_buf(b, &counts);
    shi_binder_text(b, a->lang == SHI_ZH ? r->reason_zh : r->reason_en);
    shi_binder_real(b, r->hours_saved);
    shi_binder_real(b, r->hours);
    shi_binder_whole(b, r->units);
    shi_binder_whole(b, r->targets);
    shi_binder_whole(b, r->impossible);
    shi_binder_int(b, fen(r->price_bulk));
    shi_binder_list(b, r->duplicates);
    shi_binder_text(b, cancel ? (shi_str){ 0 } : a->lang == SHI_ZH ? r->harden_zh : r->harden_en);
    shi_binder_row(b);
}

static shi_err advice(shi_annexing *a)
{
    shi_advice_rows rows = a->view->advice;
    const shi_advice_row **by = malloc((size_t)(rows.len + 1) * sizeof *by);
    if (!by) return shi_no_memory();
    for (int64_t i = 0; i < rows.len; i++) by[i] = &rows.ptr[i];
    qsort(by, (size_t)rows.len, sizeof *by, by_advice);
    shi_binder_begin(a->binder, &SHI_ANNEX[SHI_ANNEX_ADVICE], rows.len);
    for (int64_t i = 0; i < rows.len; i++) advice_row(a, by[i]);
    free(by);
    shi_binder_end(a->binder);
    return shi_binder_state(a->binder);
}

/* ---- clause by clause ---- */

/* Rules of law that are not kept, then questions, then arithmetic; as the page has it. */
static int part_of(const shi_clause *c)
{
    bool asked = shi_str_eq(c->kind, S("lead")) || shi_str_eq(c->kind, S("ask"));
    return !c->law ? 2 : asked ? 1 : 0;
}

static void clause_row(shi_annexing *a, const shi_clause *c)
{
    shi_binder *b = a->binder;
    const char *const wording[] = { shi_words_wording(a->lang, c->by_reference), tr(a->lang, N_("to be asked")), tr(a->lang, N_("arithmetic")) };
    const int64_t n[] = { c->targets, c->indicators, c->apps, c->bulletins, c->forms, c->units };
    shi_binder_text(b, c->rule);
    shi_binder_said(b, wording[part_of(c)]);
    shi_binder_text(b, c->source);
    shi_binder_text(b, c->article);
    shi_binder_said(b, !c->law ? "" : c->article_verified ? tr(a->lang, N_("verified")) : tr(a->lang, N_("to be verified")));
    shi_binder_day(b, c->in_force_day);
    shi_binder_said(b, c->in_force ? tr(a->lang, N_("yes")) : tr(a->lang, N_("not yet")));
    shi_binder_text(b, a->lang == SHI_ZH ? c->text_zh : c->text_en);
    for (int64_t k = 0; k < COUNT(n); k++) shi_binder_whole(b, n[k]);
    shi_binder_row(b);
}

static shi_err clauses(shi_annexing *a)
{
    shi_clauses rows = a->view->clauses;
    shi_binder_begin(a->binder, &SHI_ANNEX[SHI_ANNEX_CLAUSES], rows.len);
    for (int part = 0; part < 3; part++)
        for (int64_t i = 0; i < rows.len; i++)
            if (part_of(&rows.ptr[i]) == part) clause_row(a, &rows.ptr[i]);
    shi_binder_end(a->binder);
    return shi_binder_state(a->binder);
}

/* ---- hours ---- */

static const char *kind_of(shi_lang lang, shi_str kind)
{
    static const char *const NAME[][2] = { { "year", N_("year") }, { "quarter", N_("quarter") }, { "month", N_("month") }, { "week", N_("week") } };
    for (int64_t i = 0; i < COUNT(NAME); i++)
        if (shi_str_eq(kind, shi_str_from(NAME[i][0]))) return tr(lang, NAME[i][1]);
    return "";
}

static shi_err periods(shi_annexing *a)
{
    shi_period_rows rows = a->view->periods;
    shi_binder *b = a->binder;
    shi_binder_begin(b, &SHI_ANNEX[SHI_ANNEX_PERIODS], rows.len);
    for (int64_t i = 0; i < rows.len; i++) {
        const shi_period_row *p = &rows.ptr[i];
        const int64_t n[] = { p->indicators, p->targets, p->impossible, p->unlawful, p->weekdays };
        shi_binder_text(b, p->period);
        shi_binder_said(b, kind_of(a->lang, p->kind));
        for (int64_t k = 0; k < COUNT(n); k++) shi_binder_whole(b, n[k]);
        shi_binder_real(b, p->hours);
        shi_binder_real(b, p->hours_available);
        shi_binder_int(b, fen(p->price_bulk));
        shi_binder_row(b);
    }
    shi_binder_end(b);
    return shi_binder_state(b);
}

/* ---- answers ---- */

/* A cell holds less than the longest answer. */
enum { A_CELL = 30000 };

static int64_t pieces_of(shi_str text)
{
    int64_t n = 0;
    for (shi_str left = text; left.len; n++) left = shi_str_sub(left, shi_str_cut(left, A_CELL).len, left.len);
    return n;
}

static shi_err answers(shi_annexing *a)
{
    const shi_replies *all = &a->view->replies;
    shi_binder *b = a->binder;
    int64_t rows = 0;
    for (int64_t i = 0; i < all->len; i++) rows += pieces_of(all->ptr[i].text);
    shi_binder_begin(b, &SHI_ANNEX[SHI_ANNEX_ANSWERS], rows);
    for (int64_t i = 0; i < all->len; i++) {
        const shi_reply *r = &all->ptr[i];
        for (shi_str left = r->text, piece; left.len; left = shi_str_sub(left, piece.len, left.len)) {
            char number[24];
            piece = shi_str_cut(left, A_CELL);
            snprintf(number, sizeof number, "%lld", (long long)r->number);
            shi_binder_said(b, number);
            shi_binder_text(b, r->unit_name.len ? r->unit_name : r->unit_code);
            shi_binder_text(b, r->unit_code);
            shi_binder_text(b, r->day);
            shi_binder_text(b, r->about);
            shi_binder_text(b, r->by);
            shi_binder_text(b, piece);
            shi_binder_row(b);
        }
    }
    shi_binder_end(b);
    return shi_binder_state(b);
}

/* ---- notes ---- */

enum { SETTINGS = 8 };

/* Name and value of what the run was made with. */
static int64_t settings(shi_annexing *a, const char *name[SETTINGS], shi_buf value[SETTINGS])
{
    const shi_run_info *run = &a->view->run;
    int64_t n = 0;
    name[n] = N_("Summary"), shi_words_summary(&value[n++], a->lang, a->view);
    name[n] = N_("Run"), shi_buf_add(&value[n++], run->run);
    name[n] = N_("Program"), shi_buf_puts(&value[n++], "Shishu " SHI_VERSION);
    name[n] = N_("Time zone"), shi_buf_add(&value[n++], run->zone);
    name[n] = N_("Tolerance"), shi_words_share(&value[n++], (double)run->tolerance / 1000);
    name[n] = N_("Prior: share of people who take part"), shi_words_share(&value[n++], run->prior_mean);
    name[n] = N_("Prior: held as firmly as so many observations"), shi_words_times(&value[n++], run->prior_weight);
    name[n] = N_("Counts of people below this are not told"), shi_words_number(&value[n++], run->small_cell * 1000);
    return n;
}

static void columns(shi_annexing *a)
{
    for (int t = 0; t < SHI_ANNEX_NOTES; t++) {
        const shi_binder_table *table = &SHI_ANNEX[t];
        for (int64_t c = 0; c < table->columns; c++)
            joined(a, tr(a->lang, table->name), tr(a->lang, table->column[c].head), tr(a->lang, table->column[c].meaning));
    }
}

static void inputs(shi_annexing *a)
{
    for (int64_t i = 0; i < a->view->run.inputs; i++) {
        const shi_run_input *in = &a->view->run.input[i];
        shi_buf part[3] = { { 0 }, { 0 }, { 0 } }, text = { 0 };
        shi_words_name(&part[0], in->table);
        shi_words_number(&part[1], in->rows * 1000);
        shi_words_name(&part[2], in->sha256);
        shi_buf_format(&text, tr(a->lang, N_("Table %1$s; rows taken: %2$s; SHA-256 %3$s")), part[0].ptr ? part[0].ptr : "",
            part[1].ptr ? part[1].ptr : "", part[2].ptr ? part[2].ptr : "");
        for (int k = 0; k < 3; k++) shi_buf_drop(&part[k]);
        shi_binder_said(a->binder, tr(a->lang, N_("File used")));
        shi_binder_text(a->binder, in->file);
        shi_binder_buf(a->binder, &text);
        shi_binder_row(a->binder);
    }
}

static shi_err notes(shi_annexing *a)
{
    static const char *const SAID[][2] = {
        { N_("Verdicts"), N_("A verdict is about a number, not about a person. Impossible is arithmetic and holds whoever did what; not judged is a "
            "result too.") },
        { N_("Signs"), N_("A dash: not known. A < before a number: fewer than that; so counts of few people are given, and what would reveal them "
            "is given as a bound.") },
        { N_("Texts of rules"), N_("The texts are working summaries: a legal officer should read them before they are quoted.") },
        { N_("Recheck"), N_("The same program with the same files gives the same numbers, to the last digit. Below are the files and their SHA-256; "
            "sha256sum shows whether a file is the one that was used.") },
    };
    const char *name[SETTINGS];
    shi_buf value[SETTINGS] = { { 0 } };
    int64_t n = settings(a, name, value), meanings = 0;
    for (int t = 0; t < SHI_ANNEX_NOTES; t++) meanings += SHI_ANNEX[t].columns;
    shi_binder_begin(a->binder, &SHI_ANNEX[SHI_ANNEX_NOTES], n + COUNT(SAID) + meanings + a->view->run.inputs);
    for (int64_t i = 0; i < n; i++) {
        shi_binder_said(a->binder, tr(a->lang, N_("This run")));
        shi_binder_said(a->binder, tr(a->lang, name[i]));
        shi_binder_buf(a->binder, &value[i]);
        shi_binder_row(a->binder);
    }
    for (int64_t i = 0; i < COUNT(SAID); i++) joined(a, tr(a->lang, N_("How to read it")), tr(a->lang, SAID[i][0]), tr(a->lang, SAID[i][1]));
    columns(a);
    inputs(a);
    shi_binder_end(a->binder);
    return shi_binder_state(a->binder);
}

/* ---- the workbook ---- */

/* Name of the workspace, and the period or the first and the last. */
static shi_err title(shi_duck *duck, const shi_run_view *view, shi_lang lang, shi_buf *out)
{
    shi_rows rows;
    shi_words_name(out, view->run.name);
    SHI_TRY(shi_duck_query(duck, "SELECT CAST(min(period) AS VARCHAR), CAST(max(period) AS VARCHAR) FROM (SELECT period FROM figure_out UNION ALL "
                                 "SELECT period FROM target_out)", NULL, 0, &rows));
    if (shi_rows_next(&rows) && !shi_rows_null(&rows, 0)) {
        shi_str first = shi_rows_str(&rows, 0), last = shi_rows_str(&rows, 1);
        if (out->len) shi_buf_puts(out, lang == SHI_ZH ? "　" : ", ");
        shi_words_period(out, lang, first);
        if (!shi_str_eq(first, last)) {
            shi_buf_puts(out, lang == SHI_ZH ? "—" : " – ");
            shi_words_period(out, lang, last);
        }
    }
    shi_rows_close(&rows);
    return out->failed ? shi_no_memory() : (shi_err){ 0 };
}

static shi_err note(const shi_run_view *view, const shi_annex_options *o, shi_buf *out)
{
    char at[40];
    shi_buf run = { 0 };
    shi_words_name(&run, view->run.run);
    shi_time_write(view->run.started_us, o->zone, at);
    at[10] = 0;   /* the day */
    shi_buf_format(out, tr(o->lang, N_("Draft for review. Run %1$s of %2$s, Shishu %3$s. Columns are explained on the last sheet.")),
        run.ptr ? run.ptr : "", at, SHI_VERSION);
    out->failed = out->failed || run.failed;
    shi_buf_drop(&run);
    return out->failed ? shi_no_memory() : (shi_err){ 0 };
}

static shi_err sheets(shi_annexing *a)
{
    static shi_err (*const SHEET[])(shi_annexing *) = { advice, clauses, shi_annex_targets, shi_annex_issuers, periods, shi_annex_shares,
                                                        shi_annex_figures, shi_annex_contradictions, answers, notes };
    for (int64_t i = 0; i < COUNT(SHEET); i++) SHI_TRY(SHEET[i](a));
    return (shi_err){ 0 };
}

shi_err shi_annex_write(shi_duck *duck, const shi_run_view *view, const shi_annex_options *o)
{
    shi_buf head = { 0 }, said = { 0 };
    shi_annexing a = { .lang = o->lang, .duck = duck, .view = view, .listener = duck->listener };
    duck->listener = (shi_listener){ 0 };   /* one statement of many says nothing of how far the whole is */
    shi_err e = title(duck, view, o->lang, &head);
    if (!e.code) e = note(view, o, &said);
    const shi_binder_options options = { .path = o->path, .spill = o->spill, .lang = o->lang, .title = head.ptr ? head.ptr : "", .note = said.ptr,
        .created_us = view->run.started_us, .rows_a_sheet = o->rows_a_sheet };
    if (!e.code) e = shi_binder_open(&options, &a.binder);
    if (a.binder) e = shi_binder_close(a.binder, sheets(&a));
    shi_buf_drop(&head);
    shi_buf_drop(&said);
    return e;
}
