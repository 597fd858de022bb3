/* A hash table with open addressing and linear probing; the words lie in the arena. A probe touches one word of eight bytes, and the text only
 * when 32 bits of the hash agree. */
#include "base/dictionary.h"

#include "base/hash.h"

#include <string.h>

static uint64_t fold(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Multiply and fold, eight bytes at a time; after Wang Yi 2019, wyhash. */
static uint64_t hash_of(uint64_t seed, shi_str text)
{
    uint64_t h = seed ^ (uint64_t)text.len, word = 0;
    int64_t i = 0;
    for (; i + 8 <= text.len; i += 8) {
        memcpy(&word, text.ptr + i, 8);
        h = fold(h ^ word, UINT64_C(0x9e3779b97f4a7c15));
    }
    word = 0;
    if (i < text.len) memcpy(&word, text.ptr + i, (size_t)(text.len - i));
    return fold(h ^ word, UINT64_C(0xd6e8feb86659fd93));
}

/* Where the search for it begins: by the upper bits, which the slot keeps, so that the table grows without a look at the texts, and from front
 * to back. 2^32 slots at most, as there are 2^31 words at most. */
static int64_t home_of(const shi_dictionary *d, uint64_t hash)
{
    return (int64_t)((hash >> 32) * (uint64_t)d->slots >> 32);
}

/* The slot where it stands, or the empty one where it would. */
static int64_t slot_of(const shi_dictionary *d, uint64_t hash, shi_str text)
{
    int64_t at = home_of(d, hash);
    for (;; at = (at + 1) & (d->slots - 1)) {
        uint64_t s = d->slot[at];
        if (s == 0) return at;
        if (s >> 32 == hash >> 32 && shi_str_eq(d->word[(s & UINT32_MAX) - 1], text)) return at;
    }
}

static bool grow(shi_dictionary *d)
{
    shi_dictionary fresh = *d;
    if (!d->slots) {
        shi_key key;
        shi_key_fresh(&key);
        memcpy(&fresh.seed, key.byte, 8);
    }
    fresh.slots = d->slots ? 4 * d->slots : 1024;
    fresh.room = fresh.slots / 2;
    fresh.slot = shi_new(d->keep, uint64_t, fresh.slots);
    fresh.word = shi_new(d->keep, shi_str, fresh.room);
    if (!fresh.slot || !fresh.word) return false;
    if (d->len) memcpy(fresh.word, d->word, (size_t)d->len * sizeof *d->word);
    for (int64_t i = 0; i < d->slots; i++) {
        if (!d->slot[i]) continue;
        int64_t at = home_of(&fresh, d->slot[i]);
        while (fresh.slot[at]) at = (at + 1) & (fresh.slots - 1);
        fresh.slot[at] = d->slot[i];
    }
    *d = fresh;
    return true;
}

static bool has_room(shi_dictionary *d)
{
    return d->len < d->room || (d->len < INT32_MAX / 2 && grow(d));
}

static int32_t add_hashed(shi_dictionary *d, uint64_t hash, shi_str text)
{
    if (!has_room(d)) return SHI_DICTIONARY_FULL;
    int64_t at = slot_of(d, hash, text);
    if (d->slot[at]) return (int32_t)((d->slot[at] & UINT32_MAX) - 1);
    shi_str copy = shi_str_copy(d->keep, text);
    if (!copy.ptr) return SHI_DICTIONARY_FULL;
    d->word[d->len] = copy;
    d->slot[at] = (hash >> 32 << 32) | (uint64_t)(d->len + 1);
    return (int32_t)d->len++;
}

int32_t shi_dictionary_add(shi_dictionary *d, shi_str text)
{
    return has_room(d) ? add_hashed(d, hash_of(d->seed, text), text) : SHI_DICTIONARY_FULL;
}

/* Three reads that miss the caches stand behind each other: slot, word, text. So each is asked for in all of a group before the next is. */
bool shi_dictionary_add_all(shi_dictionary *d, const shi_str *text, int64_t n, int32_t *code)
{
    enum { GROUP = 64 };
    uint64_t hash[GROUP];
    if (!has_room(d)) return false;                      /* the first time this makes the seed */
    for (int64_t from = 0; from < n; from += GROUP) {
        int64_t len = n - from < GROUP ? n - from : GROUP;
        const shi_str *t = text + from;
        for (int64_t i = 0; i < len; i++) {
            hash[i] = t[i].ptr ? hash_of(d->seed, t[i]) : 0;
            __builtin_prefetch(&d->slot[home_of(d, hash[i])]);
        }
        for (int64_t i = 0; i < len; i++) {
            uint64_t s = d->slot[home_of(d, hash[i])];
            if (s) __builtin_prefetch(&d->word[(s & UINT32_MAX) - 1]);
        }
        for (int64_t i = 0; i < len; i++) {
            uint64_t s = d->slot[home_of(d, hash[i])];
            if (s) __builtin_prefetch(d->word[(s & UINT32_MAX) - 1].ptr);
        }
        for (int64_t i = 0; i < len; i++) {
            code[from + i] = t[i].ptr ? add_hashed(d, hash[i], t[i]) : -1;
            if (code[from + i] == SHI_DICTIONARY_FULL) return false;
        }
    }
    return true;
}

int32_t shi_dictionary_find(const shi_dictionary *d, shi_str text)
{
    if (!d->slots) return SHI_DICTIONARY_UNKNOWN;
    uint64_t s = d->slot[slot_of(d, hash_of(d->seed, text), text)];
    return s ? (int32_t)((s & UINT32_MAX) - 1) : SHI_DICTIONARY_UNKNOWN;
}
