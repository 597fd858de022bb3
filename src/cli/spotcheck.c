/* shishu spotcheck: field checks, from the plan to what they prove. One command with a word for each step. */
#include "cli/cli.h"

#include "base/decimal.h"
#include "field/record_file.h"
#include "field/spot.h"
#include "field/worksheet.h"
#include "report/worksheet.h"
#include "store/checks.h"

#include <math.h>
#include <string.h>

typedef struct {
    int64_t half_width, visits, meetings, more;
    bool claim, sequential, recheck;
    double confidence, tolerance, risk, expect;
    const char *clusters, *seed, *list, *output, *reason;
    shi_texts inspector;
} args;

static const shi_option OPTIONS[] = {
    { "half-width", SHI_OPT_COUNT, offsetof(args, half_width), "N", N_("plan: as many visits as give each figure to within N people") },
    { "claim", SHI_OPT_FLAG, offsetof(args, claim), NULL, N_("plan: as many visits as confirm what was reported, if it is true") },
    { "visits", SHI_OPT_COUNT, offsetof(args, visits), "N", N_("plan: so many visits in all") },
    { "clusters", SHI_OPT_TEXT, offsetof(args, clusters), "village|group",
      N_("plan: residents' meetings: whole villages or groups are drawn, and everyone behind the figure there is called") },
    { "meetings", SHI_OPT_COUNT, offsetof(args, meetings), "N", N_("plan: with --clusters: so many meetings in all; ten or more for each figure") },
    { "sequential", SHI_OPT_FLAG, offsetof(args, sequential), NULL, N_("plan: stop or go on whenever you like; the results stay valid") },
    { "expect", SHI_OPT_SHARE, offsetof(args, expect), "P", N_("plan: share that will be real, for the sizes only") },
    { "confidence", SHI_OPT_SHARE, offsetof(args, confidence), "P", N_("plan: how sure the interval is (0.95)") },
    { "tolerance", SHI_OPT_SHARE, offsetof(args, tolerance), "T", N_("plan: share of what was reported that may be missing (0.05)") },
    { "risk", SHI_OPT_SHARE, offsetof(args, risk), "R", N_("plan: risk of a wrong decision, each way (0.05)") },
    { "seed", SHI_OPT_TEXT, offsetof(args, seed), "TEXT", N_("draw: what dice or a lottery gave, in public, after the commitment") },
    { "more", SHI_OPT_COUNT, offsetof(args, more), "N", N_("draw: so many more, in a further round with a fresh seed") },
    { "list", SHI_OPT_TEXT, offsetof(args, list), "FILE", N_("worksheet: the office's own list with account, name, group, door; it is not stored") },
    { "o", SHI_OPT_TEXT, offsetof(args, output), "FILE", N_("worksheet: .xlsx, or .html with one page a village") },
    { "inspector", SHI_OPT_TEXTS, offsetof(args, inspector), "NAME", N_("record: who visited; give it twice") },
    { "reason", SHI_OPT_TEXT, offsetof(args, reason), "TEXT", N_("record: why somebody is not real") },
    { "recheck", SHI_OPT_FLAG, offsetof(args, recheck), NULL, N_("record: these were second visits") },
};

static void whole(double x, char out[32])
{
    shi_decimal_write_grouped((int64_t)llround(x) * 1000, out);
}

/* ---- plan ---- */

static int64_t meetings_of(const shi_spot_plan *plan)
{
    int64_t n = 0;
    for (int64_t h = 0; h < plan->strata; h++) n += plan->stratum[h].n;
    return n;
}

static void plan_json(shi_cli *cli, const shi_spot_plan *plan, int64_t visits)
{
    shi_json json = { .out = &cli->out };
    shi_json_begin_object(&json);
    shi_json_kstr(&json, "check", plan->id);
    shi_spot_strata_json(&json, plan);
    shi_json_kint(&json, "visits", visits);
    if (plan->cluster_level.ptr) shi_json_kint(&json, "meetings", meetings_of(plan));
    shi_json_kf64(&json, "half_width", isfinite(plan->half_width), plan->half_width);
    shi_json_kf64(&json, "expected_visits", plan->sequential && isfinite(plan->expected_visits), plan->expected_visits);
    shi_json_ktext(&json, "combination", plan->combination == SHI_FISHER ? "fisher" : "sidak");
    shi_json_kint(&json, "days_low", (visits + 24) / 25);
    shi_json_kint(&json, "days_high", (visits + 11) / 12);
    shi_json_end_object(&json);
    shi_buf_addc(&cli->out, '\n');
}

