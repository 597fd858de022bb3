/* The order of first acts. Acts become pairs (an account's act and its next, half a day or more later), pairs become cells, a cell gives the length
 * of its longest increasing subsequence (patience sorting). Cells that stand alone are linked by the accounts that go from one to the next, and
 * only what is linked is a group: one cell may be a coincidence, a list runs again. Sorts only; nothing is looked at pair by pair. */
#include "shishu/order.h"

#include "base/room.h"
#include "base/sort.h"
#include "base/text.h"
#include "shishu/evalue.h"
#include "stat/dist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST = 8, SHARED = 5 };
static const int64_t BIN_US = INT64_C(900) * 1000000, APART_US = INT64_C(12) * 3600 * 1000000;
static const double LN_10 = 2.302585092994045684, CELL_RISK = 0.05;

/* An act of an account in one period, and its next in another. */
typedef struct {
    int64_t first_us, next_us;
    int32_t account, from, to;
} step;

typedef struct {
    int64_t first, len;          /* steps */
    int64_t lis;
    double log10_p;
    int32_t from, to;            /* periods */
    bool stands;
    int32_t part;                /* union-find over cells that stand */
} cell;

typedef struct {
    const shi_order_columns *c;
    step *step;
    int64_t steps;
    bool *on;                    /* by step: on the subsequence of its cell */
    cell *cell;
    int64_t cells;
} work;

int64_t shi_order_lis(const int64_t *x, int64_t n, int64_t *at, bool *on)
{
    int64_t *end = at, *before = at + n, len = 0;      /* end[l]: the place at which a run of l + 1 ends lowest */
    for (int64_t i = 0; i < n; i++) {
        int64_t low = 0, high = len;
        while (low < high) {
            int64_t middle = (low + high) / 2;
            if (x[end[middle]] < x[i]) low = middle + 1;
            else high = middle;
        }
        before[i] = low ? end[low - 1] : -1;
        end[low] = i;
        if (low == len) len++;
        on[i] = false;
    }
    for (int64_t i = len ? end[len - 1] : -1; i >= 0; i = before[i]) on[i] = true;
    return len;
}

static shi_err sort_by(shi_arena scratch, const int32_t *code, shi_keyed *by, int64_t len)
{
    for (int64_t i = 0; i < len; i++) by[i].key = (uint64_t)code[by[i].row];
    return shi_sort_keyed(scratch, by, len);
}

/* Whether rows lie by account, period and time. */
static bool lie_in_order(const shi_order_columns *c, const shi_keyed *by, int64_t n)
{
    for (int64_t i = 1; i < n; i++) {
        int64_t a = by[i - 1].row, b = by[i].row;
        if (c->account[a] != c->account[b] ? c->account[a] > c->account[b] : c->by[a] != c->by[b] ? c->by[a] > c->by[b] : by[i - 1].key > by[i].key)
            return false;
    }
    return true;
}

/* Rows of accounts in order of time, only the first of each account and period. *len: how many. */
static shi_err first_acts(shi_arena scratch, const shi_order_columns *c, shi_keyed *by, int64_t *len)
{
    int64_t n = 0, kept = 0;
    for (int64_t i = 0; i < c->n; i++)
        if (c->account[i] >= 0 && c->by[i] >= 0) by[n++] = (shi_keyed){ shi_key_of(c->time_us[i]), i };
    if (!lie_in_order(c, by, n)) {
        SHI_TRY(shi_sort_keyed(scratch, by, n));
        SHI_TRY(sort_by(scratch, c->by, by, n));
        SHI_TRY(sort_by(scratch, c->account, by, n));
    }
    for (int64_t i = 0; i < n; i++) {
        int64_t row = by[i].row, last = i ? by[i - 1].row : -1;
        bool again = last >= 0 && c->account[row] == c->account[last] && c->by[row] == c->by[last];
        by[i].key = again;
    }
    for (int64_t i = 0; i < n; i++)
        if (!by[i].key) by[kept++] = (shi_keyed){ shi_key_of(c->time_us[by[i].row]), by[i].row };
    *len = kept;
    bool rising = true;              /* periods may not come in the order of time */
    for (int64_t i = 1; i < kept; i++) rising = rising && (c->account[by[i].row] != c->account[by[i - 1].row] || by[i].key >= by[i - 1].key);
    if (rising) return (shi_err){ 0 };
    SHI_TRY(shi_sort_keyed(scratch, by, kept));
    return sort_by(scratch, c->account, by, kept);
}

