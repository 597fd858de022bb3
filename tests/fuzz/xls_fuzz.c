/* Any bytes as an .xls file; and any bytes as the stream of records in it, so that they are reached without luck. */
#include "layout_fuzz.h"

#include "table/biff.h"
#include "table/cfb.h"
#include "table/xls.h"

#include <stdio.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void records_read(shi_str stream)
{
    shi_arena keep;
    shi_biff biff;
    if (shi_arena_open(1 << 28, &keep).code) abort();
    if (!shi_biff_read(&keep, stream, &biff).code) {
        for (int64_t i = 0; i < biff.len; i++) (void)shi_biff_note_at(&biff.ptr[i], 0, 0);
        shi_biff_drop(&biff);
    }
    shi_arena_drop(&keep);
}

/* libfreexl reads files only. */
static void file_read(const uint8_t *data, size_t size)
{
    static char path[64];
    shi_arena keep;
    shi_grids grids;
    if (!path[0]) snprintf(path, sizeof path, "%s/shishu-fuzz-%d.xls", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm", (int)getpid());
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(data, 1, size, f) != size || fclose(f)) abort();
    if (shi_arena_open(1 << 28, &keep).code) abort();
    if (!shi_xls_grids(&keep, path, &grids).code)
        for (int64_t i = 0; i < grids.len; i++) {
            recognise(&keep, &grids.ptr[i]);
            shi_grid_drop(&grids.ptr[i]);
        }
    shi_arena_drop(&keep);
    remove(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) return 0;
    if (data[0] == 0) records_read((shi_str){ (const char *)data + 1, (int64_t)size - 1 });
    else file_read(data, size);
    return 0;
}
