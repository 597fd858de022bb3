/* shishu-docs: manual pages and completions, made from the same tables that the program reads. `shishu-docs man DIR` writes DIR/shishu.1
 * and a page for each command; `shishu-docs completion bash|zsh|fish` prints. Pages are ASCII (other characters as \[uXXXX]), so that they
 * read the same under every roff and locale. Only examples, files and exit statuses are written down here. */
#include "cli/cli.h"

#include "table/schema.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* The day on which the texts below last changed: a page made twice is the same. */
static const char DATE[] = "2026-11-25";
static const char HELP[] = "what the command does and which options it takes";

static const struct {
    const char *command, *says, *line;
} EXAMPLES[] = {
    { "init", "A workspace whose key lies on another disk, with the registers of apps, indicators and prices to start from:",
      "shishu init county --key /media/usb/county.key --with-apps" },
    { "import", "The register of units, whose headers are those of the contract in Chinese:", "shishu import units 行政区划.csv" },
    { "import", "The logs of a month, whose headers are the app's own:",
      "shishu import events 'logs/2024-06-*.csv.gz' --set app=jdydt \\\n    --map account=user_id --map time=ts --from 2024-06-01 --to 2024-06-30" },
    { "import", "A sheet of a workbook that says 行政村 where the contract says village; good rows are taken, the others kept with reasons:",
      "shishu import units 名册.xlsx --sheet 2024 --map level:行政村=village --keep-going" },
    { "import", "A workbook as the office has it: register, targets and reports on sheets of their own, taken together or not at all:",
      "shishu import 六月报表.xlsx" },
    { "import", "A matrix of targets whose title names no period; the rows that a filter hides count, too:",
      "shishu import 任务分解.xls --set period=2024-06 --with-hidden" },
    { "import", "Import 7 was a mistake:", "shishu import --undo 7" },
    { "import", "The logs of a month from a vendor's back end; the password stands in ~/.pgpass:",
      "shishu import events 'postgres:host=db dbname=app user=reader' \\\n"
      "    --query \"SELECT user_id AS account, ts AS time, action FROM log WHERE ts >= '2024-06-01'\" --set app=jdydt" },
    { "simulate", "A county of 60 villages and a year, with its input files for other programs; then audited and compared with its truth:",
      "shishu simulate county --villages 60 --months 12 --files files" },
    { "rules", "What a rule says, and whether an office's own rules can be used:", "shishu rules ZW-12\nshishu rules --check own.csv" },
    { "allot", "1,000 registrations among villages by people, none above its people:",
      "shishu allot villages.csv --total 1000 --unit unit_code --weight registered --cap registered" },
    { "estimate", "700 accounts were reported, and 100 of them visited at random: is it true, with a twentieth to spare?",
      "shishu estimate results.csv --claim 700" },
    { "estimate", "Strata, and whole meetings as clusters:",
      "shishu estimate results.csv --strata stratum --sizes sizes.csv\nshishu estimate meetings.csv --cluster village --clusters 168" },
    { "spotcheck", "A field check of one figure, from the plan to its conclusion; then anybody rechecks the folder:",
      "shishu spotcheck plan jdydt-registered/2024-06/340123101205 --claim --sequential\nshishu spotcheck commit C-0001\n"
      "shishu spotcheck draw C-0001 --seed 35291642511364236154\nshishu spotcheck worksheet C-0001 --list 名册.xlsx -o 走访名单.xlsx\n"
      "shishu spotcheck record C-0001 走访名单.xlsx\nshishu spotcheck estimate C-0001\nshishu spotcheck verify checks/C-0001" },
    { "spotcheck", "Residents' meetings in 12 villages, drawn by lot, of a township:",
      "shishu spotcheck plan jdydt-registered/2024-06/340123101 --clusters village --meetings 12" },
    { "rank", "Villages by people really active in June, as far as field checks tell:", "shishu rank jdydt-active 2024-06 --level village" },
    { "sync", "Who acts on the same articles at the same moments, with the pairs and the members in files of their own; then plain counts:",
      "shishu sync log.csv --account account --object article --time time --pairs pairs.csv --members members.csv\n"
      "shishu sync log.csv --account account --object article --time time --method count --window 60s" },
    { "serve", "The page, for this machine alone; then for the office's network:",
      "shishu serve\n"
      "shishu serve --listen 10.1.2.3:8443 --tls-cert chain.pem --tls-key key.pem" },
    { "ranks", "Which townships differ in the share of real users, from estimates with standard errors, then from the checks themselves:",
      "shishu ranks towns.csv --unit town --estimate share --se se\n"
      "shishu ranks checks.csv --unit town --found real --visited visited --population registered" },
    { "shared", "Devices and addresses that many accounts of a log pass through, with the villages of the accounts:",
      "shishu shared events.parquet --account account --via device,ip --time time --unit unit_code --app app" },
    { "forensics", "Monthly reports of villages: percentages of registered people, the target, sums over villages:",
      "shishu forensics reports.csv --value 上报数 --total 户籍 --target 任务 \\\n    --by 村 --by 指标 --parent 镇 --period 月" },
    { "forensics", "Counts to date of each day, whose steps may be too even:", "shishu forensics daily.parquet --value total --by region --period "
        "date --cumulative" },
    { "texts", "Comments of a month; who posts the same long ones again and again, and every pair that is nearly the same:",
      "shishu texts comments.csv --account account --text text --members members.csv --pairs pairs.csv" },
    { "answers", "A quiz with a row for each sheet, then with a row for each answer and the times:",
      "shishu answers quiz.csv --account account --items q1,q2,q3,q4,q5,q6,q7,q8,q9,q10 --key key.csv\n"
      "shishu answers log.csv --account account --long item=question,answer=choice,seconds=seconds --unit village" },
    { "learning", "Learning hours by device:", "shishu learning hours.csv --account account --start start --seconds seconds --device device" },
    { "forensics", "Counts to date of each day, whose steps may be too even:",
      "shishu forensics daily.parquet --value total --by region --period date --cumulative" },
    { "pulse", "Accounts of a year's log, which holds each account's village, that log in once a month and do nothing else:",
      "shishu pulse log.parquet --account account --time time --unit unit_code --action action" },
    { "pool", "Accounts of a county's log that turn up together on changing objects, with their villages:",
      "shishu pool log.parquet --account account --object object --time time --unit unit_code --members pools.csv" },
    { "order", "Accounts that sign in day after day in the same order:", "shishu order checkins.csv --account account --time time --by day" },
    { "bursts", "Registrations that arrived in a lump, by village, with their accounts:",
      "shishu bursts accounts.csv --time registered_at --unit unit_code --account account --members lumps.csv" },
    { "blocks", "Accounts that read the same articles in the same hours again and again; then the densest blocks of the table:",
      "shishu blocks events.csv --by object,time --bin time=1h --account account --given unit_code\n"
      "shishu blocks connections.parquet --by protocol,service,flag --top 20" },
    { "detect", "All detectors over a workspace; then one of them, with the accounts it found:",
      "shishu -C county detect\nshishu -C county detect --only shared --members members.csv" },
    { "draw", "100 of the accounts of a frame, the seed from twenty dice:", "shishu draw frame.csv --seed 35291642511364236154 --size 100" },
    { "draw", "60 of them by stratum, where about a tenth and nine tenths are expected to be real (column expected):",
      "shishu draw frame.csv --seed 35291642511364236154 --size 60 \\\n    --strata stratum --allocation neyman --share expected" },
    { "evaluate", "How the latest audit of a simulated county did:", "shishu -C county evaluate --truth county/truth/truth.parquet" },
    { "check", "The targets of a county: what to cancel, and what is left without one indicator:",
      "shishu check\nshishu check --what-if cancel=jdydt-active" },
    { "recount", "What the logs show for June 2024, against what was reported:", "shishu recount --period 2024-06" },
    { "audit", "Everything, with a report that opens in a browser:", "shishu audit" },
    { "audit", "In a script that goes on only where every figure is possible:", "shishu audit --period 2024-06 --fail-on impossible || exit" },
    { "explain", "Why a figure has its verdict:", "shishu explain jdydt-active/2023-12/341299101201" },
    { "explain", "All figures of a village, in Chinese:", "shishu explain 341299101201 --lang zh" },
    { "explain", "The one page that the village hands in:", "shishu explain --sheet 341299101201 --lang zh -o sheet.html" },
    { "answer", "What the village says to one of its figures:", "shishu answer 341299101201 --file answer.txt --figure "
        "jdydt-active/2023-12/341299101201" },
    { "answer", "All answers:", "shishu answer" },
    { "report", "The latest run as a page in Chinese:", "shishu report --lang zh -o report.html" },
    { "report", "The official report, in Chinese:", "shishu report --format docx --lang zh -o report.docx" },
    { "report", "The draft of a notice that withdraws a target, and the auditor's working paper:",
      "shishu report --format docx --paper notice --target jdydt-active/2023-12/341299101201 -o notice.docx\n"
      "shishu report --format docx --paper working -o working.docx" },
    { "report", "The annex for an office, as a workbook in Chinese:", "shishu report --format xlsx --lang zh -o annex.xlsx" },
    { "report", "The figures that cannot be, with jq(1):",
      "shishu report --format json | jq -r '.figures[] | select(.verdict == \"impossible\") | .figure'" },
    { "purge", "Rows about people from before 2023 go; hashes and counts stay:", "shishu purge --before 2023-01-01" },
    { "verify-ledger", "Has anyone touched the ledger or the data since? The last hash, kept elsewhere, also shows a ledger that was replaced:",
      "shishu verify-ledger | tail -n 1" },
    { "help", "What import takes:", "shishu help import" },
};

