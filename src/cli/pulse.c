/* shishu pulse: units whose accounts show one log-in a month and nothing else. Any file, no workspace. */
#include "cli/tool.h"

#include "shishu/pulse.h"

#include <math.h>

typedef struct {
    const char *account, *time, *unit, *action, *members, *zone;
    double fdr;
} args;

static const shi_option OPTIONS[] = {
    { "account", SHI_OPT_TEXT, offsetof(args, account), "COL", N_("column of the account") },
    { "time", SHI_OPT_TEXT, offsetof(args, time), "COL", N_("column of the time of the act") },
    { "unit", SHI_OPT_TEXT, offsetof(args, unit), "COL", N_("column of the account's unit") },
    { "action", SHI_OPT_TEXT, offsetof(args, action), "COL", N_("column of what was done; log-ins are login or 登录; without it each act is "
        "one") },
    { "members", SHI_OPT_TEXT, offsetof(args, members), "OUT", N_("file to write the accounts of each group to, as CSV") },
    { "fdr", SHI_OPT_SHARE, offsetof(args, fdr), "Q", N_("false discovery rate (0.05)") },
    { "zone", SHI_OPT_TEXT, offsetof(args, zone), "NAME", N_("zone of times that name none (Asia/Shanghai)") },
};

typedef struct {
    shi_arrays file;
    shi_zone zone;
    shi_pulse found;
} pulse;

/* Acts that are no log-ins; NULL if the file knows none, so that each act is one. */
static shi_err take_actions(shi_cli *cli, const shi_arrays *file, const bool **out)
{
    const shi_table *events = shi_table_find(S("events"));
    const char *words = events->column[shi_table_column(events, S("action"))].words;
    shi_strs word = file->word[3];
    bool *is_login = shi_new(&cli->keep, bool, word.len), *other = shi_new(&cli->keep, bool, file->rows), any = false;
    shi_str code;
    if (!is_login || !other) return shi_no_memory();
    for (int64_t i = 0; i < word.len; i++) is_login[i] = shi_word_find(words, word.ptr[i], &code) && shi_str_eq(code, S("login"));
    for (int64_t i = 0; i < file->rows; i++) {
        other[i] = file->code[3][i] < 0 || !is_login[file->code[3][i]];
        any = any || !other[i];
    }
    *out = any ? other : NULL;
    return (shi_err){ 0 };
}

static shi_err compute(shi_cli *cli, const args *a, pulse *p)
{
    const shi_arrays *file = &p->file;
    int64_t *local = shi_new(&cli->keep, int64_t, file->rows);
    shi_pulse_columns columns = { .n = file->rows, .account = file->code[0], .unit = file->code[2], .time_us = local, .accounts = file->word[0].len,
                                  .units = file->word[2].len };
    shi_arena scratch;
    if (!local) return shi_no_memory();
    for (int64_t i = 0; i < file->rows; i++) local[i] = shi_zone_local_us(&p->zone, file->time[1][i]);
    if (a->action) SHI_TRY(take_actions(cli, file, &columns.other));
    SHI_TRY(shi_tool_scratch(&scratch));
    shi_err e = shi_pulse_find(&cli->keep, scratch, &columns, &p->found);
    shi_arena_drop(&scratch);
    return e;
}

/* Half of the units may show it together, and then none stands out. */
static bool all_units(const shi_pulse *found)
{
    return found->median_share > 2 * found->bound;
}

static void month_json(shi_json *json, const char *key, int64_t local_us)
{
    char day[16];
    shi_day_write(local_us / SHI_DAY_US, day);
    day[7] = 0;
    shi_json_ktext(json, key, day);
}

static void print_json(shi_cli *cli, const args *a, const pulse *p)
{
    const shi_pulse *found = &p->found;
    shi_json json = { .out = &cli->out };
    double m = log10((double)(found->searched > 0 ? found->searched : 1));
    shi_json_begin_object(&json);
    shi_json_kint(&json, "rows", p->file.rows);
    shi_json_kint(&json, "months", found->months);
    shi_json_kint(&json, "windows", found->windows);
    shi_json_kint(&json, "searched", found->searched);
    shi_json_kf64(&json, "bound", found->windows > 0, found->bound);
    shi_json_kf64(&json, "median_share", found->searched > 0, found->median_share);
    shi_json_kf64(&json, "dispersion", found->searched > 0, found->dispersion);
    shi_json_kbool(&json, "many_units", all_units(found));
    shi_json_kf64(&json, "fdr", true, a->fdr);
    shi_json_key(&json, "units");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < found->units; i++) {
        const shi_pulse_unit *u = &found->unit[i];
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "unit", p->file.word[2].ptr[u->unit]);
        month_json(&json, "from", u->from_us);
        month_json(&json, "to", u->to_us - 1);
        shi_json_kint(&json, "accounts", u->active);
        shi_json_kint(&json, "minimal", u->hits);
        shi_json_kf64(&json, "expected", true, u->expected);
        shi_json_kf64(&json, "log10_p", true, fmin(0, u->log10_p + m));
        shi_json_kf64(&json, "q", true, u->q);
        shi_json_kbool(&json, "selected", u->q <= a->fdr);
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    if (found->cannot_judge) shi_tool_cannot_judge(cli, &json, found->cannot_judge);
    shi_json_end_object(&json);
    shi_buf_addc(&cli->out, '\n');
}

enum { SHOWN = 30 };

