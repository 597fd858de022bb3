/* Pools: cells that are linked, directly or not, are one group; groups get their members, and members are asked whether they have another life.
 * Communities (Leiden) cut pools in two and lost members, and did not part them from reminders, so links alone decide. Cells and habits are
 * made in pool_cells, pairs in pool_links. */
#include "kernel/pool.h"

#include "base/room.h"
#include "shishu/evalue.h"

#include <math.h>
#include <stdlib.h>

enum { LEAST_UNITS = 5, MOST_UNITS = 50000 };
static const double LINK_E = 200, MORE_THAN_CHANCE = 4, IDLE = 0.9, IDLE_MORE = 0.5;

/* part: the smallest cell linked with each cell, -1: none. The rest by part. */
typedef struct {
    int32_t *part;
    double *log10_e;
    int64_t *cells, *links;
    shi_keyed *inside;           /* acts in linked cells: part and account, ascending */
    int64_t inside_len;
} grouping;

/* An account in a cell of a part. */
typedef struct {
    int32_t part, account;
    double chance;
    int64_t us;
} presence;

static int by_presence(const void *a, const void *b)
{
    const presence *x = a, *y = b;
    if (x->part != y->part) return x->part < y->part ? -1 : 1;
    if (x->account != y->account) return x->account < y->account ? -1 : 1;
    return x->us < y->us ? -1 : x->us > y->us;
}

static int32_t root_of(int32_t *part, int32_t k)
{
    while (part[k] != k) k = part[k] = part[part[k]];
    return k;
}

static uint64_t inside_key(int32_t part, int32_t account)
{
    return (uint64_t)part << 32 | (uint32_t)account;
}

static shi_err join_cells(shi_arena *hold, const pool_table *t, const pool_link *link, int64_t links, grouping *g)
{
    g->part = shi_new(hold, int32_t, t->cells);
    g->log10_e = shi_new(hold, double, t->cells);
    g->cells = shi_new(hold, int64_t, t->cells);
    g->links = shi_new(hold, int64_t, t->cells);
    g->inside = shi_room(hold, shi_keyed, t->acts_in_cells);
    if (!g->part || !g->log10_e || !g->cells || !g->links || !g->inside) return shi_no_memory();
    for (int32_t k = 0; k < t->cells; k++) g->part[k] = k, g->log10_e[k] = -INFINITY;
    for (int64_t i = 0; i < links; i++) {
        int32_t a = root_of(g->part, link[i].a), b = root_of(g->part, link[i].b);
        g->part[a > b ? a : b] = a > b ? b : a;
    }
    for (int32_t k = 0; k < t->cells; k++) {
        g->part[k] = root_of(g->part, k);
        g->cells[g->part[k]]++;
    }
    for (int64_t i = 0; i < links; i++) {
        const double two[] = { g->log10_e[g->part[link[i].a]], link[i].log10_e };
        g->log10_e[g->part[link[i].a]] = shi_log10_sum(two, 2);
        g->links[g->part[link[i].a]]++;
    }
    for (int32_t k = 0; k < t->cells; k++)
        if (g->cells[g->part[k]] < 2) g->cells[k] = 0, g->part[k] = -1;
    for (int64_t k = 0; k < t->cells; k++)
        for (int64_t i = t->cell[k].first; g->part[k] >= 0 && i < t->cell[k].first + t->cell[k].len; i++)
            g->inside[g->inside_len++] = (shi_keyed){ inside_key(g->part[k], t->c->account[t->act[i]]), 0 };
    return shi_sort_keyed(*hold, g->inside, g->inside_len);
}

/* First acts of an account outside of a part. */
static int64_t acts_elsewhere(const pool_table *t, const grouping *g, int32_t part, int32_t account)
{
    uint64_t key = inside_key(part, account);
    int64_t low = 0, high = g->inside_len, n = 0;
    while (low < high) {
        int64_t middle = (low + high) / 2;
        if (g->inside[middle].key < key) low = middle + 1;
        else high = middle;
    }
    while (low + n < g->inside_len && g->inside[low + n].key == key) n++;
    return t->acts[account] - n;
}

