/* shishu estimate: what a random sample of visits says of the whole, and whether a claim stands. Any file, no workspace. */
#include "cli/cli.h"

#include "base/decimal.h"
#include "field/estimate.h"
#include "field/outcome.h"
#include "table/arrays.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int64_t population, claim, clusters;
    const char *cluster, *cluster_size, *strata, *sizes, *outcome, *prediction, *combine;
    double confidence, tolerance, risk;
} args;

static const shi_option OPTIONS[] = {
    { "population", SHI_OPT_COUNT, offsetof(args, population), "N", N_("how many the sample was drawn from; without it: drawn with replacement") },
    { "strata", SHI_OPT_TEXT, offsetof(args, strata), "COL", N_("column of the stratum") },
    { "sizes", SHI_OPT_TEXT, offsetof(args, sizes), "FILE", N_("with --strata: a file with the columns stratum and population") },
    { "cluster", SHI_OPT_TEXT, offsetof(args, cluster), "COL", N_("column of the cluster: villages were drawn first, or whole meetings asked") },
    { "clusters", SHI_OPT_COUNT, offsetof(args, clusters), "N", N_("with --cluster: how many clusters there are") },
    { "cluster-size", SHI_OPT_TEXT, offsetof(args, cluster_size), "COL",
        N_("with --cluster: column of how many the row's cluster has; without it all of "
        "them were visited") },
    { "outcome", SHI_OPT_TEXT, offsetof(args, outcome), "COL", N_("column of the outcome: real, not_real, not_reached; 1, 0; a value from 0 to 1") },
    { "prediction", SHI_OPT_TEXT, offsetof(args, prediction), "COL", N_("column of a detector's score for everyone; rows without an outcome were not "
        "visited") },
    { "combine", SHI_OPT_TEXT, offsetof(args, combine), "HOW", N_("of strata: sidak (default) or fisher; choose before the results are known") },
    { "confidence", SHI_OPT_SHARE, offsetof(args, confidence), "P", N_("how sure the interval is (0.95)") },
    { "claim", SHI_OPT_COUNT, offsetof(args, claim), "N", N_("so many were reported: is it true? valid however often it is asked") },
    { "tolerance", SHI_OPT_SHARE, offsetof(args, tolerance), "T", N_("with --claim: the share of N that may be missing (0.05)") },
    { "risk", SHI_OPT_SHARE, offsetof(args, risk), "R", N_("with --claim: risk of a wrong decision, each way (0.05)") },
};

/* The file, sorted into strata. */
typedef struct {
    const char *path;
    shi_arrays file;
    int64_t outcome, stratum, prediction, cluster, size;   /* places of the columns; -1: none */
    double *value;                          /* NAN: not reached */
    bool counts;                            /* all outcomes are real, not real or not reached */
    shi_str *name;                          /* of the strata */
    shi_stratum *strata;
    int64_t *unreached, len;
} sample;

static shi_err read_file(shi_cli *cli, const args *a, sample *s)
{
    shi_asked asked[6] = { { .header = S("key"), .type = SHI_T_CODE, .aliases = "编号|核查编号|钥" , .optional = true, .may_miss = true } };
    int64_t n = 1;
    s->outcome = n;
    asked[n++] = (shi_asked){ .header = shi_str_from(a->outcome ? a->outcome : "outcome"), .type = SHI_T_TEXT, .may_miss = true,
        .aliases = a->outcome ? NULL : "结果|核查结果" };
    s->stratum = a->strata ? n : -1;
    if (a->strata) asked[n++] = (shi_asked){ .header = shi_str_from(a->strata), .type = SHI_T_CODE };
    s->prediction = a->prediction ? n : -1;
    if (a->prediction) asked[n++] = (shi_asked){ .header = shi_str_from(a->prediction), .type = SHI_T_SHARE };
    s->cluster = a->cluster ? n : -1;
    if (a->cluster) asked[n++] = (shi_asked){ .header = shi_str_from(a->cluster), .type = SHI_T_CODE };
    s->size = a->cluster_size ? n : -1;
    if (a->cluster_size) asked[n++] = (shi_asked){ .header = shi_str_from(a->cluster_size), .type = SHI_T_COUNT };
    shi_engine engine = shi_cli_engine(cli, NULL);
    const shi_source_options options = { .memory = engine.memory };
    SHI_TRY(shi_arrays_read(&cli->keep, s->path, &options, asked, n, &s->file));
    if (s->file.rows == 0) {
        shi_err e = shi_fail(SHI_INPUT, N_("there is no row"), N_("A sample needs at least one visit."));
        e.file = shi_str_from(s->path);
        return e;
    }
    return (shi_err){ 0 };
}

