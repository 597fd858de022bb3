/* Any bytes as an .xls file; and any bytes as the stream of records in it, so that they are reached without luck. */
#include "layout_fuzz.h"

#include "table/biff.h"
#include "table/xls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    shi_arena keep;
    shi_grids grids;
    shi_str bytes = { (const char *)data + 1, (int64_t)size - 1 };
    if (size < 2 || shi_arena_open(1 << 28, &keep).code) return 0;
    shi_err e = data[0] == 0 ? shi_biff_read(&keep, bytes, &grids) : shi_xls_grids(&keep, NULL, (shi_str){ (const char *)data, (int64_t)size }, &grids);
    for (int64_t i = 0; i < grids.len && !e.code; i++) {
        recognise(&keep, &grids.ptr[i]);
        shi_grid_drop(&grids.ptr[i]);
    }
    shi_arena_drop(&keep);
    return 0;
}
