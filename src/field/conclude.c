/* spotcheck estimate: from results to what may be said of each figure. Which results count does not hang on the order in which they came in: of
 * a plan with a fixed size all that were drawn (who has no result counts as not reached); of a sequential one, for each figure, those from the
 * first drawn up to the last of an unbroken row of results, since only a prefix of the draw is a random sample. The strata of a figure take turns
 * in that row: whoever could end it in each stratum by itself could pick the best of many ends. */
#include "field/spot.h"

#include "shishu/adjust.h"
#include "shishu/misclassify.h"
#include "store/checks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is known of one that was drawn. */
typedef struct {
    shi_outcome first, last;   /* of the first visit; of the latest. A "not real" whose reason is not recorded counts as not reached */
    bool again;
} found;

typedef struct {
    shi_arena *keep, scratch;
    const shi_spot_plan *plan;
    const shi_spot_frame *frame;
    const shi_spot_draw *draw;
    found *seen;                 /* of each drawn */
    double *x;                   /* where clusters were drawn, the same as a value */
    shi_stratum *strata;
    int64_t *unreached, beyond;
    shi_recheck recheck;
} concluding;

typedef struct {
    shi_str key;
    int64_t row;
} place;

static int by_key(const void *a, const void *b)
{
    return shi_str_cmp(((const place *)a)->key, ((const place *)b)->key);
}

static shi_err attach(concluding *c, const shi_spot_results *results)
{
    int64_t n = c->draw->len;
    place *at = shi_new(c->keep, place, n);
    c->seen = shi_new(c->keep, found, n);
    if (n && (!at || !c->seen)) return shi_no_memory();
    for (int64_t k = 0; k < n; k++) at[k] = (place){ c->draw->ptr[k].key, k };
    if (n) qsort(at, (size_t)n, sizeof *at, by_key);
    for (int64_t i = 0; i < results->len; i++) {
        const shi_spot_result *x = &results->ptr[i];
        const place key = { x->key, 0 }, *p = n ? bsearch(&key, at, (size_t)n, sizeof *at, by_key) : NULL;
        if (!p) return shi_fail_value(SHI_INPUT, x->key, N_("the key was not drawn"), N_("Only results of those who were drawn count."));
        found *f = &c->seen[p->row];
        shi_outcome outcome = x->outcome == SHI_NOT_REAL && x->reason.len == 0 ? SHI_NOT_REACHED : x->outcome;
        bool second = x->recheck && f->first != SHI_NOT_VISITED;
        if (second && outcome == SHI_NOT_REACHED) continue;   /* nobody found says nothing against what the first visit found */
        if (second) f->again = true;
        else f->first = outcome;
        f->last = outcome;
    }
    return (shi_err){ 0 };
}

/* The second visit is taken as the truth. */
static void tally_recheck(concluding *c, const found *f)
{
    shi_recheck *r = &c->recheck;
    if (f->first == SHI_REAL || f->first == SHI_NOT_REAL) {
        r->visited++;
        r->found += f->first == SHI_REAL;
    }
    if (!f->again || f->first == SHI_NOT_REACHED || (f->last != SHI_REAL && f->last != SHI_NOT_REAL)) return;
    if (f->last == SHI_REAL) r->again_real++, r->agreed_real += f->first == SHI_REAL;
    else r->again_not++, r->agreed_not += f->first == SHI_NOT_REAL;
}

/* The place of one that was drawn in the row in which results count: rounds one after the other, in each the strata of a figure in turn, by how
 * much of what the round drew of the stratum came before: (2 k + 1) / n of the kth from 0. */
typedef struct {
    int64_t drawn, round, stratum, k, n;
} turn;

static int by_turn(const void *a, const void *b)
{
    const turn *x = a, *y = b;
    if (x->round != y->round) return x->round < y->round ? -1 : 1;
    int64_t p = (2 * x->k + 1) * y->n, q = (2 * y->k + 1) * x->n;   /* both below 2^62: a frame has fewer than 2^30 rows */
    if (p != q) return p < q ? -1 : 1;
    return (x->stratum > y->stratum) - (x->stratum < y->stratum);
}

