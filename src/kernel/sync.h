/* What the parts of sync share: acts laid out by object, the near pairs among them, and what is known of a pair. */
#ifndef SHI_KERNEL_SYNC_H
#define SHI_KERNEL_SYNC_H

#include "base/sort.h"
#include "shishu/sync.h"

/* An act, in slots of the resolution (test) or µs (count). */
typedef struct {
    int64_t at;
    int32_t account, object;
} shi_sync_act;

/* Acts on objects that have at least two, by (object, at, account); those of the nth object are act[first[n]] … act[first[n + 1] - 1]. */
typedef struct {
    shi_sync_act *act;
    int64_t n, objects;
    int64_t *first;
    int64_t all, acting;       /* acts and accounts before objects with one act were dropped */
} shi_sync_acts;

/* once: only the first act of an account on an object. at = floor(time / unit). */
shi_err shi_sync_acts_of(shi_arena *work, shi_arena scratch, const shi_sync_columns *columns, int64_t unit_us, bool once, shi_sync_acts *out);

/* Near pairs: key = smaller account * accounts + larger; row = order << 32 | hit << 31 | later act, order: the earlier act, or its rank by
 * (at, object); hit: at most `window` apart. In order of key, then of row. */
typedef struct {
    shi_keyed *pair;
    int64_t n;
    int64_t hot_objects, hot_acts;
} shi_sync_near;

/* Pairs of acts on one object at most `reach` apart, at most `most` in all. rank: one an act, or NULL. */
shi_err shi_sync_near_of(shi_arena *work, shi_arena scratch, const shi_sync_acts *acts, int64_t accounts, int64_t window, int64_t reach,
                         int64_t most, const int32_t *rank, shi_sync_near *out);

/* Ends of the runs of one key, cut into CHUNKS stretches of whole runs, so that threads can take them and sums be made in order. */
enum { SHI_SYNC_CHUNKS = 256 };
void shi_sync_chunks_of(const shi_keyed *pair, int64_t n, int64_t chunk[SHI_SYNC_CHUNKS + 1]);
static inline int64_t shi_sync_run_end(const shi_keyed *pair, int64_t from, int64_t n)
{
    int64_t end = from + 1;
    while (end < n && pair[end].key == pair[from].key) end++;
    return end;
}
/* Rows of a run in their order. */
void shi_sync_run_sort(shi_keyed *pair, int64_t n);

/* Resolution and habits of the log: times of each account in order. */
typedef struct {
    const int64_t *first;      /* accounts + 1 */
    const int64_t *time_us;    /* of account x: time_us[first[x]] … */
    int64_t accounts;
    int64_t resolution_s;
    bool counter;
} shi_sync_log;
shi_err shi_sync_log_of(shi_arena *work, const shi_sync_columns *columns, shi_sync_log *out);

/* When sessions start: slots of the day, ascending, of account x: start[first[x]] … start[first[x] + len[x] - 1]. */
typedef struct {
    const int64_t *first;
    int32_t *start, *len;
    int64_t day;               /* slots of a day */
} shi_sync_habits;
shi_err shi_sync_habits_of(shi_arena *work, const shi_sync_log *log, int64_t gap_slots, shi_sync_habits *out);
/* Session starts of x whose time of day lies within `within` slots of that of `at`. */
int64_t shi_sync_habit(const shi_sync_habits *habits, int32_t account, int64_t at, int64_t within);

/* A tested pair of a scale; its kept trials are trial[first] … in order. */
typedef struct {
    shi_sync_pair seen;
    int64_t first;
} shi_sync_tested;

typedef struct {
    int32_t i, j;              /* acts, the earlier first */
    bool hit;
} shi_sync_trial;

/* All that a scale gave, in order of (a, b). */
typedef struct {
    shi_sync_scaled about;
    shi_sync_tested *pair;
    int64_t pairs;
    shi_sync_trial *trial;
} shi_sync_scale_result;

typedef struct {
    const shi_sync_acts *acts;
    const shi_sync_log *log;
    const int32_t *rank;       /* of acts by (at, object) */
    const int32_t *by_rank;
    int64_t accounts, min_objects, most_pairs;
} shi_sync_data;

shi_err shi_sync_scale_judge(shi_arena *work, shi_arena scratch, const shi_sync_data *data, shi_sync_scale scale, int32_t number,
                             shi_sync_scale_result *out);

/* Groups and the list of pairs from all scales that were judged. */
shi_err shi_sync_groups_of(shi_arena *keep, shi_arena scratch, const shi_sync_data *data, const shi_sync_scale_result *scale, int64_t scales,
                           shi_sync *out);
shi_err shi_sync_list(shi_arena *keep, shi_arena scratch, const shi_sync_scale_result *scale, int64_t scales, double alpha, shi_sync *out);

static inline int64_t shi_floor_div(int64_t a, int64_t b)
{
    int64_t q = a / b;
    return q - (a % b < 0);
}

#endif
