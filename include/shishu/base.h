/* shishu/base.h: text slices, errors and arenas that every other promise is written in.
 *
 * Conventions of the whole library: a slice or `const T *` is borrowed for the call; `T *out` belongs to the caller and is written
 * on success only; a result in `shi_arena *keep` lives until the owner of that arena drops it; `shi_arena scratch` is passed by
 * value, so what was taken from it is given back on return. Counts and lengths are int64_t, shares lie in [0, 1], times are
 * microseconds since 1970-01-01T00:00:00Z, intervals are [start, end). No function prints, exits or keeps global state. */
#ifndef SHISHU_BASE_H
#define SHISHU_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SHI_API __attribute__((visibility("default")))
#define SHI_MUST_USE __attribute__((warn_unused_result))
#define SHI_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define SHI_API
#define SHI_MUST_USE
#define SHI_PRINTF(text, first)
#endif

#define SHI_VERSION "0.1.0"

/* Text: UTF-8, not NUL-terminated; ptr is NULL for a missing value, and then len is 0. */
typedef struct {
    const char *ptr;
    int64_t len;
} shi_str;

/* A literal as a slice. */
#ifdef __cplusplus
#define SHI_S(literal) (shi_str{ (literal), (int64_t)sizeof(literal) - 1 })
#else
#define SHI_S(literal) ((shi_str){ ("" literal), (int64_t)sizeof(literal) - 1 })
#endif

typedef struct {
    const int64_t *ptr;
    int64_t len;
} shi_i64s;

/* The exit status of the program. CHECK: the work was done, and a check that was asked for did not hold. */
typedef enum { SHI_OK = 0, SHI_CHECK = 1, SHI_USAGE = 2, SHI_INPUT = 3, SHI_SYSTEM = 4, SHI_STOPPED = 130 } shi_code;

/* Where, what, why, and what to do. `reason` and `remedy` are English message ids, translated where they are shown. `file` and
 * `column` are borrowed from whoever opened the file; `value` is cut to 80 bytes at a character and never holds a phone, a device
 * or an address. line counts from 1; 0: none. In a workbook `sheet` is set, `line` is the row, and cell_column, from 1, the column (0:
 * the row as a whole), so that the place reads B17. */
typedef struct {
    shi_code code;
    shi_str file, column;
    int64_t line;
    const char *reason, *remedy;
    shi_str sheet;
    int64_t cell_column;
    char value[88];
} shi_err;

/* An error without a place. */
SHI_API shi_err shi_fail(shi_code code, const char *reason, const char *remedy);
/* The same with the value that was at fault (borrowed; copied and cut). */
SHI_API shi_err shi_fail_value(shi_code code, shi_str value, const char *reason, const char *remedy);
SHI_API shi_err shi_no_memory(void);

/* Returns the error of `call` to the caller, if there is one. */
#define SHI_TRY(call)                       \
    do {                                    \
        shi_err shi_try_err = (call);       \
        if (shi_try_err.code) return shi_try_err; \
    } while (0)

/* An arena: one region of address space, handed out from the front. Memory is used only as it is touched. */
typedef struct {
    char *at, *end;  /* what is free */
    char *base;      /* start of the region; NULL for an arena that lies in another */
} shi_arena;

/* Reserves `bytes` of address space. Errors: SHI_SYSTEM. The owner drops it with shi_arena_drop. */
SHI_API SHI_MUST_USE shi_err shi_arena_open(int64_t bytes, shi_arena *out);
SHI_API void shi_arena_drop(shi_arena *arena);
/* `count` zeroed items of `size` bytes, aligned to `align`; NULL when they do not fit (count * size is checked). */
SHI_API void *shi_arena_take(shi_arena *arena, int64_t count, int64_t size, int64_t align);
#define shi_new(arena, type, count) ((type *)shi_arena_take((arena), (count), (int64_t)sizeof(type), (int64_t)_Alignof(type)))

#ifdef __cplusplus
}
#endif
#endif
