/* What to do about each target and each indicator: cancel, merge, guidance or keep (design 4.1), and the tables that say why. */
#ifndef SHI_CHAIN_ADVICE_H
#define SHI_CHAIN_ADVICE_H

#include "chain/lawful.h"

/* The office's choice of indicators to do without, for "what if". */
typedef struct {
    const shi_str *ptr;
    int64_t len;
} shi_names;

/* Makes, after the steps target and lawful:
 *
 *   target_check     target_fact, and: core, merge_with (an indicator), law (row of law_list), high, medium (its list has such a rule), advice, why
 *   target_figure    one row a figure: of several issuers' targets the largest
 *   law_list         law, in_force_hits ("JF-01;ZJ-01"), high, medium: lists of rules that targets share, then those of indicators
 *   indicator_check  one row an indicator: what its targets come to, advice, why, because
 *   issuer_check     one row an issuer, indicator and period: own target, what was handed down, factor, hours
 *
 * high, medium of law_list: the rule of law, not of our own arithmetic, to cite of that severity, in force and broken; NULL: none.
 * why: rule, impossible, issuers, core, medium, none; because: the rule, or the other indicator.
 * Errors: SHI_SYSTEM. */
shi_err shi_chain_advice(shi_chain *chain, const shi_lawful *lawful);

#endif
