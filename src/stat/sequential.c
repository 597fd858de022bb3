/* E-processes for sampling without replacement. The likelihood of a count K, falling(K, k) falling(N - K, n - k) / falling(N, n), has one top,
 * at K = floor(k (N + 1) / n); a mixture is an average of likelihoods, so its e-value there is at most 1, and the counts not refuted are an
 * interval around it, whose ends halving finds. */
#include "shishu/sequential.h"

#include "stat/dist.h"

#include <math.h>

/* The mixture that confirms: weight of "all are real", and the beta-binomial of the rest. */
static const double ALL_REAL = 0.5, CONFIRM_A = 19, CONFIRM_B = 1;

static double log_beta(double a, double b)
{
    return shi_log_gamma(a) + shi_log_gamma(b) - shi_log_gamma(a + b);
}

/* ln of K (K-1) ... (K-k+1); -INFINITY when k > K. */
static double log_falling(int64_t K, int64_t k)
{
    return k > K ? -INFINITY : k == 0 ? 0 : shi_log_gamma((double)K + 1) - shi_log_gamma((double)(K - k) + 1);
}

/* ln P(this sequence | K). */
static double log_likelihood(int64_t N, int64_t K, int64_t n, int64_t k)
{
    return log_falling(K, k) + log_falling(N - K, n - k) - log_falling(N, n);
}

static double log_mixture(int64_t n, int64_t k, double a, double b)
{
    return log_beta(a + (double)k, b + (double)(n - k)) - log_beta(a, b);
}

static double log_confirm(int64_t n, int64_t k)
{
    double rest = log(1 - ALL_REAL) + log_mixture(n, k, CONFIRM_A, CONFIRM_B);
    return k < n ? rest : rest + log1p(exp(log(ALL_REAL) - rest));
}

static double log_refute(int64_t n, int64_t k)
{
    return log_mixture(n, k, 1, 1);
}

static double log_e(double mixture, int64_t N, int64_t K, int64_t n, int64_t k)
{
    return mixture - log_likelihood(N, K, n, k);   /* + INFINITY where K cannot be */
}

double shi_log_e_limit(double alpha)
{
    return -log(alpha) - SHI_TIE;
}

static int64_t top(int64_t N, int64_t n, int64_t k)
{
    if (n == 0) return N;
    int64_t K = (int64_t)((double)k * (double)(N + 1) / (double)n);
    return K < k ? k : K > N - (n - k) ? N - (n - k) : K;
}

static int64_t low_end(double mixture, int64_t N, int64_t n, int64_t k, double alpha)
{
    int64_t low = k, high = n > 0 ? top(N, n, k) : 0;
    double limit = shi_log_e_limit(alpha);
    if (n == 0) return 0;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        if (log_e(mixture, N, mid, n, k) < limit) high = mid;
        else low = mid + 1;
    }
    return low;
}

static int64_t high_end(double mixture, int64_t N, int64_t n, int64_t k, double alpha)
{
    int64_t low = top(N, n, k), high = N - (n - k);
    double limit = shi_log_e_limit(alpha);
    while (low < high) {
        int64_t mid = low + (high - low + 1) / 2;
        if (log_e(mixture, N, mid, n, k) < limit) low = mid;
        else high = mid - 1;
    }
    return low;
}

double shi_confirm_log_e(int64_t N, int64_t K, int64_t n, int64_t k)
{
    return log_e(log_confirm(n, k), N, K, n, k);
}

double shi_refute_log_e(int64_t N, int64_t K, int64_t n, int64_t k)
{
    return log_e(log_refute(n, k), N, K, n, k);
}

int64_t shi_sequential_low(int64_t N, int64_t n, int64_t k, double alpha)
{
    return low_end(log_confirm(n, k), N, n, k, alpha);
}

int64_t shi_sequential_high(int64_t N, int64_t n, int64_t k, double alpha)
{
    return high_end(log_refute(n, k), N, n, k, alpha);
}

void shi_sequential_bounds(int64_t N, int64_t n, int64_t k, double a, double b, double alpha, int64_t *low, int64_t *high)
{
    double mixture = log_mixture(n, k, a, b);
    *low = low_end(mixture, N, n, k, alpha);
    *high = high_end(mixture, N, n, k, alpha);
}

