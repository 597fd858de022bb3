/* shishu explain: the chain of a figure, all figures of a unit, a finding, or an account, from the latest run. */
#include "chain/run.h"
#include "cli/cli.h"
#include "field/papers.h"
#include "report/batches.h"
#include "report/json.h"
#include "report/papers.h"
#include "report/terminal.h"

#include <string.h>

typedef struct {
    const char *run, *sheet, *period, *output;
} args;

static const shi_option OPTIONS[] = {
    { "run", SHI_OPT_TEXT, offsetof(args, run), "RUN", N_("a run below runs/; without it the latest") },
    { "sheet", SHI_OPT_TEXT, offsetof(args, sheet), "UNIT", N_("one A4 page for a township or village, as HTML that prints") },
    { "period", SHI_OPT_TEXT, offsetof(args, period), "PERIOD", N_("with --sheet: of this period; without it of the latest that the unit has") },
    { "o", SHI_OPT_TEXT, offsetof(args, output), "FILE", N_("with --sheet: write there; without it to standard output") },
};

/* A finding about a target or a figure is told by its subject; one about accounts by itself. */
static shi_err subject_of(shi_cli *cli, shi_duck *duck, shi_str finding, shi_str *subject, bool *batch)
{
    shi_rows rows;
    const shi_param p = SHI_TEXTP(finding);
    *subject = (shi_str){ 0 };
    *batch = false;
    SHI_TRY(shi_duck_query(duck, "SELECT subject, about FROM finding WHERE finding = $1", &p, 1, &rows));
    if (shi_rows_next(&rows)) {
        *subject = shi_str_copy(&cli->keep, shi_rows_str(&rows, 0));
        *batch = shi_str_eq(shi_rows_str(&rows, 1), S("account-batch")) || shi_str_eq(shi_rows_str(&rows, 1), S("unit"));
    }
    shi_rows_close(&rows);
    return (shi_err){ 0 };
}

static shi_err print_batch(shi_cli *cli, shi_duck *duck, shi_str finding, const shi_zone *zone)
{
    enum { UNITS = 20 };
    shi_account_batches found;
    shi_batch_units units;
    const shi_param p = SHI_TEXTP(finding);
    SHI_TRY(shi_run_batches(duck, &cli->keep, "finding", "WHERE finding = $1", &p, 1, &found));
    SHI_TRY(shi_run_batch_units(duck, &cli->keep, finding, &units));
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        shi_report_json_batch_units(&json, &found.ptr[0], &units, zone);
        shi_buf_addc(&cli->out, '\n');
    } else shi_report_batch(&cli->out, cli->lang, &found.ptr[0], &units, zone, UNITS);
    return (shi_err){ 0 };
}

/* Findings with members in a unit, or an account's. */
static shi_err print_account(shi_cli *cli, const shi_memberships *of)
{
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        shi_report_json_memberships(&json, of);
        shi_buf_addc(&cli->out, '\n');
    } else shi_report_memberships(&cli->out, cli->lang, of);
    return (shi_err){ 0 };
}

/* Answers about this figure, about findings, and about the unit as a whole. */
static shi_err replies_of(shi_cli *cli, const shi_replies *all, const shi_figure *f, shi_replies *out)
{
    shi_str part[3], name = shi_str_format(&cli->keep, "%.*s/%.*s/%.*s", (int)f->indicator.len, f->indicator.ptr, (int)f->period.len, f->period.ptr,
                                           (int)f->unit_code.len, f->unit_code.ptr);
    *out = (shi_replies){ .ptr = shi_new(&cli->keep, shi_reply, all->len) };
    if (!out->ptr || !name.ptr) return shi_no_memory();
    for (int64_t i = 0; i < all->len; i++) {
        const shi_reply *r = &all->ptr[i];
        bool other = r->about.len && shi_figure_name_split(r->about, part) && !shi_str_eq(r->about, name);
        if (shi_str_eq(r->unit_code, f->unit_code) && !other) out->ptr[out->len++] = *r;
    }
    return (shi_err){ 0 };
}

static void print_replies(shi_cli *cli, const shi_replies *replies)
{
    if (!replies->len) return;
    shi_buf_addc(&cli->out, '\n');
    shi_buf_puts(&cli->out, tr(cli->lang, N_("Answers of the unit\n")));
    shi_report_replies(&cli->out, cli->lang, replies);
}

static shi_err print_figure(shi_cli *cli, shi_duck *duck, const shi_run_info *info, const shi_figure *f, const shi_replies *all, shi_json *json)
{
    shi_target_rows targets;
    shi_findings findings;
    shi_replies replies;
    const shi_param p[] = { SHI_TEXTP(f->indicator), SHI_TEXTP(f->period) };
    SHI_TRY(shi_run_targets(duck, &cli->keep, "target_out", "WHERE indicator = $1 AND period = $2 ORDER BY unit_code, issuer_code NULLS LAST", p, 2,
                            &targets));
    SHI_TRY(replies_of(cli, all, f, &replies));
    if (json) {
        SHI_TRY(shi_run_findings(duck, &cli->keep, f, &findings));
        shi_report_json_explain_with(json, f, targets, findings, &replies, info->tolerance);
    } else shi_report_explain(&cli->out, cli->lang, f, targets, info->tolerance, shi_cli_colour());
    return (shi_err){ 0 };
}

