/* shishu purge: retention. */
#include "store/purge.h"

#include "cli/cli.h"

typedef struct {
    int64_t before;
} args;

static const shi_option OPTIONS[] = {
    { "before", SHI_OPT_DATE, offsetof(args, before), "DATE", N_("rows from before this day are deleted") },
};

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { .before = INT64_MIN };
    shi_workspace ws;
    shi_purged purged;
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (a.before == INT64_MIN || argc > 0) return shi_fail(SHI_USAGE, N_("purge takes --before DATE and nothing else"),
                                                           N_("\"shishu help purge\" shows how it is called."));
    SHI_TRY(shi_cli_open(cli, SHI_WRITE, &ws));
    shi_engine engine = shi_cli_engine(cli, N_("Purging"));
    shi_err e = shi_purge_before(&ws, &cli->keep, a.before, &engine, &purged);
    shi_progress_end(cli);
    shi_workspace_close(&ws);
    if (e.code) return e;
    char day[16];
    shi_day_write(a.before, day);
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        shi_json_begin_object(&json);
        shi_json_ktext(&json, "before", day);
        shi_json_kint(&json, "events", purged.events);
        shi_json_kint(&json, "accounts", purged.accounts);
        shi_json_kint(&json, "files", purged.files);
        shi_json_kint(&json, "rejects", purged.rejects);
        shi_json_end_object(&json);
        shi_buf_addc(&cli->out, '\n');
        return (shi_err){ 0 };
    }
    shi_buf_format(&cli->out, tr(cli->lang, N_("Deleted what is from before %1$s: %2$lld events, %3$lld closed accounts, %4$lld files of rejected "
        "rows. Hashes stay; these days are no longer covered.\n")),
                   day, (long long)purged.events, (long long)purged.accounts, (long long)purged.rejects);
    return (shi_err){ 0 };
}

const shi_command SHI_CMD_PURGE = { "purge", "--before DATE", N_("delete old rows about people, keep hashes"),
    N_("Deletes events from before the day, accounts closed before it, and rejected rows of imports made before it. Reports, targets and runs stay. "
        "Days before it no longer count as covered."),
    OPTIONS, COUNT(OPTIONS), run };
