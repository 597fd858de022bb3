/* Rank sets: every published row (bootstrap columns within their noise), the simulation against all pairs of every draw, the integral against the
 * simulation, coverage, threads, flaws. */
#include "shishu/ranks.h"

#include "base/random.h"
#include "stat/dist.h"
#include "vectors.h"

#include <omp.h>

enum { MOST = 160 };

static shi_arena arena_for(int64_t n, int64_t draws)
{
    int64_t bytes = shi_ranks_scratch(n, draws) + 40 * n + 400000;
    return test_arena(bytes);
}

static void ties_as_published(void **state)
{
    vectors v = vectors_open("ranks/integer_ranks_with_ties.csv");
    shi_arena work = test_arena(16 * MOST);
    (void)state;
    for (int from = 0, to; from < v.rows; from = to) {
        double x[MOST], rank[MOST];
        for (to = from; to < v.rows && vectors_whole(&v, to, "unit") == to - from + 1; to++) x[to - from] = vectors_number(&v, to, "x");
        assert_ok(shi_ranks_of(work, x, to - from, vectors_number(&v, from, "omega"), vectors_number(&v, from, "increasing") > 0, rank));
        for (int i = from; i < to; i++) assert_near(rank[i - from], vectors_number(&v, i, "rank"), 0);
    }
    vectors_checked("ranks/integer_ranks_with_ties.csv", v.rows);
    free(work.base);
    vectors_close(&v);
}

static void set_is(shi_rank_set got, const vectors *v, int row, const char *low, const char *high)
{
    if (got.low == vectors_whole(v, row, low) && got.high == vectors_whole(v, row, high)) return;
    fail_msg("row %d: got %lld-%lld, %s %s-%s", row + 2, (long long)got.low, (long long)got.high, low, vectors_text(v, row, low), vectors_text(v, row, high));
}

/* A set of the bootstrap lies between ours at slightly more and slightly less confidence: its critical value, from 1,000 draws or more, has a
 * standard error of about 0.035, that is 0.005 to 0.006 in confidence; three of them are allowed. */
static int within_noise(shi_rank_set wide, shi_rank_set narrow, const vectors *v, int row, const char *low, const char *high)
{
    int64_t l = vectors_whole(v, row, low), h = vectors_whole(v, row, high);
    if (l < wide.low || l > narrow.low || h > wide.high || h < narrow.high)
        print_error("row %d: %lld-%lld is not between %lld-%lld and %lld-%lld\n", row + 2, (long long)l, (long long)h, (long long)wide.low, (long long)wide.high,
                    (long long)narrow.low, (long long)narrow.high);
    return l < wide.low || l > narrow.low || h > wide.high || h < narrow.high;
}

typedef struct {
    shi_rank_set wide[MOST], set[MOST], narrow[MOST];
} three;

static void at_three(shi_arena work, shi_rank_data d, int method, three *t)
{
    static const double OFF[] = { 0.018, 0, -0.018 };
    shi_rank_set *out[] = { t->wide, t->set, t->narrow };
    double confidence = d.confidence;
    for (int i = 0; i < 3; i++) {
        d.confidence = confidence + OFF[i];
        if (method < 0) assert_ok(shi_ranks_marginal(work, &d, out[i]));
        else assert_ok(shi_ranks_simultaneous(work, &d, (shi_rank_method)method, out[i], NULL));
    }
}

