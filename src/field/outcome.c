#include "field/outcome.h"

#include "table/schema.h"

#include <math.h>
#include <stdlib.h>

static const char OUTCOMES[] = "real=1=1.0=yes=true=属实=真实=是=对|not_real=0=0.0=no=false=不属实=不实=不真实=虚假=否=错|"
    "not_reached=unreached=未见到=未接触到=未联系上=未访到=无法核实=未核到=不在家=拒访";
static const char ANSWERS[] = "yes=1=true=是=有=对|no=0=false=否=无=没有=错";

bool shi_outcome_parse(shi_str word, shi_outcome *out)
{
    shi_str code, trimmed = shi_str_trim(word);
    *out = SHI_NOT_VISITED;
    if (trimmed.len == 0) return true;
    if (!shi_word_find(OUTCOMES, trimmed, &code)) return false;
    *out = shi_str_eq(code, S("real")) ? SHI_REAL : shi_str_eq(code, S("not_real")) ? SHI_NOT_REAL : SHI_NOT_REACHED;
    return true;
}

bool shi_outcome_value(shi_str word, double *out)
{
    shi_outcome outcome;
    char text[32], *end;
    word = shi_str_trim(word);
    if (word.len > 0 && shi_outcome_parse(word, &outcome)) {
        *out = outcome == SHI_REAL ? 1 : outcome == SHI_NOT_REAL ? 0 : (double)NAN;
        return true;
    }
    if (word.len == 0 || word.len >= (int64_t)sizeof text) return false;
    for (int64_t i = 0; i < word.len; i++) {   /* plain decimals only */
        if ((word.ptr[i] < '0' || word.ptr[i] > '9') && word.ptr[i] != '.') return false;
        text[i] = word.ptr[i];
    }
    text[word.len] = 0;
    *out = strtod(text, &end);
    return *end == 0 && *out >= 0 && *out <= 1;
}

const char *shi_outcome_name(shi_outcome outcome)
{
    static const char *const NAME[] = { "", "real", "not_real", "not_reached" };
    return NAME[outcome];
}

bool shi_answer_parse(shi_str word, shi_layer *out)
{
    shi_str code, trimmed = shi_str_trim(word);
    *out = SHI_NO_ANSWER;
    if (trimmed.len == 0) return true;
    if (!shi_word_find(ANSWERS, trimmed, &code)) return false;
    *out = shi_str_eq(code, S("yes")) ? SHI_YES : SHI_NO;
    return true;
}

const char *shi_answer_name(shi_layer answer)
{
    static const char *const NAME[] = { "", "yes", "no" };
    return NAME[answer];
}

shi_outcome shi_outcome_of_layers(const shi_layer layer[SHI_LAYERS])
{
    bool any = false;
    for (int i = 0; i < SHI_LAYERS; i++) {
        any = any || layer[i] != SHI_NO_ANSWER;
        if (layer[i] == SHI_NO) return SHI_NOT_REAL;
        if (layer[i] == SHI_NO_ANSWER) return any ? SHI_NOT_REACHED : SHI_NOT_VISITED;
    }
    return SHI_REAL;
}
