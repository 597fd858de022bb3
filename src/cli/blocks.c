/* shishu blocks: who takes part in the same cells again and again. Any file, no workspace. */
#include "cli/tool.h"

#include "base/decimal.h"
#include "base/sort.h"
#include "shishu/blocks.h"
#include "shishu/dense.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BY = 8 };
static const double MEETING_SHARE = 0.8;   /* of the acts in one weekday and two hours: a meeting explains it (look-alike L6) */

typedef struct {
    const char *by, *account, *bin, *given, *mass, *measure, *members, *scores, *zone;
    double fdr;
    int64_t top;
} args;

static const shi_option OPTIONS[] = {
    { "by", SHI_OPT_TEXT, offsetof(args, by), "COL,COL…", N_("columns that make a cell: the object, and the time if --bin names it") },
    { "account", SHI_OPT_TEXT, offsetof(args, account), "COL", N_("column of who did it; without it nothing is judged") },
    { "bin", SHI_OPT_TEXT, offsetof(args, bin), "COL=1h", N_("the column is a time, cut into stretches of this length (s, m, h, d)") },
    { "given", SHI_OPT_TEXT, offsetof(args, given), "COL", N_("column of what is taken as given, such as the unit: shares are within it") },
    { "fdr", SHI_OPT_SHARE, offsetof(args, fdr), "P", N_("most false groups among those selected, on average (0.05)") },
    { "mass", SHI_OPT_TEXT, offsetof(args, mass), "COL", N_("column of how much a row counts in the list of dense blocks (1)") },
    { "measure", SHI_OPT_TEXT, offsetof(args, measure), "NAME",
      N_("of density: geometric (default), arithmetic, suspiciousness, or camouflage (two columns)") },
    { "top", SHI_OPT_COUNT, offsetof(args, top), "K", N_("how many dense blocks are listed (10)") },
    { "members", SHI_OPT_TEXT, offsetof(args, members), "OUT", N_("write the members of each block to this file") },
    { "scores", SHI_OPT_TEXT, offsetof(args, scores), "OUT", N_("write for each row its dense block, and how many are like it, to this file") },
    { "zone", SHI_OPT_TEXT, offsetof(args, zone), "NAME", N_("zone of times that name none, and of hours of the day (Asia/Shanghai)") },
};

typedef struct {
    shi_str by[MOST_BY];
    int64_t n_by, time_at, who_at;   /* which of by is the time, and which the account; -1: none */
    int64_t bin_us;
    int account_at, given_at, mass_at;
    shi_asked asked[SHI_MAX_ASKED];
    int64_t n;
    shi_arrays file;
    const char *name[SHI_MAX_ASKED]; /* headers */
    shi_zone zone;
    int32_t *object;                 /* the other columns of by as one code; NULL: there is none */
    int64_t objects;
    const int32_t *object_part[MOST_BY];   /* of each object: its code in each column of by */
    int64_t *local_us;
    shi_blocks found;
    shi_tool_judged judged;
    shi_dense_measure measure;
    shi_dense_tensor tensor;
    int mode_asked[SHI_DENSE_MODES]; /* which of asked each mode is */
    int64_t *bin_us_of;              /* of each code of the time: its start, local */
    shi_dense dense;
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
        if (number.len > 0 && number.len < 7 && a->bin[all.len - 1] == UNITS[i].unit && shi_count_parse(number, &length))
            b->bin_us = length * UNITS[i].us;
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
    b->time_at = b->who_at = b->account_at = b->given_at = b->mass_at = -1;
    if (a->bin) SHI_TRY(take_bin(a, b));
    SHI_TRY(shi_tool_zone(a->zone, &b->zone));
    for (int64_t i = 0; i < b->n_by && a->account; i++)
        if (shi_str_eq(b->by[i], shi_str_from(a->account))) b->who_at = i;
    for (int64_t i = 0; i < b->n_by; i++)
        ask(b, (shi_asked){ .header = b->by[i], .type = i == b->time_at ? SHI_T_DUE : SHI_T_CODE, .may_miss = true, .coded = i != b->time_at });
    if (a->account) b->account_at = ask(b, (shi_asked){ .header = shi_str_from(a->account), .type = SHI_T_CODE, .may_miss = true, .coded = true });
    if (a->mass) b->mass_at = ask(b, (shi_asked){ .header = shi_str_from(a->mass), .type = SHI_T_COUNT, .may_miss = true });
    if (a->given) b->given_at = ask(b, (shi_asked){ .header = shi_str_from(a->given), .type = SHI_T_CODE, .may_miss = true, .coded = true });
    SHI_TRY(shi_tool_read(cli, path, &b->zone, b->asked, b->n, &b->file));
    for (int64_t k = 0; k < b->n; k++)
        if (!(b->name[k] = shi_str_copy(&cli->keep, b->file.header[k]).ptr)) return shi_no_memory();
    return (shi_err){ 0 };
}

