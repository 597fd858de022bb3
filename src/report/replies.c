/* Units' answers on a terminal and as JSON. */
#include "report/json.h"
#include "report/terminal.h"
#include "report/words.h"

static void head(shi_buf *out, shi_lang lang, const shi_reply *r)
{
    shi_buf_format(out, "%lld  ", (long long)r->number);
    shi_words_name(out, r->unit_name.len ? r->unit_name : r->unit_code);
    shi_buf_puts(out, "  ");
    shi_words_name(out, r->unit_code);
    shi_buf_puts(out, "  ");
    shi_buf_add(out, r->day);
    if (r->about.len) {
        shi_buf_puts(out, "  ");
        shi_words_name(out, r->about);
    }
    if (r->by.len) {
        shi_buf by = { 0 };
        shi_words_name(&by, r->by);
        shi_buf_format(out, tr(lang, N_("  signed by %1$s")), by.ptr ? by.ptr : "");
        shi_buf_drop(&by);
    }
    shi_buf_addc(out, '\n');
}

void shi_report_replies(shi_buf *out, shi_lang lang, const shi_replies *replies)
{
    for (int64_t i = 0; i < replies->len; i++) {
        shi_str text = replies->ptr[i].text;
        if (i) shi_buf_addc(out, '\n');
        head(out, lang, &replies->ptr[i]);
        for (int64_t from = 0, to; from < text.len; from = to + 1) {
            to = shi_str_find(text, '\n', from);
            if (to < 0) to = text.len;
            shi_buf_puts(out, "    ");
            shi_words_name(out, shi_str_sub(text, from, to));
            shi_buf_addc(out, '\n');
        }
    }
}

void shi_report_json_replies(shi_json *json, const shi_replies *replies)
{
    shi_json_key(json, "answers");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < replies->len; i++) {
        const shi_reply *r = &replies->ptr[i];
        shi_json_begin_object(json);
        shi_json_kint(json, "answer", r->number);
        shi_json_kstr(json, "unit_code", r->unit_code);
        shi_json_kstr(json, "unit_name", r->unit_name);
        shi_json_kstr(json, "about", r->about);
        shi_json_kstr(json, "run", r->run);
        shi_json_kstr(json, "by", r->by);
        shi_json_kstr(json, "day", r->day);
        shi_json_kstr(json, "text", r->text);
        shi_json_kstr(json, "sha256", r->sha256);
        shi_json_kbool(json, "masked", r->masked);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
}
