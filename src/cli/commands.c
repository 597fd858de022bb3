/* The list of commands, and `shishu help`. To add a command: its file, its line here, its declaration in cli.h. */
#include "cli/cli.h"

#include "table/schema.h"

#include <string.h>

const shi_command *const SHI_COMMANDS[] = { &SHI_CMD_INIT, &SHI_CMD_IMPORT, &SHI_CMD_CHECK, &SHI_CMD_RECOUNT, &SHI_CMD_DETECT, &SHI_CMD_AUDIT,
                                            &SHI_CMD_EXPLAIN, &SHI_CMD_ANSWER, &SHI_CMD_REPORT, &SHI_CMD_SERVE, &SHI_CMD_SPOTCHECK, &SHI_CMD_RANK,
                                            &SHI_CMD_PURGE,
                                            &SHI_CMD_VERIFY_LEDGER, &SHI_CMD_SIMULATE, &SHI_CMD_EVALUATE, &SHI_CMD_RULES, &SHI_CMD_ALLOT,
                                            &SHI_CMD_DRAW, &SHI_CMD_ESTIMATE, &SHI_CMD_RANKS, &SHI_CMD_SYNC, &SHI_CMD_BLOCKS, &SHI_CMD_SHARED,
                                            &SHI_CMD_BURSTS, &SHI_CMD_PULSE, &SHI_CMD_POOL, &SHI_CMD_ORDER, &SHI_CMD_TEXTS, &SHI_CMD_ANSWERS,
                                            &SHI_CMD_LEARNING, &SHI_CMD_FORENSICS, &SHI_CMD_HELP, NULL };

const shi_command *shi_command_find(const char *name)
{
    for (int i = 0; SHI_COMMANDS[i]; i++)
        if (!strcmp(SHI_COMMANDS[i]->name, name)) return SHI_COMMANDS[i];
    return NULL;
}

static void write_options(shi_buf *out, shi_lang lang, const shi_option *options, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        shi_buf left = { 0 };
        shi_buf_format(&left, "  %s%s%s%s", strlen(options[i].name) == 1 ? "-" : "--", options[i].name, options[i].argument ? " " : "",
                       options[i].argument ? options[i].argument : "");
        shi_pad(out, shi_buf_str(&left), 26, false);
        shi_buf_format(out, "  %s\n", tr(lang, options[i].help));
        shi_buf_drop(&left);
    }
}

static void write_tables(shi_buf *out, shi_lang lang)
{
    const shi_table *t;
    shi_buf_format(out, "\n%s\n", tr(lang, N_("Tables and their columns (* required; Chinese headers in brackets):")));
    for (int64_t i = 0; (t = shi_table_at(i)); i++) {
        shi_buf_format(out, "  %s [%s]\n      ", t->name, t->aliases);
        for (int c = 0; c < t->columns; c++)
            shi_buf_format(out, "%s%s%s [%.*s]", c ? ", " : "", t->column[c].name, t->column[c].required ? "*" : "",
                           (int)strcspn(t->column[c].aliases, "|"), t->column[c].aliases);
        shi_buf_addc(out, '\n');
        for (int c = 0; c < t->columns; c++)
            if (t->column[c].words) shi_buf_format(out, "      %s: %s\n", t->column[c].name, t->column[c].words);
    }
}

void shi_help_write(shi_buf *out, shi_lang lang, const shi_command *command)
{
    if (command) {
        shi_buf_format(out, "shishu %s%s%s\n%s\n", command->name, command->arguments[0] ? " " : "", command->arguments, tr(lang, command->summary));
        shi_buf_format(out, "\n%s\n", tr(lang, command->text));
        if (command->n_options) shi_buf_format(out, "\n%s\n", tr(lang, N_("Options:")));
        write_options(out, lang, command->options, command->n_options);
        if (command == &SHI_CMD_IMPORT) write_tables(out, lang);
    } else {
        shi_buf_format(out, "%s\n\n", tr(lang, N_("shishu: tells which reported numbers are real, how sure that is, and why.")));
        for (int i = 0; SHI_COMMANDS[i]; i++) {
            shi_buf_puts(out, "  ");
            shi_pad(out, shi_str_from(SHI_COMMANDS[i]->name), 16, false);
            shi_buf_format(out, "%s\n", tr(lang, SHI_COMMANDS[i]->summary));
        }
    }
    shi_buf_format(out, "\n%s\n", tr(lang, N_("Options of every command:")));
    write_options(out, lang, SHI_GLOBAL_OPTIONS, SHI_GLOBAL_OPTIONS_LEN);
}

static shi_err run_help(shi_cli *cli, int argc, char **argv)
{
    const shi_command *command = argc > 0 ? shi_command_find(argv[0]) : NULL;
    if (argc > 0 && !command) return shi_fail_value(SHI_USAGE, shi_str_from(argv[0]), N_("there is no such command"),
                                                    N_("\"shishu help\" lists the commands."));
    shi_help_write(&cli->out, cli->lang, command);
    return (shi_err){ 0 };
}

const shi_command SHI_CMD_HELP = { "help", "[COMMAND]", N_("what a command does and which options it takes"),
    N_("Without a command it lists all commands."), NULL, 0, run_help };
