/* Streams: compression, encodings, digests, and files that are none. */
#include "table/stream.h"
#include "table_dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <iconv.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

/* Reads all in steps of `step` bytes. */
static shi_err read_all(shi_str bytes, int64_t step, shi_buf *out)
{
    shi_stream *stream;
    char *text = malloc((size_t)step);
    int64_t got = step;
    assert_non_null(text);
    assert_int_equal(shi_stream_open_memory(bytes, &stream).code, 0);
    shi_err e = shi_stream_decode(stream);
    while (!e.code && got == step) {
        e = shi_stream_read(stream, text, step, &got);
        if (!e.code) shi_buf_add(out, (shi_str){ text, got });
    }
    if (!e.code) {
        uint8_t sha256[32], expect[32];
        int64_t n;
        shi_stream_digest(stream, sha256, &n);
        crypto_hash_sha256(expect, (const unsigned char *)bytes.ptr, (unsigned long long)bytes.len);
        assert_int_equal(n, bytes.len);
        assert_memory_equal(sha256, expect, 32);
        assert_int_equal(shi_stream_read(stream, text, step, &got).code, 0);   /* the end stays the end */
        assert_int_equal(got, 0);
    }
    shi_stream_close(stream);
    free(text);
    return e;
}

static void check_text(shi_str bytes, shi_str expect)
{
    static const int64_t STEP[] = { 1, 3, 1000, 1 << 20 };
    for (int64_t i = expect.len > 100000 ? 2 : 0; i < COUNT(STEP); i++) {
        shi_buf got = { 0 };
        assert_int_equal(read_all(bytes, STEP[i], &got).code, 0);
        assert_int_equal(got.len, expect.len);
        if (expect.len) assert_memory_equal(got.ptr, expect.ptr, (size_t)expect.len);
        shi_buf_drop(&got);
    }
}

static void check_error(shi_str bytes, int64_t line, const char *reason)
{
    shi_buf got = { 0 };
    shi_err e = read_all(bytes, 1000, &got);
    assert_int_equal(e.code, SHI_INPUT);
    assert_int_equal(e.line, line);
    assert_string_equal(e.reason, reason);
    assert_non_null(e.remedy);
    shi_buf_drop(&got);
}

static void gzip_add(shi_buf *out, shi_str text)
{
    z_stream z = { 0 };
    char *packed = malloc((size_t)text.len + 1000);
    assert_non_null(packed);
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)text.ptr;
    z.avail_in = (uInt)text.len;
    z.next_out = (Bytef *)packed;
    z.avail_out = (uInt)text.len + 1000;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    shi_buf_add(out, (shi_str){ packed, (int64_t)z.total_out });
    deflateEnd(&z);
    free(packed);
}

static void zstd_add(shi_buf *out, shi_str text)
{
    size_t cap = ZSTD_compressBound((size_t)text.len);
    char *packed = malloc(cap);
    ZSTD_CCtx *c = ZSTD_createCCtx();
    assert_non_null(packed);
    assert_non_null(c);
    ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
    size_t n = ZSTD_compress2(c, packed, cap, text.ptr, (size_t)text.len);
    assert_false(ZSTD_isError(n));
    shi_buf_add(out, (shi_str){ packed, (int64_t)n });
    ZSTD_freeCCtx(c);
    free(packed);
}

static void long_text(shi_buf *text, int64_t bytes)
{
    for (uint64_t i = 0; text->len < bytes; i++) {
        static const char *const WORD[] = { "村", "委会,", "a,", "\n", "340123,", "龥", "\xF0\xA0\x80\x80" };
        shi_buf_puts(text, WORD[table_random(1, i) % COUNT(WORD)]);
    }
}

