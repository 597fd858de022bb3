/* Cells and habits: which accounts are first seen on an object in which quarter of a day, and when accounts and units are active at all. */
#include "kernel/pool.h"

#include "base/room.h"

#include <math.h>

static const int64_t HOUR_US = INT64_C(3600) * 1000000, QUARTER_US = INT64_C(6) * 3600 * 1000000;

static int64_t floor_div(int64_t a, int64_t b)
{
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}

static bool counts(const shi_pool_columns *c, int64_t i)
{
    return c->account[i] >= 0 && c->object[i] >= 0 && c->unit[i] >= 0;
}

static shi_err sort_by(shi_arena scratch, const int32_t *code, shi_keyed *by, int64_t len)
{
    for (int64_t i = 0; i < len; i++) by[i].key = (uint64_t)code[by[i].row];
    return shi_sort_keyed(scratch, by, len);
}

/* Active hours of an account; its rows lie in order of time. */
static void take_hours(pool_table *t, const shi_keyed *by, int64_t from, int64_t to)
{
    int32_t account = t->c->account[by[from].row], *h = t->hours + (int64_t)account * (POOL_HOURS + 1);
    int64_t last = INT64_MIN;
    t->unit_of[account] = t->c->unit[by[from].row];
    for (int64_t i = from; i < to; i++) {
        int64_t hour = floor_div(t->c->time_us[by[i].row], HOUR_US), of_day = hour - floor_div(hour, POOL_HOURS) * POOL_HOURS;
        if (hour == last) continue;
        last = hour;
        h[0]++;
        for (int64_t d = POOL_HOURS - 1; d <= POOL_HOURS + 1; d++) h[1 + (of_day + d) % POOL_HOURS]++;
    }
}

/* Whether rows lie by account, and by time within. */
static bool lie_in_order(const shi_pool_columns *c, const shi_keyed *by, int64_t n)
{
    for (int64_t i = 1; i < n; i++) {
        int64_t a = by[i - 1].row, b = by[i].row;
        if (c->account[a] > c->account[b] || (c->account[a] == c->account[b] && c->time_us[a] > c->time_us[b])) return false;
    }
    return true;
}

/* First acts of account and object: *len rows of `by`, which lie by account and time, before and after. */
static shi_err first_acts(shi_arena scratch, const shi_pool_columns *c, shi_keyed *by, int64_t *len)
{
    int64_t kept = 0;
    int32_t *last = shi_room(&scratch, int32_t, c->objects);   /* account that acted on it last */
    if (!last) return shi_no_memory();
    for (int64_t o = 0; o < c->objects; o++) last[o] = -1;
    for (int64_t i = 0; i < *len; i++) {
        int64_t row = by[i].row;
        if (last[c->object[row]] == c->account[row]) continue;
        last[c->object[row]] = c->account[row];
        by[kept++] = by[i];
    }
    *len = kept;
    return (shi_err){ 0 };
}

static bool one_cell(const shi_pool_columns *c, int64_t a, int64_t b)
{
    return c->object[a] == c->object[b] && floor_div(c->time_us[a], QUARTER_US) == floor_div(c->time_us[b], QUARTER_US);
}

/* The commonest hour of the day, the earliest of several. */
static int32_t hour_of(const pool_table *t, const shi_keyed *by, int64_t from, int64_t to)
{
    int64_t count[POOL_HOURS] = { 0 };
    int32_t best = 0;
    for (int64_t i = from; i < to; i++) {
        int64_t hour = floor_div(t->c->time_us[by[i].row], HOUR_US);
        count[hour - floor_div(hour, POOL_HOURS) * POOL_HOURS]++;
    }
    for (int32_t h = 1; h < POOL_HOURS; h++)
        if (count[h] > count[best]) best = h;
    return best;
}

static shi_err make_cells(shi_arena scratch, pool_table *t, shi_keyed *by, int64_t len)
{
    const shi_pool_columns *c = t->c;
    for (int64_t i = 0; i < len; i++) by[i].key = shi_key_of(floor_div(c->time_us[by[i].row], QUARTER_US));
    SHI_TRY(shi_sort_keyed(scratch, by, len));                     /* accounts stay in order within */
    SHI_TRY(sort_by(scratch, c->object, by, len));
    for (int64_t i = 0, end; i < len; i = end) {
        for (end = i + 1; end < len && one_cell(c, by[i].row, by[end].row); end++) {}
        if (end - i < POOL_LEAST) continue;
        t->cell[t->cells++] = (pool_cell){ t->acts_in_cells, end - i, c->object[by[i].row], hour_of(t, by, i, end),
                                           floor_div(c->time_us[by[i].row], QUARTER_US) };
        for (int64_t k = i; k < end; k++) t->act[t->acts_in_cells++] = by[k].row;
    }
    return (shi_err){ 0 };
}

