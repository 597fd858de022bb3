/* inih behind one door. It reads on after a fault and tells only the line of the first, so the text up to there is read again. */
#include "base/ini.h"

#include "base/text.h"

#include <ini.h>

typedef struct {
    shi_arena *keep;
    shi_ini_take take;
    void *context;
    const char *remedy;
    shi_err err;
} reading;

static int on_setting(void *context, const char *section, const char *name, const char *value)
{
    reading *r = context;
    if (r->err.code) return 1;
    const char *reason = r->take(r->context, section, name, value);
    if (!reason) return 1;
    r->err = shi_fail_value(SHI_INPUT, shi_str_from(value), reason, r->remedy);
    r->err.column = shi_str_format(r->keep, "%s.%s", section, name);
    return 0;
}

/* A line that begins with a space would silently continue the one above it. */
static int64_t indented_line(shi_str text)
{
    int64_t line = 1;
    for (int64_t from = 0, to; from < text.len; from = to + 1, line++) {
        to = shi_str_find(text, '\n', from);
        if (to < 0) to = text.len;
        shi_str whole = shi_str_sub(text, from, to);
        shi_str said = shi_str_trim(whole);
        bool comment = said.len == 0 || said.ptr[0] == ';' || said.ptr[0] == '#';
        if (whole.len && (whole.ptr[0] == ' ' || whole.ptr[0] == '\t') && !comment) return line;
    }
    return 0;
}

static shi_err at_line(shi_err e, const char *path, int64_t line)
{
    e.file = shi_str_from(path);
    e.line = line;
    return e;
}

static shi_err first_fault(reading *r, const char *path, shi_str text, int line)
{
    int64_t end = 0;
    for (int k = 0; k < line && end >= 0 && end < text.len; k++) end = shi_str_find(text, '\n', end) + 1;
    shi_str head = shi_str_copy(r->keep, shi_str_sub(text, 0, end > 0 ? end : text.len));
    if (!head.ptr) return shi_no_memory();
    r->err = (shi_err){ 0 };
    (void)ini_parse_string(head.ptr, on_setting, r);
    return at_line(r->err.code ? r->err : shi_fail(SHI_INPUT, N_("the line is no setting"), r->remedy), path, line);
}

shi_err shi_ini_read(shi_arena *keep, const char *path, shi_ini_take take, void *context, const char *remedy)
{
    reading r = { .keep = keep, .take = take, .context = context, .remedy = remedy };
    shi_str text;
    SHI_TRY(shi_os_read(keep, path, 1 << 20, &text));
    int64_t indented = indented_line(text);
    if (indented) return at_line(shi_fail(SHI_INPUT, N_("the line begins with a space"), remedy), path, indented);
    int line = ini_parse_string(text.ptr, on_setting, &r);
    return line != 0 ? first_fault(&r, path, text, line) : (shi_err){ 0 };
}