static void compressed(void **state)
{
    (void)state;
    static void (*const ADD[])(shi_buf *, shi_str) = { gzip_add, zstd_add };
    static const char *const DAMAGED = "the compressed file is damaged", *const CUT = "the compressed file ends too early";
    shi_buf text = { 0 };
    long_text(&text, 5 << 20);
    for (int64_t i = 0; i < COUNT(ADD); i++) {
        shi_buf packed = { 0 };
        ADD[i](&packed, S("a,b\n1,"));
        int64_t first = packed.len;
        ADD[i](&packed, S(""));
        ADD[i](&packed, S("2\n"));
        shi_str all = shi_buf_str(&packed);
        check_text(all, S("a,b\n1,2\n"));
        for (int64_t n = 5; n < first; n++) check_error(shi_str_sub(all, 0, n), 0, CUT);
        check_error(shi_str_sub(all, 0, all.len - 1), 0, CUT);
        packed.ptr[packed.len - (i ? 1 : 5)] ^= 1;   /* the checksum of the last part */
        check_error(all, 0, DAMAGED);
        packed.ptr[packed.len - (i ? 1 : 5)] ^= 1;
        shi_buf_puts(&packed, "x");
        check_error(shi_buf_str(&packed), 0, "bytes follow the end of the compressed file");
        packed.ptr[packed.len - 1] = i ? 0x28 : 0x1F;   /* as if there were more */
        check_error(shi_buf_str(&packed), 0, CUT);
        packed.len = 0;
        ADD[i](&packed, S(""));
        check_text(shi_buf_str(&packed), S(""));
        packed.len = 0;
        ADD[i](&packed, shi_buf_str(&text));
        check_text(shi_buf_str(&packed), shi_buf_str(&text));
        check_error(shi_str_sub(shi_buf_str(&packed), 0, packed.len / 2), 0, CUT);
        shi_buf_drop(&packed);
    }
    shi_buf_drop(&text);
    check_error(S("BZh91AY&SY"), 0, "the file is compressed in a way that is not read");
    check_error(S("\xFD" "7zXZ\0"), 0, "the file is compressed in a way that is not read");
}

static void convert_add(shi_buf *out, shi_str text, const char *encoding)
{
    iconv_t conv = iconv_open(encoding, "UTF-8");
    assert_true(conv != (iconv_t)-1);
    size_t left = (size_t)text.len, room = 3 * left + 16, cap = room;
    char *from = (char *)(uintptr_t)text.ptr, *bytes = malloc(cap), *to = bytes;
    assert_non_null(bytes);
    assert_true(iconv(conv, &from, &left, &to, &room) != (size_t)-1);
    shi_buf_add(out, (shi_str){ bytes, (int64_t)(cap - room) });
    iconv_close(conv);
    free(bytes);
}

static void encodings(void **state)
{
    (void)state;
    static const struct {
        const char *encoding, *mark;
    } CASE[] = { { "UTF-16LE", "\xFF\xFE" }, { "UTF-16BE", "\xFE\xFF" }, { "GB18030", "" }, { "UTF-8", "\xEF\xBB\xBF" }, { "UTF-8", "" } };
    for (int64_t size = 50; size < 4 << 20; size *= 40) {
        shi_buf text = { 0 };
        long_text(&text, size);
        for (int64_t i = 0; i < COUNT(CASE); i++) {
            shi_buf bytes = { 0 };
            shi_buf_puts(&bytes, CASE[i].mark);
            convert_add(&bytes, shi_buf_str(&text), CASE[i].encoding);
            check_text(shi_buf_str(&bytes), shi_buf_str(&text));
            shi_buf packed = { 0 };
            gzip_add(&packed, shi_buf_str(&bytes));
            check_text(shi_buf_str(&packed), shi_buf_str(&text));
            shi_buf_drop(&packed);
            shi_buf_drop(&bytes);
        }
        shi_buf_drop(&text);
    }
}

/* The first MiB may end anywhere within a character. */
static void first_mebibyte_cuts_a_character(void **state)
{
    (void)state;
    for (int shift = 0; shift < 8; shift++) {
        shi_buf text = { 0 };
        for (int i = 0; i < shift; i++) shi_buf_addc(&text, 'x');
        while (text.len < (1 << 20) + 100) shi_buf_puts(&text, shift % 2 ? "村" : "\xF0\xA0\x80\x80");
        check_text(shi_buf_str(&text), shi_buf_str(&text));
        shi_buf_drop(&text);
    }
}

static void undecodable(void **state)
{
    (void)state;
    check_error(S("a,b\n1,\xD6\xD0\n2,\xFF\n"), 3, "the text is neither valid UTF-8 nor valid GB18030");
    check_error(S("\xD6\xD0\n\xD6"), 2, "the text is neither valid UTF-8 nor valid GB18030");
    check_error(S("caf\xE9,x\n"), 1, "the text is neither valid UTF-8 nor valid GB18030");
    check_error(S("\xFF\xFE" "a\0\n\0\n\0\0\xD8"), 3, "the text is not valid UTF-16");
    check_error(S("\xFF\xFE" "a\0\n\0x"), 2, "the text is not valid UTF-16");
    /* a stray byte in a text that is clearly UTF-8 stays, for its record; NUL, too */
    check_text(S("村村村村村村村村\xFF"), S("村村村村村村村村\xFF"));
    check_text(S("a\0b"), S("a\0b"));
}

static void bad_byte_behind_the_first_mebibyte(void **state)
{
    (void)state;
    shi_buf text = { 0 };
    while (text.len < (1 << 20) + 100) shi_buf_puts(&text, "a,b\n");
    shi_buf_puts(&text, "\xFF\n");
    check_text(shi_buf_str(&text), shi_buf_str(&text));
    shi_buf_drop(&text);
}

