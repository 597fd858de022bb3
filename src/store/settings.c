/* Settings, read by inih. Unknown names are errors: a misspelt setting would silently be its default. */
#include "store/settings.h"

#include "base/decimal.h"

#include <ini.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    shi_arena *keep;
    shi_settings out;
    shi_err err;
    const char *path;
} reading;

static const char REMEDY[] = N_("Correct the line in shishu.ini; its comments say what each setting takes.");

static bool share(const char *text, int64_t *thousandths)
{
    return !shi_decimal_parse(shi_str_from(text), thousandths) && *thousandths >= 0 && *thousandths <= 1000;
}

/* NULL or the reason. */
static const char *take(reading *r, const char *section, const char *name, const char *value)
{
    char full[96];
    int64_t n;
    shi_settings *s = &r->out;
    snprintf(full, sizeof full, "%.40s.%.40s", section, name);
    shi_str text = shi_str_copy(r->keep, shi_str_from(value));
    if (!strcmp(full, "workspace.name")) return s->name = text, NULL;
    if (!strcmp(full, "workspace.zone")) return s->zone = text, NULL;
    if (!strcmp(full, "privacy.key_file")) return s->key_file = text.len ? text : (shi_str){ 0 }, NULL;
    if (!strcmp(full, "privacy.small_cell")) {
        if (!shi_count_parse(text, &n) || n < 1 || n > 1000) return N_("the setting must be a whole number from 1 to 1000");
        return s->small_cell = n, NULL;
    }
    if (!strcmp(full, "audit.tolerance")) return share(value, &s->tolerance) ? NULL : N_("the setting must be a share from 0 to 1");
    if (!strcmp(full, "possible.prior_mean")) {
        if (!share(value, &n) || n == 0 || n == 1000) return N_("the setting must lie between 0 and 1");
        return s->prior_mean = (double)n / 1000, NULL;
    }
    if (!strcmp(full, "possible.prior_weight")) {
        if (shi_decimal_parse(text, &n) || n <= 0 || n > 1000000) return N_("the setting must lie above 0 and not above 1000");
        return s->prior_weight = (double)n / 1000, NULL;
    }
    return N_("there is no such setting");
}

static int on_setting(void *context, const char *section, const char *name, const char *value)
{
    reading *r = context;
    if (r->err.code) return 1;
    const char *reason = take(r, section, name, value);
    if (!reason) return 1;
    r->err = shi_fail_value(SHI_INPUT, shi_str_from(value), reason, REMEDY);
    r->err.file = shi_str_from(r->path);
    r->err.column = shi_str_format(r->keep, "%s.%s", section, name);
    return 0;
}

static shi_err at_line(shi_err e, const char *path, int64_t line)
{
    e.file = shi_str_from(path);
    e.line = line;
    return e;
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

/* inih reads on after a fault and gives the line of the first: the text up to that line tells which fault it was. */
static shi_err first_fault(shi_arena *keep, const char *path, shi_str text, int line)
{
    reading r = { .keep = keep, .path = path };
    int64_t end = 0;
    for (int k = 0; k < line && end >= 0 && end < text.len; k++) end = shi_str_find(text, '\n', end) + 1;
    shi_str head = shi_str_copy(keep, shi_str_sub(text, 0, end > 0 ? end : text.len));
    if (!head.ptr) return shi_no_memory();
    (void)ini_parse_string(head.ptr, on_setting, &r);
    return at_line(r.err.code ? r.err : shi_fail(SHI_INPUT, N_("the line is no setting"), REMEDY), path, line);
}

shi_err shi_settings_read(shi_arena *keep, const char *path, shi_settings *out)
{
    reading r = { .keep = keep, .path = path };
    r.out = (shi_settings){ .name = S(""), .zone = S("Asia/Shanghai"), .tolerance = 50, .prior_mean = 0.35, .prior_weight = 4, .small_cell = 5 };
    shi_str text;
    SHI_TRY(shi_os_read(keep, path, 1 << 20, &text));
    int64_t indented = indented_line(text);
    if (indented) return at_line(shi_fail(SHI_INPUT, N_("the line begins with a space"), REMEDY), path, indented);
    int line = ini_parse_string(text.ptr, on_setting, &r);
    if (line != 0) return first_fault(keep, path, text, line);
    *out = r.out;
    return (shi_err){ 0 };
}

shi_str shi_settings_text(shi_arena *keep, shi_str name, shi_str zone, shi_str key_file)
{
    return shi_str_format(keep,
        "; 实数工作区设置 / Settings of a Shishu workspace. A line that begins with ; is a comment.\n"
        "\n"
        "[workspace]\n"
        "; 报告中使用的名称 / name used in reports\n"
        "name = %.*s\n"
        "; 周期和无时区时间所用的时区 / zone of periods and of times without a zone\n"
        "zone = %.*s\n"
        "\n"
        "[privacy]\n"
        "; 假名密钥文件；留空即工作区内的 secret.key。放在别处更安全。\n"
        "; key for pseudonyms; empty: secret.key here. Kept elsewhere it is safer.\n"
        "key_file = %.*s\n"
        "; 公开表格中小于此数的单元不显示 / published cells below this are suppressed\n"
        "small_cell = 5\n"
        "\n"
        "[audit]\n"
        "; 上报数可高于计数的比例，超过即存疑 / a report may exceed the count by this share before it is doubtful\n"
        "tolerance = 0.05\n"
        "\n"
        "[possible]\n"
        "; 诚实单位参与比例的先验：均值和权重（相当于多少人） / prior of an honest unit's share of people: mean, weight in people\n"
        "prior_mean = 0.35\n"
        "prior_weight = 4\n",
        (int)name.len, name.ptr, (int)zone.len, zone.ptr, (int)key_file.len, key_file.ptr ? key_file.ptr : "");
}
