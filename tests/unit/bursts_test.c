/* Bursts: the kernel against the slow obvious way on random arrivals, threads, order of rows, short and long logs, arenas too small, flaws. */
#include "shishu/bursts.h"

#include "base/random.h"
#include "shishu/evalue.h"
#include "test.h"

#include <omp.h>

#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)

enum { MOST = 4000, UNITS = 7, SCALES = 8, CELL = 300, A_DAY = 288, SIZES = 6 };

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
    int64_t day0, days, all;
    bool coarse;                 /* times of more than ten minutes */
    double hour[A_DAY];
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

typedef struct {
    int32_t unit;
    int64_t from, to, count, wide_from, wide_to;
    double expected, log10_p, log10_m, log10_e;
    int which;
    bool dropped;
} window;

enum { MOST_WINDOWS = 60000 };

static int stronger(const void *a, const void *b)
{
    const window *x = a, *y = b;
    double p = x->log10_p + x->log10_m, q = y->log10_p + y->log10_m;
    if (p != q) return p < q ? -1 : 1;
    if (x->unit != y->unit) return x->unit - y->unit;
    return 0;
}

/* Share of a day's arrivals by cells of five minutes, each the mean of the hour about it unless times are coarse. */
static void hours(slow *s)
{
    static double cell[A_DAY];
    int64_t reach = s->coarse ? 0 : 6;
    for (int k = 0; k < A_DAY; k++) cell[k] = 0;
    for (int64_t i = 0; i < s->a->n; i++)
        if (used(s, i)) cell[(s->a->time[i] - s->day0) % DAY / (CELL * SECOND)]++;
    for (int k = 0; k < A_DAY; k++) {
        s->hour[k] = 0.05 / A_DAY;
        for (int64_t j = k - reach; j <= k + reach; j++) s->hour[k] += 0.95 * cell[(j + A_DAY) % A_DAY] / (double)(2 * reach + 1) / (double)s->all;
    }
}

static double of_a_day(const slow *s, int64_t from, int64_t to)
{
    double sum = 0;
    for (int64_t t = from; t < to; t += CELL * SECOND) sum += s->hour[((t - s->day0) % DAY + DAY) % DAY / (CELL * SECOND)];
    return sum;
}

static double expected(const slow *s, int32_t u, int64_t from, int64_t to, int which)
{
    static const int64_t LENGTH[] = { 600, 3600, 21600, 86400 };
    double share = (double)count(s, u, INT64_MIN + 1, INT64_MAX) / (double)s->all, most = 1, own = (double)count(s, u, from, to);
    int64_t middle = from + (to - from) / 2 / (CELL * SECOND) * (CELL * SECOND), end = s->day0 + s->days * DAY;
    int64_t low = middle - 15 * DAY / 2 > s->day0 ? middle - 15 * DAY / 2 : s->day0, high = middle + 15 * DAY / 2 < end ? middle + 15 * DAY / 2 : end;
    double usual = ((double)count(s, -1, low, high) - own + (double)s->all / (double)s->days) / ((double)(high - low) / (double)DAY + 1), today = usual;
    for (int k = 3; k >= which; k--) {
        int64_t half = LENGTH[k] * SECOND / 2, a = k == which && k < 3 ? from : middle - half, b = k == which && k < 3 ? to : middle + half;
        double others = (double)(count(s, -1, a, b) - count(s, u, a, b));
        if (k == 3) today = usual * fmax(0.2, (others + 5) / (usual * (1 - share) + 5));
        else most = fmax(most, (others + 5) / (today * of_a_day(s, a, b) * (1 - share) + 5));
    }
    return share * today * of_a_day(s, from, to) * most;
}

/* Times of a unit in order. */
static int64_t times_of(const slow *s, int32_t u, int64_t *time)
{
    int64_t n = 0;
    for (int64_t i = 0; i < s->a->n; i++) {
        if (!used(s, i) || (s->units && s->a->unit[i] != u)) continue;
        int64_t j = n++;
        for (; j > 0 && time[j - 1] > s->a->time[i]; j--) time[j] = time[j - 1];
        time[j] = s->a->time[i];
    }
    return n;
}

static int rising(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return x[0] < y[0] ? -1 : x[0] > y[0] ? 1 : x[1] < y[1] ? -1 : x[1] > y[1];
}

