/* shishu/order.h: accounts whose order of first acts repeats from period to period, as the order of a script's list does. */
#ifndef SHISHU_ORDER_H
#define SHISHU_ORDER_H

#include "shishu/groups.h"

#ifdef __cplusplus
extern "C" {
#endif

/* n acts in any order: account and period (or object), codes, -1 missing (left out); time_us: local clock. */
typedef struct {
    int64_t n;
    const int32_t *account, *by;
    const int64_t *time_us;
    int64_t accounts, periods;
} shi_order_columns;

/* What a group shows: periods that its cells join; longest increasing subsequences of its cells, summed, and what chance gives on average. */
typedef struct {
    int64_t periods, accounts_in_cells, lis;
    double expected;
} shi_order_shown;

/* groups: in their order; things: cells; deeds: accounts on the increasing subsequences; shown, one a group. A member's weight is the share of its
 * cells in which it stands on the subsequence. searched: cells of >= 8 accounts. */
typedef struct {
    shi_groups groups;
    const shi_order_shown *shown;
    int64_t pairs, searched, selected_cells;
    const char *cannot_judge;
} shi_order;

/* Of each account the first act of each period counts, and of these only such as lie 12 hours or more after the last that counted, so that one
 * sitting counts once. A cell holds the accounts that act within one quarter of an hour in one period, and within one quarter of an hour in
 * their next. Null: given the cell, the second order is uniform over permutations. p = C(n, L) / L!, the expected number of increasing subsequences
 * of length L, L the longest one with ties broken against; at most 1. Cells with p x cells <= 0.05 are linked where >= 5 accounts go from one to
 * the next; a group needs two cells of different period pairs.
 * log10_e of a group: the largest over k >= 2 of the product of its k largest calibrated p over C(cells, k) 2^(k-1), which sums to <= 1, as orders of
 * different cells are independent under the null. log10_p: -log10_e, at most 0.
 * scratch  any arena; about 150 bytes an act
 * Errors   SHI_SYSTEM: no memory
 * Cost     sorts of the acts, O(n log n) in a cell
 * Source   Baik, Deift & Johansson 1999 for what the longest one is by chance (2 sqrt(n) - 1.77 n^(1/6)); the test is ours (design 9) */
SHI_API SHI_MUST_USE shi_err shi_order_find(shi_arena *keep, shi_arena scratch, const shi_order_columns *columns, shi_order *out);

/* Length of the longest strictly increasing subsequence of x, and of each place whether it stands on the one that is found. at: 2 n of work space. */
SHI_API int64_t shi_order_lis(const int64_t *x, int64_t n, int64_t *at, bool *on);

#ifdef __cplusplus
}
#endif
#endif
