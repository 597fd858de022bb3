/* igraph's Leiden behind one door. Its error handler, which by default ends the program, and its random numbers are set for the length of the
 * call; both are global in igraph as Debian builds it, hence one call at a time. */
#include "shishu/community.h"

#include "base/text.h"

#include <igraph/igraph.h>
#include <math.h>

static shi_err checked(int64_t points, const int32_t *a, const int32_t *b, const double *weight, int64_t edges)
{
    for (int64_t i = 0; i < edges; i++) {
        bool there = a[i] >= 0 && b[i] >= 0 && a[i] < points && b[i] < points && a[i] != b[i];
        if (there && weight[i] > 0 && isfinite(weight[i])) continue;
        shi_err e = shi_fail(SHI_INPUT, N_("the edge has no such points, or no such weight"), NULL);
        e.line = i + 1;
        return e;
    }
    return (shi_err){ 0 };
}

typedef struct {
    igraph_t graph;
    igraph_vector_int_t ends, part;
    igraph_vector_t weight, strength;
    bool has_graph, has_ends, has_part, has_weight, has_strength;
} leiden;

static bool fill(leiden *l, int64_t points, const int32_t *a, const int32_t *b, const double *weight, int64_t edges)
{
    l->has_ends = igraph_vector_int_init(&l->ends, 2 * edges) == IGRAPH_SUCCESS;
    l->has_weight = igraph_vector_init(&l->weight, edges) == IGRAPH_SUCCESS;
    l->has_strength = igraph_vector_init(&l->strength, points) == IGRAPH_SUCCESS;
    l->has_part = igraph_vector_int_init(&l->part, points) == IGRAPH_SUCCESS;
    if (!l->has_ends || !l->has_weight || !l->has_strength || !l->has_part) return false;
    for (int64_t i = 0; i < edges; i++) {
        VECTOR(l->ends)[2 * i] = a[i];
        VECTOR(l->ends)[2 * i + 1] = b[i];
        VECTOR(l->weight)[i] = weight[i];
        VECTOR(l->strength)[a[i]] += weight[i];
        VECTOR(l->strength)[b[i]] += weight[i];
    }
    l->has_graph = igraph_create(&l->graph, &l->ends, (igraph_integer_t)points, IGRAPH_UNDIRECTED) == IGRAPH_SUCCESS;
    return l->has_graph;
}

static void drop(leiden *l)
{
    if (l->has_graph) igraph_destroy(&l->graph);
    if (l->has_ends) igraph_vector_int_destroy(&l->ends);
    if (l->has_weight) igraph_vector_destroy(&l->weight);
    if (l->has_strength) igraph_vector_destroy(&l->strength);
    if (l->has_part) igraph_vector_int_destroy(&l->part);
}

/* Modularity: node weights are strengths, the resolution one over twice the sum of weights; -1 iterations: until nothing moves. */
static bool cluster(leiden *l, int64_t edges)
{
    const double randomness = 0.01;
    igraph_rng_t own, *before = igraph_rng_default();
    double twice = 0;
    for (int64_t i = 0; i < edges; i++) twice += 2 * VECTOR(l->weight)[i];
    if (igraph_rng_init(&own, &igraph_rngtype_mt19937) != IGRAPH_SUCCESS) return false;
    bool done = igraph_rng_seed(&own, 20190326) == IGRAPH_SUCCESS;
    igraph_rng_set_default(&own);
    done = done && igraph_community_leiden(&l->graph, &l->weight, &l->strength, 1 / twice, randomness, false, -1, &l->part, NULL, NULL) ==
                       IGRAPH_SUCCESS;
    igraph_rng_set_default(before);
    igraph_rng_destroy(&own);
    return done;
}

shi_err shi_communities(shi_arena scratch, int64_t points, const int32_t *a, const int32_t *b, const double *weight, int64_t edges, int32_t *part,
                        int64_t *parts)
{
    leiden l = { .has_graph = false };
    bool done = true;
    SHI_TRY(checked(points, a, b, weight, edges));
    int64_t *number = shi_new(&scratch, int64_t, points);
    if (!number) return shi_no_memory();
    #pragma omp critical(shi_igraph)
    if (edges) {
        igraph_error_handler_t *before = igraph_set_error_handler(igraph_error_handler_ignore);
        done = fill(&l, points, a, b, weight, edges) && cluster(&l, edges);
        igraph_set_error_handler(before);
    }
    if (done) {
        *parts = 0;
        for (int64_t i = 0; i < points; i++) number[i] = -1;
        for (int64_t i = 0; i < points; i++) {   /* in order of the smallest point */
            int64_t p = edges ? VECTOR(l.part)[i] : i;
            if (number[p] < 0) number[p] = (*parts)++;
            part[i] = (int32_t)number[p];
        }
    }
    drop(&l);
    return done ? (shi_err){ 0 } : shi_no_memory();
}
