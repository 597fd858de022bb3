/* Shared values: the kernel against the slow obvious way on random logs, threads, order of rows, missing columns, arenas too small, flaws. */
#include "shishu/shared.h"

#include "base/random.h"
#include "kernel/shared.h"
#include "shishu/evalue.h"
#include "stat/dist.h"
#include "test.h"

#include <omp.h>

#define MINUTE INT64_C(60000000)
#define DAY (1440 * MINUTE)

enum { MOST = 6000, ACCOUNTS = 300, VALUES = 90, UNITS = 12, APPS = 2, CLASSES = 2 * (APPS + 1) };

typedef struct {
    int64_t n;
    int32_t account[MOST], value[MOST], unit[MOST], app[MOST];
    int64_t time[MOST];
} log_of;

static void put(log_of *l, int32_t account, int32_t value, int32_t unit, int32_t app, int64_t time)
{
    if (l->n == MOST) return;
    l->account[l->n] = account;
    l->value[l->n] = value;
    l->unit[l->n] = unit;
    l->app[l->n] = app;
    l->time[l->n++] = time;
}

/* Farms whose accounts are of many units, or of one; households; values where everybody is at all hours; gaps in every column. */
static void draw(log_of *l, uint64_t seed)
{
    shi_random r = shi_random_of(seed, 1, 0, 0, 0);
    l->n = 0;
    for (int i = 0; i < 1200; i++) {
        int32_t v = (int32_t)(40 + shi_random_below(&r, VALUES - 40)), a = 180 + (v - 40) * 2 + (int32_t)shi_random_below(&r, 4);
        put(l, a, v, a / 32 % UNITS, 0, shi_random_below(&r, 60 * 1440) * MINUTE);
    }
    for (int v = 0; v < 40; v++) {
        int64_t k = 3 + shi_random_below(&r, v % 4 == 1 ? 30 : 4), start = v % 4 ? (v * 4 + shi_random_below(&r, 3)) : shi_random_below(&r, ACCOUNTS - 60), mixed = shi_random_below(&r, 3);
        for (int run = 0; run < 1 + v % 5; run++) {
            int64_t at = shi_random_below(&r, 60 * 1440) * MINUTE - 10 * DAY;
            for (int64_t a = 0; a < k; a++)
                for (int64_t again = shi_random_below(&r, 3); again >= 0; again--, at += shi_random_below(&r, 8) * MINUTE)
                    put(l, (int32_t)(start + a), v, (int32_t)(mixed ? (v + a) % 4 : 0), v % 8 == 7, at);
        }
    }
    for (int64_t i = 0; i < l->n; i += 97) {
        l->account[i] = -1;
        l->value[(i + 31) % l->n] = -1;
        l->unit[(i + 13) % l->n] = -1;
        l->app[(i + 5) % l->n] = -1;
        l->time[(i + 7) % l->n] = INT64_MIN;
    }
}

static shi_shared_columns columns_of(const log_of *l)
{
    return (shi_shared_columns){ .n = l->n, .account = l->account, .value = l->value, .unit = l->unit, .app = l->app, .time_us = l->time,
                                 .accounts = ACCOUNTS, .values = VALUES, .units = UNITS, .apps = APPS };
}

/* ---- the slow obvious way ---- */

typedef struct {
    int64_t time;
    int32_t account;
} act;

static int by_time(const void *a, const void *b)
{
    const act *x = a, *y = b;
    return x->time != y->time ? (x->time < y->time ? -1 : 1) : x->account - y->account;
}

static bool used(const log_of *l, int64_t i)
{
    return l->account[i] >= 0 && l->value[i] >= 0 && l->time[i] != INT64_MIN;
}

static int64_t floor_day(int64_t t)
{
    return (int64_t)floor((double)t / (double)DAY);
}

static int32_t unit_of(const log_of *l, int32_t account)
{
    int64_t best = -1;
    for (int64_t i = 0; i < l->n; i++) {
        if (l->account[i] != account || l->unit[i] < 0 || !used(l, i)) continue;
        if (best < 0 || l->time[i] < l->time[best] || (l->time[i] == l->time[best] && l->unit[i] < l->unit[best])) best = i;
    }
    return best < 0 ? -1 : l->unit[best];
}