double shi_claim_log_e(int64_t N, int64_t threshold, int64_t n, int64_t k, shi_decision which)
{
    int64_t K = top(N, n, k);
    if (which == SHI_CLAIM_CONFIRMED) return log_e(log_confirm(n, k), N, K < threshold - 1 ? K : threshold - 1, n, k);
    return log_e(log_refute(n, k), N, K > threshold ? K : threshold, n, k);
}

shi_decision shi_sequential_decide(int64_t N, int64_t threshold, int64_t n, int64_t k, int64_t unreached, double alpha)
{
    double limit = shi_log_e_limit(alpha);
    if (n == 0) return SHI_CLAIM_OPEN;
    if (shi_claim_log_e(N, threshold, n, k + unreached, SHI_CLAIM_REFUTED) >= limit) return SHI_CLAIM_REFUTED;
    return shi_claim_log_e(N, threshold, n, k, SHI_CLAIM_CONFIRMED) >= limit ? SHI_CLAIM_CONFIRMED : SHI_CLAIM_OPEN;
}

/* Takes from p[] (over k, after n visits) what is decided there, and narrows [*from, *to] to what goes on. */
static double decided(double *p, int64_t *from, int64_t *to, int64_t N, int64_t threshold, int64_t n, double alpha, shi_sequential_plan *out)
{
    double sum = 0;
    while (*from <= *to && shi_sequential_decide(N, threshold, n, *from, 0, alpha) == SHI_CLAIM_REFUTED) {
        sum += p[*from];
        out->refuted += p[*from];
        p[(*from)++] = 0;
    }
    while (*from <= *to && shi_sequential_decide(N, threshold, n, *to, 0, alpha) == SHI_CLAIM_CONFIRMED) {
        sum += p[*to];
        out->confirmed += p[*to];
        p[(*to)--] = 0;
    }
    return sum;
}

shi_err shi_sequential_foresee(shi_arena scratch, int64_t N, int64_t threshold, int64_t K, int64_t most, double alpha, shi_sequential_plan *out)
{
    double *p = shi_new(&scratch, double, most + 2), gone = 0;
    int64_t from = 0, to = 0;
    shi_sequential_plan plan = { .median = most, .p90 = most };
    bool half = false, nine = false;
    if (!p) return shi_no_memory();
    p[0] = 1;
    for (int64_t n = 1; n <= most && from <= to; n++) {
        double left = (double)(N - n + 1);
        for (int64_t k = to + 1; k >= from; k--) {   /* k - 1 of n - 1 and one real, or k and one that is not */
            double here = k <= to ? p[k] * (double)(N - K - (n - 1 - k)) / left : 0;
            double below = k > from ? p[k - 1] * (double)(K - k + 1) / left : 0;
            p[k] = (here > 0 ? here : 0) + (below > 0 ? below : 0);
        }
        to++;
        double stop = decided(p, &from, &to, N, threshold, n, alpha, &plan);
        if (n == most)
            for (int64_t k = from; k <= to; k++) plan.undecided += p[k];
        stop += n == most ? plan.undecided : 0;
        plan.expected += (double)n * stop;
        gone += stop;
        if (!half && gone >= 0.5) half = true, plan.median = n;
        if (!nine && gone >= 0.9) nine = true, plan.p90 = n;
    }
    *out = plan;
    return (shi_err){ 0 };
}

/* The more visits were all real, the larger the e-value. */
int64_t shi_sequential_all_real(int64_t N, int64_t threshold, double alpha)
{
    int64_t low = 1, high = N + 1;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        if (mid > N || shi_sequential_decide(N, threshold, mid, mid, 0, alpha) == SHI_CLAIM_CONFIRMED) high = mid;
        else low = mid + 1;
    }
    return low;
}

int64_t shi_fixed_all_real(int64_t N, int64_t threshold, double alpha)
{
    int64_t low = 1, high = N + 1;
    if (threshold > N) return N + 1;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        if (shi_hyper_above(N, threshold - 1, mid, mid) <= alpha) high = mid;
        else low = mid + 1;
    }
    return low;
}

int64_t shi_claim_threshold(int64_t claimed, double tolerance)
{
    enum { PARTS = 1000000 };
    int64_t keep = PARTS - llround(tolerance * PARTS), whole = claimed / PARTS, rest = claimed % PARTS;
    return whole * keep + (rest * keep + PARTS - 1) / PARTS;
}
