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
                                    * are those of the wide window; weight 1 in the window itself, 1/2 about it */
    const shi_burst *burst;
    int64_t searched;              /* windows of all lengths and shifts, times units */
    int64_t arrivals, units;       /* used; units that have any */
    int64_t resolution_us;         /* of the times: windows below are not looked at */
    double phi[SHI_BURSTS_LENGTHS];   /* how many times the variance of a Poisson; NAN: not looked at */
    const char *cannot_judge;      /* NULL, or why nothing can be found */
    const char *caution;           /* NULL, or what cannot be told apart */
} shi_bursts;

/* Windows of 10 minutes, an hour, 6 hours and a day, also shifted by half, with more arrivals in a unit than can be.
 * Null  arrivals C of unit u in window x are negative binomial with mean lambda = base s max(0.2, (C_x - C + 5)/(base (1 - s) + 5)) and variance
 *       phi lambda: base is the mean of all units within 7 days, times the factor of the time of day; s the unit's share; the last term what all
 *       other units show in the same window, so that a deadline of all is none of one. phi: mean of (C - lambda)^2/lambda over cells with lambda
 *       from 0.02, 0.2, 1 and 5 on, without the top 0.5 % of each, over 0.9, the largest of those over 2,000 cells and of all, at least 1 (in bins
 *       of 3 %; at most 2^22 cells a length and shift are looked at).
 *       p is the upper tail; of p times `searched` at most 1 is handed out, the strongest of those that overlap; e = calibrator(p) / searched. As phi
 *       is estimated, far tails are heavier: the share of honest counties with a finding holds, the mean of e does not (docs/methods.md).
 * A household is no burst (counts below `least`). A crowd that comes to one unit only, a meeting, an evening of help, is one: `explained` and what
 * `shared` sees tell them apart.
 * keep     bursts, members
 * scratch  about 60 bytes an arrival, 170 KB a day of the log, 64 bytes a unit
 * Errors   SHI_INPUT with line = arrival from 1: a code out of range; without: more than 100 years; SHI_SYSTEM: an arena is too small
 * Cost     two radix sorts, 8 passes, and the tails of cells with `least` arrivals or more
 * Source   ours, after Kulldorff 1997; negative binomial by its moments; measured in docs/methods.md */
SHI_API SHI_MUST_USE shi_err shi_bursts_find(shi_arena *keep, shi_arena scratch, const shi_bursts_columns *columns,
                                             const shi_bursts_settings *settings, shi_bursts *out);

#ifdef __cplusplus
}
#endif
#endif
