/* Copied answer sheets: checks, the two searches, and one list of groups out of both. Pairs that stand out hang together in components, whose e-value
 * is the sum of those of their pairs; balls come beside them; a group of which half lies in stronger ones is left out. */
#include "kernel/answers.h"

#include "base/sort.h"
#include "base/text.h"
#include "shishu/evalue.h"

#include <math.h>
#include <string.h>

enum { CIRCULATES_FROM = 3, HARDEST_TENTHS = 3 };
static const double LINK_LOG10_P = -1.3010299956639813 /* 0.05 */, JOINS_LOG10_E = 2;

typedef struct {
    shi_group group;
    shi_answers_detail detail;
    const int32_t *sheet;      /* group.len of them */
    const double *weight;      /* NULL: all 1 */
} draft;

/* ---- components of pairs ---- */

static int32_t root_of(int32_t *root, int32_t x)
{
    while (root[x] != x) x = root[x] = root[root[x]];
    return x;
}

static bool links(const shi_answers_pair *p)
{
    return p->log10_p <= LINK_LOG10_P && p->log10_e > -INFINITY;
}

/* Members of components, by component; the strongest pair tells p and what is shared. */
static shi_err join_pairs(shi_arena *work, int64_t sheets, const shi_answers_pair *pair, int64_t pairs, draft **out, int64_t *len)
{
    int32_t *root = shi_new(work, int32_t, sheets), *place = shi_new(work, int32_t, sheets);
    int64_t n = 0, members = 0;
    shi_keyed *by = shi_new(work, shi_keyed, sheets);
    if (!root || !place || !by) return shi_no_memory();
    for (int64_t i = 0; i < sheets; i++) root[i] = (int32_t)i;
    for (int64_t p = 0; p < pairs; p++) {
        if (!links(&pair[p])) continue;
        int32_t a = root_of(root, pair[p].a), b = root_of(root, pair[p].b);
        root[a > b ? a : b] = a > b ? b : a;
        place[pair[p].a] = place[pair[p].b] = 1;
    }
    for (int64_t i = 0; i < sheets; i++)
        if (place[i]) by[members++] = (shi_keyed){ (uint64_t)root_of(root, (int32_t)i), i };
    SHI_TRY(shi_sort_keyed(*work, by, members));
    int32_t *sheet = shi_new(work, int32_t, members);
    draft *d = shi_new(work, draft, members / 2);
    if (!sheet || !d) return shi_no_memory();
    for (int64_t i = 0; i < members; i++) {
        sheet[i] = (int32_t)by[i].row;
        if (i == 0 || by[i].key != by[i - 1].key)
            d[n++] = (draft){ .group = { .log10_e = -INFINITY }, .sheet = sheet + i, .detail = { SHI_ANSWERS_PAIRS, -1, 0, 0, 0 } };
        d[n - 1].group.len++;
        d[n - 1].group.deeds++;
        place[by[i].row] = (int32_t)n;
    }
    for (int64_t p = 0; p < pairs; p++) {   /* by falling e */
        if (!links(&pair[p])) continue;
        shi_group *g = &d[place[pair[p].a] - 1].group;
        const double both[] = { g->log10_e, pair[p].log10_e };
        if (g->log10_e == -INFINITY) g->things = pair[p].wrong_matches, g->log10_p = pair[p].log10_p;
        g->log10_e = shi_log10_sum(both, 2);
    }
    *out = d;
    *len = n;
    return (shi_err){ 0 };
}

/* ---- balls ---- */

