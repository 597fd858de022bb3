/* shishu bursts: arrivals in a lump. Any file, no workspace. */
#include "cli/tool.h"

#include "shishu/bursts.h"

#include <math.h>
#include <stdio.h>

enum { SHOWN = 20, TIME = 0 };

typedef struct {
    const char *time, *unit, *account, *zone, *members;
    double fdr;
} args;

static const shi_option OPTIONS[] = {
    { "time", SHI_OPT_TEXT, offsetof(args, time), "COL", N_("column of the times, such as of registration") },
    { "unit", SHI_OPT_TEXT, offsetof(args, unit), "COL", N_("column of the units, such as villages; any class whose rates differ will do") },
    { "account", SHI_OPT_TEXT, offsetof(args, account), "COL", N_("column of the accounts, for --members") },
    { "zone", SHI_OPT_TEXT, offsetof(args, zone), "NAME", N_("time zone of times without one, and of hours and days (Asia/Shanghai)") },
    { "fdr", SHI_OPT_SHARE, offsetof(args, fdr), "P", N_("share of false leads among those selected (0.05)") },
    { "members", SHI_OPT_TEXT, offsetof(args, members), "OUT", N_("write a CSV of the groups' accounts") },
};

typedef struct {
    shi_zone zone;
    shi_arrays file;
    int64_t unit, account;            /* columns of the file; -1: not asked for */
    shi_bursts found;
    shi_tool_judged judged;           /* an explained one is not selected */
    int64_t explained;
} lumps;

static shi_err read_file(shi_cli *cli, const args *a, const char *path, lumps *l)
{
    shi_asked asked[SHI_MAX_ASKED] = { { .header = shi_str_from(a->time), .type = SHI_T_DUE, .may_miss = true } };
    int64_t n = TIME + 1;
    l->unit = a->unit ? n : -1;
    if (a->unit) asked[n++] = (shi_asked){ .header = shi_str_from(a->unit), .type = SHI_T_TEXT, .may_miss = true, .coded = true };
    l->account = a->account ? n : -1;
    if (a->account) asked[n++] = (shi_asked){ .header = shi_str_from(a->account), .type = SHI_T_TEXT, .may_miss = true, .coded = true };
    return shi_tool_read(cli, path, &l->zone, asked, n, &l->file);
}

/* What is explained takes no part in the choice. */
static shi_err judge(shi_cli *cli, const args *a, lumps *l)
{
    shi_groups choice = l->found.groups;
    shi_group *group = shi_new(&cli->keep, shi_group, choice.len);
    if (!group) return shi_no_memory();
    for (int64_t g = 0; g < choice.len; g++) {
        group[g] = choice.ptr[g];
        if (!l->found.burst[g].explained) continue;
        group[g].log10_e = -INFINITY;
        l->explained++;
    }
    choice.ptr = group;
    return shi_tool_judge(cli, &choice, a->fdr, &l->judged);
}

static shi_err find(shi_cli *cli, const char *path, lumps *l)
{
    const shi_arrays *file = &l->file;
    int64_t *local = shi_new(&cli->keep, int64_t, file->rows);
    shi_arena scratch;
    if (!local) return shi_no_memory();
    #pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < file->rows; i++) {
        int64_t us = file->time[TIME][i];
        local[i] = us == SHI_NO_TIME ? us : shi_zone_local_us(&l->zone, us);
    }
    shi_bursts_columns c = { .n = file->rows, .time_us = local };
    if (l->unit >= 0) {
        c.unit = file->code[l->unit];
        c.units = file->word[l->unit].len;
    }
    if (l->account >= 0) {
        c.account = file->code[l->account];
        c.accounts = file->word[l->account].len;
    }
    SHI_TRY(shi_tool_scratch(&scratch));
    shi_err e = shi_bursts_find(&cli->keep, scratch, &c, &SHI_BURSTS_DEFAULTS, &l->found);
    shi_arena_drop(&scratch);
    if (e.code == SHI_INPUT) e.file = shi_str_from(path);
    return e;
}

