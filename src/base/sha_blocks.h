/* SHA-256 of whole blocks by the processor's own instructions, for hashing millions of short texts. */
#ifndef SHI_BASE_SHA_BLOCKS_H
#define SHI_BASE_SHA_BLOCKS_H

#include <stdbool.h>
#include <stdint.h>

/* False: this processor has none, and shi_sha_blocks is not to be called. */
bool shi_sha_fast(void);
/* Takes n blocks of 64 bytes into the eight words of the state. */
void shi_sha_blocks(uint32_t state[8], const uint8_t *block, int64_t n);

#endif
