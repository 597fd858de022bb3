/* Balls. A sheet that many hold in copies is found even where each pair could be chance, as in a quiz of 20 items. Round each sheet with three wrong
 * answers or more the others are counted that differ from it in at most r answers and share three wrong answers with it. How many chance puts there
 * is the sum of their chances to equal the centre in J - r items or more, whatever is wrong; sums over people are sums over scores, and only for
 * those that are in the ball is their own answer taken out of the estimate. */
#include "kernel/answers.h"

#include "base/sort.h"
#include "base/text.h"
#include "shishu/evalue.h"
#include "stat/dist.h"
#include "stat/poisson_binomial.h"

#include <math.h>
#include <omp.h>
#include <string.h>

enum { MOST_LOOKED = 4096 };
static const double CLEAN_LOG10_E = 2, CLEAN_SHARE = 0.1;

typedef struct {
    const shi_answers_model *m;
    int32_t radius[SHI_ANSWERS_RADII];
    int radii;
    int64_t widest;
    int32_t *count;           /* suspects: neighbours within the widest radius */
    double hypotheses;
    double *work;             /* threads x (items + widest + 1) */
    int64_t work_len;
} search;

/* Answers in which two suspects differ, or -1: more than the widest radius, or fewer than three wrong ones shared. */
static int64_t apart(const search *s, int64_t i, int64_t k)
{
    const shi_answers_model *m = s->m;
    int64_t equal = shi_answers_equal(m->left + i * m->words, m->other + k * m->words, m->words), shared = 0;
    if (equal < m->items - s->widest) return -1;
    const int32_t *x = shi_answers_of(m, m->suspect[i]), *y = shi_answers_of(m, m->suspect[k]);
    equal = 0;
    for (int64_t j = 0; j < m->items; j++) {
        if (x[j] < 0 || x[j] != y[j]) continue;
        equal++;
        shared += shi_answers_wrong(m, x, j);
    }
    return shared >= SHI_ANSWERS_LEAST_WRONG && equal >= m->items - s->widest ? m->items - equal : -1;
}

static void count_neighbours(search *s)
{
    const shi_answers_model *m = s->m;
    #pragma omp parallel for schedule(dynamic, 8)
    for (int64_t i = 0; i < m->suspects; i++)
        for (int64_t k = i + 1; k < m->suspects; k++) {
            if (apart(s, i, k) < 0) continue;
            #pragma omp atomic
            s->count[i]++;
            #pragma omp atomic
            s->count[k]++;
        }
}

/* Adds, for each radius, `people` times the chance that a sheet of this score is that near. sheet: own answers are taken out, -1: they are not. */
static void add_chances(const search *s, const int32_t *centre, int64_t score, int64_t sheet, double people, double *p, double mean[])
{
    const shi_answers_model *m = s->m;
    double *miss = p + m->items;
    for (int64_t j = 0; j < m->items; j++) {
        double chance = m->chance[score * m->first[m->items] + m->first[j] + (centre[j] < 0 ? 0 : centre[j])];
        p[j] = centre[j] < 0 ? 0 : sheet < 0 ? chance : shi_answers_chance(m, sheet, j, centre[j]);
    }
    shi_poisson_binomial_misses(p, m->items, s->widest, miss);
    double sum = 0;
    for (int64_t r = 0, x = 0; r <= s->widest && x < s->radii; r++) {
        sum += miss[r];
        while (x < s->radii && s->radius[x] == r) mean[x++] += people * sum;
    }
}

/* The widest radius round suspect i that stands by itself and takes in few that are there by chance; if there is none the one with the largest e.
 * Each radius has its own e-value among all, so that any may be chosen. */
static void weigh(const search *s, int64_t i, int64_t *left_at, double *p, shi_answers_ball *out)
{
    const double per_decade = log(10);
    const shi_answers_model *m = s->m;
    const int32_t *centre = shi_answers_of(m, m->suspect[i]);
    int64_t count[SHI_ANSWERS_RADII] = { 0 };
    double mean[SHI_ANSWERS_RADII] = { 0 };
    memcpy(left_at, m->sheets_at, (size_t)m->scores * sizeof *left_at);
    left_at[m->score[m->suspect[i]]]--;
    for (int64_t k = 0; k < m->suspects; k++) {
        int64_t far = k == i ? -1 : apart(s, i, k);
        if (far < 0) continue;
        for (int x = 0; x < s->radii; x++) count[x] += far <= s->radius[x];
        left_at[m->score[m->suspect[k]]]--;
        add_chances(s, centre, m->score[m->suspect[k]], m->suspect[k], 1, p, mean);
    }
    for (int64_t t = 0; t < m->scores; t++)
        if (left_at[t] > 0) add_chances(s, centre, t, -1, (double)left_at[t], p, mean);
    *out = (shi_answers_ball){ .centre = m->suspect[i], .log10_p = 0, .log10_e = -INFINITY };
    bool wide = false;
    for (int x = 0; x < s->radii; x++) {
        double raw = shi_poisson_log_above(mean[x], count[x]) / per_decade, ways = log10(s->hypotheses), e = shi_e_calibrated(raw) - ways - log10(2);
        bool clean = e >= CLEAN_LOG10_E && mean[x] <= CLEAN_SHARE * (double)count[x];
        if (raw + ways >= 0 || (clean ? false : wide || e <= out->log10_e)) continue;
        *out = (shi_answers_ball){ m->suspect[i], s->radius[x], 0, count[x] + 1, mean[x], raw + ways, e };
        wide = clean;
    }
}

