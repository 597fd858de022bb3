/* What the simulations share: how many populations, one line a design, and the bar it must meet. Populations are simulated in parallel and summed
 * in order, so the figures are the same on any number of threads. */
#ifndef SIM_H
#define SIM_H

#include "base/random.h"
#include "test.h"

/* Of the populations of a design: `fast` by default, `full` (2,000 or more) with SHISHU_SIM=full. */
static inline int64_t sim_trials(int64_t fast, int64_t full)
{
    const char *sim = getenv("SHISHU_SIM");
    return sim && !strcmp(sim, "full") ? full : fast;
}

/* What one population gave. `held`: whether the interval held the truth, or whether the decision was wrong; a share where several are asked about.
 * NAN: a call failed. `naive`, `naive_width`: the same of an interval that is not valid here. */
typedef struct {
    double held, width, naive, naive_width;
} sim_one;

static inline sim_one sim_of(double held, double width)
{
    return (sim_one){ .held = held, .width = width };
}

typedef struct {
    int64_t trials;
    double held, width, naive, naive_width, error;   /* means; error: standard error of a share of 0.95 or 0.05 */
} sim_mean;

typedef sim_one sim_trial(const void *design, int64_t trial);

static inline sim_mean sim_run(sim_trial *one, const void *design, int64_t trials)
{
    sim_one *all = calloc((size_t)trials, sizeof *all);
    sim_one sum = { 0 };
    double n = (double)trials;
    assert_non_null(all);
    #pragma omp parallel for schedule(dynamic, 4)
    for (int64_t i = 0; i < trials; i++) all[i] = one(design, i);
    for (int64_t i = 0; i < trials; i++) {
        sum.held += all[i].held;
        sum.width += all[i].width;
        sum.naive += all[i].naive;
        sum.naive_width += all[i].naive_width;
    }
    free(all);
    if (isnan(sum.held)) fail_msg("a call failed");
    return (sim_mean){ trials, sum.held / n, sum.width / n, sum.naive / n, sum.naive_width / n, sqrt(0.95 * 0.05 / n) };
}

/* The interval holds the truth in 0.95 of the populations or more, but for three sampling errors of the trial itself; and it says something: its
 * mean width is at most `widest`. */
static inline void sim_covers(const char *name, sim_mean m, double least, double widest)
{
    print_message("# %-58s %6lld populations, coverage   %.4f, mean width %.4f\n", name, (long long)m.trials, m.held, m.width);
    if (m.held < least - 3 * m.error) fail_msg("%s: coverage %.4f is below %.4f", name, m.held, least - 3 * m.error);
    if (!(m.width <= widest)) fail_msg("%s: mean width %.4f is above %.4f", name, m.width, widest);
}

/* Wrong in at most 0.05. `cost`: what `width` holds, such as "visits". */
static inline void sim_errs(const char *name, sim_mean m, const char *cost, double dearest)
{
    print_message("# %-58s %6lld populations, error rate %.4f, mean %s %.4f\n", name, (long long)m.trials, m.held, cost, m.width);
    if (m.held > 0.05 + 3 * m.error) fail_msg("%s: error rate %.4f is above %.4f", name, m.held, 0.05 + 3 * m.error);
    if (!(m.width <= dearest)) fail_msg("%s: mean %s %.4f is above %.4f", name, cost, m.width, dearest);
}

/* What must NOT be done: shown to cover (or not to err) less often than `below`, so that the method, and this very test, matters. */
static inline void sim_warns(const char *name, sim_mean m, double below)
{
    print_message("# %-58s %6lld populations, coverage   %.4f, mean width %.4f (a warning: not valid)\n", name, (long long)m.trials, m.held, m.width);
    if (m.held >= below) fail_msg("%s: coverage %.4f is not below %.4f", name, m.held, below);
}

/* Whether the next of `left` drawn without replacement is one of the `real` that are left; takes it. */
static inline bool sim_draw(shi_random *r, int64_t *left, int64_t *real)
{
    bool yes = shi_random_below(r, *left) < *real;
    --*left;
    *real -= yes;
    return yes;
}

/* How many real ones are among n drawn of N, of which K are. */
static inline int64_t sim_hyper(shi_random *r, int64_t N, int64_t K, int64_t n)
{
    int64_t left = N, real = K;
    for (int64_t i = 0; i < n; i++) sim_draw(r, &left, &real);
    return K - real;
}

/* A count of N whose share is Beta(a, b). */
static inline int64_t sim_count(shi_random *r, int64_t N, double a, double b)
{
    int64_t K = (int64_t)(shi_random_beta(r, a, b) * (double)(N + 1));
    return K > N ? N : K;
}

#endif
