/* Bursts: the kernel against the slow obvious way on random arrivals, threads, order of rows, short and long logs, arenas too small, flaws. */
#include "shishu/bursts.h"

#include "base/random.h"
#include "shishu/evalue.h"
#include "stat/dist.h"
#include "test.h"

#include <omp.h>

#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)

enum { MOST = 4000, UNITS = 7, SCALES = 8 };

typedef struct {
    int64_t n;
    int64_t time[MOST];
    int32_t unit[MOST], account[MOST];
} arrivals;

static void put(arrivals *a, int64_t time, int32_t unit)
{
    if (a->n == MOST) return;
    a->account[a->n] = (int32_t)((a->n * 7919) % MOST);
    a->unit[a->n] = unit;
    a->time[a->n++] = time;
}

/* Each unit at its own rate, families, a rush of all, lumps in some; step: resolution in seconds. */
static void draw(arrivals *a, uint64_t seed, int64_t step)
{
    shi_random r = shi_random_of(seed, 3, 0, 0, 0);
    int64_t days = 20 + shi_random_below(&r, 20), origin = -7 * DAY;
    a->n = 0;
    for (int32_t u = 0; u < UNITS; u++) {
        for (int64_t k = 0; k < 30 * (u + 1); k++) {
            int64_t at = shi_random_below(&r, days) * DAY + (7 * 3600 + shi_random_below(&r, 15 * 3600)) * SECOND;
            for (int64_t family = shi_random_below(&r, 4); family >= 0; family--) put(a, origin + at + family * 40 * SECOND, u);
        }
        for (int64_t k = 0; k < 20 * (u + 1); k++) put(a, origin + 10 * DAY + (8 * 3600 + shi_random_below(&r, 8 * 3600)) * SECOND, u);
    }
    for (int64_t lump = 0; lump < 4; lump++) {
        int64_t at = shi_random_below(&r, days * 86400) * SECOND, size = 10 + shi_random_below(&r, 60), spread = 300 * (1 + shi_random_below(&r, 30));
        for (int64_t k = 0; k < size; k++) put(a, origin + at + shi_random_below(&r, spread) * SECOND, (int32_t)lump);
    }
    for (int64_t k = 0; k < 60; k++) put(a, origin + 5 * DAY + 10 * 3600 * SECOND + k * (150 + k) * SECOND, 6);   /* from door to door */
    for (int64_t i = 0; i < a->n; i++) a->time[i] -= ((a->time[i] % (step * SECOND)) + step * SECOND) % (step * SECOND);
    for (int64_t i = 0; i < a->n; i += 83) {
        a->unit[i] = -1;
        a->account[(i + 3) % a->n] = -1;
        a->time[(i + 5) % a->n] = INT64_MIN;
    }
}

static shi_bursts_columns columns_of(const arrivals *a)
{
    return (shi_bursts_columns){ .n = a->n, .time_us = a->time, .unit = a->unit, .account = a->account, .units = UNITS, .accounts = MOST };
}

/* ---- the slow obvious way ---- */

typedef struct {
    int64_t length, from, windows, a_day;
    int which;
} scale;

typedef struct {
    const arrivals *a;
    bool units;
    scale scale[SCALES];
    int scales;
    int64_t day0, days;
} slow;

static bool used(const slow *s, int64_t i)
{
    return s->a->time[i] != INT64_MIN && (!s->units || s->a->unit[i] >= 0);
}

static int64_t count(const slow *s, int32_t unit, int64_t from, int64_t to)
{
    int64_t n = 0;
    for (int64_t i = 0; i < s->a->n; i++)
        n += used(s, i) && (unit < 0 || !s->units || s->a->unit[i] == unit) && s->a->time[i] >= from && s->a->time[i] < to;
    return n;
}

