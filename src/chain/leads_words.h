/* The words of a log as codes: numbered as they come, renumbered by when they came first. */
#ifndef SHI_CHAIN_LEADS_WORDS_H
#define SHI_CHAIN_LEADS_WORDS_H

#include "base/dictionary.h"

/* Where a word was first seen; INT64_MAX: there, it was not. */
typedef struct {
    int64_t first_us, imported, record;
    int32_t app;
} shi_word_origin;

typedef struct {
    shi_arena words, origins;        /* origin lies by itself and grows at its end */
    shi_dictionary dictionary;
    shi_word_origin *origin;
    int64_t origin_len;
    int32_t *rank;                   /* by the code as it came: the final one */
} shi_wordlist;

shi_err shi_wordlist_open(shi_wordlist *out);
/* Codes of n texts as they come; missing: -1. */
shi_err shi_wordlist_add(shi_wordlist *words, const shi_str *text, int64_t n, int32_t *code);
/* Ranks of words from `from` on, by app, first time, import, place in it, text: in `keep`, `from` and up. Words below `from` keep what rank says. */
shi_err shi_wordlist_rank(shi_wordlist *words, shi_arena *keep, shi_arena scratch, int64_t from);
void shi_wordlist_drop(shi_wordlist *words);

static inline void shi_wordlist_seen(shi_wordlist *words, int32_t code, int64_t us, int32_t app)
{
    shi_word_origin *o = &words->origin[code];
    if (us < o->first_us) o->first_us = us;
    o->app = app;
}

#endif
