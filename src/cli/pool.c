/* shishu pool: accounts that turn up together, in changing parts, on many objects. A list, no judgement. Any file, no workspace. */
#include "cli/tool.h"

#include "shishu/pool.h"

#include <math.h>
#include <stdio.h>

typedef struct {
    const char *account, *object, *time, *unit, *members, *zone;
} args;

static const shi_option OPTIONS[] = {
    { "account", SHI_OPT_TEXT, offsetof(args, account), "COL", N_("column of the account") },
    { "object", SHI_OPT_TEXT, offsetof(args, object), "COL", N_("column of what was acted on") },
    { "time", SHI_OPT_TEXT, offsetof(args, time), "COL", N_("column of the time of the act") },
    { "unit", SHI_OPT_TEXT, offsetof(args, unit), "COL", N_("column of the account's unit") },
    { "members", SHI_OPT_TEXT, offsetof(args, members), "OUT", N_("file to write the accounts of each group to, as CSV") },
    { "zone", SHI_OPT_TEXT, offsetof(args, zone), "NAME", N_("zone of times that name none (Asia/Shanghai)") },
};

typedef struct {
    shi_arrays file;
    shi_zone zone;
    int64_t *local;
    shi_pool found;
} pool;

static shi_err compute(shi_cli *cli, pool *p)
{
    const shi_arrays *file = &p->file;
    shi_arena scratch;
    p->local = shi_new(&cli->keep, int64_t, file->rows);
    if (!p->local) return shi_no_memory();
    for (int64_t i = 0; i < file->rows; i++) p->local[i] = shi_zone_local_us(&p->zone, file->time[2][i]);
    const shi_pool_columns columns = { .n = file->rows, .account = file->code[0], .object = file->code[1], .unit = file->code[3], .time_us = p->local,
                                       .accounts = file->word[0].len, .objects = file->word[1].len, .units = file->word[3].len };
    SHI_TRY(shi_tool_scratch(&scratch));
    shi_err e = shi_pool_find(&cli->keep, scratch, &columns, &p->found);
    shi_arena_drop(&scratch);
    return e;
}

static void time_json(shi_json *json, const char *key, int64_t local_us, const shi_zone *zone)
{
    char at[40];
    shi_time_write(shi_zone_utc_us(zone, local_us), zone, at);
    shi_json_ktext(json, key, at);
}

static void group_json(shi_json *json, const pool *p, int64_t g)
{
    const double most = 300;
    const shi_group *group = &p->found.groups.ptr[g];
    const shi_pool_shown *shown = &p->found.shown[g];
    shi_json_begin_object(json);
    shi_json_kint(json, "group", g + 1);
    shi_json_kint(json, "accounts", group->len);
    shi_json_kint(json, "cells", group->things);
    shi_json_kint(json, "acts", group->deeds);
    shi_json_kint(json, "units", shown->units);
    shi_json_kint(json, "links", shown->links);
    shi_json_kf64(json, "e", true, pow(10, shown->log10_e < most ? shown->log10_e : most));
    shi_json_kf64(json, "log10_e", true, shown->log10_e);
    shi_json_kf64(json, "no_other_life", true, shown->idle);
    shi_json_kf64(json, "no_other_life_of_others", true, shown->others_idle);
    shi_json_kbool(json, "explained", shown->explained);
    shi_json_kbool(json, "judged", false);
    time_json(json, "first_seen", group->from_us, &p->zone);
    time_json(json, "last_seen", group->to_us, &p->zone);
    shi_json_end_object(json);
}

static void print_json(shi_cli *cli, const pool *p)
{
    shi_json json = { .out = &cli->out };
    shi_json_begin_object(&json);
    shi_json_kint(&json, "rows", p->file.rows);
    shi_json_kint(&json, "accounts", p->file.word[0].len);
    shi_json_kint(&json, "cells", p->found.cells);
    shi_json_kint(&json, "searched", p->found.searched);
    shi_json_kint(&json, "links", p->found.links);
    shi_json_key(&json, "groups");
    shi_json_begin_array(&json);
    for (int64_t g = 0; g < p->found.groups.len; g++) group_json(&json, p, g);
    shi_json_end_array(&json);
    if (p->found.cannot_judge) shi_tool_cannot_judge(cli, &json, p->found.cannot_judge);
    shi_json_end_object(&json);
    shi_buf_addc(&cli->out, '\n');
}