static void next_step(shi_cli *cli, const shi_spot_plan *plan)
{
    shi_buf_format(&cli->out, tr(cli->lang, N_("Next: shishu spotcheck commit %1$s\n")), plan->id.ptr);
}

static void meetings_table(shi_cli *cli, const shi_spot_plan *plan, int64_t visits)
{
    static const char *const HEAD[] = { N_("figure"), N_("reported"), N_("stratum"), N_("people"), N_("clusters"), N_("meetings") };
    shi_term term = { .columns = COUNT(HEAD), .right = { [1] = true, [2] = true, [3] = true, [4] = true, [5] = true } };
    char number[32];
    for (int64_t c = 0; c < COUNT(HEAD); c++) shi_term_cell(&term, shi_str_from(tr(cli->lang, HEAD[c])));
    for (int64_t h = 0; h < plan->strata; h++) {
        const shi_spot_stratum *s = &plan->stratum[h];
        const shi_spot_figure *f = &plan->figure[s->figure];
        const int64_t cells[] = { f->reported, s->number, s->population, s->clusters, s->n };
        shi_term_cell(&term, f->figure);
        for (int64_t c = 0; c < COUNT(cells); c++) {
            whole((double)cells[c], number);
            shi_term_cell(&term, cells[c] >= 0 ? shi_str_from(number) : S("-"));
        }
    }
    shi_term_print(&term, &cli->out);
    shi_buf_format(&cli->out, tr(cli->lang, N_("Field check %1$s: %2$lld meetings, with some %3$lld accounts. Whole clusters are drawn, and no claim "
        "is decided.\n")),
                   plan->id.ptr, (long long)meetings_of(plan), (long long)visits);
    next_step(cli, plan);
}

static void plan_table(shi_cli *cli, const shi_spot_plan *plan, int64_t visits)
{
    shi_term term = { .columns = 5, .right = { [1] = true, [2] = true, [3] = true, [4] = true } };
    static const char *const HEAD[] = { N_("figure"), N_("reported"), N_("stratum"), N_("people"), N_("visits") };
    char number[32];
    for (int64_t c = 0; c < COUNT(HEAD); c++) shi_term_cell(&term, shi_str_from(tr(cli->lang, HEAD[c])));
    for (int64_t h = 0; h < plan->strata; h++) {
        const shi_spot_stratum *s = &plan->stratum[h];
        const shi_spot_figure *f = &plan->figure[s->figure];
        shi_term_cell(&term, f->figure);
        if (f->reported >= 0) whole((double)f->reported, number);
        shi_term_cell(&term, f->reported >= 0 ? shi_str_from(number) : S("-"));
        const int64_t cells[] = { s->number, s->population, s->n };
        for (int64_t c = 0; c < COUNT(cells); c++) {
            whole((double)cells[c], number);
            shi_term_cell(&term, shi_str_from(number));
        }
    }
    shi_term_print(&term, &cli->out);
    shi_buf_format(&cli->out, tr(cli->lang, N_("Field check %1$s: %2$lld visits, %3$lld to %4$lld days for two inspectors.\n")), plan->id.ptr,
                   (long long)visits, (long long)(visits + 24) / 25, (long long)(visits + 11) / 12);
    if (plan->sequential && isfinite(plan->expected_visits)) {
        whole(ceil(plan->expected_visits), number);
        shi_buf_format(&cli->out, tr(cli->lang, N_("If all is as expected, %1$s visits decide it on average.\n")), number);
    }
    for (int64_t i = 0; i < plan->figures; i++)
        if (plan->figure[i].threshold > plan->figure[i].population)
            shi_buf_format(&cli->out, tr(cli->lang, N_("%1$s: the log shows only %2$lld people, so the report cannot be true; visits can only show "
                "how "
                "many of those are real.\n")),
                           shi_str_copy(&cli->keep, plan->figure[i].figure).ptr, (long long)plan->figure[i].population);
    next_step(cli, plan);
}

