/* Which values stand out: the rules on what each showed, then who comes from where, one value at a time (X) and all small ones of an app together
 * (Z); what is left and goes on week after week is one unit's own (Y). Groups are ordered by stable sorts on whole-number keys. */
#include "kernel/shared.h"

#include "base/sort.h"
#include "base/text.h"
#include "shishu/evalue.h"
#include "stat/dist.h"

#include <math.h>
#include <string.h>

static const double LN10 = 2.302585092994045684;
static const double TIED = -4, SWEPT = 0.5, ELSEWHERE = 0.5, RETURNED = 0.1, LASTING = 0.5, ACROSS = -3, SMALL = -4;

static int64_t half_up(int64_t k)
{
    return k / 2;   /* (k - 1)/2, rounded up */
}

/* ---- rules ---- */

static void find_sweeping(shi_shared_work *w, shi_shared *out)
{
    for (int64_t i = 0; i < w->pairs; i++) {
        shi_shared_pair *p = &w->pair[i];
        if (p->is.accounts < SHI_SHARED_LEAST) continue;
        out->tested++;
        if (!w->columns->time_us) continue;
        p->tied = p->is.log10_tied < TIED;
        p->sweeping = p->tied && p->is.swept >= SWEPT && p->is.returned < RETURNED;
        out->tied += p->tied;
        out->swept += p->sweeping;
    }
}

static bool next_account(const shi_shared_work *w, const shi_shared_pair *p, int64_t i)
{
    return i == 0 || w->act[p->first + i].account != w->act[p->first + i - 1].account;
}

/* Days of an account's acts on sweeping values. */
typedef struct {
    int64_t first_us, last_us;
} stay;

static void gather_stays(shi_shared_work *w, stay *at)
{
    for (int64_t i = 0; i < w->pairs; i++) {
        const shi_shared_pair *p = &w->pair[i];
        for (int64_t j = 0; p->sweeping && j < p->is.acts; j++) {
            const shi_shared_act *act = &w->act[p->first + j];
            stay *s = &at[act->account];
            bool known = s->first_us <= s->last_us;
            if (next_account(w, p, j)) w->seen_on[act->account]--;
            if (!known || act->time_us < s->first_us) s->first_us = act->time_us;
            if (!known || act->time_us > s->last_us) s->last_us = act->time_us;
        }
    }
}

/* Accounts live elsewhere if they are seen on a value that is not of this kind, and last if they are seen on values of this kind on two days: a
 * seller lets his accounts wander over his devices. */
static shi_err find_passing(shi_arena scratch, shi_shared_work *w, shi_shared *out)
{
    stay *at = shi_new(&scratch, stay, w->columns->accounts);
    if (!at) return shi_no_memory();
    for (int64_t a = 0; a < w->columns->accounts; a++) at[a] = (stay){ 1, 0 };
    gather_stays(w, at);
    #pragma omp parallel for schedule(dynamic, 64)
    for (int64_t i = 0; i < w->pairs; i++) {
        shi_shared_pair *p = &w->pair[i];
        int64_t elsewhere = 0, lasting = 0;
        for (int64_t j = 0; j < p->is.acts; j++) {
            if (!next_account(w, p, j)) continue;
            int32_t a = w->act[p->first + j].account;
            elsewhere += w->seen_on[a] > !p->sweeping;
            lasting += shi_shared_day(at[a].first_us) != shi_shared_day(at[a].last_us);
        }
        p->is.elsewhere = (double)elsewhere / (double)p->is.accounts;
        if (p->sweeping) p->is.lasting = (double)lasting / (double)p->is.accounts;
        p->passing = p->sweeping && p->is.elsewhere < ELSEWHERE;
    }
    for (int64_t i = 0; i < w->pairs; i++) out->passing += w->pair[i].passing;
    return (shi_err){ 0 };
}

/* ---- X and Z ---- */

/* Small values of a unit: which part of their other accounts is away. A value belongs to its commonest unit, of several the smallest; here it is
 * found again from the accounts, as only few are asked. */
