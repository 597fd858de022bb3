/* Arenas: every alignment from every start, too small by any amount, counts that overflow. Memory comes from the heap here, so the
 * sanitizer sees a byte written outside. */
#include "test.h"

static void every_alignment(void **state)
{
    (void)state;
    for (int64_t align = 1; align <= 64; align *= 2) {
        for (int64_t skip = 0; skip < 70; skip++) {
            for (int64_t count = 0; count <= 3; count++) {
                shi_arena arena = test_arena(400);
                memset(arena.base, 0xAA, 400);
                arena.at += skip;
                char *from = arena.at, *taken = shi_arena_take(&arena, count, 24, align);
                assert_non_null(taken);
                assert_int_equal((uintptr_t)taken % (uintptr_t)align, 0);
                assert_true(taken >= from && taken - from < align);
                assert_ptr_equal(arena.at, taken + count * 24);
                for (int64_t i = 0; i < count * 24; i++) assert_int_equal(taken[i], 0);
                for (char *c = arena.base; c < taken; c++) assert_int_equal((unsigned char)*c, 0xAA);
                assert_int_equal((unsigned char)*arena.at, 0xAA);
                free(arena.base);
            }
        }
    }
}

/* Exactly enough is enough, one byte less is refused, and a refusal takes nothing. */
static void too_small_by_any_amount(void **state)
{
    (void)state;
    for (int64_t align = 1; align <= 16; align *= 2) {
        for (int64_t skip = 0; skip <= 17; skip++) {
            for (int64_t bytes = skip; bytes <= skip + 100; bytes++) {
                shi_arena arena = test_arena(bytes);
                arena.at += skip;
                char *from = arena.at;
                int64_t pad = (align - (int64_t)((uintptr_t)from % (uintptr_t)align)) % align, need = skip + pad + 5 * 12;
                char *taken = shi_arena_take(&arena, 5, 12, align);
                if (bytes < need) assert_null(taken);
                else assert_ptr_equal(taken, from + pad);
                assert_ptr_equal(arena.at, taken ? taken + 60 : from);
                free(arena.base);
            }
        }
    }
}

static void counts_that_overflow(void **state)
{
    (void)state;
    static const struct {
        int64_t count, size;
    } CASE[] = {
        { -1, 8 },
        { INT64_MIN, 1 },
        { INT64_MAX, 1 },
        { INT64_MAX, 8 },
        { INT64_MAX / 8, 8 },
        { INT64_MAX / 8 + 1, 8 },
        { (int64_t)1 << 61, 8 },   /* 2^64 bytes: 0 in 64 bits */
        { ((int64_t)1 << 61) + 1, 8 },
        { (int64_t)1 << 32, (int64_t)1 << 32 },
        { 1001, 1 },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        shi_arena arena = test_arena(1000);
        char *at = arena.at;
        assert_null(shi_arena_take(&arena, CASE[i].count, CASE[i].size, 8));
        assert_ptr_equal(arena.at, at);
        free(arena.base);
    }
    shi_arena none = { 0 };
    assert_null(shi_arena_take(&none, 1, 1, 1));
}

static void types_get_their_alignment(void **state)
{
    (void)state;
    shi_arena arena;
    assert_ok(shi_arena_open(1 << 20, &arena));
    for (int i = 0; i < 100; i++) {
        char *c = shi_new(&arena, char, 1 + i % 7);
        int64_t *n = shi_new(&arena, int64_t, 3);
        long double *d = shi_new(&arena, long double, 2);
        assert_true(c && (uintptr_t)n % _Alignof(int64_t) == 0 && (uintptr_t)d % _Alignof(long double) == 0);
        *c = 'x', n[2] = -1, d[1] = 0.5L;   /* fresh memory and reused memory both come zeroed */
        shi_arena before = arena;
        int64_t *again = shi_new(&arena, int64_t, 8);
        for (int k = 0; k < 8; k++) assert_int_equal(again[k], 0);
        memset(again, 0xFF, 64);
        arena = before;
    }
    shi_arena_drop(&arena);
    assert_null(arena.base);
    shi_arena_drop(&arena);   /* twice does nothing */
    assert_null(shi_arena_take(&arena, 1, 1, 1));
}

/* A scratch arena is passed by value: what was taken comes back on return. */
static void *take_from(shi_arena scratch)
{
    return shi_arena_take(&scratch, 1, 64, 8);
}

static void scratch_comes_back(void **state)
{
    (void)state;
    shi_arena arena = test_arena(64 + 8);
    void *first = take_from(arena);
    assert_non_null(first);
    for (int i = 0; i < 10; i++) assert_ptr_equal(take_from(arena), first);
    free(arena.base);
}

static void address_space_beyond_any_machine(void **state)
{
    (void)state;
    shi_arena arena = { .end = (char *)state };
    shi_err e = shi_arena_open((int64_t)1 << 60, &arena);
    assert_int_equal(e.code, SHI_SYSTEM);
    assert_ptr_equal(arena.end, (char *)state);
    assert_non_null(e.reason);
    assert_non_null(e.remedy);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(every_alignment),
    cmocka_unit_test(too_small_by_any_amount),
    cmocka_unit_test(counts_that_overflow),
    cmocka_unit_test(types_get_their_alignment),
    cmocka_unit_test(scratch_comes_back),
    cmocka_unit_test(address_space_beyond_any_machine),
};
RUN_TESTS("arena")