/* The columns of by that are no time, as one code: pairs, then pairs with the next, numbered in order. */
static shi_err join(shi_cli *cli, shi_arena scratch, blocks *b)
{
    int64_t n = b->file.rows, k = 0, column[MOST_BY];
    for (int64_t i = 0; i < b->n_by; i++)
        if (i != b->time_at && i != b->who_at) column[k++] = i;
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

static shi_err localise(shi_cli *cli, blocks *b)
{
    if (b->time_at < 0) return (shi_err){ 0 };
    b->local_us = shi_new(&cli->keep, int64_t, b->file.rows);
    if (!b->local_us) return shi_no_memory();
    #pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < b->file.rows; i++) {
        int64_t t = b->file.time[b->time_at][i];
        b->local_us[i] = t == SHI_NO_TIME ? INT64_MIN : shi_zone_local_us(&b->zone, t);
    }
    return (shi_err){ 0 };
}

static shi_err judge(shi_cli *cli, const args *a, shi_arena scratch, blocks *b)
{
    int64_t n = b->file.rows;
    if (b->account_at >= 0 && !b->object && !b->local_us) return usage(N_("--by names nothing but the account"));
    const shi_blocks_columns columns = {
        .n = n, .account = b->account_at < 0 ? NULL : b->file.code[b->account_at],
        .accounts = b->account_at < 0 ? 0 : b->file.word[b->account_at].len,
        .object = b->object, .objects = b->objects, .given = b->given_at < 0 ? NULL : b->file.code[b->given_at],
        .givens = b->given_at < 0 ? 0 : b->file.word[b->given_at].len, .time_us = b->local_us,
    };
    const shi_blocks_settings settings = { .bin_us = b->bin_us };
    if (columns.account) SHI_TRY(shi_blocks_find(&cli->keep, scratch, &columns, &settings, &b->found));
    else b->found.cannot_judge = N_("No column says who did it (--account), so nobody can be said to act together; the dense blocks are a ranking.");
    return shi_tool_judge(cli, &b->found.groups, a->fdr, &b->judged);
}

/* ---- the dense list ---- */

static shi_err take_measure(const args *a, blocks *b)
{
    static const char *const NAMES[] = { "arithmetic", "geometric", "suspiciousness", "camouflage" };
    b->measure = SHI_DENSE_GEOMETRIC;
    for (int i = 0; a->measure && i < COUNT(NAMES); i++) {
        if (strcmp(a->measure, NAMES[i])) continue;
        b->measure = (shi_dense_measure)i;
        return (shi_err){ 0 };
    }
    return a->measure ? usage(N_("--measure is arithmetic, geometric, suspiciousness or camouflage")) : (shi_err){ 0 };
}

/* Times as codes of their bins, in order. */
static shi_err bin_times(shi_cli *cli, shi_arena scratch, blocks *b, int32_t **code)
{
    int64_t n = b->file.rows, bins = 0;
    shi_keyed *row = shi_new(&scratch, shi_keyed, n);
    *code = shi_new(&cli->keep, int32_t, n);
    if (!row || !*code) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) {
        int64_t t = b->local_us[i], bin = t == INT64_MIN ? INT64_MIN : t / b->bin_us - (t % b->bin_us < 0);
        row[i] = (shi_keyed){ shi_key_of(bin), i };
    }
    SHI_TRY(shi_sort_keyed(scratch, row, n));
    for (int64_t i = 0; i < n; i++) {
        bins += (i == 0 || row[i].key != row[i - 1].key) && row[i].key != shi_key_of(INT64_MIN);
        (*code)[row[i].row] = (int32_t)(bins - 1);
    }
    b->tensor.values[b->tensor.modes] = bins;
    b->bin_us_of = shi_new(&cli->keep, int64_t, bins);
    if (!b->bin_us_of) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) {
        int32_t c = (*code)[row[i].row];
        if (c >= 0) b->bin_us_of[c] = (int64_t)(row[i].key ^ UINT64_C(1) << 63) * b->bin_us;
    }
    return (shi_err){ 0 };
}

