/* Field checks as the pages see them: the ledger as it is at this moment, beside any run; and the workspace's lock for a step. */
#ifndef SHI_SERVE_FIELD_H
#define SHI_SERVE_FIELD_H

#include "field/visit.h"
#include "serve/server.h"

/* How far a check has come. open: somebody is still to be visited, and not every claim is decided. */
typedef struct {
    shi_str id;
    shi_spot_plan plan;
    bool committed, drawn, open;
    int64_t rounds, visits, recorded, conflicts;
} shi_field_check;

/* One who was drawn, without anything that names him. place: village, or the villages of a meeting; again: the second visit is recorded too */
typedef struct {
    shi_str check, key, unit_code, place;
    int64_t line, round;
    bool recheck, recorded, again;
} shi_field_visit;
typedef struct {
    shi_field_visit *ptr;
    int64_t len;
    int64_t lost;            /* drawn, but no longer in the accounts */
} shi_field_visits;

/* The workspace for reading, until shi_field_end. */
shi_err shi_field_read(shi_call *call, shi_workspace *out);
void shi_field_end(shi_workspace *ws);
/* The workspace with its lock, until shi_workspace_close. While another writes: 503 with Retry-After in the answer. */
shi_err shi_field_write(shi_call *call, shi_workspace *out);

/* The state of a check; SHI_INPUT when there is none of this id. */
shi_err shi_field_look(shi_call *call, shi_workspace *ws, shi_str id, shi_field_check *out);
/* Who was drawn, by the route; what a key stands for is found once and kept. */
shi_err shi_field_drawn(shi_call *call, shi_workspace *ws, shi_str id, shi_field_visits *out);
/* Those of all open checks, by the route. */
shi_err shi_field_today(shi_call *call, shi_workspace *ws, shi_field_visits *out);

#endif
