/* Rank sets of a nation's counties: wall time and memory of the process. ranks_bench [units [draws]] */
#include "shishu/ranks.h"

#include "base/os.h"
#include "base/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

static double peak_mib(void)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)use.ru_maxrss / 1024;
}

static void fail_on(shi_err e)
{
    if (!e.code) return;
    fprintf(stderr, "%s\n", e.reason);
    exit(1);
}

/* Shares of a county's people, estimated from 100 to 900 visits. */
static void make_counties(int64_t n, double *x, double *se)
{
    shi_random r = shi_random_of(1, 1, 0, 0, 0);
    for (int64_t i = 0; i < n; i++) {
        double p = shi_random_beta(&r, 6, 3), visits = (double)(100 + shi_random_below(&r, 800));
        x[i] = p;
        se[i] = 0.01 + p * (1 - p) / visits * 20;
    }
}

int main(int argc, char **argv)
{
    int64_t n = argc > 1 ? atoll(argv[1]) : 3000, draws = argc > 2 ? atoll(argv[2]) : 0, apart = 0;
    static const char *const NAMES[] = { "step-down", "single step", "Bonferroni", "Holm" };
    shi_arena arena, work;
    double width = 0;
    if (n < 2) return 2;
    if (!draws) draws = shi_ranks_draws(n, 0.95);
    fail_on(shi_arena_open(64 * n, &arena));
    fail_on(shi_arena_open(shi_ranks_scratch(n, draws) + 400000, &work));
    double *x = shi_new(&arena, double, n), *se = shi_new(&arena, double, n);
    shi_rank_set *set = shi_new(&arena, shi_rank_set, n);
    make_counties(n, x, se);
    shi_rank_data d = { .n = n, .estimate = x, .se = se, .confidence = 0.95, .draws = draws };
    for (int m = 0; m < 4; m++) {
        int64_t at = shi_os_tick_us();
        fail_on(shi_ranks_simultaneous(work, &d, (shi_rank_method)m, set, &apart));
        printf("%lld units, %lld draws, %s: %.3f s, %lld of %lld pairs apart, %.0f MiB\n", (long long)n, (long long)draws, NAMES[m],
               (double)(shi_os_tick_us() - at) / 1e6, (long long)apart, (long long)(n * (n - 1) / 2), peak_mib());
    }
    int64_t at = shi_os_tick_us();
    fail_on(shi_ranks_marginal(work, &d, set));
    for (int64_t i = 0; i < n; i++) width += (double)(set[i].high - set[i].low + 1) / (double)n;
    printf("%lld units, marginal: %.3f s, %.1f ranks wide, %.0f MiB\n", (long long)n, (double)(shi_os_tick_us() - at) / 1e6, width, peak_mib());
    return 0;
}
