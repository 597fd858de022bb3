#include "table/jsonl.h"
shi_err shi_jsonl_open(shi_arena *keep, shi_str head, int64_t most, shi_jsonl **out, shi_strs *columns)
{ (void)keep; (void)head; (void)most; (void)out; (void)columns; return shi_fail(SHI_SYSTEM, N_("not yet"), NULL); }
shi_err shi_jsonl_cut(const shi_jsonl *jsonl, shi_block *block, shi_rows *rows)
{ (void)jsonl; (void)block; (void)rows; return shi_fail(SHI_SYSTEM, N_("not yet"), NULL); }