static void normal_as_published(void **state)
{
    vectors v = vectors_open("ranks/synthetic_normal.csv");
    shi_arena work = arena_for(MOST, 100000);
    int off = 0, same = 0;
    (void)state;
    for (int from = 0, to; from < v.rows; from = to) {
        double x[MOST], se[MOST], rank[MOST];
        shi_rank_set set[MOST];
        three t;
        for (to = from; to < v.rows && vectors_whole(&v, to, "unit") == to - from + 1; to++) {
            x[to - from] = vectors_number(&v, to, "estimate");
            se[to - from] = vectors_number(&v, to, "se");
        }
        shi_rank_data d = { .n = to - from, .estimate = x, .se = se, .confidence = 0.95 };
        assert_ok(shi_ranks_of(work, x, d.n, 0, false, rank));
        for (int i = from; i < to; i++) assert_near(rank[i - from], vectors_number(&v, i, "rank"), 0);
        assert_ok(shi_ranks_simultaneous(work, &d, SHI_RANKS_BONFERRONI, set, NULL));
        for (int i = from; i < to; i++) set_is(set[i - from], &v, i, "bonferroni_L", "bonferroni_U");
        assert_ok(shi_ranks_simultaneous(work, &d, SHI_RANKS_HOLM, set, NULL));
        for (int i = from; i < to; i++) set_is(set[i - from], &v, i, "holm_L", "holm_U");
        at_three(work, d, SHI_RANKS_STEPDOWN, &t);
        for (int i = from; i < to; i++) {
            off += within_noise(t.wide[i - from], t.narrow[i - from], &v, i, "csranks_stepdown_L", "csranks_stepdown_U");
            same += t.set[i - from].low == vectors_whole(&v, i, "csranks_stepdown_L") && t.set[i - from].high == vectors_whole(&v, i, "csranks_stepdown_U");
        }
    }
    print_message("# csranks_stepdown: %d of %d rows the same\n", same, v.rows);
    assert_int_equal(off, 0);
    vectors_checked("ranks/synthetic_normal.csv", v.rows);
    free(work.base);
    vectors_close(&v);
}

static void pisa_as_published(void **state)
{
    static const struct { int method; const char *low, *high; } BOOTSTRAP[] = {
        { SHI_RANKS_STEPDOWN, "simul_L", "simul_U" }, { SHI_RANKS_SINGLE, "simul_singlestep_L", "simul_singlestep_U" }, { -1, "marginal_L", "marginal_U" },
    };
    vectors v = vectors_open("ranks/pisa2018_math.csv");
    shi_arena work = arena_for(MOST, 100000);
    double x[MOST], se[MOST], rank[MOST], width = 0, wanted = 0;
    shi_rank_set set[MOST];
    shi_rank_data d = { .n = v.rows, .estimate = x, .se = se, .confidence = 0.95 };
    int off = 0;
    (void)state;
    for (int i = 0; i < v.rows; i++) {
        x[i] = vectors_number(&v, i, "score");
        se[i] = vectors_number(&v, i, "se");
    }
    assert_ok(shi_ranks_of(work, x, d.n, 0, false, rank));
    for (int i = 0; i < v.rows; i++) assert_near(rank[i], vectors_number(&v, i, "rank"), 0);
    assert_ok(shi_ranks_simultaneous(work, &d, SHI_RANKS_BONFERRONI, set, NULL));
    for (int i = 0; i < v.rows; i++) set_is(set[i], &v, i, "bonferroni_L", "bonferroni_U");
    assert_ok(shi_ranks_simultaneous(work, &d, SHI_RANKS_HOLM, set, NULL));
    for (int i = 0; i < v.rows; i++) set_is(set[i], &v, i, "holm_L", "holm_U");
    for (size_t k = 0; k < 3; k++) {
        int same = 0;
        three t;
        at_three(work, d, BOOTSTRAP[k].method, &t);
        for (int i = 0; i < v.rows; i++) {
            off += within_noise(t.wide[i], t.narrow[i], &v, i, BOOTSTRAP[k].low, BOOTSTRAP[k].high);
            same += t.set[i].low == vectors_whole(&v, i, BOOTSTRAP[k].low) && t.set[i].high == vectors_whole(&v, i, BOOTSTRAP[k].high);
            if (k == 0) {
                width += (double)(t.set[i].high - t.set[i].low);
                wanted += (double)(vectors_whole(&v, i, "simul_U") - vectors_whole(&v, i, "simul_L"));
            }
        }
        print_message("# %s: %d of %d rows the same\n", BOOTSTRAP[k].low, same, v.rows);
    }
    assert_int_equal(off, 0);
    assert_near(width / wanted, 1, 0.02);
    for (int k = 0; k < 2; k++) {
        three t;
        d.confidence = k ? 0.90 : 0.95;
        at_three(work, d, SHI_RANKS_STEPDOWN, &t);
        for (int i = 0; i < v.rows; i++) {
            bool want = vectors_number(&v, i, k ? "in_top5_90" : "in_top5_95") > 0;
            assert_true(want ? shi_rank_may_lead(t.wide[i], 5) : !shi_rank_may_lead(t.narrow[i], 5));
        }
    }
    vectors_checked("ranks/pisa2018_math.csv", v.rows);
    free(work.base);
    vectors_close(&v);
}

