/* What the files of the kernel `bursts` hand to each other. */
#ifndef SHI_KERNEL_BURSTS_H
#define SHI_KERNEL_BURSTS_H

#include "shishu/bursts.h"

#define SHI_BURSTS_SECOND_US INT64_C(1000000)
#define SHI_BURSTS_DAY_US (86400 * SHI_BURSTS_SECOND_US)
#define SHI_BURSTS_CELL_US (300 * SHI_BURSTS_SECOND_US)   /* all windows begin and end on this grid */

enum { SHI_BURSTS_SCALES = 2 * SHI_BURSTS_LENGTHS };   /* each length as it is and shifted by half */
enum { SHI_BURSTS_HOUSEHOLD = 6 };
enum { SHI_BURSTS_A_DAY = 288 };                       /* cells */

extern const int64_t SHI_BURSTS_LENGTH_US[SHI_BURSTS_LENGTHS];

/* Windows of one length and shift. Window x is [from_us + x length_us, … + length_us). */
typedef struct {
    int64_t length_us, from_us, windows;
    int which;                   /* of the lengths */
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
    int64_t *below;              /* by cell from day0_us on, and one more: arrivals of all units before it */
    double hour[SHI_BURSTS_A_DAY + 1];   /* by cell of the day, and one more: share of a day's arrivals before it */
    double household[SHI_BURSTS_HOUSEHOLD + 1];   /* share of the arrivals that come in households of so many */
    double shape[SHI_BURSTS_LENGTHS];   /* rates vary about the expected as a gamma of this shape and mean 1 */
    double log10_searched[SHI_BURSTS_LENGTHS];   /* by which p of a window is multiplied */
    double *usual;               /* of each arrival: how probable it is that it belongs to what is expected */
} shi_bursts_work;

static inline int64_t shi_bursts_window(const shi_bursts_scale *s, int64_t time_us)
{
    return (time_us - s->from_us) / s->length_us;
}

/* The unit's first arrival at this time or later. */
int64_t shi_bursts_first(const shi_bursts_work *w, int64_t unit, int64_t time_us);

/* What the arrivals of all units say of when people come. */
shi_err shi_bursts_learn(shi_arena *scratch, shi_bursts_work *w);
/* Arrivals expected of a unit in [from_us, to_us), a window of the length numbered `which` in which it has `own`; and a number below that, which
 * costs less. */
double shi_bursts_expected(const shi_bursts_work *w, int64_t unit, int64_t from_us, int64_t to_us, int64_t own, int which);
double shi_bursts_least_expected(const shi_bursts_work *w, int64_t unit, int64_t from_us, int64_t to_us, int64_t own);

/* How households come, and how rates vary; after shi_bursts_learn. */
shi_err shi_bursts_spread(shi_arena scratch, shi_bursts_work *w);
/* log10 of a bound of P(count or more) in a window of this length, and of an e-value. */
double shi_bursts_log10_p(const shi_bursts_work *w, int which, double expected, int64_t count);
double shi_bursts_log10_e(const shi_bursts_work *w, int which, double expected, int64_t count);
/* Whether the former cannot be below log10_p. */
bool shi_bursts_hopeless(double expected, int64_t count, double log10_p);

/* Tests, keeps the strongest of what overlaps, hands out. */
shi_err shi_bursts_judge(shi_arena *keep, shi_arena scratch, shi_bursts_work *w, shi_bursts *out);

#endif