static shi_err draft_balls(shi_arena *work, const shi_answers_model *m, const shi_answers_balls *balls, draft *out)
{
    for (int64_t b = 0; b < balls->len; b++) {
        const shi_answers_ball *ball = &balls->ball[b];
        const int32_t *centre = shi_answers_of(m, ball->centre);
        double *weight = shi_new(work, double, ball->len);
        int64_t wrong = 0;
        if (!weight) return shi_no_memory();
        for (int64_t j = 0; j < m->items; j++) wrong += shi_answers_wrong(m, centre, j);
        for (int64_t i = 0; i < ball->len; i++) {
            const int32_t *own = shi_answers_of(m, balls->sheet[ball->first + i]);
            int64_t shared = 0;
            for (int64_t j = 0; j < m->items; j++) shared += shi_answers_wrong(m, centre, j) && own[j] == centre[j];
            weight[i] = (double)shared / (double)wrong;
        }
        out[b] = (draft){ .group = { .len = ball->len, .things = wrong, .deeds = ball->len, .log10_p = ball->log10_p, .log10_e = ball->log10_e },
                          .detail = { SHI_ANSWERS_BALL, ball->centre, ball->radius, ball->expected, 0 },
                          .sheet = balls->sheet + ball->first, .weight = weight };
    }
    return (shi_err){ 0 };
}

/* ---- one list ---- */

typedef struct {
    int32_t *owner;            /* sheets: draft + 1, 0: none */
    double *weight;            /* sheets */
    int64_t *size;             /* drafts */
} seats;

/* Nobody is in two groups. A draft of which half is in stronger ones is no group: the rest of it joins the one that holds the most, if it stands by
 * itself. */
static void seat(seats *s, const draft *d, int64_t n, int64_t g)
{
    const int32_t *sheet = d[g].sheet;
    int64_t old = 0, most = 0, into = g;
    for (int64_t k = 0; k < d[g].group.len; k++) old += s->owner[sheet[k]] > 0;
    if (2 * old >= d[g].group.len) {
        if (d[g].group.log10_e < JOINS_LOG10_E) return;
        for (int64_t x = 0; x < n; x++) {
            int64_t held = 0;
            if (!s->size[x]) continue;
            for (int64_t k = 0; k < d[g].group.len; k++) held += s->owner[sheet[k]] == x + 1;
            if (held > most) most = held, into = x;
        }
    }
    for (int64_t k = 0; k < d[g].group.len; k++) {
        if (s->owner[sheet[k]]) continue;
        s->owner[sheet[k]] = (int32_t)into + 1;
        s->weight[sheet[k]] = d[g].weight ? d[g].weight[k] : 1;
        s->size[into]++;
    }
}

/* Different units of the members. */
static shi_err count_units(shi_arena scratch, const shi_answers_columns *in, const seats *s, draft *d, int64_t g)
{
    bool *seen = shi_new(&scratch, bool, in->units);
    if (!in->unit) return (shi_err){ 0 };
    if (!seen) return shi_no_memory();
    for (int64_t i = 0; i < in->sheets; i++) {
        int32_t u = in->unit[i];
        if (s->owner[i] != g + 1 || u < 0 || seen[u]) continue;
        seen[u] = true;
        d->detail.units++;
    }
    if (d->detail.units >= CIRCULATES_FROM) d->group.log10_e = -INFINITY;
    return (shi_err){ 0 };
}

/* Places of drafts by falling e, then rising p, then by number. */
static shi_err order(shi_arena scratch, const draft *d, int64_t n, shi_keyed *by)
{
    for (int64_t i = 0; i < n; i++) by[i] = (shi_keyed){ shi_key_falling(-d[i].group.log10_p), i };
    SHI_TRY(shi_sort_keyed(scratch, by, n));
    for (int64_t i = 0; i < n; i++) by[i].key = shi_key_falling(d[by[i].row].group.log10_e);
    return shi_sort_keyed(scratch, by, n);
}

static shi_err write_groups(shi_arena *keep, const shi_answers_columns *in, const seats *s, const draft *d, const shi_keyed *by, int64_t n,
                            shi_answers_found *out)
{
    int64_t kept = 0, members = 0;
    shi_group *group = shi_new(keep, shi_group, n);
    shi_answers_detail *detail = shi_new(keep, shi_answers_detail, n);
    for (int64_t g = 0; g < n; g++) members += s->size[g] >= 2 ? s->size[g] : 0;
    int32_t *member = shi_new(keep, int32_t, members);
    double *weight = shi_new(keep, double, members);
    if (!group || !detail || !member || !weight) return shi_no_memory();
    members = 0;
    for (int64_t k = 0; k < n; k++) {
        int64_t g = by[k].row;
        if (s->size[g] < 2) continue;
        group[kept] = d[g].group;
        group[kept].first = members;
        group[kept].len = group[kept].deeds = s->size[g];
        detail[kept++] = d[g].detail;
        for (int64_t i = 0; i < in->sheets; i++)
            if (s->owner[i] == g + 1) member[members] = (int32_t)i, weight[members++] = s->weight[i];
    }
    out->groups = (shi_groups){ group, kept, member, weight, members };
    out->detail = detail;
    return (shi_err){ 0 };
}

