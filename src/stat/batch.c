/* Batch audits by the maximum relative overstatement of one claim (MACRO for one contest). Bounds are whole numbers over V, so that the draw by
 * their size is exact. */
#include "shishu/batch.h"

#include "base/text.h"
#include "shishu/ticket.h"

#include <math.h>

static shi_err flaw(const char *reason, int64_t line)
{
    shi_err e = shi_fail(SHI_INPUT, reason, N_("Correct the results and test again."));
    e.line = line;
    return e;
}

/* V times the bound: at most this many votes can the batch overstate the lead. */
static int64_t bound_of(shi_batch b)
{
    return b.more - b.less + b.records;
}

/* V, and the sum of the bounds times V. Records beyond 2^61 in all are refused, so that nothing wraps. */
static shi_err sums(const shi_batch *batch, int64_t n, int64_t *lead, int64_t *bounds)
{
    const int64_t most = INT64_C(1) << 61;
    int64_t records = 0;
    *lead = *bounds = 0;
    for (int64_t i = 0; i < n; i++) {
        shi_batch b = batch[i];
        if (b.more < 0 || b.less < 0 || b.records < b.more || b.records - b.more < b.less)
            return flaw(N_("more is reported than there are records"), i + 1);
        if (b.records > most - records) return flaw(N_("the sum is too large"), i + 1);
        records += b.records;
        *lead += b.more - b.less;
        *bounds += bound_of(b);
    }
    if (*lead <= 0) return flaw(N_("nobody leads"), 0);
    return (shi_err){ 0 };
}

shi_err shi_batch_bounds(const shi_batch *batch, int64_t n, double *bound, double *total)
{
    int64_t lead, bounds;
    SHI_TRY(sums(batch, n, &lead, &bounds));
    for (int64_t i = 0; i < n; i++) bound[i] = (double)bound_of(batch[i]) / (double)lead;
    *total = (double)bounds / (double)lead;
    return (shi_err){ 0 };
}

int64_t shi_batch_initial(double total, double risk, int64_t batches)
{
    if (!(risk > 0 && risk < 1) || isnan(total)) return -1;
    double n = total > 1 ? ceil(log(risk) / log1p(-1 / total)) + 1 : 1;
    return n < (double)batches ? (int64_t)n : batches;
}

shi_err shi_batch_draw(shi_arena scratch, shi_str seed, const shi_batch *batch, int64_t n, int64_t n_draws, int64_t *out)
{
    int64_t lead, bounds, *end = shi_new(&scratch, int64_t, n), *number = shi_new(&scratch, int64_t, n_draws);
    if (!end || !number) return shi_no_memory();
    SHI_TRY(sums(batch, n, &lead, &bounds));
    for (int64_t i = 0, sum = 0; i < n; i++) end[i] = sum += bound_of(batch[i]);
    SHI_TRY(shi_counter_draw(scratch, seed, 1, bounds, true, n_draws, number, NULL));
    for (int64_t k = 0; k < n_draws; k++) {
        int64_t low = 0, high = n - 1;   /* the first batch that ends there or later */
        while (low < high) {
            int64_t middle = low + (high - low) / 2;
            if (end[middle] >= number[k]) high = middle;
            else low = middle + 1;
        }
        out[k] = low;
    }
    return (shi_err){ 0 };
}

shi_err shi_batch_log_p(const shi_batch *batch, int64_t n, const shi_batch_count *drawn, int64_t n_drawn, double *log_p)
{
    int64_t lead, bounds;
    double sum = 0;
    SHI_TRY(sums(batch, n, &lead, &bounds));
    double each = log1p(-(double)lead / (double)bounds);   /* log(1 - 1/U) */
    for (int64_t k = 0; k < n_drawn; k++) {
        shi_batch_count d = drawn[k];
        if (d.batch < 0 || d.batch >= n) return flaw(N_("there is no such batch"), k + 1);
        shi_batch b = batch[d.batch];
        if (d.more < 0 || d.less < 0 || d.more > b.records || d.less > b.records - d.more)
            return flaw(N_("more is counted than there are records"), k + 1);
        int64_t over = (b.more - b.less) - (d.more - d.less);
        sum += each;
        if (over > 0) sum -= log1p(-(double)over / (double)bound_of(b));   /* log 0 where all of it was wrong: p is 1 for ever */
        log_p[k] = sum < 0 ? sum : 0;
    }
    return (shi_err){ 0 };
}
