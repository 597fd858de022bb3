/* shishu shared: devices and addresses that many accounts pass through in turn. Any file, no workspace. */
#include "cli/tool.h"

#include "base/sort.h"
#include "shishu/shared.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_VIA = 8, ACCOUNT = 0, VIA = 1, SHOWN = 20 };

typedef struct {
    const char *account, *via, *address, *time, *unit, *app, *zone, *members;
    double fdr;
} args;

static const shi_option OPTIONS[] = {
    { "account", SHI_OPT_TEXT, offsetof(args, account), "COL", N_("column of the accounts") },
    { "via", SHI_OPT_TEXT, offsetof(args, via), "COL,COL", N_("columns of devices or addresses, separated by commas") },
    { "address", SHI_OPT_TEXT, offsetof(args, address), "COL,COL", N_("which of --via are addresses (a header like ip or 地址 says so itself)") },
    { "time", SHI_OPT_TEXT, offsetof(args, time), "COL", N_("column of the times; without it nothing can be judged") },
    { "unit", SHI_OPT_TEXT, offsetof(args, unit), "COL", N_("column of the accounts' units, such as villages; without it nothing can be judged") },
    { "app", SHI_OPT_TEXT, offsetof(args, app), "COL", N_("column of the apps: each is looked at by itself") },
    { "zone", SHI_OPT_TEXT, offsetof(args, zone), "NAME", N_("time zone of times without one, and of hours and days (Asia/Shanghai)") },
    { "fdr", SHI_OPT_SHARE, offsetof(args, fdr), "P", N_("share of false leads among those selected (0.05)") },
    { "members", SHI_OPT_TEXT, offsetof(args, members), "OUT", N_("write a CSV of the groups' accounts") },
};

/* Where each column came to stand; -1: not asked for. */
typedef struct {
    shi_zone zone;
    shi_arrays file;
    int64_t vias, time, unit, app;
    const int32_t *account;           /* of each row: one name in two apps is two accounts */
    shi_strs name;                    /* of each account */
    shi_str via[MOST_VIA];
    bool address[MOST_VIA];           /* many people may act behind one at the same time */
    shi_shared found[MOST_VIA];
    int64_t from[MOST_VIA + 1];       /* groups of each column within all */
    shi_groups all;
    shi_tool_judged judged;
    int64_t judgeable;                /* columns of which X and Z were judged */
    int64_t leads, proxies, facts;
} finding;

static shi_err split(const char *list, shi_str *out, int64_t *n)
{
    shi_str rest = shi_str_from(list);
    while (rest.len > 0) {
        int64_t end = 0;
        while (end < rest.len && rest.ptr[end] != ',') end++;
        if (end == 0 || *n == MOST_VIA)
            return shi_fail_value(SHI_USAGE, shi_str_from(list), N_("this is no list of one to eight columns"),
                                  N_("Separate the headers by commas."));
        out[(*n)++] = (shi_str){ rest.ptr, end };
        rest = end < rest.len ? (shi_str){ rest.ptr + end + 1, rest.len - end - 1 } : (shi_str){ 0 };
    }
    return (shi_err){ 0 };
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A header with the word ip (ip_hash, IP24, ipv4) or 地址, 网段. */
static bool names_address(shi_str header)
{
    for (int64_t i = 0; i + 1 < header.len; i++) {
        shi_str rest = { header.ptr + i, header.len - i };
        if (shi_str_starts(rest, SHI_S("地址")) || shi_str_starts(rest, SHI_S("网段"))) return true;
        bool ip = (header.ptr[i] | 32) == 'i' && (header.ptr[i + 1] | 32) == 'p', starts = i == 0 || !is_letter(header.ptr[i - 1]);
        bool ends = i + 2 == header.len || !is_letter(header.ptr[i + 2]) || (header.ptr[i + 2] | 32) == 'v';
        if (ip && starts && ends) return true;
    }
    return false;
}

static shi_err take_lists(const args *a, finding *f)
{
    shi_str named[MOST_VIA];
    int64_t n = 0;
    SHI_TRY(split(a->via, f->via, &f->vias));
    if (a->address) SHI_TRY(split(a->address, named, &n));
    for (int64_t v = 0; v < f->vias; v++) f->address[v] = names_address(f->via[v]);
    for (int64_t k = 0; k < n; k++) {
        int64_t v = 0;
        while (v < f->vias && !shi_str_eq(f->via[v], named[k])) v++;
        if (v == f->vias) return shi_fail_value(SHI_USAGE, named[k], N_("--address names a column that --via does not"), NULL);
        f->address[v] = true;
    }
    return (shi_err){ 0 };
}

static shi_err read_file(shi_cli *cli, const args *a, const char *path, finding *f)
{
    shi_asked asked[SHI_MAX_ASKED] = { { .header = shi_str_from(a->account), .type = SHI_T_TEXT, .may_miss = true, .coded = true } };
    int64_t n = VIA;
    for (int64_t k = 0; k < f->vias; k++)
        asked[n++] = (shi_asked){ .header = f->via[k], .type = SHI_T_TEXT, .may_miss = true, .coded = true };
    f->time = a->time ? n : -1;
    if (a->time) asked[n++] = (shi_asked){ .header = shi_str_from(a->time), .type = SHI_T_DUE, .may_miss = true };
    f->unit = a->unit ? n : -1;
    if (a->unit) asked[n++] = (shi_asked){ .header = shi_str_from(a->unit), .type = SHI_T_TEXT, .may_miss = true, .coded = true };
    f->app = a->app ? n : -1;
    if (a->app) asked[n++] = (shi_asked){ .header = shi_str_from(a->app), .type = SHI_T_TEXT, .may_miss = true, .coded = true };
    return shi_tool_read(cli, path, &f->zone, asked, n, &f->file);
}

static const int64_t *local_times(shi_cli *cli, const finding *f)
{
    int64_t *local = shi_new(&cli->keep, int64_t, f->file.rows);
    if (!local) return NULL;
    #pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < f->file.rows; i++) {
        int64_t us = f->file.time[f->time][i];
        local[i] = us == SHI_NO_TIME ? us : shi_zone_local_us(&f->zone, us);
    }
    return local;
}