typedef struct {
    shi_shared_value is;
    bool sweeping, passing, mixed;
    int kind;                              /* -1: none */
    int32_t home;
    int64_t known;
    bool has[ACCOUNTS];
} slow;

static int class_of(const shi_shared_value *x)
{
    return 2 * (x->app + 1) + (x->accounts > 6);
}

static int64_t acts_of(const log_of *l, int32_t value, int32_t app, act *out)
{
    int64_t n = 0;
    for (int64_t i = 0; i < l->n; i++)
        if (used(l, i) && l->value[i] == value && l->app[i] == app) out[n++] = (act){ l->time[i], l->account[i] };
    qsort(out, (size_t)n, sizeof *out, by_time);
    return n;
}

static void slow_accounts(const log_of *l, const act *a, int64_t n, slow *s)
{
    int64_t in[UNITS] = { 0 }, lasting = 0;
    for (int32_t x = 0; x < ACCOUNTS; x++) {
        int64_t first = INT64_MAX, last = INT64_MIN;
        for (int64_t i = 0; i < n; i++) {
            if (a[i].account != x) continue;
            if (a[i].time < first) first = a[i].time;
            if (a[i].time > last) last = a[i].time;
            s->has[x] = true;
        }
        if (!s->has[x]) continue;
        s->is.accounts++;
        lasting += floor_day(first) != floor_day(last);
        int32_t u = unit_of(l, x);
        if (u < 0) continue;
        s->known++;
        in[u]++;
    }
    s->home = -1;
    for (int32_t u = 0; u < UNITS; u++) {
        s->is.units += in[u] > 0;
        if (in[u] > 0 && (s->home < 0 || in[u] > in[s->home])) s->home = u;
    }
    s->is.away = s->known - (s->home < 0 ? 0 : in[s->home]);
    s->is.lasting = s->is.accounts ? (double)lasting / (double)s->is.accounts : 0;
}

static void slow_rhythm(const act *a, int64_t n, double days, bool address, slow *s)
{
    int64_t swept = 0, returns = 0, days_seen[400], seen = 0;
    double hour[24] = { 0 };
    for (int64_t i = 0; i < n; i++) hour[(a[i].time - floor_day(a[i].time) * DAY) / (60 * MINUTE)]++;
    for (int64_t i = 0; i < n; i++) {
        int h = (int)((a[i].time - floor_day(a[i].time) * DAY) / (60 * MINUTE));
        double per_minute = (hour[(h + 23) % 24] + hour[h] + hour[(h + 1) % 24]) / (180 * days);
        s->is.expected += 1 - exp(-2 * per_minute * 10);
    }
    for (int64_t i = 0; i + 1 < n; i++) {
        bool is = a[i + 1].account != a[i].account && a[i + 1].time - a[i].time <= 10 * MINUTE, back = false;
        if (!is) continue;
        s->is.switches++;
        for (int64_t j = i + 2; j < n && a[j].time - a[i].time <= 10 * MINUTE; j++) {
            if (!address && a[j].account == a[i + 1].account) continue;
            back |= a[j].account == a[i].account;
            if (!address) break;
        }
        returns += back;
    }
    for (int64_t i = 0; i < n; i++) {
        int64_t from = i, to = i;
        bool in[ACCOUNTS] = { false };
        int different = 0;
        while (from > 0 && a[from].time - a[from - 1].time <= 10 * MINUTE) from--;
        while (to + 1 < n && a[to + 1].time - a[to].time <= 10 * MINUTE) to++;
        for (int64_t j = from; j <= to; j++) {
            different += !in[a[j].account];
            in[a[j].account] = true;
        }
        if (different < 3) continue;
        swept++;
        bool known = false;
        for (int64_t d = 0; d < seen; d++) known |= days_seen[d] == floor_day(a[from].time);
        if (!known) days_seen[seen++] = floor_day(a[from].time);
    }
    s->is.swept = (double)swept / (double)n;
    s->is.sweep_days = seen;
    s->is.returned = s->is.switches ? (double)returns / (double)s->is.switches : 0;
    s->is.log10_tied = shi_poisson_log_above(s->is.expected, s->is.switches) / log(10);
    s->sweeping = s->is.log10_tied < -4 && s->is.swept >= 0.5 && s->is.returned < 0.1;
}

