/* Coverage of 95 % intervals over simulated counties, each drawn anew with its own truth: 200 a design, or 2,000 with SHISHU_SIM=full. The bar is
 * 0.945; what is asserted allows three sampling errors of the trial itself. */
#include "shishu/ppi.h"
#include "shishu/survey.h"

#include "base/random.h"
#include "test.h"

enum { TOWNS = 3, VILLAGES = 25, MOST_PEOPLE = 120, MOST_ROWS = TOWNS * VILLAGES * MOST_PEOPLE };

static int64_t trials(void)
{
    const char *sim = getenv("SHISHU_SIM");
    return sim && !strcmp(sim, "full") ? 2000 : 200;
}

/* A county: who is real, and a score that follows it; villages differ. */
typedef struct {
    int64_t people, town[MOST_ROWS], village[MOST_ROWS], size[TOWNS][VILLAGES], first[TOWNS][VILLAGES], of_town[TOWNS];
    double real[MOST_ROWS], score[MOST_ROWS], share, total, mean_score;
} county;

static void make_county(shi_random *r, county *c)
{
    c->people = 0;
    c->total = c->mean_score = 0;
    for (int t = 0; t < TOWNS; t++) {
        double level = 0.35 + 0.25 * t;
        c->of_town[t] = 0;
        for (int v = 0; v < VILLAGES; v++) {
            double p = shi_random_beta(r, 8 * level, 8 * (1 - level));
            c->size[t][v] = 40 + shi_random_below(r, MOST_PEOPLE - 40);
            c->first[t][v] = c->people;
            c->of_town[t] += c->size[t][v];
            for (int64_t i = 0; i < c->size[t][v]; i++, c->people++) {
                int64_t k = c->people;
                c->town[k] = t;
                c->village[k] = v;
                c->real[k] = shi_random_chance(r, p);
                double s = 0.3 + 0.4 * c->real[k] + 0.15 * shi_random_normal(r);
                c->score[k] = s < 0 ? 0 : s > 1 ? 1 : s;
                c->total += c->real[k];
                c->mean_score += c->score[k];
            }
        }
    }
    c->share = c->total / (double)c->people;
    c->mean_score /= (double)c->people;
}

/* The first n of `order` become a random sample of its len. */
static void shuffle(shi_random *r, int64_t *order, int64_t len, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        int64_t k = i + shi_random_below(r, len - i), swap = order[i];
        order[i] = order[k];
        order[k] = swap;
    }
}

/* What was drawn. */
typedef struct {
    shi_survey s;
    double weight[MOST_ROWS], population[2][MOST_ROWS], inclusion[MOST_ROWS], y[MOST_ROWS], score[MOST_ROWS];
    int64_t stratum[MOST_ROWS], unit[MOST_ROWS], order[MOST_ROWS];
} drawn;

static void take(drawn *d, const county *c, int64_t i, double weight)
{
    int64_t row = d->s.rows++;
    d->weight[row] = weight;
    d->y[row] = c->real[i];
    d->score[row] = c->score[i];
    d->stratum[row] = c->town[i];
    d->unit[row] = c->village[i];
}

static void draw_strata(shi_random *r, const county *c, drawn *d)
{
    for (int t = 0; t < TOWNS; t++) {
        int64_t n = 25 + 10 * t, N = c->of_town[t], first = c->first[t][0];
        for (int64_t i = 0; i < N; i++) d->order[i] = first + i;
        shuffle(r, d->order, N, n);
        for (int64_t i = 0; i < n; i++) {
            d->population[0][d->s.rows] = (double)N;
            take(d, c, d->order[i], (double)N / (double)n);
        }
    }
    d->s.population[0] = d->population[0];
}

/* `villages` of each town; of each `most` accounts, or all. */
static void draw_clusters(shi_random *r, const county *c, drawn *d, int64_t villages, int64_t most)
{
    for (int t = 0; t < TOWNS; t++) {
        int64_t which[VILLAGES];
        for (int64_t v = 0; v < VILLAGES; v++) which[v] = v;
        shuffle(r, which, VILLAGES, villages);
        for (int64_t k = 0; k < villages; k++) {
            int64_t M = c->size[t][which[k]], m = most && most < M ? most : M, first = c->first[t][which[k]];
            for (int64_t i = 0; i < M; i++) d->order[i] = first + i;
            shuffle(r, d->order, M, m);
            for (int64_t i = 0; i < m; i++) {
                d->population[0][d->s.rows] = VILLAGES;
                d->population[1][d->s.rows] = (double)M;
                take(d, c, d->order[i], (double)VILLAGES / (double)villages * (double)M / (double)m);
            }
        }
    }
    d->s.stages = most ? 2 : 1;
    d->s.unit[0] = d->unit;
    d->s.population[0] = d->population[0];
    d->s.population[1] = d->population[1];
}

/* Whole villages by size, systematically from a random order (Hartley & Rao 1962). */
static void draw_by_size(shi_random *r, const county *c, drawn *d, int64_t n)
{
    enum { ALL = TOWNS * VILLAGES };
    double size[ALL], p[ALL], at = 0, next = shi_random_unit(r);
    int64_t order[ALL];
    for (int64_t v = 0; v < ALL; v++) {
        size[v] = (double)c->size[v / VILLAGES][v % VILLAGES];
        order[v] = v;
    }
    assert_ok(shi_survey_inclusion(size, ALL, n, p));
    shuffle(r, order, ALL, ALL);
    for (int64_t k = 0; k < ALL; k++) {
        int64_t v = order[k], first = c->first[v / VILLAGES][v % VILLAGES];
        at += p[v];
        if (at < next) continue;
        next += 1;
        for (int64_t i = 0; i < c->size[v / VILLAGES][v % VILLAGES]; i++) {
            d->inclusion[d->s.rows] = p[v];
            take(d, c, first + i, 1 / p[v]);
            d->unit[d->s.rows - 1] = v;
        }
    }
    d->s.stratum[0] = NULL;
    d->s.unit[0] = d->unit;
    d->s.inclusion = d->inclusion;
}

