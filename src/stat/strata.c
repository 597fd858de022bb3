/* Stratified totals: exact bounds by combining the strata's hypergeometric tests, and the expansion estimator, drawn without replacement: a
 * stratum adds N_h p_h, and its variance falls to 0 as n_h nears N_h. */
#include "shishu/strata.h"

#include "base/text.h"
#include "shishu/interval.h"
#include "stat/dist.h"

#include <math.h>

static const char *flaw(shi_stratum s)
{
    if (s.real < 0 || s.real > s.visited) return N_("more accounts are real than were visited");
    return s.visited > s.size ? N_("more accounts were visited than exist") : NULL;
}

static shi_err flaw_at(shi_stratum s, int64_t h)
{
    const char *reason = flaw(s);
    if (!reason) return (shi_err){ 0 };
    return (shi_err){ .code = SHI_INPUT, .line = h + 1, .reason = reason, .remedy = N_("Correct the results and estimate again.") };
}

static shi_err flaws(shi_strata strata)
{
    for (int64_t h = 0; h < strata.len; h++) SHI_TRY(flaw_at(strata.ptr[h], h));
    return (shi_err){ 0 };
}

/* A stratum of k found among n, as the split of the total raises its count K. */
typedef struct {
    int64_t h, K;
    double gain;   /* what the concave function of K gains at K + 1; it falls as K grows */
} step;

/* ln P(X >= k | K + 1) - ln P(X >= k | K). */
static double tail_gain(shi_stratum s, int64_t K)
{
    double here = shi_hyper_log_above(s.size, K, s.visited, s.real);
    return here < 0 ? shi_hyper_log_above(s.size, K + 1, s.visited, s.real) - here : 0;
}

static bool before(step a, step b)
{
    return a.gain > b.gain || (a.gain >= b.gain && a.h < b.h);
}

/* Sinks heap[i], largest gain on top; ties to the smaller stratum. */
static void sink(step *heap, int64_t n, int64_t i)
{
    for (int64_t child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && before(heap[child + 1], heap[child])) child++;
        if (before(heap[i], heap[child])) return;
        step other = heap[i];
        heap[i] = heap[child];
        heap[child] = other;
    }
}

/* The smallest sum of K_h with -2 sum of ln P(X_h >= k_h | K_h) below the chi-square quantile: raises that K_h which gains most until it is. */
static shi_err fisher_low(shi_arena scratch, shi_strata strata, double alpha, int64_t *out)
{
    step *heap = shi_new(&scratch, step, strata.len);
    double need = -shi_chisq_quantile_above(alpha, 2 * (double)strata.len) / 2 + SHI_TIE, log_p = 0;
    int64_t n = 0, sum = 0;
    if (!heap && strata.len > 0) return shi_no_memory();
    for (int64_t h = 0; h < strata.len; h++) {
        shi_stratum s = strata.ptr[h];
        sum += s.real;
        if (s.real == 0) continue;   /* its tail is 1 already */
        log_p += shi_hyper_log_above(s.size, s.real, s.visited, s.real);
        heap[n++] = (step){ h, s.real, tail_gain(s, s.real) };
    }
    for (int64_t i = n / 2; i-- > 0;) sink(heap, n, i);
    while (n > 0 && heap[0].gain > 0 && log_p <= need) {
        log_p += heap[0].gain;
        sum++;
        heap[0].gain = tail_gain(strata.ptr[heap[0].h], ++heap[0].K);
        sink(heap, n, 0);
    }
    *out = sum;
    return (shi_err){ 0 };
}

static int64_t sidak_low(shi_strata strata, double alpha)
{
    double each = -expm1(log1p(-alpha) / (double)strata.len);
    int64_t sum = 0;
    for (int64_t h = 0; h < strata.len; h++) {
        shi_stratum s = strata.ptr[h];
        if (s.visited > 0) sum += shi_hyper_low(s.size, s.visited, s.real, each);
    }
    return sum;
}

static shi_err low_of(shi_arena scratch, shi_strata strata, shi_combination combination, double alpha, int64_t *out)
{
    if (combination == SHI_FISHER) return fisher_low(scratch, strata, alpha, out);
    *out = sidak_low(strata, alpha);
    return (shi_err){ 0 };
}

shi_err shi_strata_bounds(shi_arena scratch, shi_strata strata, shi_combination combination, double alpha, int64_t *low, int64_t *high)
{
    shi_stratum *mirror = shi_new(&scratch, shi_stratum, strata.len);
    int64_t all = 0, real = 0, not_real = 0;
    SHI_TRY(flaws(strata));
    if (!mirror && strata.len > 0) return shi_no_memory();
    for (int64_t h = 0; h < strata.len; h++) {
        shi_stratum s = strata.ptr[h];
        mirror[h] = (shi_stratum){ s.size, s.visited, s.visited - s.real };
        all += s.size;
    }
    SHI_TRY(low_of(scratch, strata, combination, alpha, &real));
    SHI_TRY(low_of(scratch, (shi_strata){ mirror, strata.len }, combination, alpha, &not_real));
    *low = real;
    *high = all - not_real;
    return (shi_err){ 0 };
}

