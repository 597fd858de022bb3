/* Bytes of a file, for the parsers.
 *
 * A thread reads pieces of 1 MiB into a ring, hands each over, and hashes it while the consumer works on it: SHA-256 runs at about
 * 350 MB/s where the processor has no instructions for it, and would otherwise halve the speed of the serial part. The consumer undoes gzip
 * (zlib, all members) or zstd (all frames), then, if the text is not UTF-8, converts it with iconv. Compression is told by magic numbers,
 * never by name. */
#define ZLIB_CONST
#include "table/stream.h"

#include "base/hash.h"

#include <fcntl.h>
#include <iconv.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum { PIECE = 1 << 20, RING = 6, HEAD = 1 << 20, CONVERT = 1 << 16 };

typedef enum { PLAIN, GZIP, ZSTD } packing;

struct shi_stream {
    /* the reading thread */
    int fd;
    shi_str memory;               /* instead of a file */
    shi_feed feed;                /* the same */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    char *piece[RING];
    int64_t piece_cap;
    int64_t piece_len[RING];
    int64_t filled, freed;        /* pieces so far; the ring holds [freed, filled) */
    bool ended, quit, hash_only;  /* under the lock */
    shi_err failure;
    shi_sha256_state hash;
    uint8_t sha256[32];
    _Atomic int64_t done;
    int64_t total;

    /* the consumer */
    const char *raw;              /* what is left of the piece taken last */
    int64_t raw_len;
    bool holds_piece, decoded;
    packing packed;
    bool between;                 /* the last member or frame is complete */
    z_stream gz;
    ZSTD_DStream *zstd;
    char *head;                   /* decompressed bytes that were read to find the encoding */
    int64_t head_at, head_len, head_cap;
    iconv_t conv;                 /* (iconv_t)-1: UTF-8 */
    const char *encoding;
    char *in, *text;              /* before and after iconv */
    int64_t in_len, text_at, text_len;
    bool in_ended;
    int64_t lines;                /* newlines converted so far */
};

static shi_err stopped(void)
{
    return shi_fail(SHI_STOPPED, N_("stopped as asked"), N_("Nothing was changed."));
}

/* ---- the reading thread ---- */

static bool must_quit(shi_stream *s)
{
    pthread_mutex_lock(&s->lock);
    bool quit = s->quit;
    pthread_mutex_unlock(&s->lock);
    return quit;
}

/* Waits in short steps where nothing comes (a pipe), so that close need not wait for the other end. */
static shi_err piece_read(shi_stream *s, char *into, int64_t *len)
{
    *len = 0;
    if (s->memory.ptr) {
        int64_t left = s->memory.len - atomic_load(&s->done);
        *len = left < s->piece_cap ? left : s->piece_cap;
        if (*len) memcpy(into, s->memory.ptr + atomic_load(&s->done), (size_t)*len);
        return (shi_err){ 0 };
    }
    while (s->feed.next && *len < s->piece_cap) {
        int64_t n;
        if (must_quit(s)) return stopped();
        SHI_TRY(s->feed.next(s->feed.state, into + *len, s->piece_cap - *len, &n));
        if (n == 0) return (shi_err){ 0 };
        *len += n;
    }
    while (!s->feed.next && *len < s->piece_cap) {
        struct pollfd wait = { .fd = s->fd, .events = POLLIN };
        if (poll(&wait, 1, 100) == 0) {
            if (must_quit(s)) return stopped();
            continue;
        }
        ssize_t n = read(s->fd, into + *len, (size_t)(s->piece_cap - *len));
        if (n < 0) return shi_os_input_error((shi_str){ 0 });
        if (n == 0) break;
        *len += n;
    }
    return (shi_err){ 0 };
}

/* A free place in the ring, or NULL when the stream is being closed. */
static char *piece_wait(shi_stream *s)
{
    pthread_mutex_lock(&s->lock);
    while (!s->quit && !s->hash_only && s->filled - s->freed == RING) pthread_cond_wait(&s->changed, &s->lock);
    char *place = s->quit ? NULL : s->piece[s->filled % RING];
    pthread_mutex_unlock(&s->lock);
    return place;
}

static void piece_publish(shi_stream *s, int64_t len, shi_err failure)
{
    pthread_mutex_lock(&s->lock);
    s->failure = failure;
    if (len > 0) s->piece_len[s->filled++ % RING] = len;
    if (s->hash_only) s->freed = s->filled;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}

