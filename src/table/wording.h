/* Texts without what does not make them differ: case, width, blanks, punctuation, signs. */
#ifndef SHI_TABLE_WORDING_H
#define SHI_TABLE_WORDING_H

#include "base/os.h"
#include "base/text.h"

/* Back to back: text t is bytes[offset[t]] … bytes[offset[t + 1] - 1]. */
typedef struct {
    int64_t texts;
    const char *bytes;
    const int64_t *offset;
} shi_wordings;

/* Each text in Unicode form NFKC, lower case, letters and digits (categories L and N) only; bytes that are no UTF-8 are left out. Results in keep;
 * scratch: the bytes of all texts. Errors: SHI_SYSTEM. */
shi_err shi_wordings_make(shi_arena *keep, shi_arena scratch, shi_strs texts, shi_wordings *out);

#endif
