/* Sorting many rows by whole numbers, stably and in parallel. */
#ifndef SHI_BASE_SORT_H
#define SHI_BASE_SORT_H

#include "shishu/base.h"

#include <string.h>

/* A row under a key. */
typedef struct {
    uint64_t key;
    int64_t row;
} shi_keyed;

/* An int64_t as a key in the same order. */
static inline uint64_t shi_key_of(int64_t v)
{
    return (uint64_t)v ^ UINT64_C(1) << 63;
}

/* A double as a key in the same order; no NAN. */
static inline uint64_t shi_key_of_f64(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

/* The same, smaller for a larger number. */
static inline uint64_t shi_key_falling(double x)
{
    return ~shi_key_of_f64(x);
}

/* Sorts n rows by key, equal keys in the order in which they stood; the same result for any number of threads.
 * scratch  16 n + 16 KiB a thread
 * Errors   SHI_SYSTEM: scratch is too small
 * Cost     a pass over 16 n bytes for each byte in which keys differ, and one to see which; below 2^12 rows a merge sort */
shi_err shi_sort_keyed(shi_arena scratch, shi_keyed *rows, int64_t n);

/* Sorts codes in ascending order, without memory: n log n in every case. */
void shi_sort_codes(int32_t *code, int64_t n);

#endif
