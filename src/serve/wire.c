/* Decoding happens once, and what is decoded is looked at again: a path that holds ".." after it is refused like one that held it before. */
#include "serve/wire.h"

#include <string.h>

static int hex(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* %XX, and '+' where it is a blank, into keep; false where a %XX is broken or the result is no text. */
static bool decode(shi_arena *keep, shi_str s, bool plus, shi_str *out)
{
    char *to = shi_new(keep, char, s.len + 1);
    int64_t n = 0;
    if (!to) return false;
    for (int64_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '%') {
            if (i + 2 >= s.len) return false;
            int high = hex(s.ptr[i + 1]), low = hex(s.ptr[i + 2]);
            if (high < 0 || low < 0) return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (plus && c == '+') {
            c = ' ';
        }
        to[n++] = c;
    }
    to[n] = 0;
    *out = (shi_str){ to, n };
    return shi_utf8_valid(to, n) == n;   /* which holds no NUL */
}

bool shi_wire_path(shi_arena *keep, shi_str target, shi_str *out)
{
    int64_t end = shi_str_find(target, '?', 0);
    shi_str raw = end < 0 ? target : shi_str_sub(target, 0, end);
    if (raw.len == 0 || raw.ptr[0] != '/' || !decode(keep, raw, false, out)) return false;
    for (int64_t i = 0; i < out->len; i++) {
        unsigned char c = (unsigned char)out->ptr[i];
        if (c < 0x20 || c == 0x7f || c == '\\') return false;
        if (c == '.' && i + 1 < out->len && out->ptr[i + 1] == '.') return false;
    }
    return true;
}

shi_str shi_wire_query(shi_str target)
{
    int64_t at = shi_str_find(target, '?', 0);
    return at < 0 ? S("") : shi_str_sub(target, at + 1, target.len);
}

bool shi_wire_pairs(shi_arena *keep, shi_str text, shi_pairs *out)
{
    int64_t n = 1;
    for (int64_t i = 0; i < text.len; i++) n += text.ptr[i] == '&';
    *out = (shi_pairs){ 0 };
    if (n > SHI_WIRE_PAIRS) return false;
    out->ptr = shi_new(keep, shi_pair, n);
    if (!out->ptr) return false;
    for (int64_t from = 0; from < text.len;) {
        int64_t end = shi_str_find(text, '&', from);
        if (end < 0) end = text.len;
        shi_str part = shi_str_sub(text, from, end);
        int64_t is = shi_str_find(part, '=', 0);
        shi_pair *p = &out->ptr[out->len];
        from = end + 1;
        if (part.len == 0) continue;
        if (!decode(keep, is < 0 ? part : shi_str_sub(part, 0, is), true, &p->name)) return false;
        if (!decode(keep, is < 0 ? S("") : shi_str_sub(part, is + 1, part.len), true, &p->value)) return false;
        out->len++;
    }
    return true;
}

shi_str shi_wire_get(const shi_pairs *pairs, const char *name)
{
    for (int64_t i = 0; i < pairs->len; i++)
        if (shi_str_eq(pairs->ptr[i].name, shi_str_from(name))) return pairs->ptr[i].value;
    return (shi_str){ 0 };
}

shi_str shi_wire_cookie(shi_str header, const char *name)
{
    shi_str wanted = shi_str_from(name);
    for (int64_t from = 0; from < header.len;) {
        int64_t end = shi_str_find(header, ';', from);
        if (end < 0) end = header.len;
        shi_str part = shi_str_trim(shi_str_sub(header, from, end));
        int64_t is = shi_str_find(part, '=', 0);
        if (is >= 0 && shi_str_eq(shi_str_sub(part, 0, is), wanted)) return shi_str_sub(part, is + 1, part.len);
        from = end + 1;
    }
    return (shi_str){ 0 };
}

bool shi_wire_same_origin(shi_str origin, shi_str host)
{
    static const char *const SCHEME[] = { "https://", "http://" };
    for (int64_t i = 0; i < COUNT(SCHEME); i++) {
        shi_str head = shi_str_from(SCHEME[i]);
        if (shi_str_starts(origin, head)) return host.len > 0 && shi_str_eq_nocase(shi_str_sub(origin, head.len, origin.len), host);
    }
    return false;
}

bool shi_wire_wants_chinese(shi_str header, bool otherwise)
{
    for (int64_t from = 0; from < header.len;) {
        int64_t end = shi_str_find(header, ',', from);
        if (end < 0) end = header.len;
        shi_str part = shi_str_trim(shi_str_sub(header, from, end));
        if (shi_str_starts(part, S("zh"))) return true;
        if (shi_str_starts(part, S("en"))) return false;
        from = end + 1;
    }
    return otherwise;
}

void shi_wire_encode(shi_buf *out, shi_str text)
{
    static const char HEX[] = "0123456789ABCDEF";
    for (int64_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~/", c));
        if (plain) {
            shi_buf_addc(out, (char)c);
            continue;
        }
        shi_buf_addc(out, '%');
        shi_buf_addc(out, HEX[c >> 4]);
        shi_buf_addc(out, HEX[c & 15]);
    }
}
