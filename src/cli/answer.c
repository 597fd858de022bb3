/* shishu answer: what a unit says to its figures, kept word for word beside the run. */
#include "cli/cli.h"
#include "field/papers.h"
#include "report/json.h"
#include "report/terminal.h"
#include "store/replies.h"

#include <string.h>

typedef struct {
    const char *file, *figure, *finding, *by;
} args;

static const shi_option OPTIONS[] = {
    { "file", SHI_OPT_TEXT, offsetof(args, file), "FILE", N_("the answer, as plain text in UTF-8, at most 65,536 bytes") },
    { "figure", SHI_OPT_TEXT, offsetof(args, figure), "FIGURE", N_("what it is about: INDICATOR/PERIOD/UNIT, of the latest run") },
    { "finding", SHI_OPT_TEXT, offsetof(args, finding), "F-0001", N_("what it is about: a finding of the latest run") },
    { "by", SHI_OPT_TEXT, offsetof(args, by), "NAME", N_("who signed it") },
};

/* A name on one line, with what a text may hold. */
static shi_err signed_by(shi_cli *cli, const char *by, shi_str *out)
{
    bool masked;
    if (!by) return (shi_err){ 0 };
    if (strlen(by) > SHI_REPLY_BY_MOST || strchr(by, '\n'))
        return shi_fail(SHI_USAGE, N_("--by takes a name on one line, at most 120 bytes"), N_("What is to be said goes into the file."));
    shi_err e = shi_reply_text(&cli->keep, shi_str_from(by), out, &masked);
    return e.code ? shi_fail(SHI_USAGE, N_("--by takes a name on one line, at most 120 bytes"), N_("What is to be said goes into the file.")) : e;
}

/* ---- the two uses ---- */

static shi_err add(shi_cli *cli, const args *a, shi_str unit)
{
    shi_workspace ws;
    shi_str raw;
    shi_reply reply = { .unit_code = unit };
    bool known = false;
    if (!shi_os_exists(a->file)) return shi_os_input_error(shi_str_from(a->file));
    shi_err e = shi_os_read(&cli->keep, a->file, SHI_REPLY_MOST, &raw);
    if (!e.code) e = shi_reply_text(&cli->keep, raw, &reply.text, &reply.masked);
    if (e.code) {
        if (!e.file.ptr) e.file = shi_str_from(a->file);
        return e;
    }
    SHI_TRY(signed_by(cli, a->by, &reply.by));
    SHI_TRY(shi_cli_open(cli, SHI_WRITE, &ws));
    shi_engine engine = shi_cli_engine(cli, NULL);
    e = shi_papers_reply(&ws, &cli->keep, &engine, a->figure, a->finding, &reply);
    if (!e.code) e = shi_replies_add(&ws, &reply, &known);
    shi_workspace_close(&ws);
    if (e.code) return e;
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        shi_json_begin_object(&json);
        shi_json_kint(&json, "answer", reply.number);
        shi_json_kstr(&json, "unit_code", reply.unit_code);
        shi_json_kstr(&json, "about", reply.about);
        shi_json_kbool(&json, "masked", reply.masked);
        shi_json_kbool(&json, "already_recorded", known);
        shi_json_end_object(&json);
        shi_buf_addc(&cli->out, '\n');
        return e;
    }
    shi_buf_format(&cli->out, known ? tr(cli->lang, N_("Answer %1$lld was recorded already; nothing was changed.\n"))
                                    : tr(cli->lang, N_("Answer %1$lld is recorded. It stands in every report, explanation and sheet from now on.\n")),
                   (long long)reply.number);
    if (reply.masked) shi_say(cli, N_("Runs of seven or more digits in it stand as ***."));
    return e;
}

static shi_err list(shi_cli *cli, shi_str unit)
{
    shi_workspace ws;
    shi_replies all;
    SHI_TRY(shi_cli_open(cli, SHI_READ, &ws));
    shi_err e = shi_replies_load(&ws, &cli->keep, unit, &all);
    shi_workspace_close(&ws);
    if (e.code) return e;
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        shi_json_begin_object(&json);
        shi_report_json_replies(&json, &all);
        shi_json_end_object(&json);
        shi_buf_addc(&cli->out, '\n');
    } else if (all.len) shi_report_replies(&cli->out, cli->lang, &all);
    else shi_buf_puts(&cli->out, tr(cli->lang, N_("No unit has handed in an answer.\n")));
    return e;
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { 0 };
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc > 1) return shi_fail_value(SHI_USAGE, shi_str_from(argv[1]), N_("answer takes one unit"), N_("\"shishu help answer\" shows how it is "
        "called."));
    if (a.figure && a.finding)
        return shi_fail(SHI_USAGE, N_("an answer is about a figure or a finding, not both"), N_("Record two answers."));
    if (a.file && argc == 1) return add(cli, &a, shi_str_from(argv[0]));
    if (a.file || a.figure || a.finding || a.by)
        return shi_fail(SHI_USAGE, N_("an answer needs its unit and its file"), N_("Write: shishu answer UNIT --file FILE."));
    return list(cli, argc ? shi_str_from(argv[0]) : (shi_str){ 0 });
}

const shi_command SHI_CMD_ANSWER = { "answer", "[UNIT]", N_("a unit's written answer, kept beside its figures"),
    N_("Records what a township or village answers to its figures, word for word, in the ledger, with an entry in the audit trail. It is never "
       "changed or taken away, and it stands in every report, explanation, sheet and workbook from then on. --figure or --finding says what of "
       "the latest run it is about; without them it is about the unit as a whole. The file is plain text in UTF-8; runs of seven or more digits "
       "are masked, as everywhere. Without --file the answers are listed, of one unit or of all."),
    OPTIONS, COUNT(OPTIONS), run };
