/* audit and recount: the chain from one end to the other. */
#ifndef SHI_CHAIN_AUDIT_H
#define SHI_CHAIN_AUDIT_H

#include "chain/suspected.h"
#include "chain/check.h"
#include "chain/run.h"

/* Computes the chain's tables over the workspace and makes views figure_out and target_out. period missing: all. `without`: a SELECT of (app,
 * account) that are counted as if the accounts table did not hold them, or NULL. The caller closes *duck. Errors: SHI_INPUT when nothing
 * was reported or asked for. */
shi_err shi_recount(shi_workspace *ws, shi_arena *keep, shi_str period, const char *without, const shi_engine *engine, shi_duck *duck,
                    shi_chain *out);

/* The rules that targets are held against, and how. */
typedef struct {
    const shi_book *book;
    shi_check_options options;
} shi_judging;

/* recount and check, then a run is written: the workspace must be open for writing. view: the worst `limit` rows of each kind. */
shi_err shi_audit(shi_workspace *ws, shi_arena *keep, shi_str period, const shi_engine *engine, const shi_judging *judging, const shi_writer *writer,
                  int64_t limit, shi_run_view *out);

/* The detectors alone: view finding holds the batches, view member_out their members, both over `duck`, which the caller closes on success. */
shi_err shi_detect(shi_workspace *ws, shi_arena *keep, const shi_strs *only, const shi_engine *engine, const shi_writer *writer, shi_duck *duck,
                   shi_leads *out);

#endif
