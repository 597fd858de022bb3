/* The sections of the paper. */
#ifndef SHI_REPORT_SECTIONS_H
#define SHI_REPORT_SECTIONS_H

#include "report/markup.h"

void shi_section_scope(shi_page *page, const shi_run_view *view);
void shi_section_targets(shi_page *page, const shi_run_view *view);
void shi_section_figures(shi_page *page, const shi_run_view *view);
void shi_section_contradictions(shi_page *page, const shi_run_view *view);
/* Batches of accounts. */
void shi_section_batches(shi_page *page, const shi_run_view *view);
void shi_section_annex(shi_page *page, const shi_run_view *view);

/* What the rules and the register say of targets; nothing where they were not asked. */
void shi_section_lawful(shi_page *page, const shi_run_view *view);

void shi_section_heading(shi_page *page, const char *id);
void shi_section_said(shi_page *page, const char *id);
/* The period as a cell shows it, below the name of the indicator: nothing when the whole report is about one period. */
void shi_section_period(shi_page *page, shi_str period);
/* A table of at most so many rows is not broken over pages. */
enum { SHI_PAGE_ROWS = 12 };
/* A message with the number of rows that are not shown; nothing when there are none. */
void shi_section_rest(shi_page *page, const char *id, int64_t rest);

#endif
