/* Acts of all accounts in memory: what every detector reads. */
#ifndef SHI_CHAIN_LEADS_ACTS_H
#define SHI_CHAIN_LEADS_ACTS_H

#include "chain/chain.h"

enum { SHI_ACT_LOGIN = 1, SHI_ACT_FIRST = 2, SHI_ACT_FIRST_OF_HOUR = 4 };   /* FIRST: of its account on its object (in this hour) */
enum { SHI_ACTS_AT, SHI_ACTS_ACCOUNT, SHI_ACTS_OBJECT, SHI_ACTS_DEVICE, SHI_ACTS_ADDRESS, SHI_ACTS_IS, SHI_ACTS_COLUMNS };

typedef struct {
    int32_t account, thing;
} shi_lead_use;

/* Of devices or addresses: each one of each account once, by account, and how many accounts ever use each. */
typedef struct {
    shi_lead_use *use;
    int64_t n;
    int32_t *users;
} shi_lead_uses;

/* Acts by account, then time, object (none last), device, address; those of account x from first[x] on. Codes, -1 where there is none: accounts of
 * the register in order of import, then those that the log alone knows; objects by app, the rest by the time at which a thing first came, so that no
 * order depends on how a pseudonym happens to read. */
typedef struct {
    int64_t n, accounts, apps, objects, devices, addresses;
    int64_t *at_us;            /* local */
    int32_t *account, *object;
    int32_t *device, *address; /* NULL once they were let go */
    uint8_t *is;               /* SHI_ACT_… */
    int64_t *first;            /* accounts + 1 */
    /* of each account */
    int32_t *app, *unit;       /* unit: place in chain->units; -1: none */
    int64_t *opened_us;        /* local; INT64_MIN: not known */
    int32_t *opened_device, *opened_address;
    bool *app_logs_in;         /* of each app: its log holds log-ins */
    shi_lead_uses of_device, of_address;   /* of_address: once it was asked for, of some accounts; their users of all */
    shi_arena room[SHI_ACTS_COLUMNS], rest;
} shi_lead_acts;

/* Reads the log once. Makes tables lead_account, lead_app, lead_object and opened as well.
 * Memory  29 bytes an act while it is sorted, then 25, and what the words of accounts, objects, devices and addresses take
 * Errors  SHI_SYSTEM; SHI_INPUT: 2^31 acts and more; SHI_STOPPED */
shi_err shi_leads_acts_make(shi_chain *chain, shi_lead_acts *out);
/* Notes in of_address which addresses the accounts that `member` says use. Before they are let go. */
shi_err shi_leads_acts_addresses(shi_lead_acts *acts, const bool *member);
/* Gives devices and addresses of acts back; what is said of each account and device stays. */
void shi_leads_acts_let_go(shi_lead_acts *acts);
void shi_leads_acts_drop(shi_lead_acts *acts);

#endif
