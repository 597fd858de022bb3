/* Martingales next to every published history of p, next to their definitions, and at the edges: what has been found decides. */
#include "base/random.h"
#include "shishu/martingale.h"
#include "vectors.h"

enum { MOST = 200 };

static shi_martingale design_of(const json_t *population, const json_t *test)
{
    static const struct {
        const char *name;
        shi_martingale_kind kind;
    } KIND[] = { { "alpha_shrink_trunc", SHI_ALPHA_SHRINK }, { "alpha_fixed_alternative", SHI_ALPHA_FIXED }, { "betting_fixed", SHI_BET_FIXED },
                 { "betting_agrapa", SHI_BET_AGRAPA }, { "kaplan_markov", SHI_KAPLAN_MARKOV }, { "kaplan_wald", SHI_KAPLAN_WALD },
                 { "kaplan_kolmogorov", SHI_KAPLAN_KOLMOGOROV } };
    const json_t *p = json_object_get(test, "params");
    const char *name = json_string_value(json_object_get(test, "method"));
    shi_martingale m = { .t = vectors_json_number(population, "t"), .u = vectors_json_number(population, "u") };
    if (!strcmp(json_string_value(json_object_get(test, "replacement")), "without")) m.N = (int64_t)vectors_json_number(population, "N");
    int64_t k = 0;
    while (k < COUNT(KIND) && strcmp(KIND[k].name, name)) k++;
    if (k == COUNT(KIND)) fail_msg("no such method: %s", name);
    m.kind = KIND[k].kind;
    const struct {
        const char *name;
        double *to;
    } TO[] = { { "eta", &m.eta0 }, { "c", &m.c }, { "d", &m.d }, { "lam", &m.lambda }, { "c_grapa_0", &m.bet_from }, { "c_grapa_max", &m.bet_to },
               { "c_grapa_grow", &m.bet_growth }, { "g", &m.g } };
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)p, key, value) {
        int64_t at = 0;
        while (at < COUNT(TO) && strcmp(TO[at].name, key)) at++;
        if (at == COUNT(TO)) fail_msg("no such parameter: %s", key);
        *TO[at].to = json_number_value(value);
    }
    return m;
}

static bool same(double got, double want)
{
    return fabs(got - want) <= 1e-9 * fabs(want);
}

/* The reference divides 0 by 0 in two histories (AGRAPA, a first draw equal to t) and gives no numbers from there on: ours stay numbers. */
static void histories_as_published(void **state)
{
    (void)state;
    json_t *all = vectors_json("rla/martingales.json"), *population, *test;
    size_t i, k;
    int64_t tests = 0, values = 0, undefined = 0;
    json_array_foreach(all, i, population) {
        double x[MOST], want[MOST], log_p[MOST];
        int64_t n = vectors_json_list(population, "x", x, MOST);
        json_array_foreach(json_object_get(population, "tests"), k, test) {
            const shi_martingale m = design_of(population, test);
            double least = 0;
            bool whole = true;
            assert_int_equal(vectors_json_list(test, "p_history", want, MOST), n);
            assert_ok(shi_martingale_run(&m, x, n, log_p));
            for (int64_t j = 0; j < n; j++) {
                if (log_p[j] < least) least = log_p[j];
                assert_true(log_p[j] <= 0);
                if (isnan(want[j])) {
                    assert_int_equal(m.kind, SHI_BET_AGRAPA);
                    whole = false;
                    undefined++;
                    continue;
                }
                if (!same(exp(log_p[j]), want[j])) fail_msg("%zu %zu draw %d: %.17g, not %.17g", i, k, (int)j, exp(log_p[j]), want[j]);
                values++;
            }
            if (whole) assert_true(same(exp(least), vectors_json_number(test, "p_overall")));
            tests++;
        }
    }
    print_message("# %d values of p; %d have none in the file\n", (int)values, (int)undefined);
    vectors_checked("rla/martingales.json", tests);
    json_decref(all);
}

/* Without replacement, the mean over all orders in which a population of mean t can be drawn is 1 after each draw (a population of 7, all 5,040
 * orders): what makes it a martingale. Square Kelly, SPRT and Kolmogorov bet by the rest; shrink and AGRAPA learn. */
static void fair_over_all_orders(void **state)
{
    (void)state;
    static const double VALUE[7] = { 0, 0.25, 0.5, 0.5, 0.75, 1, 1 };
    static const shi_martingale TEST[] = {
        { .kind = SHI_ALPHA_SHRINK, .eta0 = 0.8, .c = 0.1, .d = 3 }, { .kind = SHI_ALPHA_FIXED, .eta0 = 0.6 }, { .kind = SHI_BET_FIXED, .lambda = 0.9 },
        { .kind = SHI_BET_AGRAPA, .lambda = 0.5, .bet_from = 0.4, .bet_to = 0.6, .bet_growth = 1 }, { .kind = SHI_BET_SQUARE_KELLY },
        { .kind = SHI_KAPLAN_KOLMOGOROV, .g = 0.1 },
    };
    for (int64_t c = 0; c < COUNT(TEST); c++) {
        shi_martingale test = TEST[c];
        double mean[7] = { 0 };
        int orders = 0;
        test.N = 7;
        test.u = 1;
        test.t = 4.0 / 7;
        for (int code = 0; code < 7 * 7 * 7 * 7 * 7 * 7 * 7; code++) {
            shi_martingale_state s;
            int used = 0, left = code;
            for (int j = 0; j < 7; j++, left /= 7) used |= 1 << left % 7;
            if (used != 127) continue;
            orders++;
            assert_ok(shi_martingale_begin(&test, &s));
            for (int j = 0, rest = code; j < 5; j++, rest /= 7) {   /* the last two are decided by the others: m may meet u */
                shi_martingale_step(&test, &s, VALUE[rest % 7]);
                mean[j] += exp(s.log_value);
            }
        }
        assert_int_equal(orders, 5040);
        for (int j = 0; j < 3; j++) assert_near(mean[j] / orders, 1, 1e-12);
        for (int j = 3; j < 5; j++) assert_true(mean[j] / orders <= 1 + 1e-12);
    }
}