static shi_err explain(shi_cli *cli, shi_workspace *ws, shi_duck *duck, const shi_run_info *info, shi_str what)
{
    shi_replies replies;
    shi_figures figures = { 0 };
    shi_str part[3];
    shi_json json = { .out = &cli->out };
    bool one = shi_figure_name_split(what, part);
    if (one) {
        const shi_param p[] = { SHI_TEXTP(part[0]), SHI_TEXTP(part[1]), SHI_TEXTP(part[2]) };
        SHI_TRY(shi_run_figures(duck, &cli->keep, "figure_out", "WHERE indicator = $1 AND period = $2 AND unit_code = $3", p, 3, &figures));
    } else {
        const shi_param p = SHI_TEXTP(what);
        SHI_TRY(shi_run_figures(duck, &cli->keep, "figure_out", "WHERE unit_code = $1 ORDER BY indicator, period", &p, 1, &figures));
    }
    if (figures.len == 0) {
        shi_memberships of;
        SHI_TRY(shi_run_memberships(duck, &cli->keep, what, &of));
        if (of.len) return print_account(cli, &of);
        return shi_fail_value(SHI_INPUT, what, N_("the run holds no such figure, unit, finding, or account of a finding"),
                              N_("A figure is written INDICATOR/PERIOD/UNIT, a unit by its code, a finding as F-0001, an account as APP/ACCOUNT."));
    }
    SHI_TRY(shi_replies_load(ws, &cli->keep, figures.ptr[0].unit_code, &replies));
    if (cli->json && !one) {
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "unit_code", what);
        shi_json_key(&json, "figures");
        shi_json_begin_array(&json);
    }
    for (int64_t i = 0; i < figures.len; i++) {
        if (!cli->json && i > 0) shi_buf_addc(&cli->out, '\n');
        SHI_TRY(print_figure(cli, duck, info, &figures.ptr[i], &replies, cli->json ? &json : NULL));
    }
    if (!cli->json) print_replies(cli, &replies);
    if (cli->json && !one) {
        shi_json_end_array(&json);
        shi_json_end_object(&json);
    }
    if (cli->json) shi_buf_addc(&cli->out, '\n');
    return (shi_err){ 0 };
}

/* ---- one page ---- */

static shi_err sheet(shi_cli *cli, const args *a)
{
    shi_workspace ws;
    shi_duck duck;
    shi_run_info info;
    shi_run_view view;
    shi_buf text = { 0 };
    SHI_TRY(shi_cli_open(cli, SHI_READ, &ws));
    shi_engine engine = shi_cli_engine(cli, N_("Reading"));
    shi_err e = shi_run_open(&ws, &cli->keep, shi_str_from(a->run), &engine, &duck, &info);
    if (!e.code) {
        e = shi_papers_unit(&ws, &duck, &cli->keep, &info, shi_str_from(a->sheet), shi_str_from(a->period), &view);
        shi_duck_close(&duck);
    }
    shi_workspace_close(&ws);
    if (!e.code) e = shi_report_sheet(&text, cli->lang, &view);
    if (!e.code && !a->output) shi_buf_add(&cli->out, shi_buf_str(&text));
    else if (!e.code) e = shi_os_write_whole(a->output, shi_buf_str(&text), 0644);
    shi_buf_drop(&text);
    return e.code || !a->output ? e : shi_cli_told(cli, a->output);
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { 0 };
    shi_workspace ws;
    shi_duck duck;
    shi_run_info info;
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (a.sheet) return argc ? shi_fail_value(SHI_USAGE, shi_str_from(argv[0]), N_("--sheet takes the unit, and nothing follows"),
                                              N_("Write: shishu explain --sheet UNIT -o FILE.html.")) : sheet(cli, &a);
    if (a.period || a.output) return shi_fail(SHI_USAGE, N_("--period and -o go with --sheet"), N_("Write: shishu explain --sheet UNIT -o "
        "FILE.html."));
    if (argc != 1) return shi_fail(SHI_USAGE, N_("explain takes one figure, unit, finding or account"),
                                   N_("A figure is written INDICATOR/PERIOD/UNIT, a unit by its code, a finding as F-0001, an account as "
                                       "APP/ACCOUNT."));
    SHI_TRY(shi_cli_open(cli, SHI_READ, &ws));
    shi_engine engine = shi_cli_engine(cli, N_("Reading"));
    shi_err e = shi_run_open(&ws, &cli->keep, shi_str_from(a.run), &engine, &duck, &info);
    if (!e.code) {
        shi_str what = shi_str_from(argv[0]), subject;
        bool batch = false;
        if (shi_str_starts(what, S("F-"))) e = subject_of(cli, &duck, what, &subject, &batch);
        else subject = (shi_str){ 0 };
        if (!e.code) e = batch ? print_batch(cli, &duck, what, &ws.zone) : explain(cli, &ws, &duck, &info, subject.ptr ? subject : what);
        shi_duck_close(&duck);
    }
    shi_workspace_close(&ws);
    return e;
}

const shi_command SHI_CMD_EXPLAIN = { "explain", "FIGURE|UNIT|FINDING|ACCOUNT", N_("the chain of a figure, in words and numbers"),
    N_("Shows, from the latest audit, each link of a figure's chain and the sentence that decides: FIGURE is INDICATOR/PERIOD/UNIT. A unit code "
        "shows all figures of the unit, a finding (F-0001) its members by unit and the innocent causes that were asked for, an account "
        "(APP/ACCOUNT) the findings that hold it. What the unit answered stands below. --sheet UNIT makes the one page that a township or village "
        "hands in: its chains, who added what to its target, its rank set where there is one, the clauses to cite, and how to answer."),
    OPTIONS, COUNT(OPTIONS), run };
