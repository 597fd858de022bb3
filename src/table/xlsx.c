/* Zip by libzip, XML by expat. Everything unpacked is counted: at most 1 GiB in all, and, beyond 16 MiB, at most 300 times the size of
 * the file (real sheets reach some 50). A document type is refused, so there are no entities. libzip compares the checksum of a part
 * when its last byte is read, and each part is read to its end. */
#include "table/xlsx.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

enum { PIECE = 1 << 16 };
#define MOST_BYTES (INT64_C(1) << 30)
#define FREE_BYTES (INT64_C(1) << 24)
#define MOST_RATIO 300

struct shi_xlsx {
    zip_t *zip;
    int64_t packed, unpacked;
};

struct shi_part {
    shi_xlsx *xlsx;
    zip_file_t *file;
    XML_Parser parser;
    shi_xml xml;
    bool paused, last;
    shi_err failure;
};

static shi_err damaged(void)
{
    return shi_fail(SHI_INPUT, N_("the workbook is damaged"), N_("Open it in Excel or WPS, save it again, or copy it again."));
}

shi_err shi_xlsx_open(const char *path, shi_str memory, shi_xlsx **out)
{
    zip_error_t error;
    shi_xlsx *x = calloc(1, sizeof *x);
    if (!x) return shi_no_memory();
    zip_error_init(&error);
    zip_source_t *source = memory.ptr ? zip_source_buffer_create(memory.ptr, (zip_uint64_t)memory.len, 0, &error)
                                      : zip_source_file_create(path, 0, -1, &error);
    x->zip = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
    zip_error_fini(&error);
    if (!x->zip) {
        zip_source_free(source);
        free(x);
        return damaged();
    }
    x->packed = memory.len;
    shi_err e = memory.ptr ? (shi_err){ 0 } : shi_os_size(path, &x->packed);
    if (e.code) shi_xlsx_close(x);
    else *out = x;
    return e;
}

void shi_xlsx_close(shi_xlsx *x)
{
    if (!x) return;
    zip_discard(x->zip);
    free(x);
}

/* ---- expat's calls ---- */

static const char *local(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

const char *shi_xml_attribute(const char **attributes, const char *name)
{
    for (; attributes[0]; attributes += 2)
        if (!strcmp(local(attributes[0]), name)) return attributes[1];
    return NULL;
}

static void on_start(void *arg, const char *name, const char **attributes)
{
    shi_part *part = arg;
    if (!part->failure.code && part->xml.start) part->xml.start(part->xml.context, local(name), attributes);
}

static void on_end(void *arg, const char *name)
{
    shi_part *part = arg;
    if (!part->failure.code && part->xml.end) part->xml.end(part->xml.context, local(name));
}

static void on_text(void *arg, const char *text, int len)
{
    shi_part *part = arg;
    if (!part->failure.code && part->xml.text) part->xml.text(part->xml.context, text, len);
}

static void on_doctype(void *arg, const char *name, const char *system, const char *public, int internal)
{
    (void)name, (void)system, (void)public, (void)internal;
    shi_part_fail(arg, damaged());
}

void shi_part_pause(shi_part *part)
{
    part->paused = true;
    XML_StopParser(part->parser, XML_TRUE);
}

void shi_part_fail(shi_part *part, shi_err e)
{
    if (part->failure.code) return;
    part->failure = e;
    XML_StopParser(part->parser, XML_FALSE);
}

/* ---- parts ---- */

shi_err shi_part_open(shi_xlsx *x, const char *name, const shi_xml *xml, shi_part **out)
{
    *out = NULL;
    zip_int64_t at = zip_name_locate(x->zip, name, ZIP_FL_NOCASE);
    if (at < 0) return (shi_err){ 0 };
    shi_part *part = calloc(1, sizeof *part);
    if (!part) return shi_no_memory();
    part->xlsx = x;
    part->xml = *xml;
    part->file = zip_fopen_index(x->zip, (zip_uint64_t)at, 0);
    part->parser = XML_ParserCreate(NULL);
    if (!part->file || !part->parser) {
        shi_err e = part->file ? shi_no_memory() : damaged();
        shi_part_close(part);
        return e;
    }
    XML_SetUserData(part->parser, part);
    XML_SetElementHandler(part->parser, on_start, on_end);
    XML_SetCharacterDataHandler(part->parser, on_text);
    XML_SetStartDoctypeDeclHandler(part->parser, on_doctype);
    *out = part;
    return (shi_err){ 0 };
}

void shi_part_close(shi_part *part)
{
    if (!part) return;
    if (part->parser) XML_ParserFree(part->parser);
    if (part->file) zip_fclose(part->file);
    free(part);
}

static shi_err piece_parse(shi_part *part, enum XML_Status *status)
{
    shi_xlsx *x = part->xlsx;
    void *buffer = XML_GetBuffer(part->parser, PIECE);
    if (!buffer) return shi_no_memory();
    zip_int64_t n = zip_fread(part->file, buffer, PIECE);
    if (n < 0) return damaged();
    x->unpacked += n;
    if (x->unpacked > MOST_BYTES || (x->unpacked > FREE_BYTES && x->unpacked / MOST_RATIO > x->packed))
        return shi_fail(SHI_INPUT, N_("the workbook becomes too large when it is unpacked"), N_("Save the sheet as .csv and read that."));
    part->last = n == 0;
    *status = XML_ParseBuffer(part->parser, (int)n, part->last);
    return (shi_err){ 0 };
}

shi_err shi_part_run(shi_part *part, bool *ended)
{
    *ended = false;
    for (;;) {
        enum XML_Status status = XML_STATUS_OK;
        if (shi_os_stop_requested()) return shi_fail(SHI_STOPPED, N_("stopped as asked"), N_("Nothing was changed."));
        if (part->paused) {
            part->paused = false;
            status = XML_ResumeParser(part->parser);
        } else if (part->last) {
            return *ended = true, (shi_err){ 0 };
        } else {
            SHI_TRY(piece_parse(part, &status));
        }
        if (part->failure.code) return part->failure;
        if (status == XML_STATUS_SUSPENDED) return (shi_err){ 0 };
        if (status == XML_STATUS_ERROR) return XML_GetErrorCode(part->parser) == XML_ERROR_NO_MEMORY ? shi_no_memory() : damaged();
    }
}

shi_err shi_part_read(shi_xlsx *x, const char *name, const shi_xml *xml, shi_part **part)
{
    bool ended;
    SHI_TRY(shi_part_open(x, name, xml, part));
    if (!*part) return (shi_err){ 0 };
    shi_err e = shi_part_run(*part, &ended);
    shi_part_close(*part);
    *part = NULL;
    return e;
}
