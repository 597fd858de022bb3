/* From pairs to groups: communities of the pairs with e >= 100, whose e-value is that of all tested pairs inside, so that the choice of the groups
 * costs nothing; and the list of pairs at a false discovery rate. Scales are merged pair by pair, since both are in order of (a, b). */
#include "kernel/sync.h"

#include "base/calendar.h"
#include "base/text.h"
#include "shishu/community.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double EDGE = 2;      /* log10 of the least e of an edge */

enum { HOURS = 168, ALONE = -1 };

typedef struct {
    int32_t a, b;
    double log10_e;
} edge;

typedef struct {
    const shi_sync_data *data;
    const shi_sync_scale_result *scale;
    int64_t scales, judged;
    edge *edge;
    int64_t edges;
    int32_t *point, *account;      /* of accounts and back; -1: no edge */
    int64_t points;
    int32_t *part;                 /* of points */
    int64_t parts;
    int32_t *group_of_act;         /* -1: in no hit of a group */
} grouping;

static int by_pair(const void *x, const void *y)
{
    const edge *e = x, *f = y;
    if (e->a != f->a) return e->a < f->a ? -1 : 1;
    if (e->b != f->b) return e->b < f->b ? -1 : 1;
    return e->log10_e > f->log10_e ? -1 : e->log10_e < f->log10_e;
}

/* A pair that is an edge in several scales is one, with its largest e. */
static shi_err find_edges(grouping *g, shi_arena *scratch)
{
    int64_t n = 0;
    for (int64_t s = 0; s < g->scales; s++)
        for (int64_t i = 0; i < g->scale[s].pairs; i++) n += g->scale[s].pair[i].seen.log10_e >= EDGE;
    g->edge = shi_new(scratch, edge, n);
    if (!g->edge) return shi_no_memory();
    n = 0;
    for (int64_t s = 0; s < g->scales; s++)
        for (int64_t i = 0; i < g->scale[s].pairs; i++) {
            const shi_sync_pair *p = &g->scale[s].pair[i].seen;
            if (p->log10_e >= EDGE) g->edge[n++] = (edge){ p->a, p->b, p->log10_e };
        }
    if (n) qsort(g->edge, (size_t)n, sizeof *g->edge, by_pair);
    for (int64_t i = 0; i < n; i++)
        if (g->edges == 0 || g->edge[g->edges - 1].a != g->edge[i].a || g->edge[g->edges - 1].b != g->edge[i].b) g->edge[g->edges++] = g->edge[i];
    return (shi_err){ 0 };
}

static shi_err find_parts(grouping *g, shi_arena *scratch)
{
    int32_t *a = shi_new(scratch, int32_t, g->edges), *b = shi_new(scratch, int32_t, g->edges);
    double *weight = shi_new(scratch, double, g->edges);
    g->point = shi_new(scratch, int32_t, g->data->accounts);
    g->account = shi_new(scratch, int32_t, g->data->accounts);
    if (!a || !b || !weight || !g->point || !g->account) return shi_no_memory();
    for (int64_t x = 0; x < g->data->accounts; x++) g->point[x] = -1;
    for (int64_t i = 0; i < g->edges; i++) g->point[g->edge[i].a] = g->point[g->edge[i].b] = 0;
    for (int32_t x = 0; x < g->data->accounts; x++) {
        if (g->point[x] < 0) continue;
        g->account[g->points] = x;
        g->point[x] = (int32_t)g->points++;
    }
    for (int64_t i = 0; i < g->edges; i++) {
        a[i] = g->point[g->edge[i].a];
        b[i] = g->point[g->edge[i].b];
        weight[i] = g->edge[i].log10_e;
    }
    g->part = shi_new(scratch, int32_t, g->points);
    if (!g->part) return shi_no_memory();
    return shi_communities(*scratch, g->points, a, b, weight, g->edges, g->part, &g->parts);
}

static int32_t part_of(const grouping *g, int32_t account)
{
    return g->point[account] < 0 ? -1 : g->part[g->point[account]];
}

