/* sync: every tested pair of random logs against the slow obvious way; counts likewise; planted groups; hot objects; threads; arenas; settings. */
#include "base/random.h"
#include "kernel/sync.h"
#include "shishu/sync.h"
#include "test.h"

#include <omp.h>

enum { MOST = 3000, ACCOUNTS = 14, OBJECTS = 40 };
static const int64_t SECOND = 1000000;

typedef struct {
    int64_t n, accounts, objects;
    int32_t account[MOST], object[MOST];
    int64_t time_us[MOST];
} book;

static shi_sync_columns columns_of(const book *b)
{
    return (shi_sync_columns){ b->n, b->account, b->object, b->time_us, b->accounts, b->objects };
}

static void add(book *b, int64_t account, int64_t object, int64_t second)
{
    b->account[b->n] = (int32_t)account;
    b->object[b->n] = (int32_t)object;
    b->time_us[b->n++] = second == INT64_MIN ? INT64_MIN : second * SECOND;
}

/* Random acts over three days; the first `team` accounts follow each other closely; some codes and times are missing. */
static void random_book(book *b, uint64_t seed, int64_t n, int64_t team, int64_t unit_s)
{
    shi_random r = shi_random_of(seed, 1, 0, 0, 0);
    *b = (book){ .accounts = ACCOUNTS, .objects = OBJECTS };
    while (b->n < n) {
        int64_t object = shi_random_below(&r, OBJECTS), at = -86400 + shi_random_below(&r, 3 * 86400);
        if (shi_random_chance(&r, 0.5)) at = (at / 86400) * 86400 + 8 * 3600 + at % 900;   /* a popular hour */
        add(b, shi_random_chance(&r, 0.02) ? -1 : shi_random_below(&r, ACCOUNTS), shi_random_chance(&r, 0.02) ? -1 : object,
            shi_random_chance(&r, 0.02) ? INT64_MIN : at / unit_s * unit_s);
        for (int64_t x = 0; x < team && b->n < n && shi_random_chance(&r, 0.3); x++)
            add(b, x, object, (at + shi_random_below(&r, 90)) / unit_s * unit_s);
    }
}

/* ---- the slow way ---- */

typedef struct {
    int64_t at, object, i, j;
    bool hit;
} meeting;

typedef struct {
    const book *b;
    int64_t r, w, W, gap;
    int64_t first[ACCOUNTS][OBJECTS];            /* slot, or INT64_MAX */
    meeting meetings[ACCOUNTS][ACCOUNTS][OBJECTS];
    int64_t n[ACCOUNTS][ACCOUNTS];
    double base;
} slow;

static int64_t slot(int64_t us, int64_t r)
{
    return (int64_t)floor((double)us / (double)(r * SECOND));
}

static int by_at(const void *x, const void *y)
{
    const meeting *a = x, *b = y;
    if (a->at != b->at) return a->at < b->at ? -1 : 1;
    return a->object < b->object ? -1 : a->object > b->object;
}

/* All meetings of a pair that are trials, in order. */
static void slow_trials(slow *s, int64_t a, int64_t c)
{
    meeting all[OBJECTS];
    int64_t n = 0, kept = 0, last = 0;
    for (int64_t o = 0; o < OBJECTS; o++) {
        int64_t x = s->first[a][o], y = s->first[c][o];
        if (x == INT64_MAX || y == INT64_MAX || llabs(x - y) > s->W) continue;
        bool a_first = x <= y;
        all[n++] = (meeting){ a_first ? x : y, o, a_first ? a : c, a_first ? c : a, llabs(x - y) <= s->w };
    }
    qsort(all, (size_t)n, sizeof *all, by_at);
    for (int64_t k = 0; k < n; k++) {
        if (kept && all[k].at - last <= s->gap) continue;
        last = all[k].at;
        s->meetings[a][c][kept++] = all[k];
    }
    s->n[a][c] = kept;
}

static int by_i64(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return a < b ? -1 : a > b;
}

