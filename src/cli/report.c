/* shishu report: the latest run as one file. */
#include "chain/run.h"
#include "cli/cli.h"
#include "report/annex.h"
#include "field/papers.h"
#include "report/json.h"
#include "report/papers.h"

#include <stdio.h>
#include <string.h>

typedef enum { HTML, JSON, XLSX, DOCX, FORMATS } format;
typedef struct {
    const char *format, *output, *run, *paper, *target;
} args;

static const shi_option OPTIONS[] = {
    { "format", SHI_OPT_TEXT, offsetof(args, format), "html|docx|xlsx|json",
      N_("html: one page that opens offline and prints; docx: the same as an official paper; xlsx: the annex as a workbook, with all figures; "
         "json: one document") },
    { "paper", SHI_OPT_TEXT, offsetof(args, paper), "report|notice|working",
      N_("html and docx: the report (as without it), the draft of a notice about one target, or the auditor's working paper") },
    { "target", SHI_OPT_TEXT, offsetof(args, target), "TARGET", N_("what the notice is about: INDICATOR/PERIOD/UNIT, with @ISSUER where several "
        "ask") },
    { "o", SHI_OPT_TEXT, offsetof(args, output), "FILE", N_("write there; without it to standard output") },
    { "run", SHI_OPT_TEXT, offsetof(args, run), "RUN", N_("a run below runs/; without it the latest") },
};

enum { WORST = 1000 };

static shi_err format_of(const args *a, bool json, format *out)
{
    static const char *const NAME[FORMATS] = { "html", "json", "xlsx", "docx" };
    for (*out = HTML; *out < FORMATS; (*out)++)
        if (!strcmp(a->format, NAME[*out])) break;
    if (*out == FORMATS) return shi_fail_value(SHI_USAGE, shi_str_from(a->format), N_("--format takes html, docx, xlsx or json"),
                                               N_("\"shishu help report\" shows how it is called."));
    if (json && !a->output) *out = JSON;
    if (!a->output && shi_os_is_terminal(stdout) && (*out == XLSX || *out == DOCX))
        return *out == XLSX ? shi_fail(SHI_USAGE, N_("a workbook cannot be shown on a terminal"), N_("Name a file: -o FILE.xlsx."))
                            : shi_fail(SHI_USAGE, N_("a docx cannot be shown on a terminal"), N_("Name a file: -o FILE.docx."));
    return (shi_err){ 0 };
}

static shi_err paper_of(const args *a, format as, shi_paper *out)
{
    static const char *const NAME[SHI_PAPERS] = { "report", "notice", "working" };
    for (*out = SHI_PAPER_REPORT; a->paper && *out < SHI_PAPERS; (*out)++)
        if (!strcmp(a->paper, NAME[*out])) break;
    if (*out == SHI_PAPERS)
        return shi_fail_value(SHI_USAGE, shi_str_from(a->paper), N_("--paper takes report, notice or working"),
                              N_("\"shishu help report\" shows how it is called."));
    if (*out != SHI_PAPER_REPORT && as != HTML && as != DOCX)
        return shi_fail(SHI_USAGE, N_("this paper is written as html or docx only"), N_("Add --format docx."));
    if ((*out == SHI_PAPER_NOTICE) != (a->target != NULL))
        return shi_fail(SHI_USAGE, N_("a notice is about one target, and only a notice is"),
                        N_("Name it: --paper notice --target INDICATOR/PERIOD/UNIT, with @ISSUER where several ask."));
    return (shi_err){ 0 };
}

/* html, docx and json, whole in memory. */
static shi_err write_text(shi_cli *cli, const args *a, format as, const shi_run_view *view, const shi_paper_wish *wish)
{
    shi_buf text = { 0 };
    shi_err e = as == JSON ? shi_report_json(&text, view) : shi_report_paper(&text, cli->lang, view, wish);
    if (!e.code && text.failed) e = shi_no_memory();
    if (!e.code && !a->output) shi_buf_add(&cli->out, shi_buf_str(&text));
    else if (!e.code) e = shi_os_write_whole(a->output, shi_buf_str(&text), 0644);
    shi_buf_drop(&text);
    return e;
}