static void *read_all(void *arg)
{
    shi_stream *s = arg;
    char *place;
    while ((place = piece_wait(s))) {
        int64_t len;
        shi_err e = piece_read(s, place, &len);
        atomic_fetch_add(&s->done, len);
        piece_publish(s, len, e);
        if (e.code || len == 0) break;
        /* only this thread fills the ring, so the piece stays as it is while the consumer reads it too */
        shi_sha256_more(&s->hash, (shi_str){ (const char *)place, len }, &s->hash);
    }
    shi_sha256 hash;
    shi_sha256_end(&s->hash, (shi_str){ 0 }, &hash);
    memcpy(s->sha256, hash.byte, 32);
    pthread_mutex_lock(&s->lock);
    s->ended = true;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* ---- opening and closing ---- */

static void release(shi_stream *s)
{
    if (s->fd > 0) close(s->fd);
    if (s->feed.close) s->feed.close(s->feed.state);
    for (int i = 0; i < RING; i++) free(s->piece[i]);
    if (s->packed == GZIP) inflateEnd(&s->gz);
    ZSTD_freeDStream(s->zstd);
    if (s->conv != (iconv_t)-1) iconv_close(s->conv);
    free(s->head);
    free(s->in);
    free(s->text);
    free(s);
}

static shi_err start(shi_stream *s, shi_stream **out)
{
    s->conv = (iconv_t)-1;
    s->between = true;
    bool memory = true;
    s->piece_cap = s->total > 0 && s->total < PIECE ? s->total + 1 : PIECE;
    for (int i = 0; i < RING; i++) memory = (s->piece[i] = malloc((size_t)s->piece_cap)) && memory;
    if (!memory) return release(s), shi_no_memory();
    shi_sha256_begin((shi_str){ 0 }, &s->hash);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->changed, NULL);
    /* signals go to the threads of the program, so they never cut a read short */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&s->thread, NULL, read_all, s) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!started) {
        release(s);
        return shi_fail(SHI_SYSTEM, N_("a thread could not be started"), N_("Close other programs and run the command again."));
    }
    *out = s;
    return (shi_err){ 0 };
}

static shi_err file_open(const char *path, int *fd, int64_t *total)
{
    *total = 0;
    *fd = 0;
    if (!strcmp(path, "-")) return (shi_err){ 0 };
    shi_str name = shi_str_from(path);
    if (shi_os_is_dir(path)) {
        shi_err e = shi_fail(SHI_INPUT, N_("this is a folder, not a file"), N_("Name the files in the folder, for example \"folder/*.csv\"."));
        e.file = name;
        return e;
    }
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (*fd < 0) return shi_os_input_error(name);
    struct stat st;
    if (fstat(*fd, &st) == 0 && S_ISREG(st.st_mode)) *total = (int64_t)st.st_size;
    return (shi_err){ 0 };
}

shi_err shi_stream_open(const char *path, shi_stream **out)
{
    int fd;
    int64_t total;
    SHI_TRY(file_open(path, &fd, &total));
    shi_stream *s = calloc(1, sizeof *s);
    if (!s) {
        if (fd > 0) close(fd);
        return shi_no_memory();
    }
    s->fd = fd;
    s->total = total;
    return start(s, out);
}

shi_err shi_stream_open_memory(shi_str bytes, shi_stream **out)
{
    shi_stream *s = calloc(1, sizeof *s);
    if (!s) return shi_no_memory();
    s->memory = bytes.ptr ? bytes : S("");
    s->total = bytes.len;
    return start(s, out);
}

shi_err shi_stream_open_feed(shi_feed feed, shi_stream **out)
{
    shi_stream *s = calloc(1, sizeof *s);
    if (!s) {
        feed.close(feed.state);
        return shi_no_memory();
    }
    s->feed = feed;
    return start(s, out);
}

/* A feed that has come to its end is not asked to stop. */
static void stop_feed(shi_stream *s)
{
    pthread_mutex_lock(&s->lock);
    bool ended = s->ended;
    pthread_mutex_unlock(&s->lock);
    if (s->feed.stop && !ended) s->feed.stop(s->feed.state);
}

void shi_stream_close(shi_stream *s)
{
    if (!s) return;
    pthread_mutex_lock(&s->lock);
    s->quit = true;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    stop_feed(s);
    pthread_join(s->thread, NULL);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    release(s);
}

