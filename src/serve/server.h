/* What the routes share: the request as a call, the run it reads, the frame around a page. */
#ifndef SHI_SERVE_SERVER_H
#define SHI_SERVE_SERVER_H

#include "base/json.h"
#include "chain/run.h"
#include "report/markup.h"
#include "serve/cache.h"
#include "serve/http.h"
#include "serve/people.h"
#include "serve/serve.h"

#include <pthread.h>
#include <stdatomic.h>

/* A run as all readers see it. */
typedef struct {
    int64_t holders;                 /* under the server's lock */
    shi_arena held;
    shi_workspace ws;
    shi_duck duck;                   /* the run's files as views; readers join it */
    shi_run_info info;
    shi_chain_units units;
    shi_strs periods;                /* of the run's figures, the latest first */
    shi_pairs indicators;            /* code, name */
    const char *figures_path;
    pthread_t thread;                /* copies into memory, through copier */
    shi_duck copier;
    bool copying;                    /* the thread was started */
    atomic_bool closing, copied;     /* copied: database shelf holds tables of the views' names */
} shi_shelf;

/* One thread's view of the latest run: a connection of its own, so that no thread waits for another's query. */
typedef struct shi_reader {
    struct shi_reader *next;         /* while it is idle */
    shi_arena call;                  /* ends with the call */
    shi_arena held;                  /* as long as the run is open */
    shi_shelf *shelf;
    bool in_memory;                  /* looks into the shelf's tables first */
    shi_str run;                     /* which; missing: none is open */
    shi_workspace ws;
    shi_duck duck;
    shi_run_info info;               /* from here on as on the shelf */
    shi_chain_units units;
    shi_strs periods;
    shi_pairs indicators;
} shi_reader;

typedef struct shi_server {
    const shi_serve_options *options;
    shi_people *people;
    shi_cache *cache;
    shi_http *http;
    pthread_mutex_t lock;            /* of what follows */
    shi_reader *idle;
    shi_shelf *shelf;                /* of the latest run that anybody asked for, or NULL */
    pthread_mutex_t opening;         /* held while a shelf is opened */
    char run[128];                   /* the latest; "": there is none */
    struct shi_jobs *jobs;
    shi_str name, zone;              /* of the workspace */
} shi_server;

typedef struct {
    shi_server *server;
    const shi_request *request;
    shi_answer *answer;
    shi_arena *keep;                 /* ends with the call */
    shi_str path, rest;              /* decoded; rest: what stands behind the route's path */
    shi_pairs query, form;
    shi_session session;
    shi_lang lang;
    bool api;
    shi_reader *reader;              /* its run is open where the route asks for one */
    shi_page page;                   /* writes into the answer's body */
    const char *title_id;            /* of the page, or */
    shi_str title;
} shi_call;

/* The way of a route, from a table: path, who may, what it does. A NULL is not there. */
typedef struct {
    const char *path;                /* "/figures"; with '/' at its end: all below it */
    unsigned roles;                  /* bit 1 << shi_role; 0: anybody, without a session */
    bool run;                        /* needs a run */
    bool kept;                       /* the answer depends on run, path, query, language and reach only, and is kept for the next */
    const char *nav;                 /* place in the navigation that it belongs to, or NULL */
    shi_err (*page)(shi_call *call);
    shi_err (*json)(shi_call *call);
    shi_err (*post)(shi_call *call);
    int64_t room;                    /* most bytes of a POST; 0: 64 KiB */
} shi_route;

extern const shi_route SHI_ROUTES[];
extern const int64_t SHI_ROUTES_LEN;

enum { SHI_ANY_ROLE = 1 << SHI_VIEWER | 1 << SHI_INSPECTOR | 1 << SHI_AUDITOR | 1 << SHI_ADMIN, SHI_OFFICE = 1 << SHI_AUDITOR | 1 << SHI_ADMIN,
    SHI_READS = SHI_OFFICE | 1 << SHI_VIEWER };

/* ---- server.c ---- */
void shi_server_answer(void *context, const shi_request *request, shi_answer *out);
int64_t shi_server_room(void *context, const shi_request *request);

/* ---- shelf.c ---- */
/* The shelf of run `name`, opened if it is not there; the caller lets go of it. */
shi_err shi_shelf_hold(shi_server *server, const char *name, shi_shelf **out);
void shi_shelf_let_go(shi_server *server, shi_shelf *shelf);
/* SQL: the order of figures from the worst on, by the columns that this reader's figure_out has. */
const char *shi_worst_first(const shi_reader *reader);

/* ---- reader.c ---- */
/* A reader for this call. */
shi_err shi_reader_take(shi_server *server, shi_reader **out);
/* Opens the latest run in it, if it is not the one that is open. SHI_INPUT when there is none. */
shi_err shi_reader_latest(shi_server *server, shi_reader *reader);
void shi_reader_give(shi_server *server, shi_reader *reader);
/* Idle readers let go of a shelf that is no longer the latest. */
void shi_readers_let_go(shi_server *server, const shi_shelf *old);
void shi_readers_drop(shi_server *server);

/* ---- reach.c: what a person may see ---- */
/* Whether the unit is the person's, or below it; everything for those of the office. */
bool shi_may_see(const shi_call *call, shi_str unit_code);
/* SQL: " AND unit_code IN (…)" of the reach, or nothing. */
void shi_reach_sql(const shi_call *call, shi_buf *sql);
/* The same of a unit and all below it. */
void shi_below_sql(const shi_call *call, shi_str unit_code, shi_buf *sql);
/* What a batch says of a unit out of reach, and how many of its accounts lie there, is taken out. */
void shi_reach_batches(const shi_call *call, shi_account_batches batches);
/* The run's counts of figures, targets and findings become those in reach. */
shi_err shi_reach_counts(shi_call *call, shi_run_info *run);
/* 404, in the same words whether it is not there or not to be seen. */
shi_err shi_not_found(shi_call *call);

/* ---- page.c ---- */
/* The page around what the route wrote into the answer's body. */
void shi_page_frame(shi_call *call, const char *nav);
/* An error as a page or as JSON; status 0: as its code says. */
void shi_fault(shi_call *call, int status, const shi_err *err);
/* Sends on (303). */
void shi_send_on(shi_call *call, const char *path);
/* href of a route with a name as its last parts, escaped; attribute and quotes included. */
void shi_link(shi_call *call, const char *path, shi_str rest);
void shi_link_figure(shi_call *call, shi_str indicator, shi_str period, shi_str unit);
/* <h1> and so on: the head of a page. */
void shi_head(shi_call *call, const char *title_id);
/* "1,234 figures": a message with one number. */
void shi_say_count(shi_call *call, const char *id, int64_t n);
/* A hidden field with the session's token. */
void shi_csrf_field(shi_call *call);
/* A section with its heading: open until </section>. */
void shi_section(shi_call *call, const char *id, const char *title_id, const char *note_id);
void shi_section_end(shi_call *call);
/* A state box: what is missing and the one next step. kind: "" err lock off */
void shi_state(shi_call *call, const char *kind, const char *what_id, const char *next_id);
/* A JSON answer of one object, begun; the end is written by shi_json_answer_end. */
shi_json shi_json_answer(shi_call *call);

#endif
