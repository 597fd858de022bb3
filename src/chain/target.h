/* Targets in memory, as the step `target` leaves them: in order of indicator, period, unit and issuer (none last). */
#ifndef SHI_CHAIN_TARGET_H
#define SHI_CHAIN_TARGET_H

#include "chain/chain.h"

typedef struct {
    int32_t indicator, period, unit;     /* places in order of their codes; targets whose indicator or unit was taken back are left out */
    int32_t issuer;                      /* -1: none, or none of the units */
    int32_t stranger;                    /* an issuer that is no unit, such as an office: its place; -1: none */
    int64_t value, possible;             /* thousandths; possible -1: not known */
    double factor, amplification, price; /* price: the lower one of one counted unit, yuan; -1: not known */
    int32_t above;                       /* where the issuer was asked for nothing itself: the next unit above it that was; -1: none */
    double above_factor;                 /* and its F */
    double feasible;                     /* -1: cannot be judged */
    int64_t price_list, price_bulk;      /* fen; -1: not known */
    double hours, hours_available;       /* -1: not known */
    bool impossible, several, leaf;      /* leaf: nobody below is asked for a part of it */
    /* as imported */
    int64_t issued_day, due_day;         /* INT64_MIN: empty */
    int8_t issuer_type, addressee_type;  /* place of the word in the column's list, -1: empty */
    int32_t import_id;
    shi_str document;                    /* missing: none */
} shi_chain_target_row;

typedef struct {
    int64_t first_day, end_day, seconds, weekdays;
} shi_chain_period;

typedef struct shi_chain_targets {
    shi_chain_target_row *row;
    int64_t len;
    shi_chain_period *period;
    shi_str *period_code;
    int64_t periods;
    shi_str *indicator_code, *indicator_name;
    shi_str *stranger_code;              /* issuers that are no units, in order */
    bool *of_people;                     /* the indicator counts people, so that a chance can be told */
    int64_t indicators;
} shi_chain_targets;

/* How many people can be hoped for: people(u), those with a phone where the register says how many; -1: not known, or the indicator does not
 * count people. */
int64_t shi_chain_target_size(const shi_chain *chain, int64_t indicator, int64_t unit);

#endif