static void lay(slow *s, int64_t resolution)
{
    static const int64_t LENGTH[] = { 600, 3600, 21600, 86400 };
    int64_t first = INT64_MAX, last = INT64_MIN;
    for (int64_t i = 0; i < s->a->n; i++) {
        if (!used(s, i)) continue;
        if (s->a->time[i] < first) first = s->a->time[i];
        if (s->a->time[i] > last) last = s->a->time[i];
    }
    s->day0 = (int64_t)floor((double)first / (double)DAY) * DAY;
    s->days = (int64_t)floor((double)last / (double)DAY) - s->day0 / DAY + 1;
    for (int w = 0; w < 4; w++)
        for (int shift = 0; shift < 2; shift++) {
            int64_t length = LENGTH[w] * SECOND;
            if (length < resolution || (shift && length / 2 < resolution)) continue;
            s->scale[s->scales++] = (scale){ length, s->day0 - shift * length / 2, s->days * (DAY / length) + shift, DAY / length, w };
        }
}

/* Counts of a scale, units then all. */
static void counts(const slow *s, const scale *k, int64_t *cell)
{
    for (int64_t i = 0; i < (UNITS + 1) * k->windows; i++) cell[i] = 0;
    for (int64_t i = 0; i < s->a->n; i++) {
        if (!used(s, i)) continue;
        int64_t x = (s->a->time[i] - k->from) / k->length;
        cell[(s->units ? s->a->unit[i] : 0) * k->windows + x]++;
        cell[UNITS * k->windows + x]++;
    }
}

static double base_of(const scale *k, const int64_t *county, int64_t x, int64_t all)
{
    double sum = 0, windows = 0, slot = 0;
    for (int64_t y = x - 7 * k->a_day; y <= x + 7 * k->a_day; y++) {
        if (y < 0 || y >= k->windows) continue;
        sum += (double)county[y];
        windows++;
    }
    int64_t reach = k->length == 600 * SECOND ? 3 : 0;
    for (int64_t y = 0; y < k->windows; y++) {
        int64_t off = ((y - x) % k->a_day + k->a_day) % k->a_day;
        if (off <= reach || off >= k->a_day - reach) slot += (double)county[y];
    }
    return sum / windows * slot / (double)(2 * reach + 1) * (double)k->a_day / (double)all;
}

