/* shishu allot: a total in whole numbers, in proportion to a weight, under caps and floors. Any file, no workspace. */
#include "cli/cli.h"

#include "base/decimal.h"
#include "shishu/apportion.h"
#include "table/arrays.h"

/* Beyond it doubles no longer tell shares of one from each other. */
static const int64_t MOST = INT64_C(100000000000000);

typedef struct {
    const char *unit, *weight, *cap, *floor;
    int64_t total;
} args;

static const shi_option OPTIONS[] = {
    { "total", SHI_OPT_COUNT, offsetof(args, total), "N", N_("what is shared out") },
    { "unit", SHI_OPT_TEXT, offsetof(args, unit), "COL", N_("column of the units' codes or names") },
    { "weight", SHI_OPT_TEXT, offsetof(args, weight), "COL", N_("column to share in proportion to, such as people") },
    { "cap", SHI_OPT_TEXT, offsetof(args, cap), "COL", N_("column of the most that a unit may get; a blank cell: no cap") },
    { "floor", SHI_OPT_TEXT, offsetof(args, floor), "COL", N_("column of the least that a unit gets; a blank cell: 0") },
};

typedef struct {
    shi_arrays file;
    int64_t *cap, *floor, *value, excess;
} allotment;

/* Blank caps are the total, blank floors 0; a floor lies below its cap. */
static shi_err bounds(shi_cli *cli, const args *a, const char *path, allotment *t)
{
    int64_t n = t->file.rows, sum = 0, next = 2;
    const int64_t *caps = a->cap ? t->file.count[next++] : NULL, *floors = a->floor ? t->file.count[next] : NULL;
    t->cap = shi_new(&cli->keep, int64_t, n);
    t->floor = shi_new(&cli->keep, int64_t, n);
    t->value = shi_new(&cli->keep, int64_t, n);
    if (!t->cap || !t->floor || !t->value) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) {
        t->floor[i] = floors && floors[i] > 0 ? floors[i] : 0;
        t->cap[i] = caps && caps[i] >= 0 ? caps[i] : a->total > t->floor[i] ? a->total : t->floor[i];
        if (t->floor[i] > t->cap[i])
            return shi_arrays_fault(path, &t->file, i, shi_str_from(a->floor), t->file.text[0][i], N_("the floor lies above the cap"),
                                    N_("Raise the cap, or lower the floor."));
        if (a->cap && shi_add(sum, t->cap[i], &sum))
            return shi_arrays_fault(path, &t->file, i, shi_str_from(a->cap), t->file.text[0][i], N_("the sum is too large"),
                                    N_("Check the numbers."));
    }
    return (shi_err){ 0 };
}

static shi_err compute(shi_cli *cli, const args *a, const char *path, allotment *t)
{
    shi_arena scratch;
    SHI_TRY(shi_arrays_once(&cli->keep, path, &t->file, 0, shi_str_from(a->unit)));
    SHI_TRY(bounds(cli, a, path, t));
    const shi_shares shares = { .n = t->file.rows, .total = a->total, .weight = t->file.real[1], .cap = a->cap ? t->cap : NULL, .floor = t->floor };
    SHI_TRY(shi_arena_open(128 * t->file.rows + (1 << 16), &scratch));
    shi_err e = shi_allot(scratch, &shares, t->value, &t->excess);
    shi_arena_drop(&scratch);
    return e;
}

static void print_json(shi_cli *cli, const args *a, const allotment *t)
{
    shi_json json = { .out = &cli->out };
    shi_json_begin_object(&json);
    shi_json_kint(&json, "total", a->total);
    shi_json_key(&json, "units");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < t->file.rows; i++) {
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "unit", t->file.text[0][i]);
        shi_json_kint(&json, "value", t->value[i]);
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_json_kint(&json, "infeasible", t->excess > 0 ? t->excess : 0);
    shi_json_kint(&json, "below_floors", t->excess < 0 ? -t->excess : 0);
    shi_json_end_object(&json);
    shi_buf_addc(&cli->out, '\n');
}

static void print_table(shi_cli *cli, const args *a, const allotment *t)
{
    shi_term term = { .columns = 3, .right = { [1] = true, [2] = true } };
    shi_term_cell(&term, shi_str_from(a->unit));
    shi_term_cell(&term, shi_str_from(a->weight));
    shi_term_cell(&term, shi_str_from(tr(cli->lang, N_("gets"))));
    for (int64_t i = 0; i < t->file.rows; i++) {
        char number[32];
        shi_term_cell(&term, t->file.text[0][i]);
        shi_f64_write(t->file.real[1][i], number);
        shi_term_cell(&term, shi_str_from(number));
        shi_decimal_write_grouped(t->value[i] * 1000, number);
        shi_term_cell(&term, shi_str_from(number));
    }
    shi_term_print(&term, &cli->out);
    if (t->excess > 0)
        shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld cannot be placed: the total is above the sum of the caps. It is not spread.\n")),
                       (long long)t->excess);
    if (t->excess < 0)
        shi_buf_format(&cli->out, tr(cli->lang, N_("The floors alone are %1$lld more than the total: each unit gets its floor.\n")),
                       (long long)-t->excess);
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { .total = -1 };
    allotment t = { 0 };
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc != 1 || a.total < 0 || !a.unit || !a.weight)
        return shi_fail(SHI_USAGE, N_("allot takes one file, --total N, --unit COL and --weight COL"),
                        N_("\"shishu help allot\" shows how it is called."));
    if (a.total > MOST) return shi_fail(SHI_USAGE, N_("the total is too large"), N_("Totals go up to 100000000000000."));
    shi_asked asked[4] = { { .header = shi_str_from(a.unit), .type = SHI_T_CODE, .may_miss = false }, { .header = shi_str_from(a.weight),
        .type = SHI_T_PRICE, .may_miss = false } };
    int64_t n = 2;
    if (a.cap) asked[n++] = (shi_asked){ .header = shi_str_from(a.cap), .type = SHI_T_COUNT, .may_miss = true };
    if (a.floor) asked[n++] = (shi_asked){ .header = shi_str_from(a.floor), .type = SHI_T_COUNT, .may_miss = true };
    shi_engine engine = shi_cli_engine(cli, NULL);
    const shi_source_options options = { .memory = engine.memory };
    SHI_TRY(shi_arrays_read(&cli->keep, argv[0], &options, asked, n, &t.file));
    SHI_TRY(compute(cli, &a, argv[0], &t));
    if (cli->json) print_json(cli, &a, &t);
    else print_table(cli, &a, &t);
    return (shi_err){ 0 };
}

const shi_command SHI_CMD_ALLOT = { "allot", "FILE", N_("a fair whole-number allocation of a total"),
    N_("Shares a total among units in proportion to a weight, such as people, none above its cap and none below its floor: by water-filling, then "
        "whole "
       "numbers by largest remainder. What is above the sum of the caps is told and never spread. Any file: CSV, TSV, JSON lines, Parquet, xlsx; "
       "\"-\" "
       "reads CSV from standard input."),
    OPTIONS, COUNT(OPTIONS), run };
