/* Radix sort from the lowest byte, each pass in parallel: every thread counts its own stretch, the counts give it its places, and rows go there in
 * order. Bytes in which no two keys differ are left out, which most of eight are. */
#include "base/sort.h"

#include "base/room.h"

#include <omp.h>
#include <string.h>

enum { DIGITS = 256, SMALL = 1 << 12, LEAST = 1 << 15 };

static void merge_sort(shi_keyed *rows, int64_t n, shi_keyed *spare)
{
    for (int64_t width = 1; width < n; width *= 2) {
        for (int64_t from = 0; from < n; from += 2 * width) {
            int64_t middle = from + width < n ? from + width : n, end = from + 2 * width < n ? from + 2 * width : n;
            for (int64_t i = from, j = middle, k = from; k < end; k++)
                spare[k] = i < middle && (j == end || rows[i].key <= rows[j].key) ? rows[i++] : rows[j++];
        }
        memcpy(rows, spare, (size_t)n * sizeof *rows);
    }
}

/* One pass; counts: threads x DIGITS. */
static void pass(const shi_keyed *from, shi_keyed *to, int64_t n, int shift, int64_t (*counts)[DIGITS], int threads)
{
    int64_t step = (n + threads - 1) / threads;
    #pragma omp parallel for num_threads(threads) schedule(static, 1)
    for (int t = 0; t < threads; t++) {
        int64_t start = step * t < n ? step * t : n, end = start + step < n ? start + step : n;
        memset(counts[t], 0, sizeof counts[t]);
        for (int64_t i = start; i < end; i++) counts[t][from[i].key >> shift & (DIGITS - 1)]++;
    }
    int64_t place = 0;
    for (int d = 0; d < DIGITS; d++)
        for (int t = 0; t < threads; t++) {
            int64_t here = counts[t][d];
            counts[t][d] = place;
            place += here;
        }
    #pragma omp parallel for num_threads(threads) schedule(static, 1)
    for (int t = 0; t < threads; t++) {
        int64_t start = step * t < n ? step * t : n, end = start + step < n ? start + step : n;
        for (int64_t i = start; i < end; i++) to[counts[t][from[i].key >> shift & (DIGITS - 1)]++] = from[i];
    }
}

/* The bits in which keys differ; none where the rows are in order already. */
static uint64_t varying(const shi_keyed *rows, int64_t n)
{
    uint64_t bits = 0;
    bool falls = false;
    #pragma omp parallel for reduction(|: bits, falls) schedule(static) if(n >= LEAST)   /* threads that wait for small parts burn time */
    for (int64_t i = 1; i < n; i++) {
        bits |= rows[i].key ^ rows[0].key;
        falls |= rows[i].key < rows[i - 1].key;
    }
    return falls ? bits : 0;
}

shi_err shi_sort_keyed(shi_arena scratch, shi_keyed *rows, int64_t n)
{
    int threads = n < LEAST ? 1 : omp_get_max_threads();
    shi_keyed *spare = shi_room(&scratch, shi_keyed, n), *at = rows;
    int64_t (*counts)[DIGITS] = shi_arena_take(&scratch, threads, (int64_t)sizeof *counts, 64);
    if (!spare || !counts) return shi_no_memory();
    if (n < SMALL) {
        merge_sort(rows, n, spare);
        return (shi_err){ 0 };
    }
    uint64_t bits = varying(rows, n);
    for (int shift = 0; shift < 64; shift += 8) {
        if (!(bits >> shift & (DIGITS - 1))) continue;
        shi_keyed *to = at == rows ? spare : rows;
        pass(at, to, n, shift, counts, threads);
        at = to;
    }
    if (at != rows) memcpy(rows, at, (size_t)n * sizeof *rows);
    return (shi_err){ 0 };
}

/* A heap: no memory, no bad case. */
static void sift(int32_t *code, int64_t from, int64_t n)
{
    int32_t x = code[from];
    for (int64_t child; (child = 2 * from + 1) < n; from = child) {
        if (child + 1 < n && code[child + 1] > code[child]) child++;
        if (code[child] <= x) break;
        code[from] = code[child];
    }
    code[from] = x;
}

void shi_sort_codes(int32_t *code, int64_t n)
{
    for (int64_t i = n / 2 - 1; i >= 0; i--) sift(code, i, n);
    for (int64_t end = n - 1; end > 0; end--) {
        int32_t most = code[0];
        code[0] = code[end];
        code[end] = most;
        sift(code, 0, end);
    }
}