static int falling(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

typedef struct {
    int32_t unit;
    int64_t from, to, count, wide_from, wide_to;
    double expected, log10_p;
    bool dropped;
} window;

enum { MOST_WINDOWS = 60000 };

static int stronger(const void *a, const void *b)
{
    const window *x = a, *y = b;
    if (x->log10_p != y->log10_p) return x->log10_p < y->log10_p ? -1 : 1;
    if (x->unit != y->unit) return x->unit - y->unit;
    return 0;
}

static double trimmed(double *x, int64_t n)
{
    double sum = 0;
    int64_t cut = n / 200;
    qsort(x, (size_t)n, sizeof *x, falling);
    for (int64_t i = cut; i < n; i++) sum += x[i];
    return sum / (double)(n - cut);
}

/* All windows with 8 arrivals or more; phi exactly, as the largest deviation from the kernel's in bins. */
static int64_t slowly(const slow *s, const shi_bursts *got, window *out)
{
    static double deviation[16][1 << 18], pooled[1 << 20];
    int64_t n = 0, deviations[16] = { 0 }, all = count(s, -1, INT64_MIN + 1, INT64_MAX);
    for (int j = 0; j < s->scales; j++) {
        const scale *k = &s->scale[j];
        int64_t *cell = calloc((size_t)((UNITS + 1) * k->windows), sizeof *cell);
        assert_non_null(cell);
        counts(s, k, cell);
        for (int64_t x = 0; x < k->windows; x++) {
            double base = base_of(k, cell + UNITS * k->windows, x, all);
            for (int32_t u = 0; u < (s->units ? UNITS : 1); u++) {
                int64_t c = cell[u * k->windows + x], others = cell[UNITS * k->windows + x] - c;
                double share = (double)count(s, u, INT64_MIN + 1, INT64_MAX) / (double)all;
                double common = ((double)others + 5) / (base * (1 - share) + 5), lambda = base * share * (common > 0.2 ? common : 0.2);
                int stratum = 4 * k->which + (lambda > 0.2) + (lambda > 1) + (lambda > 5);
                if (lambda > 0.02) deviation[stratum][deviations[stratum]++] = ((double)c - lambda) * ((double)c - lambda) / lambda;
                if (c < 8) continue;
                assert_true(n < MOST_WINDOWS);
                double p = shi_negbin_log_above(lambda, got->phi[k->which], c) / log(10);
                out[n++] = (window){ u, k->from + x * k->length, k->from + (x + 1) * k->length, c, 0, 0, lambda, p, false };
            }
        }
        free(cell);
    }
    for (int length = 0; length < 4; length++) {
        double phi = 1;
        int64_t kept = 0;
        for (int k = 4 * length; k < 4 * length + 4; k++)
            if (deviations[k] >= 2000) phi = fmax(phi, trimmed(deviation[k], deviations[k]) / 0.9);
        for (int k = 4 * length; k < 4 * length + 4; k++)
            for (int64_t i = 0; i < deviations[k]; i++) pooled[kept++] = deviation[k][i];
        if (!isnan(got->phi[length])) assert_near(got->phi[length], fmax(phi, kept ? trimmed(pooled, kept) / 0.9 : 1), 0.03);
    }
    return n;
}

/* Strongest first; what overlaps a stronger one widens the first that it meets in time. */
static int64_t without_overlaps(window *w, int64_t n, double log10_m)
{
    int64_t kept = 0;
    qsort(w, (size_t)n, sizeof *w, stronger);
    for (int64_t i = 0; i < n; i++) {
        int64_t first = -1;
        w[i].wide_from = w[i].from;
        w[i].wide_to = w[i].to;
        w[i].dropped = w[i].log10_p + log10_m >= 0;
        for (int64_t j = 0; j < i && !w[i].dropped; j++) {
            bool meets = !w[j].dropped && w[j].unit == w[i].unit && w[j].from < w[i].to && w[i].from < w[j].to;
            if (meets && (first < 0 || w[j].from < w[first].from)) first = j;
        }
        if (first < 0) continue;
        w[i].dropped = true;
        if (w[i].log10_p + log10_m > log10(0.05)) continue;
        if (w[i].from < w[first].wide_from) w[first].wide_from = w[i].from;
        if (w[i].to > w[first].wide_to) w[first].wide_to = w[i].to;
    }
    for (int64_t i = 0; i < n; i++)
        if (!w[i].dropped) w[kept++] = w[i];
    return kept;
}

static void same_members(const slow *s, const shi_bursts *got, int64_t g, const window *want)
{
    static double weight[MOST];
    const shi_group *group = &got->groups.ptr[g];
    int64_t k = 0;
    for (int64_t a = 0; a < MOST; a++) weight[a] = 0;
    for (int64_t i = 0; i < s->a->n; i++) {
        int64_t t = s->a->time[i];
        if (!used(s, i) || s->a->account[i] < 0 || (s->units && s->a->unit[i] != want->unit)) continue;
        if (t < want->wide_from || t >= want->wide_to) continue;
        double w = t >= want->from && t < want->to ? 1 : 0.5;
        if (w > weight[s->a->account[i]]) weight[s->a->account[i]] = w;
    }
    for (int32_t a = 0; a < MOST; a++) {
        if (weight[a] <= 0) continue;
        assert_true(k < group->len);
        assert_int_equal(got->groups.member[group->first + k], a);
        assert_near(got->groups.weight[group->first + k++], weight[a], 0);
    }
    assert_int_equal(k, group->len);
}

static shi_bursts found(const shi_bursts_columns *c, void **base)
{
    shi_arena keep = test_arena(4 << 20), scratch = test_arena(32 << 20);
    shi_bursts got;
    *base = keep.base;
    assert_ok(shi_bursts_find(&keep, scratch, c, &SHI_BURSTS_DEFAULTS, &got));
    free(scratch.base);
    return got;
}

static void as_the_slow_way(uint64_t seed, int64_t step, bool units)
{
    static arrivals a;
    static window w[MOST_WINDOWS];
    void *base;
    draw(&a, seed, step);
    slow s = { .a = &a, .units = units };
    shi_bursts_columns c = columns_of(&a);
    if (!units) c.unit = NULL;
    shi_bursts got = found(&c, &base);
    assert_int_equal(got.resolution_us, step >= 60 ? step * SECOND : SECOND);
    lay(&s, got.resolution_us);
    int64_t windows = 0;
    for (int k = 0; k < s.scales; k++) windows += s.scale[k].windows;
    assert_int_equal(got.searched, windows * (units ? UNITS : 1));
    assert_true(units ? !got.caution : strstr(got.caution, "Without other units") != NULL);
    double log10_m = log10((double)got.searched);
    int64_t n = without_overlaps(w, slowly(&s, &got, w), log10_m);
    assert_int_equal(got.groups.len, n);
    assert_true(n > 0);
    for (int64_t g = 0; g < n; g++) {
        const shi_burst *b = &got.burst[g];
        const shi_group *group = &got.groups.ptr[g];
        int64_t i = 0;
        while (i < n && (w[i].unit != b->unit || w[i].from != b->from_us || w[i].to != b->to_us)) i++;
        if (i == n) fail_msg("seed %d: a burst of %lld in unit %d is not the strongest", (int)seed, (long long)b->count, (int)b->unit);
        assert_int_equal(b->count, w[i].count);
        assert_int_equal(b->wide_from_us, w[i].wide_from);
        assert_int_equal(b->wide_to_us, w[i].wide_to);
        assert_near(b->expected, w[i].expected, 1e-9);
        assert_near(b->log10_p, w[i].log10_p, 1e-9);
        assert_near(group->log10_p, b->log10_p + log10_m, 1e-9);
        assert_near(group->log10_e, shi_e_calibrated(b->log10_p) - log10_m, 1e-9);
        assert_true(g == 0 || group->log10_e <= got.groups.ptr[g - 1].log10_e);
        assert_true(group->from_us >= b->from_us && group->to_us < b->to_us && group->deeds == b->count);
        same_members(&s, &got, g, &w[i]);
    }
    free(base);
}

static void random_arrivals(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 4; seed++) as_the_slow_way(seed, 1, seed % 2 == 0);
    as_the_slow_way(5, 60, true);
    as_the_slow_way(6, 3600, true);
    as_the_slow_way(7, 86400, true);
}

