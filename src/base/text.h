/* Slices of text: comparing, cutting, copying, and a growable buffer. */
#ifndef SHI_BASE_TEXT_H
#define SHI_BASE_TEXT_H

#include "shishu/base.h"

#include <stdarg.h>

#define S(literal) SHI_S(literal)
#define COUNT(array) ((int64_t)(sizeof(array) / sizeof((array)[0])))
/* Marks a message id for the translators; the text is translated where it is shown. */
#define N_(id) id

/* A NUL-terminated text as a slice; NULL gives a missing slice. */
shi_str shi_str_from(const char *text);
bool shi_str_eq(shi_str a, shi_str b);
/* ASCII letters compared without case. */
bool shi_str_eq_nocase(shi_str a, shi_str b);
/* Bytes compared; the shorter of two equal beginnings comes first. */
int shi_str_cmp(shi_str a, shi_str b);
bool shi_str_starts(shi_str s, shi_str head);
bool shi_str_ends(shi_str s, shi_str tail);
/* First position of `c` from `from`, or -1. */
int64_t shi_str_find(shi_str s, char c, int64_t from);
shi_str shi_str_sub(shi_str s, int64_t from, int64_t to);
/* Without ASCII white space, U+3000 and U+00A0 at both ends. */
shi_str shi_str_trim(shi_str s);
/* At most `bytes`, cut between characters. */
shi_str shi_str_cut(shi_str s, int64_t bytes);
/* Length of the longest valid UTF-8 beginning (RFC 3629: no surrogates, no overlong forms, no NUL). */
int64_t shi_utf8_valid(const char *ptr, int64_t len);
/* Copies; NUL-terminated, so .ptr may be given to C functions. {NULL, 0} when the arena is full. */
shi_str shi_str_copy(shi_arena *keep, shi_str s);
SHI_PRINTF(2, 3) shi_str shi_str_format(shi_arena *keep, const char *format, ...);

/* A buffer that grows by malloc; `failed` is set when memory ran out, and then all further adding does nothing. ptr is always
 * NUL-terminated once something was added. */
typedef struct {
    char *ptr;
    int64_t len, cap;
    bool failed;
} shi_buf;

void shi_buf_drop(shi_buf *buf);
/* Room for `more` bytes and a NUL, to be filled by hand; false when there is none. */
bool shi_buf_reserve(shi_buf *buf, int64_t more);
void shi_buf_add(shi_buf *buf, shi_str text);
void shi_buf_addc(shi_buf *buf, char c);
void shi_buf_puts(shi_buf *buf, const char *text);
SHI_PRINTF(2, 3) void shi_buf_format(shi_buf *buf, const char *format, ...);
SHI_PRINTF(2, 0) void shi_buf_vformat(shi_buf *buf, const char *format, va_list args);
/* A field of CSV, quoted when it must be. */
void shi_buf_csv(shi_buf *out, shi_str text);
static inline shi_str shi_buf_str(const shi_buf *buf)
{
    shi_str s = { buf->ptr, buf->len };
    return s;
}

/* Overflow-checked sums and products: true when the result does not fit. */
static inline bool shi_add(int64_t a, int64_t b, int64_t *out)
{
    return __builtin_add_overflow(a, b, out);
}
static inline bool shi_mul(int64_t a, int64_t b, int64_t *out)
{
    return __builtin_mul_overflow(a, b, out);
}

/* A whole non-negative decimal number that is all of `s`; false if it is not one or does not fit. */
bool shi_count_parse(shi_str s, int64_t *out);

#endif
