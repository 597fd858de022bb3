/* Field checks in the ledger: the files of checks/ID byte for byte, what its strata mean inside, and what was concluded about figures.
 *
 * The ledger is the authority. A file of a check is written after the ledger's transaction; a program that is killed between the two leaves the
 * file before, which the next command replaces. A file that is neither the one recorded nor the one before was changed by somebody. */
#ifndef SHI_STORE_CHECKS_H
#define SHI_STORE_CHECKS_H

#include "store/ledger.h"

/* "C-0001": the id that the next check gets, in keep. */
shi_err shi_checks_next(shi_workspace *ws, shi_arena *keep, shi_str *id);
/* The ids of all checks, in order, in keep. */
shi_err shi_checks_ids(shi_workspace *ws, shi_arena *keep, shi_strs *out);
/* SHI_INPUT when there is no such check. */
shi_err shi_checks_exists(shi_workspace *ws, shi_str id);

/* Records a file of a check and its hash in the trail, within a transaction; shi_checks_settle then writes it. */
shi_err shi_checks_put(shi_workspace *ws, shi_str id, const char *name, shi_str content);
/* Makes the files of checks/ID those of the ledger. Errors: SHI_INPUT, file: it was changed by somebody; SHI_SYSTEM. */
shi_err shi_checks_settle(shi_workspace *ws, shi_arena *keep, shi_str id);
/* What is recorded under the name; missing: nothing. */
shi_err shi_checks_get(shi_workspace *ws, shi_arena *keep, shi_str id, const char *name, shi_str *out);

/* What a stratum's number means; within a transaction. */
shi_err shi_checks_add_stratum(shi_workspace *ws, shi_str id, int64_t stratum, shi_str figure, bool suspected);

/* A unit that lies in a cluster; within a transaction. */
shi_err shi_checks_add_cluster(shi_workspace *ws, shi_str id, int64_t cluster, shi_str unit_code);
/* The units of a cluster, their codes in order, in keep. */
shi_err shi_checks_cluster(shi_workspace *ws, shi_arena *keep, shi_str id, int64_t cluster, shi_strs *out);

/* What a check says of a figure. Of several checks of one figure the latest counts. */
typedef struct {
    shi_str indicator, period, unit_code, check;
    int64_t visited, real, low, high;   /* people; visited: reached */
    int64_t total;                      /* best guess of the real ones; -1: none */
    int64_t claimed;                    /* what the decision is about; -1: no claim */
    shi_str method, decision;           /* decision: confirmed, refuted, more; missing: no claim was made */
} shi_checked_row;
typedef struct {
    shi_checked_row *ptr;
    int64_t len;
} shi_checked_rows;
shi_err shi_checks_conclude(shi_workspace *ws, const shi_checked_row *row);   /* within a transaction */
shi_err shi_checks_concluded(shi_workspace *ws, shi_arena *keep, shi_checked_rows *out);

/* Each file of each check against the ledger, and the ledger against the trail; `differs` is called for each that differs. */
shi_err shi_checks_verify(shi_workspace *ws, shi_arena *keep, void (*differs)(void *data, shi_str file, const char *what), void *data,
                          int64_t *files);

#endif