/* ---- raw bytes ---- */

/* Under the lock: sleeps until something changed, or a moment passed, since a signal handler cannot wake us. */
static void wait_change(shi_stream *s)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 200000000;
    if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
    pthread_cond_timedwait(&s->changed, &s->lock, &until);
}

/* Makes raw and raw_len the next bytes of the file; raw_len 0: the end. */
static shi_err raw_next(shi_stream *s)
{
    if (s->raw_len > 0) return (shi_err){ 0 };
    if (shi_os_stop_requested()) return stopped();
    shi_err e = { 0 };
    pthread_mutex_lock(&s->lock);
    if (s->holds_piece) s->freed++;
    s->holds_piece = false;
    pthread_cond_broadcast(&s->changed);
    while (s->freed == s->filled && !s->ended && !e.code) {
        wait_change(s);
        if (shi_os_stop_requested()) e = stopped();
    }
    if (!e.code && s->freed < s->filled) {
        s->raw = s->piece[s->freed % RING];
        s->raw_len = s->piece_len[s->freed % RING];
        s->holds_piece = true;
    } else if (!e.code) {
        e = s->failure;
    }
    pthread_mutex_unlock(&s->lock);
    return e;
}

shi_err shi_stream_head(shi_stream *s, shi_str *out)
{
    SHI_TRY(raw_next(s));
    *out = (shi_str){ s->raw_len ? s->raw : "", s->raw_len };
    return (shi_err){ 0 };
}

void shi_stream_hash_only(shi_stream *s)
{
    pthread_mutex_lock(&s->lock);
    s->hash_only = true;
    s->holds_piece = false;
    s->raw_len = 0;
    s->freed = s->filled;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}

shi_err shi_stream_finish(shi_stream *s)
{
    shi_err e = { 0 };
    pthread_mutex_lock(&s->lock);
    while (!s->ended && !e.code) {
        wait_change(s);
        if (shi_os_stop_requested()) e = stopped();
    }
    if (!e.code) e = s->failure;
    pthread_mutex_unlock(&s->lock);
    return e;
}

void shi_stream_digest(shi_stream *s, uint8_t sha256[32], int64_t *bytes)
{
    pthread_mutex_lock(&s->lock);
    while (!s->ended && (s->hash_only || s->freed == s->filled)) pthread_cond_wait(&s->changed, &s->lock);
    memcpy(sha256, s->sha256, 32);
    pthread_mutex_unlock(&s->lock);
    *bytes = atomic_load(&s->done);
}

void shi_stream_progress(const shi_stream *s, int64_t *done, int64_t *total)
{
    *done = atomic_load(&s->done);
    *total = s->total;
}

void shi_stream_rows(const shi_stream *s, int64_t *done, int64_t *total)
{
    *done = *total = 0;
    if (s->feed.count) s->feed.count(s->feed.state, done, total);
}

/* ---- compression ---- */

static shi_err damaged(void)
{
    return shi_fail(SHI_INPUT, N_("the compressed file is damaged"), N_("Copy or download it again, or compress it again."));
}

static shi_err cut_off(void)
{
    return shi_fail(SHI_INPUT, N_("the compressed file ends too early"), N_("It was not copied to its end: copy or download it again."));
}

static shi_err trailing(void)
{
    return shi_fail(SHI_INPUT, N_("bytes follow the end of the compressed file"), N_("Remove what was added to it, or compress it again."));
}

static bool gzip_magic(const char *p, int64_t len)
{
    return len >= 1 && (unsigned char)p[0] == 0x1F && (len < 2 || (unsigned char)p[1] == 0x8B);
}

/* One step: takes from raw, writes to `into`. */
static shi_err gzip_step(shi_stream *s, char *into, int64_t cap, int64_t *got)
{
    if (s->between) {
        if (!gzip_magic(s->raw, s->raw_len)) return trailing();
        if (inflateReset(&s->gz) != Z_OK) return damaged();
        s->between = false;
    }
    s->gz.next_in = (const Bytef *)s->raw;
    s->gz.avail_in = (uInt)s->raw_len;
    s->gz.next_out = (Bytef *)into;
    s->gz.avail_out = (uInt)cap;
    int rc = inflate(&s->gz, Z_NO_FLUSH);
    s->raw += s->raw_len - s->gz.avail_in;
    s->raw_len = s->gz.avail_in;
    *got = cap - s->gz.avail_out;
    if (rc == Z_STREAM_END) s->between = true;
    else if (rc == Z_MEM_ERROR) return shi_no_memory();
    else if (rc != Z_OK && rc != Z_BUF_ERROR) return damaged();
    return (shi_err){ 0 };
}

