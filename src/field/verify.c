/* spotcheck verify: the published folder against itself, with no workspace, no ledger and no key. What was committed to must be what lies there;
 * the seeds must draw who was drawn; the results must give the estimate. */
#include "field/spot.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    shi_arena *keep;
    const char *dir;
    shi_spot_verified *out;
} verifying;

static void differs(verifying *v, const char *file, shi_str what)
{
    shi_spot_verified *out = v->out;
    if (out->differences < SHI_SPOT_MAX_DIFFERENCES) out->difference[out->differences] = (shi_spot_difference){ shi_str_from(file), what };
    out->differences++;
}

/* Missing files are missing; too large ones are errors. */
static shi_err load(verifying *v, const char *name, shi_str *out)
{
    enum { MOST = 1 << 30 };
    shi_str path = shi_str_format(v->keep, "%s/%s", v->dir, name);
    *out = (shi_str){ 0 };
    if (!path.ptr) return shi_no_memory();
    return shi_os_exists(path.ptr) ? shi_os_read(v->keep, path.ptr, MOST, out) : (shi_err){ 0 };
}

/* The first line in which two texts differ, as "line N". */
static shi_str first_difference(verifying *v, shi_str a, shi_str b)
{
    int64_t line = 1, i = 0;
    while (i < a.len && i < b.len && a.ptr[i] == b.ptr[i]) line += a.ptr[i++] == '\n';
    return shi_str_format(v->keep, "line %lld", (long long)line);
}

static void same_text(verifying *v, const char *file, shi_str have, const shi_buf *want)
{
    if (!have.ptr || !want->ptr || !shi_str_eq(have, shi_buf_str(want))) differs(v, file, first_difference(v, have, shi_buf_str(want)));
}

/* An error of ours about a file is a difference; anything else stops. */
static shi_err as_difference(verifying *v, const char *file, shi_err e)
{
    if (e.code != SHI_INPUT) return e;
    differs(v, file, shi_str_from(e.reason));
    return (shi_err){ 0 };
}

static shi_err check_draw(verifying *v, const shi_spot_plan *plan, const shi_spot_frame *frame, shi_str commitment, shi_str text,
                          const shi_spot_draw *published)
{
    shi_spot_draw again = { 0 };
    shi_sha256 hash;
    char hex[65];
    shi_buf json = { 0 };
    shi_err e = { 0 };
    for (int64_t r = 0, k = 0; r < published->rounds && !e.code; r++) {
        int64_t more = 0;
        for (; k < published->len && published->ptr[k].round == r + 1; k++) more++;
        e = shi_spot_draw_more(v->keep, plan, frame, published->seed[r], r > 0 ? more : 0, &again);
    }
    if (e.code) return e;
    shi_sha256_text(commitment, &hash);
    shi_hex(hash.byte, 32, hex);
    shi_spot_draw_write(&json, plan->id, shi_str_from(hex), &again);
    same_text(v, "draw.json", text, &json);
    shi_buf_drop(&json);
    return (shi_err){ 0 };
}

static shi_err check_estimate(verifying *v, const shi_spot_plan *plan, const shi_spot_frame *frame, const shi_spot_draw *draw, shi_str results_text,
                              shi_str text)
{
    shi_spot_results results = { 0 };
    shi_buf json = { 0 };
    shi_estimate *each = shi_new(v->keep, shi_estimate, plan->figures);
    if (!each) return shi_no_memory();
    shi_err e = results_text.ptr ? shi_spot_results_read(v->keep, results_text, &results) : (shi_err){ 0 };
    if (!e.code) e = shi_spot_conclude(v->keep, plan, frame, draw, &results, &json, each);
    if (!e.code && text.ptr) same_text(v, "estimate.json", text, &json);
    shi_buf_drop(&json);
    return as_difference(v, "results.csv", e);
}

