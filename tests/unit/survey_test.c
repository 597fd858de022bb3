/* Design-based estimators against R's survey on its own data and on synthetic villages, every row; unequal probability against its formula; what
 * cannot be estimated is refused. */
#include "shishu/survey.h"

#include "base/random.h"
#include "stat/dist.h"
#include "vectors.h"

enum { ROWS = 256, ROOM = 1 << 20 };

/* ---- samples ---- */

typedef struct {
    vectors v;
    shi_survey s;
    double weight[ROWS], population[2][ROWS];
    int64_t stratum[ROWS], unit[ROWS];
    shi_arena keep, work;
} sample;

/* The text of a column as codes in order of appearance. */
static int64_t codes(const vectors *v, const char *column, int64_t *out)
{
    int64_t n = 0;
    for (int i = 0; i < v->rows; i++) {
        int k = 0;
        while (strcmp(vectors_text(v, k, column), vectors_text(v, i, column)) != 0) k++;
        out[i] = k < i ? out[k] : n++;
    }
    return n;
}

static void numbers(const vectors *v, const char *column, double *out)
{
    for (int i = 0; i < v->rows; i++) out[i] = vectors_number(v, i, column);
}

static void is_word(const vectors *v, const char *column, const char *word, double *out)
{
    for (int i = 0; i < v->rows; i++) out[i] = !strcmp(vectors_text(v, i, column), word);
}

static sample *sample_open(const char *path)
{
    sample *x = calloc(1, sizeof *x);
    assert_non_null(x);
    x->v = vectors_open(path);
    x->keep = test_arena(ROOM);
    x->work = test_arena(ROOM);
    assert_true(x->v.rows <= ROWS);
    x->s = (shi_survey){ .rows = x->v.rows, .weight = x->weight, .stages = 1 };
    return x;
}

static void sample_close(sample *x)
{
    vectors_close(&x->v);
    free(x->keep.base);
    free(x->work.base);
    free(x);
}

static sample *api(const char *design)
{
    bool srs = !strncmp(design, "apisrs", 6), strat = !strncmp(design, "apistrat", 8), one = !strncmp(design, "apiclus1", 8), fpc = !strstr(design,
        "nofpc");
    sample *x = sample_open(srs ? "survey/apisrs.csv" : strat ? "survey/apistrat.csv" : one ? "survey/apiclus1.csv" : "survey/apiclus2.csv");
    if (strat) {
        codes(&x->v, "stype", x->stratum);
        x->s.stratum[0] = x->stratum;
    }
    if (srs || strat || one) {
        numbers(&x->v, "pw", x->weight);
        numbers(&x->v, "fpc", x->population[0]);
        if (fpc) x->s.population[0] = x->population[0];
        codes(&x->v, "dnum", x->unit);
        if (one) x->s.unit[0] = x->unit;
        return x;
    }
    int64_t units = codes(&x->v, "dnum", x->unit);
    numbers(&x->v, "fpc1", x->population[0]);
    numbers(&x->v, "fpc2", x->population[1]);
    for (int i = 0; i < x->v.rows; i++) {
        double m = 0;
        for (int k = 0; k < x->v.rows; k++) m += x->unit[k] == x->unit[i];
        x->weight[i] = x->population[0][i] / (double)units * x->population[1][i] / m;
    }
    x->s.stages = 2;
    x->s.unit[0] = x->unit;
    if (strstr(design, "with_replacement")) return x;
    x->s.population[0] = x->population[0];
    x->s.population[1] = x->population[1];
    return x;
}

