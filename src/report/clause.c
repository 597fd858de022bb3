/* Rules and advice in words. Sources carry an English gloss in brackets behind the Chinese title: a sentence leaves it out, JSON and the annex give
 * the whole. */
#include "report/words.h"

const char *shi_words_wording(shi_lang lang, bool by_reference)
{
    return by_reference ? tr(lang, N_("by reference to")) : tr(lang, N_("breaks"));
}

static shi_str without_gloss(shi_str source)
{
    int64_t at = shi_str_find(source, '(', 0);
    return at > 0 ? shi_str_trim(shi_str_sub(source, 0, at)) : source;
}

/* The full stop comes behind the rule's name. */
static shi_str without_stop(shi_str text)
{
    while (text.len && (text.ptr[text.len - 1] == '.' || text.ptr[text.len - 1] == ' ')) text.len--;
    if (shi_str_ends(text, S("。"))) text.len -= (int64_t)S("。").len;
    return text;
}

void shi_words_rule(shi_buf *out, shi_lang lang, const shi_clause *c)
{
    if (c->law) {
        shi_words_name(out, without_gloss(c->source));
        shi_buf_puts(out, lang == SHI_ZH ? " " : ", ");
        shi_words_name(out, c->article);
        if (!c->article_verified && !shi_str_starts(c->article, S("条号未核"))) shi_buf_puts(out, tr(lang, N_(" (number of the article not verified)")));
        shi_buf_puts(out, lang == SHI_ZH ? "：" : ": ");
    }
    shi_words_name(out, without_stop(lang == SHI_ZH ? c->text_zh : c->text_en));
    shi_buf_puts(out, lang == SHI_ZH ? "（" : " (");
    shi_words_name(out, c->rule);
    shi_buf_puts(out, lang == SHI_ZH ? "）" : ")");
}

void shi_words_clause(shi_buf *out, shi_lang lang, const shi_clause *c)
{
    bool asked = shi_str_eq(c->kind, S("lead")) || shi_str_eq(c->kind, S("ask"));
    if (c->law && !asked) {
        shi_buf_puts(out, shi_words_wording(lang, c->by_reference));
        shi_buf_puts(out, lang == SHI_ZH ? "" : " ");
    }
    shi_words_rule(out, lang, c);
    if (!c->in_force) shi_buf_puts(out, tr(lang, N_(" – not yet in force on the day")));
}

void shi_words_clause_dated(shi_buf *out, shi_lang lang, const shi_clause *c)
{
    char day[16];
    shi_words_clause(out, lang, c);
    if (c->in_force_day == INT64_MIN) return;
    shi_day_write(c->in_force_day, day);
    shi_buf_format(out, tr(lang, N_(" – in force since %1$s")), day);
}

bool shi_words_listed(shi_str list, shi_str rule)
{
    for (int64_t from = 0, to; from < list.len; from = to + 1) {
        to = shi_str_find(list, ';', from);
        if (to < 0) to = list.len;
        if (shi_str_eq(shi_str_sub(list, from, to), rule)) return true;
    }
    return false;
}

const char *shi_words_advice(shi_lang lang, shi_str advice)
{
    static const char *const NAME[][2] = { { "cancel", N_("cancel") }, { "merge", N_("merge") }, { "guidance", N_("guidance") }, { "keep",
        N_("keep") } };
    for (int64_t i = 0; i < COUNT(NAME); i++)
        if (shi_str_eq(advice, shi_str_from(NAME[i][0]))) return tr(lang, NAME[i][1]);
    return "";
}

void shi_words_placed(shi_buf *out, shi_lang lang, const shi_share_row *share)
{
    shi_buf total = { 0 }, rest = { 0 };
    shi_words_number(&total, share->total * 1000);
    shi_words_number(&rest, share->infeasible * 1000);
    if (share->infeasible)
        shi_buf_format(out, tr(lang, N_("of the total of %1$s first asked for, %2$s are above what the units can give together; they are not "
            "spread.")),
            total.ptr ? total.ptr : "", rest.ptr ? rest.ptr : "");
    else
        shi_buf_format(out, tr(lang, N_("the total of %1$s first asked for, shared by people, none above what is possible.")), total.ptr
                       ? total.ptr : "");
    out->failed = out->failed || total.failed || rest.failed;
    shi_buf_drop(&total);
    shi_buf_drop(&rest);
}
