/* Scores and option probabilities. People with the same number of right answers have the same normal score, so the kernel is one between numbers of
 * right answers, and sums over people are sums over these: O(scores^2 x options), however many sheets there are. A sheet's own answer is taken out
 * where it is used. */
#include "kernel/answers.h"

#include "base/sort.h"
#include "base/text.h"
#include "stat/dist.h"

#include <math.h>
#include <string.h>

static const double BANDWIDTH = 0.25;

enum { NO_LEFT = 255, NO_OTHER = 254, LAST_BYTE = 253 };

/* Options get numbers within their item, in order of their codes; `seat` holds, by code, the number + 1. */
static shi_err renumber(shi_arena *work, const shi_answers_columns *in, shi_answers_model *m)
{
    int32_t *answer = shi_new(work, int32_t, in->sheets * in->items), *key = shi_new(work, int32_t, in->items);
    int32_t *seat = shi_new(work, int32_t, in->options);
    m->first = shi_new(work, int64_t, in->items + 1);
    if (!answer || !key || !seat || !m->first) return shi_no_memory();
    for (int64_t j = 0; j < in->items; j++) {
        int32_t n = 0;
        memset(seat, 0, (size_t)in->options * sizeof *seat);
        for (int64_t i = 0; i < in->sheets; i++)
            if (in->answer[i * in->items + j] >= 0) seat[in->answer[i * in->items + j]] = 1;
        if (in->key && in->key[j] >= 0) seat[in->key[j]] = 1;
        for (int64_t o = 0; o < in->options; o++)
            if (seat[o]) seat[o] = ++n;
        for (int64_t i = 0; i < in->sheets; i++) {
            int32_t a = in->answer[i * in->items + j];
            answer[i * in->items + j] = a < 0 ? -1 : seat[a] - 1;
        }
        key[j] = in->key && in->key[j] >= 0 ? seat[in->key[j]] - 1 : -1;
        m->first[j + 1] = m->first[j] + n;
    }
    m->sheets = in->sheets;
    m->items = in->items;
    m->answer = answer;
    m->key = key;
    return (shi_err){ 0 };
}

/* Without a key the commonest answer stands for the right one. */
static shi_err guess_key(shi_arena scratch, shi_answers_model *m, int32_t *key)
{
    int64_t *count = shi_new(&scratch, int64_t, m->first[m->items]);
    if (!count) return shi_no_memory();
    for (int64_t i = 0; i < m->sheets; i++)
        for (int64_t j = 0; j < m->items; j++)
            if (shi_answers_of(m, i)[j] >= 0) count[m->first[j] + shi_answers_of(m, i)[j]]++;
    for (int64_t j = 0; j < m->items; j++)
        for (int64_t o = m->first[j]; o < m->first[j + 1]; o++)
            if (key[j] < 0 || count[o] > count[m->first[j] + key[j]]) key[j] = (int32_t)(o - m->first[j]);
    return (shi_err){ 0 };
}

static shi_err score(shi_arena *work, shi_answers_model *m)
{
    int64_t *at = shi_new(work, int64_t, m->items + 1);   /* sheets with so many right, then the place of the number */
    m->right = shi_new(work, int32_t, m->sheets);
    m->score = shi_new(work, int32_t, m->sheets);
    m->sheets_at = shi_new(work, int64_t, m->items + 1);
    if (!at || !m->right || !m->score || !m->sheets_at) return shi_no_memory();
    for (int64_t i = 0; i < m->sheets; i++) {
        int64_t given = 0;
        for (int64_t j = 0; j < m->items; j++) {
            m->right[i] += m->key[j] >= 0 && shi_answers_of(m, i)[j] == m->key[j];
            given += shi_answers_of(m, i)[j] >= 0;
        }
        m->judged += given > 0;
        at[m->right[i]]++;
    }
    for (int64_t r = 0; r <= m->items; r++) {
        if (!at[r]) continue;
        m->sheets_at[m->scores] = at[r];
        at[r] = m->scores++;
    }
    for (int64_t i = 0; i < m->sheets; i++) m->score[i] = (int32_t)at[m->right[i]];
    return (shi_err){ 0 };
}

