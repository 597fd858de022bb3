/* The workspace's tables as DuckDB views over its Parquet files: of rows with one key, the one of the latest import. */
#ifndef SHI_STORE_VIEWS_H
#define SHI_STORE_VIEWS_H

#include "store/ledger.h"
#include "table/duck.h"
#include "table/schema.h"

/* Makes views units, apps, indicators, prices, targets, bulletins, documents, forms, reports, accounts and events, each with the columns
 * of the contract (all NULL where a file had no such column), empty where nothing was imported; and for each NAME a view
 * NAME_rows of every row that was imported, those that a later import replaced too. Errors: SHI_SYSTEM. */
shi_err shi_views_make(shi_workspace *ws, shi_arena scratch, shi_duck *duck);
/* SQL: " QUALIFY …", which of NAME_rows keeps those of NAME: of rows with one key the latest import's, within it the latest. */
void shi_views_newest(const shi_table *t, shi_buf *sql);
/* The view events again under another name, with only the files whose local month lies in [first_day, end_day), since a file that is not
 * named is not opened. */
shi_err shi_views_events(shi_workspace *ws, shi_arena scratch, shi_duck *duck, const char *name, int64_t first_day, int64_t end_day);
/* DuckDB for a workspace. */
typedef struct {
    int64_t memory;
    int threads;
    shi_listener listener;
} shi_engine;
shi_err shi_views_open(shi_workspace *ws, shi_arena scratch, const shi_engine *engine, shi_duck *out);

#endif