/* What the plan says of a figure twice must agree: its people with its strata, its threshold with what was reported. */
static void plan_fits(verifying *v, const shi_spot_plan *plan)
{
    for (int64_t i = 0, h = 0; i < plan->figures; i++) {
        const shi_spot_figure *f = &plan->figure[i];
        int64_t left = f->population;
        for (; h < plan->strata && plan->stratum[h].figure == i; h++)
            left = left < plan->stratum[h].population ? -1 : left - plan->stratum[h].population;
        if (left != 0) differs(v, "plan.json", shi_str_from(N_("a figure has not as many people as its strata")));
        if (f->threshold > 0 && (f->reported < 0 || f->threshold != shi_claim_threshold(f->reported, plan->tolerance)))
            differs(v, "plan.json", shi_str_from(N_("a threshold does not follow from what was reported")));
        if (plan->cluster_level.ptr && (f->threshold > 0 || plan->sequential))
            differs(v, "plan.json", shi_str_from(N_("meetings decide no claim and are not stopped by what they find, but the plan says so")));
    }
}

static shi_err sizes_fit(verifying *v, const shi_spot_plan *plan, const shi_spot_frame *frame)
{
    int64_t *count = shi_new(v->keep, int64_t, plan->strata + 1);
    if (!count) return shi_no_memory();
    for (int64_t i = 0; i < frame->rows; i++)
        if (frame->stratum[i] >= 1 && frame->stratum[i] <= plan->strata) count[frame->stratum[i] - 1]++;
        else count[plan->strata]++;
    bool fit = count[plan->strata] == 0;
    for (int64_t h = 0; h < plan->strata; h++) fit = fit && count[h] == plan->stratum[h].population;
    if (!fit) differs(v, "frame.csv", shi_str_from(N_("the strata have other sizes than the plan says")));
    if (!plan->cluster_level.ptr && frame->cluster) differs(v, "frame.csv", shi_str_from(N_("the frame holds clusters, but the plan draws none")));
    if (!plan->cluster_level.ptr || !fit) return (shi_err){ 0 };
    int64_t *size, clusters;
    return as_difference(v, "frame.csv", shi_spot_cluster_sizes(v->keep, plan, frame, &size, &clusters));
}

static shi_err verify(verifying *v)
{
    shi_str plan_text, frame_text, commitment, draw_text, results, estimate;
    shi_spot_plan plan;
    shi_spot_frame frame;
    shi_spot_draw draw;
    shi_buf json = { 0 };
    SHI_TRY(load(v, "plan.json", &plan_text));
    SHI_TRY(load(v, "frame.csv", &frame_text));
    SHI_TRY(load(v, "commitment.json", &commitment));
    SHI_TRY(load(v, "draw.json", &draw_text));
    SHI_TRY(load(v, "results.csv", &results));
    SHI_TRY(load(v, "estimate.json", &estimate));
    if (!plan_text.ptr || !frame_text.ptr || !commitment.ptr) {
        shi_err e = shi_fail(SHI_INPUT, N_("this is no published field check: plan.json, frame.csv or commitment.json is missing"),
                             N_("Name the folder checks/ID of a workspace, or a copy of it."));
        e.file = shi_str_from(v->dir);
        return e;
    }
    shi_err e = shi_spot_plan_read(v->keep, plan_text, &plan);
    if (e.code) return as_difference(v, "plan.json", e);
    shi_spot_commitment_write(&json, plan.id.ptr, plan_text, frame_text);
    same_text(v, "commitment.json", commitment, &json);
    shi_buf_drop(&json);
    e = shi_spot_frame_read(v->keep, frame_text, &frame);
    if (e.code) return as_difference(v, "frame.csv", e);
    plan_fits(v, &plan);
    SHI_TRY(sizes_fit(v, &plan, &frame));
    if (v->out->differences) return (shi_err){ 0 };   /* of sizes that are made up nothing follows, and they may be endless */
    if (!draw_text.ptr) {
        if (results.ptr || estimate.ptr) differs(v, "draw.json", shi_str_from(N_("there are results, but nobody was drawn")));
        return (shi_err){ 0 };
    }
    e = shi_spot_draw_read(v->keep, draw_text, &draw);
    if (!e.code) e = check_draw(v, &plan, &frame, commitment, draw_text, &draw);
    if (e.code) return as_difference(v, "draw.json", e);
    return check_estimate(v, &plan, &frame, &draw, results, estimate);
}

shi_err shi_spot_verify(shi_arena *keep, const char *dir, shi_spot_verified *out)
{
    verifying v = { keep, dir, out };
    *out = (shi_spot_verified){ 0 };
    return verify(&v);
}
