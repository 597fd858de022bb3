/* shishu/batch.h: risk of a claim when whole batches (villages, machines) are drawn and counted again. */
#ifndef SHISHU_BATCH_H
#define SHISHU_BATCH_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What was reported of a batch: its records, and how many are of the kind that is said to lead (more) and of the other (less).
 * 0 <= more, less; more + less <= records. */
typedef struct {
    int64_t records, more, less;
} shi_batch;

/* The most that each batch can overstate the lead V = sum of more - less, in units of V: u = (more - less + records) / V, and their sum U.
 * bound     out, n; total: out, U
 * Errors    SHI_INPUT: line = batch from 1: numbers that cannot be; 0: nobody leads. Outputs then undefined
 * Source    Stark 2009, "MACRO: maximum across-contest relative overstatement", (7) */
SHI_API SHI_MUST_USE shi_err shi_batch_bounds(const shi_batch *batch, int64_t n, double *bound, double *total);

/* Batches to draw so that the risk falls to `risk` if no error is found, and one more as Arlo takes it; at most the number of batches. U of 1 or
 * less cannot turn the outcome: 1. -1: 0 < risk < 1 does not hold. */
SHI_API int64_t shi_batch_initial(double total, double risk, int64_t batches);

/* Draws with probability proportional to u, with replacement, in counter mode: the number drawn from 1 to the sum of more - less + records falls
 * into a batch of theirs, laid end to end in their order.
 * out       n_draws batch numbers from 0
 * scratch   8 n + 8 n_draws bytes
 * Errors    as shi_batch_bounds; SHI_SYSTEM: scratch too small
 * Cost      one hash and O(log n) a draw
 * Source    Aslam, Popa & Rivest 2008 (PPEB); shishu/ticket.h */
SHI_API SHI_MUST_USE shi_err shi_batch_draw(shi_arena scratch, shi_str seed, const shi_batch *batch, int64_t n, int64_t n_draws, int64_t *out);

/* A batch that was drawn, and what was counted in it. A batch that was drawn twice stands twice. */
typedef struct {
    int64_t batch, more, less;
} shi_batch_count;

/* Natural logarithm of the risk after each draw: Kaplan-Markov, p = product of (1 - 1/U) / (1 - e/u), e the overstatement of the lead found in
 * the batch, in units of V, 0 where it was understated; at most 0. It stays 0 once a batch was wholly wrong (e = u).
 * Errors    SHI_INPUT: line = batch or draw from 1: as above; no such batch; more counted than records. log_p then undefined
 * Source    Stark 2009, "Risk-limiting postelection audits: conservative P-values from common probability inequalities" */
SHI_API SHI_MUST_USE shi_err shi_batch_log_p(const shi_batch *batch, int64_t n, const shi_batch_count *drawn, int64_t n_drawn, double *log_p);

#ifdef __cplusplus
}
#endif
#endif
