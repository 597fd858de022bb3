/* Texts as the codes 0, 1, 2 … in the order in which they were first added. */
#ifndef SHI_BASE_DICTIONARY_H
#define SHI_BASE_DICTIONARY_H

#include "base/text.h"

/* Zeroed but for `keep`, in which the words and the table lie; of one thread. */
typedef struct {
    shi_arena *keep;
    shi_str *word;           /* by code; NUL-terminated copies */
    int64_t len;
    int64_t room;            /* of word */
    uint64_t *slot;          /* open addressing: upper half of the hash, code + 1; 0: empty */
    int64_t slots;           /* a power of two, at least twice len */
    uint64_t seed;           /* of this run, so that no file is made to collide; codes do not depend on it */
} shi_dictionary;

enum { SHI_DICTIONARY_FULL = -2, SHI_DICTIONARY_UNKNOWN = -1 };

/* Its code, a new one if it was not there; SHI_DICTIONARY_FULL: the arena is full, or there are 2^31 words. */
int32_t shi_dictionary_add(shi_dictionary *d, shi_str text);
/* The same for n texts, faster, since memory is asked for ahead; code[i] of a missing one is -1. False: full. */
bool shi_dictionary_add_all(shi_dictionary *d, const shi_str *text, int64_t n, int32_t *code);
/* Its code, or SHI_DICTIONARY_UNKNOWN. */
int32_t shi_dictionary_find(const shi_dictionary *d, shi_str text);

#endif
