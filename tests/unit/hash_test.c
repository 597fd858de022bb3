/* Hashes and pseudonyms against published and independently computed values. */
#include "base/hash.h"
#include "table_dump.h"
#include "test.h"

#include <sodium.h>

static void check_sha256(const shi_sha256 *hash, const char *want)
{
    char hex[65];
    shi_hex(hash->byte, 32, hex);
    assert_string_equal(hex, want);
}

static void sha256_of_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } CASE[] = {   /* FIPS 180-2, appendix B */
        { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
    };
    shi_sha256 hash;
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        shi_sha256_text(shi_str_from(CASE[i].text), &hash);
        check_sha256(&hash, CASE[i].want);
    }
    shi_sha256_text((shi_str){ 0 }, &hash);
    check_sha256(&hash, CASE[0].want);
}

/* A text cut in three at all places, next to the whole by libsodium: round the ends of one, two and three blocks. */
static void sha256_in_parts(void **state)
{
    (void)state;
    char text[300];
    for (int i = 0; i < 300; i++) text[i] = (char)(i * 7 + i / 11);
    for (int64_t head = 0; head <= 150; head++)
        for (int64_t tail = 0; tail <= 140; tail++) {
            shi_sha256 whole, parts;
            shi_sha256_state begun, more;
            crypto_hash_sha256(whole.byte, (const unsigned char *)text, (unsigned long long)(head + tail));   /* libsodium alone */
            shi_sha256_begin((shi_str){ text, head / 2 }, &begun);
            shi_sha256_more(&begun, (shi_str){ text + head / 2, head - head / 2 }, &more);
            for (int twice = 0; twice < 2; twice++) {   /* the state serves again */
                shi_sha256_end(&more, (shi_str){ text + head, tail }, &parts);
                assert_memory_equal(parts.byte, whole.byte, 32);
            }
        }
}

/* Sizes round the step of 1 MiB in which a file is read. */
static void sha256_of_files(void **state)
{
    (void)state;
    static const int64_t SIZE[] = { 0, 1, 3, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5000000 };
    for (int64_t i = 0; i < COUNT(SIZE); i++) {
        char *bytes = malloc((size_t)SIZE[i] + 1), whole[65], hex[65];
        for (int64_t k = 0; k < SIZE[i]; k++) bytes[k] = (char)(k % 251);
        char *path = table_file("x.bin", (shi_str){ bytes, SIZE[i] });
        shi_sha256 of_text, of_file;
        int64_t n = -1;
        shi_sha256_text((shi_str){ bytes, SIZE[i] }, &of_text);
        assert_ok(shi_sha256_file(path, &of_file, &n));
        assert_int_equal(n, SIZE[i]);
        shi_hex(of_text.byte, 32, whole);
        shi_hex(of_file.byte, 32, hex);
        assert_string_equal(hex, whole);
        if (SIZE[i] == (1 << 20) + 1) assert_string_equal(hex, "5769f52bc3eef28afa39c6fc68cadb7d0bd69812ae3a3d71452f519ec3c7aa56");
        table_file_drop(path);
        free(bytes);
    }
}

static void files_that_cannot_be_read(void **state)
{
    (void)state;
    shi_sha256 hash = { .byte = { 9 } };
    int64_t n = -7;
    shi_err e = shi_sha256_file("no/such/file", &hash, &n);
    assert_int_equal(e.code, SHI_INPUT);
    assert_str(e.file, "no/such/file");
    assert_string_equal(e.reason, "there is no such file or folder");
    e = shi_sha256_file("/", &hash, &n);
    assert_int_equal(e.code, SHI_INPUT);
    assert_string_equal(e.reason, "this is a folder, not a file");
    assert_true(n == -7 && hash.byte[0] == 9);
}

static void hex_of_bytes(void **state)
{
    (void)state;
    static const uint8_t BYTES[] = { 0x00, 0x0f, 0xa0, 0xff };
    char hex[9];
    shi_hex(BYTES, 4, hex);
    assert_string_equal(hex, "000fa0ff");
    shi_hex(BYTES, 0, hex);
    assert_string_equal(hex, "");
}

static shi_key counted_key(void)
{
    shi_key key;
    for (int i = 0; i < SHI_KEY_BYTES; i++) key.byte[i] = (uint8_t)i;
    return key;
}

/* Computed with another implementation of BLAKE2b (Python's hashlib), key 00 01 … 1f: a workspace of today must be joined tomorrow. */
static void pseudonyms_are_as_promised(void **state)
{
    (void)state;
    static const struct {
        const char *kind, *text, *want;
    } CASE[] = {
        { "phone", "13812345678", "ba8ExaLC-lqV" },
        { "device", "13812345678", "DEyyi3MN-0pk" },
        { "ip", "", "6b_i291nvoHP" },
        { "account", "柳湾村", "pUiyfLI3gTWe" },
        { "net", "203.0.113.0", "gOzRr96AW1kD" },
    };
    shi_key key = counted_key();
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        char out[SHI_PSEUDONYM_LEN + 1] = { 0 };
        out[SHI_PSEUDONYM_LEN] = '!';
        shi_pseudonym(&key, CASE[i].kind, shi_str_from(CASE[i].text), out);
        assert_int_equal(out[SHI_PSEUDONYM_LEN], '!');
        assert_memory_equal(out, CASE[i].want, SHI_PSEUDONYM_LEN);
    }
}

static void every_bit_of_the_key_counts(void **state)
{
    (void)state;
    char first[SHI_PSEUDONYM_LEN], other[SHI_PSEUDONYM_LEN];
    shi_key key = counted_key();
    shi_pseudonym(&key, "phone", S("13812345678"), first);
    for (int bit = 0; bit < 8 * SHI_KEY_BYTES; bit++) {
        shi_key changed = key;
        changed.byte[bit / 8] ^= (uint8_t)(1 << bit % 8);
        shi_pseudonym(&changed, "phone", S("13812345678"), other);
        assert_memory_not_equal(first, other, SHI_PSEUDONYM_LEN);
    }
    /* kind and text are kept apart */
    shi_pseudonym(&key, "a", S("bc"), first);
    shi_pseudonym(&key, "ab", S("c"), other);
    assert_memory_not_equal(first, other, SHI_PSEUDONYM_LEN);
}

static void fresh_keys_differ(void **state)
{
    (void)state;
    shi_key key[8];
    for (int i = 0; i < 8; i++) {
        memset(&key[i], 0, sizeof key[i]);
        shi_key_fresh(&key[i]);
        int64_t zeros = 0;
        for (int b = 0; b < SHI_KEY_BYTES; b++) zeros += key[i].byte[b] == 0;
        assert_true(zeros < 8);   /* by chance: below 1e-12 */
        for (int k = 0; k < i; k++) assert_memory_not_equal(&key[i], &key[k], sizeof key[i]);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(sha256_of_texts),
        cmocka_unit_test(sha256_in_parts),
    cmocka_unit_test(sha256_of_files),
    cmocka_unit_test(files_that_cannot_be_read),
    cmocka_unit_test(hex_of_bytes),
    cmocka_unit_test(pseudonyms_are_as_promised),
    cmocka_unit_test(every_bit_of_the_key_counts),
    cmocka_unit_test(fresh_keys_differ),
};
RUN_TESTS("hash")