/* What is asked for must fit together, and be valid. */
static shi_err check_plan(const args *a, int figures)
{
    if (!a->clusters != (a->meetings == 0))
        return shi_fail(SHI_USAGE, N_("residents' meetings are planned with both --clusters and --meetings N"),
                        N_("\"shishu help spotcheck\" shows how it is called."));
    if (a->clusters && strcmp(a->clusters, "village") && strcmp(a->clusters, "group"))
        return shi_fail_value(SHI_USAGE, shi_str_from(a->clusters), N_("meetings are those of villages or of groups"),
                              N_("Write --clusters village or group."));
    if (a->clusters && (a->claim || a->sequential))
        return shi_fail(SHI_USAGE, N_("meetings decide no claim and cannot be stopped when one likes: their interval is that of a survey, for "
            "a number fixed before"),
                        N_("Leave out --claim and --sequential; or leave out --clusters, and accounts are drawn one by one."));
    if (a->clusters && (a->half_width > 0 || a->visits > 0))
        return shi_fail(SHI_USAGE, N_("how much the villages differ is not known before, so meetings are planned by their number alone"),
                        N_("Leave out --half-width and --visits."));
    if (figures == 0 || (!a->clusters && (a->half_width > 0) + (a->visits > 0) + a->claim != 1))
        return shi_fail(SHI_USAGE, N_("plan takes figures, and one of --half-width N, --claim and --visits N"),
                        N_("\"shishu help spotcheck\" shows how it is called."));
    if (!(a->confidence > 0 && a->confidence < 1) || !(a->risk > 0 && a->risk < 1) || !(a->tolerance < 1))
        return shi_fail(SHI_USAGE, N_("confidence and risk lie between 0 and 1, and the tolerance below 1"),
                        N_("A tolerance of 1 would make every claim true."));
    return (shi_err){ 0 };
}

static shi_err run_plan(shi_cli *cli, const args *a, shi_workspace *ws, int argc, char **argv)
{
    shi_str *name = shi_new(&cli->keep, shi_str, argc + 1);
    shi_spot_plan plan;
    int64_t visits = 0;
    if (!name) return shi_no_memory();
    for (int i = 0; i < argc; i++) name[i] = shi_str_from(argv[i]);
    SHI_TRY(check_plan(a, argc));
    const shi_spot_wish wish = { .figures = { name, argc }, .half_width = a->half_width, .visits = a->visits, .claim = a->claim,
        .sequential = a->sequential, .confidence = a->confidence, .tolerance = a->tolerance, .risk = a->risk, .expect = a->expect,
        .cluster_level = a->clusters ? shi_str_from(a->clusters) : (shi_str){ 0 }, .meetings = a->meetings };
    shi_engine engine = shi_cli_engine(cli, N_("Planning"));
    shi_err e = shi_spot_plan_make(ws, &cli->keep, &wish, &engine, &plan);
    shi_progress_end(cli);
    if (e.code) return e;
    for (int64_t h = 0; h < plan.strata; h++) visits += plan.stratum[h].n;
    if (a->clusters) visits = (int64_t)llround(plan.expected_visits);
    if (cli->json) plan_json(cli, &plan, visits);
    else if (a->clusters) meetings_table(cli, &plan, visits);
    else plan_table(cli, &plan, visits);
    return (shi_err){ 0 };
}

/* ---- commit, draw ---- */

