/* Files that became whole in tmp/ move into the workspace. */
#ifndef SHI_CHAIN_PUBLISH_H
#define SHI_CHAIN_PUBLISH_H

#include "store/ledger.h"

/* Moves every Parquet file below tmp/new to data/TABLE/ (events: data/events/period=2024-06/), named by the import: hashed, synced,
 * renamed, folder synced. out: a row of the ledger for each. What was moved and is never committed is swept by the next writer. */
shi_err shi_publish_files(shi_workspace *ws, shi_arena *keep, const char *table, int64_t import_id, shi_part_rows *out);

#endif
