/* shishu/learning.h: hours that nobody can have spent, and sessions that start by the clock. */
#ifndef SHISHU_LEARNING_H
#define SHISHU_LEARNING_H

#include "shishu/groups.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sessions [start, start + seconds). */
typedef struct {
    int64_t rows;
    const int32_t *account;    /* 0 … accounts - 1; -1: unknown, left out */
    int64_t accounts;
    const int64_t *start_us;   /* of the local clock; INT64_MIN: unknown, left out */
    const double *seconds;     /* >= 0; NAN: unknown, left out */
    const int32_t *device;     /* 0 … devices - 1, -1: unknown; NULL: no devices */
    int64_t devices;
} shi_learning_columns;

typedef struct {
    int64_t resolution_us;     /* of the log; 0: found out */
} shi_learning_settings;

/* Sums of an account. */
typedef struct {
    int64_t sessions;
    double claimed;            /* seconds */
    double possible;           /* length of the union of its sessions, each widened by the log's resolution where that is above a second */
    double excess;             /* max(0, claimed - possible): nobody studies twice at once */
    int64_t trials, hits;      /* starts near a start of the next active day; of these within a minute */
    double log10_p;            /* times the accounts with 10 trials; 0: not judged */
} shi_learning_account;

/* A device on which sessions of different accounts run at once. */
typedef struct {
    int32_t device;
    int64_t accounts;          /* with a session there */
    double together;           /* seconds claimed there by more than one account at once */
} shi_learning_device;

typedef struct {
    const shi_learning_account *account;   /* accounts */
    double excess;                         /* of all */
    int64_t resolution_us;                 /* 1 s, 1 min, 1 h or 1 day */
    int64_t left_out;                      /* rows */
    /* Accounts that start by the clock: one a group, things: trials, deeds: hits. Lists for people to look at: log10_e is -INFINITY, since an alarm
     * to the minute looks the same. */
    shi_groups groups;
    const shi_learning_device *device;     /* with two accounts or more and together > 0; by falling together */
    int64_t devices;
    int64_t searched;                      /* accounts with 10 trials */
    const char *cannot_judge;              /* message id: why starts are not judged, NULL: they are */
} shi_learning_found;

/* Bound     exact arithmetic on microseconds; no statistics: an account's excess is time that was claimed twice.
 * Starts    a session that begins more than 30 min after everything before it ended. Its trial is the nearest start of the account's next active day,
 *           by the clock, if within 30 min; a hit is within 1 min. Null: hits ~ Bin(trials, 0.3); honest learners hit 1 in 10 or less. At 10 trials.
 * Resolution the largest of 1 day, 1 h, 1 min and 1 s of which 99 % of starts are multiples; where more than half of an account's steps are 1 s more
 *           than whole minutes the seconds are a counter, and it is a minute. Starts in hours or days are not judged.
 * scratch   about 80 bytes a row
 * Errors    SHI_INPUT with line = row from 1: a code out of range, seconds that are negative, infinite or more than 10^9; SHI_SYSTEM: memory; out is
 *           untouched
 * Cost      one sort of rows
 * Source    ours, docs/methods.md */
SHI_API SHI_MUST_USE shi_err shi_learning_find(shi_arena *keep, shi_arena scratch, const shi_learning_columns *columns,
                                               const shi_learning_settings *settings, shi_learning_found *out);

#ifdef __cplusplus
}
#endif
#endif