/* m: shares by size of household; of the middle half of the units with 20 arrivals or more, which no unit here lacks. */
static void households(const slow *s, double m[SIZES + 1])
{
    static int64_t time[MOST];
    double in[UNITS][SIZES + 1] = { { 0 } }, order[UNITS][2], sum = 0;
    int units = s->units ? UNITS : 1;
    for (int u = 0; u < units; u++) {
        int64_t n = times_of(s, u, time), from = 0;
        order[u][0] = 0;
        order[u][1] = u;
        for (int64_t i = 1; i <= n; i++) {
            if (i < n && time[i] - time[i - 1] < 600 * SECOND) continue;
            if (i - from <= SIZES) in[u][i - from] += (double)(i - from), order[u][0] += (double)((i - from) * (i - from)) / (double)n;
            from = i;
        }
    }
    qsort(order, (size_t)units, sizeof *order, rising);
    for (int k = 1; k <= SIZES; k++) m[k] = k;
    for (int i = units / 4; i < units - units / 4; i++)
        for (int k = 1; k <= SIZES; k++) m[k] += in[(int)order[i][1]][k];
    for (int k = 1; k <= SIZES; k++) sum += m[k];
    for (int k = 1; k <= SIZES; k++) m[k] /= sum;
}

/* Shape of the gamma in windows of this scale, from all windows of the unit in the middle. */
static double shape_of(const slow *s, const scale *k, const double m[SIZES + 1])
{
    double order[UNITS][2], together = 0;
    int units = s->units ? UNITS : 1;
    if (units < 4) return 1;
    for (int j = 1; j <= SIZES; j++) together += (j - 1) * m[j];
    for (int32_t u = 0; u < units; u++) {
        double others = 0, chance = 0;
        for (int64_t x = 0; x < k->windows; x++) {
            double c = (double)count(s, u, k->from + x * k->length, k->from + (x + 1) * k->length);
            if (c < 1) continue;
            double lambda = expected(s, u, k->from + x * k->length, k->from + (x + 1) * k->length, k->which);
            others += c * fmin(c - 1, lambda + 5 + 3 * sqrt(lambda));
            chance += c * lambda;
        }
        double n = (double)count(s, u, INT64_MIN + 1, INT64_MAX);
        order[u][0] = (others / n - chance / n - together) / (chance / n);
        order[u][1] = u;
    }
    qsort(order, (size_t)units, sizeof *order, rising);
    return 1 / fmin(fmax(order[units / 2][0], 0.05), 1);
}

static double growth(const double m[SIZES + 1], double z)
{
    double sum = 0;
    for (int k = 1; k <= SIZES; k++) sum += m[k] / k * (pow(z, k) - 1);
    return sum;
}

/* log10 of z^c (1 - lambda g(z) / K)^K, z = e^t. */
static double bet(const double m[SIZES + 1], double shape, double lambda, double c, double t)
{
    double part = lambda * growth(m, exp(t)) / shape;
    return part < 1 ? (c * t + shape * log1p(-part)) / log(10) : -INFINITY;
}

/* The largest over t, by sections of three. */
static double best_bet(const double m[SIZES + 1], double shape, double lambda, double c)
{
    double low = 0, high = 60;
    for (int i = 0; i < 400; i++) {
        double a = low + (high - low) / 3, b = high - (high - low) / 3, x = bet(m, shape, lambda, c, a), y = bet(m, shape, lambda, c, b);
        if (x < y) low = a;
        else high = b;
    }
    return bet(m, shape, lambda, c, low);
}

static double mean_bet(const double m[SIZES + 1], double shape, double lambda, double c)
{
    static const double Y[] = { 0.125, 0.25, 0.5, 0.75, 0.875, 0.9375 };
    double x[6];
    for (int k = 0; k < 6; k++) {
        double low = 0, high = 60;
        for (int i = 0; i < 200; i++) {
            double middle = (low + high) / 2;
            if (lambda * growth(m, exp(middle)) / shape < Y[k]) low = middle;
            else high = middle;
        }
        x[k] = bet(m, shape, lambda, c, low);
    }
    return shi_log10_sum(x, 6) - log10(6);
}

/* All windows with 8 arrivals or more. */
static int64_t slowly(const slow *s, window *out)
{
    double m[SIZES + 1], shape[4] = { 1, 1, 1, 1 }, searched[4] = { 0 }, lengths = 0;
    int64_t n = 0;
    households(s, m);
    for (int j = 0; j < s->scales; j++) {
        if (s->scale[j].from == s->day0) shape[s->scale[j].which] = shape_of(s, &s->scale[j], m), lengths++;
        searched[s->scale[j].which] += (double)(s->scale[j].windows * (s->units ? UNITS : 1));
    }
    for (int j = 0; j < s->scales; j++) {
        const scale *k = &s->scale[j];
        for (int32_t u = 0; u < (s->units ? UNITS : 1); u++)
            for (int64_t x = 0; x < k->windows; x++) {
                int64_t from = k->from + x * k->length, to = from + k->length, c = count(s, u, from, to);
                if (c < 8) continue;
                assert_true(n < MOST_WINDOWS);
                double lambda = expected(s, u, from, to, k->which), log10_m = log10(searched[k->which] * lengths);
                out[n++] = (window){ u, from, to, c, 0, 0, lambda, -best_bet(m, shape[k->which], lambda, (double)c), log10_m,
                                     mean_bet(m, shape[k->which], lambda, (double)c) - log10_m, k->which, false };
            }
    }
    return n;
}

