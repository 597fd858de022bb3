/* A simulated county in memory: its units, people, accounts, sellers and orders. Made once from (parameters, divisions, seed); the life of each
 * month is then drawn from it village by village, on any number of threads alike. Times here are local seconds since 1970. */
#ifndef SHI_SIMULATE_COUNTY_H
#define SHI_SIMULATE_COUNTY_H

#include "base/calendar.h"
#include "base/random.h"
#include "simulate/parameters.h"
#include "table/duck.h"

enum { SHI_SIM_MONTHS = 60, SHI_SIM_APPS = 9, SHI_SIM_INDICATORS = 64 };
enum { SHI_NOBODY = -1 };

typedef enum { SHI_VENDORS_NONE, SHI_VENDORS_CRUDE, SHI_VENDORS_CAREFUL, SHI_VENDORS_MIXED } shi_vendors;
typedef enum { SHI_HONEST, SHI_BOUGHT, SHI_PROXY } shi_sim_kind;

/* What a random number is for; with (a, b, c) it names a stream. */
typedef enum {
    SHI_R_VILLAGE = 1, SHI_R_ADOPTION, SHI_R_ACCOUNT, SHI_R_ACTIVE, SHI_R_LIFE, SHI_R_SCENE, SHI_R_DEVICE, SHI_R_ADDRESS, SHI_R_PHONE, SHI_R_TARGET,
    SHI_R_MARKET, SHI_R_BATCH, SHI_R_ORDER, SHI_R_REPORT, SHI_R_PUSH, SHI_R_SPIKE, SHI_R_FEED, SHI_R_FLAG
} shi_sim_purpose;

typedef struct {
    shi_str code, name;
    const char *level;
    int32_t parent;            /* index; -1: none */
    int64_t people;            /* living or registered below it, whichever is more */
} shi_sim_unit;

typedef struct {
    int32_t village, household;
    uint8_t age, destination;
    bool phone, away, incoming, cadre;   /* away: a migrant; incoming: lives here, registered elsewhere */
} shi_sim_person;

typedef struct {
    int32_t unit;              /* index of its unit */
    int64_t first_person, persons, households;
    int64_t registered, residents, incoming, cadres;
    int64_t app_first[SHI_SIM_APPS + 1];   /* its own people's accounts, by app; app a: [app_first[a], app_first[a + 1]) */
    int64_t first_bought, bought;          /* accounts that suppliers and insiders made for it */
} shi_sim_village;

typedef struct {
    int64_t registered_s, closed_s;        /* 0: before all; never */
    uint64_t phone;                        /* 0: none bound */
    int32_t village, person, keeper;       /* person: SHI_NOBODY for one without; keeper: whose phone is always used, or SHI_NOBODY */
    int32_t batch, rank;                   /* of a batch, from 0; -1: none */
    int32_t scene;                         /* 0: none */
    int32_t inviter;                       /* an account, or -1 */
    uint32_t serial;                       /* in its app, by time of registration: its id */
    float rate, stay;                      /* sessions in a month of use; chance that a month is one */
    uint8_t app, kind, lookalike;          /* lookalike: 1–15, 0: none */
    char method;                           /* A–L, 0: none */
    uint8_t channel, verified, by;         /* rows of the writer's words */
    bool evening, fingerprint, paper;      /* registered on a helper's evening; device shows a common fingerprint; a record without a person */
} shi_sim_account;

/* An order of accounts from one supplier (supplier -1: an insider's doing), for one app and several villages. */
typedef struct {
    int32_t supplier, month;
    uint8_t app;
    char method, tech;         /* tech: A–F, G, I; method: K or L where it ends or tops up so */
    bool careful, collapses;
    int64_t accounts, villages;
    double price, paid;        /* yuan: an account; the order, with the months in which its accounts are kept alive */
    int64_t ordered_s;
} shi_sim_batch;

typedef struct {
    shi_str indicator, counts, dedupe;
    uint8_t app;
    double level;              /* per head and month, what an honest county could reach */
} shi_sim_indicator;