static double slow_count(const slow *s, int64_t account, int64_t at, int64_t within)
{
    int64_t own[MOST], n = 0, day = 86400 / s->r, count = 0;
    for (int64_t i = 0; i < s->b->n; i++)
        if (s->b->account[i] == account && s->b->time_us[i] != INT64_MIN) own[n++] = slot(s->b->time_us[i], s->r);
    qsort(own, (size_t)n, sizeof *own, by_i64);
    for (int64_t i = 0; i < n; i++) {
        if (i && own[i] - own[i - 1] <= s->gap) continue;
        int64_t off = ((own[i] - at) % day + day) % day;
        count += off <= within || day - off <= within;
    }
    return (double)count;
}

static double slow_habit(const slow *s, int64_t account, int64_t at, bool hit)
{
    double k = fmax(0, slow_count(s, account, at, s->w) - hit);
    return (10 * s->base + k) / (10 + fmax(k, slow_count(s, account, at, s->W) - 1));
}

static double slow_chance(const slow *s, const meeting *m)
{
    double trials = 10, hits = 10 * s->base;
    for (int64_t a = 0; a < ACCOUNTS; a++)
        for (int64_t c = a + 1; c < ACCOUNTS; c++)
            for (int64_t k = 0; s->n[a][c] < 3 && k < s->n[a][c]; k++) {
                const meeting *o = &s->meetings[a][c][k];
                if (o->object != m->object || floor((double)o->at / (double)(2 * s->W)) != floor((double)m->at / (double)(2 * s->W))) continue;
                trials++;
                hits += o->hit;
            }
    int64_t j_at = s->first[m->j][m->object];
    return fmax(fmax(s->base, hits / trials), fmax(slow_habit(s, m->j, m->at, m->hit), slow_habit(s, m->i, j_at, m->hit)));
}

static void slow_begin(slow *s, const book *b, int64_t r, shi_sync_scale scale)
{
    double hits = 0, trials = 0;
    *s = (slow){ .b = b, .r = r, .w = scale.window_s / r, .W = scale.reach_s / r, .gap = (scale.reach_s > 3600 ? scale.reach_s : 3600) / r };
    for (int64_t a = 0; a < ACCOUNTS; a++)
        for (int64_t o = 0; o < OBJECTS; o++) s->first[a][o] = INT64_MAX;
    for (int64_t i = 0; i < b->n; i++) {
        if (b->account[i] < 0 || b->object[i] < 0 || b->time_us[i] == INT64_MIN) continue;
        int64_t *first = &s->first[b->account[i]][b->object[i]], at = slot(b->time_us[i], r);
        if (at < *first) *first = at;
    }
    for (int64_t a = 0; a < ACCOUNTS; a++)
        for (int64_t c = a + 1; c < ACCOUNTS; c++) {
            slow_trials(s, a, c);
            for (int64_t k = 0; s->n[a][c] < 3 && k < s->n[a][c]; k++) trials++, hits += s->meetings[a][c][k].hit;
        }
    double u = (2 * (double)s->w + 1) / (2 * (double)s->W + 1);
    s->base = fmin(0.2, fmax(u, (hits + u) / (trials + 1)));
}

static void slow_pair(const slow *s, int64_t a, int64_t c, shi_sync_pair *out)
{
    double p[OBJECTS], at[OBJECTS + 1] = { 1 }, e = 0, tail = 0;
    int64_t n = s->n[a][c];
    *out = (shi_sync_pair){ .a = (int32_t)a, .b = (int32_t)c, .trials = (int32_t)n };
    for (int64_t k = 0; k < n; k++) {
        p[k] = slow_chance(s, &s->meetings[a][c][k]);
        out->hits += s->meetings[a][c][k].hit;
        out->expected += p[k];
        for (int64_t x = k + 1; x >= 0; x--) at[x] = at[x] * (1 - p[k]) + (x ? at[x - 1] * p[k] : 0);
    }
    for (double theta = 2; theta <= 64; theta *= 2) {
        double product = 1;
        for (int64_t k = 0; k < n; k++) {
            double q = theta * p[k] / (1 - p[k] + theta * p[k]);
            product *= s->meetings[a][c][k].hit ? q / p[k] : (1 - q) / (1 - p[k]);
        }
        e += product / 6;
    }
    for (int64_t x = n; x >= out->hits; x--) tail += at[x];
    out->log10_e = log10(e);
    out->log10_p = fmin(0, log10(tail));
}

