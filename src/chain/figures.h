/* What an audit says, as rows: figures with their chains, targets, contradictions, and the run they belong to. Made by audit.c, kept in
 * runs/, read back for explain and report. */
#ifndef SHI_CHAIN_FIGURES_H
#define SHI_CHAIN_FIGURES_H

#include "base/calendar.h"
#include "base/text.h"
#include "shishu/people.h"
#include "shishu/verdict.h"
#include "store/replies.h"

/* A number that may not be known. Counts are thousandths (DECIMAL(18,3)); money is fen. */
typedef struct {
    bool known;
    int64_t v;
} shi_maybe;
typedef struct {
    bool known;
    double v;
} shi_maybe_f64;

/* Levels that a way up goes through at most. */
enum { SHI_UNITS_DEEPEST = 64 };

/* Which bound of design 4.3 decided `possible`. */
typedef enum { SHI_BY_NOTHING, SHI_BY_PEOPLE, SHI_BY_PEOPLE_TIME, SHI_BY_SESSIONS, SHI_BY_OBJECTS, SHI_BY_DAYS } shi_possible_by;

/* Shares in [0, 1] of what the log and the accounts hold; unknown where there is nothing to take a share of. login, phone: of the unit's
 * accounts; the others: of its events in the period. */
typedef struct {
    shi_maybe_f64 login, phone, device, ip, object, seconds;
} shi_rates;

/* One target by one issuer. */
typedef struct {
    shi_str indicator, period, unit_code, issuer_code;   /* issuer_code missing: nobody above */
    shi_str indicator_name, unit_name, level, issuer_name, issuer_level;
    int64_t value;                   /* thousandths */
    shi_maybe possible;              /* from the register alone */
    shi_maybe_f64 feasible;          /* P(an honest unit reaches it); cannot_judge where not known */
    const char *cannot_judge;        /* message id, or NULL */
    double factor, amplification;    /* F of the issuer; product upward */
    shi_str above;                   /* the next unit above an issuer without a target that has one; missing: none */
    double above_factor;             /* its F */
    shi_maybe_f64 per_person;        /* value / people(u) */
    shi_maybe price_list, price_bulk;   /* fen */
    shi_maybe_f64 hours, hours_available;
    bool impossible;
    bool several;                    /* one of several issuers' targets for the unit */
    /* what the rules say; missing, 0 and false where it was not held against them */
    int64_t at, law;                 /* its place among all targets; its list in shi_lawful */
    bool leaf;                       /* nobody below is asked for a part of it */
    shi_str rules;                   /* rules in force that it breaks, "JF-01;ZJ-01" */
    shi_str high, medium;            /* the rule of law to cite */
    shi_str merge_with;              /* an indicator by which another issuer asks the same */
    shi_str advice, why;             /* cancel, merge, guidance, keep; rule, impossible, issuers, medium, core, none */
} shi_target_row;

/* One figure and its chain, in chain order. */
typedef struct {
    shi_str indicator, period, unit_code;
    shi_str indicator_name, app, counts, dedupe, unit_name, level, parent_code;
    /* target: the largest of its issuers' */
    shi_maybe target;
    shi_str issuer_code, issuer_name;
    shi_maybe_f64 amplification, feasible, per_person;
    shi_maybe price_list, price_bulk;
    /* reported, counted */
    shi_maybe reported, counted, sum_of_children, not_in_logs;
    shi_coverage coverage;
    bool any_action;                 /* active was counted from every action, since the app's log holds no login */
    shi_maybe_f64 undated;           /* registered, new: share of accounts without registered_at */
    shi_rates rates;
    /* possible */
    shi_maybe people, possible, impossible_excess;
    shi_people_basis people_by;
    shi_possible_by possible_by;
    /* suspected: of the counted, what members of selected findings hold; unknown: no detector has run */
    shi_maybe suspected;
    /* verdict */
    shi_maybe checked_n, checked_real;   /* thousandths of people reached, and of those real, in the latest field check */
    shi_str check, check_method, check_decision;   /* its name; of the interval; confirmed, refuted, or missing: no claim, or not decided */
    shi_maybe real_low, real_high;   /* of the check, else the bound */
    shi_verdict verdict;
    bool withheld;                   /* its count would reveal a small one: not told on paper (withheld.h) */
} shi_figure;

