/* Number formats of spreadsheets: what a stored number is shown as, and its text. */
#ifndef SHI_TABLE_FORMAT_H
#define SHI_TABLE_FORMAT_H

#include "base/text.h"

typedef enum { SHI_SHOWN_NUMBER, SHI_SHOWN_DATE, SHI_SHOWN_PERCENT } shi_shown;

/* A format without a code in the file, by its number; one with a code. */
shi_shown shi_shown_builtin(int64_t id);
shi_shown shi_shown_code(const char *code);

/* A serial date as ISO 8601; the reason when it is none. */
const char *shi_serial_text(double serial, bool epoch_1904, char out[40]);
/* 0.9518 as 95.18%: what is shown is what is meant; of fifteen digits, which are what a spreadsheet keeps. */
shi_str shi_percent_text(double x, char out[40]);

#endif
