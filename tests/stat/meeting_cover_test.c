/* Residents' meetings as `shishu spotcheck` does them: frame with clusters, tickets from a public seed, results as recorded, conclusion. How often the
 * survey's interval and the guaranteed bounds hold the truth, where villages are alike, differ, or are made up as wholes, are of very different
 * sizes, and where people do not come. */
#include "base/text.h"
#include "field/spot.h"

#include "sim.h"

typedef struct {
    const char *name;
    int64_t villages, small, large;   /* accounts of a village: small … large - 1, or in even steps of their logarithm */
    bool uneven;
    double a, b;                      /* share of a village that is real: Beta(a, b) */
    double made_up;                   /* chance that nobody of it is */
    int64_t meetings;
    double met_real, met_not;
    double confidence, widest;        /* of the survey's interval; 0: it is not valid here, and is shown to miss */
} setting;

typedef struct {
    const setting *s;
    shi_arena keep;
    shi_random r;
    shi_spot_plan plan;
    shi_spot_figure figure;
    shi_spot_stratum stratum;
    shi_spot_frame frame;
    shi_spot_draw draw;
    shi_spot_results results;
    shi_estimate e;
    bool *real;                       /* of each row */
    double truth;
} world;

static int64_t size_of(world *w)
{
    const setting *s = w->s;
    if (s->uneven) return (int64_t)((double)s->small * pow((double)s->large / (double)s->small, shi_random_unit(&w->r)));
    return s->small + shi_random_below(&w->r, s->large - s->small);
}

/* Villages are numbered in order of their first rows: their accounts stand together, and keys go up. */
static shi_err make_frame(world *w)
{
    const setting *s = w->s;
    int64_t most = s->villages * s->large;
    w->frame = (shi_spot_frame){ .key = shi_new(&w->keep, shi_str, most), .stratum = shi_new(&w->keep, int64_t, most),
        .cluster = shi_new(&w->keep, int64_t, most) };
    w->real = shi_new(&w->keep, bool, most);
    if (!w->frame.key || !w->frame.stratum || !w->frame.cluster || !w->real) return shi_no_memory();
    for (int64_t v = 0; v < s->villages; v++) {
        double p = shi_random_chance(&w->r, s->made_up) ? 0 : shi_random_beta(&w->r, s->a, s->b);
        for (int64_t i = size_of(w); i > 0; i--) {
            int64_t row = w->frame.rows++;
            w->frame.key[row] = shi_str_format(&w->keep, "k%07lld", (long long)row);
            w->frame.stratum[row] = 1;
            w->frame.cluster[row] = v + 1;
            w->real[row] = shi_random_chance(&w->r, p);
            w->truth += w->real[row];
        }
    }
    return (shi_err){ 0 };
}

static shi_err run(world *w, int64_t trial)
{
    const setting *s = w->s;
    shi_buf json = { 0 };
    w->r = shi_random_of(46, 37, trial, s->villages + s->large, s->meetings);
    SHI_TRY(make_frame(w));
    w->figure = (shi_spot_figure){ .figure = S("reg/2026-10/county"), .reported = -1, .population = w->frame.rows };
    w->stratum = (shi_spot_stratum){ .number = 1, .population = w->frame.rows, .clusters = s->villages };
    w->plan = (shi_spot_plan){ .id = S("check-1"), .figure = &w->figure, .stratum = &w->stratum, .figures = 1, .strata = 1,
        .confidence = s->confidence, .risk = 0.05, .cluster_level = S("village") };
    const shi_spot_wish wish = { .cluster_level = S("village"), .meetings = s->meetings, .expect = (double)NAN };
    SHI_TRY(shi_spot_size_clusters(&wish, &w->plan));
    shi_str seed = shi_str_format(&w->keep, "%s %llu", s->name, (unsigned long long)shi_random_u64(&w->r));
    SHI_TRY(shi_spot_draw_more(&w->keep, &w->plan, &w->frame, seed, 0, &w->draw));
    w->results.ptr = shi_new(&w->keep, shi_spot_result, w->draw.len);
    if (!w->results.ptr) return shi_no_memory();
    for (int64_t k = 0; k < w->draw.len; k++) {
        bool real = w->real[strtoll(w->draw.ptr[k].key.ptr + 1, NULL, 10)], met = shi_random_chance(&w->r, real ? s->met_real : s->met_not);
        w->results.ptr[w->results.len++] = (shi_spot_result){ .key = w->draw.ptr[k].key, .reason = S("asked"),
            .outcome = !met ? SHI_NOT_REACHED : real ? SHI_REAL : SHI_NOT_REAL };
    }
    shi_err e = shi_spot_conclude(&w->keep, &w->plan, &w->frame, &w->draw, &w->results, &json, &w->e);
    shi_buf_drop(&json);
    return e;
}

