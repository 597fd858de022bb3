/* Writing HTML: whatever comes from data or from the translators is escaped here, and nowhere else is a text written raw. */
#ifndef SHI_REPORT_MARKUP_H
#define SHI_REPORT_MARKUP_H

#include "report/words.h"

typedef struct {
    shi_buf *out;
    shi_lang lang;
    bool live;            /* on the server's page: positions as data-…, which its script sets, since its policy forbids styles in elements */
    int64_t small_cell;   /* counts of people below this are shown as "<5" */
    shi_str period;       /* what the whole report is about; missing: several periods */
    shi_target_index targets;
    shi_buf slip;      /* a text on its way to being escaped; whoever opens the page drops it */
} shi_page;

/* The shapes of the verdicts, to stand once in a page. */
extern const char SHI_PAGE_SYMBOLS[];
/* Our own markup, as it stands. */
void shi_page_raw(shi_page *page, const char *markup);
/* A text: escaped for elements and for quoted attributes. */
void shi_page_text(shi_page *page, shi_str text);
/* A message in the page's language, escaped. */
void shi_page_say(shi_page *page, const char *id);
/* The same with whole numbers, at most four, in the places %1$s … %4$s. */
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

/* A table in a region that scrolls. The caption may hold the number of the table. */
void shi_page_table(shi_page *page, const char *caption_id, const char *const *head_ids, int64_t columns, const char *kind);
void shi_page_table_end(shi_page *page);
void shi_page_row(shi_page *page);           /* <tr>, and the row's head is open */
void shi_page_cell(shi_page *page);          /* ends the cell before, opens one of text */
void shi_page_cell_number(shi_page *page);   /* the same for a number */
void shi_page_row_end(shi_page *page);

#endif