static const struct {
    const char *name, *says;
} STATUS[] = {
    { "0", "Done. What the figures came to does not change it." },
    { "1", "A check that was asked for did not hold: audit --fail-on, verify-ledger." },
    { "2", "Wrong usage." },
    { "3", "Bad input; the message names file, line, column, value, reason, and what to do." },
    { "4", "The system failed: disk, permission, memory, or another program is writing to the workspace." },
    { "130", "Interrupted; the workspace is as it was before the step." },
}, FILES[] = {
    { "shishu.ini", "Settings, each with a comment." },
    { "secret.key", "The key for pseudonyms, unless init put it elsewhere. Without it new data cannot be joined to old." },
    { "ledger.db", "What was imported and from where, which runs were made, and the audit trail (SQLite)." },
    { "data/", "The tables as Parquet files, with pseudonyms in place of phones, devices and addresses." },
    { "runs/", "A folder for each audit: figures.parquet, targets.parquet, report.html, run.json." },
    { "rejects/", "Rows that were left out by import --keep-going, with reasons." },
    { "tmp/", "Work that does not fit into memory; emptied at start and end." },
}, ENVIRONMENT[] = {
    { "LC_ALL, LC_MESSAGES, LANG", "The language, unless --lang names one: Chinese where it begins with zh, otherwise English." },
    { "NO_COLOR", "No colours, even on a terminal." },
};

