/* shishu/names.h: short names that mean the same thing. */
#ifndef SHISHU_NAMES_H
#define SHISHU_NAMES_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    int64_t a, b;        /* a < b */
    double share;        /* Jaccard index of their character bigrams */
} shi_name_pair;

/* Pairs of names of one group whose sets of character bigrams have a Jaccard index of at least `least`, in order of (a, b). Spaces,
 * punctuation and letter case of ASCII are passed over; a name of one character is that character.
 * name     n texts, UTF-8 (what is not decodes byte by byte); group: n
 * keep     *pairs lies there; scratch: 8 bytes per byte of text and 24 a name
 * Errors   SHI_SYSTEM when an arena is too small
 * Cost     O(sum over groups of size^2 x length)
 * Source   Jaccard 1901; character n-grams: Broder 1997 */
SHI_API SHI_MUST_USE shi_err shi_names_alike(shi_arena *keep, shi_arena scratch, const shi_str *name, const int64_t *group, int64_t n, double least,
                                             shi_name_pair **pairs, int64_t *len);

#ifdef __cplusplus
}
#endif
#endif