static sample *villages(const char *design)
{
    bool two = !strncmp(design, "two_stage_fpc", 13);
    sample *x = sample_open("survey/two_stage_sample.csv");
    codes(&x->v, "township", x->stratum);
    codes(&x->v, "village", x->unit);
    numbers(&x->v, "w", x->weight);
    numbers(&x->v, "N_villages", x->population[0]);
    numbers(&x->v, "M_village", x->population[1]);
    x->s.stratum[0] = x->stratum;
    x->s.unit[0] = x->unit;
    if (two || !strncmp(design, "ultimate_cluster_fpc", 20)) x->s.population[0] = x->population[0];
    if (two) {
        x->s.stages = 2;
        x->s.population[1] = x->population[1];
    }
    return x;
}

static sample *accounts(const char *path, bool strata)
{
    sample *x = sample_open(path);
    if (strata) {
        codes(&x->v, "stratum", x->stratum);
        x->s.stratum[0] = x->stratum;
    }
    numbers(&x->v, "N", x->population[0]);
    x->s.population[0] = x->population[0];
    for (int i = 0; i < x->v.rows; i++) {
        double n = 0;
        for (int k = 0; k < x->v.rows; k++) n += x->stratum[k] == x->stratum[i];
        x->weight[i] = x->population[0][i] / n;
    }
    return x;
}

/* ---- calibration ---- */

static const double API_TYPES[] = { 4421, 755, 1018 }, API_WIDE[] = { 1072, 5122 }, API_ALL = 6194, API99 = 3914069;   /* R: colSums of apipop */

static void calibrated(sample *x, const char *design, shi_calibration *c)
{
    static double column[4 * ROWS], population[4];
    static int64_t cell[2][ROWS];
    const int64_t *cells_of[] = { cell[0], cell[1] };
    int64_t n = x->v.rows, k = 0;
    bool type = strstr(design, "stype") || strstr(design, "raking");
    double total[4];
    if (strstr(design, "postStratify(stype)") || strstr(design, "rake(")) {
        const double *people[] = { API_TYPES, API_WIDE };
        const int64_t cells[] = { 3, 2 };
        for (int i = 0; i < n; i++) {
            cell[0][i] = strchr("EHM", vectors_text(&x->v, i, "stype")[0]) - "EHM";
            cell[1][i] = !strcmp(vectors_text(&x->v, i, "sch.wide"), "Yes");
        }
        assert_ok(shi_survey_rake(&x->keep, x->work, x->weight, n, cells_of, cells, people, strstr(design, "rake(") ? 2 : 1, 1, c));
    } else if (strstr(design, "postStratify(township")) {
        vectors p = vectors_open("survey/two_stage_population.csv");
        const double *people[] = { population };
        const int64_t cells[] = { p.rows };
        for (int i = 0; i < n; i++)
            for (int r = 0; r < p.rows; r++)
                if (!strcmp(vectors_text(&x->v, i, "township"), vectors_text(&p, r, "township"))) cell[0][i] = r;
        numbers(&p, "M", population);
        assert_ok(shi_survey_rake(&x->keep, x->work, x->weight, n, cells_of, cells, people, 1, 1, c));
        vectors_close(&p);
    } else {
        bool score = strstr(design, "(score)"), srs = !strncmp(design, "srs", 3);
        for (int i = 0; i < n; i++) column[i] = 1;
        total[k++] = srs ? vectors_number(&x->v, 0, "N") : score ? 12969 : API_ALL;
        if (type) {
            is_word(&x->v, "stype", "H", column + n * k);
            total[k++] = API_TYPES[1];
            is_word(&x->v, "stype", "M", column + n * k);
            total[k++] = API_TYPES[2];
        }
        numbers(&x->v, score ? "score" : "api99", column + n * k);
        total[k++] = srs ? vectors_number(&x->v, 0, "score_population_total") : score ? 5741.114 : API99;
        assert_ok(shi_survey_calibrate(&x->keep, x->work, x->weight, n, column, k, total,
                                       strstr(design, "raking") ? SHI_CALIBRATE_ENTROPY : SHI_CALIBRATE_LINEAR, c));
    }
    x->s.calibration = c;
}

/* ---- a row of results ---- */