static shi_err take_turns(concluding *c, turn **out)
{
    int64_t n = c->draw->len, from = 0;
    turn *t = shi_new(c->keep, turn, n);
    if (n && !t) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) {   /* rows of one round and stratum stand together */
        const shi_spot_drawn *d = &c->draw->ptr[i], *first = &c->draw->ptr[from];
        if (d->stratum < 1 || d->stratum > c->plan->strata)
            return shi_fail_value(SHI_INPUT, d->key, N_("the draw holds a stratum that the plan does not know"),
                                  N_("The file is not as Shishu wrote it: take the one that was published."));
        if (d->round != first->round || d->stratum != first->stratum) from = i;
        t[i] = (turn){ .drawn = i, .round = d->round, .stratum = d->stratum, .k = i - from };
        for (int64_t b = from; b <= i && (i + 1 == n || d[1].round != d->round || d[1].stratum != d->stratum); b++) t[b].n = i - from + 1;
    }
    if (n) qsort(t, (size_t)n, sizeof *t, by_turn);
    *out = t;
    return (shi_err){ 0 };
}

static shi_err tally(concluding *c)
{
    int64_t H = c->plan->strata;
    bool *broken = shi_new(c->keep, bool, c->plan->figures), sequential = c->plan->sequential;
    turn *t = NULL;
    c->strata = shi_new(c->keep, shi_stratum, H);
    c->unreached = shi_new(c->keep, int64_t, H);
    if (!broken || !c->strata || !c->unreached) return shi_no_memory();
    for (int64_t h = 0; h < H; h++) c->strata[h].size = c->plan->stratum[h].population;
    SHI_TRY(take_turns(c, &t));
    for (int64_t k = 0; k < c->draw->len; k++) {
        int64_t h = t[k].stratum - 1, figure = c->plan->stratum[h].figure;
        const found *f = &c->seen[t[k].drawn];
        tally_recheck(c, f);
        broken[figure] |= sequential && f->last == SHI_NOT_VISITED;
        if (broken[figure]) {
            c->beyond += f->last != SHI_NOT_VISITED;
            continue;
        }
        c->strata[h].visited++;
        c->strata[h].real += f->last == SHI_REAL;
        c->unreached[h] += f->last == SHI_NOT_REACHED || f->last == SHI_NOT_VISITED;
    }
    return (shi_err){ 0 };
}

/* Of clusters everyone counts, whenever it was his turn. */
static shi_err tally_clusters(concluding *c)
{
    c->x = shi_new(c->keep, double, c->draw->len);
    if (c->draw->len && !c->x) return shi_no_memory();
    for (int64_t k = 0; k < c->draw->len; k++) {
        const found *f = &c->seen[k];
        tally_recheck(c, f);
        c->x[k] = f->last == SHI_REAL ? 1 : f->last == SHI_NOT_REAL ? 0 : (double)NAN;
    }
    return (shi_err){ 0 };
}

static shi_err estimate_some(const concluding *c, int64_t from, int64_t n, const shi_spot_figure *figure, double risk, shi_estimate *out)
{
    if (c->x) return shi_spot_estimate_clusters(c->scratch, c->plan, c->frame, c->draw, c->x, from, n, out);
    const shi_estimate_rule rule = { .confidence = c->plan->confidence, .sequential = c->plan->sequential || c->draw->rounds > 1,
        .combination = c->plan->combination, .claimed = figure && figure->threshold > 0 ? figure->reported : 0, .tolerance = c->plan->tolerance,
        .risk = risk };
    return shi_estimate_counts(c->scratch, (shi_strata){ c->strata + from, n }, c->unreached + from, &rule, out);
}

/* How many further visits decide an open figure, whatever becomes of the others: e-BH confirms for sure what reaches figures / risk. */
static shi_err find_more(const concluding *c, shi_estimate *each)
{
    int64_t from = 0;
    for (int64_t i = 0; i < c->plan->figures; i++) {
        int64_t n = 0;
        shi_estimate alone;
        while (from + n < c->plan->strata && c->plan->stratum[from + n].figure == i) n++;
        if (each[i].claim && each[i].decision == SHI_CLAIM_OPEN) {
            SHI_TRY(estimate_some(c, from, n, &c->plan->figure[i], c->plan->risk / (double)c->plan->figures, &alone));
            each[i].more = alone.more;
        }
        from += n;
    }
    return (shi_err){ 0 };
}

/* Several claims at once. Sequential: e-BH over the figures for confirming, and again for refuting, so that of the decisions of each kind at most
 * a share `risk` is wrong in expectation, whatever hangs on what and whenever each was stopped. Fixed sizes: Holm over the p-values. */