static shi_err make_steps(shi_arena *hold, work *w)
{
    const shi_order_columns *c = w->c;
    w->step = shi_room(hold, step, c->n);
    w->on = shi_room(hold, bool, c->n);
    shi_arena scratch = *hold;
    shi_keyed *by = shi_room(&scratch, shi_keyed, c->n);
    int64_t len, last = -1;
    if (!w->step || !w->on || !by) return shi_no_memory();
    SHI_TRY(first_acts(scratch, c, by, &len));
    for (int64_t i = 0; i < len; i++) {
        int64_t row = by[i].row;
        bool same = last >= 0 && c->account[last] == c->account[row];
        if (same && c->time_us[row] - c->time_us[last] < APART_US) continue;
        if (same) w->step[w->steps++] = (step){ c->time_us[last], c->time_us[row], c->account[row], c->by[last], c->by[row] };
        last = row;
    }
    return (shi_err){ 0 };
}

static int64_t bin_of(int64_t us)
{
    return us >= 0 ? us / BIN_US : -((-us + BIN_US - 1) / BIN_US);
}

static int by_cell(const void *a, const void *b)
{
    const step *x = a, *y = b;
    if (x->first_us != y->first_us) return x->first_us < y->first_us ? -1 : 1;
    if (x->next_us != y->next_us) return x->next_us > y->next_us ? -1 : 1;           /* ties against */
    return x->account < y->account ? -1 : x->account > y->account;
}

static bool same_cell(const step *a, const step *b)
{
    return a->from == b->from && a->to == b->to && bin_of(a->first_us) == bin_of(b->first_us) && bin_of(a->next_us) == bin_of(b->next_us);
}

/* Steps by periods, then quarters of an hour. */
static shi_err sort_steps(shi_arena scratch, work *w)
{
    int64_t n = w->steps;
    shi_keyed *by = shi_room(&scratch, shi_keyed, n);
    step *sorted = shi_room(&scratch, step, n);
    if (!by || !sorted) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) by[i] = (shi_keyed){ shi_key_of(bin_of(w->step[i].next_us)), i };
    SHI_TRY(shi_sort_keyed(scratch, by, n));
    for (int64_t i = 0; i < n; i++) by[i].key = shi_key_of(bin_of(w->step[by[i].row].first_us));
    SHI_TRY(shi_sort_keyed(scratch, by, n));
    for (int64_t i = 0; i < n; i++) by[i].key = (uint64_t)w->step[by[i].row].from << 32 | (uint32_t)w->step[by[i].row].to;
    SHI_TRY(shi_sort_keyed(scratch, by, n));
    for (int64_t i = 0; i < n; i++) sorted[i] = w->step[by[i].row];
    if (n) memcpy(w->step, sorted, (size_t)n * sizeof *sorted);
    return (shi_err){ 0 };
}

static shi_err judge_cell(shi_arena scratch, work *w, cell *one)
{
    step *s = w->step + one->first;
    int64_t *x = shi_new(&scratch, int64_t, one->len), *at = shi_new(&scratch, int64_t, 2 * one->len);
    if (!x || !at) return shi_no_memory();
    qsort(s, (size_t)one->len, sizeof *s, by_cell);
    for (int64_t i = 0; i < one->len; i++) x[i] = s[i].next_us;
    one->lis = shi_order_lis(x, one->len, at, w->on + one->first);
    double n = (double)one->len, l = (double)one->lis, log_p = shi_log_choose(n, l) - shi_log_gamma(l + 1);
    one->log10_p = log_p < 0 ? log_p / LN_10 : 0;
    return (shi_err){ 0 };
}

static shi_err make_cells(shi_arena *hold, work *w)
{
    SHI_TRY(sort_steps(*hold, w));
    w->cell = shi_new(hold, cell, w->steps / LEAST);
    if (w->steps >= LEAST && !w->cell) return shi_no_memory();
    for (int64_t i = 0, end; i < w->steps; i = end) {
        for (end = i + 1; end < w->steps && same_cell(&w->step[i], &w->step[end]); end++) {}
        if (end - i < LEAST) continue;
        w->cell[w->cells] = (cell){ .first = i, .len = end - i, .from = w->step[i].from, .to = w->step[i].to, .part = (int32_t)w->cells };
        SHI_TRY(judge_cell(*hold, w, &w->cell[w->cells++]));
    }
    double m = log10((double)(w->cells > 0 ? w->cells : 1));
    for (int64_t i = 0; i < w->cells; i++) w->cell[i].stands = w->cell[i].log10_p + m <= log10(CELL_RISK);
    return (shi_err){ 0 };
}

static int32_t part_of(const work *w, int32_t i)
{
    while (w->cell[i].part != i) i = w->cell[i].part = w->cell[w->cell[i].part].part;
    return i;
}

