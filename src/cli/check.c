/* shishu check: which targets are unlawful or impossible, who enlarged them, what they cost, and what to do instead. */
#include "chain/check.h"

#include "chain/draft.h"
#include "cli/cli.h"
#include "report/check.h"

#include <stdio.h>

typedef struct {
    const char *period, *draft, *rules;
    shi_texts what_if;
    bool all_dates;
} args;

static const shi_option OPTIONS[] = {
    { "period", SHI_OPT_TEXT, offsetof(args, period), "PERIOD", N_("only targets of this period, such as 2024-06") },
    { "draft", SHI_OPT_TEXT, offsetof(args, draft), "FILE", N_("a document's targets before they are issued; a workspace is not needed") },
    { "all-dates", SHI_OPT_FLAG, offsetof(args, all_dates), NULL, N_("also rules that were not in force on the day, marked so") },
    { "rules", SHI_OPT_TEXT, offsetof(args, rules), "FILE", N_("an office's own rules, added to the regulation") },
    { "what-if", SHI_OPT_TEXTS, offsetof(args, what_if), "cancel=INDICATOR,…", N_("hours and targets after these indicators are cancelled") },
};

/* cancel=A,B: the codes. */
static shi_err read_cancel(shi_cli *cli, const shi_texts *given, shi_names *out)
{
    int64_t most = 0;
    for (int64_t i = 0; i < given->len; i++) most += given->item[i].len;
    shi_str *name = shi_new(&cli->keep, shi_str, most + 1);
    if (!name) return shi_no_memory();
    *out = (shi_names){ name, 0 };
    for (int64_t i = 0; i < given->len; i++) {
        shi_str all = given->item[i];
        if (!shi_str_starts(all, S("cancel=")))
            return shi_fail_value(SHI_USAGE, all, N_("--what-if takes cancel=INDICATOR,…"),
                                  N_("Name the indicators to do without: --what-if cancel=A,B."));
        for (int64_t from = (int64_t)S("cancel=").len, to; from <= all.len; from = to + 1) {
            to = shi_str_find(all, ',', from);
            if (to < 0) to = all.len;
            shi_str one = shi_str_trim(shi_str_sub(all, from, to));
            if (one.len) name[out->len++] = one;
        }
    }
    if (given->len && !out->len)
        return shi_fail_value(SHI_USAGE, given->item[0], N_("--what-if names no indicator"),
                              N_("Name the indicators to do without: --what-if cancel=A,B."));
    return (shi_err){ 0 };
}

/* The regulation, the workspace's own rules.csv when there is one, and those of --rules. */
shi_err shi_cli_book(shi_cli *cli, const shi_workspace *ws, const char *own, shi_book *out)
{
    shi_str folder;
    *out = (shi_book){ 0 };
    SHI_TRY(shi_cli_rules(cli, &folder));
    SHI_TRY(shi_book_read(&cli->keep, shi_str_format(&cli->keep, "%.*s/regulation.csv", (int)folder.len, folder.ptr).ptr, out));
    const char *kept = shi_workspace_path(ws, &cli->keep, "rules.csv");
    if (shi_os_exists(kept)) SHI_TRY(shi_book_read(&cli->keep, kept, out));
    return own ? shi_book_read(&cli->keep, own, out) : (shi_err){ 0 };
}

int64_t shi_cli_today(const shi_cli *cli, const shi_workspace *ws)
{
    return cli->today != INT64_MIN ? cli->today : shi_zone_local_us(&ws->zone, cli->now_us) / SHI_DAY_US;
}

static shi_err flush(void *cli)
{
    return shi_cli_flush(cli);
}

static shi_err print(shi_cli *cli, const shi_check *check, shi_chain *chain)
{
    if (!cli->json) return shi_report_terminal_check(&cli->out, cli->lang, check, chain);
    shi_json json = { .out = &cli->out };
    const shi_drain drain = { flush, cli };
    SHI_TRY(shi_report_json_check(&json, check, chain, &drain));
    shi_buf_addc(&cli->out, '\n');
    return (shi_err){ 0 };
}

static shi_err check_workspace(shi_cli *cli, const args *a, shi_workspace *ws, const shi_names *cancel, int64_t draft_from)
{
    shi_book book;
    shi_duck duck;
    shi_chain chain;
    shi_check check;
    const shi_check_options options = { .period = shi_str_from(a->period), .all_dates = a->all_dates, .today = shi_cli_today(cli, ws),
        .cancel = *cancel,
        .draft_from = draft_from };
    SHI_TRY(shi_cli_book(cli, ws, a->rules, &book));
    shi_engine engine = shi_cli_engine(cli, N_("Checking"));
    shi_err e = shi_check_run(ws, &cli->keep, &book, &options, &engine, &duck, &chain, &check);
    shi_progress_end(cli);
    if (e.code) return e;
    e = print(cli, &check, &chain);
    shi_duck_close(&duck);
    return e;
}

/* Beside the workspace that -C or the folder names; without one, alone. */
static shi_err check_draft(shi_cli *cli, const args *a, const shi_names *cancel)
{
    shi_workspace base;
    shi_draft draft;
    shi_str rules;
    SHI_TRY(shi_cli_rules(cli, &rules));
    shi_err opened = shi_cli_open(cli, SHI_READ, &base);
    if (opened.code && (cli->dir || opened.code != SHI_INPUT)) return opened;
    const shi_draft_options options = { .base = opened.code ? NULL : &base, .prices = shi_str_format(&cli->keep, "%s/prices.csv", rules.ptr).ptr,
        .now_us = cli->now_us, .engine = shi_cli_engine(cli, NULL) };
    shi_err e = shi_draft_open(&cli->keep, a->draft, &options, &draft);
    if (!opened.code) shi_workspace_close(&base);
    if (e.code) return e;
    e = check_workspace(cli, a, &draft.ws, cancel, draft.first_import);
    shi_draft_close(&draft);
    return e;
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { 0 };
    shi_workspace ws;
    shi_names cancel;
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc > 0) return shi_fail_value(SHI_USAGE, shi_str_from(argv[0]), N_("check takes no further words"),
                                        N_("\"shishu help check\" shows how it is called."));
    SHI_TRY(read_cancel(cli, &a.what_if, &cancel));
    if (a.draft) return check_draft(cli, &a, &cancel);
    SHI_TRY(shi_cli_open(cli, SHI_READ, &ws));
    shi_err e = check_workspace(cli, &a, &ws, &cancel, 0);
    shi_workspace_close(&ws);
    return e;
}

const shi_command SHI_CMD_CHECK = { "check", "", N_("targets: lawful, possible, by whom inflated, what to do instead"),
    N_("Judges targets and indicators before anybody reports: which break a rule in force and which article, which cannot be met, who enlarged them "
       "on the way down, how many hours and how much money they take, whether to cancel, merge, guide or keep each, and a fair allocation. Reads "
       "the register, targets, bulletins, documents and forms; writes nothing. A file rules.csv in the workspace adds an office's own rules."),
    OPTIONS, COUNT(OPTIONS), run };
