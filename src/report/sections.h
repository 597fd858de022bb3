/* The sections of the paper. */
#ifndef SHI_REPORT_SECTIONS_H
#define SHI_REPORT_SECTIONS_H

#include "field/papers.h"
#include "report/markup.h"

void shi_section_scope(shi_page *page, const shi_run_view *view);
void shi_section_targets(shi_page *page, const shi_run_view *view);
void shi_section_figures(shi_page *page, const shi_run_view *view);
/* Batches of accounts. */
void shi_section_batches(shi_page *page, const shi_run_view *view);
void shi_section_checks(shi_page *page, const shi_run_view *view);
void shi_section_ranks(shi_page *page, const shi_run_view *view);
void shi_section_proposals(shi_page *page, const shi_run_view *view);
/* Part of the annex. */
void shi_section_replies(shi_page *page, const shi_run_view *view);
/* Whose answer, of what day, about what: a line with a colon. */
void shi_section_reply_head(shi_page *page, const shi_reply *reply);
void shi_section_reply_texts(shi_page *page, const shi_run_view *view);
/* The files that were used, with their hashes. */
void shi_section_inputs(shi_page *page, const shi_run_view *view);
void shi_section_annex(shi_page *page, const shi_run_view *view);

/* What the rules and the register say of targets; nothing where they were not asked. */
void shi_section_lawful(shi_page *page, const shi_run_view *view);
void shi_section_advice(shi_page *page, const shi_run_view *view);

/* A paragraph of one message with whole numbers in it, at most four. */
void shi_section_counted(shi_page *page, shi_para kind, const char *id, int64_t n, const int64_t number[4]);
void shi_section_said(shi_page *page, const char *id);
/* The period as a cell shows it, below the name of the indicator: nothing when the whole report is about one period. */
void shi_section_period(shi_page *page, shi_str period);
/* The bodies of other papers; line: of the notice's title. */
void shi_notice_title(shi_buf line[2], shi_lang lang, const shi_run_view *view, const shi_target_row *target);
void shi_notice(shi_page *page, const shi_run_view *view, const shi_target_row *target);
void shi_working(shi_page *page, const shi_run_view *view, const shi_papers_work *work);

/* A table of at most so many rows is not broken over pages. */
enum { SHI_PAGE_ROWS = 12 };
/* How many of so many rows a table shows: a docx is read on paper, and the rest is in the workbook. */
int64_t shi_section_shown(const shi_page *page, int64_t rows);
/* A message with the number of rows that are not shown; nothing when there are none. */
void shi_section_rest(shi_page *page, const char *id, int64_t rest);

#endif
