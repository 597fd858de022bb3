/* shishu/pulse.h: units with more accounts than their siblings that show one log-in a month and nothing else, month after month. */
#ifndef SHISHU_PULSE_H
#define SHISHU_PULSE_H

#include "shishu/groups.h"

#ifdef __cplusplus
extern "C" {
#endif

/* n acts in any order. account, unit: codes, -1 missing (such rows are left out); an account belongs to the unit of its earliest act. other: the
 * act is no log-in; NULL: all are. time_us: local clock. */
typedef struct {
    int64_t n;
    const int32_t *account, *unit;
    const bool *other;
    const int64_t *time_us;
    int64_t accounts, units;
} shi_pulse_columns;

/* What a unit shows in one window of months, [from_us, to_us) on the local clock. active: accounts with any act in it; hits: those with at least
 * H - 1 minimal months of its H; expected: lambda; log10_p: of the unit alone, before the correction; q: BH over units and windows. */
typedef struct {
    int32_t unit;
    int window;
    int64_t from_us, to_us, active, hits;
    double expected, log10_p, q;
} shi_pulse_unit;

/* groups: the hits of each unit that has more than expected, in the order of shi_groups; group_unit: their places in `unit`. unit: by window, then
 * code, those with active accounts only. bound: the most that Poisson people of any rates reach; median_share: of the units' shares of hits, the
 * largest over the windows; where it is twice the bound, many units may be bought and none stands out. */
typedef struct {
    shi_groups groups;
    const int64_t *group_unit;
    const shi_pulse_unit *unit;
    int64_t units, windows, months, searched;
    double bound, median_share, dispersion;
    const char *cannot_judge;
} shi_pulse;

/* Null: log-ins of an account are a mixture of Poisson processes, so that a month holds exactly one (and no other act) with chance at most 1/e,
 * and at least H - 1 of H months do with chance at most p0 = P(Bin(H, 1/e) >= H - 1); where rituals (the day of the pension) break that, units of
 * one county share them: p0 is at least the median over units of (hits + 1/2)/(active + 1). Hits of a unit are negative binomial with mean
 * lambda = p0 x active and variance phi x lambda, phi = max(2, 1.5 x the mean of (hits - usual)^2/usual over the three quarters of units with
 * the smallest shares, usual = median share x active). Windows are the last H = 6 full months, and those before them; 4 or 5 where there are no more.
 * log10_p of groups: x units x windows; log10_e: calibrated p over the same number.
 * scratch  any arena; 40 bytes an act and 40 an account
 * Errors   SHI_SYSTEM: no memory
 * Cost     a sort of the acts
 * Source   ours (design 9b); calibrator: Vovk & Wang 2021 */
SHI_API SHI_MUST_USE shi_err shi_pulse_find(shi_arena *keep, shi_arena scratch, const shi_pulse_columns *columns, shi_pulse *out);

#ifdef __cplusplus
}
#endif
#endif