static shi_err run_commit(shi_cli *cli, shi_workspace *ws, shi_str id)
{
    char frame[65], commitment[65];
    SHI_TRY(shi_spot_commit(ws, &cli->keep, id, frame, commitment));
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "check", id);
        shi_json_ktext(&json, "frame_sha256", frame);
        shi_json_ktext(&json, "commitment_sha256", commitment);
        shi_json_end_object(&json);
        shi_buf_addc(&cli->out, '\n');
        return (shi_err){ 0 };
    }
    shi_buf_format(&cli->out, tr(cli->lang, N_("Committed. Publish this line, or checks/%1$s/commitment.json, before the seed is drawn:\n%2$s\nThen "
        "draw a seed in "
        "public, with dice or a lottery: shishu spotcheck draw %1$s --seed TEXT\n")),
                   id.ptr, commitment);
    return (shi_err){ 0 };
}

static shi_err run_draw(shi_cli *cli, const args *a, shi_workspace *ws, shi_str id)
{
    shi_spot_draw draw;
    int64_t n = 0;
    if (!a->seed) return shi_fail(SHI_USAGE, N_("draw takes --seed TEXT"),
                                  N_("Draw it in public, with dice or a lottery, and write it as --seed TEXT."));
    SHI_TRY(shi_spot_draw_round(ws, &cli->keep, id, shi_str_from(a->seed), a->more, &draw));
    for (int64_t k = 0; k < draw.len; k++) n += draw.ptr[k].round == draw.rounds;
    if (!cli->json) {
        shi_buf_format(&cli->out, tr(cli->lang, N_("Drawn: %1$lld, in round %2$lld. Who they are is printed by: shishu spotcheck worksheet %3$s -o "
            "FILE.xlsx\n")),
                       (long long)n, (long long)draw.rounds, id.ptr);
        return (shi_err){ 0 };
    }
    shi_json json = { .out = &cli->out };
    shi_json_begin_object(&json);
    shi_json_kstr(&json, "check", id);
    shi_json_ktext(&json, "seed", a->seed);
    shi_json_kint(&json, "round", draw.rounds);
    shi_json_key(&json, "drawn");
    shi_json_begin_array(&json);
    for (int64_t k = draw.len - n; k < draw.len; k++) {
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "key", draw.ptr[k].key);
        shi_json_kstr(&json, "ticket", draw.ptr[k].ticket);
        shi_json_kint(&json, "stratum", draw.ptr[k].stratum);
        if (draw.ptr[k].cluster) shi_json_kint(&json, "cluster", draw.ptr[k].cluster);
        shi_json_kbool(&json, "recheck", draw.ptr[k].recheck);
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    shi_buf_addc(&cli->out, '\n');
    return (shi_err){ 0 };
}

/* ---- worksheet ---- */

static shi_err run_worksheet(shi_cli *cli, const args *a, shi_workspace *ws, shi_str id)
{
    shi_visits visits;
    shi_str path = shi_str_from(a->output ? a->output : "");
    bool html = shi_str_ends(path, S(".html")), xlsx = shi_str_ends(path, S(".xlsx"));
    if (!html && !xlsx) return shi_fail_value(SHI_USAGE, path, N_("worksheet takes -o FILE.xlsx or -o FILE.html"), N_("Name the file."));
    shi_engine engine = shi_cli_engine(cli, NULL);
    SHI_TRY(shi_visits_load(ws, &cli->keep, id, a->list, &engine, &visits));
    if (html) {
        shi_buf text = { 0 };
        shi_worksheet_html(&text, cli->lang, &visits);
        shi_err e = text.failed ? shi_no_memory() : shi_os_write_whole(a->output, shi_buf_str(&text), 0600);
        shi_buf_drop(&text);
        if (e.code) return e;
    } else SHI_TRY(shi_worksheet_xlsx(a->output, shi_workspace_spill(ws, &cli->keep), ws->now_us, cli->lang, &visits));
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "check", id);
        shi_json_ktext(&json, "file", a->output);
        shi_json_kint(&json, "visits", visits.len);
        shi_json_kint(&json, "listed", visits.listed);
        shi_json_kint(&json, "lost", visits.lost);
        shi_json_end_object(&json);
        shi_buf_addc(&cli->out, '\n');
        return (shi_err){ 0 };
    }
    shi_buf_format(&cli->out, tr(cli->lang, N_("Written: %1$s, %2$lld visits. It names people: keep it as such papers are kept, and destroy it "
        "afterwards.\n")),
                   a->output, (long long)visits.len);
    if (a->list) shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld of them stand in the list.\n")), (long long)visits.listed);
    if (visits.lost)
        shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld of those drawn are no longer in the accounts: they count as not reached.\n")),
                       (long long)visits.lost);
    return (shi_err){ 0 };
}

