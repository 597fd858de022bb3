/* Rankings held against what the numbers can carry: how many pairs of the ranked units can be told apart per head. */
#ifndef SHI_CHAIN_RANKED_H
#define SHI_CHAIN_RANKED_H

#include "chain/lawful.h"

typedef struct {
    shi_str period;            /* the latest with reports of the indicator by the day of the bulletin; missing: none, and then all is 0 */
    shi_str level;             /* of the units compared */
    int64_t units, pairs, apart;
    bool of_people;            /* each person counts once */
    double dispersion;         /* of the best and the worst per head: see shi_rate_ratio */
} shi_ranked;

/* One for each bulletin of lawful->bulletins; for those that rank nothing all is 0, and for all but the latest of a series. At most
 * SHI_RANKED_MOST units are compared. After the steps register and lawful; results in chain->keep. Errors: SHI_SYSTEM. */
enum { SHI_RANKED_MOST = 1000 };
shi_err shi_chain_ranked(shi_chain *chain, const shi_lawful *lawful, shi_ranked **out);

#endif