/* ---- manual pages ---- */

/* Text with nothing that roff takes as its own. */
static void roff(shi_buf *out, const char *text)
{
    static const struct {
        char c;
        const char *as;
    } SPECIAL[] = { { '\\', "\\e" }, { '-', "\\-" }, { '\'', "\\(aq" }, { '"', "\\(dq" }, { '`', "\\(ga" }, { '^', "\\(ha" }, { '~', "\\(ti" } };
    shi_str s = shi_str_from(text);
    for (int64_t i = 0; i < s.len;) {
        utf8proc_int32_t code;
        int64_t n = utf8proc_iterate((const utf8proc_uint8_t *)s.ptr + i, s.len - i, &code), k = 0;
        bool at_start = out->len == 0 || out->ptr[out->len - 1] == '\n';
        while (k < COUNT(SPECIAL) && SPECIAL[k].c != s.ptr[i]) k++;
        if (at_start && s.ptr[i] == '.') shi_buf_puts(out, "\\&");
        if (k < COUNT(SPECIAL)) shi_buf_puts(out, SPECIAL[k].as);
        else if (n > 1) shi_buf_format(out, "\\[u%04X]", (unsigned)code);
        else shi_buf_addc(out, s.ptr[i]);
        i += n > 0 ? n : 1;
    }
}

static void roff_in(shi_buf *out, char font, const char *text)
{
    shi_buf_format(out, "\\f%c", font);
    roff(out, text);
    shi_buf_puts(out, "\\fR");
}

/* A filled text, in lines of at most 78 columns, as mandoc's lint likes them. */
static void paragraph(shi_buf *out, const char *text)
{
    shi_str s = shi_str_from(text);
    int64_t line = out->len;
    while (line > 0 && out->ptr[line - 1] != '\n') line--;
    for (int64_t from = 0, to; from < s.len; from = to + 1) {
        to = shi_str_find(s, ' ', from);
        if (to < 0) to = s.len;
        shi_buf word = { 0 };
        shi_buf_format(&word, "%.*s", (int)(to - from), s.ptr + from);
        int64_t before = out->len;
        if (before > line) shi_buf_addc(out, ' ');
        roff(out, word.ptr);
        if (out->len - line > 78 && before > line) {
            out->len = before;
            shi_buf_addc(out, '\n');
            line = out->len;
            roff(out, word.ptr);
        }
        shi_buf_drop(&word);
    }
    shi_buf_addc(out, '\n');
}

static void item(shi_buf *out, const char *name, const char *says)
{
    shi_buf_puts(out, ".TP\n");
    roff_in(out, 'B', name);
    shi_buf_addc(out, '\n');
    paragraph(out, says);
}

static const char *dashes(const shi_option *option)
{
    return option->name[1] ? "--" : "-";
}

static void option_items(shi_buf *out, const shi_option *option, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s%s", dashes(&option[i]), option[i].name);
        shi_buf_puts(out, ".TP\n");
        roff_in(out, 'B', name);
        if (option[i].argument) {
            shi_buf_addc(out, ' ');
            roff_in(out, 'I', option[i].argument);
        }
        shi_buf_addc(out, '\n');
        paragraph(out, option[i].help);
    }
}

static void page_head(shi_buf *out, const char *name, const char *summary)
{
    shi_buf_puts(out, ".\\\" Made by shishu-docs from the tables of commands, options and columns.\n.TH ");
    for (const char *c = name; *c; c++) shi_buf_addc(out, *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c);
    shi_buf_format(out, " 1 \"%s\" \"Shishu " SHI_VERSION "\" \"Shishu manual\"\n.SH NAME\n", DATE);
    roff(out, name);
    shi_buf_puts(out, " \\-");
    paragraph(out, summary);
}

static void page_status(shi_buf *out)
{
    shi_buf_puts(out, ".SH EXIT STATUS\n");
    for (int64_t i = 0; i < COUNT(STATUS); i++) item(out, STATUS[i].name, STATUS[i].says);
}

static void listing(shi_buf *out, const char *lines)
{
    shi_buf_puts(out, ".RS 4\n.EX\n");
    roff(out, lines);
    shi_buf_puts(out, "\n.EE\n.RE\n");
}

static void page_examples(shi_buf *out, const char *command)
{
    bool any = false;
    for (int64_t i = 0; i < COUNT(EXAMPLES); i++) {
        if (strcmp(EXAMPLES[i].command, command)) continue;
        shi_buf_puts(out, any ? ".PP\n" : ".SH EXAMPLES\n");
        any = true;
        paragraph(out, EXAMPLES[i].says);
        shi_buf_puts(out, ".PP\n");
        listing(out, EXAMPLES[i].line);
    }
}

