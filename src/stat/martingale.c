/* Test martingales, as sums of logarithms: a thousand draws may take a value beyond what a double holds. One step a draw; the bets look only
 * at what was drawn before. We leave the reference where it divides 0 by 0 (AGRAPA with draws that all equal the null mean): the bet is 0. */
#include "shishu/martingale.h"

#include "base/text.h"

#include <float.h>
#include <math.h>

/* A sum of draws is exact to this share of N u. */
static const double ROUNDING = 1e-12;

static bool is_kaplan(shi_martingale_kind kind)
{
    return kind == SHI_KAPLAN_MARKOV || kind == SHI_KAPLAN_WALD || kind == SHI_KAPLAN_KOLMOGOROV;
}

static bool parameters_fit(const shi_martingale *s)
{
    if (!(s->t > 0 && s->t < s->u) || s->N < 0) return false;
    switch (s->kind) {
    case SHI_ALPHA_SHRINK: return s->eta0 > s->t && s->eta0 <= s->u && s->c >= 0 && s->d > 0 && s->u < INFINITY;
    case SHI_ALPHA_FIXED: return s->eta0 > s->t && s->eta0 <= s->u && s->u < INFINITY;
    case SHI_BET_FIXED: return s->lambda >= 0;
    case SHI_BET_AGRAPA:
        return s->lambda >= 0 && s->bet_from >= 0 && s->bet_from <= 1 && s->bet_to >= s->bet_from && s->bet_to <= 1 && s->bet_growth >= 0;
    case SHI_BET_SQUARE_KELLY: return true;
    case SHI_KAPLAN_KOLMOGOROV: return s->N > 0 && s->g >= 0;
    default: return s->N == 0 && s->g >= 0 && s->g < 1;
    }
}

/* Weight of the kth bet of square Kelly, k = 1 … 10; they sum to 1. */
static double kelly_weight(int k)
{
    double sum = 0, at = 1.0 / 3 - k / (SHI_KELLY_BETS + 1.0);
    for (int i = 1; i <= SHI_KELLY_BETS; i++) {
        double y = 1.0 / 3 - i / (SHI_KELLY_BETS + 1.0);
        if (y > 0) sum += y * y;
    }
    return at > 0 ? at * at / sum : 0;
}

shi_err shi_martingale_begin(const shi_martingale *test, shi_martingale_state *out)
{
    if (!parameters_fit(test)) return shi_fail(SHI_USAGE, N_("a parameter is out of its range"), N_("See shishu/martingale.h."));
    *out = (shi_martingale_state){ 0 };
    if (test->kind == SHI_BET_SQUARE_KELLY)
        for (int k = 0; k < SHI_KELLY_BETS; k++) out->bet[k] = log(kelly_weight(k + 1));
    return (shi_err){ 0 };
}

/* What the rest would have to hold on average; Kolmogorov's is of values raised by g. */
static double null_mean(const shi_martingale *s, const shi_martingale_state *at)
{
    if (s->N == 0) return s->t;
    double N = (double)s->N, g = s->kind == SHI_KAPLAN_KOLMOGOROV ? s->g : 0, unit = N * (isinf(s->u) ? s->t : s->u);
    double rest = N * (s->t + g) - at->sum - g * (double)at->draws;
    if (fabs(rest) < ROUNDING * unit) return 0;
    return rest / (N - (double)at->draws);
}

static double estimate(const shi_martingale *s, const shi_martingale_state *at, double m)
{
    double seen = (double)at->draws, top = s->u;
    if (s->kind == SHI_ALPHA_FIXED) {
        double eta = s->N ? ((double)s->N * s->eta0 - at->sum) / ((double)s->N - seen) : s->eta0;
        return eta < top ? eta : top;
    }
    top *= 1 - DBL_EPSILON;
    double mean = (s->d * s->eta0 + at->sum) / (s->d + seen), least = m + s->c / sqrt(s->d + seen);
    double eta = mean > least ? mean : least;
    return eta < top ? eta : top;
}