static shi_err zstd_step(shi_stream *s, char *into, int64_t cap, int64_t *got)
{
    /* a frame begins with 28, one to be skipped with 50 to 5F */
    if (s->between && s->raw_len > 0 && s->raw[0] != 0x28 && (s->raw[0] & 0xF0) != 0x50) return trailing();
    ZSTD_inBuffer in = { s->raw, (size_t)s->raw_len, 0 };
    ZSTD_outBuffer out = { into, (size_t)cap, 0 };
    size_t rc = ZSTD_decompressStream(s->zstd, &out, &in);
    s->raw += in.pos;
    s->raw_len -= (int64_t)in.pos;
    *got = (int64_t)out.pos;
    if (ZSTD_isError(rc)) return damaged();
    s->between = rc == 0;
    return (shi_err){ 0 };
}

/* Decompressed bytes; *got is less than cap at the end only. */
static shi_err unpack(shi_stream *s, char *into, int64_t cap, int64_t *got)
{
    *got = 0;
    while (*got < cap) {
        int64_t n = 0;
        SHI_TRY(raw_next(s));
        if (s->raw_len == 0 && s->packed == PLAIN) break;
        if (s->packed == PLAIN) {
            n = s->raw_len < cap - *got ? s->raw_len : cap - *got;
            memcpy(into + *got, s->raw, (size_t)n);
            s->raw += n;
            s->raw_len -= n;
        } else if (s->raw_len == 0 && s->between) {
            break;
        } else {
            bool at_end = s->raw_len == 0;   /* the decoder may still hold bytes that did not fit before */
            SHI_TRY(s->packed == GZIP ? gzip_step(s, into + *got, cap - *got, &n) : zstd_step(s, into + *got, cap - *got, &n));
            if (at_end && n == 0 && !s->between) return cut_off();
        }
        *got += n;
    }
    return (shi_err){ 0 };
}

static shi_err packing_find(shi_stream *s)
{
    static const struct {
        const char *magic;
        int64_t len;
    } UNKNOWN[] = { { "BZh", 3 }, { "\xFD" "7zXZ", 5 }, { "7z\xBC\xAF\x27\x1C", 6 }, { "Rar!", 4 } };
    shi_str head;
    SHI_TRY(shi_stream_head(s, &head));
    for (int64_t i = 0; i < COUNT(UNKNOWN); i++)
        if (shi_str_starts(head, (shi_str){ UNKNOWN[i].magic, UNKNOWN[i].len }))
            return shi_fail(SHI_INPUT, N_("the file is compressed in a way that is not read"), N_("Unpack it, or compress it with gzip or zstd."));
    if (shi_str_starts(head, S("\x1F\x8B"))) {
        if (inflateInit2(&s->gz, 15 + 16) != Z_OK) return shi_no_memory();
        s->packed = GZIP;
    } else if (shi_str_starts(head, S("\x28\xB5\x2F\xFD"))) {
        s->zstd = ZSTD_createDStream();
        if (!s->zstd) return shi_no_memory();
        s->packed = ZSTD;
    }
    return (shi_err){ 0 };
}

/* ---- encoding ---- */

/* Is this the beginning of a UTF-8 text? One wrong byte among many characters that are right is a fault of its record, not another
 * encoding: in GB18030, few pairs of bytes happen to be valid UTF-8 (about one in seven), so eight to one is far off chance. */
static bool looks_utf8(const char *p, int64_t len)
{
    int64_t wide = 0, bad = 0;
    for (int64_t i = 0; i < len;) {
        int64_t ok = shi_utf8_valid(p + i, len - i);
        for (int64_t k = i; k < i + ok; k++) wide += ((unsigned char)p[k] & 0xC0) == 0xC0;
        i += ok;
        if (i < len && p[i] != 0 && (i + 3 < len || len < HEAD)) bad++;   /* the last character may be cut */
        i++;
    }
    return bad == 0 || (wide >= 8 && wide / 8 >= bad);
}