/* held: the survey's interval; naive: the guaranteed bounds. */
static sim_one meetings(const void *design, int64_t trial)
{
    world w = { .s = design };
    shi_err e = shi_arena_open(INT64_C(1) << 26, &w.keep);
    if (!e.code) e = run(&w, trial);
    double N = (double)w.frame.rows;
    sim_one out = { .held = w.e.low <= w.truth && w.truth <= w.e.high, .width = (w.e.high - w.e.low) / N,
        .naive = w.e.sure_low <= w.truth && w.truth <= w.e.sure_high, .naive_width = (w.e.sure_high - w.e.sure_low) / N };
    if (e.code) out.held = (double)NAN;
    shi_arena_drop(&w.keep);
    return out;
}

#define ALL_COME 1, 1, 0.95

static void survey_and_guarantee(void **state)
{
    static const setting DESIGNS[] = {
        { "10 of 100 villages, shares Beta(8, 4)", 100, 40, 120, false, 8, 4, 0, 10, ALL_COME, 0.21 },
        { "20 of 100 villages, shares Beta(8, 4)", 100, 40, 120, false, 8, 4, 0, 20, ALL_COME, 0.14 },
        { "40 of 100 villages, shares Beta(8, 4)", 100, 40, 120, false, 8, 4, 0, 40, ALL_COME, 0.09 },
        { "5 of 100 villages, shares Beta(8, 4)", 100, 40, 120, false, 8, 4, 0, 5, ALL_COME, 0.35 },
        { "10 of 20 villages, shares Beta(8, 4)", 20, 40, 120, false, 8, 4, 0, 10, ALL_COME, 0.17 },
        { "10 of 100 villages, all nearly real, alike", 100, 40, 120, false, 9700, 300, 0, 10, ALL_COME, 0.04 },
        { "10 of 100, a fifth does not come at random", 100, 40, 120, false, 8, 4, 0, 10, 0.8, 0.8, 0.95, 0.4 },
        { "10 of 100, who is not real does not come", 100, 40, 120, false, 8, 4, 0, 10, 0.95, 0.4, 0.95, 0.45 },
    };
    static const setting MISSES[] = {
        { "10 of 100 villages, shares Beta(16, 1)", 100, 40, 120, false, 16, 1, 0, 10, ALL_COME, 0 },
        { "10 of 100, sizes 5 to 400", 100, 5, 400, true, 8, 4, 0, 10, ALL_COME, 0 },
        { "30 of 100, sizes 5 to 400", 100, 5, 400, true, 8, 4, 0, 30, ALL_COME, 0 },
        { "10 of 100, one village in 20 made up", 100, 40, 120, false, 980, 20, 0.05, 10, ALL_COME, 0 },
        { "30 of 100, one village in 20 made up", 100, 40, 120, false, 980, 20, 0.05, 30, ALL_COME, 0 },
        { "10 of 100, one village in 7 made up", 100, 40, 120, false, 980, 20, 0.15, 10, ALL_COME, 0 },
        { "10 of 100, one in 20 made up, 0.998 asked for", 100, 40, 120, false, 980, 20, 0.05, 10, 1, 1, 0.998, 0 },
    };
    int64_t n = sim_trials(100, 2000);
    (void)state;
    for (int64_t i = 0; i < COUNT(DESIGNS) + COUNT(MISSES); i++) {
        const setting *s = i < COUNT(DESIGNS) ? &DESIGNS[i] : &MISSES[i - COUNT(DESIGNS)];
        char name[96];
        sim_mean m = sim_run(meetings, s, n), sure = m;
        sure.held = m.naive;
        sure.width = m.naive_width;
        snprintf(name, sizeof name, "survey: %s", s->name);
        if (s->widest > 0) sim_covers(name, m, 0.945, s->widest);
        else sim_warns(name, m, 0.975);
        snprintf(name, sizeof name, "guaranteed: %s", s->name);
        sim_covers(name, sure, 0.95, 1);
    }
}

static const struct CMUnitTest TESTS[] = { cmocka_unit_test(survey_and_guarantee) };
RUN_TESTS("meeting_cover")