/* ---- record ---- */

/* KEY=OUTCOME words, with the options that go with them. */
static shi_err from_words(shi_cli *cli, const args *a, int argc, char **argv, shi_spot_results *out)
{
    out->ptr = shi_new(&cli->keep, shi_spot_result, argc);
    if (!out->ptr) return shi_no_memory();
    for (int i = 0; i < argc; i++) {
        shi_str word = shi_str_from(argv[i]);
        int64_t at = word.len - 1;
        while (at > 0 && word.ptr[at] != '=') at--;
        shi_spot_result x = { .key = shi_str_sub(word, 0, at), .reason = shi_str_from(a->reason ? a->reason : ""), .recheck = a->recheck,
            .inspector1 = a->inspector.len > 0 ? a->inspector.item[0] : S(""), .inspector2 = a->inspector.len > 1 ? a->inspector.item[1] : S("") };
        if (at < 1 || !shi_outcome_parse(shi_str_sub(word, at + 1, word.len), &x.outcome) || x.outcome == SHI_NOT_VISITED)
            return shi_fail_value(SHI_USAGE, word, N_("record takes a file, or words KEY=OUTCOME"),
                                  N_("Outcomes are real, not_real and not_reached."));
        out->ptr[out->len++] = x;
    }
    return (shi_err){ 0 };
}

static shi_err run_record(shi_cli *cli, const args *a, shi_workspace *ws, shi_str id, int argc, char **argv)
{
    shi_spot_results fresh = { 0 }, all;
    shi_record_file file = { 0 };
    if (argc < 1) return shi_fail(SHI_USAGE, N_("record takes a file, or words KEY=OUTCOME"), N_("Outcomes are real, not_real and not_reached."));
    bool of_file = argc == 1 && !strchr(argv[0], '=');
    if (of_file) {
        shi_engine engine = shi_cli_engine(cli, NULL);
        const shi_source_options options = { .memory = engine.memory };
        SHI_TRY(shi_record_file_read(&cli->keep, argv[0], &options, &file, &fresh));
    } else SHI_TRY(from_words(cli, a, argc, argv, &fresh));
    shi_err e = shi_spot_record(ws, &cli->keep, id, &fresh, &all);
    if (e.code && of_file) return shi_record_file_place(&file, argv[0], e);
    e.line = 0;
    if (e.code) return e;
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "check", id);
        shi_json_kint(&json, "recorded", fresh.len);
        shi_json_kint(&json, "results", all.len);
        shi_json_end_object(&json);
        shi_buf_addc(&cli->out, '\n');
    } else shi_buf_format(&cli->out, tr(cli->lang, N_("Recorded %1$lld results; there are %2$lld now. Next: shishu spotcheck estimate %3$s\n")),
                          (long long)fresh.len,
                          (long long)all.len, id.ptr);
    return (shi_err){ 0 };
}

/* ---- estimate, verify ---- */

static shi_err run_estimate(shi_cli *cli, shi_workspace *ws, shi_str id)
{
    shi_spot_concluded c;
    SHI_TRY(shi_spot_estimate(ws, &cli->keep, id, &c));
    if (cli->json) {
        shi_buf_add(&cli->out, c.json);
        return (shi_err){ 0 };
    }
    for (int64_t i = 0; i < c.plan.figures; i++) {
        shi_buf_add(&cli->out, c.plan.figure[i].figure);
        shi_buf_addc(&cli->out, '\n');
        shi_estimate_say(&cli->out, cli->lang, &c.each[i], c.plan.confidence);
    }
    return (shi_err){ 0 };
}

