/* SHA-256 of files and texts, keyed pseudonyms, random keys (libsodium). */
#ifndef SHI_BASE_HASH_H
#define SHI_BASE_HASH_H

#include "base/os.h"
#include "base/text.h"

typedef struct {
    uint8_t byte[32];
} shi_sha256;

/* Lower-case hex of n bytes, NUL-terminated; out holds 2 n + 1. */
void shi_hex(const uint8_t *bytes, int64_t n, char *out);
void shi_sha256_text(shi_str text, shi_sha256 *out);
/* Many texts that begin alike: the beginning is hashed once; `more` and `end` hash what follows on a copy, so that the state serves again. */
typedef struct {
    uint64_t word[13];
} shi_sha256_state;
void shi_sha256_begin(shi_str text, shi_sha256_state *out);
void shi_sha256_more(const shi_sha256_state *state, shi_str text, shi_sha256_state *out);
void shi_sha256_end(const shi_sha256_state *state, shi_str rest, shi_sha256 *out);
/* Errors: SHI_SYSTEM when the file cannot be read. */
shi_err shi_sha256_file(const char *path, shi_sha256 *out, int64_t *bytes);

enum { SHI_KEY_BYTES = 32, SHI_PSEUDONYM_LEN = 12 };

typedef struct {
    uint8_t byte[SHI_KEY_BYTES];
} shi_key;

/* Fresh random bytes from the kernel. Starts libsodium. */
void shi_key_fresh(shi_key *out);

/* Pseudonym of `text` in the domain `kind` ("phone", "device", …): BLAKE2b keyed with `key` over kind, 0x1f, text; its first 72
 * bits in URL-safe Base64, which is 12 characters. 72 bits keep the chance of any two of 10^8 values meeting below 2e-6, and 12
 * bytes fit into DuckDB's inlined strings. Source: RFC 7693; RFC 4648, section 5. */
void shi_pseudonym(const shi_key *key, const char *kind, shi_str text, char out[SHI_PSEUDONYM_LEN]);

/* The same as a key that people can read out and that no spreadsheet takes for a number or a formula: k and 14 letters or digits (without l, o, 0
 * and 1), 70 bits. kind: at most 31 bytes. */
enum { SHI_DRAWING_KEY_LEN = 15 };
void shi_drawing_key(const shi_key *key, const char *kind, shi_str text, char out[SHI_DRAWING_KEY_LEN]);

#endif