static shi_err list_groups(shi_arena *keep, shi_arena scratch, const shi_answers_columns *in, draft *d, int64_t n, shi_answers_found *out)
{
    shi_keyed *by = shi_new(&scratch, shi_keyed, n);
    seats s = { shi_new(&scratch, int32_t, in->sheets), shi_new(&scratch, double, in->sheets), shi_new(&scratch, int64_t, n) };
    if (!by || !s.owner || !s.weight || !s.size) return shi_no_memory();
    SHI_TRY(order(scratch, d, n, by));
    for (int64_t k = 0; k < n; k++) seat(&s, d, n, by[k].row);
    for (int64_t g = 0; g < n; g++)
        if (s.size[g] >= 2) SHI_TRY(count_units(scratch, in, &s, &d[g], g));
    SHI_TRY(order(scratch, d, n, by));   /* those in circulation go behind */
    return write_groups(keep, in, &s, d, by, n, out);
}

static shi_err find_groups(shi_arena *keep, shi_arena scratch, const shi_answers_columns *in, const shi_answers_model *m, shi_answers_found *out)
{
    shi_answers_balls balls;
    draft *parts = NULL, *d;
    int64_t n = 0;
    SHI_TRY(shi_answers_find_balls(&scratch, m, &balls));
    SHI_TRY(join_pairs(&scratch, m->sheets, out->pair, out->pairs, &parts, &n));
    if (!(d = shi_new(&scratch, draft, n + balls.len))) return shi_no_memory();
    if (n) memcpy(d, parts, (size_t)n * sizeof *d);
    SHI_TRY(draft_balls(&scratch, m, &balls, d + n));
    out->searched = (int64_t)(m->judged * (m->judged - 1) / 2) + balls.searched;
    return list_groups(keep, scratch, in, d, n + balls.len, out);
}

/* ---- who was fast on what was hard ---- */

static shi_err median_log(shi_arena scratch, const shi_answers_columns *in, int64_t item, double *out)
{
    int64_t n = 0;
    shi_keyed *by = shi_new(&scratch, shi_keyed, in->sheets);
    if (!by) return shi_no_memory();
    for (int64_t i = 0; i < in->sheets; i++) {
        double t = in->seconds[i * in->items + item];
        if (t > 0 && t < INFINITY) memcpy(&by[n++].key, &t, sizeof t);   /* above 0: in the order of its bits */
    }
    SHI_TRY(shi_sort_keyed(scratch, by, n));
    double low = 0, high = 0;
    if (n) memcpy(&low, &by[(n - 1) / 2].key, sizeof low), memcpy(&high, &by[n / 2].key, sizeof high);
    *out = n ? (log(low) + log(high)) / 2 : (double)NAN;
    return (shi_err){ 0 };
}

static shi_err rank_speed(shi_arena *keep, shi_arena scratch, const shi_answers_columns *in, const shi_answers_model *m, shi_answers_found *out)
{
    int64_t hardest = (in->items * HARDEST_TENTHS + 9) / 10;
    double *ahead = shi_new(keep, double, in->sheets), *median = shi_new(&scratch, double, in->items);
    shi_keyed *by = shi_new(&scratch, shi_keyed, in->items);
    if (!ahead || !median || !by) return shi_no_memory();
    for (int64_t j = 0; j < in->items; j++) {
        by[j].row = j;
        for (int64_t i = 0; i < in->sheets; i++) by[j].key += m->key[j] >= 0 && shi_answers_of(m, i)[j] == m->key[j];
        SHI_TRY(median_log(scratch, in, j, &median[j]));
    }
    SHI_TRY(shi_sort_keyed(scratch, by, in->items));
    for (int64_t i = 0; i < in->sheets; i++) {
        double sum = 0, n = 0;
        for (int64_t k = 0; k < hardest; k++) {
            int64_t j = by[k].row;
            double t = in->seconds[i * in->items + j];
            if (!(t > 0 && t < INFINITY) || isnan(median[j])) continue;
            sum += median[j] - log(t);
            n++;
        }
        ahead[i] = n > 0 ? sum / n : (double)NAN;
    }
    out->ahead = ahead;
    return (shi_err){ 0 };
}