static double slow_epsilon(const slow *s, int64_t n)
{
    double share[UNITS];
    int units = 0;
    for (int32_t u = 0; u < UNITS; u++) {
        double away = 0, others = 0;
        for (int64_t i = 0; i < n; i++) {
            if (s[i].home != u || s[i].is.accounts > 6 || s[i].known < 2) continue;
            away += (double)s[i].is.away;
            others += (double)s[i].known - 1;
        }
        if (others > 0) share[units++] = away / others;
    }
    for (int i = 0; i < units; i++)
        for (int j = i + 1; j < units; j++)
            if (share[j] < share[i]) {
                double x = share[i];
                share[i] = share[j];
                share[j] = x;
            }
    double e = units ? 2 * share[(units + 3) / 4 - 1] : 0.3;
    return e < 0.1 ? 0.1 : e > 0.3 ? 0.3 : e;
}

/* Of a sweeping value: accounts whose acts on all sweeping values are of two days. */
static double slow_lasting(const log_of *l, const slow *s, int64_t n, int64_t value)
{
    double lasting = 0;
    for (int32_t x = 0; x < ACCOUNTS; x++) {
        int64_t first = INT64_MAX, last = INT64_MIN;
        for (int64_t i = 0; s[value].has[x] && i < l->n; i++) {
            bool sweeping = false;
            if (l->account[i] != x || !used(l, i)) continue;
            for (int64_t j = 0; j < n; j++) sweeping |= s[j].sweeping && s[j].is.value == l->value[i] && s[j].is.app == l->app[i];
            if (!sweeping) continue;
            if (floor_day(l->time[i]) < first) first = floor_day(l->time[i]);
            if (floor_day(l->time[i]) > last) last = floor_day(l->time[i]);
        }
        lasting += first < last;
    }
    return lasting / (double)s[value].is.accounts;
}

/* All values with 2 accounts or more, in order of value and app. */
static int64_t slowly(const log_of *l, bool address, slow *s, double *epsilon, int64_t *searched, double log10_z[CLASSES])
{
    static act a[MOST];
    int64_t n = 0, first = INT64_MAX, last = INT64_MIN;
    bool app_searched[CLASSES] = { false };
    for (int64_t i = 0; i < l->n; i++) {
        if (l->time[i] == INT64_MIN) continue;
        if (l->time[i] < first) first = l->time[i];
        if (l->time[i] > last) last = l->time[i];
    }
    double days = (double)(floor_day(last) - floor_day(first) + 1);
    for (int32_t v = 0; v < VALUES; v++)
        for (int32_t p = -1; p < APPS; p++) {
            int64_t acts = acts_of(l, v, p, a);
            slow *x = &s[n];
            *x = (slow){ .kind = -1, .is = { .value = v, .app = p, .acts = acts } };
            slow_accounts(l, a, acts, x);
            if (x->is.accounts >= 3) slow_rhythm(a, acts, days, address, x);
            n++;
        }
    *searched = 0;
    for (int64_t i = 0; i < n; i++) {
        if (s[i].sweeping) s[i].is.lasting = slow_lasting(l, s, n, i);
        int64_t elsewhere = 0;
        for (int32_t x = 0; x < ACCOUNTS; x++) {
            bool other = false;
            for (int64_t j = 0; j < n; j++) other |= j != i && s[i].has[x] && s[j].has[x] && !s[j].sweeping;
            elsewhere += other;
        }
        s[i].is.elsewhere = s[i].is.accounts ? (double)elsewhere / (double)s[i].is.accounts : 0;
        s[i].passing = s[i].sweeping && s[i].is.elsewhere < 0.5;
        if (s[i].is.accounts < 3) continue;
        *searched += 1 + !app_searched[class_of(&s[i].is)];
        app_searched[class_of(&s[i].is)] = true;
    }
    *epsilon = slow_epsilon(s, n);
    double lambda[CLASSES] = { 0 };
    int64_t mixed[CLASSES] = { 0 };
    for (int64_t i = 0; i < n; i++) {
        if (s[i].known >= 2) s[i].is.log10_units = shi_binomial_log_above(s[i].known - 1, *epsilon, s[i].is.away) / log(10);
        if (s[i].passing && s[i].known >= 2 && s[i].is.log10_units + log10((double)*searched) < -3) s[i].kind = SHI_SHARED_ACROSS;
        else if (s[i].passing && s[i].known >= 3) {
            int64_t half = (int64_t)ceil((double)(s[i].known - 1) / 2);
            s[i].mixed = s[i].is.away >= half;
            mixed[class_of(&s[i].is)] += s[i].mixed;
            lambda[class_of(&s[i].is)] += shi_binomial_above(s[i].known - 1, *epsilon, half);
        }
    }
    for (int p = 0; p < CLASSES; p++) log10_z[p] = shi_poisson_log_above(2 * lambda[p], mixed[p]) / log(10);
    for (int64_t i = 0; i < n; i++) {
        if (s[i].mixed && log10_z[class_of(&s[i].is)] < -4) s[i].kind = SHI_SHARED_SMALL;
        bool again = s[i].is.accounts > 6 && s[i].is.lasting >= 0.5;
        double months = days > 30 ? days / 30 : 1;
        if (s[i].kind < 0 && again && (s[i].passing || (s[i].sweeping && (double)s[i].is.sweep_days > 2 * months))) s[i].kind = SHI_SHARED_PROXY;
    }
    return n;
}

