/* A month of a village as rows of a log: what its own people do, then what sellers and insiders do for it. */
#ifndef SHI_SIMULATE_LIFE_H
#define SHI_SIMULATE_LIFE_H

#include "simulate/apps.h"

/* What the village's own people came to in the month, by app; orders fill up to the target from here. */
typedef struct {
    int64_t n[SHI_SIM_APPS][SHI_ACTS];
    int64_t active[SHI_SIM_APPS], seconds[SHI_SIM_APPS], points[SHI_SIM_APPS];
} shi_sim_tally;

typedef struct {
    const shi_sim *sim;
    shi_buf *out;
    int64_t rows;
    shi_sim_tally tally;
    int64_t start_s, end_s;        /* of the month */
    int32_t month;
    int64_t village;
    /* the account that acts, and from where */
    const shi_sim_account *who;
    uint64_t device, ip;
} shi_sim_log;

/* One act of log->who. seconds, value: -1 for none; texts may be missing. An act outside the month or after the account closed is left out. */
void shi_sim_row(shi_sim_log *log, int64_t at_s, shi_sim_act act, shi_str object, int64_t seconds, int64_t value, shi_str text, shi_str answer);
/* The article that is newest at a time, less `back`; text borrowed from `room`. */
shi_str shi_sim_object(const shi_sim_log *log, int app, int64_t at_s, int64_t back, char room[48]);
/* A paper, and its points where the app gives them; returns the seconds it took. */
int64_t shi_sim_quiz(shi_sim_log *log, shi_random *r, int64_t at_s, double perfect);

/* The header of the log, and a month of one village; rows are counted. Pure but for *out: may run for many villages at once. */
extern const char SHI_SIM_HEADER[];
void shi_sim_life(shi_sim_log *log);
void shi_sim_orders(shi_sim_log *log);
/* Device and address of log->who as it registers: one of the county's people; any account. */
void shi_sim_register_somewhere(shi_sim_log *log, shi_random *r);
void shi_sim_registered_from(const shi_sim *sim, int64_t account, uint64_t *device, uint64_t *ip);
/* Marks the accounts of scenes that belong to the life of a month, where an account has none yet. */
void shi_sim_label(shi_sim *sim);
/* An account's id in its app, at most 10 bytes. */
shi_str shi_sim_id(const shi_sim_account *a, char room[16]);
/* 2024-06-12 08:15:30 */
int shi_sim_time(int64_t at_s, char room[24]);

#endif
