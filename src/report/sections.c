/* Scope, figures, contradictions and annex. */
#include "report/sections.h"

#include "report/line.h"
#include "report/word.h"

#include <assert.h>
#include <string.h>

/* ---- what sections share ---- */

void shi_section_counted(shi_page *page, shi_para kind, const char *id, int64_t n, const int64_t number[4])
{
    shi_page_fill(page, id, number, n);
    shi_page_slipped(page, kind);
}

static void counted(shi_page *page, const char *id, int64_t n, const int64_t number[4])
{
    shi_section_counted(page, SHI_PARA, id, n, number);
}

void shi_section_said(shi_page *page, const char *id)
{
    shi_page_said(page, SHI_PARA, id);
}

void shi_section_period(shi_page *page, shi_str period)
{
    if (page->period.ptr && shi_str_eq(page->period, period)) return;
    shi_page_small(page, true);
    shi_words_name(&page->slip, period);
    shi_page_slip(page);
    shi_page_small(page, false);
}

void shi_section_rest(shi_page *page, const char *id, int64_t rest)
{
    if (rest <= 0) return;
    shi_section_counted(page, SHI_PARA_NOTE, id, 1, (int64_t[4]){ rest });
}

int64_t shi_section_shown(const shi_page *page, int64_t rows)
{
    enum { IN_A_DOCX = 30 };
    return page->word && rows > IN_A_DOCX ? IN_A_DOCX : rows;
}

/* ---- scope ---- */

void shi_section_scope(shi_page *page, const shi_run_view *view)
{
    const shi_run_info *r = &view->run;
    int64_t cover[3] = { 0 };
    counted(page, N_("Apps: %1$s; indicators: %2$s; units: %3$s; periods: %4$s."), 4, (int64_t[4]){ r->apps, r->indicators, r->units, r->periods });
    shi_section_said(page, N_("Reported numbers come from the units' reports, counted numbers from the apps' logs and account lists, the number of "
        "people from the register of units."));
    for (int64_t i = 0; i < view->figures.len; i++) cover[view->figures.ptr[i].coverage]++;
    if (view->figures.len)
        counted(page, N_("Of the %1$s figures shown, the log covers the whole period for %2$s, part of it for %3$s, and nothing for %4$s."), 4,
            (int64_t[4]){ view->figures.len, cover[SHI_COVER_FULL], cover[SHI_COVER_PART], cover[SHI_COVER_NONE] });
    if (r->unattributed_events || r->unattributed_accounts)
        counted(page, N_("Not attributed to any unit and so not counted: %1$s events, %2$s accounts."), 2,
            (int64_t[4]){ r->unattributed_events, r->unattributed_accounts });
    shi_section_said(page, N_("A verdict is about a number, not about a person. Impossible is arithmetic and holds whoever did what; not judged is a "
                  "result too."));
}

/* ---- contradictions ---- */

static void contradictions(shi_page *page, const shi_run_view *view)
{
    shi_section_said(page, N_("The numbers of each line cannot both be right. The units concerned should say which one is."));
    const int64_t rows = shi_section_shown(page, view->contradictions.len);
    shi_page_list(page);
    for (int64_t i = 0; i < rows; i++) {
        shi_words_contradiction(&page->slip, page->lang, &view->contradictions.ptr[i]);
        shi_page_slipped(page, SHI_PARA_ITEM);
    }
    shi_page_list_end(page);
    shi_section_rest(page, N_("%1$s more are in contradictions.parquet."), view->contradictions.len - rows);
}

/* ---- figures ---- */

static const shi_verdict ORDER[] = { SHI_IMPOSSIBLE, SHI_REFUTED, SHI_CONTRADICTORY, SHI_DOUBTFUL, SHI_PLAUSIBLE, SHI_CONFIRMED, SHI_NOT_JUDGED };

static bool always(shi_verdict v)
{
    return v == SHI_IMPOSSIBLE || v == SHI_DOUBTFUL || v == SHI_PLAUSIBLE || v == SHI_NOT_JUDGED;
}

/* In a docx a line of words. */
static void tally(shi_page *page, const shi_run_info *run)
{
    shi_page_para(page, SHI_PARA_TO);
    for (int64_t i = 0; i < COUNT(ORDER); i++) {
        if (!run->verdicts[ORDER[i]] && !always(ORDER[i])) continue;
        shi_page_text(page, shi_str_from(shi_words_verdict(page->lang, ORDER[i])));
        shi_page_text(page, S(" "));
        shi_page_count(page, run->verdicts[ORDER[i]]);
        shi_page_text(page, page->lang == SHI_ZH ? S("　") : S("   "));
    }
    shi_page_para_end(page, SHI_PARA_TO);
}

