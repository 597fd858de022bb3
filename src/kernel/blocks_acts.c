/* Deeds as acts: one for each account and cell, in lists by account and by cell, each list in order of strata.
 *
 * Rows are sorted by (object, bin, account), in one go where the three fit into 64 bits; equal ones become one act, whose stratum is that of the
 * first row of the file. Acts are then put in order of strata and laid from there into both lists, which leaves each list in that order, so that
 * the acts of a list in one stratum are one run. Cost: sorts and six passes. */
#include "kernel/blocks.h"

#include "base/sort.h"
#include "base/text.h"

#include <string.h>

enum { HOURS = 24 };
static const int64_t HOUR_US = INT64_C(3600000000);

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int bits_of(uint64_t most)
{
    int bits = 0;
    while (bits < 64 && most >> bits) bits++;
    return bits;
}

typedef struct {
    const shi_blocks_columns *c;
    int64_t bin_us, least_bin, bins;
    int account_bits, bin_bits, object_bits;
    bool one;                     /* all three fit into the key of a row */
} layout;

static bool whole(const shi_blocks_columns *c, int64_t row)
{
    return c->account[row] >= 0 && (!c->object || c->object[row] >= 0) && (!c->time_us || c->time_us[row] != INT64_MIN);
}

static uint64_t account_of(const layout *l, int64_t row)
{
    return (uint64_t)l->c->account[row];
}
static uint64_t bin_of(const layout *l, int64_t row)
{
    return l->c->time_us ? (uint64_t)(floor_div(l->c->time_us[row], l->bin_us) - l->least_bin) : 0;
}
static uint64_t object_of(const layout *l, int64_t row)
{
    return l->c->object ? (uint64_t)l->c->object[row] : 0;
}

static layout measure(const shi_blocks_columns *c, int64_t bin_us)
{
    layout l = { .c = c, .bin_us = bin_us };
    int64_t least = INT64_MAX, most = INT64_MIN;
    for (int64_t i = 0; i < c->n && c->time_us; i++) {
        if (!whole(c, i)) continue;
        int64_t bin = floor_div(c->time_us[i], bin_us);
        if (bin < least) least = bin;
        if (bin > most) most = bin;
    }
    if (most >= least) l.least_bin = least, l.bins = most - least + 1;
    l.account_bits = bits_of((uint64_t)(c->accounts > 0 ? c->accounts - 1 : 0));
    l.bin_bits = bits_of((uint64_t)(l.bins > 0 ? l.bins - 1 : 0));
    l.object_bits = bits_of((uint64_t)(c->object && c->objects > 0 ? c->objects - 1 : 0));
    l.one = l.account_bits + l.bin_bits + l.object_bits < 64;
    return l;
}

/* Whole rows by (object, bin, account, place in the file). */
static shi_err sorted(shi_arena *scratch, const layout *l, shi_keyed **rows, int64_t *n)
{
    const shi_blocks_columns *c = l->c;
    shi_keyed *r = shi_room(scratch, shi_keyed, c->n);
    int64_t k = 0;
    if (!r) return shi_no_memory();
    for (int64_t i = 0; i < c->n; i++) {
        if (!whole(c, i)) continue;
        uint64_t key = account_of(l, i);
        if (l->one) key |= bin_of(l, i) << l->account_bits;
        if (l->one) key |= object_of(l, i) << (l->account_bits + l->bin_bits);
        r[k++] = (shi_keyed){ key, i };
    }
    SHI_TRY(shi_sort_keyed(*scratch, r, k));
    for (int part = 0; part < 2 && !l->one; part++) {
        for (int64_t i = 0; i < k; i++) r[i].key = part ? object_of(l, r[i].row) : bin_of(l, r[i].row);
        SHI_TRY(shi_sort_keyed(*scratch, r, k));
    }
    *rows = r;
    *n = k;
    return (shi_err){ 0 };
}

/* Acts in order of (cell, account): parallel arrays, at most as many as there are rows. */
typedef struct {
    int64_t n, cells;
    int32_t *account, *cell, *stratum;
    int32_t *object;              /* of each cell */
    int64_t *bin;
} flat;

