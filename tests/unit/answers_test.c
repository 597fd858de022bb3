/* answers: every pair and a ball against sums over all people by hand, planted copies, the same bytes with 1 and 3 threads, too little memory, bad
 * codes; and the Poisson-binomial tail against all outcomes, against equal probabilities, and far out. */
#include "base/random.h"
#include "shishu/answers.h"
#include "shishu/evalue.h"
#include "stat/dist.h"
#include "test.h"

#include <omp.h>

enum { N = 90, J = 24, O = 5, ITEMS = 64 };

typedef struct {
    int32_t answer[N * J], key[J], unit[N];
    double seconds[N * J];
    shi_answers_columns columns;
} exam;

/* Abilities, distractors of unequal appeal, some answers missing; `copies` sheets copy sheet 0 with a change here and there. */
static exam *make(uint64_t seed, int copies)
{
    exam *x = calloc(1, sizeof *x);
    shi_random r = shi_random_of(seed, 91, 0, 0, 0);
    assert_non_null(x);
    for (int j = 0; j < J; j++) x->key[j] = (int32_t)shi_random_below(&r, O);
    for (int i = 0; i < N; i++) {
        double ability = i ? shi_random_normal(&r) : -0.5;
        x->unit[i] = i % 4;
        for (int j = 0; j < J; j++) {
            double p = 1 / (1 + exp(-ability - 2 + 0.18 * j));
            int32_t wrong = (x->key[j] + 1 + (int32_t)shi_random_geometric(&r, 0.8) % (O - 1)) % O;
            x->answer[i * J + j] = shi_random_chance(&r, 0.03) ? -1 : shi_random_chance(&r, p) ? x->key[j] : wrong;
            x->seconds[i * J + j] = shi_random_chance(&r, 0.05) ? (double)NAN : shi_random_lognormal(&r, 20 + j, 0.5);
        }
    }
    for (int i = 1; i <= copies; i++) {
        memcpy(x->answer + 7 * i * J, x->answer, J * sizeof(int32_t));
        if (i % 2) x->answer[7 * i * J + i % J] = (x->key[i % J] + 1) % O;
    }
    x->columns = (shi_answers_columns){ N, J, x->answer, O, x->key, NULL, 0, NULL };
    return x;
}

/* P_i(o) straight from the definition. own: the sheet's own answer stays in. */
static double chance(const exam *x, const double *z, int i, int j, int32_t o, bool own)
{
    double sum = 1, hits = 0, all = 0;
    for (int l = 0; l < N; l++) {
        double u = (z[i] - z[l]) / 0.25, k = exp(-u * u / 2);
        bool same = x->answer[l * J + j] == o;
        all += same;
        if (l != i) sum += k;
        if (l != i || own) hits += same ? k : 0;
    }
    return fmin((hits + all / N) / sum, 1);
}

static void normal_scores(const exam *x, double *z, int *right)
{
    for (int i = 0; i < N; i++) {
        right[i] = 0;
        for (int j = 0; j < J; j++) right[i] += x->answer[i * J + j] == x->key[j];
    }
    for (int i = 0; i < N; i++) {
        double below = 0, same = 0;
        for (int l = 0; l < N; l++) below += right[l] < right[i], same += right[l] == right[i];
        z[i] = -shi_normal_quantile_above((below + (same + 1) / 2 - 0.5) / N);
    }
}

static double tail(const double *p, int n, int k)
{
    double state[ITEMS + 2] = { 1 }, sum = 0;
    for (int i = 0; i < n; i++)
        for (int h = i + 1; h >= 0; h--) state[h] = state[h] * (1 - p[i]) + (h ? state[h - 1] * p[i] : 0);
    for (int h = n; h >= k; h--) sum += state[h];
    return log10(sum);
}

