/* shishu/pool.h: accounts that turn up together, in changing parts, on many objects, as one supplier's accounts do. A list, not a judgement. */
#ifndef SHISHU_POOL_H
#define SHISHU_POOL_H

#include "shishu/groups.h"

#ifdef __cplusplus
extern "C" {
#endif

/* n acts in any order. account, object, unit: codes, -1 missing (left out); an account belongs to the unit of its earliest act. time_us: local
 * clock. */
typedef struct {
    int64_t n;
    const int32_t *account, *object, *unit;
    const int64_t *time_us;
    int64_t accounts, objects, units;
} shi_pool_columns;

/* log10_e: of the group, what its pairs of cells give over all pairs; idle, others_idle: shares of its members, and of the other active accounts of
 * their units, that have at most one act outside of what is linked with it; explained: accounts with a life of their own, that is not (idle >= 0.9
 * and idle >= others_idle + 0.5). units: of its members. */
typedef struct {
    double log10_e, idle, others_idle;
    bool explained;
    int64_t units, links;
} shi_pool_shown;

/* groups: log10_e is -INFINITY and log10_p 0, as nothing is judged; in order of falling shown.log10_e. things: cells; deeds: acts of members in
 * them. shown, one a group. searched: pairs of cells. */
typedef struct {
    shi_groups groups;
    const shi_pool_shown *shown;
    int64_t cells, searched, links;
    const char *cannot_judge;
} shi_pool;

/* A cell is an object within a quarter of a day, with first acts of at least 15 accounts. Null: given how many of a unit take part in a cell, who
 * does depends on activity and time of day alone: p = 1 - exp(-k n g / sum of g over the unit), g = s (b + 5 c)/(s + 5), s the account's active
 * hours, b those within an hour of the cell's commonest hour, c the county's share of these, k once so that p sums to n. For two cells of different
 * objects half a day or more apart and accounts of at most mu = 2, 4, 8, 16 first acts: O accounts are in both, E = sum of p p' (p taken
 * as its exponent, which is larger), e = mean over mu and theta = 2 … 64 of theta^O exp(-(theta - 1) E). Cells are linked where e >= 200 x pairs;
 * what is linked, directly or not, is a group. Members: accounts in two cells of the group or more, at least 4 times what p gives. Pairs with
 * O < 4 are not looked at: none of them can be linked. Accounts above 16 acts never link cells, so that a busy reader costs nothing.
 * It does NOT hold on honest counties with reminders: those are groups, too. Hence a list.
 * scratch  any arena; about 100 bytes an act, 100 an account, 20 kB a unit
 * Errors   SHI_SYSTEM: no memory
 * Cost     sorts of the acts; 120 pairs of cells an account at most
 * Source   ours (design 9b); e-values: Vovk & Wang 2021 */
SHI_API SHI_MUST_USE shi_err shi_pool_find(shi_arena *keep, shi_arena scratch, const shi_pool_columns *columns, shi_pool *out);

#ifdef __cplusplus
}
#endif
#endif
