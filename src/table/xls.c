/* The file is a compound file (cfb), in which a stream of records lies (biff). */
#include "table/xls.h"

#include "table/biff.h"
#include "table/cfb.h"

enum { MOST_FILE = 1 << 28 };

shi_err shi_xls_grids(shi_arena *keep, const char *path, shi_str memory, shi_grids *out)
{
    shi_str file = memory;
    shi_buf stream = { 0 };
    shi_arena whole = { 0 };
    *out = (shi_grids){ .len = 0 };
    shi_err e = { 0 };
    if (!memory.ptr) e = shi_arena_open((int64_t)MOST_FILE + (1 << 16), &whole);
    if (!e.code && !memory.ptr) e = shi_os_read(&whole, path, MOST_FILE, &file);
    if (!e.code) e = shi_cfb_read(file, "Workbook", &stream);
    if (!e.code && stream.len == 0) e = shi_cfb_read(file, "Book", &stream);
    if (!e.code) e = shi_biff_read(keep, shi_buf_str(&stream), out);
    shi_buf_drop(&stream);
    shi_arena_drop(&whole);
    return e;
}
