/* A fair alternative: what was first asked for, shared among the units at the end by their people, none above what is possible. */
#ifndef SHI_CHAIN_ALLOCATE_H
#define SHI_CHAIN_ALLOCATE_H

#include "chain/target.h"

typedef struct {
    int64_t value, now;              /* whole; the target it has now, rounded down */
    double feasible;                 /* P(an honest unit reaches `value`); -1: cannot be judged */
    int32_t unit;                    /* place in chain->units */
} shi_allocated;

/* One indicator and period, by their places. total: what its topmost issuers were asked for (or asked for, where nobody asked them), whole.
 * infeasible: what of it is above the sum of all caps; it is not spread. cannot_judge: message id, when nothing could be shared out. */
typedef struct {
    int32_t indicator, period;
    int64_t total, infeasible;            /* -1: not known; the total where it is beyond 64 bits, the rest where nothing could be shared out */
    int64_t unknown;                      /* units whose people are not known; they get nothing */
    shi_allocated *unit;
    int64_t units;
    const char *cannot_judge;
} shi_allocation;
typedef struct {
    shi_allocation *ptr;
    int64_t len;
} shi_allocations;

/* After the step target, in order of indicator and period; results in chain->keep. Errors: SHI_SYSTEM. */
shi_err shi_chain_allocate(shi_chain *chain, shi_allocations *out);

#endif