static void add_mode(blocks *b, int asked)
{
    int k = b->tensor.modes++;
    b->tensor.code[k] = b->file.code[asked];
    b->tensor.values[k] = b->file.word[asked].len;
    b->mode_asked[k] = asked;
}

static shi_err rank_dense(shi_cli *cli, const args *a, const char *path, shi_arena scratch, blocks *b)
{
    if (a->top == 0 && !cli->json) return (shi_err){ 0 };   /* JSON tells of each mode how many values it has */
    b->tensor.n = b->file.rows;
    if (b->account_at >= 0) add_mode(b, b->account_at);
    for (int i = 0; i < b->n_by; i++) {
        if (i == b->who_at) continue;
        if (b->tensor.modes == SHI_DENSE_MODES) return usage(N_("--by takes at most eight columns"));
        if (i != b->time_at) {
            add_mode(b, i);
            continue;
        }
        int32_t *code;
        SHI_TRY(bin_times(cli, scratch, b, &code));
        b->mode_asked[b->tensor.modes] = i;
        b->tensor.code[b->tensor.modes++] = code;
    }
    if (b->mass_at >= 0) b->tensor.mass = b->file.count[b->mass_at];
    if (a->top == 0) return (shi_err){ 0 };
    shi_err e = shi_dense_find(&cli->keep, scratch, &b->tensor, b->measure, a->top, &b->dense);
    if (e.code != SHI_INPUT || !e.line || b->mass_at < 0) return e;
    return shi_arrays_fault(path, &b->file, e.line - 1, b->file.header[b->mass_at], (shi_str){ 0 }, e.reason, e.remedy);
}

/* ---- printing ---- */

static int64_t utc(const blocks *b, int64_t local_us)
{
    return shi_zone_utc_us(&b->zone, local_us);
}

