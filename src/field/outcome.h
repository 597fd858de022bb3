/* What a visit found, in words. */
#ifndef SHI_FIELD_OUTCOME_H
#define SHI_FIELD_OUTCOME_H

#include "base/text.h"

typedef enum { SHI_NOT_VISITED, SHI_REAL, SHI_NOT_REAL, SHI_NOT_REACHED } shi_outcome;

/* The four layers of a visit, from the first to the last: who answers no to one is not asked the next. */
enum { SHI_LAYERS = 4 };
typedef enum { SHI_NO_ANSWER, SHI_YES, SHI_NO } shi_layer;

/* "real", "not_real", "not_reached", and what offices write for them; false if it is none. Blank: not visited. */
bool shi_outcome_parse(shi_str word, shi_outcome *out);
/* A value in [0, 1] as well: 1 is real, 0 is not; NAN: not reached. false if it is none. */
bool shi_outcome_value(shi_str word, double *out);
const char *shi_outcome_name(shi_outcome outcome);   /* "" of not visited */
/* yes, no, 是, 否 …; blank: no answer. */
bool shi_answer_parse(shi_str word, shi_layer *out);
const char *shi_answer_name(shi_layer answer);
/* The outcome that the layers give: all four yes is real, a no is not real, and who has not answered all was not reached. */
shi_outcome shi_outcome_of_layers(const shi_layer layer[SHI_LAYERS]);

#endif
