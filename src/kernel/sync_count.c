/* Plain co-actions: near pairs of all acts, sorted by pair, and counted. No null hypothesis: what other tools give, to compare with. */
#include "kernel/sync.h"

#include "base/text.h"

#include <stdlib.h>

enum { MOST_NEAR = 1 << 25 };

static int by_act(const void *x, const void *y)
{
    int64_t a = ((const shi_keyed *)x)->row, b = ((const shi_keyed *)y)->row;
    return a < b ? -1 : a > b;
}

/* Different acts among n; sorts them. */
static int64_t different(shi_keyed *act, int64_t n)
{
    int64_t out = 0;
    qsort(act, (size_t)n, sizeof *act, by_act);
    for (int64_t i = 0; i < n; i++) out += i == 0 || act[i].row != act[i - 1].row;
    return out;
}

/* The run is used up. */
static shi_sync_together count_run(const shi_sync_acts *acts, int64_t accounts, shi_keyed *run, int64_t n)
{
    shi_sync_together out = { .a = (int32_t)(run[0].key / (uint64_t)accounts), .b = (int32_t)(run[0].key % (uint64_t)accounts), .together = n };
    for (int64_t k = 0; k < n; k++) {
        int64_t i = run[k].row >> 32;
        out.objects += k == 0 || acts->act[run[k - 1].row >> 32].object != acts->act[i].object;
    }
    out.acts_a = out.acts_b = n;
    if (out.objects == n) return out;
    for (int64_t k = 0; k < n; k++) {                    /* the acts of a as rows, those of b as keys */
        int64_t i = run[k].row >> 32, j = run[k].row & INT32_MAX;
        bool a_first = acts->act[i].account == out.a;
        run[k] = (shi_keyed){ (uint64_t)(a_first ? j : i), a_first ? i : j };
    }
    out.acts_a = different(run, n);
    for (int64_t k = 0; k < n; k++) run[k].row = (int64_t)run[k].key;
    out.acts_b = different(run, n);
    return out;
}

shi_err shi_sync_count(shi_arena *keep, shi_arena scratch, const shi_sync_columns *columns, int64_t window_s, int64_t min, int64_t most_pairs,
                       shi_sync_counts *out)
{
    const int64_t second_us = 1000000, day_s = 86400;
    if (columns->n > INT32_MAX) return shi_fail(SHI_INPUT, N_("there are more than 2,147,483,647 rows"), N_("Split the file by time."));
    if (window_s < 0 || window_s > day_s || min < 1 || most_pairs < 0)
        return shi_fail(SHI_USAGE, N_("the window of sync is out of range"),
                        N_("To count, the window is at most a day, and at least one object is asked for."));
    int64_t half = (scratch.end - scratch.at) / 2, chunk[SHI_SYNC_CHUNKS + 1], at[SHI_SYNC_CHUNKS + 1] = { 0 }, met = 0;
    shi_arena work = { .at = scratch.at, .end = scratch.at + half }, step = { .at = scratch.at + half, .end = scratch.end };
    shi_sync_acts acts;
    shi_sync_near near;
    SHI_TRY(shi_sync_acts_of(&work, step, columns, 1, false, &acts));
    SHI_TRY(shi_sync_near_of(&work, step, &acts, columns->accounts, -1, window_s * second_us, most_pairs ? most_pairs : MOST_NEAR, NULL, &near));
    shi_sync_chunks_of(near.pair, near.n, chunk);
    #pragma omp parallel for schedule(dynamic, 1) reduction(+: met)
    for (int64_t c = 0; c < SHI_SYNC_CHUNKS; c++)
        for (int64_t i = chunk[c], end; i < chunk[c + 1]; i = end, met++) {
            end = shi_sync_run_end(near.pair, i, chunk[c + 1]);
            at[c + 1] += end - i >= min;
        }
    for (int64_t c = 0; c < SHI_SYNC_CHUNKS; c++) at[c + 1] += at[c];
    shi_sync_together *pair = shi_new(keep, shi_sync_together, at[SHI_SYNC_CHUNKS]);
    if (!pair) return shi_no_memory();
    #pragma omp parallel for schedule(dynamic, 1)
    for (int64_t c = 0; c < SHI_SYNC_CHUNKS; c++) {
        int64_t to = at[c];
        for (int64_t i = chunk[c], end; i < chunk[c + 1]; i = end) {
            end = shi_sync_run_end(near.pair, i, chunk[c + 1]);
            if (end - i >= min) pair[to++] = count_run(&acts, columns->accounts, near.pair + i, end - i);
        }
    }
    *out = (shi_sync_counts){ .pair = pair, .pairs = at[SHI_SYNC_CHUNKS], .met = met, .acts = acts.all, .acting = acts.acting,
                              .hot_objects = near.hot_objects, .hot_acts = near.hot_acts };
    return (shi_err){ 0 };
}
