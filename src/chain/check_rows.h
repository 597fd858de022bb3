/* Targets of a check as rows with their words, from the arrays of the chain: a nation's codes need not be joined to them. */
#ifndef SHI_CHAIN_CHECK_ROWS_H
#define SHI_CHAIN_CHECK_ROWS_H

#include "chain/check.h"

typedef struct {
    shi_chain *chain;
    const shi_check *check;
    shi_str *rules, *high, *medium;      /* of each list of rules */
    uint8_t *advice, *why;               /* of each target: place of the word, from 1 */
    int32_t *merge_with;                 /* place of the indicator; -1: none */
} shi_check_rows;

/* On a chain that was judged. Texts and arrays lie in chain->keep, or are those of the chain. Errors: SHI_SYSTEM, SHI_STOPPED. */
shi_err shi_check_rows_open(shi_chain *chain, const shi_check *check, shi_check_rows *out);
/* Target `at`, below check->all.targets. */
void shi_check_row(const shi_check_rows *rows, int64_t at, shi_target_row *out);
/* The targets of units that a way up may go through: those of issuers, and of the next unit above an issuer without one. */
shi_err shi_check_rows_issuers(const shi_check_rows *rows, shi_target_rows *out);
/* The worst, at most `limit`; in the order of SHI_WORST_TARGETS. */
shi_err shi_check_rows_worst(const shi_check_rows *rows, int64_t limit, shi_target_rows *out);

#endif