typedef struct {
    shi_parameters p;
    uint64_t seed;
    shi_vendors vendors;
    int32_t months;
    int64_t month_day[SHI_SIM_MONTHS + 1];   /* first day of each month; the last ends the county */
    shi_sim_unit *unit;
    int64_t units;
    shi_sim_village *village;
    int64_t villages;
    shi_sim_person *person;
    int64_t persons;
    shi_sim_account *account;
    int64_t accounts, own_accounts;          /* own: of people, before those of sellers and insiders */
    shi_sim_batch *batch;
    int64_t batches;
    shi_sim_indicator indicator[SHI_SIM_INDICATORS];
    int64_t indicators;
    int32_t scenes, suppliers;
    shi_arena land, people, books, ledger;   /* units and villages; people; accounts, which grow; batches, which grow */
} shi_sim;

/* Reads `n` villages with all units above them from `divisions`: a folder with villages, streets, areas, cities and provinces.parquet, or a
 * CSV file with unit_code, name, level, parent_code. The seed picks where. Errors: SHI_INPUT when there are fewer. */
shi_err shi_sim_land(shi_sim *sim, shi_duck *duck, const char *divisions, int64_t n);
/* Reads the indicators of the nine apps from an indicators table as CSV. */
shi_err shi_sim_indicators(shi_sim *sim, shi_duck *duck, const char *path);
shi_err shi_sim_people(shi_sim *sim);
/* Accounts of the county's own people, then what is bought and what insiders add; at last each account's number. */
shi_err shi_sim_accounts(shi_sim *sim);
shi_err shi_sim_market(shi_sim *sim);
shi_err shi_sim_number(shi_sim *sim);
void shi_sim_close(shi_sim *sim);

/* ---- what is asked for again and again, as functions of the seed ---- */

static inline uint64_t shi_sim_hash(const shi_sim *sim, shi_sim_purpose purpose, int64_t a, int64_t b, int64_t c)
{
    return shi_random_hash(sim->seed, (int)purpose, a, b, c);
}
static inline double shi_sim_unit_of(const shi_sim *sim, shi_sim_purpose purpose, int64_t a, int64_t b, int64_t c)
{
    return shi_unit_of(shi_sim_hash(sim, purpose, a, b, c));
}
/* Villages and apps with something of their own: `what` tells the flags apart. */
static inline bool shi_sim_flag(const shi_sim *sim, double share, int64_t village, int64_t app, int64_t what)
{
    return shi_sim_unit_of(sim, SHI_R_FLAG, village, app, what) < share;
}
enum { SHI_F_EVENING, SHI_F_HELPER, SHI_F_MEETING, SHI_F_WEEKLY, SHI_F_RUSH, SHI_F_BUYS, SHI_F_BUYS_APP, SHI_F_HEAVY, SHI_F_EXACT, SHI_F_PROXY,
       SHI_F_CADRES, SHI_F_PAPER, SHI_F_ALTERED };

/* One more account, at the end; NULL: no memory. */
shi_sim_account *shi_sim_account_add(shi_sim *sim);
double shi_sim_daytime(shi_random *r);   /* an hour of the day, in [0, 24) */

/* Is the account of the county's own people used in month m? */
bool shi_sim_active(const shi_sim *sim, int64_t account, int32_t month);
/* The target of an indicator for a unit in a month; the same for every caller. */
int64_t shi_sim_target(const shi_sim *sim, int64_t indicator, int32_t month, int64_t unit);
/* The month from which an order is no longer paid for. */
int32_t shi_sim_paid_until(const shi_sim *sim, const shi_sim_batch *batch);
/* Index of the indicator of an app with these counts, or -1. */
int64_t shi_sim_indicator_of(const shi_sim *sim, int app, shi_str counts);

/* A person's phone number; the device in a month; the addresses. */
uint64_t shi_sim_phone(const shi_sim *sim, int64_t person);
uint64_t shi_sim_device(const shi_sim *sim, int64_t person, int32_t month);
uint64_t shi_sim_fingerprint(const shi_sim *sim, int64_t village);
/* An address: below 2^32 an IPv4, else the upper half of an IPv6. */
uint64_t shi_sim_carrier(const shi_sim *sim, int64_t village, int64_t day, uint64_t pick);
uint64_t shi_sim_home(const shi_sim *sim, int64_t household, int64_t village, int32_t month);
uint64_t shi_sim_office(const shi_sim *sim, int64_t village);
uint64_t shi_sim_city(const shi_sim *sim, int64_t village, int destination, uint64_t pick);
/* Anywhere in the country. */
uint64_t shi_sim_anywhere(uint64_t pick);
int32_t shi_sim_month_of(const shi_sim *sim, int64_t at_s);   /* -1: before the first */

#endif