static double bet(const shi_martingale *s, const shi_martingale_state *at, double m)
{
    double most = 1 / m, lambda = s->lambda;
    if (s->kind == SHI_BET_AGRAPA) {
        double grown = 1 - 1 / (1 + s->bet_growth * sqrt((double)at->draws));
        most = (s->bet_from + (s->bet_to - s->bet_from) * grown) / m;
        if (at->draws > 0) {
            double off = at->mean - at->m_before, below = at->squares / (double)at->draws + off * off;
            lambda = below > 0 ? off / below : 0;
        }
    }
    return lambda < most ? lambda > 0 ? lambda : 0 : most;
}

/* log(sum of exp). */
static double log_sum(const double *a, int n)
{
    double most = -INFINITY, sum = 0;
    for (int k = 0; k < n; k++)
        if (a[k] > most) most = a[k];
    if (isinf(most)) return most;
    for (int k = 0; k < n; k++) sum += exp(a[k] - most);
    return most + log(sum);
}

/* The logarithm of the factor, 0 < m < u; square Kelly keeps its bets apart and is summed by the caller. */
static double log_factor(const shi_martingale *s, const shi_martingale_state *at, double m, double x)
{
    switch (s->kind) {
    case SHI_ALPHA_SHRINK:
    case SHI_ALPHA_FIXED: {
        double eta = estimate(s, at, m);
        return log((x * eta / m + (s->u - x) * (s->u - eta) / (s->u - m)) / s->u);
    }
    case SHI_BET_FIXED:
    case SHI_BET_AGRAPA: {
        double change = bet(s, at, m) * (x - m);
        return change > -1 ? log1p(change) : -INFINITY;   /* -1 - 1e-17 is -1 */
    }
    case SHI_KAPLAN_MARKOV: return log((x + s->g) / (s->t + s->g));
    case SHI_KAPLAN_WALD: return log((1 - s->g) * x / s->t + s->g);
    default: return log((x + s->g) / m);
    }
}

static void take(shi_martingale_state *at, double x, double m)
{
    at->draws++;
    double off = x - at->mean;
    at->sum += x;
    at->mean += off / (double)at->draws;
    at->squares += off * (x - at->mean);
    at->m_before = m;
}

void shi_martingale_step(const shi_martingale *test, shi_martingale_state *at, double x)
{
    double m = null_mean(test, at), u = test->u;
    if (m < 0 || (!(m > 0) && x > 0)) {
        at->log_value = INFINITY;   /* more has been found than a mean of t allows */
    } else if (m > u && !is_kaplan(test->kind)) {
        at->log_value = -INFINITY;  /* all the rest could not bring the mean up to t */
    } else if (m > 0 && (is_kaplan(test->kind) || m < u * (1 - ROUNDING)) && !isinf(at->log_value)) {
        if (test->kind == SHI_BET_SQUARE_KELLY) {
            for (int k = 0; k < SHI_KELLY_BETS; k++) at->bet[k] += log1p((k + 1) / (SHI_KELLY_BETS + 1.0) * (x / m - 1));
            at->log_value = log_sum(at->bet, SHI_KELLY_BETS);
        } else {
            at->log_value += log_factor(test, at, m, x);
        }
    }
    take(at, x, m);
}

double shi_martingale_log_p(const shi_martingale_state *state)
{
    return state->log_value > 0 ? -state->log_value : 0;
}

shi_err shi_martingale_run(const shi_martingale *test, const double *x, int64_t n, double *log_p)
{
    shi_martingale_state state;
    SHI_TRY(shi_martingale_begin(test, &state));
    for (int64_t i = 0; i < n; i++) {
        const char *reason = !(x[i] >= 0 && x[i] <= test->u) ? N_("the value lies outside of what a value may be") :
                             test->N && i >= test->N ? N_("more is drawn than there is") : NULL;
        if (reason) {
            shi_err e = shi_fail(SHI_INPUT, reason, N_("Correct the results and test again."));
            e.line = i + 1;
            return e;
        }
        shi_martingale_step(test, &state, x[i]);
        log_p[i] = shi_martingale_log_p(&state);
    }
    return (shi_err){ 0 };
}
