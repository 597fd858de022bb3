/* The parts of an xlsx package, unpacked and parsed as XML within limits: a bomb of zip or of XML is refused. */
#ifndef SHI_TABLE_XLSX_H
#define SHI_TABLE_XLSX_H

#include "base/os.h"
#include "base/text.h"

typedef struct shi_xlsx shi_xlsx;
typedef struct shi_part shi_part;

/* Opens the file, or the bytes (borrowed until close) if they are given. Errors: SHI_INPUT: no zip archive, damaged, encrypted. */
shi_err shi_xlsx_open(const char *path, shi_str memory, shi_xlsx **out);
void shi_xlsx_close(shi_xlsx *xlsx);

/* What is called for each element; names come without their prefix. */
typedef struct {
    void (*start)(void *context, const char *name, const char **attributes);
    void (*end)(void *context, const char *name);
    void (*text)(void *context, const char *text, int len);
    void *context;
} shi_xml;

/* A part by its name in the package, such as "xl/workbook.xml". *out is NULL when there is none. */
shi_err shi_part_open(shi_xlsx *xlsx, const char *name, const shi_xml *xml, shi_part **out);
/* Calls the handlers until one pauses, or to the end (*ended), where the checksum held. */
shi_err shi_part_run(shi_part *part, bool *ended);
/* For handlers: pauses behind this element; or ends the run with an error. */
void shi_part_pause(shi_part *part);
void shi_part_fail(shi_part *part, shi_err e);
void shi_part_close(shi_part *part);
/* All of a part at once; a missing one is no error. `part` is set while it runs, for shi_part_fail. */
shi_err shi_part_read(shi_xlsx *xlsx, const char *name, const shi_xml *xml, shi_part **part);

/* The attribute called `name`, with or without a prefix, or NULL. */
const char *shi_xml_attribute(const char **attributes, const char *name);

#endif
