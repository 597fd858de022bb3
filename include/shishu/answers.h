/* shishu/answers.h: pairs and groups of answer sheets that are too alike to be independent, judged by the wrong answers that they share. */
#ifndef SHISHU_ANSWERS_H
#define SHISHU_ANSWERS_H

#include "shishu/groups.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A sheet an account. */
typedef struct {
    int64_t sheets, items;
    const int32_t *answer;     /* sheets x items, a sheet's answers side by side: 0 … options - 1; -1: none */
    int64_t options;
    const int32_t *key;        /* items: the right option, -1: unknown, the item is then neither right nor wrong; NULL: the commonest is taken */
    const int32_t *unit;       /* sheets: 0 … units - 1, -1: unknown; NULL: no units */
    int64_t units;
    const double *seconds;     /* as answer: time on the item, NAN: unknown; NULL: no times */
} shi_answers_columns;

typedef struct {
    double most_log10_p;       /* pairs are listed up to here, corrected; 0: all whose corrected p is below 1 */
} shi_answers_settings;

typedef struct {
    int32_t a, b;              /* a < b */
    int32_t matches;           /* equal answers */
    int32_t both_wrong;        /* items that both got wrong … */
    int32_t wrong_matches;     /* … and with the same answer */
    double expected;           /* equal answers */
    double log10_p;            /* times the number of pairs, at most 0 */
    double log10_wrong_p;      /* of wrong_matches given both_wrong, of this pair alone */
    double log10_e;            /* -INFINITY where the wrong answers alone do not say it too (p above 0.001) */
} shi_answers_pair;

typedef enum {
    SHI_ANSWERS_PAIRS = 1,     /* hangs together by pairs with log10_p <= log10 0.05 */
    SHI_ANSWERS_BALL = 2       /* sheets within a few answers of one sheet */
} shi_answers_kind;

/* Beside shi_groups, of the same length. */
typedef struct {
    shi_answers_kind kind;
    int32_t centre;            /* the sheet round which it lies; pairs: -1 */
    int32_t radius;            /* answers in which they differ from it at most */
    double expected;           /* sheets that chance puts there beside the centre */
    int64_t units;             /* different units of the members; 0: unknown */
} shi_answers_detail;

typedef struct {
    /* things: wrong answers shared (pairs: of the strongest one; ball: the centre's), deeds: sheets. No times. log10_e of a group that covers three
     * units or more is -INFINITY: such a sheet is in circulation, and who uses it may not know those from whom it came. */
    shi_groups groups;
    const shi_answers_detail *detail;
    const shi_answers_pair *pair;      /* by falling log10_e, then log10_p, then a, b */
    int64_t pairs;
    const int32_t *right;              /* sheets: right answers */
    const int32_t *key;                /* items, as it was used */
    const double *ahead;               /* sheets: minus the mean of ln(seconds) against the item's median, over the hardest 30 % of items; NAN:
                                          unknown; NULL: no times. A ranking for people to look at: practice makes fast. */
    int64_t searched;                  /* pairs + centres x radii */
    int64_t sheets_with_wrong;         /* with three wrong answers or more: the others are never evidence */
    const char *cannot_judge;          /* message id or NULL */
} shi_answers_found;

/* Null      given how many right answers a sheet has, its answers are independent of all other sheets', option o of an item with probability
 *           P_i(o) = (sum over l != i of K((z_i - z_l) / 0.25) [a_l = o] + f_o) / (sum K + 1): K Gaussian, z normal scores of the rank of right
 *           answers, f_o the share of all.
 * Pairs     the number of equal answers against a Poisson-binomial with P = sum over o of P_i(o) P_j(o) (GBT), times all pairs; and the same for
 *           wrong answers given that both are wrong, at most 0.001 by itself.
 * Groups    centres are sheets with three wrong answers or more; others within Hamming distance 0, 1, 2 or a tenth of the items that share three
 *           wrong answers or more are counted against a Poisson tail whose mean is the sum of their chances, times centres and radii. Pairs and
 *           balls each have half of the e-values. A group of which half is in a stronger one joins it; nobody is in two.
 * scratch   about sheets x (items + 16) bytes and (scores)^2 x 24 + scores x items x options x 8
 * Errors    SHI_INPUT: a code out of range; SHI_SYSTEM: memory; out is untouched
 * Cost      pairs of sheets with three wrong answers or more, items / 8 word operations each: 20,000 such sheets of 50 items take seconds. Above
 *           60,000 of them no pairs or groups are searched, and cannot_judge says so.
 * Source    van der Linden & Sotaridona 2006 (generalized binomial test); kernel smoothing as in Ramsay 1991; ball test: ours, docs/methods.md */
SHI_API SHI_MUST_USE shi_err shi_answers_find(shi_arena *keep, shi_arena scratch, const shi_answers_columns *columns,
                                              const shi_answers_settings *settings, shi_answers_found *out);

#ifdef __cplusplus
}
#endif
#endif