/* Presences of accounts in parts, sorted. */
static shi_err presences(shi_arena *hold, const pool_table *t, const grouping *g, presence **out, int64_t *len)
{
    int64_t n = 0;
    *out = shi_room(hold, presence, t->acts_in_cells);
    if (!*out) return shi_no_memory();
    for (int64_t k = 0; k < t->cells; k++)
        for (int64_t i = t->cell[k].first; g->part[k] >= 0 && i < t->cell[k].first + t->cell[k].len; i++) {
            int32_t account = t->c->account[t->act[i]];
            (*out)[n++] = (presence){ g->part[k], account, shi_pool_chance(t, k, account), t->c->time_us[t->act[i]] };
        }
    if (n) qsort(*out, (size_t)n, sizeof **out, by_presence);
    *len = n;
    return (shi_err){ 0 };
}

/* The chances of an account over all cells of a part, also those in which it is not. */
static double chances(const pool_table *t, const int64_t *cell, int64_t len, int32_t account)
{
    double sum = 0;
    for (int64_t i = 0; i < len; i++) sum += shi_pool_chance(t, cell[i], account);
    return sum;
}

typedef struct {
    shi_group group;
    shi_pool_shown shown;
    int32_t part;
} found_group;

static int by_strength(const void *a, const void *b)
{
    const found_group *x = a, *y = b;
    if (x->shown.log10_e < y->shown.log10_e || x->shown.log10_e > y->shown.log10_e) return x->shown.log10_e > y->shown.log10_e ? -1 : 1;
    return x->part < y->part ? -1 : x->part > y->part;
}

/* Members of one part: presences [from, to), ascending by account; they go to member and weight. */
static void take_members(const pool_table *t, const presence *p, int64_t from, int64_t to, const int64_t *cell, int64_t cells, found_group *f,
                         int32_t *member, double *weight, int64_t *members)
{
    f->group = (shi_group){ .first = *members, .things = cells, .log10_p = 0, .log10_e = -INFINITY, .from_us = INT64_MAX, .to_us = INT64_MIN };
    for (int64_t i = from, end; i < to; i = end) {
        for (end = i + 1; end < to && p[end].account == p[i].account; end++) {}
        if (end - i < 2 || (double)(end - i) < MORE_THAN_CHANCE * chances(t, cell, cells, p[i].account)) continue;
        member[*members] = p[i].account;
        weight[(*members)++] = fmin(1, (double)(end - i) / t->acts[p[i].account]);
        f->group.deeds += end - i;
        f->group.from_us = p[i].us < f->group.from_us ? p[i].us : f->group.from_us;
        f->group.to_us = p[end - 1].us > f->group.to_us ? p[end - 1].us : f->group.to_us;
    }
    f->group.len = *members - f->group.first;
}

/* Whether members lack a life of their own that the others of their units have. in_unit is false before and after. */
static void ask_for_life(const pool_table *t, const grouping *g, const int32_t *member, found_group *f, bool *in_unit)
{
    int64_t idle = 0, others = 0, others_idle = 0;
    for (int64_t i = f->group.first; i < f->group.first + f->group.len; i++) {
        int32_t a = member[i];
        idle += acts_elsewhere(t, g, f->part, a) <= 1;
        others--;                                                /* members have two acts or more */
        if (in_unit[t->unit_of[a]]) continue;
        in_unit[t->unit_of[a]] = true;
        f->shown.units++;
        others += t->unit[t->unit_of[a]].active;
        others_idle += t->unit[t->unit_of[a]].idle;
    }
    f->shown.idle = f->group.len ? (double)idle / (double)f->group.len : 0;
    f->shown.others_idle = others ? (double)others_idle / (double)others : 0;
    f->shown.explained = !(f->shown.idle >= IDLE && f->shown.idle >= f->shown.others_idle + IDLE_MORE);
    for (int64_t i = f->group.first; i < f->group.first + f->group.len; i++) in_unit[t->unit_of[member[i]]] = false;
}

