/* The chain: what its steps share, and the steps in their order. Each step adds tables to one DuckDB connection, and arrays to the chain; the
 * next reads them.
 *
 *   step        makes                                       from
 *   register    chain->units, unit_word, people             units
 *   dictionary  ENUM types, indicator_row, unit_row         units, indicators, reports, targets
 *   reported    chain->figures, figure_group, period_row    reports, targets
 *   asked       period_row                                  targets; in place of reported where only targets are judged
 *   prior       chain->prior                                field checks, the settings
 *   target      chain->targets, target_fact                 targets, units, indicators, prices
 *   lawful      (in memory: lawful.h)                       chain->targets, the register, the book of rules
 *   advice      target_check, indicator_check, … (advice.h) the same
 *   burden      burden, burden_issuer, burden_period        target_check
 *   subtree     subtree                                     chain->units
 *   suspected   lead, lead_member, counted_clean (leads.h)  accounts, events
 *   counted     app_unit, coverage, counted_all, rate, …    accounts, events, subtree
 *   possible    (chain->figures)                            people, app_unit, sessions, objects
 *   verdict     (chain->figures), checked_figure, figure,   all of the above
 *               figure_joined, figure_row, contradiction;
 *               worst, worst_row: the worst of them
 */
#ifndef SHI_CHAIN_CHAIN_H
#define SHI_CHAIN_CHAIN_H

#include "chain/figures.h"
#include "store/views.h"

/* Units in order of their codes; -1: not known, none. */
typedef struct {
    int64_t len;
    shi_str *code, *name, *level;
    int64_t *parent, *people, *cadres;
    double *phone_share;
    uint8_t *basis;                 /* shi_people_basis */
} shi_chain_units;

/* Share of people who take part: mean, and weight in people; units: that it was fitted to, 0: it is the settings'. */
typedef struct {
    double mean, weight;
    int64_t units;
} shi_chain_prior_of;

typedef struct {
    shi_workspace *ws;
    shi_arena *keep;
    shi_duck *duck;
    shi_str period;                 /* only figures of this period; missing: all */
    bool words;                     /* the dictionaries were made */
    bool judged;                    /* targets were held against the rules */
    bool without;                   /* accounts of table left_out (app, account) are not counted */
    bool clean;                     /* only the apps of table left_out are counted */
    bool detected;                  /* detectors have run: suspected_member, counted_clean */
    shi_range_rows event_ranges, account_ranges;
    shi_chain_units units;
    shi_chain_prior_of prior;
    struct shi_chain_targets *targets;   /* target.h */
    struct shi_figure_rows *figures;     /* figure_rows.h */
} shi_chain;

shi_err shi_chain_register(shi_chain *chain);
shi_err shi_chain_subtree(shi_chain *chain);
/* Place of the unit with this code, or -1. */
int64_t shi_units_find(const shi_chain_units *units, shi_str code);
shi_err shi_chain_dictionary(shi_chain *chain);
shi_err shi_chain_reported(shi_chain *chain);
shi_err shi_chain_asked(shi_chain *chain);
shi_err shi_chain_prior(shi_chain *chain);   /* after register */
shi_err shi_chain_target(shi_chain *chain);
shi_err shi_chain_counted(shi_chain *chain);
shi_err shi_chain_possible(shi_chain *chain);
shi_err shi_chain_verdict(shi_chain *chain);
shi_err shi_chain_contradictions(shi_chain *chain);   /* the last part of it */

/* SQL: all that is said of a figure, to be followed by a relation with the columns of figure_joined; view figure_row is this over figure_joined. */
extern const char SHI_SQL_FIGURE_ROW[];
/* SQL: a DECIMAL(18,3) as BIGINT thousandths. */
#define SHI_MILLI(x) "shi_milli(" x ")"
/* A statement of a step, without parameters; stops at the first error. */
#define SHI_SQL(chain, sql) SHI_TRY(shi_duck_exec((chain)->duck, (sql), NULL, 0))
/* `local` as an SQL expression: the local time of column `time` for times in [start_us, end_us). */
void shi_chain_local_time(const shi_zone *zone, const char *column, int64_t start_us, int64_t end_us, shi_buf *sql);

#endif