/* Things that cannot both be right. kind: child_above_parent, new_above_registered, active_above_registered, part_above_whole,
 * cumulative_falls, event_before_registration, event_after_closing. figure, other: INDICATOR/PERIOD/UNIT. value, other_value: thousandths.
 * part_above_whole: other is missing, other_value is the whole. The last two kinds: figure is APP/PERIOD, value counts accounts, there is no
 * other. */
typedef struct {
    shi_str kind, figure, other;
    int64_t value, other_value;
} shi_contradiction;

/* One finding of the run. about: target, figure, account-batch, unit. subject: the target or figure, INDICATOR/PERIOD/ISSUER of an amplification,
 * APPS/DAY/UNIT of a batch, the day being its first and the unit that of most members, or UNIT or INDICATOR/UNIT of totals. */
typedef struct {
    shi_str finding, about, subject, detector;
    int64_t size;
    shi_maybe money;                 /* fen */
} shi_finding;

/* A finding about a batch of accounts, or about a unit's totals. kind: batch, proxy (somebody operates for others), together (not judged), unit. Of a
 * unit, size and things are figures that were looked at, deeds those that carry the mark (too even: what they vary by, in per cent of chance). */
typedef struct {
    shi_str finding, about, subject, detector, scale, kind;
    shi_str indicator;               /* name, of totals of one indicator; else missing */
    shi_maybe_f64 expected;          /* of totals: figures with the mark that chance gives */
    shi_str apps;                    /* "A;B" */
    shi_str top_unit, top_unit_name; /* unit of most members; missing: none is known */
    int64_t size, things, deeds, units, top_members;
    int64_t first_us, last_us;       /* UTC; INT64_MIN: not known */
    shi_str first_day, last_day;     /* local: 2024-02-05 */
    shi_maybe_f64 log10_p, log10_e, q;
    bool selected, explained;
    shi_str benign;                  /* "L1=no;L6=explains;L7=unknown": innocent causes that were asked for */
    shi_maybe money;                 /* fen, at market prices */
    int64_t supplier;                /* findings with one number seem to come from one hand; 0: none */
} shi_account_batch;

/* Findings that seem to come from one hand. */
typedef struct {
    int64_t supplier, findings, accounts, units;
    shi_str apps, first_day, last_day;
    shi_maybe money;                 /* fen */
} shi_supplier;

/* ---- what the rules and the register say of targets (check) ---- */

/* A rule that something breaks, and how many break it. */
typedef struct {
    shi_str rule, source, article, text_zh, text_en, kind, severity;
    bool article_verified, law, by_reference, in_force;
    int64_t in_force_day;            /* INT64_MIN: always */
    int64_t targets, indicators, apps, bulletins, forms, units;
} shi_clause;

/* What to do about an indicator. Hours and yuan are of the targets that are not handed further down. */
typedef struct {
    shi_str indicator, name, app, counts, advice, reason_zh, reason_en, harden_zh, harden_en;
    shi_str duplicates;              /* other indicators that seem to ask the same: "A;B" */
    int64_t targets, units, impossible;
    shi_maybe_f64 total, feasible, hours, hours_saved, price_list, price_bulk;
} shi_advice_row;

typedef struct {
    shi_str period, kind;            /* kind: year, quarter, month, week */
    int64_t indicators, targets, impossible, unlawful, weekdays;
    shi_maybe_f64 hours, hours_available, price_bulk;
} shi_period_row;

typedef struct {
    shi_str unit_code, name, level, indicator, indicator_name, period;
    shi_maybe_f64 own, hours;
    double handed, factor;
    int64_t targets;
} shi_handed_row;

