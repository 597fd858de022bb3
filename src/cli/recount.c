/* shishu recount: figures from the logs by the counting rules, against the reports. Nothing is written. */
#include "chain/audit.h"
#include "cli/cli.h"
#include "report/json.h"
#include "report/terminal.h"

typedef struct {
    const char *period;
} args;

static const shi_option OPTIONS[] = {
    { "period", SHI_OPT_TEXT, offsetof(args, period), "PERIOD", N_("only figures of this period, such as 2024-06") },
};

static shi_err load(shi_cli *cli, shi_chain *chain, int64_t limit, shi_run_view *view)
{
    shi_run_info info;
    SHI_TRY(shi_run_info_fill(chain, &info));
    if (!cli->json) return shi_run_chain_view(chain, &info, limit, view);
    /* everything, in order of the figures' names */
    *view = (shi_run_view){ .run = info };
    SHI_TRY(shi_run_figures(chain->duck, &cli->keep, "figure_out", "ORDER BY indicator, period, unit_code", NULL, 0, &view->figures));
    return shi_run_contradictions(chain->duck, &cli->keep, "contradiction", "ORDER BY kind, figure, other NULLS LAST", &view->contradictions);
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    enum { SHOWN = 1000 };
    args a = { 0 };
    shi_workspace ws;
    shi_duck duck;
    shi_chain chain;
    shi_run_view view;
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc > 0) return shi_fail_value(SHI_USAGE, shi_str_from(argv[0]), N_("recount takes no further words"),
                                        N_("\"shishu help recount\" shows how it is called."));
    SHI_TRY(shi_cli_open(cli, SHI_READ, &ws));
    shi_engine engine = shi_cli_engine(cli, N_("Counting"));
    shi_err e = shi_recount(&ws, &cli->keep, shi_str_from(a.period), NULL, &engine, &duck, &chain);
    shi_progress_end(cli);
    if (!e.code) {
        e = load(cli, &chain, SHOWN, &view);
        shi_duck_close(&duck);
    }
    shi_workspace_close(&ws);
    if (e.code) return e;
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        shi_report_json_recount(&json, &view);
        shi_buf_addc(&cli->out, '\n');
    } else {
        shi_report_terminal(&cli->out, cli->lang, &view, shi_cli_colour());
    }
    return (shi_err){ 0 };
}

const shi_command SHI_CMD_RECOUNT = { "recount", "", N_("count from the logs again and compare with the reports"),
    N_("Counts every reported or targeted figure from accounts and events by its indicator's counting rule, finds the most that could be true, and "
        "says what each "
       "figure came to. Writes nothing; audit does the same and keeps the result."),
    OPTIONS, COUNT(OPTIONS), run };
