/* A field check: plan, commit, draw, worksheet, record, estimate, verify (design 4.6).
 *
 * What the steps write lies in checks/ID and is all that is needed to do them again without the workspace:
 *   plan.json        the figures, their claims, the strata with their sizes, and how results will be judged
 *   frame.csv        key,stratum of everyone who may be drawn, in order of the keys; key,stratum,cluster where whole clusters are drawn
 *   commitment.json  the hashes of both, published before the seed is known
 *   draw.json        the public seed of each round, and who was drawn: in each stratum those with the smallest tickets
 *   results.csv      what the visits found, in the order recorded
 *   conflicts.csv    visits that found another record of their key, beside which they wait for the office's decision (field/visit.h)
 *   estimate.json    what that says
 * Keys are pseudonyms of their own for each check. Strata are numbers; which of them holds suspected accounts stands in the ledger only. So are
 * clusters (villages or groups, of which everyone is called to a residents' meeting): from 1, in the order in which frame.csv first names them. */
#ifndef SHI_FIELD_SPOT_H
#define SHI_FIELD_SPOT_H

#include "field/estimate.h"
#include "field/outcome.h"
#include "store/views.h"
#include "store/workspace.h"

/* INDICATOR/PERIOD/UNIT, checked. threshold: so many must be real for the claim to hold; 0: no claim. */
typedef struct {
    shi_str figure, indicator, period, unit_code;
    int64_t reported, population, threshold;   /* reported: -1: nothing */
} shi_spot_figure;

typedef struct {
    int64_t number, figure, population, n;   /* number from 1; figure: place in the list; n: of the first round */
    bool suspected;                          /* not in plan.json */
    int64_t clusters;                        /* that population lies in, of which n are drawn; 0: n accounts are drawn */
} shi_spot_stratum;

typedef struct {
    int64_t cluster;
    shi_str unit_code;
} shi_spot_cluster_unit;

typedef struct {
    shi_str id;
    shi_spot_figure *figure;
    shi_spot_stratum *stratum;
    int64_t figures, strata;
    bool sequential;
    shi_combination combination;
    double confidence, tolerance, risk;
    shi_str cluster_level;                   /* village or group: clusters are drawn, a stratum a figure; missing: accounts are */
    /* not in plan.json */
    double half_width;                       /* expected, of all figures together; NAN: not known */
    double expected_visits;                  /* of the sequential test if all are real; of clusters those that meetings have on average */
    shi_spot_cluster_unit *cluster_unit;     /* what the clusters are */
    int64_t cluster_units;
} shi_spot_plan;

typedef struct {
    shi_str *key;
    int64_t *stratum;                        /* number */
    int64_t rows;
    int64_t *cluster;                        /* number; NULL: there are none */
} shi_spot_frame;

typedef struct {
    shi_str key, ticket;
    int64_t round, stratum;
    bool recheck;                            /* to be visited twice */
    int64_t cluster;                         /* 0: none; then the ticket is the cluster's */
} shi_spot_drawn;

typedef struct {
    shi_str *seed;                           /* of each round */
    int64_t rounds;
    shi_spot_drawn *ptr;                     /* round by round, stratum by stratum, in order of tickets */
    int64_t len;
} shi_spot_draw;

/* A row of results.csv. */
typedef struct {
    shi_str key, reason, inspector1, inspector2, visited_at;
    shi_outcome outcome;
    shi_layer layer[SHI_LAYERS];
    bool recheck;
} shi_spot_result;
typedef struct {
    shi_spot_result *ptr;
    int64_t len, cap;
} shi_spot_results;

/* ---- plan (plan.c, frame.c, size.c) ---- */
typedef struct {
    shi_strs figures;                        /* names */
    int64_t half_width, visits;              /* one of: people; visits in all; */
    bool claim;                              /* or as many as the claim needs */
    bool sequential;
    double confidence, tolerance, risk, expect;   /* expect: share that will be real; NAN: not known */
    shi_str cluster_level;                   /* with so many meetings in all, and none of half_width, visits, claim, sequential */
    int64_t meetings;
} shi_spot_wish;
shi_err shi_spot_plan_make(shi_workspace *ws, shi_arena *keep, const shi_spot_wish *wish, const shi_engine *engine, shi_spot_plan *out);
/* Everyone behind the figures: keys and strata, in order of the keys. Sets populations, and strata with numbers from 1. */
shi_err shi_spot_frame_make(shi_workspace *ws, shi_arena *keep, const shi_engine *engine, shi_spot_plan *plan, shi_spot_frame *out);
/* The key of an account in a check, in keep; missing: no memory. */
shi_str shi_spot_key(shi_arena *keep, const shi_key *secret, shi_str check, shi_str app, shi_str account);
/* n of each stratum. */
shi_err shi_spot_size(const shi_spot_wish *wish, shi_spot_plan *plan);
/* The same where clusters are drawn. */
shi_err shi_spot_size_clusters(const shi_spot_wish *wish, shi_spot_plan *plan);

