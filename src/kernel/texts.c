/* Near-duplicate texts and who posts them. The join (texts_join.c) makes clusters; here accounts and clusters become a 0/1 table, in which blocks are
 * searched that hold more than the product of their margins. From each cluster of two accounts or more: its accounts, then the best prefix of the
 * clusters they share, then the best prefix of the accounts that take part in two of these or more, and so on, up to 8 rounds; the best block by p
 * stands for this beginning. The likelihood ratio that orders prefixes is M ln(M/l) - M + l less the logarithm of the number of prefixes of its size.
 * A search from one cluster touches the posts of its accounts; searches run in parallel and are functions of their cluster alone, so that groups,
 * taken in order of strength, are searched for a second time to be written out. */
#include "kernel/texts_join.h"

#include "base/sort.h"
#include "base/text.h"
#include "shishu/evalue.h"
#include "stat/dist.h"

#include <math.h>
#include <omp.h>
#include <string.h>

enum { ROUNDS = 8, MOST_ACCOUNTS = 20000, LEAST_CLUSTERS = 2, LEAST_SHARED = 2 };

/* Rows of a 0/1 table, in order: the columns of row i are at[first[i]] … at[first[i + 1] - 1], ascending. */
typedef struct {
    int64_t rows;
    int64_t *first;
    int32_t *at;
} table;

/* The table of accounts and clusters of two accounts or more, and its margins. */
typedef struct {
    table by_account, by_cluster;
    int64_t *account_all;      /* accounts: clusters, those of one account too */
    double all;                /* M */
    double accounts, clusters; /* N_a, N_c */
} board;

typedef struct {
    double log10_p, log10_e;
    int64_t accounts, clusters, mass;
    uint64_t print;            /* of its accounts and clusters */
} block;

/* One side of a block while it is searched. */
typedef struct {
    int32_t *mass;             /* of each account or cluster; 0 between rounds */
    int32_t *touched;
    int64_t touched_len;
    int32_t *chosen;
    int64_t len;
} side;

typedef struct {
    side account, cluster;
    int32_t *best_account, *best_cluster;
    shi_keyed *order;
    shi_arena scratch;
} desk;

/* ---- the table ---- */

static shi_err transposed(shi_arena *work, const table *t, int64_t columns, table *out)
{
    out->rows = columns;
    out->first = shi_new(work, int64_t, columns + 2);
    out->at = shi_new(work, int32_t, t->first[t->rows]);
    if (!out->first || !out->at) return shi_no_memory();
    int64_t *next = out->first + 1;
    for (int64_t k = 0; k < t->first[t->rows]; k++) next[t->at[k] + 1]++;
    for (int64_t c = 0; c < columns; c++) next[c + 1] += next[c];
    for (int64_t r = 0; r < t->rows; r++)
        for (int64_t k = t->first[r]; k < t->first[r + 1]; k++) out->at[next[t->at[k]]++] = (int32_t)r;
    return (shi_err){ 0 };
}

static bool counts(const shi_texts_columns *in, const shi_texts_joined *joined, int64_t row)
{
    return in->text[row] >= 0 && in->account[row] >= 0 && joined->characters[in->text[row]] >= SHI_TEXTS_EVIDENCE;
}

/* Each (account, root of a text) of long texts once, by account. */
static shi_err gather_pairs(shi_arena *work, const shi_texts_columns *in, const shi_texts_joined *joined, table *out)
{
    int64_t n = 0;
    shi_keyed *all = shi_new(work, shi_keyed, in->rows);
    out->rows = in->accounts;
    out->first = shi_new(work, int64_t, in->accounts + 1);
    out->at = shi_new(work, int32_t, in->rows);
    if (!all || !out->first || !out->at) return shi_no_memory();
    for (int64_t r = 0; r < in->rows; r++)
        if (counts(in, joined, r)) all[n++].key = (uint64_t)in->account[r] << 32 | (uint32_t)joined->root[in->text[r]];
    SHI_TRY(shi_sort_keyed(*work, all, n));
    int64_t kept = 0;
    for (int64_t i = 0; i < n; i++) {
        if (i && all[i].key == all[i - 1].key) continue;
        out->at[kept++] = (int32_t)(uint32_t)all[i].key;
        out->first[(all[i].key >> 32) + 1]++;
    }
    for (int64_t a = 0; a < in->accounts; a++) out->first[a + 1] += out->first[a];
    return (shi_err){ 0 };
}

