/* What the files of the kernel `bursts` hand to each other. */
#ifndef SHI_KERNEL_BURSTS_H
#define SHI_KERNEL_BURSTS_H

#include "shishu/bursts.h"

#define SHI_BURSTS_SECOND_US INT64_C(1000000)
#define SHI_BURSTS_DAY_US (86400 * SHI_BURSTS_SECOND_US)

enum { SHI_BURSTS_SCALES = 2 * SHI_BURSTS_LENGTHS };   /* each length as it is and shifted by half */

/* Windows of one length and shift. Window x is [from_us + x length_us, … + length_us). */
typedef struct {
    int64_t length_us, from_us, windows, a_day;
    int which;                   /* of the lengths */
    int64_t *county;             /* by window: arrivals of all units */
    double *base;                /* by window: what is expected of all units, but for what they share in it */
} shi_bursts_scale;

typedef struct {
    const shi_bursts_columns *columns;
    int64_t least;
    int64_t n;                   /* arrivals used, by unit, then time */
    int64_t *time_us;
    int64_t *row;                /* of the columns */
    int64_t *start;              /* by unit, and one more */
    int64_t units, day0_us, days, resolution_us;
    shi_bursts_scale scale[SHI_BURSTS_SCALES];
    int scales;
    double phi[SHI_BURSTS_LENGTHS];
} shi_bursts_work;

static inline int64_t shi_bursts_window(const shi_bursts_scale *s, int64_t time_us)
{
    return (time_us - s->from_us) / s->length_us;
}

/* Expected of a unit with this share in a window of which c of the county's arrivals are its own. */
static inline double shi_bursts_expected(double base, double share, int64_t county, int64_t c)
{
    const double least = 0.2, few = 5;
    double common = ((double)(county - c) + few) / (base * (1 - share) + few);
    return base * share * (common > least ? common : least);
}

static inline double shi_bursts_share(const shi_bursts_work *w, int64_t unit)
{
    return (double)(w->start[unit + 1] - w->start[unit]) / (double)w->n;
}

/* Counts and bases of each scale, and phi of each length. */
shi_err shi_bursts_expect(shi_arena *scratch, shi_bursts_work *w);
/* Tests, keeps the strongest of what overlaps, hands out. */
shi_err shi_bursts_judge(shi_arena *keep, shi_arena scratch, shi_bursts_work *w, shi_bursts *out);

#endif
