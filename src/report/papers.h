/* The papers of a run, in HTML or as a docx: the report, the draft of a notice about one target, the auditor's working paper, a unit's sheet. */
#ifndef SHI_REPORT_PAPERS_H
#define SHI_REPORT_PAPERS_H

#include "base/tr.h"
#include "chain/figures.h"
#include "field/papers.h"

typedef enum { SHI_PAPER_REPORT, SHI_PAPER_NOTICE, SHI_PAPER_WORKING, SHI_PAPERS } shi_paper;
typedef struct {
    shi_paper paper;
    bool docx;                       /* else HTML */
    const shi_target_row *target;    /* of a notice: one of the view's targets */
    const shi_papers_work *work;     /* of a working paper */
} shi_paper_wish;

/* Whether there is something to be said against a target, so that a notice can be drafted. */
bool shi_notice_speaks(const shi_target_row *target);
/* The whole file, in one language. Errors: SHI_SYSTEM, no memory. */
SHI_MUST_USE shi_err shi_report_paper(shi_buf *out, shi_lang lang, const shi_run_view *view, const shi_paper_wish *wish);
/* One A4 page about a unit, in HTML; view: from shi_papers_unit. */
SHI_MUST_USE shi_err shi_report_sheet(shi_buf *out, shi_lang lang, const shi_run_view *view);

#endif
