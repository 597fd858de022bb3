/* Rechecking the ledger: the audit trail's chain, every data file and every run against the hashes that were written down. */
#ifndef SHI_STORE_VERIFY_H
#define SHI_STORE_VERIFY_H

#include "store/ledger.h"

typedef struct {
    shi_str file;          /* relative to the workspace */
    const char *what;      /* message id */
} shi_difference;

enum { SHI_MAX_DIFFERENCES = 1000 };
typedef struct {
    int64_t entries, files, runs;
    char head[65];         /* last hash of the trail: who keeps it elsewhere sees a rewritten ledger */
    shi_difference *difference;
    int64_t differences;   /* the first thousand are listed */
} shi_verified;

/* Errors: SHI_SYSTEM. Differences are no error: they are listed. */
shi_err shi_verify_ledger(shi_workspace *ws, shi_arena *keep, shi_verified *out);

#endif
