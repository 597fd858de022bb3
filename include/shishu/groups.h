/* shishu/groups.h: what every detector hands over: groups of accounts, each with its members, its strength, and when it was seen. */
#ifndef SHISHU_GROUPS_H
#define SHISHU_GROUPS_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One group. Where a detector judges nothing, log10_p is 0 and log10_e -INFINITY: such a group is listed, never selected. */
typedef struct {
    int64_t first, len;       /* its members: member[first] … member[first + len - 1] */
    int64_t things;           /* objects, cells, devices … that tie it; the detector says which */
    int64_t deeds;            /* acts counted: hits, acts in the block, switches … */
    double log10_p;           /* corrected for the search, at most 0 */
    double log10_e;           /* under the null, the e-values of all groups of one call sum to at most 1 in expectation */
    int64_t from_us, to_us;   /* first and last of these acts */
} shi_group;

/* In order of falling log10_e, then log10_p, then smallest member. Members are codes, ascending within a group; weight, 0 to 1, says how much of
 * the group's evidence is the member's (1: all of it). All arrays lie in the `keep` of the call. */
typedef struct {
    const shi_group *ptr;
    int64_t len;
    const int32_t *member;
    const double *weight;
    int64_t members;          /* in all groups */
} shi_groups;

#ifdef __cplusplus
}
#endif
#endif
