/* shishu blocks: who takes part in the same cells again and again. Any file, no workspace. */
#include "cli/tool.h"

#include "base/sort.h"
#include "shishu/blocks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BY = 8 };

typedef struct {
    const char *by, *account, *bin, *given, *mass, *measure, *members, *zone;
    double fdr;
    int64_t top;
} args;

static const shi_option OPTIONS[] = {
    { "by", SHI_OPT_TEXT, offsetof(args, by), "COL,COL…", N_("columns that make a cell: the object, and the time if --bin names it") },
    { "account", SHI_OPT_TEXT, offsetof(args, account), "COL", N_("column of who did it; without it nothing is judged") },
    { "bin", SHI_OPT_TEXT, offsetof(args, bin), "COL=1h", N_("the column is a time, cut into stretches of this length (s, m, h, d)") },
    { "given", SHI_OPT_TEXT, offsetof(args, given), "COL", N_("column of what is taken as given, such as the unit: shares are within it") },
    { "fdr", SHI_OPT_SHARE, offsetof(args, fdr), "P", N_("most false groups among those selected, on average (0.05)") },
    { "members", SHI_OPT_TEXT, offsetof(args, members), "OUT", N_("write the members of each block to this file") },
    { "zone", SHI_OPT_TEXT, offsetof(args, zone), "NAME", N_("zone of times that name none, and of hours of the day (Asia/Shanghai)") },
};

typedef struct {
    shi_str by[MOST_BY];
    int64_t n_by, time_at;           /* time_at: which of by is the time; -1: none */
    int64_t bin_us;
    int account_at, given_at, mass_at;
    shi_asked asked[SHI_MAX_ASKED];
    int64_t n;
    shi_arrays file;
    shi_zone zone;
    int32_t *object;                 /* the other columns of by as one code; NULL: there is none */
    int64_t objects;
    const int32_t *object_part[MOST_BY];   /* of each object: its code in each column of by */
    int64_t *local_us;
    shi_blocks found;
    shi_tool_judged judged;
} blocks;

static shi_err usage(const char *reason)
{
    return shi_fail(SHI_USAGE, reason, N_("\"shishu help blocks\" shows how it is called."));
}

static shi_err take_by(const args *a, blocks *b)
{
    shi_str rest = shi_str_from(a->by);
    while (rest.len > 0) {
        int64_t comma = shi_str_find(rest, ',', 0), end = comma < 0 ? rest.len : comma;
        shi_str one = shi_str_trim(shi_str_sub(rest, 0, end));
        if (b->n_by == MOST_BY) return usage(N_("--by takes at most eight columns"));
        if (one.len == 0) return usage(N_("--by has an empty name between commas"));
        for (int64_t i = 0; i < b->n_by; i++)
            if (shi_str_eq(b->by[i], one)) return usage(N_("--by names a column twice"));
        b->by[b->n_by++] = one;
        rest = comma < 0 ? (shi_str){ 0 } : shi_str_sub(rest, comma + 1, rest.len);
    }
    return b->n_by ? (shi_err){ 0 } : usage(N_("--by has an empty name between commas"));
}

/* "time=1h" */
static shi_err take_bin(const args *a, blocks *b)
{
    static const struct { char unit; int64_t us; } UNITS[] = { { 's', 1000000 }, { 'm', 60000000 }, { 'h', 3600000000 }, { 'd', 86400000000 } };
    shi_str all = shi_str_from(a->bin);
    const char *equal = all.len ? strrchr(a->bin, '=') : NULL;
    int64_t length = 0;
    if (!equal || equal == a->bin || all.len < 3) return usage(N_("--bin takes a column and a length, such as time=1h"));
    shi_str column = { a->bin, equal - a->bin }, number = { equal + 1, all.ptr + all.len - equal - 2 };
    for (int64_t i = 0; i < COUNT(UNITS); i++)
        if (number.len > 0 && number.len < 7 && a->bin[all.len - 1] == UNITS[i].unit && shi_count_parse(number, &length)) b->bin_us = length * UNITS[i].us;
    if (b->bin_us < 1 || b->bin_us > 366 * SHI_DAY_US) return usage(N_("--bin takes a column and a length, such as time=1h"));
    for (int64_t i = 0; i < b->n_by; i++)
        if (shi_str_eq(b->by[i], column)) b->time_at = i;
    if (b->time_at >= 0) return (shi_err){ 0 };
    if (b->n_by == MOST_BY) return usage(N_("--by takes at most eight columns"));
    b->time_at = b->n_by;
    b->by[b->n_by++] = column;
    return (shi_err){ 0 };
}