static void threads_and_order(void **state)
{
    static arrivals a, turned;
    shi_bursts got[3];
    void *base[3];
    (void)state;
    draw(&a, 11, 1);
    turned.n = a.n;
    for (int64_t i = 0; i < a.n; i++) {
        turned.time[i] = a.time[a.n - 1 - i];
        turned.unit[i] = a.unit[a.n - 1 - i];
        turned.account[i] = a.account[a.n - 1 - i];
    }
    for (int k = 0; k < 3; k++) {
        shi_bursts_columns c = columns_of(k == 2 ? &turned : &a);
        omp_set_num_threads(k == 1 ? 3 : 1);
        got[k] = found(&c, &base[k]);
        assert_int_equal(got[k].groups.len, got[0].groups.len);
        assert_memory_equal(got[k].burst, got[0].burst, (size_t)got[0].groups.len * sizeof *got[0].burst);
        assert_memory_equal(got[k].groups.ptr, got[0].groups.ptr, (size_t)got[0].groups.len * sizeof *got[0].groups.ptr);
        assert_memory_equal(got[k].groups.member, got[0].groups.member, (size_t)got[0].groups.members * sizeof *got[0].groups.member);
        assert_memory_equal(got[k].phi, got[0].phi, sizeof got[0].phi);
    }
    for (int k = 0; k < 3; k++) free(base[k]);
}

