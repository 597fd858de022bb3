/* The nine apps of rules/apps.csv as the simulator uses them: how many take part, what a session holds, which fields their logs keep. */
#ifndef SHI_SIMULATE_APPS_H
#define SHI_SIMULATE_APPS_H

#include "simulate/county.h"

typedef enum { SHI_ACT_READ, SHI_ACT_SHARE, SHI_ACT_LIKE, SHI_ACT_COMMENT, SHI_ACT_ENTRY, SHI_ACT_STUDY, SHI_ACT_QUIZ, SHI_ACT_FOLLOW,
    SHI_ACT_INSTALL,
               SHI_ACT_UPLOAD, SHI_ACT_POINTS, SHI_ACT_LOGIN, SHI_ACTS } shi_sim_act;

typedef struct {
    const char *app;
    double adoption, sessions;   /* times the parameters' means */
    bool device, ip;             /* what the log keeps (6-domain 4.4): mini-programs no device, learning exports no address */
    bool sold;                   /* sellers offer it; householder's codes and face checks defeat them */
    double act[SHI_ACTS];        /* weights of what follows a login */
    shi_sim_act at_first;        /* what registering is followed by; SHI_ACT_LOGIN: nothing more */
} shi_sim_app;

extern const shi_sim_app SHI_APPS_SIMULATED[SHI_SIM_APPS];
extern const char *const SHI_ACT_WORDS[SHI_ACTS];   /* as in the log */
int shi_sim_app_of(shi_str code);                   /* -1: none of the nine */

#endif
