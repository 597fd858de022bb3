/* Pairs. For every pair the number of equal answers comes from words of bytes, and its expectation from sums over scores with both own answers taken
 * out: M(s, t) - R_i(t) - R_j(s) + equal answers x weights. Only pairs well above it go through the exact tail, item by item: those
 * with three fifths of the standard deviations at which a normal tail is 1 / pairs. There it is thousands of times larger than what is listed. */
#include "kernel/answers.h"

#include "base/sort.h"
#include "base/text.h"
#include "shishu/evalue.h"
#include "stat/dist.h"
#include "stat/poisson_binomial.h"

#include <math.h>
#include <omp.h>
#include <string.h>

static const double LEAST_SD = 1.5, SD_SHARE = 0.6, WRONG_LOG10_P = -3;

typedef struct {
    const shi_answers_model *m;
    double *mean, *sd;          /* scores x scores */
    double *own;                /* suspects x scores: R */
    double tests, enough_sd, most_log10_p;
    double *work;               /* threads x work_len */
    int64_t work_len;
    shi_arena *room;
    shi_answers_pair *pair;
    int64_t len, cap;
    bool full;
} search;

static void expect_scores(search *s)
{
    const shi_answers_model *m = s->m;
    int64_t options = m->first[m->items];
    #pragma omp parallel for schedule(dynamic, 4)
    for (int64_t a = 0; a < m->scores; a++)
        for (int64_t b = 0; b < m->scores; b++) {
            double mean = 0, variance = 0;
            for (int64_t j = 0; j < m->items; j++) {
                double q = 0;
                for (int64_t o = m->first[j]; o < m->first[j + 1]; o++) q += m->chance[a * options + o] * m->chance[b * options + o];
                mean += q;
                variance += q < 1 ? q * (1 - q) : 0;
            }
            s->mean[a * m->scores + b] = mean;
            s->sd[a * m->scores + b] = sqrt(variance);
        }
}

static void expect_own(search *s)
{
    const shi_answers_model *m = s->m;
    int64_t options = m->first[m->items];
    #pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < m->suspects; i++) {
        const int32_t *answer = shi_answers_of(m, m->suspect[i]);
        for (int64_t t = 0; t < m->scores; t++) {
            double sum = 0;
            for (int64_t j = 0; j < m->items; j++)
                if (answer[j] >= 0) sum += m->chance[t * options + m->first[j] + answer[j]];
            s->own[i * m->scores + t] = sum * m->weight[m->score[m->suspect[i]]];
        }
    }
}

/* The two tails of one pair. */
static shi_answers_pair judge(const search *s, int64_t a, int64_t b, double *work)
{
    const shi_answers_model *m = s->m;
    const int32_t *x = shi_answers_of(m, a), *y = shi_answers_of(m, b);
    double *equal = work, *wrong = work + m->items;
    shi_answers_pair p = { .a = (int32_t)a, .b = (int32_t)b };
    for (int64_t j = 0; j < m->items; j++) {
        double q = 0, wrong_q = 0, wrong_a = 0, wrong_b = 0;
        for (int32_t o = 0; o < m->first[j + 1] - m->first[j]; o++) {
            double pa = shi_answers_chance(m, a, j, o), pb = shi_answers_chance(m, b, j, o);
            q += pa * pb;
            if (o == m->key[j]) continue;
            wrong_q += pa * pb;
            wrong_a += pa;
            wrong_b += pb;
        }
        equal[j] = q;
        p.expected += q;
        p.matches += x[j] >= 0 && x[j] == y[j];
        if (!shi_answers_wrong(m, x, j) || !shi_answers_wrong(m, y, j)) continue;
        wrong[p.both_wrong++] = wrong_a > 0 && wrong_b > 0 ? wrong_q / (wrong_a * wrong_b) : 1;
        p.wrong_matches += x[j] == y[j];
    }
    double raw = shi_poisson_binomial_log10_above(equal, m->items, p.matches, work + 2 * m->items);
    p.log10_wrong_p = shi_poisson_binomial_log10_above(wrong, p.both_wrong, p.wrong_matches, work + 2 * m->items);
    p.log10_p = raw + log10(s->tests);
    p.log10_e = p.log10_wrong_p <= WRONG_LOG10_P ? shi_e_calibrated(raw) - log10(s->tests) - log10(2) : -INFINITY;
    return p;
}

