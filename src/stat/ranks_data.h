/* What the files of the rank sets share. */
#ifndef SHI_STAT_RANKS_DATA_H
#define SHI_STAT_RANKS_DATA_H

#include "shishu/ranks.h"

/* An error where the data are none that ranks can be made of. */
shi_err shi_ranks_flaw(const shi_rank_data *data);

/* Whether x above y is decided at critical value `cut`: (x - y)^2 > cut^2 (vx + vy), vx and vy squared standard errors. */
static inline bool shi_rank_apart(double x, double y, double vx, double vy, double cut)
{
    double d = x - y;
    return d > 0 && d * d > cut * cut * (vx + vy);
}

#endif
