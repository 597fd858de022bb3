/* Mean sample sizes of the ALPHA paper (Stark 2023, tables 1 and 2), by simulation: draws until p <= 0.05. The paper's own figures are means of
 * 1,000 simulations, so that ours may differ by the noise of both. SHISHU_SIM=full simulates every row; else those of at most 2,000 draws. */
#include "base/random.h"
#include "shishu/martingale.h"
#include "vectors.h"

static const double NOISE = 4;          /* standard errors; the seeds are fixed, so that a pass stays one */
enum { PAPER = 1000, MOST_DRAWS = 50000000 };

static bool full(void)
{
    const char *sim = getenv("SHISHU_SIM");
    return sim && !strcmp(sim, "full");
}

/* Draws of a population with the share theta of ones until p <= 0.05, at most N where there are N. */
static int64_t draws_of(const shi_martingale *test, double theta, shi_random *random)
{
    const double enough = log(0.05);
    int64_t ones = (int64_t)llround((double)test->N * theta), left = test->N, n = 0;
    shi_martingale_state state;
    if (shi_martingale_begin(test, &state).code) return -1;
    while (n < (test->N ? test->N : MOST_DRAWS)) {
        bool one = test->N ? shi_random_below(random, left) < ones : shi_random_unit(random) < theta;
        ones -= one;
        left--;
        n++;
        shi_martingale_step(test, &state, one);
        if (shi_martingale_log_p(&state) <= enough) break;
    }
    return n;
}

static bool agrees(const shi_martingale *test, double theta, double published, int64_t row, const char *name)
{
    int64_t reps = full() ? PAPER : 300;
    double sum = 0, squares = 0;
    double *size = calloc((size_t)reps, sizeof *size);
    assert_non_null(size);
    #pragma omp parallel for schedule(dynamic, 1)
    for (int64_t i = 0; i < reps; i++) {
        shi_random random = shi_random_of(2023, 1, row, i, test->N);
        size[i] = (double)draws_of(test, theta, &random);
    }
    for (int64_t i = 0; i < reps; i++) {
        sum += size[i];
        squares += size[i] * size[i];
    }
    double mean = sum / (double)reps, sd = sqrt(fmax(squares / (double)reps - mean * mean, 0));
    double z = (mean - published) / (sd * sqrt(1.0 / PAPER + 1.0 / (double)reps) + 0.5);   /* printed without decimals */
    free(size);
    bool fits = fabs(z) <= NOISE;
    if (!fits || getenv("SHISHU_SIM_SAY"))
        print_message("# %s row %d, share %g, %s: %.1f draws, published %.0f, z %.1f\n", fits ? "" : "differs:", (int)row + 2, theta, name, mean, published, z);
    return fits;
}

static void with_replacement(void **state)
{
    (void)state;
    vectors v = vectors_open("rla/alpha_published_with_replacement.csv");
    int64_t rows = 0, differ = 0;
    for (int row = 0; row < v.rows; row++) {
        const char *d = vectors_text(&v, row, "alpha_d_or_BRAVO");
        double eta = vectors_number(&v, row, "reported_share_eta"), published = vectors_number(&v, row, "published_mean_sample_size");
        shi_martingale test = { .kind = SHI_ALPHA_SHRINK, .t = 0.5, .u = 1, .eta0 = eta, .c = (eta - 0.5) / 2, .d = strtod(d, NULL) };
        if (!strcmp(d, "BRAVO")) test.kind = SHI_ALPHA_FIXED;
        if (!full() && published > 2000) continue;
        rows++;
        differ += !agrees(&test, vectors_number(&v, row, "true_share_theta"), published, row, d);
    }
    vectors_checked("rla/alpha_published_with_replacement.csv", rows);
    assert_int_equal(differ, 0);
    vectors_close(&v);
}

static void without_replacement(void **state)
{
    (void)state;
    vectors v = vectors_open("rla/alpha_published_without_replacement_N20000.csv");
    int64_t rows = 0, differ = 0;
    for (int row = 0; row < v.rows; row++) {
        const char *method = vectors_text(&v, row, "method"), *parameters = vectors_text(&v, row, "parameters");
        double eta = 0, d = 0, published = vectors_number(&v, row, "published_mean_sample_size_up_to_N");
        sscanf(parameters, "eta=%lf d=%lf", &eta, &d);
        shi_martingale test = { .N = 20000, .t = 0.5, .u = 1, .eta0 = eta, .c = (eta - 0.5) / 2, .d = d };
        if (!strcmp(method, "sqKelly")) test.kind = SHI_BET_SQUARE_KELLY;
        else if (!strcmp(method, "a priori Kelly")) test.kind = SHI_BET_FIXED, test.lambda = 2 * (2 * eta - 1);
        else if (!strcmp(method, "SPRT")) test.c = 0, test.d = 1e15;   /* table 2 keeps eta as it is while m moves */
        else assert_string_equal(method, "ALPHA");
        if (!full() && published > 2000) continue;
        rows++;
        differ += !agrees(&test, vectors_number(&v, row, "true_share_theta"), published, row, method);
    }
    vectors_checked("rla/alpha_published_without_replacement_N20000.csv", rows);
    assert_int_equal(differ, 0);
    vectors_close(&v);
}

/* Where the mean is t, p <= 0.05 comes up at some time in at most one population of twenty. */
static void wrong_at_most_as_often_as_promised(void **state)
{
    (void)state;
    static const shi_martingale TEST[] = {
        { .kind = SHI_ALPHA_SHRINK, .N = 1000, .t = 0.5, .u = 1, .eta0 = 0.6, .c = 0.05, .d = 20 }, { .kind = SHI_BET_SQUARE_KELLY, .N = 1000, .t = 0.5, .u = 1 },
        { .kind = SHI_BET_AGRAPA, .N = 1000, .t = 0.5, .u = 1, .lambda = 0.5, .bet_from = 0.75, .bet_to = 0.75 },
        { .kind = SHI_KAPLAN_KOLMOGOROV, .N = 1000, .t = 0.5, .u = 1, .g = 0.1 },
    };
    enum { REPS = 4000 };
    for (int64_t c = 0; c < COUNT(TEST); c++) {
        int64_t wrong = 0;
        #pragma omp parallel for schedule(static) reduction(+ : wrong)
        for (int64_t i = 0; i < REPS; i++) {
            shi_random random = shi_random_of(2023, 2, c, i, 0);
            wrong += draws_of(&TEST[c], 0.5, &random) < 1000;
        }
        print_message("# test %d: p <= 0.05 in %.4f of populations of mean t\n", (int)c, (double)wrong / REPS);
        assert_true((double)wrong / REPS < 0.05 + 3 * sqrt(0.05 * 0.95 / REPS));
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(with_replacement),
    cmocka_unit_test(without_replacement),
    cmocka_unit_test(wrong_at_most_as_often_as_promised),
};
RUN_TESTS("martingale sizes")
