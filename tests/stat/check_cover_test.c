/* Field checks as `shishu spotcheck` does them: frame, tickets from a public seed, results as recorded, conclusion. How often its intervals hold the
 * truth and its decisions are wrong, where scores are good, noise or upside down, where people are not met, where checkers err, where many
 * figures are decided at once, and where a fixed plan is extended. */
#include "base/text.h"
#include "field/spot.h"

#include "sim.h"
#include "vectors.h"

/* ---- a world: accounts behind figures, who of them is real, what was drawn and recorded ---- */

typedef struct {
    const char *name;
    int64_t figures, N, K;         /* of each figure; K < 0: a share of Beta(8, 4) */
    double score_real, score_not;  /* chance that one who is real, or is not, is taken to be suspected */
    int64_t visits;                /* drawn, of each figure */
    bool sequential;
    shi_combination combination;
    int64_t reported;              /* 0: no claim; tolerance 0, so that it is the threshold */
    double met_real, met_not;      /* chance that one who is real, or is not, is met */
    double sensitivity, specificity;
    int64_t honest;                /* figures of which all are real, the first ones */
    double widest;
} setting;

typedef struct {
    const setting *s;
    shi_arena keep;
    shi_random r;
    shi_spot_plan plan;
    shi_spot_frame frame;
    shi_spot_draw draw;
    shi_spot_results results;
    shi_estimate each[16];
    shi_interval corrected;        /* as estimate.json says; NAN: nothing */
    bool *real;                    /* of each frame row */
    int64_t *next;                 /* of each stratum: place in the draw of whom to visit next; strata + 1 ends */
    int64_t *end, truth;           /* truth: of the first figure */
    shi_stratum seen[2];           /* of the first figure's strata, and who of them was not met */
    int64_t unreached[2];
} world;

static shi_err make_frame(world *w)
{
    const setting *s = w->s;
    int64_t rows = s->figures * s->N, row = 0, number = 0;
    w->frame = (shi_spot_frame){ .key = shi_new(&w->keep, shi_str, rows), .stratum = shi_new(&w->keep, int64_t, rows), .rows = rows };
    w->real = shi_new(&w->keep, bool, rows);
    w->plan.stratum = shi_new(&w->keep, shi_spot_stratum, 2 * s->figures);
    if (!w->frame.key || !w->frame.stratum || !w->real || !w->plan.stratum) return shi_no_memory();
    for (int64_t f = 0; f < s->figures; f++) {
        int64_t left = s->N, K = f < s->honest ? s->N : s->K < 0 ? sim_count(&w->r, s->N, 8, 4) : s->K, count[2] = { 0 }, place[2] = { 0 };
        if (f == 0) w->truth = K;
        int64_t first = row;
        for (; row < first + s->N; row++) {
            w->real[row] = sim_draw(&w->r, &left, &K);
            w->frame.key[row] = shi_str_format(&w->keep, "k%07lld", (long long)row);
            int64_t suspected = shi_random_chance(&w->r, w->real[row] ? s->score_real : s->score_not);
            w->frame.stratum[row] = suspected;
            count[suspected]++;
        }
        for (int k = 0; k < 2; k++) {
            if (count[k] == 0) continue;
            w->plan.stratum[number] = (shi_spot_stratum){ .number = number + 1, .figure = f, .population = count[k], .suspected = k == 1 };
            place[k] = ++number;
        }
        for (row = first; row < first + s->N; row++) w->frame.stratum[row] = place[w->frame.stratum[row]];
    }
    w->plan.strata = number;
    return (shi_err){ 0 };
}

static shi_err draw_round(world *w, int64_t round, int64_t more)
{
    shi_str seed = shi_str_format(&w->keep, "%s %llu round %lld", w->s->name, (unsigned long long)shi_random_u64(&w->r), (long long)round);
    return shi_spot_draw_more(&w->keep, &w->plan, &w->frame, seed, more, &w->draw);
}