static shi_answers_pair by_hand(const exam *x, const double *p, int a, int b)   /* p: N x J x O */
{
    shi_answers_pair out = { .a = a, .b = b };
    double equal[J], wrong[J];
    for (int j = 0; j < J; j++) {
        int32_t u = x->answer[a * J + j], v = x->answer[b * J + j];
        double wa = 0, wb = 0, w = 0;
        equal[j] = 0;
        for (int o = 0; o < O; o++) {
            double pa = p[(a * J + j) * O + o], pb = p[(b * J + j) * O + o];
            equal[j] += pa * pb;
            if (o != x->key[j]) wa += pa, wb += pb, w += pa * pb;
        }
        out.expected += equal[j];
        out.matches += u >= 0 && u == v;
        if (u < 0 || v < 0 || u == x->key[j] || v == x->key[j]) continue;
        out.wrong_matches += u == v;
        wrong[out.both_wrong++] = w / (wa * wb);
    }
    double tests = N * (N - 1) / 2, raw = tail(equal, J, out.matches);
    out.log10_p = raw + log10(tests);
    out.log10_wrong_p = tail(wrong, out.both_wrong, out.wrong_matches);
    out.log10_e = out.log10_wrong_p <= -3 ? shi_e_calibrated(raw) - log10(tests) - log10(2) : -INFINITY;
    return out;
}

static void pairs_as_by_hand(void **state)
{
    static double p[N * J * O];
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        exam *x = make(seed, (int)seed % 3 * 2);
        double z[N];
        int right[N];
        shi_answers_found f;
        shi_arena keep = test_arena(1 << 20), scratch = test_arena(4 << 20);
        normal_scores(x, z, right);
        for (int i = 0; i < N * J * O; i++) p[i] = chance(x, z, i / (J * O), i / O % J, i % O, false);
        assert_ok(shi_answers_find(&keep, scratch, &x->columns, &(shi_answers_settings){ 0 }, &f));
        int64_t seen = 0;
        for (int i = 0; i < N; i++) assert_int_equal(f.right[i], right[i]);
        for (int a = 0; a < N; a++)
            for (int b = a + 1; b < N; b++) {
                shi_answers_pair want = by_hand(x, p, a, b);
                int wrong_a = 0, wrong_b = 0;
                for (int j = 0; j < J; j++) {
                    wrong_a += x->answer[a * J + j] >= 0 && x->answer[a * J + j] != x->key[j];
                    wrong_b += x->answer[b * J + j] >= 0 && x->answer[b * J + j] != x->key[j];
                }
                if (want.log10_p >= 0 || wrong_a < 3 || wrong_b < 3) continue;
                int64_t k = 0;
                while (k < f.pairs && (f.pair[k].a != a || f.pair[k].b != b)) k++;
                assert_true(k < f.pairs);
                seen++;
                assert_true(f.pair[k].matches == want.matches && f.pair[k].both_wrong == want.both_wrong && f.pair[k].wrong_matches == want.wrong_matches);
                assert_near(f.pair[k].expected, want.expected, 1e-10);
                assert_near(f.pair[k].log10_p, want.log10_p, 1e-8);
                assert_near(f.pair[k].log10_wrong_p, want.log10_wrong_p, 1e-8);
                if (isfinite(want.log10_e)) assert_near(f.pair[k].log10_e, want.log10_e, 1e-8);
                else assert_true(f.pair[k].log10_e == want.log10_e);
            }
        assert_int_equal(seen, f.pairs);
        for (int64_t k = 1; k < f.pairs; k++) assert_true(f.pair[k - 1].log10_e >= f.pair[k].log10_e);
        free(keep.base), free(scratch.base), free(x);
    }
}

