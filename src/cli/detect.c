/* shishu detect: the detectors over the whole workspace, and what stands. Nothing is written but OUT; audit does the same and keeps the result. */
#include "chain/audit.h"
#include "cli/cli.h"
#include "report/batches.h"

typedef struct {
    shi_texts only;
    const char *members;
} args;

static const shi_option OPTIONS[] = {
    { "only", SHI_OPT_TEXTS, offsetof(args, only), "NAME", N_("only this detector; may be given again") },
    { "members", SHI_OPT_TEXT, offsetof(args, members), "OUT", N_("write the members of all findings to this CSV file") },
};

static shi_err write_members(shi_duck *duck, const char *path)
{
    shi_os_whole whole;
    SHI_TRY(shi_os_whole_begin(path, NULL, 0600, &whole));
    return shi_os_whole_finish(&whole, shi_run_members_csv(duck, whole.fresh));
}

static shi_err print(shi_cli *cli, const args *a, shi_duck *duck, const shi_leads *leads, const shi_zone *zone)
{
    enum { SHOWN = 50 };
    shi_account_batches batches;
    SHI_TRY(shi_run_batches(duck, &cli->keep, "finding", "ORDER BY lead", NULL, 0, &batches));
    if (a->members) SHI_TRY(write_members(duck, a->members));
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        shi_report_json_batches(&json, &batches, leads, zone);
        shi_buf_addc(&cli->out, '\n');
    } else shi_report_batches(&cli->out, cli->lang, &batches, leads, zone, SHOWN);
    return (shi_err){ 0 };
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { 0 };
    shi_workspace ws;
    shi_duck duck;
    shi_leads leads;
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc > 0) return shi_fail_value(SHI_USAGE, shi_str_from(argv[0]), N_("detect takes no further words"),
                                        N_("\"shishu help detect\" shows how it is called."));
    SHI_TRY(shi_cli_open(cli, SHI_READ, &ws));
    shi_engine engine = shi_cli_engine(cli, N_("Detecting"));
    shi_writer writer = shi_cli_writer(cli);
    const shi_strs only = { a.only.item, a.only.len };
    shi_err e = shi_detect(&ws, &cli->keep, a.only.len ? &only : NULL, &engine, &writer, &duck, &leads);
    shi_progress_end(cli);
    if (!e.code) {
        e = print(cli, &a, &duck, &leads, &ws.zone);
        shi_duck_close(&duck);
    }
    shi_workspace_close(&ws);
    return e;
}

const shi_command SHI_CMD_DETECT = { "detect", "", N_("find accounts that act as one: leads, with their innocent causes"),
    N_("Looks through all accounts and events of the workspace for batches of accounts that act as one. What is listed holds together: the expected "
       "share of false findings is at most the workspace's risk. Each finding says which innocent causes were asked for and how they fared; what "
       "one of them "
       "explains is listed apart. A finding is a lead about accounts, to be checked on the spot, never a verdict about people."),
    OPTIONS, COUNT(OPTIONS), run };
