/* Names as sorted sets of character bigrams, compared pair by pair within a group. A registry holds some hundred names, and the sizes of two
 * sets alone rule most pairs out. */
#include "shishu/names.h"

#include "base/text.h"

#include <stdlib.h>

typedef struct {
    const uint64_t *gram;
    int64_t len;
} grams;

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* One character; what is no UTF-8 counts byte by byte. */
static uint32_t next_char(shi_str s, int64_t *at)
{
    const unsigned char *p = (const unsigned char *)s.ptr + *at;
    int64_t n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (n == 1 || *at + n > s.len) return (*at)++, p[0];
    uint32_t c = p[0] & (0xffu >> (n + 1));
    for (int64_t k = 1; k < n; k++) c = c << 6 | (p[k] & 0x3fu);
    *at += n;
    return c;
}

/* Spaces and punctuation, ASCII and CJK. */
static bool passed_over(uint32_t c)
{
    bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c >= 0x80;
    return !word || c == 0xa0 || (c >= 0x2000 && c <= 0x206f) || (c >= 0x3000 && c <= 0x303f) || (c >= 0xff00 && c <= 0xff0f)
        || (c >= 0xff1a && c <= 0xff20) || (c >= 0xff3b && c <= 0xff40) || (c >= 0xff5b && c <= 0xff65);
}

static shi_err grams_of(shi_arena *scratch, shi_str name, grams *out)
{
    uint64_t *gram = shi_new(scratch, uint64_t, name.len + 1);
    uint32_t before = 0;
    int64_t n = 0, chars = 0;
    if (!gram) return shi_no_memory();
    for (int64_t at = 0; at < name.len;) {
        uint32_t c = next_char(name, &at);
        if (passed_over(c)) continue;
        if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
        if (chars++) gram[n++] = (uint64_t)before << 32 | c;
        before = c;
    }
    if (chars == 1) gram[n++] = before;
    qsort(gram, (size_t)n, sizeof *gram, by_value);
    int64_t kept = 0;
    for (int64_t i = 0; i < n; i++)
        if (!kept || gram[kept - 1] != gram[i]) gram[kept++] = gram[i];
    *out = (grams){ gram, kept };
    return (shi_err){ 0 };
}

static double jaccard(grams a, grams b)
{
    int64_t both = 0, i = 0, k = 0;
    while (i < a.len && k < b.len) {
        if (a.gram[i] == b.gram[k]) both++, i++, k++;
        else if (a.gram[i] < b.gram[k]) i++;
        else k++;
    }
    int64_t all = a.len + b.len - both;
    return all ? (double)both / (double)all : 0;
}

static bool may_be_alike(grams a, grams b, double least)
{
    int64_t small = a.len < b.len ? a.len : b.len, large = a.len < b.len ? b.len : a.len;
    return small > 0 && (double)small >= least * (double)large;
}

shi_err shi_names_alike(shi_arena *keep, shi_arena scratch, const shi_str *name, const int64_t *group, int64_t n, double least, shi_name_pair **pairs,
                        int64_t *len)
{
    grams *of = shi_new(&scratch, grams, n);
    shi_name_pair *found = NULL;
    int64_t cap = 0;
    *len = 0;
    if (!of) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) SHI_TRY(grams_of(&scratch, name[i], &of[i]));
    for (int64_t a = 0; a < n; a++)
        for (int64_t b = a + 1; b < n; b++) {
            if (group[a] != group[b] || !may_be_alike(of[a], of[b], least)) continue;
            double share = jaccard(of[a], of[b]);
            if (share < least) continue;
            if (*len == cap) {
                shi_name_pair *more = shi_new(keep, shi_name_pair, cap ? cap * 2 : 16);
                if (!more) return shi_no_memory();
                for (int64_t i = 0; i < *len; i++) more[i] = found[i];
                found = more;
                cap = cap ? cap * 2 : 16;
            }
            found[(*len)++] = (shi_name_pair){ a, b, share };
        }
    *pairs = found;
    return (shi_err){ 0 };
}