static shi_err write_workbook(shi_cli *cli, shi_workspace *ws, const args *a, shi_duck *duck, const shi_run_view *view)
{
    shi_os_whole whole;
    const char *spill = shi_workspace_spill(ws, &cli->keep);
    SHI_TRY(shi_os_whole_begin(a->output, spill, 0644, &whole));
    shi_err e = shi_annex_write(duck, view, &(shi_annex_options){ .lang = cli->lang, .path = whole.fresh, .spill = spill, .zone = &ws->zone });
    e = shi_os_whole_finish(&whole, e);
    if (e.code == SHI_SYSTEM && !e.file.ptr && a->output) e.file = shi_str_from(a->output);
    return e;
}

/* What the paper is made of, and where it is a workbook, the paper itself. */
static shi_err gather(shi_cli *cli, shi_workspace *ws, shi_duck *duck, const args *a, format as, const shi_run_info *info, shi_run_view *view,
                      shi_paper_wish *wish, shi_papers_work *work)
{
    SHI_TRY(shi_run_view_load(duck, &cli->keep, info, as == JSON ? INT64_MAX : WORST, view));
    SHI_TRY(shi_papers_load(ws, duck, &cli->keep, view));
    if (wish->paper == SHI_PAPER_NOTICE) {
        SHI_TRY(shi_papers_target(duck, &cli->keep, a->target, view, &wish->target));
        if (!shi_notice_speaks(wish->target))
            return shi_fail_value(SHI_INPUT, shi_str_from(a->target), N_("nothing is known that speaks against this target"),
                                  N_("\"shishu check\" shows what was asked."));
    }
    if (wish->paper == SHI_PAPER_WORKING) SHI_TRY(shi_papers_work_load(ws, duck, &cli->keep, info, work));
    wish->work = work;
    return as == XLSX ? write_workbook(cli, ws, a, duck, view) : (shi_err){ 0 };
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { .format = "html" };
    format as;
    shi_workspace ws;
    shi_duck duck;
    shi_run_info info;
    shi_run_view view;
    shi_paper_wish wish = { 0 };
    shi_papers_work work;
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc > 0) return shi_fail_value(SHI_USAGE, shi_str_from(argv[0]), N_("report takes no further words"),
                                        N_("\"shishu help report\" shows how it is called."));
    SHI_TRY(format_of(&a, cli->json, &as));
    SHI_TRY(paper_of(&a, as, &wish.paper));
    wish.docx = as == DOCX;
    SHI_TRY(shi_cli_open(cli, SHI_READ, &ws));
    shi_engine engine = shi_cli_engine(cli, N_("Reading"));
    shi_err e = shi_run_open(&ws, &cli->keep, shi_str_from(a.run), &engine, &duck, &info);
    if (!e.code) {
        e = gather(cli, &ws, &duck, &a, as, &info, &view, &wish, &work);
        shi_duck_close(&duck);
    }
    shi_workspace_close(&ws);
    if (!e.code && as != XLSX) e = write_text(cli, &a, as, &view, &wish);
    return e.code || !a.output ? e : shi_cli_told(cli, a.output);
}

const shi_command SHI_CMD_REPORT = { "report", "", N_("the latest audit as one file"),
    N_("Writes the latest run as one file that opens anywhere, in the language of --lang: html (printable), docx (the page of GB/T 9704), xlsx or "
       "json. The order is that of an official report: summary, contents, scope, targets, figures, leads, field checks, ranks, what to do, annex. "
       "Targets stand before units, the worst first; html holds the worst thousand rows of a kind, docx the worst thirty, all are in "
       "figures.parquet and in the workbook. --paper notice drafts, for a human to sign, the notice that withdraws or corrects one target, with "
       "the clauses and since when they are in force; --paper working is the auditor's working paper: hashes of every input, settings, versions, "
       "seeds, steps to recheck. The workbook is the annex to send on: what to do about each indicator, clause by clause, all targets, who enlarged "
       "them, hours, fair shares, all figures, contradictions, units' answers, and what the columns mean; a sheet takes a million rows, and what "
       "is more goes on further sheets. Counts of few people are not told in html, docx and xlsx; json is for machines inside the office and "
       "tells all."),
    OPTIONS, COUNT(OPTIONS), run };