static void strip(shi_page *page, const shi_run_info *run)
{
    if (page->word) {
        tally(page, run);
        return;
    }
    shi_page_raw(page, "<div class=\"strip\" aria-hidden=\"true\">");
    for (int64_t i = 0; i < COUNT(ORDER); i++)
        if (run->verdicts[ORDER[i]])
            shi_buf_format(page->out, "<span class=\"%s\" style=\"--w:%lld\"></span>", shi_page_verdict_class(ORDER[i]),
                (long long)run->verdicts[ORDER[i]]);
    shi_page_raw(page, "</div>\n<ul class=\"tally\">");
    for (int64_t i = 0; i < COUNT(ORDER); i++) {
        if (!run->verdicts[ORDER[i]] && !always(ORDER[i])) continue;
        shi_page_raw(page, "<li>");
        shi_page_verdict(page, ORDER[i], false);
        shi_page_raw(page, " <b>");
        shi_page_count(page, run->verdicts[ORDER[i]]);
        shi_page_raw(page, "</b></li>");
    }
    shi_page_raw(page, "</ul>\n");
}

static void figure_row(shi_page *page, const shi_figure *f)
{
    shi_maybe number[] = { f->target, f->reported };
    shi_page_row(page);
    shi_page_name(page, f->unit_name, f->unit_code);
    shi_page_cell(page);
    shi_page_name(page, f->indicator_name, f->indicator);
    shi_section_period(page, f->period);
    for (int64_t i = 0; i < COUNT(number); i++) {
        shi_page_cell_number(page);
        shi_page_maybe(page, number[i]);
    }
    shi_page_cell_number(page);
    shi_page_counted(page, f);
    shi_page_cell_number(page);
    shi_page_maybe(page, f->possible);
    shi_page_cell(page);
    shi_page_verdict(page, f->verdict, false);
    if (!page->word) {
        shi_page_cell(page);
        shi_line_mini(page, f);
    }
    shi_page_row_end(page);
}

static bool speaks(shi_verdict v)
{
    return v != SHI_NOT_JUDGED && v != SHI_PLAUSIBLE && v != SHI_CONFIRMED;
}

enum { CHAINS = 12 };

static void chain(shi_page *page, const shi_figure *f, int64_t tolerance)
{
    shi_page_raw(page, "<figure><figcaption>");
    if (page->word) shi_word_styled(page, "Caption");
    shi_page_name(page, f->unit_name, f->unit_code);
    shi_page_text(page, page->lang == SHI_ZH ? S("\xE3\x80\x80") : S(", "));
    shi_page_name(page, f->indicator_name, f->indicator);
    shi_page_text(page, page->lang == SHI_ZH ? S("\xE3\x80\x80") : S(", "));
    shi_words_period(&page->slip, page->lang, f->period);
    shi_page_slip(page);
    if (page->word) shi_word_para_end(page);
    shi_page_raw(page, "</figcaption>");
    shi_line_chain(page, f, tolerance);
    shi_page_raw(page, "</figure>\n");
}

/* The worst, then those that were checked in the field, however they stand. */
static bool chains(shi_page *page, const shi_run_view *view)
{
    int64_t shown = 0, checked = 0, worst = 0;
    for (; worst < view->figures.len && shown < CHAINS; worst++) {
        const shi_figure *f = &view->figures.ptr[worst];
        if (!speaks(f->verdict)) continue;
        if (!shown++) {
            shi_page_heading(page, N_("Chains, the furthest from possible first"));
            shi_line_legend(page, false);
        }
        chain(page, f, view->run.tolerance);
    }
    for (int64_t i = 0; i < view->figures.len && checked < CHAINS; i++) {
        const shi_figure *f = &view->figures.ptr[i];
        if (!f->checked_n.known || (i < worst && speaks(f->verdict))) continue;
        if (!checked++) {
            shi_page_heading(page, N_("Chains of figures that were checked in the field"));
            if (!shown) shi_line_legend(page, false);
        }
        chain(page, f, view->run.tolerance);
    }
    return shown + checked > 0;
}

