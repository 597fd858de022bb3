/* shishu/amplification.h: by how much each level added to a target before handing it down. */
#ifndef SHISHU_AMPLIFICATION_H
#define SHISHU_AMPLIFICATION_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One target of one indicator and period. unit, issuer: indices of units, issuer -1: none. value in thousandths, >= 0. */
typedef struct {
    int64_t group;          /* indicator and period; targets of a group stand together */
    int64_t unit, issuer, value;
} shi_target;

/* F(u) = sum of what u issued / its own target, for every issuer of a group; amplification of a target = product of F over its issuer and
 * that issuer's issuers upward. An issuer without a target of its own, or with one of 0, counts as 1. The way up goes on from who set the
 * issuer's own target, or from its parent when it has none; no issuer counts twice, should they name each other. Where several issuers set
 * an issuer's own target, the largest is its own (ties: the smaller index, an unknown issuer last).
 * target    n targets, grouped
 * parent    of unit u, -1: none; units in number
 * factor    out, n: F of the target's issuer (1 if it has none)
 * product   out, n: amplification
 * scratch   about 40 units + 16 n bytes
 * Errors    SHI_SYSTEM when scratch is too small; outputs then undefined
 * Cost      O(n × depth + units)
 * Source    design 4.1 */
SHI_API SHI_MUST_USE shi_err shi_amplification(shi_arena scratch, const shi_target *target, int64_t n, const int64_t *parent, int64_t units,
                                                double *factor, double *product);

#ifdef __cplusplus
}
#endif
#endif