static shi_err decide_together(const concluding *c, shi_estimate *each)
{
    int64_t n = c->plan->figures, count, claims = 0;
    double *x = shi_new(c->keep, double, n), *adjusted = shi_new(c->keep, double, n);
    bool *confirmed = shi_new(c->keep, bool, n), *refuted = shi_new(c->keep, bool, n);
    if (!x || !adjusted || !confirmed || !refuted) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) claims += each[i].claim;
    if (claims < 2) return (shi_err){ 0 };
    if (c->plan->sequential || c->draw->rounds > 1) {
        for (int64_t i = 0; i < n; i++) x[i] = each[i].e_confirm;
        SHI_TRY(shi_e_bh(c->scratch, x, n, c->plan->risk, confirmed, &count));
        for (int64_t i = 0; i < n; i++) x[i] = each[i].e_refute;
        SHI_TRY(shi_e_bh(c->scratch, x, n, c->plan->risk, refuted, &count));
        for (int64_t i = 0; i < n; i++)
            each[i].decision = refuted[i] ? SHI_CLAIM_REFUTED : confirmed[i] ? SHI_CLAIM_CONFIRMED : SHI_CLAIM_OPEN;
        SHI_TRY(find_more(c, each));
    } else {
        for (int64_t i = 0; i < n; i++) x[i] = each[i].claim ? each[i].p : 1;
        SHI_TRY(shi_p_adjust(c->scratch, SHI_P_HOLM, x, n, adjusted));
        for (int64_t i = 0; i < n; i++)
            if (adjusted[i] > c->plan->risk) each[i].decision = SHI_CLAIM_OPEN;
    }
    return (shi_err){ 0 };
}

static void write_errors(const concluding *c, shi_json *json)
{
    shi_corrected x;
    const shi_recheck *r = &c->recheck;
    bool known = !c->x && shi_misclassified(r, c->plan->confidence, &x);   /* its interval is that of people drawn one by one */
    shi_json_key(json, "errors");
    shi_json_begin_object(json);
    shi_json_kint(json, "rechecked", r->again_real + r->again_not);
    shi_json_kint(json, "agreed", r->agreed_real + r->agreed_not);
    shi_json_kf64(json, "sensitivity", r->again_real > 0, r->again_real > 0 ? (double)r->agreed_real / (double)r->again_real : 0);
    shi_json_kf64(json, "specificity", r->again_not > 0, r->again_not > 0 ? (double)r->agreed_not / (double)r->again_not : 0);
    shi_json_kf64(json, "share", known, known ? x.share : 0);
    shi_json_kf64(json, "low", known, known ? x.interval.low : 0);
    shi_json_kf64(json, "high", known, known ? x.interval.high : 0);
    shi_json_end_object(json);
}

static void write_all(const concluding *c, const shi_estimate *whole, const shi_estimate *each, shi_buf *out)
{
    shi_json json = { .out = out };
    shi_json_begin_object(&json);
    shi_json_kstr(&json, "check", c->plan->id);
    shi_estimate_json(&json, whole);
    shi_json_kint(&json, "drawn", c->draw->len);
    shi_json_kint(&json, "beyond_prefix", c->beyond);
    write_errors(c, &json);
    shi_json_key(&json, "figures");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < c->plan->figures; i++) {
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "figure", c->plan->figure[i].figure);
        shi_estimate_json(&json, &each[i]);
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    shi_buf_addc(out, '\n');
}

static shi_err conclude(concluding *c, const shi_spot_results *results, shi_buf *json, shi_estimate *each)
{
    const shi_spot_plan *plan = c->plan;
    shi_estimate whole;
    int64_t from = 0;
    SHI_TRY(attach(c, results));
    SHI_TRY(plan->cluster_level.ptr ? tally_clusters(c) : tally(c));
    for (int64_t i = 0; i < plan->figures; i++) {
        int64_t n = 0;
        while (from + n < plan->strata && plan->stratum[from + n].figure == i) n++;
        if (n == 0) return shi_fail_value(SHI_INPUT, plan->figure[i].figure, N_("the figure has no stratum"),
                                          N_("The file is not as Shishu wrote it: take the one that was published."));
        SHI_TRY(estimate_some(c, from, n, &plan->figure[i], plan->risk, &each[i]));
        from += n;
    }
    SHI_TRY(decide_together(c, each));
    if (plan->figures == 1) whole = each[0];
    else SHI_TRY(estimate_some(c, 0, plan->strata, NULL, plan->risk, &whole));
    write_all(c, &whole, each, json);
    return json->failed ? shi_no_memory() : (shi_err){ 0 };
}