static void multinomial_as_published(void **state)
{
    vectors v = vectors_open("ranks/multinomial_exact.csv");
    shi_arena work = test_arena(16 * MOST);
    (void)state;
    for (int from = 0, to; from < v.rows; from = to) {
        int64_t count[MOST], apart, pairs = 0;
        double x[MOST], rank[MOST];
        shi_rank_set set[MOST];
        bool holm = !strcmp(vectors_text(&v, from, "correction"), "Holm");
        for (to = from; to < v.rows && vectors_whole(&v, to, "unit") == to - from + 1; to++) x[to - from] = (double)(count[to - from] = vectors_whole(&v, to, "count"));
        assert_ok(shi_ranks_multinomial(count, to - from, 0.95, holm ? SHI_RANKS_HOLM : SHI_RANKS_BONFERRONI, set, &apart));
        assert_ok(shi_ranks_of(work, x, to - from, 0, false, rank));
        for (int i = from; i < to; i++) {
            set_is(set[i - from], &v, i, "L", "U");
            assert_near(rank[i - from], vectors_number(&v, i, "rank"), 0);
            pairs += set[i - from].low - 1;
        }
        assert_int_equal(apart, pairs);
    }
    vectors_checked("ranks/multinomial_exact.csv", v.rows);
    free(work.base);
    vectors_close(&v);
}

static void checks_as_published(void **state)
{
    vectors v = vectors_open("ranks/joint_exact_rank_sets.csv");
    (void)state;
    for (int from = 0, to; from < v.rows; from = to) {
        shi_rank_check c[MOST];
        int64_t low[MOST], high[MOST], apart, pairs = 0;
        shi_rank_set set[MOST];
        for (to = from; to < v.rows && vectors_whole(&v, to, "unit") == to - from; to++)
            c[to - from] = (shi_rank_check){ vectors_whole(&v, to, "N"), vectors_whole(&v, to, "n"), vectors_whole(&v, to, "found_real") };
        assert_ok(shi_ranks_checks(c, to - from, 0.95, low, high, set, &apart));
        for (int i = from; i < to; i++) {
            assert_int_equal(low[i - from], vectors_whole(&v, i, "joint_lower_count"));
            assert_int_equal(high[i - from], vectors_whole(&v, i, "joint_upper_count"));
            set_is(set[i - from], &v, i, "rank_best", "rank_worst");
            pairs += set[i - from].low - 1;
        }
        assert_int_equal(apart, pairs);
    }
    vectors_checked("ranks/joint_exact_rank_sets.csv", v.rows);
    vectors_close(&v);
}

/* ---- against the definition ---- */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* All pairs of every draw, with the same random numbers: `over` the ordered pairs (row or column `only`, or all) that are still in. */
static double naive_quantile(const shi_rank_data *d, int64_t only, bool (*in)[MOST])
{
    double *most = calloc((size_t)d->draws, sizeof *most), z[MOST];
    assert_non_null(most);
    for (int64_t r = 0; r < d->draws; r++) {
        shi_random random = shi_random_of(d->seed, 4070, r, 0, 0);
        for (int64_t i = 0; i < d->n; i++) z[i] = shi_normal_quantile_above(shi_random_unit(&random)) * d->se[i];
        for (int64_t a = 0; a < d->n; a++)
            for (int64_t b = only < 0 || a == only ? 0 : only; b < (only < 0 || a == only ? d->n : only + 1); b++)
                if (in[a][b]) {
                    double t = (z[a] - z[b]) / sqrt(d->se[a] * d->se[a] + d->se[b] * d->se[b]);
                    if (t > most[r]) most[r] = t;
                }
    }
    qsort(most, (size_t)d->draws, sizeof *most, ascending);
    int64_t tail = (int64_t)floor((1 - d->confidence) * (double)(d->draws + 1));
    double c = most[d->draws - tail];
    free(most);
    return c;
}

