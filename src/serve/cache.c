/* A table of chains by hash, and a ring in order of use. One lock: what is done under it is a copy. */
#include "serve/cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { CHAINS = 4096 };

typedef struct entry {
    struct entry *chain, *newer, *older;
    uint64_t hash;
    int64_t key_len, len;
    char text[];                     /* key, then the text */
} entry;

struct shi_cache {
    pthread_mutex_t lock;
    entry *chain[CHAINS];
    entry ring;                      /* ring.older: the newest; ring.newer: the oldest */
    int64_t bytes, most;
};

/* FNV-1a, 64 bits. */
static uint64_t hash_of(shi_str key)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (int64_t i = 0; i < key.len; i++) h = (h ^ (unsigned char)key.ptr[i]) * 0x100000001b3u;
    return h;
}

shi_err shi_cache_open(int64_t most_bytes, shi_cache **out)
{
    shi_cache *c = calloc(1, sizeof *c);
    if (!c) return shi_no_memory();
    c->most = most_bytes;
    c->ring.newer = c->ring.older = &c->ring;
    pthread_mutex_init(&c->lock, NULL);
    *out = c;
    return (shi_err){ 0 };
}

static void unhook(entry *e)
{
    e->newer->older = e->older;
    e->older->newer = e->newer;
}

static void hook_newest(shi_cache *c, entry *e)
{
    e->older = c->ring.older;
    e->newer = &c->ring;
    c->ring.older->newer = e;
    c->ring.older = e;
}

static void forget(shi_cache *c, entry *e)
{
    entry **at = &c->chain[e->hash % CHAINS];
    while (*at != e) at = &(*at)->chain;
    *at = e->chain;
    unhook(e);
    c->bytes -= (int64_t)sizeof *e + e->key_len + e->len;
    free(e);
}

static entry *find(shi_cache *c, uint64_t hash, shi_str key)
{
    for (entry *e = c->chain[hash % CHAINS]; e; e = e->chain)
        if (e->hash == hash && e->key_len == key.len && !memcmp(e->text, key.ptr, (size_t)key.len)) return e;
    return NULL;
}

bool shi_cache_get(shi_cache *c, shi_str key, shi_buf *out)
{
    pthread_mutex_lock(&c->lock);
    entry *e = find(c, hash_of(key), key);
    if (e) {
        shi_buf_add(out, (shi_str){ e->text + e->key_len, e->len });
        unhook(e);
        hook_newest(c, e);
    }
    pthread_mutex_unlock(&c->lock);
    return e != NULL;
}

void shi_cache_put(shi_cache *c, shi_str key, shi_str text)
{
    int64_t bytes = (int64_t)sizeof(entry) + key.len + text.len;
    if (bytes > c->most / 8) return;
    entry *e = malloc((size_t)bytes);
    if (!e) return;
    *e = (entry){ .hash = hash_of(key), .key_len = key.len, .len = text.len };
    memcpy(e->text, key.ptr, (size_t)key.len);
    if (text.len) memcpy(e->text + key.len, text.ptr, (size_t)text.len);
    pthread_mutex_lock(&c->lock);
    entry *old = find(c, e->hash, key);
    if (old) forget(c, old);
    while (c->bytes + bytes > c->most && c->ring.newer != &c->ring) forget(c, c->ring.newer);
    e->chain = c->chain[e->hash % CHAINS];
    c->chain[e->hash % CHAINS] = e;
    hook_newest(c, e);
    c->bytes += bytes;
    pthread_mutex_unlock(&c->lock);
}

void shi_cache_clear(shi_cache *c)
{
    pthread_mutex_lock(&c->lock);
    while (c->ring.newer != &c->ring) forget(c, c->ring.newer);
    pthread_mutex_unlock(&c->lock);
}

void shi_cache_close(shi_cache *c)
{
    shi_cache_clear(c);
    pthread_mutex_destroy(&c->lock);
    free(c);
}