static int by_name(const void *a, const void *b)
{
    const shi_str *x = a, *y = b;
    return shi_str_cmp(*x, *y);
}

static int64_t stratum_of(const sample *s, shi_str name)
{
    const shi_str *at = bsearch(&name, s->name, (size_t)s->len, sizeof name, by_name);
    return at ? at - s->name : -1;
}

/* The strata with their populations, in order of their names. */
static shi_err read_sizes(shi_cli *cli, const args *a, sample *s)
{
    static const shi_asked ASKED[] = { { .header = { "stratum", 7 }, .type = SHI_T_CODE, .aliases = "层|分层" },
        { .header = { "population", 10 }, .type = SHI_T_COUNT, .aliases = "总体|人数" } };
    const shi_source_options options = { 0 };
    shi_arrays sizes;
    SHI_TRY(shi_arrays_read(&cli->keep, a->sizes, &options, ASKED, 2, &sizes));
    SHI_TRY(shi_arrays_once(&cli->keep, a->sizes, &sizes, 0, S("stratum")));
    s->len = sizes.rows;
    s->name = shi_new(&cli->keep, shi_str, s->len);
    s->strata = shi_new(&cli->keep, shi_stratum, s->len);
    if (s->len > 0 && (!s->name || !s->strata)) return shi_no_memory();
    for (int64_t h = 0; h < s->len; h++) s->name[h] = sizes.text[0][h];
    qsort(s->name, (size_t)s->len, sizeof *s->name, by_name);
    for (int64_t h = 0; h < s->len; h++) s->strata[stratum_of(s, sizes.text[0][h])].size = sizes.count[1][h];
    return (shi_err){ 0 };
}

static shi_err fault(const sample *s, int64_t row, int64_t column, shi_str header, const char *reason, const char *remedy)
{
    return shi_arrays_fault(s->path, &s->file, row, header, s->file.text[column][row], reason, remedy);
}

/* Rows without an outcome were not visited. */
static shi_err add_row(const args *a, sample *s, int64_t row)
{
    shi_str word = s->file.text[s->outcome][row];
    int64_t h = 0;
    if (s->stratum >= 0 && (h = stratum_of(s, s->file.text[s->stratum][row])) < 0)
        return fault(s, row, s->stratum, shi_str_from(a->strata), N_("the stratum has no size"), N_("Add it to the file of sizes."));
    s->value[row] = (double)NAN;
    if (word.len == 0) return (shi_err){ 0 };
    if (!shi_outcome_value(word, &s->value[row]))
        return fault(s, row, s->outcome, shi_str_from(a->outcome ? a->outcome : "outcome"), N_("this is no outcome"),
                     N_("Write real, not_real or not_reached, 1 or 0, or a value from 0 to 1."));
    double x = s->value[row];
    s->strata[h].visited++;
    if (isnan(x)) s->unreached[h]++;
    else if (x >= 1) s->strata[h].real++;
    else if (x > 0) s->counts = false;
    if (s->strata[h].size > 0 || s->stratum >= 0 || a->population > 0)
        if (s->strata[h].visited > s->strata[h].size)
            return fault(s, row, s->outcome, shi_str_from(a->outcome ? a->outcome : "outcome"), N_("more were visited than there are"),
                         N_("Correct the population, or leave out what was drawn twice."));
    return (shi_err){ 0 };
}

