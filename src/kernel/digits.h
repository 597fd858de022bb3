/* What the parts of `digits` share: the table in order, its groups, and where results go. */
#ifndef SHI_KERNEL_DIGITS_H
#define SHI_KERNEL_DIGITS_H

#include "base/text.h"
#include "shishu/digits.h"

#define SHI_LN_10 2.302585092994045684

/* Rows of one group of one key, ascending. */
typedef struct {
    int key;
    int32_t code;
    const int64_t *row;
    int64_t len;
} digits_group;

/* Tests as they are found; chunked lists are not worth it, the most there can be is known beforehand. */
typedef struct {
    const shi_digits_columns *c;
    const shi_digits_settings *set;
    const int64_t *order;            /* rows by series, then day, then row */
    const int32_t *series;           /* of each row, from 0 */
    int64_t all_series;
    const digits_group *group;       /* all rows first, then key by key */
    int64_t groups;
    const digits_group *child;       /* by parent; all rows where there are none */
    int64_t children;
    const double *before[SHI_DIGITS_MEASURES];   /* the value one period earlier in the series, NAN: none */
    const bool *near[SHI_DIGITS_MEASURES];       /* near its target */
    int64_t step;                    /* days from period to period: the smallest; 0: no days */
    shi_digits_test *test;
    int64_t len;
    const char *why[SHI_DIGITS_KINDS];
} digits_table;

static inline double shi_digits_of(const double *column, int64_t row)
{
    return column ? column[row] : (double)__builtin_nan("");
}
void shi_digits_add(digits_table *t, shi_digits_test test);
/* Codes of pairs (a, b), in order of a, then b: out, n. Returns how many there are, -1: no memory. */
int64_t shi_digits_pairs(shi_arena scratch, const int32_t *a, const int32_t *b, int64_t n, int32_t *out);

shi_err shi_digits_percents(shi_arena scratch, digits_table *t);
shi_err shi_digits_last(shi_arena scratch, digits_table *t);
shi_err shi_digits_even(shi_arena scratch, digits_table *t);
shi_err shi_digits_bunch(shi_arena scratch, digits_table *t);
shi_err shi_digits_marks(shi_arena scratch, digits_table *t, bool growth);
shi_err shi_digits_facts(shi_arena scratch, digits_table *t);

#endif
