/* Room in an arena that is not zeroed, so that pages nobody writes to cost nothing. */
#ifndef SHI_BASE_ROOM_H
#define SHI_BASE_ROOM_H

#include "shishu/base.h"

/* NULL when they do not fit. */
static inline void *shi_room_take(shi_arena *arena, int64_t count, int64_t size)
{
    char *start = (char *)shi_arena_take(arena, 0, 1, 16);
    int64_t bytes;
    if (!start || count < 0 || __builtin_mul_overflow(count, size, &bytes) || bytes > arena->end - arena->at) return NULL;
    arena->at += bytes;
    return start;
}
#define shi_room(arena, type, count) ((type *)shi_room_take((arena), (count), (int64_t)sizeof(type)))

#endif