/* ---- the call ---- */

static shi_err fault(int64_t place, const char *reason)
{
    shi_err e = shi_fail(SHI_INPUT, reason, N_("Correct the columns."));
    e.line = place + 1;
    return e;
}

static shi_err check(const shi_answers_columns *in)
{
    if (in->sheets < 0 || in->items < 0 || in->options < 0 || in->units < 0 || in->sheets >= INT32_MAX || in->items >= INT32_MAX)
        return shi_fail(SHI_INPUT, N_("there are too many rows"), N_("Split the file."));
    for (int64_t i = 0; i < in->sheets * in->items; i++)
        if (in->answer[i] < -1 || in->answer[i] >= in->options) return fault(i / in->items, N_("there is no such answer"));
    for (int64_t j = 0; in->key && j < in->items; j++)
        if (in->key[j] < -1 || in->key[j] >= in->options) return fault(j, N_("there is no such answer"));
    for (int64_t i = 0; in->unit && i < in->sheets; i++)
        if (in->unit[i] < -1 || in->unit[i] >= in->units) return fault(i, N_("there is no such unit"));
    return (shi_err){ 0 };
}

/* Codes of the caller: renumbered ones are in order, so the k-th that the item knows. */
static shi_err tell_key(shi_arena *keep, shi_arena scratch, const shi_answers_columns *in, const shi_answers_model *m, shi_answers_found *out)
{
    int32_t *key = shi_new(keep, int32_t, in->items), *right = shi_new(keep, int32_t, in->sheets);
    bool *seen = shi_new(&scratch, bool, in->options);
    if (!key || !right || !seen) return shi_no_memory();
    if (in->sheets) memcpy(right, m->right, (size_t)in->sheets * sizeof *right);
    for (int64_t j = 0; j < in->items; j++) {
        key[j] = in->key ? in->key[j] : -1;
        if (in->key || m->key[j] < 0) continue;
        memset(seen, 0, (size_t)in->options);
        for (int64_t i = 0; i < in->sheets; i++)
            if (in->answer[i * in->items + j] >= 0) seen[in->answer[i * in->items + j]] = true;
        int32_t left = m->key[j];
        for (int32_t o = 0; o < in->options; o++)
            if (seen[o] && left-- == 0) key[j] = o;
    }
    out->key = key;
    out->right = right;
    return (shi_err){ 0 };
}

shi_err shi_answers_find(shi_arena *keep, shi_arena scratch, const shi_answers_columns *columns, const shi_answers_settings *settings,
                         shi_answers_found *out)
{
    shi_answers_model m;
    shi_answers_found found = { 0 };
    SHI_TRY(check(columns));
    SHI_TRY(shi_answers_make_model(&scratch, columns, &m));
    SHI_TRY(tell_key(keep, scratch, columns, &m, &found));
    if (columns->seconds) SHI_TRY(rank_speed(keep, scratch, columns, &m, &found));
    found.sheets_with_wrong = m.suspects;
    if (m.suspects > SHI_ANSWERS_MOST_SHEETS)
        found.cannot_judge = N_("More than 60,000 sheets have three wrong answers or more: too many to compare each with each. Split the file, by "
                                "township say.");
    else if (m.suspects < 2)
        found.cannot_judge = N_("Fewer than two sheets have three wrong answers: equal right answers say nothing, so nothing can be judged.");
    else {
        SHI_TRY(shi_answers_find_pairs(keep, scratch, &m, settings->most_log10_p, &found.pair, &found.pairs));
        SHI_TRY(find_groups(keep, scratch, columns, &m, &found));
    }
    *out = found;
    return (shi_err){ 0 };
}
