/* Prediction-powered means and plans against the authors' package, every case; useless and perfect predictions; bad rows. */
#include "shishu/ppi.h"

#include "stat/dist.h"
#include "vectors.h"

enum { MOST = 4096 };

typedef struct {
    double y[MOST], f[MOST], w[MOST], u[MOST], v[MOST];
} room;

static void is_estimate(const shi_ppi_estimate *e, const json_t *want)
{
    double ends[2];
    assert_near(e->value, vectors_json_number(want, "point"), 1e-9);
    assert_int_equal(vectors_json_list(want, "ci", ends, 2), 2);
    assert_near(e->low, ends[0], 1e-9);
    assert_near(e->high, ends[1], 1e-9);
}

static void means_as_published(void **state)
{
    json_t *all = vectors_json("ppi/ppi_mean.json");
    room *r = calloc(1, sizeof *r);
    (void)state;
    assert_non_null(r);
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *c = json_array_get(all, i);
        static const struct { const char *key; double lambda; } AT[] = { { "ppi_lam0", 0 }, { "ppi_lam0.5", 0.5 }, { "ppi_lam1", 1 }, { "ppi_tuned", NAN } };
        double confidence = 1 - vectors_json_number(c, "alpha"), lambda, ends[2];
        shi_ppi d = { .n = vectors_json_list(c, "Y", r->y, MOST), .N = vectors_json_list(c, "Yhat_unlabeled", r->u, MOST),
                      .outcome = r->y, .prediction = r->f, .others = r->u };
        shi_ppi_estimate e;
        assert_int_equal(vectors_json_list(c, "Yhat", r->f, MOST), d.n);
        for (size_t k = 0; k < 4; k++) {
            assert_ok(shi_ppi_mean(&d, AT[k].lambda, confidence, &e));
            is_estimate(&e, json_object_get(c, AT[k].key));
        }
        assert_near(e.lambda, vectors_json_number(c, "lambda_hat"), 1e-9);
        assert_int_equal(vectors_json_list(c, "classical_ci", ends, 2), 2);
        assert_ok(shi_ppi_mean(&d, 0, confidence, &e));
        assert_near(e.low, ends[0], 1e-9);
        assert_near(e.high, ends[1], 1e-9);
        assert_ok(shi_ppi_lambda(&d, false, &lambda));   /* the package tests without clipping */
        assert_ok(shi_ppi_mean(&d, lambda, confidence, &e));
        double p = vectors_json_number(c, "ppi_tuned_pvalue_null_0.5_larger");
        assert_near(shi_ppi_p_above(&e, 0.5) / p, 1, 1e-7);   /* a tail of 1e-21: the distance has nine digits, its tail less */
        d.weight = r->w;
        d.other_weight = r->v;
        assert_int_equal(vectors_json_list(c, "w", r->w, MOST), d.n);
        assert_int_equal(vectors_json_list(c, "w_unlabeled", r->v, MOST), d.N);
        assert_ok(shi_ppi_mean(&d, NAN, confidence, &e));
        is_estimate(&e, json_object_get(c, "ppi_tuned_weighted"));
    }
    vectors_checked("ppi/ppi_mean.json", (int64_t)json_array_size(all));
    free(r);
    json_decref(all);
}

static void plans_as_published(void **state)
{
    vectors v = vectors_open("ppi/ppi_power.csv");
    (void)state;
    for (int i = 0; i < v.rows; i++) {
        shi_ppi_costs c = { vectors_number(&v, i, "ppi_correlation"), vectors_number(&v, i, "cost_X"), vectors_number(&v, i, "cost_Y"),
                            vectors_number(&v, i, "cost_Yhat") };
        double budget = vectors_number(&v, i, "budget");
        shi_ppi_plan p;
        if (isnan(budget)) assert_ok(shi_ppi_plan_effective(&c, vectors_number(&v, i, "target_effective_n"), &p));
        else assert_ok(shi_ppi_plan_budget(&c, budget, &p));
        if (p.n != vectors_whole(&v, i, "n_labelled") || p.N != vectors_whole(&v, i, "N_unlabelled"))
            fail_msg("row %d: %lld and %lld, want %s and %s", i + 2, (long long)p.n, (long long)p.N, vectors_text(&v, i, "n_labelled"),
                     vectors_text(&v, i, "N_unlabelled"));
        assert_near(p.cost, vectors_number(&v, i, "cost"), 1e-9);
        assert_near(p.effective, vectors_number(&v, i, "effective_n"), 0);
    }
    vectors_checked("ppi/ppi_power.csv", v.rows);
    vectors_close(&v);
}