/* ln of the likelihood of K + 1 by that of K, where K and K + 1 both can be: (K+1)/(K+1-k) (N-K-(n-k))/(N-K). The e-value's mixture does not hang
 * on K, so it gains what the likelihood loses. */
static double likelihood_gain(shi_stratum s, int64_t K)
{
    double N = (double)s.size, n = (double)s.visited, k = (double)s.real, at = (double)K;
    if (K >= s.size - (s.visited - s.real)) return -INFINITY;
    return log((at + 1) / (at + 1 - k)) + log((N - at - (n - k)) / (N - at));
}

static double log_e_at(shi_stratum s, int64_t K, shi_decision which)
{
    if (s.visited == 0) return 0;
    return which == SHI_CLAIM_CONFIRMED ? shi_confirm_log_e(s.size, K, s.visited, s.real) : shi_refute_log_e(s.size, K, s.visited, s.real);
}

/* The split of totals, from the least that can be upward, one account at a time. */
typedef struct {
    shi_strata strata;
    step *heap;
    shi_stratum *seen;      /* with the unreached as `which` takes them */
    int64_t n, total;
    double log_e;
} split;

static shi_err split_begin(shi_arena *scratch, shi_strata strata, const int64_t *unreached, shi_decision which, split *out)
{
    *out = (split){ .strata = strata, .heap = shi_new(scratch, step, strata.len), .seen = shi_new(scratch, shi_stratum, strata.len) };
    if (strata.len > 0 && (!out->heap || !out->seen)) return shi_no_memory();
    for (int64_t h = 0; h < strata.len; h++) {
        shi_stratum s = strata.ptr[h];
        if (unreached && which == SHI_CLAIM_REFUTED) s.real += unreached[h];
        SHI_TRY(flaw_at(s, h));
        out->seen[h] = s;
        out->total += s.real;
        out->log_e += log_e_at(s, s.real, which);
        out->heap[out->n++] = (step){ h, s.real, likelihood_gain(s, s.real) };
    }
    for (int64_t i = out->n / 2; i-- > 0;) sink(out->heap, out->n, i);
    return (shi_err){ 0 };
}

/* The next larger total; false: there is none. */
static bool split_next(split *s)
{
    if (s->n == 0 || isinf(s->heap[0].gain)) return false;
    s->log_e -= s->heap[0].gain;
    s->total++;
    s->heap[0].K++;
    s->heap[0].gain = likelihood_gain(s->seen[s->heap[0].h], s->heap[0].K);
    sink(s->heap, s->n, 0);
    return true;
}

/* Refuting looks at all totals from the threshold upward, confirming at all below it: the least e-value is where the likelihood is largest. */
shi_err shi_strata_claim_log_e(shi_arena scratch, shi_strata strata, const int64_t *unreached, int64_t threshold, shi_decision which, double *log_e)
{
    split s;
    double least = INFINITY;
    SHI_TRY(split_begin(&scratch, strata, unreached, which, &s));
    do {
        bool ours = which == SHI_CLAIM_CONFIRMED ? s.total < threshold : s.total >= threshold;
        if (ours && s.log_e < least) least = s.log_e;
        if (which == SHI_CLAIM_CONFIRMED && s.total >= threshold) break;
    } while (split_next(&s));
    *log_e = least;
    return (shi_err){ 0 };
}

shi_err shi_strata_sequential(shi_arena scratch, shi_strata strata, double alpha, int64_t *low, int64_t *high)
{
    split s;
    int64_t first = -1, last = -1;
    shi_arena again = scratch;
    double limit = shi_log_e_limit(alpha);
    SHI_TRY(split_begin(&scratch, strata, NULL, SHI_CLAIM_CONFIRMED, &s));
    do {
        if (first < 0 && s.log_e < limit) first = s.total;
    } while (first < 0 && split_next(&s));
    SHI_TRY(split_begin(&again, strata, NULL, SHI_CLAIM_REFUTED, &s));
    do {
        if (s.log_e < limit) last = s.total;
        else if (last >= 0) break;
    } while (split_next(&s));
    *low = first;
    *high = last;
    return (shi_err){ 0 };
}

shi_err shi_strata_total(shi_strata strata, double *total, double *variance)
{
    double sum = 0, var = 0;
    SHI_TRY(flaws(strata));
    for (int64_t h = 0; h < strata.len; h++) {
        shi_stratum s = strata.ptr[h];
        if (s.visited < 2 && s.visited < s.size)
            return (shi_err){ .code = SHI_INPUT, .line = h + 1, .reason = N_("a stratum has fewer than two visits"),
                .remedy = N_("Correct the results and estimate again.") };
        if (s.size == 0) continue;   /* p would be 0/0 */
        double N = (double)s.size, n = (double)s.visited, p = (double)s.real / n;
        sum += N * p;
        if (s.visited < s.size) var += N * (N - n) * p * (1 - p) / (n - 1);
    }
    *total = sum;
    *variance = var;
    return (shi_err){ 0 };
}