/* The part that holds both, or -1. */
static int32_t part_of_pair(const grouping *g, int32_t a, int32_t b)
{
    int32_t part = part_of(g, a);
    return part >= 0 && part == part_of(g, b) ? part : -1;
}

/* log10 of the mean over scales of (sum of e of tested pairs inside) / tested pairs. */
static shi_err weigh(const grouping *g, shi_arena scratch, shi_group *group)
{
    double *most = shi_new(&scratch, double, g->parts), *sum = shi_new(&scratch, double, g->parts);
    if (!most || !sum) return shi_no_memory();
    for (int64_t k = 0; k < g->parts; k++) most[k] = -INFINITY;
    for (int round = 0; round < 2; round++)
        for (int64_t s = 0; s < g->scales; s++)
            for (int64_t i = 0; i < g->scale[s].pairs; i++) {
                const shi_sync_pair *p = &g->scale[s].pair[i].seen;
                int32_t k = part_of_pair(g, p->a, p->b);
                if (k < 0) continue;
                double x = p->log10_e - log10((double)g->scale[s].pairs);
                if (round) sum[k] += pow(10, x - most[k]);
                else if (x > most[k]) most[k] = x;
            }
    for (int64_t k = 0; k < g->parts; k++) {
        group[k].log10_e = sum[k] > 0 ? most[k] + log10(sum[k]) - log10((double)g->judged) : -INFINITY;
        group[k].log10_p = group[k].log10_e > 0 ? -group[k].log10_e : 0;
    }
    return (shi_err){ 0 };
}

static void mark_acts(grouping *g)
{
    const shi_sync_act *act = g->data->acts->act;
    for (int64_t i = 0; i < g->data->acts->n; i++) g->group_of_act[i] = -1;
    for (int64_t s = 0; s < g->scales; s++)
        for (int64_t k = 0; k < g->scale[s].pairs; k++) {
            const shi_sync_tested *pair = &g->scale[s].pair[k];
            int32_t part = part_of_pair(g, pair->seen.a, pair->seen.b);
            if (part < 0) continue;
            for (int64_t t = pair->first; t < pair->first + pair->seen.trials; t++) {
                const shi_sync_trial *trial = &g->scale[s].trial[t];
                if (trial->hit && act[trial->i].object >= 0) g->group_of_act[trial->i] = g->group_of_act[trial->j] = part;
            }
        }
}

/* Objects, acts, first and last, and the hours of the week, of all hits inside the groups. */
static shi_err describe(const grouping *g, shi_arena scratch, shi_group *group, shi_sync_evidence *evidence)
{
    const shi_sync_acts *a = g->data->acts;
    int64_t unit_us = g->data->log->resolution_s * SHI_SECOND_US, hour = 3600 / g->data->log->resolution_s;
    int32_t *object = shi_new(&scratch, int32_t, g->parts), (*hours)[HOURS] = shi_arena_take(&scratch, g->parts, (int64_t)sizeof *hours, 64);
    if (!object || !hours) return shi_no_memory();
    for (int64_t k = 0; k < g->parts; k++) object[k] = -1;
    for (int64_t i = 0; i < a->n; i++) {
        int32_t k = g->group_of_act[i];
        if (k < 0) continue;
        shi_group *to = &group[k];
        int64_t at_us = a->act[i].at * unit_us, monday = shi_floor_div(a->act[i].at, hour > 0 ? hour : 1) + 72;   /* 1970-01-01: Thursday */
        if (object[k] != a->act[i].object) to->things++;
        object[k] = a->act[i].object;
        if (to->deeds == 0 || at_us < to->from_us) to->from_us = at_us;
        if (to->deeds == 0 || at_us > to->to_us) to->to_us = at_us;
        to->deeds++;
        hours[k][monday - shi_floor_div(monday, HOURS) * HOURS]++;
    }
    for (int64_t k = 0; k < g->parts; k++) {
        int32_t most = 0;
        for (int32_t h = 0; h < HOURS; h++) {
            int32_t both = hours[k][h] + hours[k][(h + 1) % HOURS];
            if (both > most) most = both, evidence[k].hour = h;
        }
        evidence[k].same_hours = group[k].deeds ? (double)most / (double)group[k].deeds : 0;
    }
    return (shi_err){ 0 };
}