/* Groups in the order of their parts; members of each lie in `member` from group.first on. */
static shi_err fill_groups(shi_arena scratch, const pool_table *t, const grouping *g, double pairs, found_group *f, int64_t *groups, int32_t *member,
                           double *weight)
{
    presence *p;
    int64_t len = 0, members = 0, *cell = shi_new(&scratch, int64_t, t->cells);
    int64_t *next = shi_new(&scratch, int64_t, t->cells + 1);
    bool *in_unit = shi_new(&scratch, bool, t->c->units);
    if (!cell || !next || !in_unit) return shi_no_memory();
    SHI_TRY(presences(&scratch, t, g, &p, &len));
    for (int64_t k = 0; k < t->cells; k++) next[k + 1] = next[k] + g->cells[k];
    for (int64_t k = 0; k < t->cells; k++)
        if (g->part[k] >= 0) cell[next[g->part[k]]++] = k;       /* next[part] ends as the end of the part's cells */
    for (int64_t i = 0, end; i < len; i = end) {
        int32_t part = p[i].part;
        for (end = i + 1; end < len && p[end].part == part; end++) {}
        found_group *one = &f[*groups];
        *one = (found_group){ .part = part, .shown = { .log10_e = g->log10_e[part] - log10(pairs), .links = g->links[part] } };
        take_members(t, p, i, end, cell + next[part] - g->cells[part], g->cells[part], one, member, weight, &members);
        if (one->group.len == 0) continue;
        ask_for_life(t, g, member, one, in_unit);
        ++*groups;
    }
    return (shi_err){ 0 };
}

static shi_err make_groups(shi_arena *keep, shi_arena scratch, const pool_table *t, const pool_link *link, int64_t links, double pairs,
                           shi_pool *found)
{
    grouping g = { 0 };
    int64_t groups = 0, members = 0;
    SHI_TRY(join_cells(&scratch, t, link, links, &g));
    found_group *f = shi_new(&scratch, found_group, t->cells);
    int32_t *member = shi_room(&scratch, int32_t, t->acts_in_cells), *kept;
    double *weight = shi_room(&scratch, double, t->acts_in_cells), *kept_weight;
    if (!f || !member || !weight) return shi_no_memory();
    SHI_TRY(fill_groups(scratch, t, &g, pairs, f, &groups, member, weight));
    if (groups) qsort(f, (size_t)groups, sizeof *f, by_strength);
    shi_group *group = shi_new(keep, shi_group, groups);
    shi_pool_shown *shown = shi_new(keep, shi_pool_shown, groups);
    for (int64_t k = 0; k < groups; k++) members += f[k].group.len;
    kept = shi_new(keep, int32_t, members);
    kept_weight = shi_new(keep, double, members);
    if (!group || !shown || !kept || !kept_weight) return shi_no_memory();
    members = 0;
    for (int64_t k = 0; k < groups; k++) {
        int64_t first = members;
        for (int64_t i = 0; i < f[k].group.len; i++, members++) {
            kept[members] = member[f[k].group.first + i];
            kept_weight[members] = weight[f[k].group.first + i];
        }
        group[k] = f[k].group;
        group[k].first = first;
        shown[k] = f[k].shown;
    }
    found->groups = (shi_groups){ group, groups, kept, kept_weight, members };
    found->shown = shown;
    return (shi_err){ 0 };
}

static int64_t units_there(shi_arena scratch, const pool_table *t)
{
    bool *seen = shi_new(&scratch, bool, t->c->units);
    int64_t units = 0;
    for (int64_t a = 0; seen && a < t->c->accounts; a++) {
        if (t->unit_of[a] < 0 || seen[t->unit_of[a]]) continue;
        seen[t->unit_of[a]] = true;
        units++;
    }
    return units;
}

shi_err shi_pool_find(shi_arena *keep, shi_arena scratch, const shi_pool_columns *columns, shi_pool *out)
{
    pool_table t = { .c = columns };
    shi_pool found = { 0 };
    pool_link *link;
    SHI_TRY(shi_pool_cells(&scratch, &t));
    found.cells = t.cells;
    int64_t units = units_there(scratch, &t);
    SHI_TRY(shi_pool_pairs(scratch, &t, &found.searched));
    if (units < LEAST_UNITS) found.cannot_judge = N_("Fewer than five units: whole circles of readers would look like pools. Nothing can be "
        "listed.");
    else if (units > MOST_UNITS) found.cannot_judge = N_("There are more than 50,000 units: take one county at a time.");
    else if (found.searched < 1)
        found.cannot_judge = N_("There are no two objects on which 15 accounts each act within six hours, half a day apart. Nothing can be "
            "listed.");
    if (!found.cannot_judge) {
        SHI_TRY(shi_pool_habits(&scratch, &t));
        SHI_TRY(shi_pool_links(&scratch, &t, LINK_E, (double)found.searched, &link, &found.links));
        SHI_TRY(make_groups(keep, scratch, &t, link, found.links, (double)found.searched, &found));
    }
    *out = found;
    return (shi_err){ 0 };
}