static const char *type_words(shi_type type)
{
    switch (type) {
    case SHI_T_TEXT: return "Text, as it is written.";
    case SHI_T_CODE: return "A code, kept as text.";
    case SHI_T_APP: return "A code; may be left out when the workspace has one app.";
    case SHI_T_ACCOUNT: return "A code; a column that holds mobile or identity numbers becomes pseudonyms.";
    case SHI_T_WORD: return "One of these words:";
    case SHI_T_WORDS: return "Any of these words, separated by ; or ,:";
    case SHI_T_LIST: return "A list, separated by ; or ,; these words are understood, others kept:";
    case SHI_T_ACTION: return "Any other word is kept; these are counted:";
    case SHI_T_YESNO: return "yes or no.";
    case SHI_T_COUNT: return "A whole number, not negative.";
    case SHI_T_DECIMAL: return "A number with up to three decimals, not negative.";
    case SHI_T_REPORTED: return "A number with up to three decimals, or a percentage of base.";
    case SHI_T_SHARE: return "A share from 0 to 1, or a percentage.";
    case SHI_T_PRICE: return "Yuan.";
    case SHI_T_REAL: return "A number, or a percentage.";
    case SHI_T_PERIOD: return "A period: 2024, 2024-Q2, 2024-06 or 2024-W23.";
    case SHI_T_TIME: return "A time from 2000 to tomorrow, with or without a zone.";
    case SHI_T_DUE: return "A time, which may lie ahead.";
    case SHI_T_PHONE: return "A phone number; only its pseudonym is kept.";
    case SHI_T_DEVICE: return "A device; only its pseudonym is kept.";
    case SHI_T_IP: return "An address; only its pseudonym and that of its network are kept.";
    case SHI_T_SPOKEN: return "Text of people; runs of seven or more digits are masked.";
    }
    return "";
}

/* "a=x=y|b" as "a (x, y), b"; "x|y" as "x, y". */
static void list_words(shi_buf *out, const char *words)
{
    bool open = false;
    for (const char *c = words; *c; c++) {
        if (*c == '=') shi_buf_puts(out, open ? ", " : " (");
        else if (*c == '|') shi_buf_puts(out, open ? "), " : ", ");
        else shi_buf_addc(out, *c);
        if (*c == '=' || *c == '|') open = *c == '=';
    }
    if (open) shi_buf_addc(out, ')');
}

static void table_columns(shi_buf *out, const shi_table *table)
{
    for (int c = 0; c < table->columns; c++) {
        const shi_column *column = &table->column[c];
        shi_buf text = { 0 };
        shi_buf_format(&text, "Also ");
        list_words(&text, column->aliases);
        shi_buf_format(&text, ". %s%s", column->required ? "Required. " : "", type_words(column->type));
        if (column->words) {
            shi_buf_addc(&text, ' ');
            list_words(&text, column->words);
            shi_buf_addc(&text, '.');
        }
        item(out, column->name, text.ptr ? text.ptr : "");
        shi_buf_drop(&text);
    }
}

static void page_tables(shi_buf *out)
{
    const shi_table *t;
    shi_buf_puts(out, ".SH TABLES\n");
    paragraph(out, "Headers are found by the names below, in either language, or with --map. A column that is not listed is left out and named. "
                   "In numbers, full-width digits, commas between thousands, 1.2万 and 95.18% are understood; blank cells, —, 无 and the like are "
                   "missing.");
    for (int64_t i = 0; (t = shi_table_at(i)); i++) {
        shi_buf_puts(out, ".SS ");
        roff(out, t->name);
        paragraph(out, t->aliases);
        shi_buf text = { 0 };
        shi_buf_puts(&text, t->key[0] ? "A row is known by " : "Rows have no key: equal rows are kept.");
        for (int k = 0; k < SHI_MAX_KEY && t->key[k]; k++) shi_buf_format(&text, "%s%s", k ? ", " : "", t->key[k]);
        if (t->key[0]) shi_buf_puts(&text, "; in a later file it replaces.");
        if (t->latest) shi_buf_format(&text, " Of several in one file that of the largest %s counts.", t->latest);
        paragraph(out, text.ptr ? text.ptr : "");
        shi_buf_drop(&text);
        table_columns(out, t);
    }
}

static void see_also(shi_buf *out, const char *name, const char *after)
{
    shi_buf_puts(out, ".BR ");
    roff(out, name);
    shi_buf_format(out, " (1)%s\n", after);
}

static void command_page(shi_buf *out, int at)
{
    const shi_command *command = SHI_COMMANDS[at], *before = at > 0 ? SHI_COMMANDS[at - 1] : NULL, *after = SHI_COMMANDS[at + 1];
    char name[64];
    snprintf(name, sizeof name, "shishu-%s", command->name);
    page_head(out, name, command->summary);
    shi_buf_puts(out, ".SH SYNOPSIS\n.B shishu ");
    roff(out, command->name);
    shi_buf_puts(out, command->n_options ? "\n[\\fIoption\\fR \\&...]\\&\n" : "\n");
    if (command->arguments[0]) roff_in(out, 'I', command->arguments);
    shi_buf_puts(out, command->arguments[0] ? "\n.SH DESCRIPTION\n" : ".SH DESCRIPTION\n");
    paragraph(out, command->text);
    shi_buf_puts(out, ".SH OPTIONS\n");
    option_items(out, command->options, command->n_options);
    shi_buf_puts(out, command->n_options ? ".PP\n" : "");
    shi_buf_puts(out, "The options of every command, such as\n.B \\-C\nand\n.BR \\-\\-json ,\nare described in\n.BR shishu (1).\n");
    if (command == &SHI_CMD_IMPORT) page_tables(out);
    page_status(out);
    page_examples(out, command->name);
    shi_buf_puts(out, ".SH SEE ALSO\n");
    see_also(out, "shishu", before || after ? "," : "");
    for (int k = 0; k < 2; k++) {
        const shi_command *other = k ? after : before;
        if (!other) continue;
        snprintf(name, sizeof name, "shishu-%s", other->name);
        see_also(out, name, !k && after ? "," : "");
    }
}