/* ---- comparisons ---- */

static void same_value(const shi_shared_value *got, const shi_shared_value *want)
{
    assert_int_equal(got->accounts, want->accounts);
    assert_int_equal(got->units, want->units);
    assert_int_equal(got->away, want->away);
    assert_int_equal(got->acts, want->acts);
    assert_int_equal(got->switches, want->switches);
    assert_int_equal(got->sweep_days, want->sweep_days);
    assert_near(got->expected, want->expected, 1e-9);
    assert_near(got->log10_tied, want->log10_tied, 1e-9);
    assert_near(got->swept, want->swept, 1e-12);
    assert_near(got->elsewhere, want->elsewhere, 1e-12);
    assert_near(got->lasting, want->lasting, 1e-12);
    assert_near(got->returned, want->returned, 1e-12);
    assert_near(got->log10_units, want->log10_units, 1e-9);
}

static void same_members(const shi_shared *got, int64_t g, const slow *s, int64_t n)
{
    bool in[ACCOUNTS] = { false };
    int64_t k = 0;
    const shi_group *group = &got->groups.ptr[g];
    for (int64_t v = 0; v < got->values; v++) {
        if (got->value[v].group != g) continue;
        for (int64_t i = 0; i < n; i++) {
            if (s[i].is.value != got->value[v].value || s[i].is.app != got->value[v].app) continue;
            for (int32_t a = 0; a < ACCOUNTS; a++) in[a] |= s[i].has[a];
        }
    }
    for (int32_t a = 0; a < ACCOUNTS; a++) {
        if (!in[a]) continue;
        assert_true(k < group->len);
        assert_int_equal(got->groups.member[group->first + k], a);
        assert_near(got->groups.weight[group->first + k++], 1, 0);
    }
    assert_int_equal(k, group->len);
}

static int64_t kinds_seen[4];

static void as_the_slow_way(uint64_t seed, bool address)
{
    static log_of l;
    static slow s[VALUES * (APPS + 1)];
    double epsilon, log10_z[CLASSES];
    int64_t searched;
    draw(&l, seed);
    shi_shared_columns c = columns_of(&l);
    shi_shared_settings settings = SHI_SHARED_DEFAULTS;
    settings.address = address;
    shi_arena keep = test_arena(1 << 20), scratch = test_arena(4 << 20);
    void *base = keep.base;
    shi_shared got;
    assert_ok(shi_shared_find(&keep, scratch, &c, &settings, &got));
    int64_t n = slowly(&l, address, s, &epsilon, &searched, log10_z), wanted = 0;
    assert_near(got.epsilon, epsilon, 1e-12);
    assert_int_equal(got.searched, searched);
    assert_null(got.cannot_judge);
    for (int64_t i = 0; i < n; i++) wanted += s[i].kind >= 0;
    assert_int_equal(got.values, wanted);
    for (int64_t v = 0; v < got.values; v++) {
        const shi_shared_value *x = &got.value[v];
        const slow *want = &s[x->value * (APPS + 1) + x->app + 1];
        const shi_group *g = &got.groups.ptr[x->group];
        shi_shared_kind kind = got.kind[x->group];
        same_value(x, &want->is);
        assert_int_equal(kind, want->kind);
        kinds_seen[kind]++;
        bool judged = kind == SHI_SHARED_ACROSS || kind == SHI_SHARED_SMALL;
        double p = kind == SHI_SHARED_SMALL ? log10_z[class_of(x)] : want->is.log10_units, m = log10((double)searched);
        assert_near(g->log10_p, judged ? fmin(0, p + m) : 0, 1e-9);
        if (judged) assert_near(g->log10_e, shi_e_calibrated(p) - m, 1e-9);
        else assert_true(g->log10_e == -INFINITY);
    }
    for (int64_t g = 0; g < got.groups.len; g++) {
        same_members(&got, g, s, n);
        assert_true(g == 0 || got.groups.ptr[g].log10_e <= got.groups.ptr[g - 1].log10_e);
    }
    free(base);
    free(scratch.base);
}