static shi_err world_open(const setting *s, int64_t trial, world *w)
{
    *w = (world){ .s = s, .r = shi_random_of(46, 31, trial, s->N + s->visits, s->K) };
    SHI_TRY(shi_arena_open(INT64_C(1) << 28, &w->keep));
    w->plan = (shi_spot_plan){ .id = S("check-1"), .figures = s->figures, .sequential = s->sequential, .confidence = 0.95, .risk = 0.05,
        .figure = shi_new(&w->keep, shi_spot_figure, s->figures) };
    for (int64_t f = 0; f < s->figures; f++)
        w->plan.figure[f] = (shi_spot_figure){ .figure = S("reads/2026-10/V1"), .reported = s->reported, .population = s->N,
            .threshold = s->reported };
    SHI_TRY(make_frame(w));
    const shi_spot_wish wish = { .visits = s->visits * s->figures, .confidence = 0.95, .risk = 0.05, .expect = (double)NAN,
        .sequential = s->sequential };
    SHI_TRY(shi_spot_size(&wish, &w->plan));
    w->plan.combination = s->combination;
    SHI_TRY(draw_round(w, 1, 0));
    w->results.cap = 4 * s->figures * s->N;
    w->results.ptr = shi_new(&w->keep, shi_spot_result, w->results.cap);
    w->next = shi_new(&w->keep, int64_t, w->plan.strata);
    w->end = shi_new(&w->keep, int64_t, w->plan.strata);
    if (!w->results.ptr || !w->next || !w->end) return shi_no_memory();
    for (int64_t h = 0, k = 0; h < w->plan.strata; h++) {   /* the draw stands stratum by stratum */
        w->next[h] = k;
        while (k < w->draw.len && w->draw.ptr[k].stratum == h + 1) k++;
        w->end[h] = k;
    }
    return (shi_err){ 0 };
}

/* Records the visit of one that was drawn, and where it is asked for the second one, which errs never. Returns whether he was found real. */
static bool visit(world *w, int64_t k)
{
    shi_spot_drawn *d = &w->draw.ptr[k];
    const setting *s = w->s;
    bool real = w->real[strtoll(d->key.ptr + 1, NULL, 10)], met = shi_random_chance(&w->r, real ? s->met_real : s->met_not);
    bool said = shi_random_chance(&w->r, real ? s->sensitivity : s->specificity) ? real : !real;
    shi_outcome outcome = !met ? SHI_NOT_REACHED : said ? SHI_REAL : SHI_NOT_REAL;
    w->results.ptr[w->results.len++] = (shi_spot_result){ .key = d->key, .outcome = outcome, .reason = S("asked") };
    if (d->stratum <= 2) {
        w->seen[d->stratum - 1].visited++;
        w->seen[d->stratum - 1].real += outcome == SHI_REAL;
        w->unreached[d->stratum - 1] += outcome == SHI_NOT_REACHED;
    }
    if (d->recheck && met && s->sensitivity + s->specificity < 2)
        w->results.ptr[w->results.len++] = (shi_spot_result){ .key = d->key, .outcome = real ? SHI_REAL : SHI_NOT_REAL, .reason = S("asked"),
            .recheck = true };
    return outcome == SHI_REAL;
}

static shi_err conclude(world *w, bool errors)
{
    shi_arena keep = w->keep;   /* a copy of the mark: what is made here is given back */
    shi_buf json = { 0 };
    shi_err e = shi_spot_conclude(&keep, &w->plan, &w->frame, &w->draw, &w->results, &json, w->each);
    if (!e.code && errors) {
        json_t *all = json_loadb(json.ptr, (size_t)json.len, 0, NULL);
        const json_t *of = json_object_get(all, "errors");
        w->corrected = (shi_interval){ vectors_json_number(of, "low"), vectors_json_number(of, "high") };
        if (vectors_json_number(of, "rechecked") < 1) e = shi_no_memory();
        json_decref(all);
    }
    shi_buf_drop(&json);
    return e;
}