static int by_code(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* Distinct values of a column of by in the cells of a found block, in `work` (cells). */
static int64_t distinct(const blocks *b, const shi_block *block, int64_t column, int64_t *work)
{
    int64_t n = 0;
    for (int64_t i = 0; i < block->cells; i++) {
        int64_t cell = block->first_cell + i;
        work[i] = column == b->time_at ? b->found.start_us[cell] : b->object_part[column][b->found.object[cell]];
    }
    qsort(work, (size_t)block->cells, sizeof *work, by_code);
    for (int64_t i = 0; i < block->cells; i++)
        if (i == 0 || work[i] != work[n - 1]) work[n++] = work[i];
    return n;
}

static const shi_groups *list_of(const blocks *b, int k)
{
    return k ? &b->found.once : &b->found.groups;
}
static const shi_block *blocks_of(const blocks *b, int k)
{
    return k ? b->found.once_block : b->found.block;
}

static void found_json(shi_json *json, const blocks *b, int k, int64_t i, int64_t rank, int64_t *work)
{
    const double most = 300;
    const shi_group *g = &list_of(b, k)->ptr[i];
    const shi_block *block = &blocks_of(b, k)[i];
    char at[2][40];
    shi_time_write(utc(b, g->from_us), &b->zone, at[0]);
    shi_time_write(utc(b, g->to_us), &b->zone, at[1]);
    shi_json_begin_object(json);
    shi_json_kint(json, "rank", rank);
    shi_json_ktext(json, "list", k ? block->alone ? "alone" : "once" : "judged");
    shi_json_kbool(json, "judged", !k);
    shi_json_kint(json, "mass", g->deeds);
    shi_json_key(json, "sizes");
    shi_json_begin_object(json);
    shi_json_key(json, b->name[b->account_at]);
    shi_json_int(json, g->len);
    for (int64_t c = 0; c < b->n_by; c++) {
        if (c == b->who_at) continue;
        shi_json_key(json, b->name[c]);
        shi_json_int(json, distinct(b, block, c, work));
    }
    shi_json_end_object(json);
    shi_json_kf64(json, "density", true, (double)g->deeds / ((double)g->len * (double)g->things));
    shi_json_kint(json, "accounts", g->len);
    shi_json_kint(json, "cells", g->things);
    shi_json_kf64(json, "expected", true, block->expected);
    shi_json_kint(json, b->time_at < 0 ? "distinct_cells" : "days", block->days);
    shi_json_kf64(json, "one_slot_share", b->time_at >= 0, block->in_slot);
    shi_json_ktext(json, "first_seen", b->time_at < 0 ? NULL : at[0]);
    shi_json_ktext(json, "last_seen", b->time_at < 0 ? NULL : at[1]);
    shi_json_ktext(json, "explained", !k && block->in_slot >= MEETING_SHARE ? "meeting" : NULL);
    shi_json_kf64(json, "log10_p", !k, g->log10_p);
    shi_json_kf64(json, "e", !k, pow(10, g->log10_e < most ? g->log10_e : most));
    shi_json_kf64(json, "log10_e", !k, g->log10_e);
    shi_json_kf64(json, "q", !k, k ? 1 : b->judged.q[i]);
    shi_json_kbool(json, "selected", !k && b->judged.selected[i]);
    shi_json_kf64(json, "log10_strength", true, block->log10_corrected);
    shi_json_end_object(json);
}

static void dense_json(shi_json *json, const blocks *b, int64_t i, int64_t rank)
{
    const shi_dense_block *d = &b->dense.ptr[i];
    shi_json_begin_object(json);
    shi_json_kint(json, "rank", rank);
    shi_json_ktext(json, "list", "dense");
    shi_json_kbool(json, "judged", false);
    shi_json_kint(json, "mass", d->mass);
    shi_json_key(json, "sizes");
    shi_json_begin_object(json);
    for (int k = 0; k < b->tensor.modes; k++) {
        shi_json_key(json, b->name[b->mode_asked[k]]);
        shi_json_int(json, d->size[k]);
    }
    shi_json_end_object(json);
    shi_json_kf64(json, "density", true, d->density);
    shi_json_knull(json, "log10_p");
    shi_json_knull(json, "e");
    shi_json_knull(json, "q");
    shi_json_end_object(json);
}

static void modes_json(shi_json *json, const blocks *b)
{
    shi_json_key(json, "modes");
    shi_json_begin_array(json);
    for (int k = 0; k < b->tensor.modes; k++) {
        shi_json_begin_object(json);
        shi_json_kstr(json, "column", b->file.header[b->mode_asked[k]]);
        shi_json_kint(json, "values", b->tensor.values[k]);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
}

static shi_err print_json(shi_cli *cli, const args *a, const blocks *b)
{
    static const char *const NAMES[] = { "arithmetic", "geometric", "suspiciousness", "camouflage" };
    shi_json json = { .out = &cli->out };
    int64_t rank = 0, most = 0;
    for (int k = 0; k < 2; k++)
        for (int64_t i = 0; i < list_of(b, k)->len; i++) most = list_of(b, k)->ptr[i].things > most ? list_of(b, k)->ptr[i].things : most;
    int64_t *work = shi_new(&cli->keep, int64_t, most);
    if (!work) return shi_no_memory();
    shi_json_begin_object(&json);
    shi_json_kint(&json, "rows", b->file.rows);
    shi_json_kint(&json, "left_out", b->account_at < 0 ? b->dense.left_out : b->found.left_out);
    modes_json(&json, b);
    shi_json_kint(&json, "accounts", b->found.accounts);
    shi_json_kint(&json, "cells", b->found.cells);
    shi_json_kint(&json, "acts", b->found.acts);
    shi_json_kint(&json, "strata", b->found.strata);
    shi_json_kint(&json, "accounts_not_followed", b->found.not_followed);
    shi_json_kf64(&json, "log10_searched", true, b->found.log10_searched);
    shi_json_kf64(&json, "fdr", true, a->fdr);
    shi_json_kint(&json, "selected", b->judged.count);
    shi_json_ktext(&json, "measure", NAMES[b->measure]);
    if (b->found.cannot_judge) shi_tool_cannot_judge(cli, &json, b->found.cannot_judge);
    shi_json_key(&json, "blocks");
    shi_json_begin_array(&json);
    for (int k = 0; k < 2; k++)
        for (int64_t i = 0; i < list_of(b, k)->len; i++) found_json(&json, b, k, i, ++rank, work);
    for (int64_t i = 0; i < b->dense.len; i++) dense_json(&json, b, i, ++rank);
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    shi_buf_addc(&cli->out, '\n');
    return (shi_err){ 0 };
}

enum { MOST_SHOWN = 20 };

typedef enum { JUDGED, MEETING, ONCE, ALONE } kind;

static kind kind_of(const blocks *b, int k, int64_t i)
{
    const shi_block *block = &blocks_of(b, k)[i];
    if (k == 0) return block->in_slot >= MEETING_SHARE ? MEETING : JUDGED;
    return block->alone ? ALONE : ONCE;
}

/* Whether a group is worth showing: selected, or as strong after the correction as the rate that was asked for. The JSON has all. */
static bool stands(const args *a, const blocks *b, int k, int64_t i)
{
    return k == 0 ? b->judged.selected[i] : blocks_of(b, k)[i].log10_corrected <= log10(a->fdr);
}

static int64_t count_of(const args *a, const blocks *b, kind which)
{
    int64_t n = 0;
    for (int k = 0; k < 2; k++)
        for (int64_t i = 0; i < list_of(b, k)->len; i++) n += kind_of(b, k, i) == which && stands(a, b, k, i);
    return n;
}

static void found_row(const blocks *b, int k, int64_t i, int64_t rank, shi_term *term)
{
    const shi_group *g = &list_of(b, k)->ptr[i];
    const shi_block *block = &blocks_of(b, k)[i];
    char text[32];
    shi_tool_count_cell(term, rank);
    shi_tool_count_cell(term, g->len);
    shi_tool_count_cell(term, g->things);
    shi_tool_count_cell(term, g->deeds);
    shi_tool_number_cell(term, block->expected);
    snprintf(text, sizeof text, "%.1f", block->log10_corrected);
    shi_term_cell(term, shi_str_from(text));
    if (b->time_at < 0) return;
    shi_tool_count_cell(term, block->days);
    snprintf(text, sizeof text, "%.0f %%", 100 * block->in_slot);
    shi_term_cell(term, shi_str_from(text));
    shi_tool_time_cell(term, utc(b, g->from_us), &b->zone);
    shi_tool_time_cell(term, utc(b, g->to_us), &b->zone);
}

/* The groups of one kind under their sentence, then what else looks the same. */
static void print_found(shi_cli *cli, const args *a, const blocks *b, kind which, const char *sentence, const char *innocent)
{
    static const char *const HEADS[] = { N_("block"), N_("accounts"), N_("cells"), N_("acts"), N_("expected"), N_("log10 p"), N_("days"),
                                         N_("in one slot"), N_("first"), N_("last") };
    int64_t shown = 0, all = count_of(a, b, which), rank = 0;
    int columns = b->time_at < 0 ? 6 : (int)COUNT(HEADS);
    shi_term term = { .columns = columns };
    if (!all) return;
    for (int i = 0; i < 8; i++) term.right[i] = true;
    shi_buf_format(&cli->out, "\n%s\n", tr(cli->lang, sentence));
    for (int i = 0; i < columns; i++) {
        const char *id = which <= MEETING || i != 5 ? HEADS[i] : N_("strength");
        shi_term_cell(&term, shi_str_from(tr(cli->lang, id)));
    }
    for (int k = 0; k < 2; k++)
        for (int64_t i = 0; i < list_of(b, k)->len; i++) {
            rank++;
            if (kind_of(b, k, i) != which || !stands(a, b, k, i) || shown == MOST_SHOWN) continue;
            found_row(b, k, i, rank, &term);
            shown++;
        }
    shi_term_print(&term, &cli->out);
    if (all > shown)
        shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld more are in --json and --members.\n")), (long long)(all - shown));
    shi_buf_format(&cli->out, "%s\n", tr(cli->lang, innocent));
}

static void print_dense(shi_cli *cli, const blocks *b, int64_t from)
{
    shi_term term = { .columns = 3 + b->tensor.modes };
    for (int i = 0; i < SHI_TERM_COLUMNS; i++) term.right[i] = true;
    shi_buf_puts(&cli->out, tr(cli->lang, N_("\nDensest blocks: a ranking, not judged. Crowds, festivals and popular things are dense, too.\n")));
    shi_term_cell(&term, shi_str_from(tr(cli->lang, N_("block"))));
    shi_term_cell(&term, shi_str_from(tr(cli->lang, N_("rows"))));
    shi_term_cell(&term, shi_str_from(tr(cli->lang, N_("density"))));
    for (int k = 0; k < b->tensor.modes; k++) shi_term_cell(&term, b->file.header[b->mode_asked[k]]);
    for (int64_t i = 0; i < b->dense.len; i++) {
        shi_tool_count_cell(&term, from + i);
        shi_tool_count_cell(&term, b->dense.ptr[i].mass);
        shi_tool_number_cell(&term, b->dense.ptr[i].density);
        for (int k = 0; k < b->tensor.modes; k++) shi_tool_count_cell(&term, b->dense.ptr[i].size[k]);
    }
    shi_term_print(&term, &cli->out);
}

static void print_text(shi_cli *cli, const args *a, const blocks *b)
{
    const shi_groups *judged = &b->found.groups, *once = &b->found.once;
    char percent[32];
    shi_f64_write(a->fdr * 100, percent);
    if (b->found.cannot_judge) shi_tool_cannot_judge(cli, NULL, b->found.cannot_judge);
    else {
        shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld accounts took part %2$lld times in %3$lld cells.\n")), (long long)b->found.accounts,
                       (long long)b->found.acts, (long long)b->found.cells);
        shi_buf_format(&cli->out,
                       tr(cli->lang, N_("%1$lld groups take part in the same cells far more often than their share (on average at "
                                        "most %2$s %% of them by chance).\n")),
                       (long long)b->judged.count, percent);
    }
    if (b->found.not_followed)
        shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld accounts with very many cells were counted, but not followed from cell to cell.\n")),
                       (long long)b->found.not_followed);
    print_found(cli, a, b, JUDGED, N_("Groups that act together again and again:"),
                N_("Each is a lead for a check on the spot, not a verdict. A class or a club that comes together at changing times looks the "
                   "same."));
    print_found(cli, a, b, MEETING, N_("Explained: nearly all of it lies in one weekday and two hours, as a meeting does that comes again:"),
                N_("Look at these only if there is no such meeting."));
    print_found(cli, a, b, ONCE, N_("Together on too few days to be judged:"),
                N_("A meeting, a training evening or a message to many looks the same. Strength is that of a p-value, but it is none."));
    print_found(cli, a, b, ALONE, N_("Accounts that do this and nothing else, not judged:"),
                N_("Newcomers whom one message or one campaign brings look the same; whether they came back later is in the log."));
    if (b->dense.len) print_dense(cli, b, judged->len + once->len + 1);
}