static void explains_an_evening_of_help(void **state)
{
    static arrivals a;
    void *base;
    bool seen = false;
    (void)state;
    draw(&a, 21, 1);
    shi_bursts_columns c = columns_of(&a);
    shi_bursts got = found(&c, &base);
    for (int64_t g = 0; g < got.groups.len; g++) {
        const shi_burst *b = &got.burst[g];
        bool help = b->unit == 6 && b->from_us >= -2 * DAY && b->from_us < -DAY && b->explained;   /* day -7 + 5 */
        seen |= help;
        if (b->explained) assert_true(b->short_gaps < 0.1 && b->median_gap_us >= 60 * SECOND && b->median_gap_us <= 480 * SECOND && b->count <= 150);
    }
    assert_true(seen);
    free(base);
}

static void little_or_nothing(void **state)
{
    static const int64_t time[] = { INT64_MIN, INT64_MIN, 5 }, same[] = { 7, 7, 7, 7, 7, 7, 7, 7, 7 };
    static const int32_t unit[] = { 0, 0, -1 };
    void *base;
    (void)state;
    shi_bursts_columns c = { .n = 0, .time_us = time, .unit = unit, .units = 1 };
    shi_bursts got = found(&c, &base);
    assert_true(got.cannot_judge && got.groups.len == 0 && got.searched == 0 && isnan(got.phi[0]));
    free(base);
    c.n = 3;
    got = found(&c, &base);
    assert_true(got.cannot_judge && got.arrivals == 0);
    free(base);
    c = (shi_bursts_columns){ .n = 9, .time_us = same };
    got = found(&c, &base);
    assert_true(!got.cannot_judge && got.arrivals == 9 && got.groups.members == 0);
    free(base);
}

static void flaws(void **state)
{
    static const int64_t time[] = { 0, 1, 40000 * DAY };
    static const int32_t bad[] = { 0, 2, 0 }, good[] = { 0, 1, 0 };
    shi_arena keep = test_arena(4096), scratch = test_arena(1 << 16);
    (void)state;
    for (int k = 0; k < 3; k++) {
        shi_bursts_columns c = { .n = 3, .time_us = time, .unit = k == 0 ? bad : good, .account = k == 1 ? bad : good, .units = 2, .accounts = 2 };
        shi_bursts got = { .arrivals = 77 };
        shi_err e = shi_bursts_find(&keep, scratch, &c, &SHI_BURSTS_DEFAULTS, &got);
        assert_int_equal(e.code, SHI_INPUT);
        assert_int_equal(e.line, k < 2 ? 2 : 0);
        assert_int_equal(got.arrivals, 77);
    }
    free(keep.base);
    free(scratch.base);
}

static void arenas_too_small(void **state)
{
    static arrivals a;
    (void)state;
    draw(&a, 9, 1);
    shi_bursts_columns c = columns_of(&a);
    for (int which = 0; which < 2; which++) {
        bool enough = false;
        for (int64_t size = 0; !enough; size += size < 2000 ? 171 : size / 7) {
            shi_arena keep = test_arena(which ? size : 4 << 20), scratch = test_arena(which ? 32 << 20 : size);
            shi_bursts got = { .arrivals = 77 };
            void *base = keep.base;
            shi_err e = shi_bursts_find(&keep, scratch, &c, &SHI_BURSTS_DEFAULTS, &got);
            enough = !e.code;
            if (!enough) assert_true(e.code == SHI_SYSTEM && got.arrivals == 77);
            free(base);
            free(scratch.base);
        }
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(random_arrivals), cmocka_unit_test(threads_and_order), cmocka_unit_test(explains_an_evening_of_help),
    cmocka_unit_test(little_or_nothing), cmocka_unit_test(flaws), cmocka_unit_test(arenas_too_small),
};
RUN_TESTS("bursts")