/* ---- tests ---- */

static shi_arena keep, scratch;

static int open_arenas(void **state)
{
    (void)state;
    return shi_arena_open((int64_t)1 << 34, &keep).code || shi_arena_open((int64_t)1 << 34, &scratch).code;
}

static int drop_arenas(void **state)
{
    (void)state;
    shi_arena_drop(&keep);
    shi_arena_drop(&scratch);
    return 0;
}

static void as_the_slow_way(void **state)
{
    static const shi_sync_scale SCALE[] = { { 60, 1800 }, { 300, 7200 }, { 60, 600 } };
    static slow s;
    static book b;
    int64_t seen = 0;
    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        const int64_t unit = seed % 3 == 0 ? 60 : 1;
        const shi_sync_scale scale = SCALE[seed % COUNT(SCALE)];
        random_book(&b, seed, 150 + (int64_t)seed * 6, (int64_t)(seed % 4) * 2, unit);
        const shi_sync_columns columns = columns_of(&b);
        shi_sync_settings settings = { .scale = &scale, .scales = 1, .alpha = 1 };
        shi_sync got;
        assert_ok(shi_sync_find(&keep, scratch, &columns, &settings, &got));
        settings.most_pairs = seed % 2 ? got.scaled[0].near : 0;   /* no fewer pairs, but in parts */
        assert_ok(shi_sync_find(&keep, scratch, &columns, &settings, &got));
        assert_true(got.scaled[0].hot_objects == 0);
        assert_int_equal(got.resolution_s, unit);
        slow_begin(&s, &b, unit, scale);
        int64_t tested = 0, listed = 0;
        for (int64_t a = 0; a < ACCOUNTS; a++)
            for (int64_t c = a + 1; c < ACCOUNTS; c++) tested += s.n[a][c] >= 3;
        assert_int_equal(got.searched, tested);
        assert_true(tested == 0 || fabs(got.scaled[0].base_rate - s.base) < 1e-12);
        for (int64_t k = 0; k < got.pairs; k++, listed++) {
            shi_sync_pair want;
            const shi_sync_pair *p = &got.pair[k];
            slow_pair(&s, p->a, p->b, &want);
            assert_int_equal(p->trials, want.trials);
            assert_int_equal(p->hits, want.hits);
            assert_near(p->expected, want.expected, 1e-9);
            assert_near(p->log10_e, want.log10_e, 1e-9);
            assert_near(p->log10_p, want.log10_p, 1e-9);
            assert_true(k == 0 || got.pair[k - 1].q <= p->q);
        }
        seen += listed;
    }
    assert_true(seen > 200);
}

static void counts_as_the_slow_way(void **state)
{
    static book b;
    (void)state;
    for (uint64_t seed = 0; seed < 30; seed++) {
        random_book(&b, 1000 + seed, 300, 5, 1);
        const shi_sync_columns columns = columns_of(&b);
        shi_sync_counts got;
        int64_t want[ACCOUNTS][ACCOUNTS] = { { 0 } }, pairs = 0, met = 0;
        const int64_t window = seed % 2 ? 60 : 0;
        assert_ok(shi_sync_count(&keep, scratch, &columns, window, 2, seed % 3 ? 0 : 4096, &got));
        for (int64_t i = 0; i < b.n; i++)
            for (int64_t j = 0; j < b.n; j++) {
                if (b.account[i] < 0 || b.account[j] <= b.account[i] || b.object[i] < 0 || b.object[i] != b.object[j]) continue;
                if (b.time_us[i] == INT64_MIN || b.time_us[j] == INT64_MIN) continue;
                want[b.account[i]][b.account[j]] += llabs(b.time_us[i] - b.time_us[j]) <= window * SECOND;
            }
        for (int64_t a = 0; a < ACCOUNTS; a++)
            for (int64_t c = 0; c < ACCOUNTS; c++) pairs += want[a][c] >= 2, met += want[a][c] > 0;
        assert_int_equal(got.pairs, pairs);
        assert_int_equal(got.met, met);
        for (int64_t k = 0; k < got.pairs; k++) assert_int_equal(got.pair[k].together, want[got.pair[k].a][got.pair[k].b]);
    }
}