/* block, whether judged, column, value, weight: accounts of what was found, values of each column of a dense block. */
static shi_err write_members(const args *a, const blocks *b)
{
    shi_buf text = { 0 };
    int64_t rank = 0;
    shi_buf_puts(&text, "block,judged,column,value,weight\n");
    for (int k = 0; k < 2; k++)
        for (int64_t i = 0; i < list_of(b, k)->len; i++) {
            const shi_group *g = &list_of(b, k)->ptr[i];
            rank++;
            if (!stands(a, b, k, i)) continue;
            for (int64_t m = g->first; m < g->first + g->len; m++) {
                char weight[32];
                shi_buf_format(&text, "%lld,%d,", (long long)rank, !k);
                shi_buf_csv(&text, b->file.header[b->account_at]);
                shi_buf_addc(&text, ',');
                shi_buf_csv(&text, b->file.word[b->account_at].ptr[list_of(b, k)->member[m]]);
                shi_f64_write(list_of(b, k)->weight[m], weight);
                shi_buf_format(&text, ",%s\n", weight);
            }
        }
    for (int64_t i = 0; i < b->dense.len; i++) {
        rank++;
        for (int m = 0; m < b->tensor.modes; m++)
            for (int64_t v = b->dense.ptr[i].first[m]; v < b->dense.ptr[i].first[m] + b->dense.ptr[i].size[m]; v++) {
                char at[40];
                int column = b->mode_asked[m];
                if (column == b->time_at) shi_time_write(utc(b, b->bin_us_of[b->dense.value[v]]), &b->zone, at);
                shi_buf_format(&text, "%lld,0,", (long long)rank);
                shi_buf_csv(&text, b->file.header[column]);
                shi_buf_addc(&text, ',');
                shi_buf_csv(&text, column == b->time_at ? shi_str_from(at) : b->file.word[column].ptr[b->dense.value[v]]);
                shi_buf_puts(&text, ",1\n");
            }
    }
    shi_err e = text.failed ? shi_no_memory() : shi_os_write_whole(a->members, shi_buf_str(&text), 0600);
    shi_buf_drop(&text);
    return e;
}

