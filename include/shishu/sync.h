/* shishu/sync.h: accounts that act on the same objects at the same moments more often than the objects' heat and their habits explain. */
#ifndef SHISHU_SYNC_H
#define SHISHU_SYNC_H

#include "shishu/groups.h"

#ifdef __cplusplus
extern "C" {
#endif

/* n acts in any order. Codes are dictionary codes, -1 where missing; time_us is the LOCAL clock (the caller has added the zone's offset), since
 * habits are hours of the day; INT64_MIN where missing. An act without object still tells when its account is awake. */
typedef struct {
    int64_t n;
    const int32_t *account, *object;
    const int64_t *time_us;
    int64_t accounts, objects;     /* numbers of codes */
} shi_sync_columns;

/* Two acts on one object are a trial of their pair if they are at most reach_s apart, and a hit if at most window_s. */
typedef struct {
    int64_t window_s, reach_s;     /* 1 <= window < reach <= 43,200 */
} shi_sync_scale;

enum { SHI_SYNC_SCALES = 4 };
typedef struct {
    const shi_sync_scale *scale;
    int64_t scales;                /* 0: the two of the method, (60 s, 30 min) and (5 min, 2 h); at most SHI_SYNC_SCALES */
    int64_t min_objects;           /* a pair is tested from so many trials on; 0: 3 */
    double alpha;                  /* false discovery rate of the list of pairs, 1: all that were tested; 0: 0.05 */
    int64_t most_pairs;            /* near pairs of a scale that are looked at, at most; 0: 2^25; 9 bytes each, 32 more of a sixteenth */
} shi_sync_settings;

/* A pair of the list: Benjamini-Hochberg at alpha over the tests of all scales, in order of q, log10_p, a, b; figures are those of the scale in
 * which q is smallest. */
typedef struct {
    int32_t a, b;                  /* a < b */
    int32_t scale;
    int32_t trials, hits;
    double expected;               /* hits that heat and habits explain */
    double log10_e;                /* betting e-value */
    double log10_p;                /* exact Poisson-binomial tail */
    double q;                      /* at most 1 */
} shi_sync_pair;

/* Beside each group. */
typedef struct {
    int64_t pairs;                 /* of its members with e >= 100 */
    double same_hours;             /* largest share of its acts that lies in the same two hours of the week, which a recurring meeting has */
    int32_t hour;                  /* the first of these hours, 0 to 167, from Monday 0 o'clock */
} shi_sync_evidence;

typedef struct {
    shi_sync_scale scale;
    bool judged;                   /* false: the log's times are coarser than the window, or no pair has enough trials */
    int64_t near;                  /* near pairs that were looked at */
    int64_t tested;                /* pairs with enough trials */
    double base_rate;              /* share of hits among pairs with fewer trials: what crowds do */
    int64_t hot_objects, hot_acts; /* objects of which only a sample of pairs was looked at, and acts on them */
} shi_sync_scaled;

typedef struct {
    shi_groups groups;             /* things: objects of its hits; deeds: acts in its hits; weight: share of the evidence in its pairs */
    const shi_sync_evidence *evidence;   /* one a group */
    const shi_sync_pair *pair;
    int64_t pairs;
    int64_t searched;              /* tested pairs, all scales */
    const char *cannot_judge;      /* message id, or NULL */
    int64_t acts, acting;          /* first acts of an account on an object, and accounts, with all that is needed */
    int64_t resolution_s;          /* of the log's times: 1, 60, 3,600 or 86,400 */
    bool counter;                  /* the seconds count up from act to act: no clock, so the resolution is a minute */
    shi_sync_scaled scaled[SHI_SYNC_SCALES];
    int64_t scales;
} shi_sync;

/* Null hypothesis: given its history, a pair's next trial is a hit with a probability of at most p = max(base rate of pairs that rarely meet, at
 * least the share of the window in the reach; share of hits of such pairs on this object in these hours; share that the habits of the two, when
 * their sessions start, explain). Trials of a pair that begin within max(reach, 1 h) of the last kept one are not counted: a common session is one
 * coincidence. e of a pair: the mean over theta = 2, 4 … 64 of the likelihood ratio of odds theta times as high, a test martingale. Groups:
 * communities (Leiden) of the pairs with e >= 100; log10_e = sum of the e of all tested pairs in it / tested pairs, mean over the scales that could
 * be judged: at most 1 in expectation over any partition, so the search for it is paid for. p is estimated from the same data, so all this holds
 * approximately; docs/methods.md says how well.
 * Hot objects: where an act has more than 1,024 others in reach (less, if most_pairs asks for it), only pairs are looked at whose hashes differ in
 * at most one of k bits, k as small as will do: each account keeps a sample of partners, the same on every object, that ties all of them together;
 * a group that acts on hot objects only may come in several pieces.
 * Scratch  touched: 40 bytes a row, 9 a near pair, 32 more of a sixteenth of most_pairs, 16 a trial    Cost  sorts of rows and near pairs
 * Errors   SHI_USAGE: settings; SHI_SYSTEM: arenas; SHI_INPUT: more than 2^31 - 1 rows; outputs then untouched
 * Source   design after Amarasingham 2012, Cao 2014 (SynchroTrap), Giglietto 2020; e-values: Vovk & Wang 2021 */
SHI_API SHI_MUST_USE shi_err shi_sync_find(shi_arena *keep, shi_arena scratch, const shi_sync_columns *columns, const shi_sync_settings *settings,
                                           shi_sync *out);

/* Plain co-actions, as other tools count them: how often two accounts act on one object at most window_s apart. */
typedef struct {
    int32_t a, b;                  /* a < b */
    int64_t together;              /* pairs of acts */
    int64_t objects;               /* different objects among them */
    int64_t acts_a, acts_b;        /* different acts of each: one act amid a hundred of the other is one */
} shi_sync_together;

typedef struct {
    const shi_sync_together *pair; /* together >= min, in order of a, b */
    int64_t pairs;
    int64_t met;                   /* pairs with any */
    int64_t acts, acting;          /* with all that is needed */
    int64_t hot_objects, hot_acts; /* as above */
} shi_sync_counts;

/* Errors and cost as above; scratch touched: 20 bytes a row, near pairs as above. */
SHI_API SHI_MUST_USE shi_err shi_sync_count(shi_arena *keep, shi_arena scratch, const shi_sync_columns *columns, int64_t window_s, int64_t min,
                                            int64_t most_pairs, shi_sync_counts *out);

#ifdef __cplusplus
}
#endif
#endif