static void of_what_use(void **state)
{
    double y[] = { 1, 0, 1, 1, 0, 1 }, same[] = { 0.5, 0.5, 0.5, 0.5, 0.5, 0.5 }, others[] = { 0.5, 0.5, 0.5, 0.5 };
    shi_ppi d = { .n = 6, .N = 4, .outcome = y, .prediction = same, .others = others };
    shi_ppi_estimate e, plain;
    (void)state;
    assert_ok(shi_ppi_mean(&d, NAN, 0.9, &e));            /* all alike: not used */
    assert_ok(shi_ppi_mean(&d, 0, 0.9, &plain));
    assert_true(e.lambda == 0);
    assert_memory_equal(&e, &plain, sizeof e);
    assert_near(e.value, 4.0 / 6, 1e-15);
    double wrong[] = { 0, 1, 0, 0, 1, 0 }, more[] = { 1, 0, 1, 0 };
    d.prediction = wrong;                                 /* opposite: clipped to not used */
    d.others = more;
    assert_ok(shi_ppi_mean(&d, NAN, 0.9, &e));
    assert_true(e.lambda == 0);
    d.prediction = y;                                     /* perfect: what is left is the error of the others */
    assert_ok(shi_ppi_mean(&d, 1, 0.9, &e));
    assert_near(e.value, 0.5, 1e-15);
    assert_near(e.se, sqrt(0.25 / 4), 1e-15);
    assert_near(shi_ppi_p_above(&e, 0.5), 0.5, 1e-15);
    assert_near(shi_ppi_p_above(&(shi_ppi_estimate){ .value = 1 }, 0.5), 0, 0);
}

static void refused(void **state)
{
    (void)state;
    for (int k = 0; k < 9; k++) {
        double y[] = { 1, 0, 1 }, f[] = { 0.5, 0.2, 0.9 }, w[] = { 1, 1, 1 }, u[] = { 0.1, 0.2, 0.3 }, v[] = { 1, 1, 1 };
        shi_ppi d = { 3, 3, y, f, w, u, v };
        shi_ppi_estimate e = { .value = 77 };
        if (k == 0) d.n = 1;
        if (k == 1) d.N = 0;
        if (k == 2) y[1] = NAN;
        if (k == 3) f[1] = INFINITY;
        if (k == 4) w[1] = 0;
        if (k == 5) u[1] = NAN;
        if (k == 6) v[1] = -1;
        shi_err err = shi_ppi_mean(&d, NAN, k == 7 ? 1.0 : k == 8 ? 0.0 : 0.9, &e);
        assert_int_equal(err.code, k > 6 ? SHI_USAGE : SHI_INPUT);
        assert_int_equal(err.line, k > 1 && k < 7 ? 2 : 0);
        assert_true(err.reason && err.remedy && e.value == 77);
    }
    static const shi_ppi_costs BAD[] = { { 1, 0, 1, 0.1 }, { -1, 0, 1, 0.1 }, { NAN, 0, 1, 0.1 }, { 0.5, -1, 1, 2 }, { 0.5, 0, 0, 0.1 }, { 0.5, 0, 1, 0 } };
    shi_ppi_plan p = { .n = 77 };
    for (size_t k = 0; k < sizeof BAD / sizeof *BAD; k++) assert_int_equal(shi_ppi_plan_budget(&BAD[k], 100, &p).code, SHI_USAGE);
    const shi_ppi_costs good = { 0.5, 0, 30, 0.1 };
    assert_int_equal(shi_ppi_plan_budget(&good, 5, &p).code, SHI_USAGE);
    assert_int_equal(shi_ppi_plan_budget(&good, NAN, &p).code, SHI_USAGE);
    assert_int_equal(shi_ppi_plan_effective(&good, 0, &p).code, SHI_USAGE);
    assert_int_equal(p.n, 77);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(means_as_published), cmocka_unit_test(plans_as_published), cmocka_unit_test(of_what_use), cmocka_unit_test(refused),
};
RUN_TESTS("ppi")
