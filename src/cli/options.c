/* Options from tables: the same tables make the help, the manual pages and the completions. */
#include "base/decimal.h"
#include "cli/cli.h"
#include "table/cell.h"

#include <stdlib.h>
#include <string.h>

static const char REMEDY[] = N_("\"shishu help COMMAND\" lists the options of a command.");

const shi_option SHI_GLOBAL_OPTIONS[] = {
    { "C", SHI_OPT_TEXT, offsetof(shi_cli, dir), "DIR", N_("the workspace; without it this folder or its nearest parent that is one") },
    { "lang", SHI_OPT_LANG, offsetof(shi_cli, lang), "zh|en", N_("language; without it that of the locale") },
    { "json", SHI_OPT_FLAG, offsetof(shi_cli, json), NULL, N_("one JSON document on standard output") },
    { "quiet", SHI_OPT_FLAG, offsetof(shi_cli, quiet), NULL, N_("no progress and no remarks") },
    { "progress", SHI_OPT_FLAG, offsetof(shi_cli, progress_lines), NULL, N_("progress as lines of JSON on standard error, for programs") },
    { "threads", SHI_OPT_COUNT, offsetof(shi_cli, threads), "N", N_("threads; without it one a core") },
    { "memory", SHI_OPT_SIZE, offsetof(shi_cli, memory), "SIZE", N_("memory, as 4G or 500M; without it seven tenths of the machine's; past it, work "
        "goes to "
        "disk") },
    { "random-seed", SHI_OPT_COUNT, offsetof(shi_cli, seed), "N", N_("seed of everything random") },
    { "now", SHI_OPT_TIME, offsetof(shi_cli, now_us), "TIME", N_("take this as the present time") },
    { "today", SHI_OPT_DATE, offsetof(shi_cli, today), "DATE", N_("take this as today; --now goes before it") },
};
const int64_t SHI_GLOBAL_OPTIONS_LEN = COUNT(SHI_GLOBAL_OPTIONS);

/* The option that a word of the command line names; *value is what stands after "=" in it. */
static const shi_option *named(const shi_option *options, int64_t n, const char *word, const char **value)
{
    *value = NULL;
    if (word[0] != '-' || !word[1]) return NULL;
    bool is_long = word[1] == '-';
    const char *name = word + 1 + is_long;
    size_t len = strcspn(name, "=");
    for (int64_t i = 0; i < n; i++) {
        bool short_name = strlen(options[i].name) == 1;
        if (short_name == is_long || strlen(options[i].name) != len || strncmp(options[i].name, name, len) != 0) continue;
        if (name[len] == '=') *value = name + len + 1;
        return &options[i];
    }
    return NULL;
}

static bool size_parse(shi_str s, int64_t *out)
{
    static const char UNITS[] = "KMGT";
    int64_t thousandths, unit = 1;
    if (s.len > 1 && shi_str_ends(s, S("iB"))) s.len -= 2;
    else if (s.len > 1 && (s.ptr[s.len - 1] == 'B' || s.ptr[s.len - 1] == 'b')) s.len -= 1;
    const char *hit = s.len ? strchr(UNITS, s.ptr[s.len - 1] & ~0x20) : NULL;
    if (hit && *hit) {
        for (int64_t i = 0; i <= hit - UNITS; i++) unit *= 1024;
        s.len--;
    }
    if (shi_decimal_parse(s, &thousandths) || thousandths <= 0 || shi_mul(thousandths, unit, out)) return false;
    *out /= 1000;
    return true;
}

static bool share_parse(shi_str s, double *out)
{
    static const shi_column SHARE = { .name = "", .type = SHI_T_SHARE };
    char room[SHI_CELL_ROOM];
    shi_cell cell = { 0 };
    if (shi_cell_parse(&SHARE, s, NULL, room, &cell).reason || cell.missing) return false;
    *out = cell.d;
    return true;
}

static const char *set(const shi_option *option, const char *value, void *args, const shi_zone *zone)
{
    void *field = (char *)args + option->offset;
    shi_str text = shi_str_from(value);
    switch (option->kind) {
    case SHI_OPT_FLAG: *(bool *)field = true; return NULL;
    case SHI_OPT_TEXT: *(const char **)field = value; return NULL;
    case SHI_OPT_TEXTS: {
        shi_texts *texts = field;
        if (texts->len == SHI_MAX_TEXTS) return N_("the option was given too often");
        texts->item[texts->len++] = text;
        return NULL;
    }
    case SHI_OPT_COUNT: return shi_count_parse(text, field) ? NULL : N_("the option needs a whole number");
    case SHI_OPT_SHARE: return share_parse(text, field) ? NULL : N_("the option needs a share such as 0.95");
    case SHI_OPT_SIZE: return size_parse(text, field) ? NULL : N_("the option needs a size such as 4G or 500M");
    case SHI_OPT_DATE: return shi_day_parse(text, field) ? NULL : N_("the option needs a date such as 2024-06-30");
    case SHI_OPT_TIME: return shi_time_parse(text, zone, field) ? NULL : N_("the option needs a time such as 2024-06-30T08:00:00+08:00");
    case SHI_OPT_LANG:
        if (strcmp(value, "zh") && strcmp(value, "en")) return N_("the languages are zh and en");
        *(shi_lang *)field = value[0] == 'z' ? SHI_ZH : SHI_EN;
        return NULL;
    }
    return NULL;
}

/* Takes known options out; unknown ones are an error, or stay when `leave`. */
static shi_err parse(const shi_option *options, int64_t n, int *argc, char **argv, void *args, const shi_zone *zone, bool leave)
{
    int kept = 0, i = 0;
    for (; i < *argc; i++) {
        const char *value;
        if (!strcmp(argv[i], "--")) break;
        const shi_option *option = named(options, n, argv[i], &value);
        if (!option) {
            if (!leave && argv[i][0] == '-' && argv[i][1]) return shi_fail_value(SHI_USAGE, shi_str_from(argv[i]),
                                                                                 N_("there is no such option here"), REMEDY);
            argv[kept++] = argv[i];
            continue;
        }
        const char *word = argv[i];
        if (option->kind == SHI_OPT_FLAG && value) return shi_fail_value(SHI_USAGE, shi_str_from(word), N_("the option takes no value"), REMEDY);
        if (option->kind != SHI_OPT_FLAG && !value) {
            if (i + 1 >= *argc) return shi_fail_value(SHI_USAGE, shi_str_from(word), N_("the option needs a value"), REMEDY);
            value = argv[++i];
        }
        const char *reason = set(option, value, args, zone);
        if (reason) return shi_fail_value(SHI_USAGE, shi_str_from(value), reason, REMEDY);
    }
    for (i += !leave && i < *argc; i < *argc; i++) argv[kept++] = argv[i];
    *argc = kept;
    return (shi_err){ 0 };
}

shi_err shi_options_parse(const shi_option *options, int64_t n, int *argc, char **argv, void *args, const shi_zone *zone)
{
    return parse(options, n, argc, argv, args, zone, false);
}

shi_err shi_options_global(int *argc, char **argv, shi_cli *cli)
{
    static const shi_zone UTC = { .n = 1, .from_us = { INT64_MIN } };
    return parse(SHI_GLOBAL_OPTIONS, SHI_GLOBAL_OPTIONS_LEN, argc, argv, cli, &UTC, true);
}