static shi_err read_sample(shi_cli *cli, const args *a, sample *s)
{
    SHI_TRY(read_file(cli, a, s));
    if (s->file.text[0][0].len > 0) SHI_TRY(shi_arrays_once(&cli->keep, s->path, &s->file, 0, S("key")));
    if (a->sizes) SHI_TRY(read_sizes(cli, a, s));
    else {
        s->len = 1;
        s->strata = shi_new(&cli->keep, shi_stratum, 1);
        if (!s->strata) return shi_no_memory();
        s->strata[0].size = a->population;
    }
    s->counts = true;
    s->unreached = shi_new(&cli->keep, int64_t, s->len);
    s->value = shi_new(&cli->keep, double, s->file.rows);
    if ((s->len > 0 && !s->unreached) || !s->value) return shi_no_memory();
    for (int64_t i = 0; i < s->file.rows; i++) SHI_TRY(add_row(a, s, i));
    return (shi_err){ 0 };
}

/* Values of the rows that were visited, in their order; of the others the scores. */
typedef struct {
    double *x, *score, *others;
    int64_t *row, n, rest;
} visited;

static shi_err take_visited(shi_cli *cli, const sample *s, visited *v)
{
    int64_t rows = s->file.rows;
    *v = (visited){ .x = shi_new(&cli->keep, double, rows), .score = shi_new(&cli->keep, double, rows), .others = shi_new(&cli->keep, double, rows),
        .row = shi_new(&cli->keep, int64_t, rows) };
    if (!v->x || !v->score || !v->others || !v->row) return shi_no_memory();
    for (int64_t i = 0; i < rows; i++) {
        double score = s->prediction >= 0 ? s->file.real[s->prediction][i] : 0;
        if (s->file.text[s->outcome][i].len == 0) {
            v->others[v->rest++] = score;
            continue;
        }
        v->x[v->n] = s->value[i];
        v->score[v->n] = score;
        v->row[v->n++] = i;
    }
    return (shi_err){ 0 };
}

static shi_err by_clusters(shi_cli *cli, const args *a, const sample *s, const visited *v, shi_arena scratch, const shi_estimate_rule *rule,
                           shi_estimate *out)
{
    shi_str *name = shi_new(&cli->keep, shi_str, v->n);
    shi_clusters c = { .x = v->x, .n = v->n, .clusters = a->clusters, .population = a->population };
    int64_t *code = shi_new(&cli->keep, int64_t, v->n), *size = shi_new(&cli->keep, int64_t, v->n);
    if (v->n && (!name || !code || !size)) return shi_no_memory();
    for (int64_t i = 0; i < v->n; i++) name[i] = s->file.text[s->cluster][v->row[i]];
    qsort(name, (size_t)v->n, sizeof *name, by_name);
    for (int64_t i = 0; i < v->n; i++)
        if (i == 0 || !shi_str_eq(name[i], name[c.drawn - 1])) name[c.drawn++] = name[i];
    for (int64_t i = 0; i < v->n; i++) {
        const shi_str *at = bsearch(&s->file.text[s->cluster][v->row[i]], name, (size_t)c.drawn, sizeof *name, by_name);
        code[i] = at - name;
        size[i] = s->size >= 0 ? s->file.count[s->size][v->row[i]] : 0;
    }
    c.cluster = code;
    c.size = s->size >= 0 ? size : NULL;
    shi_err e = shi_estimate_clusters(scratch, &c, rule, out);
    if (e.line > 0) return fault(s, v->row[e.line - 1], s->cluster, shi_str_from(a->cluster), e.reason, e.remedy);
    return e;
}

static shi_err estimate_with(shi_cli *cli, const args *a, const sample *s, const visited *v, shi_arena scratch, shi_estimate *out)
{
    const shi_estimate_rule rule = { .confidence = a->confidence, .sequential = a->claim > 0, .claimed = a->claim, .tolerance = a->tolerance,
        .risk = a->risk, .combination = a->combine && !strcmp(a->combine, "fisher") ? SHI_FISHER : SHI_SIDAK };
    if (a->cluster) return by_clusters(cli, a, s, v, scratch, &rule, out);
    if (a->prediction) return shi_estimate_predicted(scratch, v->x, v->score, v->n, v->others, v->rest, a->population, &rule, out);
    if (s->counts) return shi_estimate_counts(scratch, (shi_strata){ s->strata, s->len }, s->unreached, &rule, out);
    if (s->len > 1)
        return shi_fail(SHI_USAGE, N_("values between 0 and 1 are estimated without strata"),
                        N_("Leave out --strata, or estimate stratum by stratum."));
    return shi_estimate_values(scratch, v->x, v->n, a->population, &rule, out);
}

