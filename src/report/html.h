/* The report as one HTML file that opens anywhere, offline and without script, and prints on A4. */
#ifndef SHI_REPORT_HTML_H
#define SHI_REPORT_HTML_H

#include "base/tr.h"
#include "chain/figures.h"

/* The whole file, in one language. Errors: SHI_SYSTEM, no memory. */
SHI_MUST_USE shi_err shi_report_html(shi_buf *out, shi_lang lang, const shi_run_view *view);

#endif
