/* Hashes by libsodium. Reading a file for its hash takes 1 MiB at a time. */
#include "base/hash.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

void shi_hex(const uint8_t *bytes, int64_t n, char *out)
{
    sodium_bin2hex(out, (size_t)n * 2 + 1, bytes, (size_t)n);
}

void shi_sha256_text(shi_str text, shi_sha256 *out)
{
    crypto_hash_sha256(out->byte, (const unsigned char *)text.ptr, (unsigned long long)text.len);
}

shi_err shi_sha256_file(const char *path, shi_sha256 *out, int64_t *bytes)
{
    FILE *f = fopen(path, "rbe");
    if (!f) return shi_os_input_error(shi_str_from(path));
    enum { CHUNK = 1 << 20 };
    unsigned char *chunk = malloc(CHUNK);
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    int64_t total = 0;
    size_t n;
    while (chunk && (n = fread(chunk, 1, CHUNK, f)) > 0) {
        crypto_hash_sha256_update(&state, chunk, n);
        total += (int64_t)n;
    }
    shi_err e = !chunk ? shi_no_memory() : ferror(f) ? shi_os_input_error(shi_str_from(path)) : (shi_err){ 0 };
    fclose(f);
    free(chunk);
    if (e.code) return e;
    crypto_hash_sha256_final(&state, out->byte);
    *bytes = total;
    return e;
}

void shi_key_fresh(shi_key *out)
{
    if (sodium_init() < 0) abort();   /* the kernel has no randomness: no key of ours would be one */
    randombytes_buf(out->byte, sizeof out->byte);
}

void shi_pseudonym(const shi_key *key, const char *kind, shi_str text, char out[SHI_PSEUDONYM_LEN])
{
    unsigned char digest[16], head[32];
    crypto_generichash_state state;
    size_t n = strlen(kind);
    memcpy(head, kind, n);
    head[n++] = 0x1f;
    crypto_generichash_init(&state, key->byte, sizeof key->byte, sizeof digest);
    crypto_generichash_update(&state, head, n);
    crypto_generichash_update(&state, (const unsigned char *)text.ptr, (unsigned long long)text.len);
    crypto_generichash_final(&state, digest, sizeof digest);
    char text64[SHI_PSEUDONYM_LEN + 1];
    sodium_bin2base64(text64, sizeof text64, digest, 9, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    memcpy(out, text64, SHI_PSEUDONYM_LEN);
}