static void near(double got, const vectors *r, int row, const char *column)
{
    double want = vectors_number(r, row, column);
    if (isnan(want)) return;
    if (!(fabs(got / want - 1) <= 1e-9)) fail_msg("row %d, %s: got %.12g, want %s", row + 2, column, got, vectors_text(r, row, column));
}

static void variable(const sample *x, const char *name, double *out, bool *in, bool *whole)
{
    const char *equals = strstr(name, "==");
    char column[64];
    snprintf(column, sizeof column, "%.*s", equals ? (int)(equals - name) : 60, name);
    if (equals) is_word(&x->v, column, equals + 2, out);
    else numbers(&x->v, column, out);
    *whole = true;
    for (int i = 0; i < x->v.rows; i++) {   /* missing values leave the domain, not the design */
        in[i] = !isnan(out[i]);
        *whole = *whole && in[i];
    }
}

static void check_row(sample *x, const vectors *r, int row)
{
    const char *what = vectors_text(r, row, "statistic"), *name = vectors_text(r, row, "variable");
    static double y[ROWS], other[ROWS];
    static bool in[ROWS];
    bool whole = true;
    shi_survey_estimate e = { 0 };
    if (!strcmp(what, "ratio")) {
        char above[32];
        snprintf(above, sizeof above, "%.*s", (int)strcspn(name, "/"), name);
        numbers(&x->v, above, y);
        numbers(&x->v, strchr(name, '/') + 1, other);
        assert_ok(shi_survey_ratio(x->work, &x->s, y, other, NULL, 0.95, &e));
    } else if (!strncmp(what, "domain_mean", 11)) {
        numbers(&x->v, strstr(what, "stype") ? "api00" : "real", y);
        for (int i = 0; i < x->v.rows; i++) in[i] = !strcmp(vectors_text(&x->v, i, strstr(what, "stype") ? "stype" : "township"), name);
        assert_ok(shi_survey_mean(x->work, &x->s, y, in, 0.95, &e));
    } else if (!strcmp(what, "degrees_of_freedom")) {
        for (int i = 0; i < x->v.rows; i++) y[i] = i;
        assert_ok(shi_survey_mean(x->work, &x->s, y, NULL, 0.95, &e));
        e.value = e.df;
    } else {
        variable(x, name, y, in, &whole);
        const bool *domain = whole ? NULL : in;
        if (!strcmp(what, "total")) assert_ok(shi_survey_total(x->work, &x->s, y, domain, 0.95, &e));
        else if (!strcmp(what, "mean") || !strcmp(what, "proportion")) assert_ok(shi_survey_mean(x->work, &x->s, y, domain, 0.95, &e));
        else if (!strcmp(what, "deff_replace")) assert_ok(shi_survey_design_effect(x->work, &x->s, y, domain, &e.value));
        else if (!strncmp(what, "svyciprop_", 10)) {
            static const struct { const char *name; shi_share_interval kind; } KINDS[] = {
                { "mean", SHI_SHARE_MEAN }, { "logit", SHI_SHARE_LOGIT }, { "xlogit", SHI_SHARE_LOGIT }, { "asin", SHI_SHARE_ARCSINE },
                { "likelihood", SHI_SHARE_LIKELIHOOD }, { "beta", SHI_SHARE_BETA },
            };
            size_t k = 0;
            while (k < 6 && strcmp(KINDS[k].name, what + 10) != 0) k++;
            assert_true(k < 6);
            assert_ok(shi_survey_share(x->work, &x->s, y, NULL, KINDS[k].kind, 0.95, &e));
            if (KINDS[k].kind == SHI_SHARE_LIKELIHOOD) {   /* R interpolates between some 15 points of the profile; ours is the root */
                near(e.value, r, row, "estimate");
                assert_near(e.low, vectors_number(r, row, "lower"), 2e-5);
                assert_near(e.high, vectors_number(r, row, "upper"), 2e-5);
                return;
            }
        } else fail_msg("no statistic %s", what);
    }
    near(e.value, r, row, "estimate");
    near(e.se, r, row, "se");
    near(e.low, r, row, "lower");
    near(e.high, r, row, "upper");
}