static void main_page(shi_buf *out)
{
    page_head(out, "shishu", "tells which reported numbers are real, how sure that is, and why");
    shi_buf_puts(out, ".SH SYNOPSIS\n.B shishu\n[\\fIoption\\fR \\&...]\\&\n[\\fIcommand\\fR [\\fIargument\\fR \\&...]]\\&\n.SH DESCRIPTION\n");
    paragraph(out, "Shishu reads the targets that offices were given, the numbers that they reported and the logs of the apps, and says of every "
                   "figure how much of it can be real, how sure that is, and why. It works on a workspace, which is a folder; without a command it "
                   "says where the workspace stands and what comes next.");
    shi_buf_puts(out, ".SH COMMANDS\n");
    for (int i = 0; SHI_COMMANDS[i]; i++) item(out, SHI_COMMANDS[i]->name, SHI_COMMANDS[i]->summary);
    shi_buf_puts(out, ".SH OPTIONS\n");
    paragraph(out, "Before or after the command:");
    option_items(out, SHI_GLOBAL_OPTIONS, SHI_GLOBAL_OPTIONS_LEN);
    item(out, "--help", HELP);
    item(out, "--version", "the version");
    page_status(out);
    shi_buf_puts(out, ".SH ENVIRONMENT\n");
    for (int64_t i = 0; i < COUNT(ENVIRONMENT); i++) item(out, ENVIRONMENT[i].name, ENVIRONMENT[i].says);
    shi_buf_puts(out, ".SH FILES\n");
    paragraph(out, "In a workspace:");
    for (int64_t i = 0; i < COUNT(FILES); i++) item(out, FILES[i].name, FILES[i].says);
    shi_buf_puts(out, ".SH EXAMPLES\nFrom files to verdicts:\n.PP\n");
    listing(out, "shishu init county --with-apps\ncd county\nshishu import units ../units.csv\nshishu import targets ../targets.csv\n"
                 "shishu import reports ../reports.csv\nshishu audit");
    shi_buf_puts(out, ".SH SEE ALSO\n");
    for (int i = 0; SHI_COMMANDS[i]; i++) {
        char name[64];
        snprintf(name, sizeof name, "shishu-%s", SHI_COMMANDS[i]->name);
        see_also(out, name, SHI_COMMANDS[i + 1] ? "," : "");
    }
}

static shi_err write_page(const char *dir, const char *command, shi_buf *page)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/shishu%s%s.1", dir, command ? "-" : "", command ? command : "");
    if (page->failed) return shi_no_memory();
    if (n < 0 || n >= (int)sizeof path) return shi_fail(SHI_USAGE, "the folder's name is too long", NULL);
    shi_err e = shi_os_write_whole(path, shi_buf_str(page), 0644);
    e.file = (shi_str){ 0 };   /* path ends with this function */
    shi_buf_drop(page);
    return e;
}

static shi_err write_manual(const char *dir)
{
    shi_buf page = { 0 };
    SHI_TRY(shi_os_mkdir(dir, 0755));
    main_page(&page);
    SHI_TRY(write_page(dir, NULL, &page));
    for (int i = 0; SHI_COMMANDS[i]; i++) {
        command_page(&page, i);
        SHI_TRY(write_page(dir, SHI_COMMANDS[i]->name, &page));
    }
    return (shi_err){ 0 };
}

/* ---- completions ---- */

typedef enum { NOTHING, WORDS, FOLDERS, ANY_FILES, TABLES, COMMANDS } offer;

/* What an argument's name says of what may stand there: DIR, FILE…, TABLE, [COMMAND], html|json. */
static offer offer_of(shi_str argument)
{
    if (shi_str_starts(argument, S("["))) argument = shi_str_sub(argument, 1, argument.len);
    if (shi_str_starts(argument, S("DIR"))) return FOLDERS;
    if (shi_str_starts(argument, S("FILE"))) return ANY_FILES;
    if (shi_str_starts(argument, S("TABLE"))) return TABLES;
    if (shi_str_starts(argument, S("COMMAND"))) return COMMANDS;
    bool alternatives = shi_str_find(argument, '|', 0) > 0 && argument.ptr[0] >= 'a' && argument.ptr[0] <= 'z';
    return alternatives ? WORDS : NOTHING;
}

