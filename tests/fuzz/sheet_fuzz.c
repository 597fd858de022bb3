/* Any bytes as an xlsx workbook, row by row and as a whole; and any bytes as the sheet of a workbook, so that the XML is reached without luck. */
#include "layout_fuzz.h"

#include "table/sheet.h"

#include <zip.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The same bytes read as a whole, and recognised. */
static void read_grids(shi_str bytes)
{
    shi_arena keep;
    shi_sheet *owner;
    shi_grids grids;
    if (shi_arena_open(1 << 28, &keep).code) abort();
    if (!shi_sheet_grids(&keep, NULL, bytes, &owner, &grids).code) {
        for (int64_t i = 0; i < grids.len; i++) {
            recognise(&keep, &grids.ptr[i]);
            shi_grid_drop(&grids.ptr[i]);
        }
        shi_sheet_close(owner);
    }
    shi_arena_drop(&keep);
}

static void read_all(shi_str bytes)
{
    read_grids(bytes);
    static bool needed[SHI_MAX_COLUMNS];
    shi_arena keep;
    shi_source *source;
    shi_reader *reader;
    shi_batch batch;
    shi_source_options options = { .format = S("xlsx") };
    int64_t records = 0;
    memset(needed, 1, sizeof needed);
    if (shi_arena_open(1 << 22, &keep).code) abort();
    if (!shi_source_open_tuned(&keep, S("fuzz"), &options, (shi_source_tuning){ 0, bytes }, &source).code) {
        if (shi_reader_open(source, needed, &reader).code) abort();
        while (!shi_reader_next(reader, &batch).code && batch.rows) {
            if (batch.first_record != records) abort();
            records += batch.rows;
        }
        shi_reader_close(reader);
        shi_source_close(source);
    }
    shi_arena_drop(&keep);
}

static void part_add(zip_t *zip, const char *name, const void *bytes, size_t len)
{
    zip_int64_t at = zip_file_add(zip, name, zip_source_buffer(zip, bytes, len, 0), ZIP_FL_OVERWRITE);
    if (at < 0 || zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_STORE, 0)) abort();
}

/* The bytes become the part of this name; the rest is as small as can be. */
static void read_as_part(const char *name, const uint8_t *data, size_t size)
{
#define REL(id, type) "<Relationship Id=\"" id "\" Type=\"/" type "\" Target=\"" type "\"/>"
    static const char RELS[] = "<a>" REL("a", "worksheet") REL("b", "sharedStrings") REL("c", "styles") "</a>";
    static const char BOOK[] = "<a><sheet name=\"s\" id=\"a\"/></a>";
    static const char SHEET[] = "<a><row><c t=\"s\" s=\"0\"><v>0</v></c></row><row><c s=\"0\"><v>1</v></c></row></a>";
    zip_error_t error;
    zip_stat_t stat;
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_source_keep(source);
    zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, &error);
    if (!zip) abort();
    part_add(zip, "xl/workbook.xml", BOOK, sizeof BOOK - 1);
    part_add(zip, "xl/_rels/workbook.xml.rels", RELS, sizeof RELS - 1);
    part_add(zip, "xl/worksheet", SHEET, sizeof SHEET - 1);
    part_add(zip, name, data, size);
    if (zip_close(zip) || zip_source_open(source) || zip_source_stat(source, &stat)) abort();
    char *bytes = malloc(stat.size);
    if (!bytes || zip_source_read(source, bytes, stat.size) != (zip_int64_t)stat.size) abort();
    zip_source_close(source);
    zip_source_free(source);
    read_all((shi_str){ bytes, (int64_t)stat.size });
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const PART[] = { "xl/worksheet", "xl/sharedStrings", "xl/styles", "xl/workbook.xml", "xl/_rels/workbook.xml.rels" };
    if (size < 2) return 0;
    if (data[0] < COUNT(PART)) read_as_part(PART[data[0]], data + 1, size - 1);
    else read_all((shi_str){ (const char *)data, (int64_t)size });
    return 0;
}
