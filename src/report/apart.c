/* Sentences about ranks. */
#include "report/words.h"

enum { LAST = 5 };

void shi_words_ranks(shi_buf *out, shi_lang lang, const shi_place *place)
{
    shi_words_whole(out, place->best);
    if (place->best == place->worst) return;
    shi_buf_puts(out, lang == SHI_ZH ? "—" : "–");
    shi_words_whole(out, place->worst);
}

bool shi_words_is_last(const shi_places *r, const shi_place *p)
{
    return r->len > LAST && p->best > r->len - LAST;
}

void shi_words_apart(shi_buf *out, shi_lang lang, const shi_places *r)
{
    shi_buf n[4] = { { 0 }, { 0 }, { 0 }, { 0 } };
    int64_t last = 0;
    const int64_t number[] = { r->apart, r->pairs, r->checked, r->len };
    for (int i = 0; i < 4; i++) shi_words_whole(&n[i], number[i]);
    shi_buf_format(out, tr(lang, N_("%1$s of the %2$s pairs of units can be told apart; %3$s of the %4$s units were checked in the field.")),
                   n[0].ptr ? n[0].ptr : "", n[1].ptr ? n[1].ptr : "", n[2].ptr ? n[2].ptr : "", n[3].ptr ? n[3].ptr : "");
    for (int i = 0; i < 4; i++) {
        out->failed = out->failed || n[i].failed;
        shi_buf_drop(&n[i]);
    }
    if (r->len <= LAST) return;
    shi_buf_puts(out, lang == SHI_ZH ? "" : " ");
    for (int64_t i = 0; i < r->len; i++) {
        if (!shi_words_is_last(r, &r->ptr[i])) continue;
        shi_buf_puts(out, last++ ? tr(lang, N_(", ")) : tr(lang, N_("Certainly among the last five: ")));
        shi_words_name(out, r->ptr[i].unit_name.len ? r->ptr[i].unit_name : r->ptr[i].unit_code);
    }
    if (last) shi_buf_puts(out, lang == SHI_ZH ? "。" : ".");
    else shi_buf_puts(out, tr(lang, N_("No unit is certainly among the last five.")));
}
