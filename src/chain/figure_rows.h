/* The figures of the chain in arrays, in order of their keys: what looks at all of them reads these. */
#ifndef SHI_CHAIN_FIGURE_ROWS_H
#define SHI_CHAIN_FIGURE_ROWS_H

#include "chain/chain.h"

/* No number. */
#define SHI_NONE INT64_MIN

/* The words of a dictionary of the chain, by their codes. */
typedef struct {
    const shi_str *ptr;
    int64_t len;
} shi_dictionary_words;

/* reported fills key to issuer, possible the next, verdict the rest. */
typedef struct shi_figure_rows {
    int64_t len, groups;             /* a group: the figures of one indicator and period; there are indicators × periods, many empty */
    shi_dictionary_words indicator, period, unit;
    int64_t *key;                    /* (indicator * periods + period) * units + unit, ascending, each once */
    int64_t *group;                  /* the first row of each group, and of none behind them */
    int64_t *reported, *base, *target;   /* thousandths, SHI_NONE */
    int32_t *issuer;                 /* code of a unit; -1: none */
    int64_t *counted, *sum_of_children, *possible, *suspected;   /* suspected: SHI_NONE where no detector has run */
    int8_t *possible_by, *cover, *events_cover;
    int8_t *verdict;
    int64_t *worst, worsts;          /* rows of the worst ones, as many as were asked for last; for view worst */
} shi_figure_rows;

/* The figures of a statement: key with indicators and periods as above ($1 periods, $2 units), reported, base, target, code of the issuer; numbers
 * SHI_NONE, code -1 where there is none. In chain->keep. Errors: SHI_SYSTEM. */
shi_err shi_figure_rows_load(shi_chain *chain, const char *sql, const shi_param *period, shi_figure_rows **out);
/* Views figure and worst over chain->figures: their columns, as the engine has them. */
shi_err shi_figure_rows_view(shi_chain *chain);
/* Finds the worst `limit` figures, for view worst: those that SHI_WORST_FIGURES puts first. */
shi_err shi_figure_rows_worst(shi_chain *chain, int64_t limit);

/* The code of row i's unit. */
static inline int64_t shi_figure_unit(const shi_figure_rows *r, int64_t i)
{
    return r->key[i] % r->unit.len;
}
/* What cannot be real of it, and what is not in the log; SHI_NONE: not known. */
static inline int64_t shi_figure_excess(const shi_figure_rows *r, int64_t i)
{
    if (r->reported[i] == SHI_NONE || r->possible[i] == SHI_NONE) return SHI_NONE;
    return r->reported[i] > r->possible[i] ? r->reported[i] - r->possible[i] : 0;
}
static inline int64_t shi_figure_not_in_logs(const shi_figure_rows *r, int64_t i)
{
    if (r->reported[i] == SHI_NONE || r->cover[i] != SHI_COVER_FULL) return SHI_NONE;
    return r->counted[i] != SHI_NONE && r->reported[i] > r->counted[i] ? r->reported[i] - r->counted[i] : 0;
}

/* All words of one of the chain's ENUM types. */
shi_err shi_dictionary_load(shi_chain *chain, const char *type, shi_dictionary_words *out);

/* Rows of a statement by the number in its first column, in whose order they are; the other columns are numbers, SHI_NONE or NAN (a double's
 * bits stand in an int64_t) where there is none. */
typedef struct {
    int64_t len, columns;
    int64_t *key, *cell;             /* cell: columns of each row */
} shi_keyed_rows;
shi_err shi_keyed_load(shi_chain *chain, const char *sql, const shi_param *params, int64_t n_params, shi_keyed_rows *out);
/* The first row of the key, or -1. *hint: where the last one was found. */
int64_t shi_keyed_find(const shi_keyed_rows *rows, int64_t key, int64_t *hint);
static inline int64_t shi_keyed_int(const shi_keyed_rows *rows, int64_t row, int64_t column)
{
    return row < 0 ? SHI_NONE : rows->cell[row * rows->columns + column];
}
double shi_keyed_f64(const shi_keyed_rows *rows, int64_t row, int64_t column);
/* A column of small numbers, such as codes, by key: n of them, -1 where there is none; in chain->keep, NULL when it is full. */
int32_t *shi_keyed_spread(shi_chain *chain, int64_t n, const shi_keyed_rows *from, int64_t column);

#endif
