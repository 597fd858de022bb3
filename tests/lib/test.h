/* What the tests in C share: cmocka with what it needs, and assertions on our own types. */
#ifndef TEST_H
#define TEST_H

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void test_ok(shi_err e, const char *file, int line)
{
    if (!e.code) return;
    print_error("error %d: %s [%s] %.*s line %lld\n", (int)e.code, e.reason ? e.reason : "", e.value, (int)e.file.len, e.file.ptr ? e.file.ptr : "",
                (long long)e.line);
    _fail(file, line);
}
#define assert_ok(call) test_ok((call), __FILE__, __LINE__)

/* A slice against a C string; NULL: missing. */
static inline void test_str(shi_str got, const char *want, const char *file, int line)
{
    if (want && got.ptr && shi_str_eq(got, shi_str_from(want))) return;
    if (!want && !got.ptr && got.len == 0) return;
    print_error("got \"%.*s\" (%lld bytes), want \"%s\"\n", (int)got.len, got.ptr ? got.ptr : "", (long long)got.len, want ? want : "missing");
    _fail(file, line);
}
#define assert_str(got, want) test_str((got), (want), __FILE__, __LINE__)

/* Relative difference, or the absolute one below 1. */
static inline void test_near(double got, double want, double most, const char *file, int line)
{
    double off = fabs(got - want), unit = fabs(want) > 1 ? fabs(want) : 1;
    if (off <= most * unit) return;
    print_error("got %.17g, want %.17g\n", got, want);
    _fail(file, line);
}
#define assert_near(got, want, most) test_near((got), (want), (most), __FILE__, __LINE__)

/* An arena of exactly `bytes` on the heap, so that the sanitizer sees one byte too many; free(arena.base) by the caller. */
static inline shi_arena test_arena(int64_t bytes)
{
    char *base = malloc((size_t)(bytes ? bytes : 1));
    assert_non_null(base);
    return (shi_arena){ base, base + bytes, base };
}

#define RUN_TESTS(name)                                              \
    int main(void)                                                   \
    {                                                                \
        cmocka_set_message_output(CM_OUTPUT_TAP);                    \
        return cmocka_run_group_tests_name(name, TESTS, NULL, NULL); \
    }

#endif