static const char *encoding_of(const char *p, int64_t len, int64_t *mark)
{
    const unsigned char *u = (const unsigned char *)p;
    *mark = 2;
    if (len >= 2 && u[0] == 0xFF && u[1] == 0xFE) return "UTF-16LE";
    if (len >= 2 && u[0] == 0xFE && u[1] == 0xFF) return "UTF-16BE";
    *mark = len >= 3 && memcmp(u, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    return *mark || looks_utf8(p, len) ? NULL : "GB18030";
}

shi_err shi_stream_decode(shi_stream *s)
{
    SHI_TRY(packing_find(s));
    s->head_cap = s->packed == PLAIN && s->total > 0 && s->total < HEAD ? s->total + 1 : HEAD;
    s->head = malloc((size_t)s->head_cap);
    if (!s->head) return shi_no_memory();
    SHI_TRY(unpack(s, s->head, s->head_cap, &s->head_len));
    s->encoding = encoding_of(s->head, s->head_len, &s->head_at);
    s->decoded = true;
    if (!s->encoding) return (shi_err){ 0 };
    s->conv = iconv_open("UTF-8", s->encoding);
    if (s->conv == (iconv_t)-1)
        return shi_fail_value(SHI_SYSTEM, shi_str_from(s->encoding), N_("the system cannot convert this encoding"),
                              N_("Save the file as UTF-8, or install the system's iconv tables."));
    s->in = malloc(CONVERT);
    s->text = malloc(2 * CONVERT);   /* two bytes become at most three */
    return s->in && s->text ? (shi_err){ 0 } : shi_no_memory();
}

shi_str shi_stream_unpacked(const shi_stream *s)
{
    return (shi_str){ s->head, s->head_len };
}

/* Decompressed bytes: first those that told the encoding, then the rest. */
static shi_err bytes_read(shi_stream *s, char *into, int64_t cap, int64_t *got)
{
    *got = s->head_len - s->head_at < cap ? s->head_len - s->head_at : cap;
    if (*got) memcpy(into, s->head + s->head_at, (size_t)*got);
    s->head_at += *got;
    if (*got == cap || s->head_len < s->head_cap) return (shi_err){ 0 };
    int64_t more;
    SHI_TRY(unpack(s, into + *got, cap - *got, &more));
    *got += more;
    return (shi_err){ 0 };
}

static int64_t newlines(const char *p, int64_t len)
{
    int64_t n = 0;
    for (int64_t i = 0; i < len; i++) n += p[i] == '\n';
    return n;
}

/* Refills `text`; text_len 0: the end. */
static shi_err convert(shi_stream *s)
{
    int64_t more;
    s->text_at = s->text_len = 0;
    if (!s->in_ended) {
        SHI_TRY(bytes_read(s, s->in + s->in_len, CONVERT - s->in_len, &more));
        s->in_ended = more < CONVERT - s->in_len;
        s->in_len += more;
    }
    char *from = s->in, *to = s->text;
    size_t left = (size_t)s->in_len, room = 2 * CONVERT;
    bool whole = iconv(s->conv, &from, &left, &to, &room) != (size_t)-1;
    s->text_len = 2 * CONVERT - (int64_t)room;
    s->lines += newlines(s->text, s->text_len);
    memmove(s->in, from, left);
    s->in_len = (int64_t)left;
    /* what is left may be a character that goes on in the next piece: four bytes are enough for any */
    if (whole || (left < 4 && !s->in_ended)) return (shi_err){ 0 };
    shi_err e = shi_fail(SHI_INPUT, N_("the text is neither valid UTF-8 nor valid GB18030"),
                         N_("Save the file as UTF-8, for example \"CSV UTF-8\" in Excel or WPS."));
    if (s->encoding[0] == 'U') e.reason = N_("the text is not valid UTF-16");
    e.line = s->lines + 1;
    return e;
}

shi_err shi_stream_read(shi_stream *s, char *into, int64_t cap, int64_t *got)
{
    *got = 0;
    if (s->conv == (iconv_t)-1) return bytes_read(s, into, cap, got);
    while (*got < cap) {
        if (s->text_at == s->text_len) {
            if (s->in_ended && s->in_len == 0) break;
            SHI_TRY(convert(s));
            continue;
        }
        int64_t n = s->text_len - s->text_at < cap - *got ? s->text_len - s->text_at : cap - *got;
        memcpy(into + *got, s->text + s->text_at, (size_t)n);
        s->text_at += n;
        *got += n;
    }
    return (shi_err){ 0 };
}
