/* JSON lines: one object a line, cut into cells. */
#ifndef SHI_TABLE_JSONL_H
#define SHI_TABLE_JSONL_H

#include "table/block.h"

typedef struct shi_jsonl shi_jsonl;

/* The columns are the keys of the first `most` lines of `head` (whole lines), in the order seen. Errors: SHI_INPUT: an array instead of
 * lines, an object over several lines, two keys that are the same without white space, no key at all. */
shi_err shi_jsonl_open(shi_arena *keep, shi_str head, int64_t most, shi_jsonl **out, shi_strs *columns);
/* Cuts lines into rows until the rows are full or the block is used up. Errors: SHI_SYSTEM. */
shi_err shi_jsonl_cut(const shi_jsonl *jsonl, shi_block *block, shi_page *page);

#endif