static shi_str unit_name(const lumps *l, const shi_burst *b)
{
    return l->unit >= 0 ? l->file.word[l->unit].ptr[b->unit] : (shi_str){ 0 };
}

/* ---- JSON ---- */

static void time_json(shi_json *json, const char *key, int64_t local_us, const shi_zone *zone)
{
    char at[40];
    shi_time_write(shi_zone_utc_us(zone, local_us), zone, at);
    shi_json_ktext(json, key, at);
}

static void burst_json(shi_json *json, const lumps *l, int64_t g)
{
    const double most = 300;
    const shi_burst *b = &l->found.burst[g];
    const shi_group *group = &l->found.groups.ptr[g];
    shi_json_begin_object(json);
    shi_json_kint(json, "group", g + 1);
    shi_json_kstr(json, "unit", unit_name(l, b));
    time_json(json, "from", b->from_us, &l->zone);
    time_json(json, "to", b->to_us, &l->zone);
    shi_json_kint(json, "count", b->count);
    shi_json_kf64(json, "expected", true, b->expected);
    shi_json_kf64(json, "log10_p", true, group->log10_p);
    shi_json_kf64(json, "e", true, pow(10, group->log10_e < most ? group->log10_e : most));
    shi_json_kf64(json, "log10_e", true, group->log10_e);
    shi_json_kf64(json, "q", true, l->judged.q[g]);
    shi_json_kbool(json, "selected", l->judged.selected[g]);
    shi_json_kbool(json, "explained", b->explained);
    shi_json_kf64(json, "median_gap_seconds", true, (double)b->median_gap_us / 1e6);
    shi_json_kf64(json, "short_gaps", true, b->short_gaps);
    time_json(json, "wide_from", b->wide_from_us, &l->zone);
    time_json(json, "wide_to", b->wide_to_us, &l->zone);
    if (l->account >= 0) shi_json_kint(json, "accounts", group->len);
    time_json(json, "first_seen", group->from_us, &l->zone);
    time_json(json, "last_seen", group->to_us, &l->zone);
    shi_json_end_object(json);
}

static void print_json(shi_cli *cli, const args *a, const lumps *l)
{
    shi_json json = { .out = &cli->out };
    const shi_bursts *found = &l->found;
    shi_json_begin_object(&json);
    shi_json_kint(&json, "rows", l->file.rows);
    shi_json_kint(&json, "arrivals", found->arrivals);
    shi_json_kint(&json, "units", found->units);
    shi_json_kint(&json, "searched", found->searched);
    shi_json_kf64(&json, "fdr", true, a->fdr);
    shi_json_kint(&json, "selected", l->judged.count);
    shi_json_kint(&json, "resolution_seconds", found->resolution_us / 1000000);
    if (found->cannot_judge) shi_json_message(&json, "cannot_judge", found->cannot_judge);
    if (found->caution) shi_json_message(&json, "caution", found->caution);
    shi_json_key(&json, "bursts");
    shi_json_begin_array(&json);
    for (int64_t g = 0; g < found->groups.len; g++) burst_json(&json, l, g);
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    shi_buf_addc(&cli->out, '\n');
}

/* ---- terminal ---- */

