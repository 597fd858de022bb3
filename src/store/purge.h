/* Retention: rows about people from before a day are deleted; hashes and counts of what was there stay. */
#ifndef SHI_STORE_PURGE_H
#define SHI_STORE_PURGE_H

#include "store/views.h"

typedef struct {
    int64_t events, accounts, files, rejects;   /* rows, rows, data files deleted or rewritten, files in rejects/ */
} shi_purged;

/* Deletes events before `day` (local), accounts closed before it, and rejected rows of imports made before it; of taken-back imports too.
 * Days before it are no longer covered. The workspace must be open for writing. */
shi_err shi_purge_before(shi_workspace *ws, shi_arena *keep, int64_t day, const shi_engine *engine, shi_purged *out);

#endif