/* Accounts of several apps: a code for each pair of app and name, in that order. */
static shi_err tell_apart(shi_cli *cli, finding *f)
{
    const int32_t *name = f->file.code[ACCOUNT], *app = f->app >= 0 ? f->file.code[f->app] : NULL;
    int64_t n = f->file.rows, codes = 0;
    f->account = name;
    f->name = f->file.word[ACCOUNT];
    if (!app) return (shi_err){ 0 };
    shi_arena scratch;
    SHI_TRY(shi_tool_scratch(&scratch));
    shi_keyed *row = shi_new(&scratch, shi_keyed, n);
    int32_t *code = shi_new(&cli->keep, int32_t, n);
    shi_err e = row && code ? (shi_err){ 0 } : shi_no_memory();
    for (int64_t i = 0; !e.code && i < n; i++) row[i] = (shi_keyed){ (uint64_t)(app[i] + 1) << 32 | (uint64_t)(name[i] + 1), i };
    if (!e.code) e = shi_sort_keyed(scratch, row, n);
    for (int64_t i = 0; !e.code && i < n; i++) codes += i == 0 || row[i].key != row[i - 1].key;
    shi_str *text = e.code ? NULL : shi_new(&cli->keep, shi_str, codes);
    if (!text && !e.code) e = shi_no_memory();
    int32_t last = -1;
    for (int64_t i = 0; !e.code && i < n; i++) {
        int32_t own = name[row[i].row];
        if (i == 0 || row[i].key != row[i - 1].key) text[++last] = own >= 0 ? f->file.word[ACCOUNT].ptr[own] : (shi_str){ 0 };
        code[row[i].row] = own >= 0 ? last : -1;
    }
    shi_arena_drop(&scratch);
    f->account = code;
    f->name = (shi_strs){ text, codes };
    return e;
}

/* The groups of all columns end to end; e-values and p-values pay for the number of columns. */
static shi_err join(shi_cli *cli, finding *f)
{
    int64_t groups = 0, members = 0;
    for (int64_t v = 0; v < f->vias; v++) {
        groups += f->found[v].groups.len;
        members += f->found[v].groups.members;
    }
    shi_group *group = shi_new(&cli->keep, shi_group, groups);
    int32_t *member = shi_new(&cli->keep, int32_t, members);
    double *weight = shi_new(&cli->keep, double, members), vias = log10((double)f->vias);
    if (!group || !member || !weight) return shi_no_memory();
    f->all = (shi_groups){ .ptr = group, .member = member, .weight = weight };
    for (int64_t v = 0; v < f->vias; v++) {
        const shi_groups *own = &f->found[v].groups;
        f->from[v] = f->all.len;
        for (int64_t g = 0; g < own->len; g++) {
            shi_group *to = &group[f->all.len + g];
            *to = own->ptr[g];
            to->first += f->all.members;
            to->log10_e -= vias;
            to->log10_p = fmin(0, to->log10_p + vias);
            if (to->from_us == SHI_NO_TIME) continue;
            to->from_us = shi_zone_utc_us(&f->zone, to->from_us);
            to->to_us = shi_zone_utc_us(&f->zone, to->to_us);
        }
        for (int64_t i = 0; i < own->members; i++) {
            member[f->all.members + i] = own->member[i];
            weight[f->all.members + i] = own->weight[i];
        }
        f->all.len += own->len;
        f->all.members += own->members;
    }
    f->from[f->vias] = f->all.len;
    return (shi_err){ 0 };
}

