/* shishu order: whether the order in which accounts first act repeats from period to period. Any file, no workspace. */
#include "cli/tool.h"

#include "shishu/order.h"

#include <math.h>

typedef struct {
    const char *account, *time, *by, *members, *zone;
    double fdr;
} args;

static const shi_option OPTIONS[] = {
    { "account", SHI_OPT_TEXT, offsetof(args, account), "COL", N_("column of the account") },
    { "time", SHI_OPT_TEXT, offsetof(args, time), "COL", N_("column of the time of the act") },
    { "by", SHI_OPT_TEXT, offsetof(args, by), "COL", N_("column of the period (day, week, round) or of the object: the first act of an account in "
        "each counts") },
    { "members", SHI_OPT_TEXT, offsetof(args, members), "OUT", N_("file to write the accounts of each group to, as CSV") },
    { "fdr", SHI_OPT_SHARE, offsetof(args, fdr), "Q", N_("false discovery rate (0.05)") },
    { "zone", SHI_OPT_TEXT, offsetof(args, zone), "NAME", N_("zone of times that name none (Asia/Shanghai)") },
};

typedef struct {
    shi_arrays file;
    shi_zone zone;
    shi_order found;
    shi_tool_judged judged;
} ordering;

static shi_err compute(shi_cli *cli, const args *a, ordering *o)
{
    const shi_arrays *file = &o->file;
    const shi_order_columns columns = { .n = file->rows, .account = file->code[0], .by = file->code[2], .time_us = file->time[1],
                                        .accounts = file->word[0].len, .periods = file->word[2].len };
    shi_arena scratch;
    SHI_TRY(shi_tool_scratch(&scratch));
    shi_err e = shi_order_find(&cli->keep, scratch, &columns, &o->found);   /* quarters of an hour are those of UTC, too */
    shi_arena_drop(&scratch);
    return e.code ? e : shi_tool_judge(cli, &o->found.groups, a->fdr, &o->judged);
}

static void print_json(shi_cli *cli, const args *a, const ordering *o)
{
    const shi_order *found = &o->found;
    shi_json json = { .out = &cli->out };
    shi_json_begin_object(&json);
    shi_json_kint(&json, "rows", o->file.rows);
    shi_json_kint(&json, "accounts", o->file.word[0].len);
    shi_json_kint(&json, "pairs", found->pairs);
    shi_json_kint(&json, "searched", found->searched);
    shi_json_kint(&json, "cells_that_stand", found->selected_cells);
    shi_json_kf64(&json, "fdr", true, a->fdr);
    shi_json_key(&json, "groups");
    shi_json_begin_array(&json);
    for (int64_t g = 0; g < found->groups.len; g++) {
        shi_json_begin_object(&json);
        shi_tool_group_json(&json, &found->groups, g, &o->judged, "cells", &o->zone);
        shi_json_kint(&json, "periods", found->shown[g].periods);
        shi_json_kint(&json, "accounts_in_cells", found->shown[g].accounts_in_cells);
        shi_json_kint(&json, "lis", found->shown[g].lis);
        shi_json_kf64(&json, "expected", true, found->shown[g].expected);
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    if (found->cannot_judge) shi_tool_cannot_judge(cli, &json, found->cannot_judge);
    shi_json_end_object(&json);
    shi_buf_addc(&cli->out, '\n');
}

static void print_groups(shi_cli *cli, const ordering *o)
{
    static const char *const HEAD[] = { N_("group"), N_("accounts"), N_("periods"), N_("in order"), N_("expected"), N_("q"), N_("first "
        "seen"), N_("last seen") };
    shi_term term = { .columns = 8, .right = { [0] = true, [1] = true, [2] = true, [3] = true, [4] = true, [5] = true } };
    for (int64_t i = 0; i < COUNT(HEAD); i++) shi_term_cell(&term, shi_str_from(tr(cli->lang, HEAD[i])));
    for (int64_t g = 0; g < o->found.groups.len; g++) {
        const shi_group *group = &o->found.groups.ptr[g];
        if (!o->judged.selected[g]) continue;
        shi_tool_count_cell(&term, g + 1);
        shi_tool_count_cell(&term, group->len);
        shi_tool_count_cell(&term, o->found.shown[g].periods);
        shi_tool_count_cell(&term, o->found.shown[g].lis);
        shi_tool_number_cell(&term, o->found.shown[g].expected);
        shi_tool_number_cell(&term, o->judged.q[g]);
        shi_tool_time_cell(&term, group->from_us, &o->zone);
        shi_tool_time_cell(&term, group->to_us, &o->zone);
    }
    shi_term_print(&term, &cli->out);
}

static void print_text(shi_cli *cli, const ordering *o)
{
    if (o->found.cannot_judge) {
        shi_tool_cannot_judge(cli, NULL, o->found.cannot_judge);
        return;
    }
    shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld groups of accounts act in the same order again and again (%2$lld quarters of an hour "
        "compared).\n")),
                   (long long)o->judged.count, (long long)o->found.searched);
    if (o->judged.count == 0) return;
    shi_buf_addc(&cli->out, '\n');
    print_groups(cli, o);
    shi_buf_addc(&cli->out, '\n');
    shi_buf_puts(&cli->out, tr(cli->lang, N_("A lead for lists that are worked through in bulk or by a program. A roll that is called and answered "
        "in turn, a helper who goes from "
                                             "door to door by the same way, or alarm clocks set to the minute look the same.\n")));
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { .fdr = 0.05 };
    ordering o = { 0 };
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc != 1 || !a.account || !a.time || !a.by)
        return shi_fail(SHI_USAGE, N_("order takes one file, --account COL, --time COL and --by COL"), N_("\"shishu help order\" shows how it is "
            "called."));
    SHI_TRY(shi_tool_zone(a.zone, &o.zone));
    shi_asked asked[3] = { { .header = shi_str_from(a.account), .type = SHI_T_CODE, .may_miss = true, .coded = true },
                           { .header = shi_str_from(a.time), .type = SHI_T_DUE },
                           { .header = shi_str_from(a.by), .type = SHI_T_CODE, .may_miss = true, .coded = true } };
    SHI_TRY(shi_tool_read(cli, argv[0], &o.zone, asked, 3, &o.file));
    SHI_TRY(compute(cli, &a, &o));
    if (a.members) SHI_TRY(shi_tool_members(&o.found.groups, o.file.word[0], a.members));
    if (cli->json) print_json(cli, &a, &o);
    else print_text(cli, &o);
    return (shi_err){ 0 };
}

const shi_command SHI_CMD_ORDER = { "order", "FILE", N_("accounts that act in the same order from period to period"),
    N_("A script works through its list in the list's order, day after day. Of the accounts that act within one quarter of an hour in one period "
        "and "
       "within one quarter of an hour in their next, it looks for the longest run that keeps its order; two such cells of different periods that "
       "share "
       "accounts make a group. It needs times to the second: ties count against. Any file: CSV, TSV, JSON lines, Parquet, gzip or zstd of these; "
       "\"-\" "
       "reads CSV from standard input."),
    OPTIONS, COUNT(OPTIONS), run };