/* One unit's share of a fair allocation. total, infeasible: of its indicator and period. */
typedef struct {
    shi_str indicator, indicator_name, period, unit_code, unit_name;
    int64_t total, infeasible, now, value;
    shi_maybe people;                /* whole */
    shi_maybe_f64 feasible;
} shi_share_row;

typedef struct { shi_clause *ptr; int64_t len; } shi_clauses;
typedef struct { shi_advice_row *ptr; int64_t len; } shi_advice_rows;
typedef struct { shi_period_row *ptr; int64_t len; } shi_period_rows;
typedef struct { shi_handed_row *ptr; int64_t len; } shi_handed_rows;
typedef struct { shi_share_row *ptr; int64_t len; } shi_share_rows;

typedef struct { shi_finding *ptr; int64_t len; } shi_findings;
typedef struct { shi_account_batch *ptr; int64_t len; } shi_account_batches;
typedef struct { shi_supplier *ptr; int64_t len; } shi_suppliers;
typedef struct { shi_figure *ptr; int64_t len; } shi_figures;
typedef struct { shi_target_row *ptr; int64_t len; } shi_target_rows;
typedef struct { shi_contradiction *ptr; int64_t len; } shi_contradictions;

/* An input of the run. */
typedef struct {
    shi_str table, file, sha256;
    int64_t rows;
} shi_run_input;

/* The run as a whole. */
typedef struct {
    shi_str run, dir;                /* folder name; absolute path */
    shi_str name, zone, period;      /* of the workspace; period missing: all */
    int64_t started_us, took_us;
    int64_t tolerance;               /* thousandths */
    double prior_mean, prior_weight;
    int64_t prior_units;             /* with verified shares, that the prior was fitted to; 0: it is the settings' */
    int64_t small_cell;
    int64_t figures, verdicts[7];    /* by shi_verdict */
    bool judged;                     /* targets were held against the rules */
    int64_t targets, targets_impossible, targets_amplified, targets_unlawful;   /* amplified: amplification above 1 */
    int64_t findings, target_findings;   /* findings: selected batches that no innocent cause explains */
    bool detected;                   /* detectors have run */
    int64_t suspected_accounts;
    int64_t units, indicators, apps, periods;
    int64_t unattributed_events, unattributed_accounts;
    shi_run_input *input;
    int64_t inputs;
} shi_run_info;

/* Figures whose count is withheld. */
typedef struct { shi_str indicator, period, unit_code; } shi_figure_key;
typedef struct { const shi_figure_key *ptr; int64_t len; } shi_withheld;

/* A unit among those of its level, by what is really there: a rank where there is an estimate, and the ranks that the data allow. */
typedef struct {
    shi_str unit_code, unit_name;
    bool checked, known;             /* known: there is an estimate */
    double estimate, low, high;      /* high may be infinite */
    int64_t rank, best, worst;
} shi_place;
/* In order of rank; those without an estimate last. */
typedef struct {
    shi_str indicator, indicator_name, period, level;
    double confidence;               /* of all sets together */
    shi_place *ptr;
    int64_t len, pairs, apart, checked;
} shi_places;
typedef struct { shi_places *ptr; int64_t len; } shi_rankings;

/* All that a report shows: the worst first, cut to `limit` rows. Targets: impossible ones by excess, then by amplification; figures: by
 * severity of the verdict, then by what cannot be real. */
typedef struct {
    shi_run_info run;
    shi_figures figures;
    shi_withheld withheld;           /* of all figures of the run */
    shi_target_rows targets;
    shi_contradictions contradictions;
    shi_account_batches batches;     /* in order of their numbers */
    shi_suppliers suppliers;
    /* empty where targets were not held against the rules; shares: of the indicator and period of which most cannot be placed first */
    shi_clauses clauses;
    shi_advice_rows advice;
    shi_period_rows periods;
    shi_handed_rows handed;
    shi_share_rows shares;
    /* what is known beside the run (field/papers.h); empty where it was not asked for */
    shi_figures checked;             /* every figure with a field check */
    shi_rankings rankings;           /* of indicators and periods with two units or more checked */
    shi_replies replies;
} shi_run_view;

#endif