static void naive_sets(const shi_rank_data *d, int64_t only, bool stepdown, shi_rank_set *set)
{
    static bool in[MOST][MOST];
    for (int64_t a = 0; a < d->n; a++)
        for (int64_t b = 0; b < d->n; b++) in[a][b] = a != b;
    for (bool more = true; more;) {
        double c = naive_quantile(d, only, in);
        more = false;
        for (int64_t a = 0; a < d->n; a++)
            for (int64_t b = 0; b < d->n; b++)
                if (in[a][b] && (d->estimate[a] - d->estimate[b]) / sqrt(d->se[a] * d->se[a] + d->se[b] * d->se[b]) > c) {
                    in[a][b] = false;
                    more = stepdown;
                }
    }
    for (int64_t i = 0; i < d->n; i++) {
        set[i] = (shi_rank_set){ 1, d->n };
        for (int64_t k = 0; k < d->n; k++) {
            set[i].low += k != i && !in[k][i];
            set[i].high -= k != i && !in[i][k];
        }
    }
}

/* Units of a district: `kind` 0 alike, 1 far apart, 2 standard errors from 1 to 30, 3 in clumps. */
static void make_units(shi_random *r, int64_t n, int kind, double *x, double *se)
{
    for (int64_t i = 0; i < n; i++) {
        se[i] = kind == 2 ? exp(3.4 * shi_random_unit(r)) : 1 + shi_random_unit(r);
        x[i] = (kind == 0 ? 3 : kind == 3 ? 0.3 : 12) * shi_random_normal(r) + (kind == 3 ? 20.0 * (double)(i % 3) : 0);
    }
}

static void pruned_as_all_pairs(void **state)
{
    (void)state;
    for (int trial = 0; trial < 24; trial++) {
        shi_random r = shi_random_of(3, 2, trial, 0, 0);
        int64_t n = 2 + shi_random_below(&r, trial < 8 ? 8 : 40);
        double x[MOST], se[MOST], sorted_x[MOST], sorted_se[MOST], rank[MOST];
        shi_rank_set want[MOST], got[MOST];
        make_units(&r, n, trial % 4, x, se);
        shi_rank_data d = { .n = n, .estimate = sorted_x, .se = sorted_se, .confidence = trial % 3 == 0 ? 0.95 : trial % 3 == 1 ? 0.5 : 0.002, .draws = 2000, .seed = 5 };
        shi_arena work = arena_for(n, d.draws);
        assert_ok(shi_ranks_of(work, x, n, 0, false, rank));
        for (int64_t i = 0; i < n; i++) {   /* the simulation draws for units from the best down */
            sorted_x[(int64_t)rank[i] - 1] = x[i];
            sorted_se[(int64_t)rank[i] - 1] = se[i];
        }
        for (int step = 0; step < 2; step++) {
            int64_t apart, pairs = 0;
            naive_sets(&d, -1, step, want);
            assert_ok(shi_ranks_simultaneous(work, &d, step ? SHI_RANKS_STEPDOWN : SHI_RANKS_SINGLE, got, &apart));
            for (int64_t i = 0; i < n; i++) {
                assert_int_equal(got[i].low, want[i].low);
                assert_int_equal(got[i].high, want[i].high);
                pairs += want[i].low - 1;
            }
            assert_int_equal(apart, pairs);
        }
        free(work.base);
    }
}

/* The integral next to the simulation of the same critical value. */
static void marginal_as_simulated(void **state)
{
    int off = 0, all = 0;
    (void)state;
    for (int trial = 0; trial < 8; trial++) {
        shi_random r = shi_random_of(4, 2, trial, 0, 0);
        int64_t n = trial < 4 ? 2 + shi_random_below(&r, 30) : 150;   /* each unit by itself, then in bins */
        double x[MOST], se[MOST];
        shi_rank_set want[MOST];
        three t;
        make_units(&r, n, trial % 4, x, se);
        shi_rank_data d = { .n = n, .estimate = x, .se = se, .confidence = 0.9, .draws = 10000, .seed = 6 };
        shi_arena work = arena_for(n, d.draws);
        at_three(work, d, -1, &t);
        for (int64_t j = 0; j < n && j < (n > 100 ? 3 : 6); j++) {
            naive_sets(&d, j, true, want);
            all++;
            off += want[j].low < t.wide[j].low || want[j].low > t.narrow[j].low || want[j].high > t.wide[j].high || want[j].high < t.narrow[j].high;
        }
        free(work.base);
    }
    assert_int_equal(off, 0);
    assert_true(all > 24);
}