/* What conclude says of a single figure, without its files; conclude must agree where visits stop. */
static shi_err look(world *w)
{
    char room[2048];
    const setting *s = w->s;
    const shi_estimate_rule rule = { .confidence = 0.95, .sequential = s->sequential, .combination = s->combination, .claimed = s->reported,
        .risk = 0.05 };
    for (int64_t h = 0; h < w->plan.strata; h++) w->seen[h].size = w->plan.stratum[h].population;
    const shi_arena scratch = { room, room + sizeof room, room };
    return shi_estimate_counts(scratch, (shi_strata){ w->seen, w->plan.strata }, w->unreached, &rule, &w->each[0]);
}

static shi_err agree(world *w)
{
    shi_estimate before = w->each[0];
    SHI_TRY(conclude(w, false));
    const shi_estimate *now = &w->each[0];
    bool same = fabs(now->low - before.low) + fabs(now->high - before.high) <= 0 && now->decision == before.decision;
    return same ? (shi_err){ 0 } : shi_fail(SHI_SYSTEM, "conclude says otherwise", "");
}

static const sim_one FAILED = { .held = (double)NAN };

static sim_one closed(world *w, shi_err e, sim_one out)
{
    shi_arena_drop(&w->keep);
    return e.code ? FAILED : out;
}

static shi_err visit_all(world *w, int64_t from)
{
    for (int64_t k = from; k < w->draw.len; k++) visit(w, k);
    return conclude(w, false);
}

/* ---- a fixed size ---- */

static sim_one fixed(const setting *s, int64_t trial, bool mar)
{
    world w;
    shi_err e = world_open(s, trial, &w);
    if (!e.code) e = visit_all(&w, 0);
    const shi_estimate *x = &w.each[0];
    double K = (double)w.truth, low = mar ? x->mar_low : x->low, high = mar ? x->mar_high : x->high;
    return closed(&w, e, sim_of(low <= K && K <= high, (high - low) / (double)s->N));
}

static sim_one fixed_worst(const void *design, int64_t trial)
{
    return fixed(design, trial, false);
}

static sim_one fixed_mar(const void *design, int64_t trial)
{
    return fixed(design, trial, true);
}

#define HONEST 1, 1, 1, 1
#define NO_SCORES 0, 0
#define GOOD_SCORES 0.05, 0.7
#define NOISE 0.2, 0.2
#define UPSIDE_DOWN 0.3, 0.02

static void fixed_sizes(void **state)
{
    static const setting DESIGNS[] = {
        { "fixed, one stratum", 1, 400, -1, NO_SCORES, 80, false, SHI_SIDAK, 0, HONEST, 0, 0.2 },
        { "fixed, good scores, Sidak", 1, 400, -1, GOOD_SCORES, 80, false, SHI_SIDAK, 0, HONEST, 0, 0.23 },
        { "fixed, good scores, Fisher", 1, 400, -1, GOOD_SCORES, 80, false, SHI_FISHER, 0, HONEST, 0, 0.19 },
        { "fixed, scores are noise, Sidak", 1, 400, -1, NOISE, 80, false, SHI_SIDAK, 0, HONEST, 0, 0.3 },
        { "fixed, scores are noise, Fisher", 1, 400, -1, NOISE, 80, false, SHI_FISHER, 0, HONEST, 0, 0.24 },
        { "fixed, scores upside down, Sidak", 1, 400, -1, UPSIDE_DOWN, 80, false, SHI_SIDAK, 0, HONEST, 0, 0.26 },
        { "fixed, scores upside down, Fisher", 1, 400, -1, UPSIDE_DOWN, 80, false, SHI_FISHER, 0, HONEST, 0, 0.24 },
        { "fixed, a fifth not met at random, low and high", 1, 400, -1, NO_SCORES, 80, false, SHI_SIDAK, 0, 0.8, 0.8, 1, 1, 0, 0.41 },
        { "fixed, not real avoid the visit, low and high", 1, 400, -1, NO_SCORES, 80, false, SHI_SIDAK, 0, 0.95, 0.4, 1, 1, 0, 0.42 },
        { "fixed, real are out at work, low and high", 1, 400, -1, NO_SCORES, 80, false, SHI_SIDAK, 0, 0.7, 1, 1, 1, 0, 0.41 },
        { "fixed, not real avoid, good scores, low and high", 1, 400, -1, GOOD_SCORES, 80, false, SHI_FISHER, 0, 0.95, 0.4, 1, 1, 0, 0.43 },
    };
    static const setting MAR[] = {
        { "fixed, a fifth not met at random, mar", 1, 400, -1, NO_SCORES, 80, false, SHI_SIDAK, 0, 0.8, 0.8, 1, 1, 0, 0.23 },
        { "fixed, a fifth not met at random, scores, mar", 1, 400, -1, GOOD_SCORES, 80, false, SHI_FISHER, 0, 0.8, 0.8, 1, 1, 0, 0.22 },
    };
    static const setting AVOIDING = { "fixed, not real avoid the visit, mar", 1, 400, -1, NO_SCORES, 80, false, SHI_SIDAK, 0, 0.95, 0.4, 1, 1, 0, 0.2 };
    int64_t n = sim_trials(50, 2000);
    (void)state;
    for (int64_t i = 0; i < COUNT(DESIGNS); i++) sim_covers(DESIGNS[i].name, sim_run(fixed_worst, &DESIGNS[i], n), 0.95, DESIGNS[i].widest);
    for (int64_t i = 0; i < COUNT(MAR); i++) sim_covers(MAR[i].name, sim_run(fixed_mar, &MAR[i], n), 0.95, MAR[i].widest);
    sim_warns(AVOIDING.name, sim_run(fixed_mar, &AVOIDING, n), 0.9);
}