/* One act amid a hundred of the other: together 100 times, but one act of its own. */
static void one_against_many(void **state)
{
    book b = { .accounts = 2, .objects = 1 };
    shi_sync_counts got;
    (void)state;
    add(&b, 0, 0, 1000);
    for (int i = 0; i < 100; i++) add(&b, 1, 0, 1000 + i % 50);
    const shi_sync_columns columns = columns_of(&b);
    assert_ok(shi_sync_count(&keep, scratch, &columns, 60, 2, 0, &got));
    assert_int_equal(got.pairs, 1);
    assert_true(got.pair[0].together == 100 && got.pair[0].objects == 1 && got.pair[0].acts_a == 1 && got.pair[0].acts_b == 100);
}

/* `team` accounts act within `spread` seconds on each of `orders` objects on different days; `crowd` others act on all objects whenever they like. */
typedef struct {
    int64_t n;
    int32_t *account, *object;
    int64_t *time_us;
    shi_sync_columns columns;
} plant;

static void plant_make(plant *p, int64_t team, int64_t crowd, int64_t orders, int64_t spread)
{
    shi_random r = shi_random_of(7, 2, team, crowd, orders);
    p->n = (team + crowd) * orders;
    p->account = calloc((size_t)p->n, 4);
    p->object = calloc((size_t)p->n, 4);
    p->time_us = calloc((size_t)p->n, 8);
    int64_t i = 0;
    for (int64_t o = 0; o < orders; o++) {
        int64_t start = o * 86400 + 30000 + shi_random_below(&r, 30000);
        for (int64_t x = 0; x < team + crowd; x++, i++) {
            p->account[i] = (int32_t)x;
            p->object[i] = (int32_t)o;
            p->time_us[i] = SECOND * (x < team ? start + shi_random_below(&r, spread) : o * 86400 + shi_random_below(&r, 86400));
        }
    }
    p->columns = (shi_sync_columns){ p->n, p->account, p->object, p->time_us, team + crowd, orders };
}

static void plant_drop(plant *p)
{
    free(p->account);
    free(p->object);
    free(p->time_us);
}

static void finds_a_plant(void **state)
{
    static const struct { int64_t team, crowd, orders, spread, most; } CASE[] = { { 50, 200, 10, 60, 0 }, { 40, 0, 8, 60, 0 }, { 400, 200, 10, 60, 100000 } };
    (void)state;
    for (int64_t c = 0; c < COUNT(CASE); c++) {
        plant p;
        shi_sync got;
        plant_make(&p, CASE[c].team, CASE[c].crowd, CASE[c].orders, CASE[c].spread);
        shi_sync_settings settings = { .most_pairs = CASE[c].most };
        assert_ok(shi_sync_find(&keep, scratch, &p.columns, &settings, &got));
        assert_null(got.cannot_judge);
        assert_true(got.groups.len >= 1);
        print_message("# %lld accounts: %lld groups, the first of %lld\n", (long long)CASE[c].team, (long long)got.groups.len,
                      (long long)got.groups.ptr[0].len);
        assert_true(CASE[c].most || got.groups.len == 1);   /* a sparse sample may come in several pieces */
        int64_t team = 0;
        for (int64_t k = 0; k < got.groups.len; k++) {
            const shi_group *g = &got.groups.ptr[k];
            double weight = 0;
            for (int64_t i = g->first; i < g->first + g->len; i++) {
                team += got.groups.member[i] < CASE[c].team;
                weight += got.groups.weight[i];
            }
            assert_true(g->things >= CASE[c].orders - 1 && g->log10_e > 3 && g->deeds >= g->len * (CASE[c].orders - 2));
            assert_near(weight, 2, 1e-9);                    /* each edge counts for two members */
        }
        assert_int_equal(team, got.groups.members);         /* nobody else */
        assert_true(team >= CASE[c].team * 95 / 100);
        assert_true(got.scaled[0].near <= (CASE[c].most ? 2 * CASE[c].most : INT32_MAX));
        assert_true((got.scaled[0].hot_objects > 0) == (CASE[c].most > 0));
        plant_drop(&p);
    }
}

