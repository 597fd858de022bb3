/* spotcheck plan and commit: who may be drawn, how many, and how results will be judged, fixed before anybody knows the seed. */
#include "field/spot.h"

#include "store/checks.h"

#include <math.h>
#include <string.h>

static shi_err take_figures(shi_arena *keep, const shi_spot_wish *wish, shi_spot_plan *out)
{
    out->figure = shi_new(keep, shi_spot_figure, wish->figures.len);
    if (!out->figure) return shi_no_memory();
    for (int64_t i = 0; i < wish->figures.len; i++) {
        out->figure[i].figure = wish->figures.ptr[i];
        if (!shi_spot_figure_split(&out->figure[i]))
            return shi_fail_value(SHI_USAGE, wish->figures.ptr[i], N_("this is no figure"), N_("Figures are called INDICATOR/PERIOD/UNIT."));
        for (int64_t k = 0; k < i; k++)
            if (shi_str_eq(wish->figures.ptr[k], wish->figures.ptr[i]))
                return shi_fail_value(SHI_USAGE, wish->figures.ptr[i], N_("the figure stands twice"), N_("Name each figure once."));
    }
    out->figures = wish->figures.len;
    return (shi_err){ 0 };
}

/* Whatever the sizes are for, what was reported is a claim that the results will decide on. */
static shi_err set_claims(shi_spot_plan *plan, bool needed)
{
    for (int64_t i = 0; i < plan->figures; i++) {
        shi_spot_figure *f = &plan->figure[i];
        if (f->reported >= 0) f->threshold = shi_claim_threshold(f->reported, plan->tolerance);
        if (!needed || f->threshold > 0) continue;
        if (f->reported < 0) return shi_fail_value(SHI_INPUT, f->figure, N_("nothing was reported, so there is no claim to check"),
                                                   N_("Import the report, or plan with --half-width or --visits."));
        return shi_fail_value(SHI_INPUT, f->figure, N_("with this tolerance the claim holds whatever is found"), N_("Take a smaller tolerance."));
    }
    return (shi_err){ 0 };
}

static shi_err store_plan(shi_workspace *ws, const shi_spot_plan *plan, shi_str json, shi_str csv)
{
    SHI_TRY(shi_ledger_begin(ws));
    shi_err e = shi_checks_put(ws, plan->id, "plan.json", json);
    if (!e.code) e = shi_checks_put(ws, plan->id, "frame.csv", csv);
    for (int64_t h = 0; h < plan->strata && !e.code; h++)
        e = shi_checks_add_stratum(ws, plan->id, plan->stratum[h].number, plan->figure[plan->stratum[h].figure].figure, plan->stratum[h].suspected);
    for (int64_t k = 0; k < plan->cluster_units && !e.code; k++)
        e = shi_checks_add_cluster(ws, plan->id, plan->cluster_unit[k].cluster, plan->cluster_unit[k].unit_code);
    if (!e.code) e = shi_ledger_commit(ws);
    if (e.code) shi_ledger_rollback(ws);
    return e;
}

shi_err shi_spot_plan_make(shi_workspace *ws, shi_arena *keep, const shi_spot_wish *wish, const shi_engine *engine, shi_spot_plan *out)
{
    shi_spot_frame frame;
    shi_buf json = { 0 }, csv = { 0 };
    *out = (shi_spot_plan){ .sequential = wish->sequential, .confidence = wish->confidence, .tolerance = wish->tolerance, .risk = wish->risk };
    out->cluster_level = wish->cluster_level;
    SHI_TRY(take_figures(keep, wish, out));
    SHI_TRY(shi_checks_next(ws, keep, &out->id));
    SHI_TRY(shi_spot_frame_make(ws, keep, engine, out, &frame));
    if (!out->cluster_level.ptr) SHI_TRY(set_claims(out, wish->claim));   /* meetings decide none */
    SHI_TRY(out->cluster_level.ptr ? shi_spot_size_clusters(wish, out) : shi_spot_size(wish, out));
    shi_spot_plan_write(&json, out);
    shi_spot_frame_write(&csv, &frame);
    shi_err e = json.failed || csv.failed ? shi_no_memory() : store_plan(ws, out, shi_buf_str(&json), shi_buf_str(&csv));
    shi_buf_drop(&json);
    shi_buf_drop(&csv);
    return e.code ? e : shi_checks_settle(ws, keep, out->id);
}

static void hex_of(shi_str text, char out[65])
{
    shi_sha256 hash;
    shi_sha256_text(text, &hash);
    shi_hex(hash.byte, 32, out);
}

shi_err shi_spot_commit(shi_workspace *ws, shi_arena *keep, shi_str id, char frame_sha256[65], char commitment_sha256[65])
{
    shi_str plan, frame, commitment;
    SHI_TRY(shi_checks_exists(ws, id));
    SHI_TRY(shi_checks_settle(ws, keep, id));
    SHI_TRY(shi_checks_get(ws, keep, id, "plan.json", &plan));
    SHI_TRY(shi_checks_get(ws, keep, id, "frame.csv", &frame));
    SHI_TRY(shi_checks_get(ws, keep, id, "commitment.json", &commitment));
    hex_of(frame, frame_sha256);
    if (!commitment.ptr) {   /* a second time it is the same again */
        shi_buf json = { 0 };
        shi_spot_commitment_write(&json, id.ptr, plan, frame);
        commitment = shi_str_copy(keep, shi_buf_str(&json));
        shi_buf_drop(&json);
        if (!commitment.ptr) return shi_no_memory();
        SHI_TRY(shi_ledger_begin(ws));
        shi_err e = shi_checks_put(ws, id, "commitment.json", commitment);
        if (!e.code) e = shi_ledger_commit(ws);
        if (e.code) shi_ledger_rollback(ws);
        if (e.code) return e;
        SHI_TRY(shi_checks_settle(ws, keep, id));
    }
    hex_of(commitment, commitment_sha256);
    return (shi_err){ 0 };
}
