/* People of a unit: its own numbers if it has any, else the sum over its children. Units are visited leaves first, by peeling the
 * forest: a unit is done when all its children are, and whatever is never done lies on a cycle. */
#include "shishu/people.h"

#include "base/text.h"

static int64_t own_people(shi_unit_people u, uint8_t *basis)
{
    int64_t sum;
    if (u.eligible >= 0) return *basis = SHI_PEOPLE_ELIGIBLE, u.eligible;
    if (u.registered >= 0 && u.incoming >= 0) {
        *basis = SHI_PEOPLE_WITH_INCOMING;
        return shi_add(u.registered, u.incoming, &sum) ? INT64_MAX : sum;
    }
    if (u.residents >= 0 && u.registered >= 0) {
        *basis = u.residents > u.registered ? SHI_PEOPLE_BOTH : SHI_PEOPLE_REGISTERED_COVERS;
        if (u.residents <= u.registered) return u.registered;
        return shi_add(u.residents, u.registered, &sum) ? INT64_MAX : sum;
    }
    if (u.registered >= 0) return *basis = SHI_PEOPLE_REGISTERED, u.registered;
    if (u.residents >= 0) return *basis = SHI_PEOPLE_RESIDENTS, u.residents;
    return *basis = SHI_PEOPLE_UNKNOWN, -1;
}

/* What a finished unit adds to its parent. */
static bool add_to(int64_t *sum, int64_t people)
{
    if (*sum < 0) return true;   /* another child is unknown already */
    if (people < 0) return *sum = -1, true;
    return !shi_add(*sum, people, sum);
}

static shi_err at_unit(int64_t i, const char *reason)
{
    shi_err e = shi_fail(SHI_INPUT, reason, N_("Correct table units and import it again."));
    e.line = i + 1;
    return e;
}

shi_err shi_people_bound(shi_arena scratch, const shi_unit_people *unit, int64_t n, int64_t *people, uint8_t *basis)
{
    int64_t *waiting = shi_new(&scratch, int64_t, n);   /* children not done */
    int64_t *children = shi_new(&scratch, int64_t, n);  /* sum over children, -1: unknown */
    int64_t *ready = shi_new(&scratch, int64_t, n);
    if (!waiting || !children || !ready) return shi_no_memory();
    int64_t head = 0, tail = 0;
    for (int64_t i = 0; i < n; i++)
        if (unit[i].parent >= 0) waiting[unit[i].parent]++;
    for (int64_t i = 0; i < n; i++) {
        if (waiting[i] > 0) continue;
        children[i] = -1;   /* no children: nothing to sum */
        ready[tail++] = i;
    }
    while (head < tail) {
        int64_t i = ready[head++], parent = unit[i].parent;
        people[i] = own_people(unit[i], &basis[i]);
        if (people[i] < 0 && children[i] >= 0) {
            people[i] = children[i];
            basis[i] = SHI_PEOPLE_CHILDREN;
        }
        if (people[i] == INT64_MAX) return at_unit(i, N_("the number of people does not fit"));
        if (parent < 0) continue;
        if (!add_to(&children[parent], people[i])) return at_unit(parent, N_("the number of people does not fit"));
        if (--waiting[parent] == 0) ready[tail++] = parent;
    }
    for (int64_t i = 0; i < n; i++)
        if (waiting[i] > 0) return at_unit(i, N_("the unit is its own ancestor"));
    return (shi_err){ 0 };
}
