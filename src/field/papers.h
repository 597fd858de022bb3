/* What the papers say beside the run itself: field checks, rank sets, units' answers; and of one unit, what its sheet says. */
#ifndef SHI_FIELD_PAPERS_H
#define SHI_FIELD_PAPERS_H

#include "chain/run.h"

/* Fills view->checked, rankings and replies. `duck` is open on the run. Errors: SHI_SYSTEM, SHI_INPUT: a check's files are damaged. */
shi_err shi_papers_load(shi_workspace *ws, shi_duck *duck, shi_arena *keep, shi_run_view *view);

/* What the sheet of a unit is made of: a view with its figures (the worst first), all targets of their indicators and periods, its shares of
 * the fair allocation, its answers, and rankings that it stands in. period: only of this one; missing: the latest that the unit has.
 * Errors: SHI_INPUT: the run has no figure of the unit (and period). */
shi_err shi_papers_unit(shi_workspace *ws, shi_duck *duck, shi_arena *keep, const shi_run_info *info, shi_str unit, shi_str period,
                        shi_run_view *out);

/* Fills the unit's name of an answer, and what it is about: a figure or a finding of the latest run (at most one is named). Errors: SHI_USAGE,
 * SHI_INPUT: the register or the run holds no such thing, or it is another unit's; SHI_SYSTEM. */
shi_err shi_papers_reply(shi_workspace *ws, shi_arena *keep, const shi_engine *engine, const char *figure, const char *finding, shi_reply *reply);
/* The target of that name (INDICATOR/PERIOD/UNIT, with @ISSUER where several ask); view: gets all targets of its indicator and period, from which
 * it follows who added what, and the unit's fair shares. Errors: SHI_USAGE: no name of a target; SHI_INPUT: none or several; SHI_SYSTEM. */
shi_err shi_papers_target(shi_duck *duck, shi_arena *keep, const char *name, shi_run_view *view, const shi_target_row **out);

/* What an auditor's working paper says of the workspace. A file of the run, or of a field check; seeds: of the check's rounds. */
typedef struct {
    shi_str check, name, sha256, seeds;
} shi_papers_file;
typedef struct {
    int64_t entries;                 /* of the ledger */
    char head[65];                   /* hash of its last */
    shi_str run_sha256;
    const char *duckdb, *sqlite;     /* versions */
    shi_papers_file *file;
    int64_t files, checks;
} shi_papers_work;
/* Errors: SHI_SYSTEM, SHI_INPUT: something of it is damaged. */
shi_err shi_papers_work_load(shi_workspace *ws, shi_duck *duck, shi_arena *keep, const shi_run_info *info, shi_papers_work *out);

#endif