static void share_cell(shi_term *term, double share)
{
    char text[32];
    snprintf(text, sizeof text, "%.0f%%", 100 * share);   /* LC_NUMERIC stays "C" */
    shi_term_cell(term, shi_str_from(text));
}

static void print_groups(shi_cli *cli, const pool *p)
{
    static const char *const HEAD[] = { N_("group"), N_("accounts"), N_("units"), N_("cells"), N_("log10 e"), N_("no other life"), N_("others "
        "there"),
                                        N_("first seen"), N_("last seen"), "" };
    shi_term term = { .columns = 10, .right = { [0] = true, [1] = true, [2] = true, [3] = true, [4] = true, [5] = true, [6] = true } };
    for (int64_t i = 0; i < COUNT(HEAD); i++) shi_term_cell(&term, shi_str_from(HEAD[i][0] ? tr(cli->lang, HEAD[i]) : ""));
    for (int64_t g = 0; g < p->found.groups.len; g++) {
        const shi_group *group = &p->found.groups.ptr[g];
        const shi_pool_shown *shown = &p->found.shown[g];
        shi_tool_count_cell(&term, g + 1);
        shi_tool_count_cell(&term, group->len);
        shi_tool_count_cell(&term, shown->units);
        shi_tool_count_cell(&term, group->things);
        shi_tool_number_cell(&term, shown->log10_e);
        share_cell(&term, shown->idle);
        share_cell(&term, shown->others_idle);
        shi_tool_time_cell(&term, shi_zone_utc_us(&p->zone, group->from_us), &p->zone);
        shi_tool_time_cell(&term, shi_zone_utc_us(&p->zone, group->to_us), &p->zone);
        shi_term_cell(&term, shi_str_from(shown->explained ? tr(cli->lang, N_("explained: a life of their own")) : ""));
    }
    shi_term_print(&term, &cli->out);
}

static void print_text(shi_cli *cli, const pool *p)
{
    if (p->found.cannot_judge) {
        shi_tool_cannot_judge(cli, NULL, p->found.cannot_judge);
        return;
    }
    shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld groups of accounts act together on changing objects (%2$lld pairs of cells compared). "
        "Listed, not judged.\n")),
                   (long long)p->found.groups.len, (long long)p->found.searched);
    if (p->found.groups.len == 0) return;
    shi_buf_addc(&cli->out, '\n');
    print_groups(cli, p);
    shi_buf_addc(&cli->out, '\n');
    shi_buf_puts(&cli->out, tr(cli->lang, N_("One supplier's accounts look like this, and so do people who answer the same reminders, belong to "
        "one club, or sit in the same meetings. "
                                             "Look first at groups without a life of their own that the others of their villages have.\n")));
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { 0 };
    pool p = { 0 };
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc != 1 || !a.account || !a.object || !a.time || !a.unit)
        return shi_fail(SHI_USAGE, N_("pool takes one file, --account COL, --object COL, --time COL and --unit COL"), N_("\"shishu help pool\" "
            "shows how it is called."));
    SHI_TRY(shi_tool_zone(a.zone, &p.zone));
    shi_asked asked[4] = { { .header = shi_str_from(a.account), .type = SHI_T_CODE, .may_miss = true, .coded = true },
                           { .header = shi_str_from(a.object), .type = SHI_T_TEXT, .may_miss = true, .coded = true },
                           { .header = shi_str_from(a.time), .type = SHI_T_DUE },
                           { .header = shi_str_from(a.unit), .type = SHI_T_CODE, .may_miss = true, .coded = true } };
    SHI_TRY(shi_tool_read(cli, argv[0], &p.zone, asked, 4, &p.file));
    SHI_TRY(compute(cli, &p));
    if (a.members) SHI_TRY(shi_tool_members(&p.found.groups, p.file.word[0], a.members));
    if (cli->json) print_json(cli, &p);
    else print_text(cli, &p);
    return (shi_err){ 0 };
}

const shi_command SHI_CMD_POOL = { "pool", "FILE", N_("accounts that act together, in changing parts, on many objects: a list, not judged"),
    N_("A supplier sends another part of its accounts to each order, so no two of them meet often; but two orders share more little-active "
        "accounts than "
       "units and hours of the day explain. Cells (an object within six hours) that share too many are grouped, and their accounts listed with "
       "whether they do anything else. People who answer the same reminders look alike: this is a list and judges nobody. Any file: CSV, TSV, JSON "
       "lines, Parquet, gzip or zstd of these; \"-\" reads CSV from standard input."),
    OPTIONS, COUNT(OPTIONS), run };
