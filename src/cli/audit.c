/* shishu audit: the whole chain in one run, kept below runs/ with its report. */
#include "chain/audit.h"

#include "cli/cli.h"
#include "field/papers.h"
#include "report/batches.h"
#include "report/cite.h"
#include "report/html.h"
#include "report/json.h"
#include "report/terminal.h"
#include "report/words.h"

#include <string.h>

typedef struct {
    const char *period;
    shi_texts fail_on;
} args;

static const shi_option OPTIONS[] = {
    { "period", SHI_OPT_TEXT, offsetof(args, period), "PERIOD", N_("only figures of this period, such as 2024-06") },
    { "fail-on", SHI_OPT_TEXTS, offsetof(args, fail_on), "impossible|doubtful",
        N_("exit with status 1 when a figure has this verdict (doubtful: or a worse one)") },
};

static void write_reason(shi_buf *out, int lang, const shi_figure *figure, int64_t tolerance)
{
    shi_words_reason(out, (shi_lang)lang, figure, tolerance);
}

static void write_target(shi_buf *out, int lang, const shi_target_row *target)
{
    shi_words_target(out, (shi_lang)lang, target);
}

static void write_batch(shi_buf *out, int lang, const shi_account_batch *batch)
{
    shi_words_batch(out, (shi_lang)lang, batch);
}

static void write_advice(shi_buf *out, int lang, const shi_check *check, const shi_indicator_row *row)
{
    shi_cite_indicator_reason(out, (shi_lang)lang, check, row);
}

static void write_hardening(shi_buf *out, int lang, const shi_indicator_row *row)
{
    shi_cite_hardening(out, (shi_lang)lang, row);
}

static shi_err write_report(shi_buf *out, int lang, const shi_run_view *view)
{
    return shi_report_html(out, (shi_lang)lang, view);
}

shi_writer shi_cli_writer(const shi_cli *cli)
{
    return (shi_writer){ .lang = (int)cli->lang, .reason = write_reason, .target = write_target, .batch = write_batch, .advice = write_advice,
        .hardening = write_hardening, .more = shi_papers_load, .report = write_report };
}

bool shi_cli_colour(void)
{
    return shi_os_is_terminal(stdout) && !shi_os_variable("NO_COLOR");
}

/* Does a verdict that was to fail occur? */
static shi_err judge(const args *a, const shi_run_info *run)
{
    int64_t hits = 0;
    for (int64_t i = 0; i < a->fail_on.len; i++) {
        hits += run->verdicts[SHI_IMPOSSIBLE];
        if (shi_str_eq(a->fail_on.item[i],
                       S("doubtful"))) hits += run->verdicts[SHI_DOUBTFUL] + run->verdicts[SHI_REFUTED] + run->verdicts[SHI_CONTRADICTORY];
    }
    return (shi_err){ .code = hits > 0 ? SHI_CHECK : SHI_OK };
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    enum { SHOWN = 1000 };
    args a = { 0 };
    shi_workspace ws;
    shi_run_view view;
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc > 0) return shi_fail_value(SHI_USAGE, shi_str_from(argv[0]), N_("audit takes no further words"),
                                        N_("\"shishu help audit\" shows how it is called."));
    for (int64_t i = 0; i < a.fail_on.len; i++)
        if (!shi_str_eq(a.fail_on.item[i], S("impossible")) && !shi_str_eq(a.fail_on.item[i], S("doubtful")))
            return shi_fail_value(SHI_USAGE, a.fail_on.item[i], N_("--fail-on takes impossible or doubtful"),
                                  N_("\"shishu help audit\" shows how it is called."));
    SHI_TRY(shi_cli_open(cli, SHI_WRITE, &ws));
    shi_engine engine = shi_cli_engine(cli, N_("Auditing"));
    shi_writer writer = shi_cli_writer(cli);
    shi_book book;
    shi_err e = shi_cli_book(cli, &ws, NULL, &book);
    const shi_judging judging = { &book, { .period = shi_str_from(a.period), .today = shi_cli_today(cli, &ws) } };
    if (!e.code) e = shi_audit(&ws, &cli->keep, shi_str_from(a.period), &engine, &judging, &writer, SHOWN, &view);
    shi_progress_end(cli);
    shi_workspace_close(&ws);
    if (e.code) return e;
    shi_str report = shi_str_format(&cli->keep, "%s/report.html", view.run.dir.ptr);
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        shi_report_json_audit(&json, &view.run, report);
        shi_buf_addc(&cli->out, '\n');
    } else {
        shi_report_terminal(&cli->out, cli->lang, &view, shi_cli_colour());
        shi_buf_format(&cli->out, tr(cli->lang, N_("\nReport: %1$s\n")), report.ptr);
    }
    return judge(&a, &view.run);
}

const shi_command SHI_CMD_AUDIT = { "audit", "", N_("the main job: from target to verdict, kept with its report"),
    N_("Judges every reported or targeted figure: what was asked and by whom it was inflated, what was reported, what the logs show, what is "
        "possible at most, and the verdict. "
       "The run is kept below runs/ as Parquet, JSON and a report that opens anywhere."),
    OPTIONS, COUNT(OPTIONS), run };
