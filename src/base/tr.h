/* Two languages. The message id is the English text; po/zh_CN.po holds the Chinese. The language is an argument, since one server
 * speaks both. */
#ifndef SHI_BASE_TR_H
#define SHI_BASE_TR_H

#include "base/text.h"

typedef enum { SHI_EN, SHI_ZH } shi_lang;

/* Binds the catalogue: `folder` holds zh_CN/LC_MESSAGES/shishu.mo. Call once, before threads start. */
void shi_tr_open(const char *folder);
/* The text in a language; never NULL. Format arguments are %1$s and so on, so that a sentence may be turned round. */
const char *tr(shi_lang lang, const char *id) __attribute__((format_arg(2)));

#endif
