/* check: targets and indicators as the regulation and the register see them, before anybody reports anything (design 4.1). */
#ifndef SHI_CHAIN_CHECK_H
#define SHI_CHAIN_CHECK_H

#include "chain/advice.h"
#include "chain/allocate.h"
#include "chain/burden.h"
#include "chain/ranked.h"

/* How an account of an indicator could be verified so that it cannot be bought. */
typedef enum { SHI_HARDEN_NONE, SHI_HARDEN_FACE, SHI_HARDEN_HOUSEHOLDER, SHI_HARDEN_ONSITE } shi_hardening;

typedef struct shi_indicator_row {
    shi_str indicator, name, app, counts, clazz;
    int64_t targets, leaves, units, impossible;
    shi_maybe_f64 total, hours, price_list, price_bulk;   /* over targets that are not handed further down; yuan */
    shi_maybe_f64 feasible;                               /* the median of its targets */
    shi_str advice, why, because;
    shi_hardening harden;
    int64_t first_duplicate, duplicates;                  /* of shi_check.duplicate */
    const shi_judged *judged;
} shi_indicator_row;

/* Two indicators that ask for the same: same kind of count, names alike. */
typedef struct {
    shi_str indicator, name, app;
    double share;
} shi_duplicate;

/* Places: of units in chain->units, of indicators and periods in chain->targets. Hours, prices: -1: not known. */
typedef struct {
    int32_t unit, indicator, period;
    double own, handed, factor, hours;   /* own -1: it was asked for nothing itself */
    int64_t targets;
} shi_issuer_row;

typedef struct {
    int32_t unit, period;
    int32_t indicators;
    bool over;
    double hours, available, price_list, price_bulk;
} shi_unit_burden;

/* kind: year, quarter, month or week. */
typedef struct {
    int32_t unit;
    shi_str kind;
    int64_t indicators, targets;
    double hours;
} shi_issuer_burden;

typedef struct {
    shi_str period, kind;
    int64_t indicators, targets, impossible, unlawful, weekdays, first_day, end_day;
    double hours, available, price_bulk;
} shi_period_burden;

/* Did the burden fall after a rule? Periods of one kind that ended before the rules of severity high of one day were in force, against those that
 * began after: hours for a working day, targets for a period. */
typedef struct {
    int64_t day;                         /* of the rules */
    shi_str kind;
    int64_t periods_before, periods_after;
    double hours_before, hours_after;    /* -1: not known */
    double targets_before, targets_after;
} shi_rule_effect;

/* What is asked for in all: before and after the indicators of --what-if are cancelled. Hours and yuan are sums over the figures that are not
 * handed further down, as far as they are known; unknown where none of them is. units_over: unknown where no unit's hours can be compared. */
typedef struct {
    int64_t indicators, targets, impossible, unlawful;
    int64_t figures, with_hours, with_price;
    shi_maybe units_over;                /* whole */
    shi_maybe_f64 hours, price_bulk;
} shi_totals;

typedef struct shi_check {
    const shi_chain_units *units;        /* what places name */
    const shi_chain_targets *targets;
    shi_lawful lawful;
    int64_t no_indicator, no_unit;   /* targets left out since their indicator, or else their unit, is not there (taken back, say) */
    shi_totals all, left;            /* left: without the indicators of what-if; equal to all without one */
    int64_t amplified;
    int64_t advised[4];              /* indicators: cancel, merge, guidance, keep */
    shi_indicator_row *indicator;
    int64_t indicators;
    shi_duplicate *duplicate;
    shi_issuer_row *issuer;
    int64_t issuers;
    shi_unit_burden *unit_burden;
    int64_t unit_burdens;
    shi_issuer_burden *issuer_burden;
    int64_t issuer_burdens;
    shi_period_burden *period_burden;
    int64_t period_burdens;
    shi_rule_effect *effect;             /* in order of day and kind, where there are periods on both sides */
    int64_t effects;
    shi_allocations allocations;
    shi_ranked *ranked;              /* of each bulletin; after shi_check_run only */
    shi_names cancel;
    double prior_mean, prior_weight; /* of the chances */
    int64_t prior_units;             /* that it was fitted to; 0: it is the settings' */
} shi_check;

typedef struct {
    shi_str period;                  /* missing: all */
    bool all_dates;
    int64_t today;
    shi_names cancel;
    int64_t draft_from;              /* only indicators and periods of imports from this one on; 0: all */
} shi_check_options;

/* Runs the steps over the workspace; the tables of advice.h and burden.h stay on the connection, which the caller closes. Errors: SHI_USAGE: an
 * indicator to cancel that is none; SHI_INPUT: there is nothing to check; SHI_SYSTEM, SHI_STOPPED. */
shi_err shi_check_run(shi_workspace *ws, shi_arena *keep, const shi_book *book, const shi_check_options *options, const shi_engine *engine,
                      shi_duck *duck, shi_chain *chain, shi_check *out);
/* After the step target: rules, advice, burden, allocation; as above, on a chain that has begun. */
shi_err shi_check_judge(shi_chain *chain, const shi_book *book, const shi_check_options *options, shi_check *out);

/* Hours that the advice saves: all of a number that is cancelled or merged; unknown where none are known. */
shi_maybe_f64 shi_check_hours_saved(const shi_indicator_row *i);
/* How many break the rule: targets, indicators, apps, bulletins, forms, units. Returns one citation of it; NULL: nothing breaks it. */
enum { SHI_SUBJECTS = 6 };
const shi_cited *shi_check_broken(const shi_check *check, const shi_rule *rule, int64_t n[SHI_SUBJECTS]);

#endif
