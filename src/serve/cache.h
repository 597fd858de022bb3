/* Answers that were made before, by key: at most so many bytes, the least used leave first. From any thread. */
#ifndef SHI_SERVE_CACHE_H
#define SHI_SERVE_CACHE_H

#include "base/text.h"

typedef struct shi_cache shi_cache;
shi_err shi_cache_open(int64_t most_bytes, shi_cache **out);
void shi_cache_close(shi_cache *cache);
/* Adds the kept text to `out`; false when there is none. */
bool shi_cache_get(shi_cache *cache, shi_str key, shi_buf *out);
/* Keeps a copy; nothing happens when it is too large or memory is short. */
void shi_cache_put(shi_cache *cache, shi_str key, shi_str text);
/* Forgets all. */
void shi_cache_clear(shi_cache *cache);

#endif
