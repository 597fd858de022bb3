/* The door: requests in, answers out, over libmicrohttpd. Knows limits, deadlines, TLS and the headers that every answer bears; knows nothing of
 * what is asked. */
#ifndef SHI_SERVE_HTTP_H
#define SHI_SERVE_HTTP_H

#include "base/tr.h"
#include "serve/wire.h"

typedef enum { SHI_GET, SHI_HEAD, SHI_POST, SHI_OTHER_METHOD } shi_method;

/* Borrowed for the call. Headers that did not come are missing. */
typedef struct {
    shi_method method;
    shi_str target;                  /* as it came: path, '?', query */
    shi_str body;                    /* of a POST, when it was not for a file */
    const char *file;                /* the body's file, which the door removes after the call; NULL: none */
    int64_t file_bytes;
    bool too_large;                  /* there was no room for the body, which was not kept */
    shi_str peer;                    /* address of the other side */
    shi_str host, origin, fetch_site, cookie, languages, content_type, csrf, if_none_match;
} shi_request;

typedef struct {
    int status;                      /* 200 */
    const char *type;                /* of the body */
    shi_buf body;                    /* the door drops it */
    const unsigned char *fixed;      /* a body that lives as long as the program, in place of the above */
    int64_t fixed_len;
    shi_buf location, disposition, etag;   /* headers, where not empty; the door drops them */
    shi_buf cookie[2];               /* Set-Cookie */
    const char *cache;               /* Cache-Control; NULL: no-store */
    const char *csp;                 /* NULL: that of our pages */
    int retry_after;                 /* seconds; 0: no header */
} shi_answer;

typedef struct {
    void *context;
    /* Most bytes of the body of a POST to `target`, from its headers alone; above SHI_HTTP_IN_MEMORY the body becomes a file. 0: no body. */
    int64_t (*room)(void *context, const shi_request *request);
    /* Called from several threads. */
    void (*answer)(void *context, const shi_request *request, shi_answer *out);
} shi_http_handler;

enum { SHI_HTTP_IN_MEMORY = 1 << 20 };

typedef struct {
    shi_str address;                 /* "127.0.0.1", "::1", "0.0.0.0" */
    int port;                        /* 0: any free one */
    const char *cert, *key;          /* PEM, NUL-terminated; NULL: no TLS */
    const char *spool;               /* folder for bodies that become files */
    int threads;
    bool one_peer;                   /* all come from one address (loopback, a proxy): no limit of connections an address */
} shi_http_options;

typedef struct shi_http shi_http;
/* Errors: SHI_SYSTEM with the address as value. */
shi_err shi_http_start(const shi_http_options *options, const shi_http_handler *handler, shi_http **out);
int shi_http_port(const shi_http *http);
/* Ends connections whose other side takes too long to say what it wants; to be called every few seconds. */
void shi_http_sweep(shi_http *http);
/* No more connections; answers that are being made are sent. */
void shi_http_stop(shi_http *http);

#endif
