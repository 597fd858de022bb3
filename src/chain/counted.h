/* Which actions the counts of events are of. */
#ifndef SHI_CHAIN_COUNTED_H
#define SHI_CHAIN_COUNTED_H

#include "chain/chain.h"

typedef struct {
    const char *counts, *action;   /* "reads", "read" */
} shi_event_count;
extern const shi_event_count SHI_EVENT_COUNTS[];   /* ends with NULL */

#endif
