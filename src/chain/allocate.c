/* Fair allocation of each indicator and period (design 4.1): in proportion to people(u), capped by what the register allows, whole numbers by
 * largest remainder. The total is what stands at the top: the targets whose issuer was itself asked for nothing. Of several issuers' targets
 * for one figure the largest counts. Cost: O(targets log targets). */
#include "chain/allocate.h"

#include "shishu/apportion.h"
#include "shishu/feasible.h"

typedef struct {
    shi_chain *chain;
    const shi_chain_targets *t;
    shi_arena scratch;
    int64_t *asked;                  /* of each unit: the group, from 1, in which it has a target */
    shi_allocated *leaf;             /* all of them, one after the other */
    int64_t leaves;
} sharing;

static bool same_group(const shi_chain_target_row *a, const shi_chain_target_row *b)
{
    return a->indicator == b->indicator && a->period == b->period;
}

/* The rows of one unit, from `at`; returns the first of the next. */
static int64_t one_figure(sharing *s, int64_t at, int64_t to, int64_t group, shi_allocation *a)
{
    const shi_chain_target_row *r = &s->t->row[at];
    int64_t most = 0, next = at;
    bool top = false;
    for (; next < to && s->t->row[next].unit == r->unit; next++) {
        const shi_chain_target_row *x = &s->t->row[next];
        if (x->value > most) most = x->value;
        top = top || x->issuer < 0 || s->asked[x->issuer] != group;
    }
    if (top && shi_add(a->total, most, &a->total)) a->total = INT64_MAX;
    if (!r->leaf) return next;
    s->leaf[s->leaves++] = (shi_allocated){ .now = most / 1000, .feasible = -1, .unit = r->unit };
    a->units++;
    a->unknown += s->chain->units.people[r->unit] < 0;
    return next;
}

static shi_err share_out(sharing *s, shi_arena scratch, shi_allocation *a, const shi_chain_target_row *row, int64_t rows)
{
    const shi_chain_prior_of *p = &s->chain->prior;
    int64_t n = a->units, *cap = shi_new(&scratch, int64_t, n), *value = shi_new(&scratch, int64_t, n), *size = shi_new(&scratch, int64_t, n);
    double *weight = shi_new(&scratch, double, n), *chance = shi_new(&scratch, double, n);
    if (!cap || !value || !size || !weight || !chance) return shi_no_memory();
    for (int64_t i = 0, at = 0; i < n; i++) {
        int64_t unit = a->unit[i].unit, people = s->chain->units.people[unit];
        while (at < rows && row[at].unit != unit) at++;   /* both are in order of the unit */
        weight[i] = people > 0 ? (double)people : 0;
        cap[i] = people <= 0 ? 0 : row[at].possible >= 0 ? row[at].possible / 1000 : a->total;
        size[i] = shi_chain_target_size(s->chain, a->indicator, unit);
    }
    const shi_shares shares = { .n = n, .total = a->total, .weight = weight, .cap = cap };
    SHI_TRY(shi_allot(scratch, &shares, value, &a->infeasible));
    shi_feasible_all(size, value, n, p->mean * p->weight, (1 - p->mean) * p->weight, chance);
    for (int64_t i = 0; i < n; i++) {
        a->unit[i].value = value[i];
        a->unit[i].feasible = chance[i];
    }
    return (shi_err){ 0 };
}

/* The targets of one indicator and period. */
static shi_err one_group(sharing *s, int64_t from, int64_t to, int64_t group, shi_allocation *a)
{
    const int64_t most = INT64_C(100000000000000);
    *a = (shi_allocation){ .indicator = s->t->row[from].indicator, .period = s->t->row[from].period, .unit = &s->leaf[s->leaves] };
    for (int64_t i = from; i < to; i++) s->asked[s->t->row[i].unit] = group;
    for (int64_t i = from; i < to;) i = one_figure(s, i, to, group, a);
    bool wraps = a->total == INT64_MAX;
    a->total = wraps ? -1 : a->total / 1000;
    if (wraps || a->total > most) a->cannot_judge = N_("the total is too large");
    else if (a->unknown == a->units) a->cannot_judge = N_("the register does not say how many people the units have");
    if (a->cannot_judge) a->infeasible = -1;
    return a->cannot_judge ? (shi_err){ 0 } : share_out(s, s->scratch, a, &s->t->row[from], to - from);
}

shi_err shi_chain_allocate(shi_chain *chain, shi_allocations *out)
{
    sharing s = { .chain = chain, .t = chain->targets };
    int64_t n = s.t->len, groups = 0;
    for (int64_t i = 0; i < n; i++) groups += !i || !same_group(&s.t->row[i], &s.t->row[i - 1]);
    *out = (shi_allocations){ .ptr = shi_new(chain->keep, shi_allocation, groups) };
    s.leaf = shi_new(chain->keep, shi_allocated, n);
    if (!out->ptr || !s.leaf) return shi_no_memory();
    SHI_TRY(shi_arena_open(176 * n + 8 * chain->units.len + (1 << 16), &s.scratch));
    s.asked = shi_new(&s.scratch, int64_t, chain->units.len);
    shi_err e = s.asked ? (shi_err){ 0 } : shi_no_memory();
    for (int64_t from = 0, to; from < n && !e.code; from = to) {
        for (to = from + 1; to < n && same_group(&s.t->row[to], &s.t->row[from]);) to++;
        e = one_group(&s, from, to, out->len + 1, &out->ptr[out->len]);
        out->len++;
    }
    shi_arena_drop(&s.scratch);
    return e;
}
