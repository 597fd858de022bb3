/* The first half of texts: which texts are nearly the same. */
#ifndef SHI_KERNEL_TEXTS_JOIN_H
#define SHI_KERNEL_TEXTS_JOIN_H

#include "shishu/texts.h"

enum { SHI_TEXTS_SHORT = 10, SHI_TEXTS_EVIDENCE = 12 };   /* characters: compared by 2 below, evidence from */

typedef struct {
    int32_t *wording;       /* texts, as in shi_texts_found */
    int32_t *characters;
    int32_t *root;          /* texts: smallest text that it hangs together with; -1: no character */
    shi_texts_pair *pair;
    int64_t pairs, uncompared;
} shi_texts_joined;

/* Results in keep. Errors as shi_texts_find. */
shi_err shi_texts_join(shi_arena *keep, shi_arena scratch, const shi_texts_columns *columns, double similar, bool pairs, shi_texts_joined *out);

#endif