static void all_rows(const char *path, sample *(*open)(const char *))
{
    vectors r = vectors_open(path);
    for (int from = 0, to; from < r.rows; from = to) {
        const char *design = vectors_text(&r, from, "design");
        sample *x = open(design);
        shi_calibration c;
        if (strchr(design, '+')) calibrated(x, design, &c);
        for (to = from; to < r.rows && !strcmp(vectors_text(&r, to, "design"), design); to++) {
            if (!strstr(design, "difference_estimator")) {
                check_row(x, &r, to);
                continue;
            }
            double y[ROWS], score[ROWS];   /* the mean of outcome less prediction, plus the known mean of the prediction */
            shi_survey_estimate e;
            numbers(&x->v, "real", y);
            numbers(&x->v, "score", score);
            for (int i = 0; i < x->v.rows; i++) y[i] -= 1 - score[i];
            assert_ok(shi_survey_mean(x->work, &x->s, y, NULL, 0.95, &e));
            near(e.value + 1 - vectors_number(&x->v, 0, "score_population_total") / vectors_number(&x->v, 0, "N"), &r, to, "estimate");
            near(e.se, &r, to, "se");
        }
        sample_close(x);
    }
    vectors_checked(path, r.rows);
    vectors_close(&r);
}

static sample *synthetic(const char *design)
{
    if (!strncmp(design, "stratified", 10)) return accounts("survey/stratified_sample.csv", true);
    if (!strncmp(design, "srs_fpc", 7)) return accounts("survey/srs_with_scores.csv", false);
    return villages(design);
}

static void schools_as_published(void **state)
{
    (void)state;
    all_rows("survey/api_results.csv", api);
}

static void villages_as_published(void **state)
{
    (void)state;
    all_rows("survey/synthetic_results.csv", synthetic);
}

/* The ends of the likelihood interval are roots: exactly there the scaled ratio is t^2. */
static void likelihood_is_exact(void **state)
{
    sample *x = api("apisrs_fpc");
    double y[ROWS], n = x->v.rows;
    shi_survey_estimate e;
    (void)state;
    is_word(&x->v, "sch.wide", "Yes", y);
    assert_ok(shi_survey_share(x->work, &x->s, y, NULL, SHI_SHARE_LIKELIHOOD, 0.95, &e));
    double t = shi_t_quantile_above(0.025, e.df), p = e.value, want = t * t * e.se * e.se / (p * (1 - p)) * n / (n - 1), end[] = { e.low, e.high };
    for (int k = 0; k < 2; k++) assert_near(2 * (p * log(p / end[k]) + (1 - p) * log((1 - p) / (1 - end[k]))) / want, 1, 1e-9);
    sample_close(x);
}

static void inclusion_as_published(void **state)
{
    vectors v = vectors_open("survey/pps_inclusion_probabilities.csv");
    (void)state;
    for (int from = 0, to; from < v.rows; from = to) {
        double size[ROWS], p[ROWS];
        for (to = from; to < v.rows && vectors_whole(&v, to, "unit") == to - from + 1; to++) size[to - from] = vectors_number(&v, to, "size");
        assert_ok(shi_survey_inclusion(size, to - from, vectors_whole(&v, from, "n"), p));
        for (int i = from; i < to; i++) near(p[i - from], &v, i, "pik");
    }
    vectors_checked("survey/pps_inclusion_probabilities.csv", v.rows);
    vectors_close(&v);
}

