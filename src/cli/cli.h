/* The program around the library: options, languages, output, errors. One file a command; main.c lists them. */
#ifndef SHI_CLI_CLI_H
#define SHI_CLI_CLI_H

#include "base/json.h"
#include "base/tr.h"
#include "chain/import.h"
#include "chain/run.h"
#include "rules/book.h"
#include "store/views.h"
#include "table/term.h"

/* What every command gets. */
typedef struct {
    shi_lang lang;
    bool json, quiet;
    bool progress_lines;       /* --progress: a line of JSON on stderr twice a second, for whoever drives the program */
    const char *dir;           /* -C, or NULL */
    int64_t threads, memory;   /* 0: as the machine has */
    int64_t now_us;            /* --now, else noon (UTC) of --today, else the wall clock */
    int64_t today;             /* --today, or INT64_MIN */
    int64_t seed;
    shi_arena keep;            /* lives as long as the command */
    shi_buf out;               /* stdout, written when the command is done, so that it stays empty on an error */
    struct shi_progress *progress;
} shi_cli;

/* ---- options ---- */

typedef enum {
    SHI_OPT_FLAG,      /* bool */
    SHI_OPT_TEXT,      /* const char * */
    SHI_OPT_TEXTS,     /* shi_texts: may be given again */
    SHI_OPT_COUNT,     /* int64_t */
    SHI_OPT_SHARE,     /* double, 0 to 1: 0.95 or 95% */
    SHI_OPT_SIZE,      /* int64_t bytes: 2G, 500M */
    SHI_OPT_DATE,      /* int64_t day */
    SHI_OPT_TIME,      /* int64_t µs UTC */
    SHI_OPT_LANG       /* shi_lang */
} shi_option_kind;

enum { SHI_MAX_TEXTS = 64 };
typedef struct {
    shi_str item[SHI_MAX_TEXTS];
    int64_t len;
} shi_texts;

typedef struct {
    const char *name;          /* without dashes; one letter: -C */
    shi_option_kind kind;
    size_t offset;
    const char *argument;      /* DIR, FILE, …; NULL for a flag */
    const char *help;          /* message id */
} shi_option;

typedef struct {
    const char *name;
    const char *arguments;     /* "TABLE FILE…" */
    const char *summary;       /* message id: one line */
    const char *text;          /* message id: the manual page's description */
    const shi_option *options;
    int64_t n_options;
    shi_err (*run)(shi_cli *cli, int argc, char **argv);
} shi_command;

extern const shi_option SHI_GLOBAL_OPTIONS[];
extern const int64_t SHI_GLOBAL_OPTIONS_LEN;

/* Takes the options out of argv into `args` (fields at the options' offsets); *argc is what remains, in order. "--" ends options. Errors:
 * SHI_USAGE with the option as value. */
shi_err shi_options_parse(const shi_option *options, int64_t n, int *argc, char **argv, void *args, const shi_zone *zone);
/* Takes the global ones only, wherever they stand, and leaves the rest. */
shi_err shi_options_global(int *argc, char **argv, shi_cli *cli);

/* ---- printing ---- */

/* A sentence to stderr, unless --quiet; %1$s … as in the message id. */
void shi_say(const shi_cli *cli, const char *id, ...) __attribute__((format(printf, 2, 3)));
/* The error to stderr: file, line, column, value, reason, remedy. */
void shi_complain(const shi_cli *cli, const shi_err *err);
/* The same in a buffer, in one line. */
void shi_err_write(shi_buf *out, shi_lang lang, const shi_err *err);
/* {"zh": …, "en": …} of a message without arguments. */
void shi_json_message(shi_json *json, const char *key, const char *id);

/* ---- progress: a bar on a terminal's stderr for what takes longer than a second ---- */
typedef struct shi_progress {
    const shi_cli *cli;
    const char *what;          /* message id */
    int64_t started_us, told_us;
    bool shown, on;
} shi_progress;
shi_listener shi_progress_begin(shi_cli *cli, const char *what);
void shi_progress_end(shi_cli *cli);

/* ---- the workspace a command works on ---- */
shi_err shi_cli_open(shi_cli *cli, shi_access access, shi_workspace *out);
shi_engine shi_cli_engine(shi_cli *cli, const char *what);   /* what: the progress bar's message id; NULL: no bar of its own */

/* rules/ beside the program: in the source tree, or below PREFIX/share/shishu. In cli->keep. */
shi_err shi_cli_rules(shi_cli *cli, shi_str *out);

/* The regulation, the workspace's rules.csv when there is one, and the file `own` (NULL: none). */
shi_err shi_cli_book(shi_cli *cli, const shi_workspace *ws, const char *own, shi_book *out);
/* The day in the workspace's zone, or --today. */
int64_t shi_cli_today(const shi_cli *cli, const shi_workspace *ws);
/* Writes what is in `out` to stdout and empties it: for a document too long to hold, once all that can fail has been done. */
shi_err shi_cli_flush(shi_cli *cli);

/* Tells, as a sentence or in JSON, where a paper was written. */
shi_err shi_cli_told(shi_cli *cli, const char *output);
/* The sentences and the report, for what the chain stores. */
shi_writer shi_cli_writer(const shi_cli *cli);
bool shi_cli_colour(void);   /* a terminal, and NO_COLOR is not set */

/* ---- commands ---- */
extern const shi_command SHI_CMD_INIT, SHI_CMD_IMPORT, SHI_CMD_CHECK, SHI_CMD_RECOUNT, SHI_CMD_DETECT, SHI_CMD_AUDIT, SHI_CMD_EXPLAIN, SHI_CMD_ANSWER,
    SHI_CMD_REPORT, SHI_CMD_SERVE, SHI_CMD_SPOTCHECK, SHI_CMD_RANK, SHI_CMD_PURGE, SHI_CMD_VERIFY_LEDGER, SHI_CMD_SIMULATE, SHI_CMD_EVALUATE,
    SHI_CMD_RULES,
    SHI_CMD_ALLOT, SHI_CMD_DRAW, SHI_CMD_ESTIMATE, SHI_CMD_RANKS, SHI_CMD_SYNC, SHI_CMD_BLOCKS, SHI_CMD_SHARED, SHI_CMD_BURSTS, SHI_CMD_PULSE,
    SHI_CMD_POOL, SHI_CMD_ORDER, SHI_CMD_TEXTS, SHI_CMD_ANSWERS, SHI_CMD_LEARNING, SHI_CMD_FORENSICS, SHI_CMD_HELP;
extern const shi_command *const SHI_COMMANDS[];
const shi_command *shi_command_find(const char *name);
shi_err shi_status(shi_cli *cli);   /* `shishu` alone */
void shi_help_write(shi_buf *out, shi_lang lang, const shi_command *command);   /* NULL: all commands */

#endif