static void random_logs(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 12; seed++) as_the_slow_way(seed, seed % 2);
    for (int k = 0; k < SHI_SHARED_FACT; k++)
        print_message("# values of kind %d: %lld\n", k, (long long)kinds_seen[k]);
    for (int k = 0; k < SHI_SHARED_FACT; k++)
        if (!kinds_seen[k]) fail_msg("no value of kind %d was seen: the test says too little", k);
}

static void same_result(const shi_shared *a, const shi_shared *b)
{
    assert_int_equal(a->groups.len, b->groups.len);
    assert_int_equal(a->groups.members, b->groups.members);
    assert_int_equal(a->values, b->values);
    assert_memory_equal(a->groups.ptr, b->groups.ptr, (size_t)a->groups.len * sizeof *a->groups.ptr);
    assert_memory_equal(a->groups.member, b->groups.member, (size_t)a->groups.members * sizeof *a->groups.member);
    assert_memory_equal(a->value, b->value, (size_t)a->values * sizeof *a->value);
}

static void threads_and_order(void **state)
{
    static log_of l, turned;
    (void)state;
    draw(&l, 3);
    turned.n = l.n;
    for (int64_t i = 0; i < l.n; i++) {
        int64_t j = l.n - 1 - i;
        turned.account[i] = l.account[j];
        turned.value[i] = l.value[j];
        turned.unit[i] = l.unit[j];
        turned.app[i] = l.app[j];
        turned.time[i] = l.time[j];
    }
    shi_shared got[3];
    void *base[3];
    for (int k = 0; k < 3; k++) {
        shi_shared_columns c = columns_of(k == 2 ? &turned : &l);
        shi_arena keep = test_arena(1 << 20), scratch = test_arena(4 << 20);
        base[k] = keep.base;
        omp_set_num_threads(k == 1 ? 3 : 1);
        assert_ok(shi_shared_find(&keep, scratch, &c, &SHI_SHARED_DEFAULTS, &got[k]));
        free(scratch.base);
    }
    same_result(&got[0], &got[1]);
    same_result(&got[0], &got[2]);
    for (int k = 0; k < 3; k++) free(base[k]);
}

/* ---- what is missing ---- */

static shi_shared found(const shi_shared_columns *c, void **base)
{
    shi_arena keep = test_arena(1 << 20), scratch = test_arena(4 << 20);
    shi_shared got;
    *base = keep.base;
    assert_ok(shi_shared_find(&keep, scratch, c, &SHI_SHARED_DEFAULTS, &got));
    free(scratch.base);
    return got;
}

static void says_what_it_cannot_judge(void **state)
{
    static log_of l;
    void *base;
    (void)state;
    draw(&l, 5);
    shi_shared_columns c = columns_of(&l);
    c.time_us = NULL;
    shi_shared got = found(&c, &base);
    assert_non_null(strstr(got.cannot_judge, "Without times"));
    assert_true(got.groups.len > 0);
    for (int64_t g = 0; g < got.groups.len; g++) {
        assert_int_equal(got.kind[g], SHI_SHARED_FACT);
        assert_true(got.groups.ptr[g].len > 6 && got.groups.ptr[g].from_us == INT64_MIN && got.groups.ptr[g].log10_p == 0);
    }
    free(base);
    c = columns_of(&l);
    c.unit = NULL;
    c.units = 0;
    got = found(&c, &base);
    assert_non_null(strstr(got.cannot_judge, "Without units"));
    assert_true(got.groups.len > 0 && isnan(got.epsilon));
    for (int64_t g = 0; g < got.groups.len; g++) assert_int_equal(got.kind[g], SHI_SHARED_FACT);
    free(base);
    for (int64_t i = 0; i < l.n; i++) l.value[i] = l.account[i] < 0 ? -1 : l.account[i] / 10;   /* a register: one value an account */
    for (int64_t i = 0; i < l.n; i++) l.app[i] = 0;
    c = columns_of(&l);
    got = found(&c, &base);
    assert_non_null(strstr(got.cannot_judge, "No account is seen on two"));
    free(base);
}