/* Marks who is in the ball of suspect i. */
static void mark(const search *s, int64_t i, int64_t radius, bool *inside)
{
    for (int64_t k = 0; k < s->m->suspects; k++) {
        int64_t far = inside[k] ? -1 : k == i ? 0 : apart(s, i, k);
        if (far >= 0 && far <= radius) inside[k] = true;
    }
}

/* Of the first members of the ball the one with the most neighbours: the sheet that was handed round, where the strongest ball has a changed copy as
 * its centre, which is rarer. */
static int64_t middle(const search *s, const bool *inside)
{
    int64_t best = -1, most = -1, looked = 0;
    for (int64_t i = 0; i < s->m->suspects && looked < MOST_LOOKED; i++) {
        if (!inside[i]) continue;
        looked++;
        if (s->count[i] > most) most = s->count[i], best = i;
    }
    return best;
}

/* The ball round i and the widest one round its middle. Appends those that are in no other, the centre first; 0: half of the ball lies in stronger
 * ones. */
static int64_t gather(const search *s, const shi_answers_ball *all, int64_t i, bool *taken, bool *inside, int32_t *to)
{
    const shi_answers_model *m = s->m;
    int64_t old = 0, n = 0;
    memset(inside, 0, (size_t)m->suspects);
    mark(s, i, all[i].radius, inside);
    for (int64_t k = 0; k < m->suspects; k++) old += inside[k] && taken[k];
    if (2 * old >= all[i].len) return 0;
    if (all[i].log10_e >= CLEAN_LOG10_E) mark(s, middle(s, inside), s->widest, inside);
    to[n++] = m->suspect[i];
    for (int64_t k = 0; k < m->suspects; k++) {
        if (!inside[k] || taken[k]) continue;
        taken[k] = true;
        if (k != i) to[n++] = m->suspect[k];
    }
    return n;
}

/* Balls by falling e. Nobody is in two of them. */
static shi_err list_balls(shi_arena *work, const search *s, const shi_answers_ball *all, shi_answers_balls *out)
{
    const shi_answers_model *m = s->m;
    int64_t n = 0, sheets = 0;
    shi_keyed *by = shi_new(work, shi_keyed, m->suspects);
    bool *taken = shi_new(work, bool, m->suspects), *inside = shi_new(work, bool, m->suspects);
    if (!by || !taken || !inside) return shi_no_memory();
    for (int64_t i = 0; i < m->suspects; i++)
        if (all[i].log10_p < 0) by[n++] = (shi_keyed){ shi_key_falling(all[i].log10_e), i };
    SHI_TRY(shi_sort_keyed(*work, by, n));
    out->ball = shi_new(work, shi_answers_ball, n);
    out->sheet = shi_new(work, int32_t, m->suspects + 1);   /* each once */
    if (!out->ball || !out->sheet) return shi_no_memory();
    for (int64_t b = 0; b < n; b++) {
        int64_t i = by[b].row;
        if (taken[i]) continue;
        shi_answers_ball ball = all[i];
        ball.first = sheets;
        ball.len = gather(s, all, i, taken, inside, out->sheet + sheets);
        sheets += ball.len;
        if (ball.len >= 2) out->ball[out->len++] = ball;
    }
    return (shi_err){ 0 };
}

static void set_radii(search *s)
{
    int32_t tenth = (int32_t)(s->m->items / 10);
    for (int32_t r = 0; r <= 2; r++)
        if (r < s->m->items) s->radius[s->radii++] = r;
    if (tenth > 2) s->radius[s->radii++] = tenth;
    s->widest = s->radius[s->radii - 1];
}

shi_err shi_answers_find_balls(shi_arena *work, const shi_answers_model *m, shi_answers_balls *out)
{
    search s = { .m = m };
    int threads = omp_get_max_threads();
    *out = (shi_answers_balls){ 0 };
    if (m->suspects < 2) return (shi_err){ 0 };
    set_radii(&s);
    s.hypotheses = (double)m->suspects * s.radii;
    s.work_len = m->items + s.widest + 1;
    s.count = shi_new(work, int32_t, m->suspects);
    s.work = shi_new(work, double, threads * s.work_len);
    int64_t *left_at = shi_new(work, int64_t, threads * m->scores);
    shi_answers_ball *all = shi_new(work, shi_answers_ball, m->suspects);
    if (!s.count || !s.work || !left_at || !all) return shi_no_memory();
    count_neighbours(&s);
    #pragma omp parallel for schedule(dynamic, 4)
    for (int64_t i = 0; i < m->suspects; i++) {
        int me = omp_get_thread_num();
        if (s.count[i] > 0) weigh(&s, i, left_at + me * m->scores, s.work + me * s.work_len, &all[i]);
    }
    out->searched = m->suspects * s.radii;
    return list_balls(work, &s, all, out);
}