static int ask(blocks *b, shi_asked asked)
{
    b->asked[b->n] = asked;
    return (int)b->n++;
}

static shi_err read(shi_cli *cli, const args *a, const char *path, blocks *b)
{
    SHI_TRY(take_by(a, b));
    b->time_at = b->account_at = b->given_at = -1;
    if (a->bin) SHI_TRY(take_bin(a, b));
    SHI_TRY(shi_tool_zone(a->zone, &b->zone));
    for (int64_t i = 0; i < b->n_by; i++)
        ask(b, (shi_asked){ .header = b->by[i], .type = i == b->time_at ? SHI_T_DUE : SHI_T_CODE, .may_miss = true, .coded = i != b->time_at });
    if (a->account) b->account_at = ask(b, (shi_asked){ .header = shi_str_from(a->account), .type = SHI_T_CODE, .may_miss = true, .coded = true });
    if (a->given) b->given_at = ask(b, (shi_asked){ .header = shi_str_from(a->given), .type = SHI_T_CODE, .may_miss = true, .coded = true });
    return shi_tool_read(cli, path, &b->zone, b->asked, b->n, &b->file);
}

/* The columns of by that are no time, as one code: pairs, then pairs with the next, numbered in order. */
static shi_err join(shi_cli *cli, shi_arena scratch, blocks *b)
{
    int64_t n = b->file.rows, k = 0, column[MOST_BY];
    for (int64_t i = 0; i < b->n_by; i++)
        if (i != b->time_at) column[k++] = i;
    if (k == 0) return (shi_err){ 0 };
    b->object = shi_new(&cli->keep, int32_t, n);
    shi_keyed *row = shi_new(&scratch, shi_keyed, n);
    if (!b->object || !row) return shi_no_memory();
    if (n) memcpy(b->object, b->file.code[column[0]], (size_t)n * sizeof *b->object);
    b->objects = b->file.word[column[0]].len;
    for (int64_t c = 1; c < k; c++) {
        const int32_t *next = b->file.code[column[c]];
        for (int64_t i = 0; i < n; i++)
            row[i] = (shi_keyed){ b->object[i] < 0 || next[i] < 0 ? UINT64_MAX : (uint64_t)b->object[i] << 32 | (uint64_t)next[i], i };
        SHI_TRY(shi_sort_keyed(scratch, row, n));
        b->objects = 0;
        for (int64_t i = 0; i < n; i++) {
            bool fresh = i == 0 || row[i].key != row[i - 1].key;
            if (row[i].key != UINT64_MAX) b->objects += fresh;
            b->object[row[i].row] = row[i].key == UINT64_MAX ? -1 : (int32_t)(b->objects - 1);
        }
    }
    for (int64_t c = 0; c < k; c++) {
        int32_t *part = shi_new(&cli->keep, int32_t, b->objects);
        if (!part) return shi_no_memory();
        for (int64_t i = 0; i < n; i++)
            if (b->object[i] >= 0) part[b->object[i]] = b->file.code[column[c]][i];
        b->object_part[column[c]] = part;
    }
    return (shi_err){ 0 };
}

