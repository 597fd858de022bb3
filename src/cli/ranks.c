/* shishu ranks: which ranks the data leave open, from estimates with standard errors or from the checks themselves. Any file, no workspace. */
#include "cli/cli.h"

#include "base/decimal.h"
#include "shishu/ranks.h"
#include "table/arrays.h"

#include <stdlib.h>

enum { LAST = 5 };

typedef struct {
    const char *unit, *estimate, *se, *found, *visited, *population;
    double confidence;
} args;

static const shi_option OPTIONS[] = {
    { "unit", SHI_OPT_TEXT, offsetof(args, unit), "COL", N_("column of the units' codes or names") },
    { "estimate", SHI_OPT_TEXT, offsetof(args, estimate), "COL", N_("column of the estimates; the largest has rank 1") },
    { "se", SHI_OPT_TEXT, offsetof(args, se), "COL", N_("column of their standard errors") },
    { "found", SHI_OPT_TEXT, offsetof(args, found), "COL", N_("instead of estimates: column of how many of the visited were found real") },
    { "visited", SHI_OPT_TEXT, offsetof(args, visited), "COL", N_("with --found: column of how many were drawn and visited") },
    { "population", SHI_OPT_TEXT, offsetof(args, population), "COL", N_("with --found: column of how many they were drawn from") },
    { "confidence", SHI_OPT_SHARE, offsetof(args, confidence), "P", N_("how sure the rank sets are (0.95)") },
};

typedef struct {
    shi_arrays file;
    bool checks;
    shi_rank_check *check;
    int64_t *low, *high;           /* checks: how many are real */
    double *value, *rank;          /* estimate or share found */
    shi_rank_set *joint, *own;     /* own: NULL for checks */
    int64_t pairs, apart, last;
} ranking;

/* The library names the unit; here it gets its line and its column. */
static shi_err placed(const args *a, const char *path, const ranking *r, shi_err e)
{
    if (e.code != SHI_INPUT || e.line == 0) return e;
    int64_t i = e.line - 1;
    const char *column = a->se;
    double value = r->checks ? 0 : r->file.real[2][i];
    char number[32];
    if (r->checks) {
        const shi_rank_check *c = &r->check[i];
        bool few = c->population < 1, many = c->visited > c->population;   /* in the order of the library */
        column = few ? a->population : many ? a->visited : a->found;
        value = (double)(few ? c->population : many ? c->visited : c->found);
    }
    shi_f64_write(value, number);
    return shi_arrays_fault(path, &r->file, i, shi_str_from(column), shi_str_from(number), e.reason, e.remedy);
}

static shi_err rank_checks(shi_cli *cli, const args *a, const char *path, ranking *r)
{
    int64_t n = r->file.rows;
    r->check = shi_new(&cli->keep, shi_rank_check, n);
    r->low = shi_new(&cli->keep, int64_t, n);
    r->high = shi_new(&cli->keep, int64_t, n);
    if (!r->check || !r->low || !r->high) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) {
        r->check[i] = (shi_rank_check){ r->file.count[3][i], r->file.count[2][i], r->file.count[1][i] };
        r->value[i] = r->check[i].visited > 0 ? (double)r->check[i].found / (double)r->check[i].visited : 0;
    }
    return placed(a, path, r, shi_ranks_checks(r->check, n, a->confidence, r->low, r->high, r->joint, &r->apart));
}

static shi_err rank_estimates(shi_cli *cli, const args *a, const char *path, shi_arena scratch, ranking *r)
{
    const shi_rank_data data = { .n = r->file.rows, .estimate = r->file.real[1], .se = r->file.real[2], .confidence = a->confidence,
                                 .seed = (uint64_t)cli->seed };
    r->own = shi_new(&cli->keep, shi_rank_set, data.n);
    if (!r->own) return shi_no_memory();
    for (int64_t i = 0; i < data.n; i++) r->value[i] = data.estimate[i];
    shi_err e = shi_ranks_simultaneous(scratch, &data, SHI_RANKS_STEPDOWN, r->joint, &r->apart);
    if (!e.code) e = shi_ranks_marginal(scratch, &data, r->own);
    return placed(a, path, r, e);
}