/* Margins of all, then the table of what two accounts or more share, its columns numbered by `live`; root: of each column. */
static shi_err make_board(shi_arena *work, const shi_texts_columns *in, const shi_texts_joined *joined, board *b, int32_t **root)
{
    table pairs;
    int32_t *live = shi_new(work, int32_t, in->texts);   /* accounts, then the column + 1 */
    int64_t columns = 0, kept = 0;
    SHI_TRY(gather_pairs(work, in, joined, &pairs));
    b->account_all = shi_new(work, int64_t, in->accounts);
    *root = shi_new(work, int32_t, in->texts);
    if (!live || !b->account_all || !*root) return shi_no_memory();
    b->all = (double)pairs.first[pairs.rows];
    for (int64_t k = 0; k < pairs.first[pairs.rows]; k++) live[pairs.at[k]]++;
    for (int64_t t = 0; t < in->texts; t++) {
        if (live[t] >= 2) (*root)[columns] = (int32_t)t;
        live[t] = live[t] >= 2 ? (int32_t)++columns : 0;
    }
    for (int64_t a = 0, from = 0; a < pairs.rows; a++) {
        int64_t end = pairs.first[a + 1];
        b->account_all[a] = end - from;
        b->accounts += end - from >= LEAST_SHARED;
        for (int64_t k = from; k < end; k++)
            if (live[pairs.at[k]]) pairs.at[kept++] = live[pairs.at[k]] - 1;
        from = end;
        pairs.first[a + 1] = kept;
    }
    b->clusters = (double)columns;
    b->by_account = pairs;
    return transposed(work, &pairs, columns, &b->by_cluster);
}

/* ---- the search ---- */

/* How many of a side are in each row of the other: `from` lists rows of t, columns are counted. */
static void count_mass(const table *t, const int32_t *from, int64_t n, side *to)
{
    to->touched_len = 0;
    for (int64_t i = 0; i < n; i++)
        for (int64_t k = t->first[from[i]]; k < t->first[from[i] + 1]; k++)
            if (!to->mass[t->at[k]]++) to->touched[to->touched_len++] = t->at[k];
}

/* Chooses the best prefix of what was touched. weight: the margin of each; of all `total`, the other side has `share`. */
static shi_err choose(desk *w, side *s, const int64_t *margin, const int64_t *first, double share, double all, double universe, int64_t least,
                      bool generous)
{
    int64_t n = 0, best = 0;
    double mass = 0, expected = 0, best_value = -INFINITY;
    for (int64_t i = 0; i < s->touched_len; i++) {
        int32_t x = s->touched[i];
        double m = s->mass[x], e = share * (double)(margin ? margin[x] : first[x + 1] - first[x]) / all;
        if (s->mass[x] >= LEAST_SHARED && m > e) w->order[n++] = (shi_keyed){ shi_key_falling(m * log(m / e)), x };
    }
    SHI_TRY(shi_sort_keyed(w->scratch, w->order, n));
    for (int64_t i = 0; i < n; i++) {
        int64_t x = w->order[i].row;
        mass += s->mass[x];
        expected += share * (double)(margin ? margin[x] : first[x + 1] - first[x]) / all;
        double value = mass * log(mass / expected) - mass + expected - shi_log_choose(universe, (double)(i + 1));
        if (i + 1 >= least && (generous || value > best_value)) best_value = value, best = i + 1;
    }
    s->len = best;
    for (int64_t i = 0; i < best; i++) s->chosen[i] = (int32_t)w->order[i].row;
    return (shi_err){ 0 };
}

