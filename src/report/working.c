/* The auditor's working paper: what was used, with which settings and versions, what came out, and how anyone can do it again. */
#include "report/sections.h"

#include "report/papers.h"

static void fact(shi_page *page, const char *id)
{
    shi_page_row(page);
    shi_page_say(page, id);
    shi_page_cell(page);
}

static void fact_text(shi_page *page, const char *id, shi_str text)
{
    fact(page, id);
    shi_words_name(&page->slip, text);
    shi_page_slip(page);
    shi_page_row_end(page);
}

/* Blank lines are filled in by hand. */
static void identity(shi_page *page, const shi_run_view *view)
{
    static const char *const HEAD[] = { N_("Item"), N_("Content") };
    static const char *const BLANK[] = { N_("Number of the paper"), N_("Auditor, date"), N_("Reviewer, date") };
    const shi_run_info *r = &view->run;
    shi_page_table(page, N_("Audit matter"), HEAD, COUNT(HEAD), "txt keep");
    fact_text(page, N_("Audited unit"), r->name);
    fact(page, N_("Matter"));
    shi_page_say(page, N_("Whether reported figures are real, and whether their targets could be met"));
    shi_page_row_end(page);
    fact(page, N_("Period"));
    if (page->period.ptr) shi_words_period(&page->slip, page->lang, page->period);
    else shi_buf_puts(&page->slip, tr(page->lang, N_("all periods")));
    shi_page_slip(page);
    shi_page_row_end(page);
    fact_text(page, N_("Run"), r->run);
    for (int64_t i = 0; i < COUNT(BLANK); i++) fact_text(page, BLANK[i], (shi_str){ 0 });
    shi_page_table_end(page);
}

static void settings(shi_page *page, const shi_run_view *view, const shi_papers_work *work)
{
    static const char *const HEAD[] = { N_("Setting"), N_("Value") };
    const shi_run_info *r = &view->run;
    shi_page_table(page, N_("Settings and versions"), HEAD, COUNT(HEAD), "txt keep");
    fact(page, N_("Tolerance between report and count"));
    shi_words_share(&page->slip, (double)r->tolerance / 1000);
    shi_page_slip(page);
    shi_page_row_end(page);
    fact(page, N_("Share of the people who take part: mean, weight"));
    shi_words_share(&page->slip, r->prior_mean);
    shi_buf_puts(&page->slip, page->lang == SHI_ZH ? "，" : ", ");
    shi_words_times(&page->slip, r->prior_weight);
    shi_page_slip(page);
    shi_page_row_end(page);
    fact(page, N_("Counts below this are not told"));
    shi_page_count(page, r->small_cell);
    shi_page_row_end(page);
    fact_text(page, N_("Time zone"), r->zone);
    fact(page, N_("Versions"));
    shi_buf_format(&page->slip, "Shishu %s, DuckDB %s, SQLite %s", SHI_VERSION, work->duckdb, work->sqlite);
    shi_page_slip(page);
    shi_page_row_end(page);
    fact(page, N_("Entries of the ledger, and the hash of the last"));
    shi_page_count(page, work->entries);
    shi_page_text(page, S(" "));
    shi_page_code(page, shi_str_from(work->head));
    shi_page_row_end(page);
    fact(page, N_("SHA-256 of run.json"));
    shi_page_code(page, work->run_sha256);
    shi_page_row_end(page);
    shi_page_table_end(page);
    shi_page_said(page, SHI_PARA_NOTE, N_("No step but the draw of field checks uses random numbers without a fixed seed; the seeds of the draws are "
        "public and stand below."));
}

static void draws(shi_page *page, const shi_papers_work *work)
{
    static const char *const HEAD[] = { N_("Check"), N_("Seeds"), N_("File"), N_("SHA-256") };
    if (!work->checks) {
        shi_section_said(page, N_("No field check was made."));
        return;
    }
    shi_page_table(page, N_("Field checks: seeds and files"), HEAD, COUNT(HEAD), "txt");
    for (int64_t i = 0; i < work->files; i++) {
        const shi_papers_file *f = &work->file[i];
        if (!f->check.ptr) continue;
        shi_page_row(page);
        shi_page_text(page, f->check);
        shi_page_cell(page);
        shi_words_name(&page->slip, f->seeds);
        shi_page_slip(page);
        shi_page_cell(page);
        shi_page_text(page, f->name);
        shi_page_cell(page);
        shi_page_code(page, f->sha256);
        shi_page_row_end(page);
    }
    shi_page_table_end(page);
}

static void results(shi_page *page, const shi_papers_work *work)
{
    static const char *const HEAD[] = { N_("File"), N_("SHA-256") };
    shi_page_table(page, N_("Files of the run"), HEAD, COUNT(HEAD), "txt");
    for (int64_t i = 0; i < work->files; i++) {
        const shi_papers_file *f = &work->file[i];
        if (f->check.ptr) continue;
        shi_page_row(page);
        shi_words_name(&page->slip, f->name);
        shi_page_slip(page);
        shi_page_cell(page);
        shi_page_code(page, f->sha256);
        shi_page_row_end(page);
    }
    shi_page_table_end(page);
}

static void steps(shi_page *page, const shi_papers_work *work)
{
    static const char *const STEP[] = {
        N_("Hash the files used with sha256sum and compare with the table."),
        N_("Run \"shishu verify-ledger\" on the workspace: it recomputes the chain of the ledger and the hash of every file, and must show the last "
            "hash above."),
        N_("Or begin anew: \"shishu init --key\" with the same key, \"shishu import\" of the same files in the same order, the same settings in "
            "shishu.ini, \"shishu audit\" with the date of the run as --today. Of a run that was made before any field check, all files but "
            "report.html and run.json have the hashes above; a later one also holds what the checks found."),
    };
    shi_page_list(page);
    for (int64_t i = 0; i < COUNT(STEP); i++) shi_page_said(page, SHI_PARA_ITEM, STEP[i]);
    if (work->checks)
        shi_page_said(page, SHI_PARA_ITEM, N_("For each field check run \"shishu spotcheck verify\" on its folder: the draw from the public seed "
            "and the estimate must come out again."));
    shi_page_list_end(page);
}

void shi_working(shi_page *page, const shi_run_view *view, const shi_papers_work *work)
{
    int number = 0;
    identity(page, view);
    shi_page_section(page, ++number, N_("What came out"));
    shi_words_summary(&page->slip, page->lang, view);
    shi_page_slipped(page, SHI_PARA);
    shi_page_section(page, ++number, N_("Data, settings, versions"));
    shi_section_inputs(page, view);
    settings(page, view, work);
    shi_page_section(page, ++number, N_("Draws"));
    draws(page, work);
    shi_page_section(page, ++number, N_("Results"));
    results(page, work);
    shi_page_section(page, ++number, N_("Steps to recheck"));
    steps(page, work);
    shi_page_section(page, ++number, N_("Answers of the audited units"));
    shi_section_reply_texts(page, view);
    shi_page_said(page, SHI_PARA_SIGN, N_("Signature of the auditor: ____________"));
    shi_page_said(page, SHI_PARA_SIGN, N_("Signature of the reviewer: ____________"));
}
