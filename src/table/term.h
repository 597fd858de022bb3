/* Tables for a terminal, aligned by display width: a Chinese character is two cells wide. */
#ifndef SHI_TABLE_TERM_H
#define SHI_TABLE_TERM_H

#include "base/text.h"

/* Cells that a terminal uses for the text. */
int64_t shi_width(shi_str text);
/* The text, then spaces up to `width` cells; right: spaces first. */
void shi_pad(shi_buf *out, shi_str text, int64_t width, bool right);

enum { SHI_TERM_COLUMNS = 12 };
typedef struct {
    int columns;
    bool right[SHI_TERM_COLUMNS];    /* numbers stand to the right */
    shi_buf text;                    /* all cells, back to back */
    int64_t *end;                    /* end of each cell in text */
    int64_t cells, cap;
} shi_term;

/* One cell after the other, row by row; the first row is the header. */
void shi_term_cell(shi_term *term, shi_str text);
/* Writes the rows and frees the table. */
void shi_term_print(shi_term *term, shi_buf *out);

#endif
