/* The link "suspected" as the chain, detect and audit use it. */
#ifndef SHI_CHAIN_SUSPECTED_H
#define SHI_CHAIN_SUSPECTED_H

#include "chain/leads.h"

/* Runs the detectors over all accounts and events of the workspace, asks for innocent causes and selects by e-BH over everything.
 * only     names of detectors; NULL: all
 * out      leads in the order in which they are to be listed: selected ones, then explained, proxies, together; in each by falling e, then place
 * Tables   lead, lead_member, lead_account, lead_row (one a lead, as it is told), suspected_member (app, account) of what counts as suspected
 * Needs    shi_chain_register. Errors: SHI_USAGE: no such detector; SHI_SYSTEM, SHI_STOPPED. */
shi_err shi_chain_suspected(shi_chain *chain, const shi_strs *only, shi_leads *out);

/* Counts again without suspected members, where there are any: table counted_clean, and view `left_out`. Before shi_chain_counted. */
shi_err shi_chain_count_clean(shi_chain *chain);

/* Names of detectors in the order in which they run; NULL at the end. */
extern const char *const SHI_DETECTORS[];

#endif
