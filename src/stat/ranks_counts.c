/* Rank sets from counts: votes of one sample, pair by pair given their sum; and field checks, by intervals that hold at once. Shares are compared as
 * fractions of whole numbers. */
#include "shishu/ranks.h"

#include "base/text.h"
#include "stat/dist.h"

#include <math.h>

static shi_err usage_of(int64_t n, double confidence)
{
    if (n < 2) return shi_fail(SHI_USAGE, N_("ranks need at least two units"), N_("Give a file with all the units that are compared."));
    if (n > SHI_RANKS_MOST) return shi_fail(SHI_USAGE, N_("these are too many units"), N_("Ranks can be made of up to 100000 units."));
    if (!(confidence > 0 && confidence < 1))
        return shi_fail(SHI_USAGE, N_("the confidence is out of range"), N_("Give a confidence between 0 and 1, such as 0.95."));
    return (shi_err){ 0 };
}

static shi_err bad_unit(int64_t i, const char *reason)
{
    return (shi_err){ .code = SHI_INPUT, .line = i + 1, .reason = reason, .remedy = N_("Correct the value, or leave the unit out.") };
}

/* ---- one multinomial sample ---- */

/* a above b is decided: P(X >= a), X binomial of a + b with 1/2, is at most `most`. */
static bool is_above(int64_t a, int64_t b, double most)
{
    return a > b && shi_binomial_above(a + b, 0.5, a) <= most;
}

static int64_t rejected_at(const int64_t *count, int64_t n, double most, shi_rank_set *set)
{
    int64_t all = 0;
#pragma omp parallel for schedule(dynamic, 16) reduction(+ : all) if (n > 200)
    for (int64_t i = 0; i < n; i++) {
        int64_t above = 0, below = 0;
        for (int64_t k = 0; k < n; k++) {
            below += is_above(count[i], count[k], most);
            if (set) above += is_above(count[k], count[i], most);
        }
        if (set) set[i] = (shi_rank_set){ above + 1, n - below };
        all += below;
    }
    return all;
}

shi_err shi_ranks_multinomial(const int64_t *count, int64_t n, double confidence, shi_rank_method method, shi_rank_set *set, int64_t *apart)
{
    double pairs = (double)n * (double)(n - 1), alpha = 1 - confidence, most = alpha / pairs;
    SHI_TRY(usage_of(n, confidence));
    if (method != SHI_RANKS_BONFERRONI && method != SHI_RANKS_HOLM)
        return shi_fail(SHI_USAGE, N_("counts of one sample are compared by Bonferroni or Holm"), N_("Choose one of these."));
    for (int64_t i = 0; i < n; i++)
        if (count[i] < 0 || count[i] > INT64_MAX / 4) return bad_unit(i, N_("the count is negative or too large"));
    for (int64_t before = 0; method == SHI_RANKS_HOLM;) {
        int64_t now = rejected_at(count, n, most, NULL);
        if (now == before) break;
        before = now;
        most = alpha / (pairs - (double)before);
    }
    int64_t all = rejected_at(count, n, most, set);
    if (apart) *apart = all;
    return (shi_err){ 0 };
}

/* ---- field checks ---- */

/* The smallest K with P(X >= found | K) > a. */
static int64_t fewest(const shi_rank_check *c, double a)
{
    int64_t low = c->found, high = c->population - c->visited + c->found;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        if (shi_hyper_above(c->population, mid, c->visited, c->found) > a) high = mid;
        else low = mid + 1;
    }
    return low;
}

/* The largest K with P(X <= found | K) > a. */
static int64_t most_of(const shi_rank_check *c, double a)
{
    int64_t low = c->found, high = c->population - c->visited + c->found;
    while (low < high) {
        int64_t mid = low + (high - low + 1) / 2;
        if (shi_hyper_below(c->population, mid, c->visited, c->found) > a) low = mid;
        else high = mid - 1;
    }
    return low;
}

static bool share_above(int64_t a, int64_t of_a, int64_t b, int64_t of_b)
{
    return (__int128)a * of_b > (__int128)b * of_a;
}

shi_err shi_ranks_checks(const shi_rank_check *check, int64_t n, double confidence, int64_t *low, int64_t *high, shi_rank_set *set, int64_t *apart)
{
    int64_t all = 0;
    SHI_TRY(usage_of(n, confidence));
    for (int64_t i = 0; i < n; i++) {
        const shi_rank_check *c = &check[i];
        if (c->population < 1) return bad_unit(i, N_("the population is not above 0"));
        if (c->population > INT64_C(1000000000000)) return bad_unit(i, N_("the population is too large"));
        if (c->visited < 0 || c->visited > c->population) return bad_unit(i, N_("more were visited than there are"));
        if (c->found < 0 || c->found > c->visited) return bad_unit(i, N_("more were found real than were visited"));
    }
    double a = -expm1(log(confidence) / (double)n) / 2;   /* each tail: (1 - confidence^(1/n)) / 2 */
#pragma omp parallel for schedule(dynamic, 16) if (n > 200)
    for (int64_t i = 0; i < n; i++) {
        low[i] = fewest(&check[i], a);
        high[i] = most_of(&check[i], a);
    }
#pragma omp parallel for schedule(static) reduction(+ : all) if (n > 200)
    for (int64_t i = 0; i < n; i++) {
        int64_t above = 0, below = 0;
        for (int64_t k = 0; k < n; k++) {
            above += share_above(low[k], check[k].population, high[i], check[i].population);
            below += share_above(low[i], check[i].population, high[k], check[k].population);
        }
        set[i] = (shi_rank_set){ above + 1, n - below };
        all += below;
    }
    if (apart) *apart = all;
    return (shi_err){ 0 };
}