static int32_t home_of(const shi_shared_work *w, const shi_shared_pair *p)
{
    const shi_shared_act *act = w->act + p->first;
    int32_t unit[SHI_SHARED_HOUSEHOLD], best = -1;
    int64_t k = 0, most = 0;
    for (int64_t i = 0; i < p->is.acts; i++)
        if (i == 0 || act[i].account != act[i - 1].account) unit[k++] = w->unit[act[i].account];
    for (int64_t i = 0; i < k; i++) {
        int64_t same = 0;
        for (int64_t j = 0; j < k; j++) same += unit[j] == unit[i];
        if (unit[i] < 0 || same < most || (same == most && unit[i] > best)) continue;
        most = same;
        best = unit[i];
    }
    return best;
}

/* Twice the lower quartile over units; the quartile of n is the one of rank ceil(n/4). */
static shi_err fit_epsilon(shi_arena scratch, const shi_shared_work *w, double *epsilon)
{
    const double least = 0.1, most = 0.3;
    int64_t units = w->columns->units, n = 0;
    int64_t *away = shi_new(&scratch, int64_t, units), *others = shi_new(&scratch, int64_t, units);
    shi_keyed *rate = shi_new(&scratch, shi_keyed, units);
    if (!away || !others || !rate) return shi_no_memory();
    for (int64_t i = 0; i < w->pairs; i++) {
        const shi_shared_pair *p = &w->pair[i];
        if (p->is.accounts > SHI_SHARED_HOUSEHOLD || p->known < 2) continue;
        int32_t unit = home_of(w, p);
        away[unit] += p->is.away;
        others[unit] += p->known - 1;
    }
    for (int64_t u = 0; u < units; u++)
        if (others[u]) rate[n++] = (shi_keyed){ shi_key_of_f64((double)away[u] / (double)others[u]), u };
    *epsilon = most;
    if (!n) return (shi_err){ 0 };
    SHI_TRY(shi_sort_keyed(scratch, rate, n));
    int64_t u = rate[(n + 3) / 4 - 1].row;
    *epsilon = fmin(most, fmax(least, 2 * (double)away[u] / (double)others[u]));
    return (shi_err){ 0 };
}

typedef struct {
    double expected;
    int64_t mixed;
    double log10_p;
    bool searched, stands;
} small_of;

static void across(shi_shared_work *w, shi_shared *out)
{
    double m = log10((double)out->searched);
    for (int64_t i = 0; i < w->pairs; i++) {
        shi_shared_pair *p = &w->pair[i];
        if (p->known < 2) continue;
        p->is.log10_units = shi_binomial_log_above(p->known - 1, out->epsilon, p->is.away) / LN10;
        if (!p->passing || p->is.log10_units + m >= ACROSS) continue;
        p->taken = true;
        p->kind = SHI_SHARED_ACROSS;
    }
}

/* Values of households and larger ones of an app are counted apart: among many small families ten mixed devices of ten would drown. */
static int64_t class_of(const shi_shared_pair *p)
{
    return 2 * (p->is.app + 1) + (p->is.accounts > SHI_SHARED_HOUSEHOLD);
}

static int64_t classes_of(const shi_shared_work *w)
{
    return 2 * (w->columns->apps + 1);
}

/* Values with 3 accounts or more, and classes that have such. */
static int64_t count_searched(const shi_shared_work *w, small_of *small)
{
    int64_t searched = 0;
    for (int64_t i = 0; i < w->pairs; i++) {
        if (w->pair[i].is.accounts < SHI_SHARED_LEAST) continue;
        small_of *s = &small[class_of(&w->pair[i])];
        searched += 1 + !s->searched;
        s->searched = true;
    }
    return searched;
}

static void count_small(shi_shared_work *w, double epsilon, small_of *small)
{
    for (int64_t i = 0; i < w->pairs; i++) {
        shi_shared_pair *p = &w->pair[i];
        small_of *s = &small[class_of(p)];
        if (!p->passing || p->taken || p->known < SHI_SHARED_LEAST) continue;
        p->mixed = p->is.away >= half_up(p->known);
        s->mixed += p->mixed;
        s->expected += shi_binomial_above(p->known - 1, epsilon, half_up(p->known));
    }
}

static void judge_small(shi_shared_work *w, small_of *small)
{
    for (int64_t a = 0; a < classes_of(w); a++) {
        small[a].log10_p = shi_poisson_log_above(2 * small[a].expected, small[a].mixed) / LN10;
        small[a].stands = small[a].log10_p < SMALL;
    }
    for (int64_t i = 0; i < w->pairs; i++) {
        shi_shared_pair *p = &w->pair[i];
        if (!p->mixed || !small[class_of(p)].stands) continue;
        p->taken = true;
        p->kind = SHI_SHARED_SMALL;
    }
}

