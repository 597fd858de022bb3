/* shishu/bursts.h: arrivals in a lump, beyond a unit's own rate and what all units share. */
#ifndef SHISHU_BURSTS_H
#define SHISHU_BURSTS_H

#include "shishu/groups.h"

#ifdef __cplusplus
extern "C" {
#endif

/* n arrivals (registrations, entries) in any order. Codes are 0 … (their number) - 1, -1: missing. Arrivals without time (INT64_MIN) or, where there
 * are units, without unit are left out. */
typedef struct {
    int64_t n;
    const int64_t *time_us;        /* local clock */
    const int32_t *unit;           /* NULL: all are of one */
    const int32_t *account;        /* NULL: groups have no members */
    int64_t units, accounts;       /* how many codes there are */
} shi_bursts_columns;

typedef struct {
    int64_t least;                 /* fewer arrivals are a household, no burst */
} shi_bursts_settings;
#define SHI_BURSTS_DEFAULTS ((shi_bursts_settings){ .least = 8 })

enum { SHI_BURSTS_LENGTHS = 4 };   /* 10 minutes, 1 hour, 6 hours, 1 day */

typedef struct {
    int32_t unit;                  /* 0 without units */
    int64_t from_us, to_us;        /* the window, local clock */
    int64_t count;
    int64_t wide_from_us, wide_to_us;   /* with the weaker windows that overlap it, p times searched at most 0.05 */
    double expected, log10_p;      /* log10_p: not corrected */
    int64_t median_gap_us;         /* between arrivals that follow each other in it */
    double short_gaps;             /* share of gaps below 30 seconds */
    bool explained;                /* as when somebody goes from door to door to help: at most 150, by day, the middle gap of 1 to 8
                                    * minutes, few short */
} shi_burst;

typedef struct {
    shi_groups groups;             /* one a burst, in the same order; things: 1, deeds: arrivals; no two windows of a unit overlap. Members
                                    * are those of the wide window; weight: 1 - expected / count of the narrowest that says most, how probable
                                    * it is that an arrival is beyond the usual */
    const shi_burst *burst;
    int64_t searched;              /* windows of all lengths and shifts, times units */
    int64_t arrivals, units;       /* used; units that have any */
    int64_t resolution_us;         /* of the times: windows below are not looked at */
    const char *cannot_judge;      /* NULL, or why nothing can be found */
    const char *caution;           /* NULL, or what cannot be told apart */
} shi_bursts;

/* Windows of 10 minutes, an hour, 6 hours and a day, also shifted by half, with more arrivals in a unit than can be.
 * Null  arrivals of unit u in a window come in households of at most 6, whose sizes are as in the middle half of the units (pauses below ten
 *       minutes); the number of households is Poisson with a mean that varies about what is expected as a gamma whose shape, 1 to 20, the middle
 *       unit shows (1 with fewer than 4 units). Expected: the unit's share of what all units show on the days around (7 to each side, the window's
 *       own left out) at this time of day, times the largest of what the other units show on this day (at least 0.2), in the window, and in the
 *       longer ones about it. e is the mean over 6 bets of the likelihood bound of docs/methods.md, p the least of such bounds, no part of either
 *       estimated from the tail: e <= 1 in expectation if expected is not too low. Each length has the same part of the search: p and e are taken
 *       times or over the number of windows of that length, times units, times lengths. Of p so corrected below 1 is handed out, the strongest of
 *       those that overlap.
 * A household is no burst (counts below `least`). A crowd that comes to one unit only, a meeting, an evening of help, is one: `explained` and what
 * `shared` sees tell them apart. Lumps in most units, or in the one there is, are taken for how people come, and not found.
 * keep     bursts, members
 * scratch  about 70 bytes an arrival, 4.6 KB a day of the log, 100 bytes a unit
 * Errors   SHI_INPUT with line = arrival from 1: a code out of range; without: more than 100 years; SHI_SYSTEM: an arena is too small
 * Cost     two radix sorts, 8 passes, and the bounds of windows that might be beyond them
 * Source   ours, after Kulldorff 1997; e-values: Vovk & Wang 2021; measured in docs/methods.md */
SHI_API SHI_MUST_USE shi_err shi_bursts_find(shi_arena *keep, shi_arena scratch, const shi_bursts_columns *columns,
                                             const shi_bursts_settings *settings, shi_bursts *out);

#ifdef __cplusplus
}
#endif
#endif