/* Two units: the sets are those of one normal test, and a difference of exactly its quantile is not enough. */
static void two_units(void **state)
{
    double z = shi_normal_quantile_above(0.025), se[] = { 3, 4 };
    shi_arena work = arena_for(2, 400000);
    (void)state;
    for (int off = -1; off <= 1; off += 2) {
        double x[] = { 0, 5 * (z + 0.001 * off) };
        shi_rank_data d = { .n = 2, .estimate = x, .se = se, .confidence = 0.95 };
        shi_rank_set set[2];
        int64_t apart;
        assert_ok(shi_ranks_marginal(work, &d, set));
        assert_int_equal(set[1].high, off > 0 ? 1 : 2);
        assert_int_equal(set[0].low, off > 0 ? 2 : 1);
        assert_ok(shi_ranks_simultaneous(work, &d, SHI_RANKS_BONFERRONI, set, &apart));
        assert_int_equal(apart, off > 0);
        x[1] = 5 * (z + 0.05 * off);
        assert_ok(shi_ranks_simultaneous(work, &d, SHI_RANKS_SINGLE, set, &apart));
        assert_int_equal(apart, off > 0);
    }
    free(work.base);
}

/* True ranks, known: how often all sets hold them, and how often each does. */
static void coverage(void **state)
{
    enum { N = 12, TRIALS = 600 };
    int all = 0, each = 0;
    shi_arena work = arena_for(N, 2000);
    (void)state;
    for (int trial = 0; trial < TRIALS; trial++) {
        double x[N], se[N];
        shi_rank_set joint[N], own[N];
        shi_random r = shi_random_of(11, 2, trial, 0, 0);
        bool ok = true;
        for (int i = 0; i < N; i++) {
            se[i] = 1 + (double)(i % 4);
            x[i] = -(double)(i * i) / 12 + se[i] * shi_normal_quantile_above(shi_random_unit(&r));
        }
        shi_rank_data d = { .n = N, .estimate = x, .se = se, .confidence = 0.9, .draws = 2000, .seed = (uint64_t)trial };
        assert_ok(shi_ranks_simultaneous(work, &d, SHI_RANKS_STEPDOWN, joint, NULL));
        for (int i = 0; i < N; i++) ok = ok && joint[i].low <= i + 1 && i + 1 <= joint[i].high;
        all += ok;
        if (trial >= 200) continue;
        assert_ok(shi_ranks_marginal(work, &d, own));
        for (int i = 0; i < N; i++) {
            each += own[i].low <= i + 1 && i + 1 <= own[i].high;
            assert_true(own[i].high - own[i].low <= joint[i].high - joint[i].low + 1);
        }
    }
    print_message("# simultaneous sets at 0.9 hold all true ranks in %.3f, marginal ones theirs in %.3f\n", (double)all / TRIALS, each / (200.0 * N));
    assert_true(all >= 0.9 * TRIALS - 3 * sqrt(0.09 * TRIALS));
    assert_true(each >= 0.9 * 200 * N - 3 * sqrt(0.09 * 200 * N));
    free(work.base);
}

static void same_on_any_threads(void **state)
{
    enum { N = 400 };
    double x[N], se[N];
    shi_rank_set one[N], four[N], own_one[N], own_four[N];
    int64_t apart_one, apart_four;
    shi_random r = shi_random_of(10, 2, 0, 0, 0);
    shi_arena work = arena_for(N, 20000);
    int threads = omp_get_max_threads();
    (void)state;
    make_units(&r, N, 0, x, se);
    shi_rank_data d = { .n = N, .estimate = x, .se = se, .confidence = 0.95 };
    omp_set_num_threads(1);
    assert_ok(shi_ranks_simultaneous(work, &d, SHI_RANKS_STEPDOWN, one, &apart_one));
    assert_ok(shi_ranks_marginal(work, &d, own_one));
    omp_set_num_threads(4);
    assert_ok(shi_ranks_simultaneous(work, &d, SHI_RANKS_STEPDOWN, four, &apart_four));
    assert_ok(shi_ranks_marginal(work, &d, own_four));
    omp_set_num_threads(threads);
    assert_memory_equal(one, four, sizeof one);
    assert_memory_equal(own_one, own_four, sizeof own_one);
    assert_int_equal(apart_one, apart_four);
    free(work.base);
}