shi_err shi_spot_conclude(shi_arena *keep, const shi_spot_plan *plan, const shi_spot_frame *frame, const shi_spot_draw *draw,
                          const shi_spot_results *results, shi_buf *json, shi_estimate *each)
{
    concluding c = { .keep = keep, .plan = plan, .frame = frame, .draw = draw };
    int64_t clusters = plan->cluster_level.ptr ? 600 * draw->len + 64 * frame->rows : 0;
    SHI_TRY(shi_arena_open(400 * plan->strata + 64 * plan->figures + clusters + (1 << 17), &c.scratch));
    shi_err e = conclude(&c, results, json, each);
    shi_arena_drop(&c.scratch);
    return e;
}

static shi_err store_figures(shi_workspace *ws, const shi_spot_plan *plan, const shi_estimate *each)
{
    for (int64_t i = 0; i < plan->figures; i++) {
        const shi_spot_figure *f = &plan->figure[i];
        const shi_estimate *e = &each[i];
        double low = e->drawn ? e->sure_low : e->low, high = e->drawn ? e->sure_high : e->high;   /* what others rest on holds by the draw alone */
        const shi_checked_row row = { f->indicator, f->period, f->unit_code, plan->id, e->visited - e->unreached, e->real,
            (int64_t)llround(ceil(low - 1e-9)), (int64_t)llround(floor(high + 1e-9)), e->judged ? (int64_t)llround(e->total) : -1, e->claim
                ? f->reported : -1, shi_str_from(e->method),
            e->claim ? shi_str_from(shi_decision_name(e->decision)) : (shi_str){ 0 } };
        SHI_TRY(shi_checks_conclude(ws, &row));
    }
    return (shi_err){ 0 };
}

/* From the ledger's files to the conclusion. confidence 0: the plan's. */
shi_err shi_spot_check_at(shi_workspace *ws, shi_arena *keep, shi_str id, double confidence, shi_spot_concluded *out)
{
    shi_str plan_text, frame_text, draw_text, results_text;
    shi_spot_frame frame = { 0 };
    shi_spot_draw draw;
    shi_spot_results results = { 0 };
    shi_buf text = { 0 };
    SHI_TRY(shi_checks_get(ws, keep, id, "plan.json", &plan_text));
    SHI_TRY(shi_checks_get(ws, keep, id, "draw.json", &draw_text));
    SHI_TRY(shi_checks_get(ws, keep, id, "results.csv", &results_text));
    if (!draw_text.ptr) return shi_fail_value(SHI_INPUT, id, N_("nobody was drawn yet"), N_("Run \"shishu spotcheck draw\" with a public seed."));
    SHI_TRY(shi_spot_plan_read(keep, plan_text, &out->plan));
    SHI_TRY(shi_spot_draw_read(keep, draw_text, &draw));
    if (out->plan.cluster_level.ptr) {
        SHI_TRY(shi_checks_get(ws, keep, id, "frame.csv", &frame_text));
        SHI_TRY(shi_spot_frame_read(keep, frame_text, &frame));
    }
    if (results_text.ptr) SHI_TRY(shi_spot_results_read(keep, results_text, &results));
    if (confidence > 0) out->plan.confidence = confidence;
    out->each = shi_new(keep, shi_estimate, out->plan.figures);
    if (!out->each) return shi_no_memory();
    shi_err e = shi_spot_conclude(keep, &out->plan, &frame, &draw, &results, &text, out->each);
    out->json = e.code ? (shi_str){ 0 } : shi_str_copy(keep, shi_buf_str(&text));
    shi_buf_drop(&text);
    return e.code || out->json.ptr ? e : shi_no_memory();
}

shi_err shi_spot_estimate(shi_workspace *ws, shi_arena *keep, shi_str id, shi_spot_concluded *out)
{
    SHI_TRY(shi_checks_exists(ws, id));
    SHI_TRY(shi_checks_settle(ws, keep, id));
    SHI_TRY(shi_spot_check_at(ws, keep, id, 0, out));
    SHI_TRY(shi_ledger_begin(ws));
    shi_err e = shi_checks_put(ws, id, "estimate.json", out->json);
    if (!e.code) e = store_figures(ws, &out->plan, out->each);
    if (!e.code) e = shi_ledger_commit(ws);
    if (e.code) shi_ledger_rollback(ws);
    return e.code ? e : shi_checks_settle(ws, keep, id);
}
