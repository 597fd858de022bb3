/* The body of a docx: what markup.h promises, in WordprocessingML, written into page->out. Only markup.c, line.c and docx.c call it. */
#ifndef SHI_REPORT_WORD_H
#define SHI_REPORT_WORD_H

#include "report/markup.h"

/* Zeroed to begin with; drop it when the page is done. */
enum { SHI_WORD_COLUMNS = 12 };
struct shi_word {
    shi_buf rows, text;                      /* of the table at hand; a text on its way */
    shi_buf *body;                           /* page->out while a table is open */
    int64_t widest[SHI_WORD_COLUMNS], cells; /* of each column; of the cell at hand, in character cells */
    int64_t columns, column;
    bool strong, small, code;                /* of the runs that follow */
    bool keep;                               /* the table stays on a page */
    int64_t item;                            /* number in a list */
};
void shi_word_drop(shi_word *word);

typedef void shi_escape(shi_buf *out, shi_str text);
/* A run. What XML forbids becomes U+FFFD. */
void shi_word_text(shi_page *page, shi_str text, shi_escape *escape);
void shi_word_strong(shi_page *page, bool on);
void shi_word_small(shi_page *page, bool on);
void shi_word_code(shi_page *page, bool on);

void shi_word_para(shi_page *page, shi_para kind);
/* The same of a style by name. */
void shi_word_styled(shi_page *page, const char *style);
void shi_word_para_end(shi_page *page);
void shi_word_list(shi_page *page);
/* What stands in page->slip as a heading; number: of its anchor, or -1. */
void shi_word_heading(shi_page *page, int level, int number);
/* A line of the contents that leads to the anchor. */
void shi_word_contents(shi_page *page, int number);

/* What stands in page->slip is the caption. keep: not broken over pages. */
void shi_word_table(shi_page *page, const char *const *head_ids, int64_t columns, bool keep);
void shi_word_table_end(shi_page *page);
void shi_word_row(shi_page *page);
void shi_word_cell(shi_page *page, bool number);
void shi_word_row_end(shi_page *page);

#endif
