/* Any bytes as a request target, a form, a cookie header: nothing that comes out may lead out of a folder or break the text it stands in. */
#include "serve/wire.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    shi_arena keep;
    shi_str text = { (const char *)data, (int64_t)size }, path;
    shi_pairs pairs;
    if (size > 1 << 16) return 0;
    if (shi_arena_open(1 << 22, &keep).code) abort();
    if (shi_wire_path(&keep, text, &path)) {
        if (path.ptr[0] != '/' || strstr(path.ptr, "..") || strchr(path.ptr, '\\') || (int64_t)strlen(path.ptr) != path.len) abort();
        shi_buf again = { 0 };
        shi_str back;
        shi_wire_encode(&again, path);   /* what was encoded is decoded to the same */
        if (!shi_wire_path(&keep, shi_buf_str(&again), &back) || !shi_str_eq(back, path)) abort();
        shi_buf_drop(&again);
    }
    if (shi_wire_pairs(&keep, text, &pairs)) {
        if (pairs.len > SHI_WIRE_PAIRS) abort();
        for (int64_t i = 0; i < pairs.len; i++)
            if (shi_utf8_valid(pairs.ptr[i].value.ptr, pairs.ptr[i].value.len) != pairs.ptr[i].value.len) abort();
        (void)shi_wire_get(&pairs, "csrf");
    }
    shi_str query = shi_wire_query(text), cookie = shi_wire_cookie(text, "lang");
    if (query.len > text.len || cookie.len > text.len) abort();
    (void)shi_wire_same_origin(text, S("localhost:8080"));
    (void)shi_wire_wants_chinese(text, false);
    shi_arena_drop(&keep);
    return 0;
}