static void files(void **state)
{
    (void)state;
    char *path = table_file("t.csv", S("a,b\n1,2\n")), *got = table_dump_file(path, NULL);
    assert_string_equal(got, "csv: a|b\n2: 1|2\n");
    free(got);
    table_file_drop(path);
    path = table_file("t.csv", S(""));
    got = table_dump_file(path, NULL);
    assert_string_equal(got, "error 3: the file is empty\n");
    free(got);
    if (geteuid() != 0) {
        assert_int_equal(chmod(path, 0), 0);
        got = table_dump_file(path, NULL);
        assert_string_equal(got, "error 4: permission is missing\n");
        free(got);
    }
    *strrchr(path, '/') = 0;
    got = table_dump_file(path, NULL);
    assert_string_equal(got, "error 3: this is a folder, not a file\n");
    free(got);
    path[strlen(path)] = '/';
    table_file_drop(path);
    got = table_dump_file("/nowhere/t.csv", NULL);
    assert_string_equal(got, "error 3: there is no such file or folder\n");
    free(got);
    shi_buf packed = { 0 };
    gzip_add(&packed, S("PAR1 and more"));
    got = table_dump("t.parquet.gz", shi_buf_str(&packed), NULL, 0);
    assert_string_equal(got, "error 3 [parquet]: this format is compressed by itself and must not be compressed again\n");
    free(got);
    packed.len = 0;
    gzip_add(&packed, S("a,b\n1,2\n"));
    got = table_dump("t.csv", shi_buf_str(&packed), NULL, 0);   /* told by its bytes, not by its name */
    assert_string_equal(got, "csv: a|b\n2: 1|2\n");
    free(got);
    packed.len = 0;
    gzip_add(&packed, S(""));
    got = table_dump("t.csv", shi_buf_str(&packed), NULL, 0);
    assert_string_equal(got, "error 3: the file is empty\n");
    free(got);
    shi_buf_drop(&packed);
}

/* A pipe to which nothing is ever written must not hold up closing. */
static void a_silent_pipe_can_be_closed(void **state)
{
    (void)state;
    char *path = table_file("pipe", S(""));
    shi_stream *stream;
    assert_int_equal(remove(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    FILE *both = fopen(path, "r+");   /* else opening to read would wait for a writer */
    assert_non_null(both);
    assert_int_equal(shi_stream_open(path, &stream).code, 0);
    shi_os_stop_request();
    shi_str head;
    assert_int_equal(shi_stream_head(stream, &head).code, SHI_STOPPED);
    shi_os_stop_clear();
    shi_stream_close(stream);
    fclose(both);
    table_file_drop(path);
}

static void early_close_and_hash_only(void **state)
{
    (void)state;
    shi_buf bytes = { 0 };
    while (bytes.len < 20 << 20) shi_buf_puts(&bytes, "some bytes that nobody reads to the end\n");
    shi_stream *stream;
    shi_str head;
    char some[100];
    int64_t got, n, done, total;
    assert_int_equal(shi_stream_open_memory(shi_buf_str(&bytes), &stream).code, 0);
    assert_int_equal(shi_stream_decode(stream).code, 0);
    assert_int_equal(shi_stream_read(stream, some, sizeof some, &got).code, 0);
    shi_stream_close(stream);
    uint8_t sha256[32], expect[32];
    assert_int_equal(shi_stream_open_memory(shi_buf_str(&bytes), &stream).code, 0);
    assert_int_equal(shi_stream_head(stream, &head).code, 0);
    assert_true(shi_str_starts(head, S("some bytes")));
    shi_stream_hash_only(stream);
    assert_int_equal(shi_stream_finish(stream).code, 0);
    shi_stream_digest(stream, sha256, &n);
    shi_stream_progress(stream, &done, &total);
    crypto_hash_sha256(expect, (const unsigned char *)bytes.ptr, (unsigned long long)bytes.len);
    assert_memory_equal(sha256, expect, 32);
    assert_true(n == bytes.len && done == n && total == n);
    shi_stream_close(stream);
    shi_buf_drop(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compressed),
        cmocka_unit_test(encodings),
        cmocka_unit_test(first_mebibyte_cuts_a_character),
        cmocka_unit_test(undecodable),
        cmocka_unit_test(bad_byte_behind_the_first_mebibyte),
        cmocka_unit_test(files),
        cmocka_unit_test(a_silent_pipe_can_be_closed),
        cmocka_unit_test(early_close_and_hash_only),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
