/* shishu rules: explains the rules that targets are judged by, and validates an office's own. */
#include "cli/cli.h"
#include "rules/book.h"

#include <inttypes.h>

typedef struct {
    const char *check;
} args;

static const shi_option OPTIONS[] = {
    { "check", SHI_OPT_TEXT, offsetof(args, check), "FILE", N_("validate this file of rules instead") },
};

/* {"zh": …, "en": …} */
static void both(shi_json *json, const char *key, shi_str zh, shi_str en)
{
    shi_json_key(json, key);
    shi_json_begin_object(json);
    shi_json_kstr(json, "zh", zh);
    shi_json_kstr(json, "en", en);
    shi_json_end_object(json);
}

static void json_rule(shi_json *json, const shi_rule *r)
{
    shi_buf fields = { 0 };
    char day[16];
    shi_test_fields(&r->test, &fields);
    shi_json_begin_object(json);
    shi_json_kstr(json, "id", r->id);
    shi_json_kstr(json, "source", r->source);
    shi_json_kstr(json, "article", r->article);
    shi_json_kbool(json, "article_verified", r->article_verified);
    shi_json_ktext(json, "severity", shi_severity_name(r->severity));
    shi_json_ktext(json, "kind", shi_test_kind_name(r->test.kind));
    if (r->in_force == INT64_MIN) shi_json_knull(json, "in_force");
    else {
        shi_day_write(r->in_force, day);
        shi_json_ktext(json, "in_force", day);
    }
    both(json, "text", r->text_zh, r->text_en);
    shi_json_kstr(json, "test", r->test_text);
    shi_json_kstr(json, "fields", fields.ptr ? shi_buf_str(&fields) : S(""));
    if (r->exemption.ptr) shi_json_kstr(json, "exemption", r->exemption);
    else shi_json_knull(json, "exemption");
    shi_json_end_object(json);
    json->out->failed = json->out->failed || fields.failed;
    shi_buf_drop(&fields);
}

static void line(shi_buf *out, const char *label, shi_str text)
{
    if (text.len) shi_buf_format(out, "  %s: %.*s\n", label, (int)text.len, text.ptr);
}

static void explain(shi_buf *out, shi_lang lang, const shi_rule *r)
{
    shi_buf fields = { 0 };
    char day[16] = "";
    shi_test_fields(&r->test, &fields);
    if (r->in_force != INT64_MIN) shi_day_write(r->in_force, day);
    shi_buf_format(out, "%.*s  %.*s\n", (int)r->id.len, r->id.ptr, (int)(lang == SHI_ZH ? r->text_zh : r->text_en).len,
                   (lang == SHI_ZH ? r->text_zh : r->text_en).ptr);
    line(out, tr(lang, N_("source")), r->source);
    line(out, r->article_verified ? tr(lang, N_("article")) : tr(lang, N_("article (number not verified)")), r->article);
    line(out, tr(lang, N_("in force from")), shi_str_from(day));
    line(out, tr(lang, N_("severity")), shi_str_from(shi_severity_name(r->severity)));
    line(out, tr(lang, N_("test")), r->test_text);
    line(out, tr(lang, N_("looks at")), shi_buf_str(&fields));
    line(out, tr(lang, N_("exemption")), r->exemption);
    shi_buf_drop(&fields);
}

static shi_err print_one(shi_cli *cli, const shi_book *book, shi_str id)
{
    const shi_rule *r = shi_book_find(book, id);
    if (!r) return shi_fail_value(SHI_USAGE, id, N_("there is no such rule"), N_("\"shishu rules\" lists them."));
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        json_rule(&json, r);
        shi_buf_addc(&cli->out, '\n');
    } else {
        explain(&cli->out, cli->lang, r);
        shi_buf_format(&cli->out, "  %s\n", tr(cli->lang, N_("This is a working summary, to be checked by a legal officer before it is quoted.")));
    }
    return (shi_err){ 0 };
}

static void print_all(shi_cli *cli, const shi_book *book)
{
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        shi_json_begin_object(&json);
        shi_json_key(&json, "rules");
        shi_json_begin_array(&json);
        for (int64_t i = 0; i < book->len; i++) json_rule(&json, &book->ptr[i]);
        shi_json_end_array(&json);
        shi_json_end_object(&json);
        shi_buf_addc(&cli->out, '\n');
        return;
    }
    for (int64_t i = 0; i < book->len; i++) {
        const shi_rule *r = &book->ptr[i];
        shi_str text = shi_str_cut(cli->lang == SHI_ZH ? r->text_zh : r->text_en, 90);
        shi_buf_format(&cli->out, "%-6.*s  %-6s  %.*s\n", (int)r->id.len, r->id.ptr, shi_severity_name(r->severity), (int)text.len, text.ptr);
    }
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { 0 };
    shi_book book = { 0 };
    shi_str folder;
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc > 1 || (a.check && argc > 0))
        return shi_fail_value(SHI_USAGE, shi_str_from(argv[argc - 1]), N_("rules takes one rule, or --check FILE"),
                              N_("\"shishu help rules\" shows how it is called."));
    SHI_TRY(shi_cli_rules(cli, &folder));
    SHI_TRY(shi_book_read(&cli->keep, shi_str_format(&cli->keep, "%.*s/regulation.csv", (int)folder.len, folder.ptr).ptr, &book));
    if (!a.check && argc == 1) return print_one(cli, &book, shi_str_from(argv[0]));
    if (!a.check) {
        print_all(cli, &book);
        return (shi_err){ 0 };
    }
    /* an alias may name a rule of the regulation */
    int64_t before = book.len;
    SHI_TRY(shi_book_read(&cli->keep, a.check, &book));
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        shi_json_begin_object(&json);
        shi_json_ktext(&json, "file", a.check);
        shi_json_kint(&json, "new_rules", book.len - before);
        shi_json_kbool(&json, "ok", true);
        shi_json_end_object(&json);
        shi_buf_addc(&cli->out, '\n');
    } else {
        shi_buf_format(&cli->out, tr(cli->lang, N_("%1$s holds: its rules can be used. New ones: %2$lld.\n")), a.check,
                       (long long)(book.len - before));
    }
    return (shi_err){ 0 };
}

const shi_command SHI_CMD_RULES = { "rules", "[ID]", N_("explain a rule, or validate a file of rules"),
    N_("Without a name lists the rules that targets, indicators and apps are judged by; with one explains it: source, article, from when it is in "
       "force, what it looks at. With --check FILE validates an office's own rules; an error names line, column, and the place in the test."),
    OPTIONS, COUNT(OPTIONS), run };