/* ---- visits that stop ---- */

/* Whom to visit next: the strata take turns as conclude counts them, the kth of n at (2 k + 1) / n. -1: all were. */
static int64_t next_stratum(const world *w)
{
    int64_t best = -1, a = 0, m = 1;
    for (int64_t h = 0; h < w->plan.strata; h++) {
        int64_t n = w->plan.stratum[h].n, k = n - (w->end[h] - w->next[h]);
        if (k >= n || (best >= 0 && (2 * k + 1) * m >= a * n)) continue;
        best = h, a = 2 * k + 1, m = n;
    }
    return best;
}

/* Without a claim: whether some interval on the way missed the truth. With one: whether the first decision is wrong. */
static sim_one stopping(const void *design, int64_t trial)
{
    const setting *s = design;
    world w;
    shi_err e = world_open(s, trial, &w);
    sim_one out = { .held = s->reported == 0 };
    for (int64_t h; !e.code && (h = next_stratum(&w)) >= 0;) {
        visit(&w, w.next[h]++);
        e = look(&w);
        const shi_estimate *x = &w.each[0];
        if (s->reported == 0) {
            if ((double)w.truth < x->low || (double)w.truth > x->high) out.held = 0;
            out.width = (x->high - x->low) / (double)s->N;
        } else {
            out.width++;
            out.held = x->decision == (w.truth >= s->reported ? SHI_CLAIM_REFUTED : SHI_CLAIM_CONFIRMED);
            if (x->decision != SHI_CLAIM_OPEN) break;
        }
    }
    if (!e.code) e = agree(&w);
    return closed(&w, e, out);
}

