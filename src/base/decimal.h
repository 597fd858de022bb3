/* DECIMAL(18,3): numbers with up to three decimals as int64_t thousandths, read and written exactly. */
#ifndef SHI_BASE_DECIMAL_H
#define SHI_BASE_DECIMAL_H

#include "base/text.h"

#define SHI_DECIMAL_MAX INT64_C(999999999999999999)   /* 18 digits */

/* NULL and *out on success, else the reason (message id). Accepts a sign, digits, a point, digits; at most `decimals` of them not 0. */
const char *shi_decimal_parse(shi_str s, int64_t *out);
/* Digits with `.` and without trailing zeros: 3000, 0.5, -12.125. Returns the length; out holds 24 bytes, NUL-terminated. */
int shi_decimal_write(int64_t thousandths, char out[24]);
/* The same with a comma between thousands, as on the page: 3,000. */
int shi_decimal_write_grouped(int64_t thousandths, char out[32]);
/* A double in the shortest form that reads back the same, alike in every locale. */
int shi_f64_write(double x, char out[32]);

#endif
