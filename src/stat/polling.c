/* BRAVO: the sequential probability ratio test of "more are of this kind" against a tie, for the share that was claimed. A draw adds
 * log(s / (1/2)) or log((1 - s) / (1/2)) to the logarithm of 1/p. */
#include "shishu/polling.h"

#include "stat/dist.h"

#include <math.h>

typedef struct {
    double both;            /* share of either kind among the records */
    double s;               /* share of the leading kind among those */
    double plus, minus;     /* what a draw of each adds to -log p */
    double missing;         /* of -log p until the risk */
} race;

static bool makes_sense(shi_claim c, int64_t more, int64_t less)
{
    return c.less >= 0 && c.more > c.less && c.more <= c.records - c.less && more >= 0 && less >= 0;
}

static race race_of(shi_claim c, double risk, int64_t more, int64_t less)
{
    double s = (double)c.more / ((double)c.more + (double)c.less), plus = log(2 * s), minus = log(2 * (1 - s));
    double gained = (more ? (double)more * plus : 0) + (less ? (double)less * minus : 0);
    return (race){ ((double)c.more + (double)c.less) / (double)c.records, s, plus, minus, -log(risk) - gained };
}

double shi_bravo_log_p(shi_claim claim, int64_t more, int64_t less)
{
    if (!makes_sense(claim, more, less)) return NAN;
    race r = race_of(claim, 1, more, less);
    return r.missing < 0 ? r.missing : 0;
}

static bool asked_well(shi_claim claim, double risk, int64_t more, int64_t less)
{
    return makes_sense(claim, more, less) && risk > 0 && risk < 1;
}

int64_t shi_bravo_mean_size(shi_claim claim, double risk, int64_t more, int64_t less)
{
    if (!asked_well(claim, risk, more, less)) return -1;
    race r = race_of(claim, risk, more, less);
    double lost = r.s < 1 ? (1 - r.s) * r.minus : 0;
    if (!(r.missing > 0)) return 0;
    double n = ceil((r.missing + r.plus / 2) / (r.both * (r.s * r.plus + lost)));
    return n < 9e18 ? (int64_t)n : INT64_MAX;
}

double shi_bravo_chance(shi_claim claim, double risk, int64_t more, int64_t less, int64_t n)
{
    if (!asked_well(claim, risk, more, less) || n < 0) return NAN;
    race r = race_of(claim, risk, more, less);
    if (!(r.missing > 0)) return 1;
    double of_both = (double)n * r.both;
    if (!(r.s < 1)) return of_both * r.plus >= r.missing ? 1 : 0;
    double needed = (r.missing - r.minus * of_both) / (r.plus - r.minus);
    return of_both > 0 ? shi_normal_above((needed - of_both * r.s) / sqrt(of_both * r.s * (1 - r.s))) : 0;
}

/* The smallest k with P(X <= k) >= p, X of n with probability s. */
static int64_t quantile(int64_t n, double s, double p)
{
    int64_t low = 0, high = n;
    while (low < high) {
        int64_t k = low + (high - low) / 2;
        if (shi_binomial_below(n, s, k) >= p) high = k;
        else low = k + 1;
    }
    return low;
}

int64_t shi_bravo_size(shi_claim claim, double risk, int64_t more, int64_t less, double chance)
{
    if (!asked_well(claim, risk, more, less) || !(chance > 0 && chance < 1)) return -1;
    race r = race_of(claim, risk, more, less);
    if (!(r.missing > 0)) return 0;
    if (!(r.s < 1)) return (int64_t)ceil((floor(r.missing / r.plus) + 1) / r.both);
    /* n s + z sqrt(n s (1 - s)) = (missing - minus n) / (plus - minus), squared, is a quadratic in n */
    double z = shi_normal_quantile_above(chance), f = r.missing / (r.plus - r.minus), g = r.minus / (r.plus - r.minus) + r.s;
    double a = g * g, b = -(z * z * r.s * (1 - r.s) + 2 * f * g), root = b * b - 4 * a * f * f;
    root = root > 0 ? sqrt(root) : 0;
    int64_t n = (int64_t)floor((-b + (chance > 0.5 ? root : -root)) / (2 * a));
    for (;; n++) {
        double k = (double)quantile(n, r.s, 1 - chance);
        if (k * r.plus + ((double)n - k) * r.minus > r.missing) break;
    }
    return (int64_t)ceil((double)n / r.both);
}