static void visits_that_stop(void **state)
{
    static const setting COVER[] = {
        { "sequential, one stratum", 1, 300, -1, NO_SCORES, 80, true, SHI_SIDAK, 0, HONEST, 0, 0.37 },
        { "sequential, good scores", 1, 300, -1, GOOD_SCORES, 80, true, SHI_SIDAK, 0, HONEST, 0, 0.43 },
        { "sequential, scores are noise", 1, 300, -1, NOISE, 80, true, SHI_SIDAK, 0, HONEST, 0, 0.43 },
        { "sequential, scores upside down", 1, 300, -1, UPSIDE_DOWN, 80, true, SHI_SIDAK, 0, HONEST, 0, 0.39 },
        { "sequential, not real avoid the visit", 1, 300, -1, NO_SCORES, 80, true, SHI_SIDAK, 0, 0.95, 0.4, 1, 1, 0, 0.61 },
    };
    static const setting DECIDE[] = {
        { "sequential claim, 189 real of 190 of 200", 1, 200, 189, NO_SCORES, 150, true, SHI_SIDAK, 190, HONEST, 0, 160 },
        { "sequential claim, 190 real of 190 of 200", 1, 200, 190, NO_SCORES, 150, true, SHI_SIDAK, 190, HONEST, 0, 160 },
        { "sequential claim, one short, good scores", 1, 200, 149, GOOD_SCORES, 150, true, SHI_SIDAK, 150, HONEST, 0, 160 },
        { "sequential claim, just enough, good scores", 1, 200, 150, GOOD_SCORES, 150, true, SHI_SIDAK, 150, HONEST, 0, 160 },
        { "sequential claim, one short, not real avoid", 1, 200, 189, NO_SCORES, 150, true, SHI_SIDAK, 190, 1, 0.2, 1, 1, 0, 160 },
        { "sequential claim, just enough, real are out", 1, 200, 190, NO_SCORES, 150, true, SHI_SIDAK, 190, 0.7, 1, 1, 1, 0, 160 },
        { "sequential claim, all real", 1, 200, 200, NO_SCORES, 150, true, SHI_SIDAK, 190, HONEST, 0, 57 },
    };
    int64_t n = sim_trials(40, 2000);
    (void)state;
    for (int64_t i = 0; i < COUNT(COVER); i++) sim_covers(COVER[i].name, sim_run(stopping, &COVER[i], n), 0.95, COVER[i].widest);
    for (int64_t i = 0; i < COUNT(DECIDE); i++) sim_errs(DECIDE[i].name, sim_run(stopping, &DECIDE[i], n), "visits", DECIDE[i].widest);
}

/* ---- checkers' errors ---- */

static sim_one errors(const void *design, int64_t trial)
{
    const setting *s = design;
    world w;
    shi_err e = world_open(s, trial, &w);
    for (int64_t k = 0; k < w.draw.len; k++) visit(&w, k);
    if (!e.code) e = conclude(&w, true);
    shi_interval x = w.corrected, plain = { w.each[0].share_low, w.each[0].share_high };
    if (isnan(x.low)) x = (shi_interval){ 0, 1 };   /* too few second visits to say anything */
    double share = (double)w.truth / (double)s->N;
    sim_one out = sim_of(x.low <= share && share <= x.high, x.high - x.low);
    out.naive = plain.low <= share && share <= plain.high;
    out.naive_width = plain.high - plain.low;
    return closed(&w, e, out);
}

static void checkers_err(void **state)
{
    static const setting DESIGNS[] = {
        { "300 of 3,000, found 0.95, cleared 0.85", 1, 3000, -1, NO_SCORES, 300, false, SHI_SIDAK, 0, 1, 1, 0.95, 0.85, 0, 0.44 },
        { "600 of 3,000, found 0.85, cleared 0.9", 1, 3000, -1, NO_SCORES, 600, false, SHI_SIDAK, 0, 1, 1, 0.85, 0.9, 0, 0.33 },
        { "300 of 3,000, both 0.99", 1, 3000, -1, NO_SCORES, 300, false, SHI_SIDAK, 0, 1, 1, 0.99, 0.99, 0, 0.23 },
    };
    static const double NOT_VALID[] = { 0.93, 0.6, 0 };   /* 0: the errors are few, and the plain interval serves */
    int64_t n = sim_trials(20, 2000);
    (void)state;
    for (int64_t i = 0; i < COUNT(DESIGNS); i++) {
        char name[80];
        sim_mean m = sim_run(errors, &DESIGNS[i], n);
        snprintf(name, sizeof name, "corrected: %s", DESIGNS[i].name);
        sim_covers(name, m, 0.945, DESIGNS[i].widest);
        snprintf(name, sizeof name, "plain: %s", DESIGNS[i].name);
        m.held = m.naive;
        m.width = m.naive_width;
        if (NOT_VALID[i] > 0) sim_warns(name, m, NOT_VALID[i]);
        else sim_covers(name, m, 0.9, DESIGNS[i].widest);
    }
}