/* The k-th word of a command's arguments; missing: there is none. */
static shi_str argument_at(const shi_command *command, int k)
{
    shi_str all = shi_str_from(command->arguments);
    for (int64_t from = 0; from < all.len; k--) {
        int64_t to = shi_str_find(all, ' ', from);
        if (to < 0) to = all.len;
        if (all.ptr[from] == '-') break;   /* an option that must be given */
        if (k == 0) return shi_str_sub(all, from, to);
        from = to + 1;
    }
    return (shi_str){ 0 };
}

/* The words that may stand for an argument, separated by spaces. */
static void add_words(shi_buf *out, shi_str argument)
{
    offer what = offer_of(argument);
    if (what == WORDS)
        for (int64_t i = 0; i < argument.len; i++) shi_buf_addc(out, argument.ptr[i] == '|' ? ' ' : argument.ptr[i]);
    if (what == TABLES)
        for (int64_t i = 0; shi_table_at(i); i++) shi_buf_format(out, "%s%s", i ? " " : "", shi_table_at(i)->name);
    if (what == COMMANDS)
        for (int i = 0; SHI_COMMANDS[i]; i++) shi_buf_format(out, "%s%s", i ? " " : "", SHI_COMMANDS[i]->name);
}

/* A text within single quotes of a shell; the characters of `also` get a backslash before them. */
static void quoted(shi_buf *out, const char *text, const char *quote, const char *also)
{
    for (const char *c = text; *c; c++) {
        if (*c == '\'') shi_buf_puts(out, quote);
        else if (strchr(also, *c)) shi_buf_format(out, "\\%c", *c);
        else shi_buf_addc(out, *c);
    }
}

/* ---- bash ---- */

static const char BASH_HEAD[] =
    "# Completion of shishu for bash, made by shishu-docs.\n"
    "_shishu_paths()\n"
    "{\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    mapfile -t COMPREPLY < <(compgen \"$1\" -- \"$2\")\n"
    "}\n\n"
    "_shishu_words()\n"
    "{\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$2\")\n"
    "}\n\n"
    "_shishu()\n"
    "{\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command='' place=0 options='' i\n"
    "    COMPREPLY=()\n"
    "    # = and : are words of their own in bash: --lang=zh, COL:FROM=TO\n"
    "    [ \"$prev\" != = ] || prev=${COMP_WORDS[COMP_CWORD-2]}\n"
    "    [ \"$cur\" != = ] || cur=''\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        case $command:${COMP_WORDS[i]} in\n"
    "        *:= | *::) ((i++)) ;;\n";

static const char BASH_LOOP[] =
    ")\n"
    "            ((i++))\n"
    "            [ \"${COMP_WORDS[i]}\" != = ] || ((i++)) ;;\n"
    "        *:-*) ;;\n"
    "        :*) command=${COMP_WORDS[i]} ;;\n"
    "        *) ((place++)) ;;\n"
    "        esac\n"
    "    done\n"
    "    case $command:$prev in\n";

static const char BASH_OPTIONS[] =
    "    esac\n"
    "    ((i == COMP_CWORD)) || return   # the word is the value of an option\n"
    "    if [[ $cur == -* ]]; then\n"
    "        case $command in\n";

static void bash_offer(shi_buf *out, shi_str argument)
{
    offer what = offer_of(argument);
    if (what == FOLDERS) shi_buf_puts(out, " _shishu_paths -d \"$cur\";");
    if (what == ANY_FILES) shi_buf_puts(out, " _shishu_paths -f \"$cur\";");
    if (what != WORDS && what != TABLES && what != COMMANDS) return;
    shi_buf_puts(out, " _shishu_words '");
    add_words(out, argument);
    shi_buf_puts(out, "' \"$cur\";");
}

/* Patterns of the options that take a value, of every command and of each. */
static void bash_patterns(shi_buf *out, const char *command, const shi_option *option, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (option[i].argument) shi_buf_format(out, "        %s:%s%s | \\\n", command, dashes(&option[i]), option[i].name);
}

static void bash_values(shi_buf *out, const char *command, const shi_option *option, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        if (!option[i].argument) continue;
        shi_buf_format(out, "    %s:%s%s)", command, dashes(&option[i]), option[i].name);
        bash_offer(out, shi_str_from(option[i].argument));
        shi_buf_puts(out, " return ;;\n");
    }
}

static void bash_names(shi_buf *out, const shi_option *option, int64_t n)
{
    for (int64_t i = 0; i < n; i++) shi_buf_format(out, "%s%s%s", i ? " " : "", dashes(&option[i]), option[i].name);
}

static void bash_places(shi_buf *out, const shi_command *command)
{
    shi_str argument;
    for (int k = 0; (argument = argument_at(command, k)).ptr; k++) {
        if (shi_str_ends(argument, S("…"))) shi_buf_format(out, "    %s:*)", command->name);
        else shi_buf_format(out, "    %s:%d)", command->name, k);
        bash_offer(out, argument);
        shi_buf_puts(out, " ;;\n");
    }
}