/* 20,000 acts on one object in one window: pairs are 2e8, those looked at few. */
static void hot(void **state)
{
    plant p;
    shi_sync got;
    shi_sync_counts counts;
    (void)state;
    plant_make(&p, 20000, 0, 1, 60);
    assert_ok(shi_sync_find(&keep, scratch, &p.columns, &(shi_sync_settings){ .most_pairs = 1 << 20 }, &got));
    assert_true(got.scaled[0].hot_objects == 1 && got.scaled[0].hot_acts == 20000 && got.scaled[0].near < 1 << 21 && got.groups.len == 0);
    assert_non_null(got.cannot_judge);
    assert_ok(shi_sync_count(&keep, scratch, &p.columns, 60, 2, 1 << 20, &counts));
    assert_true(counts.hot_objects == 1 && counts.pairs == 0 && counts.met < 1 << 21 && counts.met > 1 << 18);
    plant_drop(&p);
}

static void same_with_threads(void **state)
{
    plant p;
    int threads = omp_get_max_threads();
    shi_sync got[2];
    (void)state;
    plant_make(&p, 60, 300, 12, 90);
    for (int k = 0; k < 2; k++) {
        omp_set_num_threads(k ? 3 : 1);
        assert_ok(shi_sync_find(&keep, scratch, &p.columns, &(shi_sync_settings){ .most_pairs = 200000 }, &got[k]));
    }
    omp_set_num_threads(threads);
    assert_true(got[0].groups.len > 0 && got[0].pairs > 100);
    assert_int_equal(got[0].groups.len, got[1].groups.len);
    assert_memory_equal(got[0].groups.ptr, got[1].groups.ptr, (size_t)got[0].groups.len * sizeof(shi_group));
    assert_memory_equal(got[0].groups.member, got[1].groups.member, (size_t)got[0].groups.members * 4);
    assert_memory_equal(got[0].groups.weight, got[1].groups.weight, (size_t)got[0].groups.members * 8);
    assert_int_equal(got[0].pairs, got[1].pairs);
    assert_memory_equal(got[0].pair, got[1].pair, (size_t)got[0].pairs * sizeof(shi_sync_pair));
    plant_drop(&p);
}

static void resolutions(void **state)
{
    static const struct { int64_t unit, step; int64_t want; bool counter; } CASE[] = {
        { 1, 0, 1, false }, { 60, 0, 60, false }, { 3600, 0, 3600, false }, { 86400, 0, 86400, false }, { 1, 1, 60, true } };
    (void)state;
    for (int64_t c = 0; c < COUNT(CASE); c++) {
        book b = { .accounts = 5, .objects = 400 };
        shi_sync got;
        int64_t counter[5] = { 0 };
        for (int64_t i = 0; i < 1000; i++) {
            int64_t at = i * 7919 / CASE[c].unit * CASE[c].unit;
            if (CASE[c].step) at = at / 60 * 60 + counter[i % 5]++ % 60;   /* as the seconds of a counter */
            add(&b, i % 5, i % 400, at);
        }
        const shi_sync_columns columns = columns_of(&b);
        assert_ok(shi_sync_find(&keep, scratch, &columns, &(shi_sync_settings){ .scales = 0 }, &got));
        assert_int_equal(got.resolution_s, CASE[c].want);
        assert_true(got.counter == CASE[c].counter);
        if (CASE[c].want >= 3600) assert_non_null(strstr(got.cannot_judge, "too coarse"));
    }
}