/* K between all scores; the normal score of the mean rank. */
static shi_err kernel(shi_arena *work, const shi_answers_model *m, double **out)
{
    double *z = shi_new(work, double, m->scores), *K = shi_new(work, double, m->scores * m->scores), below = 0;
    if (!z || !K) return shi_no_memory();
    for (int64_t s = 0; s < m->scores; s++) {
        double here = (double)m->sheets_at[s];
        z[s] = shi_normal_quantile_above(1 - (below + here / 2) / (double)m->sheets);
        below += here;
    }
    for (int64_t s = 0; s < m->scores; s++)
        for (int64_t t = 0; t < m->scores; t++) {
            double u = (z[s] - z[t]) / BANDWIDTH;
            K[s * m->scores + t] = exp(-u * u / 2);
        }
    *out = K;
    return (shi_err){ 0 };
}

static shi_err weigh_options(shi_arena *work, shi_answers_model *m)
{
    int64_t options = m->first[m->items];
    double *K = NULL, *count = shi_new(work, double, m->scores * options), *all = shi_new(work, double, options);
    m->chance = shi_new(work, double, m->scores * options);
    m->weight = shi_new(work, double, m->scores);
    if (!count || !all || !m->chance || !m->weight) return shi_no_memory();
    SHI_TRY(kernel(work, m, &K));
    for (int64_t i = 0; i < m->sheets; i++)
        for (int64_t j = 0; j < m->items; j++) {
            int32_t a = shi_answers_of(m, i)[j];
            if (a < 0) continue;
            count[m->score[i] * options + m->first[j] + a]++;
            all[m->first[j] + a]++;
        }
    #pragma omp parallel for schedule(static)
    for (int64_t s = 0; s < m->scores; s++) {
        double *chance = m->chance + s * options, sum = 1;
        for (int64_t o = 0; o < options; o++) chance[o] = all[o] / (double)m->sheets;
        for (int64_t t = 0; t < m->scores; t++) {
            double k = K[s * m->scores + t];
            sum += k * (double)m->sheets_at[t];
            for (int64_t o = 0; o < options; o++) chance[o] += k * count[t * options + o];
        }
        m->weight[s] = 1 / (sum > 2 ? sum - 1 : 1);   /* without one's own: sum K - 1 + 1 */
        for (int64_t o = 0; o < options; o++) chance[o] *= m->weight[s];
    }
    return (shi_err){ 0 };
}

/* The sheets that can be evidence, and their answers as bytes. Options from the 254th on of an item share a byte: more look equal than are. */
static shi_err pack(shi_arena *work, shi_answers_model *m)
{
    m->suspect = shi_new(work, int32_t, m->sheets);
    if (!m->suspect) return shi_no_memory();
    for (int64_t i = 0; i < m->sheets; i++) {
        int64_t wrong = 0;
        for (int64_t j = 0; j < m->items; j++) wrong += shi_answers_wrong(m, shi_answers_of(m, i), j);
        if (wrong >= SHI_ANSWERS_LEAST_WRONG) m->suspect[m->suspects++] = (int32_t)i;
    }
    m->words = (m->items + 7) / 8;
    m->left = shi_new(work, uint64_t, m->suspects * m->words);
    m->other = shi_new(work, uint64_t, m->suspects * m->words);
    if (!m->left || !m->other) return shi_no_memory();
    for (int64_t i = 0; i < m->suspects; i++) {
        unsigned char *left = (unsigned char *)(m->left + i * m->words), *other = (unsigned char *)(m->other + i * m->words);
        memset(left, NO_LEFT, (size_t)m->words * 8);
        memset(other, NO_OTHER, (size_t)m->words * 8);
        for (int64_t j = 0; j < m->items; j++) {
            int32_t a = shi_answers_of(m, m->suspect[i])[j];
            if (a >= 0) left[j] = other[j] = (unsigned char)(a < LAST_BYTE ? a : LAST_BYTE);
        }
    }
    return (shi_err){ 0 };
}

shi_err shi_answers_make_model(shi_arena *work, const shi_answers_columns *columns, shi_answers_model *out)
{
    shi_answers_model m = { 0 };
    SHI_TRY(renumber(work, columns, &m));
    if (!columns->key) {
        int32_t *key = shi_new(work, int32_t, m.items);
        if (!key) return shi_no_memory();
        memcpy(key, m.key, (size_t)m.items * sizeof *key);
        SHI_TRY(guess_key(*work, &m, key));
        m.key = key;
    }
    SHI_TRY(score(work, &m));
    SHI_TRY(weigh_options(work, &m));
    SHI_TRY(pack(work, &m));
    *out = m;
    return (shi_err){ 0 };
}
