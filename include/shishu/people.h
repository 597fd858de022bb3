/* shishu/people.h: the most people that a unit can have, from the register alone. */
#ifndef SHISHU_PEOPLE_H
#define SHISHU_PEOPLE_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where a unit's number of people is from. */
typedef enum {
    SHI_PEOPLE_UNKNOWN = 0,
    SHI_PEOPLE_ELIGIBLE,            /* eligible is given */
    SHI_PEOPLE_WITH_INCOMING,       /* registered + incoming */
    SHI_PEOPLE_BOTH,                /* residents + registered: more live there than are registered, so the two may not overlap */
    SHI_PEOPLE_REGISTERED_COVERS,   /* registered: fewer live there, and they are taken to be registered there */
    SHI_PEOPLE_REGISTERED,          /* registered alone is given */
    SHI_PEOPLE_RESIDENTS,           /* residents alone are given */
    SHI_PEOPLE_CHILDREN             /* sum over the children, all of which have one */
} shi_people_basis;

/* What the register says of a unit; -1: not given. parent: index of the parent, -1: none. */
typedef struct {
    int64_t parent, residents, registered, incoming, eligible;
} shi_unit_people;

/* people(u) of every unit.
 * unit      n units that form a forest (a parent's index may be larger or smaller); counts >= 0 or -1
 * people    out, n; -1: unknown      basis  out, n
 * scratch   24 n bytes
 * Errors    SHI_INPUT, line = unit from 1: a cycle, or a sum that does not fit; SHI_SYSTEM: scratch too small; outputs then undefined
 * Cost      O(n)
 * Source    design 4.3 */
SHI_API SHI_MUST_USE shi_err shi_people_bound(shi_arena scratch, const shi_unit_people *unit, int64_t n, int64_t *people, uint8_t *basis);

#ifdef __cplusplus
}
#endif
#endif
