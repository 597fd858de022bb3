/* shishu/texts.h: which texts are nearly the same, and which accounts post the same long texts again and again. */
#ifndef SHISHU_TEXTS_H
#define SHISHU_TEXTS_H

#include "shishu/groups.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Posts, and the normalised texts that they hold: UTF-8 in which case, width, blanks and punctuation are gone already. */
typedef struct {
    int64_t rows;
    const int32_t *account;    /* rows: 0 … accounts - 1; -1: unknown, then its text joins others, but is nobody's */
    const int32_t *text;       /* rows: 0 … texts - 1; -1: none */
    const int64_t *time_us;    /* rows, of the local clock; NULL: no times, and those of groups are 0 */
    int64_t accounts, texts;
    const char *bytes;         /* all texts, back to back: text t is bytes[offset[t]] … bytes[offset[t + 1] - 1]; texts may be alike */
    const int64_t *offset;     /* texts + 1, not falling */
} shi_texts_columns;

typedef struct {
    double similar;            /* Jaccard from which two texts are nearly the same, in (0, 1]; 0: 0.8 */
    bool pairs;                /* list all pairs too */
} shi_texts_settings;

/* Two wordings that differ, a < b, each the smallest text of its wording. */
typedef struct {
    int32_t a, b;
    double jaccard;            /* exact */
} shi_texts_pair;

/* Texts that hang together by pairs. Of 10 or more characters they are compared by 3 characters, shorter ones by 2, never with each other. */
typedef struct {
    int64_t posts, wordings, accounts;
    int32_t example;           /* the text that the most rows hold; of equal ones the first */
    int32_t characters;        /* of it */
    bool evidence;             /* has texts of 12 characters or more; shorter ones are listed only: everybody writes them */
} shi_texts_cluster;

typedef struct {
    /* Accounts x clusters in which they take part together more often than their numbers of posts and those of the clusters explain. `things`:
     * clusters, `deeds`: (account, cluster) that are there, each counted once; weight: share of the clusters in which the member takes part. */
    shi_groups groups;
    const int32_t *group_cluster;     /* clusters of group g: group_cluster[group_first[g]] … of `things`, the most shared first */
    const int64_t *group_first;
    const shi_texts_cluster *cluster; /* two rows or more; in order of falling rows, then of their example */
    int64_t clusters;
    const int32_t *cluster_of;        /* texts: its cluster, -1: it stands alone */
    const int32_t *wording;           /* texts: smallest text with the same characters; -1: no character */
    const int32_t *characters;        /* texts */
    const shi_texts_pair *pair;       /* in order of b, then a; none without settings.pairs */
    int64_t pairs;
    int64_t searched;                 /* clusters from which a search began */
    int64_t too_common;               /* clusters of more than 20,000 accounts, from which none began */
    int64_t uncompared;               /* comparisons left out, of texts whose rarest characters are shared by very many */
    const char *cannot_judge;         /* message id: why there are no groups to judge; NULL: judged */
} shi_texts_found;

/* Joins texts exactly and looks for groups.
 * Null      given how many different long texts each account and each cluster has, who posts what is independent: the number of (account, cluster)
 *           in a block of accounts A and clusters C has at most a Poisson tail of mean m_A n_C / M, M the number of all of them over all texts of 12
 *           characters or more. log10_p counts all such blocks: C(N_a, |A|) C(N_c, |C|) N_a N_c, N_a accounts with two or more, N_c clusters of
 *           two or more accounts. A block has two clusters or more, and a member takes part in two or more. What a village is told to write, word
 *           for word and again and again, is such a block as well.
 * Join      Jaccard of sets of characters' n-grams, by prefix filter with the rarest first, each candidate verified. A text is compared with at most
 *           the 256 last that share one of its rarest n-grams (`uncompared` counts the others), so that time stays linear.
 * out       arrays in keep
 * scratch   about 100 bytes a row, 60 a text, 24 a character; only what is touched
 * Errors    SHI_USAGE: similar; SHI_INPUT with line = row or text from 1: a code out of range, no UTF-8; SHI_SYSTEM: memory; out is untouched
 * Cost      join: O(characters) and the candidates; search: for each cluster, up to 8 rounds over its accounts' posts
 * Source    Broder 1997 (resemblance); Bayardo, Ma & Srikant 2007 (prefix filter); block scan: ours, docs/methods.md */
SHI_API SHI_MUST_USE shi_err shi_texts_find(shi_arena *keep, shi_arena scratch, const shi_texts_columns *columns, const shi_texts_settings *settings,
                                            shi_texts_found *out);

#ifdef __cplusplus
}
#endif
#endif
