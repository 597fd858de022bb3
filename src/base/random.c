/* Philox and what is drawn from it. Gamma by Marsaglia and Tsang 2000; Poisson by inversion below a mean of 30, by a rounded normal above,
 * which is near enough for a simulator and for nothing else. */
#include "base/random.h"

#include <math.h>

void shi_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3], k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
        uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0, n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
        c0 = n0;
        c2 = n2;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

static void block(uint64_t seed, uint64_t stream, uint64_t index, uint64_t out[2])
{
    uint32_t counter[4] = { (uint32_t)index, (uint32_t)(index >> 32), (uint32_t)stream, (uint32_t)(stream >> 32) }, word[4];
    uint32_t key[2] = { (uint32_t)seed, (uint32_t)(seed >> 32) };
    shi_philox(counter, key, word);
    out[0] = word[0] | (uint64_t)word[1] << 32;
    out[1] = word[2] | (uint64_t)word[3] << 32;
}

/* The finaliser of SplitMix64 (Steele, Lea, Flood 2014): names that differ in one bit become streams that differ in half of theirs. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

static uint64_t name(int purpose, int64_t a, int64_t b, int64_t c)
{
    uint64_t h = mix((uint64_t)purpose + 0x9E3779B97F4A7C15u);
    h = mix(h ^ (uint64_t)a) + 0x9E3779B97F4A7C15u;
    h = mix(h ^ (uint64_t)b) + 0x9E3779B97F4A7C15u;
    return mix(h ^ (uint64_t)c);
}

shi_random shi_random_of(uint64_t seed, int purpose, int64_t a, int64_t b, int64_t c)
{
    return (shi_random){ .seed = seed, .stream = name(purpose, a, b, c) };
}

uint64_t shi_random_hash(uint64_t seed, int purpose, int64_t a, int64_t b, int64_t c)
{
    return mix(name(purpose, a, b, c) ^ mix(seed + 0x9E3779B97F4A7C15u));
}

uint64_t shi_random_u64(shi_random *r)
{
    uint64_t two[2];
    if (r->has_spare) {
        r->has_spare = false;
        return r->spare;
    }
    block(r->seed, r->stream, r->index++, two);
    r->spare = two[1];
    r->has_spare = true;
    return two[0];
}

double shi_random_unit(shi_random *r)
{
    return shi_unit_of(shi_random_u64(r));
}

int64_t shi_random_below(shi_random *r, int64_t n)
{
    int64_t k = (int64_t)(shi_random_unit(r) * (double)n);   /* below 2^53 no value is missed */
    return k < n ? k : n - 1;
}

bool shi_random_chance(shi_random *r, double p)
{
    return shi_random_unit(r) < p;
}

double shi_random_between(shi_random *r, double low, double high)
{
    return low + (high - low) * shi_random_unit(r);
}

double shi_random_normal(shi_random *r)
{
    double radius = sqrt(-2 * log(shi_random_unit(r)));
    return radius * cos(6.283185307179586 * shi_random_unit(r));
}

double shi_random_lognormal(shi_random *r, double median, double sigma)
{
    return median * exp(sigma * shi_random_normal(r));
}

double shi_random_exponential(shi_random *r, double mean)
{
    return -mean * log(shi_random_unit(r));
}

int64_t shi_random_poisson(shi_random *r, double mean)
{
    if (mean <= 0) return 0;
    if (mean > 30) {
        double x = floor(mean + sqrt(mean) * shi_random_normal(r) + 0.5);
        return x > 0 ? (int64_t)x : 0;
    }
    double p = exp(-mean), u = shi_random_unit(r);
    int64_t k = 0;
    for (; u > p && k < 200; k++) {
        u -= p;
        p *= mean / (double)(k + 1);
    }
    return k;
}

int64_t shi_random_geometric(shi_random *r, double mean)
{
    if (mean <= 0) return 0;
    return (int64_t)(log(shi_random_unit(r)) / log(mean / (mean + 1)));
}

static double gamma_of(shi_random *r, double shape)
{
    if (shape < 1) {
        double boost = pow(shi_random_unit(r), 1 / shape);
        return gamma_of(r, shape + 1) * boost;
    }
    double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (;;) {
        double x = shi_random_normal(r), v = 1 + c * x;
        if (v <= 0) continue;
        v = v * v * v;
        if (log(shi_random_unit(r)) < 0.5 * x * x + d - d * v + d * log(v)) return d * v;
    }
}

double shi_random_beta(shi_random *r, double a, double b)
{
    double x = gamma_of(r, a), y = gamma_of(r, b);
    return x / (x + y);
}
