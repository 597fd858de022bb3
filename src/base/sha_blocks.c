/* libsodium's SHA-256 is portable C and needs 0.2 us a block; with the SHA extensions of x86 a block takes a fifth, and the draw of a sample is
 * hashing and nothing else. Four rounds and four words of the message schedule a step, as in Intel's "New Instructions Supporting the Secure
 * Hash Algorithm" (2013). Elsewhere libsodium does it all. */
#include "base/sha_blocks.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>
#include <stdatomic.h>

#define SHA __attribute__((target("sha,sse4.1,ssse3")))

bool shi_sha_fast(void)
{
    static atomic_int known;   /* 0: not asked yet; 1: no; 2: yes. Asking costs microseconds in a virtual machine */
    int is = atomic_load_explicit(&known, memory_order_relaxed);
    if (!is) {
        unsigned a, b, c, d;
        bool sse = __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSSE3) && (c & bit_SSE4_1);
        is = sse && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & 1u << 29) ? 2 : 1;
        atomic_store_explicit(&known, is, memory_order_relaxed);
    }
    return is == 2;
}

/* FIPS 180-4, section 4.2.2. */
static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static __m128i load(const void *from)
{
    return _mm_loadu_si128((const __m128i *)from);
}

/* Four rounds with the words w, which then become those that come four steps later; w1, w2, w3 are the words between. */
SHA static inline void four_rounds(__m128i *abef, __m128i *cdgh, const uint32_t *k, __m128i *w, __m128i w1, __m128i w2, __m128i w3)
{
    __m128i sum = _mm_add_epi32(*w, load(k));
    *cdgh = _mm_sha256rnds2_epu32(*cdgh, *abef, sum);
    *abef = _mm_sha256rnds2_epu32(*abef, *cdgh, _mm_shuffle_epi32(sum, 0x0e));
    *w = _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(*w, w1), _mm_alignr_epi8(w3, w2, 4)), w3);
}

SHA void shi_sha_blocks(uint32_t state[8], const uint8_t *block, int64_t n)
{
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i cdab = _mm_shuffle_epi32(load(state), 0xb1), efgh = _mm_shuffle_epi32(load(state + 4), 0x1b);
    __m128i abef = _mm_alignr_epi8(cdab, efgh, 8), cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);
    for (; n > 0; n--, block += 64) {
        const __m128i abef_before = abef, cdgh_before = cdgh;
        __m128i w0 = _mm_shuffle_epi8(load(block), big_endian), w1 = _mm_shuffle_epi8(load(block + 16), big_endian);
        __m128i w2 = _mm_shuffle_epi8(load(block + 32), big_endian), w3 = _mm_shuffle_epi8(load(block + 48), big_endian);
        for (int r = 0; r < 64; r += 16) {
            four_rounds(&abef, &cdgh, K + r, &w0, w1, w2, w3);
            four_rounds(&abef, &cdgh, K + r + 4, &w1, w2, w3, w0);
            four_rounds(&abef, &cdgh, K + r + 8, &w2, w3, w0, w1);
            four_rounds(&abef, &cdgh, K + r + 12, &w3, w0, w1, w2);
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    __m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
    _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

#else

bool shi_sha_fast(void)
{
    return false;
}

void shi_sha_blocks(uint32_t state[8], const uint8_t *block, int64_t n)
{
    (void)state;
    (void)block;
    (void)n;
}

#endif