static void inclusion_of_giants(void **state)
{
    double size[] = { 100, 30, 5, 3, 2, 0 }, p[6], sum = 0;
    (void)state;
    assert_ok(shi_survey_inclusion(size, 6, 3, p));   /* 100 is sure, then 30 of 40 for two */
    for (int i = 0; i < 6; i++) sum += p[i];
    assert_near(sum, 3, 1e-12);
    assert_near(p[0], 1, 0);
    assert_near(p[1], 1, 0);
    assert_near(p[2], 0.5, 1e-12);
    assert_near(p[5], 0, 0);
    assert_ok(shi_survey_inclusion(size, 6, 5, p));
    for (int i = 0; i < 5; i++) assert_near(p[i], 1, 0);
    assert_int_equal(shi_survey_inclusion(size, 6, 6, p).code, SHI_USAGE);
    size[3] = NAN;
    assert_int_equal(shi_survey_inclusion(size, 6, 2, p).line, 4);
}

/* Counties drawn by votes: the file's probabilities and weights, and Brewer's variance by hand. */
static void counties_by_size(void **state)
{
    sample *x = sample_open("survey/election_pps.csv");
    double p[ROWS], votes[ROWS], y[ROWS], rate;
    shi_survey_estimate e;
    (void)state;
    numbers(&x->v, "p", p);
    numbers(&x->v, "votes", votes);
    numbers(&x->v, "wt", x->weight);
    rate = p[0] / votes[0];
    for (int i = 0; i < x->v.rows; i++) {
        assert_near(p[i] * x->weight[i], 1, 1e-9);
        assert_near(p[i] / (rate * votes[i]), 1, 1e-9);
    }
    x->s.inclusion = p;
    static const char *const NAMES[] = { "Bush", "Kerry", "Nader", "votes" };
    for (size_t k = 0; k < 4; k++) {
        double total = 0, n = x->v.rows, squares = 0;
        numbers(&x->v, NAMES[k], y);
        for (int i = 0; i < x->v.rows; i++) total += y[i] / p[i];
        for (int i = 0; i < x->v.rows; i++) squares += (1 - p[i]) * pow(y[i] / p[i] - total / n, 2);
        assert_ok(shi_survey_total(x->work, &x->s, y, NULL, 0.95, &e));
        assert_near(e.value / total, 1, 1e-12);
        if (k < 3) assert_near(e.se / sqrt(squares * n / (n - 1)), 1, 1e-12);
        else assert_true(e.se < 1e-3 * e.value);   /* what the draw was in proportion to has no error */
        print_message("# %s: %.0f, se %.0f\n", NAMES[k], e.value, e.se);
    }
    vectors_checked("survey/election_pps.csv", x->v.rows);
    sample_close(x);
}

/* Rows in any order, strata with codes of any kind: the same numbers. */
static void any_order(void **state)
{
    sample *x = villages("two_stage_fpc"), *z = villages("two_stage_fpc");
    double y[ROWS], turned[ROWS];
    shi_survey_estimate e, f;
    int64_t n = x->v.rows;
    (void)state;
    numbers(&x->v, "real", y);
    for (int64_t i = 0; i < n; i++) {
        int64_t from = (i * 83 + 17) % n;
        turned[i] = y[from];
        z->weight[i] = x->weight[from];
        z->population[0][i] = x->population[0][from];
        z->population[1][i] = x->population[1][from];
        z->stratum[i] = -7 * x->stratum[from];
        z->unit[i] = INT64_MIN + x->unit[from];
    }
    assert_ok(shi_survey_mean(x->work, &x->s, y, NULL, 0.95, &e));
    assert_ok(shi_survey_mean(z->work, &z->s, turned, NULL, 0.95, &f));
    assert_near(f.value / e.value, 1, 1e-13);
    assert_near(f.se / e.se, 1, 1e-12);
    sample_close(x);
    sample_close(z);
}