static shi_err find(shi_cli *cli, const args *a, finding *f)
{
    shi_shared_settings settings = SHI_SHARED_DEFAULTS;
    const shi_arrays *file = &f->file;
    shi_shared_columns c = { .n = file->rows, .account = f->account, .accounts = f->name.len };
    if (f->time >= 0 && !(c.time_us = local_times(cli, f))) return shi_no_memory();
    if (f->unit >= 0) {
        c.unit = file->code[f->unit];
        c.units = file->word[f->unit].len;
    }
    if (f->app >= 0) {
        c.app = file->code[f->app];
        c.apps = file->word[f->app].len;
    }
    for (int64_t v = 0; v < f->vias; v++) {
        shi_arena scratch;
        SHI_TRY(shi_tool_scratch(&scratch));
        settings.address = f->address[v];
        c.value = file->code[VIA + v];
        c.values = file->word[VIA + v].len;
        shi_err e = shi_shared_find(&cli->keep, scratch, &c, &settings, &f->found[v]);
        shi_arena_drop(&scratch);
        if (e.code) return e;
        f->judgeable += !f->found[v].cannot_judge;
    }
    SHI_TRY(join(cli, f));
    SHI_TRY(shi_tool_judge(cli, &f->all, a->fdr, &f->judged));
    for (int64_t v = 0; v < f->vias; v++) {
        for (int64_t g = 0; g < f->found[v].groups.len; g++) {
            shi_shared_kind kind = f->found[v].kind[g];
            f->leads += f->judged.selected[f->from[v] + g];
            f->proxies += kind == SHI_SHARED_PROXY;
            f->facts += kind == SHI_SHARED_FACT;
        }
    }
    return (shi_err){ 0 };
}

/* ---- JSON ---- */

static const char *const KIND_KEY[] = { "across_units", "many_small", "operated_for_others", "fact" };

static void value_json(shi_json *json, const finding *f, int64_t v, const shi_shared_value *x)
{
    shi_json_begin_object(json);
    shi_json_kstr(json, "value", f->file.word[VIA + v].ptr[x->value]);
    if (f->unit >= 0) shi_json_kint(json, "units", x->units);
    if (f->unit >= 0) shi_json_kint(json, "away", x->away);
    shi_json_kint(json, "accounts", x->accounts);
    shi_json_kint(json, "acts", x->acts);
    if (f->time >= 0) {
        shi_json_kint(json, "switches", x->switches);
        shi_json_kf64(json, "expected", true, x->expected);
        shi_json_kf64(json, "log10_tied", true, x->log10_tied);
        shi_json_kf64(json, "swept", true, x->swept);
        shi_json_kint(json, "sweep_days", x->sweep_days);
        shi_json_kf64(json, "returned", true, x->returned);
        shi_json_kf64(json, "lasting", true, x->lasting);
    }
    shi_json_kf64(json, "elsewhere", true, x->elsewhere);
    if (f->unit >= 0) shi_json_kf64(json, "log10_units", true, x->log10_units);
    shi_json_end_object(json);
}

static void group_json(shi_json *json, const finding *f, int64_t v, int64_t g, int64_t *next)
{
    const shi_shared *found = &f->found[v];
    int32_t app = found->value[*next].app;
    shi_json_begin_object(json);
    shi_tool_group_json(json, &f->all, f->from[v] + g, &f->judged, "values", &f->zone);
    shi_json_kstr(json, "via", f->via[v]);
    shi_json_ktext(json, "kind", KIND_KEY[found->kind[g]]);
    shi_json_kbool(json, "judged", found->kind[g] == SHI_SHARED_ACROSS || found->kind[g] == SHI_SHARED_SMALL);
    if (f->app >= 0) shi_json_kstr(json, "app", app >= 0 ? f->file.word[f->app].ptr[app] : (shi_str){ 0 });
    shi_json_key(json, "seen_on");
    shi_json_begin_array(json);
    for (; *next < found->values && found->value[*next].group == g; ++*next) value_json(json, f, v, &found->value[*next]);
    shi_json_end_array(json);
    shi_json_end_object(json);
}