static void table(shi_cli *cli, const lumps *l, bool explained)
{
    static const char *const HEAD[] = { N_("group"), N_("unit"), N_("from"), N_("to"), N_("arrivals"), N_("expected"), "log10 p", "q",
                                        N_("half of the gaps below, s") };
    shi_term term = { .columns = COUNT(HEAD), .right = { true, false, false, false, true, true, true, true, true } };
    int64_t all = 0;
    for (int64_t k = 0; k < COUNT(HEAD); k++) shi_term_cell(&term, shi_str_from(tr(cli->lang, HEAD[k])));
    for (int64_t g = 0; g < l->found.groups.len; g++) {
        const shi_burst *b = &l->found.burst[g];
        if (!(explained ? b->explained : l->judged.selected[g]) || all++ >= SHOWN) continue;
        shi_tool_count_cell(&term, g + 1);
        shi_term_cell(&term, unit_name(l, b));
        shi_tool_time_cell(&term, shi_zone_utc_us(&l->zone, b->from_us), &l->zone);
        shi_tool_time_cell(&term, shi_zone_utc_us(&l->zone, b->to_us), &l->zone);
        shi_tool_count_cell(&term, b->count);
        shi_tool_number_cell(&term, b->expected);
        shi_tool_number_cell(&term, l->found.groups.ptr[g].log10_p);
        shi_tool_number_cell(&term, l->judged.q[g]);
        shi_tool_number_cell(&term, (double)b->median_gap_us / 1e6);
    }
    shi_term_print(&term, &cli->out);
    if (all > SHOWN) shi_buf_format(&cli->out, tr(cli->lang, N_("… and %1$lld more: --json and --members give all.\n")), (long long)(all - SHOWN));
}

static const char HINT[] =
    N_("A lead says where to look, no more. A meeting, a school evening or a market day in one unit looks the same: ask what took place, and see "
       "whether the accounts live on afterwards, each on a device of its own.\n");

static void print_table(shi_cli *cli, const lumps *l)
{
    const shi_bursts *found = &l->found;
    if (found->cannot_judge) {
        shi_tool_cannot_judge(cli, NULL, found->cannot_judge);
        return;
    }
    shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld arrivals in %2$lld units; %3$lld windows were looked at, of 10 minutes to a day.\n")),
                   (long long)found->arrivals, (long long)found->units, (long long)found->searched);
    if (found->caution) shi_tool_cannot_judge(cli, NULL, found->caution);
    shi_buf_format(&cli->out, tr(cli->lang, N_("\nLeads: %1$lld lumps of arrivals beyond the unit's own rate and what all units share.\n")),
                   (long long)l->judged.count);
    if (l->judged.count) {
        table(cli, l, false);
        shi_buf_puts(&cli->out, tr(cli->lang, HINT));
    }
    if (!l->explained) return;
    shi_buf_format(&cli->out,
                   tr(cli->lang, N_("\nExplained, not counted as suspected (%1$lld): by day, at most 150, with the pauses of somebody who goes from "
                                    "door to door to help.\n")), (long long)l->explained);
    table(cli, l, true);
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { .fdr = 0.05 };
    lumps l = { 0 };
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc != 1 || !a.time || (a.members && !a.account))
        return shi_fail(SHI_USAGE, N_("bursts takes one file and --time COL; --members needs --account COL"),
                        N_("\"shishu help bursts\" shows how it is called."));
    SHI_TRY(shi_tool_zone(a.zone, &l.zone));
    SHI_TRY(read_file(cli, &a, argv[0], &l));
    SHI_TRY(find(cli, argv[0], &l));
    SHI_TRY(judge(cli, &a, &l));
    if (a.members) SHI_TRY(shi_tool_members(&l.found.groups, l.file.word[l.account], a.members));
    if (cli->json) print_json(cli, &a, &l);
    else print_table(cli, &l);
    return (shi_err){ 0 };
}

const shi_command SHI_CMD_BURSTS = { "bursts", "FILE", N_("arrivals in a lump, beyond what a unit and all units show"),
    N_("Looks at windows of 10 minutes, an hour, 6 hours and a day for more registrations (entries, uploads) in a unit than its own rate, the time "
       "of day, and what all units show at the same time allow: a deadline of all is no lump of one. Lumps with the pauses of somebody who helps "
       "from door to door are listed apart. Without --unit, a rush that all share cannot be told from a lump. Any file: CSV, TSV, JSON lines, "
       "Parquet, xlsx; \"-\" reads CSV from standard input."),
    OPTIONS, COUNT(OPTIONS), run };
