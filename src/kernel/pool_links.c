/* Pairs of cells. Only accounts of few acts link cells, so all pairs in which such an account stands can be written down, some first cells at a
 * time, sorted and counted;
 * what chance gives is a sum over units of products that were made beforehand. */
#include "kernel/pool.h"

#include "base/room.h"

#include <math.h>

enum { LEAST_COMMON = 4, APART = 3, MOST_PAIRS = 1 << 24 };
static const int32_t LEVEL[POOL_LEVELS] = { 2, 4, 8, POOL_MOST_ACTS };

static bool comparable(const pool_cell *a, const pool_cell *b)
{
    int64_t apart = a->quarter - b->quarter;
    return a->object != b->object && (apart >= APART || -apart >= APART);
}

/* Pairs within a row of ascending quarters that lie less than APART from each other. */
static int64_t near_pairs(const int64_t *quarter, int64_t n)
{
    int64_t pairs = 0;
    for (int64_t i = 0, from = 0; i < n; i++) {
        while (quarter[i] - quarter[from] >= APART) from++;
        pairs += i - from;
    }
    return pairs;
}

shi_err shi_pool_pairs(shi_arena scratch, const pool_table *t, int64_t *pairs)
{
    int64_t n = t->cells, *quarter = shi_new(&scratch, int64_t, n), left = n * (n - 1) / 2;
    shi_keyed *by = shi_new(&scratch, shi_keyed, n);
    if (!quarter || !by) return shi_no_memory();
    for (int64_t i = 0, end; i < n; i = end) {                    /* cells lie by object, then quarter */
        for (end = i; end < n && t->cell[end].object == t->cell[i].object; end++) quarter[end - i] = t->cell[end].quarter;
        left -= (end - i) * (end - i - 1) / 2 - near_pairs(quarter, end - i);
    }
    for (int64_t i = 0; i < n; i++) by[i] = (shi_keyed){ shi_key_of(t->cell[i].quarter), i };
    SHI_TRY(shi_sort_keyed(scratch, by, n));
    for (int64_t i = 0; i < n; i++) quarter[i] = t->cell[by[i].row].quarter;
    *pairs = left - near_pairs(quarter, n);
    return (shi_err){ 0 };
}

/* What chance gives at a level: the sum over units of both cells. */
static void expected(const pool_table *t, int64_t a, int64_t b, double at_level[POOL_LEVELS])
{
    int64_t i = t->part_first[a], j = t->part_first[b];
    for (int l = 0; l < POOL_LEVELS; l++) at_level[l] = 0;
    while (i < t->part_first[a + 1] && j < t->part_first[b + 1]) {
        if (t->part[i].unit != t->part[j].unit) {
            if (t->part[i].unit < t->part[j].unit) i++;
            else j++;
            continue;
        }
        const pool_unit *u = &t->unit[t->part[i].unit];
        for (int l = 0; l < POOL_LEVELS; l++) at_level[l] += t->part[i].rate * t->part[j].rate * u->cross[l][t->cell[a].hour][t->cell[b].hour];
        i++, j++;
    }
}

/* log10 of the mean over levels and theta = 2, 4 … 64; as sums of at most 24 terms by their largest. */
static double pair_log10_e(const double expect[POOL_LEVELS], const int64_t common[POOL_LEVELS])
{
    double term[POOL_LEVELS * 6], most = -INFINITY, sum = 0;
    int n = 0;
    for (int l = 0; l < POOL_LEVELS; l++)
        for (int k = 1; k <= 6; k++) {
            double x = (double)common[l] * k * log(2) - (ldexp(1, k) - 1) * expect[l];
            term[n++] = x;
            most = x > most ? x : most;
        }
    for (int k = 0; k < n; k++) sum += exp(term[k] - most);
    return (most + log(sum / n)) / log(10);
}

/* Cells of accounts of few acts, by account. */
static shi_err by_account(shi_arena *hold, const pool_table *t, shi_keyed **out, int64_t *len)
{
    shi_keyed *by = shi_room(hold, shi_keyed, t->acts_in_cells);
    int64_t n = 0;
    if (!by) return shi_no_memory();
    for (int64_t k = 0; k < t->cells; k++)
        for (int64_t i = t->cell[k].first; i < t->cell[k].first + t->cell[k].len; i++) {
            int32_t account = t->c->account[t->act[i]];
            if (t->acts[account] <= POOL_MOST_ACTS) by[n++] = (shi_keyed){ (uint64_t)account, k };
        }
    *out = by;
    *len = n;
    return shi_sort_keyed(*hold, by, n);
}

/* Pairs of cells of one account whose smaller one lies in [from, to), each with the acts of the account; without `out`, how many begin with each
 * cell. */
static int64_t pairs_from(const pool_table *t, const shi_keyed *by, int64_t len, int64_t from, int64_t to, int64_t *begin, shi_keyed *out)
{
    int64_t n = 0;
    for (int64_t i = 0, end; i < len; i = end) {
        for (end = i + 1; end < len && by[end].key == by[i].key; end++) {}
        for (int64_t j = i; j < end; j++)
            for (int64_t k = j + 1; k < end && by[j].row >= from && by[j].row < to; k++) {
                if (!comparable(&t->cell[by[j].row], &t->cell[by[k].row])) continue;
                if (out) out[n] = (shi_keyed){ (uint64_t)by[j].row << 32 | (uint64_t)by[k].row, t->acts[by[i].key] };
                else begin[by[j].row]++;
                n++;
            }
    }
    return n;
}

static int64_t link_pairs(const pool_table *t, const shi_keyed *all, int64_t n, double log10_least, pool_link *out)
{
    int64_t links = 0;
    for (int64_t i = 0, end; i < n; i = end) {
        int64_t common[POOL_LEVELS] = { 0 };
        double expect[POOL_LEVELS];
        for (end = i; end < n && all[end].key == all[i].key; end++)
            for (int l = 0; l < POOL_LEVELS; l++) common[l] += all[end].row <= LEVEL[l];
        if (end - i < LEAST_COMMON) continue;
        int32_t a = (int32_t)(all[i].key >> 32), b = (int32_t)all[i].key;
        expected(t, a, b, expect);
        double e = pair_log10_e(expect, common);
        if (e >= log10_least) out[links++] = (pool_link){ a, b, e };
    }
    return links;
}

/* So many first cells at a time that their pairs are at most MOST_PAIRS, or one. */
shi_err shi_pool_links(shi_arena *hold, const pool_table *t, double least, double pairs, pool_link **out, int64_t *len)
{
    shi_keyed *by = NULL;
    int64_t cells_of = 0, links = 0, *begin = shi_new(hold, int64_t, t->cells);
    if (!begin) return shi_no_memory();
    SHI_TRY(by_account(hold, t, &by, &cells_of));
    int64_t n = pairs_from(t, by, cells_of, 0, t->cells, begin, NULL);
    *out = shi_room(hold, pool_link, n / LEAST_COMMON);
    if (!*out) return shi_no_memory();
    for (int64_t from = 0, to, some; from < t->cells; from = to) {
        for (to = from, some = 0; to < t->cells && (to == from || some + begin[to] <= MOST_PAIRS); to++) some += begin[to];
        shi_arena scratch = *hold;
        shi_keyed *all = shi_room(&scratch, shi_keyed, some);
        if (!all) return shi_no_memory();
        pairs_from(t, by, cells_of, from, to, NULL, all);
        SHI_TRY(shi_sort_keyed(scratch, all, some));
        links += link_pairs(t, all, some, log10(least) + log10(pairs), *out + links);
    }
    *len = links;
    return (shi_err){ 0 };
}
