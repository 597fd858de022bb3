/* Errors and arenas. */
#include "base/os.h"
#include "base/text.h"

#include <string.h>

shi_err shi_fail(shi_code code, const char *reason, const char *remedy)
{
    return (shi_err){ .code = code, .reason = reason, .remedy = remedy };
}

shi_err shi_fail_value(shi_code code, shi_str value, const char *reason, const char *remedy)
{
    shi_err e = shi_fail(code, reason, remedy);
    shi_str cut = shi_str_cut(value, 80);
    if (cut.len) memcpy(e.value, cut.ptr, (size_t)cut.len);
    if (cut.len < value.len) memcpy(e.value + cut.len, "…", 3);
    return e;
}

shi_err shi_no_memory(void)
{
    return shi_fail(SHI_SYSTEM, N_("there is not enough memory"),
                    N_("Close other programs, or give --memory a larger size; what does not fit then goes to disk."));
}

shi_err shi_arena_open(int64_t bytes, shi_arena *out)
{
    char *base = shi_os_reserve(bytes);
    if (!base) return shi_no_memory();
    *out = (shi_arena){ .at = base, .end = base + bytes, .base = base };
    return (shi_err){ 0 };
}

void shi_arena_drop(shi_arena *arena)
{
    if (arena->base) shi_os_release(arena->base, arena->end - arena->base);
    *arena = (shi_arena){ 0 };
}

void *shi_arena_take(shi_arena *arena, int64_t count, int64_t size, int64_t align)
{
    int64_t bytes;
    if (count < 0 || shi_mul(count, size, &bytes)) return NULL;
    int64_t pad = (int64_t)(-(uintptr_t)arena->at & (uintptr_t)(align - 1));
    if (!arena->at || pad > arena->end - arena->at || bytes > arena->end - arena->at - pad) return NULL;
    char *taken = arena->at + pad;
    arena->at = taken + bytes;
    return memset(taken, 0, (size_t)bytes);
}