static void judge_arrivals(const slow *s, const window *w, double *honest)
{
    for (int64_t i = 0; i < s->a->n; i++)
        if (used(s, i) && (!s->units || s->a->unit[i] == w->unit) && s->a->time[i] >= w->from && s->a->time[i] < w->to)
            honest[i] = fmin(honest[i], w->expected / (double)w->count);
}

/* Strongest first; what overlaps a stronger one widens the first that it meets in time. */
static int64_t without_overlaps(window *w, int64_t n, const slow *s, double *honest)
{
    int64_t kept = 0;
    qsort(w, (size_t)n, sizeof *w, stronger);
    for (int64_t i = 0; i < n; i++) {
        int64_t first = -1;
        w[i].wide_from = w[i].from;
        w[i].wide_to = w[i].to;
        w[i].dropped = w[i].log10_p + w[i].log10_m >= 0;
        bool lost = w[i].dropped;
        for (int64_t j = 0; j < i && !w[i].dropped; j++) {
            bool meets = !w[j].dropped && w[j].unit == w[i].unit && w[j].from < w[i].to && w[i].from < w[j].to;
            if (meets && (first < 0 || w[j].from < w[first].from)) first = j;
        }
        if (!lost && (first < 0 || w[i].log10_p + w[i].log10_m <= log10(0.05))) judge_arrivals(s, &w[i], honest);
        if (first < 0) continue;
        w[i].dropped = true;
        if (w[i].log10_p + w[i].log10_m > log10(0.05)) continue;
        if (w[i].from < w[first].wide_from) w[first].wide_from = w[i].from;
        if (w[i].to > w[first].wide_to) w[first].wide_to = w[i].to;
    }
    for (int64_t i = 0; i < n; i++)
        if (!w[i].dropped) w[kept++] = w[i];
    return kept;
}

static void same_members(const slow *s, const shi_bursts *got, int64_t g, const window *want, const double *honest)
{
    static double weight[MOST];
    const shi_group *group = &got->groups.ptr[g];
    int64_t k = 0;
    for (int64_t a = 0; a < MOST; a++) weight[a] = 0;
    for (int64_t i = 0; i < s->a->n; i++) {
        int64_t t = s->a->time[i];
        if (!used(s, i) || s->a->account[i] < 0 || (s->units && s->a->unit[i] != want->unit)) continue;
        if (t < want->wide_from || t >= want->wide_to) continue;
        double w = 1 - honest[i];
        if (w > weight[s->a->account[i]]) weight[s->a->account[i]] = w;
    }
    for (int32_t a = 0; a < MOST; a++) {
        if (weight[a] <= 0) continue;
        assert_true(k < group->len);
        assert_int_equal(got->groups.member[group->first + k], a);
        assert_near(got->groups.weight[group->first + k++], weight[a], 1e-9);
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
    static double honest[MOST];
    void *base;
    draw(&a, seed, step);
    slow s = { .a = &a, .units = units };
    shi_bursts_columns c = columns_of(&a);
    if (!units) c.unit = NULL;
    shi_bursts got = found(&c, &base);
    assert_int_equal(got.resolution_us, step >= 60 ? step * SECOND : SECOND);
    lay(&s, got.resolution_us);
    s.all = count(&s, -1, INT64_MIN + 1, INT64_MAX);
    s.coarse = step > 600;
    hours(&s);
    int64_t windows = 0;
    for (int k = 0; k < s.scales; k++) windows += s.scale[k].windows;
    assert_int_equal(got.searched, windows * (units ? UNITS : 1));
    assert_true(units ? !got.caution : strstr(got.caution, "Without other units") != NULL);
    for (int64_t i = 0; i < MOST; i++) honest[i] = 1;
    int64_t n = without_overlaps(w, slowly(&s, w), &s, honest);
    assert_int_equal(got.groups.len, n);
    assert_true(n > 0 || !units);
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
        assert_near(group->log10_p, b->log10_p + w[i].log10_m, 1e-9);
        assert_near(group->log10_e, w[i].log10_e, 1e-9);
        assert_true(g == 0 || group->log10_e <= got.groups.ptr[g - 1].log10_e);
        assert_true(group->from_us >= b->from_us && group->to_us < b->to_us && group->deeds == b->count);
        same_members(&s, &got, g, &w[i], honest);
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
    assert_true(got.cannot_judge && got.groups.len == 0 && got.searched == 0);
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
