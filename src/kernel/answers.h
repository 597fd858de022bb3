/* What pairs and balls of answer sheets share: codes, scores, and how likely each answer is at each score. */
#ifndef SHI_KERNEL_ANSWERS_H
#define SHI_KERNEL_ANSWERS_H

#include "shishu/answers.h"

enum { SHI_ANSWERS_LEAST_WRONG = 3, SHI_ANSWERS_RADII = 4, SHI_ANSWERS_MOST_SHEETS = 60000 };

typedef struct {
    int64_t sheets, items;
    const int32_t *answer;      /* sheets x items, renumbered within the item; -1: none */
    int64_t *first;             /* items + 1: where an item's options begin in a row of `chance` */
    const int32_t *key;         /* items, renumbered; -1: unknown */
    int32_t *right;             /* sheets */
    int32_t *score;             /* sheets: its place among the different numbers of right answers, from 0 */
    int64_t scores;
    int64_t *sheets_at;         /* scores */
    double *chance;             /* scores x options of all items: own answer not taken out yet */
    double *weight;             /* scores: what one's own answer counts in it: 1 / (sum K + 1) */
    int32_t *suspect;           /* sheets with SHI_ANSWERS_LEAST_WRONG wrong answers or more, ascending */
    int64_t suspects;
    int64_t words;              /* of 8 bytes a sheet */
    uint64_t *left, *other;     /* suspects x words: answers as bytes; no answer never equals anything */
    double judged;              /* sheets with an answer */
} shi_answers_model;

static inline const int32_t *shi_answers_of(const shi_answers_model *m, int64_t sheet)
{
    return m->answer + sheet * m->items;
}

/* P_i(o): the sheet's own answer is taken out. */
static inline double shi_answers_chance(const shi_answers_model *m, int64_t sheet, int64_t item, int32_t option)
{
    int32_t s = m->score[sheet];
    double p = m->chance[s * m->first[m->items] + m->first[item] + option];
    if (shi_answers_of(m, sheet)[item] == option) p -= m->weight[s];
    return p > 0 ? p : 0;
}

static inline bool shi_answers_wrong(const shi_answers_model *m, const int32_t *answer, int64_t item)
{
    return answer[item] >= 0 && m->key[item] >= 0 && answer[item] != m->key[item];
}

/* Equal bytes of two sheets, at least the equal answers. */
static inline int64_t shi_answers_equal(const uint64_t *a, const uint64_t *b, int64_t words)
{
    const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f), ones = UINT64_C(0x0101010101010101);
    int64_t n = 0;
    for (int64_t w = 0; w < words; w++) {
        uint64_t x = a[w] ^ b[w];
        n += (int64_t)(((~(((x & low) + low) | x | low) >> 7) * ones) >> 56);   /* bytes that are 0 */
    }
    return n;
}

/* Makes it in `work`. */
shi_err shi_answers_make_model(shi_arena *work, const shi_answers_columns *columns, shi_answers_model *out);

/* Pairs that stand out, in keep, sorted; *tested: how many there are to be searched. */
shi_err shi_answers_find_pairs(shi_arena *keep, shi_arena scratch, const shi_answers_model *m, double most_log10_p, const shi_answers_pair **out,
                               int64_t *len);

/* Balls that stand out, by falling log10_e; sheets of each in `sheet` (first, len), its centre first. */
typedef struct {
    int32_t centre, radius;
    int64_t first, len;
    double expected, log10_p, log10_e;
} shi_answers_ball;
typedef struct {
    shi_answers_ball *ball;
    int64_t len, searched;
    int32_t *sheet;
} shi_answers_balls;
shi_err shi_answers_find_balls(shi_arena *work, const shi_answers_model *m, shi_answers_balls *out);

#endif