/* A stratum in which all were drawn adds nothing, even alone; a census has no error; a share of 0 or 1 has an interval all the same. */
static void all_drawn(void **state)
{
    double weight[] = { 1, 1, 1, 2, 2 }, population[] = { 1, 2, 2, 4, 4 }, y[] = { 1, 0, 1, 1, 0 }, ones[] = { 1, 1, 1, 1, 1 };
    int64_t stratum[] = { 0, 1, 1, 2, 2 };
    shi_survey s = { .rows = 5, .weight = weight, .stages = 1, .stratum = { stratum }, .population = { population } };
    shi_arena work = test_arena(4096 + 5 * 120);
    shi_survey_estimate e;
    (void)state;
    assert_ok(shi_survey_total(work, &s, y, NULL, 0.95, &e));
    assert_near(e.value, 4, 1e-12);
    assert_near(e.se * e.se, 4.0 * 4 * 0.5 * 0.5 / 2, 1e-12);   /* N^2 (1 - f) s^2 / n of the last stratum alone */
    for (int k = 0; k < 5; k++) {
        assert_ok(shi_survey_share(work, &s, ones, NULL, (shi_share_interval)k, 0.95, &e));
        assert_near(e.value, 1, 0);
        assert_near(e.high, 1, 0);
        assert_near(e.low, shi_beta_quantile(5, 1, 0.025), 1e-12);
    }
    for (int i = 0; i < 5; i++) weight[i] = 1;
    for (int i = 3; i < 5; i++) population[i] = 2;
    assert_ok(shi_survey_share(work, &s, y, NULL, SHI_SHARE_LOGIT, 0.95, &e));
    assert_true(e.value == 0.6 && e.se == 0 && e.low == 0.6 && e.high == 0.6);
    assert_ok(shi_survey_share(work, &s, ones, NULL, SHI_SHARE_LOGIT, 0.95, &e));
    assert_true(e.low == 1 && e.high == 1);
    free(work.base);
}

static void refused(void **state)
{
    (void)state;
    for (int k = 0; k < 15; k++) {
        double weight[] = { 2, 2, 2, 2 }, population[] = { 4, 4, 4, 4 }, y[] = { 1, 0, 1, 0 }, zero[] = { 0, 0, 0, 0 }, p[] = { 0.5, 0.5, 0.5, 0.5 };
        int64_t stratum[] = { 0, 0, 1, 1 }, unit[] = { 1, 2, 3, 4 };
        bool in[] = { false, false, false, false };
        shi_survey s = { .rows = 4, .weight = weight, .stages = 1, .stratum = { stratum }, .unit = { unit }, .population = { population } };
        shi_arena work = test_arena(k == 14 ? 64 : 4096 + 4 * 120);
        shi_survey_estimate e = { .value = 77 };
        shi_err err;
        int64_t line = 3;
        if (k == 0) weight[2] = 0;
        if (k == 1) weight[2] = NAN;
        if (k == 2) y[2] = NAN;
        if (k == 3) population[2] = population[3] = 1;
        if (k == 4) population[3] = 5, line = 4;
        if (k == 5) unit[3] = 3;                       /* one unit, of four */
        if (k == 6) stratum[1] = 2, population[0] = 1;
        if (k == 6) line = 2;
        if (k == 7) s.population[0] = NULL, s.inclusion = p, p[2] = 1.5;
        if (k == 8) s.population[0] = NULL, s.inclusion = p, unit[3] = 3, unit[2] = 3, p[2] = 0.25, line = 4;
        if (k == 9) s.stages = 0, line = 0;
        if (k == 10 || k == 11) line = 0;
        if (k == 12) y[2] = 0.5;
        if (k == 13) line = 0;
        if (k == 10) err = shi_survey_mean(work, &s, y, in, 0.95, &e);
        else if (k == 11) err = shi_survey_ratio(work, &s, y, zero, NULL, 0.95, &e);
        else if (k == 12) err = shi_survey_share(work, &s, y, NULL, SHI_SHARE_LOGIT, 0.95, &e);
        else if (k == 13) err = shi_survey_mean(work, &s, y, NULL, 1, &e);
        else err = shi_survey_mean(work, &s, y, NULL, 0.95, &e);
        assert_int_equal(err.code, k == 9 || k == 13 ? SHI_USAGE : k == 14 ? SHI_SYSTEM : SHI_INPUT);
        if (k < 14) assert_int_equal(err.line, line);
        assert_true(err.reason && err.remedy && e.value == 77);
        free(work.base);
    }
}