/* From one sorted row to the next. */
static bool same_cell(const layout *l, shi_keyed a, shi_keyed b)
{
    if (l->one) return a.key >> l->account_bits == b.key >> l->account_bits;
    return object_of(l, a.row) == object_of(l, b.row) && bin_of(l, a.row) == bin_of(l, b.row);
}
static bool same_act(const layout *l, shi_keyed a, shi_keyed b)
{
    return l->one ? a.key == b.key : same_cell(l, a, b) && account_of(l, a.row) == account_of(l, b.row);
}

static shi_err open_flat(shi_arena *scratch, int64_t rows, flat *f)
{
    f->account = shi_room(scratch, int32_t, rows);
    f->cell = shi_room(scratch, int32_t, rows);
    f->stratum = shi_room(scratch, int32_t, rows);
    f->object = shi_room(scratch, int32_t, rows);
    f->bin = shi_room(scratch, int64_t, rows);
    return f->account && f->cell && f->stratum && f->object && f->bin ? (shi_err){ 0 } : shi_no_memory();
}

static int64_t raw_stratum(const shi_blocks_columns *c, int64_t row)
{
    int64_t hour = c->time_us ? floor_div(c->time_us[row], HOUR_US) : 0, given = c->given ? c->given[row] + 1 : 0;
    return given * HOURS + (hour % HOURS + HOURS) % HOURS;
}

/* Strata and accounts that occur get numbers in order of their codes. */
static shi_err number(shi_arena *scratch, const int32_t *seen_at, int64_t codes, int32_t **of, int64_t *n)
{
    int32_t *number_of = shi_new(scratch, int32_t, codes);
    if (!number_of) return shi_no_memory();
    *n = 0;
    for (int64_t i = 0; i < codes; i++) number_of[i] = seen_at[i] ? (int32_t)(*n)++ : -1;
    *of = number_of;
    return (shi_err){ 0 };
}

static shi_err flatten(const layout *l, const shi_keyed *r, int64_t n, flat *f)
{
    if (n > INT32_MAX - 1) return shi_fail(SHI_INPUT, N_("there are too many cells"), N_("Take fewer columns, or longer bins of time."));
    f->n = f->cells = 0;
    for (int64_t i = 0; i < n; i++) {
        int64_t row = r[i].row;
        if (i == 0 || !same_cell(l, r[i - 1], r[i])) {
            f->object[f->cells] = l->c->object ? l->c->object[row] : -1;
            f->bin[f->cells++] = (int64_t)bin_of(l, row);
        }
        else if (same_act(l, r[i - 1], r[i])) continue;
        f->account[f->n] = l->c->account[row];
        f->cell[f->n] = (int32_t)(f->cells - 1);
        f->stratum[f->n++] = (int32_t)raw_stratum(l->c, row);
    }
    return (shi_err){ 0 };
}

/* Places of items by a key below `keys`, in order of the key, then as they stood. */
static int64_t *counted(shi_arena *scratch, const int32_t *key, int64_t n, int64_t keys)
{
    int64_t *first = shi_new(scratch, int64_t, keys + 1);
    if (!first) return NULL;
    for (int64_t i = 0; i < n; i++) first[key[i] + 1]++;
    for (int64_t k = 0; k < keys; k++) first[k + 1] += first[k];
    return first;
}

