/* shishu/blocks.h: groups of accounts that take part in the same cells (an object, an hour) far more often than their share. */
#ifndef SHISHU_BLOCKS_H
#define SHISHU_BLOCKS_H

#include "shishu/groups.h"

#ifdef __cplusplus
extern "C" {
#endif

/* n deeds in any order. A row with a missing account, object or time is left out (and counted). */
typedef struct {
    int64_t n;
    const int32_t *account;    /* codes 0 … accounts - 1; -1: missing */
    int64_t accounts;
    const int32_t *object;     /* codes 0 … objects - 1; -1: missing; NULL: the time alone makes the cell */
    int64_t objects;
    const int32_t *given;      /* unit, say: 0 … givens - 1; -1: of its own kind; NULL: none */
    int64_t givens;
    const int64_t *time_us;    /* local clock; INT64_MIN: missing; NULL: no times, a cell is an object */
} shi_blocks_columns;

/* Zero stands for what is in brackets. */
typedef struct {
    int64_t bin_us;            /* length of a cell (one hour) */
    double overdispersion;     /* variance over mean of what honest people do together (2) */
    int64_t least_days;        /* distinct days, or distinct cells where there are no times, below which nothing is judged (4) */
    int64_t most_of_account;   /* an account with more cells is not followed from cell to cell, but counted (2,000) */
    int64_t most_of_cell;      /* accounts of a cell that are first followed from it, evenly chosen; of a fuller cell none is a seed's (128) */
} shi_blocks_settings;

/* What a block rests on, beside its group. */
typedef struct {
    int64_t first_cell, cells;   /* in shi_blocks.object and .start_us */
    double expected;             /* acts that its accounts would have in its cells by their share, stratum by stratum */
    double log10_tail;           /* of the Poisson tail alone, before the correction for the search */
    double log10_corrected;      /* after it: log10_p of a judged group, and the strength of one that is only listed */
    int64_t days;                /* distinct days; distinct cells where there are no times */
    bool alone;                  /* of `once`: accounts all of whose acts lie in its cells; expected and tail are then of their number */
    double in_slot;              /* share of its acts in its commonest weekday and two hours: near 1, a meeting looks the same; 0: no times */
} shi_block;

typedef struct {
    shi_groups groups;         /* judged; things: cells, deeds: acts in them (one an account and cell) */
    const shi_block *block;    /* one a group */
    shi_groups once;           /* listed, log10_p 0, log10_e -INFINITY: first those on fewer days than least_days, by log10_corrected, then `alone` */
    const shi_block *once_block;
    const int32_t *object;     /* of the cells of all blocks; -1: none */
    const int64_t *start_us;   /* of these cells; 0 where there are no times */
    int64_t acts, cells, accounts, strata;   /* after equal ones were made one */
    int64_t left_out;          /* rows with a missing value */
    int64_t not_followed;      /* accounts above most_of_account */
    int64_t seeds;             /* cells and accounts from which was searched */
    double log10_searched;     /* log10 of the number of pairs (accounts, cells) that the correction pays for: every one there is */
    const char *cannot_judge;  /* message id, or NULL */
} shi_blocks;

/* Null hypothesis: given how many acts each cell and each account has in each stratum (given value x hour of day), who takes part in which cell
 * is chance, with variance `overdispersion` times Poisson's. For accounts A and cells C with M acts: lambda = sum over strata of n_Cs m_As / M_s,
 * p = P(Poisson(lambda / phi) >= M / phi) C(N_a, |A|) C(N_c, |C|) N_a N_c, so that all pairs (A, C) are paid for, however they were found. A crowd
 * that comes once cannot win: |A| ln(N_a / |A|) is less than ln C(N_a, |A|), unless its accounts do less than others.
 * Cells with at least 10 acts, 0.8 of them by accounts that do nothing else, are listed as `alone` where such accounts are more than chance, with the
 * dispersion seen at all cells, would bring. At most 65,536 blocks are kept before those that overlap are dropped.
 * Search: from each cell and each account, in turns the best accounts given the cells and the best cells given the accounts, by prefixes of what is
 * sorted by m ln(m / expected); what lies in a block already is not searched from again.
 * The result is the same for any number of threads.
 * keep     the result   scratch  about 80 bytes a row, and 60 a thread for each account and cell
 * Errors   SHI_USAGE: settings or columns that make no sense; SHI_SYSTEM: no room; out is then untouched
 * Cost     a sort, then at most most_of_account times the acts: near-linear in practice
 * Source   ours; after Jiang, Beutel, Cui, Hooi, Yang, Faloutsos 2015, "A general suspiciousness metric for dense blocks"; Kulldorff 1997 */
SHI_API SHI_MUST_USE shi_err shi_blocks_find(shi_arena *keep, shi_arena scratch, const shi_blocks_columns *columns,
                                             const shi_blocks_settings *settings, shi_blocks *out);

#ifdef __cplusplus
}
#endif
#endif
