/* The figures of the chain in arrays, in order of their keys, for what looks at all of them. */
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

typedef struct {
    int64_t len;
    shi_dictionary_words indicator, period, unit;
    int64_t *key;                    /* (indicator * periods + period) * units + unit, ascending */
    int64_t *reported, *target, *counted, *sum_of_children, *possible, *suspected;   /* thousandths, SHI_NONE */
    int32_t *issuer;                 /* code of a unit; -1: none */
    int8_t *possible_by, *cover, *events_cover, *verdict;
    shi_arena room;
} shi_figure_rows;

/* Errors: SHI_SYSTEM. */
shi_err shi_figure_rows_load(shi_chain *chain, shi_figure_rows *out);
void shi_figure_rows_drop(shi_figure_rows *rows);
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

#endif