/* Accounts of cells that stand, as (account, first act, cell). */
static shi_err passages(shi_arena scratch, const work *w, shi_keyed *by, int64_t *len)
{
    int64_t n = 0;
    for (int64_t k = 0; k < w->cells; k++)
        for (int64_t i = w->cell[k].first; w->cell[k].stands && i < w->cell[k].first + w->cell[k].len; i++)
            by[n++] = (shi_keyed){ shi_key_of(w->step[i].first_us), k << 32 | w->step[i].account };
    SHI_TRY(shi_sort_keyed(scratch, by, n));
    for (int64_t i = 0; i < n; i++) by[i].key = (uint32_t)by[i].row;
    *len = n;
    return shi_sort_keyed(scratch, by, n);
}

/* Joins cells of different period pairs between which five accounts go without another that stands. */
static shi_err link_cells(shi_arena scratch, work *w)
{
    shi_keyed *by = shi_new(&scratch, shi_keyed, w->steps);
    int64_t n, links = 0;
    if (!by) return shi_no_memory();
    SHI_TRY(passages(scratch, w, by, &n));
    for (int64_t i = 1; i < n; i++) {
        int64_t a = by[i - 1].row >> 32, b = by[i].row >> 32;
        if (by[i].key != by[i - 1].key || (w->cell[a].from == w->cell[b].from && w->cell[a].to == w->cell[b].to)) continue;
        by[links++] = (shi_keyed){ (uint64_t)(a < b ? a << 32 | b : b << 32 | a), by[i].row };   /* links <= i - 1: what is still to be read stays */
    }
    SHI_TRY(shi_sort_keyed(scratch, by, links));
    for (int64_t i = 0, end; i < links; i = end) {
        for (end = i + 1; end < links && by[end].key == by[i].key; end++) {}
        if (end - i < SHARED) continue;
        int32_t a = part_of(w, (int32_t)(by[i].key >> 32)), b = part_of(w, (int32_t)by[i].key);
        w->cell[a > b ? a : b].part = a > b ? b : a;
    }
    return (shi_err){ 0 };
}

/* Cells of a group, the strongest first. */
typedef struct {
    int32_t part, cell;
    double log10_p;
} place;

static int by_part(const void *a, const void *b)
{
    const place *x = a, *y = b;
    if (x->part != y->part) return x->part < y->part ? -1 : 1;
    if (x->log10_p < y->log10_p || x->log10_p > y->log10_p) return x->log10_p < y->log10_p ? -1 : 1;
    return x->cell - y->cell;
}

static double group_log10_e(const place *p, int64_t len, int64_t cells)
{
    double product = 0, best = -INFINITY;
    for (int64_t k = 1; k <= len; k++) {
        product += shi_e_calibrated(p[k - 1].log10_p);
        double e = product - shi_log_choose((double)cells, (double)k) / LN_10 - (double)(k - 1) * log10(2);
        if (k > 1 && e > best) best = e;
    }
    return best;
}

typedef struct {
    shi_group group;
    shi_order_shown shown;
    int64_t place, len;                 /* its cells */
    int32_t smallest;
} found_group;

static int by_strength(const void *a, const void *b)
{
    const found_group *x = a, *y = b;
    if (x->group.log10_e < y->group.log10_e || x->group.log10_e > y->group.log10_e) return x->group.log10_e > y->group.log10_e ? -1 : 1;
    return x->smallest < y->smallest ? -1 : x->smallest > y->smallest;
}

static void show_cell(found_group *g, const work *w, const cell *one)
{
    double n = (double)one->len;
    g->shown.lis += one->lis;
    g->shown.accounts_in_cells += one->len;
    g->shown.expected += 2 * sqrt(n) - 1.77 * pow(n, 1.0 / 6);
    g->group.deeds += one->lis;
    g->group.things++;
    for (int64_t i = one->first; i < one->first + one->len; i++) {
        g->group.from_us = w->step[i].first_us < g->group.from_us ? w->step[i].first_us : g->group.from_us;
        g->group.to_us = w->step[i].next_us > g->group.to_us ? w->step[i].next_us : g->group.to_us;
        g->smallest = w->step[i].account < g->smallest ? w->step[i].account : g->smallest;
    }
}

