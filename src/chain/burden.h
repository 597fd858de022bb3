/* What targets cost: hours by unit, issuer and period against the time of cadres, and what the numbers would cost to buy. */
#ifndef SHI_CHAIN_BURDEN_H
#define SHI_CHAIN_BURDEN_H

#include "chain/chain.h"

/* Makes, from target_check:
 *
 *   burden         one row a unit and period: indicators, hours, available (cadres × 8 × weekdays), over, price_list, price_bulk (yuan)
 *   burden_issuer  one row an issuer and period kind: indicators, targets, hours of the targets that nobody hands further down
 *   burden_period  one row a period: kind (year, quarter, month, week), weekdays, indicators, targets, hours (of those not handed further down),
 *                  available (of their units), impossible, unlawful, price_bulk
 *
 * Of several issuers' targets for one figure the largest counts. Hours are missing where no honest_minutes are given. Errors: SHI_SYSTEM. */
shi_err shi_chain_burden(shi_chain *chain);

#endif
