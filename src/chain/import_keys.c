/* Hashes of 64 bits: rows with one key have one hash, and of ten million different keys two share a hash once in a hundred thousand files. They are
 * dealt into boxes by their first bits, so that the table in which a box is looked through stays in the cache. */
#include "chain/import_keys.h"

#include <stdlib.h>
#include <string.h>

enum { BOXES = 1024 };

static uint64_t mix(uint64_t h, uint64_t v)
{
    unsigned __int128 wide = (unsigned __int128)(h ^ v ^ UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xd6e8feb86659fd93);
    return (uint64_t)wide ^ (uint64_t)(wide >> 64);
}

static uint64_t text_hash(uint64_t h, shi_str s)
{
    uint64_t part;
    int64_t i = 0;
    for (; i + 8 <= s.len; i += 8) {
        memcpy(&part, s.ptr + i, 8);
        h = mix(h, part);
    }
    part = 0;
    if (i < s.len) memcpy(&part, s.ptr + i, (size_t)(s.len - i));
    return mix(mix(h, part), (uint64_t)s.len);
}

static bool is_number(shi_type type)
{
    return type == SHI_T_TIME || type == SHI_T_DUE || type == SHI_T_COUNT || type == SHI_T_DECIMAL || type == SHI_T_REPORTED;
}

void shi_keys_add(shi_key_hashes *keys, const shi_column *column, const int *columns, const shi_cell *cell)
{
    uint64_t h = 0;
    if (keys->len == keys->cap && !keys->failed) {
        int64_t cap = keys->cap ? keys->cap * 2 : 4096;
        uint64_t *more = realloc(keys->ptr, (size_t)cap * sizeof *more);
        keys->failed = !more;
        if (more) keys->ptr = more, keys->cap = cap;
    }
    if (keys->failed) return;
    for (int k = 0; columns[k] >= 0; k++) {
        const shi_cell *c = &cell[columns[k]];
        h = c->missing ? mix(h, 1) : is_number(column[columns[k]].type) ? mix(mix(h, 2), (uint64_t)c->i) : text_hash(h, c->s);
    }
    keys->ptr[keys->len++] = h;
}

void shi_keys_move(shi_key_hashes *to, shi_key_hashes *from)
{
    uint64_t *more = from->len ? realloc(to->ptr, (size_t)(to->len + from->len) * sizeof *more) : to->ptr;
    to->failed = to->failed || from->failed || (from->len && !more);
    if (from->len && more) {
        memcpy(more + to->len, from->ptr, (size_t)from->len * sizeof *more);
        to->ptr = more;
        to->cap = to->len += from->len;
    }
    shi_keys_drop(from);
}

/* Is one of the n hashes of a box there twice? 0 marks a free place; the hash 0 itself counts as a repeat, which is looked into. */
static bool repeats(const uint64_t *hash, int64_t n, uint64_t *table, int64_t slots)
{
    memset(table, 0, (size_t)slots * sizeof *table);
    for (int64_t i = 0; i < n; i++) {
        int64_t at = (int64_t)(hash[i] & (uint64_t)(slots - 1));
        while (table[at] && table[at] != hash[i]) at = (at + 1) & (slots - 1);
        if (table[at] == hash[i]) return true;
        table[at] = hash[i];
    }
    return false;
}

bool shi_keys_may_repeat(const shi_key_hashes *keys)
{
    int64_t start[BOXES + 1] = { 0 }, most = 0, slots = 16;
    if (keys->failed) return true;
    for (int64_t i = 0; i < keys->len; i++) start[(keys->ptr[i] >> 54) + 1]++;
    for (int b = 0; b < BOXES; b++) {
        if (start[b + 1] > most) most = start[b + 1];
        start[b + 1] += start[b];
    }
    while (slots < 2 * most) slots *= 2;
    uint64_t *dealt = malloc(((size_t)keys->len + 1) * sizeof *dealt), *table = malloc((size_t)slots * sizeof *table);
    bool twice = !dealt || !table;
    int64_t at[BOXES];
    memcpy(at, start, sizeof at);
    for (int64_t i = 0; !twice && i < keys->len; i++) dealt[at[keys->ptr[i] >> 54]++] = keys->ptr[i];
    for (int b = 0; !twice && b < BOXES; b++) twice = repeats(dealt + start[b], start[b + 1] - start[b], table, slots);
    free(dealt);
    free(table);
    return twice;
}

void shi_keys_drop(shi_key_hashes *keys)
{
    free(keys->ptr);
    *keys = (shi_key_hashes){ 0 };
}
