/* shishu evaluate: a run against the truth of a simulated county. */
#include "cli/cli.h"
#include "chain/evaluate.h"

#include <inttypes.h>

typedef struct {
    const char *truth, *run;
} args;

static const shi_option OPTIONS[] = {
    { "truth", SHI_OPT_TEXT, offsetof(args, truth), "FILE", N_("truth.parquet of simulate; truth_figures.parquet is looked for beside it") },
    { "run", SHI_OPT_TEXT, offsetof(args, run), "RUN", N_("a run below runs/; without it the latest") },
};

static const char NO_DETECTORS[] = N_("the run has no members of findings: no detector has run");

static void json_unknown(shi_json *json, const char *key, const char *const *names)
{
    shi_json_key(json, key);
    shi_json_begin_object(json);
    for (int i = 0; names[i]; i++) shi_json_knull(json, names[i]);
    shi_json_message(json, "cannot_judge", NO_DETECTORS);
    shi_json_end_object(json);
}

static void write_json(shi_json *json, const shi_evaluated *x)
{
    static const char *const ACCOUNTS[] = { "precision", "recall", "fdr", NULL };
    static const char *const BATCHES[] = { "precision", "recall", NULL };
    const shi_evaluated_figures *f = &x->figures;
    shi_json_begin_object(json);
    json_unknown(json, "accounts", ACCOUNTS);
    json_unknown(json, "batches", BATCHES);
    shi_json_key(json, "figures");
    shi_json_begin_object(json);
    shi_json_kint(json, "judged", f->judged);
    shi_json_kint(json, "honest", f->honest);
    shi_json_kint(json, "false", f->false_ones);
    shi_json_kint(json, "caught", f->caught);
    shi_json_kint(json, "verdict_errors", f->impossible_honest + f->doubtful_honest + f->plausible_false);
    shi_json_kint(json, "impossible_honest", f->impossible_honest);
    shi_json_kint(json, "doubtful_honest", f->doubtful_honest);
    shi_json_kint(json, "plausible_false", f->plausible_false);
    shi_json_kint(json, "real_outside_bounds", f->real_outside);
    shi_json_kf64(json, "mean_abs_error", f->errors_of > 0, f->error);
    shi_json_kf64(json, "mean_abs_error_of_reports", f->errors_of > 0, f->reported_error);
    shi_json_end_object(json);
    shi_json_key(json, "by_detector");
    shi_json_begin_array(json);
    shi_json_end_array(json);
    shi_json_key(json, "lookalikes");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < x->scenes; i++) {
        shi_json_begin_object(json);
        shi_json_kstr(json, "kind", x->scene[i].kind);
        shi_json_kint(json, "instances", x->scene[i].instances);
        shi_json_kint(json, "accounts", x->scene[i].accounts);
        shi_json_knull(json, "flagged");
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
    shi_json_end_object(json);
}

static void write_text(shi_buf *out, shi_lang lang, const shi_evaluated *x)
{
    const shi_evaluated_figures *f = &x->figures;
    shi_buf_format(out, tr(lang, N_("Truth: %1$lld accounts, of which %2$lld are not real, in %3$lld batches.\n")), (long long)x->accounts,
                   (long long)x->unreal,
                   (long long)x->batches);
    shi_buf_format(out, tr(lang, N_("Figures judged: %1$lld, of which %2$lld are honest and %3$lld false.\n")), (long long)f->judged,
                   (long long)f->honest,
                   (long long)f->false_ones);
    shi_buf_format(out, tr(lang, N_("False ones called impossible, doubtful or refuted: %1$lld; called plausible: %2$lld.\n")), (long long)f->caught,
                   (long long)f->plausible_false);
    shi_buf_format(out, tr(lang, N_("Honest ones called impossible: %1$lld; called doubtful: %2$lld. Real values outside their bounds: %3$lld.\n")),
                   (long long)f->impossible_honest, (long long)f->doubtful_honest, (long long)f->real_outside);
    shi_buf_format(out, tr(lang, N_("Mean distance from what is real, as a share of what was reported: %1$.3f; of the reports themselves: "
        "%2$.3f.\n")), f->error,
                   f->reported_error);
    shi_buf_format(out, tr(lang, N_("Accounts, batches and look-alikes cannot be judged: %1$s.\n")), tr(lang, NO_DETECTORS));
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { 0 };
    shi_workspace ws;
    shi_duck duck;
    shi_run_info info;
    shi_evaluated x;
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc > 0) return shi_fail_value(SHI_USAGE, shi_str_from(argv[0]), N_("evaluate takes no further words"),
                                        N_("\"shishu help evaluate\" shows how it is called."));
    if (!a.truth) return shi_fail(SHI_USAGE, N_("evaluate needs the truth"), N_("Name it: --truth DIR/truth/truth.parquet."));
    SHI_TRY(shi_cli_open(cli, SHI_READ, &ws));
    shi_engine engine = shi_cli_engine(cli, N_("Reading"));
    shi_err e = shi_run_open(&ws, &cli->keep, shi_str_from(a.run), &engine, &duck, &info);
    if (!e.code) {
        e = shi_evaluate(&duck, &cli->keep, a.truth, info.tolerance, &x);
        shi_duck_close(&duck);
    }
    shi_progress_end(cli);
    shi_workspace_close(&ws);
    if (e.code) return e;
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        write_json(&json, &x);
        shi_buf_addc(&cli->out, '\n');
    } else {
        write_text(&cli->out, cli->lang, &x);
    }
    return (shi_err){ 0 };
}

const shi_command SHI_CMD_EVALUATE = { "evaluate", "", N_("compare a run with the truth of a simulated county"),
    N_("Tells how many false figures the latest run found, how many honest ones it doubted, and whether real values lie within its bounds."), OPTIONS,
    COUNT(OPTIONS), run };
