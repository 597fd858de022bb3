/* Slices of text. Nothing here knows a locale: bytes are compared as bytes, so the same input gives the same order everywhere. */
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

shi_str shi_str_from(const char *text)
{
    return text ? (shi_str){ text, (int64_t)strlen(text) } : (shi_str){ 0 };
}

bool shi_str_eq(shi_str a, shi_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, (size_t)a.len) == 0);
}

static unsigned char lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

bool shi_str_eq_nocase(shi_str a, shi_str b)
{
    if (a.len != b.len) return false;
    for (int64_t i = 0; i < a.len; i++)
        if (lower((unsigned char)a.ptr[i]) != lower((unsigned char)b.ptr[i])) return false;
    return true;
}

int shi_str_cmp(shi_str a, shi_str b)
{
    int64_t n = a.len < b.len ? a.len : b.len;
    int order = n ? memcmp(a.ptr, b.ptr, (size_t)n) : 0;
    if (order) return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

bool shi_str_starts(shi_str s, shi_str head)
{
    return s.len >= head.len && shi_str_eq((shi_str){ s.ptr, head.len }, head);
}

bool shi_str_ends(shi_str s, shi_str tail)
{
    return s.len >= tail.len && shi_str_eq((shi_str){ s.ptr + s.len - tail.len, tail.len }, tail);
}

int64_t shi_str_find(shi_str s, char c, int64_t from)
{
    if (from >= s.len) return -1;
    const char *hit = memchr(s.ptr + from, c, (size_t)(s.len - from));
    return hit ? hit - s.ptr : -1;
}

shi_str shi_str_sub(shi_str s, int64_t from, int64_t to)
{
    if (to > s.len) to = s.len;
    if (from > to) from = to;
    return (shi_str){ s.ptr + from, to - from };
}

/* Bytes of the white space at the start of s: ASCII, U+00A0 (C2 A0), U+3000 (E3 80 80), U+FEFF (EF BB BF). */
static int64_t space_at(const char *p, int64_t len)
{
    unsigned char c = (unsigned char)p[0];
    if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
    if (len >= 2 && c == 0xC2 && (unsigned char)p[1] == 0xA0) return 2;
    if (len >= 3 && (memcmp(p, "\xE3\x80\x80", 3) == 0 || memcmp(p, "\xEF\xBB\xBF", 3) == 0)) return 3;
    return 0;
}

shi_str shi_str_trim(shi_str s)
{
    int64_t n;
    while (s.len > 0 && (n = space_at(s.ptr, s.len)) > 0) {
        s.ptr += n;
        s.len -= n;
    }
    for (;;) {
        if (s.len >= 1 && space_at(s.ptr + s.len - 1, 1) == 1) s.len -= 1;
        else if (s.len >= 2 && space_at(s.ptr + s.len - 2, 2) == 2) s.len -= 2;
        else if (s.len >= 3 && space_at(s.ptr + s.len - 3, 3) == 3) s.len -= 3;
        else return s;
    }
}

shi_str shi_str_cut(shi_str s, int64_t bytes)
{
    if (s.len <= bytes) return s;
    while (bytes > 0 && ((unsigned char)s.ptr[bytes] & 0xC0) == 0x80) bytes--;
    return (shi_str){ s.ptr, bytes };
}

/* Bytes of the valid character at p, or 0. */
static int64_t utf8_char(const unsigned char *p, int64_t left)
{
    if (p[0] < 0x80) return p[0] != 0;
    if (p[0] < 0xC2 || p[0] > 0xF4) return 0;
    int64_t n = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    if (left < n) return 0;
    for (int64_t i = 1; i < n; i++)
        if ((p[i] & 0xC0) != 0x80) return 0;
    if (p[0] == 0xE0 && p[1] < 0xA0) return 0;
    if (p[0] == 0xED && p[1] > 0x9F) return 0;
    if (p[0] == 0xF0 && p[1] < 0x90) return 0;
    if (p[0] == 0xF4 && p[1] > 0x8F) return 0;
    return n;
}

int64_t shi_utf8_valid(const char *ptr, int64_t len)
{
    const unsigned char *p = (const unsigned char *)ptr;
    int64_t i = 0;
    while (i < len) {
        /* Eight ASCII bytes at once: no high bit, and no byte is zero. */
        uint64_t w;
        while (len - i >= 8) {
            memcpy(&w, p + i, 8);
            if ((w & 0x8080808080808080u) || ((w - 0x0101010101010101u) & ~w & 0x8080808080808080u)) break;
            i += 8;
        }
        if (i == len) break;
        int64_t n = utf8_char(p + i, len - i);
        if (n == 0) return i;
        i += n;
    }
    return i;
}

shi_str shi_str_copy(shi_arena *keep, shi_str s)
{
    char *copy = shi_new(keep, char, s.len + 1);
    if (!copy) return (shi_str){ 0 };
    if (s.len) memcpy(copy, s.ptr, (size_t)s.len);
    return (shi_str){ copy, s.len };
}

shi_str shi_str_format(shi_arena *keep, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = n < 0 ? NULL : shi_new(keep, char, n + 1);
    if (text) vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    return text ? (shi_str){ text, n } : (shi_str){ 0 };
}

void shi_buf_drop(shi_buf *buf)
{
    free(buf->ptr);
    *buf = (shi_buf){ 0 };
}

bool shi_buf_reserve(shi_buf *buf, int64_t more)
{
    if (buf->failed) return false;
    if (buf->cap - buf->len > more) return true;
    int64_t cap = buf->cap ? buf->cap : 256;
    while (cap - buf->len <= more && cap < INT64_MAX / 2) cap *= 2;
    char *ptr = realloc(buf->ptr, (size_t)cap);
    if (!ptr) {
        buf->failed = true;
        return false;
    }
    buf->ptr = ptr;
    buf->cap = cap;
    return true;
}

void shi_buf_add(shi_buf *buf, shi_str text)
{
    if (!shi_buf_reserve(buf, text.len)) return;
    if (text.len) memcpy(buf->ptr + buf->len, text.ptr, (size_t)text.len);
    buf->len += text.len;
    buf->ptr[buf->len] = 0;
}

void shi_buf_addc(shi_buf *buf, char c)
{
    shi_buf_add(buf, (shi_str){ &c, 1 });
}

void shi_buf_puts(shi_buf *buf, const char *text)
{
    shi_buf_add(buf, shi_str_from(text));
}

void shi_buf_vformat(shi_buf *buf, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    if (n < 0) buf->failed = true;
    if (n >= 0 && shi_buf_reserve(buf, n)) {
        vsnprintf(buf->ptr + buf->len, (size_t)n + 1, format, again);
        buf->len += n;
    }
    va_end(again);
}

void shi_buf_format(shi_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    shi_buf_vformat(buf, format, args);
    va_end(args);
}

void shi_buf_csv(shi_buf *out, shi_str text)
{
    bool plain = true;
    for (int64_t i = 0; i < text.len && plain; i++) plain = !strchr(",\"\r\n", text.ptr[i]);
    if (plain) {
        shi_buf_add(out, text);
        return;
    }
    shi_buf_addc(out, '"');
    for (int64_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') shi_buf_addc(out, '"');
        shi_buf_addc(out, text.ptr[i]);
    }
    shi_buf_addc(out, '"');
}

bool shi_count_parse(shi_str s, int64_t *out)
{
    if (s.len == 0) return false;
    int64_t n = 0;
    for (int64_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
        if (shi_mul(n, 10, &n) || shi_add(n, s.ptr[i] - '0', &n)) return false;
    }
    *out = n;
    return true;
}
