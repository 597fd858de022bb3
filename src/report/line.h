/* The number line in HTML: the chain of a figure, the way of a target, and both the size of a word. */
#ifndef SHI_REPORT_LINE_H
#define SHI_REPORT_LINE_H

#include "report/markup.h"

/* The seven links of a figure, the verdict with its sentence last. */
void shi_line_chain(shi_page *page, const shi_figure *f, int64_t tolerance);
/* One target: what was first asked, what each level added, what is possible. */
void shi_line_target(shi_page *page, const shi_target_row *t);
/* Who added what to the figure's target, from the top down, into page->slip; nothing where nobody did. */
void shi_line_added(shi_page *page, const shi_figure *f);
/* Reported, counted and possible on a line the size of a word. */
void shi_line_mini(shi_page *page, const shi_figure *f);
/* What the marks mean: all of them, or those of a target. */
void shi_line_legend(shi_page *page, bool target_only);

#endif
