/* gettext under LANGUAGE=zh_CN: English is the message id itself, so it needs no catalogue and no locale of the system. */
#include "base/tr.h"

#include <libintl.h>
#include <locale.h>
#include <stdlib.h>

void shi_tr_open(const char *folder)
{
    /* C.UTF-8 is in every glibc; under plain C gettext would not look at LANGUAGE */
    setlocale(LC_MESSAGES, "C.UTF-8");
    setlocale(LC_CTYPE, "C.UTF-8");   /* or the words of libraries that translate theirs come as question marks */
    setenv("LANGUAGE", "zh_CN", 1);
    bindtextdomain("shishu", folder);
    bind_textdomain_codeset("shishu", "UTF-8");
}

const char *tr(shi_lang lang, const char *id)
{
    return lang == SHI_EN ? id : dgettext("shishu", id);
}