static shi_err run_verify(shi_cli *cli, const char *dir)
{
    shi_spot_verified v;
    SHI_TRY(shi_spot_verify(&cli->keep, dir, &v));
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        shi_json_begin_object(&json);
        shi_json_kbool(&json, "ok", v.differences == 0);
        shi_json_key(&json, "differences");
        shi_json_begin_array(&json);
        for (int64_t i = 0; i < v.differences && i < SHI_SPOT_MAX_DIFFERENCES; i++) {
            shi_json_begin_object(&json);
            shi_json_kstr(&json, "file", v.difference[i].file);
            shi_json_message(&json, "what", v.difference[i].what.ptr);
            shi_json_end_object(&json);
        }
        shi_json_end_array(&json);
        shi_json_end_object(&json);
        shi_buf_addc(&cli->out, '\n');
    } else {
        for (int64_t i = 0; i < v.differences && i < SHI_SPOT_MAX_DIFFERENCES; i++)
            shi_buf_format(&cli->out, cli->lang == SHI_ZH ? "%s：%s\n" : "%s: %s\n", v.difference[i].file.ptr, tr(cli->lang,
                v.difference[i].what.ptr));
        shi_buf_puts(&cli->out, tr(cli->lang, v.differences ? N_("The check does not hold: what lies there was not committed to, not drawn, or does "
            "not follow.\n")
                                                            : N_("The check holds: the files are those committed to, the seeds draw these people, "
                                                                "and the "
                                                                 "results give this estimate.\n")));
    }
    return (shi_err){ .code = v.differences ? SHI_CHECK : SHI_OK };
}

static shi_err on_workspace(shi_cli *cli, const args *a, const char *step, int argc, char **argv)
{
    static const char *const STEPS[] = { "plan", "commit", "draw", "worksheet", "record", "estimate" };
    shi_workspace ws;
    int which = -1;
    for (int i = 0; i < (int)COUNT(STEPS); i++)
        if (!strcmp(step, STEPS[i])) which = i;
    if (which < 0 || (which > 0 && argc < 1) || (which > 0 && which != 4 && argc != 1))
        return shi_fail_value(SHI_USAGE, shi_str_from(step), N_("spotcheck takes plan FIGURE…, or commit, draw, worksheet, record, estimate and the "
            "check's "
                                                                "ID, or verify DIR"),
                              N_("\"shishu help spotcheck\" shows how it is called."));
    SHI_TRY(shi_cli_open(cli, SHI_WRITE, &ws));
    shi_str id = which > 0 ? shi_str_from(argv[0]) : (shi_str){ 0 };
    shi_err e = which == 0   ? run_plan(cli, a, &ws, argc, argv)
                : which == 1 ? run_commit(cli, &ws, id)
                : which == 2 ? run_draw(cli, a, &ws, id)
                : which == 3 ? run_worksheet(cli, a, &ws, id)
                : which == 4 ? run_record(cli, a, &ws, id, argc - 1, argv + 1)
                             : run_estimate(cli, &ws, id);
    shi_workspace_close(&ws);
    return e;
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { .confidence = 0.95, .tolerance = 0.05, .risk = 0.05, .expect = (double)NAN };
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc == 2 && !strcmp(argv[0], "verify")) return run_verify(cli, argv[1]);
    return on_workspace(cli, &a, argc ? argv[0] : "", argc - 1, argv + 1);
}

const shi_command SHI_CMD_SPOTCHECK = { "spotcheck", "plan FIGURE… | commit|draw|worksheet|record|estimate ID | verify DIR",
    N_("field checks that anyone can recheck"),
    N_("plan fixes who may be drawn, how many, and how results will be judged. commit gives a hash to publish. draw takes a public seed and draws; "
        "in a further "
       "round, with a fresh seed, more. worksheet prints whom to visit; record takes what two inspectors found; estimate says what it means. verify "
       "does all of "
       "it again from the published folder. Who was not reached counts against a claim's confirmation and against its refutation. With --clusters "
       "whole villages or groups are drawn, and everyone behind the figure there is called to a residents' meeting. What meetings say is estimated "
       "as in a survey; it decides no claim, and beside it stand the bounds that hold whatever the other villages are like."),
    OPTIONS, COUNT(OPTIONS), run };
