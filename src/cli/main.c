/* shishu: which figures are real. Finds the command, runs it, prints, and turns errors into exit statuses. */
#include "cli/cli.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    if (shi_os_stop_requested()) _Exit(SHI_STOPPED);   /* asked twice: at once; the next writer sweeps what is left */
    shi_os_stop_request();
}

/* Before main: the libraries of the engine take a while to start, and nothing that would have to be cleaned up has begun. */
static void on_early_interrupt(int signal_number)
{
    (void)signal_number;
    _Exit(SHI_STOPPED);
}

static void listen_with(void (*handler)(int))
{
    struct sigaction action = { .sa_handler = handler };
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static void listen_early(int argc, char **argv, char **env)
{
    (void)argc, (void)argv, (void)env;
    listen_with(on_early_interrupt);
}

/* What the loader calls before the constructors of any library; a constructor of ours would come after theirs. */
__attribute__((section(".preinit_array"), used)) static void (*const EARLY)(int, char **, char **) = listen_early;

static shi_lang lang_of_locale(void)
{
    static const char *const NAMES[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
    for (int64_t i = 0; i < COUNT(NAMES); i++) {
        const char *value = getenv(NAMES[i]);
        if (value && *value) return strncmp(value, "zh", 2) ? SHI_EN : SHI_ZH;
    }
    return SHI_EN;
}

/* Beside the program in the build tree, or below PREFIX/share. */
static void open_texts(shi_arena *keep)
{
    shi_str home = shi_os_program_dir(keep);
    static const char *const PLACES[] = { "%s/locale", "%s/../locale", "%s/../share/locale" };
    for (int64_t i = 0; i < COUNT(PLACES); i++) {
        shi_buf path = { 0 };
        const char *at = strstr(PLACES[i], "%s") + 2;
        shi_buf_add(&path, home);
        shi_buf_puts(&path, at);
        bool there = path.ptr && shi_os_is_dir(path.ptr);
        if (there || i == COUNT(PLACES) - 1) shi_tr_open(path.ptr ? path.ptr : at);
        shi_buf_drop(&path);
        if (there) return;
    }
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    if (argc == 0) return shi_status(cli);
    if (!strcmp(argv[0], "--help") || !strcmp(argv[0], "-h")) return SHI_CMD_HELP.run(cli, argc - 1, argv + 1);
    if (!strcmp(argv[0], "--version")) {
        shi_buf_puts(&cli->out, "shishu " SHI_VERSION "\n");
        return (shi_err){ 0 };
    }
    const shi_command *command = shi_command_find(argv[0]);
    if (!command) return shi_fail_value(SHI_USAGE, shi_str_from(argv[0]), N_("there is no such command"), N_("\"shishu help\" lists the commands."));
    for (int i = 1; i < argc; i++)
        if (!strcmp(argv[i], "--help")) {
            shi_help_write(&cli->out, cli->lang, command);
            return (shi_err){ 0 };
        }
    return command->run(cli, argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    shi_cli cli = { .lang = lang_of_locale(), .now_us = INT64_MIN, .today = INT64_MIN };
    listen_with(on_interrupt);
    signal(SIGPIPE, SIG_IGN);
    shi_err e = shi_arena_open((int64_t)1 << 36, &cli.keep);
    if (!e.code) open_texts(&cli.keep);
    int left = argc - 1;
    if (!e.code) e = shi_options_global(&left, argv + 1, &cli);
    if (cli.now_us == INT64_MIN) cli.now_us = cli.today != INT64_MIN ? cli.today * SHI_DAY_US + SHI_DAY_US / 2 : shi_os_now_us();
    if (!e.code) e = run(&cli, left, argv + 1);
    shi_progress_end(&cli);
    if (!e.code || e.code == SHI_CHECK) {   /* a check that did not hold prints its result all the same */
        shi_err printed = shi_cli_flush(&cli);
        if (printed.code) e = printed;
    }
    if (e.code && e.reason) shi_complain(&cli, &e);
    shi_code status = e.code;
    shi_buf_drop(&cli.out);
    shi_arena_drop(&cli.keep);
    return (int)status;
}
