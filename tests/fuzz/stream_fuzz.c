/* Any bytes as a file: compression and encoding undone in two sizes of step must give the same text, and the digest must be theirs. */
#include "table/stream.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* No more than 4 MiB: a small file may unpack to any size. */
static shi_err read_all(shi_str bytes, int64_t step, shi_buf *out)
{
    static char text[4096];
    shi_stream *stream;
    int64_t got = step;
    if (shi_stream_open_memory(bytes, &stream).code) abort();
    shi_err e = shi_stream_decode(stream);
    while (!e.code && got == step && out->len < 1 << 22) {
        e = shi_stream_read(stream, text, step, &got);
        if (!e.code) shi_buf_add(out, (shi_str){ text, got });
    }
    if (!e.code && got < step) {
        uint8_t sha256[32], expect[32];
        int64_t n;
        shi_stream_digest(stream, sha256, &n);
        crypto_hash_sha256(expect, (const unsigned char *)bytes.ptr, (unsigned long long)bytes.len);
        if (n != bytes.len || memcmp(sha256, expect, 32)) abort();
    }
    shi_stream_close(stream);
    return e;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    shi_buf a = { 0 }, b = { 0 };
    shi_str bytes = { (const char *)data, (int64_t)size };
    shi_err x = read_all(bytes, 4096, &a), y = read_all(bytes, 1 + (int64_t)(size % 97), &b);
    if (x.code != y.code || x.line != y.line) abort();
    if (!x.code && a.len < 1 << 22 && (a.len != b.len || (a.len && memcmp(a.ptr, b.ptr, (size_t)a.len)))) abort();
    shi_buf_drop(&a);
    shi_buf_drop(&b);
    return 0;
}