/* ---- several figures ---- */

typedef struct {
    setting s;
    shi_decision kind;     /* whose false share is looked at */
    bool worst;            /* all stops as soon as a decision is false; else each figure by itself. Looks after every third round of visits */
} family;

static double false_share(const world *w, shi_decision kind)
{
    int64_t all = 0, wrong = 0;
    for (int64_t f = 0; f < w->s->figures; f++) {
        bool holds = f < w->s->honest || w->s->K >= w->s->reported;
        all += w->each[f].decision == kind;
        wrong += w->each[f].decision == kind && holds == (kind == SHI_CLAIM_REFUTED);
    }
    return all > 0 ? (double)wrong / (double)all : 0;
}

static sim_one many(const void *design, int64_t trial)
{
    const family *d = design;
    world w;
    shi_err e = world_open(&d->s, trial, &w);
    sim_one out = { 0 };
    int64_t rounds = 0;
    bool on = true;
    if (!e.code && !d->s.sequential) {
        e = visit_all(&w, 0);
        on = false;
    }
    for (bool stopped[16] = { false }; on && !e.code && (!d->worst || false_share(&w, d->kind) <= 0);) {
        on = false;
        for (int64_t h = 0; h < w.plan.strata; h++) {
            if (stopped[w.plan.stratum[h].figure] || w.next[h] >= w.end[h]) continue;
            visit(&w, w.next[h]++);
            on = true;
        }
        if (on && ++rounds % 3) continue;
        e = conclude(&w, false);
        for (int64_t f = 0; f < d->s.figures; f++) stopped[f] |= !d->worst && (w.each[f].e_confirm >= 20 || w.each[f].e_refute >= 20);
    }
    out.held = false_share(&w, d->kind);
    out.width = (double)w.results.len / (double)d->s.figures;
    return closed(&w, e, out);
}

static void many_figures(void **state)
{
    static const family DESIGNS[] = {
        { { "e-BH, 8 figures, all one short, confirmed, worst stop", 8, 80, 71, NO_SCORES, 60, true, SHI_SIDAK, 72, HONEST, 0, 63 },
          SHI_CLAIM_CONFIRMED, true },
        { { "e-BH, 8 figures, 4 honest, confirmed, worst stop", 8, 80, 71, NO_SCORES, 60, true, SHI_SIDAK, 72, HONEST, 4, 62 },
          SHI_CLAIM_CONFIRMED, true },
        { { "e-BH, 8 figures, just enough, refuted, worst stop", 8, 80, 72, NO_SCORES, 60, true, SHI_SIDAK, 72, HONEST, 0, 64 },
          SHI_CLAIM_REFUTED, true },
        { { "e-BH, 8 figures, 4 honest, each stops by itself", 8, 80, 71, NO_SCORES, 60, true, SHI_SIDAK, 72, HONEST, 4, 44 },
          SHI_CLAIM_CONFIRMED, false },
        { { "e-BH, 8 figures, scores, each stops by itself", 8, 80, 59, GOOD_SCORES, 60, true, SHI_SIDAK, 60, HONEST, 4, 40 },
          SHI_CLAIM_CONFIRMED, false },
        { { "Holm, 8 figures of a fixed size, all one short", 8, 80, 71, NO_SCORES, 40, false, SHI_SIDAK, 72, HONEST, 0, 43 },
          SHI_CLAIM_CONFIRMED, false },
        { { "Holm, 8 figures of a fixed size, just enough", 8, 80, 72, NO_SCORES, 40, false, SHI_SIDAK, 72, HONEST, 0, 43 },
          SHI_CLAIM_REFUTED, false },
    };
    int64_t n = sim_trials(20, 2000);
    (void)state;
    for (int64_t i = 0; i < COUNT(DESIGNS); i++) sim_errs(DESIGNS[i].s.name, sim_run(many, &DESIGNS[i], n), "visits a figure", DESIGNS[i].s.widest);
}

/* ---- a second round after a fixed plan ---- */