static void clear(side *s)
{
    for (int64_t i = 0; i < s->touched_len; i++) s->mass[s->touched[i]] = 0;
}

static uint64_t print_of(const int32_t *x, int64_t n, uint64_t seed)
{
    uint64_t sum = seed;   /* in any order */
    for (int64_t i = 0; i < n; i++) {
        uint64_t h = ((uint64_t)(uint32_t)x[i] + seed) * UINT64_C(0x9e3779b97f4a7c15);
        h = (h ^ h >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
        sum += h ^ h >> 32;
    }
    return sum;
}

/* Weighs the block of the chosen ones. */
static block weigh(const board *b, const desk *w, int64_t mass, double account_share, double cluster_share)
{
    const double per_decade = log(10);
    double A = (double)w->account.len, C = (double)w->cluster.len, mean = account_share * cluster_share / b->all;
    double raw = shi_poisson_log_above(mean, mass) / per_decade;
    double ways = (shi_log_choose(b->accounts, A) + shi_log_choose(b->clusters, C)) / per_decade + log10(b->accounts) + log10(b->clusters);
    return (block){ raw + ways < 0 ? raw + ways : 0, shi_e_calibrated(raw) - ways, w->account.len, w->cluster.len, mass,
                    print_of(w->account.chosen, w->account.len, 1) ^ print_of(w->cluster.chosen, w->cluster.len, 2) };
}

/* The best block that a search from this cluster meets, if it is better than *best; its sides in best_account and best_cluster. generous: the first
 * round takes all clusters that two of the accounts share: where each member posts few of many texts, none of them stands out yet. */
static shi_err search_once(const board *b, desk *w, int64_t seed, bool generous, block *best)
{
    side *a = &w->account, *c = &w->cluster;
    uint64_t before = 0;
    a->len = 0;
    for (int64_t k = b->by_cluster.first[seed]; k < b->by_cluster.first[seed + 1]; k++)
        if (b->account_all[b->by_cluster.at[k]] >= LEAST_SHARED) a->chosen[a->len++] = b->by_cluster.at[k];
    for (int round = 0; round < ROUNDS && a->len > 0; round++) {
        double accounts_have = 0, clusters_have = 0;
        int64_t mass = 0;
        for (int64_t i = 0; i < a->len; i++) accounts_have += (double)b->account_all[a->chosen[i]];
        count_mass(&b->by_account, a->chosen, a->len, c);
        shi_err e = choose(w, c, NULL, b->by_cluster.first, accounts_have, b->all, b->clusters, LEAST_CLUSTERS, generous && round == 0);
        clear(c);
        if (e.code || c->len == 0) return e;
        for (int64_t i = 0; i < c->len; i++) clusters_have += (double)(b->by_cluster.first[c->chosen[i] + 1] - b->by_cluster.first[c->chosen[i]]);
        count_mass(&b->by_cluster, c->chosen, c->len, a);
        e = choose(w, a, b->account_all, NULL, clusters_have, b->all, b->accounts, 1, false);
        accounts_have = 0;
        for (int64_t i = 0; i < a->len; i++) {
            mass += a->mass[a->chosen[i]];
            accounts_have += (double)b->account_all[a->chosen[i]];
        }
        clear(a);
        if (e.code || a->len < 2) return e;
        block now = weigh(b, w, mass, accounts_have, clusters_have);
        if (now.print == before) return (shi_err){ 0 };   /* and so it would stay */
        before = now.print;
        if (!(now.log10_e > best->log10_e)) continue;
        *best = now;
        memcpy(w->best_account, a->chosen, (size_t)a->len * sizeof(int32_t));
        memcpy(w->best_cluster, c->chosen, (size_t)c->len * sizeof(int32_t));
    }
    return (shi_err){ 0 };
}

static shi_err search(const board *b, desk *w, int64_t seed, block *best)
{
    *best = (block){ 0, -INFINITY, 0, 0, 0, 0 };
    SHI_TRY(search_once(b, w, seed, false, best));
    return search_once(b, w, seed, true, best);
}

static shi_err make_desk(shi_arena *work, const board *b, desk *w)
{
    int64_t accounts = b->by_account.rows, clusters = b->by_cluster.rows, more = accounts > clusters ? accounts : clusters;
    int64_t bytes = 32 * more + 16384 * omp_get_max_threads() + 128;
    for (int k = 0; k < 2; k++) {
        side *s = k ? &w->cluster : &w->account;
        int64_t n = k ? clusters : accounts;
        s->mass = shi_new(work, int32_t, n);
        s->touched = shi_new(work, int32_t, n);
        s->chosen = shi_new(work, int32_t, n);
        if (!s->mass || !s->touched || !s->chosen) return shi_no_memory();
    }
    w->best_account = shi_new(work, int32_t, accounts);
    w->best_cluster = shi_new(work, int32_t, clusters);
    w->order = shi_new(work, shi_keyed, more);
    if (!w->best_account || !w->best_cluster || !w->order || bytes > work->end - work->at) return shi_no_memory();
    w->scratch = (shi_arena){ .at = work->at, .end = work->at + bytes };   /* not touched yet */
    work->at += bytes;
    return (shi_err){ 0 };
}

/* ---- groups ---- */

typedef struct {
    const shi_texts_columns *in;
    const board *b;
    const block *found;        /* by cluster it began at */
    const int32_t *root;       /* columns of the board */
    const int32_t *cluster_of;
    shi_arena *keep;
    shi_group *group;
    int32_t *member, *cluster;
    double *weight;
    int64_t *cluster_first;
    int64_t groups, members, clusters;
    int64_t member_room, cluster_room;
} writer;

static shi_err grow(shi_arena *work, void **at, int64_t len, int64_t *room, int64_t more, int64_t size)
{
    if (len + more <= *room) return (shi_err){ 0 };
    int64_t wanted = 2 * (len + more);
    void *fresh = shi_arena_take(work, wanted, size, 8);
    if (!fresh) return shi_no_memory();
    if (len) memcpy(fresh, *at, (size_t)(len * size));
    *at = fresh;
    *room = wanted;
    return (shi_err){ 0 };
}

static shi_err ascending(shi_arena scratch, int32_t *x, int64_t n)
{
    shi_keyed *by = shi_new(&scratch, shi_keyed, n);
    if (!by) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) by[i].key = (uint64_t)x[i];
    SHI_TRY(shi_sort_keyed(scratch, by, n));
    for (int64_t i = 0; i < n; i++) x[i] = (int32_t)by[i].key;
    return (shi_err){ 0 };
}

