#include "table/parquet.h"
shi_err shi_parquet_open(shi_arena *keep, const char *path, int64_t memory, shi_parquet **out, shi_strs *columns)
{ (void)keep; (void)path; (void)memory; (void)out; (void)columns; return shi_fail(SHI_SYSTEM, N_("not yet"), NULL); }
shi_err shi_parquet_start(shi_parquet *parquet, const bool *needed)
{ (void)parquet; (void)needed; return shi_fail(SHI_SYSTEM, N_("not yet"), NULL); }
shi_err shi_parquet_next(shi_parquet *parquet, shi_rows *rows)
{ (void)parquet; (void)rows; return shi_fail(SHI_SYSTEM, N_("not yet"), NULL); }
void shi_parquet_close(shi_parquet *parquet) { (void)parquet; }
