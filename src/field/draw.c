/* spotcheck draw: from the public seed to the keys that are visited. In each stratum those not yet drawn stand in order of their tickets, and
 * the first n are drawn; so is a tenth of them to be visited twice. Each round takes a fresh seed, since whoever knows a seed knows the order.
 * Clusters stand in order of the tickets of "cluster NUMBER", and of those drawn everybody is, in order of the keys; there is one round. */
#include "field/spot.h"

#include "shishu/ticket.h"
#include "store/checks.h"

#include <stdlib.h>
#include <string.h>

enum { DIGITS = 18 };   /* of a ticket, after the leading nines: no two of millions agree in so many */

typedef struct {
    shi_arena *keep;
    const shi_spot_plan *plan;
    const shi_spot_frame *frame;
    shi_spot_draw *draw;
    shi_str seed;
    bool *gone;               /* frame rows drawn in earlier rounds */
    int64_t *left, *n;        /* of each stratum */
} drawing;

static int by_text(const void *a, const void *b)
{
    return shi_str_cmp(*(const shi_str *)a, *(const shi_str *)b);
}

static shi_err find_gone(drawing *d)
{
    const shi_spot_frame *f = d->frame;
    for (int64_t k = 0; k < d->draw->len; k++) {
        const shi_str *at = bsearch(&d->draw->ptr[k].key, f->key, (size_t)f->rows, sizeof *f->key, by_text);
        if (!at) return shi_fail_value(SHI_INPUT, d->draw->ptr[k].key, N_("a key that was drawn is not in the frame"),
                                       N_("The file is not as Shishu wrote it: take the one that was published."));
        d->gone[at - f->key] = true;
    }
    for (int64_t i = 0; i < f->rows; i++) {
        if (f->stratum[i] < 1 || f->stratum[i] > d->plan->strata)
            return shi_fail_value(SHI_INPUT, f->key[i], N_("the frame holds a stratum that the plan does not know"),
                                  N_("The file is not as Shishu wrote it: take the one that was published."));
        d->left[f->stratum[i] - 1] += !d->gone[i];
    }
    return (shi_err){ 0 };
}

typedef struct {
    int64_t remainder, stratum;
} leftover;

static int by_remainder(const void *a, const void *b)
{
    const leftover *x = a, *y = b;
    if (x->remainder != y->remainder) return x->remainder > y->remainder ? -1 : 1;
    return x->stratum < y->stratum ? -1 : x->stratum > y->stratum;
}

/* Of the first round as planned; of a later one `more`, by largest remainder over what is left, ties to the first stratum. In whole numbers, since
 * rounding would decide ties, and then nobody could do it again by hand. */
static shi_err round_sizes(drawing *d, int64_t more)
{
    int64_t H = d->plan->strata, all = 0, given = 0;
    leftover *rest = shi_new(d->keep, leftover, H);
    if (!rest) return shi_no_memory();
    for (int64_t h = 0; h < H; h++) all += d->left[h];
    if (more > all) more = all;
    for (int64_t h = 0; h < H && all > 0; h++) {
        int64_t share = more * d->left[h];
        d->n[h] = d->draw->rounds > 0 ? share / all : d->plan->stratum[h].n < d->left[h] ? d->plan->stratum[h].n : d->left[h];
        rest[h] = (leftover){ share % all, h };
        given += d->n[h];
    }
    if (d->draw->rounds == 0) return (shi_err){ 0 };
    qsort(rest, (size_t)H, sizeof *rest, by_remainder);
    for (int64_t k = 0; given < more; k++, given++) d->n[rest[k].stratum]++;
    return (shi_err){ 0 };
}

static shi_err draw_stratum(drawing *d, int64_t h, shi_arena scratch)
{
    const shi_spot_frame *f = d->frame;
    shi_str *id = shi_new(&scratch, shi_str, d->left[h]);
    int64_t *row = shi_new(&scratch, int64_t, d->left[h]), *order = shi_new(&scratch, int64_t, d->n[h]), n = 0;
    if ((d->left[h] && (!id || !row)) || (d->n[h] && !order)) return shi_no_memory();
    for (int64_t i = 0; i < f->rows; i++) {
        if (f->stratum[i] != h + 1 || d->gone[i]) continue;
        id[n] = f->key[i];
        row[n++] = i;
    }
    SHI_TRY(shi_ticket_order(scratch, d->seed, id, n, d->n[h], order, NULL));
    for (int64_t k = 0; k < d->n[h]; k++) {
        shi_ticket ticket;
        char text[SHI_TICKET_DIGITS + 3];
        shi_str key = id[order[k]];
        shi_ticket_first(d->seed, key, &ticket);
        shi_ticket_write(&ticket, DIGITS, text);
        d->draw->ptr[d->draw->len++] = (shi_spot_drawn){ .key = key, .ticket = shi_str_copy(d->keep, shi_str_from(text)), .stratum = h + 1,
            .round = d->draw->rounds };
        d->gone[row[order[k]]] = true;
    }
    return (shi_err){ 0 };
}