/* Writes the block that lies on the desk, unless half of its members are in stronger groups already. */
static shi_err write_group(writer *w, desk *d, const block *found, bool *taken)
{
    int64_t old = 0, seats = w->member_room;
    for (int64_t i = 0; i < found->accounts; i++) old += taken[d->best_account[i]];
    if (2 * old >= found->accounts) return (shi_err){ 0 };
    void *member = w->member, *weight = w->weight, *cluster = w->cluster;
    SHI_TRY(ascending(d->scratch, d->best_account, found->accounts));
    SHI_TRY(grow(w->keep, &member, w->members, &w->member_room, found->accounts, sizeof(int32_t)));
    SHI_TRY(grow(w->keep, &weight, w->members, &seats, found->accounts, sizeof(double)));
    SHI_TRY(grow(w->keep, &cluster, w->clusters, &w->cluster_room, found->clusters, sizeof(int32_t)));
    w->member = member, w->weight = weight, w->cluster = cluster;
    count_mass(&w->b->by_cluster, d->best_cluster, found->clusters, &d->account);
    for (int64_t i = 0; i < found->accounts; i++) {
        int32_t a = d->best_account[i];
        taken[a] = true;
        w->member[w->members + i] = a;
        w->weight[w->members + i] = (double)d->account.mass[a] / (double)found->clusters;
    }
    clear(&d->account);
    for (int64_t i = 0; i < found->clusters; i++) w->cluster[w->clusters + i] = w->cluster_of[w->root[d->best_cluster[i]]];
    w->group[w->groups] = (shi_group){ .first = w->members, .len = found->accounts, .things = found->clusters, .deeds = found->mass,
                                       .log10_p = found->log10_p, .log10_e = found->log10_e };
    w->cluster_first[w->groups++] = w->clusters;
    w->members += found->accounts;
    w->clusters += found->clusters;
    return (shi_err){ 0 };
}

