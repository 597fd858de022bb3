/* Draws in counter mode. What does not change, the seed and the comma, is hashed once. Numbers are computed side by side, as each depends on
 * its counter alone; those drawn before are then skipped one after the other, with a hash table of what was drawn. */
#include "shishu/ticket.h"

#include "base/hash.h"
#include "base/text.h"

/* Numbers computed before repeats are looked for: as many as are wanted, within these. Threads wait for each other after each block. */
enum { LEAST = 1024, MOST = 1 << 16 };

/* The hash of "seed,i" mod range. */
static uint64_t number(const shi_sha256_state *seed, int64_t i, uint64_t range)
{
    char text[20];
    int at = (int)sizeof text;
    do text[--at] = (char)('0' + i % 10);
    while ((i /= 10) > 0);
    shi_sha256 hash;
    shi_sha256_end(seed, (shi_str){ text + at, (int64_t)sizeof text - at }, &hash);
    uint64_t rest = 0;
    for (int w = 0; w < 4; w++) {
        uint64_t word = 0;
        for (int b = 0; b < 8; b++) word = word << 8 | hash.byte[8 * w + b];
        rest = (uint64_t)(((unsigned __int128)rest << 64 | word) % range);
    }
    return rest;
}

/* Numbers first … first + n - 1, less low. */
static void numbers(const shi_sha256_state *seed, int64_t first, uint64_t range, int64_t n, int64_t *out)
{
    #pragma omp parallel for schedule(static) if (n > 1000)
    for (int64_t i = 0; i < n; i++) out[i] = (int64_t)number(seed, first + i, range);
}

typedef struct {
    int64_t *slot;      /* value + 1; 0: free */
    uint64_t mask;
} drawn;

/* False when it is in there already. */
static bool put(drawn *d, int64_t value)
{
    uint64_t at = ((uint64_t)value * UINT64_C(0x9e3779b97f4a7c15)) >> 20;
    for (at &= d->mask; d->slot[at]; at = (at + 1) & d->mask)
        if (d->slot[at] == value + 1) return false;
    d->slot[at] = value + 1;
    return true;
}

static shi_err without(shi_arena scratch, const shi_sha256_state *seed, uint64_t range, int64_t n, int64_t *value, int64_t *counter)
{
    int64_t slots = 64, taken = 0, block = n < LEAST ? LEAST : n < MOST ? n : MOST;
    while (slots < 2 * n) slots *= 2;
    drawn d = { shi_new(&scratch, int64_t, slots), (uint64_t)slots - 1 };
    int64_t *next = shi_new(&scratch, int64_t, block);
    if (!d.slot || !next) return shi_no_memory();
    for (int64_t first = 1; taken < n; first += block) {
        numbers(seed, first, range, block, next);
        for (int64_t i = 0; i < block && taken < n; i++) {
            if (!put(&d, next[i])) continue;
            if (counter) counter[taken] = first + i;
            value[taken++] = next[i];
        }
    }
    return (shi_err){ 0 };
}

shi_err shi_counter_draw(shi_arena scratch, shi_str seed, int64_t low, int64_t high, bool again, int64_t n, int64_t *value, int64_t *counter)
{
    uint64_t range = high < low ? 0 : (uint64_t)high - (uint64_t)low + 1;
    if (range > (uint64_t)INT64_MAX || (n > 0 && range == 0) || (!again && n > 0 && (uint64_t)n > range))
        return shi_fail(SHI_USAGE, N_("more is to be drawn than there is"), N_("Draw fewer."));
    shi_sha256_state begun, state;
    shi_sha256_begin(seed, &begun);
    shi_sha256_more(&begun, S(","), &state);
    if (again) {
        numbers(&state, 1, range, n, value);
        for (int64_t i = 0; i < n && counter; i++) counter[i] = i + 1;
    } else {
        SHI_TRY(without(scratch, &state, range, n, value, counter));
    }
    for (int64_t i = 0; i < n; i++) value[i] += low;
    return (shi_err){ 0 };
}