/* Of each row: the dense block that holds it, that block's density, and how many rows are like it (the mass of its cell). */
static shi_err write_scores(const args *a, const blocks *b)
{
    shi_buf text = { 0 };
    int64_t before = b->found.groups.len + b->found.once.len;
    shi_buf_puts(&text, "line,block,density,alike\n");
    for (int64_t i = 0; i < b->file.rows && b->dense.block_of; i++) {
        int32_t block = b->dense.block_of[i];
        char number[32] = "";
        if (block >= 0) shi_f64_write(b->dense.ptr[block].density, number);
        shi_buf_format(&text, "%lld,", (long long)b->file.line[i]);
        if (block >= 0) shi_buf_format(&text, "%lld", (long long)(before + block + 1));
        shi_buf_format(&text, ",%s,%lld\n", number, (long long)b->dense.cell_mass[i]);
    }
    shi_err e = text.failed ? shi_no_memory() : shi_os_write_whole(a->scores, shi_buf_str(&text), 0600);
    shi_buf_drop(&text);
    return e;
}

static shi_err compute(shi_cli *cli, const args *a, const char *path, shi_arena scratch, blocks *b)
{
    SHI_TRY(localise(cli, b));
    SHI_TRY(join(cli, scratch, b));
    SHI_TRY(judge(cli, a, scratch, b));
    return rank_dense(cli, a, path, scratch, b);
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { .fdr = 0.05, .top = 10 };
    blocks b = { 0 };
    shi_arena scratch;
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc != 1 || !a.by) return usage(N_("blocks takes one file and --by COL,COL"));
    if (!(a.fdr > 0 && a.fdr < 1)) return usage(N_("--fdr lies between 0 and 1"));
    SHI_TRY(take_measure(&a, &b));
    SHI_TRY(read(cli, &a, argv[0], &b));
    SHI_TRY(shi_tool_scratch(&scratch));
    shi_err e = compute(cli, &a, argv[0], scratch, &b);
    shi_arena_drop(&scratch);
    if (e.code) return e;
    if (a.members) SHI_TRY(write_members(&a, &b));
    if (a.scores) SHI_TRY(write_scores(&a, &b));
    if (cli->json) return print_json(cli, &a, &b);
    print_text(cli, &a, &b);
    return (shi_err){ 0 };
}

const shi_command SHI_CMD_BLOCKS = { "blocks", "FILE", N_("groups that take part in the same cells far more often than their share"),
    N_("A cell is one value of each column of --by, say an article and an hour. Two lists. Groups of accounts that take part in the same "
       "cells on four days or more, judged against chance with the heat of each cell and the activity of each account in each hour of "
       "the day (and unit, with --given) as they are. And the densest blocks of the table, as M-Zoom, D-Cube and FRAUDAR rank them, "
       "which are not judged. Both are leads for a check on the spot. Any file: CSV, TSV, JSON lines, Parquet, xlsx; \"-\" reads CSV "
       "from standard input."),
    OPTIONS, COUNT(OPTIONS), run };