/* First and last time of a member's text in a cluster of the group. */
static shi_err find_times(shi_arena scratch, const writer *w)
{
    const shi_texts_columns *in = w->in;
    if (!in->time_us || !w->groups) return (shi_err){ 0 };
    int64_t *first = shi_new(&scratch, int64_t, in->accounts + 2), *row = shi_new(&scratch, int64_t, in->rows), *next = first + 1;
    int64_t *group_in = shi_new(&scratch, int64_t, in->texts);   /* by cluster: the last group + 1 that it is of */
    if (!first || !row || !group_in) return shi_no_memory();
    for (int64_t r = 0; r < in->rows; r++)
        if (in->account[r] >= 0) next[in->account[r] + 1]++;
    for (int64_t a = 0; a < in->accounts; a++) next[a + 1] += next[a];
    for (int64_t r = 0; r < in->rows; r++)
        if (in->account[r] >= 0) row[next[in->account[r]]++] = r;
    for (int64_t g = 0; g < w->groups; g++) {
        shi_group *group = &w->group[g];
        int64_t from = INT64_MAX, to = INT64_MIN;
        for (int64_t i = 0; i < group->things; i++) group_in[w->cluster[w->cluster_first[g] + i]] = g + 1;
        for (int64_t i = 0; i < group->len; i++) {
            int32_t a = w->member[group->first + i];
            for (int64_t k = first[a]; k < first[a + 1]; k++) {
                int64_t r = row[k], t = in->time_us[r];
                int32_t c = in->text[r] < 0 ? -1 : w->cluster_of[in->text[r]];
                if (c < 0 || group_in[c] != g + 1 || t == INT64_MIN) continue;
                from = t < from ? t : from;
                to = t > to ? t : to;
            }
        }
        if (from <= to) group->from_us = from, group->to_us = to;
    }
    return (shi_err){ 0 };
}

/* Groups of equal strength by their smallest member. */
static void order_equals(writer *w)
{
    for (int64_t i = 1; i < w->groups; i++)
        for (int64_t k = i; k > 0; k--) {
            shi_group a = w->group[k - 1], b = w->group[k];
            int64_t first = w->cluster_first[k];
            if (a.log10_e > b.log10_e || w->member[a.first] <= w->member[b.first]) break;
            w->group[k] = a, w->group[k - 1] = b;
            w->cluster_first[k] = w->cluster_first[k - 1], w->cluster_first[k - 1] = first;
        }
}

/* Beginnings by falling e; of those that found the same block the first. */
static shi_err write_groups(writer *w, shi_arena scratch, desk *d)
{
    int64_t n = w->b->by_cluster.rows, k = 0;
    shi_keyed *by = shi_new(&scratch, shi_keyed, n);
    bool *taken = shi_new(&scratch, bool, w->in->accounts);
    if (!by || !taken) return shi_no_memory();
    for (int64_t c = 0; c < n; c++)
        if (w->found[c].accounts && w->found[c].log10_p < 0) by[k++] = (shi_keyed){ shi_key_falling(w->found[c].log10_e), c };
    SHI_TRY(shi_sort_keyed(scratch, by, k));
    w->group = shi_new(w->keep, shi_group, k);
    w->cluster_first = shi_new(w->keep, int64_t, k);
    if (!w->group || !w->cluster_first) return shi_no_memory();
    for (int64_t i = 0; i < k; i++) {
        block again;
        if (i && w->found[by[i].row].print == w->found[by[i - 1].row].print) continue;
        SHI_TRY(search(w->b, d, by[i].row, &again));
        SHI_TRY(write_group(w, d, &again, taken));
    }
    order_equals(w);
    return find_times(scratch, w);
}