/* The ball of the copies, its radius, and how many chance puts there. */
static void ball_as_by_hand(void **state)
{
    exam *x = make(4, 6);
    double z[N];
    int right[N];
    shi_answers_found f;
    shi_arena keep = test_arena(1 << 20), scratch = test_arena(4 << 20);
    (void)state;
    x->columns.unit = x->unit, x->columns.units = 2 + 2;
    assert_ok(shi_answers_find(&keep, scratch, &x->columns, &(shi_answers_settings){ 0 }, &f));
    assert_true(f.groups.len >= 1);
    const shi_answers_detail *d = &f.detail[f.groups.len - 1];   /* four units: in circulation, so behind */
    const shi_group *g = &f.groups.ptr[f.groups.len - 1];
    assert_true(g->len == 7 && d->units == 4 && g->log10_e == -INFINITY && g->log10_p < -10);
    for (int i = 0; i < 7; i++) assert_int_equal(f.groups.member[g->first + i], 7 * i);
    x->columns.unit = NULL;
    shi_arena keep2 = test_arena(1 << 20);
    assert_ok(shi_answers_find(&keep2, scratch, &x->columns, &(shi_answers_settings){ 0 }, &f));
    g = &f.groups.ptr[0], d = &f.detail[0];
    assert_true(g->len == 7 && g->log10_e > 3);
    if (d->kind == SHI_ANSWERS_BALL) {
        double mean = 0, suspects = 0;
        int32_t c = d->centre;
        normal_scores(x, z, right);
        for (int i = 0; i < N; i++) {
            double p[J];
            int equal = 0, shared = 0, wrong = 0;
            for (int j = 0; j < J; j++) {
                bool same = x->answer[i * J + j] >= 0 && x->answer[i * J + j] == x->answer[c * J + j];
                equal += same;
                shared += same && x->answer[i * J + j] != x->key[j];
                wrong += x->answer[i * J + j] >= 0 && x->answer[i * J + j] != x->key[j];
            }
            suspects += wrong >= 3;
            if (i == c) continue;
            for (int j = 0; j < J; j++)
                p[j] = x->answer[c * J + j] < 0 ? 0 : chance(x, z, i, j, x->answer[c * J + j], !(J - equal <= 2 && shared >= 3));
            mean += pow(10, tail(p, J, J - d->radius));
        }
        double raw = shi_poisson_log_above(mean, 6) / log(10);
        assert_near(d->expected, mean, 1e-9);
        assert_near(g->log10_p, raw + log10(suspects * 3), 1e-8);
        assert_near(g->log10_e, shi_e_calibrated(raw) - log10(suspects * 3) - log10(2), 1e-8);
    }
    free(keep.base), free(keep2.base), free(scratch.base), free(x);
}

static void fast_on_hard_items(void **state)
{
    exam *x = make(2, 0);
    shi_answers_found f;
    shi_arena keep = test_arena(1 << 20), scratch = test_arena(4 << 20);
    (void)state;
    x->columns.seconds = x->seconds;
    assert_ok(shi_answers_find(&keep, scratch, &x->columns, &(shi_answers_settings){ 0 }, &f));
    int solved[J], hard[J] = { 0 };
    for (int j = 0; j < J; j++) {
        solved[j] = 0;
        for (int i = 0; i < N; i++) solved[j] += x->answer[i * J + j] == x->key[j];
    }
    for (int j = 0; j < J; j++) {
        int before = 0;
        for (int k = 0; k < J; k++) before += solved[k] < solved[j] || (solved[k] == solved[j] && k < j);
        hard[j] = before < 8;   /* 30 % of 24, rounded up */
    }
    for (int i = 0; i < N; i++) {
        double sum = 0, n = 0;
        for (int j = 0; j < J; j++) {
            double t = x->seconds[i * J + j];
            if (!hard[j] || isnan(t)) continue;
            double at_least = 0, known = 0, low = 0, high = INFINITY;
            for (int l = 0; l < N; l++) known += !isnan(x->seconds[l * J + j]);
            for (int l = 0; l < N; l++) {
                double mine = x->seconds[l * J + j];
                if (isnan(mine)) continue;
                at_least = 0;
                for (int m = 0; m < N; m++) at_least += x->seconds[m * J + j] <= mine;
                if (at_least <= (known + 1) / 2 && mine > low) low = mine;
                if (at_least >= known / 2 + 0.5 + (fmod(known, 2) < 1 ? 0.5 : 0) && mine < high) high = mine;
            }
            sum += (log(low) + log(high)) / 2 - log(t);
            n++;
        }
        assert_near(f.ahead[i], sum / n, 1e-10);
    }
    free(keep.base), free(scratch.base), free(x);
}

