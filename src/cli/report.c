/* shishu report: the latest run as one file. */
#include "chain/run.h"
#include "cli/cli.h"
#include "report/annex.h"
#include "report/html.h"
#include "report/json.h"

#include <stdio.h>
#include <string.h>

typedef enum { HTML, JSON, XLSX, FORMATS } format;
typedef struct {
    const char *format, *output, *run;
} args;

static const shi_option OPTIONS[] = {
    { "format", SHI_OPT_TEXT, offsetof(args, format), "html|json|xlsx",
      N_("html: one page that opens offline and prints; json: one document; xlsx: the annex as a workbook, with all figures") },
    { "o", SHI_OPT_TEXT, offsetof(args, output), "FILE", N_("write there; without it to standard output") },
    { "run", SHI_OPT_TEXT, offsetof(args, run), "RUN", N_("a run below runs/; without it the latest") },
};

enum { WORST = 1000 };

static shi_err format_of(const args *a, bool json, format *out)
{
    static const char *const NAME[FORMATS] = { "html", "json", "xlsx" };
    for (*out = HTML; *out < FORMATS; (*out)++)
        if (!strcmp(a->format, NAME[*out])) break;
    if (*out == FORMATS) return shi_fail_value(SHI_USAGE, shi_str_from(a->format), N_("--format takes html, json or xlsx"),
                                               N_("\"shishu help report\" shows how it is called."));
    if (json && !a->output) *out = JSON;
    if (*out == XLSX && !a->output && shi_os_is_terminal(stdout))
        return shi_fail(SHI_USAGE, N_("a workbook cannot be shown on a terminal"), N_("Name a file: -o FILE.xlsx."));
    return (shi_err){ 0 };
}

/* html and json, whole in memory. */
static shi_err write_text(shi_cli *cli, const args *a, format as, const shi_run_view *view)
{
    shi_buf text = { 0 };
    shi_err e = as == HTML ? shi_report_html(&text, cli->lang, view) : shi_report_json(&text, view);
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

static shi_err tell(shi_cli *cli, const char *output)
{
    shi_str path = shi_os_absolute(&cli->keep, output);
    if (!cli->json) {
        shi_buf_format(&cli->out, tr(cli->lang, N_("Report: %1$s\n")), path.ptr);
        return (shi_err){ 0 };
    }
    shi_json json = { .out = &cli->out };
    shi_json_begin_object(&json);
    shi_json_kstr(&json, "report", path);
    shi_json_end_object(&json);
    shi_buf_addc(&cli->out, '\n');
    return (shi_err){ 0 };
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { .format = "html" };
    format as;
    shi_workspace ws;
    shi_duck duck;
    shi_run_info info;
    shi_run_view view;
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc > 0) return shi_fail_value(SHI_USAGE, shi_str_from(argv[0]), N_("report takes no further words"),
                                        N_("\"shishu help report\" shows how it is called."));
    SHI_TRY(format_of(&a, cli->json, &as));
    SHI_TRY(shi_cli_open(cli, SHI_READ, &ws));
    shi_engine engine = shi_cli_engine(cli, N_("Reading"));
    shi_err e = shi_run_open(&ws, &cli->keep, shi_str_from(a.run), &engine, &duck, &info);
    if (!e.code) {
        e = shi_run_view_load(&duck, &cli->keep, &info, as == JSON ? INT64_MAX : WORST, &view);
        if (!e.code && as == XLSX) e = write_workbook(cli, &ws, &a, &duck, &view);
        shi_duck_close(&duck);
    }
    shi_workspace_close(&ws);
    if (!e.code && as != XLSX) e = write_text(cli, &a, as, &view);
    return e.code || !a.output ? e : tell(cli, a.output);
}

const shi_command SHI_CMD_REPORT = { "report", "", N_("the latest audit as one file"),
    N_("Writes the latest run as one file that opens anywhere: html (printable, in the language of --lang), json or xlsx. Targets stand before "
       "units, the worst first; the page holds the worst thousand rows, all are in figures.parquet. The workbook is the annex to send on, in the "
       "language of --lang: what to do about each indicator, clause by clause, all targets, who enlarged them, hours, fair shares, all figures, "
       "contradictions, and what the columns mean; a sheet takes a million rows, and what is more goes on further sheets."),
    OPTIONS, COUNT(OPTIONS), run };
