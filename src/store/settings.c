/* Settings, read by inih. Unknown names are errors: a misspelt setting would silently be its default. */
#include "store/settings.h"

#include "base/decimal.h"
#include "base/ini.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    shi_arena *keep;
    shi_settings out;
} reading;

static const char REMEDY[] = N_("Correct the line in shishu.ini; its comments say what each setting takes.");

static bool share(const char *text, int64_t *thousandths)
{
    return !shi_decimal_parse(shi_str_from(text), thousandths) && *thousandths >= 0 && *thousandths <= 1000;
}

/* NULL or the reason. */
static const char *take(void *context, const char *section, const char *name, const char *value)
{
    reading *r = context;
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
    if (!strcmp(full, "detect.risk")) {
        if (!share(value, &n) || n == 0 || n == 1000) return N_("the setting must lie between 0 and 1");
        return s->risk = (double)n / 1000, NULL;
    }
    if (!strcmp(full, "possible.prior_mean")) {
        if (!share(value, &n) || n == 0 || n == 1000) return N_("the setting must lie between 0 and 1");
        return s->prior_mean = (double)n / 1000, NULL;
    }
    if (!strcmp(full, "possible.prior_weight")) {
        if (shi_decimal_parse(text, &n) || n <= 0 || n > 1000000) return N_("the setting must lie above 0 and not above 1000");
        return s->prior_weight = (double)n / 1000, NULL;
    }
    if (!strcmp(full, "burden.wage")) {
        if (text.len == 0) return s->wage = 0, NULL;
        if (shi_decimal_parse(text, &n) || n <= 0 || n > 10000000) return N_("the setting must lie above 0 and not above 10000");
        return s->wage = (double)n / 1000, NULL;
    }
    return N_("there is no such setting");
}

shi_err shi_settings_read(shi_arena *keep, const char *path, shi_settings *out)
{
    reading r = { .keep = keep };
    r.out = (shi_settings){ .name = S(""), .zone = S("Asia/Shanghai"), .tolerance = 50, .prior_mean = 0.35, .prior_weight = 4, .small_cell = 5,
        .risk = 0.05 };
    SHI_TRY(shi_ini_read(keep, path, take, &r, REMEDY));
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
        "[burden]\n"
        "; 干部一小时工作的成本（元）；留空则不比较造假与诚实完成的成本\n"
        "; yuan for an hour of a cadre's work; empty: the cost of honest work is not compared with the price of faking\n"
        "wage =\n"
        "\n"
        "[audit]\n"
        "; 上报数可高于计数的比例，超过即存疑 / a report may exceed the count by this share before it is doubtful\n"
        "tolerance = 0.05\n"
        "\n"
        "[detect]\n"
        "; 疑点清单中误报的期望比例上限 / expected share of false findings among those listed, at most\n"
        "risk = 0.05\n"
        "\n"
        "[possible]\n"
        "; 诚实单位参与比例的先验：均值和权重（相当于多少人） / prior of an honest unit's share of people: mean, weight in people\n"
        "prior_mean = 0.35\n"
        "prior_weight = 4\n",
        (int)name.len, name.ptr, (int)zone.len, zone.ptr, (int)key_file.len, key_file.ptr ? key_file.ptr : "");
}