static shi_err judge(shi_cli *cli, const args *a, shi_arena scratch, blocks *b)
{
    int64_t n = b->file.rows;
    if (b->time_at >= 0) {
        b->local_us = shi_new(&cli->keep, int64_t, n);
        if (!b->local_us) return shi_no_memory();
        for (int64_t i = 0; i < n; i++) {
            int64_t t = b->file.time[b->time_at][i];
            b->local_us[i] = t == SHI_NO_TIME ? INT64_MIN : shi_zone_local_us(&b->zone, t);
        }
    }
    const shi_blocks_columns columns = {
        .n = n, .account = b->account_at < 0 ? NULL : b->file.code[b->account_at], .accounts = b->account_at < 0 ? 0 : b->file.word[b->account_at].len,
        .object = b->object, .objects = b->objects, .given = b->given_at < 0 ? NULL : b->file.code[b->given_at],
        .givens = b->given_at < 0 ? 0 : b->file.word[b->given_at].len, .time_us = b->local_us,
    };
    const shi_blocks_settings settings = { .bin_us = b->bin_us };
    SHI_TRY(shi_blocks_find(&cli->keep, scratch, &columns, &settings, &b->found));
    return shi_tool_judge(cli, &b->found.groups, a->fdr, &b->judged);
}

static void print_json(shi_cli *cli, const blocks *b)
{
    shi_json json = { .out = &cli->out };
    shi_json_begin_object(&json);
    shi_json_kint(&json, "rows", b->file.rows);
    shi_json_kint(&json, "acts", b->found.acts);
    shi_json_kint(&json, "cells", b->found.cells);
    shi_json_key(&json, "blocks");
    shi_json_begin_array(&json);
    for (int k = 0; k < 2; k++) {
        const shi_groups *g = k ? &b->found.once : &b->found.groups;
        const shi_block *block = k ? b->found.once_block : b->found.block;
        for (int64_t i = 0; i < g->len; i++) {
            shi_json_begin_object(&json);
            shi_json_kint(&json, "accounts", g->ptr[i].len);
            shi_json_kint(&json, "cells", g->ptr[i].things);
            shi_json_kint(&json, "mass", g->ptr[i].deeds);
            shi_json_kf64(&json, "expected", true, block[i].expected);
            shi_json_kint(&json, "days", block[i].days);
            shi_json_kbool(&json, "judged", !k);
            shi_json_kf64(&json, "log10_corrected", true, block[i].log10_corrected);
            shi_json_kf64(&json, "log10_e", true, g->ptr[i].log10_e);
            shi_json_kf64(&json, "slot", true, block[i].in_slot);
            shi_json_end_object(&json);
            shi_buf_addc(json.out, '\n');
        }
    }
    shi_json_end_array(&json);
    shi_json_end_object(&json);
}

static shi_err write_members(const blocks *b, const char *path)
{
    shi_buf text = { 0 };
    shi_buf_puts(&text, "group,judged,account\n");
    int64_t nr = 0;
    for (int k = 0; k < 2; k++) {
        const shi_groups *g = k ? &b->found.once : &b->found.groups;
        for (int64_t i = 0; i < g->len; i++) {
            nr++;
            for (int64_t m = g->ptr[i].first; m < g->ptr[i].first + g->ptr[i].len; m++) {
                shi_buf_format(&text, "%lld,%d,", (long long)nr, !k);
                shi_buf_csv(&text, b->file.word[b->account_at].ptr[g->member[m]]);
                shi_buf_addc(&text, '\n');
            }
        }
    }
    shi_err e = text.failed ? shi_no_memory() : shi_os_write_whole(path, shi_buf_str(&text), 0600);
    shi_buf_drop(&text);
    return e;
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { .fdr = 0.05, .top = 10 };
    blocks b = { 0 };
    shi_arena scratch;
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc != 1 || !a.by) return usage(N_("blocks takes one file and --by COL,COL"));
    SHI_TRY(read(cli, &a, argv[0], &b));
    SHI_TRY(shi_tool_scratch(&scratch));
    shi_err e = join(cli, scratch, &b);
    if (!e.code) e = judge(cli, &a, scratch, &b);
    shi_arena_drop(&scratch);
    if (e.code) return e;
    if (a.members) SHI_TRY(write_members(&b, a.members));
    print_json(cli, &b);
    return (shi_err){ 0 };
}

const shi_command SHI_CMD_BLOCKS = { "blocks", "FILE", N_("groups that take part in the same cells far more often than their share"), N_("x"), OPTIONS,
    COUNT(OPTIONS), run };
