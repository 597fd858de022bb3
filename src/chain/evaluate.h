/* How a run did against the truth of a simulated county. */
#ifndef SHI_CHAIN_EVALUATE_H
#define SHI_CHAIN_EVALUATE_H

#include "chain/run.h"

/* A figure is honest when at most its real value (times 1 + tolerance, as for doubtful) was reported. */
typedef struct {
    int64_t judged;                /* figures of the run whose real value is known and which were reported */
    int64_t honest, false_ones;
    int64_t impossible_honest;     /* impossible although at most what is real was reported: must be 0 */
    int64_t doubtful_honest, plausible_false;
    int64_t real_outside;          /* real value outside [real_low, real_high] */
    int64_t caught;                /* false ones that are impossible, doubtful or refuted */
    double error, reported_error;  /* mean of |real_high - real| and of |reported - real| over reported, in figures with both */
    int64_t errors_of;             /* how many those means are over */
} shi_evaluated_figures;

/* Look-alikes of one kind. flagged: scenes of which at least half the accounts are members of what stands. */
typedef struct {
    shi_str kind;                  /* L1 … L15 */
    int64_t instances, accounts, flagged, flagged_accounts;
} shi_evaluated_scene;

/* Accounts of one group (a detector, a method of making them) and how many of them are as they were called. */
typedef struct {
    shi_str name;
    int64_t findings, batches, found;      /* found: batches of which at least half the accounts are flagged */
    int64_t accounts, hit;                 /* of a detector: flagged, and of these not real; of a method: made, and of these flagged */
} shi_evaluated_part;

typedef struct { shi_evaluated_part *ptr; int64_t len; } shi_evaluated_parts;

typedef struct {
    shi_evaluated_figures figures;
    shi_evaluated_scene *scene;
    int64_t scenes;
    bool detected;                 /* detectors have run; else all below is 0 */
    int64_t accounts, unreal, batches;     /* of the truth; unreal: bought, or operated by others */
    int64_t bought, flagged, hit;          /* accounts: bought; members of batches that stand; of these not real */
    int64_t found;                 /* bought batches of which at least half the accounts are flagged */
    int64_t findings, right;       /* batches that stand; of these at least half not real */
    /* accounts that an insider operates; of these listed; listed in all; of these not real */
    int64_t proxied, proxy_found, proxy_flagged, proxy_hit;
    shi_evaluated_parts detectors, methods, vendors;
    shi_evaluated_parts orders;    /* one an order, insiders' too: NUMBER/METHOD/APP, by what it was made */
} shi_evaluated;

/* `duck` holds an opened run (shi_run_open). `truth`: path of truth.parquet; truth_figures.parquet lies beside it. Errors: SHI_INPUT with the
 * file when one is missing or lacks a column, or when none of its figures are in the run. */
shi_err shi_evaluate(shi_duck *duck, shi_arena *keep, const char *truth, int64_t tolerance, shi_evaluated *out);

#endif
