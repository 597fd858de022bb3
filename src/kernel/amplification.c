/* Amplification, group by group: sums issued and own targets by unit, then a walk up from each target. Sums are in 128 bits, so that no
 * target of a nation's villages can wrap. */
#include "shishu/amplification.h"

enum { DEEPEST = 64 };

typedef struct {
    __int128 issued;
    int64_t own, own_issuer;   /* own -1: no target */
} unit_state;

static void enter(unit_state *state, const shi_target *t)
{
    if (t->issuer >= 0) state[t->issuer].issued += t->value;
    unit_state *u = &state[t->unit];
    bool larger = t->value > u->own || (t->value == u->own && t->issuer < u->own_issuer);
    if (!larger) return;
    u->own = t->value;
    u->own_issuer = t->issuer;
}

static double factor_of(const unit_state *u)
{
    return u->own > 0 && u->issued > 0 ? (double)u->issued / (double)u->own : 1;
}

shi_err shi_amplification(shi_arena scratch, const shi_target *target, int64_t n, const int64_t *parent, int64_t units, double *factor, double *product)
{
    unit_state *state = shi_new(&scratch, unit_state, units);
    if (!state) return shi_no_memory();
    for (int64_t u = 0; u < units; u++) state[u] = (unit_state){ .own = -1, .own_issuer = -1 };
    for (int64_t from = 0, to; from < n; from = to) {
        for (to = from; to < n && target[to].group == target[from].group; to++) enter(state, &target[to]);
        for (int64_t i = from; i < to; i++) {
            int64_t u = target[i].issuer;
            factor[i] = u >= 0 ? factor_of(&state[u]) : 1;
            product[i] = 1;
            /* two issuers may name each other; the walk is no longer than any real chain of offices */
            for (int step = 0; u >= 0 && step < DEEPEST; step++) {
                product[i] *= factor_of(&state[u]);
                u = state[u].own >= 0 ? state[u].own_issuer : parent[u];
            }
        }
        for (int64_t i = from; i < to; i++) {
            state[target[i].unit] = (unit_state){ .own = -1, .own_issuer = -1 };
            if (target[i].issuer >= 0) state[target[i].issuer] = (unit_state){ .own = -1, .own_issuer = -1 };
        }
    }
    return (shi_err){ 0 };
}
