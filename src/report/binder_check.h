/* Whether a workbook that was just packed holds all that was put into it. */
#ifndef SHI_REPORT_BINDER_CHECK_H
#define SHI_REPORT_BINDER_CHECK_H

#include "shishu/base.h"

/* Over all sheets. */
typedef struct {
    int64_t rows, cells;
} shi_sheet_tally;
/* Errors: SHI_SYSTEM when a sheet is missing, does not end, or the rows and cells are not so many. */
shi_err shi_binder_check(const char *path, int sheets, const shi_sheet_tally *put);

#endif