static void little_or_nothing(void **state)
{
    static const int32_t none[] = { -1, -1, -1 }, zero[] = { 0, 0, 0 }, three[] = { 0, 1, 2 };
    static const int64_t time[] = { 0, MINUTE, INT64_MIN };
    void *base;
    (void)state;
    shi_shared_columns c = { .n = 0, .account = none, .value = none, .unit = none, .time_us = time, .accounts = 3, .values = 3, .units = 3 };
    assert_int_equal(found(&c, &base).groups.len, 0);
    free(base);
    c.n = 3;
    assert_int_equal(found(&c, &base).acts, 0);
    free(base);
    c.account = c.value = c.unit = zero;
    shi_shared got = found(&c, &base);
    assert_int_equal(got.acts, 2);
    assert_int_equal(got.shared, 0);
    free(base);
    c.account = three;
    got = found(&c, &base);
    assert_int_equal(got.shared, 1);
    assert_int_equal(got.tested, 0);
    free(base);
}

static void flaws(void **state)
{
    static const int32_t good[] = { 0, 1, 1 }, high[] = { 0, 1, 2 }, low[] = { 0, -2, 1 };
    static const int64_t time[] = { 0, 1, 2 };
    shi_arena keep = test_arena(4096), scratch = test_arena(4096);
    (void)state;
    for (int k = 0; k < 4; k++) {
        const int32_t *bad = k % 2 ? high : low;
        shi_shared_columns c = { .n = 3, .account = k < 2 ? bad : good, .value = k >= 2 ? bad : good, .time_us = time, .accounts = 2, .values = 2 };
        shi_shared got = { .acts = 77 };
        shi_err e = shi_shared_find(&keep, scratch, &c, &SHI_SHARED_DEFAULTS, &got);
        assert_int_equal(e.code, SHI_INPUT);
        assert_int_equal(e.line, k % 2 ? 3 : 2);
        assert_int_equal(got.acts, 77);
    }
    free(keep.base);
    free(scratch.base);
}

static void arenas_too_small(void **state)
{
    static log_of l;
    (void)state;
    draw(&l, 8);
    shi_shared_columns c = columns_of(&l);
    bool enough = false;
    for (int64_t size = 0; !enough; size += size < 2000 ? 97 : size / 9) {
        shi_arena keep = test_arena(1 << 20), scratch = test_arena(size);
        shi_shared got = { .acts = 77 };
        void *base = keep.base;
        shi_err e = shi_shared_find(&keep, scratch, &c, &SHI_SHARED_DEFAULTS, &got);
        enough = !e.code;
        if (!enough) assert_true(e.code == SHI_SYSTEM && got.acts == 77);
        if (enough) print_message("# scratch: %.0f bytes an act\n", (double)size / (double)l.n);
        free(base);
        free(scratch.base);
    }
    enough = false;
    for (int64_t size = 0; !enough; size += 501) {
        shi_arena keep = test_arena(size), scratch = test_arena(4 << 20);
        shi_shared got = { .acts = 77 };
        void *base = keep.base;
        shi_err e = shi_shared_find(&keep, scratch, &c, &SHI_SHARED_DEFAULTS, &got);
        enough = !e.code;
        if (!enough) assert_true(e.code == SHI_SYSTEM && got.acts == 77);
        free(base);
        free(scratch.base);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(random_logs),         cmocka_unit_test(threads_and_order), cmocka_unit_test(says_what_it_cannot_judge),
    cmocka_unit_test(little_or_nothing),   cmocka_unit_test(flaws),             cmocka_unit_test(arenas_too_small),
};
RUN_TESTS("shared")
