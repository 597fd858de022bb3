/* A stream of a compound file (MS-CFB), the box in which an .xls workbook lies. */
#ifndef SHI_TABLE_CFB_H
#define SHI_TABLE_CFB_H

#include "base/text.h"

/* The bytes of the first stream of this name (ASCII), in a buffer of the caller; name and other chains are checked to end. Errors: SHI_INPUT:
 * damaged; *out is empty when there is no stream of this name. */
shi_err shi_cfb_read(shi_str file, const char *name, shi_buf *out);

#endif