static shi_err compute(shi_cli *cli, const args *a, const char *path, ranking *r)
{
    int64_t n = r->file.rows;
    shi_arena scratch;
    SHI_TRY(shi_arrays_once(&cli->keep, path, &r->file, 0, shi_str_from(a->unit)));
    r->value = shi_new(&cli->keep, double, n);
    r->rank = shi_new(&cli->keep, double, n);
    r->joint = shi_new(&cli->keep, shi_rank_set, n);
    if (!r->value || !r->rank || !r->joint) return shi_no_memory();
    int64_t draws = n > 1 ? shi_ranks_draws(n, a->confidence < 1 ? a->confidence : 0) : 0;
    SHI_TRY(shi_arena_open(shi_ranks_scratch(n, draws) + 40 * n + 400000, &scratch));
    shi_err e = r->checks ? rank_checks(cli, a, path, r) : rank_estimates(cli, a, path, scratch, r);
    if (!e.code) e = shi_ranks_of(scratch, r->value, n, 0, false, r->rank);
    shi_arena_drop(&scratch);
    if (e.code) {
        if (!e.file.ptr) e.file = shi_str_from(path);
        return e;
    }
    r->pairs = n * (n - 1) / 2;
    for (int64_t i = 0; i < n; i++) r->last += shi_rank_surely_trails(r->joint[i], n, LAST);
    return (shi_err){ 0 };
}

static void print_json(shi_cli *cli, const args *a, const ranking *r)
{
    shi_json json = { .out = &cli->out };
    shi_json_begin_object(&json);
    shi_json_kf64(&json, "confidence", true, a->confidence);
    shi_json_kint(&json, "pairs", r->pairs);
    shi_json_kint(&json, "distinguishable", r->apart);
    shi_json_key(&json, "last_five");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < r->file.rows; i++)
        if (shi_rank_surely_trails(r->joint[i], r->file.rows, LAST)) shi_json_str(&json, r->file.text[0][i]);
    shi_json_end_array(&json);
    shi_json_key(&json, "units");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < r->file.rows; i++) {
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "unit", r->file.text[0][i]);
        shi_json_kf64(&json, "estimate", true, r->value[i]);
        shi_json_kint(&json, "rank", (int64_t)r->rank[i]);
        shi_json_kint(&json, "low", r->joint[i].low);
        shi_json_kint(&json, "high", r->joint[i].high);
        if (r->own) {
            shi_json_kint(&json, "marginal_low", r->own[i].low);
            shi_json_kint(&json, "marginal_high", r->own[i].high);
        } else {
            shi_json_kint(&json, "real_low", r->low[i]);
            shi_json_kint(&json, "real_high", r->high[i]);
        }
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    shi_buf_addc(&cli->out, '\n');
}

typedef struct {
    double rank;
    int64_t row;
} line;

