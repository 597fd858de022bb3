#include "report/json_parts.h"

void shi_part_both(shi_json *json, const char *key, shi_buf text[2])
{
    shi_json_key(json, key);
    shi_json_begin_object(json);
    shi_json_kstr(json, "zh", shi_buf_str(&text[SHI_ZH]));
    shi_json_kstr(json, "en", shi_buf_str(&text[SHI_EN]));
    shi_json_end_object(json);
    json->out->failed = json->out->failed || text[0].failed || text[1].failed;
    shi_buf_drop(&text[0]);
    shi_buf_drop(&text[1]);
}

void shi_part_message(shi_json *json, const char *key, const char *id)
{
    shi_json_key(json, key);
    shi_json_begin_object(json);
    shi_json_ktext(json, "zh", tr(SHI_ZH, id));
    shi_json_ktext(json, "en", tr(SHI_EN, id));
    shi_json_end_object(json);
}

void shi_part_maybe(shi_json *json, const char *key, shi_maybe m)
{
    shi_json_kdecimal(json, key, m.known, m.v);
}

void shi_part_f64(shi_json *json, const char *key, shi_maybe_f64 m)
{
    shi_json_kf64(json, key, m.known, m.v);
}

void shi_part_money(shi_json *json, const char *key, shi_maybe fen)
{
    int64_t thousandths = 0;
    bool known = fen.known && !shi_mul(fen.v, 10, &thousandths);
    shi_json_kdecimal(json, key, known, thousandths);
}

static void name_of(shi_buf *out, shi_str indicator, shi_str period, shi_str unit)
{
    shi_buf_add(out, indicator);
    shi_buf_addc(out, '/');
    shi_buf_add(out, period);
    shi_buf_addc(out, '/');
    shi_buf_add(out, unit);
}

void shi_part_name(shi_json *json, const char *key, shi_str indicator, shi_str period, shi_str unit, shi_str issuer)
{
    shi_buf name = { 0 };
    name_of(&name, indicator, period, unit);
    if (issuer.ptr) {
        shi_buf_addc(&name, '@');
        shi_buf_add(&name, issuer);
    }
    shi_json_kstr(json, key, shi_buf_str(&name));
    json->out->failed = json->out->failed || name.failed;
    shi_buf_drop(&name);
}

void shi_part_amplified_by(shi_json *json, const shi_target_row *t, const shi_target_index *index)
{
    shi_way_step step[SHI_WAY_MAX];
    int n = t ? shi_words_way_up(index, t, step) : 0;
    shi_json_key(json, "amplified_by");
    shi_json_begin_array(json);
    for (int i = n - 1; i >= 0; i--) {   /* from the top down, as the target came */
        shi_json_begin_object(json);
        shi_json_kstr(json, "level", step[i].level);
        shi_json_kstr(json, "unit_code", step[i].code);
        shi_json_kf64(json, "factor", true, step[i].factor);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
}