static shi_err find_groups(shi_arena *keep, shi_arena scratch, const shi_texts_columns *in, const shi_texts_joined *joined, shi_texts_found *out)
{
    board b = { 0 };
    int32_t *root;
    int threads = omp_get_max_threads();
    SHI_TRY(make_board(&scratch, in, joined, &b, &root));
    int64_t n = b.by_cluster.rows;
    block *found = shi_new(&scratch, block, n);
    shi_err *failure = shi_new(&scratch, shi_err, threads);
    desk *desks = shi_new(&scratch, desk, threads);
    if (!found || !failure || !desks) return shi_no_memory();
    for (int i = 0; i < threads; i++) SHI_TRY(make_desk(&scratch, &b, &desks[i]));
    int64_t common = 0;
    #pragma omp parallel for schedule(dynamic, 16) reduction(+: common)
    for (int64_t c = 0; c < n; c++) {
        int me = omp_get_thread_num();
        if (b.by_cluster.first[c + 1] - b.by_cluster.first[c] > MOST_ACCOUNTS) common++;
        else if (!failure[me].code) failure[me] = search(&b, &desks[me], c, &found[c]);
    }
    for (int i = 0; i < threads; i++)
        if (failure[i].code) return failure[i];
    out->searched = n - common;
    out->too_common = common;
    if (n < LEAST_CLUSTERS)
        out->cannot_judge = N_("There are no two longer texts that two accounts share: nothing repeats, so nothing can be judged.");
    writer w = { .in = in, .b = &b, .found = found, .root = root, .cluster_of = out->cluster_of, .keep = keep };
    SHI_TRY(write_groups(&w, scratch, &desks[0]));
    out->groups = (shi_groups){ w.group, w.groups, w.member, w.weight, w.members };
    out->group_cluster = w.cluster;
    out->group_first = w.cluster_first;
    return (shi_err){ 0 };
}

/* ---- clusters ---- */

/* Numbers of each root: rows, wordings, accounts, and its example. */
static void tell_clusters(const shi_texts_columns *in, const shi_texts_joined *joined, const int64_t *posts, const shi_keyed *by, int64_t n,
                          shi_texts_cluster *cluster)
{
    for (int64_t i = 0; i < n; i++) {   /* by (root, account) */
        shi_texts_cluster *c = &cluster[by[i].key >> 32];
        c->accounts += (uint32_t)by[i].key > 0 && (!i || by[i].key != by[i - 1].key);
    }
    for (int64_t t = 0; t < in->texts; t++) {
        int32_t root = joined->root[t], wording = joined->wording[t];
        if (root < 0) continue;
        shi_texts_cluster *c = &cluster[root];
        c->evidence = c->evidence || joined->characters[t] >= SHI_TEXTS_EVIDENCE;
        if (wording != t) continue;
        c->wordings++;
        c->posts += posts[t];
        if (c->wordings > 1 && posts[t] <= posts[c->example]) continue;
        c->example = (int32_t)t;
        c->characters = joined->characters[t];
    }
}

