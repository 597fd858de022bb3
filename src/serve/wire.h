/* What comes over the wire, cut into parts. Pure, and the first to meet hostile bytes: fuzzed. */
#ifndef SHI_SERVE_WIRE_H
#define SHI_SERVE_WIRE_H

#include "base/text.h"

typedef struct {
    shi_str name, value;
} shi_pair;
enum { SHI_WIRE_PAIRS = 512 };
typedef struct {
    shi_pair *ptr;
    int64_t len;
} shi_pairs;

/* The path of a request target (what stands before '?'), with %XX decoded, in keep, NUL-terminated. False: it does not begin with '/', holds ".."
 * (written out or encoded), a backslash, a control character, a broken %XX or invalid UTF-8. */
bool shi_wire_path(shi_arena *keep, shi_str target, shi_str *out);
/* What stands behind '?' of a request target. */
shi_str shi_wire_query(shi_str target);
/* a=b&c=d, '+' for a blank, %XX decoded: the form of a query and of a posted form. False: more than SHI_WIRE_PAIRS, broken %XX, NUL, invalid
 * UTF-8. */
bool shi_wire_pairs(shi_arena *keep, shi_str text, shi_pairs *out);
/* The first value of a name; missing when there is none. */
shi_str shi_wire_get(const shi_pairs *pairs, const char *name);
/* The value of a cookie in a Cookie header, as it stands; missing when there is none. */
shi_str shi_wire_cookie(shi_str header, const char *name);
/* Whether the origin "https://host:port" is that of the Host header. */
bool shi_wire_same_origin(shi_str origin, shi_str host);
/* Whether an Accept-Language header asks for Chinese before English; `otherwise` when for neither. */
bool shi_wire_wants_chinese(shi_str header, bool otherwise);
/* Appends the text with everything but letters, digits and -._~/ as %XX. */
void shi_wire_encode(shi_buf *out, shi_str text);

#endif