static void column_json(shi_json *json, const finding *f, int64_t v)
{
    const shi_shared *x = &f->found[v];
    shi_json_begin_object(json);
    shi_json_kstr(json, "column", f->via[v]);
    shi_json_kbool(json, "address", f->address[v]);
    shi_json_kint(json, "values", f->file.word[VIA + v].len);
    shi_json_kint(json, "acts", x->acts);
    shi_json_kint(json, "shared", x->shared);
    shi_json_kint(json, "three_or_more", x->tested);
    shi_json_kint(json, "tied", x->tied);
    shi_json_kint(json, "swept", x->swept);
    shi_json_kint(json, "passing", x->passing);
    shi_json_kint(json, "searched", x->searched);
    shi_json_kf64(json, "epsilon", true, x->epsilon);
    if (x->cannot_judge) shi_json_message(json, "cannot_judge", x->cannot_judge);
    shi_json_end_object(json);
}

static void print_json(shi_cli *cli, const args *a, const finding *f)
{
    shi_json json = { .out = &cli->out };
    shi_json_begin_object(&json);
    shi_json_kint(&json, "rows", f->file.rows);
    shi_json_kint(&json, "accounts", f->name.len);
    shi_json_kf64(&json, "fdr", true, a->fdr);
    shi_json_kint(&json, "selected", f->judged.count);
    for (int64_t v = 0; v < f->vias && !f->judgeable; v++)
        if (f->found[v].cannot_judge) {
            shi_json_message(&json, "cannot_judge", f->found[v].cannot_judge);
            break;
        }
    shi_json_key(&json, "via");
    shi_json_begin_array(&json);
    for (int64_t v = 0; v < f->vias; v++) column_json(&json, f, v);
    shi_json_end_array(&json);
    shi_json_key(&json, "groups");
    shi_json_begin_array(&json);
    for (int64_t v = 0; v < f->vias; v++) {
        int64_t next = 0;
        for (int64_t g = 0; g < f->found[v].groups.len; g++) group_json(&json, f, v, g, &next);
    }
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    shi_buf_addc(&cli->out, '\n');
}

/* ---- terminal ---- */

typedef enum { LEADS, PROXIES, FACTS } part;

static bool belongs(const finding *f, int64_t v, int64_t g, part which)
{
    shi_shared_kind kind = f->found[v].kind[g];
    if (which == LEADS) return f->judged.selected[f->from[v] + g];
    return kind == (which == PROXIES ? SHI_SHARED_PROXY : SHI_SHARED_FACT);
}

/* What a group's values show together: units and accounts away of one value, sums of switches. */
static void row(shi_cli *cli, shi_term *term, const finding *f, int64_t v, int64_t g, const shi_shared_value *first, part which)
{
    const shi_group *group = &f->all.ptr[f->from[v] + g];
    double expected = 0;
    for (int64_t k = 0; k < group->things; k++) expected += first[k].expected;
    shi_tool_count_cell(term, f->from[v] + g + 1);
    shi_term_cell(term, f->via[v]);
    shi_tool_count_cell(term, group->len);
    shi_tool_count_cell(term, group->things);
    if (f->unit < 0) shi_term_cell(term, SHI_S(""));
    else if (group->things == 1) shi_tool_count_cell(term, first->units);
    else shi_term_cell(term, shi_str_from(tr(cli->lang, N_("mixed"))));
    if (f->time < 0) shi_term_cell(term, SHI_S(""));
    else shi_tool_count_cell(term, group->deeds);
    shi_tool_number_cell(term, f->time < 0 ? NAN : expected);
    shi_tool_number_cell(term, which == LEADS ? group->log10_p : NAN);
    shi_tool_number_cell(term, which == LEADS ? f->judged.q[f->from[v] + g] : NAN);
    shi_tool_time_cell(term, group->from_us, &f->zone);
    shi_tool_time_cell(term, group->to_us, &f->zone);
}

static void table(shi_cli *cli, const finding *f, part which)
{
    static const char *const HEAD[] = { N_("group"), N_("column"), N_("accounts"), N_("values"), N_("units"), N_("switches"),
                                        N_("expected"), "log10 p", "q", N_("first seen"), N_("last seen") };
    shi_term term = { .columns = COUNT(HEAD), .right = { true, false, true, true, true, true, true, true, true } };
    int64_t shown = 0, all = 0;
    for (int64_t k = 0; k < COUNT(HEAD); k++) shi_term_cell(&term, shi_str_from(tr(cli->lang, HEAD[k])));
    for (int64_t v = 0; v < f->vias; v++) {
        int64_t next = 0;
        for (int64_t g = 0; g < f->found[v].groups.len; next += f->found[v].groups.ptr[g++].things) {
            if (!belongs(f, v, g, which)) continue;
            if (all++ >= SHOWN) continue;
            row(cli, &term, f, v, g, &f->found[v].value[next], which);
            shown++;
        }
    }
    shi_term_print(&term, &cli->out);
    if (all > shown)
        shi_buf_format(&cli->out, tr(cli->lang, N_("… and %1$lld more: --json and --members give all.\n")), (long long)(all - shown));
}

