/* The report on a terminal: what a run found, and the chain of one figure. */
#ifndef SHI_REPORT_TERMINAL_H
#define SHI_REPORT_TERMINAL_H

#include "base/tr.h"
#include "chain/figures.h"

/* The summary sentence, targets that cannot be met, then figures, worst first, at most ten each. colour: with escape sequences. */
void shi_report_terminal(shi_buf *out, shi_lang lang, const shi_run_view *view, bool colour);
/* The chain of one figure, in words and numbers. rows: targets of its indicator and period, as far as they are at hand. */
void shi_report_explain(shi_buf *out, shi_lang lang, const shi_figure *f, shi_target_rows rows, int64_t tolerance, bool colour);
/* Units' answers, word for word. */
void shi_report_replies(shi_buf *out, shi_lang lang, const shi_replies *replies);

#endif
