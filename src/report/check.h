/* check on a terminal and as JSON. */
#ifndef SHI_REPORT_CHECK_H
#define SHI_REPORT_CHECK_H

#include "base/json.h"
#include "report/cite.h"

/* Called now and then while a long document is written: may take what is in `out` and empty it. */
typedef struct {
    shi_err (*flush)(void *context);
    void *context;
} shi_drain;

/* The keys of the contract (design 3, check). Rows are written as they are made, so that a nation's fit. Errors: SHI_SYSTEM, those of flush. */
shi_err shi_report_json_check(shi_json *json, const shi_check *check, shi_chain *chain, const shi_drain *drain);
/* The sentence, then indicators with advice, clauses, targets, issuers, hours, allocation, the worst first. */
shi_err shi_report_terminal_check(shi_buf *out, shi_lang lang, const shi_check *check, shi_chain *chain);

#endif
