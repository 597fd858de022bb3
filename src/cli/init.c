/* shishu init: a new workspace. */
#include "cli/cli.h"

#include <string.h>

typedef struct {
    const char *key, *zone, *name;
    bool with_apps;
} args;

static const shi_option OPTIONS[] = {
    { "key", SHI_OPT_TEXT, offsetof(args, key), "FILE", N_("keep the key for pseudonyms there (advised: on another disk); an existing key is used") },
    { "with-apps", SHI_OPT_FLAG, offsetof(args, with_apps), NULL, N_("start with the registers of apps, indicators and prices in rules/") },
    { "name", SHI_OPT_TEXT, offsetof(args, name), "NAME", N_("name for reports; without it that of the folder") },
    { "zone", SHI_OPT_TEXT, offsetof(args, zone), "ZONE", N_("time zone; without it Asia/Shanghai") },
};

static shi_err import_registers(shi_cli *cli, const char *dir)
{
    static const char *const TABLES[] = { "apps", "indicators", "prices" };
    shi_workspace ws;
    shi_str rules;
    SHI_TRY(shi_cli_rules(cli, &rules));
    SHI_TRY(shi_workspace_open(&cli->keep, dir, SHI_WRITE, cli->now_us, &ws));
    shi_err e = { 0 };
    for (int64_t i = 0; i < COUNT(TABLES) && !e.code; i++) {
        shi_import_options options = { .from_day = INT64_MIN, .to_day = INT64_MAX, .engine = shi_cli_engine(cli, N_("Importing")) };
        shi_imported imported;
        e = shi_import_file(&ws, &cli->keep, TABLES[i], shi_str_format(&cli->keep, "%s/%s.csv", rules.ptr, TABLES[i]).ptr, &options, &imported);
        if (imported.has_faults) shi_faults_close(&imported.faults);
    }
    shi_workspace_close(&ws);
    return e;
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { 0 };
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc != 1) return shi_fail(SHI_USAGE, N_("init takes one folder"), N_("\"shishu help init\" shows how it is called."));
    shi_init_options options = { .key_file = a.key, .name = shi_str_from(a.name), .zone = shi_str_from(a.zone), .now_us = cli->now_us };
    SHI_TRY(shi_workspace_init(&cli->keep, argv[0], &options));
    if (a.with_apps) {
        shi_err e = import_registers(cli, argv[0]);
        if (e.code) {
            (void)shi_os_remove_tree(argv[0]);
            return e;
        }
    }
    shi_str dir = shi_os_absolute(&cli->keep, argv[0]);
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "dir", dir);
        shi_json_kbool(&json, "with_apps", a.with_apps);
        shi_json_end_object(&json);
        shi_buf_addc(&cli->out, '\n');
        return (shi_err){ 0 };
    }
    shi_buf_format(&cli->out, tr(cli->lang, N_("Made the workspace %1$s.\n")), dir.ptr);
    if (!a.key) shi_say(cli, N_("The key for pseudonyms lies in it as secret.key. Kept elsewhere (init --key FILE) it is safer; without it new data "
        "cannot be joined to old."));
    shi_say(cli, N_("Next: shishu -C %1$s import units FILE"), argv[0]);
    return (shi_err){ 0 };
}

const shi_command SHI_CMD_INIT = { "init", "DIR", N_("make a new workspace"),
    N_("A workspace is a folder with settings (shishu.ini), the key for pseudonyms, the ledger and the data. Its parts are described in the manual "
        "of shishu."),
    OPTIONS, COUNT(OPTIONS), run };
