/* A file as a stream of UTF-8: read and hashed by a thread of its own, decompressed and re-coded where the caller reads. */
#ifndef SHI_TABLE_STREAM_H
#define SHI_TABLE_STREAM_H

#include "base/os.h"
#include "base/text.h"
#include "table/database.h"

typedef struct shi_stream shi_stream;

/* Opens a file ("-": standard input) and starts to read it. Errors: SHI_INPUT: not there, a folder; SHI_SYSTEM: may not be read. */
shi_err shi_stream_open(const char *path, shi_stream **out);
/* The same on bytes in memory, which stay borrowed until close. */
shi_err shi_stream_open_memory(shi_str bytes, shi_stream **out);
/* The same on what a database sends; the stream closes the feed, also where this fails. */
shi_err shi_stream_open_feed(shi_feed feed, shi_stream **out);
/* The first bytes as they lie on disk: at least 8, or the whole file. Borrowed until the first read. */
shi_err shi_stream_head(shi_stream *stream, shi_str *out);

/* Recognises compression (gzip, zstd) and encoding (UTF-8, UTF-16 with a mark, GB18030); once, before the first read. */
shi_err shi_stream_decode(shi_stream *stream);
/* After decode: the first bytes, unpacked but not re-coded. Borrowed. */
shi_str shi_stream_unpacked(const shi_stream *stream);
/* Up to `cap` bytes of UTF-8 text, without a byte order mark. *got is less than cap at the end only, and then all checksums held. In
 * text that came as UTF-8, bytes after the first MiB may be invalid: that is for the caller to see. One thread at a time.
 * Errors: SHI_INPUT: damaged or cut off, trailing bytes, undecodable (line is set); SHI_SYSTEM; SHI_STOPPED. */
shi_err shi_stream_read(shi_stream *stream, char *into, int64_t cap, int64_t *got);

/* Instead of decode and read: let the bytes be hashed only, as fast as they come; _finish waits for the end. */
void shi_stream_hash_only(shi_stream *stream);
shi_err shi_stream_finish(shi_stream *stream);

/* After the end. SHA-256 of the bytes on disk, and their number. */
void shi_stream_digest(shi_stream *stream, uint8_t sha256[32], int64_t *bytes);
/* Bytes read so far, and in all (0: not known). Any thread. */
void shi_stream_progress(const shi_stream *stream, int64_t *done, int64_t *total);
/* Rows that a database sent so far, and in all (0: not known); 0, 0 for a file. Any thread. */
void shi_stream_rows(const shi_stream *stream, int64_t *done, int64_t *total);
void shi_stream_close(shi_stream *stream);

#endif
