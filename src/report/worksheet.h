/* The worksheet of a field check, to be filled in: as xlsx, whose columns "spotcheck record" reads back, and as HTML with a page a village. */
#ifndef SHI_REPORT_WORKSHEET_H
#define SHI_REPORT_WORKSHEET_H

#include "base/tr.h"
#include "field/worksheet.h"

/* path: made anew. spill: folder for what is not packed yet. now_us: the only time in the file. */
shi_err shi_worksheet_xlsx(const char *path, const char *spill, int64_t now_us, shi_lang lang, const shi_visits *visits);
void shi_worksheet_html(shi_buf *out, shi_lang lang, const shi_visits *visits);

#endif