static void nothing(void **state)
{
    book b = { .accounts = 0 };
    shi_sync got;
    shi_sync_counts counts;
    (void)state;
    shi_sync_columns columns = columns_of(&b);
    assert_ok(shi_sync_find(&keep, scratch, &columns, &(shi_sync_settings){ .scales = 0 }, &got));
    assert_true(got.groups.len == 0 && got.pairs == 0 && got.cannot_judge);
    assert_ok(shi_sync_count(&keep, scratch, &columns, 60, 2, 0, &counts));
    assert_int_equal(counts.pairs, 0);
    b.accounts = b.objects = 1;
    for (int i = 0; i < 100; i++) add(&b, 0, 0, i * 1000);   /* one account */
    columns = columns_of(&b);
    assert_ok(shi_sync_find(&keep, scratch, &columns, &(shi_sync_settings){ .scales = 0 }, &got));
    assert_true(got.acts == 1 && got.acting == 1 && got.cannot_judge);
    assert_ok(shi_sync_count(&keep, scratch, &columns, 86400, 1, 0, &counts));
    assert_true(counts.acts == 100 && counts.pairs == 0 && counts.met == 0);
}

static void small_arenas(void **state)
{
    static book b;
    shi_sync got = { .searched = -7 };
    shi_sync_counts counts;
    int64_t failed = 0;
    (void)state;
    random_book(&b, 5, 400, 6, 1);
    const shi_sync_columns columns = columns_of(&b);
    for (int64_t bytes = 0; bytes < 1200000; bytes = bytes * 5 / 4 + 97) {
        shi_arena own_keep = test_arena(bytes), own = test_arena(bytes);
        shi_err e = shi_sync_find(&keep, own, &columns, &(shi_sync_settings){ .scales = 0 }, &got);
        assert_true(e.code == SHI_OK || e.code == SHI_SYSTEM);
        failed += e.code != SHI_OK;
        e = shi_sync_find(&own_keep, scratch, &columns, &(shi_sync_settings){ .scales = 0 }, &got);
        assert_true(e.code == SHI_OK || e.code == SHI_SYSTEM);
        e = shi_sync_count(&own_keep, own, &columns, 60, 1, 0, &counts);
        assert_true(e.code == SHI_OK || e.code == SHI_SYSTEM);
        free(own_keep.base);
        free(own.base);
    }
    assert_true(failed > 10);
}

static void refused(void **state)
{
    static const shi_sync_scale BAD[] = { { 0, 10 }, { 10, 10 }, { 60, 50000 } };
    book b = { .accounts = 1, .objects = 1 };
    const shi_sync_columns columns = columns_of(&b);
    shi_sync got;
    shi_sync_counts counts;
    (void)state;
    for (int64_t i = 0; i < COUNT(BAD); i++)
        assert_int_equal(shi_sync_find(&keep, scratch, &columns, &(shi_sync_settings){ .scale = &BAD[i], .scales = 1 }, &got).code, SHI_USAGE);
    assert_int_equal(shi_sync_find(&keep, scratch, &columns, &(shi_sync_settings){ .scales = 5 }, &got).code, SHI_USAGE);
    assert_int_equal(shi_sync_find(&keep, scratch, &columns, &(shi_sync_settings){ .alpha = 1.5 }, &got).code, SHI_USAGE);
    assert_int_equal(shi_sync_find(&keep, scratch, &columns, &(shi_sync_settings){ .min_objects = -1 }, &got).code, SHI_USAGE);
    assert_int_equal(shi_sync_count(&keep, scratch, &columns, 60, 0, 0, &counts).code, SHI_USAGE);
    assert_int_equal(shi_sync_count(&keep, scratch, &columns, -1, 2, 0, &counts).code, SHI_USAGE);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(as_the_slow_way),   cmocka_unit_test(counts_as_the_slow_way), cmocka_unit_test(one_against_many),
    cmocka_unit_test(finds_a_plant),     cmocka_unit_test(hot),                    cmocka_unit_test(same_with_threads),
    cmocka_unit_test(resolutions),       cmocka_unit_test(nothing),                cmocka_unit_test(small_arenas),
    cmocka_unit_test(refused),
};

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("sync", TESTS, open_arenas, drop_arenas);
}