static void bash(shi_buf *out)
{
    const shi_command *c;
    shi_buf_puts(out, BASH_HEAD);
    bash_patterns(out, "*", SHI_GLOBAL_OPTIONS, SHI_GLOBAL_OPTIONS_LEN);
    for (int i = 0; (c = SHI_COMMANDS[i]); i++) bash_patterns(out, c->name, c->options, c->n_options);
    out->len -= 5;   /* the last " | \\n" */
    shi_buf_puts(out, BASH_LOOP);
    bash_values(out, "*", SHI_GLOBAL_OPTIONS, SHI_GLOBAL_OPTIONS_LEN);
    for (int i = 0; (c = SHI_COMMANDS[i]); i++) bash_values(out, c->name, c->options, c->n_options);
    shi_buf_puts(out, BASH_OPTIONS);
    for (int i = 0; (c = SHI_COMMANDS[i]); i++) {
        if (!c->n_options) continue;
        shi_buf_format(out, "        %s) options='", c->name);
        bash_names(out, c->options, c->n_options);
        shi_buf_puts(out, "' ;;\n");
    }
    shi_buf_puts(out, "        '') options=--version ;;\n        esac\n        _shishu_words \"--help ");
    bash_names(out, SHI_GLOBAL_OPTIONS, SHI_GLOBAL_OPTIONS_LEN);
    shi_buf_puts(out, " $options\" \"$cur\"\n        return\n    fi\n    case $command:$place in\n    :*)");
    bash_offer(out, S("COMMAND"));
    shi_buf_puts(out, " ;;\n");
    for (int i = 0; SHI_COMMANDS[i]; i++) bash_places(out, SHI_COMMANDS[i]);
    shi_buf_puts(out, "    esac\n}\ncomplete -F _shishu shishu\n");
}

/* ---- zsh ---- */

/* ":message:action" of an argument. */
static void zsh_action(shi_buf *out, shi_str argument)
{
    offer what = offer_of(argument);
    shi_buf_addc(out, ':');
    for (int64_t i = 0; i < argument.len; i++) shi_buf_format(out, argument.ptr[i] == ':' ? "\\%c" : "%c", argument.ptr[i]);
    if (what == FOLDERS) shi_buf_puts(out, ":_files -/");
    else if (what == ANY_FILES) shi_buf_puts(out, ":_files");
    else if (what == NOTHING) shi_buf_puts(out, ": ");
    else {
        shi_buf_puts(out, ":(");
        add_words(out, argument);
        shi_buf_addc(out, ')');
    }
}

static void zsh_options(shi_buf *out, const char *indent, const shi_option *option, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        bool value = option[i].argument, is_long = option[i].name[1];
        shi_buf_format(out, "%s'%s%s%s%s[", indent, option[i].kind == SHI_OPT_TEXTS ? "*" : "", dashes(&option[i]), option[i].name,
                       value && is_long ? "=" : "");
        quoted(out, option[i].help, "'\\''", "[]\\");
        shi_buf_addc(out, ']');
        if (value) zsh_action(out, shi_str_from(option[i].argument));
        shi_buf_puts(out, "'\n");
    }
}

static void zsh_command(shi_buf *out, const shi_command *command)
{
    shi_str argument;
    shi_buf_format(out, "    %s)\n        specs=(\n", command->name);
    zsh_options(out, "            ", command->options, command->n_options);
    for (int k = 0; (argument = argument_at(command, k)).ptr; k++) {
        shi_buf_puts(out, "            '");
        if (shi_str_ends(argument, S("…"))) shi_buf_addc(out, '*');
        else shi_buf_format(out, "%d", k + 1);
        zsh_action(out, argument);
        shi_buf_puts(out, "'\n");
    }
    shi_buf_puts(out, "        ) ;;\n");
}

static const char ZSH_HEAD[] =
    "#compdef shishu\n"
    "# Completion of shishu for zsh, made by shishu-docs.\n"
    "_shishu()\n"
    "{\n"
    "    local curcontext=$curcontext state line\n"
    "    typeset -A opt_args\n"
    "    local -a commands specs globals\n"
    "    globals=(\n";

static const char ZSH_BODY[] =
    "    )\n"
    "    _arguments -C $globals '--version[the version]' '1:command:->command' '*::argument:->argument' && return\n"
    "    if [[ $state == command ]]; then\n"
    "        _describe -t commands command commands\n"
    "        return\n"
    "    fi\n"
    "    case $words[1] in\n";

static void zsh(shi_buf *out)
{
    shi_buf_puts(out, ZSH_HEAD);
    zsh_options(out, "        ", SHI_GLOBAL_OPTIONS, SHI_GLOBAL_OPTIONS_LEN);
    shi_buf_format(out, "        '--help[%s]'\n    )\n    commands=(\n", HELP);
    for (int i = 0; SHI_COMMANDS[i]; i++) {
        shi_buf_format(out, "        '%s:", SHI_COMMANDS[i]->name);
        quoted(out, SHI_COMMANDS[i]->summary, "'\\''", ":\\");
        shi_buf_puts(out, "'\n");
    }
    shi_buf_puts(out, ZSH_BODY);
    for (int i = 0; SHI_COMMANDS[i]; i++) zsh_command(out, SHI_COMMANDS[i]);
    shi_buf_puts(out, "    *) return 1 ;;\n    esac\n    _arguments $globals $specs\n}\n_shishu \"$@\"\n");
}

/* ---- fish ---- */

static void fish_offer(shi_buf *out, shi_str argument)
{
    offer what = offer_of(argument);
    if (what == FOLDERS) shi_buf_puts(out, " -x -a '(__fish_complete_directories)'");
    else if (what == ANY_FILES) shi_buf_puts(out, " -r -F");
    else shi_buf_puts(out, " -x");
    if (what != WORDS && what != TABLES && what != COMMANDS) return;
    shi_buf_puts(out, " -a '");
    add_words(out, argument);
    shi_buf_addc(out, '\'');
}

