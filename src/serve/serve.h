/* The web page of a workspace: listens until asked to stop. */
#ifndef SHI_SERVE_SERVE_H
#define SHI_SERVE_SERVE_H

#include "base/tr.h"
#include "store/views.h"

typedef struct {
    const char *dir;                 /* the workspace, absolute */
    shi_str address;
    int port;
    const char *cert, *key;          /* files, PEM; NULL: no TLS */
    bool behind_proxy;               /* TLS ends at a proxy before us */
    shi_lang lang;                   /* where the browser asks for neither */
    shi_engine engine;
    const char *program;             /* of this program, for jobs */
    /* Told when all listens: where, and the link of the first admin (missing: there is one). */
    void (*ready)(void *context, shi_str url, shi_str link);
    void *context;
} shi_serve_options;

/* Errors: SHI_USAGE: an address other than loopback without TLS; SHI_INPUT: no workspace, certificates; SHI_SYSTEM. */
shi_err shi_serve(const shi_serve_options *options);

#endif
