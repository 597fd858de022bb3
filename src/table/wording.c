/* Normalising texts. Most hold nothing but Chinese characters, ASCII and their punctuation, for which the form is known without a table; a text with
 * any other character goes through utf8proc as a whole, since a mark may change what stands before it. Texts are done in parallel, each in the place
 * that it has in the original, and are then moved together. */
#include "table/wording.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { KEEP_SLOW = -1 };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static bool letter_or_digit(char c)
{
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
}

/* Three bytes as a character. */
static uint32_t three(const unsigned char *s)
{
    return (s[0] & 0x0fU) << 12 | (s[1] & 0x3fU) << 6 | (s[2] & 0x3fU);
}

/* Punctuation and signs that vanish, whatever stands beside them. */
static bool vanishes(uint32_t c)
{
    return (c >= 0x2010 && c <= 0x2027) || (c >= 0x2030 && c <= 0x205e) || (c >= 0x2600 && c <= 0x26ff) || (c >= 0x3000 && c <= 0x3003) ||
           (c >= 0x3008 && c <= 0x3020);
}

/* The length written, at most text.len, or KEEP_SLOW. */
static int64_t plain(shi_str text, char *to)
{
    const unsigned char *s = (const unsigned char *)text.ptr;
    int64_t n = 0;
    for (int64_t i = 0; i < text.len;) {
        if (s[i] < 0x80) {
            if (letter_or_digit(text.ptr[i])) to[n++] = lower(text.ptr[i]);
            i++;
            continue;
        }
        if (s[i] < 0xe0 || s[i] >= 0xf0 || text.len - i < 3 || (s[i + 1] & 0xc0) != 0x80 || (s[i + 2] & 0xc0) != 0x80) return KEEP_SLOW;
        uint32_t c = three(s + i);
        if (c >= 0x4e00 && c < 0xa000) {
            memcpy(to + n, s + i, 3);
            n += 3;
        } else if (c >= 0xff01 && c <= 0xff5e) {   /* full-width ASCII */
            char ascii = (char)(c - 0xff01 + '!');
            if (letter_or_digit(ascii)) to[n++] = lower(ascii);
        } else if (!vanishes(c)) return KEEP_SLOW;
        i += 3;
    }
    return n;
}

/* NULL: no memory. The length written is *len. */
static char *through_utf8proc(shi_str text, int64_t *len)
{
    const utf8proc_option_t form = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE;
    char *valid = malloc((size_t)text.len + 1), *to = NULL;
    int64_t n = 0;
    utf8proc_ssize_t room, found;
    utf8proc_int32_t c, *character = NULL;
    *len = 0;
    if (!valid) return NULL;
    for (int64_t i = 0; i < text.len;) {
        utf8proc_ssize_t bytes = utf8proc_iterate((const utf8proc_uint8_t *)text.ptr + i, text.len - i, &c);
        if (bytes > 0) memcpy(valid + n, text.ptr + i, (size_t)bytes);
        n += bytes > 0 ? bytes : 0;
        i += bytes > 0 ? bytes : 1;
    }
    room = utf8proc_decompose((const utf8proc_uint8_t *)valid, n, NULL, 0, form);
    if (room >= 0) character = malloc((size_t)(room + 1) * sizeof *character);
    if (character) {
        found = utf8proc_decompose((const utf8proc_uint8_t *)valid, n, character, room, form);
        if (found >= 0) found = utf8proc_normalize_utf32(character, found, form);
        to = found >= 0 ? malloc((size_t)found * 4 + 1) : NULL;
        for (utf8proc_ssize_t i = 0; to && i < found; i++) {
            utf8proc_category_t kind = utf8proc_category(c = utf8proc_tolower(character[i]));
            bool letter = kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO;
            bool number = kind >= UTF8PROC_CATEGORY_ND && kind <= UTF8PROC_CATEGORY_NO;
            if (letter || number) *len += utf8proc_encode_char(c, (utf8proc_uint8_t *)to + *len);
        }
    }
    free(character);
    free(valid);
    return to;
}

/* The slow ones; `slow` holds what they became, of the lengths in len. */
static bool do_slow(shi_strs texts, int64_t *len, char **slow)
{
    bool failed = false;
    #pragma omp parallel for schedule(dynamic, 64) reduction(||: failed)
    for (int64_t t = 0; t < texts.len; t++) {
        if (len[t] != KEEP_SLOW) continue;
        slow[t] = through_utf8proc(texts.ptr[t], &len[t]);
        failed = failed || !slow[t];
    }
    return !failed;
}

shi_err shi_wordings_make(shi_arena *keep, shi_arena scratch, shi_strs texts, shi_wordings *out)
{
    int64_t total = 0, *len = shi_new(&scratch, int64_t, texts.len), *place = shi_new(&scratch, int64_t, texts.len + 1);
    char **slow = shi_new(&scratch, char *, texts.len);
    if (!len || !place || !slow) return shi_no_memory();
    for (int64_t t = 0; t < texts.len; t++) place[t + 1] = place[t] + texts.ptr[t].len;
    char *wide = shi_new(&scratch, char, place[texts.len] + 1), *bytes = NULL;
    int64_t *offset = shi_new(keep, int64_t, texts.len + 1);
    if (!wide || !offset) return shi_no_memory();
    #pragma omp parallel for schedule(static)
    for (int64_t t = 0; t < texts.len; t++) len[t] = plain(texts.ptr[t], wide + place[t]);
    bool done = do_slow(texts, len, slow);
    for (int64_t t = 0; t < texts.len && done; t++) offset[t + 1] = total += len[t];
    done = done && (bytes = shi_new(keep, char, total + 1));
    for (int64_t t = 0; t < texts.len; t++) {
        if (done && len[t]) memcpy(bytes + offset[t], slow[t] ? slow[t] : wide + place[t], (size_t)len[t]);
        free(slow[t]);
    }
    if (!done) return shi_no_memory();
    *out = (shi_wordings){ texts.len, bytes, offset };
    return (shi_err){ 0 };
}
