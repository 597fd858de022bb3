/* The nine apps. Weights are judgement; only their order is from 6-domain. */
#include "simulate/apps.h"

const char *const SHI_ACT_WORDS[SHI_ACTS] = { "read", "share", "like", "comment", "entry", "study", "quiz", "follow", "install", "upload", "points",
    "login" };

const shi_sim_app SHI_APPS_SIMULATED[SHI_SIM_APPS] = {
    { "jdydt", 1.3, 1.0, false, true, true, { [SHI_ACT_READ] = 85, [SHI_ACT_SHARE] = 9, [SHI_ACT_LIKE] = 6 }, SHI_ACT_LOGIN },
    { "wcmst", 0.9, 0.7, false, true, false, { [SHI_ACT_READ] = 88, [SHI_ACT_ENTRY] = 12 }, SHI_ACT_FOLLOW },
    { "sqkp", 0.5, 0.7, false, true, true, { [SHI_ACT_READ] = 100 }, SHI_ACT_LOGIN },
    { "lgb", 0.5, 1.6, true, false, true, { [SHI_ACT_STUDY] = 60, [SHI_ACT_QUIZ] = 40 }, SHI_ACT_LOGIN },
    { "qgxx", 0.9, 2.2, true, false, true, { [SHI_ACT_READ] = 60, [SHI_ACT_STUDY] = 24, [SHI_ACT_SHARE] = 8, [SHI_ACT_COMMENT] = 8 }, SHI_ACT_LOGIN },
    { "xjsb", 0.7, 0.4, true, true, true, { [SHI_ACT_READ] = 80, [SHI_ACT_QUIZ] = 20 }, SHI_ACT_QUIZ },
    { "fzfz", 2.2, 0.4, true, true, false, { [SHI_ACT_READ] = 100 }, SHI_ACT_INSTALL },
    { "sqjy", 0.5, 0.7, false, true, true, { [SHI_ACT_READ] = 100 }, SHI_ACT_LOGIN },
    { "xyc", 0.4, 0.5, false, true, false, { [SHI_ACT_READ] = 100 }, SHI_ACT_LOGIN },
};

int shi_sim_app_of(shi_str code)
{
    for (int a = 0; a < SHI_SIM_APPS; a++)
        if (shi_str_eq(code, shi_str_from(SHI_APPS_SIMULATED[a].app))) return a;
    return -1;
}
