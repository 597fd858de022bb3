/* Any bytes as a text format, in two sizes of block: they must give the same records. FORMAT is defined by who includes this. */
#include "table/block.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t mix(uint64_t h, const void *bytes, int64_t len)
{
    const uint8_t *p = bytes;
    for (int64_t i = 0; i < len; i++) h = (h ^ p[i]) * 1099511628211u;
    return h;
}

static uint64_t batch_mix(uint64_t h, const shi_batch *batch, int64_t columns)
{
    for (int64_t r = 0; r < batch->rows; r++) {
        h = mix(h, &batch->line[r], sizeof batch->line[r]);
        h = mix(h, &batch->fault[r].column, sizeof batch->fault[r].column);
        for (int64_t c = 0; c < columns; c++) {
            shi_str s = batch->cell[c][r];
            h = mix(h, &s.len, sizeof s.len);
            if (s.ptr) h = mix(h, s.ptr, s.len);
        }
    }
    return h;
}

static uint64_t read_all(shi_str bytes, int64_t block_bytes)
{
    static bool needed[SHI_MAX_COLUMNS];
    shi_arena keep;
    shi_source *source;
    shi_reader *reader;
    shi_batch batch;
    shi_source_options options = { .format = S(FORMAT) };
    uint64_t h = 14695981039346656037u;
    int64_t records = 0;
    memset(needed, 1, sizeof needed);
    if (shi_arena_open(1 << 22, &keep).code) abort();
    shi_err e = shi_source_open_tuned(&keep, S("fuzz"), &options, (shi_source_tuning){ block_bytes, bytes }, &source);
    if (!e.code) {
        if (shi_reader_open(source, needed, &reader).code) abort();
        while (!(e = shi_reader_next(reader, &batch)).code && batch.rows) {
            if (batch.first_record != records) abort();
            records += batch.rows;
            h = batch_mix(h, &batch, shi_source_columns(source).len);
        }
        shi_reader_close(reader);
        shi_source_close(source);
    }
    shi_arena_drop(&keep);
    h = mix(h, &e.line, sizeof e.line);
    return mix(h, &e.reason, sizeof e.reason);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    shi_str bytes = { (const char *)data, (int64_t)size };
    if (read_all(bytes, 1 + data[0] % 60) != read_all(bytes, 4096)) abort();
    return 0;
}
