/* shishu learning: hours that nobody can have spent, sessions that start by the clock, devices with several learners at once. Any file. */
#include "cli/tool.h"

#include "base/decimal.h"
#include "base/sort.h"
#include "shishu/learning.h"

#include <stdio.h>

enum { SHOWN = 20, ACCOUNT = 0, START = 1, SECONDS = 2, DEVICE = 3 };

typedef struct {
    const char *account, *start, *seconds, *device, *zone, *members;
} args;

static const shi_option OPTIONS[] = {
    { "account", SHI_OPT_TEXT, offsetof(args, account), "COL", N_("column of the account that learned") },
    { "start", SHI_OPT_TEXT, offsetof(args, start), "COL", N_("column of the time at which the session starts") },
    { "seconds", SHI_OPT_TEXT, offsetof(args, seconds), "COL", N_("column of its length in seconds") },
    { "device", SHI_OPT_TEXT, offsetof(args, device), "COL", N_("column of the device, to list those on which several accounts learn at once") },
    { "members", SHI_OPT_TEXT, offsetof(args, members), "OUT", N_("write the accounts that start by the clock to this CSV file") },
    { "zone", SHI_OPT_TEXT, offsetof(args, zone), "NAME", N_("zone of times that name none (Asia/Shanghai)") },
};

typedef struct {
    const args *a;
    shi_zone zone;
    shi_arrays file;
    shi_learning_found found;
    shi_tool_judged judged;
    int64_t *by_excess;        /* accounts */
} work;

static shi_err read_file(shi_cli *cli, const char *path, work *w)
{
    shi_asked asked[4] = { [ACCOUNT] = { .header = shi_str_from(w->a->account), .type = SHI_T_CODE, .coded = true, .may_miss = true },
                           [START] = { .header = shi_str_from(w->a->start), .type = SHI_T_DUE, .may_miss = true },
                           [SECONDS] = { .header = shi_str_from(w->a->seconds), .type = SHI_T_REAL, .may_miss = true } };
    int64_t n = 3;
    if (w->a->device) asked[n++] = (shi_asked){ .header = shi_str_from(w->a->device), .type = SHI_T_TEXT, .coded = true, .may_miss = true };
    SHI_TRY(shi_tool_read(cli, path, &w->zone, asked, n, &w->file));
    for (int64_t r = 0; r < w->file.rows; r++) {
        double seconds = w->file.real[SECONDS][r];
        char number[32];
        if (!(seconds < 0 || seconds > 1e9)) continue;
        shi_f64_write(seconds, number);
        return shi_arrays_fault(path, &w->file, r, w->file.header[SECONDS], shi_str_from(number),
            N_("the seconds are negative or more than 1,000,000,000"),
                                N_("Correct the cell."));
    }
    return (shi_err){ 0 };
}

static shi_err compute(shi_cli *cli, work *w)
{
    shi_arena scratch;
    int64_t rows = w->file.rows, accounts = w->file.word[ACCOUNT].len;
    int64_t *local = shi_new(&cli->keep, int64_t, rows);
    shi_keyed *by = shi_new(&cli->keep, shi_keyed, accounts);
    w->by_excess = shi_new(&cli->keep, int64_t, accounts);
    if (!local || !by || !w->by_excess) return shi_no_memory();
    for (int64_t r = 0; r < rows; r++)
        local[r] = w->file.time[START][r] == SHI_NO_TIME ? SHI_NO_TIME : shi_zone_local_us(&w->zone, w->file.time[START][r]);
    const shi_learning_columns columns = { .rows = rows, .account = w->file.code[ACCOUNT], .accounts = accounts, .start_us = local,
                                           .seconds = w->file.real[SECONDS], .device = w->a->device ? w->file.code[DEVICE] : NULL,
                                           .devices = w->a->device ? w->file.word[DEVICE].len : 0 };
    SHI_TRY(shi_tool_scratch(&scratch));
    shi_err e = shi_learning_find(&cli->keep, scratch, &columns, &(shi_learning_settings){ 0 }, &w->found);
    for (int64_t a = 0; a < accounts && !e.code; a++) by[a] = (shi_keyed){ shi_key_falling(w->found.account[a].excess), a };
    if (!e.code) e = shi_sort_keyed(scratch, by, accounts);
    shi_arena_drop(&scratch);
    if (e.code) return e;
    for (int64_t a = 0; a < accounts; a++) w->by_excess[a] = by[a].row;
    return shi_tool_judge(cli, &w->found.groups, 0.05, &w->judged);
}