/* ---- the further steps ---- */
shi_err shi_spot_commit(shi_workspace *ws, shi_arena *keep, shi_str id, char frame_sha256[65], char commitment_sha256[65]);
/* more: how many further ones, in a round after the first; 0: as many as the plan says. */
shi_err shi_spot_draw_round(shi_workspace *ws, shi_arena *keep, shi_str id, shi_str seed, int64_t more, shi_spot_draw *out);
shi_err shi_spot_record(shi_workspace *ws, shi_arena *keep, shi_str id, const shi_spot_results *fresh, shi_spot_results *all);
typedef struct {
    shi_spot_plan plan;
    shi_estimate *each;                      /* of the plan's figures */
    shi_str json;                            /* estimate.json */
} shi_spot_concluded;
shi_err shi_spot_estimate(shi_workspace *ws, shi_arena *keep, shi_str id, shi_spot_concluded *out);
/* What the check says at another confidence; nothing is stored. confidence 0: the plan's. */
shi_err shi_spot_check_at(shi_workspace *ws, shi_arena *keep, shi_str id, double confidence, shi_spot_concluded *out);

/* Differences of a published folder from what its own files say. */
enum { SHI_SPOT_MAX_DIFFERENCES = 50 };
typedef struct {
    shi_str file, what;                      /* what: in English and Chinese by message id where it is one */
} shi_spot_difference;
typedef struct {
    shi_spot_difference difference[SHI_SPOT_MAX_DIFFERENCES];
    int64_t differences;
} shi_spot_verified;
shi_err shi_spot_verify(shi_arena *keep, const char *dir, shi_spot_verified *out);

/* ---- the files (folder.c) ---- */
/* Cuts INDICATOR/PERIOD/UNIT; an indicator may hold a slash. */
bool shi_spot_figure_split(shi_spot_figure *f);
void shi_spot_plan_write(shi_buf *out, const shi_spot_plan *plan);
void shi_spot_strata_json(shi_json *json, const shi_spot_plan *plan);   /* its key strata */
shi_err shi_spot_plan_read(shi_arena *keep, shi_str json, shi_spot_plan *out);
void shi_spot_frame_write(shi_buf *out, const shi_spot_frame *frame);
shi_err shi_spot_frame_read(shi_arena *keep, shi_str csv, shi_spot_frame *out);
void shi_spot_draw_write(shi_buf *out, shi_str id, shi_str commitment_sha256, const shi_spot_draw *draw);
shi_err shi_spot_draw_read(shi_arena *keep, shi_str json, shi_spot_draw *out);
void shi_spot_result_write(shi_buf *out, const shi_spot_result *result);   /* a line; NULL: the header */
shi_err shi_spot_results_read(shi_arena *keep, shi_str csv, shi_spot_results *out);
void shi_spot_commitment_write(shi_buf *out, const char *id, shi_str plan, shi_str frame);
/* Accounts of each cluster, in keep, at its number less 1, and how many clusters. SHI_INPUT: the frame's clusters are not numbered as Shishu does,
 * or are not those of the plan. */
shi_err shi_spot_cluster_sizes(shi_arena *keep, const shi_spot_plan *plan, const shi_spot_frame *frame, int64_t **size, int64_t *clusters);
/* Who is drawn next: fills draw->ptr for one more round; more: how many, after the first round. Pure: the same for the workspace and for whoever
 * verifies. */
shi_err shi_spot_draw_more(shi_arena *keep, const shi_spot_plan *plan, const shi_spot_frame *frame, shi_str seed, int64_t more, shi_spot_draw *draw);
/* estimate.json of what was recorded; figures of the plan in `each`, of their number. The frame is only looked at where clusters were drawn. Pure. */
shi_err shi_spot_conclude(shi_arena *keep, const shi_spot_plan *plan, const shi_spot_frame *frame, const shi_spot_draw *draw,
                          const shi_spot_results *results, shi_buf *json, shi_estimate *each);
/* Of the strata from … from + n - 1 as clusters; x: of each that was drawn 1 real, 0 not, NAN not reached. scratch: 600 bytes for each drawn,
 * 64 for each row of the frame, 64 KiB. */
shi_err shi_spot_estimate_clusters(shi_arena scratch, const shi_spot_plan *plan, const shi_spot_frame *frame, const shi_spot_draw *draw,
                                   const double *x, int64_t from, int64_t n, shi_estimate *out);

#endif
