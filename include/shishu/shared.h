/* shishu/shared.h: devices and addresses that many accounts pass through in turn. */
#ifndef SHISHU_SHARED_H
#define SHISHU_SHARED_H

#include "shishu/groups.h"

#ifdef __cplusplus
extern "C" {
#endif

/* n acts in any order. Codes are 0 … (their number) - 1, -1: missing; acts without account or value are left out, and so are those without time
 * (INT64_MIN) if there is a column of times. One name in two
 * apps needs two codes if it is two accounts. An account's unit is that of its earliest act that names one. */
typedef struct {
    int64_t n;
    const int32_t *account, *value;        /* value: a device, an address */
    const int32_t *unit;                   /* NULL: none */
    const int32_t *app;                    /* NULL: all of one app; a value is looked at in each app by itself */
    const int64_t *time_us;                /* local clock; NULL: none */
    int64_t accounts, values, units, apps; /* how many codes there are */
} shi_shared_columns;

typedef struct {
    int64_t gap_us;                        /* two acts so close follow each other: 10 minutes */
    bool address;                          /* the values are addresses, behind which people act at the same time */
} shi_shared_settings;
#define SHI_SHARED_DEFAULTS ((shi_shared_settings){ .gap_us = INT64_C(600000000) })

typedef enum {
    SHI_SHARED_ACROSS,     /* X: one value whose accounts come from many units; judged */
    SHI_SHARED_SMALL,      /* Z: values with few accounts each, of which too many mix units; judged; one group an app and size */
    SHI_SHARED_PROXY,      /* Y: one value, one unit, again and again: somebody operates for others; listed, not judged */
    SHI_SHARED_FACT        /* many accounts, nothing else is known; listed, not judged */
} shi_shared_kind;

/* A value of a group in one app. */
typedef struct {
    int32_t value, app;                    /* app: -1 without */
    int64_t group;
    int64_t accounts, units, away;         /* away: accounts with a unit that is not the commonest */
    int64_t acts, switches, sweep_days;    /* switches: next act by another account, at most gap_us later; days with a sweep */
    double expected;                       /* switches of independent people at twice the value's rate: the mean of the tail */
    double log10_tied;                     /* log10 of that tail */
    double swept;                          /* share of acts in sweeps: chains of acts at most gap_us apart with 3 accounts or more */
    double elsewhere;                      /* share of accounts that are seen on another value, not itself tied, swept and
                                            * without returns */
    double lasting;                        /* share of accounts that act on 2 days or more, here or on others of this kind */
    double returned;                       /* share of switches after which the earlier account is back within gap_us: an address, at any
                                            * time; a device, as the next but one */
    double log10_units;                    /* log10 P(as many away), not corrected; 0 without units */
} shi_shared_value;

typedef struct {
    shi_groups groups;                     /* things: values; deeds: switches (facts: acts; without times from_us = to_us = INT64_MIN) */
    const shi_shared_kind *kind;           /* one a group */
    const shi_shared_value *value;         /* in order of group, value, app */
    int64_t values;
    int64_t searched;                      /* hypotheses: values with 3 accounts or more, and apps (twice) that have such */
    int64_t acts, shared, tested, tied, swept, passing;   /* acts used; values with 2, with 3 accounts or more; of these: tied, and in sweeps, and
                                                            * without life elsewhere or returns */
    double epsilon;                        /* what share of a value's other accounts may be of another unit; NAN without units */
    const char *cannot_judge;              /* why X and Z were not judged; NULL: they were */
} shi_shared;

/* Which values tie accounts together beyond households, helpers, halls and public addresses.
 * Null  X: the other accounts of a value are of another unit independently, with probability at most epsilon each:
 *       p = P(Bin(k - 1, epsilon) >= away); epsilon = twice the lower quartile, over units, of the share away on values with up to 6 accounts,
 *       between 0.1 and 0.3.
 *       Z: the number of mixed values (away at least (k - 1)/2, rounded up) of an app, of up to 6 accounts and of more by themselves, is Poisson
 *       with at most twice the mean that X's null gives.
 *       Only values are looked at that are tied (switches beyond those of independent people at twice the value's own rate of the hour, Poisson
 *       tail < 1e-4) and swept (half of the acts), without returns (0.1), and whose accounts do not live elsewhere (half), that is on a value that
 *       is not of this kind itself: rules, not p-values. e = calibrator(p) / searched.
 *       Y: the same rules, k > 6, half of the accounts lasting; or, where they live elsewhere, more than 2 sweep days a month. No p.
 * Valid where accounts are seen more than once: where no account is on two values (a register), nothing says that they live elsewhere.
 * keep     groups, members, values
 * scratch  16 bytes an act, 36 a thread for each act of the value that has most, 20 an account
 * Errors   SHI_INPUT with line = act from 1: a code out of range; SHI_SYSTEM: an arena is too small; out is then untouched
 * Cost     a count of the acts, and n log n within values of 3 accounts or more; a value that all share costs no more than others
 * Source   ours; measured trials in docs/methods.md */
SHI_API SHI_MUST_USE shi_err shi_shared_find(shi_arena *keep, shi_arena scratch, const shi_shared_columns *columns,
                                             const shi_shared_settings *settings, shi_shared *out);

#ifdef __cplusplus
}
#endif
#endif
