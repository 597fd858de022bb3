/* What the files of the kernel `shared` hand to each other. */
#ifndef SHI_KERNEL_SHARED_H
#define SHI_KERNEL_SHARED_H

#include "shishu/shared.h"

enum { SHI_SHARED_HOUSEHOLD = 6, SHI_SHARED_LEAST = 3 };

#define SHI_SHARED_DAY_US INT64_C(86400000000)

static inline int64_t shi_shared_day(int64_t us)
{
    return us / SHI_SHARED_DAY_US - (us % SHI_SHARED_DAY_US < 0);
}

/* An act in the order of value, app, account. */
typedef struct {
    int64_t time_us;
    int32_t account, app;
} shi_shared_act;

/* A value in one app, with 2 accounts or more. */
typedef struct {
    shi_shared_value is;
    int64_t first;                    /* its acts: act[first] … act[first + is.acts - 1] */
    int64_t known, lasting, returns, swept;
    int64_t from_us, to_us;
    bool tied, sweeping, passing, mixed, taken;   /* sweeping: tied, swept and without returns; passing: and without life elsewhere */
    shi_shared_kind kind;
} shi_shared_pair;

typedef struct {
    const shi_shared_columns *columns;
    int64_t gap_us;
    bool address;
    double days;                      /* of the log */
    shi_shared_act *act;
    int64_t acts;
    int64_t *first_of;                /* values + 1: where each value's acts begin */
    shi_shared_pair *pair;
    int64_t pairs;
    int32_t *unit;                    /* by account */
    int32_t *seen_on;                 /* by account: values that it is seen on */
    bool some_elsewhere;              /* any account is on two values */
} shi_shared_work;

typedef bool shi_shared_order(const shi_shared_act *a, const shi_shared_act *b);   /* or alike */
/* Stable; mostly there is little to do. */
void shi_shared_sort(shi_shared_act *act, int64_t n, shi_shared_act *spare, shi_shared_order *order);
/* Sorts the acts and finds the pairs; all but the measures. */
shi_err shi_shared_arrange(shi_arena *scratch, shi_shared_work *w);
/* Fills in each pair's measures. */
shi_err shi_shared_measure(shi_arena scratch, shi_shared_work *w);
/* Decides and hands out. */
shi_err shi_shared_judge(shi_arena *keep, shi_arena scratch, shi_shared_work *w, shi_shared *out);

#endif