/* Once the draws hold more than N t, the mean is larger for sure; once the rest cannot reach it, it never is. */
static void what_was_found_decides(void **state)
{
    (void)state;
    const shi_martingale test = { .kind = SHI_ALPHA_SHRINK, .N = 10, .t = 0.5, .u = 1, .eta0 = 0.75, .c = 0.1, .d = 10 };
    double all[10] = { 1, 1, 1, 1, 1, 1, 0, 0, 0, 0 }, none[10] = { 0, 0, 0, 0, 0, 0, 1, 1, 1, 1 }, half[10] = { 1, 1, 1, 1, 1, 0, 0, 0, 0, 0 };
    double log_p[10];
    assert_ok(shi_martingale_run(&test, all, 10, log_p));
    assert_true(log_p[4] > -INFINITY && log_p[5] == -INFINITY && log_p[9] == -INFINITY);
    assert_ok(shi_martingale_run(&test, none, 10, log_p));
    for (int j = 0; j < 10; j++) assert_true(log_p[j] == 0);
    assert_ok(shi_martingale_run(&test, half, 10, log_p));
    for (int j = 5; j < 10; j++) assert_true(log_p[j] == log_p[4] && log_p[4] > -INFINITY);
}

/* A first draw that equals t leaves AGRAPA with 0/0: no bet on the second one; then it bets as ever. */
static void no_bet_on_nothing(void **state)
{
    (void)state;
    const shi_martingale test = { .kind = SHI_BET_AGRAPA, .t = 0.5, .u = 1, .lambda = 0.5, .bet_from = 0.75, .bet_to = 0.75 };
    const double x[3] = { 0.5, 1, 1 };
    double log_p[3];
    assert_ok(shi_martingale_run(&test, x, 3, log_p));
    assert_true(log_p[0] == 0 && log_p[1] == 0);
    assert_near(log_p[2], -log1p(1.5 * 0.5), 1e-12);   /* mean 3/4, variance 1/16: (1/4) / (1/16 + 1/16) = 2, cut to 0.75 / t */
}

/* p far below what a double can hold. */
static void far_tails(void **state)
{
    (void)state;
    enum { N = 100000 };
    const shi_martingale test = { .kind = SHI_ALPHA_FIXED, .t = 0.5, .u = 1, .eta0 = 0.9 };
    static double x[N], log_p[N];
    for (int i = 0; i < N; i++) x[i] = 1;
    assert_ok(shi_martingale_run(&test, x, N, log_p));
    assert_near(log_p[N - 1], -N * log(1.8), 1e-12);
}

static void refused(void **state)
{
    (void)state;
    const shi_martingale good = { .kind = SHI_ALPHA_SHRINK, .N = 3, .t = 0.5, .u = 1, .eta0 = 0.75, .c = 0.1, .d = 10 };
    double log_p[4], x[4] = { 1, 1, 0, 1 }, high[2] = { 1, 1.5 }, low[2] = { 1, -0.1 }, none[2] = { 1, NAN };
    shi_err e = shi_martingale_run(&good, x, 4, log_p);
    assert_int_equal(e.code, SHI_INPUT);
    assert_int_equal(e.line, 4);
    double *bad[] = { high, low, none };
    for (int64_t i = 0; i < COUNT(bad); i++) {
        e = shi_martingale_run(&good, bad[i], 2, log_p);
        assert_int_equal(e.code, SHI_INPUT);
        assert_int_equal(e.line, 2);
    }
    static const shi_martingale BAD[] = {
        { .kind = SHI_ALPHA_SHRINK, .t = 1, .u = 1, .eta0 = 0.75, .d = 10 }, { .kind = SHI_ALPHA_SHRINK, .t = 0.5, .u = 1, .eta0 = 0.5, .d = 10 },
        { .kind = SHI_ALPHA_SHRINK, .t = 0.5, .u = 1, .eta0 = 0.7, .d = 0 }, { .kind = SHI_BET_FIXED, .t = 0.5, .u = 1, .lambda = -1 },
        { .kind = SHI_KAPLAN_WALD, .t = 0.5, .u = 1, .N = 9, .g = 0.1 }, { .kind = SHI_KAPLAN_KOLMOGOROV, .t = 0.5, .u = 1, .g = 0.1 },
        { .kind = SHI_BET_AGRAPA, .t = 0.5, .u = 1, .bet_from = 0.5, .bet_to = 0.4 }, { .kind = SHI_BET_FIXED, .t = NAN, .u = 1 },
    };
    for (int64_t i = 0; i < COUNT(BAD); i++) assert_int_equal(shi_martingale_run(&BAD[i], x, 1, log_p).code, SHI_USAGE);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(histories_as_published), cmocka_unit_test(fair_over_all_orders), cmocka_unit_test(what_was_found_decides),
    cmocka_unit_test(no_bet_on_nothing),      cmocka_unit_test(far_tails),            cmocka_unit_test(refused),
};
RUN_TESTS("martingale")