static shi_err estimate(shi_cli *cli, const args *a, const sample *s, shi_estimate *out)
{
    visited v;
    shi_arena scratch;
    SHI_TRY(take_visited(cli, s, &v));
    SHI_TRY(shi_arena_open(600 * s->file.rows + 400 * s->len + (1 << 18), &scratch));
    shi_err e = estimate_with(cli, a, s, &v, scratch, out);
    shi_arena_drop(&scratch);
    if (e.code == SHI_INPUT && !e.file.ptr) e.file = shi_str_from(s->path);
    return e;
}

/* What cannot go together. */
static shi_err check_args(const args *a, int argc)
{
    bool strata = a->strata || a->sizes, cluster = a->cluster || a->clusters || a->cluster_size;
    if (argc != 1 || (a->strata != NULL) != (a->sizes != NULL) || (a->strata && a->population))
        return shi_fail(SHI_USAGE, N_("estimate takes one file, with --population N, or with --strata COL and --sizes FILE, or with neither"),
                        N_("\"shishu help estimate\" shows how it is called."));
    if (cluster && (!a->cluster || a->clusters < 1))
        return shi_fail(SHI_USAGE, N_("clusters need --cluster COL and --clusters N"), N_("\"shishu help estimate\" shows how it is called."));
    if (strata + cluster + (a->prediction != NULL) > 1)
        return shi_fail(SHI_USAGE, N_("strata, clusters and predictions are not taken together"), N_("Take one of them."));
    if (a->combine && strcmp(a->combine, "sidak") && strcmp(a->combine, "fisher"))
        return shi_fail_value(SHI_USAGE, shi_str_from(a->combine), N_("strata are combined by sidak or by fisher"), N_("Write one of the two."));
    if (!(a->confidence > 0 && a->confidence < 1) || !(a->risk > 0 && a->risk < 1) || !(a->tolerance < 1))
        return shi_fail(SHI_USAGE, N_("confidence and risk lie between 0 and 1, and the tolerance below 1"),
                        N_("A tolerance of 1 would make every claim true."));
    return (shi_err){ 0 };
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { .confidence = 0.95, .tolerance = 0.05, .risk = 0.05 };
    sample s = { 0 };
    shi_estimate e;
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    SHI_TRY(check_args(&a, argc));
    if (a.claim > 0 && !a.strata && !a.population) a.population = a.claim;
    s.path = argv[0];
    SHI_TRY(read_sample(cli, &a, &s));
    SHI_TRY(estimate(cli, &a, &s, &e));
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        shi_json_begin_object(&json);
        shi_estimate_json(&json, &e);
        shi_json_end_object(&json);
        shi_buf_addc(&cli->out, '\n');
    } else shi_estimate_say(&cli->out, cli->lang, &e, a.confidence);
    return (shi_err){ 0 };
}

const shi_command SHI_CMD_ESTIMATE = { "estimate", "RESULTS", N_("what a random sample of visits says of the whole, and whether a claim stands"),
    N_("Rows are visits, with the columns key and outcome (real, not_real, not_reached; 1, 0; or a value from 0 to 1). Without a claim the interval "
        "is "
       "that of a sample whose size was fixed before. With --claim it is a confidence sequence, which holds however often one looks and whenever one "
       "stops, and the claim is confirmed, refuted, or needs so many more visits. The ends of the interval take those not reached at their worst: "
       "none "
       "is real, all are real. Any file: CSV, TSV, JSON lines, Parquet, xlsx; \"-\" reads CSV from standard input."),
    OPTIONS, COUNT(OPTIONS), run };