typedef struct {
    const shi_group *group;
    int32_t part, smallest;
} ordered;

static int strongest_first(const void *x, const void *y)
{
    const ordered *a = x, *b = y;
    const shi_group *g = a->group, *h = b->group;
    if (g->log10_e < h->log10_e || g->log10_e > h->log10_e) return g->log10_e > h->log10_e ? -1 : 1;
    if (g->log10_p < h->log10_p || g->log10_p > h->log10_p) return g->log10_p < h->log10_p ? -1 : 1;
    return a->smallest < b->smallest ? -1 : a->smallest > b->smallest;
}

/* Members by group in the order of the output; their weight is the share of the group's evidence, as log10 e of its edges, that is theirs. */
static shi_err hand_out(grouping *g, shi_arena *keep, shi_arena scratch, const shi_group *group, const shi_sync_evidence *evidence, shi_sync *out)
{
    ordered *order = shi_new(&scratch, ordered, g->parts);
    double *all = shi_new(&scratch, double, g->parts), *own = shi_new(&scratch, double, g->points);
    int64_t *place = shi_new(&scratch, int64_t, g->parts), *pairs = shi_new(&scratch, int64_t, g->parts), at = 0, groups = 0;
    shi_group *to = shi_new(keep, shi_group, g->parts);
    shi_sync_evidence *why = shi_new(keep, shi_sync_evidence, g->parts);
    int32_t *member = shi_new(keep, int32_t, g->points);
    double *weight = shi_new(keep, double, g->points);
    if (!order || !all || !own || !place || !pairs || !to || !why || !member || !weight) return shi_no_memory();
    for (int64_t i = 0; i < g->edges; i++) {
        int32_t k = part_of_pair(g, g->edge[i].a, g->edge[i].b);
        if (k < 0) continue;
        all[k] += g->edge[i].log10_e;
        own[g->point[g->edge[i].a]] += g->edge[i].log10_e;
        own[g->point[g->edge[i].b]] += g->edge[i].log10_e;
        pairs[k]++;
    }
    for (int32_t k = 0; k < g->parts; k++) order[k] = (ordered){ &group[k], k, -1 };
    for (int64_t x = g->points; x-- > 0;) order[g->part[x]].smallest = g->account[x];
    for (int64_t k = 0; k < g->parts; k++)
        if (group[k].len > 1) order[groups++] = order[k];      /* who was left alone is no group */
        else place[k] = ALONE;
    if (groups) qsort(order, (size_t)groups, sizeof *order, strongest_first);
    for (int64_t k = 0; k < groups; k++) {
        to[k] = *order[k].group;
        to[k].first = at;
        why[k] = evidence[order[k].part];
        why[k].pairs = pairs[order[k].part];
        place[order[k].part] = at;
        at += to[k].len;
    }
    for (int64_t x = 0; x < g->points; x++) {
        int32_t k = g->part[x];
        if (place[k] == ALONE) continue;
        member[place[k]] = g->account[x];
        weight[place[k]++] = all[k] > 0 ? own[x] / all[k] : 0;
    }
    out->groups = (shi_groups){ to, groups, member, weight, at };
    out->evidence = why;
    return (shi_err){ 0 };
}

shi_err shi_sync_groups_of(shi_arena *keep, shi_arena scratch, const shi_sync_data *data, const shi_sync_scale_result *scale, int64_t scales,
                           shi_sync *out)
{
    grouping g = { .data = data, .scale = scale, .scales = scales };
    for (int64_t s = 0; s < scales; s++) g.judged += scale[s].about.judged;
    SHI_TRY(find_edges(&g, &scratch));
    SHI_TRY(find_parts(&g, &scratch));
    shi_group *group = shi_new(&scratch, shi_group, g.parts);
    shi_sync_evidence *evidence = shi_new(&scratch, shi_sync_evidence, g.parts);
    g.group_of_act = shi_new(&scratch, int32_t, data->acts->n);
    if (!group || !evidence || !g.group_of_act) return shi_no_memory();
    for (int64_t x = 0; x < g.points; x++) group[g.part[x]].len++;
    SHI_TRY(weigh(&g, scratch, group));
    mark_acts(&g);
    SHI_TRY(describe(&g, scratch, group, evidence));
    return hand_out(&g, keep, scratch, group, evidence, out);
}

