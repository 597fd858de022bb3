/* Parts of the search for blocks: the acts as two lists of lists, and the search from one seed. */
#ifndef SHI_KERNEL_BLOCKS_H
#define SHI_KERNEL_BLOCKS_H

#include "base/room.h"
#include "shishu/blocks.h"

/* Acts of one account, or one cell, in one stratum. */
typedef struct {
    int32_t stratum, acts;
} shi_blocks_run;

/* Accounts with their cells, or cells with their accounts. */
typedef struct {
    int64_t n;
    const int64_t *first;         /* n + 1 */
    const int32_t *other;         /* acts: of item i those from first[i] to first[i + 1], by stratum */
    const int64_t *first_run;     /* n + 1 */
    const shi_blocks_run *run;
} shi_blocks_side;

enum { SHI_ACCOUNTS, SHI_CELLS };
typedef struct {
    shi_blocks_side side[2];
    int64_t acts, strata, left_out, days, bins_before;   /* days: since the first one; bins_before: bins before the first cell's, from 1970 */
    const int32_t *account;       /* the caller's code of each account */
    const int32_t *object;        /* of each cell */
    const int64_t *bin;           /* of each cell, since the first */
    const double *per_act;        /* 1 / acts of each stratum */
    bool timed;
    int64_t bin_us;
} shi_blocks_acts;

shi_err shi_blocks_acts_make(shi_arena *scratch, const shi_blocks_columns *columns, int64_t bin_us, shi_blocks_acts *out);

/* A pair (accounts, cells), each ascending. */
typedef struct {
    const int32_t *item[2];
    int64_t len[2];
    int64_t mass;                 /* acts */
    double expected, log10_tail, log10_corrected;
    bool alone;                   /* found by shi_blocks_alone: expected and tail are of accounts that do nothing else */
} shi_blocks_pair;

typedef struct {
    const shi_blocks_acts *acts;
    double overdispersion;
    int64_t most_of_account, most_of_cell, most_work;
} shi_blocks_search;

typedef struct shi_blocks_work shi_blocks_work;
/* Work space of one thread, in scratch. */
shi_blocks_work *shi_blocks_work_make(shi_arena *scratch, const shi_blocks_search *search);
/* The best pair from a seed, an item of `side`; false: nothing below p = 1. Its items lie in the work space until the next call. */
bool shi_blocks_from(shi_blocks_work *work, int side, int32_t seed, shi_blocks_pair *out);
/* Acts of y in the set, expected by its share; the set's strata are those last summed by the work space with shi_blocks_weigh. */
void shi_blocks_weigh(shi_blocks_work *work, int side, const int32_t *item, int64_t len);
double shi_blocks_expected(const shi_blocks_work *work, int side, int32_t item);

/* The largest share of a stratum's acts that the cells hold. */
double shi_blocks_largest_share(shi_blocks_work *work, const int32_t *cell, int64_t len);
/* Sum of what it is times value[stratum * step], over strata. */
double shi_blocks_weighted(const shi_blocks_work *work, const double *value, int64_t step);

/* Work space as blocks_alone.c uses it: counts are 0 before and after. */
typedef struct {
    const shi_blocks_acts *acts;
    int32_t *item[2], *count[2], *touched;
    int64_t *len[2];
} shi_blocks_view;
shi_blocks_view shi_blocks_look(shi_blocks_work *work);

enum { SHI_BLOCKS_LIVES = 64 };
typedef struct {
    const double *acts_of;        /* strata x (SHI_BLOCKS_LIVES + 1): acts there of accounts with so many acts in all */
    double dispersion;
} shi_blocks_lives;
shi_err shi_blocks_lives_make(shi_arena *scratch, const shi_blocks_acts *acts, double least_dispersion, shi_blocks_lives *out);
/* Accounts that do nothing but this cell and those that go with it; as shi_blocks_from. */
bool shi_blocks_alone(shi_blocks_work *work, int32_t seed, const shi_blocks_lives *lives, shi_blocks_pair *out);

/* log10 of P(Poisson(l) >= x), from above, for real x > l > 0; else 0. */
double shi_blocks_log10_tail(double x, double l);
/* log10 of N choose k and times N. */
double shi_blocks_log10_ways(int64_t N, int64_t k);

#endif