static void same_with_threads(void **state)
{
    exam *x = make(8, 5);
    shi_answers_found f[2];
    shi_arena keep[2], scratch = test_arena(4 << 20);
    (void)state;
    for (int i = 0; i < 2; i++) {
        omp_set_num_threads(i ? 3 : 1);
        keep[i] = test_arena(1 << 20);
        assert_ok(shi_answers_find(&keep[i], scratch, &x->columns, &(shi_answers_settings){ 0 }, &f[i]));
    }
    assert_true(f[0].pairs == f[1].pairs && f[0].groups.len == f[1].groups.len && f[0].pairs > 0 && f[0].groups.len > 0);
    assert_memory_equal(f[0].pair, f[1].pair, (size_t)f[0].pairs * sizeof(shi_answers_pair));
    assert_memory_equal(f[0].groups.ptr, f[1].groups.ptr, (size_t)f[0].groups.len * sizeof(shi_group));
    assert_memory_equal(f[0].groups.member, f[1].groups.member, (size_t)f[0].groups.members * sizeof(int32_t));
    free(keep[0].base), free(keep[1].base), free(scratch.base), free(x);
}

static void no_room(void **state)
{
    exam *x = make(8, 5);
    (void)state;
    omp_set_num_threads(2);
    x->columns.seconds = x->seconds;
    for (int64_t bytes = 0; bytes < 1 << 20; bytes = bytes * 6 / 5 + 500) {
        shi_answers_found f = { .searched = -7 };
        shi_arena keep = test_arena(1 << 20), scratch = test_arena(bytes);
        shi_err e = shi_answers_find(&keep, scratch, &x->columns, &(shi_answers_settings){ 0 }, &f);
        assert_true(e.code == SHI_SYSTEM ? f.searched == -7 : e.code == SHI_OK);
        free(keep.base), free(scratch.base);
        keep = test_arena(bytes / 50), scratch = test_arena(4 << 20);
        e = shi_answers_find(&keep, scratch, &x->columns, &(shi_answers_settings){ 0 }, &f);
        assert_true(e.code == SHI_SYSTEM || e.code == SHI_OK);
        free(keep.base), free(scratch.base);
    }
    free(x);
}

static void edges(void **state)
{
    exam *x = make(3, 0);
    shi_answers_found f;
    shi_arena keep = test_arena(1 << 20), scratch = test_arena(4 << 20);
    shi_answers_columns c = { 0 };
    (void)state;
    assert_ok(shi_answers_find(&keep, scratch, &c, &(shi_answers_settings){ 0 }, &f));
    assert_true(f.cannot_judge && f.groups.len == 0);
    for (int i = 0; i < N * J; i++) x->answer[i] = x->key[i % J];   /* all perfect */
    assert_ok(shi_answers_find(&keep, scratch, &x->columns, &(shi_answers_settings){ 0 }, &f));
    assert_true(f.cannot_judge && f.pairs == 0 && f.sheets_with_wrong == 0);
    for (int i = 0; i < N * J; i++) x->answer[i] = (x->key[i % J] + 1) % O;   /* all wrong alike: what everybody does is no sign */
    assert_ok(shi_answers_find(&keep, scratch, &x->columns, &(shi_answers_settings){ 0 }, &f));
    assert_true(f.pairs == 0 && f.groups.len == 0);
    x->columns.key = NULL;                                                    /* and then it is the key */
    assert_ok(shi_answers_find(&keep, scratch, &x->columns, &(shi_answers_settings){ 0 }, &f));
    assert_true(f.cannot_judge && f.right[0] == J && f.key[3] == x->answer[3]);
    for (int i = 0; i < N * J; i++) x->answer[i] = -1;
    assert_ok(shi_answers_find(&keep, scratch, &x->columns, &(shi_answers_settings){ 0 }, &f));
    assert_true(f.pairs == 0 && f.groups.len == 0);
    x->answer[5 * J + 1] = O;
    assert_int_equal(shi_answers_find(&keep, scratch, &x->columns, &(shi_answers_settings){ 0 }, &f).line, 6);
    free(keep.base), free(scratch.base), free(x);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(pairs_as_by_hand), cmocka_unit_test(ball_as_by_hand), cmocka_unit_test(fast_on_hard_items),
    cmocka_unit_test(same_with_threads), cmocka_unit_test(no_room),          cmocka_unit_test(edges),
};
RUN_TESTS("answers")