static int by_rank(const void *a, const void *b)
{
    const line *x = a, *y = b;
    if (x->rank < y->rank || x->rank > y->rank) return x->rank < y->rank ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static void range_cell(shi_term *term, int64_t low, int64_t high)
{
    shi_buf text = { 0 };
    if (low == high) shi_buf_format(&text, "%lld", (long long)low);
    else shi_buf_format(&text, "%lld-%lld", (long long)low, (long long)high);
    shi_term_cell(term, shi_buf_str(&text));
    shi_buf_drop(&text);
}

/* Four decimals are enough beside a rank; the JSON has all. */
static void number_cell(shi_term *term, double x)
{
    char number[32];
    double most = x < 0 ? -x : x;
    if (most < 1e9) {
        shi_f64_write((double)(int64_t)(x * 1e4 + (x < 0 ? -0.5 : 0.5)) / 1e4, number);
    } else shi_f64_write(x, number);
    shi_term_cell(term, shi_str_from(number));
}

static void print_last(shi_cli *cli, const ranking *r)
{
    shi_buf names = { 0 };
    for (int64_t i = 0; i < r->file.rows; i++) {
        if (!shi_rank_surely_trails(r->joint[i], r->file.rows, LAST)) continue;
        if (names.len) shi_buf_puts(&names, tr(cli->lang, N_(", ")));
        shi_buf_add(&names, r->file.text[0][i]);
    }
    if (r->last) shi_buf_format(&cli->out, tr(cli->lang, N_("Certainly among the last five: %1$s.\n")), names.ptr);
    else shi_buf_puts(&cli->out, tr(cli->lang, N_("No unit is certainly among the last five.\n")));
    shi_buf_drop(&names);
}

static shi_err print_table(shi_cli *cli, const args *a, const ranking *r)
{
    shi_term term = { .columns = 5, .right = { [1] = true, [2] = true, [3] = true, [4] = true } };
    int64_t n = r->file.rows;
    line *by = shi_new(&cli->keep, line, n);
    char confidence[32];
    if (!by) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) by[i] = (line){ r->rank[i], i };
    qsort(by, (size_t)n, sizeof *by, by_rank);
    shi_f64_write(a->confidence * 100, confidence);
    shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld of the %2$lld pairs of units can be told apart (all at once at %3$s %% confidence).\n")),
                   (long long)r->apart, (long long)r->pairs, confidence);
    if (n > LAST) print_last(cli, r);
    shi_buf_addc(&cli->out, '\n');
    shi_term_cell(&term, shi_str_from(a->unit));
    shi_term_cell(&term, shi_str_from(r->checks ? tr(cli->lang, N_("share found real")) : a->estimate));
    shi_term_cell(&term, shi_str_from(tr(cli->lang, N_("rank"))));
    shi_term_cell(&term, shi_str_from(tr(cli->lang, N_("possible ranks"))));
    shi_term_cell(&term, shi_str_from(tr(cli->lang, r->checks ? N_("really there") : N_("of this unit alone"))));
    for (int64_t k = 0; k < n; k++) {
        int64_t i = by[k].row;
        shi_term_cell(&term, r->file.text[0][i]);
        number_cell(&term, r->value[i]);
        range_cell(&term, (int64_t)r->rank[i], (int64_t)r->rank[i]);
        range_cell(&term, r->joint[i].low, r->joint[i].high);
        if (r->checks) range_cell(&term, r->low[i], r->high[i]);
        else range_cell(&term, r->own[i].low, r->own[i].high);
    }
    shi_term_print(&term, &cli->out);
    return (shi_err){ 0 };
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { .confidence = 0.95 };
    ranking r = { 0 };
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    r.checks = a.found || a.visited || a.population;
    bool whole = r.checks ? a.found && a.visited && a.population && !a.estimate && !a.se : a.estimate && a.se;
    if (argc != 1 || !a.unit || !whole)
        return shi_fail(SHI_USAGE, N_("ranks takes one file and --unit COL, with --estimate COL and --se COL, or with --found COL, --visited COL and "
                                      "--population COL"),
                        N_("\"shishu help ranks\" shows how it is called."));
    shi_asked asked[4] = { { .header = shi_str_from(a.unit), .type = SHI_T_CODE, .may_miss = false } };
    int64_t n = 1;
    if (r.checks) {
        asked[n++] = (shi_asked){ .header = shi_str_from(a.found), .type = SHI_T_COUNT, .may_miss = false };
        asked[n++] = (shi_asked){ .header = shi_str_from(a.visited), .type = SHI_T_COUNT, .may_miss = false };
        asked[n++] = (shi_asked){ .header = shi_str_from(a.population), .type = SHI_T_COUNT, .may_miss = false };
    } else {
        asked[n++] = (shi_asked){ .header = shi_str_from(a.estimate), .type = SHI_T_REAL, .may_miss = false };
        asked[n++] = (shi_asked){ .header = shi_str_from(a.se), .type = SHI_T_REAL, .may_miss = false };
    }
    shi_engine engine = shi_cli_engine(cli, NULL);
    const shi_source_options options = { .memory = engine.memory };
    SHI_TRY(shi_arrays_read(&cli->keep, argv[0], &options, asked, n, &r.file));
    SHI_TRY(compute(cli, &a, argv[0], &r));
    if (cli->json) print_json(cli, &a, &r);
    else SHI_TRY(print_table(cli, &a, &r));
    return (shi_err){ 0 };
}

const shi_command SHI_CMD_RANKS = { "ranks", "FILE", N_("which ranks the data leave open, and which units can be told apart"),
    N_("Says first how many of the pairs of units can be told apart, and who is certainly among the last five: mostly nobody. Then for each unit the "
       "ranks that the data leave open, of all units at once, and of the unit alone. Estimates must be independent of each other and nearly normal; "
       "checks are random draws without replacement, and their sets are exact. Any file: CSV, TSV, JSON lines, Parquet, xlsx; \"-\" reads CSV from "
       "standard input."),
    OPTIONS, COUNT(OPTIONS), run };
