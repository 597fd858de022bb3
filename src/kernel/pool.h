/* What the parts of `pool` share: cells with their actors, habits of accounts and units, and pairs of cells. */
#ifndef SHI_KERNEL_POOL_H
#define SHI_KERNEL_POOL_H

#include "base/sort.h"
#include "base/text.h"
#include "shishu/pool.h"

enum { POOL_HOURS = 24, POOL_LEVELS = 4, POOL_LEAST = 15, POOL_MOST_ACTS = 16, POOL_BINS = 48 };

/* First acts of accounts on objects, by cell. */
typedef struct {
    int64_t first, len;          /* in act */
    int32_t object, hour;
    int64_t quarter;             /* of a day */
} pool_cell;

/* Of a unit: by hour of day the sum of g over its accounts, accounts by log2 of g (how many, their sum), and by level and two hours the sum
 * of g g' over accounts of at most so many acts. */
typedef struct {
    double sum[POOL_HOURS], bin_sum[POOL_HOURS][POOL_BINS], cross[POOL_LEVELS][POOL_HOURS][POOL_HOURS];
    int64_t bin_count[POOL_HOURS][POOL_BINS];
    int64_t active, idle;        /* accounts; those of at most one first act */
} pool_unit;

/* How many of a unit act in a cell, and k n / sum of g: times g it is the exponent of p. */
typedef struct {
    int32_t unit;
    int64_t n;
    double rate;
} pool_part;

typedef struct {
    const shi_pool_columns *c;
    int32_t *unit_of;            /* by account */
    int32_t *acts;               /* first acts, by account */
    int32_t *hours;              /* by account: active hours, and those within an hour of each hour of the day: 25 numbers */
    double share[POOL_HOURS];    /* of the county's active hours within an hour of it */
    int64_t *act;                /* rows: first acts in cells, cell by cell, by account in each */
    int64_t acts_in_cells;
    pool_cell *cell;
    int64_t cells;
    pool_unit *unit;
    pool_part *part;             /* by cell, by unit in each */
    int64_t *part_first;         /* cells + 1 */
} pool_table;

/* Two cells with O >= 4 and e. */
typedef struct {
    int32_t a, b;
    double log10_e;
} pool_link;

static inline double shi_pool_g(const pool_table *t, int32_t account, int hour)
{
    const int32_t *h = t->hours + (int64_t)account * (POOL_HOURS + 1);
    return h[0] * (h[1 + hour] + 5 * t->share[hour]) / (h[0] + 5.0);
}
/* The chance of an account in a cell; 0 if nobody of its unit is in it. */
double shi_pool_chance(const pool_table *t, int64_t cell, int32_t account);

shi_err shi_pool_cells(shi_arena *hold, pool_table *t);
shi_err shi_pool_habits(shi_arena *hold, pool_table *t);
/* Pairs of cells that may be compared, and those linked. */
shi_err shi_pool_pairs(shi_arena scratch, const pool_table *t, int64_t *pairs);
shi_err shi_pool_links(shi_arena *hold, const pool_table *t, double least, double pairs, pool_link **out, int64_t *len);

#endif
