/* The report as JSON, with the keys of the contract. A number that is not known is null, with "cannot_judge" beside it. */
#ifndef SHI_REPORT_JSON_H
#define SHI_REPORT_JSON_H

#include "base/json.h"
#include "chain/figures.h"

/* A row of recount's figures[]. */
void shi_report_json_figure(shi_json *json, const shi_figure *f);
/* explain FIGURE, in chain order. rows: targets of its indicator and period, as far as they are at hand; list: findings about it. */
void shi_report_json_explain(shi_json *json, const shi_figure *f, shi_target_rows rows, shi_findings list, int64_t tolerance);
/* The same with the unit's answers. */
void shi_report_json_explain_with(shi_json *json, const shi_figure *f, shi_target_rows rows, shi_findings list, const shi_replies *replies,
                                  int64_t tolerance);
/* Key answers: of units, word for word. */
void shi_report_json_replies(shi_json *json, const shi_replies *replies);
void shi_report_json_contradiction(shi_json *json, const shi_contradiction *c);
/* recount: figures, unattributed, contradictions. */
void shi_report_json_recount(shi_json *json, const shi_run_view *view);
/* rank. */
void shi_report_json_places(shi_json *json, const shi_places *places);
/* audit: the summary. path: absolute path of the report, missing when none was written. */
void shi_report_json_audit(shi_json *json, const shi_run_info *run, shi_str path);
/* report --format json: run, sentence, targets, figures (as in explain), contradictions; a whole document.
 * Errors: SHI_SYSTEM, no memory. */
SHI_MUST_USE shi_err shi_report_json(shi_buf *out, const shi_run_view *view);

#endif
