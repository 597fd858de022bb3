/* Any text as a CSV file that is recognised. A first line of pairs of bytes says which rows are hidden and which cells are merged. */
#include "layout_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    shi_arena keep;
    shi_grid grid;
    shi_str text = { (const char *)data, (int64_t)size };
    int64_t marks = shi_str_find(text, '\n', 0);
    if (size == 0 || shi_arena_open(1 << 28, &keep).code) return 0;
    shi_grid_open(&grid, S("2024年6月"));
    for (int64_t i = 0; i + 4 <= marks; i += 4) {
        const uint8_t *m = data + i;
        if (m[0] & 0x80) (void)shi_grid_hide_row(&grid, m[1] % 32);
        else (void)shi_grid_merge(&grid, (shi_span){ m[0] % 32, m[1] % 16, m[0] % 32 + m[2] % 4, m[1] % 16 + m[3] % 8 });
    }
    text = shi_str_sub(text, marks + 1, text.len);
    if (shi_utf8_valid(text.ptr, text.len) == text.len && !shi_grid_read_csv(&keep, text, ',', &grid).code) recognise(&keep, &grid);
    shi_grid_drop(&grid);
    shi_arena_drop(&keep);
    return 0;
}
