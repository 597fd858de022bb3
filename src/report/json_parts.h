/* Parts that several JSON documents share. */
#ifndef SHI_REPORT_JSON_PARTS_H
#define SHI_REPORT_JSON_PARTS_H

#include "base/json.h"
#include "report/words.h"

/* {"zh": …, "en": …}; both buffers are dropped. */
void shi_part_both(shi_json *json, const char *key, shi_buf text[2]);
void shi_part_message(shi_json *json, const char *key, const char *id);
void shi_part_maybe(shi_json *json, const char *key, shi_maybe m);
void shi_part_f64(shi_json *json, const char *key, shi_maybe_f64 m);
void shi_part_money(shi_json *json, const char *key, shi_maybe fen);   /* fen as yuan */
/* "INDICATOR/PERIOD/UNIT", "@ISSUER" behind it when there is one. */
void shi_part_name(shi_json *json, const char *key, shi_str indicator, shi_str period, shi_str unit, shi_str issuer);
/* amplified_by of a target (NULL: none), from the top down. */
void shi_part_amplified_by(shi_json *json, const shi_target_row *t, const shi_target_index *index);

#endif