/* A tenth of the round, rounded up: those whose tickets of "recheck KEY" are smallest. */
static shi_err choose_rechecks(drawing *d, int64_t from, shi_arena scratch)
{
    int64_t n = d->draw->len - from, tenth = (n + 9) / 10;
    shi_str *id = shi_new(&scratch, shi_str, n);
    int64_t *order = shi_new(&scratch, int64_t, tenth);
    if (n && (!id || !order)) return shi_no_memory();
    for (int64_t k = 0; k < n; k++) {
        shi_str key = d->draw->ptr[from + k].key;
        id[k] = shi_str_format(d->keep, "recheck %.*s", (int)key.len, key.ptr);
        if (!id[k].ptr) return shi_no_memory();
    }
    SHI_TRY(shi_ticket_order(scratch, d->seed, id, n, tenth, order, NULL));
    for (int64_t k = 0; k < tenth; k++) d->draw->ptr[from + order[k]].recheck = true;
    return (shi_err){ 0 };
}

static shi_err draw_all(drawing *d, int64_t total)
{
    shi_arena scratch;
    int64_t from = d->draw->len;
    SHI_TRY(shi_arena_open(96 * d->frame->rows + 64 * total + (8 << 20), &scratch));
    shi_err e = { 0 };
    for (int64_t h = 0; h < d->plan->strata && !e.code; h++)
        if (d->n[h] > 0) e = draw_stratum(d, h, scratch);
    if (!e.code) e = choose_rechecks(d, from, scratch);
    shi_arena_drop(&scratch);
    return e;
}

/* ---- clusters ---- */

shi_err shi_spot_cluster_sizes(shi_arena *keep, const shi_spot_plan *plan, const shi_spot_frame *frame, int64_t **size, int64_t *clusters)
{
    static const char REMEDY[] = N_("The file is not as Shishu wrote it: take the one that was published.");
    int64_t C = 0, seen = 0, *n = NULL, *in = NULL, *of = NULL;
    if (!frame->cluster) return shi_fail(SHI_INPUT, N_("the frame holds no clusters, but the plan draws them"), REMEDY);
    for (int64_t h = 0; h < plan->strata; h++) C += plan->stratum[h].clusters > frame->rows ? frame->rows : plan->stratum[h].clusters;
    n = shi_new(keep, int64_t, C);
    of = shi_new(keep, int64_t, C);
    in = shi_new(keep, int64_t, plan->strata);
    if ((C && (!n || !of)) || !in) return shi_no_memory();
    for (int64_t i = 0; i < frame->rows; i++) {
        int64_t c = frame->cluster[i] - 1, h = frame->stratum[i] - 1;
        if (h < 0 || h >= plan->strata)
            return shi_fail_value(SHI_INPUT, frame->key[i], N_("the frame holds a stratum that the plan does not know"), REMEDY);
        if (c < 0 || c > seen || c >= C)
            return shi_fail_value(SHI_INPUT, frame->key[i], N_("clusters are not numbered in the order in which the frame first names them"), REMEDY);
        if (c == seen) seen++, in[h]++, of[c] = h;
        if (of[c] != h) return shi_fail_value(SHI_INPUT, frame->key[i], N_("a cluster lies in two strata"), REMEDY);
        n[c]++;
    }
    for (int64_t h = 0; h < plan->strata; h++)
        if (in[h] != plan->stratum[h].clusters) return shi_fail(SHI_INPUT, N_("a stratum has another number of clusters than the plan says"), REMEDY);
    *size = n;
    *clusters = C;
    return (shi_err){ 0 };
}