static void keep_pair(search *s, const shi_answers_pair *p)
{
    if (s->len == s->cap && !s->full) {
        int64_t cap = s->cap ? 2 * s->cap : 256;
        shi_answers_pair *more = shi_new(s->room, shi_answers_pair, cap);
        if (more && s->len) memcpy(more, s->pair, (size_t)s->len * sizeof *more);
        s->full = !more;
        s->pair = more ? more : s->pair;
        s->cap = more ? cap : s->cap;
    }
    if (!s->full) s->pair[s->len++] = *p;
}

static void search_row(search *s, int64_t i, double *work)
{
    const shi_answers_model *m = s->m;
    const uint64_t *left = m->left + i * m->words;
    int32_t si = m->score[m->suspect[i]];
    for (int64_t k = i + 1; k < m->suspects; k++) {
        int32_t sk = m->score[m->suspect[k]];
        double equal = (double)shi_answers_equal(left, m->other + k * m->words, m->words);
        double expected = s->mean[si * m->scores + sk] - s->own[i * m->scores + sk] - s->own[k * m->scores + si];
        expected += equal * m->weight[si] * m->weight[sk];
        if (equal < expected + s->enough_sd * s->sd[si * m->scores + sk]) continue;
        shi_answers_pair p = judge(s, m->suspect[i], m->suspect[k], work);
        if (p.log10_p >= s->most_log10_p) continue;
        #pragma omp critical(shi_answers)
        keep_pair(s, &p);
    }
}

/* By falling log10_e, rising log10_p, then a and b. */
static shi_err sort_pairs(shi_arena scratch, const search *s, shi_answers_pair *out)
{
    shi_keyed *by = shi_new(&scratch, shi_keyed, s->len);
    if (!by) return shi_no_memory();
    for (int pass = 0; pass < 3; pass++) {
        for (int64_t i = 0; i < s->len; i++) {
            int64_t row = pass ? by[i].row : i;
            const shi_answers_pair *p = &s->pair[row];
            uint64_t key = pass == 0 ? (uint64_t)p->a << 32 | (uint32_t)p->b : shi_key_falling(pass == 1 ? -p->log10_p : p->log10_e);
            by[i] = (shi_keyed){ key, row };
        }
        SHI_TRY(shi_sort_keyed(scratch, by, s->len));
    }
    for (int64_t i = 0; i < s->len; i++) out[i] = s->pair[by[i].row];
    return (shi_err){ 0 };
}

shi_err shi_answers_find_pairs(shi_arena *keep, shi_arena scratch, const shi_answers_model *m, double most_log10_p, const shi_answers_pair **out,
                               int64_t *len)
{
    search s = { .m = m, .most_log10_p = most_log10_p < 0 ? most_log10_p : 0, .tests = m->judged * (m->judged - 1) / 2,
                 .work_len = 3 * m->items + 1 };
    int threads = omp_get_max_threads();
    s.enough_sd = fmax(LEAST_SD, SD_SHARE * shi_normal_quantile_above(1 / fmax(s.tests, 2)));
    s.mean = shi_new(&scratch, double, m->scores * m->scores);
    s.sd = shi_new(&scratch, double, m->scores * m->scores);
    s.own = shi_new(&scratch, double, m->suspects * m->scores);
    s.work = shi_new(&scratch, double, threads * s.work_len);
    if (!s.mean || !s.sd || !s.own || !s.work) return shi_no_memory();
    s.room = &scratch;
    expect_scores(&s);
    expect_own(&s);
    #pragma omp parallel for schedule(dynamic, 8)
    for (int64_t i = 0; i < m->suspects; i++) search_row(&s, i, s.work + omp_get_thread_num() * s.work_len);
    shi_answers_pair *all = s.full ? NULL : shi_new(keep, shi_answers_pair, s.len);
    if (!all) return shi_no_memory();
    SHI_TRY(sort_pairs(scratch, &s, all));
    *out = all;
    *len = s.len;
    return (shi_err){ 0 };
}
