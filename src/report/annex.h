/* The annex of a run as a workbook: what to cancel, keep or merge, clause by clause, targets, who enlarged them, hours, fair shares, every figure. */
#ifndef SHI_REPORT_ANNEX_H
#define SHI_REPORT_ANNEX_H

#include "chain/run.h"
#include "report/binder.h"

typedef struct {
    shi_lang lang;
    const char *path;            /* there already, with the mode it should have */
    const char *spill;           /* as for a binder */
    const shi_zone *zone;        /* of the workspace: dates are local */
    int64_t rows_a_sheet;        /* 0: as a binder takes them */
} shi_annex_options;

/* `duck` is open on the run (shi_run_open); view: its worst rows, all clauses, advice and periods. Rows of the other tables are read in parts, in
 * the order of the run's files. Counts of fewer than small_cell people are not told. Errors: SHI_SYSTEM, SHI_STOPPED; the file is of no use then. */
shi_err shi_annex_write(shi_duck *duck, const shi_run_view *view, const shi_annex_options *options);

#endif