static void print_column(shi_cli *cli, const finding *f, int64_t v)
{
    const shi_shared *x = &f->found[v];
    shi_buf name = { 0 };
    shi_buf_add(&name, f->via[v]);
    shi_buf_format(&cli->out, tr(cli->lang, N_("%1$s: %2$lld values; %3$lld are used by two accounts or more, %4$lld by three or more.\n")), name.ptr,
                   (long long)f->file.word[VIA + v].len, (long long)x->shared, (long long)x->tested);
    if (f->time >= 0)
        shi_buf_format(&cli->out,
                       tr(cli->lang, N_("On %1$lld of these, accounts follow one another far too often; on %2$lld such chains hold at least half of "
                                        "all acts and people do not come back in between; on %3$lld the accounts are, besides, hardly seen anywhere "
                                        "else.\n")),
                       (long long)x->tied, (long long)x->swept, (long long)x->passing);
    if (x->cannot_judge) shi_tool_cannot_judge(cli, NULL, x->cannot_judge);
    shi_buf_drop(&name);
}

static const char HINT_LEADS[] =
    N_("A lead says where to look, no more. The same is seen where staff travel with one device from village to village to help, where phones of one "
       "make are taken for one device, or where units are recorded wrongly.\n");
static const char HINT_PROXIES[] =
    N_("The people may well be real: a helper who serves elders without a phone, and a weekly meeting with one device, look the same. Ask whether "
       "they know of the account and use it.\n");

static void print_table(shi_cli *cli, const finding *f)
{
    for (int64_t v = 0; v < f->vias; v++) print_column(cli, f, v);
    if (f->judgeable) {
        shi_buf_format(&cli->out,
                       tr(cli->lang, N_("\nLeads: %1$lld groups whose accounts come from more units than households and relatives explain.\n")),
                       (long long)f->leads);
        if (f->leads) table(cli, f, LEADS);
        if (f->leads) shi_buf_puts(&cli->out, tr(cli->lang, HINT_LEADS));
    }
    if (f->proxies) {
        shi_buf_format(&cli->out,
                       tr(cli->lang, N_("\nOperated for others, as it looks (%1$lld; not a lead, not counted as suspected): accounts of one unit "
                                        "pass through one device or address again and again.\n")), (long long)f->proxies);
        table(cli, f, PROXIES);
        shi_buf_puts(&cli->out, tr(cli->lang, HINT_PROXIES));
    }
    if (f->facts) {
        shi_buf_format(&cli->out, tr(cli->lang, N_("\nListed, not judged (%1$lld): values with many accounts.\n")), (long long)f->facts);
        table(cli, f, FACTS);
    }
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { .fdr = 0.05 };
    finding f = { 0 };
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc != 1 || !a.account || !a.via)
        return shi_fail(SHI_USAGE, N_("shared takes one file, --account COL and --via COL[,COL]"),
                        N_("\"shishu help shared\" shows how it is called."));
    SHI_TRY(take_lists(&a, &f));
    SHI_TRY(shi_tool_zone(a.zone, &f.zone));
    SHI_TRY(read_file(cli, &a, argv[0], &f));
    SHI_TRY(tell_apart(cli, &f));
    SHI_TRY(find(cli, &a, &f));
    if (a.members) SHI_TRY(shi_tool_members(&f.all, f.name, a.members));
    if (cli->json) print_json(cli, &a, &f);
    else print_table(cli, &f);
    return (shi_err){ 0 };
}

const shi_command SHI_CMD_SHARED = { "shared", "FILE", N_("devices and addresses that many accounts pass through in turn"),
    N_("Finds devices and addresses where one account follows the other within ten minutes, far more often than independent people would, and which "
       "are all that their accounts are seen on. If the accounts come from more units than households and relatives explain, that is a lead; many "
       "small devices are judged together. If they are of one unit, somebody operates for others: that is listed apart and is no lead. Households, "
       "halls, campus and village addresses, helpers' evenings and phones that share a fingerprint stay silent. Without times or units it says what "
       "cannot be judged. Any file: CSV, TSV, JSON lines, Parquet, xlsx; \"-\" reads CSV from standard input."),
    OPTIONS, COUNT(OPTIONS), run };