typedef enum { ALWAYS, IF_IT_HOLDS, IF_OPEN, PRETENDING } extension;
typedef struct {
    setting s;
    extension when;   /* PRETENDING: as IF_IT_HOLDS, and the second round judged as if its size had been fixed at first */
} extended;

static sim_one two_rounds(const void *design, int64_t trial)
{
    const extended *d = design;
    world w;
    shi_err e = world_open(&d->s, trial, &w);
    if (!e.code) e = visit_all(&w, 0);
    const shi_estimate *x = &w.each[0];
    bool held = (double)w.truth >= x->low && (double)w.truth <= x->high;
    if (!e.code && (d->when == ALWAYS || (d->when == IF_OPEN ? x->decision == SHI_CLAIM_OPEN : held))) {
        int64_t from = w.draw.len;
        e = draw_round(&w, 2, d->s.visits);
        if (d->when == PRETENDING) w.draw.rounds = 1;
        if (!e.code) e = visit_all(&w, from);
        if (d->when != PRETENDING && !e.code && strcmp(x->method, "confidence_sequence") != 0) e = shi_fail(SHI_SYSTEM, "judged as fixed", "");
    }
    if (d->when == IF_OPEN) held = x->decision == (w.truth >= d->s.reported ? SHI_CLAIM_REFUTED : SHI_CLAIM_CONFIRMED);
    else held = (double)w.truth >= x->low && (double)w.truth <= x->high;
    return closed(&w, e, sim_of(held, d->when == IF_OPEN ? (double)w.draw.len : (x->high - x->low) / (double)d->s.N));
}

static void second_round(void **state)
{
    static const extended COVER[] = {
        { { "extended whatever was found", 1, 400, -1, NO_SCORES, 60, false, SHI_SIDAK, 0, HONEST, 0, 0.3 }, ALWAYS },
        { { "extended, good scores, whatever was found", 1, 400, -1, GOOD_SCORES, 60, false, SHI_FISHER, 0, HONEST, 0, 0.36 }, ALWAYS },
        { { "extended unless the first interval misses the truth", 1, 400, -1, NO_SCORES, 60, false, SHI_SIDAK, 0, HONEST, 0, 0.29 }, IF_IT_HOLDS },
    };
    static const extended DECIDE[] = {
        { { "extended if open, one short of 190 of 200", 1, 200, 189, NO_SCORES, 60, false, SHI_SIDAK, 190, HONEST, 0, 130 }, IF_OPEN },
        { { "extended if open, just 190 of 200", 1, 200, 190, NO_SCORES, 60, false, SHI_SIDAK, 190, HONEST, 0, 130 }, IF_OPEN },
        { { "extended if open, one short of 300 of 400", 1, 400, 299, NO_SCORES, 80, false, SHI_SIDAK, 300, HONEST, 0, 170 }, IF_OPEN },
        { { "extended if open, just 300 of 400", 1, 400, 300, NO_SCORES, 80, false, SHI_SIDAK, 300, HONEST, 0, 170 }, IF_OPEN },
    };
    static const extended PRETENDED = {
        { "two rounds judged as one that was fixed", 1, 400, -1, NO_SCORES, 60, false, SHI_SIDAK, 0, HONEST, 0, 0.16 }, PRETENDING
    };
    int64_t n = sim_trials(50, 4000);
    (void)state;
    for (int64_t i = 0; i < COUNT(COVER); i++) sim_covers(COVER[i].s.name, sim_run(two_rounds, &COVER[i], n), 0.95, COVER[i].s.widest);
    for (int64_t i = 0; i < COUNT(DECIDE); i++) sim_errs(DECIDE[i].s.name, sim_run(two_rounds, &DECIDE[i], n), "visits", DECIDE[i].s.widest);
    sim_warns(PRETENDED.s.name, sim_run(two_rounds, &PRETENDED, n), 0.96);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(fixed_sizes), cmocka_unit_test(visits_that_stop), cmocka_unit_test(checkers_err), cmocka_unit_test(many_figures),
    cmocka_unit_test(second_round),
};
RUN_TESTS("check_cover")