static void fish_options(shi_buf *out, const char *command, const shi_option *option, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        shi_buf_puts(out, "complete -c shishu");
        if (command) shi_buf_format(out, " -n '__shishu_in %s'", command);
        shi_buf_format(out, " -%c %s", option[i].name[1] ? 'l' : 's', option[i].name);
        if (option[i].argument) fish_offer(out, shi_str_from(option[i].argument));
        shi_buf_puts(out, " -d '");
        quoted(out, option[i].help, "\\'", "\\");
        shi_buf_puts(out, "'\n");
    }
}

/* What stands after a command: the first argument until one of its words is there, then the second. */
static void fish_places(shi_buf *out, const shi_command *command)
{
    shi_str first = argument_at(command, 0), second = argument_at(command, 1);
    if (!first.ptr) return;
    shi_buf_format(out, "complete -c shishu -n '__shishu_in %s", command->name);
    if (second.ptr) {
        shi_buf_puts(out, "; and not __fish_seen_subcommand_from ");
        add_words(out, first);
    }
    shi_buf_addc(out, '\'');
    fish_offer(out, first);
    shi_buf_addc(out, '\n');
    if (!second.ptr) return;
    shi_buf_format(out, "complete -c shishu -n '__shishu_in %s; and __fish_seen_subcommand_from ", command->name);
    add_words(out, first);
    shi_buf_addc(out, '\'');
    fish_offer(out, second);
    shi_buf_addc(out, '\n');
}

/* The command: the first word that is neither an option nor the value of one. */
static const char FISH_HEAD[] =
    "# Completion of shishu for fish, made by shishu-docs.\n"
    "function __shishu_command\n"
    "    set -l skip no\n"
    "    for word in (commandline -opc)[2..-1]\n"
    "        if test $skip = yes\n"
    "            set skip no\n"
    "            continue\n"
    "        end\n"
    "        switch $word\n"
    "            case";

static const char FISH_BODY[] =
    "\n"
    "                set skip yes\n"
    "            case '-*'\n"
    "            case '*'\n"
    "                echo $word\n"
    "                return 0\n"
    "        end\n"
    "    end\n"
    "    return 1\n"
    "end\n\n"
    "function __shishu_in\n"
    "    set -l command (__shishu_command)\n"
    "    and test $command = $argv[1]\n"
    "end\n\n"
    "complete -c shishu -f\n";

static void fish(shi_buf *out)
{
    shi_buf_puts(out, FISH_HEAD);
    for (int64_t i = 0; i < SHI_GLOBAL_OPTIONS_LEN; i++)
        if (SHI_GLOBAL_OPTIONS[i].argument) shi_buf_format(out, " %s%s", dashes(&SHI_GLOBAL_OPTIONS[i]), SHI_GLOBAL_OPTIONS[i].name);
    shi_buf_puts(out, FISH_BODY);
    fish_options(out, NULL, SHI_GLOBAL_OPTIONS, SHI_GLOBAL_OPTIONS_LEN);
    shi_buf_format(out, "complete -c shishu -l help -d '%s'\n", HELP);
    shi_buf_puts(out, "complete -c shishu -n 'not __shishu_command >/dev/null' -l version -d 'the version'\n");
    for (int i = 0; SHI_COMMANDS[i]; i++) {
        shi_buf_format(out, "complete -c shishu -n 'not __shishu_command >/dev/null' -a %s -d '", SHI_COMMANDS[i]->name);
        quoted(out, SHI_COMMANDS[i]->summary, "\\'", "\\");
        shi_buf_puts(out, "'\n");
        fish_options(out, SHI_COMMANDS[i]->name, SHI_COMMANDS[i]->options, SHI_COMMANDS[i]->n_options);
        fish_places(out, SHI_COMMANDS[i]);
    }
}

static shi_err print_completion(const char *shell)
{
    shi_buf out = { 0 };
    if (!strcmp(shell, "bash")) bash(&out);
    else if (!strcmp(shell, "zsh")) zsh(&out);
    else if (!strcmp(shell, "fish")) fish(&out);
    else return shi_fail_value(SHI_USAGE, shi_str_from(shell), "there is no completion for this shell", "Shells are bash, zsh and fish.");
    bool written = !out.failed && fwrite(out.ptr, 1, (size_t)out.len, stdout) == (size_t)out.len && fflush(stdout) == 0;
    shi_err e = written ? (shi_err){ 0 } : out.failed ? shi_no_memory() : shi_os_error(S("stdout"));
    shi_buf_drop(&out);
    return e;
}

int main(int argc, char **argv)
{
    shi_err e = shi_fail(SHI_USAGE, "shishu-docs is called with man DIR, or with completion SHELL", "Shells are bash, zsh and fish.");
    if (argc == 3 && !strcmp(argv[1], "man")) e = write_manual(argv[2]);
    else if (argc == 3 && !strcmp(argv[1], "completion")) e = print_completion(argv[2]);
    const shi_cli cli = { .lang = SHI_EN };
    if (e.code) shi_complain(&cli, &e);
    return (int)e.code;
}