/* ---- Y and facts ---- */

/* The accounts come back on other days: what a helper's evening does not show. */
static bool goes_on(const shi_shared_work *w, const shi_shared_pair *p)
{
    double months = w->days > 30 ? w->days / 30 : 1;
    bool again = p->is.lasting >= LASTING && p->is.accounts > SHI_SHARED_HOUSEHOLD;
    return again && (p->passing || (p->sweeping && (double)p->is.sweep_days > 2 * months));
}

static void list_others(shi_shared_work *w, bool facts)
{
    for (int64_t i = 0; i < w->pairs; i++) {
        shi_shared_pair *p = &w->pair[i];
        if (p->taken || !(facts ? p->is.accounts > SHI_SHARED_HOUSEHOLD : goes_on(w, p))) continue;
        p->taken = true;
        p->kind = facts || !w->columns->unit ? SHI_SHARED_FACT : SHI_SHARED_PROXY;
    }
}

/* ---- groups ---- */

typedef struct {
    int64_t pairs;          /* taken ones */
    shi_keyed *row;         /* in order of the groups: row is the pair */
    shi_group *group;
    shi_shared_kind *kind;
    shi_shared_value *value;
    int32_t *member;
    double *weight;
    int64_t groups, members;
} handing;

static bool is_judged(const shi_shared_pair *p)
{
    return p->kind == SHI_SHARED_ACROSS || p->kind == SHI_SHARED_SMALL;
}

static double log10_p_of(const shi_shared_pair *p, const small_of *small)
{
    return p->kind == SHI_SHARED_SMALL ? small[class_of(p)].log10_p : p->is.log10_units;
}

typedef enum { BY_CLASS, BY_MEMBER, BY_P, BY_E, ROUNDS } turn;

/* least: by class, the smallest member of its Z. */
static uint64_t key_in(turn by, const shi_shared_work *w, const shi_shared_pair *p, const small_of *small, const int32_t *least)
{
    bool z = p->kind == SHI_SHARED_SMALL;
    switch (by) {
    case BY_CLASS: return z ? (uint64_t)class_of(p) : 0;
    case BY_MEMBER: return (uint64_t)(z ? least[class_of(p)] : w->act[p->first].account);
    case BY_P: return shi_key_of_f64(is_judged(p) ? log10_p_of(p, small) : 0);
    default: return ~shi_key_of_f64(is_judged(p) ? shi_e_calibrated(log10_p_of(p, small)) : -INFINITY);
    }
}

/* The pairs taken, ordered by falling e, p, and smallest member; those of a Z, which share e and p, by class first. */
static shi_err order_taken(shi_arena *scratch, const shi_shared_work *w, const small_of *small, handing *h)
{
    for (int64_t i = 0; i < w->pairs; i++) h->pairs += w->pair[i].taken;
    h->row = shi_new(scratch, shi_keyed, h->pairs);
    int32_t *least = shi_new(scratch, int32_t, classes_of(w));
    if (!h->row || !least) return shi_no_memory();
    for (int64_t a = 0; a < classes_of(w); a++) least[a] = INT32_MAX;
    for (int64_t i = 0, k = 0; i < w->pairs; i++) {
        const shi_shared_pair *p = &w->pair[i];
        int32_t first = w->act[p->first].account, *at = &least[class_of(p)];
        if (!p->taken) continue;
        h->row[k++].row = i;
        if (p->kind == SHI_SHARED_SMALL && first < *at) *at = first;
    }
    for (turn by = BY_CLASS; by < ROUNDS; by++) {
        for (int64_t k = 0; k < h->pairs; k++) h->row[k].key = key_in(by, w, &w->pair[h->row[k].row], small, least);
        SHI_TRY(shi_sort_keyed(*scratch, h->row, h->pairs));
    }
    return (shi_err){ 0 };
}

static bool same_group(const shi_shared_pair *a, const shi_shared_pair *b)
{
    return a->kind == SHI_SHARED_SMALL && b->kind == SHI_SHARED_SMALL && class_of(a) == class_of(b);
}

/* Adds the accounts of a pair to those of the group; the group's own are made ascending and single at its end. */
static void add_members(const shi_shared_work *w, const shi_shared_pair *p, handing *h)
{
    const shi_shared_act *act = w->act + p->first;
    for (int64_t i = 0; i < p->is.acts; i++)
        if (i == 0 || act[i].account != act[i - 1].account) h->member[h->members++] = act[i].account;
}

