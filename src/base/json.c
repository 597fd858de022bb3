/* JSON out (RFC 8259). */
#include "base/json.h"

#include "base/decimal.h"

#include <inttypes.h>
#include <math.h>

static void before_value(shi_json *json)
{
    uint64_t bit = UINT64_C(1) << json->depth;
    if (!json->after_key && json->depth > 0 && (json->has_item & bit)) shi_buf_addc(json->out, ',');
    json->has_item |= bit;
    json->after_key = false;
}

static void begin(shi_json *json, char c)
{
    before_value(json);
    shi_buf_addc(json->out, c);
    json->depth++;
    json->has_item &= ~(UINT64_C(1) << json->depth);
}

static void end(shi_json *json, char c)
{
    json->depth--;
    shi_buf_addc(json->out, c);
}

void shi_json_begin_object(shi_json *json)
{
    begin(json, '{');
}

void shi_json_end_object(shi_json *json)
{
    end(json, '}');
}

void shi_json_reopen_object(shi_json *json)
{
    if (json->out->failed) return;
    json->out->len--;
    json->depth++;   /* whether it has items is still known: only a new beginning at this depth forgets it */
}

void shi_json_begin_array(shi_json *json)
{
    begin(json, '[');
}

void shi_json_end_array(shi_json *json)
{
    end(json, ']');
}

static void quoted(shi_buf *out, shi_str s)
{
    shi_buf_addc(out, '"');
    int64_t from = 0, i = 0;
    while (i < s.len) {
        unsigned char c = (unsigned char)s.ptr[i];
        int64_t ok = c < 0x80 ? 1 : shi_utf8_valid(s.ptr + i, s.len - i < 4 ? s.len - i : 4);
        /* "</" is written "<\/" so that the text may stand inside a script element */
        bool plain = c >= 0x20 && c != '"' && c != '\\' && c != 0x7f && ok > 0 && !(c == '/' && i > 0 && s.ptr[i - 1] == '<');
        if (plain) {
            i += c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
            continue;
        }
        shi_buf_add(out, shi_str_sub(s, from, i));
        if (c == '"' || c == '\\' || c == '/') shi_buf_format(out, "\\%c", c);
        else if (c == '\n') shi_buf_puts(out, "\\n");
        else if (c == '\t') shi_buf_puts(out, "\\t");
        else if (c < 0x80) shi_buf_format(out, "\\u%04x", c);
        else shi_buf_puts(out, "\xEF\xBF\xBD");
        from = ++i;
    }
    shi_buf_add(out, shi_str_sub(s, from, s.len));
    shi_buf_addc(out, '"');
}

void shi_json_key(shi_json *json, const char *key)
{
    before_value(json);
    quoted(json->out, shi_str_from(key));
    shi_buf_addc(json->out, ':');
    json->after_key = true;
}

void shi_json_str(shi_json *json, shi_str value)
{
    before_value(json);
    if (value.ptr) quoted(json->out, value);
    else shi_buf_puts(json->out, "null");
}

void shi_json_text(shi_json *json, const char *value)
{
    shi_json_str(json, shi_str_from(value));
}

void shi_json_int(shi_json *json, int64_t value)
{
    before_value(json);
    shi_buf_format(json->out, "%" PRId64, value);
}

void shi_json_decimal(shi_json *json, int64_t thousandths)
{
    char text[24];
    before_value(json);
    shi_decimal_write(thousandths, text);
    shi_buf_puts(json->out, text);
}

void shi_json_f64(shi_json *json, double value)
{
    char text[32];
    before_value(json);
    if (!isfinite(value)) {
        shi_buf_puts(json->out, "null");
        return;
    }
    shi_f64_write(value, text);
    shi_buf_puts(json->out, text);
}

void shi_json_bool(shi_json *json, bool value)
{
    before_value(json);
    shi_buf_puts(json->out, value ? "true" : "false");
}

void shi_json_null(shi_json *json)
{
    before_value(json);
    shi_buf_puts(json->out, "null");
}

void shi_json_written(shi_json *json, shi_str value)
{
    before_value(json);
    shi_buf_add(json->out, value);
}

void shi_json_kstr(shi_json *json, const char *key, shi_str value)
{
    shi_json_key(json, key);
    shi_json_str(json, value);
}

void shi_json_ktext(shi_json *json, const char *key, const char *value)
{
    shi_json_key(json, key);
    shi_json_text(json, value);
}

void shi_json_kint(shi_json *json, const char *key, int64_t value)
{
    shi_json_key(json, key);
    shi_json_int(json, value);
}

void shi_json_kdecimal(shi_json *json, const char *key, bool known, int64_t thousandths)
{
    shi_json_key(json, key);
    if (known) shi_json_decimal(json, thousandths);
    else shi_json_null(json);
}

void shi_json_kf64(shi_json *json, const char *key, bool known, double value)
{
    shi_json_key(json, key);
    shi_json_f64(json, known ? value : NAN);
}

void shi_json_kbool(shi_json *json, const char *key, bool value)
{
    shi_json_key(json, key);
    shi_json_bool(json, value);
}

void shi_json_knull(shi_json *json, const char *key)
{
    shi_json_key(json, key);
    shi_json_null(json);
}