shi_err shi_pool_cells(shi_arena *hold, pool_table *t)
{
    const shi_pool_columns *c = t->c;
    t->unit_of = shi_new(hold, int32_t, c->accounts);
    t->acts = shi_new(hold, int32_t, c->accounts);
    t->hours = shi_new(hold, int32_t, c->accounts * (POOL_HOURS + 1));
    t->act = shi_room(hold, int64_t, c->n);
    t->cell = shi_room(hold, pool_cell, c->n / POOL_LEAST);
    shi_arena scratch = *hold;           /* behind what stays */
    shi_keyed *by = shi_room(&scratch, shi_keyed, c->n);
    int64_t len = 0;
    double all = 0;
    if (!t->unit_of || !t->acts || !t->hours || !t->act || !t->cell || !by) return shi_no_memory();
    for (int64_t a = 0; a < c->accounts; a++) t->unit_of[a] = -1;
    for (int64_t i = 0; i < c->n; i++)
        if (counts(c, i)) by[len++] = (shi_keyed){ shi_key_of(c->time_us[i]), i };
    if (!lie_in_order(c, by, len)) {
        SHI_TRY(shi_sort_keyed(scratch, by, len));
        SHI_TRY(sort_by(scratch, c->account, by, len));
    }
    for (int64_t i = 0, end; i < len; i = end) {
        for (end = i + 1; end < len && c->account[by[end].row] == c->account[by[i].row]; end++) {}
        take_hours(t, by, i, end);
    }
    SHI_TRY(first_acts(scratch, c, by, &len));
    for (int64_t i = 0; i < len; i++) t->acts[c->account[by[i].row]]++;
    for (int64_t a = 0; a < c->accounts; a++) {
        all += t->hours[a * (POOL_HOURS + 1)];
        for (int h = 0; h < POOL_HOURS; h++) t->share[h] += t->hours[a * (POOL_HOURS + 1) + 1 + h];
    }
    for (int h = 0; h < POOL_HOURS; h++) t->share[h] = all > 0 ? t->share[h] / all : 0;
    return make_cells(scratch, t, by, len);
}

static int bin_of(double g)
{
    int bin = ilogb(g) + POOL_BINS / 2;
    return bin < 0 ? 0 : bin < POOL_BINS ? bin : POOL_BINS - 1;
}

static void add_account(pool_table *t, int32_t account)
{
    static const int32_t LEVEL[POOL_LEVELS] = { 2, 4, 8, POOL_MOST_ACTS };
    pool_unit *u = &t->unit[t->unit_of[account]];
    double g[POOL_HOURS];
    u->active++;
    u->idle += t->acts[account] <= 1;
    for (int h = 0; h < POOL_HOURS; h++) {
        g[h] = shi_pool_g(t, account, h);
        u->sum[h] += g[h];
        u->bin_sum[h][bin_of(g[h])] += g[h];
        u->bin_count[h][bin_of(g[h])]++;
    }
    for (int l = POOL_LEVELS - 1; l >= 0 && t->acts[account] <= LEVEL[l]; l--)
        for (int h = 0; h < POOL_HOURS; h++)
            for (int k = 0; k < POOL_HOURS; k++) u->cross[l][h][k] += g[h] * g[k];
}

/* n, and k n / sum of g: the exponent raised once, as busy accounts cannot take part twice. */
static pool_part part_of(const pool_table *t, int32_t unit, int hour, int64_t n)
{
    const pool_unit *u = &t->unit[unit];
    double rate = (double)n / u->sum[hour], sum = 0;
    for (int b = 0; b < POOL_BINS; b++) {
        int64_t count = u->bin_count[hour][b];
        if (count) sum += (double)count * -expm1(-rate * u->bin_sum[hour][b] / (double)count);
    }
    return (pool_part){ unit, n, rate * (double)n / sum };
}

static shi_err parts_of(pool_table *t, shi_arena scratch, int64_t k, int64_t *len)
{
    const pool_cell *cell = &t->cell[k];
    shi_keyed *by = shi_new(&scratch, shi_keyed, cell->len);
    if (!by) return shi_no_memory();
    for (int64_t i = 0; i < cell->len; i++) by[i] = (shi_keyed){ (uint64_t)t->unit_of[t->c->account[t->act[cell->first + i]]], i };
    SHI_TRY(shi_sort_keyed(scratch, by, cell->len));
    for (int64_t i = 0, end; i < cell->len; i = end) {
        for (end = i + 1; end < cell->len && by[end].key == by[i].key; end++) {}
        t->part[(*len)++] = part_of(t, (int32_t)by[i].key, cell->hour, end - i);
    }
    return (shi_err){ 0 };
}

shi_err shi_pool_habits(shi_arena *hold, pool_table *t)
{
    int64_t len = 0;
    t->unit = shi_new(hold, pool_unit, t->c->units);
    t->part = shi_room(hold, pool_part, t->acts_in_cells);
    t->part_first = shi_new(hold, int64_t, t->cells + 1);
    if (!t->unit || !t->part || !t->part_first) return shi_no_memory();
    for (int64_t a = 0; a < t->c->accounts; a++)
        if (t->unit_of[a] >= 0) add_account(t, (int32_t)a);
    for (int64_t k = 0; k < t->cells; k++) {
        t->part_first[k] = len;
        SHI_TRY(parts_of(t, *hold, k, &len));
    }
    t->part_first[t->cells] = len;
    return (shi_err){ 0 };
}

double shi_pool_chance(const pool_table *t, int64_t cell, int32_t account)
{
    int64_t low = t->part_first[cell], high = t->part_first[cell + 1];
    int32_t unit = t->unit_of[account];
    while (low < high) {
        int64_t middle = (low + high) / 2;
        if (t->part[middle].unit < unit) low = middle + 1;
        else high = middle;
    }
    if (low == t->part_first[cell + 1] || t->part[low].unit != unit) return 0;
    return -expm1(-t->part[low].rate * shi_pool_g(t, account, t->cell[cell].hour));
}
