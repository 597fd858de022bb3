/* JSON out: a streaming writer into a buffer. Commas, escapes and nesting are its own business. */
#ifndef SHI_BASE_JSON_H
#define SHI_BASE_JSON_H

#include "base/text.h"

typedef struct {
    shi_buf *out;
    int depth;
    uint64_t has_item;   /* bit d: the container at depth d has an item already */
    bool after_key;
} shi_json;

void shi_json_begin_object(shi_json *json);
void shi_json_end_object(shi_json *json);
/* Takes back the end of an object that was just written: keys can be added, and it is ended again. */
void shi_json_reopen_object(shi_json *json);
void shi_json_begin_array(shi_json *json);
void shi_json_end_array(shi_json *json);
void shi_json_key(shi_json *json, const char *key);
void shi_json_str(shi_json *json, shi_str value);          /* missing: null. Invalid UTF-8 becomes U+FFFD. */
void shi_json_text(shi_json *json, const char *value);     /* NULL: null */
void shi_json_int(shi_json *json, int64_t value);
void shi_json_decimal(shi_json *json, int64_t thousandths);
void shi_json_f64(shi_json *json, double value);           /* NaN and infinities: null */
void shi_json_bool(shi_json *json, bool value);
void shi_json_null(shi_json *json);
void shi_json_written(shi_json *json, shi_str value);      /* a value that was written by a writer of its own */

/* key and value in one */
void shi_json_kstr(shi_json *json, const char *key, shi_str value);
void shi_json_ktext(shi_json *json, const char *key, const char *value);
void shi_json_kint(shi_json *json, const char *key, int64_t value);
void shi_json_kdecimal(shi_json *json, const char *key, bool known, int64_t thousandths);   /* unknown: null */
void shi_json_kf64(shi_json *json, const char *key, bool known, double value);
void shi_json_kbool(shi_json *json, const char *key, bool value);
void shi_json_knull(shi_json *json, const char *key);

#endif
