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

static void json_share(shi_json *json, const char *key, int64_t part, int64_t whole)
{
    shi_json_kf64(json, key, whole > 0, whole > 0 ? (double)part / (double)whole : 0);
}

static void json_accounts(shi_json *json, const shi_evaluated *x)
{
    shi_json_key(json, "accounts");
    shi_json_begin_object(json);
    json_share(json, "precision", x->hit, x->flagged);
    json_share(json, "recall", x->hit, x->bought);
    json_share(json, "fdr", x->flagged - x->hit, x->flagged);
    shi_json_kint(json, "flagged", x->flagged);
    shi_json_kint(json, "bought", x->bought);
    if (!x->detected) shi_json_message(json, "cannot_judge", NO_DETECTORS);
    shi_json_end_object(json);
    shi_json_key(json, "batches");
    shi_json_begin_object(json);
    json_share(json, "precision", x->right, x->findings);
    json_share(json, "recall", x->found, x->batches);
    shi_json_kint(json, "findings", x->findings);
    shi_json_kint(json, "batches", x->batches);
    if (!x->detected) shi_json_message(json, "cannot_judge", NO_DETECTORS);
    shi_json_end_object(json);
    shi_json_key(json, "proxies");
    shi_json_begin_object(json);
    json_share(json, "precision", x->proxy_hit, x->proxy_flagged);
    json_share(json, "recall", x->proxy_found, x->proxied);
    shi_json_end_object(json);
}

static void json_parts(shi_json *json, const char *key, const char *name, const shi_evaluated_parts *parts, bool detector)
{
    shi_json_key(json, key);
    shi_json_begin_array(json);
    for (int64_t i = 0; i < parts->len; i++) {
        const shi_evaluated_part *p = &parts->ptr[i];
        shi_json_begin_object(json);
        shi_json_kstr(json, name, p->name);
        if (detector) shi_json_kint(json, "findings", p->findings);
        else {
            shi_json_kint(json, "batches", p->batches);
            shi_json_kint(json, "found", p->found);
        }
        shi_json_kint(json, "accounts", p->accounts);
        json_share(json, detector ? "precision" : "recall", p->hit, p->accounts);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
}

static void json_figures(shi_json *json, const shi_evaluated_figures *f)
{
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
}

static void write_json(shi_json *json, const shi_evaluated *x)
{
    shi_json_begin_object(json);
    json_accounts(json, x);
    json_figures(json, &x->figures);
    json_parts(json, "by_detector", "detector", &x->detectors, true);
    json_parts(json, "by_method", "method", &x->methods, false);
    json_parts(json, "by_vendor", "vendor", &x->vendors, false);
    json_parts(json, "by_order", "order", &x->orders, false);
    shi_json_key(json, "lookalikes");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < x->scenes; i++) {
        const shi_evaluated_scene *s = &x->scene[i];
        shi_json_begin_object(json);
        shi_json_kstr(json, "kind", s->kind);
        shi_json_kint(json, "instances", s->instances);
        shi_json_kint(json, "accounts", s->accounts);
        if (x->detected) shi_json_kint(json, "flagged", s->flagged);
        else shi_json_knull(json, "flagged");
        if (x->detected) shi_json_kint(json, "flagged_accounts", s->flagged_accounts);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
    shi_json_end_object(json);
}

static double percent(int64_t part, int64_t whole)
{
    return whole > 0 ? 100 * (double)part / (double)whole : 0;
}

static void write_parts(shi_buf *out, shi_lang lang, const shi_evaluated_parts *parts)
{
    shi_term term = { .columns = 5, .right = { [1] = true, [2] = true, [3] = true, [4] = true } };
    static const char *const HEAD[] = { N_("method"), N_("batches"), N_("found"), N_("accounts"), N_("flagged") };
    char text[32];
    if (!parts->len) return;
    for (int64_t i = 0; i < COUNT(HEAD); i++) shi_term_cell(&term, shi_str_from(tr(lang, HEAD[i])));
    for (int64_t i = 0; i < parts->len; i++) {
        const shi_evaluated_part *p = &parts->ptr[i];
        const int64_t number[] = { p->batches, p->found, p->accounts, p->hit };
        shi_term_cell(&term, p->name);
        for (int64_t k = 0; k < COUNT(number); k++) {
            snprintf(text, sizeof text, "%lld", (long long)number[k]);
            shi_term_cell(&term, shi_str_from(text));
        }
    }
    shi_term_print(&term, out);
}

static void write_found(shi_buf *out, shi_lang lang, const shi_evaluated *x)
{
    if (!x->detected) {
        shi_buf_format(out, tr(lang, N_("Accounts, batches and look-alikes cannot be judged: %1$s.\n")), tr(lang, NO_DETECTORS));
        return;
    }
    shi_buf_format(out, tr(lang, N_("Accounts flagged: %1$lld, of which %2$.1f %% are not real; bought ones flagged: %3$.1f %% of %4$lld.\n")),
                   (long long)x->flagged, percent(x->hit, x->flagged), percent(x->hit, x->bought), (long long)x->bought);
    shi_buf_format(out, tr(lang, N_("Findings that stand: %1$lld, of which %2$lld are right; bought batches found: %3$lld of %4$lld.\n")),
                   (long long)x->findings, (long long)x->right, (long long)x->found, (long long)x->batches);
    shi_buf_format(out, tr(lang, N_("Accounts that insiders operate: %1$lld, of which %2$lld are listed or flagged; listed in all: %3$lld, of which "
                                    "%4$lld are not real.\n")), (long long)x->proxied, (long long)x->proxy_found, (long long)x->proxy_flagged,
                   (long long)x->proxy_hit);
    write_parts(out, lang, &x->methods);
    for (int64_t i = 0; i < x->scenes; i++) {
        const shi_evaluated_scene *s = &x->scene[i];
        if (s->flagged_accounts == 0) continue;
        shi_buf_format(out, tr(lang, N_("Look-alike %1$s: %2$lld of %3$lld accounts flagged, in half or more of %4$lld of %5$lld scenes.\n")),
                       s->kind.ptr ? s->kind.ptr : "", (long long)s->flagged_accounts, (long long)s->accounts, (long long)s->flagged,
                       (long long)s->instances);
    }
}

static void write_text(shi_buf *out, shi_lang lang, const shi_evaluated *x)
{
    const shi_evaluated_figures *f = &x->figures;
    shi_buf_format(out, tr(lang, N_("Truth: %1$lld accounts, of which %2$lld are not real, in %3$lld batches.\n")), (long long)x->accounts,
                   (long long)x->unreal, (long long)x->batches);
    shi_buf_format(out, tr(lang, N_("Figures judged: %1$lld, of which %2$lld are honest and %3$lld false.\n")), (long long)f->judged,
                   (long long)f->honest, (long long)f->false_ones);
    shi_buf_format(out, tr(lang, N_("False ones called impossible, doubtful or refuted: %1$lld; called plausible: %2$lld.\n")), (long long)f->caught,
                   (long long)f->plausible_false);
    shi_buf_format(out, tr(lang, N_("Honest ones called impossible: %1$lld; called doubtful: %2$lld. Real values outside their bounds: %3$lld.\n")),
                   (long long)f->impossible_honest, (long long)f->doubtful_honest, (long long)f->real_outside);
    shi_buf_format(out, tr(lang, N_("Mean distance from what is real, as a share of what was reported: %1$.3f; of the reports themselves: "
        "%2$.3f.\n")), f->error, f->reported_error);
    write_found(out, lang, x);
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
        x.detected = info.detected;
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