static void draw_all(shi_random *r, const county *c, drawn *d, int64_t n)
{
    for (int64_t i = 0; i < c->people; i++) d->order[i] = i;
    shuffle(r, d->order, c->people, n);
    for (int64_t i = 0; i < n; i++) {
        d->population[0][d->s.rows] = (double)c->people;
        take(d, c, d->order[i], (double)c->people / (double)n);
    }
    d->s.stratum[0] = NULL;
    d->s.population[0] = d->population[0];
}

typedef enum { STRATA, CLUSTERS, TWO_STAGES, BY_SIZE, BY_SIZE_TOTAL, REGRESSION, POST_STRATA, PREDICTED, DESIGNS } design;
static const char *const NAMES[] = { "stratified, logit", "one-stage clusters, logit", "two stages, mean", "villages by size, mean", "villages by size, total",
                                     "regression on the score", "post-strata by town", "prediction-powered" };

/* Whether the interval of one county of the design holds its truth. */
static bool holds(design what, int64_t trial, county *c, drawn *d, shi_arena keep, shi_arena work)
{
    shi_random r = shi_random_of(2024, 5, trial, what, 0);
    shi_survey_estimate e = { 0 };
    shi_calibration fit;
    make_county(&r, c);
    d->s = (shi_survey){ .weight = d->weight, .stages = 1, .stratum = { d->stratum } };
    if (what == STRATA) draw_strata(&r, c, d);
    else if (what == CLUSTERS) draw_clusters(&r, c, d, 10, 0);
    else if (what == TWO_STAGES) draw_clusters(&r, c, d, 8, 12);
    else if (what == BY_SIZE || what == BY_SIZE_TOTAL) draw_by_size(&r, c, d, 24);
    else draw_all(&r, c, d, 100);
    if (what == PREDICTED) {
        int64_t others = c->people - 100;
        double *u = shi_new(&keep, double, others);
        assert_non_null(u);
        for (int64_t i = 0; i < others; i++) u[i] = c->score[d->order[100 + i]];
        shi_ppi data = { .n = 100, .N = others, .outcome = d->y, .prediction = d->score, .others = u };
        shi_ppi_estimate p;
        assert_ok(shi_ppi_mean(&data, NAN, 0.95, &p));
        return p.low <= c->share && c->share <= p.high;
    }
    if (what == BY_SIZE_TOTAL) {
        assert_ok(shi_survey_total(work, &d->s, d->y, NULL, 0.95, &e));
        return e.low <= c->total && c->total <= e.high;
    }
    if (what == REGRESSION) {
        double x[200], total[] = { (double)c->people, (double)c->people * c->mean_score };
        for (int i = 0; i < 100; i++) {
            x[i] = 1;
            x[100 + i] = d->score[i];
        }
        assert_ok(shi_survey_calibrate(&keep, work, d->weight, 100, x, 2, total, SHI_CALIBRATE_LINEAR, &fit));
        d->s.calibration = &fit;
    }
    if (what == POST_STRATA) {
        double people[TOWNS];
        const double *population = people;
        const int64_t *cell = d->stratum, cells = TOWNS;
        for (int t = 0; t < TOWNS; t++) people[t] = (double)c->of_town[t];
        assert_ok(shi_survey_rake(&keep, work, d->weight, 100, &cell, &cells, &population, 1, 1, &fit));
        d->s.calibration = &fit;
    }
    if (what == STRATA || what == CLUSTERS) assert_ok(shi_survey_share(work, &d->s, d->y, NULL, SHI_SHARE_LOGIT, 0.95, &e));
    else assert_ok(shi_survey_mean(work, &d->s, d->y, NULL, 0.95, &e));
    return e.low <= c->share && c->share <= e.high;
}

static void intervals_hold(void **state)
{
    int64_t n = trials();
    double least = 0.945 - 3 * sqrt(0.95 * 0.05 / (double)n);
    county *c = calloc(1, sizeof *c);
    drawn *d = calloc(1, sizeof *d);
    shi_arena keep, work;
    (void)state;
    assert_true(c && d);
    assert_ok(shi_arena_open(1 << 22, &keep));
    assert_ok(shi_arena_open(1 << 22, &work));
    for (int what = 0; what < DESIGNS; what++) {
        int64_t held = 0;
        for (int64_t i = 0; i < n; i++) held += holds((design)what, i, c, d, keep, work);
        double coverage = (double)held / (double)n;
        print_message("# %s: %.4f of %lld counties\n", NAMES[what], coverage, (long long)n);
        if (coverage < least) fail_msg("%s: coverage %.4f is below %.4f", NAMES[what], coverage, least);
    }
    shi_arena_drop(&keep);
    shi_arena_drop(&work);
    free(c);
    free(d);
}

static const struct CMUnitTest TESTS[] = { cmocka_unit_test(intervals_hold) };
RUN_TESTS("survey_cover")