/* ---- printing ---- */

static shi_str account_of(const work *w, int64_t account)
{
    return w->file.word[ACCOUNT].ptr[account];
}

static void account_json(shi_json *json, const work *w, int64_t a)
{
    const shi_learning_account *account = &w->found.account[a];
    shi_json_begin_object(json);
    shi_json_kstr(json, "account", account_of(w, a));
    shi_json_kint(json, "sessions", account->sessions);
    shi_json_kf64(json, "claimed", true, account->claimed);
    shi_json_kf64(json, "possible", true, account->possible);
    shi_json_kf64(json, "excess", true, account->excess);
    shi_json_kint(json, "trials", account->trials);
    shi_json_kint(json, "hits", account->hits);
    shi_json_end_object(json);
}

static void group_json(shi_json *json, const work *w, int64_t g)
{
    const shi_group *group = &w->found.groups.ptr[g];
    int64_t from = shi_zone_utc_us(&w->zone, group->from_us), to = shi_zone_utc_us(&w->zone, group->to_us);
    char at[40];
    shi_json_begin_object(json);
    shi_tool_group_json(json, &w->found.groups, g, &w->judged, "trials", NULL);
    shi_json_kint(json, "hits", group->deeds);
    shi_json_kstr(json, "account", account_of(w, w->found.groups.member[group->first]));
    shi_time_write(from, &w->zone, at);
    shi_json_ktext(json, "first_seen", at);
    shi_time_write(to, &w->zone, at);
    shi_json_ktext(json, "last_seen", at);
    shi_json_end_object(json);
}

static void print_json(shi_cli *cli, const work *w)
{
    shi_json json = { .out = &cli->out };
    shi_json_begin_object(&json);
    shi_json_kint(&json, "rows", w->file.rows);
    shi_json_kint(&json, "left_out", w->found.left_out);
    shi_json_kint(&json, "resolution_seconds", w->found.resolution_us / SHI_SECOND_US);
    shi_json_kf64(&json, "excess", true, w->found.excess);
    shi_json_kint(&json, "searched", w->found.searched);
    if (w->found.cannot_judge) shi_tool_cannot_judge(cli, &json, w->found.cannot_judge);
    shi_json_key(&json, "accounts");
    shi_json_begin_array(&json);
    for (int64_t a = 0; a < w->file.word[ACCOUNT].len; a++) account_json(&json, w, a);
    shi_json_end_array(&json);
    shi_json_key(&json, "groups");
    shi_json_begin_array(&json);
    for (int64_t g = 0; g < w->found.groups.len; g++) group_json(&json, w, g);
    shi_json_end_array(&json);
    shi_json_key(&json, "devices");
    shi_json_begin_array(&json);
    for (int64_t d = 0; d < w->found.devices; d++) {
        shi_json_begin_object(&json);
        shi_json_kint(&json, "accounts", w->found.device[d].accounts);
        shi_json_kf64(&json, "together", true, w->found.device[d].together);
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    shi_buf_addc(&cli->out, '\n');
}

static void heads(shi_cli *cli, shi_term *term, const char *const *head, int n)
{
    for (int i = 0; i < n; i++) shi_term_cell(term, shi_str_from(tr(cli->lang, head[i])));
}

static void print_excess(shi_cli *cli, const work *w)
{
    static const char *const HEAD[] = { N_("account"), N_("sessions"), N_("hours claimed"), N_("hours possible"), N_("hours too many") };
    shi_term term = { .columns = COUNT(HEAD), .right = { false, true, true, true, true } };
    int64_t with = 0, accounts = w->file.word[ACCOUNT].len;
    for (int64_t a = 0; a < accounts; a++) with += w->found.account[a].excess > 0;
    if (!with) {
        shi_buf_puts(&cli->out, tr(cli->lang, N_("No account has sessions that overlap: all hours are possible.\n")));
        return;
    }
    shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld accounts claim time twice, for sessions that run at the same moment. That is arithmetic, "
        "not chance; who "
                                               "made them overlap, a person, a second device or the platform, it does not say:\n")), (long long)with);
    heads(cli, &term, HEAD, COUNT(HEAD));
    for (int64_t k = 0; k < accounts && k < SHOWN && k < with; k++) {
        const shi_learning_account *account = &w->found.account[w->by_excess[k]];
        shi_term_cell(&term, account_of(w, w->by_excess[k]));
        shi_tool_count_cell(&term, account->sessions);
        shi_tool_number_cell(&term, account->claimed / 3600);
        shi_tool_number_cell(&term, account->possible / 3600);
        shi_tool_number_cell(&term, account->excess / 3600);
    }
    shi_term_print(&term, &cli->out);
    if (with > SHOWN) shi_buf_format(&cli->out, tr(cli->lang, N_("… and %1$lld more: see --json.\n")), (long long)(with - SHOWN));
}

