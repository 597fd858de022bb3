/* spotcheck worksheet: whom to visit, village by village. */
#ifndef SHI_FIELD_WORKSHEET_H
#define SHI_FIELD_WORKSHEET_H

#include "field/spot.h"

/* One to visit. name, group, door: of the office's own list, in memory only; missing: not there. */
typedef struct {
    shi_str key, unit_code, unit_name, account, name, group, door, meeting_name;
    int64_t round, meeting;  /* meeting: from 1 in order of the route; 0: visits, not meetings */
    int64_t line;            /* of its village or meeting, from 1: the same with and without the office's list, so that phone and paper agree */
    bool recheck, recorded;
} shi_visit;

typedef struct {
    shi_str id;
    shi_visit *ptr;          /* by meeting, unit, group, door, account */
    int64_t len;
    int64_t listed;          /* found in the office's list */
    int64_t lost;            /* drawn, but no longer in the accounts: they are not on the sheet */
} shi_visits;

/* list: path, or NULL. Errors: SHI_INPUT: no check, nobody drawn, a damaged list. */
shi_err shi_visits_load(shi_workspace *ws, shi_arena *keep, shi_str id, const char *list, const shi_engine *engine, shi_visits *out);

#endif