/* The list of lists of one side: acts go there in order of strata. */
static shi_err lay(shi_arena *scratch, const int32_t *own, const int32_t *other, const int32_t *stratum, const int64_t *order, int64_t acts,
                   int64_t items, shi_blocks_side *out)
{
    int64_t *first = counted(scratch, own, acts, items), *first_run = shi_new(scratch, int64_t, items + 1), runs = 0;
    int32_t *list = shi_room(scratch, int32_t, acts), *last = shi_new(scratch, int32_t, items);
    int64_t *at = shi_new(scratch, int64_t, items);
    if (!first || !first_run || !list || !last || !at) return shi_no_memory();
    memcpy(at, first, (size_t)items * sizeof *at);
    memset(last, -1, (size_t)items * sizeof *last);
    for (int64_t k = 0; k < acts; k++) {
        int64_t i = order ? order[k] : k;
        list[at[own[i]]++] = other[i];
        if (last[own[i]] == stratum[i]) continue;
        last[own[i]] = stratum[i];
        first_run[own[i] + 1]++;
        runs++;
    }
    for (int64_t i = 0; i < items; i++) first_run[i + 1] += first_run[i];
    shi_blocks_run *run = shi_room(scratch, shi_blocks_run, runs);
    if (!run) return shi_no_memory();
    memcpy(at, first_run, (size_t)items * sizeof *at);
    memset(last, -1, (size_t)items * sizeof *last);
    for (int64_t k = 0; k < acts; k++) {
        int64_t i = order ? order[k] : k;
        int32_t o = own[i];
        if (last[o] != stratum[i]) run[at[o]++] = (shi_blocks_run){ stratum[i], 0 };
        last[o] = stratum[i];
        run[at[o] - 1].acts++;
    }
    *out = (shi_blocks_side){ items, first, list, first_run, run };
    return (shi_err){ 0 };
}

static shi_err number_codes(shi_arena *scratch, flat *f, int64_t accounts, int64_t raw_strata, shi_blocks_acts *out)
{
    int32_t *seen_account = shi_new(scratch, int32_t, accounts), *seen_stratum = shi_new(scratch, int32_t, raw_strata);
    int32_t *account_number, *stratum_number;
    if (!seen_account || !seen_stratum) return shi_no_memory();
    for (int64_t i = 0; i < f->n; i++) seen_account[f->account[i]] = seen_stratum[f->stratum[i]] = 1;
    SHI_TRY(number(scratch, seen_account, accounts, &account_number, &out->side[SHI_ACCOUNTS].n));
    SHI_TRY(number(scratch, seen_stratum, raw_strata, &stratum_number, &out->strata));
    int32_t *code = shi_new(scratch, int32_t, out->side[SHI_ACCOUNTS].n);
    if (!code) return shi_no_memory();
    for (int64_t a = 0; a < accounts; a++)
        if (account_number[a] >= 0) code[account_number[a]] = (int32_t)a;
    for (int64_t i = 0; i < f->n; i++) {
        f->account[i] = account_number[f->account[i]];
        f->stratum[i] = stratum_number[f->stratum[i]];
    }
    out->account = code;
    return (shi_err){ 0 };
}

shi_err shi_blocks_acts_make(shi_arena *scratch, const shi_blocks_columns *columns, int64_t bin_us, shi_blocks_acts *out)
{
    layout l = measure(columns, bin_us);
    flat f = { 0 };
    shi_keyed *rows = NULL;
    int64_t n = 0, raw_strata = (columns->given ? columns->givens + 1 : 1) * HOURS;
    *out = (shi_blocks_acts){ .timed = columns->time_us != NULL, .bin_us = bin_us, .bins_before = l.least_bin };
    SHI_TRY(open_flat(scratch, columns->n, &f));
    shi_arena sorting = *scratch;                  /* its room is used again afterwards */
    SHI_TRY(sorted(&sorting, &l, &rows, &n));
    SHI_TRY(flatten(&l, rows, n, &f));
    SHI_TRY(number_codes(scratch, &f, columns->accounts, raw_strata, out));
    int64_t *at = counted(scratch, f.stratum, f.n, out->strata), *order = shi_room(scratch, int64_t, f.n);
    double *per_act = shi_new(scratch, double, out->strata);
    if (!at || !order || !per_act) return shi_no_memory();
    for (int64_t s = 0; s < out->strata; s++) per_act[s] = 1 / (double)(at[s + 1] - at[s]);
    for (int64_t i = 0; i < f.n; i++) order[at[f.stratum[i]]++] = i;
    SHI_TRY(lay(scratch, f.account, f.cell, f.stratum, order, f.n, out->side[SHI_ACCOUNTS].n, &out->side[SHI_ACCOUNTS]));
    SHI_TRY(lay(scratch, f.cell, f.account, f.stratum, columns->given ? order : NULL, f.n, f.cells, &out->side[SHI_CELLS]));
    out->acts = f.n;
    out->left_out = columns->n - n;
    out->object = f.object;
    out->bin = f.bin;
    out->per_act = per_act;
    return (shi_err){ 0 };
}
