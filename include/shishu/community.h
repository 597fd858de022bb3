/* shishu/community.h: which points of a weighted graph belong together. */
#ifndef SHISHU_COMMUNITY_H
#define SHISHU_COMMUNITY_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Communities of an undirected graph without loops by the Leiden algorithm on modularity, until nothing moves.
 * points   number of points, at most 2^31 - 1
 * a, b     edges: points in [0, points), a != b; two edges between the same points add up
 * weight   edges: > 0, finite
 * part     out, points: the community of each point, numbered from 0 in order of their smallest point; a point without edges is alone
 * parts    out: number of communities
 * scratch  8 bytes a point; igraph takes memory of its own
 * Errors   SHI_INPUT with line = edge from 1: no such point, a loop, no such weight; SHI_SYSTEM: no memory; outputs then untouched
 * Cost     near-linear in edges: about 3 s a million
 * Source   Traag, Waltman & van Eck 2019, "From Louvain to Leiden", as igraph has it; the seed is fixed, so that the result is a function of
 *          its arguments. One call at a time: others wait. */
SHI_API SHI_MUST_USE shi_err shi_communities(shi_arena scratch, int64_t points, const int32_t *a, const int32_t *b, const double *weight,
                                             int64_t edges, int32_t *part, int64_t *parts);

#ifdef __cplusplus
}
#endif
#endif