static void close_group(handing *h, shi_group *g)
{
    int32_t *member = h->member + g->first;
    int64_t n = h->members - g->first;
    shi_sort_codes(member, n);
    g->len = 0;
    for (int64_t i = 0; i < n; i++)
        if (i == 0 || member[i] != member[g->len - 1]) member[g->len++] = member[i];
    h->members = g->first + g->len;
}

static void fill(const shi_shared_work *w, const small_of *small, double m, handing *h)
{
    for (int64_t k = 0; k < h->pairs; k++) {
        shi_shared_pair *p = &w->pair[h->row[k].row];
        double log10_p = log10_p_of(p, small);
        if (k == 0 || !same_group(&w->pair[h->row[k - 1].row], p)) {
            h->kind[h->groups] = p->kind;
            h->group[h->groups++] = (shi_group){ .first = h->members, .from_us = p->from_us, .to_us = p->to_us,
                                                 .log10_p = is_judged(p) ? fmin(0, log10_p + m) : 0,
                                                 .log10_e = is_judged(p) ? shi_e_calibrated(log10_p) - m : -INFINITY };
        }
        shi_group *g = &h->group[h->groups - 1];
        g->things++;
        g->deeds += p->kind == SHI_SHARED_FACT ? p->is.acts : p->is.switches;
        if (p->from_us < g->from_us) g->from_us = p->from_us;
        if (p->to_us > g->to_us) g->to_us = p->to_us;
        p->is.group = h->groups - 1;
        h->value[k] = p->is;
        add_members(w, p, h);
        if (k + 1 == h->pairs || !same_group(p, &w->pair[h->row[k + 1].row])) close_group(h, g);
    }
    for (int64_t i = 0; i < h->members; i++) h->weight[i] = 1;
}

static shi_err hand_out(shi_arena *keep, shi_arena scratch, const shi_shared_work *w, const small_of *small, shi_shared *out)
{
    handing h = { 0 };
    double m = out->searched > 0 ? log10((double)out->searched) : 0;
    int64_t most = 0;
    SHI_TRY(order_taken(&scratch, w, small, &h));
    for (int64_t k = 0; k < h.pairs; k++) most += w->pair[h.row[k].row].is.accounts;
    h.group = shi_new(keep, shi_group, h.pairs);
    h.kind = shi_new(keep, shi_shared_kind, h.pairs);
    h.value = shi_new(keep, shi_shared_value, h.pairs);
    h.member = shi_new(keep, int32_t, most);
    h.weight = shi_new(keep, double, most);
    if (!h.group || !h.kind || !h.value || !h.member || !h.weight) return shi_no_memory();
    fill(w, small, m, &h);
    out->groups = (shi_groups){ h.group, h.groups, h.member, h.weight, h.members };
    out->kind = h.kind;
    out->value = h.value;
    out->values = h.pairs;
    return (shi_err){ 0 };
}

static const char *hindrance(const shi_shared_work *w)
{
    if (!w->columns->time_us) return N_("Without times it cannot be told whether accounts pass through one after the other.");
    if (!w->some_elsewhere)
        return N_("No account is seen on two of these: whether accounts live elsewhere, as those of visitors and helpers do, cannot be told.");
    if (!w->columns->unit) return N_("Without units it cannot be told whether accounts come from many places or from one.");
    return NULL;
}

shi_err shi_shared_judge(shi_arena *keep, shi_arena scratch, shi_shared_work *w, shi_shared *out)
{
    shi_shared got = { .acts = w->acts, .shared = w->pairs, .epsilon = NAN, .cannot_judge = hindrance(w) };
    small_of *small = shi_new(&scratch, small_of, classes_of(w));
    if (!small) return shi_no_memory();
    find_sweeping(w, &got);
    SHI_TRY(find_passing(scratch, w, &got));
    if (!got.cannot_judge) {
        SHI_TRY(fit_epsilon(scratch, w, &got.epsilon));
        got.searched = count_searched(w, small);
        across(w, &got);
        count_small(w, got.epsilon, small);
        judge_small(w, small);
    }
    list_others(w, !w->columns->time_us || !w->some_elsewhere);
    SHI_TRY(hand_out(keep, scratch, w, small, &got));
    *out = got;
    return (shi_err){ 0 };
}
