/* Hashes by libsodium; SHA-256 by the processor's own instructions where it has them, in libsodium's state. Reading a file for its hash takes
 * 1 MiB at a time. */
#include "base/hash.h"

#include "base/sha_blocks.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

void shi_hex(const uint8_t *bytes, int64_t n, char *out)
{
    sodium_bin2hex(out, (size_t)n * 2 + 1, bytes, (size_t)n);
}

_Static_assert(sizeof(shi_sha256_state) == sizeof(crypto_hash_sha256_state), "the state is libsodium's");

/* libsodium's update, with whole blocks by the processor where it takes them. */
static void update(crypto_hash_sha256_state *state, const uint8_t *at, uint64_t len)
{
    uint64_t held = state->count / 8 % 64;
    if (!shi_sha_fast()) {
        crypto_hash_sha256_update(state, at, len);
        return;
    }
    if (len == 0) return;
    state->count += len * 8;
    if (held > 0) {
        uint64_t more = len < 64 - held ? len : 64 - held;
        memcpy(state->buf + held, at, more);
        at += more;
        len -= more;
        if (held + more < 64) return;
        shi_sha_blocks(state->state, state->buf, 1);
    }
    shi_sha_blocks(state->state, at, (int64_t)(len / 64));
    if (len % 64) memcpy(state->buf, at + len / 64 * 64, len % 64);
}

void shi_sha256_begin(shi_str text, shi_sha256_state *out)
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    update(&state, (const uint8_t *)text.ptr, (uint64_t)text.len);
    memcpy(out, &state, sizeof state);
}

void shi_sha256_more(const shi_sha256_state *state, shi_str text, shi_sha256_state *out)
{
    crypto_hash_sha256_state copy;
    memcpy(&copy, state, sizeof copy);
    update(&copy, (const uint8_t *)text.ptr, (uint64_t)text.len);
    memcpy(out, &copy, sizeof copy);
}

/* What is left of the text and its padding, where two blocks hold them and the processor takes blocks; else false. */
static bool end_fast(const crypto_hash_sha256_state *state, shi_str rest, shi_sha256 *out)
{
    uint8_t block[128] = { 0 };
    uint64_t bits = state->count + (uint64_t)rest.len * 8;
    int64_t before = (int64_t)(state->count / 8 % 64), len = before + rest.len;
    if (len > 119 || !shi_sha_fast()) return false;
    uint32_t word[8];
    memcpy(word, state->state, sizeof word);
    memcpy(block, state->buf, (size_t)before);
    if (rest.len) memcpy(block + before, rest.ptr, (size_t)rest.len);
    block[len] = 0x80;
    int64_t n = len < 56 ? 1 : 2;
    for (int b = 0; b < 8; b++) block[n * 64 - 1 - b] = (uint8_t)(bits >> 8 * b);
    shi_sha_blocks(word, block, n);
    for (int w = 0; w < 8; w++)
        for (int b = 0; b < 4; b++) out->byte[4 * w + b] = (uint8_t)(word[w] >> (24 - 8 * b));
    return true;
}

void shi_sha256_end(const shi_sha256_state *state, shi_str rest, shi_sha256 *out)
{
    crypto_hash_sha256_state copy;
    memcpy(&copy, state, sizeof copy);
    if (end_fast(&copy, rest, out)) return;
    update(&copy, (const uint8_t *)rest.ptr, (uint64_t)rest.len);
    crypto_hash_sha256_final(&copy, out->byte);
}

void shi_sha256_text(shi_str text, shi_sha256 *out)
{
    shi_sha256_state state;
    shi_sha256_begin((shi_str){ 0 }, &state);
    shi_sha256_end(&state, text, out);
}

shi_err shi_sha256_file(const char *path, shi_sha256 *out, int64_t *bytes)
{
    FILE *f = fopen(path, "rbe");
    if (!f) return shi_os_input_error(shi_str_from(path));
    enum { CHUNK = 1 << 20 };
    unsigned char *chunk = malloc(CHUNK);
    shi_sha256_state state;
    shi_sha256_begin((shi_str){ 0 }, &state);
    int64_t total = 0;
    size_t n;
    while (chunk && (n = fread(chunk, 1, CHUNK, f)) > 0) {
        shi_sha256_more(&state, (shi_str){ (const char *)chunk, (int64_t)n }, &state);
        total += (int64_t)n;
    }
    shi_err e = !chunk ? shi_no_memory() : ferror(f) ? shi_os_input_error(shi_str_from(path)) : (shi_err){ 0 };
    fclose(f);
    free(chunk);
    if (e.code) return e;
    shi_sha256_end(&state, (shi_str){ 0 }, out);
    *bytes = total;
    return e;
}

void shi_key_fresh(shi_key *out)
{
    if (sodium_init() < 0) abort();   /* the kernel has no randomness: no key of ours would be one */
    randombytes_buf(out->byte, sizeof out->byte);
}

enum { DIGEST = 16, MOST_KIND = 31 };

static void keyed_digest(const shi_key *key, const char *kind, shi_str text, unsigned char digest[DIGEST])
{
    unsigned char head[MOST_KIND + 1];
    crypto_generichash_state state;
    size_t n = strnlen(kind, MOST_KIND);
    memcpy(head, kind, n);
    head[n++] = 0x1f;
    crypto_generichash_init(&state, key->byte, sizeof key->byte, DIGEST);
    crypto_generichash_update(&state, head, n);
    crypto_generichash_update(&state, (const unsigned char *)text.ptr, (unsigned long long)text.len);
    crypto_generichash_final(&state, digest, DIGEST);
}

void shi_pseudonym(const shi_key *key, const char *kind, shi_str text, char out[SHI_PSEUDONYM_LEN])
{
    unsigned char digest[DIGEST];
    char text64[SHI_PSEUDONYM_LEN + 1];
    keyed_digest(key, kind, text, digest);
    sodium_bin2base64(text64, sizeof text64, digest, 9, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    memcpy(out, text64, SHI_PSEUDONYM_LEN);
}

void shi_drawing_key(const shi_key *key, const char *kind, shi_str text, char out[SHI_DRAWING_KEY_LEN])
{
    static const char LETTER[] = "abcdefghijkmnpqrstuvwxyz23456789";
    unsigned char digest[DIGEST];
    uint32_t bits = 0;
    int have = 0, from = 0;
    keyed_digest(key, kind, text, digest);
    out[0] = 'k';
    for (int i = 1; i < SHI_DRAWING_KEY_LEN; i++) {
        for (; have < 5; have += 8) bits = bits << 8 | digest[from++];
        have -= 5;
        out[i] = LETTER[bits >> have & 31];
    }
}