static shi_err list_clusters(shi_arena *keep, shi_arena scratch, const shi_texts_columns *in, const shi_texts_joined *joined, shi_texts_found *out)
{
    int64_t n = 0, *posts = shi_new(&scratch, int64_t, in->texts);   /* of each wording */
    shi_keyed *by = shi_new(&scratch, shi_keyed, in->rows > in->texts ? in->rows : in->texts);
    shi_texts_cluster *all = shi_new(&scratch, shi_texts_cluster, in->texts);
    int32_t *cluster_of = shi_new(keep, int32_t, in->texts);
    if (!posts || !by || !all || !cluster_of) return shi_no_memory();
    for (int64_t r = 0; r < in->rows; r++) {
        if (in->text[r] < 0 || joined->root[in->text[r]] < 0) continue;
        posts[joined->wording[in->text[r]]]++;
        by[n++].key = (uint64_t)joined->root[in->text[r]] << 32 | (uint32_t)(in->account[r] + 1);
    }
    SHI_TRY(shi_sort_keyed(scratch, by, n));
    tell_clusters(in, joined, posts, by, n, all);
    n = 0;
    for (int64_t t = 0; t < in->texts; t++)
        if (joined->root[t] == t && all[t].posts >= 2) by[n++] = (shi_keyed){ ~(uint64_t)all[t].posts << 31 | (uint32_t)all[t].example, t };
    SHI_TRY(shi_sort_keyed(scratch, by, n));
    shi_texts_cluster *cluster = shi_new(keep, shi_texts_cluster, n);
    if (!cluster) return shi_no_memory();
    for (int64_t t = 0; t < in->texts; t++) cluster_of[t] = -1;
    for (int64_t i = 0; i < n; i++) {
        cluster[i] = all[by[i].row];
        cluster_of[by[i].row] = (int32_t)i;
    }
    for (int64_t t = 0; t < in->texts; t++)
        if (joined->root[t] >= 0) cluster_of[t] = cluster_of[joined->root[t]];
    out->cluster = cluster;
    out->clusters = n;
    out->cluster_of = cluster_of;
    return (shi_err){ 0 };
}

static shi_err fault(int64_t place, const char *reason)
{
    shi_err e = shi_fail(SHI_INPUT, reason, N_("Correct the columns."));
    e.line = place + 1;
    return e;
}

static shi_err check(const shi_texts_columns *in, double similar)
{
    if (!(similar > 0 && similar <= 1))
        return shi_fail(SHI_USAGE, N_("the likeness is not above 0 and at most 1"), N_("Give a share such as 0.8."));
    if (in->rows < 0 || in->accounts < 0 || in->texts < 0 || in->texts >= INT32_MAX || in->accounts >= INT32_MAX)
        return shi_fail(SHI_INPUT, N_("there are too many rows"), N_("Split the file."));
    for (int64_t r = 0; r < in->rows; r++) {
        if (in->account[r] < -1 || in->account[r] >= in->accounts) return fault(r, N_("there is no such account"));
        if (in->text[r] < -1 || in->text[r] >= in->texts) return fault(r, N_("there is no such text"));
    }
    for (int64_t t = 0; t < in->texts; t++)
        if (in->offset[t] < 0 || in->offset[t + 1] < in->offset[t] || in->offset[t + 1] - in->offset[t] > INT32_MAX / 16)
            return fault(t, N_("the text is too long"));
    return (shi_err){ 0 };
}

shi_err shi_texts_find(shi_arena *keep, shi_arena scratch, const shi_texts_columns *columns, const shi_texts_settings *settings, shi_texts_found *out)
{
    double similar = settings->similar == 0 ? 0.8 : settings->similar;
    shi_texts_joined joined;
    shi_texts_found found = { 0 };
    SHI_TRY(check(columns, similar));
    SHI_TRY(shi_texts_join(keep, scratch, columns, similar, settings->pairs, &joined));
    SHI_TRY(list_clusters(keep, scratch, columns, &joined, &found));
    SHI_TRY(find_groups(keep, scratch, columns, &joined, &found));
    found.wording = joined.wording;
    found.characters = joined.characters;
    found.pair = joined.pair;
    found.pairs = joined.pairs;
    found.uncompared = joined.uncompared;
    *out = found;
    return (shi_err){ 0 };
}
