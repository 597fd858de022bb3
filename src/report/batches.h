/* Findings about batches of accounts: sentences, the list on a terminal, JSON, the section of the paper. */
#ifndef SHI_REPORT_BATCHES_H
#define SHI_REPORT_BATCHES_H

#include "base/json.h"
#include "chain/leads.h"
#include "chain/run.h"
#include "report/markup.h"
#include "report/words.h"

const char *shi_words_detector(shi_lang lang, shi_str detector);
/* "L6": a meeting, training or school evening. A cause that is not known is written as it stands. */
void shi_words_cause(shi_buf *out, shi_lang lang, shi_str cause);
/* What was found, where most of it lies, what it is taken for; a lead is about accounts, and says so. */
void shi_words_batch(shi_buf *out, shi_lang lang, const shi_account_batch *b);
/* The same for paper that is handed on: a number of accounts below small_cell is not told, nor what is left of the batch without its largest unit. */
void shi_words_batch_public(shi_buf *out, shi_lang lang, const shi_account_batch *b, int64_t small_cell);

/* The innocent causes that were asked for, each with how it fared. */
void shi_words_causes(shi_buf *out, shi_lang lang, const shi_account_batch *b);

/* The detectors as they went, then the batches. */
void shi_report_batches(shi_buf *out, shi_lang lang, const shi_account_batches *batches, const shi_leads *looked, const shi_zone *zone, int64_t most);
void shi_report_json_batch(shi_json *json, const shi_account_batch *b, const shi_zone *zone);
void shi_report_json_batches(shi_json *json, const shi_account_batches *batches, const shi_leads *looked, const shi_zone *zone);

/* One finding with its members by unit, at most `most` units on a terminal. */
void shi_report_batch(shi_buf *out, shi_lang lang, const shi_account_batch *b, const shi_batch_units *units, const shi_zone *zone, int64_t most);
void shi_report_json_batch_units(shi_json *json, const shi_account_batch *b, const shi_batch_units *units, const shi_zone *zone);
/* The findings that hold an account. */
void shi_report_memberships(shi_buf *out, shi_lang lang, const shi_memberships *of);
void shi_report_json_memberships(shi_json *json, const shi_memberships *of);

#endif
