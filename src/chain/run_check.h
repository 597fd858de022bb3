/* What check says, as tables of a run: clauses, advice, burden by period, issuers, fair shares. */
#ifndef SHI_CHAIN_RUN_CHECK_H
#define SHI_CHAIN_RUN_CHECK_H

#include "chain/check.h"
#include "chain/run.h"

/* Names of the tables, which are those of the files below runs/ without ".parquet"; NULL at the end. */
extern const char *const SHI_CHECK_TABLES[];
/* Makes the tables, empty. */
shi_err shi_run_check_tables(shi_duck *duck);
/* Makes and fills them; sentences come from the writer, in both languages. */
shi_err shi_run_check_make(shi_chain *chain, const shi_check *check, const shi_writer *writer);
/* Reads them back: at most `limit` shares of the allocation, all of the others but issuers, of which the `limit` that enlarged most. */
shi_err shi_run_check_load(shi_duck *duck, shi_arena *keep, int64_t limit, shi_run_view *view);
/* The shares of a period (of[0]) and a unit (of[1]). */
shi_err shi_run_shares(shi_duck *duck, shi_arena *keep, const shi_param of[2], shi_run_view *view);

#endif
