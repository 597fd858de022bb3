/* One audit as a folder below runs/: figures.parquet, targets.parquet, findings.parquet, contradictions.parquet, run.json, report.html. */
#ifndef SHI_CHAIN_RUN_H
#define SHI_CHAIN_RUN_H

#include "chain/chain.h"

/* INDICATOR/PERIOD/UNIT, or INDICATOR/PERIOD/UNIT@ISSUER for a target: the three parts, or false. An indicator may hold a slash. */
bool shi_figure_name_split(shi_str name, shi_str part[3]);

/* What the rooms above give the chain: sentences and the report, which the chain only stores. */
struct shi_check;
struct shi_indicator_row;
typedef struct {
    int lang;                                                                          /* shi_lang, handed back */
    void (*reason)(shi_buf *out, int lang, const shi_figure *figure, int64_t tolerance);
    void (*target)(shi_buf *out, int lang, const shi_target_row *target);
    void (*batch)(shi_buf *out, int lang, const shi_account_batch *batch);
    void (*advice)(shi_buf *out, int lang, const struct shi_check *check, const struct shi_indicator_row *row);
    void (*hardening)(shi_buf *out, int lang, const struct shi_indicator_row *row);
    shi_err (*more)(shi_workspace *ws, shi_duck *duck, shi_arena *keep, shi_run_view *view);   /* what the report says beside the run; or NULL */
    shi_err (*report)(shi_buf *out, int lang, const shi_run_view *view);               /* NULL: no report.html */
} shi_writer;

/* SELECT list over view `figure_row`: the columns of figures.parquet but for the sentence. */
extern const char SHI_SQL_FIGURE_COLUMNS[];
/* Makes view figure_out and target_out over the chain's tables: the columns of figures.parquet and targets.parquet. */
shi_err shi_run_views(shi_chain *chain);
shi_err shi_run_target_view(shi_chain *chain);   /* target_out alone */
/* Rows of a relation with the columns of figure_out (or target_out, contradiction). `rest` is SQL after FROM: WHERE, ORDER BY, LIMIT. */
shi_err shi_run_figures(shi_duck *duck, shi_arena *keep, const char *relation, const char *rest, const shi_param *params, int64_t n,
                        shi_figures *out);
shi_err shi_run_targets(shi_duck *duck, shi_arena *keep, const char *relation, const char *rest, const shi_param *params, int64_t n,
                        shi_target_rows *out);
shi_err shi_run_contradictions(shi_duck *duck, shi_arena *keep, const char *relation, const char *rest, shi_contradictions *out);
/* Batches of a relation with the columns of finding (batch_out); missing: INT64_MIN and not known. */
shi_err shi_run_batches(shi_duck *duck, shi_arena *keep, const char *relation, const char *rest, const shi_param *params, int64_t n,
                        shi_account_batches *out);
/* View member_out as CSV, into a file. */
shi_err shi_run_members_csv(shi_duck *duck, const char *path);
/* Suppliers, those of most accounts first. */
shi_err shi_run_suppliers(shi_duck *duck, shi_arena *keep, int64_t limit, shi_suppliers *out);
/* Members of a finding by unit, most first; of an account's or a unit's findings, members of the finding in it. */
typedef struct {
    shi_str unit_code, unit_name;    /* missing: not known */
    int64_t members;
} shi_batch_unit;
typedef struct { shi_batch_unit *ptr; int64_t len; } shi_batch_units;
shi_err shi_run_batch_units(shi_duck *duck, shi_arena *keep, shi_str finding, shi_batch_units *out);
/* What the run holds of one account ("APP/ACCOUNT", or the account alone): its score and evidence by finding. */
typedef struct {
    shi_str finding, app, account, unit_code, evidence;
    shi_maybe_f64 score;
} shi_membership;
typedef struct { shi_membership *ptr; int64_t len; } shi_memberships;
shi_err shi_run_memberships(shi_duck *duck, shi_arena *keep, shi_str account, shi_memberships *out);
/* Why no chance can be told of a target, of an indicator that counts people or not. */
const char *shi_run_no_chance(bool of_people);
/* Findings about a figure or its target, by number. */
shi_err shi_run_findings(shi_duck *duck, shi_arena *keep, const shi_figure *figure, shi_findings *out);
/* Worst first. Of figures also in two steps: the columns by which they are ordered, to be kept in a table, and the order by those. */
extern const char SHI_WORST_FIGURES[], SHI_WORST_TARGETS[], SHI_SQL_WORST_COLUMNS[], SHI_WORST_COLUMNS_FIRST[];

/* The numbers of the chain's tables, the settings and the inputs; run and dir stay missing. */
shi_err shi_run_info_fill(shi_chain *chain, shi_run_info *info);
/* Writes the run of the chain's tables; info: name, dir and counts of it; view: its worst `limit` rows of each kind. `started_tick`:
 * shi_os_tick_us at the start. */
shi_err shi_run_write(shi_chain *chain, const shi_writer *writer, int64_t started_tick, int64_t limit, shi_run_info *info, shi_run_view *view);

/* Opens the latest run, or the one named, for reading: views figure_out, target_out, contradiction over its files. */
shi_err shi_run_open(shi_workspace *ws, shi_arena *keep, shi_str name, const shi_engine *engine, shi_duck *duck, shi_run_info *info);
/* The worst `limit` rows of each kind; shi_run_chain_view: of the chain's tables. */
shi_err shi_run_chain_view(shi_chain *chain, const shi_run_info *info, int64_t limit, shi_run_view *out);
shi_err shi_run_view_load(shi_duck *duck, shi_arena *keep, const shi_run_info *info, int64_t limit, shi_run_view *out);

#endif