/* One unit of the first stage in all: the error says so rather than an infinite interval. */
static void one_village(void **state)
{
    double weight[] = { 3, 3, 3 }, y[] = { 1, 0, 1 };
    int64_t unit[] = { 5, 5, 5 };
    shi_survey s = { .rows = 3, .weight = weight, .stages = 1, .unit = { unit } };
    shi_arena work = test_arena(4096 + 3 * 120);
    shi_survey_estimate e;
    (void)state;
    shi_err err = shi_survey_mean(work, &s, y, NULL, 0.95, &e);
    assert_int_equal(err.code, SHI_INPUT);
    assert_int_equal(err.line, 1);
    free(work.base);
}

static void calibration_refused(void **state)
{
    double weight[] = { 1, 1, 1, 1 }, x[] = { 1, 1, 1, 1, 2, 2, 2, 2, 1, 2, 3, 4 }, total[] = { 8, 16, 20 }, wide[] = { 4, 0 }, narrow[] = { 2, 3 },
        lone[] = { 2, 2, 1 };
    int64_t cell[] = { 0, 0, 1, 1 }, cells = 2;
    const int64_t *cell_of[] = { cell, cell };
    const double *people[] = { wide, narrow };
    shi_arena keep = test_arena(4096), work = test_arena(8192);
    shi_calibration c;
    (void)state;
    assert_int_equal(shi_survey_calibrate(&keep, work, weight, 4, x, 3, total, SHI_CALIBRATE_LINEAR, &c).line, 2);          /* twice the ones */
    double far[] = { 8, 90 }, ones[] = { 1, 1, 1, 1, 1, 2, 3, 4 };
    assert_int_equal(shi_survey_calibrate(&keep, work, weight, 4, ones, 2, far, SHI_CALIBRATE_ENTROPY, &c).code, SHI_INPUT);   /* a mean above 4 */
    assert_ok(shi_survey_calibrate(&keep, work, weight, 4, ones, 2, far, SHI_CALIBRATE_LINEAR,
                                   &c));                          /* negative weights meet it */
    assert_int_equal(shi_survey_rake(&keep, work, weight, 4, cell_of, &cells, people, 1, 1, &c).line,
                     2);                     /* people, nobody there */
    people[0] = lone;
    int64_t three[] = { 3 };
    assert_int_equal(shi_survey_rake(&keep, work, weight, 4, cell_of, three, people, 1, 1, &c).line, 3);
    double one[] = { 3, 3 };
    int64_t both[] = { 2, 2 };
    people[0] = one;
    people[1] = narrow;
    assert_int_equal(shi_survey_rake(&keep, work, weight, 4, cell_of, both, people, 2, 1, &c).code, SHI_INPUT);               /* 6 and 5 people */
    cell[1] = 2;
    assert_int_equal(shi_survey_rake(&keep, work, weight, 4, cell_of, &cells, people, 1, 1, &c).line, 2);
    free(keep.base);
    free(work.base);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(schools_as_published),
    cmocka_unit_test(villages_as_published),
    cmocka_unit_test(likelihood_is_exact),
    cmocka_unit_test(inclusion_as_published),
    cmocka_unit_test(inclusion_of_giants),
    cmocka_unit_test(counties_by_size),
    cmocka_unit_test(any_order),
    cmocka_unit_test(all_drawn),
    cmocka_unit_test(refused),
    cmocka_unit_test(one_village),
    cmocka_unit_test(calibration_refused),
};
RUN_TESTS("survey")