/* Everybody of a cluster. */
static shi_err add_cluster(drawing *d, int64_t h, int64_t cluster, shi_str id)
{
    const shi_spot_frame *f = d->frame;
    shi_ticket ticket;
    char text[SHI_TICKET_DIGITS + 3];
    shi_ticket_first(d->seed, id, &ticket);
    shi_ticket_write(&ticket, DIGITS, text);
    shi_str written = shi_str_copy(d->keep, shi_str_from(text));
    if (!written.ptr) return shi_no_memory();
    for (int64_t i = 0; i < f->rows; i++)
        if (f->cluster[i] == cluster)
            d->draw->ptr[d->draw->len++] = (shi_spot_drawn){ .key = f->key[i], .ticket = written, .round = 1, .stratum = h + 1, .cluster = cluster };
    return (shi_err){ 0 };
}

static shi_err draw_clusters_of(drawing *d, int64_t h, int64_t clusters, shi_arena scratch)
{
    const shi_spot_frame *f = d->frame;
    int64_t n = 0, seen = 0, wanted = d->plan->stratum[h].n, *number = shi_new(&scratch, int64_t, clusters);
    int64_t *order = shi_new(&scratch, int64_t, wanted);
    shi_str *id = shi_new(&scratch, shi_str, clusters);
    if (!number || !id || (wanted && !order)) return shi_no_memory();
    for (int64_t i = 0; i < f->rows; i++) {   /* a number above those before is a cluster's first row */
        if (f->cluster[i] <= seen) continue;
        seen = f->cluster[i];
        if (f->stratum[i] == h + 1) number[n++] = seen;
    }
    for (int64_t k = 0; k < n; k++) {
        id[k] = shi_str_format(d->keep, "cluster %lld", (long long)number[k]);
        if (!id[k].ptr) return shi_no_memory();
    }
    SHI_TRY(shi_ticket_order(scratch, d->seed, id, n, wanted, order, NULL));
    for (int64_t k = 0; k < wanted; k++) SHI_TRY(add_cluster(d, h, number[order[k]], id[order[k]]));
    return (shi_err){ 0 };
}

/* Whoever adds meetings when he does not like what he found has no interval any more. */
static shi_err one_round(const shi_spot_plan *plan, const shi_spot_draw *draw)
{
    if (!plan->cluster_level.ptr || draw->rounds == 0) return (shi_err){ 0 };
    return shi_fail(SHI_INPUT, N_("meetings are drawn in one round: an interval from several rounds would hold less often than it says"),
                    N_("Plan another check with as many meetings as you want in all."));
}

static shi_err draw_clusters(drawing *d)
{
    int64_t *size, clusters;
    shi_arena scratch;
    SHI_TRY(one_round(d->plan, d->draw));
    SHI_TRY(shi_spot_cluster_sizes(d->keep, d->plan, d->frame, &size, &clusters));
    d->draw->seed = shi_new(d->keep, shi_str, 1);
    d->draw->ptr = shi_new(d->keep, shi_spot_drawn, d->frame->rows);
    if (!d->draw->seed || !d->draw->ptr) return shi_no_memory();
    d->draw->seed[d->draw->rounds++] = d->seed;
    SHI_TRY(shi_arena_open(96 * clusters + 64 * d->frame->rows + (8 << 20), &scratch));
    shi_err e = { 0 };
    for (int64_t h = 0; h < d->plan->strata && !e.code; h++) e = draw_clusters_of(d, h, clusters, scratch);
    if (!e.code) e = choose_rechecks(d, 0, scratch);
    shi_arena_drop(&scratch);
    return e;
}

shi_err shi_spot_draw_more(shi_arena *keep, const shi_spot_plan *plan, const shi_spot_frame *frame, shi_str seed, int64_t more, shi_spot_draw *draw)
{
    drawing d = { .keep = keep, .plan = plan, .frame = frame, .draw = draw, .seed = seed, .gone = shi_new(keep, bool, frame->rows),
        .left = shi_new(keep, int64_t, plan->strata), .n = shi_new(keep, int64_t, plan->strata) };
    int64_t total = 0;
    if ((frame->rows && !d.gone) || !d.left || !d.n) return shi_no_memory();
    if (plan->cluster_level.ptr) return draw_clusters(&d);
    SHI_TRY(find_gone(&d));
    SHI_TRY(round_sizes(&d, more));
    for (int64_t h = 0; h < plan->strata; h++) total += d.n[h];
    if (total == 0) return shi_fail(SHI_INPUT, N_("nobody is left to be drawn"), N_("Everyone was drawn: record what the visits find."));
    shi_str *seeds = shi_new(keep, shi_str, draw->rounds + 1);
    shi_spot_drawn *drawn = shi_new(keep, shi_spot_drawn, draw->len + total);
    if (!seeds || !drawn) return shi_no_memory();
    if (draw->rounds) memcpy(seeds, draw->seed, (size_t)draw->rounds * sizeof *seeds);
    if (draw->len) memcpy(drawn, draw->ptr, (size_t)draw->len * sizeof *drawn);
    seeds[draw->rounds++] = seed;
    draw->seed = seeds;
    draw->ptr = drawn;
    return draw_all(&d, total);
}