static void last_ones(void **state)
{
    (void)state;
    assert_true(shi_rank_surely_trails((shi_rank_set){ 8, 10 }, 10, 3) && !shi_rank_surely_trails((shi_rank_set){ 7, 10 }, 10, 3));
    assert_true(shi_rank_may_trail((shi_rank_set){ 2, 8 }, 10, 3) && !shi_rank_may_trail((shi_rank_set){ 2, 7 }, 10, 3));
    assert_true(shi_rank_may_lead((shi_rank_set){ 3, 8 }, 3) && !shi_rank_may_lead((shi_rank_set){ 4, 7 }, 3));
}

static void flaws(void **state)
{
    shi_arena work = arena_for(3, 10000);
    shi_rank_set set[3] = { { 77, 77 } };
    int64_t low[3], high[3];
    (void)state;
    for (int k = -1; k < 9; k++) {
        double x[] = { 1, 2, 3 }, se[] = { 1, 1, 1 };
        shi_rank_data d = { .n = 3, .estimate = x, .se = se, .confidence = 0.95, .draws = 10000 };
        if (k < 0) d.n = SHI_RANKS_MOST + 1;
        if (k == 0) d.n = 1;
        if (k == 1) d.confidence = 1;
        if (k == 2) d.confidence = 0;
        if (k == 3) d.confidence = NAN;
        if (k == 4) x[1] = NAN;
        if (k == 5) x[1] = INFINITY;
        if (k == 6) se[1] = 0;
        if (k == 7) se[1] = -1;
        if (k == 8) se[1] = NAN;
        shi_err e = shi_ranks_simultaneous(work, &d, SHI_RANKS_STEPDOWN, set, NULL);
        assert_int_equal(e.code, k < 4 ? SHI_USAGE : SHI_INPUT);
        assert_int_equal(e.line, k < 4 ? 0 : 2);
        assert_int_equal(shi_ranks_marginal(work, &d, set).code, e.code);
        assert_true(e.reason && e.remedy && set[0].low == 77);
    }
    static const shi_rank_check BAD[] = { { 0, 0, 0 }, { 5, 6, 1 }, { 5, 3, 4 }, { 5, 3, -1 }, { 5, -1, 0 } };
    for (size_t k = 0; k < 5; k++) {
        shi_rank_check two[] = { { 9, 3, 1 }, BAD[k] };
        shi_err e = shi_ranks_checks(two, 2, 0.95, low, high, set, NULL);
        assert_int_equal(e.code, SHI_INPUT);
        assert_int_equal(e.line, 2);
    }
    int64_t count[] = { 3, -1 };
    assert_int_equal(shi_ranks_multinomial(count, 2, 0.95, SHI_RANKS_HOLM, set, NULL).line, 2);
    assert_int_equal(shi_ranks_multinomial(count, 2, 0.95, SHI_RANKS_STEPDOWN, set, NULL).code, SHI_USAGE);
    assert_true(set[0].low == 77);
    free(work.base);
    for (int64_t bytes = 0; bytes < shi_ranks_scratch(3, 100); bytes += 512) {   /* too small by any amount: refused, or done within it */
        double x[] = { 1, 2, 3 }, se[] = { 1, 1, 1 };
        shi_rank_data d = { .n = 3, .estimate = x, .se = se, .confidence = 0.95, .draws = 100 };
        work = test_arena(bytes);
        shi_err e = shi_ranks_simultaneous(work, &d, SHI_RANKS_STEPDOWN, set, NULL);
        assert_true(e.code == SHI_OK || e.code == SHI_SYSTEM);
        e = shi_ranks_marginal(work, &d, set);
        assert_true(e.code == SHI_OK || e.code == SHI_SYSTEM);
        free(work.base);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(ties_as_published),
    cmocka_unit_test(normal_as_published),
    cmocka_unit_test(pisa_as_published),
    cmocka_unit_test(multinomial_as_published),
    cmocka_unit_test(checks_as_published),
    cmocka_unit_test(pruned_as_all_pairs),
    cmocka_unit_test(marginal_as_simulated),
    cmocka_unit_test(two_units),
    cmocka_unit_test(coverage),
    cmocka_unit_test(same_on_any_threads),
    cmocka_unit_test(last_ones),
    cmocka_unit_test(flaws),
};
RUN_TESTS("ranks")