void shi_section_figures(shi_page *page, const shi_run_view *view)
{
    static const char *const HEAD[] = { N_("Unit"), N_("Indicator"), N_("Target"), N_("Reported"), N_("Counted"), N_("Possible"),
                                        N_("Verdict"), N_("Number line") };
    if (!view->run.figures) {
        shi_section_said(page, N_("There are no figures: nothing was reported and no target was set."));
        return;
    }
    strip(page, &view->run);
    if (chains(page, view)) shi_page_heading(page, N_("All figures"));
    shi_page_table(page, N_("Figures, the furthest from possible first"), HEAD, COUNT(HEAD) - (page->word ? 1 : 0),
        view->figures.len <= SHI_PAGE_ROWS ? "wide keep" : "wide");
    const int64_t rows = shi_section_shown(page, view->figures.len);
    for (int64_t i = 0; i < rows; i++) figure_row(page, &view->figures.ptr[i]);
    shi_page_table_end(page);
    shi_section_rest(page, N_("%1$s more rows are in figures.parquet."), view->run.figures - rows);
    if (!page->word)
        shi_page_said(page, SHI_PARA_NOTE, N_("Number line, from zero to the larger of target and report: black stroke, reported; grey bar, counted; "
            "purple stroke, the most that is possible, where it lies on the line."));
    if (!view->contradictions.len) return;
    shi_page_heading(page, N_("Contradictions"));
    contradictions(page, view);
}

/* ---- annex ---- */

static bool seen_before(const shi_figures *all, int64_t i)
{
    for (int64_t k = 0; k < i; k++)
        if (shi_str_eq(all->ptr[k].indicator, all->ptr[i].indicator)) return true;
    return false;
}

enum { INDICATORS = 60 };

static void rules(shi_page *page, const shi_run_view *view)
{
    static const char *const HEAD[] = { N_("Indicator"), N_("App"), N_("Counts"), N_("Each counted once per") };
    shi_buf tolerance = { 0 };
    int64_t shown = 0;
    shi_page_heading(page, N_("How it was counted"));
    for (int64_t i = 0; i < view->figures.len && shown < INDICATORS; i++) {
        const shi_figure *f = &view->figures.ptr[i];
        if (seen_before(&view->figures, i)) continue;
        if (!shown++) shi_page_table(page, N_("Counting rules"), HEAD, COUNT(HEAD), "keep");
        shi_page_row(page);
        shi_page_name(page, f->indicator_name, f->indicator);
        shi_page_cell(page);
        shi_page_name(page, f->app, f->app);
        shi_page_cell(page);
        shi_words_counts(&page->slip, page->lang, f->counts);
        shi_page_slip(page);
        shi_page_cell(page);
        if (shi_words_kind(f->counts) == SHI_KIND_PEOPLE) shi_page_say(page, N_("phone, or account without one"));
        else if (shi_str_eq(f->dedupe, S("account-object"))) shi_page_say(page, N_("account and object"));
        else if (shi_str_eq(f->dedupe, S("account-day"))) shi_page_say(page, N_("account and day"));
        else shi_page_maybe(page, (shi_maybe){ 0 });
        shi_page_row_end(page);
    }
    if (shown) shi_page_table_end(page);
    shi_section_said(page, N_("A unit's number is counted over all accounts of the unit and the units below it. Possible is the most that the "
        "register, and a log that covers the whole period, allow: a bound, not an estimate."));
    shi_words_share(&tolerance, (double)view->run.tolerance / 1000);
    shi_buf_format(&page->slip, tr(page->lang, N_("A report is doubtful when it exceeds the count by more than %1$s.")),
        tolerance.ptr ? tolerance.ptr : "");
    shi_page_slipped(page, SHI_PARA);
    shi_buf_drop(&tolerance);
}

static void chance(shi_page *page, const shi_run_info *run)
{
    shi_buf mean = { 0 }, weight = { 0 };
    shi_words_share(&mean, run->prior_mean);
    shi_words_times(&weight, run->prior_weight);
    if (run->prior_units > 0)
        shi_buf_format(&page->slip, tr(page->lang, N_("The chance that honest work reaches a target rests on what field checks verified in %3$lld "
            "units of this county: on average %1$s of the people take part, held as firmly as %2$s observations would.")), mean.ptr ? mean.ptr : "",
            weight.ptr ? weight.ptr : "", (long long)run->prior_units);
    else
        shi_buf_format(&page->slip, tr(page->lang, N_("The chance that honest work reaches a target rests on a prior, not on data of this county: "
            "on average %1$s of the people take part, held as firmly as %2$s observations would.")), mean.ptr ? mean.ptr : "",
            weight.ptr ? weight.ptr : "");
    shi_page_slipped(page, SHI_PARA);
    shi_buf_drop(&mean);
    shi_buf_drop(&weight);
}