/* ---- the list of pairs ---- */

/* log10 p <= 0 as a key in the same order: bits of a negative double go up as it falls. */
static uint64_t key_of(double log10_p)
{
    uint64_t bits;
    log10_p = log10_p < 0 ? log10_p : -0.0;
    memcpy(&bits, &log10_p, sizeof bits);
    return ~bits;
}

/* Benjamini-Hochberg over the tests of all scales together; how many have q <= alpha. */
static shi_err adjust(shi_arena scratch, const shi_sync_scale_result *scale, int64_t scales, double alpha, int64_t *listed)
{
    int64_t n = 0, at = 0;
    double least = 1;
    for (int64_t s = 0; s < scales; s++) n += scale[s].pairs;
    shi_keyed *by = shi_new(&scratch, shi_keyed, n);
    if (!by) return shi_no_memory();
    for (int64_t s = 0; s < scales; s++)
        for (int64_t i = 0; i < scale[s].pairs; i++) by[at++] = (shi_keyed){ key_of(scale[s].pair[i].seen.log10_p), i * SHI_SYNC_SCALES + s };
    SHI_TRY(shi_sort_keyed(scratch, by, n));
    *listed = 0;
    for (int64_t k = n; k-- > 0;) {
        shi_sync_pair *p = &scale[by[k].row % SHI_SYNC_SCALES].pair[by[k].row / SHI_SYNC_SCALES].seen;
        double q = pow(10, p->log10_p + log10((double)n / (double)(k + 1)));
        if (q < least) least = q;
        p->q = least;
        *listed += least <= alpha;
    }
    return (shi_err){ 0 };
}

static int by_accounts(const void *x, const void *y)
{
    const shi_sync_pair *p = x, *r = y;
    if (p->a != r->a) return p->a < r->a ? -1 : 1;
    if (p->b != r->b) return p->b < r->b ? -1 : 1;
    if (p->q < r->q || p->q > r->q) return p->q < r->q ? -1 : 1;
    return p->scale < r->scale ? -1 : p->scale > r->scale;
}

static int surest_first(const void *x, const void *y)
{
    const shi_sync_pair *p = x, *r = y;
    if (p->q < r->q || p->q > r->q) return p->q < r->q ? -1 : 1;
    if (p->log10_p < r->log10_p || p->log10_p > r->log10_p) return p->log10_p < r->log10_p ? -1 : 1;
    return by_accounts(x, y);
}

shi_err shi_sync_list(shi_arena *keep, shi_arena scratch, const shi_sync_scale_result *scale, int64_t scales, double alpha, shi_sync *out)
{
    int64_t n = 0, once = 0;
    SHI_TRY(adjust(scratch, scale, scales, alpha, &n));
    shi_sync_pair *pair = shi_new(keep, shi_sync_pair, n);
    if (!pair) return shi_no_memory();
    n = 0;
    for (int64_t s = 0; s < scales; s++)
        for (int64_t i = 0; i < scale[s].pairs; i++)
            if (scale[s].pair[i].seen.q <= alpha) pair[n++] = scale[s].pair[i].seen;
    if (n) qsort(pair, (size_t)n, sizeof *pair, by_accounts);
    for (int64_t i = 0; i < n; i++)
        if (once == 0 || pair[once - 1].a != pair[i].a || pair[once - 1].b != pair[i].b) pair[once++] = pair[i];
    if (once) qsort(pair, (size_t)once, sizeof *pair, surest_first);
    out->pair = pair;
    out->pairs = once;
    return (shi_err){ 0 };
}