/* Members of a group from its cells, each once, and periods. `seen`, by period, and `cells_in`, by account, are zero before and after. */
static void take_members(const work *w, found_group *g, const place *p, int64_t *cells_in, int64_t *on_in, bool *seen, shi_keyed *by, int64_t *len)
{
    *len = 0;
    for (int64_t k = g->place; k < g->place + g->len; k++) {
        const cell *one = &w->cell[p[k].cell];
        g->shown.periods += !seen[one->from];
        seen[one->from] = true;
        g->shown.periods += !seen[one->to];
        seen[one->to] = true;
        for (int64_t i = one->first; i < one->first + one->len; i++) {
            int32_t a = w->step[i].account;
            if (cells_in[a]++ == 0) by[(*len)++] = (shi_keyed){ (uint64_t)a, a };
            on_in[a] += w->on[i];
        }
    }
    for (int64_t k = g->place; k < g->place + g->len; k++) seen[w->cell[p[k].cell].from] = seen[w->cell[p[k].cell].to] = false;
}

static shi_err hand_over(shi_arena *keep, shi_arena scratch, const work *w, found_group *g, int64_t groups, const place *p, int64_t most,
                         shi_order *found)
{
    int64_t *cells_in = shi_new(&scratch, int64_t, w->c->accounts), *on_in = shi_new(&scratch, int64_t, w->c->accounts), len, members = 0;
    bool *seen = shi_new(&scratch, bool, w->c->periods);
    shi_keyed *by = shi_new(&scratch, shi_keyed, most);
    shi_group *group = shi_new(keep, shi_group, groups);
    shi_order_shown *shown = shi_new(keep, shi_order_shown, groups);
    int32_t *member = shi_new(keep, int32_t, most);
    double *weight = shi_new(keep, double, most);
    if (!cells_in || !on_in || !seen || !by || !group || !shown || !member || !weight) return shi_no_memory();
    for (int64_t k = 0; k < groups; k++) {
        take_members(w, &g[k], p, cells_in, on_in, seen, by, &len);
        SHI_TRY(shi_sort_keyed(scratch, by, len));
        g[k].group.first = members;
        g[k].group.len = len;
        for (int64_t i = 0; i < len; i++, members++) {
            int64_t a = by[i].row;
            member[members] = (int32_t)a;
            weight[members] = (double)on_in[a] / (double)cells_in[a];
            cells_in[a] = on_in[a] = 0;
        }
        group[k] = g[k].group;
        shown[k] = g[k].shown;
    }
    found->groups = (shi_groups){ group, groups, member, weight, members };
    found->shown = shown;
    return (shi_err){ 0 };
}

static shi_err make_groups(shi_arena *keep, shi_arena scratch, work *w, shi_order *found)
{
    place *p = shi_new(&scratch, place, w->cells);
    int64_t len = 0, groups = 0, most = 0;
    if (w->cells && !p) return shi_no_memory();
    for (int64_t k = 0; k < w->cells; k++)
        if (w->cell[k].stands) p[len++] = (place){ part_of(w, (int32_t)k), (int32_t)k, w->cell[k].log10_p };
    found->selected_cells = len;
    if (len) qsort(p, (size_t)len, sizeof *p, by_part);
    found_group *g = shi_new(&scratch, found_group, len / 2);
    if (len > 1 && !g) return shi_no_memory();
    for (int64_t i = 0, end; i < len; i = end) {
        for (end = i + 1; end < len && p[end].part == p[i].part; end++) {}
        if (end - i < 2) continue;
        found_group *one = &g[groups++];
        *one = (found_group){ .place = i, .len = end - i, .smallest = INT32_MAX, .group = { .from_us = INT64_MAX, .to_us = INT64_MIN } };
        for (int64_t k = i; k < end; k++) show_cell(one, w, &w->cell[p[k].cell]);
        most += one->shown.accounts_in_cells;
        one->group.log10_e = group_log10_e(&p[i], end - i, w->cells);
        one->group.log10_p = one->group.log10_e > 0 ? -one->group.log10_e : 0;
    }
    if (groups) qsort(g, (size_t)groups, sizeof *g, by_strength);
    return hand_over(keep, scratch, w, g, groups, p, most, found);
}

shi_err shi_order_find(shi_arena *keep, shi_arena scratch, const shi_order_columns *columns, shi_order *out)
{
    work w = { .c = columns };
    shi_order found = { 0 };
    SHI_TRY(make_steps(&scratch, &w));
    SHI_TRY(make_cells(&scratch, &w));
    SHI_TRY(link_cells(scratch, &w));
    found.pairs = w.steps;
    found.searched = w.cells;
    if (w.cells == 0) found.cannot_judge = N_("No eight accounts act within the same quarter of an hour in two periods, so there is no order to "
        "compare: "
                                              "cannot judge.");
    SHI_TRY(make_groups(keep, scratch, &w, &found));
    *out = found;
    return (shi_err){ 0 };
}
