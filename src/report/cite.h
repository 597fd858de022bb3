/* The words about rules and advice: what is broken, in which article, and what to do. */
#ifndef SHI_REPORT_CITE_H
#define SHI_REPORT_CITE_H

#include "base/tr.h"
#include "chain/check.h"

/* "违反", or "参照" where the app falls under the measures by reference only; NULL: a rule of ours, which nobody can break. */
const char *shi_cite_wording(shi_lang lang, const shi_cited *cited);
/* The rule as a clause: source, article (and whether its number was verified), what it says, its name in brackets. */
void shi_cite_rule(shi_buf *out, shi_lang lang, const shi_rule *rule);
/* The rule of that name among the lists of the check, with how it was cited; NULL: it was not. */
const shi_cited *shi_cite_find(const shi_check *check, shi_str rule);

/* Why, as a sentence. */
void shi_cite_target_reason(shi_buf *out, shi_lang lang, const shi_check *check, const shi_target_row *t);
void shi_cite_indicator_reason(shi_buf *out, shi_lang lang, const shi_check *check, const shi_indicator_row *i);
/* Which check of the person would make the number one that cannot be bought, as a sentence. */
void shi_cite_hardening(shi_buf *out, shi_lang lang, const shi_indicator_row *i);
const char *shi_cite_hardening_name(shi_hardening hardening);        /* "face"; NULL: none */
/* Why totals are not known, one sentence each; nothing when all are. */
void shi_cite_totals_unknown(shi_buf *out, shi_lang lang, const shi_totals *t);
/* What the check came to, to be read aloud. */
void shi_cite_summary(shi_buf *out, shi_lang lang, const shi_check *check);

#endif
