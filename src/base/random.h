/* Random streams: a number is a function of (seed, stream, index), so that work in any order and on any number of threads draws the same.
 * Generator: Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"). Not for secrets. */
#ifndef SHI_BASE_RANDOM_H
#define SHI_BASE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

/* The block function: four words of the counter under two of the key. */
void shi_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

typedef struct {
    uint64_t seed, stream, index;
    uint64_t spare;
    bool has_spare;
} shi_random;

/* A stream of its own for what is named by (a, b, c); `purpose` keeps different uses of the same names apart. */
shi_random shi_random_of(uint64_t seed, int purpose, int64_t a, int64_t b, int64_t c);
/* One 64-bit number of (seed, purpose, a, b, c), for what is asked for at random places. */
uint64_t shi_random_hash(uint64_t seed, int purpose, int64_t a, int64_t b, int64_t c);

uint64_t shi_random_u64(shi_random *r);
double shi_random_unit(shi_random *r);                             /* in (0, 1) */
int64_t shi_random_below(shi_random *r, int64_t n);                /* 0 … n - 1; n >= 1 */
bool shi_random_chance(shi_random *r, double p);
double shi_random_between(shi_random *r, double low, double high);
double shi_random_normal(shi_random *r);
double shi_random_lognormal(shi_random *r, double median, double sigma);
double shi_random_exponential(shi_random *r, double mean);
int64_t shi_random_poisson(shi_random *r, double mean);
int64_t shi_random_geometric(shi_random *r, double mean);          /* 0, 1, …; of that mean */
double shi_random_beta(shi_random *r, double a, double b);

/* A hash as a number in (0, 1). */
static inline double shi_unit_of(uint64_t u)
{
    return ((double)(u >> 11) + 0.5) * 0x1p-53;
}

#endif
