/* shishu report: the latest run as one file. */
#include "chain/run.h"
#include "cli/cli.h"
#include "report/html.h"
#include "report/json.h"

#include <string.h>

typedef struct {
    const char *format, *output, *run;
} args;

static const shi_option OPTIONS[] = {
    { "format", SHI_OPT_TEXT, offsetof(args, format), "html|json", N_("html: one page that opens offline and prints; json: one document") },
    { "o", SHI_OPT_TEXT, offsetof(args, output), "FILE", N_("write there; without it to standard output") },
    { "run", SHI_OPT_TEXT, offsetof(args, run), "RUN", N_("a run below runs/; without it the latest") },
};

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    enum { WORST = 1000 };
    args a = { .format = "html" };
    shi_workspace ws;
    shi_duck duck;
    shi_run_info info;
    shi_run_view view;
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc > 0) return shi_fail_value(SHI_USAGE, shi_str_from(argv[0]), N_("report takes no further words"),
                                        N_("\"shishu help report\" shows how it is called."));
    if (cli->json && !a.output) a.format = "json";
    bool html = !strcmp(a.format, "html");
    if (!html && strcmp(a.format, "json")) return shi_fail_value(SHI_USAGE, shi_str_from(a.format), N_("--format takes html or json"),
                                                                 N_("\"shishu help report\" shows how it is called."));
    SHI_TRY(shi_cli_open(cli, SHI_READ, &ws));
    shi_engine engine = shi_cli_engine(cli, N_("Reading"));
    shi_err e = shi_run_open(&ws, &cli->keep, shi_str_from(a.run), &engine, &duck, &info);
    if (!e.code) {
        e = shi_run_view_load(&duck, &cli->keep, &info, html ? WORST : INT64_MAX, &view);
        shi_duck_close(&duck);
    }
    shi_workspace_close(&ws);
    if (e.code) return e;
    shi_buf text = { 0 };
    e = html ? shi_report_html(&text, cli->lang, &view) : shi_report_json(&text, &view);
    if (!e.code && text.failed) e = shi_no_memory();
    if (!e.code && !a.output) shi_buf_add(&cli->out, shi_buf_str(&text));
    if (!e.code && a.output) {
        e = shi_os_write_whole(a.output, shi_buf_str(&text), 0644);
        shi_str path = shi_os_absolute(&cli->keep, a.output);
        if (!e.code && cli->json) {
            shi_json json = { .out = &cli->out };
            shi_json_begin_object(&json);
            shi_json_kstr(&json, "report", path);
            shi_json_end_object(&json);
            shi_buf_addc(&cli->out, '\n');
        } else if (!e.code) {
            shi_buf_format(&cli->out, tr(cli->lang, N_("Report: %1$s\n")), path.ptr);
        }
    }
    shi_buf_drop(&text);
    return e;
}

const shi_command SHI_CMD_REPORT = { "report", "", N_("the latest audit as one file"),
    N_("Writes the latest run as one file that opens anywhere: html (printable, in the language of --lang) or json. Targets stand before units, the "
        "worst first; "
       "the page holds the worst thousand rows, all are in figures.parquet."),
    OPTIONS, COUNT(OPTIONS), run };