static void print_clockwork(shi_cli *cli, const work *w)
{
    static const char *const HEAD[] = { N_("account"), N_("starts compared"), N_("within a minute"), N_("log10 p") };
    shi_term term = { .columns = COUNT(HEAD), .right = { false, true, true, true } };
    const shi_groups *groups = &w->found.groups;
    if (w->found.cannot_judge) {
        shi_tool_cannot_judge(cli, NULL, w->found.cannot_judge);
        return;
    }
    if (!groups->len) {
        shi_buf_format(&cli->out, tr(cli->lang, N_("None of %1$lld accounts starts by the clock.\n")), (long long)w->found.searched);
        return;
    }
    shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld of %2$lld accounts start at the same minute day after day. A script does that, and so does "
        "somebody with "
                                               "an alarm: look before you ask.\n")), (long long)groups->len, (long long)w->found.searched);
    heads(cli, &term, HEAD, COUNT(HEAD));
    for (int64_t g = 0; g < groups->len && g < SHOWN; g++) {
        shi_term_cell(&term, account_of(w, groups->member[groups->ptr[g].first]));
        shi_tool_count_cell(&term, groups->ptr[g].things);
        shi_tool_count_cell(&term, groups->ptr[g].deeds);
        shi_tool_number_cell(&term, groups->ptr[g].log10_p);
    }
    shi_term_print(&term, &cli->out);
    if (groups->len > SHOWN) shi_buf_format(&cli->out, tr(cli->lang, N_("… and %1$lld more: see --json.\n")), (long long)(groups->len - SHOWN));
}

static void print_text(shi_cli *cli, const work *w)
{
    double together = 0;
    shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld sessions of %2$lld accounts, times to %3$lld s; %4$lld rows without account, start or "
        "length left out.\n")),
                   (long long)(w->file.rows - w->found.left_out), (long long)w->file.word[ACCOUNT].len,
                   (long long)(w->found.resolution_us / SHI_SECOND_US), (long long)w->found.left_out);
    print_excess(cli, w);
    print_clockwork(cli, w);
    if (!w->found.devices) return;
    for (int64_t d = 0; d < w->found.devices; d++) together += w->found.device[d].together / 3600;
    shi_buf_format(&cli->out, tr(cli->lang, N_("On %1$lld devices several accounts learn at the same moment, %2$.1f hours in all: one person who "
        "operates several "
                                               "accounts, or one who helps relatives; \"shishu shared\" judges devices.\n")),
                   (long long)w->found.devices, together);
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { 0 };
    work w = { .a = &a };
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc != 1 || !a.account || !a.start || !a.seconds)
        return shi_fail(SHI_USAGE, N_("learning takes one file, --account COL, --start COL and --seconds COL"),
            N_("\"shishu help learning\" shows how it is called."));
    SHI_TRY(shi_tool_zone(a.zone, &w.zone));
    SHI_TRY(read_file(cli, argv[0], &w));
    SHI_TRY(compute(cli, &w));
    if (a.members) SHI_TRY(shi_tool_members(&w.found.groups, w.file.word[ACCOUNT], a.members));
    if (cli->json) print_json(cli, &w);
    else print_text(cli, &w);
    return (shi_err){ 0 };
}

const shi_command SHI_CMD_LEARNING = { "learning", "FILE", N_("learning hours that nobody can have spent"),
    N_("Lays the sessions of each account together: what is claimed beyond their union was claimed twice. That is arithmetic and needs no chance. "
        "Sessions are "
       "widened by the log's resolution first, so that rounding is never counted. Beside it a list of accounts whose sessions start at the same "
           "minute day "
       "after day, which a script does and an alarm as well, and with --device how long several accounts learned on one device at once. Any file: "
           "CSV, TSV, "
       "JSON lines, Parquet, xlsx; \"-\" reads CSV from standard input."),
    OPTIONS, COUNT(OPTIONS), run };
