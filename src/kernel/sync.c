/* Lockstep: pairs that meet on the same objects within a short window again and again, and the groups they form.
 *
 * Acts by object (sync_acts.c), near pairs (sync_near.c), each scale's tests (sync_scale.c), groups and list (sync_groups.c). Everything is counted
 * in slots of the log's resolution, so that times which are equal only because they were cut off need no rule of their own. */
#include "base/text.h"
#include "kernel/sync.h"

#include "base/calendar.h"
#include "base/room.h"

static const shi_sync_scale USUAL[] = { { 60, 1800 }, { 300, 7200 } };

enum { MOST_NEAR = 1 << 25, REACH_S = 43200 };

static shi_err check(const shi_sync_columns *c, const shi_sync_settings *s)
{
    const char *const REMEDY = N_("A window is at least a second, and the reach at most 12 hours and longer than the window.");
    if (c->n > INT32_MAX) return shi_fail(SHI_INPUT, N_("there are more than 2,147,483,647 rows"), N_("Split the file by time."));
    if (s->scales < 0 || s->scales > SHI_SYNC_SCALES || s->min_objects < 0 || s->most_pairs < 0 || !(s->alpha >= 0 && s->alpha <= 1))
        return shi_fail(SHI_USAGE, N_("the settings of sync are out of range"), REMEDY);
    for (int64_t k = 0; k < s->scales; k++)
        if (s->scale[k].window_s < 1 || s->scale[k].window_s >= s->scale[k].reach_s || s->scale[k].reach_s > REACH_S)
            return shi_fail(SHI_USAGE, N_("the window of sync is out of range"), REMEDY);
    return (shi_err){ 0 };
}

/* Ranks of acts by (at, object): the layout is by object, and both ways are stable. Times that lie close enough are counted, others sorted. */
static shi_err count_ranks(shi_arena scratch, const shi_sync_acts *acts, int64_t low, int64_t span, int32_t *by_rank)
{
    int32_t *place = shi_new(&scratch, int32_t, span + 1);
    if (!place) return shi_no_memory();
    for (int64_t i = 0; i < acts->n; i++) place[acts->act[i].at - low + 1]++;
    for (int64_t t = 0; t < span; t++) place[t + 1] += place[t];
    for (int64_t i = 0; i < acts->n; i++) by_rank[place[acts->act[i].at - low]++] = (int32_t)i;
    return (shi_err){ 0 };
}

static shi_err sort_ranks(shi_arena scratch, const shi_sync_acts *acts, int32_t *by_rank)
{
    shi_keyed *by = shi_room(&scratch, shi_keyed, acts->n);
    if (!by) return shi_no_memory();
    for (int64_t i = 0; i < acts->n; i++) by[i] = (shi_keyed){ shi_key_of(acts->act[i].at), i };
    SHI_TRY(shi_sort_keyed(scratch, by, acts->n));
    for (int64_t k = 0; k < acts->n; k++) by_rank[k] = (int32_t)by[k].row;
    return (shi_err){ 0 };
}

static shi_err make_ranks(shi_arena *work, shi_arena scratch, shi_sync_data *data)
{
    const shi_sync_acts *acts = data->acts;
    int64_t n = acts->n, low = INT64_MAX, high = INT64_MIN;
    int32_t *rank = shi_room(work, int32_t, n), *by_rank = shi_room(work, int32_t, n);
    if (!rank || !by_rank) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) {
        low = acts->act[i].at < low ? acts->act[i].at : low;
        high = acts->act[i].at > high ? acts->act[i].at : high;
    }
    if (n && high - low < 4 * n) SHI_TRY(count_ranks(scratch, acts, low, high - low + 1, by_rank));
    else SHI_TRY(sort_ranks(scratch, acts, by_rank));
    for (int64_t k = 0; k < n; k++) rank[by_rank[k]] = (int32_t)k;
    data->rank = rank;
    data->by_rank = by_rank;
    return (shi_err){ 0 };
}

static const char *why_not(const shi_sync *out, const shi_sync_settings *s)
{
    bool fine = false;
    if (out->acts == 0) return N_("No row holds an account, an object and a time.");
    for (int64_t k = 0; k < out->scales; k++) {
        fine = fine || out->scaled[k].scale.window_s >= out->resolution_s;
        if (out->scaled[k].judged) return NULL;
    }
    if (!fine) return N_("The times are too coarse: whole hours or days do not tell who acted at the same moment.");
    return s->min_objects > 3 ? N_("No two accounts met on so many objects within reach of each other.")
                              : N_("No two accounts met on three objects within reach of each other.");
}

/* Two arenas are made of one: what lasts until the end from the front, what a step needs from the back half. */
static void split(shi_arena whole, shi_arena *front, shi_arena *back)
{
    int64_t half = (whole.end - whole.at) / 2;
    *front = (shi_arena){ .at = whole.at, .end = whole.at + half };
    *back = (shi_arena){ .at = whole.at + half, .end = whole.end };
}

shi_err shi_sync_find(shi_arena *keep, shi_arena scratch, const shi_sync_columns *columns, const shi_sync_settings *settings, shi_sync *out)
{
    shi_sync_settings s = *settings;
    SHI_TRY(check(columns, &s));
    if (s.scales == 0) s.scale = USUAL, s.scales = COUNT(USUAL);
    shi_arena work, step;
    shi_sync_acts acts;
    shi_sync_log log;
    shi_sync_scale_result result[SHI_SYNC_SCALES] = { { .pairs = 0 } };
    shi_sync got = { .scales = s.scales };
    split(scratch, &work, &step);
    SHI_TRY(shi_sync_log_of(&work, columns, &log));
    SHI_TRY(shi_sync_acts_of(&work, step, columns, log.resolution_s * SHI_SECOND_US, true, &acts));
    shi_sync_data data = { .acts = &acts, .log = &log, .accounts = columns->accounts, .min_objects = s.min_objects ? s.min_objects : 3,
                           .most_pairs = s.most_pairs ? s.most_pairs : MOST_NEAR };
    SHI_TRY(make_ranks(&work, step, &data));
    for (int64_t k = 0; k < s.scales; k++) {
        SHI_TRY(shi_sync_scale_judge(&work, step, &data, s.scale[k], (int32_t)k, &result[k]));
        got.scaled[k] = result[k].about;
        got.searched += result[k].pairs;
    }
    got.acts = acts.all;
    got.acting = acts.acting;
    got.resolution_s = log.resolution_s;
    got.counter = log.counter;
    got.cannot_judge = why_not(&got, &s);
    SHI_TRY(shi_sync_groups_of(keep, step, &data, result, s.scales, &got));
    SHI_TRY(shi_sync_list(keep, step, result, s.scales, s.alpha > 0 ? s.alpha : 0.05, &got));
    *out = got;
    return (shi_err){ 0 };
}
