/* Amplification, group by group: sums issued and own targets by unit, then a walk up from each target. Sums are in 128 bits, so that no
 * target of a nation's villages can wrap. */
#include "shishu/amplification.h"

enum { DEEPEST = 64 };

typedef struct {
    __int128 issued;
    int64_t own;               /* -1: no target */
    int32_t own_issuer;
    bool issues;               /* it set a target for somebody, if only of 0 */
} unit_state;

static void enter(unit_state *state, const shi_target *t)
{
    if (t->issuer >= 0) {
        state[t->issuer].issued += t->value;
        state[t->issuer].issues = true;
    }
    unit_state *u = &state[t->unit];
    bool tie = t->value == u->own && t->issuer >= 0 && (u->own_issuer < 0 || t->issuer < u->own_issuer);
    if (t->value <= u->own && !tie) return;
    u->own = t->value;
    u->own_issuer = (int32_t)t->issuer;
}

static double factor_of(const unit_state *u)
{
    return u->own > 0 && u->issues ? (double)u->issued / (double)u->own : 1;
}

/* The product of F from `u` upward, each issuer once: two issuers may name each other. */
static double walk_up(const unit_state *state, const int64_t *parent, int64_t u)
{
    int64_t seen[DEEPEST];
    double product = 1;
    for (int n = 0; u >= 0 && n < DEEPEST; n++) {
        for (int k = 0; k < n; k++)
            if (seen[k] == u) return product;
        seen[n] = u;
        product *= factor_of(&state[u]);
        u = state[u].own >= 0 ? state[u].own_issuer : parent[u];
    }
    return product;
}

shi_err shi_amplification(shi_arena scratch, const shi_target *target, int64_t n, const int64_t *parent, int64_t units, double *factor,
                          double *product)
{
    static const unit_state EMPTY = { .own = -1, .own_issuer = -1 };
    unit_state *state = shi_new(&scratch, unit_state, units);
    if (!state) return shi_no_memory();
    for (int64_t u = 0; u < units; u++) state[u] = EMPTY;
    for (int64_t from = 0, to; from < n; from = to) {
        for (to = from; to < n && target[to].group == target[from].group; to++) enter(state, &target[to]);
        for (int64_t i = from; i < to; i++) {
            factor[i] = target[i].issuer >= 0 ? factor_of(&state[target[i].issuer]) : 1;
            product[i] = walk_up(state, parent, target[i].issuer);
        }
        for (int64_t i = from; i < to; i++) {
            state[target[i].unit] = EMPTY;
            if (target[i].issuer >= 0) state[target[i].issuer] = EMPTY;
        }
    }
    return (shi_err){ 0 };
}
