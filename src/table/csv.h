/* CSV and TSV: where records end, and cutting them into cells. Pure functions on memory. */
#ifndef SHI_TABLE_CSV_H
#define SHI_TABLE_CSV_H

#include "table/block.h"

typedef struct {
    char delimiter;
    bool quotes;        /* false: lines only (JSON lines use that) */
    int64_t columns;
} shi_csv;

/* The delimiter that cuts the first lines most evenly: comma, tab, semicolon or bar; comma when none is better. */
char shi_csv_sniff(shi_str head);
/* The whole records at the front of `text`; `last`: nothing follows it, so a record need not end in a newline. */
shi_extent shi_csv_whole(const shi_csv *csv, shi_str text, bool last);
/* The names in the first record that is not blank, trimmed, in `keep`; *used: bytes up to the record behind it, *lines: newlines in
 * them. `text` must hold that record whole. names->len 0: all is blank. Sets csv->columns. */
shi_err shi_csv_header(shi_csv *csv, shi_arena *keep, shi_str text, shi_strs *names, int64_t *used, int64_t *lines);
/* Cuts records into rows until the rows are full or the block is used up. Cells lie in the block. */
void shi_csv_cut(const shi_csv *csv, shi_block *block, shi_page *page);

#endif
