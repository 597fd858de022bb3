/* Writing a page, as HTML or as the body of a docx: whatever comes from data or from the translators is escaped here, and nowhere else is a text
 * written raw. */
#ifndef SHI_REPORT_MARKUP_H
#define SHI_REPORT_MARKUP_H

#include "report/words.h"

typedef struct shi_word shi_word;
typedef struct {
    shi_buf *out;
    shi_lang lang;
    bool live;            /* on the server's page: positions as data-…, which its script sets, since its policy forbids styles in elements */
    bool links;           /* findings lead on to their pages */
    int64_t small_cell;   /* counts of people below this are shown as "<5" */
    shi_str period;       /* what the whole report is about; missing: several periods */
    shi_target_index targets;
    shi_buf slip;      /* a text on its way to being escaped; whoever opens the page drops it */
    shi_word *word;    /* the form is that of a docx (word.h); NULL: HTML */
    bool paper;        /* headings and tables are numbered */
    int part, table;   /* the numbers reached: of a heading below the section's, of a table */
} shi_page;

/* The shapes of the verdicts, to stand once in a page. */
extern const char SHI_PAGE_SYMBOLS[];
/* Our own markup, as it stands. In a docx nothing: what must stand there too goes through the calls below. */
void shi_page_raw(shi_page *page, const char *markup);
/* A text: escaped for elements and for quoted attributes. */
void shi_page_text(shi_page *page, shi_str text);
/* A message in the page's language, escaped. */
void shi_page_say(shi_page *page, const char *id);
/* A message with whole numbers, at most four, in the places %1$s … %4$s: into page->slip. */
void shi_page_fill(shi_page *page, const char *id, const int64_t *number, int64_t n);
/* The same, written. */
void shi_page_say_numbers(shi_page *page, const char *id, const int64_t *number, int64_t n);
/* A name from the data, in a direction of its own. */
void shi_page_name(shi_page *page, shi_str name, shi_str code);
/* Escapes what was written into page->slip, and empties it. */
void shi_page_slip(shi_page *page);
/* Positions, shares of 0 to 100, as custom properties of an element whose start tag is open: style="--a:12.345;--b:99", or data-a="…" data-b="…".
 * NULL ends the names. A NAN is left out. */
void shi_page_places(shi_page *page, const char *const *names, const double *percent);

void shi_page_number(shi_page *page, int64_t thousandths);
void shi_page_maybe(shi_page *page, shi_maybe number);
void shi_page_counted(shi_page *page, const shi_figure *f);
void shi_page_count(shi_page *page, int64_t n);
/* The verdict as symbol and word; tag: on a ground of its own. */
void shi_page_verdict(shi_page *page, shi_verdict verdict, bool tag);
const char *shi_page_verdict_class(shi_verdict verdict);

/* Paragraphs. TO: without indent, as an address; SIGN: at the right, below; NOTE: small; SUMMARY: between two rules; ITEM: numbered, in a list. */
typedef enum { SHI_PARA, SHI_PARA_TO, SHI_PARA_SIGN, SHI_PARA_NOTE, SHI_PARA_STAMP, SHI_PARA_SUMMARY, SHI_PARA_QUOTE, SHI_PARA_ITEM,
               SHI_PARA_KINDS } shi_para;
void shi_page_para(shi_page *page, shi_para kind);
void shi_page_para_end(shi_page *page, shi_para kind);
/* A paragraph of one message; of what stands in page->slip. */
void shi_page_said(shi_page *page, shi_para kind, const char *id);
void shi_page_slipped(shi_page *page, shi_para kind);
void shi_page_list(shi_page *page);          /* of items */
void shi_page_list_end(shi_page *page);
void shi_page_strong(shi_page *page, bool on);
void shi_page_small(shi_page *page, bool on);   /* in a cell: a line of its own */
void shi_page_code(shi_page *page, shi_str hash);
/* Section `number` of the paper, from 1, with an anchor; 0: the annex. Below it: headings that count themselves. */
void shi_page_section(shi_page *page, int number, const char *id);
void shi_words_section(shi_buf *out, shi_lang lang, int number, const char *id);
void shi_page_heading(shi_page *page, const char *id);

/* A table in a region that scrolls. */
void shi_page_table(shi_page *page, const char *caption_id, const char *const *head_ids, int64_t columns, const char *kind);
void shi_page_table_end(shi_page *page);
void shi_page_row(shi_page *page);           /* <tr>, and the row's head is open */
void shi_page_cell(shi_page *page);          /* ends the cell before, opens one of text */
void shi_page_cell_number(shi_page *page);   /* the same for a number */
void shi_page_row_end(shi_page *page);

#endif
