/* The first bytes tell the format. Text is unpacked and recoded as for any import, and may be 64 MiB long: a larger file is a log and has a name. */
#include "table/cellbook.h"

#include "table/csv.h"
#include "table/stream.h"
#include "table/xls.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_TEXT = 1 << 26, HEAD = 1 << 16 };

static const char *kind_of(shi_str head)
{
    if (shi_str_starts(head, S("PK\x03\x04"))) return "xlsx";
    if (shi_str_starts(head, S("\xD0\xCF\x11\xE0"))) return "xls";
    return NULL;
}

shi_err shi_cellbook_kind(const char *path, const char **format)
{
    shi_stream *stream;
    shi_str head;
    *format = NULL;
    SHI_TRY(shi_stream_open(path, &stream));
    shi_err e = shi_stream_head(stream, &head);
    if (!e.code) *format = kind_of(head);
    shi_stream_close(stream);
    return e;
}

/* The whole text, in keep. */
static shi_err text_read(shi_arena *keep, shi_stream *stream, shi_str *out)
{
    char *text = NULL;
    int64_t cap = 0, len = 0, got;
    for (;;) {
        if (len == cap) {
            cap = cap ? cap * 2 : HEAD;
            char *more = cap > MOST_TEXT ? NULL : realloc(text, (size_t)cap);
            if (!more) {
                free(text);
                return cap > MOST_TEXT ? shi_fail(SHI_INPUT, N_("the sheet is too large to be recognised"),
                                                  N_("Export the table as .csv and import it by its name: shishu import TABLE FILE.csv."))
                                       : shi_no_memory();
            }
            text = more;
        }
        shi_err e = shi_stream_read(stream, text + len, cap - len, &got);
        if (e.code) return free(text), e;
        len += got;
        if (len < cap) break;
    }
    *out = shi_str_copy(keep, (shi_str){ text, len });
    free(text);
    return out->ptr ? (shi_err){ 0 } : shi_no_memory();
}

static shi_err csv_read(shi_arena *keep, shi_stream *stream, shi_cellbook *book)
{
    shi_str text = { 0 };
    SHI_TRY(shi_stream_decode(stream));
    shi_str head = shi_stream_unpacked(stream);
    if (shi_str_starts(head, S("PAR1")) || kind_of(head) || shi_str_starts(shi_str_trim(shi_str_sub(head, 0, 4096)), S("{")))
        return shi_fail(SHI_INPUT, N_("tables are recognised in workbooks and CSV files only"),
                        N_("Name the table: shishu import TABLE FILE."));
    SHI_TRY(text_read(keep, stream, &text));
    int64_t good = shi_utf8_valid(text.ptr, text.len);
    if (good < text.len) return shi_fail(SHI_INPUT, N_("the text is not valid UTF-8"), N_("Save the file as UTF-8, or correct the cell."));
    book->grids.ptr = shi_new(keep, shi_grid, 1);
    if (!book->grids.ptr) return shi_no_memory();
    shi_grid_open(&book->grids.ptr[0], (shi_str){ 0 });
    book->grids.len = 1;
    book->format = "csv";
    return shi_grid_read_csv(keep, text, shi_csv_sniff(shi_str_sub(text, 0, HEAD)), &book->grids.ptr[0]);
}

static shi_err open_kind(shi_arena *keep, const char *path, shi_cellbook *book)
{
    SHI_TRY(shi_cellbook_kind(path, &book->format));
    if (book->format && !strcmp(book->format, "xlsx")) return shi_sheet_grids(keep, path, (shi_str){ 0 }, &book->sheet, &book->grids);
    if (book->format) return shi_xls_grids(keep, path, (shi_str){ 0 }, &book->grids);
    shi_stream *stream;
    SHI_TRY(shi_stream_open(path, &stream));
    shi_err e = csv_read(keep, stream, book);
    shi_stream_close(stream);
    return e;
}

shi_err shi_cellbook_open(shi_arena *keep, const char *path, shi_cellbook *out)
{
    *out = (shi_cellbook){ .format = NULL };
    shi_err e = open_kind(keep, path, out);
    if (!e.code) return e;
    if (!e.file.ptr) e.file = shi_str_from(path);
    shi_cellbook_close(out);
    return e;
}

void shi_cellbook_close(shi_cellbook *book)
{
    for (int64_t i = 0; i < book->grids.len; i++) shi_grid_drop(&book->grids.ptr[i]);
    shi_sheet_close(book->sheet);
    *book = (shi_cellbook){ .format = NULL };
}