static shi_err seed_is_fresh(const shi_spot_draw *draw, shi_str seed)
{
    if (seed.len == 0) return shi_fail(SHI_USAGE, N_("the seed is empty"),
                                        N_("Draw it in public, with dice or a lottery, and write it as --seed TEXT."));
    if (shi_utf8_valid(seed.ptr, seed.len) != seed.len)
        return shi_fail(SHI_USAGE, N_("the seed is no UTF-8 text, so it could not be published as it is"),
                        N_("Write it in digits or in plain letters."));
    for (int64_t r = 0; r < draw->rounds; r++)
        if (shi_str_eq(draw->seed[r], seed))
            return shi_fail_value(SHI_INPUT, seed, N_("an earlier round had this seed: whoever knows it knows who comes next"),
                                  N_("Draw a fresh seed in public for each round."));
    return (shi_err){ 0 };
}

shi_err shi_spot_draw_round(shi_workspace *ws, shi_arena *keep, shi_str id, shi_str seed, int64_t more, shi_spot_draw *out)
{
    shi_str plan_text, frame_text, commitment, draw_text;
    shi_spot_plan plan;
    shi_spot_frame frame;
    shi_sha256 hash;
    char hex[65];
    *out = (shi_spot_draw){ 0 };
    SHI_TRY(shi_checks_exists(ws, id));
    SHI_TRY(shi_checks_settle(ws, keep, id));
    SHI_TRY(shi_checks_get(ws, keep, id, "plan.json", &plan_text));
    SHI_TRY(shi_checks_get(ws, keep, id, "frame.csv", &frame_text));
    SHI_TRY(shi_checks_get(ws, keep, id, "commitment.json", &commitment));
    SHI_TRY(shi_checks_get(ws, keep, id, "draw.json", &draw_text));
    if (!commitment.ptr) return shi_fail_value(SHI_INPUT, id, N_("nothing was committed to: a seed that is known before decides nothing"),
                                               N_("Run \"shishu spotcheck commit\", publish the commitment, and only then draw the seed in public."));
    SHI_TRY(shi_spot_plan_read(keep, plan_text, &plan));
    SHI_TRY(shi_spot_frame_read(keep, frame_text, &frame));
    if (draw_text.ptr) SHI_TRY(shi_spot_draw_read(keep, draw_text, out));
    SHI_TRY(one_round(&plan, out));
    SHI_TRY(seed_is_fresh(out, seed));
    if (out->rounds == 0 && more > 0)
        return shi_fail_value(SHI_USAGE, id, N_("the first round draws as many as the plan says, since that was committed to"),
                              N_("Draw it without --more; --more N is for further rounds."));
    if (out->rounds > 0 && more == 0)
        return shi_fail_value(SHI_USAGE, id, N_("the first round is drawn already"),
                              N_("For a further round say how many with --more N, with a fresh seed."));
    SHI_TRY(shi_spot_draw_more(keep, &plan, &frame, seed, more, out));
    shi_sha256_text(commitment, &hash);
    shi_hex(hash.byte, 32, hex);
    shi_buf json = { 0 };
    shi_spot_draw_write(&json, id, shi_str_from(hex), out);
    shi_err e = json.failed ? shi_no_memory() : shi_ledger_begin(ws);
    if (!e.code) e = shi_checks_put(ws, id, "draw.json", shi_buf_str(&json));
    if (!e.code) e = shi_ledger_commit(ws);
    if (e.code) shi_ledger_rollback(ws);
    shi_buf_drop(&json);
    return e.code ? e : shi_checks_settle(ws, keep, id);
}
