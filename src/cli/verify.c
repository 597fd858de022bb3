/* shishu verify-ledger: is everything still what it was? */
#include "store/verify.h"

#include "cli/cli.h"

static void print_json(shi_cli *cli, const shi_verified *v)
{
    shi_json json = { .out = &cli->out };
    shi_json_begin_object(&json);
    shi_json_kbool(&json, "ok", v->differences == 0);
    shi_json_kint(&json, "entries", v->entries);
    shi_json_kint(&json, "files", v->files);
    shi_json_kint(&json, "runs", v->runs);
    shi_json_ktext(&json, "head", v->head);
    shi_json_key(&json, "differences");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < v->differences && i < SHI_MAX_DIFFERENCES; i++) {
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "file", v->difference[i].file);
        shi_json_message(&json, "what", v->difference[i].what);
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    shi_buf_addc(&cli->out, '\n');
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    shi_workspace ws;
    shi_verified v;
    SHI_TRY(shi_options_parse(NULL, 0, &argc, argv, NULL, NULL));
    if (argc > 0) return shi_fail_value(SHI_USAGE, shi_str_from(argv[0]), N_("verify-ledger takes no further words"),
                                        N_("\"shishu help verify-ledger\" shows how it is called."));
    SHI_TRY(shi_cli_open(cli, SHI_READ, &ws));
    shi_err e = shi_verify_ledger(&ws, &cli->keep, &v);
    shi_workspace_close(&ws);
    if (e.code) return e;
    if (cli->json) print_json(cli, &v);
    else {
        for (int64_t i = 0; i < v.differences && i < SHI_MAX_DIFFERENCES; i++)
            shi_buf_format(&cli->out, cli->lang == SHI_ZH ? "%s：%s\n" : "%s: %s\n", v.difference[i].file.ptr, tr(cli->lang, v.difference[i].what));
        shi_buf_format(&cli->out, tr(cli->lang, N_("Checked %1$lld entries of the audit trail, %2$lld files, %3$lld runs: %4$lld differences.\nLast "
            "hash of the trail: %5$s\n")),
                       (long long)v.entries, (long long)v.files, (long long)v.runs, (long long)v.differences, v.head);
    }
    return (shi_err){ .code = v.differences ? SHI_CHECK : SHI_OK };
}

const shi_command SHI_CMD_VERIFY_LEDGER = { "verify-ledger", "", N_("recheck the audit trail and every file against its hash"),
    N_("Recomputes the hash chain of the audit trail and the SHA-256 of every data file and every file of every run. Any difference is printed, and "
        "the exit status is 1. "
       "Keep the last hash elsewhere: then even a ledger that was rewritten as a whole is noticed."),
    NULL, 0, run };