static void unit_cells(shi_term *term, const pulse *p, const shi_pulse_unit *u)
{
    char months[32], day[16];
    shi_day_write(u->from_us / SHI_DAY_US, months);
    shi_day_write((u->to_us - 1) / SHI_DAY_US, day);
    months[7] = 0, day[7] = 0;
    shi_str both[] = { shi_str_from(months), S(" – "), shi_str_from(day) };
    shi_buf text = { 0 };
    for (int64_t i = 0; i < COUNT(both); i++) shi_buf_add(&text, both[i]);
    shi_term_cell(term, p->file.word[2].ptr[u->unit]);
    shi_term_cell(term, shi_buf_str(&text));
    shi_tool_count_cell(term, u->active);
    shi_tool_count_cell(term, u->hits);
    shi_tool_number_cell(term, u->expected);
    shi_tool_number_cell(term, u->q);
    shi_buf_drop(&text);
}

static void print_units(shi_cli *cli, const args *a, const pulse *p, int64_t stand)
{
    static const char *const HEAD[] = { N_("unit"), N_("months"), N_("accounts"), N_("once a month only"), N_("expected"), N_("q") };
    shi_term term = { .columns = 6, .right = { [2] = true, [3] = true, [4] = true, [5] = true } };
    int64_t shown = 0;
    for (int64_t i = 0; i < COUNT(HEAD); i++) shi_term_cell(&term, shi_str_from(tr(cli->lang, HEAD[i])));
    for (int64_t g = 0; g < p->found.groups.len && shown < SHOWN; g++) {
        const shi_pulse_unit *u = &p->found.unit[p->found.group_unit[g]];
        if (u->q <= a->fdr) unit_cells(&term, p, u), shown++;
    }
    shi_term_print(&term, &cli->out);
    if (stand > shown) shi_buf_format(&cli->out, tr(cli->lang, N_("… and %lld more; --json lists all.\n")), (long long)(stand - shown));
    shi_buf_addc(&cli->out, '\n');
    shi_buf_puts(&cli->out, tr(cli->lang, N_("A lead for accounts that are kept alive in bulk. A ritual of the whole village (the day of the "
        "pension, a monthly message) "
                                             "looks the same, if only this village has it: ask, and visit some of the accounts.\n")));
}

static void print_text(shi_cli *cli, const args *a, const pulse *p)
{
    const shi_pulse *found = &p->found;
    char share[40], bound[40];
    int64_t stand = 0;
    if (found->cannot_judge) {
        shi_tool_cannot_judge(cli, NULL, found->cannot_judge);
        return;
    }
    for (int64_t i = 0; i < found->units; i++) stand += found->unit[i].q <= a->fdr;
    snprintf(share, sizeof share, "%.1f", 100 * found->median_share);   /* LC_NUMERIC stays "C" */
    snprintf(bound, sizeof bound, "%.1f", 100 * found->bound);
    shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld of %2$lld units (by window of %3$lld months) hold more accounts than their siblings that "
        "log in exactly once "
                                               "a month and do nothing else, in all months but one at most.\n")),
                   (long long)stand, (long long)found->units, (long long)found->months);
    shi_buf_format(&cli->out, tr(cli->lang, N_("Half of the units have such a share of %1$s %% or more; people who log in at random reach %2$s %% "
        "at most.\n")), share, bound);
    if (all_units(found))
        shi_buf_puts(&cli->out, tr(cli->lang, N_("That is more than twice as much: either the county has a ritual, or so many units have such "
            "accounts that none stands out. A "
                                                 "lead for the county as a whole, which names no unit.\n")));
    shi_buf_addc(&cli->out, '\n');
    if (stand) print_units(cli, a, p, stand);
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { .fdr = 0.05 };
    pulse p = { 0 };
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc != 1 || !a.account || !a.time || !a.unit)
        return shi_fail(SHI_USAGE, N_("pulse takes one file, --account COL, --time COL and --unit COL"), N_("\"shishu help pulse\" shows how it is "
            "called."));
    SHI_TRY(shi_tool_zone(a.zone, &p.zone));
    shi_asked asked[4] = { { .header = shi_str_from(a.account), .type = SHI_T_CODE, .may_miss = true, .coded = true },
                           { .header = shi_str_from(a.time), .type = SHI_T_DUE },
                           { .header = shi_str_from(a.unit), .type = SHI_T_CODE, .may_miss = true, .coded = true },
                           { .header = shi_str_from(a.action), .type = SHI_T_TEXT, .may_miss = true, .coded = true } };
    SHI_TRY(shi_tool_read(cli, argv[0], &p.zone, asked, a.action ? 4 : 3, &p.file));
    SHI_TRY(compute(cli, &a, &p));
    if (a.members) SHI_TRY(shi_tool_members(&p.found.groups, p.file.word[0], a.members));
    if (cli->json) print_json(cli, &a, &p);
    else print_text(cli, &a, &p);
    return (shi_err){ 0 };
}

const shi_command SHI_CMD_PULSE = { "pulse", "FILE", N_("units whose accounts log in once a month and do nothing else"),
    N_("Accounts that are kept alive show one log-in a month and nothing else. People who log in at random do so in five of six months in one case "
        "of 35 "
       "at most, whatever their rates; rituals are shared by the units of a county, so a unit is compared with its siblings. Where many "
       "units "
       "have such accounts none stands out: the median share beside the bound says so. Any file: CSV, TSV, JSON lines, Parquet, gzip or zstd of "
       "these; \"-\" reads CSV from standard input."),
    OPTIONS, COUNT(OPTIONS), run };