enum { NAMED = 12, GROUPS = 8 };

static void not_judged_group(shi_page *page, const shi_run_view *view, const char *why)
{
    int64_t n = 0;
    for (int64_t i = 0; i < view->figures.len; i++) n += shi_words_obstacle(&view->figures.ptr[i]) == why;
    shi_page_row(page);
    shi_page_say(page, why);
    shi_page_cell_number(page);
    shi_page_count(page, n);
    shi_page_cell(page);
    int64_t named = 0;
    for (int64_t i = 0; i < view->figures.len && named < NAMED; i++) {
        const shi_figure *f = &view->figures.ptr[i];
        if (shi_words_obstacle(f) != why) continue;
        if (named++) shi_page_text(page, page->lang == SHI_ZH ? S("\xEF\xBC\x9B") : S("; "));
        shi_page_name(page, f->unit_name, f->unit_code);
        shi_page_text(page, S(" "));
        shi_page_name(page, f->indicator_name, f->indicator);
        if (!page->period.ptr || !shi_str_eq(page->period, f->period)) {
            shi_page_text(page, S(" "));
            shi_words_name(&page->slip, f->period);
            shi_page_slip(page);
        }
    }
    if (n > named) shi_page_text(page, S("\xE2\x80\xA6"));
    shi_page_row_end(page);
}

static void not_judged(shi_page *page, const shi_run_view *view)
{
    static const char *const HEAD[] = { N_("Why"), N_("Figures"), N_("Which") };
    const char *done[GROUPS];
    int64_t groups = 0, listed = 0;
    shi_page_heading(page, N_("Not judged"));
    if (!view->run.verdicts[SHI_NOT_JUDGED]) {
        shi_section_said(page, N_("Every figure could be judged."));
        return;
    }
    for (int64_t i = 0; i < view->figures.len; i++) {
        const char *why = shi_words_obstacle(&view->figures.ptr[i]);
        bool known = !why;
        listed += why != NULL;
        for (int64_t g = 0; g < groups; g++) known = known || done[g] == why;
        if (known || groups == GROUPS) continue;
        if (!groups) shi_page_table(page, N_("Figures that were not judged"), HEAD, COUNT(HEAD), "txt keep");
        done[groups++] = why;
        not_judged_group(page, view, why);
    }
    if (groups) shi_page_table_end(page);
    shi_section_rest(page, N_("%1$s more rows are in figures.parquet."), view->run.verdicts[SHI_NOT_JUDGED] - listed);
}

void shi_section_inputs(shi_page *page, const shi_run_view *view)
{
    static const char *const HEAD[] = { N_("Table"), N_("File"), N_("Rows"), N_("SHA-256") };
    const shi_run_info *r = &view->run;
    if (r->inputs) shi_page_table(page, N_("Files used"), HEAD, COUNT(HEAD), r->inputs <= SHI_PAGE_ROWS ? "txt keep" : "txt");
    for (int64_t i = 0; i < r->inputs; i++) {
        const shi_run_input *in = &r->input[i];
        shi_page_row(page);
        shi_page_name(page, in->table, in->table);
        shi_page_cell(page);
        shi_page_name(page, in->file, in->file);
        shi_page_cell_number(page);
        shi_page_count(page, in->rows);
        shi_page_cell(page);
        shi_page_code(page, in->sha256);
        shi_page_row_end(page);
    }
    if (r->inputs) shi_page_table_end(page);
}

static void recheck(shi_page *page, const shi_run_view *view)
{
    shi_page_heading(page, N_("How to recheck"));
    shi_section_said(page, N_("The same program with the same files gives the same numbers, to the last digit. Below are the files and their "
        "SHA-256; sha256sum shows whether a file is the one that was used."));
    shi_section_inputs(page, view);
}

void shi_section_annex(shi_page *page, const shi_run_view *view)
{
    rules(page, view);
    if (view->targets.len) chance(page, &view->run);
    not_judged(page, view);
    shi_section_replies(page, view);
    recheck(page, view);
}
